//! Declarations of C and C++: what a declarator makes of a type.

use super::super::shapes;
use super::super::{Lower, Node, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// Enough for what people write; each makes the tree deeper.
const MOST_STEPS: usize = 50;

/// What is declared, and what its declarator makes of the type, the first step first: `*`, `[]`, parameters.
pub fn declared(declarator: Option<Node<'_>>) -> (Option<Node<'_>>, Vec<Node<'_>>) {
    let (mut at, mut steps) = (declarator, Vec::new());
    while let Some(node) = at.filter(|_| steps.len() < MOST_STEPS) {
        match node.kind() {
            "pointer_declarator"
            | "array_declarator"
            | "function_declarator"
            | "reference_declarator"
            | "abstract_pointer_declarator"
            | "abstract_array_declarator"
            | "abstract_function_declarator"
            | "abstract_reference_declarator" => steps.push(node),
            "init_declarator"
            | "parenthesized_declarator"
            | "abstract_parenthesized_declarator"
            | "attributed_declarator"
            | "pointer_type_declarator"
            | "variadic_declarator" => {}
            _ => break,
        }
        at = node.child_by_field_name("declarator").or_else(|| {
            named(node)
                .into_iter()
                .filter(|part| part.kind().ends_with("declarator") || is_declared_name(part.kind()))
                .find(|_| !matches!(node.kind(), "array_declarator" | "abstract_array_declarator"))
        });
    }
    (at, steps)
}

pub fn is_declared_name(kind: &str) -> bool {
    matches!(kind, "identifier" | "field_identifier" | "type_identifier" | "operator_name")
        || matches!(kind, "qualified_identifier" | "template_function" | "template_method")
}

/// A type with what a declarator adds to it.
pub fn type_(
    lower: &mut Lower<'_, '_>,
    base: Option<Node<'_>>,
    steps: &[Node<'_>],
    node: Node<'_>,
) {
    for step in steps.iter().rev() {
        let shape = match step.kind() {
            "pointer_declarator" | "abstract_pointer_declarator" => "*",
            "array_declarator" | "abstract_array_declarator" => "[]",
            "function_declarator" | "abstract_function_declarator" => "func",
            _ if child_of(*step, "&&").is_some() => "&&",
            _ => "&",
        };
        let place = base.unwrap_or(node);
        lower.tree.open(Kind::Type, place.start_byte(), place.end_byte(), Text::Word(shape));
    }
    lower.one(base, node);
    for step in steps {
        for part in ["size", "parameters"] {
            if let Some(part) = step.child_by_field_name(part) {
                lower.one(Some(part), *step);
            }
        }
        lower.close();
    }
}

/// Keywords, attributes and qualifiers of a declaration.
pub fn modifiers(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children(&mut cursor)
        .filter(|part| {
            matches!(
                part.kind(),
                "storage_class_specifier"
                    | "type_qualifier"
                    | "attribute_declaration"
                    | "attribute_specifier"
                    | "ms_declspec_modifier"
                    | "explicit_function_specifier"
                    | "virtual_specifier"
                    | "noexcept"
                    | "virtual"
                    | "default_method_clause"
                    | "delete_method_clause"
            )
        })
        .collect()
}

pub fn push_modifiers(lower: &mut Lower<'_, '_>, nodes: &[Node<'_>], node: Node<'_>) {
    let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else {
        return lower.nothing(node);
    };
    lower.tree.open(Kind::Modifiers, first.start_byte(), last.end_byte(), Text::None);
    for node in nodes {
        match node.kind() {
            "default_method_clause" => drop(lower.word(*node, "default")),
            "delete_method_clause" => drop(lower.word(*node, "delete")),
            "virtual" | "virtual_specifier" | "noexcept" | "explicit_function_specifier" => {
                lower.leaf(Kind::Name, *node);
            }
            _ => lower.lower(*node),
        }
    }
    lower.close();
}

/// A declaration: each declarator with its value. A struct that is defined on the way stands before it. Without declarators it is the type.
pub fn declaration(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut base = node.child_by_field_name("type");
    let mut declarators: Vec<(Node<'_>, Option<Node<'_>>)> = Vec::new();
    let mut cursor = node.walk();
    let mut more = cursor.goto_first_child();
    while more {
        match (cursor.field_name(), declarators.last_mut()) {
            (Some("declarator"), _) if cursor.node().is_named() => {
                let part = cursor.node();
                declarators.push((part, part.child_by_field_name("value")));
            }
            (Some("value" | "default_value"), Some((_, value))) => *value = Some(cursor.node()),
            _ => {}
        }
        more = cursor.goto_next_sibling();
    }
    let is_typedef = node.kind() == "type_definition";
    let definition = base.filter(|base| base.child_by_field_name("body").is_some());
    if let Some(definition) = definition {
        let given = definition.child_by_field_name("name");
        base = given;
        match declarators.as_slice() {
            [(alias, _)] if given.is_none() && is_typedef && is_declared_name(alias.kind()) => {
                return named_class(lower, definition, Some(*alias), node);
            }
            [] => return named_class(lower, definition, given, node),
            _ => lower.lower(definition),
        }
    } else if declarators.is_empty() {
        return lower.one(base, node);
    }
    let modifiers = modifiers(node);
    let lone = declarators.len() == 1;
    for (at, (declarator, value)) in declarators.iter().enumerate() {
        let start = if at == 0 { node.start_byte() } else { declarator.start_byte() };
        let end = if lone { node } else { value.unwrap_or(*declarator) }.end_byte();
        let (target, steps) = declared(Some(*declarator));
        let is_function = steps.last().is_some_and(|step| step.kind() == "function_declarator")
            || target.is_some_and(|target| target.kind() == "operator_cast");
        if is_function && !is_typedef {
            function(lower, node, start..end, *declarator);
            continue;
        }
        let word = if is_typedef { "typedef" } else { "" };
        lower.tree.open(Kind::Variable, start, end, Text::Word(word));
        push_modifiers(lower, &modifiers, node);
        lower.one(target, *declarator);
        if is_typedef {
            lower.nothing(node);
            type_(lower, base, &steps, node);
        } else {
            type_(lower, base, &steps, node);
            self::value(lower, *value, base, node);
        }
        lower.close();
    }
}

/// `T x(a)` makes a T like `T x = T(a)`.
pub fn value(
    lower: &mut Lower<'_, '_>,
    value: Option<Node<'_>>,
    base: Option<Node<'_>>,
    node: Node<'_>,
) {
    let made = value.filter(|value| matches!(value.kind(), "argument_list" | "parameter_list"));
    let Some(made) = made else { return lower.one(value, node) };
    lower.open(Kind::New, made, Text::None);
    lower.one(base, node);
    if made.kind() == "parameter_list" {
        lower.open(Kind::Arguments, made, Text::None);
        for part in named(made) {
            lower.field(part, "type");
        }
        lower.close();
    } else {
        lower.lower(made);
    }
    lower.nothing(node);
    lower.close();
}

pub fn function_definition(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if let Some(declarator) = node.child_by_field_name("declarator") {
        function(lower, node, node.byte_range(), declarator);
    } else {
        shapes::other(lower, node);
    }
}

/// A function, with or without a body.
pub fn function(
    lower: &mut Lower<'_, '_>,
    node: Node<'_>,
    place: std::ops::Range<usize>,
    declarator: Node<'_>,
) {
    let (target, mut steps) = declared(Some(declarator));
    let mut words = modifiers(node);
    let inside = steps.pop();
    words.extend(inside.map(modifiers).unwrap_or_default());
    lower.tree.open(Kind::Function, place.start, place.end, Text::None);
    push_modifiers(lower, &words, node);
    let cast = target.filter(|target| target.kind() == "operator_cast");
    match cast {
        Some(cast) => {
            let base = cast.child_by_field_name("type");
            let end = base.map_or(cast.end_byte(), |base| base.end_byte());
            let start = cast.start_byte();
            lower.tree.push(Kind::Name, start, end, Text::At(start..end));
        }
        None => lower.one(target, declarator),
    }
    match inside.and_then(|inside| inside.child_by_field_name("parameters")) {
        Some(list) => lower.lower(list),
        None => shapes::no_parameters(lower, declarator),
    }
    let trailing = inside.and_then(|inside| child_of(inside, "trailing_return_type"));
    match (trailing, cast) {
        (Some(trailing), _) => lower.one(named(trailing).into_iter().next(), trailing),
        (None, Some(cast)) => lower.field(cast, "type"),
        (None, None) => {
            let base = node.child_by_field_name("type");
            let hoisted = base.filter(|base| base.child_by_field_name("body").is_some());
            let base = hoisted.map_or(base, |base| base.child_by_field_name("name"));
            type_(lower, base, &steps, node);
        }
    }
    body(lower, node);
    lower.close();
}

/// What a constructor does first stands in its body: `: x(1)` as calls.
pub fn body(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let body = node.child_by_field_name("body").or_else(|| child_of(node, "try_statement"));
    let first = child_of(node, "field_initializer_list");
    let (Some(body), Some(first)) = (body, first) else { return lower.block(body, node) };
    lower.open(Kind::Block, body, Text::None);
    lower.children(first);
    if body.kind() == "compound_statement" {
        lower.children(body);
    } else {
        lower.lower(body);
    }
    lower.close();
}

/// `(void)` is no parameter.
pub fn parameters(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let void = matches!(parts.as_slice(), [lone] if lower.source(*lone) == "void");
    lower.open(Kind::Parameters, node, Text::None);
    for part in parts.into_iter().filter(|part| !void && part.kind() != "variadic_parameter") {
        shapes::parameter(lower, part);
    }
    if let Some(dots) = child_of(node, "variadic_parameter").or_else(|| child_of(node, "...")) {
        variadic(lower, dots);
    }
    lower.close();
}

pub fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (target, steps) = declared(node.child_by_field_name("declarator"));
    let sign = if node.kind().starts_with("variadic") { "..." } else { "" };
    lower.open(Kind::Parameter, node, Text::Word(sign));
    lower.one(target, node);
    type_(lower, node.child_by_field_name("type"), &steps, node);
    lower.field(node, "default_value");
    push_modifiers(lower, &modifiers(node), node);
    lower.close();
}

pub fn variadic(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameter, node, Text::Word("..."));
    (0..4).for_each(|_| lower.nothing(node));
    lower.close();
}

/// The type of a cast or a template's argument; its qualifiers are left out.
pub fn type_descriptor(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (_, steps) = declared(node.child_by_field_name("declarator"));
    type_(lower, node.child_by_field_name("type"), &steps, node);
}

/// `struct x` alone is the name of a type.
pub fn class(lower: &mut Lower<'_, '_>, node: Node<'_>, _: &str) {
    let name = node.child_by_field_name("name");
    if node.child_by_field_name("body").is_none() {
        return lower.one(name, node);
    }
    named_class(lower, node, name, node);
}

pub fn named_class(
    lower: &mut Lower<'_, '_>,
    node: Node<'_>,
    name: Option<Node<'_>>,
    place: Node<'_>,
) {
    let word = node.child(0).map_or("", |word| word.kind());
    lower.open(Kind::Class, place, Text::Word(word));
    let mut words = modifiers(place);
    if place != node {
        words.extend(modifiers(node));
    }
    push_modifiers(lower, &words, node);
    lower.one(name, node);
    match child_of(node, "base_class_clause") {
        Some(parents) => {
            lower.open(Kind::Parents, parents, Text::None);
            lower.children(parents);
            lower.close();
        }
        None => lower.nothing(node),
    }
    if let Some(body) = node.child_by_field_name("body") {
        lower.open(Kind::Block, body, Text::None);
        lower.children(body);
        lower.close();
    } else {
        lower.nothing(node);
    }
    lower.close();
}

pub fn enumerator(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::None);
    lower.nothing(node);
    lower.field(node, "name");
    lower.nothing(node);
    lower.field(node, "value");
    lower.close();
}

/// `__attribute__((a, b(1)))`: a Decorator each.
pub fn attributes(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    for list in named(node) {
        for attribute in named(list) {
            lower.open(Kind::Decorator, attribute, Text::None);
            lower.lower(attribute);
            lower.close();
        }
    }
}
