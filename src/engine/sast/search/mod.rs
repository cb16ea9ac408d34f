//! Finds what a formula describes: ranges with what metavariables stand for, intersected, subtracted, filtered and narrowed.

pub mod check;
pub mod generic;

use super::flow::facts::Facts;
use super::language::Language;
use super::matching::candidates::Where;
use super::matching::env::{self, Binding, Bound};
use super::matching::{Matcher, Options, STEPS};
use super::rule::Rule;
use super::rule::compile::Formula;
use super::tree::{Id, Kind, Tree};
use std::cell::Cell;
use std::ops::Range;

/// Steps one rule may take in one file.
pub const RULE_STEPS: u64 = 4 * STEPS;
/// Ranges one formula may come to in one file.
const MOST: usize = 10_000;

/// Where something was found.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Found<'r> {
    /// Bytes of the source.
    pub range: Range<u32>,
    /// What metavariables stand for.
    pub bound: Vec<Binding<'r>>,
    /// It only says what is around.
    pub inside: bool,
    /// The node, where it is one.
    pub node: Option<Id>,
}

impl Found<'_> {
    /// What a metavariable stands for.
    pub fn get(&self, name: &str) -> Option<&Bound> {
        self.bound.iter().find(|(bound, _)| *bound == name).map(|(_, what)| what)
    }
}

/// Which ranges one that must not be there rules out.
#[derive(Debug, Clone, Copy)]
enum Excludes {
    /// The same: `pattern-not`.
    Equal,
    /// Those within it: `pattern-not-inside`.
    Within,
    /// Those that have a byte in common with it: regular expressions.
    Touched,
}

/// One file, or a part of one, that formulas are looked for in.
#[derive(Debug)]
pub struct Search<'a> {
    /// Its tree; for text, one node.
    pub tree: &'a Tree<'a>,
    /// What is known of its names.
    pub facts: &'a Facts,
    /// The language; `None` for text.
    pub language: Option<&'static Language>,
    /// Switches of the rule.
    pub options: Options,
    /// Lines an ellipsis of a generic pattern spans.
    pub generic_span: usize,
    /// Whether the budget of steps was used up somewhere.
    pub exhausted: Cell<bool>,
    /// Steps left for the rule in this file.
    pub steps: Cell<u64>,
}

impl<'a> Search<'a> {
    /// A search for what a rule describes.
    pub fn new(
        tree: &'a Tree<'a>,
        facts: &'a Facts,
        language: Option<&'static Language>,
        rule: &Rule,
    ) -> Self {
        let (options, generic_span) = (rule.options, rule.generic_span);
        let (exhausted, steps) = (Cell::new(false), Cell::new(RULE_STEPS));
        Self { tree, facts, language, options, generic_span, exhausted, steps }
    }
}

impl Search<'_> {
    /// Everything that a formula describes within a node.
    pub fn find<'r>(&self, formula: &'r Formula, within: Id) -> Vec<Found<'r>> {
        let mut found = self.any(formula, within, Where::Anywhere);
        found.sort_by(|one, other| {
            (one.range.start, one.range.end).cmp(&(other.range.start, other.range.end))
        });
        found.dedup();
        found
    }

    /// The same; what only must not be there is subtracted from the whole.
    pub(super) fn any_or_whole<'r>(&self, formula: &'r Formula, within: Id) -> Vec<Found<'r>> {
        match formula {
            Formula::Not(_) | Formula::NotInside(_) => {
                let mut found = vec![self.whole(within)];
                self.take_out(formula, within, &mut found);
                found
            }
            formula => self.any(formula, within, Where::Anywhere),
        }
    }

    /// What a formula describes; of what cannot count, not all.
    fn any<'r>(&self, formula: &'r Formula, within: Id, place: Where<'_>) -> Vec<Found<'r>> {
        match formula {
            Formula::Pattern(pattern) => {
                let Some(language) = self.language else { return Vec::new() };
                let matcher = Matcher {
                    pattern,
                    tree: self.tree,
                    facts: self.facts,
                    language,
                    options: self.options,
                    place,
                    steps: Cell::new(STEPS.min(self.steps.get())),
                };
                let given = matcher.steps.get();
                let all = matcher.all(within);
                let left = matcher.steps.get();
                self.spend(given - left);
                if left == 0 {
                    self.give_up();
                }
                let found = |one: super::matching::root::Match<'r>| Found {
                    range: one.range,
                    bound: one.bound,
                    inside: false,
                    node: one.node,
                };
                all.into_iter().map(found).collect()
            }
            Formula::Generic(pattern) => {
                let place = self.tree.range(within);
                let text = &self.tree.source[place.clone()];
                pattern.all(text, place.start as u32, self.generic_span, MOST)
            }
            Formula::Regex(regex, names) => {
                let place = self.tree.range(within);
                let text = self.tree.source.get(place.clone()).unwrap_or("");
                let at = place.start as u32;
                let range = |range: &Range<usize>| range.start as u32 + at..range.end as u32 + at;
                let (all, whole) = regex.all(text, MOST);
                if !whole {
                    self.give_up();
                }
                let all = all.into_iter().filter_map(|groups| {
                    let whole = groups.first().cloned().flatten()?;
                    let bound = groups.iter().zip(names).skip(1).filter_map(|(group, name)| {
                        group.as_ref().map(|group| (name.as_str(), Bound::Text(range(group))))
                    });
                    Some(Found {
                        range: range(&whole),
                        bound: bound.collect(),
                        inside: false,
                        node: None,
                    })
                });
                all.collect()
            }
            Formula::Any(parts) => {
                parts.iter().flat_map(|part| self.any(part, within, place)).take(MOST).collect()
            }
            Formula::Inside(inner) => {
                let mut found = self.any(inner, within, place);
                for one in &mut found {
                    one.inside = true;
                }
                found
            }
            // Without anything to subtract from there is nothing.
            Formula::Not(_) | Formula::NotInside(_) => Vec::new(),
            Formula::All(parts, checks, focus) => {
                // With nothing but what must not be there, it is about the whole.
                let found = self.intersection(parts, within, place.of_parts());
                let mut found = found.unwrap_or_else(|| vec![self.whole(within)]);
                for part in parts {
                    if found.is_empty() {
                        return found;
                    }
                    self.take_out(part, within, &mut found);
                }
                for check in checks {
                    found = found.into_iter().flat_map(|one| self.check(check, one)).collect();
                }
                if focus.is_empty() { found } else { self.focused(&found, focus) }
            }
        }
    }

    /// Takes steps; whether there were enough.
    fn spend(&self, steps: u64) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(steps));
        if left < steps {
            self.give_up();
        }
        left >= steps
    }

    /// Notes that not everything was looked at; what is left to be found is not.
    fn give_up(&self) -> bool {
        self.exhausted.set(true);
        false
    }

    /// A node as a range with nothing bound.
    fn whole<'r>(&self, within: Id) -> Found<'r> {
        let node = self.tree.node(within);
        Found { range: node.start..node.end, bound: Vec::new(), inside: false, node: Some(within) }
    }

    /// Takes out what an operator says must not be there; one that says what must be takes out nothing.
    fn take_out<'r>(&self, part: &'r Formula, within: Id, found: &mut Vec<Found<'r>>) {
        let (Formula::Not(inner) | Formula::NotInside(inner)) = part else { return };
        let how = match (part, &**inner) {
            (_, Formula::Regex(..)) => Excludes::Touched,
            (Formula::Not(_), _) => Excludes::Equal,
            _ => Excludes::Within,
        };
        let ranges = ranges(found);
        let place = match how {
            Excludes::Equal => Where::At(&ranges),
            Excludes::Within => Where::Around(&ranges),
            Excludes::Touched => Where::Anywhere,
        };
        let not = self.any(inner, within, place);
        if !self.spend(pairs(found, &not)) {
            return found.clear();
        }
        found.retain(|one| !not.iter().any(|not| self.excludes(how, one, not)));
    }

    /// Whether something that must not be there rules a range out.
    fn excludes(&self, how: Excludes, one: &Found<'_>, not: &Found<'_>) -> bool {
        let at = match how {
            Excludes::Equal => one.range == not.range,
            Excludes::Within => within(&one.range, &not.range),
            Excludes::Touched => one.range.start < not.range.end && not.range.start < one.range.end,
        };
        at && self.agree(&one.bound, &not.bound)
    }

    fn intersection<'r>(
        &self,
        parts: &'r [Formula],
        within: Id,
        place: Where<'_>,
    ) -> Option<Vec<Found<'r>>> {
        // What is around is looked for last: when there is nothing else, it need not be.
        let positive = |part: &&Formula| !matches!(part, Formula::Not(_) | Formula::NotInside(_));
        let mut parts: Vec<&Formula> = parts.iter().filter(positive).collect();
        parts.sort_by_key(|part| is_around(part));
        let mut all: Option<Vec<Found<'r>>> = None;
        for part in parts {
            let both = match all {
                None => self.any(part, within, place),
                Some(known) => {
                    // Around what is known, all else does not count.
                    let ranges = ranges(&known);
                    let narrow = is_around(part) && known.iter().all(|one| !one.inside);
                    let place = if narrow { Where::Around(&ranges) } else { place };
                    self.both(&known, &self.any(part, within, place))
                }
            };
            if both.is_empty() {
                return Some(both);
            }
            all = Some(both);
        }
        all
    }

    fn both<'r>(&self, ones: &[Found<'r>], others: &[Found<'r>]) -> Vec<Found<'r>> {
        let mut found: Vec<Found<'r>> = Vec::new();
        if !self.spend(pairs(ones, others)) {
            return found;
        }
        let mut seen = std::collections::HashSet::new();
        let mut keep = |small: &Found<'r>, large: &Found<'r>| {
            if small.inside && !large.inside || !within(&small.range, &large.range) {
                return;
            }
            if !self.agree(&small.bound, &large.bound) {
                return;
            }
            let mut both = small.clone();
            for binding in &large.bound {
                if both.get(binding.0).is_none() {
                    both.bound.push(binding.clone());
                }
            }
            if seen.insert(both.clone()) {
                found.push(both);
            }
        };
        for one in ones {
            for other in others {
                if one.range == other.range {
                    if one.inside { keep(other, one) } else { keep(one, other) }
                } else {
                    keep(one, other);
                    keep(other, one);
                }
            }
        }
        found.truncate(MOST);
        found
    }

    /// Whether what is bound in both is the same.
    pub fn agree(&self, ones: &[Binding<'_>], others: &[Binding<'_>]) -> bool {
        ones.iter().all(|(name, what)| {
            others.iter().find(|(other, _)| other == name).is_none_or(|(_, other)| {
                numbered(name)
                    || env::same(self.tree, what, other)
                    || self.options.symbolic_propagation
                        && env::same(self.tree, &self.valued(what), &self.valued(other))
            })
        })
    }

    /// A name as what it was given.
    fn valued(&self, what: &Bound) -> Bound {
        match what {
            Bound::Node(id) if self.tree.kind(*id) == Kind::Name => {
                Bound::Node(self.facts.value(self.tree, *id).unwrap_or(*id))
            }
            what => what.clone(),
        }
    }

    fn focused<'r>(&self, found: &[Found<'r>], focus: &[Vec<String>]) -> Vec<Found<'r>> {
        let mut narrowed = Vec::new();
        for one in found {
            let mut places: Vec<(Range<u32>, Option<Id>)> = vec![(one.range.clone(), one.node)];
            for names in focus {
                let mut next = Vec::new();
                for name in names {
                    let Some(what) = one.get(name) else { continue };
                    let place = env::place(self.tree, what);
                    let place = place.start as u32..place.end as u32;
                    let node = match what {
                        Bound::Node(id) | Bound::Run(id, 1) => Some(*id),
                        _ => None,
                    };
                    if places.iter().any(|(outer, _)| within(&place, outer)) {
                        next.push((place, node));
                    } else {
                        // What the metavariable is around of is narrow enough.
                        next.extend(
                            places.iter().filter(|(inner, _)| within(inner, &place)).cloned(),
                        );
                    }
                }
                places = next;
            }
            for (range, node) in places {
                narrowed.push(Found { range, node, bound: one.bound.clone(), inside: false });
            }
        }
        narrowed
    }
}

/// Steps that it takes to hold each against each.
fn pairs(ones: &[Found<'_>], others: &[Found<'_>]) -> u64 {
    ones.len() as u64 * others.len() as u64 / 8
}

/// Whether a formula only says what is around.
fn is_around(formula: &Formula) -> bool {
    match formula {
        Formula::Inside(_) => true,
        Formula::Any(parts) => parts.iter().all(is_around),
        _ => false,
    }
}

/// Where things were found, in order.
fn ranges(found: &[Found<'_>]) -> Vec<Range<u32>> {
    let mut ranges: Vec<Range<u32>> = found.iter().map(|one| one.range.clone()).collect();
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    ranges.dedup();
    ranges
}

/// `$1` and the like are of one expression each.
fn numbered(name: &str) -> bool {
    name[1..].starts_with(|c: char| c.is_ascii_digit())
}

/// Whether a range lies within another.
pub fn within(one: &Range<u32>, outer: &Range<u32>) -> bool {
    outer.start <= one.start && one.end <= outer.end
}
