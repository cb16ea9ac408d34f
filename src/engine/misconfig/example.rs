//! A check against its own examples, as `rules test` and the tests of the built-in checks run it: small files, or small trees, that it must
//! find something in or must not.

use super::check::{Checks, Own};
use super::pack::{EXAMPLES, Failure, malformed};
use super::resource::Format;
use super::{Files, META, READERS, terraform, tree};
use crate::config::Config;
use crate::engine::{FileEngine, Setup, Sink, Tree, TreeEngine};
use crate::finding::{Finding, RuleId, Severity};
use crate::target::{Blob, source::Memory};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Stands for a file that is no example because it cannot be read.
pub const UNREAD: &str = "unread";

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

/// The files of an example: a text, or texts by their paths. None when it is neither.
fn files(format: Format, example: &Value) -> Option<BTreeMap<&str, &str>> {
    match example {
        Value::String(text) => Some(BTreeMap::from([(usual_path(format), text.as_str())])),
        Value::Object(files) => {
            files.iter().map(|(path, text)| Some((path.as_str(), text.as_str()?))).collect()
        }
        _ => None,
    }
}

/// Those of a name: one, or a list of them.
fn several<'a>(examples: &'a Map<String, Value>, name: &str) -> &'a [Value] {
    match examples.get(name) {
        Some(Value::Array(several)) => several,
        Some(one) => std::slice::from_ref(one),
        None => &[],
    }
}

/// How many there are.
pub fn count(examples: &Map<String, Value>) -> usize {
    EXAMPLES.iter().map(|name| several(examples, name).len()).sum()
}

/// Runs examples.
#[derive(Debug)]
pub struct Examples {
    whole: tree::Whole,
    files: Files,
}

impl Examples {
    /// With these checks.
    pub fn new(checks: &Checks) -> Self {
        let config = Config::default();
        let setup = Setup { checks, ..Setup::of(&config) };
        Self { whole: tree::Whole::new(&setup), files: Files { checks: checks.clone() } }
    }

    /// Findings of an example, with one of [`UNREAD`] for each file that could not be read as a whole; an error when it is none.
    pub fn findings(&self, format: Format, example: &Value) -> Result<Vec<Finding>, String> {
        let Some(files) = files(format, example) else {
            return Err("is neither a text nor texts by their paths".to_owned());
        };
        let memory = Memory::of(files.iter().map(|(path, text)| (*path, *text)));
        let mut sink = Sink::new();
        self.whole.scan(&Tree::new(&memory), &mut sink)?;
        if let Some(file) = sink.take_failed().into_iter().next() {
            return Err(format!("{}: {}", file.path, file.message));
        }
        let mut unread: Vec<String> =
            sink.take_skipped().into_iter().map(|file| file.detail).collect();
        let mut findings = sink.into_findings();
        for (path, text) in files.into_iter().filter(|(path, _)| self.files.interested(path)) {
            let blob = Blob::new(path, text.as_bytes());
            let mut sink = Sink::new();
            self.files.scan(&blob, &mut sink);
            unread.extend(sink.take_notes().into_iter().map(|(_, detail)| detail));
            let secrets = sink.secrets().to_vec();
            findings.extend(sink.place(&blob, &secrets));
        }
        findings.extend(unread.into_iter().map(|detail| {
            let rule = RuleId::new(UNREAD);
            Finding::new(META.id.clone(), META.scan_type, Severity::Info, rule, detail)
        }));
        Ok(findings)
    }

    /// Kinds of the resources that an example declares.
    fn kinds(format: Format, example: &Value) -> BTreeSet<String> {
        let Some(files) = files(format, example) else { return BTreeSet::new() };
        let memory = Memory::of(files.iter().map(|(path, text)| (*path, *text)));
        let mut kinds = terraform::kinds(&memory);
        for (path, text) in files {
            let mut readers = READERS.iter().filter(|reader| (reader.may_be)(path));
            let reading = readers.find_map(|reader| (reader.read)(path, text.as_bytes()));
            let resources = reading.map(|reading| reading.scope.resources).unwrap_or_default();
            kinds.extend(resources.into_iter().map(|resource| resource.kind));
        }
        kinds
    }

    /// What is wrong with the examples of a check, as sentences.
    pub fn wrong(
        &self,
        (format, id, kinds): (Format, &str, &[String]),
        examples: &Map<String, Value>,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        for name in EXAMPLES {
            for (index, example) in several(examples, name).iter().enumerate() {
                let number = index + 1;
                let mut say = |message: &str| wrong.push(format!("{name} {number} {message}"));
                let found = match self.findings(format, example) {
                    Ok(found) => found,
                    Err(why) => {
                        say(&why);
                        continue;
                    }
                };
                let of = |id: &str| found.iter().find(|finding| finding.rule_id.as_str() == id);
                match (of(UNREAD), of(id), *name == "hit") {
                    (Some(unread), ..) => say(&format!("cannot be read: {}", unread.title)),
                    (_, None, true) => {
                        let declared = Self::kinds(format, example);
                        let is_there = kinds.iter().any(|kind| declared.contains(kind));
                        say(&if is_there {
                            "is not found".to_owned()
                        } else if declared.is_empty() {
                            format!("is not found: nothing of {format} was read in it")
                        } else {
                            let declared: Vec<String> = declared.into_iter().take(20).collect();
                            let (wanted, declared) = (kinds.join(", "), declared.join(", "));
                            format!("is not found: it declares no {wanted}; it declares {declared}")
                        });
                    }
                    (_, Some(_), false) => say("is found"),
                    _ => {}
                }
            }
        }
        wrong
    }
}

/// Everything that is wrong with checks of the user: how they are written, and what they say of their examples.
pub fn check(own: &[Own]) -> Vec<Failure> {
    let mut failures = malformed(own);
    if !failures.is_empty() {
        return failures;
    }
    let examples = Examples::new(&Checks::with(own.to_vec()));
    for one in own {
        if ["hit", "miss"].iter().any(|name| several(&one.examples, name).is_empty()) {
            let message = "needs at least one hit and one miss".to_owned();
            failures.push(Failure::of(one, message));
        }
        let check = &one.check;
        let wrong = examples.wrong((check.format, &check.id, &check.kinds), &one.examples);
        failures.extend(wrong.into_iter().map(|message| Failure::of(one, message)));
    }
    failures
}
