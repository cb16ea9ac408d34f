//! `poetry.lock`: lock versions 1.0 to 2.x, and 0.x, which kept hashes elsewhere.

use super::super::place::Located;
use super::super::toml_text::{self, items, table, text};
use super::super::{Broken, File};
use super::graph::Packages;
use super::origin;
use super::pyproject;
use super::pyproject_tables::{flag, in_order, words};
use super::requirement::requirement;
use super::scope_of_group;
use crate::engine::osv::component::{Component, Ecosystem, Listing, Note, Scope};
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) const NAME: &str = "poetry.lock";

/// Extras that somebody asks for, by normalised name of the package.
type Asked = BTreeMap<String, BTreeSet<String>>;

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let located = Located::new(file.text()?);
    let root = toml_text::read(&located)?;
    let mut packages = Packages::new(file, NAME);
    let metadata = table(&root, "metadata");
    let Some(metadata) = metadata else {
        return Err(Broken::whole("no [metadata]: not a lockfile of Poetry, or cut off"));
    };
    if let Some(version) = text(metadata, "lock-version")
        && !matches!(version.split('.').next(), Some("0" | "1" | "2"))
    {
        return Err(Broken::whole("a version of the lockfile that is not known"));
    }
    let files = Files::of(metadata);
    let manifest = pyproject::beside(file, &mut packages.gather);
    let mut asked = Asked::new();
    if let Some(manifest) = &manifest {
        for want in manifest.locked() {
            ask(&mut asked, &want.name, &want.extras);
        }
    }
    let entries: Vec<&DeTable<'_>> =
        items(&root, "package").filter_map(|entry| entry.get_ref().as_table()).collect();
    for entry in &entries {
        for (name, form) in table(entry, "dependencies").map(in_order).unwrap_or_default() {
            for form in forms(form).filter_map(DeValue::as_table) {
                ask(&mut asked, name.get_ref(), &words(form, "extras"));
            }
        }
    }
    // The lockfile says itself what is for what, in all versions but those of Poetry 1.5 to 1.8.
    let grouped = entries.iter().any(|e| e.contains_key("groups") || e.contains_key("category"));
    for entry in entries {
        package(&mut packages, &located, entry, &files, &asked);
    }
    packages.link();
    if let Some(manifest) = manifest {
        for want in manifest.locked() {
            packages.root(&want.name, None, want.scope);
        }
        packages.spread(!grouped);
    }
    let lists_some = items(&root, "package").next().is_some();
    if packages.gather.components().is_empty() && lists_some {
        let message = "no package could be read".to_owned();
        packages.gather.note(Note::Lost { line: None, message });
    }
    Ok(packages.finish())
}

fn ask(asked: &mut Asked, name: &str, extras: &[String]) {
    if !extras.is_empty() {
        let extras = extras.iter().map(|extra| Ecosystem::PyPi.normalise(extra));
        asked.entry(Ecosystem::PyPi.normalise(name)).or_default().extend(extras);
    }
}

/// The forms of a dependency: one, or several for different environments.
fn forms<'v, 'a>(form: &'v DeValue<'a>) -> impl Iterator<Item = &'v DeValue<'a>> {
    let several = form.as_array().into_iter().flat_map(|array| array.iter()).map(Spanned::get_ref);
    let one = (!form.is_array()).then_some(form);
    one.into_iter().chain(several)
}

/// Hashes that older lockfiles keep at their end, by name of the package.
struct Files<'v>(BTreeMap<String, Vec<&'v str>>);

impl<'v> Files<'v> {
    fn of(metadata: &'v DeTable<'_>) -> Self {
        let mut files = BTreeMap::new();
        for key in ["files", "hashes"] {
            for (name, list) in table(metadata, key).into_iter().flat_map(|table| table.iter()) {
                let list = list.get_ref().as_array();
                let hashes = list.into_iter().flat_map(|list| list.iter()).filter_map(|item| {
                    let item = item.get_ref();
                    item.as_table().and_then(|file| text(file, "hash")).or_else(|| item.as_str())
                });
                files.insert(Ecosystem::PyPi.normalise(name.get_ref()), hashes.collect());
            }
        }
        Self(files)
    }
}

fn package(
    packages: &mut Packages,
    located: &Located<'_>,
    entry: &DeTable<'_>,
    files: &Files<'_>,
    asked: &Asked,
) {
    let line = entry.get_key_value("name").map_or(1, |(key, _)| located.line_at(key.span().start));
    let (Some(name), Some(version)) = (text(entry, "name"), text(entry, "version")) else {
        packages.gather.lost(line, "a package without name or version");
        return;
    };
    let mut component = Component::new(Ecosystem::PyPi, name, version, line);
    let optional = flag(entry, "optional");
    component.scope = match (text(entry, "category"), words(entry, "groups")) {
        (Some("main") | None, groups) if groups.is_empty() => Scope::Runtime,
        (Some(category), groups) if groups.is_empty() => scope_of_group(category),
        (_, groups) => groups
            .iter()
            .map(|group| if group == "main" { Scope::Runtime } else { scope_of_group(group) })
            .min()
            .unwrap_or_default(),
    };
    if optional && component.scope == Scope::Runtime {
        component.scope = Scope::Optional;
    }
    for item in items(entry, "files") {
        if let Some(hash) = item.get_ref().as_table().and_then(|file| text(file, "hash")) {
            origin::add_hash(&mut component, hash);
        }
    }
    let normal = Ecosystem::PyPi.normalise(name);
    for hash in files.0.get(&normal).into_iter().flatten() {
        // The oldest ones have no algorithm: SHA-256.
        if hash.contains(':') {
            origin::add_hash(&mut component, hash);
        } else {
            origin::add_digest(&mut component, "sha256", hash);
        }
    }
    if let Some(source) = table(entry, "source")
        && !locate(&mut component, source)
    {
        packages.gather.lost(line, "a package with a source of a kind that is not known");
        return;
    }
    let Some(index) = packages.add(component) else { return };
    let Some(needs) = table(entry, "dependencies") else { return };
    let wanted = optional_needs(entry, asked.get(&normal));
    for (name, form) in in_order(needs) {
        let conditional = forms(form).all(|f| f.as_table().is_some_and(|f| flag(f, "optional")));
        if !conditional || wanted.contains(&Ecosystem::PyPi.normalise(name.get_ref())) {
            packages.need(index, name.get_ref(), None);
        }
    }
}

/// Names that a package needs for the extras that are asked for.
fn optional_needs(entry: &DeTable<'_>, asked: Option<&BTreeSet<String>>) -> BTreeSet<String> {
    let (Some(asked), Some(extras)) = (asked, table(entry, "extras")) else {
        return BTreeSet::new();
    };
    extras
        .iter()
        .filter(|(extra, _)| asked.contains(&Ecosystem::PyPi.normalise(extra.get_ref())))
        .flat_map(|(_, list)| list.get_ref().as_array().into_iter().flat_map(|a| a.iter()))
        .filter_map(|item| requirement(item.get_ref().as_str()?))
        .map(|read| Ecosystem::PyPi.normalise(read.name))
        .collect()
}

/// Sets the origin by `[package.source]`; says whether its kind is known.
fn locate(component: &mut Component, source: &DeTable<'_>) -> bool {
    let address = text(source, "url").unwrap_or_default();
    let reference = text(source, "resolved_reference").or_else(|| text(source, "reference"));
    match text(source, "type") {
        Some(kind @ ("git" | "hg" | "svn")) => {
            let (origin, commit) =
                origin::of_repository(kind, address, reference.unwrap_or_default());
            component.origin = origin;
            component.pinned |= commit;
        }
        Some("directory" | "file") => component.origin = origin::of_path(address),
        Some("url") => origin::by_address(component, address),
        Some("legacy" | "pypi") | None => component.origin = origin::of_index(address),
        Some(_) => return false,
    }
    true
}
