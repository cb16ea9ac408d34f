//! A finding and everything that names one. This is the shape every scanner produces and every report, store and
//! server reads; it knows nothing of how a finding was made.

pub mod change;
pub mod fingerprint;
pub mod fix;
pub mod flow;
pub mod pattern;
pub mod run;
pub mod severity;

pub use change::Change;
pub use fix::Fix;
pub use pattern::Pattern;
pub use run::{
    Counts, Database, FailedFile, Files, Run, ScannerOutcome, ScannerStatus, SkipReason,
    SkippedFile, UnusedDirective,
};
pub use severity::{Confidence, ScanType, Severity, UnknownWord};

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// The name of a scanner as users write it: `secrets`, `git-hygiene`, `semgrep`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScannerId(Cow<'static, str>);

impl ScannerId {
    /// A scanner known at compile time.
    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// The name as users write it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for ScannerId {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}

impl fmt::Display for ScannerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The id of a rule: `secrets/stripe-secret-key`, `CKV_AWS_20`, `python.lang.eval`. Case-sensitive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(String);

impl RuleId {
    /// Any text may be a rule id; other tools choose theirs.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as written in configuration and directives.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Documented keys of [`Finding::metadata`].
pub mod key {
    /// String: the matched line, secrets redacted, at most 300 characters.
    pub const LINE_SNIPPET: &str = "line_snippet";
    /// String: `inline`, `config`, `vex` or `baseline`.
    pub const SUPPRESSED_BY: &str = "suppressed_by";
    /// String: the reason its author gave for a suppression.
    pub const SUPPRESSION_REASON: &str = "suppression_reason";
    /// String: the severity before an override.
    pub const ORIGINAL_SEVERITY: &str = "original_severity";
    /// String: the severity the rule has in ordinary source, when the role of the file lowered it.
    pub const RULE_SEVERITY: &str = "rule_severity";
    /// Array of strings, sorted: other scanners that reported the same thing.
    pub const ALSO_REPORTED_BY: &str = "also_reported_by";
    /// Array of strings, sorted: ids of the same rule elsewhere (`CKV_AWS_20`), or of other rules merged into this finding.
    pub const ALIASES: &str = "aliases";
    /// String: `test`, `docs`, `vendored` or `generated`; absent for ordinary source.
    pub const CONTEXT: &str = "context";
    /// String: name of the package a finding is about.
    pub const PACKAGE: &str = "package";
    /// String: its ecosystem, as OSV names it.
    pub const ECOSYSTEM: &str = "ecosystem";
    /// String: its version.
    pub const INSTALLED_VERSION: &str = "installed_version";
    /// String: the nearest version without the weakness.
    pub const FIXED_VERSION: &str = "fixed_version";
    /// String: its package URL.
    pub const PURL: &str = "purl";
    /// String: the advisory's main id; the others are aliases.
    pub const ADVISORY: &str = "advisory";
    /// Array of strings: packages from one the project asks for to this one, `name version` each.
    pub const DEPENDENCY_PATH: &str = "dependency_path";
    /// String: `runtime`, `optional`, `build`, `test` or `dev`.
    pub const SCOPE: &str = "scope";
    /// Number: CVSS base score, computed from the vector.
    pub const CVSS_SCORE: &str = "cvss_score";
    /// String: the CVSS vector.
    pub const CVSS_VECTOR: &str = "cvss_vector";
    /// Number: probability that it is used within 30 days, by EPSS.
    pub const EPSS: &str = "epss";
    /// String: the day it came to the list of known exploited vulnerabilities (CISA KEV).
    pub const KNOWN_EXPLOITED: &str = "known_exploited";
    /// String: `imported`, `symbol_used`, `not_imported` or `unknown`.
    pub const REACHABILITY: &str = "reachability";
    /// String: `path:line` of the import or use.
    pub const REACHED_AT: &str = "reached_at";
    /// String: the function of the advisory that is used.
    pub const SYMBOL: &str = "symbol";
    /// String: what is declared there, as its format names it: `aws_s3_bucket.logs`, `Deployment/web container app`.
    pub const RESOURCE: &str = "resource";
    /// List of two numbers: first and last line of that resource. A directive anywhere on them may speak of the finding.
    pub const RESOURCE_LINES: &str = "resource_lines";
    /// String: `host` or `target`.
    pub const BASELINE_SCOPE: &str = "baseline_scope";
    /// String: file of the audited machine that a finding is about, perhaps with a line: `/etc/ssh/sshd_config:12`.
    pub const HOST_FILE: &str = "host_file";
    /// Array: where a value came from and went, in order: each `{role, line, column, end_line}` of the finding's file, the role one of
    /// `source`, `step` and `sink`.
    pub const DATAFLOW: &str = "dataflow";
    /// Object: what takes the finding away: `line`, `column`, `end_line`, `end_column` of what goes and its `replacement`, which is absent
    /// where it would show a secret.
    pub const FIX: &str = "fix";
    /// Boolean: `true` when the fix was applied in this run.
    pub const FIXED: &str = "fixed";
    /// String: why the fix was not applied although it was asked for.
    pub const FIX_LEFT: &str = "fix_left";
    /// String: what a language model says of it. Shown to people, in no byte-stable format.
    pub const AI_EXPLANATION: &str = "ai_explanation";
    /// String: 16 hex digits of the GitHub code-scanning line hash plus `:n` (see `report::sarif`).
    pub const PRIMARY_LOCATION_LINE_HASH: &str = "primary_location_line_hash";
}

/// One security problem at one place.
///
/// Lines and columns count from 1; columns count Unicode code points of the decoded text, `end_column` is one past the
/// last. `path` is relative to the repository root (or to the target where there is no repository), with `/` as the
/// separator; an absolute path never stands here.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// `f-` and the first 16 hex digits of the fingerprint; empty until `post` has run.
    #[serde(default)]
    pub id: String,
    /// Who found it.
    pub scanner: ScannerId,
    /// The family of the scanner.
    pub scan_type: ScanType,
    /// How much harm it can do.
    pub severity: Severity,
    /// How sure the scanner is.
    #[serde(default = "medium")]
    pub confidence: Confidence,
    /// One line, no trailing full stop.
    pub title: String,
    /// Why it matters.
    #[serde(default)]
    pub description: String,
    /// Where, when the finding is about a file.
    #[serde(rename = "file_path", default)]
    pub path: Option<String>,
    /// First line.
    #[serde(default, alias = "line_start")]
    pub line: Option<u32>,
    /// First column.
    #[serde(default)]
    pub column: Option<u32>,
    /// Last line.
    #[serde(default, alias = "line_end")]
    pub end_line: Option<u32>,
    /// One past the last column.
    #[serde(default)]
    pub end_column: Option<u32>,
    /// The rule that fired.
    pub rule_id: RuleId,
    /// The weakness, normalised to `CWE-n`.
    #[serde(default)]
    pub cwe: Option<String>,
    /// What to do about it.
    #[serde(default)]
    pub remediation: Option<String>,
    /// Pages to read, `https://` only.
    #[serde(default)]
    pub references: Vec<String>,
    /// Control ids of compliance frameworks, sorted (`OWASP-A07`).
    #[serde(default)]
    pub compliance_tags: Vec<String>,
    /// Identity across scans, 64 hex digits; see [`fingerprint`].
    #[serde(default)]
    pub fingerprint: String,
    /// Further facts; keys in [`key`].
    #[serde(default)]
    pub metadata: BTreeMap<String, serde_json::Value>,
    /// The text the fingerprint is taken over: the matched line with each secret replaced by a short digest, so that a
    /// changed secret is a new finding and the secret cannot be read or guessed from it. Never leaves the process.
    #[serde(skip)]
    pub context: String,
    /// The change that takes it away, for the run that found it. Never leaves the process; reports have [`key::FIX`].
    #[serde(skip)]
    pub fix: Option<Box<Fix>>,
}

fn medium() -> Confidence {
    Confidence::Medium
}

impl Finding {
    /// A finding with the required facts; everything else is empty and set by the caller.
    pub fn new(
        scanner: ScannerId,
        scan_type: ScanType,
        severity: Severity,
        rule_id: RuleId,
        title: impl Into<String>,
    ) -> Self {
        Self {
            id: String::new(),
            scanner,
            scan_type,
            severity,
            confidence: Confidence::Medium,
            title: title.into(),
            description: String::new(),
            path: None,
            line: None,
            column: None,
            end_line: None,
            end_column: None,
            rule_id,
            cwe: None,
            remediation: None,
            references: Vec::new(),
            compliance_tags: Vec::new(),
            fingerprint: String::new(),
            metadata: BTreeMap::new(),
            context: String::new(),
            fix: None,
        }
    }

    /// First and last line of the resource it is about, where it is about one.
    pub fn resource_lines(&self) -> Option<(u32, u32)> {
        let [first, last] = self.metadata.get(key::RESOURCE_LINES)?.as_array()?.as_slice() else {
            return None;
        };
        Some((u32::try_from(first.as_u64()?).ok()?, u32::try_from(last.as_u64()?).ok()?))
    }

    /// A string value of [`Self::metadata`].
    pub fn meta(&self, key: &str) -> Option<&str> {
        self.metadata.get(key).and_then(|v| v.as_str())
    }

    /// Sets a string value of [`Self::metadata`].
    pub fn set_meta(&mut self, key: &str, value: impl Into<String>) {
        self.metadata.insert(key.to_owned(), serde_json::Value::String(value.into()));
    }

    /// Takes the hash of its line out of those of all lines of its file, `text::line_hash::line_hashes`.
    pub fn set_line_hash(&mut self, hashes: &[String]) {
        let line = self.line.unwrap_or(1) as usize;
        if let Some(hash) = hashes.get(line.saturating_sub(1)) {
            self.set_meta(key::PRIMARY_LOCATION_LINE_HASH, hash.as_str());
        }
    }

    /// Why the finding is suppressed: `inline`, `config` or `baseline`; `None` when it is not.
    pub fn suppressed_by(&self) -> Option<&str> {
        self.meta(key::SUPPRESSED_BY)
    }

    /// `path:line:column` with the parts that are known, as terminals and editors make it clickable. Without a path the page, the host and
    /// port, or the file of this machine that it is about; empty when there is none of these.
    pub fn place(&self) -> String {
        let Some(path) = &self.path else { return self.place_elsewhere() };
        let mut place = path.clone();
        for number in [self.line, self.line.and(self.column)].into_iter().flatten() {
            place.push(':');
            place.push_str(&number.to_string());
        }
        place
    }

    fn place_elsewhere(&self) -> String {
        let known = ["url", key::HOST_FILE].iter().find_map(|name| self.meta(name));
        if let Some(known) = known {
            return known.to_owned();
        }
        let Some(host) = self.meta("host") else { return String::new() };
        match self.metadata.get("port") {
            Some(port) if host.contains(':') => format!("[{host}]:{port}"),
            Some(port) => format!("{host}:{port}"),
            None => host.to_owned(),
        }
    }
}

/// `CWE-n` out of any way tools write it (`89`, `cwe_89`, `CWE-89: SQL injection`); `None` when there is no number.
pub fn normalise_cwe(text: &str) -> Option<String> {
    let digits: String = text
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .take(6)
        .collect();
    let number: u32 = digits.parse().ok()?;
    Some(format!("CWE-{number}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cwe_is_normalised_from_every_spelling() {
        for (input, expected) in [
            ("CWE-89", Some("CWE-89")),
            ("89", Some("CWE-89")),
            ("CWE-095: Improper Neutralization", Some("CWE-95")),
            ("cwe_22", Some("CWE-22")),
            ("none", None),
        ] {
            assert_eq!(normalise_cwe(input).as_deref(), expected, "{input}");
        }
    }

    #[test]
    fn a_finding_of_the_original_tool_reads() {
        let json = r#"{"scanner":"bandit","scan_type":"code","severity":"low","title":"t","rule_id":"B101",
            "file_path":"a.py","line_start":3,"line_end":4}"#;
        let finding: Finding = serde_json::from_str(json).unwrap();
        assert_eq!((finding.line, finding.end_line), (Some(3), Some(4)));
        assert_eq!(finding.place(), "a.py:3");
    }
}
