//! What the value of each kind of node carries, and what visiting it does to variables.

use super::label::Taint;
use super::walk::Walk;
use crate::engine::sast::tree::{Id, Kind};

impl Walk<'_, '_> {
    fn children(&self, id: Id) -> Vec<Id> {
        self.tree.children(id).collect()
    }

    /// All children; their values together.
    pub(super) fn all(&mut self, id: Id) -> Taint {
        let mut taint = Taint::default();
        let tree = self.tree;
        for child in tree.children(id) {
            taint.merge(&self.visit(child));
        }
        taint
    }

    pub(super) fn value(&mut self, id: Id, kind: Kind) -> Taint {
        match kind {
            Kind::Name | Kind::Attribute | Kind::Index => self.variable(id, kind).1,
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
                    self.escaped.join(self.paths, &after);
                }
                if other_ends && self.goes_on_behind(otherwise) {
                    self.escaped.join(self.paths, &self.state);
                }
                if other_ends && !then_ends {
                    self.state = after;
                } else if !then_ends || other_ends {
                    self.join(&after);
                }
                taint
            }
            Kind::While | Kind::For | Kind::ForEach | Kind::DoWhile => {
                let outer = std::mem::take(&mut self.escaped);
                for _ in 0..2 {
                    let (before, gave) = (self.state.clone(), self.gave);
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
                    self.join(&before);
                    self.return_escaped();
                    // The second time is as the first when it begins alike.
                    if self.gave == gave && self.state.is_as_before(&before) {
                        break;
                    }
                }
                self.escaped = outer;
                Taint::default()
            }
            Kind::Try => {
                let parts = self.children(id);
                let before = self.state.clone();
                let mut parts = parts.into_iter();
                parts.next().map(|body| self.visit(body));
                self.join(&before);
                for clause in parts {
                    let before = self.state.clone();
                    self.visit(clause);
                    self.join(&before);
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
                    self.join(&entered);
                    self.join(&before);
                }
                self.return_escaped();
                self.escaped = outer;
                taint
            }
            Kind::Block if self.tree.text(id) == "=" => self.all(id),
            Kind::Block | Kind::Module | Kind::Class => {
                let mut last = Taint::default();
                let tree = self.tree;
                for child in tree.children(id) {
                    last = self.visit(child);
                }
                if kind == Kind::Block { last } else { Taint::default() }
            }
            Kind::Word => {
                let taint = self.all(id);
                if matches!(self.tree.text(id), "return" | "yield") {
                    self.give_back(&taint);
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
            Kind::Call if self.enters => {
                let taint = match self.calls.at(id) {
                    Some(callee) => self.call(id, callee),
                    // One of the values that are written out here.
                    None if self.is_lookup(id) => {
                        self.all(id);
                        Taint::default()
                    }
                    None => self.all(id),
                };
                self.keep(id, &taint);
                taint
            }
            Kind::Yield => {
                let taint = self.all(id);
                self.give_back(&taint);
                taint
            }
            _ => self.all(id),
        }
    }

    /// Whether a call looks something up by one key among literals: `{"a": 1}.get(x)`. Another value to give in its place could be
    /// anything.
    fn is_lookup(&self, call: Id) -> bool {
        let tree = self.tree;
        let (callee, arguments) = (tree.child(call, 0), tree.child(call, 1));
        tree.kind(callee) == Kind::Attribute
            && tree.text(callee) == "get"
            && tree.node(arguments).count == 1
            && self.is_written_out(tree.child(callee, 0))
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
        self.join(&escaped);
    }
}
