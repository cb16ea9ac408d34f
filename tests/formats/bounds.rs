//! Sizes: what a code host refuses whole is cut by us, in whole pieces, worst first, with the number left out.

use super::comparison::case;
use super::{all_shown, rendered, repeated};
use securescan::finding::change::{AddedIgnore, Moved};
use securescan::finding::{Counts, FailedFile, Finding, Run, Severity};
use securescan::report::{Options, by_name};

/// A comparison with far more of everything than any body takes.
fn flood() -> Run {
    let diff = case("diff").run;
    let many = repeated(&diff, 5_000).findings;
    let mut run = diff.clone();
    run.findings.clone_from(&many);
    run.counts = Counts::default();
    run.findings.iter().for_each(|finding| run.counts.add(finding.severity));
    run.notices = (0..5_000).map(|at| format!("notice {at}")).collect();
    let failed = |at| FailedFile { path: format!("f/{at}.py"), message: "broken ".repeat(90) };
    run.outcomes[0].failed_files = (0..5_000).map(failed).collect();
    for (at, finding) in run.findings.iter_mut().enumerate() {
        finding.rule_id = securescan::finding::RuleId::new(format!("rule/{at}"));
    }
    let change = run.change.as_mut().unwrap();
    change.fixed.clone_from(&many);
    change.moved =
        many.iter().map(|f| Moved { from: "a".repeat(4_000), finding: f.clone() }).collect();
    change.unchanged.clone_from(&many);
    change.audit.silenced.clone_from(&many);
    change.audit.ignores = (0..5_000)
        .map(|at| AddedIgnore {
            path: format!("src/{at}.py"),
            line: at,
            marker: "securescan".to_owned(),
            rules: (0..200).map(|rule| format!("rule-{rule}")).collect(),
            until: None,
            reason: Some("because ".repeat(2_000)),
            silences: 1,
        })
        .collect();
    change.gate.reasons = vec!["reason ".repeat(20_000)];
    run
}

fn balanced(text: &str) {
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    assert_eq!(text.matches("<summary>").count(), text.matches("</summary>").count());
    let fences = text.lines().filter(|line| line.starts_with("```")).count();
    assert_eq!(fences % 2, 0);
    for line in text.lines().filter(|line| line.starts_with("| ●")) {
        assert!(line.ends_with(" |"), "{line}");
    }
}

#[test]
fn a_comment_of_5000_findings_fits_ends_whole_and_counts_what_it_leaves_out() {
    let mut run = repeated(&case("diff").run, 5_000);
    run.change = case("diff").run.change;
    for options in [Options::default(), all_shown()] {
        let text = rendered(by_name("github-pr-comment").unwrap(), &run, &options);
        assert!(text.len() < 60_000, "{}", text.len());
        balanced(&text);
        let rows: Vec<&str> = text.lines().filter(|line| line.starts_with("| ●")).collect();
        assert!(rows.len() > 100, "{}", rows.len());
        assert!(rows.iter().all(|row| row.starts_with("| ● critical")), "worst first");
        let left = text.lines().find_map(|line| line.strip_prefix("_and ")).unwrap();
        let left: usize = left.split(' ').next().unwrap().replace(',', "").parse().unwrap();
        let total =
            run.findings.len() + if options.show_suppressed { run.suppressed.len() } else { 0 };
        assert_eq!(rows.len() + left, total);
        assert!(text.contains("This change adds 2 ignores") && text.contains("scripts/run.py:31"));
        assert!(text.trim_end().ends_with("</sub>"));
    }
}

#[test]
fn no_flood_of_anything_makes_a_body_too_large_or_hides_the_audit() {
    let run = flood();
    for options in [Options::default(), all_shown()] {
        for (name, limit) in [("github-pr-comment", 60_000), ("job-summary", 900_000)] {
            let text = rendered(by_name(name).unwrap(), &run, &options);
            assert!(text.len() < limit, "{name}: {}", text.len());
            balanced(&text);
            assert!(
                text.contains("5,000 ignores") && text.contains("more, all listed by the"),
                "{name}"
            );
            assert!(text.contains("| ● critical"), "{name}");
        }
        let review = rendered(by_name("github-review").unwrap(), &run, &options);
        let review: serde_json::Value = serde_json::from_str(&review).unwrap();
        let body = review["body"].as_str().unwrap();
        assert!(body.len() < 60_000, "{}", body.len());
        balanced(body);
        assert!(body.contains("5,000 ignores"));
    }
}

#[test]
fn a_job_summary_lists_thousands() {
    let run = repeated(&case("typical").run, 4_000);
    let text = rendered(by_name("job-summary").unwrap(), &run, &all_shown());
    assert_eq!(text.lines().filter(|line| line.starts_with("| ●")).count(), 4_000);
    assert!(text.len() < 900_000);
}

#[test]
fn the_worst_come_first_whatever_the_order_of_the_document() {
    let mut run = case("typical").run;
    run.findings.reverse();
    let text = rendered(by_name("github-pr-comment").unwrap(), &run, &Options::default());
    let ranks: Vec<Severity> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| ● "))
        .map(|row| row.split(' ').next().unwrap().parse().unwrap())
        .collect();
    assert_eq!(ranks.len(), run.findings.len());
    assert!(ranks.windows(2).all(|pair| pair[0] >= pair[1]), "{ranks:?}");
}

/// Secrets are redacted before a report is made; a report must not look for them elsewhere.
#[test]
fn no_format_shows_more_of_a_line_than_its_redacted_snippet() {
    let mut run = case("diff").run;
    let taint = |finding: &mut Finding| {
        finding.context = "hunter2-in-context".to_owned();
        finding.set_meta("raw", "hunter2-in-metadata");
    };
    run.findings.iter_mut().chain(&mut run.suppressed).for_each(taint);
    let change = run.change.as_mut().unwrap();
    change.fixed.iter_mut().chain(&mut change.unchanged).for_each(taint);
    for format in securescan::report::FORMATS {
        let text = rendered(format, &run, &all_shown());
        assert!(!text.contains("hunter2-in-context"), "{}", format.name);
        // The JSON documents hold all documented and undocumented facts of a finding.
        assert!(format.name.starts_with("json") || !text.contains("hunter2"), "{}", format.name);
    }
}
