//! The only user of the HTTP crate. Sends one request at a time with the token, and turns what comes back, or does not,
//! into an answer or an error that says whether it may pass. Never follows a redirect, never sends the token in the clear,
//! and reads a bounded answer within a bounded time.

use super::Error;
use super::retry::{Asked, Budget};
use crate::clock::Clock;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use ureq::RequestExt as _;
use ureq::http::{HeaderMap, Request, Uri};
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// Longest answer, bytes: a page of 100 comments of 65,536 characters of four bytes each, and what stands around them.
const MAX_ANSWER: u64 = 32 * 1024 * 1024;
/// Longest one request may take.
const REQUEST_TIME: Duration = Duration::from_secs(20);
/// Longest message of the host that is passed on, characters.
const MAX_MESSAGE: usize = 300;

/// A token. Its value is sent and never shown.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Takes it as it came, without the line end of a file it may have been read from; `None` when it cannot be a token.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let sound = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        sound.then(|| Self(text.to_owned()))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(hidden)")
    }
}

/// Address of the API, without a slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    text: String,
    host: String,
    loopback: bool,
}

/// An address that will not be spoken to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not the address of an API (expected https://host/path; http only to this machine)"
)]
pub struct BadBase(String);

impl FromStr for Base {
    type Err = BadBase;

    fn from_str(text: &str) -> Result<Self, BadBase> {
        let bad = || BadBase(text.to_owned());
        let uri: Uri = text.trim_end_matches('/').parse().map_err(|_| bad())?;
        let authority = uri.authority().ok_or_else(bad)?.as_str();
        let host = uri.host().ok_or_else(bad)?.to_ascii_lowercase();
        let plain = host.trim_start_matches('[').trim_end_matches(']');
        let loopback = plain == "localhost"
            || plain.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        let scheme = uri.scheme_str();
        // A token in the clear can be read on its way.
        let safe = scheme == Some("https") || (scheme == Some("http") && loopback);
        if !safe || host.is_empty() || authority.contains('@') || uri.query().is_some() {
            return Err(bad());
        }
        Ok(Self { text: text.trim_end_matches('/').to_owned(), host, loopback })
    }
}

/// How to reach the host.
#[derive(Debug, Clone, Default)]
pub struct Route {
    /// Address of a proxy.
    pub proxy: Option<String>,
    /// Hosts for which there is none: names with their subdomains, separated by commas; `*` is all.
    pub no_proxy: Option<String>,
    /// PEM file of authorities to trust in place of the system's.
    pub roots: Option<PathBuf>,
}

impl Route {
    fn proxy_for(&self, base: &Base) -> Option<&str> {
        let spared = self.no_proxy.as_deref().unwrap_or_default().split(',').any(|entry| {
            let name = entry.trim().trim_start_matches('.').to_ascii_lowercase();
            let below = base.host.strip_suffix(&name).is_some_and(|rest| rest.ends_with('.'));
            !name.is_empty() && (name == "*" || name == base.host || below)
        });
        self.proxy.as_deref().filter(|_| !spared && !base.loopback)
    }
}

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
        let proxy =
            match route.proxy_for(&base) {
                // The address may hold a password: it is not repeated.
                Some(address) => Some(ureq::Proxy::new(address).map_err(|_| {
                    Error::Odd("the address of the proxy cannot be read".to_owned())
                })?),
                None => None,
            };
        let http = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(proxy)
            .tls_config(TlsConfig::builder().root_certs(roots(route)).build())
            .user_agent(concat!("securescan/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent();
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
            .uri(format!("{}{path}", self.base.text))
            .header("accept", "application/vnd.github+json")
            .header("authorization", format!("Bearer {}", self.token.0))
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

/// The system's authorities, so that a host of the house is trusted as everywhere on the machine; the public ones where
/// the system has none, as in a bare container.
fn roots(route: &Route) -> RootCerts {
    let found = match &route.roots {
        Some(file) => rustls_native_certs::load_certs_from_paths(Some(file), None),
        None => rustls_native_certs::load_native_certs(),
    };
    if found.certs.is_empty() {
        return RootCerts::WebPki;
    }
    let certs = found.certs.iter().map(|cert| Certificate::from_der(cert).to_owned()).collect();
    RootCerts::Specific(Arc::new(certs))
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
    fn a_token_goes_over_https_or_to_this_machine() {
        for text in [
            "https://api.github.com",
            "https://ghe.example.com/api/v3/",
            "https://10.0.0.1:8443",
            "http://127.0.0.1:8080",
            "http://localhost:1/x",
            "http://[::1]:9",
        ] {
            let base: Base = text.parse().unwrap();
            assert_eq!(base.text, text.trim_end_matches('/'));
        }
        for text in [
            "",
            "api.github.com",
            "http://api.github.com",
            "http://127.0.0.1.example.com",
            "http://localhost.example.com",
            "https://user:pass@host",
            "https://host/?q=1",
            "ftp://host",
            "https://",
            "file:///etc/passwd",
            "https://ho st",
        ] {
            assert!(text.parse::<Base>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_proxy_is_used_where_nothing_spares_the_host() {
        let base = |text: &str| text.parse::<Base>().unwrap();
        let used = |no_proxy: &str, address: &str| {
            let route = Route {
                proxy: Some("http://proxy:3128".into()),
                no_proxy: Some(no_proxy.into()),
                roots: None,
            };
            route.proxy_for(&base(address)).is_some()
        };
        assert!(used("", "https://ghe.example.com"));
        assert!(used("other.com,ample.com", "https://ghe.example.com"));
        assert!(!used("a.b, .example.com", "https://ghe.example.com"));
        assert!(!used("GHE.example.com", "https://ghe.example.com"));
        assert!(!used("*", "https://ghe.example.com"));
        assert!(!used("", "http://127.0.0.1:1"));
    }

    #[test]
    fn a_token_is_never_shown_and_never_breaks_a_header() {
        assert_eq!(format!("{:?}", Token::new(" ghs_abc\n").unwrap()), "Token(hidden)");
        assert!(Token::new("a\nb").is_none() && Token::new("  ").is_none());
    }

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
