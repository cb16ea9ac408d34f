//! A finding out of a tool's words: the one place that decides what of them is kept.

use super::{Reading, field};
use crate::finding::{Finding, RuleId, Severity, key};
use serde_json::Value;

/// Begins a finding. An id or a title that is empty or of the wrong kind becomes a word that says so.
pub(super) fn finding(
    reading: &Reading<'_>,
    severity: Severity,
    rule: &str,
    title: &str,
) -> Finding {
    let rule = field::short(rule, field::ID).unwrap_or_else(|| "unknown".to_owned());
    let title = field::short(title, field::TITLE).unwrap_or_else(|| rule.clone());
    let title = title.trim_end_matches('.').to_owned();
    Finding::new(reading.scanner.clone(), reading.scan_type, severity, RuleId::new(rule), title)
}

/// Puts it on lines of a file; the last line is never before the first.
pub(super) fn on_lines(
    finding: &mut Finding,
    path: Option<String>,
    first: Option<u32>,
    last: Option<u32>,
) {
    finding.path = path;
    if finding.path.is_some() {
        finding.line = first;
        finding.end_line = first.map(|first| last.unwrap_or(first).max(first));
    }
}

/// Other ids of the same thing, sorted, each once.
pub(super) fn aliases(finding: &mut Finding, ids: impl IntoIterator<Item = String>) {
    let mut list: Vec<String> = finding
        .metadata
        .get(key::ALIASES)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|id| id.as_str().map(str::to_owned))
        .collect();
    list.extend(ids.into_iter().take(64));
    list.retain(|id| id.as_str() != finding.rule_id.as_str());
    list.sort();
    list.dedup();
    if !list.is_empty() {
        let list = list.into_iter().map(Value::String).collect();
        finding.metadata.insert(key::ALIASES.to_owned(), Value::Array(list));
    }
}

/// A vulnerable package, as dependency tools speak of it.
#[derive(Debug, Default)]
pub(super) struct Package<'a> {
    /// Its name.
    pub(super) name: &'a str,
    /// Its version.
    pub(super) version: Option<&'a str>,
    /// The version that mends it.
    pub(super) fixed: Option<&'a str>,
}

/// Says which package a finding is about. The line is found later, in the file that lists it.
pub(super) fn about_package(finding: &mut Finding, package: &Package<'_>) {
    for (name, value) in [
        (key::PACKAGE, Some(package.name)),
        (key::INSTALLED_VERSION, package.version),
        (key::FIXED_VERSION, package.fixed),
    ] {
        if let Some(value) = value.and_then(|value| field::short(value, field::ID)) {
            finding.set_meta(name, value);
        }
    }
    // No line tells two advisories of one package apart.
    finding.context = format!(
        "{} {} {} {}",
        package.name,
        package.version.unwrap_or_default(),
        finding.rule_id,
        finding.title
    );
}

/// A severity by its word, as most tools write it; `moderate` and `unknown` too.
pub(super) fn severity(word: &str) -> Option<Severity> {
    match word.trim().to_ascii_lowercase().as_str() {
        "critical" => Some(Severity::Critical),
        "high" | "error" | "important" => Some(Severity::High),
        "medium" | "moderate" | "warning" => Some(Severity::Medium),
        "low" | "note" | "minor" => Some(Severity::Low),
        "info" | "informational" | "information" | "none" | "negligible" => Some(Severity::Info),
        _ => None,
    }
}

/// A severity by a CVSS base score.
pub(super) fn by_score(score: f64) -> Option<Severity> {
    match score {
        s if s.is_nan() || !(0.0..=10.0).contains(&s) => None,
        s if s >= 9.0 => Some(Severity::Critical),
        s if s >= 7.0 => Some(Severity::High),
        s if s >= 4.0 => Some(Severity::Medium),
        s if s > 0.0 => Some(Severity::Low),
        _ => Some(Severity::Info),
    }
}
