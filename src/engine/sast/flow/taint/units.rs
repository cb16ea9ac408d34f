//! Which functions of a file a rule has to walk, and in which order: those between a source and a sink, called ones first.

use super::calls::Calls;
use super::places::Places;
use crate::engine::sast::tree::{Id, Tree};

/// Functions to walk.
#[derive(Debug, Default)]
pub(super) struct Units {
    /// Called ones before those that call them, as far as none calls itself.
    pub(super) order: Vec<Id>,
    /// Of these, in order, the ones that others of them call.
    pub(super) called: Vec<Id>,
    /// Whether one calls itself, perhaps by way of others.
    pub(super) is_recursive: bool,
}

impl Units {
    /// Finds out what to walk; `calls_count` tells whether calls are followed.
    pub(super) fn of(
        tree: &Tree<'_>,
        calls: &Calls,
        sources: &Places<'_>,
        sinks: &Places<'_>,
        calls_count: bool,
    ) -> Self {
        let edges = if calls_count { calls.edges() } else { &[] };
        let mut upwards: Vec<(usize, usize)> =
            edges.iter().map(|(from, to)| (*to, *from)).collect();
        upwards.sort_unstable();
        let from = reached(&upwards, holding(tree, calls, sources));
        let to = reached(&upwards, holding(tree, calls, sinks));
        let both: Vec<bool> = from.iter().zip(&to).map(|(from, to)| *from && *to).collect();
        let needed = reached(edges, both);
        let mut units = Self::default();
        let order = units.ordered(edges, &needed);
        let unit = |number: &usize| calls.units().get(*number).copied();
        units.order = order.iter().filter_map(unit).collect();
        let mut called: Vec<usize> = edges
            .iter()
            .filter(|(from, _)| needed.get(*from).copied().unwrap_or(false))
            .map(|(_, to)| *to)
            .collect();
        called.sort_unstable();
        called.dedup();
        units.called = called.iter().filter_map(unit).collect();
        units
    }

    /// Each one behind those that it calls.
    fn ordered(&mut self, edges: &[(usize, usize)], needed: &[bool]) -> Vec<usize> {
        let mut marks = vec![Mark::New; needed.len()];
        let mut order = Vec::new();
        for (start, _) in needed.iter().enumerate().filter(|(_, needed)| **needed) {
            let mut stack = vec![(start, 0)];
            while let Some((unit, done)) = stack.pop() {
                let mark = marks.get(unit).copied().unwrap_or(Mark::Done);
                if done == 0 {
                    if mark != Mark::New {
                        self.is_recursive |= mark == Mark::Open;
                        continue;
                    }
                    set(&mut marks, unit, Mark::Open);
                }
                if let Some((_, to)) = from(edges, unit).get(done) {
                    stack.push((unit, done + 1));
                    stack.push((*to, 0));
                } else {
                    set(&mut marks, unit, Mark::Done);
                    order.push(unit);
                }
            }
        }
        order
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    New,
    Open,
    Done,
}

fn set<T>(list: &mut [T], at: usize, to: T) {
    if let Some(slot) = list.get_mut(at) {
        *slot = to;
    }
}

/// The edges that begin at a unit.
fn from(edges: &[(usize, usize)], unit: usize) -> &[(usize, usize)] {
    let start = edges.partition_point(|(from, _)| *from < unit);
    let rest = edges.get(start..).unwrap_or(&[]);
    rest.get(..rest.partition_point(|(from, _)| *from == unit)).unwrap_or(&[])
}

/// For each unit whether it holds a part of a match.
fn holding(tree: &Tree<'_>, calls: &Calls, places: &Places<'_>) -> Vec<bool> {
    let units = calls.units();
    let mut holds = vec![false; units.len()];
    // Where ranges of units begin and end: those that stand within a match.
    let mut changes = vec![0_i64; units.len() + 1];
    let mut around = Vec::new();
    for range in places.ranges() {
        around.clear();
        calls.around(tree, range.start, &mut around);
        for unit in &around {
            set(&mut holds, *unit, true);
        }
        let first = units.partition_point(|unit| *unit < range.start);
        let behind = units.partition_point(|unit| *unit < range.end);
        if let Some(change) = changes.get_mut(first) {
            *change += 1;
        }
        if let Some(change) = changes.get_mut(behind) {
            *change -= 1;
        }
    }
    let mut depth = 0;
    for (holds, change) in holds.iter_mut().zip(changes) {
        depth += change;
        *holds |= depth > 0;
    }
    holds
}

/// Adds what edges lead to.
fn reached(edges: &[(usize, usize)], mut marked: Vec<bool>) -> Vec<bool> {
    let mut open: Vec<usize> =
        marked.iter().enumerate().filter(|(_, marked)| **marked).map(|(unit, _)| unit).collect();
    while let Some(unit) = open.pop() {
        for (_, to) in from(edges, unit) {
            if let Some(mark) = marked.get_mut(*to).filter(|mark| !**mark) {
                *mark = true;
                open.push(*to);
            }
        }
    }
    marked
}
