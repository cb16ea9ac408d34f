//! SPDX 3 in JSON-LD: packages and their relationships out of the graph of elements. Reads no profile besides core and
//! software.

use super::{Broken, Builder, Edge, Entry, Listing, Located, Scope, json};
use serde::Deserialize;
use serde_json::value::RawValue;

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow, rename = "@graph", default)]
    graph: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Element {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(rename = "spdxId", default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(rename = "software_packageUrl", default)]
    purl: String,
    #[serde(rename = "software_packageVersion", default)]
    version: String,
    #[serde(rename = "software_primaryPurpose", default)]
    purpose: String,
    #[serde(rename = "externalIdentifier", default)]
    identifiers: Vec<Identifier>,
    #[serde(rename = "verifiedUsing", default)]
    hashes: Vec<Hash>,
    #[serde(rename = "rootElement", default)]
    roots: Vec<String>,
    #[serde(rename = "relationshipType", default)]
    relationship: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: Vec<String>,
    #[serde(default)]
    scope: String,
}

#[derive(Deserialize)]
struct Identifier {
    #[serde(rename = "externalIdentifierType", default)]
    kind: String,
    #[serde(default)]
    identifier: String,
}

#[derive(Deserialize)]
struct Hash {
    #[serde(default)]
    algorithm: String,
    #[serde(rename = "hashValue", default)]
    value: String,
}

/// Reads the document.
pub(super) fn read(located: &Located<'_>, text: &str) -> Result<Listing, Broken> {
    let document: Document<'_> = json(text)?;
    if document.graph.is_empty() {
        return Err(Broken::whole("SPDX 3 document without a graph"));
    }
    let mut broken = Vec::new();
    let mut packages = Vec::new();
    let mut relationships = Vec::new();
    let mut headings = Vec::new();
    for raw in document.graph {
        let line = located.line_of(raw.get());
        let Ok(element) = serde_json::from_str::<Element>(raw.get()) else {
            // Elements of other profiles have fields of other kinds; only packages and edges are missed.
            if raw.get().contains("software_Package") || raw.get().contains("\"relationshipType\"")
            {
                broken.push(line);
            }
            continue;
        };
        match element.kind.as_str() {
            "software_Package" => packages.push((element, line)),
            "software_Sbom" | "Bom" | "SpdxDocument" => headings.push(element),
            _ if !element.relationship.is_empty() => relationships.push(element),
            _ => {}
        }
    }
    let mut builder = Builder::new("SPDX");
    for line in broken {
        builder.lose(line);
    }
    // A document's root may be its list of packages, whose root is the package it is about.
    let is_heading = |id: &str| headings.iter().any(|heading| heading.id == id);
    let mut roots: Vec<&str> = headings
        .iter()
        .take(64)
        .flat_map(|heading| heading.roots.iter().map(String::as_str))
        .filter(|id| !is_heading(id))
        .collect();
    roots.sort_unstable();
    roots.dedup();
    let about = match roots[..] {
        [one] if packages.len() > 1 => Some(one),
        _ => None,
    };
    for (package, line) in packages {
        if about == Some(package.id.as_str()) {
            builder.listing.project = Some((package.name, package.version));
            continue;
        }
        let by_identifier = package.identifiers.into_iter().find(|one| one.kind == "packageUrl");
        let purl = if package.purl.is_empty() {
            by_identifier.map(|one| one.identifier).unwrap_or_default()
        } else {
            package.purl
        };
        builder.add(Entry {
            reference: package.id,
            purl,
            digests: package.hashes.into_iter().map(|h| (h.algorithm, h.value)).collect(),
            license: None,
            scope: Scope::Runtime,
            is_package: matches!(package.purpose.as_str(), "" | "library" | "framework" | "module"),
            line,
        });
    }
    builder.roots.extend(about);
    for one in &relationships {
        let scope = match one.scope.as_str() {
            "development" => Some(Scope::Dev),
            "test" => Some(Scope::Test),
            "build" => Some(Scope::Build),
            _ => None,
        };
        let edge = match one.relationship.as_str() {
            "dependsOn" => Edge::Needs(scope),
            "hasOptionalDependency" => Edge::Needs(Some(Scope::Optional)),
            "contains" => Edge::Holds,
            _ => continue,
        };
        builder.edges.extend(one.to.iter().map(|to| (one.from.as_str(), to.as_str(), edge)));
    }
    Ok(builder.finish())
}
