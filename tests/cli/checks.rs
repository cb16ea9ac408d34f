//! Checks that a user adds to `misconfig`: they find, are tested, replace built-in ones, and say where they are wrong.

use crate::project::{Call, Project};

const OWNER: &str = r#"format: terraform
checks:
  - id: misconfig/acme-bucket-owner
    title: Bucket without an owner
    severity: low
    kinds: [aws_s3_bucket]
    fail: {path: tags.owner, absent: true}
    description: Nobody can be asked.
    remediation: Set the tag.
    examples:
      hit: |
        resource "aws_s3_bucket" "logs" {
          tags = { cost = "42" }
        }
      miss:
        - main.tf: |
            resource "aws_s3_bucket" "logs" {
              tags = { owner = var.team }
            }
          variables.tf: |
            variable "team" {}
      unknown: |
        variable "tags" {}
        resource "aws_s3_bucket" "logs" {
          tags = var.tags
        }
"#;

const BUCKET: &str = "resource \"aws_s3_bucket\" \"it\" {\n  acl = \"public-read\"\n}\n";

fn found(project: &Project, args: &[&str]) -> Vec<String> {
    let fixed = ["scan", "--scanner", "misconfig", "-o", "json"];
    let run: Call = project.call(&[&fixed[..], args].concat());
    let document = run.run().json();
    let findings = document["findings"].as_array().unwrap();
    findings.iter().map(|one| one["rule_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn checks_of_the_user_find_beside_the_built_in_ones() {
    let project = Project::new(&[("packs/owner.yml", OWNER), ("src/main.tf", BUCKET)]);
    let own = "misconfig/acme-bucket-owner".to_owned();
    let public = "misconfig/aws-s3-public-acl".to_owned();
    for args in [&["--checks", "packs/owner.yml", "src"][..], &["--checks", "packs", "src"]] {
        let found = found(&project, args);
        assert!(found.contains(&own) && found.contains(&public), "{found:?}");
    }
    assert!(!found(&project, &["src"]).contains(&own));
    let run = project.run(&["rules", "test", "packs"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
    assert!(run.stderr.contains("1 rules, 3 examples, 0 failures"), "{}", run.stderr);
    project.write(".securescan.yml", "misconfig: {checks: [packs]}\n");
    assert!(found(&project, &["src"]).contains(&own));
    let run = project.run(&["scan", "--scanner", "misconfig", "-o", "json", "src"]);
    assert!(run.stdout.contains("and 1 of the user\""), "{}", run.stdout);
}

#[test]
fn a_check_with_the_id_of_a_built_in_one_replaces_it() {
    let pack = OWNER.replace("acme-bucket-owner", "aws-s3-public-acl");
    let project = Project::new(&[("own.yml", &pack), ("src/main.tf", BUCKET)]);
    let run = project.run(&[
        "scan",
        "--scanner",
        "misconfig",
        "--checks",
        "own.yml",
        "src",
        "-o",
        "json",
    ]);
    let document = run.json();
    let findings = document["findings"].as_array().unwrap();
    let mut of_id = findings.iter().filter(|one| one["rule_id"] == "misconfig/aws-s3-public-acl");
    let title = of_id.next().unwrap()["title"].as_str().unwrap();
    assert!(title.starts_with("Bucket without an owner"), "{title}");
    assert!(of_id.next().is_none());
}

#[test]
fn a_pack_with_a_mistake_stops_the_scan_and_names_the_place() {
    let project = Project::new(&[("src/main.tf", BUCKET)]);
    for (from, to, text) in [
        ("severity: low", "severity: awful", "awful"),
        ("format: terraform", "format: cobol", "cobol"),
        ("    title: Bucket without an owner\n", "", "title"),
        ("    kinds: [aws_s3_bucket]", "    kinds: []", "looks at no kinds"),
        ("misconfig/acme", "acme", "misconfig/<kebab-noun>"),
        ("absent: true}", "absent: true, present: true}", "exactly one test"),
        ("absent: true}", "matches: '(('}", "no regular expression"),
        ("absent: true}", "missing: true}", "missing"),
        ("    fail:", "    code: gha-injection\n    fail:", "code"),
        ("    fail:", "    cwe: '79'\n    fail:", "CWE-<number>"),
        ("    fail:", "    references: ['http://a.example']\n    fail:", "https://"),
        ("      unknown:", "      maybe:", "maybe"),
    ] {
        assert!(OWNER.contains(from), "{from}");
        project.write("bad/own.yml", OWNER.replacen(from, to, 1));
        let run = project.run(&["scan", "--checks", "bad", "src", "-o", "json=out.json"]);
        run.refused(&["bad/own.yml:", text]);
        assert!(!project.path("out.json").exists());
        assert_ne!(project.run(&["rules", "test", "bad"]).code, 0, "{to}");
    }
    project.write("twice/a.yml", OWNER).write("twice/b.yml", OWNER);
    project.run(&["scan", "--checks", "twice", "src"]).refused(&["the id is used twice"]);
    project.run(&["scan", "--checks", "gone.yml", "src"]).refused(&["gone.yml"]);
}

#[test]
fn a_check_that_misses_its_own_examples_fails_its_test() {
    let project = Project::new(&[]);
    for (from, to, text) in [
        ("tags = { cost", "tags = { owner = \"a\", cost", "hit 1 is not found\n"),
        (
            "kinds: [aws_s3_bucket]",
            "kinds: [s3_bucket]",
            "hit 1 is not found: it declares no s3_bucket; it declares aws_s3_bucket",
        ),
        ("owner = var.team", "team = var.team", "miss 1 is found"),
        ("tags = var.tags", "bucket = var.tags", "unknown 1 is found"),
        ("          tags = var.tags\n        }", "          tags = [", "unknown 1 cannot be read"),
        ("      hit: |", "      unknown: |", "duplicate"),
    ] {
        assert!(OWNER.contains(from), "{from}");
        project.write("own.yml", OWNER.replacen(from, to, 1));
        let run = project.run(&["rules", "test", "own.yml"]);
        assert_ne!(run.code, 0, "{to}");
        let said = format!("{}{}", run.stdout, run.stderr);
        assert!(said.contains(text), "{text}: {said}");
    }
    let bare = OWNER.split("    examples:").next().unwrap();
    project.write("own.yml", bare);
    let run = project.run(&["rules", "test", "own.yml"]);
    assert!(run.stdout.contains("needs at least one hit and one miss"), "{}", run.stdout);
    project.write("src/main.tf", BUCKET);
    assert!(found(&project, &["--checks", "own.yml", "src"]).len() > 1, "a scan needs no examples");
}

#[test]
fn the_configuration_knows_the_checks_it_brings() {
    let ignored = "ignored_rules: [misconfig/acme-bucket-owner, aws-s3-public-acl]\n";
    let project = Project::new(&[("packs/owner.yml", OWNER)]);
    project.write(".securescan.yml", format!("misconfig: {{checks: [packs]}}\n{ignored}"));
    let run = project.run(&["config", "validate"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(!run.stdout.contains("acme-bucket-owner"), "{}", run.stdout);
    assert!(run.stdout.contains("write \"misconfig/aws-s3-public-acl\""), "{}", run.stdout);
    project.write("packs/owner.yml", OWNER.replace("absent: true}", "matches: '(('}"));
    let run = project.run(&["config", "validate"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("no regular expression"), "{}", run.stdout);
}

#[test]
fn the_repository_cannot_name_checks_outside_of_it() {
    let project = Project::new(&[("src/main.tf", BUCKET)]);
    project.write(".securescan.yml", "misconfig: {checks: [../../etc]}\n");
    let run = project.run(&["scan", "--scanner", "misconfig", "-o", "json", "src"]);
    assert!(run.json()["notices"].to_string().contains("misconfig.checks"), "{}", run.stdout);
}

#[test]
fn the_example_of_the_documentation_passes_its_own_test() {
    let page = include_str!("../../docs/scanners/misconfig.md");
    let pack = page.split("```yaml\n").find(|block| block.starts_with("# security/checks/owner"));
    let pack = pack.unwrap().split("```").next().unwrap();
    let project = Project::new(&[("own.yml", pack)]);
    let run = project.run(&["rules", "test", "own.yml"]);
    assert_eq!(run.code, 0, "{}{}", run.stdout, run.stderr);
}
