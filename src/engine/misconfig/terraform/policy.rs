//! Policy documents that a data source puts together, in the shape that JSON policies have.

use super::instance::{Frame, Instance};
use super::syntax::Block;
use crate::engine::misconfig::value::{Data, Entry, Value};

/// The type of the data source.
pub const SOURCE: &str = "aws_iam_policy_document";

/// Lists of a statement, by their names there and in JSON.
const LISTS: &[(&str, &str)] = &[
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
];

/// Other policies that become part of one.
const FURTHER: &[&str] =
    &["source_json", "override_json", "source_policy_documents", "override_policy_documents"];

/// The document of a data source.
pub fn document<'a>(instance: &Instance<'a>, block: &'a Block, frame: &Frame) -> Value {
    let body = instance.body(&block.body, block.range.clone(), frame);
    let mut statements: Vec<Value> = Vec::new();
    match body.get("statement").map(|value| &value.data) {
        Some(Data::List(items)) => statements.extend(items.iter().map(statement)),
        Some(Data::Unknown(_)) => statements.push(Value::unknown(block.range.clone())),
        _ => {}
    }
    for name in FURTHER {
        let Some(value) = body.get(name) else { continue };
        let documents = match &value.data {
            Data::List(items) => items.as_slice(),
            _ => std::slice::from_ref(value),
        };
        for document in documents.iter().filter(|document| !document.is_null()) {
            match document.get("Statement").map(|inner| &inner.data) {
                Some(Data::List(items)) => statements.extend(items.iter().cloned()),
                Some(Data::Map(_)) => statements.extend(document.get("Statement").cloned()),
                _ => statements.push(Value::unknown(value.range.clone())),
            }
        }
    }
    let range = block.range.clone();
    let statement = Value::new(range.clone(), Data::List(statements));
    Value::new(range.clone(), Data::Map(vec![entry("Statement", statement)]))
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.to_owned(), key_range: value.range.clone(), value }
}

fn statement(block: &Value) -> Value {
    if block.is_unknown() {
        return block.clone();
    }
    let range = block.range.clone();
    let effect = block.get("effect").filter(|value| !value.is_null()).cloned();
    let allow = || Value::new(range.clone(), Data::Text("Allow".to_owned()));
    let mut entries = vec![entry("Effect", effect.unwrap_or_else(allow))];
    if let Some(sid) = block.get("sid") {
        entries.push(entry("Sid", sid.clone()));
    }
    for (here, there) in LISTS {
        if let Some(list) = block.get(here).filter(|list| !list.is_null()) {
            entries.push(entry(there, list.clone()));
        }
    }
    for (here, there) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(value) = block.get(here) {
            entries.push(entry(there, principals(value)));
        }
    }
    if let Some(value) = block.get("condition") {
        entries.push(entry("Condition", conditions(value)));
    }
    Value::new(range, Data::Map(entries))
}

fn principals(blocks: &Value) -> Value {
    let mut entries = Vec::new();
    for block in blocks.items() {
        let kind = block.get("type").and_then(Value::text);
        let (Some(kind), Some(identifiers)) = (kind, block.get("identifiers")) else {
            return Value::unknown(blocks.range.clone());
        };
        let is_star = |value: &Value| value.text() == Some("*");
        if kind == "*" && identifiers.items().iter().any(is_star) {
            return Value::new(block.range.clone(), Data::Text("*".to_owned()));
        }
        entries.push(entry(kind, identifiers.clone()));
    }
    Value::new(blocks.range.clone(), Data::Map(entries))
}

fn conditions(blocks: &Value) -> Value {
    let mut entries = Vec::new();
    for block in blocks.items() {
        let word = |name| block.get(name).and_then(Value::text);
        let (Some(test), Some(variable)) = (word("test"), word("variable")) else {
            return Value::unknown(blocks.range.clone());
        };
        let values =
            block.get("values").cloned().unwrap_or_else(|| Value::unknown(block.range.clone()));
        let inner = Value::new(block.range.clone(), Data::Map(vec![entry(variable, values)]));
        entries.push(entry(test, inner));
    }
    Value::new(blocks.range.clone(), Data::Map(entries))
}
