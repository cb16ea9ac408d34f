//! Vulnerable dependencies: what the lockfiles of a target list, held against one local file of advisories. Everything is
//! offline: the file is made and fetched by other commands.

pub mod advisory;
pub mod component;
pub mod cvss;
pub mod db;
mod findings;
pub mod import;
pub mod inventory;
pub mod lock;
pub mod matching;
pub mod purl;
pub mod range;
pub mod reach;
pub mod remedy;
mod rule;
mod survey;
pub mod version;

use super::{BadConfig, Built, Lack, Meta, RuleInfo, Setup, Sink, Tree, TreeEngine};
use crate::finding::{self, ScanType, ScannerId};
use advisory::Advisory;
use db::Database;
use jiff::civil::Date;
use std::sync::Arc;

/// The advisories a run matches against.
#[derive(Debug, Clone, Default)]
pub enum Advisories {
    /// There are none here.
    #[default]
    Missing,
    /// A file was found and cannot be used, for this reason.
    Refused(String),
    /// These.
    Open(Arc<Database>),
}

impl Advisories {
    /// The facts that reports tell; `None` without a usable database.
    pub fn facts(&self, today: Date, max_age: u32) -> Option<finding::Database> {
        let Self::Open(database) = self else { return None };
        let day = database.newest_day();
        let age = day.and_then(|day| today.since(day).ok()).map_or(0, |span| span.get_days());
        Some(finding::Database {
            date: day.map_or_else(|| "unknown".to_owned(), |day| day.to_string()),
            digest: database.digest().to_owned(),
            stale: age > i32::try_from(max_age).unwrap_or(i32::MAX),
        })
    }

    /// What tells one database from another; empty for none.
    pub fn digest(&self) -> String {
        match self {
            Self::Open(database) => database.digest().to_owned(),
            Self::Missing => String::new(),
            Self::Refused(why) => why.clone(),
        }
    }
}

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("osv"),
    scan_type: ScanType::Dependency,
    summary: "known vulnerabilities in the dependencies that lockfiles list",
    checks: &[
        "vulnerable versions of packages in every ecosystem that is read, by one local advisory database (securescan db)",
        "malicious, unmaintained and unsound packages",
        "the nearest fixed version, and whether the manifest allows it",
        "whether the code imports the package, and calls the function that is at fault",
    ],
    rules,
    version,
};

/// Makes the scanner ready.
pub fn build(setup: &Setup<'_>) -> Result<Built, BadConfig> {
    let mut built = Built::default();
    match setup.advisories {
        Advisories::Missing => {
            built.lacks = Some(Lack {
                reason: "there is no advisory database".to_owned(),
                hint: "`securescan db update` gets one, `securescan db import FILE` takes one from a file"
                    .to_owned(),
            });
        }
        Advisories::Refused(why) => {
            built.tree = Some(Box::new(Refused(why.clone())));
        }
        Advisories::Open(database) => {
            built.version = Some(database.label());
            built.tree = Some(Box::new(Osv { database: Arc::clone(database) }));
        }
    }
    Ok(built)
}

fn rules() -> Vec<RuleInfo> {
    rule::RULES.iter().map(|rule| rule.info(META.id.as_str())).collect()
}

fn version() -> String {
    "no database".to_owned()
}

/// A database that cannot be used is a scanner that broke down, not one without findings.
struct Refused(String);

impl TreeEngine for Refused {
    fn scan(&self, _: &Tree<'_>, _: &mut Sink) -> Result<(), String> {
        Err(self.0.clone())
    }
}

struct Osv {
    database: Arc<Database>,
}

impl TreeEngine for Osv {
    fn scan(&self, tree: &Tree<'_>, sink: &mut Sink) -> Result<(), String> {
        tree.tell_unread(sink);
        let inventory = tree.packages();
        let damaged = |error: db::Damaged| format!("the advisory database: {error}");
        let matched = matching::matches(inventory, &self.database).map_err(damaged)?;
        for file in matched.unjudged {
            sink.failed(file);
        }
        let details = |row: &db::Row| self.database.details(row.advisory);
        let advisories: Vec<Vec<Arc<Advisory>>> = matched
            .matches
            .iter()
            .map(|one| one.rows.iter().map(details).collect())
            .collect::<Result<_, _>>()
            .map_err(damaged)?;
        let reaches = survey::survey(tree.source, &matched.matches, &advisories);
        findings::push(&matched.matches, &advisories, &reaches, &self.database, sink);
        Ok(())
    }
}
