//! Which ports of a host or a network are open, what answers there, and which of them nobody should reach. Dials through
//! `probe`; judges by a table of ports.

mod banner;
mod rule;
mod table;

#[cfg(test)]
mod tests;

use super::{BadConfig, Built, Meta, ProbeEngine, RuleInfo, Setup, Sink};
use crate::finding::{ScanType, ScannerId};
use crate::probe::Aim;
use crate::probe::dial::{self, Dialled};

pub use table::{Port, known};

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("ports"),
    scan_type: ScanType::Network,
    summary: "open ports of a host or a network, and what should not be reachable there",
    checks: &[
        "some 400 ports by default, or those of --ports: plain TCP connections",
        "services that send passwords in the clear",
        "data stores, control interfaces, remote desktops, file sharing, industrial protocols",
        "what the service says of itself",
    ],
    rules,
    version,
};

/// Makes the scanner ready.
pub fn build(_: &Setup<'_>) -> Result<Built, BadConfig> {
    Ok(Built { probe: Some(Box::new(Ports)), ..Built::default() })
}

fn rules() -> Vec<RuleInfo> {
    rule::RULES.iter().map(|rule| rule.info(META.id.as_str())).collect()
}

fn version() -> String {
    format!("{} rules, {} ports", rule::RULES.len(), table::known().len())
}

struct Ports;

impl ProbeEngine for Ports {
    fn scan(&self, aim: &Aim<'_>, sink: &mut Sink) -> Result<(), String> {
        let Some((hosts, how)) = &aim.target.hosts else {
            return Err("no host was named".to_owned());
        };
        let addresses = hosts.addresses()?;
        let ports = how.ports.clone().unwrap_or_else(|| known().iter().map(|p| p.number).collect());
        let dialled = dial::dial(&addresses, &ports, how, aim.cancelled);
        told(hosts.shown(), addresses.len(), ports.len(), &dialled, sink)?;
        for open in &dialled.open {
            sink.push(rule::finding(hosts.shown(), open));
        }
        Ok(())
    }
}

/// Says what was dialled; an error where nobody answered at all.
fn told(
    shown: &str,
    hosts: usize,
    ports: usize,
    dialled: &Dialled,
    sink: &mut Sink,
) -> Result<(), String> {
    if dialled.is_cut {
        return Err("interrupted".to_owned());
    }
    let plural =
        |count: usize, one: &str| if count == 1 { one.to_owned() } else { format!("{one}s") };
    if dialled.answering == 0 {
        return Err(format!(
            "no answer from {shown} on any of {ports} {}: no host is there, or a firewall drops everything",
            plural(ports, "port")
        ));
    }
    let (open, closed, silent) = (dialled.open.len(), dialled.closed, dialled.silent);
    let of = if hosts == 1 { String::new() } else { format!(" of {hosts} hosts") };
    let answering =
        if hosts == 1 { String::new() } else { format!(", {} hosts answered", dialled.answering) };
    sink.tell(format!(
        "ports: {shown}: {ports} {}{of}: {open} open, {closed} closed, {silent} without an answer{answering}",
        plural(ports, "port")
    ));
    Ok(())
}
