//! Names and what they refer to: `a.b.c` written out, imported under another name, or in part.

use super::env::{Bound, Env};
use super::{Matcher, Then};
use crate::engine::sast::tree::{Id, Kind};
use std::cell::Cell;

impl<'r> Matcher<'_, 'r> {
    /// A name or attributes of the pattern.
    pub(super) fn path(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let kind = self.from().kind(p);
        let there = self.tree.kind(t);
        let went = Cell::new(false);
        let mut noted = |env: &mut Env<'r>| {
            went.set(true);
            then(env)
        };
        let stop = match (kind, there) {
            // `x. ...` is any chain that begins with x, calls included.
            (Kind::Attribute, Kind::Call | Kind::Index)
                if self.from().kind(self.from().child(p, 1)) == Kind::Ellipsis =>
            {
                self.chain(self.from().child(p, 0), t, env, &mut noted)
            }
            (Kind::Name, Kind::Name) => self.same_name(p, t) && noted(env),
            (Kind::Attribute, Kind::Attribute) => self.attribute(p, t, env, &mut noted),
            (Kind::Attribute, Kind::Call) => self.otherwise(kind, there, p, t, env, &mut noted),
            // The name of a command is a word like its arguments.
            (Kind::Name, Kind::Str) if self.language.calls_are_words() => {
                self.same_text(p, t) && noted(env)
            }
            (Kind::Name, Kind::Symbol | Kind::Str) => false,
            (Kind::Name, Kind::Parameter) => {
                let target = self.tree.child(t, 0);
                self.node(p, target, env, &mut noted)
            }
            _ => self.otherwise(kind, there, p, t, env, &mut noted),
        };
        if stop || went.get() {
            return stop;
        }
        if matches!(there, Kind::Name | Kind::Attribute) {
            return self.imported(p, t, env, then);
        }
        false
    }

    /// Whether two names are one; those of functions and classes in any case, where the language says so.
    fn same_name(&self, p: Id, t: Id) -> bool {
        let (wanted, given) = (self.from().text(p), self.tree.text(t));
        self.same_text(p, t)
            || self.language.names_in_any_case()
                && !wanted.starts_with('$')
                && wanted.eq_ignore_ascii_case(given)
    }

    /// `object.name`; `object. ... .name` skips any links of the chain.
    fn attribute(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (object, name) = (self.from().child(p, 0), self.from().child(p, 1));
        if self.from().kind(name) == Kind::Ellipsis {
            return self.chain(object, t, env, then);
        }
        let (there, last) = (self.tree.child(t, 0), self.tree.child(t, 1));
        self.node(name, last, env, &mut |env| self.object(object, there, env, then))
    }

    /// The object of a chain, which may end in `. ...`.
    fn object(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let tree = self.from();
        let is_gap =
            tree.kind(p) == Kind::Attribute && tree.kind(tree.child(p, 1)) == Kind::Ellipsis;
        if is_gap { self.chain(tree.child(p, 0), t, env, then) } else { self.node(p, t, env, then) }
    }

    /// Something at any depth down the objects and callees of a chain.
    fn chain(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let mut at = t;
        loop {
            if self.object(p, at, env, then) {
                return true;
            }
            let down = matches!(self.tree.kind(at), Kind::Attribute | Kind::Call | Kind::Index)
                && self.tree.node(at).count > 0;
            if !down || !self.step() {
                return false;
            }
            at += 1;
        }
    }

    /// What the file imports under another name is compared by its full name.
    fn imported(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        if self.tree.kind(t) == Kind::Name && self.from().kind(p) == Kind::Attribute {
            // `$X.name` is what was taken out of the module `$X`.
            let (object, name) = (self.from().child(p, 0), self.from().child(p, 1));
            if self.from().kind(object) == Kind::Meta {
                let Some(module) = self.facts.module_of(self.tree, t) else { return false };
                let full = self.facts.full_name(self.tree, t).unwrap_or_default();
                let what = Bound::Node(module);
                return match self.from().kind(name) {
                    Kind::Name
                        if full.last().is_some_and(|last| last == self.from().text(name)) =>
                    {
                        env.with(self.tree, self.from().text(object), what, then)
                    }
                    Kind::Meta => env.with(self.tree, self.from().text(object), what, &mut |env| {
                        env.with(self.tree, self.from().text(name), Bound::Node(t), then)
                    }),
                    _ => false,
                };
            }
        }
        let Some(full) = self.facts.full_name(self.tree, t) else { return false };
        let Some(wanted) = self.dotted(p) else { return false };
        if wanted.len() != full.len() || wanted.len() < 2 {
            return false;
        }
        let last = wanted.len() - 1;
        for (at, (part, name)) in wanted.iter().zip(&full).enumerate() {
            // What Go imports by a path is known by the last part of it.
            let known = match name.rsplit_once('/') {
                Some((_, known)) if at == 0 && self.language.name == "go" => known,
                _ => name.as_str(),
            };
            if self.from().kind(*part) == Kind::Name && self.from().text(*part) != known {
                return false;
            }
            if self.from().kind(*part) != Kind::Name && at < last {
                return false;
            }
        }
        if self.from().kind(wanted[last]) == Kind::Name {
            return then(env);
        }
        // A metavariable at the end stands for the name as written here.
        let written = if self.tree.kind(t) == Kind::Attribute { self.tree.child(t, 1) } else { t };
        env.with(self.tree, self.from().text(wanted[last]), Bound::Node(written), then)
    }

    /// The names of a chain of the pattern; the last may be a metavariable.
    fn dotted(&self, p: Id) -> Option<Vec<Id>> {
        let mut parts = Vec::new();
        let mut at = p;
        loop {
            match self.from().kind(at) {
                Kind::Attribute => {
                    let name = self.from().child(at, 1);
                    if !matches!(self.from().kind(name), Kind::Name | Kind::Meta) {
                        return None;
                    }
                    parts.push(name);
                    at = self.from().child(at, 0);
                }
                Kind::Name => {
                    parts.push(at);
                    parts.reverse();
                    return Some(parts);
                }
                _ => return None,
            }
        }
    }
}
