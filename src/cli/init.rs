//! `securescan init`: make a repository ready, from its configuration to its workflow. All files are written or none, and
//! none that exists is replaced without `--force`.

mod ask;
mod stack;
mod text;

use super::failure::{Failure, code};
use super::{Io, baseline, output, scan, term};
use crate::finding::{Run, ScanType, Severity};
use crate::post::baseline::{Envelope, write};
use crate::report::phrase::plural;
use anyhow::{Context as _, anyhow};
use std::io::Write as _;
use std::path::{Path, PathBuf};

const CONFIGURATION: &str = ".securescan.yml";
const WORKFLOW: &str = ".github/workflows/securescan.yml";
const BASELINE: &str = ".securescan/baseline.json";
const GITLAB: &str = ".gitlab/securescan.yml";
const PRE_COMMIT: &str = ".pre-commit-config.yaml";

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "one field per flag")]
#[command(after_help = "Examples:
  securescan init                           ask, then write configuration, workflow and baseline
  securescan init --no-prompt --pre-commit  take what was detected, and set up the commit hook
  securescan init --no-workflow --gitlab    a repository on GitLab

Nothing is written when one of the files exists already, unless --force is given.")]
pub struct Args {
    /// Root of the repository.
    #[arg(default_value = ".", value_name = "PATH")]
    pub path: PathBuf,

    /// Replace files that exist. Reasons and dates in an older baseline are kept.
    #[arg(long)]
    pub force: bool,

    /// Ask nothing. Questions are asked on a terminal only.
    #[arg(long)]
    pub no_prompt: bool,

    /// Severity from which a finding fails a run.
    #[arg(long, value_name = "SEVERITY", default_value = "high",
          value_parser = |word: &str| word.parse::<Severity>())]
    pub threshold: Severity,

    /// Scan types, separated by commas, instead of those that fit what the repository is made of.
    #[arg(long, value_name = "TYPE,...", value_parser = |words: &str| types(words))]
    pub scan_types: Option<Types>,

    /// Write no workflow for GitHub.
    #[arg(long)]
    pub no_workflow: bool,

    /// Write no baseline: findings that are there today count.
    #[arg(long)]
    pub no_baseline: bool,

    /// Write .pre-commit-config.yaml.
    #[arg(long)]
    pub pre_commit: bool,

    /// Write .gitlab/securescan.yml, to be included from .gitlab-ci.yml.
    #[arg(long)]
    pub gitlab: bool,
}

/// Scan types that somebody listed.
pub type Types = Vec<ScanType>;

/// What is going to be set up.
#[derive(Debug)]
struct Choice {
    types: Vec<ScanType>,
    /// Types that fit and that no scanner of this version serves: asking for them would make every run incomplete.
    unserved: Vec<ScanType>,
    threshold: Severity,
    workflow: bool,
}

/// A list of types, each of which some scanner serves, in the order of the vocabulary.
fn types(words: &str) -> Result<Types, String> {
    let mut types = Vec::new();
    for word in words.split(',').map(str::trim).filter(|word| !word.is_empty()) {
        let wanted: ScanType =
            word.parse().map_err(|error: crate::finding::UnknownWord| error.to_string())?;
        if !text::is_served(wanted) {
            return Err(format!(
                "no scanner of type {wanted} is part of this version; every run would be incomplete"
            ));
        }
        types.push(wanted);
    }
    types.sort_unstable();
    types.dedup();
    if types.is_empty() { Err("no scan type is named".to_owned()) } else { Ok(types) }
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    let shown = args.path.display();
    let root = std::fs::canonicalize(io.env.folder().join(&args.path))
        .with_context(|| format!("cannot read {shown}"))?;
    if !root.is_dir() {
        return Err(Failure::input(anyhow!("{shown} is not a folder")));
    }
    let found = stack::detect(&root);
    let (types, unserved): (Vec<_>, Vec<_>) =
        found.types.iter().copied().partition(|wanted| text::is_served(*wanted));
    let mut choice = Choice {
        types,
        // Every repository is looked at for these; only what was found in this one is worth a word.
        unserved: unserved.into_iter().filter(|t| *t != ScanType::Baseline).collect(),
        threshold: args.threshold,
        workflow: !args.no_workflow,
    };
    if let Some(types) = &args.scan_types {
        choice.types.clone_from(types);
        choice.unserved.clear();
    }
    // What cannot be done is said before anybody answers questions.
    check(args, &root, &wanted(args, &root, &choice))?;
    if !args.no_prompt && term::can_ask() {
        let names = if found.names.is_empty() { "nothing known" } else { &found.names.join(", ") };
        writeln!(
            io.err,
            "Found in {}: {names}.",
            crate::text::escape::terminal(&shown.to_string())
        )?;
        ask::ask(&mut choice, &mut std::io::stdin().lock(), io.err)?;
    }
    let accepted = if args.no_baseline { None } else { accepted(&root, &choice, io)? };

    let mut files = Vec::new();
    for name in wanted(args, &root, &choice) {
        files.push((
            name,
            match name {
                CONFIGURATION => text::configuration(&choice, &found.names, accepted.is_some()),
                WORKFLOW => text::workflow(),
                GITLAB => text::GITLAB.to_owned(),
                PRE_COMMIT => text::pre_commit(),
                _ => match &accepted {
                    Some((text, _)) => text.clone(),
                    None => continue,
                },
            },
        ));
    }
    save(&root, &files)?;
    report(args, &choice, &files, accepted.as_ref().map(|(_, run)| run), io)?;
    Ok(code::OK)
}

/// The files that are going to be written, in the order in which people read about them.
fn wanted(args: &Args, root: &Path, choice: &Choice) -> Vec<&'static str> {
    // Hooks of other tools stand in the same file: it is never replaced.
    let pre_commit = args.pre_commit && root.join(PRE_COMMIT).symlink_metadata().is_err();
    [
        (CONFIGURATION, true),
        (WORKFLOW, choice.workflow),
        (GITLAB, args.gitlab),
        (PRE_COMMIT, pre_commit),
        (BASELINE, !args.no_baseline),
    ]
    .into_iter()
    .filter_map(|(name, wanted)| wanted.then_some(name))
    .collect()
}

/// Refuses what would replace a file, leave the folder through a link, or have no effect.
fn check(args: &Args, root: &Path, files: &[&str]) -> Result<(), Failure> {
    let exists = |name: &&&str| root.join(name).symlink_metadata().is_ok();
    // A configuration under another of its names would be shadowed, and its limits with it.
    let named: Vec<&str> =
        crate::config::find::NAMES.into_iter().filter(|n| !files.contains(n)).collect();
    let there: Vec<&str> = files.iter().chain(&named).filter(exists).copied().collect();
    if !there.is_empty() && !args.force {
        let error = anyhow!("already there: {}; nothing was written", there.join(", "));
        return Err(Failure::input(error).hint("--force replaces them"));
    }
    for name in files {
        for folder in Path::new(name).ancestors().skip(1).filter(|f| !f.as_os_str().is_empty()) {
            if root.join(folder).symlink_metadata().is_ok_and(|found| !found.is_dir()) {
                let folder = folder.display();
                return Err(Failure::input(anyhow!(
                    "{folder} is not a folder; nothing was written"
                )));
            }
        }
        if root.join(name).is_dir() {
            return Err(Failure::input(anyhow!("{name} is a folder; nothing was written")));
        }
    }
    let repository = crate::target::walk::repository_root(root);
    if let (true, Some(repository)) = (files.contains(&WORKFLOW), repository)
        && repository != root
    {
        let error = anyhow!("{} is not the root of its repository", args.path.display());
        let hint = format!(
            "GitHub reads workflows at the root only: run it for {}, or add --no-workflow",
            repository.display()
        );
        return Err(Failure::input(error).hint(hint));
    }
    Ok(())
}

/// The baseline of today's findings and the scan behind it; nothing when there is nothing to scan yet.
fn accepted(root: &Path, choice: &Choice, io: &Io<'_>) -> Result<Option<(String, Run)>, Failure> {
    let mut wanted = scan::Args::of_target(root);
    wanted.scanning.types.clone_from(&choice.types);
    // The file that is about to be replaced says nothing of the one that comes.
    wanted.settings.no_config = true;
    let (run, _) = scan::scan_without_baseline(&wanted, &[], io)?;
    if run.nothing_scanned().is_some() {
        return Ok(None);
    }
    let envelope = Envelope {
        generated_by: "securescan init",
        scan_types: &run.scan_types,
        target_path: "..",
    };
    let previous = baseline::previous(&root.join(BASELINE))?;
    Ok(Some((write(&run.findings, &envelope, previous.as_ref()), run)))
}

/// Writes all of them beside their places first; what can fail has failed by the time the first one appears.
fn save(root: &Path, files: &[(&str, String)]) -> Result<(), Failure> {
    let mut ready = Vec::new();
    for (name, text) in files {
        let file = root.join(name);
        let folder = file.parent().unwrap_or(root);
        let context = || format!("cannot write {name}");
        std::fs::create_dir_all(folder).with_context(context)?;
        let mut temporary = output::temporary_in(folder).with_context(context)?;
        temporary.write_all(text.as_bytes()).with_context(context)?;
        temporary.as_file().sync_all().with_context(context)?;
        ready.push((name, file, temporary));
    }
    for (name, file, temporary) in ready {
        temporary.persist(&file).with_context(|| format!("cannot write {name}"))?;
    }
    Ok(())
}

/// What was done, and what is left to do; all of it for people.
fn report(
    args: &Args,
    choice: &Choice,
    files: &[(&str, String)],
    run: Option<&Run>,
    io: &mut Io<'_>,
) -> Result<(), Failure> {
    let mut names = Vec::new();
    for (name, _) in files {
        let detail = match (*name, run) {
            (BASELINE, Some(run)) => {
                format!(" ({} of today accepted)", plural(run.findings.len() as u64, "finding"))
            }
            _ => String::new(),
        };
        writeln!(io.err, "wrote {name}{detail}")?;
        names.push(*name);
    }
    if !args.no_baseline && run.is_none() {
        writeln!(io.err, "no {BASELINE}: there is nothing to scan yet")?;
    }
    if let Some(gaps) = run.and_then(crate::report::phrase::incomplete) {
        writeln!(
            io.err,
            "the scan is incomplete ({gaps} did not finish): findings may be missing from the baseline"
        )?;
    }
    writeln!(io.err, "\nNext:")?;
    let mut number = 0;
    let mut step = |text: &str| {
        number += 1;
        writeln!(io.err, "  {number}. {text}")
    };
    if run.is_some_and(|run| !run.findings.is_empty()) {
        step(
            "Read what was accepted, and replace credentials among it: securescan scan --no-suppress",
        )?;
    }
    if args.gitlab {
        step(&format!("Add to .gitlab-ci.yml: include: [{{ local: {GITLAB} }}]"))?;
    }
    if args.pre_commit {
        if !files.iter().any(|(name, _)| *name == PRE_COMMIT) {
            let entry = text::pre_commit();
            let entry = entry.trim_end().lines().skip(1).collect::<Vec<_>>().join("\n     ");
            step(&format!("{PRE_COMMIT} is there already; add to its repos:\n     {entry}"))?;
        }
        step("Switch the hook on: pre-commit install")?;
    }
    step(&format!("Commit: git add -- {}", names.join(" ")))?;
    if choice.workflow {
        step("Open a pull request: its new findings are told there")?;
    }
    Ok(())
}
