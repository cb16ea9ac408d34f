//! Definitions, and what else a node of one kind may be taken for.

use super::env::Env;
use super::{Matcher, Then};
use crate::engine::sast::flow::facts::dotted;
use crate::engine::sast::tree::{Id, Kind};
use std::cell::Cell;

impl<'r> Matcher<'_, 'r> {
    /// A pattern of one kind and code of another.
    pub(super) fn otherwise(
        &self,
        kind: Kind,
        there: Kind,
        p: Id,
        t: Id,
        env: &mut Env<'r>,
        then: Then<'_, 'r>,
    ) -> bool {
        match (kind, there) {
            (Kind::Assign, Kind::Variable) if self.options.vardef_assign => {
                let parts = self.parts(p);
                let (target, value) = (self.tree.child(t, 1), self.tree.child(t, 3));
                // `var a, b = f()` declares two; only `a, b := f()` is one assignment.
                let several = self.language.name == "go"
                    && self.tree.kind(target) == Kind::Tuple
                    && self.tree.text(t) != ":=";
                self.tree.kind(value) != Kind::Nothing
                    && !several
                    && self.each(&parts, &[target, value], env, then)
            }
            // `$X = ...` also is a declaration with its type in the pattern.
            (Kind::Variable, Kind::Assign) => {
                let parts = self.parts(p);
                let typed = self.from().kind(parts[2]) != Kind::Nothing;
                if typed || self.from().kind(parts[0]) != Kind::Nothing {
                    return false;
                }
                let ts = [self.tree.child(t, 0), self.tree.child(t, 1)];
                self.each(&[parts[1], parts[3]], &ts, env, then)
            }
            // HCL writes entries of objects like attributes.
            (Kind::Assign, Kind::Pair) | (Kind::Pair, Kind::Assign)
                if self.language.name == "terraform" =>
            {
                self.plain(p, t, env, then)
            }
            (Kind::Dict, Kind::Block) if self.language.name == "terraform" => {
                self.entries(p, t, env, then)
            }
            (Kind::Other, Kind::Name) if self.from().text(p) == "expansion" => {
                self.expansion(p, t, env, then)
            }
            // `import 'm'` is any way to take something from `m`.
            (Kind::Import, Kind::Variable | Kind::Assign) => self.required(p, t, env, then),
            (Kind::Block, _) if self.from().node(p).count == 1 && there != Kind::Nothing => {
                self.node(self.from().child(p, 0), t, env, then)
            }
            // Ruby and Scala call without parentheses.
            (Kind::Call, Kind::Attribute)
                if self.language.calls_without_parentheses() && !self.is_called(t) =>
            {
                let arguments = self.from().child(p, 1);
                let open = self
                    .from()
                    .children(arguments)
                    .all(|at| self.from().kind(at) == Kind::Ellipsis);
                open && self.node(self.from().child(p, 0), t, env, then)
            }
            (Kind::Attribute, Kind::Call) if self.language.calls_without_parentheses() => {
                let arguments = self.tree.child(t, 1);
                self.tree.node(arguments).count == 0
                    && self.node(p, self.tree.child(t, 0), env, then)
            }
            (Kind::Dict, Kind::Set) | (Kind::Set, Kind::Dict) => self.is_open(p) && then(env),
            // What is cast is looked at as what it is.
            (_, Kind::Cast) if kind.is_expression() => {
                self.node(p, self.tree.child(t, 1), env, then)
            }
            (Kind::Decorator, Kind::Name) => false,
            // An annotation without arguments is one with any.
            (Kind::Call, Kind::Name | Kind::Attribute)
                if self.from().kind(self.from().node(p).parent) == Kind::Decorator =>
            {
                let parts = self.parts(p);
                parts.len() == 2 && self.is_open(parts[1]) && self.node(parts[0], t, env, then)
            }
            // `for (...)` is any loop of that kind.
            (Kind::ForEach, Kind::For) => {
                let parts = self.parts(p);
                parts.len() == 3
                    && parts[..2].iter().all(|part| self.from().kind(*part) == Kind::Ellipsis)
                    && self.node(parts[2], self.tree.child(t, 3), env, then)
            }
            (Kind::Interpolated, Kind::Str) => {
                self.is_open(p)
                    && self.from().node(p).count == 1
                    && self.tree.written(t).starts_with('`')
                    && then(env)
            }
            (Kind::Call, Kind::Decorator)
                if matches!(
                    self.tree.kind(self.tree.child(t, 0)),
                    Kind::Name | Kind::Attribute
                ) =>
            {
                let parts = self.parts(p);
                parts.len() == 2
                    && self.is_open(parts[1])
                    && self.node(parts[0], self.tree.child(t, 0), env, then)
            }
            (_, Kind::Decorator) if kind.is_expression() => {
                self.node(p, self.tree.child(t, 0), env, then)
            }
            (Kind::Conditional, Kind::If) | (Kind::If, Kind::Conditional) => false,
            _ => false,
        }
    }

    /// `${$X}` is the value of any variable, whatever is done with it; `$X` stands for its name.
    pub(super) fn expansion(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let t = match self.tree.kind(t) {
            Kind::Other if self.tree.text(t).starts_with("expansion") => self.tree.child(t, 0),
            _ => t,
        };
        let Some(name) = self.tree.text(t).strip_prefix('$').filter(|name| !name.is_empty()) else {
            return false;
        };
        let Some(at) = self.tree.written(t).find(name) else { return false };
        let start = self.tree.node(t).start + at as u32;
        let inside = super::env::Bound::Text(start..start + name.len() as u32);
        env.with(self.tree, self.from().text(self.from().child(p, 0)), inside, then)
    }

    /// Whether a node is what a call calls.
    fn is_called(&self, t: Id) -> bool {
        let parent = self.tree.node(t).parent;
        self.tree.kind(parent) == Kind::Call && parent + 1 == t
    }

    /// Modifiers, name, parameters, type, body. A function without a name in the pattern is a value; one with a name is a definition.
    pub(super) fn function(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (name, there) = (self.from().child(p, 1), self.tree.child(t, 1));
        let defined = matches!(
            self.tree.kind(self.tree.node(t).parent),
            Kind::Block | Kind::Module | Kind::Class | Kind::Dict
        ) && self.tree.kind(there) != Kind::Nothing;
        match self.from().kind(name) {
            Kind::Ellipsis => return self.function_but_name(p, t, env, then),
            Kind::Nothing if defined => return false,
            Kind::Nothing => return self.function_but_name(p, t, env, then),
            // The name of a function that is a value says nothing.
            Kind::Meta
                if !defined && self.from().kind(self.from().node(p).parent) == Kind::Arguments =>
            {
                return self.function_but_name(p, t, env, then);
            }
            _ if !defined => return false,
            _ => {}
        }
        self.node(name, there, env, &mut |env| self.function_but_name(p, t, env, then))
    }

    fn function_but_name(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (ps, ts) = (self.parts(p), self.tree.children(t).collect::<Vec<_>>());
        if ps.len() < 5 || ts.len() < 5 {
            return false;
        }
        let order = [0, 2, 3, 4];
        let ps = order.map(|at| ps[at]);
        let ts = order.map(|at| ts[at]);
        self.each(&ps, &ts, env, then)
    }

    /// Modifiers, name, parents, members in any order.
    pub(super) fn class(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (ps, ts) = (self.parts(p), self.tree.children(t).collect::<Vec<_>>());
        if ps.len() < 4 || ts.len() < 4 {
            return false;
        }
        self.each(&ps[..3], &ts[..3], env, &mut |env| self.members(ps[3], ts[3], env, then))
    }

    /// Name and labels in order, then what its body holds in any order.
    pub(super) fn section(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (ps, ts) = (self.parts(p), self.tree.children(t).collect::<Vec<_>>());
        let (Some((body, ps)), Some((there, ts))) = (ps.split_last(), ts.split_last()) else {
            return false;
        };
        let wanted: Vec<Id> = self
            .parts(*body)
            .into_iter()
            .filter(|p| self.from().kind(*p) != Kind::Ellipsis)
            .collect();
        // A section may also stand within the sections that are there.
        let mut given: Vec<Id> = self.tree.children(*there).collect();
        if wanted.iter().any(|p| self.from().kind(*p) == Kind::Section) {
            let deeper = self.tree.below(*there).filter(|at| {
                self.tree.kind(*at) == Kind::Section && self.tree.node(*at).parent != *there
            });
            given.extend(deeper);
        }
        self.list(ps, ts, env, &mut |env| self.unordered(&wanted, &given, true, env, then))
    }

    fn members(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        if self.from().kind(p) != Kind::Block || self.tree.kind(t) != Kind::Block {
            return self.node(p, t, env, then);
        }
        let ps: Vec<Id> =
            self.parts(p).into_iter().filter(|p| self.from().kind(*p) != Kind::Ellipsis).collect();
        let ts: Vec<Id> = self.tree.children(t).collect();
        self.unordered(&ps, &ts, true, env, then)
    }

    /// Module, what is taken from it, alias.
    pub(super) fn import(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (ps, ts) = (self.parts(p), self.tree.children(t).collect::<Vec<_>>());
        if ps.len() < 3 || ts.len() < 3 {
            return false;
        }
        match self.language.name {
            "python" => return self.python_import(&ps, &ts, env, then),
            "javascript" | "typescript" | "tsx" => return self.script_import(&ps, &ts, env, then),
            _ => {}
        }
        if self.from().kind(ps[2]) == Kind::Nothing && self.import_begins(&ps, &ts, env, then) {
            return true;
        }
        // However a path was taken apart into module and name, it is one path.
        let wanted = Self::import_path(self.from(), &ps);
        let given = Self::import_path(self.tree, &ts);
        if let (Some(wanted), Some(given)) = (wanted, given)
            && (wanted.1 != given.1 || self.from().kind(ps[1]) == Kind::Nothing)
        {
            return wanted.0 == given.0 && self.node(ps[2], ts[2], env, then);
        }
        let whole = self.from().kind(ps[1]) == Kind::Nothing;
        if whole && self.tree.kind(ts[1]) != Kind::Nothing && self.from().kind(ps[0]) != Kind::Meta
        {
            return false;
        }
        self.each(&ps, &ts, env, then)
    }

    /// Whether the path of a pattern's import is that of the file's, or begins it: `import a.b` is `import a.b.c`, `from a.b import c`
    /// and `import a.b.*`. The paths tell; what they bind goes on.
    fn import_begins(&self, ps: &[Id], ts: &[Id], env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (module, there) = (ps[0], ts[0]);
        if self.from().kind(module) == Kind::Str
            && self.tree.kind(there) == Kind::Str
            && self.from().kind(ps[1]) == Kind::Nothing
        {
            let (wanted, given) = (self.from().text(module), self.tree.text(there));
            let begins = given.strip_prefix(wanted).is_some_and(|rest| rest.starts_with('/'));
            return begins && self.language.name == "go" && then(env);
        }
        let (mut wanted, mut given) = (Vec::new(), Vec::new());
        for part in &ps[..2] {
            path_parts(self.from(), *part, &mut wanted);
        }
        for part in &ts[..2] {
            path_parts(self.tree, *part, &mut given);
        }
        let whole = |tree: &crate::engine::sast::tree::Tree<'_>, id: Id| {
            tree.kind(id) == Kind::Name && tree.text(id) == "*"
        };
        let is_name = |id: &Id| matches!(self.from().kind(*id), Kind::Name | Kind::Meta);
        if wanted.is_empty()
            || !wanted.iter().all(is_name)
            || wanted.last().is_some_and(|last| whole(self.from(), *last))
        {
            return false;
        }
        let all = given.pop_if(|last| whole(self.tree, *last)).is_some();
        let same = !all
            && wanted.len() == given.len()
            && self.tree.kind(ts[2]) == Kind::Nothing
            && self.from().kind(ps[1]) == self.tree.kind(ts[1]);
        // What is alike part by part is matched that way.
        !same
            && wanted.len() <= given.len()
            && self.each(&wanted, &given[..wanted.len()], env, then)
    }

    /// The names of an import in order, and how many of them are its module; none where something else than names stands.
    fn import_path(
        tree: &crate::engine::sast::tree::Tree<'_>,
        parts: &[Id],
    ) -> Option<(Vec<String>, usize)> {
        let mut path = dotted(tree, parts[0])?;
        let module = path.len();
        if tree.kind(parts[1]) != Kind::Nothing {
            path.extend(dotted(tree, parts[1])?);
        }
        Some((path, module))
    }

    /// Left and right; with `&&` and `||` also anywhere along the chain.
    pub(super) fn binary(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (ps, ts) = (self.parts(p), self.tree.children(t).collect::<Vec<_>>());
        if ps.len() != 2 || ts.len() != 2 {
            return self.list(&ps, &ts, env, then);
        }
        let went = Cell::new(false);
        let mut noted = |env: &mut Env<'r>| {
            went.set(true);
            then(env)
        };
        if self.each(&ps, &ts, env, &mut noted) {
            return true;
        }
        let sign = self.from().text(p);
        let associative = matches!(sign, "&&" | "||" | "+" | "*" | "|" | "&" | "^");
        if went.get() || !associative {
            return false;
        }
        // Operands of the whole chain, in order; the pattern's must be found among them.
        let mut wanted = Vec::new();
        operands(self.from(), p, sign, &mut wanted);
        let mut given = Vec::new();
        operands(self.tree, t, sign, &mut given);
        let has_gap = wanted.iter().any(|p| self.from().kind(*p) == Kind::Ellipsis);
        if has_gap && self.list(&wanted, &given, env, &mut noted) {
            return true;
        }
        if went.get()
            || !self.options.commutative
            || sign == "+"
            || wanted.len() > 6
            || given.len() > 12
        {
            return false;
        }
        let ps: Vec<Id> =
            wanted.iter().copied().filter(|p| self.from().kind(*p) != Kind::Ellipsis).collect();
        self.unordered(&ps, &given, has_gap, env, &mut noted)
    }

    /// The body, then each clause of the pattern, in order, among those of the file.
    pub(super) fn try_(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (ps, ts) = (self.parts(p), self.tree.children(t).collect::<Vec<_>>());
        let (Some((body, clauses)), Some((there, rest))) = (ps.split_first(), ts.split_first())
        else {
            return false;
        };
        self.node(*body, *there, env, &mut |env| self.clauses(clauses, rest, env, then))
    }

    /// Type, name and block. What catches everything without a word in the pattern is nothing that names what it catches.
    pub(super) fn catch(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (ps, ts) = (self.parts(p), self.tree.children(t).collect::<Vec<_>>());
        let bare = ps.iter().take(2).all(|part| self.from().kind(*part) == Kind::Nothing);
        if bare && ts.iter().take(2).any(|part| self.tree.kind(*part) != Kind::Nothing) {
            return false;
        }
        self.list(&ps, &ts, env, then)
    }

    fn clauses(&self, ps: &[Id], ts: &[Id], env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let Some((p, rest)) = ps.split_first() else { return then(env) };
        (0..ts.len()).any(|at| {
            self.node(*p, ts[at], env, &mut |env| self.clauses(rest, &ts[at + 1..], env, then))
        })
    }
}

/// The nodes of a dotted path in order; a node that is no path is one part.
fn path_parts(tree: &crate::engine::sast::tree::Tree<'_>, id: Id, parts: &mut Vec<Id>) {
    match tree.kind(id) {
        Kind::Nothing => {}
        Kind::Attribute if parts.len() < 50 => {
            path_parts(tree, tree.child(id, 0), parts);
            parts.push(tree.child(id, 1));
        }
        _ => parts.push(id),
    }
}

/// Operands of a chain of one operator.
fn operands(tree: &crate::engine::sast::tree::Tree<'_>, id: Id, sign: &str, found: &mut Vec<Id>) {
    if tree.kind(id) == Kind::Binary && tree.text(id) == sign && found.len() < 1000 {
        for child in tree.children(id) {
            operands(tree, child, sign, found);
        }
    } else {
        found.push(id);
    }
}
