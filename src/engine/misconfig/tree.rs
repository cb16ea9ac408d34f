//! The half of the scanner that needs several files at once, and how its findings become those of single files: the same snippets, the
//! same redaction, the same line hashes. Knows no format; [`TREES`] does.

use super::judge::{self, Problem};
use super::resource::{Resource, Scope};
use super::terraform;
use super::value::Value;
use crate::config::Config;
use crate::engine::{Built, Setup, Sink, Tree, TreeEngine, secrets};
use crate::finding::{FailedFile, Finding, SkipReason, SkippedFile, key};
use crate::rules::Rule;
use crate::target::{Blob, Entry, Source};
use crate::text::decode::{Decoded, decode};
use crate::text::line_hash::line_hashes;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

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
    config: Config,
    rules: Vec<Rule>,
    secrets: OnceLock<Option<Built>>,
}

impl Whole {
    /// Made from the settings of a run.
    pub fn new(setup: &Setup<'_>) -> Self {
        let rules = setup.secret_rules.to_vec();
        Self { config: setup.config.clone(), rules, secrets: OnceLock::new() }
    }

    /// The scanner that knows what must not be shown; made only when something is.
    fn secrets(&self) -> Option<&Built> {
        let make = || {
            let setup = Setup { secret_rules: &self.rules, ..Setup::of(&self.config) };
            secrets::build(&setup).ok()
        };
        self.secrets.get_or_init(make).as_ref()
    }

    /// Findings of one file, in the form that those of file scanners have.
    fn place(
        &self,
        source: &dyn Source,
        path: &str,
        all: &[Found],
    ) -> (Vec<Finding>, Option<FailedFile>) {
        let failed = |message: String| FailedFile { path: path.to_owned(), message };
        let entries = source.entries();
        let entry = entries.binary_search_by(|entry| entry.path.as_str().cmp(path));
        let text = entry.ok().and_then(|at| text(source, &entries[at]).ok());
        let Some(text) = text else {
            return (Vec::new(), Some(failed("the file could not be read again".to_owned())));
        };
        let Some(engine) = self.secrets().and_then(|built| built.file.as_ref()) else {
            let message = "without the secrets scanner nothing of it can be shown".to_owned();
            return (Vec::new(), Some(failed(message)));
        };
        let blob = Blob::new(path, &text);
        let mut hidden = Sink::new();
        engine.scan(&blob, &mut hidden);
        let mut sink = Sink::new();
        let problems = all.iter().map(|found| Problem {
            resource: &found.resource,
            check: found.check,
            range: found.range.clone(),
            detail: found.detail.clone(),
            secrets: found.secrets.clone(),
        });
        judge::report(problems.collect(), &text, &mut sink);
        let overflow = sink.overflow();
        let mut secrets = hidden.secrets().to_vec();
        secrets.extend_from_slice(sink.secrets());
        let mut findings = sink.place(&blob, &secrets);
        let hashes = line_hashes(&text);
        for finding in &mut findings {
            let line = finding.line.unwrap_or(1) as usize;
            if let Some(hash) = hashes.get(line.saturating_sub(1)) {
                finding.set_meta(key::PRIMARY_LOCATION_LINE_HASH, hash.as_str());
            }
        }
        let lost = (overflow > 0)
            .then(|| failed(format!("{overflow} further findings in this file are not listed")));
        (findings, lost)
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
            for (findings, failed) in placed {
                for finding in findings {
                    sink.push(finding);
                }
                if let Some(file) = failed {
                    sink.failed(file);
                }
            }
        }
        Ok(())
    }
}

/// A file that was looked at only as far as it can be read.
pub fn unparsable(path: &str, detail: String) -> SkippedFile {
    SkippedFile { path: path.to_owned(), reason: SkipReason::Unparsable, detail }
}
