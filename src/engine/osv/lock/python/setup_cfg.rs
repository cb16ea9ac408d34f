//! `setup.cfg` of setuptools: the lists of requirements in `[options]` and below. Knows nothing of other
//! tools' sections.

use super::super::gather::Gather;
use super::super::{Broken, File};
use super::pyproject::{Manifest, Want};
use super::requirement::requirement;
use crate::engine::osv::component::{Listing, Note, Origin, Scope};

pub(super) const NAME: &str = "setup.cfg";

/// An entry of the file: `key = value`, its value over one or more lines.
struct Entry<'a> {
    section: &'a str,
    key: &'a str,
    /// Lines of the value with their numbers, trimmed, none empty.
    lines: Vec<(u32, &'a str)>,
}

/// Entries as `configparser` sees them: indented lines continue a value, `#` and `;` begin whole lines of comment.
fn entries(text: &str) -> Vec<Entry<'_>> {
    let mut all: Vec<Entry<'_>> = Vec::new();
    let mut section = "";
    let mut open = false;
    for (number, line) in (1..).zip(text.lines()) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with([' ', '\t']) {
            if let Some(entry) = all.last_mut().filter(|_| open) {
                entry.lines.push((number, trimmed));
            }
            continue;
        }
        open = false;
        if let Some(name) = trimmed.strip_prefix('[').and_then(|name| name.split(']').next()) {
            section = name.trim();
        } else if let Some(at) = trimmed.find(['=', ':']) {
            let (key, value) = trimmed.split_at(at);
            let value = value.get(1..).unwrap_or_default().trim();
            let lines = if value.is_empty() { Vec::new() } else { vec![(number, value)] };
            all.push(Entry { section, key: key.trim(), lines });
            open = true;
        }
    }
    all
}

/// Requirements of a list: one a line, or on a single line with semicolons between them.
fn items<'a>(entry: &Entry<'a>) -> Vec<(u32, &'a str)> {
    if let [(number, line)] = entry.lines.as_slice() {
        let split = line.split(';').map(str::trim).filter(|item| !item.is_empty());
        // setuptools takes every semicolon for an end; people mean a marker by some.
        if requirement(line).is_none() || split.clone().all(|item| requirement(item).is_some()) {
            return split.map(|item| (*number, item)).collect();
        }
    }
    entry.lines.clone()
}

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let mut gather = Gather::new(file, NAME);
    let mut manifest = Manifest::default();
    let (mut name, mut version) = ("", "");
    for entry in entries(text) {
        let key = entry.key.replace('-', "_").to_ascii_lowercase();
        let scope = match (entry.section, key.as_str()) {
            ("metadata", "name") => {
                name = entry.lines.first().map_or("", |(_, line)| *line);
                continue;
            }
            ("metadata", "version") => {
                version = entry.lines.first().map_or("", |(_, line)| *line);
                continue;
            }
            ("options", "install_requires") => Scope::Runtime,
            ("options", "setup_requires") => Scope::Build,
            ("options", "tests_require") => Scope::Test,
            ("options.extras_require", _) => Scope::Optional,
            _ => continue,
        };
        for (line, item) in items(&entry) {
            let item = item.split(" #").next().unwrap_or(item).trim();
            if item.starts_with("file:") {
                let message = "the requirements stand in another file".to_owned();
                gather.note(Note::Unresolved { line, message });
            } else if let Some(read) = requirement(item) {
                manifest.want(Want { line, ..Want::of(&read, scope, &Origin::Registry) });
            } else if !item.is_empty() {
                gather.lost(line, "not a requirement");
            }
        }
    }
    // `attr:` and `file:` are directions to the build tool.
    let version = if version.contains(':') { "" } else { version };
    gather.project(name, version);
    manifest.declare(&mut gather, None);
    manifest.list(&mut gather);
    Ok(gather.finish())
}
