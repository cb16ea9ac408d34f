//! Advisories of FriendsOfPHP (`<vendor>/<package>/<id>.yaml`): branches, each with a list of constraints that all
//! hold.

use super::set::Versions;
use super::{Imported, Order, clean, requirement, yaml};
use crate::engine::osv::advisory::{Advisory, Affected};
use crate::engine::osv::component::Ecosystem;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    link: Option<String>,
    #[serde(default)]
    cve: Option<String>,
    reference: String,
    branches: BTreeMap<String, Branch>,
}

#[derive(Deserialize)]
struct Branch {
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    versions: Vec<String>,
}

/// Affected is what the constraints of any branch describe.
pub(super) fn read(path: &str, bytes: &[u8], order: &Order<'_>) -> Result<Imported, String> {
    let entry: Entry = yaml(bytes)?;
    let name = entry.reference.trim().strip_prefix("composer://");
    let name = clean::name(name.ok_or("the reference is no composer:// address")?)?;
    let versions = Versions { ecosystem: Ecosystem::Packagist, order };
    let mut all = Vec::new();
    for branch in entry.branches.values() {
        if branch.versions.is_empty() {
            return Err("a branch names no versions".into());
        }
        let set = requirement::parse(versions, &branch.versions.join(","))?;
        all.extend(set.into_intervals());
    }
    let Some(range) = versions.range(&versions.union(all)?)? else {
        return Err("no version is affected".into());
    };
    let stem = path.rsplit('/').next().unwrap_or(path);
    let stem = stem.rsplit_once('.').map_or(stem, |(stem, _)| stem);
    let cve = entry.cve.as_deref().map(str::trim).filter(|cve| cve.starts_with("CVE-"));
    let own = format!("FriendsOfPHP/{name}/{stem}");
    let published = entry.branches.values().filter_map(|branch| branch.time.as_deref());
    let published = published.map(clean::seconds).filter(|seconds| *seconds > 0).min();
    Ok(Imported::from(Advisory {
        id: clean::id(cve.unwrap_or(&own))?,
        summary: clean::one_line(entry.title.as_deref().unwrap_or_default()),
        references: clean::references(entry.link.iter().map(|address| (0, address.as_str()))),
        published: published.unwrap_or(0),
        affected: vec![Affected {
            ecosystem: Ecosystem::Packagist,
            name: Ecosystem::Packagist.normalise(name),
            ranges: vec![range],
            versions: Vec::new(),
            symbols: Vec::new(),
        }],
        ..Advisory::default()
    }))
}
