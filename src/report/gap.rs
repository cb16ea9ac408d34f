//! What was not looked at, on either side of a comparison, and what follows from it. A report without these words would look
//! like a clean one.

use super::change::{Part, Phrase};
use super::{Options, phrase};
use crate::finding::change::Scope;
use crate::finding::{Change, Run, ScannerOutcome, ScannerStatus};

/// Something that was not looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// Who: a scanner, or `securescan` for the run as a whole.
    pub who: String,
    /// What, with the side when the run is a comparison.
    pub what: String,
    /// Whether something that was to be looked at was lost; else it was left out on purpose or for lack of a tool.
    pub lost: bool,
    /// Whether it is of the base side of a comparison, where the head did look: findings may then look new.
    pub misleads: bool,
}

/// Everything that was not looked at: nothing at all, scanners of either side, files.
pub fn all(run: &Run) -> Vec<Gap> {
    let ours = |what, lost| Gap { who: "securescan".to_owned(), what, lost, misleads: false };
    let mut gaps = Vec::new();
    if let Some(why) = run.nothing_scanned() {
        gaps.push(match unconcerned(run) {
            Some(told) => ours(told.to_owned(), false),
            None => ours(format!("nothing was scanned: {why}; this is not a clean result"), true),
        });
    }
    let of = |outcome: &ScannerOutcome, what| Gap {
        who: outcome.scanner.to_string(),
        what,
        lost: !outcome.is_complete(),
        misleads: false,
    };
    gaps.extend(phrase::gaps(run).into_iter().map(|(outcome, what)| of(outcome, what)));
    for (outcome, what) in of_base(run) {
        let misleads = misleads(run, outcome);
        // What the base lost is not missing from the findings of the head.
        gaps.push(Gap { lost: false, misleads, ..of(outcome, what) });
    }
    if !run.files.skipped.is_empty() {
        let lost = run.files.skipped.iter().any(|skipped| skipped.reason.is_loss());
        gaps.push(ours(phrase::files(&run.files), lost));
    }
    gaps
}

/// Each skipped path with its reason, when asked for.
pub fn skipped<'a>(run: &'a Run, options: &Options) -> impl Iterator<Item = Phrase> + use<'a> {
    let all = if options.show_skipped { run.files.skipped.as_slice() } else { &[] };
    all.iter().map(|skipped| {
        let detail = Some(&skipped.detail).filter(|detail| !detail.is_empty());
        let detail = detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
        vec![
            Part::Text("skipped ".to_owned()),
            Part::Code(phrase::cut(&skipped.path, 1_000)),
            Part::Text(phrase::cut(&format!(", {}{detail}", skipped.reason.phrase()), 200)),
        ]
    })
}

/// What scanners did not do on the base side.
pub fn of_base(run: &Run) -> Vec<(&ScannerOutcome, String)> {
    let outcomes = run.change.iter().flat_map(|change| &change.base_gaps);
    phrase::gaps_of(outcomes)
        .into_iter()
        .map(|(outcome, what)| (outcome, format!("on the base side: {what}")))
        .collect()
}

/// Whether a gap of the base side can make findings look new: not when the head skipped that scanner too.
fn misleads(run: &Run, gap: &ScannerOutcome) -> bool {
    let skipped = |status: &_| matches!(status, ScannerStatus::Skipped { .. });
    !run.outcomes.iter().any(|other| other.scanner == gap.scanner && skipped(&other.status))
}

/// What follows from gaps of the base side; `None` when nothing does.
pub fn warning(run: &Run, change: &Change) -> Option<&'static str> {
    let misled = change.base_gaps.iter().any(|gap| misleads(run, gap));
    misled.then_some("a finding may look new that the base has too, and a fixed one may be missing")
}

/// Why no scanned file is no loss: the change touches none.
pub fn unconcerned(run: &Run) -> Option<&'static str> {
    let change = run.change.as_ref()?;
    let ran = run.nothing_scanned()? == "no file was scanned";
    (ran && change.scope == Scope::ChangedFiles)
        .then_some("the change touches no file that could be scanned")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::change::{ChangeKind, Gate, Side};
    use crate::finding::{Counts, Files, ScanType, ScannerId};
    use std::collections::BTreeMap;

    fn outcome(name: &'static str, status: ScannerStatus) -> ScannerOutcome {
        ScannerOutcome {
            scanner: ScannerId::new(name),
            scan_type: ScanType::Code,
            status,
            failed_files: Vec::new(),
            millis: 0,
        }
    }

    fn compared(head: Vec<ScannerOutcome>, base_gaps: Vec<ScannerOutcome>) -> Run {
        let change = Change {
            kind: ChangeKind::Diff,
            base: Side::default(),
            head: Side::default(),
            policy_from: None,
            scope: Scope::All,
            fixed: Vec::new(),
            moved: Vec::new(),
            unchanged: Vec::new(),
            unchanged_count: 0,
            base_gaps,
            audit: crate::finding::change::Audit::default(),
            anchors: BTreeMap::new(),
            gate: Gate::default(),
        };
        Run {
            version: String::new(),
            target: ".".to_owned(),
            scan_types: Vec::new(),
            outcomes: head,
            files: Files { scanned: 1, ..Files::default() },
            findings: Vec::new(),
            suppressed: Vec::new(),
            unused_directives: Vec::new(),
            notices: Vec::new(),
            counts: Counts::default(),
            database: None,
            change: Some(Box::new(change)),
        }
    }

    #[test]
    fn a_gap_of_the_base_misleads_unless_the_head_has_it_too() {
        let skipped = || ScannerStatus::Skipped { reason: "r".to_owned(), hint: None };
        let ran = || ScannerStatus::Ran { findings: 0, version: String::new() };
        let failed = || ScannerStatus::Failed { message: "m".to_owned() };
        for (head, base, misled) in
            [(ran(), skipped(), true), (ran(), failed(), true), (skipped(), skipped(), false)]
        {
            let head = vec![outcome("a", head), outcome("b", ran())];
            let run = compared(head, vec![outcome("a", base)]);
            let told = warning(&run, run.change.as_ref().unwrap());
            assert_eq!(told.is_some(), misled);
            let gaps = all(&run);
            let last = gaps.last().unwrap();
            assert_eq!((last.misleads, last.lost), (misled, false));
            assert!(last.what.starts_with("on the base side: "));
        }
    }
}
