//! A step that installs packages, as the checks of every package manager ask it: what it mounts, removes and expands.

use super::variables::Variables;
use super::{Look, is};
use crate::engine::dockerfile::model::Instruction;
use crate::engine::rule::Rule;
use crate::engine::shell::{Command, Word};

/// A step that is looked at.
pub(super) struct Run<'a> {
    pub(super) at: usize,
    pub(super) one: &'a Instruction,
    pub(super) shipped: bool,
    pub(super) without_cache: bool,
    /// Commands of it that may remove what others left.
    pub(super) cleaning: Vec<&'a Command>,
    pub(super) variables: &'a Variables<'a>,
}

impl Run<'_> {
    /// Whether a path is a cache or a temporary file system, so that nothing stays in the layer.
    pub(super) fn is_mounted(&self, path: &str) -> bool {
        let keys = &["target", "dst", "destination"];
        let mut mounts = self.one.mounts("cache", keys).chain(self.one.mounts("tmpfs", keys));
        mounts.any(|target| {
            let target = target.trim_end_matches('/');
            !target.is_empty()
                && (path.starts_with(target) || target.starts_with(path) || target.ends_with(path))
        })
    }

    /// Whether a command of the step removes what is below a path.
    pub(super) fn is_removed(&self, path: &str) -> bool {
        self.cleaning.iter().any(|command| {
            is(command, &["rm", "find"])
                && command.args().iter().any(|word| {
                    let text = word.text().trim_end_matches("/*").trim_end_matches('/');
                    text.contains(path) || text.len() > 4 && path.starts_with(text)
                })
        })
    }

    pub(super) fn runs(&self, programs: &[&str], words: &[&str]) -> bool {
        let has = |command: &Command| words.iter().all(|word| command.has(word));
        self.cleaning.iter().any(|command| is(command, programs) && has(command))
    }
}

pub(super) fn no_cache(name: &str, value: Option<&str>) -> bool {
    let on = |value: &str| {
        !matches!(value.to_ascii_lowercase().as_str(), "" | "0" | "false" | "no" | "off")
    };
    name == "PIP_NO_CACHE_DIR" && value.is_some_and(|value| !value.is_empty())
        || name == "UV_NO_CACHE" && value.is_some_and(on)
}

/// Tells of the operands that `is_pinned` does not accept. An operand that is not known is left out.
pub(super) fn unpinned<'a>(
    look: &mut Look<'_>,
    run: &Run<'_>,
    rule: &'static Rule,
    operands: impl Iterator<Item = &'a Word>,
    is_pinned: impl Fn(&str) -> bool,
) {
    for word in operands {
        // `$PACKAGES` is as many packages as it has words.
        let value = run.variables.expanded(word);
        for package in value.iter().flat_map(|value| value.split_whitespace()) {
            let is_option = package.starts_with('-') && !word.literal;
            if !is_option && !package.contains(['{', '*']) && !is_pinned(package) {
                look.name(rule, run.at, word.range.clone(), package);
            }
        }
    }
}
