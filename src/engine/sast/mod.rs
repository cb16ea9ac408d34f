//! Code, by rules in Semgrep's syntax: files and patterns are lowered to one uniform tree and matched there.
//!
//! ```text
//! rule (YAML, built in or of the user) -> rule::spec -> rule::compile -> Formula
//! file -> language -> lower -> tree -> flow::facts -> search (matching, flow::taint) -> Found -> Sink
//! ```

pub mod annotated;
mod evidence;
pub mod explain;
pub mod fix;
pub mod flow;
mod json;
pub mod language;
pub mod lower;
pub mod matching;
mod merge;
pub mod pack;
pub mod pattern;
pub mod regular;
pub mod rule;
pub mod scanner;
pub mod search;
#[cfg(test)]
mod tests;
pub mod tree;

use super::{BadConfig, Built, Meta, RuleInfo, Setup};
use crate::finding::{ScanType, ScannerId};
use std::time::Duration;

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("sast"),
    scan_type: ScanType::Code,
    summary: "vulnerable code: injection, unsafe deserialisation, weak cryptography, exposed data",
    checks: &[
        "Python, JavaScript, TypeScript, Go, Java, Ruby, PHP, C, C++, C#, Kotlin, Scala, Rust, Swift and shell scripts",
        "values that flow from a request, the environment or a file into a query, a command, a path or a page",
        "weak ciphers, digests, random numbers and settings of TLS",
        "rules of your own or of others in Semgrep's syntax: semgrep_rules, --rules",
    ],
    rules,
    version,
};

/// How long one file may take where no settings say it: when rules are tested.
pub const LIMIT: Duration = Duration::from_secs(10);

/// Makes the scanner ready.
pub fn build(setup: &Setup<'_>) -> Result<Built, BadConfig> {
    let rules = setup.code_rules.clone();
    let own = rules.own().len();
    let limit = Duration::from_secs(u64::from(setup.config.timeout_per_file));
    let scanner = scanner::Scanner::new(rules, setup.config.code_confidence, limit);
    Ok(Built {
        file: Some(Box::new(scanner)),
        version: (own > 0).then(|| format!("{}, and {own} of the user", version())),
        ..Built::default()
    })
}

fn rules() -> Vec<RuleInfo> {
    pack::all_built_in().iter().map(|one| one.info()).collect()
}

fn version() -> String {
    concat!(env!("SAST_PACK_COUNT"), " rules, ", env!("SAST_PACK_DIGEST")).to_owned()
}
