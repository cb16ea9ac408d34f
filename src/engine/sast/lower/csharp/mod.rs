//! C#.

mod statements;

use super::classes;
use super::shapes::{self, binary, block, inner, name, number, skip, word};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};
use statements::{
    catch, class, declaration, enum_member, for_, for_each, function, import, parameter,
    parameters, property, switch, switch_expression, variables, with, yield_,
};

/// Node kinds of tree-sitter-c-sharp 0.23.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("empty_statement", skip),
    ("extern_alias_directive", skip),
    ("implicit_type", skip),
    ("attribute_target_specifier", skip),
    (";", skip),
    ("'this'", name),
    ("'base'", name),
    ("global_statement", inner),
    ("expression_statement", inner),
    ("parenthesized_expression", inner),
    ("checked_expression", inner),
    ("ref_expression", inner),
    ("unsafe_statement", inner),
    ("checked_statement", inner),
    ("preproc_if", conditional_part),
    ("preproc_elif", conditional_part),
    ("preproc_else", conditional_part),
    ("block", block),
    ("declaration_list", block),
    ("enum_member_declaration_list", block),
    ("accessor_list", block),
    ("identifier", name),
    ("implicit_parameter", name),
    ("discard", name),
    ("predefined_type", name),
    ("alias_qualified_name", alias_qualified),
    ("qualified_name", qualified),
    ("generic_name", |l, n| classes::type_with(l, n, "<>")),
    ("type_argument_list", inner),
    ("nullable_type", |l, n| type_with(l, n, "?")),
    ("pointer_type", |l, n| type_with(l, n, "*")),
    ("array_type", |l, n| type_with(l, n, "[]")),
    ("tuple_type", |l, n| classes::type_with(l, n, "()")),
    ("tuple_element", |l, n| l.field(n, "type")),
    ("ref_type", |l, n| l.field(n, "type")),
    ("scoped_type", |l, n| l.field(n, "type")),
    ("member_access_expression", member),
    ("conditional_access_expression", conditional_access),
    ("element_access_expression", element_access),
    ("element_binding_expression", element_binding),
    ("bracketed_argument_list", inner),
    ("invocation_expression", call),
    ("argument_list", shapes::arguments),
    ("argument", argument),
    ("attribute_argument_list", shapes::arguments),
    ("attribute_argument", argument),
    ("attribute_list", inner),
    ("global_attribute", inner),
    ("attribute", attribute),
    ("modifier", name),
    ("object_creation_expression", creation),
    ("array_creation_expression", creation),
    ("stackalloc_expression", creation),
    ("implicit_object_creation_expression", creation),
    ("implicit_array_creation_expression", array_creation),
    ("implicit_stackalloc_expression", array_creation),
    ("anonymous_object_creation_expression", anonymous_object),
    ("initializer_expression", shapes::list),
    ("collection_expression", shapes::list),
    ("collection_element", inner),
    ("expression_element", inner),
    ("spread_element", shapes::spread),
    ("string_literal", string),
    ("raw_string_literal", string),
    ("verbatim_string_literal", string),
    ("interpolated_string_expression", interpolated),
    ("character_literal", classes::char),
    ("integer_literal", number),
    ("real_literal", number),
    ("boolean_literal", classes::boolean),
    ("null_literal", shapes::null),
    ("binary_expression", binary),
    ("is_expression", binary),
    ("is_pattern_expression", is_pattern),
    ("prefix_unary_expression", unary),
    ("postfix_unary_expression", unary),
    ("assignment_expression", classes::assign_or_update),
    ("conditional_expression", shapes::conditional),
    ("cast_expression", |l, n| cast(l, n, "", "type", "value")),
    ("as_expression", |l, n| cast(l, n, "as", "right", "left")),
    ("typeof_expression", type_call),
    ("sizeof_expression", type_call),
    ("default_expression", type_call),
    ("range_expression", range),
    ("await_expression", shapes::await_),
    ("throw_expression", word),
    ("tuple_expression", shapes::tuple),
    ("tuple_pattern", shapes::tuple),
    ("parenthesized_variable_designation", shapes::tuple),
    ("lambda_expression", lambda),
    ("anonymous_method_expression", lambda),
    ("with_initializer", with_initializer),
    ("declaration_expression", binding),
    ("declaration_pattern", binding),
    ("var_pattern", binding),
    ("constant_pattern", inner),
    ("type_pattern", inner),
    ("parenthesized_pattern", inner),
    ("negated_pattern", shapes::unary),
    ("relational_pattern", shapes::unary),
    ("and_pattern", binary),
    ("or_pattern", binary),
    ("list_pattern", shapes::list),
    ("variable_declaration", |l, n| variables(l, n, n, "")),
    ("field_declaration", declaration),
    ("event_field_declaration", declaration),
    ("local_declaration_statement", declaration),
    ("property_declaration", property),
    ("event_declaration", property),
    ("enum_member_declaration", enum_member),
    ("class_declaration", class),
    ("struct_declaration", class),
    ("interface_declaration", class),
    ("record_declaration", class),
    ("enum_declaration", class),
    ("method_declaration", function),
    ("local_function_statement", function),
    ("constructor_declaration", function),
    ("destructor_declaration", function),
    ("operator_declaration", function),
    ("conversion_operator_declaration", function),
    ("delegate_declaration", function),
    ("indexer_declaration", function),
    ("accessor_declaration", function),
    ("parameter_list", parameters),
    ("bracketed_parameter_list", parameters),
    ("parameter", parameter),
    ("if_statement", classes::branch),
    ("while_statement", shapes::while_),
    ("do_statement", classes::do_while),
    ("for_statement", for_),
    ("foreach_statement", for_each),
    ("using_statement", |l, n| with(l, n, "using")),
    ("lock_statement", |l, n| with(l, n, "lock")),
    ("fixed_statement", |l, n| with(l, n, "fixed")),
    ("try_statement", shapes::try_),
    ("catch_clause", catch),
    ("finally_clause", shapes::finally),
    ("switch_statement", switch),
    ("switch_expression", switch_expression),
    ("labeled_statement", classes::label),
    ("return_statement", word),
    ("throw_statement", word),
    ("break_statement", word),
    ("continue_statement", word),
    ("goto_statement", word),
    ("yield_statement", yield_),
    ("using_directive", import),
    ("namespace_declaration", shapes::package),
    ("file_scoped_namespace_declaration", shapes::package),
];

/// Named children and the tokens that are expressions.
fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children(&mut cursor)
        .filter(|child| !child.is_extra())
        .filter(|child| child.is_named() || matches!(child.kind(), "this" | "base"))
        .collect()
}

/// `#if`: both ways count.
fn conditional_part(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let condition = node.child_by_field_name("condition");
    for part in parts(node).into_iter().filter(|part| Some(*part) != condition) {
        lower.lower(part);
    }
}

/// `global::a`.
fn alias_qualified(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let alias = node.child_by_field_name("alias");
    if alias.is_some_and(|alias| lower.source(alias) == "global") {
        return lower.field(node, "name");
    }
    shapes::attribute(lower, node, "alias", "name");
}

/// `a.b.C`; `a.b.C<T>` is generic as a whole.
fn qualified(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let last = node.child_by_field_name("name");
    let Some(generic) = last.filter(|last| last.kind() == "generic_name") else {
        return shapes::attribute(lower, node, "qualifier", "name");
    };
    lower.open(Kind::Type, node, Text::Word("<>"));
    access(lower, node, node.child_by_field_name("qualifier"), Some(generic));
    if let Some(arguments) = child_of(generic, "type_argument_list") {
        lower.lower(arguments);
    }
    lower.close();
}

fn type_with(lower: &mut Lower<'_, '_>, node: Node<'_>, shape: &str) {
    lower.open(Kind::Type, node, Text::Word(shape));
    lower.field(node, "type");
    lower.close();
}

/// The name of something that is called or taken: its type arguments are dropped.
fn plain(node: Node<'_>) -> Node<'_> {
    if node.kind() == "generic_name" { child_of(node, "identifier").unwrap_or(node) } else { node }
}

/// `object.name`.
fn access(
    lower: &mut Lower<'_, '_>,
    node: Node<'_>,
    object: Option<Node<'_>>,
    last: Option<Node<'_>>,
) {
    let Some(last) = last.map(plain) else { return lower.one(object, node) };
    let start = object.map_or(node.start_byte(), |object| object.start_byte());
    lower.tree.open(Kind::Attribute, start, last.end_byte(), Text::At(last.byte_range()));
    lower.one(object, node);
    lower.leaf(Kind::Name, last);
    lower.close();
}

fn member(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (object, last) = (node.child_by_field_name("expression"), node.child_by_field_name("name"));
    access(lower, node, object, last);
}

/// `a?.b`, `a?[b]`.
fn conditional_access(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let object = node.child_by_field_name("condition");
    let Some(binding) = parts(node).into_iter().next_back().filter(|last| Some(*last) != object)
    else {
        return lower.one(object, node);
    };
    if binding.kind() == "member_binding_expression" {
        return access(lower, node, object, binding.child_by_field_name("name"));
    }
    lower.open(Kind::Index, node, Text::None);
    lower.one(object, node);
    lower.children(binding);
    lower.close();
}

fn element_access(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.field(node, "expression");
    if let Some(subscript) = node.child_by_field_name("subscript") {
        lower.lower(subscript);
    }
    lower.close();
}

/// `[a] = b` in an initialiser.
fn element_binding(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.nothing(node);
    lower.children(node);
    lower.close();
}

fn call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Call, node, Text::None);
    lower.one(node.child_by_field_name("function").map(plain), node);
    lower.field(node, "arguments");
    lower.close();
}

/// `x`, `name: x`, `Name = x`; `ref` and `out` are dropped.
fn argument(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let value = parts(node).into_iter().next_back();
    match node.child_by_field_name("name").filter(|name| Some(*name) != value) {
        Some(name) => {
            lower.open(Kind::Keyword, node, Text::At(name.byte_range()));
            lower.leaf(Kind::Name, name);
            lower.one(value, node);
            lower.close();
        }
        None => lower.one(value, node),
    }
}

fn attribute(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Decorator, node, Text::None);
    if let Some(arguments) = child_of(node, "attribute_argument_list") {
        lower.open(Kind::Call, node, Text::None);
        lower.field(node, "name");
        lower.one(Some(arguments), node);
        lower.close();
    } else {
        lower.field(node, "name");
    }
    lower.close();
}

/// Attributes and keywords of a declaration.
fn modifiers(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let found: Vec<Node<'_>> = node
        .children(&mut cursor)
        .filter(|part| {
            matches!(part.kind(), "attribute_list" | "modifier" | "using" | "preproc_if")
        })
        .collect();
    let (Some(first), Some(last)) = (found.first(), found.last()) else {
        return lower.nothing(node);
    };
    lower.tree.open(Kind::Modifiers, first.start_byte(), last.end_byte(), Text::None);
    for part in found {
        if part.is_named() {
            lower.lower(part);
        } else {
            lower.leaf(Kind::Name, part);
        }
    }
    lower.close();
}

/// `new T(a) { B = c }`; `new T[n]` has the sizes as its arguments, `new T[] { a }` one list.
fn creation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let made = node.child_by_field_name("type");
    let arguments = child_of(node, "argument_list");
    let values = child_of(node, "initializer_expression");
    lower.open(Kind::New, node, Text::None);
    lower.one(made, node);
    if let Some(array) = made.filter(|made| made.kind() == "array_type") {
        lower.tree.open(Kind::Arguments, array.start_byte(), node.end_byte(), Text::None);
        let mut at = Some(array);
        while let Some(array) = at.filter(|at| at.kind() == "array_type") {
            if let Some(rank) = array.child_by_field_name("rank") {
                lower.children(rank);
            }
            at = array.child_by_field_name("type");
        }
        if let Some(values) = values {
            lower.lower(values);
        }
        lower.close();
        lower.nothing(node);
    } else {
        classes::or_empty(lower, arguments, node, Kind::Arguments);
        match values {
            Some(values) => block(lower, values),
            None => lower.nothing(node),
        }
    }
    lower.close();
}

/// `new[] { a }`.
fn array_creation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::New, node, Text::None);
    classes::array_of(lower, None, 1, node);
    lower.open(Kind::Arguments, node, Text::None);
    lower.children(node);
    lower.close();
    lower.nothing(node);
    lower.close();
}

/// `new { A = 1, b }`.
fn anonymous_object(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::New, node, Text::None);
    lower.nothing(node);
    classes::or_empty(lower, None, node, Kind::Arguments);
    lower.open(Kind::Block, node, Text::None);
    let members = parts(node);
    let mut at = members.iter().copied().peekable();
    while let Some(member) = at.next() {
        let is_named = member.next_sibling().is_some_and(|next| next.kind() == "=");
        let Some(value) = at.next_if(|_| is_named) else {
            lower.lower(member);
            continue;
        };
        lower.tree.open(Kind::Assign, member.start_byte(), value.end_byte(), Text::None);
        lower.one(Some(member), node);
        lower.one(Some(value), node);
        lower.close();
    }
    lower.close();
    lower.close();
}

/// `"a"`, `@"a"`, `"""a"""`: what stands between the quotes, whatever follows them.
fn string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let written = lower.source(node);
    let open = written.find('"').unwrap_or(0);
    let close = written.rfind('"').unwrap_or(open).max(open);
    let quotes =
        written.get(open..).map_or(0, |rest| rest.len() - rest.trim_start_matches('"').len());
    let quotes = if node.kind() == "raw_string_literal" { quotes } else { 1 };
    let start = node.start_byte() + open + quotes;
    let end = (node.start_byte() + close + 1).saturating_sub(quotes).max(start);
    lower.tree.push(Kind::Str, node.start_byte(), node.end_byte(), Text::At(start..end));
}

/// `$"a{b}"`.
fn interpolated(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let holes: Vec<Node<'_>> =
        named(node).into_iter().filter(|part| part.kind() == "interpolation").collect();
    let start = node.child(1).map_or(node.start_byte(), |quote| quote.end_byte());
    let end = node.child(node.child_count().saturating_sub(1));
    let end = end.map_or(start, |quote| quote.start_byte()).max(start);
    lower.open(Kind::Interpolated, node, Text::Word("$"));
    let mut at = start;
    for hole in holes {
        if at < hole.start_byte() {
            lower.tree.push(Kind::Str, at, hole.start_byte(), Text::At(at..hole.start_byte()));
        }
        let value = parts(hole).into_iter().find(|part| part.kind() != "interpolation_brace");
        lower.one(value, hole);
        at = hole.end_byte();
    }
    if at < end {
        lower.tree.push(Kind::Str, at, end, Text::At(at..end));
    }
    lower.close();
}

fn is_pattern(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Binary, node, Text::Word("is"));
    lower.field(node, "expression");
    lower.field(node, "pattern");
    lower.close();
}

/// `x!` only speaks to the compiler.
fn unary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = |at: u32| node.child(at).filter(|sign| !sign.is_named());
    let operand = parts(node).into_iter().next_back();
    let text = if node.kind().starts_with("postfix") {
        let Some(sign) = sign(node.child_count().saturating_sub(1)).map(|sign| sign.kind()) else {
            return lower.one(operand, node);
        };
        if sign == "!" {
            return lower.one(operand, node);
        }
        format!("post{sign}")
    } else {
        sign(0).map_or("", |sign| sign.kind()).to_owned()
    };
    lower.open(Kind::Unary, node, Text::Word(&text));
    lower.one(operand, node);
    lower.close();
}

fn cast(lower: &mut Lower<'_, '_>, node: Node<'_>, text: &str, kind: &str, value: &str) {
    lower.open(Kind::Cast, node, Text::Word(text));
    lower.field(node, kind);
    lower.field(node, value);
    lower.close();
}

/// `typeof(T)` reads like a call; a lone `default` like a name.
fn type_call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (Some(word), kind) = (node.child(0), node.child_by_field_name("type")) else { return };
    if kind.is_none() {
        lower.leaf(Kind::Name, word);
        return;
    }
    lower.open(Kind::Call, node, Text::None);
    lower.leaf(Kind::Name, word);
    lower.tree.open(Kind::Arguments, word.end_byte(), node.end_byte(), Text::None);
    lower.one(kind, node);
    lower.close();
    lower.close();
}

fn range(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Slice, node, Text::None);
    let first = node.child(0).filter(|first| first.kind() != "..");
    lower.one(first, node);
    lower.one(classes::after(node, ".."), node);
    lower.close();
}

fn lambda(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let body = node.child_by_field_name("body").or_else(|| child_of(node, "block"));
    lower.open(Kind::Function, node, Text::Word("lambda"));
    modifiers(lower, node);
    lower.nothing(node);
    match node.child_by_field_name("parameters") {
        Some(lone) if lone.kind() == "implicit_parameter" => {
            lower.open(Kind::Parameters, lone, Text::None);
            shapes::parameter(lower, lone);
            lower.close();
        }
        list => classes::or_empty(lower, list, node, Kind::Parameters),
    }
    lower.field(node, "type");
    match body {
        Some(body) if body.kind() == "block" => lower.block(Some(body), node),
        body => shapes::expression_body(lower, body, node),
    }
    lower.close();
}

fn with_initializer(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Assign, node, Text::None);
    lower.one(node.child(0), node);
    lower.one(classes::after(node, "="), node);
    lower.close();
}

/// `T x` in a pattern or as an argument.
fn binding(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::None);
    lower.nothing(node);
    lower.one(parts(node).into_iter().next_back(), node);
    lower.field(node, "type");
    lower.nothing(node);
    lower.close();
}

#[cfg(test)]
mod tests;
