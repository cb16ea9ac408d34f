//! The command line: one file per subcommand, each with its arguments and a `run`. Parsing, dispatch and exit codes stand
//! here and nowhere else.

pub mod advisories;
mod ai;
pub mod args;
pub mod baseline;
mod code_rules;
pub mod compare;
pub mod completions;
pub mod config;
pub mod db;
pub mod diff;
pub mod env;
pub mod explain;
pub mod failure;
pub mod fix;
pub mod hosts;
pub mod import;
pub mod init;
pub mod output;
pub mod policy;
pub mod post;
pub mod render;
pub mod rules;
pub mod sbom;
pub mod scan;
pub mod status;
pub mod term;

use clap::{CommandFactory as _, Parser, Subcommand};
use env::Env;
use failure::Failure;
use std::io::Write;
use term::Colour;

/// Finds security problems in a repository, offline and in milliseconds.
#[derive(Debug, Parser)]
#[command(
    name = "securescan",
    version,
    max_term_width = 100,
    disable_help_subcommand = false,
    after_help = "Exit codes: 0 clean, 1 a gate tripped, 2 usage, configuration or input error, 3 scan incomplete,\n\
        130 interrupted.\n\
        Documentation: https://github.com/securescan/securescan"
)]
pub struct Cli {
    /// When to colour.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Colour,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Every subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Scan files for security problems.
    Scan(Box<scan::Args>),
    /// Compare two commits or two saved scans: what did the change introduce?
    Diff(Box<diff::Args>),
    /// Compare the present state with a baseline: what is new, what disappeared?
    Compare(Box<compare::Args>),
    /// Write today's findings to a baseline file that later scans leave out.
    Baseline(baseline::Args),
    /// Take in what other tools have found: SARIF, or their own JSON or XML.
    Import(Box<import::Args>),
    /// Show a saved result in any format, without scanning again.
    Render(Box<render::Args>),
    /// Post a result on a pull request: one comment, or a review with a comment on every line.
    Post(post::Args),
    /// Make a repository ready: configuration, workflow and baseline.
    Init(init::Args),
    /// List what the project is made of as CycloneDX or SPDX, or verdicts on it as VEX.
    Sbom(Box<sbom::Args>),
    /// Make, get or show the advisory database.
    Db(db::Args),
    /// List the scanners and what they find.
    Status(status::Args),
    /// Check, show or describe the configuration.
    Config(config::Args),
    /// Explain a rule: why it matters and what to do.
    Explain(explain::Args),
    /// List rules, or test a rule pack against its own examples.
    Rules(rules::Args),
    /// Print a completion script for a shell.
    Completions(completions::Args),
    /// Print the manual page, or write one page per command.
    Man(completions::ManArgs),
}

/// What a command talks to.
pub struct Io<'a> {
    /// The payload.
    pub out: &'a mut dyn Write,
    /// Everything else.
    pub err: &'a mut dyn Write,
    /// The environment.
    pub env: &'a Env,
    /// `--color`.
    pub colour: Colour,
}

impl std::fmt::Debug for Io<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Io").field("colour", &self.colour).finish_non_exhaustive()
    }
}

/// The clap command, for help, completions, manual and docs.
pub fn command() -> clap::Command {
    Cli::command()
}

/// Parses the program's arguments, runs the command and gives the exit code.
pub fn main() -> u8 {
    let mut out = std::io::stdout().lock();
    let mut err = std::io::stderr();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // clap knows which stream help and errors belong to; a reader that went away is no failure.
            let _ = error.print();
            return if error.use_stderr() { failure::code::INPUT } else { failure::code::OK };
        }
    };
    let env = Env::from_process();
    let mut io = Io { out: &mut out, err: &mut err, env: &env, colour: cli.color };
    let result = dispatch(&cli.command, &mut io).and_then(|code| {
        io.out.flush()?;
        Ok(code)
    });
    match result {
        Ok(code) => code,
        Err(failure) if failure.is_broken_pipe() => failure::code::OK,
        Err(failure) => {
            failure.print(&mut err);
            failure.code
        }
    }
}

fn dispatch(command: &Command, io: &mut Io<'_>) -> Result<u8, Failure> {
    match command {
        Command::Scan(args) => scan::run(args, io),
        Command::Diff(args) => diff::run(args, io),
        Command::Import(args) => import::run(args, io),
        Command::Render(args) => render::run(args, io),
        Command::Compare(args) => compare::run(args, io),
        Command::Baseline(args) => baseline::run(args, io),
        Command::Sbom(args) => sbom::run(args, io),
        Command::Db(args) => db::run(args, io),
        Command::Status(args) => status::run(args, io),
        Command::Config(args) => {
            let rules = crate::engine::all_rules();
            let ids: Vec<&str> = rules
                .iter()
                .flat_map(|rule| rule.aliases.iter().chain(std::iter::once(&rule.id)))
                .map(String::as_str)
                .collect();
            let scanners = scan::scanner_names();
            let known = crate::config::Known {
                scanners: &scanners,
                rules: &ids,
                licenses: Some(crate::engine::licenses::scanner::wrong),
                packs: Some(rules::of_packs),
            };
            Ok(config::run(args, io.env, &known, io.out, io.err)?)
        }
        Command::Post(args) => post::run(args, io),
        Command::Init(args) => init::run(args, io),
        Command::Explain(args) => explain::run(args, io),
        Command::Rules(args) => rules::run(args, io),
        Command::Completions(args) => completions::run(args, io),
        Command::Man(args) => completions::man(args, io),
    }
}

/// A word close to `given` among `candidates`, for "did you mean".
pub fn nearest<'a>(given: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(given, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.85)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
