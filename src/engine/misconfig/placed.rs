//! Findings of the half that looks at whole trees, put into the files they are about: placed, redacted and marked as those of single files
//! are. Knows no format.

use super::super::{FileEngine, Setup, Sink, secrets};
use crate::config::Config;
use crate::finding::key;
use crate::rules::Rule;
use crate::target::{Blob, Source};
use crate::text::decode::{Decoded, decode};
use crate::text::line_hash::line_hashes;
use std::fmt;
use std::sync::OnceLock;

/// Puts findings into files.
pub struct Placer {
    config: Config,
    rules: Vec<Rule>,
    /// Says where secrets stand, so that no finding shows one. Made when there is a finding.
    secrets: OnceLock<Option<Box<dyn FileEngine>>>,
}

impl fmt::Debug for Placer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Placer")
    }
}

impl Placer {
    /// One that looks for secrets as the scanner of secrets would.
    pub fn new(setup: &Setup<'_>) -> Self {
        let (config, rules) = (setup.config.clone(), setup.secret_rules.to_vec());
        Self { config, rules, secrets: OnceLock::new() }
    }

    fn secrets(&self) -> Option<&dyn FileEngine> {
        let made = self.secrets.get_or_init(|| {
            let setup = Setup { secret_rules: &self.rules, ..Setup::of(&self.config) };
            // What is wrong with the rules is told by the scanner of secrets.
            secrets::build(&setup).ok().and_then(|built| built.file)
        });
        made.as_deref()
    }

    /// Lets `report` name problems of a file, and hands them on as findings.
    pub fn place(
        &self,
        source: &dyn Source,
        path: &str,
        report: impl FnOnce(&[u8], &mut Sink),
        sink: &mut Sink,
    ) {
        let entries = source.entries();
        let Ok(at) = entries.binary_search_by(|entry| entry.path.as_str().cmp(path)) else {
            return;
        };
        let mut buffer = Vec::new();
        if source.read(&entries[at], &mut buffer).is_err() {
            return;
        }
        let Decoded::Text(text) = decode(&buffer) else { return };
        let blob = Blob::new(path, &text);
        let mut own = Sink::new();
        report(&text, &mut own);
        let mut secrets = own.secrets().to_vec();
        if let Some(engine) = self.secrets() {
            let mut theirs = Sink::new();
            engine.scan(&blob, &mut theirs);
            secrets.extend_from_slice(theirs.secrets());
        }
        let hashes = line_hashes(&text);
        for mut finding in own.place(&blob, &secrets) {
            let line = finding.line.unwrap_or(1) as usize;
            if let Some(hash) = hashes.get(line.saturating_sub(1)) {
                finding.set_meta(key::PRIMARY_LOCATION_LINE_HASH, hash.as_str());
            }
            sink.push(finding);
        }
    }
}
