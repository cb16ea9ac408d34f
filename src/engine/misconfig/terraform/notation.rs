//! The JSON notation of the configuration language: objects by the names of blocks, with templates in their texts.

use super::parse::{self, Parsed};
use super::syntax::{Attribute, Block, Body, Expression, Node, Part};
use crate::engine::misconfig::json;
use crate::engine::misconfig::value::{Data, Entry, Value};

/// Blocks by the number of their labels.
const BLOCKS: &[(&str, usize)] = &[
    ("resource", 2),
    ("data", 2),
    ("module", 1),
    ("variable", 1),
    ("output", 1),
    ("provider", 1),
    ("locals", 0),
    ("terraform", 0),
];

/// Reads a file.
pub fn parse(text: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    let root = match json::parse(text) {
        Ok(root) => root,
        Err(at) => {
            parsed.faults.push(parse::Fault { at, message: "this is not JSON" });
            return parsed;
        }
    };
    for (kind, labels) in BLOCKS {
        for entry in root.entries().iter().filter(|entry| entry.key == *kind) {
            blocks(entry, *labels, &mut Vec::new(), kind, &mut parsed.body);
        }
    }
    parsed
}

/// Reads a file of values of variables.
pub fn values(text: &[u8]) -> Parsed {
    let mut parsed = Parsed::default();
    match json::parse(text) {
        Ok(root) => parsed.body = body(root.entries()),
        Err(at) => parsed.faults.push(parse::Fault { at, message: "this is not JSON" }),
    }
    parsed
}

/// Every object below so many names, or every item of a list of them.
fn blocks(entry: &Entry, labels: usize, path: &mut Vec<String>, kind: &str, out: &mut Body) {
    match &entry.value.data {
        Data::List(items) => {
            for item in items {
                let one = Entry { value: item.clone(), ..entry.clone() };
                blocks(&one, labels, path, kind, out);
            }
        }
        Data::Map(entries) if labels > 0 => {
            for inner in entries {
                path.push(inner.key.clone());
                blocks(inner, labels - 1, path, kind, out);
                path.pop();
            }
        }
        Data::Map(entries) => out.blocks.push(Block {
            kind: kind.to_owned(),
            labels: path.clone(),
            head: entry.key_range.clone(),
            range: entry.key_range.start..entry.value.range.end,
            body: body(entries),
        }),
        _ => {}
    }
}

fn body(entries: &[Entry]) -> Body {
    let attributes = entries.iter().filter(|entry| entry.key != "//").map(|entry| Attribute {
        name: entry.key.clone(),
        name_range: entry.key_range.clone(),
        value: expression(&entry.value),
    });
    let mut body = Body { attributes: attributes.collect(), blocks: Vec::new() };
    // Blocks that are read by name wherever they stand.
    for (name, labels) in [("backend", 1), ("required_providers", 0)] {
        for entry in entries.iter().filter(|entry| entry.key == name) {
            blocks(entry, labels, &mut Vec::new(), name, &mut body);
        }
    }
    body
}

fn expression(value: &Value) -> Expression {
    let node = match &value.data {
        Data::Null => Node::Null,
        Data::Bool(truth) => Node::Bool(*truth),
        Data::Number(number) => Node::Number(*number),
        Data::Text(text) => {
            let plain = !text.contains("${") && !text.contains("%{");
            let template = if plain { None } else { parse::template(text, &value.range) };
            match template {
                Some(template) => return template,
                None if plain => literal(text, value.range.start),
                None => Node::Opaque,
            }
        }
        Data::List(items) => Node::List(items.iter().map(expression).collect()),
        Data::Map(entries) => Node::Object(
            entries
                .iter()
                .map(|entry| {
                    let range = entry.key_range.clone();
                    let node = literal(&entry.key, range.start);
                    (Expression { range, height: 1, node }, expression(&entry.value))
                })
                .collect(),
        ),
        Data::Unknown(_) => Node::Opaque,
    };
    let height = Expression::inner_height(&node) + 1;
    Expression { range: value.range.clone(), height, node }
}

fn literal(text: &str, at: usize) -> Node {
    Node::Template(vec![Part::Text(text.to_owned(), at)])
}
