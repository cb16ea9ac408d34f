//! Checks of sshd. Settings that are not there have sshd's defaults, which are not judged: they differ from version to
//! version and are mostly sound.

use super::check::{Check, Look, On, Seen};
use super::files::mode_of;
use super::root::Root;
use super::ssh_config::{MAIN, seconds};
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};

const BASE: Rule = Rule {
    id: "",
    title: "",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-16"),
    description: "",
    remediation: "",
    references: &["https://man.openbsd.org/sshd_config"],
    aliases: &[],
};

const fn keyword(rule: Rule, keyword: &'static str, is_bad: fn(&str) -> bool) -> Check {
    Check { rule, on: On::Both, look: Look::Ssh(keyword, is_bad) }
}

fn yes(value: &str) -> bool {
    value.eq_ignore_ascii_case("yes")
}

fn no(value: &str) -> bool {
    value.eq_ignore_ascii_case("no")
}

/// Whether a list that replaces or adds to the default names one of `weak`; a list with `-` takes away.
fn names(value: &str, weak: &[&str]) -> bool {
    let list = value.trim_start_matches(['+', '^']);
    !list.starts_with('-')
        && list.split(',').any(|one| {
            let one = one.trim().to_ascii_lowercase();
            weak.iter().any(|weak| one == *weak || (weak.starts_with('-') && one.ends_with(weak)))
        })
}

fn weak_cipher(value: &str) -> bool {
    let old = ["3des-cbc", "blowfish-cbc", "cast128-cbc", "arcfour", "arcfour128", "arcfour256"];
    names(value, &old) || names(value, &["-cbc", "rijndael-cbc@lysator.liu.se", "none"])
}

fn weak_mac(value: &str) -> bool {
    let weak = ["hmac-md5", "hmac-md5-96", "hmac-sha1-96", "hmac-ripemd160", "none"];
    names(value, &weak)
        || names(value, &["hmac-md5-etm@openssh.com", "hmac-md5-96-etm@openssh.com"])
        || names(value, &["hmac-sha1-96-etm@openssh.com", "hmac-ripemd160@openssh.com"])
}

fn weak_exchange(value: &str) -> bool {
    names(value, &["diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1"])
        || names(value, &["diffie-hellman-group-exchange-sha1", "rsa1024-sha1"])
}

fn weak_key(value: &str) -> bool {
    names(value, &["ssh-dss", "ssh-dss-cert-v01@openssh.com", "ssh-rsa"])
}

fn old_protocol(value: &str) -> bool {
    value.trim() != "2"
}

fn many_tries(value: &str) -> bool {
    value.parse::<u64>().is_ok_and(|tries| tries > 6)
}

fn long_grace(value: &str) -> bool {
    seconds(value).is_some_and(|time| time == 0 || time > 120)
}

fn quiet(value: &str) -> bool {
    value.eq_ignore_ascii_case("quiet") || value.eq_ignore_ascii_case("fatal")
}

fn forwards_all(value: &str) -> bool {
    yes(value) || value.eq_ignore_ascii_case("clientspecified")
}

fn not_no(value: &str) -> bool {
    !no(value)
}

/// Checks of sshd.
pub(super) static CHECKS: &[Check] = &[
    keyword(
        Rule {
            id: "baseline/ssh-root-login",
            title: "SSH lets root log in with a password",
            severity: Severity::High,
            cwe: Some("CWE-250"),
            description: "Everybody who guesses or steals one password is root at once, and the log does not say who \
                it was.",
            remediation: "Set `PermitRootLogin no`, or `prohibit-password` where automation needs a key of root.",
            aliases: &["BASELINE-SSH-001"],
            ..BASE
        },
        "permitrootlogin",
        yes,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-password-login",
            title: "SSH accepts passwords",
            cwe: Some("CWE-307"),
            description: "Passwords are guessed from the moment a server can be reached; keys are not.",
            remediation: "Give every user a key and set `PasswordAuthentication no`.",
            aliases: &["BASELINE-SSH-002"],
            ..BASE
        },
        "passwordauthentication",
        not_no,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-protocol",
            title: "SSH speaks protocol 1",
            severity: Severity::High,
            cwe: Some("CWE-327"),
            description: "Version 1 of the protocol can be read and changed on the way.",
            remediation: "Remove the line: current versions of sshd only speak protocol 2.",
            aliases: &["BASELINE-SSH-003"],
            ..BASE
        },
        "protocol",
        old_protocol,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-empty-passwords",
            title: "SSH accepts accounts without a password",
            severity: Severity::High,
            cwe: Some("CWE-521"),
            description: "An account with an empty password can then be used by anybody who knows its name.",
            remediation: "Set `PermitEmptyPasswords no`.",
            ..BASE
        },
        "permitemptypasswords",
        yes,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-host-based-login",
            title: "SSH trusts other hosts to name their users",
            severity: Severity::High,
            cwe: Some("CWE-290"),
            description: "Whoever controls one of the trusted hosts is let in as any of its users.",
            remediation: "Set `HostbasedAuthentication no` and use keys.",
            ..BASE
        },
        "hostbasedauthentication",
        yes,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-rhosts",
            title: "SSH reads .rhosts files",
            cwe: Some("CWE-290"),
            description: "A file in a home folder then decides which hosts are trusted.",
            remediation: "Set `IgnoreRhosts yes`, or remove the line.",
            ..BASE
        },
        "ignorerhosts",
        no,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-user-environment",
            title: "SSH takes environment variables from users",
            cwe: Some("CWE-15"),
            description: "A user who is held to one command can get around that with `LD_PRELOAD` and the like.",
            remediation: "Set `PermitUserEnvironment no`.",
            ..BASE
        },
        "permituserenvironment",
        not_no,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-strict-modes",
            title: "SSH does not look at modes of key files",
            cwe: Some("CWE-732"),
            description: "A key file that others can write to is then believed, and others can add their key to it.",
            remediation: "Set `StrictModes yes`, or remove the line.",
            ..BASE
        },
        "strictmodes",
        no,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-weak-cipher",
            title: "SSH offers weak ciphers",
            cwe: Some("CWE-327"),
            description: "CBC ciphers and RC4 give parts of the text away; a client can be brought to choose them.",
            remediation: "Remove the line, or name only AES-GCM, AES-CTR and ChaCha20-Poly1305.",
            ..BASE
        },
        "ciphers",
        weak_cipher,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-weak-mac",
            title: "SSH offers weak message authentication",
            cwe: Some("CWE-328"),
            description: "MD5, RIPEMD and truncated digests no longer keep messages from being changed.",
            remediation: "Remove the line, or name only HMAC-SHA2 and UMAC-128 with `-etm`.",
            ..BASE
        },
        "macs",
        weak_mac,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-weak-key-exchange",
            title: "SSH offers weak key exchange",
            cwe: Some("CWE-326"),
            description: "Groups of 1024 bits and SHA-1 are within reach of well-funded attackers, who can then read \
                recorded sessions.",
            remediation: "Remove the line, or name only curve25519, sntrup761 or ML-KEM, and groups of SHA-2.",
            ..BASE
        },
        "kexalgorithms",
        weak_exchange,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-weak-host-key",
            title: "SSH shows a weak host key",
            cwe: Some("CWE-327"),
            description: "Signatures of DSA and of RSA with SHA-1 can be forged; a client that accepts them can be \
                talked to by somebody else.",
            remediation: "Remove the line; use ed25519, or RSA with `rsa-sha2-256` and `rsa-sha2-512`.",
            ..BASE
        },
        "hostkeyalgorithms",
        weak_key,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-weak-user-key",
            title: "SSH accepts weak keys of users",
            cwe: Some("CWE-327"),
            description: "Signatures of DSA and of RSA with SHA-1 can be forged.",
            remediation: "Remove the line, and let users make ed25519 keys.",
            ..BASE
        },
        "pubkeyacceptedalgorithms",
        weak_key,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-many-tries",
            title: "SSH allows many guesses per connection",
            severity: Severity::Low,
            cwe: Some("CWE-307"),
            description: "The more guesses a connection has, the less a limit on connections slows guessing down.",
            remediation: "Set `MaxAuthTries 4`.",
            ..BASE
        },
        "maxauthtries",
        many_tries,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-login-grace",
            title: "SSH waits long for a login",
            severity: Severity::Low,
            cwe: Some("CWE-400"),
            description: "Connections that never log in fill the table, and nobody else gets in.",
            remediation: "Set `LoginGraceTime 60`.",
            ..BASE
        },
        "logingracetime",
        long_grace,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-x11-forwarding",
            title: "SSH forwards X11",
            severity: Severity::Low,
            cwe: Some("CWE-250"),
            description: "A compromised server can then look at the screen and the keyboard of whoever logs in.",
            remediation: "Set `X11Forwarding no` on servers.",
            ..BASE
        },
        "x11forwarding",
        yes,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-gateway-ports",
            title: "SSH lets users open ports to the network",
            severity: Severity::Low,
            cwe: Some("CWE-668"),
            description: "A forwarded port then answers the whole network, past the rules of the firewall's owner.",
            remediation: "Set `GatewayPorts no`.",
            ..BASE
        },
        "gatewayports",
        forwards_all,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-tunnel",
            title: "SSH lets users make network tunnels",
            severity: Severity::Low,
            cwe: Some("CWE-668"),
            description: "A tunnel joins two networks that a firewall keeps apart.",
            remediation: "Set `PermitTunnel no`, and allow it under `Match` for those who need it.",
            ..BASE
        },
        "permittunnel",
        not_no,
    ),
    keyword(
        Rule {
            id: "baseline/ssh-log-level",
            title: "SSH does not log logins",
            severity: Severity::Low,
            cwe: Some("CWE-778"),
            description: "Without a log, nobody sees who came in or who tried.",
            remediation: "Set `LogLevel VERBOSE`, which also names the key that was used.",
            ..BASE
        },
        "loglevel",
        quiet,
    ),
    Check {
        rule: Rule {
            id: "baseline/ssh-config-mode",
            title: "Others can change the settings of sshd",
            severity: Severity::High,
            cwe: Some("CWE-732"),
            description: "Whoever can write to the file can let himself in at the next start of sshd.",
            remediation: "`chown root:root` and `chmod 0644` (or 0600) the file.",
            ..BASE
        },
        on: On::Both,
        look: Look::By(|root, seen| mode_of(root, MAIN, 0o644, None, seen)),
    },
    Check {
        rule: Rule {
            id: "baseline/ssh-host-key-mode",
            title: "Others can read a private host key",
            severity: Severity::High,
            cwe: Some("CWE-732"),
            description: "With the host key somebody else can pass for this server.",
            remediation: "`chmod 0600` the key, and make a new one: nobody knows who has read it.",
            ..BASE
        },
        on: On::Both,
        look: Look::By(host_keys),
    },
];

fn host_keys(root: &Root<'_>, seen: &mut Seen) {
    for name in seen.list(root, "etc/ssh") {
        if name.starts_with("ssh_host_") && name.ends_with("_key") {
            mode_of(root, &format!("etc/ssh/{name}"), 0o640, None, seen);
        }
    }
}
