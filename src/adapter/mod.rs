//! External tools. One table lists them; of each it says how it is called, when its exit code means that it worked, and how
//! what it prints becomes findings. Tools are guests: whatever they say is taken for hostile text, and nothing here but
//! [`process`] starts a program.
//!
//! ```text
//! locate   where a program is          stage     copies of the files that a tool is to see
//! probe    which version it is         drive     stage, call, judge the exit, read
//! process  starts and ends it          document  a saved result of a tool, recognised
//! field, place, draft                  from a tool's words to a finding's
//! ```

pub mod document;
mod draft;
pub mod drive;
mod field;
mod group;
pub mod locate;
pub mod place;
pub mod probe;
pub mod process;
pub mod sarif;
mod stage;

mod bandit;
mod checkov;
mod gitleaks;
mod hadolint;
mod nmap;
mod npm_audit;
mod osv_scanner;
mod pip_licenses;
mod safety;
mod semgrep;
mod trivy;
mod zap;
mod zizmor;

use crate::config::Config;
use crate::engine::Lack;
use crate::finding::{FailedFile, Finding, ScanType, ScannerId};
use crate::http::Route;
use crate::target::Source;
use place::Base;
use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};

/// What a tool is pointed at.
#[derive(Debug, Clone, Copy)]
pub enum Target<'a> {
    /// Files, by the list that every scanner gets.
    Tree {
        /// The files.
        source: &'a dyn Source,
        /// The folder they stand in.
        root: &'a Path,
    },
    /// A site that answers HTTP.
    Url(&'a str),
    /// Hosts.
    Host {
        /// A host name, an address or a range of addresses.
        name: &'a str,
        /// The ports that were asked for; the tool's own without them.
        ports: Option<&'a [u16]>,
        /// Connections begun within a second, at most.
        rate: Option<u32>,
    },
}

/// Which sort of target a tool is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Files.
    Tree,
    /// A site.
    Url,
    /// A host.
    Host,
}

impl Target<'_> {
    /// Which sort it is.
    pub fn kind(&self) -> Kind {
        match self {
            Self::Tree { .. } => Kind::Tree,
            Self::Url(_) => Kind::Url,
            Self::Host { .. } => Kind::Host,
        }
    }
}

/// What of the machine tools may see. The command line fills it in.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// `PATH` as it is.
    pub path: Option<OsString>,
    /// Variables that every tool gets: `HOME`, `TMPDIR`.
    pub common: Vec<(OsString, OsString)>,
    /// Variables of the network: proxies, authorities. Only for tools that may go online.
    pub network: Vec<(OsString, OsString)>,
    /// Variables that certain tools get.
    pub special: Vec<(OsString, OsString)>,
    /// The working directory, absolute: no program is taken from it.
    pub folder: PathBuf,
    /// How hosts are reached.
    pub route: Route,
    /// Address of the ZAP daemon.
    pub zap_address: Option<String>,
    /// Its key.
    pub zap_key: Option<String>,
}

/// Everything a tool's call is made from.
#[derive(Debug, Clone, Copy)]
pub struct Job<'a> {
    /// What it is pointed at.
    pub target: Target<'a>,
    /// Folder with copies of the files it wants and nothing else.
    pub stage: &'a Path,
    /// Those files, relative to it and to the repository alike, sorted.
    pub files: &'a [String],
    /// An empty folder, where it starts and may write.
    pub scratch: &'a Path,
    /// Effective settings.
    pub config: &'a Config,
    /// The machine.
    pub surroundings: &'a Surroundings,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Broken {
    /// It has nothing to do.
    Idle(Lack),
    /// It lacks something; it was not really run.
    Lacks(Lack),
    /// It took too long.
    TimedOut,
    /// The user stopped the scan.
    Cancelled,
    /// Anything else.
    Failed(String),
}

/// One call of a program.
#[derive(Debug, Clone, Default)]
pub struct Call {
    /// Its arguments.
    pub args: Vec<OsString>,
    /// Variables besides those that every tool gets.
    pub variables: Vec<(OsString, OsString)>,
    /// Where it starts; the scratch folder without one.
    pub folder: Option<PathBuf>,
    /// The file it writes its result to; standard output without one.
    pub report: Option<PathBuf>,
    /// The one file it is about, relative to the repository.
    pub about: Option<String>,
}

impl Call {
    /// A call with these arguments.
    pub fn new<A: Into<OsString>>(args: impl IntoIterator<Item = A>) -> Self {
        Self { args: args.into_iter().map(Into::into).collect(), ..Self::default() }
    }

    /// The same with further arguments.
    pub fn and<A: Into<OsString>>(mut self, args: impl IntoIterator<Item = A>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// The same with a variable.
    pub fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }
}

/// How a program is driven.
pub struct Program {
    /// Name on `PATH`.
    pub name: &'static str,
    /// Arguments that make it tell its version.
    pub version_args: &'static [&'static str],
    /// Variables for that.
    pub version_variables: &'static [(&'static str, &'static str)],
    /// Whether it is to see a file of the tree.
    pub wants: fn(&str) -> bool,
    /// Its calls for a job; what it lacks when it cannot do it.
    pub calls: fn(&Job<'_>) -> Result<Vec<Call>, Lack>,
    /// Exit codes after which its result counts.
    pub good: &'static [i32],
    /// Finds in what it said before it failed that it only lacks something.
    pub lacks: fn(&str) -> Option<Lack>,
    /// Whether it cannot do without the network.
    pub needs_network: bool,
}

/// How a tool does its work.
#[derive(Debug)]
pub enum Drive {
    /// It is a program that is started.
    Program(&'static Program),
    /// It is a service that is asked.
    Service(&'static Service),
}

/// Asks a service for all it has to say.
pub type Ask = fn(&Job<'_>, &Reading<'_>, &dyn Fn() -> bool) -> Result<Report, Broken>;

/// A service that is asked over HTTP.
pub struct Service {
    /// Its version; an error when it does not answer.
    pub version: fn(&Surroundings) -> Result<String, Lack>,
    /// Does the work; asks the function often whether the user wants it to stop.
    pub run: Ask,
}

/// What is needed to read a result.
#[derive(Debug, Clone, Copy)]
pub struct Reading<'a> {
    /// Who is speaking.
    pub scanner: &'a ScannerId,
    /// Its family.
    pub scan_type: ScanType,
    /// What its paths are relative to.
    pub base: &'a Base,
    /// The one file the result is about.
    pub about: Option<&'a str>,
}

/// What a result says.
#[derive(Debug, Default)]
pub struct Report {
    /// Findings, without context and fingerprint.
    pub findings: Vec<Finding>,
    /// Version of the tool, where the result names it.
    pub version: Option<String>,
    /// Files it could not finish.
    pub failed: Vec<FailedFile>,
}

/// Findings of one result that are read; more are hostile or a data set, and the run says that it was cut.
pub const MAX_FINDINGS: usize = 20_000;

impl Report {
    /// Adds a finding while there is room.
    pub fn push(&mut self, finding: Finding) {
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else if self.findings.len() == MAX_FINDINGS && self.failed.len() < MAX_FINDINGS {
            let message = format!("only the first {MAX_FINDINGS} findings are listed");
            if !self.failed.iter().any(|file| file.message == message) {
                self.failed.push(FailedFile { path: ".".to_owned(), message });
            }
        }
    }

    /// Adds a file the tool could not finish.
    pub fn fail(&mut self, path: Option<String>, message: String) {
        if self.failed.len() < 1000 {
            let path = path.unwrap_or_else(|| ".".to_owned());
            self.failed.push(FailedFile { path, message });
        }
    }
}

/// A result that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadResult(pub String);

impl BadResult {
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        let what = if error.is_eof() { "its JSON ends too early" } else { "it is not JSON" };
        Self(format!("{what} (line {}, column {})", error.line(), error.column()))
    }
}

/// Reads a result.
pub type Read = fn(&[u8], &Reading<'_>) -> Result<Report, BadResult>;

/// One row of the table.
#[derive(Debug)]
pub struct Adapter {
    /// Name as users write it.
    pub id: ScannerId,
    /// Family.
    pub scan_type: ScanType,
    /// One line: what it finds.
    pub summary: &'static str,
    /// What it checks, a bullet each.
    pub checks: &'static [&'static str],
    /// How to get it.
    pub install: &'static str,
    /// What it is made for.
    pub kind: Kind,
    /// How it works.
    pub drive: Drive,
    /// How its results are read.
    pub read: Read,
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Program({})", self.name)
    }
}

impl fmt::Debug for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Service")
    }
}

/// Every tool, in the order of the documentation.
pub static ADAPTERS: &[&Adapter] = &[
    &semgrep::ADAPTER,
    &bandit::ADAPTER,
    &gitleaks::ADAPTER,
    &trivy::ADAPTER,
    &osv_scanner::ADAPTER,
    &safety::ADAPTER,
    &npm_audit::ADAPTER,
    &pip_licenses::ADAPTER,
    &checkov::ADAPTER,
    &hadolint::ADAPTER,
    &zizmor::ADAPTER,
    &zap::ADAPTER,
    &nmap::ADAPTER,
];

/// The tool of a name.
pub fn by_name(name: &str) -> Option<&'static Adapter> {
    ADAPTERS.iter().find(|adapter| adapter.id.as_str() == name).copied()
}

/// Ends every program at once: the whole of securescan is about to go.
pub fn end_all() {
    group::end_all();
}

#[cfg(test)]
mod tests;
