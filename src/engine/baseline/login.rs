//! Checks of how accounts are made and how logins are decided: login.defs and PAM.

use super::check::{Check, Look, On, Seen};
use super::fields::{code, lines};
use super::root::Root;
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};

const DEFS: &str = "etc/login.defs";

const BASE: Rule = Rule {
    id: "",
    title: "",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-521"),
    description: "",
    remediation: "",
    references: &["https://man7.org/linux/man-pages/man5/login.defs.5.html"],
    aliases: &[],
};

const PAM: Rule =
    Rule { references: &["https://man7.org/linux/man-pages/man5/pam.conf.5.html"], ..BASE };

const fn defs(rule: Rule, name: &'static str, is_bad: fn(&str) -> bool) -> Check {
    Check { rule, on: On::Both, look: Look::Defs(name, is_bad) }
}

fn number(value: &str) -> Option<i64> {
    value.parse().ok()
}

fn open_umask(value: &str) -> bool {
    u32::from_str_radix(value, 8).is_ok_and(|mask| mask & 0o022 != 0o022)
}

fn weak_method(value: &str) -> bool {
    matches!(value.to_ascii_uppercase().as_str(), "DES" | "MD5" | "NT")
}

/// Checks of logins.
pub(super) static CHECKS: &[Check] = &[
    defs(
        Rule {
            id: "baseline/password-max-age",
            title: "Passwords are valid for long",
            severity: Severity::Medium,
            cwe: Some("CWE-262"),
            description: "A password that leaked stays useful until somebody notices.",
            remediation: "Set `PASS_MAX_DAYS 90` where passwords are in use at all; `chage` changes accounts that exist.",
            aliases: &["BASELINE-PWD-001"],
            ..BASE
        },
        "PASS_MAX_DAYS",
        |value| number(value).is_some_and(|days| !(0..=90).contains(&days)),
    ),
    defs(
        Rule {
            id: "baseline/password-min-age",
            title: "Passwords may be changed back at once",
            cwe: Some("CWE-263"),
            description: "A user who must not use an old password again changes it often enough on one day.",
            remediation: "Set `PASS_MIN_DAYS 1`.",
            aliases: &["BASELINE-PWD-002"],
            ..BASE
        },
        "PASS_MIN_DAYS",
        |value| number(value).is_some_and(|days| days < 1),
    ),
    defs(
        Rule {
            id: "baseline/password-length",
            title: "Short passwords are accepted",
            severity: Severity::Medium,
            description: "Passwords of fewer than eight characters are found by trying them all.",
            remediation: "Set `PASS_MIN_LEN 12` or, where PAM decides, `minlen=12` of pam_pwquality.",
            aliases: &["BASELINE-PWD-003"],
            ..BASE
        },
        "PASS_MIN_LEN",
        |value| number(value).is_some_and(|length| length < 8),
    ),
    defs(
        Rule {
            id: "baseline/password-hash-method",
            title: "New passwords get a weak hash",
            severity: Severity::High,
            cwe: Some("CWE-916"),
            description: "DES and MD5 hashes are undone in hours on ordinary hardware.",
            remediation: "Set `ENCRYPT_METHOD YESCRYPT` or `SHA512`.",
            ..BASE
        },
        "ENCRYPT_METHOD",
        weak_method,
    ),
    defs(
        Rule {
            id: "baseline/password-hash-rounds",
            title: "Few rounds of the password hash",
            cwe: Some("CWE-916"),
            description: "Each round makes trying passwords slower; the method's own default is 5,000.",
            remediation: "Remove the line, or set `SHA_CRYPT_MIN_ROUNDS 65536`.",
            ..BASE
        },
        "SHA_CRYPT_MIN_ROUNDS",
        |value| number(value).is_some_and(|rounds| rounds < 5000),
    ),
    defs(
        Rule {
            id: "baseline/umask",
            title: "New files can be changed by others",
            severity: Severity::Medium,
            cwe: Some("CWE-276"),
            description: "The mask leaves the group or everybody the right to write to what users make.",
            remediation: "Set `UMASK 027`.",
            ..BASE
        },
        "UMASK",
        open_umask,
    ),
    Check {
        rule: Rule {
            id: "baseline/pam-permit",
            title: "PAM lets everybody in",
            severity: Severity::Critical,
            cwe: Some("CWE-287"),
            description: "pam_permit says yes without asking for anything; as a sufficient module of `auth`, no password \
                is ever asked for.",
            remediation: "Remove the line, or put it behind modules that are `required` or `requisite`.",
            ..PAM
        },
        on: On::Both,
        look: Look::By(permit),
    },
    Check {
        rule: Rule {
            id: "baseline/pam-empty-password",
            title: "PAM accepts empty passwords",
            cwe: Some("CWE-258"),
            description: "With `nullok` an account whose password field is empty can be used by everybody.",
            remediation: "Remove `nullok`, or use `nullok_secure`.",
            ..PAM
        },
        on: On::Both,
        look: Look::By(nullok),
    },
    Check {
        rule: Rule {
            id: "baseline/password-quality",
            title: "Nothing judges the quality of passwords",
            confidence: Confidence::Medium,
            description: "Users choose what they can remember, and lists of such passwords are public.",
            remediation: "Install libpam-pwquality, and set `minlen` and `minclass`.",
            ..PAM
        },
        on: On::Host,
        look: Look::By(|root, seen| {
            let files = ["etc/pam.d/common-password", "etc/pam.d/system-auth"];
            module_present(root, &files, &["pam_pwquality", "pam_cracklib", "pam_passwdqc"], seen);
        }),
    },
    Check {
        rule: Rule {
            id: "baseline/login-lockout",
            title: "Nothing stops guessing of passwords",
            confidence: Confidence::Medium,
            cwe: Some("CWE-307"),
            description: "Without a lockout, guessing goes on as fast as the machine answers.",
            remediation: "Switch pam_faillock on (`pam-auth-update`, `authselect enable-feature with-faillock`).",
            ..PAM
        },
        on: On::Host,
        look: Look::By(|root, seen| {
            let files = ["etc/pam.d/common-auth", "etc/pam.d/system-auth", "etc/pam.d/sshd"];
            module_present(root, &files, &["pam_faillock", "pam_tally", "pam_abl"], seen);
        }),
    },
];

/// Judges one key of login.defs; the last line counts.
pub(super) fn judge(root: &Root<'_>, name: &str, is_bad: fn(&str) -> bool, seen: &mut Seen) {
    let Some(text) = seen.text(root, DEFS) else { return };
    let last = lines(&text)
        .filter_map(|(line, text)| {
            let mut words = code(text).split_whitespace();
            (words.next() == Some(name)).then(|| words.next().map(|value| (line, value)))?
        })
        .last();
    if let Some((line, value)) = last.filter(|(_, value)| is_bad(value)) {
        let what = format!("`{name} {}` is set.", super::check::plain(value));
        seen.flaw(DEFS, Some(line), "", what);
    }
}

/// A line of PAM: type, control, module and its arguments.
fn pam_line(line: &str) -> Option<(&str, String, &str, Vec<&str>)> {
    let kind = line.split_whitespace().next()?;
    let rest = line[kind.len()..].trim_start();
    let end =
        if rest.starts_with('[') { rest.find(']')? + 1 } else { rest.find(char::is_whitespace)? };
    let (control, rest) = rest.split_at(end);
    let mut words = rest.split_whitespace();
    let module = words.next()?;
    Some((kind.trim_start_matches('-'), control.to_ascii_lowercase(), module, words.collect()))
}

fn pam_files(root: &Root<'_>, seen: &mut Seen) -> Vec<String> {
    seen.list(root, "etc/pam.d").into_iter().map(|name| format!("etc/pam.d/{name}")).collect()
}

fn permit(root: &Root<'_>, seen: &mut Seen) {
    for path in pam_files(root, seen) {
        let Some(text) = seen.text(root, &path) else { continue };
        // Behind a module that everybody must pass, permit only sets the result.
        let mut guarded = false;
        for (number, line) in lines(&text) {
            if line.starts_with("@include") {
                guarded = true;
                continue;
            }
            let Some((kind, control, module, _)) = pam_line(line) else { continue };
            if kind != "auth" {
                continue;
            }
            let module = module.rsplit('/').next().unwrap_or(module);
            if module == "pam_permit.so" && control == "sufficient" && !guarded {
                seen.flaw(&path, Some(number), "", "pam_permit is sufficient here.".to_owned());
            }
            guarded |= module != "pam_permit.so";
        }
    }
}

fn nullok(root: &Root<'_>, seen: &mut Seen) {
    for path in pam_files(root, seen) {
        let Some(text) = seen.text(root, &path) else { continue };
        for (number, line) in lines(&text) {
            if let Some(("auth", _, module, words)) = pam_line(line)
                && module.ends_with("pam_unix.so")
                && words.contains(&"nullok")
            {
                seen.flaw(&path, Some(number), "", "`nullok` is given to pam_unix.".to_owned());
            }
        }
    }
}

fn module_present(root: &Root<'_>, files: &[&str], modules: &[&str], seen: &mut Seen) {
    let texts: Vec<_> =
        files.iter().filter_map(|path| Some((*path, seen.text(root, path)?))).collect();
    let Some((first, _)) = texts.first() else { return };
    let has = |text: &str| lines(text).any(|(_, line)| modules.iter().any(|m| line.contains(m)));
    if !texts.iter().any(|(_, text)| has(text)) {
        let first = (*first).to_owned();
        seen.lacks(&first, &format!("None of {} is in use.", modules.join(", ")));
    }
}
