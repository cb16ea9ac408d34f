//! Texts and expressions that were made to take long or to break something: every language must end soon with them, and without a panic.

use crate::engine::sast::flow::facts::Facts;
use crate::engine::sast::language::{LANGUAGES, Language};
use crate::engine::sast::matching::Options;
use crate::engine::sast::pattern;
use crate::engine::sast::regular::Regular;
use crate::engine::sast::rule::compile::Formula;
use crate::engine::sast::search::Search;
use std::cell::Cell;
use std::time::{Duration, Instant};

/// How long a text may be read; what takes longer is given up, which ends soon too.
const LIMIT: Duration = Duration::from_millis(500);

/// How long all of the work on one text may take where nothing is optimised and other tests run at the same time.
const SOON: Duration = Duration::from_secs(60);

/// Reads a text in a language and looks for a few patterns in it.
fn looked_at(language: &'static Language, text: &str) {
    let Some(tree) = language.grammar().parse(text, LIMIT) else { return };
    let facts = Facts::of(&tree);
    for pattern in ["$F(...)", "$X = $Y\n...\n$F($X)", "<... $X + $X ...>"] {
        let Ok(pattern) = pattern::read(pattern, language) else { continue };
        let search = Search {
            tree: &tree,
            facts: &facts,
            language: Some(language),
            options: Options::default(),
            generic_span: 10,
            exhausted: Cell::new(false),
            steps: Cell::new(crate::engine::sast::search::RULE_STEPS),
        };
        search.find(&Formula::Pattern(Box::new(pattern)), 0);
    }
}

/// Looks at what a text is in each language, and asks how long that took.
fn ends_soon(name: &str, text_for: &dyn Fn(&Language) -> String) {
    for language in &LANGUAGES {
        let text = text_for(language);
        let begun = Instant::now();
        looked_at(language, &text);
        let took = begun.elapsed();
        assert!(took < SOON, "{name} takes {} {} s", language.name, took.as_secs());
    }
}

/// A statement of a language.
fn statement(language: &Language) -> &'static str {
    match language.name {
        "python" | "ruby" | "kotlin" | "swift" | "scala" => "a = f(b)\n",
        "go" => "var a = f(b)\n",
        "php" => "$a = f($b);\n",
        "c" | "cpp" | "java" | "csharp" | "javascript" | "typescript" | "tsx" => "a = f(b);\n",
        "rust" => "fn a() { f(b); }\n",
        "bash" => "a=b; f $a\n",
        "solidity" => "contract A {}\n",
        "ocaml" => "let a = f b\n",
        "json" => "[1],\n",
        "html" => "<a b=\"c\">d</a>\n",
        "terraform" => "a = f(b)\n",
        "yaml" => "- a: b\n",
        "dockerfile" => "RUN f b\n",
        _ => "a\n",
    }
}

/// What a file of a language begins with.
fn begin(language: &Language) -> &'static str {
    if language.name == "php" { "<?php\n" } else { "" }
}

#[test]
fn tables_name_only_kinds_that_their_grammars_have() {
    for language in &LANGUAGES {
        assert_eq!(language.unknown_shapes(), Vec::<&str>::new(), "{}", language.name);
    }
}

#[test]
fn a_line_of_a_megabyte_ends_soon() {
    ends_soon("a line of words", &|language| begin(language).to_owned() + &"a b ".repeat(250_000));
    ends_soon("one word", &|language| begin(language).to_owned() + &"a".repeat(1_000_000));
    ends_soon("a string", &|language| {
        format!("{}a(\"{}\")", begin(language), "\\\"é".repeat(250_000))
    });
}

#[test]
fn brackets_that_nest_deep_end_soon() {
    for (open, close) in [("a(", ")"), ("[", "]"), ("{", "}"), ("<a>", "</a>"), ("(", "")] {
        let text = open.repeat(20_000) + "b" + &close.repeat(20_000);
        ends_soon(open, &|language| begin(language).to_owned() + &text);
    }
}

#[test]
fn operators_that_lean_to_one_side_end_soon() {
    ends_soon("a chain of sums", &|language| begin(language).to_owned() + &"a + ".repeat(1_500));
    ends_soon("a chain of members", &|language| {
        begin(language).to_owned() + "a" + &".b()".repeat(1_500)
    });
    ends_soon("negations", &|language| begin(language).to_owned() + &"!".repeat(1_500) + "a");
}

#[test]
fn what_is_repeated_for_each_name_makes_no_large_tree() {
    let text = format!("from {}b import {}d\n", "a.".repeat(20_000), "c, ".repeat(20_000));
    ends_soon("imports from a long path", &|_| text.clone());
    let tree = Language::named("python").unwrap().grammar().parse(&text, SOON).unwrap();
    assert!(tree.cut);
    assert!(tree.nodes().len() < 10 * text.len() + 20_000, "{}", tree.nodes().len());
}

#[test]
fn many_statements_end_soon() {
    // The longer one is given up by slow grammars; the shorter one is looked at by all.
    for count in [200_000, 4_000] {
        ends_soon("a list of statements", &|language| {
            begin(language).to_owned() + &statement(language).repeat(count)
        });
    }
}

#[test]
fn half_a_sequence_of_utf_8_breaks_nothing() {
    let halves: [&[u8]; 5] = [b"\xe2\x82", b"\xf0\x9f\x98", b"\xc3", b"\xff\xfe", b"\xef\xbb"];
    for half in halves {
        let half = String::from_utf8_lossy(half);
        for text in [
            half.to_string(),
            format!("a(\"{half}"),
            format!("a = \"{half}\" + '{half}' + `{half}`\n"),
            format!("{half} = f({half})\n# {half}"),
            format!("a{half}b \u{feff}\u{202e}\0{half}"),
        ] {
            ends_soon("a half of a character", &|language| begin(language).to_owned() + &text);
        }
    }
}

#[test]
fn regular_expressions_end_by_their_limit() {
    let text = "a".repeat(5_000) + "!";
    for pattern in [
        "(a+)+$",
        "(a|a)*$",
        "(a*)*b",
        "(?=(a+)+b)a",
        "(a+)+\\1$",
        "(?<!x)(a|aa)+$",
        "^(([a-z])+.)+[A-Z]([a-z])+$",
        "((a{0,100}){0,100}){0,100}$",
    ] {
        let begun = Instant::now();
        for regex in [Regular::new(pattern), Regular::anchored(pattern)].into_iter().flatten() {
            regex.is_match(&text);
            regex.is_match_at_start(&text);
            regex.all(&text, 100);
        }
        assert!(begun.elapsed() < SOON, "{pattern} takes {} s", begun.elapsed().as_secs());
    }
}
