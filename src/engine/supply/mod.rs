//! How the packages of a project get into it: names that pass for others, sources that can change, lockfiles that
//! promise less than they should, actions by tags. Knows no advisory; looks at listings and at a few settings beside
//! them.

mod lockfile;
mod origin;
mod rule;
pub mod scanner;
mod settings;
mod typosquat;
mod workflow;

pub use rule::RULES;

use crate::engine::osv::component::{Component, Listing};
use crate::engine::osv::lock::Around;
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};
use serde_json::Value;
use std::collections::BTreeMap;

/// Names that a finding about many packages tells in its text; metadata has more.
const SHOWN: usize = 5;
/// Names that metadata has.
const KEPT: usize = 100;
/// Settings and workflows larger than this are not looked at, bytes.
const MAX_FILE: usize = 1 << 20;

/// Something wrong at one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// What kind.
    pub rule: &'static Rule,
    /// How severe it is here.
    pub severity: Severity,
    /// How sure it is here.
    pub confidence: Confidence,
    /// One line, no trailing full stop.
    pub title: String,
    /// What and where, then why it matters; no content of files besides names, versions and hosts.
    pub description: String,
    /// What to do.
    pub remediation: String,
    /// Repository-relative path.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// What stays the same when lines move and counts change.
    pub identity: String,
    /// `packages`, `package`, `resembles`, `registry` and the like.
    pub metadata: BTreeMap<String, Value>,
}

impl Problem {
    fn new(rule: &'static Rule, path: &str, line: u32, title: String, what: &str) -> Self {
        Self {
            rule,
            severity: rule.severity,
            confidence: rule.confidence,
            title,
            description: format!("{what} {}", rule.description),
            remediation: rule.remediation.to_owned(),
            path: path.to_owned(),
            line: line.max(1),
            identity: rule.id.to_owned(),
            metadata: BTreeMap::new(),
        }
    }

    fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Adds a part of the identity.
    fn about(mut self, what: &str) -> Self {
        self.identity.push(' ');
        self.identity.push_str(what);
        self
    }

    fn meta(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.metadata.insert(key.to_owned(), value.into());
        self
    }
}

/// Looks at what the files of a target list, and at the settings and workflows among its files. Sorted by path, line
/// and rule.
pub fn check(listings: &[Listing], around: &dyn Around) -> Vec<Problem> {
    let mut problems = Vec::new();
    for listing in listings {
        lockfile::names(listing, &mut problems);
        lockfile::wanted_names(listing, &mut problems);
        lockfile::scripts(listing, &mut problems);
        lockfile::digests(listing, around, &mut problems);
        lockfile::requirements(listing, &mut problems);
        origin::check(listing, &mut problems);
    }
    for path in around.below("") {
        let look: fn(&str, &str, &mut Vec<Problem>) = if workflow::is_one(&path) {
            workflow::check
        } else if settings::is_one(&path) {
            settings::check
        } else {
            continue;
        };
        if let Some(bytes) = around.read(&path).filter(|bytes| bytes.len() <= MAX_FILE) {
            look(&path, &String::from_utf8_lossy(&bytes), &mut problems);
        }
    }
    problems.sort_by(|a, b| {
        let key = |one: &Problem| (one.path.clone(), one.line, one.rule.id, one.identity.clone());
        key(a).cmp(&key(b))
    });
    problems.dedup();
    problems
}

/// Several names as text: `a, b, c and 4 more`.
fn listed(names: &[String]) -> String {
    let shown = names.get(..SHOWN.min(names.len())).unwrap_or_default().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Several names as metadata.
fn kept(names: &[String]) -> Value {
    names.iter().take(KEPT).map(|name| Value::from(name.as_str())).collect()
}

/// `name version`, or the name alone.
fn named(component: &Component) -> String {
    if component.version.is_empty() {
        component.name.clone()
    } else {
        format!("{} {}", component.name, component.version)
    }
}

/// `1 package`, `3 packages`.
fn plural(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// The file an entry stands in.
fn file<'a>(listing: &'a Listing, component: &'a Component) -> &'a str {
    component.file.as_deref().unwrap_or(&listing.path)
}

/// The host of an address, and its scheme in lower case; without user, password and port. `git@host:path` and the
/// `github:owner/name` of npm are known.
fn host(address: &str) -> Option<(String, String)> {
    let address = address.trim();
    let (scheme, rest) = if let Some(parts) = address.split_once("://") {
        parts
    } else {
        let (place, _) = address.split_once(':')?;
        let known = match place {
            "github" => "github.com",
            "gist" => "gist.github.com",
            "gitlab" => "gitlab.com",
            "bitbucket" => "bitbucket.org",
            place if place.contains('@') => place,
            _ => return None,
        };
        ("ssh", known)
    };
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let host = rest[..end].rsplit('@').next().unwrap_or_default();
    let host = if host.starts_with('[') {
        host.split_inclusive(']').next().unwrap_or_default()
    } else {
        host.split(':').next().unwrap_or_default()
    };
    let scheme = scheme.to_ascii_lowercase();
    let plain = host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b));
    (plain && !host.is_empty()).then(|| (scheme, host.to_ascii_lowercase()))
}

/// Whether everybody on the way can read and change what comes from an address. What never leaves the machine does not
/// count.
fn is_unprotected(address: &str) -> bool {
    host(address).is_some_and(|(scheme, host)| {
        let scheme = scheme.rsplit('+').next().unwrap_or_default();
        let is_local = host == "localhost"
            || host.ends_with(".localhost")
            || host.starts_with("127.")
            || host == "[::1]"
            || host == "0.0.0.0";
        matches!(scheme, "http" | "git" | "ftp" | "svn") && !is_local
    })
}

#[cfg(test)]
mod tests;
