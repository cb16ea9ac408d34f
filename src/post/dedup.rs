//! One problem, one finding - and never fewer findings than problems. Two findings become one only when two scanners
//! report the same weakness at the same line, or when one scanner reports the very same thing twice.

use super::order;
use crate::finding::{Finding, ScannerId, key, pattern};
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Metadata that names the thing a finding is about. Findings that differ in one of them are different, whatever else
/// they share: two advisories for one package, one port on two hosts, one alert on two pages.
const SUBJECTS: &[&str] = &[
    "advisory",
    "host",
    "installed_version",
    "method",
    "package",
    "param",
    "path",
    "port",
    "protocol",
    "resource",
    "target_host",
    "target_url",
    "url",
    "version",
];

/// Merges findings; the result is in canonical order and depends neither on the order of the input nor on how often
/// this is called.
///
/// Of two findings the survivor is the more severe, then the one of a native scanner, then the more confident, then the
/// first in canonical order. It gains `also_reported_by`, the other rule ids as aliases, and what it lacked of the
/// other's compliance tags, remediation and subject.
pub fn merge(findings: Vec<Finding>, native: fn(&ScannerId) -> bool) -> Vec<Finding> {
    let mut places: BTreeMap<(Option<String>, Option<u32>), Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        places.entry((finding.path.clone(), finding.line)).or_default().push(finding);
    }
    let mut merged = Vec::new();
    for ((path, line), mut here) in places {
        let known_place = path.is_some() && line.is_some();
        if here.len() == 1 {
            merged.append(&mut here);
            continue;
        }
        // A merge can teach the survivor an alias or a subject by which the next pair is found: until nothing changes.
        loop {
            let before = here.len();
            remove_repeats(&mut here, native);
            if known_place && several_scanners(&here) {
                here = merge_across(here, native);
            }
            if here.len() == before {
                break;
            }
        }
        merged.append(&mut here);
    }
    order::sort(&mut merged);
    cover(merged, native)
}

/// Tools name a whole resource or file where a native scanner names the line in it. What a tool says under an id that is an alias of a
/// native finding within its lines is that finding, or all of those.
fn cover(findings: Vec<Finding>, native: fn(&ScannerId) -> bool) -> Vec<Finding> {
    let (mut own, others): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|finding| native(&finding.scanner));
    let mut at: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
    for (index, finding) in own.iter().enumerate() {
        let Some(path) = &finding.path else { continue };
        for id in ids(finding) {
            at.entry((path.clone(), id.to_owned())).or_default().push(index);
        }
    }
    let mut kept = Vec::new();
    for other in others {
        let place = other.path.clone().map(|path| (path, other.rule_id.as_str().to_owned()));
        let known = place.and_then(|place| at.get(&place)).map_or(&[][..], Vec::as_slice);
        let within: Vec<usize> =
            known.iter().copied().filter(|index| is_within(&own[*index], &other)).collect();
        for index in &within {
            absorb(&mut own[*index], other.clone());
        }
        if within.is_empty() {
            kept.push(other);
        }
    }
    own.append(&mut kept);
    order::sort(&mut own);
    own
}

fn is_within(own: &Finding, other: &Finding) -> bool {
    let (Some(line), Some(first)) = (own.line, other.line) else { return false };
    let last = other.end_line.unwrap_or(first);
    let is_there = (first..=last).contains(&line)
        || own.resource_lines().is_some_and(|(from, to)| (from..=to).contains(&first));
    // Both judge one rule; what one calls the resource may be another word for it. A graver word of a tool is not lost.
    let agree = SUBJECTS.iter().filter(|name| **name != key::RESOURCE).all(|name| {
        match (own.metadata.get(*name), other.metadata.get(*name)) {
            (Some(one), Some(two)) => one == two,
            _ => true,
        }
    });
    let is_there = is_there && agree && own.severity >= other.severity;
    is_there && !reporters(own).any(|scanner| reporters(other).any(|one| scanner == one))
}

fn several_scanners(findings: &[Finding]) -> bool {
    findings.windows(2).any(|pair| pair[0].scanner != pair[1].scanner)
}

/// Which of two findings survives comes first.
fn preference(a: &Finding, b: &Finding, native: fn(&ScannerId) -> bool) -> Ordering {
    b.severity
        .cmp(&a.severity)
        .then_with(|| native(&b.scanner).cmp(&native(&a.scanner)))
        .then_with(|| b.confidence.cmp(&a.confidence))
        .then_with(|| order::compare(a, b))
}

/// Drops what one scanner said twice: same rule, words, columns, weakness and subject.
fn remove_repeats(findings: &mut Vec<Finding>, native: fn(&ScannerId) -> bool) {
    findings.sort_by(|a, b| preference(a, b, native));
    let mut seen: BTreeSet<String> = BTreeSet::new();
    findings.retain(|finding| {
        let subjects: Vec<(&&str, String)> = SUBJECTS
            .iter()
            .filter_map(|name| Some((name, finding.metadata.get(*name)?.to_string())))
            .collect();
        let ends = (finding.column, finding.end_line, finding.end_column);
        let said = (&finding.scanner, &finding.rule_id, &finding.title, &finding.cwe);
        seen.insert(format!("{said:?}{ends:?}{subjects:?}"))
    });
}

/// One pass: every finding, best first, goes into the first survivor it may be merged with, or becomes a survivor.
fn merge_across(mut findings: Vec<Finding>, native: fn(&ScannerId) -> bool) -> Vec<Finding> {
    findings.sort_by(|a, b| preference(a, b, native));
    let mut survivors: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match survivors.iter_mut().find(|survivor| same_problem(survivor, &finding)) {
            Some(survivor) => absorb(survivor, finding),
            None => survivors.push(finding),
        }
    }
    survivors
}

/// Scanners that agree on a line, on the weakness or the rule, and do not contradict each other on columns or subject.
/// A scanner that has reported one of the two already meant something else by the other.
fn same_problem(a: &Finding, b: &Finding) -> bool {
    let related = (a.cwe.is_some() && weakness(a) == weakness(b))
        || ids(a).any(|id| ids(b).any(|other| id == other));
    related
        && !reporters(a).any(|scanner| reporters(b).any(|other| scanner == other))
        && !apart(a, b)
        && SUBJECTS.iter().all(|name| match (a.metadata.get(*name), b.metadata.get(*name)) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        })
}

/// The weakness, as far as tools agree on it: a password (CWE-259) or key (CWE-321) in the code is a credential in the code
/// (CWE-798), and which of the three is written depends on the tool.
fn weakness(finding: &Finding) -> Option<&str> {
    match finding.cwe.as_deref() {
        Some("CWE-259" | "CWE-321") => Some("CWE-798"),
        other => other,
    }
}

fn ids(finding: &Finding) -> impl Iterator<Item = &str> {
    std::iter::once(finding.rule_id.as_str()).chain(pattern::aliases(finding))
}

fn reporters(finding: &Finding) -> impl Iterator<Item = &str> {
    let others = finding.metadata.get(key::ALSO_REPORTED_BY).and_then(Value::as_array);
    std::iter::once(finding.scanner.as_str())
        .chain(others.into_iter().flatten().filter_map(Value::as_str))
}

/// Two known ranges on one line that do not even touch. Tools count columns from 0 or 1, hence one column of grace.
fn apart(a: &Finding, b: &Finding) -> bool {
    let range = |finding: &Finding| {
        let one_line = finding.end_line.is_none() || finding.end_line == finding.line;
        Some((finding.column?, finding.end_column?)).filter(|_| one_line)
    };
    match (range(a), range(b)) {
        (Some((start, end)), Some((other_start, other_end))) => {
            end < other_start || other_end < start
        }
        _ => false,
    }
}

fn absorb(survivor: &mut Finding, other: Finding) {
    let mut scanners: BTreeSet<String> = reporters(survivor).map(str::to_owned).collect();
    scanners.extend(reporters(&other).map(str::to_owned));
    scanners.remove(survivor.scanner.as_str());
    set_words(survivor, key::ALSO_REPORTED_BY, scanners);
    let mut aliases: BTreeSet<String> = pattern::aliases(survivor).map(str::to_owned).collect();
    aliases.extend(ids(&other).map(str::to_owned));
    aliases.remove(survivor.rule_id.as_str());
    set_words(survivor, key::ALIASES, aliases);
    let tags: BTreeSet<String> =
        survivor.compliance_tags.drain(..).chain(other.compliance_tags).collect();
    survivor.compliance_tags = tags.into_iter().collect();
    if survivor.remediation.is_none() {
        survivor.remediation = other.remediation;
    }
    if let (None, Some(fix), Some(told)) = (&survivor.fix, other.fix, other.metadata.get(key::FIX))
    {
        survivor.metadata.insert(key::FIX.to_owned(), told.clone());
        survivor.fix = Some(fix);
    }
    for name in SUBJECTS {
        if let (false, Some(value)) =
            (survivor.metadata.contains_key(*name), other.metadata.get(*name))
        {
            survivor.metadata.insert((*name).to_owned(), value.clone());
        }
    }
}

fn set_words(finding: &mut Finding, name: &str, words: BTreeSet<String>) {
    if !words.is_empty() {
        let words = words.into_iter().map(Value::String).collect();
        finding.metadata.insert(name.to_owned(), Value::Array(words));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{Confidence, Severity};
    use crate::post::sample::{any_finding, finding};
    use proptest::prelude::*;
    use serde_json::json;

    fn native(scanner: &ScannerId) -> bool {
        scanner.as_str() == "secrets"
    }

    fn with_cwe(scanner: &'static str, rule: &str, cwe: &str) -> Finding {
        Finding { cwe: Some(cwe.to_owned()), ..finding(scanner, rule, "a.py", 3) }
    }

    #[test]
    fn two_scanners_on_one_weakness_and_line_become_one() {
        let merged = merge(
            vec![
                with_cwe("gitleaks", "generic-api-key", "CWE-798"),
                with_cwe("secrets", "secrets/api-key", "CWE-798"),
                with_cwe("trufflehog", "Generic", "CWE-798"),
            ],
            native,
        );
        assert_eq!(merged.len(), 1);
        assert_eq!(merged[0].scanner.as_str(), "secrets");
        assert_eq!(merged[0].metadata[key::ALSO_REPORTED_BY], json!(["gitleaks", "trufflehog"]));
        assert_eq!(merged[0].metadata[key::ALIASES], json!(["Generic", "generic-api-key"]));
    }

    #[test]
    fn severity_goes_before_nativeness_and_nativeness_before_confidence() {
        let mut severe = with_cwe("gitleaks", "g", "CWE-798");
        severe.severity = Severity::High;
        let mut sure = with_cwe("semgrep", "s", "CWE-798");
        sure.confidence = Confidence::High;
        let own = with_cwe("secrets", "o", "CWE-798");
        let winner = |list: Vec<Finding>| merge(list, native)[0].scanner.as_str().to_owned();
        assert_eq!(winner(vec![own.clone(), severe]), "gitleaks");
        assert_eq!(winner(vec![sure.clone(), own]), "secrets");
        assert_eq!(winner(vec![with_cwe("bandit", "b", "CWE-798"), sure]), "semgrep");
    }

    #[test]
    fn an_alias_joins_what_the_weakness_does_not() {
        let mut own = finding("misconfig", "misconfig/s3", "a.tf", 3);
        own.metadata.insert(key::ALIASES.to_owned(), json!(["CKV_AWS_20"]));
        let other = finding("checkov", "CKV_AWS_20", "a.tf", 3);
        assert_eq!(merge(vec![own, other], native).len(), 1);
    }

    #[test]
    fn a_tool_that_names_a_whole_resource_means_the_lines_in_it() {
        let own = |line: u32| {
            let mut own = finding("secrets", "misconfig/x", "a.tf", line);
            own.metadata.insert(key::ALIASES.to_owned(), json!(["CKV_1"]));
            own.metadata.insert("resource".to_owned(), json!("bucket.b"));
            own
        };
        let tool = |id: &'static str, first: u32, last: u32| {
            let mut tool = finding("checkov", id, "a.tf", first);
            tool.end_line = Some(last);
            tool.metadata.insert("resource".to_owned(), json!("b"));
            tool
        };
        let merged = merge(vec![own(3), own(9), tool("CKV_1", 1, 5)], native);
        assert_eq!(merged.len(), 2);
        let named = merged.iter().filter(|one| one.metadata.contains_key(key::ALSO_REPORTED_BY));
        assert_eq!(named.map(|one| one.line).collect::<Vec<_>>(), [Some(3)]);
        let both = merge(vec![own(3), own(4), tool("CKV_1", 1, 5)], native);
        assert!(both.iter().all(|one| one.metadata[key::ALSO_REPORTED_BY] == json!(["checkov"])));
        for apart in [tool("CKV_1", 4, 8), tool("CKV_2", 1, 5)] {
            assert_eq!(merge(vec![own(3), apart], native).len(), 2);
        }
        let mut inside = own(3);
        inside.metadata.insert(key::RESOURCE_LINES.to_owned(), json!([2, 8]));
        assert_eq!(merge(vec![inside, tool("CKV_1", 4, 4)], native).len(), 1);
    }

    #[test]
    fn a_credential_in_the_code_is_one_weakness_under_three_numbers() {
        for cwe in ["CWE-259", "CWE-321", "CWE-798"] {
            let list = vec![with_cwe("gitleaks", "g", "CWE-798"), with_cwe("secrets", "s", cwe)];
            assert_eq!(merge(list, native).len(), 1, "{cwe}");
        }
        let list = vec![with_cwe("bandit", "b", "CWE-522"), with_cwe("secrets", "s", "CWE-798")];
        assert_eq!(merge(list, native).len(), 2);
    }

    #[test]
    fn what_differs_in_its_subject_stays_apart() {
        for (subject, one, two) in [
            ("advisory", json!("CVE-1"), json!("CVE-2")),
            ("target_host", json!("10.0.0.1"), json!("10.0.0.2")),
            ("url", json!("/a"), json!("/b")),
            ("port", json!(22), json!(23)),
        ] {
            for scanners in [["zap", "zap"], ["nmap", "ports"]] {
                let mut list: Vec<Finding> =
                    vec![with_cwe(scanners[0], "r", "CWE-1"), with_cwe(scanners[1], "r", "CWE-1")];
                list[0].metadata.insert(subject.to_owned(), one.clone());
                list[1].metadata.insert(subject.to_owned(), two.clone());
                assert_eq!(merge(list, native).len(), 2, "{subject}");
            }
        }
    }

    #[test]
    fn one_scanner_keeps_its_findings_unless_they_are_the_same_thing() {
        let two_rules =
            vec![with_cwe("bandit", "B1", "CWE-79"), with_cwe("bandit", "B2", "CWE-79")];
        assert_eq!(merge(two_rules, native).len(), 2);
        let mut two_columns = vec![finding("s", "r", "a", 1), finding("s", "r", "a", 1)];
        two_columns[1].column = Some(9);
        assert_eq!(merge(two_columns.clone(), native).len(), 2);
        two_columns[0].column = Some(9);
        assert_eq!(merge(two_columns, native).len(), 1);
    }

    #[test]
    fn a_second_finding_of_a_scanner_is_not_swallowed_by_the_first_pair() {
        let list = vec![
            with_cwe("semgrep", "r1", "CWE-89"),
            with_cwe("semgrep", "r2", "CWE-89"),
            with_cwe("bandit", "B608", "CWE-89"),
        ];
        assert_eq!(merge(list, native).len(), 2);
    }

    #[test]
    fn ranges_that_do_not_touch_are_two_problems() {
        let mut list = vec![with_cwe("semgrep", "r", "CWE-89"), with_cwe("bandit", "b", "CWE-89")];
        (list[0].column, list[0].end_column) = (Some(1), Some(9));
        (list[1].column, list[1].end_column) = (Some(20), Some(30));
        assert_eq!(merge(list.clone(), native).len(), 2);
        list[1].column = Some(5);
        assert_eq!(merge(list, native).len(), 1);
    }

    #[test]
    fn findings_without_a_line_are_not_merged_across_scanners() {
        let mut list = vec![with_cwe("a", "r", "CWE-1"), with_cwe("b", "r", "CWE-1")];
        for finding in &mut list {
            finding.line = None;
        }
        assert_eq!(merge(list, native).len(), 2);
    }

    proptest! {
        #[test]
        fn merging_is_idempotent_and_knows_no_order(
            findings in prop::collection::vec(any_finding(), 0..25),
            by in any::<prop::sample::Index>(),
        ) {
            let once = merge(findings.clone(), native);
            prop_assert_eq!(&merge(once.clone(), native), &once);
            let mut turned = findings;
            if !turned.is_empty() {
                let by = by.index(turned.len());
                turned.rotate_left(by);
                turned.reverse();
            }
            prop_assert_eq!(&merge(turned, native), &once);
        }

        #[test]
        fn whatever_was_found_is_still_named(
            findings in prop::collection::vec(any_finding(), 0..25),
        ) {
            let merged = merge(findings.clone(), native);
            for lost in &findings {
                let named = merged.iter().any(|kept| {
                    kept.path == lost.path
                        && (kept.line == lost.line
                            || kept.line > lost.line && kept.line <= lost.end_line
                            || kept.resource_lines().is_some())
                        && kept.severity >= lost.severity
                        && reporters(kept).any(|s| s == lost.scanner.as_str())
                        && ids(kept).any(|id| id == lost.rule_id.as_str())
                });
                prop_assert!(named, "{:?}", lost);
            }
        }
    }
}
