//! Mistakes of one configuration file beyond its shape: patterns that do not compile, names nobody has, paths that do
//! not exist, settings that work against each other.

use super::issue::{self, Issue, Level, quote};
use super::layer::Layer;
use super::read::{self, Read};
use super::{Known, OfPacks, policy, value};
use crate::yaml::Place;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

pub use super::policy::Trust;

/// Mistakes in packs of one key that are told.
const MOST_OF_PACKS: usize = 100;

/// What a file is judged against.
#[derive(Debug, Clone)]
pub struct Context<'a> {
    /// Its name in messages.
    pub origin: &'a str,
    /// Folder its relative paths start from.
    pub base: &'a Path,
    /// Whose it is.
    pub trust: Trust,
    /// Names to check against.
    pub known: Known<'a>,
    /// The present day (UTC).
    pub today: Date,
    /// Whether files it names can be looked for on disk; those of a commit cannot.
    pub on_disk: bool,
}

/// What a file comes to.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What it sets; holds only what is allowed and could be understood.
    pub layer: Layer,
    /// Everything there is to say, worst first.
    pub issues: Vec<Issue>,
    /// Those of the issues that a scan mentions too: ignored settings and expired entries.
    pub notices: Vec<Issue>,
}

/// Judges the text of a file.
pub fn check(bytes: &[u8], context: &Context<'_>) -> Report {
    check_read(read::read(bytes, context.origin), context)
}

/// Judges what was read, whatever it came from.
pub(super) fn check_read(read: Read, context: &Context<'_>) -> Report {
    let Read { mut layer, places, mut issues } = read;
    let original = layer.clone();
    let mut notices =
        policy::apply(&mut layer, &places, context.origin, context.base, &context.trust);
    let mut linter = Linter { context, places: &places, own: Vec::new(), issues: Vec::new() };
    linter.packs(&layer);
    notices.extend(linter.expired(&original));
    linter.patterns(&original);
    linter.names(&original);
    linter.licenses(&original);
    linter.paths(&layer, &original);
    linter.conflicts(&original);
    issues.extend(linter.issues);
    issues.extend(notices.iter().cloned());
    issue::sort(&mut issues);
    Report { layer, issues, notices }
}

struct Linter<'a> {
    context: &'a Context<'a>,
    places: &'a BTreeMap<String, Place>,
    /// Ids of rules that the file brings.
    own: Vec<String>,
    issues: Vec<Issue>,
}

impl Linter<'_> {
    fn issue(&self, level: Level, key: &str, message: String) -> Issue {
        let place = self.places.get(key).copied();
        Issue::new(level, self.context.origin, key, message).at(place)
    }

    fn say(&mut self, level: Level, key: &str, message: String, hint: Option<String>) {
        let mut issue = self.issue(level, key, message);
        issue.hint = hint;
        self.issues.push(issue);
    }

    fn expired(&self, layer: &Layer) -> Vec<Issue> {
        let mut issues = Vec::new();
        for (index, rule) in layer.ignored_rules.iter().flatten().enumerate() {
            if let Some(day) = rule.expires
                && day < self.context.today
            {
                let message = format!(
                    "{} is not ignored any more: the entry expired on {day}",
                    quote(&rule.pattern)
                );
                let issue = self.issue(Level::Warning, &format!("ignored_rules[{index}]"), message);
                issues.push(issue.hint("fix the findings, or decide again and move the date"));
            }
        }
        issues
    }

    fn patterns(&mut self, layer: &Layer) {
        let mut globs: Vec<(String, String)> = Vec::new();
        for (index, glob) in layer.paths.ignore.iter().flatten().enumerate() {
            globs.push((format!("paths.ignore[{index}]"), glob.clone()));
        }
        for (index, rule) in layer.ignored_rules.iter().flatten().enumerate() {
            globs.push((format!("ignored_rules[{index}]"), rule.pattern.clone()));
            for (inner, glob) in rule.paths.iter().enumerate() {
                globs.push((format!("ignored_rules[{index}].paths[{inner}]"), glob.clone()));
            }
        }
        for pattern in layer.severity_overrides.iter().flat_map(BTreeMap::keys) {
            globs.push((format!("severity_overrides.{pattern}"), pattern.clone()));
        }
        for (key, glob) in globs {
            if let Some(why) = value::bad_glob(&glob) {
                self.say(
                    Level::Error,
                    &key,
                    format!("{} is not a glob: {why}", quote(&glob)),
                    None,
                );
            }
        }
        for (index, regex) in layer.secrets.allow.iter().flatten().enumerate() {
            let key = format!("secrets.allow[{index}]");
            if let Some(why) = value::bad_regex(regex) {
                // The pattern may be the very secret it allows.
                let message = format!("this is not a regular expression: {why}");
                self.say(Level::Error, &key, message, None);
            } else if regex::bytes::Regex::new(regex).is_ok_and(|r| r.is_match(b"")) {
                let message = "this matches every secret".to_owned();
                self.say(Level::Warning, &key, message, None);
            }
        }
    }

    fn names(&mut self, layer: &Layer) {
        let known = self.context.known;
        for (key, list) in [
            ("scanners.enable", &layer.scanners.enable),
            ("scanners.disable", &layer.scanners.disable),
        ] {
            for (index, name) in list.iter().flatten().enumerate() {
                if known.scanners.is_empty() || known.scanners.contains(&name.as_str()) {
                    continue;
                }
                let hint = match value::nearest(name, known.scanners.iter().copied()) {
                    Some(near) => format!("did you mean {}?", quote(near)),
                    None => format!("known scanners: {}", known.scanners.join(", ")),
                };
                let message = format!("unknown scanner {}", quote(name));
                self.say(Level::Error, &format!("{key}[{index}]"), message, Some(hint));
            }
        }
        for (index, rule) in layer.ignored_rules.iter().flatten().enumerate() {
            self.rule(&format!("ignored_rules[{index}]"), &rule.pattern);
            if matches!(rule.pattern.as_str(), "*" | "**") {
                let message = format!("{} silences every rule", quote(&rule.pattern));
                let key = format!("ignored_rules[{index}]");
                self.say(Level::Warning, &key, message, Some("name the rules".to_owned()));
            }
        }
        for pattern in layer.severity_overrides.iter().flat_map(BTreeMap::keys) {
            self.rule(&format!("severity_overrides.{pattern}"), pattern);
        }
    }

    /// Ids of other tools cannot be known; those of a native family, and near misses of native ids, can.
    fn rule(&mut self, key: &str, pattern: &str) {
        let rules = self.context.known.rules;
        if pattern.trim() != pattern || pattern.contains(char::is_control) {
            let message = format!("{} has blanks around it and matches no rule", quote(pattern));
            return self.say(Level::Warning, key, message, None);
        }
        if rules.contains(&pattern) || self.own.iter().any(|own| own == pattern) {
            return;
        }
        let of_family = |rule: &&str| {
            let family = rule.split_once('/').map(|(family, _)| family);
            family.is_some() && family == pattern.split_once('/').map(|(family, _)| family)
        };
        if value::is_glob(pattern) {
            let Some(matcher) = rule_glob(pattern) else {
                return;
            };
            let matches_own = self.own.iter().any(|own| matcher.is_match(own));
            let matches = matches_own || rules.iter().any(|rule| matcher.is_match(rule));
            if rules.iter().any(of_family) && !matches {
                let message = format!("{} matches no known rule", quote(pattern));
                self.say(Level::Warning, key, message, None);
            }
            return;
        }
        let is_short_for =
            |rule: &&&str| rule.rsplit_once('/').is_some_and(|(_, id)| id == pattern);
        if let Some(rule) = rules.iter().find(is_short_for) {
            let hint = Some(format!("write {}", quote(rule)));
            let message = format!("{} is no rule: ids are written whole here", quote(pattern));
            return self.say(Level::Warning, key, message, hint);
        }
        let near = value::nearest(pattern, rules.iter().copied());
        if near.is_some() || rules.iter().any(of_family) {
            let hint = near.map(|near| format!("did you mean {}?", quote(near)));
            self.say(Level::Warning, key, format!("unknown rule {}", quote(pattern)), hint);
        }
    }

    fn licenses(&mut self, layer: &Layer) {
        let Some(judge) = self.context.known.licenses else { return };
        for (key, why) in judge(&layer.licenses) {
            self.say(Level::Error, &key, format!("{key}: {why}"), None);
        }
    }

    /// What packs of the user hold, and whether a scan can use them.
    fn packs(&mut self, kept: &Layer) {
        let Some(read) = self.context.known.packs.filter(|_| self.context.on_disk) else { return };
        for (key, paths) in [
            ("secrets.rules", &kept.secrets.rules),
            ("semgrep_rules", &kept.semgrep_rules),
            ("misconfig.checks", &kept.misconfig.checks),
        ] {
            let absolute = |path: &PathBuf| value::join(self.context.base, path);
            // semgrep alone asks its registry.
            let is_reference = |path: &&PathBuf| {
                key == "semgrep_rules" && path.to_str().is_some_and(value::is_registry_reference)
            };
            let paths = paths.iter().flatten().filter(|path| !is_reference(path));
            let paths: Vec<PathBuf> = paths.map(absolute).collect();
            // Those that are not there are told of by themselves.
            if paths.is_empty() || !paths.iter().all(|path| path.exists()) {
                continue;
            }
            let OfPacks { ids, wrong, left_out } = read(key, &paths);
            self.own.extend(ids);
            let command = if key == "semgrep_rules" { "lint" } else { "test" };
            let hint = format!("`securescan rules {command}` says more");
            let base = format!("{}/", self.context.base.display());
            let shown = |told: &str| told.strip_prefix(&base).unwrap_or(told).to_owned();
            for told in wrong.iter().take(MOST_OF_PACKS) {
                self.say(Level::Error, key, shown(told), Some(hint.clone()));
            }
            for told in left_out.iter().take(MOST_OF_PACKS) {
                self.say(Level::Warning, key, shown(told), None);
            }
        }
    }

    fn paths(&mut self, kept: &Layer, original: &Layer) {
        if !self.context.on_disk {
            return;
        }
        for (key, kept, written) in [
            ("semgrep_rules", &kept.semgrep_rules, &original.semgrep_rules),
            ("secrets.rules", &kept.secrets.rules, &original.secrets.rules),
            ("misconfig.checks", &kept.misconfig.checks, &original.misconfig.checks),
        ] {
            for (index, path) in written.iter().flatten().enumerate() {
                if !kept.iter().flatten().any(|kept| kept == path) {
                    continue;
                }
                let reference = key == "semgrep_rules"
                    && path.to_str().is_some_and(value::is_registry_reference);
                if !reference && !value::join(self.context.base, path).exists() {
                    let message = format!("{} does not exist", quote(&path.to_string_lossy()));
                    let hint = "paths are relative to the file that names them".to_owned();
                    self.say(Level::Error, &format!("{key}[{index}]"), message, Some(hint));
                }
            }
        }
        // Whoever writes the baseline may have set this before.
        if let Some(path) = &kept.baseline
            && !value::join(self.context.base, path).exists()
        {
            let message = format!("{} does not exist", quote(&path.to_string_lossy()));
            let hint = "`securescan baseline` writes it".to_owned();
            self.say(Level::Warning, "baseline", message, Some(hint));
        }
    }

    fn conflicts(&mut self, layer: &Layer) {
        let ignored = || layer.ignored_rules.iter().flatten();
        for pattern in layer.severity_overrides.iter().flat_map(BTreeMap::keys) {
            let everywhere = ignored().filter(|rule| rule.paths.is_empty());
            let hidden = everywhere.map(|rule| rule.pattern.as_str()).find(|ignored| {
                *ignored == pattern
                    || (!value::is_glob(pattern)
                        && rule_glob(ignored).is_some_and(|glob| glob.is_match(pattern)))
            });
            if let Some(hidden) = hidden {
                let message = format!(
                    "{} is ignored by {} as well; its severity shows only among suppressed findings",
                    quote(pattern),
                    quote(hidden)
                );
                self.say(Level::Warning, &format!("severity_overrides.{pattern}"), message, None);
            }
        }
        let words = |list: &Option<Vec<String>>| list.clone().unwrap_or_default();
        self.twice("scan_types", layer.scan_types.iter().flatten().map(ToString::to_string));
        self.twice("scanners.enable", words(&layer.scanners.enable));
        self.twice("scanners.disable", words(&layer.scanners.disable));
        self.twice("paths.ignore", words(&layer.paths.ignore));
        self.twice("secrets.allow", words(&layer.secrets.allow));
        let shown = |path: &PathBuf| path.display().to_string();
        self.twice("semgrep_rules", layer.semgrep_rules.iter().flatten().map(shown));
        self.twice("secrets.rules", layer.secrets.rules.iter().flatten().map(shown));
        self.twice("misconfig.checks", layer.misconfig.checks.iter().flatten().map(shown));
        // The same rule may stand twice with different paths.
        self.twice(
            "ignored_rules",
            ignored().map(|rule| match rule.paths.as_slice() {
                [] => rule.pattern.clone(),
                paths => format!("{} in {}", rule.pattern, paths.join(", ")),
            }),
        );
        for (index, name) in words(&layer.scanners.disable).iter().enumerate() {
            if words(&layer.scanners.enable).contains(name) {
                let message = format!("{} is enabled and disabled; it does not run", quote(name));
                self.say(Level::Warning, &format!("scanners.disable[{index}]"), message, None);
            }
        }
    }

    fn twice(&mut self, key: &str, items: impl IntoIterator<Item = String>) {
        let mut seen = std::collections::BTreeSet::new();
        for (index, item) in items.into_iter().enumerate() {
            let shown = quote(&item);
            if !seen.insert(item) {
                let message = format!("{shown} is listed twice");
                self.say(Level::Warning, &format!("{key}[{index}]"), message, None);
            }
        }
    }
}

/// A pattern over rule ids: `*` crosses `/` and `.`.
fn rule_glob(pattern: &str) -> Option<globset::GlobMatcher> {
    globset::Glob::new(pattern).ok().map(|glob| glob.compile_matcher())
}

#[cfg(test)]
mod tests;
