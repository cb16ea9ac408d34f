//! How a host, an address or a page that the user named is reached: connections, requests, certificates, all of them bounded
//! in size and time. The only place that connects for a scanner; it judges nothing, and goes nowhere but where it was sent.

pub mod address;
pub mod answer;
pub mod certificate;
pub mod dial;
pub mod hello;
pub mod tls;
pub mod url;
pub mod web;

use crate::text::escape::one_line;
use address::Hosts;
use dial::Dialling;
use url::Url;

/// What the user named to be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// A page.
    pub url: Option<Url>,
    /// Hosts, and how they are dialled.
    pub hosts: Option<(Hosts, Dialling)>,
}

impl Target {
    /// The target as reports show it: no user, no query.
    pub fn shown(&self) -> String {
        match (&self.url, &self.hosts) {
            (Some(url), _) => url.shown(),
            (None, Some((hosts, _))) => hosts.shown().to_owned(),
            (None, None) => String::new(),
        }
    }
}

/// What a scanner that asks hosts is given.
pub struct Aim<'a> {
    /// What was named.
    pub target: &'a Target,
    /// The day that expiry is judged by.
    pub today: jiff::civil::Date,
    /// True when the user has stopped the scan.
    pub cancelled: &'a (dyn Fn() -> bool + Sync),
}

impl std::fmt::Debug for Aim<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Aim").field("target", self.target).finish_non_exhaustive()
    }
}

/// Text that a host sent, fit to be shown: printable, on one line, at most `most` characters.
pub fn shown(bytes: &[u8], most: usize) -> String {
    one_line(&String::from_utf8_lossy(bytes).replace(char::REPLACEMENT_CHARACTER, " "), most)
}
