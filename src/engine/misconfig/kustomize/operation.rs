//! Patches that are lists of operations on paths, RFC 6902 with the pointers of RFC 6901. Knows nothing of what it changes.

use super::super::value::{Data, Entry, Value};
use super::edit::{self, Budget};

/// Longest path, and what a value may be nested in with what an operation brings in.
const MAX_PATH: usize = 64;
const MAX_DEPTH: usize = 128;

/// Applies operations in order; an error says why one of them cannot be applied.
pub fn apply(target: &mut Value, operations: &[Value], budget: &mut Budget) -> Result<(), String> {
    for operation in operations {
        one(target, operation, budget)?;
    }
    Ok(())
}

/// Whether a value is a list of operations.
pub fn is_list(patch: &Value) -> bool {
    let is_one = |item: &Value| item.get("op").is_some() && item.get("path").is_some();
    !patch.items().is_empty() && patch.items().iter().all(is_one)
}

fn one(target: &mut Value, operation: &Value, budget: &mut Budget) -> Result<(), String> {
    let path_of = |key: &str| {
        let text = operation.get(key).and_then(Value::text);
        path(text.ok_or_else(|| format!("an operation has no {key}"))?)
    };
    let at = path_of("path")?;
    let sort = operation.get("op").and_then(Value::text).unwrap_or_default();
    let given = || {
        let value = operation.get("value").cloned();
        value.unwrap_or_else(|| Value::new(operation.range.clone(), Data::Null))
    };
    match sort {
        "add" => add(target, &at, given(), budget),
        "replace" => {
            let is_new = reached(target, &at, budget).is_err();
            let around = at.split_last().map(|(_, way)| reached(target, way, budget));
            // As Kustomize has it, a name of a map that is not there is added.
            if is_new
                && !around.is_some_and(|found| found.is_ok_and(|map| !map.entries().is_empty()))
            {
                return Err(missing(at.last().map_or("", String::as_str)));
            }
            if is_new {
                return add(target, &at, given(), budget);
            }
            let value = fitting(given(), &at, budget)?;
            *reached(target, &at, budget)? = value;
            Ok(())
        }
        "remove" => removed(target, &at, budget).map(drop),
        "move" => {
            let from = path_of("from")?;
            let value = removed(target, &from, budget)?;
            add(target, &at, value, budget)
        }
        "copy" => {
            let from = path_of("from")?;
            let value = reached(target, &from, budget)?.clone();
            add(target, &at, value, budget)
        }
        "test" => {
            let found = written(reached(target, &at, budget)?);
            (found == written(&given())).then_some(()).ok_or_else(|| {
                format!("the test of {} fails", operation.get("path").map_or("", shown))
            })
        }
        other => Err(format!("{} is no operation", short(other))),
    }
}

fn shown(value: &Value) -> &str {
    value.text().unwrap_or_default()
}

/// A part of a text of a stranger that is fit to be repeated.
fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

/// A value without its places.
fn written(value: &Value) -> Value {
    let mut value = value.clone();
    value.place(&|_| 0..0);
    value
}

/// Steps of a pointer.
fn path(text: &str) -> Result<Vec<String>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let rest = text.strip_prefix('/').ok_or_else(|| format!("{} is no path", short(text)))?;
    let steps: Vec<String> = rest
        .split('/')
        .take(MAX_PATH + 1)
        .map(|step| step.replace("~1", "/").replace("~0", "~"))
        .collect();
    if steps.len() > MAX_PATH { Err("a path has too many steps".to_owned()) } else { Ok(steps) }
}

fn missing(step: &str) -> String {
    format!("there is no {}", short(step))
}

fn work(budget: &mut Budget, amount: usize) -> Result<(), String> {
    budget.spend(amount).then_some(()).ok_or_else(|| "it is too much work".to_owned())
}

fn reached<'a>(
    target: &'a mut Value,
    path: &[String],
    budget: &mut Budget,
) -> Result<&'a mut Value, String> {
    path.iter().try_fold(target, |value, step| {
        // Whoever looks for a step looks at its neighbours.
        work(budget, 1 + (value.items().len() + value.entries().len()) / 16)?;
        step_into(value, step)
    })
}

fn step_into<'a>(value: &'a mut Value, step: &str) -> Result<&'a mut Value, String> {
    let inner = if matches!(value.data, Data::List(_)) {
        let index = index(step, value.items().len())?;
        edit::items(value).get_mut(index)
    } else {
        edit::child(value, step)
    };
    inner.ok_or_else(|| missing(step))
}

/// An index of a list; those below zero count from its end.
fn index(step: &str, length: usize) -> Result<usize, String> {
    if step == "-" {
        return Ok(length);
    }
    let number: isize = step.parse().map_err(|_| missing(step))?;
    if number < 0 {
        return length.checked_sub(number.unsigned_abs()).ok_or_else(|| missing(step));
    }
    Ok(number.unsigned_abs())
}

fn fitting(value: Value, path: &[String], budget: &mut Budget) -> Result<Value, String> {
    if edit::depth(&value) + path.len() > MAX_DEPTH {
        return Err("it is nested too deep".to_owned());
    }
    work(budget, edit::weight(&value))?;
    Ok(value)
}

fn add(
    target: &mut Value,
    path: &[String],
    value: Value,
    budget: &mut Budget,
) -> Result<(), String> {
    let value = fitting(value, path, budget)?;
    let Some((last, way)) = path.split_last() else {
        *target = value;
        return Ok(());
    };
    let around = reached(target, way, budget)?;
    work(budget, (around.items().len() + around.entries().len()) / 16)?;
    match &mut around.data {
        Data::List(items) => {
            // Behind the last item is a place too.
            let at = if last == "-" { items.len() } else { index(last, items.len() + 1)? };
            if at > items.len() {
                return Err(missing(last));
            }
            items.insert(at, value);
        }
        Data::Map(entries) => {
            let old = entries.iter_mut().rev().find(|entry| entry.key == *last);
            if let Some(old) = old {
                old.value = value;
            } else {
                let key_range = value.range.clone();
                entries.push(Entry { key: last.clone(), key_range, value });
            }
        }
        _ => return Err(missing(last)),
    }
    Ok(())
}

fn removed(target: &mut Value, path: &[String], budget: &mut Budget) -> Result<Value, String> {
    let (last, way) = path.split_last().ok_or_else(|| "a whole object is removed".to_owned())?;
    let around = reached(target, way, budget)?;
    work(budget, (around.items().len() + around.entries().len()) / 16)?;
    match &mut around.data {
        Data::List(items) => {
            let at = index(last, items.len())?;
            if at < items.len() { Ok(items.remove(at)) } else { Err(missing(last)) }
        }
        Data::Map(entries) => {
            let at = entries.iter().rposition(|entry| entry.key == *last);
            at.map(|at| entries.remove(at).value).ok_or_else(|| missing(last))
        }
        _ => Err(missing(last)),
    }
}
