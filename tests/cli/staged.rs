//! `scan --staged`: what the next commit would add, as the index has it.

use crate::project::{Project, leak};

fn committed(files: &[(&str, &str)]) -> Project {
    let project = Project::new(files);
    project.commit_all();
    project
}

const STAGED: [&str; 6] = ["scan", "--staged", "--scanner", "secrets", "-o", "json"];

#[test]
fn the_bytes_of_the_index_count_and_not_those_of_the_work_tree() {
    let project = committed(&[("a.py", "x = 1\n"), ("old.py", &leak("old"))]);
    project.write("a.py", leak("staged")).stage(&["a.py"]).write("a.py", "mended\n");
    project.write("b.py", "fine\n").stage(&["b.py"]).write("b.py", leak("not staged"));
    project.write("untracked.py", leak("untracked"));
    let run = project.run(&STAGED);
    assert_eq!(run.places(), ["a.py:1:16 secrets/generic-secret"]);
    assert_eq!(run.json()["files"]["scanned"], 2);
    assert_eq!(run.code, 1, "without a configured gate, high fails");
}

#[test]
fn names_with_blanks_line_breaks_and_other_alphabets_are_read() {
    let project = committed(&[("a.py", "")]);
    let names = ["with blank.py", "line\nbreak.py", "größe 漢字.py", "\"quoted\".py", "-dash.py"];
    for name in names {
        project.write(name, leak(name)).stage(&[name]);
    }
    assert_eq!(project.run(&STAGED).places().len(), names.len());
}

#[test]
fn before_the_first_commit_everything_staged_is_new() {
    let project = Project::new(&[("a.py", &leak("a")), ("b.py", &leak("b"))]);
    git2::Repository::init(project.root()).unwrap();
    project.stage(&["a.py"]);
    assert_eq!(project.run(&STAGED).places(), ["a.py:1:16 secrets/generic-secret"]);
}

#[test]
fn nothing_staged_is_clean_and_said() {
    let project = committed(&[("a.py", &leak("a"))]);
    let run = project.run(&["scan", "--staged"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("nothing is staged"), "{}", run.stdout);
    project.remove("a.py");
    let repository = project.repository();
    let mut index = repository.index().unwrap();
    index.remove_path(std::path::Path::new("a.py")).unwrap();
    index.write().unwrap();
    assert_eq!(project.run(&["scan", "--staged"]).code, 0, "a removed file has nothing to scan");
}

#[test]
fn the_gate_is_that_of_the_configuration_and_else_high() {
    let project = committed(&[("a.py", "")]);
    project.write("a.py", leak("a")).stage(&["a.py"]);
    let code = |args: &[&str]| project.run(&[&["scan", "--staged"], args].concat()).code;
    assert_eq!(code(&[]), 1);
    assert_eq!(code(&["--fail-on-severity", "none"]), 0);
    assert_eq!(code(&["--fail-on-severity", "critical"]), 0);
    project.write(".securescan.yml", "fail_on_severity: critical\n");
    assert_eq!(code(&[]), 0);
    project.write(".securescan.yml", "fail_on_count: 5\n");
    assert_eq!(code(&[]), 0);
    assert_eq!(project.run(&["scan"]).code, 0, "a plain scan has no gate of its own");
}

#[test]
fn a_sensitive_file_about_to_be_committed_is_found() {
    let project = committed(&[("a.py", "")]);
    project.write(".env", "DB_PASSWORD=x\n").stage(&[".env"]);
    let run = project.run(&["scan", "--staged", "--scanner", "git-hygiene", "-o", "json"]);
    assert_eq!(run.places(), [".env:null:null git-hygiene/sensitive-file-env"]);
}

#[test]
fn a_folder_limits_it_and_there_must_be_a_repository() {
    let project = committed(&[("x", "")]);
    for path in ["web/a.py", "api/b.py"] {
        project.write(path, leak(path)).stage(&[path]);
    }
    let run = project.run(&[&STAGED[..], &["web"]].concat());
    assert_eq!(run.places(), ["web/a.py:1:16 secrets/generic-secret"]);
    let outside = Project::new(&[("a.py", "")]);
    outside.run(&STAGED).refused(&["is not in a git repository with a work tree"]);
    project.run(&["scan", "--staged", "a", "b"]).refused(&["--staged looks at one repository"]);
    project.run(&["scan", "--staged", "-"]).refused(&["--staged"]);
}
