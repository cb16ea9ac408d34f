//! A SAST report (`gl-sast-report.json`, schema 15.1.4). What was not scanned stands in `scan.messages`, and `scan.status`
//! says whether something was lost.

use super::{REPOSITORY, line, unique};
use crate::finding::{Finding, Run, Severity};
use crate::report::{Options, change, gap, json, phrase};
use crate::text::escape;
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Limits of the schema, in characters.
const LONGEST_NAME: usize = 255;
const LONGEST_SOLUTION: usize = 7_000;
const LONGEST_DESCRIPTION: usize = 100_000;

#[derive(Serialize)]
struct Report {
    version: &'static str,
    scan: Scan,
    vulnerabilities: Vec<Vulnerability>,
}

#[derive(Serialize)]
struct Scan {
    analyzer: Tool,
    scanner: Tool,
    r#type: &'static str,
    start_time: String,
    end_time: String,
    status: &'static str,
    messages: Vec<Message>,
}

#[derive(Serialize)]
struct Tool {
    id: &'static str,
    name: &'static str,
    url: &'static str,
    version: String,
    vendor: Vendor,
}

#[derive(Serialize)]
struct Vendor {
    name: &'static str,
}

#[derive(Serialize)]
struct Message {
    level: &'static str,
    value: String,
}

#[derive(Serialize)]
struct Vulnerability {
    id: String,
    name: String,
    description: String,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    solution: Option<String>,
    identifiers: Vec<Identifier>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    links: Vec<Link>,
    location: Location,
}

#[derive(Serialize)]
struct Identifier {
    r#type: String,
    name: String,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
}

#[derive(Serialize)]
struct Link {
    url: String,
}

#[derive(Serialize)]
struct Location {
    file: String,
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
}

/// Renders the run. GitLab compares branches itself, so the report of a comparison is for a look at the new findings alone.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let moment = moment(&options.moment);
    let lost = run.is_incomplete() || gap::all(run).iter().any(|gap| gap.lost);
    let mut given = BTreeSet::new();
    let report = Report {
        version: "15.1.4",
        scan: Scan {
            analyzer: tool(run),
            scanner: tool(run),
            r#type: "sast",
            start_time: moment.clone(),
            end_time: moment,
            status: if lost { "failure" } else { "success" },
            messages: messages(run, options),
        },
        vulnerabilities: phrase::shown(run, options)
            .map(|f| vulnerability(f, &mut given))
            .collect(),
    };
    json::write_document(&report, out)
}

fn tool(run: &Run) -> Tool {
    Tool {
        id: "securescan",
        name: "securescan",
        url: "https://github.com/securescan/securescan",
        version: filled(line(&run.version), "unknown"),
        vendor: Vendor { name: "securescan" },
    }
}

/// The schema wants the moment without its zone; it is UTC.
fn moment(moment: &str) -> String {
    moment.get(..19).unwrap_or("1970-01-01T00:00:00").to_owned()
}

fn messages(run: &Run, options: &Options) -> Vec<Message> {
    let mut messages = Vec::new();
    let mut tell =
        |level, text: &str| messages.push(Message { level, value: filled(line(text), "-") });
    for gap in gap::all(run) {
        let level = if gap.lost || gap.misleads { "warn" } else { "info" };
        tell(level, &format!("{}: {}", gap.who, gap.what));
    }
    gap::skipped(run, options).for_each(|told| tell("info", &change::plain(&told)));
    if let Some(change) = &run.change {
        for told in change::summary(run, change) {
            tell("info", &told);
        }
        let title = change::audit_title(&change.audit).into_iter();
        let items = change::audit(&change.audit).map(|item| change::plain(&item));
        title.chain(items).for_each(|told| tell("warn", &told));
    }
    for told in run.notices.iter().cloned().chain(run.unused_directives.iter().map(phrase::unused))
    {
        tell("info", &told);
    }
    messages
}

fn vulnerability(finding: &Finding, given: &mut BTreeSet<String>) -> Vulnerability {
    let rule = filled(line(finding.rule_id.as_str()), "rule");
    let label = finding.suppressed_by().map(|by| format!("[SUPPRESSED:{by}] ")).unwrap_or_default();
    let name = filled(line(&format!("{label}{}", finding.title)), &rule);
    let scanner = filled(line(finding.scanner.as_str()), "securescan");
    let mut identifiers = vec![Identifier {
        r#type: format!("{scanner}_rule"),
        name: rule.clone(),
        value: rule,
        url: None,
    }];
    identifiers.extend(finding.cwe.as_deref().and_then(weakness));
    let line = finding.line.unwrap_or(1).max(1);
    let solution = phrase::remediation(finding);
    let pages = finding.references.iter().filter(|page| phrase::is_web_address(page));
    Vulnerability {
        id: unique(&finding.fingerprint, given, uuid),
        name: phrase::cut(&name, LONGEST_NAME),
        description: phrase::cut(&escape::plain(&finding.description), LONGEST_DESCRIPTION),
        severity: severity(finding.severity),
        solution: solution.map(|fix| phrase::cut(&escape::plain(fix), LONGEST_SOLUTION)),
        identifiers,
        links: pages.map(|page| Link { url: page.clone() }).collect(),
        location: Location {
            file: finding.path.clone().unwrap_or_else(|| REPOSITORY.to_owned()),
            start_line: line,
            end_line: finding.end_line.filter(|end| *end >= line),
        },
    }
}

fn weakness(cwe: &str) -> Option<Identifier> {
    let number: u32 = cwe.strip_prefix("CWE-")?.parse().ok()?;
    Some(Identifier {
        r#type: "cwe".to_owned(),
        name: format!("CWE-{number}"),
        value: number.to_string(),
        url: Some(format!("https://cwe.mitre.org/data/definitions/{number}.html")),
    })
}

/// The first half of a fingerprint in the shape of a UUID of version 8, whose bits are the maker's own (RFC 9562, 5.8).
fn uuid(print: &str) -> String {
    format!(
        "{}-{}-8{}-8{}-{}",
        &print[..8],
        &print[8..12],
        &print[13..16],
        &print[17..20],
        &print[20..32]
    )
}

fn filled(text: String, otherwise: &str) -> String {
    if text.is_empty() { otherwise.to_owned() } else { text }
}

const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
        Severity::Info => "Info",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_the_shape_of_a_uuid() {
        let print = "4c2c86dc3ca90d26bb079e1091873370818c464e81ca76657a441a5dbafce210";
        assert_eq!(uuid(print), "4c2c86dc-3ca9-8d26-8b07-9e1091873370");
    }

    #[test]
    fn a_moment_loses_its_zone_and_a_broken_one_is_the_epoch() {
        assert_eq!(moment("2026-04-29T20:00:00Z"), "2026-04-29T20:00:00");
        assert_eq!(moment("now"), "1970-01-01T00:00:00");
    }
}
