//! Scala, 2 and 3.

mod statements;

use super::classes;
use super::shapes::{self, block, inner, name, number, skip, word};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};
use statements::{
    access_modifier, annotation, case, catches, class, enum_case, extension, finally, for_,
    function, given, import, match_, parameter, type_definition, variables,
};

/// Node kinds of tree-sitter-scala 0.26.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("block_comment", skip),
    ("end_marker", skip),
    ("self_type", skip),
    ("derives_clause", skip),
    ("access_qualifier", skip),
    (";", skip),
    ("parenthesized_expression", inner),
    ("block", block),
    ("indented_block", block),
    ("template_body", block),
    ("with_template_body", block),
    ("refinement", block),
    ("enum_body", block),
    ("case_block", cases),
    ("indented_cases", cases),
    ("identifier", name),
    ("operator_identifier", name),
    ("type_identifier", name),
    ("wildcard", name),
    ("package_identifier", |l, n| shapes::path(l, &named(n))),
    ("stable_identifier", scoped),
    ("stable_type_identifier", scoped),
    ("field_expression", |l, n| shapes::attribute(l, n, "value", "field")),
    ("postfix_expression", scoped),
    ("call_expression", call),
    ("generic_function", generic_function),
    ("arguments", arguments),
    ("method_value", |l, n| l.one(named(n).into_iter().next(), n)),
    ("instance_expression", creation),
    ("ascription_expression", ascription),
    ("string", string),
    ("interpolated_string_expression", interpolated),
    ("character_literal", classes::char),
    ("integer_literal", number),
    ("floating_point_literal", number),
    ("boolean_literal", classes::boolean),
    ("null_literal", shapes::null),
    ("unit", shapes::tuple),
    ("infix_expression", infix),
    ("prefix_expression", shapes::unary),
    ("assignment_expression", shapes::assign),
    ("tuple_expression", shapes::tuple),
    ("tuple_pattern", shapes::tuple),
    ("lambda_expression", lambda),
    ("generic_type", |l, n| classes::type_with(l, n, "<>")),
    ("type_arguments", inner),
    ("compound_type", |l, n| classes::type_with(l, n, "with")),
    ("function_type", |l, n| classes::type_with(l, n, "function")),
    ("parameter_types", inner),
    ("tuple_type", |l, n| classes::type_with(l, n, "()")),
    ("infix_type", infix_type),
    ("projected_type", |l, n| shapes::attribute(l, n, "type", "selector")),
    ("singleton_type", inner),
    ("annotated_type", first),
    ("applied_constructor_type", first),
    ("lazy_parameter_type", |l, n| l.field(n, "type")),
    ("repeated_parameter_type", |l, n| l.field(n, "type")),
    ("annotation", annotation),
    ("access_modifier", access_modifier),
    ("inline_modifier", name),
    ("open_modifier", name),
    ("opaque_modifier", name),
    ("infix_modifier", name),
    ("transparent_modifier", name),
    ("val_definition", variables),
    ("var_definition", variables),
    ("val_declaration", variables),
    ("var_declaration", variables),
    ("type_definition", type_definition),
    ("given_definition", given),
    ("extension_definition", extension),
    ("class_definition", |l, n| class(l, n, "class")),
    ("trait_definition", |l, n| class(l, n, "trait")),
    ("object_definition", |l, n| class(l, n, "object")),
    ("package_object", |l, n| class(l, n, "object")),
    ("enum_definition", |l, n| class(l, n, "enum")),
    ("full_enum_case", |l, n| class(l, n, "case")),
    ("enum_case_definitions", inner),
    ("simple_enum_case", enum_case),
    ("function_definition", function),
    ("function_declaration", function),
    ("parameter", |l, n| parameter(l, n, None)),
    ("binding", |l, n| parameter(l, n, None)),
    ("if_expression", classes::branch),
    ("while_expression", shapes::while_),
    ("do_while_expression", classes::do_while),
    ("for_expression", for_),
    ("try_expression", shapes::try_),
    ("catch_clause", catches),
    ("finally_clause", finally),
    ("match_expression", match_),
    ("case_clause", case),
    ("alternative_pattern", inner),
    ("typed_pattern", typed_pattern),
    ("case_class_pattern", case_class_pattern),
    ("infix_pattern", infix),
    ("repeat_pattern", many),
    ("vararg", many),
    ("capture_pattern", capture_pattern),
    ("return_expression", word),
    ("throw_expression", word),
    ("import_declaration", import),
    ("package_clause", shapes::package),
];

fn first(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.one(named(node).into_iter().next(), node);
}

/// `a.b` without fields; also `a b`, which is the same.
fn scoped(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let [object, last] = parts.as_slice() else { return shapes::other(lower, node) };
    lower.open(Kind::Attribute, node, Text::At(last.byte_range()));
    lower.one(Some(*object), node);
    lower.leaf(Kind::Name, *last);
    lower.close();
}

// --- expressions

/// `f[T]` is `f`, but for the three that mean something by it.
fn generic_function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let called = node.child_by_field_name("function");
    let kind =
        node.child_by_field_name("type_arguments").and_then(|list| named(list).first().copied());
    let last = called.map(|called| called.child_by_field_name("field").unwrap_or(called));
    let object = called.and_then(|called| called.child_by_field_name("value"));
    let word = last.map_or("", |last| lower.source(last));
    match (word, object) {
        ("classOf", None) => {
            lower.open(Kind::Attribute, node, Text::Word("class"));
            lower.one(kind, node);
            lower.word(node, "class");
            lower.close();
        }
        ("asInstanceOf", Some(object)) => {
            lower.open(Kind::Cast, node, Text::None);
            lower.one(kind, node);
            lower.one(Some(object), node);
            lower.close();
        }
        ("isInstanceOf", Some(object)) => {
            lower.open(Kind::Binary, node, Text::Word("instanceof"));
            lower.one(Some(object), node);
            lower.one(kind, node);
            lower.close();
        }
        _ => lower.one(called, node),
    }
}

/// `(a, b = c)`.
fn arguments(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Arguments, node, Text::None);
    listed(lower, node);
    lower.close();
}

fn listed(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    for part in named(node) {
        let label = part
            .child_by_field_name("left")
            .filter(|left| part.kind() == "assignment_expression" && left.kind() == "identifier");
        let Some(label) = label else {
            lower.lower(part);
            continue;
        };
        lower.open(Kind::Keyword, part, Text::At(label.byte_range()));
        lower.leaf(Kind::Name, label);
        lower.field(part, "right");
        lower.close();
    }
}

/// `f { x }` is `f(x)`: a Block only when it holds more than one thing.
fn call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let given = node.child_by_field_name("arguments").filter(|given| given.kind() != "arguments");
    let Some(given) = given else { return shapes::call(lower, node) };
    lower.open(Kind::Call, node, Text::None);
    lower.field(node, "function");
    lower.open(Kind::Arguments, given, Text::None);
    content(lower, given);
    lower.close();
    lower.close();
}

/// What a block in the place of an expression stands for.
fn content(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    match named(node).as_slice() {
        [lone] if matches!(node.kind(), "block" | "indented_block") => lower.lower(*lone),
        _ => lower.lower(node),
    }
}

/// `new T(a) { ... }`, `new T with U`.
fn creation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut lists = shapes::fields(node, "arguments");
    let mut body = named(node).into_iter().find(|part| part.kind().ends_with("template_body"));
    let mut made = named(node).into_iter().next().filter(|made| Some(*made) != body);
    if let Some(compound) = made.filter(|made| made.kind() == "compound_type") {
        made = compound.child_by_field_name("base");
        body = body.or_else(|| child_of(compound, "refinement"));
    }
    let applied = made.filter(|made| made.kind() == "applied_constructor_type");
    lists.extend(applied.and_then(|applied| child_of(applied, "arguments")));
    lower.open(Kind::New, node, Text::None);
    lower.one(made, node);
    match (lists.first(), lists.last()) {
        (Some(first), Some(last)) => {
            lower.tree.open(Kind::Arguments, first.start_byte(), last.end_byte(), Text::None);
            for list in &lists {
                listed(lower, *list);
            }
            lower.close();
        }
        _ => {
            lower.tree.push(Kind::Arguments, node.end_byte(), node.end_byte(), Text::None);
        }
    }
    lower.block(body, node);
    lower.close();
}

/// `x: T`.
fn ascription(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Cast, node, Text::Word(":"));
    lower.field(node, "type");
    lower.one(named(node).into_iter().next(), node);
    lower.close();
}

/// `"a"`, `"""a"""`.
fn string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let quotes = if lower.source(node).starts_with("\"\"\"") { 3 } else { 1 };
    let start = (node.start_byte() + quotes).min(node.end_byte());
    let end = node.end_byte().saturating_sub(quotes).max(start);
    lower.tree.push(Kind::Str, node.start_byte(), node.end_byte(), Text::At(start..end));
}

/// `s"a$b"`; without anything to join it is no plain string either: patterns tell the two apart.
fn interpolated(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = node.child_by_field_name("interpolator");
    let Some(inside) = named(node).into_iter().next_back() else { return };
    let holes: Vec<Node<'_>> =
        named(inside).into_iter().filter(|part| part.kind() == "interpolation").collect();
    let quotes = if lower.source(inside).starts_with("\"\"\"") { 3 } else { 1 };
    let start = (inside.start_byte() + quotes).min(inside.end_byte());
    let end = inside.end_byte().saturating_sub(quotes).max(start);
    lower.open(
        Kind::Interpolated,
        node,
        word.map_or(Text::None, |word| Text::At(word.byte_range())),
    );
    let mut at = start;
    for hole in holes {
        if at < hole.start_byte() {
            lower.tree.push(Kind::Str, at, hole.start_byte(), Text::At(at..hole.start_byte()));
        }
        match named(hole).first() {
            Some(value) => content(lower, *value),
            None => lower.nothing(hole),
        }
        at = hole.end_byte();
    }
    if at < end {
        lower.tree.push(Kind::Str, at, end, Text::At(at..end));
    }
    lower.close();
}

/// `a op b`; `a += b` is an update.
fn infix(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let Some(sign) = node.child_by_field_name("operator") else {
        return shapes::other(lower, node);
    };
    let text = lower.source(sign);
    let compares = matches!(text, "==" | "!=" | "<=" | ">=" | "===" | "=!=");
    let kind = if text.ends_with('=') && !compares { Kind::Update } else { Kind::Binary };
    lower.open(kind, node, Text::At(sign.byte_range()));
    lower.field(node, "left");
    match node.child_by_field_name("right") {
        Some(right) => content(lower, right),
        None => lower.nothing(node),
    }
    lower.close();
}

/// `x => y`, and a block that begins with `x =>` or `x: T =>`.
fn lambda(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let given = shapes::fields(node, "parameters");
    lower.open(Kind::Function, node, Text::Word("lambda"));
    lower.nothing(node);
    lower.nothing(node);
    match given.as_slice() {
        [list] if list.kind() == "bindings" => {
            lower.open(Kind::Parameters, *list, Text::None);
            for part in named(*list) {
                shapes::parameter(lower, part);
            }
        }
        [lone, rest @ ..] => {
            let end = rest.last().unwrap_or(lone).end_byte();
            lower.tree.open(Kind::Parameters, lone.start_byte(), end, Text::None);
            lower.tree.open(Kind::Parameter, lone.start_byte(), end, Text::None);
            lower.one(Some(*lone), node);
            lower.one(rest.first().copied(), *lone);
            lower.nothing(*lone);
            lower.nothing(*lone);
            lower.close();
        }
        [] => {
            lower.tree.open(Kind::Parameters, node.start_byte(), node.start_byte(), Text::None);
        }
    }
    lower.close();
    lower.nothing(node);
    let body: Vec<Node<'_>> =
        named(node).into_iter().filter(|part| !given.contains(part)).collect();
    let in_block = node.parent().is_some_and(|parent| parent.kind().ends_with("block"));
    match body.as_slice() {
        [lone] if matches!(lone.kind(), "block" | "indented_block") => {
            lower.block(Some(*lone), node);
        }
        [lone] if !in_block => shapes::expression_body(lower, Some(*lone), node),
        parts => {
            let start = parts.first().map_or(node.end_byte(), Node::start_byte);
            lower.tree.open(Kind::Block, start, node.end_byte(), Text::None);
            for part in parts {
                lower.lower(*part);
            }
            lower.close();
        }
    }
    lower.close();
}

/// `{ case a => b }` is a function that looks at its argument.
fn cases(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Function, node, Text::Word("lambda"));
    lower.nothing(node);
    lower.nothing(node);
    lower.tree.push(Kind::Parameters, node.start_byte(), node.start_byte(), Text::None);
    lower.nothing(node);
    lower.open(Kind::Block, node, Text::None);
    lower.open(Kind::Switch, node, Text::None);
    lower.nothing(node);
    lower.children(node);
    lower.close();
    lower.close();
    lower.close();
}

fn infix_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child_by_field_name("operator");
    lower.open(Kind::Type, node, sign.map_or(Text::None, |sign| Text::At(sign.byte_range())));
    lower.field(node, "left");
    lower.field(node, "right");
    lower.close();
}

/// `x: T` declares x.
fn typed_pattern(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::None);
    lower.nothing(node);
    lower.field(node, "pattern");
    lower.field(node, "type");
    lower.nothing(node);
    lower.close();
}

/// `T(a, b)` reads like the call that makes one.
fn case_class_pattern(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Call, node, Text::None);
    lower.field(node, "type");
    let parts = shapes::fields(node, "pattern");
    let start = node.child_by_field_name("type").map_or(node.start_byte(), |kind| kind.end_byte());
    lower.tree.open(Kind::Arguments, start, node.end_byte(), Text::None);
    for part in &parts {
        lower.lower(*part);
    }
    lower.close();
    lower.close();
}

/// `_*` of a pattern, `x: _*` and `x*` of arguments.
fn many(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Spread, node, Text::Word("*"));
    lower.one(named(node).into_iter().next(), node);
    lower.close();
}

/// `x @ p`.
fn capture_pattern(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Assign, node, Text::None);
    lower.one(parts.first().copied(), node);
    lower.one(parts.last().copied(), node);
    lower.close();
}

#[cfg(test)]
mod tests;
