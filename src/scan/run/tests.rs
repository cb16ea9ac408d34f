//! What becomes of a file an engine breaks on; with engines made for the test, so that no real one needs a way to break.

use super::*;
use crate::engine::{FileEngine, TreeEngine};
use crate::scan::event::Silent;
use crate::target::walk::{Options, WorkTree};

/// Reports `secret` in every file, and panics with the text of files that say so.
struct Fragile;

fn finding() -> Finding {
    crate::post::sample::finding("test", "test/rule", "", 1)
}

impl FileEngine for Fragile {
    fn interested(&self, _: &str) -> bool {
        true
    }

    fn scan(&self, blob: &Blob<'_>, sink: &mut Sink) {
        sink.secret(0..6);
        assert!(!blob.text.ends_with(b"break"), "{}", String::from_utf8_lossy(blob.text));
        sink.hit(finding(), 0..6);
    }
}

/// Reports a place beside the secret.
struct Sturdy;

impl FileEngine for Sturdy {
    fn interested(&self, _: &str) -> bool {
        true
    }

    fn scan(&self, _: &Blob<'_>, sink: &mut Sink) {
        sink.hit(finding(), 7..8);
    }
}

struct BrokenTree;

impl TreeEngine for BrokenTree {
    fn scan(&self, _: &Tree<'_>, _: &mut Sink) -> Result<(), String> {
        panic!("hunter2")
    }
}

fn source(files: &[(&str, &str)]) -> (tempfile::TempDir, WorkTree) {
    let folder = tempfile::tempdir().unwrap();
    for (path, text) in files {
        std::fs::write(folder.path().join(path), text).unwrap();
    }
    let root = folder.path().canonicalize().unwrap();
    let tree = WorkTree::open::<()>(&root, std::slice::from_ref(&root), &Options::default(), None)
        .unwrap();
    (folder, tree)
}

#[test]
fn a_panic_on_one_file_is_an_outcome_of_that_file_and_the_rest_is_scanned() {
    let (_folder, source) =
        source(&[("a.py", "SECRET x"), ("b.py", "SECRET x break"), ("c.py", "SECRET x")]);
    let engines = [
        Built { file: Some(Box::new(Fragile)), ..Built::default() },
        Built { file: Some(Box::new(Sturdy)), ..Built::default() },
    ];
    let gathered = files(&source, &engines, None, &Silent).unwrap();
    assert_eq!(gathered.scanned, 3);
    let broken: Vec<&str> = gathered.failed[0].iter().map(|file| file.path.as_str()).collect();
    assert_eq!(broken, ["b.py"]);
    assert!(gathered.failed[1].is_empty());
    let message = &gathered.failed[0][0].message;
    assert!(message.starts_with("internal error at src/scan/run/tests.rs:"), "{message}");
    assert!(!message.contains("SECRET"), "{message}");
    let found: Vec<&str> = gathered.findings.iter().filter_map(|f| f.path.as_deref()).collect();
    assert_eq!(found, ["a.py", "a.py", "b.py", "c.py", "c.py"]);
    // What the broken engine had named stays hidden in what the other found.
    for finding in &gathered.findings {
        assert!(!format!("{finding:?}").contains("SECRET"), "{finding:?}");
    }
}

#[test]
fn a_panic_over_the_whole_tree_fails_that_scanner_without_its_text() {
    let (_folder, source) = source(&[]);
    let built = Built { tree: Some(Box::new(BrokenTree)), ..Built::default() };
    let given = Tree::new(&source);
    let message = tree(&built, &given).unwrap_err();
    assert!(message.starts_with("internal error at src/scan/run/tests.rs:"), "{message}");
    assert!(!message.contains("hunter2"), "{message}");
}

#[test]
fn secrets_are_taken_out_of_reasons() {
    let mut words = "same as hunter22 on staging".to_owned();
    hide(&mut words, b"pw = hunter22", &[5..13, 0..2]);
    assert_eq!(words, "same as ******** on staging");
}

#[test]
fn a_file_that_was_not_finished_is_not_remembered_as_one_without_findings() {
    let entry = Entry {
        path: "a".to_owned(),
        location: "a".into(),
        size: 1,
        executable: false,
        mode: None,
        id: Some([7; 20]),
    };
    let mut cache = Cache::transient();
    let key = Recall::key(&entry).unwrap();
    let failed = FailedFile { path: "a".to_owned(), message: "too slow".to_owned() };
    let unfinished =
        FileResult { scanned: true, failed: vec![(0, failed)], ..FileResult::default() };
    Recall(&cache).put(key, &entry, &unfinished);
    cache.settle();
    assert!(Recall(&cache).get(&key).is_none());
    Recall(&cache).put(key, &entry, &FileResult { scanned: true, ..FileResult::default() });
    cache.settle();
    assert!(Recall(&cache).get(&key).is_some());
}
