//! What a rule offers in the place of its match: its `fix` with metavariables filled in, or what its `fix-regex` makes of the match.

use super::matching::env;
use super::rule::Rule;
use super::rule::exchange::MOST;
use super::scanner::Hit;
use crate::finding::Fix;
use std::ops::Range;

/// Languages in whose code a name behind a dollar sign need not be a metavariable.
const WITH_DOLLARS: &[&str] =
    &["php", "bash", "sh", "ruby", "rb", "generic", "regex", "none", "dockerfile"];

/// What a rule offers in the place of a match; `None` when it offers nothing, or nothing that is whole and new.
pub fn of(rule: &Rule, hit: &Hit<'_, '_>) -> Option<Fix> {
    let source = hit.tree.source;
    let range = hit.found.range.start as usize..hit.found.range.end as usize;
    let matched = source.get(range.clone())?;
    // Patterns of text may end with the line; its end stays.
    let matched = matched.trim_end_matches(['\n', '\r']);
    let range = range.start..range.start + matched.len();
    let (text, copied) = match (&rule.fix, rule.exchange()) {
        (Some(template), _) => {
            let template = template.trim_end_matches(['\n', '\r']);
            let template = if template.contains('\n') {
                indented(template, indent(source, range.start))
            } else {
                template.to_owned()
            };
            // The end of a statement that is there already is not written again.
            let is_ended = source[range.end..].starts_with(';') && !matched.ends_with(';');
            let template = if is_ended { template.trim_end_matches(';') } else { &template };
            filled(template, rule, hit)?
        }
        (None, Some(exchange)) => (exchange.apply(matched)?, vec![range.clone()]),
        (None, None) => return None,
    };
    let text = if text.contains('\n') { with_ends_of(source, &text) } else { text };
    let fits = text.len() <= MOST && text != matched;
    fits.then_some(Fix { range, text, copied, digest: [0; 32] })
}

/// White space at the start of the line around a place.
fn indent(source: &str, place: usize) -> &str {
    let before = source.get(..place).unwrap_or_default();
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.get(start..).unwrap_or_default();
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// A text whose lines behind the first stand as far to the right as the line it goes to.
fn indented(text: &str, indent: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, line) in text.split('\n').enumerate() {
        if at > 0 {
            out.push('\n');
            out.push_str(if line.trim().is_empty() { "" } else { indent });
        }
        out.push_str(line);
    }
    out
}

/// Lines end as the first one of the file does.
fn with_ends_of(source: &str, text: &str) -> String {
    let windows = source.find('\n').is_some_and(|at| source[..at].ends_with('\r'));
    let text = text.replace("\r\n", "\n");
    if windows { text.replace('\n', "\r\n") } else { text }
}

/// A fix with what metavariables stand for, and where that was copied from. A metavariable that stands for nothing here leaves a hole, so
/// there is no fix then, except where such names belong to the language.
fn filled(template: &str, rule: &Rule, hit: &Hit<'_, '_>) -> Option<(String, Vec<Range<usize>>)> {
    let of_language = rule
        .languages
        .iter()
        .any(|name| WITH_DOLLARS.contains(&name.to_ascii_lowercase().as_str()));
    let (mut out, mut copied) = (String::with_capacity(template.len()), Vec::new());
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let dots = if tail[1..].starts_with("...") { 4 } else { 1 };
        let is_part = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
        let length = tail[dots..].find(|c| !is_part(c)).unwrap_or(tail.len() - dots);
        let (name, behind) = tail.split_at(dots + length);
        // `$Xy` is a name of the language.
        let goes_on = behind.starts_with(|c: char| c.is_ascii_lowercase());
        match hit.found.get(name).filter(|_| length > 0 && !goes_on) {
            Some(what) => {
                let place = env::place(hit.tree, what);
                let text = hit.tree.source.get(place.clone())?;
                // A run of anything takes the blanks around it along.
                out.push_str(if dots > 1 { text.trim() } else { text });
                copied.push(place);
            }
            None if length == 0 || goes_on || of_language => out.push_str(name),
            None => return None,
        }
        if out.len() > MOST {
            return None;
        }
        rest = behind;
    }
    out.push_str(rest);
    Some((out, copied))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::sast::flow::facts::Facts;
    use crate::engine::sast::language::Language;
    use crate::engine::sast::pack::from_files;
    use crate::engine::sast::scanner::found;
    use crate::engine::sast::search::Search;
    use std::time::Duration;

    /// The texts of fixes of a rule in a text.
    fn fixes(language: &str, body: &str, text: &str) -> Vec<String> {
        let pack = format!(
            "rules:\n- id: x\n  message: m\n  severity: LOW\n  languages: [{language}]\n{body}"
        );
        let (rules, faults) = from_files(&[("x.yml".to_owned(), pack.into_bytes())]);
        assert!(faults.is_empty(), "{faults:?}");
        let rule = &rules[0].rule;
        let row = Language::named(language).unwrap();
        let tree = row.grammar().parse(text, Duration::from_secs(5)).unwrap();
        let facts = Facts::of(&tree);
        let compiled = rule.compiled(row.name).unwrap();
        let mut all = Vec::new();
        found(&Search::new(&tree, &facts, Some(row), rule), &compiled, &mut |hit| {
            all.extend(of(rule, &hit).map(|fix| {
                let mut whole = text.to_owned();
                whole.replace_range(fix.range, &fix.text);
                whole
            }));
        });
        all
    }

    #[test]
    fn metavariables_are_filled_with_what_stands_in_the_file() {
        for (body, text, expected) in [
            ("  pattern: f($X)\n  fix: g($X)\n", "a = f( 'é' + b )\n", "a = g('é' + b)\n"),
            ("  pattern: f($X, $...R)\n  fix: g($...R, $X)\n", "f(1, 2, c=3)\n", "g(2, c=3, 1)\n"),
            ("  pattern: f(...)\n  fix: |\n    g()\n", "f(1)\nh()\n", "g()\nh()\n"),
            (
                "  pattern: f(...)\n  fix: |\n    if x:\n        f()\n",
                "def a():\n    f(1)\n",
                "def a():\n    if x:\n        f()\n",
            ),
            ("  pattern: f(\"$S\")\n  fix: g(b\"$S\")\n", "f('a b')\n", "g(b\"a b\")\n"),
            ("  pattern: f($X)\n  fix: ''\n", "x = [f(1)]\n", "x = []\n"),
            (
                "  pattern: f($X)\n  fix: \"g($X,\\n  1)\"\n",
                "f(1)\r\nh()\r\n",
                "g(1,\r\n  1)\r\nh()\r\n",
            ),
            (
                "  patterns:\n  - pattern: f($X)\n  - focus-metavariable: $X\n  fix: safe($X)\n",
                "f(1)",
                "f(safe(1))",
            ),
        ] {
            assert_eq!(fixes("python", body, text), [expected], "{body}");
        }
    }

    #[test]
    fn what_leaves_a_hole_or_changes_nothing_is_no_fix() {
        for (body, text) in [
            ("  pattern: f(...)\n  fix: g($X)\n", "f(1)\n"),
            (
                "  pattern-either:\n  - pattern: f($X)\n  - pattern: f($X, $Y)\n  fix: g($X, $Y)\n",
                "f(1)\n",
            ),
            ("  pattern: f($X)\n  fix: f($X)\n", "f(1)\n"),
            ("  pattern: f($X)\n  fix-regex: {regex: 'nowhere', replacement: 'x'}\n", "f(1)\n"),
        ] {
            assert_eq!(fixes("python", body, text), Vec::<String>::new(), "{body}");
        }
        let long = format!("f('{}')\n", "x".repeat(MOST / 2));
        let body = "  pattern: f($X)\n  fix: g($X, $X)\n";
        assert_eq!(fixes("python", body, &long), Vec::<String>::new());
        let ends = fixes(
            "java",
            "  pattern: f($X)\n  fix: g($X);\n",
            "class A { int a = f(1) + 2; { f(2); } }",
        );
        assert_eq!(ends[1], "class A { int a = f(1) + 2; { g(2); } }");
        assert_eq!(
            fixes("php", "  pattern: f(...);\n  fix: $A = 1;\n", "<?php f(1);"),
            ["<?php $A = 1;"]
        );
    }

    #[test]
    fn an_expression_replaces_within_the_match_as_often_as_it_says() {
        let body = |how: &str| format!("  pattern: f(...)\n  fix-regex: {how}\n");
        for (how, expected) in [
            ("{regex: '1', replacement: '2'}", "1 + f(2, 2)\n"),
            ("{regex: '1', replacement: '2', count: 1}", "1 + f(2, 1)\n"),
            ("{regex: '1', replacement: '2', count: 0}", "1 + f(2, 2)\n"),
            (
                "{regex: '\\((\\d), (?P<b>\\d)\\)', replacement: '(\\g<b>0, \\1\\\\)'}",
                "1 + f(10, 1\\)\n",
            ),
            ("{regex: '$', replacement: '.g()', count: 1}", "1 + f(1, 1).g()\n"),
        ] {
            assert_eq!(fixes("python", &body(how), "1 + f(1, 1)\n"), [expected], "{how}");
        }
    }
}
