//! Knows what was imported by its full name, wherever it is called otherwise.

use super::facts::Facts;
use crate::engine::sast::tree::{self, Entity, Id, Kind, Tree};

impl Facts {
    /// What the names of a file that were imported refer to.
    pub(super) fn entities(&self, tree: &Tree<'_>) -> Vec<(Id, Entity)> {
        let mut modules: Vec<(Id, u32)> = self
            .imports
            .all()
            .iter()
            .map(|one| (one.module, imported(one.path.get(..one.length).unwrap_or(&one.path))))
            .collect();
        let mut entities = Vec::new();
        if modules.is_empty() {
            return entities;
        }
        modules.sort_unstable();
        modules.dedup_by_key(|(module, _)| *module);
        let mut modules = modules.into_iter().peekable();
        for (node, id) in tree.nodes().iter().zip(0..) {
            if let Some((_, module)) = modules.next_if(|(module, _)| *module == id) {
                entities.push((id, Entity::Imported(module)));
            } else if node.kind == Kind::Name
                && let Some(found) = self.imports.last_before(tree, id)
                && is_value(tree, id)
                && self.is_import(tree, id)
            {
                entities.push((id, Entity::Imported(found.entity)));
            }
        }
        entities
    }
}

fn imported(path: &[String]) -> u32 {
    tree::hash(&path.join("."))
}

/// Whether a name stands for a variable and not for a field, a key or a definition.
fn is_value(tree: &Tree<'_>, id: Id) -> bool {
    let parent = tree.node(id).parent;
    let first = id == parent + 1;
    match tree.kind(parent) {
        Kind::Attribute => first,
        // `{a}` is `{a: a}`, and its key the variable.
        Kind::Pair => {
            let value = tree.children(parent).nth(1);
            !first || value.is_some_and(|value| tree.range(value) == tree.range(id))
        }
        Kind::Keyword => !first,
        Kind::Function
        | Kind::Class
        | Kind::Import
        | Kind::Modifiers
        | Kind::Type
        | Kind::Label => false,
        _ => true,
    }
}
