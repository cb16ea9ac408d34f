//! Addresses in JavaScript lockfiles: which are of a registry, which of a repository, an archive or a folder. What
//! could be a credential is cut out before an address leaves this module.

use super::requirement;
use crate::engine::osv::component::{Digest, Origin};

/// Hosts of the registry that npm, yarn, pnpm and bun use when nobody says otherwise.
const DEFAULT_HOSTS: &[&str] = &["registry.npmjs.org", "registry.yarnpkg.com"];

/// Beginnings that only addresses of repositories have.
const GIT: &[&str] =
    &["git+", "git:", "git@", "ssh:", "github:", "gitlab:", "bitbucket:", "gist:", "git ssh:"];

/// Beginnings of paths.
const PATHS: &[&str] = &["file:", "link:", "portal:", "workspace:", "exec:"];

/// Where an address leads. `name` and `version` are those of the package it was found at; they tell the address of a
/// registry from that of any archive.
pub(super) fn origin(address: &str, name: &str, version: &str) -> Origin {
    let address = address.trim();
    if address.is_empty() {
        return Origin::Registry;
    }
    if let Some(path) = PATHS.iter().find_map(|prefix| address.strip_prefix(prefix)) {
        return Origin::Path(path.split(['#', ':']).next().unwrap_or_default().to_owned());
    }
    if address.starts_with('.') || address.starts_with('/') || address.starts_with("~/") {
        return Origin::Path(address.to_owned());
    }
    let clean = without_credentials(address);
    if GIT.iter().any(|prefix| address.starts_with(prefix)) || is_repository(address) {
        return Origin::Git(clean);
    }
    if !(clean.starts_with("https://") || clean.starts_with("http://")) {
        return Origin::Url(clean);
    }
    let host = host(&clean);
    if DEFAULT_HOSTS.contains(&host) {
        return Origin::Registry;
    }
    match registry(&clean, host, name, version) {
        Some(registry) => Origin::OtherRegistry(registry),
        None => Origin::Url(clean),
    }
}

/// The registry of an address without a file: `https://npm.example/private/`.
pub(super) fn registry_at(address: &str) -> Origin {
    let clean = without_credentials(address.trim());
    if clean.is_empty() || DEFAULT_HOSTS.contains(&host(&clean)) {
        return Origin::Registry;
    }
    let base = clean.split(['?', '#']).next().unwrap_or(&clean);
    Origin::OtherRegistry(base.trim_end_matches('/').to_owned())
}

/// `https://host/owner/name.git#commit`, as yarn writes it.
fn is_repository(address: &str) -> bool {
    let end = address.find('#').unwrap_or(address.len());
    address.get(..end).is_some_and(|address| has_ending(address, ".git"))
        || address.get(end..).is_some_and(|part| part.starts_with("#commit="))
}

/// Host of a cleaned address without its port; empty for none.
fn host(clean: &str) -> &str {
    let rest = clean.split_once("://").map_or(clean, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    authority.split(':').next().unwrap_or_default()
}

/// The part of an archive's address that names the registry: all before the package's name in the layouts that
/// registries have: `<registry>/<name>/-/<file>`, `<registry>/download/<name>/…` (GitHub),
/// `<registry>/<name>/download/<file>`, and mirrors with `<name>/…<version>.tgz`.
fn registry<'a>(clean: &'a str, host: &str, name: &str, version: &str) -> Option<String> {
    let base: &'a str = clean.split(['?', '#']).next().unwrap_or(clean);
    let encoded = name.replace('/', "%2f");
    let is_name = |part: &str| part == name || part.eq_ignore_ascii_case(&encoded);
    if let Some((before, _)) = base.split_once("/-/") {
        // An alias may stand under another name: then its last part goes, with its scope.
        let cut = strip_name(before, is_name).unwrap_or_else(|| {
            let cut = before.rfind('/').unwrap_or(before.len());
            let parent = &before[..cut];
            match parent.rsplit_once('/') {
                Some((above, scope)) if scope.starts_with('@') => above,
                _ => parent,
            }
        });
        return cut.contains("://").then(|| cut.trim_end_matches('/').to_owned());
    }
    let before = |pattern: String| base.split_once(&pattern).map(|(before, _)| before.to_owned());
    if host == "github.com" || host == "codeload.github.com" {
        return None;
    }
    before(format!("/download/{name}/"))
        .or_else(|| before(format!("/{name}/download/")))
        .or_else(|| {
            let fits = !version.is_empty() && base.ends_with(&format!("{version}.tgz"));
            fits.then(|| before(format!("/{name}/"))).flatten()
        })
        .filter(|before| before.contains("://"))
}

/// `before` without a package name at its end.
fn strip_name(before: &str, is_name: impl Fn(&str) -> bool) -> Option<&str> {
    let slashes = before.rmatch_indices('/').map(|(at, _)| at).take(2);
    slashes.into_iter().find(|at| is_name(&before[at + 1..])).map(|at| &before[..at])
}

/// An address without user, password and query: what npm writes into queries is for nobody else.
pub(super) fn without_credentials(address: &str) -> String {
    let clean = super::super::address::without_credentials(address);
    let (before, fragment) = match clean.find('#') {
        Some(at) => clean.split_at(at),
        None => (clean.as_str(), ""),
    };
    let before = before.split('?').next().unwrap_or_default();
    format!("{before}{fragment}")
}

/// Whether an address is that of an archive rather than of a registry.
pub(super) fn is_archive(address: &str) -> bool {
    has_ending(address, ".tgz") || has_ending(address, ".tar.gz")
}

fn has_ending(address: &str, ending: &str) -> bool {
    let start = address.len().checked_sub(ending.len());
    start.and_then(|start| address.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

/// The version in the file name of a registry's archive, `<name>-<version>.tgz`; empty for every other address.
pub(super) fn version_in<'a>(address: &'a str, name: &str) -> &'a str {
    if matches!(origin(address, name, ""), Origin::Registry | Origin::OtherRegistry(_)) {
        let end = address.find(['?', '#']).unwrap_or(address.len());
        let file = address[..end].rsplit('/').next().unwrap_or_default();
        let short = name.rsplit('/').next().unwrap_or(name);
        let version = file.strip_prefix(short).and_then(|rest| rest.strip_prefix('-'));
        let version = version.and_then(|rest| rest.strip_suffix(".tgz")).unwrap_or_default();
        if requirement::is_version(version) {
            return version;
        }
    }
    ""
}

/// Whether an address holds a full commit id at its end, in its fragment or as its last part.
pub(super) fn has_commit(address: &str) -> bool {
    let last = address.rsplit(['#', '/', '=', ':']).next().unwrap_or_default();
    matches!(last.len(), 40 | 64) && last.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Digests of an `integrity` value; several stand with spaces between.
pub(super) fn digests(integrity: &str) -> Vec<Digest> {
    let mut digests: Vec<Digest> =
        integrity.split_ascii_whitespace().take(8).filter_map(Digest::from_sri).collect();
    digests.sort();
    digests.dedup();
    digests
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_registries_from_everything_else() {
        let other = |at: &str| Origin::OtherRegistry(at.to_owned());
        let (git, url) =
            (|at: &str| Origin::Git(at.to_owned()), |at: &str| Origin::Url(at.to_owned()));
        for (address, expected) in [
            ("", Origin::Registry),
            ("https://registry.npmjs.org/@s/n/-/n-1.0.0.tgz", Origin::Registry),
            ("http://registry.yarnpkg.com/n/-/n-1.0.0.tgz#0123", Origin::Registry),
            (
                "https://npm.example:8443/api/npm/@s/n/-/n-1.0.0.tgz",
                other("https://npm.example:8443/api/npm"),
            ),
            ("https://npm.example/@s%2Fn/-/n-1.0.0.tgz", other("https://npm.example")),
            ("https://npm.example/x/@o/other/-/other-1.0.0.tgz", other("https://npm.example/x")),
            ("https://u:p@npm.example/@s/n/-/n-1.0.0.tgz", other("https://npm.example")),
            (
                "https://npm.pkg.github.com/download/@s/n/1.0.0/abc",
                other("https://npm.pkg.github.com"),
            ),
            ("https://mirror.example/@s/n/download/n-1.0.0.tgz", other("https://mirror.example")),
            (
                "https://cdn.example/packages/@s/n/1.0.0/n-1.0.0.tgz",
                other("https://cdn.example/packages"),
            ),
            (
                "https://github.com/@s/n/releases/download/1/n-1.0.0.tgz",
                url("https://github.com/@s/n/releases/download/1/n-1.0.0.tgz"),
            ),
            ("https://x.example/a.tgz?token=example#f", url("https://x.example/a.tgz#f")),
            ("git+ssh://git@github.com/o/r.git#abc", git("git+ssh://git@github.com/o/r.git#abc")),
            (
                "git+https://me:example@h.example/o/r.git#abc",
                git("git+https://h.example/o/r.git#abc"),
            ),
            ("https://h.example/o/r.git#abc", git("https://h.example/o/r.git#abc")),
            ("https://h.example/o/r#commit=abc", git("https://h.example/o/r#commit=abc")),
            ("github:o/r#abc", git("github:o/r#abc")),
            ("file:../x", Origin::Path("../x".to_owned())),
            ("./x", Origin::Path("./x".to_owned())),
        ] {
            assert_eq!(origin(address, "@s/n", "1.0.0"), expected, "{address}");
        }
    }

    #[test]
    fn no_credential_stays_in_an_address() {
        for address in [
            "https://user:secret@h.example/x",
            "https://secret@h.example",
            "https://a:secret/secret@h.example/x",
            "https://a@b:secret@h.example/x",
            "user:secret@h.example:o/r.git",
            "https://h.example/x?auth=secret",
            "https://h.example?auth=secret#x",
        ] {
            let clean = without_credentials(address);
            assert!(!clean.contains("secret") && clean.contains("h.example"), "{address}: {clean}");
        }
    }

    #[test]
    fn the_archive_of_a_registry_tells_its_version() {
        for (address, expected) in [
            ("https://registry.npmjs.org/@s/n/-/n-1.0.0-rc.1.tgz", "1.0.0-rc.1"),
            ("https://npm.example/@s/n/-/n-1.0.0.tgz?x#y", "1.0.0"),
            ("https://h.example/n-1.0.0.tgz", ""),
            ("https://registry.npmjs.org/@s/n/-/o-1.0.0.tgz", ""),
            ("git+https://h.example/n-1.0.0.tgz", ""),
        ] {
            assert_eq!(version_in(address, "@s/n"), expected, "{address}");
        }
    }

    #[test]
    fn only_a_full_commit_id_is_one() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        for (address, expected) in [
            (format!("git+https://h/r.git#{commit}"), true),
            (format!("https://codeload.h/o/r/tar.gz/{commit}"), true),
            (format!("https://h/r.git#commit={commit}"), true),
            ("https://h/r.git#0123456".to_owned(), false),
            ("https://h/r.git#main".to_owned(), false),
        ] {
            assert_eq!(has_commit(&address), expected, "{address}");
        }
    }
}
