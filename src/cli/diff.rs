//! `securescan diff`: what a change introduced, between two commits or two saved scans.

use super::args::{self, Gates, Hosting, Reporting, Scanning, Silencing};
use super::failure::Failure;
use super::policy::{self, Policy, Sides};
use super::term;
use super::{Io, ai, output, scan};
use crate::config::{Layer, Origin};
use crate::finding::Run;
use crate::finding::change::{PolicyFrom, Side};
use crate::post::gate::{self, Verdict};
use crate::report::snapshot;
use crate::scan::diff::{self, Request};
use crate::scan::snapshots;
use crate::target::git::Objects;
use crate::target::git::refs::{Commit, RefError};
use crate::target::open::read_named;
use anyhow::{Context as _, anyhow};
use clap::ValueEnum;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest saved scan, bytes.
const MAX_SNAPSHOT: u64 = 512 << 20;

/// Arguments of `diff`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "one field per flag")]
#[command(after_help = "Examples:
  securescan diff                                    HEAD against the default branch of origin
  securescan diff --base-ref main --fail-on-severity high
  securescan diff --base-ref v1.0 --head-ref v1.1 -o json=result.json -o text
  securescan diff --base-snapshot before.json --head-snapshot after.json

Both commits are read from git objects: nothing is checked out, and the work tree, the index and
HEAD stay as they are. The base is the commit both sides have in common, as in a pull request.

Exit codes: 0 clean, 1 a gate tripped, 2 usage, configuration or input error, 3 scan incomplete,
130 interrupted.")]
pub struct Args {
    /// File or directory of a repository: only findings there are compared.
    #[arg(default_value = ".", value_name = "TARGET")]
    pub target: PathBuf,

    /// Ref before the change [default: of the pull request in CI, else the default branch of origin].
    #[arg(long, value_name = "REF", help_heading = "What to compare")]
    pub base_ref: Option<String>,

    /// Ref after the change [default: HEAD].
    #[arg(long, value_name = "REF", help_heading = "What to compare")]
    pub head_ref: Option<String>,

    /// Compare the two commits themselves instead of the head with the commit both have in common.
    #[arg(long, help_heading = "What to compare")]
    pub two_dot: bool,

    /// Saved scan before the change, from `securescan scan -o json=FILE`.
    #[arg(long, value_name = "FILE", help_heading = "What to compare",
          conflicts_with_all = ["base_ref", "head_ref", "two_dot"], requires = "head_snapshot")]
    pub base_snapshot: Option<PathBuf>,

    /// Saved scan after the change.
    #[arg(long, value_name = "FILE", help_heading = "What to compare",
          conflicts_with_all = ["base_ref", "head_ref", "two_dot"], requires = "base_snapshot")]
    pub head_snapshot: Option<PathBuf>,

    /// Look only at files the change touches: the fastest way, and the count of unchanged findings then speaks of these
    /// files alone.
    #[arg(long, help_heading = "What to compare", conflicts_with = "base_snapshot")]
    pub changed_only: bool,

    /// Whose configuration, baseline and rule packs apply to both sides [default: base in CI, head elsewhere].
    #[arg(
        long,
        value_name = "SIDE",
        help_heading = "What to compare",
        conflicts_with = "base_snapshot"
    )]
    pub policy_from: Option<From>,

    /// Remember no results from one run to the next, and use none.
    #[arg(long, help_heading = "What to compare", conflicts_with = "base_snapshot")]
    pub no_cache: bool,

    /// Which scanners look at which files.
    #[command(flatten)]
    pub scanning: Scanning,

    /// Where reports go and what they show.
    #[command(flatten)]
    pub reporting: Reporting,

    /// List unchanged findings too, in formats that have a place for them (json, jsonl, sarif).
    #[arg(long, help_heading = "Output")]
    pub include_unchanged: bool,

    /// What makes it fail.
    #[command(flatten)]
    pub gates: Gates,

    /// Exit 1 when the change adds ignore directives or edits the security configuration.
    #[arg(long, help_heading = "Gates", conflicts_with = "base_snapshot")]
    pub fail_on_policy_change: bool,

    /// What dependencies are held against.
    #[command(flatten)]
    pub advisory: args::Advisory,

    /// Baseline file whose findings are suppressed on both sides.
    #[arg(long, value_name = "FILE", help_heading = "Suppression")]
    pub baseline: Option<PathBuf>,

    /// What is silenced.
    #[command(flatten)]
    pub silencing: Silencing,

    /// Where settings come from.
    #[command(flatten)]
    pub settings: args::Settings,

    /// What reports for a code host say of the repository.
    #[command(flatten)]
    pub hosting: Hosting,

    /// Commit before the change; with --sha, saved findings get their places in a review.
    #[arg(long, value_name = "COMMIT", help_heading = "Code host", value_parser = args::commit)]
    pub base_sha: Option<String>,
}

/// A side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum From {
    /// The commit before: a change cannot loosen the rules it is judged by.
    Base,
    /// The commit after.
    Head,
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    scan::known_scanners(args.scanning.scanners.iter().chain(&args.scanning.skip_scanners))?;
    let reporting = &args.reporting;
    let outputs = reporting.outputs_of_comparison(io)?;
    let mut compared = match (&args.base_snapshot, &args.head_snapshot) {
        (Some(base), Some(head)) => of_snapshots(args, base, head, io)?,
        _ => of_commits(args, io)?,
    };
    let mut options = reporting.options(&compared.run, io)?;
    options.include_unchanged = args.include_unchanged;
    options.forge = args.hosting.forge(io);
    ai::explain(&mut compared.run, compared.ai, &outputs, io)?;
    if !term::begin_writing() {
        return Err(Failure::interrupted());
    }
    output::write(&compared.run, &outputs, &options, io.out)?;
    scan::conclude_with(&compared.verdict, io)
}

/// A comparison and the judgement on it.
#[derive(Debug)]
struct Compared {
    run: Run,
    verdict: Verdict,
    /// Whether a model is to explain it.
    ai: Option<bool>,
}

fn flags(args: &Args) -> Layer {
    args::layer(
        &args.scanning,
        &args.gates,
        &args.silencing,
        &args.settings,
        &args.advisory,
        args.baseline.as_deref(),
    )
}

/// Judges a run and writes the judgement into it.
pub(super) fn judge(
    run: &mut Run,
    config: &crate::config::Config,
    further: impl FnOnce(&Run) -> Option<String>,
) -> Verdict {
    let limits = scan::limits(config);
    let mut verdict = gate::judge(run, &limits);
    if let Some(reason) = further(run) {
        verdict.exit_code = 1;
        verdict.reasons.push(reason);
    }
    if let Some(change) = &mut run.change {
        change.gate.fail_on_severity = limits.severity;
        change.gate.fail_on_count = limits.count;
        change.gate.exit_code = verdict.exit_code;
        change.gate.reasons.clone_from(&verdict.reasons);
    }
    verdict
}

fn of_commits(args: &Args, io: &Io<'_>) -> Result<Compared, Failure> {
    let target = scan::real(&args.target).map_err(|failure| {
        failure.hint("the argument is a folder or file; --base-ref names what to compare with")
    })?;
    let objects = Objects::discover(&target)?.ok_or_else(|| {
        Failure::input(anyhow!("{} is not in a git repository", args.target.display()))
            .hint("compare two saved scans instead: --base-snapshot FILE --head-snapshot FILE")
    })?;
    let objects = Arc::new(objects);
    let below = below(&objects, &target)?;
    let head_name = args.head_ref.clone().unwrap_or_else(|| "HEAD".to_owned());
    let head = objects.commit(&head_name).map_err(explained)?;
    let (asked, base_name) = base(args, &objects, io)?;
    let base = if args.two_dot {
        asked
    } else {
        let (one, other) = ((base_name.as_str(), asked.id), (head_name.as_str(), head.id));
        objects.merge_base(one, other).map_err(explained)?
    };
    let from = match args.policy_from {
        Some(From::Base) => PolicyFrom::Base,
        Some(From::Head) => PolicyFrom::Head,
        None if io.env.ci() => PolicyFrom::Base,
        None => PolicyFrom::Head,
    };
    let sides = Sides { objects: &objects, base, head, from, below: &below };
    let lifted = args.gates.lifted();
    let Policy { terms, settings, base_rules, files } = policy::read(
        &sides,
        &flags(args),
        &args.settings,
        &args.silencing,
        &args.advisory,
        lifted,
        io,
    )?;
    let config = terms.config.clone();
    let request = Request {
        objects: Arc::clone(&objects),
        base: (base, base_name),
        head: (head, head_name),
        below: if below.is_empty() { Vec::new() } else { vec![below] },
        terms,
        policy_from: from,
        settings,
        base_rules,
        policy_files: files,
        changed_only: args.changed_only,
        cache: if args.no_cache { None } else { io.env.cache_folder() },
    };
    let quiet = args.reporting.quiet;
    let mut run = scan::watched(&config, quiet, |progress| diff::diff(&request, progress))?;
    let verdict = judge(&mut run, &config, |run| policy_changed(args, run));
    Ok(Compared { run, verdict, ai: config.ai })
}

fn policy_changed(args: &Args, run: &Run) -> Option<String> {
    let audit = &run.change.as_ref()?.audit;
    (args.fail_on_policy_change && !audit.is_empty())
        .then(|| "the change adds ignores or edits the security configuration".to_owned())
}

/// Repository-relative path of the target; empty for the root and in a bare repository.
fn below(objects: &Objects, target: &Path) -> Result<String, Failure> {
    if objects.is_bare() {
        return Ok(String::new());
    }
    let inner = target.strip_prefix(objects.root()).unwrap_or(Path::new(""));
    let text = inner
        .to_str()
        .ok_or_else(|| Failure::input(anyhow!("{} is not a name in UTF-8", target.display())))?;
    Ok(text.replace('\\', "/"))
}

/// What a branch is compared with when nobody says otherwise: what the remote calls its default, or a usual name for it.
const DEFAULT_BASES: [&str; 3] = ["origin/HEAD", "origin/main", "origin/master"];

/// The commit the base was asked for as, and its name.
fn base(args: &Args, objects: &Objects, io: &Io<'_>) -> Result<(Commit, String), Failure> {
    if let Some(name) = &args.base_ref {
        return Ok((objects.commit(name).map_err(explained)?, name.clone()));
    }
    let of_ci = [
        io.env.text("GITHUB_BASE_REF").map(|branch| format!("origin/{branch}")),
        io.env.text("GITHUB_BASE_REF"),
        io.env.text("CI_MERGE_REQUEST_DIFF_BASE_SHA"),
    ];
    for name in of_ci.into_iter().flatten().chain(DEFAULT_BASES.map(str::to_owned)) {
        if let Ok(commit) = objects.commit(&name) {
            return Ok((commit, name));
        }
    }
    Err(Failure::input(anyhow!(
        "there is nothing to compare with: no --base-ref, and none of origin/HEAD, origin/main, origin/master"
    ))
    .hint("securescan diff --base-ref main; or two saved scans: --base-snapshot, --head-snapshot"))
}

fn explained(error: RefError) -> Failure {
    let hint = error.hint();
    let failure = Failure::input(error);
    match hint {
        Some(hint) => failure.hint(hint),
        None => failure,
    }
}

fn of_snapshots(args: &Args, base: &Path, head: &Path, io: &Io<'_>) -> Result<Compared, Failure> {
    if args.scanning.is_given() {
        let error = anyhow!(
            "saved scans are not scanned again: flags that choose scanners or files do nothing"
        );
        return Err(
            Failure::input(error).hint("give them to `securescan scan` when the scans are saved")
        );
    }
    let read = |file: &Path| -> Result<Run, Failure> {
        let shown = file.display().to_string();
        let bytes =
            read_named(file, MAX_SNAPSHOT).with_context(|| format!("cannot read {shown}"))?;
        // Where it stands on this machine has no place in a report.
        let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
        snapshot::read(&name, &bytes).map_err(|error| {
            Failure::input(error).hint("securescan scan -o json=FILE saves a scan")
        })
    };
    let (before, after) = (read(base)?, read(head)?);
    let target = scan::real(&args.target)?;
    let mut loaded = scan::load(&target, flags(args), &args.settings, Origin::Search, io)?;
    if args.gates.lifted() {
        loaded.config.fail_on_severity = None;
    }
    let baseline = match &loaded.config.baseline {
        Some(path) if !args.silencing.no_suppress => Some(scan::read_baseline(path)?),
        _ => None,
    };
    let terms =
        scan::terms(loaded, baseline, scan::Packs::default(), &args.silencing, &args.advisory, io)?;
    let named = |file: &Path, commit: Option<&String>| Side {
        name: file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned(),
        commit: commit.cloned(),
        moment: None,
    };
    let sides = (named(base, args.base_sha.as_ref()), named(head, args.hosting.sha.as_ref()));
    let mut run = snapshots::compare_saved(before, after, sides, &terms)?;
    if let (Some(base), Some(head)) = (&args.base_sha, &args.hosting.sha) {
        let objects = Objects::discover(&target)?.ok_or_else(|| {
            Failure::input(anyhow!("{} is not in a git repository", args.target.display()))
                .hint("--sha and --base-sha place saved findings in a change; leave one out")
        })?;
        let (one, other) =
            (objects.commit(base).map_err(explained)?, objects.commit(head).map_err(explained)?);
        let base = objects.merge_base((base, one.id), (head, other.id)).map_err(explained)?;
        diff::anchor_saved(&mut run, &objects, (base.tree, other.tree), &terms)?;
    }
    let verdict = judge(&mut run, &terms.config, |_| None);
    Ok(Compared { run, verdict, ai: terms.config.ai })
}
