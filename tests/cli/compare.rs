//! `compare`: the present against a baseline file.

use crate::diff::bucket;
use crate::project::{Project, leak, secret};

fn with_baseline() -> Project {
    let project = Project::new(&[("a.py", &leak("a")), ("b.py", &leak("b"))]);
    assert_eq!(project.run(&["baseline", "--scanner", "secrets"]).code, 0);
    project.write("a.py", "x = 1\n").write("c.py", leak("c"));
    project
}

#[test]
fn new_disappeared_and_still_present_are_told_apart() {
    let project = with_baseline();
    for args in
        [&[][..], &["."], &[".securescan/baseline.json"], &[".", ".securescan/baseline.json"]]
    {
        let run = project.run(&[&["compare", "--scanner", "secrets", "-o", "json"], args].concat());
        assert_eq!(run.code, 0, "{args:?}: {}", run.stderr);
        assert_eq!(bucket(&run, "new"), ["c.py:1:16 secrets/generic-secret"], "{args:?}");
        assert_eq!(bucket(&run, "disappeared"), ["a.py:1:null secrets/generic-secret"], "{args:?}");
        assert_eq!(run.json()["unchanged_count"], 1, "{args:?}");
    }
    let comment = project.run(&["compare", "--scanner", "secrets"]).stdout;
    assert!(comment.starts_with("<!-- securescan:compare -->\n"), "{comment}");
}

#[test]
fn drift_fails_only_when_asked_for() {
    let project = with_baseline();
    assert_eq!(project.run(&["compare"]).code, 0);
    let run = project.run(&["compare", "--scanner", "secrets", "--fail-on-drift"]);
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("1 new, 1 disappeared"), "{}", run.stderr);
    assert_eq!(project.run(&["compare", "--fail-on-severity", "high"]).code, 1);
    project.run(&["baseline", "--scanner", "secrets"]);
    let run = project.run(&["compare", "--scanner", "secrets", "--fail-on-drift", "-o", "text"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("No drift since baseline."), "{}", run.stdout);
}

#[test]
fn a_finding_that_was_silenced_is_still_present() {
    let project = with_baseline();
    project.write("b.py", format!("# securescan: ignore *\n{}", leak("b")));
    let run = project.run(&["compare", "-o", "json"]);
    assert_eq!(bucket(&run, "disappeared").len(), 1, "only the one that was mended");
}

#[test]
fn an_entry_past_its_day_knows_nothing() {
    let project = Project::new(&[("a.py", &leak("a"))]);
    project.run(&["baseline", "--scanner", "secrets"]);
    let file = project.path(".securescan/baseline.json");
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(
        &file,
        text.replace("\"file_path\"", "\"expires\": \"2020-01-01\", \"file_path\""),
    )
    .unwrap();
    let run = project.run(&["compare", "--scanner", "secrets", "--fail-on-drift", "-o", "json"]);
    assert_eq!((run.code, bucket(&run, "new").len(), bucket(&run, "disappeared").len()), (1, 1, 0));
    assert!(run.stdout.contains("1 entry expired"), "{}", run.stdout);
}

#[test]
fn entries_of_the_older_tool_are_recognised() {
    let line = leak("x");
    let project = Project::new(&[("a.py", &line)]);
    // Its fingerprints were taken without the line.
    let print = securescan::finding::fingerprint::fingerprint(
        "secrets",
        "secrets/generic-secret",
        "a.py",
        "",
        "CWE-259",
        1,
    );
    project.write(
        "old.json",
        format!(
            r#"{{"findings": [{{"fingerprint": "{print}", "scanner": "secrets", "severity": "high", "title": "t",
                "rule_id": "secrets/generic-secret", "scan_type": "code", "file_path": "a.py", "line_start": 1}},
                {{"fingerprint": "{}", "scanner": "bandit", "severity": "low", "title": "Gone", "rule_id": "B101",
                "scan_type": "code", "file_path": "z.py", "line_start": 4}}], "version": 1}}"#,
            secret("print", "{{hex:64}}")
        ),
    );
    let run = project.run(&["compare", "old.json", "--scanner", "secrets", "-o", "json"]);
    assert_eq!(bucket(&run, "new"), Vec::<String>::new(), "{}", run.stderr);
    assert_eq!(bucket(&run, "disappeared"), ["z.py:4:null B101"]);
}

#[test]
fn a_missing_or_broken_baseline_is_said() {
    let project = Project::new(&[("a.py", "")]);
    project
        .run(&["compare"])
        .refused(&["there is no baseline at .securescan/baseline.json", "securescan baseline"]);
    project.write("b.json", "{\"findings\": 3}");
    project.run(&["compare", "b.json"]).refused(&["b.json:1"]);
    project.run(&["compare", "a", "b", "c"]).refused(&[]);
}
