//! Checks of the kernel: its settings (in force on a machine, configured in an image), mount options, modules and
//! mitigations.

use super::check::{Check, Look, On, Seen};
use super::fields::{lines, pair};
use super::root::{Root, Scope};
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};
use std::collections::BTreeMap;

const KERNEL: &[&str] = &["https://docs.kernel.org/admin-guide/sysctl/kernel.html"];
const FS: &[&str] = &["https://docs.kernel.org/admin-guide/sysctl/fs.html"];
const NET: &[&str] = &["https://docs.kernel.org/networking/ip-sysctl.html"];

const BASE: Rule = Rule {
    id: "",
    title: "",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-16"),
    description: "",
    remediation: "Put the setting into a file in /etc/sysctl.d and run `sysctl --system`.",
    references: KERNEL,
    aliases: &[],
};

/// A setting: id, title, severity, why, pages, documented ids, names, whether a value is good.
const fn setting(rule: Rule, names: &'static [&'static str], is_good: fn(&str) -> bool) -> Check {
    Check { rule, on: On::Both, look: Look::Kernel(names, is_good) }
}

fn zero(value: &str) -> bool {
    value == "0"
}

fn one(value: &str) -> bool {
    value == "1"
}

fn two(value: &str) -> bool {
    value == "2"
}

fn at_least_one(value: &str) -> bool {
    value.parse::<i64>().is_ok_and(|number| number >= 1)
}

/// Only what synchronises, remounts or powers off.
fn mild_sysrq(value: &str) -> bool {
    value.parse::<u32>().is_ok_and(|mask| mask != 1 && mask & !(16 | 32 | 128 | 4) == 0)
}

/// Settings of the kernel.
pub(super) static CHECKS: &[Check] = &[
    setting(
        Rule {
            id: "baseline/ip-forwarding",
            title: "The system passes packets on between networks",
            severity: Severity::Medium,
            description: "It is then a router: what a firewall keeps apart may meet here. Container hosts and gateways \
                need it, others do not.",
            references: NET,
            aliases: &["BASELINE-KERN-001"],
            ..BASE
        },
        &["net.ipv4.ip_forward"],
        zero,
    ),
    setting(
        Rule {
            id: "baseline/accept-redirects",
            title: "The system lets others change its routes",
            severity: Severity::Medium,
            cwe: Some("CWE-300"),
            description: "An ICMP redirect from a neighbour sends its traffic another way, past somebody who reads it.",
            references: NET,
            aliases: &["BASELINE-KERN-002"],
            ..BASE
        },
        &["net.ipv4.conf.all.accept_redirects", "net.ipv6.conf.all.accept_redirects"],
        zero,
    ),
    setting(
        Rule {
            id: "baseline/address-randomisation",
            title: "Addresses of programs can be foretold",
            severity: Severity::Medium,
            cwe: Some("CWE-330"),
            description: "Attacks on memory errors need to know where things are; random addresses keep that from them.",
            aliases: &["BASELINE-KERN-003"],
            ..BASE
        },
        &["kernel.randomize_va_space"],
        two,
    ),
    setting(
        Rule {
            id: "baseline/kernel-pointers",
            title: "Addresses of the kernel are shown",
            cwe: Some("CWE-200"),
            description: "With them an attack on the kernel knows where to go.",
            ..BASE
        },
        &["kernel.kptr_restrict"],
        at_least_one,
    ),
    setting(
        Rule {
            id: "baseline/kernel-log",
            title: "Everybody may read the kernel's log",
            cwe: Some("CWE-200"),
            description: "It holds addresses and facts about the hardware that help an attack.",
            ..BASE
        },
        &["kernel.dmesg_restrict"],
        one,
    ),
    setting(
        Rule {
            id: "baseline/process-tracing",
            title: "Programs may look into other programs of the same user",
            cwe: Some("CWE-200"),
            description: "One compromised program then reads keys and passwords out of all others.",
            ..BASE
        },
        &["kernel.yama.ptrace_scope"],
        at_least_one,
    ),
    setting(
        Rule {
            id: "baseline/unprivileged-bpf",
            title: "Everybody may load BPF programs",
            cwe: Some("CWE-250"),
            description: "The verifier of BPF has often been a way into the kernel.",
            ..BASE
        },
        &["kernel.unprivileged_bpf_disabled"],
        at_least_one,
    ),
    setting(
        Rule {
            id: "baseline/kernel-exchange",
            title: "The running kernel can be exchanged",
            description: "Root can start another kernel without a restart and so pass by what secure boot checks.",
            ..BASE
        },
        &["kernel.kexec_load_disabled"],
        one,
    ),
    setting(
        Rule {
            id: "baseline/sysrq",
            title: "The keyboard commands the kernel",
            description: "Who has a keyboard or a console can kill programs and look into memory.",
            ..BASE
        },
        &["kernel.sysrq"],
        mild_sysrq,
    ),
    setting(
        Rule {
            id: "baseline/privileged-core-dumps",
            title: "Programs with special rights leave core dumps",
            cwe: Some("CWE-528"),
            description: "The dump of a set-user-id program holds what only root should see.",
            references: FS,
            ..BASE
        },
        &["fs.suid_dumpable"],
        zero,
    ),
    setting(
        Rule {
            id: "baseline/link-protection",
            title: "Links in shared folders are followed",
            severity: Severity::Medium,
            cwe: Some("CWE-59"),
            description: "A link in /tmp leads a program of root to a file that somebody else has chosen.",
            references: FS,
            ..BASE
        },
        &["fs.protected_hardlinks", "fs.protected_symlinks"],
        one,
    ),
    setting(
        Rule {
            id: "baseline/shared-file-protection",
            title: "Files of others in shared folders are opened",
            cwe: Some("CWE-379"),
            description: "A pipe or file that somebody has put into /tmp beforehand gets what a program meant for its own.",
            references: FS,
            ..BASE
        },
        &["fs.protected_fifos", "fs.protected_regular"],
        at_least_one,
    ),
    setting(
        Rule {
            id: "baseline/send-redirects",
            title: "The system tells others to change routes",
            cwe: Some("CWE-300"),
            description: "Only routers need to.",
            references: NET,
            ..BASE
        },
        &["net.ipv4.conf.all.send_redirects"],
        zero,
    ),
    setting(
        Rule {
            id: "baseline/source-routing",
            title: "Packets may choose their own way",
            severity: Severity::Medium,
            cwe: Some("CWE-441"),
            description: "A packet that names its route reaches machines that were meant to be out of reach.",
            references: NET,
            ..BASE
        },
        &["net.ipv4.conf.all.accept_source_route", "net.ipv6.conf.all.accept_source_route"],
        zero,
    ),
    setting(
        Rule {
            id: "baseline/reverse-path",
            title: "Packets with a forged sender are accepted",
            cwe: Some("CWE-290"),
            description: "Without the filter, a packet may claim to come from inside.",
            references: NET,
            ..BASE
        },
        &["net.ipv4.conf.all.rp_filter"],
        at_least_one,
    ),
    setting(
        Rule {
            id: "baseline/martian-log",
            title: "Impossible packets are not logged",
            severity: Severity::Info,
            cwe: Some("CWE-778"),
            description: "They are a sign that somebody forges addresses, or that routes are wrong.",
            references: NET,
            ..BASE
        },
        &["net.ipv4.conf.all.log_martians"],
        one,
    ),
    setting(
        Rule {
            id: "baseline/syn-cookies",
            title: "Half-open connections can fill the table",
            severity: Severity::Medium,
            cwe: Some("CWE-400"),
            description: "A flood of first packets is enough to lock everybody else out.",
            references: NET,
            ..BASE
        },
        &["net.ipv4.tcp_syncookies"],
        at_least_one,
    ),
    setting(
        Rule {
            id: "baseline/broadcast-echo",
            title: "The system answers pings to everybody",
            cwe: Some("CWE-406"),
            description: "A ping with a forged sender to the broadcast address makes a whole network answer the victim.",
            references: NET,
            ..BASE
        },
        &["net.ipv4.icmp_echo_ignore_broadcasts"],
        one,
    ),
    setting(
        Rule {
            id: "baseline/secure-redirects",
            title: "Gateways may change the routes",
            severity: Severity::Info,
            cwe: Some("CWE-300"),
            description: "A machine that passes for a gateway can send traffic another way.",
            references: NET,
            ..BASE
        },
        &["net.ipv4.conf.all.secure_redirects"],
        zero,
    ),
    setting(
        Rule {
            id: "baseline/performance-events",
            title: "Everybody may watch the processor",
            severity: Severity::Info,
            cwe: Some("CWE-200"),
            description: "Performance counters tell what other programs do, and their code in the kernel has been attacked.",
            ..BASE
        },
        &["kernel.perf_event_paranoid"],
        |value| value.parse::<i64>().is_ok_and(|number| number >= 2),
    ),
    setting(
        Rule {
            id: "baseline/bpf-hardening",
            title: "Compiled BPF is not hardened",
            severity: Severity::Info,
            description: "Constants of a filter end up as code that an attack can jump into.",
            references: &["https://docs.kernel.org/admin-guide/sysctl/net.html"],
            ..BASE
        },
        &["net.core.bpf_jit_harden"],
        at_least_one,
    ),
    setting(
        Rule {
            id: "baseline/low-memory-mapping",
            title: "Programs may map the first page of memory",
            severity: Severity::Medium,
            cwe: Some("CWE-476"),
            description: "A null pointer in the kernel then leads to data of the attacker.",
            references: &["https://docs.kernel.org/admin-guide/sysctl/vm.html"],
            ..BASE
        },
        &["vm.mmap_min_addr"],
        |value| value.parse::<u64>().is_ok_and(|address| address >= 4096),
    ),
];

/// What else there is of the kernel.
pub(super) static MORE: &[Check] = &[
    Check {
        rule: Rule {
            id: "baseline/mount-options",
            title: "Shared folder is mounted without protection",
            description: "Without `nosuid` and `nodev`, and `noexec` on /dev/shm, what anybody puts there can be a program with \
                special rights or a device.",
            remediation: "Add the options to the line in /etc/fstab, or to the mount unit.",
            references: &["https://man7.org/linux/man-pages/man8/mount.8.html"],
            ..BASE
        },
        on: On::Machine,
        look: Look::By(mounts),
    },
    Check {
        rule: Rule {
            id: "baseline/rare-protocol",
            title: "Rare network protocol is loaded",
            cwe: Some("CWE-1104"),
            description: "Code that nearly nobody uses has had many holes, and any user can often reach it.",
            remediation: "`install NAME /bin/false` in a file in /etc/modprobe.d, and restart.",
            references: &["https://man7.org/linux/man-pages/man5/modprobe.d.5.html"],
            ..BASE
        },
        on: On::Machine,
        look: Look::By(modules),
    },
    Check {
        rule: Rule {
            id: "baseline/processor-weakness",
            title: "Weakness of the processor is open",
            severity: Severity::Medium,
            cwe: Some("CWE-1037"),
            description: "The kernel says that programs, or guests, can read what is not theirs.",
            remediation: "Bring kernel and microcode up to date, and remove `mitigations=off` from the command line.",
            references: &["https://docs.kernel.org/admin-guide/hw-vuln/index.html"],
            ..BASE
        },
        on: On::Machine,
        look: Look::By(mitigations),
    },
];

/// Judges a setting: what is in force on a machine, what is configured in an image.
pub(super) fn judge(root: &Root<'_>, names: &[&str], is_good: fn(&str) -> bool, seen: &mut Seen) {
    if root.scope == Scope::Host {
        if root.is_container {
            return;
        }
        for name in names {
            let path = format!("proc/sys/{}", name.replace('.', "/"));
            let Some(text) = seen.text(root, &path) else { continue };
            let value = text.trim();
            if !is_good(value) {
                let what = format!("`{name}` is {}.", super::check::plain(value));
                seen.flaw(&path, None, name, what);
            }
        }
        return;
    }
    let configured = configured(root, seen);
    for name in names {
        let Some((file, line, value)) = configured.get(*name) else { continue };
        if !is_good(value) {
            let what = format!("`{name}` is set to {}.", super::check::plain(value));
            seen.flaw(file, Some(*line), name, what);
        }
    }
}

/// Settings of sysctl files: the last one counts, files in the order of their names, sysctl.conf at the end.
fn configured(root: &Root<'_>, seen: &mut Seen) -> BTreeMap<String, (String, usize, String)> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    // A file in /etc hides one of the same name elsewhere.
    for folder in ["usr/lib/sysctl.d", "run/sysctl.d", "etc/sysctl.d"] {
        for name in seen.list(root, folder) {
            if name.rsplit_once('.').is_some_and(|(_, ending)| ending == "conf") {
                files.insert(name.clone(), format!("{folder}/{name}"));
            }
        }
    }
    let mut found = BTreeMap::new();
    let last = std::iter::once("etc/sysctl.conf".to_owned());
    for path in files.into_values().chain(last) {
        let Some(text) = seen.text(root, &path) else { continue };
        for (number, line) in lines(&text).filter(|(_, line)| !line.starts_with(';')) {
            let Some((name, value)) = pair(line) else { continue };
            let name = name.trim_start_matches('-').replace('/', ".");
            found.insert(name, (path.clone(), number, value.to_owned()));
        }
    }
    found
}

fn mounts(root: &Root<'_>, seen: &mut Seen) {
    let Some(text) = seen.text(root, "proc/self/mounts").or_else(|| seen.text(root, "etc/fstab"))
    else {
        return;
    };
    for (_, line) in lines(&text) {
        let mut words = line.split_whitespace().skip(1);
        let (Some(place), Some(_), Some(options)) = (words.next(), words.next(), words.next())
        else {
            continue;
        };
        let wanted: &[&str] = match place {
            "/tmp" | "/var/tmp" => &["nosuid", "nodev"],
            "/dev/shm" => &["nosuid", "nodev", "noexec"],
            "/home" => &["nosuid", "nodev"],
            _ => continue,
        };
        let options: Vec<&str> = options.split(',').collect();
        let missing: Vec<&str> =
            wanted.iter().copied().filter(|option| !options.contains(option)).collect();
        if !missing.is_empty() {
            let what = format!("`{place}` is mounted without {}.", missing.join(", "));
            seen.flaw("etc/fstab", None, place, what);
        }
    }
}

fn modules(root: &Root<'_>, seen: &mut Seen) {
    let Some(text) = seen.text(root, "proc/modules") else { return };
    for line in text.lines() {
        let name = line.split_whitespace().next().unwrap_or_default();
        if matches!(
            name,
            "dccp" | "sctp" | "rds" | "tipc" | "n_hdlc" | "ax25" | "appletalk" | "cramfs"
        ) {
            seen.flaw("proc/modules", None, name, format!("`{name}` is loaded."));
        }
    }
}

fn mitigations(root: &Root<'_>, seen: &mut Seen) {
    let folder = "sys/devices/system/cpu/vulnerabilities";
    for name in seen.list(root, folder) {
        let path = format!("{folder}/{name}");
        let Some(text) = seen.text(root, &path) else { continue };
        if text.trim().starts_with("Vulnerable") {
            seen.flaw(&path, None, &name, "The kernel says: vulnerable.".to_owned());
        }
    }
}
