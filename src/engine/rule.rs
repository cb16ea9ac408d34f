//! A rule that is written in code, as data: what people read about it and what its findings start from. Rules of packs are
//! elsewhere (`crate::rules`).

use super::RuleInfo;
use crate::finding::{Confidence, Finding, RuleId, ScanType, ScannerId, Severity};

/// A rule.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Id as written in configuration and directives, `family/name`.
    pub id: &'static str,
    /// Noun phrase.
    pub title: &'static str,
    /// Severity before overrides.
    pub severity: Severity,
    /// How sure a match is.
    pub confidence: Confidence,
    /// `CWE-n`.
    pub cwe: Option<&'static str>,
    /// Why it matters.
    pub description: &'static str,
    /// What to do.
    pub remediation: &'static str,
    /// Pages to read, `https://` only.
    pub references: &'static [&'static str],
    /// Older or foreign ids that mean this rule.
    pub aliases: &'static [&'static str],
}

impl Rule {
    /// The rule as people read about it.
    pub fn info(&self, scanner: &'static str) -> RuleInfo {
        let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
        RuleInfo {
            id: self.id.to_owned(),
            scanner,
            title: self.title.to_owned(),
            severity: self.severity,
            confidence: self.confidence,
            cwe: self.cwe.map(str::to_owned),
            description: self.description.to_owned(),
            remediation: self.remediation.to_owned(),
            references: owned(self.references),
            aliases: owned(self.aliases),
        }
    }

    /// A finding of the rule, without a place.
    pub fn finding(&self, scanner: &ScannerId, scan_type: ScanType) -> Finding {
        let id = RuleId::new(self.id);
        let mut finding = Finding::new(scanner.clone(), scan_type, self.severity, id, self.title);
        finding.confidence = self.confidence;
        finding.cwe = self.cwe.map(str::to_owned);
        self.description.clone_into(&mut finding.description);
        finding.remediation = Some(self.remediation.to_owned());
        finding.references = self.references.iter().map(|one| (*one).to_owned()).collect();
        finding
    }
}
