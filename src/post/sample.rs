//! Findings for the tests of this folder.

use crate::finding::{Confidence, Finding, RuleId, ScanType, ScannerId, Severity};
use proptest::prelude::*;
use serde_json::json;

/// A finding of severity medium at a line.
pub(crate) fn finding(scanner: &'static str, rule: &str, path: &str, line: u32) -> Finding {
    let mut finding = Finding::new(
        ScannerId::new(scanner),
        ScanType::Code,
        Severity::Medium,
        RuleId::new(rule),
        "title",
    );
    finding.path = Some(path.to_owned());
    finding.line = Some(line);
    finding
}

/// Findings from small vocabularies, so that they often agree in most fields.
pub(crate) fn any_finding() -> impl Strategy<Value = Finding> {
    let place = (
        prop::option::of(0..2_usize),
        prop::option::of(1u32..4),
        prop::option::of(1u32..4),
        0u32..3,
    );
    let rule = (0..4_usize, 0..4_usize, prop::option::of(0..3_usize), prop::option::of(0..3_usize));
    let rank = (0..5_usize, 0..3_usize, 0..2_usize);
    (place, rule, rank, prop::option::of(0..2_usize), "[a-c]?").prop_map(
        |(
            (path, line, column, width),
            (scanner, rule, cwe, alias),
            (severity, confidence, title),
            package,
            context,
        )| {
            let scanner = ["secrets", "semgrep", "bandit", "gitleaks"][scanner];
            let rule = ["R1", "R2", "R3", "R4"][rule];
            let mut one = finding(scanner, rule, "", 1);
            one.path = path.map(|p| ["a.py", "b.py"][p].to_owned());
            one.line = line;
            one.column = line.and(column);
            one.end_line = line;
            one.end_column = line.and(column).map(|c| c + width);
            one.cwe = cwe.map(|c| ["CWE-79", "CWE-89", "CWE-798"][c].to_owned());
            one.severity = Severity::ALL[severity];
            one.confidence = Confidence::ALL[confidence];
            ["t1", "t2"][title].clone_into(&mut one.title);
            one.context = context;
            let aliases = ["R1", "R9", "R3"];
            if let Some(alias) = alias {
                one.metadata.insert("aliases".to_owned(), json!([aliases[alias]]));
            }
            if let Some(package) = package {
                one.set_meta("package", ["left", "right"][package]);
            }
            one
        },
    )
}
