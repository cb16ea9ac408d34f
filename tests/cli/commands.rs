//! Every command beside `scan`: status, explain, rules, completions, man, help.

use crate::project::{Project, leak, password};
use securescan::cli::env::Env;
use securescan::cli::term::Colour;
use securescan::cli::{Io, explain, status::Form};
use securescan::engine::{ENGINES, all_rules};

#[test]
fn status_lists_every_scanner_in_both_forms() {
    let project = Project::new(&[]);
    let text = project.run(&["status", "--checks"]);
    let json = project.run(&["status", "-o", "json"]);
    assert_eq!((text.code, json.code, &*text.stderr), (0, 0, ""));
    let rows = json.json()["scanners"].as_array().unwrap().clone();
    assert_eq!(rows.len(), ENGINES.len());
    for (engine, row) in ENGINES.iter().zip(rows) {
        assert_eq!(row["scanner"], engine.meta.id.as_str());
        assert_eq!(row["type"], engine.meta.scan_type.as_str());
        // There is no advisory database in this home.
        assert_eq!(row["available"], engine.meta.id.as_str() != "osv", "{row}");
        assert!(text.stdout.contains(engine.meta.id.as_str()));
        assert!(engine.meta.checks.iter().all(|check| text.stdout.contains(check)));
    }
}

#[test]
fn every_rule_is_explained_by_its_id_and_its_aliases() {
    let env = Env::from_pairs([], std::env::temp_dir());
    for rule in all_rules() {
        for name in std::iter::once(&rule.id).chain(&rule.aliases) {
            let (mut out, mut err) = (Vec::new(), Vec::new());
            let colour = Colour::Never;
            let mut io = Io { out: &mut out, err: &mut err, env: &env, colour };
            let args = explain::Args { rule: name.clone(), output: Form::Text };
            assert_eq!(explain::run(&args, &mut io).unwrap(), 0, "{name}");
            let text = String::from_utf8(out).unwrap();
            if *name != rule.id {
                // Several rules may go by a former name.
                assert!(text.contains(name.as_str()), "{name}");
                continue;
            }
            for part in [&rule.title, &rule.description, &rule.remediation] {
                assert!(!part.trim().is_empty() && text.contains(part.as_str()), "{name}");
            }
        }
    }
}

#[test]
fn explain_takes_short_names_and_prints_json() {
    let project = Project::new(&[]);
    for name in ["secrets/private-key", "private-key"] {
        let text = project.run(&["explain", name]);
        assert_eq!((text.code, &*text.stderr), (0, ""));
        assert!(text.stdout.starts_with("secrets/private-key - "), "{}", text.stdout);
        let json = project.run(&["explain", name, "-o", "json"]).json();
        assert_eq!(json["id"], "secrets/private-key");
    }
}

#[test]
fn rules_are_listed_filtered_and_parse_as_json() {
    let project = Project::new(&[]);
    let ids = |args: &[&str]| -> Vec<String> {
        let run = project.run(&[&["rules", "list", "-o", "json"], args].concat());
        assert_eq!((run.code, &*run.stderr), (0, ""));
        let rules = run.json().as_array().unwrap().clone();
        rules.iter().map(|rule| rule["id"].as_str().unwrap().to_owned()).collect()
    };
    let all = ids(&[]);
    let mut expected: Vec<String> = all_rules().into_iter().map(|rule| rule.id).collect();
    expected.sort();
    assert_eq!(all, expected);
    let hygiene = ids(&["--scanner", "git-hygiene"]);
    assert!(!hygiene.is_empty() && hygiene.iter().all(|id| id.starts_with("git-hygiene/")));
    let critical = ids(&["--severity", "critical"]).len();
    assert!(critical > 10 && critical < all.len());
    assert!(ids(&["GitHub"]).iter().any(|id| id.contains("github")));
    assert_eq!(ids(&["no rule has this text"]), [""; 0]);
    let text = project.run(&["rules", "list"]);
    assert_eq!(text.stdout.lines().count(), all.len());
    project
        .run(&["rules", "list", "--scanner", "secret"])
        .refused(&["unknown scanner \"secret\"", "did you mean \"secrets\"?"]);
}

#[test]
fn the_built_in_rules_pass_their_own_examples() {
    let run = Project::new(&[]).run(&["rules", "test"]);
    assert_eq!((run.code, &*run.stdout), (0, ""));
    assert!(run.stderr.ends_with(" 0 failures\n"), "{}", run.stderr);
}

#[test]
fn completions_are_printed_for_five_shells_and_the_manual_for_every_command() {
    let project = Project::new(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let run = project.run(&["completions", shell]);
        assert_eq!((run.code, &*run.stderr), (0, ""), "{shell}");
        for word in ["securescan", "scan", "fail-on-severity", "explain"] {
            assert!(run.stdout.contains(word), "{shell}: {word}");
        }
    }
    let man = project.run(&["man"]);
    assert_eq!((man.code, &*man.stderr), (0, ""));
    assert!(man.stdout.contains(".TH securescan 1"), "{}", man.stdout);
    assert_eq!(project.run(&["man", "--folder", "pages/deep"]).code, 0);
    let mut pages: Vec<String> = std::fs::read_dir(project.path("pages/deep"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    pages.sort();
    for command in ["", "-scan", "-status", "-config-validate", "-rules-list"] {
        assert!(pages.contains(&format!("securescan{command}.1")), "{pages:?}");
    }
    project.write("file", "");
    project.run(&["man", "--folder", "file/x"]).refused(&["file/x"]);
}

#[test]
fn help_and_version_go_to_standard_output() {
    let project = Project::new(&[]);
    for args in [&["--help"][..], &["-h"], &["help"], &["scan", "-h"], &["help", "scan"], &["-V"]] {
        let run = project.run(args);
        assert_eq!((run.code, &*run.stderr), (0, ""), "{args:?}");
        assert!(run.stdout.contains("securescan"), "{args:?}");
    }
    let version = project.run(&["--version"]).stdout;
    assert_eq!(version, format!("securescan {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn baseline_writes_what_scan_accepts_and_keeps_what_people_added() {
    let project = Project::new(&[(".gitignore", ".env\n"), ("a.py", &leak("old"))]);
    let file = project.path(".securescan/baseline.json");
    let read = || std::fs::read_to_string(&file).unwrap();
    let gate = || {
        let base = ["--baseline", ".securescan/baseline.json", "--fail-on-count", "0", "-q"];
        project.run(&[&["scan"], &base[..]].concat()).code
    };
    assert_eq!(project.run(&["baseline"]).code, 0);
    let first = read();
    assert!(
        !first.contains(&password("old")[4..]) && !first.contains(project.root().to_str().unwrap())
    );
    assert_eq!(gate(), 0);
    assert_eq!(project.run(&["baseline"]).code, 0);
    assert_eq!(read(), first, "the same findings give the same bytes");

    let added = first.replacen("\"fingerprint\"", "\"reason\": \"agreed\", \"fingerprint\"", 1);
    project.write(".securescan/baseline.json", &added);
    project.write("b.py", leak("new"));
    assert_eq!(gate(), 1, "a new finding counts");
    assert_eq!(project.run(&["baseline"]).code, 0);
    assert!(read().contains("agreed"), "{}", read());
    assert_eq!(gate(), 0);

    project.write(".securescan.yml", "fail_on_severity: hgih\n");
    let before = read();
    project.run(&["baseline"]).refused(&[".securescan.yml:1:19"]);
    assert_eq!(read(), before);
}
