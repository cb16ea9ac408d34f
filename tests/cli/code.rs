//! Code analysis from outside: built-in rules, rules of the user in Semgrep's syntax, their tests, their mistakes, and the flow of values.

use crate::project::Project;

const FLOW: &str = "import subprocess\nfrom flask import request\n\ndef view():\n    name = request.args.get(\"name\")\n    \
                    line = \"ls \" + name\n    subprocess.run(line, shell=True)\n";

const RULE: &str = "rules:
  - id: acme.no-frobnicate
    languages: [python]
    severity: WARNING
    message: $X is frobnicated
    metadata: {cwe: 'CWE-676: Use of Potentially Dangerous Function', confidence: HIGH}
    patterns:
      - pattern: frobnicate($X)
      - pattern-not: frobnicate(\"...\")
";

const TARGET: &str = "# ruleid: acme.no-frobnicate
frobnicate(value)
# ok: acme.no-frobnicate
frobnicate(\"text\")
";

fn ids(project: &Project, args: &[&str]) -> Vec<String> {
    let fixed = ["scan", "--scanner", "sast", "-o", "json"];
    let document = project.run(&[&fixed[..], args].concat()).json();
    let findings = document["findings"].as_array().unwrap();
    findings.iter().map(|one| one["rule_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_value_of_a_request_is_followed_into_a_command_and_every_report_says_how() {
    let project = Project::new(&[("app.py", FLOW)]);
    assert!(ids(&project, &[]).contains(&"python.process.request-command".to_owned()));
    let text = project.run(&["scan", "--scanner", "sast", "-o", "text"]).stdout;
    assert!(text.contains("from line 5 through line 6 to line 7"), "{text}");
    let html = project.run(&["scan", "--scanner", "sast", "-o", "html"]).stdout;
    assert!(html.contains("<dt>Flow</dt><dd>from line 5 through line 6 to line 7</dd>"));
    let sarif = project.run(&["scan", "--scanner", "sast", "-o", "sarif"]).json();
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let flow =
        results.iter().find(|one| one["ruleId"] == "python.process.request-command").unwrap();
    let places = flow["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    let lines: Vec<u64> = places
        .iter()
        .map(|one| one["location"]["physicalLocation"]["region"]["startLine"].as_u64().unwrap())
        .collect();
    assert_eq!((lines[0], *lines.last().unwrap()), (5, 7), "{lines:?}");
}

#[test]
fn rules_of_the_user_find_beside_the_built_in_ones_however_they_are_named() {
    let project = Project::new(&[("rules/acme.yml", RULE), ("src/a.py", "frobnicate(x)\n")]);
    let own = vec!["acme.no-frobnicate".to_owned()];
    assert_eq!(ids(&project, &["src"]), Vec::<String>::new());
    for path in ["rules", "rules/acme.yml"] {
        assert_eq!(ids(&project, &["--rules", path, "src"]), own);
    }
    let run = project.run(&["scan", "--scanner", "sast", "--rules", "rules", "-o", "json", "src"]);
    let document = run.json();
    let finding = &document["findings"][0];
    assert_eq!(finding["description"], "x is frobnicated");
    assert_eq!(finding["severity"], "medium");
    assert_eq!(finding["cwe"], "CWE-676");
    project.write(".securescan.yml", "semgrep_rules: [rules]\n");
    assert_eq!(ids(&project, &["src"]), own);
}

#[test]
fn a_rule_is_tested_on_the_file_beside_it_and_says_which_lines_are_wrong() {
    let project = Project::new(&[("rules/acme.yml", RULE), ("rules/acme.py", TARGET)]);
    let run = project.run(&["rules", "test", "rules"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("1 rules, 2 examples, 0 failures"), "{}", run.stderr);
    project.write(
        "rules/acme.py",
        TARGET.replace("(value)", "(\"value\")").replace("(\"text\")", "(text)"),
    );
    let run = project.run(&["rules", "test", "rules"]);
    assert_eq!(run.code, 1);
    assert_eq!(
        run.stdout.trim(),
        "rules/acme.py: acme.no-frobnicate: expected and not found: line 2; found and not expected: line 4"
    );
    let run = project.run(&["rules", "test", "rules", "--explain-match", "acme.no-frobnicate"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("pattern-not: 1 matches"), "{}", run.stdout);
}

/// A report without its line breaks.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn a_rule_that_only_says_what_must_not_be_there_is_refused() {
    let rule = |body: &str| RULE.replace("pattern: frobnicate($X)", body);
    for body in [
        "patterns: [{pattern-not: foo()}]",
        "pattern-either: [{pattern: a()}, {patterns: [{pattern-not: b()}]}]",
    ] {
        let project = Project::new(&[("rules/a.yml", &rule(body)), ("src/a.py", "foo()\n")]);
        let run = project.run(&["rules", "lint", "rules"]);
        assert_eq!(run.code, 1, "{body}");
        assert!(run.stdout.contains("it only says what must not be there"), "{}", run.stdout);
    }
    let inside = rule("patterns: [{pattern-inside: \"def $F(...): ...\"}]");
    let project = Project::new(&[("rules/a.yml", &inside)]);
    assert_eq!(project.run(&["rules", "lint", "rules"]).code, 0);
}

#[test]
fn a_rule_file_that_is_no_yaml_fails_the_test_and_is_left_out_of_a_scan_that_keeps_going() {
    let project = Project::new(&[
        ("rules/a.yml", RULE),
        ("rules/b.yml", "rules:\n- id: [\n  x: }\n"),
        ("src/a.py", "frobnicate(x)\n"),
    ]);
    let run = project.run(&["rules", "test", "rules"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    assert!(run.stdout.contains("b.yml:"), "{}", run.stdout);
    let scan = ["scan", "--scanner", "sast", "--rules", "rules", "src"];
    assert_eq!(project.run(&scan).code, 2);
    let run = project.run(&[&scan[..], &["--keep-going"]].concat());
    assert!(run.code < 2, "{}", run.stderr);
    assert!(on_one_line(&run.stdout).contains("the file is left out"), "{}", run.stdout);
}

#[test]
fn a_broken_rule_stops_the_scan_with_its_place_unless_it_is_to_keep_going() {
    let broken = RULE.replace("pattern: frobnicate($X)", "pattren: frobnicate($X)");
    let project = Project::new(&[("rules/a.yml", &broken), ("src/a.py", "frobnicate(x)\n")]);
    let run = project.run(&["scan", "--rules", "rules", "src"]);
    assert_eq!(run.code, 2);
    let told = "rules/a.yml:8:18: acme.no-frobnicate: pattren is not known";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    let run = project.run(&["rules", "lint", "rules"]);
    assert_eq!(run.code, 1);
    assert!(run.stdout.contains(told), "{}", run.stdout);
    let run =
        project.run(&["scan", "--scanner", "sast", "--rules", "rules", "--keep-going", "src"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(on_one_line(&run.stdout).contains("the rule is left out"), "{}", run.stdout);
}

#[test]
fn a_rule_that_needs_what_is_not_done_is_skipped_and_the_run_says_so() {
    let odd = RULE.replace("languages: [python]", "languages: [cobol]");
    let project = Project::new(&[("rules/a.yml", &odd), ("src/a.py", "frobnicate(x)\n")]);
    let run = project.run(&["scan", "--scanner", "sast", "--rules", "rules", "-o", "json", "src"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("rule acme.no-frobnicate is skipped: language cobol is not read"),
        "{}",
        run.stdout
    );
}

#[test]
fn ids_of_other_tools_silence_our_rules() {
    let call = "import subprocess\nsubprocess.run(line, shell=True)";
    for comment in
        ["# nosec B602", "# nosec", "# noqa: S602", "# nosemgrep", "# securescan: ignore B602"]
    {
        let project = Project::new(&[("a.py", &format!("{call}  {comment}\n"))]);
        assert_eq!(ids(&project, &["--hide-suppressed"]), Vec::<String>::new(), "{comment}");
    }
    let project = Project::new(&[("a.py", &format!("{call}  # noqa\n"))]);
    assert_ne!(ids(&project, &[]), Vec::<String>::new());
}

#[test]
fn what_is_hardly_ever_a_problem_is_asked_for_by_name() {
    let project = Project::new(&[("a.py", "def f(x):\n    assert x\n")]);
    assert_eq!(ids(&project, &[]), Vec::<String>::new());
    let all = ids(&project, &["--min-confidence", "low"]);
    assert!(all.iter().any(|id| id.contains("assert")), "{all:?}");
    assert_eq!(ids(&project, &["--confidence", "low"]), all);
}

#[test]
fn a_file_that_cannot_be_read_in_part_is_matched_where_it_can_and_the_run_says_so() {
    let project = Project::new(&[(
        "a.py",
        "import subprocess\n\nx = ) 1\n\nsubprocess.run(line, shell=True)\n",
    )]);
    let run = project.run(&["scan", "--scanner", "sast", "-o", "json"]);
    assert!(run.stdout.contains("python.process.subprocess-shell"), "{}", run.stdout);
    assert!(
        run.stdout.contains("not all of it is python that can be read (line 3)"),
        "{}",
        run.stdout
    );
}

#[test]
fn a_password_in_code_is_in_no_report() {
    let secret = format!("hunter{}EXAMPLE", 2);
    let project =
        Project::new(&[("a.py", &format!("connect(user=\"root\", password=\"{secret}\")\n"))]);
    for form in ["text", "json", "sarif", "html", "csv"] {
        let run = project.run(&["scan", "--type", "code", "--min-confidence", "low", "-o", form]);
        assert!(!run.stdout.contains(&secret), "{form}: {}", run.stdout);
    }
}

#[test]
fn a_rule_for_a_language_that_is_not_read_runs_in_its_others_and_the_run_says_both() {
    let both = RULE.replace("languages: [python]", "languages: [cobol, python]");
    let project = Project::new(&[("rules/a.yml", &both), ("src/a.py", "frobnicate(x)\n")]);
    let run = project.run(&["scan", "--scanner", "sast", "--rules", "rules", "-o", "json", "src"]);
    let document = run.json();
    assert_eq!(document["findings"].as_array().unwrap().len(), 1);
    let told =
        "sast: rule acme.no-frobnicate: language cobol is not read; the rule is asked in python";
    assert_eq!(document["notices"], serde_json::json!([told]));
}

#[test]
fn the_configuration_names_every_broken_rule_of_its_packs_with_its_place() {
    let broken = RULE.replace("pattern: frobnicate($X)", "pattren: frobnicate($X)");
    let second = broken.replace("acme.no-frobnicate", "acme.second").replace("rules:\n", "");
    let odd = RULE.replace("acme.no", "acme.odd").replace("[python]", "[python, cobol]");
    let project =
        Project::new(&[("rules/a.yml", &format!("{broken}{second}")), ("rules/deep/b.yml", &odd)]);
    for key in ["semgrep_rules: [rules]\n", "secrets: {rules: [rules]}\n"] {
        project.write(".securescan.yml", key);
        let run = project.run(&["config", "validate"]);
        assert_eq!(run.code, 1, "{key} {}", run.stdout);
        for told in [
            "error: rules/a.yml:8:18: acme.no-frobnicate: pattren is not known",
            "error: rules/a.yml:16:18: acme.second: pattren is not known",
            "warning: rules/deep/b.yml:2:5: rule acme.odd-frobnicate: language cobol is not read; the rule is asked in python",
        ] {
            assert!(run.stdout.contains(told), "{key}: no {told:?} in {}", run.stdout);
        }
    }
    project.write("rules/a.yml", RULE);
    project.write(
        ".securescan.yml",
        "semgrep_rules: [rules, p/ci]\nignored_rules: [acme.no-frobnicate]\n",
    );
    let run = project.run(&["config", "validate"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(!run.stdout.contains("unknown rule"), "{}", run.stdout);
}

#[test]
fn confidence_in_code_has_a_key_of_its_own_and_one_flag_for_both() {
    let text = "import subprocess\npassword = \"changeme\"\n";
    let project = Project::new(&[("a.py", text)]);
    let sure = ids(&project, &[]).len();
    let all = ids(&project, &["--min-confidence", "low"]).len();
    assert!(all > sure);
    for (setting, expected) in [
        ("sast: {min_confidence: low}\n", all),
        ("secrets: {min_confidence: low}\n", sure),
        ("sast: {min_confidence: high}\nsecrets: {min_confidence: low}\n", sure),
    ] {
        project.write(".securescan.yml", setting);
        assert_eq!(ids(&project, &[]).len(), expected, "{setting}");
    }
    project.write(".securescan.yml", "sast: {min_confidence: high}\n");
    assert_eq!(ids(&project, &["--confidence", "low"]).len(), all, "the flag wins");
    let run = project.call(&["scan", "--scanner", "sast", "-o", "json"]);
    let document = run.env("SECURESCAN_MIN_CONFIDENCE", "low").run().json();
    assert_eq!(document["findings"].as_array().unwrap().len(), all, "so does the variable");
}

#[test]
fn seconds_for_a_file_are_between_one_and_six_hundred() {
    let project = Project::new(&[("a.py", "x = 1\n")]);
    for seconds in ["0", "601", "-1", "soon"] {
        let flag = format!("--timeout-per-file={seconds}");
        assert_eq!(project.run(&["scan", &flag]).code, 2, "{seconds}");
        project.write(".securescan.yml", format!("limits: {{timeout_per_file: {seconds}}}\n"));
        project.run(&["scan"]).refused(&["limits.timeout_per_file"]);
    }
    project.write(".securescan.yml", "limits: {timeout_per_file: 600}\n");
    assert_eq!(project.run(&["scan", "--timeout-per-file", "1"]).code, 0);
    let shown = project.run(&["config", "show", "-o", "json"]).json();
    assert_eq!(shown["limits.timeout_per_file"]["value"], 600);
}
