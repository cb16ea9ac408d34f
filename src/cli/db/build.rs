//! `securescan db build`: compiles advisory databases, as their projects publish them, into one file.

use super::super::failure::{Failure, code};
use super::super::{Io, output};
use crate::engine::osv::component::Ecosystem;
use crate::engine::osv::db::{Builder, Built, Database, SourceId};
use crate::engine::osv::import::scores::{Epss, Kev};
use crate::engine::osv::import::{MAX_FILE, zip};
use crate::engine::osv::version;
use crate::report::phrase;
use crate::target::open::read_named;
use crate::text::escape;
use anyhow::{Context as _, anyhow};
use std::cmp::Ordering;
use std::path::{Path, PathBuf};

/// Arguments of `db build`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  securescan db build advisory-db advisory-database -o advisories.db
  securescan db build npm-all.zip PyPI-all.zip epss_scores-current.csv.gz -o advisories.db

A source is a folder, a zip of OSV advisories, or a file with EPSS scores (.csv, .csv.gz) or CISA's
list of exploited vulnerabilities (.json). Of advisories with the same id the source named first
wins. The build is dated by SOURCE_DATE_EPOCH, else by the clock.

Exit codes: 0 done, 2 usage or input error, 3 files could not be read and --strict was given.")]
pub struct Args {
    /// Advisory databases: OSV, GitHub, PyPA, Go, RustSec, Ruby, FriendsOfPHP, Node.js; EPSS and CISA KEV files.
    #[arg(required = true, value_name = "SOURCE")]
    pub sources: Vec<PathBuf>,

    /// File to write.
    #[arg(short, long, value_name = "FILE")]
    pub output_file: PathBuf,

    /// Exit 3 when a file of a source could not be read. The database is written all the same.
    #[arg(long)]
    pub strict: bool,

    /// Name every file that could not be read, not only the first ones.
    #[arg(long)]
    pub show_failures: bool,

    /// No summary.
    #[arg(short, long)]
    pub quiet: bool,
}

/// Failures that are named when nobody asks for all.
const SHOWN: usize = 10;

/// Files read at once; a large source is not held in memory whole.
const AT_ONCE: usize = 4096;

/// Deepest folder below a source.
const MAX_DEPTH: usize = 32;

/// Largest zip and largest file of scores, bytes.
const MAX_ARCHIVE: u64 = 2 << 30;

/// Runs it.
pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    let folder = io.env.folder().to_owned();
    let sources: Vec<PathBuf> = args.sources.iter().map(|source| folder.join(source)).collect();
    let built = compile(&sources, io)?;
    let file = folder.join(&args.output_file);
    output::replace(&file, &built.bytes)
        .with_context(|| format!("cannot write {}", args.output_file.display()))?;
    if !args.quiet {
        summary(args, &built, io)?;
    }
    let shown = if args.show_failures { built.failures.len() } else { SHOWN };
    for failure in built.failures.iter().take(shown) {
        writeln!(io.err, "securescan: not read: {}", escape::terminal(failure))?;
    }
    let failed: u64 = built.header.sources.iter().map(|source| u64::from(source.failed)).sum();
    let rest = failed.saturating_sub(shown.min(built.failures.len()) as u64);
    if rest > 0 {
        let files = phrase::plural(rest, "further file");
        writeln!(io.err, "securescan: {files} not read (--show-failures names them)")?;
    }
    Ok(if args.strict && failed > 0 { code::INCOMPLETE } else { code::OK })
}

fn summary(args: &Args, built: &Built, io: &mut Io<'_>) -> Result<(), Failure> {
    let shown = escape::terminal(&args.output_file.to_string_lossy());
    let header = &built.header;
    writeln!(
        io.err,
        "securescan: {} in {} groups, {}, in {shown}",
        phrase::plural(u64::from(header.advisories), "advisory").replace("advisorys", "advisories"),
        header.groups,
        phrase::bytes(built.bytes.len() as u64),
    )?;
    for one in &header.ecosystems {
        writeln!(
            io.err,
            "  {:<14} {:>6} packages {:>7} entries",
            escape::terminal(&one.name),
            one.packages,
            one.rows
        )?;
    }
    Ok(())
}

/// A database of downloaded files.
pub(super) fn of_files(files: &[PathBuf], io: &Io<'_>) -> Result<Vec<u8>, Failure> {
    Ok(compile(files, io)?.bytes)
}

fn order(ecosystem: Ecosystem, a: &str, b: &str) -> Option<Ordering> {
    version::compare(ecosystem, a, b).ok()
}

fn compile(sources: &[PathBuf], io: &Io<'_>) -> Result<Built, Failure> {
    let mut builder = Builder::new(&order);
    for source in sources {
        take(&mut builder, source)?;
    }
    let now = io.env.clock()?.now().as_second();
    let generator = concat!("securescan ", env!("CARGO_PKG_VERSION"));
    let built = builder.finish(now, generator).map_err(|error| {
        Failure::input(error).hint("docs/database.md lists the databases that are read")
    })?;
    // What was written must read: a database that every scan refuses helps nobody.
    Database::of_vec(built.bytes.clone())
        .and_then(|database| database.verify())
        .context("the database that was made does not read; this is a defect of securescan")?;
    Ok(built)
}

fn take(builder: &mut Builder<'_>, source: &Path) -> Result<(), Failure> {
    let shown = source.display();
    let meta = std::fs::metadata(source)
        .with_context(|| format!("cannot read {shown}"))
        .map_err(Failure::input)?;
    let name = source.file_name().unwrap_or(source.as_os_str()).to_string_lossy().into_owned();
    if meta.is_dir() {
        return folder(builder, source, &name);
    }
    let bytes = read_named(source, MAX_ARCHIVE)
        .with_context(|| format!("cannot read {shown}"))
        .map_err(Failure::input)?;
    let bad = |why: String| Failure::input(anyhow!("{shown}: {why}"));
    let ends = |end: &str| name.to_ascii_lowercase().ends_with(end);
    if bytes.starts_with(b"PK") {
        let id = builder.source(&name, "", 0, "");
        builder.add_zip(id, &bytes).map_err(bad)?;
    } else if ends(".csv") {
        builder.epss(Epss::read(&bytes).map_err(bad)?);
    } else if ends(".csv.gz") {
        let text = zip::gunzip(&bytes, 1 << 30).map_err(bad)?;
        builder.epss(Epss::read(&text).map_err(bad)?);
    } else if let Ok(kev) = Kev::read(&bytes) {
        builder.kev(kev);
    } else {
        let id = builder.source(&name, "", 0, "");
        builder.add(id, &[(name.clone(), bytes)]);
    }
    Ok(())
}

fn folder(builder: &mut Builder<'_>, root: &Path, name: &str) -> Result<(), Failure> {
    let mut files = Vec::new();
    list(root, root, 0, &mut files)?;
    files.sort();
    let licence = licence(root, &files);
    let (revision, date) = revision(root);
    let id = builder.source(name, &revision, date, licence);
    for chunk in files.chunks(AT_ONCE) {
        read(builder, id, root, chunk)?;
    }
    Ok(())
}

fn read(
    builder: &mut Builder<'_>,
    id: SourceId,
    root: &Path,
    chunk: &[String],
) -> Result<(), Failure> {
    let mut files: Vec<(String, Vec<u8>)> = Vec::with_capacity(chunk.len());
    for path in chunk {
        let bytes = read_named(&root.join(path), MAX_FILE as u64)
            .with_context(|| format!("cannot read {}", root.join(path).display()))
            .map_err(Failure::input)?;
        files.push((path.clone(), bytes));
    }
    builder.add(id, &files);
    Ok(())
}

/// Files that may be advisories, relative to the root, with `/`; links and hidden folders are passed over.
fn list(root: &Path, folder: &Path, depth: usize, files: &mut Vec<String>) -> Result<(), Failure> {
    if depth > MAX_DEPTH {
        return Err(Failure::input(anyhow!("{} is too deep", folder.display())));
    }
    let context = || format!("cannot list {}", folder.display());
    for entry in std::fs::read_dir(folder).with_context(context)? {
        let entry = entry.with_context(context)?;
        let kind = entry.file_type().with_context(context)?;
        let path = entry.path();
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        if kind.is_dir() {
            list(root, &path, depth + 1, files)?;
        } else if kind.is_file() {
            let is_text = path
                .extension()
                .and_then(|end| end.to_str())
                .is_some_and(|end| matches!(end, "json" | "yaml" | "yml" | "md"));
            let relative = path.strip_prefix(root).unwrap_or(&path);
            if let (true, Some(relative)) = (is_text, relative.to_str()) {
                files.push(relative.replace('\\', "/"));
            }
        }
    }
    Ok(())
}

/// The commit of a checkout and its date, where they can be told.
fn revision(root: &Path) -> (String, i64) {
    let objects = crate::target::git::Objects::discover(root).ok().flatten();
    let objects = objects.filter(|objects| objects.root() == root);
    let commit = objects.and_then(|objects| objects.commit("HEAD").ok());
    commit.map(|commit| (commit.id.to_string(), commit.seconds)).unwrap_or_default()
}

/// The licence of the data, where the shape of the folder tells which database it is.
fn licence(root: &Path, files: &[String]) -> &'static str {
    let has =
        |part: &str| files.iter().any(|path| format!("/{path}").contains(&format!("/{part}")));
    let is = |end: &str| files.iter().any(|path| path.ends_with(end));
    if has("crates/") && is(".md") {
        "CC0-1.0 AND CC-BY-4.0"
    } else if has("vulns/") || has("data/osv/") || has("advisories/github-reviewed/") {
        "CC-BY-4.0"
    } else if has("gems/") {
        "public domain"
    } else if has("vuln/npm/") {
        "MIT"
    } else if root.join("composer.json").is_file() {
        "Unlicense"
    } else {
        ""
    }
}
