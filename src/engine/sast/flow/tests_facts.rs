//! What is known of names, also where a file gives one name very many values.

use super::facts::Facts;
use crate::engine::sast::language::Language;
use crate::engine::sast::tree::{Id, Kind, Tree};
use std::time::{Duration, Instant};

/// How long the look-ups of one text may take where nothing is optimised and other tests run; one by one they would take minutes.
const SOON: Duration = Duration::from_secs(10);

fn read<'s>(language: &str, code: &'s str) -> Tree<'s> {
    let language = Language::named(language).expect("a language");
    language.grammar().parse(code, Duration::from_secs(50)).expect("in time")
}

fn names(tree: &Tree<'_>, name: &str) -> Vec<Id> {
    let all = 0..tree.nodes().len() as Id;
    all.filter(|id| tree.kind(*id) == Kind::Name && tree.text(*id) == name).collect()
}

#[test]
fn a_name_has_the_last_value_before_it() {
    for (code, values) in [
        ("a = 1\na = 2\nf(a)\n", ["", "", "2"].as_slice()),
        ("a = 1\na = a\n", &["", "", "1"]),
        ("a = 1\na = (a, a)\n", &["", "", "1", "1"]),
        ("while g():\n  a = 1\n  f(a)\n  a = 2\n", &["", "", ""]),
        ("def f():\n  while g():\n    h(a)\n    a = 2\n", &["", ""]),
        ("a = 1\ndef f():\n  h(a)\n", &["", "1"]),
        ("a = 1\na = 2\ndef f():\n  h(a)\n", &["", "", ""]),
        ("a = 1\ndef f(a):\n  h(a)\n", &["", "", ""]),
        ("if (a := 1):\n  f(a)\n", &["", "1"]),
        ("def f():\n  if b:\n    a = 1\n  g(a)\n", &["", ""]),
    ] {
        let tree = read("python", code);
        let facts = Facts::of(&tree);
        let found: Vec<&str> = names(&tree, "a")
            .into_iter()
            .map(|id| facts.value(&tree, id).map_or("", |value| tree.text(value)))
            .collect();
        assert_eq!(found, values, "{code}");
    }
}

#[test]
fn a_field_has_a_value_if_its_class_gives_it_one_alone() {
    for (code, value) in [
        ("class A:\n  def f(self):\n    self.a = 1\n  def g(self):\n    h(self.a)\n", "1"),
        ("class A:\n  a = 1\n  def g(self):\n    h(self.a)\n", "1"),
        ("class A:\n  a = 1\n  def g(self):\n    self.a = 2\n    h(self.a)\n", ""),
        ("class B:\n  a = 1\nclass A:\n  def g(self):\n    h(self.a)\n", ""),
    ] {
        let tree = read("python", code);
        let facts = Facts::of(&tree);
        let last = (0..tree.nodes().len() as Id)
            .rfind(|id| tree.kind(*id) == Kind::Attribute && tree.text(*id) == "a")
            .expect("a field");
        let found = facts.value(&tree, last).map_or("", |value| tree.text(value));
        assert_eq!(found, value, "{code}");
    }
}

#[test]
fn a_type_is_that_of_the_nearest_declaration_that_has_one() {
    let code = "class A { A x; void f() { B x = g(); x = h(); k(x); } void l() { k(x); } }";
    let tree = read("java", code);
    let facts = Facts::of(&tree);
    let types: Vec<String> =
        names(&tree, "x").into_iter().map(|id| facts.type_of(&tree, id).join(" ")).collect();
    assert_eq!(types, ["A", "B", "B", "B", "A"]);
}

#[test]
fn an_import_holds_from_where_it_stands_until_the_next() {
    let code = "import a.b as x\nf(x)\nfrom c import x\nf(x)\ndef g(x):\n  f(x)\n";
    let tree = read("python", code);
    let facts = Facts::of(&tree);
    let full: Vec<String> = names(&tree, "x")
        .into_iter()
        .map(|id| facts.full_name(&tree, id).unwrap_or_default().join("."))
        .collect();
    assert_eq!(full[1], "a.b");
    assert_eq!(full[3], "c.x");
    let refers = |at: usize| tree.entity(names(&tree, "x")[at]);
    assert!(refers(1).is_some() && refers(3).is_some() && refers(1) != refers(3));
    assert!(refers(5).is_none(), "a parameter is no import");
}

#[test]
fn texts_that_occur_are_counted_and_others_hardly() {
    let code = "a = f(a)\n".repeat(40);
    let tree = read("python", &code);
    let facts = Facts::of(&tree);
    let hash = crate::engine::sast::tree::hash;
    assert!(facts.holds(hash("f")) && facts.at_most(hash("a")) >= 80);
    let wrong = (0..1000).filter(|number| facts.holds(hash(&format!("other{number}")))).count();
    assert!(wrong < 50, "{wrong} of 1000 texts that are not there");
}

#[test]
fn very_many_values_of_one_name_are_looked_up_soon() {
    let count = 20_000;
    for (language, code) in [
        ("python", "x = x + 1\n".repeat(count)),
        ("python", format!("def f():\n{}", "  x = x + 1\n".repeat(count))),
        ("python", "def f():\n  x = 1\n  g(x)\n".repeat(count / 2)),
        ("python", format!("while g():\n{}", "  x = x + 1\n".repeat(count))),
        ("python", "import x\nx.f(x)\n".repeat(count / 2)),
        (
            "python",
            format!("class A:\n{}", "  def f(self):\n    self.x = self.x\n".repeat(count / 4)),
        ),
        ("python", format!("({}) = f(x)\n", "x, ".repeat(count))),
        ("java", format!("class A {{ void f() {{ {} }} }}", "int x = x + 1; ".repeat(count))),
    ] {
        let tree = read(language, &code);
        let begun = Instant::now();
        let facts = Facts::of(&tree);
        let mut known = 0;
        for id in 0..tree.nodes().len() as Id {
            if matches!(tree.kind(id), Kind::Name | Kind::Attribute) {
                known += usize::from(facts.value(&tree, id).is_some());
                known += facts.type_of(&tree, id).len();
                known += usize::from(facts.module_of(&tree, id).is_some());
                known += usize::from(facts.is_import(&tree, id));
            }
        }
        let shown: String = code.chars().take(40).collect();
        assert!(known > 0, "{shown}");
        assert!(begun.elapsed() < SOON, "{shown} takes {:?}", begun.elapsed());
    }
}
