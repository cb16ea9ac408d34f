//! A rule pack: its schema, reading it, and the examples every rule carries. Knows how a rule is written, not how it is
//! matched.

pub mod load;
pub mod measure;
pub mod template;

use crate::finding::{Confidence, Severity};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A pack file: `rules:` and a list.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, expecting = "`rules:` and a list of rules")]
pub struct Pack {
    /// The rules.
    pub rules: Vec<Rule>,
}

/// One rule for a credential. What matching needs stands in [`Matching`], what people read in [`Prose`].
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(expecting = "a rule: `id:`, `title:` and so on")]
pub struct Rule {
    /// What matching needs.
    #[serde(flatten)]
    pub matching: Matching,
    /// What people read.
    #[serde(flatten)]
    pub prose: Prose,
    /// Keys that no rule has: mistakes, kept so that they can be named.
    #[serde(flatten, skip_serializing)]
    #[schemars(skip)]
    pub unknown: BTreeMap<String, serde_json::Value>,
}

/// The half of a rule that the engine reads at start.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, schemars::JsonSchema)]
pub struct Matching {
    /// `file:line:column` of a rule that a user's pack brought; empty for built-in ones.
    #[serde(skip)]
    pub origin: String,
    /// `secrets/<kebab-noun>`: the thing found.
    pub id: String,
    /// Noun phrase for headings.
    pub title: String,
    /// By the damage a leaked one does.
    pub severity: Severity,
    /// `high`: a shape of one provider; `medium`: needs its context; `low`: weak.
    pub confidence: Confidence,
    /// `CWE-n`; hard-coded credentials when left out.
    #[serde(default = "hard_coded_credentials")]
    pub cwe: String,
    /// Lower-case literals of at least three bytes; every match contains one, in any case.
    pub keywords: Vec<String>,
    /// Regular expression over bytes (no look-around) with a group named `secret`. Left out only by rules with a matcher.
    #[serde(default)]
    pub pattern: String,
    /// `assignment` instead of a pattern: a name that ends in one of the keywords is given a literal value.
    #[serde(default)]
    pub matcher: Option<Matcher>,
    /// Least Shannon entropy of the secret, bits per byte.
    #[serde(default)]
    pub entropy: Option<f64>,
    /// Globs of paths; when given, only these files are searched.
    #[serde(default)]
    pub files: Vec<String>,
    /// A check of the secret's own structure.
    #[serde(default)]
    pub validate: Option<Validate>,
    /// Bytes around the keyword a match may span; from the pattern's own bound when left out.
    #[serde(default)]
    pub window: Option<usize>,
    /// Not written by people: the pattern's own bound on a match, see [`measure`].
    #[serde(default)]
    #[schemars(skip)]
    pub longest: Option<usize>,
    /// Not written by people: token bytes in a row that every match holds, see [`measure`].
    #[serde(default)]
    #[schemars(skip)]
    pub run: usize,
    /// Older or foreign ids that mean this rule in directives and `ignored_rules`.
    #[serde(default)]
    pub aliases: Vec<String>,
}

/// The half of a rule that people read.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize, schemars::JsonSchema)]
pub struct Prose {
    /// Why it matters.
    pub description: String,
    /// What to do.
    pub remediation: String,
    /// Pages to read.
    #[serde(default)]
    pub references: Vec<String>,
    /// Lines that must and must not be found.
    pub examples: Examples,
}

/// Lines that must and must not be found; see [`template`] for what stands in them for secrets.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, expecting = "`hit:` and `miss:`, each with a list of lines")]
pub struct Examples {
    /// Found by this rule.
    #[serde(default)]
    pub hit: Vec<String>,
    /// Not found by this rule.
    #[serde(default)]
    pub miss: Vec<String>,
}

/// Ways to match other than a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Matcher {
    /// A password-like name with a literal value of any sort.
    Password,
    /// A key- or token-like name with a random-looking literal value.
    Token,
    /// The password of a URL with a login; the keyword is `://`.
    Url,
}

/// Checks of a secret's own structure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Validate {
    /// The last six characters are the base62 CRC-32 of the thirty before.
    #[serde(rename = "crc32-base62")]
    Crc32Base62,
    /// Header and payload decode to JSON and the header names an algorithm.
    Jwt,
    /// A private key block whose body decodes.
    Pem,
    /// The part after the prefix is base32.
    AwsKeyId,
    /// Base64 of `user:password`.
    BasicAuth,
}

fn hard_coded_credentials() -> String {
    "CWE-798".to_owned()
}
