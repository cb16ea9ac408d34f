//! The page itself: what it loads and from where, and whether it is a listing or an error page that tells too much.

use super::problem::Problem;
use super::rule;
use crate::finding::Severity;
use crate::probe::answer::Answer;
use crate::probe::url::Url;
use std::collections::BTreeMap;

/// Elements that are looked at.
const MAX_ELEMENTS: usize = 20_000;
/// Attributes of one element.
const MAX_ATTRIBUTES: usize = 60;
/// Parts of one sort that are reported.
const MAX_REPORTED: usize = 10;

/// An element: name in lower case, attributes.
type Element = (String, BTreeMap<String, String>);

/// The elements that load something. Not a parser of HTML: it finds what every browser would find.
pub(super) fn elements(text: &str) -> Vec<Element> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if let Some(comment) = rest.strip_prefix("!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let name: String = rest
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(20)
            .collect::<String>()
            .to_ascii_lowercase();
        let is_wanted = matches!(
            name.as_str(),
            "script"
                | "link"
                | "img"
                | "iframe"
                | "audio"
                | "video"
                | "source"
                | "form"
                | "embed"
                | "object"
                | "title"
        );
        if !is_wanted {
            continue;
        }
        let (attributes, after) = attributes(&rest[name.len()..]);
        rest = after;
        let is_script = name == "script";
        found.push((name, attributes));
        if found.len() >= MAX_ELEMENTS {
            break;
        }
        // Text of a script is no markup.
        if is_script {
            rest = rest.find("</").map_or("", |end| &rest[end..]);
        }
    }
    found
}

fn attributes(text: &str) -> (BTreeMap<String, String>, &str) {
    let mut found = BTreeMap::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        if rest.is_empty() {
            return (found, rest);
        }
        if let Some(after) = rest.strip_prefix('>') {
            return (found, after);
        }
        let end = rest.find(|c: char| c.is_whitespace() || "=>/".contains(c)).unwrap_or(rest.len());
        // A sign that begins no name, such as a stray `=`.
        let end = end.max(rest.chars().next().map_or(1, char::len_utf8));
        let name = rest[..end].to_ascii_lowercase();
        rest = rest[end..].trim_start();
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            (value, rest) = if let Some(quote) = quote {
                let inner = &after[1..];
                let end = inner.find(quote).unwrap_or(inner.len());
                (&inner[..end], inner.get(end + 1..).unwrap_or_default())
            } else {
                let end =
                    after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len());
                (&after[..end], &after[end..])
            };
        }
        if found.len() < MAX_ATTRIBUTES {
            found.entry(name).or_insert_with(|| value.trim().to_owned());
        }
    }
}

/// Judges a page.
pub(super) fn judge(url: &Url, answer: &Answer, problems: &mut Vec<Problem>) {
    let text = String::from_utf8_lossy(&answer.body);
    debugging(url, &text, problems);
    let kind = answer.header("content-type").unwrap_or("text/html").to_ascii_lowercase();
    if !kind.contains("html") {
        return;
    }
    if is_listing(&text) {
        problems.push(Problem::new(&rule::DIRECTORY_LISTING, url, "", "The page lists a folder."));
    }
    let (mut mixed, mut foreign) = (Vec::new(), Vec::new());
    for (name, attributes) in elements(&text) {
        let Some((address, is_active)) = loads(&name, &attributes) else { continue };
        let Ok(target) = url.join(address) else { continue };
        let is_absolute = address.starts_with("//") || address.contains("://");
        if url.is_secure && !target.is_secure && is_absolute {
            mixed.push((target.shown(), is_active));
        } else if is_absolute
            && matches!(name.as_str(), "script" | "link")
            && target.host != url.host
            && attributes.get("integrity").is_none_or(String::is_empty)
        {
            foreign.push(target.shown());
        }
    }
    mixed.sort();
    mixed.dedup();
    for (address, is_active) in mixed.into_iter().take(MAX_REPORTED) {
        let what = format!("It loads `{address}`.");
        let problem = Problem::new(&rule::MIXED_CONTENT, url, &address, what);
        problems.push(if is_active { problem } else { problem.severity(Severity::Low) });
    }
    foreign.sort();
    foreign.dedup();
    for address in foreign.into_iter().take(MAX_REPORTED) {
        let what = format!("It loads `{address}` without `integrity`.");
        problems.push(Problem::new(&rule::MISSING_INTEGRITY, url, &address, what));
    }
}

/// The address that an element loads, and whether it can change the page.
fn loads<'a>(name: &str, attributes: &'a BTreeMap<String, String>) -> Option<(&'a str, bool)> {
    let of = |key: &str| attributes.get(key).map(String::as_str).filter(|value| !value.is_empty());
    match name {
        "script" | "iframe" | "embed" => Some((of("src")?, true)),
        "object" => Some((of("data")?, true)),
        "form" => Some((of("action")?, true)),
        "link" => {
            let kind = of("rel")?.to_ascii_lowercase();
            let loads =
                ["stylesheet", "preload", "modulepreload"].iter().any(|word| kind.contains(word));
            loads.then(|| of("href").map(|address| (address, true)))?
        }
        "img" | "audio" | "video" | "source" => Some((of("src")?, false)),
        _ => None,
    }
}

/// Whether a page is the list of a folder that a server made.
pub(super) fn is_listing(text: &str) -> bool {
    let head = text.chars().take(4096).collect::<String>().to_ascii_lowercase();
    head.contains("<title>index of /")
        || head.contains("<title>directory listing for /")
        || (head.contains("<h1>index of /") && head.contains("<a href"))
}

/// What frameworks write on error pages while debugging is on: all words of a row stand there.
const DEBUGGING: &[(&str, &[&str])] = &[
    ("Django", &["DEBUG = True", "Request Method:"]),
    ("Python", &["Traceback (most recent call last)", "File \"/"]),
    ("Werkzeug", &["Werkzeug Debugger", "EVALEX"]),
    ("ASP.NET", &["Server Error in '/' Application", "Stack Trace:"]),
    ("Laravel", &["Whoops, looks like something went wrong", "Stack trace"]),
    ("Laravel", &["Illuminate\\", "vendor/laravel/framework"]),
    ("Symfony", &["Symfony Exception", "<abbr title=\"Symfony"]),
    ("Rails", &["Action Controller: Exception caught", "Rails.root"]),
    ("Spring", &["Whitelabel Error Page", "java.lang."]),
    ("Java", &["Exception in thread", "at java."]),
    ("Express", &["Error: ", "at Layer.handle", "node_modules/express"]),
    ("PHP", &["<b>Fatal error</b>:", "on line <b>"]),
    ("PHP", &["<b>Warning</b>:", "on line <b>"]),
];

fn debugging(url: &Url, text: &str, problems: &mut Vec<Problem>) {
    let found = DEBUGGING.iter().find(|(_, words)| words.iter().all(|word| text.contains(word)));
    if let Some((name, _)) = found {
        let what = format!("It is an error page of {name} with particulars.");
        problems.push(Problem::new(&rule::DEBUG_PAGE, url, name, what));
    }
}
