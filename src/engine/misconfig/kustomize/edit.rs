//! Changes to values: entries of maps found, put and taken out, and what a value costs to copy. Knows nothing of Kubernetes.

use super::super::value::{Data, Entry, Value};
use std::ops::Range;

/// Work that may still be done, in values that are looked at or copied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budget {
    left: usize,
}

impl Budget {
    /// So much.
    pub fn new(left: usize) -> Self {
        Self { left }
    }

    /// Takes from it; whether there was enough. Once there was not, it stays empty.
    pub fn spend(&mut self, amount: usize) -> bool {
        let rest = self.left.checked_sub(amount);
        self.left = rest.unwrap_or_default();
        rest.is_some()
    }

    /// Whether nothing is left.
    pub fn is_spent(&self) -> bool {
        self.left == 0
    }
}

/// The value of a name, to be changed; of equal names the last.
pub fn child<'a>(value: &'a mut Value, key: &str) -> Option<&'a mut Value> {
    let Data::Map(entries) = &mut value.data else { return None };
    entries.iter_mut().rev().find(|entry| entry.key == key).map(|entry| &mut entry.value)
}

/// The value behind several names, to be changed.
pub fn inner<'a>(value: &'a mut Value, keys: &[&str]) -> Option<&'a mut Value> {
    keys.iter().try_fold(value, |value, key| child(value, key))
}

/// The items of a list, to be changed.
pub fn items(value: &mut Value) -> &mut [Value] {
    match &mut value.data {
        Data::List(items) => items,
        _ => &mut [],
    }
}

/// Puts a value under a name. What is no map stays as it is.
pub fn put(value: &mut Value, key: &str, new: Value) {
    if let Some(old) = child(value, key) {
        *old = new;
        return;
    }
    if value.is_null() {
        value.data = Data::Map(Vec::new());
    }
    if let Data::Map(entries) = &mut value.data {
        let key_range = new.range.clone();
        entries.push(Entry { key: key.to_owned(), key_range, value: new });
    }
}

/// Puts a value behind several names; maps that are missing on the way are made.
pub fn put_at(value: &mut Value, keys: &[&str], new: Value) {
    let Some((last, way)) = keys.split_last() else { return };
    if let Some(around) = made(value, way, &new.range) {
        put(around, last, new);
    }
}

/// The map behind several names; those that are missing are made.
pub fn made<'a>(
    value: &'a mut Value,
    keys: &[&str],
    range: &Range<usize>,
) -> Option<&'a mut Value> {
    let mut at = value;
    for key in keys {
        if child(at, key).is_none_or(|inner| inner.is_null()) {
            put(at, key, Value::new(range.clone(), Data::Map(Vec::new())));
        }
        at = child(at, key)?;
    }
    Some(at)
}

/// Takes out a name; whether it was there.
pub fn take(value: &mut Value, key: &str) -> bool {
    let Data::Map(entries) = &mut value.data else { return false };
    let before = entries.len();
    entries.retain(|entry| entry.key != key);
    entries.len() < before
}

/// What a value costs to copy and to look through: its values, and its text in portions.
pub fn weight(value: &Value) -> usize {
    1 + match &value.data {
        Data::Text(text) => text.len() / 64,
        Data::List(items) => items.iter().map(weight).sum(),
        Data::Map(entries) => {
            entries.iter().map(|entry| entry.key.len() / 64 + weight(&entry.value)).sum()
        }
        _ => 0,
    }
}

/// How deep a value is nested; a scalar is 0.
pub fn depth(value: &Value) -> usize {
    match &value.data {
        Data::List(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Data::Map(entries) => {
            1 + entries.iter().map(|entry| depth(&entry.value)).max().unwrap_or_default()
        }
        _ => 0,
    }
}
