//! The documents of comparisons, `securescan/diff/v1` and `securescan/compare/v1`: the keys of a run, with the findings in
//! the buckets of the comparison. Written and read here; lists are always there, so that a query need not ask first.

use super::{COMPARE_SCHEMA, DIFF_SCHEMA};
use crate::finding::change::{
    AddedIgnore, Anchor, Audit, Change, ChangeKind, Gate, Moved, PolicyFile, PolicyFrom, Scope,
    SettingChange, Side,
};
use crate::finding::{
    Counts, Database, Files, Finding, Run, ScanType, ScannerOutcome, UnusedDirective,
};
use crate::report::Options;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The schema of a kind.
pub(in crate::report) const fn schema(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Diff => DIFF_SCHEMA,
        ChangeKind::Compare => COMPARE_SCHEMA,
    }
}

/// The document, borrowed from a run.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    schema: &'static str,
    version: &'a str,
    target: &'a str,
    scan_types: &'a [ScanType],
    base: &'a Side,
    head: &'a Side,
    policy_from: Option<PolicyFrom>,
    scope: Scope,
    new: &'a [Finding],
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<&'a [Finding]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    disappeared: Option<&'a [Finding]>,
    moved: &'a [Moved],
    unchanged_count: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    unchanged: Option<&'a [Finding]>,
    suppressed: &'a [Finding],
    outcomes: &'a [ScannerOutcome],
    base_gaps: &'a [ScannerOutcome],
    files: &'a Files,
    audit: AuditDocument<'a>,
    anchors: &'a BTreeMap<String, Anchor>,
    gate: &'a Gate,
    unused_directives: &'a [UnusedDirective],
    notices: &'a [String],
    counts: &'a Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    database: Option<&'a Database>,
}

/// An audit with all its lists, empty ones too.
#[derive(Serialize)]
pub(in crate::report) struct AuditDocument<'a> {
    ignores: &'a [AddedIgnore],
    settings: &'a [SettingChange],
    files: &'a [PolicyFile],
    silenced: &'a [Finding],
}

impl<'a> From<&'a Audit> for AuditDocument<'a> {
    fn from(audit: &'a Audit) -> Self {
        let Audit { ignores, settings, files, silenced } = audit;
        Self { ignores, settings, files, silenced }
    }
}

/// The document of a comparison. Unchanged findings stand in it only when asked for; their number always does.
pub(super) fn document<'a>(run: &'a Run, change: &'a Change, options: &Options) -> Document<'a> {
    let gone = Some(change.fixed.as_slice());
    let (fixed, disappeared) = match change.kind {
        ChangeKind::Diff => (gone, None),
        ChangeKind::Compare => (None, gone),
    };
    Document {
        schema: schema(change.kind),
        version: &run.version,
        target: &run.target,
        scan_types: &run.scan_types,
        base: &change.base,
        head: &change.head,
        policy_from: change.policy_from,
        scope: change.scope,
        new: &run.findings,
        fixed,
        disappeared,
        moved: &change.moved,
        unchanged_count: change.unchanged_count,
        unchanged: options.include_unchanged.then_some(&change.unchanged),
        suppressed: if options.show_suppressed { &run.suppressed } else { &[] },
        outcomes: &run.outcomes,
        base_gaps: &change.base_gaps,
        files: &run.files,
        audit: AuditDocument::from(&change.audit),
        anchors: &change.anchors,
        gate: &change.gate,
        unused_directives: &run.unused_directives,
        notices: &run.notices,
        counts: &run.counts,
        database: run.database.as_ref(),
    }
}

/// The document as it is read.
#[derive(Deserialize)]
struct Read {
    version: String,
    target: String,
    scan_types: Vec<ScanType>,
    base: Side,
    head: Side,
    #[serde(default)]
    policy_from: Option<PolicyFrom>,
    #[serde(default)]
    scope: Scope,
    new: Vec<Finding>,
    #[serde(alias = "disappeared")]
    fixed: Vec<Finding>,
    #[serde(default)]
    moved: Vec<Moved>,
    unchanged_count: u64,
    #[serde(default)]
    unchanged: Vec<Finding>,
    #[serde(default)]
    suppressed: Vec<Finding>,
    outcomes: Vec<ScannerOutcome>,
    #[serde(default)]
    base_gaps: Vec<ScannerOutcome>,
    files: Files,
    #[serde(default)]
    audit: Audit,
    #[serde(default)]
    anchors: BTreeMap<String, Anchor>,
    #[serde(default)]
    gate: Gate,
    #[serde(default)]
    unused_directives: Vec<UnusedDirective>,
    #[serde(default)]
    notices: Vec<String>,
    counts: Counts,
    #[serde(default)]
    database: Option<Database>,
}

/// Reads a document whose `schema` is that of `kind`.
pub(super) fn parse(kind: ChangeKind, bytes: &[u8]) -> serde_json::Result<Run> {
    let read: Read = serde_json::from_slice(bytes)?;
    Ok(Run {
        version: read.version,
        target: read.target,
        scan_types: read.scan_types,
        outcomes: read.outcomes,
        files: read.files,
        findings: read.new,
        suppressed: read.suppressed,
        unused_directives: read.unused_directives,
        notices: read.notices,
        counts: read.counts,
        database: read.database,
        change: Some(Box::new(Change {
            kind,
            base: read.base,
            head: read.head,
            policy_from: read.policy_from,
            scope: read.scope,
            fixed: read.fixed,
            moved: read.moved,
            unchanged: read.unchanged,
            unchanged_count: read.unchanged_count,
            base_gaps: read.base_gaps,
            audit: read.audit,
            anchors: read.anchors,
            gate: read.gate,
        })),
    })
}
