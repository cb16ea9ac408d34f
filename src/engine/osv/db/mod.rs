//! The advisory database: one file, made by [`Builder`] and read by [`Database`]. Owns the format "secdb1"; knows
//! neither where files lie nor how advisories are published.
//!
//! # The format
//!
//! Numbers are little-endian; `varint` is LEB128 of at most 64 bits; a string is its length as a varint and UTF-8.
//!
//! 1. Fixed head, 32 bytes: magic `secdb1\n\0`; version u16; flags u16 (0); length of the header u32; packed and raw
//!    length of the table u32, u32; length of the file u64.
//! 2. Header: JSON, [`Header`].
//! 3. Table: zstd. Counts of index, row and detail frames; for every frame its packed and raw length; for every index
//!    frame its first key, for every detail frame its first advisory.
//! 4. Digest: the first 16 bytes of SHA-256 over everything above.
//! 5. Frames: zstd, each with its checksum: index, rows, details, EPSS, known exploited.
//! 6. Trailer, 32 bytes: SHA-256 over everything above.
//!
//! - A key is the place of an ecosystem in [`Header::ecosystems`] and a normalised name. Index frames list keys in
//!   order, each with the frame of its rows and their length; one opened file needs no more than the frames it is
//!   asked about.
//! - A package's rows say which advisory, of which group, affects which versions: all that matching needs. Texts,
//!   ids, references and symbols are in the details and are only read for what matches.
//! - Advisories are numbered in the order of their first package, so that what is read together lies together.
//! - The same sources make the same bytes, whatever the order of files and the number of threads.
//!
//! A reader refuses a file with a higher version, unknown flags, or anything that does not fit: every place, length
//! and count is checked, and no frame unpacks to more than 16 MiB.

mod build;
mod cache;
mod group;
mod merge;
mod pack;
mod read;
mod record;
mod reduce;
mod source;
mod wire;

#[cfg(test)]
mod tests;

pub use build::{Builder, Built, SourceId};
pub use read::Database;
pub use source::ReadAt;

use super::advisory::{Affected, Kind};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// First bytes of a file.
const MAGIC: &[u8; 8] = b"secdb1\n\0";
/// Version of the layout behind the magic.
const VERSION: u16 = 1;
/// Bytes before the header.
const FIXED: usize = 32;
/// Bytes of the digest over header and table.
const HEAD_DIGEST: usize = 16;
/// Bytes of the digest at the end.
const TRAILER: usize = 32;
/// Longest header and longest packed table, bytes.
const MAX_HEAD: usize = 4 << 20;
/// Longest unpacked table, bytes.
const MAX_TABLE: usize = 32 << 20;
/// Longest unpacked frame, bytes.
const MAX_FRAME: usize = 16 << 20;
/// Most frames of one kind.
const MAX_FRAMES: usize = 1 << 20;

/// Why a file cannot be used. One line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damaged {
    /// It is something else.
    #[error("the file is no advisory database")]
    NotOne,
    /// It was made for a later version of the program.
    #[error(
        "the database has format {0}; this version of securescan reads format {VERSION} and wants an update"
    )]
    Newer(u16),
    /// A part is not as it was written.
    #[error("the database is damaged ({0}); build or fetch it again")]
    Broken(&'static str),
    /// It cannot be read.
    #[error("the database cannot be read: {0}")]
    Unreadable(String),
}

/// Why no database was made. One line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BuildError {
    /// There was not one advisory.
    #[error("none of the sources holds an advisory")]
    Empty,
    /// A bound of the format is passed.
    #[error("the advisories do not fit the format: {0}")]
    TooLarge(&'static str),
}

/// What a file says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The program that made it, with its version.
    pub generator: String,
    /// When it was made, seconds since 1970.
    pub built: i64,
    /// Where its advisories come from, in the order they were named.
    pub sources: Vec<SourceInfo>,
    /// What it covers, by name.
    pub ecosystems: Vec<Coverage>,
    /// Number of advisories.
    pub advisories: u32,
    /// Number of groups of advisories that mean the same thing.
    pub groups: u32,
    /// Day of the EPSS scores; empty without.
    #[serde(default)]
    pub epss: String,
    /// Day of the list of known exploited vulnerabilities; empty without.
    #[serde(default)]
    pub kev: String,
}

/// One source of advisories.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceInfo {
    /// Its name, for people.
    pub name: String,
    /// Its revision, as the caller knows it; may be empty.
    pub revision: String,
    /// When that revision was published, as the caller knows it, seconds since 1970; 0 for unknown.
    #[serde(default)]
    pub date: i64,
    /// Licence of the data; an SPDX expression where there is one.
    pub licence: String,
    /// SHA-256 over paths and contents of its files, hexadecimal.
    pub digest: String,
    /// Files seen.
    pub files: u32,
    /// Advisories taken.
    pub advisories: u32,
    /// Advisories that the source has taken back.
    pub withdrawn: u32,
    /// Advisories of something else than packages of known ecosystems.
    pub foreign: u32,
    /// Files that could not be read.
    pub failed: u32,
    /// Newest date on any of its advisories that is not after the build, seconds since 1970; 0 for unknown.
    pub newest: i64,
}

/// How much is known of an ecosystem.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Its OSV name.
    pub name: String,
    /// Packages with advisories.
    pub packages: u32,
    /// Pairs of package and advisory.
    pub rows: u32,
    /// Newest date on any of its advisories that is not after the build, seconds since 1970; 0 for unknown.
    pub newest: i64,
}

/// What advisories say of one package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// In the order of advisories.
    pub rows: Vec<Row>,
}

/// What one advisory says of one package.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The advisory, for [`Database::details`].
    pub advisory: u32,
    /// Advisories with the same group mean the same thing; the number is that of the first of them.
    pub group: u32,
    /// What it warns of.
    pub kind: Kind,
    /// CVSS base score, its own or that of another advisory of the group; `None` when there is none.
    pub score: Option<f32>,
    /// Which versions; symbols are left to the details. A range of kind `Git` without events stands for commits that
    /// no version can be held against.
    pub affected: Affected,
}

impl Eq for Row {}

/// Rows by ecosystem and name.
type Rows = BTreeMap<(&'static str, String), Vec<Row>>;
