//! SARIF 2.1.0, within the limits of GitHub code scanning and without a remark from Microsoft's validator. Paths are
//! relative to `%SRCROOT%` and percent-encoded; the category is constant, so that alerts close when findings go. The
//! results of a comparison are its new findings, and unchanged ones when asked for.

mod model;
mod notification;
mod result;
mod rule;

use super::{Options, json, phrase};
use crate::finding::{Finding, Run, Severity};
use crate::text::escape;
use model::{AutomationDetails, BaseId, Driver, Log, Message, Tool};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The base of every path in the log.
const SOURCE_ROOT: &str = "%SRCROOT%";
/// Results GitHub accepts in one run.
const MOST_RESULTS: usize = 25_000;

/// Renders the run. Suppressed findings, when shown, carry a SARIF suppression, so that they never open an alert.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let change = run.change.as_deref();
    let mut all: Vec<&Finding> = phrase::shown(run, options).collect();
    let new = all.len();
    if let Some(change) = change.filter(|_| options.include_unchanged) {
        all.extend(change.unchanged.iter().chain(change.moved.iter().map(|moved| &moved.finding)));
    }
    let total = all.len();
    let all = all.into_iter().enumerate().map(|(at, finding)| {
        let state = if at < new { "new" } else { "unchanged" };
        (finding, change.map(|_| state))
    });
    let kept = worst(all.collect(), MOST_RESULTS);
    let findings: Vec<&Finding> = kept.iter().map(|(finding, _)| *finding).collect();
    let (rules, index) = rule::rules(&findings);
    let result = |(finding, state): &(&Finding, _)| {
        result::result(finding, index[finding.rule_id.as_str()], *state)
    };
    let results: Vec<model::Result> = kept.iter().map(result).collect();
    let log = Log {
        schema: "https://json.schemastore.org/sarif-2.1.0.json",
        version: "2.1.0",
        runs: [model::Run {
            tool: Tool {
                driver: Driver {
                    name: "securescan",
                    full_name: format!("securescan {}", run.version),
                    version: run.version.clone(),
                    semantic_version: run.version.clone(),
                    information_uri: "https://github.com/securescan/securescan",
                    rules,
                    notifications: notification::descriptors(change.is_some()),
                },
            },
            invocations: [notification::invocation(run, total - results.len())],
            automation_details: AutomationDetails { id: "securescan/" },
            original_uri_base_ids: BTreeMap::from([(
                SOURCE_ROOT,
                BaseId { description: Message { text: "The root of the repository.".to_owned() } },
            )]),
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    json::write_document(&log, out)
}

/// At most `most` findings, the worst ones, in their order.
fn worst<S: Copy>(findings: Vec<(&Finding, S)>, most: usize) -> Vec<(&Finding, S)> {
    if findings.len() <= most {
        return findings;
    }
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(findings[*at].0.severity));
    order.truncate(most);
    order.sort_unstable();
    order.into_iter().map(|at| findings[at]).collect()
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

/// The text as a sentence with everything in it to be seen; never empty, because readers reject empty messages.
fn sentence(text: &str) -> String {
    let text = escape::plain(text.trim());
    if text.is_empty() {
        return "No description.".to_owned();
    }
    if text.ends_with(['.', '!', '?']) { text.into_owned() } else { format!("{text}.") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{RuleId, ScanType, ScannerId};

    #[test]
    fn the_worst_are_kept_in_their_order() {
        let finding = |severity, title: &str| {
            Finding::new(ScannerId::new("s"), ScanType::Code, severity, RuleId::new("r"), title)
        };
        let all = [
            finding(Severity::Low, "a"),
            finding(Severity::High, "b"),
            finding(Severity::Low, "c"),
            finding(Severity::Critical, "d"),
        ];
        let kept = worst(all.iter().map(|finding| (finding, ())).collect(), 3);
        let titles: Vec<&str> = kept.iter().map(|(f, ())| f.title.as_str()).collect();
        assert_eq!(titles, ["a", "b", "d"]);
    }

    #[test]
    fn a_message_is_a_sentence() {
        assert_eq!(sentence(" Use of eval() "), "Use of eval().");
        assert_eq!(sentence("Really?"), "Really?");
        assert_eq!(sentence(""), "No description.");
    }
}
