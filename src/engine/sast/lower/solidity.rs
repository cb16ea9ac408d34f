//! Solidity and the Yul in its assembly. Options of a call (`f{value: 1}(x)`) are Keywords behind its arguments.

mod flow;
mod operators;
#[cfg(test)]
mod tests;
mod yul;

use super::shapes::{self, inner, name, number, skip, word};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-solidity 1.2.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("statement", inner),
    ("expression_statement", inner),
    ("expression", inner),
    ("parenthesized_expression", inner),
    ("block_statement", block),
    ("function_body", shapes::block),
    ("contract_body", shapes::block),
    ("struct_body", shapes::block),
    ("enum_body", shapes::block),
    ("identifier", name),
    ("enum_value", enum_value),
    ("primitive_type", primitive),
    ("user_defined_type", path),
    ("type_alias", path),
    ("any_source_type", name),
    ("type_name", type_name),
    ("return_parameter", inner),
    ("number_literal", number),
    ("boolean_literal", inner),
    ("true", shapes::yes),
    ("false", shapes::no),
    ("string", quoted),
    ("string_literal", string),
    ("unicode_string_literal", quoted),
    ("hex_string_literal", quoted),
    ("member_expression", member),
    ("array_access", index),
    ("slice_access", slice),
    ("call_expression", call),
    ("type_cast_expression", cast),
    ("payable_conversion_expression", word_call),
    ("meta_type_expression", word_call),
    ("call_argument", inner),
    ("call_struct_argument", option),
    ("struct_field_assignment", option),
    ("struct_expression", optional_call),
    ("new_expression", new),
    ("tuple_expression", |l, n| tuple(l, n, "")),
    ("inline_array_expression", shapes::list),
    ("binary_expression", operators::binary),
    ("unary_expression", operators::unary),
    ("update_expression", update),
    ("assignment_expression", shapes::assign),
    ("augmented_assignment_expression", augmented),
    ("ternary_expression", operators::ternary),
    ("variable_declaration_statement", declaration),
    ("state_variable_declaration", state_variable),
    ("constant_variable_declaration", state_variable),
    ("struct_member", state_variable),
    ("visibility", name),
    ("state_mutability", name),
    ("state_location", name),
    ("immutable", name),
    ("virtual", name),
    ("override_specifier", |l, n| {
        l.word(n, "override");
    }),
    ("modifier_invocation", invocation),
    ("parameter", parameter),
    ("event_parameter", parameter),
    ("error_parameter", parameter),
    ("return_type_definition", parameters),
    ("function_definition", function),
    ("modifier_definition", function),
    ("constructor_definition", function),
    ("fallback_receive_definition", function),
    ("event_definition", function),
    ("error_declaration", function),
    ("contract_declaration", class),
    ("interface_declaration", class),
    ("library_declaration", class),
    ("struct_declaration", class),
    ("enum_declaration", class),
    ("inheritance_specifier", ancestor),
    ("pragma_directive", pragma),
    ("import_directive", import),
    ("using_directive", word),
    ("using_alias", inner),
    ("if_statement", flow::if_),
    ("for_statement", flow::for_),
    ("while_statement", shapes::while_),
    ("do_while_statement", flow::do_),
    ("continue_statement", word),
    ("break_statement", word),
    ("return_statement", word),
    ("emit_statement", flow::emit),
    ("revert_statement", flow::revert),
    ("try_statement", flow::try_),
    ("assembly_statement", |l, n| words(l, n, "assembly")),
    ("assembly_flags", skip),
    ("yul_block", shapes::block),
    ("yul_identifier", name),
    ("yul_evm_builtin", name),
    ("yul_path", path),
    ("yul_decimal_number", number),
    ("yul_hex_number", number),
    ("yul_string_literal", inner),
    ("yul_hex_string_literal", quoted),
    ("yul_boolean", boolean),
    ("yul_variable_declaration", yul::yul_variable),
    ("yul_assignment", yul::yul_assignment),
    ("yul_function_call", yul::yul_call),
    ("yul_if_statement", yul::yul_if),
    ("yul_for_statement", yul::yul_for),
    ("yul_switch_statement", yul::yul_switch),
    ("yul_function_definition", yul::yul_function),
    ("yul_leave", word),
    ("yul_break", word),
    ("yul_continue", word),
];

/// A Block that says what is special about it.
fn words(lower: &mut Lower<'_, '_>, node: Node<'_>, text: &str) {
    lower.open(Kind::Block, node, Text::Word(text));
    for part in named(node).into_iter().filter(|part| part.kind() != "unchecked") {
        lower.lower(part);
    }
    lower.close();
}

fn block(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let unchecked = child_of(node, "unchecked").is_some();
    words(lower, node, if unchecked { "unchecked" } else { "" });
}

fn boolean(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if lower.source(node) == "true" { shapes::yes(lower, node) } else { shapes::no(lower, node) }
}

fn primitive(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = lower.source(node).split_whitespace().collect::<Vec<_>>().join(" ");
    lower.word(node, &text);
}

/// `a.b.c`.
fn path(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    shapes::path(lower, &named(node));
}

/// Names, arrays, mappings and functions.
fn type_name(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let shape = match node.child(0).map(|first| first.kind()) {
        Some("type_name") => "[]",
        Some("mapping") => "mapping",
        Some("function") => "function",
        _ => return inner(lower, node),
    };
    lower.open(Kind::Type, node, Text::Word(shape));
    if shape == "mapping" {
        lower.field(node, "key_type");
        lower.field(node, "value_type");
    } else {
        lower.children(node);
    }
    lower.close();
}

/// What stands between the first and the last quote.
fn quoted(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (start, end) = (node.start_byte(), node.end_byte());
    let before = lower.source(node).find(['"', '\'']).map_or(0, |at| at + 1);
    let inside = (start + before).min(end);
    lower.tree.push(Kind::Str, start, end, Text::At(inside..end.saturating_sub(1).max(inside)));
}

/// Adjacent strings are one.
fn string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if named(node).len() < 2 {
        return inner(lower, node);
    }
    lower.open(Kind::Interpolated, node, Text::Word("concat"));
    lower.children(node);
    lower.close();
}

/// `x++`, `++x`; the first token is the operand or the operator.
fn update(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    shapes::unary(lower, node);
}

fn member(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    operators::postfix(lower, node, |lower, node| {
        shapes::attribute(lower, node, "object", "property");
    });
}

fn index(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    operators::postfix(lower, node, |lower, node| {
        lower.open(Kind::Index, node, Text::None);
        lower.children(node);
        lower.close();
    });
}

/// `a[1:2]`.
fn slice(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    operators::postfix(lower, node, |lower, node| {
        lower.open(Kind::Index, node, Text::None);
        lower.field(node, "base");
        lower.open(Kind::Slice, node, Text::None);
        lower.field(node, "from");
        lower.field(node, "to");
        lower.close();
        lower.close();
    });
}

/// The arguments of a node, then its options.
fn arguments(lower: &mut Lower<'_, '_>, node: Node<'_>, options: Option<Node<'_>>) {
    let holder = child_of(node, "revert_arguments").unwrap_or(node);
    let start = child_of(holder, "(").map_or(node.end_byte(), |open| open.start_byte());
    lower.tree.open(Kind::Arguments, start, node.end_byte(), Text::None);
    for part in named(holder).into_iter().filter(|part| part.kind() == "call_argument") {
        lower.lower(part);
    }
    let options = options.map(named).unwrap_or_default();
    for part in options.into_iter().filter(|part| part.kind() == "struct_field_assignment") {
        lower.lower(part);
    }
    lower.close();
}

/// Through nodes that add nothing.
fn inside(node: Option<Node<'_>>) -> Option<Node<'_>> {
    let mut at = node?;
    while at.kind() == "expression" {
        at = at.named_child(0)?;
    }
    Some(at)
}

/// `f(x)`, `f{value: 1}(x)`, `new C(x)`, `new C{salt: 1}(x)`.
fn call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    operators::postfix(lower, node, |lower, node| {
        let mut callee = inside(node.child_by_field_name("function"));
        let options = callee.filter(|callee| callee.kind() == "struct_expression");
        if let Some(options) = options {
            callee = inside(options.child_by_field_name("type"));
        }
        let made = callee.filter(|callee| callee.kind() == "new_expression");
        lower.open(if made.is_some() { Kind::New } else { Kind::Call }, node, Text::None);
        match made {
            Some(made) => lower.field(made, "name"),
            None => lower.one(callee, node),
        }
        arguments(lower, node, options);
        if made.is_some() {
            lower.nothing(node);
        }
        lower.close();
    });
}

/// `f{value: 1}` that is not called.
fn optional_call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Call, node, Text::None);
    lower.field(node, "type");
    arguments(lower, node, Some(node));
    lower.close();
}

/// `uint8(x)` is a call.
fn cast(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Call, node, Text::None);
    lower.one(child_of(node, "primitive_type"), node);
    arguments(lower, node, None);
    lower.close();
}

/// `payable(x)`, `type(T)`.
fn word_call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = node.child(0).map_or("", |word| word.kind());
    lower.open(Kind::Call, node, Text::None);
    lower.word(node, word);
    lower.open(Kind::Arguments, node, Text::None);
    lower.children(node);
    lower.close();
    lower.close();
}

/// `name: value` of a call; `...` has no other way to stand there than as both.
fn option(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let is_rest =
        node.child_by_field_name("name").is_some_and(|name| lower.source(name) == "__ell__");
    if is_rest {
        return lower.field(node, "value");
    }
    shapes::keyword(lower, node);
}

fn new(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::New, node, Text::None);
    lower.field(node, "name");
    arguments(lower, node, None);
    lower.nothing(node);
    lower.close();
}

/// What stands between commas, with gaps as Nothing: calls back for each, and for what of it.
fn gaps(node: Node<'_>) -> Vec<Option<Node<'_>>> {
    let mut cursor = node.walk();
    let mut all = Vec::new();
    let mut given = None;
    let mut commas = false;
    for child in node.children(&mut cursor).filter(|child| !child.is_extra()) {
        match child.kind() {
            "," => {
                commas = true;
                all.push(given.take());
            }
            _ if child.is_named() => given = Some(child),
            _ => {}
        }
    }
    if commas || given.is_some() {
        all.push(given);
    }
    all
}

/// `(a, , b)`; `(a)` is `a`. The text is the declaration's field that is meant, none for expressions.
fn tuple(lower: &mut Lower<'_, '_>, node: Node<'_>, field: &str) {
    let parts = gaps(node);
    if let ([Some(lone)], "") = (parts.as_slice(), field) {
        return lower.lower(*lone);
    }
    let kind = if field == "type" { Kind::Type } else { Kind::Tuple };
    lower.open(kind, node, Text::Word(if field == "type" { "()" } else { "" }));
    for part in parts {
        match part {
            Some(part) if part.kind() == "variable_declaration" => lower.field(part, field),
            Some(_) if field == "type" => lower.nothing(node),
            part => lower.one(part, node),
        }
    }
    lower.close();
}

fn augmented(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child(1).map_or("", |sign| sign.kind());
    lower.open(Kind::Update, node, Text::Word(sign));
    lower.field(node, "left");
    lower.field(node, "right");
    lower.close();
}

/// `T memory x = v` and `(T x, , U y) = v`.
fn declaration(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::None);
    if let Some(several) = child_of(node, "variable_declaration_tuple") {
        lower.nothing(node);
        tuple(lower, several, "name");
        tuple(lower, several, "type");
    } else {
        let one = child_of(node, "variable_declaration").unwrap_or(node);
        modifiers(lower, one, &[]);
        lower.field(one, "name");
        lower.field(one, "type");
    }
    lower.field(node, "value");
    lower.close();
}

/// Variables of a contract, of a file and of a struct.
fn state_variable(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::None);
    modifiers(lower, node, &["visibility", "override_specifier", "immutable", "state_location"]);
    lower.field(node, "name");
    lower.field(node, "type");
    lower.field(node, "value");
    lower.close();
}

fn enum_value(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::Word("case"));
    lower.nothing(node);
    lower.leaf(Kind::Name, node);
    lower.nothing(node);
    lower.nothing(node);
    lower.close();
}

/// Keywords of a declaration, and children of it of some kinds.
fn modifiers(lower: &mut Lower<'_, '_>, node: Node<'_>, kinds: &[&str]) {
    const WORDS: [&str; 10] = [
        "constant",
        "memory",
        "storage",
        "calldata",
        "indexed",
        "anonymous",
        "abstract",
        "payable",
        "public",
        "internal",
    ];
    let mut cursor = node.walk();
    let is_one = |part: &Node<'_>| kinds.contains(&part.kind()) || WORDS.contains(&part.kind());
    let all: Vec<Node<'_>> = node.children(&mut cursor).filter(is_one).collect();
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return lower.nothing(node) };
    lower.tree.open(Kind::Modifiers, first.start_byte(), last.end_byte(), Text::None);
    for part in all {
        if part.is_named() {
            lower.lower(part);
        } else {
            lower.word(part, part.kind());
        }
    }
    lower.close();
}

/// A modifier of a function, with arguments or without.
fn invocation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Decorator, node, Text::None);
    ancestor(lower, node);
    lower.close();
}

/// `A.B` or `A.B(x)`.
fn ancestor(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let is_called = child_of(node, "(").is_some();
    if is_called {
        lower.open(Kind::Call, node, Text::None);
    }
    if let Some(ancestor) = node.child_by_field_name("ancestor") {
        lower.lower(ancestor);
    } else {
        let names = named(node).into_iter().filter(|part| part.kind() == "identifier");
        shapes::path(lower, &names.collect::<Vec<_>>());
    }
    if is_called {
        arguments(lower, node, None);
        lower.close();
    }
}

fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameter, node, Text::None);
    lower.field(node, "name");
    lower.field(node, "type");
    lower.nothing(node);
    modifiers(lower, node, &[]);
    lower.close();
}

/// The parameters among a node's children.
fn parameters(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let start = child_of(node, "(").map_or(node.end_byte(), |open| open.start_byte());
    let end = child_of(node, ")").map_or(start, |close| close.end_byte()).max(start);
    lower.tree.open(Kind::Parameters, start, end, Text::None);
    for part in named(node) {
        if part.kind() == "parameter" || part.kind().ends_with("_parameter") {
            lower.lower(part);
        }
    }
    lower.close();
}

/// Functions; the text tells constructors, modifiers, events and errors apart. What is returned are Parameters.
fn function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = match node.kind().split('_').next() {
        Some("function" | "fallback") | None => "",
        Some(word) => word,
    };
    lower.open(Kind::Function, node, Text::Word(text));
    let kinds =
        ["visibility", "state_mutability", "virtual", "override_specifier", "modifier_invocation"];
    modifiers(lower, node, &kinds);
    let word = node.child(0).map_or("", |word| word.kind());
    match node.child_by_field_name("name") {
        Some(name) => lower.lower(name),
        None if word == "function" => lower.nothing(node),
        None => {
            lower.word(node, word);
        }
    }
    parameters(lower, node);
    lower.field(node, "return_type");
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

/// Contracts, interfaces, libraries, structs and enums.
fn class(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = node.kind().trim_end_matches("_declaration");
    lower.open(Kind::Class, node, Text::Word(text));
    modifiers(lower, node, &[]);
    lower.field(node, "name");
    let parents = named(node).into_iter().filter(|part| part.kind() == "inheritance_specifier");
    let parents: Vec<Node<'_>> = parents.collect();
    shapes::around(lower, Kind::Parents, &parents, node);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

/// `pragma solidity ^0.8.0`: the first word, then what follows it as one string.
fn pragma(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let source = lower.source(node).trim_end_matches(';').trim_end();
    let end = node.start_byte() + source.len();
    let body = source.strip_prefix("pragma").unwrap_or(source).trim_start();
    let about = body.split_whitespace().next().unwrap_or("");
    let start = end - body.len();
    let value = body.strip_prefix(about).unwrap_or("").trim_start();
    let (middle, from) = (start + about.len(), end - value.len());
    let is_placeholder = value.starts_with("__mv_") || value.starts_with("__ell__");
    let kind = if is_placeholder { Kind::Name } else { Kind::Str };
    lower.open(Kind::Other, node, Text::Word("pragma"));
    lower.tree.push(Kind::Name, start, middle, Text::At(start..middle));
    lower.tree.push(kind, from, end, Text::At(from..end));
    lower.close();
}

/// `import "x"`, `import "x" as A`, `import {A, B as C} from "x"`, `import * as A from "x"`.
fn import(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let names: Vec<Node<'_>> = node.children_by_field_name("import_name", &mut cursor).collect();
    let whole = names.is_empty().then(|| (None, node.child_by_field_name("alias")));
    for (name, alias) in names.iter().map(|name| (Some(*name), aliased(*name))).chain(whole) {
        lower.open(Kind::Import, node, Text::None);
        lower.field(node, "source");
        lower.one(name, node);
        lower.one(alias, node);
        lower.close();
    }
}

/// The name behind `as`.
fn aliased(name: Node<'_>) -> Option<Node<'_>> {
    let alias = name.next_sibling().filter(|next| next.kind() == "as");
    alias.and_then(|word| word.next_named_sibling())
}
