//! `npm audit`: vulnerable packages of an npm lockfile. It asks the registry, so it runs with `--online` only, over a copy of
//! the two files that it needs: an `.npmrc` of the scanned tree could send the list of packages elsewhere.

use super::stage::{folder, name};
use super::trivy::special;
use super::{Adapter, BadResult, Call, Drive, Job, Kind, Program, Reading, Report, draft, field};
use crate::engine::Lack;
use crate::finding::{Confidence, Finding, ScanType, ScannerId, Severity};
use serde_json::Value;
use std::collections::BTreeSet;

/// Lockfiles it is called for.
const MAX_FILES: usize = 50;

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("npm-audit"),
    scan_type: ScanType::Dependency,
    summary: "vulnerable npm packages, by the registry; needs --online",
    checks: &["packages of package-lock.json and npm-shrinkwrap.json, without installing anything"],
    install: "https://nodejs.org/en/download (npm comes with it)",
    kind: Kind::Tree,
    drive: Drive::Program(&PROGRAM),
    read,
};

static PROGRAM: Program = Program {
    name: "npm",
    version_args: &["--version"],
    version_variables: &[("NPM_CONFIG_UPDATE_NOTIFIER", "false")],
    wants: |path| {
        matches!(name(path), "package.json" | "package-lock.json" | "npm-shrinkwrap.json")
            && !path.split('/').any(|part| part == "node_modules")
    },
    calls,
    // 1 means that it has found something, or that it failed: then there is no report.
    good: &[0, 1],
    lacks: |_| None,
    needs_network: true,
};

fn calls(job: &Job<'_>) -> Result<Vec<Call>, Lack> {
    let empty = job.scratch.join("npmrc");
    let failed =
        |_| Lack { reason: "no file can be written".to_owned(), hint: "check TMPDIR".to_owned() };
    std::fs::write(&empty, "").map_err(failed)?;
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    let mut calls = Vec::new();
    for file in job.files {
        let is_lock = matches!(name(file), "package-lock.json" | "npm-shrinkwrap.json");
        if !is_lock || calls.len() >= MAX_FILES || !folders.insert(folder(file)) {
            continue;
        }
        let call = Call::new(["audit", "--json", "--package-lock-only", "--ignore-scripts"])
            .and(["--userconfig".into(), empty.clone().into_os_string()])
            .and(["--globalconfig".into(), empty.clone().into_os_string()])
            .and(["--cache".into(), job.scratch.join("cache").into_os_string()])
            .with("NPM_CONFIG_UPDATE_NOTIFIER", "false");
        let place = job.stage.join(folder(file));
        let mut call = Call { folder: Some(place), about: Some(file.clone()), ..call };
        call.variables.extend(special(job, &["NPM_CONFIG_REGISTRY"]));
        calls.push(call);
    }
    Ok(calls)
}

fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    let mut report = Report::default();
    if let Some(packages) = document["vulnerabilities"].as_object() {
        for (package, one) in packages {
            let advisories = one["via"].as_array().into_iter().flatten();
            // A text names another package that has the advisory and its own entry.
            for via in advisories.filter(|via| via.is_object()) {
                report.push(finding(package, one, via, reading));
            }
        }
    } else if let Some(advisories) = document["advisories"].as_object() {
        for one in advisories.values() {
            report.push(of_version_six(one, reading));
        }
    } else {
        let words = [&document["message"], &document["error"]["summary"]];
        let words = words.into_iter().find_map(|words| field::line(words, 200));
        return Err(BadResult(
            words.unwrap_or_else(|| "it is not a report of npm audit".to_owned()),
        ));
    }
    Ok(report)
}

fn finding(package: &str, one: &Value, via: &Value, reading: &Reading<'_>) -> Finding {
    let word = via["severity"].as_str().or_else(|| one["severity"].as_str());
    let severity = word.and_then(draft::severity).unwrap_or(Severity::Medium);
    let title = field::line(&via["title"], field::TITLE);
    let title = title.map_or_else(
        || format!("Vulnerable npm package: {package}"),
        |title| format!("{package}: {title}"),
    );
    let mut finding = draft::finding(reading, severity, &format!("npm-audit/{package}"), &title);
    finding.confidence = Confidence::High;
    finding.description = match field::line(&via["range"], 200) {
        Some(range) => format!("Versions {range} of {package} are affected."),
        None => String::new(),
    };
    finding.cwe = field::cwe(&via["cwe"]);
    finding.references = field::links([&via["url"]]);
    let fix = &one["fixAvailable"];
    finding.remediation =
        match (field::line(&fix["name"], field::ID), field::line(&fix["version"], field::ID)) {
            (Some(name), Some(version)) => {
                let breaking =
                    if fix["isSemVerMajor"] == true { " (a new major version)" } else { "" };
                Some(format!("Update {name} to {version}{breaking}."))
            }
            _ if *fix == Value::Bool(true) => {
                Some("npm audit fix updates it within its range.".to_owned())
            }
            _ => Some("No version mends it yet; replace the package or what needs it.".to_owned()),
        };
    place(&mut finding, package, None, reading);
    let advisory = via["url"].as_str().and_then(|url| url.rsplit('/').next());
    let advisory =
        advisory.filter(|id| id.starts_with("GHSA-")).and_then(|id| field::short(id, field::ID));
    draft::aliases(&mut finding, advisory);
    finding
}

fn of_version_six(one: &Value, reading: &Reading<'_>) -> Finding {
    let package = field::line(&one["module_name"], field::ID).unwrap_or_default();
    let severity = one["severity"].as_str().and_then(draft::severity).unwrap_or(Severity::Medium);
    let title = field::line(&one["title"], field::TITLE).unwrap_or_default();
    let mut finding = draft::finding(
        reading,
        severity,
        &format!("npm-audit/{package}"),
        &format!("{package}: {title}"),
    );
    finding.confidence = Confidence::High;
    finding.description = field::prose(&one["overview"]).unwrap_or_default();
    finding.remediation = field::prose(&one["recommendation"]);
    finding.cwe = field::cwe(&one["cwe"]);
    finding.references = field::links([&one["url"]]);
    place(&mut finding, &package, one["findings"][0]["version"].as_str(), reading);
    let ids = [&one["github_advisory_id"], &one["cves"][0]];
    draft::aliases(&mut finding, ids.into_iter().filter_map(|id| field::line(id, field::ID)));
    finding
}

fn place(finding: &mut Finding, package: &str, version: Option<&str>, reading: &Reading<'_>) {
    finding.path = Some(reading.about.unwrap_or("package-lock.json").to_owned());
    draft::about_package(finding, &draft::Package { name: package, version, fixed: None });
}
