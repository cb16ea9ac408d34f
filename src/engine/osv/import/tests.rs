//! One small advisory of every format, and requirements held against versions.

use super::set::Versions;
use super::*;
use crate::engine::osv::advisory::{Affected, Event, Kind, Range, RangeKind};
use crate::engine::osv::range::{Verdict, judge};
use crate::engine::osv::version;

fn order(ecosystem: Ecosystem, a: &str, b: &str) -> Option<Ordering> {
    version::compare(ecosystem, a, b).ok()
}

fn advisory(path: &str, text: &str) -> Advisory {
    match import(path, text.as_bytes(), &order) {
        Ok(Imported::Advisory(advisory)) => *advisory,
        other => panic!("{path}: {other:?}"),
    }
}

fn events(advisory: &Advisory) -> Vec<String> {
    let ranges = advisory.affected.iter().flat_map(|affected| &affected.ranges);
    ranges
        .flat_map(|range| &range.events)
        .map(|event| match event {
            Event::Introduced(version) => format!("introduced {version}"),
            Event::Fixed(version) => format!("fixed {version}"),
            Event::LastAffected(version) => format!("last_affected {version}"),
            Event::Limit(version) => format!("limit {version}"),
        })
        .collect()
}

#[test]
fn the_osv_schema_is_read_from_json_and_yaml_alike() {
    let json = r#"{
        "schema_version": "1.7.0", "id": "GHSA-2222-3333-4444", "modified": "2026-02-01T00:00:00Z",
        "published": "2026-01-01T00:00:00Z", "aliases": ["CVE-2026-1"], "related": ["CVE-2026-2"],
        "upstream": ["CVE-2026-3"], "summary": "A flaw", "details": "Long.",
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "affected": [{"package": {"ecosystem": "PyPI", "name": "Some.Thing"},
            "ranges": [
              {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.10"}]},
              {"type": "GIT", "repo": "https://example.org/r", "events": [{"introduced": "0"}]}],
            "versions": ["1.2", "1.10"]}],
        "references": [{"type": "WEB", "url": "https://example.org/a"}],
        "database_specific": {"severity": "CRITICAL", "cwe_ids": ["CWE-79"]}
    }"#;
    let yaml = r#"
id: GHSA-2222-3333-4444
modified: "2026-02-01T00:00:00Z"
published: "2026-01-01T00:00:00Z"
aliases: [CVE-2026-1]
summary: A flaw
severity:
- type: CVSS_V3
  score: CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H
affected:
- package: {ecosystem: PyPI, name: Some.Thing}
  ranges:
  - type: ECOSYSTEM
    events:
    - introduced: "0"
    - fixed: 1.10
  - type: GIT
    repo: https://example.org/r
    events:
    - introduced: "0"
  versions:
  - 1.2
  - 1.10
references:
- {type: WEB, url: "https://example.org/a"}
database_specific: {severity: CRITICAL, cwe_ids: [CWE-79]}
"#;
    let read = advisory("x/GHSA-2222-3333-4444.json", json);
    assert_eq!(read, advisory("vulns/x/y.yaml", yaml));
    assert_eq!(read.aliases, ["CVE-2026-1"], "what is related is no alias");
    assert_eq!(read.affected[0].name, "some-thing");
    assert_eq!(read.affected[0].versions, ["1.10", "1.2"], "1.10 is no number");
    assert_eq!(
        (read.word.as_str(), read.cwes.as_slice()),
        ("critical", &["CWE-79".to_owned()][..])
    );
    assert_eq!(read.published, 1_767_225_600);
    assert_eq!(read.affected[0].ranges[1].kind, RangeKind::Git);
}

#[test]
fn what_is_withdrawn_foreign_or_no_advisory_is_told_apart() {
    let with = |rest: &str| {
        format!(r#"{{"id": "X-1", "modified": "2026-01-01T00:00:00Z", "affected": [{rest}]}}"#)
    };
    let debian = with(r#"{"package": {"ecosystem": "Debian:12", "name": "x"}}"#);
    let withdrawn = r#"{"id": "X-1", "modified": "", "withdrawn": "2026-01-01T00:00:00Z"}"#;
    let core = r#"{"cve": ["CVE-1-1"], "vulnerable": "8.x", "patched": "^8.1", "ref": "x"}"#;
    for (path, text, expected) in [
        ("a.json", debian.as_str(), Imported::Foreign("Debian:12".into())),
        ("a.json", withdrawn, Imported::Withdrawn),
        ("core/1.json", core, Imported::Foreign("Node.js itself".into())),
        ("rubies/ruby/x.yml", "engine: ruby\n", Imported::Foreign("a Ruby engine".into())),
        ("LICENSE", "text", Imported::Other),
        ("a/README.md", "# text", Imported::Other),
        (".github/workflows/x.yaml", "on: push", Imported::Other),
        ("npm/index.json", "{}", Imported::Other),
    ] {
        assert_eq!(import(path, text.as_bytes(), &order), Ok(expected), "{path}");
    }
    for (path, text) in [
        ("a.json", "{"),
        ("a.json", "{}"),
        ("a.yaml", "a: b"),
        ("a.json", r#"{"id": "bad id", "modified": ""}"#),
    ] {
        assert!(import(path, text.as_bytes(), &order).is_err(), "{text}");
    }
}

#[test]
fn an_old_github_entry_ends_with_its_last_known_version() {
    let text = |range: &str| {
        format!(
            r#"{{"id": "GHSA-2222-3333-4444", "modified": "2026-01-01T00:00:00Z", "affected": [{{
              "package": {{"ecosystem": "npm", "name": "x"}},
              "ranges": [{{"type": "ECOSYSTEM", "events": [{range}]}}],
              "database_specific": {{"last_known_affected_version_range": "<= 1.4.2"}}}}]}}"#
        )
    };
    let open = advisory("a.json", &text(r#"{"introduced": "0"}"#));
    assert_eq!(events(&open), ["introduced 0", "last_affected 1.4.2"]);
    let closed = advisory("a.json", &text(r#"{"introduced": "0"}, {"fixed": "2.0.0"}"#));
    assert_eq!(events(&closed), ["introduced 0", "fixed 2.0.0"]);
}

#[test]
fn go_names_the_parts_at_fault() {
    let text = r#"{"id": "GO-2026-0001", "modified": "0001-01-01T00:00:00Z", "affected": [{
        "package": {"ecosystem": "Go", "name": "stdlib"},
        "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.20.1"}]}],
        "ecosystem_specific": {"imports": [
          {"path": "net/http", "symbols": ["Server.Serve", "Get"]}, {"path": "archive/zip"}]}}]}"#;
    let read = advisory("data/osv/GO-2026-0001.json", text);
    let symbols = &read.affected[0].symbols;
    assert_eq!((symbols[0].path.as_str(), symbols[0].names.len()), ("archive/zip", 0));
    assert_eq!(symbols[1].names, ["Get", "Server.Serve"]);
    assert_eq!(read.modified, 0, "the year one is unknown");
}

#[test]
fn rustsec_lists_become_ranges() {
    let text = |lists: &str, more: &str| {
        format!(
            "```toml\n[advisory]\nid = \"RUSTSEC-2026-0001\"\npackage = \"x\"\ndate = \"2026-01-01\"\n\
             aliases = [\"CVE-2026-1\"]\n{more}\n[versions]\n{lists}\n```\n\n# A title\n\ntext\n"
        )
    };
    let path = "crates/x/RUSTSEC-2026-0001.md";
    for (lists, expected) in [
        ("patched = []", vec!["introduced 0"]),
        ("unaffected = [\"< 1.2.0\"]", vec!["introduced 1.2.0"]),
        (
            "patched = [\"^1.2.3\", \">= 2.1.0\"]",
            vec!["introduced 0", "fixed 1.2.3", "introduced 2.0.0-0", "fixed 2.1.0"],
        ),
        (
            "patched = [\">= 1.5.0\"]\nunaffected = [\"<= 1.0.0\"]",
            vec!["introduced 1.0.1-0", "fixed 1.5.0"],
        ),
    ] {
        assert_eq!(events(&advisory(path, &text(lists, ""))), expected, "{lists}");
    }
    let read = advisory(path, &text("patched = []", "informational = \"unmaintained\""));
    assert_eq!((read.kind, read.summary.as_str()), (Kind::Unmaintained, "A title"));
    let functions = text("patched = []\n[affected.functions]\n\"x::a::f\" = [\"< 2\"]", "");
    assert_eq!(advisory(path, &functions).affected[0].symbols[0].path, "x::a");
    let tool = import("rust/cargo/CVE-2026-1.md", text("patched = []", "").as_bytes(), &order);
    assert!(matches!(tool, Ok(Imported::Foreign(_))), "{tool:?}");
    let back = text("patched = []", "withdrawn = \"2026-02-02\"");
    assert_eq!(import(path, back.as_bytes(), &order), Ok(Imported::Withdrawn));
}

#[test]
fn rubysec_lists_become_ranges() {
    let text = "---\ngem: rack\ncve: 2026-1\nghsa: 2222-3333-4444\ntitle: A title\ndate: 2026-01-01\n\
        description: not taken\ncvss_v3: 7.5\nunaffected_versions:\n  - \"< 1.0\"\npatched_versions:\n\
        \x20 - \"~> 1.2.3\"\n  - \">= 2.0\"\n";
    let read = advisory("gems/rack/CVE-2026-1.yml", text);
    assert_eq!(read.id, "CVE-2026-1");
    assert_eq!(read.aliases, ["GHSA-2222-3333-4444"]);
    assert_eq!((read.word.as_str(), read.summary.as_str()), ("high", "A title"));
    assert_eq!(events(&read), ["introduced 1.0", "fixed 1.2.3", "introduced 1.3.A", "fixed 2.0"]);
    let never = advisory("gems/x/OSVDB-1.yml", "gem: x\nosvdb: 1\ntitle: t\n");
    assert_eq!((never.id.as_str(), events(&never)), ("OSVDB-1", vec!["introduced 0".to_owned()]));
    let none = "gem: x\ncve: 2026-2\npatched_versions: ['>= 2']\nunaffected_versions: ['< 2']\n";
    assert!(import("gems/x/CVE-2026-2.yml", none.as_bytes(), &order).is_err());
}

#[test]
fn friends_of_php_branches_become_ranges() {
    let text = "title: A title\nlink: https://example.org/a\ncve: ~\nbranches:\n\
        \x20 1.3.x:\n    time: 2026-01-02 03:04:05\n\
        \x20   versions: ['>=1.3.0', '<1.3.1']\n  1.2.x:\n    time: ~\n    versions: ['<1.2.11']\n\
        reference: composer://Vendor/Package\n";
    let read = advisory("vendor/package/2026-01-02.yaml", text);
    assert_eq!(read.id, "FriendsOfPHP/Vendor/Package/2026-01-02");
    assert_eq!(read.affected[0].name, "vendor/package");
    let expected = ["introduced 0", "fixed 1.2.11-dev", "introduced 1.3.0-dev", "fixed 1.3.1-dev"];
    assert_eq!(events(&read), expected);
    assert_eq!(published(Ecosystem::Packagist, "1.3.1-dev"), "1.3.1");
}

#[test]
fn node_ranges_are_what_is_vulnerable_and_not_patched() {
    let text = |vulnerable: &str, patched: &str| {
        format!(
            r#"{{"id": 7, "title": "T", "module_name": "x", "cves": ["CVE-2026-1"], "cvss_score": 9.3,
            "publish_date": "2019-01-01", "vulnerable_versions": {vulnerable}, "patched_versions": {patched},
            "references": ["https://example.org/a"]}}"#
        )
    };
    for (vulnerable, patched, expected) in [
        ("\"<=1.5.1\"", "\">=1.5.2\"", vec!["introduced 0", "last_affected 1.5.1"]),
        ("\"*\"", "null", vec!["introduced 0"]),
        ("\"<=99.999.99999\"", "\">=2.0.0\"", vec!["introduced 0", "fixed 2.0.0"]),
        (
            "\">=1.0.0 <1.2.0 || 2.x\"",
            "null",
            vec!["introduced 1.0.0", "fixed 1.2.0", "introduced 2.0.0-0", "fixed 3.0.0-0"],
        ),
    ] {
        let read = advisory("vuln/npm/7.json", &text(vulnerable, patched));
        assert_eq!(events(&read), expected, "{vulnerable} {patched}");
        assert_eq!((read.id.as_str(), read.word.as_str()), ("NSWG-ECO-7", "critical"));
    }
}

#[test]
fn requirements_hold_what_their_tools_say() {
    let cases: &[(Ecosystem, &str, &[&str], &[&str])] = &[
        (Ecosystem::RubyGems, "~> 1.2.3", &["1.2.3", "1.2.9"], &["1.2.2", "1.3", "1.3.0.rc1", "2"]),
        (Ecosystem::RubyGems, "~> 1.2", &["1.2", "1.9.1"], &["1.1", "2.0", "2.0.0.pre"]),
        (Ecosystem::RubyGems, "~> 2", &["2.9"], &["3.0"]),
        (Ecosystem::RubyGems, "~> 1.2.3, >= 1.2.5", &["1.2.5"], &["1.2.4"]),
        (Ecosystem::RubyGems, "!= 1.2", &["1.1", "1.3"], &["1.2", "1.2.0"]),
        (Ecosystem::RubyGems, "> 1.2", &["1.2.1", "1.3"], &["1.2", "1.2.0", "1.2.rc1"]),
        (Ecosystem::CratesIo, "^0.2.3", &["0.2.3", "0.2.9"], &["0.2.2", "0.3.0", "0.3.0-rc.1"]),
        (Ecosystem::CratesIo, "^0.0.3", &["0.0.3"], &["0.0.4"]),
        (Ecosystem::CratesIo, "1.2", &["1.2.0", "1.9.0"], &["2.0.0"]),
        (Ecosystem::CratesIo, "~1.2", &["1.2.7"], &["1.3.0"]),
        (Ecosystem::CratesIo, ">= 1.2.3, < 2", &["1.9.9"], &["1.2.2", "2.0.0"]),
        (Ecosystem::CratesIo, "> 1.2.3-alpha", &["1.2.3-beta", "1.2.3"], &["1.2.3-alpha"]),
        (Ecosystem::CratesIo, "= 1.2", &["1.2.0", "1.2.9"], &["1.3.0"]),
        (Ecosystem::Npm, "1.2.3 - 2.3", &["1.2.3", "2.3.9"], &["1.2.2", "2.4.0"]),
        (Ecosystem::Npm, "> 1", &["2.0.0"], &["1.9.9"]),
        (Ecosystem::Npm, "<= 1.5", &["1.5.9"], &["1.6.0"]),
        (Ecosystem::Npm, "~1.2.3 || ^3.0.0", &["1.2.9", "3.9.0"], &["1.3.0", "4.0.0"]),
        (Ecosystem::Npm, ">= 1.0.0 < 1.2.0", &["1.1.9", "1.2.0-rc.1"], &["1.2.0", "0.9.0"]),
        (Ecosystem::Npm, "1.2.3", &["1.2.3"], &["1.2.4"]),
        (Ecosystem::Npm, "", &["0.0.1"], &[]),
        (
            Ecosystem::Packagist,
            ">=1.0,<1.2",
            &["1.0.0", "1.1.9", "1.0-beta1"],
            &["1.2.0", "1.2.0-RC1"],
        ),
        (Ecosystem::Packagist, "^1.2", &["1.2.0", "1.9"], &["2.0.0", "1.1"]),
        (Ecosystem::Packagist, "~1.2.3", &["1.2.9"], &["1.3.0"]),
        (Ecosystem::Packagist, "1.2.*", &["1.2.0", "1.2.9"], &["1.3.0"]),
        (Ecosystem::Packagist, "<=1.2.3|>=2.0,<2.1", &["1.2.3", "2.0.5"], &["1.2.4", "2.1.0"]),
        (Ecosystem::Packagist, ">1.2.3", &["1.2.4", "1.2.3-p1"], &["1.2.3"]),
    ];
    for (ecosystem, text, inside, outside) in cases {
        let versions = Versions { ecosystem: *ecosystem, order: &order };
        let set = requirement::parse(versions, text).unwrap();
        let ranges: Vec<Range> = versions.range(&set).unwrap().into_iter().collect();
        let (name, symbols) = (String::new(), Vec::new());
        let affected =
            Affected { ecosystem: *ecosystem, name, ranges, versions: Vec::new(), symbols };
        for (versions, expected) in [(inside, Verdict::Affected), (outside, Verdict::NotAffected)] {
            for version in *versions {
                assert_eq!(judge(version, &affected), expected, "{ecosystem} {text}: {version}");
            }
        }
    }
    for (ecosystem, text) in [
        (Ecosystem::RubyGems, "~> x"),
        (Ecosystem::CratesIo, "1.2.3.4"),
        (Ecosystem::CratesIo, "^99999999999999999999"),
        (Ecosystem::CratesIo, "^18446744073709551615"),
        (Ecosystem::Npm, "latest"),
        (Ecosystem::Packagist, "=>1.2"),
        (Ecosystem::PyPi, ">=1"),
    ] {
        let versions = Versions { ecosystem, order: &order };
        assert!(requirement::parse(versions, text).is_err(), "{ecosystem} {text}");
    }
}

#[test]
fn scores_of_attacks_are_read_and_bad_lines_named() {
    let text = "#model_version:v2026.01,score_date:2026-02-03T00:00:00+0000\ncve,epss,percentile\n\
        CVE-2026-10000,0.00043,0.1\nCVE-1999-0001,0.97,1.0\n";
    let epss = scores::Epss::read(text.as_bytes()).unwrap();
    assert_eq!((epss.len(), epss.model.as_str()), (2, "v2026.01"));
    assert_eq!(epss.date, "2026-02-03T00:00:00+0000");
    assert!((epss.get("CVE-1999-0001").unwrap().score - 0.97).abs() < 1e-6);
    assert_eq!(epss.get("CVE-1999-2"), None);
    for bad in ["cve,epss,percentile\nCVE-1-1,2,0\n", "cve,epss\n", "", "cve,epss,percentile\nx\n"]
    {
        assert!(scores::Epss::read(bad.as_bytes()).is_err(), "{bad}");
    }
    let kev = r#"{"catalogVersion": "2026.02.03", "dateReleased": "2026-02-03T15:00:00Z", "vulnerabilities": [
        {"cveID": "CVE-2026-2", "dateAdded": "2026-02-01", "dueDate": "2026-02-22",
         "knownRansomwareCampaignUse": "Known"}]}"#;
    let kev = scores::Kev::read(kev.as_bytes()).unwrap();
    let entry = kev.get("CVE-2026-2").unwrap();
    assert_eq!((entry.due.as_str(), entry.ransomware), ("2026-02-22", true));
    assert!(scores::Kev::read(b"{}").is_err());
}

/// A zip archive with one deflated entry, made by hand after APPNOTE.TXT.
fn archive(name: &str, content: &[u8], crc: u32) -> Vec<u8> {
    let packed = miniz_oxide::deflate::compress_to_vec(content, 6);
    let common = |out: &mut Vec<u8>| {
        out.extend_from_slice(&[20, 0, 0, 0, 8, 0, 0, 0, 0, 0]);
        for number in [crc, packed.len() as u32, content.len() as u32] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&(name.len() as u16).to_le_bytes());
        out.extend_from_slice(&[0, 0]);
    };
    let mut out = b"PK\x03\x04".to_vec();
    common(&mut out);
    out.extend_from_slice(name.as_bytes());
    out.extend_from_slice(&packed);
    let directory = out.len() as u32;
    out.extend_from_slice(b"PK\x01\x02\x14\x00");
    common(&mut out);
    out.extend_from_slice(&[0; 14]);
    out.extend_from_slice(name.as_bytes());
    let length = out.len() as u32 - directory;
    out.extend_from_slice(b"PK\x05\x06\0\0\0\0\x01\0\x01\0");
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&directory.to_le_bytes());
    out.extend_from_slice(&[0, 0]);
    out
}

#[test]
fn a_zip_archive_is_read_and_damage_is_told() {
    let content = b"content content content";
    // CRC-32 of the content, worked out with another program.
    let good = archive("a/b.json", content, CONTENT_CRC);
    let entries = zip::entries(&good).unwrap();
    assert_eq!((entries[0].path.as_str(), entries[0].size()), ("a/b.json", content.len()));
    assert_eq!(entries[0].read(100).unwrap(), content);
    assert!(entries[0].read(10).is_err(), "the limit holds");
    let wrong = archive("a/b.json", content, 1);
    assert!(zip::entries(&wrong).unwrap()[0].read(100).is_err());
    for length in 0..good.len() {
        if let Ok(entries) = zip::entries(&good[..length]) {
            assert!(entries.iter().all(|entry| entry.read(100).is_err()), "{length}");
        }
    }
}

const CONTENT_CRC: u32 = 0x84E5_4332;

proptest::proptest! {
    #[test]
    fn any_bytes_are_imported_or_refused(
        bytes: Vec<u8>, text in "[\\[\\]{}\":a-z0-9 ,\n\\-~<>=.`#]{0,200}",
    ) {
        for path in ["a.json", "a.yaml", "crates/a/a.md", "gems/a/a.yml"] {
            let _ = import(path, &bytes, &order);
            let _ = import(path, text.as_bytes(), &order);
        }
        let _ = import("a.md", format!("```toml\n{text}\n```").as_bytes(), &order);
        let _ = import("a.yml", format!("gem: x\n{text}").as_bytes(), &order);
        let _ = zip::entries(&bytes);
        let _ = zip::gunzip(&bytes, 1000);
        let _ = scores::Epss::read(&bytes);
    }

    #[test]
    fn any_requirement_is_read_or_refused(text in "[<>=!~^ ,|.0-9x*a-z-]{0,40}") {
        for ecosystem in Ecosystem::ALL {
            let versions = Versions { ecosystem: *ecosystem, order: &order };
            if let Ok(set) = requirement::parse(versions, &text) {
                let _ = versions.range(&set);
            }
        }
    }

    #[test]
    fn a_changed_archive_is_read_or_refused(at in 0..150_usize, value: u8) {
        let mut bytes = archive("a.json", b"content content content", CONTENT_CRC);
        let at = at % bytes.len();
        bytes[at] = value;
        if let Ok(entries) = zip::entries(&bytes) {
            for entry in entries {
                let _ = entry.read(1 << 16);
            }
        }
    }
}
