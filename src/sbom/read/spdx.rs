//! SPDX 2.0 to 2.3 in JSON, and what the JSON and tag-value forms share.

use super::{Broken, Builder, Edge, Entry, Listing, Located, Scope, json};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashSet;

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(rename = "documentDescribes", default)]
    describes: Option<Vec<String>>,
    #[serde(borrow, default)]
    packages: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    relationships: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Package {
    #[serde(rename = "SPDXID", default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    version_info: Option<String>,
    #[serde(default)]
    primary_package_purpose: Option<String>,
    #[serde(default)]
    license_declared: Option<String>,
    #[serde(default)]
    license_concluded: Option<String>,
    #[serde(default)]
    checksums: Option<Vec<Checksum>>,
    #[serde(default)]
    external_refs: Option<Vec<ExternalRef>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Checksum {
    algorithm: String,
    checksum_value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExternalRef {
    reference_type: String,
    reference_locator: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Relationship {
    spdx_element_id: String,
    related_spdx_element: String,
    #[serde(rename = "relationshipType")]
    kind: String,
}

/// A package of either form.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) version: String,
    pub(super) purpose: String,
    pub(super) purl: String,
    pub(super) license: Option<String>,
    pub(super) digests: Vec<(String, String)>,
    pub(super) line: u32,
}

/// A relationship of either form: from, type, to.
pub(super) type Related = (String, String, String);

/// Reads the document.
pub(super) fn read(located: &Located<'_>, text: &str) -> Result<Listing, Broken> {
    let document: Document<'_> = json(text)?;
    let mut packages = Vec::new();
    let mut broken = Vec::new();
    for raw in document.packages.unwrap_or_default() {
        let line = located.line_of(raw.get());
        match serde_json::from_str::<Package>(raw.get()) {
            Ok(package) => packages.push(found(package, line)),
            Err(_) => broken.push(line),
        }
    }
    let mut related = Vec::new();
    for id in document.describes.unwrap_or_default() {
        let document = "SPDXRef-DOCUMENT".to_owned();
        related.push((document, "DESCRIBES".to_owned(), id));
    }
    for raw in document.relationships.unwrap_or_default() {
        if let Ok(one) = serde_json::from_str::<Relationship>(raw.get()) {
            related.push((one.spdx_element_id, one.kind, one.related_spdx_element));
        } else {
            broken.push(located.line_of(raw.get()));
        }
    }
    Ok(build(packages, &related, &broken))
}

fn found(package: Package, line: u32) -> Found {
    let words = Option::unwrap_or_default;
    let declared = words(package.license_declared);
    let concluded = words(package.license_concluded);
    let refs = package.external_refs.unwrap_or_default();
    Found {
        id: package.id,
        name: package.name,
        version: words(package.version_info),
        purpose: words(package.primary_package_purpose),
        purl: refs
            .into_iter()
            .find(|one| is_purl(&one.reference_type))
            .map(|one| one.reference_locator)
            .unwrap_or_default(),
        license: license(declared, concluded),
        digests: package
            .checksums
            .unwrap_or_default()
            .into_iter()
            .map(|one| (one.algorithm, one.checksum_value))
            .collect(),
        line,
    }
}

/// `purl`, or a link that ends in it.
pub(super) fn is_purl(kind: &str) -> bool {
    kind == "purl" || kind.ends_with("/purl")
}

/// The declared licence, or the concluded one.
pub(super) fn license(declared: String, concluded: String) -> Option<String> {
    let said = |word: &String| !matches!(word.trim(), "" | "NOASSERTION" | "NONE");
    Some(declared).filter(said).or(Some(concluded).filter(said))
}

/// The listing of packages and relationships.
pub(super) fn build(packages: Vec<Found>, related: &[Related], broken: &[u32]) -> Listing {
    let mut builder = Builder::new("SPDX");
    for line in broken {
        builder.lose(*line);
    }
    let described: HashSet<&str> = related
        .iter()
        .filter_map(|(from, kind, to)| match kind.as_str() {
            "DESCRIBES" => Some(to.as_str()),
            "DESCRIBED_BY" => Some(from.as_str()),
            _ => None,
        })
        .collect();
    // Some programs describe every package; one alone is what the document is about.
    let about = match described.iter().next() {
        Some(one) if described.len() == 1 && packages.len() > 1 => Some(*one),
        _ => None,
    };
    for package in packages {
        if about == Some(package.id.as_str()) {
            builder.listing.project = Some((package.name, package.version));
            continue;
        }
        let is_package = !matches!(
            package.purpose.as_str(),
            "APPLICATION"
                | "SOURCE"
                | "FILE"
                | "ARCHIVE"
                | "INSTALL"
                | "CONTAINER"
                | "OPERATING-SYSTEM"
                | "OPERATING_SYSTEM"
                | "DEVICE"
                | "FIRMWARE"
        );
        builder.add(Entry {
            reference: package.id,
            purl: package.purl.trim().to_owned(),
            digests: package.digests,
            license: package.license,
            scope: Scope::Runtime,
            is_package,
            line: package.line,
        });
    }
    builder.roots.extend(about);
    for (from, kind, to) in related {
        let (from, to, edge) = match kind.as_str() {
            "DEPENDS_ON" => (from, to, Edge::Needs(None)),
            "DEPENDENCY_OF" | "RUNTIME_DEPENDENCY_OF" | "PROVIDED_DEPENDENCY_OF" => {
                (to, from, Edge::Needs(None))
            }
            "DEV_DEPENDENCY_OF" => (to, from, Edge::Needs(Some(Scope::Dev))),
            "TEST_DEPENDENCY_OF" => (to, from, Edge::Needs(Some(Scope::Test))),
            "BUILD_DEPENDENCY_OF" => (to, from, Edge::Needs(Some(Scope::Build))),
            "OPTIONAL_DEPENDENCY_OF" => (to, from, Edge::Needs(Some(Scope::Optional))),
            "CONTAINS" => (from, to, Edge::Holds),
            "CONTAINED_BY" => (to, from, Edge::Holds),
            _ => continue,
        };
        builder.edges.push((from, to, edge));
    }
    builder.finish()
}
