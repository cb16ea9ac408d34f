//! What may be assigned to.

use super::words::Token;
use super::{Read, Reader};
use crate::engine::sast::tree::{Id, Kind};

/// What was read before a target; see [`Reader::seen`].
#[derive(Debug, Clone, Copy)]
pub struct Seen {
    groups: u32,
    extras: u32,
}

impl Reader<'_> {
    /// Whether the node is a name, an attribute or an index, and has no parentheses around it.
    pub fn is_target_leaf(&self, id: Id, start: usize) -> bool {
        let node = self.tree.node(id);
        matches!(node.kind, Kind::Name | Kind::Attribute | Kind::Index)
            && node.start as usize == start
            && self.byte(start) != b'.'
    }

    /// How many expressions in parentheses and comments were read.
    pub fn seen(&self) -> Seen {
        Seen { groups: self.groups, extras: self.now.extras }
    }

    /// Gives up unless the node can be assigned to. Tree-sitter takes a target in parentheses for a tuple; `before` is what had been read
    /// before the targets.
    pub fn check_target(&self, id: Id, start: usize, before: Seen) -> Read {
        if self.is_target_leaf(id, start) {
            return Some(());
        }
        let node = self.tree.node(id);
        let is_list = matches!(node.kind, Kind::Tuple | Kind::List)
            && node.start as usize == start
            && self.tree.text(id).is_empty();
        if !is_list {
            return None;
        }
        for child in self.tree.children(id) {
            let is_spread = self.tree.kind(child) == Kind::Spread;
            let inner = if is_spread { child + 1 } else { child };
            if is_spread && self.tree.kind(inner) != Kind::Name {
                return None;
            }
            let inner_start = self.tree.node(inner).start as usize;
            let is_bare = before.groups == self.groups
                || inner_start == start
                || before.extras == self.now.extras && self.is_bare(inner_start);
            is_bare.then_some(())?;
            // A list in a list may go on as deep as lists are read.
            self.check_target(inner, inner_start, before)?;
        }
        Some(())
    }

    /// Whether no parenthesis that is not the tuple's own could stand before a target.
    fn is_bare(&self, start: usize) -> bool {
        let before = self.bytes.get(..start).unwrap_or_default();
        let last = before.iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
        matches!(last, Some(b',' | b'['))
    }

    /// Targets of a loop, up to its `in`.
    pub fn targets(&mut self) -> Read {
        let (first, start) = self.here();
        self.target()?;
        if !self.is(Token::Comma) {
            return Some(());
        }
        self.wrap(first, Kind::Tuple, start, "");
        while self.take(Token::Comma)? {
            if self.is(Token::In) {
                break;
            }
            self.target()?;
        }
        self.close(first);
        Some(())
    }

    fn target(&mut self) -> Read {
        let (first, start) = self.here();
        let before = self.seen();
        if self.is(Token::Star) {
            return self.starred();
        }
        self.primary()?;
        self.check_target(first, start, before)
    }
}
