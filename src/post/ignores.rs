//! What the configuration silences: rules everywhere or in some paths, for ever or until a day, and whole paths.

use crate::finding::{Finding, Pattern};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use jiff::civil::Date;

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
        Self { pattern: Pattern::new(pattern), reason: None, expires: None, paths: Vec::new() }
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
            let set = if rule.paths.is_empty() { None } else { Some(path_set(&rule.paths)?) };
            Ok((rule, set))
        };
        Ok(Self {
            rules: rules.into_iter().map(with_set).collect::<Result<_, BadGlob>>()?,
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

    /// The reason, perhaps empty, for which the configuration silences a finding.
    pub(super) fn silences(&self, finding: &Finding, today: Date) -> Option<String> {
        let path = finding.path.as_deref();
        let rule = self.rules.iter().find(|(rule, paths)| {
            rule.expires.is_none_or(|last| today <= last)
                && paths.as_ref().is_none_or(|set| path.is_some_and(|path| set.is_match(path)))
                && rule.pattern.matches_finding(finding)
        });
        if let Some((rule, _)) = rule {
            return Some(rule.reason.clone().unwrap_or_default());
        }
        let glob = self.path_set.matches(path?).into_iter().min()?;
        // Two globs stand for one pattern; see `path_set`.
        let pattern = self.paths.get(glob / GLOBS_PER_PATTERN)?;
        Some(format!("path ignored by \"{pattern}\""))
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
    set.build().map_err(|error| BadGlob { glob: patterns.join(", "), message: error.to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::sample::finding;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 6, 1);

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
            let silenced = ignores.silences(&finding("s", "A", "a.py", 1), TODAY).is_some();
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
            let reason = ignores.silences(&finding("s", "r", path, 1), TODAY);
            let told = format!("path ignored by \"{pattern}\"");
            assert_eq!(reason, expected.then_some(told), "{pattern} {path}");
        }
        let error = Ignores::new(vec![], &["a[".to_owned()]).unwrap_err().to_string();
        assert!(error.starts_with("bad path pattern \"a[\": "), "{error}");
    }
}
