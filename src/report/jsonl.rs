//! One finding a line, then one line with everything else: for `jq`, log shippers and readers that stream.

use super::{Options, json, phrase};
use crate::finding::{Counts, Files, Finding, Run, ScanType, ScannerOutcome, UnusedDirective};
use crate::text::escape;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct FindingLine<'a> {
    r#type: &'static str,
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
    outcomes: &'a [ScannerOutcome],
    files: &'a Files,
    unused_directives: &'a [UnusedDirective],
    notices: &'a [String],
    counts: &'a Counts,
}

/// Renders the run. A suppressed finding, when shown, says so in `metadata.suppressed_by`.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    for finding in phrase::shown(run, options) {
        write_line(&FindingLine { r#type: "finding", finding }, out)?;
    }
    write_line(
        &SummaryLine {
            r#type: "summary",
            schema: json::SCHEMA,
            version: &run.version,
            target: &run.target,
            scan_types: &run.scan_types,
            outcomes: &run.outcomes,
            files: &run.files,
            unused_directives: &run.unused_directives,
            notices: &run.notices,
            counts: &run.counts,
        },
        out,
    )
}

fn write_line<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{}", escape::json(&serde_json::to_string(value)?))
}
