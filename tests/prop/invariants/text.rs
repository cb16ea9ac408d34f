//! Text: decoding, places, redaction, escaping.

use securescan::text::decode::{Decoded, decode as decoded};
use securescan::text::escape::{self, is_hidden};
use securescan::text::line_hash::line_hashes;
use securescan::text::lines::Lines;
use securescan::text::redact;

/// Bytes of a file: lines join up to the text again, and every offset has a place inside it.
pub fn decode(data: &[u8]) {
    let Decoded::Text(text) = decoded(data) else {
        return;
    };
    let lines = Lines::new(&text);
    let count = lines.count();
    assert!(count >= 1);
    let mut at = 0;
    for line in 1..=count {
        let range = lines.range(&text, line);
        assert!(range.start == at && range.end >= at, "line {line} begins where the last ended");
        assert!(!text[range.clone()].contains(&b'\n'));
        at = match text[range.end..] {
            [b'\r', b'\n', ..] => range.end + 2,
            [b'\r' | b'\n', ..] => range.end + 1,
            _ => range.end,
        };
    }
    assert_eq!(at, text.len(), "the lines are the whole text");
    assert!(lines.range(&text, 0).is_empty() && lines.range(&text, count + 2).is_empty());
    assert!(line_hashes(&text).len() >= count as usize);
    let ranges: Vec<_> = data
        .chunks_exact(2)
        .take(64)
        .map(|pair| {
            let start = usize::from(pair[0]) * text.len() / 255;
            start..(start + usize::from(pair[1] % 40)).min(text.len())
        })
        .collect();
    for range in &ranges {
        let span = lines.span(&text, range.clone());
        assert!(span.line >= 1 && span.line <= span.end_line);
        assert!(span.end_line <= count + 1, "{span:?} in {count} lines");
        assert!(span.column >= 1 && (span.column as usize) <= text.len() + 1);
        assert!(span.line < span.end_line || span.column <= span.end_column, "{span:?}");
    }
    redacted(&text, &ranges);
}

fn redacted(text: &[u8], ranges: &[std::ops::Range<usize>]) {
    let merged = redact::merged(ranges);
    assert!(merged.windows(2).all(|pair| pair[0].end < pair[1].start), "{merged:?}");
    let out = redact::replace(text, ranges, |_| "\u{0}".to_owned());
    let hidden: usize = merged.iter().map(ExactSizeIterator::len).sum();
    assert_eq!(out.len(), text.len() - hidden + merged.len());
}

/// Any text through every escape function: what comes out holds nothing its sink would obey.
pub fn escape(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let one_line = [
        escape::terminal(&text),
        escape::source_line(&text),
        escape::csv(&text),
        escape::markdown_code(&text, true),
        escape::markdown_code(&text, false),
        escape::command_data(&text),
        escape::command_property(&text),
        escape::url_path(&text),
        escape::url_segment(&text),
    ];
    for out in &one_line {
        assert!(!out.contains(is_hidden), "{out:?}");
    }
    for out in [escape::xml(&text), escape::html(&text)] {
        assert!(!out.contains(|c| is_hidden(c) && c != '\n' && c != '\t'), "{out:?}");
    }
    let html = escape::html(&text);
    assert!(!html.contains(['<', '>', '"', '\'']), "{html:?}");
    for out in [escape::terminal(&text), escape::csv(&text), escape::xml(&text), html] {
        assert!(out.split_whitespace().all(|word| !word.starts_with("::")), "{out:?}");
        assert!(!holds_command_mark(&out), "{out:?}");
    }
    assert!(!holds_command_mark(&escape::source_line(&text)));
    assert!(!escape::command_property(&text).contains([':', ',', '\n', '\r']));
    assert!(!escape::csv(&text).starts_with(['=', '+', '-', '@', '\t', '\r']));
    let url = escape::url_path(&text);
    assert!(url.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%/".contains(&b)), "{url:?}");
    markdown(&escape::markdown(&text));
    code_span(&escape::markdown_code(&text, false));
    let document = serde_json::to_string(&text).unwrap();
    let safe = escape::json(&document);
    assert!(!safe.contains(is_hidden) && !safe.contains("##"), "{safe:?}");
    assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
}

/// `##name[`, which several build servers obey.
fn holds_command_mark(text: &str) -> bool {
    text.match_indices("##").any(|(at, _)| {
        text[at + 2..].trim_start_matches(|c: char| c.is_ascii_alphabetic()).starts_with('[')
    })
}

fn markdown(out: &str) {
    assert!(!out.contains(|c| is_hidden(c) && c != '\u{200b}'), "{out:?}");
    let mut escaped = false;
    for c in out.chars() {
        assert!(escaped || !"`*_[]<>&|~$!{}^()".contains(c), "{out:?}");
        escaped = c == '\\' && !escaped;
    }
    assert!(!escaped, "a last backslash would escape what follows: {out:?}");
    assert!(!out.contains("://"), "{out:?}");
    let mention = |mark: char| {
        out.match_indices(mark)
            .any(|(at, _)| out[at + 1..].starts_with(|c: char| c.is_alphanumeric()))
    };
    assert!(!mention('@') && !mention('#'), "{out:?}");
}

/// A code span ends where it was meant to: its fence occurs nowhere inside.
fn code_span(out: &str) {
    let fence = out.len() - out.trim_start_matches('`').len();
    let inner = &out[fence..out.len() - fence];
    let longest = inner.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    assert!(fence > 0 && longest < fence, "{out:?}");
}
