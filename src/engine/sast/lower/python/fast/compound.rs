//! Statements with blocks.

use super::words::Token;
use super::{LONGEST_CHAIN, Read, Reader};
use crate::engine::sast::tree::{Id, Kind, Text};

impl Reader<'_> {
    /// `:` and a block; gives where it ends, which is behind comments that belong to it.
    pub fn suite(&mut self) -> Option<usize> {
        self.expect(Token::Colon)?;
        if !self.is(Token::Newline) {
            let id = self.open(Kind::Block, "");
            let end = self.simple_statements()?;
            self.close_at(id, end);
            return Some(end);
        }
        self.next()?;
        self.expect(Token::Indent)?;
        let id = self.open(Kind::Block, "");
        while !self.is(Token::Dedent) {
            if self.is(Token::Indent) {
                return None;
            }
            self.statement()?;
        }
        let end = self.now.end;
        self.close_at(id, end);
        self.next()?;
        Some(end)
    }

    /// `if`, with what follows an `elif` in its else.
    pub fn if_(&mut self) -> Read {
        let mut open = vec![self.open(Kind::If, "")];
        self.next()?;
        self.expression()?;
        let mut end = self.suite()?;
        while self.is(Token::Elif) {
            if open.len() > LONGEST_CHAIN {
                return None;
            }
            open.push(self.open(Kind::Block, ""));
            open.push(self.open(Kind::If, ""));
            self.next()?;
            self.expression()?;
            end = self.suite()?;
        }
        if self.take(Token::Else)? {
            end = self.suite()?;
        } else {
            self.nothing(end);
        }
        for id in open.into_iter().rev() {
            self.close_at(id, end);
        }
        Some(())
    }

    /// `else` of a loop or a `try`; gives where it ends.
    fn else_(&mut self, end: usize) -> Option<usize> {
        if !self.is(Token::Else) {
            return Some(end);
        }
        let id = self.open(Kind::Else, "");
        self.next()?;
        let end = self.suite()?;
        self.close_at(id, end);
        Some(end)
    }

    /// `for` and `while`.
    pub fn loop_(&mut self) -> Read {
        let start = self.now.start;
        self.loop_from(start)
    }

    fn loop_from(&mut self, start: usize) -> Read {
        let is_for = self.is(Token::For);
        let kind = if is_for { Kind::ForEach } else { Kind::While };
        let id = self.tree.open(kind, start, start, Text::None);
        self.next()?;
        if is_for {
            self.targets()?;
            self.expect(Token::In)?;
            self.expressions()?;
        } else {
            self.expression()?;
        }
        let end = self.suite()?;
        let end = self.else_(end)?;
        self.close_at(id, end);
        Some(())
    }

    /// What `async` stands before.
    pub fn asynchronous(&mut self) -> Read {
        let start = self.now.start;
        let now = self.now;
        self.next()?;
        match self.now.token {
            Token::For => self.loop_from(start),
            Token::With => self.with_from(start),
            Token::Def => {
                self.now = now;
                self.definition()
            }
            _ => None,
        }
    }

    /// `try` and its clauses.
    pub fn try_(&mut self) -> Read {
        let id = self.open(Kind::Try, "");
        self.next()?;
        let mut end = self.suite()?;
        while self.is(Token::Except) {
            end = self.except()?;
        }
        end = self.else_(end)?;
        if self.is(Token::Finally) {
            let id = self.open(Kind::Finally, "");
            self.next()?;
            end = self.suite()?;
            self.close_at(id, end);
        }
        self.close_at(id, end);
        Some(())
    }

    /// `except T as e:`.
    fn except(&mut self) -> Option<usize> {
        let id = self.open(Kind::Catch, "");
        let at = self.now.start;
        self.next()?;
        self.take(Token::Star)?;
        let (mut caught, mut alias) = (None, None);
        if self.is(Token::Colon) {
            caught = Some(self.nothing(at));
            alias = Some(self.nothing(at));
        } else {
            let (first, start) = self.here();
            self.expression()?;
            if self.take(Token::As)? {
                self.is_aliased(first, start).then_some(())?;
                self.name_leaf()?;
            } else {
                alias = Some(self.nothing(at));
            }
        }
        let end = self.suite()?;
        self.close_at(id, end);
        for id in caught.into_iter().chain(alias) {
            self.tree.set_range(id, end, end);
        }
        Some(end)
    }

    /// Whether `as` names the whole value: tree-sitter binds it stronger than a conditional, a lambda and `:=`.
    fn is_aliased(&self, first: Id, start: usize) -> bool {
        let node = self.tree.node(first);
        node.start as usize != start
            || !matches!(node.kind, Kind::Conditional | Kind::Function | Kind::Assign)
    }

    /// `with a as b, c:`.
    pub fn with(&mut self) -> Read {
        let start = self.now.start;
        self.with_from(start)
    }

    fn with_from(&mut self, start: usize) -> Read {
        let id = self.tree.open(Kind::With, start, start, Text::None);
        self.next()?;
        if self.is(Token::LeftParen) && self.is_whole()? {
            self.next()?;
            self.item()?;
            let mut is_several = false;
            while self.take(Token::Comma)? {
                if self.is(Token::RightParen) {
                    // One thing and a comma are a tuple.
                    is_several.then_some(())?;
                    break;
                }
                self.item()?;
                is_several = true;
            }
            self.expect(Token::RightParen)?;
        } else {
            self.item()?;
            while self.take(Token::Comma)? {
                self.item()?;
            }
        }
        let end = self.suite()?;
        self.close_at(id, end);
        Some(())
    }

    /// Whether the brackets hold all up to the colon.
    fn is_whole(&mut self) -> Option<bool> {
        let now = self.now;
        let level = now.brackets;
        while self.now.brackets >= level {
            self.next()?;
            if matches!(self.now.token, Token::Format | Token::Newline | Token::End) {
                // Holes are not passed over.
                return None;
            }
        }
        self.next()?;
        let is_whole = self.is(Token::Colon);
        self.now = now;
        Some(is_whole)
    }

    /// `value as target` is an assignment.
    fn item(&mut self) -> Read {
        let (first, start) = self.here();
        self.expression()?;
        if !self.is(Token::As) {
            return Some(());
        }
        self.is_aliased(first, start).then_some(())?;
        self.wrap(first, Kind::Assign, start, "");
        self.next()?;
        let ((alias, start), before) = (self.here(), self.seen());
        self.primary()?;
        self.check_target(alias, start, before)?;
        self.tree.exchange(first + 1);
        self.close(first);
        Some(())
    }
}
