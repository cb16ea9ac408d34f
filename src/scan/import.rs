//! Saved results of tools as a run: read, tied to the files they speak of, and judged like any scan. Nothing is scanned.

use super::examine::{Gathering, Scanners, judge};
use super::{Error, Request, look, run, tools};
use crate::adapter::document::{self, Imported};
use crate::adapter::place::Base;
use crate::finding::{Files, Finding, Run, ScannerOutcome, ScannerStatus};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A saved result.
#[derive(Debug, Clone)]
pub struct Saved {
    /// Name of the file, for messages.
    pub name: String,
    /// What it holds.
    pub bytes: Vec<u8>,
}

/// Reads results. `request` names the folder they speak of; `from` the tool they are of, where that is known.
pub fn import(request: &Request, saved: &[Saved], from: Option<&str>) -> Result<Run, Error> {
    let looked_at = look::resolve(request)?;
    let source = looked_at.source();
    let (root, below) = looked_at.place(request);
    let base = Base::new(root).below(&below);
    let mut read = Vec::new();
    for one in saved {
        let said = document::read(&one.bytes, from, &base)
            .map_err(|bad| Error::Result { name: one.name.clone(), message: bad.to_string() })?;
        read.extend(said);
    }
    let mut findings = Vec::new();
    let outcomes = outcomes(read, &mut findings);
    let paths: BTreeSet<&str> = source.entries().iter().map(|entry| entry.path.as_str()).collect();
    for finding in &mut findings {
        settle(finding, &paths);
    }
    tools::anchor(&mut findings, source, &request.terms);
    let mut directives = BTreeMap::new();
    run::directives(source, &[], &findings, &mut directives);
    // Nothing was scanned and nothing was meant to be.
    let files = Files { none_wanted: true, ..Files::default() };
    let gathering = Gathering::new(findings, directives, outcomes, files);
    let examined = judge(&Scanners::none(), gathering, looked_at.notices.clone(), &request.terms)?;
    Ok(examined.into_run(looked_at.name))
}

/// One outcome a tool, whatever number of results it has: in the order of the table, then by name.
fn outcomes(read: Vec<Imported>, findings: &mut Vec<Finding>) -> Vec<ScannerOutcome> {
    let place =
        |name: &str| document::names().position(|known| known == name).unwrap_or(usize::MAX);
    let mut of_tool: BTreeMap<(usize, String), ScannerOutcome> = BTreeMap::new();
    for Imported { scanner, scan_type, report } in read {
        let place = (place(scanner.as_str()), scanner.as_str().to_owned());
        let outcome = of_tool.entry(place).or_insert_with(|| ScannerOutcome {
            scanner,
            scan_type,
            status: ScannerStatus::Ran { findings: 0, version: "unknown".to_owned() },
            failed_files: Vec::new(),
            millis: 0,
        });
        if let ScannerStatus::Ran { version, .. } = &mut outcome.status
            && let Some(told) = report.version
            && version == "unknown"
        {
            *version = told;
        }
        outcome.failed_files.extend(report.failed);
        outcome.failed_files.sort();
        outcome.failed_files.dedup();
        findings.extend(report.findings);
    }
    of_tool.into_values().collect()
}

/// A path of another machine becomes the file here whose path it ends in: `home/ci/shop/src/a.py` -> `src/a.py`.
fn settle(finding: &mut Finding, paths: &BTreeSet<&str>) {
    let Some(path) = &finding.path else { return };
    if paths.contains(path.as_str()) {
        return;
    }
    let ends = path.match_indices('/').take(20).map(|(at, _)| &path[at + 1..]);
    let found = ends.filter(|end| end.contains('/')).find(|end| paths.contains(end));
    if let Some(found) = found {
        finding.path = Some(found.to_owned());
    }
}

impl look::LookedAt {
    /// The folders that paths of a result may begin with, and where in the repository the named folder is.
    fn place<'a>(&'a self, request: &'a Request) -> (Vec<&'a Path>, String) {
        let (look::Looked::Tree(tree, _), super::Input::Paths(targets)) =
            (&self.files, &request.input)
        else {
            return (Vec::new(), String::new());
        };
        let named = targets.first().and_then(|target| std::fs::canonicalize(target).ok());
        let below = named.as_deref().and_then(|named| named.strip_prefix(tree.root()).ok());
        let below = below.map(crate::target::source::display_path).unwrap_or_default();
        (vec![tree.root()], below)
    }
}
