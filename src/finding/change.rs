//! What lies between two states of a target: the part of a [`Run`](super::Run) that only `diff` and `compare` fill. The
//! findings of such a run are the new ones; everything else that a reader of a change asks for stands here.

use super::{Finding, ScannerOutcome, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The comparison behind a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// What was compared.
    pub kind: ChangeKind,
    /// The side before.
    pub base: Side,
    /// The side after; the findings of the run are those that only this side has.
    pub head: Side,
    /// Which side's configuration, baseline and rule packs judged both; absent where the files were given
    /// (snapshots, `compare`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy_from: Option<PolicyFrom>,
    /// Whether all files were compared, or only those the change touches.
    #[serde(default)]
    pub scope: Scope,
    /// Findings that only the base has and that counted there, canonical order. In a comparison with a baseline: the
    /// ones that disappeared.
    pub fixed: Vec<Finding>,
    /// Findings whose file was renamed and that are otherwise the same, in the order of the findings.
    #[serde(default)]
    pub moved: Vec<Moved>,
    /// Findings on both sides that count, as the head has them, canonical order, moved ones not among them. Empty when
    /// a document left them out; [`Self::unchanged_count`] tells their number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unchanged: Vec<Finding>,
    /// Findings on both sides that count, the moved ones included.
    pub unchanged_count: u64,
    /// Scanners that did not do their whole work on the base side: a finding may then look new that is not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub base_gaps: Vec<ScannerOutcome>,
    /// What the change does to the rules it is judged by.
    #[serde(default)]
    pub audit: Audit,
    /// Fingerprint of a new finding -> where a review can speak of it. A finding without an entry stands in a file that
    /// the change does not touch, or in none.
    #[serde(default)]
    pub anchors: BTreeMap<String, Anchor>,
    /// What the gate asked for and said.
    #[serde(default)]
    pub gate: Gate,
}

/// What was compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Two commits or two snapshots.
    Diff,
    /// A baseline file and the present state.
    Compare,
}

/// One side of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// As it was asked for: a ref, or the name of a file.
    pub name: String,
    /// The commit, 40 hex digits, where it is one. For the base of a pull request this is the merge base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// When the commit was made, RFC 3339 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment: Option<String>,
}

impl Side {
    /// The first seven digits of the commit, else the name.
    pub fn short(&self) -> &str {
        match &self.commit {
            Some(commit) => commit.get(..7).unwrap_or(commit),
            None => &self.name,
        }
    }
}

/// Whose configuration, baseline and rule packs apply to both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PolicyFrom {
    /// Those of the base: a change cannot loosen the rules it is judged by.
    Base,
    /// Those of the head.
    Head,
}

impl PolicyFrom {
    /// The word in JSON and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Base => "base",
            Self::Head => "head",
        }
    }
}

/// Which files were compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// All of the target.
    #[default]
    All,
    /// Only files the change touches; [`Change::unchanged_count`] then speaks of these alone.
    ChangedFiles,
}

/// A finding in a renamed file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Moved {
    /// Repository-relative path the file had in the base.
    pub from: String,
    /// As the head has it.
    pub finding: Finding,
}

/// Where a review comment on a new finding can stand. Lines are lines of the head.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// Last line, inside a hunk of the diff from the merge base with three lines of context; absent when the change touches
    /// the file and not this line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// First line, in the same hunk, when the finding has several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_line: Option<u32>,
    /// Lines down from the first hunk header of the file, counted from 1: the coordinate the review API used before `line`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub position: Option<u32>,
    /// A replacement that silences the finding and changes nothing else.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<Suggestion>,
}

/// A replacement for one line of the head that silences a finding: the line itself and a directive before or behind it.
/// Never holds a secret: where the finding's own line has one, the line above is replaced instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The line that is replaced; it stands in a hunk.
    pub line: u32,
    /// Its position, as [`Anchor::position`].
    pub position: u32,
    /// The lines that replace it, without line ends.
    pub lines: Vec<String>,
}

/// What the change does to the rules it is judged by. Shown always; nothing in the change can hide it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// Ignore directives that the head has and the base has not, by path and line.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ignores: Vec<AddedIgnore>,
    /// Settings whose effective value differs between the two sides' files, by key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub settings: Vec<SettingChange>,
    /// Files of the security configuration that the change adds, edits or removes, by path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub files: Vec<PolicyFile>,
    /// Findings that counted in the base and that the head still has, silenced. Canonical order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub silenced: Vec<Finding>,
}

impl Audit {
    /// True when the change touches none of the rules.
    pub fn is_empty(&self) -> bool {
        self.ignores.is_empty()
            && self.settings.is_empty()
            && self.files.is_empty()
            && self.silenced.is_empty()
    }
}

/// A directive the change adds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct AddedIgnore {
    /// Repository-relative path in the head.
    pub path: String,
    /// Line of the directive in the head.
    pub line: u32,
    /// `securescan`, or the marker of another tool's grammar (`nosec`).
    pub marker: String,
    /// Rules it names, as written; empty when it names none.
    pub rules: Vec<String>,
    /// Last day on which it holds, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Why, in its author's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Findings of the head on the lines it speaks of that are silenced.
    pub silences: u64,
}

/// A setting that differs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SettingChange {
    /// Key as in the documentation of the configuration.
    pub key: String,
    /// Value in the base, as JSON text; absent when it was not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// Value in the head, as JSON text; absent when it is not set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// A file of the security configuration that the change touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PolicyFile {
    /// Repository-relative path.
    pub path: String,
    /// What it is, as a noun: `configuration`, `baseline`, `rule pack`, `ignore file`, `workflow`, `hook`.
    pub role: String,
    /// `added`, `edited` or `removed`.
    pub action: String,
}

/// What the gate of a comparison asked for and said; the exit code of the command that made the run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gate {
    /// Fail on a new finding of at least this severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_on_severity: Option<Severity>,
    /// Fail on more new findings than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_on_count: Option<u64>,
    /// Exit code: 0 passed, 1 findings, 3 incomplete.
    pub exit_code: u8,
    /// A sentence for each limit that was crossed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
}
