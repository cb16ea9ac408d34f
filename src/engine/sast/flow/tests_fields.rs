//! Fields and elements of one object are told apart.

use crate::engine::sast::matching::tests::lines;

const PLAIN: &str =
    "mode: taint\npattern-sources:\n- pattern: source(...)\npattern-sinks:\n- pattern: sink(...)";

fn check(language: &str, table: &[(&str, &[usize])]) {
    for (code, expected) in table {
        assert_eq!(lines(language, PLAIN, code), *expected, "{language}: {code}");
    }
}

#[test]
fn what_is_looked_up_among_literals_is_one_of_them() {
    check(
        "python",
        &[
            ("ok = {'a': 'x', 'b': 'y'}\nsink(ok[source()])\nsink(ok.get(source()))\n", &[]),
            ("sink(['x', 'y'][source()])\n", &[]),
            ("ok = {'a': source()}\nsink(ok[source()])\n", &[2]),
            ("ok = {'a': 'x'}\nsink(ok.get('a', source()))\n", &[2]),
            ("sink(ok[source()])\n", &[1]),
        ],
    );
    check("javascript", &[("const m = {a: 'x'}\nsink(m[source()])\nsink(n[source()])\n", &[3])]);
}

#[test]
fn a_field_is_not_another_field() {
    check(
        "python",
        &[
            ("o.a = source()\nsink(o.b)\nsink(o.a)\nsink(o)\nsink(o.a.c)\n", &[3, 4, 5]),
            ("o = source()\no.a = 1\nsink(o.a)\nsink(o.b)\nsink(o)\n", &[4, 5]),
            ("o.a.b = source()\nsink(o.a)\nsink(o.a.c)\nsink(o.b)\nsink(o)\n", &[2, 5]),
            ("o.a = source()\no.a = 1\nsink(o.a)\nsink(o)\n", &[]),
            ("o.a = source()\no = 1\nsink(o.a)\nsink(o)\n", &[]),
            ("o.a.b = source()\no.a = 1\nsink(o.a.b)\n", &[]),
            ("o.a = source()\nsink(o.f())\n", &[2]),
        ],
    );
    check(
        "javascript",
        &[
            ("o.a = source();\nsink(o.b);\nsink(o.a);\nsink(o);\n", &[3, 4]),
            ("this.a = source();\nsink(this.b);\nsink(this.a);\n", &[3]),
            ("o['a'] = source();\nsink(o.a);\nsink(o.b);\n", &[2]),
        ],
    );
}

#[test]
fn an_element_with_a_constant_index_is_not_another() {
    check(
        "python",
        &[
            ("d['k'] = source()\nsink(d['j'])\nsink(d['k'])\nsink(d)\nsink(d[i])\n", &[3, 4, 5]),
            ("d[0] = source()\nsink(d[1])\nsink(d[0])\n", &[3]),
            ("d[i] = source()\nsink(d[1])\nsink(d['k'])\nsink(d)\n", &[2, 3, 4]),
            ("d = source()\nd['k'] = 1\nsink(d['k'])\nsink(d['j'])\n", &[4]),
            ("d[0] = source()\nfor x in d:\n  sink(x)\n", &[3]),
        ],
    );
}

#[test]
fn a_field_deeper_than_is_kept_belongs_to_what_it_is_a_part_of() {
    let code = "a.b.c.d.e.f.g = source()\nsink(a.b.c.d.e.f.g)\nsink(a.b.c.d.e.h)\nsink(a.b.x)\n";
    check("python", &[(code, &[2, 3])]);
}

#[test]
fn a_field_that_one_branch_cleans_is_not_clean_behind_it() {
    check(
        "python",
        &[
            ("o = source()\nif c:\n  o.a = 1\nsink(o.a)\n", &[4]),
            ("o = source()\nif c:\n  o.a = 1\nelse:\n  o.a = 2\nsink(o.a)\nsink(o.b)\n", &[7]),
            ("o.a = 1\nif c:\n  o.b = source()\nsink(o.a)\nsink(o.b)\n", &[5]),
        ],
    );
}

#[test]
fn what_the_end_of_a_loop_carries_its_begin_has_the_next_time() {
    check(
        "python",
        &[
            ("while c:\n  sink(o.a)\n  o.a = source()\n", &[2]),
            ("while c:\n  while d:\n    sink(b)\n    b = a\n  a = source()\n", &[3]),
        ],
    );
}
