//! Rules that the build turned into JSON, as nodes of YAML: one reader of rules serves both.

use crate::yaml::{Key, Node, Place, Value};

/// A node of what was JSON; it has no place of its own.
pub fn node(value: &serde_json::Value) -> Node {
    let place = Place { line: 1, column: 1 };
    let value = match value {
        serde_json::Value::Null => Value::Null,
        serde_json::Value::Bool(yes) => Value::Bool(*yes),
        serde_json::Value::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64().unwrap_or(0.0)),
        },
        serde_json::Value::String(text) => Value::Text(text.clone()),
        serde_json::Value::Array(items) => Value::Sequence(items.iter().map(node).collect()),
        serde_json::Value::Object(pairs) => Value::Mapping(
            pairs
                .iter()
                .map(|(key, value)| (Key { text: key.clone(), place, is_text: true }, node(value)))
                .collect(),
        ),
    };
    Node { place, value }
}
