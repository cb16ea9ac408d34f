//! What people write to steer a scan: directives, configuration, baselines.

use super::file;
use jiff::civil::{Date, date};
use securescan::config::lint::{Context, Trust, check};
use securescan::config::{Config, Inputs, Issue, Known, Layer, Level, Origin, load};
use securescan::engine::licenses::scanner::wrong;
use securescan::engine::{ENGINES, Setup};
use securescan::finding::{Finding, RuleId, ScanType, ScannerId, Severity};
use securescan::post::baseline::Baseline;
use securescan::post::directive::{self, Cover};
use securescan::post::ignores::{IgnoreRule, Ignores};
use securescan::text::lines::Lines;
use std::collections::BTreeMap;
use std::path::Path;

const TODAY: Date = date(2026, 6, 1);

/// Directives of any text: each stands in the text, in order, and speaks of lines that are there or of the one below.
pub fn directives(data: &[u8]) {
    let (path, text) = file(data);
    let found = directive::parse(&path, text);
    let count = Lines::new(text).count();
    assert!(found.len() <= 10_000 && found.is_sorted_by_key(|directive| directive.line));
    for directive in &found {
        let own = directive.line;
        assert!(1 <= own && own <= count, "{directive:?} in {count} lines");
        let (first, last) = match directive.cover {
            Cover::Line(line) | Cover::Around(line) => (line, line),
            Cover::Either(first, last) => {
                assert!(first == own && last > own, "{directive:?}");
                (first, last)
            }
            Cover::Span(first, last) => {
                assert!(own < first && last <= count, "{directive:?}");
                (first, last)
            }
            Cover::File => continue,
        };
        assert!(own <= first && first <= last && last <= count + 1, "{directive:?}");
        let reason = directive.reason.as_deref().unwrap_or("x");
        assert!(!reason.is_empty() && reason.chars().count() <= 200);
        assert!(!reason.contains(char::is_control), "{directive:?}");
        assert!(directive.rules.iter().all(|rule| !rule.as_str().is_empty()), "{directive:?}");
    }
}

/// Any bytes as a configuration: lint and load agree, every issue has a place inside the text and is safe to print, and
/// what was accepted can be used.
pub fn config(data: &[u8]) {
    let scanners: Vec<&str> = ENGINES.iter().map(|engine| engine.meta.id.as_str()).collect();
    let known = Known {
        scanners: &scanners,
        rules: &["secrets/aws-access-key", "git/env-file"],
        licenses: Some(wrong),
        packs: None,
    };
    let folder = Path::new("/securescan-fuzz");
    let trust = Trust::Repository(folder.to_owned());
    let context = Context {
        origin: ".securescan.yml",
        base: folder,
        trust,
        known,
        today: TODAY,
        on_disk: false,
    };
    let report = check(data, &context);
    for issue in report.issues.iter().chain(&report.notices) {
        printable(issue, data);
    }
    let inputs = Inputs {
        target: folder,
        origin: Origin::Text { path: folder.join(".securescan.yml"), bytes: data.to_vec() },
        user_folder: None,
        environment: &BTreeMap::new(),
        ci: false,
        flags: Layer::default(),
        folder,
        known,
        today: TODAY,
    };
    let sound = report.issues.iter().all(|issue| issue.level != Level::Error);
    match load(&inputs) {
        Ok(loaded) => {
            assert!(sound, "loaded in spite of {:?}", report.issues);
            usable(&loaded.config);
        }
        Err(error) => assert!(!sound, "refused though lint found nothing: {error}"),
    }
}

fn printable(issue: &Issue, data: &[u8]) {
    let shown = issue.to_string();
    let safe = |c: char| c == '\n' || !securescan::text::escape::is_hidden(c);
    assert!(shown.chars().all(safe), "{shown:?}");
    assert!(shown.lines().count() <= 2, "{shown:?}");
    if let Some(place) = issue.place {
        let lines = data.split(|byte| matches!(byte, b'\n' | b'\r')).count();
        assert!(place.line >= 1 && place.column >= 1 && place.line <= lines + 1, "{shown:?}");
    }
}

fn usable(config: &Config) {
    let rules = config.ignored_rules.iter().map(|rule| IgnoreRule {
        paths: rule.paths.clone(),
        ..IgnoreRule::new(rule.pattern.as_str())
    });
    let ignores = Ignores::new(rules.collect(), &config.paths_ignore);
    assert!(ignores.is_ok(), "{ignores:?}");
    for engine in ENGINES {
        let built = (engine.build)(&Setup::of(config));
        assert!(built.is_ok(), "{built:?}");
    }
}

/// Any bytes as a baseline: an error names a place in them, and what was read accepts only findings that are there.
pub fn baseline(data: &[u8]) {
    let baseline = match Baseline::read("baseline.json", data) {
        Ok(baseline) => baseline,
        Err(error) => {
            let lines = data.split(|byte| *byte == b'\n').count();
            assert!(1 <= error.line && error.line <= lines && error.column >= 1, "{error}");
            return;
        }
    };
    assert!(baseline.expired(TODAY).count() <= baseline.len());
    assert!(!baseline.is_empty() || baseline.expired(TODAY).next().is_none());
    let findings: Vec<Finding> = ["", "a", "b"].map(finding).into_iter().collect();
    let accepted = baseline.accepted(&findings, &[true, true, false], TODAY);
    assert!(accepted.keys().all(|index| *index < 2));
    assert!(accepted.len() <= baseline.len() || !accepted.contains_key(&0));
}

fn finding(fingerprint: &str) -> Finding {
    let (scanner, rule) = (ScannerId::new("secrets"), RuleId::new("secrets/x"));
    let mut finding = Finding::new(scanner, ScanType::Code, Severity::High, rule, "title");
    finding.path = Some("a.py".to_owned());
    finding.line = Some(3);
    fingerprint.clone_into(&mut finding.fingerprint);
    finding
}
