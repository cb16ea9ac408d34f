//! Python versions (<https://packaging.python.org/en/latest/specifications/version-specifiers/>). Versions from before that
//! specification have no place in its order and are refused. Requirements are in [`super::python`].

use super::number::{Number, split_digits, without_trailing_zeros};

/// What a version is compared by; the order of fields and variants is that of the specification.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) epoch: Number,
    /// Without zeros at the end.
    pub(super) release: Vec<Number>,
    pub(super) pre: Pre,
    pub(super) post: Option<Number>,
    pub(super) dev: Dev,
    /// Empty for none.
    pub(super) local: Vec<Local>,
}

/// The prerelease.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Pre {
    /// None, but a development release of the release itself: before all prereleases.
    Development,
    Alpha(Number),
    Beta(Number),
    Candidate(Number),
    /// None.
    Release,
}

/// The development release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Dev {
    At(Number),
    Not,
}

/// A part of a local version; words stand before numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Local {
    Word(Box<str>),
    Number(Number),
}

impl Key {
    pub(super) fn is_prerelease(&self) -> bool {
        self.pre != Pre::Release || self.dev != Dev::Not
    }

    /// The same without its local part.
    pub(super) fn public(&self) -> Self {
        Self { local: Vec::new(), ..self.clone() }
    }

    /// Whether both have one epoch and one release.
    pub(super) fn same_base(&self, other: &Self) -> bool {
        self.epoch == other.epoch && self.release == other.release
    }

    /// A release number; zero where there is none.
    pub(super) fn number(&self, place: usize) -> Number {
        self.release.get(place).cloned().unwrap_or(Number::ZERO)
    }
}

fn skip_separator(text: &str) -> &str {
    text.strip_prefix(['-', '_', '.']).unwrap_or(text)
}

/// Takes one of the words off the start, with a separator before and after it and a number, 0 where there is none.
fn take<'a>(text: &'a str, words: &[&str]) -> Option<(usize, Number, &'a str)> {
    let from = skip_separator(text);
    let (word, rest) = words
        .iter()
        .enumerate()
        .find_map(|(place, word)| Some((place, from.strip_prefix(word)?)))?;
    let (digits, rest) = split_digits(skip_separator(rest));
    Some((word, Number::read(digits).unwrap_or(Number::ZERO), rest))
}

/// Reads a version; besides its key, how many release numbers it writes.
pub(super) fn read_with_count(text: &str) -> Option<(Key, usize)> {
    let lower = text.trim().to_ascii_lowercase();
    let rest = lower.strip_prefix('v').unwrap_or(&lower);
    let (rest, local) = match rest.split_once('+') {
        Some((rest, local)) => (rest, read_local(local)?),
        None => (rest, Vec::new()),
    };
    let (epoch, mut rest) = match rest.split_once('!') {
        Some((epoch, rest)) => (Number::read(epoch)?, rest),
        None => (Number::ZERO, rest),
    };
    let mut release = Vec::new();
    loop {
        let (digits, after) = split_digits(rest);
        release.push(Number::read(digits)?);
        rest = after;
        match after.strip_prefix('.') {
            Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
            _ => break,
        }
    }
    let mut pre = Pre::Release;
    // Longer words first, as one begins another.
    let words = ["alpha", "beta", "preview", "pre", "rc", "a", "b", "c"];
    if let Some((word, number, after)) = take(rest, &words) {
        pre = match words[word] {
            "alpha" | "a" => Pre::Alpha(number),
            "beta" | "b" => Pre::Beta(number),
            _ => Pre::Candidate(number),
        };
        rest = after;
    }
    let mut post = None;
    let implicit =
        rest.strip_prefix('-').map(split_digits).filter(|(digits, _)| !digits.is_empty());
    if let Some((digits, after)) = implicit {
        post = Number::read(digits);
        rest = after;
    } else if let Some((_, number, after)) = take(rest, &["post", "rev", "r"]) {
        post = Some(number);
        rest = after;
    }
    let mut dev = Dev::Not;
    if let Some((_, number, after)) = take(rest, &["dev"]) {
        dev = Dev::At(number);
        rest = after;
    }
    if !rest.is_empty() {
        return None;
    }
    if pre == Pre::Release && post.is_none() && dev != Dev::Not {
        pre = Pre::Development;
    }
    let count = release.len();
    let release = without_trailing_zeros(release);
    Some((Key { epoch, release, pre, post, dev, local }, count))
}

fn read_local(text: &str) -> Option<Vec<Local>> {
    text.split(['-', '_', '.'])
        .map(|part| {
            let fits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_alphanumeric());
            fits.then(|| Number::read(part).map_or_else(|| Local::Word(part.into()), Local::Number))
        })
        .collect()
}

/// Reads a version.
pub(super) fn read(text: &str) -> Option<Key> {
    read_with_count(text).map(|(key, _)| key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_is_that_of_the_specification() {
        let ascending = [
            "0.9",
            "1.dev0",
            "1.0.dev456",
            "1.0a1.dev2",
            "1.0a1",
            "1.0a2.dev456",
            "1.0a12",
            "1.0b2",
            "1.0b2.post345.dev456",
            "1.0b2.post345",
            "1.0rc1",
            "1.0",
            "1.0+abc.5",
            "1.0+abc.7",
            "1.0+5",
            "1.0.post456.dev34",
            "1.0.post456",
            "1.0.15",
            "1.1.dev1",
            "99999999999999999999999.0",
            "1!0.1",
        ];
        for (place, a) in ascending.iter().enumerate() {
            for (other, b) in ascending.iter().enumerate() {
                assert_eq!(read(a).unwrap().cmp(&read(b).unwrap()), place.cmp(&other), "{a} {b}");
            }
        }
    }

    #[test]
    fn one_version_may_be_written_in_many_ways() {
        for (a, b) in [
            ("1.0", "1"),
            ("v1.0", " 1.0.0 "),
            ("1.0-Alpha.1", "1.0a1"),
            ("1.0_beta", "1.0b0"),
            ("1.0c1", "1.0RC1"),
            ("1.0pre", "1.0rc0"),
            ("1.0-5", "1.0.post5"),
            ("1.0r5", "1.0-rev_5"),
            ("1.0a-1", "1.0a1"),
            ("1.0a1-1", "1.0a1.post1"),
            ("1.0dev", "1.0.dev0"),
            ("1.0+a-B_1", "1.0+A.b.01"),
            ("1.0a-", "1.0a0"),
        ] {
            assert_eq!(read(a).unwrap(), read(b).unwrap(), "{a} {b}");
        }
    }

    #[test]
    fn anything_else_is_no_version() {
        for text in
            ["", "1.0.", "1.0-", "dev", "1.0-final", "1.0+", "1.0+a..b", "1.0 b1", "!1", "ä"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
