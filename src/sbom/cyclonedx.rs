//! The inventory as `CycloneDX` 1.5 or 1.6 (<https://cyclonedx.org/docs/1.6/json/>), and the parts that VEX documents
//! share with it. Writes only; reading is `read::cyclonedx`.

use super::license::{self, Placed};
use super::merge::{Merged, Package};
use super::{Inventory, Vulnerability};
use crate::engine::osv::component::{Ecosystem, Origin, Scope};
use crate::engine::osv::lock::address;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Version of the specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V15,
    V16,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Bom {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    #[serde(rename = "bomFormat")]
    pub(super) format: &'static str,
    pub(super) spec_version: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) serial_number: Option<String>,
    pub(super) version: u32,
    pub(super) metadata: Metadata,
    pub(super) components: Vec<Component>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) dependencies: Vec<Dependency>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) compositions: Vec<Composition>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) vulnerabilities: Vec<Weakness>,
}

#[derive(Debug, Serialize)]
pub(super) struct Metadata {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timestamp: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) lifecycles: Vec<Lifecycle>,
    pub(super) tools: Tools,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) component: Option<Component>,
}

#[derive(Debug, Serialize)]
pub(super) struct Lifecycle {
    phase: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct Tools {
    components: Vec<Component>,
}

#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Component {
    #[serde(rename = "type")]
    pub(super) kind: &'static str,
    #[serde(rename = "bom-ref", skip_serializing_if = "String::is_empty")]
    pub(super) bom_ref: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) group: String,
    pub(super) name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) scope: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) hashes: Vec<Hash>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) licenses: Vec<LicenseChoice>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) purl: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) external_references: Vec<Reference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) properties: Vec<Property>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) evidence: Option<Evidence>,
}

#[derive(Debug, Serialize)]
pub(super) struct Hash {
    alg: &'static str,
    content: String,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(super) enum LicenseChoice {
    Expression {
        expression: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        acknowledgement: Option<&'static str>,
    },
    License {
        license: LicenseName,
    },
}

#[derive(Debug, Serialize)]
pub(super) struct LicenseName {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acknowledgement: Option<&'static str>,
}

#[derive(Debug, Serialize)]
pub(super) struct Reference {
    #[serde(rename = "type")]
    kind: &'static str,
    url: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Property {
    name: &'static str,
    value: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Evidence {
    occurrences: Vec<Occurrence>,
}

#[derive(Debug, Serialize)]
pub(super) struct Occurrence {
    location: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Dependency {
    #[serde(rename = "ref")]
    reference: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    depends_on: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Composition {
    aggregate: &'static str,
    dependencies: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Weakness {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    references: Vec<Alias>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ratings: Vec<Rating>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    cwes: Vec<u32>,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    recommendation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    analysis: Option<Verdict>,
    affects: Vec<Affects>,
}

#[derive(Debug, Serialize)]
pub(super) struct Source {
    name: &'static str,
    url: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Alias {
    id: String,
    source: Source,
}

#[derive(Debug, Serialize)]
pub(super) struct Rating {
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    method: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    vector: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Verdict {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'static str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Affects {
    #[serde(rename = "ref")]
    reference: String,
}

/// The document of an inventory.
pub(super) fn bom(version: Version, inventory: &Inventory<'_>, merged: &Merged) -> io::Result<Bom> {
    let mut bom = empty(version, inventory.tool_version);
    bom.metadata.lifecycles.push(Lifecycle { phase: "pre-build" });
    bom.metadata.component = Some(Component {
        kind: "application",
        bom_ref: merged.reference.clone(),
        name: named(inventory.name),
        version: inventory.version.unwrap_or_default().to_owned(),
        ..Component::default()
    });
    for (reference, project) in &merged.projects {
        bom.components.push(Component {
            kind: "application",
            bom_ref: reference.clone(),
            name: named(&project.name),
            version: project.version.clone(),
            properties: vec![Property { name: "securescan:file", value: project.path.clone() }],
            ..Component::default()
        });
    }
    for (reference, package) in &merged.packages {
        bom.components.push(component(version, reference, package));
    }
    let mut depends = |reference: &str, needs: &BTreeSet<String>| {
        let depends_on = needs.iter().cloned().collect();
        bom.dependencies.push(Dependency { reference: reference.to_owned(), depends_on });
    };
    depends(&merged.reference, &merged.needs);
    for (reference, project) in &merged.projects {
        depends(reference, &project.needs);
    }
    for (reference, package) in &merged.packages {
        depends(reference, &package.needs);
    }
    bom.dependencies.sort_by(|a, b| a.reference.cmp(&b.reference));
    if !merged.incomplete.is_empty() {
        let dependencies = merged.incomplete.iter().cloned().collect();
        bom.compositions.push(Composition { aggregate: "incomplete", dependencies });
    }
    let by_purl: BTreeMap<&str, &str> = merged
        .packages
        .iter()
        .filter_map(|(reference, package)| Some((package.purl.as_deref()?, reference.as_str())))
        .collect();
    let reference = |purl: &str| by_purl.get(purl).map_or(purl, |known| *known).to_owned();
    bom.vulnerabilities = weaknesses(inventory.vulnerabilities, reference);
    finish(bom, inventory.timestamp)
}

/// A document without content.
pub(super) fn empty(version: Version, tool_version: &str) -> Bom {
    let (schema, spec_version) = match version {
        Version::V15 => ("http://cyclonedx.org/schema/bom-1.5.schema.json", "1.5"),
        Version::V16 => ("http://cyclonedx.org/schema/bom-1.6.schema.json", "1.6"),
    };
    let tool = Component {
        kind: "application",
        name: "securescan".to_owned(),
        version: tool_version.to_owned(),
        ..Component::default()
    };
    Bom {
        schema,
        format: "CycloneDX",
        spec_version,
        serial_number: None,
        version: 1,
        metadata: Metadata {
            timestamp: None,
            lifecycles: Vec::new(),
            tools: Tools { components: vec![tool] },
            component: None,
        },
        components: Vec::new(),
        dependencies: Vec::new(),
        compositions: Vec::new(),
        vulnerabilities: Vec::new(),
    }
}

/// Gives the document its number, which its content decides and its time does not.
pub(super) fn finish(mut bom: Bom, timestamp: Option<jiff::Timestamp>) -> io::Result<Bom> {
    bom.serial_number = Some(format!("urn:uuid:{}", super::uuid(&bom)?));
    bom.metadata.timestamp = timestamp.map(super::time);
    Ok(bom)
}

/// A component may not be nameless.
fn named(name: &str) -> String {
    if name.is_empty() { "unnamed".to_owned() } else { name.to_owned() }
}

fn component(version: Version, reference: &str, package: &Package) -> Component {
    let separator = match package.ecosystem {
        Ecosystem::Maven => ':',
        Ecosystem::Npm | Ecosystem::Packagist => '/',
        _ => '\0',
    };
    let (group, name) = package.name.split_once(separator).unwrap_or(("", &package.name));
    let licenses = package.license.as_ref().and_then(license::place);
    let place = match &package.origin {
        Origin::Git(url) => Some(("vcs", url)),
        Origin::Url(url) => Some(("distribution", url)),
        Origin::Registry | Origin::OtherRegistry(_) | Origin::Path(_) => None,
    };
    let place = place.map(|(kind, url)| (kind, address::without_credentials(url)));
    let mut properties = Vec::new();
    if package.scope != Scope::Runtime {
        let value = package.scope.as_str().to_owned();
        properties.push(Property { name: "securescan:scope", value });
    }
    if let Origin::Path(path) = &package.origin {
        properties.push(Property { name: "securescan:path", value: path.clone() });
    }
    Component {
        kind: "library",
        bom_ref: reference.to_owned(),
        group: group.to_owned(),
        name: named(name),
        version: package.version.clone(),
        scope: Some(match package.scope {
            Scope::Runtime => "required",
            Scope::Optional => "optional",
            Scope::Build | Scope::Test | Scope::Dev => "excluded",
        }),
        hashes: package
            .digests
            .iter()
            .map(|d| Hash { alg: d.algorithm.as_str(), content: d.hex.clone() })
            .collect(),
        licenses: licenses.map(|placed| choice(version, placed)).into_iter().collect(),
        purl: package.purl.clone(),
        external_references: place
            .into_iter()
            .filter(|(_, url)| is_reference(url))
            .map(|(kind, url)| Reference { kind, url })
            .collect(),
        properties,
        evidence: Some(Evidence {
            occurrences: package
                .occurrences
                .iter()
                .map(|(path, line)| match version {
                    // Lines came with 1.6.
                    Version::V15 => Occurrence { location: format!("{path}#L{line}"), line: None },
                    Version::V16 => Occurrence { location: path.clone(), line: Some(*line) },
                })
                .collect(),
        }),
    }
}

fn choice(version: Version, placed: Placed) -> LicenseChoice {
    let acknowledgement = (version == Version::V16).then_some("declared");
    match placed {
        Placed::Id(id) => LicenseChoice::License {
            license: LicenseName { id: Some(id), name: None, acknowledgement },
        },
        Placed::Name(name) => LicenseChoice::License {
            license: LicenseName { id: None, name: Some(name), acknowledgement },
        },
        Placed::Expression(expression) => LicenseChoice::Expression { expression, acknowledgement },
    }
}

/// Whether an address is an IRI reference, which the schema demands.
fn is_reference(url: &str) -> bool {
    url.contains("://")
        && url.chars().all(|c| !c.is_whitespace() && !c.is_control() && !"<>\"{}|\\^`".contains(c))
        && url.matches('#').count() < 2
}

/// Vulnerabilities by id; packages that share everything else share an entry.
pub(super) fn weaknesses(
    vulnerabilities: &[Vulnerability],
    reference: impl Fn(&str) -> String,
) -> Vec<Weakness> {
    let mut grouped: BTreeMap<Vulnerability, BTreeSet<String>> = BTreeMap::new();
    for vulnerability in vulnerabilities {
        let mut key = vulnerability.clone();
        let purl = std::mem::take(&mut key.purl);
        grouped.entry(key).or_default().insert(reference(&purl));
    }
    grouped.into_iter().map(|(one, references)| weakness(one, references)).collect()
}

fn weakness(one: Vulnerability, references: BTreeSet<String>) -> Weakness {
    let mut aliases: BTreeSet<&str> = one.aliases.iter().map(String::as_str).collect();
    aliases.remove(one.id.as_str());
    let rated = one.severity.is_some() || one.score.is_some() || one.vector.is_some();
    let rating = rated.then(|| Rating {
        score: one.score.map(|tenths| f64::from(tenths.min(100)) / 10.0),
        severity: one.severity.map_or("unknown", crate::finding::Severity::as_str),
        method: one.vector.as_deref().map(method),
        vector: one.vector.clone(),
    });
    let mut cwes: Vec<u32> = one
        .cwes
        .iter()
        .filter_map(|cwe| cwe.strip_prefix("CWE-")?.parse().ok())
        .filter(|number| *number > 0)
        .collect();
    cwes.sort_unstable();
    cwes.dedup();
    Weakness {
        source: source(&one.id),
        references: aliases
            .into_iter()
            .filter_map(|id| Some(Alias { id: id.to_owned(), source: source(id)? }))
            .collect(),
        ratings: rating.into_iter().collect(),
        cwes,
        description: one.description,
        recommendation: one.recommendation,
        analysis: one.analysis.map(|analysis| Verdict {
            state: analysis.status.cyclonedx(),
            justification: analysis.justification.map(super::Justification::cyclonedx),
            detail: analysis.detail,
        }),
        affects: references.into_iter().map(|reference| Affects { reference }).collect(),
        id: one.id,
    }
}

fn method(vector: &str) -> &'static str {
    match vector.split('/').next().unwrap_or_default() {
        "CVSS:4.0" => "CVSSv4",
        "CVSS:3.1" => "CVSSv31",
        "CVSS:3.0" => "CVSSv3",
        _ if vector.starts_with("AV:") => "CVSSv2",
        _ => "other",
    }
}

/// Who published an id, and its page.
fn source(id: &str) -> Option<Source> {
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.:".contains(&b));
    if !plain || id.is_empty() {
        return None;
    }
    let (name, page) = match id.split('-').next()? {
        "CVE" => ("NVD", "https://nvd.nist.gov/vuln/detail/"),
        "GHSA" => ("GitHub Advisory Database", "https://github.com/advisories/"),
        "RUSTSEC" => ("RustSec", "https://rustsec.org/advisories/"),
        "GO" => ("Go Vulnerability Database", "https://pkg.go.dev/vuln/"),
        _ => ("OSV", "https://osv.dev/vulnerability/"),
    };
    Some(Source { name, url: format!("{page}{id}") })
}
