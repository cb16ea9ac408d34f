//! Where text of others, and where secrets, get into scripts. Decides by the templates that the reader found, not by running anything.

use super::expression::{Expression, Part};
use super::facts::{self, Template, short, templates};
use crate::engine::misconfig::judge::Verdict;
use crate::engine::misconfig::resource::{Resource, Scope};
use crate::engine::misconfig::value::{Data, Value};
use std::collections::BTreeSet;

/// Inputs of actions that are run as a program, in lower case.
const PROGRAMS: &[(&str, &str)] = &[
    ("actions/github-script", "with.script"),
    ("addnab/docker-run-action", "with.run"),
    ("amadevus/pwsh-script", "with.script"),
    ("appleboy/ssh-action", "with.script"),
    ("azure/cli", "with.inlinescript"),
    ("azure/powershell", "with.inlinescript"),
    ("cardinalby/js-eval-action", "with.expression"),
    ("jannekem/run-python-script-action", "with.script"),
    ("mikefarah/yq", "with.cmd"),
    ("nick-fields/retry", "with.command"),
    ("nick-invision/retry", "with.command"),
    ("reactivecircus/android-emulator-runner", "with.script"),
];

/// Whether what a template comes to is run as a program.
fn is_program(template: &Template<'_>, step: &Value) -> bool {
    template.place == "run"
        || facts::action(step).is_some_and(|action| PROGRAMS.contains(&(action, template.place)))
}

fn expanded(step: &Resource, reach: &str, who: &str) -> Vec<Verdict> {
    templates(&step.body)
        .filter(|one| one.reach == reach && is_program(one, &step.body))
        .map(|one| {
            let source = short(one.source);
            Verdict::at(one.range.clone()).because(format!("`{source}` holds what {who}."))
        })
        .collect()
}

/// Text that anybody may write, in a script.
pub fn anybody(step: &Resource, _: &Scope) -> Vec<Verdict> {
    expanded(step, "anybody", "anybody writes who opens an issue or a pull request")
}

/// Text of the caller, in a script.
pub fn caller(step: &Resource, _: &Scope) -> Vec<Verdict> {
    expanded(step, "caller", "whoever starts or calls it gives")
}

/// Text of earlier steps, in a script. A step is mended as a whole, so that it is told once for each.
pub fn output(step: &Resource, _: &Scope) -> Vec<Verdict> {
    let mut verdicts = expanded(step, "output", "is not decided in this place");
    let more = verdicts.len().saturating_sub(1);
    verdicts.truncate(1);
    if let (Some(first), 1..) = (verdicts.first_mut(), more) {
        let rest = if more == 1 { "Another one stands" } else { &format!("{more} more stand") };
        let detail = first.detail.take().unwrap_or_default();
        first.detail = Some(format!("{detail} {rest} in this step."));
    }
    verdicts
}

/// Settings of Dependabot that take every version at once; told at the first ecosystem of a file.
pub fn no_cooldown(update: &Resource, scope: &Scope) -> Vec<Verdict> {
    let mut open =
        scope.resources.iter().filter(|one| one.kind == "update" && has_no_cooldown(one));
    if !open.next().is_some_and(|first| std::ptr::eq(first, update)) {
        return Vec::new();
    }
    vec![match open.count() {
        0 => Verdict::whole(),
        1 => Verdict::whole().because("So does another ecosystem of this file."),
        more => Verdict::whole().because(format!("So do {more} more ecosystems of this file.")),
    }]
}

/// Days after which most bad versions were found.
const COOLDOWN: f64 = 4.0;

fn has_no_cooldown(update: &Resource) -> bool {
    let Some(cooldown) = update.body.get("cooldown").filter(|value| !value.is_null()) else {
        return update.body.get("package-ecosystem").is_some();
    };
    let days = cooldown.get("default-days").map(|days| &days.data);
    matches!(days, Some(Data::Number(days)) if *days < COOLDOWN)
}

/// Events whose runs have the secrets of the repository and work on what strangers bring.
pub const STRANGERS: &[&str] = &["pull_request_target", "workflow_run", "issue_comment"];

/// Something of others that a script writes into the environment or the search path of later steps.
pub fn environment_file(step: &Resource, _: &Scope) -> Vec<Verdict> {
    let body = &step.body;
    let of_anybody = || templates(body).filter(|one| one.reach == "anybody");
    let expanded: BTreeSet<&str> =
        of_anybody().filter(|one| one.place == "run").map(|one| one.text).collect();
    // Variables that hold text of others, in lower case.
    let held: BTreeSet<&str> =
        of_anybody().filter_map(|one| one.place.strip_prefix("env.")).collect();
    let strangers = facts::starts_by(body, &["pull_request_target", "workflow_run"]);
    let lines = body.get("@lines").map(Value::items).unwrap_or_default();
    let mut verdicts = Vec::new();
    for line in lines {
        let Some(text) = line.text() else { continue };
        let Some(written) = written_to_environment(text) else { continue };
        let by_template = text
            .split("${{")
            .skip(1)
            .any(|rest| rest.split("}}").next().is_some_and(|one| expanded.contains(one.trim())));
        let runs_something = ["$", "`", "jq "].iter().any(|mark| written.contains(mark))
            || written.contains("cat ") && !written.contains("<<");
        if by_template
            || names(text).any(|name| held.contains(name.as_str()))
            || strangers && runs_something
        {
            verdicts.push(Verdict::at(line.range.clone()));
        }
    }
    verdicts
}

/// Names of the variables in a command, in lower case.
fn names(command: &str) -> impl Iterator<Item = String> {
    command.split(['$', '%']).skip(1).map(|rest| {
        let rest = rest.trim_start_matches('{').trim_start_matches("env:");
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        rest[..end.unwrap_or(rest.len())].to_ascii_lowercase()
    })
}

/// What a command writes to `GITHUB_ENV` or `GITHUB_PATH`; the command without the file.
fn written_to_environment(line: &str) -> Option<String> {
    let names = ["GITHUB_ENV", "GITHUB_PATH"];
    let at = names.iter().find_map(|name| line.find(name))?;
    let before = line[..at].trim_end_matches(['$', '{', '"', '\'', ' ', '(']);
    let before = before.trim_end_matches("env:").trim_end_matches(['$', '{', '"', ' ']);
    let redirects = before.ends_with('>') || before.ends_with("tee -a") || before.ends_with("tee");
    redirects.then(|| before.trim_end_matches(['>', ' ']).to_owned())
}

fn each_expression(body: &Value, wanted: &dyn Fn(&Expression) -> bool) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for template in templates(body) {
        let Some(expression) = template.expression() else { continue };
        let mut found = false;
        expression.each(&mut |one| found |= wanted(one));
        if found {
            verdicts.push(Verdict::at(template.range.clone()));
        }
    }
    verdicts
}

fn is_secrets(expression: &Expression) -> bool {
    expression.context().as_deref() == Some("secrets")
}

/// All secrets at once: `toJSON(secrets)`, `secrets[…]` with a name that is worked out.
pub fn all_secrets(resource: &Resource, _: &Scope) -> Vec<Verdict> {
    each_expression(&resource.body, &|one| match one {
        Expression::Call(name, arguments) => name == "tojson" && arguments.iter().any(is_secrets),
        Expression::Context(parts) => {
            matches!(parts.as_slice(), [Part::Name(name), Part::Any(_), ..] if name == "secrets")
        }
        _ => false,
    })
}

/// A part of a secret, which logs do not hide: `fromJSON(secrets.A).b`.
pub fn unredacted(resource: &Resource, _: &Scope) -> Vec<Verdict> {
    each_expression(&resource.body, &|one| match one {
        Expression::Call(name, arguments) => name == "fromjson" && arguments.iter().any(of_secrets),
        _ => false,
    })
}

fn of_secrets(expression: &Expression) -> bool {
    expression.flows().iter().any(|path| path.starts_with("secrets."))
}

/// A secret as a part of a script. The token of the job is of a form that breaks no script, and is left alone.
pub fn secret_in_script(step: &Resource, _: &Scope) -> Vec<Verdict> {
    templates(&step.body)
        .filter(|one| is_program(one, &step.body))
        .filter(|one| {
            one.expression().is_some_and(|expression| {
                expression
                    .flows()
                    .iter()
                    .any(|path| path.starts_with("secrets.") && path != "secrets.github_token")
            })
        })
        .map(|one| Verdict::at(one.range.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_to_the_environment_are_seen_in_all_forms() {
        for (line, expected) in [
            ("echo \"A=$B\" >> $GITHUB_ENV", Some("echo \"A=$B\"")),
            ("echo x >> \"${GITHUB_PATH}\"", Some("echo x")),
            ("cat a | tee -a \"$GITHUB_ENV\"", Some("cat a | tee -a")),
            ("echo x >> $env:GITHUB_ENV", Some("echo x")),
            ("cat $GITHUB_ENV", None),
            ("echo $GITHUB_OUTPUT", None),
        ] {
            assert_eq!(written_to_environment(line).as_deref(), expected, "{line}");
        }
    }
}
