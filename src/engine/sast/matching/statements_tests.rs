//! Which statements, arguments, strings and words patterns match: the pattern, the code, and the lines where it is found.

use super::tests::matched;

const IN_SOLIDITY: &str = "contract C { function f(uint a) public onlyMe(a) {\nrevert NoWay();\nuint x = 1 +\n a.b(2) * 3;\nunchecked { x++; }\nfor (uint i; i < a;) { x++; }\n} }";
const IN_C: &str = "void f() {\nint a =\n one(1);\nif (one(2)) { two(); }\nreturn\n one(3);\n}";
const IN_RUBY: &str = "one(a: 1)\none(:a => 2)\none(3)\nx = { :a => 4 }\ny = \"p#{q}\"\nz = \"#{q}p\"\nw = :secret_key\n";
const IN_BASH: &str = "sudo one two\none two\none \"$v\"\none $v\nA=1 one\nA=1\none ${v%.x}\n";

#[test]
fn patterns_match_where_semgrep_matches_them() {
    let table: &[(&str, &str, &str, &[usize])] = &[
        // A statement is found as a whole, and not in the head of another.
        ("c", "one(...);", IN_C, &[2, 5]),
        ("c", "one(...)", IN_C, &[3, 4, 6]),
        ("c", "<... one(...) ...>;", IN_C, &[2, 4, 5]),
        ("c", "(char *$X) == $Y", "void f(char *s, int n) {\ng(s == t);\ng(n == t);\n}", &[2]),
        ("c", "$X = one(...)", "void f() {\nx = (int *)one(1);\n}", &[2]),
        ("c", "(*$X).$F", "void f() {\n(*a).b();\n}", &[2]),
        ("solidity", "revert(...);", IN_SOLIDITY, &[2]),
        ("solidity", "$X + $Y", IN_SOLIDITY, &[3]),
        ("solidity", "a.b(...)", IN_SOLIDITY, &[4]),
        ("solidity", "unchecked {\n...\n}", IN_SOLIDITY, &[5]),
        ("solidity", "for (...) { ... }", IN_SOLIDITY, &[6]),
        ("solidity", "for ($T $V; ...) { ... }", IN_SOLIDITY, &[6]),
        ("solidity", "function $F(...) $M(...) { ... }", IN_SOLIDITY, &[1]),
        (
            "solidity",
            "$T[...] storage $V = ...;",
            "contract C { function f() public {\nuint[2] storage a = b;\nuint[] storage c = d;\n} }",
            &[2],
        ),
        (
            "solidity",
            "$X.pay{$V: ...}($Y)",
            "contract C { function f() public {\nx.pay{value: 1}(2);\n} }",
            &[2],
        ),
        ("php", "$_GET", "<?php\n$a = $_GET;\n$b = $c;\n", &[2]),
        ("php", "one(...)", "<?php\nOne(1);\n$one(2);\n", &[2]),
        ("ruby", "one($X, ...)", IN_RUBY, &[3]),
        ("ruby", "one(..., :$K => $V, ...)", IN_RUBY, &[1, 2]),
        ("ruby", ":$K => $V", IN_RUBY, &[4]),
        ("ruby", "\"...#{$X}...\"", IN_RUBY, &[5, 6]),
        ("ruby", "\"#{...}...\"", IN_RUBY, &[6]),
        ("bash", "... two", IN_BASH, &[1, 2]),
        ("bash", "one ${$V}", IN_BASH, &[4, 7]),
        ("bash", "A=...", IN_BASH, &[6]),
    ];
    let wrong: Vec<_> = table
        .iter()
        .map(|(language, pattern, code, expected)| {
            (language, pattern, matched(language, pattern, code), expected.to_vec())
        })
        .filter(|(.., found, expected)| found != expected)
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}
