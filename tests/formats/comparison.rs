//! What a comparison says, in every format: the counts, what went, what the change does to the rules, and what neither side
//! looked at.

use super::{Case, all_shown, cases, rendered};
use securescan::report::{FORMATS, Options, by_name, json};
use serde_json::Value;

pub(crate) fn case(name: &str) -> Case {
    cases().into_iter().find(|case| case.name == name).unwrap()
}

/// Without what a format breaks lines and escapes with.
fn flat(text: &str) -> String {
    let text = text.replace(['\\', '\u{200b}', '`'], "").replace("%3A", ":");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn every_format_tells_what_the_change_does_to_the_rules_and_what_the_base_did_not_scan() {
    let run = case("diff").run;
    for format in FORMATS {
        let text = flat(&rendered(format, &run, &Options::default()));
        for told in
            ["old/legacy.cfg", "rotated", "fail_on_severity", ".securescan.yml", "no such rule"]
        {
            assert!(text.contains(told), "{} does not say {told}: {text}", format.name);
        }
        // Scanners of the head, and files.
        for told in ["ENOLOCK", "panicked at byte 4012", "gitleaks is not installed"] {
            assert!(text.contains(told), "{} does not say {told}", format.name);
        }
    }
}

#[test]
fn formats_that_have_a_place_for_them_list_what_is_fixed_and_moved() {
    let run = case("diff").run;
    for format in FORMATS {
        // An alert is closed by its absence; these formats have results for what is there alone.
        if ["sarif", "gitlab-codequality", "gitlab-sast", "github-annotations"]
            .contains(&format.name)
        {
            continue;
        }
        let text = rendered(format, &run, &Options::default());
        assert!(
            text.contains("infra/prod.tfvars") && text.contains("web/old.js"),
            "{}",
            format.name
        );
        if format.name != "github-review" {
            assert!(text.contains("deploy/old/漢字.yml"), "{}", format.name);
        }
    }
}

#[test]
fn the_document_has_its_own_schema_and_unchanged_findings_only_when_asked_for() {
    for (name, schema, gone) in [
        ("diff", "securescan/diff/v1", "fixed"),
        ("compare", "securescan/compare/v1", "disappeared"),
    ] {
        let run = case(name).run;
        let text = rendered(by_name("json").unwrap(), &run, &Options::default());
        let document: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(document["schema"], schema);
        let change = run.change.as_ref().unwrap();
        assert_eq!(document[gone].as_array().unwrap().len(), change.fixed.len());
        assert_eq!(document["new"].as_array().unwrap().len(), run.findings.len());
        assert_eq!(document["unchanged_count"], change.unchanged_count);
        assert!(document.get("unchanged").is_none() && document.get("findings").is_none());
        assert!(document["suppressed"].as_array().unwrap().is_empty());
        for list in ["ignores", "settings", "files", "silenced"] {
            assert!(document["audit"][list].is_array(), "{list}");
        }
        let read = json::parse(text.as_bytes()).unwrap().change.unwrap();
        assert!(read.unchanged.is_empty());
        assert_eq!(read.unchanged_count, change.unchanged_count);
    }
}

#[test]
fn lines_of_a_comparison_name_their_bucket_and_those_of_a_run_do_not() {
    let run = case("diff").run;
    let text = rendered(by_name("jsonl").unwrap(), &run, &all_shown());
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let count = |bucket: &str| lines.iter().filter(|line| line["bucket"] == bucket).count();
    let change = run.change.as_ref().unwrap();
    assert_eq!(count("new"), run.findings.len() + run.suppressed.len());
    assert_eq!(count("fixed"), change.fixed.len());
    assert_eq!(count("moved"), change.moved.len());
    assert_eq!(count("unchanged"), change.unchanged.len());
    let summary = lines.last().unwrap();
    assert_eq!(summary["base"]["commit"], "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d");
    assert_eq!(summary["audit"]["ignores"].as_array().unwrap().len(), 2);
    let plain = rendered(by_name("jsonl").unwrap(), &case("typical").run, &all_shown());
    assert!(!plain.contains("\"bucket\"") && !plain.contains("\"audit\""));
}

#[test]
fn sarif_results_are_the_new_ones_and_unchanged_ones_are_marked() {
    let run = case("diff").run;
    let log = |options: &Options| -> Value {
        serde_json::from_str(&rendered(by_name("sarif").unwrap(), &run, options)).unwrap()
    };
    let states = |log: &Value| -> Vec<String> {
        let results = log["runs"][0]["results"].as_array().unwrap();
        results.iter().map(|r| r["baselineState"].as_str().unwrap().to_owned()).collect()
    };
    let plain = log(&Options::default());
    assert_eq!(states(&plain), vec!["new"; run.findings.len()]);
    let all = log(&Options { include_unchanged: true, ..Options::default() });
    let change = run.change.as_ref().unwrap();
    let unchanged = states(&all).iter().filter(|state| *state == "unchanged").count();
    assert_eq!(unchanged, change.unchanged.len() + change.moved.len());
    let invocation = &plain["runs"][0]["invocations"][0];
    assert_eq!(invocation["properties"]["diffMode"], true);
    assert_eq!(invocation["properties"]["baseRef"], "main");
    let kinds = plain["runs"][0]["tool"]["driver"]["notifications"].as_array().unwrap();
    for note in invocation["toolExecutionNotifications"].as_array().unwrap() {
        let kind = &kinds[note["descriptor"]["index"].as_u64().unwrap() as usize];
        assert_eq!(kind["id"], note["descriptor"]["id"]);
        if kind["id"].as_str().unwrap().starts_with("comparison/") {
            assert_eq!(note["level"], "note");
        }
    }
    let typical = rendered(by_name("sarif").unwrap(), &case("typical").run, &all_shown());
    assert!(!typical.contains("baselineState") && !typical.contains("comparison/"));
}

#[test]
fn a_change_that_touches_no_scanned_file_is_no_alarm_and_an_empty_tree_is_one() {
    let mut run = case("diff-nothing-new").run;
    run.files.scanned = 0;
    let text = |run: &_, name| rendered(by_name(name).unwrap(), run, &Options::default());
    let told = "the change touches no file that could be scanned";
    for format in FORMATS.iter().filter(|format| !format.name.starts_with("json")) {
        let shown = flat(&text(&run, format.name)).to_lowercase();
        assert!(shown.contains(told), "{}: {shown}", format.name);
        assert!(!shown.contains("nothing was scanned"), "{}", format.name);
    }
    run.change.as_mut().unwrap().scope = securescan::finding::change::Scope::All;
    for format in FORMATS.iter().filter(|format| !format.name.starts_with("json")) {
        let shown = flat(&text(&run, format.name)).to_lowercase();
        assert!(shown.contains("nothing was scanned"), "{}: {shown}", format.name);
    }
}
