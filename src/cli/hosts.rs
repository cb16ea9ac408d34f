//! Targets that are no files: the address of a page, a host or a network, and how they may be asked.

use super::failure::Failure;
use crate::finding::ScanType;
use crate::probe::Target;
use crate::probe::address::{Hosts, LARGE, MOST};
use crate::probe::dial::Dialling;
use crate::probe::url::{Url, looks_like_one};
use anyhow::anyhow;
use std::path::{Path, PathBuf};

/// How hosts are asked.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Hosts")]
pub struct Asking {
    /// Ports for --type network: `1-1000,8080`, or `all` [default: some 400 well-known and risky ones].
    #[arg(long, value_name = "PORTS", value_parser = ports)]
    pub ports: Option<Ports>,

    /// Begin at most this many connections a second [default: 3000, to this machine as many as it takes].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub rate: Option<u32>,

    /// Allow networks of more than 4096 addresses.
    #[arg(long)]
    pub large_scan: bool,
}

/// Ports, sorted, each once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ports(pub Vec<u16>);

/// Reads `1-1000,8080` or `all`.
pub fn ports(text: &str) -> Result<Ports, String> {
    if text == "all" {
        return Ok(Ports((1..=u16::MAX).collect()));
    }
    let number = |word: &str| {
        let port = word.trim().parse::<u16>().ok().filter(|port| *port > 0);
        port.ok_or_else(|| format!("\"{word}\" is not a port from 1 to 65535"))
    };
    let mut found = Vec::new();
    for part in text.split(',') {
        let (first, last) = match part.split_once('-') {
            Some((first, last)) => (number(first)?, number(last)?),
            None => (number(part)?, number(part)?),
        };
        if first > last {
            return Err(format!("{first}-{last} runs backwards"));
        }
        found.extend(first..=last);
        if found.len() > 1 << 20 {
            return Err("too many ranges".to_owned());
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(Ports(found))
}

impl Asking {
    fn is_given(&self) -> bool {
        self.ports.is_some() || self.rate.is_some() || self.large_scan
    }

    fn dialling(&self) -> Dialling {
        let ports = self.ports.as_ref().map(|ports| ports.0.clone());
        Dialling { ports, rate: self.rate, ..Dialling::default() }
    }
}

/// The page or the hosts that targets name, and the types of scan they are for; `None` when they are files.
pub fn named(
    targets: &[PathBuf],
    types: &[ScanType],
    asking: &Asking,
) -> Result<Option<(Target, Vec<ScanType>)>, Failure> {
    let asks = |t: &ScanType| matches!(t, ScanType::Dast | ScanType::Network);
    let wants_network = types.contains(&ScanType::Network);
    if asking.is_given() && !wants_network {
        return Err(Failure::input(anyhow!(
            "--ports, --rate and --large-scan go with --type network"
        )));
    }
    if let Some(text) = targets.iter().find_map(|target| address(target)) {
        if targets.len() > 1 {
            return Err(Failure::input(anyhow!(
                "one URL is scanned at a time, and nothing beside it"
            )));
        }
        let url: Url = text.parse().map_err(Failure::input)?;
        let types: Vec<ScanType> = match types {
            [] => vec![ScanType::Dast],
            given => given.iter().copied().filter(asks).collect(),
        };
        if types.is_empty() {
            return Err(Failure::input(anyhow!("a URL holds no files for these scan types"))
                .hint("--type dast looks at pages, --type network at ports"));
        }
        let hosts = if wants_network {
            let hosts = url.hosts().ok_or_else(|| Failure::input(anyhow!("no host in the URL")))?;
            Some((hosts, asking.dialling()))
        } else {
            None
        };
        return Ok(Some((Target { url: Some(url), hosts }, types)));
    }
    if types.is_empty() || !types.iter().all(asks) {
        return Ok(None);
    }
    if !wants_network {
        return Err(Failure::input(anyhow!("--type dast looks at a page, and no URL is named"))
            .hint("securescan scan https://example.com"));
    }
    let [target] = targets else {
        return Err(Failure::input(anyhow!("one host or network is scanned at a time")));
    };
    let text = target.to_string_lossy();
    let hint = "securescan scan 192.0.2.7 --type network";
    let hosts: Hosts =
        text.parse().map_err(|error| Failure::input(anyhow::Error::new(error)).hint(hint))?;
    let count = hosts.count();
    if count > MOST || (count > LARGE && !asking.large_scan) {
        let failure = Failure::input(anyhow!(
            "{text} has more than {} addresses",
            count.min(MOST).min(if asking.large_scan { MOST } else { LARGE },)
        ));
        return Err(failure.hint(if count > MOST {
            "scan it in parts"
        } else {
            "--large-scan allows it; make sure that you may"
        }));
    }
    Ok(Some((
        Target { url: None, hosts: Some((hosts, asking.dialling())) },
        vec![ScanType::Network],
    )))
}

/// A target that is the address of a page, unless there is a file of that name.
fn address(target: &Path) -> Option<&str> {
    let text = target.to_str().filter(|text| looks_like_one(text))?;
    (!target.exists()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read_as_numbers_ranges_and_all() {
        for (text, expected) in [
            ("80", Some(vec![80])),
            ("443,80,80", Some(vec![80, 443])),
            ("1-3, 2-4", Some(vec![1, 2, 3, 4])),
            ("0", None),
            ("65536", None),
            ("9-1", None),
            ("", None),
            ("1-", None),
            ("-5", None),
            ("http", None),
        ] {
            assert_eq!(ports(text).ok().map(|ports| ports.0), expected, "{text}");
        }
        assert_eq!(ports("all").unwrap().0.len(), 65_535);
    }

    #[test]
    fn only_what_is_named_is_asked() {
        let of = |target: &str, types: &[ScanType], large: bool| {
            let asking = Asking { large_scan: large, ..Asking::default() };
            named(&[PathBuf::from(target)], types, &asking)
        };
        let (dast, network) = ([ScanType::Dast], [ScanType::Network]);
        assert!(of("src", &[], false).unwrap().is_none());
        assert!(of("example.com", &[], false).unwrap().is_none());
        assert_eq!(of("https://a.example/x?k=v", &[], false).unwrap().unwrap().1, dast);
        let both = [ScanType::Dast, ScanType::Network];
        let (target, types) = of("https://a.example:8443/", &both, false).unwrap().unwrap();
        assert!(target.url.is_some() && target.hosts.is_some() && types == both);
        assert!(of("https://a.example/", &[ScanType::Code], false).is_err());
        assert!(of("https://user:pw@a.example/", &[], false).is_err());
        assert!(of(".", &dast, false).is_err());
        assert!(of(".", &network, false).is_err());
        assert!(of("10.0.0.0/20", &network, false).unwrap().is_some());
        assert!(of("10.0.0.0/19", &network, false).is_err());
        assert!(of("10.0.0.0/19", &network, true).unwrap().is_some());
        assert!(of("10.0.0.0/8", &network, true).is_err());
        assert!(of("10.0.0.1", &[], true).is_err(), "a flag without its type");
    }
}
