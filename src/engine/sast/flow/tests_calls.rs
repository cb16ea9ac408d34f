//! Flows through calls of functions of the same file, and what bounds the walk.

use super::facts::Facts;
use super::taint;
use crate::engine::sast::language::Language;
use crate::engine::sast::matching::tests::lines;
use crate::engine::sast::rule::{self, compile::Compiled};
use crate::engine::sast::search::Search;
use std::time::{Duration, Instant};

const PLAIN: &str = "mode: taint\npattern-sources:\n- pattern: source(...)\npattern-sinks:\n- pattern: sink(...)\npattern-sanitizers:\n- pattern: clean(...)";

fn check(language: &str, table: &[(&str, &[usize])]) {
    for (code, expected) in table {
        assert_eq!(lines(language, PLAIN, code), *expected, "{language}: {code}");
    }
}

#[test]
fn an_argument_reaches_a_sink_in_the_function_that_is_called() {
    check(
        "python",
        &[
            ("def f(a):\n  sink(a)\nf(source())\n", &[2]),
            ("def f(a):\n  sink(a)\nf(1)\n", &[]),
            ("def f(a, b):\n  sink(b)\nf(source(), 1)\n", &[]),
            ("def f(a, b):\n  sink(b)\nf(1, b=source())\n", &[2]),
            ("def f(a, *b):\n  sink(b)\nf(1, 2, source())\n", &[2]),
            ("def f(a, **b):\n  sink(b)\nf(1, c=source())\n", &[2]),
            ("def f(a, b):\n  sink(b)\nf(*source())\n", &[2]),
            ("def f(a):\n  sink(clean(a))\nf(source())\n", &[]),
            ("def f(a):\n  a = 1\n  sink(a)\nf(source())\n", &[]),
            ("def g(a):\n  f(a)\ndef f(a):\n  sink(a)\ndef h():\n  g(source())\n", &[4]),
            ("def f(a):\n  def g(b):\n    sink(b)\n  g(a)\nf(source())\n", &[3]),
            ("def f(a):\n  if a:\n    f(a.b)\n  sink(a)\nf(source())\n", &[4]),
        ],
    );
}

#[test]
fn what_a_function_gives_back_is_known() {
    check(
        "python",
        &[
            ("def f(a):\n  return a\nsink(f(source()))\n", &[3]),
            ("def f(a):\n  return 1\nsink(f(source()))\n", &[]),
            ("def f(a):\n  return clean(a)\nsink(f(source()))\n", &[]),
            ("def f(a, b):\n  return a\nsink(f(1, source()))\n", &[]),
            ("def f():\n  return source()\nsink(f())\n", &[3]),
            ("def f():\n  return clean(source())\nsink(f())\n", &[]),
            ("def f():\n  source()\nsink(f())\n", &[]),
            ("def g():\n  return f()\ndef f():\n  return source()\nsink(g())\n", &[5]),
            ("def f(a):\n  yield a\nsink(f(source()))\n", &[3]),
            ("def f(a):\n  b = m()\n  b.put(1, a)\n  return b.get(1)\nsink(f(source()))\n", &[5]),
            ("def f(a):\n  b.put(1, a)\n  sink(b)\nf(source())\n", &[]),
            ("def f(a):\n  b.put(1, a)\n  return 1\nsink(f(source()))\n", &[]),
            ("def f(a):\n  return map(lambda x: x + a, b)\nsink(f(source()))\n", &[3]),
            ("f = lambda a: 1\ng = lambda a: a\nsink(f(source()))\nsink(g(source()))\n", &[4]),
            ("def f(a):\n  return f(a) if a else clean(a)\nsink(f(source()))\n", &[]),
        ],
    );
    check(
        "ruby",
        &[("def f(a)\n  a\nend\ndef g(a)\n  1\nend\nsink(f(source()))\nsink(g(source()))\n", &[7])],
    );
}

#[test]
fn methods_are_found_by_self_this_and_the_name_of_their_class() {
    check(
        "python",
        &[
            (
                "class A:\n  def f(self, a):\n    sink(a)\n  def g(self):\n    self.f(source())\n",
                &[3],
            ),
            (
                "class A:\n  def f(self, a):\n    sink(a)\nclass B:\n  def g(self):\n    self.f(source())\n",
                &[],
            ),
            ("class A:\n  @staticmethod\n  def f(a):\n    sink(a)\nA.f(source())\n", &[4]),
            ("class A:\n  def f(self, a):\n    sink(a)\nA.f(b, source())\n", &[3]),
            ("class A:\n  def f(self, a):\n    sink(a)\n  def g(self):\n    f(source())\n", &[]),
        ],
    );
    check(
        "javascript",
        &[
            ("class A {\n f(a) {\n sink(a) }\n g() { this.f(source()) } }\n", &[3]),
            ("const f = (a) => {\n sink(a) };\nf(source());\n", &[2]),
            ("function f(g) {\n g(source()); }\nfunction g(a) {\n sink(a); }\n", &[]),
        ],
    );
    check(
        "java",
        &[
            ("class A { void f(T a) {\n sink(a); }\n void g() { f(source()); } }\n", &[2]),
            (
                "class A { void f(T a) {\n sink(a); }\n void f(T a, T b) {}\n void g() { f(source(), 1); } }\n",
                &[],
            ),
        ],
    );
    check(
        "go",
        &[
            ("package a\nfunc f(a T) {\n sink(a)\n}\nfunc g() {\n f(source())\n}\n", &[3]),
            (
                "package a\nfunc (s *S) f(a T) {\n sink(a)\n}\nfunc (s *S) g() {\n s.f(source())\n}\n",
                &[3],
            ),
            (
                "package a\nfunc (s *S) f(a T) {\n sink(a)\n}\nfunc (s *U) g() {\n s.f(source())\n}\n",
                &[],
            ),
        ],
    );
    check(
        "php",
        &[(
            "<?php\nclass A { function f($a) {\n sink($a); }\n function g() { $this->f(source()); } }\n",
            &[3],
        )],
    );
}

#[test]
fn a_field_that_one_method_writes_another_reads() {
    check(
        "python",
        &[
            (
                "class A:\n  def f(self):\n    sink(self.a)\n    sink(self.b)\n  def g(self):\n    self.a = source()\n",
                &[3],
            ),
            (
                "class A:\n  def f(self):\n    sink(self.a)\n  def g(self):\n    self.a = clean(source())\n",
                &[],
            ),
            (
                "class A:\n  def f(self):\n    sink(self.a)\nclass B:\n  def g(self):\n    self.a = source()\n",
                &[],
            ),
            (
                "class A:\n  def f(self):\n    self.a = 1\n    sink(self.a)\n  def g(self):\n    self.a = source()\n",
                &[],
            ),
            (
                "class A:\n  def f(self):\n    sink(self.b)\n  def g(self):\n    self.b = self.a\n  def h(self):\n    self.a = source()\n",
                &[3],
            ),
            (
                "class A:\n  def f(self):\n    return self.a\n  def g(self):\n    self.a = source()\n  def h(self):\n    sink(self.f())\n",
                &[7],
            ),
        ],
    );
    check(
        "ruby",
        &[(
            "class A\n  def f\n    @a = source()\n  end\n  def g\n    sink(@a)\n    sink(@b)\n  end\nend\n",
            &[6],
        )],
    );
    check(
        "java",
        &[(
            "class A { T a;\n void f() { this.a = source(); }\n void g() {\n sink(this.a); } }\n",
            &[4],
        )],
    );
}

#[test]
fn a_name_that_is_given_another_value_is_no_function() {
    check(
        "python",
        &[
            ("def f(a):\n  sink(a)\ndef g(f):\n  f(source())\n", &[]),
            ("def f(a):\n  sink(a)\nf = h\nf(source())\n", &[]),
            ("def f(a):\n  sink(a)\ndef f(a):\n  pass\nf(source())\n", &[]),
        ],
    );
}

/// Flows as the lines of their places and that of the sink, and whether the rule was given up.
fn paths(body: &str, code: &str) -> (Vec<Vec<usize>>, bool) {
    let indented: String = body.lines().flat_map(|line| ["  ", line, "\n"]).collect();
    let text = format!(
        "rules:\n- id: x\n  languages: [python]\n  message: m\n  severity: LOW\n{indented}"
    );
    let (rules, _) = rule::read(text.as_bytes());
    let language = Language::named("python").expect("a language");
    let compiled = rules[0].compiled("python").expect("patterns that can be read");
    let tree = language.grammar().parse(code, Duration::from_secs(50)).expect("in time");
    let facts = Facts::of(&tree);
    let search = Search::new(&tree, &facts, Some(language), &rules[0]);
    let Compiled::Taint(sources, sinks, sanitizers, propagators) = &*compiled else {
        panic!("a rule of another kind")
    };
    let found = taint::flows(&search, sources, sinks, sanitizers, propagators);
    let line = |at: u32| tree.line(at);
    let paths = found
        .iter()
        .map(|flow| {
            let mut lines: Vec<usize> = flow.path.iter().map(|place| line(place.start)).collect();
            lines.push(line(flow.sink.range.start));
            lines.dedup();
            lines
        })
        .collect();
    (paths, search.exhausted.get())
}

#[test]
fn the_way_goes_from_the_source_by_the_call_and_the_parameter_to_the_sink() {
    let code = "def g(c):\n  d = c\n  sink(d)\ndef f(a):\n  b = a\n  g(b)\nx = source()\nf(x)\n";
    assert_eq!(paths(PLAIN, code), (vec![vec![7, 8, 4, 5, 6, 1, 2, 3]], false));
    let code = "def f():\n  a = source()\n  return a\nb = f()\nsink(b)\n";
    assert_eq!(paths(PLAIN, code), (vec![vec![2, 4, 5]], false));
}

#[test]
fn a_rule_that_takes_too_many_steps_is_given_up_aloud() {
    let deep = (0..40).fold(String::new(), |code, depth| {
        let indent = " ".repeat(depth);
        format!("{code}{indent}while a{depth}:\n{indent} a{} = a{depth}.b\n", depth + 1)
    });
    let deep = format!("{deep}{0}a0 = source()\n{0}sink(a40)\n", " ".repeat(40));
    let wide = many(6_000, |n| format!("a{n} = source()\n")) + "sink(a1)\n";
    let sinks = format!("def f(x):\n{}f(source())\n", "  sink(x)\n".repeat(400));
    for (code, is_given_up) in [(deep, false), (wide, true), (sinks, true)] {
        let begun = Instant::now();
        let shown: String = code.chars().take(40).collect();
        assert_eq!(paths(PLAIN, &code).1, is_given_up, "{shown}");
        assert!(begun.elapsed() < Duration::from_secs(30), "{shown} takes {:?}", begun.elapsed());
    }
}

fn many(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

#[test]
fn very_long_ways_and_many_calls_end_soon() {
    let count = 10_000;
    let called = many(2000, |n| format!("def f{n}(x):\n  f{}(x)\n", n + 1));
    let around = many(200, |n| format!("def f{n}(x):\n  f{}(x)\n  sink(x)\n", (n + 1) % 200));
    let methods = many(count / 4, |n| {
        format!("  def f{n}(self):\n    self.a = source()\n    sink(self.a)\n")
    });
    let giving = many(count / 4, |n| format!("def f{n}():\n  return source()\nf{n}()\n"));
    let parameters = many(count, |n| format!("a{n}, "));
    let arguments = "1, ".repeat(count);
    for (code, found) in [
        (format!("x = source()\n{}sink(x)\n", "x = x + 1\n".repeat(count)), 1),
        (format!("def f(x):\n  sink(x)\n{}", "f(source())\n".repeat(count / 4)), 1),
        (format!("{called}def f2000(x):\n  sink(x)\nf0(source())\n"), 1),
        (format!("{around}f0(source())\n"), 200),
        (format!("class A:\n{methods}"), count / 4),
        (format!("{giving}sink(f0())\n"), 1),
        (format!("def f({parameters}b):\n  sink(b)\nf({arguments}source())\n"), 0),
    ] {
        let begun = Instant::now();
        let shown: String = code.chars().take(40).collect();
        let (paths, _) = paths(PLAIN, &code);
        assert_eq!(paths.len(), found, "{shown}");
        assert!(begun.elapsed() < Duration::from_secs(30), "{shown} takes {:?}", begun.elapsed());
    }
}

#[test]
fn what_nests_deep_is_walked_as_well() {
    let nested = |open: &str, close: &str, count: usize| {
        format!("x = {}source(){}\nsink(x)\n", open.repeat(count), close.repeat(count))
    };
    for (open, close, count, found) in [
        ("f(", ")", 250, 1),
        ("[", "]", 550, 1),
        ("b + (", ")", 250, 1),
        ("f(", ")", 10_000, 0),
        ("(lambda: ", ")", 10_000, 0),
    ] {
        let code = nested(open, close, count);
        assert_eq!(paths(PLAIN, &code).0.len(), found, "{count} times {open}");
    }
    let ifs = many(180, |depth| format!("{}if a:\n", " ".repeat(depth)));
    let code = format!("x = source()\n{ifs}{}sink(x)\n", " ".repeat(180));
    assert_eq!(paths(PLAIN, &code).0.len(), 1);
}
