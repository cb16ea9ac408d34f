//! The review: one comment per finding, known again by its fingerprint.

use crate::fake::{BOT, Fake, Fault, HEAD, text};
use crate::project::Project;
use crate::{call, mark, posted, remark, review_file, with_review, write_review};
use serde_json::{Value, json};

/// Findings with a live comment of ours, and those whose comment is resolved.
pub(crate) fn lanes(fake: &Fake) -> (Vec<usize>, Vec<usize>) {
    let mut lanes = (Vec::new(), Vec::new());
    fake.with(|state| {
        for entry in state.review_comments.iter().filter(|entry| entry["user"]["login"] == BOT) {
            let body = text(entry, "body");
            let Some(number) = (0..64).find(|&number| body.contains(&mark(number))) else {
                continue;
            };
            let resolved = body.contains("<!-- securescan:resolved -->");
            if resolved { lanes.1.push(number) } else { lanes.0.push(number) }
        }
    });
    lanes.0.sort_unstable();
    lanes.1.sort_unstable();
    lanes
}

fn bodies(fake: &Fake) -> Vec<String> {
    fake.with(|state| state.reviews.iter().map(|entry| text(entry, "body")).collect())
}

#[test]
fn new_findings_come_in_one_review_and_the_same_push_adds_nothing() {
    let (project, fake) = (with_review(0..5), Fake::start());
    let run = posted(call(&project, &fake, "review", "review.json", &[]));
    assert!(run.stderr.contains("new comments: 5: https://host.example/r/1"), "{}", run.stderr);
    assert_eq!(lanes(&fake).0, [0, 1, 2, 3, 4]);
    let sent = fake.with(|state| state.sent.remove(0));
    assert_eq!(sent["event"], "COMMENT");
    assert!(sent["comments"].as_array().unwrap().iter().all(|one| one.get("position").is_none()));
    posted(call(&project, &fake, "review", "review.json", &[]));
    assert_eq!(fake.with(|state| state.writes()), 1);
    assert_eq!(fake.with(|state| state.reviews.len()), 1);
}

#[test]
fn a_gone_finding_is_struck_once_and_one_that_is_back_is_restored() {
    let (project, fake) = (with_review([1, 2]), Fake::start());
    posted(call(&project, &fake, "review", "review.json", &[]));
    let reply = fake.with(|state| {
        let first = state.review_comments[0]["id"].as_u64();
        state.remark("someone", &format!("why? {}", mark(1)), first);
        state.remark("mallory", &format!("x\n{}", mark(1)), None)
    });
    let fresh = fake.with(|state| state.remarks());
    write_review(&project, [2, 3]);
    posted(call(&project, &fake, "review", "review.json", &[]));
    assert_eq!(lanes(&fake), (vec![2, 3], vec![1]));
    let struck = fake.with(|state| state.remarks());
    assert_eq!(
        struck[0],
        format!(
            "**Resolved in aaaaaaa** - finding no longer present\n\n~~**HIGH: secrets** - finding 1.~~\n\n{}\n\
             <!-- securescan:resolved -->",
            mark(1)
        )
    );
    let writes = fake.with(|state| state.writes());
    posted(call(&project, &fake, "review", "review.json", &[]));
    assert_eq!(fake.with(|state| state.writes()), writes, "never struck twice");
    write_review(&project, [1, 2, 3]);
    posted(call(&project, &fake, "review", "review.json", &[]));
    assert_eq!(lanes(&fake), (vec![1, 2, 3], vec![]));
    let restored = fake.with(|state| state.remarks());
    assert_eq!(restored[..4], fresh[..], "the answer and the other's comment are as they were");
    assert_eq!(fake.with(|state| state.review_comments.len()), 5);
    assert!(reply > 0);
}

#[test]
fn one_offender_costs_no_more_than_halving() {
    for count in [1usize, 2, 3, 5, 8, 16, 33] {
        for offender in [0, count / 2, count - 1] {
            let (project, fake) = (with_review(0..count), Fake::start());
            fake.with(|state| state.unplaceable.push(format!("f{offender}.py")));
            posted(call(&project, &fake, "review", "review.json", &[]));
            let extra = fake.with(|state| state.writes()) - 1;
            let most = count.next_power_of_two().ilog2() as usize + 1;
            assert!(extra <= most, "{extra} > {most} for {offender} of {count}");
            let expected: Vec<usize> = (0..count).filter(|&n| n != offender).collect();
            assert_eq!(lanes(&fake).0, expected);
            let body = bodies(&fake).pop().unwrap();
            assert!(body.contains("Could not be placed on a line (1)"), "{body}");
            assert!(body.contains(&format!("- `f{offender}.py:{}`", offender + 1)), "{body}");
            assert!(body.contains(&format!("finding {offender}.")) && !body.contains("suggestion"));
            // The next run says the same, and posts nothing.
            let reviews = bodies(&fake).len();
            posted(call(&project, &fake, "review", "review.json", &[]));
            assert_eq!(bodies(&fake).len(), reviews);
        }
    }
}

#[test]
fn a_commit_that_is_not_of_the_pull_request_is_left_out() {
    let (project, fake) = (with_review([1, 2]), Fake::start());
    let ready = std::fs::read_to_string(project.path("review.json")).unwrap();
    project.write("review.json", ready.replace(HEAD, &"0".repeat(40)));
    posted(call(&project, &fake, "review", "review.json", &[]));
    assert_eq!(lanes(&fake).0, [1, 2]);
    assert_eq!(fake.with(|state| state.count("POST", "/reviews")), 2);
    write_review(&project, []);
    posted(call(&project, &fake, "review", "review.json", &[]));
    assert_eq!(lanes(&fake).1, [1, 2]);
}

#[test]
fn several_offenders_are_all_in_the_body() {
    let (project, fake) = (with_review(0..16), Fake::start());
    let offenders = [1, 6, 7, 15];
    fake.with(|state| state.unplaceable = offenders.map(|n| format!("f{n}.py")).to_vec());
    posted(call(&project, &fake, "review", "review.json", &[]));
    let live = lanes(&fake).0;
    let body = bodies(&fake).pop().unwrap();
    for number in 0..16 {
        let in_body = body.contains(&format!("finding {number}."));
        assert!(live.contains(&number) != in_body, "{number}: {live:?} {body}");
    }
    assert!(offenders.iter().all(|number| !live.contains(number)));
}

#[test]
fn when_no_line_is_taken_everything_is_in_the_body_after_few_requests() {
    let (project, fake) = (with_review(0..40), Fake::start());
    fake.with(|state| state.unplaceable = (0..40).map(|n| format!("f{n}.py")).collect());
    posted(call(&project, &fake, "review", "review.json", &[]));
    let body = bodies(&fake).pop().unwrap();
    assert!((0..40).all(|number| body.contains(&format!("finding {number}."))), "{body}");
    assert_eq!(bodies(&fake).len(), 1);
    let posts = fake.with(|state| state.count("POST", "/reviews"));
    assert!(posts <= 25, "{posts}");
}

#[test]
fn the_author_of_a_pull_request_only_comments_on_it() {
    let (project, fake) = (with_review([1]), Fake::start());
    fake.with(|state| state.own_pull = true);
    posted(call(&project, &fake, "review", "review.json", &["--review-event", "REQUEST_CHANGES"]));
    assert_eq!(lanes(&fake).0, [1]);
    assert_eq!(fake.with(|state| text(&state.reviews[0], "state")), "COMMENT");
}

#[test]
fn changes_are_asked_for_only_when_there_is_something_to_change() {
    let (project, fake) = (with_review([1]), Fake::start());
    let event = ["--review-event", "REQUEST_CHANGES"];
    posted(call(&project, &fake, "review", "review.json", &event));
    assert_eq!(fake.with(|state| text(&state.reviews[0], "state")), "REQUEST_CHANGES");
    write_review(&project, []);
    let (empty, other) = (project, Fake::start());
    posted(call(&empty, &other, "review", "review.json", &event));
    assert_eq!(other.with(|state| state.writes()), 0, "nothing to say, nothing posted");
    // On the first host the body changed and the finding went: no further review.
    posted(call(&empty, &fake, "review", "review.json", &event));
    assert_eq!(fake.with(|state| (state.reviews.len(), state.count("PUT", "/reviews/1"))), (1, 1));
    assert!(bodies(&fake)[0].contains("0 inline"));
}

#[test]
fn a_body_alone_is_posted_when_it_names_a_finding() {
    let (project, fake) = (Project::new(&[]), Fake::start());
    let body = "<!-- securescan:diff-review -->\n### Findings without inline anchor (1)\n\n- x";
    project.write("r.json", json!({ "body": body, "event": "REQUEST_CHANGES" }).to_string());
    posted(call(&project, &fake, "review", "r.json", &[]));
    posted(call(&project, &fake, "review", "r.json", &[]));
    assert_eq!(bodies(&fake), [body]);
    assert_eq!(fake.with(|state| text(&state.reviews[0], "state")), "REQUEST_CHANGES");
}

#[test]
fn of_two_comments_on_a_finding_the_younger_goes_unless_somebody_answered() {
    for answered in [false, true] {
        let (project, fake) = (with_review([1]), Fake::start());
        let body = text(&remark(1, "f1.py"), "body");
        fake.with(|state| {
            state.remark(BOT, "old text\n", None);
            state.review_comments[0]["body"] = format!("old\n{}", mark(1)).into();
            let younger = state.remark(BOT, &body, None);
            if answered {
                state.remark("someone", "looking into it", Some(younger));
            }
        });
        posted(call(&project, &fake, "review", "review.json", &[]));
        let remarks = fake.with(|state| state.remarks());
        assert_eq!(remarks[0], body);
        assert_eq!(remarks.len(), if answered { 3 } else { 1 }, "{remarks:?}");
    }
}

#[test]
fn a_review_of_another_lane_is_not_touched() {
    let (project, fake) = (with_review([1]), Fake::start());
    posted(call(&project, &fake, "review", "review.json", &[]));
    let drift: Vec<Value> = vec![remark(2, "g.py")];
    project.write("drift.json", review_file("compare", "COMMENT", &drift));
    posted(call(&project, &fake, "review", "drift.json", &[]));
    posted(call(&project, &fake, "review", "review.json", &[]));
    assert_eq!(lanes(&fake), (vec![1, 2], vec![]));
}

#[test]
fn a_review_whose_answer_was_lost_is_not_posted_twice() {
    for fault in [Fault::DropAfter, Fault::FailAfter, Fault::DropBefore, Fault::status(500)] {
        let (project, fake) = (with_review(0..4), Fake::start());
        fake.script("POST", "/reviews", vec![fault.clone()]);
        posted(call(&project, &fake, "review", "review.json", &[]));
        assert_eq!(lanes(&fake).0, [0, 1, 2, 3], "{fault:?}");
        assert_eq!(bodies(&fake).len(), 1, "{fault:?}");
    }
}

#[test]
fn a_host_that_lists_late_is_not_posted_to_twice() {
    for offender in [None, Some("f2.py".to_owned())] {
        let (project, fake) = (with_review(0..4), Fake::start());
        fake.with(|state| {
            state.lag = 40;
            state.unplaceable.extend(offender.clone());
        });
        posted(call(&project, &fake, "review", "review.json", &[]));
        let expected = if offender.is_some() { vec![0, 1, 3] } else { vec![0, 1, 2, 3] };
        assert_eq!(lanes(&fake).0, expected);
        let with_body = bodies(&fake).iter().filter(|body| body.contains("## Review")).count();
        assert_eq!(with_body, 1, "{:?}", bodies(&fake));
    }
}

#[test]
fn two_runs_at_once_leave_one_comment_per_finding() {
    for _ in 0..10 {
        let (project, fake) = (with_review(0..4), Fake::start());
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| posted(call(&project, &fake, "review", "review.json", &[])));
            }
        });
        assert_eq!(lanes(&fake).0, [0, 1, 2, 3], "{:?}", fake.with(|state| state.log.clone()));
    }
}

#[test]
fn a_marker_inside_a_suggestion_is_code_and_no_marker() {
    let (project, fake) = (Project::new(&[]), Fake::start());
    let body = format!("x\n\n```suggestion\n{}\n```\n{}\n", mark(9), mark(1));
    let hostile = json!({ "path": "a.py", "line": 1, "body": body });
    project.write("r.json", review_file("diff", "COMMENT", &[hostile]));
    posted(call(&project, &fake, "review", "r.json", &[]));
    write_review(&project, [9]);
    posted(call(&project, &fake, "review", "review.json", &[]));
    assert_eq!(fake.with(|state| state.review_comments.len()), 2);
    assert_eq!(lanes(&fake), (vec![9], vec![1]));
}
