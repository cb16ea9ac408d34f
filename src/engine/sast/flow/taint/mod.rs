//! Flows from sources to sinks: within a function in the order it runs, branches joined, loops run twice.

pub(super) mod calls;
pub mod label;
pub(super) mod path;
mod places;
mod state;
mod summary;
mod units;
mod value;
mod variable;
mod walk;

use super::super::matching::env::Bound;
use super::super::rule::compile::Spot;
use super::super::search::{Found, Search};
use super::super::tree::Id;
use label::{Origin, SOURCE, Step};
use places::Places;
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

/// Finds the flows of a rule.
pub fn flows<'r>(
    search: &Search<'_>,
    sources: &'r [Spot],
    sinks: &'r [Spot],
    sanitizers: &'r [Spot],
    propagators: &'r [Spot],
) -> Vec<Flow<'r>> {
    let (from, to) = (places::at_most(search, sources), places::at_most(search, sinks));
    if from == 0 || to == 0 {
        return Vec::new();
    }
    // What there is less of is looked for first: often there is none.
    let Some((source_places, sink_places)) = (if from < to {
        some(search, sources).and_then(|from| some(search, sinks).map(|to| (from, to)))
    } else {
        some(search, sinks).and_then(|to| some(search, sources).map(|from| (from, to)))
    }) else {
        return Vec::new();
    };
    let mut cleaning = Places::of(search, sanitizers);
    cleaning.give_way(search.tree, sanitizers, &[&source_places, &sink_places]);
    // Labels that a function was called with are not known in it.
    let labels = |spots: &[Spot]| {
        spots.iter().any(|spot| spot.spec.label.is_some() || spot.spec.requires.is_some())
    };
    let enters = ![sources, sinks, propagators].into_iter().any(labels);
    let rules = Rules {
        source_spots: sources,
        sink_spots: sinks,
        sanitizer_spots: sanitizers,
        sources: source_places,
        sinks: sink_places,
        sanitizers: cleaning,
        carried: carried(search, propagators),
        propagator_spots: propagators,
    };
    let (flows, is_whole) = walk::Walk::new(search, rules, enters).run();
    if !is_whole {
        search.exhausted.set(true);
    }
    flows
}

/// Where spots are; nothing if nowhere.
fn some<'r>(search: &Search<'_>, spots: &'r [Spot]) -> Option<Places<'r>> {
    let places = Places::of(search, spots);
    (!places.found.is_empty()).then_some(places)
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
    Origin { label, source: number, steps: Step::first(range.clone()) }
}
