//! What Go is lowered to.

use crate::engine::sast::lower::outline::check;

#[test]
fn a_short_declaration_is_a_variable() {
    check(
        "go",
        &[
            ("x := f()", "Variable[:=](_, x, _, Call(f, Arguments()))"),
            ("a, b := f()", "Variable[:=](_, Tuple(a, b), _, Call(f, Arguments()))"),
            ("var x, y int = 1, 2", "Variable[var](_, Tuple(x, y), int, Tuple(1, 2))"),
            ("const A = 1", "Variable[const](_, A, _, 1)"),
            ("a, b = b, a", "Assign(Tuple(a, b), Tuple(b, a))"),
            ("x += 1", "Update[+=](x, 1)"),
        ],
    );
}

#[test]
fn what_is_done_first_stands_before() {
    check(
        "go",
        &[
            (
                "if err := f(); err != nil { return nil, err }",
                "Variable[:=](_, err, _, Call(f, Arguments())), If(Binary[!=](err, Null[nil]()), Block(Word[return](Tuple(Null[nil](), err))), _)",
            ),
            (
                "switch x := y.(type) { case int: f(); default: }",
                "Variable[:=](_, x, _, y), Switch[type](y, Case(int, Block(Call(f, Arguments()))), Case(Block()))",
            ),
        ],
    );
}

#[test]
fn a_method_keeps_its_receiver_among_its_modifiers() {
    check(
        "go",
        &[
            (
                "func (t *T) F(a, b int, c ...string) (int, error) { return 1, nil }",
                "Function[method](Modifiers(Parameter(t, Type[*](T), _, _)), F, Parameters(Parameter(a, int, _, _), Parameter(b, int, _, _), Parameter[...](c, string, _, _)), Type[()](int, error), Block(Word[return](Tuple(1, Null[nil]()))))",
            ),
            (
                "func F(w http.ResponseWriter) {}",
                "Function(_, F, Parameters(Parameter(w, Attribute(http, ResponseWriter), _, _)), _, Block())",
            ),
            (
                "f := func() { g() }",
                "Variable[:=](_, f, _, Function[lambda](_, _, Parameters(), _, Block(Call(g, Arguments()))))",
            ),
        ],
    );
}

#[test]
fn a_composite_literal_is_new() {
    check(
        "go",
        &[
            (
                "&tls.Config{MinVersion: 1}\n",
                "Unary[&](New(Attribute(tls, Config), Arguments(Pair(MinVersion, 1)), _))",
            ),
            ("[]T{{A: 1}}\n", "New(Type[[]](T), Arguments(New(_, Arguments(Pair(A, 1)), _)), _)"),
            ("[]byte(s)\n", "Cast(Type[[]](byte), s)"),
            ("F[int](x)\n", "Call(F, Arguments(x))"),
            ("x.(T)\n", "Cast(T, x)"),
        ],
    );
}

#[test]
fn imports_and_types_are_one_each() {
    check(
        "go",
        &[
            ("import ( f \"fmt\"\n \"os\" )", "Import(\"fmt\", _, f), Import(\"os\", _, _)"),
            (
                "type T struct { A, B int `json:\"a\"`; E }",
                "Class[struct](_, T, _, Block(Variable(Modifiers(\"json:\\\"a\\\"\"), A, int, _), Variable(Modifiers(\"json:\\\"a\\\"\"), B, int, _), E))",
            ),
            (
                "type I interface { M() string }",
                "Class[interface](_, I, _, Block(Function(_, M, Parameters(), string, _)))",
            ),
        ],
    );
}

#[test]
fn loops_have_their_kind() {
    check(
        "go",
        &[
            (
                "for i := 0; i < 3; i++ {}\n",
                "For(Variable[:=](_, i, _, 0), Binary[<](i, 3), Unary[post++](i), Block())",
            ),
            ("for k, v := range m {}\n", "ForEach[range](Tuple(k, v), m, Block())"),
            ("for {}\n", "While(_, Block())"),
            (
                "select { case v := <-c: f() }\n",
                "Switch[select](_, Case(Variable[:=](_, v, _, Unary[<-](c)), Block(Call(f, Arguments()))))",
            ),
            ("go f(x)\n", "Word[go](Call(f, Arguments(x)))"),
            (
                "defer func() {}()\n",
                "Word[defer](Call(Function[lambda](_, _, Parameters(), _, Block()), Arguments()))",
            ),
        ],
    );
}
