//! What one source - a file, the environment, the flags - may say, as a type and as a table of keys. The JSON Schema of
//! the file comes from the type; names of environment variables and flags come from the table.

use super::IgnoredRule;
use crate::finding::{Confidence, ScanType, Severity};
use schemars::JsonSchema;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Settings of securescan: what to scan, what to leave out, when to fail. Every key is optional; an empty value is the
/// same as leaving the key out.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(rename = "securescan configuration", deny_unknown_fields)]
pub struct Layer {
    /// Families of scanners to run. Without it each command has its own default.
    pub scan_types: Option<Vec<ScanType>>,
    /// Rule id or glob -> the severity its findings get. An exact id wins over a glob; globs are tried in key order.
    pub severity_overrides: Option<BTreeMap<String, Severity>>,
    /// Rules whose findings are suppressed: a rule id, a glob over rule ids, or an entry with a reason, an expiry date
    /// and paths. Suppressed findings are counted and kept in the report.
    #[schemars(with = "Option<Vec<IgnoredEntry>>")]
    pub ignored_rules: Option<Vec<IgnoredRule>>,
    /// Files and folders with rules in semgrep syntax, relative to this file. Registry references (`auto`, `p/ci`) are
    /// for the user's own file.
    pub semgrep_rules: Option<Vec<PathBuf>>,
    /// Exit with 1 when a finding of at least this severity is left after suppression.
    pub fail_on_severity: Option<Severity>,
    /// Exit with 1 when more findings than this are left after suppression.
    pub fail_on_count: Option<u64>,
    /// Exit with 3 when a scanner failed, timed out or broke on a file.
    pub fail_on_incomplete: Option<bool>,
    /// Exit with 3 when the advisory database is older than `advisories.max_age`.
    pub fail_on_stale_db: Option<bool>,
    /// Exit with 1 when a vulnerable package that the code imports is left after suppression.
    pub fail_on_reachable: Option<bool>,
    /// AI enrichment. A repository's file can only turn it off.
    pub ai: Option<bool>,
    /// Baseline file whose findings are suppressed, relative to this file.
    pub baseline: Option<PathBuf>,
    /// Which files are looked at.
    #[schemars(with = "Option<Paths>")]
    pub paths: Paths,
    /// Which scanners run.
    #[schemars(with = "Option<Scanners>")]
    pub scanners: Scanners,
    /// Bounds of a scan.
    #[schemars(with = "Option<Bounds>")]
    pub limits: Bounds,
    /// The `secrets` scanner.
    #[schemars(with = "Option<SecretsSection>")]
    pub secrets: SecretsSection,
    /// The `sast` scanner.
    #[schemars(with = "Option<SastSection>")]
    pub sast: SastSection,
    /// The `misconfig` scanner.
    #[schemars(with = "Option<MisconfigSection>")]
    pub misconfig: MisconfigSection,
    /// The `git-hygiene` scanner.
    #[schemars(rename = "git-hygiene", with = "Option<GitHygieneSection>")]
    pub git_hygiene: GitHygieneSection,
    /// The `dockerfile` scanner.
    #[schemars(with = "Option<DockerfileSection>")]
    pub dockerfile: DockerfileSection,
    /// The advisory database.
    #[schemars(with = "Option<AdvisoriesSection>")]
    pub advisories: AdvisoriesSection,
    /// The `licenses` scanner.
    #[schemars(with = "Option<LicensesSection>")]
    pub licenses: LicensesSection,
}

/// Which files are looked at.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Paths {
    /// Globs relative to the repository root; matching files are not scanned. `**` crosses folders.
    pub ignore: Option<Vec<String>>,
}

/// Which scanners run.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Scanners {
    /// When not empty, only these scanners run.
    pub enable: Option<Vec<String>>,
    /// These scanners never run.
    pub disable: Option<Vec<String>>,
    /// Run securescan's own scanners and no external tool.
    pub native_only: Option<bool>,
    /// Let external tools use the network. A repository's file can only forbid it.
    pub online: Option<bool>,
    /// Let ZAP attack the site that is scanned. A repository's file can only forbid it.
    pub zap_active: Option<bool>,
    /// Seconds that each external tool may take; 300 without it.
    #[schemars(range(min = 1, max = 86400))]
    pub tool_timeout: Option<u32>,
    /// Python environment whose licences pip-licenses reads, relative to this file. Nothing in it is run.
    pub python_env: Option<PathBuf>,
}

/// Bounds of a scan.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct Bounds {
    /// Larger files are skipped, and the report says so. Bytes, or a size such as `10MiB`.
    #[schemars(with = "Option<Size>")]
    pub max_file_size: Option<u64>,
    /// How many threads scan; one per processor without it.
    #[schemars(range(min = 1, max = 1024))]
    pub threads: Option<u16>,
    /// Seconds that the `sast` scanner may look at one file; 10 without it. Rules that are left then are not asked, and the
    /// report says so.
    #[schemars(range(min = 1, max = 600))]
    pub timeout_per_file: Option<u32>,
}

/// The `secrets` scanner.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SecretsSection {
    /// Further rule packs: files or folders, relative to this file.
    pub rules: Option<Vec<PathBuf>>,
    /// Findings below this confidence are not reported.
    pub min_confidence: Option<Confidence>,
    /// Regular expressions; a secret that one of them matches is not reported.
    pub allow: Option<Vec<String>>,
}

/// The `sast` scanner.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SastSection {
    /// Rules less sure than this are not asked.
    pub min_confidence: Option<Confidence>,
}

/// The `misconfig` scanner.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct MisconfigSection {
    /// Further checks: files or folders, relative to this file.
    pub checks: Option<Vec<PathBuf>>,
}

/// The `git-hygiene` scanner.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct GitHygieneSection {
    /// A tracked binary file above this size is reported. Bytes, or a size such as `5MiB`.
    #[schemars(with = "Option<Size>")]
    pub max_binary_size: Option<u64>,
}

/// The `dockerfile` scanner.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct DockerfileSection {
    /// Registries that images may come from: a host (`ghcr.io`), all below a domain (`*.example.com`), or a folder of a
    /// host (`ghcr.io/acme`). When not empty, an image from elsewhere is a finding. Images without a host are those of
    /// `docker.io`.
    pub trusted_registries: Option<Vec<String>>,
}

/// The advisory database.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AdvisoriesSection {
    /// A database whose youngest source is older than this many days is said to be stale.
    #[schemars(range(min = 1, max = 36500))]
    pub max_age: Option<u32>,
}

/// The `licenses` scanner.
#[derive(Debug, Clone, Default, PartialEq, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct LicensesSection {
    /// Licences that may be used: SPDX ids, expressions or categories such as `permissive`. When not empty, everything else
    /// is a finding.
    pub allow: Option<Vec<String>>,
    /// Licences that may not be used: SPDX ids, expressions or categories such as `network-copyleft`.
    pub deny: Option<Vec<String>>,
    /// Packages that the policy passes over.
    pub exceptions: Option<Vec<LicenseException>>,
}

/// A package that the licence policy passes over.
#[derive(Debug, Clone, Default, PartialEq, Eq, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "license exception")]
pub struct LicenseException {
    /// Name of the package, a glob over names, or `ecosystem/name`.
    #[schemars(length(min = 1))]
    pub package: String,
    /// Only this version.
    #[schemars(default)]
    pub version: Option<String>,
    /// Only while it has this licence.
    #[schemars(default)]
    pub license: Option<String>,
    /// Why, for the audit trail.
    #[schemars(default)]
    pub reason: Option<String>,
    /// Last day (UTC) on which the exception applies, such as 2026-12-31.
    #[schemars(default, with = "Option<String>", regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    pub expires: Option<jiff::civil::Date>,
}

/// Schema of one entry of `ignored_rules`.
#[derive(JsonSchema)]
#[schemars(untagged, rename = "ignored rule")]
#[expect(dead_code, reason = "describes the schema and is never built")]
enum IgnoredEntry {
    /// A rule id, or a glob over rule ids.
    Pattern(#[schemars(length(min = 1))] String),
    /// A rule with conditions.
    Entry(IgnoredDetail),
}

/// A rule with conditions.
#[derive(JsonSchema)]
#[schemars(deny_unknown_fields, rename = "ignored rule with conditions")]
#[expect(dead_code, reason = "describes the schema and is never built")]
struct IgnoredDetail {
    /// A rule id, or a glob over rule ids.
    #[schemars(length(min = 1))]
    rule: String,
    /// Why, for the audit trail.
    reason: Option<String>,
    /// Last day (UTC) on which the entry applies, such as 2026-12-31.
    #[schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"))]
    expires: Option<String>,
    /// Globs relative to the repository root; without them the entry applies everywhere.
    paths: Option<Vec<String>>,
}

/// Schema of a size.
#[derive(JsonSchema)]
#[schemars(untagged, rename = "size")]
#[expect(dead_code, reason = "describes the schema and is never built")]
enum Size {
    /// Bytes.
    Bytes(#[schemars(range(min = 1))] u64),
    /// A number with a unit: KB, MB, GB are powers of 1000; K, M, G, KiB, MiB, GiB are powers of 1024.
    Text(#[schemars(regex(pattern = r"^[0-9]+ ?(B|K|M|G|KB|MB|GB|KiB|MiB|GiB)?$"))] String),
}

/// One setting as users name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Dotted place in the file.
    pub name: &'static str,
    /// Environment variable.
    pub variable: Option<&'static str>,
    /// Command-line flag.
    pub flag: Option<&'static str>,
}

const fn key(
    name: &'static str,
    variable: Option<&'static str>,
    flag: Option<&'static str>,
) -> Key {
    Key { name, variable, flag }
}

/// Every setting, in the order of the documentation.
pub const KEYS: &[Key] = &[
    key("scan_types", Some("SECURESCAN_SCAN_TYPES"), Some("--type")),
    key("severity_overrides", None, None),
    key("ignored_rules", None, None),
    key("semgrep_rules", None, None),
    key("fail_on_severity", Some("SECURESCAN_FAIL_ON_SEVERITY"), Some("--fail-on-severity")),
    key("fail_on_count", Some("SECURESCAN_FAIL_ON_COUNT"), Some("--fail-on-count")),
    key("fail_on_incomplete", Some("SECURESCAN_FAIL_ON_INCOMPLETE"), Some("--fail-on")),
    key("fail_on_stale_db", Some("SECURESCAN_FAIL_ON_STALE_DB"), Some("--fail-on")),
    key("fail_on_reachable", Some("SECURESCAN_FAIL_ON_REACHABLE"), Some("--fail-on")),
    key("ai", Some("SECURESCAN_AI"), Some("--ai")),
    key("baseline", Some("SECURESCAN_BASELINE"), Some("--baseline")),
    key("paths.ignore", Some("SECURESCAN_PATHS_IGNORE"), Some("--exclude")),
    key("scanners.enable", Some("SECURESCAN_SCANNERS_ENABLE"), Some("--scanner")),
    key("scanners.disable", Some("SECURESCAN_SCANNERS_DISABLE"), Some("--skip-scanner")),
    key("scanners.native_only", Some("SECURESCAN_NATIVE_ONLY"), Some("--native-only")),
    key("scanners.online", Some("SECURESCAN_ONLINE"), Some("--online")),
    key("scanners.zap_active", Some("SECURESCAN_ZAP_ACTIVE"), Some("--zap-active")),
    key("scanners.tool_timeout", Some("SECURESCAN_SCAN_TIMEOUT"), Some("--tool-timeout")),
    key("scanners.python_env", Some("SECURESCAN_PYTHON_ENV"), None),
    key("limits.max_file_size", Some("SECURESCAN_MAX_FILE_SIZE"), Some("--max-file-size")),
    key("limits.threads", Some("SECURESCAN_THREADS"), Some("--threads")),
    key("limits.timeout_per_file", Some("SECURESCAN_TIMEOUT_PER_FILE"), Some("--timeout-per-file")),
    key("secrets.rules", None, Some("--rules")),
    key("secrets.min_confidence", Some("SECURESCAN_MIN_CONFIDENCE"), Some("--min-confidence")),
    key("secrets.allow", None, None),
    key("sast.min_confidence", Some("SECURESCAN_MIN_CONFIDENCE"), Some("--min-confidence")),
    key("misconfig.checks", None, Some("--checks")),
    key("git-hygiene.max_binary_size", Some("SECURESCAN_MAX_BINARY_SIZE"), None),
    key("dockerfile.trusted_registries", None, None),
    key("advisories.max_age", Some("SECURESCAN_MAX_DB_AGE"), Some("--max-db-age")),
    key("licenses.allow", None, None),
    key("licenses.deny", None, None),
    key("licenses.exceptions", None, None),
];

/// The setting that a dotted key, or a place inside its value, belongs to.
pub fn key_of(place: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| {
        place
            .strip_prefix(key.name)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{issue::Level, read};

    const DOCS: &str = include_str!("../../docs/configuration.md");

    #[test]
    fn a_key_is_found_from_any_place_in_its_value() {
        for (place, name) in [
            ("ai", Some("ai")),
            ("ignored_rules[3].paths[0]", Some("ignored_rules")),
            ("severity_overrides.a.b", Some("severity_overrides")),
            ("limits.threads", Some("limits.threads")),
            ("aim", None),
            ("", None),
        ] {
            assert_eq!(key_of(place).map(|key| key.name), name, "{place}");
        }
    }

    #[test]
    fn every_key_has_its_row_and_example_in_the_documentation() {
        let examples: String = DOCS.split("```yaml\n").skip(1).collect();
        for key in KEYS {
            let row = DOCS.lines().find(|line| line.starts_with(&format!("| `{}` |", key.name)));
            let row = row.unwrap_or_else(|| panic!("{} has no row", key.name));
            for name in [key.variable, key.flag].into_iter().flatten() {
                assert!(row.contains(&format!("`{name}`")), "{}: {name}", key.name);
            }
            let heading = DOCS.lines().filter(|line| line.starts_with("####"));
            let named = format!("`{}`", key.name);
            assert!(heading.clone().any(|line| line.contains(&named)), "{named} has no section");
            let last = key.name.rsplit('.').next().unwrap();
            assert!(
                last == "enable" || examples.contains(&format!("{last}:")),
                "{named} has no example"
            );
        }
    }

    #[test]
    fn the_examples_in_the_documentation_are_valid() {
        let blocks = DOCS.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
        for block in blocks {
            let issues = read::read(block.as_bytes(), "docs").issues;
            assert!(issues.iter().all(|issue| issue.level != Level::Error), "{block}{issues:?}");
        }
    }
}
