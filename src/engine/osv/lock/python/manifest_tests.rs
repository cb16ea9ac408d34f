//! Readers of manifests and installed packages against small files.

use super::super::memory::words;
use super::tests::{COMMIT, declared, read};
use crate::engine::osv::component::{Note, Origin};

pub(super) const PYPROJECT: &str = r#"[build-system]
requires = ["setuptools>=61"]
[project]
name = "app"
version = "1.0"
dependencies = [
    "web[fast]>=1 ; python_version > '3'",
    "exact==1.2.3",
    "direct @ git+https://u:example-password@h.example/d@v1",
    "not a requirement",
]
[project.optional-dependencies]
all = ["app[other]", "more"]
[dependency-groups]
test = ["check", {include-group = "lint"}]
lint = ["lint==1"]
[tool.pdm.dev-dependencies]
docs = ["sphinx", "-e file:///${PROJECT_ROOT}/x#egg=beside"]
[tool.uv]
dev-dependencies = ["tool"]
[tool.uv.sources]
more = { index = "own" }
tool = [{ git = "https://h.example/tool", rev = "v2" }]
[[tool.uv.index]]
name = "own"
url = "https://u:example-password@index.example/simple"
[tool.poetry.dependencies]
python = "^3.9"
caret = "^1"
bare = "1.2"
table = { version = "1.*", optional = true }
several = [{ version = "1", python = "<3" }, { version = "^2", python = ">=3" }]
[tool.poetry.group.dev.dependencies]
path = { path = "../path" }
"#;

#[test]
fn a_pyproject_file_lists_every_way_to_ask_for_a_package() {
    let listing = read(&[("pyproject.toml", PYPROJECT)], "pyproject.toml");
    assert_eq!(
        declared(&listing),
        [
            "web>=1:7 runtime",
            "exact==1.2.3:8 runtime",
            "direct:9 runtime",
            "more:13 optional",
            "check:15 test",
            "lint==1:16 dev",
            "setuptools>=61:2 build",
            "caret^1:29 runtime",
            "bare1.2:30 runtime",
            "table1.*:31 optional",
            "several1:32 runtime",
            "several^2:32 runtime",
            "path:34 dev",
            "sphinx:18 dev",
            "beside:18 dev",
            "tool:20 dev",
        ]
    );
    let origin =
        |name: &str| listing.declared.iter().find(|d| d.name == name).unwrap().origin.clone();
    assert_eq!(origin("direct"), Origin::Git("git+https://h.example/d@v1".to_owned()));
    assert_eq!(origin("more"), Origin::OtherRegistry("https://index.example/simple".to_owned()));
    assert_eq!(origin("tool"), Origin::Git("git+https://h.example/tool@v2".to_owned()));
    assert_eq!(origin("path"), Origin::Path("../path".to_owned()));
    assert_eq!(
        words(&listing),
        [
            "exact@1.2.3:8 direct",
            "lint@1:16 direct dev",
            "bare@1.2:30 direct",
            "several@1:32 direct"
        ]
    );
    assert!(listing.notes.iter().any(|n| matches!(n, Note::Lost { line: Some(10), .. })));
    assert!(listing.notes.iter().any(|n| matches!(n, Note::Unresolved { .. })));
}

#[test]
fn a_setup_cfg_lists_its_requirements() {
    let text = "[metadata]\nname = app\nversion = attr: app.VERSION\n[flake8]\nignore = E1\n[options]\n\
        packages = find:\n\
                install_requires =\n    # comment\n    web>=1 ; python_version > '3'\n    exact==2\n\
                    setup_requires = a; b==1\n\
                [options.extras_require]\ntest =\n  check\n  file: x\n  not a requirement\n";
    let listing = read(&[("setup.cfg", text)], "setup.cfg");
    assert_eq!(
        declared(&listing),
        [
            "web>=1:10 runtime",
            "exact==2:11 runtime",
            "a:12 build",
            "b==1:12 build",
            "check:15 optional"
        ]
    );
    assert_eq!(words(&listing), ["exact@2:11 direct", "b@1:12 direct build"]);
    assert_eq!(listing.project, Some(("app".to_owned(), String::new())));
    assert_eq!(listing.notes.len(), 3);
}

#[test]
fn a_setup_program_lists_literals_and_says_what_it_computes() {
    let text = "'''\ninstall_requires=['wrong']\n'''\n# install_requires=['wrong']\nsetup(\n\
        \x20 name='app',\n  install_requires=[\n\
                \x20   'web>=1',  # why\n    \"exact\"\n    \"==2\",\n  ],\n\
                    \x20 extras_require={'x': ['more'], 'y': ()},\n  setup_requires=needs(),\n\
                \x20 tests_require=['a'] + more,\n)\n";
    let listing = read(&[("setup.py", text)], "setup.py");
    assert_eq!(declared(&listing), ["web>=1:8 runtime", "exact==2:9 runtime", "more:12 optional"]);
    assert!(listing.notes.iter().any(
        |note| matches!(note, Note::Unresolved { line: 13, message } if message.contains("computed"))
    ));
}

#[test]
fn an_installed_package_has_licence_origin_and_requirements() {
    let path = "v/site-packages/a-1.0.dist-info/METADATA";
    let beside = |name: &str| path.replace("METADATA", name);
    let base = "Metadata-Version: 2.1\nName: a\nVersion: 1.0\n";
    for (rest, license) in [
        ("License-Expression: MIT\nLicense: other\n", Some("MIT")),
        ("License: BSD\nClassifier: License :: OSI Approved :: MIT License\n", Some("BSD")),
        (
            "License: Copyright\n        more\nClassifier: License :: OSI Approved\n\
                Classifier: License :: OSI Approved :: MIT License\n",
            Some("License :: OSI Approved :: MIT License"),
        ),
        ("License: UNKNOWN\n\nLicense: MIT\n", None),
    ] {
        let text = format!("{base}{rest}");
        let listing = read(&[(path, &text)], "site-packages");
        assert_eq!(listing.components[0].license.as_deref(), license, "{rest}");
        assert_eq!(words(&listing), ["a@1.0:2"]);
    }
    let text = format!("{base}Requires-Dist: b[x] (>=1) ; extra == 'y'\nRequires-Dist: c\n\ntext");
    let direct = format!(
        "{{\"url\": \"https://u:example-password@h.example/a.git\", \"vcs_info\": {{\"vcs\": \"git\", \"commit_id\": \"{COMMIT}\"}}}}"
    );
    let listing = read(
        &[
            (path, &text),
            (&beside("direct_url.json"), &direct),
            (&beside("INSTALLER"), "pip\n"),
            (&beside("REQUESTED"), ""),
        ],
        "site-packages",
    );
    assert_eq!(declared(&listing), ["b>=1:4 optional", "c:5 runtime"]);
    assert_eq!(words(&listing), ["a@1.0:2 direct"]);
    let origin = Origin::Git(format!("git+https://h.example/a.git@{COMMIT}"));
    assert_eq!((&listing.components[0].origin, listing.components[0].pinned), (&origin, true));
}
