//! Fields that a kustomization fills in with what stands elsewhere, by replacements and variables: they are not known here.

use super::super::value::{Data, Value};
use super::edit;
use super::kustomization::listed;
use super::object::{Object, Selector};
use std::collections::BTreeSet;

/// Makes such fields of objects unknown.
pub fn forget(body: &Value, objects: &mut [Object]) {
    for item in listed(body, "replacements") {
        replaced(item, objects);
    }
    let names = listed(body, "vars").filter_map(|item| item.get("name").and_then(Value::written));
    let names: BTreeSet<String> = names.collect();
    if names.is_empty() {
        return;
    }
    for object in objects {
        filled(&mut object.value, &names);
    }
}

/// Makes fields unknown that a replacement fills in.
fn replaced(replacement: &Value, objects: &mut [Object]) {
    for target in listed(replacement, "targets") {
        let selector = target.get("select").map(Selector::new);
        let Some(Ok(selector)) = selector else { continue };
        let rejects: Vec<Selector> =
            listed(target, "reject").filter_map(|one| Selector::new(one).ok()).collect();
        let paths: Vec<Vec<String>> =
            listed(target, "fieldPaths").filter_map(Value::text).map(steps).collect();
        let chosen = objects.iter_mut().filter(|object| {
            selector.means(object) && !rejects.iter().any(|reject| reject.means(object))
        });
        for object in chosen {
            for path in &paths {
                unknown(&mut object.value, path);
            }
        }
    }
}

/// Steps of a path with dots between them; one in brackets may have dots in it, and so may one with `\` before them.
fn steps(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let (mut in_brackets, mut is_escaped) = (false, false);
    for letter in path.chars() {
        let last = steps.len() - 1;
        match letter {
            '\\' if !is_escaped => {
                is_escaped = true;
                continue;
            }
            '.' if !in_brackets && !is_escaped => steps.push(String::new()),
            '[' => {
                in_brackets = true;
                steps[last].push(letter);
            }
            ']' => {
                in_brackets = false;
                steps[last].push(letter);
            }
            letter => steps[last].push(letter),
        }
        is_escaped = false;
    }
    steps
}

fn unknown(value: &mut Value, path: &[String]) {
    let Some((step, rest)) = path.split_first() else {
        value.data = Data::Unknown(None);
        return;
    };
    let condition = step.strip_prefix('[').and_then(|step| step.strip_suffix(']'));
    match &mut value.data {
        Data::List(items) => {
            let wanted = condition.and_then(|condition| condition.split_once('='));
            for (at, item) in items.iter_mut().enumerate() {
                let is_meant = match wanted {
                    Some((key, wanted)) => {
                        item.get(key).and_then(Value::written).as_deref() == Some(wanted)
                    }
                    None => step == "*" || *step == at.to_string(),
                };
                if is_meant {
                    unknown(item, rest);
                }
            }
        }
        Data::Map(_) => {
            if let Some(inner) = edit::child(value, condition.unwrap_or(step)) {
                unknown(inner, rest);
            }
        }
        _ => {}
    }
}

/// Makes texts unknown that name a variable.
fn filled(value: &mut Value, names: &BTreeSet<String>) {
    match &mut value.data {
        Data::Text(text) => {
            let named = text.split("$(").skip(1).filter_map(|rest| rest.split_once(')'));
            if named.into_iter().any(|(name, _)| names.contains(name)) {
                value.data = Data::Unknown(None);
            }
        }
        Data::List(items) => {
            for item in items {
                filled(item, names);
            }
        }
        Data::Map(entries) => {
            for entry in entries {
                filled(&mut entry.value, names);
            }
        }
        _ => {}
    }
}
