//! trivy: vulnerable packages of lockfiles, by trivy's own database.

use super::stage::name;
use super::{Adapter, BadResult, Call, Drive, Job, Kind, Program, Reading, Report, draft, field};
use crate::engine::Lack;
use crate::engine::osv::inventory::format_of;
use crate::finding::{Confidence, ScanType, ScannerId, Severity, key};
use serde_json::Value;

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("trivy"),
    scan_type: ScanType::Dependency,
    summary: "vulnerable packages, by the database of trivy",
    checks: &["packages of lockfiles against trivy's database, which it keeps itself"],
    install: "https://trivy.dev/docs/latest/getting-started/installation/",
    kind: Kind::Tree,
    drive: Drive::Program(&PROGRAM),
    read,
};

static PROGRAM: Program = Program {
    name: "trivy",
    version_args: &["--version"],
    version_variables: &[("TRIVY_SKIP_VERSION_CHECK", "true")],
    wants: is_package_list,
    calls,
    good: &[0],
    lacks,
    needs_network: false,
};

/// Files that list packages; what steers trivy (`trivy.yaml`, `.trivyignore`) is none.
pub(super) fn is_package_list(path: &str) -> bool {
    format_of(path).is_some()
        || matches!(name(path), "go.sum" | "gradle.lockfile" | "buildscript-gradle.lockfile")
}

#[expect(clippy::unnecessary_wraps, reason = "the shape of the table")]
fn calls(job: &Job<'_>) -> Result<Vec<Call>, Lack> {
    let mut call = Call::new(["fs", "--format", "json", "--scanners", "vuln", "--quiet"]);
    if !job.config.online {
        call = call.and(["--offline-scan", "--skip-db-update", "--skip-java-db-update"]);
    }
    // As variables, because an old version does not know the flags and would stop at them.
    call = call
        .and([job.stage])
        .with("TRIVY_SKIP_VERSION_CHECK", "true")
        .with("TRIVY_DISABLE_TELEMETRY", "true")
        .with("TRIVY_SKIP_VEX_REPO_UPDATE", "true");
    call.variables.extend(special(job, &["TRIVY_CACHE_DIR", "XDG_CACHE_HOME"]));
    Ok(vec![call])
}

/// Variables of the user's that this tool gets.
pub(super) fn special(
    job: &Job<'_>,
    names: &[&str],
) -> Vec<(std::ffi::OsString, std::ffi::OsString)> {
    let wanted = |name: &std::ffi::OsString| names.iter().any(|one| name == one);
    job.surroundings.special.iter().filter(|(name, _)| wanted(name)).cloned().collect()
}

fn lacks(said: &str) -> Option<Lack> {
    let no_database = said.contains("cannot be specified on the first run")
        || said.contains("the first run cannot skip downloading");
    no_database.then(|| Lack {
        reason: "its database was never downloaded".to_owned(),
        hint: "trivy fs --download-db-only, or scan with --online".to_owned(),
    })
}

fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    if document["SchemaVersion"].as_u64().is_none() && !document["Results"].is_array() {
        return Err(BadResult("it is not a report of trivy".to_owned()));
    }
    let mut report =
        Report { version: field::line(&document["Trivy"]["Version"], 40), ..Report::default() };
    for result in document["Results"].as_array().into_iter().flatten() {
        let target = result["Target"].as_str().and_then(|path| reading.base.relative(path));
        for vulnerability in result["Vulnerabilities"].as_array().into_iter().flatten() {
            report.push(vulnerable(vulnerability, target.clone(), reading));
        }
        for wrong in result["Misconfigurations"].as_array().into_iter().flatten() {
            if wrong["Status"].as_str().is_none_or(|status| status == "FAIL") {
                report.push(misconfigured(wrong, target.clone(), reading));
            }
        }
    }
    Ok(report)
}

fn vulnerable(one: &Value, path: Option<String>, reading: &Reading<'_>) -> crate::finding::Finding {
    let id = one["VulnerabilityID"].as_str().unwrap_or_default();
    let package = one["PkgName"].as_str().unwrap_or_default();
    let mut finding =
        draft::finding(reading, severity(&one["Severity"]), id, &format!("{id} in {package}"));
    finding.confidence = Confidence::High;
    finding.description = field::prose(&one["Description"])
        .or_else(|| field::prose(&one["Title"]))
        .unwrap_or_default();
    finding.cwe = field::cwe(&one["CweIDs"]);
    finding.references = field::links([&one["PrimaryURL"], &one["References"]]);
    let fixed = one["FixedVersion"].as_str().filter(|fixed| !fixed.is_empty());
    finding.remediation =
        fixed.and_then(|fixed| field::short(&format!("Update to {fixed}"), field::TITLE));
    finding.path = path;
    let version = one["InstalledVersion"].as_str();
    draft::about_package(&mut finding, &draft::Package { name: package, version, fixed });
    draft::aliases(
        &mut finding,
        one["VendorIDs"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|id| field::line(id, field::ID)),
    );
    if let Some(purl) = field::line(&one["PkgIdentifier"]["PURL"], field::TITLE) {
        finding.set_meta(key::PURL, purl);
    }
    finding
}

/// Not asked for when securescan calls trivy; read when a report holds them.
fn misconfigured(
    one: &Value,
    path: Option<String>,
    reading: &Reading<'_>,
) -> crate::finding::Finding {
    let id = one["ID"].as_str().or_else(|| one["AVDID"].as_str()).unwrap_or_default();
    let title = field::line(&one["Title"], field::TITLE).unwrap_or_default();
    let mut finding = draft::finding(reading, severity(&one["Severity"]), id, &title);
    finding.scan_type = ScanType::Iac;
    finding.description = field::prose(&one["Description"]).unwrap_or_default();
    finding.remediation = field::prose(&one["Resolution"]);
    finding.references = field::links([&one["PrimaryURL"], &one["References"]]);
    draft::aliases(
        &mut finding,
        [&one["AVDID"], &one["ID"]].into_iter().filter_map(|id| field::line(id, field::ID)),
    );
    let cause = &one["CauseMetadata"];
    draft::on_lines(
        &mut finding,
        path,
        field::position(&cause["StartLine"]),
        field::position(&cause["EndLine"]),
    );
    if let Some(resource) = field::line(&cause["Resource"], field::ID) {
        finding.set_meta("resource", resource);
    }
    finding
}

fn severity(word: &Value) -> Severity {
    word.as_str().and_then(draft::severity).unwrap_or(Severity::Info)
}
