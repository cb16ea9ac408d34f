//! Java.

use super::classes;
use super::shapes::{self, binary, block, inner, name, number, skip, word};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-java 0.23.
pub const SHAPES: &[(&str, Shape)] = &[
    ("line_comment", skip),
    ("block_comment", skip),
    (";", skip),
    ("expression_statement", inner),
    ("parenthesized_expression", inner),
    ("block", block),
    ("class_body", block),
    ("interface_body", block),
    ("annotation_type_body", block),
    ("constructor_body", block),
    ("enum_body", block),
    ("enum_body_declarations", inner),
    ("static_initializer", inner),
    ("identifier", name),
    ("type_identifier", name),
    ("this", name),
    ("super", name),
    ("asterisk", name),
    ("underscore_pattern", name),
    ("void_type", name),
    ("integral_type", name),
    ("floating_point_type", name),
    ("boolean_type", name),
    ("scoped_identifier", |l, n| shapes::attribute(l, n, "scope", "name")),
    ("field_access", |l, n| shapes::attribute(l, n, "object", "field")),
    ("scoped_type_identifier", scoped_type),
    ("method_reference", method_reference),
    ("class_literal", class_literal),
    ("array_access", array_access),
    ("method_invocation", method_invocation),
    ("explicit_constructor_invocation", constructor_invocation),
    ("argument_list", shapes::arguments),
    ("object_creation_expression", creation),
    ("array_creation_expression", array_creation),
    ("array_initializer", shapes::list),
    ("element_value_array_initializer", shapes::list),
    ("string_literal", |l, n| shapes::string(l, n, &["string_interpolation"], "template")),
    ("template_expression", |l, n| l.field(n, "template_argument")),
    ("character_literal", classes::char),
    ("decimal_integer_literal", number),
    ("hex_integer_literal", number),
    ("octal_integer_literal", number),
    ("binary_integer_literal", number),
    ("decimal_floating_point_literal", number),
    ("hex_floating_point_literal", number),
    ("true", shapes::yes),
    ("false", shapes::no),
    ("null_literal", shapes::null),
    ("binary_expression", binary),
    ("instanceof_expression", instanceof),
    ("unary_expression", shapes::unary),
    ("update_expression", shapes::unary),
    ("assignment_expression", classes::assign_or_update),
    ("ternary_expression", shapes::conditional),
    ("cast_expression", cast),
    ("lambda_expression", lambda),
    ("generic_type", |l, n| classes::type_with(l, n, "<>")),
    ("type_arguments", inner),
    ("wildcard", wildcard),
    ("array_type", array_type),
    ("annotated_type", annotated_type),
    ("type_list", inner),
    ("superclass", inner),
    ("super_interfaces", inner),
    ("extends_interfaces", inner),
    ("modifiers", classes::modifiers),
    ("marker_annotation", annotation),
    ("annotation", annotation),
    ("annotation_argument_list", shapes::arguments),
    ("element_value_pair", element_value_pair),
    ("local_variable_declaration", variables),
    ("field_declaration", variables),
    ("constant_declaration", variables),
    ("resource", resource),
    ("class_declaration", class),
    ("interface_declaration", class),
    ("enum_declaration", class),
    ("record_declaration", class),
    ("annotation_type_declaration", class),
    ("enum_constant", enum_constant),
    ("method_declaration", function),
    ("constructor_declaration", function),
    ("compact_constructor_declaration", function),
    ("annotation_type_element_declaration", function),
    ("formal_parameters", shapes::parameters),
    ("inferred_parameters", shapes::parameters),
    ("formal_parameter", parameter),
    ("spread_parameter", parameter),
    ("receiver_parameter", skip),
    ("if_statement", classes::branch),
    ("while_statement", shapes::while_),
    ("do_statement", classes::do_while),
    ("for_statement", for_),
    ("enhanced_for_statement", for_each),
    ("synchronized_statement", synchronized),
    ("labeled_statement", classes::label),
    ("try_statement", try_),
    ("try_with_resources_statement", try_),
    ("catch_clause", catch),
    ("catch_type", inner),
    ("finally_clause", shapes::finally),
    ("switch_expression", switch),
    ("pattern", inner),
    ("type_pattern", type_pattern),
    ("record_pattern", record_pattern),
    ("record_pattern_body", shapes::arguments),
    ("record_pattern_component", type_pattern),
    ("return_statement", word),
    ("throw_statement", word),
    ("assert_statement", word),
    ("yield_statement", word),
    ("break_statement", word),
    ("continue_statement", word),
    ("import_declaration", import),
    ("package_declaration", package),
];

/// `a.b.C` among types; annotations within are dropped.
fn scoped_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return };
    lower.open(Kind::Attribute, node, Text::At(last.byte_range()));
    lower.one(Some(*first), node);
    lower.leaf(Kind::Name, *last);
    lower.close();
}

/// `A::b`, `A::new`.
fn method_reference(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let last = node.child(node.child_count().saturating_sub(1));
    let Some(last) = last else { return shapes::other(lower, node) };
    lower.open(Kind::Attribute, node, Text::At(last.byte_range()));
    lower.one(node.child(0), node);
    lower.leaf(Kind::Name, last);
    lower.close();
}

/// `X.class`.
fn class_literal(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Attribute, node, Text::Word("class"));
    lower.one(named(node).into_iter().next(), node);
    lower.word(node, "class");
    lower.close();
}

fn array_access(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.field(node, "array");
    lower.field(node, "index");
    lower.close();
}

fn method_invocation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let Some(name) = node.child_by_field_name("name") else { return shapes::other(lower, node) };
    let object = node.child_by_field_name("object");
    classes::method_call(lower, node, object, name, node.child_by_field_name("arguments"));
}

/// `this(x)`, `super(x)`.
fn constructor_invocation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Call, node, Text::None);
    lower.field(node, "constructor");
    lower.field(node, "arguments");
    lower.close();
}

fn creation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::New, node, Text::None);
    lower.field(node, "type");
    lower.field(node, "arguments");
    lower.block(child_of(node, "class_body"), node);
    lower.close();
}

/// `new T[n]` has the sizes as its arguments, `new T[] {a}` one list.
fn array_creation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let dimensions = shapes::fields(node, "dimensions");
    let depth = dimensions
        .iter()
        .map(|part| if part.kind() == "dimensions_expr" { 1 } else { brackets(Some(*part)) })
        .sum();
    lower.open(Kind::New, node, Text::None);
    classes::array_of(lower, node.child_by_field_name("type"), depth, node);
    let value = node.child_by_field_name("value");
    let start =
        value.or(dimensions.first().copied()).map_or(node.end_byte(), |part| part.start_byte());
    lower.tree.open(Kind::Arguments, start, node.end_byte(), Text::None);
    for size in dimensions.iter().filter(|part| part.kind() == "dimensions_expr") {
        lower.one(named(*size).into_iter().next_back(), *size);
    }
    if let Some(value) = value {
        lower.lower(value);
    }
    lower.close();
    lower.nothing(node);
    lower.close();
}

/// The number of `[]` in a grammar's `dimensions`.
fn brackets(dimensions: Option<Node<'_>>) -> usize {
    let Some(dimensions) = dimensions else { return 0 };
    let mut cursor = dimensions.walk();
    dimensions.children(&mut cursor).filter(|child| child.kind() == "[").count()
}

/// With a binding (`x instanceof T t`) the right side declares it.
fn instanceof(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (right, name) = (node.child_by_field_name("right"), node.child_by_field_name("name"));
    lower.open(Kind::Binary, node, Text::Word("instanceof"));
    lower.field(node, "left");
    match (right, name) {
        (Some(right), Some(name)) => binding(lower, node, right, name),
        (Some(right), None) => lower.one(Some(right), node),
        (None, _) => lower.field(node, "pattern"),
    }
    lower.close();
}

/// `T t` in a pattern.
fn binding(lower: &mut Lower<'_, '_>, node: Node<'_>, kind: Node<'_>, name: Node<'_>) {
    lower.tree.open(Kind::Variable, kind.start_byte(), name.end_byte(), Text::None);
    lower.nothing(node);
    lower.one(Some(name), node);
    type_of(lower, Some(kind), 0, node);
    lower.nothing(node);
    lower.close();
}

fn type_pattern(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    match named(node).as_slice() {
        [kind, name] => binding(lower, node, *kind, *name),
        _ => lower.children(node),
    }
}

/// `T(int a, var b)` reads like the call that makes one.
fn record_pattern(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Call, node, Text::None);
    lower.children(node);
    lower.close();
}

fn cast(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Cast, node, Text::None);
    lower.field(node, "type");
    lower.field(node, "value");
    lower.close();
}

fn lambda(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let body = node.child_by_field_name("body");
    lower.open(Kind::Function, node, Text::Word("lambda"));
    lower.nothing(node);
    lower.nothing(node);
    match node.child_by_field_name("parameters") {
        Some(lone) if lone.kind() == "identifier" => {
            lower.open(Kind::Parameters, lone, Text::None);
            shapes::parameter(lower, lone);
            lower.close();
        }
        parameters => lower.one(parameters, node),
    }
    lower.nothing(node);
    match body {
        Some(body) if body.kind() == "block" => lower.block(Some(body), node),
        body => shapes::expression_body(lower, body, node),
    }
    lower.close();
}

/// `?`, `? extends T`, `? super T`.
fn wildcard(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let bound =
        named(node).into_iter().next_back().filter(|bound| !bound.kind().ends_with("annotation"));
    lower.open(Kind::Type, node, Text::Word("wildcard"));
    if let Some(bound) = bound {
        lower.lower(bound);
    }
    lower.close();
}

fn array_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let depth = brackets(node.child_by_field_name("dimensions"));
    classes::array_of(lower, node.child_by_field_name("element"), depth, node);
}

fn annotated_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.one(named(node).into_iter().next_back(), node);
}

/// A declared type; `var` says nothing.
fn type_of(lower: &mut Lower<'_, '_>, kind: Option<Node<'_>>, depth: usize, node: Node<'_>) {
    match kind {
        Some(kind) if depth == 0 && lower.source(kind) == "var" => lower.nothing(kind),
        kind => classes::array_of(lower, kind, depth, node),
    }
}

fn annotation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Decorator, node, Text::None);
    let (name, arguments) =
        (node.child_by_field_name("name"), node.child_by_field_name("arguments"));
    match (name, arguments) {
        (Some(name), Some(arguments)) => {
            lower.tree.open(Kind::Call, name.start_byte(), node.end_byte(), Text::None);
            lower.one(Some(name), node);
            lower.one(Some(arguments), node);
            lower.close();
        }
        (name, _) => lower.one(name, node),
    }
    lower.close();
}

fn element_value_pair(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = node.child_by_field_name("key").map_or(Text::None, |key| Text::At(key.byte_range()));
    lower.open(Kind::Keyword, node, text);
    lower.field(node, "key");
    lower.field(node, "value");
    lower.close();
}

/// A declaration: one node for each name in it. A lone one has the declaration's place.
fn variables(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let declarators = shapes::fields(node, "declarator");
    let alone = declarators.len() == 1;
    for declarator in declarators {
        let start = if alone { node.start_byte() } else { declarator.start_byte() };
        let end = if alone { node.end_byte() } else { declarator.end_byte() };
        let depth = brackets(declarator.child_by_field_name("dimensions"));
        lower.tree.open(Kind::Variable, start, end, Text::None);
        lower.one(child_of(node, "modifiers"), node);
        lower.field(declarator, "name");
        type_of(lower, node.child_by_field_name("type"), depth, node);
        lower.field(declarator, "value");
        lower.close();
    }
}

/// A variable that is declared in the head of a `try`, a `for` or a `catch`.
fn resource(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.child_by_field_name("name").is_none() {
        return lower.children(node);
    }
    lower.open(Kind::Variable, node, Text::None);
    lower.one(child_of(node, "modifiers"), node);
    lower.field(node, "name");
    let depth = brackets(node.child_by_field_name("dimensions"));
    type_of(lower, node.child_by_field_name("type"), depth, node);
    lower.field(node, "value");
    lower.close();
}

fn class(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = match node.kind() {
        "interface_declaration" => "interface",
        "enum_declaration" => "enum",
        "record_declaration" => "record",
        "annotation_type_declaration" => "annotation",
        _ => "class",
    };
    lower.open(Kind::Class, node, Text::Word(text));
    lower.one(child_of(node, "modifiers"), node);
    lower.field(node, "name");
    let parents: Vec<Node<'_>> = named(node)
        .into_iter()
        .filter(|part| {
            matches!(part.kind(), "superclass" | "super_interfaces" | "extends_interfaces")
        })
        .collect();
    if let (Some(first), Some(last)) = (parents.first(), parents.last()) {
        lower.tree.open(Kind::Parents, first.start_byte(), last.end_byte(), Text::None);
        for part in &parents {
            lower.children(*part);
        }
        lower.close();
    } else {
        lower.nothing(node);
    }
    let body = node.child_by_field_name("body");
    match (node.child_by_field_name("parameters"), body) {
        (Some(parameters), Some(body)) => {
            lower.tree.open(Kind::Block, parameters.start_byte(), body.end_byte(), Text::None);
            for part in named(parameters) {
                component(lower, part);
            }
            lower.children(body);
            lower.close();
        }
        (_, body) => lower.block(body, node),
    }
    lower.close();
}

/// A record's component is a field.
fn component(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.kind() == "formal_parameter" { resource(lower, node) } else { lower.lower(node) }
}

/// `A(1) {...}` makes a value of the enum.
fn enum_constant(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (arguments, body) =
        (node.child_by_field_name("arguments"), node.child_by_field_name("body"));
    lower.open(Kind::Variable, node, Text::Word("enum"));
    lower.one(child_of(node, "modifiers"), node);
    lower.field(node, "name");
    lower.nothing(node);
    classes::constant_value(lower, arguments, body, node);
    lower.close();
}

fn function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let makes = node.kind().ends_with("constructor_declaration");
    lower.open(Kind::Function, node, Text::Word(if makes { "constructor" } else { "" }));
    lower.one(child_of(node, "modifiers"), node);
    lower.field(node, "name");
    classes::or_empty(lower, node.child_by_field_name("parameters"), node, Kind::Parameters);
    let depth = brackets(node.child_by_field_name("dimensions"));
    classes::array_of(lower, node.child_by_field_name("type"), depth, node);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let modifiers = child_of(node, "modifiers");
    if node.kind() == "spread_parameter" {
        let declarator = child_of(node, "variable_declarator");
        let kind = named(node)
            .into_iter()
            .find(|part| part.kind() != "modifiers" && part.kind() != "variable_declarator");
        lower.open(Kind::Parameter, node, Text::Word("..."));
        lower.one(declarator.and_then(|declarator| declarator.child_by_field_name("name")), node);
        lower.one(kind, node);
    } else {
        let depth = brackets(node.child_by_field_name("dimensions"));
        lower.open(Kind::Parameter, node, Text::None);
        lower.field(node, "name");
        type_of(lower, node.child_by_field_name("type"), depth, node);
    }
    lower.nothing(node);
    lower.one(modifiers, node);
    lower.close();
}

fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::For, node, Text::None);
    shapes::several(lower, &shapes::fields(node, "init"), node);
    lower.field(node, "condition");
    shapes::several(lower, &shapes::fields(node, "update"), node);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

fn for_each(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (kind, name) = (node.child_by_field_name("type"), node.child_by_field_name("name"));
    let modifiers = child_of(node, "modifiers");
    lower.open(Kind::ForEach, node, Text::None);
    let start = modifiers.or(kind).map_or(node.start_byte(), |first| first.start_byte());
    let end = name.map_or(start, |name| name.end_byte());
    lower.tree.open(Kind::Variable, start, end, Text::None);
    lower.one(modifiers, node);
    lower.one(name, node);
    type_of(lower, kind, brackets(node.child_by_field_name("dimensions")), node);
    lower.nothing(node);
    lower.close();
    lower.field(node, "value");
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

fn synchronized(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::With, node, Text::Word("synchronized"));
    lower.one(child_of(node, "parenthesized_expression"), node);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

/// What is acquired in the head stands first in the Block.
fn try_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let body = node.child_by_field_name("body");
    lower.open(Kind::Try, node, Text::None);
    match (node.child_by_field_name("resources"), body) {
        (Some(resources), Some(body)) => {
            lower.tree.open(Kind::Block, resources.start_byte(), body.end_byte(), Text::None);
            lower.children(resources);
            lower.children(body);
            lower.close();
        }
        (_, body) => lower.block(body, node),
    }
    for part in named(node).into_iter().filter(|part| part.kind().ends_with("_clause")) {
        lower.lower(part);
    }
    lower.close();
}

fn catch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let caught = child_of(node, "catch_formal_parameter");
    lower.open(Kind::Catch, node, Text::None);
    lower.one(caught.and_then(|caught| child_of(caught, "catch_type")), node);
    lower.one(caught.and_then(|caught| caught.child_by_field_name("name")), node);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

/// A label that leads to nothing shares what the next one leads to.
fn switch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Switch, node, Text::None);
    lower.field(node, "condition");
    let groups = node.child_by_field_name("body").map_or_else(Vec::new, named);
    let mut labels = Vec::new();
    for group in groups {
        let (own, rest): (Vec<_>, Vec<_>) =
            named(group).into_iter().partition(|part| part.kind() == "switch_label");
        labels.extend(own);
        if !rest.is_empty() {
            case(lower, group, &labels, &rest);
            labels.clear();
        }
    }
    if !labels.is_empty() {
        case(lower, node, &labels, &[]);
    }
    lower.close();
}

/// Labels, then what they lead to; several labels of one group are several patterns.
fn case(lower: &mut Lower<'_, '_>, node: Node<'_>, labels: &[Node<'_>], rest: &[Node<'_>]) {
    let start = labels.first().map_or(node.start_byte(), Node::start_byte);
    lower.tree.open(Kind::Case, start, node.end_byte(), Text::None);
    for label in labels {
        lower.children(*label);
    }
    if let [lone] = rest {
        lower.block(Some(*lone), node);
    } else {
        let start = rest.first().map_or(node.end_byte(), Node::start_byte);
        lower.tree.open(Kind::Block, start, node.end_byte(), Text::None);
        for part in rest {
            lower.lower(*part);
        }
        lower.close();
    }
    lower.close();
}

/// `import a.b.C`, `import static a.b.*`.
fn import(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = Text::Word(if child_of(node, "static").is_some() { "static" } else { "" });
    let all = child_of(node, "asterisk");
    let path = named(node).into_iter().find(|part| part.kind() != "asterisk");
    lower.open(Kind::Import, node, text);
    match path {
        Some(path) if all.is_none() && path.kind() == "scoped_identifier" => {
            lower.field(path, "scope");
            lower.field(path, "name");
        }
        path => {
            lower.one(path, node);
            lower.one(all, node);
        }
    }
    lower.nothing(node);
    lower.close();
}

fn package(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Package, node, Text::None);
    let path = named(node).into_iter().find(|part| part.kind().ends_with("identifier"));
    lower.one(path, node);
    lower.nothing(node);
    lower.close();
}

#[cfg(test)]
mod tests;
