//! A language model, played by a socket on this machine: what it is told, what is shown of its answer, and what is not.

use crate::project::{Call, Project, formats, leak};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};

/// A model that answers every question in the same way and keeps what it was asked.
struct Model {
    address: String,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
}

impl Model {
    fn new(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/v1", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                let (mut head, mut length) = (String::new(), 0);
                loop {
                    let mut line = String::new();
                    if reader.read_line(&mut line).unwrap_or(0) <= 2 {
                        break;
                    }
                    if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                        length = value.trim().parse().unwrap();
                    }
                    head.push_str(&line);
                }
                let mut body = vec![0; length];
                if reader.read_exact(&mut body).is_err() {
                    continue;
                }
                kept.lock().unwrap().push((head, serde_json::from_slice(&body).unwrap()));
                drop(stream.write_all(answer.as_bytes()));
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<(String, Value)> {
        self.asked.lock().unwrap().clone()
    }
}

const EXPLAINS: &str = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n\
    {\"choices\":[{\"message\":{\"content\":\"Revoke it\\u001b[31m <b>now</b> and move it.\"}}]}";

fn leaky() -> Project {
    Project::new(&[("app.py", &leak("ai"))])
}

fn scan(project: &Project, model: &Model, args: &[&str]) -> Call {
    project
        .call(&[&["scan"], args].concat())
        .env("SECURESCAN_AI_URL", model.address.as_str())
        .env("SECURESCAN_AI_MODEL", "m")
        .env("SECURESCAN_AI_KEY", "k-EXAMPLE")
}

#[test]
fn an_explanation_is_shown_to_people_and_made_of_the_redacted_line_alone() {
    let (project, model) = (leaky(), Model::new(EXPLAINS));
    let run = scan(&project, &model, &["--ai"]).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stdout.contains("model   Revoke it [31m <b>now</b> and move it."),
        "{}",
        run.stdout
    );
    assert!(
        run.stderr.contains("ai: 1 of 1 findings of severity high and critical explained"),
        "{}",
        run.stderr
    );
    let asked = model.asked();
    assert_eq!(asked.len(), 1);
    assert!(asked[0].0.starts_with("POST /v1/chat/completions HTTP/1.1"), "{}", asked[0].0);
    assert!(asked[0].0.to_ascii_lowercase().contains("authorization: bearer k-example"));
    let question: Value =
        serde_json::from_str(asked[0].1["messages"][1]["content"].as_str().unwrap()).unwrap();
    let keys: Vec<&String> = question.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["line", "rule", "title"]);
    assert!(question["line"].as_str().unwrap().contains("********"), "{question}");
    assert!(!asked[0].1.to_string().contains("app.py"), "no path is sent");
    let page = scan(&project, &model, &["--ai", "-o", "html"]).run();
    assert!(page.stdout.contains("&lt;b&gt;now&lt;/b&gt;"), "the page escapes it");
}

#[test]
fn every_other_format_is_the_same_with_and_without_a_model() {
    let (project, model) = (leaky(), Model::new(EXPLAINS));
    for format in formats().into_iter().filter(|format| !matches!(*format, "text" | "html")) {
        let plain = scan(&project, &model, &["-o", format]).run();
        let explained = scan(&project, &model, &["--ai", "-o", format]).run();
        assert_eq!(plain.stdout, explained.stdout, "{format}");
    }
}

#[test]
fn nobody_is_asked_unless_somebody_wants_it() {
    let (project, model) = (leaky(), Model::new(EXPLAINS));
    project.write(".securescan.yml", "ai: true\n");
    scan(&project, &model, &[]).run();
    scan(&project, &model, &["--no-ai"]).env("SECURESCAN_AI", "true").run();
    scan(&project, &model, &[]).env("SECURESCAN_AI", "true").env("CI", "true").run();
    scan(&project, &model, &["--ai", "-o", "json"]).run();
    assert_eq!(
        model.asked(),
        [],
        "by a repository, against --no-ai, in CI without the flag, or for a format that does not show it"
    );
    scan(&project, &model, &["--ai"]).env("CI", "true").run();
    assert_eq!(model.asked().len(), 1);
}

#[test]
fn a_service_that_fails_changes_nothing_but_a_sentence() {
    let project = leaky();
    let plain = project.run(&["scan"]);
    let refused = r#"{"error": {"message": "the key\u001b[31m is unknown"}}"#;
    let length = refused.len();
    let refused = format!(
        "HTTP/1.1 401 No\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{refused}"
    );
    for (answer, part) in [
        (&*refused.leak(), "127.0.0.1 answered HTTP 401: the key [31m is unknown"),
        ("HTTP/1.1 500 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", "HTTP 500"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", "no text"),
        ("garbage\r\n\r\n", "0 of 1 findings"),
        ("", "0 of 1 findings"),
    ] {
        let run = scan(&project, &Model::new(answer), &["--ai"]).run();
        assert_eq!((run.code, &run.stdout), (0, &plain.stdout), "{answer}");
        assert!(run.stderr.contains(part), "{answer}: {}", run.stderr);
    }
}

#[test]
fn a_model_that_cannot_be_asked_is_said() {
    let project = leaky();
    for (variables, part) in [
        (&[][..], "set SECURESCAN_AI_URL"),
        (&[("SECURESCAN_GROQ_API_KEY", "")], "set SECURESCAN_AI_URL"),
        (&[("SECURESCAN_AI_KEY", "abc")], "set SECURESCAN_AI_URL"),
        (&[("SECURESCAN_AI_URL", "http://127.0.0.1:1/v1")], "set SECURESCAN_AI_MODEL"),
        (
            &[("SECURESCAN_AI_URL", "http://models.example.com/v1"), ("SECURESCAN_AI_MODEL", "m")],
            "http only to this machine",
        ),
        (&[("SECURESCAN_GROQ_API_KEY", "a b\nc")], "cannot be a key"),
    ] {
        let mut call = project.call(&["scan", "--ai"]);
        for (name, value) in variables {
            call = call.env(name, *value);
        }
        let run = call.run();
        assert_eq!(run.code, 0);
        assert!(
            run.stderr.contains("ai: nothing was sent") && run.stderr.contains(part),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn findings_that_are_alike_share_a_question() {
    let line = leak("ai-same");
    let project = Project::new(&[("a.py", &line), ("b.py", &line)]);
    let model = Model::new(EXPLAINS);
    let run = scan(&project, &model, &["--ai", "--quiet"]).run();
    assert!(run.stderr.contains("2 of 2 findings"), "{}", run.stderr);
    assert_eq!(model.asked().len(), 1);
    assert_eq!(json!(model.asked()[0].1["model"]), "m");
}
