//! `securescan render`: a saved result in any format, without scanning again.

use super::args::{Hosting, Reporting};
use super::failure::{Failure, code};
use super::{Io, output};
use crate::report::json;
use crate::target::open::read_named;
use anyhow::Context as _;
use std::path::PathBuf;

/// Largest result, bytes.
const MAX_RESULT: u64 = 512 << 20;

/// Arguments of `render`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  securescan diff --base-ref main -o json=result.json
  securescan render result.json -o github-pr-comment=comment.md -o sarif=result.sarif")]
pub struct Args {
    /// Result of `scan`, `diff` or `compare`, saved with `-o json=FILE`.
    #[arg(value_name = "RESULT")]
    pub result: PathBuf,

    /// Where reports go and what they show.
    #[command(flatten)]
    pub reporting: Reporting,

    /// List unchanged findings too, as far as the result has them.
    #[arg(long, help_heading = "Output")]
    pub include_unchanged: bool,

    /// What reports for a code host say of the repository.
    #[command(flatten)]
    pub hosting: Hosting,
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    let reporting = &args.reporting;
    let outputs = output::plan("text", &reporting.outputs, reporting.output_file.as_deref())?;
    let shown = args.result.display();
    let bytes =
        read_named(&args.result, MAX_RESULT).with_context(|| format!("cannot read {shown}"))?;
    let run = json::parse(&bytes).map_err(|error| {
        Failure::input(anyhow::anyhow!("{shown}: {error}"))
            .hint("`-o json=FILE` of scan, diff and compare saves a result")
    })?;
    let mut options = reporting.options(&run, io)?;
    options.include_unchanged = args.include_unchanged;
    options.forge = args.hosting.forge(io);
    output::write(&run, &outputs, &options, io.out)?;
    Ok(code::OK)
}
