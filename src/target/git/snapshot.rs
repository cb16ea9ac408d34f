//! The files of a commit, or those staged in the index, as a source of blobs: what a scan of a work tree with exactly these
//! files would see. Content comes from the object store; the work tree has no part in it.

use super::objects::{Id, Objects, Unreadable};
use super::tracking::{Tracking, submodules};
use super::tree::{File, Mode};
use super::{Submodule, Tracked};
use crate::finding::{SkipReason, SkippedFile};
use crate::target::ignore_file::{self, GITIGNORE, Rules, Verdict};
use crate::target::open;
use crate::target::source::{Entry, Refused, Source};
use globset::GlobSet;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// How to look at the files.
#[derive(Clone, Copy)]
pub struct Options<'a> {
    /// Files above this many bytes are skipped.
    pub max_file_size: u64,
    /// `paths.ignore` of the configuration, over repository-relative paths.
    pub ignore: &'a GlobSet,
    /// Only files at or below these repository-relative paths; empty means all.
    pub below: &'a [String],
    /// The size of a file that somebody knows already; the others are asked of the object store.
    pub known_size: &'a (dyn Fn(&File) -> Option<u64> + Sync),
}

impl std::fmt::Debug for Options<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("below", &self.below).finish_non_exhaustive()
    }
}

/// The files of a commit or of the index.
pub struct Snapshot {
    objects: Arc<Objects>,
    entries: Vec<Entry>,
    skipped: Vec<SkippedFile>,
    tracked: BTreeMap<String, Tracked>,
    max_file_size: u64,
    rules: Mutex<HashMap<String, Option<Arc<Rules>>>>,
}

impl std::fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Snapshot").field("entries", &self.entries.len()).finish_non_exhaustive()
    }
}

/// Detail of a path that `paths.ignore` leaves out.
const CONFIGURED: &str = "paths.ignore";

impl Snapshot {
    /// `files` are all tracked files, sorted by path; those in the scan are chosen by `options` and `wanted`.
    pub fn new(
        objects: Arc<Objects>,
        files: &[File],
        wanted: &(dyn Fn(&File) -> bool + Sync),
        options: &Options<'_>,
    ) -> Self {
        use rayon::prelude::*;
        let chosen: Vec<&File> = files
            .iter()
            .filter(|file| is_below(&file.path, options.below) && wanted(file))
            .collect();
        let mut ignored = Ignored { set: options.ignore, folders: HashMap::new() };
        let mut skipped = BTreeSet::new();
        let kept: Vec<&File> = chosen
            .into_iter()
            .filter(|file| !ignored.leaves_out(&file.path, &mut skipped))
            .collect();
        let found: Vec<Found> = kept
            .par_iter()
            .with_min_len(64)
            .map(|file| match file.mode {
                Mode::Submodule => Found::Nothing,
                Mode::Link => Found::Skipped(link(&objects, file)),
                Mode::Regular { executable } => regular(&objects, file, executable, options),
            })
            .collect();
        let mut entries = Vec::with_capacity(found.len());
        for one in found {
            match one {
                Found::Entry(entry) => entries.push(entry),
                Found::Skipped(one) => drop(skipped.insert(one)),
                Found::Nothing => {}
            }
        }
        let mut sizes = entries.iter().peekable();
        let tracked = files
            .iter()
            .map(|file| {
                let size = sizes.next_if(|entry| entry.path == file.path).map_or(0, |e| e.size);
                (file.path.clone(), file.tracked(size))
            })
            .collect();
        Self {
            objects,
            entries,
            skipped: skipped.into_iter().collect(),
            tracked,
            max_file_size: options.max_file_size,
            rules: Mutex::default(),
        }
    }

    /// Content of any tracked file, up to a limit; `None` when there is no such file.
    pub fn content(&self, path: &str, limit: u64) -> Option<Vec<u8>> {
        let tracked = self.tracked.get(path).filter(|t| !t.submodule && !t.symlink)?;
        let mut buffer = Vec::new();
        self.objects.read(Id(tracked.id), limit, &mut buffer).ok()?;
        Some(buffer)
    }

    /// Ignore rules that hold in a folder (empty for the root): its own and those above.
    fn rules_in(&self, folder: &str) -> Option<Arc<Rules>> {
        if let Some(rules) = self.rules.lock().unwrap_or_else(PoisonError::into_inner).get(folder) {
            return rules.clone();
        }
        let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
        let above = if folder.is_empty() { None } else { self.rules_in(above) };
        let name =
            if folder.is_empty() { GITIGNORE.to_owned() } else { format!("{folder}/{GITIGNORE}") };
        let rules = match self.content(&name, ignore_file::MAX_BYTES) {
            Some(bytes) => Rules::new(&rooted(folder), folder, &[(GITIGNORE, bytes)], above)
                .map(|rules| Some(Arc::new(rules)))
                .unwrap_or_default(),
            None => above,
        };
        let mut known = self.rules.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(folder.to_owned(), rules.clone());
        rules
    }
}

/// The ignore crate wants absolute paths; which root does not matter.
fn rooted(path: &str) -> PathBuf {
    Path::new("/").join(path)
}

enum Found {
    Entry(Entry),
    Skipped(SkippedFile),
    Nothing,
}

fn regular(objects: &Objects, file: &File, executable: bool, options: &Options<'_>) -> Found {
    let skip =
        |reason, detail| Found::Skipped(SkippedFile { path: file.path.clone(), reason, detail });
    let size = match (options.known_size)(file) {
        Some(size) => size,
        None => match objects.size(file.id) {
            Ok(size) => size,
            Err(why) => return skip(SkipReason::Unreadable, why.to_string()),
        },
    };
    if size > options.max_file_size {
        return skip(SkipReason::TooLarge, open::size(size));
    }
    let id = file.id.as_bytes().try_into().ok();
    let location = PathBuf::from(&file.path);
    Found::Entry(Entry { path: file.path.clone(), location, size, executable, mode: None, id })
}

/// What the walk over a work tree would say of a link.
fn link(objects: &Objects, file: &File) -> SkippedFile {
    /// Longer than any path that works.
    const LONGEST: u64 = 8192;
    let mut target = Vec::new();
    let read = objects.read(file.id, LONGEST, &mut target);
    let target = String::from_utf8_lossy(&target);
    let mut depth = i64::try_from(file.path.matches('/').count()).unwrap_or(i64::MAX);
    let mut leads_out = target.starts_with('/');
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        leads_out |= depth < 0;
    }
    let reason =
        if leads_out && read.is_ok() { SkipReason::SymlinkOutside } else { SkipReason::Symlink };
    SkippedFile { path: file.path.clone(), reason, detail: String::new() }
}

fn is_below(path: &str, below: &[String]) -> bool {
    below.is_empty()
        || below.iter().any(|top| {
            top.is_empty()
                || path
                    .strip_prefix(top.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
}

/// `paths.ignore`, asked once for each folder.
struct Ignored<'a> {
    set: &'a GlobSet,
    folders: HashMap<String, bool>,
}

impl Ignored<'_> {
    fn leaves_out(&mut self, path: &str, skipped: &mut BTreeSet<SkippedFile>) -> bool {
        if self.set.is_empty() {
            return false;
        }
        let told = |path: String| SkippedFile {
            path,
            reason: SkipReason::Ignored,
            detail: CONFIGURED.to_owned(),
        };
        for (end, _) in path.match_indices('/') {
            let folder = &path[..end];
            let known = self.folders.get(folder).copied();
            let ignored = known.unwrap_or_else(|| self.set.is_match(folder));
            if known.is_none() {
                self.folders.insert(folder.to_owned(), ignored);
            }
            if ignored {
                skipped.insert(told(format!("{folder}/")));
                return true;
            }
        }
        let ignored = self.set.is_match(path);
        if ignored {
            skipped.insert(told(path.to_owned()));
        }
        ignored
    }
}

impl Source for Snapshot {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn skipped(&self) -> &[SkippedFile] {
        &self.skipped
    }

    fn read(&self, entry: &Entry, buffer: &mut Vec<u8>) -> Result<(), Refused> {
        buffer.clear();
        let refused = |reason, detail| Refused { reason, detail };
        let id = entry.id.and_then(|id| git2::Oid::from_bytes(&id).ok());
        let Some(id) = id else {
            return Err(refused(SkipReason::Unreadable, "not among the files".to_owned()));
        };
        let read = self.objects.read_file(&entry.location, Id(id), self.max_file_size, buffer);
        read.map_err(|why| match why {
            Unreadable::TooLarge { size, .. } => refused(SkipReason::TooLarge, open::size(size)),
            other => refused(SkipReason::Unreadable, other.to_string()),
        })
    }
}

impl Tracking for Snapshot {
    fn tracked(&self) -> &BTreeMap<String, Tracked> {
        &self.tracked
    }

    fn stored_size(&self, path: &str) -> Option<u64> {
        let tracked = self.tracked.get(path).filter(|t| !t.submodule)?;
        self.objects.size(Id(tracked.id)).ok()
    }

    fn is_ignored(&self, path: &str, is_dir: bool) -> bool {
        let path = path.trim_end_matches('/');
        let ends = path.match_indices('/').map(|(at, _)| (at, true)).chain([(path.len(), is_dir)]);
        for (end, is_dir) in ends {
            let part = &path[..end];
            let folder = part.rsplit_once('/').map_or("", |(folder, _)| folder);
            let verdict = self
                .rules_in(folder)
                .map_or(Verdict::None, |rules| rules.verdict(&rooted(part), is_dir));
            // Below an ignored folder nothing comes back.
            if verdict == Verdict::Ignored {
                return true;
            }
        }
        false
    }

    fn submodules(&self) -> Vec<Submodule> {
        /// As much as is read of the one in a work tree.
        const LIMIT: u64 = 1 << 20;
        let text = self.content(".gitmodules", LIMIT).unwrap_or_default();
        submodules(&text, &self.tracked)
    }
}
