//! What commands do to files, accounts and the build itself.

use super::variables::Variables;
use super::{Look, is, script};
use crate::engine::dockerfile::model::{Instruction, Keyword};
use crate::engine::dockerfile::rule::command as rule;
use crate::engine::shell::{Command, Joint, Nest, Word};
use crate::text::mapped::Mapped;
use std::collections::BTreeSet;

pub(super) fn check(look: &mut Look<'_>) {
    let mut variables = Variables::default();
    let mut downloads = (None, false, false);
    for (at, one) in look.instructions() {
        variables.follow(look.file, one);
        match one.keyword {
            Keyword::Run => {
                run(look, at, one, &variables);
                script::check(look, at, one, &variables);
                both(look, at, one, &mut downloads);
            }
            Keyword::Cmd | Keyword::Entrypoint => start(look, at, one),
            _ => {}
        }
    }
}

/// Whether a mode lets everybody write. A sticky bit keeps people from each other's files: `1777` of `/tmp`.
pub(super) fn is_world_writable(mode: &str) -> bool {
    if mode.bytes().all(|b| b.is_ascii_digit()) {
        let bytes = mode.as_bytes();
        let sticky = bytes.len() == 4 && (bytes[0] - b'0') & 1 == 1;
        return bytes.len() >= 3
            && !sticky
            && bytes.last().is_some_and(|last| (last - b'0') & 2 == 2);
    }
    mode.split(',').any(|clause| {
        let Some(sign) = clause.find(['+', '=']) else { return false };
        let (who, what) = clause.split_at(sign);
        what.contains('w') && who.contains(['o', 'a']) && !what.contains('t')
    })
}

fn mode_of(command: &Command) -> Option<&Word> {
    match command.program() {
        "chmod" => command.args().iter().find(|word| {
            let text = word.text();
            !text.starts_with('-') && !text.is_empty()
        }),
        "install" | "mkdir" => {
            let args = command.args();
            let at = args.iter().position(|word| matches!(word.text(), "-m" | "--mode"))?;
            args.get(at + 1)
        }
        _ => None,
    }
}

/// Capabilities that amount to root.
const POWERFUL: &[&str] = &[
    "cap_sys_admin",
    "cap_sys_ptrace",
    "cap_sys_module",
    "cap_setuid",
    "cap_setgid",
    "cap_dac_override",
    "cap_dac_read_search",
    "cap_chown",
    "cap_fowner",
    "cap_sys_rawio",
    "all=",
];

/// Programs that work on a running system.
const POINTLESS: &[&str] =
    &["free", "kill", "mount", "ps", "service", "shutdown", "ssh", "top", "vim", "reboot", "halt"];

/// Commands that are looked through for the one behind another; more stand in between only by intent.
const NEAR: usize = 200;

fn run(look: &mut Look<'_>, at: usize, one: &Instruction, variables: &Variables<'_>) {
    let commands = &one.script.commands;
    // Commands whose script is looked at through its own commands.
    let with_script: BTreeSet<usize> = commands
        .iter()
        .filter_map(|command| command.inside)
        .filter(|inside| inside.nest == Nest::Script)
        .map(|inside| inside.command)
        .collect();
    let mut pipefail = one.pipefail;
    let mut stops = one.pipefail;
    for (index, command) in commands.iter().enumerate() {
        let range = command.range.clone();
        if is(command, &["set"]) {
            pipefail |= command.args().iter().any(|word| word.text().contains("pipefail"));
            stops |= command.args().iter().any(|word| {
                let text = word.text();
                text == "errexit" || text.starts_with('-') && text.contains('e')
            });
        }
        if command.feeds.is_some() && !pipefail {
            look.tell(&rule::PIPEFAIL, at, range.clone());
        }
        if let Some(mode) = mode_of(command) {
            let text = mode.text();
            if is_world_writable(text) {
                look.tell(&rule::WORLD_WRITABLE, at, mode.range.clone());
            }
            let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
            let by_number = digits && (text.as_bytes()[0] - b'0') & 4 == 4;
            let by_sign = text
                .split(',')
                .any(|clause| matches!(clause, "u+s" | "+s" | "a+s" | "ug+s" | "u+xs" | "u+sx"));
            if by_number || by_sign {
                look.tell(&rule::SETUID, at, mode.range.clone());
            }
        }
        match command.program() {
            "setcap" => {
                let is_powerful = |word: &&Word| {
                    let lower = word.text().to_ascii_lowercase();
                    POWERFUL.iter().any(|name| lower.contains(name)) || lower.starts_with('=')
                };
                if let Some(word) = command.args().iter().find(is_powerful) {
                    look.tell(&rule::CAPABILITY, at, word.range.clone());
                }
            }
            "rm" => remove(look, at, command, variables),
            "cd" => {
                if command.inside.is_none() {
                    look.tell(&rule::CD, at, range.clone());
                }
                let next = commands[index + 1..].iter().take(NEAR).find(|next| {
                    next.inside == command.inside && next.subshells == command.subshells
                });
                if !stops
                    && next.is_some_and(|next| next.joint == Joint::Then)
                    && command.joint != Joint::And
                    && !command.args().is_empty()
                {
                    look.tell(&rule::UNCHECKED_CD, at, range.clone());
                }
            }
            "ln" if command
                .args()
                .last()
                .is_some_and(|word| matches!(word.text(), "/bin/sh" | "/usr/bin/sh")) =>
            {
                look.tell(&rule::SHELL_LINK, at, range.clone());
            }
            "useradd" => {
                let args = command.args();
                let uid = args
                    .iter()
                    .position(|word| matches!(word.text(), "-u" | "--uid"))
                    .and_then(|at| args.get(at + 1));
                let is_large = uid.is_some_and(|word| {
                    word.text().len() > 5 && word.text().bytes().all(|b| b.is_ascii_digit())
                });
                if is_large && command.option(&["-l", "--no-log-init"]).is_none() {
                    look.tell(&rule::LARGE_UID, at, range.clone());
                }
            }
            "npm" => {
                if let Some(word) = command
                    .args()
                    .iter()
                    .find(|word| matches!(word.text(), "--unsafe-perm" | "--unsafe-perm=true"))
                {
                    look.tell(&rule::NPM_UNSAFE, at, word.range.clone());
                }
            }
            program if POINTLESS.contains(&program) => {
                look.name(&rule::USELESS, at, range.clone(), program);
            }
            _ => {}
        }
        if command.has_prefix("sudo") {
            look.tell(&rule::SUDO, at, range.clone());
        }
        let texts = command.words.iter().map(Word::text);
        let texts = texts.chain(
            command.redirections.iter().filter_map(|one| one.body.as_ref().map(Mapped::as_str)),
        );
        if !with_script.contains(&index) && texts.into_iter().any(|text| text.contains("NOPASSWD"))
        {
            look.tell(&rule::SUDOERS, at, range);
        }
    }
    for heredoc in &one.heredocs {
        if heredoc.body.as_str().contains("NOPASSWD") {
            look.tell(&rule::SUDOERS, at, one.head.clone());
        }
    }
    open_notebook(look, at, one);
}

fn remove(look: &mut Look<'_>, at: usize, command: &Command, variables: &Variables<'_>) {
    if command.option(&["-r", "-R", "--recursive"]).is_none() {
        return;
    }
    let system = [
        "", "*", "bin", "boot", "dev", "etc", "home", "lib", "opt", "root", "sbin", "srv", "sys",
        "usr", "var",
    ];
    for word in command.args() {
        let Some(rest) = word.text().strip_prefix('$') else { continue };
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        let behind = behind.strip_prefix('}').unwrap_or(behind);
        let Some(path) = behind
            .strip_prefix('/')
            .filter(|_| !name.is_empty() && name != "HOME")
            .filter(|_| variables.get(name).is_none_or(str::is_empty))
        else {
            continue;
        };
        if system.contains(&path.split('/').next().unwrap_or_default()) {
            look.tell(&rule::DANGEROUS_RM, at, word.range.clone());
        }
    }
}

/// wget and curl in one stage.
fn both<'a>(
    look: &mut Look<'a>,
    at: usize,
    one: &'a Instruction,
    seen: &mut (Option<usize>, bool, bool),
) {
    if seen.0 != one.stage {
        *seen = (one.stage, false, false);
    }
    for command in &one.script.commands {
        let before = seen.1 && seen.2;
        match command.program() {
            "curl" => seen.1 = true,
            "wget" => seen.2 = true,
            _ => continue,
        }
        if seen.1 && seen.2 && !before {
            look.tell(&rule::WGET_AND_CURL, at, command.range.clone());
        }
    }
}

/// What the container starts.
fn start(look: &mut Look<'_>, at: usize, one: &Instruction) {
    open_notebook(look, at, one);
    for command in &one.script.commands {
        let is_open = |word: &&Word| {
            let text = word.text();
            text.contains("--inspect") && text.contains("0.0.0.0")
                || text.contains("jdwp")
                    && ["address=*", "address=0.0.0.0"].iter().any(|open| text.contains(open))
                || command.program() == "dlv"
                    && (text.starts_with("--listen=:") || text.starts_with("--listen=0.0.0.0"))
                || text.starts_with("0.0.0.0:") && command.has("debugpy")
        };
        if let Some(word) = command.words.iter().find(is_open) {
            look.tell(&rule::DEBUGGER, at, word.range.clone());
        }
    }
}

fn command_words(one: &Instruction) -> impl Iterator<Item = &Word> {
    one.script.commands.iter().flat_map(|command| &command.words).chain(one.exec.iter().flatten())
}

fn open_notebook(look: &mut Look<'_>, at: usize, one: &Instruction) {
    let is_empty = |word: &&Word| {
        let text = word.text().trim_end_matches(['\'', '"']);
        ["NotebookApp.token=", "ServerApp.token=", "IdentityProvider.token="]
            .iter()
            .any(|end| text.ends_with(end))
    };
    if let Some(word) = command_words(one).find(is_empty) {
        look.tell(&rule::OPEN_NOTEBOOK, at, word.range.clone());
    }
}
