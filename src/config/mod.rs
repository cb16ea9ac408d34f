//! How a scan was asked for: the effective settings with the source of each. Settings come from defaults, the user's own
//! file, the repository's file, the environment and flags; this module knows their shapes and precedence and nothing of
//! scanning. It never reads the environment or the clock: both are handed in.
//!
//! ```text
//! find       which file                layer  what one source may say (and its JSON Schema)
//! read       tree -> layer             policy what a repository's file may not say
//! variables  environment -> layer      lint   mistakes of one layer
//! load, join all layers -> Config with the source of each value
//! ```

pub mod describe;
pub mod find;
pub mod issue;
mod join;
pub mod layer;
pub mod lint;
pub mod load;
mod policy;
mod read;
pub mod schema;
pub mod value;
mod variables;

pub use issue::{Issue, Level};
pub use layer::{Layer, LicenseException, LicensesSection};
pub use load::{Inputs, LoadError, Loaded, Origin, Source, load};

use crate::finding::{Confidence, ScanType, Severity};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Bytes of a size as people write it: `10485760`, `10MiB`, `10 M`.
pub fn parse_size(text: &str) -> Result<u64, String> {
    value::size(text).ok_or_else(|| "expected bytes or a size such as 10MiB".to_owned())
}

/// Effective settings.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "one field per setting")]
pub struct Config {
    /// Families to run; empty means the command's own default.
    pub scan_types: Vec<ScanType>,
    /// Rule id or glob -> severity; the first match in key order wins, an exact id before any glob.
    pub severity_overrides: BTreeMap<String, Severity>,
    /// Rules whose findings are suppressed (`config`); entries that expired are not among them.
    pub ignored_rules: Vec<IgnoredRule>,
    /// Semgrep-syntax rule files and folders, absolute; a registry reference (`auto`, `p/ci`) stays as it was written.
    pub semgrep_rules: Vec<PathBuf>,
    /// Exit 1 when a finding of at least this severity counts.
    pub fail_on_severity: Option<Severity>,
    /// Exit 1 when more findings than this count.
    pub fail_on_count: Option<u64>,
    /// Exit 3 when a scanner failed, timed out or broke on a file.
    pub fail_on_incomplete: bool,
    /// Exit 3 when the advisory database is stale.
    pub fail_on_stale_db: bool,
    /// Exit 1 when a vulnerable package that the code imports counts.
    pub fail_on_reachable: bool,
    /// AI enrichment; only the user's own file, the environment or a flag can turn it on.
    pub ai: Option<bool>,
    /// Baseline file whose findings are suppressed (`baseline`), absolute.
    pub baseline: Option<PathBuf>,
    /// `paths.ignore`: globs relative to the repository root; matching files are not scanned.
    pub paths_ignore: Vec<String>,
    /// `scanners.enable`: when not empty, only these run.
    pub scanners_enable: Vec<String>,
    /// `scanners.disable`: never run.
    pub scanners_disable: Vec<String>,
    /// `scanners.native_only`: no external tool runs.
    pub native_only: bool,
    /// `scanners.online`: tools may use the network. A repository's file cannot allow it.
    pub online: bool,
    /// `scanners.zap_active`: ZAP may attack the site. A repository's file cannot allow it.
    pub zap_active: bool,
    /// `scanners.tool_timeout`, seconds.
    pub tool_timeout: u32,
    /// `scanners.python_env`: the environment that pip-licenses reads, absolute.
    pub python_env: Option<PathBuf>,
    /// `limits.max_file_size`, bytes.
    pub max_file_size: u64,
    /// `limits.threads`; `None` means one per processor.
    pub threads: Option<u16>,
    /// `limits.timeout_per_file`, seconds.
    pub timeout_per_file: u32,
    /// Section `secrets`.
    pub secrets: Secrets,
    /// `sast.min_confidence`: rules less sure than this are not asked.
    pub code_confidence: Confidence,
    /// `misconfig.checks`: further checks (files or folders), absolute.
    pub checks: Vec<PathBuf>,
    /// Section `git-hygiene`.
    pub git_hygiene: GitHygiene,
    /// Section `dockerfile`.
    pub dockerfile: Dockerfile,
    /// `advisories.max_age`, days.
    pub max_db_age: u32,
    /// Section `licenses`.
    pub licenses: Licenses,
}

/// One entry of `ignored_rules`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoredRule {
    /// Rule id or glob over rule ids.
    pub pattern: String,
    /// Why, for the audit trail.
    pub reason: Option<String>,
    /// Last day (UTC) on which the entry applies.
    pub expires: Option<Date>,
    /// Globs relative to the repository root; empty means everywhere.
    pub paths: Vec<String>,
}

impl IgnoredRule {
    /// An entry without conditions.
    pub fn new(pattern: impl Into<String>) -> Self {
        Self { pattern: pattern.into(), reason: None, expires: None, paths: Vec::new() }
    }
}

/// Settings of the `secrets` scanner.
#[derive(Debug, Clone, PartialEq)]
pub struct Secrets {
    /// Further rule packs (files or folders), absolute.
    pub rules: Vec<PathBuf>,
    /// Findings below this confidence are not reported.
    pub min_confidence: Confidence,
    /// Regexes; a secret that one of them matches is not reported.
    pub allow: Vec<String>,
}

/// Settings of the `git-hygiene` scanner.
#[derive(Debug, Clone, PartialEq)]
pub struct GitHygiene {
    /// A tracked binary file above this many bytes is reported.
    pub max_binary_size: u64,
}

/// Settings of the `dockerfile` scanner.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Dockerfile {
    /// Registries that images may come from; any when empty.
    pub trusted_registries: Vec<String>,
}

/// Settings of the `licenses` scanner.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Licenses {
    /// Licences that may be used.
    pub allow: Vec<String>,
    /// Licences that may not.
    pub deny: Vec<String>,
    /// Packages that are passed over.
    pub exceptions: Vec<LicenseException>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            scan_types: Vec::new(),
            severity_overrides: BTreeMap::new(),
            ignored_rules: Vec::new(),
            semgrep_rules: Vec::new(),
            fail_on_severity: None,
            fail_on_count: None,
            fail_on_incomplete: false,
            fail_on_stale_db: false,
            fail_on_reachable: false,
            ai: None,
            baseline: None,
            paths_ignore: Vec::new(),
            scanners_enable: Vec::new(),
            scanners_disable: Vec::new(),
            native_only: false,
            online: false,
            zap_active: false,
            tool_timeout: 300,
            python_env: None,
            max_file_size: 10 * 1024 * 1024,
            threads: None,
            timeout_per_file: 10,
            secrets: Secrets {
                rules: Vec::new(),
                min_confidence: Confidence::Medium,
                allow: Vec::new(),
            },
            code_confidence: Confidence::Medium,
            checks: Vec::new(),
            git_hygiene: GitHygiene { max_binary_size: 5 * 1024 * 1024 },
            dockerfile: Dockerfile::default(),
            max_db_age: 30,
            licenses: Licenses::default(),
        }
    }
}

/// What values are checked against that the engines know; what is empty or missing is not checked.
#[derive(Debug, Clone, Copy, Default)]
pub struct Known<'a> {
    /// Scanner names.
    pub scanners: &'a [&'a str],
    /// Rule ids of the native scanners and their aliases.
    pub rules: &'a [&'a str],
    /// Judges a licence policy.
    pub licenses: Option<JudgeLicenses>,
    /// Reads packs of rules.
    pub packs: Option<ReadPacks>,
}

/// Reads the packs that a key (`secrets.rules`, `semgrep_rules`, `misconfig.checks`) names.
pub type ReadPacks = fn(&str, &[PathBuf]) -> OfPacks;

/// What packs of the user come to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OfPacks {
    /// Ids of the rules in them.
    pub ids: Vec<String>,
    /// What keeps a scan from using them; where a file and a place are known, with these in front.
    pub wrong: Vec<String>,
    /// What a scan leaves out of them and goes on.
    pub left_out: Vec<String>,
}

/// Answers with each entry of the section that means nothing: its key (`licenses.deny[0]`) and why.
pub type JudgeLicenses = fn(&LicensesSection) -> Vec<(String, String)>;
