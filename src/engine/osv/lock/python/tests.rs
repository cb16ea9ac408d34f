//! Readers of requirement files and lockfiles against small files of every layout.

use super::super::memory::{Memory, named, words};
use super::*;
use crate::engine::osv::component::{Listing, Note, Origin};

const SHA: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
pub(super) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

pub(super) fn read(files: &[(&str, &str)], format: &str) -> Listing {
    Memory::new(files)
        .read_as(FORMATS, format, files[0].0)
        .unwrap_or_else(|broken| panic!("{format}: {broken}"))
}

fn needs(listing: &Listing, name: &str) -> Vec<String> {
    let dependencies = &named(listing, name).dependencies;
    dependencies.iter().map(|at| listing.components[*at as usize].name.clone()).collect()
}

pub(super) fn declared(listing: &Listing) -> Vec<String> {
    let word = |d: &crate::engine::osv::component::Declared| {
        let file = d.file.as_deref().map(|file| format!(" in {file}")).unwrap_or_default();
        format!("{}{}:{} {}{file}", d.name, d.requirement, d.line, d.scope.as_str())
    };
    listing.declared.iter().map(word).collect()
}

pub(super) const COMPILED: &str = "#
# made by a tool
#
-i https://user:example-password@pypi.example/simple
--extra-index-url https://other.example/simple
flask[async]==3.0.0 \\
    --hash=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef \\
    --hash=md5:0123456789abcdef0123456789abcdef
    # via -r requirements.in
jinja2==3.1.2 ; python_version >= \"3.8\"
    # via
    #   -c constraints.txt
    #   flask
markupsafe==2.1.3
    # via jinja2, other
socks===1.0+local ; extra == 'proxy'
werkzeug>=3,<4 # at least
wild==1.*
-e git+https://token@h.example/a.git@0123456789abcdef0123456789abcdef01234567#egg=Direct_Git
named @ https://h.example/named-2.0-py3-none-any.whl
./wheels/wheel-1.5-py3-none-any.whl
-e ./part[extra]
-e .
--no-binary=:all:
";

#[test]
fn a_requirement_file_lists_what_it_pins_and_says_what_it_does_not() {
    let listing = read(&[("a/requirements.txt", COMPILED)], "requirements.txt");
    assert_eq!(
        words(&listing),
        [
            "flask@3.0.0:6 direct",
            "jinja2@3.1.2:10 transitive",
            "markupsafe@2.1.3:14 transitive",
            "socks@1.0+local:16 optional",
            "Direct_Git@:19",
            "named@2.0:20",
            "wheel@1.5:21",
            "part@:22",
        ]
    );
    assert_eq!(declared(&listing), ["werkzeug>=3,<4:17 runtime", "wild==1.*:18 runtime"]);
    assert_eq!(needs(&listing, "flask"), ["jinja2"]);
    assert_eq!(needs(&listing, "jinja2"), ["markupsafe"]);
    let flask = named(&listing, "flask");
    assert_eq!(flask.origin, Origin::OtherRegistry("https://pypi.example/simple".to_owned()));
    assert_eq!((flask.digests.len(), flask.pinned), (2, true));
    let git = named(&listing, "Direct_Git");
    assert_eq!(git.origin, Origin::Git(format!("git+https://h.example/a.git@{COMMIT}")));
    assert!(git.pinned);
    assert!(matches!(named(&listing, "named").origin, Origin::Url(_)));
    assert!(matches!(named(&listing, "part").origin, Origin::Path(_)));
    let message = "2 of 10 requirements name no exact version".to_owned();
    assert_eq!(listing.notes, [Note::Unresolved { line: 17, message }]);
}

#[test]
fn included_files_are_read_once_and_those_listed_by_themselves_are_not() {
    let listing = read(
        &[
            (
                "a/requirements.txt",
                "-r more.in\n-r requirements-dev.txt\n--requirement=../base/base.in\n-c pins.in\n\
                 -c constraints.txt\nopen\nfree\n",
            ),
            ("a/more.in", "-r ../a/./more.in\n-r requirements.txt\none==1\n"),
            ("base/base.in", "-r ../a/more.in\ntwo==2\n"),
            ("a/pins.in", "three==3\n"),
            ("a/constraints.txt", "Open==4\n"),
            ("a/requirements-dev.txt", "dev==1\n"),
        ],
        "requirements.txt",
    );
    assert_eq!(words(&listing), ["one@1:3", "two@2:2", "three@3:1"]);
    assert_eq!(named(&listing, "two").file.as_deref(), Some("base/base.in"));
    let message = "1 of 5 requirements name no exact version".to_owned();
    assert_eq!(listing.notes, [Note::Unresolved { line: 7, message }]);
}

#[test]
fn what_a_requirement_file_means_is_never_dropped_in_silence() {
    for line in [
        "-r missing.in",
        "-r https://h.example/requirements.txt",
        "-r ../../outside.in",
        "-c /etc/absolute.in",
        "--unknown-option x",
        "a b c",
        "a==",
        "==1.0",
    ] {
        let listing = read(&[("requirements.txt", line)], "requirements.txt");
        assert!(
            matches!(listing.notes.as_slice(), [Note::Lost { line: Some(1), .. }]),
            "{line}: {:?}",
            listing.notes
        );
    }
}

#[test]
fn a_chain_of_includes_ends() {
    let names: Vec<String> = (0..30).map(|n| format!("{n}.in")).collect();
    let texts: Vec<String> = (0..30).map(|n| format!("-r {}.in\np{n}==1", n + 1)).collect();
    let mut files = vec![("requirements.txt", "-r 0.in")];
    files.extend(names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())));
    let listing = read(&files, "requirements.txt");
    assert_eq!(listing.components.len(), 10);
    assert!(matches!(listing.notes.as_slice(), [Note::Lost { .. }]));
}

#[test]
fn which_files_are_listed_by_themselves_follows_from_the_globs() {
    let globs: Vec<_> = FORMATS[0]
        .files
        .iter()
        .map(|glob| {
            let glob = format!("**/{glob}");
            let glob = globset::GlobBuilder::new(&glob).literal_separator(true).build().unwrap();
            glob.compile_matcher()
        })
        .collect();
    for path in [
        "requirements.txt",
        "a/requirements-dev.txt",
        "dev-requirements.txt",
        "requirements/x.txt",
        "a/requirements/x.txt",
        "requirements/a/x.txt",
        "a/constraints.txt",
        "upper-constraints.txt",
        "requirements.in",
        "requirements/x.in",
        "xrequirements/x.txt",
        "requirements-dev.lock",
        "x.lock",
        "requirementstxt",
    ] {
        let matched = globs.iter().any(|glob| glob.is_match(path));
        assert_eq!(requirements::is_listed(path), matched, "{path}");
    }
}

#[test]
fn the_name_of_a_requirement_file_gives_the_scope() {
    for (path, scope) in [
        ("requirements.txt", Scope::Runtime),
        ("requirements-dev.txt", Scope::Dev),
        ("test_requirements.txt", Scope::Test),
        ("requirements/docs.txt", Scope::Dev),
        ("requirements-developers.txt", Scope::Runtime),
    ] {
        let listing = read(&[(path, "a==1")], "requirements.txt");
        assert_eq!(listing.components[0].scope, scope, "{path}");
    }
}

#[test]
fn a_requirement_file_in_utf_16_is_read() {
    let bytes: Vec<u8> = [0xFF, 0xFE]
        .into_iter()
        .chain("a==1\r\n".encode_utf16().flat_map(u16::to_le_bytes))
        .collect();
    let around = Memory::default();
    let file = super::super::File { path: "requirements.txt", bytes: &bytes, around: &around };
    assert_eq!(words(&requirements::read(&file).unwrap()), ["a@1:1"]);
}

pub(super) const UV: &str = r#"version = 1
revision = 3

[manifest]
members = ["app", "part"]

[[package]]
name = "app"
version = "0.1"
source = { editable = "." }
dependencies = [
    { name = "part" },
    { name = "web", extra = ["fast"] },
    { name = "two", version = "2.0", marker = "python_version > '3'" },
]
[package.optional-dependencies]
more = [{ name = "extra" }]
[package.dev-dependencies]
dev = [{ name = "lint" }]
test = [{ name = "check" }, { name = "web" }]

[[package]]
name = "part"
version = "0.2"
source = { editable = "parts/part" }
dependencies = [{ name = "deep" }]

[[package]]
name = "web"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "deep" }]
sdist = { url = "https://f.example/w", hash = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
wheels = [{ url = "https://f.example/w", hash = "sha256:1123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }]
[package.optional-dependencies]
fast = [{ name = "quick" }]

[[package]]
name = "two"
version = "1.0"
source = { registry = "https://u:example-password@index.example/simple" }
[[package]]
name = "two"
version = "2.0"
source = { registry = "https://index.example/simple" }
[[package]]
name = "deep"
version = "1.0"
source = { git = "https://h.example/deep?tag=v1#0123456789abcdef0123456789abcdef01234567" }
[[package]]
name = "quick"
version = "1.0"
source = { url = "https://h.example/quick.whl" }
[[package]]
name = "extra"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "lint"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
[[package]]
name = "check"
version = "1.0"
source = { registry = "https://pypi.org/simple" }
"#;

#[test]
fn a_lockfile_of_uv_lists_its_workspace_and_what_needs_what() {
    let manifest =
        "[project]\nname = \"app\"\nversion = \"0.1\"\ndependencies = [\n  \"web[fast]>=1\",\n]\n";
    let listing = read(&[("x/uv.lock", UV), ("x/pyproject.toml", manifest)], "uv.lock");
    assert_eq!(listing.project, Some(("app".to_owned(), "0.1".to_owned())));
    assert_eq!(
        words(&listing),
        [
            "part@0.2:23 direct",
            "web@1.0:29 direct",
            "two@1.0:39 transitive",
            "two@2.0:43 direct",
            "deep@1.0:47 direct",
            "quick@1.0:51 transitive",
            "extra@1.0:55 direct optional",
            "lint@1.0:59 direct dev",
            "check@1.0:63 direct test",
        ]
    );
    assert_eq!(needs(&listing, "web"), ["deep", "quick"]);
    assert_eq!(needs(&listing, "part"), ["deep"]);
    assert_eq!(named(&listing, "part").origin, Origin::Path("parts/part".to_owned()));
    let deep = named(&listing, "deep");
    assert_eq!(deep.origin, Origin::Git(format!("git+https://h.example/deep@{COMMIT}")));
    assert!(deep.pinned && named(&listing, "web").pinned && !named(&listing, "extra").pinned);
    let index = "https://index.example/simple".to_owned();
    assert_eq!(named(&listing, "two").origin, Origin::OtherRegistry(index));
    assert_eq!(declared(&listing), ["web>=1:5 runtime in x/pyproject.toml"]);
    assert_eq!(listing.notes, []);
}

pub(super) const POETRY: &str = r#"[[package]]
name = "Web"
version = "1.0"
description = "name = \"wrong\""
optional = false
groups = ["main", "dev"]
files = [
    {file = "web.whl", hash = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"},
]
[package.dependencies]
deep = ">=1"
Socks = {version = ">=1", optional = true, markers = "extra == \"socks\""}
never = {version = ">=1", optional = true, markers = "extra == \"never\""}
[package.extras]
never = ["never (>=1)"]
socks = ["socks (>=1)"]

[[package]]
name = "deep"
version = "1.1"
optional = false
groups = ["main"]
files = []
[package.source]
type = "git"
url = "https://u:example-password@h.example/deep.git"
reference = "main"
resolved_reference = "0123456789abcdef0123456789abcdef01234567"

[[package]]
name = "socks"
version = "1.2"
optional = true
groups = ["main"]
files = []
[package.source]
type = "legacy"
url = "https://index.example/simple"
reference = "own"

[[package]]
name = "never"
version = "1.3"
optional = false
groups = ["test"]
files = []

[[package]]
name = "beside"
version = "1.4"
optional = false
groups = ["dev"]
files = []
[package.source]
type = "directory"
url = "../beside"

[metadata]
lock-version = "2.1"
content-hash = "x"
"#;

#[test]
fn a_lockfile_of_poetry_lists_groups_extras_and_sources() {
    let manifest = "[tool.poetry]\nname = \"app\"\nversion = \"1\"\n[tool.poetry.dependencies]\n\
        python = \"^3.8\"\n\
                    web = {version = \"^1\", extras = [\"socks\"]}\n\
                        [tool.poetry.group.test.dependencies]\nnever = \"*\"\n";
    let listing = read(&[("poetry.lock", POETRY), ("pyproject.toml", manifest)], "poetry.lock");
    assert_eq!(
        words(&listing),
        [
            "Web@1.0:2 direct",
            "deep@1.1:19 transitive",
            "socks@1.2:31 transitive optional",
            "never@1.3:42 direct test",
            "beside@1.4:49 transitive dev",
        ]
    );
    assert_eq!(needs(&listing, "Web"), ["deep", "socks"]);
    assert_eq!(
        named(&listing, "deep").origin,
        Origin::Git(format!("git+https://h.example/deep.git@{COMMIT}"))
    );
    let index = Origin::OtherRegistry("https://index.example/simple".to_owned());
    assert_eq!(named(&listing, "socks").origin, index);
    assert_eq!(named(&listing, "beside").origin, Origin::Path("../beside".to_owned()));
    assert_eq!(
        declared(&listing),
        ["web^1:6 runtime in pyproject.toml", "never*:8 test in pyproject.toml"]
    );
    // Without the manifest nobody asks for the extra, and nothing is said about directness.
    let alone = read(&[("poetry.lock", POETRY)], "poetry.lock");
    assert_eq!(needs(&alone, "Web"), ["deep"]);
    assert!(alone.components.iter().all(|component| component.direct.is_none()));
}

#[test]
fn older_lockfiles_of_poetry_have_categories_and_hashes_at_their_end() {
    for (metadata, digests) in [
        (
            format!(
                "lock-version = \"1.1\"\n[metadata.files]\na-b = [{{file = \"x\", hash = \"sha256:{SHA}\"}}]"
            ),
            1,
        ),
        (format!("[metadata.hashes]\na_b = [\"{SHA}\"]"), 1),
    ] {
        let lock = format!(
            "[[package]]\ncategory = \"dev\"\nname = \"a_b\"\noptional = false\nversion = \"1\"\n\
                [metadata]\n{metadata}\n"
        );
        let listing = read(&[("poetry.lock", &lock)], "poetry.lock");
        assert_eq!(words(&listing), ["a_b@1:3 dev"]);
        assert_eq!(listing.components[0].digests.len(), digests);
    }
    // Those in between say nothing: the manifest and the dependencies do.
    let lock = "[[package]]\nname = \"a\"\nversion = \"1\"\n[package.dependencies]\nb = \"*\"\n\
                [[package]]\nname = \"b\"\nversion = \"1\"\n[metadata]\nlock-version = \"2.0\"\n";
    let manifest = "[tool.poetry.dev-dependencies]\na = \"*\"\n";
    let listing = read(&[("poetry.lock", lock), ("pyproject.toml", manifest)], "poetry.lock");
    assert_eq!(words(&listing), ["a@1:2 direct dev", "b@1:7 transitive dev"]);
}

#[test]
fn a_lockfile_of_pdm_is_read_in_both_layouts() {
    let packages = "[[package]]\nname = \"web\"\nversion = \"1.0\"\ngroups = [\"default\", \"x\"]\n\
                    dependencies = [\"deep<2,>=1; python_version > '3'\"]\n";
    let more = "[[package]]\nname = \"web\"\nversion = \"1.0\"\nextras = [\"socks\"]\ngroups = [\"default\"]\n\
                dependencies = [\"socks\", \"web==1.0\"]\n\
                [[package]]\nname = \"deep\"\nversion = \"1.5\"\ngroups = [\"x\"]\n\
                    git = \"https://h.example/deep\"\n\
                ref = \"main\"\nrevision = \"0123456789abcdef0123456789abcdef01234567\"\n\
                [[package]]\nname = \"socks\"\nversion = \"2\"\ngroups = [\"test\"]\n";
    let file = format!("{{file = \"web.whl\", hash = \"sha256:{SHA}\"}}");
    let new =
        format!("[metadata]\nlock_version = \"4.5.0\"\n{packages}files = [\n  {file},\n]\n{more}");
    let old = format!(
        "[metadata]\nlock_version = \"4.2\"\n{packages}{more}[metadata.files]\n\"web 1.0\" = [{file}]\n"
    );
    let manifest = "[project]\ndependencies = [\"web[socks]\"]\n[project.optional-dependencies]\n\
        x = [\"deep\"]\n";
    for lock in [new, old] {
        let listing = read(&[("pdm.lock", &lock), ("pyproject.toml", manifest)], "pdm.lock");
        let found: Vec<String> =
            words(&listing).iter().map(|w| w.split(':').next().unwrap().to_owned()).collect();
        assert_eq!(found, ["web@1.0", "deep@1.5", "socks@2"]);
        assert_eq!(needs(&listing, "web"), ["deep", "socks"]);
        assert_eq!(named(&listing, "web").digests.len(), 1);
        assert_eq!(named(&listing, "deep").scope, Scope::Optional);
        assert!(named(&listing, "deep").pinned);
        assert_eq!(named(&listing, "socks").scope, Scope::Test);
        assert_eq!(named(&listing, "web").direct, Some(true));
    }
}

#[test]
fn a_lockfile_of_pep_751_is_read() {
    let lock = format!(
        "lock-version = '1.0'\ncreated-by = 'x'\n\
         [[packages]]\nname = 'web'\nversion = '1.0'\nindex = 'https://pypi.org/simple'\n\
         dependencies = [{{name = 'deep'}}]\nwheels = [{{name = 'w', hashes = {{sha256 = '{SHA}'}}}}]\n\
         [[packages]]\nname = 'deep'\nversion = '1'\nmarker = \"'dev' in dependency_groups\"\n\
         vcs = {{type = 'git', url = 'https://h.example/deep', commit-id = '{COMMIT}'}}\n\
         [[packages]]\nname = 'old'\nmarker = \"'x' in extras\"\n\
             archive = {{url = 'https://h.example/old.zip', hashes = {{sha256 = '{SHA}'}}}}\n\
         [[packages]]\nname = 'local'\ndirectory = {{path = 'local', editable = true}}\n"
    );
    let listing = read(&[("pylock.toml", &lock)], "pylock.toml");
    assert_eq!(words(&listing), ["web@1.0:4", "deep@1:10 dev", "old@:15 optional", "local@:19"]);
    assert_eq!(needs(&listing, "web"), ["deep"]);
    let pinned: Vec<bool> = listing.components.iter().map(|c| c.pinned).collect();
    assert_eq!(pinned, [true, true, true, false]);
}

pub(super) const PIPFILE_LOCK: &str = r#"{
    "_meta": {
        "hash": {"sha256": "x"},
        "pipfile-spec": 6,
        "sources": [
            {"name": "pypi", "url": "https://pypi.org/simple", "verify_ssl": true},
            {"name": "own", "url": "https://${USER}:${PASSWORD}@index.example/simple"}
        ]
    },
    "default": {
        "web": {
            "hashes": ["sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"],
            "index": "own",
            "version": "==1.0"
        },
        "deep": {"git": "https://h.example/deep.git", "ref": "0123456789abcdef0123456789abcdef01234567"},
        "part": {"editable": true, "path": "./part"}
    },
    "develop": {
        "check": {"markers": "python_version > '3'", "version": "==2.0"},
        "web": {"index": "own", "version": "==1.0"},
        "odd": {"version": ">=2.0"}
    }
}"#;

#[test]
fn a_lockfile_of_pipenv_is_read_with_all_its_categories() {
    let manifest = "[[source]]\nurl = \"https://pypi.org/simple\"\nname = \"pypi\"\n[packages]\n\
        web = {version = \"*\", index = \"pypi\"}\n\
                    [dev-packages]\ncheck = \"==2.0\"\n";
    let files = [("Pipfile.lock", PIPFILE_LOCK), ("Pipfile", manifest)];
    let listing = read(&files, "Pipfile.lock");
    assert_eq!(
        words(&listing),
        [
            "web@1.0:11 direct",
            "deep@:16 transitive",
            "part@:17 transitive",
            "check@2.0:20 direct dev"
        ]
    );
    let index = Origin::OtherRegistry("https://index.example/simple".to_owned());
    assert_eq!(named(&listing, "web").origin, index);
    assert!(named(&listing, "deep").pinned);
    assert!(matches!(listing.notes.as_slice(), [Note::Lost { line: Some(22), .. }]));
    assert_eq!(declared(&listing), ["web*:5 runtime in Pipfile", "check==2.0:7 dev in Pipfile"]);
    let alone = read(&[("Pipfile", manifest)], "Pipfile");
    assert_eq!(words(&alone), ["check@2.0:7 direct dev"]);
    assert_eq!(declared(&alone), ["web*:5 runtime", "check==2.0:7 dev"]);
}

#[test]
fn files_of_unknown_versions_and_cut_off_ones_are_broken() {
    for (format, path, text) in [
        ("uv.lock", "uv.lock", "version = 2\n"),
        ("uv.lock", "uv.lock", "[[package]]\nname = 'a'\n"),
        ("poetry.lock", "poetry.lock", "[[package]]\nname = 'a'\nversion = '1'\n"),
        ("poetry.lock", "poetry.lock", "[metadata]\nlock-version = '9.0'\n"),
        ("pdm.lock", "pdm.lock", "[metadata]\nlock_version = '9.0'\n"),
        ("pylock.toml", "pylock.toml", "lock-version = '2.0'\n"),
        ("Pipfile.lock", "Pipfile.lock", "{\"default\": {}}"),
        ("Pipfile.lock", "Pipfile.lock", "{\"_meta\": {\"pipfile-spec\": 7}, \"default\": {}}"),
        ("site-packages", "site-packages/a.dist-info/METADATA", "Name: a\n"),
    ] {
        let broken = Memory::new(&[(path, text)]).read_as(FORMATS, format, path);
        assert!(broken.is_err(), "{format}: {broken:?}");
    }
}
