//! Sets of versions as intervals, and their arithmetic: union, intersection and complement under the order of an
//! ecosystem, and the OSV events that say the same. Knows no requirement syntax.

use super::Order;
use crate::engine::osv::advisory::{Event, Range, RangeKind};
use crate::engine::osv::component::Ecosystem;
use std::cmp::Ordering;

/// A place in the order of versions: just before or just after one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cut {
    version: String,
    after: bool,
}

impl Cut {
    /// Just before a version.
    pub(super) fn before(version: impl Into<String>) -> Self {
        Self { version: version.into(), after: false }
    }

    /// Just after a version.
    pub(super) fn after(version: impl Into<String>) -> Self {
        Self { version: version.into(), after: true }
    }
}

/// Versions between two cuts; `None` is the end of the order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Interval {
    /// Where it begins.
    pub(super) from: Option<Cut>,
    /// Where it ends.
    pub(super) to: Option<Cut>,
}

/// Versions of an ecosystem: disjoint intervals in ascending order, no two of which touch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set(Vec<Interval>);

/// The order of an ecosystem's versions.
#[derive(Clone, Copy)]
pub(super) struct Versions<'a> {
    /// Whose.
    pub(super) ecosystem: Ecosystem,
    /// Compares two of them.
    pub(super) order: &'a Order<'a>,
}

impl Versions<'_> {
    fn versions(&self, a: &str, b: &str) -> Result<Ordering, String> {
        (self.order)(self.ecosystem, a, b)
            .ok_or_else(|| format!("\"{a}\" and \"{b}\" cannot be put in order"))
    }

    fn cuts(&self, a: &Cut, b: &Cut) -> Result<Ordering, String> {
        Ok(self.versions(&a.version, &b.version)?.then(a.after.cmp(&b.after)))
    }

    /// Starts: the open end is least.
    fn starts(&self, a: Option<&Cut>, b: Option<&Cut>) -> Result<Ordering, String> {
        match (a, b) {
            (Some(a), Some(b)) => self.cuts(a, b),
            (a, b) => Ok(a.is_some().cmp(&b.is_some())),
        }
    }

    /// Ends: the open end is greatest.
    fn ends(&self, a: Option<&Cut>, b: Option<&Cut>) -> Result<Ordering, String> {
        match (a, b) {
            (Some(a), Some(b)) => self.cuts(a, b),
            (a, b) => Ok(b.is_some().cmp(&a.is_some())),
        }
    }

    /// Whether something lies between.
    fn is_open(&self, from: Option<&Cut>, to: Option<&Cut>) -> Result<bool, String> {
        match (from, to) {
            (Some(from), Some(to)) => Ok(self.cuts(from, to)? == Ordering::Less),
            _ => Ok(true),
        }
    }

    /// Everything in any of the intervals.
    pub(super) fn union(&self, all: impl IntoIterator<Item = Interval>) -> Result<Set, String> {
        let mut sorted = Vec::new();
        for one in all {
            if self.is_open(one.from.as_ref(), one.to.as_ref())? {
                sorted.push(one);
            }
        }
        let mut failure = None;
        sorted.sort_by(|a, b| {
            self.starts(a.from.as_ref(), b.from.as_ref()).unwrap_or_else(|error| {
                failure.get_or_insert(error);
                Ordering::Equal
            })
        });
        if let Some(failure) = failure {
            return Err(failure);
        }
        let mut merged: Vec<Interval> = Vec::new();
        for next in sorted {
            if let Some(last) = merged.last_mut() {
                let touches = match (&last.to, &next.from) {
                    (Some(to), Some(from)) => self.cuts(from, to)? != Ordering::Greater,
                    _ => true,
                };
                if touches {
                    if self.ends(last.to.as_ref(), next.to.as_ref())? == Ordering::Less {
                        last.to = next.to;
                    }
                    continue;
                }
            }
            merged.push(next);
        }
        Ok(Set(merged))
    }

    /// Everything in both sets.
    pub(super) fn intersection(&self, a: &Set, b: &Set) -> Result<Set, String> {
        let outside = a.complement().0.into_iter().chain(b.complement().0);
        Ok(self.union(outside)?.complement())
    }

    /// The events that say the same; `None` when no version is in the set.
    pub(super) fn range(&self, set: &Set) -> Result<Option<Range>, String> {
        let mut events = Vec::new();
        for Interval { from, to } in &set.0 {
            events.push(Event::Introduced(match from {
                None => "0".to_owned(),
                Some(cut) if cut.after => self.successor(&cut.version)?,
                Some(cut) => cut.version.clone(),
            }));
            match to {
                None => {}
                Some(cut) if cut.after => events.push(Event::LastAffected(cut.version.clone())),
                Some(cut) => events.push(Event::Fixed(cut.version.clone())),
            }
        }
        let kind = match self.ecosystem {
            Ecosystem::Npm | Ecosystem::CratesIo | Ecosystem::Go => RangeKind::SemVer,
            _ => RangeKind::Ecosystem,
        };
        Ok((!events.is_empty()).then_some(Range { kind, events }))
    }

    /// The least version after another: OSV has no event for "introduced after". Exact for SemVer. RubyGems and
    /// Composer have no least one; theirs is less than any that somebody publishes.
    fn successor(&self, version: &str) -> Result<String, String> {
        let next = match self.ecosystem {
            Ecosystem::Npm | Ecosystem::CratesIo | Ecosystem::Go => {
                let core = version.split('+').next().unwrap_or(version);
                if core.contains('-') {
                    format!("{core}.0")
                } else {
                    let (head, patch) = core.rsplit_once('.').unwrap_or(("0.0", core));
                    let patch: u64 = patch.parse().map_err(|_| unreadable(version))?;
                    let patch = patch.checked_add(1).ok_or_else(|| unreadable(version))?;
                    format!("{head}.{patch}-0")
                }
            }
            Ecosystem::RubyGems => format!("{version}.0.0.0.1.A"),
            Ecosystem::Packagist => format!("{version}-p1"),
            _ => return Err(format!("nothing is known to come next after \"{version}\"")),
        };
        if self.versions(version, &next)? == Ordering::Less {
            Ok(next)
        } else {
            Err(format!("nothing is known to come next after \"{version}\""))
        }
    }
}

/// The message for a version that is none.
pub(super) fn unreadable(version: &str) -> String {
    format!("\"{version}\" is no version")
}

impl Set {
    /// Every version.
    pub(super) fn all() -> Self {
        Self(vec![Interval { from: None, to: None }])
    }

    /// Its intervals.
    pub(super) fn into_intervals(self) -> Vec<Interval> {
        self.0
    }

    /// Everything that is not in it.
    pub(super) fn complement(&self) -> Self {
        let mut gaps = Vec::new();
        let mut from: Option<&Cut> = None;
        let mut first = true;
        for interval in &self.0 {
            if let Some(to) = &interval.from {
                gaps.push(Interval { from: from.cloned(), to: Some(to.clone()) });
            } else if !first {
                break;
            }
            first = false;
            from = interval.to.as_ref();
            if from.is_none() {
                return Self(gaps);
            }
        }
        gaps.push(Interval { from: from.cloned(), to: None });
        Self(gaps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(_: Ecosystem, a: &str, b: &str) -> Option<Ordering> {
        Some(a.parse::<i32>().ok()?.cmp(&b.parse::<i32>().ok()?))
    }

    const VERSIONS: Versions<'static> = Versions { ecosystem: Ecosystem::PyPi, order: &numbers };

    fn interval(from: i32, to: i32) -> Interval {
        Interval { from: Some(Cut::before(from.to_string())), to: Some(Cut::after(to.to_string())) }
    }

    fn contains(set: &Set, version: i32) -> bool {
        set.0.iter().any(|one| {
            let cut = |cut: &Cut| (cut.version.parse::<i32>().unwrap(), cut.after);
            one.from.as_ref().is_none_or(|from| cut(from) <= (version, false))
                && one.to.as_ref().is_none_or(|to| cut(to) >= (version, true))
        })
    }

    proptest::proptest! {
        #[test]
        fn arithmetic_agrees_with_membership(
            a in proptest::collection::vec((0..30_i32, 0..30_i32), 0..6),
            b in proptest::collection::vec((0..30_i32, 0..30_i32), 0..6),
        ) {
            let set = |list: &[(i32, i32)]| {
                VERSIONS.union(list.iter().map(|(from, to)| interval(*from, *to))).unwrap()
            };
            let within = |list: &[(i32, i32)], v| list.iter().any(|(f, t)| *f <= v && v <= *t);
            let both = VERSIONS.intersection(&set(&a), &set(&b)).unwrap();
            for version in -1..32 {
                assert_eq!(contains(&set(&a), version), within(&a, version));
                assert_eq!(contains(&set(&a).complement(), version), !within(&a, version));
                assert_eq!(contains(&both, version), within(&a, version) && within(&b, version));
            }
            assert_eq!(set(&a).complement().complement(), set(&a));
        }
    }

    #[test]
    fn versions_without_order_are_an_error() {
        let bad = Interval { from: Some(Cut::before("x")), to: Some(Cut::before("1")) };
        assert!(VERSIONS.union([bad]).unwrap_err().contains("cannot be put in order"));
    }
}
