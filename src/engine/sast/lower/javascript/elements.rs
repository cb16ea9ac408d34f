//! Elements in JavaScript and TSX.

use crate::engine::sast::lower::shapes::{inner, name};
use crate::engine::sast::lower::{Lower, Node, Shape, named};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds that have to do with elements.
pub const JSX: &[(&str, Shape)] = &[
    ("jsx_element", element),
    ("jsx_self_closing_element", element),
    ("jsx_attribute", jsx_attribute),
    ("jsx_expression", inner),
    ("jsx_namespace_name", name),
    ("jsx_text", jsx_text),
    ("html_character_reference", text),
];

fn element(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let opening = node.child_by_field_name("open_tag").unwrap_or(node);
    lower.open(Kind::Element, node, Text::None);
    lower.field(opening, "name");
    lower.open(Kind::Attributes, opening, Text::None);
    let mut cursor = opening.walk();
    for attribute in opening.children_by_field_name("attribute", &mut cursor) {
        lower.lower(attribute);
    }
    lower.close();
    if opening != node {
        let closing = node.child_by_field_name("close_tag");
        for child in named(node) {
            if child != opening && Some(child) != closing {
                lower.lower(child);
            }
        }
    }
    lower.close();
}

/// Without a value it is true.
fn jsx_attribute(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Pair, node, Text::None);
    lower.one(parts.first().copied(), node);
    match parts.get(1) {
        Some(value) => lower.one(Some(*value), node),
        None => {
            lower.tree.push(Kind::Bool, node.end_byte(), node.end_byte(), Text::Word("true"));
        }
    }
    lower.close();
}

fn text(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.leaf(Kind::Text, node);
}

/// Blanks around a text mean nothing.
pub fn jsx_text(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let written = lower.source(node);
    let trimmed = written.trim();
    let start = node.start_byte() + (written.len() - written.trim_start().len());
    let end = start + trimmed.len();
    if start < end {
        // Conditions on what stands there see the blanks.
        lower.tree.push(Kind::Text, node.start_byte(), node.end_byte(), Text::At(start..end));
    }
}
