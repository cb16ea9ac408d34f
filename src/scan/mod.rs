//! A request to a run: resolves the target, decides who runs, does the work and hands the findings to `post`. Knows
//! nothing of formats, terminals or flags.

mod anchor;
mod audit;
pub mod diff;
pub mod event;
mod examine;
pub mod fix;
pub mod import;
mod look;
pub mod plan;
mod recall;
mod run;
pub mod snapshots;
mod tools;

use crate::adapter::Surroundings;
use crate::config::Config;
use crate::engine::BadConfig;
use crate::engine::misconfig::check::Checks;
use crate::engine::osv::{Advisories, component::Listing, inventory::Inventory};
use crate::finding::Run;
use crate::post;
use crate::post::ignores::BadGlob;
use crate::probe::Target;
use crate::rules::Rule;
use crate::sbom::vex::Statement;
use crate::target::git;
use crate::target::host::Host;
use crate::target::walk;
use event::Events;
use examine::{Scanners, examine};
use std::path::PathBuf;
use std::sync::Arc;
use tools::Tools;

/// What the files of a request list.
#[derive(Debug)]
pub struct Packages {
    /// The packages, and the files that could not be read.
    pub inventory: Inventory,
    /// What was looked at, as a run names it.
    pub target: String,
    /// What the user should know.
    pub notices: Vec<String>,
}

/// What to look at.
#[derive(Debug, Clone)]
pub enum Input {
    /// Files and directories as the user named them.
    Paths(Vec<PathBuf>),
    /// What the index of the repository around a path holds and its HEAD does not: the next commit.
    Staged(PathBuf),
    /// A list of packages that somebody else made: its file name, its bytes, what it lists. No file is looked at but it.
    Sbom {
        /// Name of the file.
        path: String,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// A page, or hosts; no file is read.
    Hosts(Target),
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
pub struct Request {
    /// What to look at.
    pub input: Input,
    /// By which rules.
    pub terms: Terms,
    /// Read no ignore file.
    pub no_ignore: bool,
    /// Enter hidden tool directories.
    pub hidden: bool,
}

/// The rules findings are made and judged by, whatever is looked at.
#[derive(Debug)]
pub struct Terms {
    /// Effective settings.
    pub config: Config,
    /// Rules of further packs for the `secrets` scanner.
    pub secret_rules: Vec<Rule>,
    /// Checks of the `misconfig` scanner.
    pub checks: Checks,
    /// Rules of the `sast` scanner.
    pub code_rules: crate::engine::sast::pack::Rules,
    /// The advisory database, or why there is none.
    pub advisories: Advisories,
    /// What of the machine external tools may see.
    pub surroundings: Surroundings,
    /// Packages that an SBOM lists.
    pub listings: Vec<Listing>,
    /// Statements that advisories do not concern this project.
    pub vex: Vec<Statement>,
    /// The machine to audit, when the user asked for it.
    pub host: Option<Arc<Host>>,
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
    /// Git objects were asked for where there is no repository with a work tree.
    #[error("{path} is not in a git repository with a work tree")]
    NotARepository {
        /// As it was given.
        path: String,
    },
    /// Fixes were asked for where there is nothing to change.
    #[error("only files of the work tree can be fixed")]
    NoWorkTree,
    /// The repository cannot be used.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// The files of a commit cannot be listed.
    #[error(transparent)]
    List(#[from] git::tree::ListError),
    /// A side of a comparison cannot be read whole.
    #[error("{count} git {} not in this clone, the first is {first}", if *count == 1 { "object is" } else { "objects are" })]
    MissingObjects {
        /// How many.
        count: usize,
        /// Id of one.
        first: String,
    },
    /// A saved result of a tool cannot be read.
    #[error("{name}: {message}")]
    Result {
        /// Name of the file.
        name: String,
        /// Why.
        message: String,
    },
    /// The user stopped it.
    #[error("interrupted")]
    Interrupted,
}

/// Lists the packages of a target; no scanner runs.
pub fn packages(request: &Request) -> Result<Packages, Error> {
    let looked_at = look::resolve(request)?;
    let inventory = Inventory::gather(looked_at.source(), &request.terms.listings);
    let mut notices = looked_at.notices;
    notices.extend(request.terms.notices.iter().cloned());
    Ok(Packages { inventory, target: looked_at.name, notices })
}

/// Scans.
pub fn scan(request: &Request, events: &dyn Events) -> Result<Run, Error> {
    let asked = match &request.input {
        Input::Hosts(target) => Some(target),
        _ => None,
    };
    let scanners = Scanners::new(&request.terms, asked)?;
    let looked_at = look::resolve(request)?;
    let tools = Tools::plan(&request.terms, &looked_at);
    let examined = examine(&scanners, &tools, &looked_at, &request.terms, events)?;
    Ok(examined.into_run(looked_at.name))
}
