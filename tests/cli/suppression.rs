//! Who silences a finding, in which order, and how that shows; and the identity of findings that baselines rest on.

use crate::project::{Project, formats, leak, password, places, secret};
use serde_json::{Value, json};

const RULE: &str = "secrets/generic-secret";

fn scan(project: &Project, args: &[&str]) -> Value {
    let fixed = ["scan", "--scanner", "secrets", "-o", "json", "--show-suppressed"];
    project.run(&[&fixed, args].concat()).json()
}

/// `line by reason` of every suppressed finding.
fn stamps(run: &Value) -> Vec<String> {
    let suppressed = run["suppressed"].as_array().unwrap();
    suppressed
        .iter()
        .map(|finding| {
            let word = |key: &str| finding["metadata"][key].as_str().unwrap_or("-").to_owned();
            format!("{} {} {}", finding["line"], word("suppressed_by"), word("suppression_reason"))
        })
        .collect()
}

/// Fingerprints in the order of lines.
fn prints(run: &Value) -> Vec<String> {
    let mut found: Vec<(u64, String)> = run["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| (f["line"].as_u64().unwrap(), f["fingerprint"].as_str().unwrap().to_owned()))
        .collect();
    found.sort();
    found.into_iter().map(|(_, print)| print).collect()
}

fn baseline(project: &Project, path: &str) {
    let run = scan(project, &["--no-suppress"]);
    let entries: Vec<Value> = prints(&run)
        .into_iter()
        .map(|print| json!({ "fingerprint": print, "reason": "old" }))
        .collect();
    project.write(path, json!({ "version": 1, "findings": entries }).to_string());
}

#[test]
fn a_directive_wins_over_the_configuration_and_that_over_the_baseline() {
    let project = Project::new(&[("a.py", &leak("p"))]);
    baseline(&project, "base.json");
    let base = ["--baseline", "base.json"];
    assert_eq!(stamps(&scan(&project, &[])), [""; 0]);
    assert_eq!(stamps(&scan(&project, &base)), ["1 baseline old"]);
    let config = format!("ignored_rules:\n  - rule: {RULE}\n    reason: agreed\n");
    project.write(".securescan.yml", config);
    assert_eq!(stamps(&scan(&project, &base)), ["1 config agreed"]);
    let line = format!("{}  # securescan: ignore {RULE} -- mine\n", leak("p").trim());
    project.write("a.py", line);
    assert_eq!(stamps(&scan(&project, &base)), ["1 inline mine"]);
    let run = scan(&project, &base);
    assert_eq!(run["counts"]["suppressed_inline"], 1);
    assert_eq!((&run["counts"]["total"], places(&run, "findings").len()), (&json!(0), 0));
    let open = scan(&project, &[&base[..], &["--no-suppress"]].concat());
    assert_eq!((places(&open, "findings").len(), stamps(&open).len()), (1, 0));
}

#[test]
fn a_baseline_can_stand_in_the_configuration_and_the_environment() {
    let project = Project::new(&[("a.py", &leak("p"))]);
    baseline(&project, ".securescan/base.json");
    project.write(".securescan.yml", "baseline: .securescan/base.json\n");
    assert_eq!(stamps(&scan(&project, &[])), ["1 baseline old"]);
    std::fs::remove_file(project.path(".securescan.yml")).unwrap();
    let call = project.call(&["scan", "--scanner", "secrets", "-o", "json", "--show-suppressed"]);
    let call = call.env("SECURESCAN_BASELINE", ".securescan/base.json");
    assert_eq!(stamps(&call.run().json()), ["1 baseline old"]);
}

#[test]
fn silenced_findings_are_counted_everywhere_and_shown_on_request() {
    let line = format!("{}  # securescan: ignore * -- why-it-is-fine\n", leak("p").trim());
    let project = Project::new(&[("shown.py", &line)]);
    for format in formats() {
        let hidden = project.run(&["scan", "--scanner", "secrets", "-o", format]);
        let shown =
            project.run(&["scan", "--scanner", "secrets", "-o", format, "--show-suppressed"]);
        assert_ne!(hidden.stdout, shown.stdout, "{format}");
        assert!(shown.stdout.contains("shown.py"), "{format}");
        assert!(shown.stdout.contains("inline"), "{format}");
        let back = ["scan", "--scanner", "secrets", "-o", format, "--show-suppressed"];
        let back = project.run(&[&back[..], &["--hide-suppressed"]].concat());
        assert_eq!(back.stdout, hidden.stdout, "{format}: the last flag wins");
    }
    let text = project.run(&["scan", "--scanner", "secrets"]).stdout;
    assert!(text.contains("1 suppressed (1 inline)"), "{text}");
}

#[test]
fn directives_reach_the_lines_they_say() {
    let (a, b) = (leak("a"), leak("b"));
    let (a, b) = (a.trim(), b.trim());
    for (text, lines) in [
        (format!("{a}  # securescan: ignore {RULE}\n{b}\n"), &[2][..]),
        (format!("# securescan: ignore {RULE}\n{a}\n{b}\n"), &[3]),
        (format!("# securescan: ignore-next-line {RULE}\n{a}\n{b}\n"), &[3]),
        (format!("{a}  # securescan: ignore-next-line {RULE}\n{b}\n"), &[1]),
        (format!("{a}  # securescan: ignore-this-line {RULE}\n{b}\n"), &[2]),
        (format!("{a}  # securescan: ignore secrets/*\n{b}\n"), &[2]),
        (format!("{a}  # securescan: ignore other/rule\n{b}\n"), &[1, 2]),
        (format!("{a}  # securescan: ignore other/rule, {RULE} -- x\n{b}\n"), &[2]),
        (format!("{a}  # securescan: ignore\n{b}\n"), &[1, 2]),
        (format!("{a}  # securescan: ignore {RULE} until 2999-12-31\n{b}\n"), &[2]),
        (format!("{a}  # securescan: ignore {RULE} until 2001-12-31\n{b}\n"), &[1, 2]),
    ] {
        let project = Project::new(&[("a.py", &text)]);
        let run = scan(&project, &[]);
        let mut left: Vec<_> = run["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|f| f["line"].as_u64().unwrap())
            .collect();
        left.sort_unstable();
        assert_eq!(left, lines, "{}", text.split('#').nth(1).unwrap());
    }
}

#[test]
fn directives_of_other_tools_do_what_they_do_there() {
    let line = leak("f");
    let line = line.trim();
    for (comment, silenced) in [
        ("gitleaks:allow", true),
        ("betterleaks:allow", true),
        ("trufflehog:ignore", true),
        ("pragma: allowlist secret", true),
        ("secretlint-disable-line", true),
        ("nosec", false),
        ("nosec B105", false),
        ("nosemgrep", false),
        ("noqa", false),
        ("checkov:skip=CKV_SECRET_6:known", false),
        ("tfsec:ignore:general-secrets", false),
    ] {
        let project = Project::new(&[("a.py", &format!("{line}  # {comment}\n"))]);
        let run = scan(&project, &[]);
        assert_eq!(stamps(&run).len(), usize::from(silenced), "{comment}");
        assert_eq!(places(&run, "findings").len(), usize::from(!silenced), "{comment}");
    }
    for comment in ["pragma: allowlist nextline secret", "secretlint-disable-next-line"] {
        let project = Project::new(&[("a.py", &format!("# {comment}\n{line}\n"))]);
        assert_eq!(stamps(&scan(&project, &[])).len(), 1, "{comment}");
    }
}

#[test]
fn directives_that_silence_nothing_are_listed_on_request() {
    let text = format!(
        "x = 1  # securescan: ignore secrets/nothing-here\n{}  # securescan: ignore {RULE}\n",
        leak("u").trim()
    );
    let project = Project::new(&[("a.py", &text)]);
    let unused = |args: &[&str]| scan(&project, args)["unused_directives"].clone();
    assert_eq!(unused(&[]), json!([]));
    let listed = unused(&["--report-unused-ignores"]);
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!((&listed[0]["path"], &listed[0]["line"]), (&json!("a.py"), &json!(1)));
    for format in formats() {
        let args = ["scan", "--report-unused-ignores", "-o", format];
        let outcome = project.run(&args);
        assert!(outcome.stdout.contains("secrets/nothing-here"), "{format}: {}", outcome.stdout);
    }
}

#[test]
fn ignored_rules_have_paths_globs_and_a_last_day() {
    let project = Project::new(&[("a.py", &leak("a")), ("lib/b.py", &leak("b"))]);
    for (entry, left) in [
        (RULE, 0),
        ("'secrets/*'", 0),
        ("'*-secret'", 0),
        ("generic-secret", 2),
        ("{rule: secrets/generic-secret, paths: [lib/**]}", 1),
        ("{rule: secrets/generic-secret, expires: 2999-01-01}", 0),
        ("{rule: secrets/generic-secret, expires: 2001-01-01}", 2),
    ] {
        project.write(".securescan.yml", format!("ignored_rules:\n  - {entry}\n"));
        let run = scan(&project, &[]);
        assert_eq!(places(&run, "findings").len(), left, "{entry}");
        assert_eq!(stamps(&run).len(), 2 - left, "{entry}");
        let told = run["notices"].to_string().contains("2001-01-01");
        assert_eq!(told, entry.contains("2001"), "{entry}: {}", run["notices"]);
    }
}

#[test]
fn the_day_comes_from_the_environment_when_it_is_pinned() {
    let text = format!("{}  # securescan: ignore {RULE} until 2030-06-15\n", leak("d").trim());
    let project = Project::new(&[("a.py", &text)]);
    for (name, moment, left) in [
        ("SECURESCAN_FAKE_NOW", "2030-06-15T23:59:59Z", 0),
        ("SECURESCAN_FAKE_NOW", "2030-06-16T00:00:00Z", 1),
        ("SOURCE_DATE_EPOCH", "1910000000", 1),
        ("SOURCE_DATE_EPOCH", "1700000000", 0),
    ] {
        let call = project.call(&["scan", "--scanner", "secrets", "-o", "json"]).env(name, moment);
        assert_eq!(places(&call.run().json(), "findings").len(), left, "{name}={moment}");
    }
    let call = project.call(&["scan"]).env("SECURESCAN_FAKE_NOW", "yesterday");
    call.run().refused(&["yesterday"]);
}

#[test]
fn a_severity_can_be_set_and_the_scanners_own_word_is_kept() {
    let project = Project::new(&[("a.py", &leak("s"))]);
    for (overrides, severity) in [
        ("{secrets/generic-secret: info}", "info"),
        ("{'secrets/*': medium}", "medium"),
        ("{'secrets/*': medium, secrets/generic-secret: critical}", "critical"),
        ("{other/rule: info}", "high"),
    ] {
        project.write(".securescan.yml", format!("severity_overrides: {overrides}\n"));
        let run = scan(&project, &[]);
        let finding = &run["findings"][0];
        assert_eq!(finding["severity"], severity, "{overrides}");
        let original = finding["metadata"]["original_severity"].as_str();
        assert_eq!(original, (severity != "high").then_some("high"), "{overrides}");
        assert_eq!(run["counts"][severity], 1);
    }
}

#[test]
fn the_same_line_twice_has_two_fingerprints_and_lines_above_change_none() {
    let (line, other) = (leak("one"), leak("two"));
    let project = Project::new(&[("a.py", &format!("import os\n{line}"))]);
    let first = prints(&scan(&project, &[]));
    assert_eq!(first.len(), 1);

    project.write("a.py", format!("import os\n{line}{line}"));
    let twice = prints(&scan(&project, &[]));
    assert_eq!((twice.len(), &twice[0]), (2, &first[0]));
    assert_ne!(twice[0], twice[1]);

    // One more finding of the kind is one more fingerprint, and the old one stays.
    project.write("a.py", format!("import os\n{line}x = 1\n{other}"));
    let more = prints(&scan(&project, &[]));
    assert_eq!((more.len(), &more[0]), (2, &first[0]));
    assert_ne!(more[0], more[1]);

    for text in [
        format!("\n\n# a comment\nimport os\n\n{line}"),
        format!("import os\n    {line}"),
        format!("import os\n{}  # a comment\n", line.trim()),
        format!("import os\r\n{}\r\n", line.trim()),
    ] {
        project.write("a.py", &text);
        assert_eq!(prints(&scan(&project, &[])), first, "{text}");
    }
    project.write("a.py", format!("import os\n{other}"));
    assert_ne!(prints(&scan(&project, &[])), first, "a changed secret is a new finding");
    std::fs::remove_file(project.path("a.py")).unwrap();
    project.write("b.py", format!("import os\n{line}"));
    assert_ne!(prints(&scan(&project, &[])), first, "so is one in another file");
}

#[test]
fn a_baseline_accepts_what_it_lists_and_nothing_more() {
    let line = leak("one");
    let project = Project::new(&[("a.py", &line)]);
    baseline(&project, "base.json");
    let left = |text: &str| {
        project.write("a.py", text);
        places(&scan(&project, &["--baseline", "base.json"]), "findings").len()
    };
    assert_eq!(left(&line), 0);
    assert_eq!(left(&format!("\n\n\n{line}")), 0, "moved");
    assert_eq!(left(&format!("{line}{line}")), 1, "copied");
    assert_eq!(left(&format!("{line}{}", leak("two"))), 1, "another");
    assert_eq!(left(&leak("two")), 1, "replaced");
}

#[test]
fn patterns_of_the_user_for_harmless_secrets_are_applied() {
    let value = password("fine");
    let project = Project::new(&[("a.py", &format!("db_password = \"{value}\"\n"))]);
    let token = secret("t", "ghp_{{crc32-base62:30}}");
    project.write("b.py", format!("T = \"{token}\"\n"));
    assert_eq!(places(&scan(&project, &[]), "findings").len(), 2);
    let config = format!("secrets:\n  allow: ['^{}', '^ghp_.{{36}}$']\n", &value[..6]);
    project.write(".securescan.yml", config);
    assert_eq!(places(&scan(&project, &[]), "findings"), [""; 0]);
}
