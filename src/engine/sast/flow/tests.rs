//! Where flows are found, as tables of rule, code and lines.

use crate::engine::sast::matching::tests::lines;

const PLAIN: &str =
    "mode: taint\npattern-sources:\n- pattern: source(...)\npattern-sinks:\n- pattern: sink(...)";

#[test]
fn a_default_is_the_value_of_its_parameter() {
    let code = "def f(a = source()):\n  sink(a)\ndef g(a = 1):\n  sink(a)\n";
    assert_eq!(lines("python", PLAIN, code), [2]);
}

#[test]
fn a_sanitizer_may_yield_to_sources_and_sinks() {
    let rule = format!("{PLAIN}\npattern-sanitizers:\n- pattern: $F(...)\n  not_conflicting: true");
    let code = "a = source()\nsink(a)\nsink(clean(a))\n";
    assert_eq!(lines("python", &rule, code), [2]);
}

#[test]
fn the_object_of_a_clean_field_does_not_reach_a_sink() {
    let rule = "mode: taint\npattern-sources:\n- patterns:\n  - pattern-inside: function $F($X) { ... }\n  - focus-metavariable: $X\npattern-sinks:\n- patterns:\n  - pattern: sink($Y)\n  - focus-metavariable: $Y";
    let code = "function f(a) {\n a.b = 1;\n sink(a.b);\n sink(a);\n sink(a.c);\n}\n";
    assert_eq!(lines("javascript", rule, code), [4, 5]);
}

#[test]
fn a_name_in_braces_is_a_source_of_its_own() {
    let rule = "mode: taint\npattern-sources:\n- patterns:\n  - pattern-inside: '({ $X }) => { ... }'\n  - focus-metavariable: $X\npattern-sinks:\n- pattern: sink(...)";
    assert_eq!(lines("javascript", rule, "g(({ b }) => {\n sink(b.c);\n})\n"), [2]);
}

#[test]
fn a_target_that_takes_nothing_is_no_definition() {
    assert_eq!(lines("ruby", PLAIN, "a, * = source()\nsink(source())\n"), [2]);
}
