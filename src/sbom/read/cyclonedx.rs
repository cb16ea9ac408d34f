//! CycloneDX 1.2 to 1.7 in JSON.

use super::{Broken, Builder, Edge, Entry, Listing, Located, MAX_DEPTH, Scope, json};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow, default)]
    metadata: Option<Metadata<'a>>,
    #[serde(borrow, default)]
    components: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    dependencies: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct Metadata<'a> {
    #[serde(borrow)]
    component: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Component<'a> {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(rename = "bom-ref", default)]
    reference: String,
    #[serde(default)]
    group: Option<String>,
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: Option<String>,
    #[serde(default)]
    purl: Option<String>,
    #[serde(default)]
    scope: Option<String>,
    #[serde(default)]
    hashes: Option<Vec<Hash>>,
    #[serde(default)]
    licenses: Option<Vec<Choice>>,
    #[serde(default)]
    properties: Option<Vec<Property>>,
    #[serde(rename = "externalReferences", default)]
    references: Option<Vec<Reference>>,
    #[serde(borrow, default)]
    components: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct Hash {
    alg: String,
    content: String,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    hashes: Option<Vec<Hash>>,
}

#[derive(Deserialize)]
struct Choice {
    expression: Option<String>,
    license: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    id: Option<String>,
    name: Option<String>,
}

#[derive(Deserialize)]
struct Property {
    #[serde(default)]
    name: String,
    #[serde(default)]
    value: Option<String>,
}

#[derive(Deserialize)]
struct Dependency<'a> {
    #[serde(borrow, rename = "ref")]
    reference: &'a RawValue,
    #[serde(borrow, rename = "dependsOn", default)]
    needs: Option<Vec<&'a RawValue>>,
}

/// Reads the document.
pub(super) fn read(located: &Located<'_>, text: &str) -> Result<Listing, Broken> {
    let document: Document<'_> = json(text)?;
    let mut ids = Ids::default();
    let edges = edges(&document, &mut ids);
    let mut builder = Builder::new("CycloneDX");
    let mut left: Vec<(&RawValue, usize)> = Vec::new();
    if let Some(root) = document.metadata.as_ref().and_then(|metadata| metadata.component) {
        if let Ok(component) = serde_json::from_str::<Component<'_>>(root.get()) {
            if !component.name.is_empty() {
                let version = component.version.unwrap_or_default();
                let name = match component.group.as_deref() {
                    Some(group) if !group.is_empty() => format!("{group}/{}", component.name),
                    _ => component.name,
                };
                builder.listing.project = Some((name, version));
            }
            ids.root = Some(component.reference).filter(|root| !root.is_empty());
            left.extend(component.components.unwrap_or_default().into_iter().map(|c| (c, 1)));
        } else {
            builder.lose(located.line_of(root.get()));
        }
    }
    left.extend(document.components.unwrap_or_default().into_iter().map(|c| (c, 0)));
    left.reverse();
    while let Some((raw, depth)) = left.pop() {
        let line = located.line_of(raw.get());
        let Ok(mut component) = serde_json::from_str::<Component<'_>>(raw.get()) else {
            builder.lose(line);
            continue;
        };
        let inner = component.components.take().unwrap_or_default();
        builder.add(entry(component, line));
        if depth >= MAX_DEPTH {
            for raw in inner {
                builder.lose(located.line_of(raw.get()));
            }
        } else {
            left.extend(inner.into_iter().rev().map(|raw| (raw, depth + 1)));
        }
    }
    for broken in edges.broken {
        builder.lose(located.line_of(broken));
    }
    builder.roots.extend(ids.root.as_deref());
    builder.edges = edges
        .pairs
        .iter()
        .map(|(from, to)| (ids.words[*from].as_str(), ids.words[*to].as_str(), Edge::Needs(None)))
        .collect();
    Ok(builder.finish())
}

/// Ids of the dependency graph, each kept once.
#[derive(Default)]
struct Ids {
    words: Vec<String>,
    places: std::collections::HashMap<String, usize>,
    root: Option<String>,
}

impl Ids {
    fn place(&mut self, word: String) -> usize {
        if let Some(place) = self.places.get(&word) {
            return *place;
        }
        self.words.push(word.clone());
        self.places.insert(word, self.words.len() - 1);
        self.words.len() - 1
    }
}

#[derive(Default)]
struct Edges<'a> {
    pairs: Vec<(usize, usize)>,
    broken: Vec<&'a str>,
}

fn edges<'a>(document: &Document<'a>, ids: &mut Ids) -> Edges<'a> {
    let mut edges = Edges::default();
    let word = |raw: &RawValue| serde_json::from_str::<String>(raw.get()).ok();
    for raw in document.dependencies.iter().flatten() {
        let read = serde_json::from_str::<Dependency<'_>>(raw.get()).ok();
        let read = read.and_then(|one| Some((word(one.reference)?, one.needs)));
        let Some((from, needs)) = read else {
            edges.broken.push(raw.get());
            continue;
        };
        let from = ids.place(from);
        for need in needs.unwrap_or_default() {
            match word(need) {
                Some(need) => edges.pairs.push((from, ids.place(need))),
                None => edges.broken.push(raw.get()),
            }
        }
    }
    edges
}

fn entry(component: Component<'_>, line: u32) -> Entry {
    let properties = component.properties.unwrap_or_default();
    // Some programs put the archive's digest where the archive is named.
    let archives = component.references.unwrap_or_default().into_iter();
    let archived = archives.filter(|one| one.kind == "distribution").filter_map(|one| one.hashes);
    let scope = component.scope.unwrap_or_default();
    Entry {
        reference: component.reference,
        purl: component.purl.map(|purl| purl.trim().to_owned()).unwrap_or_default(),
        digests: component
            .hashes
            .unwrap_or_default()
            .into_iter()
            .chain(archived.flatten())
            .map(|hash| (hash.alg, hash.content))
            .collect(),
        license: license(component.licenses.unwrap_or_default()),
        scope: scope_of(
            &scope,
            properties.iter().map(|one| (one.name.as_str(), one.value.as_deref())),
        ),
        is_package: is_package(&component.kind),
        line,
    }
}

/// Types of CycloneDX that stand for something with a version that others publish.
pub(super) fn is_package(kind: &str) -> bool {
    matches!(kind, "library" | "framework" | "")
}

/// The scope, by its word and by the properties of tools that know it better.
pub(super) fn scope_of<'a>(
    word: &str,
    properties: impl Iterator<Item = (&'a str, Option<&'a str>)>,
) -> Scope {
    let by_word = match word {
        "optional" => Scope::Optional,
        "excluded" => Scope::Dev,
        _ => Scope::Runtime,
    };
    let mut found = None;
    for (name, value) in properties {
        let value = value.unwrap_or_default();
        match name {
            "securescan:scope" => {
                found = [Scope::Optional, Scope::Build, Scope::Test, Scope::Dev]
                    .into_iter()
                    .find(|scope| scope.as_str() == value);
            }
            "cdx:npm:package:development" | "cdx:composer:package:isDevRequirement"
                if value == "true" =>
            {
                found = found.or(Some(Scope::Dev));
            }
            _ => {}
        }
    }
    found.unwrap_or(by_word)
}

/// One expression of what may be several licences.
fn license(choices: Vec<Choice>) -> Option<String> {
    let words: Vec<String> = choices
        .into_iter()
        .filter_map(|choice| {
            let named = |license: Named| license.id.or(license.name);
            choice.expression.or_else(|| choice.license.and_then(named))
        })
        .filter(|word| !word.trim().is_empty())
        .take(64)
        .collect();
    joined(&words)
}

/// Several licences that a document lists side by side all hold.
pub(super) fn joined(words: &[String]) -> Option<String> {
    match words {
        [] => None,
        [one] => Some(one.clone()),
        several => {
            let grouped = |word: &String| {
                if word.contains(" OR ") { format!("({word})") } else { word.clone() }
            };
            Some(several.iter().map(grouped).collect::<Vec<_>>().join(" AND "))
        }
    }
}
