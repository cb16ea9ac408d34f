//! `pdm.lock`: lock versions 2 to 4 of PDM. A package with extras stands there once more for each set of them.

use super::super::place::Located;
use super::super::toml_text::{self, items, table, text};
use super::super::{Broken, File};
use super::graph::Packages;
use super::pyproject::{self, Manifest};
use super::pyproject_tables::words;
use super::requirement::requirement;
use super::{origin, scope_of_word};
use crate::engine::osv::component::{Component, Ecosystem, Listing, Origin, Scope};
use std::collections::BTreeMap;
use toml::de::DeTable;

pub(super) const NAME: &str = "pdm.lock";

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let located = Located::new(file.text()?);
    let root = toml_text::read(&located)?;
    let mut packages = Packages::new(file, NAME);
    let Some(metadata) = table(&root, "metadata") else {
        return Err(Broken::whole("no [metadata]: not a lockfile of PDM, or cut off"));
    };
    let version = text(metadata, "lock_version").unwrap_or_default();
    if !matches!(version.split('.').next(), Some("2" | "3" | "4")) {
        return Err(Broken::whole("a version of the lockfile that is not known"));
    }
    let files = table(metadata, "files");
    let manifest = pyproject::beside(file, &mut packages.gather);
    let mut known: BTreeMap<(String, String, Origin), u32> = BTreeMap::new();
    let mut grouped = false;
    for entry in items(&root, "package") {
        let Some(entry) = entry.get_ref().as_table() else {
            let line = located.line_at(entry.span().start);
            packages.gather.lost(line, "a package that is not a table");
            continue;
        };
        grouped |= entry.contains_key("groups");
        package(&mut packages, &located, entry, files, manifest.as_ref(), &mut known);
    }
    packages.link();
    if let Some(manifest) = manifest {
        for want in manifest.locked() {
            packages.root(&want.name, None, want.scope);
        }
        packages.spread(!grouped);
    }
    Ok(packages.finish())
}

/// Scope of a group; the manifest knows which are extras.
fn scope_of(group: &str, manifest: Option<&Manifest>) -> Scope {
    if group == "default" {
        return Scope::Runtime;
    }
    let stated = manifest.and_then(|manifest| manifest.groups.get(group)).copied();
    stated.or_else(|| group.split(['-', '_']).find_map(scope_of_word)).unwrap_or(Scope::Optional)
}

fn package(
    packages: &mut Packages,
    located: &Located<'_>,
    entry: &DeTable<'_>,
    files: Option<&DeTable<'_>>,
    manifest: Option<&Manifest>,
    known: &mut BTreeMap<(String, String, Origin), u32>,
) {
    let line = entry.get_key_value("name").map_or(1, |(key, _)| located.line_at(key.span().start));
    let Some(name) = text(entry, "name") else {
        packages.gather.lost(line, "a package without a name");
        return;
    };
    let version = text(entry, "version").unwrap_or_default();
    let mut component = Component::new(Ecosystem::PyPi, name, version, line);
    component.scope = words(entry, "groups")
        .iter()
        .map(|group| scope_of(group, manifest))
        .min()
        .unwrap_or_default();
    locate(&mut component, entry);
    let registry = matches!(component.origin, Origin::Registry | Origin::OtherRegistry(_));
    if registry && version.is_empty() {
        packages.gather.lost(line, "a package without a version");
        return;
    }
    let older = files.map(|files| items(files, &format!("{name} {version}")).collect::<Vec<_>>());
    for item in items(entry, "files").chain(older.into_iter().flatten()) {
        if let Some(hash) = item.get_ref().as_table().and_then(|file| text(file, "hash")) {
            origin::add_hash(&mut component, hash);
        }
    }
    let key =
        (Ecosystem::PyPi.normalise(name), component.version.clone(), component.origin.clone());
    let index = if let Some(index) = known.get(&key) {
        if let Some(first) = packages.gather.get_mut(*index) {
            first.scope = first.scope.min(component.scope);
        }
        *index
    } else {
        let Some(index) = packages.add(component) else { return };
        known.insert(key, index);
        index
    };
    for item in items(entry, "dependencies") {
        if let Some(read) = item.get_ref().as_str().and_then(requirement) {
            packages.need(index, read.name, read.exact());
        } else {
            let line = located.line_at(item.span().start);
            packages.gather.lost(line, "a dependency that is not a requirement");
        }
    }
}

fn locate(component: &mut Component, entry: &DeTable<'_>) {
    for kind in ["git", "hg", "svn", "bzr"] {
        if let Some(address) = text(entry, kind) {
            let revision = text(entry, "revision").or_else(|| text(entry, "ref"));
            let revision = revision.unwrap_or_default();
            (component.origin, component.pinned) = origin::of_repository(kind, address, revision);
            return;
        }
    }
    if let Some(address) = text(entry, "url") {
        origin::by_address(component, address);
    } else if let Some(path) = text(entry, "path") {
        component.origin = origin::of_path(path);
    }
}
