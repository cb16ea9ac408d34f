//! Build script: turns the rule packs (`src/engine/*/rules/*.yml`, written for people) into two JSON documents that are
//! cheap to read at start: what matching needs, and what people read about a rule, which is parsed only when asked for.

use serde_json::{Map, Value};
use sha2::Digest as _;
use std::path::{Path, PathBuf};

/// Keys that only people need; the rest goes to the matching half.
const PROSE: &[&str] = &["description", "remediation", "references", "examples"];

fn main() {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(variable("OUT_DIR"));
    let packs = root.join("src/engine/secrets/rules");
    println!("cargo::rerun-if-changed={}", packs.display());
    println!("cargo::rerun-if-changed=src/rules/build.rs");
    let mut matching = Vec::new();
    let mut prose = Vec::new();
    for path in sorted_packs(&packs) {
        println!("cargo::rerun-if-changed={}", path.display());
        for rule in rules_of(&path) {
            let (texts, fields): (Map<_, _>, Map<_, _>) =
                rule.into_iter().partition(|(key, _)| PROSE.contains(&key.as_str()));
            matching.push(Value::Object(fields));
            prose.push(Value::Object(texts));
        }
    }
    let text = Value::Array(matching.clone()).to_string();
    let digest: String = sha2::Sha256::digest(text.as_bytes())
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    println!("cargo::rustc-env=SECRETS_PACK_DIGEST={digest}");
    write(&out.join("secrets.matching.json"), matching);
    write(&out.join("secrets.prose.json"), prose);
}

#[expect(clippy::disallowed_methods, reason = "cargo hands a build script its settings this way")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn sorted_packs(dir: &Path) -> Vec<PathBuf> {
    let listing = std::fs::read_dir(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
    let mut packs: Vec<PathBuf> = listing
        .map(|entry| entry.unwrap_or_else(|e| panic!("{}: {e}", dir.display())).path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yml"))
        .collect();
    packs.sort();
    packs
}

#[expect(clippy::disallowed_methods, reason = "a build script cannot use the crate's own reader")]
fn rules_of(path: &Path) -> Vec<Map<String, Value>> {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let pack: Value =
        serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let Some(Value::Array(rules)) = pack.get("rules").cloned() else {
        panic!("{}: no list under \"rules\"", path.display());
    };
    rules
        .into_iter()
        .map(|rule| match rule {
            Value::Object(rule) => rule,
            other => panic!("{}: a rule is not a mapping: {other}", path.display()),
        })
        .collect()
}

fn write(path: &Path, rules: Vec<Value>) {
    let text = Value::Array(rules).to_string();
    std::fs::write(path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}
