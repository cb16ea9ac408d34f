//! Verdicts on vulnerabilities (VEX): who is affected by what and why not. Writes `OpenVEX` 0.2.0 and `CycloneDX`;
//! `read` takes both and CSAF. Decides nothing itself.

mod csaf;
mod read;

pub use read::{Vex, read_vex};

use super::cyclonedx;
use super::{Analysis, Vulnerability};
use crate::engine::osv::purl;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// What a verdict says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// The vulnerability does no harm here.
    NotAffected,
    /// It does.
    Affected,
    /// It did; this version has the fix.
    Fixed,
    /// Nobody knows yet.
    UnderInvestigation,
}

impl Status {
    /// The word of `OpenVEX`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Affected => "affected",
            Self::Fixed => "fixed",
            Self::UnderInvestigation => "under_investigation",
        }
    }

    /// By the word of `OpenVEX`.
    pub fn from_name(word: &str) -> Option<Self> {
        [Self::NotAffected, Self::Affected, Self::Fixed, Self::UnderInvestigation]
            .into_iter()
            .find(|status| status.as_str() == word)
    }

    /// The analysis state of `CycloneDX`.
    pub(super) const fn cyclonedx(self) -> &'static str {
        match self {
            Self::NotAffected => "not_affected",
            Self::Affected => "exploitable",
            Self::Fixed => "resolved",
            Self::UnderInvestigation => "in_triage",
        }
    }
}

/// Why a vulnerability does no harm; the five labels that `OpenVEX` and CSAF share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Justification {
    /// The component is not part of the product.
    ComponentNotPresent,
    /// The code with the fault is not part of the component as used.
    CodeNotPresent,
    /// That code never runs.
    CodeNotInExecutePath,
    /// It runs, but an attacker has no say in what it does.
    CodeNotControllable,
    /// Something else already stops the attack.
    MitigationsExist,
}

impl Justification {
    const ALL: [Self; 5] = [
        Self::ComponentNotPresent,
        Self::CodeNotPresent,
        Self::CodeNotInExecutePath,
        Self::CodeNotControllable,
        Self::MitigationsExist,
    ];

    /// The label of `OpenVEX` and CSAF.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ComponentNotPresent => "component_not_present",
            Self::CodeNotPresent => "vulnerable_code_not_present",
            Self::CodeNotInExecutePath => "vulnerable_code_not_in_execute_path",
            Self::CodeNotControllable => "vulnerable_code_cannot_be_controlled_by_adversary",
            Self::MitigationsExist => "inline_mitigations_already_exist",
        }
    }

    /// By the label of `OpenVEX` and CSAF, or by the one of `CycloneDX`.
    pub fn from_name(label: &str) -> Option<Self> {
        let shared = Self::ALL.into_iter().find(|one| one.as_str() == label);
        shared.or(match label {
            "code_not_present" => Some(Self::CodeNotPresent),
            "code_not_reachable" => Some(Self::CodeNotInExecutePath),
            "requires_configuration" | "requires_dependency" | "requires_environment" => {
                Some(Self::CodeNotControllable)
            }
            "protected_by_compiler"
            | "protected_at_runtime"
            | "protected_at_perimeter"
            | "protected_by_mitigating_control" => Some(Self::MitigationsExist),
            _ => None,
        })
    }

    /// The nearest label of `CycloneDX`, which has none for an attacker without influence.
    pub(super) const fn cyclonedx(self) -> &'static str {
        match self {
            Self::ComponentNotPresent | Self::CodeNotPresent => "code_not_present",
            Self::CodeNotInExecutePath => "code_not_reachable",
            Self::CodeNotControllable => "requires_environment",
            Self::MitigationsExist => "protected_by_mitigating_control",
        }
    }
}

/// One verdict on one vulnerability in one package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// Ids of the vulnerability, the one the document names it by first.
    pub ids: Vec<String>,
    /// The package, as a package URL; without a version it speaks of all of them.
    pub purl: String,
    /// Package URL or other id of the product that the verdict holds in; `None` where it holds wherever the package is.
    pub product: Option<String>,
    /// The verdict.
    pub status: Status,
    /// Why there is no harm.
    pub justification: Option<Justification>,
    /// The same in words, or what to do.
    pub statement: String,
    /// Line of the entry in the document, from 1; 0 for a verdict that was not read from one.
    pub line: u32,
}

impl Statement {
    /// Whether the verdict speaks of a package: type and name are the same, and so are version and qualifiers where the
    /// verdict names them.
    pub fn covers(&self, package: &purl::Parsed) -> bool {
        purl::parse(&self.purl).is_some_and(|mine| {
            let name = |one: &purl::Parsed| {
                let name = one.component_name();
                name.zip(one.ecosystem).map(|(name, ecosystem)| ecosystem.normalise(&name))
            };
            let same_name = match (name(&mine), name(package)) {
                (Some(mine), Some(theirs)) => mine == theirs,
                _ => mine.namespace == package.namespace && mine.name == package.name,
            };
            mine.kind == package.kind
                && same_name
                && (mine.version.is_empty() || mine.version == package.version)
                && mine.qualifiers.iter().all(|(key, value)| {
                    package.qualifiers.get(key).is_some_and(|theirs| theirs == value)
                })
        })
    }
}

/// What a VEX document says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Issuer<'a> {
    /// Who answers for the verdicts.
    pub author: &'a str,
    /// Version of this program.
    pub tool_version: &'a str,
    /// When the document is made; `OpenVEX` demands a time, and without one it says 1970.
    pub timestamp: Option<jiff::Timestamp>,
}

#[derive(Serialize)]
struct OpenVex<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@id")]
    id: String,
    author: &'a str,
    timestamp: String,
    version: u32,
    tooling: String,
    statements: Vec<OpenStatement<'a>>,
}

#[derive(Serialize)]
struct OpenStatement<'a> {
    vulnerability: OpenVulnerability<'a>,
    products: Vec<Product<'a>>,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    justification: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    impact_statement: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    action_statement: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status_notes: Option<&'a str>,
}

#[derive(Serialize)]
struct OpenVulnerability<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    aliases: &'a [String],
}

#[derive(Serialize)]
struct Product<'a> {
    #[serde(rename = "@id")]
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    identifiers: Option<Identifiers<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    subcomponents: Vec<Self>,
}

#[derive(Serialize)]
struct Identifiers<'a> {
    purl: &'a str,
}

impl<'a> Product<'a> {
    fn new(id: &'a str) -> Self {
        let identifiers = id.starts_with("pkg:").then_some(Identifiers { purl: id });
        Self { id, identifiers, subcomponents: Vec::new() }
    }
}

/// What may stand in one statement: id, other ids, verdict, label, words.
type Verdict<'a> = (&'a str, &'a [String], Status, Option<Justification>, &'a str);

/// Writes verdicts as `OpenVEX` 0.2.0 (<https://github.com/openvex/spec>). Verdicts without an id or package are left
/// out; what the specification demands and a verdict lacks is filled in with a sentence that says so.
pub fn openvex(
    issuer: &Issuer<'_>,
    statements: &[Statement],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut grouped: BTreeMap<Verdict<'_>, BTreeSet<(&str, Option<&str>)>> = BTreeMap::new();
    for one in statements {
        let Some((id, aliases)) = one.ids.split_first().filter(|_| !one.purl.is_empty()) else {
            continue;
        };
        let verdict = (id.as_str(), aliases, one.status, one.justification, one.statement.trim());
        grouped.entry(verdict).or_default().insert((&one.purl, one.product.as_deref()));
    }
    let statements: Vec<OpenStatement<'_>> = grouped
        .into_iter()
        .map(|((name, aliases, status, justification, words), packages)| {
            let some = (!words.is_empty()).then_some(words);
            let (impact, action, notes) = match (status, justification) {
                (Status::NotAffected, None) => {
                    (some.or(Some("No reason was given for this verdict.")), None, None)
                }
                (Status::NotAffected, Some(_)) => (some, None, None),
                (Status::Affected, _) => {
                    (None, some.or(Some("No action was given for this verdict.")), None)
                }
                (Status::Fixed | Status::UnderInvestigation, _) => (None, None, some),
            };
            OpenStatement {
                vulnerability: OpenVulnerability { name, aliases },
                products: packages
                    .into_iter()
                    .map(|(package, product)| match product {
                        Some(product) => Product {
                            subcomponents: vec![Product::new(package)],
                            ..Product::new(product)
                        },
                        None => Product::new(package),
                    })
                    .collect(),
                status: status.as_str(),
                justification: justification
                    .filter(|_| status == Status::NotAffected)
                    .map(Justification::as_str),
                impact_statement: impact,
                action_statement: action,
                status_notes: notes,
            }
        })
        .collect();
    let digest = super::digest(&(issuer.author, &statements))?;
    let document = OpenVex {
        context: "https://openvex.dev/ns/v0.2.0",
        id: format!("https://openvex.dev/docs/public/vex-{}", crate::text::hex(&digest)),
        author: if issuer.author.is_empty() { "unknown" } else { issuer.author },
        timestamp: super::time(issuer.timestamp.unwrap_or(jiff::Timestamp::UNIX_EPOCH)),
        version: 1,
        tooling: format!("securescan {}", issuer.tool_version),
        statements,
    };
    super::put(&document, out)
}

/// Writes verdicts as a `CycloneDX` 1.6 document with the packages they speak of and nothing else. Verdicts that hold
/// inside one product only are left out: the format would spread them to everywhere the package is.
pub fn cyclonedx(
    issuer: &Issuer<'_>,
    statements: &[Statement],
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let mut bom = cyclonedx::empty(cyclonedx::Version::V16, issuer.tool_version);
    let mut packages = BTreeSet::new();
    let mut vulnerabilities = Vec::new();
    for one in statements.iter().filter(|one| one.product.is_none() && !one.purl.is_empty()) {
        let Some((id, aliases)) = one.ids.split_first() else { continue };
        packages.insert(one.purl.as_str());
        vulnerabilities.push(Vulnerability {
            id: id.clone(),
            aliases: aliases.to_vec(),
            purl: one.purl.clone(),
            analysis: Some(Analysis {
                status: one.status,
                justification: one.justification.filter(|_| one.status == Status::NotAffected),
                detail: one.statement.trim().to_owned(),
            }),
            ..Vulnerability::default()
        });
    }
    for package in packages {
        let parsed = purl::parse(package);
        let (name, version) = parsed.map_or_else(
            || (package.to_owned(), String::new()),
            |parsed| {
                let name = parsed.component_name().unwrap_or_else(|| parsed.name.clone());
                (name, parsed.version)
            },
        );
        bom.components.push(cyclonedx::Component {
            kind: "library",
            bom_ref: package.to_owned(),
            name,
            version,
            purl: package.starts_with("pkg:").then(|| package.to_owned()),
            ..cyclonedx::Component::default()
        });
    }
    bom.vulnerabilities = cyclonedx::weaknesses(&vulnerabilities, str::to_owned);
    super::put(&cyclonedx::finish(bom, issuer.timestamp)?, out)
}

#[cfg(test)]
mod tests;
