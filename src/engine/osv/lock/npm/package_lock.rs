//! package-lock.json and npm-shrinkwrap.json: the `packages` of lockfileVersion 2 and 3, the nested `dependencies` of
//! 1 and of the shrinkwrap files before it. Finds dependencies as node does; installs and judges nothing.

use super::draft::{Draft, Scopes};
use super::manifest::{self, Manifest, Members};
use super::requirement;
use super::soft::{self, Word};
use super::source;
use super::tree::{MAX_DEPTH, Node, ROOT, Tree};
use crate::engine::osv::component::{Component, Listing, Origin, Scope};
use crate::engine::osv::lock::place::{Located, Ordered, Text, json};
use crate::engine::osv::lock::{Broken, File};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Longest key of `packages` that is believed, bytes.
const MAX_PATH: usize = 8 * 1024;

/// Flags and words of one entry of either form.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Entry<'a> {
    #[serde(borrow)]
    name: Word<'a>,
    #[serde(borrow)]
    version: Word<'a>,
    #[serde(borrow)]
    resolved: Word<'a>,
    #[serde(borrow)]
    integrity: Word<'a>,
    #[serde(borrow)]
    from: Word<'a>,
    #[serde(borrow)]
    license: Option<&'a RawValue>,
    #[serde(borrow)]
    link: Option<&'a RawValue>,
    #[serde(borrow)]
    dev: Option<&'a RawValue>,
    #[serde(borrow)]
    optional: Option<&'a RawValue>,
    #[serde(borrow)]
    dev_optional: Option<&'a RawValue>,
    #[serde(borrow)]
    peer: Option<&'a RawValue>,
    #[serde(borrow)]
    has_install_script: Option<&'a RawValue>,
    #[serde(borrow)]
    dependencies: Option<&'a RawValue>,
    #[serde(borrow)]
    dev_dependencies: Option<&'a RawValue>,
    #[serde(borrow)]
    optional_dependencies: Option<&'a RawValue>,
    #[serde(borrow)]
    peer_dependencies: Option<&'a RawValue>,
    #[serde(borrow)]
    requires: Option<&'a RawValue>,
}

impl Entry<'_> {
    fn scope(&self) -> Scope {
        if soft::is_true(self.dev) {
            Scope::Dev
        } else if [self.optional, self.dev_optional, self.peer].into_iter().any(soft::is_true) {
            // `devOptional`: for development and for something optional; the latter is the more important.
            Scope::Optional
        } else {
            Scope::Runtime
        }
    }
}

/// Names of one group of requirements; what is no object has none.
fn names(raw: Option<&RawValue>) -> Vec<Text<'_>> {
    let raw = raw.map_or("null", RawValue::get);
    let names: Ordered<'_, &RawValue> = serde_json::from_str(raw).unwrap_or_default();
    names.0.into_iter().map(|(name, _)| name).collect()
}

/// Reads either file.
pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let located = Located::new(text);
    let top: Ordered<'_, &RawValue> = json(text)?;
    let get = |key: &str| top.last(key).copied();
    let word = |key: &str| soft::word(get(key));
    let mut draft = Draft::new(file, "package-lock.json");
    draft.project(word("name").as_str(), word("version").as_str());
    if let Some(raw) = get("lockfileVersion").filter(|raw| !matches!(raw.get(), "1" | "2" | "3")) {
        draft.lose(Some(located.line_of(raw.get())), "the lockfileVersion is not 1, 2 or 3");
    }
    let root = manifest::beside(file, "");
    if let Some(root) = &root {
        draft.manifest("", root);
    }
    let object = |raw: &'_ RawValue| raw.get().starts_with('{');
    if let Some(packages) = get("packages").filter(|raw| object(raw)) {
        let pairs: Ordered<'_, &RawValue> = serde_json::from_str(packages.get()).map_err(|_| {
            Broken::at(located.line_of(packages.get()), "\"packages\" is no object")
        })?;
        Reader { file, located: &located, draft: &mut draft }.packages(&pairs, root.as_ref());
    } else if let Some(dependencies) = get("dependencies").filter(|raw| object(raw)) {
        let mut entries = Vec::new();
        let mut reader = Reader { file, located: &located, draft: &mut draft };
        reader.flatten(dependencies, &mut entries);
        reader.nested(&entries, root.as_ref());
    } else if get("lockfileVersion").is_none() && get("name").is_none() {
        return Err(Broken::whole("neither \"packages\" nor \"dependencies\" stand in it"));
    }
    let wants_some = root.is_some_and(|root| root.wanted.iter().any(|wanted| !wanted.peer));
    if wants_some && draft.is_silent() {
        draft.lose(None, "it lists no package although package.json asks for some");
    }
    Ok(draft.finish(Scopes::Given))
}

struct Reader<'r, 'f> {
    file: &'r File<'f>,
    located: &'r Located<'r>,
    draft: &'r mut Draft,
}

impl Reader<'_, '_> {
    fn line(&self, key: &Text<'_>, raw: &RawValue) -> u32 {
        // A key with an escape is no part of the text; its value stands on the same line.
        match &key.0 {
            std::borrow::Cow::Borrowed(key) => self.located.line_of(key),
            std::borrow::Cow::Owned(_) => self.located.line_of(raw.get()),
        }
    }

    /// `packages` of lockfileVersion 2 and 3.
    fn packages<'a>(&mut self, pairs: &'a Ordered<'a, &'a RawValue>, root: Option<&Manifest>) {
        let mut tree = Tree::new();
        let mut placed: Vec<Placed<'a>> = Vec::with_capacity(pairs.0.len());
        let mut links = Vec::new();
        // Folders of the target are in `packages` too when a requirement leads to them by its path; members alone are
        // the project's own.
        let own = pairs.0.iter().rev().find(|(path, _)| path.is_empty());
        let members =
            own.and_then(|(_, raw)| serde_json::from_str::<Workspaces<'_>>(raw.get()).ok());
        let members = Members::new(
            &members.and_then(|own| own.workspaces).map(manifest::patterns).unwrap_or_default(),
        );
        for (path, raw) in &pairs.0 {
            let line = self.line(path, raw);
            let Ok(entry) = serde_json::from_str::<Entry<'a>>(raw.get()) else {
                self.draft.lose(Some(line), "a package has another structure than expected");
                continue;
            };
            if path.len() > MAX_PATH {
                self.draft.lose(Some(line), "the path of a package is too long");
                continue;
            }
            let Some(node) = tree.at(path) else {
                self.draft.lose(Some(line), "node_modules are nested too deeply");
                continue;
            };
            if path.is_empty() {
                self.draft.project(entry.name.as_str(), entry.version.as_str());
                placed.push(Placed { path, node, index: None, member: true, entry });
                continue;
            }
            if soft::is_true(entry.link) {
                links.push((node, line, path, entry));
                continue;
            }
            let folder = !(path.starts_with("node_modules/") || path.contains("/node_modules/"));
            let member = folder && members.contains(path);
            let component = Self::package(path, folder, &entry, line);
            let Some(index) = self.draft.add(component) else { continue };
            tree.put(node, index);
            placed.push(Placed { path, node, index: Some(index), member, entry });
        }
        for (node, line, path, entry) in links {
            let target = entry.resolved.as_str();
            if let Some(index) = tree.folder(target).and_then(|node| tree.get(node)) {
                tree.put(node, index);
                continue;
            }
            let name = entry.name.some().unwrap_or_else(|| last_name(path));
            let mut component = Draft::component(name, entry.version.as_str(), line);
            component.origin = Origin::Path(target.trim_start_matches("file:").to_owned());
            component.scope = entry.scope();
            if let Some(index) = self.draft.add(component) {
                tree.put(node, index);
            }
        }
        tree.connect_folders();
        for one in &placed {
            self.edges(&tree, one);
        }
        if !placed.iter().any(|one| one.node == ROOT) {
            self.ask_manifest(&tree, root);
        }
        let members = placed.iter().filter(|one| one.member && one.node != ROOT);
        self.members(members.map(|one| one.path));
    }

    /// Requirements of the members, each from its own manifest.
    fn members<'a>(&mut self, paths: impl Iterator<Item = &'a str>) {
        for path in paths.take(manifest::MAX_MEMBERS) {
            if let Some(manifest) = manifest::beside(self.file, path) {
                self.draft.manifest(path, &manifest);
            }
        }
    }

    fn package(path: &str, folder: bool, entry: &Entry<'_>, line: u32) -> Component {
        let own = if folder { path.rsplit('/').next().unwrap_or(path) } else { last_name(path) };
        let name = entry.name.some().unwrap_or(own);
        let version = entry.version.as_str();
        let mut component = Draft::component(name, version, line);
        let resolved = entry.resolved.as_str();
        component.origin = if folder {
            Origin::Path(path.to_owned())
        } else {
            source::origin(resolved, name, version)
        };
        component.scope = entry.scope();
        component.digests = source::digests(entry.integrity.as_str());
        component.pinned = !component.digests.is_empty()
            || (matches!(component.origin, Origin::Git(_)) && source::has_commit(resolved));
        component.license = entry.license.and_then(soft::license);
        component.install_script = soft::is_true(entry.has_install_script);
        component
    }

    fn edges(&mut self, tree: &Tree<'_>, one: &Placed<'_>) {
        let Placed { node, index, member, entry, .. } = one;
        let (node, member) = (*node, *member);
        let groups = [
            (entry.dependencies, Scope::Runtime),
            (entry.optional_dependencies, Scope::Optional),
            (entry.peer_dependencies, Scope::Optional),
            (entry.dev_dependencies.filter(|_| member), Scope::Dev),
        ];
        if member {
            self.draft.roots_are_known();
        }
        for (group, scope) in groups {
            for name in names(group) {
                let Some(to) = tree.find(node, &name) else { continue };
                if let Some(from) = *index {
                    self.draft.edge(from, to, scope != Scope::Runtime);
                }
                if member {
                    self.draft.root(to, scope);
                }
            }
        }
    }

    /// What is direct, from the manifest, for files that do not say it.
    fn ask_manifest(&mut self, tree: &Tree<'_>, root: Option<&Manifest>) {
        let Some(root) = root else { return };
        self.draft.roots_are_known();
        for wanted in &root.wanted {
            if let Some(to) = tree.find(ROOT, &wanted.alias) {
                self.draft.root(to, wanted.declared.scope);
            }
        }
    }

    /// Entries of nested `dependencies` with the place of their parent in the list.
    fn flatten<'a>(&mut self, top: &'a RawValue, entries: &mut Vec<Nested<'a>>) {
        let mut waiting = vec![(top, None, 0_usize)];
        // Objects within one are read behind it, so the list is not in the order of the file; sorted by line below.
        while let Some((raw, parent, depth)) = waiting.pop() {
            let line = self.located.line_of(raw.get());
            if depth >= MAX_DEPTH {
                self.draft.lose(Some(line), "dependencies are nested too deeply");
                continue;
            }
            let Ok(pairs) = serde_json::from_str::<Ordered<'a, &'a RawValue>>(raw.get()) else {
                self.draft.lose(Some(line), "nested dependencies are not an object");
                continue;
            };
            for (name, raw) in pairs.0 {
                let line = self.line(&name, raw);
                let Ok(entry) = serde_json::from_str::<Entry<'a>>(raw.get()) else {
                    self.draft.lose(Some(line), "a package has another structure than expected");
                    continue;
                };
                let nested = entry.dependencies;
                entries.push(Nested { name, parent, line, entry });
                if let Some(nested) = nested {
                    waiting.push((nested, Some(entries.len() - 1), depth + 1));
                }
            }
        }
    }

    /// `dependencies` of lockfileVersion 1 and before.
    fn nested<'a>(&mut self, entries: &'a [Nested<'a>], root: Option<&Manifest>) {
        let mut order: Vec<usize> = (0..entries.len()).collect();
        order.sort_by_key(|at| entries.get(*at).map_or(0, |nested| nested.line));
        let mut tree = Tree::new();
        let mut nodes: Vec<Node> = Vec::with_capacity(entries.len());
        for nested in entries {
            // A parent stands before what is nested in it.
            let parent = nested.parent.and_then(|at| nodes.get(at).copied()).unwrap_or(ROOT);
            nodes.push(tree.child(parent, &nested.name));
        }
        let mut places = vec![None; entries.len()];
        for at in order {
            let (Some(nested), Some(node)) = (entries.get(at), nodes.get(at)) else { continue };
            let component = nested.component();
            let index = self.draft.add(component);
            if let (Some(index), Some(place)) = (index, places.get_mut(at)) {
                *place = Some(index);
                tree.put(*node, index);
            }
        }
        for ((nested, node), index) in entries.iter().zip(&nodes).zip(&places) {
            let Some(from) = *index else { continue };
            for name in names(nested.entry.requires) {
                if let Some(to) = tree.find(*node, &name) {
                    self.draft.edge(from, to, false);
                }
            }
        }
        self.ask_manifest(&tree, root);
    }
}

/// What the project's own entry says of its workspace.
#[derive(Debug, Deserialize)]
struct Workspaces<'a> {
    #[serde(borrow)]
    workspaces: Option<&'a RawValue>,
}

/// An entry of `packages` with its place.
#[derive(Debug)]
struct Placed<'a> {
    path: &'a str,
    node: Node,
    index: Option<u32>,
    /// The project or a member of its workspace, whose own requirements are the project's.
    member: bool,
    entry: Entry<'a>,
}

/// An entry of nested `dependencies`.
#[derive(Debug)]
struct Nested<'a> {
    name: Text<'a>,
    parent: Option<usize>,
    line: u32,
    entry: Entry<'a>,
}

impl Nested<'_> {
    fn component(&self) -> Component {
        let entry = &self.entry;
        let written = entry.version.as_str();
        let resolved = entry.resolved.as_str();
        let (mut name, mut version, mut address) = (&*self.name, written, resolved);
        if let Some((real, of)) = written.strip_prefix("npm:").and_then(requirement::alias) {
            (name, version) = (real, of);
        } else if !requirement::is_version(written) {
            // Not from a registry: the address stands where the version belongs.
            if written.contains(':') || written.contains('/') {
                (version, address) = (source::version_in(written, name), written);
            }
        } else if entry.from.as_str().contains("://") && resolved.is_empty() {
            address = entry.from.as_str();
        }
        let mut component = Draft::component(name, version, self.line);
        component.origin = source::origin(address, name, version);
        component.scope = entry.scope();
        component.digests = source::digests(entry.integrity.as_str());
        component.pinned = !component.digests.is_empty()
            || (matches!(component.origin, Origin::Git(_)) && source::has_commit(address));
        component
    }
}

/// `@c/d` of `node_modules/b/node_modules/@c/d`.
fn last_name(path: &str) -> &str {
    match path.rsplit_once("/node_modules/") {
        Some((_, name)) => name,
        None => path.strip_prefix("node_modules/").unwrap_or(path),
    }
}
