//! Names under which the state of a walk keeps variables and their fields.

use crate::engine::sast::tree::{Id, Kind, Tree};

/// The name under which the state keeps something: a variable or a field of one.
pub(super) fn key(tree: &Tree<'_>, id: Id) -> Option<String> {
    match tree.kind(id) {
        Kind::Name => Some(tree.text(id).to_owned()),
        Kind::Attribute => {
            let object = key(tree, tree.child(id, 0))?;
            (object.len() < 300).then(|| format!("{object}.{}", tree.text(tree.child(id, 1))))
        }
        Kind::Index => {
            let index = tree.child(id, 1);
            let object = key(tree, tree.child(id, 0))?;
            matches!(tree.kind(index), Kind::Str | Kind::Number)
                .then(|| format!("{object}.[{}]", tree.text(index)))
        }
        Kind::Parameter => key(tree, tree.child(id, 0)),
        _ => None,
    }
}
