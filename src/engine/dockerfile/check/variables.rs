//! What variables hold at an instruction, as far as the file says: those of `ARG` and `ENV`, and those that a step sets for
//! itself. Nothing is guessed.

use crate::engine::dockerfile::model::{Dockerfile, Instruction, Keyword};
use crate::engine::shell::{Command, Word};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Longest text that a word is worked out to.
const MAX_WORD: usize = 16 << 10;

/// Variables at one instruction.
#[derive(Debug, Default)]
pub(super) struct Variables<'a> {
    /// Of the stage, with their values where these are known.
    stage: BTreeMap<&'a str, Option<&'a str>>,
    /// Of the step; one that is set to several values is not known.
    step: BTreeMap<String, Option<String>>,
}

impl<'a> Variables<'a> {
    /// Goes on to an instruction, the next one in the order of the text.
    pub(super) fn follow(&mut self, file: &Dockerfile, one: &'a Instruction) {
        self.step.clear();
        match one.keyword {
            Keyword::From => {
                let stage = one.stage.and_then(|stage| file.stages.get(stage));
                if stage.is_none_or(|stage| stage.parent.is_none()) {
                    self.stage.clear();
                }
            }
            Keyword::Env | Keyword::Arg => self
                .stage
                .extend(one.pairs.iter().map(|pair| (pair.name.as_str(), pair.known.as_deref()))),
            Keyword::Run => self.set_by(one),
            _ => {}
        }
    }

    fn set_by(&mut self, one: &Instruction) {
        for (name, word) in one.script.commands.iter().flat_map(Command::sets) {
            let value = word.known().filter(|value| value.len() <= MAX_WORD).map(str::to_owned);
            self.step
                .entry(name)
                .and_modify(|known| {
                    if *known != value {
                        *known = None;
                    }
                })
                .or_insert(value);
        }
    }

    /// What a variable holds.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        match self.step.get(name) {
            Some(value) => value.as_deref(),
            None => self.stage.get(name).copied().flatten(),
        }
    }

    /// What a word is once its variables are replaced; `None` when one of them is not known.
    pub(super) fn expanded<'w>(&self, word: &'w Word) -> Option<Cow<'w, str>> {
        if word.literal {
            return Some(Cow::Borrowed(word.text()));
        }
        let mut out = String::new();
        let mut rest = word.text();
        while let Some(at) = rest.find(['$', '`']) {
            out.push_str(&rest[..at]);
            let behind = rest[at..].strip_prefix('$')?;
            let bare = behind.strip_prefix('{');
            let name = bare.unwrap_or(behind);
            let is_other = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
            let (name, behind) = name.split_at(name.find(is_other).unwrap_or(name.len()));
            out.push_str(self.get(name)?);
            rest = if bare.is_some() { behind.strip_prefix('}')? } else { behind };
            if out.len() > MAX_WORD {
                return None;
            }
        }
        out.push_str(rest);
        Some(Cow::Owned(out))
    }
}
