//! What a comparison says beyond the new findings: what was compared, the rules it touches, and what is not new.

use crate::finding::{Change, Run};
use crate::report::change::{self, Part};
use crate::report::{Options, gap, phrase};
use crate::text::escape;

/// Below the title: both sides, the gate, warnings, and the audit, which nothing folds away.
pub(super) fn verdict(run: &Run, change: &Change, page: &mut String) {
    let mut facts = vec![words(&change::sides(change))];
    facts.extend(change::scope(change).map(escape::html));
    facts.push(escape::html(&change::gate_limits(&change.gate)));
    if let Some(verdict) = change::gate_verdict(&change.gate) {
        facts.push(format!("gate {}", escape::html(&verdict)));
    }
    page.push_str(&format!("<p class=\"facts\">{}</p>\n", facts.join(" · ")));
    if let Some(told) = gap::warning(run, change) {
        page.push_str(&format!(
            "<p class=\"alarm\" role=\"alert\"><strong>The base side was not wholly scanned:</strong> {told}. \
             <a href=\"#base\">See why</a>.</p>\n"
        ));
    }
    if let Some(title) = change::audit_title(&change.audit) {
        page.push_str(&format!(
            "<section class=\"alarm\" id=\"audit\"><strong>{}</strong>\n<ul class=\"plain\">\n",
            escape::html_line(&title)
        ));
        for item in change::audit(&change.audit) {
            page.push_str(&format!("<li>{}</li>\n", words(&item)));
        }
        page.push_str("</ul></section>\n");
    }
}

/// Below the findings: what is fixed, moved and, when asked for, unchanged; and the gaps of the base.
pub(super) fn buckets(run: &Run, change: &Change, options: &Options, page: &mut String) {
    for bucket in change::buckets(change, options) {
        let (name, count) = (bucket.name, phrase::number(bucket.findings.len() as u64));
        page.push_str(&format!(
            "<h2 id=\"{name}\">Findings {name} ({count})</h2>\n<div class=\"card\"><ul class=\"plain\">\n"
        ));
        for (finding, from) in bucket.findings {
            page.push_str(&format!("<li>{}</li>\n", words(&change::one_line(finding, from))));
        }
        page.push_str("</ul></div>\n");
    }
    if change.base_gaps.is_empty() {
        return;
    }
    page.push_str(
        "<h2 id=\"base\">Not scanned on the base side</h2>\n<div class=\"card\"><ul class=\"plain\">\n",
    );
    for (outcome, what) in gap::of_base(run) {
        let told = format!("{}: {what}", outcome.scanner);
        page.push_str(&format!("<li>{}</li>\n", escape::html_line(&told)));
    }
    page.push_str("</ul></div>\n");
}

fn words(phrase: &[Part]) -> String {
    let shown = phrase.iter().map(|part| match part {
        Part::Text(text) => escape::html_line(text),
        Part::Code(text) => format!("<code>{}</code>", escape::html_line(text)),
    });
    shown.collect()
}
