//! What a workflow trusts and what it gives away: code of strangers where secrets are, the token of the job, caches in releases.

use super::facts::{action, starts_by, templates};
use super::flow::STRANGERS;
use crate::engine::misconfig::judge::Verdict;
use crate::engine::misconfig::resource::{Resource, Scope};
use crate::engine::misconfig::value::{Data, Value};

/// Contexts that name what a stranger brings.
const HEADS: &[&str] = &[
    "github.head_ref",
    "github.event.pull_request.head.",
    "github.event.workflow_run.head_",
    "github.event.workflow_run.pull_requests.",
    "github.event.pull_request.merge_commit_sha",
];

/// Contexts that number it; harmless unless they are part of a reference.
const NUMBERS: &[&str] =
    &["github.event.number", "github.event.issue.number", "github.event.pull_request.number"];

/// A run with secrets that fetches the code of a pull request.
pub fn untrusted_checkout(step: &Resource, _: &Scope) -> Vec<Verdict> {
    let body = &step.body;
    if !starts_by(body, STRANGERS) {
        return Vec::new();
    }
    let is_checkout = action(body) == Some("actions/checkout");
    let names_it = |text: &str, contexts: &[&str]| {
        let text = text.to_ascii_lowercase();
        contexts.iter().any(|context| text.contains(context))
    };
    let by_action = templates(body).find(|one| {
        is_checkout
            && (one.place == "with.ref"
                && (names_it(one.text, HEADS) || names_it(one.text, NUMBERS))
                || one.place == "with.repository" && names_it(one.text, HEADS))
    });
    if let Some(template) = by_action {
        return vec![Verdict::at(template.range.clone())];
    }
    let lines = body.get("@lines").map(Value::items).unwrap_or_default();
    let fetches = |line: &&Value| {
        let text = line.text().unwrap_or_default();
        let git = text.contains("git checkout")
            || text.contains("git fetch")
            || text.contains("git pull");
        text.contains("gh pr checkout")
            || git && (names_it(text, HEADS) || text.contains("pull/") && text.contains("/head"))
    };
    lines.iter().filter(fetches).map(|line| Verdict::at(line.range.clone())).collect()
}

/// A checkout that leaves the token in a file, the first one of a workflow or action: which of them matter is one decision.
pub fn persisted_credentials(whole: &Resource, scope: &Scope) -> Vec<Verdict> {
    let steps = scope.resources.iter().filter(|one| one.kind == "step" && one.file == whole.file);
    let checkouts = steps.filter(|step| action(&step.body) == Some("actions/checkout"));
    let mut first = None;
    let mut more = 0_usize;
    let mut is_unknown = false;
    for step in checkouts {
        let kept = step.body.at(&["with", "persist-credentials"]);
        let kept = kept.filter(|value| !value.is_null());
        match kept.map_or(Some(true), Value::truth) {
            Some(false) => {}
            Some(true) if first.is_none() => first = step.body.get("uses"),
            Some(true) => more += 1,
            None => is_unknown = true,
        }
    }
    let Some(uses) = first else {
        return if is_unknown { vec![Verdict::unknown()] } else { Vec::new() };
    };
    let verdict = Verdict::at(uses.range.clone());
    vec![match more {
        0 => verdict,
        1 => verdict.because("Another checkout of this file leaves it too."),
        more => verdict.because(format!("{more} more checkouts of this file leave it too.")),
    }]
}

/// An artifact of the whole folder, after a checkout that left the token in it.
pub fn leaked_credentials(job: &Resource, _: &Scope) -> Vec<Verdict> {
    let mut is_kept = false;
    let mut verdicts = Vec::new();
    for step in job.body.get("steps").map(Value::items).unwrap_or_default() {
        match action(step) {
            Some("actions/checkout") => {
                let kept = step.at(&["with", "persist-credentials"]);
                is_kept |= match kept {
                    Some(value) => value.truth() == Some(true),
                    None => true,
                };
            }
            Some("actions/upload-artifact") if is_kept => {
                let Some(path) = step.at(&["with", "path"]) else { continue };
                let is_all = match &path.data {
                    Data::Text(text) => text.lines().any(|line| {
                        matches!(line.trim(), "." | "./" | "*" | "**" | "./*" | "./**" | "**/*")
                    }),
                    Data::Unknown(Some(context)) => context == "github.workspace",
                    _ => false,
                };
                if is_all {
                    verdicts.push(Verdict::at(path.range.clone()));
                }
            }
            _ => {}
        }
    }
    verdicts
}

/// Nothing said of permissions, for the workflow or for one of its jobs: the token has what the repository's settings give.
pub fn default_permissions(workflow: &Resource, _: &Scope) -> Vec<Verdict> {
    let body = &workflow.body;
    let triggers = body.at(&["@workflow", "triggers"]).map(Value::items).unwrap_or_default();
    // What is only called has at most what its caller has.
    let only_called = triggers.len() == 1 && triggers[0].text() == Some("workflow_call");
    if body.get("permissions").is_some_and(|value| !value.is_null()) || only_called {
        return Vec::new();
    }
    let jobs = body.get("@jobs").map(Value::entries).unwrap_or_default();
    let open = jobs.iter().find(|job| job.value.get("permissions").is_none());
    open.map(|job| Verdict::at(job.key_range.clone())).into_iter().collect()
}

/// Rights to write that every job of a workflow has.
pub fn workflow_permissions(workflow: &Resource, _: &Scope) -> Vec<Verdict> {
    let jobs = workflow.body.get("@jobs").map(Value::entries).unwrap_or_default();
    let inheriting = jobs.iter().filter(|job| job.value.get("permissions").is_none()).count();
    if jobs.len() < 2 || inheriting == 0 {
        return Vec::new();
    }
    let writes = workflow.body.at(&["@workflow", "writes"]).map(Value::items).unwrap_or_default();
    writes.iter().map(|scope| Verdict::at(scope.range.clone())).collect()
}

/// Actions that publish something for others.
const PUBLISHERS: &[&str] = &[
    "actions/create-release",
    "actions/upload-release-asset",
    "changesets/action",
    "goreleaser/goreleaser-action",
    "gradle/publish",
    "js-devtools/npm-publish",
    "ncipollo/release-action",
    "pypa/gh-action-pypi-publish",
    "rubygems/release-gem",
    "softprops/action-gh-release",
    "svenstaro/upload-release-action",
];

/// How an action takes something from a cache.
enum Caches {
    Always,
    /// Unless an input is false.
    Unless(&'static str),
    /// When an input is given, and not false.
    If(&'static str),
}

const CACHES: &[(&str, Caches)] = &[
    ("actions/cache", Caches::Unless("lookup-only")),
    ("actions/setup-go", Caches::Unless("cache")),
    ("actions/setup-node", Caches::If("cache")),
    ("actions/setup-python", Caches::If("cache")),
    ("actions/setup-java", Caches::If("cache")),
    ("actions/setup-dotnet", Caches::If("cache")),
    ("astral-sh/setup-uv", Caches::If("enable-cache")),
    ("gradle/actions", Caches::Unless("cache-disabled")),
    ("ruby/setup-ruby", Caches::If("bundler-cache")),
    ("swatinem/rust-cache", Caches::Always),
    ("docker/setup-buildx-action", Caches::Unless("cache-binary")),
    ("docker/build-push-action", Caches::If("cache-from")),
];

/// A cache that others may have filled, in a job that publishes.
pub fn cache_in_release(job: &Resource, _: &Scope) -> Vec<Verdict> {
    let steps = job.body.get("steps").map(Value::items).unwrap_or_default();
    let by_tag = job.body.at(&["@workflow", "tags"]).and_then(Value::truth) == Some(true);
    let publishes = steps.iter().filter_map(action).any(|name| PUBLISHERS.contains(&name));
    if !by_tag && !publishes {
        return Vec::new();
    }
    let mut verdicts = Vec::new();
    for step in steps {
        let Some(name) = action(step) else { continue };
        let Some((_, how)) = CACHES.iter().find(|(known, _)| *known == name) else { continue };
        let input = |key: &str| step.at(&["with", key]).filter(|value| !value.is_null());
        let takes = match how {
            Caches::Always => true,
            Caches::Unless(key) => match input(key) {
                Some(value) if value.is_unknown() => false,
                // Switches that turn caches off are on when they are true, the others off when they are false.
                Some(value) if matches!(*key, "lookup-only" | "cache-disabled") => {
                    value.truth() == Some(false)
                }
                Some(value) => value.truth() != Some(false),
                None => true,
            },
            Caches::If(key) => input(key).is_some_and(|value| {
                !value.is_unknown() && value.truth() != Some(false) && value.text() != Some("")
            }),
        };
        if takes {
            let at = step.get("uses").map_or(step.range.clone(), |uses| uses.range.clone());
            verdicts.push(Verdict::at(at));
        }
    }
    verdicts
}
