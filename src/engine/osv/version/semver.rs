//! Versions after SemVer 2.0 (<https://semver.org>), as strictly or loosely as the tools of an ecosystem read them. Build
//! identifiers take part in the order only where the ecosystem (Pub) says so. Requirements are next door.

use super::number::{Number, split_digits, without_trailing_zeros};
use std::cmp::Ordering;

/// One identifier of a prerelease or build.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Identifier {
    /// Digits only; before all words.
    Number(Number),
    Word(Box<str>),
}

/// What a version is compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// Without zeros at the end.
    numbers: Vec<Number>,
    /// Empty for a release.
    pre: Vec<Identifier>,
    /// Empty where build identifiers do not count.
    build: Vec<Identifier>,
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers
            .cmp(&other.numbers)
            .then_with(|| self.pre.is_empty().cmp(&other.pre.is_empty()))
            .then_with(|| self.pre.cmp(&other.pre))
            .then_with(|| self.build.cmp(&other.build))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// How much is forgiven. Whatever the style, a leading `v` or `=`, leading zeros and missing numbers are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    /// At most three numbers.
    Plain,
    /// As node-semver does it with `loose`: the hyphen before the prerelease may be missing (`1.2.3beta`).
    Loose,
    /// Build identifiers count, as in Dart's pub_semver.
    Build,
    /// Tags of repositories: more than three numbers, and no hyphen needed.
    Tag,
}

/// Numbers of a tag that are read.
const MAX_NUMBERS: usize = 16;

impl Key {
    /// A release; the numbers from the first.
    pub(super) fn release(numbers: &[Number]) -> Self {
        Self {
            numbers: without_trailing_zeros(numbers.to_vec()),
            pre: Vec::new(),
            build: Vec::new(),
        }
    }

    /// The lowest prerelease of a release, `-0`.
    pub(super) fn first_prerelease(numbers: &[Number]) -> Self {
        Self::release(numbers).with_prerelease(vec![Identifier::Number(Number::ZERO)])
    }

    /// The same release with another prerelease; an empty one for the release itself.
    pub(super) fn with_prerelease(self, pre: Vec<Identifier>) -> Self {
        Self { pre, ..self }
    }

    /// The number at a place from 0; zero where there is none.
    pub(super) fn number(&self, place: usize) -> Number {
        self.numbers.get(place).cloned().unwrap_or(Number::ZERO)
    }

    /// The first three numbers.
    pub(super) fn triple(&self) -> [Number; 3] {
        [self.number(0), self.number(1), self.number(2)]
    }

    /// Whether both are of one release, whatever their prereleases.
    pub(super) fn same_release(&self, other: &Self) -> bool {
        self.numbers == other.numbers
    }

    pub(super) fn is_prerelease(&self) -> bool {
        !self.pre.is_empty()
    }

    pub(super) fn has_build(&self) -> bool {
        !self.build.is_empty()
    }
}

/// Reads identifiers between dots; `None` for an empty one or another character than letters, digits and hyphen.
pub(super) fn identifiers(text: &str) -> Option<Vec<Identifier>> {
    text.split('.')
        .map(|part| {
            let fits =
                !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            fits.then(|| {
                Number::read(part).map_or_else(|| Identifier::Word(part.into()), Identifier::Number)
            })
        })
        .collect()
}

/// Reads a version; besides its key, how many numbers it writes.
pub(super) fn read_with_count(text: &str, style: Style) -> Option<(Key, usize)> {
    let text = text.trim();
    let text = text.trim_start_matches(|c: char| matches!(c, 'v' | 'V' | '=') || c.is_whitespace());
    let (text, build) = match text.split_once('+') {
        Some((text, build)) => (text, identifiers(build)?),
        None => (text, Vec::new()),
    };
    let mut numbers = Vec::new();
    let mut rest = text;
    loop {
        let (digits, after) = split_digits(rest);
        numbers.push(Number::read(digits)?);
        rest = after;
        match after.strip_prefix('.') {
            Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
            _ => break,
        }
        let most = if style == Style::Tag { MAX_NUMBERS } else { 3 };
        if numbers.len() == most {
            return None;
        }
    }
    let glued = matches!(style, Style::Loose | Style::Tag)
        && rest.starts_with(|c: char| c.is_ascii_alphabetic());
    let pre = match rest.strip_prefix('-') {
        Some(pre) => identifiers(pre)?,
        None if rest.is_empty() => Vec::new(),
        None if glued => identifiers(rest)?,
        None => return None,
    };
    let count = numbers.len();
    let build = if style == Style::Build { build } else { Vec::new() };
    Some((Key { numbers: without_trailing_zeros(numbers), pre, build }, count))
}

/// Reads a version.
pub(super) fn read(text: &str, style: Style) -> Option<Key> {
    read_with_count(text, style).map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(style: Style, a: &str, b: &str) -> Ordering {
        read(a, style).unwrap().cmp(&read(b, style).unwrap())
    }

    #[test]
    fn the_order_is_that_of_the_specification() {
        let ascending = [
            "0.9.9",
            "1.0.0-0",
            "1.0.0-9",
            "1.0.0-10",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1",
            "1.10.0",
            "184467440737095516160.0.0",
        ];
        for (place, a) in ascending.iter().enumerate() {
            for (other, b) in ascending.iter().enumerate() {
                assert_eq!(compare(Style::Plain, a, b), place.cmp(&other), "{a} {b}");
            }
        }
    }

    #[test]
    fn what_a_style_forgives_reads_as_the_same_version() {
        for (style, a, b) in [
            (Style::Plain, "v1.2.3", "1.2.3"),
            (Style::Plain, "1", "1.0.0"),
            (Style::Plain, "1.2.3+x", "1.2.3+y.1"),
            (Style::Loose, "1.2.3beta", "1.2.3-beta"),
            (Style::Tag, "v1.2.3.0", "1.2.3"),
            (Style::Tag, "=1.02", "1.2"),
        ] {
            assert_eq!(compare(style, a, b), Ordering::Equal, "{a} {b}");
        }
        assert_eq!(compare(Style::Build, "1.0.0", "1.0.0+1"), Ordering::Less);
        assert_eq!(compare(Style::Build, "1.0.0+2", "1.0.0+10"), Ordering::Less);
    }

    #[test]
    fn anything_else_is_no_version() {
        for text in
            ["", "v", "1.2.3.4", "1.2.3-", "1.2.3-a..b", "1.2.3-ä", "1.2.3+", "x1", "1.2.3b"]
        {
            assert_eq!(read(text, Style::Plain), None, "{text}");
        }
    }
}
