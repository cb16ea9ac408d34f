//! Documents that list packages, as a [`Listing`]: CycloneDX, SPDX and syft's own. Takes bytes; what a document says of
//! packages that no scanner of ours can judge is counted and said.

mod cyclonedx;
mod cyclonedx_xml;
mod spdx;
mod spdx3;
mod syft;
mod tag_value;

use crate::engine::osv::component::{Algorithm, Component, Digest, Listing, Note, Scope};
use crate::engine::osv::lock::place::{Located, json};
use crate::engine::osv::lock::{Broken, MAX_COMPONENTS, MAX_WORD};
use crate::engine::osv::purl;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, HashMap};

/// Levels of components inside components that are followed.
const MAX_DEPTH: usize = 32;

/// Reads a document, whichever of the known ones it is. `path` is the name the listing gets.
pub fn read(bytes: &[u8], path: &str) -> Result<Listing, Broken> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = memchr::memchr_iter(b'\n', before).count() as u32 + 1;
        Broken::at(line, "not UTF-8 text")
    })?;
    let start = text.trim_start();
    let mut listing = if start.starts_with('{') {
        read_json(text)?
    } else if start.starts_with('<') {
        cyclonedx_xml::read(text)?
    } else if tag_value::is_one(text) {
        tag_value::read(text)?
    } else {
        return Err(Broken::whole("no known list of packages (CycloneDX, SPDX, syft)"));
    };
    path.clone_into(&mut listing.path);
    Ok(listing)
}

fn read_json(text: &str) -> Result<Listing, Broken> {
    #[derive(Deserialize)]
    struct Head<'a> {
        #[serde(borrow, rename = "bomFormat")]
        bom_format: Option<&'a RawValue>,
        #[serde(borrow, rename = "specVersion")]
        spec_version: Option<&'a RawValue>,
        #[serde(borrow, rename = "spdxVersion")]
        spdx_version: Option<&'a RawValue>,
        #[serde(borrow, rename = "@context")]
        context: Option<&'a RawValue>,
        #[serde(borrow)]
        artifacts: Option<&'a RawValue>,
        #[serde(borrow)]
        descriptor: Option<&'a RawValue>,
        // GitHub's export wraps the document.
        #[serde(borrow)]
        sbom: Option<&'a RawValue>,
    }
    let head: Head<'_> = json(text)?;
    let located = Located::new(text);
    let word = |raw: Option<&RawValue>| {
        raw.and_then(|raw| serde_json::from_str::<String>(raw.get()).ok()).unwrap_or_default()
    };
    if word(head.bom_format) == "CycloneDX" {
        let version = word(head.spec_version);
        return match version.as_str() {
            "1.2" | "1.3" | "1.4" | "1.5" | "1.6" | "1.7" => cyclonedx::read(&located, text),
            _ => Err(unknown("CycloneDX", &version)),
        };
    }
    let version = word(head.spdx_version);
    if !version.is_empty() {
        return spdx_version(&version).and_then(|()| spdx::read(&located, text));
    }
    if head.context.is_some_and(|context| context.get().contains("spdx.org/rdf/3.")) {
        return spdx3::read(&located, text);
    }
    if head.artifacts.is_some() && head.descriptor.is_some() {
        return syft::read(&located, text);
    }
    if let Some(inner) = head.sbom {
        let inner_head: Head<'_> = json(inner.get())?;
        let version = word(inner_head.spdx_version);
        if !version.is_empty() {
            return spdx_version(&version).and_then(|()| spdx::read(&located, inner.get()));
        }
    }
    Err(Broken::whole("no known list of packages (CycloneDX, SPDX, syft)"))
}

fn spdx_version(version: &str) -> Result<(), Broken> {
    match version.trim() {
        "SPDX-2.0" | "SPDX-2.1" | "SPDX-2.2" | "SPDX-2.3" => Ok(()),
        other => Err(unknown("SPDX", other.strip_prefix("SPDX-").unwrap_or(other))),
    }
}

/// A version nobody here has read about. It is named only where it looks like one.
fn unknown(format: &str, version: &str) -> Broken {
    let plain = version.len() <= 12 && version.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    Broken::whole(match version {
        "" => format!("{format} document without a version"),
        _ if plain => format!("version {version} of {format} is not known"),
        _ => format!("a version of {format} that is not known"),
    })
}

/// One entry of a document, in words that are common to all.
#[derive(Debug, Default)]
struct Entry {
    /// Its id inside the document; empty for none.
    reference: String,
    /// Its package URL; empty for none.
    purl: String,
    /// Digests by algorithm name.
    digests: Vec<(String, String)>,
    license: Option<String>,
    scope: Scope,
    /// Whether it is a package at all, and not a file, a system or a heading.
    is_package: bool,
    line: u32,
}

/// What an edge of a document says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Edge {
    /// One needs the other.
    Needs(Option<Scope>),
    /// One holds the other, which says nothing of who asked for it.
    Holds,
}

/// Collects entries and edges in any order.
#[derive(Debug)]
struct Builder<'a> {
    listing: Listing,
    /// Place of an entry in the listing; `None` for one that is not listed.
    places: HashMap<String, Option<u32>>,
    edges: Vec<(&'a str, &'a str, Edge)>,
    /// Ids of what the document is about.
    roots: Vec<&'a str>,
    unsupported: BTreeMap<String, usize>,
    first_unsupported: u32,
    bare: Count,
    unreadable: Count,
    versionless: Count,
    over: Count,
}

/// How many, and the line of the first.
#[derive(Debug, Default, Clone, Copy)]
struct Count {
    count: usize,
    line: u32,
}

impl Count {
    fn add(&mut self, line: u32) {
        if self.count == 0 {
            self.line = line;
        }
        self.count += 1;
    }
}

impl Builder<'_> {
    fn new(format: &'static str) -> Self {
        Self {
            listing: Listing { format, ..Listing::default() },
            places: HashMap::new(),
            edges: Vec::new(),
            roots: Vec::new(),
            unsupported: BTreeMap::new(),
            first_unsupported: 0,
            bare: Count::default(),
            unreadable: Count::default(),
            versionless: Count::default(),
            over: Count::default(),
        }
    }

    /// An entry that could not be understood.
    fn lose(&mut self, line: u32) {
        self.unreadable.add(line);
    }

    fn add(&mut self, entry: Entry) {
        let place = self.component(&entry).map(|component| {
            self.listing.components.push(component);
            self.listing.components.len() as u32 - 1
        });
        if !entry.reference.is_empty() {
            // Of two entries with one id the one that is listed counts.
            let known = self.places.entry(entry.reference).or_insert(place);
            *known = known.or(place);
        }
    }

    fn component(&mut self, entry: &Entry) -> Option<Component> {
        let line = entry.line;
        if entry.purl.is_empty() {
            if entry.is_package {
                self.bare.add(line);
            }
            return None;
        }
        let Some(parsed) = purl::parse(&entry.purl) else {
            self.unreadable.add(line);
            return None;
        };
        if parsed.ecosystem.is_none() {
            if self.unsupported.is_empty() {
                self.first_unsupported = line;
            }
            // Types are short; a document that makes up thousands gets one name for them.
            let kind = if self.unsupported.len() < 100 { parsed.kind } else { "others".to_owned() };
            *self.unsupported.entry(kind).or_default() += 1;
            return None;
        }
        let Some(mut component) = parsed.component(line) else {
            self.unreadable.add(line);
            return None;
        };
        if self.listing.components.len() >= MAX_COMPONENTS {
            self.over.add(line);
            return None;
        }
        if component.version.is_empty() {
            self.versionless.add(line);
        }
        component.scope = entry.scope;
        component.license = entry.license.clone().filter(|license| license.len() <= MAX_WORD);
        for (algorithm, hex) in &entry.digests {
            let digest = Algorithm::from_name(algorithm).and_then(|a| Digest::from_hex(a, hex));
            if let Some(digest) = digest.filter(|digest| !component.digests.contains(digest))
                && component.digests.len() < 16
            {
                component.digests.push(digest);
            }
        }
        component.digests.sort();
        component.pinned = !component.digests.is_empty();
        Some(component)
    }

    /// Resolves the edges and says what was left out.
    fn finish(mut self) -> Listing {
        let place = |id: &str| self.places.get(id).copied();
        let components = &mut self.listing.components;
        // What the document is about, and everything unlisted that hangs on it by any edge.
        let mut unlisted: HashMap<&str, Vec<(&str, Edge)>> = HashMap::new();
        let mut parents = vec![false; components.len()];
        let roots: std::collections::HashSet<&str> = self.roots.iter().copied().collect();
        for (from, to, edge) in &self.edges {
            let from_listed = place(from).flatten().filter(|_| !roots.contains(from));
            let Some(from_place) = from_listed else {
                unlisted.entry(from).or_default().push((to, *edge));
                continue;
            };
            if let (Edge::Needs(scope), Some(to_place)) = (edge, place(to).flatten())
                && to_place != from_place
            {
                components[from_place as usize].dependencies.push(to_place);
                parents[to_place as usize] = true;
                narrow(&mut components[to_place as usize], *scope);
            }
        }
        for component in components.iter_mut() {
            component.dependencies.sort_unstable();
            component.dependencies.dedup();
        }
        let mut seen: std::collections::HashSet<&str> = roots.clone();
        let mut left: Vec<&str> = self.roots.clone();
        let mut direct = vec![false; components.len()];
        while let Some(at) = left.pop() {
            for (to, edge) in unlisted.get(at).into_iter().flatten() {
                match place(to).flatten().filter(|_| !roots.contains(to)) {
                    Some(to_place) => {
                        if let Edge::Needs(scope) = edge {
                            direct[to_place as usize] = true;
                            narrow(&mut components[to_place as usize], *scope);
                        }
                    }
                    None => {
                        if seen.insert(to) {
                            left.push(to);
                        }
                    }
                }
            }
        }
        if direct.contains(&true) {
            for (index, component) in components.iter_mut().enumerate() {
                component.direct =
                    if direct[index] { Some(true) } else { parents[index].then_some(false) };
            }
        }
        self.notes();
        self.listing
    }

    fn notes(&mut self) {
        let total: usize = self.unsupported.values().sum();
        let mut lost = |line: u32, message: String| {
            self.listing.notes.push(Note::Lost { line: (line > 0).then_some(line), message });
        };
        if total > 0 {
            let kinds: Vec<String> = self
                .unsupported
                .iter()
                .take(8)
                .map(|(kind, count)| format!("{count} {}", kind.get(..20).unwrap_or(kind)))
                .collect();
            let more = if self.unsupported.len() > 8 { ", …" } else { "" };
            let kinds = kinds.join(", ");
            lost(
                self.first_unsupported,
                format!("{total} packages of other kinds than are looked at ({kinds}{more})"),
            );
        }
        for (Count { count, line }, what) in [
            (self.bare, "packages have no package URL"),
            (self.unreadable, "entries or package URLs could not be read"),
            (self.over, "packages are more than a document may list"),
        ] {
            if count > 0 {
                lost(line, format!("{count} {what}"));
            }
        }
        if self.versionless.count > 0 {
            let Count { count, line } = self.versionless;
            let message = format!("{count} packages have no version");
            self.listing.notes.push(Note::Unresolved { line, message });
        }
        let nothing = self.listing.components.is_empty() && self.listing.notes.is_empty();
        if nothing && self.places.len() > self.roots.len() {
            let message = "the document lists no package".to_owned();
            self.listing.notes.push(Note::Lost { line: None, message });
        }
    }
}

/// An edge that says what for overrules an entry that does not.
fn narrow(component: &mut Component, scope: Option<Scope>) {
    if let Some(scope) = scope
        && component.scope == Scope::Runtime
    {
        component.scope = scope;
    }
}

#[cfg(test)]
mod tests;
