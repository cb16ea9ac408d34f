//! SARIF 2.1.0, within the limits of GitHub code scanning and without a remark from Microsoft's validator. Paths are
//! relative to `%SRCROOT%` and percent-encoded; the category is constant, so that alerts close when findings go.

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
    let all: Vec<&Finding> = phrase::shown(run, options).collect();
    let total = all.len();
    let kept = worst(all, MOST_RESULTS);
    let (rules, index) = rule::rules(&kept);
    let results =
        kept.iter().map(|f| result::result(f, index[f.rule_id.as_str()])).collect::<Vec<_>>();
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
                    notifications: notification::descriptors(),
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
fn worst(findings: Vec<&Finding>, most: usize) -> Vec<&Finding> {
    if findings.len() <= most {
        return findings;
    }
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(findings[*at].severity));
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
        let kept = worst(all.iter().collect(), 3);
        let titles: Vec<&str> = kept.iter().map(|f| f.title.as_str()).collect();
        assert_eq!(titles, ["a", "b", "d"]);
    }

    #[test]
    fn a_message_is_a_sentence() {
        assert_eq!(sentence(" Use of eval() "), "Use of eval().");
        assert_eq!(sentence("Really?"), "Really?");
        assert_eq!(sentence(""), "No description.");
    }
}
