//! Texts that are put together from pieces of a file, and read as JSON where they are that, so that every part of a policy keeps its place.

use super::evaluate::placed;
use crate::engine::misconfig::json;
use crate::engine::misconfig::value::{Data, Value};
use std::ops::Range;

/// A text that is being put together, with holes where something is not known, and where its pieces come from.
#[derive(Debug, Default)]
pub struct Written {
    /// The text so far.
    pub out: String,
    pieces: Vec<(usize, usize)>,
    /// What stands in the holes.
    pub holes: Vec<Value>,
    /// Whether a quote is open.
    quoted: bool,
}

/// Around the number of a hole; of the private use area, so that no text has them by chance.
const HOLE: [char; 2] = ['\u{E0F0}', '\u{E0F1}'];

impl Written {
    /// Adds text that stands at a byte of the file.
    pub fn text(&mut self, text: &str, at: usize) {
        self.pieces.push((self.out.len(), at));
        self.quoted ^= memchr::memchr_iter(b'"', text.as_bytes()).count() % 2 == 1;
        self.out.push_str(text);
    }

    /// Adds a place for what is not known.
    pub fn hole(&mut self, value: Value) {
        self.pieces.push((self.out.len(), value.range.start));
        // What stands without quotes would not be JSON.
        let quote = if self.quoted { "" } else { "\"" };
        let [open, close] = HOLE;
        self.out.push_str(&format!("{quote}{open}{}{close}{quote}", self.holes.len()));
        self.holes.push(value);
    }

    /// The text as JSON, with holes filled and places in the file.
    pub fn json(&self, range: &Range<usize>) -> Option<Value> {
        let mut value = json::parse(self.out.as_bytes()).ok()?;
        self.mend(&mut value, range);
        Some(value)
    }

    fn source(&self, at: usize, range: &Range<usize>) -> usize {
        let piece = self.pieces.partition_point(|(start, _)| *start <= at).checked_sub(1);
        let mapped = piece.and_then(|piece| self.pieces.get(piece));
        let mapped = mapped.map_or(range.start, |(start, source)| source + (at - start));
        mapped.clamp(range.start, range.end)
    }

    fn mend(&self, value: &mut Value, range: &Range<usize>) {
        let place = |at: &Range<usize>| {
            let start = self.source(at.start, range);
            start..self.source(at.end, range).max(start)
        };
        value.range = place(&value.range);
        match &mut value.data {
            Data::Text(text) if text.contains(HOLE[0]) => {
                let inner = text.strip_prefix(HOLE[0]).and_then(|rest| rest.strip_suffix(HOLE[1]));
                let hole = inner.and_then(|number| self.holes.get(number.parse::<usize>().ok()?));
                value.data = hole.map_or(Data::Unknown(None), |hole| hole.data.clone());
            }
            Data::List(items) => items.iter_mut().for_each(|item| self.mend(item, range)),
            Data::Map(entries) => entries.iter_mut().for_each(|entry| {
                entry.key_range = place(&entry.key_range);
                self.mend(&mut entry.value, range);
            }),
            _ => {}
        }
    }
}

/// A text that is JSON as what it says.
pub fn as_json(value: Value) -> Value {
    let Data::Text(text) = &value.data else { return value };
    if !text.trim_start().starts_with(['{', '[']) {
        return value;
    }
    match json::parse(text.as_bytes()) {
        Ok(parsed) => placed(parsed, &value.range),
        Err(_) => value,
    }
}
