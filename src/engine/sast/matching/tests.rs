//! What patterns match, as tables of pattern, code and the lines that are found.

use crate::engine::sast::flow::facts::Facts;
use crate::engine::sast::flow::taint;
use crate::engine::sast::language::Language;
use crate::engine::sast::rule::{self, compile::Compiled};
use crate::engine::sast::search::Search;
use std::time::Duration;

/// Lines where a rule, given as the body of its YAML, finds something.
pub fn lines(language: &str, body: &str, code: &str) -> Vec<usize> {
    let indented: String = body.trim().lines().flat_map(|line| ["  ", line, "\n"]).collect();
    let text = format!(
        "rules:\n- id: x\n  languages: [{language}]\n  message: m\n  severity: LOW\n{indented}"
    );
    let (rules, faults) = rule::read(text.as_bytes());
    assert!(faults.is_empty(), "{faults:?}");
    let language = Language::named(language).expect("a language");
    let compiled = rules[0].compiled(language.name).expect("patterns that can be read");
    let tree = language.grammar().parse(code, Duration::from_secs(10)).expect("in time");
    let facts = Facts::of(&tree);
    let search = Search::new(&tree, &facts, Some(language), &rules[0]);
    let starts: Vec<u32> = match &*compiled {
        Compiled::Search(formula) => {
            search.find(formula, 0).iter().map(|found| found.range.start).collect()
        }
        Compiled::Taint(sources, sinks, sanitizers, propagators) => {
            let flows = taint::flows(&search, sources, sinks, sanitizers, propagators);
            flows.iter().map(|flow| flow.sink.range.start).collect()
        }
    };
    let mut lines: Vec<usize> = starts.iter().map(|start| tree.line(*start)).collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

/// Lines where one pattern matches.
pub fn matched(language: &str, pattern: &str, code: &str) -> Vec<usize> {
    let indented: String = pattern.lines().flat_map(|line| ["  ", line, "\n"]).collect();
    lines(language, &format!("pattern: |\n{indented}"), code)
}

const PYTHON_IMPORTS: &str = "import m\nimport m as x\nimport m.b\nimport m.b.c as z\n\
    from m import b\nfrom m import b as w\nfrom m.b import c\nimport mb\n";

#[test]
fn imports_of_python_are_one_path_however_they_are_written() {
    for (pattern, wanted) in [
        ("import m", vec![1, 2, 3, 4, 5, 6, 7]),
        ("import m.b", vec![3, 4, 5, 6, 7]),
        ("from m import b", vec![3, 4, 5, 6, 7]),
        ("import m as $X", vec![2, 4]),
        ("import m.b.$X", vec![4, 7]),
    ] {
        assert_eq!(matched("python", pattern, PYTHON_IMPORTS), wanted, "{pattern}");
    }
}

const SCRIPT_IMPORTS: &str = "import 'm';\nimport d from 'm';\nimport * as n from 'm';\n\
    import {foo} from 'm';\nimport {foo as f2, g} from 'm';\nimport x2 from 'm/b';\n\
    const r1 = require('m');\nconst {r2} = require('m');\nimport y from 'mm';\n";

#[test]
fn imports_of_scripts_are_found_by_their_module() {
    for (pattern, wanted) in [
        ("import 'm'", vec![1, 2, 3, 4, 5, 6, 7, 8]),
        ("require('m')", vec![7, 8]),
        ("$X = require('m')", vec![7, 8]),
        ("import $X from 'm'", vec![2, 6]),
        ("import * as $X from 'm'", vec![3]),
        ("import {..., $X, ...} from 'm'", vec![2, 4, 5, 6, 8]),
    ] {
        assert_eq!(matched("javascript", pattern, SCRIPT_IMPORTS), wanted, "{pattern}");
    }
}

#[test]
fn what_is_taken_out_of_a_module_is_a_field_of_it() {
    let rule =
        "patterns:\n- pattern-inside: |\n    $M = require('m')\n    ...\n- pattern: $M.foo(...)";
    let code = "const {foo} = require('m');\nconst r = require('m');\nr.foo(1);\nfoo(2);\n";
    assert_eq!(lines("javascript", rule, code), [3, 4]);
    let other = "const {foo} = require('n');\nconst r = require('m');\nfoo(2);\n";
    assert_eq!(lines("javascript", rule, other), Vec::<usize>::new());
    assert_eq!(matched("javascript", "m.foo(...)", code), [3, 4]);
}

#[test]
fn variables_of_different_functions_are_not_one() {
    let pattern = "$X = source()\n...\nsink($X)";
    let code = "def f():\n  a = source()\n  sink(a)\ndef g(a):\n  sink(a)\n";
    assert_eq!(matched("python", pattern, code), [2]);
    let apart = "def f():\n  a = source()\ndef g(a):\n  sink(a)\n";
    assert_eq!(matched("python", pattern, apart), Vec::<usize>::new());
    let shared = "let a;\nfunction f() { a = source(); g(() => { sink(a) }) }\n";
    assert_eq!(matched("javascript", "$X = source();\n...\nsink($X);", shared), [2]);
    let again = "const a = source();\nconst a = 2;\nsink(a);\n";
    assert_eq!(matched("javascript", "$X = source();\n...\nsink($X);", again), Vec::<usize>::new());
}

#[test]
fn statements_may_follow_those_behind_an_ellipsis() {
    let code = "for i in l:\n  l.pop(0)\n  x = 3\n";
    assert_eq!(matched("python", "for $E in $L:\n  ...\n  $L.pop(...)", code), [1]);
    assert_eq!(matched("python", "for $E in $L:\n  $L.pop(...)", code), Vec::<usize>::new());
}

#[test]
fn patterns_of_scripts_may_be_parts_of_objects_and_elements() {
    for (pattern, code, wanted) in [
        ("secret: '$Y'", "f({a: 1,\n secret: 'k'})", vec![2]),
        ("for (...) { ... }", "for (let i = 0; ; i++) { a() }\nfor (x of y) {}", vec![1, 2]),
        ("<$X {...$P} />", "a = <b {...c} d={1} />", vec![1]),
        ("<$X href=... />", "a = <b href={c} />", vec![1]),
        ("`...`", "f('a');\nf(`b`);\nf(`b${c}`)", vec![2, 3]),
        ("`$A${$X. ... .b}...`", "f(`q${a.c().b}/r`)", vec![1]),
        ("/$R/.test(...)", "const r = /a+/;\nr.test(b);\n/c/.test(d)", vec![2, 3]),
        ("$L.forEach(function $F(...) { ... })", "a.forEach((x) => { x() })", vec![1]),
    ] {
        assert_eq!(matched("javascript", pattern, code), wanted, "{pattern}");
    }
}

#[test]
fn patterns_of_python_take_types_and_bare_decorators() {
    for (pattern, code, wanted) in [
        ("sleep($X: int)", "sleep(5)\nsleep(f())", vec![1]),
        ("m.cache(...)", "from m import cache\n@cache\ndef f(): pass", vec![2]),
        ("@m.cache(...)\ndef $F(): ...", "import m\n@m.cache\ndef f(): pass", vec![2]),
        ("{..., 'A': ..., 'B': $X}", "x = {'A': 1, 'B': 2}", vec![1]),
        ("f'...{$X}...'", "a = f'b'\nc = f'b{d}'", vec![2]),
        ("f($X, ...)", "f(k=1)\nf(1, k=1)", vec![2]),
        ("False", "a = False\nf(a)", vec![1, 2]),
    ] {
        assert_eq!(matched("python", pattern, code), wanted, "{pattern}");
    }
}

#[test]
fn a_comparison_knows_truth_values() {
    let rule = "patterns:\n- pattern: f(k=$X)\n- metavariable-comparison:\n    metavariable: $X\n    comparison: $X == False";
    assert_eq!(lines("python", rule, "f(k=False)\nf(k=True)\n"), [1]);
}

#[test]
fn a_literal_in_a_script_is_a_float() {
    let rule = "patterns:\n- pattern: a[$X]\n- metavariable-pattern:\n    metavariable: $X\n    patterns:\n    - pattern-not: '($X : float)'";
    assert_eq!(lines("javascript", rule, "a[1];\na[b];\n"), [2]);
}

#[test]
fn a_string_of_php_that_is_a_metavariable_is_any_string() {
    let code = "<?php\nf('a');\nf(\"b\");\nf($c);\nf(\"d $e\");\n";
    assert_eq!(matched("php", "f(\"$X\")", code), vec![2, 3]);
}

#[test]
fn a_gap_may_be_all_that_a_condition_holds() {
    let code = "void f(int a) {\n  if (g(a)) return;\n  if (a) { h(); }\n}\n";
    for (pattern, wanted) in [
        ("if (<... g(...) ...>) ...", vec![2]),
        ("$F(...) { ... if (<... g(...) ...>) ... ... }", vec![1]),
        ("$T $F(..., int $X, ...) { ... }", vec![1]),
    ] {
        assert_eq!(matched("c", pattern, code), wanted, "{pattern}");
    }
}

#[test]
fn a_clause_that_catches_all_is_no_clause_that_names_something() {
    let code = "try:\n  f()\nexcept:\n  pass\ntry:\n  f()\nexcept A:\n  pass\n";
    assert_eq!(matched("python", "try:\n  ...\nexcept:\n  pass", code), vec![1]);
    assert_eq!(matched("python", "try:\n  ...\nexcept A:\n  pass", code), vec![5]);
}

#[test]
fn go_knows_a_package_by_the_last_part_of_its_path() {
    let code = "package a\nimport b \"x.org/y/web\"\nfunc f() {\n  b.Open(1)\n  c.Open(2)\n}\n";
    assert_eq!(matched("go", "web.Open(...)", code), vec![4]);
}

#[test]
fn a_command_between_backticks_is_any_with_a_gap() {
    assert_eq!(matched("ruby", "`...`", "`a`\n`a #{b}`\nf(\"c\")\n"), vec![1, 2]);
}

#[test]
fn a_command_within_a_string_has_gaps() {
    let code = "sh -c \"$(get -s a)\"\nsh -c \"$(put a)\"\nsh -c \"$(get)\"\n";
    assert_eq!(matched("bash", "sh -c \"$(get ...)\"", code), vec![1, 3]);
}

#[test]
fn entries_are_spread_behind_other_entries() {
    let code = "f({a: 1, ...b.c});\nf({a: 1});\n";
    assert_eq!(matched("javascript", "f({..., ...$X.c, ...})", code), vec![1]);
}

#[test]
fn a_resource_that_is_made_is_no_literal() {
    let code = "class A { void F() {\n  using (var h = new B(k)) { h.G(); }\n} }\n";
    assert_eq!(matched("csharp", "using (var $H = new B(...)) { ... }", code), vec![2]);
}
