//! The real tools, in versions that `.ci/run tools` installs: `SECURESCAN_TEST_TOOLS` names the folder with their programs.

use crate::project::{Outcome, Project};
use serde_json::Value;
use std::time::Duration;

const ORDERS: &str = "import pickle
import subprocess


def restore(blob):
    return pickle.loads(blob)


def export(name):
    subprocess.call('tar cf out.tar ' + name, shell=True)
";

const WORKFLOW: &str = "name: build
on: pull_request_target
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: echo \"${{ github.event.pull_request.title }}\"
";

fn tools() -> String {
    #[expect(clippy::disallowed_methods, reason = "CI says where it installed the tools")]
    let folder = std::env::var("SECURESCAN_TEST_TOOLS");
    folder.expect("SECURESCAN_TEST_TOOLS names the folder with the tools; .ci/run tools sets it")
}

fn run(project: &Project, args: &[&str]) -> Outcome {
    let call = project.call(args).within(Duration::from_secs(100));
    call.env("PATH", format!("{}:/usr/bin:/bin", tools())).env("SECURESCAN_NATIVE_ONLY", "").run()
}

fn shop() -> Project {
    let project = Project::new(&[
        ("app/orders.py", ORDERS),
        (
            "deploy/Dockerfile",
            "FROM debian:latest\nRUN apt-get update && apt-get install curl\nUSER root\n",
        ),
        (".github/workflows/build.yml", WORKFLOW),
        ("setup.py", "from setuptools import setup\n"),
        (".venv/pyvenv.cfg", "home = /usr/bin\n"),
        (
            ".venv/lib/python3.11/site-packages/copied-1.0.dist-info/METADATA",
            "Metadata-Version: 2.1\nName: copied\nVersion: 1.0\nLicense: GPL-3.0-only\n",
        ),
    ]);
    project.commit("", &[]);
    project
}

#[test]
#[ignore = "needs the real tools; .ci/run tools installs them and runs it"]
fn real_tools_are_found_driven_and_read() {
    let project = shop();
    let scan = run(&project, &["scan", "-o", "json"]);
    let document = scan.json();
    for (name, version, least) in [
        ("bandit", "1.9.4", 3),
        ("hadolint", "2.15.1", 4),
        ("zizmor", "1.32.0", 2),
        ("pip-licenses", "5.5.5", 1),
    ] {
        let outcomes = document["outcomes"].as_array().unwrap();
        let outcome = outcomes.iter().find(|outcome| outcome["scanner"] == name);
        let outcome = outcome.unwrap_or_else(|| panic!("{name} did not run: {}", scan.stderr));
        assert_eq!(outcome["status"], "ran", "{outcome}");
        assert_eq!(outcome["version"], version, "{outcome}");
        assert!(outcome["findings"].as_u64().unwrap() >= least, "{outcome}");
        assert!(outcome["failed_files"].is_null(), "{outcome}");
    }
    let places = scan.places();
    for (path, rule) in [
        ("app/orders.py:6:", "B301"),
        ("app/orders.py:10:", "B602"),
        ("deploy/Dockerfile:3:", "DL3002"),
        ("deploy/Dockerfile:1:", "DL3007"),
        (".github/workflows/build.yml:2:", "zizmor/dangerous-triggers"),
        (".github/workflows/build.yml:7:", "zizmor/template-injection"),
        ("-:", "licenses/copyleft"),
    ] {
        let known = |place: &Value| {
            let ids = place["metadata"]["aliases"].as_array().into_iter().flatten();
            place["rule_id"] == rule || ids.clone().any(|id| id == rule)
        };
        let found = document["findings"].as_array().unwrap().iter().zip(&places);
        let mut here = found.filter(|(finding, place)| place.starts_with(path) && known(finding));
        assert!(here.next().is_some(), "{rule} at {path}: {places:#?}");
    }
    let text = scan.stdout.as_str();
    assert!(
        !text.contains("/tmp/") && !text.contains(&tools()),
        "a path of the machine is in the report"
    );
    assert_eq!(run(&project, &["scan", "-o", "json"]).stdout, scan.stdout);
}

#[test]
#[ignore = "needs the real tools; .ci/run tools installs them and runs it"]
fn status_knows_the_versions_of_real_tools() {
    let status = run(&shop(), &["status", "--json"]).json();
    for (name, version) in [
        ("bandit", "1.9.4"),
        ("hadolint", "2.15.1"),
        ("zizmor", "1.32.0"),
        ("pip-licenses", "5.5.5"),
    ] {
        let rows = status["scanners"].as_array().unwrap();
        let row = rows.iter().find(|row| row["scanner"] == name).unwrap();
        assert_eq!(
            (row["available"].as_bool(), row["version"].as_str()),
            (Some(true), Some(version))
        );
    }
}
