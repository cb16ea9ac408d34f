//! Where the advisory database is: the one place that looks for it, for every command that matches against it or shows it.

use super::env::Env;
use super::failure::Failure;
use crate::config::Config;
use crate::engine::osv::db::Database;
use crate::engine::osv::{self, Advisories};
use crate::finding::ScanType;
use crate::sbom::vex::{self, Statement};
use crate::target::open::read_named;
use anyhow::{Context as _, anyhow};
use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Name of the file in the user's data folder.
const FILE: &str = "advisories.db";

/// Largest VEX document, bytes.
const MAX_VEX: u64 = 64 << 20;

/// A database built into the program: `SECURESCAN_EMBED_DB` named its file when the program was built; empty otherwise.
static EMBEDDED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/advisories.db"));

/// Where a database comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// `--db`.
    Flag(PathBuf),
    /// `SECURESCAN_DB`.
    Variable(PathBuf),
    /// The user's data folder.
    Folder(PathBuf),
    /// Built into the program.
    Embedded,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Flag(path) => write!(f, "{} (--db)", path.display()),
            Self::Variable(path) => write!(f, "{} (SECURESCAN_DB)", path.display()),
            Self::Folder(path) => write!(f, "{}", path.display()),
            Self::Embedded => f.write_str("built into the program"),
        }
    }
}

/// Whether a scan by these settings holds anything against advisories.
pub(super) fn are_wanted(config: &Config) -> bool {
    let named = |names: &[String]| names.iter().any(|name| name == osv::META.id.as_str());
    let of_type = config.scan_types.is_empty() || config.scan_types.contains(&ScanType::Dependency);
    of_type
        && !named(&config.scanners_disable)
        && (config.scanners_enable.is_empty() || named(&config.scanners_enable))
}

/// Where `db update` and `db import` put the file, and scans look for it.
pub(super) fn home(env: &Env) -> Option<PathBuf> {
    env.data_folder().map(|folder| folder.join(FILE))
}

/// The first place that has a database: the flag, the environment, the user's data folder, the program itself.
pub(super) fn place(flag: Option<&Path>, env: &Env) -> Option<Place> {
    if let Some(path) = flag {
        return Some(Place::Flag(env.folder().join(path)));
    }
    if let Some(path) = env.path("SECURESCAN_DB") {
        return Some(Place::Variable(env.folder().join(path)));
    }
    match home(env) {
        Some(path) if path.symlink_metadata().is_ok() => Some(Place::Folder(path)),
        _ => (!EMBEDDED.is_empty()).then_some(Place::Embedded),
    }
}

/// Opens the database that is to be used. One that was named must be there and be sound; one that was found and is not
/// sound fails the scanner, and the rest of the scan goes on.
pub(super) fn find(flag: Option<&Path>, env: &Env) -> Result<Advisories, Failure> {
    let Some(place) = place(flag, env) else { return Ok(Advisories::Missing) };
    let named = matches!(place, Place::Flag(_) | Place::Variable(_));
    match open(&place) {
        Ok(database) => Ok(Advisories::Open(Arc::new(database))),
        Err(error) if named => Err(Failure::input(error)
            .hint("`securescan db build` makes a database, `securescan db update` gets one")),
        // The folder is the user's own; its path says nothing to readers of the report.
        Err(error) => {
            Ok(Advisories::Refused(format!("the advisory database: {}", error.root_cause())))
        }
    }
}

/// Opens the database of a place.
pub(super) fn open(place: &Place) -> anyhow::Result<Database> {
    match place {
        Place::Flag(path) | Place::Variable(path) | Place::Folder(path) => open_file(path),
        Place::Embedded => Ok(Database::of_bytes(EMBEDDED)?),
    }
}

/// Opens a database file.
pub(super) fn open_file(path: &Path) -> anyhow::Result<Database> {
    let context = || format!("cannot use the advisory database {}", path.display());
    let meta = std::fs::metadata(path).with_context(context)?;
    if !meta.is_file() {
        return Err(anyhow!("not a regular file")).with_context(context);
    }
    let file = File::open(path).with_context(context)?;
    Database::of_file(file).with_context(context)
}

/// The statements of VEX documents, in the order the files were named.
pub(super) fn statements(
    files: &[PathBuf],
    env: &Env,
    notices: &mut Vec<String>,
) -> Result<Vec<Statement>, Failure> {
    let mut statements = Vec::new();
    for file in files {
        let shown = file.display();
        let bytes = read_named(&env.folder().join(file), MAX_VEX)
            .with_context(|| format!("cannot read the VEX document {shown}"))?;
        let read = vex::read_vex(&bytes).map_err(|why| {
            Failure::input(anyhow!("{shown} is no VEX document: {why}"))
                .hint("OpenVEX, CycloneDX and CSAF documents in JSON are read")
        })?;
        let name = file.file_name().unwrap_or(file.as_os_str()).to_string_lossy();
        notices.extend(read.lost.iter().map(|why| format!("{name}: {why}")));
        // A document about several products excuses nothing in a project that is none of them.
        let products: BTreeSet<&String> =
            read.statements.iter().filter_map(|one| one.product.as_ref()).collect();
        let several = products.len() > 1;
        let (own, foreign): (Vec<Statement>, Vec<Statement>) =
            read.statements.into_iter().partition(|one| !several || one.product.is_none());
        if !foreign.is_empty() {
            let count = foreign.len();
            notices.push(format!(
                "{name}: {count} statements about one of several products are left out"
            ));
        }
        statements.extend(own);
    }
    Ok(statements)
}
