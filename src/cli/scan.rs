//! `securescan scan`: look at files and report what is wrong with them.

use super::args::{self, Gates, Reporting, Scanning, Silencing};
use super::code_rules;
use super::failure::Failure;
use super::fix;
use super::hosts::{self, Asking};
use super::output;
use super::post::route;
use super::term::{self, Progress};
use super::{Io, advisories, ai, nearest};
use crate::adapter::{ADAPTERS, Surroundings};
use crate::config::{self, Config, Inputs, Known, Layer, Loaded, Origin, Source};
use crate::engine::ENGINES;
use crate::engine::misconfig::{check::Checks, pack};
use crate::engine::osv::Advisories;
use crate::engine::sast::pack::{self as code_pack, Rules as CodeRules};
use crate::finding::{Run, ScanType, Severity};
use crate::post::baseline::Baseline;
use crate::post::gate::{self, Limits, Verdict};
use crate::probe::address::Hosts;
use crate::rules::{Rule, load};
use crate::scan::{self, Input, Packages, Request, Terms};
use crate::target::git::objects::Unreadable;
use crate::target::git::tree::ListError;
use crate::target::host::Host;
use crate::target::open::read_named;
use crate::target::walk;
use anyhow::{Context as _, anyhow};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Largest text read from standard input, bytes.
const MAX_STDIN: u64 = 64 << 20;

/// Largest SBOM, bytes.
const MAX_SBOM: u64 = 256 << 20;

/// Largest baseline file, bytes.
pub(super) const MAX_BASELINE: u64 = 64 << 20;

/// Arguments of `scan`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  securescan scan                                    the current directory
  securescan scan src deploy/app.yml                 a directory and a file
  securescan scan . --fail-on-severity high          exit 1 when something high or worse is found
  securescan scan --staged                           files of the next commit, as they are staged
  securescan scan . -o sarif=out.sarif -o text       a file for the forge and a text for the log
  securescan scan --type baseline --baseline-host-probes   this machine
  securescan scan https://example.com                headers, cookies, TLS, exposed files
  securescan scan 192.0.2.7 --type network --ports 1-1000   open ports
  securescan scan --sbom sbom.cdx.json               packages that somebody else listed
  git show HEAD:config.py | securescan scan - --stdin-path config.py
  securescan scan --fix --dry-run                    what fixes of rules would change

Exit codes: 0 clean, 1 a gate tripped, 2 usage, configuration or input error, 3 scan incomplete,
130 interrupted.")]
pub struct Args {
    /// Files or directories; `-` is standard input. `https://...` is a page to look at, and with --type network a host or a
    /// network.
    #[arg(default_value = ".", value_name = "TARGET")]
    pub targets: Vec<PathBuf>,

    /// Name that standard input is to be taken for, such as `src/config.py`.
    #[arg(long, value_name = "PATH", help_heading = "What to scan")]
    pub stdin_path: Option<String>,

    /// Scan the files the next commit changes, whole and as `git add` stored them; the work tree is not looked at.
    /// Without a gate in flags, environment or configuration, a finding of severity high or worse fails it.
    #[arg(long, help_heading = "What to scan")]
    pub staged: bool,

    /// Match the packages of this SBOM (CycloneDX, SPDX or syft, JSON) instead of files; dependency scanners only.
    #[arg(long, value_name = "FILE", help_heading = "What to scan", conflicts_with_all = ["staged", "stdin_path"])]
    pub sbom: Option<PathBuf>,

    /// Audit this machine as well: its settings, accounts and modes, by reading files; no program is run. With `=DIR`, the
    /// system that is mounted there.
    #[arg(long, value_name = "DIR", help_heading = "What to scan", num_args = 0..=1, require_equals = true,
          default_missing_value = "/")]
    pub baseline_host_probes: Option<PathBuf>,

    /// Which scanners look at which files.
    #[command(flatten)]
    pub scanning: Scanning,

    /// Which external tools may do what.
    #[command(flatten)]
    pub tools: args::Tools,
    /// How hosts are asked.
    #[command(flatten)]
    pub asking: Asking,

    /// Read no .gitignore and no .securescanignore, and enter dependency directories.
    #[arg(long, help_heading = "What to scan")]
    pub no_ignore: bool,

    /// Enter hidden tool directories such as .venv and .cache. Hidden files are always scanned.
    #[arg(long, help_heading = "What to scan")]
    pub hidden: bool,

    /// Where reports go and what they show.
    #[command(flatten)]
    pub reporting: Reporting,

    /// What makes it fail.
    #[command(flatten)]
    pub gates: Gates,

    /// What dependencies are held against.
    #[command(flatten)]
    pub advisory: args::Advisory,

    /// Baseline file whose findings are suppressed.
    #[arg(long, value_name = "FILE", help_heading = "Suppression")]
    pub baseline: Option<PathBuf>,

    /// What is silenced.
    #[command(flatten)]
    pub silencing: Silencing,

    /// What is mended.
    #[command(flatten)]
    pub fixing: fix::Fixing,

    /// Where settings come from.
    #[command(flatten)]
    pub settings: args::Settings,
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

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    known_scanners(args.scanning.scanners.iter().chain(&args.scanning.skip_scanners))?;
    let reporting = &args.reporting;
    let outputs = args.fixing.outputs(reporting)?;
    let request = prepare(args, io, true)?;
    let (mut run, plan) = if args.fixing.fix {
        let (run, plan) = watched(&request.terms.config, reporting.quiet, |progress| {
            scan::fix::plan(&request, progress, args.fixing.dry_run)
        })?;
        (run, Some(plan))
    } else {
        (perform(&request, reporting.quiet)?, None)
    };
    ai::explain(&mut run, request.terms.config.ai, &outputs, io)?;
    let options = reporting.options(&run, io)?;
    if !term::begin_writing() {
        return Err(Failure::interrupted());
    }
    if let Some(plan) = plan {
        args.fixing.conclude(plan, &mut run, options.colour, io)?;
    }
    output::write(&run, &outputs, &options, io.out)?;
    let has_text =
        outputs.iter().any(|output| output.file.is_none() && output.format.name == "text");
    conclude(&run, &request.terms.config, io, reporting.quiet || has_text)
}

/// Scans as `args` say, with inline directives and the configuration applied and no baseline: what a new baseline is
/// made of. `types` are looked at when neither a flag nor the configuration names any; without them all that a scan looks at.
pub(super) fn scan_without_baseline(
    args: &Args,
    types: &[ScanType],
    io: &Io<'_>,
) -> Result<(Run, Config), Failure> {
    let mut request = prepare(args, io, false)?;
    let config = &mut request.terms.config;
    if config.scan_types.is_empty() {
        config.scan_types = types.to_vec();
    }
    let run = perform(&request, args.reporting.quiet)?;
    Ok((run, request.terms.config))
}

/// Lists the packages that a scan by `args` would look at.
pub(super) fn packages(args: &Args, io: &Io<'_>) -> Result<Packages, Failure> {
    let request = prepare(args, io, false)?;
    if matches!(request.input, Input::Hosts(_)) {
        return Err(Failure::input(anyhow!("a page has no files to list packages from")));
    }
    threads(request.terms.config.threads);
    scan::packages(&request).map_err(explained)
}

fn prepare(args: &Args, io: &Io<'_>, with_baseline: bool) -> Result<Request, Failure> {
    let hosts = hosts::named(&args.targets, &args.scanning.types, &args.asking)?;
    let (input, types) = match hosts {
        Some((target, types)) if !args.staged && args.sbom.is_none() => {
            (Input::Hosts(target), types)
        }
        Some(_) => {
            return Err(Failure::input(anyhow!(
                "--staged and --sbom look at files, and a host is named"
            )));
        }
        None => (input(args)?, Vec::new()),
    };
    let mut loaded = settings(args, io, &input)?;
    if !types.is_empty() {
        loaded.config.scan_types = types;
    }
    if args.baseline_host_probes.is_some() {
        if matches!(input, Input::Hosts(_)) {
            let two =
                anyhow!("--baseline-host-probes audits this machine, and another host is named");
            return Err(Failure::input(two).hint("scan one after the other"));
        }
        let types = &mut loaded.config.scan_types;
        if !types.is_empty() && !types.contains(&ScanType::Baseline) {
            types.push(ScanType::Baseline);
        }
    }
    if matches!(input, Input::Sbom { .. }) && args.scanning.types.is_empty() {
        loaded.config.scan_types = vec![ScanType::Dependency];
    }
    if !with_baseline {
        loaded.config.baseline = None;
    }
    if args.gates.lifted() {
        loaded.config.fail_on_severity = None;
    } else if args.staged {
        // A hook that nobody gave a limit would stop nothing.
        let given = |key| loaded.sources.get(key).is_some_and(|source| *source != Source::Default);
        if !given("fail_on_severity") && !given("fail_on_count") {
            loaded.config.fail_on_severity = Some(Severity::High);
        }
    }
    request(args, io, input, loaded)
}

/// The scan, with progress on a terminal and an ear for Ctrl-C.
fn perform(request: &Request, quiet: bool) -> Result<Run, Failure> {
    watched(&request.terms.config, quiet, |progress| scan::scan(request, progress))
}

/// Work of the scanner, with progress on a terminal and an ear for Ctrl-C.
pub(super) fn watched<T>(
    config: &Config,
    quiet: bool,
    work: impl FnOnce(&Progress) -> Result<T, scan::Error>,
) -> Result<T, Failure> {
    threads(config.threads);
    term::watch_interrupts();
    let progress = Progress::new(!quiet);
    let scanned = work(&progress);
    progress.finish();
    match scanned {
        Ok(done) => Ok(done),
        Err(scan::Error::Interrupted) => Err(Failure::interrupted()),
        Err(error) => Err(explained(error)),
    }
}

/// The verdict: sentences on standard error, and the exit code.
fn conclude(run: &Run, config: &Config, io: &mut Io<'_>, brief: bool) -> Result<u8, Failure> {
    if !brief {
        writeln!(io.err, "{}", crate::report::phrase::one_line(run))?;
    }
    let verdict = gate::judge(run, &limits(config));
    conclude_with(&verdict, io)
}

/// Says why a gate tripped, on standard error, and gives the exit code.
pub(super) fn conclude_with(verdict: &Verdict, io: &mut Io<'_>) -> Result<u8, Failure> {
    for reason in &verdict.reasons {
        writeln!(io.err, "securescan: {}", crate::text::escape::terminal(reason))?;
    }
    Ok(verdict.exit_code)
}

/// The limits of a configuration.
pub(super) fn limits(config: &Config) -> Limits {
    Limits {
        severity: config.fail_on_severity,
        count: config.fail_on_count,
        incomplete: config.fail_on_incomplete,
        stale: config.fail_on_stale_db,
        reachable: config.fail_on_reachable,
    }
}

/// Every scanner: our own, then the external tools.
pub(super) fn scanner_names() -> Vec<&'static str> {
    let own = ENGINES.iter().map(|engine| engine.meta.id.as_str());
    own.chain(ADAPTERS.iter().map(|adapter| adapter.id.as_str())).collect()
}

/// Refuses names that no scanner has.
pub(super) fn known_scanners<'a>(names: impl Iterator<Item = &'a String>) -> Result<(), Failure> {
    let known = || scanner_names().into_iter();
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
    if let Some(file) = &args.sbom {
        if args.targets != [PathBuf::from(".")] {
            return Err(Failure::input(anyhow!(
                "--sbom is scanned instead of files, and files are named too"
            ))
            .hint("scan one after the other"));
        }
        let shown = file.display();
        let bytes = read_named(file, MAX_SBOM).with_context(|| format!("cannot read {shown}"))?;
        let path = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy().into_owned();
        return Ok(Input::Sbom { path, bytes });
    }
    if args.staged {
        return match &args.targets[..] {
            [one] if !is_stdin(one) => Ok(Input::Staged(one.clone())),
            _ => Err(Failure::input(anyhow!("--staged looks at one repository"))
                .hint("name one folder in it, or none for the current one")),
        };
    }
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
    let mut layer = args::layer(
        &args.scanning,
        &args.gates,
        &args.silencing,
        &args.settings,
        &args.advisory,
        args.baseline.as_deref(),
    );
    args.tools.put(&mut layer);
    layer
}

fn settings(args: &Args, io: &Io<'_>, input: &Input) -> Result<Loaded, Failure> {
    let target = match input {
        Input::Paths(paths) => real(&paths[0])?,
        Input::Staged(path) => real(path)?,
        Input::Text { .. } | Input::Sbom { .. } | Input::Hosts(_) => io.env.folder().to_owned(),
    };
    load(&target, layer(args), &args.settings, Origin::Search, io)
}

/// An existing path with its links resolved.
pub(super) fn real(path: &Path) -> Result<PathBuf, Failure> {
    let real = std::fs::canonicalize(path);
    Ok(real.with_context(|| format!("cannot read {}", path.display()))?)
}

/// Effective settings for a target. `search` says where the repository's file is when no flag and no variable names one.
pub(super) fn load(
    target: &Path,
    flags: Layer,
    settings: &args::Settings,
    search: Origin,
    io: &Io<'_>,
) -> Result<Loaded, Failure> {
    let folder = io.env.folder().to_owned();
    let named = settings.config.clone().or_else(|| io.env.config_file());
    let origin = match (named, settings.no_config) {
        (_, true) => Origin::Nothing,
        (Some(path), false) => Origin::File(folder.join(path)),
        (None, false) => search,
    };
    let user_folder = io.env.user_folder();
    let environment = io.env.settings();
    let scanners = scanner_names();
    let inputs = Inputs {
        target,
        origin,
        user_folder: user_folder.as_deref(),
        environment: &environment,
        ci: io.env.ci(),
        flags,
        folder: &folder,
        // Rule ids are checked by `config validate`; knowing them all here would cost every start.
        known: Known {
            scanners: &scanners,
            rules: &[],
            licenses: Some(crate::engine::licenses::scanner::wrong),
            packs: None,
        },
        today: io.env.today()?,
    };
    config::load(&inputs).map_err(|error| {
        Failure::input(error).hint(
            "`securescan config validate` checks the file; docs/configuration.md lists the keys",
        )
    })
}

fn request(args: &Args, io: &Io<'_>, input: Input, loaded: Loaded) -> Result<Request, Failure> {
    let baseline = match &loaded.config.baseline {
        Some(path) if !args.silencing.no_suppress => Some(read_baseline(path)?),
        _ => None,
    };
    let packs =
        Packs::read(&loaded.config, args.scanning.keep_going, |paths| Ok(load::below(paths)?))?;
    let mut terms = terms(loaded, baseline, packs, &args.silencing, &args.advisory, io)?;
    if let Some(folder) = &args.baseline_host_probes {
        terms.host = Some(host(folder, io)?);
    }
    if let Input::Sbom { path, bytes } = &input {
        let listing = crate::sbom::read(bytes, path).map_err(|broken| {
            Failure::input(anyhow!("{path} is no SBOM that is read here: {broken}"))
                .hint("CycloneDX, SPDX 2 and syft documents are read")
        })?;
        terms.listings.push(listing);
    }
    Ok(Request { input, terms, no_ignore: args.no_ignore, hidden: args.hidden })
}

/// The machine to audit. What the environment holds is not that of a system that is mounted somewhere.
fn host(folder: &Path, io: &Io<'_>) -> Result<Arc<Host>, Failure> {
    let names = if folder == Path::new("/") { io.env.secret_names().to_vec() } else { Vec::new() };
    let host = Host::new(folder, names);
    Ok(Arc::new(host.with_context(|| format!("cannot audit {}", folder.display()))?))
}

/// What a user adds to the scanners.
#[derive(Debug, Default)]
pub(super) struct Packs {
    rules: Vec<Rule>,
    checks: Checks,
    code: CodeRules,
    /// What of them cannot be used, and why.
    skipped: Vec<String>,
}

impl Packs {
    /// Those that the settings name, out of files that `read` finds.
    pub(super) fn read(
        config: &Config,
        keep_going: bool,
        mut read: impl FnMut(&[PathBuf]) -> Result<Vec<load::File>, Failure>,
    ) -> Result<Self, Failure> {
        // A pack tells by what it holds which scanner its rules are for.
        let (mut code, secrets): (Vec<load::File>, Vec<load::File>) = read(&config.secrets.rules)?
            .into_iter()
            .partition(|(_, bytes)| code_pack::is_one(bytes));
        let local: Vec<PathBuf> = config
            .semgrep_rules
            .iter()
            .filter(|path| !path.to_str().is_some_and(config::value::is_registry_reference))
            .cloned()
            .collect();
        code.extend(read(&local)?);
        let (secrets, left) = code_rules::read_or_left(secrets, keep_going);
        let rules = load::from_files(&secrets)?;
        let own = pack::from_files(&read(&config.checks)?)?;
        let (code, mut skipped) = code_rules::read(&code, keep_going)?;
        skipped.extend(left);
        Ok(Self { rules, checks: Checks::with(own), code, skipped })
    }
}

/// What findings are made and judged by, out of settings that were loaded and files that were read.
pub(super) fn terms(
    loaded: Loaded,
    baseline: Option<Baseline>,
    packs: Packs,
    silencing: &Silencing,
    advisory: &args::Advisory,
    io: &Io<'_>,
) -> Result<Terms, Failure> {
    let config = loaded.config;
    let advisories = if advisories::are_wanted(&config) {
        advisories::find(advisory.db.as_deref(), io.env)?
    } else {
        Advisories::Missing
    };
    let mut notices = loaded.notices;
    notices.extend_from_slice(io.env.notices());
    notices.extend(packs.skipped);
    let vex = advisories::statements(&advisory.vex, io.env, &mut notices)?;
    Ok(Terms {
        secret_rules: packs.rules,
        checks: packs.checks,
        code_rules: packs.code,
        advisories,
        surroundings: Surroundings { route: route(io), ..io.env.surroundings() },
        listings: Vec::new(),
        host: None,
        vex,
        baseline: baseline.filter(|_| !silencing.no_suppress),
        no_suppress: silencing.no_suppress,
        report_unused: silencing.report_unused_ignores,
        today: io.env.today()?,
        notices,
        config,
    })
}

pub(super) fn read_baseline(path: &Path) -> Result<Baseline, Failure> {
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
    // Code nests deep, and what reads it calls itself; memory that is not touched costs nothing.
    let pool = rayon::ThreadPoolBuilder::new().stack_size(32 << 20);
    // A pool that already exists (tests that call in twice) stays as it is; results do not depend on it.
    let _ = pool.num_threads(wanted.map_or(0, usize::from)).build_global();
}

pub(super) fn explained(error: scan::Error) -> Failure {
    let hint = match &error {
        scan::Error::MissingObjects { .. }
        | scan::Error::List(ListError::Unreadable(Unreadable::Missing(_))) => {
            Some("a partial clone leaves objects out; fetch them: git fetch --refetch origin")
        }
        scan::Error::Walk(walk::Error::Target { path, .. })
            if path
                .to_str()
                .is_some_and(|text| matches!(text.parse(), Ok(Hosts::Block { .. }))) =>
        {
            Some("for a host or a network: --type network")
        }
        scan::Error::NoWorkTree => {
            Some("name files or folders, without --staged, `-`, --sbom and hosts")
        }
        scan::Error::NotARepository { .. } => Some("run it in the repository that is committed to"),
        _ => None,
    };
    let failure = Failure::input(error);
    if let Some(hint) = hint {
        return failure.hint(hint);
    }
    let text = failure.source.to_string();
    if text.contains(".securescanignore:") {
        failure.hint("the file has the syntax of .gitignore; a literal { or [ needs a backslash")
    } else {
        failure
    }
}
