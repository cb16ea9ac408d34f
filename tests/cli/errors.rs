//! Bad input that is no configuration: usage, baselines, ignore files. One message, a place, a hint, exit 2.

use crate::project::{Project, leak};
use std::time::Duration;

#[test]
fn a_broken_baseline_is_refused_with_its_place() {
    let project = Project::new(&[("a.py", &leak("a"))]);
    for (text, place) in [
        ("{", ":1:"),
        ("", ":1:"),
        ("{\"findings\": [\n  {\"fingerprint\": 7}\n]}", ":2:"),
        ("{\"version\": 9, \"findings\": []}", ":1:"),
        ("{\"entries\": []}", ":1:"),
        ("[1]", ":1:"),
        ("[{\"fingerprint\": \"a\", \"expires\": \"soon\"}]", ":1:"),
        ("[]\n[]", ":2:"),
    ] {
        project.write("base.json", text);
        let before = project.listing();
        let args = ["scan", "--baseline", "base.json", "-o", "sarif=out.sarif"];
        let outcome = project.run(&args);
        outcome.refused(&["base.json", place, "hint: "]);
        assert_eq!(outcome.stderr.matches("error: ").count(), 1);
        assert_eq!(project.listing(), before);
        assert_eq!(project.run(&[&args[..3], &["--no-suppress"]].concat()).code, 0);
    }
    project.write("base.json", "[".repeat(200_000));
    project.run(&["scan", "--baseline", "base.json"]).refused(&["base.json"]);
    project.run(&["scan", "--baseline", "gone.json"]).refused(&["gone.json", "--no-suppress"]);
}

#[test]
fn baselines_that_are_no_files_are_refused_at_once() {
    let project = Project::new(&[("folder/x", "")]);
    project.fifo("pipe").link("zero", "/dev/zero").link("loop", "loop");
    for path in ["pipe", "zero", "loop", "folder", "/dev/random"] {
        let call = project.call(&["scan", "--baseline", path]).within(Duration::from_secs(5));
        call.run().refused(&["cannot read the baseline", path, "hint: "]);
    }
}

#[test]
fn a_broken_line_in_our_ignore_file_is_refused_with_its_place_and_in_gits_it_is_passed_over() {
    let project = Project::new(&[
        ("a.py", &leak("a")),
        ("sub/.securescanignore", "ok\n\n# note\na{b\n"),
        ("sub2/.securescanignore", "[\n"),
    ]);
    let before = project.listing();
    let outcome = project.run(&["scan", "-o", "json=out.json"]);
    outcome.refused(&["error: sub/.securescanignore:4: not a pattern", "hint: "]);
    assert_eq!(project.listing(), before);
    assert_eq!(project.run(&["scan", "--no-ignore", "-q"]).code, 0);
    let project = Project::new(&[("a.py", &leak("a")), (".gitignore", "a{b\n[\n")]);
    assert_eq!(project.secrets(&[]).len(), 1);
}

#[test]
fn usage_errors_say_what_was_meant_and_end_with_2() {
    let project = Project::new(&[]);
    for (args, text) in [
        (&["scna"][..], "scan"),
        (&["scan", "--fail-on-severty", "high"], "--fail-on-severity"),
        (&["scan", "--threads", "0"], "0"),
        (&["scan", "--max-file-size", "many"], "many"),
        (&["scan", "--min-confidence", "certain"], "certain"),
        (&["scan", "--config", "a", "--no-config"], "--no-config"),
        (&["scan", "--ai", "--no-ai"], "--no-ai"),
        (&["explain"], "<RULE>"),
        (&["explain", "secrets/private-kee"], "did you mean \"secrets/private-key\"?"),
        (&["explain", "zzzzzz"], "securescan rules list"),
        (&["completions", "tcsh"], "tcsh"),
        (&["rules", "list", "--severity", "bad"], "bad"),
        (&["scan", "--exclude", "a{"], "a{"),
        (&[], "Usage"),
    ] {
        project.run(args).refused(&[text]);
    }
    let unknown = project.run(&["scan", "--zzz\x1b[31m"]);
    unknown.refused(&["--zzz"]);
    assert!(!unknown.stderr.contains('\x1b'), "{:?}", unknown.stderr);
}
