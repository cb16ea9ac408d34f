//! Readers of the files that advisory databases publish: bytes of one file in, one advisory out. Knows the formats
//! and the order of versions (which the caller brings along); opens no file and merges nothing.

mod clean;
mod node;
mod osv;
mod php;
mod requirement;
mod ruby;
mod rust;
pub mod scores;
mod set;
pub mod zip;

#[cfg(test)]
mod tests;

pub use requirement::published;

use super::advisory::Advisory;
use super::component::Ecosystem;
use crate::yaml;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::cmp::Ordering;

/// Compares two versions of an ecosystem; `None` when one of them is none.
pub type Order<'a> = dyn Fn(Ecosystem, &str, &str) -> Option<Ordering> + Sync + 'a;

/// A file of an advisory that is larger is not read, bytes.
pub const MAX_FILE: usize = 16 << 20;

/// What a file came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Imported {
    /// An advisory.
    Advisory(Box<Advisory>),
    /// One that its database has taken back.
    Withdrawn,
    /// One of something else than packages of the known ecosystems; of what, in a few words.
    Foreign(String),
    /// A file that is no advisory: a licence, a list, a program.
    Other,
}

impl From<Advisory> for Imported {
    fn from(advisory: Advisory) -> Self {
        Self::Advisory(Box::new(advisory))
    }
}

/// Reads a file of an advisory database; its format is told from path and content. `path` has `/` between its parts
/// and may begin anywhere at or above the folder of the database. An error is one line and names no content but
/// names and versions.
pub fn import(path: &str, bytes: &[u8], order: &Order<'_>) -> Result<Imported, String> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let (stem, end) = name.rsplit_once('.').unwrap_or((name, ""));
    let is_text = matches!(end, "json" | "yaml" | "yml" | "md");
    // `.github` and its like are about the database and not in it.
    let is_hidden =
        path.split('/').any(|part| part.len() > 1 && part.starts_with('.') && part != "..");
    if !is_text || is_hidden || stem.eq_ignore_ascii_case("readme") {
        return Ok(Imported::Other);
    }
    if bytes.len() > MAX_FILE {
        return Err(format!("the file has {} bytes, more than {MAX_FILE}", bytes.len()));
    }
    match end {
        "json" => json(name, bytes, order),
        "md" => {
            let text = std::str::from_utf8(bytes).map_err(|_| "the text is not valid UTF-8")?;
            if text.trim_start().starts_with("```toml") {
                rust::read(path, text, order)
            } else {
                Ok(Imported::Other)
            }
        }
        _ => {
            let has =
                |key: &str| bytes.split(|b| *b == b'\n').any(|l| l.starts_with(key.as_bytes()));
            if has("gem:") {
                ruby::read(path, bytes, order)
            } else if has("engine:") || has("library:") {
                Ok(Imported::Foreign("a Ruby engine".into()))
            } else if has("reference:") && has("branches:") {
                php::read(path, bytes, order)
            } else if has("id:") && (has("affected:") || has("modified:")) {
                osv::yaml(bytes)
            } else {
                Err("the file has none of the known formats".into())
            }
        }
    }
}

/// Keys that tell the JSON formats apart.
#[derive(Deserialize)]
struct Keys {
    #[serde(default)]
    id: Option<IgnoredAny>,
    #[serde(default)]
    modified: Option<IgnoredAny>,
    #[serde(default)]
    affected: Option<IgnoredAny>,
    #[serde(default)]
    module_name: Option<IgnoredAny>,
    #[serde(default, rename = "ref")]
    page: Option<IgnoredAny>,
    #[serde(default)]
    vulnerable: Option<IgnoredAny>,
    #[serde(default)]
    cve: Option<IgnoredAny>,
}

fn json(name: &str, bytes: &[u8], order: &Order<'_>) -> Result<Imported, String> {
    if matches!(name, "index.json" | "package.json" | "package-lock.json") {
        return Ok(Imported::Other);
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let keys: Keys = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if keys.module_name.is_some() {
        node::read(bytes, order)
    } else if keys.id.is_some() && (keys.affected.is_some() || keys.modified.is_some()) {
        osv::json(bytes)
    } else if keys.cve.is_some() && (keys.page.is_some() || keys.vulnerable.is_some()) {
        Ok(Imported::Foreign("Node.js itself".into()))
    } else {
        Err("the file has none of the known formats".into())
    }
}

fn yaml<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let limits = yaml::Limits { bytes: MAX_FILE, depth: 50, copied: 4 << 20 };
    yaml::parse(bytes, &limits).map_err(|error| error.to_string())
}
