//! `Pipfile` and `Pipfile.lock` of Pipenv.

use super::super::gather::Gather;
use super::super::place::{Located, Ordered, json};
use super::super::toml_text::{self, items, text};
use super::super::{Broken, File};
use super::graph::Packages;
use super::origin;
use super::pyproject::Manifest;
use super::pyproject_tables::{Indexes, in_order, stated};
use super::requirement::{exact, names_extra};
use super::scope_of_group;
use crate::engine::osv::component::{Component, Ecosystem, Listing, Note, Origin, Scope};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};

pub(super) const LOCK: &str = "Pipfile.lock";
pub(super) const MANIFEST: &str = "Pipfile";

/// The version of the lockfile's layout that Pipenv has written since 2017.
const SPEC: u64 = 6;

#[derive(Deserialize)]
struct Meta {
    #[serde(rename = "pipfile-spec")]
    spec: Option<u64>,
    #[serde(default)]
    sources: Vec<Source>,
}

#[derive(Deserialize)]
struct Source {
    name: Option<String>,
    url: Option<String>,
}

#[derive(Deserialize)]
struct Entry {
    version: Option<String>,
    #[serde(default)]
    hashes: Vec<String>,
    index: Option<String>,
    git: Option<String>,
    hg: Option<String>,
    svn: Option<String>,
    #[serde(rename = "ref")]
    revision: Option<String>,
    path: Option<String>,
    file: Option<String>,
    markers: Option<String>,
}

impl Entry {
    /// Sets where a component comes from.
    fn locate(&self, component: &mut Component, indexes: &Indexes) {
        let revision = self.revision.as_deref().unwrap_or_default();
        for (kind, address) in [("git", &self.git), ("hg", &self.hg), ("svn", &self.svn)] {
            if let Some(address) = address {
                (component.origin, component.pinned) =
                    origin::of_repository(kind, address, revision);
                return;
            }
        }
        if let Some(address) = self.file.as_deref().or(self.path.as_deref()) {
            origin::by_address(component, address);
            if component.version.is_empty()
                && let Some((_, version)) = origin::of_archive_name(address)
            {
                version.clone_into(&mut component.version);
            }
        } else {
            let index = self.index.as_deref().and_then(|name| indexes.named.get(name));
            component.origin.clone_from(index.unwrap_or(&indexes.usual));
        }
    }
}

/// Scope of a category: `default` and `packages`, `develop` and `dev-packages`, or one with a name of its own.
fn scope_of(category: &str) -> Scope {
    match category {
        "default" | "packages" => Scope::Runtime,
        other => scope_of_group(other),
    }
}

pub(super) fn read_lock(file: &File<'_>) -> Result<Listing, Broken> {
    let located = Located::new(file.text()?);
    let root: Ordered<'_, &RawValue> = json(located.text())?;
    let mut packages = Packages::new(file, LOCK);
    let mut indexes = Indexes::default();
    if let Some((_, meta)) = root.0.iter().find(|(key, _)| &**key == "_meta") {
        let line = located.line_of(meta.get());
        let Ok(meta) = serde_json::from_str::<Meta>(meta.get()) else {
            return Err(Broken::at(line, "_meta has another structure than expected"));
        };
        if meta.spec.is_some_and(|spec| spec != SPEC) {
            return Err(Broken::at(line, "a version of the lockfile that is not known"));
        }
        for (place, source) in meta.sources.iter().enumerate() {
            let origin = origin::of_index(source.url.as_deref().unwrap_or_default());
            if place == 0 {
                indexes.usual = origin.clone();
            }
            indexes.named.insert(source.name.clone().unwrap_or_default(), origin);
        }
    } else {
        return Err(Broken::whole("no _meta: not a lockfile of Pipenv"));
    }
    // One package may stand in several categories.
    let mut known: BTreeMap<(String, String, Origin), u32> = BTreeMap::new();
    let mut categories: Vec<_> = root.0.iter().filter(|(key, _)| &**key != "_meta").collect();
    categories.sort_by_key(|(key, _)| scope_of(key));
    for (category, raw) in categories {
        let scope = scope_of(category);
        let Ok(entries) = serde_json::from_str::<Ordered<'_, &RawValue>>(raw.get()) else {
            packages.gather.lost(located.line_of(raw.get()), "a category that is not an object");
            continue;
        };
        for (name, raw) in &entries.0 {
            // The key, unless it was written with escapes.
            let line = match name.0 {
                std::borrow::Cow::Borrowed(name) => located.line_of(name),
                std::borrow::Cow::Owned(_) => located.line_of(raw.get()),
            };
            let Ok(entry) = serde_json::from_str::<Entry>(raw.get()) else {
                packages.gather.lost(line, "an entry has another structure than expected");
                continue;
            };
            let version = entry.version.as_deref().unwrap_or_default();
            let version = if version.is_empty() { Some("") } else { exact(version) };
            let Some(version) = version else {
                packages.gather.lost(line, "an entry names no exact version");
                continue;
            };
            let mut component = Component::new(Ecosystem::PyPi, &**name, version, line);
            component.scope = scope;
            if scope == Scope::Runtime && entry.markers.as_deref().is_some_and(names_extra) {
                component.scope = Scope::Optional;
            }
            entry.locate(&mut component, &indexes);
            for hash in &entry.hashes {
                origin::add_hash(&mut component, hash);
            }
            let registry = matches!(component.origin, Origin::Registry | Origin::OtherRegistry(_));
            if registry && component.version.is_empty() {
                packages.gather.lost(line, "an entry names no exact version");
                continue;
            }
            let key = (
                Ecosystem::PyPi.normalise(&component.name),
                component.version.clone(),
                component.origin.clone(),
            );
            if !known.contains_key(&key)
                && let Some(index) = packages.add(component)
            {
                known.insert(key, index);
            }
        }
    }
    direct(file, &mut packages);
    Ok(packages.finish())
}

/// What the `Pipfile` beside a lockfile tells.
fn direct(file: &File<'_>, packages: &mut Packages) {
    let (Some(bytes), Some(path)) = (file.read_beside(MANIFEST), file.beside(MANIFEST)) else {
        return;
    };
    let beside = File { path: &path, bytes: &bytes, around: file.around };
    let manifest = beside.text().and_then(|text| manifest(&Located::new(text)));
    let Ok(manifest) = manifest else {
        let message = "Pipfile beside it could not be read".to_owned();
        packages.gather.note(Note::Lost { line: None, message });
        return;
    };
    manifest.declare(&mut packages.gather, Some(&path));
    let mut asked: BTreeSet<String> = BTreeSet::new();
    asked.extend(manifest.wants.iter().map(|want| Ecosystem::PyPi.normalise(&want.name)));
    for component in packages.gather.components_mut() {
        component.direct = Some(asked.contains(&Ecosystem::PyPi.normalise(&component.name)));
    }
}

/// Reads a `Pipfile`.
fn manifest(located: &Located<'_>) -> Result<Manifest, Broken> {
    let root = toml_text::read(located)?;
    let mut indexes = Indexes::default();
    for (place, source) in items(&root, "source").enumerate() {
        let Some(source) = source.get_ref().as_table() else { continue };
        let origin = origin::of_index(text(source, "url").unwrap_or_default());
        if place == 0 {
            indexes.usual = origin.clone();
        }
        indexes.named.insert(text(source, "name").unwrap_or_default().to_owned(), origin);
    }
    let mut manifest = Manifest::default();
    for (category, value) in in_order(&root) {
        let category = category.get_ref().as_ref();
        let Some(needs) = value.as_table() else { continue };
        if matches!(category, "source" | "requires" | "pipenv" | "scripts") {
            continue;
        }
        for (name, form) in in_order(needs) {
            let offset = name.span().start;
            match stated(form, &indexes, "index", exact) {
                Some(mut want) => {
                    want.name = name.get_ref().to_string();
                    want.offset = offset;
                    want.line = located.line_at(offset);
                    if want.scope != Scope::Optional || scope_of(category) != Scope::Runtime {
                        want.scope = scope_of(category);
                    }
                    manifest.want(want);
                }
                None => manifest.lose(offset, "a requirement has another form than expected"),
            }
        }
    }
    Ok(manifest)
}

pub(super) fn read_manifest(file: &File<'_>) -> Result<Listing, Broken> {
    let located = Located::new(file.text()?);
    let manifest = manifest(&located)?;
    let mut gather = Gather::new(file, MANIFEST);
    manifest.declare(&mut gather, None);
    manifest.list(&mut gather);
    manifest.say_lost(&mut gather, &located);
    Ok(gather.finish())
}
