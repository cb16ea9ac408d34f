//! Verdicts out and in.

use super::*;
use serde_json::{Value, json};

fn statement(ids: &[&str], purl: &str, status: Status) -> Statement {
    Statement {
        ids: ids.iter().map(|id| (*id).to_owned()).collect(),
        purl: purl.to_owned(),
        product: None,
        status,
        justification: None,
        statement: String::new(),
        line: 0,
    }
}

const ISSUER: Issuer<'_> = Issuer { author: "Example", tool_version: "0.3.0", timestamp: None };

fn open(statements: &[Statement]) -> String {
    let mut out = Vec::new();
    openvex(&ISSUER, statements, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn cyclone(statements: &[Statement]) -> String {
    let mut out = Vec::new();
    cyclonedx(&ISSUER, statements, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn some() -> Vec<Statement> {
    let mut harmless = statement(&["CVE-1", "GHSA-1"], "pkg:npm/a@1.0.0", Status::NotAffected);
    harmless.justification = Some(Justification::CodeNotInExecutePath);
    harmless.statement = "never called".to_owned();
    vec![
        harmless.clone(),
        Statement { purl: "pkg:npm/b@2.0.0".to_owned(), ..harmless },
        statement(&["CVE-2"], "pkg:npm/a@1.0.0", Status::Affected),
        statement(&["CVE-3"], "pkg:npm/a@1.0.0", Status::Fixed),
        statement(&["CVE-4"], "pkg:npm/a@1.0.0", Status::UnderInvestigation),
        statement(&["CVE-5"], "pkg:npm/a@1.0.0", Status::NotAffected),
    ]
}

#[test]
fn statements_survive_both_formats() {
    for text in [open(&some()), cyclone(&some())] {
        let mut read = read_vex(text.as_bytes()).unwrap();
        assert_eq!(read.lost, Vec::<String>::new());
        for (read, written) in read.statements.iter_mut().zip(some().iter()) {
            assert!(read.line > 1);
            let keys = |one: &Statement| {
                (one.ids.clone(), one.purl.clone(), one.status, one.justification)
            };
            assert_eq!(keys(read), keys(written));
        }
        assert_eq!(read.statements.len(), some().len());
    }
}

#[test]
fn openvex_gets_the_words_it_demands_and_shares_statements_between_packages() {
    let document: Value = serde_json::from_str(&open(&some())).unwrap();
    let statements = document["statements"].as_array().unwrap();
    assert_eq!(statements.len(), 5);
    assert_eq!(statements[0]["products"].as_array().unwrap().len(), 2);
    assert_eq!(statements[0]["impact_statement"], "never called");
    assert!(statements[1]["action_statement"].as_str().is_some_and(|words| !words.is_empty()));
    assert!(statements[4]["impact_statement"].as_str().is_some_and(|words| !words.is_empty()));
    assert_eq!(document["timestamp"], "1970-01-01T00:00:00Z");
    assert_eq!(open(&some()), open(&some().into_iter().rev().collect::<Vec<_>>()));
}

#[test]
fn a_verdict_for_one_product_keeps_to_it() {
    let mut inner = statement(&["CVE-1"], "pkg:npm/a@1.0.0", Status::Fixed);
    inner.product = Some("pkg:oci/image@sha256:00".to_owned());
    let read = read_vex(open(std::slice::from_ref(&inner)).as_bytes()).unwrap();
    assert_eq!(read.statements[0].product, inner.product);
    assert_eq!(read.statements[0].purl, inner.purl);
    // CycloneDX has no words for it there, and without them the verdict would hold everywhere.
    let bom: Value = serde_json::from_str(&cyclone(&[inner])).unwrap();
    assert_eq!(bom.get("vulnerabilities"), None);
}

#[test]
fn a_verdict_without_a_version_covers_all_of_them() {
    for (mine, theirs, expected) in [
        ("pkg:npm/a", "pkg:npm/a@1.0.0", true),
        ("pkg:npm/a@1.0.0", "pkg:npm/a@1.0.0", true),
        ("pkg:npm/a@1.0.1", "pkg:npm/a@1.0.0", false),
        ("pkg:pypi/zope-interface", "pkg:pypi/zope.interface@6", true),
        ("pkg:npm/%40x/a", "pkg:npm/a@1.0.0", false),
        ("pkg:gem/a", "pkg:npm/a@1.0.0", false),
        ("pkg:npm/a?repository_url=x", "pkg:npm/a@1.0.0", false),
        ("pkg:npm/a@1", "pkg:npm/a@1?vcs_url=x", true),
        ("not a package", "pkg:npm/a@1", false),
    ] {
        let one = statement(&["CVE-1"], mine, Status::Fixed);
        assert_eq!(one.covers(&purl::parse(theirs).unwrap()), expected, "{mine} {theirs}");
    }
}

#[test]
fn every_form_of_an_openvex_product_is_read_and_the_rest_is_counted() {
    let text = json!({
        "@context": "https://openvex.dev/ns/v0.2.0",
        "statements": [
            { "vulnerability": "CVE-1", "products": ["pkg:npm/%40a/b"], "status": "fixed" },
            { "vulnerability": { "@id": "https://example.com/CVE-2" },
              "products": [{ "@id": "x", "identifiers": { "purl": "pkg:npm/c@1" } }],
              "status": "affected", "action_statement": "update" },
            { "vulnerability": { "name": "CVE-3" }, "products": [{ "@id": "product" }], "status": "fixed" },
            { "vulnerability": { "name": "CVE-4" }, "products": [{ "@id": "pkg:npm/d" }], "status": "odd" },
            { "vulnerability": { "name": "CVE-5" }, "status": "fixed" },
            { "vulnerability": 5, "status": [] }
        ]
    });
    let read = read_vex(text.to_string().as_bytes()).unwrap();
    let ids: Vec<&str> = read.statements.iter().map(|one| one.ids[0].as_str()).collect();
    assert_eq!(ids, ["CVE-1", "CVE-2"]);
    assert_eq!(read.lost.len(), 2);
    assert!(read.lost.iter().all(|lost| lost.starts_with("2 ")), "{:?}", read.lost);
}

#[test]
fn a_cyclonedx_analysis_is_found_through_references_versions_and_links() {
    let text = json!({
        "bomFormat": "CycloneDX",
        "components": [{ "bom-ref": "r1", "purl": "pkg:npm/a@1.0.0",
            "components": [{ "bom-ref": "r2", "purl": "pkg:npm/b@1.0.0" }] }],
        "vulnerabilities": [
            { "id": "CVE-1", "references": [{ "id": "GHSA-1" }],
              "analysis": { "state": "not_affected", "justification": "code_not_reachable", "detail": "no" },
              "affects": [{ "ref": "r1" }, { "ref": "r2" }, { "ref": "pkg:npm/c@3" }] },
            { "id": "CVE-2", "analysis": { "state": "false_positive" },
              "affects": [{ "ref": "pkg:npm/d", "versions": [{ "version": "1.2", "status": "affected" }] },
                          { "ref": "pkg:npm/e", "versions": [{ "range": "vers:npm/<2" }] },
                          { "ref": "urn:cdx:3e671687-395b-41f5-a30f-a58921a69b79/1#pkg:npm/f@1" }] },
            { "id": "CVE-3", "affects": [{ "ref": "r1" }] }
        ]
    });
    let read = read_vex(text.to_string().as_bytes()).unwrap();
    let found: Vec<(&str, &str)> =
        read.statements.iter().map(|one| (one.ids[0].as_str(), one.purl.as_str())).collect();
    assert_eq!(
        found,
        [
            ("CVE-1", "pkg:npm/a@1.0.0"),
            ("CVE-1", "pkg:npm/b@1.0.0"),
            ("CVE-1", "pkg:npm/c@3"),
            ("CVE-2", "pkg:npm/d@1.2"),
            ("CVE-2", "pkg:npm/f@1"),
        ]
    );
    // A range that cannot be judged excuses nothing.
    assert_eq!(read.lost.len(), 1);
}

#[test]
fn csaf_products_are_found_in_branches_and_relationships() {
    let product = |id: &str, purl: &str| {
        json!({ "name": id, "product_id": id,
                "product_identification_helper": { "purl": purl } })
    };
    let text = json!({
        "document": { "category": "csaf_vex", "csaf_version": "2.0" },
        "product_tree": {
            "branches": [{ "branches": [{ "product": product("P1", "pkg:npm/a@1.0.0") }] }],
            "full_product_names": [product("OS", "pkg:oci/os@1")],
            "relationships": [{ "category": "default_component_of", "product_reference": "P1",
                "relates_to_product_reference": "OS",
                "full_product_name": { "name": "both", "product_id": "OS:P1" } }]
        },
        "vulnerabilities": [{
            "cve": "CVE-1",
            "product_status": { "known_not_affected": ["P1"], "fixed": ["OS:P1"], "known_affected": ["P9"] },
            "flags": [{ "label": "vulnerable_code_not_present", "product_ids": ["P1"] }],
            "threats": [{ "category": "impact", "details": "not built in", "product_ids": ["P1"] }]
        }]
    });
    let read = read_vex(text.to_string().as_bytes()).unwrap();
    assert_eq!(read.statements.len(), 2);
    let first = &read.statements[0];
    assert_eq!(
        (first.status, first.justification),
        (Status::NotAffected, Some(Justification::CodeNotPresent))
    );
    assert_eq!(first.statement, "not built in");
    assert_eq!(read.statements[1].product.as_deref(), Some("pkg:oci/os@1"));
    assert_eq!(read.lost.len(), 1);
}

#[test]
fn what_is_no_vex_document_is_refused_with_a_reason() {
    for text in ["", "{", "[]", "{}", "{\"document\":{}}", "\u{1f600}", "{\"bomFormat\":1}"] {
        assert!(read_vex(text.as_bytes()).is_err(), "{text}");
    }
    assert!(read_vex(b"\xff\xfe").is_err());
}

#[test]
fn products_nested_without_end_cost_no_time() {
    let deep = format!(
        "{{\"document\":{{\"csaf_version\":\"2.0\"}},\"product_tree\":{{\"branches\":[{}{}]}}}}",
        "{\"branches\":[".repeat(200_000),
        "]}".repeat(200_000)
    );
    let start = std::time::Instant::now();
    _ = read_vex(deep.as_bytes());
    assert!(start.elapsed().as_secs() < 10, "{:?}", start.elapsed());
}
