//! What is known of the names in a file: what they import, which value reaches them, which type they were declared with.

use crate::engine::sast::regular::Regular;
use crate::engine::sast::tree::{Id, Kind, Tree, hash};
use std::collections::HashMap;
use std::sync::Mutex;

/// How far values are followed from name to name.
const HOPS: usize = 8;

/// Something gives a name a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Definition {
    /// The node that does.
    pub(super) at: Id,
    /// The value, where it is an expression of its own.
    pub(super) value: Option<Id>,
    /// The function, class or file it does it in.
    pub(super) scope: Id,
    /// The declared type.
    of: Option<Id>,
}

/// Something imported: where, by which full name, and the node that names the module with the number of names that it is.
pub(super) type Imported = (Id, Vec<String>, (Id, usize));

/// Facts of one file.
#[derive(Debug, Default)]
pub struct Facts {
    pub(super) imports: HashMap<String, Vec<Imported>>,
    pub(super) definitions: HashMap<String, Vec<Definition>>,
    regexes: Mutex<HashMap<String, Option<Regular>>>,
    /// Hashes of all texts of the tree.
    texts: std::collections::HashSet<u32>,
}

impl Facts {
    /// Reads a tree once.
    pub fn of(tree: &Tree<'_>) -> Self {
        let mut facts = Self::default();
        facts.texts.extend(tree.nodes().iter().map(|node| node.hash));
        let mut scopes: Vec<Id> = vec![0];
        for id in 0..tree.nodes().len() as Id {
            while scopes.len() > 1
                && scopes.last().is_some_and(|scope| !tree.subtree(*scope).contains(&id))
            {
                scopes.pop();
            }
            let scope = *scopes.last().unwrap_or(&0);
            match tree.kind(id) {
                Kind::Function | Kind::Class => scopes.push(id),
                Kind::Import => facts.import(tree, id),
                Kind::Assign => {
                    let (target, value) = (tree.child(id, 0), tree.child(id, 1));
                    facts.define(tree, target, Some(value), id, scope, None);
                }
                Kind::Update => facts.define(tree, tree.child(id, 0), None, id, scope, None),
                Kind::Variable => {
                    let parts: Vec<Id> = tree.children(id).collect();
                    if let [_, target, of, value] = parts[..] {
                        let value = (tree.kind(value) != Kind::Nothing).then_some(value);
                        let of = (tree.kind(of) != Kind::Nothing).then_some(of);
                        facts.define(tree, target, value, id, scope, of);
                    }
                }
                Kind::Parameter => {
                    let parts: Vec<Id> = tree.children(id).collect();
                    if let [target, of, ..] = parts[..] {
                        let of = (tree.kind(of) != Kind::Nothing).then_some(of);
                        facts.define(tree, target, None, id, scope, of);
                    }
                }
                Kind::ForEach => facts.define(tree, tree.child(id, 0), None, id, scope, None),
                Kind::Catch => {
                    let parts: Vec<Id> = tree.children(id).collect();
                    if let [of, target, ..] = parts[..] {
                        facts.define(tree, target, None, id, scope, Some(of));
                    }
                }
                Kind::Unary if tree.text(id).contains("++") || tree.text(id).contains("--") => {
                    facts.define(tree, tree.child(id, 0), None, id, scope, None);
                }
                _ => {}
            }
        }
        tree.refer(facts.entities(tree));
        facts
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
                    self.imports.entry(name).or_default().push((id, path, (module, length)));
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
                    self.imports.entry(name).or_default().push((id, path, (module, length)));
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
                let definition = Definition { at, value, scope, of };
                self.definitions.entry(tree.text(target).to_owned()).or_default().push(definition);
            }
            Kind::Attribute
                if matches!(tree.text(tree.child(target, 0)), "this" | "self" | "@") =>
            {
                let class =
                    tree.above(target).find(|above| tree.kind(*above) == Kind::Class).unwrap_or(0);
                let name = format!(".{}", tree.text(target));
                let definition = Definition { at, value, scope: class, of };
                self.definitions.entry(name).or_default().push(definition);
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
            self.imports.entry(tree.text(target).to_owned()).or_default().push((
                target,
                path,
                (module, 1),
            ));
        }
    }

    /// Whether no function around a name gives that name another meaning.
    pub(super) fn is_import(&self, tree: &Tree<'_>, id: Id) -> bool {
        let Some(all) = self.definitions.get(tree.text(id)) else { return true };
        let mut scope = scope_of(tree, id);
        while scope != 0 {
            if all.iter().any(|one| one.scope == scope && one.at <= id) {
                return false;
            }
            scope = scope_of(tree, scope);
        }
        true
    }

    /// For a name that was taken out of a module: the node that names the module.
    pub fn module_of(&self, tree: &Tree<'_>, id: Id) -> Option<Id> {
        let (_, path, (module, length)) = self.import_at(tree, id)?;
        (path.len() == length + 1).then_some(*module)
    }

    /// The last import before a name; one behind it may still come first in time.
    fn import_at(&self, tree: &Tree<'_>, id: Id) -> Option<&Imported> {
        let all = self.imports.get(tree.text(id)).filter(|_| tree.kind(id) == Kind::Name)?;
        all.iter().take_while(|(import, ..)| *import <= id).last()
    }

    /// Hashes of what things are called here whose full names end in a name.
    pub fn aliases<'f>(&'f self, last: &'f str) -> impl Iterator<Item = u32> + 'f {
        let ends = move |(_, path, _): &Imported| path.last().is_some_and(|name| name == last);
        let named = self.imports.iter().filter(move |(_, all)| all.iter().any(ends));
        named.map(|(name, _)| hash(name))
    }

    /// Whether a text with this hash may be in the tree.
    pub fn holds(&self, hash: u32) -> bool {
        self.texts.contains(&hash)
    }

    /// The full name of something that was imported.
    pub fn full_name(&self, tree: &Tree<'_>, id: Id) -> Option<Vec<String>> {
        let mut rest: Vec<String> = Vec::new();
        let mut at = id;
        while tree.kind(at) == Kind::Attribute {
            if rest.len() > 20 {
                return None;
            }
            rest.push(tree.text(tree.child(at, 1)).to_owned());
            at = tree.child(at, 0);
        }
        let mut full = self.import_at(tree, at)?.1.clone();
        rest.reverse();
        full.extend(rest);
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
            let fields = self.definitions.get(&format!(".{}", tree.text(id)));
            let plain = self.definitions.get(tree.text(id));
            let mut all =
                fields.into_iter().chain(plain).flatten().filter(|one| one.scope == class);
            let only = all.next()?;
            return all.next().is_none().then_some(only);
        }
        if tree.kind(id) != Kind::Name || is_target(tree, id) {
            return None;
        }
        let all = self.definitions.get(tree.text(id))?;
        let mut scope = scope_of(tree, id);
        let local: Vec<&Definition> = all.iter().filter(|one| one.scope == scope).collect();
        if !local.is_empty() && tree.kind(scope) == Kind::Function {
            return reaching(tree, id, &local);
        }
        if !local.is_empty()
            && let Some(found) = reaching(tree, id, &local)
        {
            return Some(found);
        }
        // Further out a name has a value only if nothing gives it another.
        loop {
            let here: Vec<&Definition> = all.iter().filter(|one| one.scope == scope).collect();
            match here[..] {
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
        let (name, mut scope) = if tree.kind(id) == Kind::Attribute {
            if !matches!(tree.text(tree.child(id, 0)), "this" | "self") {
                return None;
            }
            (tree.text(id), tree.above(id).find(|above| tree.kind(*above) == Kind::Class)?)
        } else {
            (tree.text(id), scope_of(tree, id))
        };
        let all = self.definitions.get(name)?;
        loop {
            let here = || all.iter().filter(|one| one.scope == scope);
            let typed = here().filter(|one| one.at < id).rfind(|one| one.of.is_some());
            if let Some(found) =
                typed.or_else(|| here().rfind(|one| one.at < id)).or_else(|| here().next())
            {
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
fn reaching<'d>(tree: &Tree<'_>, id: Id, local: &[&'d Definition]) -> Option<&'d Definition> {
    let before = local
        .iter()
        .filter(|one| one.at < id && !tree.is_within(id, one.at))
        .max_by_key(|one| one.at)?;
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
    let around = tree.above(id).filter(|above| {
        matches!(tree.kind(*above), Kind::While | Kind::DoWhile | Kind::For | Kind::ForEach)
    });
    for outer in around {
        let again = local.iter().any(|one| one.at > id && tree.is_within(one.at, outer));
        if again {
            return None;
        }
    }
    Some(before)
}
