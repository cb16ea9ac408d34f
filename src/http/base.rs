//! Whom a secret may be sent to, and the secret. An address is one only when nobody on the way can read along.

use super::Host;
use std::fmt;
use std::str::FromStr;
use ureq::http::Uri;

/// A token. Its value is sent and never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// Takes it as it came, without the line end of a file it may have been read from; `None` when it cannot be a token.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let sound = !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic());
        sound.then(|| Self(text.to_owned()))
    }

    /// What goes into a header.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
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
    host: Host,
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
        let host = Host::new(uri.host().ok_or_else(bad)?);
        let scheme = uri.scheme_str();
        // A token in the clear can be read on its way.
        let safe = scheme == Some("https") || (scheme == Some("http") && host.is_loopback);
        if !safe || host.name.is_empty() || authority.contains('@') || uri.query().is_some() {
            return Err(bad());
        }
        Ok(Self { text: text.trim_end_matches('/').to_owned(), host })
    }
}

impl Base {
    /// The address, without a slash at its end.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whom it names.
    pub fn host(&self) -> &Host {
        &self.host
    }
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
    fn a_token_is_never_shown_and_never_breaks_a_header() {
        assert_eq!(format!("{:?}", Token::new(" ghs_abc\n").unwrap()), "Token(hidden)");
        assert!(Token::new("a\nb").is_none() && Token::new("  ").is_none());
    }
}
