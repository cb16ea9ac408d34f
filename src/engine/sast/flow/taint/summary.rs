//! What a function does with what it is called with: which parameters reach its value or a sink within it, and what it gives back besides.

use super::calls::{Callee, class_of};
use super::label::{Origin, Step, Taint};
use super::path::Path;
use super::walk::Walk;
use crate::engine::sast::tree::{Id, Kind};
use std::rc::Rc;

/// Parameters of one function that are followed.
const PARAMETERS: u32 = 16;

/// Sinks kept of one function.
const SINKS: usize = 300;

/// A parameter that reaches a sink within.
#[derive(Debug, Clone)]
pub(super) struct Reached {
    parameter: u32,
    sink: u32,
    steps: Rc<Step>,
}

/// What is known of a function.
#[derive(Debug, Default)]
pub(super) struct Summary {
    /// What its value carries; parameters are origins too.
    pub(super) returned: Taint,
    sinks: Vec<Reached>,
}

impl Summary {
    /// Whether another says the same, places on the way aside.
    fn is_like(&self, other: &Self) -> bool {
        let origins =
            |one: &Self| one.returned.origins().iter().map(|o| o.source).collect::<Vec<_>>();
        let sinks =
            |one: &Self| one.sinks.iter().map(|s| (s.parameter, s.sink)).collect::<Vec<_>>();
        origins(self) == origins(other) && sinks(self) == sinks(other)
    }

    /// Notes a parameter that reaches a sink; false when there are too many.
    pub(super) fn reach(&mut self, parameter: u32, sink: u32, steps: &Rc<Step>) -> bool {
        if self.sinks.iter().any(|known| known.parameter == parameter && known.sink == sink) {
            return true;
        }
        if self.sinks.len() >= SINKS {
            return false;
        }
        self.sinks.push(Reached { parameter, sink, steps: Rc::clone(steps) });
        true
    }
}

impl Walk<'_, '_> {
    /// Walks one function by itself; whether more is known of it than before.
    pub(super) fn unit(&mut self, unit: Id, is_called: bool) -> bool {
        self.reset();
        if unit == 0 {
            self.visit(0);
            return false;
        }
        self.frame = is_called.then(Summary::default);
        self.class = if self.enters { class_of(self.tree, unit) } else { None };
        let value = self.body_of(unit, is_called);
        let Some(mut summary) = self.frame.take() else { return false };
        if self.gives_last(unit) {
            summary.returned.merge(&value);
        }
        if summary.returned.origins().iter().any(|origin| origin.parameter().is_none()) {
            self.beginning.extend(self.calls.of_function(unit));
        }
        let changed = self.summaries.get(&unit).is_none_or(|known| !known.is_like(&summary));
        self.summaries.insert(unit, Rc::new(summary));
        changed
    }

    /// Begins with what other functions of the class gave its fields.
    pub(super) fn know_fields(&mut self) {
        let Some(class) = self.class else { return };
        let known = self.fields.range((class, 0)..=(class, Path::MAX));
        for ((_, path), taint) in known {
            self.state.add(self.paths, *path, taint);
        }
    }

    /// Notes what a field of the object carries, for other functions of the class.
    pub(super) fn note_field(&mut self, path: Path, taint: &Taint) {
        if taint.is_empty() || !self.calls.is_field(path) {
            return;
        }
        let Some(class) = self.class else { return };
        let begun = taint.only(|origin| origin.parameter().is_none());
        if !begun.is_empty() {
            self.more_fields |= self.fields.entry((class, path)).or_default().merge(&begun);
        }
    }

    /// What a parameter of the function that is walked by itself carries.
    pub(super) fn parameter(&self, number: u32, id: Id) -> Taint {
        if number >= PARAMETERS {
            return Taint::default();
        }
        std::iter::once(Origin::of_parameter(number, self.place(id))).collect()
    }

    /// Whether the value of a function is that of its last statement.
    fn gives_last(&self, function: Id) -> bool {
        let body = self.tree.child(function, 4);
        self.tree.kind(body) != Kind::Block
            || self.tree.text(body) == "="
            || matches!(self.language, "ruby" | "rust" | "scala" | "kotlin" | "swift" | "ocaml")
    }

    /// What is given back, to the function that is walked. What a function within it sees may come back in ways that are not followed.
    pub(super) fn give_back(&mut self, taint: &Taint) {
        let inner = self.inside > 0;
        if let Some(frame) = &mut self.frame {
            if inner {
                frame.returned.merge(&taint.only(|origin| origin.parameter().is_some()));
            } else {
                frame.returned.merge(taint);
            }
        }
    }

    /// What a method is called with may become a part of its object, and so of what the function gives back.
    pub(super) fn keep(&mut self, call: Id, taint: &Taint) {
        if self.frame.is_none() || taint.is_empty() {
            return;
        }
        let mut at = self.tree.child(call, 0);
        while matches!(self.tree.kind(at), Kind::Attribute | Kind::Call) {
            at = self.tree.child(at, 0);
            if let Some(path) = self.paths.at(at) {
                self.know_more(path, &taint.perhaps());
                return;
            }
        }
    }

    /// A call of a function of the file.
    pub(super) fn call(&mut self, id: Id, callee: Callee) -> Taint {
        let tree = self.tree;
        let (name, arguments) = (tree.child(id, 0), tree.child(id, 1));
        // Of one that calls itself nothing is known the first time.
        let summary = self.summaries.get(&callee.function).cloned().unwrap_or_default();
        let of_name = self.visit(name);
        let mut result =
            if tree.kind(name) == Kind::Attribute { of_name } else { Taint::default() };
        let each = self.arguments(arguments);
        for (position, (argument, taint)) in (0..).zip(each) {
            if taint.is_empty() {
                continue;
            }
            let parameters = self.parameters_of(callee, position, argument);
            if parameters.is_empty() {
                result.merge(&taint);
            }
            for parameter in parameters {
                let comes_back = |origin: &Origin| origin.parameter() == Some(parameter);
                if parameter >= PARAMETERS || summary.returned.origins().iter().any(comes_back) {
                    result.merge(&taint);
                }
                for reached in summary.sinks.iter().filter(|one| one.parameter == parameter) {
                    self.reach_within(&taint, argument, reached);
                }
            }
        }
        for other in tree.children(id).skip(2) {
            result.merge(&self.visit(other));
        }
        let begun = summary.returned.only(|origin| origin.parameter().is_none());
        result.merge(&begun.through(&self.place(id)));
        result
    }

    /// Arguments, each with what it carries.
    fn arguments(&mut self, id: Id) -> Vec<(Id, Taint)> {
        let tree = self.tree;
        let clean = self.is_clean(id);
        let mut each: Vec<(Id, Taint)> =
            tree.children(id).map(|argument| (argument, self.visit(argument))).collect();
        let mut whole = Taint::default();
        for (_, taint) in &each {
            whole.merge(taint);
        }
        let known = whole.origins().len();
        let whole = self.finish(id, clean, whole);
        if clean {
            for (_, taint) in &mut each {
                *taint = Taint::default();
            }
        } else if whole.origins().len() > known {
            // The list as a whole is a source.
            for (_, taint) in &mut each {
                *taint = whole.clone();
            }
        }
        each
    }

    /// The numbers of the parameters that an argument is for; none where that is not known.
    fn parameters_of(&self, callee: Callee, position: u32, argument: Id) -> Vec<u32> {
        let tree = self.tree;
        let all: Vec<Id> =
            tree.children(tree.child(callee.function, 2)).take(2 * PARAMETERS as usize).collect();
        let variadic = |number: &u32| {
            all.get(*number as usize)
                .is_some_and(|one| matches!(tree.text(*one), "*" | "**" | "..."))
        };
        let count = all.len() as u32;
        let numbers = callee.before..count;
        match tree.kind(argument) {
            Kind::Keyword => {
                let name = tree.text(argument);
                let same = |number: &u32| {
                    all.get(*number as usize)
                        .is_some_and(|one| tree.text(tree.child(*one, 0)) == name)
                };
                let named = numbers.clone().find(same);
                named.or_else(|| numbers.clone().rev().find(variadic)).into_iter().collect()
            }
            Kind::Spread => numbers.skip(position as usize).collect(),
            _ => {
                let number = callee.before + position;
                let first_variadic = numbers.clone().find(variadic);
                first_variadic
                    .filter(|first| *first <= number)
                    .or_else(|| numbers.contains(&number).then_some(number))
                    .into_iter()
                    .collect()
            }
        }
    }

    /// Tells of a sink in a function that is called.
    fn reach_within(&mut self, taint: &Taint, argument: Id, reached: &Reached) {
        self.spend(4);
        let at = self.place(argument);
        let mut told = self.is_told(reached.sink);
        for origin in taint.origins() {
            match origin.parameter() {
                None if !told => {
                    told = true;
                    let mut path = origin.steps.places();
                    path.push(at.clone());
                    path.extend(reached.steps.places());
                    path.dedup();
                    self.tell(reached.sink, origin.source, path);
                }
                Some(parameter) if origin.is_sure() => {
                    let mut steps = origin.steps.then(&at);
                    for place in reached.steps.places() {
                        steps = steps.then(&place);
                    }
                    self.reach_by_parameter(parameter, reached.sink, &steps);
                }
                _ => {}
            }
        }
    }

    /// Notes that a parameter of the function that is walked reaches a sink.
    pub(super) fn reach_by_parameter(&mut self, parameter: u32, sink: u32, steps: &Rc<Step>) {
        let fits = self.frame.as_mut().is_none_or(|frame| frame.reach(parameter, sink, steps));
        self.left_out |= !fits;
    }
}
