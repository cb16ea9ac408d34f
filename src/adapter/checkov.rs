//! checkov: misconfiguration of infrastructure files.

use super::stage::{ends_in, name};
use super::{Adapter, BadResult, Call, Drive, Job, Kind, Program, Reading, Report, draft, field};
use crate::engine::Lack;
use crate::finding::{ScanType, ScannerId, Severity};
use serde_json::Value;

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("checkov"),
    scan_type: ScanType::Iac,
    summary: "misconfiguration of Terraform, Kubernetes, CloudFormation, Dockerfiles and pipelines",
    checks: &["the policies of checkov that need no account"],
    install: "pip install checkov",
    kind: Kind::Tree,
    drive: Drive::Program(&PROGRAM),
    read,
};

static PROGRAM: Program = Program {
    name: "checkov",
    version_args: &["--version"],
    version_variables: &[],
    wants,
    calls,
    good: &[0, 1],
    lacks: |_| None,
    needs_network: false,
};

/// Frameworks that read files and start nothing: helm and kustomize start programs, sca and sast ask a service, secrets
/// repeats what it finds.
const FRAMEWORKS: &[&str] = &[
    "ansible",
    "argo_workflows",
    "arm",
    "azure_pipelines",
    "bicep",
    "bitbucket_pipelines",
    "circleci_pipelines",
    "cloudformation",
    "dockerfile",
    "github_actions",
    "gitlab_ci",
    "kubernetes",
    "openapi",
    "serverless",
    "terraform",
    "terraform_json",
];

/// A `.checkov.yaml` of the tree can name Python files that checkov then runs; it stays out.
fn wants(path: &str) -> bool {
    let file = name(path);
    let infrastructure =
        [".tf", ".tfvars", ".tf.json", ".yml", ".yaml", ".json", ".bicep", ".hcl", ".template"];
    let is_wanted = ends_in(path, &infrastructure) || is_dockerfile(path);
    is_wanted && !file.starts_with(".checkov") && !file.ends_with("package-lock.json")
}

/// By the names that people give such files.
pub(super) fn is_dockerfile(path: &str) -> bool {
    let file = name(path).to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|word| {
        file.strip_prefix(word).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            || file.strip_suffix(word).is_some_and(|rest| rest.ends_with('.'))
    }) && !ends_in(path, &[".dockerignore", ".md", ".txt"])
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of the table")]
fn calls(job: &Job<'_>) -> Result<Vec<Call>, Lack> {
    let call = Call::new(["-o", "json", "--quiet", "--compact", "--skip-download"])
        .and(["--download-external-modules", "false", "--framework"])
        .and(FRAMEWORKS.iter().copied())
        .and(["--directory".into(), job.stage.as_os_str().to_owned()])
        // Otherwise it looks for the newest version of itself.
        .with("CHECKOV_NO_VERSION_CHECK", "true")
        .with("LOG_LEVEL", "ERROR");
    Ok(vec![call])
}

fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    let parts = match &document {
        Value::Array(parts) => parts.iter().collect(),
        part @ Value::Object(_) => vec![part],
        _ => return Err(BadResult("it is not a report of checkov".to_owned())),
    };
    let mut report = Report::default();
    for part in parts {
        // Without a file for any framework it writes a summary and nothing else.
        let is_empty = part["resource_count"].is_number() && part["checkov_version"].is_string();
        if !part["results"].is_object() && !is_empty {
            return Err(BadResult("it is not a report of checkov".to_owned()));
        }
        let version = [&part["summary"]["checkov_version"], &part["checkov_version"]];
        report.version =
            report.version.or_else(|| version.iter().find_map(|text| field::line(text, 40)));
        let kind = field::line(&part["check_type"], 60).unwrap_or_default();
        for check in part["results"]["failed_checks"].as_array().into_iter().flatten() {
            report.push(finding(check, &kind, reading));
        }
        for path in part["results"]["parsing_errors"].as_array().into_iter().flatten() {
            let path = path.as_str().and_then(|path| reading.base.relative(path));
            report.fail(path, "checkov cannot parse it".to_owned());
        }
    }
    Ok(report)
}

fn finding(check: &Value, kind: &str, reading: &Reading<'_>) -> crate::finding::Finding {
    let id = check["check_id"].as_str().unwrap_or_default();
    let name = field::line(&check["check_name"], field::TITLE).unwrap_or_default();
    let words = [&check["severity"], &check["check_result"]["evaluated_keys_severity"]];
    // Without an account checkov rates nothing.
    let severity =
        words.iter().find_map(|word| draft::severity(word.as_str()?)).unwrap_or(Severity::Medium);
    let mut finding = draft::finding(reading, severity, id, &format!("{id}: {name}"));
    finding.description = name;
    let page = field::links([&check["guideline"]]);
    finding.remediation = page.first().map(|page| format!("See {page}"));
    finding.references = page;
    if let Some(other) = field::line(&check["bc_check_id"], field::ID) {
        draft::aliases(&mut finding, [other]);
    }
    let path = check["file_path"].as_str().and_then(|path| reading.base.relative(path));
    let lines = &check["file_line_range"];
    // It counts a few things from 0.
    let first = field::position(&lines[0]).or_else(|| lines[0].as_u64().map(|_| 1));
    draft::on_lines(&mut finding, path, first, field::position(&lines[1]));
    if let Some(resource) = field::line(&check["resource"], field::ID) {
        finding.set_meta("resource", reading.base.without_roots(&resource));
    }
    if !kind.is_empty() {
        finding.set_meta("check_type", kind);
    }
    finding
}
