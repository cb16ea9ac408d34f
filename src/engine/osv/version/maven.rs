//! Versions of Maven, as `ComparableVersion` of maven-artifact 3.8 reads and compares them
//! (<https://maven.apache.org/pom.html#version-order-specification>), and its version ranges.
//!
//! `ComparableVersion` is no order: `0-alpha` < `0` < `sp` < `0-alpha`. Where its answers contradict each other, and only
//! there, this one decides by what stands further on.

use super::number::Number;
use std::cmp::Ordering;

/// A part of a version. Lists are last in their list: a hyphen, or a change between digits and letters, opens one.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Item {
    Number(Number),
    /// Its place among known qualifiers, and the text of an unknown one.
    Word(u8, Box<str>),
    List(Vec<Slot>),
}

/// An item and where it stands among what other versions may have in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Slot {
    class: Class,
    item: Item,
}

/// From low to high; the place of a missing item is between the two halves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Class {
    LowWord,
    /// A word for "release" with something lower than nothing after it.
    ReleaseBeforeLow,
    LowList,
    ZeroBeforeLow,
    /// No item.
    Missing,
    ReleaseBeforeHigh,
    HighWord,
    HighList,
    ZeroBeforeHigh,
    Number,
}

impl Class {
    fn is_low(self) -> bool {
        self < Self::Missing
    }
}

/// What a version is compared by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    items: Vec<Slot>,
}

/// Known qualifiers; a release is [`RELEASE`].
const QUALIFIERS: [&str; 7] = ["alpha", "beta", "milestone", "rc", "snapshot", "", "sp"];
/// Place of a release among [`QUALIFIERS`].
const RELEASE: u8 = 5;
/// Place of a word that is none of [`QUALIFIERS`].
const UNKNOWN: u8 = 7;

fn word(text: &str, before_digit: bool) -> Item {
    let text = match text {
        "a" if before_digit => "alpha",
        "b" if before_digit => "beta",
        "m" if before_digit => "milestone",
        "ga" | "final" | "release" => "",
        "cr" => "rc",
        text => text,
    };
    match QUALIFIERS.iter().position(|known| *known == text) {
        Some(place) => Item::Word(place as u8, Box::default()),
        None => Item::Word(UNKNOWN, text.into()),
    }
}

fn item(text: &str, digits: bool) -> Item {
    if digits {
        return Number::read(text).map_or_else(|| word(text, false), Item::Number);
    }
    word(text, false)
}

/// Lists from the outermost to the one being filled.
struct Lists(Vec<Vec<Item>>);

impl Lists {
    fn add(&mut self, item: Item) {
        if let Some(list) = self.0.last_mut() {
            list.push(item);
        }
    }

    fn open(&mut self) {
        self.0.push(Vec::new());
    }

    fn open_unless_empty(&mut self) {
        if self.0.last().is_some_and(|list| !list.is_empty()) {
            self.open();
        }
    }

    /// Puts each list at the end of the one around it, from the inside out.
    fn close(mut self) -> Vec<Slot> {
        let mut inner: Option<Vec<Slot>> = None;
        while let Some(list) = self.0.pop() {
            let tail = inner.take().filter(|slots| !slots.is_empty());
            inner = Some(settle(list, tail));
        }
        inner.unwrap_or_default()
    }
}

fn is_null(item: &Item) -> bool {
    match item {
        Item::Number(number) => number.is_zero(),
        Item::Word(place, _) => *place == RELEASE,
        Item::List(slots) => slots.is_empty(),
    }
}

/// Takes off what means nothing at the end of a list, and finds the class of every item, which depends on those after it.
fn settle(mut list: Vec<Item>, tail: Option<Vec<Slot>>) -> Vec<Slot> {
    while list.last().is_some_and(is_null) {
        list.pop();
    }
    let mut slots = Vec::with_capacity(list.len() + 1);
    let mut after = Class::Missing;
    if let Some(tail) = tail {
        let low = tail.first().is_some_and(|slot| slot.class.is_low());
        after = if low { Class::LowList } else { Class::HighList };
        slots.push(Slot { class: after, item: Item::List(tail) });
    }
    for item in list.into_iter().rev() {
        let low = after.is_low();
        let class = match &item {
            Item::Number(number) if number.is_zero() && low => Class::ZeroBeforeLow,
            Item::Number(number) if number.is_zero() => Class::ZeroBeforeHigh,
            Item::Number(_) => Class::Number,
            Item::Word(RELEASE, _) if low => Class::ReleaseBeforeLow,
            Item::Word(RELEASE, _) => Class::ReleaseBeforeHigh,
            Item::Word(place, _) if *place < RELEASE => Class::LowWord,
            Item::Word(..) => Class::HighWord,
            Item::List(_) => Class::HighList,
        };
        after = class;
        slots.push(Slot { class, item });
    }
    slots.reverse();
    slots
}

/// Reads a version; there is no text that Maven refuses, but an empty one, or one with what only a range or a property has,
/// is refused here.
pub(super) fn read(text: &str) -> Option<Key> {
    let text = text.trim();
    if text.is_empty() || text.contains(['[', ']', '(', ')', ',', '$', '{', '}']) {
        return None;
    }
    let text = text.to_lowercase();
    let mut lists = Lists(vec![Vec::new()]);
    let mut start = 0;
    let mut digits = false;
    for (at, c) in text.char_indices() {
        let piece = text.get(start..at).unwrap_or_default();
        match c {
            '.' | '-' => {
                lists.add(if piece.is_empty() {
                    Item::Number(Number::ZERO)
                } else {
                    item(piece, digits)
                });
                start = at + 1;
                if c == '-' {
                    lists.open();
                }
            }
            '0'..='9' => {
                if !digits && !piece.is_empty() {
                    lists.open_unless_empty();
                    lists.add(word(piece, true));
                    lists.open();
                    start = at;
                }
                digits = true;
            }
            _ => {
                if digits && !piece.is_empty() {
                    lists.add(item(piece, true));
                    lists.open();
                    start = at;
                }
                digits = false;
            }
        }
    }
    if let Some(piece) = text.get(start..).filter(|piece| !piece.is_empty()) {
        if !digits {
            lists.open_unless_empty();
        }
        lists.add(item(piece, digits));
    }
    Some(Key { items: lists.close() })
}

/// Compares lists; the depth is bounded by the length of the text.
fn compare(a: &[Slot], b: &[Slot]) -> Ordering {
    for place in 0..a.len().max(b.len()) {
        let (left, right) = (a.get(place), b.get(place));
        let class = |slot: Option<&Slot>| slot.map_or(Class::Missing, |slot| slot.class);
        let order = class(left).cmp(&class(right)).then_with(|| {
            match (left.map(|slot| &slot.item), right.map(|slot| &slot.item)) {
                (Some(Item::Number(a)), Some(Item::Number(b))) => a.cmp(b),
                (Some(Item::Word(a, unknown)), Some(Item::Word(b, other))) => {
                    a.cmp(b).then_with(|| unknown.cmp(other))
                }
                (Some(Item::List(a)), Some(Item::List(b))) => compare(a, b),
                _ => Ordering::Equal,
            }
        });
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        compare(&self.items, &other.items)
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Key {
    /// Whether a qualifier puts it before its release.
    pub(super) fn is_prerelease(&self) -> bool {
        let mut list = &self.items;
        loop {
            if list.iter().any(|slot| slot.class == Class::LowWord) {
                return true;
            }
            match list.last().map(|slot| &slot.item) {
                Some(Item::List(inner)) => list = inner,
                _ => return false,
            }
        }
    }
}

/// Whether a version range (`[1.0,2.0)`, `(,1.0],[1.2,)`, `[1.5]`) lets a version in. A bare version is only recommended in
/// Maven; here it stands for itself.
pub(super) fn allows(requirement: &str, version: &Key) -> Option<bool> {
    let mut rest = requirement.trim();
    if !rest.starts_with(['[', '(']) {
        return Some(*version == read(rest)?);
    }
    let mut fits = false;
    while !rest.is_empty() {
        let first = rest.starts_with('[');
        let inner = rest.strip_prefix(['[', '('])?;
        let end = inner.find([']', ')'])?;
        let (range, after) = inner.split_at_checked(end)?;
        let last = after.starts_with(']');
        let inside = match range.split_once(',') {
            None if first && last => *version == read(range)?,
            None => return None,
            Some((low, high)) => {
                let above = low.trim().is_empty() || {
                    let order = version.cmp(&read(low)?);
                    order.is_gt() || first && order.is_eq()
                };
                let below = high.trim().is_empty() || {
                    let order = version.cmp(&read(high)?);
                    order.is_lt() || last && order.is_eq()
                };
                above && below
            }
        };
        fits |= inside;
        rest = after.get(1..)?.trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Some(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cmp(a: &str, b: &str) -> Ordering {
        read(a).unwrap().cmp(&read(b).unwrap())
    }

    #[test]
    fn qualifiers_and_numbers_stand_in_the_order_of_maven() {
        let ascending = [
            "1-alpha2",
            "1-alpha-123",
            "1-beta-2",
            "1-m2",
            "1-rc",
            "1-SNAPSHOT",
            "1",
            "1-sp",
            "1-abc",
            "1-1",
            "1-2",
            "1.0.1",
            "1.1",
            "1.1.0.1",
            "1.123456789012345678901234567890",
        ];
        for (place, a) in ascending.iter().enumerate() {
            for (other, b) in ascending.iter().enumerate() {
                assert_eq!(cmp(a, b), place.cmp(&other), "{a} {b}");
            }
        }
    }

    #[test]
    fn what_means_nothing_does_not_count() {
        for (a, b) in [
            ("1", "1.0.0"),
            ("1", "1-0"),
            ("1", "1.ga"),
            ("1.Final", "1"),
            ("1a1", "1-alpha-1"),
            ("1-cr1", "1-rc1"),
            ("1x", "1-x"),
            ("1-M3", "1-milestone-3"),
        ] {
            assert_eq!(cmp(a, b), Ordering::Equal, "{a} {b}");
        }
    }

    #[test]
    fn contradictions_of_maven_do_not_break_the_order() {
        let versions = ["0-alpha", "0", "sp", "1.sp.1", "1-alpha", "1", "1.0.alpha.1", "1.ga.1"];
        for a in versions {
            for b in versions {
                assert_eq!(cmp(a, b), cmp(b, a).reverse());
                for c in versions {
                    assert!(!(cmp(a, b).is_le() && cmp(b, c).is_le()) || cmp(a, c).is_le());
                }
            }
        }
    }

    #[test]
    fn ranges_are_unions_of_intervals() {
        for (range, version, expected) in [
            ("[1.0,2.0)", "1.5", Some(true)),
            ("[1.0,2.0)", "2.0", Some(false)),
            ("(,1.0],[1.2,)", "1.1", Some(false)),
            ("(,1.0],[1.2,)", "1.3", Some(true)),
            ("[1.5]", "1.5.0", Some(true)),
            ("1.5", "1.6", Some(false)),
            ("[1.0", "1.0", None),
            ("${v}", "1.0", None),
        ] {
            assert_eq!(allows(range, &read(version).unwrap()), expected, "{range} {version}");
        }
    }

    #[test]
    fn deep_versions_do_no_harm() {
        let text = "1-".repeat(512);
        assert_eq!(cmp(&text, &text), Ordering::Equal);
        assert!(cmp(&text, &format!("{text}1")).is_lt());
    }
}
