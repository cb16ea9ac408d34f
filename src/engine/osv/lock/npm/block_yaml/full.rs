//! The same documents through the full YAML reader, for what people or other tools reformatted.

use super::{Pair, Value};
use crate::engine::osv::lock::Broken;
use crate::yaml::{self, Limits, Node};
use std::borrow::Cow;

/// A tenth of a second or so for each 2 MiB; larger files are machine-written, and their lines fit the quick rules.
const LIMITS: Limits = Limits { bytes: 16 * 1024 * 1024, depth: 48, copied: 1024 * 1024 };

/// Reads the documents of a text one after the other, for the reader takes one at a time.
pub(super) fn documents<'a>(text: &str) -> Result<Vec<Vec<Pair<'a>>>, Broken> {
    let mut documents = Vec::new();
    let (mut start, mut first, mut at, mut line) = (0, 0, 0, 0_u32);
    for part in text.split_inclusive('\n') {
        if part.trim_end() == "---" {
            read(text.get(start..at).unwrap_or_default(), first, &mut documents)?;
            (start, first) = (at + part.len(), line + 1);
        }
        at += part.len();
        line += 1;
    }
    read(text.get(start..).unwrap_or_default(), first, &mut documents)?;
    Ok(documents)
}

/// `first` lines stand before the text.
fn read(text: &str, first: u32, documents: &mut Vec<Vec<Pair<'_>>>) -> Result<(), Broken> {
    let node = yaml::to_node(text.as_bytes(), &LIMITS).map_err(|error| {
        let message = if error.place.line == 1 && text.len() > LIMITS.bytes {
            "the file is too large for YAML that is not in the form its tool writes"
        } else {
            "not valid YAML"
        };
        Broken::at(number(error.place.line) + first, message)
    })?;
    match node.map(|node| (node.place.line, value(&node, first))) {
        None => {}
        Some((_, Value::Map(pairs))) => documents.push(pairs),
        Some((line, _)) => return Err(Broken::at(number(line) + first, "not a mapping")),
    }
    Ok(())
}

fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX / 2)
}

/// Nested no deeper than [`LIMITS`] allow.
fn value<'a>(node: &Node, first: u32) -> Value<'a> {
    let text = |text: String| Value::Text(Cow::Owned(text));
    match &node.value {
        yaml::Value::Null => Value::Null,
        yaml::Value::Bool(yes) => text(yes.to_string()),
        yaml::Value::Int(number) => text(number.to_string()),
        yaml::Value::Float(number) => text(number.to_string()),
        yaml::Value::Text(word) => text(word.clone()),
        yaml::Value::Sequence(items) => {
            Value::List(items.iter().map(|item| value(item, first)).collect())
        }
        yaml::Value::Mapping(pairs) => Value::Map(
            pairs
                .iter()
                .map(|(key, node)| Pair {
                    key: Cow::Owned(key.text.clone()),
                    line: number(key.place.line) + first,
                    value: value(node, first),
                })
                .collect(),
        ),
    }
}
