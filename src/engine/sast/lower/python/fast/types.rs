//! Types, where tree-sitter's grammar reads more than expressions: `List[int] | None`.

use super::words::Token;
use super::{LONGEST_CHAIN, Read, Reader};
use crate::engine::sast::tree::Kind;

impl Reader<'_> {
    /// A type: exactly one node.
    pub fn type_(&mut self) -> Read {
        if !self.is_generic()? {
            return self.expression();
        }
        self.enter()?;
        let (first, start) = self.here();
        self.generic()?;
        for _ in 0..LONGEST_CHAIN {
            match self.now.token {
                Token::Pipe => {
                    self.wrap(first, Kind::Other, start, "union_type");
                    self.next()?;
                    if self.is_generic()? {
                        self.generic()?;
                    } else {
                        self.expression()?;
                    }
                    self.close(first);
                }
                Token::Equal
                | Token::Comma
                | Token::Colon
                | Token::RightParen
                | Token::RightBracket
                | Token::Newline
                | Token::Semicolon => {
                    self.leave();
                    return Some(());
                }
                _ => return None,
            }
        }
        None
    }

    /// Whether it is a name with types in brackets.
    fn is_generic(&self) -> Option<bool> {
        if !self.is(Token::Name) {
            return Some(false);
        }
        match self.byte(self.now.end) {
            b'[' => Some(true),
            b' ' | b'\t' if self.byte(self.behind_spaces(self.now.end)) == b'[' => None,
            _ => Some(false),
        }
    }

    fn generic(&mut self) -> Read {
        let id = self.open(Kind::Index, "");
        self.leaf(Kind::Name)?;
        self.expect(Token::LeftBracket)?;
        loop {
            self.type_()?;
            if !self.take(Token::Comma)? || self.is(Token::RightBracket) {
                break;
            }
        }
        self.expect(Token::RightBracket)?;
        self.close(id);
        Some(())
    }

    /// `type X = Y`.
    pub fn type_alias(&mut self) -> Read {
        let id = self.open(Kind::Other, "type_alias_statement");
        self.next()?;
        self.type_()?;
        self.expect(Token::Equal)?;
        self.type_()?;
        self.close(id);
        Some(())
    }
}
