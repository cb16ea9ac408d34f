//! From the YAML of workflows, actions and settings of Dependabot to resources with facts. Texts that a template is part of are not
//! known, apart from scripts and conditions, which are looked at as they are written.

use super::expression::parse;
use super::facts::{self, map, short, text, with};
use super::reach::{Around, Names, Reach, reach};
use crate::engine::misconfig::Reading;
use crate::engine::misconfig::resource::{Format, Resource, Scope};
use crate::engine::misconfig::script::{self, Statements};
use crate::engine::misconfig::value::{Data, Entry, Value};
use crate::yaml::{Limits, stream};
use std::collections::BTreeSet;
use std::ops::Range;

const LIMITS: Limits = Limits { bytes: 2 << 20, depth: 64, copied: 4 << 20 };

/// Jobs and steps of a file that are looked at.
const MAX_STEPS: usize = 3000;
/// Templates of a file that are looked at.
const MAX_TEMPLATES: usize = 10_000;
/// Lines of scripts that are looked at.
const MAX_LINES: usize = 50_000;

/// A file on its way to resources.
struct File<'a> {
    source: &'a [u8],
    scope: Scope,
    steps: usize,
    templates: usize,
    lines: usize,
    narrow: BTreeSet<String>,
    /// Scripts without a shell of their own are read by a POSIX one.
    posix: bool,
}

impl File<'_> {
    fn new(source: &[u8]) -> File<'_> {
        let scope = Scope::default();
        File {
            source,
            scope,
            steps: 0,
            templates: 0,
            lines: 0,
            narrow: BTreeSet::new(),
            posix: true,
        }
    }

    fn cut(&self) -> Option<String> {
        [
            (self.steps > MAX_STEPS, MAX_STEPS, "jobs and steps"),
            (self.templates > MAX_TEMPLATES, MAX_TEMPLATES, "expressions"),
            (self.lines > MAX_LINES, MAX_LINES, "lines of scripts"),
        ]
        .into_iter()
        .find(|(over, ..)| *over)
        .map(|(_, most, what)| format!("more than {most} {what}; the rest is not looked at"))
    }

    fn push(&mut self, kind: &str, address: String, head: Range<usize>, body: Value) {
        let (format, kind) = (Format::GithubActions, kind.to_owned());
        self.scope.resources.push(Resource { format, kind, address, file: 0, head, body });
    }

    fn reading(self, broken: Option<String>) -> Option<Reading> {
        let broken = broken.or_else(|| self.cut());
        (!self.scope.resources.is_empty() || broken.is_some())
            .then_some(Reading { scope: self.scope, broken })
    }
}

/// Reads a workflow or an action.
pub(super) fn read(source: &[u8], is_action: bool) -> Option<Reading> {
    let stream = stream(source, &LIMITS);
    let broken = stream.error.map(|error| error.to_string());
    let mut file = File::new(source);
    if let Some(document) = stream.documents.first() {
        let root = Value::plain(document);
        if is_action {
            file.action(&root);
        } else if root.get("jobs").is_some() || root.get("on").is_some() {
            file.workflow(&root);
        }
    }
    file.reading(broken)
}

/// Reads the settings of Dependabot.
pub(super) fn dependabot(source: &[u8]) -> Option<Reading> {
    let stream = stream(source, &LIMITS);
    let broken = stream.error.map(|error| error.to_string());
    let mut file = File::new(source);
    if let Some(document) = stream.documents.first() {
        let root = Value::plain(document);
        for update in root.get("updates").map(Value::items).unwrap_or_default() {
            file.steps += 1;
            if file.steps > MAX_STEPS {
                break;
            }
            let ecosystem = update.get("package-ecosystem");
            let name = ecosystem.and_then(Value::text).unwrap_or("packages");
            let head = ecosystem.map_or(update.range.clone(), |value| value.range.clone());
            file.push("update", format!("updates of {}", short(name)), head, update.clone());
        }
        for entry in root.get("registries").map(Value::entries).unwrap_or_default() {
            file.steps += 1;
            if file.steps > MAX_STEPS {
                break;
            }
            let address = format!("registry {}", short(&entry.key));
            file.push("registry", address, entry.key_range.clone(), hidden(&entry.value));
        }
    }
    file.reading(broken)
}

impl File<'_> {
    fn action(&mut self, root: &Value) {
        let Some(runs) = root.get("runs") else { return };
        let name = root.get("name").and_then(Value::text).map_or("action".to_owned(), short);
        let head = first_key(root);
        self.push("action", name, head, hidden(root));
        let around = Around { variables: [None; 3], narrow: &BTreeSet::new(), matrix: None };
        let facts = map(&(0..0), Vec::new());
        for (index, step) in
            runs.get("steps").map(Value::items).unwrap_or_default().iter().enumerate()
        {
            let address = format!("step {}", index + 1);
            if let Some(body) = self.step(step, &around, None, &facts) {
                self.push("step", address, first_key(step), body);
            }
        }
    }

    fn workflow(&mut self, root: &Value) {
        let on = root.get("on");
        self.narrow = narrow(on);
        let narrow = self.narrow.clone();
        let jobs = root.get("jobs").map(Value::entries).unwrap_or_default();
        let (word, writes) = facts::permissions(root.get("permissions"));
        let facts = map(
            &(0..0),
            vec![
                ("triggers", facts::triggers(on)),
                ("permissions", word),
                ("writes", writes),
                ("tags", Value::new(0..0, Data::Bool(on.is_some_and(is_release)))),
                (
                    "runs",
                    Value::new(0..0, Data::Bool(jobs.iter().any(|job| runs_something(&job.value)))),
                ),
            ],
        );
        let none = Around { variables: [None; 3], narrow: &narrow, matrix: None };
        let variables = names(root.get("env"), &none);
        let head = entry(root, "on").map_or_else(|| first_key(root), |on| on.key_range.clone());
        let name = root.get("name").and_then(Value::text).map_or("workflow".to_owned(), short);
        let place = self.scope.resources.len();
        let around = Around { variables: [None, None, Some(&variables)], ..none };
        let mut bodies = Vec::new();
        for job in jobs {
            if let Some(body) = self.job(job, &around, root, &facts) {
                bodies.push((job, body));
            }
        }
        let mut body = hidden(root);
        if let Data::Map(entries) = &mut body.data {
            entries.retain(|entry| entry.key != "jobs");
        }
        // Jobs without their steps: what the workflow as a whole is judged by.
        let jobs = bodies.into_iter().map(|(job, mut value)| {
            if let Data::Map(entries) = &mut value.data {
                entries.retain(|one| one.key != "steps" && one.key != "@workflow");
            }
            Entry { key: short(&job.key), key_range: job.key_range.clone(), value }
        });
        let jobs = Value::new(0..0, Data::Map(jobs.collect()));
        with(&mut body, "@jobs", jobs);
        let templates = self.templates_of(root, &["env", "run-name", "concurrency"], &around);
        with(&mut body, "@templates", templates);
        with(&mut body, "@workflow", facts);
        self.push("workflow", name, head, body);
        // The workflow stands before its jobs.
        self.scope.resources[place..].rotate_right(1);
    }

    fn job(
        &mut self,
        job: &Entry,
        outer: &Around<'_>,
        root: &Value,
        facts: &Value,
    ) -> Option<Value> {
        self.steps += 1;
        if self.steps > MAX_STEPS || !matches!(job.value.data, Data::Map(_)) {
            return None;
        }
        let matrix = job.value.at(&["strategy", "matrix"]);
        let matrix = matrix.and_then(|matrix| matrix_names(matrix, outer));
        let around = Around { matrix: matrix.as_ref(), ..*outer };
        let variables = names(job.value.get("env"), &around);
        let around = Around { variables: [None, Some(&variables), outer.variables[2]], ..around };
        let own = job.value.get("permissions").or_else(|| root.get("permissions"));
        let (word, writes) = facts::permissions(own);
        let id = short(&job.key);
        let about = map(
            &(0..0),
            vec![
                ("id", text(&job.key_range, id.clone())),
                ("permissions", word),
                ("writes", writes),
                ("self-hosted", Value::new(0..0, Data::Bool(is_self_hosted(&job.value)))),
            ],
        );
        let place = self.scope.resources.len();
        let mut steps = Vec::new();
        self.posix = has_posix_shell(&job.value, root);
        let items = job.value.get("steps").map(Value::items).unwrap_or_default();
        for (index, step) in items.iter().enumerate() {
            let Some(body) = self.step(step, &around, Some(&about), facts) else { continue };
            let address = format!("job {id}, step {}", index + 1);
            steps.push(body.clone());
            self.push("step", address, first_key(step), body);
        }
        let mut body = hidden(&job.value);
        if let Data::Map(entries) = &mut body.data {
            entries.retain(|entry| entry.key != "steps");
        }
        let templates = self.templates_of(&job.value, &["if", "env", "with", "secrets"], &around);
        with(&mut body, "@templates", templates);
        if let Some(uses) = job.value.get("uses").and_then(facts::uses) {
            with(&mut body, "@uses", uses);
        }
        with(&mut body, "@job", about);
        let light = body.clone();
        with(&mut body, "@workflow", facts.clone());
        with(&mut body, "steps", Value::new(0..0, Data::List(steps)));
        self.push("job", format!("job {id}"), job.key_range.clone(), body);
        self.scope.resources[place..].rotate_right(1);
        Some(light)
    }

    fn step(
        &mut self,
        step: &Value,
        around: &Around<'_>,
        job: Option<&Value>,
        workflow: &Value,
    ) -> Option<Value> {
        self.steps += 1;
        if self.steps > MAX_STEPS || !matches!(step.data, Data::Map(_)) {
            return None;
        }
        let variables = names(step.get("env"), around);
        let around = Around {
            variables: [Some(&variables), around.variables[1], around.variables[2]],
            ..*around
        };
        let mut body = hidden(step);
        let templates = self.templates_of(step, &["if", "run", "with", "env"], &around);
        with(&mut body, "@templates", templates);
        if let Some(uses) = step.get("uses").and_then(facts::uses) {
            with(&mut body, "@uses", uses);
        }
        if let Some(run) = step.get("run") {
            let posix = step.get("shell").and_then(Value::text).map_or(self.posix, is_posix);
            let mut statements = if posix {
                Statements::of_shell(run, self.source)
            } else {
                Statements::of_lines(run, self.source)
            };
            self.lines += statements.all.len();
            let most = (MAX_LINES + statements.all.len()).saturating_sub(self.lines);
            for (key, list) in
                [("@lines", &mut statements.all), ("@commands", &mut statements.acting)]
            {
                list.truncate(most);
                let list = Data::List(std::mem::take(list));
                with(&mut body, key, Value::new(run.range.clone(), list));
            }
        }
        if let Some(job) = job {
            with(&mut body, "@job", job.clone());
            with(&mut body, "@workflow", workflow.clone());
        }
        Some(body)
    }

    /// Templates in some values of a map, with `if` as a whole.
    fn templates_of(&mut self, value: &Value, keys: &[&str], around: &Around<'_>) -> Value {
        let mut found = Vec::new();
        for key in keys {
            if let Some(inner) = value.get(key) {
                self.gather(inner, key, around, &mut found);
            }
        }
        Value::new(value.range.clone(), Data::List(found))
    }

    fn gather(&mut self, value: &Value, place: &str, around: &Around<'_>, out: &mut Vec<Value>) {
        match &value.data {
            Data::Text(written) => {
                let inside = split(written);
                let bare = place == "if" && inside.is_empty();
                let count = memchr::memmem::find_iter(written.as_bytes(), "${{").count();
                let ranges = script::occurrences(value, self.source, "${{", count);
                // A template without an end is none, and what stands behind it cannot be told from it.
                let found = inside.into_iter().zip(ranges);
                let bare = bare.then(|| (written.trim(), value.range.clone()));
                for (inner, range) in found.chain(bare) {
                    self.templates += 1;
                    if self.templates > MAX_TEMPLATES {
                        return;
                    }
                    out.push(template(inner, &range, place, around));
                }
            }
            Data::Map(entries) => {
                for entry in entries {
                    let place = format!("{place}.{}", short(&entry.key).to_ascii_lowercase());
                    self.gather(&entry.value, &place, around, out);
                }
            }
            Data::List(items) => {
                for item in items {
                    self.gather(item, place, around, out);
                }
            }
            _ => {}
        }
    }
}

fn template(inner: &str, range: &Range<usize>, place: &str, around: &Around<'_>) -> Value {
    let (decided, source) = decided(inner, around);
    map(
        range,
        vec![
            ("in", text(range, place)),
            ("text", text(range, inner)),
            ("reach", text(range, decided.as_str())),
            ("source", text(range, source)),
        ],
    )
}

/// Who decides what comes of an expression, and the context that makes it so.
fn decided(inner: &str, around: &Around<'_>) -> (Reach, String) {
    let flows = parse(inner).map(|expression| expression.flows()).unwrap_or_default();
    let mut worst = (Reach::Fixed, String::new());
    for path in flows {
        let own = reach(&path, around);
        if own > worst.0 {
            worst = (own, path);
        }
    }
    worst
}

/// What stands between each `${{` and its `}}`; quoted braces do not end it.
fn split(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((_, inner)) = rest.split_once("${{") {
        let mut quoted = false;
        let end = inner.as_bytes().windows(2).position(|pair| {
            quoted ^= pair[0] == b'\'';
            !quoted && pair == b"}}"
        });
        // The end may be within an unclosed quote of something that is no expression.
        let Some(end) = end.or_else(|| inner.find("}}")) else { break };
        found.push(inner[..end].trim());
        rest = &inner[end + 2..];
    }
    found
}

/// Keys whose text is looked at as it is written.
const SCRIPTS: &[&str] = &["run", "if"];

/// A value whose texts with templates are not known.
fn hidden(value: &Value) -> Value {
    let data = match &value.data {
        Data::Text(text) if text.contains("${{") => {
            let inside = split(text);
            let alone = inside.len() == 1 && text.trim().len() <= inside[0].len() + 9;
            Data::Unknown(alone.then(|| inside[0].to_owned()))
        }
        Data::List(items) => Data::List(items.iter().map(hidden).collect()),
        Data::Map(entries) => Data::Map(
            entries
                .iter()
                .map(|entry| {
                    let is_script = SCRIPTS.contains(&entry.key.as_str());
                    let is_text = matches!(entry.value.data, Data::Text(_));
                    let value = if is_script && is_text {
                        entry.value.clone()
                    } else {
                        hidden(&entry.value)
                    };
                    Entry { value, ..entry.clone() }
                })
                .collect(),
        ),
        other => other.clone(),
    };
    Value::new(value.range.clone(), data)
}

/// Variables and who decides what they hold.
fn names(env: Option<&Value>, around: &Around<'_>) -> Names {
    let entries = env.map(Value::entries).unwrap_or_default();
    entries.iter().map(|entry| (entry.key.to_lowercase(), worst(&entry.value, around))).collect()
}

fn worst(value: &Value, around: &Around<'_>) -> Reach {
    match &value.data {
        Data::Text(text) => {
            split(text).iter().map(|inner| decided(inner, around).0).max().unwrap_or(Reach::Fixed)
        }
        Data::List(items) => {
            items.iter().map(|item| worst(item, around)).max().unwrap_or(Reach::Fixed)
        }
        Data::Map(entries) => {
            let inner = entries.iter().map(|entry| worst(&entry.value, around));
            inner.max().unwrap_or(Reach::Fixed)
        }
        _ => Reach::Fixed,
    }
}

/// Names of a matrix; none when it is worked out as a whole.
fn matrix_names(matrix: &Value, around: &Around<'_>) -> Option<Names> {
    let Data::Map(entries) = &matrix.data else { return None };
    let mut names = Names::new();
    for entry in entries {
        let own = worst(&entry.value, around);
        if matches!(entry.key.as_str(), "include" | "exclude") {
            for inner in entry.value.items().iter().flat_map(Value::entries) {
                let own = worst(&inner.value, around);
                let known = names.entry(inner.key.to_lowercase()).or_insert(own);
                *known = own.max(*known);
            }
        } else {
            names.insert(entry.key.to_lowercase(), own);
        }
    }
    Some(names)
}

/// Inputs that can only be one of a few values, or a number.
fn narrow(on: Option<&Value>) -> BTreeSet<String> {
    let mut narrow = BTreeSet::new();
    let mut wide = BTreeSet::new();
    for event in ["workflow_dispatch", "workflow_call"] {
        let inputs = on.and_then(|on| on.at(&[event, "inputs"]));
        for input in inputs.map(Value::entries).unwrap_or_default() {
            let kind = input.value.get("type").and_then(Value::text).unwrap_or("string");
            let name = input.key.to_lowercase();
            match kind {
                "boolean" | "number" | "choice" | "environment" => narrow.insert(name),
                _ => wide.insert(name),
            };
        }
    }
    &narrow - &wide
}

/// Whether releases or tags start it.
fn is_release(on: &Value) -> bool {
    on.get("release").is_some()
        || on.at(&["push", "tags"]).is_some()
        || matches!(on.text(), Some("release"))
        || on.items().iter().any(|item| item.text() == Some("release"))
}

/// Actions that only look at the event: they run nothing of a pull request.
const ONLOOKERS: &[&str] = &[
    "actions/first-interaction",
    "actions/labeler",
    "amannn/action-semantic-pull-request",
    "actions/stale",
    "dessant/lock-threads",
    "toshimaru/auto-author-assign",
];

/// Whether a job does more than to run actions that only look at the event.
fn runs_something(job: &Value) -> bool {
    let looks_on = |step: &Value| {
        let uses = step.get("uses").and_then(facts::uses);
        let name = uses.as_ref().and_then(|uses| uses.get("name")).and_then(Value::text);
        name.is_some_and(|name| ONLOOKERS.contains(&name))
    };
    let steps = job.get("steps").map(Value::items).unwrap_or_default();
    steps.is_empty() || !steps.iter().all(looks_on)
}

/// Whether a shell by its name, or by the command that starts it, is a POSIX one.
fn is_posix(shell: &str) -> bool {
    let program = shell.split_whitespace().next().unwrap_or_default();
    ["bash", "sh", "dash", "zsh", "ksh"].contains(&program.rsplit('/').next().unwrap_or_default())
}

/// Whether scripts of a job are read by a POSIX shell unless they say otherwise.
fn has_posix_shell(job: &Value, workflow: &Value) -> bool {
    let path = ["defaults", "run", "shell"];
    let named = job.at(&path).or_else(|| workflow.at(&path)).and_then(Value::text);
    let on_windows = || {
        let runner = job.get("runs-on").and_then(Value::text);
        runner.is_some_and(|runner| runner.starts_with("windows"))
    };
    named.map_or_else(|| !on_windows(), is_posix)
}

fn is_self_hosted(job: &Value) -> bool {
    let Some(runner) = job.get("runs-on") else { return false };
    let labels = runner.get("labels").unwrap_or(runner);
    let one = |value: &Value| value.text() == Some("self-hosted");
    one(labels) || labels.items().iter().any(one)
}

fn entry<'a>(value: &'a Value, key: &str) -> Option<&'a Entry> {
    value.entries().iter().find(|entry| entry.key == key)
}

fn first_key(value: &Value) -> Range<usize> {
    value.entries().first().map_or(value.range.clone(), |entry| entry.key_range.clone())
}
