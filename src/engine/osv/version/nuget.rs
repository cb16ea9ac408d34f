//! Versions and ranges of NuGet (<https://learn.microsoft.com/nuget/concepts/package-versioning>): up to four numbers, labels
//! without regard to case, metadata without weight.

use super::number::{Number, without_trailing_zeros};
use std::cmp::Ordering;

/// A label of a prerelease. .NET reads those that fit into 32 bits, sign included, as numbers, and the rest as words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Label {
    Number(i32),
    Word(Box<str>),
}

/// What a version is compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    /// Without zeros at the end.
    numbers: Vec<Number>,
    /// Empty for a release.
    labels: Vec<Label>,
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers
            .cmp(&other.numbers)
            .then_with(|| self.labels.is_empty().cmp(&other.labels.is_empty()))
            .then_with(|| self.labels.cmp(&other.labels))
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Key {
    pub(super) fn is_prerelease(&self) -> bool {
        !self.labels.is_empty()
    }
}

fn labels(text: &str) -> Option<Vec<Label>> {
    text.split('.')
        .map(|label| {
            let fits =
                !label.is_empty() && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
            fits.then(|| {
                label
                    .parse()
                    .map_or_else(|_| Label::Word(label.to_ascii_uppercase().into()), Label::Number)
            })
        })
        .collect()
}

/// Reads a version.
pub(super) fn read(text: &str) -> Option<Key> {
    let text = text.trim();
    let text = match text.split_once('+') {
        Some((text, metadata)) => labels(metadata).map(|_| text)?,
        None => text,
    };
    let (numbers, labels) = match text.split_once('-') {
        Some((numbers, after)) => (numbers, labels(after)?),
        None => (text, Vec::new()),
    };
    let numbers: Vec<Number> = numbers.split('.').map(Number::read).collect::<Option<_>>()?;
    (numbers.len() <= 4).then(|| Key { numbers: without_trailing_zeros(numbers), labels })
}

/// Whether a range lets a version in: `1.0` means at least, brackets mean what they mean in mathematics, and a `*` takes any
/// version with what stands before it.
pub(super) fn allows(range: &str, text: &str) -> Option<bool> {
    let version = read(text)?;
    let range = range.trim();
    let inner = range.strip_prefix(['[', '(']);
    let Some(inner) = inner else {
        return if range.contains('*') {
            floating(range, text)
        } else {
            Some(version >= read(range)?)
        };
    };
    let inner = inner.strip_suffix([']', ')'])?;
    let (first, last) = (range.starts_with('['), range.ends_with(']'));
    let (low, high) = match inner.split_once(',') {
        Some((low, high)) => (low.trim(), high.trim()),
        None if first && last => (inner.trim(), inner.trim()),
        None => return None,
    };
    if low.is_empty() && high.is_empty() || high.contains(',') {
        return None;
    }
    let mut fits = true;
    if low.contains('*') {
        // The star only says which of the fitting versions is best.
        fits &= version >= read(&low.replace(".*", "").replace('*', "0"))?;
    } else if !low.is_empty() {
        let order = version.cmp(&read(low)?);
        fits &= order.is_gt() || first && order.is_eq();
    }
    if !high.is_empty() {
        let order = version.cmp(&read(high)?);
        fits &= order.is_lt() || last && order.is_eq();
    }
    Some(fits)
}

/// `*`, `1.*`, `1.2.3.*`, `1.2-*`, `1.2.3-beta*`, `*-*`.
fn floating(range: &str, text: &str) -> Option<bool> {
    let version = read(text)?;
    let (numbers, label) = match range.split_once('-') {
        Some((numbers, label)) => (numbers, Some(label.strip_suffix('*')?)),
        None => (range, None),
    };
    if version.is_prerelease() && label.is_none() {
        return Some(false);
    }
    if let Some(prefix) = numbers.strip_suffix('*') {
        let prefix = prefix.strip_suffix('.').unwrap_or(prefix);
        let wanted: Vec<Number> = prefix
            .split('.')
            .filter(|part| !part.is_empty())
            .map(Number::read)
            .collect::<Option<_>>()?;
        let zero = Number::ZERO;
        return Some(
            wanted.iter().enumerate().all(|(at, n)| version.numbers.get(at).unwrap_or(&zero) == n),
        );
    }
    let base = read(numbers)?;
    let written = text.trim().split('+').next()?.split_once('-').map_or("", |(_, label)| label);
    let label = label.unwrap_or_default();
    let same = version.numbers == base.numbers;
    let begins = written.get(..label.len()).is_some_and(|start| start.eq_ignore_ascii_case(label));
    Some(same && (!version.is_prerelease() || begins))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_in_the_order_of_nuget() {
        let ascending = [
            "0.9",
            "1.0.0-9",
            "1.0.0-10",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-ALPHA.beta",
            "1.0.0-beta",
            "1.0.0-rc10",
            "1.0.0-rc9",
            "1.0.0",
            "1.0.0.1-a",
            "1.0.0.1",
            "1.0.1",
        ];
        for (place, a) in ascending.iter().enumerate() {
            for (other, b) in ascending.iter().enumerate() {
                assert_eq!(read(a).unwrap().cmp(&read(b).unwrap()), place.cmp(&other), "{a} {b}");
            }
        }
        for (a, b) in [("1", "1.0.0.0"), ("1.0-Beta", "1.00.0-bETA"), ("1.0+a", "1.0+b.c")] {
            assert_eq!(read(a), read(b), "{a} {b}");
        }
        for text in ["", "1.2.3.4.5", "v1", "1.-2", "1.0-", "1.0-a..b", "1.0-ä", "1..2"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn ranges_are_intervals_and_a_bare_version_is_the_least() {
        for (range, version, expected) in [
            ("1.0", "2.0", Some(true)),
            ("1.0", "1.0-rc1", Some(false)),
            ("[1.0]", "1.0.0", Some(true)),
            ("(1.0,)", "1.0", Some(false)),
            ("[1.0, 2.0)", "2.0", Some(false)),
            ("(,1.0]", "1.0", Some(true)),
            ("1.*", "1.9", Some(true)),
            ("1.*", "2.0", Some(false)),
            ("*", "3", Some(true)),
            ("1.0.0-beta*", "1.0.0-Beta2", Some(true)),
            ("1.0.0-beta*", "1.0.0-rc", Some(false)),
            ("(1.0)", "1.0", None),
            ("[,]", "1.0", None),
            ("$(Version)", "1.0", None),
        ] {
            assert_eq!(allows(range, version), expected, "{range} {version}");
        }
    }
}
