//! The packages of a target: finds the files that list some, hands each to its reader, and keeps what came of it. Made once
//! for all scanners that want it; knows nothing of advisories and licences.

use super::component::{Listing, Note, Origin};
use super::lock::address::without_credentials;
use super::lock::{self, Around, File, Format, Role};
use crate::engine::guard;
use crate::finding::{FailedFile, SkipReason, SkippedFile};
use crate::target::{Entry, Source};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

/// Packages of all listings that are kept; a target with more is said to be cut short.
const MAX_COMPONENTS: usize = 1_000_000;

/// What the files of a target list.
#[derive(Debug, Default)]
pub struct Inventory {
    /// One for each file that was read, sorted by path and format.
    pub listings: Vec<Listing>,
    /// Files that could not be read, or only in part, sorted.
    pub failed: Vec<FailedFile>,
}

/// Which row of the table a path belongs to.
struct Rows {
    exact: HashMap<&'static str, Vec<usize>>,
    globs: GlobSet,
    /// Row of each glob.
    of_glob: Vec<usize>,
    all: Vec<&'static Format>,
}

static ROWS: LazyLock<Rows> = LazyLock::new(|| {
    let all: Vec<&'static Format> = lock::formats().collect();
    let mut exact: HashMap<&'static str, Vec<usize>> = HashMap::new();
    let (mut globs, mut of_glob) = (GlobSetBuilder::new(), Vec::new());
    for (row, format) in all.iter().enumerate() {
        for pattern in format.files {
            if pattern.contains(['*', '?', '[', '{', '/']) {
                let pattern = format!("**/{pattern}");
                // A test holds the table to globs that compile.
                if let Ok(glob) = GlobBuilder::new(&pattern).literal_separator(true).build() {
                    globs.add(glob);
                    of_glob.push(row);
                }
            } else {
                exact.entry(pattern).or_default().push(row);
            }
        }
    }
    Rows { exact, globs: globs.build().unwrap_or_else(|_| GlobSet::empty()), of_glob, all }
});

/// The row that reads a path: of several the first in the table.
pub fn format_of(path: &str) -> Option<&'static Format> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let exact = ROWS.exact.get(name).into_iter().flatten();
    let globs = ROWS.globs.matches(path);
    let by_glob = globs.iter().filter_map(|glob| ROWS.of_glob.get(*glob));
    ROWS.all.get(*exact.chain(by_glob).min()?).copied()
}

impl Inventory {
    /// Reads every lockfile, manifest and installed package among the files; `given` are listings from elsewhere.
    pub fn gather(source: &dyn Source, given: &[Listing]) -> Self {
        let wanted: Vec<(&Entry, &'static Format)> = source
            .entries()
            .iter()
            .filter_map(|entry| Some((entry, format_of(&entry.path)?)))
            .collect();
        let present: BTreeSet<&str> = wanted
            .iter()
            .filter(|(_, format)| format.role == Role::Lockfile)
            .map(|(entry, _)| entry.path.as_str())
            .collect();
        let files = Files::new(source);
        let read: Vec<(Listing, Vec<FailedFile>)> = wanted
            .par_iter()
            .with_max_len(1)
            .filter(|(entry, format)| !is_locked(&entry.path, format, &present))
            .map(|(entry, format)| read(&files, entry, format))
            .collect();
        let mut inventory = Self { listings: given.to_vec(), failed: Vec::new() };
        inventory.listings.iter_mut().for_each(sanitise);
        let mut room = MAX_COMPONENTS;
        for (mut listing, failed) in read {
            inventory.failed.extend(failed);
            if listing.components.len() > room {
                let message = format!("the target lists more than {MAX_COMPONENTS} packages");
                inventory.failed.push(FailedFile { path: listing.path.clone(), message });
                // What is kept must not lead to what is not.
                listing.components.clear();
            }
            room -= listing.components.len();
            let empty = listing.components.is_empty()
                && listing.declared.is_empty()
                && listing.notes.is_empty();
            if !empty || listing.project.is_some() {
                inventory.listings.push(listing);
            }
        }
        for listing in given {
            lost(listing, &mut inventory.failed);
        }
        inventory.listings.sort_by(|a, b| (&a.path, a.format).cmp(&(&b.path, b.format)));
        // A size limit that leaves out a picture is no gap; one that leaves out a lockfile is.
        let is_unread = |skipped: &&SkippedFile| {
            skipped.reason.is_loss() || skipped.reason == SkipReason::TooLarge
        };
        for skipped in source.skipped().iter().filter(is_unread) {
            if format_of(&skipped.path).is_some_and(|format| format.role != Role::Installed) {
                let message = format!("not read: {}", reason(skipped.reason, &skipped.detail));
                inventory.failed.push(FailedFile { path: skipped.path.clone(), message });
            }
        }
        inventory.failed.sort();
        inventory.failed.dedup();
        inventory
    }

    /// How many packages all listings have.
    pub fn len(&self) -> usize {
        self.listings.iter().map(|listing| listing.components.len()).sum()
    }

    /// Whether no file lists a package or asks for one.
    pub fn is_empty(&self) -> bool {
        self.listings.iter().all(|l| l.components.is_empty() && l.declared.is_empty())
    }
}

fn reason(reason: SkipReason, detail: &str) -> String {
    if detail.is_empty() {
        reason.as_str().to_owned()
    } else {
        format!("{} ({detail})", reason.as_str())
    }
}

/// Whether a lockfile speaks for this manifest: one that its row names, in its folder or in one above.
fn is_locked(path: &str, format: &Format, present: &BTreeSet<&str>) -> bool {
    // npm reads the one and passes over the other.
    if let Some(folder) = path.strip_suffix("package-lock.json") {
        return present.contains(format!("{folder}npm-shrinkwrap.json").as_str());
    }
    if format.role != Role::Manifest || format.locked_by.is_empty() {
        return false;
    }
    let mut folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    loop {
        let beside = |name: &&str| {
            let path =
                if folder.is_empty() { (*name).to_owned() } else { format!("{folder}/{name}") };
            present.contains(path.as_str())
        };
        if format.locked_by.iter().any(beside) {
            return true;
        }
        if folder.is_empty() {
            return false;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
}

fn read(files: &Files<'_>, entry: &Entry, format: &'static Format) -> (Listing, Vec<FailedFile>) {
    let mut failed = Vec::new();
    let mut fail = |message: String| {
        failed.push(FailedFile { path: entry.path.clone(), message });
        (Listing::default(), std::mem::take(&mut failed))
    };
    let mut bytes = Vec::new();
    if let Err(refused) = files.source.read(entry, &mut bytes) {
        return fail(format!("not read: {}", reason(refused.reason, &refused.detail)));
    }
    let file = File { path: &entry.path, bytes: &bytes, around: files };
    // A defect in one reader costs one file.
    let read = guard::guarded(|| (format.read)(&file));
    let mut listing = match read {
        Ok(Ok(listing)) => listing,
        Ok(Err(broken)) => return fail(broken.to_string()),
        Err(message) => return fail(message),
    };
    listing.path.clone_from(&entry.path);
    listing.format = format.name;
    sanitise(&mut listing);
    // Nothing at all is a file that was cut off, save where people write requirements by hand.
    let is_blank = file.bytes.iter().all(u8::is_ascii_whitespace);
    if is_blank && format.role == Role::Lockfile && !format.name.contains("requirements") {
        return fail("the file is empty".to_owned());
    }
    // Whoever follows the graph must not fall out of it.
    let count = listing.components.len();
    for component in &mut listing.components {
        component.dependencies.retain(|index| (*index as usize) < count);
    }
    let mut failed = Vec::new();
    lost(&listing, &mut failed);
    (listing, failed)
}

/// Takes user names and passwords out of addresses that stand where a version, a licence or a requirement should: these
/// texts reach every report.
fn sanitise(listing: &mut Listing) {
    for component in &mut listing.components {
        if component.version.contains("://") {
            let address = without_credentials(&std::mem::take(&mut component.version));
            if component.origin == Origin::Registry {
                component.origin = Origin::Url(address);
            }
        }
        if let Some(license) = &mut component.license
            && license.contains("://")
        {
            *license = without_credentials(license);
        }
    }
    for declared in &mut listing.declared {
        if declared.requirement.contains("://") {
            declared.requirement = without_credentials(&declared.requirement);
        }
    }
}

fn lost(listing: &Listing, failed: &mut Vec<FailedFile>) {
    for note in &listing.notes {
        if let Note::Lost { line, message } = note {
            let place = line.map(|line| format!("line {line}: ")).unwrap_or_default();
            let message = format!("{place}{message}");
            failed.push(FailedFile { path: listing.path.clone(), message });
        }
    }
}

/// The files of a source by path, each read once.
#[derive(Debug)]
pub struct Files<'a> {
    source: &'a dyn Source,
    known: Mutex<Known>,
}

#[derive(Debug, Default)]
struct Known {
    files: BTreeMap<String, Option<Arc<[u8]>>>,
    kept: usize,
}

impl<'a> Files<'a> {
    /// Nothing is read yet.
    pub fn new(source: &'a dyn Source) -> Self {
        Self { source, known: Mutex::default() }
    }

    fn entry(&self, path: &str) -> Option<&'a Entry> {
        let entries = self.source.entries();
        let at = entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        entries.get(at)
    }
}

/// Bytes of neighbouring files that are kept for the next who asks.
const MAX_KEPT: usize = 256 << 20;

impl Around for Files<'_> {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        let lock = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().files.get(path) {
            return known.clone();
        }
        let entry = self.entry(path)?;
        let mut bytes = Vec::new();
        let read = self.source.read(entry, &mut bytes).ok().map(|()| Arc::from(bytes));
        let mut known = lock();
        if known.kept < MAX_KEPT {
            known.kept += read.as_ref().map_or(0, |bytes: &Arc<[u8]>| bytes.len());
            known.files.insert(path.to_owned(), read.clone());
        }
        read
    }

    fn below(&self, folder: &str) -> Vec<String> {
        let entries = self.source.entries();
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let first = entries.partition_point(|entry| entry.path.as_str() < prefix.as_str());
        entries[first..]
            .iter()
            .take_while(|entry| entry.path.starts_with(&prefix))
            .map(|entry| entry.path.clone())
            .collect()
    }
}
