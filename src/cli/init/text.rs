//! What `init` writes, as text: the configuration, the workflow, the files for other hosts and hooks.

use super::Choice;
use crate::engine::ENGINES;
use crate::finding::ScanType;
use std::fmt::Write as _;

/// The file that GitLab includes; the example of the documentation, word for word.
pub(super) const GITLAB: &str = include_str!("../../../examples/ci/gitlab-ci.yml");

/// Whether any scanner of this version looks at a type.
pub(super) fn is_served(wanted: ScanType) -> bool {
    ENGINES.iter().any(|engine| engine.meta.scan_type == wanted)
}

/// The workflow for GitHub, with the action of this version.
pub(super) fn workflow() -> String {
    include_str!("workflow.yml").replace("@VERSION@", env!("CARGO_PKG_VERSION"))
}

/// The repository's entry in `.pre-commit-config.yaml`.
pub(super) fn pre_commit() -> String {
    let version = env!("CARGO_PKG_VERSION");
    format!(
        "repos:\n  - repo: https://github.com/securescan/securescan\n    rev: v{version}\n    hooks:\n      - id: securescan\n"
    )
}

/// `.securescan.yml`. `with_baseline` names the baseline file that is written beside it.
pub(super) fn configuration(choice: &Choice, names: &[&str], with_baseline: bool) -> String {
    let list = |types: &[ScanType]| {
        types.iter().map(|wanted| wanted.as_str()).collect::<Vec<_>>().join(", ")
    };
    let mut text = format!("# yaml-language-server: $schema={}\n", crate::config::schema::ID);
    text.push_str("# How securescan looks at this repository; docs/configuration.md of securescan has every key.\n\n");
    if !names.is_empty() {
        let _ = writeln!(text, "# Found here: {}.", names.join(", "));
    }
    let _ = writeln!(text, "scan_types: [{}]", list(&choice.types));
    if !choice.unserved.is_empty() {
        let _ = writeln!(
            text,
            "# These would fit too, but no scanner of version {} serves them: {}.",
            env!("CARGO_PKG_VERSION"),
            list(&choice.unserved)
        );
    }
    let _ = write!(
        text,
        "\n# A finding of this severity or above fails a run, and so does a scanner that broke down.\n\
         fail_on_severity: {}\nfail_on_incomplete: true\n",
        choice.threshold
    );
    if with_baseline {
        let _ = write!(
            text,
            "\n# Findings that were there when this file was written; `securescan baseline` writes them anew.\n\
             baseline: {}\n",
            super::BASELINE
        );
    }
    text.push_str(
        "\n# Rules that do not fit, by id or glob:\n\
         #   - rule: secrets/generic-token\n\
         #     reason: recorded answers of a test server\n\
         #     paths: [\"tests/**\"]\n\
         ignored_rules: []\n",
    );
    text
}
