//! The lines of requirement files as pip joins them: `\` at the end continues a line, comments are set aside and end
//! it. Knows nothing of requirements.

use std::borrow::Cow;

/// A line after joining.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Number of its first line in the text, from 1.
    pub number: u32,
    /// What it states, trimmed; empty for a line that is nothing but a comment.
    pub statement: Cow<'a, str>,
    /// Its comment without `#`, not trimmed.
    pub comment: Option<&'a str>,
}

/// The lines of a text; empty ones are left out.
#[derive(Debug)]
pub(super) struct LogicalLines<'a> {
    rest: &'a str,
    number: u32,
}

impl<'a> LogicalLines<'a> {
    /// All lines.
    pub(super) fn new(text: &'a str) -> Self {
        Self { rest: text, number: 0 }
    }

    /// The next line as it stands in the text, without its end.
    fn physical(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        self.number += 1;
        let Some(end) = memchr::memchr2(b'\n', b'\r', self.rest.as_bytes()) else {
            return Some(std::mem::take(&mut self.rest));
        };
        let (line, behind) = self.rest.split_at(end);
        self.rest = behind.strip_prefix("\r\n").unwrap_or_else(|| behind.get(1..).unwrap_or(""));
        Some(line)
    }
}

/// A line without its comment, and that comment. `#` begins one at the start of a line and after white space.
fn split_comment(line: &str) -> (&str, Option<&str>) {
    let bytes = line.as_bytes();
    for at in memchr::memchr_iter(b'#', bytes) {
        let begins = at.checked_sub(1).is_none_or(|before| bytes[before].is_ascii_whitespace());
        if begins {
            return (line.get(..at).unwrap_or(""), line.get(at + 1..));
        }
    }
    (line, None)
}

impl<'a> Iterator for LogicalLines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        loop {
            let line = self.physical()?;
            let number = self.number;
            let (mut part, mut comment) = split_comment(line);
            let mut statement = Cow::Borrowed(part);
            while comment.is_none()
                && let Some(continued) = part.strip_suffix('\\')
            {
                // pip takes away every backslash at the end.
                let continued = continued.trim_end_matches('\\');
                match &mut statement {
                    Cow::Borrowed(text) => *text = continued,
                    Cow::Owned(text) => {
                        text.truncate(text.trim_end_matches('\\').len());
                    }
                }
                let Some(next) = self.physical() else { break };
                (part, comment) = split_comment(next);
                statement.to_mut().push_str(part);
            }
            if let Cow::Borrowed(text) = statement {
                statement = Cow::Borrowed(text.trim());
            } else if statement.trim().is_empty() {
                statement = Cow::Borrowed("");
            }
            if !statement.is_empty() || comment.is_some() {
                return Some(Line { number, statement, comment });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        LogicalLines::new(text)
            .map(|line| {
                let comment = line.comment.map(|c| format!(" #{c}")).unwrap_or_default();
                format!("{}:{}{comment}", line.number, line.statement.trim())
            })
            .collect()
    }

    #[test]
    fn lines_are_joined_as_pip_joins_them() {
        for (text, expected) in [
            ("a\n\nb", vec!["1:a", "3:b"]),
            ("a\r\nb\rc", vec!["1:a", "2:b", "3:c"]),
            ("a \\\n  b \\\n  c\nd", vec!["1:a   b   c", "4:d"]),
            ("a \\\n  b\n    # via x\nc", vec!["1:a   b", "3: #  via x", "4:c"]),
            ("a # x \\\nb", vec!["1:a # x \\", "2:b"]),
            ("a#x\n#y\n", vec!["1:a#x", "2: #y"]),
            ("a \\", vec!["1:a"]),
            ("a \\\n", vec!["1:a"]),
            ("\\\n\\\n", vec![]),
            ("a \\\n\nb", vec!["1:a", "3:b"]),
            ("a \\\n# c \\\nb", vec!["1:a # c \\", "3:b"]),
        ] {
            let expected: Vec<String> =
                expected.into_iter().map(|l| l.replace("#  via", "# via")).collect();
            assert_eq!(lines(text), expected, "{text:?}");
        }
    }
}
