//! One look at one set of files: every scanner over them, then `post` over what they found. A scan is one such look, a
//! comparison is two.

use super::event::Events;
use super::look::LookedAt;
use super::plan::{self, Part};
use super::tools::{self, Tools, Used};
use super::{Error, Terms, run};
use crate::config::Config;
use crate::engine::osv::{self, component::Listing};
use crate::engine::{Built, Setup, Tree};
use crate::finding::{
    Database, Files, Finding, Pattern, Run, ScanType, ScannerOutcome, ScannerStatus, SkippedFile,
};
use crate::post::baseline::Baseline;
use crate::post::ignores::{IgnoreRule, Ignores};
use crate::post::severity::Overrides;
use crate::post::suppress::Directives;
use crate::post::{self, Policy};
use crate::probe::{Aim, Target};
use crate::target::Source;
use crate::target::cache::Cache;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::time::Instant;

/// The scanners of a request, ready to run; made once however many looks there are.
#[derive(Debug)]
pub(super) struct Scanners {
    pub(super) types: Vec<ScanType>,
    parts: Vec<Part>,
    pub(super) built: Vec<Built>,
}

impl Scanners {
    /// Nobody: what is judged was found elsewhere.
    pub(super) fn none() -> Self {
        Self { types: Vec::new(), parts: Vec::new(), built: Vec::new() }
    }

    pub(super) fn new(terms: &Terms, asked: Option<&Target>) -> Result<Self, Error> {
        let types = plan::types(&terms.config);
        let mut parts = plan::plan(&terms.config, &types, asked);
        let setup = Setup {
            config: &terms.config,
            secret_rules: &terms.secret_rules,
            checks: &terms.checks,
            code_rules: &terms.code_rules,
            advisories: &terms.advisories,
            today: terms.today,
            host: terms.host.as_ref(),
        };
        let mut built = Vec::new();
        for part in &mut parts {
            if let Part::Runs(engine) = part {
                let one = (engine.build)(&setup)?;
                match one.lacks {
                    Some(lack) => *part = plan::skipped(engine, lack.reason, Some(lack.hint)),
                    None => built.push(one),
                }
            }
        }
        Ok(Self { types, parts, built })
    }
}

/// What one look came to.
#[derive(Debug)]
pub(super) struct Examined {
    pub(super) types: Vec<ScanType>,
    pub(super) outcomes: Vec<ScannerOutcome>,
    pub(super) files: Files,
    pub(super) outcome: post::Outcome,
    pub(super) directives: Directives,
    pub(super) notices: Vec<String>,
    database: Option<Database>,
}

impl Examined {
    pub(super) fn into_run(self, target: String) -> Run {
        Run {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            target,
            scan_types: self.types,
            outcomes: self.outcomes,
            files: self.files,
            findings: self.outcome.findings,
            suppressed: self.outcome.suppressed,
            unused_directives: self.outcome.unused_directives,
            notices: self.notices,
            counts: self.outcome.counts,
            database: self.database,
            change: None,
        }
    }
}

/// What the scanners came to on one set of files, before anything was judged.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Gathering {
    /// Findings with their context, which is not part of their public form.
    findings: Vec<(Finding, String)>,
    directives: Directives,
    outcomes: Vec<ScannerOutcome>,
    files: Files,
    /// What scanners had to say besides findings.
    notices: Vec<String>,
}

impl Gathering {
    /// Findings that nobody here made.
    pub(super) fn new(
        findings: Vec<Finding>,
        directives: Directives,
        outcomes: Vec<ScannerOutcome>,
        files: Files,
    ) -> Self {
        Self {
            findings: findings.into_iter().map(with_context).collect(),
            directives,
            outcomes,
            files,
            notices: Vec::new(),
        }
    }

    /// Adds what external tools said, and the directives of the files they speak of.
    fn add(&mut self, used: Used, source: &dyn Source, built: &[Built], terms: &Terms) {
        let mut findings = used.findings;
        self.files.scanned = self.files.scanned.max(used.files);
        tools::anchor(&mut findings, source, terms);
        run::directives(source, built, &findings, &mut self.directives);
        self.findings.extend(findings.into_iter().map(with_context));
        self.outcomes.extend(used.outcomes);
    }

    /// Whether nothing was lost on the way: then the same files give the same again.
    pub(super) fn is_complete(&self) -> bool {
        self.outcomes.iter().all(ScannerOutcome::is_complete)
            && !self.files.skipped.iter().any(|skipped| skipped.reason.is_loss())
    }
}

fn with_context(mut finding: Finding) -> (Finding, String) {
    let context = std::mem::take(&mut finding.context);
    (finding, context)
}

/// Looks.
pub(super) fn examine(
    scanners: &Scanners,
    tools: &Tools,
    looked_at: &LookedAt,
    terms: &Terms,
    events: &dyn Events,
) -> Result<Examined, Error> {
    let (gathering, used) = tools.beside(looked_at, terms, events, || {
        gather(scanners, looked_at, (&terms.listings, terms.today), None, events)
    });
    let mut gathering = gathering?;
    gathering.add(used.ok_or(Error::Interrupted)?, looked_at.source(), &scanners.built, terms);
    judge(scanners, gathering, looked_at.notices.clone(), terms)
}

/// Runs the scanners.
pub(super) fn gather(
    scanners: &Scanners,
    looked_at: &LookedAt,
    (given, today): (&[Listing], Date),
    cache: Option<&Cache>,
    events: &dyn Events,
) -> Result<Gathering, Error> {
    let source = looked_at.source();
    let entries = source.entries();
    events.listed(entries.len() as u64, entries.iter().map(|entry| entry.size).sum());
    let started = Instant::now();
    let mut gathered = run::files(source, &scanners.built, cache, events)?;
    let file_millis = started.elapsed().as_millis() as u64;

    let tree = Tree {
        given,
        repository: looked_at.tracking(),
        broken_repository: looked_at.broken_repository.as_deref(),
        ..Tree::new(source)
    };
    let cancelled = || events.cancelled();
    let aim = looked_at.asked().map(|target| Aim { target, today, cancelled: &cancelled });
    let mut findings = std::mem::take(&mut gathered.findings);
    let mut notices = Vec::new();
    let mut outcomes = Vec::new();
    let mut index = 0;
    for part in &scanners.parts {
        let engine = match part {
            Part::Skipped(outcome) => {
                outcomes.push(outcome.clone());
                continue;
            }
            Part::Runs(engine) => engine,
        };
        if events.cancelled() {
            return Err(Error::Interrupted);
        }
        events.scanner(&engine.meta.id);
        let started = Instant::now();
        let of_tree = match &aim {
            Some(aim) => run::probe(&scanners.built[index], aim),
            None => run::tree(&scanners.built[index], &tree),
        };
        if events.cancelled() {
            return Err(Error::Interrupted);
        }
        let version = scanners.built[index].version.clone();
        let version = version.unwrap_or_else(|| (engine.meta.version)());
        let mut failed_files = std::mem::take(&mut gathered.failed[index]);
        let status = match of_tree {
            Ok(of_tree) => {
                let is_superseded = |finding: &Finding| {
                    let path = finding.path.as_ref();
                    finding.scanner == engine.meta.id
                        && path.is_some_and(|path| of_tree.superseded.contains(path))
                };
                findings.retain(|finding| !is_superseded(finding));
                findings.extend(of_tree.findings);
                failed_files.extend(of_tree.failed);
                gathered.skipped.extend(of_tree.skipped);
                notices.extend(of_tree.notices);
                // Counted when it is known which of them are sure enough.
                ScannerStatus::Ran { findings: 0, version }
            }
            Err(message) => ScannerStatus::Failed { message },
        };
        outcomes.push(ScannerOutcome {
            scanner: engine.meta.id.clone(),
            scan_type: engine.meta.scan_type,
            status,
            failed_files,
            millis: file_millis + started.elapsed().as_millis() as u64,
        });
        index += 1;
    }
    run::directives(source, &scanners.built, &findings, &mut gathered.directives);
    let mut skipped: Vec<SkippedFile> = source.skipped().to_vec();
    skipped.extend(gathered.skipped);
    skipped.sort();
    skipped.dedup();
    // Scanners of the tree look at names first; alone, they read few files and have still seen all.
    let scanned = if scanners.built.iter().all(|b| b.tree.is_some()) && !scanners.built.is_empty() {
        entries.len() as u64
    } else {
        gathered.scanned
    };
    let none_wanted = looked_at.is_empty_by_nature();
    let files = Files { scanned, bytes: gathered.bytes, skipped, none_wanted };
    let findings = findings.into_iter().map(with_context).collect();
    Ok(Gathering { findings, directives: gathered.directives, outcomes, files, notices })
}

/// Judges what the scanners came to.
pub(super) fn judge(
    scanners: &Scanners,
    gathering: Gathering,
    mut notices: Vec<String>,
    terms: &Terms,
) -> Result<Examined, Error> {
    let Gathering { findings, directives, mut outcomes, files, notices: told } = gathering;
    notices.extend(told);
    let mut findings: Vec<Finding> =
        findings.into_iter().map(|(finding, context)| Finding { context, ..finding }).collect();
    notices.extend(terms.notices.iter().cloned());
    notices.extend(drop_unsure(&mut findings, &terms.config));
    for outcome in &mut outcomes {
        if let ScannerStatus::Ran { findings: count, .. } = &mut outcome.status {
            *count = findings.iter().filter(|f| f.scanner == outcome.scanner).count() as u64;
        }
    }
    let mut outcome = judged(findings, &directives, &terms.config, terms.baseline.as_ref(), terms)?;
    if !terms.report_unused {
        outcome.unused_directives.clear();
    }
    notices.append(&mut outcome.notices);
    notices.sort();
    notices.dedup();
    let types = tools::types(&outcomes, &scanners.types);
    let database = terms.advisories.facts(terms.today, terms.config.max_db_age);
    let database = database.filter(|_| outcomes.iter().any(uses_advisories));
    notices.extend(database.as_ref().and_then(stale));
    Ok(Examined { types, outcomes, files, outcome, directives, notices, database })
}

fn uses_advisories(outcome: &ScannerOutcome) -> bool {
    outcome.scanner == osv::META.id && matches!(outcome.status, ScannerStatus::Ran { .. })
}

fn stale(database: &Database) -> Option<String> {
    database.stale.then(|| {
        format!(
            "the advisory database is of {}: what became known since is not found (securescan db update)",
            database.date
        )
    })
}

/// Findings under settings, a baseline and directives.
pub(super) fn judged(
    findings: Vec<Finding>,
    directives: &Directives,
    config: &Config,
    baseline: Option<&Baseline>,
    terms: &Terms,
) -> Result<post::Outcome, Error> {
    let policy = Policy {
        overrides: &Overrides::new(&config.severity_overrides),
        ignores: &ignores(config)?,
        baseline,
        vex: &terms.vex,
        directives,
        no_suppress: terms.no_suppress,
        today: terms.today,
        native: post::is_native,
    };
    Ok(post::apply(findings, &policy))
}

fn ignores(config: &Config) -> Result<Ignores, Error> {
    let rules = config
        .ignored_rules
        .iter()
        .map(|rule| IgnoreRule {
            pattern: Pattern::new(rule.pattern.as_str()),
            reason: rule.reason.clone(),
            expires: rule.expires,
            paths: rule.paths.clone(),
        })
        .collect();
    Ok(Ignores::new(rules, &config.paths_ignore)?)
}

/// Takes out findings below the wanted confidence and says how many there were.
fn drop_unsure(findings: &mut Vec<Finding>, config: &Config) -> Option<String> {
    let least = config.secrets.min_confidence;
    let before = findings.len();
    findings.retain(|finding| finding.scanner.as_str() != "secrets" || finding.confidence >= least);
    let dropped = before - findings.len();
    let noun = if dropped == 1 { "finding" } else { "findings" };
    (dropped > 0).then(|| {
        format!("secrets: {dropped} {noun} below confidence {least} not listed (--min-confidence low lists all)")
    })
}
