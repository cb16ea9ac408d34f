//! A tree as lines, for people: `--explain-match`, tests and who writes a table of shapes.

use super::{Id, Tree};
use std::fmt::Write as _;

/// The node and what is below it, a line each, indented by depth: kind, text, place.
pub fn show(tree: &Tree<'_>, id: Id) -> String {
    let mut lines = String::new();
    let mut ends: Vec<Id> = Vec::new();
    for at in tree.subtree(id) {
        while ends.last().is_some_and(|end| *end <= at) {
            ends.pop();
        }
        let node = tree.node(at);
        let indent = "  ".repeat(ends.len());
        let text = tree.text(at);
        let _ = write!(lines, "{indent}{:?}", node.kind);
        if !text.is_empty() {
            let _ = write!(lines, " {text:?}");
        }
        let _ = writeln!(lines, " {}..{}", node.start, node.end);
        if node.last > at + 1 {
            ends.push(node.last);
        }
    }
    lines
}
