//! The JSON Schema of the file, for editors: made from [`Layer`], so it cannot say something else than the reader
//! (tests hold both to one table of documents).

use super::Layer;

/// Where the schema is published.
pub const ID: &str = "https://raw.githubusercontent.com/securescan/securescan/main/docs/schema/securescan.schema.json";

/// The schema as it stands in `docs/schema/securescan.schema.json`, with a final newline.
pub fn text() -> String {
    let mut schema = schemars::schema_for!(Layer);
    schema.insert("$id".to_owned(), ID.into());
    format!("{:#}\n", schema.to_value())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{issue::Level, layer::KEYS, read};
    use crate::yaml;
    use serde_json::Value;
    use std::path::Path;

    const PUBLISHED: &str = "docs/schema/securescan.schema.json";

    #[test]
    fn the_published_schema_is_the_generated_one() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PUBLISHED);
        let published = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            published == text(),
            "{PUBLISHED} is out of date; mend it with: securescan config schema > {PUBLISHED}"
        );
    }

    #[test]
    fn the_schema_has_the_keys_of_the_table_each_with_a_description() {
        let schema: Value = serde_json::from_str(&text()).unwrap();
        let mut names = Vec::new();
        for (name, property) in schema["properties"].as_object().unwrap() {
            assert!(property["description"].is_string(), "{name}");
            let section = property["anyOf"][0]["$ref"].as_str();
            let section = section.and_then(|r| schema.pointer(r.trim_start_matches('#')));
            match section.and_then(|s| s["properties"].as_object()) {
                None => names.push(name.clone()),
                Some(inner) => {
                    for (inner_name, property) in inner {
                        assert!(property["description"].is_string(), "{name}.{inner_name}");
                        names.push(format!("{name}.{inner_name}"));
                    }
                }
            }
        }
        names.sort();
        let mut keys: Vec<_> = KEYS.iter().map(|key| key.name.to_owned()).collect();
        keys.sort();
        assert_eq!(names, keys);
    }

    #[test]
    fn the_schema_and_the_reader_agree() {
        let schema: Value = serde_json::from_str(&text()).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        let example = include_str!("../../tests/fixtures/config/every-key.yml");
        let good = [
            example,
            "{}",
            "ai:\npaths:\nlimits: {threads: }",
            "fail_on_severity: info",
            "fail_on_severity: null",
            "limits: {max_file_size: 1}",
            "limits: {max_file_size: \"10 MiB\", threads: 1024}",
            "ignored_rules: [a, {rule: b}]",
            "limits: {timeout_per_file: 1}",
            "limits: {timeout_per_file: 600}",
            "sast: {min_confidence: high}",
            "git-hygiene: {max_binary_size: 5M}",
            "dockerfile: {trusted_registries: [docker.io, '*.example.com']}",
            "advisories: {max_age: 7}",
            "licenses: {allow: [MIT, permissive], exceptions: [{package: a, expires: 2030-01-01}]}",
        ];
        let bad = [
            "scan_types: code",
            "scan_types: [Code]",
            "severity_overrides: [a]",
            "severity_overrides: {a: hgih}",
            "ignored_rules: [1]",
            "ignored_rules: ['']",
            "ignored_rules: [{reason: x}]",
            "ignored_rules: [{rule: a, since: b}]",
            "ignored_rules: [{rule: a, expires: tomorrow}]",
            "semgrep_rules: [3]",
            "fail_on_severity: HIGH",
            "fail_on_count: -1",
            "fail_on_count: 1.5",
            "fail_on_incomplete: 'true'",
            "ai: 'yes'",
            "baseline: [a]",
            "paths: [a]",
            "paths: {ignored: [a]}",
            "scanners: {enable: secrets}",
            "limits: {max_file_size: 0}",
            "limits: {max_file_size: 10XB}",
            "limits: {threads: 0}",
            "limits: {threads: 1025}",
            "limits: {timeout_per_file: 0}",
            "limits: {timeout_per_file: 601}",
            "sast: {min_confidence: certain}",
            "sast: {rules: [a]}",
            "secrets: {min_confidence: certain}",
            "git-hygiene: {max_binary_size: -5}",
            "git_hygiene: {}",
            "dockerfile: {trusted_registries: docker.io}",
            "advisories: {max_age: 0}",
            "fail_on_reachable: 1",
            "licenses: {allow: MIT}",
            "licenses: {exceptions: [a]}",
            "licenses: {exceptions: [{reason: a}]}",
            "licenses: {exceptions: [{package: a, until: b}]}",
            "licenses: {exceptions: [{package: a, expires: soon}]}",
            "[]",
            "text",
        ];
        let rows = good.iter().map(|t| (t, true)).chain(bad.iter().map(|t| (t, false)));
        for (text, expected) in rows {
            let limits = yaml::Limits::default();
            let document: Value = yaml::parse(text.as_bytes(), &limits).unwrap();
            assert_eq!(validator.is_valid(&document), expected, "schema: {text}");
            let issues = read::read(text.as_bytes(), "x").issues;
            let accepted = issues.iter().all(|issue| issue.level != Level::Error);
            assert_eq!(accepted, expected, "reader: {text}: {issues:?}");
        }
    }
}
