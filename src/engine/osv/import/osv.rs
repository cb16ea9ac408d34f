//! Advisories in the OSV schema (<https://ossf.github.io/osv-schema/>), as JSON or YAML: those of OSV itself,
//! GitHub, PyPA, Go and the malicious-packages collection, with what these write under `database_specific` and
//! `ecosystem_specific`.

use super::rust::{kind, symbols};
use super::{Imported, clean};
use crate::engine::osv::advisory::{Advisory, Affected, Event, Kind, Range, RangeKind, Symbol};
use crate::engine::osv::component::Ecosystem;
use serde::Deserialize;
use serde_json::Value;

/// Most entries of any list in one advisory; the longest list of versions known has some 3,000.
const MOST: usize = 200_000;

#[derive(Deserialize)]
struct Entry {
    id: String,
    #[serde(default)]
    modified: Option<String>,
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    withdrawn: Option<String>,
    #[serde(default)]
    aliases: Option<Vec<String>>,
    #[serde(default)]
    summary: Option<String>,
    #[serde(default)]
    details: Option<String>,
    #[serde(default)]
    severity: Option<Vec<Score>>,
    #[serde(default)]
    affected: Option<Vec<Part>>,
    #[serde(default)]
    references: Option<Vec<Reference>>,
    #[serde(default)]
    database_specific: Value,
}

#[derive(Deserialize)]
struct Score {
    #[serde(default)]
    score: String,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    url: String,
}

#[derive(Deserialize)]
struct Part {
    #[serde(default)]
    package: Option<Named>,
    #[serde(default)]
    severity: Option<Vec<Score>>,
    #[serde(default)]
    ranges: Option<Vec<Span>>,
    #[serde(default)]
    versions: Option<Vec<String>>,
    #[serde(default)]
    ecosystem_specific: Value,
    #[serde(default)]
    database_specific: Value,
}

#[derive(Deserialize)]
struct Named {
    ecosystem: String,
    name: String,
}

#[derive(Deserialize)]
struct Span {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    events: Vec<Turn>,
    #[serde(default)]
    database_specific: Value,
}

#[derive(Deserialize)]
struct Turn {
    #[serde(default)]
    introduced: Option<String>,
    #[serde(default)]
    fixed: Option<String>,
    #[serde(default)]
    last_affected: Option<String>,
    #[serde(default)]
    limit: Option<String>,
}

/// Reads the JSON form.
pub(super) fn json(bytes: &[u8]) -> Result<Imported, String> {
    take(serde_json::from_slice(bytes).map_err(|error| error.to_string())?)
}

/// Reads the YAML form.
pub(super) fn yaml(bytes: &[u8]) -> Result<Imported, String> {
    take(super::yaml(bytes)?)
}

fn take(entry: Entry) -> Result<Imported, String> {
    let id = clean::id(&entry.id)?;
    if entry.withdrawn.is_some() {
        return Ok(Imported::Withdrawn);
    }
    let parts = entry.affected.unwrap_or_default();
    let mut affected = Vec::new();
    let mut strangers = std::collections::BTreeSet::new();
    let mut vectors: Vec<&str> =
        entry.severity.iter().flatten().map(|one| one.score.as_str()).collect();
    let whole = vectors.len();
    let mut kinds = Vec::new();
    for part in &parts {
        let Some(package) = &part.package else {
            strangers.insert("no package".to_owned());
            continue;
        };
        let Some(ecosystem) = Ecosystem::from_osv(&package.ecosystem) else {
            strangers.insert(clean::one_line(&package.ecosystem));
            continue;
        };
        if whole == 0 {
            vectors.extend(part.severity.iter().flatten().map(|one| one.score.as_str()));
        }
        kinds.extend(part.database_specific.get("informational").and_then(Value::as_str));
        affected.push(one_package(ecosystem, &package.name, part)?);
    }
    if affected.is_empty() {
        let named: Vec<String> = strangers.into_iter().take(5).collect();
        return Ok(Imported::Foreign(named.join(", ")));
    }
    let is_malware = id.starts_with("MAL-");
    let strings = |value: Option<&Value>| -> Vec<String> {
        let list = value.and_then(Value::as_array).into_iter().flatten();
        list.filter_map(Value::as_str).take(MOST).map(str::to_owned).collect()
    };
    let cwes = strings(entry.database_specific.get("cwe_ids"));
    let severity = entry.database_specific.get("severity").and_then(Value::as_str);
    let summary = clean::one_line(entry.summary.as_deref().unwrap_or_default());
    let references = entry.references.unwrap_or_default();
    Ok(Imported::from(Advisory {
        aliases: clean::aliases(&id, entry.aliases.iter().flatten().map(String::as_str)),
        summary: if summary.is_empty() {
            clean::first_sentence(entry.details.as_deref().unwrap_or_default())
        } else {
            summary
        },
        kind: if is_malware { Kind::Malware } else { kind(kinds.first().copied()) },
        vectors: clean::vectors(vectors),
        word: severity.map(clean::word).unwrap_or_default(),
        cwes: clean::cwes(cwes.iter().map(String::as_str)),
        references: clean::references(
            references.iter().map(|one| (rank(&one.kind), one.url.as_str())),
        ),
        published: entry.published.as_deref().map_or(0, clean::seconds),
        modified: entry.modified.as_deref().map_or(0, clean::seconds),
        affected,
        id,
    }))
}

/// Which references to read first.
fn rank(kind: &str) -> u8 {
    match kind {
        "ADVISORY" => 0,
        "FIX" => 1,
        "ARTICLE" => 2,
        "REPORT" => 3,
        "WEB" => 4,
        "EVIDENCE" | "DETECTION" | "DISCUSSION" | "INTRODUCED" | "GIT" => 5,
        _ => 6,
    }
}

fn one_package(ecosystem: Ecosystem, name: &str, part: &Part) -> Result<Affected, String> {
    let mut ranges = Vec::new();
    for span in part.ranges.iter().flatten() {
        ranges.push(range(span, &part.database_specific)?);
    }
    let given = part.versions.as_deref().unwrap_or_default();
    if given.len() > MOST || ranges.len() > MOST {
        return Err("an entry lists too many versions".into());
    }
    let mut versions =
        given.iter().map(|one| clean::version(one)).collect::<Result<Vec<_>, _>>()?;
    versions.sort();
    versions.dedup();
    Ok(Affected {
        ecosystem,
        name: ecosystem.normalise(clean::name(name)?),
        ranges,
        versions,
        symbols: parts_at_fault(&part.ecosystem_specific),
    })
}

fn range(span: &Span, specific: &Value) -> Result<Range, String> {
    let kind = match span.kind.as_str() {
        "SEMVER" => RangeKind::SemVer,
        "ECOSYSTEM" => RangeKind::Ecosystem,
        "GIT" => RangeKind::Git,
        other => return Err(format!("the range type \"{}\" is not known", clean::one_line(other))),
    };
    if span.events.len() > MOST {
        return Err("a range has too many events".into());
    }
    let mut events = Vec::new();
    for turn in &span.events {
        let mut take = |text: &Option<String>, event: fn(String) -> Event| {
            if let Some(text) = text {
                events.push(event(clean::version(text)?));
            }
            Ok::<_, String>(())
        };
        take(&turn.introduced, Event::Introduced)?;
        take(&turn.fixed, Event::Fixed)?;
        take(&turn.last_affected, Event::LastAffected)?;
        // `*` is the default: no limit.
        if turn.limit.as_deref() != Some("*") {
            take(&turn.limit, Event::Limit)?;
        }
    }
    let is = |test: fn(&Event) -> bool| events.iter().any(test);
    if !is(|event| matches!(event, Event::Introduced(_))) {
        return Err("a range does not say where it begins".into());
    }
    // GitHub's older entries say "<= x" here and leave the end of the range open.
    if kind != RangeKind::Git
        && !is(|event| matches!(event, Event::Fixed(_) | Event::LastAffected(_)))
        && let Some(last) = [&span.database_specific, specific]
            .into_iter()
            .find_map(|value| value.get("last_known_affected_version_range")?.as_str())
    {
        let last = last.trim();
        events.push(if let Some(version) = last.strip_prefix("<=") {
            Event::LastAffected(clean::version(version)?)
        } else if let Some(version) = last.strip_prefix('<') {
            Event::Fixed(clean::version(version)?)
        } else {
            return Err("last_known_affected_version_range is no upper bound".into());
        });
    }
    Ok(Range { kind, events })
}

/// Go's `imports`, RustSec's `affects.functions`.
fn parts_at_fault(specific: &Value) -> Vec<Symbol> {
    let texts = |value: Option<&Value>| -> Vec<String> {
        let list = value.and_then(Value::as_array).into_iter().flatten();
        let texts = list.take(10_000).filter_map(Value::as_str);
        texts.filter_map(|text| clean::name(text).ok()).map(str::to_owned).collect()
    };
    let imports = specific.get("imports").and_then(Value::as_array).into_iter().flatten();
    let mut out: Vec<Symbol> = imports
        .take(10_000)
        .filter_map(|import| {
            let path = clean::name(import.get("path")?.as_str()?).ok()?.to_owned();
            let mut names = texts(import.get("symbols"));
            names.sort();
            names.dedup();
            Some(Symbol { path, names })
        })
        .collect();
    let functions = texts(specific.get("affects").and_then(|affects| affects.get("functions")));
    out.extend(symbols(&functions));
    out.sort();
    out.dedup();
    out
}
