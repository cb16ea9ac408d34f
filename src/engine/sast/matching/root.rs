//! Where a pattern may begin: every node for one expression or statement, every list of statements for several.

use super::Matcher;
use super::deep::also;
use super::env::{Binding, Env};
use crate::engine::sast::tree::{Id, Kind};
use std::ops::Range;

/// A place where a pattern matched.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Match<'r> {
    /// Bytes of the source.
    pub range: Range<u32>,
    /// What its metavariables stand for.
    pub bound: Vec<Binding<'r>>,
    /// The node, where it is one.
    pub node: Option<Id>,
}

/// Matches that one pattern may have in one file.
pub const MOST: usize = 10_000;

impl<'r> Matcher<'_, 'r> {
    /// All matches within a node of the file.
    pub fn all(&self, within: Id) -> Vec<Match<'r>> {
        let mut found: Vec<Match<'r>> = Vec::new();
        if !self.pattern.names.iter().all(|(_, hash)| self.facts.holds(*hash)) {
            return found;
        }
        match self.pattern.roots.as_slice() {
            // An ellipsis alone is whatever stands there.
            [root]
                if self.from().kind(*root) == Kind::Ellipsis
                    && self.tree.kind(within).is_expression() =>
            {
                let node = self.tree.node(within);
                found.push(Match {
                    range: node.start..node.end,
                    bound: Vec::new(),
                    node: Some(within),
                });
            }
            [root] if self.from().kind(*root) != Kind::Ellipsis => {
                self.single(*root, within, &mut found);
            }
            roots => self.sequences(roots, within, &mut found),
        }
        found
    }

    fn single(&self, root: Id, within: Id, found: &mut Vec<Match<'r>>) {
        let kind = self.from().kind(root);
        for t in self.candidates(root, within) {
            let node = self.tree.node(t);
            let range = node.start..node.end;
            if !self.place.allows(&range) {
                continue;
            }
            // A variable that is declared as a constant string is no more than that.
            if kind == Kind::Typed && self.is_constant_target(t) {
                continue;
            }
            let mut env = Env::default();
            let found = &mut *found;
            let mut keep = |env: &mut Env<'r>| {
                let one = Match { range: range.clone(), bound: env.bound.clone(), node: Some(t) };
                if !found.contains_recent(&one) {
                    found.push(one);
                }
                found.len() >= MOST
            };
            if self.pattern.is_statement {
                self.statement(root, t, &mut env, &mut keep);
            } else {
                self.node(root, t, &mut env, &mut keep);
            }
            if found.len() >= MOST || self.steps.get() == 0 {
                return;
            }
        }
    }

    fn is_constant_target(&self, t: Id) -> bool {
        let parent = self.tree.node(t).parent;
        self.tree.kind(parent) == Kind::Variable
            && self.tree.child(parent, 1) == t
            && self.facts.string(self.tree, self.tree.child(parent, 3)).is_some()
    }

    /// Whether an entry that stands by itself in the pattern is an argument with a name in the file, and no entry.
    pub(super) fn names_argument(&self, kind: Kind, t: Id) -> bool {
        let arguments = self.tree.node(t).parent;
        let call = self.tree.node(arguments).parent;
        // What Go writes behind a type are entries.
        kind == Kind::Pair
            && self.tree.kind(arguments) == Kind::Arguments
            && self.tree.kind(call) != Kind::New
    }

    /// `@f` is a call of `f`, whose range begins with the sign.
    pub(super) fn is_bare_decorator(&self, kind: Kind, t: Id) -> bool {
        kind == Kind::Call
            && self.tree.kind(t) == Kind::Decorator
            && matches!(self.language.name, "python" | "javascript" | "typescript" | "tsx")
            && matches!(self.tree.kind(self.tree.child(t, 0)), Kind::Name | Kind::Attribute)
    }

    pub(super) fn may_be(&self, kind: Kind, there: Kind) -> bool {
        if kind == there || also(kind).contains(&there) {
            return true;
        }
        let value = there == Kind::Name || there == Kind::Attribute;
        match kind {
            Kind::Name | Kind::Attribute => {
                matches!(there, Kind::Name | Kind::Attribute | Kind::Index)
                    || (there == Kind::Call && kind == Kind::Attribute)
                    || (there == Kind::Call && self.language.calls_without_parentheses())
            }
            // `{...}` may be either.
            Kind::Set => there == Kind::Dict,
            Kind::Str => value || matches!(there, Kind::Binary | Kind::Interpolated | Kind::Call),
            Kind::Call => {
                there == Kind::Attribute && self.language.calls_without_parentheses()
                    || (there == Kind::Name && self.options.symbolic_propagation)
            }
            Kind::Number | Kind::Bool | Kind::Null | Kind::Regex => {
                value && self.options.constant_propagation
            }
            _ => there == Kind::Name && self.options.symbolic_propagation,
        }
    }

    fn sequences(&self, roots: &[Id], within: Id, found: &mut Vec<Match<'r>>) {
        let Some(first) = roots.first() else { return };
        let kind = self.from().kind(*first);
        for block in self.blocks(within) {
            let ts: Vec<Id> = self.tree.children(block).collect();
            let anywhere = kind != Kind::Ellipsis;
            let starts = if anywhere { ts.len() } else { 1.min(ts.len()) };
            for from in 0..starts {
                // What an import may be is known from its kind.
                if kind == Kind::Import && !self.may_be(kind, self.tree.kind(ts[from])) {
                    continue;
                }
                let mut env = Env::default();
                self.statements(roots, &ts[from..], true, &mut env, &mut |env| {
                    if let Some((start, end)) = env.extent
                        && self.place.allows(&(start..end))
                    {
                        let one = Match { range: start..end, bound: env.bound.clone(), node: None };
                        if !found.contains_recent(&one) {
                            found.push(one);
                        }
                    }
                    found.len() >= MOST
                });
                if found.len() >= MOST || self.steps.get() == 0 {
                    return;
                }
            }
        }
    }
}

trait Recent<'r> {
    fn contains_recent(&self, one: &Match<'r>) -> bool;
}

impl<'r> Recent<'r> for Vec<Match<'r>> {
    /// Whether the same was found just before: alternatives that differ in nothing come one behind the other.
    fn contains_recent(&self, one: &Match<'r>) -> bool {
        self.iter().rev().take(32).any(|known| known == one)
    }
}
