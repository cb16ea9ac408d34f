//! Imports of Python and JavaScript, where one thing can be imported in several ways.

use super::env::{Bound, Env};
use super::literal::meta_name;
use super::{Matcher, Then};
use crate::engine::sast::tree::{Id, Kind, Tree};

impl<'r> Matcher<'_, 'r> {
    /// `import a` is everything that is taken from `a` and what is below it, however it is taken.
    pub(super) fn python_import(
        &self,
        ps: &[Id],
        ts: &[Id],
        env: &mut Env<'r>,
        then: Then<'_, 'r>,
    ) -> bool {
        let (Some(wanted), Some(given)) = (names(self.from(), ps), names(self.tree, ts)) else {
            return self.each(ps, ts, env, then);
        };
        if wanted.len() > given.len() {
            return false;
        }
        let whole = self.from().kind(ps[1]) == Kind::Nothing;
        let aliased = self.from().kind(ps[2]) != Kind::Nothing;
        if aliased && whole && self.tree.kind(ts[1]) != Kind::Nothing {
            return false;
        }
        self.each(&wanted, &given[..wanted.len()], env, &mut |env| {
            if aliased { self.node(ps[2], ts[2], env, then) } else { then(env) }
        })
    }

    /// `import 'm'` is any import from `m` and what is below it.
    pub(super) fn script_import(
        &self,
        ps: &[Id],
        ts: &[Id],
        env: &mut Env<'r>,
        then: Then<'_, 'r>,
    ) -> bool {
        self.module(ps[0], ts[0], env, &mut |env| {
            let tree = self.from();
            match (tree.kind(ps[1]), tree.kind(ps[2])) {
                (Kind::Nothing, Kind::Nothing) => then(env),
                // `{$X}` is what it is called here when it is the module's default.
                (Kind::Meta, Kind::Nothing) if self.tree.text(ts[1]) == "default" => {
                    self.node(ps[1], ts[2], env, then)
                }
                (Kind::Nothing, _) if self.tree.kind(ts[1]) != Kind::Nothing => false,
                _ => self.each(&ps[1..3], &ts[1..3], env, then),
            }
        })
    }

    fn module(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let plain = self.from().kind(p) == Kind::Str && self.tree.kind(t) == Kind::Str;
        let wanted = self.from().text(p);
        if !plain || meta_name(wanted).is_some() || wanted == "..." || wanted.starts_with("=~/") {
            return self.node(p, t, env, then);
        }
        let below = self.tree.text(t).strip_prefix(wanted);
        below.is_some_and(|below| below.is_empty() || below.starts_with('/')) && then(env)
    }

    /// `x = require('m')` and `{x} = require('m')` for a pattern that imports from `m`.
    pub(super) fn required(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        if !matches!(self.language.name, "javascript" | "typescript" | "tsx") {
            return false;
        }
        let (target, value) = match self.tree.kind(t) {
            Kind::Variable => (self.tree.child(t, 1), self.tree.child(t, 3)),
            _ => (self.tree.child(t, 0), self.tree.child(t, 1)),
        };
        let parts = self.parts(p);
        let Some(module) = required_module(self.tree, value).filter(|_| parts.len() >= 3) else {
            return false;
        };
        let (taken, alias) = (parts[1], parts[2]);
        let tree = self.from();
        self.module(parts[0], module, env, &mut |env| match (tree.kind(taken), tree.kind(alias)) {
            (Kind::Nothing, Kind::Nothing) => then(env),
            (Kind::Meta, Kind::Nothing) if self.tree.kind(target) == Kind::Dict => {
                self.tree.children(target).any(|entry| {
                    let mut ends = self.tree.children(entry);
                    let (key, name) = (ends.next(), ends.next());
                    let (Some(key), Some(name)) = (key, name) else { return false };
                    self.tree.kind(entry) == Kind::Pair
                        && self.tree.text(key) == self.tree.text(name)
                        && env.with(self.tree, tree.text(taken), Bound::Node(name), then)
                })
            }
            _ => false,
        })
    }
}

/// The names that an import writes out, the module's and what is taken of it.
fn names(tree: &Tree<'_>, parts: &[Id]) -> Option<Vec<Id>> {
    let mut all = Vec::new();
    for part in &parts[..2] {
        let mut at = *part;
        let mut reversed = Vec::new();
        while tree.kind(at) == Kind::Attribute && reversed.len() < 40 {
            reversed.push(tree.child(at, 1));
            at = tree.child(at, 0);
        }
        match tree.kind(at) {
            Kind::Name | Kind::Meta => reversed.push(at),
            Kind::Nothing => {}
            _ => return None,
        }
        all.extend(reversed.into_iter().rev());
    }
    Some(all)
}

/// The module of `require('m')`.
fn required_module(tree: &Tree<'_>, value: Id) -> Option<Id> {
    if tree.kind(value) != Kind::Call || tree.text(tree.child(value, 0)) != "require" {
        return None;
    }
    tree.children(tree.child(value, 1)).next().filter(|module| tree.kind(*module) == Kind::Str)
}
