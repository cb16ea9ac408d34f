//! A listing in the making: takes packages and the edges between them within the bounds of the interface, and finds
//! out at the end what is direct and what each package is needed for. Knows no file format.

use crate::engine::osv::component::{Component, Declared, Ecosystem, Listing, Note, Scope};
use crate::engine::osv::lock::gather::is_word;
use crate::engine::osv::lock::{File, MAX_COMPONENTS, MAX_WORD};

/// Losses that are told one by one; the rest is counted.
const MAX_NOTES: usize = 20;

/// Where the scopes of packages come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scopes {
    /// The file says them.
    Given,
    /// From the groups of requirements along the edges.
    Spread,
}

/// The listing so far.
#[derive(Debug)]
pub(super) struct Draft {
    listing: Listing,
    /// For each package what it needs, and whether it can do without.
    edges: Vec<Vec<(u32, bool)>>,
    roots: Vec<(u32, Scope)>,
    /// Whether it is known what the project asks for.
    roots_known: bool,
    lost: usize,
}

impl Draft {
    /// An empty listing of a file.
    pub(super) fn new(file: &File<'_>, format: &'static str) -> Self {
        let listing = Listing { path: file.path.to_owned(), format, ..Listing::default() };
        Self { listing, edges: Vec::new(), roots: Vec::new(), roots_known: false, lost: 0 }
    }

    /// A component of this ecosystem.
    pub(super) fn component(name: &str, version: &str, line: u32) -> Component {
        Component::new(Ecosystem::Npm, name, version, line)
    }

    /// Takes a package in and gives its place; `None` when it breaks a bound, which is noted.
    pub(super) fn add(&mut self, component: Component) -> Option<u32> {
        if self.listing.components.len() >= MAX_COMPONENTS {
            self.lose(Some(component.line), "more packages than are read of one file");
            return None;
        }
        let names = component.name.len().max(component.version.len());
        if component.name.is_empty() || names > MAX_WORD {
            let why = if names > MAX_WORD { "too long" } else { "missing" };
            self.lose(Some(component.line), format!("the name or version of a package is {why}"));
            return None;
        }
        if !is_word(&component.name) || !is_word(&component.version) {
            self.lose(Some(component.line), "the name or version of a package is not printable");
            return None;
        }
        let index = self.listing.components.len() as u32;
        self.listing.components.push(component);
        self.edges.push(Vec::new());
        Some(index)
    }

    /// The package at a place.
    pub(super) fn get_mut(&mut self, index: u32) -> Option<&mut Component> {
        self.listing.components.get_mut(index as usize)
    }

    /// Packages so far.
    pub(super) fn components(&self) -> &[Component] {
        &self.listing.components
    }

    /// One package needs another; `optional` when it can do without.
    pub(super) fn edge(&mut self, from: u32, to: u32, optional: bool) {
        if let Some(edges) = self.edges.get_mut(from as usize).filter(|_| from != to) {
            edges.push((to, optional));
        }
    }

    /// The project asks for a package.
    pub(super) fn root(&mut self, to: u32, scope: Scope) {
        self.roots_known = true;
        self.roots.push((to, scope));
    }

    /// What the project asks for is known, even if it is nothing.
    pub(super) fn roots_are_known(&mut self) {
        self.roots_known = true;
    }

    /// Names the project, unless that was done before.
    pub(super) fn project(&mut self, name: &str, version: &str) {
        if self.listing.project.is_none() && !name.is_empty() && name.len() <= MAX_WORD {
            let version = if version.len() <= MAX_WORD { version } else { "" };
            self.listing.project = Some((name.to_owned(), version.to_owned()));
        }
    }

    /// Requirements of a manifest.
    pub(super) fn declare(&mut self, declared: impl IntoIterator<Item = Declared>) {
        let room = MAX_COMPONENTS.saturating_sub(self.listing.declared.len());
        self.listing.declared.extend(declared.into_iter().take(room));
    }

    /// Something could not be read.
    pub(super) fn lose(&mut self, line: Option<u32>, message: impl Into<String>) {
        self.lost += 1;
        if self.lost <= MAX_NOTES {
            self.listing.notes.push(Note::Lost { line, message: message.into() });
        }
    }

    /// Any other note.
    pub(super) fn note(&mut self, note: Note) {
        self.listing.notes.push(note);
    }

    /// Whether nothing was taken in and nothing lost.
    pub(super) fn is_silent(&self) -> bool {
        self.listing.components.is_empty() && self.lost == 0
    }

    /// The listing.
    pub(super) fn finish(mut self, scopes: Scopes) -> Listing {
        if self.lost > MAX_NOTES {
            let more = self.lost - MAX_NOTES;
            let message = format!("{more} more parts could not be read");
            self.listing.notes.push(Note::Lost { line: None, message });
        }
        if scopes == Scopes::Spread && self.roots_known {
            self.spread();
        }
        if self.roots_known {
            for component in &mut self.listing.components {
                component.direct = Some(false);
            }
            for (index, _) in &self.roots {
                if let Some(component) = self.listing.components.get_mut(*index as usize) {
                    component.direct = Some(true);
                }
            }
        }
        for (component, edges) in self.listing.components.iter_mut().zip(self.edges) {
            component.dependencies = edges.into_iter().map(|(to, _)| to).collect();
            component.dependencies.sort_unstable();
            component.dependencies.dedup();
        }
        self.listing
    }

    /// The best scope on any way from the project to each package. What no way leads to keeps its own.
    fn spread(&mut self) {
        const ORDER: [Scope; 3] = [Scope::Runtime, Scope::Optional, Scope::Dev];
        let mut best: Vec<Option<Scope>> = vec![None; self.listing.components.len()];
        // Packages whose best scope on an edge that may be missing is worse than that of where it starts wait for it.
        let mut waiting: Vec<u32> = Vec::new();
        for scope in ORDER {
            let starts = self.roots.iter().filter(|(_, of)| *of == scope).map(|(to, _)| *to);
            let mut stack: Vec<u32> = std::mem::take(&mut waiting);
            stack.extend(starts);
            while let Some(at) = stack.pop() {
                let Some(slot) = best.get_mut(at as usize).filter(|slot| slot.is_none()) else {
                    continue;
                };
                *slot = Some(scope);
                for &(to, optional) in self.edges.get(at as usize).into_iter().flatten() {
                    if optional && scope == Scope::Runtime {
                        waiting.push(to);
                    } else {
                        stack.push(to);
                    }
                }
            }
        }
        for (component, scope) in self.listing.components.iter_mut().zip(best) {
            component.scope = scope.unwrap_or(component.scope);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::osv::lock::npm::tests::{NOTHING, file};

    #[test]
    fn the_best_scope_on_any_way_wins() {
        let mut draft = Draft::new(&file("x", b"", &NOTHING), "x");
        let names = ["app", "may", "tool", "both", "deep"];
        let at: Vec<u32> =
            names.iter().map(|name| draft.add(Draft::component(name, "1", 1)).unwrap()).collect();
        draft.root(at[0], Scope::Runtime);
        draft.root(at[2], Scope::Dev);
        draft.edge(at[0], at[1], true);
        draft.edge(at[2], at[1], false);
        draft.edge(at[2], at[3], true);
        draft.edge(at[1], at[4], false);
        draft.edge(at[4], at[1], false);
        let listing = draft.finish(Scopes::Spread);
        let scopes: Vec<_> = listing.components.iter().map(|c| c.scope.as_str()).collect();
        assert_eq!(scopes, ["runtime", "optional", "dev", "dev", "optional"]);
        let direct: Vec<_> = listing.components.iter().map(|c| c.direct).collect();
        assert_eq!(direct, [true, false, true, false, false].map(Some));
    }

    #[test]
    fn losses_are_told_to_a_bound_and_then_counted() {
        let mut draft = Draft::new(&file("x", b"", &NOTHING), "x");
        for line in 0..100 {
            assert_eq!(draft.add(Draft::component("", "1", line)), None);
        }
        let long = "x".repeat(MAX_WORD + 1);
        assert_eq!(draft.add(Draft::component(&long, "1", 1)), None);
        let notes = draft.finish(Scopes::Given).notes;
        assert_eq!(notes.len(), MAX_NOTES + 1);
        let last = Note::Lost { line: None, message: "81 more parts could not be read".to_owned() };
        assert_eq!(notes.last(), Some(&last));
    }
}
