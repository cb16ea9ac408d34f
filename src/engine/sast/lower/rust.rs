//! Rust. What stands between a macro's parentheses is only tokens to the grammar; [`tokens`] reads the usual expressions in it.

mod items;
mod tokens;

use super::shapes::{self, binary, block, inner, name, number, skip, type_of, word};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};
use items::{
    alias, attribute, attribute_item, class, closure_parameters, extern_crate, foreign, function,
    let_, mod_, ordered, parameter, pending, push_modifiers, self_parameter, use_, variable,
    variadic, variant,
};
use tokens::{macro_, macro_definition};

/// Node kinds of tree-sitter-rust 0.24.
pub const SHAPES: &[(&str, Shape)] = &[
    ("line_comment", skip),
    ("block_comment", skip),
    ("shebang", skip),
    ("empty_statement", skip),
    ("mutable_specifier", skip),
    ("lifetime", skip),
    ("type_parameters", skip),
    ("where_clause", skip),
    ("expression_statement", inner),
    ("parenthesized_expression", inner),
    ("bracketed_type", inner),
    ("label", inner),
    ("or_pattern", inner),
    ("mut_pattern", inner),
    ("ref_pattern", inner),
    ("block", block),
    ("unsafe_block", unsafe_block),
    ("identifier", name),
    ("field_identifier", name),
    ("shorthand_field_identifier", name),
    ("type_identifier", name),
    ("primitive_type", name),
    ("never_type", name),
    ("metavariable", name),
    ("self", name),
    ("super", name),
    ("crate", name),
    ("_", name),
    ("integer_literal", number),
    ("float_literal", number),
    ("negative_literal", shapes::unary),
    ("boolean_literal", boolean),
    ("char_literal", |l, n| shapes::quoted(l, n, Kind::Char)),
    ("string_literal", |l, n| shapes::string(l, n, &[], "")),
    ("raw_string_literal", raw_string),
    ("unit_expression", shapes::tuple),
    ("tuple_expression", shapes::tuple),
    ("tuple_pattern", |l, n| gathered(l, n, Kind::Tuple)),
    ("slice_pattern", |l, n| gathered(l, n, Kind::List)),
    ("array_expression", shapes::list),
    ("scoped_identifier", scoped),
    ("scoped_type_identifier", scoped),
    ("field_expression", |l, n| shapes::attribute(l, n, "value", "field")),
    ("generic_function", |l, n| l.field(n, "function")),
    ("generic_type_with_turbofish", |l, n| l.field(n, "type")),
    ("generic_pattern", |l, n| l.one(named(n).into_iter().next(), n)),
    ("index_expression", |l, n| gathered(l, n, Kind::Index)),
    ("range_expression", range),
    ("range_pattern", range),
    ("call_expression", shapes::call),
    ("arguments", shapes::arguments),
    ("macro_invocation", macro_),
    ("token_tree", tokens::tokens),
    ("macro_definition", macro_definition),
    ("struct_expression", |l, n| new(l, n, "name")),
    ("struct_pattern", |l, n| new(l, n, "type")),
    ("field_initializer", |l, n| pair(l, n, "field", "value")),
    ("field_pattern", field_pattern),
    ("shorthand_field_initializer", inner),
    ("base_field_initializer", shapes::spread),
    ("tuple_struct_pattern", tuple_struct),
    ("captured_pattern", captured),
    ("reference_pattern", reference),
    ("reference_expression", reference),
    ("binary_expression", binary),
    ("unary_expression", shapes::unary),
    ("try_expression", try_),
    ("await_expression", shapes::await_),
    ("assignment_expression", shapes::assign),
    ("compound_assignment_expr", shapes::update),
    ("type_cast_expression", cast),
    ("closure_expression", closure),
    ("generic_type", generic_type),
    ("reference_type", |l, n| reference_type(l, n)),
    ("pointer_type", |l, n| type_of(l, n, "*", n.child_by_field_name("type").as_slice())),
    ("array_type", array_type),
    ("tuple_type", |l, n| type_of(l, n, "()", &named(n))),
    ("unit_type", |l, n| type_of(l, n, "()", &[])),
    ("dynamic_type", |l, n| type_of(l, n, "dyn", n.child_by_field_name("trait").as_slice())),
    ("abstract_type", |l, n| type_of(l, n, "impl", n.child_by_field_name("trait").as_slice())),
    ("bounded_type", |l, n| type_of(l, n, "+", &without_lifetimes(n))),
    ("qualified_type", |l, n| type_of(l, n, "as", &named(n))),
    ("function_type", function_type),
    ("attribute_item", attribute_item),
    ("inner_attribute_item", attribute_item),
    ("attribute", attribute),
    ("use_declaration", use_),
    ("extern_crate_declaration", extern_crate),
    ("mod_item", mod_),
    ("foreign_mod_item", foreign),
    ("declaration_list", block),
    ("function_item", function),
    ("function_signature_item", function),
    ("parameters", shapes::parameters),
    ("closure_parameters", closure_parameters),
    ("parameter", parameter),
    ("self_parameter", self_parameter),
    ("variadic_parameter", variadic),
    ("struct_item", |l, n| class(l, n, "struct")),
    ("union_item", |l, n| class(l, n, "union")),
    ("enum_item", |l, n| class(l, n, "enum")),
    ("trait_item", |l, n| class(l, n, "trait")),
    ("impl_item", |l, n| class(l, n, "impl")),
    ("field_declaration_list", block),
    ("enum_variant_list", block),
    ("ordered_field_declaration_list", ordered),
    ("field_declaration", |l, n| variable(l, n, "", "name")),
    ("enum_variant", variant),
    ("const_item", |l, n| variable(l, n, "const", "name")),
    ("static_item", |l, n| variable(l, n, "static", "name")),
    ("let_declaration", let_),
    ("type_item", alias),
    ("associated_type", alias),
    ("let_condition", let_condition),
    ("let_chain", let_chain),
    ("if_expression", if_),
    ("match_expression", match_),
    ("match_arm", arm),
    ("while_expression", |l, n| labelled(l, n, shapes::while_)),
    ("loop_expression", |l, n| labelled(l, n, loop_)),
    ("for_expression", |l, n| labelled(l, n, for_)),
    ("return_expression", word),
    ("break_expression", word),
    ("continue_expression", word),
    ("yield_expression", word),
];

/// All named children and `_`, which has no name in the grammar.
fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children(&mut cursor)
        .filter(|child| !child.is_extra() && (child.is_named() || child.kind() == "_"))
        .collect()
}

fn without_lifetimes(node: Node<'_>) -> Vec<Node<'_>> {
    named(node).into_iter().filter(|part| part.kind() != "lifetime").collect()
}

fn gathered(lower: &mut Lower<'_, '_>, node: Node<'_>, kind: Kind) {
    lower.open(kind, node, Text::None);
    for part in parts(node) {
        lower.lower(part);
    }
    lower.close();
}

fn unsafe_block(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Other, node, Text::Word("unsafe"));
    lower.children(node);
    lower.close();
}

fn boolean(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if lower.source(node) == "true" { shapes::yes(lower, node) } else { shapes::no(lower, node) }
}

fn raw_string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let inside = child_of(node, "string_content")
        .map_or(node.end_byte()..node.end_byte(), |content| content.byte_range());
    lower.tree.push(Kind::Str, node.start_byte(), node.end_byte(), Text::At(inside));
}

/// `a::b`; arguments of types within a path are left out.
fn scoped(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (Some(path), Some(last)) =
        (node.child_by_field_name("path"), node.child_by_field_name("name"))
    else {
        return lower.field(node, "name");
    };
    lower.open(Kind::Attribute, node, Text::At(last.byte_range()));
    let bare = path.child_by_field_name("type").filter(|_| path.kind() == "generic_type");
    lower.one(bare.or(Some(path)), node);
    lower.leaf(Kind::Name, last);
    lower.close();
}

/// `a..b`, a Nothing for the part that is left out.
fn range(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let dots = |child: &Node<'_>| !child.is_named() && child.kind().starts_with("..");
    let mut cursor = node.walk();
    let sign = node.children(&mut cursor).find(dots);
    let at = sign.map_or(node.end_byte(), |sign| sign.start_byte());
    let (before, after): (Vec<_>, Vec<_>) =
        named(node).into_iter().partition(|part| part.start_byte() < at);
    lower.open(Kind::Slice, node, Text::Word(sign.map_or("", |sign| sign.kind())));
    lower.one(before.first().copied(), node);
    lower.one(after.first().copied(), node);
    lower.close();
}

fn pair(lower: &mut Lower<'_, '_>, node: Node<'_>, key: &str, value: &str) {
    lower.open(Kind::Pair, node, Text::None);
    lower.field(node, key);
    lower.field(node, value);
    lower.close();
}

fn field_pattern(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.child_by_field_name("pattern").is_some() {
        pair(lower, node, "name", "pattern");
    } else {
        lower.field(node, "name");
    }
}

/// `T { a: 1, b, ..c }`, as a value and as a pattern.
fn new(lower: &mut Lower<'_, '_>, node: Node<'_>, of: &str) {
    let of = node.child_by_field_name(of);
    let body = node.child_by_field_name("body");
    lower.open(Kind::New, node, Text::None);
    lower.one(of, node);
    lower.open(Kind::Arguments, body.unwrap_or(node), Text::None);
    for part in named(body.unwrap_or(node)).into_iter().filter(|part| Some(*part) != of) {
        lower.lower(part);
    }
    lower.close();
    lower.nothing(node);
    lower.close();
}

/// `Some(x)` as a pattern is like the call.
fn tuple_struct(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let of = node.child_by_field_name("type");
    lower.open(Kind::Call, node, Text::None);
    lower.one(of, node);
    let start = of.map_or(node.start_byte(), |of| of.end_byte());
    lower.tree.open(Kind::Arguments, start, node.end_byte(), Text::None);
    for part in parts(node).into_iter().filter(|part| Some(*part) != of) {
        lower.lower(part);
    }
    lower.close();
    lower.close();
}

/// `name @ pattern`.
fn captured(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = parts(node);
    lower.open(Kind::Assign, node, Text::None);
    lower.one(parts.first().copied(), node);
    lower.one(parts.get(1).copied(), node);
    lower.close();
}

fn sign(node: Node<'_>) -> &'static str {
    if child_of(node, "mutable_specifier").is_some() { "&mut" } else { "&" }
}

fn reference(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Unary, node, Text::Word(sign(node)));
    let value = parts(node).into_iter().find(|part| part.kind() != "mutable_specifier");
    lower.one(value, node);
    lower.close();
}

fn reference_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    type_of(lower, node, sign(node), node.child_by_field_name("type").as_slice());
}

fn array_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    type_of(lower, node, "[]", &named(node));
}

fn generic_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Type, node, Text::Word("<>"));
    lower.field(node, "type");
    if let Some(arguments) = node.child_by_field_name("type_arguments") {
        lower.children(arguments);
    }
    lower.close();
}

/// `fn(A) -> B` and `Fn(A) -> B`.
fn function_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Type, node, Text::Word("fn"));
    lower.field(node, "trait");
    if let Some(list) = node.child_by_field_name("parameters") {
        lower.children(list);
    }
    lower.field(node, "return_type");
    lower.close();
}

fn try_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Unary, node, Text::Word("?"));
    lower.one(named(node).into_iter().next(), node);
    lower.close();
}

fn cast(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Cast, node, Text::None);
    lower.field(node, "type");
    lower.field(node, "value");
    lower.close();
}

fn closure(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Function, node, Text::Word("lambda"));
    let mut cursor = node.walk();
    let words: Vec<Node<'_>> = node
        .children(&mut cursor)
        .filter(|token| matches!(token.kind(), "move" | "async" | "static"))
        .collect();
    push_modifiers(lower, &[], &words, node);
    lower.nothing(node);
    lower.field(node, "parameters");
    lower.field(node, "return_type");
    let body = node.child_by_field_name("body");
    match body {
        Some(body) if body.kind() == "block" => lower.block(Some(body), node),
        body => shapes::expression_body(lower, body, node),
    }
    lower.close();
}

fn let_condition(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::Word("let"));
    lower.nothing(node);
    lower.field(node, "pattern");
    lower.nothing(node);
    lower.field(node, "value");
    lower.close();
}

fn let_chain(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let operands = named(node);
    let signs = vec!["&&".to_owned(); operands.len().saturating_sub(1)];
    shapes::chain(lower, node, &signs, &operands);
}

fn if_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::If, node, Text::None);
    lower.field(node, "condition");
    lower.block(node.child_by_field_name("consequence"), node);
    let other = node.child_by_field_name("alternative");
    lower.block(other.and_then(|other| named(other).into_iter().next()), node);
    lower.close();
}

fn match_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Switch, node, Text::None);
    lower.field(node, "value");
    if let Some(body) = node.child_by_field_name("body") {
        lower.children(body);
    }
    lower.close();
}

/// `_` is the default and so no pattern; a guard is a Generator.
fn arm(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    drop(pending(lower, node));
    let pattern = node.child_by_field_name("pattern");
    let guard = pattern.and_then(|pattern| pattern.child_by_field_name("condition"));
    lower.open(Kind::Case, node, Text::None);
    for part in pattern.map(named).unwrap_or_default() {
        if Some(part) != guard {
            lower.lower(part);
        }
    }
    if let Some(guard) = guard {
        lower.open(Kind::Generator, guard, Text::Word("if"));
        lower.lower(guard);
        lower.close();
    }
    lower.block(node.child_by_field_name("value"), node);
    lower.close();
}

/// A loop with a label is its statement.
fn labelled(lower: &mut Lower<'_, '_>, node: Node<'_>, shape: Shape) {
    let Some(label) = child_of(node, "label") else { return shape(lower, node) };
    lower.open(Kind::Label, node, Text::None);
    lower.one(Some(label), node);
    shape(lower, node);
    lower.close();
}

fn loop_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::While, node, Text::Word("loop"));
    lower.nothing(node);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::ForEach, node, Text::None);
    lower.field(node, "pattern");
    lower.field(node, "value");
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

#[cfg(test)]
mod tests {
    use crate::engine::sast::lower::outline::check;

    #[test]
    fn imports_are_one_each() {
        check(
            "rust",
            &[
                (
                    "use a::{b as c, self, d::*};",
                    "Import(a, b, c), Import(a, _, _), Import(Attribute(a, d), *, _)",
                ),
                ("use x;", "Import(x, _, _)"),
            ],
        );
    }

    #[test]
    fn a_macro_is_a_call_and_its_tokens_are_read() {
        check(
            "rust",
            &[
                (
                    "format!(\"{}\", x.y(1), k = v);",
                    "Call(format!, Arguments(\"{}\", Call(Attribute(x, y), Arguments(1)), Keyword(k, v)))",
                ),
                ("std::eprint!(\"a\");", "Call(Attribute(std, eprint!), Arguments(\"a\"))"),
                ("vec![1; n];", "Call(vec!, Arguments(1, n))"),
                (
                    "json!({\"a\": &b[0]});",
                    "Call(json!, Arguments(Dict(Pair(\"a\", Unary[&](Index(b, 0))))))",
                ),
                (
                    "sql!(a::<T>(b)? + 1, x as u8, P { a: 1 });",
                    "Call(sql!, Arguments(Binary[+](Unary[?](Call(a, Arguments(b))), 1), x, New(P, Arguments(Pair(a, 1)), _)))",
                ),
                ("m!(|x| x);", "Call(m!, Arguments(Other(x, x)))"),
            ],
        );
    }

    #[test]
    fn attributes_belong_to_what_follows() {
        check(
            "rust",
            &[
                (
                    "#[derive(Debug, Clone)]\npub struct P { #[serde(rename = \"x\")] a: T }",
                    "Class[struct](Modifiers(Decorator(Call(derive, Arguments(Debug, Clone))), pub), P, _, Block(Variable(Modifiers(Decorator(Call(serde, Arguments(Keyword(rename, \"x\"))))), a, T, _)))",
                ),
                (
                    "#[tokio::main]\nasync fn main() {}",
                    "Function(Modifiers(Decorator(Attribute(tokio, main)), async), main, Parameters(), _, Block())",
                ),
            ],
        );
    }

    #[test]
    fn functions_and_types() {
        check(
            "rust",
            &[
                (
                    "pub fn f(&mut self, mut x: Vec<u8>, (a, _): (i32, u8)) -> Result<(), Box<dyn E>> { x }",
                    "Function(Modifiers(pub), f, Parameters(Parameter(self, Type[&mut](Self), _, _), Parameter(x, Type[<>](Vec, u8), _, Modifiers(mut)), Parameter(Tuple(a, _), Type[()](i32, u8), _, _)), Type[<>](Result, Type[()](), Type[<>](Box, Type[dyn](E))), Block(x))",
                ),
                (
                    "impl<T> Tr<T> for P<T> { fn f() {} }",
                    "Class[impl](_, P, Parents(Type[<>](Tr, T)), Block(Function(_, f, Parameters(), _, Block())))",
                ),
            ],
        );
    }

    #[test]
    fn patterns_and_branches() {
        check(
            "rust",
            &[
                (
                    "if let Some(x) = y && z { a } else { b }",
                    "If(Binary[&&](Variable[let](_, Call(Some, Arguments(x)), _, y), z), Block(a), Block(b))",
                ),
                (
                    "match x { 1 | 2 => a(), Some(n) if n > 1 => {} _ => b }",
                    "Switch(x, Case(1, 2, Block(Call(a, Arguments()))), Case(Call(Some, Arguments(n)), Generator[if](Binary[>](n, 1)), Block()), Case(Block(b)))",
                ),
                (
                    "let Some(x) = y else { return; };",
                    "Variable[let](_, Call(Some, Arguments(x)), _, y), Else(Block(Word[return]()))",
                ),
                ("let mut x: i32 = 1;", "Variable[let](Modifiers(mut), x, i32, 1)"),
            ],
        );
    }

    #[test]
    fn expressions() {
        check(
            "rust",
            &[
                ("a.b(c)?.await;", "Await(Unary[?](Call(Attribute(a, b), Arguments(c))))"),
                ("unsafe\n{ *p = 1 };", "Other[unsafe](Block(Assign(Unary[*](p), 1)))"),
                ("P { a: 1, b, ..c };", "New(P, Arguments(Pair(a, 1), b, Spread[..](c)), _)"),
                ("&mut x;", "Unary[&mut](x)"),
                ("x as *const u8;", "Cast(Type[*](u8), x)"),
                ("foo::<u8>(1);", "Call(foo, Arguments(1))"),
                ("a[1..];", "Index(a, Slice[..](1, _))"),
                (
                    "|x: i32, y| x;",
                    "Function[lambda](_, _, Parameters(Parameter(x, i32, _, _), Parameter(y, _, _, _)), _, Block[=](x))",
                ),
                ("loop { break; }", "While[loop](_, Block(Word[break]()))"),
            ],
        );
    }
}
