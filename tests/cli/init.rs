//! `securescan init`: what it detects and writes, that the program takes what it wrote, and that it never replaces a file
//! by itself.

use crate::project::{Project, checkout, leak};
use securescan::engine::ENGINES;
use serde_json::Value;
use std::collections::BTreeSet;

const CONFIGURATION: &str = ".securescan.yml";
const WORKFLOW: &str = ".github/workflows/securescan.yml";
const BASELINE: &str = ".securescan/baseline.json";
const GITLAB: &str = ".gitlab/securescan.yml";
const PRE_COMMIT: &str = ".pre-commit-config.yaml";

fn text(project: &Project, path: &str) -> String {
    std::fs::read_to_string(project.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn has(project: &Project, path: &str) -> bool {
    project.path(path).symlink_metadata().is_ok()
}

fn shop() -> Project {
    Project::new(&[
        ("app.py", &leak("old")),
        ("poetry.lock", "package = []\n\n[metadata]\nlock-version = \"2.1\"\n"),
        ("deploy/Dockerfile", "FROM a\n"),
    ])
}

/// The scan types of the written configuration.
fn types(project: &Project) -> Vec<String> {
    let text = text(project, CONFIGURATION);
    let line = text.lines().find_map(|line| line.strip_prefix("scan_types: [")).unwrap();
    line.trim_end_matches(']').split(", ").map(str::to_owned).collect()
}

#[test]
fn a_repository_is_ready_after_init_and_only_new_findings_count() {
    let project = shop();
    project.commit("", &[]);
    let init = project.run(&["init", "--no-prompt"]);
    assert_eq!((init.code, &*init.stdout), (0, ""), "{}", init.stderr);
    for line in [
        "wrote .securescan.yml\n",
        "wrote .github/workflows/securescan.yml\n",
        "wrote .securescan/baseline.json (",
        "findings of today accepted)\n",
        "Next:\n",
        "git add -- .securescan.yml .github/workflows/securescan.yml .securescan/baseline.json\n",
    ] {
        assert!(init.stderr.contains(line), "no {line:?} in {}", init.stderr);
    }
    let validated = project.run(&["config", "validate", CONFIGURATION]);
    assert_eq!(validated.code, 0, "{validated:?}");
    let said = validated.stdout + &validated.stderr;
    assert!(said.contains("OK") && !said.contains("warning") && !said.contains("info:"), "{said}");
    // The gate and the baseline of the file hold without a flag.
    let scan = project.run(&["scan"]);
    assert_eq!(scan.code, 0, "{scan:?}");
    project.write("new.py", leak("new"));
    assert_eq!(project.run(&["scan"]).code, 1);
}

#[test]
fn the_types_are_the_detected_ones_that_this_version_serves_and_the_rest_is_named() {
    let project = shop();
    project.run(&["init", "--no-prompt"]);
    let served: BTreeSet<&str> =
        ENGINES.iter().map(|engine| engine.meta.scan_type.as_str()).collect();
    let written = types(&project);
    for name in ["code", "dependency", "iac"] {
        assert_eq!(written.iter().any(|t| t == name), served.contains(name), "{name}");
    }
    assert!(written.iter().all(|name| served.contains(name.as_str())), "{written:?}");
    let text = text(&project, CONFIGURATION);
    assert!(text.contains("# Found here: Python, containers.\n"), "{text}");
    let unserved = ["dependency", "iac"].iter().filter(|name| !served.contains(*name));
    for name in unserved {
        let line = text.lines().find(|line| line.contains("no scanner of version")).unwrap();
        assert!(line.contains(name), "{line}");
    }
    // No run is incomplete for what was written.
    let scan = project.run(&["scan", "--fail-on", "incomplete"]);
    assert_eq!(scan.code, 0, "{scan:?}");
}

#[test]
fn the_baseline_is_the_documented_envelope_with_what_a_scan_finds() {
    let project = shop();
    let before = project.run(&["scan", "-o", "json"]).json();
    project.run(&["init", "--no-prompt"]);
    let baseline: Value = serde_json::from_str(&text(&project, BASELINE)).unwrap();
    assert_eq!(baseline["version"], 1);
    assert_eq!(baseline["generated_by"], "securescan init");
    assert_eq!(baseline["target_path"], "..");
    let prints = |document: &Value| -> BTreeSet<String> {
        let findings = document["findings"].as_array().unwrap();
        findings.iter().map(|f| f["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    assert!(!prints(&before).is_empty());
    assert_eq!(prints(&baseline), prints(&before));
}

#[test]
fn a_file_that_exists_is_named_and_nothing_is_written() {
    for path in [CONFIGURATION, WORKFLOW, BASELINE, GITLAB] {
        let project = shop();
        project.write(path, "mine\n");
        let before = project.listing();
        project.run(&["init", "--no-prompt", "--gitlab"]).refused(&[path, "--force"]);
        assert_eq!(project.listing(), before, "{path}");
        assert_eq!(text(&project, path), "mine\n");
    }
    let project = shop();
    project.link(CONFIGURATION, "/nowhere");
    project.run(&["init", "--no-prompt"]).refused(&[CONFIGURATION]);
}

#[test]
fn force_replaces_files_and_keeps_the_reasons_of_the_baseline() {
    let project = shop();
    project.run(&["init", "--no-prompt"]);
    let mut baseline: Value = serde_json::from_str(&text(&project, BASELINE)).unwrap();
    baseline["findings"][0]["reason"] = "revoked in May".into();
    project.write(BASELINE, baseline.to_string());
    // Not read: it is about to be replaced.
    project.write(CONFIGURATION, "scan_types: [nonsense]\n");
    let again = project.run(&["init", "--no-prompt", "--force", "--threshold", "low"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    assert!(text(&project, CONFIGURATION).contains("\nfail_on_severity: low\n"));
    assert!(text(&project, BASELINE).contains("\"reason\": \"revoked in May\""));
    // A baseline that cannot be read may hold reasons: it is not lost even then.
    project.write(BASELINE, "{broken");
    project.run(&["init", "--no-prompt", "--force"]).refused(&["baseline.json"]);
    assert_eq!(text(&project, BASELINE), "{broken");
}

#[test]
fn flags_leave_files_out_and_add_others() {
    let project = shop();
    let bare = project.run(&["init", "--no-prompt", "--no-workflow", "--no-baseline"]);
    assert_eq!(bare.code, 0, "{}", bare.stderr);
    assert!(!has(&project, WORKFLOW) && !has(&project, BASELINE));
    assert!(!text(&project, CONFIGURATION).contains("baseline:"));
    assert_eq!(project.run(&["scan"]).code, 1);

    let project = shop();
    let all = project.run(&["init", "--gitlab", "--pre-commit", "--scan-types", "code"]);
    assert_eq!(all.code, 0, "{}", all.stderr);
    assert_eq!(types(&project), ["code"]);
    let example = checkout().join("examples/ci/gitlab-ci.yml");
    assert_eq!(text(&project, GITLAB), std::fs::read_to_string(example).unwrap());
    assert!(all.stderr.contains("include: [{ local: .gitlab/securescan.yml }]"));
    let version = env!("CARGO_PKG_VERSION");
    assert!(text(&project, PRE_COMMIT).contains(&format!("rev: v{version}\n")));
    assert!(all.stderr.contains("pre-commit install"));
}

#[test]
fn a_configuration_of_pre_commit_is_never_replaced_but_completed_in_words() {
    let project = shop();
    project.write(PRE_COMMIT, "repos: []\n");
    for force in
        [&["init", "--pre-commit", "--no-prompt"][..], &["init", "--pre-commit", "--force"]]
    {
        let run = project.run(force);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(text(&project, PRE_COMMIT), "repos: []\n");
        assert!(run.stderr.contains("- id: securescan\n"), "{}", run.stderr);
    }
}

#[test]
fn the_workflow_uses_the_action_of_this_version_and_the_pins_of_our_own_pipeline() {
    let project = shop();
    project.run(&["init", "--no-prompt"]);
    let workflow = text(&project, WORKFLOW);
    let version = env!("CARGO_PKG_VERSION");
    assert!(workflow.contains(&format!("uses: securescan/securescan/action@v{version} ")));
    let own = std::fs::read_to_string(checkout().join(".github/workflows/ci.yml")).unwrap();
    let pin = own.lines().find(|line| line.contains("uses: actions/checkout@")).unwrap();
    assert!(workflow.contains(pin.trim()), "{workflow}");
}

#[test]
fn what_people_copy_names_the_version_of_this_program() {
    let version = format!("rev: v{}\n", env!("CARGO_PKG_VERSION"));
    for path in ["docs/pre-commit.md", "examples/ci/pre-commit-config.yaml"] {
        let text = std::fs::read_to_string(checkout().join(path)).unwrap();
        assert_eq!(text.matches("rev: v").count(), 1, "{path}");
        assert!(text.contains(&version), "{path} does not say {version}");
    }
}

#[test]
fn an_empty_folder_gets_no_empty_baseline() {
    let project = Project::new(&[]);
    let run = project.run(&["init", "--no-prompt"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.contains("no .securescan/baseline.json"), "{}", run.stderr);
    assert!(!has(&project, BASELINE) && has(&project, CONFIGURATION));
    assert!(!text(&project, CONFIGURATION).contains("baseline:"));
}

#[test]
fn a_way_out_of_the_folder_is_not_taken() {
    let outside = tempfile::tempdir().unwrap();
    for link in [".github", ".securescan"] {
        let project = shop();
        project.link(link, outside.path());
        let before = project.listing();
        project.run(&["init", "--no-prompt", "--force"]).refused(&[link, "nothing was written"]);
        assert_eq!(project.listing(), before);
        assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 0);
    }
}

#[test]
fn a_folder_below_the_root_of_its_repository_gets_no_workflow() {
    let project = shop();
    project.commit("", &[]);
    project.run(&["init", "deploy", "--no-prompt"]).refused(&["not the root", "--no-workflow"]);
    let run = project.run(&["init", "deploy", "--no-prompt", "--no-workflow"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(has(&project, "deploy/.securescan.yml"));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let project = shop();
    let before = project.listing();
    for (args, texts) in [
        (&["init", "nowhere"][..], &["cannot read nowhere"][..]),
        (&["init", "app.py"], &["not a folder"]),
        (&["init", "--threshold", "awful"], &["awful"]),
        (&["init", "--scan-types", "code,nonsense"], &["nonsense"]),
        (&["init", "--scan-types", ","], &["no scan type"]),
    ] {
        project.run(args).refused(texts);
    }
    assert_eq!(project.listing(), before);
}

#[test]
fn a_run_without_a_terminal_asks_nothing() {
    let project = shop();
    let run = project.call(&["init"]).input("network\nlow\nno\n").run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(!run.stderr.contains("Scan types ["), "{}", run.stderr);
    assert!(has(&project, WORKFLOW));
}
