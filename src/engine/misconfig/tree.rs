//! The half of the scanner that needs several files at once, and how its findings become those of single files: the same snippets, the
//! same redaction, the same line hashes. Knows no format; [`TREES`] does.

use super::check::Checks;
use super::helm;
use super::judge::{self, Problem};
use super::kustomize;
use super::placed::{Placed, Placer};
use super::terraform;
use crate::engine::{Setup, Sink, Tree, TreeEngine};
use crate::finding::{SkipReason, SkippedFile};
use crate::target::{Entry, Source};
use crate::text::decode::{Decoded, decode};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Looks at all files of one format together.
pub type Look = fn(&dyn Source, &Checks) -> Told;

/// All formats whose files have to be seen together.
pub static TREES: &[Look] = &[terraform::look, kustomize::look];

/// What a format has to say of a tree.
#[derive(Debug, Default)]
pub struct Told {
    /// Problems by the paths of their files.
    pub problems: BTreeMap<String, Vec<Problem>>,
    /// Files that were looked at in part or not at all.
    pub skipped: Vec<SkippedFile>,
    /// Files that were judged as parts of something larger; what was found in them alone does not count.
    pub superseded: Vec<String>,
}

/// A file of a tree as engines see it, or why it cannot be seen.
pub fn text(source: &dyn Source, entry: &Entry) -> Result<Vec<u8>, SkippedFile> {
    let skipped = |reason, detail| SkippedFile { path: entry.path.clone(), reason, detail };
    let mut buffer = Vec::new();
    source.read(entry, &mut buffer).map_err(|refused| skipped(refused.reason, refused.detail))?;
    match decode(&buffer) {
        Decoded::Text(text) => Ok(text.into_owned()),
        Decoded::Binary => Err(skipped(SkipReason::Binary, String::new())),
    }
}

/// The half itself.
#[derive(Debug)]
pub struct Whole {
    placer: Placer,
    checks: Checks,
}

impl Whole {
    /// Made from the settings of a run.
    pub fn new(setup: &Setup<'_>) -> Self {
        Self { placer: Placer::new(setup), checks: setup.checks.clone() }
    }
}

impl TreeEngine for Whole {
    fn scan(&self, tree: &Tree<'_>, sink: &mut Sink) -> Result<(), String> {
        for look in TREES {
            let told = look(tree.source, &self.checks);
            told.skipped.into_iter().for_each(|file| sink.skip(file));
            told.superseded.into_iter().for_each(|path| sink.supersede(path));
            let files: Vec<(String, Vec<Problem>)> = told.problems.into_iter().collect();
            let placed: Vec<_> = files
                .into_par_iter()
                .map(|(path, all)| {
                    let report = |text: &[u8], sink: &mut Sink| {
                        judge::report(all, &self.checks, text, sink);
                    };
                    self.placer.place(tree.source, &path, report)
                })
                .collect();
            for Placed { findings, failed } in placed {
                for finding in findings {
                    sink.push(finding);
                }
                if let Some(file) = failed {
                    sink.failed(file);
                }
            }
        }
        helm::look(tree.source, &self.checks, &self.placer, sink);
        Ok(())
    }
}

/// A file that was looked at only as far as it can be read.
pub fn unparsable(path: &str, detail: String) -> SkippedFile {
    SkippedFile { path: path.to_owned(), reason: SkipReason::Unparsable, detail }
}
