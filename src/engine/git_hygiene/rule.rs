//! A rule as data and the finding it makes.

use super::ID;
use crate::engine::RuleInfo;
use crate::finding::{Confidence, Finding, RuleId, ScanType, ScannerId, Severity, key};
use crate::target::Context;

/// Everything but the place.
pub(super) struct Rule {
    /// Part of the id after the slash.
    pub name: &'static str,
    pub title: &'static str,
    pub severity: Severity,
    pub confidence: Confidence,
    pub cwe: Option<&'static str>,
    pub why: &'static str,
    /// `{path}` stands for the file, quoted for a shell.
    pub fix: &'static str,
    pub references: &'static [&'static str],
    pub aliases: &'static [&'static str],
}

impl Rule {
    pub(super) fn info(&self) -> RuleInfo {
        RuleInfo {
            id: full_id(self.name),
            scanner: ID,
            title: self.title.to_owned(),
            severity: self.severity,
            confidence: self.confidence,
            cwe: self.cwe.map(str::to_owned),
            description: self.why.to_owned(),
            remediation: self.fix.replace("{path}", "<file>"),
            references: self.references.iter().map(|r| (*r).to_owned()).collect(),
            aliases: self.aliases.iter().map(|name| full_id(name)).collect(),
        }
    }

    pub(super) fn finding(&self, path: &str) -> Finding {
        finding(&self.info(), path, self.fix)
    }
}

pub(super) fn full_id(name: &str) -> String {
    format!("{ID}/{name}")
}

/// A finding of a rule about a path; `fix` is the remediation before `{path}` is filled in.
pub(super) fn finding(info: &RuleInfo, path: &str, fix: &str) -> Finding {
    let mut finding = Finding::new(
        ScannerId::new(ID),
        ScanType::Code,
        info.severity,
        RuleId::new(info.id.clone()),
        info.title.clone(),
    );
    finding.confidence = info.confidence;
    finding.cwe.clone_from(&info.cwe);
    finding.description.clone_from(&info.description);
    finding.remediation = Some(fix.replace("{path}", &quoted(path)));
    finding.references.clone_from(&info.references);
    finding.path = Some(path.to_owned());
    finding
}

/// Lowers a finding whose path says that it is a test, an example or somebody else's, by two steps, and says so.
pub(super) fn weigh_context(finding: &mut Finding, path: &str) {
    let context = Context::of(path);
    if let Some(word) = context.as_str() {
        finding.set_meta(key::CONTEXT, word);
    }
    let role = match context {
        Context::Test => "test data",
        Context::Docs => "documentation or an example",
        Context::Vendored => "third-party code",
        Context::Source | Context::Generated => return,
    };
    let before = finding.severity;
    finding.severity = lowered(lowered(before));
    if finding.severity != before {
        finding.description.push_str(&format!(
            " Lowered from {before} to {}: the path says that this is {role}.",
            finding.severity
        ));
    }
}

/// One step down; info stays.
pub(super) fn lowered(severity: Severity) -> Severity {
    let below = Severity::worst_first().find(|s| *s < severity);
    below.unwrap_or(severity)
}

/// A path as one word of a POSIX shell.
pub(super) fn quoted(path: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/+@".contains(c);
    if !path.is_empty() && path.chars().all(plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_one_shell_word() {
        assert_eq!(quoted("a/.env"), "a/.env");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's $(x)"), r"'it'\''s $(x)'");
    }

    #[test]
    fn severities_go_down_a_step_and_stop_at_info() {
        assert_eq!(lowered(Severity::Critical), Severity::High);
        assert_eq!(lowered(lowered(Severity::Low)), Severity::Info);
    }
}
