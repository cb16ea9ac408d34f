//! What every reader of SARIF relies on, beyond the schema.

use super::{all_shown, cases, rendered, repeated};
use securescan::report::{Options, by_name};
use serde_json::Value;

fn log(run: &securescan::finding::Run, options: &Options) -> Value {
    serde_json::from_str(&rendered(by_name("sarif").unwrap(), run, options)).unwrap()
}

#[test]
fn every_result_names_its_rule_and_a_relative_encoded_place() {
    for case in cases() {
        let log = log(&case.run, &all_shown());
        assert_eq!(log["version"], "2.1.0");
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
        let results = run["results"].as_array().unwrap();
        let change = case.run.change.as_deref();
        let same = change.map_or(0, |change| change.unchanged.len() + change.moved.len());
        let count = case.run.findings.len() + case.run.suppressed.len() + same;
        assert_eq!(results.len(), count, "{}", case.name);
        for result in results {
            let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
            assert_eq!(rule["id"], result["ruleId"]);
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().unwrap();
            let legal = |b: u8| b.is_ascii_alphanumeric() || b"-._~%/".contains(&b);
            assert!(!uri.is_empty() && !uri.starts_with('/') && uri.bytes().all(legal), "{uri}");
            let region = &place["region"];
            let number = |name: &str| region[name].as_u64();
            assert!(number("startLine").unwrap() >= 1);
            assert!(number("endLine").unwrap() >= number("startLine").unwrap());
            if number("endLine") == number("startLine")
                && let (Some(start), Some(end)) = (number("startColumn"), number("endColumn"))
            {
                assert!(end > start, "{region}");
            }
            assert!(!result["message"]["text"].as_str().unwrap().is_empty());
            assert_eq!(result["partialFingerprints"]["securescan/v1"].as_str().unwrap().len(), 64);
        }
    }
}

#[test]
fn rules_stay_within_the_limits_of_code_scanning() {
    for case in cases() {
        let log = log(&case.run, &all_shown());
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        let ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b), "{ids:?}");
        for rule in rules {
            let length = |value: &Value| value.as_str().unwrap().chars().count();
            assert!((1..=255).contains(&length(&rule["name"])));
            assert!((1..=1024).contains(&length(&rule["shortDescription"]["text"])));
            assert!((1..=1024).contains(&length(&rule["fullDescription"]["text"])));
            assert!(length(&rule["help"]["text"]) > 0);
            let tags = rule["properties"]["tags"].as_array().unwrap();
            assert!(tags.len() <= 20 && tags[0] == "security");
            let severity = rule["properties"]["security-severity"].as_str().unwrap();
            assert!((0.1..=10.0).contains(&severity.parse::<f64>().unwrap()));
        }
    }
}

#[test]
fn what_did_not_run_is_a_notification_and_only_breakdowns_make_the_run_unsuccessful() {
    for case in cases() {
        let log = log(&case.run, &Options::default());
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], !case.run.is_incomplete());
        let told = invocation["toolExecutionNotifications"].to_string();
        for outcome in &case.run.outcomes {
            let ran = matches!(outcome.status, securescan::finding::ScannerStatus::Ran { .. });
            assert!(ran || told.contains(&format!("{} ", outcome.scanner)), "{}", outcome.scanner);
        }
    }
}

#[test]
fn suppressed_findings_are_left_out_or_marked() {
    let case = cases().into_iter().find(|case| case.name == "typical").unwrap();
    let shown = log(&case.run, &all_shown());
    let marked = |log: &Value| {
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().filter(|result| result["suppressions"].is_array()).count()
    };
    assert_eq!(marked(&shown), case.run.suppressed.len());
    assert_eq!(marked(&log(&case.run, &Options::default())), 0);
}

#[test]
fn more_results_than_a_service_takes_are_cut_and_the_cut_is_said() {
    let case = cases().into_iter().find(|case| case.name == "typical").unwrap();
    let mut large = case.run.clone();
    large.findings.truncate(1);
    large.findings[0].metadata.clear();
    let log = log(&repeated(&large, 25_001), &Options::default());
    assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), 25_000);
    let told = log["runs"][0]["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(told.contains("1 finding of lesser severity left out"), "{told}");
}
