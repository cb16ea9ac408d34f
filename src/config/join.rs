//! Joins what all sources say.

use super::layer::{self, Layer};
use super::load::{Source, Stratum};
use super::{Config, Dockerfile, GitHygiene, Licenses, Secrets, value};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Takes each key from the highest source that sets it.
pub(super) struct Joined<'a> {
    /// Highest first.
    pub strata: &'a [Stratum],
    /// Filled while the values are taken.
    pub sources: BTreeMap<&'static str, Source>,
}

impl Joined<'_> {
    /// The values.
    pub fn config(&mut self) -> Config {
        let default = Config::default();
        Config {
            scan_types: self.pick("scan_types", |l| l.scan_types.clone()).unwrap_or_default(),
            severity_overrides: self
                .pick("severity_overrides", |l| l.severity_overrides.clone())
                .unwrap_or_default(),
            ignored_rules: self
                .pick("ignored_rules", |l| l.ignored_rules.clone())
                .unwrap_or_default(),
            semgrep_rules: self.paths("semgrep_rules", true, |l| l.semgrep_rules.clone()),
            fail_on_severity: self.pick("fail_on_severity", |l| l.fail_on_severity),
            fail_on_count: self.pick("fail_on_count", |l| l.fail_on_count),
            fail_on_incomplete: self
                .pick("fail_on_incomplete", |l| l.fail_on_incomplete)
                .unwrap_or(default.fail_on_incomplete),
            fail_on_stale_db: self
                .pick("fail_on_stale_db", |l| l.fail_on_stale_db)
                .unwrap_or(default.fail_on_stale_db),
            fail_on_reachable: self
                .pick("fail_on_reachable", |l| l.fail_on_reachable)
                .unwrap_or(default.fail_on_reachable),
            ai: self.pick("ai", |l| l.ai),
            baseline: self
                .paths("baseline", false, |l| l.baseline.clone().map(|path| vec![path]))
                .pop(),
            paths_ignore: self.pick("paths.ignore", |l| l.paths.ignore.clone()).unwrap_or_default(),
            scanners_enable: self
                .pick("scanners.enable", |l| l.scanners.enable.clone())
                .unwrap_or_default(),
            scanners_disable: self
                .pick("scanners.disable", |l| l.scanners.disable.clone())
                .unwrap_or_default(),
            native_only: self
                .pick("scanners.native_only", |l| l.scanners.native_only)
                .unwrap_or(default.native_only),
            online: self.pick("scanners.online", |l| l.scanners.online).unwrap_or(default.online),
            zap_active: self
                .pick("scanners.zap_active", |l| l.scanners.zap_active)
                .unwrap_or(default.zap_active),
            tool_timeout: self
                .pick("scanners.tool_timeout", |l| l.scanners.tool_timeout)
                .unwrap_or(default.tool_timeout),
            python_env: self
                .paths("scanners.python_env", false, |l| {
                    l.scanners.python_env.clone().map(|path| vec![path])
                })
                .pop(),
            max_file_size: self
                .pick("limits.max_file_size", |l| l.limits.max_file_size)
                .unwrap_or(default.max_file_size),
            threads: self.pick("limits.threads", |l| l.limits.threads),
            timeout_per_file: self
                .pick("limits.timeout_per_file", |l| l.limits.timeout_per_file)
                .unwrap_or(default.timeout_per_file),
            secrets: Secrets {
                rules: self.paths("secrets.rules", false, |l| l.secrets.rules.clone()),
                min_confidence: self
                    .pick("secrets.min_confidence", |l| l.secrets.min_confidence)
                    .unwrap_or(default.secrets.min_confidence),
                allow: self.pick("secrets.allow", |l| l.secrets.allow.clone()).unwrap_or_default(),
            },
            code_confidence: self
                .pick("sast.min_confidence", |l| l.sast.min_confidence)
                .unwrap_or(default.code_confidence),
            checks: self.paths("misconfig.checks", false, |l| l.misconfig.checks.clone()),
            git_hygiene: GitHygiene {
                max_binary_size: self
                    .pick("git-hygiene.max_binary_size", |l| l.git_hygiene.max_binary_size)
                    .unwrap_or(default.git_hygiene.max_binary_size),
            },
            dockerfile: Dockerfile {
                trusted_registries: self
                    .pick("dockerfile.trusted_registries", |l| {
                        l.dockerfile.trusted_registries.clone()
                    })
                    .unwrap_or_default(),
            },
            max_db_age: self
                .pick("advisories.max_age", |l| l.advisories.max_age)
                .unwrap_or(default.max_db_age),
            licenses: Licenses {
                allow: self
                    .pick("licenses.allow", |l| l.licenses.allow.clone())
                    .unwrap_or_default(),
                deny: self.pick("licenses.deny", |l| l.licenses.deny.clone()).unwrap_or_default(),
                exceptions: self
                    .pick("licenses.exceptions", |l| l.licenses.exceptions.clone())
                    .unwrap_or_default(),
            },
        }
    }

    fn pick<T>(&mut self, name: &'static str, get: impl Fn(&Layer) -> Option<T>) -> Option<T> {
        self.pick_with_base(name, get).map(|(value, _)| value)
    }

    fn paths(
        &mut self,
        name: &'static str,
        references: bool,
        get: impl Fn(&Layer) -> Option<Vec<PathBuf>>,
    ) -> Vec<PathBuf> {
        let Some((paths, base)) = self.pick_with_base(name, get) else {
            return Vec::new();
        };
        let absolute = |path: PathBuf| {
            let target = value::join(base, &path);
            let reference = references && path.to_str().is_some_and(value::is_registry_reference);
            if reference && !target.exists() { path } else { target }
        };
        paths.into_iter().map(absolute).collect()
    }

    fn pick_with_base<T>(
        &mut self,
        name: &'static str,
        get: impl Fn(&Layer) -> Option<T>,
    ) -> Option<(T, &Path)> {
        let strata = self.strata;
        let found = strata.iter().find_map(|s| get(&s.layer).map(|value| (value, s)));
        let source = match (&found, layer::key_of(name)) {
            (Some((_, stratum)), Some(key)) => (stratum.source)(key, &stratum.path),
            _ => Source::Default,
        };
        self.sources.insert(name, source);
        found.map(|(value, stratum)| (value, stratum.base.as_path()))
    }
}
