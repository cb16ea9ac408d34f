//! COPY and ADD: from where, to where, and of what.

use super::build::is_absolute;
use super::image::Image;
use super::{Look, base, ends_with, is};
use crate::engine::dockerfile::model::{Instruction, Keyword};
use crate::engine::dockerfile::rule::{command, image as rule, secret, trust};
use crate::engine::shell::Word;
use crate::finding::{Confidence, Severity};

pub(super) fn check(look: &mut Look<'_>) {
    // Of each stage so far, whether WORKDIR was set.
    let mut set = vec![false; look.file.stages.len()];
    for (at, one) in look.instructions() {
        let stage = one.stage.unwrap_or(set.len());
        match one.keyword {
            Keyword::From => {
                if let Some(parent) = look.file.stages.get(stage).and_then(|stage| stage.parent) {
                    set[stage] = set[parent];
                }
            }
            Keyword::Workdir => set.iter_mut().skip(stage).take(1).for_each(|set| *set = true),
            Keyword::Copy | Keyword::Add => {
                sources(look, at, one);
                destination(look, at, one, set.get(stage).copied().unwrap_or(true));
                source_stage(look, at, one);
                mode(look, at, one);
            }
            Keyword::Run => mounted(look, at, one),
            _ => {}
        }
    }
    archives(look);
}

/// Sources that are files or addresses; here-documents are neither.
fn paths(one: &Instruction) -> impl Iterator<Item = &Word> {
    let args = one.args();
    args[..args.len().saturating_sub(1)].iter().filter(|word| !word.text().starts_with("<<"))
}

/// Whether ADD unpacks a file of that name.
fn is_archive(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    [
        ".tar",
        ".tgz",
        ".tbz",
        ".tbz2",
        ".txz",
        ".tar.gz",
        ".tar.bz2",
        ".tar.xz",
        ".tar.z",
        ".tar.zst",
        ".tar.lz",
        ".tar.lzma",
        ".tlz",
        ".tzst",
        ".gz",
        ".bz2",
        ".xz",
        ".lz",
        ".lzma",
        ".z",
        ".zst",
    ]
    .iter()
    .any(|end| lower.ends_with(end))
}

fn sources(look: &mut Look<'_>, at: usize, one: &Instruction) {
    for word in paths(one) {
        let text = word.text();
        let is_git = text.starts_with("git@")
            || text.contains(".git#")
            || ends_with(text, ".git") && text.contains("://");
        if text.contains("://") || is_git {
            address(look, at, one, word, is_git);
            continue;
        }
        if one.keyword == Keyword::Add && word.literal && !is_archive(text) {
            look.tell(&rule::LOCAL_ADD, at, word.range.clone());
        }
        if one.flag("from").is_none() && word.literal {
            sensitive(look, at, one, word);
        }
    }
}

fn address(look: &mut Look<'_>, at: usize, one: &Instruction, word: &Word, is_git: bool) {
    if one.keyword != Keyword::Add {
        return;
    }
    let text = word.text();
    let commit = text
        .rsplit_once('#')
        .map_or("", |(_, commit)| commit.split(':').next().unwrap_or_default());
    let is_pinned = one.flag("checksum").is_some()
        || is_git
            && (commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit())
                || commit.contains('$'));
    if is_pinned {
        return;
    }
    look.tell(&trust::REMOTE_ADD, at, word.range.clone());
    if text.starts_with("http://") || text.starts_with("ftp://") {
        look.tell(&trust::PLAIN_HTTP, at, word.range.clone());
    }
}

/// Names of files that hold credentials: the whole name, with how sure that is.
const SENSITIVE: &[(&str, Confidence)] = &[
    (".env", Confidence::Medium),
    ("id_rsa", Confidence::High),
    ("id_dsa", Confidence::High),
    ("id_ecdsa", Confidence::High),
    ("id_ed25519", Confidence::High),
    (".netrc", Confidence::High),
    (".pypirc", Confidence::High),
    (".npmrc", Confidence::Low),
    (".git-credentials", Confidence::High),
    (".pgpass", Confidence::High),
    (".my.cnf", Confidence::Medium),
    (".aws", Confidence::High),
    (".ssh", Confidence::High),
    (".kube", Confidence::High),
    (".docker", Confidence::Medium),
    (".gnupg", Confidence::High),
    ("kubeconfig", Confidence::High),
    ("credentials.json", Confidence::Medium),
    (".vault-token", Confidence::High),
    ("terraform.tfstate", Confidence::High),
];

fn sensitive(look: &mut Look<'_>, at: usize, one: &Instruction, word: &Word) {
    let text = word.text();
    let name = base(text);
    if name == ".git" {
        look.tell(&secret::COPIED_GIT, at, word.range.clone());
        return;
    }
    let lower = name.to_ascii_lowercase();
    let is_sample = ["example", "sample", "template", "dist", "default", "test", "dummy", ".pub"]
        .iter()
        .any(|part| lower.contains(part));
    let is_public = ["cert", "chain", "ca.", "ca-", "pub", "root", "bundle", "-ca", "_ca"]
        .iter()
        .any(|part| lower.contains(part));
    let known =
        SENSITIVE.iter().find(|(known, _)| *known == lower).map(|(_, confidence)| *confidence);
    let known = known.or_else(|| {
        if lower.starts_with(".env.") {
            return Some(Confidence::Medium);
        }
        if [".p12", ".pfx", ".ppk", ".kdbx"].iter().any(|end| lower.ends_with(end)) {
            return Some(Confidence::High);
        }
        let is_key = [".key", ".pem"].iter().any(|end| lower.ends_with(end)) && !is_public;
        is_key.then_some(Confidence::Medium)
    });
    let Some(confidence) = known.filter(|_| !is_sample) else { return };
    let shipped = look.is_shipped(one);
    look.name(&secret::COPIED_SECRET, at, word.range.clone(), name);
    let problem = look.tell(&secret::COPIED_SECRET, at, word.range.clone());
    problem.confidence = confidence;
    if !shipped || confidence == Confidence::Low {
        problem.severity = Severity::Medium;
    }
}

fn destination(look: &mut Look<'_>, at: usize, one: &Instruction, is_set: bool) {
    let args = one.args();
    let (Some(last), true) = (args.last(), args.len() > 1) else { return };
    let path = last.text();
    let is_folder = path.ends_with(['/', '\\'])
        || matches!(path, "." | "..")
        || path.ends_with("/.")
        || !last.literal && path.starts_with('$');
    if args.len() > 2 && !is_folder && one.keyword == Keyword::Copy {
        look.tell(&rule::COPY_DESTINATION, at, last.range.clone());
    }
    if one.keyword != Keyword::Copy || one.onbuild || path.is_empty() || is_absolute(path) {
        return;
    }
    if !is_set {
        look.tell(&rule::RELATIVE_COPY, at, last.range.clone());
    }
}

/// What `--from` names.
fn source_stage(look: &mut Look<'_>, at: usize, one: &Instruction) {
    let Some(flag) = one.flag("from") else { return };
    if let [source, _] = one.args()
        && matches!(source.text(), "/" | "/." | "/*")
    {
        look.tell(&rule::WHOLE_FILESYSTEM, at, source.range.clone());
    }
    named(look, at, one, flag.value.as_str(), flag.range.clone());
}

fn mounted(look: &mut Look<'_>, at: usize, one: &Instruction) {
    for flag in one.flags.iter().filter(|flag| flag.name.eq_ignore_ascii_case("mount")) {
        let from = flag.value.as_str().split(',').find_map(|pair| pair.strip_prefix("from="));
        if let Some(from) = from {
            named(look, at, one, from, flag.range.clone());
        }
    }
}

fn named(
    look: &mut Look<'_>,
    at: usize,
    one: &Instruction,
    name: &str,
    range: std::ops::Range<usize>,
) {
    let name = name.trim_matches('"');
    let Some(current) = one.stage.filter(|_| !name.is_empty() && !name.contains('$')) else {
        return;
    };
    if let Ok(index) = name.parse::<usize>() {
        if index == current {
            look.tell(&rule::OWN_STAGE, at, range);
        } else if index > current {
            look.tell(&rule::UNKNOWN_STAGE, at, range);
        }
        return;
    }
    let lower = name.to_ascii_lowercase();
    let file = look.file;
    let has_name = |stage: usize| {
        file.stages.get(stage).and_then(|stage| stage.name.as_deref()) == Some(&lower)
    };
    if (0..current).rev().any(has_name) || name.eq_ignore_ascii_case("scratch") {
        return;
    }
    if has_name(current) {
        look.tell(&rule::OWN_STAGE, at, range);
        return;
    }
    let image = Image::of(name);
    if !look.trusts(&image) {
        look.name(&rule::UNTRUSTED_REGISTRY, at, range.clone(), image.registry());
    }
    if image.has_digest || image.tag.is_some_and(|tag| tag != "latest") {
        return;
    }
    if name.contains('/') || image.tag.is_some() {
        look.name(&rule::UNTAGGED_SOURCE, at, range, image.name);
    } else {
        look.name(&rule::UNKNOWN_STAGE, at, range, name);
    }
}

fn mode(look: &mut Look<'_>, at: usize, one: &Instruction) {
    if let Some(flag) =
        one.flag("chmod").filter(|flag| super::command::is_world_writable(flag.value.as_str()))
    {
        look.tell(&command::WORLD_WRITABLE, at, flag.range.clone());
    }
}

/// Archives that are copied and unpacked by a later command of the stage.
fn archives(look: &mut Look<'_>) {
    let mut copied: Vec<(usize, &Word)> = Vec::new();
    let mut stage = None;
    for (at, one) in look.instructions() {
        if one.stage != stage {
            stage = one.stage;
            copied.clear();
        }
        if one.keyword == Keyword::Copy && one.flag("from").is_none() && copied.len() < 100 {
            let tar = |word: &&Word| word.literal && is_archive(word.text());
            copied.extend(paths(one).filter(tar).map(|word| (at, word)));
        }
        if one.keyword != Keyword::Run || copied.is_empty() {
            continue;
        }
        for unpack in one
            .script
            .commands
            .iter()
            .filter(|one| is(one, &["tar", "bsdtar", "unzip", "gunzip", "bunzip2", "unxz"]))
        {
            for (at, word) in &copied {
                if unpack.args().iter().any(|arg| base(arg.text()) == base(word.text())) {
                    look.tell(&rule::COPIED_ARCHIVE, *at, word.range.clone());
                }
            }
        }
    }
}
