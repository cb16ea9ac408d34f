//! semgrep: patterns over code. Rules come from `semgrep_rules`; the registry only with `--online`. Rule files are copied
//! first, because semgrep makes the folder a rule file stands in a part of the rule's id.

use super::stage::ends_in;
use super::{Adapter, BadResult, Call, Drive, Job, Kind, Program, Reading, Report, draft, field};
use crate::engine::Lack;
use crate::finding::{Confidence, ScanType, ScannerId, Severity};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Rule files that are used.
const MAX_RULES: usize = 5000;

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("semgrep"),
    scan_type: ScanType::Code,
    summary: "injection, unsafe calls and whatever your semgrep rules describe",
    checks: &[
        "rules of semgrep_rules: files and folders, offline",
        "rules of the semgrep registry, with --online",
    ],
    install: "pip install semgrep",
    kind: Kind::Tree,
    drive: Drive::Program(&PROGRAM),
    read,
};

static PROGRAM: Program = Program {
    name: "semgrep",
    version_args: &["--version", "--disable-version-check"],
    version_variables: &[("SEMGREP_ENABLE_VERSION_CHECK", "0"), ("SEMGREP_SEND_METRICS", "off")],
    wants: |path| !ends_in(path, &[".semgrepignore"]),
    calls,
    good: &[0, 1],
    lacks: |_| None,
    needs_network: false,
};

fn calls(job: &Job<'_>) -> Result<Vec<Call>, Lack> {
    let failed = |what: &str| Lack {
        reason: what.to_owned(),
        hint: "check that semgrep_rules names files that can be read".to_owned(),
    };
    let mut configs: Vec<String> = Vec::new();
    for entry in &job.config.semgrep_rules {
        if entry.exists() {
            for file in rule_files(entry) {
                let name = format!("{}.yml", configs.len());
                std::fs::copy(&file, job.scratch.join(&name))
                    .map_err(|_| failed("a rule file cannot be read"))?;
                configs.push(name);
            }
        } else if let (true, Some(reference)) = (job.config.online, entry.to_str()) {
            configs.push(reference.to_owned());
        } else if entry.is_absolute() {
            return Err(failed("a file of semgrep_rules is not there"));
        }
    }
    if configs.is_empty() && job.config.online && job.config.semgrep_rules.is_empty() {
        configs.push("auto".to_owned());
    }
    if configs.is_empty() {
        return Err(Lack {
            reason: "it has no rules".to_owned(),
            hint: "name rule files under semgrep_rules, or let it fetch its own with --online"
                .to_owned(),
        });
    }
    // Without a file of this name semgrep leaves tests and more out by itself.
    let _ = std::fs::write(job.stage.join(".semgrepignore"), "");
    // The registry's own choice of rules needs metrics; nothing else does.
    let metrics = if configs.iter().any(|config| config == "auto") { "auto" } else { "off" };
    let call =
        Call::new(["scan", "--json", "--disable-version-check", "--quiet", "--no-git-ignore"])
            .and([format!("--metrics={metrics}")])
            .and(configs.iter().flat_map(|config| ["--config".to_owned(), config.clone()]))
            .and([job.stage])
            .with("SEMGREP_ENABLE_VERSION_CHECK", "0")
            .with("SEMGREP_SETTINGS_FILE", job.scratch.join("settings.yml"));
    Ok(vec![call])
}

/// The file itself, or the YAML files below a folder, sorted; no link is followed.
fn rule_files(entry: &Path) -> Vec<PathBuf> {
    if entry.is_file() {
        return vec![entry.to_owned()];
    }
    let mut found = Vec::new();
    let mut folders = vec![(entry.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for file in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let Ok(kind) = file.file_type() else { continue };
            let path = file.path();
            if kind.is_dir() && depth < 20 {
                folders.push((path, depth + 1));
            } else if kind.is_file()
                && path.to_str().is_some_and(|path| ends_in(path, &[".yml", ".yaml"]))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    found.truncate(MAX_RULES);
    found
}

fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    let results =
        document["results"].as_array().ok_or_else(|| BadResult("it has no results".to_owned()))?;
    let mut report = Report { version: field::line(&document["version"], 40), ..Report::default() };
    for result in results {
        let (extra, id) = (&result["extra"], result["check_id"].as_str().unwrap_or("Unknown rule"));
        let metadata = &extra["metadata"];
        let message = field::prose(&extra["message"]).unwrap_or_default();
        let title = message.lines().next().unwrap_or_default();
        // A sentence too long for a title is for the description; the id's last part then names it.
        let last = id.rsplit('.').next().unwrap_or(id);
        let title = if title.is_empty() || title.chars().count() > 120 { last } else { title };
        let mut finding = draft::finding(reading, severity(&extra["severity"]), id, title);
        finding.confidence = match metadata["confidence"].as_str().unwrap_or_default() {
            "HIGH" => Confidence::High,
            "LOW" => Confidence::Low,
            _ => Confidence::Medium,
        };
        finding.description = message;
        finding.cwe = field::cwe(&metadata["cwe"]);
        finding.references = field::links([&metadata["references"], &metadata["source"]]);
        // A replacement for a line with a credential repeats the credential.
        let of_secrets =
            matches!(finding.cwe.as_deref(), Some("CWE-798" | "CWE-259" | "CWE-321" | "CWE-522"));
        finding.remediation = field::prose(&extra["fix"])
            .filter(|_| !of_secrets)
            .map(|fix| format!("Replace it with: {fix}"));
        let path = result["path"].as_str().and_then(|path| reading.base.relative(path));
        let (start, end) = (&result["start"], &result["end"]);
        draft::on_lines(
            &mut finding,
            path,
            field::position(&start["line"]),
            field::position(&end["line"]),
        );
        if finding.line.is_some() {
            finding.column = field::position(&start["col"]);
            finding.end_column = field::position(&end["col"]);
        }
        report.push(finding);
    }
    for error in document["errors"].as_array().into_iter().flatten() {
        if error["level"].as_str() == Some("error") {
            let path = error["path"].as_str().and_then(|path| reading.base.relative(path));
            let words = error["message"].as_str().and_then(|text| text.lines().next());
            let words = words.and_then(|line| field::short(&reading.base.without_roots(line), 300));
            report.fail(path, words.unwrap_or_else(|| "semgrep reports an error".to_owned()));
        }
    }
    Ok(report)
}

/// Both of semgrep's scales.
fn severity(word: &Value) -> Severity {
    match word.as_str().unwrap_or_default() {
        "CRITICAL" => Severity::Critical,
        "ERROR" | "HIGH" => Severity::High,
        "WARNING" | "MEDIUM" => Severity::Medium,
        "INVENTORY" | "EXPERIMENT" => Severity::Info,
        _ => Severity::Low,
    }
}
