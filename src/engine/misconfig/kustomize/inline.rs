//! Documents that are written as a text inside of another file, with the bytes of every value in that file.

use super::super::value::Value;
use crate::yaml::{Limits, stream};
use std::ops::Range;

/// Bounds of one text.
pub const LIMITS: Limits = Limits { bytes: 2 << 20, depth: 64, copied: 4 << 20 };

/// Documents of the text in a value of `source`, and why not all of them could be read.
pub fn documents(written: &Value, source: &[u8]) -> (Vec<Value>, Option<String>) {
    let text = written.text().unwrap_or_default();
    let read = stream(text.as_bytes(), &LIMITS);
    let lines = Lines::new(text, &written.range, source);
    let place = |range: &Range<usize>| lines.range(range);
    let mut documents: Vec<Value> = read.documents.iter().map(Value::plain).collect();
    for document in &mut documents {
        document.place(&place);
    }
    (documents, read.error.map(|error| error.message))
}

/// From the bytes of a text to those it has in the file.
struct Lines {
    /// Start of each line in the text, and where it stands in the file. Empty when it does not stand there as it is.
    starts: Vec<(usize, usize)>,
    whole: Range<usize>,
}

impl Lines {
    fn new(text: &str, range: &Range<usize>, source: &[u8]) -> Self {
        let starts = starts(text, range, source).unwrap_or_default();
        Self { starts, whole: range.clone() }
    }

    fn range(&self, inner: &Range<usize>) -> Range<usize> {
        let place = |offset: usize| {
            let at = self.starts.partition_point(|(start, _)| *start <= offset).checked_sub(1)?;
            let (start, there) = self.starts[at];
            Some((there + offset - start).min(self.whole.end))
        };
        match (place(inner.start), place(inner.end)) {
            (Some(start), Some(end)) if start <= end => start..end,
            _ => self.whole.clone(),
        }
    }
}

/// Lines of a block have its indentation before them; a quoted text of one line its quote.
fn starts(text: &str, range: &Range<usize>, source: &[u8]) -> Option<Vec<(usize, usize)>> {
    let raw = source.get(range.clone())?;
    if let [b'"' | b'\'', inner @ .., _] = raw
        && inner == text.as_bytes()
    {
        return Some(vec![(0, range.start + 1)]);
    }
    let mut starts = Vec::new();
    let (mut here, mut there) = (0, range.start);
    let mut lines = raw.split(|byte| *byte == b'\n');
    for line in text.split_inclusive('\n') {
        let raw = lines.next().or_else(|| line.trim().is_empty().then_some(&[]))?;
        let bytes = line.trim_end().as_bytes();
        let indentation = raw.trim_ascii_end().len().checked_sub(bytes.len())?;
        let (before, own) = raw.trim_ascii_end().split_at(indentation);
        if own != bytes || !before.iter().all(|byte| *byte == b' ') {
            return None;
        }
        starts.push((here, there + indentation));
        here += line.len();
        there += raw.len() + 1;
    }
    Some(starts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::stream;

    /// What a value of an inner text shows in the file.
    fn shown(text: &str, keys: &[&str]) -> String {
        let outer = Value::plain(&stream(text.as_bytes(), &LIMITS).documents[0]);
        let (documents, _) = documents(outer.get("patch").unwrap(), text.as_bytes());
        let value = documents[0].at(keys).unwrap();
        text[value.range.clone()].to_owned()
    }

    #[test]
    fn values_of_a_block_have_their_places_in_the_file() {
        let block =
            "patch: |-\n    # é\n\n    a:\n      b: one\n\n      c: [x,\n        y]\nlast: 1\n";
        assert_eq!(shown(block, &["a", "b"]), "one");
        assert_eq!(shown(block, &["a", "c"]), "[x,\n        y]");
        assert_eq!(shown("patch: '{a: {b: two}}'\n", &["a", "b"]), "two");
    }

    #[test]
    fn values_of_other_texts_have_the_place_of_the_text() {
        assert_eq!(shown("patch: \"a:\\n  b: one\"\n", &["a", "b"]), "\"a:\\n  b: one\"");
        assert_eq!(shown("patch: >-\n  {a: {b:\n  one}}\n", &["a", "b"]), "{a: {b:\n  one}}");
    }
}
