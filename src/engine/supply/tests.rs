//! The checks on small listings and settings.

use super::*;
use crate::engine::osv::component::{Declared, Ecosystem, Note, Origin, Scope};
use std::sync::Arc;

/// Files in memory.
struct Files(Vec<(&'static str, &'static str)>);

impl Around for Files {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        let (_, text) = self.0.iter().find(|(name, _)| *name == path)?;
        Some(text.as_bytes().into())
    }

    fn below(&self, folder: &str) -> Vec<String> {
        assert_eq!(folder, "");
        self.0.iter().map(|(name, _)| (*name).to_owned()).collect()
    }
}

fn of_files(files: &[(&'static str, &'static str)]) -> Vec<(u32, Severity, &'static str)> {
    let problems = check(&[], &Files(files.to_vec()));
    problems.iter().map(|one| (one.line, one.severity, one.rule.id)).collect()
}

fn of_listing(listing: Listing) -> Vec<Problem> {
    check(&[listing], &Files(Vec::new()))
}

fn told(problems: &[Problem]) -> Vec<(u32, Severity, &str)> {
    problems.iter().map(|one| (one.line, one.severity, one.title.as_str())).collect()
}

fn lock(format: &'static str, components: Vec<Component>) -> Listing {
    Listing { path: format!("app/{format}"), format, components, ..Listing::default() }
}

fn package(name: &str, line: u32) -> Component {
    let mut component = Component::new(Ecosystem::Npm, name, "1.0.0", line);
    component.pinned = true;
    component
}

fn from(name: &str, line: u32, origin: Origin, pinned: bool) -> Component {
    Component { origin, pinned, ..package(name, line) }
}

fn asked(name: &str, requirement: &str, line: u32) -> Declared {
    Declared {
        ecosystem: Ecosystem::Npm,
        name: name.to_owned(),
        requirement: requirement.to_owned(),
        scope: Scope::Runtime,
        origin: Origin::Registry,
        line,
        file: Some("app/package.json".to_owned()),
    }
}

#[test]
fn a_name_like_a_popular_one_is_told_once_with_its_line() {
    let listing = lock(
        "package-lock.json",
        vec![package("loadsh", 4), package("loadsh", 9), package("lodash", 5)],
    );
    let problems = of_listing(listing);
    assert_eq!(told(&problems), [(4, Severity::Medium, "loadsh is named like lodash")]);
    assert_eq!(problems[0].metadata["resembles"], "lodash");
    assert_eq!(problems[0].identity, "supply-chain/typosquat npm loadsh");
}

#[test]
fn a_local_package_may_be_called_what_it_likes() {
    let local = from("loadsh", 4, Origin::Path("packages/loadsh".to_owned()), false);
    assert_eq!(of_listing(lock("package-lock.json", vec![local])), []);
}

#[test]
fn packages_with_programs_are_one_finding() {
    let mut components: Vec<Component> =
        (0..9).map(|n| package(&format!("native-{n}"), 10 + n)).collect();
    for one in &mut components {
        one.install_script = true;
    }
    let problems = of_listing(lock("package-lock.json", components));
    assert_eq!(told(&problems), [(10, Severity::Info, "9 packages run a program when installed")]);
    assert!(problems[0].description.contains("native-4 1.0.0 and 4 more"));
    assert_eq!(problems[0].metadata["packages"].as_array().map(Vec::len), Some(9));
}

#[test]
fn what_is_pinned_outside_a_registry_is_information_and_what_is_not_is_a_risk() {
    let git =
        |reference: &str| Origin::Git(format!("https://u:example@git.example.com/a#{reference}"));
    let problems = of_listing(lock(
        "package-lock.json",
        vec![
            from("branch", 3, git("main"), false),
            from("commit", 6, git(&"0a".repeat(20)), true),
            from("other", 9, git(&"0b".repeat(20)), true),
            from("archive", 12, Origin::Url("https://example.com/a.tgz".to_owned()), false),
            from("plain", 15, Origin::Url("http://example.org/a.tgz".to_owned()), true),
            from("here", 18, Origin::Url("file:../a.tgz".to_owned()), false),
        ],
    ));
    assert_eq!(
        told(&problems),
        [
            (3, Severity::Medium, "branch 1.0.0 comes from a repository without a commit id"),
            (6, Severity::Info, "2 packages from git.example.com instead of a registry"),
            (12, Severity::Medium, "archive 1.0.0 comes from an archive without a digest"),
            (15, Severity::Info, "1 package from example.org instead of a registry"),
            (15, Severity::Low, "1 package fetched from example.org unprotected"),
        ]
    );
    assert!(!format!("{problems:?}").contains("u:example"), "a password is shown");
}

#[test]
fn a_requirement_from_a_branch_counts_only_while_no_lockfile_settles_it() {
    let wanted = Declared {
        origin: Origin::Git("github:owner/forked#main".to_owned()),
        ..asked("forked", "", 7)
    };
    let settled =
        Listing { declared: vec![wanted], ..lock("package-lock.json", vec![package("forked", 3)]) };
    assert_eq!(of_listing(settled.clone()), []);
    let open = Listing { components: Vec::new(), ..settled };
    let problems = of_listing(open.clone());
    assert_eq!(problems[0].path, "app/package.json");
    assert_eq!(
        told(&problems),
        [(7, Severity::Medium, "forked is asked for outside a registry, unpinned")]
    );
    let mut pinned = open;
    pinned.declared[0].origin = Origin::Git(format!("github:owner/forked#{}", "0a".repeat(20)));
    assert_eq!(of_listing(pinned), []);
}

#[test]
fn entries_without_a_digest_are_counted_unless_the_lockfile_explains_them() {
    let bare = |name: &str, line| from(name, line, Origin::Registry, false);
    let listing = lock("package-lock.json", vec![package("a", 2), bare("b", 5), bare("c", 9)]);
    let text = "{\n  \"a\": {\n    \"integrity\": \"x\"\n  },\n  \"b\": {\n    \"version\": \"1\",\n    \"inBundle\": true\n  },\n  \"c\": {\n    \"d\": {\n      \"inBundle\": true\n    }\n  }\n}\n";
    let problems =
        check(std::slice::from_ref(&listing), &Files(vec![("app/package-lock.json", text)]));
    assert_eq!(
        told(&problems),
        [(9, Severity::Low, "1 entry of package-lock.json without a digest")]
    );
    assert_eq!(
        told(&of_listing(listing)),
        [(5, Severity::Low, "2 entries of package-lock.json without a digest")]
    );
    let berry = lock("yarn.lock", vec![bare("@esbuild/aix-ppc64", 1), bare("left-pad", 5)]);
    let text = "\"@esbuild/aix-ppc64@npm:0.2\":\n  version: 0.2\n  conditions: os=aix\n\n\"left-pad@npm:1\":\n  version: 1\n";
    let problems = check(&[berry], &Files(vec![("app/yarn.lock", text)]));
    assert_eq!(told(&problems), [(5, Severity::Low, "1 entry of yarn.lock without a digest")]);
    // This kind of file has digests only where somebody asked for them.
    assert_eq!(of_listing(lock("Gemfile.lock", vec![bare("x", 3)])), []);
}

#[test]
fn a_lockfile_that_lacks_what_the_manifest_asks_for_is_told_at_the_manifest() {
    let mut optional = asked("optional", "^1", 9);
    optional.scope = Scope::Optional;
    let mut listing =
        lock("package-lock.json", vec![package("a", 2), package("b", 5), package("tagged", 8)]);
    listing.declared = vec![
        asked("a", "^1.0.0", 4),
        asked("b", "^2.0.0", 5),
        asked("c", "*", 6),
        asked("tagged", "latest", 7),
        optional,
    ];
    let problems = of_listing(listing.clone());
    assert_eq!(
        told(&problems),
        [(5, Severity::Low, "package-lock.json does not meet 2 requirements of package.json")]
    );
    assert!(problems[0].description.contains("b ^2.0.0 (has 1.0.0), c * (absent)"));
    // What developers of a part need is in no lockfile of the whole.
    let mut part = asked("c", "*", 6);
    part.scope = Scope::Dev;
    part.file = Some("app/part/package.json".to_owned());
    assert_eq!(of_listing(Listing { declared: vec![part], ..listing.clone() }), []);
    // Requirements that stand in the file itself are open, not unmet.
    for declared in &mut listing.declared {
        declared.file = None;
    }
    assert_eq!(of_listing(listing), []);
}

#[test]
fn another_registry_weighs_more_where_names_can_be_confused() {
    let other = || Origin::OtherRegistry("https://npm.example.com".to_owned());
    for (name, beside, severity) in [
        ("internal", true, Severity::Low),
        ("internal", false, Severity::Info),
        ("@company/internal", true, Severity::Info),
    ] {
        let mut components = vec![from(name, 3, other(), true)];
        if beside {
            components.push(package("left-pad", 7));
        }
        let problems = of_listing(lock("package-lock.json", components));
        assert_eq!(
            told(&problems),
            [(3, severity, "1 package from the registry npm.example.com")],
            "{name}"
        );
    }
    let plain = Origin::OtherRegistry("http://npm.example.com".to_owned());
    let problems = of_listing(lock("package-lock.json", vec![from("a", 3, plain, false)]));
    assert!(problems.iter().any(|one| one.severity == Severity::High));
    let here = Origin::OtherRegistry("http://localhost:4873".to_owned());
    let problems = of_listing(lock("package-lock.json", vec![from("a", 3, here, true)]));
    assert!(problems.iter().all(|one| one.severity == Severity::Info));
}

#[test]
fn settings_that_weaken_where_packages_come_from_are_told_with_their_line() {
    const UNPROTECTED: &str = "supply-chain/unprotected-source";
    const OTHER: &str = "supply-chain/other-registry";
    let (high, medium) = (Severity::High, Severity::Medium);
    for (path, text, expected) in [
        (
            "requirements.txt",
            "-i https://pypi.org/simple\n--extra-index-url https://pip.example.com/simple # ours\nx==1",
            vec![(2, medium, OTHER)],
        ),
        (
            "requirements/dev.in",
            "--extra-index-url=http://pip.example.com\n",
            vec![(1, medium, OTHER), (1, high, UNPROTECTED)],
        ),
        (
            "requirements.txt",
            "--trusted-host pip.example.com\n# -i http://x.example.com\nx @ http://example.com/x.whl",
            vec![(1, medium, UNPROTECTED)],
        ),
        (
            "pip.conf",
            "[global]\nindex-url = http://pip.example.com\nextra-index-url =\n    https://one.example.com\n    https://pypi.org/simple\n",
            vec![(2, high, UNPROTECTED), (4, medium, OTHER)],
        ),
        (
            ".npmrc",
            "registry=https://registry.npmjs.org\n@a:registry = http://npm.example.com\nstrict-ssl=false\n; registry=http://x",
            vec![(2, high, UNPROTECTED), (3, medium, UNPROTECTED)],
        ),
        (
            ".yarnrc",
            "registry \"http://npm.example.com\"\n\"strict-ssl\" false\n",
            vec![(1, high, UNPROTECTED), (2, medium, UNPROTECTED)],
        ),
        (
            ".yarnrc.yml",
            "npmRegistryServer: \"http://npm.example.com\"\nenableStrictSsl: false",
            vec![(1, high, UNPROTECTED), (2, medium, UNPROTECTED)],
        ),
        (
            "Pipfile",
            "[[source]]\nurl = \"http://pip.example.com\"\nverify_ssl = false\n[packages]\nurl = \"http://no\"",
            vec![(2, high, UNPROTECTED), (3, medium, UNPROTECTED)],
        ),
        (
            "pyproject.toml",
            "[project.urls]\nurl = \"http://example.com\"\n[[tool.poetry.source]]\nurl = 'http://pip.example.com'",
            vec![(4, high, UNPROTECTED)],
        ),
        (
            "Gemfile",
            "source 'https://rubygems.org'\nsource \"http://gems.example.com\" do\nend",
            vec![(2, high, UNPROTECTED)],
        ),
        (
            ".cargo/config.toml",
            "[registries.ours]\nindex = \"http://cargo.example.com\"\n[http]\nproxy = \"http://proxy\"",
            vec![(2, high, UNPROTECTED)],
        ),
        (
            "NuGet.Config",
            "<packageSources>\n<add key=\"a\" value=\"http://nuget.example.com\" />",
            vec![(2, high, UNPROTECTED)],
        ),
        (
            "composer.json",
            "{\n  \"config\": {\n    \"secure-http\": false\n  }\n}",
            vec![(3, medium, UNPROTECTED)],
        ),
        (".npmrc", "registry=http://localhost:4873\n", vec![]),
        ("notes.txt", "-i http://example.com", vec![]),
    ] {
        assert_eq!(of_files(&[(path, text)]), expected, "{path}: {text}");
    }
}

#[test]
fn credentials_in_settings_are_not_shown() {
    let text = "--extra-index-url http://user:example-password@pip.example.com/simple\n";
    let problems = check(&[], &Files(vec![("requirements.txt", text)]));
    assert_eq!(problems.len(), 2);
    assert!(!format!("{problems:?}").contains("example-password"));
}

const WORKFLOW: &str = "on: push
jobs:
  a:
    steps:
      - uses: actions/checkout@v4
      - uses: actions/cache@main
      - uses: owner/tag@v1.2.3 # a remark
      - name: named
        uses: 'owner/branch/path@master'
      - { uses: owner/flow@v2 }
      - uses: owner/commit@0123456789abcdef0123456789abcdef01234567 # v1
      - uses: ./local
      - uses: docker://alpine
      - uses: docker://alpine:3.20
      - uses: docker://alpine@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      - run: |
          echo '
          - uses: owner/text@v1
          '
      - run: >-
          uses: owner/text@v1
        uses: owner/after@v1
      # - uses: owner/remark@v1
      - uses: owner/nothing
  b:
    uses: owner/repo/.github/workflows/reused.yml@v3
";

#[test]
fn actions_are_told_by_how_far_they_can_move() {
    let (info, low, medium) = (Severity::Info, Severity::Low, Severity::Medium);
    let problems = check(&[], &Files(vec![(".github/workflows/ci.yml", WORKFLOW)]));
    assert_eq!(
        told(&problems),
        [
            (6, info, "actions/cache is run by a branch"),
            (7, low, "owner/tag is run by a tag"),
            (9, medium, "owner/branch/path is run by a branch"),
            (10, low, "owner/flow is run by a tag"),
            (13, medium, "alpine is run without a version"),
            (14, low, "alpine:3.20 is run by a tag"),
            (22, low, "owner/after is run by a tag"),
            (24, medium, "owner/nothing is run without a version"),
            (26, low, "owner/repo/.github/workflows/reused.yml is run by a tag"),
        ]
    );
}

#[test]
fn only_workflows_and_actions_are_read_for_actions() {
    for (path, count) in [
        (".github/workflows/ci.yaml", 9),
        ("action.yml", 9),
        ("tools/action.yaml", 9),
        ("deploy.yml", 0),
        (".github/workflows/readme.md", 0),
    ] {
        assert_eq!(check(&[], &Files(vec![(path, WORKFLOW)])).len(), count, "{path}");
    }
}

#[test]
fn every_rule_is_complete_and_listed_once() {
    let mut ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert!(ids.iter().all(|id| id.starts_with("supply-chain/")));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), RULES.len());
    for rule in RULES {
        assert!(!rule.description.is_empty() && !rule.remediation.is_empty());
        assert!(rule.references.iter().all(|page| page.starts_with("https://")));
        assert!(!rule.title.ends_with('.'));
    }
}

#[test]
fn large_and_odd_input_does_no_harm() {
    let start = std::time::Instant::now();
    let many =
        (0..200_000).map(|n| from(&format!("package-{n}"), n, Origin::Registry, false)).collect();
    let mut listing = lock("yarn.lock", many);
    listing.declared = (0..50_000).map(|n| asked(&format!("package-{n}"), "^2", n)).collect();
    listing.notes = vec![Note::Lost { line: None, message: String::new() }];
    assert_eq!(of_listing(listing).len(), 2);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    for text in [
        "uses:",
        "- uses: \"",
        "- - - uses: a/b@é",
        "a: |\n",
        "- {uses: ",
        "\u{feff}- uses: a/b@c",
        "uses: ''",
    ] {
        _ = check(
            &[],
            &Files(vec![
                ("action.yml", text),
                (".npmrc", text),
                ("Gemfile", "source '"),
                ("pip.conf", "=\n ="),
            ]),
        );
    }
}

proptest::proptest! {
    #[test]
    fn any_text_is_read_without_harm(text in "[ -~é\\n\\t|>{}'\"]{0,200}") {
        for path in ["action.yml", "requirements.txt", "pip.conf", ".npmrc", ".yarnrc", ".yarnrc.yml", "Pipfile", "Gemfile", "nuget.config", "composer.json", ".cargo/config"] {
            let mut problems = Vec::new();
            if workflow::is_one(path) {
                workflow::check(path, &text, &mut problems);
            } else {
                settings::check(path, &text, &mut problems);
            }
        }
        _ = host(&text);
    }
}
