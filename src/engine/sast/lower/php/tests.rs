//! What PHP is lowered to.

use super::super::outline::check;

#[test]
fn variables_keep_their_sign() {
    let same = "Call(Attribute($a, b), Arguments($c, Spread[...]($d)))";
    check("php", &[("<?php $a->b($c, ...$d);", same), ("<?php $a?->b($c, ...$d);", same)]);
}

#[test]
fn static_members_are_attributes() {
    check(
        "php",
        &[(
            "<?php A\\B::c(self::$d);",
            "Call(Attribute(Attribute(A, B), c), Arguments(Attribute(self, $d)))",
        )],
    );
}

#[test]
fn both_arrays_are_lists() {
    let same = "List(Pair(\"a\", 1), 2)";
    check("php", &[("<?php array('a' => 1, 2);", same), ("<?php ['a' => 1, 2];", same)]);
}

#[test]
fn words_are_calls() {
    check(
        "php",
        &[
            ("<?php echo $a, 1;", "Call(echo, Arguments($a, 1))"),
            ("<?php include(\"a\" . $b);", "Call(include, Arguments(Binary[.](\"a\", $b)))"),
            ("<?php exit;", "Call(exit, Arguments())"),
            ("<?= $a ?>", "Call(echo, Arguments($a))"),
        ],
    );
}

#[test]
fn strings_have_expressions_in_them() {
    check(
        "php",
        &[
            (
                "<?php \"a $b[c] {$d->e}\";",
                "Interpolated[template](\"a \", Index($b, \"c\"), \" \", Attribute($d, e))",
            ),
            ("<?php <<<X\na $b\nX;", "Interpolated[template](\"a \", $b)"),
        ],
    );
}

#[test]
fn a_command_is_run_by_shell_exec() {
    check(
        "php",
        &[("<?php `ls $a`;", "Call(shell_exec, Arguments(Interpolated[template](\"ls \", $a)))")],
    );
}

#[test]
fn a_method_stands_in_its_class() {
    check(
        "php",
        &[(
            "<?php #[A(1)] final class B extends C implements D { private static ?int $e = 1; public function f(int ...$g): void { return; } }",
            "Class[class](Modifiers(Decorator(Call(A, Arguments(1))), final), B, Parents(C, D), Block(Variable(Modifiers(private, static), $e, Type[?](int), 1), Function(Modifiers(public), f, Parameters(Parameter[...]($g, int, _, _)), void, Block(Word[return]()))))",
        )],
    );
}

#[test]
fn uses_are_imports() {
    check(
        "php",
        &[(
            "<?php use A\\B as C, D; use E\\{F, G as H};",
            "Import(A, B, C), Import(D, _, _), Import(E, F, _), Import(E, G, H)",
        )],
    );
}

#[test]
fn an_elseif_stands_in_the_else() {
    let same = "If($a, Block(Call(b, Arguments())), Block(If($c, Block(Call(d, Arguments())), Block(Call(e, Arguments())))))";
    check(
        "php",
        &[
            ("<?php if ($a) b(); elseif ($c) d(); else e();", same),
            ("<?php if ($a): b(); elseif ($c): d(); else: e(); endif;", same),
        ],
    );
}

#[test]
fn what_is_caught() {
    check(
        "php",
        &[(
            "<?php try { a(); } catch (B|C $e) { } finally { }",
            "Try(Block(Call(a, Arguments())), Catch(Type[|](B, C), $e, Block()), Finally(Block()))",
        )],
    );
}

#[test]
fn loops_and_closures() {
    check(
        "php",
        &[(
            "<?php foreach ($a as $k => $v) $f = fn($x) => @g($x);",
            "ForEach(Pair($k, $v), $a, Block(Assign($f, Function[lambda](_, _, Parameters(Parameter($x, _, _, _)), _, Block[=](Call(g, Arguments($x)))))))",
        )],
    );
}

#[test]
fn objects_are_made() {
    let same = "New(A, Arguments(), _)";
    check("php", &[("<?php new A;", same), ("<?php new A();", same)]);
}
