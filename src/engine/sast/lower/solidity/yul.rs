//! Yul, the language of Solidity's assembly.

use super::super::{Lower, Node, child_of, named, shapes};
use crate::engine::sast::tree::{Kind, Text};

/// Lowers some nodes to one: a Tuple if they are several.
fn together(lower: &mut Lower<'_, '_>, parts: &[Node<'_>], node: Node<'_>) {
    let [first, .., last] = parts else { return lower.one(parts.first().copied(), node) };
    lower.tree.open(Kind::Tuple, first.start_byte(), last.end_byte(), Text::None);
    for part in parts {
        lower.lower(*part);
    }
    lower.close();
}

/// `let a, b := f()`.
pub fn yul_variable(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let right = node.child_by_field_name("right");
    let names: Vec<Node<'_>> =
        named(node).into_iter().filter(|part| Some(*part) != right).collect();
    lower.open(Kind::Variable, node, Text::Word("let"));
    lower.nothing(node);
    together(lower, &names, node);
    lower.nothing(node);
    lower.one(right, node);
    lower.close();
}

/// `a, b := f()`; the grammar also has a lone name for one.
pub fn yul_assignment(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut parts = named(node);
    let sets = child_of(node, ":=").is_some() || child_of(node, "=").is_some();
    let value = if sets { parts.pop() } else { None };
    let Some(value) = value else { return together(lower, &parts, node) };
    lower.open(Kind::Assign, node, Text::None);
    together(lower, &parts, node);
    lower.one(Some(value), node);
    lower.close();
}

pub fn yul_call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let function = node.child_by_field_name("function");
    lower.open(Kind::Call, node, Text::None);
    lower.one(function, node);
    lower.open(Kind::Arguments, node, Text::None);
    for part in named(node).into_iter().filter(|part| Some(*part) != function) {
        lower.lower(part);
    }
    lower.close();
    lower.close();
}

pub fn yul_if(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::If, node, Text::None);
    lower.one(parts.first().copied(), node);
    lower.block(parts.get(1).copied(), node);
    lower.nothing(node);
    lower.close();
}

pub fn yul_for(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::For, node, Text::None);
    for at in 0..4 {
        lower.one(parts.get(at).copied(), node);
    }
    lower.close();
}

pub fn yul_switch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Switch, node, Text::None);
    lower.one(parts.first().copied(), node);
    let mut pattern = None;
    for part in parts.into_iter().skip(1) {
        if part.kind() != "yul_block" {
            pattern = Some(part);
            continue;
        }
        lower.open(Kind::Case, part, Text::None);
        if let Some(pattern) = pattern.take() {
            lower.lower(pattern);
        }
        lower.lower(part);
        lower.close();
    }
    lower.close();
}

pub fn yul_function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let close = child_of(node, ")").map_or(node.end_byte(), |close| close.start_byte());
    let parts = named(node);
    let taken: Vec<Node<'_>> =
        parts.iter().copied().skip(1).filter(|part| part.start_byte() < close).collect();
    lower.open(Kind::Function, node, Text::None);
    lower.nothing(node);
    lower.one(parts.first().copied(), node);
    lower.tree.open(Kind::Parameters, close, close, Text::None);
    for part in taken {
        shapes::parameter(lower, part);
    }
    lower.close();
    lower.nothing(node);
    lower.block(parts.last().copied().filter(|last| last.kind() == "yul_block"), node);
    lower.close();
}
