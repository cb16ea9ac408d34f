//! A saved result of a tool: whose it is, by its name or by what it holds.

use super::{ADAPTERS, Adapter, BadResult, Reading, Report, by_name, place::Base, sarif, zizmor};
use crate::finding::{ScanType, ScannerId};
use serde_json::Value;

/// What one tool says in a saved result.
#[derive(Debug)]
pub struct Imported {
    /// Who.
    pub scanner: ScannerId,
    /// Its family.
    pub scan_type: ScanType,
    /// What it says.
    pub report: Report,
}

/// The word that means SARIF of any tool.
pub const SARIF: &str = "sarif";

/// Every word that names a format: the tools, and [`SARIF`].
pub fn names() -> impl Iterator<Item = &'static str> {
    std::iter::once(SARIF).chain(ADAPTERS.iter().map(|adapter| adapter.id.as_str()))
}

/// Reads a saved result. `from` is a word of [`names`]; without one the content tells. Paths are taken relative to `base`.
pub fn read(bytes: &[u8], from: Option<&str>, base: &Base) -> Result<Vec<Imported>, BadResult> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let adapter = match from {
        Some(SARIF) => None,
        Some(name) => {
            Some(by_name(name).ok_or_else(|| BadResult(format!("no tool is called {name}")))?)
        }
        None => match recognise(bytes)? {
            Format::Sarif => None,
            Format::Native(adapter) => Some(adapter),
        },
    };
    match adapter {
        // A tool's name can mean either of its forms.
        Some(adapter) if !looks_like_sarif(bytes) => Ok(vec![native(adapter, bytes, base)?]),
        only => of_sarif(bytes, base, only),
    }
}

fn native(adapter: &'static Adapter, bytes: &[u8], base: &Base) -> Result<Imported, BadResult> {
    let reading = Reading { scanner: &adapter.id, scan_type: adapter.scan_type, base, about: None };
    let report = (adapter.read)(bytes, &reading)?;
    Ok(Imported { scanner: adapter.id.clone(), scan_type: adapter.scan_type, report })
}

fn of_sarif(
    bytes: &[u8],
    base: &Base,
    only: Option<&'static Adapter>,
) -> Result<Vec<Imported>, BadResult> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    let mut found: Vec<Imported> = Vec::new();
    for log in sarif::runs(&document)? {
        let adapter = only.or_else(|| known(log.tool));
        let (scanner, scan_type) = match adapter {
            Some(adapter) => (adapter.id.clone(), adapter.scan_type),
            None => (sarif::scanner_of(log.tool), ScanType::Code),
        };
        let reading = Reading { scanner: &scanner, scan_type, base, about: None };
        let mut report = Report::default();
        log.read_into(&mut report, &reading);
        if scanner.as_str() == "zizmor" {
            report.findings.iter_mut().for_each(zizmor::mend);
        }
        found.push(Imported { scanner, scan_type, report });
    }
    Ok(found)
}

/// The row for a tool by the name it has in SARIF: `Semgrep OSS`, `Trivy`, `npm audit`.
fn known(tool: &str) -> Option<&'static Adapter> {
    let words = sarif::scanner_of(tool);
    let fits = |id: &str| {
        let rest = words.as_str().strip_prefix(id);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    ADAPTERS.iter().find(|adapter| fits(adapter.id.as_str())).copied()
}

enum Format {
    Sarif,
    Native(&'static Adapter),
}

fn looks_like_sarif(bytes: &[u8]) -> bool {
    // Cheap enough for a document that is parsed anyway, and it never fails on a large one.
    let holds = |word: &[u8]| memchr::memmem::find(bytes, word).is_some();
    holds(b"\"runs\"") && holds(b"\"driver\"")
}

/// Whose result it is, by the keys that only one tool writes.
fn recognise(bytes: &[u8]) -> Result<Format, BadResult> {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).map(|at| bytes[at]);
    if start == Some(b'<') {
        return row("nmap");
    }
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    let has = |key: &str| !document[key].is_null();
    let list = document.as_array().map(Vec::as_slice);
    let first = list.and_then(|list| list.first());
    let first_has = |key: &str| first.is_some_and(|first| !first[key].is_null());
    let name = if has("runs") {
        return Ok(Format::Sarif);
    } else if has("results") && has("metrics") {
        "bandit"
    } else if has("results") && (has("paths") || document["results"][0]["check_id"].is_string()) {
        "semgrep"
    } else if document["results"].is_array()
        && (document["results"][0]["packages"].is_array() || has("experimental_config"))
    {
        "osv-scanner"
    } else if has("SchemaVersion") || document["Results"].is_array() {
        "trivy"
    } else if has("report_meta") || document["vulnerabilities"].is_array() {
        "safety"
    } else if has("auditReportVersion")
        || document["vulnerabilities"].is_object()
        || document["advisories"].is_object()
    {
        "npm-audit"
    } else if has("check_type") || first_has("check_type") || has("checkov_version") {
        "checkov"
    } else if first_has("RuleID") {
        "gitleaks"
    } else if first_has("code") && first_has("level") {
        "hadolint"
    } else if first_has("Name") && first_has("License") {
        "pip-licenses"
    } else if has("alerts") || has("site") {
        "zap"
    } else if first.is_some_and(|row| row.as_array().is_some_and(|row| row.len() == 5)) {
        "safety"
    } else if first_has("ident") && first_has("determinations") {
        let how = "it is the own format of zizmor; save its result with --format sarif";
        return Err(BadResult(how.to_owned()));
    } else if document["schema"].as_str().is_some_and(|schema| schema.starts_with("securescan/")) {
        let how = "it is a report of securescan; `securescan render` makes other formats of it";
        return Err(BadResult(how.to_owned()));
    } else {
        let known: Vec<&str> = names().collect();
        return Err(BadResult(format!(
            "it is no result of a known tool (known: {})",
            known.join(", ")
        )));
    };
    row(name)
}

fn row(name: &str) -> Result<Format, BadResult> {
    by_name(name)
        .map(Format::Native)
        .ok_or_else(|| BadResult("it is no result of a known tool".to_owned()))
}
