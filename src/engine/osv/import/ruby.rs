//! Advisories of RubySec (`gems/<gem>/<id>.yml`): ids, ranges, scores and titles. Their descriptions are partly
//! others' work under unclear terms and are not read.

use super::set::Versions;
use super::{Imported, Order, clean, requirement, yaml};
use crate::engine::osv::advisory::{Advisory, Affected};
use crate::engine::osv::component::Ecosystem;
use serde::Deserialize;

#[derive(Deserialize)]
struct Entry {
    gem: String,
    #[serde(default)]
    cve: Option<String>,
    #[serde(default)]
    ghsa: Option<String>,
    #[serde(default)]
    osvdb: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    cvss_v2: Option<f64>,
    #[serde(default)]
    cvss_v3: Option<f64>,
    #[serde(default)]
    cvss_v4: Option<f64>,
    #[serde(default)]
    patched_versions: Option<Vec<String>>,
    #[serde(default)]
    unaffected_versions: Option<Vec<String>>,
}

/// Affected is what is neither patched nor unaffected. `related.cve` names other weaknesses and is no alias.
pub(super) fn read(path: &str, bytes: &[u8], order: &Order<'_>) -> Result<Imported, String> {
    let entry: Entry = yaml(bytes)?;
    let versions = Versions { ecosystem: Ecosystem::RubyGems, order };
    let mut good = Vec::new();
    for list in [&entry.patched_versions, &entry.unaffected_versions].into_iter().flatten() {
        for text in list {
            good.extend(requirement::parse(versions, text)?.into_intervals());
        }
    }
    let affected = versions.union(good)?.complement();
    let Some(range) = versions.range(&affected)? else {
        return Err("no version is affected".into());
    };
    let prefixed = |prefix: &str, id: &Option<String>| {
        let id = id.as_deref()?.trim();
        if id.is_empty() {
            return None;
        }
        Some(if id.starts_with(prefix) { id.to_owned() } else { format!("{prefix}{id}") })
    };
    let stem = path.rsplit('/').next().unwrap_or(path);
    let stem = stem.strip_suffix(".yml").unwrap_or(stem).to_owned();
    let ids: Vec<String> = [
        prefixed("CVE-", &entry.cve),
        prefixed("GHSA-", &entry.ghsa),
        prefixed("OSVDB-", &entry.osvdb),
    ]
    .into_iter()
    .flatten()
    .collect();
    let id = clean::id(ids.first().unwrap_or(&stem))?;
    Ok(Imported::from(Advisory {
        aliases: clean::aliases(&id, ids.iter().map(String::as_str)),
        summary: clean::one_line(entry.title.as_deref().unwrap_or_default()),
        word: clean::word_of_score(entry.cvss_v4.or(entry.cvss_v3).or(entry.cvss_v2)),
        references: clean::references(entry.url.iter().map(|address| (0, address.as_str()))),
        published: entry.date.as_deref().map_or(0, clean::seconds),
        affected: vec![Affected {
            ecosystem: Ecosystem::RubyGems,
            name: Ecosystem::RubyGems.normalise(clean::name(&entry.gem)?),
            ranges: vec![range],
            versions: Vec::new(),
            symbols: Vec::new(),
        }],
        id,
        ..Advisory::default()
    }))
}
