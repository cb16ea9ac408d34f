//! Programs that do nothing but run another one, and shells that are given a script as an argument. Knows their options,
//! not what they are for.

use super::command::{Command, Word};
use crate::text::mapped::Mapped;

/// A program that runs its arguments.
struct Prefix {
    name: &'static str,
    /// Options that take the next word.
    with_value: &'static [&'static str],
    /// Words before the program that are no options.
    operands: usize,
}

const fn row(name: &'static str, with_value: &'static [&'static str], operands: usize) -> Prefix {
    Prefix { name, with_value, operands }
}

/// From their manuals.
static PREFIXES: &[Prefix] = &[
    row(
        "sudo",
        &["-u", "-g", "-h", "-p", "-C", "-r", "-t", "-U", "-D", "-R", "-T", "--user", "--group"],
        0,
    ),
    row("doas", &["-u", "-C"], 0),
    row("env", &["-u", "-C", "--unset", "--chdir"], 0),
    row("exec", &["-a"], 0),
    row("time", &["-f", "-o"], 0),
    row("command", &[], 0),
    row("builtin", &[], 0),
    row("nohup", &[], 0),
    row("nice", &["-n"], 0),
    row("ionice", &["-c", "-n"], 0),
    row("timeout", &["-s", "-k", "--signal", "--kill-after"], 1),
    row("stdbuf", &["-i", "-o", "-e"], 0),
    row("setarch", &[], 1),
    row("gosu", &[], 1),
    row("su-exec", &[], 1),
    row("chroot", &[], 1),
    row("eatmydata", &[], 0),
    row("fakeroot", &[], 0),
    row("xvfb-run", &["-n", "-s", "-e", "-f", "-p", "-w"], 0),
    row(
        "xargs",
        &[
            "-n",
            "-P",
            "-I",
            "-d",
            "-L",
            "-a",
            "-E",
            "-s",
            "--max-args",
            "--max-procs",
            "--delimiter",
        ],
        0,
    ),
    row("travis_retry", &[], 0),
];

/// Programs that read shell scripts.
const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "busybox-sh"];

/// Prefixes of one command that are seen through.
const MOST: usize = 8;

/// Takes prefixes and their options off a command.
pub(super) fn see_through(command: &mut Command) {
    for _ in 0..MOST {
        let program = command.program();
        let Some(prefix) = PREFIXES.iter().find(|prefix| prefix.name == program) else { return };
        let mut at = 1;
        let mut operands = prefix.operands;
        while let Some(word) = command.words.get(at) {
            let text = word.text();
            if text == "--" {
                at += 1;
                break;
            }
            if text.starts_with('-') && text.len() > 1 {
                at += 1 + usize::from(prefix.with_value.contains(&text));
            } else if assignment(word).is_some() && matches!(prefix.name, "env" | "sudo" | "doas") {
                if let Some((name, value)) = assignment(word) {
                    command.assignments.push((name, value));
                }
                at += 1;
            } else if operands > 0 {
                operands -= 1;
                at += 1;
            } else {
                break;
            }
        }
        // `command -v git`, `sudo -l`: nothing is run.
        if at >= command.words.len() || prefix.name == "command" && at > 1 {
            return;
        }
        let name = command.words.remove(0);
        command.words.drain(..at - 1);
        command.prefixes.push(name);
    }
}

/// `NAME=value` or `NAME+=value`.
pub(super) fn assignment(word: &Word) -> Option<(String, Word)> {
    let text = word.text();
    let equals = text.find('=')?;
    let name = text[..equals].trim_end_matches('+');
    let is_name = name
        .bytes()
        .enumerate()
        .all(|(at, b)| b.is_ascii_alphabetic() || b == b'_' || at > 0 && b.is_ascii_digit());
    if name.is_empty() || !is_name {
        return None;
    }
    let value = word.value.part(equals + 1..text.len());
    let start = word.place(equals..equals + 1).end;
    let word = Word { value, range: start..word.range.end.max(start), ..word.clone() };
    Some((name.to_owned(), word))
}

/// Whether a program reads shell scripts.
pub(super) fn is_shell(program: &str) -> bool {
    SHELLS.contains(&program)
}

/// The script that a command is given as an argument.
pub(super) fn script(command: &Command) -> Option<&Mapped> {
    let program = command.program();
    let args = command.args();
    if program == "eval" {
        return args.first().filter(|_| args.len() == 1).map(|word| &word.value);
    }
    if !is_shell(program) && program != "su" && program != "runuser" {
        return None;
    }
    let is_option = |word: &Word| {
        let text = word.text();
        text == "--command"
            || text.starts_with('-')
                && !text.starts_with("--")
                && text.ends_with('c')
                && text.len() <= 8
    };
    let at = args.iter().position(is_option)?;
    // `bash -c -e "..."`: options may follow.
    args[at + 1..].iter().find(|word| !word.text().starts_with('-')).map(|word| &word.value)
}

/// Whether a command reads a script from its standard input.
pub(super) fn reads_script(command: &Command) -> bool {
    is_shell(command.program())
        && command.args().iter().all(|word| word.text().starts_with('-'))
        && script(command).is_none()
}
