//! Functions of templates over lists and maps.

use super::function::{as_int, as_size, nth, of_size};
use super::heap::{Heap, Item, Why};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Deepest maps that are laid over each other or copied.
const MAX_DEPTH: usize = 40;

/// Calls a function whose first argument is known.
#[expect(clippy::too_many_lines, reason = "a table of functions")]
pub fn call(heap: &mut Heap, name: &str, given: &[Item]) -> Result<Item, Why> {
    let first = nth(given, 0).clone();
    let second = nth(given, 1).clone();
    let rest = given.get(1..).unwrap_or_default();
    let items = heap.items(&first).to_vec();
    heap.spend(items.len() * 32)?;
    Ok(match name {
        "hasKey" => {
            let key = heap.printed(&second)?;
            Item::Bool(heap.get(&first, &key).is_some())
        }
        "get" => {
            let key = heap.printed(&second)?;
            match heap.get(&first, &key) {
                Some(value) => value.clone(),
                None => heap.text("")?,
            }
        }
        "pluck" => {
            let key = heap.printed(&first)?;
            let found = rest.iter().filter_map(|map| heap.get(map, &key).cloned()).collect();
            heap.list(found)?
        }
        "dig" => {
            let [path @ .., default, map] = given else {
                return Err("dig is given too little".to_owned());
            };
            let mut value = map.clone();
            for key in path {
                let key = heap.printed(key)?;
                match heap.get(&value, &key) {
                    Some(inner) => value = inner.clone(),
                    None => return Ok(default.clone()),
                }
            }
            value
        }
        "set" => {
            let key = heap.printed(&second)?;
            heap.set(&first, &key, nth(given, 2).clone())?;
            first
        }
        "unset" => {
            let key = heap.printed(&second)?;
            heap.unset(&first, &key);
            first
        }
        "keys" => {
            let mut keys: Vec<Item> = Vec::new();
            for map in given {
                keys.extend(
                    heap.entries(map)
                        .into_iter()
                        .flatten()
                        .map(|(key, _)| Item::Text(Rc::clone(key))),
                );
            }
            heap.list(keys)?
        }
        "values" => {
            let values = heap.entries(&first).into_iter().flatten().map(|(_, value)| value.clone());
            let values = values.collect();
            heap.list(values)?
        }
        "pick" | "omit" => {
            let mut keys = Vec::new();
            for key in rest {
                keys.push(heap.printed(key)?);
            }
            let entries = heap.entries(&first).cloned().unwrap_or_default();
            let picked = entries
                .into_iter()
                .filter(|(key, _)| keys.iter().any(|one| **one == **key) == (name == "pick"));
            let picked: BTreeMap<_, _> = picked.collect();
            heap.map(picked)?
        }
        "merge" | "mergeOverwrite" => {
            let over = name.ends_with("Overwrite");
            for other in rest {
                if *other == Item::Unknown {
                    return Ok(Item::Unknown);
                }
                merge(heap, &first, other, over, 0)?;
            }
            first
        }
        "deepCopy" => copy(heap, &first, 0)?,
        "index" => {
            let mut value = first;
            for key in rest {
                value = match (&value, key) {
                    (_, Item::Unknown) | (Item::Unknown, _) => Item::Unknown,
                    (Item::List(_), key) => {
                        let at = usize::try_from(as_int(key)).unwrap_or(usize::MAX);
                        let item = heap.items(&value).get(at);
                        item.ok_or("there are fewer items than that")?.clone()
                    }
                    (Item::Map(_), key) => {
                        let key = heap.printed(key)?;
                        heap.get(&value, &key).cloned().unwrap_or(Item::Nil)
                    }
                    _ => return Err("what is indexed is neither list nor map".to_owned()),
                };
            }
            value
        }
        "slice" => {
            let end = given.get(2).map_or(items.len(), as_size);
            let part = items.get(as_size(&second)..end).ok_or("there are fewer items than that")?;
            heap.list(part.to_vec())?
        }
        "len" => of_size(match &first {
            Item::Text(text) => text.len(),
            other => heap.entries(other).map_or(items.len(), BTreeMap::len),
        }),
        "first" => items.first().cloned().unwrap_or(Item::Nil),
        "last" => items.last().cloned().unwrap_or(Item::Nil),
        "rest" => heap.list(items.get(1..).unwrap_or_default().to_vec())?,
        "initial" => heap.list(items[..items.len().saturating_sub(1)].to_vec())?,
        "append" => heap.list([items, vec![second]].concat())?,
        "prepend" => heap.list([vec![second], items].concat())?,
        "concat" => {
            let mut all = Vec::new();
            for list in given {
                all.extend_from_slice(heap.items(list));
            }
            heap.list(all)?
        }
        "reverse" => heap.list(items.into_iter().rev().collect())?,
        "uniq" | "compact" | "without" => {
            let mut kept: Vec<Item> = Vec::new();
            for item in items {
                let leave = match name {
                    "uniq" if kept.len() > 1000 => return Err("a list is too long".to_owned()),
                    "uniq" => kept.iter().any(|one| heap.equal(one, &item) == Some(true)),
                    "compact" => heap.truth(&item) == Some(false),
                    _ => rest.iter().any(|one| heap.equal(one, &item) == Some(true)),
                };
                if !leave {
                    kept.push(item);
                }
            }
            heap.list(kept)?
        }
        "has" => {
            let list = heap.items(&second);
            Item::Bool(list.iter().any(|one| heap.equal(one, &first) == Some(true)))
        }
        _ => return Err(format!("the function {name} is not known")),
    })
}

/// Lays `other` under a map, or over it.
pub fn merge(
    heap: &mut Heap,
    map: &Item,
    other: &Item,
    over: bool,
    depth: usize,
) -> Result<(), Why> {
    if depth > MAX_DEPTH {
        return Err("maps are nested too deep".to_owned());
    }
    let entries = heap.entries(other).cloned().unwrap_or_default();
    heap.spend(entries.len() * 96)?;
    for (key, value) in entries {
        match heap.get(map, &key).cloned() {
            Some(own @ Item::Map(_)) if matches!(value, Item::Map(_)) => {
                if own != value {
                    merge(heap, &own, &value, over, depth + 1)?;
                }
            }
            Some(own) if !over && heap.truth(&own) != Some(false) => {}
            _ => {
                let value = copy(heap, &value, depth + 1)?;
                heap.set(map, &key, value)?;
            }
        }
    }
    Ok(())
}

/// A copy that changes do not reach.
pub fn copy(heap: &mut Heap, item: &Item, depth: usize) -> Result<Item, Why> {
    if depth > MAX_DEPTH {
        return Err("maps are nested too deep".to_owned());
    }
    match item {
        Item::Map(_) => {
            let mut entries = heap.entries(item).cloned().unwrap_or_default();
            for value in entries.values_mut() {
                *value = copy(heap, &value.clone(), depth + 1)?;
            }
            heap.map(entries)
        }
        Item::List(_) => {
            let mut items = heap.items(item).to_vec();
            for value in &mut items {
                *value = copy(heap, &value.clone(), depth + 1)?;
            }
            heap.list(items)
        }
        scalar => Ok(scalar.clone()),
    }
}
