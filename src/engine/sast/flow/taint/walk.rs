//! Walks functions in the order they run and keeps what each variable carries.

use super::key::key;
use super::label::{self, Taint};
use super::{Flow, Rules, origin};
use crate::engine::sast::flow::facts::Facts;
use crate::engine::sast::matching::Options;
use crate::engine::sast::search::{Found, Search};
use crate::engine::sast::tree::{Id, Kind, Tree};
use std::collections::{BTreeMap, HashMap};

/// Nodes one rule may visit in one file.
const VISITS: u64 = 3_000_000;

/// What variables and their fields carry, by `name` or `name.field`.
type State = BTreeMap<String, Taint>;

/// One walk.
pub(super) struct Walk<'a, 'r> {
    tree: &'a Tree<'a>,
    facts: &'a Facts,
    options: Options,
    rules: Rules<'r>,
    state: State,
    /// What `break` and `continue` took to the end of the loop around.
    escaped: State,
    /// What a propagator gave a node that is still to be visited.
    given: HashMap<Id, Taint>,
    flows: Vec<Flow<'r>>,
    visits: u64,
}

impl<'a, 'r> Walk<'a, 'r> {
    pub(super) fn new(search: &Search<'a>, rules: Rules<'r>) -> Self {
        Self {
            tree: search.tree,
            facts: search.facts,
            options: search.options,
            rules,
            state: State::new(),
            escaped: State::new(),
            given: HashMap::new(),
            flows: Vec::new(),
            visits: VISITS,
        }
    }

    pub(super) fn run(mut self) -> Vec<Flow<'r>> {
        self.visit(0);
        self.flows.sort_by_key(|flow| (flow.sink.range.start, flow.sink.range.end));
        self.flows
    }

    /// Visits a node and tells what its value carries.
    fn visit(&mut self, id: Id) -> Taint {
        if self.visits == 0 {
            return Taint::default();
        }
        self.visits -= 1;
        let kind = self.tree.kind(id);
        let clean = self.is_clean(id);
        let mut taint = self.value(id, kind);
        if clean {
            self.carry_on(id, &Taint::default());
            return Taint::default();
        }
        if !taint.is_empty() && self.is_safe(id) {
            taint = Taint::default();
        }
        self.begin(id, &mut taint);
        if let Some(given) = self.given.get(&id) {
            taint.merge(&given.clone());
        }
        self.carry_on(id, &taint);
        if !taint.is_empty() {
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

    fn is_clean(&mut self, id: Id) -> bool {
        let mut clean = false;
        for number in self.rules.sanitizers.at(id).to_vec() {
            let (spot, found) = &self.rules.sanitizers.found[number as usize];
            let spec = &self.rules.sanitizer_spots[*spot].spec;
            let whole = found.node.is_none_or(|node| node == id)
                && self.tree.node(id).end == found.range.end;
            if spec.exact == Some(true) && !whole {
                continue;
            }
            clean = true;
            if spec.by_side_effect
                && whole
                && let Some(key) = key(self.tree, id)
            {
                self.clean(&key);
            }
        }
        clean
    }

    /// What begins here.
    fn begin(&mut self, id: Id, taint: &mut Taint) {
        for number in self.rules.sources.at(id).to_vec() {
            let (spot, found) = &self.rules.sources.found[number as usize];
            let spot = &self.rules.source_spots[*spot];
            let whole = found.node == Some(id) || found.range == self.place(id);
            if spot.spec.exact == Some(true) && !whole {
                continue;
            }
            if let Some(requires) = &spot.spec.requires
                && !label::holds(requires, taint)
            {
                continue;
            }
            let range = found.range.clone();
            let begun = origin(spot, number, &range);
            taint.add(begun.clone());
            if spot.spec.by_side_effect
                && whole
                && let Some(key) = key(self.tree, id)
            {
                self.state.entry(key).or_default().add(begun);
            }
        }
    }

    fn place(&self, id: Id) -> std::ops::Range<u32> {
        let node = self.tree.node(id);
        node.start..node.end
    }

    /// What a propagator takes from here goes where it says.
    fn carry_on(&mut self, id: Id, taint: &Taint) {
        if taint.is_empty() {
            return;
        }
        let Some(to) = self.rules.carried.get(&id).cloned() else { return };
        for (to, number) in to {
            let spec = &self.rules.propagator_spots[number].spec;
            if spec.requires.as_ref().is_some_and(|requires| !label::holds(requires, taint)) {
                continue;
            }
            let further = taint.through(&self.place(to));
            let further = spec
                .label
                .as_ref()
                .map_or_else(|| further.clone(), |label| further.labelled(label));
            self.given.entry(to).or_default().merge(&further);
            if let Some(key) = key(self.tree, to) {
                self.state.entry(key).or_default().merge(&further);
            }
        }
    }

    /// Tells of the sinks that a node lies in.
    fn reach(&mut self, id: Id, taint: &Taint) {
        for number in self.rules.sinks.at(id).to_vec() {
            // What a field belongs to is not what reaches the sink; the field is.
            let parent = self.tree.node(id).parent;
            if id == parent + 1
                && self.tree.kind(parent) == Kind::Attribute
                && self.rules.sinks.at(parent).contains(&number)
            {
                continue;
            }
            let (spot, found) = &self.rules.sinks.found[number as usize];
            let spec = &self.rules.sink_spots[*spot].spec;
            if spec.exact != Some(false) && !self.is_sink(id, found) {
                continue;
            }
            match &spec.requires {
                Some(requires) if !label::holds(requires, taint) => continue,
                None if !taint.origins().iter().any(|one| &*one.label == label::SOURCE)
                    && taint.origins().is_empty() =>
                {
                    continue;
                }
                _ => {}
            }
            if self.flows.iter().any(|flow| flow.sink.range == found.range) {
                continue;
            }
            let Some(origin) = taint.origins().first() else { continue };
            let mut path = Vec::new();
            let mut step = Some(&origin.steps);
            while let Some(here) = step {
                path.push(here.range.clone());
                step = here.before.as_ref();
            }
            path.reverse();
            let mut sink = found.clone();
            let source = &self.rules.sources.found[origin.source as usize].1;
            for binding in &source.bound {
                if sink.get(binding.0).is_none() {
                    sink.bound.push(binding.clone());
                }
            }
            self.flows.push(Flow { sink, path });
        }
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

    fn children(&self, id: Id) -> Vec<Id> {
        self.tree.children(id).collect()
    }

    /// All children; their values together.
    fn all(&mut self, id: Id) -> Taint {
        let mut taint = Taint::default();
        for child in self.children(id) {
            taint.merge(&self.visit(child));
        }
        taint
    }

    fn value(&mut self, id: Id, kind: Kind) -> Taint {
        match kind {
            Kind::Name | Kind::Attribute | Kind::Index => self.variable(id, kind),
            Kind::Assign => {
                let (target, value) = (self.tree.child(id, 0), self.tree.child(id, 1));
                let taint = self.visit(value);
                self.assign(target, &taint, false);
                taint
            }
            Kind::Update => {
                let (target, value) = (self.tree.child(id, 0), self.tree.child(id, 1));
                let mut taint = self.visit(target);
                taint.merge(&self.visit(value));
                self.assign(target, &taint, false);
                taint
            }
            Kind::Variable => {
                let (target, value) = (self.tree.child(id, 1), self.tree.child(id, 3));
                let taint = self.visit(value);
                self.assign(target, &taint, false);
                self.tree.children(id).next().map(|modifiers| self.visit(modifiers));
                taint
            }
            Kind::Function => {
                self.function(id);
                Taint::default()
            }
            Kind::If | Kind::Conditional => {
                let parts = self.children(id);
                let [condition, then, otherwise] = parts[..] else { return self.all(id) };
                self.visit(condition);
                let before = self.state.clone();
                let mut taint = self.visit(then);
                let after = std::mem::replace(&mut self.state, before);
                taint.merge(&self.visit(otherwise));
                let ends = |block: Id| self.leaves(block);
                let (then_ends, other_ends) = (ends(then), ends(otherwise));
                if then_ends && self.goes_on_behind(then) {
                    merge(&mut self.escaped, after.clone());
                }
                if other_ends && self.goes_on_behind(otherwise) {
                    merge(&mut self.escaped, self.state.clone());
                }
                if other_ends && !then_ends {
                    self.state = after;
                } else if !then_ends || other_ends {
                    self.join(after);
                }
                taint
            }
            Kind::While | Kind::For | Kind::ForEach | Kind::DoWhile => {
                let outer = std::mem::take(&mut self.escaped);
                for _ in 0..2 {
                    let before = self.state.clone();
                    if kind == Kind::ForEach {
                        let parts = self.children(id);
                        if let [target, iterated, rest @ ..] = &parts[..] {
                            let taint = self.visit(*iterated);
                            self.assign(*target, &taint, false);
                            // What is declared here has its value by now.
                            if self.tree.kind(*target) != Kind::Variable {
                                self.visit(*target);
                            }
                            for part in rest {
                                self.visit(*part);
                            }
                        }
                    } else {
                        self.all(id);
                    }
                    self.join(before);
                    self.return_escaped();
                }
                self.escaped = outer;
                Taint::default()
            }
            Kind::Try => {
                let parts = self.children(id);
                let before = self.state.clone();
                let mut parts = parts.into_iter();
                parts.next().map(|body| self.visit(body));
                self.join(before);
                for clause in parts {
                    let before = self.state.clone();
                    self.visit(clause);
                    self.join(before);
                }
                Taint::default()
            }
            Kind::Switch => {
                let parts = self.children(id);
                let mut parts = parts.into_iter();
                let subject = parts.next().map(|subject| self.visit(subject)).unwrap_or_default();
                let before = self.state.clone();
                let outer = std::mem::take(&mut self.escaped);
                let mut taint = subject;
                for case in parts {
                    let entered = self.state.clone();
                    taint.merge(&self.visit(case));
                    self.join(entered);
                    self.join(before.clone());
                }
                self.return_escaped();
                self.escaped = outer;
                taint
            }
            Kind::Block if self.tree.text(id) == "=" => self.all(id),
            Kind::Block | Kind::Module | Kind::Class => {
                let mut last = Taint::default();
                for child in self.children(id) {
                    last = self.visit(child);
                }
                if kind == Kind::Block { last } else { Taint::default() }
            }
            Kind::Word => {
                let taint = self.all(id);
                if matches!(self.tree.text(id), "return" | "yield") {
                    taint
                } else {
                    Taint::default()
                }
            }
            Kind::Import => Taint::default(),
            // A namespace may have its code between braces.
            Kind::Package => {
                let body = self.tree.child(id, 1);
                if self.tree.kind(body) == Kind::Block {
                    self.visit(body)
                } else {
                    Taint::default()
                }
            }
            Kind::Generator => {
                let parts = self.children(id);
                if let [target, iterated, ..] = parts[..] {
                    let taint = self.visit(iterated);
                    self.assign(target, &taint, false);
                    taint
                } else {
                    self.all(id);
                    Taint::default()
                }
            }
            Kind::List | Kind::Set | Kind::Dict | Kind::Tuple
                if self.tree.children(id).any(|child| self.tree.kind(child) == Kind::Generator) =>
            {
                // A comprehension runs its generators before its body.
                let parts = self.children(id);
                let (generators, body): (Vec<Id>, Vec<Id>) =
                    parts.into_iter().partition(|part| self.tree.kind(*part) == Kind::Generator);
                for part in generators {
                    self.visit(part);
                }
                let mut taint = Taint::default();
                for part in body {
                    taint.merge(&self.visit(part));
                }
                taint
            }
            Kind::Pair => {
                let value = self.tree.child(id, 1);
                let key = self.tree.child(id, 0);
                if !matches!(self.tree.kind(key), Kind::Name | Kind::Str | Kind::Symbol) {
                    self.visit(key);
                }
                self.visit(value)
            }
            Kind::Keyword => {
                let value = self.tree.child(id, 1);
                self.visit(value)
            }
            Kind::Call | Kind::New => self.all(id),
            _ => self.all(id),
        }
    }

    /// Whether a block surely leaves what is around it.
    fn leaves(&self, block: Id) -> bool {
        self.tree.kind(block) == Kind::Block
            && self.tree.children(block).last().is_some_and(|last| {
                self.tree.kind(last) == Kind::Word
                    && matches!(
                        self.tree.text(last),
                        "return" | "throw" | "raise" | "continue" | "break" | "exit"
                    )
            })
    }

    /// Whether what leaves a block only leaves the loop or the switch around it.
    fn goes_on_behind(&self, block: Id) -> bool {
        let last = self.tree.children(block).last();
        last.is_some_and(|last| matches!(self.tree.text(last), "break" | "continue"))
    }

    fn return_escaped(&mut self) {
        let escaped = std::mem::take(&mut self.escaped);
        self.join(escaped);
    }

    fn join(&mut self, other: State) {
        merge(&mut self.state, other);
    }

    /// A variable, a field or an element: what is known of it and its fields, else what it is part of.
    fn variable(&mut self, id: Id, kind: Kind) -> Taint {
        let known = key(self.tree, id);
        let exact = known.as_ref().and_then(|known| self.state.get(known)).cloned();
        let part = self.objects(id, kind);
        let mut taint = if let Some(exact) = exact { exact } else { part };
        if let Some(known) = known {
            let fields = format!("{known}.");
            for (_, field) in
                self.state.range(fields.clone()..).take_while(|(key, _)| key.starts_with(&fields))
            {
                taint.merge(&field.clone());
            }
        }
        taint
    }

    /// What stands before the last `.name` or `[index]`.
    fn objects(&mut self, id: Id, kind: Kind) -> Taint {
        match kind {
            Kind::Attribute => {
                let object = self.tree.child(id, 0);
                self.visit(object)
            }
            Kind::Index => {
                let parts = self.children(id);
                let mut parts = parts.into_iter();
                let mut taint = parts.next().map(|object| self.visit(object)).unwrap_or_default();
                // Who chooses the element has a say in what it is.
                for index in parts {
                    let of_index = self.visit(index);
                    if !self.options.safe_indexes {
                        taint.merge(&of_index);
                    }
                }
                taint
            }
            _ => Taint::default(),
        }
    }

    fn clean(&mut self, known: &str) {
        let fields = format!("{known}.");
        self.state.retain(|key, _| !key.starts_with(&fields));
        self.state.insert(known.to_owned(), Taint::default());
    }

    fn assign(&mut self, target: Id, taint: &Taint, weak: bool) {
        match self.tree.kind(target) {
            Kind::Name | Kind::Attribute => {
                let further = taint.through(&self.place(target));
                if self.tree.kind(target) == Kind::Attribute {
                    // A variable that is assigned into is not read.
                    let object = self.tree.child(target, 0);
                    if key(self.tree, object).is_none() {
                        self.visit(object);
                    } else {
                        self.begin(object, &mut Taint::default());
                    }
                }
                let mut further = further;
                self.begin(target, &mut further);
                // Who is told of a sink that is assigned to (`x.innerHTML = y`) is told of the target, too.
                if !further.is_empty() {
                    self.reach(target, &further);
                }
                let Some(key) = key(self.tree, target) else { return };
                if weak {
                    self.state.entry(key).or_default().merge(&further);
                } else {
                    self.clean(&key);
                    self.state.insert(key, further);
                }
            }
            Kind::Index => {
                self.visit(target);
                let object = self.tree.child(target, 0);
                if !taint.is_empty() {
                    self.assign(object, taint, true);
                }
            }
            Kind::Tuple | Kind::List | Kind::Dict => {
                for part in self.children(target) {
                    self.assign(part, taint, weak);
                }
            }
            Kind::Pair => {
                let (key, inner) = (self.tree.child(target, 0), self.tree.child(target, 1));
                let mut further = taint.clone();
                // `{a}` is one name, though it stands for two.
                if self.place(key) == self.place(inner) {
                    self.begin(key, &mut further);
                }
                self.assign(inner, &further, weak);
            }
            // Ruby's `a, * = b` has a spread of nothing.
            Kind::Spread | Kind::Typed | Kind::Unary
                if self.tree.children(target).next().is_some() =>
            {
                let inner = self.tree.child(target, 0);
                self.assign(inner, taint, weak || self.tree.kind(target) == Kind::Unary);
            }
            Kind::Variable => {
                let inner = self.tree.child(target, 1);
                self.assign(inner, taint, weak);
            }
            Kind::Parameter => {
                let inner = self.tree.child(target, 0);
                self.assign(inner, taint, weak);
            }
            Kind::Nothing => {}
            _ => {
                self.visit(target);
            }
        }
    }

    /// A function by itself; one that is a value sees what is around it.
    fn function(&mut self, id: Id) {
        let parts = self.children(id);
        let [modifiers, name, parameters, _, body] = parts[..] else { return };
        self.visit(modifiers);
        let outer = self.state.clone();
        let escaped = std::mem::take(&mut self.escaped);
        if self.tree.kind(name) != Kind::Nothing {
            self.state.clear();
        }
        for parameter in self.children(parameters) {
            let parts = self.children(parameter);
            let default = parts.get(2).copied();
            let mut taint = default.map(|default| self.visit(default)).unwrap_or_default();
            self.begin(parameter, &mut taint);
            self.assign(parameter, &taint, false);
        }
        self.visit(body);
        (self.state, self.escaped) = (outer, escaped);
    }
}

fn merge(state: &mut State, other: State) {
    for (key, taint) in other {
        state.entry(key).or_default().merge(&taint);
    }
}
