//! Logs of every shape.

use super::*;
use crate::adapter::place::Base;
use crate::finding::ScanType;
use serde_json::json;
use std::path::Path;

fn report(run: &Value) -> Report {
    let document = json!({"version": "2.1.0", "runs": [run]});
    let base = Base::new([Path::new("/repo")]);
    let scanner = ScannerId::new("acme");
    let reading =
        Reading { scanner: &scanner, scan_type: ScanType::Code, base: &base, about: None };
    read(document.to_string().as_bytes(), &reading).unwrap()
}

fn only(run: &Value) -> Finding {
    let mut findings = report(run).findings;
    assert_eq!(findings.len(), 1);
    findings.remove(0)
}

fn result(more: &Value) -> Value {
    let mut whole = json!({"ruleId": "R1", "message": {"text": "m"}});
    whole.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    whole
}

#[test]
fn severity_comes_from_the_score_then_the_word_then_the_level() {
    let rule = |more: Value| {
        json!({"driver": {"name": "a", "rules": [{"id": "R1", "properties": more.clone(),
        "defaultConfiguration": {"level": "note"}}]}})
    };
    for (properties, own, expected) in [
        (json!({"security-severity": "9.8"}), json!({"level": "note"}), Severity::Critical),
        (json!({"security-severity": 7.0}), json!({}), Severity::High),
        (json!({"security-severity": "5"}), json!({}), Severity::Medium),
        (json!({"security-severity": "0.1"}), json!({}), Severity::Low),
        (json!({"security-severity": "high"}), json!({"level": "error"}), Severity::High),
        (json!({"severity": "CRITICAL"}), json!({"level": "note"}), Severity::Critical),
        (json!({}), json!({"level": "error"}), Severity::High),
        (json!({}), json!({"level": "warning"}), Severity::Medium),
        (json!({}), json!({}), Severity::Low),
        (json!({}), json!({"level": "none"}), Severity::Info),
    ] {
        let finding = only(&json!({"tool": rule(properties.clone()), "results": [result(&own)]}));
        assert_eq!(finding.severity, expected, "{properties} {own}");
    }
    let finding =
        only(&json!({"tool": {"driver": {"name": "a"}}, "results": [result(&json!({}))]}));
    assert_eq!(finding.severity, Severity::Medium);
}

#[test]
fn a_rule_is_found_by_place_id_extension_and_parent() {
    let tool = json!({
        "driver": {"name": "a", "rules": [{"id": "R0"}, {"id": "R1", "shortDescription": {"text": "First"}}]},
        "extensions": [{"name": "e", "rules": [{"id": "E1", "shortDescription": {"text": "Extended"}}]}],
    });
    for (own, expected) in [
        (json!({"ruleIndex": 1}), "First"),
        (json!({"ruleIndex": 0}), "First"),
        (json!({"ruleIndex": 99}), "First"),
        (json!({"ruleId": "R1/sub"}), "First"),
        (json!({"ruleId": null, "rule": {"index": 1}}), "First"),
        (json!({"ruleId": "E1"}), "Extended"),
        (json!({"ruleId": "E1", "rule": {"index": 0, "toolComponent": {"index": 0}}}), "Extended"),
        (json!({"ruleId": "none"}), "m"),
    ] {
        let finding = only(&json!({"tool": tool.clone(), "results": [result(&own)]}));
        assert_eq!(finding.title, expected, "{own}");
    }
}

#[test]
fn a_place_is_found_through_bases_and_artifacts() {
    let place = |artifact: Value| {
        json!({"locations": [{"physicalLocation": {"artifactLocation": artifact.clone(),
        "region": {"startLine": 3, "endLine": 2, "startColumn": 5, "endColumn": 4}}}]})
    };
    for (artifact, expected) in [
        (json!({"uri": "src/a%20b.py"}), Some("src/a b.py")),
        (json!({"uri": "file:///repo/src/a.py"}), Some("src/a.py")),
        (json!({"uri": "a.py", "uriBaseId": "SRC"}), Some("src/a.py")),
        (json!({"uri": "src/a.py", "uriBaseId": "ELSEWHERE"}), Some("src/a.py")),
        (json!({"uri": "src/a.py", "uriBaseId": "UNKNOWN"}), Some("src/a.py")),
        (json!({"index": 0}), Some("lib/c.py")),
        (json!({"index": 9}), None),
        (json!({"uri": "../../etc/passwd"}), None),
        (json!({"uri": "https://example.com/a.py"}), None),
        (json!({}), None),
    ] {
        let finding = only(&json!({
            "tool": {"driver": {"name": "a"}},
            "originalUriBaseIds": {"SRC": {"uri": "file:///repo/src/"}, "ELSEWHERE": {"uri": "file:///home/ci/x/"}},
            "artifacts": [{"location": {"uri": "lib/c.py"}}],
            "results": [result(&place(artifact.clone()))],
        }));
        assert_eq!(finding.path.as_deref(), expected, "{artifact}");
        let line = expected.map(|_| 3);
        assert_eq!((finding.line, finding.end_line), (line, line), "{artifact}");
        assert_eq!(finding.end_column, None);
    }
}

#[test]
fn what_passed_went_away_or_was_accepted_is_no_finding() {
    for (more, count) in [
        (json!({"kind": "fail"}), 1),
        (json!({"kind": "open"}), 1),
        (json!({"kind": "pass"}), 0),
        (json!({"kind": "notApplicable"}), 0),
        (json!({"baselineState": "absent"}), 0),
        (json!({"baselineState": "new"}), 1),
        (json!({"suppressions": []}), 1),
        (json!({"suppressions": [{"kind": "inSource"}]}), 0),
        (json!({"suppressions": [{"status": "accepted"}]}), 0),
        (json!({"suppressions": [{"status": "rejected"}]}), 1),
    ] {
        let found = report(&json!({"tool": {"driver": {"name": "a"}}, "results": [result(&more)]}));
        assert_eq!(found.findings.len(), count, "{more}");
    }
}

#[test]
fn the_weakness_is_found_in_properties_tags_and_taxa() {
    for (rule, own) in [
        (json!({"properties": {"cwe": "CWE-079"}}), json!({})),
        (json!({"properties": {"tags": ["security", "external/cwe/cwe-079"]}}), json!({})),
        (json!({"properties": {"tags": ["CWE-79: Cross-site Scripting"]}}), json!({})),
        (json!({}), json!({"properties": {"cwe": [79]}})),
        (
            json!({"relationships": [{"target": {"id": "79", "toolComponent": {"name": "CWE"}}}]}),
            json!({}),
        ),
        (json!({}), json!({"taxa": [{"id": "79", "toolComponent": {"name": "cwe"}}]})),
    ] {
        let mut rule = rule.clone();
        rule["id"] = json!("R1");
        let finding = only(
            &json!({"tool": {"driver": {"name": "a", "rules": [rule.clone()]}}, "results": [result(&own)]}),
        );
        assert_eq!(finding.cwe.as_deref(), Some("CWE-79"), "{rule} {own}");
    }
    let other = only(
        &json!({"tool": {"driver": {"name": "a", "rules": [{"id": "R1", "properties": {"tags": ["maintainability"]}}]}},
        "results": [result(&json!({}))]}),
    );
    assert_eq!(other.cwe, None);
}

#[test]
fn messages_are_filled_in_and_failures_told() {
    let run = json!({
        "tool": {"driver": {"name": "a", "semanticVersion": "1.2.3", "rules": [{"id": "R1",
            "messageStrings": {"default": {"text": "{0} calls {1}"}}}]}},
        "results": [{"ruleId": "R1", "message": {"id": "default", "arguments": ["a()", "b()"]}}],
        "invocations": [{"executionSuccessful": false, "toolExecutionNotifications": [
            {"level": "error", "message": {"text": "cannot parse"}, "locations": [{"physicalLocation": {"artifactLocation": {"uri": "x.py"}}}]},
            {"level": "note", "message": {"text": "hello"}}]}],
    });
    let report = report(&run);
    assert_eq!(report.findings[0].description, "a() calls b()");
    assert_eq!(report.version.as_deref(), Some("1.2.3"));
    let failed: Vec<&str> = report.failed.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(failed, ["x.py", "."]);
}

#[test]
fn a_tool_that_nobody_knows_gets_a_plain_name() {
    for (tool, expected) in [
        ("Acme Scan 2", "acme-scan-2"),
        ("CodeQL", "codeql"),
        ("\u{1b}[31m", "31m"),
        ("", "sarif"),
        ("ü", "sarif"),
    ] {
        assert_eq!(scanner_of(tool).as_str(), expected, "{tool}");
    }
}

#[test]
fn what_is_not_sarif_is_refused() {
    for document in
        [json!({}), json!({"version": "1.0.0", "runs": []}), json!({"version": "2.1.0"}), json!([])]
    {
        assert!(runs(&document).is_err(), "{document}");
    }
}
