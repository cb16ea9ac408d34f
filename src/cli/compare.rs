//! `securescan compare`: the present state against a baseline file: what is new, what disappeared, what is still there.

use super::args::{self, Hosting, Reporting, Scanning};
use super::failure::Failure;
use super::term;
use super::{Io, ai, baseline, diff, output, scan};
use crate::finding::change::{ChangeKind, Side};
use crate::finding::{Finding, Run};
use crate::post::baseline::Baseline;
use crate::post::compare::Compared;
use anyhow::anyhow;
use std::path::{Path, PathBuf};

/// Arguments of `compare`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  securescan compare                                  against .securescan/baseline.json
  securescan compare .securescan/baseline.json        the same, named
  securescan compare src old-baseline.json            one folder against another file
  securescan compare --fail-on-drift                  exit 1 when anything is new or gone

Exit codes: 0 done, 1 a gate tripped, 2 usage, configuration or input error, 3 scan incomplete,
130 interrupted.")]
pub struct Args {
    /// File or directory to scan [default: .]. A single argument that is a file is the baseline.
    #[arg(value_name = "TARGET")]
    pub target: Option<PathBuf>,

    /// Baseline file [default: .securescan/baseline.json in the target].
    #[arg(value_name = "BASELINE")]
    pub baseline: Option<PathBuf>,

    /// Which scanners look at which files.
    #[command(flatten)]
    pub scanning: Scanning,

    /// Which external tools may do what.
    #[command(flatten)]
    pub tools: args::Tools,

    /// Where reports go and what they show.
    #[command(flatten)]
    pub reporting: Reporting,

    /// List findings that are still present too, in formats that have a place for them (json, jsonl, sarif).
    #[arg(long, help_heading = "Output")]
    pub include_unchanged: bool,

    /// Exit 1 when a finding is new or one of the baseline disappeared.
    #[arg(long, help_heading = "Gates")]
    pub fail_on_drift: bool,

    /// What makes it fail: the limits are for new findings.
    #[command(flatten)]
    pub gates: args::Gates,

    /// What dependencies are held against.
    #[command(flatten)]
    pub advisory: args::Advisory,

    /// Where settings come from.
    #[command(flatten)]
    pub settings: args::Settings,

    /// What reports for a code host say of the repository.
    #[command(flatten)]
    pub hosting: Hosting,
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    let (target, file) = places(args.target.as_deref(), args.baseline.as_deref());
    let reporting = &args.reporting;
    let outputs = reporting.outputs_of_comparison(io)?;
    let path = io.env.folder().join(&file);
    if path.symlink_metadata().is_err() {
        return Err(Failure::input(anyhow!("there is no baseline at {}", file.display()))
            .hint("`securescan baseline` writes one"));
    }
    let known = scan::read_baseline(&path)?;
    let mut wanted = scan::Args::of_target(&target);
    wanted.scanning.clone_from(&args.scanning);
    wanted.tools.clone_from(&args.tools);
    wanted.settings.clone_from(&args.settings);
    wanted.gates.clone_from(&args.gates);
    wanted.advisory.clone_from(&args.advisory);
    wanted.reporting.quiet = reporting.quiet;
    let (mut run, config) = scan::scan_without_baseline(&wanted, baseline::TYPES, io)?;
    let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
    let today = io.env.today()?;
    compare(&mut run, &known, name, today);
    let expired = known.expired(today).count() as u64;
    if expired > 0 {
        let entries = if expired == 1 { "entry" } else { "entries" };
        run.notices.push(format!("baseline: {expired} {entries} expired"));
    }
    let verdict = diff::judge(&mut run, &config, |run| drift(args, run));
    let mut options = reporting.options(&run, io)?;
    options.include_unchanged = args.include_unchanged;
    options.forge = args.hosting.forge(io);
    ai::explain(&mut run, config.ai, &outputs, io)?;
    if !term::begin_writing() {
        return Err(Failure::interrupted());
    }
    output::write(&run, &outputs, &options, io.out)?;
    scan::conclude_with(&verdict, io)
}

/// The target and the baseline out of at most two arguments.
fn places(target: Option<&Path>, file: Option<&Path>) -> (PathBuf, PathBuf) {
    match (target, file) {
        (None, _) => (PathBuf::from("."), PathBuf::from(baseline::DEFAULT)),
        (Some(target), Some(file)) => (target.to_owned(), file.to_owned()),
        (Some(one), None) if one.is_dir() => (one.to_owned(), one.join(baseline::DEFAULT)),
        (Some(one), None) => (PathBuf::from("."), one.to_owned()),
    }
}

/// Turns a scan into a comparison. A suppressed finding that the baseline lists is still there: it was silenced, not
/// mended.
fn compare(run: &mut Run, known: &Baseline, name: String, today: jiff::civil::Date) {
    let counted = run.findings.len();
    let all: Vec<Finding> = run.findings.iter().chain(&run.suppressed).cloned().collect();
    let (present, gone) = known.compare(&all, today);
    let mut compared = Compared { fixed: gone, ..Compared::default() };
    for (index, finding) in all.into_iter().enumerate() {
        match (present.contains(&index), index < counted) {
            (false, true) => compared.new.push(finding),
            (false, false) => compared.new_suppressed.push(finding),
            (true, _) => compared.unchanged.push(finding),
        }
    }
    let base = Side { name, ..Side::default() };
    let head = Side { name: "now".to_owned(), ..Side::default() };
    let change = compared.settle(run, ChangeKind::Compare, base, head);
    run.change = Some(Box::new(change));
}

fn drift(args: &Args, run: &Run) -> Option<String> {
    let change = run.change.as_ref()?;
    let (new, gone) = (run.findings.len(), change.fixed.len());
    (args.fail_on_drift && new + gone > 0)
        .then(|| format!("drift since the baseline: {new} new, {gone} disappeared"))
}
