//! Package managers of distributions: what is installed in which version, and what is left behind. Those of languages stand
//! in `language`.

use super::step::{Run, no_cache, unpinned};
use super::variables::Variables;
use super::{Look, ends_with, is, language};
use crate::engine::dockerfile::model::{Instruction, Keyword};
use crate::engine::dockerfile::rule::package as rule;
use crate::engine::shell::{Command, Word};

pub(super) fn check(look: &mut Look<'_>) {
    // Of each stage so far, whether pip keeps no cache; one more for a file without a stage.
    let mut without_cache: Vec<bool> = vec![false; look.file.stages.len() + 1];
    let mut variables = Variables::default();
    for (at, one) in look.instructions() {
        let stage = one.stage.unwrap_or(look.file.stages.len());
        variables.follow(look.file, one);
        match one.keyword {
            Keyword::From => {
                if let Some(parent) = look.file.stages.get(stage).and_then(|stage| stage.parent) {
                    without_cache[stage] = without_cache[parent];
                }
            }
            Keyword::Env | Keyword::Arg => {
                without_cache[stage] |=
                    one.pairs.iter().any(|pair| no_cache(&pair.name, pair.known.as_deref()));
            }
            Keyword::Run => {
                let shipped = look.is_shipped(one) || one.stage.is_none();
                let run = Run {
                    at,
                    one,
                    shipped,
                    without_cache: without_cache[stage],
                    variables: &variables,
                    cleaning: cleaning(one),
                };
                for command in &one.script.commands {
                    apt(look, &run, command);
                    apk(look, &run, command);
                    rpm(look, &run, command);
                    language::check(look, &run, command);
                }
                update_alone(look, &run);
            }
            _ => {}
        }
    }
}

/// Commands that clean up which are kept of one step.
const MAX_CLEANING: usize = 100;

/// Commands of a step that may remove what others left.
fn cleaning(one: &Instruction) -> Vec<&Command> {
    let cleans = |command: &&Command| {
        is(command, &["rm", "find"])
            || ["clean", "cc", "distclean", "purge"].iter().any(|word| command.has(word))
    };
    one.script.commands.iter().filter(cleans).take(MAX_CLEANING).collect()
}

const APT: &[&str] = &["apt-get", "apt", "aptitude"];
const APT_VALUES: &[&str] =
    &["-o", "--option", "-t", "--target-release", "--default-release", "-c", "--config-file", "-a"];

fn apt(look: &mut Look<'_>, run: &Run<'_>, command: &Command) {
    if !is(command, APT) {
        return;
    }
    let range = command.range.clone();
    if command.program() == "apt" {
        look.tell(&rule::APT_COMMAND, run.at, range.clone());
    }
    if command.has("update")
        && run.shipped
        && !run.is_removed("/var/lib/apt/lists")
        && !run.is_mounted("/var/lib/apt")
        && !run.runs(APT, &["distclean"])
    {
        look.tell(&rule::APT_LISTS, run.at, range.clone());
    }
    if command.has("dist-upgrade") || command.has("full-upgrade") {
        look.tell(&rule::UPGRADE, run.at, range.clone());
    }
    if !command.has("install") {
        return;
    }
    unpinned(look, run, &rule::APT_UNPINNED, command.operands("install", APT_VALUES), |text| {
        text.contains(['=', '/', '<', '>']) || ends_with(text, ".deb") || text.ends_with('-')
    });
    servers(look, run, command.operands("install", APT_VALUES));
    let args = command.args();
    let quiet = args
        .iter()
        .any(|word| matches!(word.text(), "-qq" | "-q=2") || word.text().starts_with("-qq"));
    let assumes = |word: &Word| {
        let text = word.text().to_ascii_lowercase();
        text.contains("assume-yes") || text.contains("assumeyes")
    };
    if !quiet
        && command.option(&["-y", "--yes", "--assume-yes"]).is_none()
        && !args.iter().any(assumes)
        && command.fed_by.is_none()
    {
        look.tell(&rule::APT_YES, run.at, range.clone());
    }
    let recommends = |word: &Word| {
        let lower = word.text().to_ascii_lowercase();
        lower == "--no-install-recommends"
            || lower.contains("install-recommends=false")
            || lower.contains("install-recommends=0")
            || lower == "-no-install-recommends"
    };
    if command.program() != "aptitude" && !args.iter().any(recommends) {
        look.tell(&rule::APT_RECOMMENDS, run.at, range);
    }
}

fn servers<'a>(look: &mut Look<'_>, run: &Run<'_>, operands: impl Iterator<Item = &'a Word>) {
    for word in operands {
        let name = word.text().split(['=', '~', '<', '>']).next().unwrap_or_default();
        if matches!(name, "openssh-server" | "dropbear" | "tinysshd" | "telnetd") && run.shipped {
            look.name(&rule::SSH_SERVER, run.at, word.range.clone(), name);
        }
    }
}

const APK_VALUES: &[&str] = &[
    "-t",
    "--virtual",
    "-X",
    "--repository",
    "-p",
    "--root",
    "--keys-dir",
    "--arch",
    "--repositories-file",
    "--wait",
    "--cache-dir",
];

fn apk(look: &mut Look<'_>, run: &Run<'_>, command: &Command) {
    if command.program() != "apk" {
        return;
    }
    if !command.has("add") {
        return;
    }
    unpinned(look, run, &rule::APK_UNPINNED, command.operands("add", APK_VALUES), |text| {
        text.contains(['=', '~', '<', '>', '/']) || ends_with(text, ".apk") || text.starts_with('!')
    });
    servers(look, run, command.operands("add", APK_VALUES));
    let keeps = command.option(&["--no-cache"]).is_none()
        && !run.is_mounted("/var/cache/apk")
        && !run.is_mounted("/etc/apk/cache");
    if keeps && run.shipped && !run.is_removed("/var/cache/apk") {
        look.tell(&rule::APK_CACHE, run.at, command.range.clone());
    }
}

const RPM: &[&str] = &["yum", "dnf", "microdnf", "tdnf", "zypper"];
const RPM_VALUES: &[&str] = &[
    "-c",
    "--config",
    "--enablerepo",
    "--disablerepo",
    "--setopt",
    "--installroot",
    "--releasever",
    "-x",
    "--exclude",
    "-d",
    "-e",
    "--repo",
    "--repoid",
    "--nobest=",
    "-r",
    "--root",
    "--from",
];

/// A version behind a dash: `nginx-1.2`.
fn has_version(text: &str) -> bool {
    text.match_indices('-').any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
}

fn rpm(look: &mut Look<'_>, run: &Run<'_>, command: &Command) {
    if !is(command, RPM) {
        return;
    }
    let program = command.program();
    let range = command.range.clone();
    let zypper = program == "zypper";
    let upgrades: &[&str] =
        if zypper { &["dist-upgrade", "dup"] } else { &["distro-sync", "system-upgrade"] };
    if upgrades.iter().any(|verb| command.has(verb)) {
        look.tell(&rule::UPGRADE, run.at, range.clone());
    }
    let installs: &[&str] = if zypper {
        &["install", "in"]
    } else {
        &["install", "reinstall", "localinstall", "groupinstall"]
    };
    let Some(verb) = installs.iter().find(|verb| command.has(verb)) else { return };
    if *verb == "install" || *verb == "in" {
        unpinned(look, run, &rule::RPM_UNPINNED, command.operands(verb, RPM_VALUES), |text| {
            text.contains(['=', '/', '<', '>', '('])
                || ends_with(text, ".rpm")
                || text.starts_with('@')
                || has_version(text)
        });
        servers(look, run, command.operands(verb, RPM_VALUES));
    }
    let says_yes = if zypper {
        command.option(&["-n", "--non-interactive", "-y", "--no-confirm"]).is_some()
    } else {
        command.option(&["-y", "--assumeyes", "--assume-yes"]).is_some()
            || command.args().iter().any(|word| word.text().contains("assumeyes"))
    };
    if !says_yes && command.fed_by.is_none() {
        look.tell(&rule::RPM_YES, run.at, range.clone());
    }
    let folder = match program {
        "zypper" => "/var/cache/zypp",
        "yum" => "/var/cache/yum",
        _ => "/var/cache/dnf",
    };
    let cleans = run.runs(RPM, &["clean"]) || run.runs(RPM, &["cc"]);
    let removed = ["/var/cache/dnf", "/var/cache/yum", "/var/cache/libdnf5", "/var/cache/zypp"]
        .iter()
        .any(|path| run.is_removed(path));
    if run.shipped && !cleans && !removed && !run.is_mounted(folder) {
        look.tell(&rule::RPM_CACHE, run.at, range);
    }
}

fn update_alone(look: &mut Look<'_>, run: &Run<'_>) {
    let commands = &run.one.script.commands;
    let updates = |command: &&Command| {
        is(command, &["apt-get", "apt", "apk", "aptitude"])
            && command.has("update")
            && command.option(&["--update"]).is_none()
    };
    let Some(update) = commands.iter().find(updates) else { return };
    let others = [
        "install",
        "add",
        "upgrade",
        "dist-upgrade",
        "full-upgrade",
        "build-dep",
        "download",
        "source",
        "satisfy",
    ];
    let installs = commands.iter().any(|command| {
        command.words.iter().any(|word| {
            let text = word.text();
            others.contains(&text)
                || text.contains("install")
                || text.contains("setup")
                || !word.literal && !text.contains("://")
        })
    });
    if !installs {
        look.tell(&rule::UPDATE_ALONE, run.at, update.range.clone());
    }
}
