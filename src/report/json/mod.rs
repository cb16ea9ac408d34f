//! The whole run as one JSON document, `securescan/run/v1` or that of a comparison: what snapshots and baselines are made
//! of and what [`parse`] reads back. Key order is the declaration order of the types, so the bytes are stable.

pub(super) mod comparison;

use super::Options;
use crate::finding::change::ChangeKind;
use crate::finding::{
    Counts, Database, Files, Finding, Run, ScanType, ScannerOutcome, UnusedDirective,
};
use crate::text::escape;
use serde::{Deserialize, Serialize};
use std::io::{self, Write};

/// Names the shape. A change that breaks readers gets another number; new keys do not.
pub const SCHEMA: &str = "securescan/run/v1";
/// The shape of a comparison of two commits or snapshots.
pub const DIFF_SCHEMA: &str = "securescan/diff/v1";
/// The shape of a comparison with a baseline.
pub const COMPARE_SCHEMA: &str = "securescan/compare/v1";

/// The document, borrowed from a run.
#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    version: &'a str,
    target: &'a str,
    scan_types: &'a [ScanType],
    outcomes: &'a [ScannerOutcome],
    files: &'a Files,
    findings: &'a [Finding],
    suppressed: &'a [Finding],
    unused_directives: &'a [UnusedDirective],
    notices: &'a [String],
    counts: &'a Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<&'a Database>,
}

/// Renders the run. Without `show_suppressed` the list of suppressed findings is empty; the counts tell of them.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    if let Some(change) = &run.change {
        return write_document(&comparison::document(run, change, options), out);
    }
    let Run {
        version,
        target,
        scan_types,
        outcomes,
        files,
        findings,
        suppressed,
        unused_directives,
        notices,
        counts,
        database,
        change: _,
    } = run;
    let suppressed = if options.show_suppressed { suppressed.as_slice() } else { &[] };
    let document = Document {
        schema: SCHEMA,
        version,
        target,
        scan_types,
        outcomes,
        files,
        findings,
        suppressed,
        unused_directives,
        notices,
        counts,
        database: database.as_ref(),
    };
    write_document(&document, out)
}

/// Writes any value as an indented document that is safe to print.
pub(super) fn write_document<T: Serialize>(value: &T, out: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    writeln!(out, "{}", escape::json(&text))
}

/// A document that is not a run.
#[derive(Debug, thiserror::Error)]
pub enum ParseError {
    /// Not JSON, or a key is missing or of the wrong type.
    #[error("not a securescan run: {0}")]
    Shape(#[from] serde_json::Error),
    /// JSON of another kind or a later major version.
    #[error(
        "the document says \"schema\": \"{found}\"; this version reads \"{SCHEMA}\", \"{DIFF_SCHEMA}\" and \
         \"{COMPARE_SCHEMA}\""
    )]
    Schema {
        /// What it calls itself.
        found: String,
    },
}

/// Reads what [`render`] wrote. Unknown keys are passed over, so documents of later minor versions read too.
pub fn parse(bytes: &[u8]) -> Result<Run, ParseError> {
    #[derive(Deserialize)]
    struct Head {
        schema: String,
    }
    let head: Head = serde_json::from_slice(bytes)?;
    match head.schema.as_str() {
        // What was compared stands in documents of its own.
        SCHEMA => Ok(Run { change: None, ..serde_json::from_slice(bytes)? }),
        DIFF_SCHEMA => Ok(comparison::parse(ChangeKind::Diff, bytes)?),
        COMPARE_SCHEMA => Ok(comparison::parse(ChangeKind::Compare, bytes)?),
        _ => Err(ParseError::Schema { found: head.schema }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn another_schema_is_named_in_the_error() {
        let error = parse(br#"{"schema": "securescan/run/v9"}"#).unwrap_err().to_string();
        assert_eq!(
            error,
            "the document says \"schema\": \"securescan/run/v9\"; this version reads \"securescan/run/v1\", \
             \"securescan/diff/v1\" and \"securescan/compare/v1\""
        );
        assert!(parse(b"[]").is_err() && parse(b"").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            _ = parse(&bytes);
        }
    }
}
