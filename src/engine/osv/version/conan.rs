//! Versions and version ranges of Conan (<https://docs.conan.io/2/tutorial/versioning/version_ranges.html>).
//!
//! Conan compares a number with a word by their texts, which is no order (9 < 10, 10 < `1a`, `1a` < 9). Here a word that
//! begins with digits stands right after their number, which is the same unless the numbers differ in length.

use super::bound::{all, any};
use super::number::{Number, split_digits};
use std::cmp::Ordering;

/// What stands between two dots.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Item {
    /// Nothing; the end of a bound that is to come before every prerelease.
    Empty,
    /// Digits and what follows them.
    Number(Number, Box<str>),
    Word(Box<str>),
}

/// What a version is compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    main: Vec<Item>,
    pre: Option<Vec<Item>>,
    build: Option<Vec<Item>>,
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.main
            .cmp(&other.main)
            .then_with(|| self.pre.is_none().cmp(&other.pre.is_none()))
            .then_with(|| self.pre.cmp(&other.pre))
            .then_with(|| self.build.cmp(&other.build))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Key {
    pub(super) fn is_prerelease(&self) -> bool {
        self.pre.is_some()
    }
}

fn item(text: &str) -> Item {
    // Python, in which Conan is written, reads `1_000` as a number.
    let parts = || text.split('_');
    if text.contains('_') && parts().all(|part| Number::read(part).is_some()) {
        let digits: String = parts().collect();
        return Number::read(&digits).map_or(Item::Empty, |number| Item::Number(number, "".into()));
    }
    let (digits, rest) = split_digits(text);
    match Number::read(digits) {
        Some(number) => Item::Number(number, rest.into()),
        None if text.is_empty() => Item::Empty,
        None => Item::Word(text.into()),
    }
}

fn is_zero(item: &Item) -> bool {
    matches!(item, Item::Number(number, rest) if number.is_zero() && rest.is_empty())
}

fn items(text: &str) -> Vec<Item> {
    let mut items: Vec<Item> = text.split('.').map(item).collect();
    while items.last().is_some_and(is_zero) {
        items.pop();
    }
    items
}

fn read_bound(text: &str) -> Key {
    let (text, build) = match text.rsplit_once('+') {
        Some((text, build)) => (text, Some(items(build))),
        None => (text, None),
    };
    let (main, pre) = match text.split_once('-') {
        Some((main, pre)) => (main, Some(items(pre))),
        None => (text, None),
    };
    Key { main: items(main), pre, build }
}

/// Reads a version: anything without white space and brackets.
pub(super) fn read(text: &str) -> Option<Key> {
    let text = text.trim();
    let fits = !text.is_empty()
        && text.bytes().all(|b| b.is_ascii_graphic() && !b"[]<>=~^*|,\"'".contains(&b));
    fits.then(|| read_bound(text))
}

/// Whether a requirement lets a version in: a range in brackets, or one version.
pub(super) fn allows(requirement: &str, text: &str) -> Option<bool> {
    let version = read(text)?;
    let requirement = requirement.trim();
    let Some(range) = requirement.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return Some(version == read(requirement)?);
    };
    let (range, options) = range.split_once(',').unwrap_or((range, ""));
    let prereleases = options.contains("include_prerelease");
    any(range.split("||").map(|set| {
        if version.is_prerelease() && !prereleases {
            return Some(false);
        }
        let words: Vec<&str> = set.split_whitespace().collect();
        let words = if words.is_empty() { vec!["*"] } else { words };
        all(words.into_iter().map(|word| condition(word, text.trim(), &version)))
    }))
}

fn condition(word: &str, text: &str, version: &Key) -> Option<bool> {
    if word == "*" {
        return Some(*version >= read_bound("0-"));
    }
    let sign = word.find(|c: char| !"<>=~^".contains(c))?;
    let (sign, bound) = word.split_at_checked(sign)?;
    let bound = bound.trim();
    if sign.is_empty()
        && let Some(prefix) = bound.strip_suffix('*')
    {
        return Some(text.starts_with(prefix));
    }
    let key = read(bound.trim_end_matches('-'))?;
    let before_prereleases = if key.pre.is_none() && key.build.is_none() && !bound.ends_with('-') {
        read_bound(&format!("{bound}-"))
    } else {
        read_bound(bound)
    };
    Some(match sign {
        "" | "=" => *version == key,
        ">" => *version > key,
        "<=" => *version <= key,
        ">=" => *version >= before_prereleases,
        "<" => *version < before_prereleases,
        "~" | "^" => {
            let main = bound.split(['-', '+']).next()?;
            let parts: Vec<&str> = main.split('.').collect();
            let place = if sign == "~" {
                usize::from(parts.len() > 1)
            } else {
                // As Conan, which looks no further than the last number.
                parts.iter().position(|part| !is_zero(&item(part)))?
            };
            let mut upper: Vec<String> =
                parts.iter().take(place).map(|part| (*part).to_owned()).collect();
            upper.push(Number::read(parts.get(place)?)?.next().to_string());
            *version >= before_prereleases
                && *version < read_bound(&format!("{}-", upper.join(".")))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_words_and_prereleases_have_an_order() {
        let ascending = [
            "1.0.2",
            "1.1.0-alpha",
            "1.1.0-beta.2",
            "1.1.0-beta.10",
            "1.1.0",
            "1.1.0l",
            "1.1.1",
            "1.1.1a",
            "1.1.1w",
            "1.10",
            "1.10+1",
            "20190101",
            "cci.20200101",
        ];
        for pair in ascending.windows(2) {
            assert!(read(pair[0]).unwrap() < read(pair[1]).unwrap(), "{pair:?}");
        }
        assert_eq!(read("1.0"), read("1"));
        assert_eq!(read(""), None);
        assert_eq!(read("[>1]"), None);
    }

    #[test]
    fn ranges_stand_in_brackets() {
        for (requirement, version, expected) in [
            ("1.2", "1.2.0", Some(true)),
            ("[>=1.0 <2.0]", "1.5", Some(true)),
            ("[>=1.0 <2.0]", "2.0", Some(false)),
            ("[>=1.0 <2.0, include_prerelease]", "2.0-rc1", Some(false)),
            ("[>=1.0 <2.0, include_prerelease]", "1.0-rc1", Some(true)),
            ("[>=1.0]", "1.5-rc1", Some(false)),
            ("[~1.2]", "1.2.9", Some(true)),
            ("[~1.2]", "1.3", Some(false)),
            ("[^1.2]", "1.9", Some(true)),
            ("[^0.1.2]", "0.2", Some(false)),
            ("[*]", "3", Some(true)),
            ("[1.2.*]", "1.2.7", Some(true)),
            ("[<1 || >=3]", "3.1", Some(true)),
            ("[~a]", "1", None),
        ] {
            assert_eq!(allows(requirement, version), expected, "{requirement} {version}");
        }
    }
}
