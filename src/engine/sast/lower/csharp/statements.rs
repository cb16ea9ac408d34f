//! Declarations and statements of C#.

use super::{modifiers, parts};
use crate::engine::sast::lower::{Lower, Node, child_of, named};
use crate::engine::sast::lower::{classes, shapes};
use crate::engine::sast::tree::{Kind, Text};

/// A declaration that holds a `variable_declaration`.
pub(super) fn declaration(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = if child_of(node, "event").is_some() { "event" } else { "" };
    match child_of(node, "variable_declaration") {
        Some(inside) => variables(lower, node, inside, text),
        None => shapes::other(lower, node),
    }
}

/// One node for each name; a lone one has the declaration's place.
pub(super) fn variables(lower: &mut Lower<'_, '_>, node: Node<'_>, inside: Node<'_>, text: &str) {
    let declarators: Vec<Node<'_>> =
        named(inside).into_iter().filter(|part| part.kind() == "variable_declarator").collect();
    let alone = declarators.len() == 1;
    for declarator in declarators {
        lower.open(Kind::Variable, if alone { node } else { declarator }, Text::Word(text));
        modifiers(lower, node);
        lower.one(named(declarator).into_iter().next(), node);
        lower.field(inside, "type");
        lower.one(classes::after(declarator, "="), node);
        lower.close();
    }
}

/// A property's value is what it begins with, or its accessors if they have bodies.
pub(super) fn property(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = if child_of(node, "event").is_some() { "event" } else { "property" };
    lower.open(Kind::Variable, node, Text::Word(text));
    modifiers(lower, node);
    lower.field(node, "name");
    lower.field(node, "type");
    let accessors = node.child_by_field_name("accessors").filter(|accessors| {
        named(*accessors).iter().any(|accessor| accessor.child_by_field_name("body").is_some())
    });
    match node.child_by_field_name("value") {
        Some(arrow) if arrow.kind() == "arrow_expression_clause" => body(lower, Some(arrow), node),
        Some(value) => lower.one(Some(value), node),
        None => lower.block(accessors, node),
    }
    lower.close();
}

pub(super) fn enum_member(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::Word("enum"));
    modifiers(lower, node);
    lower.field(node, "name");
    lower.nothing(node);
    lower.field(node, "value");
    lower.close();
}

pub(super) fn class(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = node.kind().trim_end_matches("_declaration");
    lower.open(Kind::Class, node, Text::Word(text));
    modifiers(lower, node);
    lower.field(node, "name");
    match child_of(node, "base_list") {
        Some(bases) => {
            lower.open(Kind::Parents, bases, Text::None);
            for base in named(bases).into_iter().filter(|base| base.kind() != "argument_list") {
                if base.kind() == "primary_constructor_base_type" {
                    lower.field(base, "type");
                } else {
                    lower.lower(base);
                }
            }
            lower.close();
        }
        None => lower.nothing(node),
    }
    let body = node.child_by_field_name("body");
    if let Some(list) = child_of(node, "parameter_list") {
        let end = body.map_or(list.end_byte(), |body| body.end_byte());
        lower.tree.open(Kind::Block, list.start_byte(), end, Text::None);
        for part in named(list).into_iter().filter(|part| part.kind() == "parameter") {
            component(lower, part);
        }
        if let Some(body) = body {
            lower.children(body);
        }
        lower.close();
    } else {
        lower.block(body, node);
    }
    lower.close();
}

/// A parameter of a record or class is a field.
pub(super) fn component(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::None);
    modifiers(lower, node);
    lower.field(node, "name");
    lower.field(node, "type");
    lower.one(classes::after(node, "="), node);
    lower.close();
}

/// A block, or `=> x`.
pub(super) fn body(lower: &mut Lower<'_, '_>, body: Option<Node<'_>>, node: Node<'_>) {
    match body {
        Some(arrow) if arrow.kind() == "arrow_expression_clause" => {
            shapes::expression_body(lower, parts(arrow).into_iter().next(), node);
        }
        body => lower.block(body, node),
    }
}

pub(super) fn function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = match node.kind() {
        "constructor_declaration" => "constructor",
        "destructor_declaration" => "destructor",
        "delegate_declaration" => "delegate",
        _ => "",
    };
    lower.open(Kind::Function, node, Text::Word(text));
    modifiers(lower, node);
    let name = node
        .child_by_field_name("name")
        .or_else(|| node.child_by_field_name("operator"))
        .or_else(|| child_of(node, "this"))
        .or_else(|| child_of(node, "implicit"))
        .or_else(|| child_of(node, "explicit"));
    match name {
        Some(name) => {
            lower.leaf(Kind::Name, name);
        }
        None => lower.nothing(node),
    }
    classes::or_empty(lower, node.child_by_field_name("parameters"), node, Kind::Parameters);
    let returns = node.child_by_field_name("returns");
    lower.one(returns.or_else(|| node.child_by_field_name("type")), node);
    let inside = node
        .child_by_field_name("body")
        .or_else(|| node.child_by_field_name("accessors"))
        .or_else(|| node.child_by_field_name("value"));
    match (child_of(node, "constructor_initializer"), inside) {
        (Some(first), Some(inside)) => {
            lower.open(Kind::Block, inside, Text::None);
            lower.open(Kind::Call, first, Text::None);
            let called = parts(first).into_iter().find(|part| !part.is_named());
            lower.one(called, first);
            lower.one(child_of(first, "argument_list"), first);
            lower.close();
            lower.children(inside);
            lower.close();
        }
        (_, inside) => body(lower, inside, node),
    }
    lower.close();
}

/// The last one may be `params T[] x`, whose parts stand among the others.
pub(super) fn parameters(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameters, node, Text::None);
    for part in named(node).into_iter().filter(|part| part.kind() == "parameter") {
        lower.lower(part);
    }
    if let Some(rest) = child_of(node, "params") {
        let name = node.child_by_field_name("name");
        let end = name.map_or(rest.end_byte(), |name| name.end_byte());
        lower.tree.open(Kind::Parameter, rest.start_byte(), end, Text::Word("..."));
        lower.one(name, node);
        lower.field(node, "type");
        lower.nothing(node);
        modifiers(lower, node);
        lower.close();
    }
    lower.close();
}

pub(super) fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameter, node, Text::None);
    lower.field(node, "name");
    lower.field(node, "type");
    lower.one(classes::after(node, "="), node);
    modifiers(lower, node);
    lower.close();
}

pub(super) fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::For, node, Text::None);
    shapes::several(lower, &shapes::fields(node, "initializer"), node);
    lower.field(node, "condition");
    shapes::several(lower, &shapes::fields(node, "update"), node);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

pub(super) fn for_each(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (kind, left) = (node.child_by_field_name("type"), node.child_by_field_name("left"));
    lower.open(Kind::ForEach, node, Text::None);
    if let (Some(kind), Some(left)) = (kind, left) {
        lower.tree.open(Kind::Variable, kind.start_byte(), left.end_byte(), Text::None);
        lower.nothing(left);
        lower.one(Some(left), node);
        lower.one(Some(kind), node);
        lower.nothing(left);
        lower.close();
    } else {
        lower.one(left, node);
    }
    lower.field(node, "right");
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

pub(super) fn with(lower: &mut Lower<'_, '_>, node: Node<'_>, text: &str) {
    let mut resources = parts(node);
    let body = resources.pop();
    lower.open(Kind::With, node, Text::Word(text));
    for resource in resources {
        lower.lower(resource);
    }
    lower.block(body, node);
    lower.close();
}

pub(super) fn catch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let caught = child_of(node, "catch_declaration");
    lower.open(Kind::Catch, node, Text::None);
    lower.one(caught.and_then(|caught| caught.child_by_field_name("type")), node);
    lower.one(caught.and_then(|caught| caught.child_by_field_name("name")), node);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

/// A label that leads to nothing shares what the next one leads to.
pub(super) fn switch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Switch, node, Text::None);
    lower.field(node, "value");
    let sections = node.child_by_field_name("body").map_or_else(Vec::new, named);
    let mut labels: Vec<Node<'_>> = Vec::new();
    let mut begun = None;
    for (at, section) in sections.iter().enumerate() {
        let colon = child_of(*section, ":").map_or(section.end_byte(), |colon| colon.start_byte());
        let (own, rest): (Vec<_>, Vec<_>) =
            parts(*section).into_iter().partition(|part| part.start_byte() < colon);
        labels.extend(own);
        let start = *begun.get_or_insert(section.start_byte());
        if rest.is_empty() && at + 1 < sections.len() {
            continue;
        }
        lower.tree.open(Kind::Case, start, section.end_byte(), Text::None);
        labels.drain(..).for_each(|label| lower.lower(label));
        let first = rest.first().map_or(section.end_byte(), Node::start_byte);
        if let [lone] = rest.as_slice() {
            lower.block(Some(*lone), node);
        } else {
            lower.tree.open(Kind::Block, first, section.end_byte(), Text::None);
            for part in &rest {
                lower.lower(*part);
            }
            lower.close();
        }
        lower.close();
        begun = None;
    }
    lower.close();
}

pub(super) fn switch_expression(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (arms, rest): (Vec<_>, Vec<_>) =
        parts(node).into_iter().partition(|part| part.kind() == "switch_expression_arm");
    lower.open(Kind::Switch, node, Text::None);
    lower.one(rest.first().copied(), node);
    for arm in arms {
        let mut patterns = parts(arm);
        let value = patterns.pop();
        lower.open(Kind::Case, arm, Text::None);
        for pattern in patterns {
            lower.lower(pattern);
        }
        lower.block(value, arm);
        lower.close();
    }
    lower.close();
}

pub(super) fn yield_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = if child_of(node, "break").is_some() { "yield break" } else { "yield" };
    lower.open(Kind::Yield, node, Text::Word(text));
    lower.one(parts(node).into_iter().next(), node);
    lower.close();
}

/// `using a.b;`, `using static a.B;`, `using c = a.b;`.
pub(super) fn import(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let is_static = child_of(node, "static");
    let alias = node.child_by_field_name("name");
    lower.open(Kind::Import, node, Text::Word(if is_static.is_some() { "static" } else { "" }));
    lower.one(named(node).into_iter().find(|part| Some(*part) != alias), node);
    match is_static {
        Some(word) => {
            lower.word(word, "*");
        }
        None => lower.nothing(node),
    }
    lower.one(alias, node);
    lower.close();
}
