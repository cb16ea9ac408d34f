//! What an open port is taken for.

use super::rule::finding;
use super::told;
use crate::engine::Sink;
use crate::finding::{Confidence, Severity, key};
use crate::probe::dial::{Dialled, Open};

fn of(port: u16, banner: &[u8]) -> crate::finding::Finding {
    finding(
        "host.example",
        &Open { address: "192.0.2.7".parse().unwrap(), port, banner: banner.to_vec() },
    )
}

#[test]
fn what_answers_beats_what_is_usually_there() {
    for (port, banner, rule, severity, name) in [
        (23, &b""[..], "ports/clear-text-service", Severity::High, "telnet"),
        (6379, b"", "ports/exposed-data-store", Severity::High, "redis"),
        (5432, b"", "ports/exposed-data-store", Severity::Medium, "postgresql"),
        (2375, b"", "ports/exposed-control", Severity::Critical, "docker"),
        (5900, b"", "ports/remote-desktop", Severity::High, "vnc"),
        (445, b"", "ports/local-network-service", Severity::Medium, "microsoft-ds"),
        (502, b"", "ports/industrial-protocol", Severity::High, "modbus"),
        (22, b"", "ports/open-port", Severity::Info, "ssh"),
        (4711, b"", "ports/open-port", Severity::Info, "unknown"),
        (4711, b"SSH-2.0-x\r\n", "ports/open-port", Severity::Info, "ssh"),
        (
            4711,
            b"-NOAUTH Authentication required.\r\n",
            "ports/exposed-data-store",
            Severity::High,
            "redis",
        ),
        (23, b"SSH-2.0-x\r\n", "ports/open-port", Severity::Info, "ssh"),
    ] {
        let finding = of(port, banner);
        assert_eq!(finding.rule_id.as_str(), rule, "{port}");
        assert_eq!(finding.severity, severity, "{port}");
        assert_eq!(finding.meta("service"), Some(name), "{port}");
        assert_eq!(finding.confidence == Confidence::High, !banner.is_empty(), "{port}");
        assert_eq!(finding.metadata[key::ALIASES][0], format!("open-port-{port}"));
        assert!(finding.path.is_none() && finding.title.contains(&port.to_string()));
    }
}

#[test]
fn hosts_of_a_network_are_told_apart() {
    let one = of(80, b"");
    let other = finding(
        "192.0.2.0/24",
        &Open { address: "192.0.2.8".parse().unwrap(), port: 80, banner: Vec::new() },
    );
    assert_ne!(one.context, other.context);
    assert_ne!(one.meta("host"), other.meta("host"));
}

#[test]
fn a_host_that_never_answers_is_no_clean_result() {
    let silent = Dialled { silent: 10, ..Dialled::default() };
    let why = told("192.0.2.7", 1, 10, &silent, &mut Sink::new()).unwrap_err();
    assert!(why.starts_with("no answer from 192.0.2.7 on any of 10 ports"), "{why}");
    let mut sink = Sink::new();
    let closed = Dialled { closed: 10, answering: 1, ..Dialled::default() };
    told("192.0.2.7", 1, 10, &closed, &mut sink).unwrap();
    assert_eq!(
        sink.take_told(),
        ["ports: 192.0.2.7: 10 ports: 0 open, 10 closed, 0 without an answer"]
    );
}
