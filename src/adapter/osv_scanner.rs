//! osv-scanner: vulnerable packages of lockfiles, by the databases of OSV.

use super::trivy::{is_package_list, special};
use super::{Adapter, BadResult, Call, Drive, Job, Kind, Program, Reading, Report, draft, field};
use crate::engine::Lack;
use crate::engine::osv::cvss;
use crate::finding::{Confidence, Finding, ScanType, ScannerId, Severity, key};
use serde_json::Value;

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("osv-scanner"),
    scan_type: ScanType::Dependency,
    summary: "vulnerable packages, by the databases of OSV",
    checks: &["packages of lockfiles against its own copy of OSV, or the service with --online"],
    install: "https://google.github.io/osv-scanner/installation/",
    kind: Kind::Tree,
    drive: Drive::Program(&PROGRAM),
    read,
};

static PROGRAM: Program = Program {
    name: "osv-scanner",
    version_args: &["--version"],
    version_variables: &[],
    wants: is_package_list,
    calls,
    good: &[0, 1],
    lacks,
    needs_network: false,
};

#[expect(clippy::unnecessary_wraps, reason = "the shape of the table")]
fn calls(job: &Job<'_>) -> Result<Vec<Call>, Lack> {
    let mut call =
        Call::new(["scan", "source", "--format", "json", "--verbosity", "error", "--recursive"]);
    if !job.config.online {
        call = call.and(["--offline"]);
    }
    call = call.and([job.stage]);
    call.variables
        .extend(special(job, &["XDG_CACHE_HOME", "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY"]));
    Ok(vec![call])
}

fn lacks(said: &str) -> Option<Lack> {
    let lack = |reason: &str, hint: &str| Lack { reason: reason.to_owned(), hint: hint.to_owned() };
    if said.contains("no offline version of the OSV database") || said.contains("could not load db")
    {
        let hint = "osv-scanner --offline-vulnerabilities --download-offline-databases ., or scan with --online";
        return Some(lack("its databases were never downloaded", hint));
    }
    said.contains("No package sources found")
        .then(|| lack("it knows none of the target's lockfiles", "name a folder with a lockfile"))
}

fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    let results =
        document["results"].as_array().ok_or_else(|| BadResult("it has no results".to_owned()))?;
    let mut report = Report::default();
    for result in results {
        let path = result["source"]["path"].as_str().and_then(|path| reading.base.relative(path));
        for package in result["packages"].as_array().into_iter().flatten() {
            let groups = package["groups"].as_array().map(Vec::as_slice).unwrap_or_default();
            for vulnerability in package["vulnerabilities"].as_array().into_iter().flatten() {
                let id = vulnerability["id"].as_str().unwrap_or_default();
                let group = groups.iter().find(|group| {
                    group["ids"].as_array().is_some_and(|ids| ids.iter().any(|one| one == id))
                });
                // Ids of one group are names of one thing: the first stands for it.
                if group.is_some_and(|group| group["ids"][0] != id) {
                    continue;
                }
                report.push(finding(
                    vulnerability,
                    group,
                    &package["package"],
                    path.clone(),
                    reading,
                ));
            }
        }
    }
    Ok(report)
}

fn finding(
    one: &Value,
    group: Option<&Value>,
    package: &Value,
    path: Option<String>,
    reading: &Reading<'_>,
) -> Finding {
    let id = one["id"].as_str().unwrap_or_default();
    let name = package["name"].as_str().unwrap_or_default();
    let mut finding = draft::finding(reading, severity(one, group), id, &format!("{id} in {name}"));
    finding.confidence = Confidence::High;
    let words = [&one["summary"], &one["details"]];
    finding.description = words.into_iter().find_map(field::prose).unwrap_or_default();
    finding.cwe = field::cwe(&one["database_specific"]["cwe_ids"]);
    let pages = one["references"].as_array().into_iter().flatten().map(|page| &page["url"]);
    finding.references = field::links(pages);
    finding.path = path;
    let fixed = fixed(one, name);
    finding.remediation =
        fixed.and_then(|fixed| field::short(&format!("Update to {fixed}"), field::TITLE));
    let version = package["version"].as_str();
    draft::about_package(&mut finding, &draft::Package { name, version, fixed });
    let lists = [
        Some(&one["aliases"]),
        group.map(|group| &group["ids"]),
        group.map(|group| &group["aliases"]),
    ];
    let ids = lists.into_iter().flatten().filter_map(Value::as_array).flatten();
    draft::aliases(&mut finding, ids.filter_map(|id| field::line(id, field::ID)));
    if let Some(ecosystem) = field::line(&package["ecosystem"], 40) {
        finding.set_meta(key::ECOSYSTEM, ecosystem);
    }
    finding
}

/// The score of the group, then the database's word, then the vectors; what nobody rated is medium.
fn severity(one: &Value, group: Option<&Value>) -> Severity {
    let score =
        group.and_then(|group| group["max_severity"].as_str()).and_then(|score| score.parse().ok());
    let word = || one["database_specific"]["severity"].as_str().and_then(draft::severity);
    let vector = || {
        let mut vectors = one["severity"].as_array().into_iter().flatten().take(8);
        vectors.find_map(|vector| cvss::score(vector["score"].as_str()?))
    };
    score
        .and_then(draft::by_score)
        .or_else(word)
        .or_else(|| draft::by_score(f64::from(vector()?.0)))
        .unwrap_or(Severity::Medium)
}

/// The first version that a range of this package says is mended; commits say nothing to a reader.
fn fixed<'a>(one: &'a Value, name: &str) -> Option<&'a str> {
    let affected = one["affected"].as_array().into_iter().flatten().take(200);
    affected
        .filter(|affected| affected["package"]["name"] == name)
        .flat_map(|affected| affected["ranges"].as_array().into_iter().flatten().take(100))
        .filter(|range| range["type"] != "GIT")
        .flat_map(|range| range["events"].as_array().into_iter().flatten().take(100))
        .filter_map(|event| event["fixed"].as_str())
        .last()
}
