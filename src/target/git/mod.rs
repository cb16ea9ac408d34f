//! Read-only facts from git through libgit2, which runs no hook, filter or helper of the repository and cannot go online
//! in this build. What most callers need is read once into plain data; knows nothing of findings.

mod guard;
pub mod index;
mod modules;
pub mod objects;
pub mod patch;
pub mod refs;
mod snapshot;
pub mod staged;
mod tracking;
pub mod tree;

#[cfg(test)]
mod hazards;

pub use modules::{Submodule, parse_modules};
pub use objects::{Id, Objects};
pub use snapshot::{Options as SnapshotOptions, Snapshot};
pub use tracking::Tracking;
pub use tree::{File, Mode, Trees};

use super::source::display_bytes;
use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::{Component, Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// Why the repository around a target cannot be used. A broken repository is never taken for "no repository".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The path that was asked about cannot be resolved.
    #[error("cannot look for a git repository at {path}: {message}")]
    Path {
        /// The path as given.
        path: String,
        /// What the system said.
        message: String,
    },
    /// There is a repository and libgit2 cannot open it.
    #[error("cannot open the git repository in {path}: {message}")]
    Open {
        /// Directory that holds `.git`, or the bare repository.
        path: String,
        /// What libgit2 said.
        message: String,
    },
    /// HEAD names nothing git would accept.
    #[error("cannot read HEAD of the git repository in {path}: {message}")]
    Head {
        /// Directory that holds `.git`, or the bare repository.
        path: String,
        /// What libgit2 said.
        message: String,
    },
    /// The list of tracked files is broken or of an unknown format.
    #[error("cannot read the git index in {path}: {message}")]
    Index {
        /// Directory that holds `.git`, or the bare repository.
        path: String,
        /// What libgit2 said.
        message: String,
    },
    /// A file git would read is a FIFO, a device or the like, on which reading could block for ever.
    #[error("refused the git repository in {path}: {file} is not a regular file")]
    Special {
        /// Directory that holds `.git`, or the bare repository.
        path: String,
        /// The file.
        file: String,
    },
}

impl Error {
    /// What went wrong, without the folder: absolute paths differ between machines and have no place in a report.
    pub fn without_path(&self) -> String {
        let (Self::Path { path, .. }
        | Self::Open { path, .. }
        | Self::Head { path, .. }
        | Self::Index { path, .. }
        | Self::Special { path, .. }) = self;
        let text = self.to_string().replace(path.as_str(), ".");
        text.replace(" in .:", ":").replace(" at .:", ":")
    }
}

/// One path of the index (of the tree of HEAD in a bare repository).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tracked {
    /// Bytes in the work tree when git last looked, modulo 2^32; 0 when unknown.
    pub size: u64,
    /// Mode 100755.
    pub executable: bool,
    /// Mode 120000.
    pub symlink: bool,
    /// Mode 160000: the path is the root of another repository.
    pub submodule: bool,
    id: git2::Oid,
}

/// The repository around a target. Usable from several threads.
pub struct Repository {
    root: PathBuf,
    bare: bool,
    tracked: BTreeMap<String, Tracked>,
    inner: Mutex<git2::Repository>,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository")
            .field("root", &self.root)
            .field("bare", &self.bare)
            .field("tracked", &self.tracked.len())
            .finish_non_exhaustive()
    }
}

impl Repository {
    /// The repository `path` (a file or a directory) stands in: the nearest directory above it with a `.git` (a directory, or
    /// the file of a linked worktree or submodule), or `path` itself when it is a bare repository. `None` when there is
    /// none. The environment (`GIT_DIR` and its kin) and configuration outside the repository are not looked at.
    ///
    /// `core.worktree` and `core.bare` of the repository do not move the root away from the directory that holds `.git`:
    /// a configuration that came with an archive must not send a scan elsewhere.
    pub fn discover(path: &Path) -> Result<Option<Self>, Error> {
        match locate(path)? {
            Some((directory, bare)) => Self::open(&directory, bare).map(Some),
            None => Ok(None),
        }
    }

    fn open(directory: &Path, bare: bool) -> Result<Self, Error> {
        let shown = || directory.display().to_string();
        let repository = open(directory, bare)?;
        let tracked = if bare {
            from_head(&repository)
        } else {
            repository
                .head()
                .map(drop)
                .or_else(|e| unborn(&e).then_some(()).ok_or(e))
                .map_err(|e| Error::Head { path: shown(), message: said(&e) })?;
            from_index(&repository)
        }
        .map_err(|e| Error::Index { path: shown(), message: said(&e) })?;
        Ok(Self { root: directory.to_owned(), bare, tracked, inner: Mutex::new(repository) })
    }

    /// Absolute root of the work tree, links resolved; of the repository itself when it is bare.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// True without a work tree.
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// `path` (which must exist) relative to [`Self::root`], as entries spell it; empty for the root itself, `None` outside.
    pub fn relative(&self, path: &Path) -> Option<String> {
        let full = path.canonicalize().ok()?;
        let inside = full.strip_prefix(&self.root).ok()?;
        let parts: Vec<String> = inside
            .components()
            .filter_map(|part| match part {
                Component::Normal(name) => Some(display_bytes(name.as_encoded_bytes())),
                _ => None,
            })
            .collect();
        Some(parts.join("/"))
    }

    /// Every tracked path, repository-relative; spelled by [`display_bytes`].
    pub fn tracked(&self) -> &BTreeMap<String, Tracked> {
        &self.tracked
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, git2::Repository> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An ignore file on the way to `path` that is a device or FIFO: reading it could block.
    fn has_odd_ignore_file(&self, path: &str) -> bool {
        let mut directory = self.root.clone();
        let odd = |directory: &Path| {
            directory.join(".gitignore").metadata().is_ok_and(|m| !m.is_file() && !m.is_dir())
        };
        if odd(&directory) {
            return true;
        }
        path.split('/').any(|part| {
            directory.push(part);
            odd(&directory)
        })
    }
}

/// The directory of the repository `path` stands in, and whether it is bare; see [`Repository::discover`].
fn locate(path: &Path) -> Result<Option<(PathBuf, bool)>, Error> {
    guard::settle();
    let start = path
        .canonicalize()
        .map_err(|e| Error::Path { path: path.display().to_string(), message: e.to_string() })?;
    if guard::is_git_dir(&start) && start.file_name().is_none_or(|name| name != ".git") {
        return Ok(Some((start, true)));
    }
    for directory in start.ancestors() {
        let dot_git = directory.join(".git");
        match dot_git.symlink_metadata() {
            // Git walks on past a directory of that name that is no repository.
            Ok(_) if dot_git.is_dir() && !guard::is_git_dir(&dot_git) => {}
            Ok(_) => return Ok(Some((directory.to_owned(), false))),
            Err(_) => {}
        }
    }
    Ok(None)
}

/// Opens a repository that [`locate`] found; no setting of it counts.
fn open(directory: &Path, bare: bool) -> Result<git2::Repository, Error> {
    let shown = || directory.display().to_string();
    let open = |e: &git2::Error| Error::Open { path: shown(), message: said(e) };
    guard::refuse_special_files(directory, bare)?;
    let none: [&Path; 0] = [];
    let repository =
        git2::Repository::open_ext(directory, git2::RepositoryOpenFlags::NO_SEARCH, none)
            .map_err(|e| open(&e))?;
    if !bare {
        repository.set_workdir(directory, false).map_err(|e| open(&e))?;
    }
    // From here on no setting of the repository counts: no excludes or attributes file elsewhere, no include.
    let empty = git2::Config::new().map_err(|e| open(&e))?;
    repository.set_config(&empty).map_err(|e| open(&e))?;
    Ok(repository)
}

fn from_index(repository: &git2::Repository) -> Result<BTreeMap<String, Tracked>, git2::Error> {
    // `guard` has seen that this is a regular file.
    let quick = std::fs::read(repository.path().join("index")).ok();
    if let Some(paths) = quick.and_then(|bytes| index::parse(&bytes)) {
        return Ok(paths);
    }
    let index = repository.index()?;
    Ok(index
        .iter()
        .map(|e| (display_bytes(&e.path), tracked(e.mode, u64::from(e.file_size), e.id)))
        .collect())
}

fn from_head(repository: &git2::Repository) -> Result<BTreeMap<String, Tracked>, git2::Error> {
    // A few kilobytes of trees that name each other spell out billions of paths.
    const MAX_PATHS: usize = 4_000_000;
    let mut paths = BTreeMap::new();
    let head = match repository.head() {
        Ok(head) => head,
        Err(e) if unborn(&e) => return Ok(paths),
        Err(e) => return Err(e),
    };
    // Not `Tree::walk`: it cannot pass on directory names that are not UTF-8.
    let mut open = vec![(String::new(), head.peel_to_tree()?)];
    while let Some((directory, tree)) = open.pop() {
        for entry in &tree {
            let path = format!("{directory}{}", display_bytes(entry.name_bytes()));
            if entry.kind() == Some(git2::ObjectType::Tree) {
                open.push((format!("{path}/"), repository.find_tree(entry.id())?));
            } else {
                paths.insert(path, tracked(entry.filemode().cast_unsigned(), 0, entry.id()));
            }
            if paths.len() + open.len() > MAX_PATHS {
                return Err(git2::Error::from_str("too many paths in the tree of HEAD"));
            }
        }
    }
    Ok(paths)
}

fn tracked(mode: u32, size: u64, id: git2::Oid) -> Tracked {
    let kind = mode & 0o170_000;
    Tracked {
        size,
        executable: kind == 0o100_000 && mode & 0o111 != 0,
        symlink: kind == 0o120_000,
        submodule: kind == 0o160_000,
        id,
    }
}

/// A repository without a commit, or on a branch that does not exist, is in order.
fn unborn(error: &git2::Error) -> bool {
    matches!(error.code(), git2::ErrorCode::UnbornBranch | git2::ErrorCode::NotFound)
}

fn said(error: &git2::Error) -> String {
    error.message().trim_end_matches('.').to_owned()
}

/// Bytes of a regular file up to 1 MiB; nothing for anything else.
fn small_file(path: &Path) -> Vec<u8> {
    const LIMIT: u64 = 1 << 20;
    let mut bytes = Vec::new();
    if path.symlink_metadata().is_ok_and(|m| m.is_file())
        && let Ok(file) = std::fs::File::open(path)
        && file.take(LIMIT).read_to_end(&mut bytes).is_err()
    {
        bytes.clear();
    }
    bytes
}
