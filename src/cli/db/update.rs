//! `securescan db update`: the only command that goes online. Downloads a database, or advisories to make one of.

use super::super::failure::Failure;
use super::super::term::Progress;
use super::super::{Io, post};
use super::{MAX_DATABASE, build, home, install};
use crate::http::Route;
use crate::http::download::{self, Wanted};
use anyhow::{Context as _, anyhow};
use sha2::{Digest as _, Sha256};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the project publishes its database.
const PUBLISHED: &str =
    "https://github.com/securescan/securescan/releases/download/advisories/advisories.db";

/// Arguments of `db update`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  securescan db update
  securescan db update --url https://mirror.example.com/advisories.db
  securescan db update --url https://osv-vulnerabilities.storage.googleapis.com/npm/all.zip

HTTPS_PROXY, NO_PROXY and SSL_CERT_FILE are honoured. An interrupted download is taken up where it
ended.")]
pub struct Args {
    /// Address of a database, or of a zip of OSV advisories; several zips make one database.
    #[arg(long, value_name = "URL", default_value = PUBLISHED)]
    pub url: Vec<String>,

    /// SHA-256 the file must have, 64 hex digits. Without it the file beside it (URL.sha256) is asked for.
    #[arg(long, value_name = "DIGEST", value_parser = digest)]
    pub sha256: Option<String>,

    /// Longest time for the download, seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 1800, value_parser = clap::value_parser!(u64).range(1..=86400))]
    pub timeout: u64,

    /// No progress.
    #[arg(short, long)]
    pub quiet: bool,
}

fn digest(text: &str) -> Result<String, String> {
    if text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()) {
        Ok(text.to_ascii_lowercase())
    } else {
        Err("expected 64 hex digits".to_owned())
    }
}

/// Runs it.
pub(super) fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    let is_zip = |url: &String| {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        path.len() > 4 && path[path.len() - 4..].eq_ignore_ascii_case(".zip")
    };
    let zips = args.url.iter().filter(|url| is_zip(url)).count();
    if args.url.len() > 1 && zips < args.url.len() {
        return Err(Failure::input(anyhow!(
            "several addresses make sense for zips of advisories alone"
        ))
        .hint("name one database, or zips only"));
    }
    if args.sha256.is_some() && args.url.len() > 1 {
        return Err(Failure::input(anyhow!("--sha256 speaks of one file, and there are several")));
    }
    let home = home(io)?;
    let route = post::route(io);
    let mut files = Vec::new();
    for (index, url) in args.url.iter().enumerate() {
        files.push(fetch(args, url, &part(&home, index), &route, io)?);
    }
    let bytes = if zips > 0 {
        build::of_files(&files, io)?
    } else {
        std::fs::read(&files[0]).with_context(|| format!("cannot read {}", files[0].display()))?
    };
    let done = install(&bytes, &home, io);
    if done.is_ok() {
        for file in &files {
            let _ = std::fs::remove_file(file);
        }
    }
    done
}

/// Where a download grows: beside the database, so that the last step is a renaming, and under a name that the next try finds.
fn part(home: &Path, index: usize) -> PathBuf {
    home.with_file_name(format!("download-{index}.part"))
}

fn fetch(
    args: &Args,
    url: &str,
    part: &Path,
    route: &Route,
    io: &mut Io<'_>,
) -> Result<PathBuf, Failure> {
    let time = Duration::from_secs(args.timeout);
    let hint = "for machines without a network: `securescan db import FILE`";
    let failed = |error: download::Error| Failure::input(error).hint(hint);
    let expected = if let Some(digest) = &args.sha256 {
        Some(digest.clone())
    } else {
        let (path, rest) = url.split_at(url.find(['?', '#']).unwrap_or(url.len()));
        let beside = format!("{path}.sha256{rest}");
        let wanted = Wanted { url: &beside, limit: 64 << 10, time };
        let text = download::text(&wanted, route).map_err(failed)?;
        text.and_then(|text| digest(text.split_whitespace().next()?).ok())
    };
    let progress = Progress::new(!args.quiet);
    let wanted = Wanted { url, limit: MAX_DATABASE, time };
    // Another address than the last time: what is there is not the beginning of it.
    let origin = part.with_extension("url");
    if std::fs::read_to_string(&origin).ok().as_deref() != Some(url) {
        let _ = std::fs::remove_file(part);
        std::fs::write(&origin, url)
            .with_context(|| format!("cannot write {}", origin.display()))?;
    }
    let got = download::get(&wanted, route, part, &mut |have, whole| progress.bytes(have, whole));
    progress.finish();
    got.map_err(failed)?;
    let _ = std::fs::remove_file(&origin);
    let bytes = std::fs::read(part).with_context(|| format!("cannot read {}", part.display()))?;
    let found = crate::text::hex(&Sha256::digest(&bytes));
    match expected {
        Some(expected) if expected != found => {
            let _ = std::fs::remove_file(part);
            Err(Failure::input(anyhow!("the file has SHA-256 {found}, expected {expected}"))
                .hint("nothing was changed; the database that was there is still used"))
        }
        Some(_) => Ok(part.to_owned()),
        None => {
            writeln!(
                io.err,
                "securescan: no checksum is published beside it; got SHA-256 {found}"
            )?;
            Ok(part.to_owned())
        }
    }
}
