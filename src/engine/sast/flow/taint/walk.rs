//! Walks functions in the order they run and tells of what reaches a sink.

use super::calls::Calls;
use super::label::Taint;
use super::path::{Path, Paths};
use super::state::State;
use super::summary::Summary;
use super::units::Units;
use super::{Flow, Rules, origin};
use crate::engine::sast::flow::facts::Facts;
use crate::engine::sast::matching::Options;
use crate::engine::sast::rule::compile::Spot;
use crate::engine::sast::search::{Found, Search};
use crate::engine::sast::tree::{Id, Kind, Tree};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::rc::Rc;

/// Steps one rule may take in one file.
const STEPS: u64 = 3_000_000;

/// Variables and fields that may be known of at one time.
const STATE: usize = 5_000;

/// Times that functions which call themselves are walked.
const ROUNDS: usize = 4;

/// One walk.
pub(super) struct Walk<'a, 'r> {
    pub(super) tree: &'a Tree<'a>,
    pub(super) facts: &'a Facts,
    pub(super) paths: &'a Paths,
    pub(super) calls: &'a Calls,
    pub(super) language: &'static str,
    pub(super) options: Options,
    rules: Rules<'r>,
    /// Whether calls of functions of the file are followed.
    pub(super) enters: bool,
    pub(super) state: State,
    /// What `break` and `continue` took to the end of the loop around.
    pub(super) escaped: State,
    /// What a propagator gave a node that is still to be visited.
    given: HashMap<Id, Taint>,
    /// How often that was more than before.
    pub(super) gave: u32,
    /// The function that is walked by itself, where others call it.
    pub(super) frame: Option<Summary>,
    /// Functions without a name around what is visited.
    pub(super) inside: u32,
    pub(super) summaries: HashMap<Id, Rc<Summary>>,
    /// Calls of functions that give back what is a source by itself.
    pub(super) beginning: BTreeSet<Id>,
    /// The class around the function that is walked.
    pub(super) class: Option<Id>,
    /// What fields of the objects of classes carry.
    pub(super) fields: BTreeMap<(Id, Path), Taint>,
    /// Whether that became more.
    pub(super) more_fields: bool,
    flows: Vec<Flow<'r>>,
    told: BTreeSet<(u32, u32)>,
    steps: u64,
    /// Whether something was more than is kept.
    pub(super) left_out: bool,
    numbers: Vec<u32>,
}

impl<'a, 'r> Walk<'a, 'r> {
    pub(super) fn new(search: &Search<'a>, rules: Rules<'r>, enters: bool) -> Self {
        let language = search.language.map_or("", |language| language.name);
        Self {
            tree: search.tree,
            facts: search.facts,
            paths: search.facts.paths(search.tree),
            calls: search.facts.calls(search.tree, language),
            language,
            options: search.options,
            rules,
            enters,
            state: State::default(),
            escaped: State::default(),
            given: HashMap::new(),
            gave: 0,
            frame: None,
            inside: 0,
            summaries: HashMap::new(),
            beginning: BTreeSet::new(),
            class: None,
            fields: BTreeMap::new(),
            more_fields: false,
            flows: Vec::new(),
            told: BTreeSet::new(),
            steps: STEPS,
            left_out: false,
            numbers: Vec::new(),
        }
    }

    /// Walks what has to be walked; the flows, and whether that was all of it.
    pub(super) fn run(mut self) -> (Vec<Flow<'r>>, bool) {
        let Rules { sources, sinks, .. } = &self.rules;
        let units = Units::of(self.tree, self.calls, sources, sinks, self.enters);
        for _ in 0..ROUNDS {
            let mut more = false;
            for unit in &units.order {
                more |= self.unit(*unit, units.called.binary_search(unit).is_ok());
            }
            more |= std::mem::take(&mut self.more_fields);
            if !(more && units.is_recursive) {
                break;
            }
        }
        self.flows.sort_by_key(|flow| (flow.sink.range.start, flow.sink.range.end));
        let is_whole = self.steps > 0 && !self.left_out;
        (self.flows, is_whole)
    }

    /// Forgets what variables carry, before another function.
    pub(super) fn reset(&mut self) {
        (self.state, self.escaped) = (State::default(), State::default());
        self.inside = 0;
    }

    pub(super) fn spend(&mut self, steps: u64) {
        self.steps = self.steps.saturating_sub(steps);
    }

    /// Whether nothing that a node does can matter: nothing carries anything yet, and nothing begins in it.
    fn is_idle(&self, id: Id) -> bool {
        if !self.state.is_clean() || !self.given.is_empty() {
            return false;
        }
        let nodes = self.tree.subtree(id);
        self.beginning.range(nodes.clone()).next().is_none() && !self.rules.sources.any_in(&nodes)
    }

    /// Visits a node and tells what its value carries.
    pub(super) fn visit(&mut self, id: Id) -> Taint {
        if self.steps == 0 || self.is_idle(id) {
            return Taint::default();
        }
        self.spend(1);
        let clean = self.is_clean(id);
        let taint = self.value(id, self.tree.kind(id));
        self.finish(id, clean, taint)
    }

    /// Visits what a field or an element is taken of: what that carries itself, other fields aside.
    pub(super) fn visit_object(&mut self, id: Id) -> Taint {
        let kind = self.tree.kind(id);
        if self.paths.at(id).is_none()
            || !matches!(kind, Kind::Name | Kind::Attribute | Kind::Index)
            || self.steps == 0
            || self.is_idle(id)
        {
            return self.visit(id);
        }
        self.spend(1);
        let clean = self.is_clean(id);
        let (own, full) = self.variable(id, kind);
        let whole = self.finish(id, clean, full.clone());
        if own.origins().len() == full.origins().len() || whole.is_empty() {
            return whole;
        }
        // What begins here is of the object, too.
        let known = |source: u32| full.origins().iter().any(|one| one.source == source);
        let mut own = own;
        own.merge(&whole.only(|one| !known(one.source)));
        own
    }

    /// What remains to be said of a node whose value is known.
    pub(super) fn finish(&mut self, id: Id, clean: bool, mut taint: Taint) -> Taint {
        if clean {
            return Taint::default();
        }
        if !taint.is_empty() && self.is_safe(id) {
            taint = Taint::default();
        }
        self.begin(id, &mut taint);
        if let Some(given) = self.given.get(&id) {
            taint.merge(given);
        }
        if !taint.is_empty() {
            self.carry_on(id, &taint);
            self.reach(id, &taint);
        }
        taint
    }

    /// Whether what a node is cannot carry anything, as far as the rule says so.
    fn is_safe(&self, id: Id) -> bool {
        const BOOLEANS: &[&str] = &["bool", "boolean", "Boolean"];
        const NUMBERS: &[&str] = &[
            "int", "long", "short", "byte", "float", "double", "Integer", "Long", "Short", "Byte",
            "Float", "Double", "number",
        ];
        let Options { safe_booleans, safe_numbers, .. } = self.options;
        if !(safe_booleans || safe_numbers) || !self.tree.kind(id).is_expression() {
            return false;
        }
        let known = self.facts.type_of(self.tree, id);
        let is_one = |all: &[&str]| known.iter().any(|known| all.contains(&known.as_str()));
        safe_booleans && is_one(BOOLEANS) || safe_numbers && is_one(NUMBERS)
    }

    pub(super) fn is_clean(&mut self, id: Id) -> bool {
        let mut clean = false;
        let mut numbers = std::mem::take(&mut self.numbers);
        let steps = self.rules.sanitizers.at(self.tree, id, &mut numbers);
        self.spend(steps / 8);
        for number in &numbers {
            let Some((spot, found)) = self.rules.sanitizers.found.get(*number as usize) else {
                continue;
            };
            let Some(spot) = self.rules.sanitizer_spots.get(*spot) else { continue };
            let whole = found.node.is_none_or(|node| node == id)
                && self.tree.node(id).end == found.range.end;
            if spot.spec.exact == Some(true) && !whole {
                continue;
            }
            clean = true;
            if spot.spec.by_side_effect
                && whole
                && let Some(path) = self.paths.at(id)
            {
                self.state.set(self.paths, path, Taint::default());
            }
        }
        self.numbers = numbers;
        clean
    }

    /// What begins here.
    pub(super) fn begin(&mut self, id: Id, taint: &mut Taint) {
        let mut numbers = std::mem::take(&mut self.numbers);
        let steps = self.rules.sources.at(self.tree, id, &mut numbers);
        self.spend(steps / 8);
        for number in &numbers {
            let Some((spot, found)) = self.rules.sources.found.get(*number as usize) else {
                continue;
            };
            let Some(spot) = self.rules.source_spots.get(*spot) else { continue };
            let whole = found.node == Some(id) || found.range == self.place(id);
            if spot.spec.exact == Some(true) && !whole {
                continue;
            }
            if !allows(spot, taint) {
                continue;
            }
            let begun = origin(spot, *number, &found.range);
            taint.add(begun.clone());
            if spot.spec.by_side_effect
                && whole
                && let Some(path) = self.paths.at(id)
            {
                self.state.add(self.paths, path, &std::iter::once(begun).collect());
            }
        }
        self.numbers = numbers;
    }

    pub(super) fn place(&self, id: Id) -> Range<u32> {
        let node = self.tree.node(id);
        node.start..node.end
    }

    /// What a propagator takes from here goes where it says.
    fn carry_on(&mut self, id: Id, taint: &Taint) {
        let Some(to) = self.rules.carried.get(&id).cloned() else { return };
        for (to, number) in to {
            let Some(spot) = self.rules.propagator_spots.get(number) else { continue };
            if !allows(spot, taint) {
                continue;
            }
            let mut further = taint.through(&self.place(to));
            if let Some(label) = &spot.spec.label {
                further = further.labelled(label);
            }
            self.gave += u32::from(self.given.entry(to).or_default().merge(&further));
            if let Some(path) = self.paths.at(to) {
                self.know_more(path, &further);
            }
        }
    }

    /// Gives a variable or a field a value.
    pub(super) fn know(&mut self, path: Path, taint: Taint) {
        self.note_field(path, &taint);
        self.state.set(self.paths, path, taint);
        self.note_size();
    }

    /// Adds to what a variable or a field carries.
    pub(super) fn know_more(&mut self, path: Path, taint: &Taint) {
        self.note_field(path, taint);
        self.state.add(self.paths, path, taint);
        self.note_size();
    }

    /// What another way here carries.
    pub(super) fn join(&mut self, other: &State) {
        self.state.join(self.paths, other);
        self.note_size();
    }

    /// A state that is large costs more, and one that is too large the rest.
    fn note_size(&mut self) {
        let size = self.state.len();
        self.spend(if size > STATE { STEPS } else { size as u64 / 64 });
    }

    /// Tells of the sinks that a node lies in.
    pub(super) fn reach(&mut self, id: Id, taint: &Taint) {
        let mut numbers = std::mem::take(&mut self.numbers);
        let steps = self.rules.sinks.at(self.tree, id, &mut numbers);
        self.spend(steps / 8);
        // What a field belongs to is not what reaches the sink; the field is.
        let parent = self.tree.node(id).parent;
        let is_object = id == parent + 1 && self.tree.kind(parent) == Kind::Attribute;
        for number in &numbers {
            if is_object && self.rules.sinks.has(self.tree, parent, *number) {
                continue;
            }
            let Some((spot, found)) = self.rules.sinks.found.get(*number as usize) else {
                continue;
            };
            let Some(spot) = self.rules.sink_spots.get(*spot) else { continue };
            if spot.spec.exact != Some(false) && !self.is_sink(id, found) {
                continue;
            }
            if !allows(spot, taint) {
                continue;
            }
            let mut first = true;
            for origin in taint.origins() {
                match origin.parameter() {
                    Some(_) if !origin.is_sure() => {}
                    Some(parameter) => self.reach_by_parameter(parameter, *number, &origin.steps),
                    None if first => {
                        first = false;
                        if !self.is_told(*number) {
                            self.tell(*number, origin.source, origin.steps.places());
                        }
                    }
                    None => {}
                }
            }
        }
        self.numbers = numbers;
    }

    /// Whether a sink was told of.
    pub(super) fn is_told(&self, sink: u32) -> bool {
        self.rules
            .sinks
            .found
            .get(sink as usize)
            .is_some_and(|(_, found)| self.told.contains(&(found.range.start, found.range.end)))
    }

    /// Tells of a flow, unless one to its sink was told of.
    pub(super) fn tell(&mut self, sink: u32, source: u32, path: Vec<Range<u32>>) {
        let Some((_, found)) = self.rules.sinks.found.get(sink as usize) else { return };
        if !self.told.insert((found.range.start, found.range.end)) {
            return;
        }
        let mut sink = found.clone();
        let source = self.rules.sources.found.get(source as usize);
        for binding in source.iter().flat_map(|(_, source)| &source.bound) {
            if sink.get(binding.0).is_none() {
                sink.bound.push(binding.clone());
            }
        }
        self.flows.push(Flow { sink, path });
    }

    /// Whether a node is what a sink is, and not only a part of it. Of several statements, and of what a function within the sink does,
    /// every part is.
    fn is_sink(&self, id: Id, found: &Found<'_>) -> bool {
        let Some(sink) = found.node else { return true };
        found.range == self.place(id)
            || self
                .tree
                .above(id)
                .take_while(|above| *above > sink)
                .any(|above| self.tree.kind(above) == Kind::Function)
    }
}

/// Whether a value carries the labels that a spot requires.
fn allows(spot: &Spot, taint: &Taint) -> bool {
    let requires = spot.spec.requires.as_ref();
    requires.is_none_or(|requires| requires.holds(&|label| taint.has(label)))
}
