//! What the caller says: flags, the environment, the event, the file. Whatever is wrong is named, with a way out.

use crate::fake::{Fake, HEAD};
use crate::project::{Project, checkout};
use crate::{TOKEN, call, posted, run, with_review};
use serde_json::json;

const COMMENT: &str = "<!-- securescan:scan -->\nfinding\n";

fn project() -> Project {
    let project = with_review([1]);
    project.write("c.md", COMMENT);
    project
}

#[test]
fn what_cannot_be_used_is_refused_by_name() {
    let (project, fake) = (project(), Fake::start());
    for repo in ["octo", "../x", "octo/..", "octo/shop/x", "o cto/shop", "octo/shop?x"] {
        call(&project, &fake, "comment", "c.md", &["--repo", repo])
            .run()
            .refused(&[repo, "owner/name"]);
    }
    call(&project, &fake, "comment", "c.md", &[])
        .env("GITHUB_REPOSITORY", "octo/../shop")
        .run()
        .refused(&["GITHUB_REPOSITORY", "octo/../shop", "--repo"]);
    for url in ["http://api.github.com", "https://u:p@host", "api.github.com"] {
        let args = ["post", "comment", "--format-file", "c.md", "--api-url", url];
        project.run(&args).refused(&[url, "https://"]);
        project.call(&args[..4]).env("GITHUB_API_URL", url).run().refused(&[
            "GITHUB_API_URL",
            url,
            "--api-url",
        ]);
    }
    for (flag, value) in
        [("--pr", "0"), ("--pr", "x"), ("--time-budget", "0"), ("--expect-head", "main")]
    {
        project
            .run(&["post", "comment", "--format-file", "c.md", flag, value])
            .refused(&[flag, value]);
    }
    project
        .run(&["post", "review", "--format-file", "review.json", "--review-event", "MERGE"])
        .refused(&["MERGE", "REQUEST_CHANGES"]);
    assert_eq!(fake.with(|state| state.log.len()), 0);
}

#[test]
fn a_file_that_cannot_be_posted_is_refused_with_what_was_expected() {
    let (project, fake) = (project(), Fake::start());
    project.write("plain.md", "hello\n").write("x.json", "{\"a\": 1}").write("bytes", [0xff, 0xfe]);
    project.write("later.json", "{\"schema\": \"securescan/diff/v9\"}");
    project.fifo("pipe");
    for file in ["missing.md", "plain.md", "x.json", "bytes", "pipe", ".", "later.json"] {
        call(&project, &fake, "comment", file, &[]).run().refused(&[file]);
    }
    call(&project, &fake, "comment", "plain.md", &[]).run().refused(&["<!-- securescan:diff -->"]);
    call(&project, &fake, "comment", "review.json", &[]).run().refused(&["securescan post review"]);
    call(&project, &fake, "review", "c.md", &[]).run().refused(&["securescan post comment"]);
    assert_eq!(fake.with(|state| state.log.len()), 0);
}

#[test]
fn the_number_comes_from_the_event_and_a_hostile_event_is_only_data() {
    let (project, fake) = (project(), Fake::start());
    let bare = |event: &str| {
        project.write("event.json", event);
        project
            .call(&["post", "comment", "--format-file", "c.md", "--api-url", &fake.url])
            .env("GITHUB_TOKEN", TOKEN)
            .env("GITHUB_REPOSITORY", "octo/shop")
            .env("GITHUB_EVENT_PATH", "event.json")
    };
    let title = "$(touch pwned) `id`\n::error::x";
    let event = json!({ "pull_request": { "number": 7, "title": title }, "number": 8 });
    posted(bare(&event.to_string()));
    posted(bare(&json!({ "number": 7 }).to_string()));
    assert_eq!(fake.with(|state| state.comments.len()), 1);
    assert!(!project.path("pwned").exists());
    for event in [
        "{}".to_owned(),
        "[]".to_owned(),
        json!({ "pull_request": { "number": "7/../8" } }).to_string(),
        json!({ "number": -7 }).to_string(),
        json!({ "number": 0 }).to_string(),
    ] {
        bare(&event).run().refused(&["no pull request", "--pr"]);
    }
    for event in ["{".to_owned(), "[".repeat(100_000)] {
        bare(&event).run().refused(&["event.json", "--pr"]);
    }
    std::fs::remove_file(project.path("event.json")).unwrap();
    project.fifo("event.json");
    project
        .call(&["post", "comment", "--format-file", "c.md", "--repo", "octo/shop"])
        .env("GITHUB_TOKEN", TOKEN)
        .env("GITHUB_EVENT_PATH", "event.json")
        .run()
        .refused(&["event.json", "regular file"]);
    project
        .call(&["post", "comment", "--format-file", "c.md", "--pr", "7"])
        .env("GITHUB_TOKEN", TOKEN)
        .run()
        .refused(&["no repository", "--repo"]);
}

#[test]
fn a_pull_request_that_moved_on_is_left_alone() {
    let (project, fake) = (project(), Fake::start());
    let other = "0".repeat(40);
    let outcome = run(call(&project, &fake, "comment", "c.md", &["--expect-head", &other]));
    assert!(outcome.stderr.contains("the head of the pull request is aaaaaaa, expected 0000000"));
    assert!(outcome.stderr.contains("finding"), "{}", outcome.stderr);
    assert_eq!(fake.with(|state| state.writes()), 0);
    posted(call(&project, &fake, "comment", "c.md", &["--expect-head", &HEAD.to_uppercase()]));
    assert_eq!(fake.with(|state| state.comments.len()), 1);
}

#[test]
fn the_address_of_the_api_may_come_from_the_environment() {
    let (project, fake) = (project(), Fake::start());
    let args = ["post", "comment", "--format-file", "c.md", "--repo", "octo/shop", "--pr", "7"];
    let call = project.call(&args).env("GH_TOKEN", TOKEN).env("GITHUB_API_URL", &fake.url);
    // A proxy is for other machines.
    posted(call.env("HTTPS_PROXY", "http://127.0.0.1:1"));
    assert_eq!(fake.with(|state| state.comments.len()), 1);
}

#[test]
fn a_result_is_rendered_here() {
    let (project, fake) = (Project::new(&[]), Fake::start());
    let result = std::fs::read(checkout().join("tests/fixtures/runs/typical.json")).unwrap();
    project.write("run.json", result);
    for what in ["comment", "review"] {
        posted(call(&project, &fake, what, "run.json", &[]));
    }
}
