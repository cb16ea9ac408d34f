//! External tools in a scan of files: which of them run, beside the native scanners, and how what they say joins the rest.
//! Comparisons, the index and standard input have no tools: they speak of files that stand nowhere. A URL or a host has those made for it.

use super::Terms;
use super::event::Events;
use super::look::{Looked, LookedAt};
use super::plan;
use super::run::hide;
use crate::adapter::drive::{self, Outcome, Setting};
use crate::adapter::{ADAPTERS, Adapter, Drive, Kind, Target, probe};
use crate::config::Config;
use crate::engine::osv::inventory::Inventory;
use crate::engine::{Built, ENGINES, Setup, Sink, guard, secrets};
use crate::finding::{FailedFile, Finding, ScanType, ScannerOutcome, ScannerStatus, key};
use crate::probe::url::Url;
use crate::target::{Blob, Source};
use crate::text::decode::{Decoded, decode};
use crate::text::line_hash::line_hashes;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;
use std::time::Instant;

/// A tool's part in the run.
#[derive(Debug)]
enum Part {
    /// It runs.
    Runs { adapter: &'static Adapter, program: Option<PathBuf>, named: bool },
    /// It was asked for by name and cannot run.
    Skipped(ScannerOutcome),
}

/// The tools of a scan, in table order.
#[derive(Debug, Default)]
pub(super) struct Tools {
    parts: Vec<Part>,
}

/// What the tools came to.
#[derive(Debug, Default)]
pub(super) struct Used {
    pub(super) findings: Vec<Finding>,
    /// Files that the tool with the most of them was given.
    pub(super) files: u64,
    pub(super) outcomes: Vec<ScannerOutcome>,
}

impl Tools {
    /// Who runs. A tool that is missing is worth a word only when somebody asked for it.
    pub(super) fn plan(terms: &Terms, looked_at: &LookedAt) -> Self {
        let (kinds, root) = match &looked_at.files {
            Looked::Tree(tree, _) => (vec![Kind::Tree], Some(tree.root())),
            Looked::Hosts(_, target) => {
                let url = target.url.as_ref().map(|_| Kind::Url);
                let host = target.hosts.as_ref().map(|_| Kind::Host);
                (url.into_iter().chain(host).collect(), None)
            }
            Looked::Snapshot(_) | Looked::Text(_) => return Self::default(),
        };
        let config = &terms.config;
        let types = plan::types(config);
        let mut parts = Vec::new();
        for adapter in ADAPTERS {
            let name = adapter.id.as_str();
            let lists = |names: &[String]| names.iter().any(|listed| listed == name);
            let named = lists(&config.scanners_enable);
            let left_out = !config.scanners_enable.is_empty() && !named;
            if lists(&config.scanners_disable) || left_out || !types.contains(&adapter.scan_type) {
                continue;
            }
            let program = probe::locate(adapter, &terms.surroundings, root);
            // A daemon that nobody spoke of is not looked for on every scan.
            let is_there = match adapter.drive {
                Drive::Program(_) => program.is_some(),
                Drive::Service(_) => named || terms.surroundings.zap_address.is_some(),
            };
            match obstacle(adapter, config, &kinds, is_there) {
                None => parts.push(Part::Runs { adapter, program, named }),
                Some((reason, hint)) if named => {
                    let status = ScannerStatus::Skipped {
                        reason: reason.to_owned(),
                        hint: Some(hint.to_owned()),
                    };
                    parts.push(Part::Skipped(outcome(adapter, status)));
                }
                Some(_) => {}
            }
        }
        Self { parts }
    }

    /// Does the native work and, at the same time, runs every tool. `None` for the tools when the user stopped the scan.
    pub(super) fn beside<T>(
        &self,
        looked_at: &LookedAt,
        terms: &Terms,
        events: &dyn Events,
        native: impl FnOnce() -> T,
    ) -> (T, Option<Used>) {
        let (url, host) = match &looked_at.files {
            Looked::Hosts(_, target) => {
                (target.url.as_ref().map(Url::shown), target.hosts.as_ref())
            }
            _ => (None, None),
        };
        let target_of = |adapter: &Adapter| match (&looked_at.files, adapter.kind) {
            (Looked::Tree(tree, _), Kind::Tree) => {
                Some(Target::Tree { source: looked_at.source(), root: tree.root() })
            }
            (_, Kind::Url) => url.as_deref().map(Target::Url),
            (_, Kind::Host) => host.map(|(hosts, dialling)| Target::Host {
                name: hosts.shown(),
                ports: dialling.ports.as_deref(),
                rate: dialling.rate,
            }),
            _ => None,
        };
        let run = |adapter: &'static Adapter, program: Option<&PathBuf>| {
            let Some(target) = target_of(adapter) else {
                return (Some(Outcome::failed("it has no target".to_owned())), 0);
            };
            let setting = Setting {
                program: program.map(PathBuf::as_path),
                target,
                config: &terms.config,
                surroundings: &terms.surroundings,
            };
            let started = Instant::now();
            let done = guard::guarded(|| drive::run(adapter, &setting, &|| events.cancelled()));
            // A defect in a reader is an outcome of that tool.
            let done = done.unwrap_or_else(|message| Some(Outcome::failed(message)));
            (done, started.elapsed().as_millis() as u64)
        };
        std::thread::scope(|scope| {
            let running: Vec<_> = self
                .parts
                .iter()
                .map(|part| match part {
                    Part::Runs { adapter, program, named } => {
                        let work = scope.spawn(move || run(adapter, program.as_ref()));
                        Ok((*adapter, *named, work))
                    }
                    Part::Skipped(outcome) => Err(outcome.clone()),
                })
                .collect();
            let native = native();
            let mut used = Used::default();
            let mut stopped = false;
            for one in running {
                let (adapter, named, work) = match one {
                    Ok(one) => one,
                    Err(skipped) => {
                        used.outcomes.push(skipped);
                        continue;
                    }
                };
                events.scanner(&adapter.id);
                let joined = work
                    .join()
                    .unwrap_or_else(|_| (Some(Outcome::failed("internal error".to_owned())), 0));
                let (Some(done), millis) = joined else {
                    stopped = true;
                    continue;
                };
                if done.idle && !named {
                    continue;
                }
                used.findings.extend(done.findings);
                used.files = used.files.max(done.files);
                let whole = ScannerOutcome {
                    failed_files: done.failed,
                    millis,
                    ..outcome(adapter, done.status)
                };
                used.outcomes.push(whole);
            }
            (native, (!stopped).then_some(used))
        })
    }
}

/// Why a tool cannot run, and what to do about it.
fn obstacle(
    adapter: &Adapter,
    config: &Config,
    kinds: &[Kind],
    is_there: bool,
) -> Option<(&'static str, &'static str)> {
    if config.native_only {
        return Some(("external tools are switched off", "scan without --native-only"));
    }
    if !kinds.contains(&adapter.kind) {
        return Some(match adapter.kind {
            Kind::Tree => ("it looks at files, and none were named", "name a folder as the target"),
            Kind::Url => ("no URL was named", "securescan scan https://..."),
            Kind::Host => ("no host was named", "securescan scan HOST --type network"),
        });
    }
    let needs_network = matches!(adapter.drive, Drive::Program(program) if program.needs_network);
    if needs_network && !config.online {
        return Some(("it needs the network", "let tools use it with --online"));
    }
    (!is_there).then_some(("it is not installed", adapter.install))
}

fn outcome(adapter: &Adapter, status: ScannerStatus) -> ScannerOutcome {
    ScannerOutcome {
        scanner: adapter.id.clone(),
        scan_type: adapter.scan_type,
        status,
        failed_files: Vec::<FailedFile>::new(),
        millis: 0,
    }
}

/// Ties findings to the lines they speak of: their context, a snippet with every secret redacted, the line of a package.
pub(super) fn anchor(findings: &mut Vec<Finding>, source: &dyn Source, terms: &Terms) {
    // Most scans have no tool, and the scanner of secrets costs its automaton.
    if findings.is_empty() {
        return;
    }
    packages(findings, source);
    let setup = Setup { secret_rules: &terms.secret_rules, ..Setup::of(&terms.config) };
    let finder = ENGINES.iter().find(|engine| engine.meta.id == secrets::META.id);
    let finder = finder.and_then(|engine| (engine.build)(&setup).ok()).unwrap_or_default();
    let mut of_file: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    let mut rest = Vec::new();
    for finding in findings.drain(..) {
        match (&finding.path, finding.line) {
            (Some(path), Some(_)) if finding.context.is_empty() => {
                of_file.entry(path.clone()).or_default().push(finding);
            }
            _ => rest.push(finding),
        }
    }
    let mut buffer = Vec::new();
    for (path, own) in of_file {
        let entries = source.entries();
        let entry = entries.binary_search_by(|entry| entry.path.as_str().cmp(&path));
        let read = entry.ok().is_some_and(|at| source.read(&entries[at], &mut buffer).is_ok());
        match decode(&buffer) {
            Decoded::Text(text) if read => rest.extend(in_file(&own, &path, &text, &finder)),
            _ => rest.extend(own),
        }
    }
    *findings = rest;
}

fn in_file(findings: &[Finding], path: &str, text: &[u8], finder: &Built) -> Vec<Finding> {
    let blob = Blob::new(path, text);
    let mut sink = Sink::new();
    if let Some(engine) = finder.file.as_ref() {
        let _ = guard::guarded(|| engine.scan(&blob, &mut sink));
    }
    let mut secrets = sink.secrets().to_vec();
    let words = secrets.clone();
    let count = blob.lines().count();
    for finding in findings {
        // Where a tool sees a credential, the whole line is one: which part of it the tool does not say well enough.
        if matches!(finding.cwe.as_deref(), Some("CWE-798" | "CWE-259" | "CWE-321")) {
            let first = finding.line.unwrap_or(1);
            let last = finding.end_line.unwrap_or(first).min(first.saturating_add(200)).min(count);
            secrets.extend((first..=last).map(|line| content(&blob, line)));
        }
    }
    let hashes = line_hashes(text);
    let mut placed = Vec::with_capacity(findings.len());
    for part in findings.chunks(crate::engine::sink::MAX_PER_FILE) {
        let mut sink = Sink::new();
        let mut outside = Vec::new();
        let mut ends = Vec::new();
        for finding in part {
            let line = finding.line.unwrap_or(1);
            if line > count {
                let mut lost = finding.clone();
                (lost.line, lost.end_line, lost.column, lost.end_column) = (None, None, None, None);
                outside.push(lost);
            } else {
                ends.push((
                    finding.end_line.map(|end| end.min(count)),
                    finding.column,
                    finding.end_column,
                ));
                sink.hit(finding.clone(), content(&blob, line));
            }
        }
        for (mut finding, (end_line, column, end_column)) in
            sink.place(&blob, &secrets).into_iter().zip(ends)
        {
            (finding.end_line, finding.column, finding.end_column) = (end_line, column, end_column);
            finding.set_line_hash(&hashes);
            hide(&mut finding.title, text, &words);
            hide(&mut finding.description, text, &words);
            if let Some(advice) = &mut finding.remediation {
                hide(advice, text, &words);
            }
            placed.push(finding);
        }
        placed.extend(outside);
    }
    placed
}

/// A line without the blanks around it; the whole of it when it is nothing else.
fn content(blob: &Blob<'_>, line: u32) -> Range<usize> {
    let whole = blob.lines().range(blob.text, line);
    let text = &blob.text[whole.clone()];
    let start = text.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(0);
    let end =
        text.iter().rposition(|byte| !byte.is_ascii_whitespace()).map_or(text.len(), |end| end + 1);
    whole.start + start..whole.start + end
}

/// Name, version and line of a package in a file.
type Listed<'a> = (&'a str, &'a str, u32);

/// Gives findings on packages the line that lists the package, so that they meet those of other scanners there.
fn packages(findings: &mut [Finding], source: &dyn Source) {
    let wants = |finding: &Finding| {
        finding.line.is_none() && finding.path.is_some() && finding.meta(key::PACKAGE).is_some()
    };
    if !findings.iter().any(wants) {
        return;
    }
    let inventory = Inventory::gather(source, &[]);
    let mut known: BTreeMap<(&str, String), Vec<Listed<'_>>> = BTreeMap::new();
    for listing in &inventory.listings {
        for component in &listing.components {
            let place = component.file.as_deref().unwrap_or(&listing.path);
            let name = component.ecosystem.normalise(&component.name);
            let one = (component.name.as_str(), component.version.as_str(), component.line);
            known.entry((place, name.clone())).or_default().push(one);
            if place != listing.path {
                known.entry((&listing.path, name)).or_default().push(one);
            }
        }
    }
    for finding in findings.iter_mut().filter(|finding| wants(finding)) {
        let (Some(path), Some(name)) =
            (finding.path.clone(), finding.meta(key::PACKAGE).map(str::to_owned))
        else {
            continue;
        };
        let version = finding.meta(key::INSTALLED_VERSION).map(str::to_owned);
        let spellings = [
            name.clone(),
            name.to_ascii_lowercase(),
            name.to_ascii_lowercase().replace(['_', '.'], "-"),
        ];
        let rows = spellings.iter().find_map(|name| known.get(&(path.as_str(), name.clone())));
        let fits =
            |row: &&(&str, &str, u32)| version.as_deref().is_none_or(|version| version == row.1);
        if let Some((name, version, line)) = rows.and_then(|rows| rows.iter().find(fits)) {
            finding.line = Some(*line).filter(|line| *line > 0);
            finding.end_line = finding.line;
            finding.set_meta(key::PACKAGE, *name);
            finding.set_meta(key::INSTALLED_VERSION, *version);
        }
    }
}

/// Types of the tools that had a part, for those that no native scanner serves.
pub(super) fn types(outcomes: &[ScannerOutcome], known: &[ScanType]) -> Vec<ScanType> {
    let had = |wanted: &ScanType| outcomes.iter().any(|outcome| outcome.scan_type == *wanted);
    ScanType::ALL.iter().copied().filter(|one| known.contains(one) || had(one)).collect()
}
