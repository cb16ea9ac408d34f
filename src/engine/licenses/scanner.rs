//! The scanner around the judgement: what the settings ask, which packages the target has, and findings for what breaks the
//! policy. Also what an SBOM says of licences.

use super::resolve::resolve;
use super::{Exception, Policy, Problem, RULES, Rule};
use crate::config::{Config, LicenseException, LicensesSection};
use crate::engine::osv::component::{Component, Ecosystem, Listing};
use crate::engine::osv::inventory::Files;
use crate::engine::osv::lock::{self, Around as _, Role};
use crate::engine::{BadConfig, Built, Meta, RuleInfo, Setup, Sink, Tree, TreeEngine};
use crate::finding::{Confidence, Finding, RuleId, ScanType, ScannerId, key};
use crate::target::Context;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("licenses"),
    scan_type: ScanType::Dependency,
    summary: "licences of dependencies that the project may not, or had better not, use",
    checks: &[
        "copyleft, network copyleft and licences that are no open source",
        "licences that licenses.deny names, or licenses.allow does not",
        "packages that say nothing of their licence, or nothing anybody understands",
    ],
    rules,
    version,
};

/// Makes the scanner ready.
pub fn build(setup: &Setup<'_>) -> Result<Built, BadConfig> {
    let policy = policy(setup.config)?;
    let engine = Licenses { policy, today: setup.today };
    Ok(Built { tree: Some(Box::new(engine)), ..Built::default() })
}

/// The policy of the settings.
pub fn policy(config: &Config) -> Result<Policy, BadConfig> {
    let settings = &config.licenses;
    let exceptions = settings.exceptions.iter().map(exception);
    Policy::new(&settings.allow, &settings.deny, exceptions.collect())
        .map_err(|error| BadConfig { message: error.to_string() })
}

/// Entries of the settings that mean nothing, each with its key and what is wrong with it.
pub fn wrong(section: &LicensesSection) -> Vec<(String, String)> {
    let mut wrong = Vec::new();
    let mut check = |key: &str, index: usize, made: Result<Policy, super::BadEntry>| {
        if let Err(error) = made {
            wrong.push((format!("licenses.{key}[{index}]"), error.message));
        }
    };
    for (index, entry) in section.allow.iter().flatten().enumerate() {
        check("allow", index, Policy::new(std::slice::from_ref(entry), &[], Vec::new()));
    }
    for (index, entry) in section.deny.iter().flatten().enumerate() {
        check("deny", index, Policy::new(&[], std::slice::from_ref(entry), Vec::new()));
    }
    for (index, entry) in section.exceptions.iter().flatten().enumerate() {
        check("exceptions", index, Policy::new(&[], &[], vec![exception(entry)]));
    }
    wrong
}

fn exception(one: &LicenseException) -> Exception {
    Exception {
        package: one.package.clone(),
        version: one.version.clone(),
        license: one.license.clone(),
        reason: one.reason.clone(),
        expires: one.expires,
    }
}

fn rules() -> Vec<RuleInfo> {
    let owned = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect();
    RULES
        .iter()
        .map(|text| RuleInfo {
            id: text.rule.id(),
            scanner: META.id.as_str(),
            title: text.title.to_owned(),
            severity: text.severity,
            confidence: Confidence::Medium,
            cwe: None,
            description: text.description.to_owned(),
            remediation: text.remediation.to_owned(),
            references: owned(text.references),
            aliases: text.aliases.iter().map(|name| format!("licenses/{name}")).collect(),
        })
        .collect()
}

fn version() -> String {
    format!("{} rules", RULES.len())
}

struct Licenses {
    policy: Policy,
    today: Date,
}

impl TreeEngine for Licenses {
    fn scan(&self, tree: &Tree<'_>, sink: &mut Sink) -> Result<(), String> {
        tree.tell_unread(sink);
        let listings = &tree.packages().listings;
        let files = Files::new(tree.source);
        let texts = |path: &str| files.read(path);
        let problems = super::examine(listings, &role, &self.policy, self.today, &texts);
        let (open, others): (Vec<Problem>, Vec<Problem>) =
            problems.into_iter().partition(|problem| problem.rule == Rule::Unresolved);
        for problem in others {
            sink.push(finding(problem));
        }
        if self.policy.is_own() {
            for problem in open {
                sink.push(finding(problem));
            }
        } else if let Some(problem) = joined(open) {
            sink.push(finding(problem));
        }
        Ok(())
    }
}

/// One problem in place of one for each lockfile: without a policy nobody has asked, and once is enough.
fn joined(open: Vec<Problem>) -> Option<Problem> {
    let count = |problem: &Problem, name: &str| {
        problem.metadata.get(name).and_then(serde_json::Value::as_u64).unwrap_or_default()
    };
    let total: u64 = open.iter().map(|problem| count(problem, "packages")).sum();
    let unknown: u64 = open.iter().map(|problem| count(problem, "unresolved")).sum();
    let files: Vec<String> = open.iter().map(|problem| problem.path.clone()).collect();
    let mut first = open.into_iter().next()?;
    let noun = if files.len() == 1 { "file" } else { "files" };
    first.title = format!(
        "Licenses of {unknown} of {total} packages in {} {noun} are not known here",
        files.len()
    );
    first.metadata.insert("packages".to_owned(), total.into());
    first.metadata.insert("unresolved".to_owned(), unknown.into());
    first.metadata.insert("files".to_owned(), files.into());
    // It is about the target: a place in one of the files would make it another finding when a file is added.
    first.path = String::new();
    first.line = None;
    Some(first)
}

/// What kind of file a listing comes from; a list that somebody else made speaks like a lockfile.
fn role(listing: &Listing) -> Role {
    lock::by_name(listing.format).map_or(Role::Lockfile, |format| format.role)
}

fn finding(problem: Problem) -> Finding {
    let text = problem.rule.text();
    let id = RuleId::new(problem.rule.id());
    let mut finding =
        Finding::new(META.id.clone(), META.scan_type, problem.severity, id, problem.title);
    finding.description = problem.description;
    finding.remediation = Some(problem.remediation);
    finding.references = text.references.iter().map(|page| (*page).to_owned()).collect();
    let about = |name: &str| problem.metadata.get(name).and_then(|value| value.as_str());
    // A package keeps its identity while the file around it moves and while its version changes.
    finding.context = [about("ecosystem"), about("package"), about("license")]
        .map(Option::unwrap_or_default)
        .join(" ");
    finding.line = problem.line;
    finding.end_line = problem.line;
    finding.metadata = problem.metadata;
    if let Some(role) = Context::of(&problem.path).as_str() {
        finding.set_meta(key::CONTEXT, role);
    }
    if !text.aliases.is_empty() {
        let aliases: Vec<String> =
            text.aliases.iter().map(|name| format!("licenses/{name}")).collect();
        finding.metadata.insert(key::ALIASES.to_owned(), aliases.into());
    }
    finding.path = Some(problem.path).filter(|path| !path.is_empty());
    finding
}

/// The licence of every package that listings know one of.
#[derive(Debug, Default)]
pub struct Known(BTreeMap<(Ecosystem, String, String), (String, Option<String>)>);

impl Known {
    /// Joins what installed packages and lockfiles say; no file is read.
    pub fn new(listings: &[Listing]) -> Self {
        let nothing = |_: &str| None::<Arc<[u8]>>;
        let mut known = BTreeMap::new();
        for resolved in resolve(listings, &role, &nothing) {
            for (index, found) in &resolved.packages {
                let component = resolved.listing.components.get(*index);
                let (Some(component), Some(found)) = (component, found) else { continue };
                let expression = found.expression.as_ref().map(ToString::to_string);
                let declared = found.raw.clone().or_else(|| expression.clone());
                if let Some(declared) = declared {
                    known.entry(key_of(component)).or_insert((declared, expression));
                }
            }
        }
        Self(known)
    }

    /// What the package says, and the same as an SPDX expression.
    pub fn of(&self, component: &Component) -> Option<(String, Option<String>)> {
        self.0.get(&key_of(component)).cloned()
    }
}

fn key_of(component: &Component) -> (Ecosystem, String, String) {
    let name = component.ecosystem.normalise(&component.name);
    (component.ecosystem, name, component.version.clone())
}
