//! The built-in packs against the examples beside them, and rules that cannot be asked.

mod hostile;

use super::annotated::{self, fixed, judge, mentions, supported, unsupported};
use super::pack::{Loaded, from_files};
use std::path::{Path, PathBuf};

/// A file: its path and bytes.
type Pack = (String, Vec<u8>);

/// Packs of a language and the files beside them.
struct Folder {
    packs: Vec<Pack>,
    examples: Vec<(String, String)>,
}

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src/engine/sast/packs")
}

fn folders() -> Vec<Folder> {
    let mut all = Vec::new();
    for folder in std::fs::read_dir(packs()).expect("packs") {
        let path = folder.expect("a folder").path();
        if !path.is_dir() {
            continue;
        }
        let mut folder = Folder { packs: Vec::new(), examples: Vec::new() };
        for file in std::fs::read_dir(&path).expect("files of a folder") {
            let path = file.expect("a file").path();
            let name = path.to_string_lossy().into_owned();
            let bytes = std::fs::read(&path).expect("bytes");
            if path.extension().is_some_and(|extension| extension == "yml") {
                folder.packs.push((name, bytes));
            } else {
                folder.examples.push((name, String::from_utf8(bytes).expect("UTF-8")));
            }
        }
        all.push(folder);
    }
    assert!(!all.is_empty(), "there are packs");
    all
}

/// How often a file names a rule behind a mark, other than at the end of a longer mark.
fn marks(text: &str, mark: &str, id: &str) -> usize {
    let names_it = |line: &&str| {
        let Some(at) = line.find(mark) else { return false };
        let longer = line[..at].ends_with(|c: char| c.is_alphanumeric());
        let mut ids = line[at + mark.len()..].split(|c: char| c == ',' || c.is_whitespace());
        !longer && ids.any(|one| one == id)
    };
    text.lines().filter(names_it).count()
}

/// A rule of the user.
fn own(body: &str) -> Loaded {
    let text = format!("rules:\n- id: x\n  message: m\n  severity: LOW\n{body}");
    let (mut rules, faults) = from_files(&[("x.yml".to_owned(), text.into_bytes())]);
    assert!(faults.is_empty(), "{faults:?}");
    rules.pop().expect("a rule")
}

#[test]
fn built_in_rules_find_what_their_examples_say() {
    let mut wrong = Vec::new();
    for Folder { packs, examples } in folders() {
        let (rules, faults) = from_files(&packs);
        assert!(faults.is_empty(), "{faults:?}");
        for one in &rules {
            wrong.extend(unsupported(one).into_iter().map(|why| format!("{}: {why}", one.rule.id)));
            for (path, text) in &examples {
                if let Some(outcome) = judge(one, path, text).filter(|outcome| !outcome.passed()) {
                    wrong.push(format!("{outcome:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn built_in_rules_have_examples_of_both_kinds() {
    let mut without = Vec::new();
    for Folder { packs, examples } in folders() {
        for one in &from_files(&packs).0 {
            for mark in ["ruleid:", "ok:"] {
                let count: usize =
                    examples.iter().map(|(_, text)| marks(text, mark, &one.rule.id)).sum();
                if count == 0 {
                    without.push(format!("{mark} {}", one.rule.id));
                }
            }
        }
    }
    assert!(without.is_empty(), "{}", without.join("\n"));
}

#[test]
fn examples_name_only_rules_that_there_are() {
    let mut unknown = Vec::new();
    for Folder { packs, examples } in folders() {
        let rules = from_files(&packs).0;
        for (path, text) in &examples {
            for line in text.lines().filter(|line| line.contains("ruleid: ")) {
                let ids = line.split("ruleid: ").nth(1).unwrap_or("").split(", ");
                let ids = ids.filter_map(|ids| ids.split_whitespace().next());
                unknown.extend(
                    ids.filter(|id| !rules.iter().any(|one| one.rule.id == *id))
                        .map(|id| format!("{path}: {id}")),
                );
            }
        }
    }
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

/// Mistakes in the syntax of a text, and places where a rule finds something.
fn state(one: &Loaded, path: &str, text: &str) -> (usize, usize) {
    let row = super::language::Language::of_path(path).next().expect("a language");
    let mistakes = row.grammar().mistakes(text, super::LIMIT).expect("read in time");
    let mut found = 0;
    annotated::ask(one, path, text, &mut |_| found += 1).expect("asked");
    (mistakes, found)
}

#[test]
fn fixes_of_built_in_rules_mend_their_own_examples() {
    let (mut wrong, mut mended) = (Vec::new(), 0);
    for Folder { packs, examples } in folders() {
        let (rules, _) = from_files(&packs);
        let with_fix =
            rules.iter().filter(|one| one.rule.fix.is_some() || one.rule.fix_regex.is_some());
        for one in with_fix {
            let id = &one.rule.id;
            wrong.extend(one.rule.wrong_exchange().map(|why| format!("{id}: {why}")));
            let mut fixes = 0;
            for (path, text) in examples.iter().filter(|(_, text)| marks(text, "ruleid:", id) > 0) {
                let mut offered = 0;
                annotated::ask(one, path, text, &mut |hit| {
                    offered += usize::from(super::fix::of(&one.rule, &hit).is_some());
                })
                .expect("asked");
                let (before, after) = (
                    state(one, path, text),
                    state(one, path, &fixed(std::slice::from_ref(one), path, text)),
                );
                if after != (before.0, before.1 - offered) {
                    wrong.push(format!("{id}: {path}: {before:?}, {offered} fixes, {after:?}"));
                }
                fixes += offered;
            }
            if fixes == 0 {
                wrong.push(format!("{id}: no example has a fix"));
            }
            mended += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(mended >= 30, "{mended} rules have a fix");
}

#[test]
fn a_file_that_takes_too_long_is_told_of_as_one_that_was_not_finished() {
    use crate::engine::{FileEngine as _, Sink};
    let rules = super::pack::Rules::only(vec![own("  languages: [python]\n  pattern: f(...)\n")]);
    let failed = |limit| {
        let scanner =
            super::scanner::Scanner::new(rules.clone(), crate::finding::Confidence::Low, limit);
        let mut sink = Sink::new();
        scanner.scan(&crate::target::Blob::new("a.py", b"f(1)\n"), &mut sink);
        sink.take_failed()
    };
    let short = failed(std::time::Duration::ZERO);
    assert_eq!(short.len(), 1);
    assert!(short[0].message.contains("0 s"), "{}", short[0].message);
    assert!(failed(super::LIMIT).is_empty());
}

#[test]
fn a_rule_that_cannot_be_asked_says_so_and_finds_nothing() {
    for (body, why) in [
        ("  languages: [apex]\n  pattern: f(...)\n", "apex"),
        ("  languages: [python]\n  pattern: 'def ( ] f'\n", "python"),
        ("  languages: [javascript]\n  pattern: 'f(((('\n", "javascript"),
        ("  languages: [python]\n  pattern-regex: '(f'\n", "regular expression"),
    ] {
        let one = own(body);
        let told = unsupported(&one).join("\n");
        assert!(told.contains(why), "{told}");
        for path in ["x.py", "x.js", "x.cls"] {
            let text = "# ruleid: x\nf(1)\n";
            let outcome = judge(&one, path, text).expect("the file speaks of it");
            assert!(!outcome.passed() && outcome.unexpected.is_empty(), "{outcome:?}");
            let text = "# ok: x\nf(1)\n";
            let outcome = judge(&one, path, text).expect("the file speaks of it");
            assert!(outcome.unexpected.is_empty(), "{outcome:?}");
        }
    }
}

#[test]
fn a_rule_for_several_languages_is_asked_in_those_that_are_read() {
    let one = own("  languages: [cobol, python, go]\n  pattern: 'f($X'\n");
    assert!(supported(&one).is_empty(), "{:?}", supported(&one));
    let one = own("  languages: [cobol, python]\n  pattern: f($X)\n");
    assert_eq!(unsupported(&one), ["language cobol is not read"]);
    assert_eq!(supported(&one), ["python"]);
}

#[test]
fn a_rule_that_can_be_asked_is_judged_by_lines() {
    let one = own("  languages: [python]\n  pattern: f(...)\n");
    assert_eq!(unsupported(&one), Vec::<String>::new());
    let text = "# ruleid: x\nf(1)\n# ok: x\nf(2)\n# ruleid: x\ng(3)\n# todook: x\nf(4)\n";
    let outcome = judge(&one, "x.py", text).expect("the file speaks of it");
    assert_eq!((outcome.missing, outcome.unexpected), (vec![6], vec![4]));
    assert!(mentions(text, "x") && !mentions(text, "y"));
    assert_eq!(judge(&one, "x.py", "f(1)\n"), None);
}
