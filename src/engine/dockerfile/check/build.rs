//! Folders, volumes and variables of the image, and flags of build steps.

use super::Look;
use crate::engine::dockerfile::model::{Instruction, Keyword};
use crate::engine::dockerfile::rule::{command, image as rule};
use std::collections::BTreeSet;

pub(super) fn check(look: &mut Look<'_>) {
    folders(look);
    environment(look);
    runs(look);
    for (at, one) in look.of(Keyword::Run) {
        for flag in &one.flags {
            match (flag.name.to_ascii_lowercase().as_str(), flag.value.as_str()) {
                ("security", "insecure") => {
                    look.tell(&command::INSECURE_STEP, at, flag.range.clone());
                }
                ("network", "host") => {
                    look.tell(&command::HOST_NETWORK, at, flag.range.clone());
                }
                _ => {}
            }
        }
    }
}

/// Steps of one command each that follow one another and are carried out in the same way.
fn runs(look: &mut Look<'_>) {
    let is_single = |one: &Instruction| {
        one.keyword == Keyword::Run && one.heredocs.is_empty() && one.script.commands.len() == 1
    };
    let flags = |one: &Instruction| {
        let all = one.flags.iter().map(|flag| (flag.name.clone(), flag.value.as_str().to_owned()));
        all.collect::<BTreeSet<_>>()
    };
    for (at, pair) in look.file.instructions.windows(2).enumerate() {
        let [before, one] = pair else { continue };
        if is_single(before)
            && is_single(one)
            && before.onbuild == one.onbuild
            && before.stage == one.stage
            && flags(before) == flags(one)
        {
            look.tell(&command::RUN_AFTER_RUN, at + 1, one.head.clone());
        }
    }
}

/// Whether a path begins at a root: `/`, `C:\`, `\\server`, or a variable that nobody knows.
pub(super) fn is_absolute(path: &str) -> bool {
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    path.starts_with(['/', '\\', '$', '%', '~']) || drive
}

fn folders(look: &mut Look<'_>) {
    for (at, one) in look.of(Keyword::Workdir) {
        let Some(word) = one.words.first() else { continue };
        let Some(Some(path)) = one.values.first() else { continue };
        if !path.is_empty() && !is_absolute(path) {
            look.tell(&rule::RELATIVE_WORKDIR, at, word.range.clone());
        }
        let system = ["/proc", "/boot", "/dev", "/sys", "/initrd", "/lost+found"];
        let below = |folder: &&str| {
            path.strip_prefix(*folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        if system.iter().any(below) {
            look.tell(&rule::SYSTEM_WORKDIR, at, word.range.clone());
        }
    }
    for (at, one) in look.of(Keyword::Volume) {
        for word in one.args() {
            let path = word.text();
            let path = if path.len() > 1 { path.trim_end_matches('/') } else { path };
            let system = [
                "/",
                "/bin",
                "/boot",
                "/dev",
                "/etc",
                "/lib",
                "/lib64",
                "/proc",
                "/root",
                "/sbin",
                "/sys",
                "/usr",
                "/usr/bin",
                "/usr/lib",
                "/var/run/docker.sock",
            ];
            if system.contains(&path) {
                look.name(&rule::SYSTEM_VOLUME, at, word.range.clone(), path);
            }
        }
    }
}

/// Variables that switch a debug mode on, with the values that do; lower case, any word of one of them.
const DEBUG: &[(&str, &[&str])] = &[
    ("FLASK_DEBUG", &["1", "true"]),
    ("FLASK_ENV", &["development"]),
    ("WERKZEUG_DEBUG_PIN", &["off"]),
    ("DJANGO_DEBUG", &["1", "true"]),
    ("NODE_ENV", &["development"]),
    ("RAILS_ENV", &["development"]),
    ("RACK_ENV", &["development"]),
    ("APP_DEBUG", &["1", "true"]),
    ("APP_ENV", &["dev", "development", "local"]),
    ("ASPNETCORE_ENVIRONMENT", &["development"]),
    ("DOTNET_ENVIRONMENT", &["development"]),
    ("GIN_MODE", &["debug"]),
];

fn environment(look: &mut Look<'_>) {
    let mut stage = None;
    let mut declared: BTreeSet<&str> = BTreeSet::new();
    for (at, one) in look.instructions() {
        if one.stage != stage {
            stage = one.stage;
            declared.clear();
        }
        if !matches!(one.keyword, Keyword::Env | Keyword::Arg) || one.onbuild {
            continue;
        }
        if one.keyword == Keyword::Env {
            variables(look, at, one);
            references(look, at, one, &declared);
        }
        declared.extend(one.pairs.iter().map(|pair| pair.name.as_str()));
    }
}

fn variables(look: &mut Look<'_>, at: usize, one: &Instruction) {
    let shipped = look.is_shipped(one);
    for pair in &one.pairs {
        let value = pair.known.as_deref().unwrap_or_default().to_ascii_lowercase();
        let debug = DEBUG.iter().find(|(name, _)| *name == pair.name);
        if shipped && debug.is_some_and(|(_, values)| values.contains(&value.as_str())) {
            look.name(&rule::DEBUG_ENV, at, pair.range.clone(), &pair.name);
        }
        if pair.name == "PATH"
            && let Some(word) = &pair.value
        {
            let text = word.text();
            // `;` and drives: Windows.
            let is_bad = |folder: &str| {
                !is_absolute(folder) && !folder.starts_with('{')
                    || ["/tmp", "/var/tmp", "/dev/shm"]
                        .iter()
                        .any(|open| folder == *open || folder.starts_with(&format!("{open}/")))
            };
            if !text.contains([';', '\\']) && without_braces(text).split(':').any(is_bad) {
                look.tell(&rule::PATH_ENV, at, word.range.clone());
            }
        }
    }
}

/// `${A:-b}` without its inside, so that its colon separates nothing.
fn without_braces(text: &str) -> String {
    let mut open = 0_usize;
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '{' => open += 1,
            '}' => open = open.saturating_sub(1),
            _ if open == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// A value that uses a variable which the same instruction sets for the first time.
fn references(look: &mut Look<'_>, at: usize, one: &Instruction, declared: &BTreeSet<&str>) {
    if one.pairs.len() < 2 {
        return;
    }
    let own: BTreeSet<&str> = one
        .pairs
        .iter()
        .map(|pair| pair.name.as_str())
        .filter(|name| !declared.contains(name))
        .collect();
    for pair in &one.pairs {
        let Some(word) = pair.value.as_ref().filter(|word| !word.literal) else { continue };
        let used = super::used(word.text()).any(|name| name != pair.name && own.contains(name));
        if used {
            look.name(&rule::SELF_REFERENCE, at, pair.range.clone(), &pair.name);
        }
    }
}
