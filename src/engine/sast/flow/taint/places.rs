//! Where the sources, sinks or sanitizers of a rule are in a file, to be asked for each node what it lies in.

use crate::engine::sast::rule::compile::{Formula, Spot};
use crate::engine::sast::search::{Found, Search};
use crate::engine::sast::tree::{Id, Kind, Tree};
use std::collections::BTreeSet;
use std::ops::Range;

/// Nodes one match covers, from the first to before the last.
#[derive(Debug, Clone, Copy)]
struct Cover {
    first: Id,
    behind: Id,
    number: u32,
    /// The nearest one before it that reaches into it.
    outer: Option<u32>,
    /// The furthest that this one or one before it reaches.
    furthest: Id,
}

/// Matches of the sources, sinks or sanitizers of a rule, by the nodes within them.
#[derive(Debug)]
pub(super) struct Places<'r> {
    /// With the number of the spot.
    pub(super) found: Vec<(usize, Found<'r>)>,
    /// In the order they begin.
    covers: Vec<Cover>,
}

impl<'r> Places<'r> {
    pub(super) fn of(search: &Search<'_>, spots: &'r [Spot]) -> Self {
        let mut found: Vec<(usize, Found<'r>)> = Vec::new();
        for (spot, at) in spots.iter().zip(0..) {
            found.extend(search.find(&spot.formula, 0).into_iter().map(|found| (at, found)));
        }
        let covers = covers(search.tree, &found, &|_| true);
        Self { found, covers }
    }

    /// Forgets sanitizers that stand exactly where a source or sink does, where the rule says so.
    pub(super) fn give_way(&mut self, tree: &Tree<'_>, spots: &[Spot], others: &[&Self]) {
        let yields = |spot: usize| spots.get(spot).is_some_and(|spot| spot.spec.not_conflicting);
        if !self.found.iter().any(|(spot, _)| yields(*spot)) {
            return;
        }
        let taken: BTreeSet<(u32, u32)> = others
            .iter()
            .flat_map(|places| &places.found)
            .map(|(_, found)| (found.range.start, found.range.end))
            .collect();
        let keep = |(spot, found): &(usize, Found<'_>)| {
            !(yields(*spot) && taken.contains(&(found.range.start, found.range.end)))
        };
        self.covers = covers(tree, &self.found, &keep);
    }

    /// Numbers of the matches that a node lies in, in order; the number of steps that took.
    pub(super) fn at(&self, tree: &Tree<'_>, node: Id, numbers: &mut Vec<u32>) -> u64 {
        numbers.clear();
        let mut next = self.covers.partition_point(|cover| cover.first <= node).checked_sub(1);
        let mut steps = 0;
        while let Some(cover) = next.and_then(|at| self.covers.get(at)) {
            steps += 1;
            if node < cover.behind && self.is_part(tree, node, cover.number) {
                numbers.push(cover.number);
            }
            next = cover.outer.map(|outer| outer as usize);
        }
        numbers.sort_unstable();
        steps
    }

    /// Whether a node lies in a match.
    pub(super) fn has(&self, tree: &Tree<'_>, node: Id, number: u32) -> bool {
        self.found.get(number as usize).is_some_and(|(_, found)| {
            found.node.map_or_else(
                || found.range.contains(&tree.node(node).start) && self.is_part(tree, node, number),
                |whole| tree.is_within(node, whole),
            )
        })
    }

    /// Whether a node that begins within a match ends within it.
    fn is_part(&self, tree: &Tree<'_>, node: Id, number: u32) -> bool {
        self.found.get(number as usize).is_some_and(|(_, found)| {
            found.node.is_some()
                || tree.node(node).end <= found.range.end && tree.kind(node) != Kind::Module
        })
    }

    /// Whether some of the nodes may lie in a match.
    pub(super) fn any_in(&self, nodes: &Range<Id>) -> bool {
        let before = self.covers.partition_point(|cover| cover.first < nodes.end);
        let last = before.checked_sub(1).and_then(|at| self.covers.get(at));
        last.is_some_and(|cover| cover.furthest > nodes.start)
    }

    /// The first node of each match and the one behind its last.
    pub(super) fn ranges(&self) -> impl Iterator<Item = Range<Id>> + '_ {
        self.covers.iter().map(|cover| cover.first..cover.behind)
    }
}

fn covers(
    tree: &Tree<'_>,
    found: &[(usize, Found<'_>)],
    keep: &dyn Fn(&(usize, Found<'_>)) -> bool,
) -> Vec<Cover> {
    let mut covers: Vec<Cover> = Vec::with_capacity(found.len());
    for (one, number) in found.iter().zip(0..).filter(|(one, _)| keep(one)) {
        let Range { start: first, end: behind } = nodes_within(tree, &one.1);
        if first < behind {
            covers.push(Cover { first, behind, number, outer: None, furthest: behind });
        }
    }
    covers.sort_by_key(|cover| (cover.first, std::cmp::Reverse(cover.behind), cover.number));
    let mut open: Vec<(u32, Id)> = Vec::new();
    let mut furthest = 0;
    for (cover, at) in covers.iter_mut().zip(0..) {
        while open.last().is_some_and(|(_, behind)| *behind <= cover.first) {
            open.pop();
        }
        cover.outer = open.last().map(|(outer, _)| *outer);
        open.push((at, cover.behind));
        furthest = cover.behind.max(furthest);
        cover.furthest = furthest;
    }
    covers
}

/// What was matched as a node is all of that; of another range what begins in it.
fn nodes_within(tree: &Tree<'_>, found: &Found<'_>) -> Range<Id> {
    if let Some(id) = found.node {
        return tree.subtree(id);
    }
    let from = tree.nodes().partition_point(|node| node.start < found.range.start);
    let rest = tree.nodes().get(from..).unwrap_or(&[]);
    let count = rest.iter().take_while(|node| node.start < found.range.end).count();
    from as Id..(from + count) as Id
}

/// About how many matches spots have at most in a file, by how often what they name occurs; 0 is sure.
pub(super) fn at_most(search: &Search<'_>, spots: &[Spot]) -> u32 {
    spots.iter().map(|spot| formula_at_most(search, &spot.formula)).fold(0, u32::saturating_add)
}

/// As many as there may be.
const MANY: u32 = 100_000;

fn formula_at_most(search: &Search<'_>, formula: &Formula) -> u32 {
    match formula {
        Formula::Pattern(pattern) => {
            let names =
                pattern.names.iter().map(|(_, hash)| u32::from(search.facts.at_most(*hash)));
            names.min().unwrap_or(MANY)
        }
        Formula::All(parts, ..) => {
            let parts = parts.iter().map(|part| formula_at_most(search, part));
            parts.min().unwrap_or(MANY)
        }
        Formula::Any(parts) => {
            let parts = parts.iter().map(|part| formula_at_most(search, part));
            parts.fold(0, u32::saturating_add)
        }
        // What is around says nothing about how many there are within, unless it is nowhere.
        Formula::Inside(inner) if formula_at_most(search, inner) == 0 => 0,
        _ => MANY,
    }
}
