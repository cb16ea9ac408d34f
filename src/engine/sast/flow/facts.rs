//! What is known of the names in a file: what they import, which value reaches them, which type they were declared with.

use super::index::{
    Counts, Definition, Definitions, Imported, Imports, last_before, last_typed_before, of_scope,
};
use super::taint::calls::Calls;
use super::taint::path::Paths;
use crate::engine::sast::regular::Regular;
use crate::engine::sast::tree::{Id, Kind, Tree};
use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

/// How far values are followed from name to name.
const HOPS: usize = 8;

/// Facts of one file.
#[derive(Debug, Default)]
pub struct Facts {
    pub(super) imports: Imports,
    definitions: Definitions,
    regexes: Mutex<HashMap<String, Option<Regular>>>,
    /// How often texts occur.
    texts: Counts,
    paths: OnceLock<Paths>,
    calls: OnceLock<Calls>,
}

/// What is found on the way through a tree.
#[derive(Debug, Default)]
struct Reading {
    imports: Vec<Imported>,
    definitions: Vec<Definition>,
}

impl Facts {
    /// Reads a tree once.
    pub fn of(tree: &Tree<'_>) -> Self {
        let mut reading = Reading::default();
        reading.read(tree);
        let facts = Self {
            imports: Imports::of(reading.imports),
            definitions: Definitions::of(tree, reading.definitions),
            regexes: Mutex::default(),
            texts: Counts::of(tree),
            paths: OnceLock::new(),
            calls: OnceLock::new(),
        };
        tree.refer(facts.entities(tree));
        facts
    }
}

impl Reading {
    fn read(&mut self, tree: &Tree<'_>) {
        // Scopes around, each with the node behind its last.
        let mut scopes: Vec<(Id, Id)> = Vec::new();
        for (node, id) in tree.nodes().iter().zip(0..) {
            while scopes.last().is_some_and(|(_, behind)| *behind <= id) {
                scopes.pop();
            }
            let scope = scopes.last().map_or(0, |(scope, _)| *scope);
            let child = |position| tree.child(id, position);
            let present = |id: Id| (tree.kind(id) != Kind::Nothing).then_some(id);
            match node.kind {
                Kind::Function | Kind::Class => scopes.push((id, node.last)),
                Kind::Import => self.import(tree, id),
                Kind::Assign => {
                    self.define(tree, child(0), Some(child(1)), id, scope, None);
                }
                Kind::Update | Kind::ForEach => {
                    self.define(tree, child(0), None, id, scope, None);
                }
                Kind::Variable if node.count == 4 => {
                    let (of, value) = (present(child(2)), present(child(3)));
                    self.define(tree, child(1), value, id, scope, of);
                }
                Kind::Parameter if node.count >= 2 => {
                    self.define(tree, child(0), None, id, scope, present(child(1)));
                }
                Kind::Catch if node.count >= 2 => {
                    self.define(tree, child(1), None, id, scope, Some(child(0)));
                }
                Kind::Unary if tree.text(id).contains("++") || tree.text(id).contains("--") => {
                    self.define(tree, child(0), None, id, scope, None);
                }
                _ => {}
            }
        }
    }

    fn import(&mut self, tree: &Tree<'_>, id: Id) {
        let parts: Vec<Id> = tree.children(id).collect();
        let [module, taken, alias] = parts[..] else { return };
        let mut path = dotted(tree, module).unwrap_or_else(|| vec![tree.text(module).to_owned()]);
        let is_path = tree.kind(module) == Kind::Str;
        let length = path.len();
        let given = (tree.kind(alias) == Kind::Name).then(|| tree.text(alias).to_owned());
        match tree.kind(taken) {
            Kind::Nothing => {
                let last =
                    path.last().map(|last| last.rsplit('/').next().unwrap_or(last).to_owned());
                let name = given.or(if is_path { last } else { path.first().cloned() });
                if tree.kind(alias) == Kind::Nothing && !is_path {
                    path.truncate(1);
                }
                if let Some(name) = name {
                    self.imports.push(Imported::new(name, id, path, (module, length)));
                }
            }
            Kind::Name if tree.text(taken) == "*" => {}
            _ => {
                let Some(taken) = dotted(tree, taken) else { return };
                let name = given.or_else(|| taken.last().cloned());
                if !(is_path && taken.len() == 1 && taken[0] == "default") {
                    path.extend(taken);
                }
                if let Some(name) = name {
                    self.imports.push(Imported::new(name, id, path, (module, length)));
                }
            }
        }
    }

    fn define(
        &mut self,
        tree: &Tree<'_>,
        target: Id,
        value: Option<Id>,
        at: Id,
        scope: Id,
        of: Option<Id>,
    ) {
        match tree.kind(target) {
            Kind::Name => {
                if let Some(value) = value {
                    self.require(tree, target, value, &[]);
                }
                self.definitions.push(Definition {
                    value,
                    of,
                    ..Definition::new(target, at, scope)
                });
            }
            Kind::Attribute
                if matches!(tree.text(tree.child(target, 0)), "this" | "self" | "@") =>
            {
                let class =
                    tree.above(target).find(|above| tree.kind(*above) == Kind::Class).unwrap_or(0);
                self.definitions.push(Definition {
                    value,
                    of,
                    is_field: true,
                    ..Definition::new(target, at, class)
                });
            }
            Kind::Tuple | Kind::List | Kind::Dict => {
                let targets: Vec<Id> = tree.children(target).collect();
                let values: Vec<Id> = value
                    .filter(|value| {
                        matches!(tree.kind(*value), Kind::Tuple | Kind::List)
                            && tree.kind(target) != Kind::Dict
                    })
                    .map(|value| tree.children(value).collect())
                    .filter(|values: &Vec<Id>| values.len() == targets.len())
                    .unwrap_or_default();
                for (position, inside) in targets.into_iter().enumerate() {
                    let mut name = inside;
                    if tree.kind(inside) == Kind::Pair {
                        name = tree.child(inside, 1);
                        if let Some(value) = value {
                            self.require(tree, name, value, &[tree.text(tree.child(inside, 0))]);
                        }
                    }
                    self.define(tree, name, values.get(position).copied(), at, scope, None);
                }
            }
            Kind::Variable => self.define(
                tree,
                tree.child(target, 1),
                value,
                at,
                scope,
                Some(tree.child(target, 2)),
            ),
            // Ruby's `a, * = b` has a spread of nothing.
            Kind::Spread if tree.children(target).next().is_some() => {
                self.define(tree, tree.child(target, 0), None, at, scope, None);
            }
            _ => {}
        }
    }

    /// `const x = require('y')` imports.
    fn require(&mut self, tree: &Tree<'_>, target: Id, value: Id, taken: &[&str]) {
        let (mut call, mut rest) = (value, Vec::new());
        while tree.kind(call) == Kind::Attribute {
            rest.insert(0, tree.text(call).to_owned());
            call = tree.child(call, 0);
        }
        if tree.kind(call) == Kind::Await {
            call = tree.child(call, 0);
        }
        if tree.kind(call) != Kind::Call
            || !matches!(tree.text(tree.child(call, 0)), "require" | "import")
        {
            return;
        }
        let arguments = tree.child(call, 1);
        let Some(module) =
            tree.children(arguments).next().filter(|module| tree.kind(*module) == Kind::Str)
        else {
            return;
        };
        let mut path = vec![tree.text(module).to_owned()];
        path.extend(rest);
        path.extend(taken.iter().map(|one| (*one).to_owned()));
        if tree.kind(target) == Kind::Name {
            let name = tree.text(target).to_owned();
            self.imports.push(Imported::new(name, target, path, (module, 1)));
        }
    }
}

impl Facts {
    /// Whether no function around a name gives that name another meaning.
    pub(super) fn is_import(&self, tree: &Tree<'_>, id: Id) -> bool {
        let all = self.definitions.of_name(tree, id, false);
        if all.is_empty() {
            return true;
        }
        let mut scope = scope_of(tree, id);
        while scope != 0 {
            if of_scope(all, scope).first().is_some_and(|first| first.at <= id) {
                return false;
            }
            scope = scope_of(tree, scope);
        }
        true
    }

    /// For a name that was taken out of a module: the node that names the module.
    pub fn module_of(&self, tree: &Tree<'_>, id: Id) -> Option<Id> {
        let found = self.import_at(tree, id)?;
        (found.path.len() == found.length + 1).then_some(found.module)
    }

    /// The last import before a name; one behind it may still come first in time.
    pub(super) fn import_at(&self, tree: &Tree<'_>, id: Id) -> Option<&Imported> {
        if tree.kind(id) != Kind::Name {
            return None;
        }
        self.imports.last_before(tree, id)
    }

    /// Hashes of what things are called here whose full names hold a name; Go's paths are known by their last part.
    pub fn aliases<'f>(&'f self, part: &'f str) -> impl Iterator<Item = u32> + 'f {
        let is = move |name: &String| name.rsplit('/').next() == Some(part);
        let named = self.imports.all().iter().filter(move |one| one.path.iter().any(is));
        named.map(|one| one.hash)
    }

    /// Whether a text with this hash may be in the tree.
    pub fn holds(&self, hash: u32) -> bool {
        self.texts.at_most(hash) > 0
    }

    /// At most how often a text with this hash is in the tree; 255 stands for more, too.
    pub fn at_most(&self, hash: u32) -> u8 {
        self.texts.at_most(hash)
    }

    /// Variables and fields, for flows.
    pub(super) fn paths(&self, tree: &Tree<'_>) -> &Paths {
        self.paths.get_or_init(|| Paths::of(tree))
    }

    /// Which functions of the file calls mean, for flows.
    pub(super) fn calls(&self, tree: &Tree<'_>, language: &str) -> &Calls {
        self.calls.get_or_init(|| Calls::of(tree, self, language))
    }

    /// How often a scope gives the name that is the text of a node a value.
    pub(super) fn given(&self, tree: &Tree<'_>, name: Id, scope: Id) -> usize {
        of_scope(self.definitions.of_name(tree, name, false), scope).len()
    }

    /// The full name of something that was imported.
    pub fn full_name(&self, tree: &Tree<'_>, id: Id) -> Option<Vec<String>> {
        let (mut at, mut count) = (id, 0);
        while tree.kind(at) == Kind::Attribute {
            if count > 20 {
                return None;
            }
            (at, count) = (tree.child(at, 0), count + 1);
        }
        let path = &self.import_at(tree, at)?.path;
        let mut full = Vec::with_capacity(path.len() + count);
        full.extend_from_slice(path);
        let mut at = id;
        while tree.kind(at) == Kind::Attribute {
            full.push(tree.text(tree.child(at, 1)).to_owned());
            at = tree.child(at, 0);
        }
        if let Some(rest) = full.get_mut(path.len()..) {
            rest.reverse();
        }
        Some(full)
    }

    /// The expression whose value a name or a field has where it stands.
    pub fn value(&self, tree: &Tree<'_>, id: Id) -> Option<Id> {
        self.definition(tree, id)?.value
    }

    fn definition(&self, tree: &Tree<'_>, id: Id) -> Option<&Definition> {
        if tree.kind(id) == Kind::Attribute {
            if !matches!(tree.text(tree.child(id, 0)), "this" | "self") {
                return None;
            }
            let class = tree.above(id).find(|above| tree.kind(*above) == Kind::Class)?;
            let fields = of_scope(self.definitions.of_name(tree, id, true), class);
            let plain = of_scope(self.definitions.of_name(tree, id, false), class);
            return match (fields, plain) {
                ([only], []) | ([], [only]) => Some(only),
                _ => None,
            };
        }
        if tree.kind(id) != Kind::Name || is_target(tree, id) {
            return None;
        }
        let all = self.definitions.of_name(tree, id, false);
        if all.is_empty() {
            return None;
        }
        let mut scope = scope_of(tree, id);
        let local = of_scope(all, scope);
        if !local.is_empty() {
            let found = reaching(tree, id, local);
            if found.is_some() || tree.kind(scope) == Kind::Function {
                return found;
            }
        }
        // Further out a name has a value only if nothing gives it another.
        loop {
            match of_scope(all, scope) {
                [only] => return (!tree.is_within(id, only.at)).then_some(only),
                [] if scope == 0 => return None,
                [] => scope = scope_of(tree, scope),
                _ => return None,
            }
        }
    }

    /// The text of a string constant.
    pub fn string(&self, tree: &Tree<'_>, id: Id) -> Option<String> {
        self.folded(tree, id, HOPS)
    }

    /// The string literal that a name has as its value.
    pub fn literal(&self, tree: &Tree<'_>, id: Id) -> Option<Id> {
        let mut at = id;
        for _ in 0..HOPS {
            if tree.kind(at) == Kind::Str {
                return Some(at);
            }
            if tree.kind(at) == Kind::Interpolated && tree.node(at).count == 1 {
                at = tree.child(at, 0);
                continue;
            }
            at = self.value(tree, at)?;
        }
        None
    }

    fn folded(&self, tree: &Tree<'_>, id: Id, hops: usize) -> Option<String> {
        let hops = hops.checked_sub(1)?;
        match tree.kind(id) {
            Kind::Str => Some(tree.text(id).to_owned()),
            Kind::Name | Kind::Attribute => self.folded(tree, self.value(tree, id)?, hops),
            Kind::Binary if matches!(tree.text(id), "+" | "." | "<>") => {
                let left = self.folded(tree, tree.child(id, 0), hops)?;
                Some(left + &self.folded(tree, tree.child(id, 1), hops)?)
            }
            Kind::Interpolated => {
                let mut whole = String::new();
                for part in tree.children(id) {
                    whole += &self.folded(tree, part, hops)?;
                }
                Some(whole)
            }
            Kind::Conditional => {
                let (one, other) = (tree.child(id, 1), tree.child(id, 2));
                let one = self.folded(tree, one, hops)?;
                self.folded(tree, other, hops)
                    .map(|other| if one == other { one } else { String::new() })
            }
            _ => None,
        }
    }

    /// Types of an expression, as far as the file says: as written, and by full name.
    pub fn type_of(&self, tree: &Tree<'_>, id: Id) -> Vec<String> {
        let literal = match tree.kind(id) {
            Kind::Str | Kind::Interpolated => Some("string"),
            Kind::Number => return number_types(tree.text(id)),
            Kind::Bool => Some("bool"),
            Kind::Binary if is_comparison(tree.text(id)) => Some("bool"),
            Kind::Unary if tree.text(id) == "!" => Some("bool"),
            _ => None,
        };
        if let Some(of) = literal {
            let mut names = vec![of.to_owned(), capital(of)];
            match of {
                "bool" => names.push("boolean".to_owned()),
                // A string of C is a pointer.
                "string" => names.push("char*".to_owned()),
                _ => {}
            }
            return names;
        }
        let mut node = id;
        if matches!(tree.kind(id), Kind::Name | Kind::Attribute) {
            let Some(definition) = self.typed_definition(tree, id) else { return Vec::new() };
            match (definition.of, definition.value) {
                (Some(of), _) => return self.type_names(tree, of),
                (None, Some(value)) => node = value,
                (None, None) => return Vec::new(),
            }
        }
        match tree.kind(node) {
            Kind::New => self.type_names(tree, tree.child(node, 0)),
            Kind::Cast => self.type_names(tree, tree.child(node, 0)),
            Kind::Unary if matches!(tree.text(node), "&" | "*") => {
                let inner = self.type_of(tree, tree.child(node, 0));
                inner.into_iter().map(|one| format!("*{one}")).collect()
            }
            Kind::Str | Kind::Number | Kind::Bool | Kind::Interpolated => self.type_of(tree, node),
            _ => Vec::new(),
        }
    }

    /// The nearest definition outwards, whether or not its value still holds: types do not change.
    fn typed_definition(&self, tree: &Tree<'_>, id: Id) -> Option<&Definition> {
        let mut scope = if tree.kind(id) == Kind::Attribute {
            if !matches!(tree.text(tree.child(id, 0)), "this" | "self") {
                return None;
            }
            tree.above(id).find(|above| tree.kind(*above) == Kind::Class)?
        } else {
            scope_of(tree, id)
        };
        let all = self.definitions.of_name(tree, id, false);
        if all.is_empty() {
            return None;
        }
        loop {
            let local = of_scope(all, scope);
            let before = || last_typed_before(local, id).or_else(|| last_before(local, id));
            if let Some(found) = before().or_else(|| local.first()) {
                return Some(found);
            }
            if scope == 0 {
                return None;
            }
            scope = scope_of(tree, scope);
        }
    }

    fn type_names(&self, tree: &Tree<'_>, of: Id) -> Vec<String> {
        let mut written: String = tree.written(of).chars().filter(|c| !c.is_whitespace()).collect();
        // The brackets may stand behind the variable.
        let is_array = tree.kind(of) == Kind::Type && tree.text(of) == "[]";
        if is_array && !written.contains('[') {
            written.push_str("[]");
        }
        let mut names = vec![written.clone()];
        // `char *s`: the sign stands with the name.
        let stars = tree
            .subtree(of)
            .take_while(|at| tree.kind(*at) == Kind::Type && tree.text(*at) == "*")
            .count();
        if stars > 0 && !written.contains('*') {
            names.push(written.clone() + &"*".repeat(stars));
        }
        let head =
            if tree.kind(of) == Kind::Type { tree.children(of).next().unwrap_or(of) } else { of };
        if let Some(full) = self.full_name(tree, head) {
            let sign = if written.starts_with('*') { "*" } else { "" };
            names.push(format!("{sign}{}", full.join(".")));
        }
        if let Some((_, last)) = written.rsplit_once('.') {
            names.push(last.to_owned());
        }
        names
    }

    /// Whether a regular expression of a pattern matches a text; `None` when the search was given up.
    pub fn matches(&self, pattern: &str, text: &str) -> Option<bool> {
        let mut known = self.regexes.lock().ok()?;
        let regex = known.entry(pattern.to_owned()).or_insert_with(|| Regular::new(pattern).ok());
        regex.as_ref().map_or(Some(false), |regex| regex.is_match(text))
    }
}

/// A whole number is what languages with one kind of numbers call it, too.
fn number_types(text: &str) -> Vec<String> {
    let names: &[&str] =
        if text.contains('.') { &["float", "number"] } else { &["int", "Int", "float", "number"] };
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Whether a name is what a value is given to.
fn is_target(tree: &Tree<'_>, id: Id) -> bool {
    let parent = tree.node(id).parent;
    match tree.kind(parent) {
        Kind::Assign => id == parent + 1,
        Kind::Variable => tree.children(parent).nth(1) == Some(id),
        _ => false,
    }
}

/// Whether an operator gives a truth value whatever its operands are.
fn is_comparison(sign: &str) -> bool {
    matches!(
        sign,
        "==" | "!=" | "===" | "!==" | "<" | ">" | "<=" | ">=" | "instanceof" | "&&" | "||"
    )
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// The function, class or file around a node.
pub fn scope_of(tree: &Tree<'_>, id: Id) -> Id {
    tree.above(id)
        .find(|above| matches!(tree.kind(*above), Kind::Function | Kind::Class))
        .unwrap_or(0)
}

/// Names joined by dots.
pub fn dotted(tree: &Tree<'_>, id: Id) -> Option<Vec<String>> {
    match tree.kind(id) {
        Kind::Name => Some(vec![tree.text(id).to_owned()]),
        Kind::Attribute => {
            let mut names = dotted(tree, tree.child(id, 0))?;
            names.push(tree.text(tree.child(id, 1)).to_owned());
            (names.len() < 40).then_some(names)
        }
        _ => None,
    }
}

/// The definition before a use that surely is the last one before it.
fn reaching<'d>(tree: &Tree<'_>, id: Id, local: &'d [Definition]) -> Option<&'d Definition> {
    let mut before = last_before(local, id)?;
    // What stands around the use happens after it.
    while tree.is_within(id, before.at) {
        before = last_before(local, before.at)?;
    }
    // What is assigned within a condition or an argument is assigned before what follows.
    let (mut at, mut parent) = (before.at, tree.node(before.at).parent);
    while matches!(tree.kind(parent), Kind::Assign | Kind::Call | Kind::Arguments)
        || (tree.kind(parent) == Kind::If && tree.child(parent, 0) == at)
    {
        (at, parent) = (parent, tree.node(parent).parent);
    }
    if !tree.is_within(id, parent) {
        return None;
    }
    // A loop around the use runs what stands behind it before it, too.
    let Some(after) = local.get(local.partition_point(|one| one.at <= id)) else {
        return Some(before);
    };
    let again = tree
        .above(id)
        .filter(|above| {
            matches!(tree.kind(*above), Kind::While | Kind::DoWhile | Kind::For | Kind::ForEach)
        })
        .any(|outer| tree.is_within(after.at, outer));
    (!again).then_some(before)
}
