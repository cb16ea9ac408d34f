//! Requirement and constraint files of pip, and what pip-compile and uv write in them. Files they include are read with
//! them, except those whose name makes them listed by themselves.

use super::super::{Around, Broken, File, join};
use super::graph::Packages;
use super::lines::LogicalLines;
use super::origin;
use super::requirement::requirement;
use super::scope_of_word;
use crate::engine::osv::component::{Component, Declared, Ecosystem, Listing, Origin, Scope};
use crate::text::decode::{Decoded, decode};
use std::borrow::Cow;
use std::collections::BTreeSet;

pub(super) const NAME: &str = "requirements.txt";

/// Files that one file may include, also through others.
const MAX_FILES: usize = 100;
/// Files that include one another in a row.
const MAX_DEPTH: usize = 10;

/// Options of pip that take a value and say nothing about packages
/// (<https://pip.pypa.io/en/stable/reference/requirements-file-format/#supported-options>).
const IGNORED: &[&str] = &[
    "--trusted-host",
    "--no-binary",
    "--only-binary",
    "--use-feature",
    "--extra-index-url",
    "--global-option",
    "--install-option",
    "--config-settings",
    "--config-setting",
    "-C",
];
/// The same without a value.
const FLAGS: &[&str] =
    &["--pre", "--prefer-binary", "--require-hashes", "--no-index", "--always-unzip", "-Z"];

/// Whether a file is listed by itself.
pub(super) fn is_listed(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    if name.starts_with("requirements") && name.strip_suffix(".lock").is_some() {
        return true;
    }
    name.strip_suffix(".txt").is_some_and(|stem| {
        stem.starts_with("requirements")
            || stem.ends_with("requirements")
            || stem.starts_with("constraints")
            || folder.rsplit('/').next() == Some("requirements")
    })
}

/// Text of a file. pip reads UTF-16 with a byte-order mark, too, which Windows' shell writes.
fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, Broken> {
    let not_text = || Broken::whole("not UTF-8 text");
    match decode(bytes) {
        Decoded::Text(Cow::Borrowed(bytes)) => {
            std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|_| not_text())
        }
        Decoded::Text(Cow::Owned(bytes)) => {
            String::from_utf8(bytes).map(Cow::Owned).map_err(|_| not_text())
        }
        Decoded::Binary => Err(not_text()),
    }
}

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = match file.text() {
        Ok(text) => Cow::Borrowed(text),
        Err(broken) => text_of(file.bytes).map_err(|_| broken)?,
    };
    let mut reader = Reader {
        packages: Packages::new(file, NAME),
        around: file.around,
        seen: BTreeSet::from([file.path.to_owned()]),
        named: BTreeSet::new(),
        index: None,
        links: None,
        no_index: false,
        requirements: 0,
    };
    reader.file(
        &text,
        &Place {
            path: file.path,
            depth: 0,
            own: true,
            listed: true,
            scope: scope_of_path(file.path),
        },
    );
    Ok(reader.finish())
}

/// Scope by the words of a path: `requirements-dev.txt`, `requirements/test.txt`.
fn scope_of_path(path: &str) -> Scope {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    stem.split(|c: char| !c.is_alphanumeric()).find_map(scope_of_word).unwrap_or_default()
}

/// One of the files that are read.
struct Place<'a> {
    path: &'a str,
    depth: usize,
    /// The file of the listing itself.
    own: bool,
    /// Its packages are wanted; otherwise only which names it pins.
    listed: bool,
    scope: Scope,
}

struct Reader<'a> {
    packages: Packages,
    around: &'a dyn Around,
    seen: BTreeSet<String>,
    /// Normalised names that get an exact version anywhere.
    named: BTreeSet<String>,
    index: Option<Origin>,
    links: Option<Origin>,
    no_index: bool,
    requirements: usize,
}

/// What stands behind a requirement until the next one: comments of pip-compile.
#[derive(Default)]
struct Via {
    /// Component the comments are about.
    component: Option<u32>,
    open: bool,
}

impl Reader<'_> {
    fn file(&mut self, text: &str, place: &Place<'_>) {
        let mut via = Via::default();
        for line in LogicalLines::new(text) {
            let statement = line.statement.trim();
            if !statement.is_empty() {
                via = Via { component: self.statement(statement, line.number, place), open: false };
            }
            if let Some(comment) = line.comment {
                self.comment(comment, &mut via);
            }
        }
    }

    /// `# via a, b`, or `# via` and a line `#   a` for each.
    fn comment(&mut self, comment: &str, via: &mut Via) {
        let trimmed = comment.trim();
        let names = match trimmed.strip_prefix("via") {
            Some(rest) if rest.is_empty() || rest.starts_with(' ') => rest.trim(),
            _ if via.open && comment.starts_with("   ") => trimmed,
            _ => {
                via.open = false;
                return;
            }
        };
        via.open = true;
        let Some(index) = via.component else { return };
        let mut direct = None;
        for name in names.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            // `-r file`, and `project (pyproject.toml)` for what stands in a manifest.
            if name.starts_with("-r ") || name.starts_with("--requirement ") || name.contains(" (")
            {
                direct = Some(true);
            } else if !name.starts_with('-') {
                let name = name.split('[').next().unwrap_or(name);
                self.packages.needed_by(index, name);
            }
        }
        if let Some(component) = self.packages.gather.get_mut(index) {
            component.direct = direct.or(component.direct).or(Some(false));
        }
    }

    /// A line that is more than a comment; gives the component it lists.
    fn statement(&mut self, text: &str, line: u32, place: &Place<'_>) -> Option<u32> {
        if !text.starts_with('-') {
            return self.requirement(text, false, line, place);
        }
        let (option, value) = split_option(text);
        match option {
            "-r" | "--requirement" => self.include(value, line, place, false),
            "-c" | "--constraint" => self.include(value, line, place, true),
            "-e" | "--editable" => return self.requirement(value, true, line, place),
            "-i" | "--index-url" | "--pypi-url" => {
                self.index = Some(origin::of_index(unquoted(value)));
            }
            "-f" | "--find-links" => {
                let mut component = Component::new(Ecosystem::PyPi, "", "", line);
                origin::by_address(&mut component, unquoted(value));
                self.links = Some(match component.origin {
                    Origin::Url(address) | Origin::Path(address) | Origin::Git(address) => {
                        Origin::OtherRegistry(address)
                    }
                    other => other,
                });
            }
            "--no-index" => self.no_index = true,
            option if IGNORED.contains(&option) || FLAGS.contains(&option) => {}
            _ => self.packages.gather.lost(line, "an option that pip does not have in such files"),
        }
        None
    }

    fn include(&mut self, target: &str, line: u32, place: &Place<'_>, constraint: bool) {
        let target = unquoted(target);
        let folder = place.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let Some(path) = join(folder, target).filter(|_| !target.contains("://")) else {
            self.packages.gather.lost(line, "the included file is not in this repository");
            return;
        };
        let elsewhere = is_listed(&path);
        if (elsewhere && !constraint) || self.seen.contains(&path) {
            return;
        }
        if place.depth >= MAX_DEPTH || self.seen.len() > MAX_FILES {
            self.packages.gather.lost(line, "too many files include one another");
            return;
        }
        self.seen.insert(path.clone());
        let Some(bytes) = self.around.read(&path) else {
            if !elsewhere {
                self.packages.gather.lost(line, "the included file is not there");
            }
            return;
        };
        let Ok(text) = text_of(&bytes) else {
            self.packages.gather.lost(line, "the included file is not UTF-8 text");
            return;
        };
        let scope = match scope_of_path(&path) {
            Scope::Runtime => place.scope,
            scope => scope,
        };
        let listed = place.listed && !elsewhere;
        let next = Place { path: &path, depth: place.depth + 1, own: false, listed, scope };
        self.file(&text, &next);
    }

    fn requirement(
        &mut self,
        text: &str,
        editable: bool,
        line: u32,
        place: &Place<'_>,
    ) -> Option<u32> {
        let (text, options) = split_options(text);
        let text = unquoted(text);
        let read = requirement(text)
            .filter(|_| !editable || !text.contains(['/', '\\']) || text.contains('@'));
        let Some(read) = read else {
            return self.address(text, line, place);
        };
        let exact = read.exact();
        if exact.is_some() || read.url.is_some() {
            self.named.insert(Ecosystem::PyPi.normalise(read.name));
        }
        if !place.listed {
            return None;
        }
        self.requirements += 1;
        let scope = if read.is_conditional() { Scope::Optional } else { place.scope };
        if exact.is_none() && read.url.is_none() {
            self.packages.gather.declare(Declared {
                ecosystem: Ecosystem::PyPi,
                name: read.name.to_owned(),
                requirement: read.specifier.to_owned(),
                scope,
                origin: Origin::Registry,
                line,
                file: (!place.own).then(|| place.path.to_owned()),
            });
            return None;
        }
        let mut component = Component::new(Ecosystem::PyPi, read.name, exact.unwrap_or(""), line);
        component.scope = scope;
        if let Some(address) = read.url {
            if let Some((_, version)) = origin::of_archive_name(address) {
                version.clone_into(&mut component.version);
            }
            origin::by_address(&mut component, address);
        }
        for hash in hashes(options) {
            origin::add_hash(&mut component, hash);
        }
        component.file = (!place.own).then(|| place.path.to_owned());
        self.packages.add(component)
    }

    /// A bare address or path. Its name stands in `#egg=`, or in the name of the archive; a folder has only its own.
    fn address(&mut self, text: &str, line: u32, place: &Place<'_>) -> Option<u32> {
        if !place.listed {
            return None;
        }
        let text = text.split_once(" ;").map_or(text, |(address, _)| address).trim();
        let (address, fragment) = text.split_once('#').unwrap_or((text, ""));
        let egg = fragment.split('&').find_map(|pair| pair.strip_prefix("egg="));
        let egg = egg.and_then(requirement).map(|egg| egg.name);
        let archive = origin::of_archive_name(address);
        let is_path = address.starts_with(['.', '/']) || address.contains(['/', '\\']);
        if !is_path && archive.is_none() {
            self.packages.gather.lost(line, "neither a requirement nor an address");
            return None;
        }
        let folder = || {
            let address =
                address.split('[').next().unwrap_or(address).trim_end_matches(['/', '\\']);
            let last = address.rsplit(['/', '\\', ':']).next().unwrap_or_default();
            let last = last.split('@').next().unwrap_or(last);
            last.strip_suffix(".git").unwrap_or(last)
        };
        let name = egg.or(archive.map(|(name, _)| name)).unwrap_or_else(folder);
        if matches!(name, "" | "." | "..") {
            // The project itself, or a folder around it.
            return None;
        }
        self.requirements += 1;
        let version = archive.map_or("", |(_, version)| version);
        let mut component = Component::new(Ecosystem::PyPi, name, version, line);
        component.scope = place.scope;
        origin::by_address(&mut component, text);
        component.file = (!place.own).then(|| place.path.to_owned());
        self.packages.add(component)
    }

    fn finish(mut self) -> Listing {
        let origin = match (self.no_index, self.index, self.links) {
            (true, _, Some(links)) => Some(links),
            (_, index, _) => index,
        };
        if let Some(origin) = origin {
            for component in self.packages.gather.components_mut() {
                if component.origin == Origin::Registry {
                    component.origin.clone_from(&origin);
                }
            }
        }
        let open: Vec<u32> = self
            .packages
            .gather
            .declared()
            .iter()
            .filter(|declared| !self.named.contains(&Ecosystem::PyPi.normalise(&declared.name)))
            .map(|declared| if declared.file.is_none() { declared.line } else { 1 })
            .collect();
        self.packages.gather.unresolved(&open, self.requirements);
        self.packages.link();
        self.packages.finish()
    }
}

/// An option and its value: `--name value`, `--name=value`, `-nvalue`.
fn split_option(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| c.is_whitespace() || c == '=').unwrap_or(text.len());
    let (option, value) = text.split_at(end);
    if !option.starts_with("--")
        && let Some((short, rest)) = option.split_at_checked(2)
        && !rest.is_empty()
    {
        return (short, text.get(2..).unwrap_or("").trim());
    }
    (option, value.trim_start_matches('=').trim())
}

/// A requirement and the options behind it.
fn split_options(text: &str) -> (&str, &str) {
    // pip takes the first word with a hyphen for the first option.
    let bytes = text.as_bytes();
    let begins =
        |at: &usize| at.checked_sub(1).is_some_and(|before| bytes[before].is_ascii_whitespace());
    if let Some((requirement, options)) =
        memchr::memchr_iter(b'-', bytes).find(begins).and_then(|at| text.split_at_checked(at))
    {
        return (requirement.trim(), options);
    }
    (text, "")
}

/// Values of `--hash`.
fn hashes(options: &str) -> impl Iterator<Item = &str> {
    let mut words = options.split_ascii_whitespace();
    std::iter::from_fn(move || {
        loop {
            let word = words.next()?;
            if word == "--hash" {
                return words.next();
            }
            if let Some(hash) = word.strip_prefix("--hash=") {
                return Some(hash);
            }
        }
    })
}

fn unquoted(text: &str) -> &str {
    let text = text.trim();
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)) {
            return inside;
        }
    }
    text
}
