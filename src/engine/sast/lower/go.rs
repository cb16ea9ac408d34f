//! Go.

use super::shapes::{self, fields, inner, name, number, several, skip, type_of, unary, word};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-go 0.25.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("empty_statement", skip),
    ("expression_statement", inner),
    ("parenthesized_expression", inner),
    ("parenthesized_type", inner),
    ("statement_list", inner),
    ("expression_list", inner),
    ("literal_element", inner),
    ("block", shapes::block),
    ("identifier", name),
    ("field_identifier", name),
    ("type_identifier", name),
    ("package_identifier", name),
    ("blank_identifier", name),
    ("label_name", name),
    ("dot", name),
    ("iota", name),
    ("int_literal", number),
    ("float_literal", number),
    ("imaginary_literal", number),
    ("true", shapes::yes),
    ("false", shapes::no),
    ("nil", shapes::null),
    ("interpreted_string_literal", |l, n| shapes::string(l, n, &[], "")),
    ("raw_string_literal", |l, n| shapes::string(l, n, &[], "")),
    ("rune_literal", |l, n| shapes::quoted(l, n, Kind::Char)),
    ("selector_expression", |l, n| shapes::attribute(l, n, "operand", "field")),
    ("qualified_type", |l, n| shapes::attribute(l, n, "package", "name")),
    ("index_expression", index),
    ("slice_expression", slice),
    ("call_expression", shapes::call),
    ("argument_list", shapes::arguments),
    ("variadic_argument", variadic_argument),
    ("type_conversion_expression", conversion),
    ("type_assertion_expression", |l, n| cast(l, n)),
    ("type_instantiation_expression", |l, n| l.field(n, "type")),
    ("composite_literal", composite),
    ("literal_value", |l, n| composite(l, n)),
    ("keyed_element", shapes::pair),
    ("binary_expression", shapes::binary),
    ("unary_expression", unary),
    ("inc_statement", unary),
    ("dec_statement", unary),
    ("send_statement", send),
    ("receive_statement", receive),
    ("assignment_statement", assignment),
    ("short_var_declaration", receive),
    ("var_declaration", specs),
    ("const_declaration", specs),
    ("type_declaration", specs),
    ("import_declaration", specs),
    ("package_clause", package),
    ("function_declaration", function),
    ("method_declaration", function),
    ("method_elem", function),
    ("func_literal", function),
    ("parameter_list", parameters),
    ("parameter_declaration", parameter),
    ("variadic_parameter_declaration", parameter),
    ("array_type", |l, n| type_fields(l, n, "[]", &["element", "length"])),
    ("slice_type", |l, n| type_fields(l, n, "[]", &["element"])),
    ("implicit_length_array_type", |l, n| type_fields(l, n, "[]", &["element"])),
    ("map_type", |l, n| type_fields(l, n, "map", &["key", "value"])),
    ("pointer_type", |l, n| type_of(l, n, "*", &named(n))),
    ("negated_type", |l, n| type_of(l, n, "~", &named(n))),
    ("channel_type", channel_type),
    ("generic_type", generic_type),
    ("function_type", function_type),
    ("struct_type", |l, n| members(l, n, "struct")),
    ("interface_type", |l, n| members(l, n, "interface")),
    ("field_declaration_list", inner),
    ("field_declaration", field),
    ("type_elem", union),
    ("type_constraint", union),
    ("if_statement", if_),
    ("for_statement", for_),
    ("expression_switch_statement", switch),
    ("type_switch_statement", switch),
    ("select_statement", switch),
    ("expression_case", case),
    ("type_case", case),
    ("communication_case", case),
    ("default_case", case),
    ("labeled_statement", label),
    ("return_statement", return_),
    ("go_statement", word),
    ("defer_statement", word),
    ("goto_statement", word),
    ("break_statement", word),
    ("continue_statement", word),
    ("fallthrough_statement", word),
];

fn type_fields(lower: &mut Lower<'_, '_>, node: Node<'_>, shape: &str, names: &[&str]) {
    let parts: Vec<Node<'_>> =
        names.iter().filter_map(|name| node.child_by_field_name(name)).collect();
    type_of(lower, node, shape, &parts);
}

fn index(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.field(node, "operand");
    lower.field(node, "index");
    lower.close();
}

/// `x[a:b:c]`: the index is a Slice of two parts, or three.
fn slice(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.field(node, "operand");
    lower.open(Kind::Slice, node, Text::None);
    lower.field(node, "start");
    lower.field(node, "end");
    if let Some(capacity) = node.child_by_field_name("capacity") {
        lower.one(Some(capacity), node);
    }
    lower.close();
    lower.close();
}

fn variadic_argument(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Spread, node, Text::Word("..."));
    lower.children(node);
    lower.close();
}

fn cast(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Cast, node, Text::None);
    lower.field(node, "type");
    lower.field(node, "operand");
    lower.close();
}

/// `[]byte(x)` is a cast; the grammar takes a call with type arguments, `F[int](x)`, for one as well.
fn conversion(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let Some(generic) = node.child_by_field_name("type").filter(|it| it.kind() == "generic_type")
    else {
        return cast(lower, node);
    };
    lower.open(Kind::Call, node, Text::None);
    lower.field(generic, "type");
    lower.tree.open(Kind::Arguments, generic.end_byte(), node.end_byte(), Text::None);
    lower.field(node, "operand");
    lower.close();
    lower.close();
}

/// `T{...}`, and `{...}` within one, whose type is left out.
fn composite(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let body = node.child_by_field_name("body").unwrap_or(node);
    lower.open(Kind::New, node, Text::None);
    lower.field(node, "type");
    lower.open(Kind::Arguments, body, Text::None);
    lower.children(body);
    lower.close();
    lower.nothing(node);
    lower.close();
}

fn send(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Binary, node, Text::Word("<-"));
    lower.field(node, "channel");
    lower.field(node, "value");
    lower.close();
}

/// `x := v`, and in a case of a select also `x = <-c` and `<-c`.
fn receive(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.child_by_field_name("left").is_none() {
        return lower.field(node, "right");
    }
    if child_of(node, ":=").is_none() {
        return shapes::assign(lower, node);
    }
    lower.open(Kind::Variable, node, Text::Word(":="));
    lower.nothing(node);
    lower.field(node, "left");
    lower.nothing(node);
    lower.field(node, "right");
    lower.close();
}

fn assignment(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let plain = node.child_by_field_name("operator").is_none_or(|sign| sign.kind() == "=");
    if plain { shapes::assign(lower, node) } else { shapes::update(lower, node) }
}

/// `var x = 1`, and `var (x = 1; y = 2)`: a node for each. What stands alone has the place of the whole declaration; imports begin with it.
fn specs(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = node.child(0).map_or("", |word| word.kind());
    let list = named(node).into_iter().find(|child| child.kind().ends_with("_list"));
    let lone = child_of(node, "(").is_none() && list.is_none();
    for spec in named(list.unwrap_or(node)) {
        let place = if lone { node } else { spec };
        match spec.kind() {
            "var_spec" | "const_spec" => variable(lower, spec, place, word),
            "type_spec" | "type_alias" => named_type(lower, spec, place),
            "import_spec" => import(lower, spec, node),
            _ => lower.lower(spec),
        }
    }
}

fn variable(lower: &mut Lower<'_, '_>, spec: Node<'_>, place: Node<'_>, word: &str) {
    lower.open(Kind::Variable, place, Text::Word(word));
    lower.nothing(place);
    several(lower, &fields(spec, "name"), spec);
    lower.field(spec, "type");
    lower.field(spec, "value");
    lower.close();
}

fn import(lower: &mut Lower<'_, '_>, spec: Node<'_>, place: Node<'_>) {
    lower.tree.open(Kind::Import, place.start_byte(), spec.end_byte(), Text::None);
    lower.field(spec, "path");
    lower.nothing(spec);
    lower.field(spec, "name");
    lower.close();
}

/// A struct or an interface with a name is a class; any other type is a variable of kind `type` whose value it is.
fn named_type(lower: &mut Lower<'_, '_>, spec: Node<'_>, place: Node<'_>) {
    let body = spec.child_by_field_name("type");
    let word = match body.map_or("", |body| body.kind()) {
        "struct_type" => "struct",
        "interface_type" => "interface",
        _ => {
            lower.open(Kind::Variable, place, Text::Word("type"));
            lower.nothing(spec);
            lower.field(spec, "name");
            lower.nothing(spec);
            lower.field(spec, "type");
            return lower.close();
        }
    };
    lower.open(Kind::Class, place, Text::Word(word));
    lower.nothing(spec);
    lower.field(spec, "name");
    lower.nothing(spec);
    if let Some(body) = body {
        lower.open(Kind::Block, body, Text::None);
        lower.children(body);
        lower.close();
    }
    lower.close();
}

fn members(lower: &mut Lower<'_, '_>, node: Node<'_>, shape: &str) {
    lower.open(Kind::Type, node, Text::Word(shape));
    lower.children(node);
    lower.close();
}

/// `a, b T` is a field each, an embedded type is itself. The tag is the only modifier.
fn field(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let names = fields(node, "name");
    if names.is_empty() {
        let embedded = node.child_by_field_name("type");
        if child_of(node, "*").is_some() {
            return type_of(lower, node, "*", embedded.as_slice());
        }
        return lower.one(embedded, node);
    }
    let tag = node.child_by_field_name("tag");
    for target in names {
        lower.open(Kind::Variable, node, Text::None);
        shapes::modifiers_of(lower, tag.as_slice(), node);
        lower.lower(target);
        lower.field(node, "type");
        lower.nothing(node);
        lower.close();
    }
}

fn union(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    if parts.len() == 1 { lower.children(node) } else { type_of(lower, node, "|", &parts) }
}

fn channel_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let shape: String = node
        .children(&mut cursor)
        .filter(|token| !token.is_named())
        .map(|token| token.kind())
        .collect();
    type_fields(lower, node, &shape, &["value"]);
}

fn generic_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Type, node, Text::Word("<>"));
    lower.field(node, "type");
    if let Some(arguments) = node.child_by_field_name("type_arguments") {
        lower.children(arguments);
    }
    lower.close();
}

fn function_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Type, node, Text::Word("func"));
    lower.field(node, "parameters");
    result(lower, node);
    lower.close();
}

fn package(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Package, node, Text::None);
    lower.one(named(node).into_iter().next(), node);
    lower.nothing(node);
    lower.close();
}

/// The receiver of a method stands among its modifiers.
fn function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = match node.kind() {
        "func_literal" => "lambda",
        "method_declaration" => "method",
        _ => "",
    };
    lower.open(Kind::Function, node, Text::Word(text));
    match node.child_by_field_name("receiver") {
        Some(receiver) => {
            lower.open(Kind::Modifiers, receiver, Text::None);
            lower.children(receiver);
            lower.close();
        }
        None => lower.nothing(node),
    }
    lower.field(node, "name");
    lower.field(node, "parameters");
    result(lower, node);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

/// One result is its type; several are types, or Parameters where they have names.
fn result(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let result = node.child_by_field_name("result");
    let Some(list) = result.filter(|result| result.kind() == "parameter_list") else {
        return lower.one(result, node);
    };
    let parts = named(list);
    let bare = |part: &Node<'_>| part.child_by_field_name("name").is_none();
    let types: Vec<Node<'_>> = parts
        .iter()
        .filter(|part| bare(part))
        .filter_map(|part| part.child_by_field_name("type"))
        .collect();
    if types.len() != parts.len() {
        lower.open(Kind::Type, list, Text::Word("()"));
        lower.children(list);
        lower.close();
    } else if let [lone] = types.as_slice() {
        lower.one(Some(*lone), list);
    } else {
        type_of(lower, list, "()", &types);
    }
}

fn parameters(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameters, node, Text::None);
    lower.children(node);
    lower.close();
}

/// `a, b T` is two; without a name it is a type.
fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = if child_of(node, "...").is_some() { "..." } else { "" };
    let names = fields(node, "name");
    for at in 0..names.len().max(1) {
        let target = names.get(at).copied();
        match target.filter(|_| names.len() > 1) {
            Some(target) => lower.open(Kind::Parameter, target, Text::Word(sign)),
            None => lower.open(Kind::Parameter, node, Text::Word(sign)),
        };
        lower.one(target, node);
        lower.field(node, "type");
        lower.nothing(node);
        lower.nothing(node);
        lower.close();
    }
}

/// What is done first stands before the If, as a statement of its own.
fn if_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if let Some(first) = node.child_by_field_name("initializer") {
        lower.lower(first);
    }
    lower.open(Kind::If, node, Text::None);
    lower.field(node, "condition");
    lower.block(node.child_by_field_name("consequence"), node);
    lower.block(node.child_by_field_name("alternative"), node);
    lower.close();
}

fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let body = node.child_by_field_name("body");
    let head = named(node).into_iter().find(|child| Some(*child) != body);
    match head {
        Some(range) if range.kind() == "range_clause" => {
            lower.open(Kind::ForEach, node, Text::Word("range"));
            lower.field(range, "left");
            lower.field(range, "right");
        }
        Some(clause) if clause.kind() == "for_clause" => {
            lower.open(Kind::For, node, Text::None);
            lower.field(clause, "initializer");
            lower.field(clause, "condition");
            lower.field(clause, "update");
        }
        head => {
            lower.open(Kind::While, node, Text::None);
            lower.one(head, node);
        }
    }
    lower.block(body, node);
    lower.close();
}

/// What is done first, and the name of a type switch, stand before it as statements.
fn switch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if let Some(first) = node.child_by_field_name("initializer") {
        lower.lower(first);
    }
    if let Some(alias) = node.child_by_field_name("alias") {
        let end = node.child_by_field_name("value").unwrap_or(alias).end_byte();
        lower.tree.open(Kind::Variable, alias.start_byte(), end, Text::Word(":="));
        lower.nothing(node);
        lower.one(Some(alias), node);
        lower.nothing(node);
        lower.field(node, "value");
        lower.close();
    }
    let word = match node.kind() {
        "type_switch_statement" => "type",
        "select_statement" => "select",
        _ => "",
    };
    lower.open(Kind::Switch, node, Text::Word(word));
    lower.field(node, "value");
    for part in named(node).into_iter().filter(|part| part.kind().ends_with("_case")) {
        lower.lower(part);
    }
    lower.close();
}

fn case(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Case, node, Text::None);
    let (body, patterns): (Vec<_>, Vec<_>) =
        named(node).into_iter().partition(|part| part.kind() == "statement_list");
    for pattern in &patterns {
        lower.lower(*pattern);
    }
    let place = body.first().map_or(node.end_byte()..node.end_byte(), Node::byte_range);
    lower.tree.open(Kind::Block, place.start, place.end, Text::None);
    for statements in &body {
        lower.lower(*statements);
    }
    lower.close();
    lower.close();
}

fn label(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Label, node, Text::None);
    lower.field(node, "label");
    let label = node.child_by_field_name("label");
    lower.one(named(node).into_iter().find(|child| Some(*child) != label), node);
    lower.close();
}

/// Several results are one Tuple.
fn return_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Word, node, Text::Word("return"));
    several(lower, &named(node), node);
    lower.close();
}

#[cfg(test)]
mod tests;
