//! First inputs of the fuzz targets, made when they are needed: nothing that looks like a live secret stands in the
//! repository.

mod code;
mod hosts;
mod manifests;
mod packages;
mod settings;

use securescan::rules::{load, template};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Seeds of one target.
pub fn of(target: &str) -> Vec<Vec<u8>> {
    match target {
        "rules" => rules(),
        "rule_pack" => rule_packs(),
        "directives" => texts(DIRECTIVES),
        "config" => configs(),
        "ignore_file" => texts(IGNORE_FILES),
        "walk" => texts(TREES),
        "baseline" => texts(BASELINES),
        "git_index" => indexes(),
        "escape" => texts(NASTY),
        "decode" => [texts(NASTY), encoded()].concat(),
        "refs" => texts(REFS),
        "cache" => caches(),
        "result" => results(),
        "hunks" => texts(VERSIONS),
        "posted" => texts(POSTED),
        "lockfile" => packages::lockfiles(),
        "advisory" => texts(packages::ADVISORIES),
        "database" => packages::databases(),
        "versions" => texts(packages::VERSIONS),
        "sbom" => texts(packages::DOCUMENTS),
        "license" => texts(packages::LICENSES),
        "imports" => texts(packages::SOURCES),
        "tool_output" => recorded(),
        "host_files" => texts(hosts::SYSTEM_FILES),
        "http_response" => texts(hosts::ANSWERS),
        "dockerfile" => dockerfiles(),
        "manifest" => manifests::manifests(),
        "chart" => texts(manifests::TEMPLATES),
        "workflow" => settings::of_formats(&[
            ("github-actions", ".github/workflows/a.yml"),
            ("gitlab-ci", ".gitlab-ci.yml"),
        ]),
        "server_config" => settings::of_formats(&[("server", "nginx.conf")]),
        "terraform" => checks("terraform", "main.tf"),
        "template" => checks("cloudformation", "template.yaml"),
        "check_pack" => check_packs(),
        "code" => code::files(),
        "code_pattern" => code::patterns(),
        "code_rules" => code::rules(),
        _ => Vec::new(),
    }
}

/// Results of real tools.
fn recorded() -> Vec<Vec<u8>> {
    let folder = root().join("tests/fixtures/tools");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files.iter().map(|file| std::fs::read(file).unwrap()).collect()
}

fn texts(list: &[&str]) -> Vec<Vec<u8>> {
    list.iter().map(|text| text.as_bytes().to_vec()).collect()
}

/// The examples of every rule, each rule's as one file.
fn rules() -> Vec<Vec<u8>> {
    let one = |rule: securescan::rules::Rule| {
        let examples = rule.prose.examples;
        let lines: Vec<String> = examples
            .hit
            .iter()
            .chain(&examples.miss)
            .map(|line| template::expand(line).unwrap())
            .collect();
        let path = rule.matching.files.first().map_or("src/settings.py", |glob| glob);
        let path = path.replace("**/", "").replace(['*', '{', '}', '[', ']', '?'], "x");
        format!("{path}\n{}\n", lines.join("\n")).into_bytes()
    };
    load::secrets_whole().into_iter().map(one).collect()
}

/// Examples of the rules, some together as one file, and a compose file.
fn dockerfiles() -> Vec<Vec<u8>> {
    let path = root().join("src/engine/dockerfile/examples.txt");
    let text = std::fs::read_to_string(path).unwrap();
    let files = text.split("\n== ").skip(1).filter_map(|one| one.split_once('\n'));
    let files: Vec<&str> = files.map(|(_, file)| file).collect();
    let mut seeds: Vec<Vec<u8>> =
        files.chunks(8).map(|some| some.join("\n").into_bytes()).collect();
    seeds.extend(texts(&[
        "# escape=`\n# syntax=a\nFROM a:1 AS é\nRUN a `\n  # b\n\n  c\nCOPY <<-A <<\"B\" /d/\n\tx\n\tA\ny\nB\n",
        "RUN <<A '",
        "FROM a\r\nRUN if a; then b $(c `d`) <(e); fi | f \\\r\n && g 'h\r\ni'\r\n",
        "services:\n  a:\n    build:\n      dockerfile_inline: |\n        FROM a\n        RUN b \\\n          c\n",
        "services: {a: {build: {dockerfile_inline: \"FROM \\u00e9\\nRUN 'b'\\\\\\n c\"}}}\n",
    ]));
    seeds
}

/// Examples of every third check of a format, each behind the path of its file.
fn checks(format: &str, path: &str) -> Vec<Vec<u8>> {
    let limits = securescan::yaml::Limits { bytes: 4 << 20, ..Default::default() };
    let mut seeds = Vec::new();
    for file in listing(&root().join("src/engine/misconfig/checks")) {
        let text = std::fs::read(&file).unwrap();
        let pack: serde_json::Value = securescan::yaml::parse(&text, &limits).unwrap();
        if pack["format"] != format {
            continue;
        }
        for check in pack["checks"].as_array().unwrap().iter().step_by(3) {
            for name in ["hit", "unknown"] {
                // One text, or several.
                let example = &check["examples"][name];
                let texts = example.as_array().map_or(std::slice::from_ref(example), Vec::as_slice);
                for text in texts.iter().filter_map(serde_json::Value::as_str) {
                    seeds.push(format!("{path}\n{text}").into_bytes());
                }
            }
        }
    }
    seeds
}

/// Every fortieth check of the built-in packs as a pack of its own.
fn check_packs() -> Vec<Vec<u8>> {
    let mut packs = Vec::new();
    for file in listing(&root().join("src/engine/misconfig/checks")) {
        let text = std::fs::read_to_string(file).unwrap();
        let head = text.lines().find(|line| line.starts_with("format:")).unwrap();
        for check in text.split("\n  - id:").skip(1).step_by(40) {
            packs.push(format!("{head}\nchecks:\n  - id:{check}\n").into_bytes());
        }
    }
    packs
}

/// Every tenth rule of the built-in packs as a pack of its own.
fn rule_packs() -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> = listing(&root().join("src/engine/secrets/rules"));
    files.retain(|file| file.extension().is_some_and(|extension| extension == "yml"));
    let mut packs = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(file).unwrap();
        for rule in text.split("\n  - id:").skip(1).step_by(10) {
            packs.push(format!("rules:\n  - id:{rule}\n").into_bytes());
        }
    }
    packs
}

fn configs() -> Vec<Vec<u8>> {
    let files = listing(&root().join("tests/fixtures/config"));
    let mut seeds: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
    seeds.extend(texts(CONFIGS));
    seeds
}

fn listing(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

/// Index files of versions 2 and 3.
fn indexes() -> Vec<Vec<u8>> {
    let entry = |path: &str, mode: u32, extended: bool| {
        let mut bytes = vec![0; 24];
        bytes.extend(mode.to_be_bytes());
        bytes.extend([0; 8]);
        bytes.extend(7_u32.to_be_bytes());
        bytes.extend([0xAB; 20]);
        let flags = path.len() as u16 | if extended { 0x4000 } else { 0 };
        bytes.extend(flags.to_be_bytes());
        bytes.extend(if extended { &[0, 0][..] } else { &[] });
        bytes.extend(path.as_bytes());
        bytes.resize((bytes.len() / 8 + 1) * 8, 0);
        bytes
    };
    let index = |version: u8, entries: &[Vec<u8>], tail: &[u8]| {
        let mut bytes = b"DIRC\0\0\0".to_vec();
        bytes.push(version);
        bytes.extend((entries.len() as u32).to_be_bytes());
        bytes.extend(entries.concat());
        bytes.extend(tail);
        bytes.extend([0; 20]);
        bytes
    };
    vec![
        index(2, &[], b""),
        index(2, &[entry("a/b.py", 0o100_644, false), entry("c", 0o120_000, false)], b""),
        index(2, &[entry("run", 0o100_755, false)], b"TREE\0\0\0\x03abc"),
        index(3, &[entry("sub", 0o160_000, true), entry("x", 0o100_644, false)], b""),
        index(2, &[entry("a", 0o100_644, false)], b"link\0\0\0\0"),
        index(4, &[], b""),
    ]
}

fn encoded() -> Vec<Vec<u8>> {
    let text = "name = \"größe\"\r\nnext\n";
    let units: Vec<u16> = text.encode_utf16().collect();
    let little = units.iter().flat_map(|unit| unit.to_le_bytes());
    let big = units.iter().flat_map(|unit| unit.to_be_bytes());
    vec![
        [0xFF, 0xFE].into_iter().chain(little).collect(),
        [0xFE, 0xFF].into_iter().chain(big).collect(),
        [&[0xEF, 0xBB, 0xBF], text.as_bytes()].concat(),
        b"caf\xe9 = 1\rnext\r\n\r\n".to_vec(),
        b"%PDF-1.7\n".to_vec(),
    ]
}

/// Records without and with a payload.
fn caches() -> Vec<Vec<u8>> {
    let record = |size: u64, payload: &[u8]| {
        let mut bytes = vec![7; 16];
        bytes.extend(size.to_le_bytes());
        bytes.extend((payload.len() as u32).to_le_bytes());
        bytes.extend(payload);
        bytes
    };
    vec![
        Vec::new(),
        record(3, b""),
        [record(3, b""), record(9, b"{}")].concat(),
        record(1, b"x")[..20].to_vec(),
    ]
}

/// The fixtures of the format tests, and the shapes of older tools.
fn results() -> Vec<Vec<u8>> {
    let files = listing(&root().join("tests/fixtures/runs"));
    let mut seeds: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
    seeds.extend(texts(&[
        "[]",
        "{\"findings\": [{\"scanner\": \"s\", \"scan_type\": \"code\", \"severity\": \"low\", \"title\": \"t\", \"rule_id\": \"r\"}]}",
        "{\"schema\": \"securescan/diff/v1\"}",
    ]));
    seeds
}

const REFS: &[&str] = &[
    "main",
    "origin/feature/x",
    "HEAD~2^2~",
    "v1.0^",
    "@",
    "0123456789abcdef0123456789abcdef01234567",
    "--upload-pack=x",
    "a..b",
    "@{-1}",
    ":/x",
    "HEAD:file",
    "a b",
    "../x",
    "x.lock",
    "HEAD~é",
    "HEAD~99999999999",
];

const VERSIONS: &[&str] = &[
    "a\nb\nc\n\na\nc\nd\n\n",
    "-- x\n++ y\nz\n++ y\n-- new\nz\nend\n",
    "\r\na\r\nb\0\n\r\na\nb\0\nc\n",
    "1\n2\n3\n4\n5\n6\n7\n8\n9\n0\none\n2\n3\n4\n5\n6\n7\n8\nnine\n0\n",
];

const POSTED: &[&str] = &[
    "*- <!~;\r\r\r\r\r\n<\n~!-- /\r\r~~<details>I<!-- secure",
    "<!-- securescan:diff -->\n### x\n| a |\n",
    "**HIGH** - x\n```suggestion\n# y\nz\n```\n<!-- securescan:fp:0123456789ab -->\n",
    "~~~\n<!-- securescan:resolved -->\n~~~\n````\n```\n",
    "<!-- SECURESCAN:FP:ABCDEF012345 --> <!--securescan:fp:12-->\r\n<!-- securescan:body:0123456789abcdef -->",
];

const DIRECTIVES: &[&str] = &[
    "a.py\nx = 1  # securescan: ignore secrets/aws-access-key -- known\n",
    "a.py\n# securescan: ignore-next-line secrets/*, B101 until 2026-12-31 reason\nx = 1\n",
    "a.js\nlet a = 1; // SecureScan:ignore-this-line: no-eval\n",
    "a.c\n/* securescan: ignore * */ x\n * securescan: ignore a\n",
    "a.py\nx # nosec B101,B102 - why\ny  # nosec\n",
    "a.py\nx # nosemgrep: a.b.c, d\n# nosem\ny\n",
    "a.tf\n# trivy:ignore:AVD-AWS-0001:exp:2026-12-31\nresource \"x\" \"y\" {\n",
    "a.tf\n#tfsec:ignore:aws-s3-enable:ws:dev\n# checkov:skip=CKV_AWS_20,CKV_AWS_1:public site\n",
    "Dockerfile\n# hadolint global ignore=DL3006\n# hadolint ignore=DL3008,DL3009\n\n# note\nRUN a \\\n  b\n",
    "a.yml\n# kics-scan ignore-line\nkey: v # gitleaks:allow\n",
    "a.sql\n-- pragma: allowlist nextline secret\nx\ny -- pragma: allowlist secret\n",
    "a.ts\n// secretlint-disable-next-line\nx // secretlint-disable-line\n",
    "a.txt\r\nx betterleaks:allow\rtrufflehog:ignore\r\n",
    "a.html\n<!-- securescan: ignore x --><!-- securescan: ignore y -->\n",
];

const CONFIGS: &[&str] = &[
    "scan_types: [code, dependency]\nfail_on_severity: high\nfail_on_count: 3\nai: false\n",
    "ignored_rules:\n  - secrets/*\n  - rule: git/env-file\n    reason: old\n    expires: 2026-12-31\n    paths: [docs/**]\n",
    "severity_overrides:\n  secrets/aws-access-key: low\n  'git/*': info\n",
    "paths:\n  ignore: ['vendor/', '*.min.js', '{a,b}/**']\nmax_file_size: 10MiB\nthreads: 4\n",
    "scanners:\n  enable: [secrets]\n  disable: [git-hygiene]\nsecrets:\n  min_confidence: low\n  allow: ['^test_.*$', '(?i)example']\n  rules: [mine.yml]\n",
    "limits:\n  timeout_per_file: 30\nsast:\n  min_confidence: low\n",
    "baseline: baseline.json\nsemgrep_rules: [p/python, ../x.yml]\ngit_hygiene:\n  max_binary_size: 5MiB\n",
    "licenses:\n  allow: [permissive, MPL-2.0]\n  deny: [netwgrk-copyleft]\n  exceptions: [{package: npm/a, reason: b}]\n",
    "a: &x [code]\nscan_types: *x\n",
    "",
    "# nothing\n",
];

const IGNORE_FILES: &[&str] = &[
    "*.log\n!keep.log\n/build/\ndoc/**/*.tmp\n# note\n",
    "\u{feff}a\\ b\\ \n\\#x\n\\!y\n[a-z]\n[!a]\n{a,b}\n**\n/**/c\n",
    "a{b\n[\n***\n\\\n",
];

const TREES: &[&str] = &[
    "\0Fa.py=x\nF.gitignore=*.log;!keep.log;build/\nFa.log=1\nFkeep.log=2\nFbuild/x/y.py=3\n",
    "\u{1}F.gitignore=build/;*.log\nFbuild/abc=1\nFbuild/ab=2\nFabc.log=3\nFnode_modules/x/i.js=4\n",
    "\u{4}F.venv/a.py=1\nFenv/pyvenv.cfg=\nFenv/lib/a.py=2\nFc/CACHEDIR.TAG=\nFc/x=1\n",
    "\u{8}Fbig=0123456789abcdefghij\nLin=big\nLout=../outside\nLloop=loop\nLup=..\nLabs=/etc\n",
    "\u{2}F.securescanignore=a/;!a/b;c\nFa/b=1\nFsub/.securescanignore=!c\nFsub/c=2\nF.git/config=x\n",
    "\u{1}Fa\\xff=1\nFa\\b/c\\xd=2\nDempty\nFCVS=1\nFCVSx/CVS/Root=1\nF.hg/a=2\n",
];

const BASELINES: &[&str] = &[
    "{\"findings\": [], \"version\": 1}",
    "{\"findings\": [{\"fingerprint\": \"a\", \"line_start\": 3, \"expires\": \"2026-12-31\", \"reason\": \"r\"}]}",
    "[{\"fingerprint\": \"b\", \"expires\": \"2020-01-01\"}, {\"fingerprint\": \"\"}, {\"line\": 1}]",
    "\u{feff}{\n\"version\": 2,\n\"findings\": [1]}",
];

const NASTY: &[&str] = &[
    "a\nb\tc\r\u{1b}[31mred\u{7}",
    "user\u{202e}gnp.exe \u{200b}\u{feff}\u{e0041}",
    "::error file=a::x ##vso[task.x]y ##[group]",
    "=cmd()|' /C calc'!A0 +1 -1 @x \u{ff1d}1",
    "[a](javascript:x) <b onclick=\"x\">`` ` @user #1 GH-12 https://x www.x.org 1. 2) $x$ ]]>",
    "a%b/c d/../ü#?.py\\",
];

/// Writes the seeds of a target to its corpus.
pub fn write(target: &str) {
    let folder = root().join("tests/fuzz/corpus").join(target);
    std::fs::create_dir_all(&folder).unwrap();
    for (index, seed) in of(target).into_iter().enumerate() {
        std::fs::write(folder.join(format!("seed-{index:03}")), seed).unwrap();
    }
}
