//! Where blobs come from, behind one trait: a work tree today, the tree of a commit or the index through the same door.

use crate::finding::{SkipReason, SkippedFile};
use std::fmt;

/// One file that may be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Repository-relative path with `/`; bytes that are not UTF-8 are escaped as `\xNN`, so no two names collapse.
    pub path: String,
    /// Path to open, relative to the source's root, in the system's own bytes.
    pub location: std::path::PathBuf,
    /// Size when it was listed, bytes.
    pub size: u64,
    /// Executable by somebody.
    pub executable: bool,
}

/// A file that could not be handed over, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub reason: SkipReason,
    /// Particulars, e.g. the size.
    pub detail: String,
}

/// A set of files.
pub trait Source: Sync + fmt::Debug {
    /// Every file that may be read, sorted by path.
    fn entries(&self) -> &[Entry];

    /// What was left out while listing, sorted.
    fn skipped(&self) -> &[SkippedFile];

    /// Bytes of one entry, read into `buffer` (cleared first); never follows a link, never blocks, never exceeds the
    /// size limit.
    fn read(&self, entry: &Entry, buffer: &mut Vec<u8>) -> Result<(), Refused>;
}
