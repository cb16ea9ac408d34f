//! Versions of Composer: `VersionParser::normalize` of composer/semver, and PHP's `version_compare` over its results.
//! A branch (`dev-main`) has a text but no place among releases; here branches stand before all of them.

use super::number::{Number, runs};
use regex::{Captures, Regex};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::LazyLock;

/// What a version may end with: a stability or patch word with numbers, and `dev`.
pub(super) const MODIFIER: &str =
    r"[._-]?(?:(stable|beta|b|rc|alpha|a|patch|pl|p)((?:[.-]?[0-9]+)*)?)?([.-]?dev)?";

/// The pattern, anchored and without regard to case. Every pattern here is a constant that the tests compile.
pub(super) fn pattern(text: &str) -> Option<Regex> {
    Regex::new(&format!("(?i)^(?:{text})$")).ok()
}

static CLASSICAL: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(&format!(r"v?([0-9]{{1,5}})(\.[0-9]+)?(\.[0-9]+)?(\.[0-9]+)?{MODIFIER}"))
});
static DATED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(&format!(
        r"v?([0-9]{{4}}(?:[.:-]?[0-9]{{2}}){{1,6}}(?:[.:-]?[0-9]{{1,3}}){{0,2}}){MODIFIER}"
    ))
});
static BRANCH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"v?([0-9]+)(\.(?:[0-9]+|[xX*]))?(\.(?:[0-9]+|[xX*]))?(\.(?:[0-9]+|[xX*]))?")
});

/// The captures of a pattern.
pub(super) fn captures<'a>(pattern: Option<&Regex>, text: &'a str) -> Option<Captures<'a>> {
    pattern?.captures(text)
}

/// The text of a group; empty for none.
pub(super) fn group<'a>(found: &Captures<'a>, index: usize) -> &'a str {
    found.get(index).map_or("", |group| group.as_str())
}

/// A part of a normalised version, in the order of `version_compare`; the end of a version is [`Part::End`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Unknown,
    Dev,
    Alpha,
    Beta,
    Candidate,
    End,
    Number(Number),
    Patch,
}

/// What a version is compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// A branch, by its name.
    Branch(Box<str>),
    Release(Release),
}

/// Everything else than a branch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Release {
    /// [`Part::End`] is last.
    parts: Vec<Part>,
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Branch(a), Self::Branch(b)) => a.cmp(b),
            (Self::Branch(_), Self::Release(_)) => Ordering::Less,
            (Self::Release(_), Self::Branch(_)) => Ordering::Greater,
            (Self::Release(a), Self::Release(b)) => a.parts.cmp(&b.parts),
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Key {
    /// The key of a normalised version.
    pub(super) fn of(normal: &str) -> Self {
        if normal.starts_with("dev-") {
            return Self::Branch(normal.into());
        }
        let mut parts: Vec<Part> = runs(normal)
            .map(|run| {
                if let Some(number) = Number::read(run) {
                    return Part::Number(number);
                }
                // version_compare takes a word for known when it begins like one.
                match run {
                    _ if run.starts_with("dev") => Part::Dev,
                    _ if run.starts_with('a') => Part::Alpha,
                    _ if run.starts_with('b') => Part::Beta,
                    _ if run.starts_with("RC") || run.starts_with("rc") => Part::Candidate,
                    _ if run.starts_with('p') => Part::Patch,
                    _ => Part::Unknown,
                }
            })
            .collect();
        parts.push(Part::End);
        Self::Release(Release { parts })
    }

    pub(super) fn is_branch(&self) -> bool {
        matches!(self, Self::Branch(_))
    }

    pub(super) fn is_prerelease(&self) -> bool {
        match self {
            Self::Branch(_) => true,
            Self::Release(release) => release.parts.iter().any(|part| *part < Part::End),
        }
    }
}

/// The version without its alias (`1.0.x-dev as 1.0.0`).
pub(super) fn without_alias(text: &str) -> &str {
    match text.split_once(" as ") {
        Some((version, alias)) if !version.trim().contains([' ', ',']) && !alias.is_empty() => {
            version.trim()
        }
        _ => text,
    }
}

/// Splits a stability flag (`@beta`) off the end; the second part is lower case.
pub(super) fn split_flag(text: &str) -> (&str, Option<String>) {
    match text.rsplit_once('@') {
        Some((version, flag)) => {
            let flag = flag.to_ascii_lowercase();
            if matches!(flag.as_str(), "stable" | "rc" | "beta" | "alpha" | "dev") {
                return (version, Some(flag));
            }
            (text, None)
        }
        None => (text, None),
    }
}

/// The normalised form of a version: four numbers and what is left of the rest.
pub(super) fn normalise(text: &str) -> Option<String> {
    let text = split_flag(without_alias(text.trim())).0;
    if matches!(text, "master" | "trunk" | "default") {
        return Some(format!("dev-{text}"));
    }
    if text.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("dev-")) {
        return text.get(4..).map(|name| format!("dev-{name}"));
    }
    let text = match text.split_once('+') {
        Some((version, metadata))
            if !version.is_empty()
                && !version.contains([',', ' '])
                && !metadata.is_empty()
                && !metadata.contains(char::is_whitespace) =>
        {
            version
        }
        _ => text,
    };
    if let Some(found) = captures(CLASSICAL.as_ref(), text) {
        let mut version = group(&found, 1).to_owned();
        for index in 2..5 {
            let number = group(&found, index);
            version.push_str(if number.is_empty() { ".0" } else { number });
        }
        return Some(with_modifiers(version, &found, 5));
    }
    if let Some(found) = captures(DATED.as_ref(), text) {
        let version = group(&found, 1).replace([':', '-'], ".");
        return Some(with_modifiers(version, &found, 2));
    }
    let stem = text
        .len()
        .checked_sub(3)
        .filter(|at| text.get(*at..).is_some_and(|end| end.eq_ignore_ascii_case("dev")))?;
    let stem = text.get(..stem)?;
    numeric_branch(stem.strip_suffix(['.', '-']).unwrap_or(stem))
}

fn with_modifiers(mut version: String, found: &Captures<'_>, index: usize) -> String {
    let word = group(found, index).to_ascii_lowercase();
    if word == "stable" {
        return version;
    }
    if !word.is_empty() {
        let full: Cow<'_, str> = match word.as_str() {
            "a" => "alpha".into(),
            "b" => "beta".into(),
            "p" | "pl" => "patch".into(),
            "rc" => "RC".into(),
            _ => word.into(),
        };
        let number = group(found, index + 1).trim_start_matches(['.', '-']);
        version.push('-');
        version.push_str(&full);
        version.push_str(number);
    }
    if !group(found, index + 2).is_empty() {
        version.push_str("-dev");
    }
    version
}

/// `1.x` as the highest of its kind, a development version.
fn numeric_branch(name: &str) -> Option<String> {
    let found = captures(BRANCH.as_ref(), name.trim())?;
    let mut version = String::new();
    for index in 1..5 {
        match group(&found, index) {
            "" => version.push_str(".9999999"),
            part => version.push_str(&part.replace(['x', 'X', '*'], "9999999")),
        }
    }
    Some(format!("{version}-dev"))
}

/// Reads a version.
pub(super) fn read(text: &str) -> Option<Key> {
    normalise(text).map(|normal| Key::of(&normal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_normalised_as_composer_does() {
        for (text, normal) in [
            ("1", "1.0.0.0"),
            ("v1.2.3", "1.2.3.0"),
            ("1.0.0-rc1", "1.0.0.0-RC1"),
            ("1.0.0.RC.15-dev", "1.0.0.0-RC15-dev"),
            ("1.0.0-pl3", "1.0.0.0-patch3"),
            ("1.0.0alpha2.1", "1.0.0.0-alpha2.1"),
            ("1.0-stable", "1.0.0.0"),
            ("1.0.x-dev", "1.0.9999999.9999999-dev"),
            ("1-dev", "1.0.0.0-dev"),
            ("2010-01-02", "2010.01.02"),
            ("20100102-203040-p1", "20100102.203040-patch1"),
            ("2010.1.555", "2010.1.555.0"),
            ("dev-feature/x", "dev-feature/x"),
            ("master", "dev-master"),
            ("1.0.0+meta", "1.0.0.0"),
            ("dev-master as 1.0.0", "dev-master"),
            ("1.0@beta", "1.0.0.0"),
        ] {
            assert_eq!(normalise(text).as_deref(), Some(normal), "{text}");
        }
        for text in ["", "a", "1.0.0-meh", "1.0.0.0.0", "feature-dev", "1..2", "1.0-"] {
            // A hyphen or dot alone may end a version in Composer.
            assert!(normalise(text).is_none() || text == "1.0-", "{text}");
        }
    }

    #[test]
    fn words_and_numbers_stand_in_the_order_of_php() {
        let ascending = [
            "dev-main",
            "1.0.0-dev",
            "1.0.0-alpha",
            "1.0.0-alpha1-dev",
            "1.0.0-alpha1",
            "1.0.0-beta10",
            "1.0.0-RC1",
            "1.0.0",
            "1.0.0-patch1",
            "1.0.1",
            "1.0.x-dev",
            "1.1",
            "20100102",
        ];
        for pair in ascending.windows(2) {
            assert!(read(pair[0]).unwrap() < read(pair[1]).unwrap(), "{pair:?}");
        }
    }
}
