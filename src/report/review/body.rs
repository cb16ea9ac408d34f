//! The body of a review: the counts, the audit, and every finding that has no line in the change.

use super::MOST_BYTES;
use crate::finding::change::ChangeKind;
use crate::finding::{Finding, Run};
use crate::report::markdown::page::Page;
use crate::report::markdown::{Files, is_commit, part, section};
use crate::report::{Options, change, gap, phrase};
use std::cmp::Reverse;

/// `inline` findings have a comment of their own, `rest` have none.
pub(super) fn body(
    run: &Run,
    options: &Options,
    inline: usize,
    rest: &[&Finding],
    commit: Option<&str>,
) -> String {
    let mut page = Page::new(MOST_BYTES);
    let (marker, heading) = match run.change.as_ref().map(|change| change.kind) {
        Some(ChangeKind::Diff) => ("diff", "SecureScan review"),
        Some(ChangeKind::Compare) => ("compare", "SecureScan baseline-drift review"),
        None => ("scan", "SecureScan review"),
    };
    page.push(&format!("<!-- securescan:{marker}-review -->\n### {heading}\n\n"));
    counts(run, inline, rest.len(), &mut page);
    section::warnings(run, &mut page);
    if let Some(change) = &run.change {
        section::audit(change, &mut page);
    }
    let files = Files::of_head(run, &options.forge);
    let mut rest = rest.to_vec();
    rest.sort_by_key(|finding| Reverse(finding.severity));
    let title = format!("### Findings without inline anchor ({})\n\n", rest.len());
    let items = rest.iter().map(|finding| fallback(finding, &files));
    list(&mut page, 8_000, &title, rest.len(), items);
    if options.show_suppressed {
        let title = format!("### Suppressed ({})\n\n", run.suppressed.len());
        let items = run.suppressed.iter().map(|f| format!("{}\n", part::item(f, None, &files)));
        list(&mut page, 6_000, &title, run.suppressed.len(), items);
    }
    if let Some(change) = &run.change {
        let base = Files::of_base(run, &options.forge);
        let (fixed, gone) = (&change.fixed, change::gone(change.kind));
        let commit = commit.filter(|sha| is_commit(sha));
        let by = commit.map(|sha| format!(" - Fixed in `{}`", &sha[..7])).unwrap_or_default();
        let title = format!("### {} ({})\n\n", capital(gone), fixed.len());
        let items = fixed.iter().map(|f| format!("{}{by}\n", part::item(f, None, &base)));
        list(&mut page, 4_000, &title, fixed.len(), items);
    }
    section::scanned(run, options, &mut page);
    page.push(&part::footer(run));
    page.finish().trim_end().to_owned()
}

fn counts(run: &Run, inline: usize, rest: usize, page: &mut Page) {
    let change = run.change.as_deref();
    let (new, gone) = match change.map(|change| change.kind) {
        Some(ChangeKind::Compare) => ("New since baseline", "Disappeared since baseline"),
        Some(ChangeKind::Diff) => ("New findings", "Fixed findings"),
        None => ("Findings", ""),
    };
    let mut rows = vec![(new, run.counts.total)];
    rows.extend(change.map(|change| (gone, change.fixed.len() as u64)));
    rows.extend([("Inline comments", inline as u64), ("Body fallback", rest as u64)]);
    page.push("| Change | Count |\n|---|---:|\n");
    for (name, count) in rows {
        page.push(&format!("| {name} | {} |\n", phrase::number(count)));
    }
    if let Some(told) = phrase::suppressed(&run.counts) {
        page.push(&format!("| Suppressed | {} |\n", told.replacen(" suppressed", "", 1)));
    }
    page.push("\n");
    if let Some(told) = gap::unconcerned(run) {
        page.push(&format!("{}.\n\n", capital(told)));
    }
}

/// An item with the short reason and the fix, since no comment tells them.
fn fallback(finding: &Finding, files: &Files) -> String {
    let mut item = format!("{}\n", part::item(finding, None, files));
    // The title stands in the item already, and the tags end what is told.
    for block in part::told(finding).into_iter().skip(1) {
        item.push_str(&format!("\n  {block}\n"));
    }
    item
}

fn list(
    page: &mut Page,
    rest: usize,
    title: &str,
    count: usize,
    items: impl Iterator<Item = String>,
) {
    if count == 0 {
        return;
    }
    page.list(page.all_but(rest), (title, "\n"), items, |listed| {
        let left = phrase::plural((count - listed) as u64, "finding");
        format!("- and {left} more\n")
    });
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
