//! Checks of what is started and what is written down: services, logging, time.

use super::check::{Check, On, Seen};
use super::fields::{code, lines, pair};
use super::root::Root;
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};
use std::collections::BTreeSet;

const BASE: Rule = Rule {
    id: "",
    title: "",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-16"),
    description: "",
    remediation: "",
    references: &["https://www.freedesktop.org/software/systemd/man/latest/systemd.unit.html"],
    aliases: &[],
};

/// Checks of services.
pub(super) static CHECKS: &[Check] = &[
    Check::by(
        On::Both,
        Rule {
            id: "baseline/clear-text-service",
            title: "Service that sends passwords in the clear is enabled",
            severity: Severity::High,
            cwe: Some("CWE-319"),
            description: "Telnet, the remote shells, TFTP and NIS protect nothing on the way and ask for little.",
            remediation: "Disable the service and use ssh.",
            ..BASE
        },
        clear_text,
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/unneeded-service",
            title: "Service is enabled that servers rarely need",
            severity: Severity::Low,
            confidence: Confidence::Medium,
            cwe: Some("CWE-1125"),
            description: "Each service that listens can be attacked.",
            remediation: "`systemctl disable --now NAME`, unless somebody uses it.",
            ..BASE
        },
        unneeded,
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/nfs-root",
            title: "Root of other machines is root in an export",
            severity: Severity::High,
            cwe: Some("CWE-250"),
            description: "With `no_root_squash` whoever is root on a client can leave set-user-id programs on the server.",
            remediation: "Remove `no_root_squash`.",
            references: &["https://man7.org/linux/man-pages/man5/exports.5.html"],
            ..BASE
        },
        |root, seen| exports(root, seen, |_, options| options.contains(&"no_root_squash")),
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/nfs-everybody",
            title: "Everybody may write to an export",
            severity: Severity::High,
            cwe: Some("CWE-284"),
            description: "Any machine that reaches the server may change the files.",
            remediation: "Name the hosts or networks that may.",
            references: &["https://man7.org/linux/man-pages/man5/exports.5.html"],
            ..BASE
        },
        |root, seen| exports(root, seen, |host, options| host == "*" && options.contains(&"rw")),
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/snmp-community",
            title: "SNMP answers to a name that everybody knows",
            severity: Severity::High,
            cwe: Some("CWE-1392"),
            description: "The community `public` or `private` is the first that everybody tries.",
            remediation: "Use SNMPv3 with a user, or at least another community and a source address.",
            references: &["https://www.net-snmp.org/docs/man/snmpd.conf.html"],
            ..BASE
        },
        snmp,
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/anonymous-ftp",
            title: "FTP lets everybody in",
            cwe: Some("CWE-306"),
            description: "Files can be fetched, and perhaps left, without an account.",
            remediation: "Set `anonymous_enable=NO`.",
            references: &["https://security.appspot.com/vsftpd/vsftpd_conf.html"],
            ..BASE
        },
        anonymous_ftp,
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/journal-storage",
            title: "The journal is not kept",
            severity: Severity::Low,
            cwe: Some("CWE-778"),
            description: "After a restart nobody can see what happened before.",
            remediation: "Set `Storage=persistent` in journald.conf.",
            references: &[
                "https://www.freedesktop.org/software/systemd/man/latest/journald.conf.html",
            ],
            ..BASE
        },
        journal,
    ),
    Check::by(
        On::Machine,
        Rule {
            id: "baseline/audit-service",
            title: "Nothing records what is done",
            severity: Severity::Low,
            confidence: Confidence::Medium,
            cwe: Some("CWE-778"),
            description: "auditd writes down who changed which file and who became root; it is not installed.",
            remediation: "Install auditd and give it rules.",
            references: &["https://man7.org/linux/man-pages/man8/auditd.8.html"],
            ..BASE
        },
        |root, seen| {
            if root.stat("etc/systemd/system").is_some() {
                seen.looked();
                if root.stat("etc/audit/auditd.conf").is_none() {
                    seen.flaw("etc/audit/auditd.conf", None, "", "There is no such file.".into());
                }
            }
        },
    ),
    Check::by(
        On::Machine,
        Rule {
            id: "baseline/time-service",
            title: "Nothing keeps the clock right",
            severity: Severity::Low,
            confidence: Confidence::Medium,
            cwe: Some("CWE-778"),
            description: "Logs of several machines cannot be put together, and certificates and one-time passwords fail.",
            remediation: "Enable systemd-timesyncd or chrony.",
            ..BASE
        },
        |root, seen| {
            let names =
                ["systemd-timesyncd", "chrony", "chronyd", "ntp", "ntpd", "ntpsec", "openntpd"];
            absent(root, seen, &names, "No time service is enabled.");
        },
    ),
    Check::by(
        On::Machine,
        Rule {
            id: "baseline/log-service",
            title: "Logs are kept by no service",
            severity: Severity::Low,
            confidence: Confidence::Medium,
            cwe: Some("CWE-778"),
            description: "Neither a log service nor a persistent journal keeps what happened.",
            remediation: "Create /var/log/journal, or install rsyslog.",
            ..BASE
        },
        |root, seen| {
            if root.stat("var/log/journal").is_some() {
                seen.looked();
            } else {
                let names = ["rsyslog", "syslog-ng", "syslog"];
                absent(root, seen, &names, "There is no /var/log/journal and no log service.");
            }
        },
    ),
];

/// Names of enabled units, without their type: those that a target wants or requires.
pub(super) fn enabled(root: &Root<'_>, seen: &mut Seen) -> BTreeSet<(String, String)> {
    let base = "etc/systemd/system";
    let mut units = BTreeSet::new();
    for folder in seen.list(root, base) {
        if !matches!(folder.rsplit_once('.'), Some((_, "wants" | "requires"))) {
            continue;
        }
        for unit in seen.list(root, &format!("{base}/{folder}")) {
            seen.looked();
            if let Some((name, "service" | "socket")) = unit.rsplit_once('.') {
                units.insert((name.to_owned(), format!("{base}/{folder}/{unit}")));
            }
        }
    }
    units
}

fn absent(root: &Root<'_>, seen: &mut Seen, names: &[&str], what: &str) {
    let units = enabled(root, seen);
    if !units.is_empty() && !units.iter().any(|(name, _)| names.contains(&name.as_str())) {
        seen.lacks("etc/systemd/system", what);
    }
}

fn units(root: &Root<'_>, seen: &mut Seen, unwanted: &[&str]) {
    for (name, path) in enabled(root, seen) {
        let plain = name.split('@').next().unwrap_or(&name);
        if unwanted.contains(&plain) {
            seen.flaw(&path, None, plain, format!("`{plain}` is started."));
        }
    }
}

const CLEAR: &[&str] = &[
    "telnet",
    "telnetd",
    "inetutils-telnetd",
    "rsh",
    "rlogin",
    "rexec",
    "tftp",
    "tftpd",
    "tftpd-hpa",
    "ypserv",
    "ypbind",
    "talk",
    "ntalk",
    "finger",
    "shell",
    "login",
    "exec",
];

fn clear_text(root: &Root<'_>, seen: &mut Seen) {
    let units_only = &CLEAR[..CLEAR.len() - 3];
    units(root, seen, units_only);
    if let Some(text) = seen.text(root, "etc/inetd.conf") {
        for (line, text) in lines(&text) {
            let name = text.split_whitespace().next().unwrap_or_default();
            if CLEAR.contains(&name) {
                seen.flaw(
                    "etc/inetd.conf",
                    Some(line),
                    name,
                    format!("`{name}` is started by inetd."),
                );
            }
        }
    }
    for name in seen.list(root, "etc/xinetd.d") {
        let path = format!("etc/xinetd.d/{name}");
        let Some(text) = seen.text(root, &path) else { continue };
        let is_off = lines(&text)
            .filter_map(|(_, line)| pair(line))
            .any(|(key, value)| key == "disable" && value.eq_ignore_ascii_case("yes"));
        if CLEAR.contains(&name.as_str()) && !is_off {
            seen.flaw(&path, None, &name, format!("`{name}` is started by xinetd."));
        }
    }
}

fn unneeded(root: &Root<'_>, seen: &mut Seen) {
    let names = [
        "avahi-daemon",
        "cups",
        "cups-browsed",
        "rpcbind",
        "nfs-server",
        "nfs-kernel-server",
        "xinetd",
        "vsftpd",
        "isc-dhcp-server",
        "slapd",
        "bluetooth",
        "ModemManager",
        "rsync",
        "snmpd",
        "smbd",
        "nmbd",
    ];
    units(root, seen, &names);
}

fn exports(root: &Root<'_>, seen: &mut Seen, is_bad: fn(&str, &[&str]) -> bool) {
    let path = "etc/exports";
    let Some(text) = seen.text(root, path) else { return };
    for (line, text) in lines(&text) {
        let mut words = code(text).split_whitespace();
        let folder = words.next().unwrap_or_default();
        for client in words {
            let (host, options) = client.split_once('(').unwrap_or((client, ""));
            let options: Vec<&str> = options.trim_end_matches(')').split(',').collect();
            // `/srv (rw)` with a blank means everybody.
            let host = if host.is_empty() { "*" } else { host };
            if is_bad(host, &options) {
                let what = format!("`{}` is exported so.", super::check::plain(folder));
                seen.flaw(path, Some(line), folder, what);
            }
        }
    }
}

fn snmp(root: &Root<'_>, seen: &mut Seen) {
    let path = "etc/snmp/snmpd.conf";
    let Some(text) = seen.text(root, path) else { return };
    for (line, text) in lines(&text) {
        let words: Vec<&str> = code(text).split_whitespace().collect();
        let is_community = matches!(
            words.first(),
            Some(&("rocommunity" | "rwcommunity" | "rocommunity6" | "rwcommunity6"))
        );
        let local = matches!(words.get(2), Some(&("localhost" | "127.0.0.1" | "::1")));
        if let (true, false, Some(name @ (&"public" | &"private"))) =
            (is_community, local, words.get(1))
        {
            seen.flaw(path, Some(line), name, format!("The community `{name}` is answered."));
        }
    }
}

fn anonymous_ftp(root: &Root<'_>, seen: &mut Seen) {
    for path in ["etc/vsftpd.conf", "etc/vsftpd/vsftpd.conf"] {
        let Some(text) = seen.text(root, path) else { continue };
        for (line, text) in lines(&text) {
            if pair(text).is_some_and(|(key, value)| {
                key == "anonymous_enable" && value.eq_ignore_ascii_case("yes")
            }) {
                seen.flaw(path, Some(line), "", "`anonymous_enable` is on.".to_owned());
            }
        }
    }
}

fn journal(root: &Root<'_>, seen: &mut Seen) {
    let path = "etc/systemd/journald.conf";
    let Some(text) = seen.text(root, path) else { return };
    for (line, text) in lines(&text) {
        if let Some(("Storage", value @ ("none" | "volatile"))) = pair(text) {
            seen.flaw(path, Some(line), "", format!("`Storage={value}` is set."));
        }
    }
}
