//! Makes what an advisory says of a package as short as it can be without saying less: versions that its ranges cover
//! anyway are left out, and so are commits.

use super::super::advisory::{Affected, Event, Range, RangeKind};
use super::super::import::Order;
use std::cmp::Ordering;

/// Leaves out listed versions that the ranges cover, and commit ranges. A package with commit ranges only keeps an
/// empty one, as a mark that nothing can be judged. Versions that cannot be put in order stay.
pub(super) fn reduce(affected: &mut Affected, order: &Order<'_>) {
    let was_bounded = !affected.ranges.is_empty();
    affected.ranges.retain(|range| range.kind != RangeKind::Git);
    if affected.ranges.is_empty() && affected.versions.is_empty() && was_bounded {
        affected.ranges.push(Range { kind: RangeKind::Git, events: Vec::new() });
        return;
    }
    let ecosystem = affected.ecosystem;
    let order = |a: &str, b: &str| order(ecosystem, a, b);
    let spans: Vec<Vec<&Event>> =
        affected.ranges.iter().filter_map(|range| sorted(range, &order)).collect();
    affected.versions.retain(|version| {
        !spans.iter().any(|events| covers(events, version, &order) == Some(true))
    });
}

type Compare<'a> = &'a dyn Fn(&str, &str) -> Option<Ordering>;

fn version(event: &Event) -> &str {
    match event {
        Event::Introduced(version)
        | Event::Fixed(version)
        | Event::LastAffected(version)
        | Event::Limit(version) => version,
    }
}

fn is_zero(event: &Event) -> bool {
    matches!(event, Event::Introduced(version) if version == "0")
}

/// Events in the order of their versions; `None` when that cannot be told, or when the range has limits.
fn sorted<'a>(range: &'a Range, order: Compare<'_>) -> Option<Vec<&'a Event>> {
    if range.events.iter().any(|event| matches!(event, Event::Limit(_))) {
        return None;
    }
    let mut events: Vec<&Event> = range.events.iter().collect();
    let readable =
        |event: &&Event| is_zero(event) || order(version(event), version(event)).is_some();
    if !events.iter().all(readable) {
        return None;
    }
    events.sort_by(|a, b| match (is_zero(a), is_zero(b)) {
        (false, false) => order(version(a), version(b)).unwrap_or(Ordering::Equal),
        (a, b) => b.cmp(&a),
    });
    Some(events)
}

/// The evaluation of the OSV schema (<https://ossf.github.io/osv-schema/#evaluation>).
fn covers(events: &[&Event], listed: &str, order: Compare<'_>) -> Option<bool> {
    let mut inside = false;
    for event in events {
        let place = if is_zero(event) { Ordering::Greater } else { order(listed, version(event))? };
        match event {
            Event::Introduced(_) if place != Ordering::Less => inside = true,
            Event::Fixed(_) if place != Ordering::Less => inside = false,
            Event::LastAffected(_) if place == Ordering::Greater => inside = false,
            _ => {}
        }
    }
    Some(inside)
}

#[cfg(test)]
mod tests {
    use super::super::super::component::Ecosystem;
    use super::*;

    fn numbers(_: Ecosystem, a: &str, b: &str) -> Option<Ordering> {
        Some(a.parse::<i32>().ok()?.cmp(&b.parse::<i32>().ok()?))
    }

    fn package(ranges: Vec<Range>, versions: &[&str]) -> Affected {
        Affected {
            ecosystem: Ecosystem::PyPi,
            name: "p".into(),
            ranges,
            versions: versions.iter().map(|v| (*v).to_owned()).collect(),
            symbols: Vec::new(),
        }
    }

    fn range(kind: RangeKind) -> Range {
        let events = vec![
            Event::Fixed("20".into()),
            Event::Introduced("10".into()),
            Event::Introduced("0".into()),
            Event::LastAffected("5".into()),
        ];
        Range { kind, events }
    }

    #[test]
    fn versions_within_ranges_are_left_out_and_others_stay() {
        let mut affected =
            package(vec![range(RangeKind::Ecosystem)], &["10", "19", "20", "5", "6", "odd"]);
        reduce(&mut affected, &numbers);
        assert_eq!(affected.versions, ["20", "6", "odd"]);
    }

    #[test]
    fn a_package_with_commits_only_never_reads_as_one_with_every_version() {
        let mut affected = package(vec![range(RangeKind::Git)], &[]);
        reduce(&mut affected, &numbers);
        assert_eq!(affected.ranges, [Range { kind: RangeKind::Git, events: vec![] }]);
        let mut listed = package(vec![range(RangeKind::Git)], &["10"]);
        reduce(&mut listed, &numbers);
        assert_eq!((listed.ranges.len(), listed.versions.len()), (0, 1));
        let mut all = package(vec![], &[]);
        reduce(&mut all, &numbers);
        assert_eq!(all, package(vec![], &[]));
    }
}
