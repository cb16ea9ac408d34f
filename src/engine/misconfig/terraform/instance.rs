//! A module as one caller uses it: arguments, values worked out once, the modules it calls in turn.

use super::evaluate::{Budget, placed, weight};
use super::module::{Module, Placed};
use super::policy;
use super::syntax::{Block, Expression, Node};
use crate::engine::misconfig::value::{Data, Value};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Calls within calls.
const MAX_NESTED: usize = 8;

/// Instances of modules under one root.
const MAX_INSTANCES: usize = 256;

/// What all instances under a root share.
#[derive(Debug)]
pub struct Shared<'a> {
    /// All modules of the tree.
    pub modules: &'a BTreeMap<&'a str, Module<'a>>,
    /// Work that is left.
    pub budget: Budget,
    /// Instances so far.
    pub instances: Cell<usize>,
    /// Folders of modules that have been used.
    pub used: RefCell<BTreeSet<&'a str>>,
}

/// What is known inside of one block: the instance it is, and the names that loops give.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// `each.key` and `each.value`.
    pub each: Option<(Value, Value)>,
    /// `count.index`.
    pub index: Option<usize>,
    /// Names of `for` and `dynamic`, innermost last.
    pub names: Vec<(String, Value)>,
}

/// A value by name that is worked out when it is first asked for.
#[derive(Debug)]
enum Slot {
    /// Being worked out: whoever asks now goes in a circle.
    Busy,
    Done(Value),
}

/// A module in use.
#[derive(Debug)]
pub struct Instance<'a> {
    /// What it is an instance of.
    pub module: &'a Module<'a>,
    /// What all instances share.
    pub shared: Rc<Shared<'a>>,
    /// What stands before its addresses: empty, or `module.name.` of every call.
    pub prefix: String,
    arguments: Rc<BTreeMap<String, Value>>,
    /// Variables that are as if nobody had given them a value.
    open: BTreeSet<&'a str>,
    nested: usize,
    slots: RefCell<BTreeMap<(u8, String), Slot>>,
    children: RefCell<BTreeMap<String, Option<Rc<Self>>>>,
}

impl<'a> Instance<'a> {
    /// A module that nobody calls, or as nobody calls it: values of its variables come from beside it.
    pub fn root(module: &'a Module<'a>, shared: Rc<Shared<'a>>) -> Self {
        let instance = Self::bare(module, shared);
        let frame = Frame::default();
        let mut arguments = BTreeMap::new();
        for attribute in module.values.iter().flat_map(|body| &body.attributes) {
            arguments.insert(attribute.name.clone(), instance.value(&attribute.value, &frame));
        }
        Self { arguments: Rc::new(arguments), slots: RefCell::default(), ..instance }
    }

    /// The same with nothing said about its variables: what it is for whoever sets them.
    pub fn open_root(module: &'a Module<'a>, shared: Rc<Shared<'a>>) -> Self {
        let open = module.variables.keys().copied().collect();
        Self { open, ..Self::bare(module, shared) }
    }

    fn bare(module: &'a Module<'a>, shared: Rc<Shared<'a>>) -> Self {
        shared.used.borrow_mut().insert(&module.folder);
        Self {
            module,
            shared,
            prefix: String::new(),
            arguments: Rc::default(),
            open: BTreeSet::new(),
            nested: 0,
            slots: RefCell::default(),
            children: RefCell::default(),
        }
    }

    /// This one with some variables as if nobody had given them a value, at the cost of another.
    pub fn opened(&self, open: BTreeSet<&'a str>, cost: &Self) -> Self {
        Self {
            module: self.module,
            shared: Rc::clone(&cost.shared),
            prefix: self.prefix.clone(),
            arguments: Rc::clone(&self.arguments),
            open,
            nested: self.nested,
            slots: RefCell::default(),
            children: RefCell::default(),
        }
    }

    fn slot(&self, sort: u8, name: &str, work: impl FnOnce() -> Option<Value>) -> Option<Value> {
        let key = (sort, name.to_owned());
        match self.slots.borrow().get(&key) {
            Some(Slot::Done(value)) => {
                return self.shared.budget.spend(weight(value)).then(|| value.clone());
            }
            Some(Slot::Busy) => return None,
            None => {}
        }
        self.slots.borrow_mut().insert(key.clone(), Slot::Busy);
        let value = work();
        match &value {
            Some(value) => self.slots.borrow_mut().insert(key, Slot::Done(value.clone())),
            None => self.slots.borrow_mut().remove(&key),
        };
        value
    }

    /// The value of a variable; none when nothing but a command line could tell.
    pub fn variable(&self, name: &str) -> Option<Value> {
        if self.open.contains(name) {
            return None;
        }
        self.slot(0, name, || {
            let declared = self.module.variables.get(name);
            let body = declared.map(|declared| &declared.block.body);
            let given = self.arguments.get(name).filter(|given| {
                // Nothing is the default where nothing is no value.
                let nullable = body.and_then(|body| body.get("nullable"));
                let stays = nullable.is_none_or(|word| word.node != Node::Bool(false));
                !given.is_null() || stays
            });
            if let Some(given) = given {
                let kind = body.and_then(|body| body.get("type"));
                return Some(
                    kind.map_or_else(|| given.clone(), |kind| self.typed(given.clone(), kind)),
                );
            }
            let default = body?.get("default")?;
            let value = self.value(default, &Frame::default());
            Some(
                body?
                    .get("type")
                    .map_or_else(|| value.clone(), |kind| self.typed(value.clone(), kind)),
            )
        })
    }

    /// Fills in what `optional(type, default)` leaves out.
    fn typed(&self, mut value: Value, kind: &'a Expression) -> Value {
        let Node::Call(name, arguments, _) = &kind.node else { return value };
        let range = value.range.clone();
        match (name.as_str(), arguments.as_slice(), &mut value.data) {
            ("optional", [inner, ..], _) => return self.typed(value, inner),
            ("list" | "set", [inner], Data::List(items)) => {
                for item in items {
                    *item = self.typed(item.clone(), inner);
                }
            }
            ("map", [inner], Data::Map(entries)) => {
                for entry in entries {
                    entry.value = self.typed(entry.value.clone(), inner);
                }
            }
            ("object", [object], Data::Map(entries)) => {
                let Node::Object(fields) = &object.node else { return value };
                for (key, kind) in fields {
                    let Some(key) = key.literal() else { continue };
                    if let Some(entry) = entries.iter_mut().find(|entry| entry.key == key) {
                        entry.value = self.typed(entry.value.clone(), kind);
                        continue;
                    }
                    let Node::Call(name, arguments, _) = &kind.node else { continue };
                    if name != "optional" || !self.shared.budget.spend(1) {
                        continue;
                    }
                    let default = match arguments.as_slice() {
                        [inner, default] => {
                            self.typed(self.value(default, &Frame::default()), inner)
                        }
                        _ => Value::new(range.clone(), Data::Null),
                    };
                    let value = placed(default, &range);
                    let key_range = range.clone();
                    entries.push(super::super::value::Entry {
                        key: key.to_owned(),
                        key_range,
                        value,
                    });
                }
            }
            _ => {}
        }
        value
    }

    /// A local value.
    pub fn local(&self, name: &str) -> Option<Value> {
        let expression = *self.module.locals.get(name)?;
        self.slot(1, name, || Some(self.value(expression, &Frame::default())))
    }

    /// A policy document that a data source puts together.
    pub fn policy(&self, name: &str) -> Option<Value> {
        let block = *self.module.sources.get(&(policy::SOURCE, name))?;
        // Statements of instances differ in what loops give them, which is unknown here.
        self.slot(2, name, || Some(policy::document(self, block, &Frame::default())))
    }

    /// Whether a resource, data source or call is known to have no instance: `["resource", kind, name]`, `["data", kind, name]` or
    /// `["module", name]`.
    pub fn is_nothing(&self, words: &[&str]) -> bool {
        let block = match *words {
            ["resource", kind, name] => self.module.resources.get(&(kind, name)).copied(),
            ["data", kind, name] => self.module.sources.get(&(kind, name)).copied(),
            ["module", name] => self.module.calls.get(name).map(|call| call.block),
            _ => None,
        };
        let numbered = |block: &&Block| {
            ["count", "for_each"].iter().any(|name| block.body.get(name).is_some())
        };
        let Some(block) = block.filter(numbered) else { return false };
        let answer = self.slot(3, &words.join("."), || {
            let is_nothing = self.frames(block).is_empty();
            Some(Value::new(block.head.clone(), Data::Bool(is_nothing)))
        });
        answer.is_some_and(|answer| answer.truth() == Some(true))
    }

    /// The module of a call, if it is one of the tree.
    pub fn child(&self, name: &str) -> Option<Rc<Self>> {
        if let Some(known) = self.children.borrow().get(name) {
            return known.clone();
        }
        self.children.borrow_mut().insert(name.to_owned(), None);
        let child = self.called(name).map(Rc::new);
        self.children.borrow_mut().insert(name.to_owned(), child.clone());
        child
    }

    fn called(&self, name: &str) -> Option<Self> {
        let Placed { block, .. } = *self.module.calls.get(name)?;
        let folder = self.module.source(block)?;
        let module = self.shared.modules.get(folder.as_str())?;
        let count = self.shared.instances.get();
        if self.nested >= MAX_NESTED || count >= MAX_INSTANCES {
            return None;
        }
        self.shared.instances.set(count + 1);
        let frames = self.frames(block);
        // One look stands for all instances; what differs between them is unknown only where there are several.
        let frame = match frames.as_slice() {
            [] => return None,
            [one] => one.clone(),
            _ => Frame::default(),
        };
        self.shared.used.borrow_mut().insert(&module.folder);
        let mut arguments = BTreeMap::new();
        for attribute in &block.body.attributes {
            arguments.insert(attribute.name.clone(), self.value(&attribute.value, &frame));
        }
        Some(Self {
            module,
            shared: Rc::clone(&self.shared),
            prefix: format!("{}module.{name}.", self.prefix),
            arguments: Rc::new(arguments),
            open: BTreeSet::new(),
            nested: self.nested + 1,
            slots: RefCell::default(),
            children: RefCell::default(),
        })
    }
}
