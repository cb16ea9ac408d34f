//! Why a rule matches or not: each operator of it with the lines it matches on, for people who write rules.

use super::flow::facts::Facts;
use super::language::Language;
use super::matching::env;
use super::pack::{Loaded, is_for};
use super::rule::compile::{Compiled, Formula, Spot};
use super::search::{Search, check::read_as};
use std::fmt::Write as _;

/// Places shown of one operator.
const MOST: usize = 20;

/// Tells of every operator of a rule in a file, in lines that are indented by how deep the operator stands.
pub fn explain(one: &Loaded, path: &str, text: &str) -> String {
    let mut out = String::new();
    let names: Vec<&'static str> = Language::of_path(path)
        .map(|row| row.name)
        .filter(|name| is_for(&one.rule, name))
        .collect();
    let names = if names.is_empty() { vec!["generic"] } else { names };
    for name in names {
        let compiled = match one.rule.compiled(name) {
            Ok(compiled) => compiled,
            Err(why) => {
                let _ = writeln!(out, "{name}: skipped: {why}");
                continue;
            }
        };
        let Some((tree, row)) = read_as(name, text, super::LIMIT) else {
            let _ = writeln!(out, "{name}: the file took too long to read");
            continue;
        };
        let facts = Facts::of(&tree);
        let search = Search::new(&tree, &facts, row, &one.rule);
        let _ = writeln!(out, "{path} as {name}");
        match &*compiled {
            Compiled::Search(formula) => operator(&search, formula, 1, &mut out),
            Compiled::Taint(sources, sinks, sanitizers, propagators) => {
                for (word, spots) in [
                    ("source", sources),
                    ("sink", sinks),
                    ("sanitizer", sanitizers),
                    ("propagator", propagators),
                ] {
                    spots_of(&search, word, spots, &mut out);
                }
                for flow in
                    super::flow::taint::flows(&search, sources, sinks, sanitizers, propagators)
                {
                    let _ = writeln!(out, "  flow to line {}", tree.line(flow.sink.range.start));
                }
            }
        }
    }
    out
}

fn spots_of(search: &Search<'_>, word: &str, spots: &[Spot], out: &mut String) {
    for spot in spots {
        let _ = writeln!(out, "  {word}");
        operator(search, &spot.formula, 2, out);
    }
}

fn operator(search: &Search<'_>, formula: &Formula, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    let (word, inner): (&str, Vec<&Formula>) = match formula {
        Formula::Pattern(_) => ("pattern", Vec::new()),
        Formula::Generic(_) => ("pattern of words", Vec::new()),
        Formula::Regex(..) => ("pattern-regex", Vec::new()),
        Formula::All(parts, ..) => ("patterns", parts.iter().collect()),
        Formula::Any(parts) => ("pattern-either", parts.iter().collect()),
        Formula::Inside(part) => ("pattern-inside", vec![part]),
        Formula::Not(part) => ("pattern-not", vec![part]),
        Formula::NotInside(part) => ("pattern-not-inside", vec![part]),
    };
    let shown = match formula {
        Formula::Not(part) | Formula::NotInside(part) => search.find(part, 0),
        formula => search.find(formula, 0),
    };
    let _ = writeln!(out, "{indent}{word}: {} matches", shown.len());
    for found in shown.iter().take(MOST) {
        let bound: Vec<String> = found
            .bound
            .iter()
            .map(|(name, what)| {
                let text = search.tree.source.get(env::place(search.tree, what)).unwrap_or("");
                let first: String = text.lines().next().unwrap_or("").chars().take(40).collect();
                format!("{name} = {first}")
            })
            .collect();
        let (from, to) = (search.tree.line(found.range.start), search.tree.line(found.range.end));
        let lines =
            if from == to { format!("line {from}") } else { format!("lines {from} to {to}") };
        let bound =
            if bound.is_empty() { String::new() } else { format!(": {}", bound.join(", ")) };
        let _ = writeln!(out, "{indent}  {lines}{bound}");
    }
    if shown.len() > MOST {
        let _ = writeln!(out, "{indent}  and {} more", shown.len() - MOST);
    }
    for part in inner.into_iter().filter(|_| depth < 12) {
        // What stands in an operator that takes one pattern was shown with it.
        if !matches!(formula, Formula::Inside(_) | Formula::Not(_) | Formula::NotInside(_))
            || !matches!(part, Formula::Pattern(_))
        {
            operator(search, part, depth + 1, out);
        }
    }
}
