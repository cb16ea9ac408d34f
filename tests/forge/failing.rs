//! When posting fails: every finding is shown elsewhere, the job goes on, and nothing takes longer than allowed.

use crate::fake::{Fake, Fault, text};
use crate::project::{Outcome, Project, checkout};
use crate::{TOKEN, call, mark, posted, remark, review_file, run, with_review};
use serde_json::Value;
use std::time::{Duration, Instant};

const COMMENT: &str =
    "<!-- securescan:diff -->\n- finding 0.\n- finding 1.\n- finding 2.\n::error::x\n";

/// Every finding is in the log and in the summary of the job.
#[track_caller]
fn all_shown(project: &Project, outcome: &Outcome) {
    let summary = std::fs::read_to_string(project.path("summary.md")).unwrap();
    for number in 0..3 {
        let finding = format!("finding {number}.");
        assert!(outcome.stderr.contains(&finding), "no {finding} in {}", outcome.stderr);
        assert!(summary.contains(&finding), "no {finding} in {summary}");
    }
    assert!(outcome.stderr.contains("warning: nothing more was posted: "), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("\n  hint: "), "{}", outcome.stderr);
    for line in outcome.stderr.lines() {
        assert!(!line.trim_start().starts_with("::"), "{line}");
    }
}

fn project() -> Project {
    let project = with_review(0..3);
    project.write("comment.md", COMMENT).write("summary.md", "before\n");
    project
}

fn failing(project: &Project, fake: &Fake, what: &str, budget: &str) -> Outcome {
    let file = if what == "comment" { "comment.md" } else { "review.json" };
    let call = call(project, fake, what, file, &["--time-budget", budget]);
    run(call.env("GITHUB_STEP_SUMMARY", "summary.md").env("GITHUB_ACTIONS", "true"))
}

#[test]
fn a_host_that_refuses_at_any_request_loses_no_finding() {
    for what in ["comment", "review"] {
        // How many requests a run that succeeds makes.
        let (good, fake) = (project(), Fake::start());
        failing(&good, &fake, what, "5");
        let requests = fake.with(|state| state.log.len());
        assert!(requests >= 3, "{requests}");
        for status in [401, 403, 404, 500] {
            for after in 0..requests {
                let (project, fake) = (project(), Fake::start());
                for method in ["GET", "POST"] {
                    fake.script_for_ever(
                        method,
                        "",
                        if method == "POST" { 0 } else { after },
                        Fault::status(status),
                    );
                }
                let budget = if status == 500 { "1" } else { "30" };
                let outcome = failing(&project, &fake, what, budget);
                all_shown(&project, &outcome);
                if status != 500 {
                    assert!(
                        outcome.took < Duration::from_secs(10),
                        "no wait can help: {outcome:#?}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_refusal_in_the_middle_of_halving_loses_no_finding() {
    let (project, fake) = (project(), Fake::start());
    fake.with(|state| state.unplaceable.push("f1.py".to_owned()));
    fake.script_for_ever("POST", "/reviews", 2, Fault::status(403));
    let outcome = failing(&project, &fake, "review", "5");
    all_shown(&project, &outcome);
    assert!(outcome.stderr.contains("pull-requests: write"), "{}", outcome.stderr);
}

#[test]
fn a_plain_403_is_not_tried_again() {
    let (project, fake) = (project(), Fake::start());
    fake.script_for_ever("POST", "/comments", 0, Fault::status(403));
    let outcome = failing(&project, &fake, "comment", "30");
    all_shown(&project, &outcome);
    assert_eq!(fake.with(|state| state.count("POST", "/comments")), 1);
}

#[test]
fn a_storm_ends_within_the_budget_and_every_finding_is_in_the_log() {
    let limit = |code, message| {
        Fault::Status(
            code,
            vec![("X-RateLimit-Remaining", "0".into()), ("X-RateLimit-Reset", "1".into())],
            message,
        )
    };
    for fault in [
        Fault::retry_after(429, "1"),
        Fault::retry_after(429, "0"),
        Fault::retry_after(503, "3600"),
        Fault::status(502),
        Fault::Status(403, Vec::new(), "You have exceeded a secondary rate limit."),
        limit(403, "API rate limit exceeded"),
        Fault::DropBefore,
        Fault::Slow(Duration::from_secs(5)),
    ] {
        for what in ["comment", "review"] {
            let (project, fake) = (project(), Fake::start());
            fake.script_for_ever("GET", "", 0, fault.clone());
            let start = Instant::now();
            let outcome = failing(&project, &fake, what, "1");
            assert!(start.elapsed() < Duration::from_secs(4), "{fault:?}: {:?}", start.elapsed());
            all_shown(&project, &outcome);
            let requests = fake.with(|state| state.log.len());
            assert!(requests <= 8, "{requests} requests: {fault:?}");
        }
    }
}

#[test]
fn a_limit_that_passes_is_waited_for() {
    for fault in [
        Fault::retry_after(429, "1"),
        Fault::retry_after(403, "1"),
        Fault::retry_after(503, "Thu, 01 Jan 1970 00:00:00 GMT"),
    ] {
        let (project, fake) = (project(), Fake::start());
        let asks = matches!(&fault, Fault::Status(_, headers, _) if headers[0].1 == "1");
        fake.script("GET", "/comments", vec![fault]);
        let outcome = posted(call(&project, &fake, "comment", "comment.md", &[]));
        assert!(!asks || outcome.took >= Duration::from_secs(1), "{outcome:?}");
        assert_eq!(fake.with(|state| state.comments.len()), 1);
    }
}

#[test]
fn a_hostile_wait_neither_breaks_the_program_nor_keeps_it() {
    let values = [
        "1e300",
        "-1",
        "NaN",
        "inf",
        "",
        "99999999999999999999999999",
        "\u{7f}",
        "Fri, 31 Dec 9999 23:59:59 GMT",
    ];
    for value in values {
        let (project, fake) = (project(), Fake::start());
        fake.script("GET", "/comments", vec![Fault::retry_after(429, value)]);
        let outcome = failing(&project, &fake, "comment", "2");
        assert!(outcome.took < Duration::from_secs(6), "{value}: {:?}", outcome.took);
    }
}

#[test]
fn an_answer_that_is_not_as_documented_is_no_answer() {
    let redirect = Fault::Status(302, vec![("Location", "http://127.0.0.1:1/".into())], "moved");
    for (fault, word) in [
        (Fault::Status(200, Vec::new(), "not a list"), "not as documented"),
        (redirect, "redirects"),
    ] {
        let (project, fake) = (project(), Fake::start());
        fake.script_for_ever("GET", "/comments", 0, fault);
        let outcome = failing(&project, &fake, "comment", "5");
        all_shown(&project, &outcome);
        assert!(outcome.stderr.contains(word), "{}", outcome.stderr);
        assert_eq!(fake.with(|state| state.count("GET", "/comments")), 1);
    }
}

#[test]
fn without_a_token_everything_is_shown_and_nobody_is_asked() {
    let fake = Fake::start();
    for what in ["comment", "review"] {
        let project = project();
        let file = if what == "comment" { "comment.md" } else { "review.json" };
        // As on a pull request from a fork: no variable at all.
        let bare = project.call(&["post", what, "--format-file", file]);
        all_shown(&project, &run(bare.env("GITHUB_STEP_SUMMARY", "summary.md")));
        let empty = call(&project, &fake, what, file, &[]).env("GITHUB_TOKEN", "");
        assert!(run(empty).stderr.contains("there is no token"));
        let broken = call(&project, &fake, what, file, &[]).env("GITHUB_TOKEN", "CANARY\nx");
        assert!(run(broken).stderr.contains("is no token"));
    }
    assert_eq!(fake.with(|state| state.log.len()), 0);
}

#[test]
fn a_result_of_the_program_is_shown_finding_by_finding() {
    let project = Project::new(&[("summary.md", "")]);
    let text =
        std::fs::read_to_string(checkout().join("tests/fixtures/runs/hostile.json")).unwrap();
    project.write("run.json", &text);
    let run_of = securescan::report::json::parse(text.as_bytes()).unwrap();
    assert!(!run_of.findings.is_empty());
    let call = project.call(&["post", "comment", "--format-file", "run.json"]);
    let outcome = run(call.env("GITHUB_STEP_SUMMARY", "summary.md").env("GITHUB_ACTIONS", "true"));
    let shown = outcome.stderr.lines().filter(|line| line.starts_with("finding: ")).count();
    assert_eq!(shown, run_of.findings.len(), "{}", outcome.stderr);
    let summary = std::fs::read_to_string(project.path("summary.md")).unwrap();
    assert!(summary.len() > run_of.findings.len() * 10, "{summary}");
    let hidden = |c: char| c != '\n' && securescan::text::escape::is_hidden(c);
    assert!(!outcome.stderr.contains(hidden), "{}", outcome.stderr);
}

#[test]
fn the_summary_of_the_job_never_outgrows_what_the_runner_takes() {
    for before in [0usize, 900_000, 1_048_000, 1_048_576, 2_000_000] {
        let project = Project::new(&[]);
        let line = format!("- {}\n", "word ".repeat(20));
        project.write("c.md", format!("<!-- securescan:diff -->\n{}", line.repeat(20_000)));
        project.write("summary.md", "x".repeat(before));
        let call = project.call(&["post", "comment", "--format-file", "c.md"]);
        let outcome = run(call.env("GITHUB_STEP_SUMMARY", "summary.md"));
        let after = std::fs::metadata(project.path("summary.md")).unwrap().len();
        assert!(after <= (1024 * 1024).max(before as u64), "{before}: {after}");
        let has_room = before < 1_048_100;
        assert_eq!(after > before as u64, has_room);
        assert_eq!(outcome.stderr.matches("- word").count(), 20_000, "the log has all");
        assert_eq!(outcome.stderr.contains("nothing was added"), !has_room);
    }
}

#[test]
fn the_token_for_this_program_comes_first() {
    let (project, fake) = (project(), Fake::start());
    // The host fails the test when another token arrives.
    let call = call(&project, &fake, "comment", "comment.md", &[])
        .env("GITHUB_TOKEN", "other")
        .env("GH_TOKEN", "third")
        .env("SECURESCAN_GITHUB_TOKEN", TOKEN);
    posted(call);
    assert_eq!(fake.with(|state| state.comments.len()), 1);
}

#[test]
fn what_fits_neither_a_line_nor_the_body_is_in_the_log() {
    let (project, fake) = (project(), Fake::start());
    let words = "word ".repeat(20);
    let mut comments: Vec<Value> = (0..4).map(|n| remark(n, &format!("f{n}.py"))).collect();
    for comment in &mut comments {
        let body = comment["body"].as_str().unwrap().replacen(
            '\n',
            &format!("\n\n{words}").repeat(270),
            1,
        );
        comment["body"] = body.into();
    }
    // This one has a line, and is longer than a comment may be.
    let long = comments[3]["body"].as_str().unwrap().replacen(
        '\n',
        &format!("\n\n{words}").repeat(500),
        1,
    );
    comments[3]["body"] = long.into();
    project.write("review.json", review_file("diff", "COMMENT", &comments));
    fake.with(|state| state.unplaceable = (0..3).map(|n| format!("f{n}.py")).collect());
    let call = call(&project, &fake, "review", "review.json", &[]);
    let outcome = run(call.env("GITHUB_STEP_SUMMARY", "summary.md"));
    let summary = std::fs::read_to_string(project.path("summary.md")).unwrap();
    fake.with(|state| {
        let remarks = state.remarks();
        assert!(remarks.len() == 1 && remarks[0].ends_with(&mark(3)) && remarks[0].len() > 59_000);
        let body = text(state.reviews.last().unwrap(), "body");
        assert!(body.contains("more did not fit; the log of the job has them"), "{body}");
        for number in 0..3 {
            let finding = format!("finding {number}.");
            let in_body = body.contains(&finding);
            assert!(in_body != outcome.stderr.contains(&finding), "{number}: {}", outcome.stderr);
            assert!(in_body != summary.contains(&finding));
        }
    });
}
