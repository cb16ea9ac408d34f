//! Exit codes: what each gate lets through, and what makes a scan incomplete.

use crate::project::{Project, formats, leak, password, secret};

/// One critical, one high, one low finding.
fn project() -> Project {
    let token = secret("gate", "ghp_{{crc32-base62:30}}");
    Project::new(&[
        ("a.py", &format!("GITHUB = \"{token}\"\n")),
        ("b.py", &leak("b")),
        ("tests/test_c.py", &leak("c")),
    ])
}

fn severities(project: &Project) -> Vec<String> {
    let run = project.run(&["scan", "--scanner", "secrets", "-o", "json"]).json();
    let findings = run["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["severity"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_exit_code_follows_the_gate() {
    let project = project();
    assert_eq!(severities(&project), ["critical", "high", "low"]);
    for (args, code) in [
        (&[][..], 0),
        (&["--fail-on-severity", "critical"], 1),
        (&["--fail-on-severity", "info"], 1),
        (&["--fail-on-count", "0"], 1),
        (&["--fail-on-count", "2"], 1),
        (&["--fail-on-count", "3"], 0),
        (&["--fail-on", "incomplete"], 0),
        (&["--fail-on-severity", "high", "--fail-on", "incomplete"], 1),
        (&["--fail-on-severity", "high", "tests"], 0),
        (&["--fail-on-severity", "low", "tests"], 1),
        (&["--fail-on-severity", "medium", "tests"], 0),
        (&["--min-confidence", "high", "--fail-on-count", "1"], 0),
        (&["--fail-on-severity", "sever"], 2),
        (&["--fail-on-count", "-1"], 2),
        (&["--fail-on", "anything"], 2),
    ] {
        let outcome = project.run(&[&["scan", "--scanner", "secrets"], args].concat());
        assert_eq!(outcome.code, code, "{args:?}: {}", outcome.stderr);
        assert_eq!(outcome.stderr.contains("securescan: "), code == 1, "{args:?}");
    }
}

#[test]
fn the_gate_is_the_same_for_every_format_and_in_the_configuration() {
    let project = project();
    for format in formats() {
        let args = ["scan", "-o", format, "--fail-on-severity", "high"];
        assert_eq!(project.run(&args).code, 1, "{format}");
    }
    for (text, code) in [
        ("fail_on_severity: high\n", 1),
        ("fail_on_count: 2\n", 1),
        ("fail_on_count: 3\n", 0),
        ("fail_on_incomplete: true\n", 0),
        ("fail_on_severity: null\n", 0),
    ] {
        project.write(".securescan.yml", text);
        let outcome = project.run(&["scan", "--scanner", "secrets", "-q"]);
        assert_eq!(outcome.code, code, "{text}");
    }
    project.write(".securescan.yml", "fail_on_count: 0\n");
    let args = ["scan", "--scanner", "secrets"];
    assert_eq!(project.run(&[&args[..], &["--fail-on-count", "9"]].concat()).code, 0, "flags win");
    assert_eq!(project.call(&args).env("SECURESCAN_FAIL_ON_COUNT", "9").run().code, 0);
    assert_eq!(project.run(&[&args[..], &["--no-config"]].concat()).code, 0);
}

#[test]
fn what_is_suppressed_trips_no_gate_and_what_is_overridden_counts_as_overridden() {
    let line = leak("x");
    let project = Project::new(&[("a.py", &format!("{}  # securescan: ignore *\n", line.trim()))]);
    let args = ["scan", "--scanner", "secrets", "--fail-on-count", "0"];
    assert_eq!(project.run(&args).code, 0);
    assert_eq!(project.run(&[&args[..], &["--no-suppress"]].concat()).code, 1);
    project.write("a.py", &line);
    let gate = ["scan", "--scanner", "secrets", "--fail-on-severity", "high"];
    assert_eq!(project.run(&gate).code, 1);
    project.write(".securescan.yml", "severity_overrides: {secrets/generic-secret: low}\n");
    assert_eq!(project.run(&gate).code, 0);
    project.write(".securescan.yml", "severity_overrides: {'secrets/*': critical}\n");
    assert_eq!(project.run(&["scan", "--fail-on-severity", "critical"]).code, 1);
}

#[test]
fn a_file_with_too_many_findings_makes_the_scan_incomplete_and_every_format_says_so() {
    let lines: String =
        (0..1005).map(|n| format!("password_{n} = \"{}\"\n", password(&n.to_string()))).collect();
    let project = Project::new(&[("many.py", &lines)]);
    let args = ["scan", "--scanner", "secrets", "--fail-on", "incomplete"];
    let outcome = project.run(&[&args[..], &["-o", "json"]].concat());
    assert_eq!(outcome.code, 3, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("the scan is incomplete: secrets broke on 1 file"));
    let run = outcome.json();
    assert_eq!(run["counts"]["total"], 1000);
    let message = "5 further findings in this file are not listed";
    assert_eq!(run["outcomes"][0]["failed_files"][0]["message"], message);
    for format in formats() {
        let outcome = project.run(&[&args[..], &["-o", format]].concat());
        assert_eq!(outcome.code, 3, "{format}");
        let flat = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains(message), "{format}");
    }
    let both = project.run(&[&args[..], &["--fail-on-count", "1", "-q"]].concat());
    assert_eq!(both.code, 1, "findings are certain");
    assert_eq!(project.run(&["scan", "-q"]).code, 0, "only when asked for");
}

#[test]
fn a_repository_that_cannot_be_read_is_never_a_clean_result() {
    let project = Project::new(&[("a.py", "x = 1\n")]);
    project.commit("", &[]);
    project.write(".git/index", "DIRC this is no index");
    for format in formats() {
        let outcome = project.run(&["scan", "-o", format, "--fail-on", "incomplete"]);
        assert_eq!(outcome.code, 3, "{format}: {}", outcome.stdout);
        assert!(outcome.stderr.contains("the scan is incomplete: git-hygiene failed"));
        assert!(outcome.stdout.contains("cannot read the git index"), "{format}");
        // Where the tree stands has no place in a report.
        assert!(!outcome.stdout.contains(project.root().to_str().unwrap()), "{format}");
    }
}
