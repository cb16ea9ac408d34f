//! The one walk over a work tree. Lists what may be read and says of everything else why not; ignore rules never hide a
//! file that git tracks, because it is in the repository all the same.

use super::ignore_file::{self, BadPattern, GITIGNORE, Rules, SECURESCANIGNORE, Verdict};
use super::open::{self, Root};
use super::source::{Entry, Refused, Source, display_path};
use crate::finding::{SkipReason, SkippedFile};
use globset::GlobSet;
use std::collections::BTreeMap;
use std::fs::FileType;
use std::ops::Bound;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How to walk.
#[derive(Debug, Clone)]
pub struct Options {
    /// Read no ignore file and enter dependency directories.
    pub no_ignore: bool,
    /// Enter hidden tool directories (`.venv`, `.cache`) as well. Hidden files are always read.
    pub hidden: bool,
    /// Files above this many bytes are skipped.
    pub max_file_size: u64,
    /// `paths.ignore` of the configuration, over repository-relative paths.
    pub ignore: GlobSet,
}

impl Default for Options {
    fn default() -> Self {
        Self { no_ignore: false, hidden: false, max_file_size: 10 << 20, ignore: GlobSet::empty() }
    }
}

/// Why a walk could not begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The target is not there or cannot be looked at.
    #[error("cannot read {}: {source}", path.display())]
    Target {
        /// As it was given.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A `.securescanignore` has a line that is not a pattern.
    #[error(transparent)]
    Ignore(#[from] BadPattern),
}

/// Directories deeper than this are not entered; a path of that depth is near the system's limit anyway.
const MAX_DEPTH: usize = 1000;

/// Version-control directories: not entered, and not worth a word, unless git tracks files in them.
const VCS: &[&str] = &[".git", ".hg", ".svn", ".jj", ".bzr", "CVS", ".pijul", "_darcs"];

/// Directories of installed dependencies or of tools' own state: not the user's source unless git tracks it.
const TOOL_DIRECTORIES: &[&str] =
    &["node_modules", "bower_components", "jspm_packages", "__pycache__", "__pypackages__"];

/// The same, of hidden names.
const HIDDEN_TOOL_DIRECTORIES: &[&str] = &[
    ".venv",
    ".tox",
    ".nox",
    ".eggs",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".hypothesis",
    ".gradle",
    ".terraform",
    ".terragrunt-cache",
    ".next",
    ".nuxt",
    ".svelte-kit",
    ".parcel-cache",
    ".turbo",
    ".cache",
    ".pnpm-store",
    ".yarn-cache",
    ".bundle",
    ".dart_tool",
    ".stack-work",
    ".cargo-target",
    ".direnv",
    ".nyc_output",
    ".serverless",
    ".aws-sam",
];

/// The files of one work tree below one root.
#[derive(Debug)]
pub struct WorkTree {
    root: Root,
    entries: Vec<Entry>,
    skipped: Vec<SkippedFile>,
    max_file_size: u64,
}

impl Source for WorkTree {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn skipped(&self) -> &[SkippedFile] {
        &self.skipped
    }

    fn read(&self, entry: &Entry, buffer: &mut Vec<u8>) -> Result<(), Refused> {
        self.root.read(&entry.location, self.max_file_size, buffer)
    }
}

/// The directory above `path` (canonical) that findings' paths are relative to: the nearest one holding `.git`, or
/// nothing.
pub fn repository_root(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|dir| dir.join(".git").symlink_metadata().is_ok()).map(Path::to_owned)
}

impl WorkTree {
    /// Lists `targets` (canonical paths of files or directories, all below `root`). `tracked` tells which
    /// repository-relative files git tracks; its values do not matter.
    pub fn open<T>(
        root: &Path,
        targets: &[PathBuf],
        options: &Options,
        tracked: Option<&BTreeMap<String, T>>,
    ) -> Result<Self, Error> {
        let fail = |source| Error::Target { path: root.to_owned(), source };
        let opened = Root::open(root).map_err(fail)?;
        let mut walk = Walk {
            root,
            opened: &opened,
            options,
            is_tracked: &|path, is_dir| {
                tracked.is_some_and(|tracked| covers(tracked, path, is_dir))
            },
            entries: Vec::new(),
            skipped: Vec::new(),
        };
        for target in targets {
            let metadata = target
                .symlink_metadata()
                .map_err(|source| Error::Target { path: target.clone(), source })?;
            if metadata.is_dir() {
                walk.directory(target)?;
            } else {
                let path = walk.relative(target);
                walk.named_file(path, &metadata);
            }
        }
        let Walk { mut entries, mut skipped, .. } = walk;
        entries.sort();
        entries.dedup();
        skipped.sort();
        skipped.dedup();
        Ok(Self { root: opened, entries, skipped, max_file_size: options.max_file_size })
    }

    /// Puts bytes in the place of a file that still holds `expected`.
    pub fn replace(&self, entry: &Entry, expected: &[u8], bytes: &[u8]) -> std::io::Result<()> {
        self.root.replace(&entry.location, expected, bytes)
    }

    /// The directory paths are relative to.
    pub fn root(&self) -> &Path {
        self.root.path()
    }
}

/// Whether git tracks the file, or anything below the directory.
fn covers<T>(tracked: &BTreeMap<String, T>, path: &str, is_dir: bool) -> bool {
    if !is_dir {
        return tracked.contains_key(path);
    }
    let below = format!("{path}/");
    tracked
        .range::<str, _>((Bound::Included(below.as_str()), Bound::Unbounded))
        .next()
        .is_some_and(|(first, _)| first.starts_with(&below))
}

struct Walk<'a> {
    root: &'a Path,
    opened: &'a Root,
    options: &'a Options,
    is_tracked: &'a dyn Fn(&str, bool) -> bool,
    entries: Vec<Entry>,
    skipped: Vec<SkippedFile>,
}

/// A directory still to be listed.
struct Pending {
    /// Relative to the root, system bytes; empty for the root.
    location: PathBuf,
    /// The same as findings show it.
    path: String,
    rules: Option<Arc<Rules>>,
    /// Why the directory would have been left out, when it is entered only for the tracked files below it.
    only_tracked: Option<SkipReason>,
    depth: usize,
}

impl Walk<'_> {
    fn relative(&self, path: &Path) -> PathBuf {
        path.strip_prefix(self.root).unwrap_or(path).to_owned()
    }

    fn skip(&mut self, path: &str, is_dir: bool, reason: SkipReason, detail: impl Into<String>) {
        let path = if is_dir { format!("{path}/") } else { path.to_owned() };
        self.skipped.push(SkippedFile { path, reason, detail: detail.into() });
    }

    /// A file the user named is read whatever ignore rules say.
    fn named_file(&mut self, location: PathBuf, metadata: &std::fs::Metadata) {
        let path = display_path(&location);
        if metadata.is_file() {
            self.file(path, location, metadata);
        } else {
            self.skip(&path, false, SkipReason::Special, "");
        }
    }

    fn file(&mut self, path: String, location: PathBuf, metadata: &std::fs::Metadata) {
        if metadata.len() > self.options.max_file_size {
            self.skip(&path, false, SkipReason::TooLarge, open::size(metadata.len()));
            return;
        }
        let size = metadata.len();
        let mode = open::mode(metadata);
        let executable = mode.is_some_and(|mode| mode & 0o111 != 0);
        self.entries.push(Entry { path, location, size, executable, mode, id: None });
    }

    fn directory(&mut self, target: &Path) -> Result<(), Error> {
        let location = self.relative(target);
        // Ignore files between the root and the target apply below the target too.
        let mut rules = None;
        let mut above = PathBuf::new();
        for component in location.components() {
            rules = self.rules_of(&above, rules)?;
            above.push(component);
        }
        let path = display_path(&location);
        let mut stack = vec![Pending { location, path, rules, only_tracked: None, depth: 0 }];
        while let Some(pending) = stack.pop() {
            self.list(&pending, &mut stack)?;
        }
        Ok(())
    }

    fn rules_of(
        &self,
        location: &Path,
        above: Option<Arc<Rules>>,
    ) -> Result<Option<Arc<Rules>>, BadPattern> {
        if self.options.no_ignore {
            return Ok(None);
        }
        let mut files = Vec::new();
        for name in [GITIGNORE, SECURESCANIGNORE] {
            let mut bytes = Vec::new();
            if self.opened.read(&location.join(name), ignore_file::MAX_BYTES, &mut bytes).is_ok() {
                files.push((name, bytes));
            }
        }
        if files.is_empty() {
            return Ok(above);
        }
        let dir = self.root.join(location);
        Rules::new(&dir, &display_path(location), &files, above).map(|rules| Some(Arc::new(rules)))
    }

    fn list(&mut self, pending: &Pending, stack: &mut Vec<Pending>) -> Result<(), Error> {
        let dir = self.root.join(&pending.location);
        let listing = match std::fs::read_dir(&dir) {
            Ok(listing) => listing,
            Err(source) if pending.depth == 0 => {
                return Err(Error::Target { path: dir, source });
            }
            Err(error) => {
                let detail = error.kind().to_string();
                self.skip(&pending.path, true, SkipReason::Unreadable, detail);
                return Ok(());
            }
        };
        let mut children = Vec::new();
        for child in listing {
            match child.and_then(|child| Ok((child.file_name(), child.file_type()?))) {
                Ok(child) => children.push(child),
                Err(error) => {
                    let detail = error.kind().to_string();
                    self.skip(&pending.path, true, SkipReason::Unreadable, detail);
                }
            }
        }
        // Last name first: the stack turns them round. Which of several broken ignore files is told must not depend on
        // the file system.
        children.sort_unstable_by(|a, b| b.0.cmp(&a.0));
        let has = |name: &str| children.iter().any(|(child, _)| child == name);
        let rules = if has(GITIGNORE) || has(SECURESCANIGNORE) {
            self.rules_of(&pending.location, pending.rules.clone())?
        } else {
            pending.rules.clone()
        };
        for (name, file_type) in children {
            let location = pending.location.join(&name);
            let shown = display_path(Path::new(&name));
            let path = if pending.path.is_empty() {
                shown.clone()
            } else {
                format!("{}/{shown}", pending.path)
            };
            let child = Child { location, path, name: &shown, file_type };
            self.child(child, pending, rules.as_ref(), stack);
        }
        Ok(())
    }

    fn child(
        &mut self,
        child: Child<'_>,
        pending: &Pending,
        rules: Option<&Arc<Rules>>,
        stack: &mut Vec<Pending>,
    ) {
        let Child { location, path, name, file_type } = child;
        let is_dir = file_type.is_dir();
        // Git itself never tracks `.git`; what it tracks under another system's name is in the repository all the same.
        let is_vcs = is_dir && VCS.contains(&name);
        if name == ".git" || (is_vcs && !(self.is_tracked)(&path, is_dir)) {
            return;
        }
        let mut only_tracked = pending.only_tracked.or(is_vcs.then_some(SkipReason::ToolDirectory));
        let left_out = match only_tracked {
            Some(reason) if self.options.ignore.is_match(&path) => Some((reason, CONFIGURED)),
            Some(reason) => Some((reason, "")),
            None => self.left_out(&location, &path, name, is_dir, rules),
        };
        if let Some((reason, detail)) = left_out {
            if !(self.is_tracked)(&path, is_dir) || detail == CONFIGURED {
                self.skip(&path, is_dir, reason, detail);
                return;
            }
            only_tracked = is_dir.then_some(reason);
        }
        if file_type.is_symlink() {
            let (reason, detail) = self.link(&location);
            self.skip(&path, false, reason, detail);
        } else if is_dir {
            if pending.depth + 1 > MAX_DEPTH {
                self.skip(&path, true, SkipReason::TooDeep, format!("below {MAX_DEPTH} levels"));
                return;
            }
            stack.push(Pending {
                location,
                path,
                rules: rules.cloned(),
                only_tracked,
                depth: pending.depth + 1,
            });
        } else if file_type.is_file() {
            match self.root.join(&location).symlink_metadata() {
                Ok(metadata) => self.file(path, location, &metadata),
                Err(error) => {
                    let detail = error.kind().to_string();
                    self.skip(&path, false, SkipReason::Unreadable, detail);
                }
            }
        } else {
            self.skip(&path, false, SkipReason::Special, "");
        }
    }

    fn left_out(
        &self,
        location: &Path,
        path: &str,
        name: &str,
        is_dir: bool,
        rules: Option<&Arc<Rules>>,
    ) -> Option<(SkipReason, &'static str)> {
        if self.options.ignore.is_match(path) {
            return Some((SkipReason::Ignored, CONFIGURED));
        }
        let absolute = self.root.join(location);
        let verdict = rules.map_or(Verdict::None, |rules| rules.verdict(&absolute, is_dir));
        match verdict {
            Verdict::Ignored => return Some((SkipReason::Ignored, "")),
            Verdict::Included => return None,
            Verdict::None => {}
        }
        let is_tool = is_dir
            && !self.options.no_ignore
            && (TOOL_DIRECTORIES.contains(&name)
                || (!self.options.hidden && HIDDEN_TOOL_DIRECTORIES.contains(&name))
                || absolute.join("CACHEDIR.TAG").symlink_metadata().is_ok()
                || absolute.join("pyvenv.cfg").symlink_metadata().is_ok());
        is_tool.then_some((SkipReason::ToolDirectory, ""))
    }

    /// What a link is: one that stays in the tree (its target is scanned where it stands), or one that leads out.
    fn link(&self, location: &Path) -> (SkipReason, &'static str) {
        match std::fs::canonicalize(self.root.join(location)) {
            Ok(target) if target.starts_with(self.root) => (SkipReason::Symlink, ""),
            Ok(_) => (SkipReason::SymlinkOutside, ""),
            Err(_) => (SkipReason::Symlink, "dangling or a loop"),
        }
    }
}

/// Detail of a path that `paths.ignore` leaves out; unlike an ignore file, this holds for tracked files too.
const CONFIGURED: &str = "paths.ignore";

struct Child<'a> {
    location: PathBuf,
    path: String,
    name: &'a str,
    file_type: FileType,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        dir
    }

    fn listed(dir: &Path, options: &Options, tracked: &[&str]) -> (Vec<String>, Vec<String>) {
        let root = dir.canonicalize().unwrap();
        let tracked: BTreeMap<String, bool> =
            tracked.iter().map(|path| ((*path).to_owned(), true)).collect();
        let tree =
            WorkTree::open(&root, std::slice::from_ref(&root), options, Some(&tracked)).unwrap();
        (
            tree.entries().iter().map(|entry| entry.path.clone()).collect(),
            tree.skipped().iter().map(|s| format!("{} {}", s.path, s.reason)).collect(),
        )
    }

    #[test]
    fn ignored_files_are_left_out_and_named_unless_git_tracks_them() {
        let dir = tree(&[
            (".gitignore", "*.log\nbuild/\n"),
            ("a.py", ""),
            ("a.log", ""),
            ("kept.log", ""),
            ("build/x/y.py", ""),
            ("build/x/z.py", ""),
            ("sub/.gitignore", "!a.log\n"),
            ("sub/a.log", ""),
        ]);
        let (files, skipped) =
            listed(dir.path(), &Options::default(), &["kept.log", "build/x/y.py"]);
        assert_eq!(
            files,
            [".gitignore", "a.py", "build/x/y.py", "kept.log", "sub/.gitignore", "sub/a.log"]
        );
        assert_eq!(skipped, ["a.log ignored", "build/x/z.py ignored"]);
        let all = Options { no_ignore: true, ..Options::default() };
        assert_eq!(listed(dir.path(), &all, &[]).0.len(), 8);
    }

    #[test]
    fn dotfiles_are_read_and_tool_directories_are_not_entered() {
        let dir = tree(&[
            (".env", ""),
            (".github/workflows/a.yml", ""),
            (".venv/lib/a.py", ""),
            ("node_modules/x/index.js", ""),
            ("env/pyvenv.cfg", ""),
            ("env/lib/a.py", ""),
            (".git/config", ""),
        ]);
        let (files, skipped) = listed(dir.path(), &Options::default(), &[]);
        assert_eq!(files, [".env", ".github/workflows/a.yml"]);
        assert_eq!(
            skipped,
            [".venv/ tool-directory", "env/ tool-directory", "node_modules/ tool-directory"]
        );
        let hidden = Options { hidden: true, ..Options::default() };
        assert!(listed(dir.path(), &hidden, &[]).0.contains(&".venv/lib/a.py".to_owned()));
        let all = Options { no_ignore: true, ..Options::default() };
        assert!(!listed(dir.path(), &all, &[]).0.iter().any(|path| path.starts_with(".git/")));
    }

    #[test]
    fn only_untracked_directories_are_version_control() {
        let dir =
            tree(&[("CVS", ""), (".hg", ""), ("x/CVS/Root", ""), ("x/CVS/a", ""), ("x/.git", "")]);
        let (files, skipped) = listed(dir.path(), &Options::default(), &[]);
        assert_eq!((files, skipped.len()), (vec![".hg".to_owned(), "CVS".to_owned()], 0));
        let (files, skipped) = listed(dir.path(), &Options::default(), &["x/CVS/a"]);
        assert_eq!(files, [".hg", "CVS", "x/CVS/a"]);
        assert_eq!(skipped, ["x/CVS/Root tool-directory"]);
    }

    #[test]
    fn a_broken_securescanignore_is_an_error() {
        let dir = tree(&[(".securescanignore", "a{b\n")]);
        let root = dir.path().canonicalize().unwrap();
        let error =
            WorkTree::open::<bool>(&root, std::slice::from_ref(&root), &Options::default(), None)
                .unwrap_err();
        assert!(error.to_string().starts_with(".securescanignore:1: not a pattern"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn links_are_named_and_never_followed() {
        let dir = tree(&[("a.py", "")]);
        for (target, name) in
            [("a.py", "in"), ("/etc/passwd", "out"), ("loop", "loop"), ("..", "up")]
        {
            std::os::unix::fs::symlink(target, dir.path().join(name)).unwrap();
        }
        let (files, skipped) = listed(dir.path(), &Options::default(), &[]);
        assert_eq!(files, ["a.py"]);
        assert_eq!(
            skipped,
            ["in symlink", "loop symlink", "out symlink-outside", "up symlink-outside"]
        );
    }

    #[cfg(unix)]
    #[test]
    fn names_that_are_not_utf_8_stay_apart() {
        use std::os::unix::ffi::OsStrExt as _;
        let dir = tempfile::tempdir().unwrap();
        for name in [&b"a\xff"[..], b"a\xfe", b"a\\xff"] {
            std::fs::write(dir.path().join(std::ffi::OsStr::from_bytes(name)), "").unwrap();
        }
        let (files, _) = listed(dir.path(), &Options::default(), &[]);
        assert_eq!(files, ["a\\\\xff", "a\\xfe", "a\\xff"]);
    }
}
