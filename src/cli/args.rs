//! Groups of flags that several commands share, so that a flag means the same everywhere and is described once.

use super::Io;
use super::failure::Failure;
use super::output::{self, Output};
use super::term::Term;
use crate::config::{self, Layer};
use crate::finding::{Confidence, Run, ScanType, Severity};
use crate::report::{Forge, Options};
use clap::ValueEnum;
use std::path::{Path, PathBuf};

/// Which scanners look at which files.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "What to scan")]
pub struct Scanning {
    /// Scan type; repeat or separate by commas.
    #[arg(short = 't', long = "type", value_name = "TYPE", value_delimiter = ',', value_parser = parse::<ScanType>)]
    pub types: Vec<ScanType>,

    /// Run only this scanner; may be repeated.
    #[arg(long = "scanner", value_name = "NAME", value_delimiter = ',')]
    pub scanners: Vec<String>,

    /// Do not run this scanner; may be repeated.
    #[arg(long = "skip-scanner", value_name = "NAME", value_delimiter = ',')]
    pub skip_scanners: Vec<String>,

    /// Further rules: a file, or a folder of .yml files. Rules over code in Semgrep's syntax, or rules of the secrets scanner.
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,

    /// Scan without rules over code that cannot be read, instead of stopping there.
    #[arg(long)]
    pub keep_going: bool,

    /// Further checks for the misconfig scanner: a file or a folder of .yml files.
    #[arg(long, value_name = "PATH")]
    pub checks: Vec<PathBuf>,

    /// Do not scan paths that match this glob, relative to the repository root; may be repeated.
    #[arg(long, value_name = "GLOB")]
    pub exclude: Vec<String>,

    /// Skip larger files: bytes or a size such as 10MiB.
    #[arg(long, value_name = "SIZE", value_parser = config::parse_size)]
    pub max_file_size: Option<u64>,

    /// Seconds that the sast scanner may look at one file; the report names files with rules left [default: 10].
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=600))]
    pub timeout_per_file: Option<u32>,
}

/// External tools.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "External tools")]
pub struct Tools {
    /// Run securescan's own scanners and no external tool.
    #[arg(long)]
    pub native_only: bool,

    /// Let external tools use the network: rules of semgrep's registry, fresh databases, npm audit, safety.
    #[arg(long, conflicts_with = "native_only")]
    pub online: bool,

    /// Seconds that each external tool may take [default: 300].
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86400))]
    pub tool_timeout: Option<u32>,

    /// Let ZAP attack the site that is scanned, not only look at it.
    #[arg(long)]
    pub zap_active: bool,
}

impl Tools {
    /// Writes into a layer what these flags say.
    pub fn put(&self, layer: &mut Layer) {
        layer.scanners.native_only = self.native_only.then_some(true);
        layer.scanners.online = self.online.then_some(true);
        layer.scanners.tool_timeout = self.tool_timeout;
        layer.scanners.zap_active = self.zap_active.then_some(true);
    }
}

/// Where reports go and what they show.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Output")]
#[expect(clippy::struct_excessive_bools, reason = "one field per flag")]
pub struct Reporting {
    /// Report format, to standard output or to a file; may be repeated.
    #[arg(short, long = "output", value_name = "FORMAT[=FILE]")]
    pub outputs: Vec<Output>,

    /// File for the one output that names none.
    #[arg(long, value_name = "FILE")]
    pub output_file: Option<PathBuf>,

    /// Show suppressed findings, labelled. On a terminal this is the default.
    #[arg(long, overrides_with = "hide_suppressed")]
    pub show_suppressed: bool,

    /// Leave suppressed findings out; they are still counted.
    #[arg(long)]
    pub hide_suppressed: bool,

    /// List every path that was not scanned, and why.
    #[arg(long)]
    pub show_skipped: bool,

    /// Only the summary, and no progress.
    #[arg(short, long)]
    pub quiet: bool,
}

/// What makes a command fail.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Gates")]
pub struct Gates {
    /// Exit 1 when a finding of at least this severity is left; `none` switches a configured limit off.
    #[arg(long, value_name = "SEVERITY", value_parser = parse::<Threshold>)]
    pub fail_on_severity: Option<Threshold>,

    /// Exit 1 when more findings than this are left.
    #[arg(long, value_name = "N")]
    pub fail_on_count: Option<u64>,

    /// Further events that fail it: `incomplete` and `stale-db` with exit 3, `reachable` with exit 1; may be repeated.
    #[arg(long, value_name = "EVENT", value_delimiter = ',')]
    pub fail_on: Vec<FailOn>,
}

/// What dependencies are held against.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Advisories")]
pub struct Advisory {
    /// Advisory database, instead of the one that `securescan db update` keeps.
    #[arg(long, value_name = "FILE")]
    pub db: Option<PathBuf>,

    /// Call a database older than this many days stale [default: 30].
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36500))]
    pub max_db_age: Option<u32>,

    /// Statements that certain advisories do not concern this project: OpenVEX, CycloneDX or CSAF; may be repeated.
    #[arg(long, value_name = "FILE")]
    pub vex: Vec<PathBuf>,
}

/// What is silenced.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Suppression")]
pub struct Silencing {
    /// Suppress nothing: directives, configuration and baseline are not applied.
    #[arg(long)]
    pub no_suppress: bool,

    /// Report ignore directives that silenced nothing.
    #[arg(long)]
    pub report_unused_ignores: bool,

    /// Report secrets and findings in code of this confidence or better: low, medium or high.
    #[arg(long, visible_alias = "confidence", value_name = "CONFIDENCE", value_parser = parse::<Confidence>)]
    pub min_confidence: Option<Confidence>,
}

/// Where settings come from, and how the work is done.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Configuration")]
pub struct Settings {
    /// Configuration file, instead of the .securescan.yml found from the target upwards.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Read no .securescan.yml.
    #[arg(long, conflicts_with = "config")]
    pub no_config: bool,

    /// Threads; one per processor by default.
    #[arg(short = 'j', long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,

    /// Ask a language model to explain findings of severity high and critical: their title, rule and redacted line are sent
    /// to the service that SECURESCAN_AI_URL names. Shown in text and html only.
    #[arg(long, conflicts_with = "no_ai")]
    pub ai: bool,

    /// Never ask a language model, whatever the settings say.
    #[arg(long)]
    pub no_ai: bool,
}

/// What a report for a code host says of the repository.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Code host")]
pub struct Hosting {
    /// Repository that links lead to, `owner/name` [default: GITHUB_REPOSITORY].
    #[arg(long, value_name = "OWNER/NAME", value_parser = repository)]
    pub repo: Option<String>,

    /// Commit that links and reviews refer to [default: the head].
    #[arg(long, value_name = "COMMIT", value_parser = commit)]
    pub sha: Option<String>,

    /// What a review says: COMMENT, REQUEST_CHANGES or APPROVE.
    #[arg(long, value_name = "EVENT", default_value = "COMMENT", ignore_case = true,
          value_parser = ["COMMENT", "REQUEST_CHANGES", "APPROVE"])]
    pub review_event: String,

    /// Offer no replacements that silence a finding.
    #[arg(long)]
    pub no_suggestions: bool,
}

/// A severity that fails a command, or none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Threshold {
    /// No severity does.
    None,
    /// This one and worse ones.
    At(Severity),
}

impl std::str::FromStr for Threshold {
    type Err = String;

    fn from_str(word: &str) -> Result<Self, String> {
        if word == "none" {
            return Ok(Self::None);
        }
        word.parse().map(Self::At).map_err(|error: crate::finding::UnknownWord| {
            error.to_string().replace("expected one of: ", "expected one of: none, ")
        })
    }
}

/// What `--fail-on` can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    /// A scanner failed, timed out or broke on a file.
    Incomplete,
    /// The advisory database is older than --max-db-age.
    StaleDb,
    /// The code imports a vulnerable package.
    Reachable,
}

/// Reads a word of a vocabulary.
pub fn parse<T>(word: &str) -> Result<T, T::Err>
where
    T: std::str::FromStr,
{
    word.parse()
}

/// `owner/name` of characters that code hosts allow.
pub fn repository(text: &str) -> Result<String, String> {
    let allowed = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && part.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
    };
    match text.split_once('/') {
        Some((owner, name)) if allowed(owner) && allowed(name) => Ok(text.to_owned()),
        _ => Err("expected owner/name".to_owned()),
    }
}

/// A commit id of 7 to 40 hex digits.
pub fn commit(text: &str) -> Result<String, String> {
    let hex = text.bytes().all(|b| b.is_ascii_hexdigit());
    if hex && (7..=40).contains(&text.len()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("expected a commit id of 7 to 40 hex digits".to_owned())
    }
}

impl Scanning {
    /// Whether any of these flags was given.
    pub fn is_given(&self) -> bool {
        let lists = [&self.scanners, &self.skip_scanners, &self.exclude];
        !self.types.is_empty()
            || !self.rules.is_empty()
            || !self.checks.is_empty()
            || self.max_file_size.is_some()
            || self.timeout_per_file.is_some()
            || lists.iter().any(|list| !list.is_empty())
    }

    /// Writes into a layer what these flags say.
    pub fn put(&self, layer: &mut Layer) {
        let list = |names: &[String]| (!names.is_empty()).then(|| names.to_vec());
        layer.scan_types = (!self.types.is_empty()).then(|| self.types.clone());
        layer.paths.ignore = list(&self.exclude);
        layer.scanners.enable = list(&self.scanners);
        layer.scanners.disable = list(&self.skip_scanners);
        layer.limits.max_file_size = self.max_file_size;
        layer.limits.timeout_per_file = self.timeout_per_file;
        let paths = |paths: &[PathBuf]| (!paths.is_empty()).then(|| paths.to_vec());
        layer.secrets.rules = paths(&self.rules);
        layer.misconfig.checks = paths(&self.checks);
    }
}

impl Gates {
    /// Writes into a layer what these flags say. `none` cannot stand there; see [`Self::lifted`].
    pub fn put(&self, layer: &mut Layer) {
        if let Some(Threshold::At(severity)) = self.fail_on_severity {
            layer.fail_on_severity = Some(severity);
        }
        layer.fail_on_count = self.fail_on_count;
        let named = |event| self.fail_on.contains(&event).then_some(true);
        layer.fail_on_incomplete = named(FailOn::Incomplete);
        layer.fail_on_stale_db = named(FailOn::StaleDb);
        layer.fail_on_reachable = named(FailOn::Reachable);
    }

    /// Whether the limit on severities was switched off.
    pub fn lifted(&self) -> bool {
        self.fail_on_severity == Some(Threshold::None)
    }
}

impl Settings {
    /// Writes into a layer what these flags say.
    pub fn put(&self, layer: &mut Layer) {
        layer.limits.threads = self.threads;
        layer.ai = if self.ai { Some(true) } else { self.no_ai.then_some(false) };
    }
}

/// What all these flags say, as the topmost layer of settings.
pub fn layer(
    scanning: &Scanning,
    gates: &Gates,
    silencing: &Silencing,
    settings: &Settings,
    advisory: &Advisory,
    baseline: Option<&Path>,
) -> Layer {
    let mut layer = Layer { baseline: baseline.map(Path::to_owned), ..Layer::default() };
    layer.advisories.max_age = advisory.max_db_age;
    scanning.put(&mut layer);
    gates.put(&mut layer);
    settings.put(&mut layer);
    layer.secrets.min_confidence = silencing.min_confidence;
    layer.sast.min_confidence = silencing.min_confidence;
    layer
}

impl Reporting {
    /// Every output that was asked for; without one, a text for a person and a comment for a pull request elsewhere.
    pub fn outputs_of_comparison(&self, io: &Io<'_>) -> Result<Vec<Output>, Failure> {
        let is_terminal = Term::of_stdout(io.colour, io.env).is_terminal;
        let by_default = if is_terminal { "text" } else { "github-pr-comment" };
        output::plan(by_default, &self.outputs, self.output_file.as_deref())
    }

    /// How reports are to look, by the flags, the terminal and the clock.
    pub fn options(&self, run: &Run, io: &Io<'_>) -> Result<Options, Failure> {
        let term = Term::of_stdout(io.colour, io.env);
        let moment = io.env.moment()?;
        let moment = moment.map(|moment| moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        // A report of commits may name the moment of the head: it is the same on every machine.
        let moment = moment.or_else(|| run.change.as_ref()?.head.moment.clone());
        let plain = Options::default();
        Ok(Options {
            show_suppressed: self.show_suppressed || (term.is_terminal && !self.hide_suppressed),
            show_skipped: self.show_skipped,
            colour: term.colour,
            terminal: term.is_terminal,
            width: term.width,
            quiet: self.quiet,
            moment: moment.unwrap_or_else(|| plain.moment.clone()),
            ..plain
        })
    }
}

impl Hosting {
    /// What reports for a code host say, by the flags and what CI tells.
    pub fn forge(&self, io: &Io<'_>) -> Forge {
        let plain = Forge::default();
        let server = io.env.text("GITHUB_SERVER_URL").filter(|url| url.starts_with("https://"));
        let named = io.env.text("GITHUB_REPOSITORY");
        let named = named.and_then(|name| repository(&name).ok());
        Forge {
            server: server.map_or(plain.server, |url| url.trim_end_matches('/').to_owned()),
            repository: self.repo.clone().or(named),
            sha: self.sha.clone(),
            review_event: self.review_event.to_ascii_uppercase(),
            suggestions: !self.no_suggestions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_for_a_code_host_cannot_lead_elsewhere() {
        for good in ["securescan/securescan", "a.b/c_d-1"] {
            assert_eq!(repository(good).as_deref(), Ok(good));
        }
        for bad in ["", "a", "a/", "/b", "a/b/c", "../x", "a/..", "a b/c", "a/b?x", "a/b\n"] {
            assert!(repository(bad).is_err(), "{bad}");
        }
        assert_eq!(commit("ABCDEF1").as_deref(), Ok("abcdef1"));
        for bad in ["abc", "abcdefg", "main", &"a".repeat(41)] {
            assert!(commit(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_threshold_is_a_severity_or_none() {
        assert_eq!("none".parse(), Ok(Threshold::None));
        assert_eq!("low".parse(), Ok(Threshold::At(Severity::Low)));
        let error = "hgih".parse::<Threshold>().unwrap_err();
        assert!(error.contains("none, info, low, medium, high, critical"), "{error}");
    }
}
