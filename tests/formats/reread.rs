//! What was written reads back with an independent reader.

use super::{all_shown, cases, rendered};
use quick_xml::events::Event;
use securescan::report::{Options, by_name, json};

#[test]
fn json_reads_back_as_the_same_run() {
    for case in cases() {
        let text = rendered(by_name("json").unwrap(), &case.run, &all_shown());
        assert_eq!(json::parse(text.as_bytes()).unwrap(), case.run, "{}", case.name);
        let later = text.replacen("{", "{\"later\": [1, {\"a\": 2}],", 1);
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
        assert_eq!(findings.len(), case.run.findings.len() + case.run.suppressed.len());
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
