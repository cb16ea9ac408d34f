//! The rules of the scanner, as people read about them; one file for each subject. What they test is in `check`.

pub mod command;
pub mod image;
pub mod label;
pub mod package;
pub mod secret;
pub mod trust;

use crate::engine::rule::Rule;

/// A rule in the order id, severity, confidence, weakness, title, why, what to do, pages, ids elsewhere.
macro_rules! rule {
    ($name:ident, $id:literal, $severity:ident, $confidence:ident, $cwe:literal, $title:literal,
     $description:literal, $remediation:literal, [$($page:expr),+ $(,)?], [$($alias:literal),* $(,)?]) => {
        #[doc = $title]
        pub static $name: Rule = Rule {
            id: concat!("dockerfile/", $id),
            title: $title,
            severity: crate::finding::Severity::$severity,
            confidence: crate::finding::Confidence::$confidence,
            cwe: Some($cwe),
            description: $description,
            remediation: $remediation,
            references: &[$($page),+],
            aliases: &[$($alias),*],
        };
    };
}
use rule;

/// Docker's advice.
const PRACTICES: &str = "https://docs.docker.com/build/building/best-practices/";
/// Docker's reference of instructions.
const REFERENCE: &str = "https://docs.docker.com/reference/dockerfile/";

/// All of them, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [secret::RULES, trust::RULES, command::RULES, image::RULES, label::RULES, package::RULES]
        .into_iter()
        .flatten()
        .copied()
}

/// Ids of a rule elsewhere, in every spelling people write: `DL001` was `dockerfile/DL001` in the first SecureScan, and
/// trivy's `DS-0002` is also `AVD-DS-0002` and `DS002`.
pub fn aliases(rule: &Rule) -> Vec<String> {
    let mut all = Vec::new();
    for alias in rule.aliases {
        if let Some(number) = alias.strip_prefix("DS-0") {
            all.push(format!("AVD-{alias}"));
            all.push(format!("DS{number}"));
        }
        if alias.len() == 5 && alias.starts_with("DL0") {
            all.push(format!("dockerfile/{alias}"));
        }
        all.push((*alias).to_owned());
    }
    all.sort();
    all
}
