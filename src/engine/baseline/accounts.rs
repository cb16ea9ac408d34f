//! Checks of passwd, shadow and group. Hashes are judged by their form and shown nowhere.

use super::check::{Check, Seen};
use super::fields::{lines, records};
use super::root::Root;
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};
use std::collections::{BTreeMap, BTreeSet};

const PASSWD: &str = "etc/passwd";
const SHADOW: &str = "etc/shadow";
const GROUP: &str = "etc/group";

const BASE: Rule = Rule {
    id: "",
    title: "",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-16"),
    description: "",
    remediation: "",
    references: &[
        "https://man7.org/linux/man-pages/man5/passwd.5.html",
        "https://man7.org/linux/man-pages/man5/shadow.5.html",
    ],
    aliases: &[],
};

/// Checks of accounts.
pub(super) static CHECKS: &[Check] = &[
    Check::both(
        Rule {
            id: "baseline/second-root",
            title: "Account with the user id of root",
            severity: Severity::Critical,
            cwe: Some("CWE-250"),
            description: "It may do everything that root may, under a name that nobody watches.",
            remediation: "Find out who made it. Remove it, or give it a user id of its own.",
            aliases: &["BASELINE-USER-001"],
            ..BASE
        },
        second_root,
    ),
    Check::both(
        Rule {
            id: "baseline/empty-password",
            title: "Account without a password",
            severity: Severity::Critical,
            cwe: Some("CWE-258"),
            description: "Everybody who reaches a login prompt, or `su`, is this user.",
            remediation: "Lock the account (`passwd -l NAME`) or give it a password.",
            ..BASE
        },
        empty_password,
    ),
    Check::both(
        Rule {
            id: "baseline/password-never-set",
            title: "Account whose password was never set",
            cwe: Some("CWE-521"),
            description: "The account can log in by other means and waits for a first password, which is often a weak \
                one that everybody gets.",
            remediation: "Set a password, or lock the account for good: `usermod -L -s /usr/sbin/nologin NAME`.",
            aliases: &["BASELINE-USER-002"],
            ..BASE
        },
        never_set,
    ),
    Check::both(
        Rule {
            id: "baseline/weak-password-hash",
            title: "Password kept under a weak hash",
            severity: Severity::High,
            cwe: Some("CWE-916"),
            description: "DES and MD5 hashes are undone in hours on ordinary hardware.",
            remediation: "Set `ENCRYPT_METHOD YESCRYPT` (or SHA512) in login.defs and let the user set a new password.",
            ..BASE
        },
        weak_hash,
    ),
    Check::both(
        Rule {
            id: "baseline/password-in-passwd",
            title: "Password hash in a file that everybody can read",
            severity: Severity::High,
            cwe: Some("CWE-522"),
            description: "Every user can copy the hash and try passwords on it elsewhere.",
            remediation: "Run `pwconv`, and let the user set a new password.",
            ..BASE
        },
        in_passwd,
    ),
    Check::both(
        Rule {
            id: "baseline/duplicate-user-id",
            title: "Accounts that share a user id",
            cwe: Some("CWE-694"),
            description: "To the system they are one user: what one may, the other may, and logs do not tell them apart.",
            remediation: "Give each account a user id of its own.",
            ..BASE
        },
        |root, seen| duplicates(root, PASSWD, 2, seen),
    ),
    Check::both(
        Rule {
            id: "baseline/duplicate-user-name",
            title: "User name that stands twice",
            cwe: Some("CWE-694"),
            description: "Programs differ in which of the two lines they believe.",
            remediation: "Remove one of the lines.",
            ..BASE
        },
        |root, seen| duplicates(root, PASSWD, 0, seen),
    ),
    Check::both(
        Rule {
            id: "baseline/duplicate-group-id",
            title: "Groups that share a group id",
            severity: Severity::Low,
            cwe: Some("CWE-694"),
            description: "Members of one have the rights of the other.",
            remediation: "Give each group an id of its own.",
            ..BASE
        },
        |root, seen| duplicates(root, GROUP, 2, seen),
    ),
    Check::both(
        Rule {
            id: "baseline/system-account-shell",
            title: "System account with a login shell",
            severity: Severity::Low,
            confidence: Confidence::Medium,
            cwe: Some("CWE-250"),
            description: "Accounts of services need no shell; with one, a leaked key or password is a login.",
            remediation: "`usermod -s /usr/sbin/nologin NAME`, unless somebody has to work as this user.",
            ..BASE
        },
        system_shell,
    ),
    Check::both(
        Rule {
            id: "baseline/nis-entry",
            title: "Entry that takes in accounts from the network",
            severity: Severity::High,
            cwe: Some("CWE-290"),
            description: "A line that begins with `+` is from the time of NIS. Where NIS is not in use it can be an account \
                without a password; where it is, whoever answers first makes accounts.",
            remediation: "Remove the line; name sources of accounts in nsswitch.conf.",
            ..BASE
        },
        nis,
    ),
];

/// Accounts that come with the system and are asked for by name only.
fn is_nobody(name: &str) -> bool {
    matches!(name, "nobody" | "nfsnobody")
}

fn has_shell(shell: &str) -> bool {
    let program = shell.trim().rsplit('/').next().unwrap_or_default();
    // No shell at all means /bin/sh.
    !matches!(program, "nologin" | "false" | "true" | "sync" | "halt" | "shutdown" | "null")
}

fn second_root(root: &Root<'_>, seen: &mut Seen) {
    let Some(text) = seen.text(root, PASSWD) else { return };
    for (line, fields) in records(&text) {
        let is_zero = fields.get(2).is_some_and(|id| id.parse::<u64>() == Ok(0));
        if is_zero && fields[0] != "root" {
            let what = format!("`{}` has user id 0.", super::check::plain(fields[0]));
            seen.flaw(PASSWD, Some(line), fields[0], what);
        }
    }
}

fn empty_password(root: &Root<'_>, seen: &mut Seen) {
    for path in [PASSWD, SHADOW] {
        let Some(text) = seen.text(root, path) else { continue };
        for (line, fields) in records(&text) {
            let is_entry =
                fields.len() >= 7 && !fields[0].is_empty() && !fields[0].starts_with('+');
            if is_entry && fields[1].is_empty() {
                seen.flaw(
                    path,
                    Some(line),
                    fields[0],
                    "The field of its password is empty.".into(),
                );
            }
        }
    }
}

fn never_set(root: &Root<'_>, seen: &mut Seen) {
    let Some(text) = seen.text(root, SHADOW) else { return };
    let passwd = seen.text(root, PASSWD);
    let with_shell: Option<BTreeSet<&str>> = passwd.as_deref().map(|passwd| {
        let has = |fields: &Vec<&str>| fields.get(6).is_some_and(|shell| has_shell(shell));
        records(passwd).filter(|(_, fields)| has(fields)).map(|(_, fields)| fields[0]).collect()
    });
    let logs_in = |name: &str| with_shell.as_ref().is_none_or(|names| names.contains(name));
    for (line, fields) in records(&text) {
        if fields.get(1) == Some(&"!!") && !is_nobody(fields[0]) && logs_in(fields[0]) {
            seen.flaw(SHADOW, Some(line), fields[0], "Its password field says `!!`.".to_owned());
        }
    }
}

/// What is known of hashes by their first characters.
fn weakness(hash: &str) -> Option<&'static str> {
    let hash = hash.trim_start_matches('!');
    if hash.starts_with("$1$") || hash.starts_with("$md5") {
        return Some("MD5");
    }
    if hash.starts_with("$3$") {
        return Some("NT");
    }
    let is_des = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '/';
    let looks_des = hash.len() == 13 || (hash.len() == 20 && hash.starts_with('_'));
    (looks_des && hash.trim_start_matches('_').chars().all(is_des)).then_some("DES")
}

fn weak_hash(root: &Root<'_>, seen: &mut Seen) {
    for path in [SHADOW, PASSWD] {
        let Some(text) = seen.text(root, path) else { continue };
        for (line, fields) in records(&text) {
            if let Some(kind) = fields.get(1).and_then(|hash| weakness(hash)) {
                seen.flaw(path, Some(line), fields[0], format!("Its hash is one of {kind}."));
            }
        }
    }
}

fn in_passwd(root: &Root<'_>, seen: &mut Seen) {
    let Some(text) = seen.text(root, PASSWD) else { return };
    for (line, fields) in records(&text) {
        let Some(field) = fields.get(1).filter(|_| fields.len() >= 7) else { continue };
        if !field.is_empty() && *field != "x" && !field.starts_with(['*', '!', '+']) {
            seen.flaw(PASSWD, Some(line), fields[0], "The hash stands in passwd.".to_owned());
        }
    }
}

fn duplicates(root: &Root<'_>, path: &str, column: usize, seen: &mut Seen) {
    let Some(text) = seen.text(root, path) else { return };
    let mut first: BTreeMap<&str, &str> = BTreeMap::new();
    for (line, fields) in records(&text) {
        let Some(value) = fields.get(column).filter(|value| !value.is_empty()) else { continue };
        // Told by the check of second roots.
        if fields[0].starts_with('+') || (path == PASSWD && column == 2 && *value == "0") {
            continue;
        }
        if let Some(other) = first.get(value) {
            let other = super::check::plain(other);
            let what = format!("`{}` and `{other}` have the same.", super::check::plain(fields[0]));
            seen.flaw(path, Some(line), fields[0], what);
        } else {
            first.insert(value, fields[0]);
        }
    }
}

fn system_shell(root: &Root<'_>, seen: &mut Seen) {
    let Some(text) = seen.text(root, PASSWD) else { return };
    for (line, fields) in records(&text) {
        let is_system = fields.get(2).and_then(|id| id.parse::<u64>().ok());
        let is_system = is_system.is_some_and(|id| (1..1000).contains(&id) || id == 65534);
        if is_system && fields.get(6).is_some_and(|shell| has_shell(shell)) {
            let shell = super::check::plain(fields[6]);
            seen.flaw(PASSWD, Some(line), fields[0], format!("Its shell is `{shell}`."));
        }
    }
}

fn nis(root: &Root<'_>, seen: &mut Seen) {
    for path in [PASSWD, SHADOW, GROUP] {
        let Some(text) = seen.text(root, path) else { continue };
        for (line, text) in lines(&text).filter(|(_, line)| line.starts_with('+')) {
            let subject = text.split(':').next().unwrap_or_default();
            seen.flaw(path, Some(line), subject, "A line begins with `+`.".to_owned());
        }
    }
}
