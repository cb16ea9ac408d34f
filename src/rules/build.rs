//! Build script: turns the rule packs (`src/engine/*/rules/*.yml`, written for people) into two JSON documents that are
//! cheap to read at start: what matching needs, and what people read about a rule, which is parsed only when asked for.
//! Also takes in the advisory database that `SECURESCAN_EMBED_DB` names, if it names one.

use serde_json::{Map, Value};
use sha2::Digest as _;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Keys that only people need; the rest goes to the matching half.
const PROSE: &[&str] = &["description", "remediation", "references", "examples"];

#[path = "measure.rs"]
mod measure;

fn main() {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(variable("OUT_DIR"));
    let packs = root.join("src/engine/secrets/rules");
    println!("cargo::rerun-if-changed={}", packs.display());
    println!("cargo::rerun-if-changed=src/rules/build.rs");
    println!("cargo::rerun-if-changed=src/rules/measure.rs");
    embed_advisories(&out.join("advisories.db"));
    let mut matching = Vec::new();
    let mut prose = Vec::new();
    for path in sorted_packs(&packs) {
        println!("cargo::rerun-if-changed={}", path.display());
        for rule in listed(&document(&path), "rules", &path) {
            let rule = measured(rule, &path);
            let (texts, fields): (Map<_, _>, Map<_, _>) =
                rule.into_iter().partition(|(key, _)| PROSE.contains(&key.as_str()));
            matching.push(Value::Object(fields));
            prose.push(Value::Object(texts));
        }
    }
    let text = Value::Array(matching.clone()).to_string();
    let digest = sha2::Sha256::digest(text.as_bytes());
    let digest = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    println!("cargo::rustc-env=SECRETS_PACK_DIGEST={digest:08x}");
    println!("cargo::rustc-env=SOURCE_DIGEST={}", source_digest(&root.join("src")));
    misconfig(&root.join("src/engine/misconfig/checks"), &out);
    sast(&root.join("src/engine/sast/packs"), &out);
    write(&out.join("secrets.matching.json"), matching);
    write(&out.join("secrets.prose.json"), prose);
}

/// The checks of configuration, a pack for each format, so that a run reads those it needs: what people read apart, examples left to the tests.
fn misconfig(packs: &Path, out: &Path) {
    let mut by_format: BTreeMap<String, (Vec<Value>, Vec<Value>)> = BTreeMap::new();
    for path in sorted_packs(packs) {
        println!("cargo::rerun-if-changed={}", path.display());
        let pack = document(&path);
        let format = pack.get("format").and_then(Value::as_str);
        let format = format.unwrap_or_else(|| panic!("{}: no format", path.display())).to_owned();
        let (matching, prose) = by_format.entry(format.clone()).or_default();
        for mut check in listed(&pack, "checks", &path) {
            check.remove("examples");
            let (texts, mut fields): (Map<_, _>, Map<_, _>) =
                check.into_iter().partition(|(key, _)| PROSE.contains(&key.as_str()));
            fields.insert("format".to_owned(), format.clone().into());
            matching.push(Value::Object(fields));
            prose.push(Value::Object(texts));
        }
    }
    let mut digest = sha2::Sha256::new();
    let (mut rows, mut all) = (String::new(), 0);
    let number = by_format.len();
    for (format, (matching, prose)) in by_format {
        digest.update(Value::Array(matching.clone()).to_string());
        let count = matching.len();
        all += count;
        let included = |half: &str, checks: Vec<Value>| {
            let name = format!("misconfig.{format}.{half}.json");
            write(&out.join(&name), checks);
            format!("include_str!(concat!(env!(\"OUT_DIR\"), \"/{name}\"))")
        };
        let (matching, prose) = (included("matching", matching), included("prose", prose));
        rows += &format!("Pack::new({format:?}, {count}, {matching}, {prose}),\n");
    }
    let table = format!("static PACKS: [Pack; {number}] = [\n{rows}];\n");
    let path = out.join("misconfig.rs");
    std::fs::write(&path, table).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let digest = digest.finalize();
    let digest = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    println!("cargo::rustc-env=MISCONFIG_PACK_DIGEST={digest:08x}");
    println!("cargo::rustc-env=MISCONFIG_PACK_COUNT={all}");
}

/// Keys of a rule over code that only people need.
const CODE_PROSE: &[&str] = &["message", "metadata"];

/// The rules over code: a pack for each group of languages, so that a run reads those of the files it meets. What people read apart.
fn sast(packs: &Path, out: &Path) {
    let mut by_languages: BTreeMap<Vec<String>, (Vec<Value>, Vec<Value>)> = BTreeMap::new();
    let mut digest = sha2::Sha256::new();
    let mut ids = std::collections::BTreeSet::new();
    let mut folders: Vec<PathBuf> = std::fs::read_dir(packs)
        .unwrap_or_else(|e| panic!("{}: {e}", packs.display()))
        .map(|entry| entry.unwrap_or_else(|e| panic!("{}: {e}", packs.display())).path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    println!("cargo::rerun-if-changed={}", packs.display());
    for path in folders.iter().flat_map(|folder| sorted_packs(folder)) {
        println!("cargo::rerun-if-changed={}", path.display());
        for mut rule in listed(&document(&path), "rules", &path) {
            let id = rule.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
            assert!(ids.insert(id.clone()), "{}: {id} is there twice", path.display());
            let named = |key: &str| rule.get("metadata").and_then(|all| all.get(key)).cloned();
            let confidence = named("confidence")
                .unwrap_or_else(|| panic!("{}: {id}: no confidence", path.display()));
            let mut languages: Vec<String> = rule
                .get("languages")
                .and_then(Value::as_array)
                .unwrap_or_else(|| panic!("{}: {id}: no languages", path.display()))
                .iter()
                .filter_map(|language| language.as_str().map(str::to_owned))
                .collect();
            languages.sort();
            let mut prose = Map::new();
            prose.insert("id".to_owned(), id.into());
            for key in CODE_PROSE {
                match rule.remove(*key) {
                    // The keys of metadata stand beside the message.
                    Some(Value::Object(metadata)) => prose.extend(metadata),
                    Some(value) => drop(prose.insert((*key).to_owned(), value)),
                    None => {}
                }
            }
            // How sure a match is decides whether it is looked for at all.
            rule.insert("metadata".to_owned(), serde_json::json!({ "confidence": confidence }));
            let rule = Value::Object(rule);
            digest.update(rule.to_string());
            let (matching, texts) = by_languages.entry(languages).or_default();
            matching.push(rule);
            texts.push(Value::Object(prose));
        }
    }
    let (mut texts, mut rows, mut number) = (String::new(), String::new(), 0);
    for (group, (languages, (matching, prose))) in by_languages.into_iter().enumerate() {
        let mut include = |half: &str, values: Vec<Value>| {
            let name = format!("sast.{group}.{half}.json");
            write(&out.join(&name), values);
            texts += &format!(
                "static {}_{group}: &str = include_str!(concat!(env!(\"OUT_DIR\"), \"/{name}\"));\n",
                half.to_uppercase()
            );
        };
        include("matching", matching);
        include("prose", prose);
        for language in languages {
            number += 1;
            rows += &format!(
                "Pack {{ language: {language:?}, matching: MATCHING_{group}, prose: PROSE_{group} }},\n"
            );
        }
    }
    let table = format!("{texts}static PACKS: [Pack; {number}] = [\n{rows}];\n");
    let path = out.join("sast.rs");
    std::fs::write(&path, table).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let digest = digest.finalize();
    let digest = u32::from_be_bytes([digest[0], digest[1], digest[2], digest[3]]);
    println!("cargo::rustc-env=SAST_PACK_DIGEST={digest:08x}");
    println!("cargo::rustc-env=SAST_PACK_COUNT={}", ids.len());
}

/// Copies the advisory database that is to be part of the program; without one the copy is empty.
fn embed_advisories(copy: &Path) {
    println!("cargo::rerun-if-env-changed=SECURESCAN_EMBED_DB");
    let path = optional("SECURESCAN_EMBED_DB");
    let bytes = match path.as_str() {
        "" => Vec::new(),
        path => {
            let path = PathBuf::from(path);
            println!("cargo::rerun-if-changed={}", path.display());
            // A build that was to carry a database and does not would look like one that never had any.
            let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            assert!(!bytes.is_empty(), "{} is empty", path.display());
            bytes
        }
    };
    std::fs::write(copy, bytes).unwrap_or_else(|e| panic!("{}: {e}", copy.display()));
}

/// Sixteen hex digits that change with any source file: two builds that could find different things must never share
/// remembered results, and the version number alone does not tell them apart while one is being made.
fn source_digest(src: &Path) -> String {
    println!("cargo::rerun-if-changed={}", src.display());
    let mut files = vec![src.to_owned()];
    let mut digest = sha2::Sha256::new();
    while let Some(path) = files.pop() {
        if path.is_dir() {
            let listing =
                std::fs::read_dir(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let mut inside: Vec<PathBuf> = listing.flatten().map(|entry| entry.path()).collect();
            inside.sort();
            files.extend(inside);
        } else {
            let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            let name = path.strip_prefix(src).unwrap_or(&path);
            digest.update(name.as_os_str().as_encoded_bytes());
            digest.update(bytes.len().to_be_bytes());
            digest.update(bytes);
        }
    }
    let mut first = [0; 8];
    first.copy_from_slice(&digest.finalize()[..8]);
    format!("{:016x}", u64::from_be_bytes(first))
}

#[expect(clippy::disallowed_methods, reason = "cargo hands a build script its settings this way")]
fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Empty when it is not set.
#[expect(clippy::disallowed_methods, reason = "cargo hands a build script its settings this way")]
fn optional(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
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
fn document(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The mappings of a list of a pack.
fn listed(pack: &Value, key: &str, path: &Path) -> Vec<Map<String, Value>> {
    let Some(Value::Array(items)) = pack.get(key).cloned() else {
        panic!("{}: no list under \"{key}\"", path.display());
    };
    items
        .into_iter()
        .map(|item| match item {
            Value::Object(item) => item,
            other => panic!("{}: not a mapping: {other}", path.display()),
        })
        .collect()
}

/// Adds what the engine would otherwise have to work out at every start.
fn measured(mut rule: Map<String, Value>, path: &Path) -> Map<String, Value> {
    let pattern = rule.get("pattern").and_then(Value::as_str).unwrap_or_default();
    if !pattern.is_empty() {
        let measure = measure::measure(pattern)
            .unwrap_or_else(|error| panic!("{}: {pattern}: {error}", path.display()));
        rule.insert("longest".to_owned(), measure.longest.into());
        rule.insert("run".to_owned(), measure.run.into());
    }
    rule
}

fn write(path: &Path, rules: Vec<Value>) {
    let text = Value::Array(rules).to_string();
    std::fs::write(path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}
