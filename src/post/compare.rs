//! Two sets of findings of one target: which are new, which are gone, which stayed, which moved with their file. Findings
//! are the same when their fingerprints are.

use super::{fingerprint, order};
use crate::finding::change::{Audit, Change, ChangeKind, Gate, Moved, Scope, Side};
use crate::finding::{Finding, Run};
use std::collections::{BTreeMap, BTreeSet};

/// Everything found on one side.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Found {
    /// Findings that count.
    pub findings: Vec<Finding>,
    /// Silenced ones.
    pub suppressed: Vec<Finding>,
}

impl Found {
    /// Both lists, those that count first.
    pub fn all(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().chain(&self.suppressed)
    }
}

/// The two sides against each other; every list in canonical order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Compared {
    /// Only the head has them, and they count.
    pub new: Vec<Finding>,
    /// Only the head has them, silenced.
    pub new_suppressed: Vec<Finding>,
    /// Only the base has them, and they counted there.
    pub fixed: Vec<Finding>,
    /// In a renamed file and otherwise the same; they count.
    pub moved: Vec<Moved>,
    /// Both sides have them, and they count on the head.
    pub unchanged: Vec<Finding>,
    /// Both sides have them; they counted on the base and are silenced on the head. Moved ones included.
    pub silenced: Vec<Finding>,
    /// How many moved findings were silenced before and count now: a baseline knows them by their old path.
    pub uncovered: u64,
}

impl Compared {
    /// Puts the new findings into a run, in place of those it had, and makes a change of the rest; what only a comparison
    /// of commits knows is left empty.
    pub fn settle(self, run: &mut Run, kind: ChangeKind, base: Side, head: Side) -> Change {
        run.findings = self.new;
        run.suppressed = self.new_suppressed;
        run.counts = super::count(&run.findings, &run.suppressed);
        Change {
            kind,
            base,
            head,
            policy_from: None,
            scope: Scope::All,
            fixed: self.fixed,
            unchanged_count: (self.unchanged.len() + self.moved.len()) as u64,
            moved: self.moved,
            unchanged: self.unchanged,
            base_gaps: Vec::new(),
            audit: Audit { silenced: self.silenced, ..Audit::default() },
            anchors: BTreeMap::new(),
            gate: Gate::default(),
        }
    }
}

/// Compares. `renames` maps paths of the head to the paths the same files had in the base.
pub fn compare(base: &Found, head: &Found, renames: &BTreeMap<String, String>) -> Compared {
    let before: BTreeSet<&str> = base.all().map(|f| f.fingerprint.as_str()).collect();
    let after: BTreeSet<&str> = head.all().map(|f| f.fingerprint.as_str()).collect();
    let gone: BTreeSet<&str> = before.difference(&after).copied().collect();
    let moves = moves(head, &before, &gone, renames);
    let counted: BTreeSet<&str> = base.findings.iter().map(|f| f.fingerprint.as_str()).collect();
    let mut compared = Compared::default();
    for (finding, counts) in head
        .findings
        .iter()
        .map(|finding| (finding, true))
        .chain(head.suppressed.iter().map(|finding| (finding, false)))
    {
        let print = finding.fingerprint.as_str();
        let earlier = match moves.get(print) {
            Some((earlier, _)) => Some(earlier.as_str()),
            None => before.get(print).copied(),
        };
        let finding = finding.clone();
        match (earlier, counts) {
            (None, true) => compared.new.push(finding),
            (None, false) => compared.new_suppressed.push(finding),
            (Some(earlier), true) => match moves.get(print) {
                Some((_, from)) => {
                    compared.uncovered += u64::from(!counted.contains(earlier));
                    compared.moved.push(Moved { from: from.clone(), finding });
                }
                None => compared.unchanged.push(finding),
            },
            (Some(earlier), false) if counted.contains(earlier) => compared.silenced.push(finding),
            (Some(_), false) => {}
        }
    }
    let moved: BTreeSet<&str> = moves.values().map(|(earlier, _)| earlier.as_str()).collect();
    compared.fixed = base
        .findings
        .iter()
        .filter(|f| {
            gone.contains(f.fingerprint.as_str()) && !moved.contains(f.fingerprint.as_str())
        })
        .cloned()
        .collect();
    for list in [
        &mut compared.new,
        &mut compared.new_suppressed,
        &mut compared.fixed,
        &mut compared.unchanged,
        &mut compared.silenced,
    ] {
        order::sort(list);
    }
    compared.moved.sort_by(|a, b| order::compare(&a.finding, &b.finding));
    compared
}

/// Fingerprint of a head finding -> the one it had under the file's old name, and that name. A finding of the base is
/// given away once.
fn moves(
    head: &Found,
    before: &BTreeSet<&str>,
    gone: &BTreeSet<&str>,
    renames: &BTreeMap<String, String>,
) -> BTreeMap<String, (String, String)> {
    let mut moves = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (new, old) in renames {
        let here: Vec<&Finding> = head.all().filter(|f| f.path.as_ref() == Some(new)).collect();
        // All findings of the file are numbered anew, so that the second of two equal ones finds the second.
        let mut renamed: Vec<Finding> = here
            .iter()
            .map(|finding| Finding {
                path: Some(old.clone()),
                fingerprint: String::new(),
                ..(*finding).clone()
            })
            .collect();
        fingerprint::fill(&mut renamed);
        for (now, earlier) in here.into_iter().zip(renamed) {
            let print = &now.fingerprint;
            let fits =
                !before.contains(print.as_str()) && gone.contains(earlier.fingerprint.as_str());
            if fits && taken.insert(earlier.fingerprint.clone()) {
                moves.insert(print.clone(), (earlier.fingerprint, old.clone()));
            }
        }
    }
    moves
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::sample::{any_finding, finding};
    use proptest::prelude::*;

    fn filled(mut findings: Vec<Finding>) -> Found {
        fingerprint::fill(&mut findings);
        Found { findings, suppressed: Vec::new() }
    }

    fn at(path: &str, line: u32, context: &str) -> Finding {
        Finding { context: context.to_owned(), ..finding("s", "r", path, line) }
    }

    fn prints(findings: &[Finding]) -> BTreeSet<String> {
        findings.iter().map(|f| f.fingerprint.clone()).collect()
    }

    #[test]
    fn a_renamed_file_takes_its_findings_along_and_a_new_line_in_it_is_new() {
        let base =
            filled(vec![at("old.py", 1, "x"), at("old.py", 2, "x"), at("old.py", 3, "gone")]);
        let head = filled(vec![at("new.py", 5, "x"), at("new.py", 6, "x"), at("new.py", 7, "y")]);
        let renames = [("new.py".to_owned(), "old.py".to_owned())].into();
        let compared = compare(&base, &head, &renames);
        let lines = |list: &[Finding]| list.iter().map(|f| f.line.unwrap()).collect::<Vec<_>>();
        assert_eq!(lines(&compared.new), [7]);
        assert_eq!(lines(&compared.fixed), [3]);
        let moved: Vec<_> =
            compared.moved.iter().map(|m| (m.from.as_str(), m.finding.line)).collect();
        assert_eq!(moved, [("old.py", Some(5)), ("old.py", Some(6))]);
        let without = compare(&base, &head, &BTreeMap::new());
        assert_eq!((without.new.len(), without.fixed.len(), without.moved.len()), (3, 3, 0));
    }

    #[test]
    fn silencing_a_finding_is_neither_a_fix_nor_unseen() {
        let base = filled(vec![at("a.py", 1, "x")]);
        let head = Found { findings: Vec::new(), suppressed: base.findings.clone() };
        let compared = compare(&base, &head, &BTreeMap::new());
        assert_eq!((compared.fixed.len(), compared.silenced.len()), (0, 1));
        let back = compare(&head, &base, &BTreeMap::new());
        assert_eq!((back.new.len(), back.unchanged.len(), back.silenced.len()), (0, 1, 0));
    }

    proptest! {
        /// T57: new and unchanged make the head, fixed and unchanged make the base, nothing stands twice.
        #[test]
        fn the_buckets_make_up_both_sides(
            base in prop::collection::vec(any_finding(), 0..15),
            head in prop::collection::vec(any_finding(), 0..15),
            shared in prop::collection::vec(any_finding(), 0..10),
            hide in 0_usize..4,
        ) {
            let with = |mut own: Vec<Finding>| {
                own.extend(shared.clone());
                let mut found = filled(own);
                let at = found.findings.len().saturating_sub(hide);
                found.suppressed = found.findings.split_off(at);
                found
            };
            let (base, head) = (with(base), with(head));
            let all = |found: &Found| found.all().map(|f| f.fingerprint.clone()).collect::<BTreeSet<_>>();
            let compared = compare(&base, &head, &BTreeMap::new());
            let before = all(&base);
            let new = &(&prints(&compared.new) | &prints(&compared.new_suppressed));
            prop_assert_eq!(new, &(&all(&head) - &before));
            prop_assert_eq!(prints(&compared.fixed), &prints(&base.findings) - &all(&head));
            prop_assert_eq!(prints(&compared.unchanged), &prints(&head.findings) & &before);
            prop_assert!(prints(&compared.new).is_disjoint(&prints(&compared.unchanged)));
            let turned = Found { findings: head.findings.iter().rev().cloned().collect(), ..head };
            prop_assert_eq!(compare(&base, &turned, &BTreeMap::new()), compared);
        }
    }
}
