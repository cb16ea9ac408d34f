//! Words several formats share: what became of a scanner, what was read, and whether a report may say "clean" at all.
//! Plain text without escaping; the format that prints a phrase escapes it for its sink.

use super::{Options, change};
use crate::finding::fix::State;
use crate::finding::{Counts, Files, Finding, Run, ScannerOutcome, ScannerStatus, Severity, key};

/// Titles come from other tools too, and some of those put a page into them.
pub const LONGEST_TITLE: usize = 300;

/// Where a finding without a file is.
pub const NO_FILE: &str = "(no file)";

/// Findings a report lists: those that count, then, when asked for, the suppressed ones.
pub fn shown<'a>(run: &'a Run, options: &Options) -> impl Iterator<Item = &'a Finding> {
    let suppressed = if options.show_suppressed { run.suppressed.as_slice() } else { &[] };
    run.findings.iter().chain(suppressed)
}

/// What a scanner did, in one word.
pub const fn status_word(status: &ScannerStatus) -> &'static str {
    match status {
        ScannerStatus::Ran { .. } => "ran",
        ScannerStatus::Skipped { .. } => "skipped",
        ScannerStatus::Failed { .. } => "FAILED",
        ScannerStatus::TimedOut { .. } => "TIMED OUT",
    }
}

/// What there is to say beyond the word; for a scanner that ran, what it found (before merging and
/// suppression) and its version.
pub fn status_detail(status: &ScannerStatus) -> String {
    match status {
        ScannerStatus::Ran { findings, version } if version.is_empty() => {
            format!("found {}", number(*findings))
        }
        ScannerStatus::Ran { findings, version } => {
            format!("found {} ({version})", number(*findings))
        }
        ScannerStatus::Skipped { reason, hint: None } => reason.clone(),
        ScannerStatus::Skipped { reason, hint: Some(hint) } => format!("{reason} - {hint}"),
        ScannerStatus::Failed { message } => message.clone(),
        ScannerStatus::TimedOut { after_seconds } => {
            format!("after {}", plural(*after_seconds, "second"))
        }
    }
}

/// Everything that must be said of scanners that did not do their whole work: `<who>: <what>`, in run order.
pub fn gaps(run: &Run) -> Vec<(&ScannerOutcome, String)> {
    gaps_of(&run.outcomes)
}

/// The same of any outcomes.
pub fn gaps_of<'a>(
    outcomes: impl IntoIterator<Item = &'a ScannerOutcome>,
) -> Vec<(&'a ScannerOutcome, String)> {
    let mut gaps = Vec::new();
    for outcome in outcomes {
        if !matches!(outcome.status, ScannerStatus::Ran { .. }) {
            let word = status_word(&outcome.status);
            gaps.push((outcome, format!("{word}: {}", status_detail(&outcome.status))));
        }
        for file in &outcome.failed_files {
            gaps.push((outcome, format!("could not finish {}: {}", file.path, file.message)));
        }
    }
    gaps
}

/// `scanned 1,204 files (3.4 MB), skipped 5 (3 too large, 2 binary)`. Scanners of the whole tree do not tell how much they read.
pub fn files(files: &Files) -> String {
    let mut text = format!("scanned {}", plural(files.scanned, "file"));
    if files.bytes > 0 {
        text.push_str(&format!(" ({})", bytes(files.bytes)));
    }
    if !files.skipped.is_empty() {
        text.push_str(&format!(
            ", skipped {} ({})",
            number(files.skipped.len() as u64),
            skipped_reasons(files)
        ));
    }
    text
}

/// `3 too large, 2 binary`; empty when nothing was skipped.
pub fn skipped_reasons(files: &Files) -> String {
    let parts: Vec<String> = files
        .skipped_by_reason()
        .iter()
        .map(|(reason, count)| format!("{} {}", number(*count), reason.phrase()))
        .collect();
    parts.join(", ")
}

/// `2 critical, 1 high`, zero counts left out; `none` when there are none.
pub fn severities(counts: &Counts) -> String {
    let parts: Vec<String> = Severity::worst_first()
        .filter(|severity| counts.of(*severity) > 0)
        .map(|severity| format!("{} {severity}", number(counts.of(severity))))
        .collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// `3 suppressed (2 inline, 1 baseline)`; `None` when there are none.
pub fn suppressed(counts: &Counts) -> Option<String> {
    let parts: Vec<String> = [
        (counts.suppressed_inline, "inline"),
        (counts.suppressed_config, "config"),
        (counts.suppressed_vex, "vex"),
        (counts.suppressed_baseline, "baseline"),
    ]
    .iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, by)| format!("{} {by}", number(*count)))
    .collect();
    (!parts.is_empty())
        .then(|| format!("{} suppressed ({})", number(counts.suppressed()), parts.join(", ")))
}

/// Names of the scanners that ran, comma-separated.
pub fn who_ran(run: &Run) -> String {
    let names: Vec<&str> = run
        .outcomes
        .iter()
        .filter(|outcome| matches!(outcome.status, ScannerStatus::Ran { .. }))
        .map(|outcome| outcome.scanner.as_str())
        .collect();
    names.join(", ")
}

/// Names of the scanners whose silence must not be read as "clean", comma-separated; `None` when there are none.
pub fn incomplete(run: &Run) -> Option<String> {
    let names: Vec<&str> =
        run.outcomes.iter().filter(|o| !o.is_complete()).map(|o| o.scanner.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// What to do about a finding, if anything is said.
pub fn remediation(finding: &Finding) -> Option<&str> {
    finding.remediation.as_deref().filter(|fix| !fix.trim().is_empty())
}

/// The run in one line, for a log beside a report that went elsewhere.
pub fn one_line(run: &Run) -> String {
    let mut line = match &run.change {
        Some(change) => {
            format!("securescan {}: {}", change::name(change.kind), change::counts(run, change))
        }
        None => format!("securescan: {}", plural(run.counts.total, "finding")),
    };
    if run.counts.total > 0 {
        let severities = severities(&run.counts);
        line.push_str(&match run.change {
            Some(_) => format!("; new: {severities}"),
            None => format!(" ({severities})"),
        });
    }
    line.push_str(&format!("; {}", files(&run.files)));
    if let Some(names) = incomplete(run) {
        line.push_str(&format!("; incomplete: {names} did not finish"));
    }
    line
}

/// What to call the run: the label if there is one, else the target.
pub fn label<'a>(run: &'a Run, options: &'a Options) -> &'a str {
    if options.label.is_empty() { &run.target } else { &options.label }
}

/// `1 file`, `1,204 files`.
pub fn plural(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", number(count), if count == 1 { "" } else { "s" })
}

/// A number with a comma every three digits.
pub fn number(count: u64) -> String {
    let digits = count.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A size in decimal units with one decimal.
pub fn bytes(count: u64) -> String {
    let mut value = count as f64;
    for unit in ["bytes", "kB", "MB", "GB"] {
        if value < 999.95 {
            return if unit == "bytes" {
                plural(count, "byte")
            } else {
                format!("{value:.1} {unit}")
            };
        }
        value /= 1000.0;
    }
    format!("{value:.1} TB")
}

/// At most `longest` characters, the last one `…` when something was cut.
pub fn cut(text: &str, longest: usize) -> String {
    if text.chars().count() <= longest {
        return text.to_owned();
    }
    text.chars().take(longest.saturating_sub(1)).chain(['…']).collect()
}

/// An absolute web address that can stand in a URI field, an attribute and in `<...>` as it is.
pub fn is_web_address(page: &str) -> bool {
    let rest = page.strip_prefix("https://").unwrap_or_default();
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(&b);
    !rest.is_empty() && rest.bytes().all(allowed)
}

/// What is particular to this one finding.
pub fn notes(finding: &Finding) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(was) = finding.meta(key::ORIGINAL_SEVERITY) {
        notes.push(format!("severity was {was}"));
    }
    if let Some(context) = finding.meta(key::CONTEXT) {
        notes.push(match context {
            "test" => "in test code".to_owned(),
            "docs" => "in documentation".to_owned(),
            other => format!("in {other} code"),
        });
    }
    let others = finding.metadata.get(key::ALSO_REPORTED_BY).and_then(|v| v.as_array());
    let others: Vec<&str> = others.into_iter().flatten().filter_map(|v| v.as_str()).collect();
    if !others.is_empty() {
        notes.push(format!("also reported by {}", others.join(", ")));
    }
    match finding.fix_state() {
        Some(State::Applied) => notes.push("fixed".to_owned()),
        Some(State::Left(why)) => notes.push(format!("not fixed: {why}")),
        Some(State::Offered) if finding.suppressed_by().is_none() => {
            notes.push("fix available: run with --fix".to_owned());
        }
        Some(State::Offered) | None => {}
    }
    if let Some(reason) = finding.meta(key::SUPPRESSION_REASON) {
        notes.push(format!("suppressed because: {reason}"));
    }
    notes
}

/// Where a value came from and went: `from line 4 through line 5 to line 6`. Places on one line are told once.
pub fn flow(finding: &Finding) -> Option<String> {
    let mut lines: Vec<u32> = finding.flow().iter().map(|step| step.line).collect();
    lines.dedup();
    match lines.as_slice() {
        [] => None,
        [only] => Some(format!("within line {only}")),
        [first, between @ .., last] => {
            let through: Vec<String> = between.iter().map(ToString::to_string).collect();
            let through = match through.as_slice() {
                [] => String::new(),
                [one] => format!(" through line {one}"),
                several => format!(" through lines {}", several.join(", ")),
            };
            Some(format!("from line {first}{through} to line {last}"))
        }
    }
}

/// A directive that silenced nothing, as a phrase.
pub fn unused(directive: &crate::finding::UnusedDirective) -> String {
    let place = format!("{}:{}", directive.path, directive.line);
    let rules: Vec<&str> = directive.rules.iter().map(crate::finding::RuleId::as_str).collect();
    if rules.is_empty() {
        return format!("{place} the ignore directive names no rule and silences nothing");
    }
    format!("{place} the ignore directive for {} silences nothing", rules.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_sizes_read_well() {
        for (count, expected) in [(0, "0"), (999, "999"), (1204, "1,204"), (1_234_567, "1,234,567")]
        {
            assert_eq!(number(count), expected);
        }
        for (count, expected) in [
            (0, "0 bytes"),
            (1, "1 byte"),
            (999, "999 bytes"),
            (1000, "1.0 kB"),
            (999_949, "999.9 kB"),
            (999_951, "1.0 MB"),
            (3_400_000, "3.4 MB"),
        ] {
            assert_eq!(bytes(count), expected);
        }
    }

    #[test]
    fn a_skipped_scanner_says_why_and_what_to_do() {
        let status = ScannerStatus::Skipped {
            reason: "semgrep is not installed".to_owned(),
            hint: Some("pip install semgrep".to_owned()),
        };
        assert_eq!(status_detail(&status), "semgrep is not installed - pip install semgrep");
    }

    #[test]
    fn cutting_counts_characters() {
        assert_eq!(cut("größe", 5), "größe");
        assert_eq!(cut("größen", 5), "größ…");
    }

    #[test]
    fn only_web_addresses_become_links() {
        assert!(is_web_address("https://a.example/x?y=1#z"));
        for page in
            ["javascript:alert(1)", "https://", "https://a b", "https://a\"><script>", "http://x"]
        {
            assert!(!is_web_address(page), "{page}");
        }
    }
}
