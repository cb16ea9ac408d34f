//! Config maps and secrets that a kustomization generates, as far as what is in them is known: each value stands where it is written.
//! Literals of secrets are judged where they stand, in the kustomization, and are nothing here.

use super::super::value::{Data, Entry, Value};
use super::edit;
use super::kustomization::{Kustomization, generated, listed};
use super::object::Object;
use super::space::Space;

const GENERATORS: &[(&str, &str)] =
    &[("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")];

/// Adds what a kustomization generates.
pub fn generate(space: &Space, one: &Kustomization, objects: &mut Vec<Object>) {
    for (key, kind) in GENERATORS {
        for generator in listed(&one.body, key) {
            let Some(name) = generator.get("name").and_then(Value::written) else { continue };
            let data = data(space, one, generator, kind);
            let behavior = generator.get("behavior").and_then(Value::text).unwrap_or("create");
            let known = objects.iter_mut().find(|object| object.is("", kind, &name, None));
            match (behavior, known) {
                ("merge" | "replace", Some(object)) => {
                    if behavior == "replace" {
                        edit::take(&mut object.value, "data");
                    }
                    if let Some(own) = edit::made(&mut object.value, &["data"], &generator.range) {
                        for entry in data {
                            edit::put(own, &entry.key, entry.value);
                        }
                    }
                }
                _ => objects.extend(made(kind, generator, data)),
            }
        }
    }
}

fn made(kind: &str, generator: &Value, data: Vec<Entry>) -> Option<Object> {
    let range = generator.range.clone();
    let entry = |key: &str, value: Value| Entry {
        key: key.to_owned(),
        key_range: value.range.clone(),
        value,
    };
    let text = |text: &str| Value::new(range.clone(), super::text(text));
    let mut metadata = vec![entry("name", generator.get("name")?.clone())];
    metadata.extend(generator.get("namespace").map(|value| entry("namespace", value.clone())));
    let mut entries = vec![
        entry("apiVersion", text("v1")),
        entry("kind", text(kind)),
        entry("metadata", Value::new(range.clone(), Data::Map(metadata))),
    ];
    entries.extend(generator.get("type").map(|value| entry("type", value.clone())));
    entries.push(entry("data", Value::new(range.clone(), Data::Map(data))));
    Object::new(Value::new(range, Data::Map(entries)))
}

fn data(space: &Space, one: &Kustomization, generator: &Value, kind: &str) -> Vec<Entry> {
    let told = generated(&one.folder, generator);
    let mut data = Vec::new();
    for literal in &told.literals {
        let Some((key, value)) = literal.text().and_then(|text| text.split_once('=')) else {
            continue;
        };
        let known = match kind {
            "Secret" => Data::Unknown(None),
            _ => Data::Text(value.trim_matches(['"', '\'']).to_owned()),
        };
        let range = literal.range.clone();
        let value = Value::new(range.clone(), known);
        data.push(Entry { key: key.to_owned(), key_range: range, value });
    }
    for path in &told.envs {
        data.extend(space.at(path).into_iter().flat_map(|(_, piece)| piece.lines.iter().cloned()));
    }
    for file in &told.files {
        let key = file.text().unwrap_or_default().to_owned();
        let value = Value::unknown(file.range.clone());
        data.push(Entry { key, key_range: file.range.clone(), value });
    }
    data
}
