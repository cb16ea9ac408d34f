//! One thing that is wrong, or worth knowing, about a configuration: where, what, and what to do.

use crate::yaml::Place;
use serde::Serialize;
use std::fmt;

/// How much it matters, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// The configuration is not used.
    Error,
    /// It is used, but probably does not do what was meant.
    Warning,
    /// Worth knowing.
    Info,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        })
    }
}

/// One finding about a configuration. Displays as `origin:line:column: level: message`, with the hint on a line of its
/// own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issue {
    /// How much it matters.
    pub level: Level,
    /// File, environment variable or flag it came from.
    pub origin: String,
    /// Where in the file.
    pub place: Option<Place>,
    /// Dotted key, items as `[i]`; empty for the whole file.
    pub key: String,
    /// What is wrong, in lower case.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl Issue {
    /// An issue without place and hint.
    pub fn new(level: Level, origin: &str, key: &str, message: impl Into<String>) -> Self {
        Self {
            level,
            origin: plain(origin),
            place: None,
            key: key.to_owned(),
            message: plain(&message.into()),
            hint: None,
        }
    }

    /// With a place.
    pub fn at(mut self, place: Option<Place>) -> Self {
        self.place = place;
        self
    }

    /// With a hint.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(plain(&hint.into()));
        self
    }
}

impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin)?;
        if let Some(place) = self.place {
            write!(f, ":{place}")?;
        }
        write!(f, ": {}: {}", self.level, self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\n  hint: {hint}"),
            None => Ok(()),
        }
    }
}

/// Worst first, then by place.
pub fn sort(issues: &mut [Issue]) {
    issues.sort_by(|a, b| {
        let rank = |issue: &Issue| (issue.level, issue.place);
        rank(a).cmp(&rank(b))
    });
}

/// A value from a file in quotes; long ones are cut.
pub(super) fn quote(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((cut, _)) => format!("\"{}…\"", plain(&text[..cut])),
        None => format!("\"{}\"", plain(text)),
    }
}

/// Text with escapes for everything that drives a terminal, or reorders or hides text.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        let hides =
            matches!(u32::from(c), 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x2069 | 0xFEFF);
        if c.is_control() || hides {
            plain.extend(c.escape_default());
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issue_reads_like_a_compiler_message() {
        let issue = Issue::new(Level::Error, "a.yml", "x", "unknown key \"x\"")
            .at(Some(Place { line: 3, column: 5 }))
            .hint("did you mean \"y\"?");
        assert_eq!(
            issue.to_string(),
            "a.yml:3:5: error: unknown key \"x\"\n  hint: did you mean \"y\"?"
        );
    }

    #[test]
    fn quoted_values_cannot_drive_the_terminal() {
        assert_eq!(quote("a\u{1b}[2Jb\u{202e}\n"), "\"a\\u{1b}[2Jb\\u{202e}\\n\"");
        assert!(quote(&"x".repeat(10_000)).len() < 100);
    }
}
