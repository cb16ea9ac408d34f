//! `securescan db`: make, get, take in and show the advisory database.

mod build;
mod status;
mod update;

use super::failure::{Failure, code};
use super::{Io, advisories, output};
use crate::engine::osv::db::Database;
use anyhow::{Context as _, anyhow};
use clap::Subcommand;
use std::path::{Path, PathBuf};

/// Arguments of `db`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Every subcommand.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compile advisory databases into one file.
    Build(build::Args),
    /// Download a database. The only command that goes online.
    Update(update::Args),
    /// Take a database from a file, for machines without a network.
    Import(Import),
    /// Show which database is used, what it was made from and how old it is.
    Status(status::Args),
}

/// Arguments of `db import`.
#[derive(Debug, clap::Args)]
pub struct Import {
    /// Database file that `securescan db build` made or `securescan db update` got.
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    match &args.command {
        Command::Build(args) => build::run(args, io),
        Command::Update(args) => update::run(args, io),
        Command::Import(args) => import(args, io),
        Command::Status(args) => status::run(args, io),
    }
}

/// Largest database file, bytes.
const MAX_DATABASE: u64 = 1 << 30;

fn import(args: &Import, io: &mut Io<'_>) -> Result<u8, Failure> {
    let file = io.env.folder().join(&args.file);
    let home = home(io)?;
    // Read once: what is checked is what is put in place.
    let bytes = crate::target::open::read_named(&file, MAX_DATABASE)
        .with_context(|| format!("cannot read {}", args.file.display()))
        .map_err(Failure::input)?;
    install(&bytes, &home, io)
}

/// Where the database goes; makes the folder.
fn home(io: &Io<'_>) -> Result<PathBuf, Failure> {
    let home = advisories::home(io.env).ok_or_else(|| {
        Failure::input(anyhow!(
            "there is no folder for data: neither XDG_DATA_HOME nor HOME is set"
        ))
        .hint("name the file in scans instead: --db FILE")
    })?;
    let folder = home.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    Ok(home)
}

/// Checks every byte of a database and puts it in place in one step; an older one stays until then.
fn install(bytes: &[u8], home: &Path, io: &mut Io<'_>) -> Result<u8, Failure> {
    let database = Database::of_vec(bytes.to_vec()).map_err(|error| {
        Failure::input(error).hint("nothing was changed; the database that was there is still used")
    })?;
    database.verify().map_err(|error| {
        Failure::input(error).hint("nothing was changed; the database that was there is still used")
    })?;
    output::replace(home, bytes).with_context(|| format!("cannot write {}", home.display()))?;
    writeln!(io.err, "securescan: {} in {}", database.label(), home.display())?;
    Ok(code::OK)
}
