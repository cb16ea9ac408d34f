//! Flows from sources to sinks: within a function in the order it runs, branches joined, loops run twice.

mod key;
pub mod label;
mod walk;

use super::super::matching::env::Bound;
use super::super::rule::compile::Spot;
use super::super::search::{Found, Search};
use super::super::tree::{Id, Kind};
use label::{Origin, SOURCE, Step};
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

/// A flow that reaches a sink.
#[derive(Debug, Clone)]
pub struct Flow<'r> {
    /// The sink.
    pub sink: Found<'r>,
    /// From the source to the last place before the sink.
    pub path: Vec<Range<u32>>,
}

/// Matches of the sources, sinks, sanitizers or propagators of a rule, by the nodes within them.
#[derive(Debug)]
struct Places<'r> {
    found: Vec<(usize, Found<'r>)>,
    by_node: HashMap<Id, Vec<u32>>,
}

/// Marks of one kind of place in one file.
const MARKS: usize = 2_000_000;

impl<'r> Places<'r> {
    fn of(search: &Search<'_>, spots: &'r [Spot]) -> Self {
        let mut places = Self { found: Vec::new(), by_node: HashMap::new() };
        let mut marks = 0;
        for (spot, at) in spots.iter().zip(0..) {
            for found in search.find(&spot.formula, 0) {
                let number = places.found.len() as u32;
                for node in nodes_within(search, &found) {
                    marks += 1;
                    if marks < MARKS {
                        places.by_node.entry(node).or_default().push(number);
                    }
                }
                places.found.push((at, found));
            }
        }
        places
    }

    /// Forgets sanitizers that stand exactly where a source or sink does, where the rule says so.
    fn give_way(&mut self, spots: &[Spot], others: &[&Self]) {
        let taken = |range: &Range<u32>| {
            others.iter().any(|places| places.found.iter().any(|(_, found)| found.range == *range))
        };
        let lost: Vec<bool> = self
            .found
            .iter()
            .map(|(spot, found)| spots[*spot].spec.not_conflicting && taken(&found.range))
            .collect();
        if lost.contains(&true) {
            self.by_node
                .values_mut()
                .for_each(|numbers| numbers.retain(|number| !lost[*number as usize]));
        }
    }

    fn at(&self, node: Id) -> &[u32] {
        self.by_node.get(&node).map_or(&[], Vec::as_slice)
    }
}

fn nodes_within(search: &Search<'_>, found: &Found<'_>) -> Vec<Id> {
    let tree = search.tree;
    if let Some(id) = found.node {
        // What was matched as a wrapper of one node is that node, too.
        return tree.subtree(id).collect();
    }
    let from = tree.nodes().partition_point(|node| node.start < found.range.start);
    (from as Id..tree.nodes().len() as Id)
        .take_while(|id| tree.node(*id).start < found.range.end)
        .filter(|id| tree.node(*id).end <= found.range.end && tree.kind(*id) != Kind::Module)
        .collect()
}

/// Finds the flows of a rule.
pub fn flows<'r>(
    search: &Search<'_>,
    sources: &'r [Spot],
    sinks: &'r [Spot],
    sanitizers: &'r [Spot],
    propagators: &'r [Spot],
) -> Vec<Flow<'r>> {
    let sink_places = Places::of(search, sinks);
    if sink_places.found.is_empty() {
        return Vec::new();
    }
    let source_places = Places::of(search, sources);
    if source_places.found.is_empty() {
        return Vec::new();
    }
    let mut cleaning = Places::of(search, sanitizers);
    cleaning.give_way(sanitizers, &[&source_places, &sink_places]);
    let walk = walk::Walk::new(
        search,
        Rules {
            source_spots: sources,
            sink_spots: sinks,
            sanitizer_spots: sanitizers,
            sources: source_places,
            sinks: sink_places,
            sanitizers: cleaning,
            carried: carried(search, propagators),
            propagator_spots: propagators,
        },
    );
    walk.run()
}

#[derive(Debug)]
struct Rules<'r> {
    source_spots: &'r [Spot],
    sink_spots: &'r [Spot],
    sanitizer_spots: &'r [Spot],
    sources: Places<'r>,
    sinks: Places<'r>,
    sanitizers: Places<'r>,
    /// From which node to which others which propagator carries.
    carried: HashMap<Id, Vec<(Id, usize)>>,
    propagator_spots: &'r [Spot],
}

fn carried(search: &Search<'_>, propagators: &[Spot]) -> HashMap<Id, Vec<(Id, usize)>> {
    let mut carried: HashMap<Id, Vec<(Id, usize)>> = HashMap::new();
    for (number, spot) in propagators.iter().enumerate() {
        let Some((from, to)) = &spot.spec.from_to else { continue };
        for found in search.find(&spot.formula, 0) {
            let nodes = |name: &str| -> Vec<Id> {
                match found.get(name) {
                    Some(Bound::Node(id)) => vec![*id],
                    Some(Bound::Run(first, count)) => {
                        crate::engine::sast::matching::env::siblings(search.tree, *first, *count)
                            .collect()
                    }
                    _ => Vec::new(),
                }
            };
            for from in nodes(from) {
                carried
                    .entry(from)
                    .or_default()
                    .extend(nodes(to).into_iter().map(|to| (to, number)));
            }
        }
    }
    carried
}

fn origin(spot: &Spot, number: u32, range: &Range<u32>) -> Origin {
    let label = Rc::from(spot.spec.label.as_deref().unwrap_or(SOURCE));
    Origin { label, source: number, steps: Rc::new(Step { range: range.clone(), before: None }) }
}
