//! Credentials in variables, in arguments of commands and in what commands write.

use super::{Look, Problem, base, is};
use crate::engine::dockerfile::model::{Instruction, Keyword, Pair};
use crate::engine::dockerfile::rule::secret as rule;
use crate::engine::secrets::placeholder::{self, Shape};
use crate::engine::shell::{Command, Word};
use crate::finding::{Confidence, Severity};
use std::collections::BTreeSet;
use std::ops::Range;

pub(super) fn check(look: &mut Look<'_>) {
    let mut stage = None;
    let mut arguments: BTreeSet<&str> = BTreeSet::new();
    for (at, one) in look.instructions() {
        if one.stage != stage {
            stage = one.stage;
            arguments.clear();
        }
        match one.keyword {
            Keyword::Arg => {
                arguments.extend(one.pairs.iter().map(|pair| pair.name.as_str()));
                one.pairs.iter().for_each(|pair| argument(look, at, pair));
            }
            Keyword::Env => {
                one.pairs.iter().for_each(|pair| variable(look, at, one, pair, &arguments));
            }
            Keyword::Run | Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck => {
                commands(look, at, one);
            }
            _ => {}
        }
    }
}

/// Last words of names whose values are about a credential, and not one.
const ELSEWHERE: &[&str] = &[
    "FILE",
    "PATH",
    "DIR",
    "URL",
    "URI",
    "HOST",
    "NAME",
    "ID",
    "TTL",
    "LENGTH",
    "LEN",
    "EXPIRY",
    "EXPIRATION",
    "EXPIRE",
    "EXPIRES",
    "TIMEOUT",
    "POLICY",
    "TYPE",
    "ALGORITHM",
    "ALG",
    "HEADER",
    "PREFIX",
    "SUFFIX",
    "ENABLED",
    "REQUIRED",
    "FORMAT",
    "SIZE",
    "VERSION",
    "ISSUER",
    "AUDIENCE",
    "SERVICE",
    "STORE",
    "PROVIDER",
    "MANAGER",
    "COUNT",
    "LIMIT",
    "MAX",
    "MIN",
    "HASH",
    "ENDPOINT",
    "REGION",
    "USER",
    "USERNAME",
];

/// Last words of names whose values are credentials.
const WORDS: &[&str] = &[
    "PASSWORD",
    "PASSWD",
    "PASSPHRASE",
    "PASS",
    "PWD",
    "SECRET",
    "SECRETS",
    "TOKEN",
    "APIKEY",
    "CREDENTIAL",
    "CREDENTIALS",
    "PAT",
    "AUTHTOKEN",
];

/// Words before `KEY` that make it a secret one.
const KEYS: &[&str] = &[
    "API",
    "ACCESS",
    "SECRET",
    "PRIVATE",
    "ENCRYPTION",
    "SIGNING",
    "MASTER",
    "AUTH",
    "DEPLOY",
    "SSH",
    "LICENSE",
    "SERVICE",
    "ACCOUNT",
    "STORAGE",
];

/// Whether a name says that its value is a credential; `_FILE`, `_URL` and the like say that it is elsewhere.
fn is_telling(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    let parts: Vec<&str> =
        upper.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let Some(last) = parts.last() else { return false };
    // Half of a pair whose other half is near.
    if upper.ends_with("ACCESS_KEY_ID") {
        return true;
    }
    if ELSEWHERE.contains(last)
        || parts.iter().any(|part| {
            matches!(*part, "PUBLIC" | "TOKENIZER" | "TOKENIZERS" | "TOKENS" | "GPG" | "PGP")
        })
    {
        return false;
    }
    let glued =
        ["PASSWORD", "SECRET", "TOKEN", "APIKEY", "PASSWD"].iter().any(|word| last.ends_with(word));
    // `PWD` and `OLDPWD` are folders.
    let is_folder = parts.len() == 1 && matches!(*last, "PWD" | "OLDPWD" | "PASS");
    !is_folder
        && (WORDS.contains(last)
            || glued
            || *last == "KEY" && parts.len() > 1 && KEYS.contains(&parts[parts.len() - 2]))
        || parts.contains(&"PASSWORD")
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Looks {
    /// Nothing, a switch, a path, or a reference: no credential.
    Not,
    /// A word in place of one; still the value that the container starts with.
    Default,
    /// A credential.
    Real,
}

fn judge(value: &str) -> Looks {
    let lower = value.to_ascii_lowercase();
    let switch = [
        "true", "false", "yes", "no", "on", "off", "none", "null", "nil", "0", "1", "-",
        "disabled", "enabled", "unset", "\"\"", "''",
    ];
    let is_path = value.starts_with(['/', '.', '~']) && !value.contains(char::is_whitespace)
        || value.contains("://");
    if value.len() < 3 || switch.contains(&lower.as_str()) || is_path {
        return Looks::Not;
    }
    match placeholder::reason(value.as_bytes(), Shape::Generic) {
        Some("reference") => Looks::Not,
        Some(_) => Looks::Default,
        None => Looks::Real,
    }
}

/// Marks a value as one that no output may show.
fn hide(look: &mut Look<'_>, range: &Range<usize>) {
    if range.len() >= 3 {
        look.secrets.push(range.clone());
    }
}

/// `name` says which weakness it is: the secrets scanner tells passwords (CWE-259) from other credentials, and two scanners
/// that name one weakness become one finding.
fn grade(problem: &mut Problem, name: &str, looks: Looks, shipped: bool) {
    let upper = name.to_ascii_uppercase();
    if upper.contains("PASS") || upper.contains("PWD") {
        problem.cwe = Some("CWE-259");
    }
    if looks == Looks::Default {
        problem.severity = problem.severity.min(Severity::Medium);
        problem.confidence = Confidence::Low;
    } else if !shipped {
        problem.severity = problem.severity.min(Severity::High);
    }
}

fn argument(look: &mut Look<'_>, at: usize, pair: &Pair) {
    if !is_telling(&pair.name) {
        return;
    }
    let value = pair.value.as_ref().filter(|value| value.literal);
    let looks = value.map_or(Looks::Not, |value| judge(value.text()));
    if let Some(value) = value.filter(|_| looks != Looks::Not) {
        let range = value.place(0..value.text().len());
        if looks == Looks::Real {
            hide(look, &range);
        }
        look.name(&rule::SECRET_ARG, at, range.clone(), &pair.name);
        grade(look.tell(&rule::SECRET_ARG, at, range), &pair.name, looks, true);
    } else {
        look.name(&rule::SECRET_BUILD_ARGUMENT, at, pair.range.clone(), &pair.name);
    }
}

fn variable(
    look: &mut Look<'_>,
    at: usize,
    one: &Instruction,
    pair: &Pair,
    arguments: &BTreeSet<&str>,
) {
    let Some(value) = pair.value.as_ref().filter(|_| is_telling(&pair.name)) else { return };
    let shipped = look.is_shipped(one);
    if !value.literal {
        if super::used(value.text()).any(|name| arguments.contains(name)) {
            look.name(&rule::ARGUMENT_ENV, at, pair.range.clone(), &pair.name);
            if !shipped {
                look.tell(&rule::ARGUMENT_ENV, at, pair.range.clone()).severity = Severity::Low;
            }
        }
        return;
    }
    let looks = judge(value.text());
    if looks == Looks::Not {
        return;
    }
    let range = value.place(0..value.text().len());
    if looks == Looks::Real {
        hide(look, &range);
    }
    look.name(&rule::SECRET_ENV, at, range.clone(), &pair.name);
    grade(look.tell(&rule::SECRET_ENV, at, range), &pair.name, looks, shipped);
}

fn commands(look: &mut Look<'_>, at: usize, one: &Instruction) {
    let by_mount = one.mounts_secret();
    for command in &one.script.commands {
        passwords(look, at, &one.script.commands, command, by_mount);
        if by_mount {
            continue;
        }
        let is_key = |path: &str| {
            let name = base(path);
            path.contains(".ssh/id_")
                || ["id_rsa", "id_ed25519", "id_ecdsa", "id_dsa"].contains(&name)
        };
        let written = command
            .redirections
            .iter()
            .find(|one| one.operator.starts_with('>') && is_key(one.target.text()));
        if written.is_some() && is(command, &["echo", "printf", "cat", "base64", "tr"]) {
            look.tell(&rule::WRITTEN_KEY, at, command.range.clone());
        }
        logins(look, at, command);
    }
}

fn passwords(look: &mut Look<'_>, at: usize, all: &[Command], command: &Command, by_mount: bool) {
    match command.program() {
        "chpasswd" if !by_mount => {
            let source = command.fed_by.and_then(|source| all.get(source));
            for word in source.into_iter().flat_map(Command::args) {
                // `name:password`; what follows may be a second line.
                let text = word.text();
                if let Some(colon) = text.find(':').filter(|_| word.literal) {
                    let end =
                        text[colon..].find(['\n', '\\']).map_or(text.len(), |end| colon + end);
                    let range = word.place(colon + 1..end);
                    hide(look, &range);
                }
            }
            // One that a command makes up, at random as a rule, stands nowhere in the file.
            let is_made = |word: &Word| word.text().contains("$(") || word.text().contains('`');
            if !source.is_some_and(|source| source.args().iter().any(is_made)) {
                look.tell(&rule::PASSWORD_SET, at, command.range.clone());
            }
        }
        "useradd" | "usermod" | "adduser" if !by_mount => {
            let args = command.args();
            let option = args.iter().position(|word| matches!(word.text(), "-p" | "--password"));
            let glued = args.iter().find(|word| word.text().starts_with("--password="));
            let value = option.and_then(|option| args.get(option + 1)).or(glued);
            if let Some(value) = value.filter(|_| command.program() != "adduser") {
                let text = value.text();
                let text = text.strip_prefix("--password=").unwrap_or(text);
                if text.is_empty() {
                    look.tell(&rule::EMPTY_PASSWORD, at, command.range.clone());
                } else if !text.starts_with(['!', '*']) && !text.contains("$(") {
                    if value.literal {
                        let range =
                            value.place(value.text().len() - text.len()..value.text().len());
                        hide(look, &range);
                    }
                    look.tell(&rule::PASSWORD_SET, at, command.range.clone());
                }
            }
        }
        "passwd" => {
            if command.option(&["-d", "--delete"]).is_some() {
                look.tell(&rule::EMPTY_PASSWORD, at, command.range.clone());
            } else if command.option(&["--stdin"]).is_some() && !by_mount {
                look.tell(&rule::PASSWORD_SET, at, command.range.clone());
            }
        }
        _ => {}
    }
}

/// Credentials as arguments. A variable that the command reads from a file first leaves nothing behind.
fn logins(look: &mut Look<'_>, at: usize, command: &Command) {
    let args = command.args();
    let value_of = |names: &[&str]| -> Option<(&Word, usize)> {
        args.iter().enumerate().find_map(|(index, word)| {
            let text = word.text();
            if names.contains(&text) {
                return args.get(index + 1).map(|value| (value, 0));
            }
            let long = names
                .iter()
                .find(|name| name.starts_with("--") && text.starts_with(&format!("{name}=")))?;
            Some((word, long.len() + 1))
        })
    };
    let found = match command.program() {
        "curl" => value_of(&["-u", "--user", "--proxy-user"]).and_then(|(word, start)| {
            let colon = word.text()[start..].find(':')?;
            Some((word, start + colon + 1))
        }),
        "wget" => value_of(&["--password", "--http-password", "--ftp-password"]),
        "docker" | "podman" | "helm" | "buildah" | "skopeo" | "oras" | "az"
            if args.iter().any(|word| word.text() == "login") =>
        {
            value_of(&["-p", "--password"])
        }
        "sshpass" => value_of(&["-p"]),
        "npm" | "pnpm" | "yarn" => args.iter().find_map(|word| {
            let at = word.text().find("_authToken=").map(|at| at + "_authToken=".len())?;
            Some((word, at))
        }),
        _ => None,
    };
    let found = found.or_else(|| {
        args.iter().filter(|word| word.text().contains("://")).find_map(|word| {
            let text = word.text();
            let start = text.find("://")? + 3;
            let end = text[start..].find('/').map_or(text.len(), |end| start + end);
            let at = text[start..end].rfind('@')? + start;
            let colon = text[start..at].find(':')? + start;
            Some((word, colon + 1))
        })
    });
    let Some((word, start)) = found else { return };
    let text = &word.text()[start..];
    let text =
        if word.text().contains("://") { text.split('@').next().unwrap_or_default() } else { text };
    let is_read = text.contains("$(") || text.contains('`');
    if text.is_empty() || is_read || text.starts_with('$') && text.len() < 2 {
        return;
    }
    let known = !text.contains('$');
    if known && judge(text) == Looks::Not {
        return;
    }
    let range = word.place(start..start + text.len());
    if known && judge(text) == Looks::Real {
        hide(look, &range);
    }
    let problem = look.tell(&rule::LOGIN_IN_COMMAND, at, range);
    if !known || judge(text) == Looks::Default {
        problem.severity = Severity::Medium;
    }
}
