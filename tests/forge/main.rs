//! `securescan post` as a workflow runs it: the real program, and a code host made for the test behind a real socket.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::format_push_string, reason = "fixtures are made once; short beats fast")]

#[expect(dead_code, reason = "the tests of the command line use all of it")]
#[path = "../cli/project.rs"]
mod project;

mod comment;
mod converge;
mod failing;
mod fake;
mod review;
mod usage;

use fake::Fake;
use project::{Call, Outcome, Project};
use serde_json::{Value, json};

/// The token of every run. It must never be seen again.
pub(crate) const TOKEN: &str = "ghs_0123456789abcdefCANARY";

/// A call that posts `file` to the host.
pub(crate) fn call(project: &Project, fake: &Fake, what: &str, file: &str, args: &[&str]) -> Call {
    let fixed = ["post", what, "--format-file", file, "--api-url", &fake.url, "--pr", "7"];
    project
        .call(&[&fixed, args].concat())
        .env("GITHUB_TOKEN", TOKEN)
        .env("GITHUB_REPOSITORY", "octo/shop")
}

/// Runs a call that ends well, whatever became of the post, and never shows the token.
#[track_caller]
pub(crate) fn run(call: Call) -> Outcome {
    let outcome = call.run();
    assert_eq!(outcome.code, 0, "{outcome:#?}");
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    for text in [&outcome.stdout, &outcome.stderr] {
        assert!(!text.contains("CANARY"), "{text}");
    }
    outcome
}

/// A run that did post.
#[track_caller]
pub(crate) fn posted(call: Call) -> Outcome {
    let outcome = run(call);
    assert!(!outcome.stderr.contains("warning:"), "{}", outcome.stderr);
    assert_eq!(outcome.stdout, "");
    outcome
}

/// A finding's fingerprint as its marker has it.
pub(crate) fn mark(number: usize) -> String {
    format!("<!-- securescan:fp:{number:012x} -->")
}

/// A ready comment on the finding of this number.
pub(crate) fn remark(number: usize, path: &str) -> Value {
    json!({ "path": path, "line": number + 1, "side": "RIGHT", "position": 4,
        "body": format!("**HIGH: secrets** - finding {number}.\n\n```suggestion\nx = 1\n```\n\n{}", mark(number)) })
}

/// A ready review.
pub(crate) fn review_file(lane: &str, event: &str, comments: &[Value]) -> String {
    let body =
        format!("<!-- securescan:{lane}-review -->\n## Review\n\n{} inline.", comments.len());
    json!({ "body": body, "comments": comments, "event": event, "commit_id": fake::HEAD })
        .to_string()
}

/// A project with a ready review of these findings in `review.json`, each in a file of its own.
pub(crate) fn with_review(numbers: impl IntoIterator<Item = usize>) -> Project {
    let project = Project::new(&[]);
    write_review(&project, numbers);
    project
}

pub(crate) fn write_review(project: &Project, numbers: impl IntoIterator<Item = usize>) {
    let comments: Vec<Value> =
        numbers.into_iter().map(|number| remark(number, &format!("f{number}.py"))).collect();
    project.write("review.json", review_file("diff", "COMMENT", &comments));
}
