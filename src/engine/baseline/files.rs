//! Checks of who may read and change files. Where modes mean nothing - a clone, git objects - they say nothing.

use super::check::{Check, On, Seen};
use super::root::Root;
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};

const BASE: Rule = Rule {
    id: "",
    title: "",
    severity: Severity::High,
    confidence: Confidence::High,
    cwe: Some("CWE-732"),
    description: "",
    remediation: "",
    references: &["https://man7.org/linux/man-pages/man7/inode.7.html"],
    aliases: &[],
};

/// Checks of files.
pub(super) static CHECKS: &[Check] = &[
    Check::by(
        On::Both,
        Rule {
            id: "baseline/sensitive-file-mode",
            title: "Too many may read or change a sensitive file",
            description: "Accounts, hashes and keys stand in it: who may write to it makes himself somebody else, who may \
                read hashes and keys tries them elsewhere.",
            remediation: "`chmod 0644` passwd and group, `0640` (group shadow) or `0000` shadow and gshadow, `0700` \
                a .ssh folder, `0600` what is in it.",
            aliases: &["BASELINE-PERM-001"],
            ..BASE
        },
        sensitive,
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/private-key-mode",
            title: "Others can read a user's private key",
            description: "A key that others have read is theirs as well; ssh itself refuses to use it.",
            remediation: "`chmod 0600` the key, and make a new one: nobody knows who has read it.",
            ..BASE
        },
        private_keys,
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/trusted-hosts-file",
            title: "File that lets other hosts in without a password",
            cwe: Some("CWE-290"),
            description: "hosts.equiv and .rhosts are believed by the old remote shells: a name or an address is enough.",
            remediation: "Delete the file; use ssh with keys.",
            ..BASE
        },
        trusted_hosts,
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/password-file-mode",
            title: "Others can read a file with passwords",
            severity: Severity::Medium,
            cwe: Some("CWE-522"),
            description: "Programs keep passwords for other systems in it, in the clear.",
            remediation: "`chmod 0600` the file; prefer a tool that keeps them encrypted.",
            ..BASE
        },
        password_files,
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/weak-authorized-key",
            title: "Login is allowed with a DSA key",
            severity: Severity::Medium,
            cwe: Some("CWE-326"),
            description: "DSA keys of ssh have 1024 bits and are within reach of well-funded attackers.",
            remediation: "Replace the key by one of ed25519.",
            ..BASE
        },
        weak_keys,
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/world-writable-file",
            title: "Everybody may change a file of the system",
            severity: Severity::Medium,
            description: "A setting or program that every account can change is every account's way to more rights.",
            remediation: "`chmod o-w` the file.",
            aliases: &["BASELINE-WWRITE-001"],
            ..BASE
        },
        world_writable,
    ),
    Check::by(
        On::Both,
        Rule {
            id: "baseline/unknown-set-user-id",
            title: "Program that runs as its owner and is not a usual one",
            severity: Severity::Medium,
            confidence: Confidence::Medium,
            cwe: Some("CWE-250"),
            description: "It runs with the rights of root whoever starts it; each such program is a way up.",
            remediation: "Find out where it comes from; `chmod u-s` it when nobody needs it.",
            ..BASE
        },
        set_user_id,
    ),
    Check::by(
        On::Host,
        Rule {
            id: "baseline/sticky-bit",
            title: "Shared folder without the sticky bit",
            description: "Everybody may delete and replace files of others in it.",
            remediation: "`chmod 1777` the folder.",
            ..BASE
        },
        sticky,
    ),
    Check::by(
        On::Machine,
        Rule {
            id: "baseline/boot-loader-mode",
            title: "Others can read or change the settings of the boot loader",
            severity: Severity::Low,
            description: "Who can write to it decides what starts; who can read it sees the hash of its password.",
            remediation: "`chmod 0600` the file.",
            ..BASE
        },
        |root, seen| {
            for path in ["boot/grub/grub.cfg", "boot/grub2/grub.cfg"] {
                mode_of(root, path, 0o600, None, seen);
            }
        },
    ),
];

/// One file may have no bits but those of `allowed`.
pub(super) fn mode_of(
    root: &Root<'_>,
    path: &str,
    allowed: u32,
    severity: Option<Severity>,
    seen: &mut Seen,
) {
    let Some(mode) = root.stat(path).and_then(|stat| stat.mode) else { return };
    seen.looked();
    if mode & 0o777 & !allowed != 0 {
        let what =
            format!("The mode of `/{path}` is {:04o}, more than {allowed:04o}.", mode & 0o777);
        let subject = format!("/{path}");
        match severity {
            Some(severity) => seen.flaw_of(severity, path, None, &subject, what),
            None => seen.flaw(path, None, &subject, what),
        }
    }
}

/// Home folders, by their paths.
fn homes(root: &Root<'_>, seen: &mut Seen) -> Vec<String> {
    let mut homes = vec!["root".to_owned()];
    homes.extend(seen.list(root, "home").into_iter().map(|name| format!("home/{name}")));
    homes
}

fn sensitive(root: &Root<'_>, seen: &mut Seen) {
    let critical = Some(Severity::Critical);
    for (path, allowed, severity) in [
        ("etc/passwd", 0o644, None),
        ("etc/passwd-", 0o644, None),
        ("etc/group", 0o644, None),
        ("etc/group-", 0o644, None),
        ("etc/shadow", 0o640, critical),
        ("etc/shadow-", 0o640, critical),
        ("etc/gshadow", 0o640, critical),
        ("etc/gshadow-", 0o640, critical),
        ("etc/security/opasswd", 0o640, None),
    ] {
        mode_of(root, path, allowed, severity, seen);
    }
    for home in homes(root, seen) {
        mode_of(root, &format!("{home}/.ssh"), 0o700, None, seen);
        for name in ["authorized_keys", "authorized_keys2"] {
            mode_of(root, &format!("{home}/.ssh/{name}"), 0o600, None, seen);
        }
    }
}

fn private_keys(root: &Root<'_>, seen: &mut Seen) {
    for home in homes(root, seen) {
        let folder = format!("{home}/.ssh");
        for name in seen.list(root, &folder) {
            if name.starts_with("id_") && !name.contains('.') {
                mode_of(root, &format!("{folder}/{name}"), 0o600, None, seen);
            }
        }
    }
}

fn trusted_hosts(root: &Root<'_>, seen: &mut Seen) {
    let mut paths = vec!["etc/hosts.equiv".to_owned(), "etc/ssh/shosts.equiv".to_owned()];
    for home in homes(root, seen) {
        paths.push(format!("{home}/.rhosts"));
        paths.push(format!("{home}/.shosts"));
    }
    for path in paths {
        let Some(text) = seen.text(root, &path) else { continue };
        if let Some((line, _)) = super::fields::lines(&text).next() {
            seen.flaw(&path, Some(line), &format!("/{path}"), "It has entries.".to_owned());
        }
    }
}

fn password_files(root: &Root<'_>, seen: &mut Seen) {
    for home in homes(root, seen) {
        for name in [".netrc", ".pgpass", ".my.cnf", ".git-credentials", ".pypirc"] {
            mode_of(root, &format!("{home}/{name}"), 0o600, None, seen);
        }
    }
}

fn weak_keys(root: &Root<'_>, seen: &mut Seen) {
    for home in homes(root, seen) {
        let path = format!("{home}/.ssh/authorized_keys");
        let Some(text) = seen.text(root, &path) else { continue };
        for (line, key) in super::fields::lines(&text) {
            if key.split_whitespace().any(|word| word == "ssh-dss") {
                seen.flaw(&path, Some(line), "", "The entry is a DSA key.".to_owned());
            }
        }
    }
}

/// Files and folders that one check looks at, at most.
const MAX_VISITS: usize = 50_000;

/// Visits files below some folders, down to a depth. Links are not followed.
fn visit(
    root: &Root<'_>,
    folders: &[&str],
    depth: usize,
    seen: &mut Seen,
    mut each: impl FnMut(&str, u32, &mut Seen),
) {
    let mut left: Vec<(String, usize)> =
        folders.iter().rev().map(|folder| ((*folder).to_owned(), 0)).collect();
    let mut visits = 0;
    while let Some((folder, level)) = left.pop() {
        let mut below = Vec::new();
        for name in seen.list(root, &folder) {
            visits += 1;
            if visits > MAX_VISITS {
                return;
            }
            let path = format!("{folder}/{name}");
            let Some(stat) = root.stat(&path) else { continue };
            // What a link leads to is looked at where it stands; some lead to the folder they are in.
            if stat.is_folder && stat.is_link {
                continue;
            }
            if stat.is_folder && level + 1 < depth {
                below.push((path, level + 1));
            } else if let Some(mode) = stat.mode.filter(|_| !stat.is_folder) {
                seen.looked();
                each(&path, mode, seen);
            }
        }
        left.extend(below.into_iter().rev());
    }
}

fn world_writable(root: &Root<'_>, seen: &mut Seen) {
    let folders =
        ["etc", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin", "usr/lib/systemd"];
    visit(root, &folders, 3, seen, |path, mode, seen| {
        if mode & 0o002 != 0 {
            let what = format!("The mode of `/{path}` is {:04o}.", mode & 0o7777);
            seen.flaw(path, None, &format!("/{path}"), what);
        }
    });
}

/// Programs that distributions ship with the set-user-id bit.
const USUAL: &[&str] = &[
    "at",
    "bsd-write",
    "chage",
    "chfn",
    "chsh",
    "crontab",
    "doas",
    "dotlockfile",
    "expiry",
    "fusermount",
    "fusermount3",
    "gpasswd",
    "ksu",
    "mount",
    "mount.cifs",
    "mount.nfs",
    "mount.ecryptfs_private",
    "newgidmap",
    "newgrp",
    "newuidmap",
    "sg",
    "ntfs-3g",
    "pam_timestamp_check",
    "passwd",
    "ping",
    "ping6",
    "pkexec",
    "pppd",
    "ssh-keysign",
    "staprun",
    "su",
    "sudo",
    "sudoedit",
    "traceroute6.iputils",
    "umount",
    "umount.nfs",
    "unix_chkpwd",
    "userhelper",
    "usernetctl",
    "write",
    "bbsuid",
    "grub2-set-bootflag",
    "cockpit-session",
    "Xorg.wrap",
];

fn set_user_id(root: &Root<'_>, seen: &mut Seen) {
    let folders = ["bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin", "opt"];
    // The old folders are links to those below usr on current systems; they are looked at once.
    let is_link = |folder: &str| {
        folder.len() < 5 && root.stat(&format!("usr/{folder}")).is_some_and(|stat| stat.is_folder)
    };
    let folders: Vec<&str> = folders.into_iter().filter(|folder| !is_link(folder)).collect();
    visit(root, &folders, 3, seen, |path, mode, seen| {
        let name = path.rsplit('/').next().unwrap_or(path);
        if mode & 0o4000 != 0 && !USUAL.contains(&name) {
            let what = format!("The mode of `/{path}` is {:04o}.", mode & 0o7777);
            seen.flaw(path, None, &format!("/{path}"), what);
        }
    });
}

fn sticky(root: &Root<'_>, seen: &mut Seen) {
    for path in ["tmp", "var/tmp", "dev/shm", "run/lock"] {
        let Some(mode) = root.stat(path).and_then(|stat| stat.mode) else { continue };
        seen.looked();
        if mode & 0o002 != 0 && mode & 0o1000 == 0 {
            let what = format!("The mode of `/{path}` is {:04o}.", mode & 0o7777);
            seen.flaw(path, None, &format!("/{path}"), what);
        }
    }
}
