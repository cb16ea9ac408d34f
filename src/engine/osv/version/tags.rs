//! Requirements on versions that are tags of repositories: Swift packages and actions of GitHub workflows.

use super::bound::{Op, words};
use super::semver::{Key, Style, read, read_with_count};

/// Whether a requirement of a Swift package lets a version in: `1.2.3` or `exact: "1.2.3"` as it is, `from: "1.2.3"` and
/// `^1.2.3` up to the next major, `~1.2.3` up to the next minor, `"1.0.0"..<"2.0.0"`, `"1.0.0"..."1.9.9"`, and comparisons.
pub(super) fn allows_swift(requirement: &str, version: &Key) -> Option<bool> {
    let text = requirement.replace(['"', '\''], "");
    let text = text.trim();
    let bound = |text: &str| read(text, Style::Tag);
    if let Some((low, high)) = text.split_once("..<") {
        return Some(*version >= bound(low)? && below(version, &bound(high)?));
    }
    if let Some((low, high)) = text.split_once("...") {
        return Some(*version >= bound(low)? && *version <= bound(high)?);
    }
    for (word, place) in [
        ("from:", 0),
        (".upToNextMajor(from:", 0),
        (".upToNextMinor(from:", 1),
        ("^", 0),
        ("~>", 1),
        ("~", 1),
    ] {
        if let Some(rest) = text.strip_prefix(word) {
            let from = bound(rest.trim_end_matches(')'))?;
            let mut numbers = from.triple()[..=place].to_vec();
            let last = numbers.last_mut()?;
            *last = last.next();
            return Some(*version >= from && below(version, &Key::release(&numbers)));
        }
    }
    let text = text.strip_prefix("exact:").unwrap_or(text);
    compared(text, version)
}

/// Whether a version is before a bound and no prerelease of it.
fn below(version: &Key, bound: &Key) -> bool {
    version < bound && (bound.is_prerelease() || !version.same_release(bound))
}

fn compared(text: &str, version: &Key) -> Option<bool> {
    let words = words(text, &[',']);
    let mut fits = !words.is_empty();
    for word in &words {
        let (op, bound) = Op::split(word);
        fits &= op.unwrap_or(Op::Equal).holds(version.cmp(&read(bound, Style::Tag)?));
    }
    (!words.is_empty()).then_some(fits)
}

/// Whether a reference of an action lets a version in: `v4` and `v4.1` any that begins so, `v4.1.2` itself, and comparisons
/// (`>= 1.0, < 2`), which advisories use.
pub(super) fn allows_action(requirement: &str, version: &Key) -> Option<bool> {
    let Some((key, count)) = read_with_count(requirement, Style::Tag) else {
        return compared(requirement, version);
    };
    if count > 2 || key.is_prerelease() {
        return Some(*version == key);
    }
    Some((0..count).all(|place| version.number(place) == key.number(place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_of_swift_fit() {
        for (requirement, version, expected) in [
            ("1.2.3", "v1.2.3", Some(true)),
            ("exact: \"1.2.3\"", "1.2.4", Some(false)),
            ("from: \"1.2.3\"", "1.9.0", Some(true)),
            ("from: \"1.2.3\"", "2.0.0-beta", Some(false)),
            (".upToNextMinor(from: \"1.2.3\")", "1.3.0", Some(false)),
            ("\"1.0.0\"..<\"2.0.0\"", "1.9.9", Some(true)),
            ("\"1.0.0\"...\"1.9.9\"", "1.9.9", Some(true)),
            ("~> 1.2.0", "1.2.9", Some(true)),
            (">= 1.0, < 2", "2.0", Some(false)),
            ("branch: main", "2.0", None),
            ("", "2.0", None),
        ] {
            let version = read(version, Style::Tag).unwrap();
            assert_eq!(allows_swift(requirement, &version), expected, "{requirement}");
        }
    }

    #[test]
    fn a_short_tag_of_an_action_is_any_that_begins_so() {
        for (requirement, version, expected) in [
            ("v4", "v4.2.1", Some(true)),
            ("v4.1", "4.2.0", Some(false)),
            ("v4.1.2", "4.1.2", Some(true)),
            (">= 1.0, < 2", "1.5", Some(true)),
            ("main", "1.5", None),
        ] {
            let version = read(version, Style::Tag).unwrap();
            assert_eq!(allows_action(requirement, &version), expected, "{requirement}");
        }
    }
}
