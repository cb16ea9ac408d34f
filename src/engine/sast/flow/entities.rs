//! Knows what was imported by its full name, wherever it is called otherwise.

use super::facts::Facts;
use crate::engine::sast::tree::{self, Entity, Id, Kind, Tree};
use std::collections::HashMap;

impl Facts {
    /// What the names of a file that were imported refer to.
    pub(super) fn entities(&self, tree: &Tree<'_>) -> Vec<(Id, Entity)> {
        let mut modules: HashMap<Id, u32> = HashMap::new();
        for (_, path, (module, length)) in self.imports.values().flatten() {
            modules.insert(*module, imported(path.get(..*length).unwrap_or(path)));
        }
        let mut entities = Vec::new();
        if modules.is_empty() {
            return entities;
        }
        for (node, id) in tree.nodes().iter().zip(0..) {
            if let Some(module) = modules.get(&id) {
                entities.push((id, Entity::Imported(*module)));
            } else if node.kind == Kind::Name
                && is_value(tree, id)
                && self.imports.contains_key(tree.text(id))
                && self.is_import(tree, id)
                && let Some(full) = self.full_name(tree, id)
            {
                entities.push((id, Entity::Imported(imported(&full))));
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
