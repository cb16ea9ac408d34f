//! Laws of versions and of the evaluation of advisories, over made-up versions of every ecosystem.

use proptest::prelude::*;
use securescan::engine::osv::advisory::{Affected, Event, Range, RangeKind};
use securescan::engine::osv::component::Ecosystem;
use securescan::engine::osv::range::{Verdict, judge, judge_parsed, nearest_fix};
use securescan::engine::osv::version::{
    MAX_REQUIREMENT, MAX_VERSION, Version, allows, compare, is_prerelease, parse,
};
use std::cmp::Ordering;

/// Pieces that versions of some ecosystem are made of; few, so that versions often differ in one place only.
const PIECES: [&str; 41] = [
    "0",
    "0",
    "1",
    "1",
    "2",
    "10",
    "01",
    "99999999999999999999",
    "3000000000",
    "a",
    "b",
    "m",
    "x",
    "alpha",
    "beta",
    "rc",
    "RC",
    "cr",
    "pre",
    "dev",
    "post",
    "sp",
    "ga",
    "final",
    "snapshot",
    "p",
    "pl",
    "patch",
    "jre",
    "stable",
    "Z",
    "r",
    "c",
    "rev",
    "00",
    "go",
    "beta1",
    "-",
    "#",
    "é",
    "cci",
];
const SEPARATORS: [&str; 9] = [".", ".", ".", "-", "-", "", "_", "+", "!"];

/// Something like a version: mostly numbers, then words.
fn text() -> impl Strategy<Value = String> {
    let rest = prop::collection::vec(
        (prop::sample::select(&SEPARATORS[..]), prop::sample::select(&PIECES[..])),
        0..5,
    );
    let start =
        prop::sample::select(&["", "v", "1.", "1.0.", "1.0.0", "0.", "1!", "go1.", "dev-"][..]);
    (start, prop::sample::select(&PIECES[..9]), rest).prop_map(|(start, first, rest)| {
        let rest: String = rest.into_iter().flat_map(|(s, p)| [s, p]).collect();
        format!("{start}{first}{rest}")
    })
}

fn ecosystem() -> impl Strategy<Value = Ecosystem> {
    prop::sample::select(Ecosystem::ALL)
}

/// An ecosystem and versions of it that can be read.
fn versions(count: usize) -> impl Strategy<Value = (Ecosystem, Vec<Version>)> {
    (ecosystem(), prop::collection::vec(text(), count * 4)).prop_filter_map(
        "too few can be read",
        move |(ecosystem, texts)| {
            let read: Vec<Version> =
                texts.iter().filter_map(|text| parse(ecosystem, text).ok()).take(count).collect();
            (read.len() == count).then_some((ecosystem, read))
        },
    )
}

/// Events of a range, by versions from a small pool, so that they meet.
fn events() -> impl Strategy<Value = Vec<(u8, usize)>> {
    prop::collection::vec((0_u8..5, 0_usize..6), 1..7)
}

fn event(kind: u8, text: String) -> Event {
    match kind {
        0 => Event::Introduced("0".to_owned()),
        1 => Event::Introduced(text),
        2 => Event::Fixed(text),
        3 => Event::LastAffected(text),
        _ => Event::Limit(text),
    }
}

fn affected(ecosystem: Ecosystem, ranges: Vec<Vec<Event>>, versions: Vec<String>) -> Affected {
    let kind = RangeKind::Ecosystem;
    let ranges = ranges.into_iter().map(|events| Range { kind, events }).collect();
    Affected { ecosystem, name: "p".to_owned(), ranges, versions, symbols: Vec::new() }
}

/// The pseudo-code of the schema, word for word.
mod pseudo {
    use super::*;

    fn at_least(ecosystem: Ecosystem, version: &str, bound: &str) -> bool {
        bound == "0" || compare(ecosystem, version, bound).unwrap().is_ge()
    }

    fn before_limits(ecosystem: Ecosystem, version: &str, events: &[Event]) -> bool {
        let mut limits = events.iter().filter_map(|event| match event {
            Event::Limit(limit) => Some(limit),
            _ => None,
        });
        let none = limits.clone().next().is_none();
        none || limits.any(|limit| compare(ecosystem, version, limit).unwrap().is_lt())
    }

    fn place(event: &Event) -> Option<&str> {
        match event {
            Event::Introduced(text) if text == "0" => None,
            Event::Introduced(text)
            | Event::Fixed(text)
            | Event::LastAffected(text)
            | Event::Limit(text) => Some(text),
        }
    }

    fn order(ecosystem: Ecosystem, a: &Event, b: &Event) -> Ordering {
        match (place(a), place(b)) {
            (Some(a), Some(b)) => compare(ecosystem, a, b).unwrap(),
            (a, b) => a.is_some().cmp(&b.is_some()),
        }
    }

    fn included_in_range(ecosystem: Ecosystem, version: &str, events: &[Event]) -> bool {
        if !before_limits(ecosystem, version, events) {
            return false;
        }
        let mut sorted = events.to_vec();
        // Insertion, so that nothing is shared with what is tested.
        for end in 1..sorted.len() {
            let mut at = end;
            while at > 0 && order(ecosystem, &sorted[at - 1], &sorted[at]).is_gt() {
                sorted.swap(at - 1, at);
                at -= 1;
            }
        }
        let mut vulnerable = false;
        for event in &sorted {
            match event {
                Event::Introduced(from) if at_least(ecosystem, version, from) => vulnerable = true,
                Event::Fixed(fixed) if compare(ecosystem, version, fixed).unwrap().is_ge() => {
                    vulnerable = false;
                }
                Event::LastAffected(last) if compare(ecosystem, version, last).unwrap().is_gt() => {
                    vulnerable = false;
                }
                _ => {}
            }
        }
        vulnerable
    }

    pub(super) fn is_vulnerable(version: &str, affected: &Affected) -> bool {
        affected.versions.iter().any(|listed| listed == version)
            || affected
                .ranges
                .iter()
                .any(|range| included_in_range(affected.ecosystem, version, &range.events))
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        max_global_rejects: 200_000,
        ..ProptestConfig::with_cases(2048)
    })]

    #[test]
    fn the_order_of_versions_is_total((ecosystem, mut read) in versions(6)) {
        // Beginnings of versions: where an order contradicts itself, it does so around what is common to both.
        let starts: Vec<Version> = read
            .iter()
            .flat_map(|version| {
                let cuts = version.as_str().match_indices(['.', '-', '+', '_']);
                cuts.filter_map(|(cut, _)| parse(ecosystem, &version.as_str()[..cut]).ok())
            })
            .collect();
        read.extend(starts);
        for a in &read {
            prop_assert_eq!(a.cmp(a), Ordering::Equal);
            prop_assert_eq!(&parse(ecosystem, a.as_str()).unwrap(), a, "equal texts");
            for b in &read {
                prop_assert_eq!(a.cmp(b), b.cmp(a).reverse(), "{} {:?} {:?}", ecosystem, a, b);
                prop_assert_eq!(a == b, a.cmp(b).is_eq());
                if a > b {
                    continue;
                }
                for c in read.iter().filter(|c| b <= c) {
                    prop_assert!(a <= c, "{} {:?} {:?} {:?}", ecosystem, a, b, c);
                    let same = a == b && b == c;
                    prop_assert!(a != c || same, "{} {:?} {:?} {:?}", ecosystem, a, b, c);
                }
            }
        }
    }

    #[test]
    fn versions_of_all_ecosystems_can_be_sorted(
        texts in prop::collection::vec((ecosystem(), text()), 0..60),
    ) {
        let mut read: Vec<Version> =
            texts.iter().filter_map(|(ecosystem, text)| parse(*ecosystem, text).ok()).collect();
        read.sort();
        for (place, a) in read.iter().enumerate() {
            prop_assert!(read[place..].iter().all(|b| a <= b));
        }
    }

    #[test]
    fn any_text_is_read_or_refused_without_harm(
        ecosystem in ecosystem(), a in "\\PC{0,40}", b in text(), long in 0_usize..3,
    ) {
        let a = a.repeat([1, 1, 200][long]);
        if let Ok(version) = parse(ecosystem, &a) {
            prop_assert!(a.len() <= MAX_VERSION);
            is_prerelease(&version);
            prop_assert_eq!(version.to_string(), a.clone());
        }
        if a.len() > MAX_REQUIREMENT {
            prop_assert_eq!(allows(ecosystem, &a, &b), None);
        }
        let made = [format!(">={b} {a}"), format!("[{b},{a})"), format!("^{a}"), a.clone()];
        for requirement in made.iter().chain([&b]) {
            allows(ecosystem, requirement, &b);
            allows(ecosystem, requirement, &a);
        }
    }

    #[test]
    fn a_judgement_is_that_of_the_published_pseudo_code(
        (ecosystem, read) in versions(7),
        ranges in prop::collection::vec(events(), 0..4),
        listed in prop::collection::vec(0_usize..7, 0..3),
    ) {
        prop_assume!(!read.iter().any(Version::is_branch));
        let word = |place: usize| read[place].to_string();
        let ranges: Vec<Vec<Event>> = ranges
            .into_iter()
            .map(|events| events.into_iter().map(|(kind, at)| event(kind, word(at))).collect())
            .filter(|events: &Vec<Event>| events.iter().any(|e| matches!(e, Event::Introduced(_))))
            .collect();
        // A list alone also holds other spellings of its versions, which the pseudo-code does not know.
        let listed = if ranges.is_empty() { Vec::new() } else { listed };
        let listed = listed.into_iter().map(word).collect();
        let entry = affected(ecosystem, ranges, listed);
        let installed = &read[6];
        let verdict = judge(installed.as_str(), &entry);
        let expected = pseudo::is_vulnerable(installed.as_str(), &entry);
        prop_assert_eq!(verdict == Verdict::Affected, expected, "{:?} {:?}", installed, entry);
        let nothing = entry.ranges.is_empty() && entry.versions.is_empty();
        prop_assert_eq!(matches!(verdict, Verdict::Unknown(_)), nothing);
        prop_assert_eq!(judge_parsed(installed, installed.as_str(), &entry), verdict);
    }

    #[test]
    fn a_fix_is_later_and_not_affected(
        (ecosystem, read) in versions(7),
        ranges in prop::collection::vec(events(), 1..4),
    ) {
        let ranges = ranges
            .into_iter()
            .map(|events| {
                events.into_iter().map(|(kind, at)| event(kind, read[at].to_string())).collect()
            })
            .collect();
        let entry = affected(ecosystem, ranges, Vec::new());
        let installed = &read[6];
        if let Some(fix) = nearest_fix(installed.as_str(), &entry) {
            prop_assert!(parse(ecosystem, &fix).unwrap() > *installed);
            prop_assert_ne!(judge(&fix, &entry), Verdict::Affected);
            let written = entry.ranges.iter().flat_map(|range| &range.events);
            prop_assert!(written.clone().any(|event| *event == Event::Fixed(fix.clone())));
        }
    }
}
