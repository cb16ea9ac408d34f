//! Checks of what can be reached: listeners, and the firewall before them.

use super::check::{Check, Look, On, Seen};
use super::fields::{lines, pair};
use super::root::Root;
use super::services::enabled;
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};
use std::collections::BTreeMap;

const BASE: Rule = Rule {
    id: "",
    title: "",
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    cwe: Some("CWE-284"),
    description: "",
    remediation: "",
    references: &["https://wiki.nftables.org/wiki-nftables/index.php/Main_Page"],
    aliases: &[],
};

/// Checks of the network.
pub(super) static CHECKS: &[Check] = &[
    Check {
        rule: Rule {
            id: "baseline/no-firewall",
            title: "No firewall is set up",
            description: "None of ufw, firewalld, nftables and saved rules of iptables is configured to start: every \
                service that listens can be reached. A firewall outside the machine is not seen from here.",
            remediation: "Enable ufw or firewalld and allow only what is needed.",
            aliases: &["BASELINE-FW-001"],
            ..BASE
        },
        on: On::Machine,
        look: Look::By(firewall),
    },
    Check {
        rule: Rule {
            id: "baseline/open-listener",
            title: "Service listens on every address",
            severity: Severity::Low,
            cwe: Some("CWE-668"),
            description: "Everybody who reaches the machine can talk to it.",
            remediation: "Bind it to 127.0.0.1, or allow it only from where it is used.",
            references: &["https://man7.org/linux/man-pages/man7/ip.7.html"],
            aliases: &["BASELINE-PORT-001"],
            ..BASE
        },
        on: On::Host,
        look: Look::By(listeners),
    },
    Check {
        rule: Rule {
            id: "baseline/secret-in-environment",
            title: "Environment variable that seems to hold a secret",
            severity: Severity::Low,
            confidence: Confidence::Low,
            cwe: Some("CWE-526"),
            description: "Every program that is started from here gets it, and crash reports and logs often show it.",
            remediation: "Give the secret only to the program that needs it, from a file or a secret store.",
            references: &["https://12factor.net/config"],
            aliases: &["BASELINE-ENV-001"],
        },
        on: On::Host,
        look: Look::By(environment),
    },
];

fn firewall(root: &Root<'_>, seen: &mut Seen) {
    let units = enabled(root, seen);
    let starts = |names: &[&str]| units.iter().any(|(name, _)| names.contains(&name.as_str()));
    let ufw = seen.text(root, "etc/ufw/ufw.conf").is_some_and(|text| {
        lines(&text)
            .filter_map(|(_, line)| pair(line))
            .any(|(key, value)| key == "ENABLED" && value.eq_ignore_ascii_case("yes"))
    });
    let saved = ["etc/iptables/rules.v4", "etc/sysconfig/iptables"].iter().any(|path| {
        seen.text(root, path)
            .is_some_and(|text| text.contains("-A ") || text.contains("INPUT DROP"))
    });
    let nftables = starts(&["nftables"])
        && seen.text(root, "etc/nftables.conf").is_none_or(|text| text.contains("chain "));
    let others = ["firewalld", "shorewall", "ferm", "netfilter-persistent", "iptables"];
    let none = !(ufw || saved || nftables || starts(&others));
    if none && root.stat("etc/systemd/system").is_some() {
        seen.lacks("etc", "No firewall is configured to start.");
    }
}

/// Ports that are open to everybody on purpose.
const EXPECTED: &[u16] = &[22, 53, 80, 443, 8080, 8443];

fn listeners(root: &Root<'_>, seen: &mut Seen) {
    let mut open: BTreeMap<u16, &str> = BTreeMap::new();
    for path in ["proc/net/tcp", "proc/net/tcp6"] {
        let Some(text) = seen.text(root, path) else { continue };
        for line in text.lines().skip(1) {
            if let Some(port) = any_listener(line).filter(|port| !EXPECTED.contains(port)) {
                open.entry(port).or_insert(path);
            }
        }
    }
    for (port, path) in open {
        let what = format!("Port {port} is open on every address.");
        seen.flaw(path, None, &format!("port {port}"), what);
    }
}

/// The port of a socket that listens on every address, by a line of /proc/net/tcp.
fn any_listener(line: &str) -> Option<u16> {
    const LISTENS: &str = "0A";
    let mut words = line.split_whitespace().skip(1);
    let (address, port) = words.next()?.split_once(':')?;
    let state = words.nth(1)?;
    // All zeroes, also as an IPv4 address in IPv6 (::ffff:0.0.0.0).
    let any = address.bytes().all(|b| b == b'0') || address == "0000000000000000FFFF000000000000";
    (any && state == LISTENS).then(|| u16::from_str_radix(port, 16).ok())?
}

fn environment(root: &Root<'_>, seen: &mut Seen) {
    seen.looked();
    for name in root.environment {
        let name = super::check::plain(name);
        seen.flaw("", None, &name, format!("`{name}` is set."));
    }
}
