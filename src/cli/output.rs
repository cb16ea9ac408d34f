//! Reports to where they were asked to go: standard output, or files that appear whole or not at all.

use super::failure::Failure;
use crate::enrich;
use crate::finding::Run;
use crate::report::{self, Format, Options};
use anyhow::Context as _;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::str::FromStr;

/// One `--output FORMAT[=FILE]`.
#[derive(Debug, Clone)]
pub struct Output {
    /// The format.
    pub format: &'static Format,
    /// Where to; standard output when `None`.
    pub file: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = match text.split_once('=') {
            Some((_, "")) => return Err("no file name after =".to_owned()),
            Some((name, file)) => (name, (file != "-").then(|| PathBuf::from(file))),
            None => (text, None),
        };
        let format = report::by_name(name).ok_or_else(|| {
            let names: Vec<&str> = report::FORMATS.iter().map(|format| format.name).collect();
            format!("unknown format \"{name}\" (expected one of: {})", names.join(", "))
        })?;
        Ok(Self { format, file })
    }
}

/// Every output that was asked for, or one of the format `by_default`, checked before any work: at most one to standard
/// output, folders that exist.
pub fn plan(
    by_default: &str,
    outputs: &[Output],
    output_file: Option<&Path>,
) -> Result<Vec<Output>, Failure> {
    let mut outputs = outputs.to_vec();
    if outputs.is_empty() {
        let format = report::by_name(by_default).unwrap_or(&report::FORMATS[0]);
        outputs.push(Output { format, file: None });
    }
    let to_stdout = outputs.iter().filter(|output| output.file.is_none()).count();
    if let Some(file) = output_file {
        let mut free = outputs.iter_mut().filter(|output| output.file.is_none());
        match (free.next(), free.next()) {
            (Some(output), None) => output.file = Some(file.to_owned()),
            _ => {
                return Err(Failure::input(anyhow::anyhow!(
                    "--output-file names one file, but {to_stdout} outputs lack one"
                ))
                .hint("write each as --output FORMAT=FILE"));
            }
        }
    } else if to_stdout > 1 {
        return Err(Failure::input(anyhow::anyhow!(
            "{to_stdout} outputs want to go to standard output"
        ))
        .hint("send all but one to a file: --output sarif=out.sarif --output text"));
    }
    let mut seen = Vec::new();
    for file in outputs.iter().filter_map(|output| output.file.as_deref()) {
        let folder = folder_of(file);
        if !folder.is_dir() {
            return Err(Failure::input(anyhow::anyhow!(
                "cannot write {}: {} is not a folder",
                file.display(),
                folder.display()
            )));
        }
        if file.is_dir() {
            return Err(Failure::input(anyhow::anyhow!(
                "cannot write {}: it is a folder",
                file.display()
            )));
        }
        // A device may take several reports; of two in one file the second would silently win.
        let place = (std::fs::canonicalize(folder)?, file.file_name().map(ToOwned::to_owned));
        if seen.contains(&place) && !file.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Failure::input(anyhow::anyhow!(
                "two outputs would be written to {}",
                file.display()
            )));
        }
        seen.push(place);
    }
    Ok(outputs)
}

fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

/// Writes all of them. Files are rendered first and renamed into place together, then standard output is written.
pub fn write(
    run: &Run,
    outputs: &[Output],
    options: &Options,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let plain = Options { colour: false, terminal: false, width: 100, ..options.clone() };
    let bare = enrich::without(run);
    let run_for =
        |format: &Format| if format.shows_ai { run } else { bare.as_ref().unwrap_or(run) };
    let mut ready = Vec::new();
    for output in outputs {
        let Some(file) = &output.file else { continue };
        ready.push((file, prepare(run_for(output.format), output.format, &plain, file)?));
    }
    for (file, prepared) in ready {
        if let Some(temporary) = prepared {
            temporary.persist(file).with_context(|| format!("cannot write {}", file.display()))?;
        }
    }
    for output in outputs.iter().filter(|output| output.file.is_none()) {
        let mut buffered = std::io::BufWriter::with_capacity(1 << 16, &mut *out);
        (output.format.render)(run_for(output.format), options, &mut buffered)?;
        buffered.flush()?;
    }
    Ok(())
}

/// The finished report beside its destination; `None` when it was written in place, because the destination is no regular
/// file (`/dev/null`, a FIFO) and must not be replaced by one.
fn prepare(
    run: &Run,
    format: &Format,
    options: &Options,
    file: &Path,
) -> Result<Option<tempfile::NamedTempFile>, Failure> {
    let context = || format!("cannot write {}", file.display());
    if file.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        let mut special =
            std::fs::OpenOptions::new().write(true).open(file).with_context(context)?;
        (format.render)(run, options, &mut special).with_context(context)?;
        return Ok(None);
    }
    let mut temporary = temporary_in(folder_of(file)).with_context(context)?;
    {
        let mut buffered = std::io::BufWriter::new(temporary.as_file_mut());
        (format.render)(run, options, &mut buffered).with_context(context)?;
        buffered.flush().with_context(context)?;
    }
    temporary.as_file().sync_all().with_context(context)?;
    Ok(Some(temporary))
}

/// Writes bytes to a file that appears whole or not at all; what is no regular file is written in place.
pub(super) fn replace(file: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    if file.metadata().is_ok_and(|metadata| !metadata.is_file()) {
        std::fs::OpenOptions::new().write(true).open(file)?.write_all(bytes)?;
        return Ok(());
    }
    let mut temporary = temporary_in(folder_of(file))?;
    temporary.write_all(bytes)?;
    temporary.as_file().sync_all()?;
    temporary.persist(file)?;
    Ok(())
}

/// A file that will be renamed to its destination in the same folder.
pub(super) fn temporary_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".securescan-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The user's umask decides, as for any file they make.
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}
