//! What the scan did not do, as notifications of the invocation.

use super::model::{Descriptor, DescriptorReference, Invocation, Message, Notification};
use super::result::at_path;
use super::sentence;
use crate::finding::{Change, Run, ScannerStatus};
use crate::report::{change, gap, phrase};
use serde_json::Value;
use std::collections::BTreeMap;

/// Paths listed in all notifications together.
const MOST_PATHS: usize = 100;

struct Kind {
    id: &'static str,
    name: &'static str,
    text: &'static str,
    help: &'static str,
}

/// Every kind of notification; the index of a row is its `descriptor.index`.
const KINDS: [Kind; 6] = [
    Kind {
        id: "scanner/skipped",
        name: "ScannerSkipped",
        text: "A scanner did not run.",
        help: "The message says why and what to install or change to have it run.",
    },
    Kind {
        id: "scanner/failed",
        name: "ScannerFailed",
        text: "A scanner failed; what it would have found is missing.",
        help: "Run the scanner by itself to see why; until it runs, its silence is not a clean result.",
    },
    Kind {
        id: "scanner/failed-file",
        name: "ScannerFailedOnFile",
        text: "A scanner could not finish a file.",
        help: "The other files were scanned. Look at this one by hand and report the breakdown.",
    },
    Kind {
        id: "file/skipped",
        name: "FileSkipped",
        text: "Files were not wholly looked at.",
        help: "The reason is in the message; raise the limit or change the ignore rules to have them scanned.",
    },
    Kind {
        id: "run/notice",
        name: "RunNotice",
        text: "Something concerns the run as a whole.",
        help: "Read the message; findings are not affected unless it says so.",
    },
    Kind {
        id: "report/cut",
        name: "ReportCut",
        text: "The report holds fewer results than there are findings.",
        help: "Fix or suppress the worst findings first, or read another output format.",
    },
];

/// The kinds only a comparison has; they follow those of every run.
const COMPARISON_KINDS: [Kind; 3] = [
    Kind {
        id: "comparison/scope",
        name: "ComparisonScope",
        text: "What was compared.",
        help: "Results are the new findings; the properties of the invocation count the others.",
    },
    Kind {
        id: "comparison/base-gap",
        name: "ComparisonBaseGap",
        text: "A scanner did not do its whole work on the base side.",
        help: "A finding of it may look new that the base has too. Run it on both sides.",
    },
    Kind {
        id: "comparison/audit",
        name: "ComparisonAudit",
        text: "The change touches the rules it is judged by.",
        help: "Review the ignore directives and settings it adds before anything else.",
    },
];

pub(super) fn descriptors(compares: bool) -> Vec<Descriptor> {
    let message = |text: &str| Message { text: text.to_owned() };
    let more: &[Kind] = if compares { &COMPARISON_KINDS } else { &[] };
    KINDS
        .iter()
        .chain(more)
        .map(|kind| Descriptor {
            id: kind.id,
            name: kind.name,
            short_description: message(kind.text),
            full_description: message(kind.text),
            help: message(kind.help),
        })
        .collect()
}

/// The invocation; `left_out` findings were over the limit of results.
pub(super) fn invocation(run: &Run, left_out: usize) -> Invocation {
    let mut notes = Vec::new();
    if let Some(told) = gap::unconcerned(run) {
        notes.push(note(4, "note", told));
    } else if let Some(why) = run.nothing_scanned() {
        notes.push(note(4, "warning", &format!("Nothing was scanned: {why}")));
    }
    for outcome in &run.outcomes {
        let who = &outcome.scanner;
        let detail = phrase::status_detail(&outcome.status);
        match outcome.status {
            ScannerStatus::Ran { .. } => {}
            ScannerStatus::Skipped { .. } => {
                notes.push(note(0, "note", &format!("{who} was skipped: {detail}")));
            }
            ScannerStatus::Failed { .. } => {
                notes.push(note(1, "error", &format!("{who} failed: {detail}")));
            }
            ScannerStatus::TimedOut { .. } => {
                notes.push(note(1, "error", &format!("{who} timed out {detail}")));
            }
        }
        for file in &outcome.failed_files {
            let text = format!("{who} could not finish {}: {}", file.path, file.message);
            let mut failed = note(2, "error", &text);
            failed.locations.push(at_path(&file.path));
            notes.push(failed);
        }
    }
    let mut room = MOST_PATHS;
    for (reason, count) in run.files.skipped_by_reason() {
        let paths: Vec<&str> = run
            .files
            .skipped
            .iter()
            .filter(|skipped| skipped.reason == reason)
            .map(|skipped| skipped.path.as_str())
            .take(room)
            .collect();
        room -= paths.len();
        let text =
            format!("{} not wholly looked at: {}", phrase::plural(count, "path"), reason.phrase());
        let mut skipped = note(3, "note", &text);
        skipped.locations = paths.into_iter().map(at_path).collect();
        notes.push(skipped);
    }
    notes.extend(run.notices.iter().map(|notice| note(4, "warning", notice)));
    notes.extend(run.unused_directives.iter().map(|unused| {
        let mut told = note(4, "note", &phrase::unused(unused));
        told.locations.push(at_path(&unused.path));
        told
    }));
    if left_out > 0 {
        let text = format!(
            "{} of lesser severity left out to stay within the limit of results",
            phrase::plural(left_out as u64, "finding")
        );
        notes.push(note(5, "warning", &text));
    }
    let mut properties = BTreeMap::new();
    if let Some(change) = &run.change {
        notes.extend(comparison(run, change));
        properties = facts(change);
    }
    Invocation {
        execution_successful: !run.is_incomplete(),
        tool_execution_notifications: notes,
        properties,
    }
}

fn comparison(run: &Run, change: &Change) -> Vec<Notification> {
    let (scope, gap, audit) = (KINDS.len(), KINDS.len() + 1, KINDS.len() + 2);
    let name = change::name(change.kind);
    let mut told = format!("{name}: {}; ", change::counts(run, change));
    told.push_str(&change::plain(&change::sides(change)));
    let mut notes = vec![note(scope, "note", &told)];
    notes.extend(change::scope(change).map(|told| note(scope, "note", told)));
    for (outcome, what) in gap::of_base(run) {
        notes.push(note(gap, "note", &format!("{} {what}", outcome.scanner)));
    }
    notes.extend(change::audit_title(&change.audit).map(|title| note(audit, "note", &title)));
    let items = change::audit(&change.audit).map(|item| change::plain(&item));
    notes.extend(items.map(|item| note(audit, "note", &item)));
    notes
}

fn facts(change: &Change) -> BTreeMap<&'static str, Value> {
    let mut facts = BTreeMap::from([
        ("diffMode", Value::from(true)),
        ("baseRef", Value::from(change.base.name.as_str())),
        ("headRef", Value::from(change.head.name.as_str())),
        ("fixedCount", Value::from(change.fixed.len())),
        ("movedCount", Value::from(change.moved.len())),
        ("unchangedCount", Value::from(change.unchanged_count)),
    ]);
    let commits = [("baseCommit", &change.base.commit), ("headCommit", &change.head.commit)];
    for (name, commit) in commits {
        facts.extend(commit.as_deref().map(|commit| (name, Value::from(commit))));
    }
    facts
}

fn note(index: usize, level: &'static str, text: &str) -> Notification {
    let id = KINDS.iter().chain(&COMPARISON_KINDS).nth(index).map_or("", |kind| kind.id);
    Notification {
        descriptor: DescriptorReference { id, index },
        level,
        message: Message { text: sentence(text) },
        locations: Vec::new(),
    }
}
