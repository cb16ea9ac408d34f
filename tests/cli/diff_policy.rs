//! Whose rules a change is judged by, and what it does to them. A pull request must not silence its own finding.

use crate::diff::{bucket, changed, diff};
use crate::project::{Call, Project, leak};

const JSON: [&str; 7] = ["diff", "--base-ref", "main", "-o", "json", "--scanner", "secrets"];

fn in_ci(project: &Project, args: &[&str]) -> Call {
    project.call(&[&JSON[..], args].concat()).env("CI", "true")
}

/// Replaces a built-in check by one that never holds.
const CHECK: &str = "format: compose\nchecks:\n  - id: misconfig/compose-privileged\n    title: Nothing\n    severity: info\n    \
                     kinds: [service]\n    fail: {path: no_such_key, present: true}\n    description: x\n    remediation: x\n";

/// T27: whatever a pull request adds to the configuration, its finding counts and the audit says what it tried.
#[test]
fn a_change_cannot_loosen_the_rules_it_is_judged_by() {
    let rules = "rules:\n  - id: secrets/generic-secret\n    title: Nothing\n    severity: info\n    confidence: low\n    \
                 pattern: 'zzzzzzzzzz'\n    keywords: [zzzzzzzzzz]\n    cwe: CWE-798\n    description: x\n    remediation: x\n    \
                 examples: {hits: ['zzzzzzzzzz'], misses: ['y']}\n";
    for (what, files, key) in [
        ("ignored rule", vec![(".securescan.yml", "ignored_rules: [\"*\"]\n")], "ignored_rules"),
        ("ignored path", vec![(".securescan.yml", "paths: {ignore: [b.py]}\n")], "paths.ignore"),
        (
            "override",
            vec![(".securescan.yml", "severity_overrides: {\"*\": info}\n")],
            "severity_overrides",
        ),
        (
            "scanner off",
            vec![(".securescan.yml", "scanners: {disable: [secrets]}\n")],
            "scanners.disable",
        ),
        (
            "confidence",
            vec![(".securescan.yml", "secrets: {min_confidence: high}\n")],
            "secrets.min_confidence",
        ),
        ("allow", vec![(".securescan.yml", "secrets: {allow: [\".*\"]}\n")], "secrets.allow"),
        ("size", vec![(".securescan.yml", "limits: {max_file_size: 3}\n")], "limits.max_file_size"),
        (
            "rule pack",
            vec![(".securescan.yml", "secrets: {rules: [r.yml]}\n"), ("r.yml", rules)],
            "secrets.rules",
        ),
        (
            "checks",
            vec![(".securescan.yml", "misconfig: {checks: [c.yml]}\n"), ("c.yml", CHECK)],
            "misconfig.checks",
        ),
    ] {
        let project = changed(&[("a.py", "x = 1\n")], |project| {
            project.write("b.py", leak("b"));
            for (path, text) in &files {
                project.write(path, text);
            }
        });
        let run = in_ci(&project, &["--fail-on-severity", "high"]).run();
        assert_eq!(run.code, 1, "{what}: {}", run.stderr);
        let document = run.json();
        assert_eq!(document["policy_from"], "base", "{what}");
        let settings = document["audit"]["settings"].as_array().unwrap();
        let keys: Vec<&str> =
            settings.iter().map(|change| change["key"].as_str().unwrap()).collect();
        assert_eq!(keys, [key], "{what}: {settings:?}");
        let touched = document["audit"]["files"].to_string();
        assert!(
            touched.contains(".securescan.yml") && touched.contains("added"),
            "{what}: {touched}"
        );
        for format in crate::project::formats() {
            let args = ["diff", "--base-ref", "main", "-o", format];
            let shown = project.call(&args).env("CI", "true").run().stdout;
            assert!(
                shown.contains("securescan.yml"),
                "{format} does not tell of the {what}:\n{shown}"
            );
        }
    }
}

#[test]
fn elsewhere_the_configuration_of_the_head_counts_and_a_flag_decides() {
    let project = changed(&[("a.py", "x = 1\n")], |project| {
        project.write("b.py", leak("b")).write(".securescan.yml", "ignored_rules: [\"*\"]\n");
    });
    assert_eq!(bucket(&diff(&project, &[]), "new").len(), 0);
    assert_eq!(bucket(&diff(&project, &["--policy-from", "base"]), "new").len(), 1);
    assert_eq!(bucket(&in_ci(&project, &[]).run(), "new").len(), 1);
    assert_eq!(bucket(&in_ci(&project, &["--policy-from", "head"]).run(), "new").len(), 0);
    // The work tree has no say in either.
    project.write(".securescan.yml", "ignored_rules: []\n");
    assert_eq!(bucket(&diff(&project, &[]), "new").len(), 0);
}

#[test]
fn a_change_cannot_replace_the_check_that_finds_it() {
    let project = changed(&[("a.py", "x = 1\n")], |project| {
        project
            .write("compose.yaml", "services:\n  a:\n    image: a:1\n    privileged: true\n")
            .write(".securescan.yml", "misconfig: {checks: [c.yml]}\n")
            .write("c.yml", CHECK);
    });
    let found = |policy: &str| {
        let fixed = ["diff", "--base-ref", "main", "-o", "json", "-t", "iac", "--policy-from"];
        let run = project.run(&[&fixed[..], &[policy]].concat());
        let new = bucket(&run, "new");
        new.iter().filter(|one| one.contains("compose-privileged")).count()
    };
    assert_eq!(found("base"), 1);
    assert_eq!(found("head"), 0);
}

#[test]
fn a_configuration_of_the_head_that_does_not_read_is_said_and_not_obeyed() {
    let project = changed(&[("a.py", "x = 1\n")], |project| {
        project.write("b.py", leak("b")).write(".securescan.yml", "fail_on_severity: hgih\n");
    });
    let run = in_ci(&project, &[]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.json()["notices"].to_string().contains("configuration of the head"),
        "{}",
        run.stdout
    );
    diff(&project, &[]).refused(&["hgih"]);
}

#[test]
fn a_baseline_counts_as_the_base_has_it() {
    let entry_for = |project: &Project| {
        project.run(&["baseline", "-t", "code", "--scanner", "secrets"]);
    };
    // Written by the change itself: in CI it silences nothing.
    let project = changed(&[("a.py", "x = 1\n")], |project| {
        project.write("b.py", leak("b"));
        entry_for(project);
    });
    let with = ["--baseline", ".securescan/baseline.json"];
    let run = in_ci(&project, &with).run();
    assert_eq!(bucket(&run, "new").len(), 1, "{}", run.stdout);
    assert!(run.stdout.contains("not in the base commit"), "{}", run.stdout);
    assert!(run.json()["audit"]["files"].to_string().contains("baseline"));
    assert_eq!(bucket(&diff(&project, &with), "new").len(), 0);
    // One that nobody committed is the user's own.
    let outside = project.home().join("own.json");
    std::fs::rename(project.path(".securescan/baseline.json"), &outside).unwrap();
    let run = in_ci(&project, &["--baseline", outside.to_str().unwrap()]).run();
    assert_eq!(bucket(&run, "new").len(), 0);
    in_ci(&project, &["--baseline", "nothing.json"]).run().refused(&["nothing.json"]);
}

#[test]
fn inline_directives_count_on_their_own_side_and_are_listed() {
    let line = leak("b");
    let project = changed(
        &[("a.py", &leak("a")), ("old.py", "# securescan: ignore *\nx = 1\n")],
        |project| {
            project.write(
                "b.py",
                format!("# securescan: ignore-next-line */generic-secret -- told so\n{line}"),
            );
            project.write("a.py", format!("{}# securescan: ignore *\n", leak("a").trim_end()));
        },
    );
    let run = in_ci(&project, &["--show-suppressed"]).run();
    let document = run.json();
    assert_eq!(bucket(&run, "new").len(), 0);
    assert_eq!(bucket(&run, "suppressed"), ["b.py:2:16 secrets/generic-secret"]);
    let ignores = document["audit"]["ignores"].as_array().unwrap();
    let told: Vec<String> = ignores
        .iter()
        .map(|one| format!("{}:{} {}", one["path"].as_str().unwrap(), one["line"], one["silences"]))
        .collect();
    assert_eq!(told, ["a.py:1 1", "b.py:1 1"]);
    assert_eq!(ignores[1]["reason"], "told so");
    // A finding of the base that the change only silences is not fixed.
    assert_eq!(bucket(&run, "fixed").len(), 0);
    assert_eq!(document["audit"]["silenced"].as_array().unwrap().len(), 1);
}

#[test]
fn moving_a_finding_by_rename_changes_nothing_for_the_gate() {
    let text = format!("{}{}", "x = 1\n".repeat(30), leak("a"));
    let project = changed(&[("a.py", &text)], |project| {
        project.remove("a.py").write("tests/a.py", &text);
    });
    let run = in_ci(&project, &["--fail-on-count", "0"]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.json()["moved"].as_array().unwrap().len(), 1);
}

#[test]
fn a_commit_compared_with_itself_has_an_empty_audit() {
    for config in ["", "fail_on_severity: high\n", "scan_types: [code]\n"] {
        let project = Project::new(&[("a.py", "x = 1\n"), (".securescan.yml", config)]);
        project.commit_all();
        for policy in ["base", "head"] {
            let args =
                ["diff", "--base-ref", "main", "--policy-from", policy, "--fail-on-policy-change"];
            let run = project.run(&[&args[..], &["-o", "json"]].concat());
            assert_eq!(run.code, 0, "{config:?} {policy}: {}", run.stderr);
            let audit = run.json()["audit"].to_string();
            assert!(
                !audit.contains("key") && !audit.contains("path"),
                "{config:?} {policy}: {audit}"
            );
        }
    }
}

#[test]
fn what_the_rules_of_the_head_silence_is_listed() {
    let config = "ignored_rules: [\"*/generic-secret\"]\n";
    let project = changed(&[("a.py", &leak("a"))], |project| {
        project.write(".securescan.yml", config);
    });
    let run = diff(&project, &["--policy-from", "head"]);
    let silenced = run.json()["audit"]["silenced"].as_array().unwrap().len();
    assert_eq!((silenced, bucket(&run, "fixed").len()), (1, 0));
    // What the base silenced itself is no news.
    project.write("b.py", "x = 1\n");
    project.commit_all();
    let run = project.run(&["diff", "--base-ref", "HEAD~1", "-o", "json", "--policy-from", "head"]);
    assert_eq!(run.json()["audit"]["silenced"].as_array().unwrap().len(), 0);
}

/// A token in a reason or a pattern is a secret like any other.
#[test]
fn settings_in_the_audit_are_redacted() {
    let token = crate::project::secret("x", "ghp_{{alnum:36}}");
    let project = changed(&[("a.py", "x = 1\n")], |project| {
        project.write(
            ".securescan.yml",
            format!(
                "paths: {{ignore: [\"x{token}/**\"]}}\nignored_rules:\n  - rule: a\n    reason: \"{token}\"\n"
            ),
        );
        project.write("b.py", format!("x = 1  # securescan: ignore {token} -- {token}\n"));
    });
    for format in crate::project::formats() {
        let args = ["diff", "--base-ref", "main", "-o", format];
        let run = project.call(&args).env("CI", "1").run();
        assert!(run.stdout.len() > 50, "{format}: {}", run.stderr);
        assert!(!run.stdout.contains(&token[4..]), "{format} shows the token:\n{}", run.stdout);
    }
}

#[test]
fn a_moved_finding_that_the_baseline_no_longer_covers_is_said() {
    let text = format!("{}{}", "x = 1\n".repeat(30), leak("a"));
    let project = Project::new(&[("a.py", &text), (".securescan.yml", "baseline: b.json\n")]);
    project.run(&["baseline", "--scanner", "secrets", "-o", "b.json"]);
    project.commit_all();
    project.branch("change");
    project.remove("a.py").write("lib/a.py", &text);
    project.commit_all();
    let run = in_ci(&project, &[]).run();
    assert_eq!(run.json()["moved"].as_array().unwrap().len(), 1);
    assert!(run.stdout.contains("1 moved finding is no longer silenced"), "{}", run.stdout);
}

#[test]
fn workflows_that_run_the_scanner_belong_to_the_policy() {
    let workflow = "on: push\njobs: {a: {steps: [{run: securescan scan}]}}\n";
    let project = changed(
        &[(".github/workflows/a.yml", workflow), (".github/workflows/b.yml", "on: push\n")],
        |project| {
            project
                .write(".github/workflows/a.yml", "on: push\n")
                .write(".github/workflows/b.yml", "on: pull_request\n");
        },
    );
    let audit = in_ci(&project, &[]).run().json()["audit"]["files"].to_string();
    assert!(audit.contains("a.yml") && !audit.contains("b.yml"), "{audit}");
}

#[test]
fn a_named_configuration_is_read_from_the_commit_too() {
    let project = changed(&[("ci/scan.yml", "fail_on_severity: high\n")], |project| {
        project.write("ci/scan.yml", "ignored_rules: [\"*\"]\n").write("b.py", leak("b"));
    });
    let run = in_ci(&project, &["--config", "ci/scan.yml"]).run();
    assert_eq!((run.code, bucket(&run, "new").len()), (1, 1), "{}", run.stderr);
    let run = diff(&project, &["--config", "ci/scan.yml"]);
    assert_eq!((run.code, bucket(&run, "new").len()), (0, 0));
    assert_eq!(in_ci(&project, &["--no-config"]).run().code, 0);
}
