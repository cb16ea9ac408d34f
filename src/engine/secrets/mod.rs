//! Credentials in text: provider tokens by their shape, keys and headers by their form, passwords by the name they are
//! given to. Rules are data (`rules/*.yml`); this module matches them and never lets a secret out.

mod assign;
mod check;
mod judge;
mod notation;
mod pack;
pub(super) mod placeholder;
mod search;
mod validate;

pub use check::{Failure, check};

use super::{BadConfig, Built, FileEngine, Meta, RuleInfo, Setup, Sink};
use crate::finding::{Finding, ScanType, ScannerId, SkipReason, key};
use crate::rules::{Rule, load};
use crate::target::Blob;
use pack::Pack;
use regex::bytes::RegexSet;

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("secrets"),
    scan_type: ScanType::Code,
    summary: "hard-coded credentials: provider tokens, private keys, passwords, connection strings",
    checks: &[
        "tokens of providers by their own shape, with checksums where the format has one",
        "private keys, certificates' keys, key stores in text form",
        "passwords in URLs, connection strings and HTTP headers",
        "passwords, tokens and keys assigned to a telling name",
        "credentials in .npmrc, .pypirc, .netrc, kubeconfig and the like",
    ],
    rules: || rules_info(&load::secrets_whole()),
    version,
};

fn version() -> String {
    format!("{} rules, {}", load::secrets().len(), load::secrets_digest())
}

/// Rules as people read about them.
pub fn rules_info(rules: &[Rule]) -> Vec<RuleInfo> {
    let info = |rule: &Rule| RuleInfo {
        id: rule.matching.id.clone(),
        scanner: "secrets",
        title: rule.matching.title.clone(),
        severity: rule.matching.severity,
        confidence: rule.matching.confidence,
        cwe: Some(rule.matching.cwe.clone()),
        description: rule.prose.description.trim().to_owned(),
        remediation: rule.prose.remediation.trim().to_owned(),
        references: rule.prose.references.clone(),
        aliases: rule.matching.aliases.clone(),
    };
    rules.iter().map(info).collect()
}

/// Makes the scanner ready.
pub fn build(setup: &Setup<'_>) -> Result<Built, BadConfig> {
    let rules = setup.secret_rules.to_vec();
    let wrong: Vec<String> = check::malformed(&rules).iter().map(ToString::to_string).collect();
    if !wrong.is_empty() {
        return Err(BadConfig { message: wrong.join("; ") });
    }
    let engine = Secrets::new(rules, &setup.config.secrets.allow)?;
    Ok(Built { file: Some(Box::new(engine)), ..Built::default() })
}

#[derive(Debug)]
struct Secrets {
    pack: Pack,
    allow: Option<RegexSet>,
}

impl Secrets {
    fn new(further: Vec<Rule>, allow: &[String]) -> Result<Self, BadConfig> {
        let allow = if allow.is_empty() {
            None
        } else {
            let set = RegexSet::new(allow)
                .map_err(|error| BadConfig { message: format!("secrets.allow: {error}") })?;
            Some(set)
        };
        Ok(Self { pack: Pack::new(further)?, allow })
    }

    fn finding(&self, candidate: &search::Candidate) -> Finding {
        let rule = &self.pack.rules[candidate.rule as usize];
        let prose = rule.prose();
        let title = rule.matching.title.as_str();
        let mut finding =
            Finding::new(META.id.clone(), META.scan_type, candidate.severity, rule.id(), title);
        finding.confidence = candidate.confidence;
        prose.description.trim().clone_into(&mut finding.description);
        finding.remediation = Some(prose.remediation.trim().to_owned());
        finding.references.clone_from(&prose.references);
        finding.cwe = Some(rule.matching.cwe.clone());
        if candidate.severity != rule.matching.severity {
            finding.set_meta(key::RULE_SEVERITY, rule.matching.severity.as_str());
        }
        let mut aliases: Vec<String> = rule.matching.aliases.clone();
        aliases.extend(
            candidate.also.iter().map(|rule| self.pack.rules[*rule as usize].matching.id.clone()),
        );
        aliases.sort();
        aliases.dedup();
        if !aliases.is_empty() {
            finding.metadata.insert(key::ALIASES.to_owned(), aliases.into());
        }
        finding
    }
}

impl FileEngine for Secrets {
    fn interested(&self, _: &str) -> bool {
        true
    }

    fn scan(&self, blob: &Blob<'_>, sink: &mut Sink) {
        let allowed = |secret: &[u8]| self.allow.as_ref().is_some_and(|set| set.is_match(secret));
        let found = search::search(&self.pack, blob, &allowed);
        for candidate in &found.candidates {
            sink.secret(candidate.secret.clone());
            sink.hit_with(candidate.secret.clone(), || self.finding(candidate));
        }
        if found.on_long_lines > 0 {
            let detail = format!(
                "{} candidates of context rules on lines over {} bytes",
                found.on_long_lines,
                search::LONG_LINE
            );
            sink.note(SkipReason::Minified, detail);
        }
        if found.cut_short {
            sink.note(
                SkipReason::Minified,
                "too many keywords; the rest of the file was not searched",
            );
        }
    }
}
