//! The documents of a YAML stream that may be manifests, one by one: a mistake in one of them leaves the others readable, and those
//! that cannot be manifests are not parsed at all. Knows nothing of what objects mean.

use super::super::value::Value;
use crate::yaml::{Limits, stream};
use memchr::memmem;

/// Bounds of one document.
const LIMITS: Limits = Limits { bytes: 2 << 20, depth: 64, copied: 4 << 20 };

/// Documents of a text, in order.
#[derive(Debug)]
pub struct Documents<'a> {
    text: &'a [u8],
    next: usize,
    broken: Option<String>,
}

impl<'a> Documents<'a> {
    /// Those of a text.
    pub fn of(text: &'a [u8]) -> Self {
        // No file that lacks these words has an object in it.
        let next = if may_declare(text) { 0 } else { text.len() };
        Self { text, next, broken: None }
    }

    /// Why the first document that could not be read could not.
    pub fn broken(self) -> Option<String> {
        self.broken
    }
}

impl Iterator for Documents<'_> {
    type Item = Value;

    fn next(&mut self) -> Option<Value> {
        while self.next < self.text.len() {
            let range = self.next..end_of_document(self.text, self.next);
            self.next = range.end;
            let part = &self.text[range.clone()];
            if !may_declare(part) || is_definition(part) {
                continue;
            }
            let read = stream(part, &LIMITS);
            if let Some(error) = read.error
                && self.broken.is_none()
                && declares(part)
                && memmem::find(part, b"{{").is_none()
            {
                let before = memchr::memchr_iter(b'\n', &self.text[..range.start]).count();
                let (line, column) = (error.place.line + before, error.place.column);
                self.broken = Some(format!("{line}:{column}: {}", error.message));
            }
            if let Some(document) = read.documents.first() {
                let mut value = Value::plain(document);
                value.shift(range.start);
                return Some(value);
            }
        }
        None
    }
}

/// The first document of a text, whatever it is, and why it could not be read.
pub fn only(text: &[u8]) -> (Option<Value>, Option<String>) {
    let read = stream(text, &LIMITS);
    let broken = read.error.filter(|_| memmem::find(text, b"{{").is_none());
    (read.documents.first().map(Value::plain), broken.map(|error| error.to_string()))
}

fn may_declare(text: &[u8]) -> bool {
    memmem::find(text, b"apiVersion").is_some() && memmem::find(text, b"kind").is_some()
}

/// Whether both words stand where the outermost names of a block do.
fn declares(text: &[u8]) -> bool {
    let starts = |word: &[u8]| {
        text.starts_with(word)
            || memmem::find_iter(text, word).any(|at| at > 0 && text[at - 1] == b'\n')
    };
    starts(b"apiVersion:") && starts(b"kind:")
}

/// Definitions of resources are large, and nothing in them runs.
fn is_definition(text: &[u8]) -> bool {
    let word = b"\nkind: CustomResourceDefinition";
    memmem::find(text, word).is_some() || text.starts_with(&word[1..])
}

/// Where the document that begins at `start` ends: before the next line that begins with `---`.
fn end_of_document(text: &[u8], start: usize) -> usize {
    let mut from = start + 1;
    while let Some(at) = memmem::find(&text[from.min(text.len())..], b"\n---") {
        let line = from + at + 1;
        if text.get(line + 3).is_none_or(u8::is_ascii_whitespace) {
            return line;
        }
        from = line;
    }
    text.len()
}
