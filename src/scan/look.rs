//! What a request names, made ready to read: paths of a work tree, the files staged in an index, or text that was handed
//! over.

use super::{Error, Input, Request};
use crate::config::Config;
use crate::probe::Target;
use crate::target::git::{self, Objects, Repository, Snapshot, Tracking, staged};
use crate::target::source::{Memory, Nothing};
use crate::target::walk::{self, WorkTree};
use crate::target::{Source, source::display_path};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files, and what version control says of them.
#[derive(Debug)]
pub(super) struct LookedAt {
    pub(super) files: Looked,
    pub(super) broken_repository: Option<String>,
    pub(super) name: String,
    pub(super) notices: Vec<String>,
}

/// Where the files come from.
#[derive(Debug)]
pub(super) enum Looked {
    /// A work tree, perhaps of a repository.
    Tree(WorkTree, Option<Repository>),
    /// Files of a commit or of an index; they are their own version control.
    Snapshot(Snapshot),
    /// One text.
    Text(Memory),
    /// No files: a page or hosts.
    Hosts(Nothing, Target),
}

impl LookedAt {
    pub(super) fn source(&self) -> &dyn Source {
        match &self.files {
            Looked::Tree(tree, _) => tree,
            Looked::Snapshot(snapshot) => snapshot,
            Looked::Text(text) => text,
            Looked::Hosts(nothing, _) => nothing,
        }
    }

    /// The page or hosts that are asked.
    pub(super) fn asked(&self) -> Option<&Target> {
        match &self.files {
            Looked::Hosts(_, target) => Some(target),
            _ => None,
        }
    }

    /// Whether there is nothing to look at and nothing was left out: no file is staged, the commit has none, or hosts are
    /// asked and no files read.
    pub(super) fn is_empty_by_nature(&self) -> bool {
        matches!(self.files, Looked::Snapshot(_) | Looked::Hosts(..))
            && self.source().entries().is_empty()
            && self.source().skipped().is_empty()
    }

    pub(super) fn tracking(&self) -> Option<&dyn Tracking> {
        match &self.files {
            Looked::Tree(_, repository) => repository.as_ref().map(|one| one as &dyn Tracking),
            Looked::Snapshot(snapshot) => Some(snapshot),
            Looked::Text(_) | Looked::Hosts(..) => None,
        }
    }
}

pub(super) fn resolve(request: &Request) -> Result<LookedAt, Error> {
    match &request.input {
        Input::Text { path, bytes } | Input::Sbom { path, bytes } => Ok(LookedAt {
            files: Looked::Text(Memory::new(path, bytes.clone())),
            broken_repository: None,
            name: path.clone(),
            notices: Vec::new(),
        }),
        Input::Hosts(target) => Ok(LookedAt {
            files: Looked::Hosts(Nothing, target.clone()),
            broken_repository: None,
            name: target.shown(),
            notices: Vec::new(),
        }),
        Input::Staged(path) => staged_files(path, &request.terms.config),
        Input::Paths(paths) => work_tree(paths, request),
    }
}

/// What the index holds and HEAD does not. The work tree is not looked at.
fn staged_files(path: &Path, config: &Config) -> Result<LookedAt, Error> {
    let outside = || Error::NotARepository { path: path.display().to_string() };
    let repository = Repository::discover(path)?.filter(|r| !r.is_bare()).ok_or_else(outside)?;
    let objects = Arc::new(Objects::discover(path)?.ok_or_else(outside)?);
    let below = repository.relative(path).unwrap_or_default();
    let (files, staged) = staged::staged(&repository, &objects)?;
    let ignore = ignored_paths(config)?;
    let options = git::SnapshotOptions {
        max_file_size: config.max_file_size,
        ignore: &ignore,
        below: std::slice::from_ref(&below),
        known_size: &|_| None,
    };
    let snapshot = Snapshot::new(objects, &files, &|file| staged.contains(&file.path), &options);
    let name = if below.is_empty() { ".".to_owned() } else { below };
    Ok(LookedAt {
        files: Looked::Snapshot(snapshot),
        broken_repository: None,
        name,
        notices: if staged.is_empty() { vec!["nothing is staged".to_owned()] } else { Vec::new() },
    })
}

/// `paths.ignore` as globs over repository-relative paths.
pub(super) fn ignored_paths(config: &Config) -> Result<GlobSet, globset::Error> {
    let mut ignore = GlobSetBuilder::new();
    for glob in &config.paths_ignore {
        // `docs/` and `docs` mean the directory; what is below it goes with it.
        let glob = glob.trim_end_matches('/').trim_start_matches('/');
        ignore.add(GlobBuilder::new(glob).literal_separator(true).build()?);
        ignore.add(GlobBuilder::new(&format!("{glob}/**")).literal_separator(true).build()?);
    }
    ignore.build()
}

fn work_tree(paths: &[PathBuf], request: &Request) -> Result<LookedAt, Error> {
    let mut targets = Vec::new();
    for path in paths {
        let canonical = std::fs::canonicalize(path)
            .map_err(|source| walk::Error::Target { path: path.clone(), source })?;
        targets.push(canonical);
    }
    targets.sort();
    targets.dedup();
    let mut notices = Vec::new();
    let root = common_root(&targets);
    let (repository, broken_repository) = match Repository::discover(&root) {
        Ok(repository) => (repository.filter(|repository| repository.root() == root), None),
        Err(error) => {
            let why = error.without_path();
            notices.push(format!("git: {why}; scanning without its index"));
            (None, Some(why))
        }
    };
    let ignore = ignored_paths(&request.terms.config)?;
    let options = walk::Options {
        no_ignore: request.no_ignore,
        hidden: request.hidden,
        max_file_size: request.terms.config.max_file_size,
        ignore,
    };
    let tracked = repository.as_ref().map(Repository::tracked);
    let tree = WorkTree::open(&root, &targets, &options, tracked)?;
    let names: Vec<String> = targets
        .iter()
        .map(|target| display_path(target.strip_prefix(&root).unwrap_or(target)))
        .map(|name| if name.is_empty() { ".".to_owned() } else { name })
        .collect();
    Ok(LookedAt {
        files: Looked::Tree(tree, repository),
        broken_repository,
        name: names.join(", "),
        notices,
    })
}

/// The directory that paths of findings are relative to: the repository all targets stand in, or the deepest directory
/// that holds them all.
fn common_root(targets: &[PathBuf]) -> PathBuf {
    let of_one = |target: &Path| {
        let dir = if target.is_dir() { target } else { target.parent().unwrap_or(target) };
        walk::repository_root(dir).unwrap_or_else(|| dir.to_owned())
    };
    let mut roots = targets.iter().map(|target| of_one(target));
    let Some(mut root) = roots.next() else { return PathBuf::from(".") };
    for other in roots {
        while !other.starts_with(&root) {
            if !root.pop() {
                break;
            }
        }
    }
    // Two repositories may stand in a third.
    walk::repository_root(&root).unwrap_or(root)
}
