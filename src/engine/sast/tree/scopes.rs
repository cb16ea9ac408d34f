//! Which declaration a name means: two variables of one name in two functions are two things. Only what a file declares itself is told;
//! any other name means whatever has it.

use super::{Id, Kind, Tree};

/// A declaration that names may mean, and the node behind the last that can see it.
#[derive(Debug, Clone, Copy)]
struct Declared {
    at: Id,
    until: Id,
    /// Whether it was an assignment that declared it.
    by_assignment: bool,
    /// The function around it.
    function: Id,
    /// The declaration of the same name that it hides, as its place in [`Live::declared`]; [`NONE`] without.
    hides: u32,
}

const NONE: u32 = u32::MAX;

/// A name that was declared, by a node that has it, and its last declaration.
#[derive(Debug, Clone, Copy)]
struct Known {
    sample: Id,
    last: u32,
}

/// The declarations that can be seen, by name.
struct Live<'t, 's> {
    tree: &'t Tree<'s>,
    /// Open addressing by the hashes of names: places in `known`, or [`NONE`].
    slots: Vec<u32>,
    known: Vec<Known>,
    declared: Vec<Declared>,
}

impl<'t, 's> Live<'t, 's> {
    fn new(tree: &'t Tree<'s>) -> Self {
        Self { tree, slots: vec![NONE; 64], known: Vec::new(), declared: Vec::new() }
    }

    /// The slot of a node's text, and what is known of it.
    fn find(&self, id: Id) -> (usize, Option<u32>) {
        let hash = self.tree.node(id).hash;
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        loop {
            let place = self.slots[slot];
            if place == NONE {
                return (slot, None);
            }
            let sample = self.known[place as usize].sample;
            if self.tree.node(sample).hash == hash && self.tree.text(sample) == self.tree.text(id) {
                return (slot, Some(place));
            }
            slot = (slot + 1) & mask;
        }
    }

    /// What is known of a node's text from here on.
    fn entry(&mut self, id: Id) -> usize {
        let (slot, place) = self.find(id);
        if let Some(place) = place {
            return place as usize;
        }
        let place = self.known.len();
        self.known.push(Known { sample: id, last: NONE });
        self.slots[slot] = place as u32;
        if self.known.len() * 2 > self.slots.len() {
            self.slots = vec![NONE; self.slots.len() * 4];
            for place in 0..self.known.len() {
                let (slot, _) = self.find(self.known[place].sample);
                self.slots[slot] = place as u32;
            }
        }
        place
    }

    /// The last declaration of a name that can still be seen from a node on.
    fn last(&mut self, place: usize, from: Id) -> Option<Declared> {
        loop {
            let last = self.known[place].last;
            let declared = *self.declared.get(last as usize)?;
            if declared.until > from {
                return Some(declared);
            }
            self.known[place].last = declared.hides;
        }
    }

    /// Declares what a node names, if it is a name.
    fn declare(&mut self, from: Id, at: Id, until: Id, by_assignment: bool, function: Id) {
        if self.tree.kind(at) != Kind::Name {
            return;
        }
        let place = self.entry(at);
        let last = self.last(place, from);
        let again = by_assignment
            && last.is_some_and(|last| !last.by_assignment || last.function == function);
        if !again {
            let hides = self.known[place].last;
            self.known[place].last = self.declared.len() as u32;
            self.declared.push(Declared { at, until, by_assignment, function, hides });
        }
    }
}

/// For each node 0, or one more than the node that declares what the name means.
pub fn meanings(tree: &Tree<'_>) -> Vec<u32> {
    let count = tree.nodes().len();
    let mut meanings = vec![0; count];
    let mut live = Live::new(tree);
    let mut functions: Vec<Id> = vec![0];
    for (id, node) in tree.nodes().iter().enumerate() {
        let id = id as Id;
        while functions.len() > 1
            && functions.last().is_some_and(|around| tree.node(*around).last <= id)
        {
            functions.pop();
        }
        let function = functions.last().copied().unwrap_or(0);
        let mut declare = |target: Id, until: Id, by_assignment: bool| {
            live.declare(id, target, until, by_assignment, function);
        };
        match node.kind {
            Kind::Name => {
                let Some(place) = live.find(id).1 else { continue };
                if !is_label(tree, id) {
                    let known = live.last(place as usize, id);
                    meanings[id as usize] = known.map_or(0, |known| known.at + 1);
                }
            }
            Kind::Function => functions.push(id),
            Kind::Variable => declare(tree.child(id, 1), end_of_block(tree, id), false),
            Kind::Parameter => declare(tree.child(id, 0), tree.node(function).last, false),
            Kind::ForEach => declare(tree.child(id, 0), node.last, true),
            Kind::Catch => declare(tree.child(id, 1), node.last, false),
            Kind::Assign => declare(tree.child(id, 0), tree.node(function).last, true),
            // Members are seen everywhere in their class.
            Kind::Block if tree.kind(node.parent) == Kind::Class => {
                for member in
                    tree.children(id).filter(|member| tree.kind(*member) == Kind::Variable)
                {
                    declare(tree.child(member, 1), node.last, false);
                }
            }
            _ => {}
        }
    }
    meanings
}

/// Whether a name says which part of something is meant: `b` in `a.b` and in `f(b=1)`.
fn is_label(tree: &Tree<'_>, id: Id) -> bool {
    let parent = tree.node(id).parent;
    match tree.kind(parent) {
        Kind::Attribute => parent + 1 != id,
        Kind::Keyword | Kind::Pair => parent + 1 == id,
        _ => false,
    }
}

/// The node behind the block that a declaration stands in.
fn end_of_block(tree: &Tree<'_>, id: Id) -> Id {
    let is_block = |kind: Kind| {
        matches!(
            kind,
            Kind::Block
                | Kind::Module
                | Kind::Case
                | Kind::For
                | Kind::With
                | Kind::ForEach
                | Kind::Function
        )
    };
    tree.above(id)
        .find(|above| is_block(tree.kind(*above)))
        .map_or(tree.nodes().len() as Id, |above| tree.node(above).last)
}

#[cfg(test)]
mod tests {
    use crate::engine::sast::language::Language;
    use std::time::Duration;

    /// For each time a name is written, the number of the first one that means the same.
    fn same(language: &str, code: &str, name: &str) -> Vec<usize> {
        let row = Language::named(language).unwrap();
        let tree = row.grammar().parse(code, Duration::from_secs(5)).unwrap();
        let all = super::meanings(&tree);
        let of: Vec<u32> = (0..tree.nodes().len() as u32)
            .filter(|id| tree.kind(*id) == super::Kind::Name && tree.text(*id) == name)
            .map(|id| all[id as usize])
            .collect();
        of.iter().map(|one| of.iter().position(|other| other == one).unwrap()).collect()
    }

    #[test]
    fn variables_of_two_methods_are_two() {
        let code = "class A { void f() { T x = 1; g(x); } void h(T x) { g(x); } }";
        assert_eq!(same("java", code, "x"), [0, 0, 2, 2]);
    }

    #[test]
    fn a_variable_hides_the_parameter_of_the_function_around() {
        let code = "class A { def f(x: T) = g { r => val x = 1; h(x) } }";
        assert_eq!(same("scala", code, "x"), [0, 1, 1]);
    }

    #[test]
    fn members_are_seen_before_they_are_declared() {
        assert_eq!(same("java", "class A { void f() { g(x); } int x = 1; }", "x"), [0, 0]);
    }

    #[test]
    fn assignments_declare_where_nothing_else_does() {
        assert_eq!(
            same("python", "def f():\n  x = 1\n  x = 2\n  g(x)\ndef h():\n  x = 1\n", "x"),
            [0, 0, 0, 3]
        );
        assert_eq!(same("javascript", "let x; function f() { x = 1; g(x) }", "x"), [0, 0, 0]);
    }
}
