//! What patterns of Java, Go, C#, Scala and Kotlin match: own code, own patterns, the lines where something is found.

use super::tests::matched;
use super::{Matcher, Options, STEPS};
use crate::engine::sast::flow::facts::Facts;
use crate::engine::sast::language::Language;
use crate::engine::sast::pattern;
use std::cell::Cell;
use std::time::Duration;

fn check(table: &[(&str, &str, &str, &[usize])]) {
    for (language, pattern, code, expected) in table {
        assert_eq!(matched(language, pattern, code), *expected, "{language}: {pattern}");
    }
}

#[test]
fn names_of_languages_ignore_case() {
    assert_eq!(Language::named("C#"), Language::named("csharp"));
    assert_eq!(Language::named("Kotlin"), Language::named("kt"));
}

#[test]
fn an_import_is_known_by_the_beginning_of_its_path() {
    let java = "import a.b.C;\nimport a.b.*;\nimport a.d.E;\n";
    let go = "package x\nimport (\n\t\"a.org/b/c\"\n\t\"a.org/bc\"\n)\n";
    check(&[
        ("java", "import a.b;", java, &[1, 2]),
        ("java", "import a.b.*;", java, &[2]),
        ("java", "import a.$X;", java, &[1, 2, 3]),
        ("csharp", "using A;", "using A.B;\nusing C;\n", &[1]),
        ("scala", "import a.b", "import a.b._\nimport a.c\n", &[1]),
        // Each import of a list begins with the word.
        ("go", "import \"a.org/b\"", go, &[2]),
    ]);
}

#[test]
fn definitions_take_ellipses_and_lone_metavariables_as_parameters() {
    check(&[
        ("scala", "def $F(..., $X: $T, ...) = { ... }", "def f(a: A, b: B) = {\n  g()\n}\n", &[1]),
        (
            "java",
            "$T $F(..., $X, ...) { ... }",
            "class A {\n  int f(int a, B b) { return 1; }\n}\n",
            &[2],
        ),
        (
            "java",
            "new T(...) { public int f(...) { return 1; } }",
            "class A { T t = new T(1) {\n public int f(int x) { return 1; } }; }\n",
            &[1],
        ),
    ]);
}

#[test]
fn braces_behind_new_hold_members_or_values() {
    let java = "class A { T t = new T() {\n int a;\n void f() {} };\n}\n";
    let csharp = "class A { void f() { var t = new T {\n X = 1, Y = 2 }; } }\n";
    check(&[
        ("java", "new T() { ... }", java, &[1]),
        ("csharp", "new T {...}", csharp, &[1]),
        ("java", "class $A implements B<C> { ... }", "class A implements B<C> { int x; }\n", &[1]),
    ]);
}

#[test]
fn an_annotation_may_have_any_other_named_arguments() {
    let code = "class A {\n @M(x = 1, y = 2)\n void f() {}\n @M(x = 1)\n void g() {}\n}\n";
    check(&[("java", "@M(..., y = $Y, ...)\n$T $F(...) { ... }", code, &[2])]);
}

#[test]
fn a_chain_may_end_in_a_gap() {
    let code = "class A { void f(T a, U b) {\n a.x().y();\n b.x();\n } }\n";
    check(&[("csharp", "(T $A). ...;", code, &[2])]);
}

#[test]
fn a_string_with_holes_is_no_plain_string() {
    let code = "object A { def f() = {\n g(s\"a$b\")\n g(s\"a\")\n g(\"a\")\n g(sql\"a$b\")\n} }\n";
    check(&[
        ("scala", "s\"...\"", code, &[2, 3]),
        ("scala", "sql\"...\"", code, &[5]),
        (
            "csharp",
            "$L.Info($\"...\")",
            "class A { void f() {\n l.Info($\"a {b}\");\n l.Info(\"a\");\n } }\n",
            &[2],
        ),
    ]);
}

#[test]
fn a_metavariable_stands_for_one_variable_whatever_others_are_called() {
    let code = "class A {\n void f() { T x = new T();\n x.a(); }\n void g(T x) {\n x.b(); }\n}\n";
    check(&[
        ("java", "$X.a();", code, &[3]),
        ("java", "class $C { ... $R f() { ... $X.a(); } ... $Q g(T $X) { ... } ... }", code, &[]),
        ("java", "class $C { ... $R f() { ... $X.a(); } ... $Q g(T $Y) { ... } ... }", code, &[1]),
    ]);
}

#[test]
fn regular_expressions_in_strings_have_flags() {
    check(&[(
        "java",
        "f(\"=~/^ab/i\");",
        "class A { void g() {\n f(\"ABc\");\n f(\"cab\"); } }\n",
        &[2],
    )]);
}

#[test]
fn types_have_metavariables_and_brackets() {
    let code = "class A { void f() {\n L<String> a = x();\n p.B[] b = y();\n int c = z(); } }\n";
    check(&[("java", "(L<$T> $X) = $Y;", code, &[2]), ("java", "(p.B[] $X) = $Y;", code, &[3])]);
}

#[test]
fn an_ellipsis_finds_what_stands_beside_and_what_stands_deeper() {
    let code = "class A { void f() {\n if (x) {\n  p.g();\n }\n q.g();\n} }\n";
    let row = Language::named("java").unwrap();
    let pattern = pattern::read("void f() { ... $X.g(); ... }", row).unwrap();
    let tree = row.grammar().parse(code, Duration::from_secs(5)).unwrap();
    let facts = Facts::of(&tree);
    let options = Options::default();
    let matcher = Matcher {
        pattern: &pattern,
        tree: &tree,
        facts: &facts,
        language: row,
        options,
        place: super::candidates::Where::Anywhere,
        steps: Cell::new(STEPS),
    };
    let bound: std::collections::BTreeSet<&str> = matcher
        .all(0)
        .iter()
        .flat_map(|one| {
            one.bound.iter().map(|(_, what)| super::env::text(&tree, what)).collect::<Vec<_>>()
        })
        .collect();
    assert!(bound.contains("p") && bound.contains("q"), "{bound:?}");
}

#[test]
fn a_value_assigned_in_a_condition_is_known_behind_it() {
    let code = "class A { void f() {\n if (a = true) { g(); }\n if (a) { g(); } } }\n";
    check(&[("java", "if (true) { ... }", code, &[3])]);
}

#[test]
fn go_knows_entries_and_declarations_of_several() {
    let code =
        "package a\nvar x, _ = f()\nvar y = W{\n\tKey: g,\n}\nfunc h() {\n\tz, _ := f()\n}\n";
    check(&[("go", "Key: $F", code, &[4]), ("go", "... = f()", code, &[7])]);
}

#[test]
fn every_call_of_a_chain_may_be_the_statement() {
    let code = "package a\nfunc h() {\n\tt := q()\n\tt.a(1).b(2)\n}\n";
    check(&[("go", "$T := q()\n...\n$T. ... .a(1)", code, &[3])]);
}
