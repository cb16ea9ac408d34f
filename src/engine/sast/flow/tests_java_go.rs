//! Where taint goes in Java, C# and Scala, and where it stops: own rules, own code, the lines of the sinks that are reached.

use crate::engine::sast::matching::tests::lines;

const SOURCES: &str = "pattern-sources: [{pattern: source()}]";

fn check(table: &[(&str, String, &str, &[usize])]) {
    for (language, parts, code, expected) in table {
        assert_eq!(
            lines(language, &format!("mode: taint\n{parts}"), code),
            *expected,
            "{language}: {code}"
        );
    }
}

fn plain(more: &str) -> String {
    format!("{SOURCES}\npattern-sinks: [{{pattern: sink(...)}}]\n{more}")
}

#[test]
fn a_namespace_holds_code() {
    let code = "namespace N {\n class A { void f() {\n  var a = source();\n  sink(a);\n } }\n}\n";
    check(&[("csharp", plain(""), code, &[4])]);
}

#[test]
fn a_break_carries_to_the_end_of_the_loop() {
    let code = "class A { void f() { String p = \"\";\n for (C c : cs) {\n if (c.g()) {\n p = source();\n break;\n }\n }\n sink(p);\n } }\n";
    check(&[("java", plain(""), code, &[8])]);
}

#[test]
fn truth_values_carry_nothing_where_the_rule_says_so() {
    let code = "class A { void f() { String a = source();\n sink(\"x\" + a);\n boolean b = a != null;\n sink(b);\n } }\n";
    check(&[
        ("java", plain("options: {taint_assume_safe_booleans: true}"), code, &[2]),
        ("java", plain(""), code, &[2, 4]),
    ]);
}

#[test]
fn a_sanitizer_gives_way_to_a_sink_in_its_place() {
    let code = "class A { void f() { String a = source();\n sink(a);\n sink(clean(a));\n } }\n";
    let rule = |conflicting: &str| {
        plain(&format!(
            "pattern-sanitizers: [{{pattern: $F(...), not_conflicting: {conflicting}}}]"
        ))
    };
    check(&[("java", rule("true"), code, &[2])]);
}

#[test]
fn a_sink_is_what_matched_and_no_part_of_it() {
    let rule = |more: &str| {
        format!(
            "{SOURCES}\npattern-sinks: [{{pattern: $V += ...{more}}}]\noptions: {{taint_assume_safe_booleans: true}}"
        )
    };
    let code = "class A { void f() { String a = source();\n s += (a != null) + \"b\";\n s += a + \"b\";\n } }\n";
    check(&[("java", rule(""), code, &[3]), ("java", rule(", exact: false"), code, &[2, 3])]);
}

#[test]
fn an_index_carries_unless_the_rule_says_that_it_does_not() {
    let code = "class A { void f() { int a = source();\n sink(b[a]);\n sink(a);\n } }\n";
    check(&[
        ("java", plain(""), code, &[2, 3]),
        ("java", plain("options: {taint_assume_safe_indexes: true}"), code, &[3]),
    ]);
}

#[test]
fn what_is_assigned_into_is_not_read() {
    let parts = format!("{SOURCES}\npattern-sinks: [{{pattern: $X.text = ...}}]");
    let code = "class A { void f() {\n var a = source();\n a.text = \"b\";\n c.text = a;\n } }\n";
    check(&[("csharp", parts, code, &[4])]);
}

#[test]
fn a_propagator_gives_its_label() {
    let parts = "pattern-sources: [{pattern: source(), label: A}]
pattern-propagators: [{pattern: $B.append($X), from: $X, to: $B, label: B, requires: A}]
pattern-sinks: [{pattern: sink(...), requires: B}]";
    let code = "class A { void f() { String a = source();\n S b = new S();\n b.append(a);\n sink(b);\n sink(a);\n } }\n";
    check(&[("java", parts.to_owned(), code, &[4])]);
}

#[test]
fn a_constant_of_a_type_is_no_source_where_constants_are_none() {
    let parts = "pattern-sources: [{patterns: [{pattern: (string $X)}, {pattern-not: '\"...\"'}]}]
pattern-sinks: [{pattern: sink(...)}]";
    let code = "class A { void f(string a) {\n string b = \"x\";\n sink(b);\n sink(a);\n } }\n";
    check(&[("csharp", parts.to_owned(), code, &[4])]);
}

#[test]
fn a_variable_that_hides_a_parameter_is_another() {
    let parts = "pattern-sources: [{patterns: [{pattern: $P}, {pattern-inside: \"def $F(..., $P: $T, ...) = { ... }\"}]}]
pattern-sinks: [{pattern: sink(...)}]";
    let code =
        "object A { def f(a: T) = {\n g { r =>\n  val a = \"x\"\n  sink(a)\n }\n sink(a)\n} }\n";
    check(&[("scala", parts.to_owned(), code, &[6])]);
}
