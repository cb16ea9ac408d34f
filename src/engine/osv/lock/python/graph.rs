//! Packages of one lockfile and what they need of one another, by name: turns names into places and carries scopes from
//! what the project asks for. Knows no file format.

use super::super::File;
use super::super::gather::{Gather, spread_scopes};
use crate::engine::osv::component::{Component, Ecosystem, Listing, Note, Scope};
use std::collections::{BTreeSet, HashMap};

/// Dependencies that are followed in one file; a name with many versions multiplies them.
const MAX_EDGES: usize = 1_000_000;

/// One package needs another.
#[derive(Debug)]
struct Need {
    from: u32,
    name: String,
    version: Option<String>,
}

/// A lockfile that is being read.
#[derive(Debug)]
pub(super) struct Packages {
    /// What is listed.
    pub gather: Gather,
    by_name: HashMap<String, Vec<u32>>,
    needs: Vec<Need>,
    /// A place, and the name of what needs it.
    parents: Vec<(u32, String)>,
    roots: Vec<(String, Option<String>, Scope)>,
}

impl Packages {
    /// Nothing yet.
    pub(super) fn new(file: &File<'_>, format: &'static str) -> Self {
        Self {
            gather: Gather::new(file, format),
            by_name: HashMap::new(),
            needs: Vec::new(),
            parents: Vec::new(),
            roots: Vec::new(),
        }
    }

    /// Takes a component; `None` for one that is lost.
    pub(super) fn add(&mut self, mut component: Component) -> Option<u32> {
        super::origin::settle_digests(&mut component);
        let name = Ecosystem::PyPi.normalise(&component.name);
        let index = self.gather.add(component)?;
        self.by_name.entry(name).or_default().push(index);
        Some(index)
    }

    /// The component at `from` needs the named one; with `version` those of that version alone, if there is any.
    pub(super) fn need(&mut self, from: u32, name: &str, version: Option<&str>) {
        let name = Ecosystem::PyPi.normalise(name);
        self.needs.push(Need { from, name, version: version.map(str::to_owned) });
    }

    /// The named one needs the component at `child`.
    pub(super) fn needed_by(&mut self, child: u32, name: &str) {
        self.parents.push((child, Ecosystem::PyPi.normalise(name)));
    }

    /// The project asks for the named one.
    pub(super) fn root(&mut self, name: &str, version: Option<&str>, scope: Scope) {
        let name = Ecosystem::PyPi.normalise(name);
        self.roots.push((name, version.map(str::to_owned), scope));
    }

    /// Puts places in for names. To be called when all components are there.
    pub(super) fn link(&mut self) {
        // Candidates looked at, not those taken: that is what costs time.
        let mut edges = 0;
        for need in std::mem::take(&mut self.needs) {
            edges += self.by_name.get(&need.name).map_or(0, Vec::len);
            if edges > MAX_EDGES {
                let message = format!("more than {MAX_EDGES} dependencies");
                self.gather.note(Note::Lost { line: None, message });
                return;
            }
            let found = self.matching(&need.name, need.version.as_deref());
            if let Some(component) = self.gather.get_mut(need.from) {
                component.dependencies.extend(found.iter().filter(|index| **index != need.from));
            }
        }
        for (child, name) in std::mem::take(&mut self.parents) {
            let parents = self.by_name.get(&name).map_or(&[][..], Vec::as_slice);
            edges += parents.len();
            if edges > MAX_EDGES {
                let message = format!("more than {MAX_EDGES} dependencies");
                self.gather.note(Note::Lost { line: None, message });
                return;
            }
            for parent in parents.iter().filter(|parent| **parent != child) {
                if let Some(component) = self.gather.get_mut(*parent) {
                    component.dependencies.push(child);
                }
            }
        }
    }

    fn matching(&self, name: &str, version: Option<&str>) -> Vec<u32> {
        let all = self.by_name.get(name).map_or(&[][..], Vec::as_slice);
        if let Some(version) = version {
            let is_it = |index: &&u32| {
                self.gather
                    .components()
                    .get(**index as usize)
                    .is_some_and(|component| component.version == version)
            };
            let exact: Vec<u32> = all.iter().filter(is_it).copied().collect();
            if !exact.is_empty() {
                return exact;
            }
        }
        all.to_vec()
    }

    /// Says of every component whether it is a root. With `scopes` it gets its scope from the roots that reach it. To be
    /// called after [`Self::link`], where all roots are known.
    pub(super) fn spread(&mut self, scopes: bool) {
        let roots: BTreeSet<(String, Option<String>, Scope)> = self.roots.drain(..).collect();
        let mut places: BTreeSet<(u32, Scope)> = BTreeSet::new();
        let mut edges = 0;
        for (name, version, scope) in roots {
            edges += self.by_name.get(&name).map_or(0, Vec::len);
            if edges > MAX_EDGES {
                let message = format!("the project asks for more than {MAX_EDGES} packages");
                self.gather.note(Note::Lost { line: None, message });
                break;
            }
            let found = self.matching(&name, version.as_deref());
            places.extend(found.into_iter().map(|index| (index, scope)));
        }
        for component in self.gather.components_mut() {
            component.direct = Some(false);
        }
        for (index, _) in &places {
            if let Some(component) = self.gather.get_mut(*index) {
                component.direct = Some(true);
            }
        }
        if scopes {
            let places: Vec<(u32, Scope)> = places.into_iter().collect();
            spread_scopes(self.gather.components_mut(), &places, &BTreeSet::new());
        }
    }

    /// The listing.
    pub(super) fn finish(self) -> Listing {
        self.gather.finish()
    }
}
