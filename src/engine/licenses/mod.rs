//! Licences of the packages a project uses: what they are, what they ask, and whether the project's policy accepts
//! them. Takes packages as other modules list them and gives problems as data; reads no file, no environment and no clock.
//!
//! ```text
//! resolve     listings -> what is known of each package       category   id -> what it asks
//! alias       names as people write them -> expressions        detect     text -> expression
//! expression  AND, OR, WITH                                    policy     allow, deny, exceptions -> judgement
//! ```

pub mod alias;
pub mod category;
pub mod detect;
pub mod expression;
pub mod policy;
pub mod resolve;
pub mod rule;
pub mod scanner;
#[cfg(test)]
mod tests;

pub use policy::{BadEntry, Exception, Found, Judgement, Policy};
pub use rule::{RULES, Rule, RuleText};

use crate::engine::osv::component::{Component, Listing, Scope};
use crate::engine::osv::lock::Role;
use crate::finding::Severity;
use jiff::civil::Date;
use resolve::{Resolved, resolve};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One finding before it becomes one.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// Which rule.
    pub rule: Rule,
    /// How severe.
    pub severity: Severity,
    /// Without a full stop.
    pub title: String,
    /// Sentences.
    pub description: String,
    /// What to do.
    pub remediation: String,
    /// The file that lists the package.
    pub path: String,
    /// Line of the entry, from 1.
    pub line: Option<u32>,
    /// `package`, `version`, `ecosystem`, `license`, `license_category`, `license_source`, `license_certainty`,
    /// `scope`.
    pub metadata: BTreeMap<String, Value>,
}

/// Judges every package of the listings on a day. `role` tells what kind of file a listing comes from; `texts` gives
/// the bytes of a file of the target, or nothing. One problem per file, package, version and rule.
pub fn examine(
    listings: &[Listing],
    role: &dyn Fn(&Listing) -> Role,
    policy: &Policy,
    today: Date,
    texts: &dyn Fn(&str) -> Option<Arc<[u8]>>,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen: BTreeSet<(String, String, String, Rule)> = BTreeSet::new();
    for resolved in resolve(listings, role, texts) {
        let mut open = Vec::new();
        for (index, found) in &resolved.packages {
            let Some(component) = resolved.listing.components.get(*index) else { continue };
            let Some(found) = found else {
                open.push(component);
                continue;
            };
            let judgement = policy.judge(component, found, today);
            let Some((rule, severity)) = judgement.breach else { continue };
            let path = component.file.as_ref().unwrap_or(&resolved.listing.path).clone();
            let name = component.ecosystem.normalise(&component.name);
            if seen.insert((path.clone(), name, component.version.clone(), rule)) {
                problems.push(problem(component, found, &judgement, (rule, severity), path));
            }
        }
        problems.extend(unresolved(&resolved, &open, policy));
    }
    problems
}

fn named(component: &Component) -> String {
    if component.version.is_empty() {
        component.name.clone()
    } else {
        format!("{} {}", component.name, component.version)
    }
}

fn problem(
    component: &Component,
    found: &Found,
    judgement: &Judgement,
    (rule, severity): (Rule, Severity),
    path: String,
) -> Problem {
    let text = rule.text();
    let license = found.expression.as_ref().map(ToString::to_string);
    let package = named(component);
    let title = match (&license, rule) {
        (_, Rule::Unknown) | (None, _) => format!("{}: {package}", text.title),
        (Some(license), _) => format!("{}: {package} ({license})", text.title),
    };
    let mut description = match (&license, &found.raw) {
        (Some(license), Some(raw)) if rule == Rule::Unknown || raw != license => {
            format!("{package} says \"{}\"", expression::shown(raw))
                + &if judgement.category == category::Category::Unknown {
                    ", which is no license that is known. ".to_owned()
                } else {
                    format!(", which is {license} ({}). ", judgement.category)
                }
        }
        (Some(license), None) => {
            format!("The license of {package} reads as {license} ({}). ", judgement.category)
        }
        (Some(license), _) => format!("{package} is under {license} ({}). ", judgement.category),
        (None, _) => format!("{package} says nothing of its license. "),
    };
    description.push_str(text.description);
    for remark in &judgement.remarks {
        description.push(' ');
        description.push_str(remark);
    }
    let mut metadata = BTreeMap::from([
        ("package".to_owned(), json!(component.name)),
        ("version".to_owned(), json!(component.version)),
        ("ecosystem".to_owned(), json!(component.ecosystem.as_str())),
        ("license".to_owned(), json!(license)),
        ("license_category".to_owned(), json!(judgement.category)),
        ("license_source".to_owned(), json!(found.source)),
        ("license_certainty".to_owned(), json!(found.certainty.as_str())),
    ]);
    if component.scope != Scope::Runtime {
        metadata.insert("scope".to_owned(), json!(component.scope.as_str()));
    }
    Problem {
        rule,
        severity,
        title,
        description,
        remediation: text.remediation.to_owned(),
        path,
        line: Some(component.line),
        metadata,
    }
}

/// One for a file with packages of which no source says anything.
fn unresolved(resolved: &Resolved<'_>, open: &[&Component], policy: &Policy) -> Option<Problem> {
    let first = open.iter().map(|component| component.line).min()?;
    let text = Rule::Unresolved.text();
    let (known, all) = (open.len(), resolved.packages.len());
    // A policy that wants every licence known cannot be said to hold.
    let severity = if policy.refuses_unknown() { Severity::Low } else { text.severity };
    let subject = if all == 1 {
        "License of the only package is not known here".to_owned()
    } else {
        format!("Licenses of {known} of {all} packages are not known here")
    };
    let mut description = text.description.to_owned();
    if severity != text.severity {
        description.push_str(" Whether they fit the policy of this repository is open.");
    }
    Some(Problem {
        rule: Rule::Unresolved,
        severity,
        title: subject,
        description,
        remediation: text.remediation.to_owned(),
        path: resolved.listing.path.clone(),
        line: Some(first),
        metadata: BTreeMap::from([
            ("packages".to_owned(), json!(all)),
            ("unresolved".to_owned(), json!(known)),
        ]),
    })
}
