//! What OCaml is lowered to.

use super::super::outline::check;

#[test]
fn names_of_modules_are_attributes() {
    check(
        "ocaml",
        &[(
            "Sys.command (\"a\" ^ b)",
            "Call(Attribute(Sys, command), Arguments(Binary[^](\"a\", b)))",
        )],
    );
}

#[test]
fn what_stands_in_a_row_is_statements() {
    check(
        "ocaml",
        &[(
            "let a = 1 in f a; g ()",
            "Variable[let](_, a, _, 1), Call(f, Arguments(a)), Call(g, Arguments(Tuple()))",
        )],
    );
}

#[test]
fn a_let_with_parameters_is_a_function() {
    check(
        "ocaml",
        &[(
            "let f ~a ?(b=1) (c : int) () = a; b",
            "Function(_, f, Parameters(Parameter[~](a, _, _, _), Parameter[?](b, _, 1, _), Parameter(c, int, _, _), Parameter(Tuple(), _, _, _)), _, Block(a, b))",
        )],
    );
}

#[test]
fn cases_have_guards() {
    check(
        "ocaml",
        &[(
            "match a with Some b when b > 1 -> c | _ -> d",
            "Switch(a, Case(Call(Some, Arguments(b)), Binary[>](b, 1), Block(c)), Case(_, Block(d)))",
        )],
    );
}

#[test]
fn what_is_caught() {
    check(
        "ocaml",
        &[("try a with Not_found -> b", "Try(Block(a), Catch(Not_found, _, Block(b)))")],
    );
}

#[test]
fn labels_are_keywords() {
    check("ocaml", &[("f ~a:1 ~b c", "Call(f, Arguments(Keyword(a, 1), Keyword(b, b), c))")]);
}

#[test]
fn what_is_set() {
    check("ocaml", &[("a := !b; c.d <- 1", "Assign(a, Unary[!](b)), Assign(Attribute(c, d), 1)")]);
}

#[test]
fn equalities_stay_as_written() {
    check("ocaml", &[("a <> b", "Binary[<>](a, b)"), ("a != b", "Binary[!=](a, b)")]);
}

#[test]
fn types_and_modules() {
    check(
        "ocaml",
        &[(
            "open A.B\nmodule M = struct type t = { mutable a : int list } end",
            "Import(Attribute(A, B), *, _), Class[module](_, M, _, Block(Class[type](_, t, _, Block(Variable(Modifiers(mutable), a, Type[<>](list, int), _)))))",
        )],
    );
}

#[test]
fn loops() {
    check(
        "ocaml",
        &[(
            "if a then b; for i = 0 to 9 do c done",
            "If(a, Block(b), _), ForEach(i, Slice[to](0, 9), Block(c))",
        )],
    );
}
