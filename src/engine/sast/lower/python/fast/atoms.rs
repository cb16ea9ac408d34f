//! What operators stand between: names, literals, brackets, and what follows them (`.name`, calls, indexes).

use super::words::Token;
use super::{LONGEST_CHAIN, Read, Reader};
use crate::engine::sast::tree::{Id, Kind, Text};

impl Reader<'_> {
    /// An atom and what follows it.
    pub fn primary(&mut self) -> Read {
        let (first, start) = self.here();
        self.atom()?;
        for _ in 0..LONGEST_CHAIN {
            self.check_moved()?;
            match self.now.token {
                Token::Dot => self.attribute(first, start)?,
                Token::LeftParen => {
                    self.wrap(first, Kind::Call, start, "");
                    self.arguments()?;
                    self.close(first);
                }
                Token::LeftBracket => self.index(first, start)?,
                _ => return Some(()),
            }
        }
        None
    }

    fn attribute(&mut self, first: Id, start: usize) -> Read {
        self.next()?;
        if !self.is(Token::Name) {
            return None;
        }
        let text = Text::At(self.now.start..self.now.end);
        self.wrap_with(first, Kind::Attribute, start, text);
        self.leaf(Kind::Name)?;
        self.close(first);
        Some(())
    }

    fn atom(&mut self) -> Read {
        match self.now.token {
            Token::Name | Token::Ellipsis => self.leaf(Kind::Name),
            Token::Number => self.leaf(Kind::Number),
            Token::Str | Token::Format => self.strings(),
            Token::None => self.leaf(Kind::Null),
            Token::True => self.boolean("true"),
            Token::False => self.boolean("false"),
            Token::LeftParen => self.bracketed(Self::parenthesised),
            Token::LeftBracket => self.bracketed(Self::list),
            Token::LeftBrace => self.bracketed(Self::braces),
            _ => None,
        }
    }

    fn boolean(&mut self, word: &str) -> Read {
        self.tree.push(Kind::Bool, self.now.start, self.now.end, Text::Word(word));
        self.next()
    }

    /// Reads what stands in brackets, where any comma may be the last.
    fn bracketed(&mut self, inside: fn(&mut Self) -> Read) -> Read {
        self.enter()?;
        inside(self)?;
        self.leave();
        Some(())
    }

    /// The opening bracket of the innermost brackets is the token; goes on. Lines may be indented less only where the outer level allows.
    fn parenthesised(&mut self) -> Read {
        let (first, start) = self.here();
        self.next()?;
        if self.take(Token::RightParen)? {
            self.tree.push(Kind::Tuple, start, self.now.before, Text::None);
            return Some(());
        }
        if self.is(Token::Yield) {
            self.yielded()?;
            self.groups += 1;
            return self.expect(Token::RightParen);
        }
        let is_spread = self.is(Token::Star);
        self.element()?;
        match self.now.token {
            Token::RightParen if !is_spread => {
                self.groups += 1;
                return self.next();
            }
            Token::For | Token::Async if !is_spread => {
                self.wrap(first, Kind::Tuple, start, "for");
                self.clauses()?;
            }
            Token::Comma => {
                self.wrap(first, Kind::Tuple, start, "");
                self.more(Token::RightParen)?;
            }
            _ => return None,
        }
        self.expect(Token::RightParen)?;
        self.close(first);
        Some(())
    }

    /// More elements, each behind a comma.
    fn more(&mut self, end: Token) -> Read {
        while self.take(Token::Comma)? {
            if self.is(end) {
                break;
            }
            self.element()?;
        }
        Some(())
    }

    /// An expression, or `*x` in brackets, which holds any expression.
    fn element(&mut self) -> Read {
        if self.is(Token::Star) { self.spread("*") } else { self.expression() }
    }

    fn spread(&mut self, sign: &str) -> Read {
        let id = self.open(Kind::Spread, sign);
        self.next()?;
        self.expression()?;
        self.close(id);
        Some(())
    }

    fn list(&mut self) -> Read {
        let id = self.open(Kind::List, "");
        self.next()?;
        if !self.is(Token::RightBracket) {
            let is_spread = self.is(Token::Star);
            self.element()?;
            if matches!(self.now.token, Token::For | Token::Async) {
                (!is_spread).then_some(())?;
                self.tree.set_text(id, Text::Word("for"));
                self.clauses()?;
            } else {
                self.more(Token::RightBracket)?;
            }
        }
        self.expect(Token::RightBracket)?;
        self.close(id);
        Some(())
    }

    /// A dictionary or a set.
    fn braces(&mut self) -> Read {
        let id = self.open(Kind::Dict, "");
        self.next()?;
        if !self.is(Token::RightBrace) {
            let is_spread = matches!(self.now.token, Token::Star | Token::DoubleStar);
            let is_set = !self.entry()?;
            if is_set {
                self.tree.set_kind(id, Kind::Set);
            }
            if matches!(self.now.token, Token::For | Token::Async) {
                (!is_spread).then_some(())?;
                self.tree.set_text(id, Text::Word("for"));
                self.clauses()?;
            }
            while self.take(Token::Comma)? {
                if self.is(Token::RightBrace) {
                    break;
                }
                if self.entry()? == is_set {
                    return None;
                }
            }
        }
        self.expect(Token::RightBrace)?;
        self.close(id);
        Some(())
    }

    /// An element of a set or an entry of a dictionary; whether it is the latter.
    fn entry(&mut self) -> Option<bool> {
        if self.is(Token::DoubleStar) {
            self.spread("**")?;
            return Some(true);
        }
        if self.is(Token::Star) {
            self.spread("*")?;
            return Some(false);
        }
        let (first, start) = self.here();
        self.expression()?;
        let is_pair = self.is(Token::Colon);
        if is_pair {
            self.wrap(first, Kind::Pair, start, "");
            self.next()?;
            self.expression()?;
            self.close(first);
        }
        Some(is_pair)
    }

    /// `for x in y if z` of a comprehension.
    fn clauses(&mut self) -> Read {
        for _ in 0..LONGEST_CHAIN {
            match self.now.token {
                Token::For | Token::Async => {
                    let id = self.open(Kind::Generator, "");
                    self.take(Token::Async)?;
                    self.expect(Token::For)?;
                    self.targets()?;
                    self.expect(Token::In)?;
                    self.disjunction()?;
                    self.close(id);
                }
                Token::If => {
                    let id = self.open(Kind::Generator, "if");
                    self.next()?;
                    self.disjunction()?;
                    self.close(id);
                }
                Token::RightParen | Token::RightBracket | Token::RightBrace => {
                    return Some(());
                }
                _ => return None,
            }
        }
        None
    }

    /// Arguments in parentheses. One comprehension alone needs none of its own.
    pub fn arguments(&mut self) -> Read {
        let id = self.open(Kind::Arguments, "");
        self.inside_arguments(id, true)
    }

    /// What stands in the parentheses of a call or a class; the node is open.
    pub fn inside_arguments(&mut self, id: Id, is_call: bool) -> Read {
        self.enter()?;
        self.next()?;
        while !self.is(Token::RightParen) {
            let (first, _) = self.here();
            match self.now.token {
                Token::Star => self.spread("*")?,
                Token::DoubleStar => self.spread("**")?,
                _ => self.argument()?,
            }
            match self.now.token {
                Token::Comma => self.next()?,
                Token::RightParen => {}
                // The parentheses of the call are those of the comprehension.
                Token::For | Token::Async if is_call && first == id + 1 => {
                    let start = self.tree.node(id).start as usize;
                    self.wrap(first, Kind::Tuple, start, "for");
                    self.clauses()?;
                    let body = self.tree.kind(first + 1);
                    if !self.is(Token::RightParen) || matches!(body, Kind::Keyword | Kind::Spread) {
                        return None;
                    }
                    self.close_at(first, self.now.end);
                }
                _ => return None,
            }
        }
        self.next()?;
        self.close(id);
        self.leave();
        Some(())
    }

    /// `x`, `name=x`.
    fn argument(&mut self) -> Read {
        let (first, start) = self.here();
        if !self.is(Token::Name) {
            return self.expression();
        }
        let end = self.now.end;
        let is_keyword = match (self.byte(end), self.byte(end + 1)) {
            (b'=', second) => second != b'=',
            _ => false,
        };
        if is_keyword {
            let id = self.tree.open(Kind::Keyword, start, end, Text::At(start..end));
            self.leaf(Kind::Name)?;
            self.expect(Token::Equal)?;
            self.expression()?;
            self.close(id);
            return Some(());
        }
        self.expression()?;
        if !self.is(Token::Equal) {
            return Some(());
        }
        // Spaces stand before the sign.
        let is_name = self.tree.kind(first) == Kind::Name
            && self.tree.nodes().len() as Id == first + 1
            && self.tree.node(first).end as usize == end;
        is_name.then_some(())?;
        self.wrap_with(first, Kind::Keyword, start, Text::At(start..end));
        self.next()?;
        self.expression()?;
        self.close(first);
        Some(())
    }

    /// `x[a, b:c]`.
    fn index(&mut self, first: Id, start: usize) -> Read {
        self.enter()?;
        self.wrap(first, Kind::Index, start, "");
        self.next()?;
        loop {
            self.subscript()?;
            if !self.take(Token::Comma)? || self.is(Token::RightBracket) {
                break;
            }
        }
        self.expect(Token::RightBracket)?;
        self.close(first);
        self.leave();
        Some(())
    }

    /// An index or a slice. A comment in a slice would be one of its parts.
    fn subscript(&mut self) -> Read {
        let (first, start) = self.here();
        let extras = self.now.extras;
        let mut given = !self.is(Token::Colon);
        if given {
            self.starred()?;
            if !self.is(Token::Colon) {
                return Some(());
            }
            self.wrap(first, Kind::Slice, start, "");
        } else {
            self.open(Kind::Slice, "");
        }
        for _ in 0..2 {
            if !self.is(Token::Colon) {
                break;
            }
            if !given {
                self.nothing(self.now.end);
            }
            self.next()?;
            given = !matches!(self.now.token, Token::Colon | Token::Comma | Token::RightBracket);
            if given {
                self.expression()?;
            }
        }
        if !given {
            self.nothing(self.now.before);
        }
        self.close(first);
        (self.now.extras == extras).then_some(())
    }
}
