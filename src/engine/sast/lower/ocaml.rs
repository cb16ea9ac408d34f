//! OCaml. What stands in a row, by `;` or `let ... in`, is statements in order; a `let` with parameters is a Function.

#[cfg(test)]
mod tests;

use super::shapes::{self, inner, name, number, skip, word};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-ocaml 0.26.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("shebang", skip),
    ("attribute_id", skip),
    ("item_attribute", skip),
    ("floating_attribute", skip),
    ("expression_item", inner),
    ("structure", inner),
    ("sequence_expression", inner),
    ("let_expression", inner),
    ("parenthesized_expression", parentheses),
    ("then_clause", inner),
    ("else_clause", inner),
    ("do_clause", inner),
    ("guard", inner),
    ("value_name", name),
    ("value_pattern", name),
    ("module_name", name),
    ("module_type_name", name),
    ("constructor_name", name),
    ("class_name", name),
    ("field_name", name),
    ("method_name", name),
    ("instance_variable_name", name),
    ("label_name", name),
    ("type_constructor", name),
    ("type_variable", name),
    ("any_pattern", name),
    ("any_type", name),
    ("parenthesized_operator", name),
    ("value_path", path),
    ("module_path", path),
    ("extended_module_path", path),
    ("constructor_path", path),
    ("field_path", path),
    ("class_path", path),
    ("type_constructor_path", path),
    ("module_type_path", path),
    ("number", number),
    ("signed_number", number),
    ("boolean", boolean),
    ("unit", unit),
    ("character", character),
    ("string", quoted),
    ("quoted_string", quoted),
    ("tag", |l, n| {
        let (start, end) = (n.start_byte(), n.end_byte());
        l.tree.push(Kind::Symbol, start, end, Text::At((start + 1).min(end)..end));
    }),
    ("list_expression", shapes::list),
    ("empty_list", shapes::list),
    ("array_expression", shapes::list),
    ("list_pattern", shapes::list),
    ("array_pattern", shapes::list),
    ("tuple_expression", shapes::tuple),
    ("tuple_pattern", shapes::tuple),
    ("parenthesized_pattern", inner),
    ("cons_expression", |l, n| binary_of(l, n, "::")),
    ("cons_pattern", |l, n| binary_of(l, n, "::")),
    ("or_pattern", or_pattern),
    ("alias_pattern", alias_pattern),
    ("constructor_pattern", constructor_pattern),
    ("record_expression", shapes::dict),
    ("record_pattern", shapes::dict),
    ("field_expression", |l, n| field_pair(l, n, "body")),
    ("field_pattern", |l, n| field_pair(l, n, "pattern")),
    ("field_get_expression", field_get),
    ("method_invocation", method_invocation),
    ("array_get_expression", index),
    ("string_get_expression", index),
    ("bigarray_get_expression", index),
    ("set_expression", set),
    ("application_expression", application),
    ("labeled_argument", labeled),
    ("infix_expression", infix),
    ("prefix_expression", unary),
    ("sign_expression", unary),
    ("typed_expression", typed),
    ("typed_pattern", typed),
    ("new_expression", new),
    ("assert_expression", word),
    ("lazy_expression", word),
    ("if_expression", if_),
    ("while_expression", while_),
    ("for_expression", for_),
    ("match_expression", match_),
    ("match_case", case),
    ("function_expression", function_expression),
    ("fun_expression", fun_expression),
    ("try_expression", try_),
    ("value_definition", definition),
    ("parameter", parameter),
    ("external", external),
    ("constructed_type", constructed),
    ("function_type", |l, n| type_(l, n, "->")),
    ("tuple_type", |l, n| type_(l, n, "*")),
    ("parenthesized_type", inner),
    ("type_definition", inner),
    ("type_binding", type_binding),
    ("record_declaration", inner),
    ("variant_declaration", inner),
    ("field_declaration", field_declaration),
    ("constructor_declaration", constructor),
    ("module_definition", inner),
    ("module_binding", module),
    ("class_definition", inner),
    ("class_binding", module),
    ("object_expression", inner),
    ("method_definition", method),
    ("instance_variable_definition", instance_variable),
    ("open_module", open),
    ("include_module", include),
];

/// One node for an expression: a Block when it is several in a row.
fn value(lower: &mut Lower<'_, '_>, node: Option<Node<'_>>, parent: Node<'_>) {
    match node {
        Some(node) if matches!(node.kind(), "let_expression" | "sequence_expression") => {
            shapes::block(lower, node);
        }
        node => lower.one(node, parent),
    }
}

/// A Block, empty when there is nothing.
fn block(lower: &mut Lower<'_, '_>, node: Option<Node<'_>>, parent: Node<'_>) {
    if node.is_some() {
        return lower.block(node, parent);
    }
    let at = parent.end_byte();
    lower.tree.push(Kind::Block, at, at, Text::None);
}

fn parentheses(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    value(lower, node.child_by_field_name("expression"), node);
}

/// The names of `A.B.c`.
fn names(node: Node<'_>) -> Vec<Node<'_>> {
    let mut all = Vec::new();
    let mut rest = vec![node];
    while let Some(part) = rest.pop() {
        if part.kind().ends_with("_path") {
            rest.extend(named(part).into_iter().rev());
        } else {
            all.push(part);
        }
    }
    all
}

fn path(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    shapes::path(lower, &names(node));
}

fn boolean(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if lower.source(node) == "true" { shapes::yes(lower, node) } else { shapes::no(lower, node) }
}

/// `()` is an empty Tuple.
fn unit(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.tree.push(Kind::Tuple, node.start_byte(), node.end_byte(), Text::None);
}

fn character(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let inside = child_of(node, "character_content").unwrap_or(node);
    lower.tree.push(Kind::Char, node.start_byte(), node.end_byte(), Text::At(inside.byte_range()));
}

/// `"a"`, `{|a|}`.
fn quoted(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let inside = named(node).into_iter().find(|part| part.kind().ends_with("_content"));
    let text = inside.map_or(Text::None, |inside| Text::At(inside.byte_range()));
    lower.tree.push(Kind::Str, node.start_byte(), node.end_byte(), text);
}

fn binary_of(lower: &mut Lower<'_, '_>, node: Node<'_>, sign: &str) {
    lower.open(Kind::Binary, node, Text::Word(sign));
    value(lower, node.child_by_field_name("left"), node);
    value(lower, node.child_by_field_name("right"), node);
    lower.close();
}

/// Operators as written: `<>` and `!=` are not the same. `a := b` sets.
fn infix(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign =
        node.child_by_field_name("operator").map_or("", |sign| lower.source(sign)).to_owned();
    if sign != ":=" {
        return binary_of(lower, node, &sign);
    }
    lower.open(Kind::Assign, node, Text::None);
    lower.field(node, "left");
    value(lower, node.child_by_field_name("right"), node);
    lower.close();
}

fn unary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child_by_field_name("operator");
    lower.open(Kind::Unary, node, sign.map_or(Text::None, |sign| Text::At(sign.byte_range())));
    lower.field(node, "expression");
    lower.close();
}

fn or_pattern(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Binary, node, Text::Word("|"));
    lower.one(parts.first().copied(), node);
    lower.one(parts.get(1).copied(), node);
    lower.close();
}

/// `p as x`.
fn alias_pattern(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Assign, node, Text::None);
    lower.field(node, "alias");
    lower.field(node, "pattern");
    lower.close();
}

/// `Some x` as a pattern is what it is as an expression.
fn constructor_pattern(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let inside = node.child_by_field_name("pattern");
    let (start, end) = inside.map_or((node.end_byte(), node.end_byte()), |inside| {
        (inside.start_byte(), inside.end_byte())
    });
    lower.open(Kind::Call, node, Text::None);
    lower.one(named(node).into_iter().find(|part| Some(*part) != inside), node);
    lower.tree.open(Kind::Arguments, start, end, Text::None);
    if let Some(inside) = inside {
        lower.lower(inside);
    }
    lower.close();
    lower.close();
}

/// `a = b` in a record; `a` is `a = a`. `...` among fields has no other way to stand there than as one.
fn field_pair(lower: &mut Lower<'_, '_>, node: Node<'_>, field: &str) {
    let key = child_of(node, "field_path");
    if key.is_some_and(|key| lower.source(key) == "__ell__") {
        return lower.one(key, node);
    }
    lower.open(Kind::Pair, node, Text::None);
    lower.one(key, node);
    let given = node.child_by_field_name(field);
    let pun = key.and_then(|key| names(key).pop());
    value(lower, given.or(pun), node);
    lower.close();
}

/// `a.b`, `a.M.b`.
fn field_get(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let field = node.child_by_field_name("field");
    let last = field.and_then(|field| names(field).pop());
    let Some(last) = last else { return shapes::other(lower, node) };
    lower.open(Kind::Attribute, node, Text::At(last.byte_range()));
    lower.field(node, "record");
    lower.leaf(Kind::Name, last);
    lower.close();
}

fn method_invocation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    shapes::attribute(lower, node, "object", "method");
}

fn index(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.field(node, "sequence");
    lower.field(node, "index");
    lower.close();
}

/// `a.b <- c`.
fn set(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Assign, node, Text::None);
    lower.one(named(node).into_iter().next(), node);
    value(lower, node.child_by_field_name("body"), node);
    lower.close();
}

fn application(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let given: Vec<Node<'_>> = node.children_by_field_name("argument", &mut cursor).collect();
    let start = given.first().map_or(node.end_byte(), Node::start_byte);
    lower.open(Kind::Call, node, Text::None);
    lower.field(node, "function");
    lower.tree.open(Kind::Arguments, start, node.end_byte(), Text::None);
    for argument in given {
        value(lower, Some(argument), node);
    }
    lower.close();
    lower.close();
}

/// `~a:b`; `~a` is `~a:a`.
fn labeled(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let Some(label) = child_of(node, "label_name") else { return inner(lower, node) };
    lower.open(Kind::Keyword, node, Text::At(label.byte_range()));
    lower.leaf(Kind::Name, label);
    lower.one(node.child_by_field_name("expression").or(Some(label)), node);
    lower.close();
}

/// `(x : T)`.
fn typed(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Cast, node, Text::None);
    lower.field(node, "type");
    lower.one(named(node).into_iter().next(), node);
    lower.close();
}

fn new(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::New, node, Text::None);
    lower.one(child_of(node, "class_path"), node);
    let at = node.end_byte();
    lower.tree.push(Kind::Arguments, at, at, Text::None);
    lower.nothing(node);
    lower.close();
}

fn if_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::If, node, Text::None);
    value(lower, node.child_by_field_name("condition"), node);
    block(lower, child_of(node, "then_clause"), node);
    lower.block(child_of(node, "else_clause"), node);
    lower.close();
}

fn while_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::While, node, Text::None);
    value(lower, node.child_by_field_name("condition"), node);
    block(lower, child_of(node, "do_clause"), node);
    lower.close();
}

/// `for i = a to b` goes through a Slice; its text is `to` or `downto`.
fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let down = child_of(node, "downto").is_some();
    lower.open(Kind::ForEach, node, Text::None);
    lower.field(node, "name");
    lower.open(Kind::Slice, node, Text::Word(if down { "downto" } else { "to" }));
    lower.field(node, "from");
    lower.field(node, "to");
    lower.close();
    block(lower, child_of(node, "do_clause"), node);
    lower.close();
}

fn match_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Switch, node, Text::None);
    value(lower, node.child_by_field_name("expression"), node);
    cases(lower, node);
    lower.close();
}

fn cases(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    for case in named(node).into_iter().filter(|part| part.kind() == "match_case") {
        lower.lower(case);
    }
}

/// A pattern and what it must fulfil besides, then a Block.
fn case(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Case, node, Text::None);
    lower.field(node, "pattern");
    if let Some(guard) = child_of(node, "guard") {
        lower.one(Some(guard), node);
    }
    block(lower, node.child_by_field_name("body"), node);
    lower.close();
}

/// `function A -> b` has one parameter without a name.
fn function_expression(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Function, node, Text::Word("lambda"));
    lower.nothing(node);
    lower.nothing(node);
    let at = node.start_byte();
    lower.tree.push(Kind::Parameters, at, at, Text::None);
    lower.nothing(node);
    lower.open(Kind::Block, node, Text::None);
    lower.open(Kind::Switch, node, Text::None);
    lower.nothing(node);
    cases(lower, node);
    lower.close();
    lower.close();
    lower.close();
}

fn fun_expression(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    function(lower, node, node, None, "lambda");
}

/// A function: all of it, what holds its parameters and body, and its name.
fn function(
    lower: &mut Lower<'_, '_>,
    node: Node<'_>,
    holder: Node<'_>,
    name: Option<Node<'_>>,
    text: &str,
) {
    lower.open(Kind::Function, node, Text::Word(text));
    lower.nothing(node);
    lower.one(name, node);
    let all: Vec<Node<'_>> =
        named(holder).into_iter().filter(|part| part.kind() == "parameter").collect();
    let at = name.map_or(holder.start_byte(), |name| name.end_byte());
    let start = all.first().map_or(at, Node::start_byte);
    let end = all.last().map_or(at, Node::end_byte);
    lower.tree.open(Kind::Parameters, start, end, Text::None);
    for part in all {
        lower.lower(part);
    }
    lower.close();
    lower.field(holder, "type");
    block(lower, holder.child_by_field_name("body"), node);
    lower.close();
}

/// `~a`, `?(a = 1)`, `(a : T)`; `()` is a parameter whose pattern is an empty Tuple.
fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child(0).filter(|sign| !sign.is_named()).map_or("", |sign| sign.kind());
    let sign = if matches!(sign, "~" | "?") { sign } else { "" };
    let pattern = node.child_by_field_name("pattern");
    let typed = pattern.filter(|pattern| pattern.kind() == "typed_pattern").unwrap_or(node);
    let pattern = typed.child_by_field_name("pattern").or(pattern);
    lower.open(Kind::Parameter, node, Text::Word(sign));
    lower.one(pattern.or_else(|| child_of(node, "label_name")), node);
    lower.field(typed, "type");
    lower.field(node, "default");
    lower.nothing(node);
    lower.close();
}

fn try_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Try, node, Text::None);
    block(lower, node.child_by_field_name("expression"), node);
    for case in named(node).into_iter().filter(|part| part.kind() == "match_case") {
        lower.open(Kind::Catch, case, Text::None);
        lower.field(case, "pattern");
        lower.nothing(case);
        block(lower, case.child_by_field_name("body"), case);
        lower.close();
    }
    lower.close();
}

/// `let a = b and f x = c`: a Variable or Function for each; a `let*` has its word as text.
fn definition(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = child_of(node, "let_operator").map_or("let", |word| lower.source(word)).to_owned();
    let bindings = named(node).into_iter().filter(|part| part.kind() == "let_binding");
    for (at, part) in bindings.enumerate() {
        let target = part.child_by_field_name("pattern");
        let id = lower.tree.nodes().len() as u32;
        // The word belongs to the first.
        let from = if at == 0 { node.start_byte() } else { part.start_byte() };
        if child_of(part, "parameter").is_some() {
            function(lower, part, part, target, "");
            lower.tree.set_range(id, from, part.end_byte());
            continue;
        }
        lower.open(Kind::Variable, part, Text::Word(&word));
        lower.nothing(part);
        lower.one(target, part);
        lower.field(part, "type");
        value(lower, part.child_by_field_name("body"), part);
        lower.close();
        lower.tree.set_range(id, from, part.end_byte());
    }
}

fn external(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::Word("external"));
    lower.nothing(node);
    lower.one(child_of(node, "value_name"), node);
    lower.field(node, "type");
    let code = named(node).into_iter().find(|part| part.kind().ends_with("string"));
    lower.one(code.or_else(|| child_of(node, "external_declaration")), node);
    lower.close();
}

fn type_(lower: &mut Lower<'_, '_>, node: Node<'_>, shape: &str) {
    lower.open(Kind::Type, node, Text::Word(shape));
    lower.children(node);
    lower.close();
}

/// `int list` is list of int.
fn constructed(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut parts = named(node);
    lower.open(Kind::Type, node, Text::Word("<>"));
    let last = parts.pop();
    lower.one(last, node);
    for part in parts {
        lower.lower(part);
    }
    lower.close();
}

fn type_binding(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Class, node, Text::Word("type"));
    lower.nothing(node);
    lower.field(node, "name");
    lower.nothing(node);
    block(lower, node.child_by_field_name("body").or(node.child_by_field_name("synonym")), node);
    lower.close();
}

fn field_declaration(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::None);
    match child_of(node, "mutable") {
        Some(word) => {
            lower.open(Kind::Modifiers, word, Text::None);
            lower.word(word, "mutable");
            lower.close();
        }
        None => lower.nothing(node),
    }
    lower.one(child_of(node, "field_name"), node);
    lower.field(node, "type");
    lower.nothing(node);
    lower.close();
}

/// `A of int`.
fn constructor(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut parts = named(node).into_iter();
    lower.open(Kind::Variable, node, Text::Word("case"));
    lower.nothing(node);
    lower.one(parts.next(), node);
    let of: Vec<Node<'_>> = parts.collect();
    match of.as_slice() {
        [first, .., last] => {
            lower.tree.open(Kind::Type, first.start_byte(), last.end_byte(), Text::Word("*"));
            for part in &of {
                lower.lower(*part);
            }
            lower.close();
        }
        of => lower.one(of.first().copied(), node),
    }
    lower.nothing(node);
    lower.close();
}

/// Modules and classes.
fn module(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = node.kind().trim_end_matches("_binding");
    lower.open(Kind::Class, node, Text::Word(text));
    lower.nothing(node);
    lower.one(child_of(node, "module_name").or_else(|| child_of(node, "class_name")), node);
    lower.nothing(node);
    block(lower, node.child_by_field_name("body"), node);
    lower.close();
}

fn method(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    function(lower, node, node, child_of(node, "method_name"), "");
}

fn instance_variable(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::Word("val"));
    lower.nothing(node);
    lower.one(child_of(node, "instance_variable_name"), node);
    lower.field(node, "type");
    value(lower, node.child_by_field_name("body"), node);
    lower.close();
}

/// `open M` takes all.
fn open(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Import, node, Text::None);
    lower.field(node, "module");
    lower.word(node, "*");
    lower.nothing(node);
    lower.close();
}

fn include(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Word, node, Text::Word("include"));
    lower.field(node, "module");
    lower.close();
}
