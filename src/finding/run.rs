//! What one scan produced: findings, what every scanner did, and what was not looked at. `Run` is the waist of the
//! program: reports, store and server take `&Run` and know nothing of scanning.

use super::{Change, Finding, RuleId, ScanType, ScannerId, Severity};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Everything a report needs, in its final order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Version of securescan that made the run.
    pub version: String,
    /// The target relative to the repository root (`.` for the root itself), never absolute; several are joined by `, `.
    pub target: String,
    /// The scan types that were asked for, in declaration order.
    pub scan_types: Vec<ScanType>,
    /// One entry per scanner that was considered, in registry order.
    pub outcomes: Vec<ScannerOutcome>,
    /// What was read and what was not.
    pub files: Files,
    /// Findings that count, canonical order.
    pub findings: Vec<Finding>,
    /// Findings a directive, the configuration or a baseline silenced; each carries `suppressed_by`. Canonical order.
    pub suppressed: Vec<Finding>,
    /// Directives in scanned files that silenced nothing; filled only when asked for.
    #[serde(default)]
    pub unused_directives: Vec<UnusedDirective>,
    /// Notices that concern the whole run (an ignored key of the repository's configuration, a stale database).
    #[serde(default)]
    pub notices: Vec<String>,
    /// Totals over [`Self::findings`] and [`Self::suppressed`].
    pub counts: Counts,
    /// The advisories that were matched against, when a scanner did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub database: Option<Database>,
    /// What was compared, when the run is a comparison; the findings are then the new ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub change: Option<Box<Change>>,
}

/// The advisory database of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Database {
    /// Day of its youngest source, `2026-11-27`.
    pub date: String,
    /// SHA-256 of the file, 64 hex digits.
    pub digest: String,
    /// Whether it is older than the run accepts.
    pub stale: bool,
}

/// What became of one scanner.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScannerOutcome {
    /// Who.
    pub scanner: ScannerId,
    /// Its family.
    pub scan_type: ScanType,
    /// What became of it.
    #[serde(flatten)]
    pub status: ScannerStatus,
    /// Files on which the scanner broke down (a panic, an unreadable structure), with the message; the rest was scanned.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failed_files: Vec<FailedFile>,
    /// Wall time in milliseconds; for progress only, never in byte-stable output.
    #[serde(skip)]
    pub millis: u64,
}

/// One file a scanner could not finish.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct FailedFile {
    /// Repository-relative path.
    pub path: String,
    /// What went wrong.
    pub message: String,
}

/// The four ways a scanner can end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum ScannerStatus {
    /// It ran to its end.
    Ran {
        /// Findings before suppression and merging.
        findings: u64,
        /// Version of the tool or rule pack.
        version: String,
    },
    /// It did not run, on purpose or for lack of something.
    Skipped {
        /// Why, as a phrase.
        reason: String,
        /// What to do to have it run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
    },
    /// It broke down.
    Failed {
        /// What it said.
        message: String,
    },
    /// It was cut off.
    TimedOut {
        /// Seconds it was given.
        after_seconds: u64,
    },
}

impl ScannerOutcome {
    /// True when nothing was lost: it ran through without a broken file, or was not meant to run.
    pub fn is_complete(&self) -> bool {
        self.failed_files.is_empty()
            && matches!(self.status, ScannerStatus::Ran { .. } | ScannerStatus::Skipped { .. })
    }
}

/// Files of the target, as far as they were looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Files {
    /// Files whose content was handed to at least one engine.
    pub scanned: u64,
    /// Their bytes.
    pub bytes: u64,
    /// What was not (wholly) looked at, sorted by path and reason.
    pub skipped: Vec<SkippedFile>,
    /// There was nothing to look at: nothing is staged, the change touches no file. A scan of nothing is then complete.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub none_wanted: bool,
}

impl Files {
    /// Number of skipped entries per reason, in the order of [`SkipReason::ALL`], zero counts left out.
    pub fn skipped_by_reason(&self) -> Vec<(SkipReason, u64)> {
        SkipReason::ALL
            .iter()
            .map(|r| (*r, self.skipped.iter().filter(|s| s.reason == *r).count() as u64))
            .filter(|(_, n)| *n > 0)
            .collect()
    }
}

/// One path that was not (wholly) looked at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct SkippedFile {
    /// Repository-relative path; a directory ends in `/`.
    pub path: String,
    /// Why.
    pub reason: SkipReason,
    /// Particulars, e.g. the size, or the lines concerned; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub detail: String,
}

macro_rules! skip_reasons {
    ($($(#[$doc:meta])* $variant:ident => $word:literal, $text:literal;)+) => {
        /// Why a path was not (wholly) looked at.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum SkipReason { $($(#[$doc])* #[serde(rename = $word)] $variant),+ }

        impl SkipReason {
            /// Every reason, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word in JSON.
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            /// The phrase for people, fitting after a number: `3 too large`.
            pub const fn phrase(self) -> &'static str { match self { $(Self::$variant => $text),+ } }
        }
    };
}

skip_reasons! {
    /// Larger than the size limit.
    TooLarge => "too-large", "too large";
    /// Holds NUL bytes in its head or is of a binary format.
    Binary => "binary", "binary";
    /// A symbolic link; links are never followed (their targets are scanned where they stand).
    Symlink => "symlink", "symbolic link";
    /// A symbolic link that leads out of the target.
    SymlinkOutside => "symlink-outside", "symbolic link out of the target";
    /// A FIFO, socket or device.
    Special => "special-file", "special file";
    /// The system refused to open or read it.
    Unreadable => "unreadable", "unreadable";
    /// Some of its lines are too long for context rules (minified code); provider rules still looked at them.
    Minified => "minified", "minified in part";
    /// A directory of installed dependencies or tool state (`node_modules`, `.venv`), untracked by git.
    ToolDirectory => "tool-directory", "dependency or tool directory";
    /// Matched by an ignore file or by `paths.ignore`; a directory stands for all below it.
    Ignored => "ignored", "ignored by rule";
    /// Beyond the limit of directory depth.
    TooDeep => "too-deep", "too deep";
    /// A part of it does not follow the rules of its format; the rest was looked at.
    Unparsable => "unparsable", "not understood in part";
}

impl SkipReason {
    /// True when the path was meant to be scanned and could not be: a gate on completeness counts it.
    pub const fn is_loss(self) -> bool {
        matches!(self, Self::Unreadable | Self::TooDeep)
    }
}

impl fmt::Display for SkipReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// An ignore directive that silenced nothing in this run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct UnusedDirective {
    /// Repository-relative path.
    pub path: String,
    /// Line of the directive.
    pub line: u32,
    /// Rule ids it names; `*` for any.
    pub rules: Vec<RuleId>,
}

/// Totals of a run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Counts {
    /// Findings that count.
    pub total: u64,
    /// Of severity critical.
    pub critical: u64,
    /// Of severity high.
    pub high: u64,
    /// Of severity medium.
    pub medium: u64,
    /// Of severity low.
    pub low: u64,
    /// Of severity info.
    pub info: u64,
    /// Suppressed by a directive.
    pub suppressed_inline: u64,
    /// Suppressed by the configuration.
    pub suppressed_config: u64,
    /// Suppressed by a VEX document.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub suppressed_vex: u64,
    /// Suppressed by the baseline.
    pub suppressed_baseline: u64,
    /// 0.0 to 100.0, one decimal; see `post::score`.
    pub risk_score: f64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands out references")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}

impl Counts {
    /// Findings of one severity.
    pub fn of(&self, severity: Severity) -> u64 {
        match severity {
            Severity::Critical => self.critical,
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
            Severity::Info => self.info,
        }
    }

    /// Adds one finding of a severity.
    pub fn add(&mut self, severity: Severity) {
        self.total += 1;
        match severity {
            Severity::Critical => self.critical += 1,
            Severity::High => self.high += 1,
            Severity::Medium => self.medium += 1,
            Severity::Low => self.low += 1,
            Severity::Info => self.info += 1,
        }
    }

    /// All suppressed findings.
    pub fn suppressed(&self) -> u64 {
        self.suppressed_inline
            + self.suppressed_config
            + self.suppressed_baseline
            + self.suppressed_vex
    }
}

impl Run {
    /// Why an empty report would mean nothing: no scanner ran, or those that read files were given none.
    pub fn nothing_scanned(&self) -> Option<&'static str> {
        let ran = || self.outcomes.iter().filter(|o| matches!(o.status, ScannerStatus::Ran { .. }));
        let reads_files =
            |t: ScanType| matches!(t, ScanType::Code | ScanType::Dependency | ScanType::Iac);
        if ran().next().is_none() {
            Some("no scanner ran")
        } else if self.files.none_wanted {
            None
        } else if self.files.scanned == 0 && ran().any(|o| reads_files(o.scan_type)) {
            Some("no file was scanned")
        } else {
            None
        }
    }

    /// Scan types that were asked for and that no scanner of this version serves.
    pub fn unserved_types(&self) -> impl Iterator<Item = ScanType> {
        let served = |t: &ScanType| self.outcomes.iter().any(|outcome| outcome.scan_type == *t);
        self.scan_types.iter().copied().filter(move |t| !served(t))
    }

    /// True when a scanner failed, timed out or broke on a file: its silence must not be read as "clean".
    pub fn is_incomplete(&self) -> bool {
        self.outcomes.iter().any(|o| !o.is_complete())
    }
}
