//! What version control says of paths, whatever it says it from: the index of a work tree or the tree of a commit.

use super::{Repository, Submodule, Tracked, display_bytes, parse_modules, small_file};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

/// Facts about paths under version control.
pub trait Tracking: Sync + fmt::Debug {
    /// Every tracked path, repository-relative; spelled by [`display_bytes`].
    fn tracked(&self) -> &BTreeMap<String, Tracked>;

    /// Bytes of a tracked file as git stores it: of the pointer when the content is in Git LFS, `None` when the object is
    /// not here (a partial clone) or never was.
    fn stored_size(&self, path: &str) -> Option<u64>;

    /// Whether git would leave the path out of `git add -A` by the ignore files of the repository, whether or not it is
    /// tracked or exists. Personal ignore files do not count.
    fn is_ignored(&self, path: &str, is_dir: bool) -> bool;

    /// Submodules named by the tracked paths or by `.gitmodules`, sorted by path.
    fn submodules(&self) -> Vec<Submodule>;

    /// True without a work tree to speak of.
    fn is_bare(&self) -> bool {
        false
    }
}

impl Tracking for Repository {
    fn tracked(&self) -> &BTreeMap<String, Tracked> {
        Self::tracked(self)
    }

    fn stored_size(&self, path: &str) -> Option<u64> {
        let tracked = self.tracked.get(path)?;
        let repository = self.lock();
        let (size, kind) = repository.odb().ok()?.read_header(tracked.id).ok()?;
        (kind == git2::ObjectType::Blob).then_some(size as u64)
    }

    /// `.git/info/exclude` counts here, as it does for `git add`.
    fn is_ignored(&self, path: &str, is_dir: bool) -> bool {
        if self.bare || path.is_empty() || self.has_odd_ignore_file(path) {
            return false;
        }
        let mut path = path.trim_end_matches('/').to_owned();
        if is_dir {
            path.push('/');
        }
        self.lock().is_path_ignored(Path::new(&path)).unwrap_or(false)
    }

    fn submodules(&self) -> Vec<Submodule> {
        let text = if self.bare { Vec::new() } else { small_file(&self.root.join(".gitmodules")) };
        submodules(&text, &self.tracked)
    }

    fn is_bare(&self) -> bool {
        self.bare
    }
}

/// Those a `.gitmodules` text names, and those only the tracked paths know.
pub(super) fn submodules(text: &[u8], tracked: &BTreeMap<String, Tracked>) -> Vec<Submodule> {
    let mut modules = parse_modules(text);
    for (path, _) in tracked.iter().filter(|(_, t)| t.submodule) {
        if !modules.iter().any(|m| m.path == *path) {
            modules.push(Submodule { path: path.clone(), ..Submodule::default() });
        }
    }
    modules.sort_by(|a, b| (&a.path, &a.name).cmp(&(&b.path, &b.name)));
    modules
}

/// A path of git as everybody else spells it, with git's own bytes only where they differ.
pub(super) fn spelled(raw: &[u8]) -> (String, Option<Vec<u8>>) {
    let path = display_bytes(raw);
    let differs = path.as_bytes() != raw;
    (path, differs.then(|| raw.to_vec()))
}
