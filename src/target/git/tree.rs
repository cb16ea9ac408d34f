//! The files of a commit's tree as a flat list. Trees that two commits share are read once.

use super::objects::{Id, Objects, Unreadable};
use super::tracking::spelled;
use super::{Error, Tracked};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// A file.
    Regular {
        /// Mode 100755.
        executable: bool,
    },
    /// A symbolic link.
    Link,
    /// The root of another repository.
    Submodule,
}

/// One path of a tree or of the index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    /// Repository-relative, as [`crate::target::source::display_bytes`] spells it.
    pub path: String,
    /// The path in git's own bytes, where they differ.
    pub(super) raw: Option<Vec<u8>>,
    /// Its content; of a submodule, the commit.
    pub id: Id,
    /// What it is.
    pub mode: Mode,
}

impl File {
    /// The path in git's own bytes.
    pub(super) fn raw(&self) -> &[u8] {
        self.raw.as_deref().unwrap_or(self.path.as_bytes())
    }

    /// True for a file that has content of its own.
    pub fn is_regular(&self) -> bool {
        matches!(self.mode, Mode::Regular { .. })
    }

    /// The same as the index tells it; `size` is 0 when unknown.
    pub(super) fn tracked(&self, size: u64) -> Tracked {
        Tracked {
            size,
            executable: self.mode == Mode::Regular { executable: true },
            symlink: self.mode == Mode::Link,
            submodule: self.mode == Mode::Submodule,
            id: self.id.0,
        }
    }
}

/// Why a tree could not be listed.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The repository cannot be opened again.
    #[error(transparent)]
    Repository(#[from] Error),
    /// One of its trees cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Made to be a burden.
    #[error("the tree has too many paths or is too deep")]
    TooMany,
}

/// A few kilobytes of trees that name each other spell out billions of paths.
const MAX_PATHS: usize = 4_000_000;
/// As deep as the walk over a work tree goes.
const MAX_DEPTH: usize = 1000;

/// One entry of one tree.
#[derive(Debug)]
struct Item {
    name: Vec<u8>,
    id: git2::Oid,
    mode: i32,
}

/// Trees that were read, so that a second commit that shares them costs nothing.
#[derive(Debug, Default)]
pub struct Trees {
    read: HashMap<git2::Oid, Rc<[Item]>>,
}

impl Objects {
    /// Every path below a tree, sorted by path.
    pub fn files(&self, tree: Id, trees: &mut Trees) -> Result<Vec<File>, ListError> {
        let mut files = self.with(|git| self.walk(git, tree, trees))??;
        files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// Paths of two trees that are not the same in both, sorted by path; folders that are equal are not entered.
    pub fn differing(&self, before: Id, after: Id) -> Result<(Vec<File>, Vec<File>), ListError> {
        let (mut old, mut new) = (Vec::new(), Vec::new());
        self.with(|git| -> Result<(), ListError> {
            let mut trees = Trees::default();
            let mut open = vec![(Vec::new(), Some(before.0), Some(after.0), 0)];
            while let Some((directory, before, after, depth)) = open.pop() {
                if depth > MAX_DEPTH || old.len() + new.len() + open.len() > MAX_PATHS {
                    return Err(ListError::TooMany);
                }
                let mut items = |id: Option<git2::Oid>| match id {
                    Some(id) => self.items(git, id, &mut trees),
                    None => Ok(Vec::new().into()),
                };
                let (before, after) = (items(before)?, items(after)?);
                let named = |list: &Rc<[Item]>| -> HashMap<Vec<u8>, (git2::Oid, i32)> {
                    list.iter().map(|i| (i.name.clone(), (i.id, i.mode))).collect()
                };
                let (by_name, other) = (named(&before), named(&after));
                let mut folders: BTreeMap<Vec<u8>, [Option<git2::Oid>; 2]> = BTreeMap::new();
                for (side, (list, known)) in
                    [(&before, &other), (&after, &by_name)].into_iter().enumerate()
                {
                    for item in list.iter() {
                        if known.get(&item.name) == Some(&(item.id, item.mode)) {
                            continue;
                        }
                        let mut raw = directory.clone();
                        raw.extend_from_slice(&item.name);
                        match mode(item.mode) {
                            None => folders.entry(raw).or_default()[side] = Some(item.id),
                            Some(mode) => {
                                let (path, raw) = spelled(&raw);
                                let file = File { path, raw, id: Id(item.id), mode };
                                if side == 0 { old.push(file) } else { new.push(file) }
                            }
                        }
                    }
                }
                for (mut raw, [before, after]) in folders {
                    raw.push(b'/');
                    open.push((raw, before, after, depth + 1));
                }
            }
            Ok(())
        })??;
        old.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        new.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok((old, new))
    }

    /// What stands at a path of a tree, unless it is a folder.
    pub fn find(&self, tree: Id, path: &str) -> Option<(Id, Mode)> {
        let found = self.with(|git| {
            let tree = git.find_tree(tree.0).ok()?;
            let entry = tree.get_path(std::path::Path::new(path)).ok()?;
            Some((Id(entry.id()), mode(entry.filemode())?))
        });
        found.ok().flatten()
    }

    /// Names of what stands directly in a folder of a tree; `None` when the path is no folder.
    pub fn folder(&self, tree: Id, path: &str) -> Option<Vec<String>> {
        let found = self.with(|git| {
            let tree = git.find_tree(tree.0).ok()?;
            let entry = tree.get_path(std::path::Path::new(path)).ok()?;
            let folder = git.find_tree(entry.id()).ok()?;
            Some(folder.iter().map(|entry| spelled(entry.name_bytes()).0).collect())
        });
        found.ok().flatten()
    }

    fn walk(
        &self,
        git: &git2::Repository,
        tree: Id,
        trees: &mut Trees,
    ) -> Result<Vec<File>, ListError> {
        let mut files = Vec::new();
        let mut open = vec![(Vec::new(), tree.0, 0)];
        while let Some((directory, id, depth)) = open.pop() {
            if depth > MAX_DEPTH {
                return Err(ListError::TooMany);
            }
            for item in self.items(git, id, trees)?.iter() {
                let mut raw = Vec::with_capacity(directory.len() + item.name.len() + 1);
                raw.extend_from_slice(&directory);
                raw.extend_from_slice(&item.name);
                let Some(mode) = mode(item.mode) else {
                    raw.push(b'/');
                    open.push((raw, item.id, depth + 1));
                    continue;
                };
                let (path, raw) = spelled(&raw);
                files.push(File { path, raw, id: Id(item.id), mode });
                if files.len() + open.len() > MAX_PATHS {
                    return Err(ListError::TooMany);
                }
            }
        }
        Ok(files)
    }

    fn items(
        &self,
        git: &git2::Repository,
        id: git2::Oid,
        trees: &mut Trees,
    ) -> Result<Rc<[Item]>, Unreadable> {
        if let Some(items) = trees.read.get(&id) {
            return Ok(Rc::clone(items));
        }
        let tree = git.find_tree(id).map_err(|e| self.unreadable(Id(id), &e))?;
        let items: Rc<[Item]> = tree
            .iter()
            .map(|entry| Item {
                name: entry.name_bytes().to_vec(),
                id: entry.id(),
                mode: entry.filemode(),
            })
            .collect();
        trees.read.insert(id, Rc::clone(&items));
        Ok(items)
    }
}

/// What an entry of a tree is; `None` for a folder.
const fn mode(bits: i32) -> Option<Mode> {
    match bits & 0o170_000 {
        0o040_000 => None,
        0o120_000 => Some(Mode::Link),
        0o160_000 => Some(Mode::Submodule),
        _ => Some(Mode::Regular { executable: bits & 0o111 != 0 }),
    }
}

/// What differs between two lists of files.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes<'a> {
    /// Paths only the second list has.
    pub added: Vec<&'a File>,
    /// Paths only the first list has.
    pub removed: Vec<&'a File>,
    /// Paths of both with another content or mode: before, after.
    pub edited: Vec<(&'a File, &'a File)>,
}

/// Compares two lists sorted by path.
pub fn changes<'a>(before: &'a [File], after: &'a [File]) -> Changes<'a> {
    let mut changes = Changes::default();
    let (mut old, mut new) = (0, 0);
    loop {
        match (before.get(old), after.get(new)) {
            (Some(a), Some(b)) if a.path == b.path => {
                if (a.id, a.mode) != (b.id, b.mode) {
                    changes.edited.push((a, b));
                }
                old += 1;
                new += 1;
            }
            (Some(a), Some(b)) if a.path < b.path => {
                changes.removed.push(a);
                old += 1;
            }
            (Some(a), None) => {
                changes.removed.push(a);
                old += 1;
            }
            (_, Some(b)) => {
                changes.added.push(b);
                new += 1;
            }
            (None, None) => return changes,
        }
    }
}
