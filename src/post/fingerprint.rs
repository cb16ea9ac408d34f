//! Gives every finding its identity across scans. The recipe stands in [`crate::finding::fingerprint`]; this stage says
//! which text goes in and numbers the findings that agree in everything.

use super::order;
use crate::finding::{Finding, fingerprint as recipe, key};
use std::collections::{BTreeMap, BTreeSet};

/// Fills empty fingerprints and sets each id to `f-` and the first 16 digits of the fingerprint.
///
/// Findings that agree in scanner, rule, path, matched line and weakness are numbered in line and column order, so the
/// first keeps the plain value and none is lost. A fingerprint that is already there is never changed, nor given to
/// another finding.
pub fn fill(findings: &mut [Finding]) {
    let mut taken: BTreeSet<String> = findings
        .iter()
        .filter(|f| !f.fingerprint.is_empty())
        .map(|f| f.fingerprint.clone())
        .collect();
    let mut groups: BTreeMap<[String; 5], Vec<usize>> = BTreeMap::new();
    for (index, finding) in findings.iter().enumerate() {
        if finding.fingerprint.is_empty() {
            groups.entry(identity(finding)).or_default().push(index);
        }
    }
    for (identity, mut members) in groups {
        let [scanner, rule, path, context, cwe] = &identity;
        members.sort_by(|a, b| {
            let (a, b) = (&findings[*a], &findings[*b]);
            (a.line, a.column).cmp(&(b.line, b.column)).then_with(|| order::compare(a, b))
        });
        let mut ordinal = 0;
        for index in members {
            findings[index].fingerprint = loop {
                ordinal += 1;
                let value = recipe::fingerprint(scanner, rule, path, context, cwe, ordinal);
                if taken.insert(value.clone()) {
                    break value;
                }
            };
        }
    }
    for finding in findings {
        finding.id = id(&finding.fingerprint);
    }
}

/// The id of a finding: `f-` and at most 16 characters of its fingerprint.
pub fn id(fingerprint: &str) -> String {
    let head: String = fingerprint.chars().take(16).collect();
    format!("f-{head}")
}

fn identity(finding: &Finding) -> [String; 5] {
    [
        finding.scanner.as_str().to_owned(),
        finding.rule_id.as_str().to_owned(),
        finding.path.clone().unwrap_or_default(),
        recipe::normalise_context(&context(finding)),
        finding.cwe.clone().unwrap_or_default(),
    ]
}

/// The matched line: what the engine kept of it, else the shown snippet (a list of lines is joined by blanks).
fn context(finding: &Finding) -> String {
    if !finding.context.is_empty() {
        return finding.context.clone();
    }
    match finding.metadata.get(key::LINE_SNIPPET) {
        Some(serde_json::Value::String(line)) => line.clone(),
        Some(serde_json::Value::Array(lines)) => {
            lines.iter().filter_map(|l| l.as_str()).collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::sample::{any_finding, finding};
    use proptest::prelude::*;
    use serde_json::json;

    fn at(line: u32, context: &str) -> Finding {
        let mut one = finding("secrets", "secrets/password", "a.py", line);
        one.context = context.to_owned();
        one
    }

    #[test]
    fn identical_lines_are_numbered_from_the_top() {
        let mut findings = vec![at(9, "p = 1"), at(2, "p = 1"), at(5, "q = 1")];
        fill(&mut findings);
        let plain = recipe::fingerprint("secrets", "secrets/password", "a.py", "p = 1", "", 1);
        let second = recipe::fingerprint("secrets", "secrets/password", "a.py", "p = 1", "", 2);
        assert_eq!(findings[1].fingerprint, plain);
        assert_eq!(findings[0].fingerprint, second);
        assert_eq!(findings[1].id, format!("f-{}", &plain[..16]));
    }

    #[test]
    fn the_snippet_stands_in_for_a_missing_context() {
        let mut findings = vec![finding("s", "r", "a", 1), finding("s", "r", "a", 2), at(1, "")];
        findings[0].set_meta(key::LINE_SNIPPET, "  X = 1  # c");
        findings[1].metadata.insert(key::LINE_SNIPPET.to_owned(), json!(["X =", "2"]));
        fill(&mut findings);
        assert_eq!(findings[0].fingerprint, recipe::fingerprint("s", "r", "a", "x = 1", "", 1));
        assert_eq!(findings[1].fingerprint, recipe::fingerprint("s", "r", "a", "x = 2", "", 1));
    }

    #[test]
    fn a_given_fingerprint_stays_and_is_given_to_nobody_else() {
        let mut findings = vec![at(1, "x"), at(2, "x")];
        findings[1].fingerprint =
            recipe::fingerprint("secrets", "secrets/password", "a.py", "x", "", 1);
        let given = findings[1].fingerprint.clone();
        fill(&mut findings);
        assert_eq!(findings[1].fingerprint, given);
        assert_ne!(findings[0].fingerprint, given);
    }

    proptest! {
        #[test]
        fn lines_inserted_above_change_no_fingerprint(
            findings in prop::collection::vec(any_finding(), 1..10),
            inserted in 1u32..50,
        ) {
            let mut before = findings.clone();
            let mut after = findings;
            for finding in &mut after {
                finding.line = finding.line.map(|line| line + inserted);
                finding.end_line = finding.end_line.map(|line| line + inserted);
            }
            fill(&mut before);
            fill(&mut after);
            let prints = |list: &[Finding]| -> Vec<String> {
                list.iter().map(|f| f.fingerprint.clone()).collect()
            };
            prop_assert_eq!(prints(&before), prints(&after));
        }

        #[test]
        fn no_two_findings_share_a_fingerprint(
            mut findings in prop::collection::vec(any_finding(), 0..20),
        ) {
            fill(&mut findings);
            let distinct: BTreeSet<&str> =
                findings.iter().map(|f| f.fingerprint.as_str()).collect();
            prop_assert_eq!(distinct.len(), findings.len());
        }
    }
}
