//! `securescan baseline`: write down the findings that are there today, so that later scans speak of new ones only.

use super::Io;
use super::args::{self, Scanning};
use super::failure::Failure;
use super::scan;
use crate::finding::ScanType;
use crate::post::baseline::{Baseline, Envelope, write};
use crate::target::open::read_named;
use anyhow::{Context as _, anyhow};
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};

/// Where the file goes when nothing else is said.
pub(super) const DEFAULT: &str = ".securescan/baseline.json";

/// Arguments of `baseline`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  securescan baseline                       write .securescan/baseline.json
  securescan scan --baseline .securescan/baseline.json --fail-on-count 0")]
pub struct Args {
    /// File or directory to scan.
    #[arg(default_value = ".", value_name = "TARGET")]
    pub target: PathBuf,

    /// File to write. Reasons and expiry dates in an older one are kept for findings that are still there.
    #[arg(short, long, value_name = "FILE", default_value = DEFAULT)]
    pub output_file: PathBuf,

    /// Which scanners look at which files.
    #[command(flatten)]
    pub scanning: Scanning,

    /// Which external tools may do what.
    #[command(flatten)]
    pub tools: args::Tools,

    /// What dependencies are held against.
    #[command(flatten)]
    pub advisory: args::Advisory,

    /// Where settings come from.
    #[command(flatten)]
    pub settings: args::Settings,

    /// No progress and no summary.
    #[arg(short, long)]
    pub quiet: bool,
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    let file = io.env.folder().join(&args.output_file);
    let folder = file.parent().unwrap_or(&file).to_owned();
    let is_default = args.output_file == Path::new(DEFAULT);
    if !is_default && !folder.is_dir() {
        let shown = folder.display();
        return Err(Failure::input(anyhow!(
            "cannot write {}: {shown} is not a folder",
            file.display()
        )));
    }
    let mut wanted = scan::Args::of_target(&args.target);
    wanted.scanning.clone_from(&args.scanning);
    wanted.tools.clone_from(&args.tools);
    wanted.settings.clone_from(&args.settings);
    wanted.advisory.clone_from(&args.advisory);
    wanted.reporting.quiet = args.quiet;
    let (run, _) = scan::scan_without_baseline(&wanted, TYPES, io)?;
    if let Some(why) = run.nothing_scanned() {
        let error = anyhow!("{why}; {} was not written", args.output_file.display());
        return Err(Failure::input(error).hint("an empty baseline would say that all is well"));
    }

    if is_default {
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot make {}", folder.display()))?;
    }
    let target = std::fs::canonicalize(&args.target)
        .with_context(|| format!("cannot read {}", args.target.display()))?;
    let from = std::fs::canonicalize(&folder)
        .with_context(|| format!("cannot read {}", folder.display()))?;
    let target_path = relative(&from, &target);
    let envelope = Envelope {
        generated_by: "securescan",
        scan_types: &run.scan_types,
        target_path: &target_path,
    };
    let previous = previous(&file)?;
    let text = write(&run.findings, &envelope, previous.as_ref());
    save(&file, &folder, text.as_bytes())?;
    if !args.quiet {
        let findings = crate::report::phrase::plural(run.findings.len() as u64, "finding");
        let bytes = text.len();
        let shown = crate::text::escape::terminal(&args.output_file.to_string_lossy());
        writeln!(io.err, "securescan: {findings} in {shown} ({bytes} bytes)")?;
        let gone = previous.map_or(0, |before| before.gone(&run.findings));
        if gone > 0 {
            let earlier = crate::report::phrase::plural(gone as u64, "earlier finding");
            writeln!(io.err, "securescan: {earlier} not seen by this scan left the file")?;
        }
    }
    Ok(super::failure::code::OK)
}

/// A baseline is of code findings unless other types are asked for: what depends on a database or a host would come and go.
pub(super) const TYPES: &[ScanType] = &[ScanType::Code];

/// The baseline that is about to be replaced, for the reasons people wrote into it; a broken one is not overwritten.
pub(super) fn previous(file: &Path) -> Result<Option<Baseline>, Failure> {
    if file.symlink_metadata().is_err() {
        return Ok(None);
    }
    let shown = file.display().to_string();
    let bytes = read_named(file, scan::MAX_BASELINE)
        .with_context(|| format!("cannot read the older baseline {shown}"))?;
    let hint = "mend or remove the file first; reasons and dates in it would be lost";
    Baseline::read(&shown, &bytes).map(Some).map_err(|error| Failure::input(error).hint(hint))
}

fn save(file: &Path, folder: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let context = || format!("cannot write {}", file.display());
    let mut temporary = super::output::temporary_in(folder).with_context(context)?;
    temporary.write_all(bytes).with_context(context)?;
    temporary.as_file().sync_all().with_context(context)?;
    temporary.persist(file).with_context(context)?;
    Ok(())
}

/// The way from a directory to a path, both canonical: `..`, `../src`, `.`; with `/` on every system.
fn relative(from: &Path, to: &Path) -> String {
    let (from, to): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (from.components().collect(), to.components().collect());
    let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - shared);
    let down = to[shared..].iter().map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_target_is_named_from_where_the_file_is() {
        for (from, to, expected) in [
            ("/r/.securescan", "/r", ".."),
            ("/r", "/r", "."),
            ("/r/a", "/r/b/c", "../b/c"),
            ("/r", "/r/src", "src"),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(to)), expected);
        }
    }
}
