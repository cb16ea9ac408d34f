//! Declarations and statements of Kotlin.

use super::after;
use crate::engine::sast::lower::{Lower, Node, child_of, named};
use crate::engine::sast::lower::{classes, shapes};
use crate::engine::sast::tree::{Kind, Text};

// --- definitions

pub(super) fn annotation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    for part in named(node).into_iter().filter(|part| part.kind() != "use_site_target") {
        lower.open(Kind::Decorator, node, Text::None);
        lower.lower(part);
        lower.close();
    }
}

/// `x: T` or `(a, b)` that a loop declares.
pub(super) fn variable(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::None);
    lower.nothing(node);
    target(lower, node);
    lower.one(after(node, ":"), node);
    lower.nothing(node);
    lower.close();
}

/// The same, of a lambda.
pub(super) fn lambda_parameters(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameters, node, Text::None);
    for part in named(node) {
        lower.open(Kind::Parameter, part, Text::None);
        target(lower, part);
        lower.one(after(part, ":"), part);
        lower.nothing(part);
        lower.nothing(part);
        lower.close();
    }
    lower.close();
}

/// The name of a declaration, or the names in parentheses.
pub(super) fn target(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.kind() == "multi_variable_declaration" {
        lower.open(Kind::Tuple, node, Text::None);
        for part in named(node) {
            lower.one(child_of(part, "identifier"), part);
        }
        lower.close();
    } else {
        lower.one(child_of(node, "identifier"), node);
    }
}

/// Accessors with a body are the value of what has none; otherwise they follow.
pub(super) fn property(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let declared = child_of(node, "variable_declaration")
        .or_else(|| child_of(node, "multi_variable_declaration"));
    let value = after(node, "=").or_else(|| {
        child_of(node, "property_delegate").and_then(|by| named(by).into_iter().next_back())
    });
    let accessors: Vec<Node<'_>> = named(node)
        .into_iter()
        .filter(|part| matches!(part.kind(), "getter" | "setter"))
        .filter(|part| child_of(*part, "function_body").is_some())
        .collect();
    let text = if child_of(node, "var").is_some() { "var" } else { "val" };
    lower.open(Kind::Variable, node, Text::Word(text));
    lower.one(child_of(node, "modifiers"), node);
    match declared {
        Some(declared) => target(lower, declared),
        None => lower.nothing(node),
    }
    lower.one(declared.and_then(|declared| after(declared, ":")), node);
    match (value, accessors.first()) {
        (None, Some(first)) => {
            lower.tree.open(Kind::Block, first.start_byte(), node.end_byte(), Text::None);
            for accessor in &accessors {
                lower.lower(*accessor);
            }
            lower.close();
        }
        (value, _) => lower.one(value, node),
    }
    lower.close();
    if value.is_some() {
        for accessor in &accessors {
            lower.lower(*accessor);
        }
    }
}

/// Functions, constructors, accessors.
pub(super) fn function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let makes = node.kind() == "secondary_constructor";
    lower.open(Kind::Function, node, Text::Word(if makes { "constructor" } else { "" }));
    lower.one(child_of(node, "modifiers"), node);
    let own = node.child_by_field_name("name");
    let keyword = match node.kind() {
        "getter" => child_of(node, "get"),
        "setter" => child_of(node, "set"),
        "secondary_constructor" => child_of(node, "constructor"),
        _ => None,
    };
    match own.or(keyword) {
        Some(name) => {
            lower.leaf(Kind::Name, name);
        }
        None => lower.nothing(node),
    }
    if let Some(value) = child_of(node, "identifier").filter(|_| node.kind() == "setter") {
        lower.open(Kind::Parameters, value, Text::None);
        shapes::parameter(lower, value);
        lower.close();
    } else {
        classes::or_empty(
            lower,
            child_of(node, "function_value_parameters"),
            node,
            Kind::Parameters,
        );
    }
    let returned = after(node, ":").filter(|part| part.kind() != "constructor_delegation_call");
    lower.one(returned, node);
    let body = child_of(node, "function_body").and_then(|body| named(body).into_iter().next_back());
    let body = body.or_else(|| child_of(node, "block"));
    let first = child_of(node, "constructor_delegation_call");
    match (first, body) {
        (Some(first), body) => {
            lower.open(Kind::Block, body.unwrap_or(first), Text::None);
            lower.open(Kind::Call, first, Text::None);
            let called = first.child(0).unwrap_or(first);
            lower.leaf(Kind::Name, called);
            classes::or_empty(lower, child_of(first, "value_arguments"), first, Kind::Arguments);
            lower.close();
            if let Some(body) = body {
                lower.children(body);
            }
            lower.close();
        }
        (None, Some(body)) if body.kind() == "block" => lower.block(Some(body), node),
        (None, body) => shapes::expression_body(lower, body, node),
    }
    lower.close();
}

/// Parameters, what stands before them, and their defaults are neighbours. A lone name, as patterns have it, is a mistake to the grammar.
pub(super) fn parameters(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameters, node, Text::None);
    let mut cursor = node.walk();
    let parts: Vec<Node<'_>> = node.children(&mut cursor).collect();
    let mut before = None;
    for (at, part) in parts.iter().enumerate() {
        match part.kind() {
            "parameter_modifiers" => before = Some(*part),
            "parameter" => {
                let default = parts
                    .get(at + 1)
                    .filter(|next| next.kind() == "=")
                    .and_then(|_| parts.get(at + 2).copied());
                parameter(lower, *part, default, before.take());
            }
            _ if part.is_error() => {
                for name in named(*part) {
                    shapes::parameter(lower, name);
                }
            }
            _ => {}
        }
    }
    lower.close();
}

pub(super) fn parameter(
    lower: &mut Lower<'_, '_>,
    node: Node<'_>,
    default: Option<Node<'_>>,
    before: Option<Node<'_>>,
) {
    let variadic = before
        .is_some_and(|before| named(before).iter().any(|word| lower.source(*word) == "vararg"));
    lower.open(Kind::Parameter, node, Text::Word(if variadic { "..." } else { "" }));
    lower.one(child_of(node, "identifier"), node);
    lower.one(after(node, ":"), node);
    lower.one(default, node);
    lower.one(before, node);
    lower.close();
}

pub(super) fn class(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = match node.kind() {
        "class_declaration" if child_of(node, "interface").is_some() => "interface",
        "class_declaration" => "class",
        _ => "object",
    };
    lower.open(Kind::Class, node, Text::Word(text));
    let words = child_of(node, "modifiers");
    if let Some(companion) = child_of(node, "companion") {
        let start = words.unwrap_or(companion).start_byte();
        lower.tree.open(Kind::Modifiers, start, companion.end_byte(), Text::None);
        if let Some(words) = words {
            lower.children(words);
        }
        lower.leaf(Kind::Name, companion);
        lower.close();
    } else {
        lower.one(words, node);
    }
    lower.field(node, "name");
    match child_of(node, "delegation_specifiers") {
        Some(parents) => {
            lower.open(Kind::Parents, parents, Text::None);
            for parent in named(parents) {
                let last = named(parent).into_iter().next_back();
                let is_plain = last.is_some_and(|last| last.kind().ends_with("_type"));
                let inside =
                    last.filter(|_| !is_plain).and_then(|last| named(last).into_iter().next());
                lower.one(inside.or(last), parent);
            }
            lower.close();
        }
        None => lower.nothing(node),
    }
    let body = child_of(node, "class_body").or_else(|| child_of(node, "enum_class_body"));
    let made =
        child_of(node, "primary_constructor").and_then(|makes| child_of(makes, "class_parameters"));
    if let Some(made) = made {
        let end = body.map_or(made.end_byte(), |body| body.end_byte());
        lower.tree.open(Kind::Block, made.start_byte(), end, Text::None);
        lower.children(made);
        if let Some(body) = body {
            lower.children(body);
        }
        lower.close();
    } else {
        lower.block(body, node);
    }
    lower.close();
}

/// A parameter of a class is a field of it.
pub(super) fn class_parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text =
        child_of(node, "var").or_else(|| child_of(node, "val")).map_or("", |word| word.kind());
    lower.open(Kind::Variable, node, Text::Word(text));
    lower.one(child_of(node, "modifiers"), node);
    lower.one(child_of(node, "identifier"), node);
    lower.one(after(node, ":"), node);
    lower.one(after(node, "="), node);
    lower.close();
}

pub(super) fn enum_entry(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (arguments, body) = (child_of(node, "value_arguments"), child_of(node, "class_body"));
    lower.open(Kind::Variable, node, Text::Word("enum"));
    lower.one(child_of(node, "modifiers"), node);
    lower.one(child_of(node, "identifier"), node);
    lower.nothing(node);
    classes::constant_value(lower, arguments, body, node);
    lower.close();
}

// --- statements

pub(super) fn if_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let split = child_of(node, "else").map_or(usize::MAX, |word| word.start_byte());
    let condition = node.child_by_field_name("condition");
    let (then, otherwise): (Vec<_>, Vec<_>) = named(node)
        .into_iter()
        .filter(|part| Some(*part) != condition)
        .partition(|part| part.start_byte() < split);
    lower.open(Kind::If, node, Text::None);
    lower.one(condition, node);
    body(lower, then.first().copied(), node);
    if split == usize::MAX {
        lower.nothing(node);
    } else {
        body(lower, otherwise.first().copied(), node);
    }
    lower.close();
}

/// A Block, empty for a lone `;`.
pub(super) fn body(lower: &mut Lower<'_, '_>, body: Option<Node<'_>>, node: Node<'_>) {
    if body.is_some() {
        return lower.block(body, node);
    }
    lower.tree.push(Kind::Block, node.end_byte(), node.end_byte(), Text::None);
}

pub(super) fn when(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Switch, node, Text::None);
    match child_of(node, "when_subject") {
        Some(subject) => when_subject(lower, subject),
        None => lower.nothing(node),
    }
    for entry in named(node).into_iter().filter(|part| part.kind() == "when_entry") {
        lower.open(Kind::Case, entry, Text::None);
        let conditions = shapes::fields(entry, "condition");
        for condition in &conditions {
            lower.lower(*condition);
        }
        let last = named(entry).into_iter().next_back().filter(|last| !conditions.contains(last));
        body(lower, last, entry);
        lower.close();
    }
    lower.close();
}

/// `(x)`, `(val x = y)`.
pub(super) fn when_subject(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let value = named(node).into_iter().next_back();
    let Some(declared) = child_of(node, "variable_declaration") else {
        return lower.one(value, node);
    };
    lower.open(Kind::Variable, node, Text::Word("val"));
    lower.nothing(node);
    target(lower, declared);
    lower.one(after(declared, ":"), node);
    lower.one(value, node);
    lower.close();
}

pub(super) fn for_each(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts: Vec<Node<'_>> = named(node)
        .into_iter()
        .filter(|part| !matches!(part.kind(), "label" | "annotation"))
        .collect();
    lower.open(Kind::ForEach, node, Text::None);
    lower.one(parts.first().copied(), node);
    lower.one(parts.get(1).copied(), node);
    body(lower, parts.get(2).copied(), node);
    lower.close();
}

/// The body of a loop that has a condition.
pub(super) fn loop_body(node: Node<'_>) -> Option<Node<'_>> {
    let condition = node.child_by_field_name("condition");
    named(node).into_iter().find(|part| Some(*part) != condition && part.kind() != "label")
}

pub(super) fn while_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::While, node, Text::None);
    lower.field(node, "condition");
    body(lower, loop_body(node), node);
    lower.close();
}

pub(super) fn do_while(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::DoWhile, node, Text::None);
    body(lower, loop_body(node), node);
    lower.field(node, "condition");
    lower.close();
}

pub(super) fn try_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Try, node, Text::None);
    lower.block(child_of(node, "block"), node);
    for part in named(node).into_iter().filter(|part| part.kind().ends_with("_block")) {
        lower.lower(part);
    }
    lower.close();
}

pub(super) fn catch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Catch, node, Text::None);
    lower.one(after(node, ":"), node);
    lower.one(child_of(node, "identifier"), node);
    lower.block(child_of(node, "block"), node);
    lower.close();
}

pub(super) fn finally(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Finally, node, Text::None);
    lower.block(child_of(node, "block"), node);
    lower.close();
}

/// `import a.b.C as D`, `import a.b.*`.
pub(super) fn import(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let names = child_of(node, "qualified_identifier").map_or_else(Vec::new, named);
    lower.open(Kind::Import, node, Text::None);
    match (names.split_last(), child_of(node, "*")) {
        (Some((last, before)), None) if !before.is_empty() => {
            shapes::path(lower, before);
            lower.leaf(Kind::Name, *last);
        }
        (_, all) => {
            shapes::path(lower, &names);
            match all {
                Some(all) => {
                    lower.leaf(Kind::Name, all);
                }
                None => lower.nothing(node),
            }
        }
    }
    lower.one(after(node, "as"), node);
    lower.close();
}

pub(super) fn package(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Package, node, Text::None);
    lower.one(child_of(node, "qualified_identifier"), node);
    lower.nothing(node);
    lower.close();
}
