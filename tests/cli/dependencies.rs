//! Vulnerable dependencies from the user's side: what is found, what is said of it, what silences it, and what is said when
//! nothing can be found.

use crate::advisories::{GO, INNER, LEFTISH, LOCK, MANIFEST, database, scan, shop};
use crate::project::{Project, formats};
use serde_json::Value;

/// Findings of one scanner.
fn of<'a>(run: &'a Value, scanner: &str) -> Vec<&'a Value> {
    let findings = run["findings"].as_array().unwrap();
    findings.iter().filter(|finding| finding["scanner"] == scanner).collect()
}

fn outcome<'a>(run: &'a Value, scanner: &str) -> &'a Value {
    let outcomes = run["outcomes"].as_array().unwrap();
    outcomes.iter().find(|outcome| outcome["scanner"] == scanner).unwrap()
}

#[test]
fn without_a_database_the_scanner_is_skipped_and_every_format_says_what_to_do() {
    let project = Project::new(&[("package-lock.json", LOCK)]);
    let run = project.run(&["scan", "--type", "dependency", "-o", "json"]).json();
    let osv = outcome(&run, "osv");
    assert_eq!(osv["status"], "skipped");
    assert!(osv["hint"].as_str().unwrap().contains("securescan db update"), "{osv}");
    assert!(osv["hint"].as_str().unwrap().contains("securescan db import FILE"), "{osv}");
    for format in formats() {
        let outcome = project.run(&["scan", "--type", "dependency", "-o", format]);
        assert_eq!(outcome.code, 0, "{format}");
        let text = format!("{}{}", outcome.stdout, outcome.stderr);
        // Findings of other scanners are all that a csv or a list of annotations has room for; the log has the rest.
        assert!(text.contains("no advisory database") || text.contains("osv"), "{format}: {text}");
    }
}

#[test]
fn a_finding_names_package_path_fix_and_every_id() {
    let (project, database) = shop();
    let run = scan(&project, &database, &["-o", "json"]).json();
    let findings = of(&run, "osv");
    assert_eq!(findings.len(), 2, "{findings:?}");
    let leftish = findings[0];
    assert_eq!(leftish["rule_id"], "CVE-2024-1111");
    assert_eq!(leftish["severity"], "critical");
    assert_eq!(leftish["title"], "leftish 1.0.4: Leftish pads with what others left");
    assert_eq!(leftish["file_path"], "package-lock.json");
    assert_eq!(leftish["line"], 5);
    assert_eq!(leftish["cwe"], "CWE-226");
    let metadata = &leftish["metadata"];
    assert_eq!(
        metadata["aliases"],
        serde_json::json!(["GHSA-aaaa-bbbb-cccc", "osv/vulnerable-package"])
    );
    assert_eq!(metadata["cvss_score"], 9.8);
    assert_eq!(metadata["fixed_version"], "1.0.7");
    assert_eq!(metadata["fix_within_range"], true);
    assert_eq!(metadata["purl"], "pkg:npm/leftish@1.0.4");
    assert_eq!(
        leftish["remediation"],
        "Update leftish to 1.0.7: package.json allows it (^1.0.0). Run: npm update leftish"
    );
    let inner = findings[1];
    assert_eq!(
        (&inner["rule_id"], &inner["severity"]),
        (&"GHSA-dddd-eeee-ffff".into(), &"low".into())
    );
    assert_eq!(
        inner["metadata"]["dependency_path"],
        serde_json::json!(["leftish 1.0.4", "@deep/inner 0.1.9"])
    );
    assert!(inner["remediation"].as_str().unwrap().starts_with("No fixed version"), "{inner}");
    assert_eq!(run["database"]["date"], "2024-06-01");
    assert_eq!(run["database"]["stale"], false);
}

#[test]
fn the_code_that_imports_a_package_is_named() {
    let (project, database) = shop();
    project.write("src/cart.js", "// leftish\nimport pad from 'leftish';\n");
    let run = scan(&project, &database, &["-o", "json"]).json();
    let leftish = of(&run, "osv")[0]["metadata"].clone();
    assert_eq!(
        (&leftish["reachability"], &leftish["reached_at"]),
        (&"imported".into(), &"src/cart.js:2".into())
    );
    let inner = of(&run, "osv")[1]["metadata"].clone();
    assert_eq!(inner["reachability"], "not_imported");
    assert_eq!(scan(&project, &database, &["--fail-on", "reachable"]).code, 1);

    project.remove("src/cart.js");
    let run = scan(&project, &database, &["-o", "json"]).json();
    assert_eq!(of(&run, "osv")[0]["metadata"]["reachability"], "unknown");
    assert_eq!(scan(&project, &database, &["--fail-on", "reachable"]).code, 0);
}

#[test]
fn a_function_that_is_at_fault_and_called_is_named() {
    let project = Project::new(&[
        ("go.mod", "module example.com/shop\n\ngo 1.22\n\nrequire example.com/leftish v1.0.4\n"),
        (
            "main.go",
            "package main\n\nimport h \"example.com/leftish/html\"\n\nfunc main() {\n\th.Parse(nil)\n}\n",
        ),
    ]);
    let database = database(&project, &[LEFTISH, GO]);
    let run = scan(&project, &database, &["--scanner", "osv", "-o", "json"]).json();
    let finding = of(&run, "osv")[0];
    assert_eq!(finding["rule_id"], "CVE-2024-2222");
    let metadata = &finding["metadata"];
    assert_eq!(metadata["reachability"], "symbol_used", "{metadata}");
    assert_eq!(metadata["reached_at"], "main.go:6");
    assert_eq!(metadata["fixed_version"], "v1.0.5");
    assert_eq!(
        finding["remediation"],
        "Update example.com/leftish to v1.0.5. go.mod: v1.0.4 -> v1.0.5. Run: go get example.com/leftish@v1.0.5"
    );
}

#[test]
fn a_finding_is_ignored_by_any_of_its_ids() {
    let (project, database) = shop();
    for id in ["CVE-2024-1111", "GHSA-aaaa-bbbb-cccc", "osv/vulnerable-package"] {
        let text = format!("ignored_rules:\n  - rule: {id}\n    reason: never padded\n");
        project.write(".securescan.yml", text);
        let run = scan(&project, &database, &["-o", "json", "--show-suppressed"]).json();
        let silenced = run["suppressed"].as_array().unwrap();
        assert!(silenced.iter().any(|finding| finding["rule_id"] == "CVE-2024-1111"), "{id}");
    }
}

#[test]
fn a_verdict_silences_what_it_speaks_of_and_nothing_else() {
    let (project, database) = shop();
    let vex = |status: &str, product: &str| {
        format!(
            r#"{{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "x", "author": "a", "timestamp": "2024-06-01T00:00:00Z",
            "version": 1, "statements": [{{"vulnerability": {{"name": "GHSA-aaaa-bbbb-cccc"}}, "products": [{{"@id": "{product}"}}],
            "status": "{status}", "justification": "vulnerable_code_not_present"}}]}}"#
        )
    };
    for (status, product, silenced) in [
        ("not_affected", "pkg:npm/leftish@1.0.4", 1),
        ("not_affected", "pkg:npm/leftish", 1),
        ("fixed", "pkg:npm/leftish@1.0.4", 1),
        ("under_investigation", "pkg:npm/leftish@1.0.4", 0),
        ("not_affected", "pkg:npm/leftish@1.0.5", 0),
        ("not_affected", "pkg:npm/other@1.0.4", 0),
    ] {
        project.write("../verdicts.json", vex(status, product));
        let args = ["-o", "json", "--show-suppressed", "--vex", "../verdicts.json"];
        let run = scan(&project, &database, &args).json();
        let suppressed = run["suppressed"].as_array().unwrap();
        assert_eq!(suppressed.len(), silenced, "{status} {product}");
        if let Some(finding) = suppressed.first() {
            assert_eq!(finding["metadata"]["suppressed_by"], "vex");
            assert_eq!(run["counts"]["suppressed_vex"], 1);
        }
    }
    project.write("../verdicts.json", "{}");
    assert_eq!(scan(&project, &database, &["--vex", "../verdicts.json"]).code, 2);
}

#[test]
fn an_old_database_is_said_to_be_old_and_fails_only_when_asked() {
    let (project, database) = shop();
    let late = |args: &[&str]| {
        let base = ["scan", "--db", database.to_str().unwrap(), "--scanner", "osv"];
        project
            .call(&[&base, args].concat())
            .env("SECURESCAN_FAKE_NOW", "2024-08-10T00:00:00Z")
            .run()
    };
    let run = late(&["-o", "json"]).json();
    assert_eq!(run["database"]["stale"], true);
    assert!(run["notices"][0].as_str().unwrap().contains("2024-06-01"), "{}", run["notices"]);
    assert_eq!(late(&[]).code, 0);
    assert_eq!(late(&["--fail-on", "stale-db"]).code, 3);
    assert_eq!(late(&["--fail-on", "stale-db", "--max-db-age", "90"]).code, 0);
    assert_eq!(late(&["--fail-on", "stale-db,reachable", "--fail-on-severity", "high"]).code, 1);
}

#[test]
fn a_broken_lockfile_is_named_and_the_rest_goes_on() {
    let (project, database) = shop();
    project.write("broken/package-lock.json", "{\n  \"lockfileVersion\": 3,\n  \"packages\": {");
    project.write(
        "strange/package-lock.json",
        r#"{"lockfileVersion": 99, "packages": {"node_modules/a": {"version": "1.0.0"}}}"#,
    );
    let outcome = scan(&project, &database, &["-o", "json"]);
    assert_eq!(outcome.code, 0);
    let run = outcome.json();
    assert_eq!(of(&run, "osv").len(), 2);
    let failed: Vec<&str> = run["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|outcome| outcome["failed_files"].as_array())
        .flatten()
        .map(|file| file["path"].as_str().unwrap())
        .collect();
    assert_eq!(failed, ["broken/package-lock.json", "strange/package-lock.json"]);
    assert_eq!(scan(&project, &database, &["--fail-on", "incomplete"]).code, 3);
    let text = scan(&project, &database, &[]).stdout;
    assert!(text.contains("broken/package-lock.json"), "{text}");
}

#[test]
fn what_the_database_does_not_cover_is_not_clean() {
    let project = Project::new(&[(
        "pubspec.lock",
        "packages:\n  inner:\n    dependency: transitive\n    description:\n      name: inner\n      url: \"https://pub.dev\"\n    source: hosted\n    version: \"0.1.9\"\n",
    )]);
    let database = database(&project, &[LEFTISH]);
    let run = scan(&project, &database, &["-o", "json"]).json();
    let message = outcome(&run, "osv")["failed_files"][0]["message"].as_str().unwrap().to_owned();
    assert_eq!(message, "the advisory database holds nothing on Pub; 1 package not judged");
    assert_eq!(scan(&project, &database, &["--fail-on", "incomplete"]).code, 3);
}

#[test]
fn a_change_is_told_what_it_adds_and_not_what_moved() {
    let project = Project::new(&[
        ("package.json", MANIFEST),
        ("package-lock.json", "{\"lockfileVersion\": 3, \"packages\": {}}"),
    ]);
    let made = database(&project, &[LEFTISH, INNER]);
    let before = project.commit_all();
    project.write("package-lock.json", LOCK);
    let after = project.commit_all();
    let diff = |base: &str| {
        let args = [
            "diff",
            "--base-ref",
            base,
            "--two-dot",
            "--scanner",
            "osv",
            "-t",
            "dependency",
            "-o",
            "json",
            "--db",
        ];
        project.call(&[&args[..], &[made.to_str().unwrap()]].concat()).run().json()
    };
    let first = diff(&before);
    assert_eq!(first["new"].as_array().unwrap().len(), 2, "{first}");
    // A line above moves every entry; a bump that does not mend it introduces nothing.
    project.write("package-lock.json", LOCK.replacen("{\n", "{\n\n", 1).replace("1.0.4", "1.0.5"));
    project.commit_all();
    let second = diff(&after);
    assert_eq!(second["new"].as_array().unwrap().len(), 0, "{second}");
    assert_eq!(second["fixed"].as_array().unwrap().len(), 0, "{second}");
    project.write("package-lock.json", LOCK.replace("1.0.4", "1.0.7"));
    project.commit_all();
    let third = diff(&after);
    assert_eq!(third["fixed"].as_array().unwrap().len(), 1, "{third}");
}

#[test]
fn the_licence_policy_of_the_repository_is_applied() {
    let (project, database) = shop();
    let licences = |text: &str| {
        project.write(".securescan.yml", text);
        let run = scan(&project, &database, &["--scanner", "licenses", "-o", "json"]).json();
        of(&run, "licenses")
            .iter()
            .map(|finding| {
                format!(
                    "{} {} {}",
                    finding["rule_id"].as_str().unwrap(),
                    finding["severity"].as_str().unwrap(),
                    finding["metadata"]["package"].as_str().unwrap_or_default()
                )
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(licences("{}"), ["licenses/copyleft medium @deep/inner"]);
    assert_eq!(licences("licenses: {deny: [MIT]}"), ["licenses/denied high leftish"]);
    assert_eq!(
        licences("licenses: {allow: [permissive]}"),
        ["licenses/not-allowed medium @deep/inner"]
    );
    let excepted = "licenses:\n  allow: [permissive]\n  exceptions:\n    - package: npm/@deep/inner\n      reason: ours\n";
    assert!(licences(excepted).is_empty());
    project.write(".securescan.yml", "licenses: {allow: [NoSuchLicence-1.0]}");
    let outcome = scan(&project, &database, &["--scanner", "licenses"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("licenses.allow[0]"), "{}", outcome.stderr);
}

#[test]
fn a_directive_in_a_file_that_only_dependency_scanners_read_counts() {
    let project = Project::new(&[(
        "requirements.txt",
        "# securescan: ignore-next-line CVE-2024-1111 -- never padded\nleftish==1.0.4\n",
    )]);
    let database = database(&project, &[LEFTISH]);
    let run = scan(&project, &database, &["--scanner", "osv", "-o", "json"]).json();
    assert_eq!(
        (&run["counts"]["total"], &run["counts"]["suppressed_inline"]),
        (&0.into(), &1.into())
    );
}

#[test]
fn a_gate_on_advisories_is_not_passed_without_any() {
    let project = Project::new(&[("package-lock.json", LOCK)]);
    for event in ["reachable", "stale-db"] {
        let outcome = project.run(&["scan", "--type", "dependency", "--fail-on", event]);
        assert_eq!(outcome.code, 3, "{event}: {}", outcome.stderr);
        assert!(
            outcome.stderr.contains("nothing was held against advisories"),
            "{}",
            outcome.stderr
        );
    }
    project.commit_all();
    let args = ["diff", "--base-ref", "HEAD", "--fail-on", "reachable"];
    assert_eq!(project.run(&args).code, 3);
}

#[test]
fn a_copy_that_another_package_keeps_for_itself_is_not_the_one_the_code_imports() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
      "": {"dependencies": {"leftish": "^1.0.7", "holder": "1.0.0"}},
      "node_modules/leftish": {"version": "1.0.7", "integrity": "sha512-AA=="},
      "node_modules/holder": {"version": "1.0.0", "dependencies": {"leftish": "1.0.4"}},
      "node_modules/holder/node_modules/leftish": {"version": "1.0.4"}}}"#;
    let manifest = MANIFEST.replace("^1.0.0", "^1.0.7");
    let project = Project::new(&[
        ("package.json", &manifest),
        ("package-lock.json", lock),
        ("a.js", "import 'leftish';\n"),
    ]);
    let database = database(&project, &[LEFTISH]);
    let run = scan(&project, &database, &["--scanner", "osv", "-o", "json"]).json();
    let finding = of(&run, "osv")[0];
    assert_eq!(finding["metadata"]["reachability"], "not_imported");
    let advice = finding["remediation"].as_str().unwrap();
    assert!(!advice.contains("package.json") && advice.contains("holder 1.0.0"), "{advice}");
}

#[test]
fn the_standard_library_of_go_is_reached_by_the_packages_an_advisory_names() {
    let advisory = GO
        .replace("\"example.com/leftish\"", "\"stdlib\"")
        .replace("example.com/leftish/html", "archive/zip")
        .replace("1.0.5", "1.22.5");
    let project = Project::new(&[
        ("go.mod", "module example.com/shop\n\ngo 1.22.1\n"),
        ("main.go", "package main\n\nimport \"fmt\"\n\nfunc main() { fmt.Println() }\n"),
    ]);
    let database = database(&project, &[&advisory]);
    let reach = |project: &Project| {
        let run = scan(project, &database, &["--scanner", "osv", "-o", "json"]).json();
        of(&run, "osv")[0]["metadata"]["reachability"].clone()
    };
    assert_eq!(reach(&project), "not_imported");
    project.write("zip.go", "package main\n\nimport \"archive/zip\"\n\nvar _ = zip.Store\n");
    assert_eq!(reach(&project), "imported");
}

#[test]
fn only_files_whose_imports_are_read_say_what_the_code_does_not_import() {
    let leftish = |ecosystem: &str, name: &str| {
        LEFTISH.replace("\"npm\"", ecosystem).replace("\"leftish\"", name)
    };
    let gem = leftish("\"RubyGems\"", "\"leftish\"");
    let jar = leftish("\"Maven\"", "\"org.leftish:leftish\"");
    let gems = (
        "Gemfile.lock",
        "GEM\n  remote: https://rubygems.org/\n  specs:\n    leftish (1.0.4)\n\nDEPENDENCIES\n  leftish\n",
    );
    let jars = ("gradle.lockfile", "org.leftish:leftish:1.0.4=runtimeClasspath\n");
    for (lock, source, says) in [
        (gems, ("a.rb", "puts 1\n"), "not_imported"),
        (gems, ("Rakefile", "require 'leftish'\n"), "imported"),
        (gems, ("config.ru", "require 'leftish'\n"), "imported"),
        (gems, ("shop.gemspec", "require 'leftish'\n"), "imported"),
        (jars, ("A.java", "class A {}\n"), "not_imported"),
        (jars, ("A.groovy", "import org.leftish.Left\n"), "unknown"),
    ] {
        let project = Project::new(&[lock, source]);
        let database = database(&project, &[&gem, &jar]);
        let run = scan(&project, &database, &["--scanner", "osv", "-o", "json"]).json();
        assert_eq!(of(&run, "osv")[0]["metadata"]["reachability"], says, "{}", source.0);
    }
}

#[test]
fn entries_without_a_version_and_empty_lockfiles_are_gaps() {
    for (path, text, words) in [
        ("package-lock.json", LOCK.replace("\"1.0.4\"", "\"\""), "1 package has no version"),
        ("Gemfile.lock", String::new(), "the file is empty"),
        ("go.mod", "\n".to_owned(), "the file is empty"),
        ("Cargo.lock", String::new(), "the file is empty"),
    ] {
        let project = Project::new(&[(path, &text)]);
        let database = database(&project, &[LEFTISH, INNER]);
        let outcome = scan(&project, &database, &["--fail-on", "incomplete"]);
        assert_eq!(outcome.code, 3, "{path}");
        let plain = outcome.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(words), "{path}: {}", outcome.stdout);
    }
}

#[test]
fn credentials_where_a_version_or_a_licence_should_stand_reach_nobody() {
    let lock = LOCK
        .replace(
            "\"version\": \"1.0.4\"",
            "\"version\": \"https://user:example-password@host/x?token=example-token\"",
        )
        .replace("\"license\": \"MIT\"", "\"license\": \"https://user:example-password@host/l\"");
    let project = Project::new(&[
        ("package-lock.json", &lock),
        ("requirements.txt", "django==https://user:example-password@host/x\n"),
        (
            ".github/workflows/a.yml",
            "jobs:\n  a:\n    steps:\n      - uses: docker://user:example-password@host/image:latest\n",
        ),
    ]);
    let database = database(&project, &[LEFTISH]);
    for format in formats() {
        let text = scan(&project, &database, &["-o", format, "--show-skipped"]).stdout;
        assert!(
            !text.contains("example-password") && !text.contains("example-token"),
            "{format}: {text}"
        );
    }
    for format in ["cyclonedx", "spdx"] {
        let text = project.run(&["sbom", "--format", format]).stdout;
        assert!(
            !text.contains("example-password") && !text.contains("example-token"),
            "{format}: {text}"
        );
    }
}

#[test]
fn a_name_that_passes_for_another_is_seen_in_what_a_manifest_asks_for() {
    let project = Project::new(&[
        ("package.json", "{\"dependencies\": {\"crossenv\": \"^1.0.0\"}}\n"),
        ("requirements.txt", "reqeusts>=1\n"),
    ]);
    let run = project.run(&["scan", "--scanner", "supply-chain", "-o", "json"]).json();
    let packages: Vec<&str> = of(&run, "supply-chain")
        .iter()
        .filter(|finding| finding["rule_id"] == "supply-chain/typosquat")
        .map(|finding| finding["metadata"]["package"].as_str().unwrap())
        .collect();
    assert_eq!(packages, ["crossenv", "reqeusts"]);
}

#[test]
fn the_validation_of_a_configuration_knows_licences() {
    let project = Project::new(&[(
        ".securescan.yml",
        "licenses:\n  allow: [permisive, MIT]\n  deny: [\"MIT OR\"]\n",
    )]);
    let outcome = project.run(&["config", "validate"]);
    assert_eq!(outcome.code, 1, "{}", outcome.stdout);
    let said = format!("{}{}", outcome.stdout, outcome.stderr);
    for words in
        [".yml:2:11: error: licenses.allow[0]", ".yml:3:10: error: licenses.deny[0]", "2 error(s)"]
    {
        assert!(said.contains(words), "{words}: {said}");
    }
}

#[test]
fn the_version_that_mends_everything_known_of_a_package_is_named() {
    let later = LEFTISH
        .replace("GHSA-aaaa-bbbb-cccc", "GHSA-gggg-hhhh-jjjj")
        .replace("CVE-2024-1111", "CVE-2024-3333")
        .replace("1.0.7", "1.0.9");
    let project = Project::new(&[("package.json", MANIFEST), ("package-lock.json", LOCK)]);
    let database = database(&project, &[LEFTISH, &later]);
    let run = scan(&project, &database, &["--scanner", "osv", "-o", "json"]).json();
    let advice: Vec<&str> =
        of(&run, "osv").iter().map(|finding| finding["remediation"].as_str().unwrap()).collect();
    assert!(advice[0].ends_with(" 1.0.9 mends all 2 advisories on it."), "{advice:?}");
    assert!(!advice[1].contains("mends all"), "{advice:?}");
}

#[test]
fn several_entries_of_one_version_are_one_finding() {
    let lock = r#"{"lockfileVersion": 3, "packages": {
      "": {"dependencies": {"one": "1.0.0", "two": "1.0.0"}},
      "node_modules/one": {"version": "1.0.0", "dependencies": {"leftish": "1.0.4"}},
      "node_modules/one/node_modules/leftish": {"version": "1.0.4"},
      "node_modules/two": {"version": "1.0.0", "dependencies": {"leftish": "1.0.4"}},
      "node_modules/two/node_modules/leftish": {"version": "1.0.4"}}}"#;
    let project = Project::new(&[("package-lock.json", lock)]);
    let database = database(&project, &[LEFTISH]);
    let run = scan(&project, &database, &["--scanner", "osv", "-o", "json"]).json();
    let findings = of(&run, "osv");
    assert_eq!(findings.len(), 1);
    assert_eq!(
        (&findings[0]["line"], &findings[0]["metadata"]["further_lines"]),
        (&4.into(), &serde_json::json!([6]))
    );
}

#[test]
fn advisories_of_different_kinds_stay_apart() {
    let unmaintained = r#"{"id": "RUSTSEC-2024-0002", "modified": "2024-05-01T00:00:00Z", "aliases": ["CVE-2024-4444"],
      "summary": "leftish is unmaintained", "affected": [{"package": {"ecosystem": "crates.io", "name": "leftish"},
      "ranges": [{"type": "SEMVER", "events": [{"introduced": "0.0.0-0"}]}], "database_specific": {"informational": "unmaintained"}}]}"#;
    let weakness = unmaintained
        .replace("RUSTSEC-2024-0002", "RUSTSEC-2024-0003")
        .replace(", \"database_specific\": {\"informational\": \"unmaintained\"}", "");
    let project = Project::new(&[(
        "Cargo.lock",
        "version = 4\n\n[[package]]\nname = \"leftish\"\nversion = \"1.0.4\"\nsource = \"registry+https://github.com/rust-lang/crates.io-index\"\n",
    )]);
    let database = database(&project, &[unmaintained, &weakness]);
    let run = scan(&project, &database, &["--scanner", "osv", "-o", "json"]).json();
    let severities: Vec<&str> =
        of(&run, "osv").iter().map(|finding| finding["severity"].as_str().unwrap()).collect();
    assert_eq!(severities, ["medium", "info"]);
}

#[test]
fn an_advisory_without_versions_leaves_its_package_unjudged() {
    let advisory = r#"{"id": "PYSEC-2024-9", "modified": "2024-05-01T00:00:00Z", "summary": "x",
      "affected": [{"package": {"ecosystem": "PyPI", "name": "leftish"}}]}"#;
    let project = Project::new(&[("requirements.txt", "leftish==1.0.4\n")]);
    let database = database(&project, &[advisory]);
    let run = scan(&project, &database, &["--scanner", "osv", "-o", "json"]).json();
    assert!(of(&run, "osv").is_empty());
    let message = outcome(&run, "osv")["failed_files"][0]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("leftish 1.0.4"), "{message}");
}
