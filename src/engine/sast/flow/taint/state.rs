//! What variables and their fields carry at one point of a walk. A copy costs nothing until one of the two changes.

use super::label::Taint;
use super::path::{Path, Paths};
use std::rc::Rc;

/// What each path carries, in the order of the paths. A field that is here with nothing is clean whatever its object carries; a path that is
/// not here carries what its object does.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    entries: Rc<Vec<(Path, Taint)>>,
    /// How many of them carry something.
    carrying: usize,
}

impl State {
    /// Whether nothing carries anything.
    pub(super) fn is_clean(&self) -> bool {
        self.carrying == 0
    }

    /// How much it holds.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    fn place(&self, path: Path) -> Result<usize, usize> {
        self.entries.binary_search_by_key(&path, |(known, _)| *known)
    }

    /// What is known of a path itself.
    pub(super) fn get(&self, path: Path) -> Option<&Taint> {
        self.place(path).ok().and_then(|at| self.entries.get(at)).map(|(_, taint)| taint)
    }

    /// What a path carries, its fields aside: what is known of it or of the nearest that it is part of.
    pub(super) fn own(&self, paths: &Paths, path: Path) -> Taint {
        let mut at = Some(path);
        while let Some(here) = at {
            if let Some(taint) = self.get(here) {
                return taint.clone();
            }
            at = paths.parent(here);
        }
        Taint::default()
    }

    /// What the fields of a path carry.
    pub(super) fn below(&self, paths: &Paths, path: Path) -> impl Iterator<Item = &Taint> {
        let from = self.entries.partition_point(|(known, _)| *known <= path);
        let behind = paths.behind(path);
        self.entries
            .get(from..)
            .unwrap_or(&[])
            .iter()
            .take_while(move |(known, _)| *known < behind)
            .map(|(_, taint)| taint)
    }

    /// Gives a path a value, and its fields with it.
    pub(super) fn set(&mut self, paths: &Paths, path: Path, taint: Taint) {
        let from = self.entries.partition_point(|(known, _)| *known < path);
        let behind = paths.behind(path);
        let count = self
            .entries
            .get(from..)
            .unwrap_or(&[])
            .iter()
            .take_while(|(known, _)| *known < behind)
            .count();
        // A variable that is clean is as one that nobody gave a value.
        let keep = !taint.is_empty() || paths.parent(path).is_some();
        if count == 0 && !keep {
            return;
        }
        let lost = self.entries.iter().skip(from).take(count);
        self.carrying -= lost.filter(|(_, taint)| !taint.is_empty()).count();
        self.carrying += usize::from(!taint.is_empty());
        let entries = Rc::make_mut(&mut self.entries);
        entries.splice(from..from + count, keep.then_some((path, taint)));
    }

    /// Adds to what a path carries.
    pub(super) fn add(&mut self, paths: &Paths, path: Path, more: &Taint) {
        if more.is_empty() {
            return;
        }
        let mut whole = self.own(paths, path);
        if !whole.merge(more) && self.get(path).is_some() {
            return;
        }
        match self.place(path) {
            Ok(at) => {
                if let Some((_, taint)) = Rc::make_mut(&mut self.entries).get_mut(at) {
                    self.carrying += usize::from(taint.is_empty());
                    *taint = whole;
                }
            }
            Err(at) => {
                self.carrying += 1;
                Rc::make_mut(&mut self.entries).insert(at, (path, whole));
            }
        }
    }

    /// What either of two carries: where two ways come together.
    pub(super) fn join(&mut self, paths: &Paths, other: &Self) {
        if Rc::ptr_eq(&self.entries, &other.entries) || other.entries.is_empty() {
            return;
        }
        if self.entries.is_empty() {
            *self = other.clone();
            return;
        }
        let mut joined: Vec<(Path, Taint)> = Vec::with_capacity(self.len().max(other.len()));
        let (mut ones, mut others) =
            (self.entries.iter().peekable(), other.entries.iter().peekable());
        loop {
            let path = match (ones.peek(), others.peek()) {
                (Some((one, _)), Some((other, _))) => *one.min(other),
                (Some((one, _)), None) => *one,
                (None, Some((other, _))) => *other,
                (None, None) => break,
            };
            let one = ones.next_if(|(known, _)| *known == path).map(|(_, taint)| taint.clone());
            let two = others.next_if(|(known, _)| *known == path).map(|(_, taint)| taint.clone());
            let mut taint = one.unwrap_or_else(|| self.own(paths, path));
            taint.merge(&two.unwrap_or_else(|| other.own(paths, path)));
            joined.push((path, taint));
        }
        self.carrying = joined.iter().filter(|(_, taint)| !taint.is_empty()).count();
        self.entries = Rc::new(joined);
    }

    /// Whether another one, which was a part of this, has all that this has.
    pub(super) fn is_as_before(&self, before: &Self) -> bool {
        Rc::ptr_eq(&self.entries, &before.entries)
            || self.len() == before.len()
                && self.entries.iter().zip(before.entries.iter()).all(|(one, other)| {
                    one.0 == other.0 && one.1.origins().len() == other.1.origins().len()
                })
    }
}
