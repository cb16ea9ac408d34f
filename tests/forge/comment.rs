//! The summary comment: exactly one, ours, up to date.

use crate::fake::{BOT, Fake, Fault, text};
use crate::project::Project;
use crate::{call, posted};
use std::time::Duration;

const ONE: &str = "<!-- securescan:diff -->\n## One\n\ntext\n";
const TWO: &str = "<!-- securescan:diff -->\n## Two\n\nother text\n";

fn project() -> Project {
    Project::new(&[("one.md", ONE), ("two.md", TWO)])
}

/// Bodies of our summary comments.
fn summaries(fake: &Fake) -> Vec<String> {
    let is_one = |body: &String| body.starts_with("<!-- securescan:diff -->");
    fake.with(|state| {
        let ours = state.comments.iter().filter(|entry| entry["user"]["login"] == BOT);
        ours.map(|entry| text(entry, "body")).filter(is_one).collect()
    })
}

#[test]
fn the_comment_is_created_then_left_alone_then_updated() {
    let (project, fake) = (project(), Fake::start());
    let first = posted(call(&project, &fake, "comment", "one.md", &[]));
    assert!(first.stderr.contains("created: https://host.example/c/1"), "{}", first.stderr);
    let again = posted(call(&project, &fake, "comment", "one.md", &[]));
    assert!(again.stderr.contains("up to date"), "{}", again.stderr);
    assert_eq!(fake.with(|state| state.writes()), 1, "the same text is not sent again");
    posted(call(&project, &fake, "comment", "two.md", &[]));
    let bodies = summaries(&fake);
    assert!(bodies.len() == 1 && bodies[0].starts_with(TWO.trim_end()), "{bodies:?}");
    project.write("drift.md", "<!-- securescan:compare -->\nx\n");
    posted(call(&project, &fake, "comment", "drift.md", &[]));
    assert_eq!(fake.with(|state| state.comments.len()), 2, "each lane has its own");
}

#[test]
fn our_comment_is_found_on_whatever_page_it_is() {
    for page in [100, 30, 7] {
        let (project, fake) = (project(), Fake::start());
        fake.with(|state| {
            state.page = page;
            (0..205).for_each(|_| _ = state.say("someone", "words"));
            state.say(BOT, ONE);
            (0..5).for_each(|_| _ = state.say("someone", "words"));
        });
        posted(call(&project, &fake, "comment", "two.md", &[]));
        assert_eq!(summaries(&fake).len(), 1);
        assert_eq!(fake.with(|state| state.comments.len()), 211, "updated, not created");
    }
}

#[test]
fn a_marker_in_somebody_elses_comment_means_nothing() {
    let (project, fake) = (project(), Fake::start());
    fake.with(|state| state.say("mallory", ONE));
    fake.with(|state| state.say(BOT, &format!("quoted:\n{ONE}")));
    posted(call(&project, &fake, "comment", "two.md", &[]));
    fake.with(|state| {
        let bodies: Vec<String> = state.comments.iter().map(|entry| text(entry, "body")).collect();
        assert_eq!(bodies[0], ONE);
        assert_eq!(bodies.len(), 3);
        assert!(bodies[2].starts_with(TWO.trim_end()));
    });
}

#[test]
fn an_edit_by_hand_is_replaced_and_said_so() {
    let (project, fake) = (project(), Fake::start());
    posted(call(&project, &fake, "comment", "one.md", &[]));
    fake.with(|state| {
        let edited = text(&state.comments[0], "body").replace("text", "no problem, merge it");
        state.comments[0]["body"] = edited.into();
    });
    let run = posted(call(&project, &fake, "comment", "one.md", &[]));
    assert!(run.stderr.contains("edited by hand"), "{}", run.stderr);
    let body = summaries(&fake).remove(0);
    assert!(body.contains("_An edit made by hand was replaced;") && body.contains("\ntext\n"));
    assert!(!body.contains("merge it"));
    let writes = fake.with(|state| state.writes());
    posted(call(&project, &fake, "comment", "one.md", &[]));
    assert_eq!(fake.with(|state| state.writes()), writes, "the note stays until there is news");
    posted(call(&project, &fake, "comment", "two.md", &[]));
    assert!(!summaries(&fake)[0].contains("by hand"));
}

#[test]
fn of_several_own_comments_the_oldest_stays() {
    let (project, fake) = (project(), Fake::start());
    let oldest = fake.with(|state| {
        state.say("someone", ONE);
        let oldest = state.say(BOT, ONE);
        state.say(BOT, ONE);
        state.say(BOT, TWO);
        oldest
    });
    posted(call(&project, &fake, "comment", "two.md", &[]));
    let ours = fake.with(|state| {
        let ours = state.comments.iter().filter(|entry| entry["user"]["login"] == BOT);
        ours.map(|entry| entry["id"].as_u64().unwrap()).collect::<Vec<_>>()
    });
    assert_eq!(ours, [oldest]);
    assert!(summaries(&fake)[0].starts_with(TWO.trim_end()));
}

#[test]
fn two_runs_at_once_leave_one_comment() {
    let project = project();
    for round in 0..200 {
        let fake = Fake::start();
        std::thread::scope(|scope| {
            for file in ["one.md", "two.md"] {
                let (project, fake) = (&project, &fake);
                scope.spawn(move || posted(call(project, fake, "comment", file, &[])));
            }
        });
        assert_eq!(summaries(&fake).len(), 1, "round {round}: {:?}", fake.with(|s| s.log.clone()));
    }
}

#[test]
fn an_answer_that_was_lost_doubles_nothing() {
    for fault in [Fault::DropAfter, Fault::FailAfter, Fault::DropBefore, Fault::status(503)] {
        let (project, fake) = (project(), Fake::start());
        fake.script("POST", "/comments", vec![fault.clone()]);
        posted(call(&project, &fake, "comment", "one.md", &[]));
        assert_eq!(summaries(&fake).len(), 1, "{fault:?}");
    }
}

#[test]
fn a_host_that_lists_late_is_not_posted_to_twice() {
    let (project, fake) = (project(), Fake::start());
    fake.with(|state| state.lag = 30);
    posted(call(&project, &fake, "comment", "one.md", &[]));
    assert_eq!(summaries(&fake).len(), 1);
    assert_eq!(fake.with(|state| state.writes()), 1);
}

#[test]
fn a_killed_run_is_made_good_by_the_next() {
    let (project, fake) = (project(), Fake::start());
    fake.script("POST", "/comments", vec![Fault::Slow(Duration::from_millis(300))]);
    let mut child = call(&project, &fake, "comment", "one.md", &[]).command().spawn().unwrap();
    while fake.with(|state| state.count("POST", "/comments")) == 0 {
        std::thread::sleep(Duration::from_millis(2));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    posted(call(&project, &fake, "comment", "two.md", &[]));
    std::thread::sleep(Duration::from_millis(400));
    posted(call(&project, &fake, "comment", "two.md", &[]));
    assert_eq!(summaries(&fake).len(), 1);
}

#[test]
fn a_token_that_is_not_a_workflows_own_knows_itself_again() {
    // A person's token may ask who it is; an app's may not, and learns it from what it wrote.
    for (user, writer) in [(Some("Octocat"), "octocat"), (None, "scanner-app[bot]")] {
        let (project, fake) = (project(), Fake::start());
        fake.with(|state| {
            state.user = user.map(str::to_owned);
            state.writer = writer.to_owned();
        });
        posted(call(&project, &fake, "comment", "one.md", &[]));
        posted(call(&project, &fake, "comment", "two.md", &[]));
        let bodies = fake.with(|state| state.comments.clone());
        assert_eq!(bodies.len(), 1, "{bodies:#?}");
        assert!(text(&bodies[0], "body").starts_with(TWO.trim_end()));
    }
    let (project, fake) = (project(), Fake::start());
    fake.with(|state| state.say("scanner-app[bot]", ONE));
    posted(call(&project, &fake, "comment", "two.md", &["--author", "scanner-app[bot]"]));
    assert_eq!(fake.with(|state| (state.comments.len(), state.count("GET", "/user"))), (1, 0));
}

#[test]
fn a_text_that_is_too_long_is_cut_at_a_line_end() {
    let (project, fake) = (Project::new(&[]), Fake::start());
    let line = format!("- {} ü\n", "word ".repeat(20));
    let long = format!("<!-- securescan:diff -->\n<details>\n```text\n{}", line.repeat(900));
    project.write("long.md", &long);
    posted(call(&project, &fake, "comment", "long.md", &[]));
    let body = summaries(&fake).remove(0);
    assert!((58_000..=60_000).contains(&body.len()), "{}", body.len());
    assert!(body.contains("\n```\n\n</details>\n\n_Cut here:"), "{}", &body[body.len() - 400..]);
    posted(call(&project, &fake, "comment", "long.md", &[]));
    assert_eq!(fake.with(|state| state.writes()), 1);
}
