//! safety: vulnerable packages of Python requirements. Its data comes from its service, so it runs with `--online` only.

use super::stage::{ends_in, name};
use super::trivy::special;
use super::{Adapter, BadResult, Call, Drive, Job, Kind, Program, Reading, Report, draft, field};
use crate::engine::Lack;
use crate::finding::{Confidence, Finding, ScanType, ScannerId, Severity};
use serde_json::Value;

/// Files it is called for.
const MAX_FILES: usize = 50;

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("safety"),
    scan_type: ScanType::Dependency,
    summary: "vulnerable Python packages, by the data of Safety; needs --online",
    checks: &["packages of requirements*.txt and Pipfile.lock"],
    install: "pip install safety",
    kind: Kind::Tree,
    drive: Drive::Program(&PROGRAM),
    read,
};

static PROGRAM: Program = Program {
    name: "safety",
    version_args: &["--version"],
    version_variables: &[("PYTHONWARNINGS", "ignore")],
    wants: |path| {
        let name = name(path);
        name == "Pipfile.lock" || (name.starts_with("requirements") && ends_in(name, &[".txt"]))
    },
    calls,
    // 64 means that it has found something.
    good: &[0, 64],
    lacks: |_| None,
    needs_network: true,
};

#[expect(clippy::unnecessary_wraps, reason = "the shape of the table")]
fn calls(job: &Job<'_>) -> Result<Vec<Call>, Lack> {
    let one = |file: &String| {
        let call = Call::new(["check", "--output", "json", "--file"])
            .and([job.stage.join(file)])
            .with("PYTHONWARNINGS", "ignore");
        let mut call = Call { about: Some(file.clone()), ..call };
        call.variables.extend(special(job, &["SAFETY_API_KEY"]));
        call
    };
    Ok(job.files.iter().take(MAX_FILES).map(one).collect())
}

fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let document = json_in(bytes)?;
    let mut report = Report {
        version: field::line(&document["report_meta"]["safety_version"], 40),
        ..Report::default()
    };
    if let Value::Array(rows) = &document {
        // Version 1.
        for row in rows.iter().filter_map(Value::as_array) {
            let at = |index: usize| row.get(index).unwrap_or(&Value::Null);
            report.push(finding(reading, at(0), at(2), at(3), at(4), &Value::Null));
        }
        return Ok(report);
    }
    let list = document["vulnerabilities"].as_array();
    for one in list.ok_or_else(|| BadResult("it has no vulnerabilities".to_owned()))? {
        if one["ignored"] == true {
            continue;
        }
        let (package, version) = (&one["package_name"], &one["analyzed_version"]);
        let id = &one["vulnerability_id"];
        report.push(finding(reading, package, version, &one["advisory"], id, one));
    }
    Ok(report)
}

/// Some versions print a notice before the document.
fn json_in(bytes: &[u8]) -> Result<Value, BadResult> {
    match serde_json::from_slice(bytes) {
        Ok(document) => Ok(document),
        Err(error) => {
            let text = String::from_utf8_lossy(bytes);
            let start = ["\n{", "\n["].iter().filter_map(|mark| text.find(mark)).min();
            let mut values =
                start.map(|start| serde_json::Deserializer::from_str(&text[start..]).into_iter());
            let value = values.as_mut().and_then(Iterator::next).and_then(Result::ok);
            value.ok_or_else(|| BadResult::json(&error))
        }
    }
}

fn finding(
    reading: &Reading<'_>,
    package: &Value,
    version: &Value,
    advisory: &Value,
    id: &Value,
    one: &Value,
) -> Finding {
    let package = field::line(package, field::ID).unwrap_or_default();
    let id = field::line(id, field::ID).unwrap_or_default();
    let score =
        [&one["severity"]["cvssv3"]["base_score"], &one["severity"]["cvssv2"]["base_score"]];
    let severity = score.iter().find_map(|score| score.as_f64()).and_then(draft::by_score);
    // Without a score the specification has it high.
    let severity = severity.unwrap_or(Severity::High);
    let mut finding = draft::finding(
        reading,
        severity,
        &format!("safety/{id}"),
        &format!("Vulnerable package: {package}"),
    );
    finding.confidence = Confidence::High;
    finding.description =
        field::prose(advisory).map(|text| text.chars().take(500).collect()).unwrap_or_default();
    finding.references = field::links([&one["more_info_url"], &one["more_info_path"]]);
    finding.path = reading.about.map(str::to_owned);
    let fixes: Vec<&str> =
        one["fixed_versions"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    finding.remediation = Some(match fixes[..] {
        [] => format!("Use a version of {package} that the advisory does not speak of."),
        [..] => format!(
            "Update {package} to {}.",
            fixes.iter().take(8).copied().collect::<Vec<_>>().join(" or ")
        ),
    });
    let version = field::line(version, field::ID);
    let fixed = fixes.first().copied();
    draft::about_package(
        &mut finding,
        &draft::Package { name: &package, version: version.as_deref(), fixed },
    );
    let named = [&one["CVE"]].into_iter().filter_map(|id| field::line(id, field::ID));
    draft::aliases(&mut finding, named.chain((!id.is_empty()).then(|| id.clone())));
    finding
}
