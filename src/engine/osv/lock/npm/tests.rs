//! What the readers have in common: files in memory for their tests, and that no file brings any of them down.

use super::FORMATS;
use crate::engine::osv::component::Listing;
use crate::engine::osv::lock::{Around, File};
use proptest::prelude::*;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Files by path.
pub(super) struct Files(pub(super) &'static [(&'static str, &'static str)]);

/// No files at all.
pub(super) const NOTHING: Files = Files(&[]);

impl Around for Files {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        self.0.iter().find(|(name, _)| *name == path).map(|(_, text)| text.as_bytes().into())
    }

    fn below(&self, folder: &str) -> Vec<String> {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut paths: Vec<String> = self
            .0
            .iter()
            .map(|(path, _)| (*path).to_owned())
            .filter(|path| path.starts_with(&prefix))
            .collect();
        paths.sort();
        paths
    }
}

pub(super) fn file<'a>(path: &'a str, bytes: &'a [u8], around: &'a dyn Around) -> File<'a> {
    File { path, bytes, around }
}

/// A line for each component: name, version, scope, direct, line and dependencies.
pub(super) fn lines(listing: &Listing) -> Vec<String> {
    let line = |c: &crate::engine::osv::component::Component| {
        let direct = match c.direct {
            Some(true) => "direct",
            Some(false) => "-",
            None => "?",
        };
        format!(
            "{} {} {} {direct} {} {:?}",
            c.name,
            c.version,
            c.scope.as_str(),
            c.line,
            c.dependencies
        )
    };
    listing.components.iter().map(line).collect()
}

/// One small file of each kind.
const SAMPLES: &[(&str, &str)] = &[
    (
        "package-lock.json",
        r#"{"name": "shop", "version": "1.0.0", "lockfileVersion": 3, "packages": {
  "": {"name": "shop", "workspaces": ["m"], "dependencies": {"a": "^1"}, "devDependencies": {"d": "1"}},
  "m": {"name": "@w/m", "version": "0.1.0", "dependencies": {"a": "^2"}},
  "node_modules/@w/m": {"resolved": "m", "link": true},
  "node_modules/a": {"version": "1.0.0", "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz", "license": "MIT",
    "integrity": "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", "hasInstallScript": true, "dependencies": {"b": "1", "\u0064": "1"}},
  "node_modules/a/node_modules/b": {"version": "1.5.0", "inBundle": true, "peerDependencies": {"d": "*"}},
  "node_modules/\u0064": {"name": "real", "version": "1.0.0", "dev": true, "resolved": "git+ssh://git@h.example/o/r.git#0123456"},
  "m/node_modules/a": {"version": "2.0.0", "devOptional": true, "license": {"type": "ISC"}}
}}"#,
    ),
    (
        "npm-shrinkwrap.json",
        r#"{"name": "shop", "lockfileVersion": 1, "requires": true, "dependencies": {
  "a": {"version": "1.0.0", "resolved": "https://registry.npmjs.org/a/-/a-1.0.0.tgz", "requires": {"b": "1"},
    "dependencies": {
      "b": {"version": "npm:real@1.5.0", "bundled": true, "requires": {"c": "1"}}}},
  "b": {"version": "2.0.0", "dev": true, "requires": {}},
  "c": {"version": "git+https://user:example@h.example/o/r.git#0123456789abcdef0123456789abcdef01234567", "optional": true}
}}"#,
    ),
    (
        "yarn.lock",
        "# yarn lockfile v1\n\n\"@s/a@^1\", a@npm:@s/a@^1:\n  version \"1.0.0\"\n\
            \x20 resolved \"https://registry.yarnpkg.com/x/-/x-1.tgz#abc\"\n\
            \x20 integrity sha512-x\n  dependencies:\n    b \"*\"\n\nb@*:\n\
            \x20 version \"2.0.0\"\n",
    ),
    (
        "berry/yarn.lock",
        "__metadata:\n  version: 8\n\n\"a@npm:^1\":\n  version: 1.0.0\n\
            \x20 resolution: \"a@npm:1.0.0\"\n  dependencies:\n    b: \"npm:*\"\n\n\
            \"b@npm:*, b@patch:b@npm%3A1#x\":\n  version: 2.0.0\n\
            \x20 resolution: \"b@npm:2.0.0::__archiveUrl=https%3A%2F%2Fh.example%2Fx\"\n\n\
            \"p@workspace:.\":\n  resolution: \"p@workspace:.\"\n  dependencies:\n\
            \x20   a: ^1\n",
    ),
    (
        "pnpm-lock.yaml",
        "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n\
            \x20       specifier: ^1\n        version: 1.0.0(b@2.0.0)\npackages:\n\
            \x20 a@1.0.0:\n\
            \x20   resolution: {integrity: sha512-x, tarball: https://h.example/a-1.0.0.tgz}\n\
            \x20   deprecated: |-\n      old\n  b@2.0.0:\n    engines:\n      {\n\
            \x20       node: '>=1',\n      }\nsnapshots:\n  ? a@1.0.0(b@2.0.0)\n\
            \x20 : dependencies:\n      b: 2.0.0\n  b@2.0.0: {}\n",
    ),
    (
        "old/pnpm-lock.yaml",
        "lockfileVersion: 5.4\ndependencies:\n  a: 1.0.0_b@2.0.0\npackages:\n\
            \x20 /a/1.0.0_b@2.0.0:\n    resolution: {integrity: sha512-x}\n\
            \x20   dependencies:\n      b: github.com/o/r/0123456\n    dev: false\n\
            \x20 github.com/o/r/0123456:\n    name: b\n    version: 2.0.0\n\
            \x20   resolution: {tarball: https://codeload.example/x}\n    dev: false\n",
    ),
    (
        "bun.lock",
        "{\"lockfileVersion\": 1, \"workspaces\": {\"\": {\"name\": \"p\", \"dependencies\": {\"a\": \"1\",},},}, // x\n\
            \"packages\": {\n\
            \"a\": [\"a@1.0.0\", \"\", {\"dependencies\": {\"b\": \"1\"}}, \"sha512-x\"],\n\
            \"a/b\": [\"b@git+https://h.example/r.git#abc\", {}, \"x\"],\n}}",
    ),
    (
        "node_modules/a/package.json",
        "{\"name\": \"a\", \"version\": \"1.0.0\", \"license\": {\"type\": \"MIT\"}, \"scripts\": {\"install\": \"x\"}}",
    ),
    (
        "package.json",
        "{\"name\": \"p\", \"workspaces\": {\"packages\": [\"m/*\"]}, \"dependencies\": {\"a\": \"1.0.0\", \"b\": \"npm:c@^1\", \"d\": \"o/r\"}}",
    ),
];

fn reader(path: &str) -> &'static crate::engine::osv::lock::Format {
    let last = path.rsplit('/').next().unwrap_or_default();
    FORMATS
        .iter()
        .find(|format| {
            format.files.iter().any(|name| {
                *name == last
                    || (path.starts_with("node_modules/") && name.starts_with("node_modules/"))
            })
        })
        .unwrap()
}

fn read(path: &str, bytes: &[u8]) {
    let files = Files(SAMPLES);
    if let Ok(listing) = (reader(path).read)(&file(path, bytes, &files)) {
        let count = listing.components.len();
        let lines = bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() as u32 + 1;
        for component in &listing.components {
            assert!(component.dependencies.iter().all(|at| (*at as usize) < count));
            assert!(component.dependencies.is_sorted_by(|a, b| a < b));
            assert!((1..=lines).contains(&component.line), "line {} of {lines}", component.line);
            assert!(!component.name.is_empty());
        }
    }
}

#[test]
fn every_sample_is_read_whole() {
    let files = Files(SAMPLES);
    for ((path, text), expected) in SAMPLES.iter().zip([
        &[
            "@w/m 0.1.0 runtime - 3 [4]",
            "a 1.0.0 runtime direct 5 [2, 3]",
            "b 1.5.0 runtime - 7 [3]",
            "real 1.0.0 dev direct 8 []",
            "a 2.0.0 optional direct 9 []",
        ][..],
        &[
            "a 1.0.0 runtime direct 2 [1]",
            "real 1.5.0 runtime - 4 [3]",
            "b 2.0.0 dev direct 5 []",
            "c  optional - 6 []",
        ],
        &["@s/a 1.0.0 runtime - 3 [1]", "b 2.0.0 runtime - 10 []"],
        &["a 1.0.0 runtime direct 4 [1]", "b 2.0.0 runtime - 10 []"],
        &["a 1.0.0 runtime direct 9 [1]", "b 2.0.0 runtime - 13 []"],
        &["a 1.0.0 runtime direct 5 [1]", "b 2.0.0 runtime - 10 []"],
        &["a 1.0.0 runtime direct 3 [1]", "b  runtime - 4 []"],
        &["a 1.0.0 runtime ? 1 []"],
        &["a 1.0.0 runtime direct 1 []"],
    ]) {
        let listing = (reader(path).read)(&file(path, text.as_bytes(), &files)).unwrap();
        assert_eq!(lines(&listing), expected, "{path}");
        let text = format!("{listing:?}");
        assert!(!text.contains("user:example"), "{path}: {text}");
    }
}

#[test]
fn a_sample_cut_anywhere_brings_no_reader_down() {
    for (path, text) in SAMPLES {
        for end in 0..=text.len() {
            read(path, &text.as_bytes()[..end]);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn changed_bytes_bring_no_reader_down(
        which in 0..SAMPLES.len(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>(), 0..24_usize), 1..6),
    ) {
        const LIKELY: &[u8] = b"\"'{}[]:,@/\\#-?|> \n\r(_%&*0";
        let (path, text) = SAMPLES[which];
        let mut bytes = text.as_bytes().to_vec();
        for (at, how, byte, likely) in changes {
            let at = at.index(bytes.len().max(1));
            if at >= bytes.len() { continue; }
            match how {
                0 => bytes[at] = LIKELY[likely],
                1 => { bytes.remove(at); }
                2 => bytes.insert(at, LIKELY[likely]),
                _ => bytes[at] = byte,
            }
        }
        read(path, &bytes);
    }
}

#[test]
fn large_and_hostile_files_end_soon() {
    let deep = |open: &str, times: usize| open.repeat(times);
    let many =
        |line: &dyn Fn(usize) -> String, times: usize| (0..times).map(line).collect::<String>();
    let one_parent = "node_modules/".to_owned() + &"a/node_modules/".repeat(60);
    let texts: Vec<(&str, String)> = vec![
        ("package-lock.json", deep("{\"packages\":", 100_000)),
        ("package-lock.json", deep("{\"dependencies\":{\"a\":", 100_000)),
        (
            "package-lock.json",
            format!("{}{}", deep("{\"dependencies\":{\"a\":", 5_000), deep("}}", 5_000)),
        ),
        ("package-lock.json", {
            let needs = many(&|n| format!("\"{n}\":\"1\","), 100_000);
            format!(
                "{{\"packages\":{{\"{one_parent}b\":{{\"version\":\"1\",\"dependencies\":{{{needs}\"x\":\"1\"}}}}}}}}"
            )
        }),
        ("package-lock.json", {
            let keys = many(&|n| format!("\"{}/{n}\":{{}},", "x/".repeat(2_000)), 300);
            format!("{{\"packages\":{{{keys}\"y\":{{}}}}}}")
        }),
        ("yarn.lock", many(&|n| format!("a@{n}, "), 200_000)),
        ("yarn.lock", many(&|n| format!("a{n}@1, "), 100_000) + "b@1:\n  version \"1\"\n"),
        ("yarn.lock", many(&|n| format!("\"a@{n}\":\n  version \"1\"\n"), 50_000)),
        (
            "berry/yarn.lock",
            "__metadata:\n  version: 8\n".to_owned()
                + &many(
                    &|n| format!("\"b@patch:{n}\":\n  version: {n}\n  resolution: \"b@patch:x\"\n"),
                    50_000,
                ),
        ),
        (
            "pnpm-lock.yaml",
            "lockfileVersion: '9.0'\npackages:\n".to_owned()
                + &many(&|n| format!("  a@1.0.0(b@{n}):\n    dev: true\n"), 50_000),
        ),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n".to_owned() + &deep("a: {b: ", 50_000)),
        ("pnpm-lock.yaml", "---\n".repeat(200_000)),
        ("bun.lock", deep("[", 500_000)),
        (
            "bun.lock",
            format!(
                "{{\"lockfileVersion\":1,\"packages\":{{\"{}a\":[\"a@1.0.0\",\"\",{{\"dependencies\":{{{}\"z\":\"1\"}}}}]}}}}",
                "x/".repeat(50_000),
                many(&|n| format!("\"{n}\":\"1\","), 2_000)
            ),
        ),
        (
            "package.json",
            format!("{{\"workspaces\":[{}\"x\"]}}", "\"{a,b}{c,d}*/**\",".repeat(10_000)),
        ),
    ];
    for (path, text) in &texts {
        let start = Instant::now();
        read(path, text.as_bytes());
        let took = start.elapsed();
        assert!(took < Duration::from_secs(10), "{path} of {} bytes took {took:?}", text.len());
    }
}
