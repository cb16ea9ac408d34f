//! Whether a version is affected, by the evaluation that the OSV schema publishes
//! (<https://ossf.github.io/osv-schema/#evaluation>). What cannot be read is never "not affected".

use super::advisory::{Affected, Event, Range, RangeKind};
use super::component::Ecosystem;
use super::version::{Unreadable, Version, parse, parse_semver};

/// What an advisory says of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is affected.
    Affected,
    /// It is not affected.
    NotAffected,
    /// It cannot be told, and why: a phrase in lower case.
    Unknown(String),
}

/// Fixed versions that [`nearest_fix`] looks at.
const MAX_CANDIDATES: usize = 64;

/// Judges a version as its file writes it.
pub fn judge(version: &str, affected: &Affected) -> Verdict {
    evaluate(parse(affected.ecosystem, version).as_ref(), version, affected)
}

/// Judges a version that was read before, by [`parse`] in the same ecosystem; `text` is the version as its file writes it.
pub fn judge_parsed(version: &Version, text: &str, affected: &Affected) -> Verdict {
    evaluate(Ok(version), text, affected)
}

/// Whether the order of a range is the ecosystem's own.
fn is_own_order(kind: RangeKind, ecosystem: Ecosystem) -> bool {
    kind == RangeKind::Ecosystem
        || matches!(
            ecosystem,
            Ecosystem::Npm
                | Ecosystem::CratesIo
                | Ecosystem::Go
                | Ecosystem::Hex
                | Ecosystem::Pub
                | Ecosystem::SwiftUrl
                | Ecosystem::GitHubActions
        )
}

fn read(kind: RangeKind, ecosystem: Ecosystem, text: &str) -> Result<Version, Unreadable> {
    if is_own_order(kind, ecosystem) {
        parse(ecosystem, text)
    } else {
        parse_semver(ecosystem, text)
    }
}

fn evaluate(version: Result<&Version, &Unreadable>, text: &str, affected: &Affected) -> Verdict {
    if affected.versions.iter().any(|listed| listed == text) {
        return Verdict::Affected;
    }
    if affected.ranges.is_empty() && affected.versions.is_empty() {
        // By the letter of the schema nothing is affected; what the advisory is about is open all the same.
        return Verdict::Unknown("the advisory names no versions".to_owned());
    }
    let mut unknown = None;
    let mut judged = false;
    for range in affected.ranges.iter().filter(|range| range.kind != RangeKind::Git) {
        judged = true;
        match within(version, text, range, affected.ecosystem) {
            Ok(true) => return Verdict::Affected,
            Ok(false) => {}
            Err(reason) => unknown = unknown.or(Some(reason)),
        }
    }
    // Lists are complete where ranges stand beside them; alone, they may write the same version in another way.
    if !judged && !affected.versions.is_empty() {
        match version {
            Ok(version) => {
                let same = |listed: &String| {
                    parse(affected.ecosystem, listed).is_ok_and(|v| v == *version)
                };
                if affected.versions.iter().any(same) {
                    return Verdict::Affected;
                }
            }
            Err(error) => unknown = Some(error.to_string()),
        }
    } else if !judged {
        unknown = Some("the advisory names commits only".to_owned());
    }
    unknown.map_or(Verdict::NotAffected, Verdict::Unknown)
}

/// Whether a range is every version: nothing needs to be compared.
fn is_everything(range: &Range) -> bool {
    !range.events.is_empty()
        && range.events.iter().all(|event| match event {
            Event::Introduced(version) => version == "0",
            Event::Limit(version) => version == "*",
            _ => false,
        })
        && range.events.iter().any(|event| matches!(event, Event::Introduced(_)))
}

/// Whether a version is in a range, or why that cannot be told.
fn within(
    version: Result<&Version, &Unreadable>,
    text: &str,
    range: &Range,
    ecosystem: Ecosystem,
) -> Result<bool, String> {
    if is_everything(range) {
        return Ok(true);
    }
    let version = version.map_err(Unreadable::to_string)?;
    let in_order;
    let version = if is_own_order(range.kind, ecosystem) {
        version
    } else {
        in_order = read(range.kind, ecosystem, text).map_err(|error| error.to_string())?;
        &in_order
    };
    if version.is_branch() {
        return Err(format!("`{version}` is a branch, which has no place among versions"));
    }
    contains(version, range, ecosystem)
}

/// The evaluation itself: events in the order of their versions, each switching the answer on or off.
fn contains(version: &Version, range: &Range, ecosystem: Ecosystem) -> Result<bool, String> {
    let bound = |text: &str| {
        let bound = read(range.kind, ecosystem, text)
            .map_err(|error| format!("the advisory has an unreadable bound: {error}"))?;
        if bound.is_branch() {
            return Err(format!("the advisory has the branch `{bound}` as a bound"));
        }
        Ok(bound)
    };
    let mut events: Vec<(Option<Version>, &Event)> = Vec::with_capacity(range.events.len());
    let mut limits = None;
    for event in &range.events {
        match event {
            Event::Introduced(text) if text == "0" => events.push((None, event)),
            Event::Introduced(text) | Event::Fixed(text) | Event::LastAffected(text) => {
                events.push((Some(bound(text)?), event));
            }
            Event::Limit(text) => {
                let before = text == "*" || *version < bound(text)?;
                limits = Some(limits.unwrap_or(false) || before);
            }
        }
    }
    if !events.iter().any(|(_, event)| matches!(event, Event::Introduced(_))) {
        return Err("the advisory has a range without a beginning".to_owned());
    }
    if limits == Some(false) {
        return Ok(false);
    }
    // Stable: of events at one version the one listed last decides.
    events.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut inside = false;
    for (bound, event) in &events {
        let order = bound.as_ref().map(|bound| version.cmp(bound));
        match event {
            Event::Introduced(_) if order.is_none_or(std::cmp::Ordering::is_ge) => inside = true,
            Event::Fixed(_) if order.is_some_and(std::cmp::Ordering::is_ge) => inside = false,
            Event::LastAffected(_) if order.is_some_and(std::cmp::Ordering::is_gt) => {
                inside = false;
            }
            _ => {}
        }
    }
    Ok(inside)
}

/// The smallest fixed version after the installed one that the advisory does not call affected itself: of the ranges the
/// version is in, or else of any. `None` where there is none, or the version cannot be read.
pub fn nearest_fix(version: &str, affected: &Affected) -> Option<String> {
    let installed =
        parse(affected.ecosystem, version).ok().filter(|version| !version.is_branch())?;
    let ranges = affected.ranges.iter().filter(|range| range.kind != RangeKind::Git);
    let (around, others): (Vec<&Range>, Vec<&Range>) = ranges
        .partition(|range| within(Ok(&installed), version, range, affected.ecosystem) == Ok(true));
    [around, others].into_iter().find_map(|ranges| {
        let fixes = ranges.into_iter().flat_map(|range| &range.events);
        let mut fixes: Vec<Version> = fixes
            .filter_map(|event| match event {
                Event::Fixed(fixed) => parse(affected.ecosystem, fixed).ok(),
                _ => None,
            })
            .filter(|fixed| *fixed > installed && !fixed.is_branch())
            .collect();
        fixes.sort();
        fixes.dedup();
        let mut fixes = fixes.into_iter().take(MAX_CANDIDATES);
        let fix = fixes.find(|fix| judge_parsed(fix, fix.as_str(), affected) != Verdict::Affected);
        fix.map(|fix| fix.to_string())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Ranges as `introduced 1, fixed 2` and so on.
    fn affected(ecosystem: Ecosystem, ranges: &[&str], versions: &[&str]) -> Affected {
        let range = |text: &&str| Range {
            kind: if text.contains("commit") { RangeKind::Git } else { RangeKind::Ecosystem },
            events: text.split(", ").filter_map(event).collect(),
        };
        Affected {
            ecosystem,
            name: "p".to_owned(),
            ranges: ranges.iter().map(range).collect(),
            versions: versions.iter().map(|version| (*version).to_owned()).collect(),
            symbols: Vec::new(),
        }
    }

    fn event(text: &str) -> Option<Event> {
        let (kind, version) = text.split_once(' ')?;
        let version = version.to_owned();
        Some(match kind {
            "introduced" => Event::Introduced(version),
            "fixed" => Event::Fixed(version),
            "last" => Event::LastAffected(version),
            "limit" => Event::Limit(version),
            other => panic!("{other}"),
        })
    }

    #[test]
    fn versions_are_judged_by_the_published_evaluation() {
        use Verdict::{Affected, NotAffected};
        for (ranges, versions, version, expected) in [
            (&["introduced 0, fixed 1.2"][..], &[][..], "1.1", Affected),
            (&["introduced 0, fixed 1.2"], &[], "1.2", NotAffected),
            (&["introduced 0, fixed 1.2"], &[], "0.dev0", Affected),
            (&["fixed 1.2, introduced 1.0"], &[], "0.9", NotAffected),
            (&["introduced 1.0, last 1.2"], &[], "1.2", Affected),
            (&["introduced 1.0, last 1.2"], &[], "1.2.1", NotAffected),
            (&["introduced 1.0, fixed 1.5, introduced 2.0, fixed 2.3"], &[], "2.1", Affected),
            (&["introduced 1.0, fixed 1.5, introduced 2.0, fixed 2.3"], &[], "1.7", NotAffected),
            (&["introduced 2.0", "introduced 1.0, fixed 1.5"], &[], "1.2", Affected),
            (&["introduced 0, limit 1.5"], &[], "1.4", Affected),
            (&["introduced 0, limit 1.5"], &[], "1.5", NotAffected),
            (&["introduced 0, limit 1.5, limit 2.5"], &[], "2.0", Affected),
            (&["introduced 1.0, fixed 1.0"], &[], "1.0", NotAffected),
            (&["introduced 0"], &[], "not a version", Affected),
            (&[], &["1.0", "1.1"], "1.1", Affected),
            (&[], &["1.0", "1.1"], "1.1.0", Affected),
            (&[], &["1.0", "1.1"], "1.2", NotAffected),
            (&["introduced 2.0"], &["odd"], "odd", Affected),
            (&["introduced commit"], &["1.0"], "1.0", Affected),
            (&["introduced commit"], &["1.0"], "1.1", NotAffected),
        ] {
            let entry = affected(Ecosystem::PyPi, ranges, versions);
            assert_eq!(judge(version, &entry), expected, "{ranges:?} {versions:?} {version}");
        }
        let empty = affected(Ecosystem::PyPi, &[], &[]);
        assert!(matches!(judge("1.0", &empty), Verdict::Unknown(_)));
    }

    #[test]
    fn what_cannot_be_read_is_unknown() {
        for (ecosystem, ranges, versions, version, word) in [
            (Ecosystem::PyPi, &["introduced 0, fixed 1.2"][..], &[][..], "what", "`what`"),
            (Ecosystem::PyPi, &["introduced 0, fixed what"], &[], "1.0", "unreadable bound"),
            (Ecosystem::PyPi, &["introduced commit"], &[], "1.0", "commits only"),
            (Ecosystem::PyPi, &[], &["1.0"], "what", "`what`"),
            (Ecosystem::PyPi, &["fixed 1.2"], &[], "1.0", "without a beginning"),
            (Ecosystem::Packagist, &["introduced 0, fixed 1.2"], &[], "dev-main", "branch"),
        ] {
            let entry = affected(ecosystem, ranges, versions);
            match judge(version, &entry) {
                Verdict::Unknown(reason) => assert!(reason.contains(word), "{reason}"),
                other => panic!("{ranges:?}: {other:?}"),
            }
        }
        // Another range that can be read decides.
        let entry = affected(Ecosystem::PyPi, &["introduced 0, fixed what", "introduced 1.0"], &[]);
        assert_eq!(judge("1.0", &entry), Verdict::Affected);
    }

    #[test]
    fn a_semver_range_is_judged_as_semver_in_every_ecosystem() {
        let mut entry = affected(Ecosystem::PyPi, &["introduced 0, fixed 1.0.0-rc.2"], &[]);
        entry.ranges[0].kind = RangeKind::SemVer;
        assert_eq!(judge("1.0.0-rc.1", &entry), Verdict::Affected);
        assert_eq!(judge("1.0.0", &entry), Verdict::NotAffected);
        assert!(matches!(judge("1.0.post1", &entry), Verdict::Unknown(_)));
    }

    #[test]
    fn the_nearest_fix_is_of_the_same_range_and_not_affected_itself() {
        for (ranges, versions, version, fix) in [
            (
                &["introduced 0, fixed 1.5, introduced 2.0, fixed 2.3"][..],
                &[][..],
                "1.0",
                Some("1.5"),
            ),
            (&["introduced 0, fixed 1.5, introduced 2.0, fixed 2.3"], &[], "2.1", Some("2.3")),
            (&["introduced 2.0, fixed 2.3", "introduced 0, fixed 1.5"], &[], "1.0", Some("1.5")),
            (&["introduced 0, fixed 2.1", "introduced 2.0, fixed 2.3"], &[], "1.0", Some("2.3")),
            (&["introduced 0, fixed 1.5, fixed 1.6"], &["1.5"], "1.0", Some("1.6")),
            (&["introduced 0, last 1.5"], &[], "1.0", None),
            (&["introduced 0"], &[], "1.0", None),
            (&["introduced 0, fixed 1.5"], &[], "what", None),
        ] {
            let entry = affected(Ecosystem::PyPi, ranges, versions);
            assert_eq!(nearest_fix(version, &entry).as_deref(), fix, "{ranges:?} {version}");
        }
    }

    #[test]
    fn many_events_are_judged_in_little_time() {
        let events: Vec<String> = (0..20_000)
            .map(|n| format!("{} 1.{n}", if n % 2 == 0 { "introduced" } else { "fixed" }))
            .collect();
        let entry = affected(Ecosystem::Npm, &[&events.join(", ")], &[]);
        assert_eq!(judge("1.10000", &entry), Verdict::Affected);
        assert_eq!(judge("1.10001", &entry), Verdict::NotAffected);
        assert_eq!(nearest_fix("1.10000", &entry).as_deref(), Some("1.10001"));
    }
}
