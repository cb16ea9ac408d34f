//! Checks of sudoers and the files it includes.

use super::check::{Check, Seen};
use super::files::mode_of;
use super::root::Root;
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};

const MAIN: &str = "etc/sudoers";
const FOLDER: &str = "etc/sudoers.d";

const BASE: Rule = Rule {
    id: "",
    title: "",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-250"),
    description: "",
    remediation: "",
    references: &["https://www.sudo.ws/docs/man/sudoers.man/"],
    aliases: &[],
};

/// Checks of sudo.
pub(super) static CHECKS: &[Check] = &[
    Check::both(
        Rule {
            id: "baseline/sudo-without-password",
            title: "Sudo allows everything without a password",
            severity: Severity::High,
            description: "Whoever gets hold of the account, by a key, a browser or an open screen, is root.",
            remediation: "Remove NOPASSWD, or allow only the commands that need it, with their arguments.",
            aliases: &["BASELINE-SUDO-001"],
            ..BASE
        },
        without_password,
    ),
    Check::both(
        Rule {
            id: "baseline/sudo-shell-without-password",
            title: "Sudo allows a shell without a password",
            severity: Severity::High,
            confidence: Confidence::Medium,
            description: "The command is a shell, an interpreter or an editor, and from it everything can be run as root.",
            remediation: "Allow the one script that is needed, owned by root; use sudoedit for editing.",
            ..BASE
        },
        shells,
    ),
    Check::both(
        Rule {
            id: "baseline/sudo-no-authentication",
            title: "Sudo asks nobody for a password",
            severity: Severity::High,
            cwe: Some("CWE-306"),
            description: "`!authenticate` switches the question off for every rule it applies to.",
            remediation: "Remove `!authenticate`.",
            ..BASE
        },
        |root, seen| defaults(root, &["!authenticate"], seen),
    ),
    Check::both(
        Rule {
            id: "baseline/sudo-environment",
            title: "Sudo keeps the environment of the caller",
            cwe: Some("CWE-427"),
            description: "Variables such as `LD_PRELOAD` and `PYTHONPATH` make programs load code of the caller, as root.",
            remediation: "Leave `env_reset` on, and keep no variables that loaders or interpreters read.",
            ..BASE
        },
        environment,
    ),
    Check::both(
        Rule {
            id: "baseline/sudo-visible-password",
            title: "Sudo asks for passwords where they can be seen",
            severity: Severity::Low,
            cwe: Some("CWE-549"),
            description: "With `visiblepw` a password is asked for on connections that show what is typed.",
            remediation: "Remove `visiblepw`.",
            ..BASE
        },
        |root, seen| defaults(root, &["visiblepw"], seen),
    ),
    Check::both(
        Rule {
            id: "baseline/sudo-timestamp",
            title: "Sudo remembers a password for ever",
            cwe: Some("CWE-613"),
            description: "A negative `timestamp_timeout` means that the password is never asked for again until the machine \
                restarts.",
            remediation: "Set `timestamp_timeout` to minutes, 15 or fewer.",
            ..BASE
        },
        timestamp,
    ),
    Check::both(
        Rule {
            id: "baseline/sudo-file-mode",
            title: "Others can change the rules of sudo",
            severity: Severity::Critical,
            cwe: Some("CWE-732"),
            description: "Whoever can write to the file can make himself root.",
            remediation: "`chown root:root` and `chmod 0440` the file.",
            ..BASE
        },
        |root, seen| {
            let mut files = vec![MAIN.to_owned()];
            let names = seen.list(root, FOLDER);
            files.extend(names.into_iter().map(|name| format!("{FOLDER}/{name}")));
            for path in &files {
                mode_of(root, path, 0o755, None, seen);
            }
        },
    ),
];

/// Logical lines of all files: file, line number, text with continuations joined and comments removed.
fn rules(root: &Root<'_>, seen: &mut Seen) -> Vec<(String, usize, String)> {
    let mut files = vec![MAIN.to_owned()];
    // sudo passes over names with a dot or a final tilde.
    let names = seen.list(root, FOLDER);
    let names = names.into_iter().filter(|name| !name.contains('.') && !name.ends_with('~'));
    files.extend(names.map(|name| format!("{FOLDER}/{name}")));
    let mut found = Vec::new();
    for path in files {
        let Some(text) = seen.text(root, &path) else { continue };
        let mut joined = String::new();
        let mut start = 0;
        for (index, line) in text.lines().enumerate() {
            if joined.is_empty() {
                start = index + 1;
            }
            let line = line.trim();
            if let Some(open) = line.strip_suffix('\\') {
                joined.push_str(open);
                joined.push(' ');
                continue;
            }
            joined.push_str(line);
            let whole = std::mem::take(&mut joined);
            let whole = super::fields::code(whole.trim()).to_owned();
            if !whole.is_empty() && !whole.starts_with('#') && !whole.starts_with('@') {
                found.push((path.clone(), start, whole));
            }
        }
    }
    found
}

fn is_alias(line: &str) -> bool {
    ["Defaults", "User_Alias", "Runas_Alias", "Host_Alias", "Cmnd_Alias", "Cmd_Alias"]
        .iter()
        .any(|word| line.starts_with(word))
}

/// Commands that a rule allows without a password: what follows NOPASSWD, up to PASSWD.
fn free_commands(line: &str) -> Vec<&str> {
    let mut free = false;
    let Some((_, commands)) = line.split_once('=') else { return Vec::new() };
    let mut found = Vec::new();
    for command in commands.split(',') {
        let mut command = command.trim();
        if let Some(rest) = command.strip_prefix('(') {
            command = rest.split_once(')').map_or("", |(_, rest)| rest.trim());
        }
        while let Some((tag, rest)) = command.split_once(':') {
            let tag = tag.trim();
            if tag.is_empty() || !tag.bytes().all(|b| b.is_ascii_uppercase() || b == b'_') {
                break;
            }
            match tag {
                "NOPASSWD" => free = true,
                "PASSWD" => free = false,
                _ => {}
            }
            command = rest.trim();
        }
        if free && !command.is_empty() {
            found.push(command);
        }
    }
    found
}

fn who(line: &str) -> &str {
    line.split_whitespace().next().unwrap_or_default()
}

fn without_password(root: &Root<'_>, seen: &mut Seen) {
    for (file, line, text) in rules(root, seen) {
        if !is_alias(&text) && who(&text) != "root" && free_commands(&text).contains(&"ALL") {
            let what = "The rule says NOPASSWD and ALL commands.".to_owned();
            seen.flaw(&file, Some(line), who(&text), what);
        }
    }
}

/// Programs that run whatever they are told to.
const SHELLS: &[&str] = &[
    "sh", "bash", "dash", "zsh", "ksh", "fish", "su", "env", "vi", "vim", "nano", "emacs", "less",
    "more", "man", "python", "python3", "perl", "ruby", "node", "lua", "php", "awk", "find", "tar",
    "zip", "rsync", "ssh", "docker", "nsenter", "chroot", "tee", "dd", "cp", "mv", "chmod",
    "chown", "gdb", "strace", "xargs",
];

fn shells(root: &Root<'_>, seen: &mut Seen) {
    for (file, line, text) in rules(root, seen) {
        if is_alias(&text) || who(&text) == "root" {
            continue;
        }
        for command in free_commands(&text) {
            let mut words = command.split_whitespace();
            let program = words.next().unwrap_or_default();
            let name = program.rsplit('/').next().unwrap_or_default();
            // With arguments it is the one call that is allowed.
            let any = words.next().is_none_or(|first| first.contains('*'));
            if program.starts_with('/') && any && SHELLS.contains(&name) {
                seen.flaw(&file, Some(line), name, format!("`{name}` is allowed."));
            }
        }
    }
}

fn flags(text: &str) -> Vec<&str> {
    let Some(rest) = text.strip_prefix("Defaults") else { return Vec::new() };
    let rest = if rest.starts_with(char::is_whitespace) {
        rest
    } else {
        // `Defaults:user`, `Defaults@host`, `Defaults!command`: the name comes first.
        rest.split_once(char::is_whitespace).map_or("", |(_, rest)| rest)
    };
    rest.split(',').map(str::trim).collect()
}

fn defaults(root: &Root<'_>, bad: &[&str], seen: &mut Seen) {
    for (file, line, text) in rules(root, seen) {
        for flag in flags(&text) {
            if bad.contains(&flag) {
                seen.flaw(&file, Some(line), "", format!("`{flag}` is set."));
            }
        }
    }
}

fn environment(root: &Root<'_>, seen: &mut Seen) {
    let risky = ["LD_", "PYTHONPATH", "PERL5LIB", "PERLLIB", "RUBYLIB", "BASH_ENV", "NODE_OPTIONS"];
    for (file, line, text) in rules(root, seen) {
        for flag in flags(&text) {
            if flag == "!env_reset" {
                seen.flaw(&file, Some(line), "env_reset", "`!env_reset` is set.".to_owned());
            }
            let kept = flag.strip_prefix("env_keep").unwrap_or_default();
            let kept = kept.trim_start_matches([' ', '+', '=']).trim_matches('"');
            for name in kept.split_whitespace() {
                if risky.iter().any(|risky| name.starts_with(risky)) {
                    let what = format!("`{}` is kept.", super::check::plain(name));
                    seen.flaw(&file, Some(line), name, what);
                }
            }
        }
    }
}

fn timestamp(root: &Root<'_>, seen: &mut Seen) {
    for (file, line, text) in rules(root, seen) {
        for flag in flags(&text) {
            let value = super::fields::pair(flag).filter(|(key, _)| *key == "timestamp_timeout");
            if value.is_some_and(|(_, value)| value.starts_with('-')) {
                seen.flaw(&file, Some(line), "", "`timestamp_timeout` is negative.".to_owned());
            }
        }
    }
}
