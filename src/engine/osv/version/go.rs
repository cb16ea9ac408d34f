//! Versions of Go modules (<https://go.dev/ref/mod#versions>) and of Go itself. Both come into one SemVer order, because
//! advisories of the standard library state SemVer bounds: `go1.21rc2` is 1.21.0-rc.2, `go1.21` is 1.21.0.

use super::number::split_digits;
use super::semver::{self, Key, Style};

/// Reads a version of a module (`v1.2.3`, `1.2.3`, `v2.0.0+incompatible`, pseudo-versions) or of Go (`go1.21.3`, `1.21rc2`,
/// `go1.22.1-vendor`, `go1.21.3 X:experiment`).
pub(super) fn read(text: &str) -> Option<Key> {
    let text = text.trim();
    match text.strip_prefix("go") {
        Some(rest) => toolchain(rest.split([' ', '-', '+']).next()?),
        None => semver::read(text, Style::Plain).or_else(|| toolchain(text)),
    }
}

/// `1`, `1.21`, `1.21.3`, `1.21rc2`.
fn toolchain(text: &str) -> Option<Key> {
    let end = text.find(|c: char| c.is_ascii_lowercase()).unwrap_or(text.len());
    let (release, stage) = text.split_at_checked(end)?;
    if !release.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if stage.is_empty() {
        return semver::read(release, Style::Plain);
    }
    let (word, number) = stage.split_at_checked(stage.find(|c: char| c.is_ascii_digit())?)?;
    let (number, after) = split_digits(number);
    if !after.is_empty() || !matches!(word, "rc" | "beta" | "alpha") {
        return None;
    }
    semver::read(&format!("{release}-{word}.{number}"), Style::Plain)
}

/// Whether a version is at least the one a `require` names; minimal version selection knows no upper bound.
pub(super) fn allows(requirement: &str, version: &Key) -> Option<bool> {
    Some(*version >= read(requirement)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modules_and_toolchains_stand_in_one_order() {
        let ascending = [
            "v0.0.0-20190101000000-0123456789ab",
            "v0.0.0-20200101000000-0123456789ab",
            "v0.1.0",
            "v1.2.3-0.20200101000000-0123456789ab",
            "1.2.3",
            "go1.21beta1",
            "1.21rc2",
            "go1.21",
            "go1.21.3-vendor",
            "v1.21.4-0.20240101000000-0123456789ab",
            "v2.0.0+incompatible",
        ];
        for pair in ascending.windows(2) {
            assert!(read(pair[0]).unwrap() < read(pair[1]).unwrap(), "{pair:?}");
        }
        assert_eq!(read("go1.21"), read("1.21.0"));
        assert_eq!(read("go1.21rc2"), read("1.21.0-rc.2"));
        assert_eq!(read("go1.21.3 X:boringcrypto"), read("v1.21.3"));
    }

    #[test]
    fn words_are_no_versions() {
        for text in ["", "go", "(devel)", "latest", "go1.21gamma2", "v1.2.3.4", "1.21rc"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
