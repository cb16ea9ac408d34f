//! C. Its table and its declarators serve C++ as well.

mod declarations;

use super::shapes::{self, fields, inner, name, number, skip, unary, word};
use super::{Lower, Node, Shape, named};
use crate::engine::sast::tree::{Kind, Text};
use declarations::{attributes, enumerator, function_definition, parameters, type_descriptor};
pub use declarations::{class, declaration, declared, modifiers, parameter, type_, value};

/// Node kinds of tree-sitter-c 0.24 that tree-sitter-cpp 0.23 has too.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("expression_statement", inner),
    ("parenthesized_expression", inner),
    ("extension_expression", inner),
    ("attributed_statement", inner),
    ("compound_statement", shapes::block),
    ("declaration_list", shapes::block),
    ("identifier", name),
    ("field_identifier", name),
    ("type_identifier", name),
    ("statement_identifier", name),
    ("primitive_type", name),
    ("sized_type_specifier", words),
    ("type_qualifier", words),
    ("storage_class_specifier", words),
    ("number_literal", number),
    ("true", shapes::yes),
    ("false", shapes::no),
    ("null", shapes::null),
    ("string_literal", |l, n| shapes::string(l, n, &[], "")),
    ("system_lib_string", system_string),
    ("concatenated_string", concatenated),
    ("char_literal", |l, n| shapes::quoted(l, n, Kind::Char)),
    ("field_expression", |l, n| shapes::attribute(l, n, "argument", "field")),
    ("subscript_expression", subscript),
    ("call_expression", shapes::call),
    ("argument_list", shapes::arguments),
    ("sizeof_expression", operator_call),
    ("alignof_expression", operator_call),
    ("offsetof_expression", operator_call),
    ("cast_expression", cast),
    ("compound_literal_expression", compound),
    ("initializer_list", shapes::list),
    ("initializer_pair", initializer_pair),
    ("field_designator", inner),
    ("subscript_designator", inner),
    ("binary_expression", shapes::binary),
    ("unary_expression", unary),
    ("pointer_expression", unary),
    ("update_expression", unary),
    ("assignment_expression", assignment),
    ("conditional_expression", shapes::conditional),
    ("comma_expression", comma),
    ("declaration", declaration),
    ("field_declaration", declaration),
    ("type_definition", declaration),
    ("function_definition", function_definition),
    ("parameter_list", parameters),
    ("parameter_declaration", parameter),
    ("type_descriptor", type_descriptor),
    ("struct_specifier", |l, n| class(l, n, "struct")),
    ("union_specifier", |l, n| class(l, n, "union")),
    ("enum_specifier", |l, n| class(l, n, "enum")),
    ("enumerator", enumerator),
    ("attribute_specifier", attributes),
    ("attribute_declaration", inner),
    ("attribute", shapes::decorator),
    ("ms_declspec_modifier", shapes::decorator),
    ("if_statement", if_),
    ("while_statement", shapes::while_),
    ("do_statement", do_),
    ("for_statement", for_),
    ("switch_statement", switch),
    ("labeled_statement", label),
    ("return_statement", word),
    ("goto_statement", word),
    ("break_statement", word),
    ("continue_statement", word),
    ("preproc_include", include),
    ("preproc_call", skip),
    ("preproc_if", conditional_part),
    ("preproc_ifdef", conditional_part),
    ("preproc_elif", conditional_part),
    ("preproc_elifdef", conditional_part),
    ("preproc_else", inner),
    ("linkage_specification", linkage),
];

/// Keywords in a row are one Name, with one space between them.
fn words(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let words = lower.source(node).split_whitespace().collect::<Vec<_>>().join(" ");
    lower.word(node, &words);
}

fn system_string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (start, end) = (node.start_byte(), node.end_byte());
    let inside = if end - start > 1 { start + 1..end - 1 } else { start..end };
    lower.tree.push(Kind::Str, start, end, Text::At(inside));
}

/// Adjacent strings are one; macros may stand between them.
fn concatenated(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Interpolated, node, Text::Word("concat"));
    lower.children(node);
    lower.close();
}

/// C++ allows several indices.
fn subscript(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.field(node, "argument");
    match node.child_by_field_name("indices") {
        Some(indices) => lower.children(indices),
        None => lower.field(node, "index"),
    }
    lower.close();
}

/// `sizeof x`, `sizeof(T)`: a call of the word.
pub fn operator_call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = node.child(0);
    lower.open(Kind::Call, node, Text::None);
    lower.word(word.unwrap_or(node), word.map_or("", |word| word.kind()));
    let start = word.map_or(node.start_byte(), |word| word.end_byte());
    lower.tree.open(Kind::Arguments, start, node.end_byte(), Text::None);
    lower.children(node);
    lower.close();
    lower.close();
}

fn cast(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Cast, node, Text::None);
    lower.field(node, "type");
    lower.field(node, "value");
    lower.close();
}

/// `(T){...}`, `T{...}`.
fn compound(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::New, node, Text::None);
    lower.field(node, "type");
    arguments(lower, node.child_by_field_name("value"), node);
    lower.nothing(node);
    lower.close();
}

/// What stands between parentheses or braces, as Arguments; without any there are none.
pub fn arguments(lower: &mut Lower<'_, '_>, list: Option<Node<'_>>, node: Node<'_>) {
    lower.open(Kind::Arguments, list.unwrap_or(node), Text::None);
    if let Some(list) = list {
        lower.children(list);
    }
    lower.close();
}

fn initializer_pair(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Pair, node, Text::None);
    shapes::several(lower, &fields(node, "designator"), node);
    lower.field(node, "value");
    lower.close();
}

fn assignment(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let plain = node.child_by_field_name("operator").is_none_or(|sign| sign.kind() == "=");
    if plain { shapes::assign(lower, node) } else { shapes::update(lower, node) }
}

/// `a, b, c` is one Tuple.
fn comma(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Tuple, node, Text::None);
    let mut rest = Some(node);
    while let Some(pair) = rest {
        lower.field(pair, "left");
        let right = pair.child_by_field_name("right");
        rest = right.filter(|right| right.kind() == "comma_expression");
        if rest.is_none() {
            lower.one(right, pair);
        }
    }
    lower.close();
}

/// In C++ something may be done first: it stands before as a statement.
pub fn first(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let condition = node.child_by_field_name("condition");
    if let Some(first) = condition.and_then(|it| it.child_by_field_name("initializer")) {
        lower.children(first);
    }
}

fn if_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    first(lower, node);
    lower.open(Kind::If, node, Text::None);
    lower.field(node, "condition");
    lower.block(node.child_by_field_name("consequence"), node);
    let other = node.child_by_field_name("alternative");
    lower.block(other.and_then(|other| named(other).into_iter().next()), node);
    lower.close();
}

fn do_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::DoWhile, node, Text::None);
    lower.block(node.child_by_field_name("body"), node);
    lower.field(node, "condition");
    lower.close();
}

fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::For, node, Text::None);
    lower.field(node, "initializer");
    lower.field(node, "condition");
    lower.field(node, "update");
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

/// `case 1: case 2: ...` is one Case.
fn switch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    first(lower, node);
    lower.open(Kind::Switch, node, Text::None);
    lower.field(node, "condition");
    let mut labels: Vec<Node<'_>> = Vec::new();
    for part in node.child_by_field_name("body").map(named).unwrap_or_default() {
        if part.kind() != "case_statement" {
            lower.lower(part);
            continue;
        }
        labels.push(part);
        let value = part.child_by_field_name("value");
        let body: Vec<Node<'_>> =
            named(part).into_iter().filter(|child| Some(*child) != value).collect();
        if body.is_empty() && part.next_named_sibling().is_some_and(|it| it.kind() == part.kind()) {
            continue;
        }
        let start = labels.first().map_or(part.start_byte(), Node::start_byte);
        lower.tree.open(Kind::Case, start, part.end_byte(), Text::None);
        for label in labels.drain(..) {
            if let Some(value) = label.child_by_field_name("value") {
                lower.one(Some(value), label);
            }
        }
        if let [lone] = body.as_slice() {
            lower.block(Some(*lone), part);
        } else {
            let start = body.first().map_or(part.end_byte(), Node::start_byte);
            lower.tree.open(Kind::Block, start, part.end_byte(), Text::None);
            for statement in &body {
                lower.lower(*statement);
            }
            lower.close();
        }
        lower.close();
    }
    lower.close();
}

fn label(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let label = node.child_by_field_name("label");
    lower.open(Kind::Label, node, Text::None);
    lower.one(label, node);
    lower.one(named(node).into_iter().find(|child| Some(*child) != label), node);
    lower.close();
}

fn include(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    // The line break is part of the grammar's node.
    let end = node.child_by_field_name("path").map_or(node.end_byte(), |path| path.end_byte());
    lower.tree.open(Kind::Import, node.start_byte(), end, Text::None);
    lower.field(node, "path");
    lower.nothing(node);
    lower.nothing(node);
    lower.close();
}

/// `#if`: what stands in all its branches, in place.
fn conditional_part(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let condition =
        node.child_by_field_name("condition").or_else(|| node.child_by_field_name("name"));
    for part in named(node).into_iter().filter(|part| Some(*part) != condition) {
        lower.lower(part);
    }
}

/// `extern "C"`: what stands in it, in place.
fn linkage(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let Some(body) = node.child_by_field_name("body") else { return };
    if body.kind() == "declaration_list" { lower.children(body) } else { lower.lower(body) }
}

#[cfg(test)]
mod tests {
    use crate::engine::sast::lower::outline::check;

    #[test]
    fn a_declarator_gives_its_type() {
        check(
            "c",
            &[
                (
                    "char buf[10], *p = f();",
                    "Variable(_, buf, Type[[]](char, 10), _), Variable(_, p, Type[*](char), Call(f, Arguments()))",
                ),
                (
                    "static const char *names[] = { \"a\" };",
                    "Variable(Modifiers(static, const), names, Type[[]](Type[*](char)), List(\"a\"))",
                ),
                (
                    "int (*fp)(int);",
                    "Variable(_, fp, Type[*](Type[func](int, Parameters(Parameter(_, int, _, _)))), _)",
                ),
                (
                    "void *f(const char *s, int n, ...);",
                    "Function(_, f, Parameters(Parameter(s, Type[*](char), _, Modifiers(const)), Parameter(n, int, _, _), Parameter[...](_, _, _, _)), Type[*](void), _)",
                ),
            ],
        );
    }

    #[test]
    fn a_function_is_the_same_alone() {
        check(
            "c",
            &[
                (
                    "static int f(void) { return 1; }",
                    "Function(Modifiers(static), f, Parameters(), int, Block(Word[return](1)))",
                ),
                (
                    "char **f(int a[]) { g(a); }",
                    "Function(_, f, Parameters(Parameter(a, Type[[]](int), _, _)), Type[*](Type[*](char)), Block(Call(g, Arguments(a))))",
                ),
            ],
        );
    }

    #[test]
    fn structs_are_classes() {
        check(
            "c",
            &[
                (
                    "typedef struct { int a; } T;",
                    "Class[struct](_, T, _, Block(Variable(_, a, int, _)))",
                ),
                (
                    "struct s { int a; } v;",
                    "Class[struct](_, s, _, Block(Variable(_, a, int, _))), Variable(_, v, s, _)",
                ),
                ("typedef unsigned  char u8;", "Variable[typedef](_, u8, _, unsigned char)"),
                (
                    "enum e { A, B = 2 };",
                    "Class[enum](_, e, _, Block(Variable(_, A, _, _), Variable(_, B, _, 2)))",
                ),
            ],
        );
    }

    #[test]
    fn expressions() {
        check(
            "c",
            &[
                (
                    "p->a.b[1] = *q++;",
                    "Assign(Index(Attribute(Attribute(p, a), b), 1), Unary[*](Unary[post++](q)))",
                ),
                (
                    "(char *)malloc(sizeof(int) * n);",
                    "Cast(Type[*](char), Call(malloc, Arguments(Binary[*](Call(sizeof, Arguments(int)), n))))",
                ),
                ("a = (b, c);", "Assign(a, Tuple(b, c))"),
                ("\"a\" \"b\";", "Interpolated[concat](\"a\", \"b\")"),
                ("x ? 1 : 2;", "Conditional(x, 1, 2)"),
                ("s = (struct s){ .a = 1 };", "Assign(s, New(s, Arguments(Pair(a, 1)), _))"),
            ],
        );
    }

    #[test]
    fn control_flow() {
        check(
            "c",
            &[
                (
                    "if (a) b(); else if (c) d();",
                    "If(a, Block(Call(b, Arguments())), Block(If(c, Block(Call(d, Arguments())), _)))",
                ),
                (
                    "for (int i = 0; i < n; i++) f();",
                    "For(Variable(_, i, int, 0), Binary[<](i, n), Unary[post++](i), Block(Call(f, Arguments())))",
                ),
                (
                    "switch (x) { case 1: case 2: a(); break; default: b(); }",
                    "Switch(x, Case(1, 2, Block(Call(a, Arguments()), Word[break]())), Case(Block(Call(b, Arguments()))))",
                ),
                ("do f(); while (x);", "DoWhile(Block(Call(f, Arguments())), x)"),
                ("out: return x;", "Label(out, Word[return](x))"),
            ],
        );
    }

    #[test]
    fn the_preprocessor_adds_nothing_but_imports() {
        check(
            "c",
            &[
                ("#include <stdio.h>\n", "Import(\"stdio.h\", _, _)"),
                (
                    "#ifdef A\nint x;\n#else\nint y;\n#endif\n",
                    "Variable(_, x, int, _), Variable(_, y, int, _)",
                ),
            ],
        );
    }
}
