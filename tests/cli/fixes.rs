//! Fixes from outside: what `scan --fix` changes and what it leaves alone, what `--dry-run` shows, and what reports say of both.

use crate::project::{Project, password};
use serde_json::Value;

const RULES: &str = r"rules:
  - id: acme.load
    languages: [python]
    severity: HIGH
    message: loaded
    metadata: {confidence: HIGH}
    pattern: old_load($X)
    fix: new_load($X)
  - id: acme.call
    languages: [python]
    severity: MEDIUM
    message: called
    pattern: outer(...)
    fix-regex: {regex: '^outer', replacement: 'other'}
  - id: acme.broken
    languages: [python]
    severity: LOW
    message: broken
    pattern: fragile(...)
    fix: fragile((
  - id: acme.unsure
    languages: [python]
    severity: LOW
    message: unsure
    metadata: {confidence: LOW}
    pattern: unsure(...)
    fix: sure()
";

const FIX: [&str; 6] = ["scan", "--scanner", "sast", "--rules", "rules.yml", "--fix"];

fn project(files: &[(&str, &str)]) -> Project {
    let project = Project::new(files);
    project.write("rules.yml", RULES);
    project
}

fn read(project: &Project, path: &str) -> String {
    std::fs::read_to_string(project.path(path)).unwrap()
}

/// Runs with a report as JSON.
fn fixed(project: &Project, args: &[&str]) -> Value {
    project.run(&[&FIX[..], &["-o", "json"], args].concat()).json()
}

fn notices(document: &Value) -> Vec<String> {
    let all = document["notices"].as_array().unwrap().iter();
    all.map(|one| one.as_str().unwrap().to_owned()).filter(|one| one.starts_with("fix: ")).collect()
}

#[test]
fn a_fix_that_leaves_a_block_of_python_empty_is_left() {
    let rules = "rules:\n- id: acme.gone\n  languages: [python]\n  severity: HIGH\n  message: m\n  pattern: debug_me()\n  fix: ''\n";
    let before = "def f():\n    debug_me()\n\ndebug_me()\n";
    let project = Project::new(&[("a.py", before)]);
    project.write("rules.yml", rules);
    let run = project.run(&[&FIX[..], &["a.py"]].concat());
    assert!(run.stdout.contains("syntax"), "{}", run.stdout);
    let after = std::fs::read_to_string(project.path("a.py")).unwrap();
    assert!(after.starts_with("def f():\n    debug_me()\n"), "{after}");
}

#[test]
fn fixes_are_written_once_and_a_second_run_has_nothing_to_do() {
    let project = project(&[("src/a.py", "a = old_load(b)\nouter(1)\n"), ("src/b.py", "x = 1\n")]);
    let document = fixed(&project, &["src"]);
    assert_eq!(read(&project, "src/a.py"), "a = new_load(b)\nother(1)\n");
    assert_eq!(read(&project, "src/b.py"), "x = 1\n");
    assert_eq!(notices(&document), ["fix: 2 findings fixed in 1 file"]);
    for finding in document["findings"].as_array().unwrap() {
        assert_eq!(finding["metadata"]["fixed"], true, "{finding}");
    }
    let before = project.listing();
    let document = fixed(&project, &["src"]);
    assert_eq!(notices(&document), ["fix: no finding has a fix"]);
    assert_eq!(project.listing(), before);
}

#[test]
fn what_is_fixed_counts_for_the_gate_of_that_run_and_not_of_the_next() {
    let project = project(&[("src/a.py", "a = old_load(b)\n")]);
    let run = |fix: &[&str]| {
        let base =
            ["scan", "--scanner", "sast", "--rules", "rules.yml", "--fail-on-severity", "low"];
        project.run(&[&base[..], fix, &["-o", "text", "src"]].concat())
    };
    let offered = run(&[]);
    assert_eq!(offered.code, 1);
    assert!(offered.stdout.contains("note    fix available: run with --fix"), "{}", offered.stdout);
    let changed = run(&["--fix"]);
    assert_eq!(changed.code, 1);
    assert!(changed.stdout.contains("note    fixed"), "{}", changed.stdout);
    assert!(
        changed.stdout.contains("notice  fix: 1 finding fixed in 1 file"),
        "{}",
        changed.stdout
    );
    assert_eq!(run(&["--fix"]).code, 0);
}

#[test]
fn a_dry_run_shows_a_diff_and_writes_nothing_but_the_report_it_was_asked_for() {
    let text = "1\n2\n3\n4\na = old_load(b)\n6\n7\n8\n9\n";
    let project = project(&[("src/a.py", text), ("src/b.py", "outer()")]);
    let before = project.listing();
    let run = project.run(&[&FIX[..], &["--dry-run", "src"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(
        run.stdout,
        "--- a/a.py\n+++ b/a.py\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-a = old_load(b)\n+a = new_load(b)\n 6\n 7\n 8\n\
         --- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-outer()\n\\ No newline at end of file\n+other()\n\
         \\ No newline at end of file\n"
    );
    assert_eq!(project.listing(), before);
    let file = [&FIX[..], &["--dry-run", "-o", "json=out.json", "src"]].concat();
    assert_eq!(project.run(&file).stdout, run.stdout);
    let document: Value = serde_json::from_str(&read(&project, "out.json")).unwrap();
    assert_eq!(notices(&document), ["fix: 2 findings would be fixed in 2 files"]);
    assert!(!document.to_string().contains("\"fixed\":true"), "{document}");
    project
        .run(&[&FIX[..], &["--dry-run", "-o", "json", "src"]].concat())
        .refused(&["standard output", "--output json=FILE"]);
}

#[test]
fn of_fixes_in_one_place_the_first_is_made_and_one_that_breaks_the_file_is_not() {
    let text = "outer(1, old_load(2))\nfragile(3)\nold_load(4)\n";
    let project = project(&[("src/a.py", text)]);
    let document = fixed(&project, &["src"]);
    assert_eq!(read(&project, "src/a.py"), "other(1, old_load(2))\nfragile(3)\nnew_load(4)\n");
    assert_eq!(
        notices(&document),
        [
            "fix: 2 findings fixed in 1 file",
            "fix: a.py:1:10 acme.load is left: it overlaps the fix of acme.call",
            "fix: a.py:2:1 acme.broken is left: the file would have a mistake in its syntax",
        ]
    );
    let left: Vec<&Value> = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| &finding["metadata"]["fix_left"])
        .filter(|why| !why.is_null())
        .collect();
    assert_eq!(left.len(), 2, "{document}");
}

#[test]
fn what_is_silenced_filtered_or_elsewhere_stays_as_it_is() {
    let text = "old_load(1)  # nosec\nold_load(2)  # securescan: ignore acme.load\nunsure(3)\n";
    let project =
        project(&[("src/a.py", text), ("src/b.py", "old_load(4)\n"), ("c.py", "old_load(5)\n")]);
    project
        .write(".securescan.yml", "ignored_rules: [{rule: acme.load, paths: [src/b.py, b.py]}]\n");
    let before = project.listing();
    let document = fixed(&project, &["src"]);
    assert_eq!(notices(&document), ["fix: no finding has a fix"]);
    assert_eq!(project.listing(), before);
    project.remove(".securescan.yml");
    let base = ["baseline", "--scanner", "sast", "--rules", "rules.yml", "src", "-o", "base.json"];
    let run = project.run(&base);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document = fixed(&project, &["--baseline", "base.json", "src"]);
    assert_eq!(notices(&document), ["fix: no finding has a fix"]);
    fixed(&project, &["--exclude", "b.py", "--exclude", "src/b.py", "src"]);
    assert_eq!(read(&project, "src/b.py"), "old_load(4)\n");
    fixed(&project, &["src"]);
    assert_eq!(read(&project, "src/b.py"), "new_load(4)\n");
    assert_eq!(read(&project, "c.py"), "old_load(5)\n");
    project.run(&[&FIX[..], &["--no-suppress", "src"]].concat()).refused(&["--no-suppress"]);
    assert_eq!(read(&project, "src/a.py"), text);
}

#[test]
fn mode_line_ends_and_marks_are_kept_and_links_are_not_followed() {
    use std::os::unix::fs::PermissionsExt as _;
    let project =
        project(&[("src/a.py", "\u{feff}old_load(1)\r\nx = 2\r\n"), ("out/b.py", "old_load(2)\n")]);
    project.link("src/b.py", "../out/b.py");
    project.link("src/more", "../out");
    project.write("src/latin.py", b"old_load('\xe9')\n");
    project.write("src/locked.py", "old_load(3)\n");
    let mode = |path: &str, mode: u32| {
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(project.path(path), permissions).unwrap();
    };
    mode("src/a.py", 0o751);
    mode("src/locked.py", 0o444);
    let document = fixed(&project, &["src"]);
    assert_eq!(read(&project, "src/a.py"), "\u{feff}new_load(1)\r\nx = 2\r\n");
    let kept = project.path("src/a.py").metadata().unwrap().permissions().mode() & 0o7777;
    assert_eq!(kept, 0o751);
    assert_eq!(read(&project, "out/b.py"), "old_load(2)\n");
    assert!(project.path("src/b.py").symlink_metadata().unwrap().is_symlink());
    assert_eq!(
        notices(&document),
        [
            "fix: 1 finding fixed in 1 file",
            "fix: latin.py:1:1 acme.load is left: the file is not UTF-8",
            "fix: locked.py:1:1 acme.load is left: the file cannot be written: it is read-only",
        ]
    );
    assert_eq!(std::fs::read(project.path("src/latin.py")).unwrap(), b"old_load('\xe9')\n");
    assert_eq!(read(&project, "src/locked.py"), "old_load(3)\n");
}

#[test]
fn only_files_of_the_work_tree_are_fixed() {
    let project = project(&[("src/a.py", "old_load(1)\n")]);
    project.commit("", &[]);
    for args in [
        &["--fix", "--staged"][..],
        &["--fix", "--sbom", "x"],
        &["--dry-run"],
        &["--fix", "https://example.com"],
    ] {
        let run = project.run(&[&["scan"][..], args].concat());
        assert_eq!(run.code, 2, "{args:?} {}", run.stderr);
    }
    let run = project.call(&["scan", "-", "--fix"]).input("old_load(1)\n").run();
    run.refused(&["only files of the work tree can be fixed"]);
    assert_eq!(read(&project, "src/a.py"), "old_load(1)\n");
}

#[test]
fn a_diff_shows_no_secret_and_nothing_a_terminal_acts_upon() {
    let secret = password("fix");
    let text = format!(
        "password = \"{secret}\"\nold_load(\"{secret}\")  # \u{1b}[2J\u{202e}\n\t::error::x\nold_load(1)\n"
    );
    let project = project(&[("src/a.py", &text)]);
    let dry =
        ["scan", "--type", "code", "--native-only", "--rules", "rules.yml", "--fix", "--dry-run"];
    let run =
        project.run(&[&dry[..], &["-o", "json=out.json", "-o", "sarif=out.sarif", "src"]].concat());
    for shown in [&run.stdout, &read(&project, "out.json"), &read(&project, "out.sarif")] {
        assert!(!shown.contains(&secret), "{shown}");
    }
    assert!(run.stdout.contains("-old_load(\"********\")"), "{}", run.stdout);
    assert!(run.stdout.contains("+new_load(1)"), "{}", run.stdout);
    assert!(!run.stdout.contains(['\u{1b}', '\u{202e}']), "{}", run.stdout);
    assert!(!run.stdout.contains("::error"), "{}", run.stdout);
    let plain = run.stdout.clone();
    let colour = project.run(&[&["--color", "always"], &dry[..], &["src"]].concat()).stdout;
    assert!(colour.contains("\u{1b}[32m+new_load(1)"), "{colour}");
    project.run(&[&dry[..7], &["src"]].concat());
    assert!(read(&project, "src/a.py").contains(&format!("new_load(\"{secret}\")")), "{plain}");
}

#[test]
fn reports_for_programs_carry_the_fix() {
    let project = project(&[("src/a.py", "é = old_load(b)\n")]);
    let scan = ["scan", "--scanner", "sast", "--rules", "rules.yml", "src", "-o"];
    let document = project.run(&[&scan[..], &["json"]].concat()).json();
    let fix = &document["findings"][0]["metadata"]["fix"];
    let expected = serde_json::json!({
        "line": 1, "column": 5, "end_line": 1, "end_column": 16, "replacement": "new_load(b)"
    });
    assert_eq!(*fix, expected);
    let log = project.run(&[&scan[..], &["sarif"]].concat()).json();
    let change = &log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0];
    assert_eq!(change["artifactLocation"]["uri"], "a.py");
    let replacement = &change["replacements"][0];
    let region =
        serde_json::json!({"startLine": 1, "startColumn": 5, "endLine": 1, "endColumn": 16});
    assert_eq!(replacement["deletedRegion"], region);
    assert_eq!(replacement["insertedContent"]["text"], "new_load(b)");
    let log = project.run(&[&FIX[..], &["-o", "sarif", "src"]].concat()).json();
    assert!(log["runs"][0]["results"][0]["fixes"].is_null(), "what is fixed needs no fix");
}

#[test]
fn a_built_in_rule_mends_what_it_found() {
    let project = Project::new(&[
        ("a.py", "import yaml\na = yaml.load(b)\n"),
        ("run", "#!/usr/bin/env node\nconst a = new https.Agent({ rejectUnauthorized: false });\n"),
    ]);
    project.run(&["scan", "--scanner", "sast", "--autofix"]);
    assert_eq!(read(&project, "a.py"), "import yaml\na = yaml.safe_load(b)\n");
    assert!(
        read(&project, "run").contains("rejectUnauthorized: true"),
        "{}",
        read(&project, "run")
    );
}

#[test]
fn rules_are_tested_on_what_their_fixes_make() {
    let project = project(&[
        ("rules.py", "# ruleid: acme.load\nold_load(1)\nouter(2)\n"),
        ("rules.fixed.py", "# ruleid: acme.load\nnew_load(1)\nother(2)\n"),
    ]);
    let run = project.run(&["rules", "test", "rules.yml"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    project.write("rules.fixed.py", "# ruleid: acme.load\nnew_load(1)\nouter(2)\n");
    let run = project.run(&["rules", "test", "rules.yml"]);
    assert_eq!(run.code, 1);
    let told = "rules.py: fixed, it differs from ./rules.fixed.py in line 3";
    assert!(run.stdout.contains(told), "{}", run.stdout);
    project.write("rules.yml", RULES.replace("'^outer'", "'(outer'"));
    let run = project.run(&["rules", "lint", "rules.yml"]);
    assert!(run.stdout.contains("acme.call: fix-regex: "), "{}", run.stdout);
}
