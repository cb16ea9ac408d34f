//! Sends one request at a time with the token, and turns what comes back, or does not,
//! into an answer or an error that says whether it may pass. Never follows a redirect, never sends the token in the clear,
//! and reads a bounded answer within a bounded time.

use super::Error;
use super::retry::{Asked, Budget};
use crate::clock::Clock;
use crate::http::Route;
pub use crate::http::base::{BadBase, Base, Token};
use std::time::Duration;
use ureq::RequestExt as _;
use ureq::http::{HeaderMap, Request};

/// Longest answer, bytes: a page of 100 comments of 65,536 characters of four bytes each, and what stands around them.
const MAX_ANSWER: u64 = 32 * 1024 * 1024;
/// Longest one request may take.
const REQUEST_TIME: Duration = Duration::from_secs(20);
/// Longest message of the host that is passed on, characters.
const MAX_MESSAGE: usize = 300;

/// An answer in the 200s.
#[derive(Debug)]
pub struct Answer {
    /// What stands in it.
    pub bytes: Vec<u8>,
    /// Whether a `Link` header names a next page; `None` without such a header.
    pub next_page: Option<bool>,
}

/// One host, one token, one budget.
#[derive(Debug)]
pub struct Client {
    http: ureq::Agent,
    base: Base,
    token: Token,
    budget: Budget,
    clock: Clock,
}

impl Client {
    /// Reads the roots; speaks to nobody yet.
    pub fn new(
        base: Base,
        token: Token,
        route: &Route,
        budget: Budget,
        clock: Clock,
    ) -> Result<Self, Error> {
        let http = route.agent(base.host()).map_err(|error| Error::Odd(error.to_string()))?;
        Ok(Self { http, base, token, budget, clock })
    }

    /// The budget all requests share.
    pub const fn budget(&self) -> Budget {
        self.budget
    }

    /// Sends one request; `path` begins with a slash, `body` is JSON.
    pub fn send(&self, method: &str, path: &str, body: Option<Vec<u8>>) -> Result<Answer, Error> {
        let left = self.budget.left().ok_or_else(|| Error::OutOfTime("no answer".to_owned()))?;
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base.text()))
            .header("accept", "application/vnd.github+json")
            .header("authorization", format!("Bearer {}", self.token.reveal()))
            .header("x-github-api-version", "2022-11-28");
        let odd = |error: ureq::http::Error| Error::Odd(format!("cannot ask for {path}: {error}"));
        let time = Some(left.min(REQUEST_TIME));
        let sent = if let Some(bytes) = body {
            let request = request.header("content-type", "application/json");
            let request = request.body(bytes).map_err(odd)?;
            request.with_agent(&self.http).configure().timeout_global(time).run()
        } else {
            let request = request.body(()).map_err(odd)?;
            request.with_agent(&self.http).configure().timeout_global(time).run()
        };
        let mut response = sent.map_err(|error| broken(&error))?;
        let status = response.status().as_u16();
        let bytes = response
            .body_mut()
            .with_config()
            .limit(MAX_ANSWER)
            .read_to_vec()
            .map_err(|error| broken(&error))?;
        match status {
            200..=299 => Ok(Answer { next_page: next_page(response.headers()), bytes }),
            _ => Err(self.refusal(status, path, response.headers(), &bytes)),
        }
    }

    fn refusal(&self, status: u16, path: &str, headers: &HeaderMap, bytes: &[u8]) -> Error {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let asked = Asked {
            retry_after: header("retry-after"),
            remaining: header("x-ratelimit-remaining"),
            reset: header("x-ratelimit-reset"),
            date: header("date"),
        };
        let message = message(bytes);
        // The secondary limit may come as a bare 403 with nothing but its text.
        let limited = asked.is_limit() || message.to_ascii_lowercase().contains("rate limit");
        match status {
            403 if limited => self.busy(status, &message, asked),
            401 | 403 => Error::Denied { status, message },
            404 | 410 => Error::Missing { what: path.to_owned() },
            408 | 429 | 500..=599 => self.busy(status, &message, asked),
            300..=399 => Error::Odd(format!(
                "the code host redirects (HTTP {status}), which is not followed; has the repository moved?"
            )),
            _ => Error::Refused { status, message },
        }
    }

    fn busy(&self, status: u16, message: &str, asked: Asked<'_>) -> Error {
        let reason = format!("the code host is busy (HTTP {status}: {message})");
        Error::Busy { reason, wait: asked.wait(self.clock.now()) }
    }
}

/// A request without an answer. What a second try cannot change is no reason to wait.
fn broken(error: &ureq::Error) -> Error {
    let reason = format!("the code host did not answer: {error}");
    match error {
        // A certificate that is not trusted arrives as this.
        ureq::Error::Io(io) if io.kind() == std::io::ErrorKind::InvalidData => Error::Odd(reason),
        ureq::Error::Io(_)
        | ureq::Error::Timeout(_)
        | ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::ConnectProxyFailed(_)
        | ureq::Error::BodyStalled
        | ureq::Error::Protocol(_) => Error::Busy { reason, wait: None },
        _ => Error::Odd(reason),
    }
}

/// Whether `Link` names a next page. Its address is not used: where to ask is ours to say.
fn next_page(headers: &HeaderMap) -> Option<bool> {
    let link = headers.get("link")?.to_str().unwrap_or_default();
    Some(link.split(',').any(|entry| {
        entry.split(';').skip(1).any(|part| part.trim().eq_ignore_ascii_case("rel=\"next\""))
    }))
}

/// What the host says: `message` and the texts of `errors`.
fn message(bytes: &[u8]) -> String {
    let value: serde_json::Value = serde_json::from_slice(bytes).unwrap_or_default();
    let mut text = value["message"].as_str().unwrap_or("no message").to_owned();
    for error in value["errors"].as_array().into_iter().flatten() {
        if let Some(more) = error.as_str().or_else(|| error["message"].as_str()) {
            text.push_str("; ");
            text.push_str(more);
        }
    }
    text.chars().take(MAX_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_header_tells_of_a_next_page() {
        let next = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert("link", text.parse().unwrap());
            next_page(&headers)
        };
        assert_eq!(
            next("<https://x/?page=2>; rel=\"next\", <https://x/?page=9>; rel=\"last\""),
            Some(true)
        );
        assert_eq!(next("<https://x/?page=1>; rel=\"prev\""), Some(false));
        assert_eq!(next_page(&HeaderMap::new()), None);
    }

    #[test]
    fn the_hosts_words_are_kept_short() {
        assert_eq!(
            message(br#"{"message":"Validation Failed","errors":["line must be part of the diff",{"message":"x"}]}"#),
            "Validation Failed; line must be part of the diff; x"
        );
        assert_eq!(message(b"<html>"), "no message");
        let long = format!("{{\"message\":\"{}\"}}", "ü".repeat(4000));
        assert_eq!(message(long.as_bytes()).chars().count(), MAX_MESSAGE);
    }
}
