//! A Code Quality report: an array of findings. The format has no place for what was not scanned, so each such gap is an
//! entry of its own, of severity info and named for what it is; an empty array would say that all is well.

use super::{REPOSITORY, digest, line, unique};
use crate::finding::{Finding, Run, Severity};
use crate::report::{Options, change, gap, json, phrase};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

#[derive(Serialize)]
struct Entry {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
}

/// Renders the run.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut given = BTreeSet::new();
    let mut entries: Vec<Entry> =
        phrase::shown(run, options).map(|finding| entry(finding, &mut given)).collect();
    if let Some(change) = run.change.as_ref().filter(|_| options.include_unchanged) {
        let moved = change.moved.iter().map(|moved| &moved.finding);
        entries.extend(change.unchanged.iter().chain(moved).map(|f| entry(f, &mut given)));
    }
    for gap in gap::all(run) {
        let text = format!("{}: {}", gap.who, gap.what);
        // Not by what: a number that differs is no other gap.
        let identity = format!("{}|{}|{}", gap.who, gap.lost, gap.misleads);
        entries.push(note("securescan/incomplete", &identity, &text, &mut given));
    }
    for text in gap::skipped(run, options).map(|told| change::plain(&told)) {
        entries.push(note("securescan/incomplete", &text, &text, &mut given));
    }
    if let Some(change) = &run.change {
        let title = change::audit_title(&change.audit).into_iter();
        let items = change::audit(&change.audit).map(|item| change::plain(&item));
        entries.extend(
            title.chain(items).map(|text| note("securescan/audit", &text, &text, &mut given)),
        );
    }
    let unused = run.unused_directives.iter().map(phrase::unused);
    let notices = run.notices.iter().cloned().chain(unused);
    entries.extend(notices.map(|text| note("securescan/notice", &text, &text, &mut given)));
    json::write_document(&entries, out)
}

fn entry(finding: &Finding, given: &mut BTreeSet<String>) -> Entry {
    let label = finding.suppressed_by().map(|by| format!("[SUPPRESSED:{by}] ")).unwrap_or_default();
    let title =
        if finding.title.trim().is_empty() { finding.rule_id.as_str() } else { &finding.title };
    let description = match finding.description.trim() {
        "" => format!("{label}{title}"),
        why => format!("{label}{title}: {why}"),
    };
    Entry {
        description: line(&description),
        check_name: line(finding.rule_id.as_str()),
        fingerprint: unique(&finding.fingerprint, given, str::to_owned),
        severity: if label.is_empty() { severity(finding.severity) } else { "info" },
        location: Location {
            path: finding.path.clone().unwrap_or_else(|| REPOSITORY.to_owned()),
            lines: Lines { begin: finding.line.unwrap_or(1).max(1) },
        },
    }
}

/// An entry that is no finding; `identity` tells it from others of its kind.
fn note(check: &str, identity: &str, text: &str, given: &mut BTreeSet<String>) -> Entry {
    Entry {
        description: line(text),
        check_name: check.to_owned(),
        fingerprint: unique(&digest(&format!("{check}|{identity}")), given, str::to_owned),
        severity: "info",
        location: Location { path: REPOSITORY.to_owned(), lines: Lines { begin: 1 } },
    }
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "blocker",
        Severity::High => "critical",
        Severity::Medium => "major",
        Severity::Low => "minor",
        Severity::Info => "info",
    }
}
