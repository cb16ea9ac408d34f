//! Made-up advisories, and a database of them, for the tests about dependencies.

use crate::project::{Outcome, Project};
use std::path::PathBuf;

/// A weakness of `leftish` on npm, in two databases that know each other; one names a function.
pub(crate) const LEFTISH: &str = r#"{
  "schema_version": "1.6.0", "id": "GHSA-aaaa-bbbb-cccc", "modified": "2024-05-01T00:00:00Z",
  "published": "2024-04-01T00:00:00Z", "aliases": ["CVE-2024-1111"], "summary": "Leftish pads with what others left",
  "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
  "affected": [
    {"package": {"ecosystem": "npm", "name": "leftish"},
     "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.0.7"}]}]},
    {"package": {"ecosystem": "PyPI", "name": "leftish"},
     "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "1.0"}, {"fixed": "1.0.7"}]}]}
  ],
  "references": [{"type": "WEB", "url": "https://example.com/leftish"}],
  "database_specific": {"cwe_ids": ["CWE-226"], "severity": "CRITICAL"}
}"#;

/// A weakness of `inner` on npm without a fix.
pub(crate) const INNER: &str = r#"{
  "id": "GHSA-dddd-eeee-ffff", "modified": "2024-05-01T00:00:00Z", "summary": "Inner is read by outsiders",
  "affected": [{"package": {"ecosystem": "npm", "name": "@deep/inner"},
    "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"last_affected": "0.1.9"}]}]}],
  "database_specific": {"severity": "LOW"}
}"#;

/// What Go has to say, with a function.
pub(crate) const GO: &str = r#"{
  "id": "GO-2024-0001", "modified": "2024-06-01T00:00:00Z", "aliases": ["CVE-2024-2222"], "summary": "Parse never ends",
  "affected": [{"package": {"ecosystem": "Go", "name": "example.com/leftish"},
    "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.0.5"}]}],
    "ecosystem_specific": {"imports": [{"path": "example.com/leftish/html", "symbols": ["Parse"]}]}}]
}"#;

/// The lockfile of a project that asks for `leftish`, which needs `@deep/inner`.
pub(crate) const LOCK: &str = r#"{
  "name": "shop", "version": "1.2.3", "lockfileVersion": 3, "requires": true,
  "packages": {
    "": { "name": "shop", "version": "1.2.3", "dependencies": { "leftish": "^1.0.0" } },
    "node_modules/leftish": {
      "version": "1.0.4",
      "resolved": "https://registry.npmjs.org/leftish/-/leftish-1.0.4.tgz",
      "integrity": "sha512-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
      "license": "MIT",
      "dependencies": { "@deep/inner": "^0.1.0" }
    },
    "node_modules/@deep/inner": {
      "version": "0.1.9",
      "resolved": "https://registry.npmjs.org/@deep/inner/-/inner-0.1.9.tgz",
      "integrity": "sha512-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
      "license": "GPL-3.0-only"
    }
  }
}
"#;

/// Its manifest.
pub(crate) const MANIFEST: &str = r#"{
  "name": "shop",
  "version": "1.2.3",
  "dependencies": {
    "leftish": "^1.0.0"
  }
}
"#;

/// A project with a lockfile, and a database beside it.
pub(crate) fn shop() -> (Project, PathBuf) {
    let project = Project::new(&[("package.json", MANIFEST), ("package-lock.json", LOCK)]);
    let database = database(&project, &[LEFTISH, INNER, GO]);
    (project, database)
}

/// Builds a database of advisories in the project's home.
pub(crate) fn database(project: &Project, advisories: &[&str]) -> PathBuf {
    let folder = project.home().join("osv");
    std::fs::create_dir_all(&folder).unwrap();
    for (index, text) in advisories.iter().enumerate() {
        std::fs::write(folder.join(format!("{index}.json")), text).unwrap();
    }
    let file = project.home().join("made.db");
    let outcome = project
        .call(&["db", "build", folder.to_str().unwrap(), "-o", file.to_str().unwrap()])
        .env("SOURCE_DATE_EPOCH", "1720000000")
        .run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    file
}

/// Scans with a database, on a day soon after the advisories.
pub(crate) fn scan(project: &Project, database: &std::path::Path, args: &[&str]) -> Outcome {
    let base = ["scan", "--db", database.to_str().unwrap(), "--type", "dependency"];
    project.call(&[&base, args].concat()).env("SECURESCAN_FAKE_NOW", "2024-06-10T00:00:00Z").run()
}
