//! Where an engine puts what it found in one file (or in the tree). The sink turns byte ranges into places, cuts the
//! snippet and redacts: an engine names the secret's range and never handles its text again.

use crate::finding::{Finding, SkipReason, key};
use crate::target::Blob;
use crate::text::redact;
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
    overflow: usize,
}

impl Sink {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// A finding in the blob at hand.
    pub fn hit(&mut self, finding: Finding, range: Range<usize>) {
        if self.hits.len() < MAX_PER_FILE {
            self.hits.push(Hit { finding, range });
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
        let secrets = redact::merged(secrets);
        let mut findings = self.findings;
        for Hit { mut finding, range } in self.hits {
            let span = blob.span(range.clone());
            finding.path = Some(blob.path.to_owned());
            finding.line = Some(span.line);
            finding.column = Some(span.column);
            finding.end_line = Some(span.end_line);
            finding.end_column = Some(span.end_column);
            let line = blob.line_around(range.start);
            let window = snippet_window(&line, &range);
            let secrets = with_repeats(&secrets, blob.text, &line);
            let on_line = within(&secrets, &line);
            let in_window = within(&secrets, &window);
            let shown = redact::replace(&blob.text[window.clone()], &in_window, redact::mask);
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
            let tagged = redact::replace(&blob.text[line], &on_line, redact::tag);
            finding.context = String::from_utf8_lossy(&tagged).into_owned();
            findings.push(finding);
        }
        findings
    }
}

/// At most this many bytes of a line are shown.
const SNIPPET: usize = 240;

fn snippet_window(line: &Range<usize>, range: &Range<usize>) -> Range<usize> {
    if line.len() <= SNIPPET {
        return line.clone();
    }
    let start = range.start.saturating_sub(SNIPPET / 3).max(line.start);
    start..(start + SNIPPET).min(line.end)
}

/// The secrets that touch a line, and every further place in it where one of them is written again: in a comment, say.
fn with_repeats(secrets: &[Range<usize>], text: &[u8], line: &Range<usize>) -> Vec<Range<usize>> {
    /// Shorter text is found by chance; on longer lines, or with more secrets, the search would cost too much.
    const LEAST: usize = 6;
    const LONGEST_LINE: usize = 5000;
    const MOST: usize = 16;
    let mut found: Vec<Range<usize>> =
        secrets.iter().filter(|r| r.start < line.end && r.end > line.start).cloned().collect();
    if line.len() > LONGEST_LINE || found.len() > MOST {
        return found;
    }
    for index in 0..found.len() {
        let secret = found[index].start.max(line.start)..found[index].end.min(line.end);
        if secret.len() >= LEAST {
            let again = memchr::memmem::find_iter(&text[line.clone()], &text[secret.clone()]);
            found.extend(again.map(|at| line.start + at..line.start + at + secret.len()));
        }
    }
    redact::merged(&found)
}

/// The parts of `ranges` inside `frame`, relative to its start.
fn within(ranges: &[Range<usize>], frame: &Range<usize>) -> Vec<Range<usize>> {
    ranges
        .iter()
        .filter(|r| r.start < frame.end && r.end > frame.start)
        .map(|r| r.start.max(frame.start) - frame.start..r.end.min(frame.end) - frame.start)
        .collect()
}
