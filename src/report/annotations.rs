//! Workflow commands that GitHub turns into annotations beside the code. A step shows ten of each level, so the worst come
//! first, and the last line, which is no command, says how many are not shown.

use super::{Options, change, gap, phrase};
use crate::finding::{Counts, Finding, Run, Severity};
use crate::text::escape;
use std::cmp::Reverse;
use std::io::{self, Write};

/// Annotations of one level that GitHub shows of a step.
const MOST_OF_A_LEVEL: usize = 10;
/// Longest message, in characters.
const LONGEST_MESSAGE: usize = 4_000;
/// Longest title.
const LONGEST_TITLE: usize = 120;

/// One command, not yet escaped.
struct Command {
    level: &'static str,
    properties: Vec<(&'static str, String)>,
    message: String,
}

/// Renders the run.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut room =
        [("error", MOST_OF_A_LEVEL), ("warning", MOST_OF_A_LEVEL), ("notice", MOST_OF_A_LEVEL)];
    let mut take = |level: &str| {
        let left = room.iter_mut().find(|(name, left)| *name == level && *left > 0);
        left.map(|(_, left)| *left -= 1).is_some()
    };
    let mut lines = String::new();
    for command in about_the_run(run, options) {
        if take(command.level) {
            lines.push_str(&line(&command));
        }
    }
    let mut findings: Vec<&Finding> = phrase::shown(run, options).collect();
    findings.sort_by_key(|finding| (finding.suppressed_by().is_some(), Reverse(finding.severity)));
    let mut left = Counts::default();
    for finding in findings {
        if take(level(finding)) {
            lines.push_str(&line(&of(finding, run)));
        } else {
            left.add(finding.severity);
        }
    }
    lines.push_str(&escape::terminal(&phrase::one_line(run)));
    lines.push('\n');
    if left.total > 0 {
        lines.push_str(&format!(
            "securescan: {} more {} not shown as annotations ({})\n",
            phrase::number(left.total),
            if left.total == 1 { "finding is" } else { "findings are" },
            phrase::severities(&left)
        ));
    }
    out.write_all(lines.as_bytes())
}

/// What was lost, what the change does to the rules, and what was left out: one command each, so that findings have room.
fn about_the_run(run: &Run, options: &Options) -> Vec<Command> {
    let mut commands = Vec::new();
    let mut tell = |level, title: &str, lines: Vec<String>| {
        // GitHub passes over a command without a message.
        if lines.iter().any(|line| !line.trim().is_empty()) {
            let properties = vec![("title", format!("securescan: {title}"))];
            commands.push(Command { level, properties, message: lines.join("\n") });
        }
    };
    let (lost, left_out): (Vec<_>, Vec<_>) =
        gap::all(run).into_iter().partition(|gap| gap.lost || gap.misleads);
    let told =
        |gaps: Vec<gap::Gap>| gaps.iter().map(|gap| format!("{}: {}", gap.who, gap.what)).collect();
    tell("warning", "the scan is incomplete", told(lost));
    if let Some(change) = &run.change {
        let title = change::audit_title(&change.audit).unwrap_or_default();
        let items = change::audit(&change.audit).map(|item| change::plain(&item));
        tell("warning", &title, items.collect());
    }
    let unused = run.unused_directives.iter().map(phrase::unused);
    tell("warning", "notices", run.notices.clone());
    let mut left_out = told(left_out);
    left_out.extend(gap::skipped(run, options).map(|told| change::plain(&told)));
    tell("notice", "not scanned", left_out);
    tell("notice", "unused ignore directives", unused.collect());
    commands
}

fn level(finding: &Finding) -> &'static str {
    match finding.severity {
        _ if finding.suppressed_by().is_some() => "notice",
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "notice",
    }
}

fn of(finding: &Finding, run: &Run) -> Command {
    let mut properties = Vec::new();
    if let Some(path) = &finding.path {
        properties.push(("file", path.clone()));
        properties.extend(place(finding));
    }
    let label = finding.suppressed_by().map(|by| format!("[SUPPRESSED:{by}] ")).unwrap_or_default();
    let new = if run.change.is_some() && label.is_empty() { "new " } else { "" };
    let title = phrase::cut(&finding.title, LONGEST_TITLE);
    properties.push(("title", format!("{label}{new}{}: {title}", finding.severity)));
    let mut message: Vec<&str> = Vec::new();
    message.extend(Some(finding.description.trim()).filter(|text| !text.is_empty()));
    message.extend(phrase::remediation(finding));
    let rule = format!("[{}]", finding.rule_id);
    message.push(&rule);
    Command { level: level(finding), properties, message: message.join("\n") }
}

/// Lines, and columns where GitHub takes them: on one line.
fn place(finding: &Finding) -> Vec<(&'static str, String)> {
    let Some(line) = finding.line else {
        return Vec::new();
    };
    let end = finding.end_line.unwrap_or(line).max(line);
    let mut place = vec![("line", line.to_string()), ("endLine", end.to_string())];
    if end == line
        && let Some(column) = finding.column
    {
        place.push(("col", column.to_string()));
        let after = finding.end_column.filter(|after| *after > column);
        place.extend(after.map(|after| ("endColumn", after.to_string())));
    }
    place
}

fn line(command: &Command) -> String {
    let properties: Vec<String> = command
        .properties
        .iter()
        .map(|(name, value)| format!("{name}={}", escape::command_property(value)))
        .collect();
    let message = escape::command_data(&phrase::cut(&command.message, LONGEST_MESSAGE));
    format!("::{} {}::{message}\n", command.level, properties.join(","))
}
