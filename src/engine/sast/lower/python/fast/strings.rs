//! Strings, with holes and side by side.

use super::words::Token;
use super::{Read, Reader};
use crate::engine::sast::tree::{Kind, Text};

/// How deep holes may stand within each other.
const MOST_HOLES: u32 = 8;

impl Reader<'_> {
    /// A string, or several side by side that are one.
    pub fn strings(&mut self) -> Read {
        let (first, start) = self.here();
        let mut formatted = self.is(Token::Format);
        if formatted {
            let id = self.open(Kind::Interpolated, "f");
            self.format()?;
            if !matches!(self.now.token, Token::Str | Token::Format) {
                self.close(id);
                return Some(());
            }
        } else {
            self.plain()?;
            if !matches!(self.now.token, Token::Str | Token::Format) {
                return Some(());
            }
            self.wrap(first, Kind::Interpolated, start, "concat");
        }
        loop {
            match self.now.token {
                Token::Str => self.plain()?,
                Token::Format => {
                    if !formatted {
                        self.tree.set_text(first, Text::Word("f"));
                        formatted = true;
                    }
                    self.format()?;
                }
                _ => break,
            }
        }
        self.close(first);
        Some(())
    }

    fn plain(&mut self) -> Read {
        let (start, end) = self.now.text;
        self.tree.push(Kind::Str, self.now.start, self.now.end, Text::At(start..end));
        self.next()
    }

    /// The pieces and holes of a string whose opening is the token.
    fn format(&mut self) -> Read {
        let word = self.word();
        let sign = *word.last()?;
        let is_triple = word.len() >= 4 && word.ends_with(&[sign; 3]);
        let is_raw = word.iter().any(|byte| matches!(byte, b'r' | b'R'));
        let mut from = self.now.end;
        let mut at = from;
        loop {
            let byte = self.byte(at);
            match byte {
                b'{' if self.byte(at + 1) == b'{' => at += 2,
                b'}' if self.byte(at + 1) == b'}' => at += 2,
                b'{' => {
                    self.piece(from, at);
                    at = self.hole(at)?;
                    from = at;
                }
                b'}' => return None,
                b'\\' => at = self.behind_format_escape(at, is_raw, sign)?,
                b'\n' if !is_triple => return None,
                _ if byte == sign => {
                    if !is_triple {
                        break;
                    }
                    if self.byte(at + 1) == sign && self.byte(at + 2) == sign {
                        break;
                    }
                    at += 1;
                }
                0 => return None,
                _ => at += 1,
            }
        }
        self.piece(from, at);
        self.now.at = at + if is_triple { 3 } else { 1 };
        self.now.end = self.now.at;
        self.next()
    }

    /// A backslash does not hide a brace; of `\N{name}` it does.
    fn behind_format_escape(&self, at: usize, is_raw: bool, sign: u8) -> Option<usize> {
        match self.byte(at + 1) {
            b'N' if !is_raw && self.byte(at + 2) == b'{' => {
                let rest = self.bytes.get(at..)?;
                let close = memchr::memchr(b'}', rest)?;
                // Anything else that would end the string first is left to tree-sitter.
                let inside = rest.get(..close)?;
                let is_name = inside
                    .get(3..)?
                    .iter()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-'));
                (is_name && close > 3).then_some(at + close + 1)
            }
            b'{' | b'}' => Some(at + 1),
            b'\n' => Some(at + 2),
            b'\r' => Some(self.behind_escape(at)),
            byte if byte == sign || byte == b'\\' => {
                // Before the end the scanner counts such a pair as no content.
                let next = self.byte(at + 2);
                (!is_raw || next != sign && next != b'}').then_some(at + 2)
            }
            _ => Some(at + 1),
        }
    }

    fn piece(&mut self, from: usize, to: usize) {
        if from < to {
            self.tree.push(Kind::Str, from, to, Text::At(from..to));
        }
    }

    /// `{value!r:width}`, from its brace; gives where it ends.
    fn hole(&mut self, at: usize) -> Option<usize> {
        if self.holes >= MOST_HOLES {
            return None;
        }
        self.enter()?;
        self.holes += 1;
        let brackets = self.now.brackets;
        self.now.brackets += 1;
        (self.now.at, self.now.end) = (at + 1, at + 1);
        self.next()?;
        if self.is(Token::Lambda) {
            return None;
        }
        self.value()?;
        let end = self.behind_value()?;
        self.now.brackets = brackets;
        self.holes -= 1;
        self.leave();
        Some(end)
    }

    /// What follows the value of a hole, up to behind its closing brace.
    fn behind_value(&mut self) -> Option<usize> {
        let mut at = self.now.start;
        if self.is(Token::Equal) {
            at = self.behind_blanks(at + 1);
        }
        if self.byte(at) == b'!' {
            if !self.byte(at + 1).is_ascii_lowercase() {
                return None;
            }
            at = self.behind_blanks(at + 2);
        }
        match self.byte(at) {
            b'}' => Some(at + 1),
            b':' => self.specifier(at + 1),
            _ => None,
        }
    }

    fn behind_blanks(&self, mut at: usize) -> usize {
        while self.byte(at) == b' ' {
            at += 1;
        }
        at
    }

    /// What says how a value is written; holes in it are read, and do not stand in the tree.
    fn specifier(&mut self, mut at: usize) -> Option<usize> {
        loop {
            match self.byte(at) {
                b'}' => return Some(at + 1),
                b'{' => {
                    let (count, length) = (self.tree.open_count(), self.tree.nodes().len());
                    at = self.hole(at)?;
                    self.tree.forget(length as u32, count);
                }
                b'\n' | b'\r' | 0 => return None,
                _ => at += 1,
            }
        }
    }
}
