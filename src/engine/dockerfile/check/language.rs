//! Package managers of languages: pip, npm and its kin, gem, go, cargo.

use super::step::{Run, no_cache, unpinned};
use super::{Look, ends_with};
use crate::engine::dockerfile::rule::package as rule;
use crate::engine::shell::{Command, Word};

pub(super) fn check(look: &mut Look<'_>, run: &Run<'_>, command: &Command) {
    python(look, run, command);
    node(look, run, command);
    compiled(look, run, command);
}

/// The position of pip's verb when a command is pip: `pip3 install`, `python -m pip install`, `uv pip install`.
pub(super) fn pip(command: &Command) -> Option<&str> {
    let program = command.program();
    let is_version = |rest: &str| rest.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    if program.strip_prefix("pip").is_some_and(is_version) {
        return Some(verb_of(command.args().iter()));
    }
    let args = command.args();
    let is_python = program
        .strip_prefix("python")
        .or_else(|| program.strip_prefix("pypy"))
        .is_some_and(is_version);
    let module = args.iter().position(|word| word.text() == "-m").and_then(|at| args.get(at + 1));
    let by_module = is_python && module.is_some_and(|word| word.text() == "pip");
    let by_uv = program == "uv" && command.verb() == "pip";
    (by_module || by_uv)
        .then(|| verb_of(args.iter().skip_while(|word| word.text() != "pip").skip(1)))
}

/// The first word that is neither an option nor the value of one.
fn verb_of<'a>(args: impl Iterator<Item = &'a Word>) -> &'a str {
    let mut skips = false;
    for text in args.map(Word::text) {
        if std::mem::take(&mut skips) {
            continue;
        }
        if !text.starts_with('-') {
            return text;
        }
        skips = PIP_VALUES.contains(&text);
    }
    ""
}

const PIP_VALUES: &[&str] = &[
    "-r",
    "--requirement",
    "-c",
    "--constraint",
    "-e",
    "--editable",
    "-i",
    "--index-url",
    "--extra-index-url",
    "--trusted-host",
    "-t",
    "--target",
    "--prefix",
    "--root",
    "--find-links",
    "-f",
    "--cert",
    "--client-cert",
    "--timeout",
    "--retries",
    "--proxy",
    "--cache-dir",
    "--log",
    "--platform",
    "--python-version",
    "--upgrade-strategy",
    "--progress-bar",
    "--only-binary",
    "--no-binary",
    "--src",
    "--config-settings",
    "-C",
    "--report",
    "--python",
    "--implementation",
    "--abi",
    "--global-option",
    "--install-option",
    "--use-feature",
    "--exists-action",
    "--group",
    "-p",
    "--index-strategy",
    "--default-index",
    "--index",
    "--default-timeout",
    "--root-user-action",
    "--torch-backend",
    "--resolution",
];

fn python(look: &mut Look<'_>, run: &Run<'_>, command: &Command) {
    if pip(command) != Some("install") {
        return;
    }
    let is_constrained = command.option(&["-c", "--constraint"]).is_some();
    if !is_constrained {
        unpinned(look, run, &rule::PIP_UNPINNED, command.operands("install", PIP_VALUES), |text| {
            text.contains(['=', '<', '>', '~', '@', '/', '\\'])
                || text.starts_with('.')
                || [".whl", ".tar.gz", ".zip"].iter().any(|end| text.ends_with(end))
        });
    }
    let inline = command.assignments.iter().any(|(name, value)| no_cache(name, Some(value.text())));
    let keeps = command.option(&["--no-cache-dir", "--no-cache"]).is_none()
        && !inline
        && !run.without_cache;
    let removed = run.is_removed("/.cache") || run.runs(&["pip", "pip3"], &["cache", "purge"]);
    if keeps
        && run.shipped
        && !removed
        && !run.is_mounted("/.cache")
        && !run.is_mounted("/root/.cache")
    {
        look.tell(&rule::PIP_CACHE, run.at, command.range.clone());
    }
}

const NPM_VALUES: &[&str] = &[
    "--prefix",
    "-C",
    "--registry",
    "--cache",
    "--loglevel",
    "--userconfig",
    "-w",
    "--workspace",
    "--cwd",
    "--network-timeout",
    "--dir",
    "--filter",
    "--omit",
    "--only",
    "--include",
];

fn node(look: &mut Look<'_>, run: &Run<'_>, command: &Command) {
    let verbs: &[&str] = match command.program() {
        "npm" => &["install", "i", "add"],
        "yarn" | "pnpm" | "bun" => &["add"],
        _ => return,
    };
    // `npm --prefix x install y` and `yarn global add y`; not `npm run install`.
    if let Some(verb) =
        verbs.iter().find(|verb| command.has(verb)).filter(|_| command.verb() != "run")
    {
        unpinned(look, run, &rule::NPM_UNPINNED, command.operands(verb, NPM_VALUES), |text| {
            // The first sign of `@scope/name@1` belongs to the name.
            let name = text.strip_prefix('@').unwrap_or(text);
            let version = name.split_once('@').map(|(_, version)| version);
            let is_path = text.starts_with(['.', '/', '~'])
                || text.contains(':')
                || !text.starts_with('@') && text.contains('/')
                || [".tgz", ".tar.gz", ".tar"].iter().any(|end| text.ends_with(end));
            is_path
                || version.is_some_and(|version| {
                    !version.is_empty() && !matches!(version, "latest" | "next")
                })
        });
    }
    let is_yarn = command.program() == "yarn" && ["install", ""].contains(&command.verb());
    if is_yarn
        && run.shipped
        && !run.runs(&["yarn"], &["cache", "clean"])
        && !run.is_mounted("/usr/local/share/.cache")
        && !run.is_mounted("/root/.yarn")
        && !run.is_mounted("/root/.cache")
        && !run.is_mounted("/yarn")
        && !run.is_removed("/.cache")
        && !run.is_mounted("/.yarn")
    {
        look.tell(&rule::YARN_CACHE, run.at, command.range.clone());
    }
}

const GEM_VALUES: &[&str] = &[
    "-i",
    "--install-dir",
    "-n",
    "--bindir",
    "-s",
    "--source",
    "--platform",
    "--http-proxy",
    "-P",
    "--trust-policy",
    "--build-root",
];
const CARGO_VALUES: &[&str] = &[
    "--version",
    "--vers",
    "--git",
    "--branch",
    "--tag",
    "--rev",
    "--path",
    "--root",
    "--target",
    "--features",
    "-F",
    "--index",
    "--registry",
    "--bin",
    "--profile",
    "-j",
    "--jobs",
    "--target-dir",
    "--example",
    "--config",
    "--color",
];

fn compiled(look: &mut Look<'_>, run: &Run<'_>, command: &Command) {
    match command.program() {
        "gem"
            if ["install", "i"].contains(&command.verb())
                && command.option(&["-v", "--version"]).is_none() =>
        {
            let operands = command.operands(command.verb(), GEM_VALUES);
            unpinned(look, run, &rule::GEM_UNPINNED, operands, |text| {
                text.contains([':', '/']) || ends_with(text, ".gem")
            });
        }
        "go" if ["install", "get"].contains(&command.verb()) => {
            let verb = command.verb();
            unpinned(
                look,
                run,
                &rule::GO_UNPINNED,
                command.operands(verb, &["-tags", "-ldflags", "-o", "-mod"]),
                |text| {
                    let (path, version) =
                        text.split_once('@').map_or((text, None), |(a, b)| (a, Some(b)));
                    let is_remote = path
                        .split('/')
                        .next()
                        .is_some_and(|host| host.contains('.') && !host.starts_with('.'))
                        && path.contains('/');
                    !is_remote
                        || version.is_some_and(|version| {
                            !matches!(version, "latest" | "master" | "main" | "")
                        })
                },
            );
        }
        "cargo" if command.verb() == "install" || command.has("install") => {
            let is_fixed = ["--version", "--vers", "--path", "--rev", "--tag"]
                .iter()
                .any(|name| command.option(&[name]).is_some());
            if !is_fixed && command.verb() != "binstall" {
                unpinned(
                    look,
                    run,
                    &rule::CARGO_UNPINNED,
                    command.operands("install", CARGO_VALUES),
                    |text| text.contains(['@', '/']),
                );
            }
        }
        _ => {}
    }
}
