//! How to reach hosts: proxy, trusted authorities, and a client that follows nothing by itself. Knows neither code hosts
//! nor databases; who may be spoken to is for the callers to say.

pub mod base;
pub mod download;
pub mod exchange;
pub mod service;

use std::path::PathBuf;
use std::sync::Arc;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// How to reach a host.
#[derive(Debug, Clone, Default)]
pub struct Route {
    /// Address of a proxy.
    pub proxy: Option<String>,
    /// Hosts for which there is none: names with their subdomains, separated by commas; `*` is all.
    pub no_proxy: Option<String>,
    /// PEM file of authorities to trust in place of the system's.
    pub roots: Option<PathBuf>,
}

/// A host and whether it is this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Name or address, lower case, without a port.
    pub name: String,
    /// Whether it can only be this machine.
    pub is_loopback: bool,
}

impl Host {
    /// By the host part of an address; an IPv6 address may stand in brackets.
    pub fn new(name: &str) -> Self {
        let name = name.to_ascii_lowercase();
        let plain = name.trim_start_matches('[').trim_end_matches(']');
        let is_loopback = plain == "localhost"
            || plain.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
        Self { name, is_loopback }
    }
}

/// The address of a proxy that cannot be read. It may hold a password and is not repeated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the address of the proxy cannot be read")]
pub struct BadProxy;

impl Route {
    fn proxy_for(&self, host: &Host) -> Option<&str> {
        let spared = self.no_proxy.as_deref().unwrap_or_default().split(',').any(|entry| {
            let name = entry.trim().trim_start_matches('.').to_ascii_lowercase();
            let below = host.name.strip_suffix(&name).is_some_and(|rest| rest.ends_with('.'));
            !name.is_empty() && (name == "*" || name == host.name || below)
        });
        self.proxy.as_deref().filter(|_| !spared && !host.is_loopback)
    }

    /// A client for one host: every status is an answer, no redirect is followed. Reads the roots; speaks to nobody yet.
    pub fn agent(&self, host: &Host) -> Result<ureq::Agent, BadProxy> {
        let proxy = match self.proxy_for(host) {
            Some(address) => Some(ureq::Proxy::new(address).map_err(|_| BadProxy)?),
            None => None,
        };
        Ok(ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(proxy)
            .tls_config(TlsConfig::builder().root_certs(self.roots()).build())
            .user_agent(concat!("securescan/", env!("CARGO_PKG_VERSION")))
            .build()
            .new_agent())
    }

    /// The system's authorities, so that a host of the house is trusted as everywhere on the machine; the public ones where
    /// the system has none, as in a bare container.
    fn roots(&self) -> RootCerts {
        let found = match &self.roots {
            Some(file) => rustls_native_certs::load_certs_from_paths(Some(file), None),
            None => rustls_native_certs::load_native_certs(),
        };
        if found.certs.is_empty() {
            return RootCerts::WebPki;
        }
        let certs = found.certs.iter().map(|cert| Certificate::from_der(cert).to_owned()).collect();
        RootCerts::Specific(Arc::new(certs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_used_where_nothing_spares_the_host() {
        let used = |no_proxy: &str, host: &str| {
            let route = Route {
                proxy: Some("http://proxy:3128".into()),
                no_proxy: Some(no_proxy.into()),
                roots: None,
            };
            route.proxy_for(&Host::new(host)).is_some()
        };
        assert!(used("", "ghe.example.com"));
        assert!(used("other.com,ample.com", "ghe.example.com"));
        assert!(!used("a.b, .example.com", "ghe.example.com"));
        assert!(!used("GHE.example.com", "ghe.example.com"));
        assert!(!used("*", "ghe.example.com"));
        assert!(!used("", "127.0.0.1"));
    }

    #[test]
    fn only_this_machine_is_this_machine() {
        for (name, expected) in [
            ("localhost", true),
            ("127.0.0.1", true),
            ("[::1]", true),
            ("127.0.0.1.example.com", false),
            ("localhost.example.com", false),
            ("10.0.0.1", false),
        ] {
            assert_eq!(Host::new(name).is_loopback, expected, "{name}");
        }
    }
}
