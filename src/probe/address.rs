//! Hosts and networks as people write them: names, addresses, CIDR blocks; and which addresses belong to the machine or
//! its own networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, ToSocketAddrs as _};
use std::sync::mpsc;
use std::time::Duration;

/// Addresses that are scanned without being asked twice: a /20 of IPv4.
pub const LARGE: u128 = 4096;
/// Addresses that one scan takes at all.
pub const MOST: u128 = 1 << 20;
/// How long a name may take to resolve.
const RESOLVING: Duration = Duration::from_secs(10);

/// A host or a network.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hosts {
    /// A name, in lower case.
    Name(String),
    /// Addresses from the first on.
    Block {
        /// The first one.
        first: IpAddr,
        /// How many.
        count: u128,
        /// As it was written.
        text: String,
    },
}

/// What is neither a host nor a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a host name, an address or a network such as 10.0.0.0/24")]
pub struct BadHosts(pub String);

impl std::str::FromStr for Hosts {
    type Err = BadHosts;

    fn from_str(text: &str) -> Result<Self, BadHosts> {
        let bad = || BadHosts(text.chars().filter(|c| !c.is_control()).take(100).collect());
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let inner = address.strip_prefix('[').and_then(|inner| inner.strip_suffix(']'));
        let Ok(address) = inner.unwrap_or(address).parse::<IpAddr>() else {
            // Digits and dots alone are an address that is misspelt, and no name.
            let is_name = prefix.is_none() && is_name(text);
            return if is_name { Ok(Self::Name(text.to_ascii_lowercase())) } else { Err(bad()) };
        };
        let bits: u32 = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) if prefix.bytes().all(|b| b.is_ascii_digit()) => {
                prefix.parse().map_err(|_| bad())?
            }
            Some(_) => return Err(bad()),
            None => bits,
        };
        if prefix > bits {
            return Err(bad());
        }
        let free = bits - prefix;
        let count = 1_u128.checked_shl(free).unwrap_or(u128::MAX);
        let first = masked(address, free);
        Ok(Self::Block { first, count, text: text.to_owned() })
    }
}

fn masked(address: IpAddr, free: u32) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(free).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from(u32::from(v4) & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(free).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from(u128::from(v6) & mask))
        }
    }
}

/// Whether a text has the form of a host name.
pub fn is_name(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let is_label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.len() <= 253 && text.split('.').all(is_label) && last.bytes().any(|b| !b.is_ascii_digit())
}

impl Hosts {
    /// One host, by the host part of a URL.
    pub fn of_host(host: &str) -> Result<Self, BadHosts> {
        host.parse()
    }

    /// As it was written.
    pub fn shown(&self) -> &str {
        match self {
            Self::Name(name) => name,
            Self::Block { text, .. } => text,
        }
    }

    /// How many addresses; 1 for a name.
    pub const fn count(&self) -> u128 {
        match self {
            Self::Name(_) => 1,
            Self::Block { count, .. } => *count,
        }
    }

    /// The addresses; a name is looked up, and its first address is the one that is asked.
    pub fn addresses(&self) -> Result<Vec<IpAddr>, String> {
        match self {
            Self::Name(name) => Ok(resolve(name)?.into_iter().take(1).collect()),
            Self::Block { first, count, .. } => {
                let count = (*count).min(MOST);
                Ok((0..count).filter_map(|step| stepped(*first, step)).collect())
            }
        }
    }
}

fn stepped(first: IpAddr, step: u128) -> Option<IpAddr> {
    match first {
        IpAddr::V4(v4) => {
            let step = u32::try_from(step).ok()?;
            u32::from(v4).checked_add(step).map(|address| IpAddr::V4(address.into()))
        }
        IpAddr::V6(v6) => {
            u128::from(v6).checked_add(step).map(|address| IpAddr::V6(address.into()))
        }
    }
}

/// Addresses of a name, those of IPv4 first, as the system's resolver gives them. Bounded in time.
pub fn resolve(name: &str) -> Result<Vec<IpAddr>, String> {
    if let Ok(address) = name.trim_matches(['[', ']']).parse() {
        return Ok(vec![address]);
    }
    let (sender, receiver) = mpsc::channel();
    let asked = name.to_owned();
    // The resolver of the system cannot be told when to give up.
    std::thread::spawn(move || {
        let found = (asked.as_str(), 0).to_socket_addrs();
        let found = found.map(|all| all.map(|one| one.ip()).collect::<Vec<IpAddr>>());
        // Nobody waits any more: nothing to tell.
        let _ = sender.send(found);
    });
    let mut addresses = match receiver.recv_timeout(RESOLVING) {
        Ok(Ok(addresses)) if !addresses.is_empty() => addresses,
        Ok(_) => return Err(format!("the name {name} has no address")),
        Err(_) => return Err(format!("the name {name} was not resolved within {RESOLVING:?}")),
    };
    addresses.sort_by_key(|address| (address.is_ipv6(), *address));
    addresses.dedup();
    Ok(addresses)
}

/// Whether an address belongs to the machine, to a network of the house, or to nobody: what the internet must not be able to
/// point a scanner at. After the registries of IANA for special-purpose addresses.
pub fn is_inside(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            matches!(
                (a, b, c),
                (0 | 10 | 127 | 224..=255, ..)
                    | (100, 64..=127, _)
                    | (169, 254, _)
                    | (172, 16..=31, _)
                    | (192, 168, _)
                    | (192, 0, 0 | 2)
                    | (192, 88, 99)
                    | (198, 18 | 19, _)
                    | (198, 51, 100)
                    | (203, 0, 113)
            )
        }
        IpAddr::V6(v6) => {
            let [a, b, c, ..] = v6.segments();
            v6.is_loopback()
                || v6.is_unspecified()
                || matches!(a, 0xfc00..=0xfdff | 0xfe80..=0xfebf | 0xff00..=0xffff | 0x2002 | 0x5f00)
                || (a == 0x2001 && b == 0xdb8)
                || (a == 0x3fff && b < 0x1000)
                || (a == 0x64 && b == 0xff9b)
                || (a == 0x100 && b == 0 && c == 0)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_networks_are_read() {
        let first = |text: &str| match text.parse::<Hosts>() {
            Ok(Hosts::Block { first, count, .. }) => format!("{first} {count}"),
            Ok(Hosts::Name(name)) => name,
            Err(_) => "bad".to_owned(),
        };
        for (text, expected) in [
            ("10.0.0.7", "10.0.0.7 1"),
            ("10.0.0.7/24", "10.0.0.0 256"),
            ("10.0.0.0/0", "0.0.0.0 4294967296"),
            ("::1", "::1 1"),
            ("[::1]", "::1 1"),
            ("2001:db8::ff/120", "2001:db8:: 256"),
            ("Example.COM", "example.com"),
            ("host_1.internal.", "host_1.internal."),
            ("10.0.0.0/33", "bad"),
            ("10.0.0.0/+8", "bad"),
            ("10.0.0", "bad"),
            ("1.2.3.4.5", "bad"),
            ("0x7f.1", "bad"),
            ("-x.example.com", "bad"),
            ("example.com/24", "bad"),
            ("a..b", "bad"),
            ("", "bad"),
            ("a b", "bad"),
        ] {
            let got = first(text);
            assert_eq!(got, expected, "{text}");
        }
    }

    #[test]
    fn a_block_is_as_long_as_it_says() {
        let block: Hosts = "255.255.255.254/31".parse().unwrap();
        assert_eq!(block.addresses().unwrap().len(), 2);
        let all: Hosts = "::/0".parse().unwrap();
        assert!(all.count() > MOST);
    }

    #[test]
    fn addresses_of_the_house_are_known_in_every_form() {
        for inside in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.0.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "255.255.255.255",
            "224.0.0.1",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "192.0.2.1",
            "198.18.0.1",
            "ff02::1",
        ] {
            assert!(is_inside(inside.parse().unwrap()), "{inside}");
        }
        for outside in ["8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1", "192.0.1.1"] {
            assert!(!is_inside(outside.parse().unwrap()), "{outside}");
        }
    }
}
