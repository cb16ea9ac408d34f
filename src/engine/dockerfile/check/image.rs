//! Base images, stages, accounts, ports, and what is there too often or not at all.

use super::Look;
use crate::engine::dockerfile::model::{Instruction, Keyword, Stage};
use crate::engine::dockerfile::rule::image as rule;
use std::collections::BTreeMap;

pub(super) fn check(look: &mut Look<'_>) {
    bases(look);
    stages(look);
    account(look);
    ports(look);
    repeated(look);
    missing(look);
}

/// An image as it is written: name, tag, digest.
pub(super) struct Image<'a> {
    pub(super) name: &'a str,
    pub(super) tag: Option<&'a str>,
    pub(super) has_digest: bool,
}

impl<'a> Image<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let (text, digest) = text.split_once('@').map_or((text, None), |(a, b)| (a, Some(b)));
        let folder = text.rfind('/').map_or(0, |at| at + 1);
        let (name, tag) = match text[folder..].find(':') {
            Some(colon) => (&text[..folder + colon], Some(&text[folder + colon + 1..])),
            None => (text, None),
        };
        Self { name, tag: tag.filter(|tag| !tag.is_empty()), has_digest: digest.is_some() }
    }
}

fn bases(look: &mut Look<'_>) {
    for stage in &look.file.stages {
        let from = &look.file.instructions[stage.from];
        if let Some(flag) = from.flag("platform").filter(|flag| !flag.value.as_str().contains('$'))
        {
            look.tell(&rule::PLATFORM, stage.from, flag.range.clone());
        }
        let (Some(word), Some(text)) = (&stage.image, &stage.known_image) else { continue };
        if stage.parent.is_some() || text.eq_ignore_ascii_case("scratch") || text.is_empty() {
            continue;
        }
        let image = Image::of(text);
        if !image.has_digest {
            match image.tag {
                Some("latest") => {
                    look.name(&rule::LATEST, stage.from, word.range.clone(), image.name);
                }
                None => look.name(&rule::UNTAGGED, stage.from, word.range.clone(), image.name),
                Some(_) => {}
            }
        }
        if is_end_of_life(&image) {
            let name = format!("{}-{}", super::base(image.name), image.tag.unwrap_or_default());
            look.name(&rule::END_OF_LIFE, stage.from, word.range.clone(), &name);
        }
    }
}

/// Official images whose releases are past their end: name, then the beginnings of tags. Days are those of the projects'
/// own calendars; a release counts when its ordinary support has ended.
const ENDED: &[(&str, &[&str])] = &[
    ("debian", &["wheezy", "jessie", "stretch", "buster", "7", "8", "9", "10"]),
    ("ubuntu", &["12", "14", "16", "18", "20", "precise", "trusty", "xenial", "bionic", "focal"]),
    ("centos", &["5", "6", "7", "8", "centos5", "centos6", "centos7", "centos8", "latest"]),
    ("fedora", &["28", "29", "30", "31", "32", "33", "34", "35", "36", "37", "38", "39", "40"]),
    (
        "alpine",
        &[
            "2", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9", "3.10",
            "3.11", "3.12", "3.13", "3.14", "3.15", "3.16", "3.17", "3.18", "3.19",
        ],
    ),
    ("python", &["2", "3.0", "3.1", "3.2", "3.3", "3.4", "3.5", "3.6", "3.7", "3.8", "3.9"]),
    (
        "node",
        &[
            "0", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16", "17",
            "18", "19", "21", "23", "argon", "boron", "carbon", "dubnium", "erbium", "fermium",
            "gallium", "hydrogen",
        ],
    ),
    ("php", &["5", "7", "8.0", "8.1"]),
    ("ruby", &["1", "2", "3.0", "3.1"]),
    (
        "golang",
        &[
            "1.0", "1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9", "1.10", "1.11",
            "1.12", "1.13", "1.14", "1.15", "1.16", "1.17", "1.18", "1.19", "1.20", "1.21", "1.22",
            "1.23",
        ],
    ),
    ("postgres", &["8", "9", "10", "11", "12", "13"]),
    ("mysql", &["5.5", "5.6", "5.7"]),
    ("mongo", &["2", "3", "4", "5"]),
];

fn is_end_of_life(image: &Image<'_>) -> bool {
    let name = image.name.strip_prefix("docker.io/").unwrap_or(image.name);
    let name = name.strip_prefix("library/").unwrap_or(name);
    let Some(tag) = image.tag else { return false };
    let Some((_, ended)) = ENDED.iter().find(|(known, _)| *known == name) else { return false };
    // `3.1` is not the beginning of `3.12`.
    ended.iter().any(|release| {
        tag.strip_prefix(release)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-']))
    })
}

fn stages(look: &mut Look<'_>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for stage in &look.file.stages {
        let from = &look.file.instructions[stage.from];
        let Some(name) = stage.name.as_deref() else { continue };
        if seen.insert(name, stage.from).is_some() {
            let range = from.words.get(2).map_or(from.head.clone(), |word| word.range.clone());
            look.name(&rule::DUPLICATE_STAGE, stage.from, range, name);
        }
    }
    for (at, one) in look.instructions() {
        if one.stage.is_none() && one.keyword != Keyword::Arg {
            look.tell(&rule::BEFORE_FROM, at, one.head.clone());
        }
    }
    for (at, one) in look.instructions() {
        if one.onbuild && matches!(one.keyword, Keyword::From | Keyword::Maintainer) {
            look.tell(&rule::ONBUILD, at, one.head.clone());
        }
        if one.keyword == Keyword::Maintainer && !one.onbuild {
            look.tell(&rule::MAINTAINER, at, one.head.clone());
        }
    }
}

/// Images that set an account of their own, by a part of their name or tag.
const UNPRIVILEGED: &[&str] =
    &["nonroot", "rootless", "unprivileged", "cgr.dev/chainguard/", "bitnami/"];

/// The account that USER names, without the group, when it is known.
fn account_of(user: &Instruction) -> Option<&str> {
    let value = user.values.first()?.as_deref()?;
    Some(value.split(':').next().unwrap_or_default())
}

fn is_root(name: &str) -> bool {
    name == "root" || !name.is_empty() && name.bytes().all(|b| b == b'0')
}

fn account(look: &mut Look<'_>) {
    let file = look.file;
    let Some(last) = file.stages.len().checked_sub(1) else { return };
    // Every stage may be the one that is built (`--target`); only the last one is taken for the image here.
    let users = look.of(Keyword::User).filter(|(_, one)| !one.onbuild);
    let last_of: BTreeMap<Option<usize>, (usize, &Instruction)> =
        users.map(|(at, one)| (one.stage, (at, one))).collect();
    for (at, user) in last_of.into_values() {
        let is_name = |name: &str| !is_root(name) && !name.bytes().all(|b| b.is_ascii_digit());
        if account_of(user).is_some_and(is_name) {
            look.tell(&rule::NAMED_USER, at, user.head.clone());
        }
    }
    if let Some(user) = file.last(last, Keyword::User) {
        let at = file.instructions.iter().position(|one| std::ptr::eq(one, user));
        if account_of(user).is_some_and(is_root) {
            look.tell(&rule::ROOT_USER, at.unwrap_or_default(), user.head.clone());
        }
        return;
    }
    let image = file.lineage(last).last().and_then(|stage| file.stages.get(stage));
    let known = image.and_then(|stage: &Stage| stage.known_image.as_deref());
    if known.is_some_and(|image| UNPRIVILEGED.iter().any(|part| image.contains(part))) {
        return;
    }
    let from = file.stages[last].from;
    look.tell(&rule::NO_USER, from, file.instructions[from].head.clone());
}

/// Ports through which machines and containers are administered: SSH, Telnet, SMTP relays were in the first list of
/// SecureScan, remote desktop, VNC, WinRM, Docker.
const ADMIN: &[u32] = &[22, 23, 25, 512, 513, 514, 2375, 2376, 3389, 5900, 5985, 5986];

fn ports(look: &mut Look<'_>) {
    for (at, one) in look.of(Keyword::Expose) {
        for (index, word) in one.words.iter().enumerate() {
            let Some(Some(value)) = one.values.get(index) else { continue };
            for value in value.split_whitespace() {
                let numbers = value.split('/').next().unwrap_or_default();
                let (first, end) = numbers.split_once('-').unwrap_or((numbers, numbers));
                let (Ok(first), Ok(end)) = (first.parse::<u32>(), end.parse::<u32>()) else {
                    continue;
                };
                if first > 65_535 || end > 65_535 {
                    look.name(&rule::BAD_PORT, at, word.range.clone(), numbers);
                } else if let Some(port) = ADMIN.iter().find(|port| (first..=end).contains(port))
                    // A range over everything says nothing about one of them.
                    && end - first < 100
                {
                    look.name(&rule::ADMIN_PORT, at, word.range.clone(), &port.to_string());
                }
            }
        }
    }
}

fn repeated(look: &mut Look<'_>) {
    for (keyword, rule) in [
        (Keyword::Cmd, &rule::CMDS),
        (Keyword::Entrypoint, &rule::ENTRYPOINTS),
        (Keyword::Healthcheck, &rule::HEALTHCHECKS),
    ] {
        let mut seen = None;
        for (at, one) in look.of(keyword) {
            if !one.onbuild && one.stage.is_some() && seen.replace(one.stage) == Some(one.stage) {
                look.tell(rule, at, one.head.clone());
            }
        }
    }
    for (at, one) in look.instructions() {
        let is_start = matches!(one.keyword, Keyword::Cmd | Keyword::Entrypoint);
        if is_start && one.exec.is_none() && !one.rest.as_str().trim().is_empty() {
            look.tell(&rule::SHELL_FORM, at, one.head.clone());
        }
    }
}

fn missing(look: &mut Look<'_>) {
    let file = look.file;
    let Some(last) = file.stages.len().checked_sub(1) else { return };
    let is_health = |one: &Instruction| one.keyword == Keyword::Healthcheck && !one.onbuild;
    if !file.lineage(last).any(|stage| file.of_stage(stage).any(is_health)) {
        let from = file.stages[last].from;
        look.tell(&rule::NO_HEALTHCHECK, from, file.instructions[from].head.clone());
    }
}
