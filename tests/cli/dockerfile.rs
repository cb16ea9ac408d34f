//! Dockerfiles from the user's side: places, redaction, everything that silences a finding, and the page of the scanner.

use crate::project::{Project, checkout, password};
use securescan::engine::all_rules;
use std::fmt::Write as _;

/// `path:line:column rule` of what is found.
fn found(project: &Project, args: &[&str]) -> Vec<String> {
    let fixed = ["scan", "--scanner", "dockerfile", "-o", "json"];
    project.run(&[&fixed, args].concat()).places()
}

fn has(places: &[String], place: &str) -> bool {
    places.iter().any(|one| one == place)
}

#[test]
fn dockerfiles_of_every_name_and_inside_compose_files_are_scanned() {
    let text = "FROM a:1\nRUN set -e; \\\n  # why\n  chmod 777 /x\nUSER 1\n";
    let inline = "services:\n  app:\n    build:\n      dockerfile_inline: |\n        FROM a:1\n\n        RUN chmod \\\n            777 /x\n        USER 1\n";
    let project = Project::new(&[
        ("Dockerfile", text),
        ("web/dockerfile.DEV", text),
        ("api.Containerfile", text),
        ("compose.yml", inline),
        ("Dockerfile.dockerignore", "RUN chmod 777 /x\n"),
    ]);
    let places = found(&project, &[]);
    let wanted = "dockerfile/world-writable";
    for place in
        ["Dockerfile:4:9", "web/dockerfile.DEV:4:9", "api.Containerfile:4:9", "compose.yml:8:13"]
    {
        assert!(has(&places, &format!("{place} {wanted}")), "{place}: {places:#?}");
    }
    assert_eq!(places.iter().filter(|place| place.ends_with(wanted)).count(), 4);
}

#[test]
fn comments_of_every_tool_silence_what_they_name() {
    let project = Project::new(&[(
        "Dockerfile",
        "# trivy:ignore:DS-0002\nFROM a:1\n# hadolint ignore=DL3008\nRUN apt-get update && \\\n  apt-get install -y curl\n# checkov:skip=CKV_DOCKER_2: probes are in the chart\n# securescan: ignore-next-line dockerfile/world-writable -- shared\nRUN chmod 777 /x\nRUN chmod 777 /y\n",
    )]);
    let places = found(&project, &[]);
    for rule in ["apt-unpinned", "no-healthcheck", "no-user"] {
        assert!(
            !places.iter().any(|place| place.ends_with(&format!("dockerfile/{rule}"))),
            "{rule}: {places:#?}"
        );
    }
    assert!(has(&places, "Dockerfile:5:3 dockerfile/apt-recommends"), "{places:#?}");
    assert!(has(&places, "Dockerfile:9:11 dockerfile/world-writable"));
    assert!(!has(&places, "Dockerfile:8:11 dockerfile/world-writable"));
    let all = found(&project, &["--no-suppress"]);
    assert!(all.len() >= places.len() + 4, "{all:#?}");
}

#[test]
fn foreign_and_old_ids_work_in_the_configuration() {
    let project = Project::new(&[("Dockerfile", "FROM a:latest\nUSER root\n")]);
    let before = found(&project, &[]);
    assert!(has(&before, "Dockerfile:2:1 dockerfile/root-user"));
    for (id, rule) in [
        ("DL3002", "root-user"),
        ("dockerfile/DL002", "root-user"),
        ("DL002", "root-user"),
        ("AVD-DS-0001", "base-image-latest"),
        ("CKV_DOCKER_7", "base-image-latest"),
    ] {
        project.write(".securescan.yml", format!("ignored_rules: [{id}]\n"));
        let after = found(&project, &[]);
        assert!(!after.iter().any(|place| place.ends_with(rule)), "{id}: {after:#?}");
        assert_eq!(after.len() + 1, before.len(), "{id}");
    }
    project.write(".securescan.yml", "severity_overrides: {DL3002: low}\n");
    let run = project.run(&["scan", "--scanner", "dockerfile", "-o", "json"]).json();
    let findings = run["findings"].as_array().unwrap();
    let root = findings.iter().find(|one| one["rule_id"] == "dockerfile/root-user").unwrap();
    assert_eq!(
        (&root["severity"], &root["metadata"]["original_severity"]),
        (&"low".into(), &"high".into())
    );
}

#[test]
fn a_secret_of_an_image_is_redacted_everywhere() {
    let secret = password("image");
    let text = format!(
        "FROM a:1\nENV A=1 \\\n  DB_PASSWORD={secret}\nARG API_TOKEN='{secret}'\nRUN echo root:{secret} | chpasswd\nUSER 1\n"
    );
    let project = Project::new(&[("Dockerfile", &text)]);
    for format in crate::project::formats() {
        let outcome = project.run(&["scan", "--scanner", "dockerfile", "-o", format]);
        assert!(!outcome.stdout.contains(&secret) && !outcome.stderr.contains(&secret), "{format}");
    }
    let places = found(&project, &[]);
    for place in
        ["Dockerfile:3:15 dockerfile/secret-in-env", "Dockerfile:4:16 dockerfile/secret-in-arg"]
    {
        assert!(has(&places, place), "{place}: {places:#?}");
    }
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_is_scanned() {
    let project = Project::new(&[("Dockerfile", "FROM a:1\nRNU x\nUSER root\n")]);
    let run = project.run(&["scan", "--scanner", "dockerfile", "-o", "json", "--show-skipped"]);
    assert!(has(&run.places(), "Dockerfile:3:1 dockerfile/root-user"), "{}", run.stdout);
    assert!(run.stdout.contains("unparsable") && run.stdout.contains("line 2"), "{}", run.stdout);
}

/// The table of rules on the scanner's page; made again by `UPDATE_DOCS=1 cargo test --test cli dockerfile`.
#[test]
fn the_page_lists_every_rule_with_its_ids_elsewhere() {
    let mut table =
        "| Rule | Severity | What it reports | Elsewhere |\n|---|---|---|---|\n".to_owned();
    for rule in all_rules().iter().filter(|rule| rule.scanner == "dockerfile") {
        let is_main = |id: &&String| {
            let spelled = id.starts_with("AVD-") || id.starts_with("dockerfile/");
            !spelled && (!id.starts_with("DS") || id.starts_with("DS-"))
        };
        let ids: Vec<String> =
            rule.aliases.iter().filter(is_main).map(|id| format!("`{id}`")).collect();
        writeln!(
            table,
            "| `{}` | {} | {} | {} |",
            rule.id,
            rule.severity.as_str(),
            rule.title,
            ids.join(", ")
        )
        .unwrap();
    }
    let path = checkout().join("docs/scanners/dockerfile.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once("<!-- rules -->\n").unwrap();
    let (_, tail) = rest.split_once("<!-- /rules -->").unwrap();
    let expected = format!("{head}<!-- rules -->\n{table}<!-- /rules -->{tail}");
    #[expect(clippy::disallowed_methods, reason = "asked by the person who runs the tests")]
    let updates = std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1");
    if updates {
        std::fs::write(&path, &expected).unwrap();
    }
    assert!(updates || page == expected, "UPDATE_DOCS=1 cargo test --test cli dockerfile");
}
