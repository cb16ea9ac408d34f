//! The rules of the scanner, and the finding that an open port becomes.

use super::META;
use super::banner::{Service, recognise};
use super::table::{Class, find};
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Finding, Severity, key};
use crate::probe::dial::Open;

const BASE: Rule = Rule {
    id: "",
    title: "",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-668"),
    description: "",
    remediation: "",
    references: &[
        "https://www.iana.org/assignments/service-names-port-numbers/service-names-port-numbers.xhtml",
    ],
    aliases: &[],
};

static CLEAR_TEXT: Rule = Rule {
    id: "ports/clear-text-service",
    title: "Service that protects nothing on the way",
    severity: Severity::High,
    cwe: Some("CWE-319"),
    description: "Names, passwords and data go over the line so that everybody on the way can read and change them.",
    remediation: "Replace it by a protocol that encrypts (ssh, sftp, a protocol over TLS), and close the port.",
    ..BASE
};

static DATA: Rule = Rule {
    id: "ports/exposed-data-store",
    title: "Data store that can be reached",
    severity: Severity::High,
    cwe: Some("CWE-284"),
    description: "Stores of data are made for the programs beside them. One that can be reached is found within hours, and many \
        ask for no password unless told to.",
    remediation: "Bind it to the loopback or a private address, allow only the hosts that use it, and require a password and TLS.",
    ..BASE
};

static CONTROL: Rule = Rule {
    id: "ports/exposed-control",
    title: "Control interface that can be reached",
    severity: Severity::High,
    cwe: Some("CWE-749"),
    description: "Whoever may talk to it decides what runs. Such interfaces are meant for administrators and often ask for nothing.",
    remediation: "Bind it to the loopback address or a network of administrators, and require certificates or a login.",
    ..BASE
};

static DESKTOP: Rule = Rule {
    id: "ports/remote-desktop",
    title: "Remote desktop that can be reached",
    severity: Severity::High,
    cwe: Some("CWE-284"),
    description: "Passwords of desktops are guessed around the clock, and holes in these services have been used by worms.",
    remediation: "Put it behind a VPN or a gateway with a second factor.",
    ..BASE
};

static SHARING: Rule = Rule {
    id: "ports/local-network-service",
    title: "Service of a local network that can be reached",
    cwe: Some("CWE-284"),
    description: "File sharing, remote calls and name services of local networks trust their neighbours; worms have lived on them.",
    remediation: "Block the port at the edge of the network.",
    ..BASE
};

static INDUSTRIAL: Rule = Rule {
    id: "ports/industrial-protocol",
    title: "Industrial protocol that can be reached",
    severity: Severity::High,
    cwe: Some("CWE-306"),
    description: "These protocols know no login: whoever reaches the port reads and moves the machine behind it.",
    remediation: "Keep the controller in a network of its own, behind a gateway that knows who asks.",
    ..BASE
};

static OPEN: Rule = Rule {
    id: "ports/open-port",
    title: "Open port",
    severity: Severity::Info,
    description: "Something answers here. That is right for what the host is there for, and for nothing else.",
    remediation: "Close it when nobody needs it, or allow only those who do.",
    ..BASE
};

/// All of them.
pub(super) static RULES: &[&Rule] =
    &[&CLEAR_TEXT, &DATA, &CONTROL, &DESKTOP, &SHARING, &INDUSTRIAL, &OPEN];

fn rule_of(class: Class) -> &'static Rule {
    match class {
        Class::Plain => &OPEN,
        Class::ClearText => &CLEAR_TEXT,
        Class::Data => &DATA,
        Class::Control => &CONTROL,
        Class::Desktop => &DESKTOP,
        Class::Sharing => &SHARING,
        Class::Industrial => &INDUSTRIAL,
    }
}

/// What answers beats what is usually there: a redis on port 80 is a redis.
fn judged(port: u16, service: Option<&Service>) -> (&'static Rule, Severity, &'static str) {
    let usual = find(port);
    let told = match service.map(|service| service.name) {
        Some("telnet") => Some((&CLEAR_TEXT, Severity::High, "telnet")),
        Some("ftp") => Some((&CLEAR_TEXT, Severity::High, "ftp")),
        Some("vnc") => Some((&DESKTOP, Severity::High, "vnc")),
        Some("redis") => Some((&DATA, Severity::High, "redis")),
        Some("memcached") => Some((&DATA, Severity::High, "memcached")),
        Some("mysql") => Some((&DATA, Severity::Medium, "mysql")),
        Some("ssh") => Some((&OPEN, Severity::Info, "ssh")),
        _ => None,
    };
    if let Some(told) = told {
        return told;
    }
    match (usual, service) {
        (Some(port), _) => (rule_of(port.class), port.severity, port.name),
        (None, Some(service)) => (&OPEN, Severity::Info, service.name),
        (None, None) => (&OPEN, Severity::Info, "unknown"),
    }
}

/// The finding of an open port.
pub(super) fn finding(target: &str, open: &Open) -> Finding {
    let service = recognise(&open.banner);
    let (rule, severity, name) = judged(open.port, service.as_ref());
    let mut finding = rule.finding(&META.id, META.scan_type);
    finding.severity = severity;
    finding.title = format!("{}: {}/tcp {name}", rule.title, open.port);
    // A name is a guess from the number until the service has told what it is.
    if service.is_none() {
        finding.confidence = Confidence::Medium;
    }
    let product = service.as_ref().and_then(|service| service.product.as_deref());
    let says = product.map_or(String::new(), |product| format!(" It says: {product}."));
    finding.description =
        format!("Port {} of {} is open.{says} {}", open.port, open.address, rule.description);
    finding
        .metadata
        .insert(key::ALIASES.to_owned(), vec![format!("open-port-{}", open.port)].into());
    finding.metadata.insert("port".to_owned(), open.port.into());
    finding.set_meta("protocol", "tcp");
    finding.set_meta("target_host", target);
    finding.set_meta("host", open.address.to_string());
    finding.set_meta("service", name);
    if let Some(product) = product {
        finding.set_meta("product", product);
    }
    // Not what it says of itself: the version changes, the open port stays.
    finding.context = format!("{} {}/tcp", open.address, open.port);
    finding
}
