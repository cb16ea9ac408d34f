//! Which findings are silenced, by what and why: a directive in the file, then the configuration, then the baseline. A
//! silenced finding is stamped, never dropped.

use super::baseline::Baseline;
use super::directive::{Directive, OWN};
use super::ignores::Ignores;
use crate::engine::osv::purl;
use crate::finding::{Finding, RuleId, UnusedDirective, key};
use crate::sbom::vex::{Statement, Status};
use crate::target::classify::Kind;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Who silenced a finding, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    by: &'static str,
    reason: Option<String>,
}

impl Stamp {
    fn config(reason: String) -> Self {
        Self { by: "config", reason: Some(reason) }
    }

    fn put(self, finding: &mut Finding) {
        finding.set_meta(key::SUPPRESSED_BY, self.by);
        if let Some(reason) = self.reason.filter(|reason| !reason.trim().is_empty()) {
            finding.set_meta(key::SUPPRESSION_REASON, reason);
        }
    }
}

/// Directives per repository-relative path.
pub type Directives = BTreeMap<String, Vec<Directive>>;

/// What may silence a finding.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// Read from the files the findings were found in.
    pub directives: &'a Directives,
    /// From the configuration.
    pub ignores: &'a Ignores,
    /// From the baseline file.
    pub baseline: Option<&'a Baseline>,
    /// From VEX documents.
    pub vex: &'a [Statement],
    /// The day on which it is judged what has expired.
    pub today: Date,
}

/// Removes what an earlier run stamped.
pub fn clear(findings: &mut [Finding]) {
    for finding in findings {
        finding.metadata.remove(key::SUPPRESSED_BY);
        finding.metadata.remove(key::SUPPRESSION_REASON);
    }
}

/// Stamps every silenced finding with `suppressed_by` and, when its author gave one, `suppression_reason`; clears all
/// other stamps. Needs fingerprints. Returns the own directives (or the parts of them) that silenced nothing.
pub fn apply(findings: &mut [Finding], sources: &Sources<'_>) -> Vec<UnusedDirective> {
    clear(findings);
    let mut used: BTreeSet<(&str, usize, usize)> = BTreeSet::new();
    let mut open = vec![true; findings.len()];
    let verdicts = Verdicts::new(sources.vex);
    for (index, finding) in findings.iter_mut().enumerate() {
        let stamp = inline(finding, sources, &mut used)
            .or_else(|| Some(Stamp::config(sources.ignores.silences(finding, sources.today)?)))
            .or_else(|| verdicts.stamp(finding));
        if let Some(stamp) = stamp {
            stamp.put(finding);
            open[index] = false;
        }
    }
    if let Some(baseline) = sources.baseline {
        let accepted = baseline.accepted(findings, &open, sources.today);
        for (index, entry) in accepted {
            Stamp { by: "baseline", reason: entry.reason.clone() }.put(&mut findings[index]);
        }
    }
    unused(sources.directives, &used)
}

/// VEX statements by the ids they name.
struct Verdicts<'a>(BTreeMap<&'a str, Vec<(usize, &'a Statement)>>);

impl<'a> Verdicts<'a> {
    fn new(statements: &'a [Statement]) -> Self {
        let mut by_id: BTreeMap<&str, Vec<(usize, &Statement)>> = BTreeMap::new();
        for (index, statement) in statements.iter().enumerate() {
            for id in &statement.ids {
                by_id.entry(id).or_default().push((index, statement));
            }
        }
        Self(by_id)
    }

    /// The stamp for a finding whose package and advisory the last statement on them calls harmless.
    fn stamp(&self, finding: &Finding) -> Option<Stamp> {
        if self.0.is_empty() {
            return None;
        }
        let package = purl::parse(finding.meta(key::PURL)?)?;
        let aliases = finding.metadata.get(key::ALIASES).and_then(|value| value.as_array());
        let aliases = aliases.into_iter().flatten().filter_map(|value| value.as_str());
        let mut ids: BTreeSet<&str> = aliases.collect();
        ids.insert(finding.rule_id.as_str());
        let named = ids.iter().filter_map(|id| self.0.get(id)).flatten();
        let covering = named.filter(|(_, statement)| statement.covers(&package));
        let (_, last) = covering.max_by_key(|(index, _)| *index)?;
        if !matches!(last.status, Status::NotAffected | Status::Fixed) {
            return None;
        }
        let words = match (last.justification, last.statement.trim()) {
            (Some(label), "") => label.as_str().to_owned(),
            (Some(label), words) => format!("{}: {words}", label.as_str()),
            (None, "") => last.status.as_str().to_owned(),
            (None, words) => words.to_owned(),
        };
        Some(Stamp { by: "vex", reason: Some(words) })
    }
}

/// The stamp of the first directive that silences a finding; every directive that does is marked used.
fn inline<'a>(
    finding: &Finding,
    sources: &Sources<'a>,
    used: &mut BTreeSet<(&'a str, usize, usize)>,
) -> Option<Stamp> {
    let (path, directives) = sources.directives.get_key_value(finding.path.as_ref()?)?;
    let mut stamp = None;
    for (index, directive) in directives.iter().enumerate() {
        if !directive.holds_on(sources.today) {
            continue;
        }
        for rule in directive.matching(finding) {
            used.insert((path, index, rule));
            stamp.get_or_insert_with(|| Stamp { by: "inline", reason: directive.reason.clone() });
        }
    }
    stamp
}

/// Own directives only: those of other tools silence these tools' findings. Texts that explain directives to readers
/// are left out.
fn unused(directives: &Directives, used: &BTreeSet<(&str, usize, usize)>) -> Vec<UnusedDirective> {
    let mut unused = Vec::new();
    for (path, directives) in directives.iter().filter(|(path, _)| Kind::of(path) != Kind::Prose) {
        for (index, directive) in directives.iter().enumerate().filter(|(_, d)| d.marker == OWN) {
            let rules: Vec<RuleId> = directive
                .rules
                .iter()
                .enumerate()
                .filter(|(rule, _)| !used.contains(&(path.as_str(), index, *rule)))
                .map(|(_, rule)| RuleId::new(rule.as_str()))
                .collect();
            if !rules.is_empty() || directive.rules.is_empty() {
                unused.push(UnusedDirective { path: path.clone(), line: directive.line, rules });
            }
        }
    }
    unused.sort();
    unused
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::directive;
    use crate::post::ignores::IgnoreRule;
    use crate::post::sample::{any_finding, finding};
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 6, 1);

    fn directives(files: &[(&str, &str)]) -> Directives {
        let parse = |(path, text): &(&str, &str)| {
            ((*path).to_owned(), directive::parse(path, text.as_bytes()))
        };
        files.iter().map(parse).collect()
    }

    fn sources<'a>(
        directives: &'a Directives,
        ignores: &'a Ignores,
        baseline: Option<&'a Baseline>,
    ) -> Sources<'a> {
        Sources { directives, ignores, baseline, vex: &[], today: TODAY }
    }

    fn with_print(rule: &str, print: &str) -> Finding {
        Finding { fingerprint: print.to_owned(), ..finding("s", rule, "a.py", 1) }
    }

    #[test]
    fn inline_goes_before_config_and_config_before_baseline() {
        let in_file = directives(&[("a.py", "x # securescan: ignore A -- told so")]);
        let ignores = Ignores::new(
            vec![
                IgnoreRule::new("A"),
                IgnoreRule { reason: Some("noise".to_owned()), ..IgnoreRule::new("B*") },
            ],
            &[],
        )
        .unwrap();
        let baseline =
            br#"[{"fingerprint":"a"},{"fingerprint":"b"},{"fingerprint":"c","reason":"old"}]"#;
        let baseline = Baseline::read("b", baseline).unwrap();
        let mut list = vec![
            with_print("A", "a"),
            with_print("B1", "b"),
            with_print("C", "c"),
            with_print("D", "d"),
        ];
        let unused = apply(&mut list, &sources(&in_file, &ignores, Some(&baseline)));
        let stamps: Vec<(Option<&str>, Option<&str>)> =
            list.iter().map(|f| (f.suppressed_by(), f.meta(key::SUPPRESSION_REASON))).collect();
        assert_eq!(
            stamps,
            [
                (Some("inline"), Some("told so")),
                (Some("config"), Some("noise")),
                (Some("baseline"), Some("old")),
                (None, None)
            ]
        );
        assert_eq!(unused, []);
    }

    #[test]
    fn stale_stamps_go() {
        let mut list = vec![with_print("A", "a")];
        list[0].set_meta(key::SUPPRESSED_BY, "baseline");
        list[0].set_meta(key::SUPPRESSION_REASON, "x");
        apply(&mut list, &sources(&Directives::new(), &Ignores::default(), None));
        assert!(list[0].metadata.is_empty());
    }

    #[test]
    fn what_silences_nothing_is_reported_to_the_rule() {
        let in_file = directives(&[
            ("a.py", "x # securescan: ignore A, NONE\n# securescan: ignore\ny # nosec B1"),
            ("README.md", "# securescan: ignore X"),
            ("b.py", "x # securescan: ignore A until 2026-05-31"),
        ]);
        let mut list = vec![with_print("A", "a"), finding("s", "A", "b.py", 1)];
        let unused = apply(&mut list, &sources(&in_file, &Ignores::default(), None));
        let shown: Vec<String> =
            unused.iter().map(|u| format!("{}:{} {:?}", u.path, u.line, u.rules)).collect();
        assert_eq!(shown, ["a.py:1 [RuleId(\"NONE\")]", "a.py:2 []", "b.py:1 [RuleId(\"A\")]"]);
        assert_eq!((list[0].suppressed_by(), list[1].suppressed_by()), (Some("inline"), None));
    }

    #[test]
    fn the_alias_of_a_merged_finding_is_enough() {
        let in_file = directives(&[("a.py", "x # nosec B105")]);
        let mut one = finding("secrets", "secrets/password", "a.py", 1);
        one.metadata.insert(key::ALIASES.to_owned(), serde_json::json!(["B105"]));
        let mut list = vec![one];
        apply(&mut list, &sources(&in_file, &Ignores::default(), None));
        assert_eq!(list[0].suppressed_by(), Some("inline"));
    }

    proptest! {
        #[test]
        fn applying_twice_changes_nothing(
            findings in prop::collection::vec(any_finding(), 0..20),
        ) {
            let in_file = directives(&[("a.py", "x # nosec R1\n# securescan: ignore R2\n\n")]);
            let ignores = Ignores::new(vec![IgnoreRule::new("R3")], &["b.py".to_owned()]).unwrap();
            let mut once = findings;
            crate::post::fingerprint::fill(&mut once);
            let entries: Vec<String> =
                once.iter().step_by(3).map(|f| format!("{{\"fingerprint\":\"{}\"}}", f.fingerprint)).collect();
            let baseline = Baseline::read("b", format!("[{}]", entries.join(",")).as_bytes()).unwrap();
            let sources = sources(&in_file, &ignores, Some(&baseline));
            let unused = apply(&mut once, &sources);
            let mut twice = once.clone();
            prop_assert_eq!(apply(&mut twice, &sources), unused);
            prop_assert_eq!(twice, once);
        }
    }
}
