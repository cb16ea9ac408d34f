//! Tells placeholders from code in a lowered pattern: the tree is built anew with nodes that only patterns have.

use super::hold::{self, Sign};
use super::style::Around;
use crate::engine::sast::tree::{Id, Kind, Text, Tree};

/// Builds the pattern's tree, without what was put around the pattern so that the grammar could read it.
pub fn settle(from: &Tree<'_>, around: Around) -> Tree<'static> {
    let mut to = Tree::new("");
    to.open(Kind::Module, 0, 0, Text::None);
    let first = |kind: Kind| from.subtree(0).find(|at| from.kind(*at) == kind);
    let mut top: Vec<Id> = match around {
        Around::None => from.children(0).collect(),
        Around::Block => {
            first(Kind::Block).map(|block| from.children(block).collect()).unwrap_or_default()
        }
        Around::Dict => {
            first(Kind::Dict).map(|dict| from.children(dict).collect()).unwrap_or_default()
        }
        Around::Value => first(Kind::Variable)
            .and_then(|variable| from.children(variable).nth(3))
            .into_iter()
            .collect(),
        Around::Only(kind) => first(kind).into_iter().collect(),
    };
    // `__value__ = x` is the expression x, `__entries__ = {x: y}` the entry, where the grammar takes none alone.
    if let [only] = top.as_slice()
        && from.kind(*only) == Kind::Assign
    {
        let value = from.child(*only, 1);
        match from.text(from.child(*only, 0)) {
            "__value__" => top = vec![value],
            "__entries__" => top = from.children(value).collect(),
            _ => {}
        }
    }
    for id in top {
        copy(from, id, &mut to);
    }
    to.close();
    to
}

/// What a node stands for as a whole.
fn sign_of(from: &Tree<'_>, id: Id) -> Option<Sign> {
    let first = || from.children(id).next();
    match from.kind(id) {
        Kind::Name | Kind::Text => hold::sign(from.text(id)),
        // A word of a command.
        Kind::Str
            if from.written(id) == "..." && from.kind(from.node(id).parent) == Kind::Arguments =>
        {
            Some(Sign::Ellipsis)
        }
        // A definition, an entry or a statement that only stands there for an ellipsis.
        Kind::Parameter | Kind::Keyword | Kind::Pair | Kind::Spread => {
            let ellipsis = |at: Id| {
                from.kind(at) == Kind::Name && hold::sign(from.text(at)) == Some(Sign::Ellipsis)
            };
            let parameter_type =
                from.children(id).nth(1).filter(|_| from.kind(id) == Kind::Parameter);
            match first()
                .filter(|at| from.kind(*at) == Kind::Name)
                .and_then(|at| hold::sign(from.text(at)))
            {
                Some(Sign::Ellipsis) => Some(Sign::Ellipsis),
                Some(Sign::Rest(name))
                    if matches!(from.kind(id), Kind::Parameter | Kind::Spread | Kind::Pair) =>
                {
                    Some(Sign::Rest(name))
                }
                _ if parameter_type.is_some_and(ellipsis) => Some(Sign::Ellipsis),
                _ => None,
            }
        }
        Kind::Variable => {
            let target = from.children(id).nth(1)?;
            let is_ellipsis =
                from.kind(target) == Kind::Name && from.text(target) == hold::ELLIPSIS;
            let value = from.children(id).nth(3)?;
            let of = from.children(id).nth(2)?;
            // `__ell__ __ell__;` declares nothing but a type in some grammars.
            let by_type = from.kind(target) == Kind::Nothing && from.text(of) == hold::ELLIPSIS;
            ((is_ellipsis || by_type) && from.kind(value) == Kind::Nothing)
                .then_some(Sign::Ellipsis)
        }
        Kind::Assign => {
            let target = first()?;
            let value = from.children(id).nth(1)?;
            let is_ellipsis = |at| from.kind(at) == Kind::Name && from.text(at) == hold::ELLIPSIS;
            (is_ellipsis(target) && (is_ellipsis(value) || from.kind(value) == Kind::Number))
                .then_some(Sign::Ellipsis)
        }
        Kind::Decorator => {
            first().filter(|at| from.text(*at) == hold::ELLIPSIS).map(|_| Sign::Ellipsis)
        }
        Kind::Word if from.text(id) == "use" => {
            first().filter(|at| from.text(*at) == hold::ELLIPSIS).map(|_| Sign::Ellipsis)
        }
        Kind::Call => {
            // `__ell__!()` of languages whose items need a macro.
            let callee = first()?;
            (from.kind(callee) == Kind::Name && from.text(callee) == "__ell__!")
                .then_some(Sign::Ellipsis)
        }
        _ => None,
    }
}

fn copy(from: &Tree<'_>, id: Id, to: &mut Tree<'static>) {
    match sign_of(from, id) {
        Some(Sign::Meta(name)) => {
            to.push(Kind::Meta, 0, 0, Text::Word(&name));
            return;
        }
        Some(Sign::Rest(name)) => {
            to.push(Kind::MetaRest, 0, 0, Text::Word(&name));
            return;
        }
        Some(Sign::Ellipsis) => {
            to.push(Kind::Ellipsis, 0, 0, Text::None);
            return;
        }
        Some(Sign::Expansion(name)) => {
            to.open(Kind::Other, 0, 0, Text::Word("expansion"));
            to.push(Kind::Meta, 0, 0, Text::Word(&name));
            to.close();
            return;
        }
        Some(Sign::Typed(number)) => {
            to.push(Kind::Typed, 0, 0, Text::Word(&number.to_string()));
            return;
        }
        None => {}
    }
    let kind = from.kind(id);
    if kind == Kind::Call
        && from.children(id).next().is_some_and(|callee| from.text(callee) == hold::DEEP)
    {
        to.open(Kind::Deep, 0, 0, Text::None);
        let arguments = from.child(id, 1);
        for inside in from.children(arguments) {
            copy(from, inside, to);
        }
        to.close();
        return;
    }
    // A type that only stands there because the grammar asks for one.
    if kind == Kind::Name && from.text(id) == hold::ANY {
        to.push(Kind::Nothing, 0, 0, Text::None);
        return;
    }
    // A gap at the end of a chain that was called to be a statement.
    if kind == Kind::Call
        && let Some(callee) =
            from.children(id).next().filter(|callee| from.kind(*callee) == Kind::Attribute)
        && from.text(callee) == hold::ELLIPSIS
    {
        copy(from, callee, to);
        return;
    }
    let text = hold::restored(from.text(id));
    to.open(kind, 0, 0, Text::Word(&text));
    for child in from.children(id) {
        let is_hole = kind == Kind::Interpolated
            && text != "concat"
            && from.written(child) != from.text(child);
        if kind == Kind::Interpolated
            && from.kind(child) == Kind::Name
            && from.text(child) == hold::WHOLE
        {
            to.push(Kind::Ellipsis, 0, 0, Text::None);
            continue;
        }
        // `#{...}` is one hole with anything in it.
        if kind == Kind::Interpolated
            && text != "concat"
            && from.kind(child) == Kind::Name
            && from.text(child) == hold::ELLIPSIS
        {
            to.push(Kind::Meta, 0, 0, Text::Word("$_"));
            continue;
        }
        // Between the holes of a string, `...` is any text and any holes.
        if kind == Kind::Interpolated
            && !is_hole
            && from.kind(child) == Kind::Str
            && matches!(from.text(child), "..." | hold::ELLIPSIS)
        {
            to.push(Kind::Ellipsis, 0, 0, Text::None);
            continue;
        }
        copy(from, child, to);
    }
    to.close();
}
