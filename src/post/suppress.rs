//! Which findings are silenced, by what and why: a directive in the file, then the configuration, then the baseline. A
//! silenced finding is stamped, never dropped.

use super::baseline::Baseline;
use super::directive::{Directive, OWN};
use crate::finding::{Finding, Pattern, RuleId, UnusedDirective, key};
use crate::target::classify::Kind;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// One entry of `ignored_rules`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreRule {
    /// Rule ids it means.
    pub pattern: Pattern,
    /// Why.
    pub reason: Option<String>,
    /// Last day on which it holds.
    pub expires: Option<Date>,
    /// Globs relative to the repository root; empty means everywhere.
    pub paths: Vec<String>,
}

impl IgnoreRule {
    /// An entry that holds everywhere and for ever.
    pub fn new(pattern: impl Into<String>) -> Self {
        Self {
            pattern: Pattern::new(pattern),
            reason: None,
            expires: None,
            paths: Vec::new(),
        }
    }
}

/// A path glob that does not parse.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("bad path pattern \"{glob}\": {message}")]
pub struct BadGlob {
    /// As written.
    pub glob: String,
    /// What is wrong with it.
    pub message: String,
}

/// Who silenced a finding, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    by: &'static str,
    reason: Option<String>,
}

impl Stamp {
    fn put(self, finding: &mut Finding) {
        finding.set_meta(key::SUPPRESSED_BY, self.by);
        if let Some(reason) = self.reason.filter(|reason| !reason.trim().is_empty()) {
            finding.set_meta(key::SUPPRESSION_REASON, reason);
        }
    }
}

/// What the configuration silences, ready to be asked.
#[derive(Debug, Clone, Default)]
pub struct Ignores {
    rules: Vec<(IgnoreRule, Option<GlobSet>)>,
    paths: Vec<String>,
    path_set: GlobSet,
}

impl Ignores {
    /// From `ignored_rules` and `paths.ignore`. A path pattern means a file, or a directory with all below it; one
    /// without a `/` means any file or directory of that name.
    pub fn new(rules: Vec<IgnoreRule>, paths: &[String]) -> Result<Self, BadGlob> {
        let with_set = |rule: IgnoreRule| {
            let set = if rule.paths.is_empty() {
                None
            } else {
                Some(path_set(&rule.paths)?)
            };
            Ok((rule, set))
        };
        Ok(Self {
            rules: rules
                .into_iter()
                .map(with_set)
                .collect::<Result<_, BadGlob>>()?,
            paths: paths.to_vec(),
            path_set: path_set(paths)?,
        })
    }

    /// Entries that no longer hold on a day.
    pub fn expired(&self, today: Date) -> impl Iterator<Item = &IgnoreRule> {
        self.rules
            .iter()
            .map(|(rule, _)| rule)
            .filter(move |rule| rule.expires.is_some_and(|last| today > last))
    }

    fn silences(&self, finding: &Finding, today: Date) -> Option<Stamp> {
        let stamp = |reason| Stamp {
            by: "config",
            reason,
        };
        let path = finding.path.as_deref();
        let rule = self.rules.iter().find(|(rule, paths)| {
            rule.expires.is_none_or(|last| today <= last)
                && paths
                    .as_ref()
                    .is_none_or(|set| path.is_some_and(|path| set.is_match(path)))
                && rule.pattern.matches_finding(finding)
        });
        if let Some((rule, _)) = rule {
            return Some(stamp(rule.reason.clone()));
        }
        let glob = self.path_set.matches(path?).into_iter().min()?;
        // Two globs stand for one pattern; see `path_set`.
        let pattern = self.paths.get(glob / GLOBS_PER_PATTERN)?;
        Some(stamp(Some(format!("path ignored by \"{pattern}\""))))
    }
}

const GLOBS_PER_PATTERN: usize = 2;

fn path_set(patterns: &[String]) -> Result<GlobSet, BadGlob> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let bad = |error: &globset::Error| BadGlob {
            glob: pattern.clone(),
            message: error.kind().to_string(),
        };
        let inner = pattern.trim_end_matches('/');
        let inner = match inner.strip_prefix('/') {
            Some(rooted) => rooted.to_owned(),
            None if inner.contains('/') => inner.to_owned(),
            None => format!("**/{inner}"),
        };
        for glob in [inner.clone(), format!("{inner}/**")] {
            let glob = GlobBuilder::new(&glob).literal_separator(true).build();
            set.add(glob.map_err(|error| bad(&error))?);
        }
    }
    set.build().map_err(|error| BadGlob {
        glob: patterns.join(", "),
        message: error.to_string(),
    })
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
    for (index, finding) in findings.iter_mut().enumerate() {
        let stamp = inline(finding, sources, &mut used)
            .or_else(|| sources.ignores.silences(finding, sources.today));
        if let Some(stamp) = stamp {
            stamp.put(finding);
            open[index] = false;
        }
    }
    if let Some(baseline) = sources.baseline {
        let accepted = baseline.accepted(findings, &open, sources.today);
        for (index, entry) in accepted {
            Stamp {
                by: "baseline",
                reason: entry.reason.clone(),
            }
            .put(&mut findings[index]);
        }
    }
    unused(sources.directives, &used)
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
            stamp.get_or_insert_with(|| Stamp {
                by: "inline",
                reason: directive.reason.clone(),
            });
        }
    }
    stamp
}

/// Own directives only: those of other tools silence these tools' findings. Texts that explain directives to readers
/// are left out.
fn unused(directives: &Directives, used: &BTreeSet<(&str, usize, usize)>) -> Vec<UnusedDirective> {
    let mut unused = Vec::new();
    for (path, directives) in directives
        .iter()
        .filter(|(path, _)| Kind::of(path) != Kind::Prose)
    {
        for (index, directive) in directives
            .iter()
            .enumerate()
            .filter(|(_, d)| d.marker == OWN)
        {
            let rules: Vec<RuleId> = directive
                .rules
                .iter()
                .enumerate()
                .filter(|(rule, _)| !used.contains(&(path.as_str(), index, *rule)))
                .map(|(_, rule)| RuleId::new(rule.as_str()))
                .collect();
            if !rules.is_empty() || directive.rules.is_empty() {
                unused.push(UnusedDirective {
                    path: path.clone(),
                    line: directive.line,
                    rules,
                });
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
        Sources {
            directives,
            ignores,
            baseline,
            today: TODAY,
        }
    }

    fn with_print(rule: &str, print: &str) -> Finding {
        Finding {
            fingerprint: print.to_owned(),
            ..finding("s", rule, "a.py", 1)
        }
    }

    #[test]
    fn inline_goes_before_config_and_config_before_baseline() {
        let in_file = directives(&[("a.py", "x # securescan: ignore A -- told so")]);
        let ignores = Ignores::new(
            vec![
                IgnoreRule::new("A"),
                IgnoreRule {
                    reason: Some("noise".to_owned()),
                    ..IgnoreRule::new("B*")
                },
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
        let stamps: Vec<(Option<&str>, Option<&str>)> = list
            .iter()
            .map(|f| (f.suppressed_by(), f.meta(key::SUPPRESSION_REASON)))
            .collect();
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
        apply(
            &mut list,
            &sources(&Directives::new(), &Ignores::default(), None),
        );
        assert!(list[0].metadata.is_empty());
    }

    #[test]
    fn an_entry_may_be_limited_to_paths_and_days() {
        for (paths, expires, expected) in [
            (vec![], None, true),
            (vec!["*.py"], None, true),
            (vec!["src"], None, false),
            (vec![], Some(TODAY), true),
            (vec![], Some(date(2026, 5, 31)), false),
        ] {
            let rule = IgnoreRule {
                paths: paths.iter().map(|p| (*p).to_owned()).collect(),
                expires,
                ..IgnoreRule::new("A")
            };
            let ignores = Ignores::new(vec![rule], &[]).unwrap();
            let silenced = ignores.silences(&with_print("A", "a"), TODAY).is_some();
            assert_eq!(silenced, expected, "{paths:?} {expires:?}");
        }
    }

    #[test]
    fn an_ignored_path_silences_what_tree_scanners_found_there() {
        for (pattern, path, expected) in [
            ("vendor", "vendor/x/go.mod", true),
            ("vendor/", "a/vendor/x", true),
            ("/vendor", "a/vendor/x", false),
            ("a/*.lock", "a/x.lock", true),
            ("a/*.lock", "a/b/x.lock", false),
            ("*.lock", "a/b/x.lock", true),
            ("**/gen/**", "a/gen/x", true),
        ] {
            let ignores = Ignores::new(vec![], &["none".to_owned(), pattern.to_owned()]).unwrap();
            let stamp = ignores.silences(&finding("s", "r", path, 1), TODAY);
            let told = format!("path ignored by \"{pattern}\"");
            let reason = stamp.and_then(|stamp| stamp.reason);
            assert_eq!(reason, expected.then_some(told), "{pattern} {path}");
        }
        let error = Ignores::new(vec![], &["a[".to_owned()])
            .unwrap_err()
            .to_string();
        assert!(error.starts_with("bad path pattern \"a[\": "), "{error}");
    }

    #[test]
    fn what_silences_nothing_is_reported_to_the_rule() {
        let in_file = directives(&[
            (
                "a.py",
                "x # securescan: ignore A, NONE\n# securescan: ignore\ny # nosec B1",
            ),
            ("README.md", "# securescan: ignore X"),
            ("b.py", "x # securescan: ignore A until 2026-05-31"),
        ]);
        let mut list = vec![with_print("A", "a"), finding("s", "A", "b.py", 1)];
        let unused = apply(&mut list, &sources(&in_file, &Ignores::default(), None));
        let shown: Vec<String> = unused
            .iter()
            .map(|u| format!("{}:{} {:?}", u.path, u.line, u.rules))
            .collect();
        assert_eq!(
            shown,
            [
                "a.py:1 [RuleId(\"NONE\")]",
                "a.py:2 []",
                "b.py:1 [RuleId(\"A\")]"
            ]
        );
        assert_eq!(
            (list[0].suppressed_by(), list[1].suppressed_by()),
            (Some("inline"), None)
        );
    }

    #[test]
    fn the_alias_of_a_merged_finding_is_enough() {
        let in_file = directives(&[("a.py", "x # nosec B105")]);
        let mut one = finding("secrets", "secrets/password", "a.py", 1);
        one.metadata
            .insert(key::ALIASES.to_owned(), serde_json::json!(["B105"]));
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
