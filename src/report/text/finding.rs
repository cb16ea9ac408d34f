//! One finding of the text report.

use super::layout::{BOLD, DIM, Page};
use super::snippet;
use crate::finding::{Confidence, Finding, key};
use crate::report::{directive, phrase};
use crate::text::escape;
use unicode_width::UnicodeWidthStr as _;

/// Appends the finding. `first` says that it is the first of its rule and carries the explanation.
pub(super) fn write(page: &Page, finding: &Finding, first: bool, out: &mut String) {
    head(page, finding, out);
    snippet::write(page, finding, out);
    let mut notes = phrase::notes(finding);
    if finding.confidence == Confidence::Low {
        notes.insert(0, "low confidence".to_owned());
    }
    if !notes.is_empty() {
        row(page, "note", &notes.join(", "), out);
    }
    if let Some(flow) = phrase::flow(finding) {
        row(page, "flow", &flow, out);
    }
    if let Some(said) = finding.meta(key::AI_EXPLANATION) {
        row(page, "model", said, out);
    }
    if first {
        explanation(page, finding, out);
    }
    out.push('\n');
}

/// Place, severity, title and rule on one line, or on two when they are too long for one.
fn head(page: &Page, finding: &Finding, out: &mut String) {
    let place = finding.place();
    let place =
        if place.is_empty() { phrase::NO_FILE.to_owned() } else { escape::terminal(&place) };
    let title = escape::terminal(&phrase::cut(&finding.title, phrase::LONGEST_TITLE));
    let rule = format!("[{}]", escape::terminal(finding.rule_id.as_str()));
    let label = finding
        .suppressed_by()
        .map(|by| format!("[SUPPRESSED:{}] ", escape::terminal(by)))
        .unwrap_or_default();
    let plain = format!("{place}  ● {}  {label}{title}  {rule}", finding.severity);
    out.push_str(&page.paint(BOLD, &place));
    out.push_str("  ");
    out.push_str(&page.severity(finding.severity));
    if plain.width() <= page.width {
        out.push_str("  ");
        out.push_str(&page.paint(DIM, &label));
        out.push_str(&format!("{}  {}\n", page.paint(BOLD, &title), page.paint(DIM, &rule)));
    } else {
        out.push('\n');
        let title = phrase::cut(&finding.title, phrase::LONGEST_TITLE);
        page.wrap("  ", DIM, &format!("{label}{title} [{}]", finding.rule_id), out);
    }
}

/// What holds for every finding of the rule.
fn explanation(page: &Page, finding: &Finding, out: &mut String) {
    if !finding.description.is_empty() {
        row(page, "why", &finding.description, out);
    }
    if let Some(fix) = phrase::remediation(finding) {
        row(page, "fix", fix, out);
    }
    let tags: Vec<&str> =
        finding.cwe.iter().chain(&finding.compliance_tags).map(String::as_str).collect();
    if !tags.is_empty() {
        row(page, "tags", &tags.join(", "), out);
    }
    for reference in &finding.references {
        row(page, "see", reference, out);
    }
    if finding.suppressed_by().is_none() {
        match directive::silence(finding) {
            // Never wrapped, so that it can be copied.
            directive::Silence::Above(comment) => {
                out.push_str(&page.paint(DIM, "  ignore  "));
                out.push_str(&format!("add `{}` above\n", escape::terminal(&comment)));
            }
            directive::Silence::Elsewhere => {
                let rule = &finding.rule_id;
                let advice = format!(
                    "list {rule} under ignored_rules in .securescan.yml, or record a baseline"
                );
                row(page, "ignore", &advice, out);
            }
        }
    }
}

fn row(page: &Page, name: &str, text: &str, out: &mut String) {
    page.wrap(&format!("  {name:<6}  "), DIM, text, out);
}
