//! Results of real tools, recorded over a small project; `documented` in a name says that the tool could not be had and the
//! result was written by its documentation.

use super::place::Base;
use super::{ADAPTERS, Adapter, MAX_FINDINGS, Reading, Report, by_name, document};
use crate::finding::{Finding, Severity, key};
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tools")
}

fn base() -> Base {
    Base::new([Path::new("/target")])
}

/// The tool of a recorded result: its name is what stands before the version.
fn tool_of(file: &str) -> &'static Adapter {
    let found = ADAPTERS.iter().filter(|adapter| file.starts_with(&format!("{}-", adapter.id)));
    found.max_by_key(|adapter| adapter.id.as_str().len()).unwrap()
}

fn recorded() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = std::fs::read_dir(folder())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn read(adapter: &Adapter, bytes: &[u8], about: Option<&str>) -> Report {
    let base = base();
    let reading =
        Reading { scanner: &adapter.id, scan_type: adapter.scan_type, base: &base, about };
    (adapter.read)(bytes, &reading).unwrap()
}

fn of(file: &str) -> Report {
    let bytes = std::fs::read(folder().join(file)).unwrap();
    let about = match file.split('-').next() {
        Some("npm") => Some("web/package-lock.json"),
        Some("safety") => Some("requirements.txt"),
        _ => None,
    };
    read(tool_of(file), &bytes, about)
}

fn shown(finding: &Finding) -> String {
    let place = finding.path.as_deref().map(|path| format!(" {path}")).unwrap_or_default();
    let line = finding.line.map(|line| format!(":{line}")).unwrap_or_default();
    let cwe = finding.cwe.as_deref().map(|cwe| format!(" {cwe}")).unwrap_or_default();
    format!("{} {}{place}{line}{cwe}", finding.severity, finding.rule_id)
}

#[test]
fn every_tool_has_a_recorded_result_and_each_is_read_whole() {
    let expected: &[(&str, Option<&str>, &[&str])] = &[
        (
            "bandit-1.9.4.json",
            None,
            &[
                "low B403 app/orders.py:3 CWE-502",
                "low B404 app/orders.py:4 CWE-78",
                "medium B608 app/orders.py:9 CWE-89",
                "medium B301 app/orders.py:14 CWE-502",
                "high B602 app/orders.py:18 CWE-78",
                "high B324 app/orders.py:22 CWE-327",
                "low B106 app/orders.py:26 CWE-259",
            ],
        ),
        (
            "checkov-3.3.30.json",
            Some("3.3.30"),
            &[
                "medium CKV_DOCKER_7 deploy/Dockerfile:1",
                "medium CKV_DOCKER_8 deploy/Dockerfile:5",
                "medium CKV_DOCKER_4 deploy/Dockerfile:4",
                "medium CKV_GHA_2 .github/workflows/build.yml:10",
                "medium CKV2_GHA_1 .github/workflows/build.yml:1",
                "medium CKV_AWS_24 deploy/bucket.tf:6",
                "medium CKV_AWS_23 deploy/bucket.tf:6",
                "medium CKV2_AWS_6 deploy/bucket.tf:1",
            ],
        ),
        ("gitleaks-8.30.1.json", None, &["high gitlab-pat app/settings.py:3 CWE-798"]),
        (
            "hadolint-2.15.1.json",
            None,
            &[
                "low DL3007 deploy/Dockerfile:1",
                "info DL3009 deploy/Dockerfile:2",
                "low DL3008 deploy/Dockerfile:2",
                "info DL3015 deploy/Dockerfile:2",
                "low DL3014 deploy/Dockerfile:2",
                "low DL3003 deploy/Dockerfile:3",
                "low DL4006 deploy/Dockerfile:3",
                "low DL3002 deploy/Dockerfile:5",
                "info DL3066 deploy/Dockerfile:5",
            ],
        ),
        ("nmap-7.93.xml", Some("7.93"), &["info open-port-18080"]),
        (
            "npm-audit-11.19.1.json",
            None,
            &[
                "critical npm-audit/lodash web/package-lock.json CWE-20",
                "medium npm-audit/minimist web/package-lock.json CWE-1321",
            ],
        ),
        (
            "osv-scanner-documented.json",
            None,
            &["critical GHSA-2gwj-7jmv-h26r requirements.txt CWE-89"],
        ),
        ("pip-licenses-5.5.5.json", None, &[]),
        ("safety-documented.json", Some("3.8.1"), &["high safety/48041 requirements.txt"]),
        (
            "semgrep-1.185.0.json",
            Some("1.185.0"),
            &[
                "high unpickled-input app/orders.py:14 CWE-502",
                "medium shell-call app/orders.py:18 CWE-78",
            ],
        ),
        (
            "trivy-documented.json",
            Some("0.76.0"),
            &[
                "critical CVE-2022-28346 requirements.txt CWE-89",
                "info CVE-2018-18074 requirements.txt",
                "high DS-0002 deploy/Dockerfile:5",
            ],
        ),
        ("zap-api-documented.json", None, &["low zap-10010 CWE-1004", "high zap-40012 CWE-79"]),
        (
            "zap-report-documented.json",
            Some("2.16.1"),
            &["low zap-10010 CWE-1004", "low zap-10010 CWE-1004"],
        ),
        (
            "zizmor-1.32.0.sarif",
            Some("1.32.0"),
            &[
                "medium zizmor/artipacked .github/workflows/build.yml:7",
                "medium zizmor/excessive-permissions .github/workflows/build.yml:4",
                "high zizmor/dangerous-triggers .github/workflows/build.yml:2",
                "high zizmor/template-injection .github/workflows/build.yml:10",
            ],
        ),
    ];
    let files: Vec<String> = recorded().into_iter().map(|(name, _)| name).collect();
    let listed: Vec<&str> = expected.iter().map(|(file, ..)| *file).collect();
    assert_eq!(files, listed);
    for adapter in ADAPTERS {
        assert!(files.iter().any(|file| tool_of(file).id == adapter.id), "{} has none", adapter.id);
    }
    for (file, version, findings) in expected {
        let report = of(file);
        let found: Vec<String> = report.findings.iter().map(shown).collect();
        assert_eq!(found, *findings, "{file}");
        assert_eq!(report.version.as_deref(), *version, "{file}");
        assert!(report.failed.is_empty(), "{file}: {:?}", report.failed);
    }
}

#[test]
fn whose_a_result_is_shows_in_its_content_and_its_name_says_the_same() {
    for (name, bytes) in recorded() {
        let told = document::read(&bytes, None, &base()).unwrap();
        let named = document::read(&bytes, Some(tool_of(&name).id.as_str()), &base()).unwrap();
        for read in [told, named] {
            assert_eq!(read.len(), 1, "{name}");
            assert_eq!(read[0].scanner, tool_of(&name).id, "{name}");
            assert_eq!(read[0].scan_type, tool_of(&name).scan_type, "{name}");
        }
    }
}

#[test]
fn what_is_no_result_of_a_tool_is_refused() {
    for text in [
        "",
        "{}",
        "[]",
        "null",
        "[1]",
        "{\"a\": ",
        "<html></html>",
        "<nmaprun>",
        "text",
        "{\"runs\": 1}",
    ] {
        assert!(document::read(text.as_bytes(), None, &base()).is_err(), "{text}");
    }
    for adapter in ADAPTERS {
        for text in
            ["", "Traceback (most recent call last):", "{\"error\": \"x\"}", "\u{fffd}", "[[[["]
        {
            let read = document::read(text.as_bytes(), Some(adapter.id.as_str()), &base());
            assert!(read.is_err(), "{} takes {text:?}", adapter.id);
        }
    }
}

/// Every text of a result, whatever its key.
fn texts(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::String(text) => found.push(text.clone()),
        serde_json::Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        serde_json::Value::Object(map) => map.values().for_each(|item| texts(item, found)),
        _ => {}
    }
}

#[test]
fn no_secret_of_a_result_reaches_a_finding() {
    let secret = format!("q7{}Zx9", "Yc4mV0sWn1Lr8T");
    for (file, marks) in [
        ("gitleaks-8.30.1.json", &["REDACTED"][..]),
        // The text of the test for passwords quotes the password.
        ("bandit-1.9.4.json", &["example-only"]),
        (
            "zap-api-documented.json",
            &["12345", "67890", "Set-Cookie: sid", "<script>alert(1)</script>"],
        ),
        ("zap-report-documented.json", &["12345", "Set-Cookie: sid"]),
    ] {
        let mut text = std::fs::read_to_string(folder().join(file)).unwrap();
        for mark in marks {
            assert!(text.contains(mark), "{file} lacks {mark}");
            text = text.replace(mark, &secret);
        }
        let report = read(tool_of(file), text.as_bytes(), None);
        assert!(!report.findings.is_empty());
        for finding in report.findings {
            let mut found = vec![finding.context.clone()];
            texts(&serde_json::to_value(&finding).unwrap(), &mut found);
            assert!(!found.iter().any(|text| text.contains(&secret)), "{file}: {found:?}");
        }
    }
}

#[test]
fn code_that_a_tool_repeats_is_not_kept() {
    for (file, mark) in [
        ("zizmor-1.32.0.sarif", "uses: actions/checkout@v4"),
        ("bandit-1.9.4.json", "pickle.loads(blob)"),
    ] {
        let report = of(file);
        let text = serde_json::to_string(&report.findings).unwrap();
        assert!(!text.contains(mark), "{file}");
    }
}

#[test]
fn packages_are_named_with_version_fix_and_other_ids() {
    let trivy = &of("trivy-documented.json").findings[0];
    assert_eq!(trivy.meta(key::PACKAGE), Some("django"));
    assert_eq!(trivy.meta(key::INSTALLED_VERSION), Some("2.2.0"));
    assert_eq!(trivy.meta(key::FIXED_VERSION), Some("2.2.28, 3.2.13, 4.0.4"));
    assert_eq!(trivy.references.len(), 2, "{:?}", trivy.references);
    let osv = &of("osv-scanner-documented.json").findings[0];
    assert_eq!(osv.metadata[key::ALIASES], serde_json::json!(["CVE-2022-28346", "PYSEC-2022-190"]));
    assert_eq!(osv.meta(key::FIXED_VERSION), Some("2.2.28"));
    let safety = &of("safety-documented.json").findings[0];
    // The fault of the original was to name the installed version as the mended one.
    assert_eq!(safety.remediation.as_deref(), Some("Update django to 2.2.28 or 3.2.13."));
    let npm = &of("npm-audit-11.19.1.json").findings[0];
    assert_eq!(npm.title, "lodash: Prototype Pollution in lodash");
    assert_eq!(npm.metadata[key::ALIASES], serde_json::json!(["GHSA-jf85-cpcp-j695"]));
    let zizmor = &of("zizmor-1.32.0.sarif").findings[0];
    assert_eq!(zizmor.title, "credential persistence through GitHub Actions artifacts");
    assert_eq!(zizmor.metadata[key::ALIASES], serde_json::json!(["artipacked"]));
}

#[test]
fn older_forms_of_results_are_read_too() {
    for (tool, text, expected) in [
        (
            "npm-audit",
            r#"{"advisories": {"1": {"module_name": "a", "title": "t", "severity": "moderate",
            "findings": [{"version": "1.0.0"}], "cwe": "CWE-79", "github_advisory_id": "GHSA-x"}}}"#,
            "medium npm-audit/a package-lock.json CWE-79",
        ),
        ("safety", r#"[["django", "<2.2.28", "2.2.0", "SQL", "48041"]]"#, "high safety/48041"),
        (
            "safety",
            "a notice\n{\"vulnerabilities\": [{\"package_name\": \"a\", \"vulnerability_id\": \"1\"}]}\n",
            "high safety/1",
        ),
        (
            "semgrep",
            r#"{"results": [{"check_id": "a.b", "path": "x.py", "start": {"line": 1},
            "extra": {"severity": "CRITICAL", "metadata": {"cwe": "CWE-95: Code"}}}]}"#,
            "critical a.b x.py:1 CWE-95",
        ),
        (
            "checkov",
            r#"{"check_type": "terraform", "results": {"failed_checks": [{"check_id": "CKV_A",
            "check_name": "n", "severity": "HIGH", "file_path": "/a.tf", "file_line_range": [3, 1]}]}}"#,
            "high CKV_A a.tf:3",
        ),
    ] {
        let report = read(by_name(tool).unwrap(), text.as_bytes(), None);
        let found: Vec<String> = report.findings.iter().map(shown).collect();
        assert_eq!(found, [expected], "{text}");
    }
    // Nothing found, in the words of each.
    for (tool, text) in [
        ("gitleaks", "null"),
        ("gitleaks", "[]"),
        ("hadolint", "[]"),
        (
            "checkov",
            r#"{"passed": 0, "failed": 0, "resource_count": 0, "checkov_version": "3.3.30"}"#,
        ),
        ("trivy", r#"{"SchemaVersion": 2, "ArtifactName": "."}"#),
        ("npm-audit", r#"{"auditReportVersion": 2, "vulnerabilities": {}}"#),
        ("osv-scanner", r#"{"results": []}"#),
    ] {
        assert!(
            read(by_name(tool).unwrap(), text.as_bytes(), None).findings.is_empty(),
            "{tool}: {text}"
        );
    }
}

#[test]
fn a_file_that_a_tool_could_not_finish_is_told() {
    let report = read(
        by_name("hadolint").unwrap(),
        br#"[{"code": "DL1000", "file": "/target/Dockerfile", "line": 1,
        "level": "error", "message": "unexpected 'g'"}]"#,
        None,
    );
    assert!(report.findings.is_empty());
    assert_eq!(report.failed[0].path, "Dockerfile");
    let report = read(
        by_name("bandit").unwrap(),
        br#"{"results": [], "errors": [{"filename": "/target/a.py", "reason": "syntax error"}]}"#,
        None,
    );
    assert_eq!((&*report.failed[0].path, &*report.failed[0].message), ("a.py", "syntax error"));
}

#[test]
fn a_result_without_end_is_cut_and_says_so() {
    let row =
        r#"{"code": "DL3000", "file": "Dockerfile", "line": 1, "level": "info", "message": "m"}"#;
    let text = format!("[{}]", vec![row; MAX_FINDINGS + 10].join(","));
    let report = read(by_name("hadolint").unwrap(), text.as_bytes(), None);
    assert_eq!(report.findings.len(), MAX_FINDINGS);
    assert_eq!(report.failed.len(), 1);
}

#[test]
fn xml_of_nmap_is_read_by_host_and_never_resolves_an_entity() {
    let xml = |body: &str| {
        format!(
            "<?xml version=\"1.0\"?><!DOCTYPE nmaprun [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\
        <nmaprun version=\"7.93\">{body}<runstats><finished exit=\"success\"/></runstats></nmaprun>"
        )
    };
    let port = |number: u16, state: &str, name: &str| {
        format!(
            "<port protocol=\"tcp\" portid=\"{number}\">\
        <state state=\"{state}\"/><service name=\"{name}\"/></port>"
        )
    };
    let body = format!(
        "<host><address addr=\"192.0.2.1\" addrtype=\"ipv4\"/><address addr=\"aa:bb\" addrtype=\"mac\"/><ports>{}{}{}</ports></host>\
         <host><address addr=\"192.0.2.2\" addrtype=\"ipv4\"/><ports>{}</ports></host>",
        port(23, "open", "telnet"),
        port(3306, "open", "mysql"),
        port(80, "closed", "http"),
        port(2323, "open", "telnet")
    );
    let nmap = by_name("nmap").unwrap();
    let report = read(nmap, xml(&body).as_bytes(), None);
    let found: Vec<String> = report
        .findings
        .iter()
        .map(|finding| format!("{} {}", shown(finding), finding.meta("target_host").unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            "high open-port-23 192.0.2.1",
            "medium open-port-3306 192.0.2.1",
            "high open-port-2323 192.0.2.2",
        ]
    );
    assert!(report.findings.iter().all(|finding| finding.severity >= Severity::Medium));
    let report = read(nmap, xml("<host><ports><port portid=\"1\"><state state=\"open\"/><service name=\"&x;\"/></port></ports></host>").as_bytes(), None);
    assert!(report.findings[0].meta("service").is_none());
    // Killed half way.
    let bytes = xml(&body);
    let half = &bytes.as_bytes()[..bytes.len() - 60];
    let base = base();
    let reading =
        Reading { scanner: &nmap.id, scan_type: nmap.scan_type, base: &base, about: None };
    assert!((nmap.read)(half, &reading).is_err());
}

#[test]
fn the_table_is_complete() {
    for adapter in ADAPTERS {
        assert!(
            !adapter.summary.is_empty()
                && !adapter.checks.is_empty()
                && !adapter.install.is_empty()
        );
        assert!(
            crate::engine::ENGINES.iter().all(|engine| engine.meta.id != adapter.id),
            "{}",
            adapter.id
        );
        assert!(std::ptr::eq(by_name(adapter.id.as_str()).unwrap(), *adapter));
    }
}
