//! Results of the SARIF log.

use super::model::{
    ArtifactChange, ArtifactLocation, CodeFlow, Fix, FlowLocation, Location, Message,
    NotedLocation, PhysicalLocation, Region, Replacement, Result, Suppression, ThreadFlow,
};
use super::{SOURCE_ROOT, level, sentence};
use crate::finding::fix::{Offer, State};
use crate::finding::flow::Role;
use crate::finding::{Finding, key};
use crate::report::phrase;
use crate::text::escape;
use serde_json::Value;
use std::collections::BTreeMap;

/// The location of findings about the repository as a whole. GitHub drops results without a location, and a URI must
/// not be empty; a file that is not there is shown as just its name.
const REPOSITORY: &str = ".securescan.yml";

pub(super) fn result(
    finding: &Finding,
    rule_index: usize,
    baseline_state: Option<&'static str>,
) -> Result {
    let mut partial = BTreeMap::from([("securescan/v1", finding.fingerprint.clone())]);
    if let Some(hash) = finding.meta(key::PRIMARY_LOCATION_LINE_HASH) {
        partial.insert("primaryLocationLineHash", hash.to_owned());
    }
    Result {
        rule_id: finding.rule_id.as_str().to_owned(),
        rule_index,
        level: level(finding.severity),
        message: Message { text: message(finding) },
        locations: [location(finding)],
        code_flows: code_flow(finding).into_iter().collect(),
        partial_fingerprints: partial,
        fingerprints: BTreeMap::from([("securescan/v1", finding.fingerprint.clone())]),
        fixes: fix(finding).into_iter().collect(),
        baseline_state,
        suppressions: suppression(finding).into_iter().collect(),
        properties: properties(finding),
    }
}

fn message(finding: &Finding) -> String {
    let text = if finding.description.is_empty() {
        sentence(&finding.title)
    } else {
        format!("{} {}", sentence(&finding.title), sentence(&finding.description))
    };
    // A plain message may embed links, `[text](target)`; a backslash makes brackets text again (3.11.6).
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text }
}

/// Where a value came from and went.
fn code_flow(finding: &Finding) -> Option<CodeFlow> {
    let path = finding.path.as_deref()?;
    let steps = finding.flow();
    let locations = steps.iter().map(|step| {
        let mut place = at_path(path).physical_location;
        let (line, end_line) = (fitting(step.line.max(1)), fitting(step.end_line));
        let column = Some(fitting(step.column.max(1)));
        place.region = Some(Region { start_column: column, ..lines(line, end_line.max(line)) });
        let text = match step.role {
            Role::Source => "The value begins here.",
            Role::Step => "It goes through here.",
            Role::Sink => "It arrives here.",
        };
        let message = Message { text: text.to_owned() };
        FlowLocation { location: NotedLocation { physical_location: place, message } }
    });
    let locations: Vec<FlowLocation> = locations.collect();
    (!locations.is_empty()).then_some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
}

/// What takes the finding away, unless that was done or would show a secret.
fn fix(finding: &Finding) -> Option<Fix> {
    let path = finding.path.as_deref()?;
    if finding.fix_state() == Some(State::Applied) {
        return None;
    }
    let Offer { line, column, end_line, end_column, replacement } = finding.offer()?;
    let (line, end_line) = (fitting(line.max(1)), fitting(end_line));
    let deleted_region = Region {
        start_column: Some(fitting(column.max(1))),
        end_column: Some(fitting(end_column.max(1))),
        ..lines(line, end_line.max(line))
    };
    let inserted_content = Message { text: replacement? };
    let artifact_location = at_path(path).physical_location.artifact_location;
    let replacements = [Replacement { deleted_region, inserted_content }];
    Some(Fix {
        description: Message { text: "The fix of the rule.".to_owned() },
        artifact_changes: [ArtifactChange { artifact_location, replacements }],
    })
}

/// A path of the repository as a location.
pub(super) fn at_path(path: &str) -> Location {
    Location {
        physical_location: PhysicalLocation {
            artifact_location: ArtifactLocation {
                uri: escape::url_path(path),
                uri_base_id: SOURCE_ROOT,
            },
            region: None,
            context_region: None,
        },
    }
}

fn location(finding: &Finding) -> Location {
    let mut location = at_path(finding.path.as_deref().unwrap_or(REPOSITORY));
    let place = &mut location.physical_location;
    // Readers place a result without a region nowhere; the first line stands for the file.
    let Some(line) = finding.line.filter(|line| *line > 0).map(fitting) else {
        place.region = Some(lines(1, 1));
        return location;
    };
    let end_line = finding.end_line.map_or(line, fitting).max(line);
    let column = finding.column.filter(|column| *column > 0).map(fitting);
    let end_column = finding
        .end_column
        .map(fitting)
        .filter(|end| column.is_some_and(|start| end_line > line || *end > start));
    let snippet = finding.meta(key::LINE_SNIPPET).filter(|text| !text.is_empty());
    let shown = |text: &str| Some(Message { text: text.to_owned() });
    // A context must be larger than the region it is of.
    place.context_region = snippet
        .filter(|_| column.is_some())
        .map(|text| Region { snippet: shown(text), ..lines(line, end_line) });
    place.region = Some(Region {
        start_column: column,
        end_column,
        snippet: snippet.and_then(shown),
        ..lines(line, end_line)
    });
    location
}

/// Common readers hold numbers in 32 bits with a sign and drop a log that exceeds them without a word.
fn fitting(number: u32) -> u32 {
    number.min(i32::MAX.unsigned_abs())
}

fn lines(start: u32, end: u32) -> Region {
    Region {
        start_line: start,
        start_column: None,
        end_line: Some(end),
        end_column: None,
        snippet: None,
    }
}

fn suppression(finding: &Finding) -> Option<Suppression> {
    let by = finding.suppressed_by()?;
    let reason = finding.meta(key::SUPPRESSION_REASON);
    let justification = reason.map_or_else(
        || match by {
            "inline" => "ignore directive in the file".to_owned(),
            "config" => "ignored by .securescan.yml".to_owned(),
            _ => format!("listed in the {by}"),
        },
        str::to_owned,
    );
    Some(Suppression {
        kind: if by == "inline" { "inSource" } else { "external" },
        status: "accepted",
        justification: Some(justification),
    })
}

fn properties(finding: &Finding) -> BTreeMap<&'static str, Value> {
    let mut properties = BTreeMap::from([
        ("scanner", Value::from(finding.scanner.as_str())),
        ("severity", Value::from(finding.severity.as_str())),
        ("confidence", Value::from(finding.confidence.as_str())),
    ]);
    properties.extend(phrase::remediation(finding).map(|fix| ("remediation", Value::from(fix))));
    for name in [key::SUPPRESSED_BY, key::ORIGINAL_SEVERITY, key::ALSO_REPORTED_BY, key::CONTEXT] {
        properties.extend(finding.metadata.get(name).map(|value| (name, value.clone())));
    }
    properties
}
