//! The rules of the house that a compiler does not know: which module may import which, how long a file may be, who may
//! print, ask for the time, read the environment or start programs, and that the tables are complete.

#![expect(clippy::unwrap_used, reason = "a source file that cannot be read fails the test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Rows of modules, lowest first; a module imports only from rows above its own, or from itself.
const ROWS: &[&[&str]] = &[
    &["text", "yaml", "clock"],
    &["finding"],
    &["target", "rules", "config", "probe"],
    &["http"],
    &["adapter", "compliance", "engine", "sbom"],
    &["post"],
    &["report", "scan"],
    &["forge", "enrich"],
    &["cli"],
];

/// Modules of one row that may know another of the same row, in one direction only.
const WITHIN_A_ROW: &[(&str, &str)] = &[
    ("rules", "target"),
    ("config", "target"),
    ("engine", "compliance"),
    ("sbom", "engine"),
    ("adapter", "engine"),
];

/// The hard stop; a file over it is split.
const MAX_LINES: usize = 600;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn sources(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        // Examples of rules over code are data.
        if path.ends_with("src/engine/sast/packs") {
            continue;
        }
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn module_of(path: &Path) -> String {
    let relative = path.strip_prefix(root().join("src")).unwrap();
    let first = relative.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

fn row_of(module: &str) -> Option<usize> {
    ROWS.iter().position(|row| row.contains(&module))
}

/// Modules named after `crate::` in code, braces included; comments and tests may name any.
fn imports(text: &str) -> Vec<String> {
    let code: String = text
        .split("#[cfg(test)]\nmod ")
        .next()
        .unwrap()
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n");
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        let word = |text: &str| {
            text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>()
        };
        if let Some(list) = rest.strip_prefix('{') {
            let list = list.split('}').next().unwrap();
            found.extend(list.split(',').map(|item| word(item.trim())));
        } else {
            found.push(word(rest));
        }
    }
    found
}

#[test]
fn modules_import_only_from_rows_above() {
    let mut wrong = Vec::new();
    for path in sources(&root().join("src")) {
        let module = module_of(&path);
        if matches!(module.as_str(), "lib" | "main") || path.ends_with("rules/build.rs") {
            continue;
        }
        let Some(row) = row_of(&module) else {
            wrong.push(format!("{}: module {module} stands in no row", path.display()));
            continue;
        };
        for import in imports(&std::fs::read_to_string(&path).unwrap()) {
            let allowed = import == module
                || row_of(&import).is_some_and(|other| other < row)
                || WITHIN_A_ROW.contains(&(module.as_str(), import.as_str()));
            if !allowed {
                wrong.push(format!("{}: {module} imports {import}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_short() {
    let long: Vec<String> = sources(&root().join("src"))
        .into_iter()
        .chain(sources(&root().join("tests")))
        .filter(|path| !path.components().any(|part| part.as_os_str() == "target"))
        .map(|path| (std::fs::read_to_string(&path).unwrap().lines().count(), path))
        .filter(|(lines, _)| *lines > MAX_LINES)
        .map(|(lines, path)| format!("{} has {lines} lines", path.display()))
        .collect();
    assert!(long.is_empty(), "{}", long.join("\n"));
}

#[test]
fn every_module_says_what_it_owns() {
    for path in sources(&root().join("src")) {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} begins without a //! sentence", path.display());
    }
}

/// What only certain files or folders may do, as text that betrays it.
const KEEPERS: &[(&str, &[&str])] = &[
    ("println!", &["rules/build.rs"]),
    ("eprintln!", &[]),
    ("env::var", &["cli/env.rs", "rules/build.rs"]),
    ("SystemTime::now", &["clock.rs"]),
    ("Timestamp::now", &["clock.rs"]),
    ("Command::new", &["adapter/process.rs"]),
    ("serde_yaml::", &["yaml/mod.rs", "rules/build.rs"]),
    ("saphyr_parser::", &["yaml/"]),
    // The last one is a test that makes repositories to look at.
    ("git2::", &["target/git/", "engine/git_hygiene/claims.rs"]),
    ("unsafe {", &["target/git/guard.rs"]),
    ("process::exit", &["cli/term.rs"]),
    ("is_terminal()", &["cli/term.rs"]),
    ("ureq::", &["forge/client.rs", "http/", "enrich.rs"]),
    ("rustls_native_certs::", &["http/mod.rs", "probe/tls.rs"]),
    ("TcpStream::connect", &["probe/dial.rs", "probe/web.rs"]),
    ("to_socket_addrs", &["probe/address.rs"]),
    (" rustls::", &["probe/tls.rs"]),
];

#[test]
fn every_power_has_one_keeper() {
    let src = root().join("src");
    let mut wrong = Vec::new();
    for path in sources(&src) {
        let relative = path.strip_prefix(&src).unwrap().to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(&path).unwrap();
        let code: Vec<&str> =
            text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for (mark, keepers) in KEEPERS {
            if !keepers.iter().any(|keeper| relative.starts_with(keeper))
                && code.iter().any(|line| line.contains(mark))
            {
                wrong.push(format!("{relative} uses {mark}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_tables_are_complete_and_named_once() {
    let mut names: BTreeMap<&str, usize> = BTreeMap::new();
    for format in securescan::report::FORMATS {
        for name in std::iter::once(&format.name).chain(format.aliases) {
            *names.entry(name).or_default() += 1;
        }
        assert!(!format.summary.is_empty() && !format.media_type.is_empty());
    }
    for engine in securescan::engine::ENGINES {
        *names.entry(engine.meta.id.as_str()).or_default() += 1;
        assert!(!engine.meta.checks.is_empty(), "{} lists no checks", engine.meta.id);
        assert!(!(engine.meta.rules)().is_empty(), "{} lists no rules", engine.meta.id);
        let page = root().join(format!("docs/scanners/{}.md", engine.meta.id));
        assert!(page.is_file(), "{} has no page in docs/scanners", engine.meta.id);
    }
    assert!(names.values().all(|n| *n == 1), "{names:?}");
    let mut ids: Vec<String> =
        securescan::engine::all_rules().into_iter().map(|rule| rule.id).collect();
    ids.sort();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "two rules share an id");
}

#[test]
fn the_published_library_story_names_every_module() {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for module in ROWS.iter().flat_map(|row| row.iter()) {
        assert!(lib.contains(&format!("pub mod {module};")), "lib.rs lacks {module}");
        let story: String = lib.lines().filter(|line| line.starts_with("//!")).collect();
        assert!(story.contains(module), "the story in lib.rs does not name {module}");
    }
}
