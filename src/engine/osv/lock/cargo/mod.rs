//! Rust: `Cargo.lock` of all versions with the `Cargo.toml` files of its members, and `Cargo.toml` by itself. Knows no
//! features and no targets: what any of them brings in is listed.

mod entries;
mod manifest;
mod workspace;

use super::address::{is_commit, without_credentials};
use super::gather::{Gather, spread_scopes};
use super::{Broken, File, Format, Role};
use crate::engine::osv::component::{
    Algorithm, Component, Digest, Ecosystem, Listing, Note, Origin, Scope,
};
use entries::{Entries, Entry};
use manifest::{Manifest, Requirement};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Formats of this ecosystem.
pub static FORMATS: &[Format] = &[
    Format {
        name: "Cargo.lock",
        ecosystem: Ecosystem::CratesIo,
        role: Role::Lockfile,
        files: &["Cargo.lock"],
        reads: "versions 1 to 4; direct dependencies and scopes from the Cargo.toml files of the workspace",
        locked_by: &[],
        read: read_lock,
    },
    Format {
        name: "Cargo.toml",
        ecosystem: Ecosystem::CratesIo,
        role: Role::Manifest,
        files: &["Cargo.toml"],
        reads: "dependencies of all kinds and targets; features are not looked at",
        locked_by: &["Cargo.lock"],
        read: read_manifest,
    },
];

/// The newest version of the format.
const NEWEST: u64 = 4;

/// Packages of one name and version (from several sources) among which a dependency is looked for.
const MAX_SOURCES: usize = 64;

fn read_lock(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let entries = entries::read(text)?;
    let mut gather = Gather::new(file, "Cargo.lock");
    if let Some(version) = entries.version.filter(|version| *version > NEWEST) {
        let message = format!("version {version} of the format is not known, read as {NEWEST}");
        gather.note(Note::Lost { line: None, message });
    }
    // Place of every entry in the listing.
    let places: Vec<Option<u32>> =
        entries.packages.iter().map(|entry| gather.add(component(entry, &entries))).collect();
    connect(&entries, &places, &mut gather);
    members(file, &entries, &places, &mut gather);
    Ok(gather.finish())
}

fn component(entry: &Entry<'_>, entries: &Entries<'_>) -> Component {
    let mut one = Component::new(Ecosystem::CratesIo, &*entry.name, &*entry.version, entry.line);
    if entry.version.is_empty() {
        // Lost: every entry has a version.
        one.name.clear();
    }
    let Some(source) = entry.source.as_deref() else {
        one.origin = Origin::Path(String::new());
        return one;
    };
    one.origin = origin(source);
    if let Some(replacement) = &entry.replace {
        // What is built is the replacement, which has an entry of its own.
        let source = replacement.split_once('(').map(|(_, source)| source.trim_end_matches(')'));
        one.origin = source.map_or(Origin::Path(String::new()), origin);
    }
    let from_metadata = || {
        if entries.metadata.is_empty() {
            return None;
        }
        let key = format!("checksum {} {} ({source})", entry.name, entry.version);
        entries.metadata.get(key.as_str()).map(|value| &**value)
    };
    let checksum = entry.checksum.as_deref().or_else(from_metadata);
    one.digests.extend(checksum.and_then(|hex| Digest::from_hex(Algorithm::Sha256, hex)));
    let revision = source.rsplit_once('#').map_or("", |(_, revision)| revision);
    one.pinned = !one.digests.is_empty() || is_commit(revision);
    one
}

/// What a `source` means.
fn origin(source: &str) -> Origin {
    let (kind, address) = source.split_once('+').unwrap_or(("", source));
    match kind {
        "registry" | "sparse" => manifest::registry(source),
        "git" => Origin::Git(without_credentials(address)),
        "path" => Origin::Path(without_credentials(address)),
        "local-registry" | "directory" => Origin::OtherRegistry(without_credentials(address)),
        _ => Origin::Url(without_credentials(source)),
    }
}

/// Turns the dependencies of entries, `name`, `name version` or `name version (source)`, into places.
fn connect(entries: &Entries<'_>, places: &[Option<u32>], gather: &mut Gather) {
    let mut by_name: HashMap<&str, (usize, u32)> = HashMap::new();
    let mut by_version: HashMap<(&str, &str), Vec<(u32, &str)>> = HashMap::new();
    for (entry, place) in entries.packages.iter().zip(places) {
        let Some(place) = *place else { continue };
        by_name.entry(&entry.name).or_insert((0, place)).0 += 1;
        let same = by_version.entry((&entry.name, &entry.version)).or_default();
        if same.len() < MAX_SOURCES {
            same.push((place, entry.source.as_deref().unwrap_or_default()));
        }
    }
    let find = |text: &str| {
        let mut words = text.splitn(3, ' ');
        let name = words.next().unwrap_or_default();
        let Some(version) = words.next() else {
            return by_name.get(name).filter(|(count, _)| *count == 1).map(|(_, place)| *place);
        };
        let same = by_version.get(&(name, version))?;
        if let [(only, _)] = same.as_slice() {
            return Some(*only);
        }
        let source = words.next()?.trim_start_matches('(').trim_end_matches(')');
        // Entries of git repositories end in the commit, mentions of them may not.
        let fits = |(_, one): &&(u32, &str)| {
            *one == source || one.rsplit_once('#').is_some_and(|(one, _)| one == source)
        };
        same.iter().find(fits).map(|(place, _)| *place)
    };
    for (entry, place) in entries.packages.iter().zip(places) {
        let Some(place) = *place else { continue };
        let found: Vec<u32> = entry.dependencies.iter().filter_map(|text| find(text)).collect();
        let lost = entry.dependencies.len() - found.len();
        if lost > 0 {
            gather.lost(entry.line, format!("{lost} dependencies name no package of the file"));
        }
        if let Some(component) = gather.get_mut(place) {
            component.dependencies = found;
        }
    }
}

/// Finds out what the members of the workspace ask for themselves, and for what.
fn members(file: &File<'_>, entries: &Entries<'_>, places: &[Option<u32>], gather: &mut Gather) {
    let found = workspace::find(file);
    for path in &found.broken {
        let message = format!("{path} is not valid, its dependencies count as runtime ones");
        gather.note(Note::Lost { line: None, message });
    }
    let root_path = file.beside("Cargo.toml").unwrap_or_default();
    let shared = found.root.as_ref().and_then(|root| root.workspace.as_ref());
    let mut by_name: BTreeMap<&str, (&str, &Manifest)> = BTreeMap::new();
    for (path, manifest) in found.all(&root_path) {
        if let Some(name) = &manifest.name {
            by_name.entry(name).or_insert((path, manifest));
        }
    }
    let local: Vec<(u32, &Entry<'_>)> = entries
        .packages
        .iter()
        .zip(places)
        .filter(|(entry, _)| entry.source.is_none())
        .filter_map(|(entry, place)| Some(((*place)?, entry)))
        .collect();
    let settled: BTreeSet<u32> = local.iter().map(|(place, _)| *place).collect();
    for component in gather.components_mut() {
        component.direct = Some(false);
    }
    let mut roots: Vec<(u32, Scope)> = Vec::new();
    for (place, entry) in &local {
        let manifest = by_name.get(&*entry.name);
        let mut wanted: BTreeMap<String, Vec<Requirement>> = BTreeMap::new();
        for one in manifest.iter().flat_map(|(_, manifest)| &manifest.requirements) {
            let one = one.resolved(shared);
            wanted.entry(one.name.clone()).or_default().push(one);
        }
        let dependencies = gather
            .get_mut(*place)
            .map(|member| {
                let folder = manifest.and_then(|(path, _)| path.strip_suffix("Cargo.toml"));
                let folder = folder.map_or("", |f| if f.is_empty() { "." } else { f });
                member.origin = Origin::Path(folder.trim_end_matches('/').to_owned());
                member.dependencies.clone()
            })
            .unwrap_or_default();
        for index in dependencies {
            if let Some(component) = gather.get_mut(index) {
                component.direct = Some(true);
                let wanted = wanted.get(&component.name).map_or(&[][..], Vec::as_slice);
                roots.push((index, scope(wanted, &component.version)));
            }
        }
    }
    spread_scopes(gather.components_mut(), &roots, &settled);
    let project = match found.root.as_ref().and_then(|root| root.name.as_deref()) {
        Some(name) => local.iter().find(|(_, entry)| entry.name == name),
        None => local.first().filter(|_| local.len() == 1 && shared.is_none()),
    };
    if let Some((_, entry)) = project {
        gather.project(&*entry.name, &*entry.version);
    }
    for (path, manifest) in found.all(&root_path) {
        for one in &manifest.requirements {
            gather.declare(one.resolved(shared).declared(Some(path)));
        }
    }
}

/// The most important scope of the requirements that lead to `version`.
fn scope(requirements: &[Requirement], version: &str) -> Scope {
    let fulfilled = requirements.iter().filter(|one| one.admits(version)).map(|one| one.scope);
    let any = || requirements.iter().map(|one| one.scope).min();
    if requirements.len() < 2 { any() } else { fulfilled.min().or_else(any) }.unwrap_or_default()
}

fn read_manifest(file: &File<'_>) -> Result<Listing, Broken> {
    let manifest = manifest::read(file.text()?)?;
    let above = if manifest.workspace.is_none() { workspace::above(file, &manifest) } else { None };
    let shared =
        manifest.workspace.as_ref().or_else(|| above.as_ref().and_then(|m| m.workspace.as_ref()));
    let mut gather = Gather::new(file, "Cargo.toml");
    if let Some(name) = &manifest.name {
        let inherited = || shared.and_then(|workspace| workspace.version.clone());
        let version = manifest.version.clone().or_else(inherited).unwrap_or_default();
        gather.project(name.as_str(), version);
    }
    let (mut open, mut all) = (Vec::new(), 0);
    for one in &manifest.requirements {
        let one = one.resolved(shared);
        gather.declare(one.declared(None));
        if matches!(one.origin, Origin::Path(_)) {
            continue;
        }
        all += 1;
        match exact(&one.version) {
            Some(version) => {
                let mut component =
                    Component::new(Ecosystem::CratesIo, one.name, version, one.line);
                component.direct = Some(true);
                component.scope = one.scope;
                component.origin = one.origin;
                gather.add(component);
            }
            None => open.push(one.line),
        }
    }
    gather.unresolved(&open, all);
    Ok(gather.finish())
}

/// The version of a requirement that admits only one.
fn exact(requirement: &str) -> Option<&str> {
    let version = requirement.strip_prefix('=')?.trim();
    semver::Version::parse(version).ok().map(|_| version)
}

#[cfg(test)]
mod tests;
