//! Conditions on what metavariables stand for.

use super::{Found, Search};
use crate::engine::sast::flow::facts::Facts;
use crate::engine::sast::language::Language;
use crate::engine::sast::matching::env::{self, Bound};
use crate::engine::sast::rule::compile::Check;
use crate::engine::sast::tree::{Id, Kind, Text, Tree};
use std::cell::Cell;
use std::time::Duration;

impl Search<'_> {
    /// What of a range holds: the range itself, perhaps with more bound, or nothing.
    pub(super) fn check<'r>(&self, check: &'r Check, one: Found<'r>) -> Vec<Found<'r>> {
        let holds = match check {
            Check::Regex(meta, regex) => {
                let matches = |what| regex.is_match_at_start(self.written(what));
                one.get(meta).is_some_and(|what| matches(what).unwrap_or_else(|| self.give_up()))
            }
            Check::Comparison(expression) => {
                let of = |name: &str| one.get(name).map(|what| self.value_text(what));
                expression.holds(&of)
            }
            Check::Entropy(meta) => {
                one.get(meta).is_some_and(|what| is_random(env::text(self.tree, what)))
            }
            Check::Redos(meta) => {
                one.get(meta).is_some_and(|what| can_explode(env::text(self.tree, what)))
            }
            Check::Type(meta, types) => match one.get(meta) {
                Some(Bound::Node(id)) => {
                    let known = self.facts.type_of(self.tree, *id);
                    known.iter().any(|known| types.contains(known))
                }
                _ => false,
            },
            Check::Pattern(meta, language, formula) => {
                let Some(what) = one.get(meta).cloned() else { return Vec::new() };
                return self.inner(&what, *language, formula, one);
            }
        };
        if holds { vec![one] } else { Vec::new() }
    }

    /// The text of what is bound, without quotes; where it is another language.
    fn content(&self, what: &Bound) -> String {
        if let Bound::Node(id) = what
            && let Some(text) = self.facts.string(self.tree, *id)
        {
            return text;
        }
        env::text(self.tree, what).to_owned()
    }

    /// What is bound, as regular expressions see it: a string with its quotes.
    fn written(&self, what: &Bound) -> &str {
        self.tree.source.get(env::place(self.tree, what)).unwrap_or("")
    }

    /// The same, for a name by its value.
    fn value_text(&self, what: &Bound) -> String {
        if let Bound::Node(id) = what
            && matches!(self.tree.kind(*id), Kind::Name | Kind::Attribute)
        {
            if let Some(text) = self.facts.string(self.tree, *id) {
                return text;
            }
            if let Some(value) = self.facts.value(self.tree, *id) {
                return env::text(self.tree, &Bound::Node(value)).to_owned();
            }
        }
        env::text(self.tree, what).to_owned()
    }

    fn inner<'r>(
        &self,
        what: &Bound,
        language: Option<&'static str>,
        formula: &'r crate::engine::sast::rule::compile::Formula,
        one: Found<'r>,
    ) -> Vec<Found<'r>> {
        let same = language.is_none_or(|name| self.language.is_some_and(|row| row.name == name));
        if same && let Some(language) = self.language {
            let nodes: Vec<Id> = match what {
                Bound::Node(id) => vec![*id],
                Bound::Run(first, count) => env::siblings(self.tree, *first, *count).collect(),
                Bound::Text(_) => Vec::new(),
            };
            let mut all = Vec::new();
            for node in nodes {
                for found in self.any_or_whole(formula, node) {
                    if self.agree(&one.bound, &found.bound) {
                        let mut both = one.clone();
                        for binding in found.bound {
                            if both.get(binding.0).is_none() {
                                both.bound.push(binding);
                            }
                        }
                        if !all.contains(&both) {
                            all.push(both);
                        }
                    }
                }
            }
            if !all.is_empty() || !matches!(what, Bound::Text(_)) {
                return all;
            }
            return self.elsewhere(what, language.name, formula, one);
        }
        self.elsewhere(what, language.unwrap_or("regex"), formula, one)
    }

    /// In the text of what is bound, read by itself. What is bound there stays there.
    fn elsewhere<'r>(
        &self,
        what: &Bound,
        name: &str,
        formula: &'r crate::engine::sast::rule::compile::Formula,
        one: Found<'r>,
    ) -> Vec<Found<'r>> {
        let text = if Language::named(name).is_none() {
            env::text(self.tree, what).to_owned()
        } else {
            self.content(what)
        };
        let Some((tree, language)) = read_as(name, &text, Duration::from_secs(1)) else {
            return Vec::new();
        };
        let facts = Facts::of(&tree);
        let search = Search {
            tree: &tree,
            facts: &facts,
            language,
            options: self.options,
            generic_span: self.generic_span,
            exhausted: Cell::new(false),
            steps: self.steps.clone(),
        };
        let found = search.any_or_whole(formula, 0);
        self.steps.set(search.steps.get());
        if search.exhausted.get() {
            self.give_up();
        }
        let shared = |found: &Found<'_>| {
            found.bound.iter().all(|(name, there)| {
                one.get(name).is_none_or(|here| {
                    name.starts_with("$1") || env::text(&tree, there) == env::text(self.tree, here)
                })
            })
        };
        if found.iter().any(shared) { vec![one] } else { Vec::new() }
    }
}

/// A text read as a language, with the language; `generic`, `regex` and what is not known as text. None when it takes longer than it may.
pub fn read_as<'s>(
    name: &str,
    text: &'s str,
    limit: Duration,
) -> Option<(Tree<'s>, Option<&'static Language>)> {
    match Language::named(name) {
        Some(row) => Some((row.grammar().parse(text, limit)?, Some(row))),
        None => Some((plain(text), None)),
    }
}

/// A text as a tree of one node.
pub fn plain(text: &str) -> Tree<'_> {
    let mut tree = Tree::new(text);
    tree.push(Kind::Module, 0, text.len(), Text::None);
    tree
}

/// Whether a text looks like a key and not like words: many different characters for its length.
fn is_random(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 8 {
        return false;
    }
    let mut counts = [0_u32; 256];
    for byte in bytes {
        counts[*byte as usize] += 1;
    }
    let all = bytes.len() as f64;
    let entropy: f64 = counts
        .iter()
        .filter(|count| **count > 0)
        .map(|count| {
            let share = f64::from(*count) / all;
            -share * share.log2()
        })
        .sum();
    entropy * all > 45.0 && entropy > 3.0
}

/// Characters in the braces of a repetition.
const LONGEST_BOUND: usize = 24;

/// Whether a regular expression repeats what repeats, without a bound.
fn can_explode(text: &str) -> bool {
    let mut open: Vec<bool> = Vec::new();
    let mut was_group_with_repeat = false;
    let mut in_class = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let repeats = matches!(c, '+' | '*')
            || (c == '{'
                && bounded_above(&chars.clone().take(LONGEST_BOUND).collect::<String>())
                    .is_some_and(|bounded| !bounded));
        match c {
            '\\' => {
                chars.next();
                was_group_with_repeat = false;
            }
            '[' if !in_class => in_class = true,
            ']' if in_class => in_class = false,
            _ if in_class => {}
            '(' => {
                open.push(false);
                was_group_with_repeat = false;
            }
            ')' => was_group_with_repeat = open.pop().unwrap_or(false),
            _ if repeats => {
                if was_group_with_repeat {
                    return true;
                }
                if let Some(group) = open.last_mut() {
                    *group = true;
                }
            }
            '|' => {
                // Alternatives that repeat as a whole may overlap.
                was_group_with_repeat = false;
            }
            _ => was_group_with_repeat = false,
        }
        if c == ')' {
            // What a group repeats, the group around it holds too.
            if was_group_with_repeat && let Some(group) = open.last_mut() {
                *group = true;
            }
        }
    }
    false
}

/// For `{n,m}`: whether it has an upper bound.
fn bounded_above(rest: &str) -> Option<bool> {
    let inside = rest.split_once('}')?.0;
    let (low, high) = inside.split_once(',').unwrap_or((inside, inside));
    low.parse::<u32>().ok()?;
    Some(!high.is_empty())
}
