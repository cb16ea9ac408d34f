//! `match` and its patterns.

use super::words::Token;
use super::{LONGEST_CHAIN, Read, Reader};
use crate::engine::sast::tree::{Kind, Text};

impl Reader<'_> {
    /// Whether `match` begins a statement here and is not a name.
    pub fn is_match(&mut self) -> Option<bool> {
        let now = self.now;
        self.next()?;
        let is_operand = matches!(
            self.now.token,
            Token::Name
                | Token::Number
                | Token::Str
                | Token::LeftParen
                | Token::LeftBracket
                | Token::LeftBrace
                | Token::None
                | Token::True
                | Token::False
                | Token::Await
                | Token::Minus
                | Token::Star
                | Token::Not
        );
        let mut is_match = false;
        if is_operand {
            // It ends in a colon.
            while !self.is(Token::Newline) {
                is_match = self.is(Token::Colon);
                if self.is(Token::Format) || self.is(Token::Lambda) {
                    return None;
                }
                self.next()?;
            }
        } else if self.is(Token::Format) {
            return None;
        }
        self.now = now;
        Some(is_match)
    }

    /// `match subject:` with its cases.
    pub fn match_(&mut self) -> Read {
        let id = self.open(Kind::Switch, "");
        self.next()?;
        self.expression()?;
        self.expect(Token::Colon)?;
        self.expect(Token::Newline)?;
        self.expect(Token::Indent)?;
        while !self.is(Token::Dedent) {
            self.case()?;
        }
        self.close_at(id, self.now.end);
        self.next()
    }

    fn case(&mut self) -> Read {
        if !self.is(Token::Name) || self.word() != b"case" {
            return None;
        }
        let id = self.open(Kind::Case, "");
        self.next()?;
        loop {
            self.pattern()?;
            if !self.take(Token::Comma)? || matches!(self.now.token, Token::Colon | Token::If) {
                break;
            }
        }
        if self.is(Token::If) {
            let guard = self.open(Kind::Other, "if_clause");
            self.next()?;
            self.expression()?;
            self.close(guard);
        }
        let end = self.suite()?;
        self.close_at(id, end);
        Some(())
    }

    /// A pattern, perhaps with a name. `_` stands for anything, and has no node.
    fn pattern(&mut self) -> Read {
        self.enter()?;
        let (first, start) = self.here();
        self.alternatives()?;
        if self.take(Token::As)? {
            if self.tree.nodes().len() as u32 == first || !self.is(Token::Name) {
                return None;
            }
            self.next()?;
            self.wrap(first, Kind::Assign, start, "");
            self.nothing(self.now.before);
            self.tree.exchange(first + 1);
            self.close(first);
        }
        self.leave();
        Some(())
    }

    fn alternatives(&mut self) -> Read {
        let (first, start) = self.here();
        self.simple_pattern()?;
        if !self.is(Token::Pipe) {
            return Some(());
        }
        if self.tree.nodes().len() as u32 == first {
            return None;
        }
        self.wrap(first, Kind::Other, start, "union_pattern");
        while self.take(Token::Pipe)? {
            self.simple_pattern()?;
        }
        self.close(first);
        Some(())
    }

    fn simple_pattern(&mut self) -> Read {
        match self.now.token {
            Token::Name => self.named_pattern(),
            Token::Str => self.strings(),
            Token::None | Token::True | Token::False => self.primary(),
            Token::Minus => {
                self.next()?;
                self.number_pattern()
            }
            Token::Number => self.number_pattern(),
            Token::Star => self.splat(),
            Token::LeftBracket => self.sequence(Kind::List, Token::RightBracket),
            Token::LeftParen => self.sequence(Kind::Tuple, Token::RightParen),
            Token::LeftBrace => self.dictionary(),
            _ => None,
        }
    }

    fn number_pattern(&mut self) -> Read {
        if !self.is(Token::Number) {
            return None;
        }
        self.leaf(Kind::Number)?;
        (!matches!(self.now.token, Token::Plus | Token::Minus)).then_some(())
    }

    /// `*rest`, `**rest`.
    fn splat(&mut self) -> Read {
        let id = self.open(Kind::Other, "splat_pattern");
        let extras = self.now.extras;
        self.next()?;
        (self.now.extras == extras).then_some(())?;
        if self.word() == b"_" {
            let (start, end) = (self.tree.node(id).start as usize, self.now.end);
            self.tree.set_text(id, Text::At(start..end));
            self.expect(Token::Name)?;
        } else {
            self.name_leaf()?;
        }
        self.close(id);
        Some(())
    }

    fn sequence(&mut self, kind: Kind, end: Token) -> Read {
        let id = self.open(kind, "");
        self.next()?;
        while !self.is(end) {
            self.pattern()?;
            if !self.take(Token::Comma)? {
                break;
            }
        }
        self.expect(end)?;
        self.close(id);
        Some(())
    }

    fn dictionary(&mut self) -> Read {
        let id = self.open(Kind::Other, "dict_pattern");
        let extras = self.now.extras;
        self.next()?;
        while !self.is(Token::RightBrace) {
            if self.is(Token::DoubleStar) {
                self.splat()?;
            } else {
                self.simple_pattern()?;
                self.expect(Token::Colon)?;
                self.pattern()?;
            }
            if !self.take(Token::Comma)? {
                break;
            }
        }
        self.expect(Token::RightBrace)?;
        if self.tree.open_count() == 0 {
            // A node without children is its source.
            let (start, end) = (self.tree.node(id).start as usize, self.now.before);
            self.tree.set_text(id, Text::At(start..end));
            (self.now.extras == extras && end == start + 2).then_some(())?;
        }
        self.close(id);
        Some(())
    }

    /// A name to bind, a constant with dots, a class with patterns, `name=pattern`, `_`.
    fn named_pattern(&mut self) -> Read {
        let (first, start) = self.here();
        let is_wildcard = self.word() == b"_";
        let names = self.dotted()?;
        if is_wildcard && names.len() == 1 {
            return (!matches!(self.now.token, Token::LeftParen | Token::Equal)).then_some(());
        }
        self.path(&names);
        match self.now.token {
            Token::LeftParen => {
                self.wrap(first, Kind::Other, start, "class_pattern");
                self.next()?;
                for _ in 0..LONGEST_CHAIN {
                    if self.is(Token::RightParen) {
                        break;
                    }
                    self.pattern()?;
                    if !self.take(Token::Comma)? {
                        break;
                    }
                }
                self.expect(Token::RightParen)?;
                self.close(first);
            }
            Token::Equal if names.len() == 1 => {
                self.wrap(first, Kind::Other, start, "keyword_pattern");
                self.next()?;
                self.alternatives()?;
                self.close(first);
            }
            _ => {}
        }
        Some(())
    }
}
