//! The one order findings have in every output. It is total: two findings compare equal only when they are equal, so no
//! output depends on who ran first.

use crate::finding::Finding;
use std::cmp::Ordering;

/// Severity (worst first), path, line, column, rule id, title; then scanner, fingerprint, end, description, and at last
/// everything else. Missing text sorts as empty and a missing number as 0, both before all others; text compares by
/// code point.
pub fn compare(a: &Finding, b: &Finding) -> Ordering {
    b.severity
        .cmp(&a.severity)
        .then_with(|| text(a.path.as_ref()).cmp(text(b.path.as_ref())))
        .then_with(|| number(a.line).cmp(&number(b.line)))
        .then_with(|| number(a.column).cmp(&number(b.column)))
        .then_with(|| a.rule_id.cmp(&b.rule_id))
        .then_with(|| a.title.cmp(&b.title))
        .then_with(|| a.scanner.cmp(&b.scanner))
        .then_with(|| a.fingerprint.cmp(&b.fingerprint))
        .then_with(|| number(a.end_line).cmp(&number(b.end_line)))
        .then_with(|| number(a.end_column).cmp(&number(b.end_column)))
        .then_with(|| a.description.cmp(&b.description))
        .then_with(|| rest(a, b))
}

/// Sorts by [`compare`].
pub fn sort(findings: &mut [Finding]) {
    findings.sort_by(compare);
}

/// Fields people do not sort by, reached only by findings that agree in all others.
fn rest(a: &Finding, b: &Finding) -> Ordering {
    a.path
        .cmp(&b.path)
        .then_with(|| (a.line, a.column).cmp(&(b.line, b.column)))
        .then_with(|| (a.end_line, a.end_column).cmp(&(b.end_line, b.end_column)))
        .then_with(|| a.scan_type.cmp(&b.scan_type))
        .then_with(|| b.confidence.cmp(&a.confidence))
        .then_with(|| a.cwe.cmp(&b.cwe))
        .then_with(|| a.remediation.cmp(&b.remediation))
        .then_with(|| a.references.cmp(&b.references))
        .then_with(|| a.compliance_tags.cmp(&b.compliance_tags))
        .then_with(|| a.context.cmp(&b.context))
        .then_with(|| a.id.cmp(&b.id))
        .then_with(|| metadata(a).cmp(&metadata(b)))
}

/// JSON values have no order of their own; their text has.
fn metadata(finding: &Finding) -> String {
    serde_json::to_string(&finding.metadata).unwrap_or_default()
}

fn text(value: Option<&String>) -> &str {
    value.map_or("", String::as_str)
}

fn number(value: Option<u32>) -> u32 {
    value.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::post::sample::{any_finding, finding};
    use proptest::prelude::*;

    #[test]
    fn the_worst_comes_first_then_the_place_then_the_rule() {
        let mut findings = vec![
            finding("sast", "r2", "b.py", 1),
            finding("sast", "r1", "b.py", 1),
            finding("sast", "r1", "a.py", 9),
            finding("sast", "r1", "a.py", 10),
        ];
        findings[3].severity = Severity::Critical;
        sort(&mut findings);
        let order: Vec<String> =
            findings.iter().map(|f| format!("{} {}", f.place(), f.rule_id)).collect();
        assert_eq!(order, ["a.py:10 r1", "a.py:9 r1", "b.py:1 r1", "b.py:1 r2"]);
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in any_finding(), b in any_finding(), c in any_finding()) {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &b) == Ordering::Equal, a == b);
            if compare(&a, &b) != Ordering::Greater && compare(&b, &c) != Ordering::Greater {
                prop_assert_ne!(compare(&a, &c), Ordering::Greater);
            }
        }

        #[test]
        fn the_order_of_the_input_does_not_matter(
            findings in prop::collection::vec(any_finding(), 0..12),
            seed in any::<prop::sample::Index>(),
        ) {
            let mut rotated = findings.clone();
            if !rotated.is_empty() {
                let by = seed.index(rotated.len());
                rotated.rotate_left(by);
                rotated.reverse();
            }
            let mut findings = findings;
            sort(&mut findings);
            sort(&mut rotated);
            prop_assert_eq!(findings, rotated);
        }
    }
}
