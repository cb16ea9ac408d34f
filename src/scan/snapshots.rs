//! Two saved scans compared. Nothing is scanned: the rules that can still be applied to findings are.

use super::{Error, Terms, examine};
use crate::finding::change::{ChangeKind, Side};
use crate::finding::{Run, ScannerOutcome, ScannerStatus};
use crate::post::compare::{Found, compare};
use crate::post::suppress::Directives;
use std::collections::BTreeMap;

/// Compares; the result speaks for the head.
pub fn compare_saved(
    before: Run,
    after: Run,
    (base, head): (Side, Side),
    terms: &Terms,
) -> Result<Run, Error> {
    let (old, old_notices) = judged(&before, terms)?;
    let (new, new_notices) = judged(&after, terms)?;
    let compared = compare(&old, &new, &BTreeMap::new());
    let (head_counts, head_suppressed) = (after.counts.clone(), after.suppressed.clone());
    let mut run = after;
    let mut change = compared.settle(&mut run, ChangeKind::Diff, base, head);
    let ran = |outcome: &&ScannerOutcome| matches!(outcome.status, ScannerStatus::Ran { .. });
    let without = |outcome: &&ScannerOutcome| {
        !before.outcomes.iter().filter(ran).any(|other| other.scanner == outcome.scanner)
    };
    // What only the head was looked at by finds what may have been there all along.
    let message = || "did not run when this side was saved".to_owned();
    let missing = run.outcomes.iter().filter(ran).filter(without).map(|outcome| ScannerOutcome {
        status: ScannerStatus::Failed { message: message() },
        failed_files: Vec::new(),
        ..outcome.clone()
    });
    change.base_gaps = before.outcomes.iter().filter(|o| !o.is_complete()).cloned().collect();
    change.base_gaps.extend(missing);
    for (side, counts, suppressed) in
        [("base", &before.counts, &before.suppressed), ("head", &head_counts, &head_suppressed)]
    {
        let left_out = counts.suppressed().saturating_sub(suppressed.len() as u64);
        if left_out > 0 {
            run.notices.push(format!(
                "the {side} was saved without {left_out} suppressed findings: what looks fixed or new may be silenced \
                 (save it with --show-suppressed)"
            ));
        }
    }
    run.notices.extend(before.notices);
    run.notices.extend(terms.notices.iter().cloned());
    run.notices.extend(old_notices.into_iter().chain(new_notices));
    run.notices.sort();
    run.notices.dedup();
    run.change = Some(Box::new(change));
    Ok(run)
}

/// Findings of a saved scan under the settings and baseline of today. What was silenced when it was saved stays so;
/// directives cannot be read again.
fn judged(run: &Run, terms: &Terms) -> Result<(Found, Vec<String>), Error> {
    let mut outcome = examine::judged(
        run.findings.clone(),
        &Directives::new(),
        &terms.config,
        terms.baseline.as_ref(),
        terms,
    )?;
    outcome.suppressed.extend(run.suppressed.iter().cloned());
    let found = Found { findings: outcome.findings, suppressed: outcome.suppressed };
    Ok((found, outcome.notices))
}
