//! The work itself: every file read once, decoded once, handed to every engine that wants it, on all processors; then the
//! scanners of the whole tree. The result does not depend on which thread was faster.

use super::Error;
use super::event::Events;
use super::recall::Recall;
use crate::engine::{Built, Sink, Tree, guard};
use crate::finding::{FailedFile, Finding, Pattern, SkipReason, SkippedFile};
use crate::post::directive::{self, Directive};
use crate::probe::Aim;
use crate::target::cache::Cache;
use crate::target::{Blob, Entry, Source};
use crate::text::decode::{Decoded, decode};
use crate::text::line_hash::line_hashes;
use crate::text::redact;
use rayon::prelude::*;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What came of the files.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) findings: Vec<Finding>,
    pub(super) directives: BTreeMap<String, Vec<Directive>>,
    pub(super) skipped: Vec<SkippedFile>,
    /// Per engine: files it broke on.
    pub(super) failed: Vec<Vec<FailedFile>>,
    pub(super) scanned: u64,
    pub(super) bytes: u64,
}

/// What came of one file.
#[derive(Debug, Default)]
pub(super) struct FileResult {
    pub(super) findings: Vec<Finding>,
    pub(super) directives: Vec<Directive>,
    pub(super) skipped: Vec<SkippedFile>,
    pub(super) failed: Vec<(usize, FailedFile)>,
    pub(super) scanned: bool,
    pub(super) bytes: u64,
}

/// Hands every file to every engine, or remembers what came of it before.
pub(super) fn files(
    source: &dyn Source,
    engines: &[Built],
    cache: Option<&Cache>,
    events: &dyn Events,
) -> Result<Gathered, Error> {
    thread_local! {
        static BUFFER: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    let recall = cache.map(Recall);
    let results: Vec<Option<FileResult>> = source
        .entries()
        .par_iter()
        .with_max_len(16)
        .map(|entry| {
            if events.cancelled() {
                return None;
            }
            let key = recall.and_then(|_| Recall::key(entry));
            if let (Some(recall), Some(key)) = (recall, &key)
                && let Some(result) = recall.get(key)
            {
                events.file(entry.size);
                return Some(result);
            }
            let result = BUFFER.with_borrow_mut(|buffer| {
                let result = file(source, entry, engines, buffer);
                // One huge file must not keep its memory for the rest of the run.
                if buffer.capacity() > 4 << 20 {
                    *buffer = Vec::new();
                }
                result
            });
            if let (Some(recall), Some(key)) = (recall, key) {
                recall.put(key, entry, &result);
            }
            events.file(entry.size);
            Some(result)
        })
        .collect();
    let mut gathered = Gathered { failed: vec![Vec::new(); engines.len()], ..Gathered::default() };
    for (entry, result) in source.entries().iter().zip(results) {
        let result = result.ok_or(Error::Interrupted)?;
        gathered.findings.extend(result.findings);
        gathered.skipped.extend(result.skipped);
        for (engine, failed) in result.failed {
            gathered.failed[engine].push(failed);
        }
        if !result.directives.is_empty() {
            gathered.directives.insert(entry.path.clone(), result.directives);
        }
        gathered.scanned += u64::from(result.scanned);
        gathered.bytes += result.bytes;
    }
    Ok(gathered)
}

fn file(source: &dyn Source, entry: &Entry, engines: &[Built], buffer: &mut Vec<u8>) -> FileResult {
    let mut result = FileResult::default();
    let interested: Vec<usize> = engines
        .iter()
        .enumerate()
        .filter(|(_, built)| {
            built.file.as_ref().is_some_and(|engine| engine.interested(&entry.path))
        })
        .map(|(index, _)| index)
        .collect();
    if interested.is_empty() {
        return result;
    }
    let skip = |reason, detail: String| SkippedFile { path: entry.path.clone(), reason, detail };
    if let Err(refused) = source.read(entry, buffer) {
        result.skipped.push(skip(refused.reason, refused.detail));
        return result;
    }
    let Decoded::Text(text) = decode(buffer) else {
        result.skipped.push(skip(SkipReason::Binary, String::new()));
        return result;
    };
    result.scanned = true;
    result.bytes = buffer.len() as u64;
    let blob = Blob::new(&entry.path, &text);
    let mut sinks = Vec::with_capacity(interested.len());
    let mut secrets = Vec::new();
    for index in interested {
        let Some(engine) = engines[index].file.as_ref() else { continue };
        let mut sink = Sink::new();
        // A defect in one engine on one file is an outcome of that file, not the end of the run.
        if let Err(message) = guard::guarded(|| engine.scan(&blob, &mut sink)) {
            result.failed.push((index, FailedFile { path: entry.path.clone(), message }));
            // What it named before it broke stays hidden in the findings of others.
            secrets.extend_from_slice(sink.secrets());
            continue;
        }
        result.failed.extend(sink.take_failed().into_iter().map(|failed| (index, failed)));
        if sink.overflow() > 0 {
            let message =
                format!("{} further findings in this file are not listed", sink.overflow());
            result.failed.push((index, FailedFile { path: entry.path.clone(), message }));
        }
        sinks.push(sink);
    }
    secrets.extend(sinks.iter().flat_map(|sink| sink.secrets().iter().cloned()));
    for mut sink in sinks {
        result
            .skipped
            .extend(sink.take_notes().into_iter().map(|(reason, detail)| skip(reason, detail)));
        result.findings.extend(sink.place(&blob, &secrets));
    }
    if !result.findings.is_empty() {
        let hashes = line_hashes(&text);
        for finding in &mut result.findings {
            finding.set_line_hash(&hashes);
        }
    }
    result.directives = directive::parse(&entry.path, &text);
    for directive in &mut result.directives {
        if let Some(reason) = &mut directive.reason {
            hide(reason, &text, &secrets);
        }
        // A secret is no rule; the mask would be a pattern that matches every rule.
        for rule in &mut directive.rules {
            let mut words = rule.as_str().to_owned();
            hide(&mut words, &text, &secrets);
            if words != rule.as_str() {
                *rule = Pattern::new("(redacted)");
            }
        }
    }
    result
}

/// What the half of a scanner came to that is run once.
#[derive(Debug, Default)]
pub(super) struct OfTree {
    pub(super) findings: Vec<Finding>,
    pub(super) failed: Vec<FailedFile>,
    pub(super) skipped: Vec<SkippedFile>,
    pub(super) superseded: BTreeSet<String>,
    pub(super) notices: Vec<String>,
}

impl From<Sink> for OfTree {
    fn from(mut sink: Sink) -> Self {
        Self {
            failed: sink.take_failed(),
            skipped: sink.take_skipped(),
            superseded: sink.take_superseded().into_iter().collect(),
            notices: sink.take_told(),
            findings: sink.into_findings(),
        }
    }
}

/// Runs the whole-tree half of one scanner.
pub(super) fn tree(built: &Built, tree: &Tree<'_>) -> Result<OfTree, String> {
    let Some(engine) = built.tree.as_ref() else { return Ok(OfTree::default()) };
    let mut sink = Sink::new();
    guard::guarded(|| engine.scan(tree, &mut sink))??;
    Ok(sink.into())
}

/// Runs the half of one scanner that asks hosts.
pub(super) fn probe(built: &Built, aim: &Aim<'_>) -> Result<OfTree, String> {
    let Some(engine) = built.probe.as_ref() else { return Ok(OfTree::default()) };
    let mut sink = Sink::new();
    guard::guarded(|| engine.scan(aim, &mut sink))??;
    Ok(sink.into())
}

/// Reads the directives of files that only scanners of the whole tree have findings in: nobody else has opened them.
pub(super) fn directives(
    source: &dyn Source,
    engines: &[Built],
    findings: &[Finding],
    known: &mut BTreeMap<String, Vec<Directive>>,
) {
    let mut paths: BTreeSet<&str> = findings.iter().filter_map(|f| f.path.as_deref()).collect();
    let is_read = |path: &str| {
        engines.iter().filter_map(|built| built.file.as_ref()).any(|one| one.interested(path))
    };
    paths.retain(|path| !known.contains_key(*path) && !is_read(path));
    let mut buffer = Vec::new();
    for path in paths {
        let entries = source.entries();
        let found = entries.binary_search_by(|entry| entry.path.as_str().cmp(path));
        let Some(entry) = found.ok().and_then(|at| entries.get(at)) else { continue };
        if source.read(entry, &mut buffer).is_err() {
            continue;
        }
        if let Decoded::Text(text) = decode(&buffer) {
            let directives = directive::parse(path, &text);
            if !directives.is_empty() {
                known.insert(path.to_owned(), directives);
            }
        }
    }
}

/// Takes secrets of the file out of words that its author wrote and reports repeat.
pub(super) fn hide(words: &mut String, text: &[u8], secrets: &[Range<usize>]) {
    /// Shorter text is found by chance.
    const LEAST: usize = 6;
    for secret in secrets.iter().filter(|secret| secret.len() >= LEAST) {
        if let Ok(secret) = std::str::from_utf8(&text[secret.clone()])
            && words.contains(secret)
        {
            *words = words.replace(secret, &redact::mask(secret.as_bytes()));
        }
    }
}

#[cfg(test)]
mod tests;
