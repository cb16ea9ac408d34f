//! A code host made for one test: comments, review comments and reviews in memory behind a real socket, pages, several
//! accounts, and faults by script.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Who a workflow writes as.
pub(crate) const BOT: &str = "github-actions[bot]";
/// The commit the pull request stands at.
pub(crate) const HEAD: &str = "aaaaaaabbbbbbbbbbccccccccccddddddddddeee";

/// What happens to a request in place of, or beside, the right answer.
#[derive(Debug, Clone)]
pub(crate) enum Fault {
    /// None: the request is answered as it should be.
    Pass,
    /// A status with headers and a message; nothing is done.
    Status(u16, Vec<(&'static str, String)>, &'static str),
    /// The connection ends before anything is done.
    DropBefore,
    /// Everything is done, and the connection ends without an answer.
    DropAfter,
    /// Everything is done, and the answer is 502.
    FailAfter,
    /// The answer takes this long.
    Slow(Duration),
}

impl Fault {
    pub(crate) fn status(code: u16) -> Self {
        Self::Status(code, Vec::new(), "no")
    }

    pub(crate) fn retry_after(code: u16, value: &str) -> Self {
        Self::Status(code, vec![("Retry-After", value.to_owned())], "slow down")
    }
}

/// A rule: requests with this method whose path contains this text meet these faults, one each, then pass again.
#[derive(Debug)]
struct Script {
    method: &'static str,
    path: &'static str,
    faults: VecDeque<Fault>,
    /// After the list: again from its last fault on, for ever.
    endless: bool,
}

/// What the host holds.
#[derive(Debug, Default)]
pub(crate) struct State {
    pub(crate) comments: Vec<Value>,
    pub(crate) review_comments: Vec<Value>,
    pub(crate) reviews: Vec<Value>,
    /// Method and path of every request, in order.
    pub(crate) log: Vec<String>,
    /// Reviews as they were sent, refused ones included.
    pub(crate) sent: Vec<Value>,
    /// Login of the token; `None` when it may not ask.
    pub(crate) user: Option<String>,
    /// Who writes.
    pub(crate) writer: String,
    /// Paths on which no comment can stand.
    pub(crate) unplaceable: Vec<String>,
    /// The writer opened the pull request.
    pub(crate) own_pull: bool,
    /// Entries a page holds at most, whatever is asked for.
    pub(crate) page: usize,
    /// How many lists do not show a new entry yet.
    pub(crate) lag: usize,
    /// Entries that are not listed yet, and for how many lists.
    hidden: Vec<(Value, usize)>,
    scripts: Vec<Script>,
    last_id: u64,
}

impl State {
    fn id(&mut self) -> u64 {
        self.last_id += 1;
        self.hidden.push((self.last_id.into(), self.lag));
        self.last_id
    }

    /// Adds a comment on the conversation.
    pub(crate) fn say(&mut self, login: &str, body: &str) -> u64 {
        let id = self.id();
        self.comments.push(json!({ "id": id, "user": { "login": login }, "body": body,
            "html_url": format!("https://host.example/c/{id}") }));
        id
    }

    /// Adds a comment on a line.
    pub(crate) fn remark(&mut self, login: &str, body: &str, reply_to: Option<u64>) -> u64 {
        let id = self.id();
        self.review_comments.push(json!({ "id": id, "user": { "login": login }, "body": body,
            "path": "a.py", "in_reply_to_id": reply_to }));
        id
    }

    /// Bodies of comments on lines.
    pub(crate) fn remarks(&self) -> Vec<String> {
        self.review_comments.iter().map(|entry| text(entry, "body")).collect()
    }

    /// Requests with this method whose path ends so.
    pub(crate) fn count(&self, method: &str, end: &str) -> usize {
        let line = |line: &&String| {
            let path = line.split('?').next().unwrap();
            path.starts_with(&format!("{method} ")) && path.ends_with(end)
        };
        self.log.iter().filter(line).count()
    }

    /// Requests that change something.
    pub(crate) fn writes(&self) -> usize {
        self.log.iter().filter(|line| !line.starts_with("GET ")).count()
    }
}

pub(crate) fn text(entry: &Value, key: &str) -> String {
    entry[key].as_str().unwrap_or_default().to_owned()
}

/// The host; it ends with the test.
#[derive(Debug, Clone)]
pub(crate) struct Fake {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

impl Fake {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = State { writer: BOT.to_owned(), page: 100, ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { url, state }
    }

    /// Looks at, or changes, what the host holds.
    pub(crate) fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        act(&mut self.state.lock().unwrap())
    }

    /// Requests of a kind meet these faults, one each.
    pub(crate) fn script(&self, method: &'static str, path: &'static str, faults: Vec<Fault>) {
        let faults = faults.into();
        self.with(|state| state.scripts.push(Script { method, path, faults, endless: false }));
    }

    /// Requests of a kind meet this fault from the `after`-th on, for ever.
    pub(crate) fn script_for_ever(
        &self,
        method: &'static str,
        path: &'static str,
        after: usize,
        fault: Fault,
    ) {
        let faults = std::iter::repeat_n(Fault::Pass, after).chain([fault]).collect();
        self.with(|state| state.scripts.push(Script { method, path, faults, endless: true }));
    }

    /// No faults from here on.
    pub(crate) fn heal(&self) {
        self.with(|state| state.scripts.clear());
    }
}

struct Request {
    method: String,
    target: String,
    token: String,
    body: Value,
}

fn serve(stream: TcpStream, state: &Mutex<State>) {
    stream.set_nodelay(true).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    while let Some(request) = read(&mut reader) {
        let fault = {
            let mut state = state.lock().unwrap();
            state.log.push(format!("{} {}", request.method, request.target));
            next_fault(&mut state, &request)
        };
        let answer = match fault {
            Fault::DropBefore => return,
            Fault::Status(code, headers, message) => {
                Answer { code, headers, body: json!({ "message": message }) }
            }
            Fault::DropAfter => {
                act(&mut state.lock().unwrap(), &request);
                return;
            }
            Fault::FailAfter => {
                act(&mut state.lock().unwrap(), &request);
                Answer { code: 502, headers: Vec::new(), body: json!({ "message": "bad gateway" }) }
            }
            Fault::Slow(time) => {
                std::thread::sleep(time);
                act(&mut state.lock().unwrap(), &request)
            }
            Fault::Pass => act(&mut state.lock().unwrap(), &request),
        };
        if write(&mut stream, &answer).is_err() {
            return;
        }
    }
}

fn next_fault(state: &mut State, request: &Request) -> Fault {
    for script in &mut state.scripts {
        if script.method != request.method || !request.target.contains(script.path) {
            continue;
        }
        if script.endless && script.faults.len() == 1 {
            return script.faults[0].clone();
        }
        if let Some(fault) = script.faults.pop_front() {
            return fault;
        }
    }
    Fault::Pass
}

fn read(reader: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|&read| read > 0)?;
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next()?, words.next()?);
    let (mut length, mut token) = (0, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header).ok().filter(|&read| read > 0)?;
        let Some((name, value)) = header.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap(),
            "authorization" => value.trim().clone_into(&mut token),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    let body = serde_json::from_slice(&body).unwrap_or_default();
    Some(Request { method, target, token, body })
}

struct Answer {
    code: u16,
    headers: Vec<(&'static str, String)>,
    body: Value,
}

fn ok(body: Value) -> Answer {
    Answer { code: 200, headers: Vec::new(), body }
}

fn refuse(code: u16, message: &str) -> Answer {
    Answer { code, headers: Vec::new(), body: json!({ "message": message }) }
}

fn write(stream: &mut TcpStream, answer: &Answer) -> std::io::Result<()> {
    let body = if answer.code == 204 { String::new() } else { answer.body.to_string() };
    let mut head = format!("HTTP/1.1 {} X\r\nContent-Length: {}\r\n", answer.code, body.len());
    for (name, value) in &answer.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes())
}

const REPO: &str = "/repos/octo/shop";

fn act(state: &mut State, request: &Request) -> Answer {
    assert_eq!(request.token, format!("Bearer {}", super::TOKEN));
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    if path == "/user" {
        return match &state.user {
            Some(login) => ok(json!({ "login": login })),
            None => refuse(403, "Resource not accessible by integration"),
        };
    }
    let Some(rest) = path.strip_prefix(REPO) else { return refuse(404, "Not Found") };
    let words: Vec<&str> = rest.trim_start_matches('/').split('/').collect();
    let body = text(&request.body, "body");
    assert!(body.len() <= 60_000, "{} bytes", body.len());
    if request.method == "GET" {
        state.hidden.retain_mut(|(_, lists)| {
            *lists = lists.saturating_sub(1);
            *lists > 0
        });
    }
    match (request.method.as_str(), words.as_slice()) {
        ("GET", ["pulls", "7"]) => ok(json!({ "number": 7, "head": { "sha": HEAD } })),
        ("GET", ["issues", "7", "comments"]) => page(state, &state.comments, path, query),
        ("GET", ["pulls", "7", "comments"]) => page(state, &state.review_comments, path, query),
        ("GET", ["pulls", "7", "reviews"]) => page(state, &state.reviews, path, query),
        ("POST", ["issues", "7", "comments"]) => {
            let writer = state.writer.clone();
            state.say(&writer, &body);
            Answer { code: 201, ..ok(state.comments.last().unwrap().clone()) }
        }
        ("POST", ["pulls", "7", "reviews"]) => review(state, &request.body),
        ("PATCH", ["issues", "comments", id]) => edit(&mut state.comments, id, &body),
        ("PATCH", ["pulls", "comments", id]) => edit(&mut state.review_comments, id, &body),
        ("PUT", ["pulls", "7", "reviews", id]) => edit(&mut state.reviews, id, &body),
        ("DELETE", ["issues", "comments", id]) => delete(&mut state.comments, id),
        ("DELETE", ["pulls", "comments", id]) => delete(&mut state.review_comments, id),
        _ => refuse(404, "Not Found"),
    }
}

fn page(state: &State, entries: &[Value], path: &str, query: &str) -> Answer {
    let field = |name: &str, usual: usize| {
        let mut fields = query.split('&').filter_map(|field| field.split_once('='));
        fields.find(|(key, _)| *key == name).map_or(usual, |(_, value)| value.parse().unwrap())
    };
    let (size, number) = (field("per_page", 30).min(state.page), field("page", 1));
    let hidden = |entry: &Value| state.hidden.iter().any(|(id, _)| *id == entry["id"]);
    let shown: Vec<&Value> = entries.iter().filter(|entry| !hidden(entry)).collect();
    let found = shown.iter().skip((number - 1) * size).take(size).copied().cloned().collect();
    let mut answer = ok(Value::Array(found));
    let more = number * size < shown.len();
    if number > 1 || more {
        let link = |page: usize, rel: &str| {
            format!("<http://other.host{path}?page={page}>; rel=\"{rel}\"")
        };
        let mut links = vec![link(1, "first")];
        if more {
            links.push(link(number + 1, "next"));
        }
        answer.headers.push(("Link", links.join(", ")));
    }
    answer
}

fn edit(entries: &mut [Value], id: &str, body: &str) -> Answer {
    let found = entries.iter_mut().find(|entry| entry["id"].as_u64() == id.parse().ok());
    let Some(entry) = found else { return refuse(404, "Not Found") };
    entry["body"] = body.into();
    ok(entry.clone())
}

fn delete(entries: &mut Vec<Value>, id: &str) -> Answer {
    let before = entries.len();
    entries.retain(|entry| entry["id"].as_u64() != id.parse().ok());
    if entries.len() == before { refuse(404, "Not Found") } else { refuse(204, "") }
}

fn review(state: &mut State, sent: &Value) -> Answer {
    state.sent.push(sent.clone());
    let comments = sent["comments"].as_array().cloned().unwrap_or_default();
    let event = text(sent, "event");
    if state.own_pull && event != "COMMENT" {
        return refuse(422, "Can not request changes on your own pull request");
    }
    let misplaced = |comment: &Value| {
        let line = comment["line"].is_u64() || comment["position"].is_u64();
        let both = comment["line"].is_u64() && comment.get("position").is_some();
        !line || both || state.unplaceable.contains(&text(comment, "path"))
    };
    let stale = sent["commit_id"].as_str().is_some_and(|id| id != HEAD);
    if text(sent, "body").is_empty() || stale || comments.iter().any(misplaced) {
        return refuse(422, "Unprocessable Entity");
    }
    let (id, writer) = (state.id(), state.writer.clone());
    let made = json!({ "id": id, "user": { "login": writer }, "body": sent["body"], "state": event,
        "html_url": format!("https://host.example/r/{id}") });
    state.reviews.push(made.clone());
    for comment in comments {
        let id = state.remark(&writer, &text(&comment, "body"), None);
        let added = state.review_comments.last_mut().unwrap();
        added["path"] = comment["path"].clone();
        added["line"] = comment["line"].clone();
        added["pull_request_review_id"] = made["id"].clone();
        assert!(id > 0);
    }
    ok(made)
}
