//! Settings from outside: which file counts, what a broken one gets, what a repository may not do.

use crate::project::{Project, leak};
use serde_json::Value;

const SCAN: [&str; 5] = ["scan", "--scanner", "secrets", "-o", "json"];

#[test]
fn a_broken_file_is_one_message_with_its_place_and_a_hint_and_nothing_is_written() {
    let project = Project::new(&[("a.py", &leak("a"))]);
    for (text, place, message) in [
        ("fail_on_severity: hgih\n", "1:19", "\"hgih\" is not a severity"),
        ("paths:\n  ignore: [\"a{\"]\n", "2:12", "glob"),
        ("x: 1\n", "1:1", "x"),
        ("scan_types: [code\n", "", ""),
        ("scan_types: code: iac\n", "", ""),
        ("limits:\n  threads: 0\n", "2:12", ""),
        ("limits:\n  max_file_size: ten\n", "2:18", ""),
        ("scanners:\n  enable: [secret]\n", "2:12", "secret"),
        ("a: 1\na: 2\n", "", ""),
        ("- list\n", "1:1", ""),
        ("ai: false\n---\nai: false\n", "", ""),
        ("a: \"\\x\"\n", "", ""),
        ("\u{feff}fail_on_severity: no\n", "1:19", ""),
    ] {
        project.write(".securescan.yml", text);
        let before = project.listing();
        let outcome = project.run(&["scan", "-o", "json=out.json", "-o", "text"]);
        outcome.refused(&["error: .securescan.yml:", place, message, "hint: "]);
        assert_eq!(outcome.stderr.matches("error: .securescan.yml").count(), 1, "{text}");
        assert_eq!(project.listing(), before, "{text}");
    }
    for bytes in [&b"fail_on_severity: \xff\n"[..], b"a\0b\n", b"\xff\xfea\0"] {
        project.write(".securescan.yml", bytes);
        project.run(&["scan"]).refused(&[".securescan.yml"]);
    }
    assert_eq!(project.run(&["scan", "--no-config", "-q"]).code, 0);
}

#[test]
fn a_flag_wins_over_the_environment_over_the_repository_over_the_user_over_the_default() {
    let project = Project::new(&[("a.py", &leak("a"))]);
    let user = project.home().join(".config/securescan");
    std::fs::create_dir_all(&user).unwrap();
    let setting = |count: u32| format!("fail_on_count: {count}\n");
    let shown = |variable: Option<&str>, args: &[&str]| -> Value {
        let mut call = project.call(&[&["config", "show", "-o", "json"], args].concat());
        if let Some(value) = variable {
            call = call.env("SECURESCAN_FAIL_ON_COUNT", value);
        }
        call.run().json()["fail_on_count"]["value"].clone()
    };
    assert_eq!(shown(None, &[]), Value::Null);
    std::fs::write(user.join("config.yml"), setting(4)).unwrap();
    assert_eq!(shown(None, &[]), 4);
    project.write(".securescan.yml", setting(3));
    assert_eq!(shown(None, &[]), 3);
    assert_eq!(shown(Some("2"), &[]), 2);
    let other = project.home().join("other.yml");
    std::fs::write(&other, setting(7)).unwrap();
    assert_eq!(shown(None, &["--config", other.to_str().unwrap()]), 7);
    let gate = |args: &[&str]| project.run(&[&["scan", "-q"], args].concat()).code;
    project.write(".securescan.yml", setting(0));
    assert_eq!((gate(&[]), gate(&["--fail-on-count", "5"]), gate(&["--no-config"])), (1, 0, 0));
}

#[test]
fn the_nearest_file_above_the_target_counts_and_a_repository_is_not_left() {
    let project = Project::new(&[
        (".securescan.yml", "fail_on_count: 0\n"),
        ("inner/a.py", &leak("a")),
        ("inner/deep/b.py", &leak("b")),
    ]);
    let code = |target: &str| project.run(&["scan", "-q", target]).code;
    assert_eq!((code("inner/deep"), code("inner/a.py")), (1, 1));
    project.write("inner/.securescan.yml", "fail_on_count: 9\n");
    assert_eq!((code("inner/deep"), code(".")), (0, 1));
    std::fs::remove_file(project.path("inner/.securescan.yml")).unwrap();
    project.commit("inner", &[]);
    assert_eq!(code("inner/deep"), 0, "the file outside the repository has no say");
}

#[test]
fn a_named_file_that_is_not_there_or_no_file_is_refused() {
    let project = Project::new(&[("a.py", "x = 1\n"), ("folder/x", "")]);
    project.fifo("pipe");
    for (path, text) in [
        ("gone.yml", "no such file"),
        ("folder", "it is not a regular file"),
        ("pipe", "it is not a regular file"),
        ("/dev/zero", "it is not a regular file"),
    ] {
        project.run(&["scan", "--config", path]).refused(&[path, text]);
        let call = project.call(&["scan"]).env("SECURESCAN_CONFIG", path);
        call.run().refused(&[text]);
    }
}

#[test]
fn a_repository_cannot_reach_outside_itself_or_turn_on_what_sends_data() {
    let project = Project::new(&[("a.py", &leak("a"))]);
    project.commit("", &[]);
    std::fs::write(project.home().join("base.json"), "not json, and never read").unwrap();
    project.link("link.json", project.home().join("base.json"));
    for (text, word) in [
        ("ai: true\n", "ai"),
        ("baseline: ../base.json\n", "baseline"),
        ("baseline: link.json\n", "baseline"),
        ("baseline: /etc/passwd\n", "baseline"),
        ("secrets: {rules: [../../etc]}\n", "secrets.rules"),
        ("semgrep_rules: [p/ci]\n", "semgrep_rules"),
    ] {
        project.write(".securescan.yml", text);
        let outcome = project.run(&SCAN);
        assert_eq!(outcome.code, 0, "{text}: {}", outcome.stderr);
        assert_eq!(outcome.places().len(), 1, "{text}");
        assert!(outcome.json()["notices"].to_string().contains(word), "{text}");
    }
}

#[test]
fn rule_packs_of_the_user_find_and_bad_ones_say_where_they_are_bad() {
    let good = "rules:\n  - id: secrets/acme-token\n    title: Acme token\n    severity: critical\n    \
        confidence: high\n    description: Opens everything.\n    remediation: Revoke it.\n    \
        keywords: ['acme_dt_']\n    pattern: '\\b(?<secret>acme_dt_[0-9a-f]{40})\\b'\n    \
        examples:\n      hit: ['T=acme_dt_{{hex:40}}']\n      miss: ['T=acme_dt_{{hex:12}}']\n";
    let token = crate::project::secret("acme", "acme_dt_{{hex:40}}");
    let project = Project::new(&[("packs/acme.yml", good)]);
    project.write("src/a.txt", format!("x {token}\n"));
    for args in [&["--rules", "packs/acme.yml", "src"][..], &["--rules", "packs", "src"]] {
        assert_eq!(project.secrets(args), ["a.txt:1:3 secrets/acme-token"]);
    }
    assert_eq!(project.run(&["rules", "test", "packs"]).code, 0);
    project.write(".securescan.yml", "secrets: {rules: [packs/acme.yml]}\n");
    assert_eq!(project.secrets(&["src"]), ["a.txt:1:3 secrets/acme-token"]);
    std::fs::remove_file(project.path(".securescan.yml")).unwrap();
    for (from, to, text) in [
        ("severity: critical", "severity: awful", "awful"),
        ("    title: Acme token\n", "", "title"),
        ("pattern: '\\b(", "pattern: '\\b((", "acme.yml"),
        ("confidence: high", "confidense: high", "`confidence`"),
        ("rules:", "rulez:", "rul"),
        ("(?<secret>", "(?<other>", "secret"),
        ("['acme_dt_']", "['ac']", "keyword"),
    ] {
        assert!(good.contains(from));
        project.write("bad/acme.yml", good.replace(from, to));
        let outcome = project.run(&["scan", "--rules", "bad", "src", "-o", "json=out.json"]);
        outcome.refused(&["bad/acme.yml:", text]);
        assert!(!project.path("out.json").exists());
        assert_ne!(project.run(&["rules", "test", "bad"]).code, 0, "{to}");
    }
    project.write("weak/acme.yml", good.replace("{{hex:12}}", "{{hex:40}}"));
    let outcome = project.run(&["rules", "test", "weak"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    assert!(outcome.stdout.contains("secrets/acme-token"), "{}", outcome.stdout);
    for path in ["gone.yml", "src/a.txt"] {
        project.run(&["scan", "--rules", path]).refused(&[path]);
    }
}

#[test]
fn validate_lists_all_mistakes_and_tells_valid_from_invalid_by_its_exit_code() {
    let project = Project::new(&[(".securescan.yml", "fail_on_severity: high\n")]);
    let outcome = project.run(&["config", "validate"]);
    assert_eq!((outcome.code, &*outcome.stderr), (0, ""));
    assert!(outcome.stdout.starts_with(".securescan.yml: OK\n"));
    let text = "fail_on_severity: hgih\nignored_rules: [secrets/private-kee]\nxx: 1\n";
    project.write(".securescan.yml", text);
    let outcome = project.run(&["config", "validate"]);
    assert_eq!(outcome.code, 1);
    for part in [":1:19: error:", "did you mean \"high\"?", "secrets/private-key", ":3:1: error:"] {
        assert!(outcome.stdout.contains(part), "{part}: {}", outcome.stdout);
    }
    let json = project.run(&["config", "validate", "-o", "json"]);
    assert_eq!((json.code, &json.json()["valid"]), (1, &Value::Bool(false)));
    let empty = Project::new(&[]);
    assert_eq!(empty.run(&["config", "validate"]).code, 2);
    assert_eq!(empty.run(&["config", "validate", "gone.yml"]).code, 2);
}
