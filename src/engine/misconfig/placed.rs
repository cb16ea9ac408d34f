//! Findings of the half that looks at whole trees, put into the files they are about: placed, redacted and marked as those of single files
//! are. Knows no format.

use crate::config::Config;
use crate::engine::{Built, Setup, Sink, secrets};
use crate::finding::{FailedFile, Finding};
use crate::rules::Rule;
use crate::target::{Blob, Source};
use crate::text::line_hash::line_hashes;
use std::sync::OnceLock;

/// Puts findings into files.
#[derive(Debug)]
pub struct Placer {
    config: Config,
    rules: Vec<Rule>,
    secrets: OnceLock<Option<Built>>,
}

/// What came of one file.
#[derive(Debug, Default)]
pub struct Placed {
    /// Its findings.
    pub findings: Vec<Finding>,
    /// Why some are missing.
    pub failed: Option<FailedFile>,
}

impl Placer {
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

    /// Lets `report` name problems of a file, and hands them back as findings.
    pub fn place(
        &self,
        source: &dyn Source,
        path: &str,
        report: impl FnOnce(&[u8], &mut Sink),
    ) -> Placed {
        let failed = |message: String| FailedFile { path: path.to_owned(), message };
        let lost = |message: &str| Placed {
            failed: Some(failed(message.to_owned())),
            ..Placed::default()
        };
        let entries = source.entries();
        let entry = entries.binary_search_by(|entry| entry.path.as_str().cmp(path));
        let Some(text) = entry.ok().and_then(|at| super::tree::text(source, &entries[at]).ok())
        else {
            return lost("the file could not be read again");
        };
        let Some(engine) = self.secrets().and_then(|built| built.file.as_ref()) else {
            return lost("without the secrets scanner nothing of it can be shown");
        };
        let blob = Blob::new(path, &text);
        let mut hidden = Sink::new();
        engine.scan(&blob, &mut hidden);
        let mut sink = Sink::new();
        report(&text, &mut sink);
        let overflow = sink.overflow();
        let mut secrets = hidden.secrets().to_vec();
        secrets.extend_from_slice(sink.secrets());
        let mut findings = sink.place(&blob, &secrets);
        let hashes = line_hashes(&text);
        for finding in &mut findings {
            finding.set_line_hash(&hashes);
        }
        let failed = (overflow > 0)
            .then(|| failed(format!("{overflow} further findings in this file are not listed")));
        Placed { findings, failed }
    }
}
