//! `securescan scan`: look at files and report what is wrong with them.

use super::failure::Failure;
use super::output::{self, Output};
use super::term::{self, Progress, Term};
use super::{Io, nearest};
use crate::config::{self, Inputs, Known, Layer, Loaded, Origin};
use crate::engine::ENGINES;
use crate::finding::{Confidence, Run, ScanType, Severity};
use crate::post::baseline::Baseline;
use crate::post::gate::{self, Limits};
use crate::report::Options;
use crate::rules::load as packs;
use crate::scan::{self, Input, Request};
use crate::target::open::read_named;
use anyhow::{Context as _, anyhow};
use clap::ValueEnum;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Largest text read from standard input, bytes.
const MAX_STDIN: u64 = 64 << 20;

/// Largest baseline file, bytes.
pub(super) const MAX_BASELINE: u64 = 64 << 20;

/// Arguments of `scan`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "one field per flag")]
#[command(after_help = "Examples:
  securescan scan                                    the current directory
  securescan scan src deploy/app.yml                 a directory and a file
  securescan scan . --fail-on-severity high          exit 1 when something high or worse is found
  securescan scan . -o sarif=out.sarif -o text       a file for the forge and a text for the log
  git show HEAD:config.py | securescan scan - --stdin-path config.py

Exit codes: 0 clean, 1 a gate tripped, 2 usage, configuration or input error, 3 scan incomplete,
130 interrupted.")]
pub struct Args {
    /// Files or directories; `-` is standard input.
    #[arg(default_value = ".", value_name = "TARGET")]
    pub targets: Vec<PathBuf>,

    /// Name that standard input is to be taken for, such as `src/config.py`.
    #[arg(long, value_name = "PATH", help_heading = "What to scan")]
    pub stdin_path: Option<String>,

    /// Scan type; repeat or separate by commas.
    #[arg(short = 't', long = "type", value_name = "TYPE", value_delimiter = ',', help_heading = "What to scan",
          value_parser = parse::<ScanType>)]
    pub types: Vec<ScanType>,

    /// Run only this scanner; may be repeated.
    #[arg(
        long = "scanner",
        value_name = "NAME",
        value_delimiter = ',',
        help_heading = "What to scan"
    )]
    pub scanners: Vec<String>,

    /// Do not run this scanner; may be repeated.
    #[arg(
        long = "skip-scanner",
        value_name = "NAME",
        value_delimiter = ',',
        help_heading = "What to scan"
    )]
    pub skip_scanners: Vec<String>,

    /// Further rule pack for the secrets scanner: a file or a folder of .yml files.
    #[arg(long, value_name = "PATH", help_heading = "What to scan")]
    pub rules: Vec<PathBuf>,

    /// Read no .gitignore and no .securescanignore, and enter dependency directories.
    #[arg(long, help_heading = "What to scan")]
    pub no_ignore: bool,

    /// Do not scan paths that match this glob, relative to the repository root; may be repeated.
    #[arg(long, value_name = "GLOB", help_heading = "What to scan")]
    pub exclude: Vec<String>,

    /// Enter hidden tool directories such as .venv and .cache. Hidden files are always scanned.
    #[arg(long, help_heading = "What to scan")]
    pub hidden: bool,

    /// Skip larger files: bytes or a size such as 10MiB.
    #[arg(long, value_name = "SIZE", help_heading = "What to scan", value_parser = config::parse_size)]
    pub max_file_size: Option<u64>,

    /// Report format, to standard output or to a file; may be repeated.
    #[arg(short, long = "output", value_name = "FORMAT[=FILE]", help_heading = "Output")]
    pub outputs: Vec<Output>,

    /// File for the one output that names none.
    #[arg(long, value_name = "FILE", help_heading = "Output")]
    pub output_file: Option<PathBuf>,

    /// Show suppressed findings, labelled. On a terminal this is the default.
    #[arg(long, overrides_with = "hide_suppressed", help_heading = "Output")]
    pub show_suppressed: bool,

    /// Leave suppressed findings out; they are still counted.
    #[arg(long, help_heading = "Output")]
    pub hide_suppressed: bool,

    /// List every path that was not scanned, and why.
    #[arg(long, help_heading = "Output")]
    pub show_skipped: bool,

    /// Only the summary, and no progress.
    #[arg(short, long, help_heading = "Output")]
    pub quiet: bool,

    /// Exit 1 when a finding of at least this severity is left.
    #[arg(long, value_name = "SEVERITY", help_heading = "Gates", value_parser = parse::<Severity>)]
    pub fail_on_severity: Option<Severity>,

    /// Exit 1 when more findings than this are left.
    #[arg(long, value_name = "N", help_heading = "Gates")]
    pub fail_on_count: Option<u64>,

    /// Exit 3 when a scanner failed, timed out or broke on a file.
    #[arg(long, value_name = "EVENT", help_heading = "Gates")]
    pub fail_on: Option<FailOn>,

    /// Baseline file whose findings are suppressed.
    #[arg(long, value_name = "FILE", help_heading = "Suppression")]
    pub baseline: Option<PathBuf>,

    /// Suppress nothing: directives, configuration and baseline are not applied.
    #[arg(long, help_heading = "Suppression")]
    pub no_suppress: bool,

    /// Report ignore directives that silenced nothing.
    #[arg(long, help_heading = "Suppression")]
    pub report_unused_ignores: bool,

    /// Report secrets of this confidence or better: low, medium or high.
    #[arg(long, value_name = "CONFIDENCE", help_heading = "Suppression", value_parser = parse::<Confidence>)]
    pub min_confidence: Option<Confidence>,

    /// Configuration file, instead of the .securescan.yml found from the target upwards.
    #[arg(long, value_name = "FILE", help_heading = "Configuration")]
    pub config: Option<PathBuf>,

    /// Read no .securescan.yml.
    #[arg(long, conflicts_with = "config", help_heading = "Configuration")]
    pub no_config: bool,

    /// Threads; one per processor by default.
    #[arg(short = 'j', long, value_name = "N", help_heading = "Configuration",
          value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,

    /// Ask for AI enrichment. No AI is part of this version; the run says so and nothing is sent.
    #[arg(long, conflicts_with = "no_ai", help_heading = "Configuration")]
    pub ai: bool,

    /// Never use AI enrichment.
    #[arg(long, help_heading = "Configuration")]
    pub no_ai: bool,
}

impl Args {
    /// What `securescan scan TARGET` without a flag means.
    pub(super) fn of_target(target: &Path) -> Self {
        #[derive(clap::Parser)]
        struct Only {
            #[command(flatten)]
            args: Args,
        }
        let mut args = <Only as clap::Parser>::parse_from(["scan"]).args;
        args.targets = vec![target.to_owned()];
        args
    }
}

/// What `--fail-on` can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A scanner failed, timed out or broke on a file.
    Incomplete,
}

fn parse<T>(word: &str) -> Result<T, T::Err>
where
    T: std::str::FromStr,
{
    word.parse()
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    known_scanners(args.scanners.iter().chain(&args.skip_scanners))?;
    let outputs = output::plan(args.outputs.clone(), args.output_file.as_deref())?;
    let request = prepare(args, io, true)?;
    let term = Term::of_stdout(io.colour, io.env);
    let run = perform(&request, args.quiet)?;
    let shown = args.show_suppressed || (term.is_terminal && !args.hide_suppressed);
    let options = Options {
        show_suppressed: shown,
        show_skipped: args.show_skipped,
        colour: term.colour,
        terminal: term.is_terminal,
        width: term.width,
        quiet: args.quiet,
        ..Options::default()
    };
    if !term::begin_writing() {
        return Err(Failure::interrupted());
    }
    output::write(&run, &outputs, &options, io.out)?;
    let has_text =
        outputs.iter().any(|output| output.file.is_none() && output.format.name == "text");
    conclude(&run, &request, io, args.quiet || has_text)
}

/// Scans as `args` say, with inline directives and the configuration applied and no baseline: what a new baseline is
/// made of.
pub(super) fn scan_without_baseline(args: &Args, io: &Io<'_>) -> Result<Run, Failure> {
    perform(&prepare(args, io, false)?, args.quiet)
}

fn prepare(args: &Args, io: &Io<'_>, with_baseline: bool) -> Result<Request, Failure> {
    let input = input(args)?;
    let mut loaded = settings(args, io, &input)?;
    if !with_baseline {
        loaded.config.baseline = None;
    }
    request(args, io, input, loaded)
}

/// The scan, with progress on a terminal and an ear for Ctrl-C.
fn perform(request: &Request, quiet: bool) -> Result<Run, Failure> {
    threads(request.config.threads);
    term::watch_interrupts();
    let progress = Progress::new(!quiet);
    let scanned = scan::scan(request, &progress);
    progress.finish();
    match scanned {
        Ok(run) => Ok(run),
        Err(scan::Error::Interrupted) => Err(Failure::interrupted()),
        Err(error) => Err(explained(error)),
    }
}

/// The verdict: sentences on standard error, and the exit code.
fn conclude(run: &Run, request: &Request, io: &mut Io<'_>, brief: bool) -> Result<u8, Failure> {
    if !brief {
        writeln!(io.err, "{}", crate::report::phrase::one_line(run))?;
    }
    let limits = Limits {
        severity: request.config.fail_on_severity,
        count: request.config.fail_on_count,
        incomplete: request.config.fail_on_incomplete,
    };
    let verdict = gate::judge(run, &limits);
    for reason in &verdict.reasons {
        writeln!(io.err, "securescan: {}", crate::text::escape::terminal(reason))?;
    }
    Ok(verdict.exit_code)
}

/// Refuses names that no scanner has.
pub(super) fn known_scanners<'a>(names: impl Iterator<Item = &'a String>) -> Result<(), Failure> {
    let known = || ENGINES.iter().map(|engine| engine.meta.id.as_str());
    for name in names {
        if !known().any(|scanner| scanner == name) {
            let failure = Failure::input(anyhow!("unknown scanner \"{name}\""));
            return Err(match nearest(name, known()) {
                Some(near) => failure.hint(format!("did you mean \"{near}\"?")),
                None => failure.hint("`securescan status` lists the scanners"),
            });
        }
    }
    Ok(())
}

fn input(args: &Args) -> Result<Input, Failure> {
    let is_stdin = |target: &PathBuf| target.as_os_str() == "-";
    if !args.targets.iter().any(is_stdin) {
        if args.stdin_path.is_some() {
            return Err(Failure::input(anyhow!("--stdin-path goes with the target `-`")));
        }
        return Ok(Input::Paths(args.targets.clone()));
    }
    if args.targets.len() > 1 {
        return Err(Failure::input(anyhow!("`-` cannot be combined with other targets")));
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .take(MAX_STDIN + 1)
        .read_to_end(&mut bytes)
        .context("cannot read standard input")?;
    if bytes.len() as u64 > MAX_STDIN {
        return Err(Failure::input(anyhow!("standard input is larger than 64 MiB")));
    }
    let path = args.stdin_path.clone().unwrap_or_else(|| "stdin".to_owned());
    let path = path.trim_start_matches("./").replace('\\', "/");
    let has_drive =
        path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    if path.is_empty()
        || path.starts_with('/')
        || has_drive
        || path.split('/').any(|part| part == "..")
    {
        return Err(Failure::input(anyhow!(
            "--stdin-path must be relative and stay below its root"
        )));
    }
    Ok(Input::Text { path, bytes })
}

/// What the flags say, as the topmost layer of settings.
fn layer(args: &Args) -> Layer {
    let list = |names: &[String]| (!names.is_empty()).then(|| names.to_vec());
    let mut layer = Layer {
        scan_types: (!args.types.is_empty()).then(|| args.types.clone()),
        fail_on_severity: args.fail_on_severity,
        fail_on_count: args.fail_on_count,
        fail_on_incomplete: args.fail_on.map(|event| event == FailOn::Incomplete),
        ai: if args.ai { Some(true) } else { args.no_ai.then_some(false) },
        baseline: args.baseline.clone(),
        ..Layer::default()
    };
    layer.paths.ignore = list(&args.exclude);
    layer.scanners.enable = list(&args.scanners);
    layer.scanners.disable = list(&args.skip_scanners);
    layer.limits.max_file_size = args.max_file_size;
    layer.limits.threads = args.threads;
    layer.secrets.rules = (!args.rules.is_empty()).then(|| args.rules.clone());
    layer.secrets.min_confidence = args.min_confidence;
    layer
}

fn settings(args: &Args, io: &Io<'_>, input: &Input) -> Result<Loaded, Failure> {
    let folder = io.env.folder().to_owned();
    let target = match input {
        Input::Paths(paths) => {
            let first = &paths[0];
            std::fs::canonicalize(first)
                .with_context(|| format!("cannot read {}", first.display()))?
        }
        Input::Text { .. } => folder.clone(),
    };
    let named = args.config.clone().or_else(|| io.env.config_file());
    let origin = match (named, args.no_config) {
        (_, true) => Origin::Nothing,
        (Some(path), false) => Origin::File(folder.join(path)),
        (None, false) => Origin::Search,
    };
    let user_folder = io.env.user_folder();
    let environment = io.env.settings();
    let scanners: Vec<&str> = ENGINES.iter().map(|engine| engine.meta.id.as_str()).collect();
    let inputs = Inputs {
        target: &target,
        origin,
        user_folder: user_folder.as_deref(),
        environment: &environment,
        ci: io.env.ci(),
        flags: layer(args),
        folder: &folder,
        // Rule ids are checked by `config validate`; knowing them all here would cost every start.
        known: Known { scanners: &scanners, rules: &[] },
        today: io.env.today()?,
    };
    config::load(&inputs).map_err(|error| {
        Failure::input(error).hint(
            "`securescan config validate` checks the file; docs/configuration.md lists the keys",
        )
    })
}

fn request(args: &Args, io: &Io<'_>, input: Input, loaded: Loaded) -> Result<Request, Failure> {
    let config = loaded.config;
    let baseline = match &config.baseline {
        Some(path) if !args.no_suppress => Some(read_baseline(path)?),
        _ => None,
    };
    let mut notices = loaded.notices;
    notices.extend_from_slice(io.env.notices());
    if config.ai == Some(true) {
        notices.push("ai: no AI enrichment is part of this version; nothing was sent".to_owned());
    }
    if !config.semgrep_rules.is_empty() {
        notices.push("semgrep_rules: no scanner of this version reads them".to_owned());
    }
    Ok(Request {
        input,
        secret_rules: packs::from_paths(&config.secrets.rules)?,
        no_ignore: args.no_ignore,
        hidden: args.hidden,
        baseline,
        no_suppress: args.no_suppress,
        report_unused: args.report_unused_ignores,
        today: io.env.today()?,
        notices,
        config,
    })
}

fn read_baseline(path: &Path) -> Result<Baseline, Failure> {
    let shown = path.display();
    let bytes = read_named(path, MAX_BASELINE)
        .with_context(|| format!("cannot read the baseline {shown}"))
        .map_err(|error| Failure::input(error).hint("`--no-suppress` scans without it"))?;
    Baseline::read(&shown.to_string(), &bytes).map_err(|error| {
        let hint = error.hint;
        Failure::input(error).hint(hint)
    })
}

/// Sizes the pool that files are scanned on; the first call of a process decides.
fn threads(wanted: Option<u16>) {
    if let Some(threads) = wanted {
        // A pool that already exists (tests that call in twice) stays as it is; results do not depend on it.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(usize::from(threads)).build_global();
    }
}

fn explained(error: scan::Error) -> Failure {
    let failure = Failure::input(error);
    let text = failure.source.to_string();
    if text.contains(".securescanignore:") {
        failure.hint("the file has the syntax of .gitignore; a literal { or [ needs a backslash")
    } else {
        failure
    }
}
