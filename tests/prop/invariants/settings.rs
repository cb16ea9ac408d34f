//! Workflows, pipelines and settings of servers: files of a known place with any content.

use super::{examine, file};

/// The path of an input when its own is none of these files'.
fn path_or<'a>(path: &'a str, ends: &[&str], usual: &'a str) -> &'a str {
    if ends.iter().any(|end| path.ends_with(end)) { path } else { usual }
}

/// What is found is the same each time, and stands inside the text.
fn twice(path: &str, text: &[u8]) {
    let first = examine(path, text);
    let second = examine(path, text);
    assert_eq!(first.len(), second.len(), "{path}");
    for (one, other) in first.iter().zip(&second) {
        assert_eq!(
            (&one.rule_id, one.line, one.column),
            (&other.rule_id, other.line, other.column)
        );
    }
}

/// Any text as a workflow, an action, the settings of Dependabot or a pipeline of GitLab.
pub fn workflow(data: &[u8]) {
    let (path, text) = file(data);
    let ends =
        ["action.yml", ".github/dependabot.yml", ".gitlab-ci.yml", ".github/workflows/a.yml"];
    twice(path_or(&path, &ends, ".github/workflows/a.yml"), text);
}

/// Any text as settings of a server.
pub fn server_config(data: &[u8]) {
    let (path, text) = file(data);
    let ends = [
        "httpd.conf",
        "config/sshd_config",
        "redis.conf",
        "my.cnf",
        "postgresql.conf",
        "pg_hba.conf",
        "mongod.conf",
        "elasticsearch.yml",
        "php.ini",
        "mosquitto.conf",
        "sites-available/a",
    ];
    twice(path_or(&path, &ends, "nginx.conf"), text);
}
