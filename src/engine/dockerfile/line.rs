//! From the text of a Dockerfile to its instructions as text: directives at the top, comments, continued lines joined,
//! here-documents set apart. Knows no instruction but those that may have a here-document.

use crate::text::mapped::Mapped;
use std::ops::Range;

/// An instruction as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Continued lines joined, comments and empty lines between them left out; without here-documents.
    pub text: Mapped,
    /// From the first character to the last, here-documents included.
    pub range: Range<usize>,
    /// Here-documents in the order of their markers.
    pub heredocs: Vec<Heredoc>,
}

/// A here-document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heredoc {
    /// Its marker, without quotes.
    pub name: String,
    /// Whether variables are replaced in it.
    pub expands: bool,
    /// Its text; tabs at the start of lines are taken off when the marker says so.
    pub body: Mapped,
}

/// A text split into instructions.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// The instructions.
    pub instructions: Vec<Line>,
    /// The sign that continues a line.
    pub escape: char,
    /// Markers whose here-documents do not end.
    pub unclosed: Vec<Range<usize>>,
}

/// Here-documents without an end that are looked for; each costs a look at the rest of the file.
const MAX_UNCLOSED: usize = 16;

/// Splits a text.
pub fn split(text: &str) -> Lines {
    let mut result = Lines { escape: '\\', ..Lines::default() };
    let mut at = directives(text, &mut result.escape);
    while let Some((line, next)) = next(text, at, &mut result) {
        result.instructions.push(line);
        at = next;
    }
    result
}

/// The bytes of the first instruction of a text that is a part of a file, here-documents included.
pub fn first(text: &str, escape: char) -> Option<Range<usize>> {
    let mut result = Lines { escape, ..Lines::default() };
    next(text, 0, &mut result).map(|(line, _)| line.range)
}

/// The sign that continues the lines of a file.
pub fn escape(text: &str) -> char {
    let mut escape = '\\';
    directives(text, &mut escape);
    escape
}

/// The next instruction, and where the line behind it begins.
fn next(text: &str, mut at: usize, result: &mut Lines) -> Option<(Line, usize)> {
    while at < text.len() {
        let end = line_end(text, at);
        let line = &text[at..end];
        let bare = line.trim_start();
        if bare.trim_end().is_empty() || bare.starts_with('#') {
            at = end + 1;
            continue;
        }
        let start = at + (line.len() - bare.len());
        let (joined, next) = join(text, start, result.escape);
        let end = joined.origin(joined.len());
        let mut line = Line { text: joined, range: start..end, heredocs: Vec::new() };
        let next = heredocs(text, next, &mut line, result);
        return Some((line, next));
    }
    None
}

/// Reads parser directives (`# escape=...`, `# syntax=...`) and answers where they end.
fn directives(text: &str, escape: &mut char) -> usize {
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let Some((name, value)) =
            text[at..end].trim_start().strip_prefix('#').and_then(|rest| rest.split_once('='))
        else {
            break;
        };
        let name = name.trim();
        if name.is_empty()
            || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-')
        {
            break;
        }
        if name.eq_ignore_ascii_case("escape") && value.trim() == "`" {
            *escape = '`';
        }
        at = end + 1;
    }
    at.min(text.len())
}

/// The end of a line, without the line end.
fn line_end(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |n| at + n)
}

/// Joins the lines of an instruction; answers with where the next line begins.
fn join(text: &str, start: usize, escape: char) -> (Mapped, usize) {
    let mut joined = Mapped::plain("", start);
    let mut at = start;
    while at < text.len() {
        let end = line_end(text, at);
        let line = &text[at..end];
        let next = end + 1;
        let bare = line.trim();
        // Comments and empty lines between continued lines do not end the instruction.
        if at > start && (bare.is_empty() || bare.starts_with('#')) {
            at = next;
            continue;
        }
        let kept = line.trim_end();
        let goes_on = kept.strip_suffix(escape).filter(|rest| !rest.ends_with(escape));
        let Some(rest) = goes_on else {
            joined.push(kept, at);
            return (joined, next.min(text.len()));
        };
        joined.push(rest, at);
        at = next;
    }
    (joined, text.len())
}

/// Reads the here-documents that a line announces, from `at` on; answers where they end.
fn heredocs(text: &str, mut at: usize, line: &mut Line, result: &mut Lines) -> usize {
    let word = line.text.as_str().split_ascii_whitespace().next().unwrap_or_default();
    let mut words = [word, ""];
    if word.eq_ignore_ascii_case("onbuild") {
        words[1] = line.text.as_str().split_ascii_whitespace().nth(1).unwrap_or_default();
    }
    if !words
        .iter()
        .any(|word| ["run", "copy", "add"].iter().any(|one| word.eq_ignore_ascii_case(one)))
    {
        return at;
    }
    for marker in markers(line.text.as_str()) {
        let mut body = Mapped::plain("", at);
        let mut next = at;
        let mut closed = None;
        while next < text.len() && result.unclosed.len() < MAX_UNCLOSED {
            let end = line_end(text, next);
            let shown = text[next..end].trim_end_matches('\r');
            let tabs =
                if marker.strip { shown.len() - shown.trim_start_matches('\t').len() } else { 0 };
            if shown[tabs..] == marker.name {
                closed = Some((end + 1).min(text.len()));
                line.range.end = next + shown.len();
                break;
            }
            let after = (end + 1).min(text.len());
            body.push(&text[next + tabs..after], next + tabs);
            next = after;
        }
        if let Some(after) = closed {
            at = after;
        } else {
            // The lines below may be instructions: they are read as such.
            let place = line.text.back(marker.range.clone());
            // What stands for the text that is missing is placed where it is announced: there may be nothing behind.
            body = Mapped::plain("", place.start);
            result.unclosed.push(place);
        }
        line.heredocs.push(Heredoc { name: marker.name, expands: marker.expands, body });
    }
    at
}

/// `<<NAME`, `<<-NAME`, `3<<"NAME"`.
struct Marker {
    name: String,
    expands: bool,
    strip: bool,
    range: Range<usize>,
}

/// Markers outside quotes that begin a word.
fn markers(text: &str) -> Vec<Marker> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut quote = None;
    let mut at = 0;
    while at < bytes.len() {
        let b = bytes[at];
        match (quote, b) {
            (Some(open), b) if open == b => quote = None,
            (None, b'\'' | b'"') => quote = Some(b),
            (_, b'\\') => at += 1,
            (None, b'<') if bytes[at..].starts_with(b"<<") => {
                let digits = bytes[..at].iter().rev().take_while(|b| b.is_ascii_digit()).count();
                let begins = at == digits || bytes[at - digits - 1].is_ascii_whitespace();
                let open = bytes[at..].iter().take_while(|b| **b == b'<').count();
                if begins
                    && open == 2
                    && let Some(marker) = marker(text, at)
                {
                    at = marker.range.end.max(at + 2);
                    found.push(marker);
                    continue;
                }
                at += open - 1;
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn marker(text: &str, start: usize) -> Option<Marker> {
    let rest = &text[start + 2..];
    let (strip, rest) = rest.strip_prefix('-').map_or((false, rest), |rest| (true, rest));
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let inner = &rest[usize::from(quote.is_some())..];
    let length =
        inner.find(|c: char| !(c.is_alphanumeric() || "_.-".contains(c))).unwrap_or(inner.len());
    let name = &inner[..length];
    let behind = &inner[length..];
    if name.is_empty() || quote.is_some_and(|quote| !behind.starts_with(quote)) {
        return None;
    }
    let end = text.len() - behind.len() + usize::from(quote.is_some());
    Some(Marker { name: name.to_owned(), expands: quote.is_none(), strip, range: start..end })
}
