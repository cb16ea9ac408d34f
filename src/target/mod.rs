//! What to look at: files of a work tree (later: blobs of a git tree), read once, decoded once, told apart by kind. Knows
//! nothing of rules or findings beyond where they stand.

pub mod blob;
pub mod cache;
pub mod classify;
pub mod git;
pub mod host;
pub mod ignore_file;
pub mod open;
pub mod source;
pub mod walk;
mod write;

pub use blob::Blob;
pub use classify::{Context, Kind};
pub use source::{Entry, Source};
