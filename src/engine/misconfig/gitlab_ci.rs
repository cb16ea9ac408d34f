//! Pipelines of GitLab: resources `pipeline`, `include` and `job`. Names that begin with `@` are facts the reader adds: `@name` of a job and
//! `@commands`, the commands of its scripts. What `extends` and `include` bring in is not followed.

use super::judge::{Code, Verdict};
use super::resource::{Format, Resource, Scope};
use super::script::Statements;
use super::value::{Data, Entry, Value};
use super::{Reader, Reading};
use crate::yaml::{Limits, Tagged, stream};
use std::ops::Range;

/// Reads pipelines.
pub static READER: Reader = Reader { format: Format::GitlabCi, may_be, read };

/// Functions of checks.
pub const CODE: &[(&str, Code)] = &[("gitlab-literal-secret", literal_secret)];

const LIMITS: Limits = Limits { bytes: 2 << 20, depth: 64, copied: 4 << 20 };

/// Jobs of a file that are looked at.
const MAX_JOBS: usize = 5000;
/// Lines of scripts that are looked at.
const MAX_LINES: usize = 50_000;

fn may_be(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let Some(stem) = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml")) else {
        return false;
    };
    let in_folder = [".gitlab/ci", ".gitlab-ci", ".gitlab/pipelines"]
        .iter()
        .any(|known| folder == *known || folder.ends_with(&format!("/{known}")));
    stem == ".gitlab-ci" || stem.ends_with(".gitlab-ci") || in_folder
}

/// Names at the top of a file that are no jobs.
const GLOBAL: &[&str] = &[
    "after_script",
    "before_script",
    "cache",
    "default",
    "image",
    "include",
    "services",
    "spec",
    "stages",
    "variables",
    "workflow",
];

/// Values that are looked at as they are written; in any other a variable makes the value unknown.
const WRITTEN: &[&str] =
    &["after_script", "before_script", "except", "only", "rules", "script", "workflow"];

fn read(_: &str, text: &[u8]) -> Option<Reading> {
    let stream = stream(text, &LIMITS);
    let mut scope = Scope::default();
    let mut broken = stream.error.map(|error| error.to_string());
    let (mut jobs, mut lines) = (0, 0);
    for document in &stream.documents {
        let root = Value::of_yaml(document, &reference);
        let mut globals = Vec::new();
        for entry in root.entries() {
            if GLOBAL.contains(&entry.key.as_str()) {
                globals.push(Entry { value: known(&entry.key, &entry.value), ..entry.clone() });
                continue;
            }
            if !matches!(entry.value.data, Data::Map(_)) {
                continue;
            }
            jobs += 1;
            if jobs > MAX_JOBS || lines > MAX_LINES {
                let cut = format!(
                    "more than {MAX_JOBS} jobs or {MAX_LINES} lines of scripts; the rest is not looked at"
                );
                broken.get_or_insert(cut);
                break;
            }
            let (body, own) = job(entry, text);
            lines += own;
            push(&mut scope, "job", format!("job {}", entry.key), entry.key_range.clone(), body);
        }
        if let Some(first) = globals.first() {
            let head = first.key_range.clone();
            let (found, own) = commands(&root, text);
            lines += own;
            let key_range = head.clone();
            globals.push(Entry { key: "@commands".to_owned(), key_range, value: found });
            let body = Value::new(root.range.clone(), Data::Map(globals));
            push(&mut scope, "pipeline", "pipeline".to_owned(), head, body);
        }
        if let Some(include) = root.get("include") {
            let items = match include.items() {
                [] => std::slice::from_ref(include),
                items => items,
            };
            for item in items.iter().take(MAX_JOBS) {
                let head = item.range.clone();
                push(&mut scope, "include", "include".to_owned(), head, known("", item));
            }
        }
    }
    (!scope.resources.is_empty() || broken.is_some()).then_some(Reading { scope, broken })
}

fn push(scope: &mut Scope, kind: &str, address: String, head: Range<usize>, body: Value) {
    let (format, kind) = (Format::GitlabCi, kind.to_owned());
    scope.resources.push(Resource { format, kind, address, file: 0, head, body });
}

/// `!reference` takes something from another job.
fn reference(tag: &str, _: &Tagged) -> Option<Data> {
    (tag == "!reference").then_some(Data::Unknown(None))
}

/// A job with its facts, and how many lines its scripts have.
fn job(entry: &Entry, text: &[u8]) -> (Value, usize) {
    let (found, count) = commands(&entry.value, text);
    let mut body = known("", &entry.value);
    if let Data::Map(entries) = &mut body.data {
        let name = Data::Text(entry.key.clone());
        let key_range = entry.key_range.clone();
        let name = Value::new(key_range.clone(), name);
        entries.push(Entry { key: "@name".to_owned(), key_range: key_range.clone(), value: name });
        entries.push(Entry { key: "@commands".to_owned(), key_range, value: found });
    }
    (body, count)
}

/// Commands of the scripts of a job, or of the file.
fn commands(body: &Value, text: &[u8]) -> (Value, usize) {
    let mut found = Vec::new();
    for key in ["before_script", "script", "after_script"] {
        let Some(value) = body.get(key) else { continue };
        let mut open = vec![value];
        while let Some(one) = open.pop() {
            match &one.data {
                // Lists of lists come from anchors.
                Data::List(items) => open.extend(items.iter().rev()),
                Data::Text(_) => found.extend(Statements::of_shell(one, text).acting),
                _ => {}
            }
        }
    }
    let count = found.len();
    (Value::new(body.range.clone(), Data::List(found)), count)
}

/// A value whose texts with variables are not known.
fn known(key: &str, value: &Value) -> Value {
    if WRITTEN.contains(&key) {
        return value.clone();
    }
    let data = match &value.data {
        Data::Text(text) if text.contains('$') => Data::Unknown(None),
        Data::List(items) => Data::List(items.iter().map(|item| known("", item)).collect()),
        Data::Map(entries) => Data::Map(
            entries
                .iter()
                .map(|one| Entry { value: known(&one.key, &one.value), ..one.clone() })
                .collect(),
        ),
        other => other.clone(),
    };
    Value::new(value.range.clone(), data)
}

/// Ends of names whose values are secret.
const SECRET_NAMES: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "SECRET",
    "SECRET_KEY",
    "API_KEY",
    "APIKEY",
    "ACCESS_KEY",
    "TOKEN",
    "PRIVATE_KEY",
];

/// A password or token that is the value of a variable.
fn literal_secret(resource: &Resource, _: &Scope) -> Vec<Verdict> {
    let variables = resource.body.get("variables").map(Value::entries).unwrap_or_default();
    let mut verdicts = Vec::new();
    for entry in variables {
        let name = entry.key.to_ascii_uppercase();
        if !SECRET_NAMES.iter().any(|end| name.ends_with(end)) {
            continue;
        }
        let value = entry.value.get("value").unwrap_or(&entry.value);
        if value.is_unknown() {
            verdicts.push(Verdict::unknown());
        }
        if value.text().is_some_and(is_secret) {
            verdicts.push(Verdict::at(value.range.clone()));
        }
    }
    verdicts
}

/// Whether a text may be a secret: one word of some length that is no path, no switch and no placeholder.
fn is_secret(text: &str) -> bool {
    let is_word = text.len() >= 6 && !text.contains([' ', '/', '<', '{']);
    is_word && !matches!(text, "required" | "disabled" | "enabled" | "changeme")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipelines_are_known_by_their_names() {
        for (path, expected) in [
            (".gitlab-ci.yml", true),
            ("a/.gitlab-ci.yaml", true),
            ("templates/build.gitlab-ci.yml", true),
            (".gitlab/ci/build.yml", true),
            ("sub/.gitlab/ci/build.yml", true),
            ("ci/build.yml", false),
            ("gitlab-ci.yml", false),
        ] {
            assert_eq!(may_be(path), expected, "{path}");
        }
    }

    #[test]
    fn a_command_in_a_block_is_found_on_its_line() {
        let text = "a:\n  script:\n    - make\n    - |\n      set -e\n      curl x | sh\n";
        let reading = read(".gitlab-ci.yml", text.as_bytes()).unwrap();
        let job = &reading.scope.resources[0];
        let lines = job.body.get("@commands").unwrap().items();
        let shown: Vec<&str> = lines.iter().map(|line| &text[line.range.clone()]).collect();
        assert_eq!(shown, ["make", "set -e", "curl x | sh"]);
    }
}
