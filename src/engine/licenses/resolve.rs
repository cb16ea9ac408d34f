//! Where the licence of a package comes from: what an installed copy says of itself, else what the lockfile says,
//! else the
//! text of the licence in the folder of an installed copy. Reads nothing itself; texts are asked for by path.

use super::alias;
use super::category::Category;
use super::detect;
use super::expression::{Certainty, Expression, parse};
use super::policy::Found;
use crate::engine::osv::component::{Component, Ecosystem, Listing, Origin};
use crate::engine::osv::lock::{Role, join};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Files that are looked at for texts, in one run; a folder of an installed tree has few, a tree may have many folders.
const MAX_LOOKS: usize = 400_000;
/// Texts of licences that are read in one run.
const MAX_TEXTS: usize = 20_000;

/// Names of files with the text, the first that is there counts.
const FILES: &[&str] = &[
    "LICENSE",
    "LICENSE.md",
    "LICENSE.txt",
    "LICENCE",
    "LICENCE.md",
    "LICENCE.txt",
    "License.txt",
    "License.md",
    "license",
    "license.md",
    "license.txt",
    "COPYING",
    "COPYING.txt",
    "COPYING.md",
    "LICENSE.rst",
    "MIT-LICENSE",
    "MIT-LICENSE.txt",
    "UNLICENSE",
    "licenses/LICENSE",
    "licenses/LICENSE.txt",
    "licenses/LICENSE.md",
    "licenses/COPYING",
];

/// Names where a package is under several licences, one file each: a choice by custom.
const CHOICES: &[&str] = &[
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "LICENSE-Apache",
    "LICENSE-BSD",
    "LICENSE.MIT",
    "LICENSE.APACHE",
];

/// What a listing's packages are licensed under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// The listing.
    pub listing: &'a Listing,
    /// What kind of file it is.
    pub role: Role,
    /// For each component that is somebody else's work: its place, and what is known. `None` where no source exists.
    pub packages: Vec<(usize, Option<Found>)>,
}

/// A package whichever file lists it.
type Key = (Ecosystem, String, String);

fn key(component: &Component) -> Key {
    let name = component.ecosystem.normalise(&component.name);
    // Go's lockfiles write `v1.2.3`, others the bare number.
    let version = component.version.strip_prefix('v').unwrap_or(&component.version);
    (component.ecosystem, name, version.to_owned())
}

/// Joins installed packages with what lockfiles list. Installed packages that a lockfile lists are not given again; the
/// project's own packages (from a path) never.
pub fn resolve<'a>(
    listings: &'a [Listing],
    role: &dyn Fn(&Listing) -> Role,
    texts: &dyn Fn(&str) -> Option<Arc<[u8]>>,
) -> Vec<Resolved<'a>> {
    let mut installed: BTreeMap<Key, (&Listing, &Component)> = BTreeMap::new();
    for listing in listings.iter().filter(|listing| role(listing) == Role::Installed) {
        for component in &listing.components {
            let entry = installed.entry(key(component)).or_insert((listing, component));
            // Of several copies the one that says something.
            if says_nothing(entry.1) && !says_nothing(component) {
                *entry = (listing, component);
            }
        }
    }
    let mut sources = Sources {
        installed,
        texts,
        known: BTreeMap::new(),
        meanings: BTreeMap::new(),
        looks: 0,
        read: 0,
    };
    let mut listed: BTreeSet<Key> = BTreeSet::new();
    let mut out = Vec::new();
    for wanted in [Role::Lockfile, Role::Manifest, Role::Installed] {
        for listing in listings.iter().filter(|listing| role(listing) == wanted) {
            let mut packages = Vec::new();
            for (index, component) in listing.components.iter().enumerate() {
                if matches!(component.origin, Origin::Path(_)) {
                    continue;
                }
                let key = key(component);
                if wanted == Role::Installed {
                    if !listed.insert(key) {
                        continue;
                    }
                } else {
                    listed.insert(key);
                }
                packages.push((index, sources.find(listing, component)));
            }
            out.push(Resolved { listing, role: wanted, packages });
        }
    }
    out.sort_by(|a, b| {
        (&a.listing.path, a.listing.format).cmp(&(&b.listing.path, b.listing.format))
    });
    out
}

fn says_nothing(component: &Component) -> bool {
    component.license.as_deref().is_none_or(alias::says_nothing)
}

struct Sources<'a> {
    installed: BTreeMap<Key, (&'a Listing, &'a Component)>,
    texts: &'a dyn Fn(&str) -> Option<Arc<[u8]>>,
    /// What the folder of an installed package says.
    known: BTreeMap<Key, Option<Found>>,
    /// What was written and what it means: most packages write the same few things.
    meanings: BTreeMap<String, Option<(Expression, Certainty)>>,
    looks: usize,
    read: usize,
}

impl Sources<'_> {
    fn find(&mut self, listing: &Listing, component: &Component) -> Option<Found> {
        let key = key(component);
        let copy = self.installed.get(&key).copied();
        let by_copy = copy.and_then(|(copy_listing, copy)| self.stated(copy, &copy_listing.path));
        let by_lock = self.stated(component, &listing.path);
        let stated = by_copy.into_iter().chain(by_lock).min_by_key(|found| {
            // What nobody understands gives way to what somebody does, else the first counts.
            found.category() == Category::Unknown
        });
        if let Some(found) = &stated
            && found.category() != Category::Unknown
            && found.raw.as_deref().and_then(alias::refers_to).is_none()
        {
            return stated;
        }
        let text = if let Some(known) = self.known.get(&key) {
            known.clone()
        } else {
            let file = stated.as_ref().and_then(|f| f.raw.as_deref()).and_then(alias::refers_to);
            let found = self.text_of(listing, component, copy.map(|(listing, _)| listing), file);
            self.known.insert(key, found.clone());
            found
        };
        text.or(stated).or_else(|| {
            // An installed copy is a source, also one that says nothing.
            copy.map(|(listing, _)| Found {
                raw: None,
                expression: None,
                certainty: Certainty::Exact,
                source: listing.path.clone(),
            })
        })
    }

    /// What an entry says of its own licence. A field may hold the text of the licence instead of its name.
    fn stated(&mut self, component: &Component, path: &str) -> Option<Found> {
        let raw = component.license.as_deref()?.trim();
        let long = raw.len() > 200 || raw.lines().count() > 8;
        let meaning = if let Some(known) = self.meanings.get(raw) {
            known.clone()
        } else {
            let recognised = if long { detect::recognise(raw.as_bytes()) } else { None };
            let meaning = recognised.or_else(|| parse(raw));
            self.meanings.insert(raw.to_owned(), meaning.clone());
            meaning
        };
        let (expression, certainty) = meaning?;
        let source = component.file.as_deref().unwrap_or(path).to_owned();
        let raw = (!long).then(|| raw.to_owned());
        Some(Found { raw, expression: Some(expression), certainty, source })
    }

    /// The licence that the text in the folder of a copy is.
    fn text_of(
        &mut self,
        listing: &Listing,
        component: &Component,
        copy: Option<&Listing>,
        named: Option<&str>,
    ) -> Option<Found> {
        for folder in folders(listing, component, copy) {
            let named = named.and_then(|file| join(&folder, file));
            let files = FILES.iter().filter_map(|file| join(&folder, file));
            for path in named.into_iter().chain(files) {
                if let Some(found) = self.recognise(&path) {
                    return Some(found);
                }
            }
            let choices: Vec<Found> = CHOICES
                .iter()
                .filter_map(|file| join(&folder, file))
                .filter_map(|path| self.recognise(&path))
                .collect();
            if let Some(first) = choices.first() {
                let source = first.source.clone();
                let certainty = choices.iter().map(|f| f.certainty).max()?;
                let parts = choices.into_iter().filter_map(|found| found.expression).collect();
                let expression = Some(Expression::any(parts));
                return Some(Found { raw: None, expression, certainty, source });
            }
        }
        None
    }

    fn recognise(&mut self, path: &str) -> Option<Found> {
        if self.looks >= MAX_LOOKS || self.read >= MAX_TEXTS {
            return None;
        }
        self.looks += 1;
        let bytes = (self.texts)(path)?;
        self.read += 1;
        let (expression, certainty) = detect::recognise(&bytes)?;
        let expression = Some(expression);
        Some(Found { raw: None, expression, certainty, source: path.to_owned() })
    }
}

/// Folders in which a copy of a package may stand, the likeliest first.
fn folders(listing: &Listing, component: &Component, copy: Option<&Listing>) -> Vec<String> {
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let mut out = Vec::new();
    if let Some(copy) = copy {
        let name = copy.path.rsplit('/').next().unwrap_or_default();
        let own = folder(&copy.path);
        match (component.ecosystem, name) {
            // `vendor/composer/installed.json` and `vendor/modules.txt` list many; folders are named after packages.
            (Ecosystem::Packagist, "installed.json") => {
                out.extend(join(&own, &format!("../{}", component.name)));
            }
            (Ecosystem::Go, _) => out.extend(join(&own, &component.name)),
            _ if copy.components.len() == 1 => out.push(own),
            (Ecosystem::Npm, _) => out.extend(join(&own, &component.name)),
            _ => {}
        }
    }
    let beside = folder(&listing.path);
    match component.ecosystem {
        Ecosystem::Go => out.extend(join(&beside, &format!("vendor/{}", component.name))),
        Ecosystem::Packagist => out.extend(join(&beside, &format!("vendor/{}", component.name))),
        _ => {}
    }
    out.dedup();
    out
}
