//! What the scripts of this folder ask our own code: the packages of one lockfile, the order of versions, and whether a
//! requirement lets a version in.
//!
//! ```text
//! cargo build --release --example packages
//! target/release/examples/packages list PATH     name<TAB>version lines
//! target/release/examples/packages order         ECOSYSTEM<TAB>A<TAB>B lines in, <, =, > or ? out;
//!                                                ECOSYSTEM?<TAB>REQUIREMENT<TAB>VERSION in, y, n or ? out
//! ```

#![expect(clippy::unwrap_used, reason = "a tool of ours: what cannot go on ends")]
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::exit,
    reason = "it talks to a script"
)]

use securescan::engine::osv::component::Ecosystem;
use securescan::engine::osv::inventory::format_of;
use securescan::engine::osv::lock::{Around, File};
use securescan::engine::osv::version;
use std::cmp::Ordering;
use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["order"] => order(),
        [path] | ["list", path] => list(Path::new(path)),
        _ => {
            eprintln!("usage: packages list PATH | packages order");
            std::process::exit(2);
        }
    }
}

/// The folder of the lockfile; nothing above it is looked at.
struct Folder(PathBuf);

impl Around for Folder {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        std::fs::read(self.0.join(path)).ok().map(Arc::from)
    }

    fn below(&self, folder: &str) -> Vec<String> {
        let mut found = Vec::new();
        below(&self.0, &self.0.join(folder), &mut found);
        found.sort();
        found
    }
}

fn below(root: &Path, folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        if path.is_dir() && name != "node_modules" && name != ".git" {
            below(root, &path, found);
        } else if let Ok(relative) = path.strip_prefix(root) {
            found.push(relative.to_string_lossy().into_owned());
        }
    }
}

/// Files that are known by the folders above them are read under their whole path.
fn list(path: &Path) {
    let path = std::fs::canonicalize(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let is_known = format_of(&name).is_some();
    let (root, relative) = if is_known {
        (path.parent().unwrap().to_owned(), name)
    } else {
        (PathBuf::from("/"), path.strip_prefix("/").unwrap().to_string_lossy().into_owned())
    };
    let Some(format) = format_of(&relative) else {
        eprintln!("{}: no file with packages", path.display());
        std::process::exit(1);
    };
    let bytes = std::fs::read(&path).unwrap();
    let file = File { path: &relative, bytes: &bytes, around: &Folder(root) };
    match (format.read)(&file) {
        Ok(listing) => {
            for component in &listing.components {
                println!("{}\t{}", component.name, component.version);
            }
        }
        Err(broken) => {
            eprintln!("{}: {broken}", path.display());
            std::process::exit(1);
        }
    }
}

fn order() {
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or_default();
        let (name, a, b) = (next(), next(), next());
        let answer = match (name.strip_suffix('?'), Ecosystem::from_osv(name.trim_end_matches('?')))
        {
            (_, None) => "?",
            (Some(_), Some(ecosystem)) => match version::allows(ecosystem, a, b) {
                Some(true) => "y",
                Some(false) => "n",
                None => "?",
            },
            (None, Some(ecosystem)) => match version::compare(ecosystem, a, b) {
                Ok(Ordering::Less) => "<",
                Ok(Ordering::Equal) => "=",
                Ok(Ordering::Greater) => ">",
                Err(_) => "?",
            },
        };
        println!("{answer}");
    }
}
