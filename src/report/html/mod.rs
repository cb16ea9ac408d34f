//! One self-contained page: no request leaves it, its policy allows only its own style and script by digest, and it reads
//! without script too. What a person in charge asks comes first, the findings follow, then what was not scanned.

mod change;
mod chart;
mod coverage;
mod finding;

use super::{Options, change as comparison, gap, phrase};
use crate::finding::{Finding, Run, Severity};
use crate::text::escape;
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Renders the run.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let shown: Vec<&Finding> = phrase::shown(run, options).collect();
    let mut page = String::new();
    head(run, options, &mut page);
    verdict(run, &mut page);
    if !run.findings.is_empty() {
        chart::cards(run, &mut page);
    }
    findings(run, &shown, &mut page);
    if let Some(compared) = &run.change {
        change::buckets(run, compared, options, &mut page);
    }
    coverage::write(run, options, &mut page);
    foot(run, &mut page);
    out.write_all(page.as_bytes())
}

fn head(run: &Run, options: &Options, page: &mut String) {
    let label = match phrase::label(run, options) {
        "." => "report".to_owned(),
        label => escape::html_line(label),
    };
    // The mark is a shield; drawn here so that nothing is fetched.
    let mark = "<svg width=\"18\" height=\"18\" viewBox=\"0 0 18 18\" aria-hidden=\"true\"><path fill=\"currentColor\" \
                d=\"M9 1 2.5 3.4v5.1c0 3.9 2.7 6.9 6.5 8.5 3.8-1.6 6.5-4.6 6.5-8.5V3.4L9 1Zm-1 11L4.9 8.9l1.3-1.3L8 9.4l3.8-3.8 \
                1.3 1.3L8 12Z\"/></svg>";
    page.push_str(&format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src '{style}'; \
         script-src '{script}'; img-src data:; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n<link rel=\"icon\" href=\"data:,\">\n\
         <title>securescan: {label}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
         <a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n\
         <header class=\"top\"><div class=\"wrap\"><span class=\"brand\">{mark}securescan</span>\
         <span class=\"target mono\">{label}</span>\
         <button type=\"button\" id=\"theme\" hidden>Dark theme</button></div></header>\n\
         <main class=\"wrap\">\n",
        style = digest(STYLE),
        script = digest(SCRIPT),
    ));
}

/// The one sentence to take away, and what makes it less than the whole truth.
fn verdict(run: &Run, page: &mut String) {
    let counts = &run.counts;
    let nothing = run.nothing_scanned().filter(|_| gap::unconcerned(run).is_none());
    let title = match (nothing, &run.change, counts.total) {
        (Some(_), _, 0) => "Nothing was scanned".to_owned(),
        (_, Some(change), _) => comparison::counts(run, change),
        (_, None, 0) => "No findings".to_owned(),
        (_, None, total) => phrase::plural(total, "finding"),
    };
    let mut lead = capital(&phrase::files(&run.files));
    if counts.total > 0 {
        lead = format!("{}. {lead}", capital(&phrase::severities(counts)));
    }
    if let Some(suppressed) = phrase::suppressed(counts) {
        lead = format!("{lead}. {suppressed}");
    }
    page.push_str(&format!("<h1>{title}</h1>\n"));
    page.push_str(&format!("<p class=\"lead\">{}.</p>\n", escape::html(&lead)));
    if let Some(told) = gap::unconcerned(run) {
        page.push_str(&format!("<p class=\"facts\">{}.</p>\n", capital(told)));
    }
    if let Some(why) = nothing {
        page.push_str(&format!(
            "<p class=\"alarm\" role=\"alert\"><strong>Nothing was scanned:</strong> {why}. \
             This is not a clean result.</p>\n"
        ));
    }
    if let Some(names) = phrase::incomplete(run) {
        page.push_str(&format!(
            "<p class=\"alarm\" role=\"alert\"><strong>Incomplete:</strong> {} did not finish, so findings \
             may be missing. <a href=\"#scanners\">See why</a>.</p>\n",
            escape::html(&names)
        ));
    }
    if let Some(compared) = &run.change {
        change::verdict(run, compared, page);
    }
}

fn findings(run: &Run, shown: &[&Finding], page: &mut String) {
    page.push_str("<h2 id=\"findings\">Findings</h2>\n");
    if shown.is_empty() {
        empty(run, page);
        return;
    }
    filters(shown, page);
    page.push_str(
        "<div class=\"tally\" id=\"tally\" hidden><p role=\"status\"></p>\
         <button type=\"button\" id=\"open-all\" aria-pressed=\"false\">Open all</button></div>\n\
         <p class=\"card\" id=\"none\" hidden>No finding matches the filter.</p>\n\
         <div class=\"frame\" id=\"frame\"><table class=\"findings\">\n\
         <caption>Findings, worst first</caption>\n<thead><tr><th scope=\"col\" class=\"c-sev\">Severity</th>\
         <th scope=\"col\">Finding</th><th scope=\"col\" class=\"c-who\">Scanner</th></tr></thead>\n<tbody>\n",
    );
    for (at, finding) in shown.iter().enumerate() {
        // The first one open shows that rows open.
        finding::row(finding, at == 0, page);
    }
    page.push_str("</tbody></table></div>\n");
}

fn empty(run: &Run, page: &mut String) {
    let nothing = run.nothing_scanned().filter(|_| gap::unconcerned(run).is_none());
    let (say, more) = match (nothing, run.is_incomplete()) {
        (None, false) if run.change.is_some() => {
            ("Nothing new", format!("{}.", capital(&phrase::files(&run.files))))
        }
        (Some(why), _) => ("Nothing to show", format!("{}.", capital(why))),
        (None, true) => ("No findings so far", "Some scanners did not finish.".to_owned()),
        (None, false) => (
            "Nothing found",
            format!(
                "{} looked at by {}.",
                capital(&phrase::plural(run.files.scanned, "file")),
                phrase::who_ran(run)
            ),
        ),
    };
    let clean = nothing.is_none() && !run.is_incomplete();
    let tick =
        if clean { "<path d=\"m19 28 7 7 12-13\"/>" } else { "<path d=\"M28 17v14m0 7v1\"/>" };
    page.push_str(&format!(
        "<div class=\"card empty{}\"><svg viewBox=\"0 0 56 56\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"3\" \
         stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\"><circle cx=\"28\" cy=\"28\" r=\"25\"/>{tick}\
         </svg><p class=\"say\">{say}</p><p>{}</p></div>\n",
        if clean { "" } else { " not-clean" },
        escape::html(&more)
    ));
}

fn filters(shown: &[&Finding], page: &mut String) {
    page.push_str(
        "<form class=\"filters\" id=\"filters\" role=\"search\" hidden>\n<span class=\"chips\">",
    );
    for severity in Severity::worst_first() {
        let count = shown.iter().filter(|finding| finding.severity == severity).count();
        if count > 0 {
            page.push_str(&format!(
                "<label class=\"s-{severity}\"><input type=\"checkbox\" value=\"{severity}\" checked>● {severity} {}\
                 </label>",
                phrase::number(count as u64)
            ));
        }
    }
    page.push_str(
        "</span>\n<select name=\"scanner\" aria-label=\"Scanner\"><option value=\"\">all scanners</option>",
    );
    let mut scanners: Vec<&str> = shown.iter().map(|finding| finding.scanner.as_str()).collect();
    scanners.sort_unstable();
    scanners.dedup();
    for scanner in scanners {
        let name = escape::html_line(scanner);
        page.push_str(&format!("<option value=\"{name}\">{name}</option>"));
    }
    page.push_str(
        "</select>\n<input type=\"search\" name=\"text\" placeholder=\"Search ( / )\" aria-label=\"Search in findings\">\n\
         <input type=\"search\" name=\"path\" placeholder=\"Path\" aria-label=\"Path contains\">\n\
         <button type=\"reset\">Reset</button>\n</form>\n",
    );
}

fn foot(run: &Run, page: &mut String) {
    page.push_str(&format!(
        "</main>\n<footer><div class=\"wrap\">securescan {}</div></footer>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
        escape::html(&run.version)
    ));
}

/// The first letter in upper case.
fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// The digest of an inline element as a content security policy names it.
fn digest(text: &str) -> String {
    format!("sha256-{}", base64(&Sha256::digest(text.as_bytes())))
}

/// RFC 4648 section 4, with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let group = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let digit = ALPHABET[(group >> (18 - 6 * place) & 63) as usize];
            out.push(if place > chunk.len() { '=' } else { char::from(digit) });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4648 section 10.
    #[test]
    fn base64_vectors_hold() {
        for (input, expected) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(input.as_bytes()), expected);
        }
    }

    #[test]
    fn style_and_script_ask_for_nothing_and_close_nothing() {
        for text in [STYLE, SCRIPT] {
            for word in ["http", "url(", "@import", "</", "innerHTML", "eval("] {
                assert!(!text.contains(word), "{word}");
            }
        }
    }
}
