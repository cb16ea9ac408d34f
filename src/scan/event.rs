//! What a scan tells while it runs: the one channel upwards, for a progress bar, a log or a stream.

use crate::finding::ScannerId;

/// Receives what happens. Called from several threads; must be quick.
pub trait Events: Sync {
    /// The list of files is complete.
    fn listed(&self, _files: u64, _bytes: u64) {}
    /// A scanner begins its work on the whole tree.
    fn scanner(&self, _scanner: &ScannerId) {}
    /// A file was looked at by all engines.
    fn file(&self, _bytes: u64) {}
    /// Asked often: when true, the scan stops within a moment and returns nothing.
    fn cancelled(&self) -> bool {
        false
    }
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Events for Silent {}
