//! What scanning a file came to, remembered by path and git id from one run to the next. A convenience that may fail in any
//! way: a file that is broken, missing or cannot be written makes a run slower and changes nothing else.

use crate::text::hex;
use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// A path and what stands there: the first half of a SHA-256 over both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key([u8; 16]);

impl Key {
    /// `id` is the git id of the content.
    pub fn new(path: &str, id: &[u8]) -> Self {
        let mut digest = Sha256::new();
        digest.update(id);
        digest.update(path.as_bytes());
        let mut key = [0; 16];
        key.copy_from_slice(&digest.finalize()[..16]);
        Self(key)
    }
}

/// Keys are digests already: their first bytes are as good as any hash of them.
#[derive(Debug, Default, Clone, Copy)]
pub struct FirstBytes(u64);

impl Hasher for FirstBytes {
    fn write(&mut self, bytes: &[u8]) {
        let mut first = [0; 8];
        let length = bytes.len().min(8);
        first[..length].copy_from_slice(&bytes[..length]);
        // The length of the key is hashed before it; what comes last counts.
        self.0 = u64::from_le_bytes(first);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

type Known = HashMap<Key, Record, BuildHasherDefault<FirstBytes>>;

/// What is remembered of one file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Bytes of the file.
    pub size: u64,
    /// Whatever the caller made of it; empty for most files.
    pub payload: Box<[u8]>,
}

/// Results of earlier runs, and those of this one.
#[derive(Debug, Default)]
pub struct Cache {
    file: Option<PathBuf>,
    known: Known,
    fresh: Mutex<Vec<(Key, Record)>>,
    changed: bool,
}

/// First bytes of a cache file; the digit changes with the layout.
const MAGIC: &[u8; 8] = b"secsres1";
/// Bytes of a SHA-256.
const DIGEST: usize = 32;
/// Bytes of a record before its payload.
const FIXED: usize = 16 + 8 + 4;
/// A larger file is not read.
const MAX_BYTES: u64 = 256 << 20;
/// Files kept in the folder: one for each repository and set of settings.
const MAX_FILES: usize = 32;

impl Cache {
    /// Remembers within the run only.
    pub fn transient() -> Self {
        Self::default()
    }

    /// Results under `folder` that were made with the same settings; `settings` is everything besides path and content
    /// that a result depends on.
    pub fn open(folder: &Path, settings: &[u8]) -> Self {
        let name = hex(&Sha256::digest(settings)[..16]);
        let file = folder.join(format!("results-{name}.cache"));
        let known = read(&file).unwrap_or_default();
        Self { file: Some(file), known, ..Self::default() }
    }

    /// What is remembered of a file.
    pub fn get(&self, key: &Key) -> Option<&Record> {
        self.known.get(key)
    }

    /// Nothing is remembered yet.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }

    /// Remembers a file; seen by [`Self::get`] after the next [`Self::settle`].
    pub fn put(&self, key: Key, record: Record) {
        self.fresh.lock().unwrap_or_else(PoisonError::into_inner).push((key, record));
    }

    /// Takes in what was put.
    pub fn settle(&mut self) {
        let fresh = self.fresh.get_mut().unwrap_or_else(PoisonError::into_inner);
        self.changed |= !fresh.is_empty();
        self.known.extend(fresh.drain(..));
    }

    /// Writes the file when there is something new. `in_use` are the keys of this run; when the file has grown to many
    /// times their number, only they stay.
    pub fn save(mut self, in_use: impl Iterator<Item = Key>) {
        /// How many times the keys of one run are kept.
        const SLACK: usize = 4;
        self.settle();
        let Some(file) = self.file.take().filter(|_| self.changed) else { return };
        let in_use: HashSet<Key> = in_use.collect();
        if self.known.len() > SLACK * in_use.len() + 10_000 {
            self.known.retain(|key, _| in_use.contains(key));
        }
        // A run without a cache is as good as one with it; there is nobody to tell.
        _ = write(&file, &self.known);
    }
}

fn read(file: &Path) -> Option<Known> {
    let bytes = super::open::read_named(file, MAX_BYTES).ok()?;
    let body = bytes.get(..bytes.len().checked_sub(DIGEST)?)?;
    if bytes[body.len()..] != Sha256::digest(body)[..] {
        return None;
    }
    parse(body)
}

/// Records of a file without its digest.
fn parse(body: &[u8]) -> Option<Known> {
    let mut rest = body.strip_prefix(MAGIC)?;
    let mut known =
        Known::with_capacity_and_hasher(rest.len() / FIXED, BuildHasherDefault::default());
    while !rest.is_empty() {
        let (fixed, behind) = rest.split_at_checked(FIXED)?;
        let size = u64::from_le_bytes(fixed[16..24].try_into().ok()?);
        let length = u32::from_le_bytes(fixed[24..].try_into().ok()?) as usize;
        let (payload, behind) = behind.split_at_checked(length)?;
        known.insert(Key(fixed[..16].try_into().ok()?), Record { size, payload: payload.into() });
        rest = behind;
    }
    Some(known)
}

fn write(file: &Path, known: &Known) -> std::io::Result<()> {
    let mut records: Vec<(&Key, &Record)> = known.iter().collect();
    records.sort_by_key(|(key, _)| **key);
    let mut bytes = MAGIC.to_vec();
    for (key, record) in records {
        bytes.extend_from_slice(&key.0);
        bytes.extend_from_slice(&record.size.to_le_bytes());
        bytes.extend_from_slice(&(record.payload.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&record.payload);
    }
    let digest = Sha256::digest(&bytes);
    bytes.extend_from_slice(&digest);
    if bytes.len() as u64 > MAX_BYTES {
        return Ok(());
    }
    let folder = file.parent().unwrap_or(file);
    make_private(folder)?;
    // Temporary files are made readable by their owner alone; lines of source stand in them.
    let mut temporary = tempfile::Builder::new().prefix(".results-").tempfile_in(folder)?;
    temporary.write_all(&bytes)?;
    temporary.persist(file)?;
    forget_oldest(folder);
    Ok(())
}

#[cfg(unix)]
fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// Removes the files that were written longest ago.
fn forget_oldest(folder: &Path) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<_> = entries
        .filter(|entry| entry.path().extension().is_some_and(|end| end == "cache"))
        .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
        .collect();
    files.sort();
    let surplus = files.len().saturating_sub(MAX_FILES);
    for (_, file) in files.into_iter().take(surplus) {
        _ = std::fs::remove_file(file);
    }
}

/// Reads the body of a cache file as [`Cache::open`] does; for tests that feed it anything.
pub fn readable(body: &[u8]) -> bool {
    parse(body).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(text: &str) -> Record {
        Record { size: text.len() as u64, payload: text.as_bytes().into() }
    }

    fn filled(folder: &Path) -> Vec<Key> {
        let mut cache = Cache::open(folder, b"s");
        let keys = ["a", "b", "c"].map(|path| Key::new(path, &[7; 20]));
        for (key, text) in keys.iter().zip(["", "x", "yy"]) {
            cache.put(*key, record(text));
        }
        assert_eq!(cache.get(&keys[0]), None);
        cache.settle();
        assert_eq!(cache.get(&keys[1]), Some(&record("x")));
        cache.save(keys.into_iter());
        keys.to_vec()
    }

    #[test]
    fn what_was_put_is_there_next_time_under_the_same_settings_alone() {
        let folder = tempfile::tempdir().unwrap();
        let keys = filled(&folder.path().join("deep/er"));
        let cache = Cache::open(&folder.path().join("deep/er"), b"s");
        assert_eq!(cache.get(&keys[2]), Some(&record("yy")));
        assert_eq!(cache.get(&Key::new("a", &[8; 20])), None);
        assert_eq!(Cache::open(&folder.path().join("deep/er"), b"t").get(&keys[2]), None);
    }

    #[test]
    fn a_broken_file_is_an_empty_cache() {
        let folder = tempfile::tempdir().unwrap();
        let keys = filled(folder.path());
        let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
        let good = std::fs::read(&file).unwrap();
        for cut in 0..good.len() {
            std::fs::write(&file, &good[..cut]).unwrap();
            assert_eq!(Cache::open(folder.path(), b"s").get(&keys[2]), None, "{cut}");
        }
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            std::fs::write(&file, &bad).unwrap();
            assert_eq!(Cache::open(folder.path(), b"s").get(&keys[2]), None, "{at}");
        }
        std::fs::remove_file(&file).unwrap();
        std::fs::create_dir(&file).unwrap();
        let mut cache = Cache::open(folder.path(), b"s");
        cache.put(keys[0], record("z"));
        cache.settle();
        cache.save(std::iter::empty());
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("securescan");
        filled(&inside);
        let file = std::fs::read_dir(&inside).unwrap().next().unwrap().unwrap().path();
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&inside), mode(&file)), (0o700, 0o600));
    }

    #[test]
    fn the_folder_does_not_grow_without_end() {
        let folder = tempfile::tempdir().unwrap();
        for n in 0..40_u8 {
            let cache = Cache::open(folder.path(), &[n]);
            cache.put(Key::new("a", &[n; 20]), record("x"));
            cache.save(std::iter::empty());
        }
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), MAX_FILES);
    }
}
