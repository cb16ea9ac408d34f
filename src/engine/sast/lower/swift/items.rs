//! Definitions of Swift, with their modifiers.

use super::super::shapes::{self, fields, type_of};
use super::super::{Lower, Node, child_of, named};
use super::{braced, tokens};
use crate::engine::sast::tree::{Kind, Text};

/// Keywords and attributes, and `async`, which stands elsewhere.
pub fn push_modifiers(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let given = child_of(node, "modifiers");
    let word = child_of(node, "async");
    if word.is_none() {
        return lower.one(given, node);
    }
    lower.open(Kind::Modifiers, given.or(word).unwrap_or(node), Text::None);
    if let Some(given) = given {
        lower.children(given);
    }
    lower.word(word.unwrap_or(node), "async");
    lower.close();
}

pub fn modifiers(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Modifiers, node, Text::None);
    lower.children(node);
    lower.close();
}

pub fn modifier(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word: String = lower.source(node).split_whitespace().collect();
    lower.word(node, &word);
}

pub fn attribute(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut parts = named(node).into_iter();
    let target = parts.next();
    lower.open(Kind::Decorator, node, Text::None);
    if child_of(node, "(").is_some() {
        lower.open(Kind::Call, node, Text::None);
        lower.one(target, node);
        lower.open(Kind::Arguments, node, Text::None);
        parts.for_each(|part| lower.lower(part));
        lower.close();
        lower.close();
    } else {
        lower.one(target, node);
    }
    lower.close();
}

/// `let a = 1, b: T = 2` is a Variable each. What a computed property does is its value; observers stand behind it.
pub fn property(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = binding(node);
    let mut parts: Vec<[Option<Node<'_>>; 3]> = Vec::new();
    let mut observers = None;
    let mut cursor = node.walk();
    let mut more = cursor.goto_first_child();
    while more {
        let part = cursor.node();
        match (cursor.field_name(), part.kind(), parts.last_mut()) {
            (Some("name"), "pattern", _) => parts.push([Some(part), None, None]),
            (_, "type_annotation", Some(last)) => last[1] = Some(part),
            (Some("value" | "computed_value"), _, Some(last)) => last[2] = Some(part),
            (_, "willset_didset_block", _) => observers = Some(part),
            _ => {}
        }
        more = cursor.goto_next_sibling();
    }
    let lone = parts.len() == 1;
    for (at, [target, of, value]) in parts.into_iter().enumerate() {
        let own = target.map_or(node.start_byte(), |target| target.start_byte());
        let start = if at == 0 { node.start_byte() } else { own };
        let last = value.or(of).or(target).filter(|_| !lone).unwrap_or(node);
        lower.tree.open(Kind::Variable, start, last.end_byte(), Text::Word(word));
        push_modifiers(lower, node);
        lower.one(target, node);
        lower.one(of, node);
        lower.one(value, node);
        lower.close();
    }
    if let Some(observers) = observers {
        lower.lower(observers);
    }
}

/// `let` or `var`.
pub fn binding(node: Node<'_>) -> &str {
    let within = node.child_by_field_name("name");
    let word = child_of(node, "value_binding_pattern")
        .or_else(|| within.and_then(|within| child_of(within, "value_binding_pattern")));
    word.and_then(|word| word.child_by_field_name("mutability")).map_or("", |word| word.kind())
}

/// `get`, `set`, `willSet`, `didSet`.
pub fn accessor(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = match node.kind() {
        "computed_getter" => "get",
        "computed_setter" => "set",
        "willset_clause" => "willSet",
        "didset_clause" => "didSet",
        _ => "modify",
    };
    lower.open(Kind::Function, node, Text::None);
    lower.nothing(node);
    lower.word(node, word);
    lower.open(Kind::Parameters, node, Text::None);
    if let Some(parameter) = child_of(node, "simple_identifier") {
        shapes::parameter(lower, parameter);
    }
    lower.close();
    lower.nothing(node);
    braced(lower, &tokens(node), node);
    lower.close();
}

pub fn alias(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let names = fields(node, "name");
    let word = if node.kind() == "typealias_declaration" { "typealias" } else { "associatedtype" };
    lower.open(Kind::Variable, node, Text::Word(word));
    push_modifiers(lower, node);
    lower.one(names.first().copied(), node);
    lower.nothing(node);
    lower.one(node.child_by_field_name("value").or(names.get(1).copied()), node);
    lower.close();
}

/// The grammar calls the return type a name as well.
pub fn function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let names = fields(node, "name");
    lower.open(Kind::Function, node, Text::None);
    push_modifiers(lower, node);
    let word = match node.kind() {
        "init_declaration" => "init",
        "deinit_declaration" => "deinit",
        "subscript_declaration" => "subscript",
        _ => "",
    };
    let result = if word.is_empty() {
        lower.one(names.first().copied(), node);
        names.get(1)
    } else {
        lower.word(node, word);
        names.first()
    };
    lower.open(Kind::Parameters, node, Text::None);
    let parts = tokens(node);
    for (at, part) in parts.iter().enumerate() {
        if part.kind() == "parameter" {
            let next = parts.get(at + 1).filter(|next| next.kind() == "=");
            let value = next.and_then(|_| parts.get(at + 2));
            parameter_with(lower, *part, value.copied());
        }
    }
    lower.close();
    lower.one(result.copied(), node);
    let body = node.child_by_field_name("body").or_else(|| child_of(node, "computed_property"));
    lower.block(body, node);
    lower.close();
}

pub fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    parameter_with(lower, node, None);
}

/// The label a caller writes stands among the modifiers.
pub fn parameter_with(lower: &mut Lower<'_, '_>, node: Node<'_>, value: Option<Node<'_>>) {
    let names = fields(node, "name");
    let sign = if child_of(node, "...").is_some() { "..." } else { "" };
    let end = value.map_or(node.end_byte(), |value| value.end_byte());
    lower.tree.open(Kind::Parameter, node.start_byte(), end, Text::Word(sign));
    lower.one(names.first().copied(), node);
    lower.one(names.get(1).copied(), node);
    lower.one(value, node);
    let mut words: Vec<Node<'_>> = node.child_by_field_name("external_name").into_iter().collect();
    words.extend(child_of(node, "parameter_modifiers"));
    shapes::modifiers_of(lower, &words, node);
    lower.close();
}

pub fn class(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = node.child_by_field_name("declaration_kind").map_or("class", |word| word.kind());
    lower.open(Kind::Class, node, Text::Word(word));
    push_modifiers(lower, node);
    lower.field(node, "name");
    let parents: Vec<Node<'_>> = named(node)
        .into_iter()
        .filter(|part| part.kind() == "inheritance_specifier")
        .filter_map(|part| part.child_by_field_name("inherits_from"))
        .collect();
    shapes::around(lower, Kind::Parents, &parents, node);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

/// `case a = 1, b(Int)`: a Variable each; what it holds is its type.
pub fn enum_entry(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut entries: Vec<[Option<Node<'_>>; 3]> = Vec::new();
    let mut cursor = node.walk();
    let mut more = cursor.goto_first_child();
    while more {
        let part = cursor.node();
        match (cursor.field_name(), entries.last_mut()) {
            (Some("name"), _) => entries.push([Some(part), None, None]),
            (Some("data_contents"), Some(last)) => last[1] = Some(part),
            (Some("raw_value"), Some(last)) => last[2] = Some(part),
            _ => {}
        }
        more = cursor.goto_next_sibling();
    }
    for [target, holds, value] in entries {
        lower.open(Kind::Variable, node, Text::Word("case"));
        push_modifiers(lower, node);
        lower.one(target, node);
        match holds {
            Some(holds) => type_of(lower, holds, "()", &fields(holds, "name")),
            None => lower.nothing(node),
        }
        lower.one(value, node);
        lower.close();
    }
}
