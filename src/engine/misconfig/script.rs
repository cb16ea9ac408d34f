//! Lines of shell scripts that stand in values of other files, each with its bytes there. Knows no shell: a line that ends in a backslash
//! goes on in the next, a line that begins with `#` is a comment.

use super::value::{Data, Value};
use std::ops::Range;

/// Lines of the script in a value of `source`. A block keeps the place of each line; of anything else all lines have that of the value.
pub fn lines(script: &Value, source: &[u8]) -> Vec<Value> {
    let Some(text) = script.text() else { return Vec::new() };
    let exact = placed(text, &script.range, source);
    let mut lines: Vec<Value> = Vec::new();
    let mut goes_on = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let ends = line.strip_suffix('\\');
        let own = ends.unwrap_or(line);
        match lines.last_mut().map(|last| &mut last.data) {
            Some(Data::Text(last)) if goes_on => {
                last.push(' ');
                last.push_str(own.trim_start());
            }
            _ if line.is_empty() || line.starts_with('#') => continue,
            _ => {
                let range = exact.as_ref().and_then(|ranges| ranges.get(index)).cloned();
                let range = range.unwrap_or_else(|| script.range.clone());
                lines.push(Value::new(range, Data::Text(own.to_owned())));
            }
        }
        goes_on = ends.is_some();
    }
    lines
}

/// Bytes of each line, when the value stands in the source line by line as it is.
fn placed(text: &str, range: &Range<usize>, source: &[u8]) -> Option<Vec<Range<usize>>> {
    let raw = source.get(range.clone())?;
    let mut ranges = Vec::new();
    let mut start = range.start;
    let mut wanted = text.lines();
    for line in raw.split(|byte| *byte == b'\n') {
        let trimmed = line.trim_ascii();
        let own = start + line.len() - line.trim_ascii_start().len();
        if wanted.next().map_or("", str::trim).as_bytes() != trimmed {
            return None;
        }
        ranges.push(own..own + trimmed.len());
        start += line.len() + 1;
    }
    Some(ranges)
}

/// Bytes of every `open` … `close` in a value, as far as its text stands in the source the same number of times; else of the whole value.
pub fn occurrences(value: &Value, source: &[u8], open: &str, count: usize) -> Vec<Range<usize>> {
    let raw = source.get(value.range.clone()).unwrap_or_default();
    let found: Vec<usize> = memchr::memmem::find_iter(raw, open.as_bytes()).collect();
    if found.len() != count {
        return vec![value.range.clone(); count];
    }
    found
        .into_iter()
        .map(|at| {
            let end = memchr::memmem::find(&raw[at..], b"}}").map_or(open.len(), |end| end + 2);
            value.range.start + at..value.range.start + at + end
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Limits, stream};

    #[test]
    fn lines_of_a_block_keep_their_places() {
        let text = "a: |\n  one\n\n  # no\n  two \\\n    three\n  four\n";
        let root = Value::plain(&stream(text.as_bytes(), &Limits::default()).documents[0]);
        let found = lines(root.get("a").unwrap(), text.as_bytes());
        let shown: Vec<_> =
            found.iter().map(|line| (line.text().unwrap(), &text[line.range.clone()])).collect();
        assert_eq!(shown, [("one", "one"), ("two  three", "two \\"), ("four", "four")]);
    }

    #[test]
    fn lines_of_a_quoted_text_have_its_place() {
        let text = r#"a: "one\ntwo""#;
        let root = Value::plain(&stream(text.as_bytes(), &Limits::default()).documents[0]);
        let found = lines(root.get("a").unwrap(), text.as_bytes());
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|line| line.range == (3..13)));
    }
}
