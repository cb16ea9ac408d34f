//! Workflows and actions of GitHub, and the settings of Dependabot: resources `workflow`, `job`, `step`, `action`, `update`. Names that
//! begin with `@` are facts the reader adds: what a condition needs to know of the surroundings.
//!
//! ```text
//! @workflow   triggers, permissions, writes, runs      of the workflow, in each job and step
//! @job        id, permissions, writes                  of the job, in each step
//! @uses       name, ref, path                          of `uses`, in lower case
//! @templates  in, text, reach, source                  of every `${{ … }}` and every `if`
//! @lines      the commands of `run`, a pipe as one, with their here-documents
//! @commands   those that do more than to print a text, without
//! ```

mod actions;
mod conditions;
mod expression;
mod facts;
mod flow;
mod reach;
mod trust;
mod workflow;

use super::judge::Code;
use super::resource::Format;
use super::{Reader, Reading};

/// Reads workflows, actions and settings of Dependabot.
pub static READER: Reader = Reader { format: Format::GithubActions, may_be, read };

/// Functions of checks.
pub const CODE: &[(&str, Code)] = &[
    ("gha-template-anybody", flow::anybody),
    ("gha-template-caller", flow::caller),
    ("gha-template-output", flow::output),
    ("dependabot-no-cooldown", flow::no_cooldown),
    ("gha-environment-file", flow::environment_file),
    ("gha-all-secrets", flow::all_secrets),
    ("gha-unredacted-secret", flow::unredacted),
    ("gha-secret-in-script", flow::secret_in_script),
    ("gha-persisted-credentials", trust::persisted_credentials),
    ("gha-untrusted-checkout", trust::untrusted_checkout),
    ("gha-leaked-credentials", trust::leaked_credentials),
    ("gha-default-permissions", trust::default_permissions),
    ("gha-workflow-permissions", trust::workflow_permissions),
    ("gha-cache-in-release", trust::cache_in_release),
    ("gha-bot-condition", conditions::bot),
    ("gha-always-true", conditions::always_true),
    ("gha-loose-contains", conditions::loose_contains),
    ("gha-loose-ternary", conditions::loose_ternary),
    ("gha-vulnerable-action", actions::vulnerable),
    ("gha-archived-action", actions::archived),
    ("gha-action-name", actions::misspelt),
];

fn may_be(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if ![".yml", ".yaml"].iter().any(|end| name.ends_with(end)) {
        return false;
    }
    is_action(name) || is_dependabot(path) || FOLDERS.iter().any(|known| is_below(folder, known))
}

/// Folders of workflows. Gitea and Forgejo run the same language.
const FOLDERS: &[&str] = &[".github/workflows", ".gitea/workflows", ".forgejo/workflows"];

fn is_below(folder: &str, known: &str) -> bool {
    folder.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
}

fn is_action(name: &str) -> bool {
    matches!(name, "action.yml" | "action.yaml")
}

fn is_dependabot(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    matches!(name, "dependabot.yml" | "dependabot.yaml") && is_below(folder, ".github")
}

fn read(path: &str, text: &[u8]) -> Option<Reading> {
    if is_dependabot(path) {
        return workflow::dependabot(text);
    }
    workflow::read(text, path.rsplit('/').next().is_some_and(is_action))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::misconfig::resource::Scope;

    #[test]
    fn files_are_known_by_their_places() {
        for (path, expected) in [
            (".github/workflows/a.yml", true),
            ("sub/.github/workflows/a.yaml", true),
            (".gitea/workflows/a.yaml", true),
            ("x.github/workflows/a.yml", false),
            (".github/workflows/sub/a.yml", false),
            ("action.yml", true),
            (".github/actions/x/action.yaml", true),
            ("reaction.yml", false),
            (".github/dependabot.yml", true),
            ("dependabot.yml", false),
            (".github/workflows/a.json", false),
        ] {
            assert_eq!(may_be(path), expected, "{path}");
        }
    }

    #[test]
    fn a_template_is_found_where_it_stands() {
        let text = "on: issues\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: |\n          echo ü\n          echo ${{\n            github.event.issue.title }} ${{ github.sha }}\n";
        let reading = read(".github/workflows/a.yml", text.as_bytes()).unwrap();
        let step = reading.scope.resources.iter().find(|one| one.kind == "step").unwrap();
        let templates = step.body.get("@templates").unwrap().items();
        let shown: Vec<&str> = templates.iter().map(|one| &text[one.range.clone()]).collect();
        assert_eq!(shown, ["${{\n            github.event.issue.title }}", "${{ github.sha }}"]);
    }

    #[test]
    fn files_of_a_burden_are_cut_and_say_so() {
        let steps = "      - run: a ${{ b }}\n".repeat(40_000);
        let text = format!("on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{steps}");
        let reading = read(".github/workflows/a.yml", text.as_bytes()).unwrap();
        assert!(reading.broken.unwrap().contains("more than"));
    }

    #[test]
    fn what_a_file_repeats_is_told_once() {
        let read = |path: &str, text: &str| read(path, text.as_bytes()).unwrap().scope;
        let told = |scope: &Scope, kind: &str, code: Code| -> Vec<(usize, Option<String>)> {
            let of_kind = scope.resources.iter().filter(|one| one.kind == kind);
            let verdicts = of_kind.flat_map(|one| code(one, scope));
            verdicts.map(|one| (one.answer.at.map_or(0, |at| at.start), one.detail)).collect()
        };
        let checkout = "      - uses: actions/checkout@v4\n";
        let safe = "      - {uses: actions/checkout@v4, with: {persist-credentials: false}}\n";
        let text = format!(
            "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n{safe}{checkout}  b:\n    runs-on: x\n    steps:\n{checkout}{checkout}"
        );
        let scope = read(".github/workflows/a.yml", &text);
        let found = told(&scope, "workflow", trust::persisted_credentials);
        let first = text.find("actions/checkout@v4\n").unwrap();
        let more = "2 more checkouts of this file leave it too.".to_owned();
        assert_eq!(found, [(first, Some(more))]);

        let text = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: a ${{ steps.a.outputs.b }} ${{ steps.a.outputs.c }}\n";
        let found = told(&read(".github/workflows/a.yml", text), "step", flow::output);
        assert_eq!(found.len(), 1);
        assert!(found[0].1.as_ref().unwrap().ends_with(" Another one stands in this step."));

        let text = "updates:\n  - package-ecosystem: a\n    cooldown: {default-days: 7}\n  - package-ecosystem: b\n  - package-ecosystem: c\n";
        let found = told(&read(".github/dependabot.yml", text), "update", flow::no_cooldown);
        let more = "So does another ecosystem of this file.".to_owned();
        assert_eq!(found, [(0, Some(more))]);
    }
}
