//! Verdicts out of `OpenVEX`, `CycloneDX` and CSAF documents. Takes what names a package by its package URL and counts
//! the rest; never guesses a package from a product's name.

use super::{Justification, Statement, Status};
use crate::engine::osv::lock::place::Located;
use crate::engine::osv::purl;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Verdicts read of one document; the rest is said to be lost.
pub const MAX_STATEMENTS: usize = 100_000;
/// Levels of products inside products that are followed.
const MAX_DEPTH: usize = 32;
/// Longest explanation that is kept, bytes.
const MAX_WORDS: usize = 1 << 10;
/// Text of all verdicts together, bytes: one explanation may be repeated for each of many products.
const MAX_TEXT: usize = 64 << 20;

/// What a document says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Vex {
    /// Its verdicts, in its order; of several on the same package and vulnerability the last one counts.
    pub statements: Vec<Statement>,
    /// What of it could not be used, a sentence fragment each.
    pub lost: Vec<String>,
}

/// Reads a VEX document. The error says why it is none, without repeating its content.
pub fn read_vex(bytes: &[u8]) -> Result<Vex, String> {
    #[derive(Deserialize)]
    struct Head<'a> {
        #[serde(borrow, rename = "@context")]
        context: Option<&'a RawValue>,
        #[serde(borrow, rename = "bomFormat")]
        format: Option<&'a RawValue>,
        #[serde(borrow)]
        document: Option<&'a RawValue>,
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| "not UTF-8 text".to_owned())?;
    let head: Head<'_> = json(text)?;
    let located = Located::new(text);
    let mut reader =
        Reader { located: &located, vex: Vex::default(), nowhere: 0, odd: 0, over: 0, text: 0 };
    if head.format.is_some_and(|word| word.get() == "\"CycloneDX\"") {
        reader.cyclonedx(text)?;
    } else if head.context.is_some_and(|context| context.get().contains("openvex.dev/ns")) {
        reader.openvex(text)?;
    } else if head.document.is_some_and(|document| document.get().contains("\"csaf_version\"")) {
        reader.csaf(text)?;
    } else {
        return Err("neither OpenVEX nor CycloneDX nor CSAF".to_owned());
    }
    let Reader { mut vex, nowhere, odd, over, .. } = reader;
    for (count, what) in [
        (nowhere, "verdicts name no package by a package URL"),
        (odd, "verdicts have no vulnerability id or a form that is not known"),
        (over, "verdicts are more than a document may have"),
    ] {
        if count > 0 {
            vex.lost.push(format!("{count} {what}"));
        }
    }
    Ok(vex)
}

fn json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, String> {
    crate::engine::osv::lock::place::json(text).map_err(|broken| broken.to_string())
}

struct Reader<'a> {
    located: &'a Located<'a>,
    vex: Vex,
    nowhere: usize,
    odd: usize,
    over: usize,
    /// Bytes of text kept so far.
    text: usize,
}

/// A verdict whose packages are still to be told.
struct Verdict {
    ids: Vec<String>,
    status: Status,
    justification: Option<Justification>,
    statement: String,
    line: u32,
}

impl Reader<'_> {
    fn put(&mut self, verdict: &Verdict, package: &str, product: Option<&str>) {
        let Some(parsed) = purl::parse(package) else {
            self.nowhere += 1;
            return;
        };
        let ids: usize = verdict.ids.iter().map(String::len).sum();
        let product_length = product.map_or(0, str::len);
        let size = ids + verdict.statement.len() + package.len() + product_length;
        if self.vex.statements.len() >= MAX_STATEMENTS || self.text + size > MAX_TEXT {
            self.over += 1;
            return;
        }
        self.text += size;
        self.vex.statements.push(Statement {
            ids: verdict.ids.clone(),
            purl: parsed.to_string(),
            product: product.map(str::to_owned),
            status: verdict.status,
            justification: verdict.justification,
            statement: verdict.statement.clone(),
            line: verdict.line,
        });
    }

    fn openvex(&mut self, text: &str) -> Result<(), String> {
        #[derive(Deserialize)]
        struct Document<'a> {
            #[serde(borrow, default)]
            statements: Vec<&'a RawValue>,
        }
        #[derive(Deserialize)]
        struct Entry {
            vulnerability: Named,
            #[serde(default)]
            products: Vec<Product>,
            status: String,
            #[serde(default)]
            justification: String,
            #[serde(default)]
            impact_statement: String,
            #[serde(default)]
            action_statement: String,
            #[serde(default)]
            status_notes: String,
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Named {
            // Version 0.0.1 had the id alone.
            Plain(String),
            Whole {
                #[serde(default)]
                name: String,
                #[serde(default)]
                aliases: Vec<String>,
                #[serde(rename = "@id", default)]
                id: String,
            },
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Product {
            Plain(String),
            Whole {
                #[serde(rename = "@id", default)]
                id: String,
                #[serde(default)]
                identifiers: BTreeMap<String, String>,
                #[serde(default)]
                subcomponents: Vec<Part>,
            },
        }
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Part {
            Plain(String),
            Whole {
                #[serde(rename = "@id", default)]
                id: String,
                #[serde(default)]
                identifiers: BTreeMap<String, String>,
            },
        }
        let package = |id: &str, identifiers: &BTreeMap<String, String>| {
            identifiers.get("purl").map_or(id, String::as_str).to_owned()
        };
        for raw in json::<Document<'_>>(text)?.statements {
            let line = self.located.line_of(raw.get());
            let Ok(entry) = serde_json::from_str::<Entry>(raw.get()) else {
                self.odd += 1;
                continue;
            };
            let ids = match entry.vulnerability {
                Named::Plain(id) => vec![id],
                Named::Whole { name, aliases, id } => {
                    let name = if name.is_empty() {
                        id.rsplit('/').next().unwrap_or_default().to_owned()
                    } else {
                        name
                    };
                    std::iter::once(name).chain(aliases).collect()
                }
            };
            let statement = [&entry.impact_statement, &entry.action_statement, &entry.status_notes]
                .into_iter()
                .map(|words| words.trim())
                .find(|words| !words.is_empty())
                .unwrap_or_default();
            let justification = Justification::from_name(&entry.justification);
            let status = Status::from_name(&entry.status);
            let Some(verdict) = verdict(ids, status, justification, statement, line) else {
                self.odd += 1;
                continue;
            };
            if entry.products.is_empty() {
                self.nowhere += 1;
            }
            for product in entry.products {
                match product {
                    Product::Plain(id) => self.put(&verdict, &id, None),
                    Product::Whole { id, identifiers, subcomponents } => {
                        let product = package(&id, &identifiers);
                        if subcomponents.is_empty() {
                            self.put(&verdict, &product, None);
                        }
                        for part in subcomponents {
                            let part = match part {
                                Part::Plain(id) => id,
                                Part::Whole { id, identifiers } => package(&id, &identifiers),
                            };
                            self.put(&verdict, &part, Some(&product));
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn cyclonedx(&mut self, text: &str) -> Result<(), String> {
        #[derive(Deserialize)]
        struct Document<'a> {
            #[serde(borrow, default)]
            metadata: Metadata<'a>,
            #[serde(borrow, default)]
            components: Vec<&'a RawValue>,
            #[serde(borrow, default)]
            vulnerabilities: Vec<&'a RawValue>,
        }
        #[derive(Default, Deserialize)]
        struct Metadata<'a> {
            #[serde(borrow)]
            component: Option<&'a RawValue>,
        }
        #[derive(Deserialize)]
        struct Component<'a> {
            #[serde(rename = "bom-ref", default)]
            reference: String,
            #[serde(default)]
            purl: String,
            #[serde(borrow, default)]
            components: Vec<&'a RawValue>,
        }
        #[derive(Deserialize)]
        struct Entry {
            #[serde(default)]
            id: String,
            #[serde(default)]
            references: Vec<Reference>,
            #[serde(default)]
            analysis: Option<Analysis>,
            #[serde(default)]
            affects: Vec<Affects>,
        }
        #[derive(Deserialize)]
        struct Reference {
            #[serde(default)]
            id: String,
        }
        #[derive(Deserialize)]
        struct Analysis {
            #[serde(default)]
            state: String,
            #[serde(default)]
            justification: String,
            #[serde(default)]
            detail: String,
        }
        #[derive(Deserialize)]
        struct Affects {
            #[serde(rename = "ref")]
            reference: String,
            #[serde(default)]
            versions: Vec<Version>,
        }
        #[derive(Deserialize)]
        struct Version {
            version: Option<String>,
            status: Option<String>,
        }
        let document: Document<'_> = json(text)?;
        let mut purls: BTreeMap<String, String> = BTreeMap::new();
        let mut left: Vec<(&RawValue, usize)> = document
            .components
            .into_iter()
            .chain(document.metadata.component)
            .map(|c| (c, 0))
            .collect();
        while let Some((raw, depth)) = left.pop() {
            let Ok(component) = serde_json::from_str::<Component<'_>>(raw.get()) else { continue };
            if !component.reference.is_empty() && !component.purl.is_empty() {
                purls.insert(component.reference, component.purl);
            }
            if depth < MAX_DEPTH {
                left.extend(component.components.into_iter().map(|inner| (inner, depth + 1)));
            }
        }
        for raw in document.vulnerabilities {
            let line = self.located.line_of(raw.get());
            let Ok(entry) = serde_json::from_str::<Entry>(raw.get()) else {
                self.odd += 1;
                continue;
            };
            // Without an analysis it is a finding, not a verdict.
            let Some(analysis) = entry.analysis.filter(|analysis| !analysis.state.is_empty())
            else {
                continue;
            };
            let status = match analysis.state.as_str() {
                "not_affected" | "false_positive" => Some(Status::NotAffected),
                "resolved" | "resolved_with_pedigree" => Some(Status::Fixed),
                "exploitable" => Some(Status::Affected),
                "in_triage" => Some(Status::UnderInvestigation),
                _ => None,
            };
            let aliases = entry.references.into_iter().map(|reference| reference.id);
            let ids = std::iter::once(entry.id).chain(aliases).collect();
            let justification = Justification::from_name(&analysis.justification);
            let Some(verdict) = verdict(ids, status, justification, &analysis.detail, line) else {
                self.odd += 1;
                continue;
            };
            if entry.affects.is_empty() {
                self.nowhere += 1;
            }
            for affects in entry.affects {
                let reference = affects.reference.as_str();
                // A link into another document ends in the reference there.
                let inner = reference.strip_prefix("urn:cdx:").and_then(|r| r.split_once('#'));
                let inner = inner.map(|(_, inner)| inner.replace("%2F", "/").replace("%40", "@"));
                let known = purls.get(reference).map(String::as_str);
                let package = known.or(inner.as_deref()).unwrap_or(reference);
                let exact: Vec<&String> = affects
                    .versions
                    .iter()
                    .filter(|version| version.status.as_deref() != Some("unaffected"))
                    .filter_map(|version| version.version.as_ref())
                    .collect();
                match purl::parse(package) {
                    Some(parsed) if parsed.version.is_empty() && !exact.is_empty() => {
                        for version in exact {
                            let one = purl::Parsed { version: version.clone(), ..parsed.clone() };
                            self.put(&verdict, &one.to_string(), None);
                        }
                    }
                    // A range that cannot be judged must not excuse all versions.
                    Some(parsed) if parsed.version.is_empty() && !affects.versions.is_empty() => {
                        self.odd += 1;
                    }
                    _ => self.put(&verdict, package, None),
                }
            }
        }
        Ok(())
    }

    fn csaf(&mut self, text: &str) -> Result<(), String> {
        let document: super::csaf::Document<'_> = json(text)?;
        let purls = document.packages(MAX_DEPTH);
        for raw in &document.vulnerabilities {
            let line = self.located.line_of(raw.get());
            let Ok(entry) = serde_json::from_str::<super::csaf::Vulnerability>(raw.get()) else {
                self.odd += 1;
                continue;
            };
            let (labels, words) = (entry.justifications(), entry.words());
            for (status, product) in entry.verdicts() {
                let justification = labels.get(product).copied();
                let words = words.get(product).copied().unwrap_or_default();
                let Some(verdict) = verdict(entry.ids(), Some(status), justification, words, line)
                else {
                    self.odd += 1;
                    continue;
                };
                match purls.get(product) {
                    Some((package, inside)) => self.put(&verdict, package, inside.as_deref()),
                    None => self.nowhere += 1,
                }
            }
        }
        Ok(())
    }
}

fn verdict(
    mut ids: Vec<String>,
    status: Option<Status>,
    justification: Option<Justification>,
    statement: &str,
    line: u32,
) -> Option<Verdict> {
    ids.retain(|id| !id.is_empty() && id.len() <= 256);
    let mut seen = std::collections::BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    let mut end = statement.len().min(MAX_WORDS);
    while !statement.is_char_boundary(end) {
        end -= 1;
    }
    let statement = statement[..end].trim().to_owned();
    let status = status.filter(|_| !ids.is_empty())?;
    let justification = justification.filter(|_| status == Status::NotAffected);
    Some(Verdict { ids, status, justification, statement, line })
}
