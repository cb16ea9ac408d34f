//! Gathers what a reader finds into a [`Listing`] within bounds: number of packages, length of words, number of notes; and
//! carries scopes along dependencies. Knows no file format.

use super::super::component::{Component, Declared, Listing, Note, Scope};
use super::{File, MAX_COMPONENTS, MAX_WORD};
use std::collections::BTreeSet;

/// Notes of one file that name their line; further ones are counted.
const MAX_NOTES: usize = 20;

/// A listing that grows.
#[derive(Debug)]
pub struct Gather {
    listing: Listing,
    /// Packages beyond [`MAX_COMPONENTS`].
    beyond: usize,
    /// Further lost entries.
    unnamed: usize,
}

/// Whether a name or version can be believed: not too long, and nothing in it that moves a cursor.
pub fn is_word(text: &str) -> bool {
    text.len() <= MAX_WORD && !text.chars().any(|c| c.is_control() || c.is_whitespace())
}

impl Gather {
    /// Nothing yet.
    pub fn new(file: &File<'_>, format: &'static str) -> Self {
        let listing = Listing { path: file.path.to_owned(), format, ..Listing::default() };
        Self { listing, beyond: 0, unnamed: 0 }
    }

    /// Takes a component and says its place; `None` for one that is lost.
    pub fn add(&mut self, component: Component) -> Option<u32> {
        if component.name.is_empty() || !is_word(&component.name) || !is_word(&component.version) {
            self.lost(component.line, "a name or version is empty, too long or not printable");
            return None;
        }
        let index = self.listing.components.len();
        if index >= MAX_COMPONENTS {
            self.beyond += 1;
            return None;
        }
        self.listing.components.push(component);
        Some(index as u32)
    }

    /// Takes a requirement of a manifest.
    pub fn declare(&mut self, declared: Declared) {
        if declared.name.is_empty()
            || !is_word(&declared.name)
            || declared.requirement.len() > MAX_WORD
        {
            self.lost(declared.line, "a requirement has a name that is empty or too long");
        } else if self.listing.declared.len() >= MAX_COMPONENTS {
            self.beyond += 1;
        } else {
            self.listing.declared.push(declared);
        }
    }

    /// An entry could not be read.
    pub fn lost(&mut self, line: u32, message: impl Into<String>) {
        self.note(Note::Lost { line: Some(line), message: message.into() });
    }

    /// Says something about the file.
    pub fn note(&mut self, note: Note) {
        if self.listing.notes.len() < MAX_NOTES {
            self.listing.notes.push(note);
        } else {
            self.unnamed += 1;
        }
    }

    /// Name and version of the project.
    pub fn project(&mut self, name: impl Into<String>, version: impl Into<String>) {
        let (name, version) = (name.into(), version.into());
        if !name.is_empty() && is_word(&name) && is_word(&version) {
            self.listing.project = Some((name, version));
        }
    }

    /// What was gathered so far.
    pub fn components(&self) -> &[Component] {
        &self.listing.components
    }

    /// What was gathered so far, to be changed.
    pub fn components_mut(&mut self) -> &mut [Component] {
        &mut self.listing.components
    }

    /// Requirements gathered so far.
    pub fn declared(&self) -> &[Declared] {
        &self.listing.declared
    }

    /// One component.
    pub fn get_mut(&mut self, index: u32) -> Option<&mut Component> {
        self.listing.components.get_mut(index as usize)
    }

    /// Says of a manifest without lockfile that its requirements name no versions: those in `open`, out of `of`.
    pub fn unresolved(&mut self, open: &[u32], of: usize) {
        if let Some(line) = open.iter().copied().min() {
            let message = match of {
                1 => "the only requirement names no exact version".to_owned(),
                of => format!("{} of {of} requirements name no exact version", open.len()),
            };
            self.note(Note::Unresolved { line, message });
        }
    }

    /// The listing, its dependencies sorted and its losses said.
    pub fn finish(mut self) -> Listing {
        let count = self.listing.components.len() as u32;
        for component in &mut self.listing.components {
            component.dependencies.retain(|index| *index < count);
            component.dependencies.sort_unstable();
            component.dependencies.dedup();
        }
        if self.unnamed > 0 {
            let message = format!("{} further entries were not understood", self.unnamed);
            self.listing.notes.push(Note::Lost { line: None, message });
        }
        if self.beyond > 0 {
            let message =
                format!("{} packages beyond the first {MAX_COMPONENTS} were left out", self.beyond);
            self.listing.notes.push(Note::Lost { line: None, message });
        }
        self.listing
    }
}

/// Gives every component the most important scope of a root that reaches it; `roots` are places with the scope the project
/// needs them in. Components in `settled` keep theirs and are not passed through. What no root reaches keeps its own.
pub fn spread_scopes(
    components: &mut [Component],
    roots: &[(u32, Scope)],
    settled: &BTreeSet<u32>,
) {
    let mut known = vec![false; components.len()];
    for index in settled {
        if let Some(known) = known.get_mut(*index as usize) {
            *known = true;
        }
    }
    let mut roots = roots.to_vec();
    roots.sort_unstable_by_key(|(index, scope)| (*scope, *index));
    let mut open: Vec<u32> = Vec::new();
    for (root, scope) in roots {
        open.push(root);
        while let Some(index) = open.pop() {
            let Some(known) = known.get_mut(index as usize).filter(|known| !**known) else {
                continue;
            };
            *known = true;
            if let Some(component) = components.get_mut(index as usize) {
                component.scope = scope;
                open.extend(&component.dependencies);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::component::Ecosystem;
    use super::super::Around;
    use super::*;
    use std::sync::Arc;

    struct Nothing;
    impl Around for Nothing {
        fn read(&self, _: &str) -> Option<Arc<[u8]>> {
            None
        }
        fn below(&self, _: &str) -> Vec<String> {
            Vec::new()
        }
    }

    fn gather() -> Gather {
        Gather::new(&File { path: "a/x.lock", bytes: b"", around: &Nothing }, "x.lock")
    }

    fn component(name: &str) -> Component {
        Component::new(Ecosystem::Hex, name, "1", 7)
    }

    #[test]
    fn what_cannot_be_believed_is_said_to_be_lost() {
        let mut gather = gather();
        for name in ["", "a b", "a\u{1b}[0m", &"x".repeat(MAX_WORD + 1)] {
            assert_eq!(gather.add(component(name)), None, "{name:?}");
        }
        let notes = gather.finish().notes;
        assert_eq!(notes.len(), 4);
        assert!(notes.iter().all(|note| matches!(note, Note::Lost { line: Some(7), .. })));
    }

    #[test]
    fn the_number_of_packages_and_of_notes_is_bounded() {
        let mut gather = gather();
        for _ in 0..MAX_COMPONENTS + 3 {
            gather.add(component("a"));
        }
        for line in 0..100 {
            gather.lost(line, "x");
        }
        let listing = gather.finish();
        assert_eq!(listing.components.len(), MAX_COMPONENTS);
        let last: Vec<_> = listing.notes.iter().rev().take(2).collect();
        assert!(format!("{last:?}").contains("3 packages beyond"), "{last:?}");
        assert!(format!("{last:?}").contains("80 further entries"), "{last:?}");
    }

    #[test]
    fn a_scope_is_the_most_important_of_those_that_reach() {
        let mut components: Vec<Component> = ["a", "b", "c", "d"].map(component).into();
        components[0].dependencies = vec![2];
        components[1].dependencies = vec![2, 3];
        components[2].dependencies = vec![0];
        spread_scopes(&mut components, &[(1, Scope::Dev), (0, Scope::Build)], &BTreeSet::new());
        let scopes: Vec<Scope> = components.iter().map(|c| c.scope).collect();
        assert_eq!(scopes, [Scope::Build, Scope::Dev, Scope::Build, Scope::Dev]);
    }
}
