//! Where a value came from and went, as data of a finding.

use super::scanner::Hit;
use crate::finding::Finding;
use crate::finding::flow::{Role, Step};

/// Places a finding tells of at most: the first and the last ones.
const MOST: usize = 20;

/// Adds the path of a flow: its places in order, each with its line and column, the source first and the sink last.
pub fn add(finding: &mut Finding, hit: &Hit<'_, '_>) {
    if hit.path.is_empty() {
        return;
    }
    let mut places: Vec<std::ops::Range<u32>> = hit.path.to_vec();
    places.push(hit.found.range.clone());
    places.dedup();
    if places.len() > MOST {
        places.drain(MOST / 2..places.len() - MOST / 2);
    }
    let last = places.len() - 1;
    let source = hit.tree.source;
    let steps: Vec<Step> = places
        .iter()
        .enumerate()
        .map(|(at, place)| {
            let before = &source[..place.start as usize];
            let line = hit.tree.line(place.start);
            let column = before.len() - before.rfind('\n').map_or(0, |newline| newline + 1) + 1;
            let end_line = hit.tree.line(place.end);
            let role = if at == 0 {
                Role::Source
            } else if at == last {
                Role::Sink
            } else {
                Role::Step
            };
            Step { role, line: line as u32, column: column as u32, end_line: end_line as u32 }
        })
        .collect();
    finding.set_flow(&steps);
}
