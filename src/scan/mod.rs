//! A request to a run: resolves the target, decides who runs, does the work and hands the findings to `post`. Knows
//! nothing of formats, terminals or flags.

pub mod event;
mod guard;
pub mod plan;
mod run;

use crate::config::Config;
use crate::engine::{BadConfig, Setup, Tree};
use crate::finding::{Files, Finding, Pattern, Run, ScannerOutcome, ScannerStatus};
use crate::post::ignores::{BadGlob, IgnoreRule, Ignores};
use crate::post::severity::Overrides;
use crate::post::{self, Policy};
use crate::rules::Rule;
use crate::target::git::Repository;
use crate::target::walk::{self, WorkTree};
use crate::target::{Source, source::Memory};
use event::Events;
use globset::{GlobBuilder, GlobSetBuilder};
use plan::Part;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// What to look at.
#[derive(Debug, Clone)]
pub enum Input {
    /// Files and directories as the user named them.
    Paths(Vec<PathBuf>),
    /// Text that was handed over, under a name.
    Text {
        /// What it is to be taken for: `src/config.py`.
        path: String,
        /// The text.
        bytes: Vec<u8>,
    },
}

/// Everything a scan needs to know.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent switches of the command line")]
pub struct Request {
    /// What to look at.
    pub input: Input,
    /// Effective settings.
    pub config: Config,
    /// Rules of further packs for the `secrets` scanner.
    pub secret_rules: Vec<Rule>,
    /// Read no ignore file.
    pub no_ignore: bool,
    /// Enter hidden tool directories.
    pub hidden: bool,
    /// Baseline whose findings are suppressed.
    pub baseline: Option<post::baseline::Baseline>,
    /// Suppress nothing.
    pub no_suppress: bool,
    /// Report directives that silenced nothing.
    pub report_unused: bool,
    /// The day suppressions with an expiry are judged by.
    pub today: jiff::civil::Date,
    /// Notices from earlier stages (configuration) that belong into the run.
    pub notices: Vec<String>,
}

/// Why there is no run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The target cannot be looked at, or an ignore file is broken.
    #[error(transparent)]
    Walk(#[from] walk::Error),
    /// A scanner cannot work with the configuration.
    #[error(transparent)]
    Config(#[from] BadConfig),
    /// `paths.ignore` holds what is not a glob.
    #[error("paths.ignore: {0}")]
    Glob(#[from] globset::Error),
    /// A path of `ignored_rules` is not a glob.
    #[error(transparent)]
    Ignored(#[from] BadGlob),
    /// The user stopped it.
    #[error("interrupted")]
    Interrupted,
}

/// Scans.
pub fn scan(request: &Request, events: &dyn Events) -> Result<Run, Error> {
    let types = plan::types(&request.config);
    let parts = plan::plan(&request.config, &types);
    let setup = Setup { config: &request.config, secret_rules: &request.secret_rules };
    let mut built = Vec::new();
    for part in &parts {
        if let Part::Runs(engine) = part {
            built.push((engine.build)(&setup)?);
        }
    }
    let looked_at = resolve(request)?;
    let source = looked_at.source.as_ref();
    let entries = source.entries();
    events.listed(entries.len() as u64, entries.iter().map(|entry| entry.size).sum());
    let started = Instant::now();
    let mut gathered = run::files(source, &built, events)?;
    let file_millis = started.elapsed().as_millis() as u64;

    let tree = Tree {
        source,
        repository: looked_at.repository.as_ref(),
        broken_repository: looked_at.broken_repository.as_deref(),
    };
    let mut notices = request.notices.clone();
    notices.extend(looked_at.notices);
    notices.extend(plan::without_scanner(&request.config));
    let mut findings = std::mem::take(&mut gathered.findings);
    notices.extend(drop_unsure(&mut findings, &request.config));
    let mut outcomes = Vec::new();
    let mut index = 0;
    for part in parts {
        let engine = match part {
            Part::Skipped(outcome) => {
                outcomes.push(outcome);
                continue;
            }
            Part::Runs(engine) => engine,
        };
        if events.cancelled() {
            return Err(Error::Interrupted);
        }
        events.scanner(&engine.meta.id);
        let started = Instant::now();
        let of_tree = run::tree(&built[index], &tree);
        let status = match of_tree {
            Ok(of_tree) => {
                findings.extend(of_tree);
                let own = findings.iter().filter(|f| f.scanner == engine.meta.id).count();
                ScannerStatus::Ran { findings: own as u64, version: (engine.meta.version)() }
            }
            Err(message) => ScannerStatus::Failed { message },
        };
        outcomes.push(ScannerOutcome {
            scanner: engine.meta.id.clone(),
            scan_type: engine.meta.scan_type,
            status,
            failed_files: std::mem::take(&mut gathered.failed[index]),
            millis: file_millis + started.elapsed().as_millis() as u64,
        });
        index += 1;
    }
    let mut skipped = source.skipped().to_vec();
    skipped.extend(gathered.skipped);
    skipped.sort();
    skipped.dedup();
    // Scanners of the tree look at names first; alone, they read few files and have still seen all.
    let scanned = if built.iter().all(|b| b.tree.is_some()) && !built.is_empty() {
        entries.len() as u64
    } else {
        gathered.scanned
    };
    let files = Files { scanned, bytes: gathered.bytes, skipped };
    let policy = Policy {
        overrides: &Overrides::new(&request.config.severity_overrides),
        ignores: &ignores(&request.config)?,
        baseline: request.baseline.as_ref(),
        directives: &gathered.directives,
        no_suppress: request.no_suppress,
        today: request.today,
        native: post::is_native,
    };
    let mut outcome = post::apply(findings, &policy);
    if !request.report_unused {
        outcome.unused_directives.clear();
    }
    notices.extend(outcome.notices);
    notices.sort();
    notices.dedup();
    Ok(Run {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        target: looked_at.name,
        scan_types: types,
        outcomes,
        files,
        findings: outcome.findings,
        suppressed: outcome.suppressed,
        unused_directives: outcome.unused_directives,
        notices,
        counts: outcome.counts,
        change: None,
    })
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

/// The target made ready to read.
struct LookedAt {
    source: Box<dyn Source>,
    repository: Option<Repository>,
    broken_repository: Option<String>,
    name: String,
    notices: Vec<String>,
}

fn resolve(request: &Request) -> Result<LookedAt, Error> {
    let paths = match &request.input {
        Input::Text { path, bytes } => {
            return Ok(LookedAt {
                source: Box::new(Memory::new(path, bytes.clone())),
                repository: None,
                broken_repository: None,
                name: path.clone(),
                notices: Vec::new(),
            });
        }
        Input::Paths(paths) => paths,
    };
    let mut targets = Vec::new();
    for path in paths {
        let canonical = std::fs::canonicalize(path)
            .map_err(|source| walk::Error::Target { path: path.clone(), source })?;
        targets.push(canonical);
    }
    targets.sort();
    targets.dedup();
    let mut notices = Vec::new();
    let root = common_root(&targets);
    let (repository, broken_repository) = match Repository::discover(&root) {
        Ok(repository) => (repository.filter(|repository| repository.root() == root), None),
        Err(error) => {
            let why = error.without_path();
            notices.push(format!("git: {why}; scanning without its index"));
            (None, Some(why))
        }
    };
    let mut ignore = GlobSetBuilder::new();
    for glob in &request.config.paths_ignore {
        // `docs/` and `docs` mean the directory; what is below it goes with it.
        let glob = glob.trim_end_matches('/').trim_start_matches('/');
        ignore.add(GlobBuilder::new(glob).literal_separator(true).build()?);
        ignore.add(GlobBuilder::new(&format!("{glob}/**")).literal_separator(true).build()?);
    }
    let options = walk::Options {
        no_ignore: request.no_ignore,
        hidden: request.hidden,
        max_file_size: request.config.max_file_size,
        ignore: ignore.build()?,
    };
    let tracked = repository.as_ref().map(Repository::tracked);
    let tree = WorkTree::open(&root, &targets, &options, tracked)?;
    let names: Vec<String> = targets
        .iter()
        .map(|target| {
            crate::target::source::display_path(target.strip_prefix(&root).unwrap_or(target))
        })
        .map(|name| if name.is_empty() { ".".to_owned() } else { name })
        .collect();
    Ok(LookedAt {
        source: Box::new(tree),
        repository,
        broken_repository,
        name: names.join(", "),
        notices,
    })
}

/// The directory that paths of findings are relative to: the repository all targets stand in, or the deepest directory
/// that holds them all.
fn common_root(targets: &[PathBuf]) -> PathBuf {
    let of_one = |target: &Path| {
        let dir = if target.is_dir() { target } else { target.parent().unwrap_or(target) };
        walk::repository_root(dir).unwrap_or_else(|| dir.to_owned())
    };
    let mut roots = targets.iter().map(|target| of_one(target));
    let Some(mut root) = roots.next() else { return PathBuf::from(".") };
    for other in roots {
        while !other.starts_with(&root) {
            if !root.pop() {
                break;
            }
        }
    }
    // Two repositories may stand in a third.
    walk::repository_root(&root).unwrap_or(root)
}
