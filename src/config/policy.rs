//! What a repository's own file may not say. Whoever can push a branch can write it, so it can neither make the tool
//! talk to others nor make it read outside the repository; such values are taken out and reported.

use super::issue::{Issue, Level, quote};
use super::layer::Layer;
use super::value;
use crate::yaml::Place;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Whose file it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trust {
    /// The user's own, or one the user named that lies outside the repository.
    User,
    /// The repository's; the folder is its root, and paths must stay inside.
    Repository(PathBuf),
}

/// A layer under judgement.
struct Judge<'a> {
    origin: &'a str,
    places: &'a BTreeMap<String, Place>,
    base: &'a Path,
    root: &'a Path,
    removed: Vec<Issue>,
}

/// Takes out what a repository's file may not set and answers with a warning for each.
pub(super) fn apply(
    layer: &mut Layer,
    places: &BTreeMap<String, Place>,
    origin: &str,
    base: &Path,
    trust: &Trust,
) -> Vec<Issue> {
    let Trust::Repository(root) = trust else {
        return Vec::new();
    };
    let mut judge = Judge { origin, places, base, root, removed: Vec::new() };
    if layer.ai == Some(true) {
        layer.ai = None;
        judge.remove("ai", "a repository's file cannot turn AI on; ignored");
    }
    if layer.scanners.online == Some(true) {
        layer.scanners.online = None;
        judge.remove("scanners.online", "a repository's file cannot let tools go online; ignored");
    }
    if layer.scanners.zap_active == Some(true) {
        layer.scanners.zap_active = None;
        judge.remove(
            "scanners.zap_active",
            "a repository's file cannot have a site attacked; ignored",
        );
    }
    if let Some(path) = &layer.scanners.python_env
        && judge.leads_out(path)
    {
        let message = format!("{} leads out of the repository; ignored", shown(path));
        layer.scanners.python_env = None;
        judge.remove("scanners.python_env", &message);
    }
    judge.paths("semgrep_rules", &mut layer.semgrep_rules, true);
    judge.paths("secrets.rules", &mut layer.secrets.rules, false);
    judge.paths("misconfig.checks", &mut layer.misconfig.checks, false);
    if let Some(path) = &layer.baseline
        && judge.leads_out(path)
    {
        let message = format!("{} leads out of the repository; ignored", shown(path));
        layer.baseline = None;
        judge.remove("baseline", &message);
    }
    judge.removed
}

impl Judge<'_> {
    fn remove(&mut self, key: &str, message: &str) {
        let issue = Issue::new(Level::Warning, self.origin, key, message)
            .at(self.places.get(key).copied())
            .hint("set it in your own file, the environment or with a flag");
        self.removed.push(issue);
    }

    fn paths(&mut self, key: &str, list: &mut Option<Vec<PathBuf>>, references: bool) {
        let Some(paths) = list else { return };
        let mut kept = Vec::new();
        for (index, path) in std::mem::take(paths).into_iter().enumerate() {
            let item = format!("{key}[{index}]");
            let target = value::join(self.base, &path);
            let reference = references
                && path.to_str().is_some_and(value::is_registry_reference)
                && !target.exists();
            if reference {
                let message = format!("{} is fetched from a registry; ignored", shown(&path));
                self.remove(&item, &message);
            } else if self.leads_out(&path) {
                let message = format!("{} leads out of the repository; ignored", shown(&path));
                self.remove(&item, &message);
            } else {
                kept.push(path);
            }
        }
        *paths = kept;
    }

    /// By its parts, and by where its links lead.
    fn leads_out(&self, path: &Path) -> bool {
        let target = value::join(self.base, path);
        if !target.starts_with(self.root) {
            return true;
        }
        match (std::fs::canonicalize(&target), std::fs::canonicalize(self.root)) {
            (Ok(target), Ok(root)) => !target.starts_with(root),
            _ => false,
        }
    }
}

fn shown(path: &Path) -> String {
    quote(&path.to_string_lossy())
}
