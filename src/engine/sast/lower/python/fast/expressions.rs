//! Expressions: operators by how strongly they bind, as tree-sitter's grammar has it.

use super::words::Token;
use super::{LONGEST_CHAIN, Read, Reader};
use crate::engine::sast::tree::{Id, Kind, Text};

/// How strongly the operators between two operands bind, and what they are called; `^` binds stronger than `&` in tree-sitter's grammar.
const fn binds(token: Token) -> (u8, &'static str) {
    match token {
        Token::Pipe => (1, "|"),
        Token::Ampersand => (2, "&"),
        Token::Caret => (3, "^"),
        Token::LeftShift => (4, "<<"),
        Token::RightShift => (4, ">>"),
        Token::Plus => (5, "+"),
        Token::Minus => (5, "-"),
        Token::Star => (6, "*"),
        Token::At => (6, "@"),
        Token::Slash => (6, "/"),
        Token::Percent => (6, "%"),
        Token::DoubleSlash => (6, "//"),
        _ => (0, ""),
    }
}

/// More than a statement would be read as.
pub const ENDS: &[Token] = &[
    Token::Newline,
    Token::Semicolon,
    Token::Equal,
    Token::RightParen,
    Token::RightBracket,
    Token::RightBrace,
];

/// Counts an operator of a chain.
fn link(length: &mut usize) -> Read {
    *length += 1;
    (*length < LONGEST_CHAIN).then_some(())
}

impl Reader<'_> {
    /// Expressions with commas between them: a Tuple if there is a comma.
    pub fn expressions(&mut self) -> Read {
        let (first, start) = self.here();
        self.starred()?;
        if !self.is(Token::Comma) {
            return Some(());
        }
        self.wrap(first, Kind::Tuple, start, "");
        while self.take(Token::Comma)? {
            if ENDS.contains(&self.now.token) || self.is(Token::Colon) {
                break;
            }
            self.starred()?;
        }
        self.close(first);
        Some(())
    }

    /// An expression, or `*x` outside of brackets. Of more than a name tree-sitter takes the star to stand before a part only.
    pub fn starred(&mut self) -> Read {
        if !self.is(Token::Star) {
            return self.expression();
        }
        let id = self.open(Kind::Spread, "*");
        self.next()?;
        self.name_leaf()?;
        self.close(id);
        // An operator, a call ...
        let is_whole = ENDS.contains(&self.now.token)
            || matches!(self.now.token, Token::Comma | Token::Colon | Token::In);
        is_whole.then_some(())
    }

    /// `yield`, or expressions.
    pub fn value(&mut self) -> Read {
        if self.is(Token::Yield) { self.yielded() } else { self.expressions() }
    }

    /// `yield x`, `yield from x`, `yield`.
    pub fn yielded(&mut self) -> Read {
        let id = self.open(Kind::Yield, "yield");
        self.next()?;
        if self.take(Token::From)? {
            self.tree.set_text(id, Text::Word("yield from"));
            self.expression()?;
        } else if ENDS.contains(&self.now.token) {
            self.nothing(self.now.before);
        } else {
            self.expressions()?;
        }
        self.close(id);
        Some(())
    }

    /// Any expression that is one: a lambda, a conditional, `name := value` ...
    pub fn expression(&mut self) -> Read {
        self.enter()?;
        if self.is(Token::Lambda) {
            self.lambda()?;
        } else {
            let (first, start) = self.here();
            self.disjunction()?;
            if self.is(Token::ColonEqual) {
                self.named(first, start)?;
            }
            if self.is(Token::If) {
                self.conditional(first, start)?;
            }
        }
        self.leave();
        Some(())
    }

    /// `name := value`; tree-sitter ends the value before an `if`.
    fn named(&mut self, first: Id, start: usize) -> Read {
        let is_name = self.tree.kind(first) == Kind::Name
            && self.tree.nodes().len() as Id == first + 1
            && self.tree.node(first).start as usize == start
            && self.byte(start) != b'.';
        if !is_name || self.holes > 0 {
            return None;
        }
        self.wrap(first, Kind::Assign, start, "");
        self.next()?;
        if self.is(Token::Lambda) {
            self.lambda()?;
        } else {
            self.disjunction()?;
        }
        self.close(first);
        Some(())
    }

    /// `then if condition else otherwise`: the condition stands first in the tree.
    fn conditional(&mut self, first: Id, start: usize) -> Read {
        self.wrap(first, Kind::Conditional, start, "");
        self.next()?;
        self.disjunction()?;
        self.tree.exchange(first + 1);
        self.expect(Token::Else)?;
        self.expression()?;
        self.close(first);
        Some(())
    }

    /// `a or b`.
    pub fn disjunction(&mut self) -> Read {
        let (first, start) = self.here();
        self.conjunction()?;
        let mut length = 0;
        while self.is(Token::Or) {
            link(&mut length)?;
            self.wrap(first, Kind::Binary, start, "||");
            self.next()?;
            self.conjunction()?;
            self.close(first);
        }
        Some(())
    }

    fn conjunction(&mut self) -> Read {
        let (first, start) = self.here();
        self.inversion()?;
        let mut length = 0;
        while self.is(Token::And) {
            link(&mut length)?;
            self.wrap(first, Kind::Binary, start, "&&");
            self.next()?;
            self.inversion()?;
            self.close(first);
        }
        Some(())
    }

    fn inversion(&mut self) -> Read {
        if !self.is(Token::Not) {
            return self.comparison();
        }
        self.enter()?;
        let id = self.open(Kind::Unary, "!");
        self.next()?;
        self.inversion()?;
        self.close(id);
        self.leave();
        Some(())
    }

    fn comparison(&mut self) -> Read {
        let (first, start) = self.here();
        self.binary(1)?;
        let mut length = 0;
        loop {
            let mut sign = match self.now.token {
                Token::Less => "<",
                Token::Greater => ">",
                Token::EqualEqual => "==",
                Token::NotEqual => "!=",
                Token::LessEqual => "<=",
                Token::GreaterEqual => ">=",
                Token::In => "in",
                Token::Is => "is",
                Token::Not => "not in",
                _ => return Some(()),
            };
            link(&mut length)?;
            let token = self.now.token;
            self.next()?;
            if token == Token::Not {
                self.expect(Token::In)?;
            } else if token == Token::Is && self.take(Token::Not)? {
                sign = "is not";
            }
            self.wrap(first, Kind::Binary, start, sign);
            self.binary(1)?;
            self.close(first);
        }
    }

    /// Operators that bind at least as strongly as told.
    pub fn binary(&mut self, least: u8) -> Read {
        let (first, start) = self.here();
        self.unary()?;
        let mut length = 0;
        loop {
            let (strength, sign) = binds(self.now.token);
            if strength == 0 || strength < least {
                return Some(());
            }
            link(&mut length)?;
            self.wrap(first, Kind::Binary, start, sign);
            self.next()?;
            self.binary(strength + 1)?;
            self.close(first);
        }
    }

    fn unary(&mut self) -> Read {
        let sign = match self.now.token {
            Token::Minus => "-",
            Token::Plus => "+",
            Token::Tilde => "~",
            _ => return self.power(),
        };
        self.enter()?;
        let id = self.open(Kind::Unary, sign);
        self.next()?;
        self.unary()?;
        self.close(id);
        self.leave();
        Some(())
    }

    fn power(&mut self) -> Read {
        if self.is(Token::Await) {
            self.enter()?;
            let id = self.open(Kind::Await, "");
            self.next()?;
            self.primary()?;
            self.close(id);
            self.leave();
            // Tree-sitter awaits the power.
            return (!self.is(Token::DoubleStar)).then_some(());
        }
        let (first, start) = self.here();
        self.primary()?;
        if self.is(Token::DoubleStar) {
            self.enter()?;
            self.wrap(first, Kind::Binary, start, "**");
            self.next()?;
            self.unary()?;
            self.close(first);
            self.leave();
        }
        Some(())
    }

    /// `lambda a, b=1: body`.
    pub fn lambda(&mut self) -> Read {
        self.enter()?;
        let id = self.open(Kind::Function, "lambda");
        let at = self.now.start;
        let modifiers = self.nothing(at);
        let name = self.nothing(at);
        self.next()?;
        let parameters = self.open(Kind::Parameters, "");
        let has_parameters = !self.is(Token::Colon);
        if has_parameters {
            self.parameters(Token::Colon)?;
            self.close(parameters);
        } else {
            self.tree.close();
        }
        self.expect(Token::Colon)?;
        let result = self.nothing(at);
        let body = self.open(Kind::Block, "=");
        self.expression()?;
        self.close(body);
        self.close(id);
        let end = self.now.before;
        for id in [modifiers, name, result] {
            self.tree.set_range(id, end, end);
        }
        if !has_parameters {
            self.tree.set_range(parameters, at, end);
        }
        self.leave();
        Some(())
    }
}
