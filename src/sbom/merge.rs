//! The listings of one tree as one graph: a package that several files list stands in it once. Knows no document
//! format.

use super::{Inventory, License};
use crate::engine::osv::component::{Component, Digest, Ecosystem, Listing, Origin, Scope};
use crate::engine::osv::purl;
use std::collections::{BTreeMap, BTreeSet};

/// The whole tree.
#[derive(Debug)]
pub(super) struct Merged {
    /// Reference of the root.
    pub(super) reference: String,
    /// One for each file, by reference; empty where there is only one file, whose packages then belong to the root.
    pub(super) projects: BTreeMap<String, Project>,
    /// What the root needs: projects, or packages.
    pub(super) needs: BTreeSet<String>,
    /// Packages by reference.
    pub(super) packages: BTreeMap<String, Package>,
    /// References whose needs are known in part only.
    pub(super) incomplete: BTreeSet<String>,
}

/// What one file speaks for.
#[derive(Debug)]
pub(super) struct Project {
    pub(super) name: String,
    pub(super) version: String,
    /// The file.
    pub(super) path: String,
    /// References of packages.
    pub(super) needs: BTreeSet<String>,
}

/// A package in one version from one place.
#[derive(Debug)]
pub(super) struct Package {
    pub(super) purl: Option<String>,
    pub(super) ecosystem: Ecosystem,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) origin: Origin,
    /// The most important one of all files.
    pub(super) scope: Scope,
    pub(super) digests: BTreeSet<Digest>,
    /// File and line.
    pub(super) occurrences: BTreeSet<(String, u32)>,
    pub(super) license: Option<License>,
    pub(super) needs: BTreeSet<String>,
}

/// Unites the listings of an inventory.
pub(super) fn merge(inventory: &Inventory<'_>) -> Merged {
    let mut merged = Merged {
        reference: format!("root:{}", inventory.name),
        projects: BTreeMap::new(),
        needs: BTreeSet::new(),
        packages: BTreeMap::new(),
        incomplete: BTreeSet::new(),
    };
    let mut listings: Vec<&Listing> = inventory.listings.iter().collect();
    listings.sort_by(|a, b| (&a.path, a.format).cmp(&(&b.path, b.format)));
    let single = listings.len() == 1;
    for listing in listings {
        let references: Vec<String> = listing.components.iter().map(reference).collect();
        let own = own(listing);
        let mut owned = None;
        for (index, component) in listing.components.iter().enumerate() {
            if Some(index) == own {
                owned = Some(&component.dependencies);
                continue;
            }
            add(&mut merged.packages, inventory, listing, component, &references, index);
        }
        let (needs, complete) = direct(listing, own, owned.map_or(&[][..], Vec::as_slice));
        let needs = needs.into_iter().filter_map(|index| references.get(index).cloned());
        let reference = if single {
            merged.needs.extend(needs);
            merged.reference.clone()
        } else {
            let mut reference = format!("file:{}", listing.path);
            while merged.projects.contains_key(&reference) {
                reference.push('+');
            }
            let (name, version) = listing.project.clone().unwrap_or_default();
            let name = if name.is_empty() { listing.path.clone() } else { name };
            let path = listing.path.clone();
            let project = Project { name, version, path, needs: needs.collect() };
            merged.projects.insert(reference.clone(), project);
            merged.needs.insert(reference.clone());
            reference
        };
        if !complete || !listing.notes.is_empty() {
            merged.incomplete.insert(reference);
        }
    }
    merged
}

/// The component that is the project of the listing itself.
fn own(listing: &Listing) -> Option<usize> {
    let (name, version) = listing.project.as_ref()?;
    listing.components.iter().position(|component| {
        matches!(component.origin, Origin::Path(_))
            && component.name == *name
            && component.version == *version
    })
}

/// What the project of a listing needs itself, and whether that and what follows from it is everything listed. Where
/// the file does not tell, what no other package needs is taken for it.
fn direct(listing: &Listing, own: Option<usize>, owned: &[u32]) -> (BTreeSet<usize>, bool) {
    let components = &listing.components;
    let told = |(index, component): (usize, &Component)| {
        (component.direct == Some(true) && Some(index) != own).then_some(index)
    };
    let mut roots: BTreeSet<usize> = components.iter().enumerate().filter_map(told).collect();
    roots.extend(owned.iter().map(|index| *index as usize).filter(|i| *i < components.len()));
    if roots.is_empty() {
        let mut needed = vec![false; components.len()];
        for component in components {
            for need in &component.dependencies {
                if let Some(needed) = needed.get_mut(*need as usize) {
                    *needed = true;
                }
            }
        }
        let free = |index: &usize| !needed[*index] && components[*index].direct.is_none();
        roots = (0..components.len()).filter(|i| Some(*i) != own).filter(free).collect();
    }
    let mut reached = vec![false; components.len()];
    let mut left: Vec<usize> = roots.iter().copied().chain(own).collect();
    for index in &left {
        reached[*index] = true;
    }
    while let Some(index) = left.pop() {
        for need in &components[index].dependencies {
            if let Some(seen) = reached.get_mut(*need as usize).filter(|seen| !**seen) {
                *seen = true;
                left.push(*need as usize);
            }
        }
    }
    (roots, reached.iter().all(|seen| *seen))
}

fn add(
    packages: &mut BTreeMap<String, Package>,
    inventory: &Inventory<'_>,
    listing: &Listing,
    component: &Component,
    references: &[String],
    index: usize,
) {
    let package = packages.entry(references[index].clone()).or_insert_with(|| Package {
        purl: purl::of(component),
        ecosystem: component.ecosystem,
        name: component.name.clone(),
        version: component.version.clone(),
        origin: component.origin.clone(),
        scope: component.scope,
        digests: BTreeSet::new(),
        occurrences: BTreeSet::new(),
        license: None,
        needs: BTreeSet::new(),
    });
    package.scope = package.scope.min(component.scope);
    package.digests.extend(component.digests.iter().cloned());
    let file = component.file.as_ref().unwrap_or(&listing.path);
    package.occurrences.insert((file.clone(), component.line));
    if package.license.is_none() {
        package.license = (inventory.licenses)(component);
    }
    let needs = component.dependencies.iter().filter_map(|need| references.get(*need as usize));
    package.needs.extend(needs.filter(|need| **need != references[index]).cloned());
}

/// What makes two entries the same package: its package URL under the name the registry compares, or, without one, all
/// that is known of it.
fn reference(component: &Component) -> String {
    let name = component.ecosystem.normalise(&component.name);
    if let Some(mut parsed) = purl::Parsed::of(component) {
        // Spellings of one Python package that differ in dots and dashes stay one.
        if component.ecosystem == Ecosystem::PyPi {
            parsed.name = name;
        }
        return parsed.to_string();
    }
    let place = match &component.origin {
        Origin::Path(path) if !path.is_empty() => format!("#{path}"),
        _ => String::new(),
    };
    let at = if component.version.is_empty() { "" } else { "@" };
    format!("local:{}/{name}{at}{}{place}", component.ecosystem.purl_type(), component.version)
}
