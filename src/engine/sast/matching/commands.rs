//! Instructions of Dockerfiles: flags in any order, then operands; commands of a shell word by word, each of several for itself.

use super::env::{Bound, Env};
use super::{Matcher, Then};
use crate::engine::sast::lower::dockerfile::COMMAND;
use crate::engine::sast::tree::{Id, Kind, Tree};

impl<'r> Matcher<'_, 'r> {
    /// Flags, then operands.
    pub(super) fn instruction(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (ps, ts) = (words(self.from(), p), words(self.tree, t));
        let (Some((flags, ps)), Some((there, ts))) = (ps.split_first(), ts.split_first()) else {
            return self.plain(p, t, env, then);
        };
        if self.from().kind(*flags) != Kind::Modifiers {
            return self.plain(p, t, env, then);
        }
        self.node(*flags, *there, env, &mut |env| self.operands(ps, ts, env, then))
    }

    fn operands(&self, ps: &[Id], ts: &[Id], env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let of_shell = |tree: &Tree<'_>, id: &Id| {
            let parent = tree.node(*id).parent;
            tree.kind(parent) == Kind::List && tree.text(parent) == COMMAND
        };
        let is_shell = ts.first().is_some_and(|t| of_shell(self.tree, t));
        if !is_shell || !self.options.implicit_deep {
            return self.words(ps, ts, env, then);
        }
        // Each of the commands, and several that follow each other.
        let is_sign = |t: &Id| self.tree.kind(*t) == Kind::Other;
        let signs: Vec<usize> = (0..ts.len()).filter(|at| is_sign(&ts[*at])).collect();
        let begins_open = ps
            .first()
            .is_some_and(|p| matches!(self.from().kind(*p), Kind::Ellipsis | Kind::MetaRest));
        let ends_open = ps
            .last()
            .is_some_and(|p| matches!(self.from().kind(*p), Kind::Ellipsis | Kind::MetaRest));
        let starts =
            std::iter::once(0).chain(signs.iter().map(|at| at + 1).filter(|_| !begins_open));
        for start in starts {
            let ends = std::iter::once(ts.len())
                .chain(signs.iter().copied().filter(|end| !ends_open && *end > start));
            for end in ends {
                if self.words(ps, &ts[start..end], env, then) {
                    return true;
                }
            }
        }
        false
    }

    /// Words in order. What `$...X` stands for may go beyond one command.
    fn words(&self, ps: &[Id], ts: &[Id], env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let Some((p, rest)) = ps.split_first() else { return ts.is_empty() && then(env) };
        match self.from().kind(*p) {
            Kind::Ellipsis if rest.is_empty() => then(env),
            Kind::Ellipsis => {
                (0..=ts.len()).any(|skipped| self.words(rest, &ts[skipped..], env, then))
            }
            Kind::MetaRest => (0..=ts.len()).rev().any(|taken| {
                let place = match (ts.first(), ts[..taken].last()) {
                    (Some(first), Some(last)) => {
                        self.tree.node(*first).start..self.tree.node(*last).end
                    }
                    _ => 0..0,
                };
                env.with(self.tree, self.from().text(*p), Bound::Text(place), &mut |env| {
                    self.words(rest, &ts[taken..], env, then)
                })
            }),
            // What the pattern does not say.
            Kind::Nothing if ts.is_empty() => self.words(rest, ts, env, then),
            _ => {
                let Some((t, ts)) = ts.split_first() else { return false };
                self.node(*p, *t, env, &mut |env| self.words(rest, ts, env, then))
            }
        }
    }
}

/// Operands, with the words of commands in the place of commands.
fn words(tree: &Tree<'_>, id: Id) -> Vec<Id> {
    let mut found = Vec::new();
    for child in tree.children(id) {
        if tree.kind(child) == Kind::List && tree.text(child) == COMMAND {
            found.extend(tree.children(child));
        } else {
            found.push(child);
        }
    }
    found
}
