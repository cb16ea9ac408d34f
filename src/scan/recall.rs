//! The result of one file as bytes and back, for the cache. What most files come to - looked at, nothing found - takes
//! none.

use super::run::FileResult;
use crate::finding::{Finding, SkippedFile};
use crate::post::directive::Directive;
use crate::target::Entry;
use crate::target::cache::{Cache, Key, Record};
use serde::{Deserialize, Serialize};

/// A result that is worth bytes. The context of a finding is not part of its public form and stands beside it.
#[derive(Serialize, Deserialize)]
struct Stored {
    findings: Vec<(Finding, String)>,
    directives: Vec<Directive>,
    skipped: Vec<SkippedFile>,
    scanned: bool,
}

/// Where the results of files are remembered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recall<'a>(pub(super) &'a Cache);

impl Recall<'_> {
    /// The key of a file, if its content has an id.
    pub(super) fn key(entry: &Entry) -> Option<Key> {
        Some(Key::new(&entry.path, &entry.id?))
    }

    pub(super) fn get(self, key: &Key) -> Option<FileResult> {
        let record = self.0.get(key)?;
        if record.payload.is_empty() {
            return Some(FileResult { scanned: true, bytes: record.size, ..FileResult::default() });
        }
        let stored: Stored = serde_json::from_slice(&record.payload).ok()?;
        let findings = stored.findings.into_iter();
        Some(FileResult {
            findings: findings.map(|(finding, context)| Finding { context, ..finding }).collect(),
            directives: stored.directives,
            skipped: stored.skipped,
            failed: Vec::new(),
            scanned: stored.scanned,
            bytes: if stored.scanned { record.size } else { 0 },
        })
    }

    /// Remembers a result. A scanner that broke down, or a file that could not be read, may do better next time.
    pub(super) fn put(self, key: Key, entry: &Entry, result: &FileResult) {
        let lost = result.skipped.iter().any(|skipped| skipped.reason.is_loss());
        if !result.failed.is_empty() || lost {
            return;
        }
        let plain = result.scanned
            && result.findings.is_empty()
            && result.directives.is_empty()
            && result.skipped.is_empty();
        let payload = if plain {
            Vec::new()
        } else {
            let with_context = |finding: &Finding| (finding.clone(), finding.context.clone());
            let stored = Stored {
                findings: result.findings.iter().map(with_context).collect(),
                directives: result.directives.clone(),
                skipped: result.skipped.clone(),
                scanned: result.scanned,
            };
            match serde_json::to_vec(&stored) {
                Ok(payload) => payload,
                Err(_) => return,
            }
        };
        self.0.put(key, Record { size: entry.size, payload: payload.into() });
    }
}
