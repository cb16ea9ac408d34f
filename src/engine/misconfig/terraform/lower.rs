//! Blocks to resources: instances by `count` and `for_each`, nested and `dynamic` blocks as lists of their name.

use super::instance::{Frame, Instance};
use super::module::Placed;
use super::policy;
use super::syntax::{Attribute, Block, Body};
use super::written::as_json;
use crate::engine::misconfig::resource::{Format, Resource, Scope};
use crate::engine::misconfig::value::{Data, Entry, Value};
use std::ops::Range;
use std::rc::Rc;

/// Instances of one block that are looked at; what differs between more of them is rarely what is wrong.
const MAX_INSTANCES: usize = 32;

/// Resources under one root; each is held against all others.
pub const MAX_RESOURCES: usize = 4000;

impl<'a> Instance<'a> {
    /// Everything it declares, and what the modules that it calls do. `open` is the same module with nothing said about the variables
    /// of its root: a resource that is there for other values of these is there asleep.
    pub fn lower(&self, open: &Self, scope: &mut Scope) {
        for placed in &self.module.blocks {
            if scope.resources.len() >= MAX_RESOURCES {
                return;
            }
            self.resource(*placed, open, scope);
            if placed.block.kind == "module"
                && let Some(name) = placed.block.labels.first()
                && let Some(child) = self.child(name)
            {
                // Without a counterpart, of which there are too many, nothing in it is asleep.
                let counterpart = open.child(name).unwrap_or_else(|| Rc::clone(&child));
                child.lower(&counterpart, scope);
            }
        }
    }

    fn resource(&self, Placed { file, block }: Placed<'a>, open: &Self, scope: &mut Scope) {
        let labels: Vec<&str> = block.labels.iter().map(String::as_str).collect();
        let (kind, address) = match (block.kind.as_str(), labels.as_slice()) {
            ("resource", [kind, name]) => ((*kind).to_owned(), format!("{kind}.{name}")),
            ("data", [kind, name]) => (format!("data.{kind}"), format!("data.{kind}.{name}")),
            ("provider", [name]) => {
                let alias = block.body.get("alias").and_then(|alias| alias.literal());
                let alias = alias.map_or_else(String::new, |alias| format!(".{alias}"));
                (format!("provider.{name}"), format!("provider.{name}{alias}"))
            }
            ("terraform", _) => ("terraform".to_owned(), "terraform".to_owned()),
            (kind, [name]) => (kind.to_owned(), format!("{kind}.{name}")),
            _ => return,
        };
        let address = format!("{}{address}", self.prefix);
        let mut frames = self.frames(block);
        let mut woken = None;
        if frames.is_empty() && !open.frames(block).is_empty() {
            scope.asleep.insert(address.clone());
            woken = Some(self.woken(block, open));
            frames.push(Frame { index: Some(0), ..Frame::default() });
        }
        let instance = woken.as_ref().unwrap_or(self);
        let before = scope.resources.len();
        for frame in frames {
            let body = if kind == "data.aws_iam_policy_document" {
                policy::document(instance, block, &frame)
            } else {
                instance.body(&block.body, block.range.clone(), &frame)
            };
            // Instances that say the same are looked at once.
            if scope.resources[before..].last().is_some_and(|last| last.body == body) {
                continue;
            }
            scope.resources.push(Resource {
                format: Format::Terraform,
                kind: kind.clone(),
                address: address.clone(),
                file,
                head: block.head.clone(),
                body,
            });
        }
    }

    /// The module as it is when there is an instance of a block of which there is none: the variables that this depends on have other values.
    fn woken(&self, block: &'a Block, open: &Self) -> Self {
        let number = block.body.get("count").or_else(|| block.body.get("for_each"));
        let mut asked = number.map(|number| self.module.asked(number)).unwrap_or_default();
        asked.retain(|name| open.variable(name).is_none_or(|value| value.is_unknown()));
        self.opened(asked, open)
    }

    /// A frame for each instance of a block; one when nobody knows how many there are.
    pub fn frames(&self, block: &'a Block) -> Vec<Frame> {
        let outside = Frame::default();
        if let Some(count) = block.body.get("count") {
            let Some(count) = self.value(count, &outside).number() else { return vec![outside] };
            let count = (0..MAX_INSTANCES).take_while(|at| (*at as f64) < count).count();
            return (0..count).map(|at| Frame { index: Some(at), ..Frame::default() }).collect();
        }
        if let Some(each) = block.body.get("for_each") {
            return match pairs(&self.value(each, &outside)) {
                Some(pairs) => pairs
                    .into_iter()
                    .take(MAX_INSTANCES)
                    .map(|pair| Frame { each: Some(pair), ..Frame::default() })
                    .collect(),
                None => vec![outside],
            };
        }
        vec![outside]
    }

    /// What a body says: attributes by their names, nested blocks as lists.
    pub fn body(&self, body: &'a Body, range: Range<usize>, frame: &Frame) -> Value {
        let mut entries: Vec<Entry> = Vec::with_capacity(body.attributes.len());
        for Attribute { name, name_range, value } in &body.attributes {
            let value = as_json(self.value(value, frame));
            // Points at the whole line, not at what the name stands for somewhere else.
            entries.push(Entry { key: name.clone(), key_range: name_range.clone(), value });
        }
        let mut lists: Vec<(String, Range<usize>, Vec<Value>)> = Vec::new();
        let mut add = |name: &str, head: &Range<usize>, values: Vec<Value>| match lists
            .iter_mut()
            .find(|(known, ..)| known == name)
        {
            Some((.., list)) => list.extend(values),
            None => lists.push((name.to_owned(), head.clone(), values)),
        };
        for block in &body.blocks {
            if block.kind == "dynamic" {
                if let Some(name) = block.labels.first() {
                    add(name, &block.head, self.dynamic(name, block, frame));
                }
            } else {
                let mut value = self.body(&block.body, block.range.clone(), frame);
                if let (Data::Map(entries), Some(label)) = (&mut value.data, block.labels.first()) {
                    let text = Value::new(block.head.clone(), Data::Text(label.clone()));
                    entries.push(Entry {
                        key: "label".to_owned(),
                        key_range: block.head.clone(),
                        value: text,
                    });
                }
                add(&block.kind, &block.head, vec![value]);
            }
        }
        for (key, key_range, values) in lists.into_iter().filter(|(.., values)| !values.is_empty())
        {
            let start = values.first().map_or(key_range.start, |value| value.range.start);
            let end = values.last().map_or(key_range.end, |value| value.range.end);
            let value = Value::new(start..end.max(start), Data::List(values));
            entries.push(Entry { key, key_range, value });
        }
        Value::new(range, Data::Map(entries))
    }

    /// The blocks that a `dynamic` one stands for; one unknown when nobody knows which.
    fn dynamic(&self, name: &str, block: &'a Block, frame: &Frame) -> Vec<Value> {
        let unknown = || vec![Value::unknown(block.range.clone())];
        let (Some(each), Some(content)) = (
            block.body.get("for_each"),
            block.body.blocks.iter().find(|inner| inner.kind == "content"),
        ) else {
            return unknown();
        };
        let Some(pairs) = pairs(&self.value(each, frame)) else { return unknown() };
        let iterator = block.body.get("iterator").and_then(|one| match &one.node {
            super::syntax::Node::Name(name) => Some(name.as_str()),
            _ => None,
        });
        let iterator = iterator.unwrap_or(name);
        let mut frame = frame.clone();
        let mut values = Vec::new();
        for (key, value) in pairs.into_iter().take(MAX_INSTANCES) {
            let range = value.range.clone();
            let entries = [("key", key), ("value", value)].map(|(key, value)| Entry {
                key: key.to_owned(),
                key_range: value.range.clone(),
                value,
            });
            let both = Value::new(range, Data::Map(entries.to_vec()));
            if !self.shared.budget.spend(super::evaluate::weight(&both)) {
                return unknown();
            }
            frame.names.push((iterator.to_owned(), both));
            values.push(self.body(&content.body, block.range.clone(), &frame));
            frame.names.pop();
        }
        values
    }
}

/// Keys and values that a loop goes through.
fn pairs(value: &Value) -> Option<Vec<(Value, Value)>> {
    match &value.data {
        Data::Map(entries) => Some(
            entries
                .iter()
                .map(|one| {
                    let key = Value::new(one.key_range.clone(), Data::Text(one.key.clone()));
                    (key, one.value.clone())
                })
                .collect(),
        ),
        Data::List(items) => Some(items.iter().map(|item| (item.clone(), item.clone())).collect()),
        Data::Null => Some(Vec::new()),
        _ => None,
    }
}
