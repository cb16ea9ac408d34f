//! What a change does to the rules it is judged by: ignore directives it adds, settings it alters, files of the security
//! configuration it touches. Nothing in the change has a say in it.

use crate::config::{Config, Layer, describe, find};
use crate::engine::{Built, Sink};
use crate::finding::Finding;
use crate::finding::change::{AddedIgnore, PolicyFile, SettingChange};
use crate::post::directive::Directive;
use crate::post::suppress::Directives;
use crate::target::Blob;
use crate::target::classify::Kind;
use crate::target::git::tree::Changes;
use crate::target::git::{File, Objects};
use crate::text::redact;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Directives of the head that the base has not: of each kind in a file (marker and rules) as many as are more than
/// before, the last ones first. `renames` maps paths of the head to those of the base.
pub(super) fn ignores(
    base: &Directives,
    head: &Directives,
    renames: &BTreeMap<String, String>,
    suppressed: &[Finding],
) -> Vec<AddedIgnore> {
    let mut added = Vec::new();
    for (path, directives) in head {
        let mut before = counted(base.get(renames.get(path).unwrap_or(path)));
        for directive in directives {
            if let Some(count) = before.get_mut(&sort_of(directive)).filter(|count| **count > 0) {
                *count -= 1;
                continue;
            }
            let reached = |finding: &&Finding| {
                finding.path.as_ref() == Some(path)
                    && finding.suppressed_by() == Some("inline")
                    && directive.matching(finding).next().is_some()
            };
            let silences = suppressed.iter().filter(reached).count() as u64;
            // Texts that explain directives to readers hold some that are none.
            if silences == 0 && Kind::of(path) == Kind::Prose {
                continue;
            }
            added.push(AddedIgnore {
                path: path.clone(),
                line: directive.line,
                marker: directive.marker.to_string(),
                rules: directive.rules.iter().map(|rule| rule.as_str().to_owned()).collect(),
                until: directive.until.map(|day| day.to_string()),
                reason: directive.reason.clone(),
                silences,
            });
        }
    }
    added.sort();
    added
}

type Sort = (String, Vec<String>, Option<String>);

fn sort_of(directive: &Directive) -> Sort {
    (
        directive.marker.to_string(),
        directive.rules.iter().map(|rule| rule.as_str().to_owned()).collect(),
        directive.until.map(|day| day.to_string()),
    )
}

fn counted(directives: Option<&Vec<Directive>>) -> BTreeMap<Sort, usize> {
    let mut counted = BTreeMap::new();
    for directive in directives.into_iter().flatten() {
        *counted.entry(sort_of(directive)).or_default() += 1;
    }
    counted
}

/// Settings that differ, by key; paths below `root` are told relative to it.
pub(super) fn settings(base: &Config, head: &Config, root: &Path) -> Vec<SettingChange> {
    let values = |config: &Config| describe::values(&Layer::from(config));
    // Paths are absolute in the settings; where the repository stands is nobody's business.
    let root = format!("\"{}/", root.display());
    let text = |value: &Value| (!value.is_null()).then(|| value.to_string().replace(&root, "\""));
    let mut changes: Vec<SettingChange> = values(base)
        .iter()
        .zip(values(head))
        .filter(|((_, before), (_, after))| before != after)
        .map(|((key, before), (_, after))| SettingChange {
            key: (*key).to_owned(),
            before: text(before),
            after: text(&after),
        })
        .collect();
    changes.sort();
    changes
}

/// Takes secrets out of settings: those that scanners see in the configuration files of either side, and in the values by
/// themselves. People put a token into a reason or a pattern.
pub(super) fn redact(
    settings: &mut [SettingChange],
    objects: &Objects,
    changes: &Changes<'_>,
    engines: &[Built],
) {
    let edited = changes.edited.iter().flat_map(|(before, after)| [*before, *after]);
    let files = changes.added.iter().chain(&changes.removed).copied().chain(edited);
    let mut secrets: Vec<String> = Vec::new();
    for file in files.filter(|file| crate::rules::load::is_pack(Path::new(&file.path))) {
        let mut text = Vec::new();
        if objects.read(file.id, find::MAX_BYTES, &mut text).is_ok() {
            secrets.extend(found(engines, &file.path, &text));
        }
    }
    let values = |change: &mut SettingChange| [change.before.take(), change.after.take()];
    for change in settings {
        let [before, after] = values(change).map(|value| {
            let mut value = value?;
            let own = found(engines, find::NAMES[0], value.as_bytes());
            for secret in secrets.iter().chain(&own) {
                value = value.replace(secret.as_str(), &redact::mask(secret.as_bytes()));
            }
            Some(value)
        });
        (change.before, change.after) = (before, after);
    }
}

/// Secrets in a text, longest first, so that none is cut by a part of itself.
fn found(engines: &[Built], path: &str, text: &[u8]) -> Vec<String> {
    /// Shorter text is found by chance.
    const LEAST: usize = 6;
    let blob = Blob::new(path, text);
    let mut secrets = Vec::new();
    for engine in engines.iter().filter_map(|built| built.file.as_ref()) {
        let mut sink = Sink::new();
        // A scanner that breaks down here has been told of where the file was scanned.
        if crate::engine::guard::guarded(|| engine.scan(&blob, &mut sink)).is_ok() {
            let named = sink.secrets().iter().filter_map(|range| text.get(range.clone()));
            secrets.extend(named.map(|secret| String::from_utf8_lossy(secret).into_owned()));
        }
    }
    secrets.retain(|secret| secret.len() >= LEAST);
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets
}

/// What of a path belongs to the security configuration, by its name alone.
fn role(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    if find::NAMES.contains(&name) {
        Some("configuration")
    } else if name == ".securescanignore" {
        Some("ignore file")
    } else if path.starts_with(".securescan/") || path.contains("/.securescan/") {
        Some(if name.contains("baseline") { "baseline" } else { "configuration" })
    } else {
        None
    }
}

/// Files that run the scanner when they name it.
fn runner(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let yaml = Path::new(name).extension().is_some_and(|end| end == "yml" || end == "yaml");
    if path.starts_with(".github/workflows/") && yaml || name == ".gitlab-ci.yml" {
        Some("workflow")
    } else if name == ".pre-commit-config.yaml" {
        Some("hook")
    } else {
        None
    }
}

/// Touched files of the security configuration. `named` are paths the configuration of either side names, with their
/// role.
pub(super) fn files(
    objects: &Objects,
    changes: &Changes<'_>,
    named: &[(String, &'static str)],
) -> Vec<PolicyFile> {
    let by_name = |path: &str| {
        let is = |(named, role): &(String, &'static str)| {
            let below = path.strip_prefix(named.as_str())?;
            (below.is_empty() || below.starts_with('/')).then_some(*role)
        };
        named.iter().find_map(is).or_else(|| role(path))
    };
    let runs_us = |file: &File| {
        /// Workflows are small; a larger file is none.
        const LIMIT: u64 = 1 << 20;
        let mut text = Vec::new();
        objects.read(file.id, LIMIT, &mut text).is_ok()
            && memchr::memmem::find(&text, b"securescan").is_some()
    };
    let mut files: Vec<PolicyFile> = Vec::new();
    let mut touch = |path: &str, versions: &[&File], action: &str| {
        let role = by_name(path)
            .or_else(|| runner(path).filter(|_| versions.iter().any(|file| runs_us(file))));
        if let Some(role) = role {
            let (path, role, action) = (path.to_owned(), role.to_owned(), action.to_owned());
            files.push(PolicyFile { path, role, action });
        }
    };
    for file in &changes.added {
        touch(&file.path, &[file], "added");
    }
    for (before, after) in &changes.edited {
        touch(&after.path, &[before, after], "edited");
    }
    for file in &changes.removed {
        touch(&file.path, &[file], "removed");
    }
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::directive;

    fn of(files: &[(&str, &str)]) -> Directives {
        let parse = |(path, text): &(&str, &str)| {
            ((*path).to_owned(), directive::parse(path, text.as_bytes()))
        };
        files.iter().map(parse).collect()
    }

    fn added(
        base: &[(&str, &str)],
        head: &[(&str, &str)],
        renames: &[(&str, &str)],
    ) -> Vec<String> {
        let renames =
            renames.iter().map(|(new, old)| ((*new).to_owned(), (*old).to_owned())).collect();
        let list = ignores(&of(base), &of(head), &renames, &[]);
        list.iter().map(|one| format!("{}:{} {:?}", one.path, one.line, one.rules)).collect()
    }

    #[test]
    fn only_directives_that_are_more_than_before_are_added() {
        let one = "x # securescan: ignore A\n";
        assert!(added(&[("a.py", one)], &[("a.py", &format!("\n\n{one}"))], &[]).is_empty());
        assert_eq!(added(&[("a.py", one)], &[("a.py", &one.repeat(2))], &[]), ["a.py:2 [\"A\"]"]);
        assert_eq!(added(&[("a.py", one)], &[("b.py", one)], &[]), ["b.py:1 [\"A\"]"]);
        assert!(added(&[("a.py", one)], &[("b.py", one)], &[("b.py", "a.py")]).is_empty());
        let wider = "x # securescan: ignore *\n";
        assert_eq!(added(&[("a.py", one)], &[("a.py", wider)], &[]), ["a.py:1 [\"*\"]"]);
        let other_tool = "x # nosec\n";
        assert_eq!(added(&[], &[("a.py", other_tool)], &[]), ["a.py:1 [\"*\"]"]);
    }

    #[test]
    fn settings_are_compared_by_key() {
        let base = Config::default();
        let mut head = Config::default();
        let root = Path::new("/r");
        assert!(settings(&base, &head, root).is_empty());
        head.scanners_disable = vec!["secrets".to_owned()];
        head.fail_on_count = Some(3);
        head.baseline = Some("/r/b.json".into());
        let changes = settings(&base, &head, root);
        let keys: Vec<&str> = changes.iter().map(|change| change.key.as_str()).collect();
        assert_eq!(keys, ["baseline", "fail_on_count", "scanners.disable"]);
        assert_eq!(changes[0].after.as_deref(), Some("\"b.json\""));
        assert_eq!(changes[1].after.as_deref(), Some("3"));
    }

    #[test]
    fn the_files_that_decide_are_known_by_name() {
        for (path, expected) in [
            (".securescan.yml", Some("configuration")),
            ("web/.securescan.yaml", Some("configuration")),
            ("sub/.securescanignore", Some("ignore file")),
            (".securescan/baseline.json", Some("baseline")),
            (".securescan/rules/own.yml", Some("configuration")),
            ("src/securescan.rs", None),
        ] {
            assert_eq!(role(path), expected, "{path}");
        }
        assert_eq!(runner(".github/workflows/x.yml"), Some("workflow"));
        assert_eq!(runner(".github/x.yml"), None);
        assert_eq!(runner(".pre-commit-config.yaml"), Some("hook"));
    }
}
