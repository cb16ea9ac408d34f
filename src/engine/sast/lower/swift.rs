//! Swift. Its grammar gives conditions, patterns and blocks as rows of tokens, which are read here.

mod flow;
mod items;

use super::shapes::{self, block, fields, inner, name, number, skip, type_of};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};
use flow::{braced, case, catch, do_, for_, guard, if_, pattern, repeat, switch, transfer, while_};
use items::{
    accessor, alias, attribute, class, enum_entry, function, modifier, modifiers, parameter,
    property,
};

/// Node kinds of tree-sitter-swift 0.7.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("multiline_comment", skip),
    ("directive", skip),
    ("statement_label", skip),
    ("value_binding_pattern", skip),
    ("statements", inner),
    ("directly_assignable_expression", inner),
    ("interpolated_expression", |l, n| l.field(n, "value")),
    ("simple_identifier", name),
    ("type_identifier", name),
    ("wildcard_pattern", name),
    ("self_expression", name),
    ("super_expression", name),
    ("identifier", |l, n| shapes::path(l, &named(n))),
    ("integer_literal", number),
    ("real_literal", number),
    ("hex_literal", number),
    ("oct_literal", number),
    ("bin_literal", number),
    ("boolean_literal", boolean),
    ("nil_literal", shapes::null),
    ("line_string_literal", string),
    ("multi_line_string_literal", string),
    ("raw_string_literal", raw_string),
    ("regex_literal", regex),
    ("call_expression", call),
    ("constructor_expression", call),
    ("value_argument", argument),
    ("navigation_expression", navigation),
    ("prefix_expression", prefix),
    ("postfix_expression", postfix),
    ("additive_expression", binary),
    ("multiplicative_expression", binary),
    ("comparison_expression", binary),
    ("equality_expression", binary),
    ("conjunction_expression", binary),
    ("disjunction_expression", binary),
    ("bitwise_operation", binary),
    ("infix_expression", binary),
    ("nil_coalescing_expression", coalescing),
    ("check_expression", check),
    ("range_expression", range),
    ("open_start_range_expression", range),
    ("open_end_range_expression", range),
    ("as_expression", cast),
    ("ternary_expression", ternary),
    ("assignment", assignment),
    ("try_expression", try_expression),
    ("await_expression", await_),
    ("array_literal", shapes::list),
    ("dictionary_literal", dictionary),
    ("tuple_expression", tuple),
    ("lambda_literal", lambda),
    ("lambda_parameter", parameter),
    ("selector_expression", |l, n| hashed(l, n, "selector")),
    ("availability_condition", |l, n| hashed(l, n, "available")),
    ("macro_invocation", call),
    ("special_literal", name),
    ("throws", skip),
    ("import_declaration", import),
    ("property_declaration", property),
    ("protocol_property_declaration", property),
    ("computed_property", block),
    ("computed_getter", accessor),
    ("computed_setter", accessor),
    ("computed_modify", accessor),
    ("willset_clause", accessor),
    ("didset_clause", accessor),
    ("willset_didset_block", inner),
    ("typealias_declaration", alias),
    ("associatedtype_declaration", alias),
    ("function_declaration", function),
    ("protocol_function_declaration", function),
    ("init_declaration", function),
    ("deinit_declaration", function),
    ("subscript_declaration", function),
    ("function_body", block),
    ("class_declaration", class),
    ("protocol_declaration", class),
    ("class_body", block),
    ("enum_class_body", block),
    ("protocol_body", block),
    ("enum_entry", enum_entry),
    ("modifiers", modifiers),
    ("parameter_modifiers", inner),
    ("attribute", attribute),
    ("visibility_modifier", modifier),
    ("property_modifier", modifier),
    ("member_modifier", modifier),
    ("ownership_modifier", modifier),
    ("mutation_modifier", modifier),
    ("function_modifier", modifier),
    ("inheritance_modifier", modifier),
    ("property_behavior_modifier", modifier),
    ("parameter_modifier", modifier),
    ("user_type", user_type),
    ("type_annotation", type_annotation),
    ("optional_type", |l, n| type_of(l, n, "?", n.child_by_field_name("wrapped").as_slice())),
    ("array_type", |l, n| type_of(l, n, "[]", &named(n))),
    ("dictionary_type", |l, n| type_of(l, n, "[:]", &named(n))),
    ("function_type", |l, n| type_of(l, n, "func", &named(n))),
    ("existential_type", |l, n| type_of(l, n, "any", &named(n))),
    ("opaque_type", |l, n| type_of(l, n, "some", &named(n))),
    ("protocol_composition_type", |l, n| type_of(l, n, "&", &named(n))),
    ("tuple_type", tuple_type),
    ("tuple_type_item", |l, n| l.one(named(n).into_iter().next_back(), n)),
    ("pattern", |l, n| pattern(l, n, &tokens(n))),
    ("switch_pattern", inner),
    ("if_statement", if_),
    ("guard_statement", guard),
    ("while_statement", while_),
    ("repeat_while_statement", repeat),
    ("for_statement", for_),
    ("switch_statement", switch),
    ("switch_entry", case),
    ("do_statement", do_),
    ("catch_block", catch),
    ("control_transfer_statement", transfer),
];

fn tokens(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).filter(|token| !token.is_extra()).collect()
}

fn boolean(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if lower.source(node) == "true" { shapes::yes(lower, node) } else { shapes::no(lower, node) }
}

/// Fragments stand between the interpolations, which begin with `\(`.
fn string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = tokens(node);
    if !parts.iter().any(|part| part.kind() == "interpolated_expression") {
        return shapes::string(lower, node, &[], "");
    }
    let mut at = parts.first().map_or(node.start_byte(), Node::end_byte);
    lower.open(Kind::Interpolated, node, Text::Word("string"));
    for part in parts.iter().skip(1) {
        match part.kind() {
            "interpolated_expression" => lower.one(Some(*part), node),
            ")" => at = part.end_byte(),
            "\\(" | "\"" | "\"\"\"" if at < part.start_byte() => {
                let text = at..part.start_byte();
                lower.tree.push(Kind::Str, at, part.start_byte(), Text::At(text));
            }
            _ => {}
        }
    }
    lower.close();
}

/// `#"text"#`, with any number of `#`.
fn raw_string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (start, end) = (node.start_byte(), node.end_byte());
    let text = lower.source(node);
    let hashes = text.len() - text.trim_start_matches('#').len();
    let quotes =
        if text.get(hashes..).is_some_and(|rest| rest.starts_with("\"\"\"")) { 3 } else { 1 };
    let edge = hashes + quotes;
    let inside = if end - start >= 2 * edge { start + edge..end - edge } else { start..end };
    lower.tree.push(Kind::Str, start, end, Text::At(inside));
}

fn regex(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (start, end) = (node.start_byte(), node.end_byte());
    let text = lower.source(node);
    let edge = text.len() - text.trim_start_matches('#').trim_start_matches('/').len();
    let inside = if end - start >= 2 * edge { start + edge..end - edge } else { start..end };
    lower.tree.push(Kind::Regex, start, end, Text::At(inside));
}

/// `f(a, b: c) { ... }`; closures behind it are its last arguments. `x[i]` looks the same to the grammar, and so does `defer { ... }`.
fn call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let (callee, suffix) = (parts.first().copied(), parts.get(1).copied());
    let mut rest = suffix.map(tokens).unwrap_or_default();
    if rest.first().is_some_and(|first| !first.is_named()) {
        rest = suffix.into_iter().collect();
    }
    let list = rest.first().copied().filter(|list| list.kind() == "value_arguments");
    if list.is_some_and(|list| child_of(list, "[").is_some()) {
        lower.open(Kind::Index, node, Text::None);
        lower.one(callee, node);
        if let Some(list) = list {
            lower.children(list);
        }
        return lower.close();
    }
    let is_defer = list.is_none() && callee.is_some_and(|callee| lower.source(callee) == "defer");
    if is_defer {
        lower.open(Kind::Word, node, Text::Word("defer"));
        for body in &rest {
            braced(lower, &tokens(*body), *body);
        }
        return lower.close();
    }
    lower.open(Kind::Call, node, Text::None);
    match callee.filter(|_| node.kind() == "macro_invocation") {
        Some(callee) => {
            let text = format!("#{}", lower.source(callee));
            lower.word(callee, &text);
        }
        None => lower.one(callee, node),
    }
    lower.open(Kind::Arguments, suffix.unwrap_or(node), Text::None);
    let mut label = None;
    for part in rest {
        match part.kind() {
            "value_arguments" => lower.children(part),
            "simple_identifier" => label = Some(part),
            "lambda_literal" => labelled(lower, label.take(), Some(part), part),
            _ => {}
        }
    }
    lower.close();
    lower.close();
}

/// `label: value`, or a value alone.
fn labelled(
    lower: &mut Lower<'_, '_>,
    label: Option<Node<'_>>,
    value: Option<Node<'_>>,
    node: Node<'_>,
) {
    let Some(label) = label else { return lower.one(value, node) };
    let (start, end) = (label.start_byte(), node.end_byte());
    lower.tree.open(Kind::Keyword, start, end, Text::At(label.byte_range()));
    lower.leaf(Kind::Name, label);
    lower.one(value, node);
    lower.close();
}

fn argument(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let value = node.child_by_field_name("value");
    let label = node.child_by_field_name("name").filter(|_| value.is_some());
    labelled(lower, label, value.or_else(|| named(node).into_iter().next_back()), node);
}

/// `a.b`, `a?.b`.
fn navigation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let suffix = node.child_by_field_name("suffix");
    let last = suffix.and_then(|suffix| suffix.child_by_field_name("suffix"));
    let Some(last) = last else { return shapes::other(lower, node) };
    lower.open(Kind::Attribute, node, Text::At(last.byte_range()));
    lower.field(node, "target");
    lower.leaf(Kind::Name, last);
    lower.close();
}

/// `.name` is an attribute of what the context tells.
fn prefix(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child_by_field_name("operation");
    let target = node.child_by_field_name("target");
    let text = sign.map_or(String::new(), |sign| lower.source(sign).to_owned());
    if let (".", Some(target)) = (text.as_str(), target) {
        lower.open(Kind::Attribute, node, Text::At(target.byte_range()));
        lower.tree.push(Kind::Nothing, node.start_byte(), node.start_byte(), Text::None);
        lower.leaf(Kind::Name, target);
    } else {
        lower.open(Kind::Unary, node, Text::Word(&text));
        lower.one(target, node);
    }
    lower.close();
}

/// `x!`, `x?`.
fn postfix(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child_by_field_name("operation").map_or("", |sign| lower.source(sign));
    let text = format!("post{sign}");
    lower.open(Kind::Unary, node, Text::Word(&text));
    lower.field(node, "target");
    lower.close();
}

fn binary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign =
        node.child_by_field_name("op").map_or(Text::None, |sign| Text::At(sign.byte_range()));
    lower.open(Kind::Binary, node, sign);
    lower.field(node, "lhs");
    lower.field(node, "rhs");
    lower.close();
}

fn coalescing(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Binary, node, Text::Word("??"));
    lower.field(node, "value");
    lower.field(node, "if_nil");
    lower.close();
}

fn check(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Binary, node, Text::Word("is"));
    lower.field(node, "target");
    lower.field(node, "name");
    lower.close();
}

fn range(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = tokens(node).into_iter().find(|token| !token.is_named());
    lower.open(Kind::Slice, node, Text::Word(sign.map_or("", |sign| sign.kind())));
    lower.field(node, "start");
    lower.field(node, "end");
    lower.close();
}

/// The text tells `as` from `as?` and `as!`.
fn cast(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = child_of(node, "as_operator");
    lower.open(Kind::Cast, node, sign.map_or(Text::None, |sign| Text::At(sign.byte_range())));
    lower.field(node, "name");
    lower.field(node, "expr");
    lower.close();
}

fn ternary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Conditional, node, Text::None);
    for part in ["condition", "if_true", "if_false"] {
        lower.field(node, part);
    }
    lower.close();
}

fn assignment(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child_by_field_name("operator").map_or("=", |sign| sign.kind());
    if sign == "=" {
        lower.open(Kind::Assign, node, Text::None);
    } else {
        lower.open(Kind::Update, node, Text::Word(sign));
    }
    lower.field(node, "target");
    lower.field(node, "result");
    lower.close();
}

/// `try`, `try?`, `try!`.
fn try_expression(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = child_of(node, "try_operator");
    lower.open(Kind::Unary, node, sign.map_or(Text::None, |sign| Text::At(sign.byte_range())));
    lower.field(node, "expr");
    lower.close();
}

fn await_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Await, node, Text::None);
    lower.field(node, "expr");
    lower.close();
}

fn dictionary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Dict, node, Text::None);
    for (key, value) in fields(node, "key").iter().zip(&fields(node, "value")) {
        lower.tree.open(Kind::Pair, key.start_byte(), value.end_byte(), Text::None);
        lower.one(Some(*key), node);
        lower.one(Some(*value), node);
        lower.close();
    }
    lower.close();
}

/// One value without a name only stands in parentheses.
fn tuple(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut values = fields(node, "value");
    // The grammar makes up a value for `()`.
    values.retain(|value| value.start_byte() < value.end_byte());
    let mut label = node.child_by_field_name("name");
    if let ([lone], None) = (values.as_slice(), label) {
        return lower.one(Some(*lone), node);
    }
    lower.open(Kind::Tuple, node, Text::None);
    let mut cursor = node.walk();
    label = None;
    let written = |part: &Node<'_>| !part.is_extra() && part.start_byte() < part.end_byte();
    for part in node.named_children(&mut cursor).filter(written) {
        let is_label = part.next_sibling().is_some_and(|next| next.kind() == ":");
        if is_label {
            label = Some(part);
        } else {
            labelled(lower, label.take(), Some(part), part);
        }
    }
    lower.close();
}

fn lambda(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let head = node.child_by_field_name("type");
    lower.open(Kind::Function, node, Text::Word("lambda"));
    lower.nothing(node);
    lower.nothing(node);
    match head.and_then(|head| child_of(head, "lambda_function_type_parameters")) {
        Some(list) => {
            lower.open(Kind::Parameters, list, Text::None);
            for part in named(list) {
                shapes::parameter(lower, part);
            }
            lower.close();
        }
        None => shapes::no_parameters(lower, node),
    }
    lower.one(head.and_then(|head| head.child_by_field_name("name")), node);
    braced(lower, &tokens(node), node);
    lower.close();
}

/// `#selector(a)`: a call of the word with its `#`.
fn hashed(lower: &mut Lower<'_, '_>, node: Node<'_>, word: &str) {
    lower.open(Kind::Call, node, Text::None);
    lower.word(node, &format!("#{word}"));
    lower.open(Kind::Arguments, node, Text::None);
    lower.children(node);
    lower.close();
    lower.close();
}

/// `import class a.B` takes B from a; `import a.b` takes a module.
fn import(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let path = child_of(node, "identifier");
    let mut names = path.map(named).unwrap_or_default();
    let is_part = tokens(node).iter().filter(|token| !token.is_named()).count() > 1;
    let taken = if is_part && names.len() > 1 { names.pop() } else { None };
    lower.open(Kind::Import, node, Text::None);
    shapes::path(lower, &names);
    if names.is_empty() {
        lower.nothing(node);
    }
    lower.one(taken, node);
    lower.nothing(node);
    lower.close();
}

fn user_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (arguments, names): (Vec<_>, Vec<_>) =
        named(node).into_iter().partition(|part| part.kind() == "type_arguments");
    let Some(arguments) = arguments.last() else { return shapes::path(lower, &names) };
    lower.open(Kind::Type, node, Text::Word("<>"));
    shapes::path(lower, &names);
    lower.children(*arguments);
    lower.close();
}

fn type_annotation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let of = node.child_by_field_name("name").or_else(|| named(node).into_iter().next());
    if child_of(node, "!").is_some() {
        type_of(lower, node, "!", of.as_slice());
    } else {
        lower.one(of, node);
    }
}

fn tuple_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    if let [lone] = parts.as_slice() {
        lower.one(Some(*lone), node);
    } else {
        type_of(lower, node, "()", &parts);
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::sast::lower::outline::check;

    #[test]
    fn arguments_have_labels() {
        check(
            "swift",
            &[
                (
                    "foo(1, a: 2) { x in y }",
                    "Call(foo, Arguments(1, Keyword(a, 2), Function[lambda](_, _, Parameters(Parameter(x, _, _, _)), _, Block(y))))",
                ),
                ("a[1] = 2", "Assign(Index(a, 1), 2)"),
                (".foo(1)", "Call(Attribute(_, foo), Arguments(1))"),
                ("a?.b!.c()", "Call(Attribute(Unary[post!](Attribute(a, b)), c), Arguments())"),
            ],
        );
    }

    #[test]
    fn variables() {
        check(
            "swift",
            &[
                ("let x = 1, y: Int = 2", "Variable[let](_, x, _, 1), Variable[let](_, y, Int, 2)"),
                ("weak var a: UIView!", "Variable[var](Modifiers(weak), a, Type[!](UIView), _)"),
                ("var c: Int { return 1 }", "Variable[var](_, c, Int, Block(Word[return](1)))"),
                ("let (m, n) = f()", "Variable[let](_, Tuple(m, n), _, Call(f, Arguments()))"),
            ],
        );
    }

    #[test]
    fn strings() {
        check(
            "swift",
            &[
                ("\"a \\(x) b\"", "Interpolated[string](\"a \", x, \" b\")"),
                ("#\"raw\"#", "\"raw\""),
            ],
        );
    }

    #[test]
    fn conditions_are_read_from_tokens() {
        check(
            "swift",
            &[
                (
                    "if let q = z, x > 1 { a() } else if y { } else { b() }",
                    "If(Binary[&&](Variable[let](_, q, _, z), Binary[>](x, 1)), Block(Call(a, Arguments())), Block(If(y, Block(), Block(Call(b, Arguments())))))",
                ),
                (
                    "guard let q = z else { f() }",
                    "If[guard](Variable[let](_, q, _, z), Block(), Block(Call(f, Arguments())))",
                ),
                (
                    "if case .some(let v) = z { }",
                    "If(Variable[case](_, Call(Attribute(_, some), Arguments(v)), _, z), Block(), _)",
                ),
                ("while x { f() }", "While(x, Block(Call(f, Arguments())))"),
            ],
        );
    }

    #[test]
    fn definitions() {
        check(
            "swift",
            &[
                (
                    "@objc public func f(_ a: Int, with b: [String] = [], c: inout T...) async throws -> String? { g() }",
                    "Function(Modifiers(Decorator(objc), public, async), f, Parameters(Parameter(a, Int, _, Modifiers(_)), Parameter(b, Type[[]](String), List(), Modifiers(with)), Parameter[...](c, T, _, Modifiers(inout))), Type[?](String), Block(Call(g, Arguments())))",
                ),
                (
                    "class A: B, C { init(a: Int) { super.init() } }",
                    "Class[class](_, A, Parents(B, C), Block(Function(_, init, Parameters(Parameter(a, Int, _, _)), _, Block(Call(Attribute(super, init), Arguments())))))",
                ),
                ("extension A { }", "Class[extension](_, A, _, Block())"),
                (
                    "enum E: String { case a = \"x\", b(Int) }",
                    "Class[enum](_, E, Parents(String), Block(Variable[case](_, a, _, \"x\"), Variable[case](_, b, Type[()](Int), _)))",
                ),
                ("import class A.B", "Import(A, B, _)"),
            ],
        );
    }

    #[test]
    fn control_flow() {
        check(
            "swift",
            &[
                (
                    "switch x { case 1, 2: f() \n case .a(let b) where b > 1: g() \n default: h() }",
                    "Switch(x, Case(1, 2, Block(Call(f, Arguments()))), Case(Call(Attribute(_, a), Arguments(b)), Generator[if](Binary[>](b, 1)), Block(Call(g, Arguments()))), Case(Block(Call(h, Arguments()))))",
                ),
                (
                    "do { try f() } catch let e as E { } catch { }",
                    "Try(Block(Unary[try](Call(f, Arguments()))), Catch(E, e, Block()), Catch(_, _, Block()))",
                ),
                (
                    "for i in 0..<3 { f() }",
                    "ForEach(i, Slice[..<](0, 3), Block(Call(f, Arguments())))",
                ),
                ("repeat { f() } while x", "DoWhile(Block(Call(f, Arguments())), x)"),
                (
                    "func f() { defer { g() }; return x }",
                    "Function(_, f, Parameters(), _, Block(Word[defer](Block(Call(g, Arguments()))), Word[return](x)))",
                ),
                ("x as? Int", "Cast[as?](Int, x)"),
            ],
        );
    }
}
