//! `import` and `from ... import`.

use super::words::Token;
use super::{LONGEST_CHAIN, Read, Reader};
use crate::engine::sast::tree::{Id, Kind, Text};
use std::ops::Range;

/// Where names come from.
#[derive(Debug)]
enum Module {
    Future,
    /// Dots and names.
    Named(Option<Range<usize>>, Vec<Range<usize>>),
}

impl Reader<'_> {
    /// `import a.b as c, d`.
    pub fn import(&mut self) -> Read {
        let (first, start) = self.here();
        self.next()?;
        loop {
            let id = self.tree.open(Kind::Import, start, start, Text::None);
            let names = self.dotted()?;
            self.path(&names);
            self.nothing(start);
            self.alias(id)?;
            if !self.take(Token::Comma)? {
                break;
            }
        }
        self.end_imports(first);
        Some(())
    }

    /// `as name`, or its place.
    fn alias(&mut self, id: Id) -> Read {
        if self.take(Token::As)? {
            self.name_leaf()?;
        } else {
            self.nothing(self.tree.node(id).start as usize);
        }
        self.tree.close();
        Some(())
    }

    /// Every import of a statement, and what is absent in it, stands where the statement does or ends.
    fn end_imports(&mut self, first: Id) {
        let end = self.now.before;
        for id in first..self.tree.nodes().len() as Id {
            match self.tree.kind(id) {
                Kind::Import => self.tree.set_end(id, end),
                Kind::Nothing => self.tree.set_range(id, end, end),
                _ => {}
            }
        }
    }

    /// Names with dots between them.
    pub fn dotted(&mut self) -> Option<Vec<Range<usize>>> {
        let mut names = Vec::with_capacity(4);
        loop {
            if !self.is(Token::Name) || names.len() >= LONGEST_CHAIN {
                return None;
            }
            names.push(self.now.start..self.now.end);
            self.next()?;
            if !self.take(Token::Dot)? {
                return Some(names);
            }
        }
    }

    /// Names with dots between them, as attributes.
    pub fn path(&mut self, names: &[Range<usize>]) {
        let Some((first, rest)) = names.split_first() else { return };
        for name in rest.iter().rev() {
            self.tree.open(Kind::Attribute, first.start, name.end, Text::At(name.clone()));
        }
        self.tree.push(Kind::Name, first.start, first.end, Text::At(first.clone()));
        for name in rest {
            self.tree.push(Kind::Name, name.start, name.end, Text::At(name.clone()));
            self.tree.close();
        }
    }

    /// `from a import b as c, d`.
    pub fn import_from(&mut self) -> Read {
        let (first, start) = self.here();
        self.next()?;
        let module = self.module()?;
        let is_future = matches!(module, Module::Future);
        self.expect(Token::Import)?;
        if self.is(Token::Star) && !is_future {
            self.tree.open(Kind::Import, start, start, Text::None);
            self.emit(&module, start);
            self.tree.push(Kind::Name, self.now.start, self.now.end, Text::Word("*"));
            self.next()?;
            self.nothing(start);
            self.tree.close();
            self.end_imports(first);
            return Some(());
        }
        // Brackets with nothing in them are not read here.
        let is_bracketed = self.take(Token::LeftParen)?;
        loop {
            let id = self.tree.open(Kind::Import, start, start, Text::None);
            self.emit(&module, start);
            let names = self.dotted()?;
            self.path(&names);
            self.alias(id)?;
            if !self.take(Token::Comma)? || (is_bracketed && self.is(Token::RightParen)) {
                break;
            }
        }
        if is_bracketed {
            self.expect(Token::RightParen)?;
        }
        self.end_imports(first);
        if is_future {
            let end = self.now.before;
            for id in first..self.tree.nodes().len() as Id {
                if self.tree.kind(id) == Kind::Import {
                    self.tree.set_range(id + 1, start, end);
                }
            }
        }
        Some(())
    }

    fn module(&mut self) -> Option<Module> {
        let start = self.now.start;
        let mut dots = None;
        let extras = self.now.extras;
        while matches!(self.now.token, Token::Dot | Token::Ellipsis) {
            // What stands between dots would be a node in them.
            (self.now.extras == extras).then_some(())?;
            self.next()?;
            dots = Some(start..self.now.before);
        }
        if dots.is_some() && self.is(Token::Import) {
            return Some(Module::Named(dots, Vec::new()));
        }
        let names = self.dotted()?;
        let is_future = |name: &Range<usize>| self.bytes.get(name.clone()) == Some(b"__future__");
        if names.first().is_some_and(is_future) {
            return (dots.is_none() && names.len() == 1).then_some(Module::Future);
        }
        Some(Module::Named(dots, names))
    }

    fn emit(&mut self, module: &Module, start: usize) {
        match module {
            Module::Future => {
                self.tree.push(Kind::Name, start, start, Text::Word("__future__"));
            }
            Module::Named(None, names) => self.path(names),
            Module::Named(Some(dots), names) => {
                let end = names.last().map_or(dots.end, |name| name.end);
                self.tree.open(Kind::Other, dots.start, end, Text::Word("relative_import"));
                self.tree.push(Kind::Other, dots.start, dots.end, Text::At(dots.clone()));
                self.path(names);
                self.tree.close();
            }
        }
    }
}
