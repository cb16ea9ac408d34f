//! Text that was put together from pieces of another one (continued lines joined, quotes taken off), and the way back from
//! a place in it to a place in the original. Knows nothing of why the pieces were put together.

use std::ops::Range;

/// A text and where each part of it came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapped {
    text: String,
    /// Starts of the pieces, in the text and in the original; both in bytes, the first ones rising.
    pieces: Vec<(usize, usize)>,
}

impl Mapped {
    /// An empty text.
    pub fn new() -> Self {
        Self::default()
    }

    /// A text that stands in the original as it is, from a byte on.
    pub fn plain(text: &str, origin: usize) -> Self {
        let mut mapped = Self::new();
        mapped.push(text, origin);
        mapped
    }

    /// Adds a piece that stands at `origin` in the original. An empty one says where an empty text belongs.
    pub fn push(&mut self, text: &str, origin: usize) {
        let goes_on =
            self.pieces.last().is_some_and(|(at, from)| from + (self.text.len() - at) == origin);
        if !goes_on {
            if text.is_empty() && !self.pieces.is_empty() {
                return;
            }
            // A piece that nothing was added to says nothing any more.
            if self.pieces.last().is_some_and(|(at, _)| *at == self.text.len()) {
                self.pieces.pop();
            }
            self.pieces.push((self.text.len(), origin));
        }
        self.text.push_str(text);
    }

    /// Adds a part of another text with the same original.
    pub fn push_from(&mut self, other: &Self, part: Range<usize>) {
        let mut at = part.start;
        let mut piece = other.piece_at(at);
        while at < part.end {
            let Some((start, origin)) = other.pieces.get(piece) else { return };
            let next = other.pieces.get(piece + 1).map_or(other.text.len(), |(next, _)| *next);
            let end = next.min(part.end);
            self.push(&other.text[at..end], origin + (at - start));
            at = end;
            piece += 1;
        }
    }

    /// A part of the text with its way back.
    pub fn part(&self, part: Range<usize>) -> Self {
        let mut mapped = Self::new();
        mapped.push("", self.origin(part.start));
        mapped.push_from(self, part);
        mapped
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Length of the text, bytes.
    pub fn len(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Where a byte stands in the original; for the end of the text, the place behind its last byte.
    pub fn origin(&self, offset: usize) -> usize {
        if offset >= self.text.len() && offset > 0 {
            return self.origin_of_byte(self.text.len().saturating_sub(1))
                + usize::from(!self.text.is_empty());
        }
        self.origin_of_byte(offset)
    }

    /// The part of the original that a part of the text was made of, with what was left out in between.
    pub fn back(&self, part: Range<usize>) -> Range<usize> {
        let start = self.origin(part.start);
        if part.is_empty() {
            return start..start;
        }
        start..(self.origin_of_byte(part.end - 1) + 1).max(start)
    }

    fn origin_of_byte(&self, offset: usize) -> usize {
        self.pieces.get(self.piece_at(offset)).map_or(0, |(at, origin)| origin + (offset - at))
    }

    fn piece_at(&self, offset: usize) -> usize {
        self.pieces.partition_point(|(at, _)| *at <= offset).saturating_sub(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_joined_lines_is_a_place_in_the_file() {
        let file = "run a \\\n  b";
        let mut joined = Mapped::new();
        joined.push("run a ", 0);
        joined.push("  b", 8);
        assert_eq!(joined.as_str(), "run a   b");
        let b = joined.back(8..9);
        assert_eq!(&file[b], "b");
        assert_eq!(&file[joined.back(4..9)], "a \\\n  b");
        assert_eq!(joined.origin(9), 11);
        let part = joined.part(4..9);
        assert_eq!(&file[part.back(4..5)], "b");
    }

    #[test]
    fn what_stands_behind_one_another_is_one_piece() {
        let mut mapped = Mapped::plain("ab", 3);
        mapped.push("c", 5);
        mapped.push("", 99);
        assert_eq!(mapped, Mapped::plain("abc", 3));
        assert_eq!((mapped.origin(0), mapped.back(1..3)), (3, 4..6));
    }

    #[test]
    fn an_empty_text_still_has_a_place() {
        assert_eq!(Mapped::plain("", 7).back(0..0), 7..7);
        assert_eq!(Mapped::plain("abc", 7).part(3..3).back(0..0), 10..10);
        assert_eq!(Mapped::new().back(0..0), 0..0);
    }
}
