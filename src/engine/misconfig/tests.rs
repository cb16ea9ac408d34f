//! The checks themselves: each against its own examples, and what holds of all of them.

use super::*;
use crate::engine::sink::Sink;
use crate::yaml::{self, Limits};
use example::Examples;
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::LazyLock;

/// The checks as they are written, with their examples.
fn written() -> Vec<(Format, Json)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine/misconfig/checks");
    let mut files: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let limits = Limits { bytes: 4 << 20, ..Limits::default() };
    let packs = files.iter().map(|file| {
        let text = std::fs::read(file).unwrap();
        yaml::parse::<Json>(&text, &limits)
            .unwrap_or_else(|error| panic!("{}:{error}", file.display()))
    });
    packs
        .flat_map(|pack| {
            let format: Format = serde_json::from_value(pack["format"].clone()).unwrap();
            let checks = pack["checks"].as_array().unwrap().clone();
            checks.into_iter().map(move |check| (format, check))
        })
        .collect()
}

/// What must not be shown is worked out once for all examples.
static EXAMPLES: LazyLock<Examples> = LazyLock::new(|| Examples::new(&Checks::default()));

#[test]
fn each_check_reports_its_hits_and_neither_its_misses_nor_what_nobody_knows() {
    let mut wrong = Vec::new();
    for (format, check) in written() {
        let id = check["id"].as_str().unwrap();
        let examples = check["examples"].as_object().unwrap();
        for name in pack::EXAMPLES {
            if !examples.contains_key(*name) {
                wrong.push(format!("{id} has no example \"{name}\""));
            }
        }
        let failures = EXAMPLES.wrong((format, id, &[]), examples);
        wrong.extend(failures.into_iter().map(|message| format!("{id}: {message}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_check_is_written_as_a_check_should_be() {
    let mut ids = BTreeSet::new();
    let checks = Checks::default();
    for index in 0..checks.count() {
        let (check, prose) = (checks.get(index), checks.prose(index));
        let id = &check.id;
        assert!(ids.insert(id), "{id} stands twice");
        assert!(id.starts_with("misconfig/") && !id.contains('_'), "{id}");
        assert!(!check.title.ends_with('.') && check.title.len() <= 90, "{id}: {}", check.title);
        assert!(check.cwe.as_ref().is_some_and(|cwe| cwe.starts_with("CWE-")), "{id}");
        assert!(!check.kinds.is_empty(), "{id} looks at nothing");
        assert!(check.fail.is_some() != check.code.is_some(), "{id}: fail or code");
        if let Some(fault) = check.fail.as_ref().and_then(condition::Condition::fault) {
            panic!("{id}: {fault}");
        }
        if let Some(code) = &check.code {
            let known = CODE.iter().flat_map(|table| table.iter()).any(|(name, _)| name == code);
            assert!(known, "{id}: no function {code}");
        }
        for text in [&prose.description, &prose.remediation] {
            assert!(text.trim().ends_with('.') && text.len() >= 40, "{id}: {text:?}");
        }
        assert!(!prose.references.is_empty(), "{id} has no reference");
        assert!(prose.references.iter().all(|page| page.starts_with("https://")), "{id}");
    }
}

#[test]
fn no_function_is_left_over() {
    let checks = Checks::default();
    let all: Vec<_> = (0..checks.count()).map(|index| checks.get(index)).collect();
    for (name, _) in CODE.iter().flat_map(|table| table.iter()) {
        let used = all.iter().any(|check| check.code.as_deref() == Some(name));
        assert!(used, "no check uses {name}");
    }
}

#[test]
fn a_broken_file_is_looked_at_as_far_as_it_goes() {
    let text = "services:\n  a:\n    privileged: true\n---\nservices: [\n";
    let blob = Blob::new("compose.yaml", text.as_bytes());
    let mut sink = Sink::new();
    Files::default().scan(&blob, &mut sink);
    let notes = sink.take_notes();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert_eq!(notes[0].0, SkipReason::Unparsable);
    assert!(notes[0].1.starts_with("6:"), "{notes:?}");
    let findings = sink.place(&blob, &[]);
    assert!(findings.iter().any(|f| f.rule_id.as_str() == "misconfig/compose-privileged"));
    assert_eq!(findings[0].meta("resource"), Some("service a"));
}
