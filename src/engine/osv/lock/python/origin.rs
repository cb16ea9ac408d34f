//! What addresses, indexes and hashes in Python's files say about where a package comes from. Knows no file format.

use super::super::address::{host, is_commit, without_credentials};
use crate::engine::osv::component::{Algorithm, Component, Digest, Origin};

/// Hosts that serve PyPI.
const PYPI: &[&str] = &["pypi.org", "pypi.python.org", "files.pythonhosted.org"];

/// Kinds of repositories that pip knows (<https://pip.pypa.io/en/stable/topics/vcs-support/>).
const KINDS: &[&str] = &["git+", "hg+", "svn+", "bzr+"];

/// Longest revision that is kept, characters.
const MAX_REVISION: usize = 256;

/// Origin of what comes from an index.
pub(super) fn of_index(address: &str) -> Origin {
    let address = address.trim();
    if address.is_empty() || PYPI.contains(&host(address).as_str()) {
        Origin::Registry
    } else {
        Origin::OtherRegistry(without_credentials(address))
    }
}

/// Origin of a repository of a kind (`git`) at a revision, and whether that is a full commit id.
pub(super) fn of_repository(kind: &str, address: &str, revision: &str) -> (Origin, bool) {
    let address = without_credentials(address);
    let kind = if KINDS.iter().any(|kind| address.starts_with(kind)) || !address.contains("://") {
        String::new()
    } else {
        format!("{kind}+")
    };
    let revision: String =
        revision.chars().filter(|c| !c.is_control()).take(MAX_REVISION).collect();
    let at = if revision.is_empty() { "" } else { "@" };
    (Origin::Git(format!("{kind}{address}{at}{revision}")), is_commit(&revision))
}

/// Origin of a folder or file.
pub(super) fn of_path(path: &str) -> Origin {
    Origin::Path(without_credentials(path))
}

/// Sets origin, pin and digests of a component by an address as pip takes it: repository, archive or local path.
pub(super) fn by_address(component: &mut Component, address: &str) {
    let (place, fragment) = address.split_once('#').unwrap_or((address, ""));
    if KINDS.iter().any(|kind| place.starts_with(kind)) || place.starts_with("git://") {
        component.origin = Origin::Git(without_credentials(place));
        let behind = place.split_once("://").map_or(place, |(_, rest)| rest);
        component.pinned |= behind.rsplit_once('@').is_some_and(|(_, rev)| is_commit(rev));
        return;
    }
    component.origin = if is_remote(place) {
        Origin::Url(without_credentials(place))
    } else {
        Origin::Path(without_credentials(place.strip_prefix("file://").unwrap_or(place)))
    };
    for pair in fragment.split('&') {
        if let Some((algorithm, hex)) = pair.split_once('=') {
            add_digest(component, algorithm, hex);
        }
    }
}

/// Whether an address leads to another machine.
pub(super) fn is_remote(address: &str) -> bool {
    address.contains("://") && !address.starts_with("file:")
}

/// Adds a hash written `sha256:…`, once; other algorithms pin as well, but are no digest we know.
pub(super) fn add_hash(component: &mut Component, hash: &str) {
    if let Some((algorithm, hex)) = hash.trim().split_once([':', '=']) {
        add_digest(component, algorithm, hex);
    }
}

/// Adds a digest; anything but hexadecimal digits is none and pins nothing.
pub(super) fn add_digest(component: &mut Component, algorithm: &str, hex: &str) {
    let hex = hex.trim();
    if hex.len() >= 32 && hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        match Algorithm::from_name(algorithm.trim()) {
            Some(known) => {
                if let Some(digest) = Digest::from_hex(known, hex) {
                    component.pinned = true;
                    component.digests.push(digest);
                }
            }
            // SHA-224, BLAKE2 and SHA-3 are allowed too.
            None if algorithm.starts_with("sha") || algorithm.starts_with("blake") => {
                component.pinned = true;
            }
            None => {}
        }
    }
}

/// Sorts digests and drops repeated ones; to be called once all are there.
pub(super) fn settle_digests(component: &mut Component) {
    component.digests.sort_unstable();
    component.digests.dedup();
}

/// Name and version in the file name of a wheel or source archive, `name-1.0-py3-none-any.whl`, `name-1.0.tar.gz`.
pub(super) fn of_archive_name(address: &str) -> Option<(&str, &str)> {
    let address = address.split(['#', '?']).next().unwrap_or(address);
    let file = address.rsplit(['/', '\\']).next().unwrap_or(address);
    if let Some(stem) = file.strip_suffix(".whl") {
        let mut parts = stem.split('-');
        return Some((parts.next()?, parts.next()?)).filter(|_| (3..=4).contains(&parts.count()));
    }
    let stem = [".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz"]
        .iter()
        .find_map(|end| file.strip_suffix(end))?;
    let (name, version) = stem.rsplit_once('-')?;
    version.starts_with(|c: char| c.is_ascii_digit()).then_some((name, version))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::osv::component::Ecosystem;

    #[test]
    fn an_address_tells_origin_and_pin_without_its_credentials() {
        let id = "0123456789abcdef0123456789abcdef01234567";
        for (address, origin, pinned) in [
            (
                format!("git+https://u:example-token@h.example/a.git@{id}#egg=a"),
                Origin::Git(format!("git+https://h.example/a.git@{id}")),
                true,
            ),
            (
                "git+ssh://git@h.example/a.git@main".to_owned(),
                Origin::Git("git+ssh://git@h.example/a.git@main".to_owned()),
                false,
            ),
            (
                format!("https://h.example/a.whl?t=example-token#sha256={}", "0".repeat(64)),
                Origin::Url("https://h.example/a.whl".to_owned()),
                true,
            ),
            ("file:///a/b".to_owned(), Origin::Path("/a/b".to_owned()), false),
            ("../b".to_owned(), Origin::Path("../b".to_owned()), false),
        ] {
            let mut component = Component::new(Ecosystem::PyPi, "a", "", 1);
            by_address(&mut component, &address);
            assert_eq!((component.origin, component.pinned), (origin, pinned), "{address}");
        }
    }

    #[test]
    fn the_registry_is_told_from_others() {
        for (address, origin) in [
            ("https://pypi.org/simple", Origin::Registry),
            ("https://pypi.python.org/simple/", Origin::Registry),
            (
                "https://u:example-password@pypi.example/simple",
                Origin::OtherRegistry("https://pypi.example/simple".to_owned()),
            ),
        ] {
            assert_eq!(of_index(address), origin);
        }
    }

    #[test]
    fn archives_are_named_after_their_package() {
        for (address, expected) in [
            ("https://h.example/a_b-1.0-py3-none-any.whl#x", Some(("a_b", "1.0"))),
            ("a-1.0-1-py3-none-any.whl", Some(("a", "1.0"))),
            ("./a-b-1.0.tar.gz", Some(("a-b", "1.0"))),
            ("https://h.example/archive/main.zip", None),
            ("a.whl", None),
            ("a-master.zip", None),
        ] {
            assert_eq!(of_archive_name(address), expected, "{address}");
        }
    }
}
