//! Whatever happens on the way, the pull request ends as if nothing had.

use crate::fake::{BOT, Fake, Fault, text};
use crate::project::Project;
use crate::review::lanes;
use crate::{call, mark, posted, run, write_review};
use proptest::prelude::*;
use std::collections::BTreeSet;

/// One push: its findings, and the fault met at the n-th request of a kind.
#[derive(Debug, Clone)]
struct Push {
    findings: BTreeSet<usize>,
    faults: Vec<(&'static str, usize, Fault)>,
}

fn fault() -> impl Strategy<Value = (&'static str, usize, Fault)> {
    let kinds = prop_oneof![
        Just(Fault::status(500)),
        Just(Fault::status(403)),
        Just(Fault::status(422)),
        Just(Fault::retry_after(429, "0")),
        Just(Fault::DropBefore),
        Just(Fault::DropAfter),
        Just(Fault::FailAfter),
    ];
    (
        prop_oneof![Just("GET"), Just("POST"), Just("PATCH"), Just("DELETE"), Just("PUT")],
        0..4usize,
        kinds,
    )
}

fn push() -> impl Strategy<Value = Push> {
    let findings = proptest::collection::btree_set(0..8usize, 0..6);
    let faults = proptest::collection::vec(fault(), 0..3);
    (findings, faults).prop_map(|(findings, faults)| Push { findings, faults })
}

fn make(project: &Project, fake: &Fake, findings: &BTreeSet<usize>, faulty: bool) {
    write_review(project, findings.iter().copied());
    project.write("c.md", format!("<!-- securescan:diff -->\nfindings: {findings:?}\n"));
    for (what, file) in [("comment", "c.md"), ("review", "review.json")] {
        let call = call(project, fake, what, file, &["--time-budget", "20"]);
        let outcome = if faulty { run(call) } else { posted(call) };
        let failed = outcome.stderr.contains("warning:");
        for number in findings.iter().filter(|_| failed && what == "review") {
            assert!(outcome.stderr.contains(&format!("finding {number}.")), "{}", outcome.stderr);
        }
    }
}

/// At most one comment per finding of ours, at most one summary.
fn nothing_is_doubled(fake: &Fake) {
    fake.with(|state| {
        let ours = |entry: &&serde_json::Value| entry["user"]["login"] == BOT;
        let summaries = state.comments.iter().filter(ours).count();
        assert!(summaries <= 1, "{:#?}", state.log);
        for number in 0..8 {
            let of_this = |entry: &&serde_json::Value| text(entry, "body").contains(&mark(number));
            let count = state.review_comments.iter().filter(ours).filter(of_this).count();
            assert!(count <= 1, "{count} on {number}: {:#?}", state.log);
        }
    });
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, max_shrink_iters: 12, ..ProptestConfig::default() })]

    #[test]
    fn pushes_with_faults_end_where_pushes_without_them_do(
        pushes in proptest::collection::vec(push(), 1..5),
        last in proptest::collection::btree_set(0..8usize, 0..6),
    ) {
        let (project, fake) = (Project::new(&[]), Fake::start());
        fake.with(|state| state.page = 3);
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        for push in &pushes {
            for (method, after, fault) in &push.faults {
                let faults = std::iter::repeat_n(Fault::Pass, *after).chain([fault.clone()]);
                fake.script(method, "", faults.collect());
            }
            make(&project, &fake, &push.findings, true);
            fake.heal();
            seen.extend(&push.findings);
        }
        make(&project, &fake, &last, false);
        nothing_is_doubled(&fake);
        fake.with(|state| {
            assert_eq!(state.comments.len(), 1);
            assert!(text(&state.comments[0], "body").contains(&format!("findings: {last:?}")));
        });
        let (live, resolved) = lanes(&fake);
        prop_assert_eq!(live.iter().copied().collect::<BTreeSet<_>>(), last.clone());
        prop_assert_eq!(live.len(), last.len());
        // A finding whose every push failed was never commented upon.
        prop_assert!(resolved.iter().all(|number| seen.contains(number) && !last.contains(number)));
    }
}
