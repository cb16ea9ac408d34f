//! The three cards over the findings: share of each severity, findings by scanner, risk. Drawn as inline SVG.

use crate::finding::{Run, Severity};
use crate::report::phrase;
use crate::text::escape;

/// Scanners drawn; the rest are summed up in a line.
const MOST_BARS: usize = 8;

pub(super) fn cards(run: &Run, page: &mut String) {
    page.push_str("<div class=\"cards\">\n");
    severity_card(run, page);
    scanner_card(run, page);
    risk_card(run, page);
    page.push_str("</div>\n");
}

fn severity_card(run: &Run, page: &mut String) {
    let counts = &run.counts;
    page.push_str(&format!(
        "<section class=\"card\"><h3>By severity</h3><div class=\"share\">\
         <svg class=\"donut\" viewBox=\"0 0 42 42\" role=\"img\" aria-label=\"{}\">\
         <circle class=\"track\" cx=\"21\" cy=\"21\" r=\"15.9155\"/>",
        phrase::severities(counts)
    ));
    // The circumference of this radius is 100, so lengths are per cent; the ring starts at twelve o'clock.
    let mut start = 0.0;
    for severity in Severity::worst_first().filter(|severity| counts.of(*severity) > 0) {
        let share = 100.0 * counts.of(severity) as f64 / counts.total as f64;
        let gap = if share > 99.9 { 0.0 } else { 0.6 };
        page.push_str(&format!(
            "<circle class=\"t-{severity}\" cx=\"21\" cy=\"21\" r=\"15.9155\" stroke-dasharray=\"{:.2} {:.2}\" \
             stroke-dashoffset=\"{:.2}\"/>",
            (share - gap).max(0.3),
            100.0 - (share - gap).max(0.3),
            25.0 - start
        ));
        start += share;
    }
    page.push_str(&format!(
        "<text x=\"21\" y=\"22.6\">{}</text><text class=\"unit\" x=\"21\" y=\"27\">{}</text></svg>\n<ul class=\"key\">",
        compact(counts.total),
        if counts.total == 1 { "finding" } else { "findings" }
    ));
    for severity in Severity::worst_first() {
        let count = counts.of(severity);
        let (class, zero) = if count == 0 {
            ("zero".to_owned(), " class=\"zero\"")
        } else {
            (format!("s-{severity}"), "")
        };
        page.push_str(&format!(
            "<li><span class=\"sev {class}\">● {severity}</span><b{zero}>{}</b></li>",
            phrase::number(count)
        ));
    }
    page.push_str("</ul></div></section>\n");
}

fn scanner_card(run: &Run, page: &mut String) {
    let mut rows: Vec<(&str, [u64; 5])> = Vec::new();
    for finding in &run.findings {
        let name = finding.scanner.as_str();
        let at = rows.iter().position(|row| row.0 == name).unwrap_or_else(|| {
            rows.push((name, [0; 5]));
            rows.len() - 1
        });
        rows[at].1[finding.severity as usize] += 1;
    }
    let total = |row: &(&str, [u64; 5])| row.1.iter().sum::<u64>();
    rows.sort_by_key(|row| (std::cmp::Reverse(total(row)), row.0));
    let most = rows.iter().map(total).max().unwrap_or(1).max(1) as f64;
    page.push_str("<section class=\"card\"><h3>By scanner</h3><dl class=\"bars\">");
    for row in rows.iter().take(MOST_BARS) {
        let name = escape::html_line(row.0);
        page.push_str(&format!(
            "<dt title=\"{name}\">{name}</dt><dd><svg viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" \
             aria-hidden=\"true\">"
        ));
        let mut x = 0.0;
        for severity in Severity::worst_first() {
            let width = 100.0 * row.1[severity as usize] as f64 / most;
            if width > 0.0 {
                page.push_str(&format!(
                    "<rect class=\"f-{severity}\" x=\"{x:.2}\" y=\"0\" width=\"{width:.2}\" height=\"4\"/>"
                ));
                x += width;
            }
        }
        page.push_str(&format!(
            "</svg></dd><dd class=\"count\">{}</dd>",
            phrase::number(total(row))
        ));
    }
    page.push_str("</dl>");
    if rows.len() > MOST_BARS {
        let rest: u64 = rows[MOST_BARS..].iter().map(total).sum();
        page.push_str(&format!(
            "<p class=\"facts\">and {} of {}</p>",
            phrase::plural(rest, "finding"),
            phrase::plural((rows.len() - MOST_BARS) as u64, "other scanner")
        ));
    }
    page.push_str("</section>\n");
}

fn risk_card(run: &Run, page: &mut String) {
    let score = run.counts.risk_score.clamp(0.0, 100.0);
    let band = band(score);
    page.push_str(&format!(
        "<section class=\"card\"><h3>Risk score</h3><div class=\"score s-{band}\">{score:.1} <small>of 100</small></div>\
         <svg class=\"meter\" viewBox=\"0 0 100 4\" preserveAspectRatio=\"none\" aria-hidden=\"true\">\
         <rect class=\"f-{band}\" x=\"0\" y=\"0\" width=\"{score:.1}\" height=\"4\"/></svg>\
         <p class=\"facts\"><b>{}</b> scanned, {}<br>{}</p></section>\n",
        phrase::plural(run.files.scanned, "file"),
        phrase::bytes(run.files.bytes),
        if run.files.skipped.is_empty() {
            "none skipped".to_owned()
        } else {
            format!(
                "<a href=\"#files\">{} skipped</a>",
                phrase::number(run.files.skipped.len() as u64)
            )
        }
    ));
}

/// The word for a score (specification 7.8).
fn band(score: f64) -> Severity {
    match score {
        70.0.. => Severity::Critical,
        50.0.. => Severity::High,
        25.0.. => Severity::Medium,
        1.0.. => Severity::Low,
        _ => Severity::Info,
    }
}

/// A number that fits the middle of the ring.
fn compact(count: u64) -> String {
    if count < 10_000 { count.to_string() } else { format!("{}k", count / 1000) }
}
