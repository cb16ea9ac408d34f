//! JavaScript with JSX, and what TypeScript shares with it.

pub mod definitions;
pub mod elements;
mod modules;
#[cfg(test)]
pub mod tests;

use self::definitions::{declaration, field, function, members, parameters};
use self::elements::JSX;
use self::modules::{export, import};
use super::shapes::{self, binary, block, inner, name, number, skip, word};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-javascript 0.25.
pub const SHAPES: &[(&str, Shape)] =
    &shapes::join::<{ SHARED.len() + OWN.len() + JSX.len() }>(&[SHARED, OWN, JSX]);

/// What only this grammar has.
const OWN: &[(&str, Shape)] = &[
    ("using_declaration", |l, n| declaration(l, n, &[])),
    ("field_definition", |l, n| field(l, n, &[])),
];

/// Node kinds that the grammars of both languages have.
pub const SHARED: &[(&str, Shape)] = &[
    ("comment", skip),
    ("html_comment", skip),
    ("hash_bang_line", skip),
    ("empty_statement", skip),
    ("expression_statement", statement),
    ("parenthesized_expression", parenthesized),
    ("sequence_expression", shapes::tuple),
    ("statement_block", block),
    ("identifier", name),
    ("property_identifier", name),
    ("private_property_identifier", name),
    ("statement_identifier", name),
    ("shorthand_property_identifier", shorthand),
    ("shorthand_property_identifier_pattern", shorthand),
    ("undefined", name),
    ("this", name),
    ("super", name),
    ("import", name),
    ("meta_property", meta_property),
    ("computed_property_name", inner),
    ("member_expression", |l, n| shapes::attribute(l, n, "object", "property")),
    ("subscript_expression", subscript),
    ("call_expression", call),
    ("new_expression", new),
    ("arguments", shapes::arguments),
    ("spread_element", shapes::spread),
    ("rest_pattern", shapes::spread),
    ("string", |l, n| shapes::string(l, n, &[], "")),
    ("template_string", |l, n| shapes::string(l, n, &["template_substitution"], "template")),
    ("number", number),
    ("true", shapes::yes),
    ("false", shapes::no),
    ("null", shapes::null),
    ("regex", regex),
    ("array", array),
    ("array_pattern", array),
    ("object", shapes::dict),
    ("object_pattern", shapes::dict),
    ("pair", pair),
    ("pair_pattern", pair),
    ("object_assignment_pattern", object_default),
    ("assignment_pattern", shapes::assign),
    ("binary_expression", binary),
    ("unary_expression", shapes::unary),
    ("update_expression", shapes::unary),
    ("assignment_expression", shapes::assign),
    ("augmented_assignment_expression", shapes::update),
    ("ternary_expression", shapes::conditional),
    ("await_expression", shapes::await_),
    ("yield_expression", yield_),
    ("arrow_function", |l, n| function(l, n, &[])),
    ("function_expression", |l, n| declaration(l, n, &[])),
    ("function_declaration", |l, n| declaration(l, n, &[])),
    ("generator_function", |l, n| declaration(l, n, &[])),
    ("generator_function_declaration", |l, n| declaration(l, n, &[])),
    ("method_definition", |l, n| function(l, n, &[])),
    ("formal_parameters", parameters),
    ("class", |l, n| declaration(l, n, &[])),
    ("class_declaration", |l, n| declaration(l, n, &[])),
    ("class_body", members),
    ("class_static_block", word),
    ("decorator", shapes::decorator),
    ("lexical_declaration", |l, n| declaration(l, n, &[])),
    ("variable_declaration", |l, n| declaration(l, n, &[])),
    ("import_statement", import),
    ("export_statement", export),
    ("if_statement", if_),
    ("else_clause", inner),
    ("for_statement", for_),
    ("for_in_statement", for_in),
    ("while_statement", shapes::while_),
    ("do_statement", do_),
    ("try_statement", try_),
    ("catch_clause", catch),
    ("finally_clause", shapes::finally),
    ("with_statement", with),
    ("switch_statement", switch),
    ("switch_case", case),
    ("switch_default", case),
    ("labeled_statement", label),
    ("return_statement", word),
    ("throw_statement", word),
    ("break_statement", word),
    ("continue_statement", word),
    ("debugger_statement", word),
];

/// `a, b;` are two statements.
fn statement(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    for child in named(node) {
        if child.kind() == "sequence_expression" {
            lower.children(child);
        } else {
            lower.lower(child);
        }
    }
}

/// Flow's `(x: T)` is `x`.
fn parenthesized(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    named(node)
        .into_iter()
        .filter(|child| child.kind() != "type_annotation")
        .for_each(|child| lower.lower(child));
}

/// A statement that is a body: a Block either way, without making one twice.
pub fn body(lower: &mut Lower<'_, '_>, node: Option<Node<'_>>, parent: Node<'_>) {
    match node {
        Some(node) if node.kind() == "statement_block" => lower.one(Some(node), parent),
        node => lower.block(node, parent),
    }
}

/// `{a}` is `{a: a}`.
fn shorthand(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Pair, node, Text::None);
    lower.leaf(Kind::Name, node);
    lower.leaf(Kind::Name, node);
    lower.close();
}

/// `{a = 1}` of a pattern is `{a: a = 1}`.
fn object_default(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let left = node
        .child_by_field_name("left")
        .filter(|left| left.kind() == "shorthand_property_identifier_pattern");
    let Some(left) = left else { return shapes::assign(lower, node) };
    lower.open(Kind::Pair, node, Text::None);
    lower.leaf(Kind::Name, left);
    lower.open(Kind::Assign, node, Text::None);
    lower.leaf(Kind::Name, left);
    lower.field(node, "right");
    lower.close();
    lower.close();
}

/// A computed key is told by the text: `{[a]: 1}` is not `{a: 1}`.
fn pair(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let written = node.child_by_field_name("key");
    let computed = written.is_some_and(|key| key.kind() == "computed_property_name");
    lower.open(Kind::Pair, node, Text::Word(if computed { "[]" } else { "" }));
    key(lower, written, node);
    lower.field(node, "value");
    lower.close();
}

/// The name of a property; one in quotes is the same name.
pub fn key(lower: &mut Lower<'_, '_>, node: Option<Node<'_>>, parent: Node<'_>) {
    match node.filter(|node| node.kind() == "string") {
        Some(node) => {
            let (start, end) = (node.start_byte(), node.end_byte());
            let inside = start + 1..end.saturating_sub(1).max(start + 1);
            lower.tree.push(Kind::Name, start, end, Text::At(inside));
        }
        None => lower.one(node, parent),
    }
}

/// `[a, , b]`: a hole keeps its place.
fn array(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::List, node, Text::None);
    let mut cursor = node.walk();
    let mut given = false;
    for child in node.children(&mut cursor) {
        if child.is_named() {
            lower.lower(child);
            given |= !child.is_extra();
        } else if child.kind() == "," {
            if !given {
                lower.nothing(child);
            }
            given = false;
        }
    }
    lower.close();
}

fn regex(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let inside =
        node.child_by_field_name("pattern").map_or(Text::None, |p| Text::At(p.byte_range()));
    lower.tree.push(Kind::Regex, node.start_byte(), node.end_byte(), inside);
}

/// `new.target`, `import.meta`.
fn meta_property(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (Some(first), Some(last)) = (node.child(0), node.child(2)) else {
        return name(lower, node);
    };
    lower.open(Kind::Attribute, node, Text::At(last.byte_range()));
    lower.leaf(Kind::Name, first);
    lower.leaf(Kind::Name, last);
    lower.close();
}

fn subscript(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.field(node, "object");
    lower.field(node, "index");
    lower.close();
}

/// The template of a tagged one is its argument.
fn call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let template =
        node.child_by_field_name("arguments").filter(|given| given.kind() == "template_string");
    let Some(template) = template else { return shapes::call(lower, node) };
    lower.open(Kind::Call, node, Text::None);
    lower.field(node, "function");
    lower.open(Kind::Arguments, template, Text::None);
    lower.lower(template);
    lower.close();
    lower.close();
}

fn new(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::New, node, Text::None);
    lower.field(node, "constructor");
    match node.child_by_field_name("arguments") {
        Some(arguments) => lower.one(Some(arguments), node),
        None => {
            lower.tree.push(Kind::Arguments, node.end_byte(), node.end_byte(), Text::None);
        }
    }
    lower.nothing(node);
    lower.close();
}

fn yield_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let from = child_of(node, "*").is_some();
    lower.open(Kind::Yield, node, Text::Word(if from { "yield from" } else { "yield" }));
    lower.one(named(node).into_iter().next(), node);
    lower.close();
}

// --- statements

fn if_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::If, node, Text::None);
    lower.field(node, "condition");
    body(lower, node.child_by_field_name("consequence"), node);
    let otherwise = node.child_by_field_name("alternative");
    body(lower, otherwise.and_then(|clause| named(clause).into_iter().next()), node);
    lower.close();
}

fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::For, node, Text::None);
    lower.field(node, "initializer");
    lower.field(node, "condition");
    lower.field(node, "increment");
    body(lower, node.child_by_field_name("body"), node);
    lower.close();
}

fn for_in(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = node.child_by_field_name("operator").map_or("", |word| word.kind());
    lower.open(Kind::ForEach, node, Text::Word(word));
    lower.field(node, "left");
    lower.field(node, "right");
    body(lower, node.child_by_field_name("body"), node);
    lower.close();
}

fn do_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::DoWhile, node, Text::None);
    body(lower, node.child_by_field_name("body"), node);
    lower.field(node, "condition");
    lower.close();
}

fn try_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Try, node, Text::None);
    body(lower, node.child_by_field_name("body"), node);
    for part in ["handler", "finalizer"] {
        if let Some(part) = node.child_by_field_name(part) {
            lower.lower(part);
        }
    }
    lower.close();
}

fn catch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Catch, node, Text::None);
    lower.field(node, "type");
    lower.field(node, "parameter");
    body(lower, node.child_by_field_name("body"), node);
    lower.close();
}

fn with(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::With, node, Text::None);
    lower.field(node, "object");
    body(lower, node.child_by_field_name("body"), node);
    lower.close();
}

fn switch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Switch, node, Text::None);
    lower.field(node, "value");
    if let Some(cases) = node.child_by_field_name("body") {
        lower.children(cases);
    }
    lower.close();
}

fn case(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Case, node, Text::None);
    if let Some(value) = node.child_by_field_name("value") {
        lower.one(Some(value), node);
    }
    let mut cursor = node.walk();
    let statements: Vec<Node<'_>> = node.children_by_field_name("body", &mut cursor).collect();
    let start = statements.first().map_or(node.end_byte(), Node::start_byte);
    lower.tree.open(Kind::Block, start, node.end_byte(), Text::None);
    for statement in statements {
        lower.lower(statement);
    }
    lower.close();
    lower.close();
}

fn label(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Label, node, Text::None);
    lower.field(node, "label");
    lower.field(node, "body");
    lower.close();
}
