//! Functions and classes, with what decorates them.

use super::words::{Token, continues_word};
use super::{LONGEST_CHAIN, Read, Reader};
use crate::engine::sast::tree::{Kind, Text};

impl Reader<'_> {
    /// A function or a class, from its first decorator.
    pub fn definition(&mut self) -> Read {
        let start = self.now.start;
        let id = self.open(Kind::Function, "");
        let mut modifiers = None;
        if self.is(Token::At) {
            modifiers = Some(self.open(Kind::Modifiers, ""));
            while self.is(Token::At) {
                let decorator = self.open(Kind::Decorator, "");
                self.next()?;
                self.expression()?;
                let end = self.now.end;
                self.expect(Token::Newline)?;
                self.close_at(decorator, end);
                self.are_comments_inside().then_some(())?;
            }
        }
        let at = self.now.start;
        if self.is(Token::Async) {
            if modifiers.is_none() {
                modifiers = Some(self.open(Kind::Modifiers, ""));
            }
            self.tree.push(Kind::Name, at, self.now.end, Text::Word("async"));
            self.next()?;
            if !self.is(Token::Def) {
                return None;
            }
        }
        let absent = match modifiers {
            Some(modifiers) => {
                self.close_at(modifiers, at.max(start));
                None
            }
            None => Some(self.nothing(at)),
        };
        let end = match self.now.token {
            Token::Def => {
                self.tree.set_text(id, Text::Word(""));
                self.function()?
            }
            Token::Class => {
                self.tree.set_kind(id, Kind::Class);
                self.tree.set_text(id, Text::Word("class"));
                self.class()?
            }
            _ => return None,
        };
        self.close_at(id, end);
        if let Some(absent) = absent {
            self.tree.set_range(absent, end, end);
        }
        Some(())
    }

    fn function(&mut self) -> Option<usize> {
        self.next()?;
        self.name_leaf()?;
        self.type_parameters()?;
        let parameters = self.open(Kind::Parameters, "");
        self.expect(Token::LeftParen)?;
        if !self.is(Token::RightParen) {
            self.parameters(Token::RightParen)?;
        }
        self.expect(Token::RightParen)?;
        self.close(parameters);
        let mut result = None;
        if self.take(Token::Arrow)? {
            self.type_()?;
            self.check_body()?;
        } else {
            result = Some(self.nothing(self.now.before));
        }
        let end = self.suite()?;
        if let Some(result) = result {
            self.tree.set_range(result, end, end);
        }
        Some(end)
    }

    /// In `-> T: x[y]` tree-sitter takes the body for a part of the type.
    fn check_body(&self) -> Read {
        let at = self.behind_spaces(self.now.end);
        let rest = self.bytes.get(at..).unwrap_or_default();
        let is_letter = |byte: &&u8| continues_word(**byte) || **byte >= 128;
        let end = at + rest.iter().take_while(is_letter).count();
        (end == at || self.byte(self.behind_spaces(end)) != b'[').then_some(())
    }

    fn class(&mut self) -> Option<usize> {
        self.next()?;
        self.name_leaf()?;
        self.type_parameters()?;
        let mut parents = None;
        if self.is(Token::LeftParen) {
            let id = self.open(Kind::Parents, "");
            self.inside_arguments(id, false)?;
        } else {
            parents = Some(self.nothing(self.now.before));
        }
        let end = self.suite()?;
        if let Some(parents) = parents {
            self.tree.set_range(parents, end, end);
        }
        Some(end)
    }

    /// Parameters up to their end, which is a parenthesis or the colon of a lambda.
    pub fn parameters(&mut self, end: Token) -> Read {
        let has_types = end == Token::RightParen;
        loop {
            self.parameter(has_types)?;
            if !self.take(Token::Comma)? || self.is(end) {
                return Some(());
            }
        }
    }

    fn parameter(&mut self, has_types: bool) -> Read {
        let start = self.now.start;
        let sign = match self.now.token {
            Token::Star => "*",
            Token::DoubleStar => "**",
            Token::Slash => "/",
            _ => "",
        };
        let id = self.tree.open(Kind::Parameter, start, start, Text::Word(""));
        if !sign.is_empty() {
            self.next()?;
        }
        if !self.is(Token::Name) {
            // What separates kinds of parameters.
            if !matches!(sign, "*" | "/") {
                return None;
            }
            let end = self.now.before;
            self.tree.push(Kind::Other, start, end, Text::At(start..end));
            for _ in 0..3 {
                self.nothing(end);
            }
            self.close(id);
            return Some(());
        }
        if sign == "/" {
            return None;
        }
        if !sign.is_empty() {
            self.tree.set_text(id, Text::Word(sign));
        }
        self.leaf(Kind::Name)?;
        let mut absent = None;
        if has_types && self.take(Token::Colon)? {
            self.type_()?;
        } else {
            absent = Some(self.nothing(self.now.before));
        }
        if self.is(Token::Equal) {
            if !sign.is_empty() {
                return None;
            }
            self.next()?;
            self.expression()?;
        } else {
            self.nothing(self.now.before);
        }
        let end = self.now.before;
        self.nothing(end);
        self.close(id);
        if let Some(absent) = absent {
            self.tree.set_range(absent, end, end);
        }
        Some(())
    }

    /// `[T: int, *Ts, **P]`, which has no place in the tree.
    fn type_parameters(&mut self) -> Read {
        if !self.is(Token::LeftBracket) {
            return Some(());
        }
        self.next()?;
        for _ in 0..LONGEST_CHAIN {
            if self.is(Token::RightBracket) {
                return self.next();
            }
            let is_several = self.take(Token::Star)? || self.take(Token::DoubleStar)?;
            self.expect(Token::Name)?;
            if !is_several && self.take(Token::Colon)? {
                self.expect(Token::Name)?;
                while self.take(Token::Dot)? {
                    self.expect(Token::Name)?;
                }
            }
            if !self.take(Token::Comma)? && !self.is(Token::RightBracket) {
                return None;
            }
        }
        None
    }
}
