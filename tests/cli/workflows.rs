//! Workflows of GitHub from outside: what is found where, and the ways of zizmor to silence it.

use crate::project::Project;
use serde_json::Value;

const WORKFLOW: &str = "on: issues\npermissions: {}\njobs:\n  greet:\n    runs-on: ubuntu-24.04\n    steps:\n      - run: |\n          set -e\n          echo '${{ github.event.issue.title }}'\n";

fn found(project: &Project, args: &[&str]) -> Vec<(String, u64, u64)> {
    let fixed = ["scan", "--scanner", "misconfig", "-o", "json"];
    let run = project.run(&[&fixed, args].concat()).json();
    let findings = run["findings"].as_array().unwrap().clone();
    findings
        .iter()
        .map(|finding: &Value| {
            let number = |key: &str| finding[key].as_u64().unwrap();
            (finding["rule_id"].as_str().unwrap().to_owned(), number("line"), number("column"))
        })
        .collect()
}

fn injection() -> (String, u64, u64) {
    ("misconfig/gha-template-injection".to_owned(), 9, 17)
}

#[test]
fn text_of_strangers_is_found_at_its_braces() {
    let project = Project::new(&[(".github/workflows/greet.yml", WORKFLOW)]);
    assert_eq!(found(&project, &[]), [injection()]);
}

#[test]
fn ids_of_zizmor_silence_in_the_configuration() {
    for id in ["template-injection", "zizmor/template-injection", "CKV_GHA_2"] {
        let settings = format!("ignored_rules: [{id}]\n");
        let files =
            [(".github/workflows/greet.yml", WORKFLOW), (".securescan.yml", settings.as_str())];
        assert_eq!(found(&Project::new(&files), &[]), [], "{id}");
    }
}

#[test]
fn comments_of_zizmor_silence_the_rules_they_name_on_their_line() {
    let with = |comment: &str| {
        let line = "      - uses: actions/checkout@v4";
        let text = format!(
            "on: push\npermissions: {{}}\njobs:\n  a:\n    runs-on: ubuntu-24.04\n    steps:\n{line} {comment}\n"
        );
        found(&Project::new(&[(".github/workflows/a.yml", &text)]), &[]).len()
    };
    assert_eq!(with(""), 1);
    assert_eq!(with("# zizmor: ignore[artipacked] pushes later"), 0);
    assert_eq!(with("# zizmor: ignore[unpinned-uses,artipacked]"), 0);
    assert_eq!(with("# zizmor: ignore[template-injection]"), 1);
}

#[test]
fn settings_of_servers_and_pipelines_are_found_where_they_stand() {
    let project = Project::new(&[
        ("deploy/nginx.conf", "server {\n  location /files { alias /srv/files/; }\n}\n"),
        (
            ".gitlab-ci.yml",
            "build:\n  script:\n    - make\n    - curl https://example.com/a | sh\n",
        ),
    ]);
    let expected = [
        ("misconfig/nginx-alias-traversal".to_owned(), 2, 21),
        ("misconfig/gitlab-piped-download".to_owned(), 4, 7),
    ];
    assert_eq!(found(&project, &[]), expected);
}

#[test]
fn passwords_in_configuration_are_never_shown() {
    let password = "EXAMPLE-not-a-password";
    let project = Project::new(&[
        ("redis.conf", &format!("requirepass {password}\n")),
        (".gitlab-ci.yml", &format!("variables:\n  DB_PASSWORD: {password}\n")),
    ]);
    let run = project.run(&["scan", "--scanner", "misconfig", "-o", "json"]);
    assert_eq!(run.json()["findings"].as_array().unwrap().len(), 2);
    assert!(!run.stdout.contains(password), "{}", run.stdout);
}
