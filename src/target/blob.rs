//! One file as engines see it: decoded text with a path, a kind and, when somebody asks, a line index.

use super::classify::{Context, Kind};
use crate::text::lines::{Lines, Span};
use std::cell::OnceCell;
use std::ops::Range;

/// A decoded file. Lives for the time its engines look at it.
#[derive(Debug)]
pub struct Blob<'a> {
    /// Repository-relative path with `/`.
    pub path: &'a str,
    /// Text as [`crate::text::decode`] gives it.
    pub text: &'a [u8],
    /// What the path says the file is.
    pub kind: Kind,
    /// What role the path gives it.
    pub context: Context,
    lines: OnceCell<Lines>,
}

impl<'a> Blob<'a> {
    /// A blob whose kind and context come from its path.
    pub fn new(path: &'a str, text: &'a [u8]) -> Self {
        Self {
            path,
            text,
            kind: Kind::of(path),
            context: Context::of(path),
            lines: OnceCell::new(),
        }
    }

    /// The line index, made at the first call.
    pub fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::new(self.text))
    }

    /// Lines and columns of a byte range.
    pub fn span(&self, range: Range<usize>) -> Span {
        self.lines().span(self.text, range)
    }

    /// Byte range of the whole line (without its end) around an offset; needs no index.
    pub fn line_around(&self, offset: usize) -> Range<usize> {
        let offset = offset.min(self.text.len());
        let start =
            memchr::memrchr2(b'\n', b'\r', &self.text[..offset]).map_or(0, |newline| newline + 1);
        let end = memchr::memchr2(b'\n', b'\r', &self.text[offset..])
            .map_or(self.text.len(), |newline| offset + newline);
        start..end
    }
}
