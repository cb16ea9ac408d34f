//! One finding a row for spreadsheets. A table has no place for what was not scanned, so that stands in rows of its own
//! at the end: `severity` is `notice`, `scanner` is who, `title` says what. So do what a comparison compared and the
//! findings that are not new.

use super::{Options, change, gap, phrase};
use crate::finding::{Change, Finding, Run};
use crate::text::escape;
use std::io::{self, Write};

/// The columns of the documentation, then those added since. `suppressed` follows only when it is asked for.
pub const COLUMNS: [&str; 13] = [
    "severity",
    "scanner",
    "title",
    "file",
    "line",
    "rule_id",
    "cwe",
    "description",
    "remediation",
    "column",
    "confidence",
    "fingerprint",
    "compliance",
];

/// Renders the run.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut table =
        csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(out);
    let mut header: Vec<&str> = COLUMNS.to_vec();
    header.extend(options.show_suppressed.then_some("suppressed"));
    table.write_record(&header)?;
    for finding in phrase::shown(run, options) {
        let mut row: Vec<String> = cells(finding).iter().map(|cell| escape::csv(cell)).collect();
        if options.show_suppressed {
            row.push(escape::csv(finding.suppressed_by().unwrap_or_default()));
        }
        table.write_record(&row)?;
    }
    for (who, what) in notices(run) {
        let mut row = vec![String::new(); header.len()];
        row[0].push_str("notice");
        row[1] = escape::csv(&who);
        row[2] = escape::csv(&what);
        table.write_record(&row)?;
    }
    if let Some(change) = &run.change {
        for (bucket, finding, from) in not_new(change, options) {
            let mut row: Vec<String> =
                cells(finding).iter().map(|cell| escape::csv(cell)).collect();
            let from = from.map(|from| format!(", before in {from}")).unwrap_or_default();
            "notice".clone_into(&mut row[0]);
            row[2] =
                escape::csv(&format!("{bucket}: {} {}{from}", finding.severity, finding.title));
            row.resize(header.len(), String::new());
            table.write_record(&row)?;
        }
    }
    for skipped in run.files.skipped.iter().filter(|_| options.show_skipped) {
        let mut row = vec![String::new(); header.len()];
        let detail = Some(&skipped.detail).filter(|detail| !detail.is_empty());
        let detail = detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
        "notice".clone_into(&mut row[0]);
        "securescan".clone_into(&mut row[1]);
        row[2] = escape::csv(&format!("skipped: {}{detail}", skipped.reason));
        row[3] = escape::csv(&skipped.path);
        table.write_record(&row)?;
    }
    table.flush()
}

fn cells(finding: &Finding) -> [String; 13] {
    let number = |n: Option<u32>| n.map(|n| n.to_string()).unwrap_or_default();
    [
        finding.severity.to_string(),
        finding.scanner.to_string(),
        finding.title.clone(),
        finding.path.clone().unwrap_or_default(),
        number(finding.line),
        finding.rule_id.to_string(),
        finding.cwe.clone().unwrap_or_default(),
        folded(&finding.description),
        folded(finding.remediation.as_deref().unwrap_or_default()),
        number(finding.column),
        finding.confidence.to_string(),
        finding.fingerprint.clone(),
        finding.compliance_tags.join(" "),
    ]
}

/// Paragraphs on one line, so that a finding is a line for `grep` and `cut` too.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn notices(run: &Run) -> Vec<(String, String)> {
    let mut rows: Vec<(String, String)> = phrase::gaps(run)
        .into_iter()
        .map(|(outcome, what)| (outcome.scanner.to_string(), what))
        .collect();
    let ours = |what: String| ("securescan".to_owned(), what);
    if let Some(change) = &run.change {
        rows.splice(0..0, compared(run, change).map(ours));
        rows.extend(
            gap::of_base(run).into_iter().map(|(who, what)| (who.scanner.to_string(), what)),
        );
    }
    if let Some(told) = gap::unconcerned(run) {
        rows.push(ours(told.to_owned()));
    } else if let Some(why) = run.nothing_scanned() {
        rows.push(ours(format!("NOTHING WAS SCANNED: {why}")));
    }
    if !run.files.skipped.is_empty() {
        rows.push(ours(phrase::files(&run.files)));
    }
    rows.extend(run.notices.iter().cloned().map(ours));
    rows.extend(run.unused_directives.iter().map(phrase::unused).map(ours));
    rows
}

/// What was compared, with what outcome, and what the change does to the rules.
fn compared(run: &Run, change: &Change) -> impl Iterator<Item = String> {
    let name = change::name(change.kind);
    let mut told = change::summary(run, change);
    told[0] = format!("{name}: {}", told[0]);
    told.extend(change::audit_title(&change.audit));
    told.extend(change::audit(&change.audit).map(|item| change::plain(&item)));
    told.into_iter()
}

fn not_new<'a>(
    change: &'a Change,
    options: &Options,
) -> impl Iterator<Item = (&'static str, &'a Finding, Option<&'a str>)> {
    change::buckets(change, options).into_iter().flat_map(|bucket| {
        bucket.findings.into_iter().map(move |(finding, from)| (bucket.name, finding, from))
    })
}
