//! A Dockerfile that was read: instructions and stages, each with its place. Holds what the text says; judges nothing.

use super::line::Heredoc;
use crate::engine::shell::{Script, Word};
use crate::text::mapped::Mapped;
use std::ops::Range;

/// Instructions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the instruction of its name")]
pub enum Keyword {
    Add,
    Arg,
    Cmd,
    Copy,
    Entrypoint,
    Env,
    Expose,
    From,
    Healthcheck,
    Label,
    Maintainer,
    Run,
    Shell,
    Stopsignal,
    User,
    Volume,
    Workdir,
}

impl Keyword {
    /// By its name, in any case. `ONBUILD` is none: it stands before another one.
    pub fn of(word: &str) -> Option<Self> {
        const NAMES: &[(&str, Keyword)] = &[
            ("add", Keyword::Add),
            ("arg", Keyword::Arg),
            ("cmd", Keyword::Cmd),
            ("copy", Keyword::Copy),
            ("entrypoint", Keyword::Entrypoint),
            ("env", Keyword::Env),
            ("expose", Keyword::Expose),
            ("from", Keyword::From),
            ("healthcheck", Keyword::Healthcheck),
            ("label", Keyword::Label),
            ("maintainer", Keyword::Maintainer),
            ("run", Keyword::Run),
            ("shell", Keyword::Shell),
            ("stopsignal", Keyword::Stopsignal),
            ("user", Keyword::User),
            ("volume", Keyword::Volume),
            ("workdir", Keyword::Workdir),
        ];
        NAMES.iter().find(|(name, _)| word.eq_ignore_ascii_case(name)).map(|(_, keyword)| *keyword)
    }
}

/// An instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instruction {
    /// Which.
    pub keyword: Keyword,
    /// It stands behind `ONBUILD`: it is carried out when another image is built on this one.
    pub onbuild: bool,
    /// From the keyword to the end, here-documents included.
    pub range: Range<usize>,
    /// The same without here-documents.
    pub head: Range<usize>,
    /// Index of its stage; `None` before the first `FROM`.
    pub stage: Option<usize>,
    /// `--name=value`.
    pub flags: Vec<Flag>,
    /// What stands behind keyword and flags.
    pub rest: Mapped,
    /// `rest` split into words; empty for shell forms.
    pub words: Vec<Word>,
    /// What the words are once variables are replaced, where all of them are known; as many as `words`.
    pub values: Vec<Option<String>>,
    /// Elements of a JSON list, when `rest` is one.
    pub exec: Option<Vec<Word>>,
    /// `name=value` of `ARG`, `ENV` and `LABEL`.
    pub pairs: Vec<Pair>,
    /// Here-documents.
    pub heredocs: Vec<Heredoc>,
    /// Commands of `RUN`, and of `CMD`, `ENTRYPOINT` and `HEALTHCHECK`.
    pub script: Script,
    /// The shell that reads its shell form fails when any command of a pipe fails.
    pub pipefail: bool,
    /// The shell that reads its shell form is the image's own: no `SHELL` stands before it.
    pub own_shell: bool,
}

/// A flag.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flag {
    /// Without `--`.
    pub name: String,
    /// Behind `=`; empty without one.
    pub value: Mapped,
    /// As it stands.
    pub range: Range<usize>,
}

/// A name with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Name.
    pub name: String,
    /// Value as it is written, without quotes; `None` for an `ARG` without a default.
    pub value: Option<Word>,
    /// Value with variables replaced, when all of them are known.
    pub known: Option<String>,
    /// Name and value.
    pub range: Range<usize>,
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// Index of its `FROM`.
    pub from: usize,
    /// Name behind `AS`, lower case.
    pub name: Option<String>,
    /// Image as it is written, with its place.
    pub image: Option<Word>,
    /// Image with variables replaced, when all of them are known.
    pub known_image: Option<String>,
    /// The earlier stage it goes on from.
    pub parent: Option<usize>,
    /// Indexes of its instructions, `FROM` included.
    pub instructions: Range<usize>,
}

/// Something that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Where.
    pub range: Range<usize>,
    /// What, as a phrase.
    pub what: &'static str,
}

/// A Dockerfile.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Dockerfile {
    /// Instructions in the order of the text.
    pub instructions: Vec<Instruction>,
    /// Stages in the order of the text.
    pub stages: Vec<Stage>,
    /// What could not be read; everything else was.
    pub broken: Vec<Broken>,
}

impl Instruction {
    /// Its arguments: words, or elements of a list.
    pub fn args(&self) -> &[Word] {
        self.exec.as_deref().unwrap_or(&self.words)
    }

    /// Values of `key` in the mounts of a type; `key` may have several names.
    pub fn mounts<'a>(
        &'a self,
        kind: &'a str,
        keys: &'a [&'a str],
    ) -> impl Iterator<Item = &'a str> {
        let mounts = self.flags.iter().filter(|flag| flag.name.eq_ignore_ascii_case("mount"));
        mounts
            .map(|flag| flag.value.as_str())
            .filter(move |mount| value_of(mount, &["type"]) == Some(kind))
            .map(move |mount| value_of(mount, keys).unwrap_or_default())
    }

    /// Whether secrets or SSH agents are mounted, which leave nothing in the image.
    pub fn mounts_secret(&self) -> bool {
        self.mounts("secret", &[]).chain(self.mounts("ssh", &[])).next().is_some()
    }

    /// The value of a flag.
    pub fn flag(&self, name: &str) -> Option<&Flag> {
        self.flags.iter().find(|flag| flag.name.eq_ignore_ascii_case(name))
    }
}

/// The value of one of some keys in `a=b,c=d`.
fn value_of<'a>(mount: &'a str, keys: &[&str]) -> Option<&'a str> {
    let pairs = mount.split(',').filter_map(|pair| pair.split_once('='));
    pairs.filter(|(key, _)| keys.contains(&key.trim())).map(|(_, value)| value.trim()).next()
}

impl Dockerfile {
    /// A stage and those it goes on from, itself first.
    pub fn lineage(&self, stage: usize) -> impl Iterator<Item = usize> + '_ {
        // A parent stands before its child, so this ends.
        std::iter::successors(Some(stage), |stage| self.stages.get(*stage)?.parent)
    }

    /// Whether a stage is the last one or one that the last one goes on from: what is in it is in the image.
    pub fn is_shipped(&self, stage: usize) -> bool {
        let last = self.stages.len().checked_sub(1);
        last.is_some_and(|last| self.lineage(last).any(|one| one == stage))
    }

    /// Instructions of a stage without those behind `ONBUILD`.
    pub fn of_stage(&self, stage: usize) -> impl DoubleEndedIterator<Item = &Instruction> {
        let range = self.stages.get(stage).map_or(0..0, |stage| stage.instructions.clone());
        self.instructions[range].iter().filter(|one| !one.onbuild)
    }

    /// The last instruction of a kind that holds in a stage, also when it stands in one it goes on from.
    pub fn last(&self, stage: usize, keyword: Keyword) -> Option<&Instruction> {
        self.lineage(stage)
            .find_map(|stage| self.of_stage(stage).rev().find(|one| one.keyword == keyword))
    }
}
