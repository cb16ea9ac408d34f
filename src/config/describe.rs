//! Settings as people and programs read them: one JSON value per key, and its one-line text. Patterns of
//! `secrets.allow` are only counted: they may be secrets themselves.

use super::layer::{
    AdvisoriesSection, Bounds, DockerfileSection, GitHygieneSection, KEYS, Layer, LicenseException,
    LicensesSection, MisconfigSection, Paths, SastSection, Scanners, SecretsSection,
};
use super::{Config, IgnoredRule, issue, value};
use serde_json::{Value, json};
use std::path::Path;

impl From<&Config> for Layer {
    fn from(config: &Config) -> Self {
        Self {
            scan_types: Some(config.scan_types.clone()),
            severity_overrides: Some(config.severity_overrides.clone()),
            ignored_rules: Some(config.ignored_rules.clone()),
            semgrep_rules: Some(config.semgrep_rules.clone()),
            fail_on_severity: config.fail_on_severity,
            fail_on_count: config.fail_on_count,
            fail_on_incomplete: Some(config.fail_on_incomplete),
            fail_on_stale_db: Some(config.fail_on_stale_db),
            fail_on_reachable: Some(config.fail_on_reachable),
            ai: config.ai,
            baseline: config.baseline.clone(),
            paths: Paths { ignore: Some(config.paths_ignore.clone()) },
            scanners: Scanners {
                enable: Some(config.scanners_enable.clone()),
                disable: Some(config.scanners_disable.clone()),
                native_only: Some(config.native_only),
                online: Some(config.online),
                zap_active: Some(config.zap_active),
                tool_timeout: Some(config.tool_timeout),
                python_env: config.python_env.clone(),
            },
            limits: Bounds {
                max_file_size: Some(config.max_file_size),
                threads: config.threads,
                timeout_per_file: Some(config.timeout_per_file),
            },
            secrets: SecretsSection {
                rules: Some(config.secrets.rules.clone()),
                min_confidence: Some(config.secrets.min_confidence),
                allow: Some(config.secrets.allow.clone()),
            },
            sast: SastSection { min_confidence: Some(config.code_confidence) },
            misconfig: MisconfigSection { checks: Some(config.checks.clone()) },
            git_hygiene: GitHygieneSection {
                max_binary_size: Some(config.git_hygiene.max_binary_size),
            },
            dockerfile: DockerfileSection {
                trusted_registries: Some(config.dockerfile.trusted_registries.clone()),
            },
            advisories: AdvisoriesSection { max_age: Some(config.max_db_age) },
            licenses: LicensesSection {
                allow: Some(config.licenses.allow.clone()),
                deny: Some(config.licenses.deny.clone()),
                exceptions: Some(config.licenses.exceptions.clone()),
            },
        }
    }
}

/// The value of every key, in the order of [`KEYS`]; `null` for one that is not set.
pub fn values(layer: &Layer) -> Vec<(&'static str, Value)> {
    KEYS.iter().map(|key| (key.name, value_of(layer, key.name))).collect()
}

fn value_of(layer: &Layer, name: &str) -> Value {
    let paths = |list: &[_]| list.iter().map(|p: &std::path::PathBuf| path(p)).collect::<Vec<_>>();
    match name {
        "scan_types" => json!(layer.scan_types),
        "severity_overrides" => json!(layer.severity_overrides),
        "ignored_rules" => {
            json!(layer.ignored_rules.as_ref().map(|l| l.iter().map(ignored).collect::<Vec<_>>()))
        }
        "semgrep_rules" => json!(layer.semgrep_rules.as_deref().map(paths)),
        "fail_on_severity" => json!(layer.fail_on_severity),
        "fail_on_count" => json!(layer.fail_on_count),
        "fail_on_incomplete" => json!(layer.fail_on_incomplete),
        "fail_on_stale_db" => json!(layer.fail_on_stale_db),
        "fail_on_reachable" => json!(layer.fail_on_reachable),
        "ai" => json!(layer.ai),
        "baseline" => json!(layer.baseline.as_deref().map(path)),
        "paths.ignore" => json!(layer.paths.ignore),
        "scanners.enable" => json!(layer.scanners.enable),
        "scanners.disable" => json!(layer.scanners.disable),
        "scanners.native_only" => json!(layer.scanners.native_only),
        "scanners.online" => json!(layer.scanners.online),
        "scanners.zap_active" => json!(layer.scanners.zap_active),
        "scanners.tool_timeout" => json!(layer.scanners.tool_timeout),
        "scanners.python_env" => json!(layer.scanners.python_env.as_deref().map(path)),
        "limits.max_file_size" => json!(layer.limits.max_file_size),
        "limits.threads" => json!(layer.limits.threads),
        "limits.timeout_per_file" => json!(layer.limits.timeout_per_file),
        "secrets.rules" => json!(layer.secrets.rules.as_deref().map(paths)),
        "secrets.min_confidence" => json!(layer.secrets.min_confidence),
        "secrets.allow" => match layer.secrets.allow.as_deref() {
            Some([_]) => json!("1 pattern"),
            Some(patterns) if !patterns.is_empty() => json!(format!("{} patterns", patterns.len())),
            other => json!(other),
        },
        "sast.min_confidence" => json!(layer.sast.min_confidence),
        "misconfig.checks" => json!(layer.misconfig.checks.as_deref().map(paths)),
        "git-hygiene.max_binary_size" => json!(layer.git_hygiene.max_binary_size),
        "dockerfile.trusted_registries" => json!(layer.dockerfile.trusted_registries),
        "advisories.max_age" => json!(layer.advisories.max_age),
        "licenses.allow" => json!(layer.licenses.allow),
        "licenses.deny" => json!(layer.licenses.deny),
        "licenses.exceptions" => {
            let list = layer.licenses.exceptions.as_ref();
            json!(list.map(|list| list.iter().map(exception).collect::<Vec<_>>()))
        }
        _ => Value::Null,
    }
}

fn path(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn ignored(rule: &IgnoredRule) -> Value {
    let IgnoredRule { pattern, reason, expires, paths } = rule;
    if reason.is_none() && expires.is_none() && paths.is_empty() {
        return json!(pattern);
    }
    let expires = expires.map(|day| day.to_string());
    json!({ "rule": pattern, "reason": reason, "expires": expires, "paths": paths })
}

fn exception(exception: &LicenseException) -> Value {
    let LicenseException { package, version, license, reason, expires } = exception;
    let expires = expires.map(|day| day.to_string());
    json!({
        "package": package, "version": version, "license": license, "reason": reason, "expires": expires
    })
}

/// A value in one line without control characters; `-` for nothing.
pub fn line(name: &str, value: &Value) -> String {
    let text = match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) if name.ends_with("_size") => {
            number.as_u64().map_or_else(|| number.to_string(), value::show_size)
        }
        Value::Array(items) if items.is_empty() => "-".to_owned(),
        Value::Array(items) => {
            let named = |item: &Value| item.get("rule").or_else(|| item.get("package")).cloned();
            let shown = |item: &Value| line(name, &named(item).unwrap_or_else(|| item.clone()));
            items.iter().map(shown).collect::<Vec<_>>().join(", ")
        }
        Value::Object(map) if map.is_empty() => "-".to_owned(),
        Value::Object(map) => {
            let shown = |(key, item): (&String, &Value)| format!("{key}={}", line(name, item));
            map.iter().map(shown).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    };
    issue::plain(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_described_and_no_allowed_secret_is_shown() {
        let mut config = Config::default();
        config.secrets.allow = vec!["sk_live_abc".to_owned()];
        config.fail_on_count = Some(1);
        config.threads = Some(1);
        config.ai = Some(false);
        config.baseline = Some("/b".into());
        config.python_env = Some("/e".into());
        config.fail_on_severity = Some(crate::finding::Severity::High);
        for (name, value) in values(&Layer::from(&config)) {
            assert!(!value.is_null(), "{name}");
            assert!(!value.to_string().contains("sk_live"), "{name}");
        }
    }

    #[test]
    fn values_fit_on_a_line() {
        for (name, value, expected) in [
            ("limits.max_file_size", json!(10 << 20), "10MiB"),
            ("fail_on_count", json!(1024), "1024"),
            ("ignored_rules", json!(["a", {"rule": "b", "paths": ["c"]}]), "a, b"),
            ("severity_overrides", json!({"a": "low", "b": "high"}), "a=low, b=high"),
            ("paths.ignore", json!(["a\n\u{1b}b"]), "a\\n\\u{1b}b"),
            ("ai", Value::Null, "-"),
            ("scan_types", json!([]), "-"),
        ] {
            assert_eq!(line(name, &value), expected);
        }
    }
}
