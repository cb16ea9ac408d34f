//! What Bash is lowered to.

use super::super::outline::check;

#[test]
fn words_are_strings() {
    let same = "Call(a, Arguments(\"b\"))";
    check("bash", &[("a b", same), ("a \"b\"", same), ("a 'b'", same)]);
}

#[test]
fn a_variable_has_its_sign_everywhere() {
    check(
        "bash",
        &[
            (
                "a=1; b $a \"${a}\"",
                "Assign($a, 1), Call(b, Arguments($a, Interpolated[template]($a)))",
            ),
            ("for i in $a; do b; done", "ForEach($i, List($a), Block(Call(b, Arguments())))"),
        ],
    );
}

#[test]
fn pipelines_lean_to_the_left() {
    check(
        "bash",
        &[(
            "a b | c | d",
            "Binary[|](Binary[|](Call(a, Arguments(\"b\")), Call(c, Arguments())), Call(d, Arguments()))",
        )],
    );
}

#[test]
fn variables_of_a_command_stand_before_it_and_redirections_behind() {
    check(
        "bash",
        &[(
            "A=1 b c > d 2>&1",
            "Pair($A, 1), Call(b, Arguments(\"c\")), Other[>](\"d\"), Other[2>&](1)",
        )],
    );
}

#[test]
fn what_is_substituted() {
    let same = "Assign($a, Other[substitution](Call(b, Arguments(\"c\"))))";
    check("bash", &[("a=$(b c)", same), ("a=`b c`", same)]);
}

#[test]
fn a_lone_expansion_is_no_call() {
    check(
        "bash",
        &[
            ("$(a b)", "Other[substitution](Call(a, Arguments(\"b\")))"),
            ("$a b", "Call($a, Arguments(\"b\"))"),
        ],
    );
}

#[test]
fn tests_are_calls() {
    check(
        "bash",
        &[(
            "if [ -z \"$a\" ] && [[ $b = c ]]; then d; elif e; then f; else g; fi",
            "If(Binary[&&](Call([, Arguments(Unary[-z](Interpolated[template]($a)))), Call([[, Arguments(Binary[==]($b, \"c\")))), Block(Call(d, Arguments())), Block(If(Call(e, Arguments()), Block(Call(f, Arguments())), Block(Call(g, Arguments())))))",
        )],
    );
}

#[test]
fn loops_have_blocks() {
    check(
        "bash",
        &[
            (
                "until a; do b; done",
                "While(Unary[!](Call(a, Arguments())), Block(Call(b, Arguments())))",
            ),
            (
                "while read -r a; do b; done < c",
                "While(Call(read, Arguments(\"-r\", \"a\")), Block(Call(b, Arguments()))), Other[<](\"c\")",
            ),
        ],
    );
}

#[test]
fn declarations_are_variables() {
    check(
        "bash",
        &[
            (
                "export A=1 B",
                "Variable(Modifiers(export), $A, _, 1), Variable(Modifiers(export), $B, _, _)",
            ),
            ("local -r a=$1", "Variable(Modifiers(local, -r), $a, _, $1)"),
        ],
    );
}

#[test]
fn functions_of_both_spellings() {
    let same = "Function(_, f, Parameters(), _, Block(Word[return](1)))";
    check("bash", &[("function f { return 1; }", same), ("f() { return 1; }", same)]);
}

#[test]
fn cases() {
    check(
        "bash",
        &[(
            "case $a in b|c) d ;; *) e ;; esac",
            "Switch($a, Case(\"b\", \"c\", Block(Call(d, Arguments()))), Case(\"*\", Block(Call(e, Arguments()))))",
        )],
    );
}
