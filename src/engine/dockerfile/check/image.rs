//! Base images, stages, accounts, ports, and what is there too often or not at all.

use super::{Look, ended};
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

/// Where images without a host come from.
const HUB: &str = "docker.io";

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

    /// The registry; Docker's own unless the name begins with a host.
    pub(super) fn registry(&self) -> &'a str {
        match self.name.split_once('/') {
            Some((host, _)) if host.contains(['.', ':']) || host == "localhost" => host,
            _ => HUB,
        }
    }

    /// The name in the official library; of other images the whole name.
    pub(super) fn official(&self) -> &'a str {
        let name = self.name.strip_prefix("docker.io/").unwrap_or(self.name);
        name.strip_prefix("library/").unwrap_or(name)
    }

    /// Whether it comes from a registry (`ghcr.io`), from below a host (`*.example.com`), or from a folder of one
    /// (`ghcr.io/acme`).
    pub(super) fn is_from(&self, entry: &str) -> bool {
        let entry = entry.trim_end_matches('/');
        let (host, folder) = entry.split_once('/').map_or((entry, None), |(a, b)| (a, Some(b)));
        let registry = self.registry();
        let is_host = match host.strip_prefix("*.") {
            Some(domain) => registry
                .strip_suffix(domain)
                .is_some_and(|rest| rest.ends_with('.') && rest.len() > 1),
            None => registry.eq_ignore_ascii_case(host),
        };
        let path = match self.name.strip_prefix(registry).and_then(|rest| rest.strip_prefix('/')) {
            Some(path) => path.to_owned(),
            None if self.name.contains('/') => self.name.to_owned(),
            None => format!("library/{}", self.name),
        };
        let is_below = |folder: &str| {
            path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        is_host && folder.is_none_or(is_below)
    }
}

fn bases(look: &mut Look<'_>) {
    for stage in &look.file.stages {
        let from = &look.file.instructions[stage.from];
        if let Some(flag) = from.flag("platform") {
            let rule = match flag.value.as_str() {
                "$TARGETPLATFORM" | "${TARGETPLATFORM}" => Some(&rule::REDUNDANT_PLATFORM),
                value if !value.contains('$') => Some(&rule::PLATFORM),
                _ => None,
            };
            if let Some(rule) = rule {
                look.tell(rule, stage.from, flag.range.clone());
            }
        }
        let Some(word) = &stage.image else { continue };
        // A variable in the path of an image says nothing of its version.
        let written = Some(word.text()).filter(|text| ends_literally(text));
        let Some(text) = stage.known_image.as_deref().or(written) else { continue };
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
        if !look.trusts(&image) {
            look.name(&rule::UNTRUSTED_REGISTRY, stage.from, word.range.clone(), image.registry());
        }
        if ended::has_ended(&image) {
            let name = format!("{}-{}", super::base(image.name), image.tag.unwrap_or_default());
            look.name(&rule::END_OF_LIFE, stage.from, word.range.clone(), &name);
        }
    }
}

/// Whether the last part of an image's path is written out, and a part before it is not.
fn ends_literally(text: &str) -> bool {
    text.rsplit_once('/').is_some_and(|(_, last)| {
        !last.is_empty() && last.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-:@".contains(&b))
    })
}

fn stages(look: &mut Look<'_>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for stage in &look.file.stages {
        let from = &look.file.instructions[stage.from];
        let Some(name) = stage.name.as_deref() else { continue };
        let range = from.words.get(2).map_or(from.head.clone(), |word| word.range.clone());
        if ["scratch", "context"].contains(&name) {
            look.name(&rule::RESERVED_STAGE, stage.from, range.clone(), name);
        }
        if seen.insert(name, stage.from).is_some() {
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
