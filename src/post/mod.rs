//! Pure functions over findings, in one fixed sequence ([`apply`]). Nothing here reads a file or asks for the time; what
//! comes from there is handed in with the [`Policy`].

pub mod baseline;
pub mod compare;
pub mod dedup;
pub mod directive;
pub mod fingerprint;
pub mod gate;
pub mod ignores;
pub mod order;
pub mod score;
pub mod severity;
pub mod silence;
pub mod suppress;

#[cfg(test)]
pub(crate) mod sample;

use crate::compliance;
use crate::finding::{Counts, Finding, ScannerId, UnusedDirective, normalise_cwe};
use crate::sbom::vex::Statement;
use baseline::Baseline;
use ignores::Ignores;
use jiff::civil::Date;
use severity::Overrides;
use std::collections::BTreeSet;
use suppress::{Directives, Sources};

/// How the findings of a run are to be treated.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'a> {
    /// `severity_overrides`.
    pub overrides: &'a Overrides,
    /// `ignored_rules` and `paths.ignore`.
    pub ignores: &'a Ignores,
    /// The baseline file.
    pub baseline: Option<&'a Baseline>,
    /// Statements that advisories do not concern this project.
    pub vex: &'a [Statement],
    /// Directives of the files that were scanned.
    pub directives: &'a Directives,
    /// Silence nothing and remove stamps of earlier runs (`--no-suppress`).
    pub no_suppress: bool,
    /// The day on which it is judged what has expired.
    pub today: Date,
    /// Whether a scanner is one of securescan's own; such a finding survives a merge with another tool's.
    pub native: fn(&ScannerId) -> bool,
}

/// Findings as reports get them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// Findings that count, canonical order.
    pub findings: Vec<Finding>,
    /// Silenced findings, canonical order, each with `suppressed_by`.
    pub suppressed: Vec<Finding>,
    /// Own directives that silenced nothing, by path and line.
    pub unused_directives: Vec<UnusedDirective>,
    /// Totals.
    pub counts: Counts,
    /// What the user should know about the policy: entries that have expired or can match nothing.
    pub notices: Vec<String>,
}

/// Whether a scanner stands in the table of native engines.
pub fn is_native(scanner: &ScannerId) -> bool {
    crate::engine::ENGINES.iter().any(|engine| engine.meta.id == *scanner)
}

/// The fixed sequence: weaknesses and compliance tags, severity overrides, merging, fingerprints, suppression, order,
/// counts.
///
/// Tags and severities go first because merging keeps the best of both; fingerprints come after merging, so that only
/// survivors are numbered; suppression needs fingerprints for the baseline and merged rule ids for directives.
pub fn apply(mut findings: Vec<Finding>, policy: &Policy<'_>) -> Outcome {
    findings.iter_mut().for_each(classify);
    policy.overrides.apply(&mut findings);
    let mut findings = dedup::merge(findings, policy.native);
    fingerprint::fill(&mut findings);
    let unused_directives = if policy.no_suppress {
        suppress::clear(&mut findings);
        Vec::new()
    } else {
        let sources = Sources {
            directives: policy.directives,
            ignores: policy.ignores,
            baseline: policy.baseline,
            vex: policy.vex,
            today: policy.today,
        };
        suppress::apply(&mut findings, &sources)
    };
    order::sort(&mut findings);
    let (suppressed, findings): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|finding| finding.suppressed_by().is_some());
    let counts = count(&findings, &suppressed);
    Outcome { findings, suppressed, unused_directives, counts, notices: notices(policy) }
}

/// Totals over kept and suppressed findings.
pub fn count(findings: &[Finding], suppressed: &[Finding]) -> Counts {
    let mut counts = Counts::default();
    for finding in findings {
        counts.add(finding.severity);
    }
    for finding in suppressed {
        match finding.suppressed_by() {
            Some("inline") => counts.suppressed_inline += 1,
            Some("baseline") => counts.suppressed_baseline += 1,
            Some("vex") => counts.suppressed_vex += 1,
            _ => counts.suppressed_config += 1,
        }
    }
    counts.risk_score = score::risk_score(&counts);
    counts
}

/// Writes the weakness as `CWE-n` and adds the tags that follow from the finding to those it carries.
fn classify(finding: &mut Finding) {
    finding.cwe = finding.cwe.as_deref().and_then(normalise_cwe);
    let mut tags: BTreeSet<String> = finding.compliance_tags.drain(..).collect();
    tags.extend(compliance::tags(finding));
    finding.compliance_tags = tags.into_iter().collect();
}

fn notices(policy: &Policy<'_>) -> Vec<String> {
    if policy.no_suppress {
        return Vec::new();
    }
    let mut notices: Vec<String> = policy
        .ignores
        .expired(policy.today)
        .filter_map(|rule| {
            Some(format!("ignored_rules: \"{}\" expired on {}", rule.pattern, rule.expires?))
        })
        .collect();
    if let Some(baseline) = policy.baseline {
        let entries = |count: usize| if count == 1 { "entry" } else { "entries" };
        let expired = baseline.expired(policy.today).count();
        if expired > 0 {
            notices.push(format!("baseline: {expired} {} expired", entries(expired)));
        }
        let blank = baseline.without_fingerprint;
        if blank > 0 {
            notices.push(format!(
                "baseline: {blank} {} without a fingerprint silence nothing",
                entries(blank)
            ));
        }
    }
    notices
}

#[cfg(test)]
mod tests {
    use super::ignores::IgnoreRule;
    use super::sample::{any_finding, finding};
    use super::*;
    use crate::finding::{Severity, key};
    use jiff::civil::date;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    struct Parts {
        overrides: Overrides,
        ignores: Ignores,
        baseline: Baseline,
        directives: Directives,
    }

    impl Parts {
        fn policy(&self) -> Policy<'_> {
            Policy {
                overrides: &self.overrides,
                ignores: &self.ignores,
                baseline: Some(&self.baseline),
                vex: &[],
                directives: &self.directives,
                no_suppress: false,
                today: date(2026, 6, 1),
                native: |scanner| scanner.as_str() == "secrets",
            }
        }
    }

    fn parts(overrides: &[(&str, Severity)], ignored: &str, line: &str) -> Parts {
        let map: BTreeMap<String, Severity> =
            overrides.iter().map(|(id, severity)| ((*id).to_owned(), *severity)).collect();
        Parts {
            overrides: Overrides::new(&map),
            ignores: Ignores::new(vec![IgnoreRule::new(ignored)], &[]).unwrap(),
            baseline: Baseline::default(),
            directives: [("a.py".to_owned(), directive::parse("a.py", line.as_bytes()))].into(),
        }
    }

    /// Each stage leaves a mark that only the order of the documentation produces: the override decides who survives
    /// the merge; the merge needs the normalised weakness and hands its alias to the directive; the fingerprint is that
    /// of the survivor.
    #[test]
    fn the_stages_run_in_their_order() {
        let mut own = finding("secrets", "secrets/x", "a.py", 1);
        own.cwe = Some("798".to_owned());
        let mut other = finding("gitleaks", "generic", "a.py", 1);
        other.cwe = Some("CWE-798: Hard-coded credentials".to_owned());
        let parts =
            parts(&[("generic", Severity::Critical)], "none", "x # securescan: ignore secrets/x");
        let outcome = apply(vec![own, other], &parts.policy());
        assert_eq!((outcome.findings.len(), outcome.suppressed.len()), (0, 1));
        let survivor = &outcome.suppressed[0];
        assert_eq!(
            (survivor.scanner.as_str(), survivor.severity),
            ("gitleaks", Severity::Critical)
        );
        assert_eq!(survivor.meta(key::ORIGINAL_SEVERITY), Some("medium"));
        assert_eq!(survivor.suppressed_by(), Some("inline"));
        assert!(survivor.compliance_tags.contains(&"OWASP-A07".to_owned()));
        let print = crate::finding::fingerprint::fingerprint(
            "gitleaks", "generic", "a.py", "", "CWE-798", 1,
        );
        assert_eq!(survivor.fingerprint, print);
        assert_eq!(survivor.id, format!("f-{}", &print[..16]));
        assert_eq!((outcome.counts.total, outcome.counts.suppressed_inline), (0, 1));
        assert!(outcome.counts.risk_score.abs() < f64::EPSILON);
        assert_eq!(outcome.unused_directives, []);
    }

    #[test]
    fn without_suppression_everything_counts_and_no_stamp_stays() {
        let parts = parts(&[], "*", "x # securescan: ignore *");
        let mut stamped = finding("s", "r", "a.py", 1);
        stamped.set_meta(key::SUPPRESSED_BY, "baseline");
        let policy = Policy { no_suppress: true, ..parts.policy() };
        let outcome = apply(vec![stamped], &policy);
        assert_eq!((outcome.findings.len(), outcome.suppressed.len()), (1, 0));
        assert_eq!(outcome.findings[0].suppressed_by(), None);
        assert_eq!(outcome.counts.medium, 1);
    }

    #[test]
    fn what_no_longer_holds_is_said() {
        let mut parts = parts(&[], "none", "");
        let old = IgnoreRule { expires: Some(date(2026, 1, 1)), ..IgnoreRule::new("r") };
        parts.ignores = Ignores::new(vec![old], &[]).unwrap();
        let baseline = br#"[{"fingerprint":"a","expires":"2026-01-01"},{"fingerprint":""}]"#;
        parts.baseline = Baseline::read("b", baseline).unwrap();
        assert_eq!(
            apply(vec![], &parts.policy()).notices,
            [
                "ignored_rules: \"r\" expired on 2026-01-01",
                "baseline: 1 entry expired",
                "baseline: 1 entry without a fingerprint silence nothing"
            ]
        );
    }

    proptest! {
        #[test]
        fn the_sequence_is_idempotent_and_loses_no_fingerprint(
            findings in prop::collection::vec(any_finding(), 0..20),
        ) {
            // One override for all: an alias gained by a merge may bring another override on a second run.
            let parts = parts(&[("R*", Severity::High)], "R4", "x # nosec R2");
            let once = apply(findings, &parts.policy());
            let mut all = once.findings.clone();
            all.extend(once.suppressed.clone());
            let twice = apply(all, &parts.policy());
            prop_assert_eq!(twice, once);
        }
    }
}
