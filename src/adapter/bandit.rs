//! bandit: unsafe calls in Python.

use super::stage::ends_in;
use super::{Adapter, BadResult, Call, Drive, Job, Kind, Program, Reading, Report, draft, field};
use crate::engine::Lack;
use crate::finding::{Confidence, ScanType, ScannerId, Severity};
use serde_json::Value;

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("bandit"),
    scan_type: ScanType::Code,
    summary: "unsafe calls and imports in Python",
    checks: &[
        "shell calls, SQL out of strings, unsafe deserialisation",
        "weak digests and ciphers, disabled certificate checks",
        "hard-coded passwords and bindings to all interfaces",
    ],
    install: "pip install bandit",
    kind: Kind::Tree,
    drive: Drive::Program(&PROGRAM),
    read,
};

static PROGRAM: Program = Program {
    name: "bandit",
    version_args: &["--version"],
    version_variables: &[],
    wants: |path| ends_in(path, &[".py", ".pyw"]),
    calls,
    good: &[0, 1],
    lacks: |_| None,
    needs_network: false,
};

#[expect(clippy::unnecessary_wraps, reason = "the shape of the table")]
fn calls(job: &Job<'_>) -> Result<Vec<Call>, Lack> {
    Ok(vec![Call::new(["-f", "json", "--quiet", "-r"]).and([job.stage])])
}

fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    let results =
        document["results"].as_array().ok_or_else(|| BadResult("it has no results".to_owned()))?;
    let mut report = Report::default();
    for result in results {
        let id = result["test_id"].as_str().unwrap_or_default();
        // The tests for passwords repeat the password in their text.
        let secret = matches!(id, "B105" | "B106" | "B107");
        let text = field::prose(&result["issue_text"]).unwrap_or_default();
        let text =
            if secret { text.split(':').next().unwrap_or_default().to_owned() } else { text };
        let title = if text.chars().count() > 120 || text.is_empty() {
            result["test_name"].as_str().unwrap_or_default().replace('_', " ")
        } else {
            text.clone()
        };
        let severity = match result["issue_severity"].as_str().unwrap_or_default() {
            "HIGH" => Severity::High,
            "MEDIUM" => Severity::Medium,
            _ => Severity::Low,
        };
        let mut finding = draft::finding(reading, severity, id, &title);
        finding.confidence = match result["issue_confidence"].as_str().unwrap_or_default() {
            "HIGH" => Confidence::High,
            "LOW" => Confidence::Low,
            _ => Confidence::Medium,
        };
        finding.description = text;
        finding.cwe = field::cwe(&result["issue_cwe"]["id"]);
        finding.references = field::links([&result["more_info"]]);
        let name = field::line(&result["test_name"], field::ID);
        draft::aliases(&mut finding, name.filter(|name| name != "blacklist"));
        let path = result["filename"].as_str().and_then(|path| reading.base.relative(path));
        let last = result["line_range"].as_array().and_then(|lines| lines.last());
        let last = last.and_then(field::position);
        draft::on_lines(&mut finding, path, field::position(&result["line_number"]), last);
        if finding.line.is_some() && finding.line == finding.end_line {
            // Columns count from 0 here.
            let column = |value: &Value| value.as_u64().and_then(|n| u32::try_from(n + 1).ok());
            finding.column = column(&result["col_offset"]);
            let end = column(&result["end_col_offset"]);
            finding.end_column = end.filter(|end| finding.column.is_some_and(|start| start < *end));
        }
        report.push(finding);
    }
    for error in document["errors"].as_array().into_iter().flatten() {
        let path = error["filename"].as_str().and_then(|path| reading.base.relative(path));
        let words = field::line(&error["reason"], 300);
        report.fail(path, words.unwrap_or_else(|| "bandit reports an error".to_owned()));
    }
    Ok(report)
}
