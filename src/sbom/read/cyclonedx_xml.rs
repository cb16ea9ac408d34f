//! CycloneDX 1.2 to 1.7 in XML. No entity is resolved but the five of XML itself.

use super::cyclonedx::{is_package, joined, scope_of};
use super::{Broken, Builder, Edge, Entry, Listing, Located, MAX_DEPTH, unknown};
use crate::engine::osv::lock::{MAX_COMPONENTS, MAX_WORD};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Levels of elements that are followed: components inside components take two each.
const MAX_LEVELS: usize = 2 * MAX_DEPTH + 16;

/// A component whose end has not come yet.
#[derive(Default)]
struct Open {
    entry: Entry,
    kind: String,
    name: String,
    version: String,
    group: String,
    scope: String,
    licenses: Vec<String>,
    properties: Vec<(String, String)>,
    /// Level of its element.
    level: usize,
    is_root: bool,
    /// The external reference at hand names the archive.
    distribution: bool,
}

#[derive(Default)]
struct State {
    path: Vec<String>,
    open: Vec<Open>,
    text: String,
    /// An attribute of the element at hand: algorithm, property name.
    attribute: String,
    from: Vec<String>,
    edges: Vec<(String, String)>,
    root: Option<String>,
    entries: Vec<Entry>,
    project: Option<(String, String)>,
}

/// Reads the document.
pub(super) fn read(text: &str) -> Result<Listing, Broken> {
    let located = Located::new(text);
    let mut reader = Reader::from_str(text);
    let mut state = State::default();
    let mut known = false;
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event();
        let line = || located.line_at(at.saturating_add(1));
        match event {
            Err(_) => return Err(Broken::at(line(), "not valid XML")),
            Ok(Event::Eof) => break,
            Ok(Event::Start(start)) => {
                if !known {
                    check(&start)?;
                    known = true;
                }
                if state.path.len() >= MAX_LEVELS {
                    return Err(Broken::at(line(), "elements are nested too deeply"));
                }
                state.start(&start, line());
            }
            Ok(Event::Empty(start)) => {
                if !known {
                    check(&start)?;
                    known = true;
                }
                state.start(&start, line());
                state.end();
            }
            Ok(Event::End(_)) => state.end(),
            Ok(Event::Text(words)) => state.add(&words),
            Ok(Event::CData(words)) => state.add(&words),
            Ok(Event::GeneralRef(name)) => {
                if let Ok(Some(c)) = name.resolve_char_ref() {
                    state.add(c.encode_utf8(&mut [0; 4]));
                } else {
                    state.add(match &*name {
                        "amp" => "&",
                        "lt" => "<",
                        "gt" => ">",
                        "quot" => "\"",
                        "apos" => "'",
                        _ => "",
                    });
                }
            }
            Ok(_) => {}
        }
    }
    if !known || !state.path.is_empty() {
        return Err(Broken::whole("the XML text ends too early"));
    }
    let mut builder = Builder::new("CycloneDX");
    builder.listing.project = state.project;
    // Inner ones end first.
    state.entries.sort_by_key(|entry| entry.line);
    for entry in state.entries {
        builder.add(entry);
    }
    builder.roots.extend(state.root.as_deref());
    builder.edges = state
        .edges
        .iter()
        .map(|(from, to)| (from.as_str(), to.as_str(), Edge::Needs(None)))
        .collect();
    Ok(builder.finish())
}

/// Whether the first element is that of a document we know: `<bom xmlns="http://cyclonedx.org/schema/bom/1.6">`.
fn check(start: &BytesStart<'_>) -> Result<(), Broken> {
    if start.local_name().as_ref() != "bom" {
        return Err(Broken::whole("no known list of packages (CycloneDX, SPDX, syft)"));
    }
    for attribute in start.attributes().flatten().take(64) {
        let value = &attribute.value;
        if let Some(version) = value.strip_prefix("http://cyclonedx.org/schema/bom/") {
            return match version {
                "1.2" | "1.3" | "1.4" | "1.5" | "1.6" | "1.7" => Ok(()),
                other => Err(unknown("CycloneDX", other)),
            };
        }
    }
    Err(unknown("CycloneDX", ""))
}

impl State {
    fn add(&mut self, words: &str) {
        // Nothing that is kept is longer; descriptions may be.
        if self.text.len() + words.len() <= 8 * MAX_WORD {
            self.text.push_str(words);
        }
    }

    fn start(&mut self, start: &BytesStart<'_>, line: u32) {
        let name = start.local_name().as_ref().to_owned();
        self.text.clear();
        self.attribute.clear();
        let get = |key: &str| {
            start
                .attributes()
                .flatten()
                .take(64)
                .find(|attribute| attribute.key.local_name().as_ref() == key)
                .map(|attribute| unescaped(&attribute.value))
                .unwrap_or_default()
        };
        match name.as_str() {
            "component" => {
                let parent = self.path.last().map(String::as_str);
                // Tools and evidence hold components too; only lists of them count.
                let listed = parent == Some("components")
                    && !self.path.iter().any(|part| part == "tools" || part == "services");
                let is_root = parent == Some("metadata");
                if listed || is_root {
                    let mut open = Open {
                        kind: get("type"),
                        level: self.path.len(),
                        is_root,
                        ..Open::default()
                    };
                    open.entry.reference = get("bom-ref");
                    open.entry.line = line;
                    self.open.push(open);
                }
            }
            "dependency" => {
                let reference = get("ref");
                if let Some(from) = self.from.last() {
                    self.edges.push((from.clone(), reference.clone()));
                }
                self.from.push(reference);
            }
            "hash" => self.attribute = get("alg"),
            "property" => self.attribute = get("name"),
            "reference" => {
                if let Some(open) = self.open.last_mut() {
                    open.distribution = get("type") == "distribution";
                }
            }
            _ => {}
        }
        self.path.push(name);
    }

    fn end(&mut self) {
        let Some(name) = self.path.pop() else { return };
        let level = self.path.len();
        let text = std::mem::take(&mut self.text);
        let text = text.trim();
        if name == "dependency" {
            self.from.pop();
        }
        let Some(open) = self.open.last_mut() else { return };
        if name == "component" && open.level == level {
            self.close();
            return;
        }
        let below = level - open.level;
        match (name.as_str(), below) {
            ("name", 1) => text.clone_into(&mut open.name),
            ("group", 1) => text.clone_into(&mut open.group),
            ("version", 1) => text.clone_into(&mut open.version),
            ("scope", 1) => text.clone_into(&mut open.scope),
            ("purl", 1) => text.clone_into(&mut open.entry.purl),
            // Some programs put the archive's digest where the archive is named.
            ("hash", 2 | 4) if below == 2 || open.distribution => {
                let algorithm = std::mem::take(&mut self.attribute);
                open.entry.digests.push((algorithm, text.to_owned()));
            }
            ("expression", 2) | ("id" | "name", 3)
                if self.path.get(open.level + 1).is_some_and(|part| part == "licenses")
                    && open.licenses.len() < 64
                    && !text.is_empty() =>
            {
                open.licenses.push(text.to_owned());
            }
            ("property", 2) if open.properties.len() < 1000 => {
                open.properties.push((std::mem::take(&mut self.attribute), text.to_owned()));
            }
            _ => {}
        }
    }

    fn close(&mut self) {
        let Some(open) = self.open.pop() else { return };
        if open.is_root {
            self.root = Some(open.entry.reference).filter(|root| !root.is_empty());
            if !open.name.is_empty() {
                let name = if open.group.is_empty() {
                    open.name
                } else {
                    format!("{}/{}", open.group, open.name)
                };
                self.project = Some((name, open.version));
            }
            return;
        }
        let mut entry = open.entry;
        entry.license = joined(&open.licenses);
        let properties = open.properties.iter();
        entry.scope = scope_of(
            &open.scope,
            properties.map(|(name, value)| (name.as_str(), Some(value.as_str()))),
        );
        entry.is_package = is_package(&open.kind);
        // More than the builder takes are still counted there, but not kept whole.
        if self.entries.len() > MAX_COMPONENTS {
            entry.digests.clear();
            entry.license = None;
        }
        self.entries.push(entry);
    }
}

fn unescaped(text: &str) -> String {
    quick_xml::escape::unescape(text).map_or_else(|_| text.to_owned(), std::borrow::Cow::into_owned)
}
