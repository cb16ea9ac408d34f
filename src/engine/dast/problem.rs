//! Something wrong with a page, and the finding that it becomes.

use super::META;
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Finding, Severity, key};
use crate::probe::{shown, url::Url};

/// Something wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) rule: &'static Rule,
    /// Where.
    pub(super) url: String,
    /// What it is about: a header, a cookie, a directive. Never a value that may be secret.
    pub(super) subject: String,
    /// One sentence.
    pub(super) what: String,
    pub(super) severity: Severity,
    pub(super) confidence: Confidence,
}

impl Problem {
    pub(super) fn new(
        rule: &'static Rule,
        url: &Url,
        subject: &str,
        what: impl Into<String>,
    ) -> Self {
        Self {
            rule,
            url: url.shown(),
            subject: shown(subject.as_bytes(), 80),
            what: what.into(),
            severity: rule.severity,
            confidence: rule.confidence,
        }
    }

    pub(super) fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// The finding; `target` is what the user named.
    pub(super) fn finding(self, target: &Url) -> Finding {
        let mut finding = self.rule.finding(&META.id, META.scan_type);
        finding.severity = self.severity;
        finding.confidence = self.confidence;
        if !self.subject.is_empty() {
            finding.title = format!("{}: {}", self.rule.title, self.subject);
            finding.set_meta("param", self.subject.as_str());
        }
        finding.description = format!("{}: {} {}", self.url, self.what, self.rule.description);
        if !self.rule.aliases.is_empty() {
            finding.metadata.insert(key::ALIASES.to_owned(), self.rule.aliases.into());
        }
        finding.context = format!("{} {}", self.url, self.subject);
        finding.set_meta("url", self.url);
        finding.set_meta("target_url", target.shown());
        finding
    }
}
