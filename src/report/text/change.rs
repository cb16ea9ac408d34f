//! What the text report says of a comparison: the counts before everything else, and below the new findings what was
//! fixed and moved, what the change does to the rules it is judged by, and what the base side did not look at.

use super::layout::{ALARM, BOLD, DIM, Page};
use crate::finding::{Change, Run, ScannerStatus};
use crate::report::{Options, change, gap, phrase};

/// The first lines.
pub(super) fn head(page: &Page, run: &Run, change: &Change, out: &mut String) {
    let name = change::name(change.kind);
    page.title(BOLD, &format!("SecureScan {name}: {}", change::counts(run, change)), out);
    page.wrap("", DIM, &change::plain(&change::sides(change)), out);
    if let Some(told) = change::scope(change) {
        page.wrap("", DIM, told, out);
    }
    out.push('\n');
    if let Some(told) = change::nothing(run, change) {
        out.push_str(told);
        out.push_str("\n\n");
    }
}

/// Findings that are not new, a line each.
pub(super) fn buckets(page: &Page, change: &Change, options: &Options, out: &mut String) {
    for bucket in change::buckets(change, options) {
        out.push_str(&page.paint(BOLD, bucket.name));
        out.push('\n');
        for (finding, from) in bucket.findings {
            page.wrap("  ", DIM, &change::plain(&change::one_line(finding, from)), out);
        }
        out.push('\n');
    }
}

/// What the change does to the rules; with `quiet` too.
pub(super) fn audit(page: &Page, change: &Change, options: &Options, out: &mut String) {
    let Some(title) = change::audit_title(&change.audit) else {
        return;
    };
    if options.quiet {
        // On one line whatever the width, so that it can be searched for.
        out.push_str(&format!("{}{title}\n", page.paint(ALARM, "AUDIT   ")));
    } else {
        page.wrap("AUDIT   ", ALARM, &title, out);
    }
    for item in change::audit(&change.audit) {
        page.wrap("        ", DIM, &change::plain(&item), out);
    }
    out.push('\n');
}

/// Scanners that did not do their whole work on the base side, and what follows.
pub(super) fn base_gaps(page: &Page, run: &Run, change: &Change, out: &mut String) {
    let gaps = phrase::gaps_of(&change.base_gaps);
    for (outcome, what) in gaps {
        let skipped = matches!(outcome.status, ScannerStatus::Skipped { .. });
        let style = if skipped { DIM } else { ALARM };
        page.wrap("base    ", style, &format!("{}: {what}", outcome.scanner), out);
    }
    if let Some(told) = gap::warning(run, change) {
        page.wrap("        ", DIM, told, out);
    }
    if let Some(told) = gap::unconcerned(run) {
        page.wrap("files   ", DIM, told, out);
    }
}

/// What the gate was asked for and said.
pub(super) fn gate(page: &Page, change: &Change, out: &mut String) {
    let gate = &change.gate;
    let style = if gate.exit_code == 0 { BOLD } else { ALARM };
    let limits = change::gate_limits(gate).replace(": ", " ");
    let told = match change::gate_verdict(gate) {
        None => "none".to_owned(),
        Some(_) if limits == "gate" => gate.reasons.join("; "),
        Some(_) if !gate.reasons.is_empty() => format!("{limits}: {}", gate.reasons.join("; ")),
        Some(verdict) => format!("{limits}: {verdict}"),
    };
    page.wrap("gate    ", style, &told, out);
}
