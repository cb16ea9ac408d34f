//! Facts that the reader adds to what a file says, and how functions of checks ask for them.

use super::expression::{Expression, parse};
use crate::engine::misconfig::value::{Data, Entry, Value};
use std::ops::Range;

/// Names that a list of facts keeps.
const MAX_NAMES: usize = 30;
/// Characters of an address that are kept of each name.
const MAX_NAME: usize = 60;

/// A text at a place.
pub fn text(range: &Range<usize>, text: impl Into<String>) -> Value {
    Value::new(range.clone(), Data::Text(text.into()))
}

/// A map of facts.
pub fn map(range: &Range<usize>, entries: Vec<(&str, Value)>) -> Value {
    let entries = entries.into_iter().map(|(key, value)| Entry {
        key: key.to_owned(),
        key_range: value.range.clone(),
        value,
    });
    Value::new(range.clone(), Data::Map(entries.collect()))
}

/// A value with a fact more.
pub fn with(value: &mut Value, key: &str, fact: Value) {
    if let Data::Map(entries) = &mut value.data {
        entries.push(Entry { key: key.to_owned(), key_range: fact.range.clone(), value: fact });
    }
}

/// A name as addresses show it.
pub fn short(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect()
}

/// Events that start a workflow, each where it is named.
pub fn triggers(on: Option<&Value>) -> Value {
    let Some(on) = on else { return Value::new(0..0, Data::List(Vec::new())) };
    let mut names: Vec<Value> = match &on.data {
        Data::Text(name) => vec![text(&on.range, short(name))],
        Data::List(items) => {
            let names =
                items.iter().filter_map(|item| Some(text(&item.range, short(item.text()?))));
            names.take(MAX_NAMES).collect()
        }
        Data::Map(entries) => {
            let entries = entries.iter().take(MAX_NAMES);
            entries.map(|entry| text(&entry.key_range, short(&entry.key))).collect()
        }
        _ => Vec::new(),
    };
    names.dedup_by(|a, b| a.data == b.data);
    Value::new(on.range.clone(), Data::List(names))
}

/// What a token may do: a word for all of it, and the names of what it may write.
pub fn permissions(value: Option<&Value>) -> (Value, Value) {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return (text(&(0..0), "default"), Value::new(0..0, Data::List(Vec::new())));
    };
    let writes: Vec<Value> = value
        .entries()
        .iter()
        .filter(|entry| entry.value.text() == Some("write"))
        .take(MAX_NAMES)
        .map(|entry| text(&entry.key_range, short(&entry.key)))
        .collect();
    let word = match &value.data {
        Data::Text(word) => short(word),
        Data::Unknown(_) => "unknown".to_owned(),
        Data::Map(_) if writes.is_empty() => "read".to_owned(),
        _ => "some".to_owned(),
    };
    (text(&value.range, word), Value::new(value.range.clone(), Data::List(writes)))
}

/// Name, path and reference of what `uses` names, in lower case; a digest counts as reference.
pub fn uses(value: &Value) -> Option<Value> {
    let whole = value.text()?;
    let (name, reference) = whole.split_once('@').unwrap_or((whole, ""));
    let name = name.to_ascii_lowercase();
    let mut parts = name.splitn(3, '/');
    let name = match (parts.next(), parts.next()) {
        (Some(owner), Some(repository)) if !name.starts_with('.') && !name.contains("://") => {
            format!("{owner}/{repository}")
        }
        _ => name.clone(),
    };
    Some(map(
        &value.range,
        vec![("name", text(&value.range, name)), ("ref", text(&value.range, reference))],
    ))
}

/// Whether a workflow is started by one of these.
pub fn starts_by(body: &Value, names: &[&str]) -> bool {
    let triggers = body.at(&["@workflow", "triggers"]).map(Value::items).unwrap_or_default();
    triggers.iter().filter_map(Value::text).any(|name| names.contains(&name))
}

/// Name of the action that a step runs.
pub fn action(step: &Value) -> Option<&str> {
    step.at(&["@uses", "name"])?.text()
}

/// A template of a step, job or workflow.
pub struct Template<'a> {
    /// Path of the value that it stands in.
    pub place: &'a str,
    /// What stands in it.
    pub text: &'a str,
    /// Who decides what comes of it.
    pub reach: &'a str,
    /// The context that decided.
    pub source: &'a str,
    /// Its bytes.
    pub range: &'a Range<usize>,
}

impl Template<'_> {
    /// Its expression; none when it is none, or out of bounds.
    pub fn expression(&self) -> Option<Expression> {
        parse(self.text)
    }
}

/// All of them.
pub fn templates(body: &Value) -> impl Iterator<Item = Template<'_>> {
    let items = body.get("@templates").map(Value::items).unwrap_or_default();
    items.iter().filter_map(|item| {
        let word = |key| item.get(key).and_then(Value::text);
        Some(Template {
            place: word("in")?,
            text: word("text")?,
            reach: word("reach")?,
            source: word("source")?,
            range: &item.range,
        })
    })
}
