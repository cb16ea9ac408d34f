//! Results of other tools under the rules of any scan.

use crate::project::{Project, checkout, formats};
use serde_json::json;

const ORDERS: &str = "import pickle\n\n\ndef restore(blob):\n    return pickle.loads(blob)\n";

fn sarif(path: &str, line: u32) -> String {
    json!({"version": "2.1.0", "runs": [{
        "tool": {"driver": {"name": "Acme Scan", "version": "2.0", "rules": [{"id": "A1",
            "shortDescription": {"text": "Unsafe load"}, "properties": {"tags": ["external/cwe/cwe-502"]}}]}},
        "results": [{"ruleId": "A1", "level": "error", "message": {"text": "pickle runs what it reads"},
            "locations": [{"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": line}}}]}]}]})
    .to_string()
}

#[test]
fn a_result_is_a_run_like_any_other() {
    let project = Project::new(&[("src/orders.py", ORDERS)]);
    project.commit("", &[]).write("a.sarif", sarif("src/orders.py", 5));
    let run = project.run(&["import", "a.sarif", "-o", "json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let document = run.json();
    assert_eq!(run.places(), ["src/orders.py:5:null A1"]);
    let finding = &document["findings"][0];
    assert_eq!(finding["scanner"], "acme-scan");
    assert_eq!(finding["title"], "Unsafe load");
    assert_eq!(finding["metadata"]["line_snippet"], "    return pickle.loads(blob)");
    assert_eq!(document["outcomes"][0]["version"], "2.0");
    assert_eq!(document["scan_types"], json!(["code"]));
    for format in formats() {
        let run = project.run(&["import", "a.sarif", "-o", format]);
        assert_eq!(run.code, 0, "{format}: {}", run.stderr);
        assert!(!run.stdout.is_empty(), "{format}");
    }
    let gate = project.run(&["import", "a.sarif", "--fail-on-severity", "high"]);
    assert_eq!(gate.code, 1, "{}", gate.stderr);
    assert_eq!(project.run(&["import", "a.sarif", "--fail-on", "incomplete"]).code, 0);
}

#[test]
fn directives_configuration_and_baseline_apply() {
    let project = Project::new(&[("src/orders.py", ORDERS)]);
    project.commit("", &[]).write("a.sarif", sarif("src/orders.py", 5));
    let counts = |args: &[&str]| {
        project.run(&[&["import", "a.sarif", "-o", "json"], args].concat()).json()["counts"].clone()
    };
    assert_eq!(counts(&[])["total"], 1);
    project.write(".securescan.yml", "ignored_rules: [A1]\n");
    assert_eq!(counts(&[])["suppressed_config"], 1);
    assert_eq!(counts(&["--no-suppress"])["total"], 1);
    project.write(".securescan.yml", "severity_overrides: {A1: low}\n");
    assert_eq!(counts(&[])["low"], 1);
    project.remove(".securescan.yml");
    project.write("src/orders.py", ORDERS.replace("(blob)\n", "(blob)  # securescan: ignore A1\n"));
    assert_eq!(counts(&[])["suppressed_inline"], 1);
    project.write("src/orders.py", ORDERS);
    let print =
        project.run(&["import", "a.sarif", "-o", "json"]).json()["findings"][0]["fingerprint"]
            .clone();
    project.write("base.json", json!({"findings": [{"fingerprint": print}]}).to_string());
    assert_eq!(counts(&["--baseline", "base.json"])["suppressed_baseline"], 1);
}

#[test]
fn paths_of_another_machine_are_those_of_the_same_files_here() {
    let project = Project::new(&[("src/orders.py", ORDERS)]);
    project.commit("", &[]);
    for path in [
        "src/orders.py",
        "./src/orders.py",
        "file:///home/ci/work/shop/src/orders.py",
        "/builds/shop/src/orders.py",
        "C:/work/shop/src/orders.py",
    ] {
        project.write("a.sarif", sarif(path, 5));
        assert_eq!(
            project.run(&["import", "a.sarif", "-o", "json"]).places(),
            ["src/orders.py:5:null A1"],
            "{path}"
        );
    }
    // A tool that ran in a folder of the repository.
    project.write("src/a.sarif", sarif("orders.py", 5));
    let run = project.run(&["import", "src/a.sarif", "--target", "src", "-o", "json"]);
    assert_eq!(run.places(), ["src/orders.py:5:null A1"]);
    for path in ["../../etc/passwd", "https://example.com/a.py"] {
        project.write("a.sarif", sarif(path, 5));
        assert_eq!(
            project.run(&["import", "a.sarif", "-o", "json"]).places(),
            ["-:null:null A1"],
            "{path}"
        );
    }
    // A line that the file does not have is no place.
    project.write("a.sarif", sarif("src/orders.py", 99));
    assert_eq!(
        project.run(&["import", "a.sarif", "-o", "json"]).places(),
        ["src/orders.py:null:null A1"]
    );
}

#[test]
fn native_results_of_every_tool_are_taken_and_several_at_once() {
    let project = Project::new(&[]);
    let folder = checkout().join("tests/fixtures/tools");
    let mut all = vec!["import".to_owned()];
    for entry in std::fs::read_dir(&folder).unwrap() {
        let file = entry.unwrap().path().to_str().unwrap().to_owned();
        let run = project.run(&["import", &file, "-o", "json"]);
        assert_eq!(run.code, 0, "{file}: {}", run.stderr);
        assert_eq!(run.json()["outcomes"][0]["status"], "ran", "{file}");
        all.push(file);
    }
    all.extend(["-o".to_owned(), "json".to_owned()]);
    let run = project.call(&all).run();
    let document = run.json();
    assert_eq!(document["outcomes"].as_array().unwrap().len(), securescan::adapter::ADAPTERS.len());
    assert!(document["counts"]["total"].as_u64().unwrap() > 30);
    // bandit and semgrep saw the same call, trivy and osv-scanner the same advisory.
    let merged = document["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["metadata"]["also_reported_by"].is_array())
        .count();
    assert!(merged >= 2, "{merged}");
    let mut turned = all[..1].to_vec();
    turned.extend(all[1..all.len() - 2].iter().rev().cloned());
    turned.extend(all[all.len() - 2..].iter().cloned());
    assert_eq!(project.call(&turned).run().stdout, run.stdout);
}

#[test]
fn our_own_sarif_comes_back() {
    let project = Project::new(&[("a.py", &crate::project::leak("a"))]);
    project.commit("", &[]);
    assert_eq!(project.run(&["scan", "-o", "sarif=out.sarif"]).code, 0);
    let run = project.run(&["import", "out.sarif", "-o", "json"]);
    assert!(
        run.places().contains(&"a.py:1:16 secrets/generic-secret".to_owned()),
        "{:?}",
        run.places()
    );
}

#[test]
fn standard_input_is_a_result_too_and_what_is_none_is_refused() {
    let project = Project::new(&[
        ("src/orders.py", ORDERS),
        ("bad.json", "{\"a\": 1}"),
        ("cut.sarif", "{\"version\": \"2.1.0\", \"runs\": ["),
    ]);
    let run = project.call(&["import", "-", "-o", "json"]).input(sarif("src/orders.py", 5)).run();
    assert_eq!(run.places(), ["src/orders.py:5:null A1"]);
    project.run(&["import", "bad.json"]).refused(&["bad.json", "no result of a known tool"]);
    project.run(&["import", "cut.sarif"]).refused(&["cut.sarif", "ends too early"]);
    project.run(&["import", "gone.json"]).refused(&["cannot read gone.json"]);
    project.run(&["import", "bad.json", "--from", "bandti"]).refused(&["did you mean \"bandit\"?"]);
    project.run(&["import", "bad.json", "--from", "bandit"]).refused(&["bad.json", "no results"]);
}

#[test]
fn a_tool_that_says_it_did_not_finish_makes_the_run_incomplete() {
    let project = Project::new(&[]);
    let text = json!({"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "a"}}, "results": [],
        "invocations": [{"executionSuccessful": false}]}]});
    project.write("a.sarif", text.to_string());
    let run = project.run(&["import", "a.sarif", "--fail-on", "incomplete"]);
    assert_eq!(run.code, 3, "{}", run.stderr);
}
