//! `uv.lock`: packages of a uv project or workspace, or of a script
//! (<https://docs.astral.sh/uv/concepts/projects/layout/>). Knows nothing of other lockfiles.

use super::super::place::Located;
use super::super::toml_text::{self, items, table, text};
use super::super::{Broken, File};
use super::graph::Packages;
use super::pyproject;
use super::pyproject_tables::in_order;
use super::{origin, scope_of_group};
use crate::engine::osv::component::{Component, Ecosystem, Listing, Origin, Scope};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) const NAME: &str = "uv.lock";

/// Where a package stands in a workspace.
#[derive(Clone, Copy, PartialEq)]
enum Standing {
    /// The project of the lockfile itself.
    Project,
    Member,
    Other,
}

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let located = Located::new(file.text()?);
    let root = toml_text::read(&located)?;
    let version = root.get("version").and_then(|value| value.get_ref().as_integer());
    if version.map(toml::de::DeInteger::as_str) != Some("1") {
        let line = root.get_key_value("version").map(|(key, _)| located.line_at(key.span().start));
        return Err(Broken {
            line,
            message: "a version of the lockfile that is not known".to_owned(),
        });
    }
    if root.contains_key("distribution") {
        // What uv wrote before 0.3: the version says 1 too.
        return Err(Broken::whole("a lockfile of uv before 0.3; write it again with a newer uv"));
    }
    let mut packages = Packages::new(file, NAME);
    let manifest = table(&root, "manifest");
    let members: Vec<&str> = manifest
        .into_iter()
        .flat_map(|manifest| items(manifest, "members"))
        .filter_map(|item| item.get_ref().as_str())
        .collect();
    if let Some(manifest) = manifest {
        // Requirements of a script, or of a workspace whose root is no package.
        for item in items(manifest, "requirements") {
            ask(&mut packages, item, Scope::Runtime);
        }
        grouped(&mut packages, manifest, "dependency-groups", scope_of_group);
    }
    for entry in items(&root, "package") {
        let line = located.line_at(entry.span().start);
        match entry.get_ref().as_table() {
            Some(entry) => package(&mut packages, &located, entry, line, &members),
            None => packages.gather.lost(line, "a package that is not a table"),
        }
    }
    pyproject::beside(file, &mut packages.gather);
    packages.link();
    packages.spread(true);
    Ok(packages.finish())
}

fn package(
    packages: &mut Packages,
    located: &Located<'_>,
    entry: &DeTable<'_>,
    header: u32,
    members: &[&str],
) {
    let Some((key, name)) = entry.get_key_value("name") else {
        packages.gather.lost(header, "a package without a name");
        return;
    };
    let line = located.line_at(key.span().start);
    let Some(name) = name.get_ref().as_str() else {
        packages.gather.lost(line, "a package without a name");
        return;
    };
    let version = text(entry, "version").unwrap_or_default();
    let mut component = Component::new(Ecosystem::PyPi, name, version, line);
    let mut standing = Standing::Other;
    if let Some(source) = table(entry, "source") {
        if !locate(&mut component, source) {
            packages.gather.lost(line, "a package with a source of a kind that is not known");
            return;
        }
        if let Some(path) = text(source, "editable").or_else(|| text(source, "virtual")) {
            standing = if path == "." {
                Standing::Project
            } else if members.contains(&name) || source.contains_key("virtual") {
                Standing::Member
            } else {
                Standing::Other
            };
        } else if text(source, "directory") == Some(".") {
            standing = Standing::Project;
        } else if members.contains(&name) && matches!(component.origin, Origin::Path(_)) {
            standing = Standing::Member;
        }
    }
    for archive in items(entry, "wheels").chain(entry.get("sdist")) {
        if let Some(hash) = archive.get_ref().as_table().and_then(|archive| text(archive, "hash")) {
            origin::add_hash(&mut component, hash);
        }
    }
    if standing == Standing::Project {
        packages.gather.project(name, version);
        asked(packages, entry);
        return;
    }
    let Some(index) = packages.add(component) else { return };
    if standing == Standing::Member {
        packages.root(name, Some(version), Scope::Runtime);
        asked(packages, entry);
    }
    for item in items(entry, "dependencies") {
        need(packages, index, item);
    }
    let extras = table(entry, "optional-dependencies");
    for (_, list) in extras.map(in_order).unwrap_or_default() {
        // Of a package only those extras are here that something asks for. Those of a member may have no user.
        if standing == Standing::Other {
            for item in list.as_array().into_iter().flat_map(|array| array.iter()) {
                need(packages, index, item);
            }
        }
    }
}

/// What a project or member asks for.
fn asked(packages: &mut Packages, entry: &DeTable<'_>) {
    for item in items(entry, "dependencies") {
        ask(packages, item, Scope::Runtime);
    }
    grouped(packages, entry, "optional-dependencies", |_| Scope::Optional);
    grouped(packages, entry, "dev-dependencies", scope_of_group);
}

/// What the lists in a table of groups or extras ask for.
fn grouped(packages: &mut Packages, from: &DeTable<'_>, key: &str, scope: fn(&str) -> Scope) {
    for (name, list) in table(from, key).map(in_order).unwrap_or_default() {
        for item in list.as_array().into_iter().flat_map(|array| array.iter()) {
            ask(packages, item, scope(name.get_ref()));
        }
    }
}

/// Name and version in an item `{ name = …, version = … }`; the version is there where the name has several.
fn named<'v>(item: &'v Spanned<DeValue<'_>>) -> Option<(&'v str, Option<&'v str>)> {
    let item = item.get_ref().as_table()?;
    Some((text(item, "name")?, text(item, "version")))
}

fn ask(packages: &mut Packages, item: &Spanned<DeValue<'_>>, scope: Scope) {
    if let Some((name, version)) = named(item) {
        packages.root(name, version, scope);
    }
}

fn need(packages: &mut Packages, from: u32, item: &Spanned<DeValue<'_>>) {
    if let Some((name, version)) = named(item) {
        packages.need(from, name, version);
    }
}

/// Sets the origin by `source`; says whether its kind is known.
fn locate(component: &mut Component, source: &DeTable<'_>) -> bool {
    if let Some(index) = text(source, "registry") {
        component.origin = origin::of_index(index);
    } else if let Some(address) = text(source, "git") {
        // `address?rev=asked#commit`.
        let (address, commit) = address.split_once('#').unwrap_or((address, ""));
        let address = address.split('?').next().unwrap_or(address);
        (component.origin, component.pinned) = origin::of_repository("git", address, commit);
    } else if let Some(address) = text(source, "url") {
        origin::by_address(component, address);
    } else if let Some(path) =
        ["path", "directory", "editable", "virtual"].iter().find_map(|key| text(source, key))
    {
        component.origin = origin::of_path(path);
    } else {
        return false;
    }
    true
}
