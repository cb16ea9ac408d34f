//! Two saved scans compared. Nothing is scanned: the rules that can still be applied to findings are.

use super::{Error, Terms, examine};
use crate::finding::change::{ChangeKind, Side};
use crate::finding::{Run, ScannerOutcome};
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
    let mut run = after;
    let mut change = compared.settle(&mut run, ChangeKind::Diff, base, head);
    let incomplete = |outcome: &ScannerOutcome| !outcome.is_complete();
    change.base_gaps = before.outcomes.into_iter().filter(incomplete).collect();
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
    let mut outcome = examine::judged(run.findings.clone(), &Directives::new(), terms)?;
    outcome.suppressed.extend(run.suppressed.iter().cloned());
    let found = Found { findings: outcome.findings, suppressed: outcome.suppressed };
    Ok((found, outcome.notices))
}
