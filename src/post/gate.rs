//! Whether a run passes. The only place where exit codes 1 and 3 come from.

use crate::finding::{Finding, Run, ScannerStatus, Severity, key};

/// What makes a run fail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Limits {
    /// Fail on a finding of at least this severity.
    pub severity: Option<Severity>,
    /// Fail on more findings than this.
    pub count: Option<u64>,
    /// Fail when a scanner failed, timed out or broke on a file.
    pub incomplete: bool,
    /// Fail when the advisory database is older than the run accepts.
    pub stale: bool,
    /// Fail on a vulnerable package that the code imports.
    pub reachable: bool,
}

/// The outcome of the gate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// 0: passed. 1: too severe or too many findings. 3: incomplete, and that is not acceptable.
    pub exit_code: u8,
    /// One sentence (lower case, no full stop) for each limit that was crossed; empty when the run passed.
    pub reasons: Vec<String>,
}

impl Verdict {
    /// True when no limit was crossed.
    pub fn passed(&self) -> bool {
        self.exit_code == 0
    }
}

/// Judges a run. Only findings that count are looked at, never suppressed ones. When findings and incompleteness both
/// fail it, the findings decide the exit code: they are certain.
pub fn judge(run: &Run, limits: &Limits) -> Verdict {
    let findings: Vec<String> = [
        limits.severity.and_then(|s| too_severe(run, s)),
        limits.count.and_then(|n| too_many(run, n)),
        if limits.reachable { reachable(run) } else { None },
    ]
    .into_iter()
    .flatten()
    .collect();
    let incomplete = if limits.incomplete { incomplete(run) } else { None };
    let stale = if limits.stale { stale(run) } else { None };
    let unmatched = if limits.stale || limits.reachable { unmatched(run) } else { None };
    let stale = stale.or(unmatched);
    let exit_code = match (findings.is_empty(), incomplete.is_some() || stale.is_some()) {
        (false, _) => 1,
        (true, true) => 3,
        (true, false) => 0,
    };
    Verdict { exit_code, reasons: findings.into_iter().chain(incomplete).chain(stale).collect() }
}

fn too_severe(run: &Run, limit: Severity) -> Option<String> {
    let parts: Vec<(Severity, usize)> = Severity::worst_first()
        .filter(|severity| *severity >= limit)
        .map(|severity| (severity, run.findings.iter().filter(|f| f.severity == severity).count()))
        .filter(|(_, count)| *count > 0)
        .collect();
    let total: usize = parts.iter().map(|(_, count)| count).sum();
    let listed: Vec<String> = parts.iter().map(|(s, count)| format!("{count} {s}")).collect();
    (total > 0).then(|| {
        format!("{total} {} of severity {limit} or worse ({})", noun(total), listed.join(", "))
    })
}

fn too_many(run: &Run, limit: u64) -> Option<String> {
    let total = run.findings.len();
    (total as u64 > limit)
        .then(|| format!("{total} {}, more than the {limit} allowed", noun(total)))
}

fn reachable(run: &Run) -> Option<String> {
    let reached = |finding: &&Finding| {
        matches!(finding.meta(key::REACHABILITY), Some("imported" | "symbol_used"))
    };
    let total = run.findings.iter().filter(reached).count();
    (total > 0).then(|| format!("{total} {} in packages that the code imports", noun(total)))
}

/// A gate that speaks of advisories is not passed by a run that looked at none.
fn unmatched(run: &Run) -> Option<String> {
    run.database.is_none().then(|| {
        "nothing was held against advisories (no database, or no dependencies scanned: --type dependency)"
            .to_owned()
    })
}

fn stale(run: &Run) -> Option<String> {
    let database = run.database.as_ref().filter(|database| database.stale)?;
    Some(format!("the advisory database is of {}", database.date))
}

fn incomplete(run: &Run) -> Option<String> {
    let on_base = run.change.iter().flat_map(|change| &change.base_gaps);
    let broken: Vec<String> = run
        .outcomes
        .iter()
        .map(|outcome| (outcome, ""))
        .chain(on_base.map(|outcome| (outcome, " on the base")))
        .filter(|(outcome, _)| !outcome.is_complete())
        .map(|(outcome, side)| {
            let files = outcome.failed_files.len();
            let what = match &outcome.status {
                ScannerStatus::Failed { .. } => "failed".to_owned(),
                ScannerStatus::TimedOut { after_seconds } => {
                    format!("timed out after {after_seconds} s")
                }
                ScannerStatus::Ran { .. } | ScannerStatus::Skipped { .. } => {
                    format!("broke on {files} {}", if files == 1 { "file" } else { "files" })
                }
            };
            format!("{} {what}{side}", outcome.scanner)
        })
        .collect();
    let unread = run.files.skipped.iter().filter(|s| s.reason.is_loss()).count();
    let paths = if unread == 1 { "path" } else { "paths" };
    let unread = (unread > 0).then(|| format!("{unread} {paths} could not be read"));
    let unserved = run.unserved_types().map(|t| format!("no scanner of type {t}"));
    let mut gaps: Vec<String> = broken.into_iter().chain(unread).chain(unserved).collect();
    if gaps.is_empty() {
        gaps.extend(run.nothing_scanned().map(str::to_owned));
    }
    (!gaps.is_empty()).then(|| format!("the scan is incomplete: {}", gaps.join(", ")))
}

fn noun(count: usize) -> &'static str {
    if count == 1 { "finding" } else { "findings" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Counts, FailedFile, Files, Finding, ScanType, ScannerId, ScannerOutcome};
    use crate::post::sample::finding;

    fn of(severity: Severity) -> Finding {
        Finding { severity, ..finding("s", "r", "a", 1) }
    }

    fn run(findings: Vec<Finding>, statuses: Vec<ScannerStatus>) -> Run {
        let outcome = |status| ScannerOutcome {
            scanner: ScannerId::new("tool"),
            scan_type: ScanType::Code,
            status,
            failed_files: Vec::new(),
            millis: 0,
        };
        Run {
            version: String::new(),
            target: ".".to_owned(),
            scan_types: Vec::new(),
            outcomes: statuses.into_iter().map(outcome).collect(),
            files: Files::default(),
            findings,
            suppressed: vec![of(Severity::Critical)],
            unused_directives: Vec::new(),
            notices: Vec::new(),
            counts: Counts::default(),
            database: None,
            change: None,
        }
    }

    #[test]
    fn without_limits_everything_passes() {
        let verdict = judge(
            &run(vec![of(Severity::Critical)], vec![ScannerStatus::TimedOut { after_seconds: 3 }]),
            &Limits::default(),
        );
        assert_eq!((verdict.exit_code, verdict.passed()), (0, true));
    }

    #[test]
    fn the_reason_counts_per_severity_and_suppressed_findings_never_gate() {
        let limits = Limits { severity: Some(Severity::High), ..Limits::default() };
        let two = run(vec![of(Severity::Critical), of(Severity::High), of(Severity::Low)], vec![]);
        let verdict = judge(&two, &limits);
        assert_eq!(verdict.exit_code, 1);
        assert_eq!(verdict.reasons, ["2 findings of severity high or worse (1 critical, 1 high)"]);
        assert_eq!(judge(&run(vec![of(Severity::Low)], vec![]), &limits).exit_code, 0);
    }

    #[test]
    fn a_count_is_a_limit_that_may_be_reached() {
        let limits = Limits { count: Some(1), ..Limits::default() };
        assert!(judge(&run(vec![of(Severity::Low)], vec![]), &limits).passed());
        let verdict = judge(&run(vec![of(Severity::Low), of(Severity::Info)], vec![]), &limits);
        assert_eq!(verdict.reasons, ["2 findings, more than the 1 allowed"]);
    }

    #[test]
    fn findings_decide_the_code_and_every_reason_is_named() {
        let limits = Limits {
            severity: Some(Severity::Low),
            count: Some(0),
            incomplete: true,
            ..Limits::default()
        };
        let statuses = || {
            vec![
                ScannerStatus::Failed { message: "x".to_owned() },
                ScannerStatus::TimedOut { after_seconds: 300 },
            ]
        };
        let incomplete = judge(&run(vec![], statuses()), &limits);
        assert_eq!(incomplete.exit_code, 3);
        assert_eq!(
            incomplete.reasons,
            ["the scan is incomplete: tool failed, tool timed out after 300 s"]
        );
        let both = judge(&run(vec![of(Severity::Low)], statuses()), &limits);
        assert_eq!((both.exit_code, both.reasons.len()), (1, 3));
    }

    #[test]
    fn a_file_a_scanner_broke_on_is_incomplete() {
        let mut one =
            run(vec![], vec![ScannerStatus::Ran { findings: 0, version: "1".to_owned() }]);
        one.outcomes[0].failed_files =
            vec![FailedFile { path: "a".to_owned(), message: "b".to_owned() }];
        let limits = Limits { incomplete: true, ..Limits::default() };
        assert_eq!(judge(&one, &limits).reasons, ["the scan is incomplete: tool broke on 1 file"]);
    }
}
