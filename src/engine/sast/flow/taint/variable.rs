//! Reads variables and their fields, and gives them values.

use super::calls::is_named;
use super::label::Taint;
use super::walk::Walk;
use crate::engine::sast::tree::{Id, Kind};

impl Walk<'_, '_> {
    /// A variable, a field or an element: what it carries itself - what is known of it, else what its object carries - and that together
    /// with what its fields carry.
    pub(super) fn variable(&mut self, id: Id, kind: Kind) -> (Taint, Taint) {
        let path = self.paths.at(id);
        let part = self.objects(id, kind);
        let exact = path.and_then(|path| self.state.get(path)).cloned();
        let own = exact.unwrap_or(part);
        let mut full = own.clone();
        if let Some(path) = path {
            for field in self.state.below(self.paths, path) {
                full.merge(field);
            }
        }
        if self.inside > 0 && self.frame.is_some() && !full.is_empty() {
            self.give_back(&full);
        }
        (own, full)
    }

    /// Whether a node is a list or a dictionary of literals alone, or a name for one.
    pub(super) fn is_written_out(&self, id: Id) -> bool {
        let tree = self.tree;
        let value = self.facts.value(tree, id).unwrap_or(id);
        let is_literal = |at: Id| {
            matches!(
                tree.kind(at),
                Kind::Pair | Kind::Str | Kind::Number | Kind::Bool | Kind::Null | Kind::Symbol
            ) || tree.kind(tree.node(at).parent) == Kind::Pair && at == tree.node(at).parent + 1
        };
        matches!(tree.kind(value), Kind::Dict | Kind::List | Kind::Tuple)
            && tree.node(value).count > 0
            && tree.below(value).all(is_literal)
    }

    /// What stands before the last `.name` or `[index]`.
    fn objects(&mut self, id: Id, kind: Kind) -> Taint {
        let tree = self.tree;
        // A method sees all fields of its object, and which element is taken is not always known.
        let parent = tree.node(id).parent;
        let is_method = tree.kind(parent) == Kind::Call && id == parent + 1;
        let alone = !is_method && self.paths.at(id).is_some();
        let mut parts = tree.children(id);
        let Some(object) = parts.next() else { return Taint::default() };
        let mut taint = match kind {
            Kind::Attribute | Kind::Index if alone => self.visit_object(object),
            Kind::Attribute | Kind::Index => self.visit(object),
            _ => return Taint::default(),
        };
        if kind == Kind::Index {
            // Who chooses the element has a say in what it is, unless all of them are written out here.
            for index in parts {
                let of_index = self.visit(index);
                let counts = !self.options.safe_indexes && !of_index.is_empty();
                if counts && !self.is_written_out(object) {
                    taint.merge(&of_index);
                }
            }
        }
        taint
    }

    pub(super) fn assign(&mut self, target: Id, taint: &Taint, weak: bool) {
        let tree = self.tree;
        match tree.kind(target) {
            Kind::Index if self.paths.at(target).is_none() => {
                self.visit(target);
                let object = tree.child(target, 0);
                if !taint.is_empty() {
                    self.assign(object, taint, true);
                }
            }
            Kind::Name | Kind::Attribute | Kind::Index => self.assign_path(target, taint, weak),
            Kind::Tuple | Kind::List | Kind::Dict => {
                for part in tree.children(target) {
                    self.assign(part, taint, weak);
                }
            }
            Kind::Pair if tree.node(target).count > 1 => {
                let (key, inner) = (self.tree.child(target, 0), self.tree.child(target, 1));
                let mut further = taint.clone();
                // `{a}` is one name, though it stands for two.
                if self.place(key) == self.place(inner) {
                    self.begin(key, &mut further);
                }
                self.assign(inner, &further, weak);
            }
            // Ruby's `a, * = b` has a spread of nothing.
            Kind::Spread | Kind::Typed | Kind::Unary if tree.node(target).count > 0 => {
                let inner = self.tree.child(target, 0);
                self.assign(inner, taint, weak || self.tree.kind(target) == Kind::Unary);
            }
            Kind::Variable if tree.node(target).count > 1 => {
                let inner = self.tree.child(target, 1);
                self.assign(inner, taint, weak);
            }
            Kind::Parameter if tree.node(target).count > 0 => {
                let inner = self.tree.child(target, 0);
                self.assign(inner, taint, weak);
            }
            Kind::Nothing | Kind::Spread | Kind::Typed => {}
            _ => {
                self.visit(target);
            }
        }
    }

    fn assign_path(&mut self, target: Id, taint: &Taint, weak: bool) {
        let mut further = taint.through(&self.place(target));
        if self.tree.kind(target) != Kind::Name {
            // A variable that is assigned into is not read.
            let object = self.tree.child(target, 0);
            if self.paths.at(object).is_none() {
                self.visit(object);
            } else {
                self.begin(object, &mut Taint::default());
            }
        }
        self.begin(target, &mut further);
        // Who is told of a sink that is assigned to (`x.innerHTML = y`) is told of the target, too.
        if !further.is_empty() {
            self.reach(target, &further);
        }
        match self.paths.at(target) {
            Some(path) if weak => self.know_more(path, &further),
            Some(path) => self.know(path, further),
            None => {
                // A field that lies too deep is what it is a part of.
                let mut objects = std::iter::successors(Some(target), |at| {
                    let is_part = matches!(self.tree.kind(*at), Kind::Attribute | Kind::Index);
                    is_part.then(|| self.tree.child(*at, 0))
                });
                if let Some(path) = objects.find_map(|object| self.paths.at(object)) {
                    self.know_more(path, &further);
                }
            }
        }
    }

    /// A function where it stands. One without a name sees what is around it; one with a name is walked by itself.
    pub(super) fn function(&mut self, id: Id) {
        self.visit(self.tree.child(id, 0));
        if is_named(self.tree, id) {
            return;
        }
        let outer = self.state.clone();
        let escaped = std::mem::take(&mut self.escaped);
        self.inside += 1;
        self.body_of(id, false);
        self.inside -= 1;
        (self.state, self.escaped) = (outer, escaped);
    }

    /// The parameters and the body of a function; the value of its last statement.
    pub(super) fn body_of(&mut self, id: Id, is_called: bool) -> Taint {
        let tree = self.tree;
        let (parameters, body) = (tree.child(id, 2), tree.child(id, 4));
        if tree.node(id).count < 5 {
            return Taint::default();
        }
        for (parameter, number) in tree.children(parameters).zip(0..) {
            let mut taint = Taint::default();
            if tree.node(parameter).count > 2 {
                taint = self.visit(tree.child(parameter, 2));
            }
            if is_called {
                taint.merge(&self.parameter(number, parameter));
            }
            self.begin(parameter, &mut taint);
            self.assign(parameter, &taint, false);
        }
        if self.inside == 0 {
            self.know_fields();
        }
        self.visit(body)
    }
}
