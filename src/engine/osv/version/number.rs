//! Whole numbers of any length, as version strings write them. They compare by value without ever overflowing.

use std::cmp::Ordering;
use std::fmt;

/// Digits that fit into a `u64` whatever they are.
const SMALL: usize = 19;

/// A whole number that is not negative.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Number {
    /// At most [`SMALL`] digits.
    Small(u64),
    /// More digits, the first of them not 0.
    Large(Box<str>),
}

impl Number {
    pub(super) const ZERO: Self = Self::Small(0);

    /// The value of a text of ASCII digits, leading zeros allowed; `None` for any other text and for an empty one.
    pub(super) fn read(text: &str) -> Option<Self> {
        if text.is_empty() || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let digits = text.trim_start_matches('0');
        if digits.len() > SMALL {
            return Some(Self::Large(digits.into()));
        }
        let value = digits.bytes().fold(0_u64, |sum, b| sum * 10 + u64::from(b - b'0'));
        Some(Self::Small(value))
    }

    pub(super) fn is_zero(&self) -> bool {
        *self == Self::ZERO
    }

    /// One more.
    pub(super) fn next(&self) -> Self {
        let mut digits = self.to_string().into_bytes();
        for digit in digits.iter_mut().rev() {
            if *digit < b'9' {
                *digit += 1;
                return Self::read(&String::from_utf8_lossy(&digits)).unwrap_or(Self::ZERO);
            }
            *digit = b'0';
        }
        digits.insert(0, b'1');
        Self::read(&String::from_utf8_lossy(&digits)).unwrap_or(Self::ZERO)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Small(a), Self::Small(b)) => a.cmp(b),
            (Self::Small(_), Self::Large(_)) => Ordering::Less,
            (Self::Large(_), Self::Small(_)) => Ordering::Greater,
            (Self::Large(a), Self::Large(b)) => a.len().cmp(&b.len()).then_with(|| a.cmp(b)),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Small(value) => value.fmt(f),
            Self::Large(digits) => f.write_str(digits),
        }
    }
}

/// Takes zeros off the end, so that `1.0` and `1` are one list.
pub(super) fn without_trailing_zeros(mut numbers: Vec<Number>) -> Vec<Number> {
    while numbers.last().is_some_and(Number::is_zero) {
        numbers.pop();
    }
    numbers
}

/// Splits the ASCII digits off the start of a text.
pub(super) fn split_digits(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(u8::is_ascii_digit).count();
    text.split_at(end)
}

/// Pieces of a text in which digits and letters stand apart; everything else only separates (`1.0-rc2` is `1`, `0`, `rc`,
/// `2`).
pub(super) fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let start = rest.find(|c: char| c.is_ascii_alphanumeric())?;
        let from = rest.get(start..)?;
        let digits = from.starts_with(|c: char| c.is_ascii_digit());
        let same = |b: &u8| if digits { b.is_ascii_digit() } else { b.is_ascii_alphabetic() };
        let (run, after) = from.split_at(from.bytes().take_while(same).count());
        rest = after;
        Some(run)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::read(text).unwrap()
    }

    #[test]
    fn numbers_compare_by_value_at_any_length() {
        let long = format!("1{}", "0".repeat(900));
        let texts =
            ["0", "9", "10", "9999999999999999999", "10000000000000000000", "18446744073709551616"];
        for pair in texts.windows(2) {
            assert!(number(pair[0]) < number(pair[1]), "{pair:?}");
            assert!(number(pair[1]) < number(&long));
        }
        assert_eq!(number("0007"), number("7"));
        assert_eq!(number(&format!("000{long}")), number(&long));
        assert!(Number::read("").is_none() && Number::read("1a").is_none());
    }

    #[test]
    fn the_next_number_carries() {
        for (text, next) in [
            ("0", "1"),
            ("199", "200"),
            ("9999999999999999999", "10000000000000000000"),
            ("99999999999999999999", "100000000000000000000"),
        ] {
            assert_eq!(number(text).next(), number(next));
        }
    }

    #[test]
    fn runs_part_digits_from_letters() {
        assert_eq!(runs("1.0-rc12_äb").collect::<Vec<_>>(), ["1", "0", "rc", "12", "b"]);
        assert_eq!(runs("..").count(), 0);
    }
}
