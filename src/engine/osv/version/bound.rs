//! Comparison signs of requirements, which most ecosystems share.

use std::cmp::Ordering;

/// How a version has to stand to a bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Op {
    Less,
    AtMost,
    Equal,
    NotEqual,
    AtLeast,
    Greater,
}

impl Op {
    /// Splits a sign off the start: `<`, `<=`, `=`, `==`, `!=`, `<>`, `>=`, `>`; white space around it goes.
    pub(super) fn split(text: &str) -> (Option<Self>, &str) {
        const SIGNS: [(&str, Op); 8] = [
            ("<=", Op::AtMost),
            (">=", Op::AtLeast),
            ("==", Op::Equal),
            ("!=", Op::NotEqual),
            ("<>", Op::NotEqual),
            ("<", Op::Less),
            (">", Op::Greater),
            ("=", Op::Equal),
        ];
        let text = text.trim_start();
        for (sign, op) in SIGNS {
            if let Some(rest) = text.strip_prefix(sign) {
                return (Some(op), rest.trim_start());
            }
        }
        (None, text)
    }

    /// Whether a version that stands so to the bound fits.
    pub(super) fn holds(self, version_to_bound: Ordering) -> bool {
        match self {
            Self::Less => version_to_bound.is_lt(),
            Self::AtMost => version_to_bound.is_le(),
            Self::Equal => version_to_bound.is_eq(),
            Self::NotEqual => version_to_bound.is_ne(),
            Self::AtLeast => version_to_bound.is_ge(),
            Self::Greater => version_to_bound.is_gt(),
        }
    }
}

/// Words of a requirement whose parts white space or commas separate, with every word that is only a sign (`>=`, `^`, `~>`)
/// joined to the next.
pub(super) fn words(text: &str, separators: &[char]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut sign = String::new();
    for word in text.split(|c: char| c.is_whitespace() || separators.contains(&c)) {
        if word.is_empty() {
            continue;
        }
        sign.push_str(word);
        if !word.chars().all(|c| "<>=!~^".contains(c)) {
            words.push(std::mem::take(&mut sign));
        }
    }
    if !sign.is_empty() {
        words.push(sign);
    }
    words
}

/// Whether all answers are yes; `None` where one is missing, unless another is a no.
pub(super) fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(true);
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            None => known = None,
            Some(true) => {}
        }
    }
    known
}

/// Whether one answer is yes; `None` where one is missing and none is a yes.
pub(super) fn any(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = Some(false);
    for answer in answers {
        match answer {
            Some(true) => return Some(true),
            None => known = None,
            Some(false) => {}
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_belongs_to_the_word_after_it() {
        assert_eq!(words(">= 1.0, <2", &[',']), [">=1.0", "<2"]);
        assert_eq!(words("~> 1 ^", &[]), ["~>1", "^"]);
    }

    #[test]
    fn what_is_not_known_does_not_hide_what_is() {
        assert_eq!(all([None, Some(false)].into_iter()), Some(false));
        assert_eq!(all([None, Some(true)].into_iter()), None);
        assert_eq!(any([None, Some(true)].into_iter()), Some(true));
        assert_eq!(any([None, Some(false)].into_iter()), None);
    }

    #[test]
    fn the_longest_sign_is_read() {
        assert_eq!(Op::split(" >= 1"), (Some(Op::AtLeast), "1"));
        assert_eq!(Op::split("<>1"), (Some(Op::NotEqual), "1"));
        assert_eq!(Op::split("1"), (None, "1"));
    }
}
