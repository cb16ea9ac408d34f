//! When nothing could be posted: every finding goes where the job can still show it - annotations, the summary of the job,
//! the log. The only place a lost post could lose a finding, so it reports its own faults and goes on.

use super::document::{Document, rendered};
use crate::cli::Io;
use crate::cli::failure::Failure;
use crate::finding::Run;
use crate::forge::draft::Draft;
use crate::report::Options;
use crate::text::escape;
use std::io::Write;
use std::path::Path;

/// Most a job summary may have, bytes; over it the runner throws all of it away.
const MAX_SUMMARY: u64 = 1024 * 1024;
const CUT: &str =
    "\n\n_Cut here: a job summary has room for 1 MiB. The log of the job has every finding._\n";

/// Shows everything the document says.
pub(super) fn show(document: &Document, options: &Options, io: &mut Io<'_>) -> Result<(), Failure> {
    let (log, summary) = match document {
        Document::Run(run) => (lines_of(run), rendered(run, "job-summary", options)?),
        Document::Comment(_, text) => (owned_lines(text), text.clone()),
        Document::Review(draft) => {
            let text = text_of(draft);
            (owned_lines(&text), text)
        }
    };
    for line in &log {
        writeln!(io.err, "{}", in_log(line))?;
    }
    if let (Document::Run(run), true) = (document, io.env.switch("GITHUB_ACTIONS")) {
        io.out.write_all(rendered(run, "github-annotations", options)?.as_bytes())?;
    }
    to_summary(&summary, io)
}

/// Shows single texts that found no room, in the log and in the summary of the job.
pub(super) fn show_texts(texts: &[String], io: &mut Io<'_>) -> Result<(), Failure> {
    for line in texts.iter().flat_map(|text| text.lines()) {
        writeln!(io.err, "{}", in_log(line))?;
    }
    if texts.is_empty() { Ok(()) } else { to_summary(&texts.join("\n\n"), io) }
}

fn owned_lines(text: &str) -> Vec<String> {
    text.lines().map(str::to_owned).collect()
}

fn lines_of(run: &Run) -> Vec<String> {
    let line = |finding: &crate::finding::Finding| {
        format!(
            "finding: {} {} - {} ({}, {})",
            finding.severity.as_str().to_ascii_uppercase(),
            finding.place(),
            finding.title,
            finding.scanner,
            finding.rule_id
        )
    };
    run.findings.iter().map(line).collect()
}

/// A line of Markdown for a log: without the character that keeps mentions from being any, which nobody needs to see.
fn in_log(line: &str) -> String {
    escape::terminal(&line.replace('\u{200b}', ""))
}

/// A review as one text.
fn text_of(draft: &Draft) -> String {
    let mut text = draft.body.clone();
    for remark in &draft.remarks {
        let place = escape::markdown_code(&remark.place(), false);
        text.push_str(&format!("\n\n#### {place}\n\n{}", remark.body));
    }
    text
}

/// Adds to the file at `GITHUB_STEP_SUMMARY`, never beyond what the runner takes.
fn to_summary(text: &str, io: &mut Io<'_>) -> Result<(), Failure> {
    let Some(path) = io.env.path("GITHUB_STEP_SUMMARY") else { return Ok(()) };
    if let Err(error) = append(&path, text) {
        let shown = escape::terminal(&path.display().to_string());
        writeln!(io.err, "warning: nothing was added to the job summary {shown}: {error}")?;
    }
    Ok(())
}

fn append(path: &Path, text: &str) -> std::io::Result<()> {
    // Made by the runner beforehand; asked about first, because opening a pipe would wait for its reader.
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(std::io::Error::other("it is not a regular file"));
    }
    let room = MAX_SUMMARY.saturating_sub(metadata.len()).saturating_sub(2);
    let room = usize::try_from(room).unwrap_or(usize::MAX);
    let part = fitting(text, room).ok_or_else(|| std::io::Error::other("it is full"))?;
    std::fs::OpenOptions::new().append(true).open(path)?.write_all(format!("\n{part}\n").as_bytes())
}

fn fitting(text: &str, room: usize) -> Option<String> {
    (text.len() <= room || room > 2 * CUT.len())
        .then(|| crate::forge::body::cut(text, room, CUT.trim(), ""))
}
