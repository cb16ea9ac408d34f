//! One word: quotes, escapes, expansions, and the commands inside it.

use super::MAX_DEPTH;
use super::command::{Nest, Word};
use super::reader::{Reader, Until};
use crate::text::mapped::Mapped;

/// What a word has turned out to be so far.
#[derive(Debug)]
struct Draft {
    value: Mapped,
    literal: bool,
    quoted: bool,
}

impl Reader<'_> {
    /// The word that begins here; `None` where none can begin.
    pub(super) fn word(&mut self) -> Option<Word> {
        let start = self.at;
        let mut draft = Draft { value: self.text.part(start..start), literal: true, quoted: false };
        let mut run = start;
        while let Some(b) = self.peek() {
            match b {
                b' ' | b'\t' | b'\n' | b'\r' => break,
                b';' | b'&' | b'|' | b')' if !self.plain => break,
                b'`' if self.until == Until::Backtick && !self.plain => break,
                b'(' if !self.plain => {
                    // `list=(a b)`; elsewhere it ends the word.
                    let array = self.at > start && self.bytes[self.at - 1] == b'=';
                    if !array {
                        break;
                    }
                    self.at += 1;
                    self.enclosed_array();
                    draft.literal = false;
                }
                b'<' | b'>' if !self.plain => {
                    if self.at != start || self.ahead(1) != Some(b'(') {
                        break;
                    }
                    self.at += 2;
                    self.inner(Until::Paren, Nest::Process);
                    draft.literal = false;
                }
                b'\'' => {
                    self.take(&mut draft, run);
                    self.single(&mut draft);
                    run = self.at;
                }
                b'"' => {
                    self.take(&mut draft, run);
                    self.double(&mut draft);
                    run = self.at;
                }
                b if b == self.escape => {
                    self.take(&mut draft, run);
                    self.escaped(&mut draft);
                    run = self.at;
                }
                b'$' => self.dollar(&mut draft),
                b'`' if !self.plain => {
                    self.at += 1;
                    self.inner(Until::Backtick, Nest::Substitution);
                    draft.literal = false;
                }
                _ => self.at += 1,
            }
        }
        self.take(&mut draft, run);
        if self.at == start {
            return None;
        }
        let range = self.text.back(start..self.at);
        let Draft { value, literal, quoted } = draft;
        Some(Word { value, range, literal, quoted })
    }

    fn take(&self, draft: &mut Draft, from: usize) {
        draft.value.push_from(self.text, from..self.at);
    }

    /// Reads the commands that stand in the word of the command that is being read.
    fn inner(&mut self, until: Until, nest: Nest) {
        match self.open.last().copied() {
            Some(command) => self.enclosed(until, Some((nest, command))),
            None => self.enclosed(until, None),
        }
    }

    fn enclosed_array(&mut self) {
        if self.depth >= MAX_DEPTH {
            self.script.cut_short = true;
            self.skip(Until::Paren);
            return;
        }
        self.depth += 1;
        self.elements();
        self.depth -= 1;
    }

    fn elements(&mut self) {
        loop {
            self.blanks();
            match self.peek() {
                None => {
                    self.script.unclosed = true;
                    return;
                }
                Some(b')') => {
                    self.at += 1;
                    return;
                }
                Some(_) => {
                    if self.word().is_none() {
                        self.at += 1;
                        self.whole_character();
                    }
                }
            }
        }
    }

    fn single(&mut self, draft: &mut Draft) {
        draft.quoted = true;
        let from = self.at + 1;
        let rest = &self.bytes[from..];
        let length = memchr::memchr(b'\'', rest);
        self.script.unclosed |= length.is_none();
        let end = from + length.unwrap_or(rest.len());
        draft.value.push_from(self.text, from..end);
        self.at = (end + 1).min(self.bytes.len());
    }

    fn double(&mut self, draft: &mut Draft) {
        draft.quoted = true;
        self.at += 1;
        let mut run = self.at;
        loop {
            match self.peek() {
                None => {
                    self.take(draft, run);
                    self.script.unclosed = true;
                    return;
                }
                Some(b'"') => {
                    self.take(draft, run);
                    self.at += 1;
                    return;
                }
                Some(b) if b == self.escape => match self.ahead(1) {
                    Some(b'$' | b'`' | b'"') => {
                        self.take(draft, run);
                        run = self.at + 1;
                        self.at += 2;
                    }
                    Some(next) if next == self.escape => {
                        self.take(draft, run);
                        run = self.at + 1;
                        self.at += 2;
                    }
                    Some(b'\n') => {
                        self.take(draft, run);
                        self.at += 2;
                        run = self.at;
                    }
                    _ => self.at += 1,
                },
                Some(b'$') => self.dollar(draft),
                Some(b'`') if !self.plain && self.until != Until::Backtick => {
                    self.at += 1;
                    self.inner(Until::Backtick, Nest::Substitution);
                    draft.literal = false;
                }
                Some(_) => self.at += 1,
            }
        }
    }

    /// A character behind an escape stands for itself; a line end is dropped.
    fn escaped(&mut self, draft: &mut Draft) {
        self.at += 1;
        let from = self.at;
        match self.peek() {
            None => draft.value.push_from(self.text, from - 1..from),
            Some(b'\n') => self.at += 1,
            Some(b'\r') if self.ahead(1) == Some(b'\n') => self.at += 2,
            Some(_) => {
                draft.quoted = true;
                self.at += 1;
                self.whole_character();
                draft.value.push_from(self.text, from..self.at);
            }
        }
    }

    /// An expansion; it stays in the value as it is written.
    fn dollar(&mut self, draft: &mut Draft) {
        self.at += 1;
        match self.peek() {
            Some(b'(') if self.plain => {}
            Some(b'(') if self.ahead(1) == Some(b'(') => {
                self.at += 2;
                self.arithmetic();
                draft.literal = false;
            }
            Some(b'(') => {
                self.at += 1;
                self.inner(Until::Paren, Nest::Substitution);
                draft.literal = false;
            }
            Some(b'{') => {
                self.at += 1;
                self.braces();
                draft.literal = false;
            }
            Some(b)
                if b.is_ascii_alphanumeric()
                    || matches!(b, b'_' | b'@' | b'*' | b'?' | b'#' | b'!' | b'$') =>
            {
                self.at += 1;
                draft.literal = false;
            }
            _ => {}
        }
    }

    /// Past the `}` of `${...}`.
    fn braces(&mut self) {
        let mut open = 1_usize;
        while let Some(b) = self.peek() {
            match b {
                b'\\' => {
                    self.at = (self.at + 2).min(self.bytes.len());
                    self.whole_character();
                    continue;
                }
                b'$' if self.ahead(1) == Some(b'(')
                    && self.ahead(2) != Some(b'(')
                    && !self.plain =>
                {
                    self.at += 2;
                    self.inner(Until::Paren, Nest::Substitution);
                    continue;
                }
                b'$' if self.ahead(1) == Some(b'{') => {
                    self.at += 1;
                    open += 1;
                }
                b'}' => open -= 1,
                _ => {}
            }
            self.at += 1;
            if open == 0 {
                return;
            }
        }
        self.script.unclosed = true;
    }
}
