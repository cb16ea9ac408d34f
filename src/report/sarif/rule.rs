//! Rules of the SARIF log, made of the findings that are reported.

use super::model::{Configuration, Help, Message, Rule, RuleProperties};
use super::{level, sentence};
use crate::finding::{Finding, Severity};
use crate::report::phrase::{cut, is_web_address, remediation};
use crate::text::escape;
use std::collections::{BTreeMap, BTreeSet};

/// Limits of GitHub code scanning, in characters and numbers.
const LONGEST_NAME: usize = 255;
const LONGEST_DESCRIPTION: usize = 1024;
const MOST_TAGS: usize = 20;

/// Rules sorted by id, and the index of each. Text and severity are those of the worst finding of a rule, the first one
/// among equals.
pub(super) fn rules<'a>(findings: &[&'a Finding]) -> (Vec<Rule>, BTreeMap<&'a str, usize>) {
    let mut worst: BTreeMap<&str, &Finding> = BTreeMap::new();
    for finding in findings {
        let kept = worst.entry(finding.rule_id.as_str()).or_insert(finding);
        if finding.severity > kept.severity {
            *kept = finding;
        }
    }
    let index = worst.keys().enumerate().map(|(at, id)| (*id, at)).collect();
    (worst.values().map(|finding| rule(finding)).collect(), index)
}

fn rule(finding: &Finding) -> Rule {
    let id = finding.rule_id.as_str();
    let described =
        if finding.description.is_empty() { &finding.title } else { &finding.description };
    let described = &general(described, finding);
    let weakness = finding.cwe.as_deref().and_then(|cwe| cwe.strip_prefix("CWE-"));
    let help_uri =
        finding.references.iter().find(|page| is_web_address(page)).cloned().or_else(|| {
            weakness.map(|n| {
                format!("https://cwe.mitre.org/data/definitions/{}.html", escape::url_segment(n))
            })
        });
    Rule {
        id: id.to_owned(),
        name: cut(&name(id, &finding.title), LONGEST_NAME),
        short_description: Message { text: cut(&sentence(&finding.title), LONGEST_DESCRIPTION) },
        full_description: Message { text: cut(&sentence(described), LONGEST_DESCRIPTION) },
        help: Help { text: help(finding, described), markdown: help_markdown(finding, described) },
        help_uri,
        default_configuration: Configuration { level: level(finding.severity) },
        properties: RuleProperties {
            precision: finding.confidence.as_str(),
            security_severity: security_severity(finding.severity),
            tags: tags(finding),
        },
    }
}

/// `secrets/stripe-secret-key` -> `StripeSecretKey`: the last part of the id in Pascal case. Of an id that is only a
/// number (`DL002`, `CVE-2024-35195`) the title makes a better name.
fn name(id: &str, title: &str) -> String {
    let last = id.rsplit(['/', '.']).find(|part| !part.is_empty()).unwrap_or(id);
    [last, title]
        .into_iter()
        .filter(|text| text.contains(|c: char| c.is_ascii_lowercase()))
        .map(pascal)
        .find(|name| name.starts_with(|c: char| c.is_ascii_uppercase()) && name != id)
        .unwrap_or_else(|| "Rule".to_owned())
}

fn pascal(text: &str) -> String {
    let mut name = String::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        name.push_str(&word[..1].to_ascii_uppercase());
        name.push_str(&word[1..].to_ascii_lowercase());
    }
    name
}

/// The text without the file of the one finding it was taken from. Outside of code a bare name may be a word of the
/// sentence; there only a path with a directory is taken for the file.
fn general(text: &str, finding: &Finding) -> String {
    let Some(path) = finding.path.as_deref().filter(|path| !path.is_empty()) else {
        return text.to_owned();
    };
    let parts = text.split('`').enumerate().map(|(at, part)| {
        if at % 2 == 1 || path.contains('/') {
            without(&part.replace(&format!("'{path}'"), "<file>"), path)
        } else {
            part.to_owned()
        }
    });
    parts.collect::<Vec<_>>().join("`")
}

/// The text with `<file>` for each occurrence of the path that is no part of a longer one.
fn without(text: &str, path: &str) -> String {
    let longer = |c: char| c.is_alphanumeric() || "_-./".contains(c);
    let mut out = String::with_capacity(text.len());
    let mut kept = 0;
    for (at, _) in text.match_indices(path) {
        let rest = &text[at + path.len()..];
        let rest = rest.strip_prefix('.').filter(|r| !r.starts_with(longer)).unwrap_or(rest);
        if !text[..at].ends_with(longer) && !rest.starts_with(longer) {
            out.push_str(&text[kept..at]);
            out.push_str("<file>");
            kept = at + path.len();
        }
    }
    out.push_str(&text[kept..]);
    out
}

/// Inert Markdown in which code stays code.
fn markdown(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    let is_code = |at: usize| at % 2 == 1;
    let odd = parts.len().is_multiple_of(2);
    let unclear = parts.iter().enumerate().any(|(at, part)| {
        // An empty span is a longer fence; a dollar sign before a span begins mathematics.
        if is_code(at) { part.trim().is_empty() } else { part.ends_with('$') }
    });
    if odd || unclear {
        return escape::markdown(text);
    }
    let shown = parts.iter().enumerate().map(|(at, part)| {
        if is_code(at) {
            return escape::markdown_code(part, false);
        }
        let start = if part.starts_with(char::is_whitespace) && at > 0 { " " } else { "" };
        let end =
            if part.ends_with(char::is_whitespace) && !part.trim().is_empty() { " " } else { "" };
        format!("{start}{}{end}", escape::markdown(part))
    });
    shown.collect()
}

fn help(finding: &Finding, described: &str) -> String {
    let mut parts = vec![sentence(described)];
    parts.extend(
        remediation(finding).map(|fix| format!("Fix: {}", sentence(&general(fix, finding)))),
    );
    parts.extend(finding.references.iter().map(|page| format!("See: {page}")));
    parts.join("\n\n")
}

fn help_markdown(finding: &Finding, described: &str) -> String {
    let mut parts = vec![markdown(&sentence(described))];
    if let Some(fix) = remediation(finding) {
        parts.push(format!("**Fix:** {}", markdown(&sentence(&general(fix, finding)))));
    }
    let pages: Vec<String> = finding
        .references
        .iter()
        .filter(|page| is_web_address(page))
        .map(|page| format!("- <{page}>"))
        .collect();
    if !pages.is_empty() {
        parts.push(format!("**References**\n\n{}", pages.join("\n")));
    }
    parts.join("\n\n")
}

/// A number inside the band GitHub shows as the same word: over 9 critical, 7 high, 4 medium, 0.1 low.
const fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "7.5",
        Severity::Medium => "5.0",
        Severity::Low => "2.5",
        Severity::Info => "0.5",
    }
}

/// `security` first, since `security-severity` counts only with it, then the weakness, then controls.
fn tags(finding: &Finding) -> Vec<String> {
    let cwe = finding.cwe.as_ref().map(|cwe| format!("external/cwe/{}", cwe.to_ascii_lowercase()));
    let mut seen = BTreeSet::new();
    std::iter::once("security".to_owned())
        .chain(cwe)
        .chain(finding.compliance_tags.iter().cloned())
        .filter(|tag| !tag.is_empty() && seen.insert(tag.clone()))
        .take(MOST_TAGS)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_help_of_a_rule_names_no_file_and_shows_code_as_code() {
        use crate::finding::{RuleId, ScanType, ScannerId};
        let id = RuleId::new("r");
        let mut finding =
            Finding::new(ScannerId::new("s"), ScanType::Code, Severity::Low, id, "Title");
        finding.path = Some("shop/.env".to_owned());
        finding.description = "Seen in shop/.env.".to_owned();
        finding.remediation =
            Some("Run `git rm -- shop/.env`, not <b>shop/.env.bak</b>".to_owned());
        let rule = rule(&finding);
        assert!(rule.help.text.contains("Run `git rm -- <file>`, not"), "{}", rule.help.text);
        assert_eq!(rule.full_description.text, "Seen in <file>.");
        let shown = &rule.help.markdown;
        assert!(shown.contains("Run `git rm -- <file>`, not \\<b\\>"), "{shown}");
        assert_eq!(markdown("a ` b"), escape::markdown("a ` b"));
    }

    #[test]
    fn names_are_words_in_pascal_case() {
        for (id, expected) in [
            ("secrets/stripe-secret-key", "StripeSecretKey"),
            ("python.lang.eval-detected", "EvalDetected"),
            ("DL002", "ContainerRunsAsRoot"),
            ("///", "ContainerRunsAsRoot"),
        ] {
            assert_eq!(name(id, "Container runs as root"), expected);
        }
        assert_eq!(name("B101", "!"), "Rule");
    }
}
