//! Severities as the user wants them. The scanner's own word is kept in the metadata.

use crate::finding::{Finding, Pattern, Severity, key, pattern};
use std::collections::BTreeMap;

/// `severity_overrides` of the configuration, ready to be asked.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Overrides {
    exact: BTreeMap<String, Severity>,
    globs: Vec<(Pattern, Severity)>,
}

impl Overrides {
    /// From rule ids and globs; any text is acceptable as a key.
    pub fn new(map: &BTreeMap<String, Severity>) -> Self {
        let mut overrides = Self::default();
        for (id, severity) in map {
            let pattern = Pattern::new(id.as_str());
            if pattern.is_glob() {
                overrides.globs.push((pattern, *severity));
            } else {
                overrides.exact.insert(id.clone(), *severity);
            }
        }
        overrides
    }

    /// The severity a finding is to have: its exact rule id first, then its aliases, then the globs in key order.
    pub fn of(&self, finding: &Finding) -> Option<Severity> {
        if self.exact.is_empty() && self.globs.is_empty() {
            return None;
        }
        let mut ids = std::iter::once(finding.rule_id.as_str()).chain(pattern::aliases(finding));
        ids.find_map(|id| self.exact.get(id).copied()).or_else(|| {
            self.globs.iter().find(|(glob, _)| glob.matches_finding(finding)).map(|(_, s)| *s)
        })
    }

    /// Overrides in place. The first severity a finding ever had stays in `original_severity`; an override that
    /// changes nothing leaves no mark.
    pub fn apply(&self, findings: &mut [Finding]) {
        for finding in findings {
            let Some(severity) = self.of(finding).filter(|s| *s != finding.severity) else {
                continue;
            };
            if !finding.metadata.contains_key(key::ORIGINAL_SEVERITY) {
                finding.set_meta(key::ORIGINAL_SEVERITY, finding.severity.as_str());
            }
            finding.severity = severity;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::sample::finding;
    use serde_json::json;

    fn overrides(pairs: &[(&str, Severity)]) -> Overrides {
        Overrides::new(&pairs.iter().map(|(k, v)| ((*k).to_owned(), *v)).collect())
    }

    #[test]
    fn an_exact_id_goes_before_any_glob_and_globs_go_in_key_order() {
        let rules = overrides(&[
            ("*", Severity::Info),
            ("secrets/*", Severity::Low),
            ("secrets/aws", Severity::Critical),
        ]);
        assert_eq!(rules.of(&finding("s", "secrets/aws", "a", 1)), Some(Severity::Critical));
        assert_eq!(rules.of(&finding("s", "secrets/x", "a", 1)), Some(Severity::Info));
        assert_eq!(overrides(&[]).of(&finding("s", "x", "a", 1)), None);
    }

    #[test]
    fn an_alias_is_as_good_as_the_id() {
        let mut one = finding("misconfig", "misconfig/s3-public", "a.tf", 1);
        one.metadata.insert(key::ALIASES.to_owned(), json!(["CKV_AWS_20"]));
        assert_eq!(overrides(&[("CKV_AWS_20", Severity::Low)]).of(&one), Some(Severity::Low));
    }

    #[test]
    fn the_scanners_own_word_is_kept_and_applying_twice_changes_nothing() {
        let rules = overrides(&[("r", Severity::Low), ("same", Severity::Medium)]);
        let mut findings = vec![finding("s", "r", "a", 1), finding("s", "same", "a", 1)];
        rules.apply(&mut findings);
        assert_eq!(findings[0].severity, Severity::Low);
        assert_eq!(findings[0].meta(key::ORIGINAL_SEVERITY), Some("medium"));
        assert_eq!(findings[1].meta(key::ORIGINAL_SEVERITY), None);
        let once = findings.clone();
        rules.apply(&mut findings);
        assert_eq!(findings, once);
        overrides(&[("r", Severity::High)]).apply(&mut findings);
        assert_eq!(findings[0].meta(key::ORIGINAL_SEVERITY), Some("medium"));
    }
}
