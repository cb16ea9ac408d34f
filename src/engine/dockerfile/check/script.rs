//! Commands that the shell reads otherwise than they look: what only bash knows, and values that fall apart into several
//! words. Also what fills the log of a build.

use super::image::Image;
use super::variables::Variables;
use super::{Look, is};
use crate::engine::dockerfile::model::Instruction;
use crate::engine::dockerfile::rule::command as rule;
use crate::engine::shell::{Command, Nest, Word};

pub(super) fn check(look: &mut Look<'_>, at: usize, one: &Instruction, variables: &Variables<'_>) {
    let is_dash = one.own_shell && one.exec.is_none() && has_dash(look, one) && !names_shell(one);
    for command in &one.script.commands {
        if is_dash && !is_inside_script(one, command) && is_for_bash(command) {
            look.tell(&rule::BASH_IN_SH, at, command.range.clone());
        }
        if one.exec.is_none() {
            unquoted(look, at, command, variables);
        }
        if command.program() == "wget" && !is_quiet(command) {
            look.tell(&rule::WGET_PROGRESS, at, command.range.clone());
        }
    }
}

/// Whether a command stands in a script that another shell may read.
fn is_inside_script(one: &Instruction, command: &Command) -> bool {
    let mut inside = command.inside;
    while let Some(around) = inside {
        if around.nest == Nest::Script {
            return true;
        }
        // What is around a command stands before it, so this ends.
        inside = one.script.commands.get(around.command).and_then(|command| command.inside);
    }
    false
}

/// Whether the script is a here-document that names its interpreter.
fn names_shell(one: &Instruction) -> bool {
    one.heredocs.first().is_some_and(|heredoc| heredoc.body.as_str().starts_with("#!"))
}

/// Images of the official library that are built on Debian or Ubuntu unless their tag says otherwise.
const DEBIAN: &[&str] = &[
    "buildpack-deps",
    "cassandra",
    "debian",
    "drupal",
    "eclipse-temurin",
    "elixir",
    "erlang",
    "gcc",
    "golang",
    "gradle",
    "haskell",
    "httpd",
    "julia",
    "mariadb",
    "maven",
    "mongo",
    "nginx",
    "node",
    "perl",
    "php",
    "postgres",
    "python",
    "rabbitmq",
    "redis",
    "ruby",
    "rust",
    "tomcat",
    "ubuntu",
    "wordpress",
];

/// Parts of tags that say so.
const OTHER: &[&str] = &["alpine", "ubi", "oracle", "centos", "windows", "nanoserver", "al2023"];

/// Whether `/bin/sh` of the image is dash. That of Alpine and of Red Hat's family knows most of what bash does.
fn has_dash(look: &Look<'_>, one: &Instruction) -> bool {
    let Some(root) = one.stage.and_then(|stage| look.file.lineage(stage).last()) else {
        return false;
    };
    let image = look.file.stages.get(root).and_then(|stage| stage.known_image.as_deref());
    let Some(image) = image.map(Image::of) else { return false };
    DEBIAN.contains(&image.official())
        && !OTHER.iter().any(|part| image.tag.is_some_and(|tag| tag.contains(part)))
}

/// What dash takes for something else, without the build failing at once in each case.
fn is_for_bash(command: &Command) -> bool {
    let program = command.program();
    let compares = ["[", "test"].contains(&program)
        && command.args().iter().any(|word| word.text() == "==" && !word.quoted);
    let background = command.redirections.iter().any(|one| one.operator.starts_with("&>"));
    // `/bin/echo` is a program, not the shell's own.
    let escapes = command.words.first().is_some_and(|word| word.text() == "echo")
        && command.args().first().is_some_and(|word| matches!(word.text(), "-e" | "-ne" | "-en"));
    compares || background || escapes || ["[[", "source", "pushd", "popd"].contains(&program)
}

/// Programs that change or remove the files they are given.
const ON_FILES: &[&str] = &[
    "cd", "chgrp", "chmod", "chown", "cp", "install", "ln", "mkdir", "mv", "rm", "rmdir", "touch",
];

/// Variables and commands that give one word.
const ONE_WORD: &[&str] = &[
    "$HOME",
    "${HOME}",
    "$PWD",
    "${PWD}",
    "$(arch)",
    "$(id ",
    "$(mktemp",
    "$(nproc)",
    "$(pwd)",
    "$(uname",
    "$(which ",
    "$(command -v",
    "$(dpkg --print-architecture)",
];

/// Words without quotes whose value is not known, or falls apart.
fn unquoted(look: &mut Look<'_>, at: usize, command: &Command, variables: &Variables<'_>) {
    if !is(command, ON_FILES) {
        return;
    }
    let is_open = |word: &&Word| {
        let text = word.text();
        if word.literal || word.quoted || !text.contains(['$', '`']) {
            return false;
        }
        // Numbers, options, and what is one word without stars wherever it is run.
        let is_one = text.starts_with('-')
            || text.contains("$((")
            || text.contains("$@")
            || ONE_WORD.iter().any(|known| text.contains(known));
        let stars = |text: &str| text.bytes().filter(|b| matches!(b, b'*' | b'?' | b'[')).count();
        let falls_apart =
            |value: &str| value.contains(char::is_whitespace) || stars(value) > stars(text);
        !is_one && variables.expanded(word).is_none_or(|value| falls_apart(&value))
    };
    if let Some(word) = command.args().iter().find(is_open) {
        look.tell(&rule::UNQUOTED, at, word.range.clone());
    }
}

/// Whether wget shows no bar of its progress.
fn is_quiet(command: &Command) -> bool {
    let long = |word: &Word| {
        let text = word.text();
        ["--progress", "--output-file", "--append-output"].iter().any(|name| text.starts_with(name))
            || text == "--help"
            || text == "--version"
            || text == "--spider"
            || text.starts_with("-nv")
            || text == "--no-verbose"
    };
    command.option(&["-q", "--quiet", "-o", "-a", "-b", "-V", "-h"]).is_some()
        || command.args().iter().any(long)
}
