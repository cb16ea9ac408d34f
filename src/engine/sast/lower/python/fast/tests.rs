//! The law of the fast reader: it gives the tree that tree-sitter and the table of shapes give, or nothing.

use super::{attempt, read};
use crate::engine::sast::language::Language;
use crate::engine::sast::tree::{Kind, Tree};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use std::time::{Duration, Instant};

/// The tree of tree-sitter and the table.
fn slow(source: &str) -> Tree<'_> {
    let language = Language::named("python").unwrap();
    language.grammar().parse_slow(source, Duration::from_secs(20)).unwrap()
}

/// Everything that a tree tells.
fn told(tree: &Tree<'_>) -> Vec<String> {
    let mut lines = vec![format!("{:?} {}", tree.errors, tree.cut)];
    lines.extend(tree.nodes().iter().zip(0..).map(|(node, id)| {
        format!(
            "{:?} {:?} {}..{} {} {} {} {}",
            node.kind,
            tree.text(id),
            node.start,
            node.end,
            node.count,
            node.last,
            node.parent,
            node.hash
        )
    }));
    lines
}

/// Checks that the reader gives the same tree.
fn same(source: &str) {
    let fast = attempt(source).unwrap_or_else(|at| panic!("gave up at {at}: {source}"));
    assert_eq!(told(&fast), told(&slow(source)), "{source}");
}

/// Checks the law, where tree-sitter does not take something for what it is not.
fn lawful(source: &str) {
    let Some(fast) = read(source) else { return };
    let slow = slow(source);
    assert!(!slow.cut, "{source}");
    if !slow.errors.is_empty() {
        // It knows no lines in brackets that are indented less than the block.
        assert!(source.contains(['(', '[', '{']) && source.trim_end().contains('\n'), "{source}");
        return;
    }
    let is_misread = source.contains("type") || source.contains('*');
    assert!(is_misread || told(&fast) == told(&slow), "{source}");
}

#[test]
fn what_tree_sitter_misreads_is_what_it_says() {
    for (claim, source, like) in [
        (
            "a line in brackets that is indented less than the block",
            "if a:\n    x = (b +\n  c)\n    d(x)\n",
            "if a:\n    x = (b +\n    c)\n    d(x)\n",
        ),
        ("an assignment to a type of something", "type(a).b = c\n", "kind(a).b = c\n"),
        ("a comma at the end of expressions", "a,\nb = c\n", "a\nb = c\n"),
        ("a star before the only element", "[*a.b]\n", "[*a.b, 1]\n"),
        ("print with a star before a call", "print(a, *b())\n", "write(a, *b())\n"),
    ] {
        let kinds = |source: &str, tree: &Tree<'_>| -> Vec<String> {
            let nodes = tree.nodes().iter().filter(|node| node.kind != Kind::Number);
            let text = |node: &crate::engine::sast::tree::Node| {
                source.get(node.start as usize..node.end as usize).unwrap_or_default().len()
            };
            nodes.map(|node| format!("{:?} {}", node.kind, text(node).min(3))).collect()
        };
        let fast = attempt(source).unwrap_or_else(|at| panic!("{claim}: gave up at {at}"));
        assert_eq!(kinds(source, &fast), kinds(like, &slow(like)), "{claim}");
        assert_ne!(kinds(source, &slow(source)), kinds(like, &slow(like)), "{claim}");
    }
}

#[test]
fn simple_statements_are_read_as_tree_sitter_does() {
    for source in [
        "",
        "\n\n",
        "# only\n",
        "\n  # indented\nx = 1\n\n",
        "\u{feff}x = 1\n",
        "x",
        "x = 1; y = 2;\n",
        "a = b = c, d\n",
        "a, *b = c\n",
        "(a, [b, c]) = d\n",
        "a.b, c[0] = d\n",
        "x[(i)], y = z\n",
        "a, b\n",
        "x += yield y\n",
        "x: int\n",
        "x: List[int] | A[b] | None = y\n",
        "x: None | List[int] = y\n",
        "x.y: Dict[str, List[int] | None]\n",
        "return\nreturn a, *b\n",
        "raise\nraise A(b) from c\n",
        "assert a, b\n",
        "del a, b[0]\n",
        "global a, b\nnonlocal c\n",
        "pass\nbreak\ncontinue\n",
        "import a.b as c, d\n",
        "from a import b as c, d\n",
        "from . import a\nfrom ...a.b import (c, d,)\n",
        "from a import *\n",
        "from __future__ import annotations as a, b\n",
        "x = \\\n  1\n",
        "x = (\n  1  # c\n  # d\n)\n",
        "print(a, *b, end=c)\n",
        "print\nexec(a)\n",
        "type X[T] = List[T]\n",
        "type = match = print\n",
        "match[a] = type(b)\n",
        "type, value = x\n",
    ] {
        same(source);
    }
}

#[test]
fn expressions_are_read_as_tree_sitter_does() {
    for source in [
        "a or b and not c\n",
        "a < b <= c != d is not e not in f\n",
        "a ^ b & c | d << 2 >> e\n",
        "-a ** -b ** c\n",
        "a @ b // c % d / e * f - g + h\n",
        "(a + b).c(d)[e]\n",
        "a if b else c if d else e\n",
        "(x := a if b else c)\n",
        "f(x := 1, y)\n",
        "lambda: a\nlambda a, *b, c=1, **d: e\nlambda *, a: b\nlambda a, /: b\n",
        "await a.b(c)\n",
        "(yield)\n(yield from a)\nx = yield a, b\n",
        "f()(a, *b, c=d, e = f, **g)\n",
        "f(*g(x), *a or b)\n",
        "f(x for x in y)\n",
        "f((x for x in y), z)\n",
        "[a, *b, c]\n[]\n[a,]\n",
        "(a,)\n()\n(a, *b)\n",
        "{a, *b}\n{}\n{a: b, **c}\n",
        "[x for x, *y in z if a if b for c in d]\n",
        "{x: y async for x in z}\n{x for x in y}\n",
        "a[b, c:d, ::e, :, ...]\na[b:]\na[*b]\n",
        "1_000 + 0xFF + 0o17 + 0b1 + 1.5e-3 + .5j + 5. + 1E5\n",
        "é = ñ.ü\n",
        "True, False, None, ...\n",
        "(a\n # c\n .b)\n",
        "f(a,\n  b,\n)\n",
    ] {
        same(source);
    }
}

#[test]
fn strings_are_read_as_tree_sitter_does() {
    for source in [
        "'a' \"b\" '''c''' \"\"\"d\"e\"\"\"\n",
        "'' b'' u'a' rb'\\d' Rb'x'\n",
        "'a\\'b' 'a\\\nb' '\\\\'\n",
        "r'\\\\'\nr'\\''\nr'a\\\\'\nr''\n",
        "f'' f'a' f'{a}'\n",
        "f'{a}b{c!r:>{w}.{p}}d{e=}{g = !s}'\n",
        "f'{{}}{{{a}}}'\n",
        "f'{a[\"b\"]}' f'{f'{b}'}'\n",
        "f\"{d[\"a\"]}\" 'b' rf'\\d{a}\\{b}'\n",
        "'a' f'b'\n('a'\n 'b')\n",
        "f'{a:%Y-%m-%d}{b:#x}{c: }{d:}'\n",
        "f'{a, b}{*c, d}{a if b else c}{(lambda x: x)}{a != b}'\n",
        "f'\\N{EM DASH}{a}\\{b}'\n",
        "f'''{a}\n{b}'''\n",
        "t'{a}' rt'{b}'\n",
    ] {
        same(source);
    }
}

#[test]
fn blocks_are_read_as_tree_sitter_does() {
    for source in [
        "if a: b  # c\n",
        "if a: b; c;\nelif d: e\nelse: f\n",
        "if a:\n  b\n  # inside\n# outside\nelse:\n  c\n",
        "if a:\r\n  b  # c\r\n  # d\r\ne\r\n",
        "if a:\n\tb\n\t# c",
        "if a:\n  if b:\n    c\n    # c\n  # b\n# a\n",
        "while a:\n  b\nelse:\n  c\n",
        "for a, in b, c: pass\nfor (a, b), *c in d:\n  e\nelse:\n  f\n",
        "try:\n  a\nexcept A:\n  b\nexcept (B, C) as d:\n  c\nexcept:\n  d\nelse:\n  e\nfinally:\n  f\n",
        "try: a\nexcept* A as b: c\n",
        "with a as b, c: d\nwith (a as b, c as (d, e),): f\nwith (a) as b: c\nwith (a, b): c\n",
        "with open(x) as y.z:\n  pass\n",
        "async def f():\n  async with a as b: c\n  async for d in e: f\n  await g\n",
        "def f(a, b: int, c=1, d: List[str] = x, /, *e: T, g, **h) -> Dict[str, int]: pass\n",
        "def f(*, a): pass\ndef g(a, *,\n      b,): pass\n",
        "def f[T: a.b, *Ts, **P](a): pass\nclass A[T](B[T]): pass\n",
        "@a\n@b.c(d)  # e\n# f\nasync def g(): pass\n@h\nclass I(J, k=l): \"\"\"m\"\"\"\n",
        "class A:\n  x: int = 1\n\n  def f(self):\n    return self.x\n\n\n# end\n",
        "match x:\n  case 1 | -2: a\n  case \"s\" | None: b\n  case A(b, c=D() | E()) as f if g: h\n  case [a, *_], {\"k\": v, **r}: i\n  case (a): j\n  case _: k\n",
        "match(a)\nmatch (a):\n  # c\n  case a.b: pass\n  case {}: pass\n",
    ] {
        same(source);
    }
}

#[test]
fn what_is_unusual_is_left_to_tree_sitter() {
    for (claim, source) in [
        ("Python 2's print", "print 'a' % b\n"),
        ("Python 2's print to a file", "print >>f, a\n"),
        ("Python 2's exec", "exec 'a' in b\n"),
        ("a missing block", "if a:\nb\n"),
        ("a line that is indented for no reason", "a\n  b\n"),
        ("a line between two levels", "if a:\n    b\n  c\n"),
        ("an open bracket", "f(a\n"),
        ("the wrong bracket", "f(a]\n"),
        ("an open string", "'a\nb'\n"),
        ("an open string at the end", "\"\"\"a"),
        ("a keyword for a name", "a = class\n"),
        ("an attribute that is a keyword", "a.if\n"),
        ("a value for a call", "f() = 1\n"),
        ("a target in parentheses", "(a) = 1\n"),
        ("a target in parentheses among others", "[(a), b] = c\n"),
        ("a hole without an end", "f'{a'\n"),
        ("a brace without a beginning", "f'}'\n"),
        ("a byte that ends tokens", "a\0b\n"),
        ("a carriage return alone", "a\rb\n"),
        ("a sign that Python does not know", "a ? b\n"),
        ("a comment in a slice", "a[b:  # c\n  d]\n"),
        ("a tuple of one thing in a with", "with (a,): b\n"),
        ("a body that could go on a type", "def f() -> T: a[b] = c\n"),
        (
            "a comment outside of the block between decorators",
            "if a:\n  @b\n # c\n  def d(): pass\n",
        ),
        ("a type of something with a type", "type(a).b: int = 1\n"),
        ("a comprehension of stars", "f(*a.b() for a in c)\n"),
        ("a continued line between dots", "from .\\\n.a import b\n"),
        ("a long number of Python 2", "2.0l - 1L\n"),
        ("bytes whose end the scanner passes over", "b'\\N'\n"),
        ("awaiting a power", "await a ** b\n"),
        ("a name for a conditional", "with a if b else c as d: pass\n"),
    ] {
        assert!(read(source).is_none(), "{claim}");
    }
}

#[test]
fn hostile_files_are_left_alone_soon() {
    let many = 100_000;
    let deep: String =
        (0..10_000).fold(String::new(), |all, level| all + &" ".repeat(level % 6000) + "if a:\n");
    for (claim, source) in [
        ("brackets", "(".repeat(many)),
        ("closed brackets", format!("{}{}", "[".repeat(many), "]".repeat(many))),
        ("braces", "{".repeat(many)),
        ("not", format!("{}a\n", "not ".repeat(many))),
        ("lambda", format!("{}a\n", "lambda:".repeat(many))),
        ("signs", format!("{}a\n", "-".repeat(many))),
        ("powers", format!("a{}\n", "**a".repeat(many))),
        ("sums", format!("a{}\n", "+a".repeat(many))),
        ("or", format!("a{}\n", " or a".repeat(many))),
        ("comparisons", format!("a{}\n", "<a".repeat(many))),
        ("attributes", format!("a{}\n", ".a".repeat(many))),
        ("calls", format!("a{}\n", "()".repeat(many))),
        ("indexes", format!("a{}\n", "[a]".repeat(many))),
        ("holes", "f\"{".repeat(many)),
        ("specifiers", format!("f\"{}\"\n", "{a:".repeat(many))),
        ("conditionals", format!("a{}\n", " if a else a".repeat(many))),
        ("assignments", format!("a{}\n", "=a".repeat(many))),
        ("await", format!("{}a\n", "await ".repeat(many))),
        ("elif", format!("if a: b\n{}", "elif a: b\n".repeat(many))),
        ("patterns", format!("match a:\n case {}", "[".repeat(many))),
        ("types", format!("a: {}", "A[".repeat(many))),
        ("modules", format!("import a{}\n", ".a".repeat(many))),
        ("clauses", format!("[a{}]\n", " for a in a".repeat(many))),
        ("levels", deep),
        (
            "chains around chains",
            format!(
                "{}[{}]{}\n",
                "f(".repeat(40),
                "a,".repeat(many),
                format!("{})", ".a".repeat(140)).repeat(40)
            ),
        ),
        ("decorators in levels", "@a\n".repeat(many)),
    ] {
        let begun = Instant::now();
        assert!(read(&source).is_none(), "{claim}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{claim}");
    }
}

#[test]
fn long_files_are_read_in_time_that_grows_with_them() {
    let many = 50_000;
    for (claim, source) in [
        ("one line", format!("[{}]\n", "a,".repeat(many))),
        ("one string", format!("x = '{}'\n", "a".repeat(20 * many))),
        ("lines", "x = a.b(c)\n".repeat(many)),
        ("comments", "# c\n".repeat(many)),
        ("targets", format!("{}b = c\n", "a, ".repeat(many))),
        ("strings side by side", format!("x = {}\n", "'a' ".repeat(many))),
        ("imports", format!("import {}b\n", "a, ".repeat(many))),
        ("chains", format!("{}\n", "a.b.c.d().e[0]\n".repeat(many / 10))),
        ("operands around a long one", format!("x = [{}] + 1 + 2 + 3\n", "a,".repeat(many))),
        ("comments inside", format!("if a:\n  b\n{}", "  # c\n".repeat(many))),
    ] {
        let begun = Instant::now();
        assert!(read(&source).is_some(), "{claim}");
        assert!(begun.elapsed() < Duration::from_secs(5), "{claim}");
    }
}

#[test]
fn nesting_that_people_write_is_read() {
    for levels in [1, 10, 30] {
        same(&format!("x = {}a{}\n", "(".repeat(levels), ")".repeat(levels)));
        same(&format!("x = {}a{}\n", "f([".repeat(levels / 2), "])".repeat(levels / 2)));
        let lines: String =
            (0..levels).fold(String::new(), |all, at| all + &" ".repeat(at) + "if a:\n");
        same(&format!("{lines}{}b\n", " ".repeat(levels)));
        same(&format!("x = a{}\n", " + b".repeat(levels)));
        same(&format!("x = a{}\n", ".b(c)".repeat(levels)));
        same(&format!("if a: b\n{}else: c\n", "elif d: e\n".repeat(levels)));
    }
}

/// Pieces that files are made of.
const PIECES: &[&str] = &[
    "a",
    "b",
    "x",
    "self",
    "1",
    "2.5",
    "'s'",
    "f'{a}'",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    ";",
    ".",
    "=",
    ":=",
    "+",
    "-",
    "*",
    "**",
    "@",
    "<",
    "==",
    "!=",
    "|",
    "^",
    "&",
    "~",
    "->",
    "not ",
    " in ",
    " is ",
    " if ",
    " else ",
    " for ",
    " and ",
    " or ",
    " as ",
    " from ",
    "lambda ",
    "await ",
    "async ",
    "yield ",
    "return ",
    "del ",
    "print",
    "match ",
    "case ",
    "type ",
    "_",
    "import ",
    "with ",
    "def f",
    "class A",
    "try:",
    "except ",
    "None",
    "...",
    "\n",
    "\n  ",
    "\n    ",
    "\n",
    "# c\n",
    "\\\n",
    " ",
    "\t",
    "+=",
    "()",
    "(a, b)",
    "[a]",
    "x = ",
    "if a:\n  ",
    "for a in b:\n  ",
    "@a\n",
    "é",
    "f(",
    "a.b",
    "a[b]",
];

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 1500,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1),
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_pieces_side_by_side_keep_the_law(
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..16),
    ) {
        lawful(&format!("{}\n", pieces.concat()));
    }

    #[test]
    fn a_file_with_pieces_put_in_keeps_the_law(
        file in prop::sample::select(FILES),
        at in any::<prop::sample::Index>(),
        cut in 0_usize..6,
        pieces in prop::collection::vec(prop::sample::select(PIECES), 0..3),
    ) {
        let bounds: Vec<usize> = file.char_indices().map(|(at, _)| at).collect();
        let from = at.index(bounds.len());
        let to = (from + cut).min(bounds.len() - 1);
        let (from, to) = (bounds[from], bounds[to.max(from)]);
        lawful(&format!("{}{}{}", &file[..from], pieces.concat(), &file[to..]));
    }
}

/// Files that the mutations begin with.
const FILES: &[&str] = &[
    "import os\nfrom a.b import c as d\n\nclass A(B, k=1):\n    \"\"\"Doc.\"\"\"\n\n    x: List[int] = []\n\n    @d\n    def f(self, *a, k=None, **kw) -> int:\n        # c\n        return self.x[1:] or [y for y in a if y]\n",
    "def f():\n    try:\n        with open(p) as g, h:\n            for i, (j, k) in enumerate(g):\n                print(i, f\"{j!r:>{k}}\", end='')\n    except (A, B) as e:\n        raise C(e) from e\n    finally:\n        g.close()\n",
    "match x:\n    case A(b=1) | [c, *_] if d:\n        e = lambda q, *r: q\n    case {'k': v}:\n        v, w = w, v\n    case _:\n        pass\n",
    "x = (a if b else c) + {'k': [1, 2, *d], **e}['k'][0]\ny = 'a' f'b{x}' 'c'\nif not x in y and x < y <= 3:\n    x += 1; y = -x ** 2\nelif z:\n    del x[0], y.a\nelse:\n    assert x, y\n",
];
