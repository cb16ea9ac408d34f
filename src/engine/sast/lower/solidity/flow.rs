//! Conditions, loops, what is tried, emitted and reverted, of Solidity.

use super::super::{Lower, Node, child_of, named, shapes};
use super::{arguments, inside, modifiers};
use crate::engine::sast::tree::{Kind, Text};

pub fn if_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let bodies: Vec<Node<'_>> = node.children_by_field_name("body", &mut cursor).collect();
    lower.open(Kind::If, node, Text::None);
    lower.field(node, "condition");
    lower.block(bodies.first().copied(), node);
    lower.block(bodies.get(1).copied(), node);
    lower.close();
}

pub fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::For, node, Text::None);
    for part in ["initial", "condition", "update"] {
        lower.one(node.child_by_field_name(part).filter(Node::is_named), node);
    }
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

pub fn do_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::DoWhile, node, Text::None);
    lower.block(node.child_by_field_name("body"), node);
    lower.field(node, "condition");
    lower.close();
}

/// `emit E(x)`.
pub fn emit(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Word, node, Text::Word("emit"));
    lower.open(Kind::Call, node, Text::None);
    lower.field(node, "name");
    arguments(lower, node, None);
    lower.close();
    lower.close();
}

/// `revert("x")` is a call, `revert E(x)` one of the call of its error.
pub fn revert(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let error = inside(node.child_by_field_name("error"));
    let message = error
        .filter(|error| matches!(error.kind(), "parenthesized_expression" | "tuple_expression"));
    let is_named = error.is_some() && message.is_none();
    lower.open(Kind::Call, node, Text::None);
    lower.word(node, "revert");
    match (message, error) {
        (Some(message), _) => shapes::arguments(lower, message),
        (None, Some(error)) if is_named => {
            lower.tree.open(Kind::Arguments, error.start_byte(), node.end_byte(), Text::None);
            lower.tree.open(Kind::Call, error.start_byte(), node.end_byte(), Text::None);
            lower.one(Some(error), node);
            arguments(lower, node, None);
            lower.close();
            lower.close();
        }
        _ => arguments(lower, node, None),
    }
    lower.close();
}

/// What is attempted stands first in the Block; what it returns is a Variable.
pub fn try_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let attempt = node.child_by_field_name("attempt");
    let body = node.child_by_field_name("body");
    let end = body.map_or(node.end_byte(), |body| body.end_byte());
    let start = attempt.map_or(node.start_byte(), |attempt| attempt.start_byte());
    lower.open(Kind::Try, node, Text::None);
    lower.tree.open(Kind::Block, start, end, Text::None);
    match child_of(node, "parameter").zip(attempt) {
        Some((returned, attempt)) => {
            lower.tree.open(Kind::Variable, start, returned.end_byte(), Text::None);
            modifiers(lower, returned, &[]);
            lower.field(returned, "name");
            lower.field(returned, "type");
            lower.one(Some(attempt), node);
            lower.close();
        }
        None => lower.one(attempt, node),
    }
    if let Some(body) = body {
        shapes::inner(lower, body);
    }
    lower.close();
    for clause in named(node).into_iter().filter(|part| part.kind() == "catch_clause") {
        let caught = child_of(clause, "parameter");
        lower.open(Kind::Catch, clause, Text::None);
        let of = caught.and_then(|caught| caught.child_by_field_name("type"));
        lower.one(child_of(clause, "identifier").or(of), clause);
        lower.one(caught.and_then(|caught| caught.child_by_field_name("name")), clause);
        lower.block(clause.child_by_field_name("body"), clause);
        lower.close();
    }
    lower.close();
}
