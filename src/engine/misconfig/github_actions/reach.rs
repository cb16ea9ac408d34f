//! Who decides what a context of a workflow holds: anybody, whoever starts the workflow, an earlier step, or GitHub. Tables, from the
//! documentation of events and contexts.

use std::collections::{BTreeMap, BTreeSet};

/// Who decides, from harmless to harmful.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// GitHub, the file, or whoever may change either.
    Fixed,
    /// An earlier step or job, or a variable; what it holds is not in the file.
    Output,
    /// Whoever starts or calls the workflow or action.
    Caller,
    /// Anybody who may open an issue or a pull request.
    Anybody,
}

impl Reach {
    /// As facts name it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Output => "output",
            Self::Caller => "caller",
            Self::Anybody => "anybody",
        }
    }
}

/// Contexts that anybody may fill with text of any form, `*` for one name.
/// Source: <https://docs.github.com/en/webhooks/webhook-events-and-payloads>.
const ANYBODY: &[&str] = &[
    "github.head_ref",
    "github.event.comment.body",
    "github.event.commits.*.author.email",
    "github.event.commits.*.author.name",
    "github.event.commits.*.committer.email",
    "github.event.commits.*.committer.name",
    "github.event.commits.*.message",
    "github.event.discussion.body",
    "github.event.discussion.title",
    "github.event.head_commit.author.email",
    "github.event.head_commit.author.name",
    "github.event.head_commit.committer.email",
    "github.event.head_commit.committer.name",
    "github.event.head_commit.message",
    "github.event.issue.body",
    "github.event.issue.title",
    "github.event.pages.*.page_name",
    "github.event.pages.*.title",
    "github.event.pages.*.summary",
    "github.event.pull_request.body",
    "github.event.pull_request.head.label",
    "github.event.pull_request.head.ref",
    "github.event.pull_request.head.repo.default_branch",
    "github.event.pull_request.head.repo.description",
    "github.event.pull_request.head.repo.homepage",
    "github.event.pull_request.title",
    "github.event.review.body",
    "github.event.review_comment.body",
    "github.event.workflow_run.display_title",
    "github.event.workflow_run.head_branch",
    "github.event.workflow_run.head_commit.author.email",
    "github.event.workflow_run.head_commit.author.name",
    "github.event.workflow_run.head_commit.committer.email",
    "github.event.workflow_run.head_commit.committer.name",
    "github.event.workflow_run.head_commit.message",
    "github.event.workflow_run.head_repository.description",
    "github.event.workflow_run.pull_requests.*.head.ref",
    "github.event.check_suite.head_branch",
    "github.event.check_run.check_suite.head_branch",
    "github.event.forkee.description",
    "github.event.forkee.homepage",
];

/// Last names of an event's fields whose form leaves no room for code: numbers, dates, digests, names of accounts.
const FORMED: &[&str] = &[
    "action",
    "additions",
    "after",
    "assignee",
    "before",
    "changed_files",
    "clone_url",
    "closed_at",
    "comments",
    "commits_url",
    "conclusion",
    "created",
    "created_at",
    "deleted",
    "deletions",
    "diff_url",
    "draft",
    "fork",
    "forced",
    "full_name",
    "git_url",
    "head_sha",
    "html_url",
    "id",
    "installation",
    "locked",
    "login",
    "merge_commit_sha",
    "mergeable",
    "merged",
    "merged_at",
    "node_id",
    "number",
    "owner",
    "prerelease",
    "private",
    "published_at",
    "repository_url",
    "run_attempt",
    "run_id",
    "run_number",
    "schedule",
    "sha",
    "size",
    "ssh_url",
    "state",
    "status",
    "type",
    "updated_at",
    "url",
    "visibility",
    "author_association",
    "default_branch",
    "type",
];

/// Who decides what the values of names hold; names in lower case.
pub type Names = BTreeMap<String, Reach>;

/// What is known around an expression.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Variables of the step, the job and the workflow, innermost first.
    pub variables: [Option<&'a Names>; 3],
    /// Inputs that can only be one of a few values, or a number.
    pub narrow: &'a BTreeSet<String>,
    /// Names of the matrix. None when the whole matrix is worked out.
    pub matrix: Option<&'a Names>,
}

/// Who decides what a context holds.
pub fn reach(path: &str, around: &Around<'_>) -> Reach {
    let names: Vec<&str> = path.split('.').collect();
    if ANYBODY.iter().any(|pattern| fits(pattern, &names)) {
        return Reach::Anybody;
    }
    match names.as_slice() {
        ["env", name, ..] => {
            let layers = around.variables.iter().flatten();
            layers.filter_map(|layer| layer.get(*name)).copied().next().unwrap_or(Reach::Output)
        }
        ["matrix", name, ..] => match around.matrix {
            Some(matrix) => matrix.get(*name).copied().unwrap_or(Reach::Output),
            None => Reach::Output,
        },
        ["inputs", name, ..] | ["github", "event", "inputs", name, ..] => {
            if around.narrow.contains(*name) { Reach::Fixed } else { Reach::Caller }
        }
        ["inputs"] | ["github", "event", "client_payload", ..] => Reach::Caller,
        ["steps" | "needs" | "jobs", _, "outputs", ..] => Reach::Output,
        ["github", "event", .., last] if FORMED.contains(last) => Reach::Fixed,
        ["github", "event", _, ..] | ["github", "ref" | "ref_name" | "base_ref"] => Reach::Output,
        _ => Reach::Fixed,
    }
}

/// Whether a path leads to a pattern, or, where it ends in `*`, to something around it.
fn fits(pattern: &str, names: &[&str]) -> bool {
    let wanted: Vec<&str> = pattern.split('.').collect();
    let one = |(wanted, name): (&&str, &&str)| *wanted == "*" || wanted == name || *name == "*";
    let whole = names.last() == Some(&"*") && names.len() > 1;
    if whole && names.len() - 1 < wanted.len() {
        let head = &names[..names.len() - 1];
        if wanted.iter().zip(head).all(one) {
            return true;
        }
    }
    wanted.len() == names.len() && wanted.iter().zip(names).all(one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_are_told_apart_by_who_fills_them() {
        let variables: Names = [("title".to_owned(), Reach::Anybody)].into();
        let matrix: Names = [("os".to_owned(), Reach::Fixed)].into();
        let narrow = ["level".to_owned()].into();
        let around = Around {
            variables: [None, Some(&variables), None],
            narrow: &narrow,
            matrix: Some(&matrix),
        };
        for (path, expected) in [
            ("github.event.issue.title", Reach::Anybody),
            ("github.event.commits.*.message", Reach::Anybody),
            ("github.event.commits.0.message", Reach::Anybody),
            ("github.event.*", Reach::Anybody),
            ("github.*", Reach::Anybody),
            ("github.event.pull_request.head.*", Reach::Anybody),
            ("github.event.pull_request.number", Reach::Fixed),
            ("github.event.pull_request.head.sha", Reach::Fixed),
            ("github.event.label.name", Reach::Output),
            ("github.sha", Reach::Fixed),
            ("github.ref_name", Reach::Output),
            ("inputs.name", Reach::Caller),
            ("github.event.inputs.level", Reach::Fixed),
            ("steps.a.outputs.b", Reach::Output),
            ("steps.a.outcome", Reach::Fixed),
            ("matrix.os", Reach::Fixed),
            ("matrix.other", Reach::Output),
            ("env.title", Reach::Anybody),
            ("env.other", Reach::Output),
            ("secrets.x", Reach::Fixed),
            ("runner.temp", Reach::Fixed),
        ] {
            assert_eq!(reach(path, &around), expected, "{path}");
        }
    }
}
