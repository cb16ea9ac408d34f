//! TypeScript and TSX: what they add to JavaScript.

use super::javascript::definitions::{declaration, field, function, parameter};
use super::javascript::elements::JSX;
use super::javascript::{SHARED, body, key};
use super::shapes::{self, inner, name, skip};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-typescript 0.23.
pub const SHAPES: &[(&str, Shape)] =
    &shapes::join::<{ SHARED.len() + OWN.len() + 1 }>(&[SHARED, OWN, &[("type_assertion", cast)]]);

/// The same with elements, and without `<T>x`.
pub const TSX: &[(&str, Shape)] =
    &shapes::join::<{ SHARED.len() + OWN.len() + JSX.len() }>(&[SHARED, OWN, JSX]);

const OWN: &[(&str, Shape)] = &[
    ("as_expression", cast),
    ("satisfies_expression", first),
    ("non_null_expression", first),
    ("instantiation_expression", first),
    ("function_signature", |l, n| declaration(l, n, &[])),
    ("method_signature", |l, n| function(l, n, &[])),
    ("abstract_method_signature", |l, n| function(l, n, &[])),
    ("abstract_class_declaration", |l, n| declaration(l, n, &[])),
    ("interface_declaration", |l, n| declaration(l, n, &[])),
    ("enum_declaration", |l, n| declaration(l, n, &[])),
    ("ambient_declaration", |l, n| declaration(l, n, &[])),
    ("public_field_definition", |l, n| field(l, n, &[])),
    ("property_signature", |l, n| field(l, n, &[])),
    ("interface_body", shapes::block),
    ("enum_body", enum_body),
    ("extends_clause", extends),
    ("implements_clause", inner),
    ("type_alias_declaration", type_alias),
    ("module", package),
    ("internal_module", package),
    ("import_alias", import_alias),
    ("nested_identifier", |l, n| shapes::attribute(l, n, "object", "property")),
    // Types.
    ("type_annotation", inner),
    ("adding_type_annotation", inner),
    ("omitting_type_annotation", inner),
    ("opting_type_annotation", inner),
    ("type_predicate_annotation", inner),
    ("asserts_annotation", inner),
    ("type_identifier", name),
    ("predefined_type", name),
    ("existential_type", name),
    ("this_type", name),
    ("nested_type_identifier", |l, n| shapes::attribute(l, n, "module", "name")),
    ("generic_type", |l, n| typed(l, n, "<>")),
    ("type_arguments", inner),
    ("type_parameters", skip),
    ("array_type", |l, n| typed(l, n, "[]")),
    // Named parts of a tuple's type.
    ("required_parameter", parameter),
    ("optional_parameter", parameter),
    ("tuple_type", |l, n| typed(l, n, "tuple")),
    ("union_type", |l, n| flat(l, n, "|")),
    ("intersection_type", |l, n| flat(l, n, "&")),
    ("function_type", |l, n| typed(l, n, "function")),
    ("constructor_type", |l, n| typed(l, n, "new")),
    ("object_type", |l, n| typed(l, n, "{}")),
    ("flow_maybe_type", |l, n| typed(l, n, "?")),
    ("optional_type", |l, n| typed(l, n, "?")),
    ("rest_type", |l, n| typed(l, n, "...")),
    ("type_query", |l, n| typed(l, n, "typeof")),
    ("index_type_query", |l, n| typed(l, n, "keyof")),
    ("lookup_type", |l, n| typed(l, n, "index")),
    ("conditional_type", |l, n| typed(l, n, "extends")),
    ("template_literal_type", |l, n| shapes::string(l, n, &["template_type"], "template")),
    ("infer_type", |l, n| typed(l, n, "infer")),
    ("type_predicate", |l, n| typed(l, n, "is")),
    ("asserts", |l, n| typed(l, n, "asserts")),
    ("parenthesized_type", inner),
    ("readonly_type", inner),
    ("literal_type", inner),
];

/// What only says something of the type of its first part.
fn first(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.one(named(node).into_iter().next(), node);
}

/// `x as T`, `x as const`, `<T>x`.
fn cast(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let (kind, value) = if node.kind() == "type_assertion" {
        (parts.first().copied(), parts.get(1).copied())
    } else {
        (parts.get(1).copied(), parts.first().copied())
    };
    lower.open(Kind::Cast, node, Text::None);
    match child_of(node, "const") {
        Some(word) if kind.is_none() => {
            lower.leaf(Kind::Name, word);
        }
        _ => lower.one(kind, node),
    }
    lower.one(value, node);
    lower.close();
}

fn typed(lower: &mut Lower<'_, '_>, node: Node<'_>, shape: &str) {
    lower.open(Kind::Type, node, Text::Word(shape));
    lower.children(node);
    lower.close();
}

/// `A | B | C`, which the grammar nests, has three parts.
fn flat(lower: &mut Lower<'_, '_>, node: Node<'_>, shape: &str) {
    lower.open(Kind::Type, node, Text::Word(shape));
    let mut todo = vec![node];
    while let Some(next) = todo.pop() {
        if next.kind() == node.kind() {
            todo.extend(named(next).into_iter().rev());
        } else {
            lower.lower(next);
        }
    }
    lower.close();
}

/// The values; their type arguments mean nothing.
fn extends(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    named(node)
        .into_iter()
        .filter(|part| part.kind() != "type_arguments")
        .for_each(|part| lower.lower(part));
}

fn enum_body(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Block, node, Text::None);
    for member in named(node).into_iter().filter(|member| !member.is_error()) {
        let assigned = member.kind() == "enum_assignment";
        lower.open(Kind::Variable, member, Text::None);
        lower.nothing(member);
        key(
            lower,
            if assigned { member.child_by_field_name("name") } else { Some(member) },
            member,
        );
        lower.nothing(member);
        lower.field(member, "value");
        lower.close();
    }
    lower.close();
}

/// `type A = T`.
fn type_alias(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Word, node, Text::Word("type"));
    lower.field(node, "name");
    lower.field(node, "value");
    lower.close();
}

/// `namespace a.b {}`, `module 'x' {}`.
fn package(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Package, node, Text::None);
    lower.field(node, "name");
    match node.child_by_field_name("body") {
        Some(inside) => body(lower, Some(inside), node),
        None => lower.nothing(node),
    }
    lower.close();
}

/// `import a = b.c`.
fn import_alias(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Import, node, Text::None);
    lower.one(parts.get(1).copied(), node);
    lower.nothing(node);
    lower.one(parts.first().copied(), node);
    lower.close();
}

#[cfg(test)]
mod tests {
    use super::super::javascript::tests::outline;

    fn lowered(text: &str, wanted: &str) {
        for language in ["typescript", "tsx"] {
            assert_eq!(outline(language, text), wanted);
        }
    }

    #[test]
    fn types_stand_in_their_positions() {
        lowered(
            "const a: A.B<string[]> | null = f<T>(b!)",
            "Variable const(Nothing, Name a, Type |(Type <>(Attribute B(Name A, Name B), \
             Type [](Name string)), Null null), Call(Name f, Arguments(Name b)))",
        );
        lowered(
            "function f<T>(this: A, a?: T, ...b: T[]): a is B",
            "Function(Nothing, Name f, Parameters(Parameter(Name this, Name A, Nothing, Nothing), \
             Parameter(Name a, Name T, Nothing, Nothing), \
             Parameter ...(Name b, Type [](Name T), Nothing, Nothing)), Type is(Name a, Name B), Nothing)",
        );
        lowered(
            "a as B; c as const; d satisfies E",
            "Cast(Name B, Name a)\nCast(Name const, Name c)\nName d",
        );
        assert_eq!(outline("typescript", "<A.B>c"), "Cast(Attribute B(Name A, Name B), Name c)");
    }

    #[test]
    fn decorators_and_modifiers_belong_to_what_follows_them() {
        lowered(
            "@C('a') export abstract class A<T> extends B<T> implements I<T> {\n\
             constructor(private readonly x: X, @D() y = 1) { }\n\
             @G() async m(@P('i') i: string): Promise<X> { }\n\
             static k: string = 's'; abstract n(): void; }",
            "Class class(Modifiers(Decorator(Call(Name C, Arguments(Str a))), Name export, Name abstract), \
             Name A, Parents(Name B, Type <>(Name I, Name T)), Block(\
             Function(Nothing, Name constructor, Parameters(\
             Parameter(Name x, Name X, Nothing, Modifiers(Name private, Name readonly)), \
             Parameter(Name y, Nothing, Number 1, Modifiers(Decorator(Call(Name D, Arguments))))), \
             Nothing, Block), \
             Function(Modifiers(Decorator(Call(Name G, Arguments)), Name async), Name m, Parameters(\
             Parameter(Name i, Name string, Nothing, Modifiers(Decorator(Call(Name P, Arguments(Str i)))))), \
             Type <>(Name Promise, Name X), Block), \
             Variable(Modifiers(Name static), Name k, Name string, Str s), \
             Function(Modifiers(Name abstract), Name n, Parameters, Name void, Nothing)))",
        );
    }

    #[test]
    fn declarations_without_code_are_lowered_too() {
        lowered(
            "export interface I extends J { a?: string; m(): void }",
            "Class interface(Modifiers(Name export), Name I, Parents(Name J), Block(\
             Variable(Nothing, Name a, Name string, Nothing), \
             Function(Nothing, Name m, Parameters, Name void, Nothing)))",
        );
        lowered(
            "const enum E { A, 'B' = 1 }",
            "Class enum(Modifiers(Name const), Name E, Nothing, Block(\
             Variable(Nothing, Name A, Nothing, Nothing), Variable(Nothing, Name B, Nothing, Number 1)))",
        );
        lowered(
            "export type T = A | B; namespace N.M { } declare module 'm' { }",
            "Word export(Word type(Name T, Type |(Name A, Name B)))\n\
             Package(Attribute M(Name N, Name M), Block)\nPackage(Str m, Block)",
        );
        lowered(
            "import x = require('y'); import a = b.c; import type { D as E } from 'f'; export = x",
            "Import(Str y, Nothing, Name x)\nImport(Attribute c(Name b, Name c), Nothing, Name a)\n\
             Import(Str f, Name D, Name E)\nWord export =(Name x)",
        );
    }
}
