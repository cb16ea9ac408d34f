//! `pylock.toml`, the lockfile of PEP 751 (<https://packaging.python.org/en/latest/specifications/pylock-toml/>).

use super::super::place::Located;
use super::super::toml_text::{self, items, table, text};
use super::super::{Broken, File};
use super::graph::Packages;
use super::pyproject;
use super::requirement::names_extra;
use super::{origin, scope_of_word};
use crate::engine::osv::component::{Component, Ecosystem, Listing, Origin, Scope};
use toml::de::DeTable;

pub(super) const NAME: &str = "pylock.toml";

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let located = Located::new(file.text()?);
    let root = toml_text::read(&located)?;
    let version = text(&root, "lock-version").unwrap_or_default();
    if version.split('.').next() != Some("1") {
        return Err(Broken::whole("a version of the lockfile that is not known"));
    }
    let mut packages = Packages::new(file, NAME);
    let manifest = pyproject::beside(file, &mut packages.gather);
    let project = manifest.as_ref().and_then(|manifest| manifest.project.clone());
    let project = project.map(|(name, _)| Ecosystem::PyPi.normalise(&name));
    // Which package needs which may be said or not.
    let mut linked = false;
    for entry in items(&root, "packages") {
        let Some(entry) = entry.get_ref().as_table() else {
            let line = located.line_at(entry.span().start);
            packages.gather.lost(line, "a package that is not a table");
            continue;
        };
        let line =
            entry.get_key_value("name").map_or(1, |(key, _)| located.line_at(key.span().start));
        let Some(name) = text(entry, "name") else {
            packages.gather.lost(line, "a package without a name");
            continue;
        };
        let version = text(entry, "version").unwrap_or_default();
        let mut component = Component::new(Ecosystem::PyPi, name, version, line);
        component.scope = scope_of(text(entry, "marker").unwrap_or_default());
        locate(&mut component, entry);
        let own = project.as_deref() == Some(Ecosystem::PyPi.normalise(name).as_str());
        if own
            && matches!(&component.origin, Origin::Path(path) if matches!(path.as_str(), "." | "./"))
        {
            continue;
        }
        let Some(index) = packages.add(component) else { continue };
        for need in items(entry, "dependencies").filter_map(|need| need.get_ref().as_table()) {
            linked = true;
            if let Some(name) = text(need, "name") {
                packages.need(index, name, text(need, "version"));
            }
        }
    }
    packages.link();
    if let Some(manifest) = manifest {
        for want in manifest.locked() {
            packages.root(&want.name, None, want.scope);
        }
        packages.spread(linked);
    }
    Ok(packages.finish())
}

/// Scope by a marker: `'dev' in dependency_groups`, `'x' in extras`. One that also holds elsewhere says nothing.
fn scope_of(marker: &str) -> Scope {
    if !names_extra(marker) || marker.contains("'default' in dependency_groups") {
        Scope::Runtime
    } else if marker.contains("dependency_groups") {
        marker.split(['\'', '"', '-', '_']).find_map(scope_of_word).unwrap_or(Scope::Dev)
    } else {
        Scope::Optional
    }
}

fn locate(component: &mut Component, entry: &DeTable<'_>) {
    if let Some(index) = text(entry, "index") {
        component.origin = origin::of_index(index);
    }
    if let Some(source) = table(entry, "vcs") {
        let address = text(source, "url").or_else(|| text(source, "path")).unwrap_or_default();
        let revision = text(source, "commit-id").or_else(|| text(source, "requested-revision"));
        let kind = text(source, "type").unwrap_or("git");
        (component.origin, component.pinned) =
            origin::of_repository(kind, address, revision.unwrap_or_default());
    } else if let Some(source) = table(entry, "directory") {
        component.origin = origin::of_path(text(source, "path").unwrap_or_default());
    } else if let Some(source) = table(entry, "archive") {
        if let Some(address) = text(source, "url") {
            origin::by_address(component, address);
        } else {
            component.origin = origin::of_path(text(source, "path").unwrap_or_default());
        }
        hashes(component, source);
    }
    let wheels = items(entry, "wheels").filter_map(|wheel| wheel.get_ref().as_table());
    for archive in wheels.chain(table(entry, "sdist")) {
        hashes(component, archive);
    }
}

fn hashes(component: &mut Component, archive: &DeTable<'_>) {
    let hashes = table(archive, "hashes").into_iter().flat_map(|hashes| hashes.iter());
    for (algorithm, hex) in hashes {
        if let Some(hex) = hex.get_ref().as_str() {
            origin::add_digest(component, algorithm.get_ref(), hex);
        }
    }
}
