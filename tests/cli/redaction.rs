//! A secret never leaves the file it was found in: not in any format, not on standard error, not beside another finding.

use crate::project::{Project, formats, password, secret};
use serde_json::Value;

/// Secrets of many kinds: name, file, text around it, the secret.
fn kinds() -> Vec<(&'static str, &'static str, String, String)> {
    let mut kinds = Vec::new();
    let mut add = |name, path, secret: String, text: String| {
        assert!(text.contains(&secret), "{name}");
        kinds.push((name, path, text, secret));
    };
    let pass = password("redaction");
    let token = secret("redaction", "ghp_{{crc32-base62:30}}");
    let long = secret("redaction", "{{base64url:64}}");
    add("a password", "a.py", pass.clone(), format!("db_password = \"{pass}\"\n"));
    add("a provider's token", "b.py", token.clone(), format!("gh = \"{token}\"\n"));
    add("an environment file", ".env", pass.clone(), format!("DB_PASSWORD={pass}\n"));
    add(
        "a connection string",
        "c.yml",
        pass.clone(),
        format!("url: postgres://app:{pass}@db.internal:5432/x\n"),
    );
    add("YAML", "d.yml", pass.clone(), format!("password: \"{pass}\"\n"));
    add("JSON", "e.json", pass.clone(), format!("{{\"api_password\": \"{pass}\"}}\n"));
    add("XML", "f.xml", pass.clone(), format!("<password>{pass}</password>\n"));
    add("a header", "g.sh", long.clone(), format!("curl -H 'Authorization: Bearer {long}' x\n"));
    add("a long token", "h.py", long.clone(), format!("API_TOKEN = \"{long}\"\n"));
    add("npm", ".npmrc", long.clone(), format!("//r.example.org/:_authToken={long}\n"));
    add("CRLF", "i.py", pass.clone(), format!("x = 1\r\ndb_password = \"{pass}\"\r\n"));
    add("a flag", "j.sh", pass.clone(), format!("mysql --password={pass} -h db\n"));
    kinds
}

#[track_caller]
fn assert_hidden(project: &Project, secrets: &[String], what: &str) {
    for format in formats() {
        for flags in [&[][..], &["--show-suppressed", "--color", "always", "--show-skipped"]] {
            let args = ["scan", "-o", format, "--min-confidence", "low", "--fail-on-count", "0"];
            let outcome = project.run(&[&args[..], flags].concat());
            assert_eq!(outcome.code, 1, "{what} is not found");
            for secret in secrets {
                // The first four characters of a long secret may be shown, nothing after them.
                let tail = &secret[4..];
                for (name, text) in [("output", &outcome.stdout), ("stderr", &outcome.stderr)] {
                    assert!(!text.contains(tail), "{what} in the {name} of {format}:\n{text}");
                }
                for part in [&secret[..8], &secret[secret.len() - 8..]] {
                    assert!(!outcome.stdout.contains(part), "a part of {what} in {format}");
                }
            }
        }
    }
}

#[test]
fn no_secret_stands_in_any_output() {
    let all = kinds();
    for (name, path, text, secret) in &all {
        let project = Project::new(&[(path, text)]);
        assert!(!project.secrets(&[]).is_empty(), "{name} is not found");
        assert_hidden(&project, std::slice::from_ref(secret), name);
    }
}

#[test]
fn two_secrets_on_a_line_are_both_redacted_in_the_findings_of_both() {
    let (a, b) = (password("left"), secret("right", "ghp_{{crc32-base62:30}}"));
    let project = Project::new(&[("a.py", &format!("db_password = \"{a}\"; gh = \"{b}\"\n"))]);
    let run = project.run(&["scan", "--scanner", "secrets", "-o", "json"]).json();
    let findings = run["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 2);
    for finding in findings {
        let snippet = finding["metadata"]["line_snippet"].as_str().unwrap();
        assert_eq!(snippet, "db_password = \"********\"; gh = \"ghp_********\"");
    }
    assert_hidden(&project, &[a, b], "two secrets on a line");
}

#[test]
fn no_line_of_a_private_key_stands_in_any_output() {
    let lines: Vec<String> = (0..12).map(|n| secret(&format!("pem{n}"), "{{base64:64}}")).collect();
    let label = "RSA PRIVATE KEY";
    let pem = format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"));
    for (what, path, text) in [
        ("a key file", "server.key", pem.clone()),
        ("a key in code", "a.py", format!("KEY = \"\"\"{pem}\"\"\"\n")),
        ("a key in YAML", "b.yml", format!("key: |\n  {}\n", pem.replace('\n', "\n  "))),
        ("a key on one line", "c.json", format!("{{\"k\": \"{}\"}}\n", pem.replace('\n', "\\n"))),
        ("a key with CRLF", "d.pem", pem.replace('\n', "\r\n")),
    ] {
        let project = Project::new(&[(path, &text)]);
        assert!(!project.secrets(&[]).is_empty(), "{what} is not found");
        assert_hidden(&project, &lines, what);
    }
}

#[test]
fn a_silenced_secret_is_redacted_too() {
    let pass = password("silenced");
    let text = format!("db_password = \"{pass}\"  # securescan: ignore * -- {pass}\n");
    let project = Project::new(&[("a.py", &text)]);
    let args = ["scan", "--scanner", "secrets", "--show-suppressed", "-o", "json"];
    let run: Value = project.run(&args).json();
    let finding = &run["suppressed"][0];
    // Written again in a comment, it is as secret there.
    let snippet = "db_password = \"********\"  # securescan: ignore * -- ********";
    assert_eq!(finding["metadata"]["line_snippet"], snippet);
    assert_eq!(finding["metadata"]["suppression_reason"], "********");
    for format in formats() {
        let outcome = project.run(&["scan", "--show-suppressed", "-o", format]);
        assert!(!outcome.stdout.contains(&pass), "{format}");
    }
}

#[test]
fn mistakes_in_files_with_secrets_do_not_print_them() {
    let pass = password("mistake");
    let project = Project::new(&[("a.py", "x = 1\n")]);
    project.write("base.json", format!("{{\"findings\": [\"{pass}\"]}}"));
    let outcome = project.run(&["scan", "--baseline", "base.json"]);
    outcome.refused(&["base.json:1:"]);
    assert!(!outcome.stderr.contains(&pass), "{}", outcome.stderr);
    for text in [
        format!("secrets:\n  allow: ['({pass}']\n"),
        format!("secrets:\n  allow: {pass}\n"),
        format!("secrets:\n  allow: [[{pass}]]\n"),
    ] {
        project.write(".securescan.yml", &text);
        let outcome = project.run(&["scan"]);
        outcome.refused(&[".securescan.yml:2:"]);
        assert!(!outcome.stderr.contains(&pass), "{}", outcome.stderr);
    }
    project.write(".securescan.yml", format!("secrets:\n  allow: ['^{pass}$']\n"));
    let shown = project.run(&["config", "show"]);
    assert!(!shown.stdout.contains(&pass) && shown.code == 0, "{}", shown.stdout);
}
