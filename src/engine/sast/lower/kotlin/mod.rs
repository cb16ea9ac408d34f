//! Kotlin. The grammar binds `!` tighter than calls and reads `f<T>(x)` as two comparisons; both are put right here.

mod chain;
mod statements;

use super::classes;
use super::shapes::{self, block, inner, name, number, skip};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};
use chain::{
    argument, binary, call, callable_reference, index, infix, is_postfix, navigation,
    parenthesized, postfix, unary,
};
use statements::{
    annotation, catch, class, class_parameter, do_while, enum_entry, finally, for_each, function,
    if_, import, lambda_parameters, package, parameter, parameters, property, try_, variable, when,
    while_,
};

/// Node kinds of tree-sitter-kotlin-ng 1.1.
pub const SHAPES: &[(&str, Shape)] = &[
    ("line_comment", skip),
    ("block_comment", skip),
    ("shebang", skip),
    ("label", skip),
    ("use_site_target", skip),
    ("variance_modifier", skip),
    ("type_modifiers", skip),
    ("block", block),
    ("class_body", block),
    ("enum_class_body", block),
    ("anonymous_initializer", inner),
    ("identifier", identifier),
    ("qualified_identifier", qualified),
    ("this_expression", |l, n| drop_to(l, n, "this")),
    ("super_expression", |l, n| drop_to(l, n, "super")),
    ("parenthesized_expression", parenthesized),
    ("annotated_expression", |l, n| l.one(named(n).into_iter().next_back(), n)),
    ("annotated_lambda", |l, n| l.one(child_of(n, "lambda_literal"), n)),
    ("labeled_expression", labeled),
    ("navigation_expression", |l, n| postfix(l, n, navigation)),
    ("callable_reference", callable_reference),
    ("index_expression", |l, n| postfix(l, n, index)),
    ("call_expression", |l, n| postfix(l, n, call)),
    ("value_arguments", shapes::arguments),
    ("value_argument", argument),
    ("spread_expression", shapes::spread),
    ("constructor_invocation", constructor_invocation),
    ("object_literal", object_literal),
    ("string_literal", |l, n| string(l, n, 1)),
    ("multiline_string_literal", |l, n| string(l, n, 3)),
    ("character_literal", classes::char),
    ("number_literal", number),
    ("float_literal", number),
    ("collection_literal", shapes::list),
    ("unary_expression", |l, n| if is_postfix(n) { postfix(l, n, unary) } else { unary(l, n) }),
    ("binary_expression", binary),
    ("infix_expression", infix),
    ("in_expression", between),
    ("is_expression", between),
    ("as_expression", cast),
    ("range_expression", range),
    ("assignment", classes::assign_or_update),
    ("lambda_literal", lambda),
    ("lambda_parameters", lambda_parameters),
    ("anonymous_function", function),
    ("user_type", user_type),
    ("type_arguments", inner),
    ("type_projection", projection),
    ("nullable_type", |l, n| classes::type_with(l, n, "?")),
    ("non_nullable_type", |l, n| classes::type_with(l, n, "&")),
    ("function_type", |l, n| classes::type_with(l, n, "function")),
    ("function_type_parameters", inner),
    ("parenthesized_type", inner),
    ("modifiers", classes::modifiers),
    ("parameter_modifiers", classes::modifiers),
    ("class_modifier", name),
    ("function_modifier", name),
    ("property_modifier", name),
    ("visibility_modifier", name),
    ("inheritance_modifier", name),
    ("member_modifier", name),
    ("parameter_modifier", name),
    ("platform_modifier", name),
    ("annotation", annotation),
    ("file_annotation", annotation),
    ("property_declaration", property),
    ("variable_declaration", variable),
    ("multi_variable_declaration", variable),
    ("getter", function),
    ("setter", function),
    ("function_declaration", function),
    ("secondary_constructor", function),
    ("function_value_parameters", parameters),
    ("parameter", |l, n| parameter(l, n, None, None)),
    ("class_declaration", class),
    ("object_declaration", class),
    ("companion_object", class),
    ("class_parameter", class_parameter),
    ("enum_entry", enum_entry),
    ("if_expression", if_),
    ("when_expression", when),
    ("range_test", test),
    ("type_test", test),
    ("for_statement", for_each),
    ("while_statement", while_),
    ("do_while_statement", do_while),
    ("try_expression", try_),
    ("catch_block", catch),
    ("finally_block", finally),
    ("return_expression", |l, n| word(l, n, "return")),
    ("throw_expression", |l, n| word(l, n, "throw")),
    ("import", import),
    ("package_header", package),
];

/// What stands behind a token, and is named.
fn after<'t>(node: Node<'t>, token: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor)
        .filter(|child| !child.is_extra())
        .skip_while(|child| child.kind() != token)
        .nth(1)
        .filter(Node::is_named)
}

/// The grammar has no literals for these words.
fn identifier(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let kind = match lower.source(node) {
        "true" | "false" => Kind::Bool,
        "null" => Kind::Null,
        "break" | "continue" => Kind::Word,
        _ => Kind::Name,
    };
    lower.leaf(kind, node);
}

fn qualified(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    shapes::path(lower, &named(node));
}

fn drop_to(lower: &mut Lower<'_, '_>, node: Node<'_>, word: &str) {
    lower.word(node, word);
}

/// `break@a`, and `a@ x`.
fn labeled(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let label = parts.first().map(|label| lower.source(*label).trim_end_matches('@').to_owned());
    let label = label.unwrap_or_default();
    if matches!(label.as_str(), "break" | "continue") {
        lower.open(Kind::Word, node, Text::Word(&label));
    } else {
        lower.open(Kind::Label, node, Text::None);
        lower.word(parts.first().copied().unwrap_or(node), &label);
    }
    lower.one(parts.get(1).copied(), node);
    lower.close();
}

/// `T(x)` of an annotation.
fn constructor_invocation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Call, node, Text::None);
    lower.one(parts.first().copied(), node);
    lower.one(parts.get(1).copied(), node);
    lower.close();
}

/// `object : T(x) { ... }` makes a T.
fn object_literal(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parent = child_of(node, "delegation_specifiers")
        .and_then(|parents| child_of(parents, "delegation_specifier"))
        .and_then(|parent| named(parent).into_iter().next_back());
    let made = parent.filter(|parent| parent.kind() == "constructor_invocation");
    lower.open(Kind::New, node, Text::None);
    lower.one(made.map_or(parent, |made| named(made).into_iter().next()), node);
    classes::or_empty(
        lower,
        made.and_then(|made| child_of(made, "value_arguments")),
        node,
        Kind::Arguments,
    );
    lower.block(child_of(node, "class_body"), node);
    lower.close();
}

/// A piece of a string: text, a name behind a `$`, or an expression.
enum Piece<'t> {
    Text(usize, usize),
    Name(usize, usize),
    Hole(Node<'t>),
}

/// The grammar leaves `$name` in the text.
fn string(lower: &mut Lower<'_, '_>, node: Node<'_>, quotes: usize) {
    let start = (node.start_byte() + quotes).min(node.end_byte());
    let end = node.end_byte().saturating_sub(quotes).max(start);
    let mut pieces = Vec::new();
    let mut at = start;
    for hole in named(node).into_iter().filter(|part| part.kind() == "interpolation") {
        literal(lower.tree.source, at, hole.start_byte(), quotes == 1, &mut pieces);
        pieces.push(Piece::Hole(hole));
        at = hole.end_byte();
    }
    literal(lower.tree.source, at, end, quotes == 1, &mut pieces);
    if pieces.iter().all(|piece| matches!(piece, Piece::Text(..))) {
        lower.tree.push(Kind::Str, node.start_byte(), node.end_byte(), Text::At(start..end));
        return;
    }
    lower.open(Kind::Interpolated, node, Text::Word("template"));
    for piece in pieces {
        match piece {
            Piece::Text(from, to) => {
                lower.tree.push(Kind::Str, from, to, Text::At(from..to));
            }
            Piece::Name(from, to) => {
                lower.tree.push(Kind::Name, from, to, Text::At(from..to));
            }
            Piece::Hole(hole) => lower.one(named(hole).into_iter().next(), hole),
        }
    }
    lower.close();
}

/// The pieces of what stands between two holes.
fn literal(source: &str, from: usize, to: usize, escapes: bool, pieces: &mut Vec<Piece<'_>>) {
    let text = source.get(from..to.max(from)).unwrap_or("");
    let mut begun = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find(['$', '\\']).map(|found| at + found) {
        let rest = &text[found + 1..];
        let length: usize = rest
            .char_indices()
            .find(|(_, letter)| !(letter.is_alphanumeric() || *letter == '_'))
            .map_or(rest.len(), |(length, _)| length);
        let is_escape = text[found..].starts_with('\\');
        if is_escape || length == 0 || rest.starts_with(char::is_numeric) {
            let escaped = rest.chars().next().filter(|_| is_escape && escapes);
            at = found + 1 + escaped.map_or(0, char::len_utf8);
            continue;
        }
        if begun < found {
            pieces.push(Piece::Text(from + begun, from + found));
        }
        at = found + 1 + length;
        begun = at;
        pieces.push(Piece::Name(from + found + 1, from + at));
    }
    if begun < text.len() {
        pieces.push(Piece::Text(from + begun, from + text.len()));
    }
}

/// `a in b`, `a !is b`.
fn between(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child(1).map_or("", |sign| sign.kind());
    lower.open(Kind::Binary, node, Text::Word(sign));
    lower.field(node, "left");
    lower.field(node, "right");
    lower.close();
}

/// `in x` and `is x` of a `when`.
fn test(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child(0).map_or("", |sign| sign.kind());
    lower.open(Kind::Unary, node, Text::Word(sign));
    lower.one(named(node).into_iter().next_back(), node);
    lower.close();
}

fn cast(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let is_safe = child_of(node, "as?").is_some();
    lower.open(Kind::Cast, node, Text::Word(if is_safe { "as?" } else { "" }));
    lower.field(node, "right");
    lower.field(node, "left");
    lower.close();
}

fn range(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child(1).map_or("", |sign| sign.kind());
    lower.open(Kind::Slice, node, Text::Word(sign));
    lower.children(node);
    lower.close();
}

fn lambda(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let list = child_of(node, "lambda_parameters");
    lower.open(Kind::Function, node, Text::Word("lambda"));
    lower.nothing(node);
    lower.nothing(node);
    classes::or_empty(lower, list, node, Kind::Parameters);
    lower.nothing(node);
    lower.open(Kind::Block, node, Text::None);
    named(node).into_iter().filter(|part| Some(*part) != list).for_each(|part| lower.lower(part));
    lower.close();
    lower.close();
}

fn word(lower: &mut Lower<'_, '_>, node: Node<'_>, word: &str) {
    let label = node.child_by_field_name("label");
    lower.open(Kind::Word, node, Text::Word(word));
    named(node).into_iter().filter(|part| Some(*part) != label).for_each(|part| lower.lower(part));
    lower.close();
}

// --- types

/// `a.B<C>`.
fn user_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let names: Vec<Node<'_>> =
        parts.iter().copied().filter(|part| part.kind() == "identifier").collect();
    match parts.last().filter(|last| last.kind() == "type_arguments") {
        Some(arguments) => {
            lower.open(Kind::Type, node, Text::Word("<>"));
            shapes::path(lower, &names);
            lower.lower(*arguments);
            lower.close();
        }
        None => shapes::path(lower, &names),
    }
}

fn projection(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if named(node).is_empty() {
        lower.open(Kind::Type, node, Text::Word("wildcard"));
        lower.close();
    } else {
        lower.children(node);
    }
}

#[cfg(test)]
mod tests;
