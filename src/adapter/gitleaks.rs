//! gitleaks: secrets. Of what it finds the place and the rule are kept, never the text.

use super::stage::name;
use super::{Adapter, BadResult, Call, Drive, Job, Kind, Program, Reading, Report, draft, field};
use crate::engine::Lack;
use crate::finding::{ScanType, ScannerId, Severity};
use serde_json::Value;

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("gitleaks"),
    scan_type: ScanType::Code,
    summary: "secrets, by the rules of gitleaks",
    checks: &["tokens, keys and passwords in files; the history is not looked at"],
    install: "https://github.com/gitleaks/gitleaks#installing",
    kind: Kind::Tree,
    drive: Drive::Program(&PROGRAM),
    read,
};

static PROGRAM: Program = Program {
    name: "gitleaks",
    version_args: &["version"],
    version_variables: &[],
    // What the tree brings along to steer gitleaks stays out.
    wants: |path| !matches!(name(path), ".gitleaks.toml" | "gitleaks.toml" | ".gitleaksignore"),
    calls,
    good: &[0],
    lacks: |_| None,
    needs_network: false,
};

#[expect(clippy::unnecessary_wraps, reason = "the shape of the table")]
fn calls(job: &Job<'_>) -> Result<Vec<Call>, Lack> {
    let report = job.scratch.join("gitleaks.json");
    // `detect --no-git` is what old and new versions know; `dir` came with 8.19.
    let call = Call::new(["detect", "--no-git", "--no-banner", "--redact", "--exit-code", "0"])
        .and(["--report-format", "json", "--report-path"])
        .and([&report])
        .and(["--source"])
        .and([job.stage]);
    Ok(vec![Call { report: Some(report), ..call }])
}

fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    let results = match &document {
        Value::Array(results) => results.as_slice(),
        // Older versions write this when there is nothing.
        Value::Null => &[],
        _ => return Err(BadResult("it is not a list of findings".to_owned())),
    };
    let mut report = Report::default();
    for result in results {
        let id = result["RuleID"].as_str().unwrap_or_default();
        let title = if id.is_empty() { "Secret".to_owned() } else { format!("Secret: {id}") };
        let mut finding = draft::finding(reading, Severity::High, id, &title);
        finding.description = field::prose(&result["Description"]).unwrap_or_default();
        finding.cwe = Some("CWE-798".to_owned());
        finding.remediation =
            Some("Take it out of the file, and make a new one: this one has been seen.".to_owned());
        let path = result["File"].as_str().and_then(|path| reading.base.relative(path));
        let lines = (field::position(&result["StartLine"]), field::position(&result["EndLine"]));
        draft::on_lines(&mut finding, path, lines.0, lines.1);
        report.push(finding);
    }
    Ok(report)
}
