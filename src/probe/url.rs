//! Addresses of pages: read, shown without secrets, and resolved against each other. Only http and https.

use super::address::{Hosts, is_name};

/// Longest address that is read, bytes.
const MAX_LENGTH: usize = 8 << 10;

/// An address of a page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Url {
    /// Over TLS.
    pub is_secure: bool,
    /// Name or address in lower case; one of IPv6 stands in brackets.
    pub host: String,
    /// Port, also where it is the usual one.
    pub port: u16,
    /// Path, with a `/` at its beginning.
    pub path: String,
    /// What stands after `?`, if anything.
    pub query: Option<String>,
}

/// What is no address of a page. The address may hold a password and is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadUrl {
    /// Another scheme, or none.
    #[error("the address is not one of http:// or https://")]
    Scheme,
    /// A user or a password stands in it.
    #[error("the address holds a user or a password; these are not sent")]
    User,
    /// No host, or none that can be one.
    #[error("the address has no valid host")]
    Host,
    /// No port.
    #[error("the port of the address is not a number from 1 to 65535")]
    Port,
    /// Characters that no address has, or too many.
    #[error("the address is too long or holds characters that do not belong there")]
    Characters,
}

/// Whether a word begins like the address of a page.
pub fn looks_like_one(text: &str) -> bool {
    let lower = text.get(..8).unwrap_or(text).to_ascii_lowercase();
    lower.starts_with("http://") || lower.starts_with("https://")
}

impl std::str::FromStr for Url {
    type Err = BadUrl;

    fn from_str(text: &str) -> Result<Self, BadUrl> {
        if text.len() > MAX_LENGTH || text.bytes().any(|b| b <= b' ' || b == 0x7f || b == b'\\') {
            return Err(BadUrl::Characters);
        }
        let (scheme, rest) = text.split_once("://").ok_or(BadUrl::Scheme)?;
        let is_secure = match scheme.to_ascii_lowercase().as_str() {
            "http" => false,
            "https" => true,
            _ => return Err(BadUrl::Scheme),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at(end);
        if authority.contains('@') {
            return Err(BadUrl::User);
        }
        let (host, port) = authority_parts(authority)?;
        let usual = if is_secure { 443 } else { 80 };
        let port = match port {
            Some(port) if !port.is_empty() => {
                port.parse().ok().filter(|port| *port > 0).ok_or(BadUrl::Port)?
            }
            _ => usual,
        };
        let (path, query) = match rest.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (rest, None),
        };
        let path = if path.is_empty() { "/".to_owned() } else { encoded(path) };
        Ok(Self { is_secure, host, port, path, query: query.map(encoded) })
    }
}

fn authority_parts(authority: &str) -> Result<(String, Option<&str>), BadUrl> {
    if let Some(rest) = authority.strip_prefix('[') {
        let (address, rest) = rest.split_once(']').ok_or(BadUrl::Host)?;
        let address: std::net::Ipv6Addr = address.parse().map_err(|_| BadUrl::Host)?;
        let port = match rest {
            "" => None,
            rest => Some(rest.strip_prefix(':').ok_or(BadUrl::Host)?),
        };
        return Ok((format!("[{address}]"), port));
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    let host = host.to_ascii_lowercase();
    // `127.1`, `0x7f.1` and `2130706433` are ways to hide an address; only the usual form is one.
    let is_address = host.parse::<std::net::Ipv4Addr>().is_ok();
    if is_address || is_name(&host) { Ok((host, port)) } else { Err(BadUrl::Host) }
}

/// What is not ASCII, as browsers send it.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>`{}".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

impl Url {
    /// The address without its query, which may hold a token.
    pub fn shown(&self) -> String {
        format!("{}{}", self.origin(), self.path)
    }

    /// Scheme, host and port.
    pub fn origin(&self) -> String {
        let scheme = if self.is_secure { "https" } else { "http" };
        format!("{scheme}://{}", self.host_header())
    }

    /// Host, and the port where it is not the usual one.
    pub fn host_header(&self) -> String {
        let usual = if self.is_secure { 443 } else { 80 };
        if self.port == usual { self.host.clone() } else { format!("{}:{}", self.host, self.port) }
    }

    /// The host as it is looked up and as certificates name it: without brackets and a final dot.
    pub fn host_name(&self) -> &str {
        self.host.trim_matches(['[', ']']).trim_end_matches('.')
    }

    /// What a request asks for.
    pub fn asked(&self) -> String {
        match &self.query {
            Some(query) => format!("{}?{query}", self.path),
            None => self.path.clone(),
        }
    }

    /// Another path of the same origin.
    pub fn at(&self, path: &str) -> Self {
        Self { path: path.to_owned(), query: None, ..self.clone() }
    }

    /// The host as something to dial.
    pub fn hosts(&self) -> Option<Hosts> {
        Hosts::of_host(&self.host).ok()
    }

    /// Where a `Location` leads.
    pub fn join(&self, location: &str) -> Result<Self, BadUrl> {
        let location = location.trim();
        if let Some(rest) = location.strip_prefix("//") {
            let scheme = if self.is_secure { "https" } else { "http" };
            return format!("{scheme}://{rest}").parse();
        }
        // A scheme is a letter and then letters, digits, `+`, `-` and `.`.
        let scheme_end = location.find([':', '/', '?', '#']);
        if scheme_end.is_some_and(|at| at > 0 && location[at..].starts_with(':')) {
            return location.parse();
        }
        let location = location.split('#').next().unwrap_or_default();
        if location.is_empty() {
            return Ok(self.clone());
        }
        let (path, query) = match location.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (location, None),
        };
        let path = if path.is_empty() {
            self.path.clone()
        } else if path.starts_with('/') {
            path.to_owned()
        } else {
            let folder = &self.path[..self.path.rfind('/').map_or(0, |at| at + 1)];
            format!("{folder}{path}")
        };
        let query = query.map_or(String::new(), |query| format!("?{query}"));
        format!("{}{}{query}", self.origin(), path).parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_and_shown_without_secrets() {
        for (text, expected) in [
            ("https://Example.com", "https://example.com/"),
            ("http://example.com:80/a?token=x#y", "http://example.com/a"),
            ("HTTPS://example.com:8443/ä", "https://example.com:8443/%C3%A4"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
            ("http://127.0.0.1?x", "http://127.0.0.1/"),
            ("ftp://example.com", "Scheme"),
            ("example.com", "Scheme"),
            ("https://user:pass@example.com/", "User"),
            ("https:///x", "Host"),
            ("http://127.1/", "Host"),
            ("http://2130706433/", "Host"),
            ("http://0x7f.0.0.1/", "Host"),
            ("http://[::1/", "Host"),
            ("http://a:0/", "Port"),
            ("http://a:65536/", "Port"),
            ("http://a/\r\nx: y", "Characters"),
            ("http://a\\@b/", "Characters"),
        ] {
            let got = match text.parse::<Url>() {
                Ok(url) => url.shown(),
                Err(why) => format!("{why:?}"),
            };
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn locations_lead_where_browsers_go() {
        let base: Url = "https://a.example/x/y?q".parse().unwrap();
        for (location, expected) in [
            ("/z?w", "https://a.example/z"),
            ("z", "https://a.example/x/z"),
            ("?p=1", "https://a.example/x/y"),
            ("//b.example/z", "https://b.example/z"),
            ("http://a.example/", "http://a.example/"),
            ("", "https://a.example/x/y"),
            ("javascript:alert(1)", "bad"),
            ("http://user@a.example/", "bad"),
        ] {
            let got = base.join(location).map_or("bad".to_owned(), |url| url.shown());
            assert_eq!(got, expected, "{location}");
        }
    }
}
