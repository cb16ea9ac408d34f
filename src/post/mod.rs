//! Pure functions over findings, in one fixed sequence: overrides, merging, fingerprint, suppression, order. Nothing here
//! reads a file or asks for the time.

pub mod dedup;
pub mod directive;
pub mod fingerprint;
pub mod gate;
pub mod order;
pub mod score;
pub mod severity;

#[cfg(test)]
pub(crate) mod sample;
