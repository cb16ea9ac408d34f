//! What people read of a vulnerable package: which advisory, how bad, what brings it in, what to change, and whether the code
//! reaches it.

use super::advisory::Advisory;
use super::component::{Component, Listing, Parents};
use super::cvss;
use super::db::Database;
use super::matching::Match;
use super::range::{self, Verdict};
use super::reach::Reach;
use super::{META, purl, remedy, rule, version};
use crate::engine::Sink;
use crate::finding::{Confidence, Finding, RuleId, Severity, key};
use crate::target::Context;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Pages a finding names.
const MAX_REFERENCES: usize = 8;

/// Packages of a chain that are shown.
const MAX_CHAIN: usize = 12;

/// One finding for each match.
pub(super) fn push(
    matches: &[Match<'_>],
    advisories: &[Vec<Arc<Advisory>>],
    reaches: &[Reach],
    database: &Database,
    sink: &mut Sink,
) {
    let mut parents: BTreeMap<(&str, &str), Parents> = BTreeMap::new();
    let clearing = clearing(matches);
    for ((one, advisories), reach) in matches.iter().zip(advisories).zip(reaches) {
        let listing = one.listing;
        let parents = parents
            .entry((listing.path.as_str(), listing.format))
            .or_insert_with(|| listing.parents());
        let chain = listing.path_to(one.index, parents);
        let mut finding = finding(one, &chain, &Merged::new(advisories), reach, database);
        if let Some((version, count)) = clearing.get(&key_of(one)).and_then(Option::as_ref)
            && one.fixed.as_ref() != Some(version)
        {
            let words = format!(" {version} mends all {count} advisories on it.");
            finding.remediation.get_or_insert_default().push_str(&words);
            finding.set_meta("clearing_version", version.as_str());
        }
        sink.push(finding);
    }
}

type Key<'a> = (&'a str, &'a str, u32);

fn key_of<'a>(one: &Match<'a>) -> Key<'a> {
    (one.listing.path.as_str(), one.listing.format, one.index)
}

/// For packages with several advisories the version that none of them speaks of: the highest of the nearest fixes, where it
/// holds for all; and how many there are.
fn clearing<'a>(matches: &[Match<'a>]) -> BTreeMap<Key<'a>, Option<(String, usize)>> {
    let mut of_package: BTreeMap<Key<'a>, Vec<&Match<'a>>> = BTreeMap::new();
    for one in matches {
        of_package.entry(key_of(one)).or_default().push(one);
    }
    let highest = |all: &[&Match<'a>]| {
        let ecosystem = all.first()?.component().ecosystem;
        let fixes: Option<Vec<&String>> = all.iter().map(|one| one.fixed.as_ref()).collect();
        let parsed =
            fixes?.into_iter().map(|fix| Some((version::parse(ecosystem, fix).ok()?, fix)));
        let parsed: Option<Vec<_>> = parsed.collect();
        let (_, fix) = parsed?.into_iter().max_by(|a, b| a.0.cmp(&b.0))?;
        let mut rows = all.iter().flat_map(|one| &one.rows);
        let holds = rows.all(|row| range::judge(fix, &row.affected) == Verdict::NotAffected);
        holds.then(|| (fix.clone(), all.len()))
    };
    of_package
        .into_iter()
        .filter(|(_, all)| all.len() > 1)
        .map(|(key, all)| (key, highest(&all)))
        .collect()
}

/// What several databases say of one thing.
struct Merged<'a> {
    /// The advisory the finding is named after.
    main: &'a Advisory,
    id: String,
    /// All other ids, sorted.
    aliases: Vec<String>,
    summary: &'a str,
    score: Option<(f32, &'a str)>,
    word: &'a str,
    cwe: Option<&'a str>,
    references: Vec<String>,
}

/// How well an id is known: people search for CVE ids first.
fn rank(id: &str) -> (usize, &str) {
    const KNOWN: [&str; 6] = ["CVE-", "GHSA-", "RUSTSEC-", "PYSEC-", "GO-", "MAL-"];
    (KNOWN.iter().position(|prefix| id.starts_with(prefix)).unwrap_or(KNOWN.len()), id)
}

impl<'a> Merged<'a> {
    /// `advisories` is not empty.
    fn new(advisories: &'a [Arc<Advisory>]) -> Self {
        let all = || advisories.iter().map(|advisory| &**advisory);
        // Which of several sources comes first must not depend on the order in which they were read.
        let mut sorted: Vec<&Advisory> = all().collect();
        sorted.sort_by(|a, b| rank(&a.id).cmp(&rank(&b.id)));
        let mut ids: BTreeSet<&str> = BTreeSet::new();
        for advisory in &sorted {
            ids.insert(&advisory.id);
            ids.extend(advisory.aliases.iter().map(String::as_str));
        }
        let id = ids.iter().copied().min_by(|a, b| rank(a).cmp(&rank(b))).unwrap_or_default();
        let vectors = sorted.iter().flat_map(|advisory| &advisory.vectors);
        let score = vectors
            .filter_map(|vector| Some((cvss::score(vector)?.0, vector.as_str())))
            // The newest version of the standard, then the worst.
            .max_by(|a, b| {
                (generation(a.1), a.0)
                    .partial_cmp(&(generation(b.1), b.0))
                    .unwrap_or(std::cmp::Ordering::Equal)
            });
        let mut references: Vec<String> = Vec::new();
        for page in ids.iter().filter_map(|id| page(id)) {
            references.push(page);
        }
        for page in sorted.iter().flat_map(|advisory| &advisory.references) {
            if !references.contains(page) {
                references.push(page.clone());
            }
        }
        references.truncate(MAX_REFERENCES);
        Self {
            main: sorted[0],
            id: id.to_owned(),
            aliases: ids.iter().filter(|other| **other != id).map(|id| (*id).to_owned()).collect(),
            summary: sorted
                .iter()
                .map(|a| a.summary.as_str())
                .find(|s| !s.is_empty())
                .unwrap_or(""),
            score,
            word: sorted.iter().map(|a| a.word.as_str()).find(|w| !w.is_empty()).unwrap_or(""),
            cwe: sorted.iter().find_map(|advisory| advisory.cwes.first()).map(String::as_str),
            references,
        }
    }

    fn severity(&self, rule: Severity) -> Severity {
        use super::advisory::Kind;
        match self.main.kind {
            Kind::Vulnerability => {}
            // A score of an advisory that is no weakness is that of the weakness there might be.
            _ => return rule,
        }
        match (self.score, self.word) {
            (Some((score, _)), _) => cvss::severity(score),
            (None, "critical") => Severity::Critical,
            (None, "high" | "important") => Severity::High,
            (None, "low") => Severity::Low,
            (None, _) => Severity::Medium,
        }
    }
}

fn generation(vector: &str) -> u8 {
    match vector.get(..7) {
        Some("CVSS:4.") => 4,
        Some("CVSS:3.") => 3,
        _ => 2,
    }
}

/// Where an advisory is published.
fn page(id: &str) -> Option<String> {
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    let base = match id.split('-').next()? {
        _ if !plain => return None,
        "CVE" => "https://nvd.nist.gov/vuln/detail/",
        "GHSA" => "https://github.com/advisories/",
        "RUSTSEC" => return Some(format!("https://rustsec.org/advisories/{id}.html")),
        "GO" => "https://pkg.go.dev/vuln/",
        "PYSEC" | "MAL" => "https://osv.dev/vulnerability/",
        _ => return None,
    };
    Some(format!("{base}{id}"))
}

fn finding(
    one: &Match<'_>,
    chain: &[u32],
    merged: &Merged<'_>,
    reach: &Reach,
    database: &Database,
) -> Finding {
    let (listing, component) = (one.listing, one.component());
    let rule = rule::of(merged.main.kind);
    let mut finding = rule.finding(&META.id, META.scan_type);
    finding.rule_id = RuleId::new(merged.id.as_str());
    finding.severity = merged.severity(rule.severity);
    finding.title = title(component, merged, rule.title);
    if let Some(cwe) = merged.cwe {
        finding.cwe = Some(cwe.to_owned());
    }
    if !matches!(component.origin, super::component::Origin::Registry) {
        finding.confidence = Confidence::Medium;
    }
    let remedy = remedy::remedy(listing, component, chain, one.fixed.clone());
    finding.description = description(listing, component, chain, merged, reach);
    if !one.copies.is_empty() {
        let lines: Vec<u32> =
            one.copies.iter().map(|at| listing.components[*at as usize].line).collect();
        let shown: Vec<String> = lines.iter().take(MAX_CHAIN).map(u32::to_string).collect();
        let more = if lines.len() > MAX_CHAIN { ", …" } else { "" };
        let words = format!(" The file lists it again at line {}{more}.", shown.join(", "));
        finding.description.push_str(&words);
        finding.metadata.insert("further_lines".to_owned(), lines.into());
    }
    finding.references.clone_from(&merged.references);
    finding.path = Some(component.file.clone().unwrap_or_else(|| listing.path.clone()));
    finding.line = Some(component.line);
    finding.end_line = Some(component.line);
    // A package keeps its identity while the lockfile around it moves and while it is updated to no avail.
    finding.context = format!("{} {}", component.ecosystem, component.name);
    let role = Context::of(&listing.path);
    if let Some(role) = role.as_str() {
        finding.set_meta(key::CONTEXT, role);
    }
    let mut aliases: Vec<String> = merged.aliases.clone();
    aliases.push(rule.id.to_owned());
    aliases.sort();
    finding.metadata.insert(key::ALIASES.to_owned(), Value::from(aliases));
    finding.set_meta(key::ADVISORY, merged.id.as_str());
    finding.set_meta(key::PACKAGE, component.name.as_str());
    finding.set_meta(key::ECOSYSTEM, component.ecosystem.as_str());
    finding.set_meta(key::INSTALLED_VERSION, component.version.as_str());
    finding.set_meta(key::SCOPE, component.scope.as_str());
    if let Some(purl) = purl::of(component) {
        finding.set_meta(key::PURL, purl);
    }
    if let Some(fixed) = &remedy.fixed {
        finding.set_meta(key::FIXED_VERSION, fixed.as_str());
    }
    if let Some(within) = remedy.within_range {
        finding.metadata.insert("fix_within_range".to_owned(), Value::Bool(within));
    }
    finding.remediation = Some(remedy.advice);
    if let Some((score, vector)) = merged.score {
        // One decimal, as the standard has it.
        let score = (f64::from(score) * 10.0).round() / 10.0;
        finding.metadata.insert(key::CVSS_SCORE.to_owned(), Value::from(score));
        finding.set_meta(key::CVSS_VECTOR, vector);
    }
    if chain.len() > 1 {
        let path: Vec<Value> = chain.iter().map(|i| Value::from(named(listing, *i))).collect();
        finding.metadata.insert(key::DEPENDENCY_PATH.to_owned(), Value::from(path));
    }
    exploited(&mut finding, merged, database);
    reached(&mut finding, reach);
    finding
}

fn title(component: &Component, merged: &Merged<'_>, kind: &str) -> String {
    let summary = merged.summary.trim().trim_end_matches('.');
    let package = format!("{} {}", component.name, component.version);
    if summary.is_empty() {
        format!("{kind}: {package} ({})", merged.id)
    } else {
        format!("{package}: {summary}")
    }
}

fn named(listing: &Listing, index: u32) -> String {
    let component = &listing.components[index as usize];
    format!("{} {}", component.name, component.version).trim_end().to_owned()
}

fn description(
    listing: &Listing,
    component: &Component,
    chain: &[u32],
    merged: &Merged<'_>,
    reach: &Reach,
) -> String {
    let others = match merged.aliases.as_slice() {
        [] => String::new(),
        aliases => format!(" ({})", aliases.join(", ")),
    };
    let mut text =
        format!("{}{others} affects {} {}.", merged.id, component.name, component.version);
    if chain.len() > 1 {
        let mut names: Vec<String> = chain.iter().map(|index| named(listing, *index)).collect();
        if names.len() > MAX_CHAIN {
            let tail = names.split_off(names.len() - MAX_CHAIN / 2);
            names.truncate(MAX_CHAIN / 2);
            names.push("…".to_owned());
            names.extend(tail);
        }
        text.push_str(&format!(" Brought in by {}.", names.join(" > ")));
    } else if component.direct == Some(true) && component.name != "stdlib" {
        text.push_str(" The project asks for it itself.");
    }
    let scope = component.scope.as_str();
    if scope != "runtime" {
        text.push_str(&format!(" It is needed for: {scope}."));
    }
    match reach {
        Reach::SymbolUsed { path, line, symbol } => {
            text.push_str(&format!(" {path}:{line} uses {symbol}, which the advisory names."));
        }
        Reach::Imported { path, line } => {
            text.push_str(&format!(" {path}:{line} imports it."));
        }
        Reach::NotImported => {
            text.push_str(" No source file here imports it; another package may.");
        }
        Reach::Unknown => {}
    }
    text
}

/// What is known of attacks.
fn exploited(finding: &mut Finding, merged: &Merged<'_>, database: &Database) {
    let ids = || merged.aliases.iter().chain([&merged.id]).filter(|id| id.starts_with("CVE-"));
    if let Some(chance) = ids().filter_map(|id| database.epss(id)).reduce(f32::max) {
        let chance = (f64::from(chance) * 100_000.0).round() / 100_000.0;
        finding.metadata.insert(key::EPSS.to_owned(), Value::from(chance));
    }
    if let Some(day) = ids().find_map(|id| database.known_exploited(id)) {
        finding.description.push_str(&format!(" It is known to be used by attackers since {day}."));
        finding.set_meta(key::KNOWN_EXPLOITED, day);
    }
}

fn reached(finding: &mut Finding, reach: &Reach) {
    let word = match reach {
        Reach::SymbolUsed { path, line, symbol } => {
            finding.set_meta(key::REACHED_AT, format!("{path}:{line}"));
            finding.set_meta(key::SYMBOL, symbol.as_str());
            "symbol_used"
        }
        Reach::Imported { path, line } => {
            finding.set_meta(key::REACHED_AT, format!("{path}:{line}"));
            "imported"
        }
        Reach::NotImported => "not_imported",
        Reach::Unknown => "unknown",
    };
    finding.set_meta(key::REACHABILITY, word);
}
