//! Findings to the controls of compliance frameworks. The frameworks are data files; this module knows how a finding is
//! matched to a control and how much of a framework a list of findings touches. It is a pointer for readers, not an audit.

mod index;

use crate::finding::Finding;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// One framework as its data file says it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Framework {
    /// Name in file names and addresses: `owasp-top10-2021`.
    pub id: String,
    /// Name for people.
    #[serde(rename = "framework")]
    pub name: String,
    /// Edition.
    pub version: String,
    /// Where its owner publishes it.
    pub url: String,
    /// The controls that are tracked, in the framework's own order; some no finding can touch.
    pub controls: Vec<Control>,
}

/// One control.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// What findings carry: `OWASP-A03`. Unique over all frameworks.
    pub tag: String,
    /// The framework's own number: `A03`.
    pub control: String,
    /// Its title.
    pub name: String,
    /// Weaknesses that touch it, ascending.
    pub cwes: Vec<u32>,
    /// Phrases in lower case that point to it when they stand in a title or description as whole words.
    pub keywords: Vec<String>,
    /// Rule ids and globs that touch it.
    pub rules: Vec<String>,
}

/// How much of one framework a list of findings touches.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// Id of the framework.
    pub framework: &'static str,
    /// Name for people.
    pub name: &'static str,
    /// Edition.
    pub version: &'static str,
    /// Number of controls.
    pub total: usize,
    /// Tags of the controls a finding touches, in the framework's order.
    pub observed: Vec<&'static str>,
    /// Tags of the others. Not touched is not the same as met.
    pub clear: Vec<&'static str>,
    /// Observed per hundred controls, one decimal.
    pub observed_percent: f64,
}

const FILES: [&str; 4] = [
    include_str!("data/cis-controls-v8.json"),
    include_str!("data/owasp-top10-2021.json"),
    include_str!("data/pci-dss-v4.json"),
    include_str!("data/soc2.json"),
];

/// A file that does not read is left out; the tests see to it that none is.
static FRAMEWORKS: LazyLock<Vec<Framework>> =
    LazyLock::new(|| FILES.iter().filter_map(|file| serde_json::from_str(file).ok()).collect());

/// Every framework, by id. Read at the first call.
pub fn frameworks() -> &'static [Framework] {
    &FRAMEWORKS
}

/// Tags of the controls a finding touches: by its weakness, its rule id or an alias, or a phrase in its title or
/// description. Sorted, each once.
pub fn tags(finding: &Finding) -> Vec<String> {
    index::tags(finding).into_iter().map(str::to_owned).collect()
}

/// The control behind a tag, with its framework.
pub fn control(tag: &str) -> Option<(&'static Framework, &'static Control)> {
    frameworks().iter().find_map(|framework| {
        let control = framework.controls.iter().find(|control| control.tag == tag)?;
        Some((framework, control))
    })
}

/// What findings touch of each framework, by the tags they carry.
pub fn coverage(findings: &[Finding]) -> Vec<Coverage> {
    let carried: BTreeSet<&str> =
        findings.iter().flat_map(|f| &f.compliance_tags).map(String::as_str).collect();
    frameworks()
        .iter()
        .map(|framework| {
            let tags = framework.controls.iter().map(|control| control.tag.as_str());
            let (observed, clear): (Vec<&str>, Vec<&str>) =
                tags.partition(|tag| carried.contains(tag));
            let total = framework.controls.len();
            let share = observed.len() as f64 * 100.0 / total.max(1) as f64;
            Coverage {
                framework: &framework.id,
                name: &framework.name,
                version: &framework.version,
                total,
                observed,
                clear,
                observed_percent: (share * 10.0).round() / 10.0,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Pattern, RuleId, ScanType, ScannerId, Severity};

    pub(super) fn finding(rule: &str, title: &str, cwe: Option<&str>) -> Finding {
        let mut finding = Finding::new(
            ScannerId::new("s"),
            ScanType::Code,
            Severity::High,
            RuleId::new(rule),
            title,
        );
        finding.cwe = cwe.map(str::to_owned);
        finding
    }

    #[test]
    fn every_data_file_reads_and_is_well_formed() {
        let ids: Vec<&str> = frameworks().iter().map(|f| f.id.as_str()).collect();
        assert_eq!(ids, ["cis-controls-v8", "owasp-top10-2021", "pci-dss-v4", "soc2"]);
        let mut tags = BTreeSet::new();
        for framework in frameworks() {
            assert!(framework.url.starts_with("https://"), "{}", framework.id);
            for control in &framework.controls {
                let tag = &control.tag;
                assert!(tags.insert(tag), "{tag} twice");
                assert!(tag.ends_with(&format!("-{}", control.control)), "{tag}");
                assert!(!control.name.is_empty(), "{tag}");
                assert!(control.cwes.windows(2).all(|pair| pair[0] < pair[1]), "{tag}: cwes");
                for phrase in &control.keywords {
                    assert_eq!(&phrase.to_lowercase(), phrase, "{tag}");
                    assert!(phrase.len() > 3 || phrase == "xxe", "{tag}: {phrase} is too short");
                    assert!(phrase.starts_with(char::is_alphanumeric), "{tag}: {phrase}");
                    assert!(phrase.ends_with(char::is_alphanumeric), "{tag}: {phrase}");
                }
                assert!(
                    control.rules.iter().all(|rule| Pattern::new(rule.as_str()).as_str() != "*")
                );
            }
        }
    }

    /// The example of the documentation, and the ones people meet first.
    #[test]
    fn the_documented_examples_hold() {
        let eval =
            finding("python.lang.security.audit.eval-detected", "Use of eval()", Some("CWE-95"));
        assert_eq!(tags(&eval), ["OWASP-A03", "PCI-DSS-6.5.1", "SOC2-CC7.1"]);
        let plain = finding("x", "y", Some("CWE-95"));
        assert_eq!(tags(&plain), ["OWASP-A03", "PCI-DSS-6.5.1", "SOC2-CC7.1"]);
        let key = tags(&finding("x", "y", Some("CWE-798")));
        for tag in ["OWASP-A07", "PCI-DSS-8.6.2", "SOC2-CC6.1"] {
            assert!(key.iter().any(|t| t == tag), "{tag} in {key:?}");
        }
        let rule = tags(&finding("B106", "y", None));
        assert!(rule.iter().any(|t| t == "SOC2-CC6.1"), "{rule:?}");
    }

    #[test]
    fn coverage_counts_controls_not_findings() {
        let mut one = finding("x", "y", None);
        one.compliance_tags = vec!["OWASP-A03".to_owned(), "OWASP-A07".to_owned()];
        let coverage = coverage(&[one.clone(), one]);
        let owasp = coverage.iter().find(|c| c.framework == "owasp-top10-2021").unwrap();
        assert_eq!(owasp.observed, ["OWASP-A03", "OWASP-A07"]);
        assert_eq!((owasp.total, owasp.clear.len()), (10, 8));
        assert!((owasp.observed_percent - 20.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_tag_leads_back_to_its_control() {
        let (framework, control) = control("OWASP-A03").unwrap();
        assert_eq!(
            (framework.id.as_str(), control.name.as_str()),
            ("owasp-top10-2021", "Injection")
        );
        assert!(super::control("OWASP-A99").is_none());
    }
}
