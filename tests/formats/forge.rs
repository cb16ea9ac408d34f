//! What code hosts ask of the review, the annotations and the GitLab reports.

use super::comparison::case;
use super::{all_shown, cases, rendered, repeated};
use securescan::finding::change::Suggestion;
use securescan::finding::{Run, Severity};
use securescan::report::{Forge, Options, by_name};
use serde_json::Value;
use std::collections::BTreeSet;

fn review(run: &Run, options: &Options) -> Value {
    serde_json::from_str(&rendered(by_name("github-review").unwrap(), run, options)).unwrap()
}

fn list<'a>(value: &'a Value, key: &str) -> &'a Vec<Value> {
    value[key].as_array().unwrap()
}

#[test]
fn a_review_has_sorted_keys_sorted_comments_and_no_finding_twice_or_never() {
    for case in cases() {
        let text = rendered(by_name("github-review").unwrap(), &case.run, &all_shown());
        let review: Value = serde_json::from_str(&text).unwrap();
        let again = serde_json::to_string_pretty(&review).unwrap();
        let sorted: Value = serde_json::from_str(&again).unwrap();
        assert_eq!(review, sorted);
        let keys =
            |value: &Value| -> Vec<String> { value.as_object().unwrap().keys().cloned().collect() };
        let mut at = 0;
        for key in ["\"body\"", "\"comments\"", "\"commit_id\"", "\"event\""] {
            let next = text.find(&format!("\n  {key}")).unwrap();
            assert!(next >= at);
            at = next;
        }
        assert_eq!(keys(&review), ["body", "comments", "commit_id", "event"]);
        let comments = list(&review, "comments");
        let order: Vec<_> =
            comments.iter().map(|c| (c["path"].as_str(), c["line"].as_u64())).collect();
        assert!(order.is_sorted(), "{order:?}");
        for comment in comments {
            assert_eq!(comment["side"], "RIGHT");
            assert!(comment["line"].as_u64().unwrap() >= 1);
            if let Some(start) = comment.get("start_line") {
                assert!(start.as_u64() < comment["line"].as_u64());
                assert_eq!(comment["start_side"], "RIGHT");
            }
        }
        let body = review["body"].as_str().unwrap();
        let rest = case.run.findings.len() - comments.len();
        let told = format!("### Findings without inline anchor ({rest})");
        assert_eq!(body.contains(&told), rest > 0, "{}", case.name);
        assert!(
            body.len() < 60_000 && comments.iter().all(|c| c["body"].to_string().len() < 60_000)
        );
    }
}

#[test]
fn each_comment_ends_with_the_marker_of_its_finding_and_silenced_findings_have_none() {
    let run = case("diff").run;
    let review = review(&run, &all_shown());
    let mut found = BTreeSet::new();
    for comment in list(&review, "comments") {
        let body = comment["body"].as_str().unwrap();
        let marker = body.lines().last().unwrap();
        let prefix =
            marker.strip_prefix("<!-- securescan:fp:").unwrap().strip_suffix(" -->").unwrap();
        assert_eq!(prefix.len(), 12);
        assert!(run.findings.iter().any(|f| f.fingerprint.starts_with(prefix)), "{prefix}");
        assert!(run.suppressed.iter().all(|f| !f.fingerprint.starts_with(prefix)), "{prefix}");
        assert!(found.insert(prefix.to_owned()));
    }
    assert_eq!(found.len(), 3);
    let mut anchored = run.clone();
    anchored.findings.truncate(1);
    anchored.suppressed.clone_from(&run.findings);
    assert_eq!(list(&self::review(&anchored, &all_shown()), "comments").len(), 1);
}

/// The lines between the fences of the suggestion, as CommonMark reads them.
fn suggestion(body: &str) -> Option<Vec<&str>> {
    let mut lines = body.lines();
    let fence = lines.find_map(|line| line.strip_suffix("suggestion").filter(|f| f.len() > 2))?;
    assert!(fence.bytes().all(|b| b == b'`'));
    Some(lines.take_while(|line| *line != fence).collect())
}

#[test]
fn a_suggestion_holds_exactly_its_lines_and_the_comment_stands_on_the_line_it_replaces() {
    let mut run = case("diff").run;
    let print = run.findings[0].fingerprint.clone();
    let offered = Suggestion {
        line: 13,
        position: 8,
        lines: vec![
            "\ta = \"````\" ~~~ ```".to_owned(),
            "# ```suggestion".to_owned(),
            String::new(),
        ],
    };
    let anchor = run.change.as_mut().unwrap().anchors.get_mut(&print).unwrap();
    anchor.suggestion = Some(offered.clone());
    anchor.start_line = Some(10);
    let on = |run: &Run, options: &Options| {
        let review = review(run, options);
        let comments = list(&review, "comments").clone();
        comments.into_iter().find(|c| c["path"] == "config/settings.py").unwrap()
    };
    let comment = on(&run, &Options::default());
    let body = comment["body"].as_str().unwrap();
    assert_eq!(suggestion(body).unwrap(), offered.lines);
    assert_eq!((&comment["line"], &comment["position"]), (&Value::from(13), &Value::from(8)));
    assert!(comment.get("start_line").is_none());
    assert!(body.contains("The finding is on line 14."), "{body}");

    let forge = Forge { suggestions: false, ..Forge::default() };
    let without = on(&run, &Options { forge, ..Options::default() });
    assert!(suggestion(without["body"].as_str().unwrap()).is_none());
    assert_eq!((&without["line"], &without["start_line"]), (&Value::from(14), &Value::from(10)));

    let anchor = run.change.as_mut().unwrap().anchors.get_mut(&print).unwrap();
    anchor.suggestion.as_mut().unwrap().lines = vec!["two\nlines".to_owned()];
    assert!(suggestion(on(&run, &Options::default())["body"].as_str().unwrap()).is_none());
}

#[test]
fn changes_are_requested_only_for_something_new_and_an_unknown_wish_is_a_comment() {
    let event = |run: &Run, wish: &str| {
        let forge = Forge { review_event: wish.to_owned(), ..Forge::default() };
        review(run, &Options { forge, ..Options::default() })["event"].clone()
    };
    let (new, nothing) = (case("diff").run, case("diff-nothing-new").run);
    assert_eq!(event(&new, "REQUEST_CHANGES"), "REQUEST_CHANGES");
    assert_eq!(event(&nothing, "REQUEST_CHANGES"), "COMMENT");
    assert_eq!(event(&nothing, "APPROVE"), "APPROVE");
    assert_eq!(event(&new, "MERGE"), "COMMENT");
    let forge = Forge { sha: Some("f".repeat(40)), ..Forge::default() };
    let chosen = review(&new, &Options { forge, ..Options::default() });
    assert_eq!(chosen["commit_id"], "f".repeat(40));
    assert_eq!(
        review(&new, &Options::default())["commit_id"],
        new.change.unwrap().head.commit.unwrap()
    );
}

#[test]
fn annotations_are_ten_a_level_worst_first_and_the_rest_is_counted() {
    let run = repeated(&case("typical").run, 500);
    let text = rendered(by_name("github-annotations").unwrap(), &run, &Options::default());
    let count = |level: &str| text.lines().filter(|line| line.starts_with(level)).count();
    for level in ["::error ", "::warning ", "::notice "] {
        assert_eq!(count(level), 10, "{level}");
    }
    let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("::error")).collect();
    assert!(errors.iter().all(|line| line.contains("title=critical%3A")), "{errors:#?}");
    let last = text.lines().last().unwrap();
    let told: usize = last.split(' ').nth(1).unwrap().replace(',', "").parse().unwrap();
    // Two warnings and two notices speak of the run.
    assert_eq!(told, 500 - 10 - 8 - 8, "{last}");
    assert!(last.ends_with(')') && last.contains("more findings are not shown"));
}

#[test]
fn annotations_have_columns_only_on_one_line_and_at_least_a_last_word() {
    for case in cases() {
        let text = rendered(by_name("github-annotations").unwrap(), &case.run, &all_shown());
        assert!(text.lines().last().unwrap().starts_with("securescan"), "{}", case.name);
        for line in text.lines().filter(|line| line.starts_with("::")) {
            let (head, message) = line[2..].split_once("::").unwrap();
            assert!(!message.is_empty());
            let properties: Vec<(&str, &str)> = head
                .split_once(' ')
                .unwrap()
                .1
                .split(',')
                .map(|property| property.split_once('=').unwrap())
                .collect();
            let value = |name: &str| properties.iter().find(|(n, _)| *n == name).map(|(_, v)| *v);
            assert!(value("title").is_some());
            if value("col").is_some() {
                assert_eq!(value("line"), value("endLine"), "{line}");
            }
            let known = ["file", "line", "endLine", "col", "endColumn", "title"];
            assert!(properties.iter().all(|(name, _)| known.contains(name)), "{line}");
        }
    }
}

#[test]
fn code_quality_entries_are_complete_and_unlike() {
    for case in cases() {
        let text = rendered(by_name("gitlab-codequality").unwrap(), &case.run, &all_shown());
        let entries: Vec<Value> = serde_json::from_str(&text).unwrap();
        let mut prints = BTreeSet::new();
        for entry in &entries {
            for key in ["description", "check_name", "fingerprint"] {
                assert!(entry[key].as_str().is_some_and(|v| !v.is_empty()), "{entry}");
            }
            assert!(prints.insert(entry["fingerprint"].to_string()));
            let ranks = ["info", "minor", "major", "critical", "blocker"];
            assert!(ranks.contains(&entry["severity"].as_str().unwrap()));
            let path = entry["location"]["path"].as_str().unwrap();
            assert!(!path.is_empty() && !path.starts_with('/') && !path.starts_with("./"));
            assert!(entry["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        }
        let gaps = entries.iter().filter(|e| e["check_name"] == "securescan/incomplete").count();
        let told = case.run.is_incomplete() || case.run.nothing_scanned().is_some();
        assert!(gaps > 0 || !told, "{}", case.name);
    }
}

#[test]
fn a_sast_report_follows_the_schema_and_says_what_was_lost() {
    for case in cases() {
        let text = rendered(by_name("gitlab-sast").unwrap(), &case.run, &all_shown());
        let report: Value = serde_json::from_str(&text).unwrap();
        let scan = &report["scan"];
        assert_eq!((&report["version"], &scan["type"]), (&"15.1.4".into(), &"sast".into()));
        assert_eq!(scan["start_time"], "1970-01-01T00:00:00");
        let lost = case.run.is_incomplete()
            || case.run.nothing_scanned().is_some()
            || case.run.files.skipped.iter().any(|s| s.reason.is_loss());
        assert_eq!(scan["status"], if lost { "failure" } else { "success" }, "{}", case.name);
        for message in list(scan, "messages") {
            assert!(["info", "warn", "fatal"].contains(&message["level"].as_str().unwrap()));
            assert!(!message["value"].as_str().unwrap().is_empty());
        }
        let mut ids = BTreeSet::new();
        for one in list(&report, "vulnerabilities") {
            let id = one["id"].as_str().unwrap();
            let parts: Vec<usize> = id.split('-').map(str::len).collect();
            assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
            assert!(ids.insert(id.to_owned()), "{id}");
            assert!((1..=255).contains(&one["name"].as_str().unwrap().chars().count()));
            let ranks: Vec<String> = Severity::ALL
                .iter()
                .map(|s| s.as_str()[..1].to_uppercase() + &s.as_str()[1..])
                .collect();
            assert!(ranks.iter().any(|rank| one["severity"] == rank.as_str()));
            assert!(!list(one, "identifiers").is_empty());
            for identifier in list(one, "identifiers") {
                for key in ["type", "name", "value"] {
                    assert!(!identifier[key].as_str().unwrap().is_empty(), "{identifier}");
                }
            }
            assert!(!one["location"]["file"].as_str().unwrap().is_empty());
            for link in one["links"].as_array().into_iter().flatten() {
                assert!(link["url"].as_str().unwrap().starts_with("https://"));
            }
        }
    }
}
