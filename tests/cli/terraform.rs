//! Terraform and CloudFormation from outside: what is reported where, how people silence it, and what a change makes new.

use crate::diff::{bucket, changed};
use crate::project::{Project, password, places};
use serde_json::Value;

const PUBLIC: &str =
    "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"example\"\n  acl    = \"public-read\"\n}\n";
const RULE: &str = "misconfig/aws-s3-public-acl";

fn scan(project: &Project, args: &[&str]) -> Value {
    let fixed = ["scan", "--scanner", "misconfig", "-o", "json", "--show-suppressed"];
    project.run(&[&fixed, args].concat()).json()
}

/// Places of the findings of one rule.
fn of(run: &Value, list: &str, rule: &str) -> Vec<String> {
    places(run, list).into_iter().filter(|place| place.ends_with(rule)).collect()
}

#[test]
fn a_finding_stands_at_the_value_and_names_its_resource() {
    let project = Project::new(&[("infra/main.tf", PUBLIC)]);
    let run = scan(&project, &[]);
    assert_eq!(of(&run, "findings", RULE), [format!("infra/main.tf:3:12 {RULE}")]);
    let all = run["findings"].as_array().unwrap();
    let finding = all.iter().find(|finding| finding["rule_id"] == RULE).unwrap();
    let metadata = &finding["metadata"];
    assert_eq!(metadata["resource"], "aws_s3_bucket.b");
    assert_eq!(metadata["resource_lines"], serde_json::json!([1, 4]));
    assert_eq!(metadata["line_snippet"], "  acl    = \"public-read\"");
    assert!(metadata["primary_location_line_hash"].is_string(), "{metadata}");
}

#[test]
fn foreign_ids_silence_in_the_configuration_and_in_the_block() {
    let inside = |comment: &str| PUBLIC.replacen('\n', &format!("\n  {comment}\n"), 1);
    let above = |comment: &str| format!("{comment}\n{PUBLIC}");
    for text in [
        inside("# checkov:skip=CKV_AWS_20: a public site"),
        inside("#checkov:skip=CKV_AWS_20:a public site"),
        above("#trivy:ignore:AVD-AWS-0092"),
        above("# trivy:ignore:AWS-0092"),
        above("#tfsec:ignore:AVD-AWS-0092"),
        PUBLIC.replace("  acl", "  #trivy:ignore:AVD-AWS-0092\n  acl"),
        PUBLIC.replace(
            "\"public-read\"",
            "\"public-read\" # securescan: ignore misconfig/aws-s3-public-acl -- site",
        ),
    ] {
        let project = Project::new(&[("main.tf", &text)]);
        let run = scan(&project, &[]);
        assert_eq!(of(&run, "findings", RULE), [""; 0], "{text}");
        assert_eq!(of(&run, "suppressed", RULE).len(), 1, "{text}");
        assert!(!places(&run, "findings").is_empty(), "others stay: {text}");
    }
    let project = Project::new(&[("main.tf", PUBLIC)]);
    project.write(".securescan.yml", "ignored_rules: [CKV_AWS_20]\n");
    let run = scan(&project, &[]);
    assert_eq!((of(&run, "findings", RULE).len(), of(&run, "suppressed", RULE).len()), (0, 1));
}

#[test]
fn a_directive_does_not_reach_the_next_resource() {
    let second = PUBLIC.replace("\"b\"", "\"c\"");
    let text = format!("#trivy:ignore:AVD-AWS-0092\n{PUBLIC}{second}");
    let project = Project::new(&[("main.tf", &text)]);
    assert_eq!(of(&scan(&project, &[]), "findings", RULE), [format!("main.tf:8:12 {RULE}")]);
}

#[test]
fn a_change_that_opens_a_bucket_is_new_and_moved_lines_are_not() {
    let project = changed(&[("main.tf", PUBLIC)], |project| {
        let moved = format!("# a line\n\n{PUBLIC}");
        let new = PUBLIC.replace("\"b\"", "\"new\"");
        project.write("main.tf", moved).write("new.tf", new);
    });
    let args = ["diff", "--base-ref", "main", "-o", "json", "--type", "iac"];
    let run = project.run(&args);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let new: Vec<String> =
        bucket(&run, "new").into_iter().filter(|place| place.ends_with(RULE)).collect();
    assert_eq!(new, [format!("new.tf:3:12 {RULE}")]);
    assert_eq!(bucket(&run, "fixed"), [""; 0]);
}

#[test]
fn a_secret_of_the_file_is_shown_by_no_finding() {
    let secret = password("tf");
    let text = format!(
        "resource \"aws_db_instance\" \"d\" {{\n  engine = \"postgres\"\n  password = \"{secret}\"\n}}\n"
    );
    let project = Project::new(&[("main.tf", &text)]);
    let run = project.run(&["scan", "--scanner", "misconfig", "-o", "json"]);
    assert!(run.stdout.contains("misconfig/aws-database-password"), "{}", run.stdout);
    assert!(!run.stdout.contains(&secret));
}

#[test]
fn a_broken_file_is_told_and_the_rest_of_the_module_is_judged() {
    let project =
        Project::new(&[("a.tf", "resource \"x\" \"y\" {\n  v = [\n}\n"), ("b.tf", PUBLIC)]);
    let run = scan(&project, &[]);
    assert_eq!(of(&run, "findings", RULE).len(), 1);
    let skipped = run["files"]["skipped"].to_string();
    assert!(skipped.contains("a.tf") && skipped.contains("unparsable"), "{}", run["files"]);
}

#[test]
fn a_template_is_judged_by_its_own_checks() {
    let text = "Resources:\n  Site:\n    Type: AWS::S3::Bucket\n    Properties:\n      AccessControl: PublicRead\n";
    let project = Project::new(&[("stack.yml", text)]);
    let run = scan(&project, &[]);
    let rule = "misconfig/cfn-s3-public-acl";
    assert_eq!(of(&run, "findings", rule), [format!("stack.yml:5:22 {rule}")]);
}
