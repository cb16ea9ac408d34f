//! What snippets of JavaScript are lowered to; `outline` serves the other tables' tests too.

use crate::engine::sast::language::Language;
use crate::engine::sast::tree::{Id, Tree};
use std::fmt::Write as _;
use std::time::Duration;

fn write(tree: &Tree<'_>, id: Id, out: &mut String) {
    let _ = write!(out, "{:?}", tree.kind(id));
    if !tree.text(id).is_empty() {
        let _ = write!(out, " {}", tree.text(id));
    }
    for (at, child) in tree.children(id).enumerate() {
        out.push_str(if at == 0 { "(" } else { ", " });
        write(tree, child, out);
    }
    out.push_str(if tree.node(id).count > 0 { ")" } else { "" });
}

/// What a snippet is lowered to, a statement a line.
pub fn outline(language: &str, text: &str) -> String {
    let language = Language::named(language).expect("a language");
    assert!(language.unknown_shapes().is_empty(), "{:?}", language.unknown_shapes());
    let tree = language.grammar().parse(text, Duration::from_secs(10)).expect("in time");
    assert!(tree.errors.is_empty(), "{text}: {:?}", tree.errors);
    let mut lines = Vec::new();
    for statement in tree.children(0) {
        let mut line = String::new();
        write(&tree, statement, &mut line);
        lines.push(line);
    }
    lines.join("\n")
}

fn same(texts: &[&str]) {
    for text in texts {
        assert_eq!(outline("javascript", text), outline("javascript", texts[0]), "{text}");
        assert_eq!(outline("tsx", text), outline("javascript", texts[0]), "{text}");
    }
}

#[test]
fn what_is_written_differently_and_means_the_same_is_the_same() {
    same(&["f(x)", "(f)((x));", "f(x,) // c", "f(x);;", "f?.(x)"]);
    same(&["a.b.c()", "a?.b.c()", "a\n  .b\n  .c()"]);
    same(&["({a: 1, b})", "({\"a\": 1, 'b': b,})"]);
    same(&["var a = 1, b = 2", "var a = 1; var b = 2"]);
    same(&["if (a) b(); else c()", "if (a) { b() } else { c() }"]);
    same(&["if (a) b; else if (c) d", "if (a) b; else { if (c) { d } }"]);
    same(&["x => x", "(x) => x", "(x) => (x)"]);
    same(&["new A", "new A()"]);
    same(&["'a'", "\"a\"", "`a`"]);
    same(&["import a from 'm'", "import {default as a} from \"m\";"]);
    same(&["import a, {b} from 'm'", "import a from 'm'; import {b} from 'm'"]);
    same(&["<a b='c'></a>", "<a b={\"c\"} />", "<a b=\"c\">{/* */}\n</a>"]);
    same(&["a = 1, b()", "a = 1; b()"]);
}

#[test]
fn what_differs_stays_different() {
    for (one, other) in [
        ("({a: 1})", "({[a]: 1})"),
        ("[a, , b]", "[a, b]"),
        ("a == b", "a === b"),
        ("let a = 1", "const a = 1"),
        ("yield", "yield x"),
        ("++a", "a++"),
        ("import a from 'm'", "import * as a from 'm'"),
    ] {
        assert_ne!(outline("javascript", one), outline("javascript", other));
    }
}

#[test]
fn definitions_keep_their_positions() {
    let lowered = |text, wanted| assert_eq!(outline("javascript", text), wanted);
    lowered(
        "export default async function* f(a, {b}, c = 1, ...d) {}",
        "Function(Modifiers(Name export, Name default, Name async, Name *), Name f, \
         Parameters(Parameter(Name a, Nothing, Nothing, Nothing), \
         Parameter(Dict(Pair(Name b, Name b)), Nothing, Nothing, Nothing), \
         Parameter(Name c, Nothing, Number 1, Nothing), \
         Parameter ...(Name d, Nothing, Nothing, Nothing)), Nothing, Block)",
    );
    lowered(
        "@D(1) class A extends B.C { static get x() {} #p = 1; @E y; 'z'() {} }",
        "Class class(Modifiers(Decorator(Call(Name D, Arguments(Number 1)))), Name A, \
         Parents(Attribute C(Name B, Name C)), Block(\
         Function(Modifiers(Name static, Name get), Name x, Parameters, Nothing, Block), \
         Variable(Nothing, Name #p, Nothing, Number 1), \
         Variable(Modifiers(Decorator(Name E)), Name y, Nothing, Nothing), \
         Function(Nothing, Name z, Parameters, Nothing, Block)))",
    );
    lowered(
        "({ async m() {}, f: function () {}, ...s })",
        "Dict(Function(Modifiers(Name async), Name m, Parameters, Nothing, Block), \
         Pair(Name f, Function(Nothing, Nothing, Parameters, Nothing, Block)), Spread ...(Name s))",
    );
    lowered(
        "export const {a, b: [c = 1]} = async x => ({})",
        "Variable const(Modifiers(Name export), \
         Dict(Pair(Name a, Name a), Pair(Name b, List(Assign(Name c, Number 1)))), Nothing, \
         Function lambda(Modifiers(Name async), Nothing, \
         Parameters(Parameter(Name x, Nothing, Nothing, Nothing)), Nothing, Block =(Dict)))",
    );
}

#[test]
fn statements_keep_their_positions() {
    let lowered = |text, wanted| assert_eq!(outline("javascript", text), wanted);
    lowered(
        "for (let i = 0, n; ; i++) f()",
        "For(Tuple(Variable let(Nothing, Name i, Nothing, Number 0), \
         Variable let(Nothing, Name n, Nothing, Nothing)), Nothing, Unary post++(Name i), \
         Block(Call(Name f, Arguments)))",
    );
    lowered("for await (const [k] of o) {}", "ForEach of(List(Name k), Name o, Block)");
    lowered(
        "try { a } catch { b } finally { c }",
        "Try(Block(Name a), Catch(Nothing, Nothing, Block(Name b)), Finally(Block(Name c)))",
    );
    lowered(
        "switch (a) { case 1: case 2: b(); break; default: }",
        "Switch(Name a, Case(Number 1, Block), \
         Case(Number 2, Block(Call(Name b, Arguments), Word break)), Case(Block))",
    );
    lowered(
        "export { a as b } from 'm'; export default {}; export * from 'n'",
        "Word export(Pair(Name a, Name b), Str m)\nWord export default(Dict)\n\
         Word export(Name *, Str n)",
    );
    lowered(
        "tag`a ${b} c`; /x[/]/g; delete a.b; import('m')",
        "Call(Name tag, Arguments(Interpolated template(Str a , Name b, Str  c)))\nRegex x[/]\n\
         Unary delete(Attribute b(Name a, Name b))\nCall(Name import, Arguments(Str m))",
    );
    lowered(
        "<A.B c {...d} e={f}>g {h} </A.B>",
        "Element(Attribute B(Name A, Name B), Attributes(Pair(Name c, Bool true), Spread ...(Name d), \
         Pair(Name e, Name f)), Text g, Name h)",
    );
}

#[test]
fn wrappers_without_end_are_cut() {
    let text = format!("{}x{}", "(".repeat(100_000), ")".repeat(100_000));
    let language = Language::named("javascript").expect("a language");
    let tree = language.grammar().parse(&text, Duration::from_secs(60)).expect("in time");
    assert!(tree.cut);
}
