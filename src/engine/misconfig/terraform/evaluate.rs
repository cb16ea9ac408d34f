//! What expressions come to. Whatever only a provider, a state or somebody's command line knows is unknown, with the address it refers to
//! where it is nothing but that. Work is counted, so that no text makes more of it than it has bytes.

use super::functions;
use super::instance::{Frame, Instance};
use super::policy;
use super::syntax::{Expression, For, Node, Operator, Part, Step};
use super::written::Written;
use crate::engine::misconfig::value::{Data, Entry, Value};
use std::cell::Cell;
use std::ops::Range;

/// Deepest evaluation, references followed included.
const MAX_DEPTH: u32 = 100;

/// Longest text that is put together, bytes.
pub const MAX_TEXT: usize = 1 << 18;

/// Work that is left.
#[derive(Debug)]
pub struct Budget {
    steps: Cell<usize>,
    depth: Cell<u32>,
}

impl Budget {
    /// So many steps.
    pub fn new(steps: usize) -> Self {
        Self { steps: Cell::new(steps), depth: Cell::new(0) }
    }

    /// Takes steps; false when there are not enough.
    pub fn spend(&self, steps: usize) -> bool {
        let left = self.steps.get();
        self.steps.set(left.saturating_sub(steps));
        left >= steps
    }
}

/// An expression that has no value, as the missing key of a map: what `try` and `can` ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoValue;

/// What an expression comes to.
pub type Outcome = Result<Value, NoValue>;

/// Counts a value and what is in it.
pub fn weight(value: &Value) -> usize {
    1 + match &value.data {
        Data::Text(text) => text.len() / 64,
        Data::List(items) => items.iter().map(weight).sum(),
        Data::Map(entries) => entries.iter().map(|entry| weight(&entry.value)).sum(),
        _ => 0,
    }
}

/// The same value at another place, with everything in it.
pub fn placed(mut value: Value, range: &Range<usize>) -> Value {
    value.place(&|_| range.clone());
    value
}

impl<'a> Instance<'a> {
    /// What an expression comes to; unknown when it has no value or costs too much.
    pub fn value(&self, expression: &'a Expression, frame: &Frame) -> Value {
        self.evaluate(expression, frame)
            .unwrap_or_else(|_| Value::unknown(expression.range.clone()))
    }

    /// The same, with a failure told apart.
    pub fn evaluate(&self, expression: &'a Expression, frame: &Frame) -> Outcome {
        let budget = &self.shared.budget;
        let depth = budget.depth.get();
        if depth >= MAX_DEPTH || !budget.spend(1) {
            return Ok(Value::unknown(expression.range.clone()));
        }
        budget.depth.set(depth + 1);
        let outcome = self.node(expression, frame);
        budget.depth.set(depth);
        outcome
    }

    fn node(&self, expression: &'a Expression, frame: &Frame) -> Outcome {
        let range = &expression.range;
        let data = match &expression.node {
            Node::Null => Data::Null,
            Node::Bool(truth) => Data::Bool(*truth),
            Node::Number(number) => Data::Number(*number),
            Node::Opaque => Data::Unknown(None),
            Node::List(items) => {
                let items = items.iter().map(|item| self.value(item, frame)).collect();
                Data::List(items)
            }
            Node::Object(pairs) => self.object(pairs, frame),
            Node::Template(parts) => return self.template(parts, range, frame),
            Node::Name(name) => return self.path(name, &[], range, frame),
            Node::Path(base, steps) => {
                if let Node::Name(name) = &base.node {
                    return self.path(name, steps, range, frame);
                }
                let base = self.evaluate(base, frame)?;
                return self.steps(base, steps, range, frame);
            }
            Node::Call(name, arguments, spread) => {
                return functions::call(self, name, arguments, *spread, range, frame);
            }
            Node::Unary(sign, inner) => unary(*sign, &self.evaluate(inner, frame)?),
            Node::Binary(operator, left, right) => {
                let left = self.evaluate(left, frame)?;
                binary(*operator, &left, &self.evaluate(right, frame)?)
            }
            Node::Conditional(all) => return self.conditional(all, range, frame),
            Node::For(all) => self.for_each(all, frame)?,
        };
        Ok(Value::new(range.clone(), data))
    }

    fn object(&self, pairs: &'a [(Expression, Expression)], frame: &Frame) -> Data {
        let mut entries = Vec::with_capacity(pairs.len());
        for (key, value) in pairs {
            let key_range = key.range.clone();
            let Some(key) = self.value(key, frame).written() else { return Data::Unknown(None) };
            entries.push(Entry { key, key_range, value: self.value(value, frame) });
        }
        Data::Map(entries)
    }

    fn conditional(
        &self,
        [condition, yes, no]: &'a [Expression; 3],
        range: &Range<usize>,
        frame: &Frame,
    ) -> Outcome {
        match self.evaluate(condition, frame)?.truth() {
            Some(true) => self.evaluate(yes, frame),
            Some(false) => self.evaluate(no, frame),
            None => {
                let (yes, no) = (self.value(yes, frame), self.value(no, frame));
                Ok(if same(&yes, &no) == Some(true) { yes } else { Value::unknown(range.clone()) })
            }
        }
    }

    fn for_each(&self, all: &'a For, frame: &Frame) -> Result<Data, NoValue> {
        let source = self.evaluate(&all.source, frame)?;
        let items: Vec<(Value, &Value)> = match &source.data {
            Data::List(items) => {
                let key = |at| Value::new(all.source.range.clone(), Data::Number(at as f64));
                items.iter().enumerate().map(|(at, item)| (key(at), item)).collect()
            }
            Data::Map(entries) => entries
                .iter()
                .map(|one| {
                    (Value::new(one.key_range.clone(), Data::Text(one.key.clone())), &one.value)
                })
                .collect(),
            _ => return Ok(Data::Unknown(None)),
        };
        let mut frame = frame.clone();
        let mut results = Vec::new();
        for (key, item) in items {
            if !self.shared.budget.spend(weight(item) + frame.names.len()) {
                return Ok(Data::Unknown(None));
            }
            let length = frame.names.len();
            if let Some(name) = &all.key {
                frame.names.push((name.clone(), key));
            }
            frame.names.push((all.value.clone(), item.clone()));
            let counts = match &all.condition {
                Some(condition) => self.evaluate(condition, &frame)?.truth(),
                None => Some(true),
            };
            let result = match counts {
                Some(true) => {
                    let key = match &all.result_key {
                        Some(key) => Some(self.evaluate(key, &frame)?),
                        None => None,
                    };
                    Some((key, self.value(&all.result, &frame)))
                }
                Some(false) => None,
                None => return Ok(Data::Unknown(None)),
            };
            frame.names.truncate(length);
            results.extend(result);
        }
        if all.result_key.is_none() {
            return Ok(Data::List(results.into_iter().map(|(_, value)| value).collect()));
        }
        let is_small = !all.grouped || self.shared.budget.spend(results.len() * results.len() / 16);
        Ok(if is_small { gathered(results, all.grouped) } else { Data::Unknown(None) })
    }

    fn template(&self, parts: &'a [Part], range: &Range<usize>, frame: &Frame) -> Outcome {
        // A template that is nothing but one expression is that expression.
        if let [Part::Value(only)] = parts {
            return self.evaluate(only, frame).map(|value| placed(value, range));
        }
        let looks_like_json = matches!(parts.first(), Some(Part::Text(text, _))
            if text.trim_start().starts_with(['{', '[']));
        let mut written = Written::default();
        let mut is_known = true;
        for part in parts {
            match part {
                Part::Text(text, at) => written.text(text, *at),
                Part::Directive => return Ok(Value::unknown(range.clone())),
                Part::Value(expression) => {
                    let value = self.evaluate(expression, frame)?;
                    match value.written() {
                        Some(text) => written.text(&text, expression.range.start),
                        None if looks_like_json => written.hole(value),
                        None => is_known = false,
                    }
                }
            }
            if written.out.len() > MAX_TEXT || !self.shared.budget.spend(written.out.len() / 256) {
                return Ok(Value::unknown(range.clone()));
            }
        }
        if looks_like_json && let Some(value) = written.json(range) {
            return Ok(value);
        }
        let is_known = is_known && written.holes.is_empty();
        let data = if is_known { Data::Text(written.out) } else { Data::Unknown(None) };
        Ok(Value::new(range.clone(), data))
    }

    fn path(&self, name: &str, steps: &'a [Step], range: &Range<usize>, frame: &Frame) -> Outcome {
        if let Some((_, value)) = frame.names.iter().rev().find(|(known, _)| known == name) {
            return if self.shared.budget.spend(weight(value)) {
                self.steps(value.clone(), steps, range, frame)
            } else {
                Ok(Value::unknown(range.clone()))
            };
        }
        let unknown = |prefix: &str, words: &[&str]| {
            let address = format!("{prefix}{}", words.join("."));
            Ok(Value::new(range.clone(), Data::Unknown(Some(address))))
        };
        let first = match steps.first() {
            Some(Step::Name(first)) => first.as_str(),
            _ => return Ok(Value::unknown(range.clone())),
        };
        let rest = &steps[1..];
        let found = match name {
            "var" => self.variable(first),
            "local" => self.local(first),
            "each" => match (first, &frame.each) {
                ("key", Some((key, _))) => Some(key.clone()),
                ("value", Some((_, value))) => Some(value.clone()),
                _ => None,
            },
            "count" => frame.index.map(|at| Value::new(range.clone(), Data::Number(at as f64))),
            "path" | "terraform" | "self" => return Ok(Value::unknown(range.clone())),
            "module" => return self.of_call(first, rest, range, frame),
            "data" => return self.of_source(first, rest, range),
            _ => {
                if let Some(nothing) = self.nothing_of(&["resource", name, first], rest, range) {
                    return nothing;
                }
                // Which of several instances it is makes no difference to what it is.
                let words = names(rest);
                return unknown(&self.prefix, &[&[name, first][..], &words].concat());
            }
        };
        match found {
            Some(value) if self.shared.budget.spend(weight(&value)) => {
                self.steps(placed(value, range), rest, range, frame)
            }
            Some(_) => Ok(Value::unknown(range.clone())),
            // Whatever it is may be any resource: no address.
            None => Ok(Value::unknown(range.clone())),
        }
    }

    /// What a step into something of which there is none comes to: no item, or none of them.
    fn nothing_of(
        &self,
        words: &[&str],
        rest: &'a [Step],
        range: &Range<usize>,
    ) -> Option<Outcome> {
        let step = rest.first().filter(|step| !matches!(step, Step::Name(_)))?;
        if !self.is_nothing(words) {
            return None;
        }
        Some(match step {
            Step::Splat => Ok(Value::new(range.clone(), Data::List(Vec::new()))),
            _ => Err(NoValue),
        })
    }

    fn of_source(&self, kind: &str, rest: &'a [Step], range: &Range<usize>) -> Outcome {
        let words = names(rest);
        if let Some(name) = words.first()
            && let Some(nothing) = self.nothing_of(&["data", kind, name], &rest[1..], range)
        {
            return nothing;
        }
        if let (policy::SOURCE, [name, "json" | "minified_json", ..]) = (kind, words.as_slice())
            && let Some(document) = self.policy(name)
        {
            return Ok(placed(document, range));
        }
        let address = format!("{}data.{kind}.{}", self.prefix, words.join("."));
        Ok(Value::new(range.clone(), Data::Unknown(Some(address))))
    }

    fn of_call(
        &self,
        name: &str,
        rest: &'a [Step],
        range: &Range<usize>,
        frame: &Frame,
    ) -> Outcome {
        if let Some(nothing) = self.nothing_of(&["module", name], rest, range) {
            return nothing;
        }
        let output = rest.iter().position(|step| matches!(step, Step::Name(_)));
        if let (Some(at), Some(child)) = (output, self.child(name))
            && let Step::Name(output) = &rest[at]
            && let Some(expression) = child.module.outputs.get(output.as_str())
        {
            let value = child.value(expression, &Frame::default());
            return self.steps(placed(value, range), &rest[at + 1..], range, frame);
        }
        let address = format!("{}module.{name}.{}", self.prefix, names(rest).join("."));
        Ok(Value::new(range.clone(), Data::Unknown(Some(address))))
    }

    fn steps(
        &self,
        mut value: Value,
        steps: &'a [Step],
        range: &Range<usize>,
        frame: &Frame,
    ) -> Outcome {
        for (at, step) in steps.iter().enumerate() {
            if !self.shared.budget.spend(1) {
                return Ok(Value::unknown(range.clone()));
            }
            if let Data::Unknown(reference) = &value.data {
                let further = names(&steps[at..]);
                let address = reference.as_ref().map(|reference| {
                    if further.is_empty() {
                        reference.clone()
                    } else {
                        format!("{reference}.{}", further.join("."))
                    }
                });
                return Ok(Value::new(range.clone(), Data::Unknown(address)));
            }
            let key = match step {
                Step::Splat => return self.splat(value, &steps[at + 1..], range, frame),
                Step::Name(name) => name.clone(),
                Step::Index(index) => {
                    let index = self.evaluate(index, frame)?;
                    match index.written() {
                        Some(index) => index,
                        None => return Ok(Value::unknown(range.clone())),
                    }
                }
            };
            value = inside(value, &key).ok_or(NoValue)?;
        }
        Ok(placed(value, range))
    }

    fn splat(
        &self,
        value: Value,
        rest: &'a [Step],
        range: &Range<usize>,
        frame: &Frame,
    ) -> Outcome {
        let items = match value.data {
            Data::List(items) => items,
            Data::Null => Vec::new(),
            _ => vec![value],
        };
        let each = items.into_iter().map(|item| self.steps(item, rest, range, frame));
        Ok(Value::new(range.clone(), Data::List(each.collect::<Result<_, _>>()?)))
    }
}

/// The names among steps: what is left of an address when instances do not count.
fn names<'s>(steps: &'s [Step]) -> Vec<&'s str> {
    let name = |step: &'s Step| match step {
        Step::Name(name) => Some(name.as_str()),
        _ => None,
    };
    steps.iter().filter_map(name).collect()
}

/// What a list or map has under a key.
fn inside(value: Value, key: &str) -> Option<Value> {
    match value.data {
        Data::Map(entries) => {
            let mut entries = entries;
            let at = entries.iter().rposition(|entry| entry.key == key)?;
            Some(entries.swap_remove(at).value)
        }
        Data::List(mut items) => {
            let at: usize = key.parse().ok()?;
            (at < items.len()).then(|| items.swap_remove(at))
        }
        _ => None,
    }
}

fn gathered(results: Vec<(Option<Value>, Value)>, grouped: bool) -> Data {
    let mut entries: Vec<Entry> = Vec::new();
    for (key, value) in results {
        let Some((Some(text), range)) = key.map(|key| (key.written(), key.range)) else {
            return Data::Unknown(None);
        };
        if grouped {
            if let Some(Data::List(items)) = entries
                .iter_mut()
                .find(|entry| entry.key == text)
                .map(|entry| &mut entry.value.data)
            {
                items.push(value);
                continue;
            }
            let list = Value::new(value.range.clone(), Data::List(vec![value]));
            entries.push(Entry { key: text, key_range: range, value: list });
        } else {
            entries.push(Entry { key: text, key_range: range, value });
        }
    }
    Data::Map(entries)
}

fn unary(sign: u8, value: &Value) -> Data {
    match sign {
        b'!' => value.truth().map_or(Data::Unknown(None), |truth| Data::Bool(!truth)),
        _ => value.number().map_or(Data::Unknown(None), |number| Data::Number(-number)),
    }
}

/// Names of maps that are held against each other.
const MAX_COMPARED: usize = 500;

/// Whether two values are the same, if that is known.
pub fn same(left: &Value, right: &Value) -> Option<bool> {
    match (&left.data, &right.data) {
        (Data::Unknown(_), _) | (_, Data::Unknown(_)) => None,
        (Data::List(left), Data::List(right)) => {
            if left.len() != right.len() {
                return Some(false);
            }
            together(left.iter().zip(right).map(|(left, right)| same(left, right)))
        }
        (Data::Map(left), Data::Map(right)) => {
            if left.len() != right.len() {
                return Some(false);
            }
            if left.len() > MAX_COMPARED {
                return None;
            }
            together(left.iter().map(|entry| {
                let other = right.iter().find(|other| other.key == entry.key);
                other.map_or(Some(false), |other| same(&entry.value, &other.value))
            }))
        }
        // A number and a text that shows it are compared after one is made the other.
        (Data::Text(_), Data::Number(_) | Data::Bool(_))
        | (Data::Number(_) | Data::Bool(_), Data::Text(_)) => {
            Some(left.written() == right.written())
        }
        (left, right) => Some(left == right),
    }
}

fn together(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut all = Some(true);
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            None => all = None,
            Some(true) => {}
        }
    }
    all
}

fn binary(operator: Operator, left: &Value, right: &Value) -> Data {
    let truth = |truth: Option<bool>| truth.map_or(Data::Unknown(None), Data::Bool);
    let numbers = left.number().zip(right.number());
    let compared = |test: fn(f64, f64) -> bool| truth(numbers.map(|(a, b)| test(a, b)));
    let reckoned = |with: fn(f64, f64) -> f64| match numbers.map(|(a, b)| with(a, b)) {
        Some(number) if number.is_finite() => Data::Number(number),
        _ => Data::Unknown(None),
    };
    match operator {
        Operator::And => truth(match (left.truth(), right.truth()) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        }),
        Operator::Or => truth(match (left.truth(), right.truth()) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        }),
        Operator::Equal => truth(same(left, right)),
        Operator::Unequal => truth(same(left, right).map(|same| !same)),
        Operator::Less => compared(|a, b| a < b),
        Operator::LessOrEqual => compared(|a, b| a <= b),
        Operator::Greater => compared(|a, b| a > b),
        Operator::GreaterOrEqual => compared(|a, b| a >= b),
        Operator::Plus => reckoned(|a, b| a + b),
        Operator::Minus => reckoned(|a, b| a - b),
        Operator::Times => reckoned(|a, b| a * b),
        Operator::Over => reckoned(|a, b| a / b),
        Operator::Modulo => reckoned(|a, b| a % b),
    }
}
