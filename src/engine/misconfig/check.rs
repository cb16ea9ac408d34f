//! A check: which resources it looks at, what must hold for it to report one, and what people read about it. The built-in ones are data
//! (`checks/*.yml`), compiled into the program by the build script.

use super::condition::Condition;
use super::resource::Format;
use crate::engine::RuleInfo;
use crate::finding::{Confidence, Severity};
use serde::Deserialize;
use std::sync::OnceLock;

/// What finding a problem takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// `misconfig/<name>`.
    pub id: String,
    /// Noun phrase.
    pub title: String,
    /// Files it looks at.
    pub format: Format,
    /// Severity before overrides.
    pub severity: Severity,
    /// How sure it is.
    #[serde(default = "medium")]
    pub confidence: Confidence,
    /// `CWE-n`.
    pub cwe: String,
    /// Ids of the same check elsewhere: `CKV_AWS_20`, `AVD-AWS-0092`.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Kinds of resources it looks at.
    pub kinds: Vec<String>,
    /// Path in the resource to what is judged one by one; each is a finding of its own.
    #[serde(default)]
    pub each: Option<String>,
    /// What must hold. Given unless `code` is.
    #[serde(default)]
    pub fail: Option<Condition>,
    /// Name of the function that decides instead.
    #[serde(default)]
    pub code: Option<String>,
    /// Path to what the finding points at, where that is not what decided.
    #[serde(default)]
    pub at: Option<String>,
    /// Path to what no output may show; `@found` is what the finding points at.
    #[serde(default)]
    pub secret: Option<String>,
}

fn medium() -> Confidence {
    Confidence::Medium
}

/// What people read about a check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prose {
    /// Why it matters.
    pub description: String,
    /// What to do.
    pub remediation: String,
    /// Pages to read, `https://` only.
    pub references: Vec<String>,
}

const MATCHING: &str = include_str!(concat!(env!("OUT_DIR"), "/misconfig.matching.json"));
const PROSE: &str = include_str!(concat!(env!("OUT_DIR"), "/misconfig.prose.json"));

/// The built-in checks, in the order of their files. Read once.
pub fn built_in() -> &'static [Check] {
    static CHECKS: OnceLock<Vec<Check>> = OnceLock::new();
    CHECKS.get_or_init(|| {
        serde_json::from_str(MATCHING).unwrap_or_else(|error| panic!("built-in checks: {error}"))
    })
}

/// What people read about the check at an index of [`built_in`]. Read once, at the first call.
pub fn prose(index: usize) -> &'static Prose {
    static TEXTS: OnceLock<Vec<Prose>> = OnceLock::new();
    let texts: &Vec<Prose> = TEXTS.get_or_init(|| {
        serde_json::from_str(PROSE).unwrap_or_else(|error| panic!("built-in checks: {error}"))
    });
    &texts[index]
}

/// All checks as people read about them.
pub fn infos(scanner: &'static str) -> Vec<RuleInfo> {
    let both = built_in().iter().enumerate().map(|(index, check)| (check, prose(index)));
    both.map(|(check, prose)| RuleInfo {
        id: check.id.clone(),
        scanner,
        title: check.title.clone(),
        severity: check.severity,
        confidence: check.confidence,
        cwe: Some(check.cwe.clone()),
        description: prose.description.trim().to_owned(),
        remediation: prose.remediation.trim().to_owned(),
        references: prose.references.clone(),
        aliases: check.aliases.clone(),
    })
    .collect()
}
