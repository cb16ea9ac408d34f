//! Suggestions of a review: applied as the code host applies them, they silence the finding and nothing else, and they
//! never repeat a secret.

use crate::diff::changed;
use crate::project::{Project, leak, password};
use serde_json::Value;

/// The comments of the review of `change` against `main`.
fn comments(project: &Project) -> Vec<Value> {
    let args = ["diff", "--base-ref", "main", "-o", "github-review", "--scanner", "secrets"];
    let review = project.run(&args).json();
    review["comments"].as_array().unwrap().clone()
}

/// The replacement inside a comment: the lines of the fence whose info string is `suggestion`.
fn suggestion(body: &str) -> Option<Vec<String>> {
    let lines: Vec<&str> = body.lines().collect();
    let start = lines.iter().position(|line| line.trim_start_matches('`') == "suggestion")?;
    let fence: String = lines[start].chars().take_while(|c| *c == '`').collect();
    let length = lines[start + 1..].iter().position(|line| **line == fence)?;
    Some(lines[start + 1..start + 1 + length].iter().map(|line| (*line).to_owned()).collect())
}

/// Replaces a line of a text as the button does: the line end of the file stays.
fn applied(text: &str, line: usize, replacement: &[String]) -> String {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<String> =
        text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect();
    lines.splice(line - 1..line, replacement.iter().cloned());
    lines.join(end)
}

/// T25.
#[test]
fn an_applied_suggestion_silences_the_finding_and_nothing_else() {
    let secret = password("x");
    let cases = [
        ("a.py", format!("import os\nx = 1\ndb_password = \"{secret}\"\n")),
        ("tabs.go", format!("package x\n\nfunc f() {{\n\tdbPassword := \"{secret}\"\n}}\n")),
        ("crlf.js", format!("var x = 1;\r\nvar db_password = \"{secret}\";\r\n")),
        ("no_end.tf", format!("variable \"x\" {{}}\n  db_password = \"{secret}\"")),
        ("deploy.sql", format!("-- x\nset db_password = '{secret}';\n")),
        ("app.yml", format!("a: 1\ndb_password: \"{secret}\"\n")),
        ("ticks.py", format!("x = \"```\"\ndb_password = \"{secret}\"\n")),
    ];
    for (path, text) in cases {
        let project = changed(&[("x", "")], |project| {
            project.write(path, &text);
        });
        let comments = comments(&project);
        assert_eq!(comments.len(), 1, "{path}");
        let body = comments[0]["body"].as_str().unwrap();
        assert!(!body.contains(&secret), "{path} repeats the secret:\n{body}");
        let replacement =
            suggestion(body).unwrap_or_else(|| panic!("{path} has no suggestion:\n{body}"));
        assert_eq!(comments[0]["start_line"], Value::Null, "{path}");
        let line = comments[0]["line"].as_u64().unwrap() as usize;
        let now = applied(&text, line, &replacement);
        assert_eq!(now.lines().count(), text.lines().count() + 1, "{path}");
        project.write(path, &now);
        let args = ["scan", "--scanner", "secrets", "-o", "json", "--show-suppressed", path];
        let run = project.run(&args).json();
        assert_eq!(run["findings"].as_array().unwrap().len(), 0, "{path}:\n{now}");
        assert_eq!(run["suppressed"].as_array().unwrap().len(), 1, "{path}:\n{now}");
        // Without its new line the text is what it was.
        let without: Vec<&str> =
            now.lines().filter(|line| !line.contains("securescan: ignore")).collect();
        assert_eq!(without, text.lines().collect::<Vec<_>>(), "{path}");
    }
}

#[test]
fn where_a_comment_would_do_harm_there_is_no_suggestion() {
    let secret = password("x");
    for (path, text) in [
        ("first.py", format!("db_password = \"{secret}\"\n")),
        ("a.json", format!("{{\n  \"db_password\": \"{secret}\"\n}}\n")),
        ("continued.sh", format!("run --x \\\n  --db_password=\"{secret}\"\n")),
        ("two.py", format!("{}db_password = \"{secret}\"\n", leak("above"))),
    ] {
        let project = changed(&[("x", "")], |project| {
            project.write(path, &text);
        });
        let comments = comments(&project);
        assert!(!comments.is_empty(), "{path}");
        let last = comments.last().unwrap()["body"].as_str().unwrap();
        assert_eq!(suggestion(last), None, "{path}:\n{last}");
        assert!(!last.contains(&secret), "{path}");
    }
}

/// The original lost findings in files with a blank in their name, and on lines that look like headers of a patch.
#[test]
fn a_finding_is_anchored_on_its_line_whatever_the_file_is_called_and_looks_like() {
    let filler: String = (0..30).map(|n| format!("-- {n}\n++ {n}\n")).collect();
    let project =
        changed(&[("with blank.sql", &filler), ("b.py", &"x = 1\n".repeat(40))], |project| {
            let text =
                filler.replace("-- 20\n", &format!("set db_password = '{}';\n", password("s")));
            project.write("with blank.sql", text);
            project.write(
                "b.py",
                format!("{}{}{}", "x = 1\n".repeat(20), leak("b"), "x = 1\n".repeat(20)),
            );
            project.write("ä/new.py", leak("n"));
        });
    let places: Vec<String> = comments(&project)
        .iter()
        .map(|comment| format!("{}:{}", comment["path"].as_str().unwrap(), comment["line"]))
        .collect();
    // The line above carries the suggestion, as the finding's own may not be repeated.
    assert_eq!(places, ["b.py:20", "with blank.sql:40", "ä/new.py:1"]);
}

/// A silenced finding is nobody's to review.
#[test]
fn suppressed_findings_are_not_in_the_review() {
    let project = changed(&[("x", "")], |project| {
        project.write("a.py", format!("# securescan: ignore *\n{}", leak("a")));
    });
    let args = ["diff", "--base-ref", "main", "-o", "github-review", "--show-suppressed"];
    let run = project.run(&args);
    assert_eq!(run.json()["comments"].as_array().unwrap().len(), 0, "{}", run.stdout);
    assert!(run.stdout.contains("a.py:1"), "the audit tells of the directive: {}", run.stdout);
}
