//! securescan finds security problems in a repository - offline, in milliseconds - and tells a pull request only what
//! it changed.
//!
//! The modules stand in rows; a module imports only from rows above its own (`tests/architecture.rs` holds it to that):
//!
//! ```text
//! 1 foundation   text  yaml  clock                 knows nothing of scanning
//! 2 waist        finding                           the shape every stage reads and writes
//! 3 input        target  rules  config  probe      what to look at, with what, and how it was asked
//! 4 network      http                              how hosts are reached
//! 5 finders      compliance  engine  sbom          who finds things, what findings map to, lists of packages
//!                adapter                           external tools, and the only place that starts programs
//! 6 pure         post                              severity, suppression, merging, order, gate, score
//! 7 work, show   scan | report                     these never import each other
//! 8 others       forge  enrich                     posts comments and reviews | asks a model to explain
//! 9 surface      cli                               one file per subcommand
//! ```
//!
//! One way through: arguments + environment + file -> [`config`] -> [`scan::Request`] -> [`target`] blobs -> [`engine`]s
//! and [`adapter`]s -> findings -> [`post`] -> [`finding::Run`] -> [`report`] and gate.

pub mod clock;
pub mod text;
pub mod yaml;

pub mod finding;

pub mod config;
pub mod probe;
pub mod rules;
pub mod target;

pub mod http;

pub mod adapter;
pub mod compliance;
pub mod engine;
pub mod sbom;

pub mod post;

pub mod report;
pub mod scan;

pub mod enrich;
pub mod forge;

pub mod cli;
