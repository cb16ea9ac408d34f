//! Lists of packages from the user's side: every kind of file, documents out and in, and what is too large to be read.

use crate::advisories::{LOCK, scan, shop};
use crate::project::{Project, checkout};
use securescan::engine::osv::inventory::Inventory;
use securescan::engine::osv::lock::{Role, by_name, formats};
use securescan::target::walk::{Options, WorkTree};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

fn fixtures() -> PathBuf {
    checkout().join("tests/fixtures/packages")
}

#[test]
fn every_kind_of_file_lists_what_its_example_holds() {
    let root = fixtures().canonicalize().unwrap();
    let options = Options {
        no_ignore: true,
        hidden: true,
        max_file_size: 1 << 20,
        ignore: globset::GlobSet::empty(),
    };
    let tree =
        WorkTree::open(&root, std::slice::from_ref(&root), &options, None::<&BTreeMap<String, u8>>)
            .unwrap();
    let inventory = Inventory::gather(&tree, &[]);
    assert!(inventory.failed.is_empty(), "{:?}", inventory.failed);
    let mut text = String::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for listing in &inventory.listings {
        let path = listing.path.strip_prefix("tests/fixtures/packages/").unwrap_or(&listing.path);
        let components = &listing.components;
        if !components.is_empty() || by_name(listing.format).unwrap().role == Role::Manifest {
            seen.insert(listing.format);
        }
        writeln!(text, "{path} ({})", listing.format).unwrap();
        for component in components {
            let needs: Vec<&str> = component
                .dependencies
                .iter()
                .map(|at| components[*at as usize].name.as_str())
                .collect();
            let direct = match component.direct {
                Some(true) => "direct",
                Some(false) => "transitive",
                None => "unknown",
            };
            let (name, version, line) = (&component.name, &component.version, component.line);
            let (scope, digests) = (component.scope.as_str(), component.digests.len());
            let origin = format!("{:?}", component.origin);
            let origin = origin.split('(').next().unwrap();
            let needs =
                if needs.is_empty() { String::new() } else { format!(" -> {}", needs.join(", ")) };
            writeln!(text, "  {line}: {name} {version} {direct} {scope} {origin} {digests}{needs}")
                .unwrap();
        }
    }
    // An archive cannot be written by hand; the rest has an example.
    let without: Vec<&str> = formats()
        .map(|format| format.name)
        .filter(|name| !seen.contains(name) && !["jar", "bun.lockb"].contains(name))
        .collect();
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(checkout().join("snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("packages", text));
    assert!(without.is_empty(), "no example of {without:?}");
}

#[test]
fn a_document_is_the_same_from_everywhere() {
    let (project, database) = shop();
    project.commit("", &[]);
    for format in ["cyclonedx", "spdx", "openvex", "cyclonedx-vex"] {
        let db = database.to_str().unwrap();
        let args = ["sbom", "--format", format, "--db", db];
        let plain = project.call(&args).run();
        assert_eq!(plain.code, 0, "{}", plain.stderr);
        let root = project.root().to_str().unwrap().to_owned();
        let elsewhere = [&args[..], &[&root, "-j", "1"]].concat();
        let other = project.call(&elsewhere).folder(project.home()).env("TZ", "Asia/Tokyo").run();
        assert_eq!(plain.stdout, other.stdout, "{format}");
        assert!(!plain.stdout.contains(project.home().to_str().unwrap()), "{format}");
    }
}

#[test]
fn a_document_of_packages_is_matched_like_the_files_it_was_made_of() {
    let (project, database) = shop();
    let titles = |args: &[&str]| -> Vec<String> {
        let run =
            scan(&project, &database, &[args, &["--scanner", "osv", "-o", "json"]].concat()).json();
        let findings = run["findings"].as_array().unwrap();
        findings.iter().map(|finding| finding["title"].as_str().unwrap().to_owned()).collect()
    };
    let expected = titles(&[]);
    assert_eq!(expected.len(), 2);
    for (format, version) in [("cyclonedx", "1.5"), ("cyclonedx", "1.6"), ("spdx", "2.3")] {
        let args = ["sbom", "--format", format, "--spec-version", version, "-o", "../bom.json"];
        assert_eq!(project.run(&args).code, 0);
        assert_eq!(titles(&["--sbom", "../bom.json"]), expected, "{format} {version}");
    }
    project.write("../bom.json", "{}");
    let outcome = scan(&project, &database, &["--sbom", "../bom.json"]);
    assert_eq!(outcome.code, 2);
    assert!(outcome.stderr.contains("is no SBOM that is read here"), "{}", outcome.stderr);
}

#[test]
fn a_verdict_that_was_written_reads_again() {
    let (project, database) = shop();
    let reason = "vulnerable_code_not_in_execute_path: nothing is padded";
    project.write(
        ".securescan.yml",
        format!("ignored_rules: [{{rule: CVE-2024-1111, reason: \"{reason}\"}}]\n"),
    );
    let db = database.to_str().unwrap();
    for format in ["openvex", "cyclonedx-vex"] {
        let args = ["sbom", "--format", format, "--db", db, "-o", "../vex.json"];
        assert_eq!(project.run(&args).code, 0);
        let args = [
            "--no-config",
            "--vex",
            "../vex.json",
            "--scanner",
            "osv",
            "-o",
            "json",
            "--show-suppressed",
        ];
        let run = scan(&project, &database, &args).json();
        let silenced = run["suppressed"].as_array().unwrap();
        assert_eq!(silenced.len(), 1, "{format}");
        assert_eq!(silenced[0]["rule_id"], "CVE-2024-1111");
        let why = silenced[0]["metadata"]["suppression_reason"].as_str().unwrap();
        assert!(why.starts_with("vulnerable_code_not_in_execute_path"), "{format}: {why}");
    }
}

#[test]
fn a_lockfile_above_the_size_limit_is_a_gap() {
    let (project, database) = shop();
    let outcome = scan(&project, &database, &["--max-file-size", "500", "--fail-on", "incomplete"]);
    assert_eq!(outcome.code, 3, "{}", outcome.stdout);
    assert!(
        outcome.stdout.contains("package-lock.json: not read: too-large"),
        "{}",
        outcome.stdout
    );
}

#[test]
fn what_a_lockfile_says_of_addresses_and_names_reaches_nobody_unescaped() {
    let nasty = LOCK
        .replace(
            "https://registry.npmjs.org/leftish",
            "https://user:example-password@mirror.example.com/leftish",
        )
        .replace("@deep/inner", "@deep/in\\u001b[31mner");
    let project = Project::new(&[("package-lock.json", &nasty)]);
    for args in [
        &["scan", "--type", "dependency"][..],
        &["scan", "--type", "dependency", "-o", "json"],
        &["sbom"],
        &["sbom", "--format", "spdx"],
    ] {
        let outcome = project.run(args);
        let all = format!("{}{}", outcome.stdout, outcome.stderr);
        assert!(!all.contains("example-password") && !all.contains('\u{1b}'), "{args:?}: {all}");
    }
}
