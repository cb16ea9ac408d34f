//! What was scanned and what was not: scanners, files, notices; and the controls the findings touch.

use crate::finding::{Run, ScannerStatus};
use crate::report::{Options, phrase};
use crate::text::escape;
use std::collections::BTreeMap;

/// Skipped paths listed unless all are asked for.
const MOST_PATHS: usize = 200;

pub(super) fn write(run: &Run, options: &Options, page: &mut String) {
    controls(run, page);
    scanners(run, page);
    files(run, options, page);
    let unused = run.unused_directives.iter().map(|unused| {
        let rules: Vec<&str> = unused.rules.iter().map(crate::finding::RuleId::as_str).collect();
        format!("{}:{} names {}", unused.path, unused.line, rules.join(", "))
    });
    list("Notices", run.notices.iter().cloned(), page);
    list("Ignore directives that silence nothing", unused, page);
}

fn controls(run: &Run, page: &mut String) {
    let mut tags: BTreeMap<&str, u64> = BTreeMap::new();
    for tag in run.findings.iter().flat_map(|finding| &finding.compliance_tags) {
        *tags.entry(tag).or_default() += 1;
    }
    if tags.is_empty() {
        return;
    }
    page.push_str("<h2 id=\"controls\">Compliance controls touched</h2>\n<div class=\"card\">");
    for (tag, count) in tags {
        page.push_str(&format!(
            "<span class=\"tag\">{} <b class=\"count\">{}</b></span>",
            escape::html_line(tag),
            phrase::number(count)
        ));
    }
    page.push_str("</div>\n");
}

fn scanners(run: &Run, page: &mut String) {
    page.push_str(
        "<h2 id=\"scanners\">Scanners</h2>\n<div class=\"frame\"><table>\n<caption>What every scanner did</caption>\n\
         <thead><tr><th scope=\"col\" class=\"c-who\">Scanner</th><th scope=\"col\" class=\"c-state\">Status</th>\
         <th scope=\"col\">Particulars</th></tr></thead>\n<tbody>\n",
    );
    for outcome in &run.outcomes {
        let broken =
            matches!(outcome.status, ScannerStatus::Failed { .. } | ScannerStatus::TimedOut { .. });
        let class = if broken { " class=\"state-bad\"" } else { "" };
        let mut detail = escape::html(&phrase::status_detail(&outcome.status));
        for file in &outcome.failed_files {
            detail.push_str(&format!(
                "<br><span class=\"state-bad\">could not finish</span> <code>{}</code>: {}",
                escape::html_line(&file.path),
                escape::html(&file.message)
            ));
        }
        page.push_str(&format!(
            "<tr><td>{}</td><td{class}>{}</td><td>{detail}</td></tr>\n",
            escape::html_line(outcome.scanner.as_str()),
            phrase::status_word(&outcome.status)
        ));
    }
    page.push_str("</tbody></table></div>\n");
}

fn files(run: &Run, options: &Options, page: &mut String) {
    page.push_str(&format!(
        "<h2 id=\"files\">Files</h2>\n<div class=\"card\">{}",
        escape::html(&phrase::files(&run.files))
    ));
    let skipped = &run.files.skipped;
    if !skipped.is_empty() {
        let most = if options.show_skipped { skipped.len() } else { MOST_PATHS };
        page.push_str(
            "<details class=\"fold\"><summary>What was skipped</summary>\n<table><caption>Skipped paths</caption>\
             <thead><tr><th scope=\"col\" class=\"c-path\">Path</th><th scope=\"col\">Reason</th></tr></thead>\n<tbody>\n",
        );
        for entry in skipped.iter().take(most) {
            let detail = if entry.detail.is_empty() {
                String::new()
            } else {
                format!(" ({})", escape::html(&entry.detail))
            };
            page.push_str(&format!(
                "<tr><td class=\"mono\">{}</td><td>{}{detail}</td></tr>\n",
                escape::html_line(&entry.path),
                entry.reason.phrase()
            ));
        }
        page.push_str("</tbody></table>");
        if skipped.len() > most {
            page.push_str(&format!(
                "<p class=\"facts\">and {} more; --show-skipped lists them all</p>",
                phrase::number((skipped.len() - most) as u64)
            ));
        }
        page.push_str("</details>");
    }
    page.push_str("</div>\n");
}

fn list(title: &str, items: impl Iterator<Item = String>, page: &mut String) {
    let mut items = items.peekable();
    if items.peek().is_none() {
        return;
    }
    page.push_str(&format!("<h2>{title}</h2>\n<div class=\"card\"><ul class=\"plain\">\n"));
    for item in items {
        page.push_str(&format!("<li>{}</li>\n", escape::html_line(&item)));
    }
    page.push_str("</ul></div>\n");
}
