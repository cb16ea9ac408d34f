//! What metavariables stand for while a pattern is matched, and when two things are the same.

use crate::engine::sast::tree::{Entity, Id, Kind, Tree};
use std::ops::Range;

/// What a metavariable stands for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Bound {
    /// A node.
    Node(Id),
    /// Siblings: from a node on, that many.
    Run(Id, u32),
    /// Bytes of the source: part of a string, a group of a regular expression.
    Text(Range<u32>),
}

/// A metavariable and what it stands for.
pub type Binding<'r> = (&'r str, Bound);

/// What is bound, and from where to where statements were matched.
#[derive(Debug, Default, Clone)]
pub struct Env<'r> {
    /// In the order they were bound.
    pub bound: Vec<Binding<'r>>,
    /// First and last byte of the statements of a sequence.
    pub extent: Option<(u32, u32)>,
}

impl<'r> Env<'r> {
    /// What a metavariable stands for.
    pub fn get(&self, name: &str) -> Option<&Bound> {
        self.bound.iter().find(|(bound, _)| *bound == name).map(|(_, what)| what)
    }

    /// Binds, goes on, and unbinds; when it is bound already to something else, nothing goes on.
    pub fn with(
        &mut self,
        tree: &Tree<'_>,
        name: &'r str,
        what: Bound,
        then: &mut dyn FnMut(&mut Self) -> bool,
    ) -> bool {
        if name == "$_" {
            return then(self);
        }
        if let Some(known) = self.get(name) {
            return same(tree, known, &what) && then(self);
        }
        self.bound.push((name, what));
        let stop = then(self);
        self.bound.pop();
        stop
    }

    /// Widens the extent by a statement, goes on, and takes it back.
    pub fn extended(
        &mut self,
        start: u32,
        end: u32,
        then: &mut dyn FnMut(&mut Self) -> bool,
    ) -> bool {
        let before = self.extent;
        self.extent =
            Some(before.map_or((start, end), |(from, to)| (from.min(start), to.max(end))));
        let stop = then(self);
        self.extent = before;
        stop
    }
}

/// The place of what is bound.
pub fn place(tree: &Tree<'_>, what: &Bound) -> Range<usize> {
    match what {
        Bound::Node(id) => tree.range(*id),
        Bound::Run(_, 0) => 0..0,
        Bound::Run(first, count) => {
            let last = siblings(tree, *first, *count).last().unwrap_or(*first);
            tree.node(*first).start as usize..tree.node(last).end as usize
        }
        Bound::Text(range) => range.start as usize..range.end as usize,
    }
}

/// Nodes of a run.
pub fn siblings<'t>(tree: &'t Tree<'_>, first: Id, count: u32) -> impl Iterator<Item = Id> + 't {
    let mut next = first;
    (0..count).map(move |_| {
        let id = next;
        next = tree.node(id).last;
        id
    })
}

/// What is bound, as text: a string literal without its quotes, anything else as written.
pub fn text<'s>(tree: &Tree<'s>, what: &Bound) -> &'s str {
    let range = match what {
        Bound::Node(id) if tree.kind(*id) == Kind::Str => {
            let inside = tree.text(*id);
            let whole = tree.written(*id);
            // The text of a string is a piece of the source between its quotes.
            let (at, len) = whole.find(inside).map_or((0, whole.len()), |at| (at, inside.len()));
            let start = tree.range(*id).start + at;
            start..start + len
        }
        what => place(tree, what),
    };
    tree.source.get(range).unwrap_or("")
}

/// Whether two things are the same code.
pub fn same(tree: &Tree<'_>, one: &Bound, other: &Bound) -> bool {
    match (one, other) {
        (Bound::Node(one), Bound::Node(other)) => same_nodes(tree, *one, *other),
        (Bound::Run(one, n), Bound::Run(other, m)) => {
            n == m
                && siblings(tree, *one, *n)
                    .zip(siblings(tree, *other, *m))
                    .all(|(one, other)| same_nodes(tree, one, other))
        }
        (one, other) => text(tree, one) == text(tree, other),
    }
}

/// Whether two nodes are the same code, wherever they stand.
pub fn same_nodes(tree: &Tree<'_>, one: Id, other: Id) -> bool {
    if one == other {
        return true;
    }
    // A module and what it is called here are one thing.
    if let (Some(Entity::Imported(a)), Some(Entity::Imported(b))) =
        (tree.entity(one), tree.entity(other))
    {
        return a == b;
    }
    let (one, other) = (tree.subtree(one), tree.subtree(other));
    let (first, second) = (one.start, other.start);
    // What is declared within both is the same where it stands at the same place.
    let mean_one = |a: Id, b: Id| {
        let (here, there) = (tree.meaning(a), tree.meaning(b));
        here == there
            || here == 0
            || there == 0
            || (here > first + 1 && there > second + 1 && here - first == there - second)
    };
    one.len() == other.len()
        && one.zip(other).all(|(one, other)| {
            let (a, b) = (tree.node(one), tree.node(other));
            a.kind == b.kind
                && a.count == b.count
                && a.hash == b.hash
                && tree.text(one) == tree.text(other)
                && mean_one(one, other)
        })
}
