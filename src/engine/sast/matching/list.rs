//! Lists: elements in order with ellipses between them, arguments with keywords, things in any order, statements.

use super::env::{Bound, Env};
use super::{Matcher, Then};
use crate::engine::sast::tree::{Id, Kind};
use std::cell::Cell;

impl<'r> Matcher<'_, 'r> {
    /// Elements in order.
    pub(super) fn list(&self, ps: &[Id], ts: &[Id], env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let Some((p, rest)) = ps.split_first() else {
            return ts.is_empty() && then(env);
        };
        match self.from().kind(*p) {
            Kind::Ellipsis if rest.is_empty() => then(env),
            Kind::Ellipsis => {
                (0..=ts.len()).any(|skipped| self.list(rest, &ts[skipped..], env, then))
            }
            Kind::MetaRest => (0..=ts.len()).any(|taken| {
                let first = ts.first().copied().unwrap_or(0);
                let run = Bound::Run(first, taken as u32);
                env.with(self.tree, self.from().text(*p), run, &mut |env| {
                    self.list(rest, &ts[taken..], env, then)
                })
            }),
            _ => {
                let Some((t, ts)) = ts.split_first() else { return false };
                self.node(*p, *t, env, &mut |env| self.list(rest, ts, env, then))
            }
        }
    }

    /// Arguments: one with a keyword may stand anywhere.
    pub(super) fn arguments(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let ps = self.parts(p);
        let ts: Vec<Id> = self.tree.children(t).collect();
        self.argument_list(&ps, &ts, env, then)
    }

    fn argument_list(&self, ps: &[Id], ts: &[Id], env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let named = |p: &Id| {
            let tree = self.from();
            let kind = tree.kind(*p);
            matches!(kind, Kind::Keyword)
                || (kind == Kind::Pair
                    && tree.children(*p).next().is_some_and(|key| tree.kind(key) == Kind::Symbol))
        };
        let Some(at) = ps.iter().position(named) else { return self.list(ps, ts, env, then) };
        let mut rest = ps.to_vec();
        let p = rest.remove(at);
        let kind = self.from().kind(p);
        for (position, t) in ts.iter().enumerate() {
            if self.tree.kind(*t) != kind {
                continue;
            }
            let mut left = ts.to_vec();
            left.remove(position);
            if self.node(p, *t, env, &mut |env| self.argument_list(&rest, &left, env, then)) {
                return true;
            }
        }
        false
    }

    /// Each part of the pattern matches another part of the file, in any order; more may be there.
    pub(super) fn some_of(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let ps: Vec<Id> =
            self.parts(p).into_iter().filter(|p| self.from().kind(*p) != Kind::Ellipsis).collect();
        let ts: Vec<Id> = self.tree.children(t).collect();
        self.unordered(&ps, &ts, true, env, then)
    }

    /// Entries of a dictionary: in any order.
    pub(super) fn entries(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let all = self.parts(p);
        let ps: Vec<Id> =
            all.iter().copied().filter(|p| self.from().kind(*p) != Kind::Ellipsis).collect();
        let ts: Vec<Id> = self.tree.children(t).collect();
        let more = ps.len() < all.len()
            || self.from().kind(p) == Kind::Attributes
            || self.language.fields_are_open();
        self.unordered(&ps, &ts, more, env, then)
    }

    pub(super) fn unordered(
        &self,
        ps: &[Id],
        ts: &[Id],
        more: bool,
        env: &mut Env<'r>,
        then: Then<'_, 'r>,
    ) -> bool {
        let Some((p, rest)) = ps.split_first() else {
            return (more || ts.is_empty()) && then(env);
        };
        if self.from().kind(*p) == Kind::MetaRest {
            let first = ts.first().copied().unwrap_or(0);
            let run = Bound::Run(first, ts.len() as u32);
            return env.with(self.tree, self.from().text(*p), run, &mut |env| {
                self.unordered(rest, &[], true, env, then)
            });
        }
        (0..ts.len()).any(|at| {
            self.node(*p, ts[at], env, &mut |env| {
                let mut left = ts.to_vec();
                left.remove(at);
                self.unordered(rest, &left, more, env, then)
            })
        })
    }

    /// Statements in order. What the pattern does not name may follow only with `more`. An ellipsis skips siblings, and
    /// also enters the blocks of what it skips.
    pub(super) fn statements(
        &self,
        ps: &[Id],
        ts: &[Id],
        more: bool,
        env: &mut Env<'r>,
        then: Then<'_, 'r>,
    ) -> bool {
        let Some((p, rest)) = ps.split_first() else {
            return (more || ts.is_empty()) && then(env);
        };
        if self.from().kind(*p) == Kind::Ellipsis {
            if rest.is_empty() {
                return self.covering(ts, env, then);
            }
            for skipped in 0..=ts.len() {
                if self.covering(&ts[..skipped], env, &mut |env| {
                    self.statements(rest, &ts[skipped..], more, env, then)
                }) {
                    return true;
                }
            }
            if !self.options.implicit_deep {
                return false;
            }
            let flat = self.flattened(ts);
            if flat.len() == ts.len() && more {
                return false;
            }
            return (0..=flat.len()).any(|skipped| {
                self.covering(&flat[..skipped], env, &mut |env| {
                    self.statements(rest, &flat[skipped..], true, env, then)
                })
            });
        }
        if self.from().kind(*p) == Kind::MetaRest {
            return (0..=ts.len()).any(|taken| {
                let run = Bound::Run(ts.first().copied().unwrap_or(0), taken as u32);
                env.with(self.tree, self.from().text(*p), run, &mut |env| {
                    self.covering(&ts[..taken], env, &mut |env| {
                        self.statements(rest, &ts[taken..], more, env, then)
                    })
                })
            });
        }
        let Some((t, ts)) = ts.split_first() else { return false };
        let (start, end) = (self.tree.node(*t).start, self.tree.node(*t).end);
        self.statement(*p, *t, env, &mut |env| {
            env.extended(start, end, &mut |env| self.statements(rest, ts, more, env, then))
        })
    }

    /// Takes skipped statements into the extent.
    fn covering(&self, skipped: &[Id], env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let (Some(first), Some(last)) = (skipped.first(), skipped.last()) else { return then(env) };
        let end = self.tree.node(*last).end.max(self.tree.node(*first).end);
        env.extended(self.tree.node(*first).start, end, then)
    }

    /// A statement as it is, or an expression anywhere in one that is an expression, gives a value to something or returns it. A deep
    /// expression also is looked for in what stands before the blocks of other statements.
    pub(super) fn statement(&self, p: Id, t: Id, env: &mut Env<'r>, then: Then<'_, 'r>) -> bool {
        let went = Cell::new(false);
        let mut noted = |env: &mut Env<'r>| {
            went.set(true);
            then(env)
        };
        let kind = self.from().kind(p);
        if kind == Kind::Deep {
            let Some(inside) = self.from().children(p).next() else { return false };
            let open = !matches!(
                self.tree.kind(t),
                Kind::Function | Kind::Class | Kind::With | Kind::Block
            );
            return open && self.before_blocks(inside, t, t, env, then);
        }
        if self.node(p, t, env, &mut noted) {
            return true;
        }
        // Of a chain of calls each may be the one that is meant.
        let chain = kind == Kind::Call && self.tree.kind(t) == Kind::Call;
        if (went.get() && !chain)
            || !(kind.is_expression() || kind == Kind::Typed)
            || kind == Kind::Function
        {
            return false;
        }
        let there = self.tree.kind(t);
        let holds = match there {
            Kind::Variable => return self.before_blocks(p, self.tree.child(t, 3), t, env, then),
            Kind::Word => self.language.word_is_expression(self.tree.text(t)),
            Kind::Function | Kind::Class => false,
            kind => kind.is_expression() || self.language.statements_are_expressions(),
        };
        holds && self.before_blocks(p, t, t, env, then)
    }

    /// An expression anywhere in a part of a statement, but not in the blocks of it.
    fn before_blocks(
        &self,
        p: Id,
        part: Id,
        statement: Id,
        env: &mut Env<'r>,
        then: Then<'_, 'r>,
    ) -> bool {
        let only_values = self.from().kind(p) == Kind::Meta;
        let mut at = part;
        let last = self.tree.node(part).last;
        while at < last {
            let node = self.tree.node(at);
            // The braces behind `new T` hold values in C#.
            let values = self.language.name == "csharp" && self.tree.kind(node.parent) == Kind::New;
            if node.kind == Kind::Block && self.tree.text(at) != "=" && !values {
                at = node.last;
                continue;
            }
            let may_be = at != statement || self.from().kind(p) != Kind::Meta;
            if may_be && (!only_values || node.kind.is_expression()) && self.node(p, at, env, then)
            {
                return true;
            }
            at += 1;
        }
        false
    }

    /// Statements with those of their blocks behind each, functions within expressions included.
    pub(super) fn flattened(&self, ts: &[Id]) -> Vec<Id> {
        const MOST: usize = 20_000;
        let mut flat = Vec::with_capacity(ts.len());
        if let (Some(first), Some(last)) = (ts.first(), ts.last()) {
            // What is looked through costs steps, too; less than what is matched.
            let nodes = u64::from(self.tree.node(*last).last.saturating_sub(*first));
            self.steps.set(self.steps.get().saturating_sub(nodes / 16));
        }
        for t in ts {
            flat.push(*t);
            for at in self.tree.below(*t) {
                let parent = self.tree.node(at).parent;
                if self.tree.kind(parent) == Kind::Block {
                    flat.push(at);
                }
                if flat.len() >= MOST {
                    self.steps.set(0);
                    return flat;
                }
            }
        }
        flat
    }
}
