//! Invariants of what comparisons read: names of commits, remembered results, saved scans, and the two versions of a file.

use securescan::forge::{body, marker};
use securescan::report::{FORMATS, Options, json, snapshot};
use securescan::target::cache;
use securescan::target::git::{patch, refs};
use securescan::text::escape::is_hidden;

/// A name is read or refused, and what is read could be an option, a range or a path out of the repository for nobody.
pub fn refs(data: &[u8]) {
    let name = String::from_utf8_lossy(data);
    match refs::base_of(&name) {
        Ok(base) => {
            assert!(name.starts_with(base) && !base.is_empty());
            assert!(!base.starts_with(['-', '/', '.']) && !base.contains(".."), "{name:?}");
            assert!(!base.contains(['\0', '\n', ' ', ':', '\\', '~', '^']), "{name:?}");
        }
        Err(error) => assert!(!error.to_string().contains(['\n', '\u{1b}']), "{error}"),
    }
}

/// Any bytes are records or none.
pub fn cache(data: &[u8]) {
    let with_head = [b"secsres1".as_slice(), data].concat();
    _ = (cache::readable(data), cache::readable(&with_head));
}

/// A saved scan or result is read or refused; what is read can be shown in every format, and nothing in it escapes.
pub fn result(data: &[u8]) {
    if let Err(error) = snapshot::read("saved.json", data) {
        assert!(error.to_string().starts_with("saved.json is "), "{error}");
    }
    let Ok(run) = json::parse(data) else { return };
    for format in FORMATS {
        let mut out = Vec::new();
        (format.render)(&run, &Options::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        // The one zero-width character that breaks mentions is ours.
        let acts = |c: char| is_hidden(c) && !matches!(c, '\n' | '\t' | '\u{200b}');
        assert!(!text.contains(acts), "{} lets a hidden character through", format.name);
        if format.name == "github-pr-comment" {
            assert!(text.len() <= 60_000 && text.starts_with("<!-- securescan:"));
        }
    }
}

/// The two halves of the input are a file before and after: every position is on a line of the file, and they rise.
pub fn hunks(data: &[u8]) {
    let (old, new) = data.split_at(data.len() / 2);
    let lines = new.split(|byte| *byte == b'\n').count() as u32;
    let mut last = 0;
    for hunk in patch::hunks(old, new) {
        let Some((first, end)) = hunk.range() else { continue };
        assert!(1 <= first && first <= end && end <= lines, "{first}..{end} of {lines}");
        for line in first..=end {
            let position = hunk.position(line).expect("a hunk shows all of its lines");
            assert!(position > last);
            last = position;
        }
    }
}

/// Text that came back from a code host: markers are found or not, and what is made of it stays within bounds.
pub fn posted(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for print in marker::fingerprints(&text) {
        assert!(print.len() == 12 && print.bytes().all(|b| b.is_ascii_hexdigit()));
    }
    let sealed = marker::sealed(&text);
    assert!(matches!(marker::seal(&sealed), marker::Seal::Whole), "{sealed:?}");
    assert!(body::cut(&text, 200, "cut", "").len() <= 200 || text.len() <= 200);
    let struck = body::resolved(&text, "0123456789ab", "abcdef1");
    assert!(marker::is_resolved(&struck));
    assert_eq!(marker::fingerprint(&struck).as_deref(), Some("0123456789ab"), "{struck:?}");
    _ = body::without_suggestions(&text);
}
