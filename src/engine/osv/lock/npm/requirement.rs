//! Requirements as `package.json` writes them: ranges, aliases, addresses, paths. Compares no versions.

use super::source;
use crate::engine::osv::component::Origin;

/// A requirement taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Requirement<'a> {
    /// The name that the registry knows; another than the one asked for where there is an alias.
    pub(super) name: &'a str,
    /// The range or address, without what made it an alias.
    pub(super) range: &'a str,
    /// Where the package is to come from.
    pub(super) origin: Origin,
}

/// Takes apart the requirement `text` under the name `name`.
pub(super) fn parse<'a>(name: &'a str, text: &'a str) -> Requirement<'a> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("npm:") {
        let (name, range) = alias(rest).unwrap_or((name, rest));
        return Requirement { name, range, origin: Origin::Registry };
    }
    let origin = if text.starts_with("jsr:") {
        Origin::OtherRegistry("https://npm.jsr.io".to_owned())
    } else if is_address(text) {
        source::origin(text, name, "")
    } else if is_short_repository(text) {
        Origin::Git(source::without_credentials(text))
    } else {
        Origin::Registry
    };
    Requirement { name, range: text, origin }
}

/// Name and range of what stands behind `npm:`; `None` when it is a range alone, as yarn 2 and later write it.
pub(super) fn alias(rest: &str) -> Option<(&str, &str)> {
    if let Some(parts) = split(rest) {
        return Some(parts);
    }
    let range = rest.starts_with(|c: char| c.is_ascii_digit() || "^~<>=*|".contains(c));
    (!range && !rest.is_empty()).then_some((rest, ""))
}

/// Name and the rest of `name@rest`; the scope's `@` does not part them.
pub(super) fn split(descriptor: &str) -> Option<(&str, &str)> {
    let (at, _) = descriptor.char_indices().skip(1).find(|(_, c)| *c == '@')?;
    Some((&descriptor[..at], &descriptor[at + 1..]))
}

fn is_address(text: &str) -> bool {
    const BEGINNINGS: &[&str] = &[
        "file:",
        "link:",
        "portal:",
        "workspace:",
        "exec:",
        "git+",
        "git:",
        "git@",
        "ssh:",
        "github:",
        "gitlab:",
        "bitbucket:",
        "gist:",
        "http:",
        "https:",
        "./",
        "../",
        "/",
        "~/",
    ];
    BEGINNINGS.iter().any(|beginning| text.starts_with(beginning))
}

/// `owner/name` or `owner/name#branch`: a repository at GitHub.
fn is_short_repository(text: &str) -> bool {
    let path = text.split('#').next().unwrap_or_default();
    let word = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    };
    path.split_once('/').is_some_and(|(owner, name)| word(owner) && word(name))
}

/// The version of a range that only one satisfies: `1.2.3`, `=1.2.3`, `v1.2.3`.
pub(super) fn exact(range: &str) -> Option<&str> {
    let range = range.trim();
    let version = range.strip_prefix('=').map_or(range, str::trim_start);
    let version = version.strip_prefix(['v', 'V']).unwrap_or(version);
    is_version(version).then_some(version)
}

/// Whether a text is a full SemVer version.
pub(super) fn is_version(text: &str) -> bool {
    let core_end = text.find(['-', '+']).unwrap_or(text.len());
    let (core, rest) = text.split_at(core_end);
    let number = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let three = core.split('.').count() == 3 && core.split('.').all(number);
    let tail = rest.get(1..).unwrap_or_default();
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'+');
    three && (rest.is_empty() || (!tail.is_empty() && tail.bytes().all(allowed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_requirement_names_the_package_the_registry_knows() {
        let git = |at: &str| Origin::Git(at.to_owned());
        let path = |at: &str| Origin::Path(at.to_owned());
        for (text, name, range, origin) in [
            ("^1.2", "n", "^1.2", Origin::Registry),
            ("latest", "n", "latest", Origin::Registry),
            ("", "n", "", Origin::Registry),
            ("npm:real@^1", "real", "^1", Origin::Registry),
            ("npm:@s/real@~2", "@s/real", "~2", Origin::Registry),
            ("npm:@s/real", "@s/real", "", Origin::Registry),
            ("npm:^3", "n", "^3", Origin::Registry),
            ("catalog:", "n", "catalog:", Origin::Registry),
            ("workspace:*", "n", "workspace:*", path("*")),
            ("file:../x", "n", "file:../x", path("../x")),
            ("owner/repo#v1", "n", "owner/repo#v1", git("owner/repo#v1")),
            ("github:owner/repo", "n", "github:owner/repo", git("github:owner/repo")),
            (
                "https://h.example/x.tgz",
                "n",
                "https://h.example/x.tgz",
                Origin::Url("https://h.example/x.tgz".to_owned()),
            ),
            ("1.x || >=2.0 <3", "n", "1.x || >=2.0 <3", Origin::Registry),
        ] {
            assert_eq!(parse("n", text), Requirement { name, range, origin }, "{text}");
        }
    }

    #[test]
    fn only_one_version_is_exact() {
        for (range, expected) in [
            ("1.2.3", Some("1.2.3")),
            (" =1.2.3-rc.1+b ", Some("1.2.3-rc.1+b")),
            ("v1.2.3", Some("1.2.3")),
            ("1.2", None),
            ("1.2.x", None),
            ("^1.2.3", None),
            ("1.2.3 || 2.0.0", None),
            ("1.2.3-", None),
            ("1.2.3 - 2.0.0", None),
            ("*", None),
            ("", None),
        ] {
            assert_eq!(exact(range), expected, "{range}");
        }
    }
}
