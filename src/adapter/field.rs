//! Words and numbers out of a tool's result. Total: whatever stands there, what comes out is short, printable and of the
//! kind that was asked for, or nothing.

use crate::finding::normalise_cwe;
use crate::text::escape::{is_hidden, one_line};
use serde_json::Value;

/// Longest title, characters.
pub(super) const TITLE: usize = 200;
/// Longest description or advice, characters.
pub(super) const PROSE: usize = 4000;
/// Longest id, characters.
pub(super) const ID: usize = 200;
/// Pages of a finding.
const LINKS: usize = 8;

/// Text or a number as one line: white space folded, nothing hidden, at most `most` characters; `None` when empty.
pub(super) fn line(value: &Value, most: usize) -> Option<String> {
    match value {
        Value::String(text) => short(text, most),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The same for a text.
pub(super) fn short(text: &str, most: usize) -> Option<String> {
    Some(one_line(text, most)).filter(|line| !line.is_empty())
}

/// Text of several lines: nothing hidden but line ends, at most [`PROSE`] characters; `None` when empty.
pub(super) fn prose(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let kept: String =
        text.chars().filter(|c| *c == '\n' || !is_hidden(*c)).take(PROSE + 1).collect();
    if kept.trim().is_empty() {
        return None;
    }
    if kept.chars().count() <= PROSE {
        return Some(kept);
    }
    let mut cut: String = kept.chars().take(PROSE - 1).collect();
    cut.push('…');
    Some(cut)
}

/// A line or column: a whole number from 1, written as a number or as text.
pub(super) fn position(value: &Value) -> Option<u32> {
    let number = value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())?;
    u32::try_from(number).ok().filter(|number| *number > 0)
}

/// The weakness out of a number, a text or the first of a list.
pub(super) fn cwe(value: &Value) -> Option<String> {
    match value {
        Value::Array(items) => items.iter().take(16).find_map(cwe),
        Value::Number(number) => cwe_number(number.as_i64()?),
        Value::String(text) => {
            let text: String = text.chars().take(300).collect();
            let digits = normalise_cwe(&text)?;
            cwe_number(digits.trim_start_matches("CWE-").parse().ok()?)
        }
        _ => None,
    }
}

/// Zero and negative numbers are how tools say that they do not know.
fn cwe_number(number: i64) -> Option<String> {
    (number > 0 && number < 1_000_000).then(|| format!("CWE-{number}"))
}

/// Pages out of a text or a list of texts: `https://` only, no blanks, each once.
pub(super) fn links<'a>(values: impl IntoIterator<Item = &'a Value>) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for value in values {
        let texts: Vec<&str> = match value {
            Value::String(text) => vec![text.as_str()],
            Value::Array(items) => items.iter().filter_map(Value::as_str).take(64).collect(),
            _ => Vec::new(),
        };
        for text in texts {
            let text = text.trim();
            let fit = text.starts_with("https://")
                && text.len() <= 500
                && !text
                    .contains(|c: char| c.is_whitespace() || is_hidden(c) || "<>\"`".contains(c));
            if fit && found.len() < LINKS && !found.iter().any(|known| known == text) {
                found.push(text.to_owned());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_is_short_and_plain() {
        for (value, expected) in [
            (json!(" a\n\tb\u{1b}[31mc "), Some("a b [31mc")),
            (json!("abcdefghijk"), Some("abcdefghi…")),
            (json!("ab cd ef gh ij kl"), Some("ab cd ef…")),
            (json!(89), Some("89")),
            (json!(""), None),
            (json!("\u{202e}"), None),
            (json!(["a"]), None),
            (json!(null), None),
        ] {
            assert_eq!(line(&value, 10).as_deref(), expected, "{value}");
        }
        assert_eq!(prose(&json!("x".repeat(9000))).unwrap().chars().count(), PROSE);
        assert_eq!(prose(&json!(" a\u{0}\nb ")).as_deref(), Some("a\nb"));
    }

    #[test]
    fn a_weakness_is_read_from_every_spelling_and_never_invented() {
        for (value, expected) in [
            (json!(["CWE-95: Improper Neutralization", "CWE-1"]), Some("CWE-95")),
            (json!("CWE-078"), Some("CWE-78")),
            (json!(502), Some("CWE-502")),
            (json!("89"), Some("CWE-89")),
            (json!(-1), None),
            (json!("0"), None),
            (json!("none"), None),
            (json!([]), None),
            (json!(null), None),
        ] {
            assert_eq!(cwe(&value).as_deref(), expected, "{value}");
        }
    }

    #[test]
    fn only_pages_that_can_be_opened_safely_are_kept() {
        let value = json!([
            "https://a.example/x",
            "http://b.example",
            "javascript:alert(1)",
            "https://a.example/x",
            "https://c.example/ y",
            "https://d.example/\u{202e}"
        ]);
        assert_eq!(
            links([&value, &json!("https://e.example")]),
            ["https://a.example/x", "https://e.example"]
        );
    }

    #[test]
    fn positions_count_from_one() {
        for (value, expected) in [
            (json!(3), Some(3)),
            (json!("7"), Some(7)),
            (json!(0), None),
            (json!(-1), None),
            (json!(1e99), None),
        ] {
            assert_eq!(position(&value), expected, "{value}");
        }
    }
}
