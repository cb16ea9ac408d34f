//! The tree as the checks ask about it: which paths are in the scan, which of them git tracks, what they hold.

use crate::engine::Tree;
use crate::finding::SkipReason;
use crate::target::git::{Tracked, Tracking};
use crate::target::{Entry, Source};
use std::collections::{BTreeMap, BTreeSet};

/// What git knows of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// In the index.
    Tracked,
    /// In the work tree alone, and `git add -A` would add it.
    Exposed,
    /// In the work tree alone and ignored, or of another repository.
    Safe,
    /// There is no repository.
    Unversioned,
}

pub(super) struct View<'a> {
    source: &'a dyn Source,
    repository: Option<&'a dyn Tracking>,
    skipped: BTreeMap<&'a str, SkipReason>,
    submodules: Vec<String>,
    tracked: Vec<(&'a str, &'a Tracked, Option<&'a Entry>)>,
}

impl<'a> View<'a> {
    pub(super) fn new(tree: &Tree<'a>) -> Self {
        let skipped = tree
            .source
            .skipped()
            .iter()
            .map(|s| (s.path.trim_end_matches('/'), s.reason))
            .collect();
        let submodules = tree.repository.map(Tracking::submodules).unwrap_or_default();
        let submodules = submodules.into_iter().map(|m| m.path).filter(|p| !p.is_empty());
        let mut view = Self {
            source: tree.source,
            repository: tree.repository.filter(|r| !r.is_bare()),
            skipped,
            submodules: submodules.collect(),
            tracked: Vec::new(),
        };
        let all = view.repository.map(Tracking::tracked).into_iter().flatten();
        // Both are sorted by path.
        let mut entries = view.entries().iter().peekable();
        let mut entry_of = |path: &str| {
            while entries.next_if(|e| e.path.as_str() < path).is_some() {}
            entries.next_if(|e| e.path == path)
        };
        view.tracked = all
            .filter(|(_, t)| !t.symlink && !t.submodule)
            .map(|(path, t)| (path.as_str(), t, entry_of(path)))
            .filter(|(path, _, entry)| entry.is_some() || view.skipped_for_content(path))
            .collect();
        view
    }

    pub(super) fn repository(&self) -> Option<&'a dyn Tracking> {
        self.repository
    }

    pub(super) fn entries(&self) -> &'a [Entry] {
        self.source.entries()
    }

    pub(super) fn entry(&self, path: &str) -> Option<&'a Entry> {
        let entries = self.entries();
        entries.binary_search_by(|e| e.path.as_str().cmp(path)).ok().map(|at| &entries[at])
    }

    /// Tracked files (no links, no submodules) that are part of the scan, sorted: listed (then with their entry), or left out
    /// only for what they hold.
    pub(super) fn tracked(&self) -> &[(&'a str, &'a Tracked, Option<&'a Entry>)] {
        &self.tracked
    }

    fn skipped_for_content(&self, path: &str) -> bool {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        let reason = ends.map(|end| &path[..end]).find_map(|p| self.skipped.get(p));
        matches!(
            reason,
            Some(SkipReason::TooLarge | SkipReason::Binary | SkipReason::ToolDirectory)
        )
    }

    pub(super) fn standing(&self, path: &str) -> Standing {
        let Some(repository) = self.repository else {
            return Standing::Unversioned;
        };
        if repository.tracked().contains_key(path) {
            return Standing::Tracked;
        }
        let foreign = self
            .submodules
            .iter()
            .any(|m| path.strip_prefix(m.as_str()).is_some_and(|rest| rest.starts_with('/')));
        if foreign || repository.is_ignored(path, false) {
            Standing::Safe
        } else {
            Standing::Exposed
        }
    }

    /// Content of a file; `None` when it cannot be had (too large, gone, binary sources that are not handed out).
    pub(super) fn read<'b>(&self, path: &str, buffer: &'b mut Vec<u8>) -> Option<&'b [u8]> {
        let entry = self.entry(path)?;
        self.source.read(entry, buffer).ok()?;
        Some(buffer)
    }

    /// Whether the scan is about the project as a whole. A file, a subdirectory or the files of a change are not: what
    /// holds for the root of the repository is no news there.
    pub(super) fn covers_root(&self) -> bool {
        let entries = self.entries();
        // Our own files are no part of the project: writing a baseline must not make a finding.
        if entries.iter().filter(|e| !e.path.starts_with(".securescan/")).nth(1).is_none() {
            return false;
        }
        let Some(repository) = self.repository else {
            return entries.iter().any(|e| !e.path.contains('/'));
        };
        let first = |path: &'a str| path.split('/').next().unwrap_or(path);
        let seen: BTreeSet<&str> = entries
            .iter()
            .map(|e| first(&e.path))
            .chain(self.skipped.keys().map(|p| first(p)))
            .collect();
        let files = repository.tracked().iter().filter(|(_, t)| !t.submodule && !t.symlink);
        let expected: BTreeSet<&str> = files.map(|(path, _)| first(path)).collect();
        // Not all of them: files deleted from the work tree are still in the index.
        4 * expected.intersection(&seen).count() >= 3 * expected.len()
    }

    /// Whether the root has a `.gitignore`, in the work tree or in the index.
    pub(super) fn has_root_gitignore(&self) -> bool {
        const NAME: &str = ".gitignore";
        self.entry(NAME).is_some()
            || self.skipped.contains_key(NAME)
            || self.repository.is_some_and(|r| r.tracked().contains_key(NAME))
    }
}
