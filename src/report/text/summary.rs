//! The end of the text report: what every scanner did, what was read and what was not, and the totals.

use super::change as compared;
use super::layout::{self, ALARM, BOLD, DIM, Page};
use crate::finding::{Run, ScannerOutcome, ScannerStatus, Severity};
use crate::report::{Options, change, gap, phrase};
use crate::text::escape;
use unicode_width::UnicodeWidthStr as _;

/// Appends everything below the findings. With `quiet`, scanners that simply ran are left out.
pub(super) fn write(page: &Page, run: &Run, options: &Options, out: &mut String) {
    scanners(page, run, options, out);
    files(page, run, options, out);
    if let Some(change) = &run.change {
        compared::base_gaps(page, run, change, out);
    }
    for notice in &run.notices {
        page.wrap("notice  ", DIM, notice, out);
    }
    for unused in &run.unused_directives {
        page.wrap("unused  ", DIM, &escape::terminal(&phrase::unused(unused)), out);
    }
    out.push('\n');
    if page.terminal && run.counts.total > 0 {
        table(page, run, out);
    }
    totals(page, run, options, out);
}

fn scanners(page: &Page, run: &Run, options: &Options, out: &mut String) {
    let told: Vec<&ScannerOutcome> = run
        .outcomes
        .iter()
        .filter(|o| {
            !options.quiet || !o.is_complete() || !matches!(o.status, ScannerStatus::Ran { .. })
        })
        .collect();
    if told.is_empty() {
        return;
    }
    let names: Vec<String> =
        told.iter().map(|outcome| escape::terminal(outcome.scanner.as_str())).collect();
    let widest = names.iter().map(|name| name.width()).max().unwrap_or(0).min(24);
    out.push_str(&page.paint(BOLD, "scanners"));
    out.push('\n');
    for (outcome, name) in told.iter().zip(&names) {
        let word = phrase::status_word(&outcome.status);
        let pad = " ".repeat(widest.saturating_sub(name.width()));
        let style = match outcome.status {
            ScannerStatus::Ran { .. } | ScannerStatus::Skipped { .. } => DIM,
            ScannerStatus::Failed { .. } | ScannerStatus::TimedOut { .. } => ALARM,
        };
        let detail = phrase::status_detail(&outcome.status);
        page.wrap(&format!("  {name}{pad}  {word:<9}  "), style, &detail, out);
        for file in &outcome.failed_files {
            let pad = " ".repeat(widest);
            let path = escape::terminal(&file.path);
            let told = format!("could not finish {path}: {}", file.message);
            page.wrap(&format!("  {pad}  {:<9}  ", "FAILED"), ALARM, &told, out);
        }
    }
}

fn files(page: &Page, run: &Run, options: &Options, out: &mut String) {
    let hidden = !run.files.skipped.is_empty() && !options.show_skipped;
    let hint = if hidden { " - --show-skipped lists them" } else { "" };
    page.wrap("files   ", DIM, &format!("{}{hint}", phrase::files(&run.files)), out);
    if options.show_skipped {
        for skipped in &run.files.skipped {
            let detail = if skipped.detail.is_empty() {
                String::new()
            } else {
                format!(" ({})", skipped.detail)
            };
            let path = escape::terminal(&skipped.path);
            let told = format!("{path}: {}{detail}", skipped.reason.phrase());
            page.wrap("        ", DIM, &told, out);
        }
    }
}

/// A row per scanner with findings, a column per severity.
fn table(page: &Page, run: &Run, out: &mut String) {
    let mut names: Vec<&str> = run.outcomes.iter().map(|o| o.scanner.as_str()).collect();
    for finding in &run.findings {
        if !names.contains(&finding.scanner.as_str()) {
            names.push(finding.scanner.as_str());
        }
    }
    let mut table = comfy_table::Table::new();
    table.load_style(comfy_table::presets::UTF8_FULL_CONDENSED);
    let mut header = vec!["scanner".to_owned()];
    header.extend(Severity::worst_first().map(|severity| format!("● {severity}")));
    header.push("total".to_owned());
    table.set_header(header);
    for name in names {
        let mine = || run.findings.iter().filter(|f| f.scanner.as_str() == name);
        if mine().next().is_some() {
            let counts = Severity::worst_first()
                .map(|severity| mine().filter(|f| f.severity == severity).count() as u64);
            add_row(&mut table, &escape::terminal(name), counts, mine().count() as u64);
        }
    }
    let counts = Severity::worst_first().map(|severity| run.counts.of(severity));
    add_row(&mut table, "all", counts, run.counts.total);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(comfy_table::CellAlignment::Right);
    }
    for (at, line) in table.lines().enumerate() {
        let mut line = line;
        if at == 1 {
            for severity in Severity::ALL {
                let word = format!("● {severity}");
                line = line.replace(&word, &page.paint(layout::style_of(*severity), &word));
            }
        }
        out.push_str(&line);
        out.push('\n');
    }
}

fn add_row(
    table: &mut comfy_table::Table,
    name: &str,
    counts: impl Iterator<Item = u64>,
    total: u64,
) {
    let shown = |count: u64| {
        if count == 0 { "·".to_owned() } else { phrase::number(count) }
    };
    let mut row = vec![name.to_owned()];
    row.extend(counts.map(shown));
    row.push(shown(total));
    table.add_row(row);
}

fn totals(page: &Page, run: &Run, options: &Options, out: &mut String) {
    let counts = &run.counts;
    if let Some(why) = run.nothing_scanned().filter(|_| gap::unconcerned(run).is_none()) {
        page.wrap(
            "NOTHING WAS SCANNED  ",
            ALARM,
            &format!("{why}: this is not a clean result"),
            out,
        );
    } else if counts.total == 0 && run.change.is_none() {
        let told =
            format!("no findings in {}, looked at by {}", subject(run), phrase::who_ran(run));
        let label = if run.is_incomplete() { "total   " } else { "clean   " };
        page.wrap(label, BOLD, &told, out);
    }
    if counts.total > 0 {
        page.wrap("total   ", BOLD, &change::findings(run, counts), out);
        let of = if run.change.is_some() { ", of the new findings alone" } else { "" };
        page.wrap("risk    ", BOLD, &format!("{:.1} of 100{of}", counts.risk_score), out);
    }
    if let Some(told) = phrase::suppressed(counts) {
        let hint = if options.show_suppressed { "" } else { " - --show-suppressed lists them" };
        page.wrap("hidden  ", BOLD, &format!("{told}{hint}"), out);
    }
    if let Some(change) = &run.change {
        compared::gate(page, change, out);
    }
    if let Some(names) = phrase::incomplete(run) {
        let told = format!("{names} did not finish: findings may be missing");
        page.wrap("INCOMPLETE  ", ALARM, &told, out);
    }
}

fn subject(run: &Run) -> String {
    if run.files.scanned == 0 {
        run.target.clone()
    } else {
        phrase::plural(run.files.scanned, "file")
    }
}
