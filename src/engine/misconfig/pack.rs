//! A pack of checks that the user brought: the same data as the built-in ones, read and judged so that a mistake is named with its place
//! and never half applied. Knows how a check is written, not how it is asked.

use super::check::{self, Check, Own, Prose};
use super::condition::Condition;
use super::resource::Format;
use crate::finding::{Confidence, Severity};
use crate::rules::load::{Error, File, MAX_PACK, place_of};
use crate::yaml::{self, Limits};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::fmt;

/// What examples are for: a problem, none, and something nobody knows, which is no finding.
pub const EXAMPLES: &[&str] = &["hit", "miss", "unknown"];

/// A file of checks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "`format:` and `checks:` with a list of checks")]
struct Pack {
    format: Format,
    checks: Vec<Written>,
}

/// A check as it is written, see [`Check`] and [`Prose`].
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "a check: `id:`, `title:` and so on")]
struct Written {
    id: String,
    title: String,
    severity: Severity,
    #[serde(default = "check::medium")]
    confidence: Confidence,
    #[serde(default)]
    cwe: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    kinds: Vec<String>,
    #[serde(default)]
    each: Option<String>,
    fail: Condition,
    #[serde(default)]
    at: Option<String>,
    #[serde(default)]
    secret: Option<String>,
    description: String,
    remediation: String,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default)]
    examples: Map<String, Value>,
}

impl Written {
    fn own(self, format: Format, origin: String) -> Own {
        let check = Check {
            id: self.id,
            title: self.title,
            format,
            severity: self.severity,
            confidence: self.confidence,
            cwe: self.cwe,
            aliases: self.aliases,
            kinds: self.kinds,
            each: self.each,
            fail: Some(self.fail),
            code: None,
            at: self.at,
            secret: self.secret,
        };
        let prose = Prose {
            description: self.description,
            remediation: self.remediation,
            references: self.references,
        };
        Own { check, prose, examples: self.examples, origin }
    }
}

/// Whether a file is a pack of checks, not of rules for secrets: it has a list of checks.
pub fn is_one(bytes: &[u8]) -> bool {
    let document = yaml::parse::<Value>(bytes, &limits());
    document.is_ok_and(|document| document.get("checks").is_some())
}

fn limits() -> Limits {
    Limits { bytes: MAX_PACK as usize, ..Limits::default() }
}

/// Checks of packs.
pub fn from_files(files: &[File]) -> Result<Vec<Own>, Error> {
    let mut all = Vec::new();
    for (path, bytes) in files {
        let malformed = |error: yaml::Error| Error::Malformed {
            path: path.clone(),
            message: error.to_string().replace("unknown variant", "unknown value"),
        };
        let pack: Pack = yaml::parse(bytes, &limits()).map_err(malformed)?;
        let text = String::from_utf8_lossy(bytes);
        all.extend(pack.checks.into_iter().map(|written| {
            let (line, column) = place_of(&text, &written.id).unwrap_or((1, 1));
            written.own(pack.format, format!("{path}:{line}:{column}"))
        }));
    }
    Ok(all)
}

/// What is wrong with a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `file:line:column` of the check.
    pub origin: String,
    /// Its id.
    pub check: String,
    /// What is wrong.
    pub message: String,
}

impl Failure {
    /// Something that is wrong with a check.
    pub fn of(own: &Own, message: String) -> Self {
        Self { origin: own.origin.clone(), check: own.check.id.clone(), message }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.origin, self.check, self.message)
    }
}

/// What is wrong with checks, their examples apart: what keeps a scan from using them.
pub fn malformed(own: &[Own]) -> Vec<Failure> {
    let mut seen = BTreeSet::new();
    let mut failures = Vec::new();
    for one in own {
        if !seen.insert(one.check.id.as_str()) {
            failures.push(Failure::of(one, "the id is used twice".to_owned()));
        }
        failures.extend(shape(one).into_iter().map(|message| Failure::of(one, message)));
    }
    failures
}

fn shape(Own { check, prose, examples, .. }: &Own) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut say = |is_wrong: bool, message: &str| {
        if is_wrong {
            wrong.push(message.to_owned());
        }
    };
    let is_kebab = |name: &str| {
        let is_part = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        !name.is_empty() && name.bytes().all(is_part)
    };
    let named = check.id.strip_prefix("misconfig/").is_some_and(is_kebab);
    say(!named, "the id is not misconfig/<kebab-noun>");
    say(check.kinds.is_empty(), "it looks at no kinds of resources");
    let texts = [&check.title, &prose.description, &prose.remediation];
    let is_said = texts.iter().all(|text| !text.trim().is_empty());
    say(!is_said, "needs a title, a description and a remediation");
    let is_cwe = |cwe: &String| {
        let number = cwe.strip_prefix("CWE-").unwrap_or_default();
        !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit())
    };
    say(!check.cwe.as_ref().is_none_or(is_cwe), "the CWE is not written as CWE-<number>");
    if let Some(fault) = check.fail.as_ref().and_then(Condition::fault) {
        wrong.push(fault);
    }
    for page in prose.references.iter().filter(|page| !page.starts_with("https://")) {
        wrong.push(format!("reference \"{page}\" does not begin with https://"));
    }
    for name in examples.keys().filter(|name| !EXAMPLES.contains(&name.as_str())) {
        wrong.push(format!("unknown kind of example `{name}`"));
    }
    wrong
}
