//! Checks of what runs at set times.

use super::check::{Check, Look, On, Seen};
use super::fields::lines;
use super::files::mode_of;
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
    references: &["https://man7.org/linux/man-pages/man5/crontab.5.html"],
    aliases: &[],
};

/// Checks of cron.
pub(super) static CHECKS: &[Check] = &[
    Check {
        rule: Rule {
            id: "baseline/cron-writable-program",
            title: "Root's job runs a program that others can change",
            severity: Severity::Critical,
            description: "Whoever changes the program has it run by root at the next minute that fits.",
            remediation: "`chown root` the program and take the right to write from everybody else.",
            aliases: &["BASELINE-CRON-001"],
            ..BASE
        },
        on: On::Both,
        look: Look::By(programs),
    },
    Check {
        rule: Rule {
            id: "baseline/cron-file-mode",
            title: "Others can change root's jobs",
            description: "Whoever can write to the file has his commands run by root.",
            remediation: "`chown root:root` and `chmod 0600` the file.",
            ..BASE
        },
        on: On::Both,
        look: Look::By(modes),
    },
    Check {
        rule: Rule {
            id: "baseline/cron-remote-script",
            title: "Root's job runs what it downloads",
            confidence: Confidence::Medium,
            cwe: Some("CWE-494"),
            description: "What the server sends is run by root at once; whoever controls the server, or the way to it, \
                controls this machine.",
            remediation: "Install the script as a file and check a digest when it is brought up to date.",
            ..BASE
        },
        on: On::Both,
        look: Look::By(downloads),
    },
];

/// A job: file, line, user, command.
type Job = (String, usize, String, String);

fn jobs(root: &Root<'_>, seen: &mut Seen) -> Vec<Job> {
    let mut files = vec![("etc/crontab".to_owned(), None)];
    let names = seen.list(root, "etc/cron.d");
    files.extend(names.into_iter().map(|name| (format!("etc/cron.d/{name}"), None)));
    for folder in ["var/spool/cron/crontabs", "var/spool/cron"] {
        for name in seen.list(root, folder) {
            let path = format!("{folder}/{name}");
            if root.stat(&path).is_some_and(|stat| !stat.is_folder) {
                files.push((path, Some(name)));
            }
        }
    }
    let mut found = Vec::new();
    for (path, owner) in files {
        let Some(text) = seen.text(root, &path) else { continue };
        for (number, line) in lines(&text) {
            if let Some((user, command)) = job(line, owner.as_deref()) {
                found.push((path.clone(), number, user.to_owned(), command.to_owned()));
            }
        }
    }
    found
}

/// User and command of a line; `owner` is the user of a table of one's own, which has no field for it.
fn job<'a>(line: &'a str, owner: Option<&'a str>) -> Option<(&'a str, &'a str)> {
    let times = if line.starts_with('@') { 1 } else { 5 };
    let mut rest = line;
    for _ in 0..times {
        let end = rest.find(char::is_whitespace)?;
        // A variable: `PATH=/bin`.
        if rest[..end].contains('=') {
            return None;
        }
        rest = rest[end..].trim_start();
    }
    if let Some(owner) = owner {
        return Some((owner, rest));
    }
    let end = rest.find(char::is_whitespace)?;
    Some((&rest[..end], rest[end..].trim_start()))
}

fn programs(root: &Root<'_>, seen: &mut Seen) {
    for (file, line, user, command) in jobs(root, seen) {
        if user != "root" {
            continue;
        }
        let words = command.split(|c: char| c.is_whitespace() || ";|&()<>\"'`".contains(c));
        for program in words.filter_map(|word| word.strip_prefix('/')).take(20) {
            let stat = root.stat(program).filter(|stat| !stat.is_folder);
            if stat.and_then(|stat| stat.mode).is_some_and(|mode| mode & 0o002 != 0) {
                let what = "Everybody may write to the program.".to_owned();
                seen.flaw(&file, Some(line), &format!("/{program}"), what);
            }
        }
    }
}

fn modes(root: &Root<'_>, seen: &mut Seen) {
    mode_of(root, "etc/crontab", 0o644, None, seen);
    for folder in
        ["etc/cron.d", "etc/cron.hourly", "etc/cron.daily", "etc/cron.weekly", "etc/cron.monthly"]
    {
        for name in seen.list(root, folder) {
            mode_of(root, &format!("{folder}/{name}"), 0o755, None, seen);
        }
    }
}

fn downloads(root: &Root<'_>, seen: &mut Seen) {
    for (file, line, user, command) in jobs(root, seen) {
        let mut parts = command.split('|').map(|part| {
            part.split_whitespace().map(|word| word.rsplit('/').next().unwrap_or(word))
        });
        let fetches = parts
            .next()
            .is_some_and(|mut words| words.any(|word| word == "curl" || word == "wget"));
        let shells = ["sh", "bash", "dash", "zsh", "python", "python3", "perl"];
        let runs = parts.any(|mut words| words.next().is_some_and(|word| shells.contains(&word)));
        if user == "root" && fetches && runs {
            let what = "A download is piped into an interpreter.".to_owned();
            seen.flaw(&file, Some(line), "", what);
        }
    }
}
