//! `securescan baseline`: what it writes, what it keeps, and what it refuses to overwrite.

use crate::project::{Project, leak};
use serde_json::Value;

const FILE: &str = ".securescan/baseline.json";

fn read(project: &Project) -> String {
    std::fs::read_to_string(project.path(FILE)).unwrap()
}

fn count(project: &Project, args: &[&str]) -> u64 {
    let fixed = ["scan", "-o", "json", "--scanner", "secrets"];
    project.run(&[&fixed, args].concat()).json()["counts"]["total"].as_u64().unwrap()
}

#[test]
fn what_is_there_today_is_silenced_and_what_comes_tomorrow_is_not() {
    let files = [("a.py", &*leak("old")), ("sub/b.py", &leak("other")), (".gitignore", "*.pyc\n")];
    let project = Project::new(&files);
    assert_eq!(count(&project, &[]), 2);
    let outcome = project.run(&["baseline"]);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (0, ""), "{}", outcome.stderr);
    assert!(
        outcome.stderr.contains("2 findings in .securescan/baseline.json"),
        "{}",
        outcome.stderr
    );
    assert_eq!(count(&project, &["--baseline", FILE]), 0);
    project.write("c.py", leak("new"));
    assert_eq!(count(&project, &["--baseline", FILE]), 1);
}

#[test]
fn the_file_is_the_documented_envelope_and_the_same_bytes_every_time() {
    let project = Project::new(&[("a.py", &leak("old"))]);
    project.run(&["baseline"]);
    let first = read(&project);
    let json: Value = serde_json::from_str(&first).unwrap();
    assert_eq!(json["version"], 1);
    assert_eq!(json["generated_by"], "securescan");
    assert_eq!(json["target_path"], "..");
    assert_eq!(json["scan_types"], serde_json::json!(["code"]));
    let keys: Vec<&String> = json["findings"][0].as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "cwe",
            "file_path",
            "fingerprint",
            "line_start",
            "rule_id",
            "scan_type",
            "scanner",
            "severity",
            "title"
        ]
    );
    assert!(first.ends_with("}\n"));
    project.run(&["baseline"]);
    assert_eq!(read(&project), first);
}

#[test]
fn a_reason_somebody_wrote_stays_and_a_broken_file_is_not_overwritten() {
    let project = Project::new(&[("a.py", &leak("old"))]);
    project.run(&["baseline"]);
    let noted =
        read(&project).replace("\"rule_id\"", "\"reason\": \"accepted\",\n      \"rule_id\"");
    project.write(FILE, &noted);
    assert_eq!(project.run(&["baseline"]).code, 0);
    assert!(read(&project).contains("\"reason\": \"accepted\""), "{}", read(&project));
    project.write(FILE, "{ broken");
    let outcome = project.run(&["baseline"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("baseline.json:1:"), "{}", outcome.stderr);
    assert_eq!(read(&project), "{ broken");
}

#[test]
fn a_silenced_finding_does_not_enter_the_baseline() {
    let line = leak("old");
    let silenced = format!("# securescan: ignore-next-line * -- known\n{line}");
    let project = Project::new(&[("a.py", &silenced)]);
    assert!(project.run(&["baseline"]).stderr.contains("0 findings"));
}

#[test]
fn a_baseline_is_made_of_the_types_that_the_configuration_names() {
    let compose = ("compose.yaml", "services:\n  a:\n    image: a:1\n    privileged: true\n");
    let project = Project::new(&[compose, (".securescan.yml", "scan_types: [code, iac]\n")]);
    assert_eq!(project.run(&["baseline"]).code, 0);
    let text = std::fs::read_to_string(project.path(".securescan/baseline.json")).unwrap();
    assert!(text.contains("misconfig/compose-privileged"), "{text}");
    let run = project.run(&["compare", ".securescan/baseline.json", "-o", "json"]);
    assert_eq!(run.json()["new"].as_array().unwrap().len(), 0, "{}", run.stdout);
    let run = project.run(&["scan", "--baseline", ".securescan/baseline.json", "-o", "json"]);
    assert_eq!(run.places(), Vec::<String>::new());
}
