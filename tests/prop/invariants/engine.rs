//! The engines over one file, and rule packs of strangers.

use super::{file, holds};
use securescan::config::Config;
use securescan::engine::{Built, ENGINES, Setup, Sink, secrets};
use securescan::finding::{Finding, key};
use securescan::post::baseline::Baseline;
use securescan::post::ignores::Ignores;
use securescan::post::severity::Overrides;
use securescan::post::{self, Policy, is_native, order};
use securescan::rules::{Rule, load, template};
use securescan::target::Blob;
use securescan::text::decode::{Decoded, decode};
use securescan::text::lines::code_points;
use securescan::yaml::Limits;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Secrets shorter than this may stand elsewhere on their line by chance.
const TELLING: usize = 8;

fn engines() -> &'static [Built] {
    static BUILT: OnceLock<Vec<Built>> = OnceLock::new();
    BUILT.get_or_init(|| built(&[]))
}

fn built(rules: &[Rule]) -> Vec<Built> {
    let config = Config::default();
    let setup = Setup { secret_rules: rules, ..Setup::of(&config) };
    ENGINES.iter().filter_map(|engine| (engine.build)(&setup).ok()).collect()
}

/// Any text as a file of any path through every engine.
pub fn rules(data: &[u8]) {
    let (path, bytes) = file(data);
    if let Decoded::Text(text) = decode(bytes) {
        let findings = examine(&path, &text);
        in_order(findings);
    }
}

/// Findings of every engine in one file, as a scan makes them.
pub fn scanned(path: &str, text: &[u8]) -> Vec<Finding> {
    scanned_with(engines(), &Blob::new(path, text)).0
}

/// The same, checked: they stand inside the text and no snippet shows a secret.
pub fn examine(path: &str, text: &[u8]) -> Vec<Finding> {
    examine_with(engines(), path, text)
}

type Secrets = Vec<std::ops::Range<usize>>;

fn scanned_with(engines: &[Built], blob: &Blob<'_>) -> (Vec<Finding>, Secrets) {
    let mut sinks = Vec::new();
    for engine in engines.iter().filter_map(|built| built.file.as_ref()) {
        if engine.interested(blob.path) {
            let mut sink = Sink::new();
            engine.scan(blob, &mut sink);
            sinks.push(sink);
        }
    }
    let secrets: Secrets = sinks.iter().flat_map(|sink| sink.secrets().iter().cloned()).collect();
    let findings = sinks.into_iter().flat_map(|sink| sink.place(blob, &secrets)).collect();
    (findings, secrets)
}

fn examine_with(engines: &[Built], path: &str, text: &[u8]) -> Vec<Finding> {
    let blob = Blob::new(path, text);
    let (findings, secrets) = scanned_with(engines, &blob);
    assert!(secrets.iter().all(|range| range.start < range.end && range.end <= text.len()));
    let telling: BTreeSet<&[u8]> = secrets
        .into_iter()
        .map(|range| &text[range])
        // What ends in asterisks is shown by any mask behind the same letters.
        .filter(|secret| secret.len() >= TELLING && !holds(secret, b"*"))
        .take(200)
        .collect();
    for (index, finding) in findings.iter().enumerate() {
        inside(finding, &blob);
        let snippet = finding.meta(key::LINE_SNIPPET).unwrap_or_default();
        assert!(snippet.len() < 1000 && !snippet.contains('\n'), "{snippet:?}");
        let shown = telling.iter().find(|secret| index < 50 && holds(snippet.as_bytes(), secret));
        assert!(
            shown.is_none(),
            "{}: {snippet:?} shows {:?}",
            finding.rule_id,
            shown.map(|secret| String::from_utf8_lossy(secret))
        );
    }
    findings
}

fn inside(finding: &Finding, blob: &Blob<'_>) {
    let place = (finding.line, finding.column, finding.end_line, finding.end_column);
    let (Some(line), Some(column), Some(end_line), Some(end_column)) = place else {
        panic!("{} has no place", finding.rule_id);
    };
    assert_eq!(finding.path.as_deref(), Some(blob.path));
    assert!(1 <= line && line <= end_line && end_line <= blob.lines().count(), "{place:?}");
    assert!(line < end_line || column <= end_column, "{place:?}");
    for (line, column) in [(line, column), (end_line, end_column)] {
        let width = code_points(&blob.text[blob.lines().range(blob.text, line)]);
        assert!(1 <= column && column <= width + 1, "{place:?} on a line of {width}");
    }
}

/// After `post` the findings are in their one order, each with an identity of its own, and none is lost from the count.
fn in_order(findings: Vec<Finding>) {
    let found = findings.len();
    let policy = Policy {
        overrides: &Overrides::default(),
        ignores: &Ignores::default(),
        baseline: Some(&Baseline::default()),
        vex: &[],
        directives: &std::collections::BTreeMap::new(),
        no_suppress: false,
        today: jiff::civil::date(2026, 6, 1),
        native: is_native,
    };
    let outcome = post::apply(findings, &policy);
    assert!(outcome.findings.len() <= found && outcome.suppressed.is_empty());
    assert_eq!(outcome.counts.total, outcome.findings.len() as u64);
    assert!(outcome.findings.is_sorted_by(|a, b| order::compare(a, b).is_lt()));
    let prints: BTreeSet<&str> = outcome.findings.iter().map(|f| f.fingerprint.as_str()).collect();
    assert_eq!(prints.len(), outcome.findings.len(), "fingerprints are unique");
}

/// Any text as a rule pack: read, checked against its own examples, and used.
pub fn rule_pack(data: &[u8]) {
    let limits = Limits { bytes: 64 << 10, depth: 20, copied: 64 << 10 };
    let Ok(mut rules) = load::from_bytes("pack.yml", data, &limits) else {
        return;
    };
    // Each rule costs its compilation several times over; two say as much as two hundred.
    rules.truncate(2);
    secrets::check(&rules);
    let config = Config::default();
    let setup = Setup { secret_rules: &rules, ..Setup::of(&config) };
    let Ok(engine) = secrets::build(&setup) else {
        return;
    };
    let mut text = String::new();
    for rule in &rules {
        for line in rule.prose.examples.hit.iter().chain(&rule.matching.keywords) {
            text.push_str(&template::expand(line).unwrap_or_default());
            text.push('\n');
        }
    }
    if text.len() < 64 << 10 {
        examine_with(&[engine], "settings.env", text.as_bytes());
    }
}
