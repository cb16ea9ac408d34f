//! Environment variables to settings. They go through the reader of the file, so both accept the same words.

use super::layer::KEYS;
use super::read::{self, Read};
use super::value;
use crate::yaml::{Key, Node, Place, Value};
use std::collections::BTreeMap;

/// Variables that nobody reads and that look like one that is read: a gate that was meant and never came to be.
pub(super) fn misspelt(environment: &BTreeMap<String, String>) -> Vec<String> {
    let known = || KEYS.iter().filter_map(|key| key.variable);
    let strange = environment.keys().filter(|name| !known().any(|variable| variable == *name));
    strange
        .filter_map(|name| {
            let near = value::nearest(name, known())?;
            Some(format!("environment: {name} is not read; did you mean {near}?"))
        })
        .collect()
}

/// There are no places in the environment.
const NOWHERE: Place = Place { line: 1, column: 1 };

/// Reads the variables of [`KEYS`]; an empty one counts as not set.
pub(super) fn read(environment: &BTreeMap<String, String>) -> Read {
    let mut sections: BTreeMap<&str, Vec<(Key, Node)>> = BTreeMap::new();
    let mut top = Vec::new();
    for key in KEYS {
        let text = key.variable.and_then(|variable| environment.get(variable));
        let Some(text) = text.map(|text| text.trim()).filter(|text| !text.is_empty()) else {
            continue;
        };
        let node = node(typed(key.name, text));
        match key.name.split_once('.') {
            Some((section, name)) => sections.entry(section).or_default().push((named(name), node)),
            None => top.push((named(key.name), node)),
        }
    }
    for (section, pairs) in sections {
        top.push((named(section), node(Value::Mapping(pairs))));
    }
    read::read_tree(&node(Value::Mapping(top)), "environment")
}

fn node(value: Value) -> Node {
    Node { place: NOWHERE, value }
}

fn named(text: &str) -> Key {
    Key { text: text.to_owned(), place: NOWHERE, is_text: true }
}

/// The value in the kind that its key has; text that does not fit stays text, for the reader to refuse.
fn typed(name: &str, text: &str) -> Value {
    let as_text = || Value::Text(text.to_owned());
    match name {
        "scan_types" | "paths.ignore" | "scanners.enable" | "scanners.disable" => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            Value::Sequence(items.map(|item| node(Value::Text(item.to_owned()))).collect())
        }
        "ai"
        | "fail_on_incomplete"
        | "fail_on_stale_db"
        | "fail_on_reachable"
        | "scanners.native_only"
        | "scanners.online"
        | "scanners.zap_active" => match text.to_ascii_lowercase().as_str() {
            "1" | "true" | "yes" | "on" => Value::Bool(true),
            "0" | "false" | "no" | "off" => Value::Bool(false),
            _ => as_text(),
        },
        "fail_on_count"
        | "limits.threads"
        | "limits.timeout_per_file"
        | "advisories.max_age"
        | "scanners.tool_timeout" => text.parse().map_or_else(|_| as_text(), Value::Int),
        _ => as_text(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_variable_is_named_and_foreign_ones_are_left_alone() {
        let names = ["SECURESCAN_FAIL_ON_SEVERTY", "SECURESCAN_DB_PATH", "SECURESCAN_SCAN_TYPES"];
        let environment = names.map(|name| (name.to_owned(), "x".to_owned())).into();
        assert_eq!(
            misspelt(&environment),
            [
                "environment: SECURESCAN_FAIL_ON_SEVERTY is not read; did you mean SECURESCAN_FAIL_ON_SEVERITY?"
            ]
        );
    }
    use crate::finding::{Confidence, ScanType, Severity};

    fn variables(pairs: &[(&str, &str)]) -> Read {
        read(&pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn every_variable_of_the_table_is_read() {
        let read = variables(&[
            ("SECURESCAN_SCAN_TYPES", "code, iac,"),
            ("SECURESCAN_FAIL_ON_SEVERITY", "high"),
            ("SECURESCAN_FAIL_ON_COUNT", "3"),
            ("SECURESCAN_FAIL_ON_INCOMPLETE", "1"),
            ("SECURESCAN_FAIL_ON_STALE_DB", "yes"),
            ("SECURESCAN_FAIL_ON_REACHABLE", "0"),
            ("SECURESCAN_MAX_DB_AGE", "7"),
            ("SECURESCAN_AI", "off"),
            ("SECURESCAN_BASELINE", "b.json"),
            ("SECURESCAN_PATHS_IGNORE", "a/**"),
            ("SECURESCAN_SCANNERS_ENABLE", "secrets"),
            ("SECURESCAN_SCANNERS_DISABLE", "git-hygiene"),
            ("SECURESCAN_NATIVE_ONLY", "true"),
            ("SECURESCAN_ONLINE", "no"),
            ("SECURESCAN_ZAP_ACTIVE", "0"),
            ("SECURESCAN_SCAN_TIMEOUT", "60"),
            ("SECURESCAN_PYTHON_ENV", "venv"),
            ("SECURESCAN_MAX_FILE_SIZE", "1MiB"),
            ("SECURESCAN_THREADS", "2"),
            ("SECURESCAN_TIMEOUT_PER_FILE", "30"),
            ("SECURESCAN_MIN_CONFIDENCE", "low"),
            ("SECURESCAN_MAX_BINARY_SIZE", "1000"),
        ]);
        assert!(read.issues.is_empty(), "{:?}", read.issues);
        let layer = read.layer;
        assert_eq!(layer.scan_types, Some(vec![ScanType::Code, ScanType::Iac]));
        assert_eq!(layer.fail_on_severity, Some(Severity::High));
        assert_eq!((layer.fail_on_count, layer.fail_on_incomplete), (Some(3), Some(true)));
        assert_eq!((layer.fail_on_stale_db, layer.fail_on_reachable), (Some(true), Some(false)));
        assert_eq!(layer.advisories.max_age, Some(7));
        assert_eq!((layer.scanners.native_only, layer.scanners.online), (Some(true), Some(false)));
        assert_eq!(layer.scanners.tool_timeout, Some(60));
        assert_eq!((layer.ai, layer.limits.threads), (Some(false), Some(2)));
        assert_eq!(layer.baseline, Some("b.json".into()));
        assert_eq!(layer.limits.max_file_size, Some(1 << 20));
        assert_eq!(layer.git_hygiene.max_binary_size, Some(1000));
        assert_eq!(layer.secrets.min_confidence, Some(Confidence::Low));
        assert_eq!(layer.sast.min_confidence, Some(Confidence::Low));
        assert_eq!(layer.limits.timeout_per_file, Some(30));
        let given = read.places.keys().filter(|key| KEYS.iter().any(|k| k.name == *key)).count();
        assert_eq!(given, KEYS.iter().filter(|key| key.variable.is_some()).count());
    }

    #[test]
    fn an_empty_variable_is_not_set_and_a_wrong_one_is_an_error() {
        assert_eq!(variables(&[("SECURESCAN_AI", " ")]).layer.ai, None);
        for (name, text) in [
            ("SECURESCAN_AI", "maybe"),
            ("SECURESCAN_FAIL_ON_COUNT", "-1"),
            ("SECURESCAN_FAIL_ON_SEVERITY", "hgih"),
            ("SECURESCAN_MAX_FILE_SIZE", "big"),
        ] {
            assert_eq!(variables(&[(name, text)]).issues.len(), 1, "{name}");
        }
    }
}
