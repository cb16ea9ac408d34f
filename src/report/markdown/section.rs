//! The parts of a report in Markdown, in the order a reader needs them: the counts, what makes them less than the truth,
//! what the change does to the rules, the findings, and everything else folded away.

use super::page::Page;
use super::{Files, part, phrase as words, text};
use crate::finding::{Change, Counts, Finding, RuleId, Run, Severity};
use crate::report::{Options, change, gap, phrase};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Longest text of the verdict of the gate.
const LONGEST_VERDICT: usize = 600;

/// A report of at most `limit` bytes, without its marker.
pub(in crate::report) fn report(run: &Run, options: &Options, page: &mut Page) {
    head(run, page);
    warnings(run, page);
    if let Some(change) = &run.change {
        audit(change, page);
    }
    let mut findings: Vec<&Finding> = phrase::shown(run, options).collect();
    findings.sort_by_key(|finding| (finding.suppressed_by().is_some(), Reverse(finding.severity)));
    table(run, options, &findings, page);
    rules(&findings, page);
    if let Some(change) = &run.change {
        buckets(run, change, options, page);
    }
    scanned(run, options, page);
    page.push(&part::footer(run));
}

/// Heading, counts and gate; or that there is nothing.
fn head(run: &Run, page: &mut Page) {
    let change = run.change.as_deref();
    if let Some(nothing) = nothing(run) {
        page.push(&format!("_{nothing}_\n\n"));
    } else {
        page.push(&heading(run));
        page.push(&format!("{}\n\n", counts(run)));
    }
    if let Some(told) = gap::unconcerned(run) {
        page.push(&format!("{}.\n\n", text(told)));
    }
    let Some(gate) = change.map(|change| &change.gate) else {
        return;
    };
    let verdict = change::gate_verdict(gate)
        .map(|verdict| format!(" **{}**", text(&phrase::cut(&verdict, LONGEST_VERDICT))));
    if nothing(run).is_none() || verdict.is_some() {
        let limits = change::gate_limits(gate);
        page.push(&format!("{limits}{}\n\n", verdict.unwrap_or_default()));
    }
}

/// The heading of a report that has nothing to list and stands among others on one page.
pub(in crate::report) fn lone_heading(run: &Run, page: &mut Page) {
    if nothing(run).is_some() {
        page.push(&heading(run));
    }
}

/// `### SecureScan diff`.
fn heading(run: &Run) -> String {
    let name = run.change.as_ref().map_or("scan", |change| change::name(change.kind));
    format!("### SecureScan {name}\n\n")
}

/// The sentence of a run without anything to list; `None` when there is something, or nothing was looked at.
fn nothing(run: &Run) -> Option<&'static str> {
    match &run.change {
        Some(change) => change::nothing(run, change),
        None if run.counts.total > 0 || run.nothing_scanned().is_some() => None,
        None => Some("No findings."),
    }
}

/// `3 new findings (●1 critical, ●2 high) · 0 fixed · 14 unchanged`.
fn counts(run: &Run) -> String {
    let counts = &run.counts;
    let dots = dots(counts);
    let mut parts = Vec::new();
    match &run.change {
        None => parts.push(format!("{}{dots}", phrase::plural(counts.total, "finding"))),
        Some(change) => {
            let (new, same) = match change.kind {
                crate::finding::change::ChangeKind::Diff => {
                    (phrase::plural(counts.total, "new finding"), "unchanged")
                }
                crate::finding::change::ChangeKind::Compare => {
                    let new = phrase::plural(counts.total, "new finding");
                    (format!("{new} since baseline"), "still present")
                }
            };
            parts.push(format!("{new}{dots}"));
            let gone = phrase::number(change.fixed.len() as u64);
            parts.push(format!("{gone} {}", change::gone(change.kind)));
            parts.push(format!("{} {same}", phrase::number(change.unchanged_count)));
            let moved = change.moved.len() as u64;
            parts.extend((moved > 0).then(|| format!("{} moved", phrase::number(moved))));
        }
    }
    parts.extend(phrase::suppressed(counts));
    if run.change.is_none() {
        parts.push(format!("risk {:.1} of 100", counts.risk_score));
    }
    parts.join(" · ")
}

fn dots(counts: &Counts) -> String {
    let parts: Vec<String> = Severity::worst_first()
        .filter(|severity| counts.of(*severity) > 0)
        .map(|severity| format!("●{} {severity}", phrase::number(counts.of(severity))))
        .collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// What makes the counts less than the truth.
pub(in crate::report) fn warnings(run: &Run, page: &mut Page) {
    let gaps: Vec<gap::Gap> =
        gap::all(run).into_iter().filter(|gap| gap.lost || gap.misleads).collect();
    if gaps.is_empty() {
        return;
    }
    let title = if gaps.iter().any(|gap| gap.lost) {
        "The scan is incomplete: findings may be missing"
    } else {
        "The base side was not wholly scanned: a finding may look new that the base has too"
    };
    let open = format!("> [!WARNING]\n> **{title}**\n>\n");
    let items = gaps.iter().map(|gap| format!("> - {}\n", part::gap(gap)));
    page.list(page.within(20), (&open, "\n"), items, |listed| {
        format!("> - and {} more\n", phrase::number((gaps.len() - listed) as u64))
    });
}

/// What the change does to the rules it is judged by: open, and before the findings.
pub(in crate::report) fn audit(change: &Change, page: &mut Page) {
    let Some(title) = change::audit_title(&change.audit) else {
        return;
    };
    let open = format!("> [!IMPORTANT]\n> **{}**\n>\n", text(&title));
    let items = change::audit(&change.audit).map(|item| format!("> - {}\n", words(&item)));
    let count = change::audit(&change.audit).count();
    // Bounded all the same: a body over the limit is refused whole, and that would hide it.
    page.list(page.within(40), (&open, "\n"), items, |listed| {
        let left = phrase::number((count - listed) as u64);
        format!("> - and {left} more, all listed by the text and JSON reports\n")
    });
}

fn table(run: &Run, options: &Options, findings: &[&Finding], page: &mut Page) {
    if findings.is_empty() {
        return;
    }
    let files = Files::of_head(run, &options.forge);
    let open = "| Severity | Scanner | Title | Where |\n| --- | --- | --- | --- |\n";
    let rows = findings.iter().map(|finding| part::row(finding, &files));
    page.list(page.all_but(13_000), (open, "\n"), rows, |listed| {
        let mut left = Counts::default();
        findings[listed..].iter().for_each(|finding| left.add(finding.severity));
        let count = phrase::plural(left.total, "finding");
        format!("\n_and {count} more: {}_\n", phrase::severities(&left))
    });
}

fn rules(findings: &[&Finding], page: &mut Page) {
    let mut rules: Vec<(&Finding, usize)> = Vec::new();
    let mut at: BTreeMap<&RuleId, usize> = BTreeMap::new();
    for finding in findings {
        let index = *at.entry(&finding.rule_id).or_insert(rules.len());
        if index == rules.len() {
            rules.push((finding, 0));
        }
        rules[index].1 += 1;
    }
    if rules.is_empty() {
        return;
    }
    let folds = rules.iter().map(|(finding, count)| part::rule(finding, *count));
    page.list(page.all_but(8_000), ("", "\n"), folds, |listed| {
        let left = phrase::plural((rules.len() - listed) as u64, "rule");
        format!("\n_and {left} more; `securescan explain RULE` tells of each_\n")
    });
}

fn buckets(run: &Run, change: &Change, options: &Options, page: &mut Page) {
    let (head, base) = (Files::of_head(run, &options.forge), Files::of_base(run, &options.forge));
    for (at, bucket) in change::buckets(change, options).into_iter().enumerate() {
        let files = if bucket.name == change::gone(change.kind) { &base } else { &head };
        let count = bucket.findings.len();
        let open = format!(
            "<details><summary>{} {}</summary>\n\n",
            phrase::number(count as u64),
            bucket.name
        );
        let items = bucket
            .findings
            .iter()
            .map(|(finding, from)| format!("{}\n", part::item(finding, *from, files)));
        let until = page.all_but(6_000 - 1_000 * at);
        page.list(until, (&open, "\n</details>\n\n"), items, |listed| {
            format!("- and {} more {}\n", phrase::number((count - listed) as u64), bucket.name)
        });
    }
}

pub(in crate::report) fn scanned(run: &Run, options: &Options, page: &mut Page) {
    let items = part::scanned(run, options);
    let count = items.len();
    let fold = ("<details><summary>What was scanned</summary>\n\n", "\n</details>\n\n");
    page.list(page.all_but(3_000), fold, items, |listed| {
        format!("- and {} more lines\n", phrase::number((count - listed) as u64))
    });
}
