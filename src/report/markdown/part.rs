//! Rows, list items and folds: one finding, rule or gap as Markdown. Each is short, whatever the finding says.

use super::{Files, code, code_in_text, first_sentence, phrase as words, tags, text, title};
use crate::finding::{Finding, Run};
use crate::report::change;
use crate::report::gap::{self, Gap};
use crate::report::{Options, directive, phrase};
use crate::text::escape;

/// Longest text of a description or remediation.
const LONGEST_PROSE: usize = 600;
/// Most bytes of the two sides in the small print; names of refs are much shorter.
const LONGEST_SIDES: usize = 1_500;
/// Longest text of a gap.
const LONGEST_GAP: usize = 300;

/// `[SUPPRESSED:by] ` before the title of a finding that does not count.
pub(in crate::report) fn label(finding: &Finding) -> String {
    finding
        .suppressed_by()
        .map(|by| format!("{} ", code(&format!("[SUPPRESSED:{}]", phrase::cut(by, 20)))))
        .unwrap_or_default()
}

/// A row of the table of findings.
pub(super) fn row(finding: &Finding, files: &Files) -> String {
    format!(
        "| ● {} | {} | {}{} | {} |\n",
        finding.severity,
        text(&phrase::cut(finding.scanner.as_str(), 40)),
        label(finding),
        title(finding),
        files.place(finding, true)
    )
}

/// An item of a list of findings.
pub(in crate::report) fn item(finding: &Finding, from: Option<&str>, files: &Files) -> String {
    let from = from.map(|from| format!(", before in {}", code_in_text(&phrase::cut(from, 200))));
    format!(
        "- ● {} {}**{}** {} {}{}",
        finding.severity,
        label(finding),
        title(finding),
        files.place(finding, false),
        code_in_text(&phrase::cut(finding.rule_id.as_str(), 120)),
        from.unwrap_or_default()
    )
}

/// Why a rule fires and what to do, folded; `count` findings of it are reported.
pub(super) fn rule(finding: &Finding, count: usize) -> String {
    let id = phrase::cut(finding.rule_id.as_str(), 120);
    let times =
        if count == 1 { String::new() } else { format!(" ({})", phrase::number(count as u64)) };
    let mut lines = vec![format!("**{}**", title(finding))];
    if !finding.description.trim().is_empty() {
        lines[0]
            .push_str(&format!(": {}", text(&phrase::cut(&finding.description, LONGEST_PROSE))));
    }
    if let Some(fix) = phrase::remediation(finding) {
        lines.push(format!("_Fix:_ {}", text(&phrase::cut(fix, LONGEST_PROSE))));
    }
    lines.extend(tags(finding));
    if let (None, directive::Silence::Above(comment)) =
        (finding.suppressed_by(), directive::silence(finding))
    {
        lines.push(format!(
            "_Ignore:_ {} above the line, with a reason",
            code_in_text(&phrase::cut(&comment, 300))
        ));
    }
    format!(
        "<details><summary>Why and how to fix: <code>{}</code>{times}</summary>\n\n{}\n\n</details>\n",
        escape::html_line(&escape::terminal(&id)),
        lines.join("\n\n")
    )
}

/// What was not looked at.
pub(in crate::report) fn gap(gap: &Gap) -> String {
    let what = text(&phrase::cut(&gap.what, LONGEST_GAP));
    format!("{}: {what}", code_in_text(&phrase::cut(&gap.who, 60)))
}

/// What was scanned: every scanner, the files, notices and directives that silence nothing.
pub(super) fn scanned(run: &Run, options: &Options) -> Vec<String> {
    let mut items = Vec::new();
    for outcome in &run.outcomes {
        let word = phrase::status_word(&outcome.status);
        let detail = phrase::cut(&phrase::status_detail(&outcome.status), LONGEST_GAP);
        let who = code_in_text(&phrase::cut(outcome.scanner.as_str(), 60));
        items.push(format!("- {who}: {word}, {}\n", text(&detail)));
        items.extend(outcome.failed_files.iter().map(|file| {
            let (path, message) = (&file.path, phrase::cut(&file.message, LONGEST_GAP));
            let path = code_in_text(&phrase::cut(path, 200));
            format!("- {who}: could not finish {path}: {}\n", text(&message))
        }));
    }
    items.push(format!("- {}\n", text(&phrase::files(&run.files))));
    let skipped = gap::skipped(run, options).map(|told| words(&told));
    items.extend(skipped.map(|told| format!("- {told}\n")));
    items.extend(gap::of_base(run).iter().map(|(outcome, what)| {
        let what = text(&phrase::cut(what, LONGEST_GAP));
        format!("- {}: {what}\n", code_in_text(&phrase::cut(outcome.scanner.as_str(), 60)))
    }));
    let unused = run.unused_directives.iter().map(phrase::unused);
    let notices = run.notices.iter().cloned().chain(unused);
    items.extend(notices.map(|notice| format!("- {}\n", text(&phrase::cut(&notice, LONGEST_GAP)))));
    items
}

/// Both sides and the version, in small print.
pub(in crate::report) fn footer(run: &Run) -> String {
    let command = run.change.as_ref().map_or("scan", |change| change::name(change.kind));
    let version = text(&phrase::cut(&run.version, 40));
    let mut line = format!("securescan {version} · run `securescan {command}` to reproduce this");
    if let Some(change) = &run.change {
        let sides = words(&change::sides(change));
        if sides.len() <= LONGEST_SIDES {
            line.push_str(&format!(" · {sides}"));
        }
        line.extend(change::scope(change).map(|scope| format!(" · {scope}")));
    }
    format!("<sub>{line}</sub>\n")
}

/// What a comment on one line says of the finding: title, why, what to do, tags.
pub(in crate::report) fn told(finding: &Finding) -> Vec<String> {
    let severity = finding.severity.as_str().to_ascii_uppercase();
    let scanner = text(&phrase::cut(finding.scanner.as_str(), 40));
    let mut blocks = vec![format!("**{severity}: {scanner}** - {}", title(finding))];
    let why = first_sentence(&finding.description, 200);
    blocks.extend((!why.is_empty()).then(|| text(&why)));
    let fix = phrase::remediation(finding).map(|fix| phrase::cut(fix, LONGEST_PROSE));
    blocks.extend(fix.map(|fix| format!("_Remediation:_ {}", text(&fix))));
    let rule = code_in_text(&phrase::cut(finding.rule_id.as_str(), 120));
    blocks.push(match tags(finding) {
        Some(tags) => format!("{rule} · {tags}"),
        None => rule,
    });
    blocks
}
