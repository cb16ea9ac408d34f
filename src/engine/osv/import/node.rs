//! Advisories of the Node.js security working group (`vuln/npm/*.json`): one package with npm ranges of vulnerable
//! and patched versions.

use super::set::Versions;
use super::{Imported, Order, clean, requirement};
use crate::engine::osv::advisory::{Advisory, Affected};
use crate::engine::osv::component::Ecosystem;
use serde::Deserialize;

#[derive(Deserialize)]
struct Entry {
    id: u64,
    title: String,
    module_name: String,
    #[serde(default)]
    created_at: Option<String>,
    #[serde(default)]
    updated_at: Option<String>,
    #[serde(default)]
    publish_date: Option<String>,
    #[serde(default)]
    cves: Option<Vec<String>>,
    #[serde(default)]
    vulnerable_versions: Option<String>,
    #[serde(default)]
    patched_versions: Option<String>,
    #[serde(default)]
    references: Option<Vec<String>>,
    #[serde(default)]
    cvss_vector: Option<String>,
    #[serde(default)]
    cvss_score: Option<serde_json::Value>,
}

/// Affected is what is vulnerable and not patched.
pub(super) fn read(bytes: &[u8], order: &Order<'_>) -> Result<Imported, String> {
    let entry: Entry = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let versions = Versions { ecosystem: Ecosystem::Npm, order };
    let vulnerable = entry.vulnerable_versions.as_deref().map(str::trim).filter(|v| !v.is_empty());
    let patched = entry.patched_versions.as_deref().map(str::trim).filter(|v| !v.is_empty());
    let mut set = requirement::parse(versions, vulnerable.unwrap_or("*"))?;
    if let Some(patched) = patched {
        let fixed = requirement::parse(versions, patched)?;
        set = versions.intersection(&set, &fixed.complement())?;
    }
    let Some(range) = versions.range(&set)? else {
        return Err("no version is vulnerable".into());
    };
    let id = format!("NSWG-ECO-{}", entry.id);
    let cves = entry.cves.unwrap_or_default();
    let published = [entry.publish_date, entry.created_at]
        .into_iter()
        .flatten()
        .map(|text| clean::seconds(&text))
        .find(|seconds| *seconds > 0);
    let number = entry.cvss_score.as_ref().and_then(|score| match score {
        serde_json::Value::String(text) => text.parse().ok(),
        other => other.as_f64(),
    });
    let vectors = clean::vectors(entry.cvss_vector.as_deref());
    Ok(Imported::from(Advisory {
        aliases: clean::aliases(&id, cves.iter().map(String::as_str)),
        summary: clean::one_line(&entry.title),
        word: if vectors.is_empty() { clean::word_of_score(number) } else { String::new() },
        vectors,
        references: clean::references(
            entry.references.iter().flatten().map(|address| (0, address.as_str())),
        ),
        published: published.unwrap_or(0),
        modified: entry.updated_at.as_deref().map_or(0, clean::seconds),
        affected: vec![Affected {
            ecosystem: Ecosystem::Npm,
            name: Ecosystem::Npm.normalise(clean::name(&entry.module_name)?),
            ranges: vec![range],
            versions: Vec::new(),
            symbols: Vec::new(),
        }],
        id,
        ..Advisory::default()
    }))
}
