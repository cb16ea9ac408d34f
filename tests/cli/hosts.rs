//! Pages and ports: the program against a small server on this machine.

use super::project::Project;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// A server that answers by path.
struct Server {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(answer: fn(&str, u16) -> Vec<u8>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let log = Arc::clone(&log);
                std::thread::spawn(move || {
                    let request = request(&mut stream);
                    if request.is_empty() {
                        return;
                    }
                    let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                    log.lock().unwrap().push(request);
                    // The program hangs up when it has read enough.
                    let _ = stream.write_all(&answer(&path, port));
                });
            }
        });
        Self { port, asked }
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    fn requests(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn request(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    while !bytes.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut chunk) {
            Ok(read) if read > 0 => bytes.extend_from_slice(&chunk[..read]),
            _ => return String::new(),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn ids(run: &Value) -> Vec<&str> {
    let findings = run["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["rule_id"].as_str().unwrap()).collect()
}

fn status(run: &Value, scanner: &str) -> String {
    let outcomes = run["scanners"].as_array().or(run["outcomes"].as_array()).unwrap();
    let found = outcomes.iter().find(|outcome| outcome["scanner"] == scanner).unwrap();
    found["status"].as_str().unwrap().to_owned()
}

fn empty() -> Project {
    Project::new(&[])
}

#[test]
fn a_page_is_judged_by_headers_cookies_and_what_lies_beside_it() {
    let server = Server::new(|path, _| {
        match path {
            "/app?token=hush-hush" => {
                "HTTP/1.1 200 OK\r\nServer: demo/1.2\r\nContent-Type: text/html\r\n\
                Set-Cookie: session=hunter2hunter2; Path=/\r\nContent-Length: 2\r\n\r\nok"
            }
            "/.env" => "HTTP/1.1 200 OK\r\n\r\nAPP_PASSWORD=hunter2hunter2\n",
            "/.git/HEAD" => "HTTP/1.1 200 OK\r\n\r\n<html>not found</html>",
            _ => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        }
        .into()
    });
    let project = empty();
    let outcome = project.run(&["scan", &server.url("/app?token=hush-hush"), "-o", "json"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let run = outcome.json();
    let found = ids(&run);
    for id in [
        "dast/missing-csp",
        "dast/missing-nosniff",
        "dast/missing-frame-protection",
        "dast/server-disclosure",
        "dast/cookie-without-secure",
        "dast/cookie-without-httponly",
        "dast/cookie-samesite",
        "dast/cacheable-session",
        "dast/exposed-secrets",
        "dast/missing-security-txt",
    ] {
        assert!(found.contains(&id), "{id}: {found:?}");
    }
    // Over http there is no HSTS to miss, and a page is no repository.
    for id in ["dast/missing-hsts", "dast/exposed-repository"] {
        assert!(!found.contains(&id), "{id}: {found:?}");
    }
    assert_eq!(run["target"], server.url("/app"));
    let text = run.to_string() + &outcome.stderr;
    assert!(!text.contains("hunter2") && !text.contains("hush-hush"), "{text}");
    assert_eq!(status(&run, "builtin_dast"), "ran");
    let requests = server.requests();
    assert!(
        requests.iter().all(|r| r.starts_with("GET ") || r.starts_with("HEAD ")),
        "{requests:?}"
    );
    assert!(requests.len() <= 80, "{}", requests.len());
    // The same answers give the same bytes.
    let again = project.run(&["scan", &server.url("/app?token=hush-hush"), "-o", "json"]);
    assert_eq!(again.stdout, outcome.stdout);
    let silenced =
        project.run(&["scan", &server.url("/"), "--fail-on-severity", "medium", "-o", "json"]);
    assert_eq!(silenced.code, 1, "gates judge pages as well");
    for format in super::project::formats() {
        let shown = project.run(&["scan", &server.url("/"), "-o", format]);
        assert!(shown.code == 0 && !shown.stdout.is_empty(), "{format}: {}", shown.stderr);
    }
}

#[test]
fn a_redirect_off_the_host_is_told_and_not_followed() {
    static REACHED: AtomicUsize = AtomicUsize::new(0);
    let listener = TcpListener::bind("127.0.0.2:0");
    if let Ok(listener) = listener {
        std::thread::spawn(move || {
            for _ in listener.incoming() {
                REACHED.fetch_add(1, Ordering::Relaxed);
            }
        });
    }
    let server = Server::new(|path, port| match path {
        "/" => format!("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.2:{port}/inside\r\n\r\n")
            .into_bytes(),
        _ => b"HTTP/1.1 404 Not Found\r\n\r\n".to_vec(),
    });
    let run = empty().run(&["scan", &server.url("/"), "-o", "json"]).json();
    assert!(ids(&run).contains(&"dast/redirect-off-host"), "{run}");
    assert_eq!(REACHED.load(Ordering::Relaxed), 0);
}

#[test]
fn an_endless_body_and_a_flood_of_headers_are_cut() {
    let server = Server::new(|path, _| {
        if path == "/" {
            let mut answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n".to_vec();
            answer.resize(20 << 20, b'x');
            return answer;
        }
        let mut answer = b"HTTP/1.1 200 OK\r\n".to_vec();
        answer.extend(b"X-Flood: 1\r\n".repeat(100_000));
        answer
    });
    let begun = Instant::now();
    let run = empty().run(&["scan", &server.url("/"), "-o", "json"]).json();
    assert!(
        run["notices"].to_string().contains("only the first part of the page was read"),
        "{run}"
    );
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

#[test]
fn a_host_that_does_not_answer_is_a_failure_and_no_clean_result() {
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let project = empty();
    let url = format!("http://127.0.0.1:{closed}/");
    let outcome = project.run(&["scan", &url, "-o", "json"]);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert_eq!(status(&outcome.json(), "builtin_dast"), "failed");
    let text = project.run(&["scan", &url]);
    assert!(text.stdout.contains("the connection was refused"), "{}", text.stdout);
    assert_eq!(project.run(&["scan", &url, "--fail-on", "incomplete"]).code, 3);
    let unknown = project.run(&["scan", "http://nowhere.invalid/", "--fail-on", "incomplete"]);
    assert_eq!(unknown.code, 3, "{}", unknown.stderr);
    let odd = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = odd.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in odd.incoming().flatten() {
            let mut stream = stream;
            let _ = stream.write_all(b"SSH-2.0-demo\r\n");
        }
    });
    for scheme in ["http", "https"] {
        let run =
            project.run(&["scan", &format!("{scheme}://127.0.0.1:{port}/"), "-o", "json"]).json();
        assert_eq!(status(&run, "builtin_dast"), "failed", "{scheme}");
    }
}

#[test]
fn open_ports_are_found_with_what_they_say() {
    let ssh = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = ssh.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in ssh.incoming().flatten() {
            let mut stream = stream;
            let _ = stream.write_all(b"SSH-2.0-demo_1.0\r\n");
        }
    });
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let project = empty();
    let ports = format!("{port},{closed}");
    let outcome =
        project.run(&["scan", "127.0.0.1", "--type", "network", "--ports", &ports, "-o", "json"]);
    let run = outcome.json();
    assert_eq!(ids(&run), ["ports/open-port"], "{}", outcome.stderr);
    let finding = &run["findings"][0];
    assert_eq!(finding["metadata"]["port"], port);
    assert_eq!(finding["metadata"]["service"], "ssh");
    assert_eq!(finding["metadata"]["product"], "2.0-demo_1.0");
    assert_eq!(run["target"], "127.0.0.1");
    assert!(run["notices"].to_string().contains("1 open, 1 closed"), "{run}");
    project.write(".securescan.yml", format!("ignored_rules: [open-port-{port}]\n"));
    let config = project.path(".securescan.yml");
    let config = config.to_str().unwrap();
    let args =
        ["scan", "127.0.0.1", "-t", "network", "--ports", &ports, "--config", config, "-o", "json"];
    assert_eq!(ids(&project.run(&args).json()), Vec::<&str>::new());
    let v6 =
        project.run(&["scan", "127.0.0.0/30", "-t", "network", "--ports", &ports, "-o", "json"]);
    assert!(v6.json()["notices"].to_string().contains("of 4 hosts"), "{}", v6.stdout);
}

#[test]
fn only_what_the_command_line_names_is_asked() {
    let project =
        Project::new(&[("a.py", "x = 1\n"), (".securescan.yml", "scan_types: [code, dast]\n")]);
    project
        .run(&["scan", ".", "--type", "dast"])
        .refused(&["no URL is named", "https://example.com"]);
    project.run(&["scan", ".", "--type", "network"]).refused(&["is not a host name"]);
    project.run(&["scan", "10.0.0.0/8", "--type", "network"]).refused(&["more than 4096"]);
    project.run(&["scan", "10.0.0.0/16", "--type", "network"]).refused(&["--large-scan"]);
    project.run(&["scan", "--ports", "80"]).refused(&["--type network"]);
    project.run(&["scan", "127.0.0.1", "-t", "network", "--ports", "0-5"]).refused(&["not a port"]);
    project.run(&["scan", "https://u:p@a.example/"]).refused(&["a user or a password"]);
    project.run(&["scan", "https://a.example/", "--type", "code"]).refused(&["holds no files"]);
    // Asked for by the file of a repository, the scanner says what it lacks.
    let run = project.run(&["scan", "-o", "json"]).json();
    assert_eq!(status(&run, "builtin_dast"), "skipped");
    assert!(run.to_string().contains("no URL was named"), "{run}");
    // An ordinary scan does not speak of it.
    project.write(".securescan.yml", "");
    let plain = project.run(&["scan", "-o", "json"]).json();
    assert!(!plain.to_string().contains("builtin_dast"), "{plain}");
}
