//! A review comment on a line of the change: what was found, what to do, and a replacement that silences it.

use crate::finding::change::{Anchor, Suggestion};
use crate::finding::{Finding, Run, Severity};
use crate::report::Options;
use crate::report::markdown::part;
use serde::Serialize;
use std::cmp::Reverse;

/// Longer replacements are not offered.
const LONGEST_SUGGESTION: usize = 20_000;
/// Hex digits of a fingerprint by which a comment is found again.
const PREFIX: usize = 12;

/// One entry of `comments`; keys in alphabetical order.
#[derive(Serialize)]
pub(super) struct Comment {
    body: String,
    line: u32,
    path: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u32>,
    side: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_side: Option<&'static str>,
    #[serde(skip)]
    prefix: String,
}

impl Comment {
    pub(super) fn order(&self) -> (&str, u32, &str) {
        (&self.path, self.line, &self.prefix)
    }
}

/// The comment on a finding; `None` when no line of the change shows it, or nothing could find the comment again.
pub(super) fn on(run: &Run, finding: &Finding, options: &Options) -> Option<Comment> {
    let anchor = run.change.as_ref()?.anchors.get(&finding.fingerprint)?;
    let (path, line, prefix) = (finding.path.clone()?, anchor.line?, prefix(finding)?);
    let suggestion = offered(anchor, options);
    let mut blocks = part::told(finding);
    // The host replaces exactly the lines a comment stands on, so with a replacement it stands on that line alone.
    let (line, start_line, position) = match suggestion {
        Some(suggestion) => (suggestion.line, None, Some(suggestion.position)),
        None => (line, anchor.start_line.filter(|start| *start < line), anchor.position),
    };
    if let Some(suggestion) = suggestion {
        blocks.push(replacement(finding, anchor, suggestion));
    }
    blocks.extend(pin(finding));
    blocks.push(format!("<!-- securescan:fp:{prefix} -->"));
    Some(Comment {
        body: blocks.join("\n\n"),
        line,
        path,
        position,
        side: "RIGHT",
        start_line,
        start_side: start_line.map(|_| "RIGHT"),
        prefix,
    })
}

fn prefix(finding: &Finding) -> Option<String> {
    let prefix = finding.fingerprint.get(..PREFIX)?;
    prefix.bytes().all(|b| b.is_ascii_hexdigit()).then(|| prefix.to_ascii_lowercase())
}

/// The replacement to offer. One with a line break inside a line would not say what it replaces by.
fn offered<'a>(anchor: &'a Anchor, options: &Options) -> Option<&'a Suggestion> {
    let suggestion = anchor.suggestion.as_ref().filter(|_| options.forge.suggestions)?;
    let length: usize = suggestion.lines.iter().map(String::len).sum();
    let sound = suggestion.lines.iter().all(|line| !line.contains(['\n', '\r']));
    (sound && !suggestion.lines.is_empty() && length <= LONGEST_SUGGESTION).then_some(suggestion)
}

fn replacement(finding: &Finding, anchor: &Anchor, suggestion: &Suggestion) -> String {
    let first = finding.line.or(anchor.start_line).or(anchor.line).unwrap_or(suggestion.line);
    let last = anchor.line.unwrap_or(first).max(first);
    let place = if last > first {
        format!(" The finding is on lines {first} to {last}.")
    } else if suggestion.line != first {
        format!(" The finding is on line {first}.")
    } else {
        String::new()
    };
    let content = suggestion.lines.join("\n");
    let fence = fence(&content);
    format!(
        "If this is intended, commit this suggestion for line {} to silence the finding, and add the reason \
         after `--`.{place}\n\n\
         {fence}suggestion\n{content}\n{fence}",
        suggestion.line
    )
}

/// Backticks that no line of the content can close.
fn fence(content: &str) -> String {
    let longest = content.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(longest.max(2) + 1)
}

/// What to write into the configuration when the severity does not suit the code base.
fn pin(finding: &Finding) -> Option<String> {
    // Anything else would need quoting that a reader has to get right by hand.
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let rule = finding.rule_id.as_str();
    let starts = rule.starts_with(|c: char| c.is_ascii_alphabetic());
    if !starts || rule.len() > 120 || !rule.chars().all(plain) {
        return None;
    }
    let lower = Severity::ALL.iter().copied().filter(|one| *one < finding.severity);
    let lower = lower.min_by_key(|severity| Reverse(*severity))?;
    Some(format!(
        "If its severity is wrong for this code base, put this into `.securescan.yml`:\n\n\
         ```yaml\nseverity_overrides:\n  {rule}: {lower}\n```"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{RuleId, ScanType, ScannerId};

    fn finding(severity: Severity, rule: &str) -> Finding {
        let (scanner, rule) = (ScannerId::new("s"), RuleId::new(rule));
        Finding::new(scanner, ScanType::Code, severity, rule, "t")
    }

    #[test]
    fn a_fence_is_longer_than_any_run_inside() {
        assert_eq!(fence("a"), "```");
        assert_eq!(fence("a ``` b"), "````");
        assert_eq!(fence("``````\n`"), "```````");
    }

    #[test]
    fn a_pin_is_one_level_lower_and_names_only_plain_rules() {
        let high = pin(&finding(Severity::High, "a/b")).unwrap();
        assert!(high.contains("\n  a/b: medium\n"), "{high}");
        assert!(pin(&finding(Severity::Info, "a/b")).is_none());
        for rule in ["", "-a", "a: b", "a\nb", "```"] {
            assert!(pin(&finding(Severity::High, rule)).is_none(), "{rule:?}");
        }
    }

    #[test]
    fn only_a_fingerprint_can_be_found_again() {
        let mut one = finding(Severity::High, "a");
        one.fingerprint = "ABCDEF0123456789".to_owned();
        assert_eq!(prefix(&one).unwrap(), "abcdef012345");
        for print in ["", "abc", "--> abcdefghijk", "ééééééé"] {
            one.fingerprint = print.to_owned();
            assert!(prefix(&one).is_none(), "{print}");
        }
    }
}
