//! The inventory as SPDX 2.3 in JSON (<https://spdx.github.io/spdx-spec/v2.3/>). Writes only; reading is `read::spdx`.

use super::Inventory;
use super::license;
use super::merge::{Merged, Package};
use crate::engine::osv::component::{Algorithm, Origin, Scope};
use crate::engine::osv::lock::address;
use crate::engine::osv::purl;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

const NONE: &str = "NOASSERTION";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct SpdxDocument {
    spdx_version: &'static str,
    data_license: &'static str,
    #[serde(rename = "SPDXID")]
    id: &'static str,
    name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    document_namespace: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    creation_info: Option<CreationInfo>,
    packages: Vec<SpdxPackage>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    has_extracted_licensing_infos: Vec<Extracted>,
    relationships: Vec<Relationship>,
}

#[derive(Debug, Serialize)]
struct CreationInfo {
    created: String,
    creators: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SpdxPackage {
    name: String,
    #[serde(rename = "SPDXID")]
    id: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    version_info: String,
    download_location: String,
    files_analyzed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    checksums: Vec<Checksum>,
    #[serde(skip_serializing_if = "String::is_empty")]
    source_info: String,
    license_concluded: &'static str,
    license_declared: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    license_comments: String,
    copyright_text: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    external_refs: Vec<ExternalRef>,
    primary_package_purpose: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Checksum {
    algorithm: &'static str,
    checksum_value: String,
}

#[derive(Debug, Serialize)]
struct ExternalRef {
    #[serde(rename = "referenceCategory")]
    category: &'static str,
    #[serde(rename = "referenceType")]
    kind: &'static str,
    #[serde(rename = "referenceLocator")]
    locator: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Extracted {
    license_id: String,
    #[serde(rename = "extractedText")]
    text: String,
    name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
struct Relationship {
    spdx_element_id: String,
    #[serde(rename = "relationshipType")]
    kind: &'static str,
    related_spdx_element: String,
}

/// The document of an inventory.
pub(super) fn document(inventory: &Inventory<'_>, merged: &Merged) -> io::Result<SpdxDocument> {
    let name = if inventory.name.is_empty() { "unnamed" } else { inventory.name };
    let mut ids = BTreeMap::new();
    let mut packages = Vec::new();
    let mut extracted: BTreeMap<String, String> = BTreeMap::new();
    ids.insert(merged.reference.as_str(), id_of(name, &merged.reference));
    packages.push(application(
        name,
        inventory.version.unwrap_or_default(),
        &ids[merged.reference.as_str()],
        String::new(),
    ));
    for (reference, project) in &merged.projects {
        let id = id_of(&project.name, reference);
        let source = format!("described by {}", project.path);
        packages.push(application(&project.name, &project.version, &id, source));
        ids.insert(reference, id);
    }
    for (reference, package) in &merged.packages {
        let id = id_of(&package.name, reference);
        packages.push(library(package, &id, &mut extracted));
        ids.insert(reference, id);
    }
    packages.sort_by(|a, b| a.id.cmp(&b.id));
    let mut document = SpdxDocument {
        spdx_version: "SPDX-2.3",
        data_license: "CC0-1.0",
        id: "SPDXRef-DOCUMENT",
        name: name.to_owned(),
        document_namespace: String::new(),
        creation_info: None,
        packages,
        has_extracted_licensing_infos: extracted
            .into_iter()
            .map(|(license_id, text)| {
                let name = license_id.trim_start_matches("LicenseRef-").to_owned();
                Extracted { license_id, text, name }
            })
            .collect(),
        relationships: relationships(merged, &ids),
    };
    let uuid = super::uuid(&document)?;
    let readable: String =
        name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(60).collect();
    document.document_namespace = format!("https://spdx.org/spdxdocs/{readable}-{uuid}");
    document.creation_info = Some(CreationInfo {
        created: super::time(inventory.timestamp.unwrap_or(jiff::Timestamp::UNIX_EPOCH)),
        creators: vec![format!("Tool: securescan-{}", inventory.tool_version)],
    });
    Ok(document)
}

fn relationships(merged: &Merged, ids: &BTreeMap<&str, String>) -> Vec<Relationship> {
    let mut found = BTreeSet::new();
    let mut relate = |one: &str, kind, other: &str| {
        found.insert(Relationship {
            spdx_element_id: one.to_owned(),
            kind,
            related_spdx_element: other.to_owned(),
        });
    };
    let root = &ids[merged.reference.as_str()];
    relate("SPDXRef-DOCUMENT", "DESCRIBES", root);
    let mut direct = |of: &str, needs: &BTreeSet<String>| {
        for need in needs {
            let (Some(id), Some(package)) = (ids.get(need.as_str()), merged.packages.get(need))
            else {
                continue;
            };
            match package.scope {
                Scope::Runtime => relate(of, "DEPENDS_ON", id),
                Scope::Optional => relate(id, "OPTIONAL_DEPENDENCY_OF", of),
                Scope::Build => relate(id, "BUILD_DEPENDENCY_OF", of),
                Scope::Test => relate(id, "TEST_DEPENDENCY_OF", of),
                Scope::Dev => relate(id, "DEV_DEPENDENCY_OF", of),
            }
        }
    };
    direct(root, &merged.needs);
    for (reference, project) in &merged.projects {
        direct(&ids[reference.as_str()], &project.needs);
    }
    for reference in merged.projects.keys() {
        relate(root, "CONTAINS", &ids[reference.as_str()]);
    }
    for (reference, package) in &merged.packages {
        for need in &package.needs {
            if let Some(id) = ids.get(need.as_str()) {
                relate(&ids[reference.as_str()], "DEPENDS_ON", id);
            }
        }
    }
    found.into_iter().collect()
}

/// `SPDXRef-Package-<name>-<12 hex digits>`: readable, unique, and the same in every run.
fn id_of(name: &str, reference: &str) -> String {
    let readable: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '.' { c } else { '-' })
        .take(60)
        .collect();
    let digest = crate::text::hex(&Sha256::digest(reference.as_bytes())[..6]);
    format!("SPDXRef-Package-{readable}-{digest}")
}

fn application(name: &str, version: &str, id: &str, source_info: String) -> SpdxPackage {
    SpdxPackage {
        name: name.to_owned(),
        id: id.to_owned(),
        version_info: version.to_owned(),
        download_location: NONE.to_owned(),
        files_analyzed: false,
        checksums: Vec::new(),
        source_info,
        license_concluded: NONE,
        license_declared: NONE.to_owned(),
        license_comments: String::new(),
        copyright_text: NONE,
        external_refs: Vec::new(),
        primary_package_purpose: "APPLICATION",
    }
}

fn library(package: &Package, id: &str, extracted: &mut BTreeMap<String, String>) -> SpdxPackage {
    let name = if package.name.is_empty() { "unnamed" } else { &package.name };
    let places: Vec<String> =
        package.occurrences.iter().map(|(path, line)| format!("{path}:{line}")).collect();
    let mut spdx =
        application(name, &package.version, id, format!("listed in {}", places.join(", ")));
    spdx.primary_package_purpose = "LIBRARY";
    if let Some(location) = location(&package.origin) {
        spdx.download_location = location;
    }
    spdx.checksums = package
        .digests
        .iter()
        .map(|digest| Checksum {
            algorithm: match digest.algorithm {
                Algorithm::Md5 => "MD5",
                Algorithm::Sha1 => "SHA1",
                Algorithm::Sha256 => "SHA256",
                Algorithm::Sha384 => "SHA384",
                Algorithm::Sha512 => "SHA512",
            },
            checksum_value: digest.hex.clone(),
        })
        .collect();
    if let Some(license) = &package.license {
        match license.expression.as_deref().map(str::trim) {
            Some(expression) if !expression.is_empty() && !expression.contains("DocumentRef-") => {
                for reference in license::references(expression) {
                    let words = license.declared.trim();
                    let words = if words.is_empty() { &reference } else { words };
                    extracted.entry(reference.clone()).or_insert_with(|| words.to_owned());
                }
                expression.clone_into(&mut spdx.license_declared);
            }
            _ => {
                if let Some(license::Placed::Name(words)) = license::place(license) {
                    spdx.license_comments = format!("declared as: {words}");
                }
            }
        }
    }
    if let Some(purl) = &package.purl {
        spdx.external_refs.push(ExternalRef {
            category: "PACKAGE-MANAGER",
            kind: "purl",
            locator: purl.clone(),
        });
    }
    spdx
}

/// A download location in the grammar of the specification (7.7); `None` for what does not fit it.
fn location(origin: &Origin) -> Option<String> {
    let location = match origin {
        Origin::Git(url) => purl::vcs_url(&address::without_credentials(url)),
        Origin::Url(url) => address::without_credentials(url),
        Origin::Registry | Origin::OtherRegistry(_) | Origin::Path(_) => return None,
    };
    let (scheme, rest) = location.split_once("://")?;
    let scheme_fits = matches!(
        scheme,
        "http" | "https" | "git" | "git+https" | "git+http" | "git+ssh" | "git+git"
    );
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let fits = scheme_fits
        && !host.is_empty()
        && rest
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b));
    fits.then_some(location)
}
