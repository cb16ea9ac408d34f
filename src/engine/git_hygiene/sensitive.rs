//! Runs the table of sensitive names over the files of a scan: which of them are in the repository already, which are one
//! `git add -A` away from it.

use super::content::Verdict;
use super::names::{Sensitive, classify};
use super::rule::{finding, lowered, weigh_context};
use super::view::{Standing, View};
use crate::engine::Sink;
use crate::finding::{Confidence, Severity};
use crate::target::Context;
use std::collections::BTreeMap;

pub(super) fn scan(view: &View<'_>, sink: &mut Sink) {
    let listed = view.entries().iter().map(|e| e.path.as_str());
    // Tracked files that were too large to be listed still have a name.
    let paths: BTreeMap<&str, &Sensitive> = listed
        .chain(
            view.tracked().iter().filter(|(_, _, entry)| entry.is_none()).map(|(path, ..)| *path),
        )
        .filter_map(|path| classify(path).map(|row| (path, row)))
        .collect();
    let mut buffer = Vec::new();
    for (path, row) in paths {
        judge(view, row, path, &mut buffer, sink);
    }
}

fn judge(view: &View<'_>, row: &Sensitive, path: &str, buffer: &mut Vec<u8>, sink: &mut Sink) {
    // Databases, dumps and captures are what tests of their readers are made of.
    if row.is_data() && Context::of(path) == Context::Test {
        return;
    }
    let standing = view.standing(path);
    if standing == Standing::Safe {
        return;
    }
    let verdict = view.read(path, buffer).map(row.check);
    let (weak, unseen) = match verdict {
        Some(Verdict::Yes) => (None, false),
        Some(Verdict::Weak(reason)) => (Some(reason), false),
        Some(Verdict::No) => return,
        None if row.by_name => (None, true),
        None => return,
    };
    let info = if standing == Standing::Exposed {
        let Some(info) = row.untracked_info() else {
            return;
        };
        info
    } else {
        row.tracked_info()
    };
    let fix = match standing {
        Standing::Unversioned => Sensitive::UNVERSIONED_FIX,
        Standing::Tracked if weak.is_some() => Sensitive::HARMLESS_FIX,
        _ => row.fix(standing == Standing::Exposed),
    };
    let mut found = finding(&info, path, fix);
    if weak.is_some() {
        found.severity = found.severity.min(Severity::Low);
        found.confidence = Confidence::Medium;
    }
    if unseen {
        found.confidence = Confidence::Low;
        found
            .description
            .push_str(" Its content could not be looked at; the name alone speaks for it.");
    }
    if standing == Standing::Unversioned {
        found.confidence = match found.confidence {
            Confidence::High => Confidence::Medium,
            Confidence::Medium | Confidence::Low => Confidence::Low,
        };
        found.title = format!("{} (not under version control)", row.noun);
        found.description.push_str(
            " There is no repository around this file: it is not under version control here, and would be if the \
             directory were committed or shipped as it is.",
        );
    } else if standing == Standing::Tracked
        && view.repository().is_some_and(|r| r.is_ignored(path, false))
    {
        found.description.push_str(
            " An ignore rule matches it, which has no effect on a file that is tracked already.",
        );
    }
    let said = found.description.len();
    weigh_context(&mut found, path);
    if let Some(reason) = weak {
        // One sentence for both reasons.
        let lowered = found.description.split_off(said);
        let and =
            lowered.split_once(": ").map_or(".".to_owned(), |(_, why)| format!(", and {why}"));
        found.description.push_str(&format!(" Reported as {}: {reason}{and}", found.severity));
    }
    sink.push(found);
}

/// Severity of a file that is not committed yet.
pub(super) fn before_commit(severity: Severity) -> Severity {
    lowered(severity)
}
