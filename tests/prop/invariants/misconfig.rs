//! Files of infrastructure tools: any bytes are read or refused, quickly, and what is reported lies in them.

use super::file;
use securescan::config::Config;
use securescan::engine::misconfig::{check::Checks, example, pack};
use securescan::engine::{Built, Setup, Sink, Tree, misconfig};
use securescan::finding::Finding;
use securescan::target::Blob;
use securescan::target::source::Memory;
use securescan::text::decode::{Decoded, decode};

fn built() -> Built {
    misconfig::build(&Setup::of(&Config::default())).expect("the defaults are fine")
}

/// Findings lie in the text and name their resource; the same bytes give the same again.
fn sound(path: &str, bytes: &[u8], findings: &[Finding]) {
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u32 + 1;
    for finding in findings {
        assert_eq!(finding.path.as_deref(), Some(path));
        let (line, last) = (finding.line.unwrap_or(0), finding.end_line.unwrap_or(0));
        assert!((1..=lines).contains(&line) && line <= last && last <= lines, "{finding:?}");
        assert!(finding.meta("resource").is_some(), "{finding:?}");
        if let Some((from, to)) = finding.resource_lines() {
            assert!(from <= to && to <= lines, "{finding:?}");
        }
    }
}

/// One file as a tree of its own. The first line is its path; without one it is `main.tf`.
pub fn terraform(data: &[u8]) {
    let (path, bytes) = file(data);
    let path = if misconfig::terraform::may_be(&path) { path } else { "main.tf".to_owned() };
    let source = Memory::new(&path, bytes.to_vec());
    let scan = || {
        let mut sink = Sink::new();
        let built = built();
        let tree = built.tree.as_ref().expect("it looks at trees");
        tree.scan(&Tree::new(&source), &mut sink).expect("nothing fails as a whole");
        (sink.take_skipped(), sink.into_findings())
    };
    let (skipped, findings) = scan();
    sound(&path, bytes, &findings);
    assert!(skipped.iter().all(|file| !file.detail.contains(['\n', '\u{1b}'])), "{skipped:?}");
    assert_eq!(scan(), (skipped, findings));
}

/// One template. The first line is its path; without one it is `template.yaml`.
pub fn template(data: &[u8]) {
    let (path, bytes) = file(data);
    let reader = &misconfig::cloudformation::READER;
    let path = if (reader.may_be)(&path) { path } else { "template.yaml".to_owned() };
    let Decoded::Text(text) = decode(bytes) else { return };
    let blob = Blob::new(&path, &text);
    let built = built();
    let mut sink = Sink::new();
    built.file.as_ref().expect("it looks at files").scan(&blob, &mut sink);
    let secrets = sink.secrets().to_vec();
    assert!(secrets.iter().all(|range| range.end <= text.len()));
    sound(&path, &text, &sink.place(&blob, &secrets));
}

/// Any text as a pack of checks: read, judged, run against its own examples, or refused with a place.
pub fn check_pack(data: &[u8]) {
    let files = [("pack.yml".to_owned(), data.to_vec())];
    let mut own = match pack::from_files(&files) {
        Ok(own) => own,
        Err(error) => return assert!(error.to_string().starts_with("pack.yml:"), "{error}"),
    };
    assert!(pack::is_one(data));
    // Two checks say as much as two hundred.
    own.truncate(2);
    let failures = example::check(&own);
    for failure in &failures {
        assert!(failure.to_string().starts_with("pack.yml:"), "{failure}");
    }
    let checks = Checks::with(own);
    let config = Config::default();
    let setup = Setup { checks: &checks, ..Setup::of(&config) };
    assert_eq!(misconfig::build(&setup).is_err(), !pack::malformed(checks.own()).is_empty());
    assert_eq!(example::check(checks.own()), failures);
}
