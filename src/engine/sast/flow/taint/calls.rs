//! Which function of a file a call means: one of the file or of a function around, a method of the class around by `self` or `this`, one of
//! a class by its name. The same for every rule.

use super::path::{Path, Paths};
use crate::engine::sast::flow::facts::{Facts, scope_of};
use crate::engine::sast::tree::{Id, Kind, Tree};
use std::collections::{BTreeMap, HashMap};

/// Functions that one name may mean in one scope, told apart by the number of their parameters.
const SAME_NAME: usize = 16;

/// A call of a function of the file.
#[derive(Debug, Clone, Copy)]
pub(in crate::engine::sast::flow) struct Callee {
    /// The call.
    pub(super) call: Id,
    /// The function.
    pub(super) function: Id,
    /// The parameters before that of the first argument: the object itself.
    pub(super) before: u32,
}

/// All such calls, and the functions that are walked by themselves.
#[derive(Debug, Default)]
pub(in crate::engine::sast::flow) struct Calls {
    /// In the order of the calls.
    all: Vec<Callee>,
    /// Functions with a name and others that are called, in order; the file is the first.
    units: Vec<Id>,
    /// Which of these call which, by their numbers and in order; one that reads a field of its object counts as calling those that write it.
    edges: Vec<(usize, usize)>,
    /// Functions and their calls, in order.
    by_function: Vec<(Id, Id)>,
    /// Fields that one function of a class may write and another read, in order.
    fields: Vec<Path>,
}

/// Pairs of functions of which one writes a field and the other reads it, for one field of a class.
const PAIRS: usize = 10_000;

/// Functions by name and scope.
type Known<'t> = HashMap<(&'t str, Id), Vec<Id>>;

impl Calls {
    /// Reads the calls of a tree.
    pub(in crate::engine::sast::flow) fn of(
        tree: &Tree<'_>,
        facts: &Facts,
        language: &str,
    ) -> Self {
        let (functions, classes) = known(tree);
        let methods = methods(tree);
        // Elsewhere a method is called by its object.
        let bare = !matches!(language, "python" | "javascript" | "typescript" | "tsx" | "php");
        let overloads =
            matches!(language, "java" | "csharp" | "cpp" | "kotlin" | "scala" | "swift");
        let resolver = Resolver { tree, facts, functions, classes, methods, bare, overloads };
        let calls = (0..tree.nodes().len() as Id).filter(|id| tree.kind(*id) == Kind::Call);
        let all: Vec<Callee> = calls.filter_map(|call| resolver.callee(call)).collect();
        let mut units: Vec<Id> = vec![0];
        units.extend((1..tree.nodes().len() as Id).filter(|id| is_named(tree, *id)));
        units.extend(all.iter().map(|callee| callee.function));
        units.sort_unstable();
        units.dedup();
        let by_function = all.iter().map(|callee| (callee.function, callee.call)).collect();
        let mut calls = Self { all, units, by_function, ..Self::default() };
        calls.by_function.sort_unstable();
        let mut edges = Vec::new();
        let mut around = Vec::new();
        for callee in &calls.all {
            let Some(to) = calls.number(callee.function) else { continue };
            around.clear();
            calls.around(tree, callee.call, &mut around);
            edges.extend(around.iter().map(|from| (*from, to)));
        }
        calls.add_fields(tree, facts.paths(tree), &mut edges);
        edges.sort_unstable();
        edges.dedup();
        calls.edges = edges;
        calls
    }

    /// Finds the fields that one function of a class writes and another reads.
    fn add_fields(&mut self, tree: &Tree<'_>, paths: &Paths, edges: &mut Vec<(usize, usize)>) {
        // By class and field: who writes it and who reads it.
        let mut uses: BTreeMap<(Id, Path), (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        let mut around = Vec::new();
        for id in 0..tree.nodes().len() as Id {
            let Some(path) = paths.at(id).filter(|_| is_own_field(tree, id)) else { continue };
            let Some(class) = class_of(tree, id) else { continue };
            let parent = tree.node(id).parent;
            let is_target = id == parent + 1;
            let (writers, readers) = uses.entry((class, path)).or_default();
            around.clear();
            self.around(tree, id, &mut around);
            match tree.kind(parent) {
                Kind::Assign if is_target => writers.append(&mut around),
                // What is changed is read and written.
                Kind::Update | Kind::Index if is_target => {
                    writers.extend_from_slice(&around);
                    readers.append(&mut around);
                }
                _ => readers.append(&mut around),
            }
        }
        for ((_, path), (mut writers, mut readers)) in uses {
            for list in [&mut writers, &mut readers] {
                list.sort_unstable();
                list.dedup();
            }
            if writers.len().saturating_mul(readers.len()) > PAIRS {
                continue;
            }
            for reader in readers {
                let others = writers.iter().filter(|writer| **writer != reader);
                edges.extend(others.map(|writer| (reader, *writer)));
            }
            self.fields.push(path);
        }
        self.fields.sort_unstable();
        self.fields.dedup();
    }

    /// Whether a path is a field of the object that methods are called on.
    pub(super) fn is_field(&self, path: Path) -> bool {
        self.fields.binary_search(&path).is_ok()
    }

    /// The calls of a function.
    pub(super) fn of_function(&self, function: Id) -> impl Iterator<Item = Id> + '_ {
        let from = self.by_function.partition_point(|(known, _)| *known < function);
        let rest = self.by_function.get(from..).unwrap_or(&[]);
        rest.iter().take_while(move |(known, _)| *known == function).map(|(_, call)| *call)
    }

    /// Which of the units call which, by their numbers and in order.
    pub(super) fn edges(&self) -> &[(usize, usize)] {
        &self.edges
    }

    /// What a call calls.
    pub(super) fn at(&self, call: Id) -> Option<Callee> {
        let at = self.all.binary_search_by_key(&call, |callee| callee.call).ok()?;
        self.all.get(at).copied()
    }

    /// The functions that are walked by themselves; the file is the first.
    pub(super) fn units(&self) -> &[Id] {
        &self.units
    }

    /// The number of a function among those.
    pub(super) fn number(&self, unit: Id) -> Option<usize> {
        self.units.binary_search(&unit).ok()
    }

    /// Those that run a node, as numbers: the innermost function around, and as long as that has no name the ones around it.
    pub(super) fn around(&self, tree: &Tree<'_>, id: Id, found: &mut Vec<usize>) {
        let mut below = id;
        for above in tree.above(id) {
            // Decorators run where the function is made.
            let is_part = tree.kind(above) == Kind::Function && below != above + 1;
            if is_part || above == 0 {
                found.extend(self.number(above));
                if above == 0 || is_named(tree, above) {
                    return;
                }
            }
            below = above;
        }
        if id == 0 {
            found.push(0);
        }
    }
}

/// Whether a node is a function that sees no variables of those around it.
pub(super) fn is_named(tree: &Tree<'_>, id: Id) -> bool {
    tree.kind(id) == Kind::Function && tree.kind(tree.child(id, 1)) != Kind::Nothing
}

/// The class around a node.
pub(super) fn class_of(tree: &Tree<'_>, id: Id) -> Option<Id> {
    tree.above(id).find(|above| tree.kind(*above) == Kind::Class)
}

/// Whether a node is a field of the object that its method is called on.
fn is_own_field(tree: &Tree<'_>, id: Id) -> bool {
    match tree.kind(id) {
        Kind::Name => tree.text(id).starts_with('@'),
        Kind::Attribute => matches!(tree.text(id + 1), "self" | "this" | "$this"),
        _ => false,
    }
}

/// Functions and classes of a file by their names.
fn known<'t>(tree: &'t Tree<'_>) -> (Known<'t>, HashMap<&'t str, Vec<Id>>) {
    let mut functions: Known<'t> = HashMap::new();
    let mut classes: HashMap<&str, Vec<Id>> = HashMap::new();
    let mut add = |name: Id, id: Id| {
        if tree.kind(name) == Kind::Name {
            let same = functions.entry((tree.text(name), scope_of(tree, id))).or_default();
            if same.len() < SAME_NAME {
                same.push(id);
            }
        }
    };
    for id in 0..tree.nodes().len() as Id {
        match tree.kind(id) {
            // A method of Go belongs to a type that its name does not tell.
            Kind::Function if !matches!(tree.text(id), "method" | "constructor") => {
                add(tree.child(id, 1), id);
            }
            Kind::Variable if tree.kind(tree.child(id, 3)) == Kind::Function => {
                add(tree.child(id, 1), tree.child(id, 3));
            }
            Kind::Assign if tree.kind(tree.child(id, 1)) == Kind::Function => {
                add(tree.child(id, 0), tree.child(id, 1));
            }
            Kind::Class if tree.kind(tree.child(id, 1)) == Kind::Name => {
                classes.entry(tree.text(tree.child(id, 1))).or_default().push(id);
            }
            _ => {}
        }
    }
    (functions, classes)
}

/// Methods of Go by their names and the types they belong to.
fn methods<'t>(tree: &'t Tree<'_>) -> HashMap<(&'t str, &'t str), Vec<Id>> {
    let mut methods: HashMap<_, Vec<Id>> = HashMap::new();
    for id in (0..tree.nodes().len() as Id).filter(|id| tree.kind(*id) == Kind::Function) {
        if let Some((_, of)) = receiver(tree, id) {
            methods.entry((tree.text(tree.child(id, 1)), of)).or_default().push(id);
        }
    }
    methods
}

/// The name that a method of Go has for its object, and the object's type.
fn receiver<'t>(tree: &'t Tree<'_>, function: Id) -> Option<(&'t str, &'t str)> {
    if tree.text(function) != "method" {
        return None;
    }
    let object = tree.children(tree.child(function, 0)).next()?;
    let of = tree.written(tree.child(object, 1)).trim_start_matches('*');
    (tree.kind(object) == Kind::Parameter).then(|| (tree.text(tree.child(object, 0)), of))
}

struct Resolver<'t, 's> {
    tree: &'t Tree<'s>,
    facts: &'t Facts,
    functions: Known<'t>,
    classes: HashMap<&'t str, Vec<Id>>,
    methods: HashMap<(&'t str, &'t str), Vec<Id>>,
    bare: bool,
    overloads: bool,
}

impl Resolver<'_, '_> {
    fn callee(&self, call: Id) -> Option<Callee> {
        let tree = self.tree;
        let name = tree.child(call, 0);
        let (function, by_object) = match tree.kind(name) {
            Kind::Name => (self.of_name(name, call)?, false),
            Kind::Attribute => {
                let object = tree.child(name, 0);
                if tree.kind(object) != Kind::Name {
                    return None;
                }
                if let Some(function) = self.of_receiver(name, object, call) {
                    return Some(Callee { call, function, before: 0 });
                }
                let own = matches!(
                    tree.text(object),
                    "self" | "this" | "$this" | "cls" | "static" | "Self"
                );
                let class = if own {
                    tree.above(call).find(|above| tree.kind(*above) == Kind::Class)?
                } else {
                    match self.classes.get(tree.text(object))?.as_slice() {
                        [only] => *only,
                        _ => return None,
                    }
                };
                let all = self.functions.get(&(tree.text(name), class))?;
                (self.only(all, call)?, true)
            }
            _ => return None,
        };
        let first = tree.children(tree.child(function, 2)).next();
        let first = first.map_or("", |first| tree.text(tree.child(first, 0)));
        // `Class.method(object, x)` gives the object as any other argument.
        let given = first == "self"
            && !matches!(tree.text(tree.child(name, 0)), "self" | "this" | "cls" | "super");
        let before = u32::from(by_object && matches!(first, "self" | "cls") && !given);
        Some(Callee { call, function, before })
    }

    /// A method of Go that is called on the object of the method around.
    fn of_receiver(&self, name: Id, object: Id, call: Id) -> Option<Id> {
        if self.methods.is_empty() {
            return None;
        }
        let tree = self.tree;
        let (known, of) =
            tree.above(call).filter(|id| is_named(tree, *id)).find_map(|id| receiver(tree, id))?;
        let all =
            self.methods.get(&(tree.text(name), of)).filter(|_| tree.text(object) == known)?;
        self.only(all, call)
    }

    /// What a name without an object means.
    fn of_name(&self, name: Id, call: Id) -> Option<Id> {
        let tree = self.tree;
        let mut scope = scope_of(tree, call);
        loop {
            let is_class = tree.kind(scope) == Kind::Class;
            if !is_class || self.bare {
                let others = if is_class { 0 } else { self.facts.given(tree, name, scope) };
                if let Some(all) = self.functions.get(&(tree.text(name), scope)) {
                    let assigned = all.iter().filter(|one| !is_named(tree, **one)).count();
                    return if others > assigned { None } else { self.only(all, call) };
                }
                // A variable or a parameter that hides what is further out.
                if others > 0 {
                    return None;
                }
            }
            if scope == 0 {
                return None;
            }
            scope = scope_of(tree, scope);
        }
    }

    /// The only function, or the only one with as many parameters as the call has arguments.
    fn only(&self, all: &[Id], call: Id) -> Option<Id> {
        if let [only] = all {
            return Some(*only);
        }
        let parts = |id: Id| self.tree.node(self.tree.child(id, 2)).count;
        let wanted = self.tree.node(self.tree.child(call, 1)).count;
        let mut alike = all.iter().filter(|one| self.overloads && parts(**one) == wanted);
        let only = alike.next()?;
        alike.next().is_none().then_some(*only)
    }
}
