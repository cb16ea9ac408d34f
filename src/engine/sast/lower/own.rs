//! Languages that are read without a grammar of tree-sitter.

use crate::engine::sast::tree::{Id, Text, Tree};

/// How such a language is read.
#[derive(Clone, Copy)]
pub struct Own {
    /// A file.
    pub file: for<'s> fn(&'s str) -> Tree<'s>,
    /// A pattern, with names that [`crate::engine::sast::pattern::hold::sign`] knows for what stands for other things.
    pub pattern: fn(&str) -> Tree<'static>,
}

impl std::fmt::Debug for Own {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Own")
    }
}

/// Copies a node with all below it, without its place, to a tree of a pattern, with its texts changed.
pub fn copy(from: &Tree<'_>, id: Id, text: &dyn Fn(&str) -> String, to: &mut Tree<'static>) {
    to.open(from.kind(id), 0, 0, Text::Word(&text(from.text(id))));
    for child in from.children(id) {
        copy(from, child, text, to);
    }
    to.close();
}
