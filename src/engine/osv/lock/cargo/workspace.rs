//! Finds the `Cargo.toml` files that belong to a lockfile: the root, the members its globs name, and what paths lead to.

use super::super::{Around, File, join};
use super::manifest::{self, Manifest};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use std::collections::{BTreeMap, BTreeSet};

/// Manifests read for one lockfile.
const MAX_MANIFESTS: usize = 5_000;
/// Globs of members that are used.
const MAX_GLOBS: usize = 1_000;
/// Folders above a manifest in which its workspace is looked for.
const MAX_ABOVE: usize = 32;

/// The manifests around one lockfile.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// The one beside the lockfile.
    pub root: Option<Manifest>,
    /// The others, by path.
    pub others: BTreeMap<String, Manifest>,
    /// Paths of manifests that are not valid.
    pub broken: Vec<String>,
}

impl Members {
    /// All manifests with their path, the root first.
    pub fn all<'m>(&'m self, root: &'m str) -> impl Iterator<Item = (&'m str, &'m Manifest)> {
        let root = self.root.iter().map(move |manifest| (root, manifest));
        root.chain(self.others.iter().map(|(path, manifest)| (path.as_str(), manifest)))
    }
}

/// Finds them, beginning beside `file`.
pub(super) fn find(file: &File<'_>) -> Members {
    let mut members = Members::default();
    let Some(path) = file.beside("Cargo.toml") else {
        return members;
    };
    let root = match load(file.around, &path) {
        Loaded::Manifest(root) => *root,
        Loaded::Broken => {
            members.broken.push(path);
            return members;
        }
        Loaded::Nothing => return members,
    };
    let mut open = Vec::new();
    if let Some(workspace) = &root.workspace {
        open = member_manifests(file, workspace);
        for shared in workspace.dependencies.values() {
            open.extend(shared.path.as_deref().and_then(|path| manifest_at(file.folder(), path)));
        }
    }
    open.extend(beside(&root, file.folder()));
    let mut seen = BTreeSet::from([path]);
    while let Some(path) = open.pop() {
        if seen.len() >= MAX_MANIFESTS {
            break;
        }
        if !seen.insert(path.clone()) {
            continue;
        }
        match load(file.around, &path) {
            Loaded::Manifest(manifest) => {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                open.extend(beside(&manifest, folder));
                members.others.insert(path, *manifest);
            }
            Loaded::Broken => members.broken.push(path),
            Loaded::Nothing => {}
        }
    }
    members.broken.sort();
    members.root = Some(root);
    members
}

/// The workspace a manifest that stands alone belongs to.
pub(super) fn above(file: &File<'_>, manifest: &Manifest) -> Option<Manifest> {
    let mut folder = file.folder();
    if let Some(root) = &manifest.root {
        let path = manifest_at(folder, root)?;
        return load(file.around, &path).manifest();
    }
    for _ in 0..MAX_ABOVE {
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        let path = join(folder, "Cargo.toml")?;
        let found = load(file.around, &path).manifest();
        if let Some(found) = found.filter(|found| found.workspace.is_some()) {
            return Some(found);
        }
    }
    None
}

enum Loaded {
    Manifest(Box<Manifest>),
    Broken,
    Nothing,
}

impl Loaded {
    fn manifest(self) -> Option<Manifest> {
        match self {
            Self::Manifest(manifest) => Some(*manifest),
            _ => None,
        }
    }
}

fn load(around: &dyn Around, path: &str) -> Loaded {
    let Some(bytes) = around.read(path) else {
        return Loaded::Nothing;
    };
    let manifest = File { path, bytes: &bytes, around }.text().and_then(manifest::read);
    manifest.map_or(Loaded::Broken, |manifest| Loaded::Manifest(Box::new(manifest)))
}

fn manifest_at(folder: &str, path: &str) -> Option<String> {
    join(folder, &format!("{path}/Cargo.toml"))
}

/// Manifests that the paths of a manifest lead to.
fn beside(manifest: &Manifest, folder: &str) -> Vec<String> {
    let paths = manifest.requirements.iter().filter_map(|one| one.path.as_deref());
    paths.filter_map(|path| manifest_at(folder, path)).collect()
}

/// Manifests of the members that a workspace names.
fn member_manifests(file: &File<'_>, workspace: &manifest::Workspace) -> Vec<String> {
    let (globs, plain): (Vec<&String>, Vec<&String>) =
        workspace.members.iter().partition(|member| member.contains(['*', '?', '[', '{']));
    let mut found: Vec<String> =
        plain.into_iter().filter_map(|path| manifest_at(file.folder(), path)).collect();
    if globs.is_empty() {
        return found;
    }
    let set = glob_set(&globs);
    let excluded: BTreeSet<String> =
        workspace.exclude.iter().filter_map(|path| join(file.folder(), path)).collect();
    let prefix = file.folder().len() + usize::from(!file.folder().is_empty());
    for path in file.around.below(file.folder()) {
        let Some(folder) = path.strip_suffix("/Cargo.toml") else {
            continue;
        };
        let relative = folder.get(prefix..).unwrap_or_default();
        if set.is_match(relative) && !excluded.contains(folder) {
            found.push(path);
        }
    }
    found
}

/// Cargo takes members as the `glob` crate does: `*` stays within a folder.
fn glob_set(globs: &[&String]) -> GlobSet {
    let mut builder = GlobSetBuilder::new();
    for glob in globs.iter().take(MAX_GLOBS) {
        let glob = glob.trim_start_matches("./").trim_end_matches('/');
        if let Ok(glob) = GlobBuilder::new(glob).literal_separator(true).build() {
            builder.add(glob);
        }
    }
    builder.build().unwrap_or_else(|_| GlobSet::empty())
}
