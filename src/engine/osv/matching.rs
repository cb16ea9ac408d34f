//! Packages held against the database: which of them which advisory speaks of. One match for each package and group of
//! advisories that mean the same thing; what cannot be judged is told and never taken for safe.

use super::advisory::Kind;
use super::component::{Component, Ecosystem, Listing, Origin};
use super::db::{Damaged, Database, Package, Row};
use super::import;
use super::inventory::Inventory;
use super::range::{self, Verdict};
use super::version;
use crate::finding::FailedFile;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// One package that some advisories speak of.
#[derive(Debug)]
pub struct Match<'a> {
    /// The file.
    pub listing: &'a Listing,
    /// Place of the package in it.
    pub index: u32,
    /// Further entries of the same package and version in the file, ascending.
    pub copies: Vec<u32>,
    /// Rows of the database that apply, all of one group and kind.
    pub rows: Vec<Row>,
    /// The nearest version that none of them affects.
    pub fixed: Option<String>,
}

impl Match<'_> {
    /// The package.
    pub fn component(&self) -> &Component {
        &self.listing.components[self.index as usize]
    }
}

/// What came of all packages.
#[derive(Debug, Default)]
pub struct Matched<'a> {
    /// In the order of listings, packages and groups.
    pub matches: Vec<Match<'a>>,
    /// Files with packages that could not be judged.
    pub unjudged: Vec<FailedFile>,
}

/// Packages named in one message.
const MOST_NAMED: usize = 5;

/// Holds every package against the database.
pub fn matches<'a>(inventory: &'a Inventory, database: &Database) -> Result<Matched<'a>, Damaged> {
    let mut matched = Matched::default();
    // Sorted, so that neighbours in the index are asked for one after the other.
    let mut wanted: BTreeMap<(Ecosystem, String), Option<Arc<Package>>> = BTreeMap::new();
    for component in inventory.listings.iter().flat_map(|l| &l.components) {
        if is_matched(component) {
            let name = component.ecosystem.normalise(&component.name);
            wanted.insert((component.ecosystem, name), None);
        }
    }
    let mut covered: BTreeSet<Ecosystem> = BTreeSet::new();
    covered.extend(Ecosystem::ALL.iter().filter(|one| database.covers(**one)));
    for ((ecosystem, name), package) in &mut wanted {
        if covered.contains(ecosystem) {
            *package = database.package(*ecosystem, name)?;
        }
    }
    for listing in &inventory.listings {
        let first = matched.matches.len();
        let mut unknown: Vec<String> = Vec::new();
        let mut unversioned = 0;
        let mut uncovered: BTreeMap<Ecosystem, usize> = BTreeMap::new();
        for (index, component) in listing.components.iter().enumerate() {
            if component.version.is_empty() && component.origin == Origin::Registry {
                unversioned += 1;
            }
            if !is_matched(component) {
                continue;
            }
            if !covered.contains(&component.ecosystem) {
                *uncovered.entry(component.ecosystem).or_default() += 1;
                continue;
            }
            let name = component.ecosystem.normalise(&component.name);
            let package = wanted.get(&(component.ecosystem, name)).and_then(Option::as_ref);
            if let Some(package) = package {
                judge(listing, index as u32, package, &mut matched.matches, &mut unknown);
            }
        }
        let found = matched.matches.split_off(first);
        matched.matches.extend(joined(found));
        let mut fail = |message: String| {
            matched.unjudged.push(FailedFile { path: listing.path.clone(), message });
        };
        for (ecosystem, count) in uncovered {
            let packages = if count == 1 { "package" } else { "packages" };
            fail(format!(
                "the advisory database holds nothing on {ecosystem}; {count} {packages} not judged"
            ));
        }
        if unversioned > 0 {
            let packages = if unversioned == 1 { "package has" } else { "packages have" };
            fail(format!("{unversioned} {packages} no version; not judged"));
        }
        if !unknown.is_empty() {
            let count = unknown.len();
            let more = if count > MOST_NAMED { ", …" } else { "" };
            unknown.truncate(MOST_NAMED);
            let (noun, list) =
                (if count == 1 { "version" } else { "versions" }, unknown.join(", "));
            fail(format!("{count} {noun} cannot be compared with advisories: {list}{more}"));
        }
    }
    Ok(matched)
}

/// One match for each package, version and group of a file: of several entries the one the project asks for itself, else the
/// first, with the others beside it.
fn joined(found: Vec<Match<'_>>) -> Vec<Match<'_>> {
    let mut places: BTreeMap<(Ecosystem, String, String, Vec<u32>), usize> = BTreeMap::new();
    let mut kept: Vec<Match<'_>> = Vec::new();
    for mut one in found {
        let component = one.component();
        let name = component.ecosystem.normalise(&component.name);
        let advisories = one.rows.iter().map(|row| row.advisory).collect();
        let key = (component.ecosystem, name, component.version.clone(), advisories);
        if let Some(earlier) = places.get(&key).and_then(|at| kept.get_mut(*at)) {
            let is_direct = |one: &Match<'_>| one.component().direct == Some(true);
            if is_direct(&one) && !is_direct(earlier) {
                std::mem::swap(&mut one.index, &mut earlier.index);
            }
            earlier.copies.push(one.index);
            earlier.copies.sort_unstable();
        } else {
            places.insert(key, kept.len());
            kept.push(one);
        }
    }
    kept
}

/// Whether the database can speak of a package. A crate of another registry shares no more than a name with one of
/// crates.io; in other ecosystems a foreign address is as a rule a mirror.
fn is_matched(component: &Component) -> bool {
    component.is_from_registry()
        && !(component.ecosystem == Ecosystem::CratesIo
            && matches!(component.origin, Origin::OtherRegistry(_)))
}

fn judge<'a>(
    listing: &'a Listing,
    index: u32,
    package: &Package,
    matches: &mut Vec<Match<'a>>,
    unknown: &mut Vec<String>,
) {
    let component = &listing.components[index as usize];
    let parsed = version::parse(component.ecosystem, &component.version);
    // An unmaintained package and a weakness in it may share their aliases and are two things all the same.
    let mut groups: BTreeMap<(u32, Kind), Vec<&Row>> = BTreeMap::new();
    let mut is_unknown = false;
    for row in &package.rows {
        let verdict = match &parsed {
            Ok(parsed) => range::judge_parsed(parsed, &component.version, &row.affected),
            Err(_) => range::judge(&component.version, &row.affected),
        };
        match verdict {
            Verdict::Affected => groups.entry((row.group, row.kind)).or_default().push(row),
            Verdict::NotAffected => {}
            Verdict::Unknown(_) => is_unknown = true,
        }
    }
    if is_unknown {
        unknown.push(format!("{} {}", component.name, component.version));
    }
    for rows in groups.into_values() {
        let fixed = nearest_fix(component, &rows);
        let rows = rows.into_iter().cloned().collect();
        matches.push(Match { listing, index, copies: Vec::new(), rows, fixed });
    }
}

/// The smallest version that every row of the group calls fixed: where sources differ, the highest of their fixes.
fn nearest_fix(component: &Component, rows: &[&Row]) -> Option<String> {
    let fixes = rows.iter().filter_map(|row| range::nearest_fix(&component.version, &row.affected));
    fixes
        .filter_map(|fix| Some((version::parse(component.ecosystem, &fix).ok()?, fix)))
        .max_by(|a, b| a.0.cmp(&b.0))
        .map(|(_, fix)| import::published(component.ecosystem, &fix).to_owned())
}
