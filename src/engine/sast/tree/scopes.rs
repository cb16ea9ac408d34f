//! Which declaration a name means: two variables of one name in two functions are two things. Only what a file declares itself is told;
//! any other name means whatever has it.

use super::{Id, Kind, Tree};
use std::collections::HashMap;

/// A declaration that names may mean, and the node behind the last that can see it.
#[derive(Debug, Clone, Copy)]
struct Declared {
    at: Id,
    until: Id,
    /// Whether it was an assignment that declared it.
    by_assignment: bool,
    /// The function around it.
    function: Id,
}

/// For each node 0, or one more than the node that declares what the name means.
pub fn meanings(tree: &Tree<'_>) -> Vec<u32> {
    let count = tree.nodes().len();
    let mut meanings = vec![0; count];
    let mut live: HashMap<&str, Vec<Declared>> = HashMap::new();
    let mut functions: Vec<Id> = vec![0];
    for id in 0..count as Id {
        while functions.len() > 1
            && functions.last().is_some_and(|around| tree.node(*around).last <= id)
        {
            functions.pop();
        }
        let function = functions.last().copied().unwrap_or(0);
        let mut declare = |target: Id, until: Id, by_assignment: bool| {
            if tree.kind(target) != Kind::Name {
                return;
            }
            let known = live.entry(tree.text(target)).or_default();
            while known.last().is_some_and(|last| last.until <= id) {
                known.pop();
            }
            let again = by_assignment
                && known
                    .last()
                    .is_some_and(|last| !last.by_assignment || last.function == function);
            if !again {
                known.push(Declared { at: target, until, by_assignment, function });
            }
        };
        match tree.kind(id) {
            Kind::Function => functions.push(id),
            Kind::Variable => declare(tree.child(id, 1), end_of_block(tree, id), false),
            Kind::Parameter => declare(tree.child(id, 0), tree.node(function).last, false),
            Kind::ForEach => declare(tree.child(id, 0), tree.node(id).last, true),
            Kind::Catch => declare(tree.child(id, 1), tree.node(id).last, false),
            Kind::Assign => declare(tree.child(id, 0), tree.node(function).last, true),
            // Members are seen everywhere in their class.
            Kind::Block if tree.kind(tree.node(id).parent) == Kind::Class => {
                for member in
                    tree.children(id).filter(|member| tree.kind(*member) == Kind::Variable)
                {
                    declare(tree.child(member, 1), tree.node(id).last, false);
                }
            }
            Kind::Name if !is_label(tree, id) => {
                if let Some(known) = live.get_mut(tree.text(id)) {
                    while known.last().is_some_and(|last| last.until <= id) {
                        known.pop();
                    }
                    meanings[id as usize] = known.last().map_or(0, |known| known.at + 1);
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
