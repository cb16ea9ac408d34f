//! What was written reads back with an independent reader.

use super::{all_shown, cases, rendered};
use quick_xml::events::Event;
use securescan::report::{Options, by_name, json};

#[test]
fn json_reads_back_as_the_same_run() {
    for case in cases() {
        let text = rendered(by_name("json").unwrap(), &case.run, &all_shown());
        assert_eq!(json::parse(text.as_bytes()).unwrap(), case.run, "{}", case.name);
        let later = text.replacen('{', "{\"later\": [1, {\"a\": 2}],", 1);
        assert_eq!(json::parse(later.as_bytes()).unwrap(), case.run, "{}", case.name);
    }
}

#[test]
fn json_without_suppressed_findings_still_counts_them() {
    let case = cases().into_iter().find(|case| case.name == "typical").unwrap();
    let text = rendered(by_name("json").unwrap(), &case.run, &Options::default());
    let read = json::parse(text.as_bytes()).unwrap();
    assert!(read.suppressed.is_empty());
    assert_eq!(read.counts, case.run.counts);
}

#[test]
fn json_lines_are_findings_and_then_a_summary() {
    for case in cases() {
        let text = rendered(by_name("jsonl").unwrap(), &case.run, &all_shown());
        let lines: Vec<serde_json::Value> =
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let (last, findings) = lines.split_last().unwrap();
        let change = case.run.change.as_deref();
        let more = change.map_or(0, |c| c.fixed.len() + c.moved.len() + c.unchanged.len());
        let count = case.run.findings.len() + case.run.suppressed.len() + more;
        assert_eq!(findings.len(), count, "{}", case.name);
        assert!(findings.iter().all(|line| line["type"] == "finding"));
        assert_eq!(last["type"], "summary");
        assert_eq!(last["counts"]["total"], case.run.counts.total);
    }
}

#[test]
fn csv_has_one_width_one_line_a_row_and_no_formula() {
    for case in cases() {
        for options in [Options::default(), all_shown()] {
            let text = rendered(by_name("csv").unwrap(), &case.run, &options);
            let mut reader = csv::ReaderBuilder::new().flexible(false).from_reader(text.as_bytes());
            let width = reader.headers().unwrap().len();
            let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
            assert_eq!(rows.len() + 1, text.lines().count(), "{}", case.name);
            for row in &rows {
                assert_eq!(row.len(), width);
                for cell in row {
                    assert!(!cell.starts_with(['=', '+', '-', '@']), "{cell}");
                }
            }
            let findings = rows.iter().filter(|row| &row[0] != "notice").count();
            let shown = if options.show_suppressed { case.run.suppressed.len() } else { 0 };
            assert_eq!(findings, case.run.findings.len() + shown);
        }
    }
}

#[test]
fn junit_is_well_formed_and_its_totals_add_up() {
    for case in cases() {
        let text = rendered(by_name("junit").unwrap(), &case.run, &all_shown());
        let mut reader = quick_xml::Reader::from_str(&text);
        let mut totals = None;
        let (mut tests, mut failures, mut errors, mut skipped) = (0, 0, 0, 0);
        loop {
            match reader.read_event().unwrap() {
                Event::Start(element) | Event::Empty(element) => {
                    let attributes: Vec<(String, String)> = element
                        .attributes()
                        .map(|attribute| {
                            let attribute = attribute.unwrap();
                            let key = attribute.key.as_ref().to_owned();
                            (key, attribute.value.to_string())
                        })
                        .collect();
                    let number = |name: &str| -> u32 {
                        attributes.iter().find(|(key, _)| key == name).unwrap().1.parse().unwrap()
                    };
                    match element.name().as_ref() {
                        "testsuites" => {
                            totals = Some(["tests", "failures", "errors", "skipped"].map(number));
                        }
                        "testcase" => tests += 1,
                        "failure" => failures += 1,
                        "error" => errors += 1,
                        "skipped" => skipped += 1,
                        _ => {}
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        assert_eq!(totals, Some([tests, failures, errors, skipped]), "{}", case.name);
        let severe = case.run.counts.critical + case.run.counts.high;
        assert_eq!(u64::from(failures), severe);
    }
}

/// Tags of a page as (name, attributes), style and script taken out.
fn tags(page: &str) -> Vec<(String, String)> {
    let mut rest = page.to_owned();
    for (open, close) in [("<style>", "</style>"), ("<script>", "</script>")] {
        let from = rest.find(open).unwrap() + open.len();
        let to = from + rest[from..].find(close).unwrap();
        rest.replace_range(from..to, "");
    }
    let opened = rest.split('<').skip(1).map(|tag| tag.split_once('>').unwrap().0);
    opened
        .map(|tag| {
            let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
            (name.trim_start_matches('/').to_owned(), attributes.to_owned())
        })
        .collect()
}

#[test]
fn html_holds_only_its_own_elements_and_asks_for_nothing() {
    const OWN: &str = "!doctype a b body br button caption circle code dd details div dl dt footer form h1 h2 h3 head \
                       header html input label li link main mark meta option p path pre rect script section select \
                       small span strong style summary svg table tbody td text th thead title tr ul";
    for case in cases() {
        let page = rendered(by_name("html").unwrap(), &case.run, &all_shown());
        for (name, attributes) in tags(&page) {
            assert!(OWN.split_whitespace().any(|own| own == name), "{}: <{name}>", case.name);
            // With quoted values taken out only the names of attributes are left.
            let names: String = attributes.split('"').step_by(2).collect();
            for attribute in names.split_whitespace() {
                assert!(!attribute.starts_with("on") && attribute != "style=", "{attribute}");
                assert!(attribute != "src=", "{attributes}");
            }
            if let Some((_, value)) = attributes.split_once("href=\"") {
                let own = ["#", "https://", "data:,"].iter().any(|start| value.starts_with(start));
                assert!(own, "{value}");
            }
        }
        let rows = page.matches("<tr data-severity=").count();
        assert_eq!(rows, case.run.findings.len() + case.run.suppressed.len(), "{}", case.name);
    }
}
