//! Byte offset to line and column and back. Lines end at LF, CRLF or a lone CR, as git, editors and every forge count.

use std::cell::Cell;
use std::ops::Range;

/// Byte offsets of the line starts of one text.
#[derive(Debug, Clone)]
pub struct Lines {
    starts: Vec<usize>,
    len: usize,
    /// Start of a line, a place in it, and the code points between: the next place on a long line is counted from there.
    counted: Cell<(usize, usize, u32)>,
}

/// A range in lines and columns; both count from 1, `end_column` is one past the last character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// First line.
    pub line: u32,
    /// First column, in code points.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// One past the last column.
    pub end_column: u32,
}

impl Lines {
    /// Indexes a text. One pass; four bytes a line would do for files under 4 GiB, eight keep it simple.
    pub fn new(text: &[u8]) -> Self {
        let mut starts = vec![0];
        let has_cr = memchr::memchr(b'\r', text).is_some();
        if has_cr {
            for at in memchr::memchr2_iter(b'\n', b'\r', text) {
                let lone_cr = text[at] == b'\r' && text.get(at + 1) != Some(&b'\n');
                if text[at] == b'\n' || lone_cr {
                    starts.push(at + 1);
                }
            }
        } else {
            starts.extend(memchr::memchr_iter(b'\n', text).map(|at| at + 1));
        }
        Self { starts, len: text.len(), counted: Cell::default() }
    }

    /// Number of lines; a final line end does not begin another line, and an empty text has one.
    pub fn count(&self) -> u32 {
        let last_is_empty = self.starts.len() > 1 && self.starts.last() == Some(&self.len);
        (self.starts.len() - usize::from(last_is_empty)) as u32
    }

    /// The line (from 1) that holds a byte offset; offsets past the end belong to the last line.
    pub fn line_of(&self, offset: usize) -> u32 {
        self.starts.partition_point(|start| *start <= offset) as u32
    }

    /// Bytes of a line (from 1) without its line end; empty outside the text.
    pub fn range(&self, text: &[u8], line: u32) -> Range<usize> {
        let index = (line as usize).wrapping_sub(1);
        let Some(start) = self.starts.get(index).copied() else {
            return 0..0;
        };
        let mut end = self.starts.get(index + 1).copied().unwrap_or(self.len).min(text.len());
        if end > start && text[end - 1] == b'\n' {
            end -= 1;
        }
        if end > start && text[end - 1] == b'\r' {
            end -= 1;
        }
        start..end
    }

    /// Lines and columns of a byte range of `text`. A line end takes no column, and a character of which the range holds
    /// a part is taken as a whole.
    pub fn span(&self, text: &[u8], range: Range<usize>) -> Span {
        let line = self.line_of(range.start);
        let end_line = self.line_of(range.end.saturating_sub(1).max(range.start));
        let column_at = |line: u32, offset: usize| {
            let Range { start, end } = self.range(text, line);
            self.points(text, start, offset.clamp(start, end)) + 1
        };
        Span {
            line,
            column: column_at(line, whole_character(text, range.start).start),
            end_line,
            end_column: column_at(end_line, whole_character(text, range.end).end),
        }
    }
}

impl Lines {
    /// Code points from the start of a line to a place where a character begins.
    fn points(&self, text: &[u8], start: usize, offset: usize) -> u32 {
        let (known_start, known, points) = self.counted.get();
        let (from, before) =
            if known_start == start && known <= offset { (known, points) } else { (start, 0) };
        let points = before + code_points(&text[from..offset]);
        self.counted.set((start, offset, points));
        points
    }
}

/// The character an offset falls into; empty where one begins or none is.
fn whole_character(text: &[u8], offset: usize) -> Range<usize> {
    for start in offset.saturating_sub(3)..offset {
        let ahead = text.get(start..text.len().min(start + 4)).unwrap_or_default();
        let valid = ahead.utf8_chunks().next().map_or("", |chunk| chunk.valid());
        let end = start + valid.chars().next().map_or(0, char::len_utf8);
        if end > offset {
            return start..end;
        }
    }
    offset..offset
}

/// Code points in a piece of text; a byte that is not valid UTF-8 counts as one (Latin-1 is one byte a character).
pub fn code_points(bytes: &[u8]) -> u32 {
    if bytes.is_ascii() {
        return bytes.len() as u32;
    }
    bytes
        .utf8_chunks()
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum::<usize>() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_counts_once() {
        for (text, lines) in [
            ("", 1),
            ("a", 1),
            ("a\n", 1),
            ("a\nb", 2),
            ("a\r\nb\r\n", 2),
            ("a\rb\rc", 3),
            ("\n\n", 2),
            ("a\r\n\rb", 3),
        ] {
            assert_eq!(Lines::new(text.as_bytes()).count(), lines, "{text:?}");
        }
    }

    #[test]
    fn columns_count_code_points_not_bytes() {
        let text = "x\r\nä = \"ключ\"\r\n".as_bytes();
        let lines = Lines::new(text);
        let start = "x\r\nä = \"".len();
        let span = lines.span(text, start..start + "ключ".len());
        assert_eq!(span, Span { line: 2, column: 6, end_line: 2, end_column: 10 });
        assert_eq!(&text[lines.range(text, 2)], "ä = \"ключ\"".as_bytes());
    }

    #[test]
    fn a_range_that_takes_in_the_line_end_ends_with_the_line() {
        let text = b"ab\r\ncd\n";
        let span = Lines::new(text).span(text, 0..4);
        assert_eq!((span.end_line, span.end_column), (1, 3));
        let span = Lines::new(text).span(text, 4..7);
        assert_eq!((span.end_line, span.end_column), (2, 3));
    }

    #[test]
    fn a_range_within_a_character_takes_all_of_it() {
        let text = "x🦀y".as_bytes();
        for (start, end) in [(2, 3), (1, 4), (3, 5), (4, 4)] {
            let span = Lines::new(text).span(text, start..end);
            assert_eq!((span.column, span.end_column), (2, 3), "{start}..{end}");
        }
    }

    #[test]
    fn latin_1_bytes_are_one_column_each() {
        let text = b"caf\xe9 = 1";
        assert_eq!(Lines::new(text).span(text, 7..8).column, 8);
    }

    #[test]
    fn a_range_over_two_lines_ends_on_the_second() {
        let text = b"ab\ncd\nef";
        let span = Lines::new(text).span(text, 1..5);
        assert_eq!(span, Span { line: 1, column: 2, end_line: 2, end_column: 3 });
    }
}
