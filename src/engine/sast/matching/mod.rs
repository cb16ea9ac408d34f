//! Matches a pattern's tree against a file's, with metavariables bound on the way. Every way a pattern matches is told to a continuation;
//! a budget of steps bounds the search.

pub mod candidates;
pub mod commands;
pub mod deep;
pub mod env;
pub mod equal;
mod imports;
pub mod list;
pub mod literal;
pub mod names;
pub mod root;
#[cfg(test)]
pub mod tests;
#[cfg(test)]
mod tests_java_go;

use super::flow::facts::Facts;
use super::language::Language;
use super::pattern::Pattern;
use super::tree::{Id, Kind, Tree};
use env::{Bound, Env};
use std::cell::Cell;

/// Steps one pattern may take in one file.
pub const STEPS: u64 = 4_000_000;

/// What goes on when a part matched; true ends the search.
pub type Then<'k, 'r> = &'k mut dyn FnMut(&mut Env<'r>) -> bool;

/// Behaviours a rule can switch.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Names and expressions with a constant value match as the value.
    pub constant_propagation: bool,
    /// Names match as the expression they were given.
    pub symbolic_propagation: bool,
    /// A declaration matches an assignment.
    pub vardef_assign: bool,
    /// Operands of `&&`, `||`, `|`, `&` and `^` in any order.
    pub commutative: bool,
    /// An ellipsis between statements enters blocks.
    pub implicit_deep: bool,
    /// A truth value carries no taint.
    pub safe_booleans: bool,
    /// A number carries no taint.
    pub safe_numbers: bool,
    /// What selects an element does not become it.
    pub safe_indexes: bool,
    /// An arrow function or lambda matches a function pattern.
    pub arrow_is_function: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            constant_propagation: true,
            symbolic_propagation: false,
            vardef_assign: true,
            commutative: true,
            implicit_deep: true,
            safe_booleans: false,
            safe_numbers: false,
            safe_indexes: false,
            arrow_is_function: true,
        }
    }
}

/// Matches one pattern in one file.
#[derive(Debug)]
pub struct Matcher<'a, 'r> {
    /// The pattern.
    pub pattern: &'r Pattern,
    /// The file.
    pub tree: &'a Tree<'a>,
    /// What is known of names in the file.
    pub facts: &'a Facts,
    /// Its language.
    pub language: &'static Language,
    /// Switches of the rule.
    pub options: Options,
    /// Where a match counts.
    pub place: candidates::Where<'a>,
    /// Steps left.
    pub steps: Cell<u64>,
}

impl<'r> Matcher<'_, 'r> {
    /// The pattern's tree.
    pub fn from(&self) -> &'r Tree<'static> {
        &self.pattern.tree
    }

    /// Takes a step; false when none is left.
    fn step(&self) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(1));
        left > 0
    }

    /// Matches a node of the pattern with a node of the file.
    pub fn node(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        if !self.step() {
            return true;
        }
        let kind = self.from().kind(p);
        let there = self.tree.kind(t);
        match kind {
            Kind::Nothing | Kind::Ellipsis => return then(env),
            Kind::Meta => {
                // An argument that has a name is no value.
                let named = there == Kind::Keyword
                    || there == Kind::Pair
                        && self.tree.kind(self.tree.node(t).parent) == Kind::Arguments;
                if there == Kind::Nothing || named || self.in_hole(p) && self.is_between_holes(t) {
                    return false;
                }
                return env.with(self.tree, self.from().text(p), Bound::Node(t), then);
            }
            Kind::MetaRest => {
                let what = if there == Kind::Nothing { Bound::Run(t, 0) } else { Bound::Run(t, 1) };
                return env.with(self.tree, self.from().text(p), what, then);
            }
            Kind::Deep => return self.deep(p, t, env, then),
            Kind::Parents | Kind::Modifiers | Kind::Parameters | Kind::Arguments | Kind::Block
                if there == Kind::Nothing && self.is_open(p) =>
            {
                return then(env);
            }
            Kind::Typed => return self.typed(p, t, env, then),
            _ => {}
        }
        self.alternatives(kind, there, p, t, env, then)
    }

    /// Whether a node of the pattern is what a string holds an expression for.
    pub(super) fn in_hole(&self, p: Id) -> bool {
        let parent = self.from().node(p).parent;
        self.from().kind(parent) == Kind::Interpolated && self.from().text(parent) != "concat"
    }

    /// Whether a node of the file is text between the expressions of a string.
    pub(super) fn is_between_holes(&self, t: Id) -> bool {
        let node = self.tree.node(t);
        node.kind == Kind::Str
            && self.tree.kind(node.parent) == Kind::Interpolated
            && (node.end - node.start) as usize == self.tree.text(t).len()
    }

    /// The nodes as they are, and then what else they may be taken for.
    fn alternatives(
        &self,
        kind: Kind,
        there: Kind,
        p: Id,
        t: Id,
        env: &mut Env<'r>,
        then: Then<'_, 'r>,
    ) -> bool {
        let went = Cell::new(false);
        let mut noted = |env: &mut Env<'r>| {
            went.set(true);
            then(env)
        };
        let stop = match kind {
            Kind::Name | Kind::Attribute => self.path(p, t, env, &mut noted),
            Kind::Str => self.string(p, t, env, &mut noted),
            _ if kind == there => self.alike(kind, p, t, env, &mut noted),
            _ => self.otherwise(kind, there, p, t, env, &mut noted),
        };
        if stop || went.get() {
            return stop;
        }
        if self.options.constant_propagation
            && matches!(kind, Kind::Number | Kind::Bool | Kind::Null | Kind::Unary | Kind::Char)
            && self.constant(p, t)
        {
            return then(env);
        }
        if self.options.constant_propagation
            && kind == Kind::Regex
            && there == Kind::Name
            && let Some(value) = self.facts.value(self.tree, t)
            && self.tree.kind(value) == Kind::Regex
        {
            return self.node(p, value, env, then);
        }
        if self.options.symbolic_propagation
            && there == Kind::Name
            && kind != Kind::Name
            && let Some(value) = self.facts.value(self.tree, t)
            && !self.tree.is_within(t, value)
        {
            return self.node(p, value, env, then);
        }
        false
    }

    /// Nodes of one kind.
    fn alike(&self, kind: Kind, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        if kind == Kind::Other && self.from().text(p) == "expansion" {
            return self.expansion(p, t, env, then);
        }
        if has_text(kind) && !self.same_text(p, t) {
            return false;
        }
        match kind {
            Kind::Regex if literal::meta_name(self.from().text(p)).is_some() => {
                let inside = self.inside(t);
                env.with(self.tree, self.from().text(p), Bound::Text(inside), then)
            }
            Kind::Regex if self.from().text(p) == "..." => then(env),
            Kind::Symbol if literal::meta_name(self.from().text(p)).is_some() => {
                let inside = self.inside(t);
                env.with(self.tree, self.from().text(p), Bound::Text(inside), then)
            }
            Kind::Number | Kind::Bool | Kind::Null | Kind::Char | Kind::Regex | Kind::Symbol => {
                self.same_text(p, t) && then(env)
            }
            // A block with a word of its own (`unchecked`) is no other one.
            Kind::Block if !matches!(self.from().text(p), "" | "=") && !self.same_text(p, t) => {
                false
            }
            // `T[...]` has a length, `T[]` none.
            Kind::Type
                if self.from().text(p) == "[]"
                    && self.from().node(p).count != self.tree.node(t).count =>
            {
                false
            }
            Kind::Block | Kind::Module => {
                let (ps, ts) = (self.parts(p), self.tree.children(t).collect::<Vec<_>>());
                self.statements(&ps, &ts, false, env, then)
            }
            Kind::Call if self.language.calls_are_words() => {
                let (ps, ts) = (words(self.from(), p), words(self.tree, t));
                self.list(&ps, &ts, env, then)
            }
            Kind::Arguments => self.arguments(p, t, env, then),
            Kind::Modifiers | Kind::Parents => self.some_of(p, t, env, then),
            Kind::Dict | Kind::Attributes => self.entries(p, t, env, then),
            Kind::Section => self.section(p, t, env, then),
            Kind::Instruction => self.instruction(p, t, env, then),
            Kind::Class => self.class(p, t, env, then),
            Kind::Function => self.function(p, t, env, then),
            Kind::Import => self.import(p, t, env, then),
            Kind::Binary => self.binary(p, t, env, then),
            Kind::Interpolated => {
                // Adjacent literals are no format string, nor a template.
                let concat = |text: &str| text == "concat";
                let (wanted, given) = (self.from().text(p), self.tree.text(t));
                let tagged = self.language.name == "scala" && wanted != given;
                concat(wanted) == concat(given) && !tagged && self.plain(p, t, env, then)
            }
            Kind::Try => self.try_(p, t, env, then),
            Kind::Catch => self.catch(p, t, env, then),
            Kind::Variable => {
                let (wanted, given) = (self.from().text(p), self.tree.text(t));
                let same = wanted == given || wanted == "var" || self.language.keywords_are_loose();
                same && self.fixed(&self.parts(p), t, env, then)
            }
            Kind::If => self.fixed(&self.parts(p), t, env, then),
            _ => self.plain(p, t, env, then),
        }
    }

    /// All children in order, ellipses included.
    pub(super) fn plain(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (ps, ts) = (self.parts(p), self.tree.children(t).collect::<Vec<_>>());
        self.list(&ps, &ts, env, then)
    }

    /// Children at fixed positions; what the pattern leaves out matches anything.
    pub(super) fn fixed(&self, ps: &[Id], t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let ts: Vec<Id> = self.tree.children(t).take(ps.len()).collect();
        if ts.len() < ps.len() {
            return false;
        }
        self.each(ps, &ts, env, then)
    }

    pub(super) fn each(&self, ps: &[Id], ts: &[Id], env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        match (ps.split_first(), ts.split_first()) {
            (Some((p, ps)), Some((t, ts))) => {
                self.node(*p, *t, env, &mut |env| self.each(ps, ts, env, then))
            }
            _ => then(env),
        }
    }

    /// Whether a node of the pattern holds nothing but ellipses.
    pub(super) fn is_open(&self, p: Id) -> bool {
        self.from().node(p).count > 0
            && self.from().children(p).all(|at| self.from().kind(at) == Kind::Ellipsis)
    }

    /// Children of a node of the pattern.
    pub(super) fn parts(&self, p: Id) -> Vec<Id> {
        self.from().children(p).collect()
    }

    /// Whether the texts of two nodes are equal.
    pub(super) fn same_text(&self, p: Id, t: Id) -> bool {
        self.from().node(p).hash == self.tree.node(t).hash
            && self.from().text(p) == self.tree.text(t)
    }
}

/// What a command is called by, then its arguments.
fn words(tree: &Tree<'_>, call: Id) -> Vec<Id> {
    let (name, arguments) = (tree.child(call, 0), tree.child(call, 1));
    std::iter::once(name).chain(tree.children(arguments)).collect()
}

/// Kinds whose text tells them apart.
fn has_text(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Binary
            | Kind::Unary
            | Kind::Update
            | Kind::Spread
            | Kind::Word
            | Kind::Type
            | Kind::Other
            | Kind::Instruction
            | Kind::Class
            | Kind::Yield
    )
}
