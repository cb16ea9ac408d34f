//! The half of the scanner that needs several files at once, and how its findings become those of single files: the same snippets, the
//! same redaction, the same line hashes. Knows no format; [`TREES`] does.

use super::helm;
use super::judge::{self, Problem};
use super::placed::{Placed, Placer};
use super::resource::{Resource, Scope};
use super::terraform;
use super::value::Value;
use crate::engine::{Setup, Sink, Tree, TreeEngine};
use crate::finding::{SkipReason, SkippedFile};
use crate::target::{Entry, Source};
use crate::text::decode::{Decoded, decode};
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;

/// Looks at all files of one format together.
pub type Look = fn(&dyn Source) -> Told;

/// All formats whose files have to be seen together.
pub static TREES: &[Look] = &[terraform::look];

/// What a format has to say of a tree.
#[derive(Debug, Default)]
pub struct Told {
    /// Problems by the paths of their files.
    pub problems: BTreeMap<String, Vec<Found>>,
    /// Files that were looked at in part or not at all.
    pub skipped: Vec<SkippedFile>,
}

/// A problem that has outlived its scope.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Its resource, without what is said of it.
    pub resource: Resource,
    /// Index of the check.
    pub check: usize,
    /// Where, in the file of the resource.
    pub range: Range<usize>,
    /// A sentence about this case.
    pub detail: Option<String>,
    /// What no output may show.
    pub secrets: Vec<Range<usize>>,
}

/// The problems of a scope, without it.
pub fn found(scope: &Scope) -> Vec<Found> {
    let problems = judge::problems(scope).into_iter().map(|problem| {
        let Resource { format, kind, address, file, head, body } = problem.resource;
        let resource = Resource {
            format: *format,
            kind: kind.clone(),
            address: address.clone(),
            file: *file,
            head: head.clone(),
            body: Value::unknown(body.range.clone()),
        };
        let Problem { check, range, detail, secrets, .. } = problem;
        Found { resource, check, range, detail, secrets }
    });
    problems.collect()
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
}

impl Whole {
    /// Made from the settings of a run.
    pub fn new(setup: &Setup<'_>) -> Self {
        Self { placer: Placer::new(setup) }
    }

    fn place(&self, source: &dyn Source, path: &str, all: &[Found]) -> Placed {
        self.placer.place(source, path, |text, sink| {
            let problems = all.iter().map(|found| Problem {
                resource: &found.resource,
                check: found.check,
                range: found.range.clone(),
                detail: found.detail.clone(),
                secrets: found.secrets.clone(),
            });
            judge::report(problems.collect(), text, sink);
        })
    }
}

impl TreeEngine for Whole {
    fn scan(&self, tree: &Tree<'_>, sink: &mut Sink) -> Result<(), String> {
        for look in TREES {
            let told = look(tree.source);
            told.skipped.into_iter().for_each(|file| sink.skip(file));
            let files: Vec<(&String, &Vec<Found>)> = told.problems.iter().collect();
            let placed: Vec<_> =
                files.par_iter().map(|(path, all)| self.place(tree.source, path, all)).collect();
            for Placed { findings, failed } in placed {
                for finding in findings {
                    sink.push(finding);
                }
                if let Some(file) = failed {
                    sink.failed(file);
                }
            }
        }
        helm::look(tree.source, &self.placer, sink);
        Ok(())
    }
}

/// A file that was looked at only as far as it can be read.
pub fn unparsable(path: &str, detail: String) -> SkippedFile {
    SkippedFile { path: path.to_owned(), reason: SkipReason::Unparsable, detail }
}
