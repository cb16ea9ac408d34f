//! One row of the table of findings.

use crate::finding::{Confidence, Finding, key};
use crate::report::{directive, mark, phrase};
use crate::text::escape;

pub(super) fn row(finding: &Finding, open: bool, page: &mut String) {
    let severity = finding.severity;
    let scanner = escape::html_line(finding.scanner.as_str());
    let path = escape::html_line(finding.path.as_deref().unwrap_or_default());
    let hushed = finding.suppressed_by();
    page.push_str(&format!(
        "<tr data-severity=\"{severity}\" data-scanner=\"{scanner}\" data-path=\"{path}\"{}>\
         <td><span class=\"sev s-{severity}\">● {severity}</span></td>\n<td><details{}><summary><span>",
        if hushed.is_some() { " class=\"hushed\"" } else { "" },
        if open { " open" } else { "" }
    ));
    if let Some(by) = hushed {
        page.push_str(&format!("<span class=\"tag\">SUPPRESSED:{}</span>", escape::html(by)));
    }
    let place = finding.place();
    let place =
        if place.is_empty() { phrase::NO_FILE.to_owned() } else { escape::html_line(&place) };
    page.push_str(&format!(
        "<b>{}</b> <code class=\"rule\">{}</code><span class=\"where mono\">{place}</span></span></summary>\n\
         <div class=\"more\">",
        escape::html_line(&phrase::cut(&finding.title, phrase::LONGEST_TITLE)),
        escape::html_line(finding.rule_id.as_str())
    ));
    snippet(finding, page);
    facts(finding, page);
    page.push_str(&format!("</div></details></td>\n<td class=\"who\">{scanner}</td></tr>\n"));
}

fn snippet(finding: &Finding, page: &mut String) {
    let Some(line) = finding.meta(key::LINE_SNIPPET) else {
        return;
    };
    let chars: Vec<char> = line.trim_end().chars().collect();
    let text = |part: &[char]| escape::html(&part.iter().collect::<String>().replace('\n', "\\n"));
    let shown = match mark::marked(&chars, finding) {
        Some(range) => format!(
            "{}<mark class=\"s-{}\">{}</mark>{}",
            text(&chars[..range.start]),
            finding.severity,
            text(&chars[range.clone()]),
            text(&chars[range.end..])
        ),
        None => text(&chars),
    };
    let number =
        finding.line.map(|line| format!("<span class=\"n\">{line}</span>")).unwrap_or_default();
    page.push_str(&format!("<pre tabindex=\"0\">{number}{shown}</pre>"));
}

fn facts(finding: &Finding, page: &mut String) {
    page.push_str("<dl>");
    let mut fact = |name: &str, html: &str| {
        if !html.is_empty() {
            page.push_str(&format!("<dt>{name}</dt><dd>{html}</dd>\n"));
        }
    };
    fact("Why", &escape::html(&finding.description));
    fact("Fix", &escape::html(phrase::remediation(finding).unwrap_or_default()));
    fact("Flow", &escape::html(&phrase::flow(finding).unwrap_or_default()));
    fact("A model says", &escape::html(finding.meta(key::AI_EXPLANATION).unwrap_or_default()));
    let tags: Vec<String> = finding
        .cwe
        .iter()
        .chain(&finding.compliance_tags)
        .map(|tag| format!("<span class=\"tag\">{}</span>", escape::html_line(tag)))
        .collect();
    fact("Tags", &tags.concat());
    let pages: Vec<String> = finding.references.iter().map(|page| reference(page)).collect();
    fact("Read", &pages.join("\n"));
    fact("Notes", &escape::html(&notes(finding).join(", ")));
    if finding.suppressed_by().is_none() {
        let ignore = match directive::silence(finding) {
            directive::Silence::Above(comment) => {
                format!("add <code>{}</code> above the line", escape::html(&comment))
            }
            directive::Silence::Elsewhere => format!(
                "list <code>{}</code> under <code>ignored_rules</code> in .securescan.yml, or record a baseline",
                escape::html_line(finding.rule_id.as_str())
            ),
        };
        fact("Ignore", &ignore);
    }
    page.push_str("</dl>");
}

fn reference(page: &str) -> String {
    let text = escape::html(page);
    if phrase::is_web_address(page) {
        format!("<a href=\"{text}\" rel=\"noopener noreferrer\">{text}</a>")
    } else {
        text
    }
}

fn notes(finding: &Finding) -> Vec<String> {
    let mut notes = vec![format!("confidence {}", finding.confidence)];
    if finding.confidence == Confidence::High {
        notes.clear();
    }
    notes.extend(phrase::notes(finding));
    notes
}
