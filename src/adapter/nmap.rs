//! nmap: open ports and what answers on them. Its XML is read as a stream; entities of a document are never looked up.

use super::{
    Adapter, BadResult, Call, Drive, Job, Kind, Program, Reading, Report, Target, draft, field,
};
use crate::engine::Lack;
use crate::finding::{Confidence, Finding, ScanType, ScannerId, Severity};
use quick_xml::events::{BytesStart, Event};
use serde_json::{Value, json};

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("nmap"),
    scan_type: ScanType::Network,
    summary: "open ports of hosts, with the services behind them",
    checks: &["TCP ports by full connections", "services and their versions"],
    install: "https://nmap.org/download (or the package of your system)",
    kind: Kind::Host,
    drive: Drive::Program(&PROGRAM),
    read,
};

static PROGRAM: Program = Program {
    name: "nmap",
    version_args: &["--version"],
    version_variables: &[],
    wants: |_| false,
    calls,
    good: &[0],
    lacks: |_| None,
    needs_network: false,
};

fn calls(job: &Job<'_>) -> Result<Vec<Call>, Lack> {
    let Target::Host { name: host, ports, rate } = job.target else { return Ok(Vec::new()) };
    if !is_host(host) {
        return Err(Lack {
            reason: "the target is no host name, address or range".to_owned(),
            hint: "write it as host.example, 192.0.2.1, 192.0.2.0/24 or 2001:db8::1".to_owned(),
        });
    }
    let mut call = Call::new(["-sT", "-sV", "-Pn", "-n", "-oX", "-"]);
    if host.contains(':') {
        call = call.and(["-6"]);
    }
    if let Some(ports) = ports {
        call = call.and(["-p".to_owned(), runs_of(ports)]);
    }
    if let Some(rate) = rate {
        call = call.and(["--max-rate".to_owned(), rate.to_string()]);
    }
    Ok(vec![call.and([host])])
}

/// Ports as nmap wants them: `22,80-90`.
fn runs_of(ports: &[u16]) -> String {
    let mut ports = ports.to_vec();
    ports.sort_unstable();
    ports.dedup();
    let runs = ports.chunk_by(|one, next| next - one == 1);
    let runs = runs.map(|run| match run {
        [one] => one.to_string(),
        [first, .., last] => format!("{first}-{last}"),
        [] => String::new(),
    });
    runs.collect::<Vec<_>>().join(",")
}

/// A host name, an address, or a range with `/bits`. Never begins with `-`, so it cannot be taken for an option.
pub(super) fn is_host(text: &str) -> bool {
    let (host, bits) = match text.split_once('/') {
        Some((host, bits)) => (host, Some(bits)),
        None => (text, None),
    };
    if host.parse::<std::net::Ipv6Addr>().is_ok() {
        return bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= 128));
    }
    let label = |part: &str| {
        !part.is_empty()
            && part.len() <= 63
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !part.starts_with('-')
            && !part.ends_with('-')
    };
    let numbers = host.split('.').all(|part| part.bytes().all(|digit| digit.is_ascii_digit()));
    let named = host.len() <= 253 && host.split('.').all(label);
    let addressed = host.parse::<std::net::Ipv4Addr>().is_ok();
    (if numbers { addressed } else { named })
        && bits.is_none_or(|bits| bits.parse::<u8>().is_ok_and(|bits| bits <= 32))
}

/// Ports whose service is known to be dangerous when anybody can reach it.
const HIGH_PORTS: &[u16] = &[21, 23, 5900, 6379, 11211, 27017];
/// Services that send everything in the clear.
const HIGH_SERVICES: &[&str] = &["telnet", "ftp", "rsh", "rlogin"];
/// Databases and file shares that belong behind a wall.
const MEDIUM_PORTS: &[u16] = &[135, 139, 445, 1433, 1521, 3306, 3389, 5432];

fn severity(port: u16, service: &str) -> Severity {
    if HIGH_PORTS.contains(&port) || HIGH_SERVICES.contains(&service) {
        Severity::High
    } else if MEDIUM_PORTS.contains(&port) {
        Severity::Medium
    } else {
        Severity::Info
    }
}

#[derive(Default)]
struct Host {
    address: Option<String>,
}

#[derive(Default)]
struct Port {
    number: u16,
    protocol: String,
    open: bool,
    service: String,
    product: String,
    version: String,
}

fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut report = Report::default();
    let (mut host, mut port) = (Host::default(), None::<Port>);
    let (mut is_nmap, mut finished, mut depth) = (false, false, 0_u32);
    let bad = |what: &str| BadResult(what.to_owned());
    loop {
        let event = reader.read_event().map_err(|_| bad("its XML is broken"))?;
        let (element, is_empty) = match &event {
            Event::Start(element) => {
                depth += 1;
                if depth > 100 {
                    return Err(bad("its XML is nested too deeply"));
                }
                (Some(element), false)
            }
            Event::Empty(element) => (Some(element), true),
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                match end.name().as_ref() {
                    "host" => host = Host::default(),
                    "port" => port
                        .take()
                        .into_iter()
                        .for_each(|port| close(&port, &host, &mut report, reading)),
                    _ => {}
                }
                (None, false)
            }
            Event::Eof => break,
            _ => (None, false),
        };
        let Some(element) = element else { continue };
        match element.name().as_ref() {
            "nmaprun" => {
                is_nmap = true;
                report.version = attribute(element, "version");
            }
            "address" if host.address.is_none() => {
                let kind = attribute(element, "addrtype").unwrap_or_default();
                host.address = attribute(element, "addr").filter(|_| kind != "mac");
            }
            "port" => {
                let number = attribute(element, "portid").and_then(|text| text.parse().ok());
                let protocol = attribute(element, "protocol").unwrap_or_else(|| "tcp".to_owned());
                let one = Port { number: number.unwrap_or_default(), protocol, ..Port::default() };
                port = (!is_empty && one.number > 0).then_some(one);
            }
            "state" => {
                if let Some(port) = &mut port {
                    port.open = attribute(element, "state").as_deref() == Some("open");
                }
            }
            "service" => {
                if let Some(port) = &mut port {
                    port.service = attribute(element, "name").unwrap_or_default();
                    port.product = attribute(element, "product").unwrap_or_default();
                    port.version = attribute(element, "version").unwrap_or_default();
                }
            }
            // A name that does not resolve is no error to it: it scans nothing and says so on standard error.
            "hosts" if attribute(element, "total").as_deref() == Some("0") => {
                report.fail(None, "no host was scanned: the name is not known".to_owned());
            }
            "finished" => {
                finished = attribute(element, "exit").is_none_or(|exit| exit == "success");
                if let Some(words) = attribute(element, "errormsg") {
                    report.fail(None, words);
                }
            }
            _ => {}
        }
    }
    if !is_nmap {
        return Err(bad("it is not XML of nmap"));
    }
    if !finished {
        // It writes this last; killed or crashed it has not.
        return Err(bad("it ends before the scan did"));
    }
    Ok(report)
}

/// A value as a short line. Only the five entities of XML itself are known, and numbers.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute =
        element.attributes().with_checks(false).flatten().find(|one| one.key.as_ref() == name)?;
    let value = quick_xml::escape::unescape(&attribute.value).ok()?;
    field::short(&value, field::ID)
}

fn close(port: &Port, host: &Host, report: &mut Report, reading: &Reading<'_>) {
    if !port.open {
        return;
    }
    let parts = [&port.service, &port.product, &port.version];
    let words: Vec<&str> =
        parts.iter().map(|part| part.as_str()).filter(|part| !part.is_empty()).collect();
    let service = if words.is_empty() { "unknown".to_owned() } else { words.join(" ") };
    let severity = severity(port.number, &port.service);
    let (number, protocol) = (port.number, port.protocol.as_str());
    let mut finding: Finding = draft::finding(
        reading,
        severity,
        &format!("open-port-{number}"),
        &format!("Open port {number}/{protocol}: {service}"),
    );
    finding.confidence = Confidence::High;
    let address = host.address.clone().unwrap_or_default();
    let more = if severity >= Severity::Medium {
        " A service of this sort is a usual way in, and seldom meant for everybody."
    } else {
        ""
    };
    finding.description = format!("{address} answers on {number}/{protocol} ({service}).{more}");
    finding.remediation =
        Some("Close the port, or let only those reach it who need it.".to_owned());
    for (name, value) in [
        ("target_host", json!(address)),
        ("port", json!(number)),
        ("protocol", json!(protocol)),
        ("service", json!(port.service)),
        ("product", json!(port.product)),
        ("version", json!(port.version)),
    ] {
        if value != Value::String(String::new()) {
            finding.metadata.insert(name.to_owned(), value);
        }
    }
    finding.context = format!("{address} {number}/{protocol}");
    report.push(finding);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_an_address_or_a_range_and_never_an_option() {
        for good in [
            "localhost",
            "a-b.example",
            "192.0.2.1",
            "192.0.2.0/24",
            "2001:db8::1",
            "2001:db8::/64",
            "10.example",
        ] {
            assert!(is_host(good), "{good}");
        }
        for bad in [
            "",
            "-oN",
            "--script=x",
            "a b",
            "a;b",
            "a.b/33",
            "192.0.2.999",
            "192.0.2",
            "::g",
            "-a.example",
            "a-.example",
            "/24",
            "a/b",
        ] {
            assert!(!is_host(bad), "{bad}");
        }
    }
}
