//! Conditions, loops and what is tried, of PHP.

use super::super::{Lower, Node, named};
use crate::engine::sast::tree::{Kind, MAX_DEPTH, Text};

pub fn if_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let rest: Vec<Node<'_>> = node.children_by_field_name("alternative", &mut cursor).collect();
    branch(lower, node, &rest);
}

/// What follows an `elseif` stands in its else.
fn branch(lower: &mut Lower<'_, '_>, node: Node<'_>, rest: &[Node<'_>]) {
    if lower.tree.depth() >= MAX_DEPTH {
        lower.tree.cut = true;
        return lower.nothing(node);
    }
    let end = rest.last().map_or(node.end_byte(), Node::end_byte).max(node.end_byte());
    lower.tree.open(Kind::If, node.start_byte(), end, Text::None);
    lower.field(node, "condition");
    lower.block(node.child_by_field_name("body"), node);
    match rest.split_first() {
        Some((next, rest)) if next.kind() == "else_if_clause" => {
            lower.tree.open(Kind::Block, next.start_byte(), end, Text::None);
            branch(lower, *next, rest);
            lower.close();
        }
        Some((next, _)) => lower.block(next.child_by_field_name("body"), *next),
        None => lower.nothing(node),
    }
    lower.close();
}

pub fn do_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::DoWhile, node, Text::None);
    lower.block(node.child_by_field_name("body"), node);
    lower.field(node, "condition");
    lower.close();
}

/// The body of a loop may be several statements up to its `endfor`, or none.
pub fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::For, node, Text::None);
    for part in ["initialize", "condition", "update"] {
        lower.field(node, part);
    }
    let mut cursor = node.walk();
    let all = node.children_by_field_name("body", &mut cursor).filter(Node::is_named);
    let all: Vec<Node<'_>> = all.collect();
    if all.len() == 1 {
        lower.block(all.first().copied(), node);
    } else {
        let at = all.first().map_or(node.end_byte(), Node::start_byte);
        lower.tree.open(Kind::Block, at, node.end_byte(), Text::None);
        for part in all {
            lower.lower(part);
        }
        lower.close();
    }
    lower.close();
}

pub fn foreach(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::ForEach, node, Text::None);
    lower.one(parts.get(1).copied(), node);
    lower.one(parts.first().copied(), node);
    if let Some(body) = node.child_by_field_name("body") {
        lower.block(Some(body), node);
    } else {
        let at = node.end_byte();
        lower.tree.push(Kind::Block, at, at, Text::None);
    }
    lower.close();
}

/// `switch` and `match`.
pub fn switch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Switch, node, Text::None);
    lower.field(node, "condition");
    if let Some(body) = node.child_by_field_name("body") {
        lower.lower(body);
    }
    lower.close();
}

pub fn case(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let pattern = node.child_by_field_name("value");
    let pattern = pattern.or_else(|| node.child_by_field_name("conditional_expressions"));
    let body = named(node).into_iter().filter(|part| Some(*part) != pattern);
    let body: Vec<Node<'_>> = body.collect();
    lower.open(Kind::Case, node, Text::None);
    if let Some(pattern) = pattern {
        lower.lower(pattern);
    }
    let at = body.first().map_or(node.end_byte(), Node::start_byte);
    lower.tree.open(Kind::Block, at, node.end_byte(), Text::None);
    for part in body {
        lower.lower(part);
    }
    lower.close();
    lower.close();
}

pub fn catch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Catch, node, Text::None);
    lower.field(node, "type");
    lower.field(node, "name");
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

pub fn finally(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Finally, node, Text::None);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}
