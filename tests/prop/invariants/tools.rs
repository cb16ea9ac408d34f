//! Results of external tools: hostile text, whoever printed it.

use securescan::adapter::document::{self, Imported};
use securescan::adapter::place::Base;
use securescan::adapter::{ADAPTERS, MAX_FINDINGS};
use securescan::text::escape::is_hidden;

/// Any bytes as a result, of the tool they look like and of every tool by name: what comes out has a place inside the
/// repository, lines that count from 1, short printable words, and pages that can be opened.
pub fn tool_output(data: &[u8]) {
    let base = Base::default();
    let told = document::read(data, None, &base);
    told.unwrap_or_default().iter().for_each(sound);
    for adapter in ADAPTERS {
        match document::read(data, Some(adapter.id.as_str()), &base) {
            Ok(read) => read.iter().for_each(sound),
            Err(bad) => assert!(!bad.to_string().is_empty()),
        }
    }
}

fn sound(imported: &Imported) {
    let report = &imported.report;
    assert!(report.findings.len() <= MAX_FINDINGS && report.failed.len() <= MAX_FINDINGS + 1);
    for path in report.failed.iter().map(|file| &file.path).filter(|path| *path != ".") {
        inside(path);
    }
    for finding in &report.findings {
        assert_eq!(finding.scanner, imported.scanner);
        finding.path.iter().for_each(|path| inside(path));
        assert!(finding.path.is_some() || finding.line.is_none(), "{finding:?}");
        assert!(
            finding.line.is_none_or(|line| line > 0 && finding.end_line >= finding.line),
            "{finding:?}"
        );
        assert!(finding.line.is_some() || finding.column.is_none(), "{finding:?}");
        for (words, most) in [(&finding.title, 200), (&finding.rule_id.as_str().to_owned(), 220)] {
            assert!(!words.is_empty() && words.chars().count() <= most, "{words:?}");
            assert!(!words.contains(is_hidden), "{words:?}");
        }
        let prose = [Some(&finding.description), finding.remediation.as_ref()];
        for words in prose.into_iter().flatten() {
            assert!(words.chars().count() <= 4100, "{}", words.len());
            assert!(!words.contains(|c: char| c != '\n' && is_hidden(c)), "{words:?}");
        }
        assert!(finding.cwe.as_deref().is_none_or(|cwe| cwe.starts_with("CWE-")), "{finding:?}");
        assert!(finding.references.iter().all(|page| page.starts_with("https://")), "{finding:?}");
    }
}

fn inside(path: &str) {
    assert!(!path.is_empty() && !path.starts_with('/') && !path.contains(is_hidden), "{path:?}");
    assert!(path.split('/').all(|part| !matches!(part, "" | "." | "..")), "{path:?}");
}
