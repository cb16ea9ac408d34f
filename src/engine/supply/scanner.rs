//! The scanner around the checks: findings for what they say, and one for each file that leaves versions open.

use super::{Problem, RULES, check};
use crate::engine::osv::component::Note;
use crate::engine::osv::inventory::Files;
use crate::engine::rule::Rule;
use crate::engine::{BadConfig, Built, Meta, RuleInfo, Setup, Sink, Tree, TreeEngine};
use crate::finding::{Confidence, Finding, ScanType, ScannerId, Severity, key};
use crate::target::Context;

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("supply-chain"),
    scan_type: ScanType::Dependency,
    summary: "where dependencies come from, and whether it is what was meant",
    checks: &[
        "names that are nearly those of popular packages",
        "install scripts, git and URL dependencies, missing integrity hashes",
        "lockfiles that disagree with their manifest, and manifests without one",
        "registries other than the default, and unprotected ones",
        "actions of GitHub workflows that are not pinned to a commit",
    ],
    rules,
    version,
};

/// Versions that no file fixes.
static UNRESOLVED: Rule = Rule {
    id: "supply-chain/unresolved",
    title: "Versions of dependencies are not fixed here",
    severity: Severity::Info,
    confidence: Confidence::High,
    cwe: Some("CWE-1357"),
    description: "The file asks for packages without saying which versions: what is installed depends on the day, and what was \
        not resolved was not held against advisories and licences.",
    remediation: "Commit the lockfile of the package manager, or pin exact versions.",
    references: &["https://slsa.dev/spec/v1.1/threats"],
    aliases: &[],
};

/// Makes the scanner ready.
pub fn build(_: &Setup<'_>) -> Result<Built, BadConfig> {
    Ok(Built { tree: Some(Box::new(SupplyChain)), ..Built::default() })
}

fn all() -> impl Iterator<Item = &'static Rule> {
    RULES.iter().copied().chain([&UNRESOLVED])
}

fn rules() -> Vec<RuleInfo> {
    all().map(|rule| rule.info(META.id.as_str())).collect()
}

fn version() -> String {
    format!("{} rules", all().count())
}

struct SupplyChain;

impl TreeEngine for SupplyChain {
    fn scan(&self, tree: &Tree<'_>, sink: &mut Sink) -> Result<(), String> {
        tree.tell_unread(sink);
        let listings = &tree.packages().listings;
        for problem in check(listings, &Files::new(tree.source)) {
            sink.push(finding(problem));
        }
        for listing in listings {
            let open = listing.notes.iter().filter_map(|note| match note {
                Note::Unresolved { line, message } => Some((*line, message.as_str())),
                Note::Lost { .. } => None,
            });
            let (lines, messages): (Vec<u32>, Vec<&str>) = open.unzip();
            let Some(line) = lines.into_iter().min() else { continue };
            let mut finding = UNRESOLVED.finding(&META.id, META.scan_type);
            finding.description = format!("{}. {}", messages.join("; "), UNRESOLVED.description);
            place(&mut finding, listing.path.clone(), line);
            finding.context.clone_from(&listing.path);
            sink.push(finding);
        }
        Ok(())
    }
}

fn finding(problem: Problem) -> Finding {
    let mut finding = problem.rule.finding(&META.id, META.scan_type);
    finding.severity = problem.severity;
    finding.confidence = problem.confidence;
    finding.title = problem.title;
    finding.description = problem.description;
    finding.remediation = Some(problem.remediation);
    finding.metadata = problem.metadata;
    if !problem.rule.aliases.is_empty() {
        finding.metadata.insert(key::ALIASES.to_owned(), problem.rule.aliases.into());
    }
    finding.context = problem.identity;
    place(&mut finding, problem.path, problem.line);
    finding
}

fn place(finding: &mut Finding, path: String, line: u32) {
    if let Some(role) = Context::of(&path).as_str() {
        finding.set_meta(key::CONTEXT, role);
    }
    finding.line = Some(line);
    finding.end_line = Some(line);
    finding.path = Some(path);
}
