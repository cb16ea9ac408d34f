//! Native scanners. One table lists them; a scanner looks at single files, at the whole tree, or at both, and answers
//! with findings. It never reads the disk, the environment or the clock itself.

pub mod baseline;
pub mod dast;
pub mod dockerfile;
pub mod git_hygiene;
pub mod guard;
pub mod keywords;
pub mod licenses;
pub mod misconfig;
pub mod osv;
pub mod ports;
pub mod rule;
pub mod sast;
pub mod secrets;
pub mod shell;
pub mod sink;
pub mod supply;

pub use sink::{Hit, Sink};

use crate::config::Config;
use crate::finding::{ScanType, ScannerId};
use crate::probe::Aim;
use crate::target::{Blob, Source, git::Tracking};
use osv::component::Listing;
use osv::inventory::Inventory;
use std::fmt;
use std::sync::{LazyLock, OnceLock};

/// What is known of a scanner without running it; help, `status`, docs and tests loop over it.
#[derive(Debug)]
pub struct Meta {
    /// Name as users write it.
    pub id: ScannerId,
    /// Family.
    pub scan_type: ScanType,
    /// One line: what it finds.
    pub summary: &'static str,
    /// What it checks, a bullet each.
    pub checks: &'static [&'static str],
    /// The rules it can report, for `rules list` and `explain`.
    pub rules: fn() -> Vec<RuleInfo>,
    /// Version of its rule pack, `<count> rules, <8 hex digits of its digest>` or the like; byte-stable.
    pub version: fn() -> String,
}

/// A rule as people read about it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct RuleInfo {
    /// Id as written in configuration and directives.
    pub id: String,
    /// Who reports it.
    pub scanner: &'static str,
    /// Noun phrase.
    pub title: String,
    /// Severity before overrides.
    pub severity: crate::finding::Severity,
    /// How sure a match is.
    pub confidence: crate::finding::Confidence,
    /// `CWE-n`.
    pub cwe: Option<String>,
    /// Why it matters.
    pub description: String,
    /// What to do.
    pub remediation: String,
    /// Pages to read.
    pub references: Vec<String>,
    /// Older or foreign ids that mean this rule.
    pub aliases: Vec<String>,
}

/// A scanner that looks at one file at a time.
pub trait FileEngine: Send + Sync {
    /// Whether it wants to see this file at all; asked before the file is decoded.
    fn interested(&self, path: &str) -> bool;
    /// Looks at one file.
    fn scan(&self, blob: &Blob<'_>, sink: &mut Sink);
}

/// What a tree scanner is given.
#[derive(Debug)]
pub struct Tree<'a> {
    /// The files.
    pub source: &'a dyn Source,
    /// Packages that somebody else listed: an SBOM.
    pub given: &'a [Listing],
    pub(crate) packages: OnceLock<Inventory>,
    pub(crate) told: std::sync::atomic::AtomicBool,
    /// The repository around them, if there is one.
    pub repository: Option<&'a dyn Tracking>,
    /// Why there is none although git has left traces: what needs it has failed, not found nothing.
    pub broken_repository: Option<&'a str>,
}

impl<'a> Tree<'a> {
    /// Files without a repository around them.
    pub fn new(source: &'a dyn Source) -> Self {
        Self {
            source,
            given: &[],
            packages: OnceLock::new(),
            told: std::sync::atomic::AtomicBool::new(false),
            repository: None,
            broken_repository: None,
        }
    }

    /// Tells of lockfiles that could not be read; the first scanner that asks tells it for all.
    pub fn tell_unread(&self, sink: &mut Sink) {
        if !self.told.swap(true, std::sync::atomic::Ordering::Relaxed) {
            self.packages().failed.iter().for_each(|file| sink.failed(file.clone()));
        }
    }

    /// The packages that the files list; worked out for the first scanner that asks.
    pub fn packages(&self) -> &Inventory {
        self.packages.get_or_init(|| Inventory::gather(self.source, self.given))
    }
}

/// A scanner that needs the whole tree.
pub trait TreeEngine: Send + Sync {
    /// Looks at the tree; an error means the scanner failed as a whole.
    fn scan(&self, tree: &Tree<'_>, sink: &mut Sink) -> Result<(), String>;
}

/// A scanner that asks hosts. It reaches them through `crate::probe` and nowhere but where the user pointed it.
pub trait ProbeEngine: Send + Sync {
    /// Asks; an error means the scanner failed as a whole.
    fn scan(&self, aim: &Aim<'_>, sink: &mut Sink) -> Result<(), String>;
}

/// A scanner that is ready to run.
#[derive(Default)]
pub struct Built {
    /// Its per-file half.
    pub file: Option<Box<dyn FileEngine>>,
    /// Its whole-tree half.
    pub tree: Option<Box<dyn TreeEngine>>,
    /// Its half that asks hosts.
    pub probe: Option<Box<dyn ProbeEngine>>,
    /// Version of the data it runs with, where that is not the version of its row.
    pub version: Option<String>,
    /// What it lacks; it is then skipped, and the run says so.
    pub lacks: Option<Lack>,
}

/// Something a scanner cannot run without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// What, as a phrase.
    pub reason: String,
    /// What to do about it.
    pub hint: String,
}

impl fmt::Debug for Built {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, tree, probe) = (self.file.is_some(), self.tree.is_some(), self.probe.is_some());
        write!(f, "Built {{ file: {file}, tree: {tree}, probe: {probe} }}")
    }
}

/// A configuration a scanner cannot work with: a broken rule pack, a pattern that does not compile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadConfig {
    /// File, place and what is wrong.
    pub message: String,
}

/// What a scanner is made from.
#[derive(Debug, Clone, Copy)]
pub struct Setup<'a> {
    /// Effective settings.
    pub config: &'a Config,
    /// Rules of further packs for the `secrets` scanner; one with the id of a built-in rule replaces it.
    pub secret_rules: &'a [crate::rules::Rule],
    /// Checks of the `misconfig` scanner.
    pub checks: &'a misconfig::check::Checks,
    /// Rules of the `sast` scanner.
    pub code_rules: &'a sast::pack::Rules,
    /// The advisory database, or why there is none.
    pub advisories: &'a osv::Advisories,
    /// The day that expiry is judged by.
    pub today: jiff::civil::Date,
    /// The machine to audit, when the user asked for it.
    pub host: Option<&'a std::sync::Arc<crate::target::host::Host>>,
}

impl<'a> Setup<'a> {
    /// Settings alone: no further rules or checks, no advisories, a day long ago.
    pub fn of(config: &'a Config) -> Self {
        static NONE: osv::Advisories = osv::Advisories::Missing;
        static BUILT_IN: LazyLock<misconfig::check::Checks> = LazyLock::new(Default::default);
        static CODE: LazyLock<sast::pack::Rules> = LazyLock::new(Default::default);
        let today = jiff::civil::Date::ZERO;
        let code_rules = &*CODE;
        let (checks, advisories) = (&*BUILT_IN, &NONE);
        Self { config, secret_rules: &[], checks, code_rules, advisories, today, host: None }
    }
}

/// One row of the table.
pub struct Registration {
    /// What is known of it.
    pub meta: &'static Meta,
    /// Makes it ready.
    pub build: fn(&Setup<'_>) -> Result<Built, BadConfig>,
}

impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Registration({})", self.meta.id)
    }
}

/// Every native scanner, in the order of the documentation.
pub static ENGINES: &[Registration] = &[
    Registration { meta: &secrets::META, build: secrets::build },
    Registration { meta: &sast::META, build: sast::build },
    Registration { meta: &git_hygiene::META, build: git_hygiene::build },
    Registration { meta: &osv::META, build: osv::build },
    Registration { meta: &licenses::scanner::META, build: licenses::scanner::build },
    Registration { meta: &supply::scanner::META, build: supply::scanner::build },
    Registration { meta: &dockerfile::META, build: dockerfile::build },
    Registration { meta: &misconfig::META, build: misconfig::build },
    Registration { meta: &baseline::META, build: baseline::build },
    Registration { meta: &dast::META, build: dast::build },
    Registration { meta: &ports::META, build: ports::build },
];

/// Every rule of every scanner, in table order.
pub fn all_rules() -> Vec<RuleInfo> {
    ENGINES.iter().flat_map(|e| (e.meta.rules)()).collect()
}
