//! JUnit XML for the test-result tabs of build servers: a suite per scanner, a test case per finding. Critical and high
//! findings are failures; the rest are passed cases with the text in `system-out`. A scanner that failed or was cut off is
//! an error and one that was skipped a skipped case, so that a missing scanner never turns the tab green. What a comparison
//! says beyond the new findings stands in the suite of the run as a whole.

use super::{Options, change, gap, phrase};
use crate::finding::{Change, Finding, Run, ScannerOutcome, ScannerStatus, Severity};
use crate::text::escape;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use std::io::{self, Write};

/// Some servers keep names in columns of limited width.
const LONGEST_NAME: usize = 200;

/// Test cases of one suite, with what its attributes need.
struct Suite {
    name: String,
    cases: Vec<Case>,
}

struct Case {
    name: String,
    class: String,
    file: Option<(String, Option<u32>)>,
    outcome: Outcome,
    note: Option<String>,
}

enum Outcome {
    Passed { output: String },
    Failure { kind: &'static str, message: String, text: String },
    Error { kind: &'static str, message: String },
    Skipped { message: String },
}

/// Renders the run.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let suites = suites(run, options);
    let mut xml = Writer::new_with_indent(&mut *out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)))?;
    let mut root = BytesStart::new("testsuites");
    let name = match phrase::label(run, options) {
        "." => "securescan".to_owned(),
        label => format!("securescan: {label}"),
    };
    attribute(&mut root, "name", &name);
    totals(&mut root, suites.iter().flat_map(|suite| &suite.cases));
    xml.write_event(Event::Start(root))?;
    for (at, suite) in suites.iter().enumerate() {
        let mut start = BytesStart::new("testsuite");
        attribute(&mut start, "name", &suite.name);
        totals(&mut start, suite.cases.iter());
        xml.write_event(Event::Start(start))?;
        if at == 0 {
            properties(&mut xml, run, options)?;
        }
        for case in &suite.cases {
            write_case(&mut xml, case)?;
        }
        xml.write_event(Event::End(BytesEnd::new("testsuite")))?;
    }
    xml.write_event(Event::End(BytesEnd::new("testsuites")))?;
    drop(xml);
    writeln!(out)
}

/// One suite for the run as a whole, then one per scanner, then those of scanners the run lists no outcome for.
fn suites(run: &Run, options: &Options) -> Vec<Suite> {
    let mut suites = vec![Suite { name: "securescan".to_owned(), cases: run_cases(run, options) }];
    for outcome in &run.outcomes {
        let name = outcome.scanner.to_string();
        suites.push(Suite { cases: outcome_cases(outcome), name });
    }
    for finding in phrase::shown(run, options) {
        let name = finding.scanner.as_str();
        let at = suites.iter().position(|suite| suite.name == name).unwrap_or_else(|| {
            suites.push(Suite { name: name.to_owned(), cases: Vec::new() });
            suites.len() - 1
        });
        suites[at].cases.push(finding_case(finding));
    }
    suites
}

fn run_cases(run: &Run, options: &Options) -> Vec<Case> {
    let case = |name: &str, outcome| Case {
        name: name.to_owned(),
        class: "securescan".to_owned(),
        file: None,
        outcome,
        note: None,
    };
    let read = match (run.nothing_scanned(), gap::unconcerned(run)) {
        (_, Some(told)) => Outcome::Passed { output: told.to_owned() },
        (Some(why), None) => {
            let message = format!("nothing was scanned: {why}");
            Outcome::Error { kind: "nothing-scanned", message }
        }
        (None, None) => Outcome::Passed { output: phrase::files(&run.files) },
    };
    let mut cases = vec![case("files of the target", read)];
    let unused = run.unused_directives.iter().map(phrase::unused);
    let notices = run.notices.iter().cloned().chain(unused);
    cases.extend(notices.map(|output| case("notice", Outcome::Passed { output })));
    if let Some(change) = &run.change {
        let told = comparison(run, change, options);
        cases.extend(told.into_iter().map(|(name, outcome)| case(&name, outcome)));
    }
    cases
}

/// Cases of a comparison: what was compared, the rules it touches, the findings that are not new, gaps of the base.
fn comparison(run: &Run, change: &Change, options: &Options) -> Vec<(String, Outcome)> {
    let lines = |lines: Vec<String>| Outcome::Passed { output: lines.join("\n") };
    let told = change::summary(run, change);
    let mut cases = vec![(format!("comparison ({})", change::name(change.kind)), lines(told))];
    if let Some(title) = change::audit_title(&change.audit) {
        let items = change::audit(&change.audit).map(|item| change::plain(&item));
        cases.push((title, lines(items.collect())));
    }
    for bucket in change::buckets(change, options) {
        let listed = bucket.findings.into_iter();
        let listed = listed.map(|(finding, from)| change::plain(&change::one_line(finding, from)));
        cases.push((format!("findings {}", bucket.name), lines(listed.collect())));
    }
    // The head decides whether the tab is green; a gap of the base can only add findings to it.
    cases.extend(gap::of_base(run).into_iter().map(|(outcome, message)| {
        (format!("{} runs on the base side", outcome.scanner), Outcome::Skipped { message })
    }));
    cases
}

fn outcome_cases(outcome: &ScannerOutcome) -> Vec<Case> {
    let who = &outcome.scanner;
    let case = |name: String, outcome| Case {
        name,
        class: format!("securescan.{who}"),
        file: None,
        outcome,
        note: None,
    };
    let message = phrase::status_detail(&outcome.status);
    let status = match &outcome.status {
        ScannerStatus::Ran { .. } => Outcome::Passed { output: message },
        ScannerStatus::Skipped { .. } => Outcome::Skipped { message },
        ScannerStatus::Failed { .. } => Outcome::Error { kind: "failed", message },
        ScannerStatus::TimedOut { .. } => {
            Outcome::Error { kind: "timed-out", message: format!("timed out {message}") }
        }
    };
    let mut cases = vec![case(format!("{who} runs"), status)];
    cases.extend(outcome.failed_files.iter().map(|file| {
        let error = Outcome::Error { kind: "failed-file", message: file.message.clone() };
        Case {
            file: Some((file.path.clone(), None)),
            ..case(format!("{who} reads {}", file.path), error)
        }
    }));
    cases
}

fn finding_case(finding: &Finding) -> Case {
    let place = finding.place();
    let name = if place.is_empty() {
        finding.title.clone()
    } else {
        format!("{} ({place})", finding.title)
    };
    let place =
        if place.is_empty() { phrase::NO_FILE.to_owned() } else { escape::terminal(&place) };
    let mut text = vec![format!("{place} {} [{}]", finding.severity, finding.rule_id)];
    text.extend((!finding.description.is_empty()).then(|| finding.description.clone()));
    text.extend(finding.cwe.clone());
    text.extend(phrase::remediation(finding).map(|fix| format!("Fix: {fix}")));
    text.extend(finding.references.iter().map(|page| format!("See: {page}")));
    let text = text.join("\n");
    let by = finding.suppressed_by();
    let fails = by.is_none() && finding.severity >= Severity::High;
    Case {
        name,
        class: format!("securescan.{}", finding.scanner),
        file: finding.path.clone().map(|path| (path, finding.line)),
        outcome: if fails {
            Outcome::Failure {
                kind: finding.severity.as_str(),
                message: finding.title.clone(),
                text,
            }
        } else {
            Outcome::Passed { output: text }
        },
        note: by.map(|by| format!("SUPPRESSED:{by}")),
    }
}

fn totals<'a>(element: &mut BytesStart<'_>, cases: impl Iterator<Item = &'a Case>) {
    let (mut tests, mut failures, mut errors, mut skipped) = (0, 0, 0, 0);
    for case in cases {
        tests += 1;
        match case.outcome {
            Outcome::Failure { .. } => failures += 1,
            Outcome::Error { .. } => errors += 1,
            Outcome::Skipped { .. } => skipped += 1,
            Outcome::Passed { .. } => {}
        }
    }
    for (name, count) in
        [("tests", tests), ("failures", failures), ("errors", errors), ("skipped", skipped)]
    {
        attribute(element, name, &count.to_string());
    }
}

fn properties<W: Write>(xml: &mut Writer<W>, run: &Run, options: &Options) -> io::Result<()> {
    let mut list = vec![
        ("version".to_owned(), run.version.clone()),
        ("target".to_owned(), run.target.clone()),
        ("files.scanned".to_owned(), run.files.scanned.to_string()),
        ("files.skipped".to_owned(), run.files.skipped.len().to_string()),
    ];
    for (reason, count) in run.files.skipped_by_reason() {
        list.push((format!("files.skipped.{reason}"), count.to_string()));
    }
    for skipped in run.files.skipped.iter().filter(|_| options.show_skipped) {
        let detail = Some(&skipped.detail).filter(|detail| !detail.is_empty());
        let detail = detail.map(|detail| format!(" ({detail})")).unwrap_or_default();
        list.push((format!("skipped: {}", skipped.path), format!("{}{detail}", skipped.reason)));
    }
    list.push(("findings.suppressed".to_owned(), run.counts.suppressed().to_string()));
    list.push(("risk_score".to_owned(), format!("{:.1}", run.counts.risk_score)));
    xml.write_event(Event::Start(BytesStart::new("properties")))?;
    for (name, value) in list {
        let mut property = BytesStart::new("property");
        attribute(&mut property, "name", &name);
        attribute(&mut property, "value", &value);
        xml.write_event(Event::Empty(property))?;
    }
    xml.write_event(Event::End(BytesEnd::new("properties")))
}

fn write_case<W: Write>(xml: &mut Writer<W>, case: &Case) -> io::Result<()> {
    let mut start = BytesStart::new("testcase");
    attribute(&mut start, "name", &phrase::cut(&case.name, LONGEST_NAME));
    attribute(&mut start, "classname", &case.class);
    if let Some((path, line)) = &case.file {
        attribute(&mut start, "file", path);
        if let Some(line) = line {
            attribute(&mut start, "line", &line.to_string());
        }
    }
    xml.write_event(Event::Start(start))?;
    match &case.outcome {
        Outcome::Passed { output } => text_element(xml, BytesStart::new("system-out"), output)?,
        Outcome::Failure { kind, message, text } => {
            text_element(xml, reason("failure", Some(kind), message), text)?;
        }
        Outcome::Error { kind, message } => {
            text_element(xml, reason("error", Some(kind), message), message)?;
        }
        Outcome::Skipped { message } => {
            xml.write_event(Event::Empty(reason("skipped", None, message)))?;
        }
    }
    if let Some(note) = &case.note {
        text_element(xml, BytesStart::new("system-out"), note)?;
    }
    xml.write_event(Event::End(BytesEnd::new("testcase")))
}

fn reason(element: &'static str, kind: Option<&str>, message: &str) -> BytesStart<'static> {
    let mut start = BytesStart::new(element);
    if let Some(kind) = kind {
        attribute(&mut start, "type", kind);
    }
    attribute(&mut start, "message", message);
    start
}

fn text_element<W: Write>(
    xml: &mut Writer<W>,
    start: BytesStart<'_>,
    text: &str,
) -> io::Result<()> {
    let end = start.to_end().into_owned();
    xml.write_event(Event::Start(start))?;
    xml.write_event(Event::Text(BytesText::new(&escape::xml(text))))?;
    xml.write_event(Event::End(end))
}

/// A parser turns a raw line break in an attribute into a blank; spelled out it survives.
fn attribute(element: &mut BytesStart<'_>, name: &str, value: &str) {
    let value = escape::xml(value).replace('\n', "\\n").replace('\t', "\\t");
    element.push_attribute((name, value.as_str()));
}
