//! How people name rules: an id, or an id with `*` and `?`. One grammar for directives, configuration and the data files
//! of compliance frameworks, so that what works in one place works in all.

use super::{Finding, key};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A rule id or a glob over rule ids. `*` stands for any run of characters (`/` and `.` included), `?` for one; every
/// other character stands for itself, so ids with brackets need no escaping. Case-sensitive, like rule ids.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pattern(String);

impl Pattern {
    /// Any text is a pattern.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// True when it holds a wildcard.
    pub fn is_glob(&self) -> bool {
        self.0.contains(['*', '?'])
    }

    /// Whether an id is the pattern or matches it.
    pub fn matches(&self, id: &str) -> bool {
        glob(self.0.as_bytes(), id)
    }

    /// Whether the rule of a finding, or one of its aliases, matches.
    pub fn matches_finding(&self, finding: &Finding) -> bool {
        self.matches(finding.rule_id.as_str()) || aliases(finding).any(|alias| self.matches(alias))
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Other ids of the rule of a finding ([`key::ALIASES`]).
pub fn aliases(finding: &Finding) -> impl Iterator<Item = &str> {
    let list = finding.metadata.get(key::ALIASES).and_then(|value| value.as_array());
    list.into_iter().flatten().filter_map(|alias| alias.as_str())
}

/// Two-pointer wildcard match: on a mismatch it goes back to the last `*` only, so the time is at most
/// pattern times text and no text makes it explode.
fn glob(pattern: &[u8], text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < bytes.len() {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(b'?') => {
                t = next_character(text, t);
                p += 1;
            }
            Some(byte) if *byte == bytes[t] => {
                t += 1;
                p += 1;
            }
            _ => {
                let Some((at, taken)) = star else {
                    return false;
                };
                star = Some((at, taken + 1));
                p = at + 1;
                t = taken + 1;
            }
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

fn next_character(text: &str, at: usize) -> usize {
    (at + 1..text.len()).find(|next| text.is_char_boundary(*next)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_crosses_separators_and_brackets_are_plain() {
        for (pattern, id, expected) in [
            ("*", "anything/at.all", true),
            ("*", "", true),
            ("secrets/*", "secrets/aws-access-key", true),
            ("secrets/*", "secret/x", false),
            ("python.*.eval", "python.lang.security.eval", true),
            ("B10?", "B101", true),
            ("B10?", "B10", false),
            ("x?z", "xäz", true),
            ("*a*b*c", "a-b-b-c", true),
            ("*a*b*c", "a-b-b-cd", false),
            ("secrets/token-(classic)", "secrets/token-(classic)", true),
            ("[ab]", "a", false),
            ("b101", "B101", false),
        ] {
            assert_eq!(Pattern::new(pattern).matches(id), expected, "{pattern} {id}");
        }
    }
}
