//! One finding a line, then one line with everything else: for `jq`, log shippers and readers that stream. The lines of a
//! comparison say in which bucket the finding is.

use super::json::comparison::{AuditDocument, schema};
use super::{Options, json, phrase};
use crate::finding::change::{Anchor, Change, ChangeKind, Gate, PolicyFrom, Scope, Side};
use crate::finding::{
    Counts, Database, Files, Finding, Run, ScanType, ScannerOutcome, UnusedDirective,
};
use crate::text::escape;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{self, Write};

#[derive(Serialize)]
struct FindingLine<'a> {
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    bucket: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'a str>,
    #[serde(flatten)]
    finding: &'a Finding,
}

#[derive(Serialize)]
struct SummaryLine<'a> {
    r#type: &'static str,
    schema: &'static str,
    version: &'a str,
    target: &'a str,
    scan_types: &'a [ScanType],
    #[serde(flatten)]
    comparison: Option<Comparison<'a>>,
    outcomes: &'a [ScannerOutcome],
    files: &'a Files,
    unused_directives: &'a [UnusedDirective],
    notices: &'a [String],
    counts: &'a Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<&'a Database>,
}

/// What only the summary of a comparison has.
#[derive(Serialize)]
struct Comparison<'a> {
    base: &'a Side,
    head: &'a Side,
    policy_from: Option<PolicyFrom>,
    scope: Scope,
    unchanged_count: u64,
    base_gaps: &'a [ScannerOutcome],
    audit: AuditDocument<'a>,
    anchors: &'a BTreeMap<String, Anchor>,
    gate: &'a Gate,
}

/// Renders the run. A suppressed finding, when shown, says so in `metadata.suppressed_by`.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let change = run.change.as_deref();
    let bucket = change.map(|_| "new");
    for finding in phrase::shown(run, options) {
        write_line(&FindingLine { r#type: "finding", bucket, from: None, finding }, out)?;
    }
    if let Some(change) = change {
        buckets(change, options, out)?;
    }
    write_line(
        &SummaryLine {
            r#type: "summary",
            schema: change.map_or(json::SCHEMA, |change| schema(change.kind)),
            version: &run.version,
            target: &run.target,
            scan_types: &run.scan_types,
            comparison: change.map(comparison),
            outcomes: &run.outcomes,
            files: &run.files,
            unused_directives: &run.unused_directives,
            notices: &run.notices,
            counts: &run.counts,
            database: run.database.as_ref(),
        },
        out,
    )
}

/// The findings that are not new.
fn buckets(change: &Change, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut write = |bucket, from, finding| {
        write_line(&FindingLine { r#type: "finding", bucket: Some(bucket), from, finding }, out)
    };
    let gone = match change.kind {
        ChangeKind::Diff => "fixed",
        ChangeKind::Compare => "disappeared",
    };
    change.fixed.iter().try_for_each(|finding| write(gone, None, finding))?;
    for moved in &change.moved {
        write("moved", Some(moved.from.as_str()), &moved.finding)?;
    }
    let unchanged = if options.include_unchanged { change.unchanged.as_slice() } else { &[] };
    unchanged.iter().try_for_each(|finding| write("unchanged", None, finding))
}

fn comparison(change: &Change) -> Comparison<'_> {
    Comparison {
        base: &change.base,
        head: &change.head,
        policy_from: change.policy_from,
        scope: change.scope,
        unchanged_count: change.unchanged_count,
        base_gaps: &change.base_gaps,
        audit: AuditDocument::from(&change.audit),
        anchors: &change.anchors,
        gate: &change.gate,
    }
}

fn write_line<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", escape::json(&serde_json::to_string(value)?))
}
