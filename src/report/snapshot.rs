//! Reading a scan somebody saved: our own document, or the bare list of findings that the tool before this one wrote.

use super::json;
use crate::finding::{Counts, Files, Finding, Run, ScannerOutcome, ScannerStatus};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A file that is no saved scan.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not JSON, or not of a shape that is read.
    #[error("{file} is not a saved scan: {message}")]
    Shape {
        /// As it was named.
        file: String,
        /// What is wrong with it.
        message: String,
    },
    /// A comparison instead of a scan.
    #[error("{file} is a comparison, not a scan")]
    Comparison {
        /// As it was named.
        file: String,
    },
}

/// The two shapes of the tool before this one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Older {
    List(Vec<Finding>),
    Envelope { findings: Vec<Finding> },
}

/// Reads a scan; `file` is for messages only. A list of findings says nothing of scanners: those it names have run.
pub fn read(file: &str, bytes: &[u8]) -> Result<Run, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let shape = |message: String| Error::Shape { file: file.to_owned(), message };
    let value: serde_json::Value =
        serde_json::from_slice(bytes).map_err(|error| shape(error.to_string()))?;
    if value.get("schema").is_some() {
        let run = json::parse(bytes).map_err(|error| shape(error.to_string()))?;
        if run.change.is_some() {
            return Err(Error::Comparison { file: file.to_owned() });
        }
        return Ok(run);
    }
    let (Older::List(findings) | Older::Envelope { findings }) = Older::deserialize(&value)
        .map_err(|_| {
            shape("expected the json of `securescan scan`, or a list of findings".to_owned())
        })?;
    Ok(run_of(file, findings))
}

fn run_of(file: &str, mut findings: Vec<Finding>) -> Run {
    let mut outcomes: BTreeMap<&str, ScannerOutcome> = BTreeMap::new();
    for finding in &findings {
        let outcome = outcomes.entry(finding.scanner.as_str()).or_insert_with(|| ScannerOutcome {
            scanner: finding.scanner.clone(),
            scan_type: finding.scan_type,
            status: ScannerStatus::Ran { findings: 0, version: String::new() },
            failed_files: Vec::new(),
            millis: 0,
        });
        if let ScannerStatus::Ran { findings, .. } = &mut outcome.status {
            *findings += 1;
        }
    }
    let outcomes = outcomes.into_values().collect();
    for finding in &mut findings {
        // Where the tree stood on another machine says nothing here.
        if let Some(path) = &mut finding.path {
            *path = path.trim_start_matches('/').to_owned();
        }
    }
    let (suppressed, findings) =
        findings.into_iter().partition(|finding| finding.suppressed_by().is_some());
    Run {
        version: String::new(),
        target: ".".to_owned(),
        scan_types: Vec::new(),
        outcomes,
        files: Files::default(),
        findings,
        suppressed,
        unused_directives: Vec::new(),
        notices: vec![format!("{file} lists findings and does not say which scanners ran")],
        counts: Counts::default(),
        database: None,
        change: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FINDING: &str = r#"{"scanner":"bandit","scan_type":"code","severity":"low","title":"t","rule_id":"B101",
        "file_path":"/home/x/a.py","line_start":3,"fingerprint":"ab"}"#;

    #[test]
    fn both_shapes_of_the_older_tool_read() {
        for text in
            [format!("[{FINDING}]"), format!("{{\"findings\": [{FINDING}], \"version\": 1}}")]
        {
            let run = read("b.json", text.as_bytes()).unwrap();
            assert_eq!(run.findings[0].path.as_deref(), Some("home/x/a.py"));
            assert_eq!((run.outcomes.len(), run.notices.len()), (1, 1));
        }
    }

    #[test]
    fn what_is_no_scan_is_named() {
        for (text, expected) in [
            ("", "b.json is not a saved scan: EOF"),
            ("{}", "b.json is not a saved scan: expected the json of `securescan scan`"),
            ("[{\"x\": 1}]", "expected the json of"),
            ("{\"schema\": \"other\"}", "b.json is not a saved scan: the document says"),
        ] {
            let error = read("b.json", text.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
