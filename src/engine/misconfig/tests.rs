//! The checks themselves: each against its own examples, and what holds of all of them.

use super::*;
use crate::config::Config;
use crate::engine::{Tree, TreeEngine, sink::Sink};
use crate::finding::{Finding, RuleId, Severity, SkippedFile};
use crate::target::{Entry, Source, source::Refused};
use crate::yaml::{self, Limits};
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

/// Where an example stands when it does not say.
fn usual_path(format: Format) -> &'static str {
    match format {
        Format::Terraform => "main.tf",
        Format::CloudFormation => "template.yaml",
        Format::Kubernetes => "deploy/app.yaml",
        Format::Compose => "compose.yaml",
        Format::GithubActions => ".github/workflows/build.yml",
        Format::GitlabCi => ".gitlab-ci.yml",
        Format::Server => "nginx.conf",
    }
}

/// Files in memory.
#[derive(Debug)]
pub(super) struct Folder {
    entries: Vec<Entry>,
    texts: Vec<Vec<u8>>,
}

impl Folder {
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let mut files = files.to_vec();
        files.sort_unstable();
        let entry = |(path, text): &(&str, &str)| Entry {
            path: (*path).to_owned(),
            location: path.into(),
            size: text.len() as u64,
            executable: false,
            mode: None,
            id: None,
        };
        let texts = files.iter().map(|(_, text)| text.as_bytes().to_vec()).collect();
        Self { entries: files.iter().map(entry).collect(), texts }
    }
}

impl Source for Folder {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn skipped(&self) -> &[SkippedFile] {
        &[]
    }

    fn read(&self, entry: &Entry, buffer: &mut Vec<u8>) -> Result<(), Refused> {
        let at = self.entries.iter().position(|one| one.path == entry.path).unwrap();
        buffer.clear();
        buffer.extend_from_slice(&self.texts[at]);
        Ok(())
    }
}

/// Stands for a file that is no example because it cannot be read.
const UNREAD: &str = "unread";

/// What must not be shown is worked out once for all examples.
static WHOLE: LazyLock<tree::Whole> =
    LazyLock::new(|| tree::Whole::new(&Setup::of(&Config::default())));

/// Findings of an example: a text, or texts by their paths.
fn findings(format: Format, example: &Json) -> Vec<Finding> {
    let files: Vec<(&str, &str)> = match example {
        Json::String(text) => vec![(usual_path(format), text.as_str())],
        Json::Object(files) => {
            files.iter().map(|(path, text)| (path.as_str(), text.as_str().unwrap())).collect()
        }
        other => panic!("{other} is no example"),
    };
    let folder = Folder::new(&files);
    let mut sink = Sink::new();
    WHOLE.scan(&Tree::new(&folder), &mut sink).unwrap();
    assert_eq!(sink.take_failed(), [], "{example:#}");
    let unread = sink.take_skipped();
    let mut findings = sink.into_findings();
    for file in unread {
        findings.push(Finding::new(
            META.id.clone(),
            META.scan_type,
            Severity::Info,
            RuleId::new(UNREAD),
            file.detail,
        ));
    }
    for (path, text) in files.iter().filter(|(path, _)| Files.interested(path)) {
        findings.extend(of_file(path, text));
    }
    findings
}

fn of_file(path: &str, text: &str) -> Vec<Finding> {
    let blob = Blob::new(path, text.as_bytes());
    let mut sink = Sink::new();
    Files.scan(&blob, &mut sink);
    assert_eq!(sink.take_notes(), [], "{text}");
    let secrets = sink.secrets().to_vec();
    sink.place(&blob, &secrets)
}

/// Ids found in an example.
fn found(format: Format, example: &Json) -> Vec<String> {
    let findings = findings(format, example);
    findings.into_iter().map(|finding| finding.rule_id.as_str().to_owned()).collect()
}

#[test]
fn each_check_reports_its_hits_and_neither_its_misses_nor_what_nobody_knows() {
    let mut wrong = Vec::new();
    for (format, check) in written() {
        let id = check["id"].as_str().unwrap().to_owned();
        for (name, expected) in [("hit", true), ("miss", false), ("unknown", false)] {
            let Some(example) = check["examples"].get(name) else {
                wrong.push(format!("{id} has no example \"{name}\""));
                continue;
            };
            let examples = match example {
                Json::Array(several) => several.clone(),
                one => vec![one.clone()],
            };
            for example in &examples {
                let found = found(format, example);
                if found.contains(&id) != expected || found.iter().any(|id| id == UNREAD) {
                    wrong.push(format!("{id}: {name}:\n{example:#}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_check_is_written_as_a_check_should_be() {
    let mut ids = BTreeSet::new();
    for (index, check) in check::built_in().iter().enumerate() {
        let id = &check.id;
        let prose = check::prose(index);
        assert!(ids.insert(id), "{id} stands twice");
        assert!(id.starts_with("misconfig/") && !id.contains('_'), "{id}");
        assert!(!check.title.ends_with('.') && check.title.len() <= 90, "{id}: {}", check.title);
        assert!(check.cwe.starts_with("CWE-"), "{id}");
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
    for (name, _) in CODE.iter().flat_map(|table| table.iter()) {
        let used = check::built_in().iter().any(|check| check.code.as_deref() == Some(name));
        assert!(used, "no check uses {name}");
    }
}

#[test]
fn a_broken_file_is_looked_at_as_far_as_it_goes() {
    let text = "services:\n  a:\n    privileged: true\n---\nservices: [\n";
    let blob = Blob::new("compose.yaml", text.as_bytes());
    let mut sink = Sink::new();
    Files.scan(&blob, &mut sink);
    let notes = sink.take_notes();
    assert_eq!(notes.len(), 1, "{notes:?}");
    assert_eq!(notes[0].0, SkipReason::Unparsable);
    assert!(notes[0].1.starts_with("6:"), "{notes:?}");
    let findings = sink.place(&blob, &[]);
    assert!(findings.iter().any(|f| f.rule_id.as_str() == "misconfig/compose-privileged"));
    assert_eq!(findings[0].meta("resource"), Some("service a"));
}
