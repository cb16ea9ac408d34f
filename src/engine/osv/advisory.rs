//! Advisories as the OSV schema has them (<https://ossf.github.io/osv-schema/>), reduced to what matching and reporting
//! need. What importers make and the database stores; knows no file and no network.

use super::component::Ecosystem;
use serde::{Deserialize, Serialize};

/// What an advisory warns of.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A weakness somebody can use.
    #[default]
    Vulnerability,
    /// Nobody looks after the package any more.
    Unmaintained,
    /// It can break memory safety without a known way to use that.
    Unsound,
    /// Anything else worth knowing.
    Notice,
    /// The package was made to do harm.
    Malware,
}

/// One advisory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advisory {
    /// Its id in the database it comes from: `GHSA-…`, `PYSEC-…`, `RUSTSEC-…`, `GO-…`, `CVE-…`.
    pub id: String,
    /// Ids of the same thing elsewhere, sorted, without [`Self::id`].
    pub aliases: Vec<String>,
    /// One line.
    pub summary: String,
    /// What it warns of.
    pub kind: Kind,
    /// CVSS vectors as published, best first: 4.0, 3.x, 2.0 (`CVSS:3.1/AV:N/…`, `AV:N/AC:L/Au:N/…`).
    pub vectors: Vec<String>,
    /// The severity its database gives it in a word, lower case (`critical`, `high`, `moderate`, `medium`, `low`); empty for
    /// none.
    pub word: String,
    /// `CWE-n`, sorted.
    pub cwes: Vec<String>,
    /// Pages to read, `https://` only, best first, at most a handful.
    pub references: Vec<String>,
    /// When it was first published, seconds since 1970; 0 for unknown.
    pub published: i64,
    /// When it was last changed, seconds since 1970; 0 for unknown.
    pub modified: i64,
    /// What it concerns.
    pub affected: Vec<Affected>,
}

impl Advisory {
    /// What of a package is at fault, where it says; `name` is normalised.
    pub fn symbols(&self, ecosystem: Ecosystem, name: &str) -> &[Symbol] {
        let mut all = self.affected.iter();
        let one = all.find(|one| one.ecosystem == ecosystem && one.name == name);
        one.map_or(&[], |one| one.symbols.as_slice())
    }
}

/// One package an advisory concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// Its name, normalised ([`Ecosystem::normalise`]).
    pub name: String,
    /// Version ranges. With neither ranges nor versions nothing can be judged.
    pub ranges: Vec<Range>,
    /// Versions by name, sorted; empty where the ranges say it all.
    pub versions: Vec<String>,
    /// What of it is at fault, where the advisory says.
    pub symbols: Vec<Symbol>,
}

/// Which order a range's versions stand in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RangeKind {
    /// SemVer 2.0.
    SemVer,
    /// The ecosystem's own.
    Ecosystem,
    /// Commits; cannot be judged from a version.
    Git,
}

/// Versions from some events to others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Range {
    /// In which order.
    pub kind: RangeKind,
    /// Events as the advisory lists them; the evaluation sorts them.
    pub events: Vec<Event>,
}

/// One end of a range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Affected from here on; `0` is before every version.
    Introduced(String),
    /// Not affected from here on.
    Fixed(String),
    /// Not affected after this one.
    LastAffected(String),
    /// The range is only judged before this one.
    Limit(String),
}

/// A part of a package that is at fault.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symbol {
    /// The import path or module (`golang.org/x/net/html`, `regex::bytes`); empty for the package itself.
    pub path: String,
    /// Functions and methods in it (`Parse`, `Client.Do`), sorted; empty for all of it.
    pub names: Vec<String>,
}
