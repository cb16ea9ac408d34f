//! Reads `pom.xml`. Scopes: `compile`, `runtime` and none are the program; `provided` is [`Scope::Build`], because the
//! project compiles against it and does not ship it; `test` is the tests; `optional` and what stands in a profile that
//! is not active by itself is [`Scope::Optional`]; plugins, their dependencies and extensions are [`Scope::Build`].
//! What a parent states is listed with the parent, and again only where it comes out in another version.

use super::super::super::component::{
    Component, Declared, Ecosystem, Listing, Note, Origin, Scope,
};
use super::super::{Broken, File, MAX_COMPONENTS};
use super::model::{Body, Entry, Pom};
use super::resolve::{Extra, Key, Managed, Store, View};
use super::{Counted, Wanted, is_id, several, wanted, xml};
use std::collections::BTreeMap;
use std::rc::Rc;

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = xml::text(file)?;
    let pom = Rc::new(Pom::parse(file.path, &text)?);
    let mut store = Store::new(file.around);
    let view = store.view(pom.clone());
    let mut out = Reading::new(file.path);
    out.body(&view, &mut store, &pom.body, None, false);
    for profile in &pom.profiles {
        out.profile(&view, &mut store, &profile.body, !profile.active_by_default);
    }
    if let Some(parent) = view.chain.get(1) {
        out.inherited(&view, &mut store, parent);
    }
    out.notes(&view, &pom);
    let name = view.expand(&pom.artifact, None);
    if is_id(&name) {
        let group = view.expand(&pom.group, None);
        out.listing.project = Some((format!("{group}:{name}"), view.expand(&pom.version, None)));
    }
    Ok(out.listing)
}

/// What an entry comes to.
#[derive(Debug, PartialEq, Eq)]
struct Resolved {
    name: String,
    version: String,
    scope: Scope,
}

struct Reading {
    listing: Listing,
    /// Place of each name and version.
    places: BTreeMap<(String, String), usize>,
    entries: usize,
    open: Counted,
    nameless: Counted,
    left_out: usize,
    first: u32,
}

impl Reading {
    fn new(path: &str) -> Self {
        Self {
            listing: Listing { path: path.to_owned(), format: "pom.xml", ..Listing::default() },
            places: BTreeMap::new(),
            entries: 0,
            open: Counted::default(),
            nameless: Counted::default(),
            left_out: 0,
            first: 0,
        }
    }

    fn body(
        &mut self,
        view: &View,
        store: &mut Store<'_>,
        body: &Body,
        profile: Option<(&Body, &BTreeMap<Key, Managed>)>,
        optional: bool,
    ) {
        let extra = profile.map(|(body, _)| &body.properties);
        for entry in &body.dependencies {
            let managed = profile.map(|(_, managed)| managed);
            let resolved = resolve(view, entry, extra, managed, optional);
            self.put(view, store, entry, resolved, None);
        }
        for entry in &body.plugins {
            let resolved = plugin(view, entry, extra);
            self.put(view, store, entry, resolved, None);
        }
    }

    fn profile(&mut self, view: &View, store: &mut Store<'_>, body: &Body, optional: bool) {
        let extra = Some(&body.properties);
        let managed: BTreeMap<Key, Managed> =
            body.managed.iter().map(|entry| view.managed_entry(entry, extra)).collect();
        self.body(view, store, body, Some((body, &managed)), optional);
    }

    /// What the parents state and what comes out otherwise here than there.
    fn inherited(&mut self, view: &View, store: &mut Store<'_>, parent: &Rc<Pom>) {
        let above = store.view(parent.clone());
        for pom in view.chain.iter().skip(1) {
            for entry in &pom.body.dependencies {
                let here = resolve(view, entry, None, None, false);
                if here != resolve(&above, entry, None, None, false) {
                    self.put(view, store, entry, here, Some(&pom.path));
                }
            }
            for entry in &pom.body.plugins {
                let here = plugin(view, entry, None);
                if here != plugin(&above, entry, None) {
                    self.put(view, store, entry, here, Some(&pom.path));
                }
            }
        }
    }

    fn put(
        &mut self,
        view: &View,
        store: &mut Store<'_>,
        entry: &Entry,
        resolved: Resolved,
        file: Option<&str>,
    ) {
        let line = entry.line;
        self.entries += 1;
        if self.first == 0 && file.is_none() {
            self.first = line;
        }
        let Resolved { name, version, scope } = resolved;
        if !name.split(':').all(is_id) {
            self.nameless.add(if file.is_none() { line } else { 1 });
            return;
        }
        if self.listing.components.len() + self.listing.declared.len() >= MAX_COMPONENTS {
            self.left_out += 1;
            return;
        }
        let mut origin = Origin::Registry;
        if entry.scope == "system" {
            let path = view.expand(&entry.system_path, None);
            let path = ["${project.basedir}/", "${basedir}/", "${pom.basedir}/"]
                .iter()
                .find_map(|start| path.strip_prefix(start))
                .unwrap_or(&path);
            origin = Origin::Path(path.to_owned());
        }
        let file = file.map(str::to_owned);
        let Wanted::Exact(version) = wanted(&version) else {
            if file.is_none() {
                self.open.add(line);
            }
            self.listing.declared.push(Declared {
                ecosystem: Ecosystem::Maven,
                name,
                requirement: version,
                scope,
                origin,
                line,
                file,
            });
            return;
        };
        if let Some(sibling) = sibling(view, store, &name, &version) {
            origin = Origin::Path(sibling);
        }
        let key = (name.clone(), version.clone());
        if let Some(place) = self.places.get(&key) {
            let before = &mut self.listing.components[*place];
            before.scope = before.scope.min(scope);
            return;
        }
        let mut component = Component::new(Ecosystem::Maven, name, version, line);
        component.scope = scope;
        component.direct = Some(true);
        component.origin = origin;
        component.file = file;
        self.places.insert(key, self.listing.components.len());
        self.listing.components.push(component);
    }

    fn notes(&mut self, view: &View, pom: &Pom) {
        let notes = &mut self.listing.notes;
        if self.open.count > 0 {
            let mut message = format!(
                "{} of {} named without one exact version",
                self.open.count,
                several(self.entries, "dependency"),
            );
            if let Some(parent) = &view.missing_parent {
                message.push_str(if parent.relative_path.as_deref() == Some("") {
                    "; the parent pom is in a registry"
                } else {
                    "; the parent pom is not in the repository"
                });
            }
            if view.missing_boms > 0 {
                message.push_str("; ");
                message.push_str(&several(view.missing_boms, "imported pom"));
                message.push_str(" not in the repository");
            }
            notes.push(Note::Unresolved { line: self.open.first, message });
        }
        if self.entries > 0 {
            let message = "transitive dependencies are not resolved".to_owned();
            notes.push(Note::Unresolved { line: self.first.max(1), message });
        } else if !pom.body.managed.is_empty() {
            let line = pom.body.managed.first().map_or(1, |entry| entry.line);
            let message = format!(
                "{} managed and no dependency: managed versions are not listed by themselves",
                several(pom.body.managed.len(), "version"),
            );
            notes.push(Note::Unresolved { line, message });
        }
        if self.nameless.count > 0 {
            let message =
                format!("{} without a readable name", several(self.nameless.count, "dependency"));
            notes.push(Note::Lost { line: Some(self.nameless.first), message });
        }
        let left_out = self.left_out + pom.left_out;
        if left_out > 0 {
            let message = format!("{} beyond the limit", several(left_out, "dependency"));
            notes.push(Note::Lost { line: None, message });
        }
    }
}

fn resolve(
    view: &View,
    entry: &Entry,
    extra: Extra<'_>,
    own: Option<&BTreeMap<Key, Managed>>,
    optional: bool,
) -> Resolved {
    let key = view.key(entry, extra);
    let managed = own
        .and_then(|own| own.get(&key))
        .or_else(|| view.managed.get(&key))
        .cloned()
        .unwrap_or_default();
    let or = |text: &str, managed: String| {
        if text.is_empty() { managed } else { view.expand(text, extra) }
    };
    let version = or(&entry.version, managed.version);
    let scope = match &*or(&entry.scope, managed.scope) {
        "test" => Scope::Test,
        "provided" => Scope::Build,
        _ if optional || view.expand(&entry.optional, extra) == "true" => Scope::Optional,
        _ => Scope::Runtime,
    };
    Resolved { name: format!("{}:{}", key.0, key.1), version, scope }
}

fn plugin(view: &View, entry: &Entry, extra: Extra<'_>) -> Resolved {
    let name = (view.expand(&entry.group, extra), view.expand(&entry.artifact, extra));
    let version = if entry.version.is_empty() {
        view.managed_plugins.get(&name).cloned().unwrap_or_default()
    } else {
        view.expand(&entry.version, extra)
    };
    Resolved { name: format!("{}:{}", name.0, name.1), version, scope: Scope::Build }
}

/// The folder of a module of the same project. Only what has the project's own group and version is looked for.
fn sibling(view: &View, store: &mut Store<'_>, name: &str, version: &str) -> Option<String> {
    let (group, artifact) = name.split_once(':')?;
    let pom = view.chain.first()?;
    if version != view.expand(&pom.version, None) || group != view.expand(&pom.group, None) {
        return None;
    }
    let found = store.find(group, artifact, version)?;
    let folder = found.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    Some(if folder.is_empty() { ".".to_owned() } else { folder.to_owned() })
}

#[cfg(test)]
#[path = "pom_tests.rs"]
mod tests;
