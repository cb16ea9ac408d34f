//! Which nodes of a file a pattern may match at all: those of its kind; for what has a name, those with that name or an alias of it; and
//! where only matches in certain places count, those there.

use super::Matcher;
use crate::engine::sast::tree::{Id, Kind};
use std::ops::Range;

/// Where a match must be to count. Ranges are in order.
#[derive(Debug, Clone, Copy)]
pub enum Where<'w> {
    /// Anywhere.
    Anywhere,
    /// Around one of these ranges, or the same.
    Around(&'w [Range<u32>]),
    /// The same as one of these ranges.
    At(&'w [Range<u32>]),
}

impl<'w> Where<'w> {
    /// Whether a range counts.
    pub fn allows(self, range: &Range<u32>) -> bool {
        let from = |all: &'w [Range<u32>]| {
            all.get(all.partition_point(|one| one.start < range.start)..).unwrap_or_default()
        };
        match self {
            Self::Anywhere => true,
            Self::Around(all) => from(all)
                .iter()
                .take_while(|one| one.start <= range.end)
                .any(|one| one.end <= range.end),
            Self::At(all) => from(all)
                .iter()
                .take_while(|one| one.start == range.start)
                .any(|one| one.end == range.end),
        }
    }

    /// The same for parts of what must be there: they are around it.
    pub fn of_parts(self) -> Self {
        match self {
            Self::At(all) => Self::Around(all),
            other => other,
        }
    }
}

impl Matcher<'_, '_> {
    /// Nodes that one expression or statement of a pattern may match, in the order of the tree.
    pub(super) fn candidates(&self, root: Id, within: Id) -> Vec<Id> {
        let mut all = self.of_the_kind(root, within);
        let names = self.names_wanted();
        all.retain(|t| self.holds(*t, &names));
        all
    }

    /// For each name of the pattern, what it may be called here.
    fn names_wanted(&self) -> Vec<Vec<u32>> {
        let of = |(name, hash): &(String, u32)| {
            let aliases = self.facts.aliases(name).filter(|alias| alias != hash);
            std::iter::once(*hash).chain(aliases).collect()
        };
        // What a name stands for may stand elsewhere.
        if self.options.symbolic_propagation {
            return Vec::new();
        }
        self.pattern.names.iter().chain(&self.pattern.firsts).map(of).collect()
    }

    /// Whether a node holds each name of the pattern.
    fn holds(&self, t: Id, names: &[Vec<u32>]) -> bool {
        let range = self.tree.subtree(t);
        let index = self.tree.index();
        let is =
            |hash: u32| index.names(hash, &range).iter().any(|at| self.tree.node(*at).hash == hash);
        names.iter().all(|name| name.iter().any(|hash| is(*hash)))
    }

    /// Lists of statements in which a match may count, in the order of the tree.
    pub(super) fn blocks(&self, within: Id) -> Vec<Id> {
        let kinds = |kind: Kind| matches!(kind, Kind::Module | Kind::Block | Kind::Case);
        let mut blocks = self.of_kinds(&self.tree.subtree(within), kinds);
        let names = self.names_wanted();
        blocks.retain(|block| {
            let (first, node) = (self.tree.children(*block).next(), self.tree.node(*block));
            let start = first.map_or(node.start, |first| self.tree.node(first).start);
            let whole = start.min(node.start)..node.end;
            self.place.of_parts().allows(&whole) && self.holds(*block, &names)
        });
        blocks
    }

    fn of_the_kind(&self, root: Id, within: Id) -> Vec<Id> {
        let kind = self.from().kind(root);
        let range = self.tree.subtree(within);
        if self.pattern.is_statement {
            return self.statements_within(within);
        }
        if matches!(kind, Kind::Meta | Kind::Deep | Kind::Typed) {
            let kinds = |there: Kind| there.is_expression();
            return self.of_kinds(&range, kinds);
        }
        if let Some(name) = self.anchor(root) {
            return self.anchored(kind, name, &range);
        }
        let mut all = self.of_kinds(&range, |there| self.may_be(kind, there));
        all.retain(|t| !self.names_argument(kind, *t));
        self.with_decorators(kind, &range, &mut all);
        all
    }

    fn of_kinds(&self, range: &Range<Id>, wanted: impl Fn(Kind) -> bool) -> Vec<Id> {
        let index = self.tree.index();
        let mut all: Vec<Id> = Vec::new();
        let mut lists = 0;
        for kind in index.kinds().iter().filter(|kind| wanted(**kind)) {
            let list = index.of_kind(*kind, range);
            lists += usize::from(!list.is_empty());
            all.extend_from_slice(list);
        }
        if lists > 1 {
            all.sort_unstable();
        }
        all
    }

    fn statements_within(&self, within: Id) -> Vec<Id> {
        let blocks = self.of_kinds(&self.tree.subtree(within), |kind| {
            matches!(kind, Kind::Block | Kind::Module)
        });
        let mut all: Vec<Id> = blocks.iter().flat_map(|block| self.tree.children(*block)).collect();
        all.push(within);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// `@f` is a call of `f`.
    fn with_decorators(&self, kind: Kind, range: &Range<Id>, all: &mut Vec<Id>) {
        let before = all.len();
        if kind == Kind::Call {
            let decorators = self.tree.index().of_kind(Kind::Decorator, range).iter().copied();
            all.extend(decorators.filter(|t| self.is_bare_decorator(kind, *t)));
        }
        if all.len() > before {
            all.sort_unstable();
        }
    }

    /// The name without which nothing is what the pattern says: the last one of what is called or taken.
    fn anchor(&self, root: Id) -> Option<Id> {
        let loose = self.options.symbolic_propagation
            || self.language.names_in_any_case()
            || self.language.calls_are_words()
            || self.language.calls_without_parentheses();
        if loose {
            return None;
        }
        let tree = self.from();
        let path = match tree.kind(root) {
            Kind::Call => tree.child(root, 0),
            Kind::Name | Kind::Attribute => root,
            _ => return None,
        };
        let name = match tree.kind(path) {
            Kind::Name => path,
            Kind::Attribute => tree.child(path, 1),
            _ => return None,
        };
        (tree.kind(name) == Kind::Name).then_some(name)
    }

    /// Calls, paths or names that end in a name, or in what it is imported as.
    fn anchored(&self, kind: Kind, name: Id, range: &Range<Id>) -> Vec<Id> {
        let is_path = self.from().kind(self.from().node(name).parent) == Kind::Attribute
            || kind == Kind::Attribute;
        let hash = self.from().node(name).hash;
        let mut all: Vec<Id> = Vec::new();
        let mut take = |hash: u32| {
            for at in self.tree.index().names(hash, range) {
                if self.tree.node(*at).hash == hash {
                    all.extend(self.ends_in(kind, *at).into_iter().flatten());
                }
            }
        };
        take(hash);
        if is_path {
            for alias in self.facts.aliases(self.from().text(name)) {
                if alias != hash {
                    take(alias);
                }
            }
        }
        if kind == Kind::Call {
            // What is called may be cast first.
            let casts = self.tree.index().of_kind(Kind::Cast, range).iter();
            all.extend(casts.filter_map(|cast| self.called_by(*cast)));
        }
        all.retain(|t| range.contains(t));
        self.with_decorators(kind, range, &mut all);
        all.sort_unstable();
        all.dedup();
        all
    }

    /// What of a kind ends in a name of the file.
    fn ends_in(&self, kind: Kind, name: Id) -> [Option<Id>; 2] {
        let parent = self.tree.node(name).parent;
        let is_last = self.tree.kind(parent) == Kind::Attribute
            && name != parent + 1
            && self.tree.node(parent).last == name + 1;
        let path = is_last.then_some(parent);
        match kind {
            Kind::Call => [self.called_by(name), path.and_then(|path| self.called_by(path))],
            Kind::Attribute => [Some(name), path],
            _ => [Some(name), None],
        }
    }

    /// The call of which a node is what is called.
    fn called_by(&self, callee: Id) -> Option<Id> {
        let parent = self.tree.node(callee).parent;
        (self.tree.kind(parent) == Kind::Call && callee == parent + 1).then_some(parent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_counts_where_it_is_around_or_at_one_that_was_found() {
        let found = [4..6, 10..30, 12..14];
        let cases: &[(Range<u32>, bool, bool)] = &[
            (4..6, true, true),
            (0..6, true, false),
            (0..5, false, false),
            (5..6, false, false),
            (11..20, true, false),
            (10..20, true, false),
            (12..14, true, true),
            (13..40, false, false),
        ];
        for (range, around, at) in cases {
            assert!(Where::Anywhere.allows(range));
            assert_eq!(Where::Around(&found).allows(range), *around, "around {range:?}");
            assert_eq!(Where::At(&found).allows(range), *at, "at {range:?}");
            assert_eq!(Where::At(&found).of_parts().allows(range), *around, "parts {range:?}");
        }
    }
}
