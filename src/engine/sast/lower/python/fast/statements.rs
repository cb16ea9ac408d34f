//! Simple statements, and which statement it is.

use super::targets::Seen;
use super::words::Token;
use super::{Read, Reader};
use crate::engine::sast::tree::{Id, Kind, Text};

/// How many targets one value may be assigned to.
const MOST_TARGETS: usize = 40;

impl Reader<'_> {
    /// A statement with its end.
    pub fn statement(&mut self) -> Read {
        match self.now.token {
            Token::If => self.if_(),
            Token::For | Token::While => self.loop_(),
            Token::Try => self.try_(),
            Token::With => self.with(),
            Token::Def | Token::Class | Token::At => self.definition(),
            Token::Async => self.asynchronous(),
            Token::Name if self.word() == b"match" => {
                if self.is_match()? {
                    self.match_()
                } else {
                    self.simple_statements().map(|_| ())
                }
            }
            _ => self.simple_statements().map(|_| ()),
        }
    }

    /// Statements of one line; gives where the line ends.
    pub fn simple_statements(&mut self) -> Option<usize> {
        loop {
            self.simple_statement()?;
            if !self.take(Token::Semicolon)? || self.is(Token::Newline) {
                break;
            }
        }
        let end = self.now.end;
        self.expect(Token::Newline)?;
        Some(end)
    }

    fn simple_statement(&mut self) -> Read {
        match self.now.token {
            Token::Return => self.operands("return", false),
            Token::Raise => self.raise(),
            Token::Assert => self.assert(),
            Token::Del => self.operands("del", true),
            Token::Pass => self.lone("pass"),
            Token::Break => self.lone("break"),
            Token::Continue => self.lone("continue"),
            Token::Global => self.names("global"),
            Token::Nonlocal => self.names("nonlocal"),
            Token::Import => self.import(),
            Token::From => self.import_from(),
            _ => self.expression_statement(),
        }
    }

    fn is_end(&self) -> bool {
        matches!(self.now.token, Token::Newline | Token::Semicolon)
    }

    fn lone(&mut self, word: &str) -> Read {
        self.tree.push(Kind::Word, self.now.start, self.now.end, Text::Word(word));
        self.next()
    }

    /// A word and its operands, which are one node.
    fn operands(&mut self, word: &str, needs_one: bool) -> Read {
        let id = self.open(Kind::Word, word);
        self.next()?;
        if !self.is_end() {
            self.expressions()?;
        } else if needs_one {
            return None;
        }
        self.close(id);
        Some(())
    }

    fn raise(&mut self) -> Read {
        let id = self.open(Kind::Word, "raise");
        self.next()?;
        if !self.is_end() {
            self.expressions()?;
            if self.take(Token::From)? {
                self.expression()?;
            }
        }
        self.close(id);
        Some(())
    }

    fn assert(&mut self) -> Read {
        let id = self.open(Kind::Word, "assert");
        self.next()?;
        self.expression()?;
        if self.take(Token::Comma)? {
            self.expression()?;
        }
        self.close(id);
        Some(())
    }

    fn names(&mut self, word: &str) -> Read {
        let id = self.open(Kind::Word, word);
        self.next()?;
        self.name_leaf()?;
        while self.take(Token::Comma)? {
            self.name_leaf()?;
        }
        self.close(id);
        Some(())
    }

    /// Words that are statements in some places only.
    fn soft(&mut self) -> Option<bool> {
        let next = self.byte(self.behind_spaces(self.now.end));
        match self.word() {
            // Statements of Python 2.
            b"print" | b"exec" => {
                matches!(next, b'(' | b'.' | b'=' | b'\n' | b'\r' | b')' | b',').then_some(false)
            }
            b"type" if next == b'[' => None,
            b"type" if super::words::continues_word(next) => {
                let word = self.behind_spaces(self.now.end);
                let rest = self.bytes.get(word..)?;
                let len = rest.iter().take_while(|b| super::words::continues_word(**b)).count();
                Some(super::words::word(rest.get(..len)?) == Token::Name)
            }
            _ => Some(false),
        }
    }

    /// The first byte that is no blank.
    pub fn behind_spaces(&self, mut at: usize) -> usize {
        while matches!(self.byte(at), b' ' | b'\t') {
            at += 1;
        }
        at
    }

    fn expression_statement(&mut self) -> Read {
        if !self.is(Token::Name) || !matches!(self.word(), b"print" | b"exec" | b"type" | b"match")
        {
            return self.plain_statement(false);
        }
        if self.soft()? {
            return self.type_alias();
        }
        // `type(x).a: T` names a type for tree-sitter; no Python does that.
        let is_type = self.word() == b"type";
        self.plain_statement(is_type)
    }

    fn plain_statement(&mut self, is_type: bool) -> Read {
        let (first, start) = self.here();
        let before = self.seen();
        if self.is(Token::Yield) {
            return self.yielded();
        }
        self.starred()?;
        let is_list = self.is(Token::Comma);
        if is_list {
            while self.take(Token::Comma)? {
                if self.is_end() || self.is(Token::Equal) {
                    break;
                }
                self.starred()?;
            }
        }
        match self.now.token {
            Token::Equal => {
                if is_list {
                    self.tree.gather(first, Kind::Tuple);
                    self.tree.set_range(first, start, self.now.before);
                }
                self.assign(first, start, before)
            }
            Token::Colon if is_type && self.tree.kind(first) != Kind::Name => None,
            Token::Colon if !is_list => self.variable(first, start),
            Token::Update if !is_list => self.update(first, start),
            _ => Some(()),
        }
    }

    /// `a = b = c`, from the first sign on.
    fn assign(&mut self, first: Id, start: usize, before: Seen) -> Read {
        let mut open = Vec::new();
        let (mut first, mut start, mut before) = (first, start, before);
        while self.is(Token::Equal) {
            if open.len() >= MOST_TARGETS {
                return None;
            }
            self.check_target(first, start, before)?;
            self.wrap(first, Kind::Assign, start, "");
            open.push(first);
            self.next()?;
            ((first, start), before) = (self.here(), self.seen());
            self.value()?;
        }
        for id in open.into_iter().rev() {
            self.close(id);
        }
        Some(())
    }

    /// `x: T`, `x: T = v`.
    fn variable(&mut self, first: Id, start: usize) -> Read {
        self.is_target_leaf(first, start).then_some(())?;
        self.wrap(first, Kind::Variable, start, "");
        self.nothing(start);
        self.tree.exchange(first + 1);
        self.next()?;
        self.type_()?;
        if self.take(Token::Equal)? {
            self.value()?;
        } else {
            self.nothing(self.now.before);
        }
        self.close(first);
        let end = self.now.before;
        self.tree.set_range(first + 1, end, end);
        Some(())
    }

    fn update(&mut self, first: Id, start: usize) -> Read {
        self.is_target_leaf(first, start).then_some(())?;
        let text = Text::At(self.now.start..self.now.end);
        self.wrap_with(first, Kind::Update, start, text);
        self.next()?;
        self.value()?;
        self.close(first);
        Some(())
    }
}
