//! `securescan import`: results that other tools have saved, in the reports and under the rules of any scan.

use super::args::{self, Gates, Reporting, Silencing};
use super::failure::Failure;
use super::scan as scans;
use super::{Io, nearest, output, term};
use crate::adapter::document;
use crate::config::Origin;
use crate::finding::ScanType;
use crate::post::gate;
use crate::scan::import::{Saved, import};
use crate::scan::{Input, Request};
use crate::target::open::read_named;
use anyhow::{Context as _, anyhow};
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Largest result, bytes.
const MAX_RESULT: u64 = 256 << 20;

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  securescan import codeql.sarif                          SARIF of any tool
  securescan import bandit.json trivy.json -o html=all.html
  semgrep scan --json . | securescan import - --from semgrep
  securescan import results.sarif --fail-on-severity high

Exit codes: 0 clean, 1 a gate tripped, 2 usage, configuration or input error, 3 a tool says that it
did not finish, 130 interrupted.")]
pub struct Args {
    /// Results; `-` is standard input.
    #[arg(required = true, value_name = "FILE")]
    pub results: Vec<PathBuf>,

    /// Whose results they are: `sarif` or the name of a tool [default: told from their content].
    #[arg(long, value_name = "NAME")]
    pub from: Option<String>,

    /// Folder that the results speak of.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub target: PathBuf,

    /// Where reports go and what they show.
    #[command(flatten)]
    pub reporting: Reporting,

    /// What makes it fail.
    #[command(flatten)]
    pub gates: Gates,

    /// Baseline file whose findings are suppressed.
    #[arg(long, value_name = "FILE", help_heading = "Suppression")]
    pub baseline: Option<PathBuf>,

    /// What is silenced.
    #[command(flatten)]
    pub silencing: Silencing,

    /// Where settings come from.
    #[command(flatten)]
    pub settings: args::Settings,
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    if let Some(name) = &args.from
        && !document::names().any(|known| known == name)
    {
        let failure = Failure::input(anyhow!("no tool is called \"{name}\""));
        let hint = nearest(name, document::names()).map_or_else(
            || format!("known: {}", document::names().collect::<Vec<_>>().join(", ")),
            |near| format!("did you mean \"{near}\"?"),
        );
        return Err(failure.hint(hint));
    }
    let reporting = &args.reporting;
    let outputs = output::plan("text", &reporting.outputs, reporting.output_file.as_deref())?;
    let saved =
        args.results.iter().map(|path| read(path)).collect::<Result<Vec<Saved>, Failure>>()?;
    let request = request(args, io)?;
    let config = &request.terms.config;
    let run = scans::watched(config, reporting.quiet, |_| {
        import(&request, &saved, args.from.as_deref())
    })?;
    let options = reporting.options(&run, io)?;
    if !term::begin_writing() {
        return Err(Failure::interrupted());
    }
    output::write(&run, &outputs, &options, io.out)?;
    scans::conclude_with(&gate::judge(&run, &scans::limits(config)), io)
}

fn read(path: &Path) -> Result<Saved, Failure> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        let input = std::io::stdin().lock();
        input.take(MAX_RESULT + 1).read_to_end(&mut bytes).context("cannot read standard input")?;
        if bytes.len() as u64 > MAX_RESULT {
            return Err(Failure::input(anyhow!("standard input is larger than 256 MiB")));
        }
        return Ok(Saved { name: "standard input".to_owned(), bytes });
    }
    let name = path.display().to_string();
    let bytes = read_named(path, MAX_RESULT).with_context(|| format!("cannot read {name}"))?;
    Ok(Saved { name, bytes })
}

fn request(args: &Args, io: &Io<'_>) -> Result<Request, Failure> {
    let mut layer = args::layer(
        &args::Scanning::default(),
        &args.gates,
        &args.silencing,
        &args.settings,
        &args::Advisory::default(),
        args.baseline.as_deref(),
    );
    layer.scanners.native_only = Some(true);
    let target = scans::real(&args.target)?;
    let mut loaded = scans::load(&target, layer, &args.settings, Origin::Search, io)?;
    if args.gates.lifted() {
        loaded.config.fail_on_severity = None;
    }
    // No scanner runs, so nothing is held against advisories.
    loaded.config.scan_types = vec![ScanType::Code];
    let baseline = match &loaded.config.baseline {
        Some(path) if !args.silencing.no_suppress => Some(scans::read_baseline(path)?),
        _ => None,
    };
    let advisory = args::Advisory::default();
    let terms =
        scans::terms(loaded, baseline, scans::Packs::default(), &args.silencing, &advisory, io)?;
    let input = Input::Paths(vec![args.target.clone()]);
    Ok(Request { input, terms, no_ignore: false, hidden: false })
}
