//! Items of Rust, their attributes and keywords, and imports.

use super::super::shapes;
use super::super::{Lower, Node, child_of, named};
use super::{parts, sign};
use crate::engine::sast::tree::{Kind, Text};

/// What is decorated takes the attributes before it: they are kept until then.
pub fn attribute_item(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.kind() == "inner_attribute_item" {
        lower.open(Kind::Decorator, node, Text::None);
        lower.children(node);
        return lower.close();
    }
    lower.pending.push((node.start_byte(), node.end_byte()));
}

/// The attributes that stand before an item, beside it.
pub fn pending<'t>(lower: &mut Lower<'_, '_>, node: Node<'t>) -> Vec<Node<'t>> {
    if lower.pending.is_empty() {
        return Vec::new();
    }
    let Some(parent) = node.parent() else { return Vec::new() };
    std::mem::take(&mut lower.pending)
        .into_iter()
        .filter(|(start, end)| *start >= parent.start_byte() && *end <= node.start_byte())
        .filter_map(|(start, end)| parent.named_descendant_for_byte_range(start, end))
        .filter(|found| found.kind() == "attribute_item" && found.parent() == Some(parent))
        .collect()
}

/// Attributes, then keywords.
pub fn push_modifiers(
    lower: &mut Lower<'_, '_>,
    attributes: &[Node<'_>],
    words: &[Node<'_>],
    node: Node<'_>,
) {
    let (Some(first), Some(last)) =
        (attributes.first().or(words.first()), words.last().or(attributes.last()))
    else {
        return lower.nothing(node);
    };
    lower.tree.open(Kind::Modifiers, first.start_byte(), last.end_byte(), Text::None);
    for attribute in attributes {
        lower.open(Kind::Decorator, *attribute, Text::None);
        lower.one(named(*attribute).into_iter().next(), *attribute);
        lower.close();
    }
    for word in words {
        let text: String = lower.source(*word).split_whitespace().collect();
        lower.word(*word, if word.kind() == "extern_modifier" { "extern" } else { &text });
    }
    lower.close();
}

/// Keywords of an item: `pub`, `async`, `mut`.
pub fn words(node: Node<'_>) -> Vec<Node<'_>> {
    let mut words = Vec::new();
    let mut cursor = node.walk();
    for part in node.children(&mut cursor) {
        match part.kind() {
            "visibility_modifier" | "mutable_specifier" | "unsafe" => words.push(part),
            "function_modifiers" => {
                let mut inside = part.walk();
                words.extend(part.children(&mut inside).filter(|word| !word.is_extra()));
            }
            _ => {}
        }
    }
    words
}

/// Begins an item with its modifiers.
pub fn item(lower: &mut Lower<'_, '_>, node: Node<'_>, kind: Kind, text: &str) {
    let attributes = pending(lower, node);
    let start = attributes.first().map_or(node.start_byte(), Node::start_byte);
    lower.tree.open(kind, start, node.end_byte(), Text::Word(text));
    push_modifiers(lower, &attributes, &words(node), node);
}

/// `derive(A)`, `cfg(x = "y")`, `path = "x"`.
pub fn attribute(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let target = named(node).into_iter().next();
    if let Some(arguments) = node.child_by_field_name("arguments") {
        lower.open(Kind::Call, node, Text::None);
        lower.one(target, node);
        lower.lower(arguments);
    } else if node.child_by_field_name("value").is_some() {
        lower.open(Kind::Assign, node, Text::None);
        lower.one(target, node);
        lower.field(node, "value");
    } else {
        return lower.one(target, node);
    }
    lower.close();
}

/// The names of a path, first to last.
pub fn segments(path: Node<'_>) -> Vec<Node<'_>> {
    let (mut names, mut at) = (Vec::new(), Some(path));
    while let Some(node) = at {
        if node.kind() == "scoped_identifier" {
            names.extend(node.child_by_field_name("name"));
            at = node.child_by_field_name("path");
        } else {
            names.push(node);
            at = None;
        }
    }
    names.reverse();
    names
}

/// An Import for each leaf of the tree.
pub fn use_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    drop(pending(lower, node));
    let mut waiting: Vec<(Vec<Node<'_>>, Node<'_>)> = Vec::new();
    waiting.extend(node.child_by_field_name("argument").map(|all| (Vec::new(), all)));
    while let Some((mut before, leaf)) = waiting.pop() {
        match leaf.kind() {
            "scoped_use_list" | "use_list" => {
                if let Some(path) = leaf.child_by_field_name("path") {
                    before.extend(segments(path));
                }
                let list = leaf.child_by_field_name("list").unwrap_or(leaf);
                waiting.extend(named(list).into_iter().rev().map(|it| (before.clone(), it)));
            }
            "use_wildcard" => {
                before.extend(named(leaf).into_iter().flat_map(segments));
                lower.open(Kind::Import, node, Text::None);
                module(lower, &before, node);
                lower.word(leaf, "*");
                lower.nothing(node);
                lower.close();
            }
            kind => {
                let is_alias = kind == "use_as_clause";
                let alias = leaf.child_by_field_name("alias").filter(|_| is_alias);
                let path = leaf.child_by_field_name("path").filter(|_| is_alias).unwrap_or(leaf);
                before.extend(segments(path));
                let is_self =
                    before.len() > 1 && before.last().is_some_and(|it| it.kind() == "self");
                if is_self {
                    before.pop();
                }
                let taken = if is_self || before.len() < 2 { None } else { before.pop() };
                lower.open(Kind::Import, node, Text::None);
                module(lower, &before, node);
                lower.one(taken, node);
                lower.one(alias, node);
                lower.close();
            }
        }
    }
}

pub fn module(lower: &mut Lower<'_, '_>, names: &[Node<'_>], node: Node<'_>) {
    if names.is_empty() { lower.nothing(node) } else { shapes::path(lower, names) }
}

pub fn extern_crate(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    drop(pending(lower, node));
    lower.open(Kind::Import, node, Text::None);
    lower.field(node, "name");
    lower.nothing(node);
    lower.field(node, "alias");
    lower.close();
}

pub fn mod_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    drop(pending(lower, node));
    lower.open(Kind::Package, node, Text::None);
    lower.field(node, "name");
    lower.field(node, "body");
    lower.close();
}

pub fn foreign(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    drop(pending(lower, node));
    if let Some(body) = node.child_by_field_name("body") {
        lower.children(body);
    }
}

pub fn function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    item(lower, node, Kind::Function, "");
    lower.field(node, "name");
    lower.field(node, "parameters");
    lower.field(node, "return_type");
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

pub fn closure_parameters(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameters, node, Text::None);
    for part in parts(node) {
        shapes::parameter(lower, part);
    }
    lower.close();
}

pub fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    drop(pending(lower, node));
    lower.open(Kind::Parameter, node, Text::None);
    lower.field(node, "pattern");
    lower.field(node, "type");
    lower.nothing(node);
    push_modifiers(lower, &[], &words(node), node);
    lower.close();
}

/// `&mut self` is `self: &mut Self`.
pub fn self_parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameter, node, Text::None);
    lower.one(child_of(node, "self"), node);
    let borrowed = child_of(node, "&").is_some();
    if borrowed {
        lower.open(Kind::Type, node, Text::Word(sign(node)));
        lower.word(node, "Self");
        lower.close();
    } else {
        lower.nothing(node);
    }
    lower.nothing(node);
    let words = if borrowed { Vec::new() } else { words(node) };
    push_modifiers(lower, &[], &words, node);
    lower.close();
}

pub fn variadic(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameter, node, Text::Word("..."));
    lower.field(node, "pattern");
    (0..3).for_each(|_| lower.nothing(node));
    lower.close();
}

/// The name of an impl is its type, without arguments; what it implements is its parent.
pub fn class(lower: &mut Lower<'_, '_>, node: Node<'_>, word: &str) {
    item(lower, node, Kind::Class, word);
    let name = node.child_by_field_name("name").or_else(|| node.child_by_field_name("type"));
    let bare = name.filter(|name| name.kind() == "generic_type");
    lower.one(bare.and_then(|name| name.child_by_field_name("type")).or(name), node);
    let parents = node.child_by_field_name("trait").or_else(|| node.child_by_field_name("bounds"));
    match parents {
        Some(parents) => {
            lower.open(Kind::Parents, parents, Text::None);
            if parents.kind() == "trait_bounds" {
                lower.children(parents);
            } else {
                lower.lower(parents);
            }
            lower.close();
        }
        None => lower.nothing(node),
    }
    lower.field(node, "body");
    lower.close();
}

/// `(pub A, B)`: fields without a name.
pub fn ordered(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Block, node, Text::None);
    let mut words = Vec::new();
    for part in named(node) {
        match part.kind() {
            "attribute_item" => {}
            "visibility_modifier" => words.push(part),
            _ => {
                let start = words.first().map_or(part.start_byte(), Node::start_byte);
                lower.tree.open(Kind::Variable, start, part.end_byte(), Text::None);
                push_modifiers(lower, &[], &words, part);
                lower.nothing(part);
                lower.lower(part);
                lower.nothing(part);
                lower.close();
                words.clear();
            }
        }
    }
    lower.close();
}

pub fn variable(lower: &mut Lower<'_, '_>, node: Node<'_>, word: &str, target: &str) {
    item(lower, node, Kind::Variable, word);
    lower.field(node, target);
    lower.field(node, "type");
    lower.field(node, "value");
    lower.close();
}

/// With fields it is a class of its own.
pub fn variant(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.child_by_field_name("body").is_some() {
        class(lower, node, "variant");
    } else {
        variable(lower, node, "", "name");
    }
}

/// What is done if the pattern does not fit stands behind it as an Else.
pub fn let_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    variable(lower, node, "let", "pattern");
    if let Some(other) = node.child_by_field_name("alternative") {
        lower.open(Kind::Else, other, Text::None);
        lower.block(Some(other), node);
        lower.close();
    }
}

pub fn alias(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    item(lower, node, Kind::Variable, "type");
    lower.field(node, "name");
    lower.nothing(node);
    lower.field(node, "type");
    lower.close();
}
