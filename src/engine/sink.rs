//! Where an engine puts what it found in one file (or in the tree). The sink turns byte ranges into places, cuts the
//! snippet and redacts: an engine names the secret's range and never handles its text again.

use crate::finding::fix::{Fix, Offer};
use crate::finding::{FailedFile, Finding, SkipReason, SkippedFile, key};
use crate::target::Blob;
use crate::text::lines::Span;
use crate::text::redact;
use sha2::{Digest as _, Sha256};
use std::ops::Range;

/// Findings per file and scanner; a file that holds more is hostile or a data set, and is reported as cut short.
pub const MAX_PER_FILE: usize = 1000;

/// A finding with the bytes it is about.
#[derive(Debug)]
pub struct Hit {
    /// Everything but the place.
    pub finding: Finding,
    /// Matched bytes of the blob.
    pub range: Range<usize>,
}

/// Collects for one scanner and one blob.
#[derive(Debug, Default)]
pub struct Sink {
    hits: Vec<Hit>,
    findings: Vec<Finding>,
    secrets: Vec<Range<usize>>,
    notes: Vec<(SkipReason, String)>,
    failed: Vec<FailedFile>,
    skipped: Vec<SkippedFile>,
    superseded: Vec<String>,
    told: Vec<String>,
    overflow: usize,
}

impl Sink {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// A finding in the blob at hand.
    pub fn hit(&mut self, finding: Finding, range: Range<usize>) {
        self.hit_with(range, || finding);
    }

    /// The same, made only when there is room for it.
    pub fn hit_with(&mut self, range: Range<usize>, finding: impl FnOnce() -> Finding) {
        if self.hits.len() < MAX_PER_FILE {
            self.hits.push(Hit { finding: finding(), range });
        } else {
            self.overflow += 1;
        }
    }

    /// A finding that already knows its place (tree engines).
    pub fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Bytes no output may ever show; all findings on their line are redacted, whoever reports them.
    pub fn secret(&mut self, range: Range<usize>) {
        self.secrets.push(range);
    }

    /// The blob was looked at only in part.
    pub fn note(&mut self, reason: SkipReason, detail: impl Into<String>) {
        self.notes.push((reason, detail.into()));
    }

    /// A file that a tree engine could not finish; the rest goes on.
    pub fn failed(&mut self, file: FailedFile) {
        self.failed.push(file);
    }

    /// A file that a tree engine left out or looked at only in part.
    pub fn skip(&mut self, file: SkippedFile) {
        self.skipped.push(file);
    }

    /// Files that a tree engine left out.
    pub fn take_skipped(&mut self) -> Vec<SkippedFile> {
        std::mem::take(&mut self.skipped)
    }

    /// Files that a tree engine could not finish.
    pub fn take_failed(&mut self) -> Vec<FailedFile> {
        std::mem::take(&mut self.failed)
    }

    /// A file that a tree engine knows more of than its scanner's other half, which saw it alone: what that found in it is dropped.
    pub fn supersede(&mut self, path: String) {
        self.superseded.push(path);
    }

    /// Files that a tree engine knows more of.
    pub fn take_superseded(&mut self) -> Vec<String> {
        std::mem::take(&mut self.superseded)
    }

    /// Something the user should know that is no finding; one sentence, lower case, `scanner: what`.
    pub fn tell(&mut self, notice: String) {
        self.told.push(notice);
    }

    /// What the user should know.
    pub fn take_told(&mut self) -> Vec<String> {
        std::mem::take(&mut self.told)
    }

    /// Secret ranges named so far.
    pub fn secrets(&self) -> &[Range<usize>] {
        &self.secrets
    }

    /// Findings that were over the limit per file.
    pub fn overflow(&self) -> usize {
        self.overflow
    }

    /// Notes on what was left out.
    pub fn take_notes(&mut self) -> Vec<(SkipReason, String)> {
        std::mem::take(&mut self.notes)
    }

    /// Findings of a tree engine.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Places and redacts every hit; `secrets` are those of all engines that looked at the blob.
    pub fn place(self, blob: &Blob<'_>, secrets: &[Range<usize>]) -> Vec<Finding> {
        let mut findings = self.findings;
        if self.hits.is_empty() {
            return findings;
        }
        let copies = redact::Copies::new(blob.text, secrets);
        let secrets = redact::merged(secrets);
        let mut digest = None;
        for Hit { mut finding, range } in self.hits {
            let span = blob.span(range.clone());
            finding.path = Some(blob.path.to_owned());
            finding.line = Some(span.line);
            finding.column = Some(span.column);
            finding.end_line = Some(span.end_line);
            finding.end_column = Some(span.end_column);
            if let Some(mut fix) = finding.fix.take() {
                fix.digest = *digest.get_or_insert_with(|| Sha256::digest(blob.text).into());
                let of_fix = if fix.range == range { span } else { blob.span(fix.range.clone()) };
                finding.set_offer(&offer(&fix, of_fix, &secrets, &copies));
                finding.fix = Some(fix);
            }
            let said = finding.description.as_bytes();
            let repeated = copies.around(said, &(0..said.len()));
            if !repeated.is_empty() {
                let shown = redact::replace(said, &repeated, redact::mask);
                finding.description = String::from_utf8_lossy(&shown).into_owned();
            }
            let line = blob.lines().range(blob.text, span.line);
            let window = around(&line, &range, SNIPPET);
            let context = around(&line, &range, CONTEXT);
            let mut hidden = copies.around(blob.text, &window);
            hidden.extend(overlapping(&secrets, &window).cloned());
            let shown = redact::shown(blob.text, &window, &hidden);
            let shown = String::from_utf8_lossy(&shown);
            let shown = shown.trim_end();
            let (front, back) = (
                if window.start > line.start { "…" } else { "" },
                if window.end < line.end { "…" } else { "" },
            );
            finding.set_meta(key::LINE_SNIPPET, format!("{front}{shown}{back}"));
            if let Some(context) = blob.context.as_str() {
                finding.set_meta(key::CONTEXT, context);
            }
            let tags = within(&secrets, &context);
            let tagged = redact::replace(&blob.text[context], &tags, redact::tag);
            finding.context = String::from_utf8_lossy(&tagged).into_owned();
            findings.push(finding);
        }
        findings
    }
}

/// What reports tell of a fix.
fn offer(fix: &Fix, span: Span, secrets: &[Range<usize>], copies: &redact::Copies) -> Offer {
    let text = fix.text.as_bytes();
    let is_secret = std::iter::once(&fix.range)
        .chain(&fix.copied)
        .any(|range| overlapping(secrets, range).next().is_some())
        || !copies.around(text, &(0..text.len())).is_empty();
    Offer {
        line: span.line,
        column: span.column,
        end_line: span.end_line,
        end_column: span.end_column,
        replacement: (!is_secret).then(|| fix.text.clone()),
    }
}

/// At most this many bytes of a line are shown.
const SNIPPET: usize = 240;

/// At most this many bytes of a line tell one finding from another: a thousand findings on one line of ten megabytes
/// must not keep a thousand copies of it.
const CONTEXT: usize = 6 << 10;

/// The line, or the part of a longer one around the start of `range`.
fn around(line: &Range<usize>, range: &Range<usize>, most: usize) -> Range<usize> {
    if line.len() <= most {
        return line.clone();
    }
    let start = range.start.saturating_sub(most / 3).max(line.start);
    start..(start + most).min(line.end)
}

/// The parts of `ranges` inside `frame`, relative to its start.
fn within(ranges: &[Range<usize>], frame: &Range<usize>) -> Vec<Range<usize>> {
    overlapping(ranges, frame)
        .map(|r| r.start.max(frame.start) - frame.start..r.end.min(frame.end) - frame.start)
        .collect()
}

/// The ranges that touch `frame`; `ranges` are sorted and apart.
fn overlapping<'a>(
    ranges: &'a [Range<usize>],
    frame: &Range<usize>,
) -> impl Iterator<Item = &'a Range<usize>> {
    let first = ranges.partition_point(|range| range.end <= frame.start);
    ranges[first..].iter().take_while({
        let end = frame.end;
        move |range| range.start < end
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{RuleId, ScanType, ScannerId, Severity};

    fn placed(text: &str, secrets: &[Range<usize>]) -> Vec<Finding> {
        let blob = Blob::new("a.py", text.as_bytes());
        let mut sink = Sink::new();
        for range in secrets {
            let (scanner, rule) = (ScannerId::new("s"), RuleId::new("r"));
            let finding = Finding::new(scanner, ScanType::Code, Severity::High, rule, "t");
            sink.hit(finding, range.clone());
        }
        sink.place(&blob, secrets)
    }

    #[test]
    fn a_second_copy_of_a_secret_is_redacted_too() {
        let line = "key = \"hunter2-hunter2\" # was hunter2-hunter2x";
        let findings = placed(line, std::slice::from_ref(&(7..22)));
        assert_eq!(findings[0].meta(key::LINE_SNIPPET), Some("key = \"********\" # was ********x"));
    }

    #[test]
    fn neither_words_nor_a_fix_repeat_a_secret() {
        let text = "key = \"hunter2-hunter2\"\nf(\"hunter2-hunter2\")\ng(1)\n";
        let blob = Blob::new("a.py", text.as_bytes());
        let secrets = [7..22];
        let mut sink = Sink::new();
        let fix = |range: Range<usize>, text: &str, copied: Vec<Range<usize>>| {
            Some(Box::new(Fix { range, text: text.to_owned(), copied, digest: [0; 32] }))
        };
        for fix in [
            fix(24..44, "g(\"hunter2-hunter2\")", vec![26..43]),
            fix(45..49, "x", vec![10..12]),
            fix(6..23, "x", Vec::new()),
            fix(45..49, "g(2)", vec![47..48]),
        ] {
            let (scanner, rule) = (ScannerId::new("s"), RuleId::new("r"));
            let mut finding = Finding::new(scanner, ScanType::Code, Severity::High, rule, "t");
            finding.description = "hunter2-hunter2 is here".to_owned();
            sink.hit(Finding { fix, ..finding }, 24..44);
        }
        let findings = sink.place(&blob, &secrets);
        assert!(findings.iter().all(|finding| finding.description == "******** is here"));
        let offered: Vec<Option<String>> =
            findings.iter().map(|finding| finding.offer().unwrap().replacement).collect();
        assert_eq!(offered, [None, None, None, Some("g(2)".to_owned())]);
        let digest: [u8; 32] = Sha256::digest(text).into();
        assert!(findings.iter().all(|finding| finding.fix.as_ref().unwrap().digest == digest));
    }

    #[test]
    fn a_long_line_is_neither_kept_nor_counted_once_for_each_finding() {
        let text = "é=1;".repeat(400_000);
        let secrets: Vec<_> = (1..1000).map(|n| n * 1500..n * 1500 + 10).collect();
        let start = std::time::Instant::now();
        let findings = placed(&text, &secrets);
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
        assert!(findings.iter().all(|finding| finding.context.len() < 8 << 10));
        assert_eq!(findings[1].column, Some(3000 / 5 * 4 + 1));
    }
}
