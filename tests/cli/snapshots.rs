//! `diff` between two saved scans.

use crate::diff::{bucket, changed};
use crate::project::{Project, leak};

fn saved() -> Project {
    let project = Project::new(&[("a.py", &leak("a")), ("b.py", &leak("b"))]);
    project.run(&["scan", "--scanner", "secrets", "-o", "json=before.json"]);
    project.write("a.py", "x = 1\n").write("c.py", leak("c"));
    project.run(&["scan", "--scanner", "secrets", "-o", "json=after.json"]);
    project
}

const BOTH: [&str; 7] =
    ["diff", "--base-snapshot", "before.json", "--head-snapshot", "after.json", "-o", "json"];

#[test]
fn two_saved_scans_are_compared_without_a_repository() {
    let project = saved();
    let run = project.run(&BOTH);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(bucket(&run, "new"), ["c.py:1:16 secrets/generic-secret"]);
    assert_eq!(bucket(&run, "fixed"), ["a.py:1:16 secrets/generic-secret"]);
    assert_eq!(run.json()["unchanged_count"], 1);
    assert_eq!(run.json()["base"]["name"], "before.json");
    assert_eq!(project.run(&[&BOTH[..], &["--fail-on-severity", "high"]].concat()).code, 1);
}

/// The documentation's way to a review: both sides saved, placed by the two commits.
#[test]
fn saved_findings_are_placed_in_a_review_by_the_commits() {
    let project = changed(&[("a.py", "x = 1\n")], |project| {
        project.write("a.py", format!("x = 1\n{}", leak("a")));
    });
    project.run(&["scan", "--scanner", "secrets", "-o", "json=../after.json"]);
    project.switch("main");
    project.run(&["scan", "--scanner", "secrets", "-o", "json=../before.json"]);
    let commit = |name: &str| project.repository().revparse_single(name).unwrap().id().to_string();
    let (base, head) = (commit("main"), commit("change"));
    let saved = ["diff", "--base-snapshot", "../before.json", "--head-snapshot", "../after.json"];
    let review = ["--repo", "o/n", "-o", "github-review", "--sha", &head];
    let placed = project.run(&[&saved[..], &review, &["--base-sha", &base]].concat()).json();
    assert_eq!(placed["comments"][0]["path"], "a.py");
    assert_eq!(placed["comments"][0]["line"], 1, "the line above carries the suggestion");
    assert_eq!(placed["commit_id"], head.as_str());
    let unplaced = project.run(&[&saved[..], &review].concat()).json();
    assert_eq!(unplaced["comments"].as_array().unwrap().len(), 0);
    assert!(unplaced["body"].as_str().unwrap().contains("without inline anchor"));
    let gone = project.run(&[&saved[..], &review, &["--base-sha", "1234567"]].concat());
    gone.refused(&["unknown ref"]);
}

#[test]
fn settings_and_baseline_of_today_apply_to_both() {
    let project = saved();
    project.write(".securescan.yml", "ignored_rules: [secrets/generic-secret]\n");
    let run = project.run(&BOTH);
    assert_eq!((bucket(&run, "new").len(), bucket(&run, "fixed").len()), (0, 0));
    assert_eq!(run.json()["counts"]["suppressed_config"], 1);
    project.remove(".securescan.yml");
    project.run(&["baseline", "-o", "b.json"]);
    let run = project.run(&[&BOTH[..], &["--baseline", "b.json"]].concat());
    assert_eq!(bucket(&run, "new").len(), 0);
}

/// "New" means nothing where the base was not looked at.
#[test]
fn a_scanner_that_the_base_lacks_is_a_gap() {
    let project = saved();
    project.run(&["scan", "--scanner", "git-hygiene", "-o", "json=less.json"]);
    let args =
        ["diff", "--base-snapshot", "less.json", "--head-snapshot", "after.json", "-o", "json"];
    let run = project.run(&[&args[..], &["--fail-on", "incomplete"]].concat());
    assert_eq!(run.code, 3, "{}", run.stderr);
    assert_eq!(run.json()["base_gaps"][0]["scanner"], "secrets");
    project.run(&["baseline", "-o", "b.json"]);
    project.run(&["scan", "--baseline", "b.json", "-o", "json=hidden.json"]);
    let args =
        ["diff", "--base-snapshot", "before.json", "--head-snapshot", "hidden.json", "-o", "json"];
    assert!(project.run(&args).stdout.contains("the head was saved without"));
    project
        .run(&[&args[..], &["--exclude", "x"]].concat())
        .refused(&["saved scans are not scanned again"]);
}

#[test]
fn findings_of_the_older_tool_read() {
    let project = saved();
    let document =
        project.run(&["scan", "--scanner", "secrets", "-o", "json", "--exclude", "*.json"]).json();
    project.write("list.json", document["findings"].to_string());
    project.write("envelope.json", format!("{{\"findings\": {}}}", document["findings"]));
    for head in ["list.json", "envelope.json"] {
        let args =
            ["diff", "--base-snapshot", "before.json", "--head-snapshot", head, "-o", "json"];
        let run = project.run(&args);
        assert_eq!(bucket(&run, "new").len(), 1, "{}", run.stderr);
        assert!(run.stdout.contains("does not say which scanners ran"));
    }
}

#[test]
fn modes_do_not_mix_and_a_file_that_is_no_scan_is_named() {
    let project = saved();
    for args in [
        &["--base-snapshot", "before.json"][..],
        &["--head-snapshot", "after.json"],
        &["--base-snapshot", "before.json", "--head-snapshot", "after.json", "--base-ref", "main"],
        &["--base-snapshot", "before.json", "--head-snapshot", "after.json", "--changed-only"],
    ] {
        let run = project.run(&[&["diff"], args].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{args:?}");
        assert!(run.stderr.contains("snapshot"), "{}", run.stderr);
    }
    project.write("text.json", "nothing").write("other.json", "{\"schema\": \"x\"}");
    let result = project.run(&[&BOTH[..], &["--output-file", "result.json"]].concat());
    assert_eq!(result.code, 0, "{}", result.stderr);
    for (file, said) in [
        ("text.json", "text.json is not a saved scan"),
        ("other.json", "other.json is not a saved scan"),
        ("result.json", "result.json is a comparison"),
        ("gone.json", "cannot read gone.json"),
    ] {
        let args = ["diff", "--base-snapshot", "before.json", "--head-snapshot", file];
        project.run(&args).refused(&[said]);
    }
}
