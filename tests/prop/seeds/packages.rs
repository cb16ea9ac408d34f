//! First inputs for the readers of packages: the files of `tests/fixtures/packages`, and short texts of every other kind.

use securescan::engine::osv::component::Ecosystem;
use securescan::engine::osv::db::Builder;
use securescan::engine::osv::version;
use std::path::{Path, PathBuf};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/packages")
}

/// Every file of the fixtures, its path on the first line.
pub fn lockfiles() -> Vec<Vec<u8>> {
    let mut files = Vec::new();
    list(&fixtures(), &mut files);
    files.sort();
    // What fuzzing found: a version nobody can print.
    let found =
        b"yarn/yarn.lock\n# yarn lockfile v1\n\ntester@~3.1.0:\n  version \"3.1.7\0\0\"\n".to_vec();
    files
        .iter()
        .map(|file| {
            let path = file.strip_prefix(fixtures()).unwrap().to_str().unwrap();
            [path.as_bytes(), b"\n", &std::fs::read(file).unwrap()].concat()
        })
        .chain([found])
        .collect()
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { list(&path, files) } else { files.push(path) }
    }
}

/// A small database, whole and cut.
pub fn databases() -> Vec<Vec<u8>> {
    let order = |ecosystem: Ecosystem, a: &str, b: &str| version::compare(ecosystem, a, b).ok();
    let mut builder = Builder::new(&order);
    let source = builder.source("made up", "", 0, "");
    let files: Vec<(String, &[u8])> = ADVISORIES
        .iter()
        .map(|text| {
            let (path, rest) = text.split_once('\n').unwrap();
            (path.to_owned(), rest.as_bytes())
        })
        .collect();
    builder.add(source, &files);
    let whole = builder.finish(1_700_000_000, "a test").unwrap().bytes;
    vec![whole[..whole.len() / 2].to_vec(), whole]
}

/// One advisory of each kind of source.
pub const ADVISORIES: &[&str] = &[
    r#"osv/EXA-2024-1.json
{"schema_version": "1.6.0", "id": "GHSA-aaaa-bbbb-cccc", "modified": "2024-05-01T00:00:00Z", "published": "2024-04-01T00:00:00Z",
"aliases": ["CVE-2024-1111"], "summary": "Leftish leaks", "severity": [{"type": "CVSS_V3", "score":
"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}], "affected": [{"package": {"ecosystem": "npm", "name": "leftish"},
"ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.0.7"}]}], "versions": ["1.0.4"]}],
"references": [{"type": "WEB", "url": "https://example.com/a"}], "database_specific": {"cwe_ids": ["CWE-79"], "severity": "HIGH"}}
"#,
    r#"go/GO-2024-0001.json
{"id": "GO-2024-0001", "modified": "2024-05-01T00:00:00Z", "affected": [{"package": {"ecosystem": "Go", "name": "golang.org/x/net"},
"ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "0.7.0"}]}],
"ecosystem_specific": {"imports": [{"path": "golang.org/x/net/html", "symbols": ["Parse"]}]}}]}
"#,
    "pypi/vulns/leftish/PYSEC-2024-1.yaml
id: PYSEC-2024-1
details: Leftish leaks
affected:
- package:
    name: leftish
    ecosystem: PyPI
    purl: pkg:pypi/leftish
  ranges:
  - type: ECOSYSTEM
    events:
    - introduced: \"1.0\"
    - fixed: 1.0.7
  versions:
  - 1.0.4
aliases:
- CVE-2024-1111
modified: 2024-05-01T00:00:00Z
",
    "rust/crates/leftish/RUSTSEC-2024-0001.md
```toml
[advisory]
id = \"RUSTSEC-2024-0001\"
package = \"leftish\"
date = \"2024-04-01\"
aliases = [\"CVE-2024-1111\"]
cvss = \"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\"

[affected.functions]
\"leftish::read\" = [\"< 1.0.7\"]

[versions]
patched = [\">= 1.0.7\"]
unaffected = [\"< 0.5\"]
```

# Leftish leaks

Words.
",
    "ruby/gems/leftish/CVE-2024-1111.yml
---
gem: leftish
cve: 2024-1111
ghsa: aaaa-bbbb-cccc
url: https://example.com/a
title: Leftish leaks
date: 2024-04-01
cvss_v3: 9.8
unaffected_versions:
- \"< 0.5\"
patched_versions:
- \"~> 1.0.7\"
- \">= 1.2\"
",
    "php/vendor/leftish/2024-04-01.yaml
title: Leftish leaks
link: https://example.com/a
cve: CVE-2024-1111
branches:
    1.x:
        time: 2024-04-01 10:00:00
        versions: ['>=1.0.0', '<1.0.7']
reference: composer://vendor/leftish
",
    r#"node/vuln/npm/1.json
{"id": 1, "title": "Leftish leaks", "module_name": "leftish", "created_at": "2016-01-01", "updated_at": "2016-02-01",
"cves": ["CVE-2016-1111"], "vulnerable_versions": "<1.0.7 >=0.5.0", "patched_versions": ">=1.0.7", "overview": "words",
"cvss_vector": "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "cvss_score": 9.8}
"#,
];

/// Two versions and a requirement.
pub const VERSIONS: &[&str] = &[
    "1.0.4\n1.0.7\n^1.0",
    "1.0rc1\n1.0.post2.dev3+local.1\n~=1.0,!=1.0.3",
    "v1.2.3+incompatible\nv0.0.0-20200101000000-abcdefabcdef\nv1.2.3",
    "2.0.0-alpha.1\n2.0.0-alpha.beta\n>=1 <2 || 3.x || 4 - 5",
    "1.0.0.pre\n1.0.0\n~> 1.0, >= 1.0.2",
    "dev-main\n1.0.x-dev\n^1.0|^2.0@dev",
    "1.0-SNAPSHOT\n1-ga-1\n[1.0,2.0)",
    "1.2.3.4-Beta\n1.2.3\n[1.0, )",
];

/// Lists of packages, and verdicts.
pub const DOCUMENTS: &[&str] = &[
    r#"{"bomFormat": "CycloneDX", "specVersion": "1.5", "metadata": {"component": {"type": "application", "name": "shop",
"version": "1.2.3", "bom-ref": "root"}}, "components": [{"type": "library", "bom-ref": "a", "name": "leftish", "version": "1.0.4",
"purl": "pkg:npm/leftish@1.0.4", "licenses": [{"license": {"id": "MIT"}}], "hashes": [{"alg": "SHA-256", "content": "00"}],
"components": [{"type": "library", "name": "inner", "purl": "pkg:npm/%40deep/inner@0.1.9"}]}],
"dependencies": [{"ref": "root", "dependsOn": ["a"]}]}"#,
    r#"{"spdxVersion": "SPDX-2.3", "SPDXID": "SPDXRef-DOCUMENT", "name": "shop", "packages": [{"SPDXID": "SPDXRef-a", "name":
"leftish", "versionInfo": "1.0.4", "licenseDeclared": "MIT", "externalRefs": [{"referenceCategory": "PACKAGE-MANAGER",
"referenceType": "purl", "referenceLocator": "pkg:npm/leftish@1.0.4"}]}], "relationships": [{"spdxElementId":
"SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": "SPDXRef-a"}]}"#,
    "SPDXVersion: SPDX-2.3\nSPDXID: SPDXRef-DOCUMENT\nDocumentName: shop\n\nPackageName: leftish\nSPDXID: SPDXRef-a\n\
     PackageVersion: 1.0.4\nExternalRef: PACKAGE-MANAGER purl pkg:npm/leftish@1.0.4\n",
    r#"<?xml version="1.0"?><bom xmlns="http://cyclonedx.org/schema/bom/1.5"><components><component type="library"
bom-ref="a"><name>leftish</name><version>1.0.4</version><purl>pkg:npm/leftish@1.0.4</purl></component></components></bom>"#,
    r#"{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "x", "author": "a", "statements": [{"vulnerability": {"name":
"CVE-2024-1111"}, "products": [{"@id": "pkg:npm/leftish@1.0.4"}], "status": "not_affected", "justification":
"vulnerable_code_not_present"}]}"#,
];

/// Licences as people write them, and the beginning of a text.
pub const LICENSES: &[&str] = &[
    "MIT",
    "(MIT OR Apache-2.0) AND GPL-2.0-or-later WITH Classpath-exception-2.0",
    "GPL-2.0+",
    "License :: OSI Approved :: GNU General Public License v3 (GPLv3)",
    "MIT/Apache-2.0",
    "SEE LICENSE IN LICENSE.md",
    "Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated",
];

/// Sources of every language that is read, the path on the first line. The last one is what fuzzing found.
pub const SOURCES: &[&str] = &[
    "a.py\nimport os, leftish.inner as li\nfrom leftish import (\n    read,\n    write as w,\n)\n'''\nimport no\n'''\nx = \
     importlib.import_module(\"leftish\")\n",
    "a.ts\nimport type { T } from 'no';\nimport leftish, { read as r } from \"leftish/sub\";\nconst x = require('@deep/inner');\n\
     export * from './here';\nawait import(`leftish`);\n",
    "a.go\npackage a\n\nimport (\n\t\"fmt\"\n\th \"golang.org/x/net/html\"\n)\n\nfunc f() { h.Parse(nil) }\n",
    "a.rs\nuse leftish::{read, inner::{self, deep as d}};\nextern crate other as o;\nfn f() { leftish::read(); }\n/* use no; */\n",
    "A.java\npackage a;\nimport static org.example.Leftish.read;\nimport org.example.inner.*;\nclass A {}\n",
    "a.rb\nrequire 'leftish'\nrequire \"deep/inner\"\n# require 'no'\n",
    "a.go\npackage a\n\nimport (\n\t/net/html\"\n)\n\nfunc f() { h.Parse(nil) }\n",
];
