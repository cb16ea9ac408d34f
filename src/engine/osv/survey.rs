//! Which of the vulnerable packages the code reaches: reads the source files that belong to each lockfile and asks what they
//! import. Only files that mention a wanted name are looked at closely.

use super::advisory::{Advisory, Symbol};
use super::component::{Component, Ecosystem};
use super::matching::Match;
use super::reach::{self, Language, Reach};
use crate::target::{Entry, Source};
use crate::text::decode::{Decoded, decode};
use aho_corasick::AhoCorasick;
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::sync::Arc;

/// One wanted package: what the code would call it, and whose project it is.
struct Wanted<'a> {
    ecosystem: Ecosystem,
    folder: &'a str,
    modules: Vec<String>,
    symbols: Vec<Symbol>,
    /// Another copy of it is what the code would import.
    is_hidden: bool,
}

/// What one file says of one match.
struct Sighting {
    index: usize,
    reach: Reach,
}

/// What the code does with the package of each match, in their order; `advisories` are those of each match.
pub(super) fn survey(
    source: &dyn Source,
    matches: &[Match<'_>],
    advisories: &[Vec<Arc<Advisory>>],
) -> Vec<Reach> {
    let wanted: Vec<Wanted<'_>> =
        matches.iter().zip(advisories).map(|(one, advisories)| wanted(one, advisories)).collect();
    let mut reaches: Vec<Reach> = matches.iter().map(|_| Reach::Unknown).collect();
    for language in Language::ALL {
        let ecosystem = language.ecosystem();
        let indices: Vec<usize> =
            (0..wanted.len()).filter(|i| wanted[*i].ecosystem == ecosystem).collect();
        let Some(separator) = reach::separator(ecosystem).filter(|_| !indices.is_empty()) else {
            continue;
        };
        let folders: BTreeSet<&str> = indices.iter().map(|i| wanted[*i].folder).collect();
        let files: Vec<(&Entry, Option<&str>)> = source
            .entries()
            .iter()
            .filter(|entry| Language::of(&entry.path) == Some(language))
            .map(|entry| (entry, owner(&entry.path, &folders)))
            .collect();
        let owners: BTreeSet<Option<&str>> = files.iter().map(|(_, owner)| *owner).collect();
        // A lockfile in a folder without source (`requirements/`) speaks for everything that no other one speaks for.
        let speaks_for = |folder: &str, owner: Option<&str>| match owner {
            Some(owner) => owner == folder,
            None => !owners.contains(&Some(folder)),
        };
        for &index in &indices {
            let one = &wanted[index];
            let has_source = owners.contains(&Some(one.folder)) || owners.contains(&None);
            if has_source && !one.modules.is_empty() {
                reaches[index] = Reach::NotImported;
            }
        }
        let search = Search { separator, indices: &indices, wanted: &wanted };
        let sightings = search.look(source, &files);
        for ((_, owner), sightings) in files.iter().zip(sightings) {
            for Sighting { index, reach } in sightings {
                let one = &wanted[index];
                let counts = !one.is_hidden && speaks_for(one.folder, *owner);
                // A use says more than an import; of equals the first in the order of paths stays.
                let says_more = match &reaches[index] {
                    Reach::NotImported => true,
                    Reach::Imported { .. } => matches!(reach, Reach::SymbolUsed { .. }),
                    Reach::SymbolUsed { .. } | Reach::Unknown => false,
                };
                if counts && says_more {
                    reaches[index] = reach;
                }
            }
        }
    }
    reaches
}

fn wanted<'a>(one: &Match<'a>, advisories: &[Arc<Advisory>]) -> Wanted<'a> {
    let component = one.component();
    let symbols: BTreeSet<Symbol> = one
        .rows
        .iter()
        .zip(advisories)
        .flat_map(|(row, advisory)| advisory.symbols(component.ecosystem, &row.affected.name))
        .cloned()
        .collect();
    let mut modules = reach::provides(component.ecosystem, &component.name);
    // Go's advisories name packages; a module, or the whole standard library, would say too much.
    if component.ecosystem == Ecosystem::Go {
        let packages: BTreeSet<String> = symbols.iter().map(|s| s.path.clone()).collect();
        if component.name == "stdlib" || packages.iter().any(|path| !path.is_empty()) {
            modules = packages.into_iter().filter(|path| !path.is_empty()).collect();
        }
    }
    // The code sees the copy that the project asks for, not one that another package keeps for itself.
    let is_other_copy = |other: &Component| {
        other.direct == Some(true)
            && other.name == component.name
            && other.version != component.version
    };
    let is_hidden = component.ecosystem == Ecosystem::Npm
        && component.direct == Some(false)
        && one.listing.components.iter().any(is_other_copy);
    Wanted {
        is_hidden,
        ecosystem: component.ecosystem,
        folder: one.listing.path.rsplit_once('/').map_or("", |(folder, _)| folder),
        modules,
        symbols: symbols.into_iter().collect(),
    }
}

/// The deepest of the folders that a path is in.
fn owner<'a>(path: &str, folders: &BTreeSet<&'a str>) -> Option<&'a str> {
    let mut folder = path;
    while let Some((above, _)) = folder.rsplit_once('/') {
        if let Some(found) = folders.get(above) {
            return Some(found);
        }
        folder = above;
    }
    folders.get("").copied()
}

/// What is looked for in the files of one language.
struct Search<'a> {
    separator: &'static str,
    /// Places of the packages of this language among those wanted.
    indices: &'a [usize],
    wanted: &'a [Wanted<'a>],
}

impl Search<'_> {
    /// What each file says, in their order.
    fn look(&self, source: &dyn Source, files: &[(&Entry, Option<&str>)]) -> Vec<Vec<Sighting>> {
        // The first part of a name is on every line that imports it, however the line is written.
        let mut needles: BTreeSet<&str> = BTreeSet::new();
        for wanted in self.indices.iter().map(|index| &self.wanted[*index]) {
            for module in &wanted.modules {
                needles.insert(module.split(self.separator).next().unwrap_or(module));
            }
            if wanted.ecosystem == Ecosystem::RubyGems {
                needles.insert("Bundler");
            }
        }
        let Ok(mentions) = AhoCorasick::builder().ascii_case_insensitive(true).build(&needles)
        else {
            return files.iter().map(|_| Vec::new()).collect();
        };
        files
            .par_iter()
            .with_max_len(16)
            .map(|(entry, _)| {
                let mut bytes = Vec::new();
                if source.read(entry, &mut bytes).is_err() || !mentions.is_match(&bytes) {
                    return Vec::new();
                }
                let Decoded::Text(text) = decode(&bytes) else { return Vec::new() };
                self.sightings(&entry.path, &String::from_utf8_lossy(&text))
            })
            .collect()
    }

    fn sightings(&self, path: &str, text: &str) -> Vec<Sighting> {
        let imports = reach::imports(path, text);
        let mut found = Vec::new();
        for &index in self.indices {
            let wanted = &self.wanted[index];
            let (ecosystem, modules) = (wanted.ecosystem, wanted.modules.as_slice());
            let symbols = wanted.symbols.as_slice();
            match reach::reach_in(path, text, &imports, ecosystem, modules, symbols) {
                Reach::Unknown | Reach::NotImported => {}
                reach => found.push(Sighting { index, reach }),
            }
        }
        found
    }
}
