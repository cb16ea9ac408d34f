//! `<... x ...>` and `($X : Type)`.

use super::env::{Bound, Env};
use super::{Matcher, Then};
use crate::engine::sast::pattern::hold::meta_len;
use crate::engine::sast::tree::{Id, Kind};

impl<'r> Matcher<'_, 'r> {
    /// Something anywhere within a node.
    pub(super) fn deep(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let Some(inside) = self.from().children(p).next() else { return false };
        let only_values = self.from().kind(inside) == Kind::Meta;
        let may_be = |at: &Id| !only_values || self.tree.kind(*at).is_expression();
        self.tree.subtree(t).filter(may_be).any(|at| self.node(inside, at, env, then))
    }

    /// Something of a type.
    pub(super) fn typed(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        if !self.tree.kind(t).is_expression() {
            return false;
        }
        let number: usize = self.from().text(p).parse().unwrap_or(usize::MAX);
        let Some(typed) = self.pattern.typed.get(number) else { return false };
        let known = self.facts.type_of(self.tree, t);
        let matches = |known: &str| {
            typed.of.starts_with('$') || typed.of.split('|').any(|of| same_type(of, known))
        };
        known.iter().any(|known| matches(known))
            && env.with(self.tree, &typed.name, Bound::Node(t), then)
    }
}

/// Whether two types are one: equal, or one is the other's last name.
fn same_type(wanted: &str, known: &str) -> bool {
    let bare =
        |text: &str| text.trim_start_matches(['&', '?']).trim_end_matches(['?', '&']).to_owned();
    let (wanted, known) = (bare(wanted), bare(known));
    if wanted == known || (wanted.contains('$') && same_but_metavariables(&wanted, &known)) {
        return true;
    }
    // `List` in a pattern is any list.
    let head = known.split('<').next().unwrap_or("");
    wanted == head
}

/// Whether a type with metavariables in it (`List<$T>`) is another, whatever they stand for.
fn same_but_metavariables(wanted: &str, known: &str) -> bool {
    let mut rest = known;
    let mut parts = wanted.split('$');
    let first = parts.next().unwrap_or("");
    let Some(after) = rest.strip_prefix(first) else { return false };
    rest = after;
    for part in parts {
        let literal = &part[meta_len(part)..];
        if literal.is_empty() {
            rest = "";
            continue;
        }
        let Some(at) = rest.find(literal).filter(|at| *at > 0) else { return false };
        rest = &rest[at + literal.len()..];
    }
    rest.is_empty()
}

/// Kinds that a lone pattern of a kind may match besides its own.
pub fn also(kind: Kind) -> &'static [Kind] {
    match kind {
        Kind::Assign => &[Kind::Variable, Kind::Parameter, Kind::Keyword, Kind::Pair],
        Kind::Dict => &[Kind::Block, Kind::Set],
        Kind::ForEach => &[Kind::For],
        Kind::Set => &[Kind::Dict],
        Kind::Interpolated => &[Kind::Str],
        Kind::Import => &[Kind::Variable, Kind::Assign],
        _ => &[],
    }
}
