//! `securescan completions` and `securescan man`: what shells and `man` know of the command line, made from the command
//! line itself.

use super::failure::Failure;
use super::{Io, command};
use anyhow::Context as _;
use clap_complete::Shell;
use std::path::PathBuf;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which shell.
    pub shell: Shell,
}

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
pub struct ManArgs {
    /// Folder to write one page per command to, instead of printing the main page.
    #[arg(long, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
}

/// Prints a completion script.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "securescan", &mut script);
    io.out.write_all(&script)?;
    Ok(0)
}

/// Prints or writes manual pages.
pub fn man(args: &ManArgs, io: &mut Io<'_>) -> Result<u8, Failure> {
    match &args.folder {
        None => clap_mangen::Man::new(command()).render(&mut io.out)?,
        Some(folder) => {
            std::fs::create_dir_all(folder)
                .with_context(|| format!("cannot make {}", folder.display()))?;
            clap_mangen::generate_to(command(), folder)
                .with_context(|| format!("cannot write to {}", folder.display()))?;
        }
    }
    Ok(0)
}
