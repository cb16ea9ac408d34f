//! Advisories of RustSec (`crates/<crate>/<id>.md`): Markdown whose head is TOML.

use super::set::Versions;
use super::{Imported, Order, clean, requirement};
use crate::engine::osv::advisory::{Advisory, Affected, Kind, Symbol};
use crate::engine::osv::component::Ecosystem;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Entry {
    advisory: Head,
    versions: Lists,
    #[serde(default)]
    affected: Option<Parts>,
}

#[derive(Deserialize)]
struct Head {
    id: String,
    package: String,
    #[serde(default)]
    date: Option<String>,
    #[serde(default)]
    withdrawn: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    references: Vec<String>,
    #[serde(default)]
    informational: Option<String>,
    #[serde(default)]
    cvss: Option<String>,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    collection: Option<String>,
}

#[derive(Deserialize)]
struct Lists {
    #[serde(default)]
    patched: Vec<String>,
    #[serde(default)]
    unaffected: Vec<String>,
}

#[derive(Deserialize)]
struct Parts {
    #[serde(default)]
    functions: BTreeMap<String, Vec<String>>,
}

/// Affected is what is neither patched nor unaffected; without `patched` that is everything.
pub(super) fn read(path: &str, text: &str, order: &Order<'_>) -> Result<Imported, String> {
    let (_, rest) = text.split_once("```toml").ok_or("the TOML head is missing")?;
    let (head, body) = rest.split_once("\n```").ok_or("the TOML head has no end")?;
    let entry: Entry = toml::from_str(head).map_err(|error| error.message().to_owned())?;
    let id = clean::id(&entry.advisory.id)?;
    if entry.advisory.withdrawn.is_some() {
        return Ok(Imported::Withdrawn);
    }
    let mut folders = path.rsplit('/').skip(2);
    if entry.advisory.collection.as_deref() == Some("rust") || folders.next() == Some("rust") {
        return Ok(Imported::Foreign("the Rust toolchain".into()));
    }
    let versions = Versions { ecosystem: Ecosystem::CratesIo, order };
    let mut good = Vec::new();
    for text in entry.versions.patched.iter().chain(&entry.versions.unaffected) {
        good.extend(requirement::parse(versions, text)?.into_intervals());
    }
    let affected = versions.union(good)?.complement();
    let Some(range) = versions.range(&affected)? else {
        return Err("no version is affected".into());
    };
    let title = body.lines().find_map(|line| line.strip_prefix("# "));
    let addresses = entry.advisory.url.iter().chain(&entry.advisory.references);
    let aliases = entry.advisory.aliases.iter().map(String::as_str);
    Ok(Imported::from(Advisory {
        aliases: clean::aliases(&id, aliases),
        summary: title.map(clean::one_line).unwrap_or_default(),
        kind: kind(entry.advisory.informational.as_deref()),
        vectors: clean::vectors(entry.advisory.cvss.as_deref()),
        references: clean::references(addresses.map(|address| (0, address.as_str()))),
        published: entry.advisory.date.as_deref().map_or(0, clean::seconds),
        affected: vec![Affected {
            ecosystem: Ecosystem::CratesIo,
            name: Ecosystem::CratesIo.normalise(clean::name(&entry.advisory.package)?),
            ranges: vec![range],
            versions: Vec::new(),
            symbols: entry.affected.map(|a| symbols(a.functions.keys())).unwrap_or_default(),
        }],
        id,
        ..Advisory::default()
    }))
}

/// What the word under `informational` means.
pub(super) fn kind(informational: Option<&str>) -> Kind {
    match informational {
        None => Kind::Vulnerability,
        Some("unmaintained") => Kind::Unmaintained,
        Some("unsound") => Kind::Unsound,
        Some(_) => Kind::Notice,
    }
}

/// Paths of functions, `crate::module::name`, by module.
pub(super) fn symbols<'a>(paths: impl IntoIterator<Item = &'a String>) -> Vec<Symbol> {
    let mut modules: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for path in paths.into_iter().take(10_000) {
        let (module, function) = path.trim().rsplit_once("::").unwrap_or(("", path));
        if let (true, Ok(function)) = (module.len() <= 256, clean::name(function)) {
            modules.entry(module.to_owned()).or_default().push(function.to_owned());
        }
    }
    modules
        .into_iter()
        .map(|(path, mut names)| {
            names.sort();
            names.dedup();
            Symbol { path, names }
        })
        .collect()
}
