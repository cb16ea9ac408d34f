//! Every format over every run: `FORMATS` x `tests/fixtures/runs`, and a large run made here. A new format or a new run is
//! tested without a new test: its bytes are a snapshot, they are the same twice, and they hold no control byte.

#![expect(clippy::unwrap_used, reason = "a test that cannot read its fixture has failed")]

mod bounds;
mod comparison;
mod forge;
mod markdown;
mod oracle;
mod reread;
mod sarif;

use securescan::finding::{Finding, Run};
use securescan::report::{FORMATS, Format, Options, json};
use std::path::PathBuf;

/// A run with its name.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) run: Run,
}

/// Every fixture, and 500 findings made from those of the typical run.
pub(crate) fn cases() -> Vec<Case> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/runs");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut cases: Vec<Case> = files
        .iter()
        .map(|file| Case {
            name: file.file_stem().unwrap().to_str().unwrap().to_owned(),
            run: json::parse(&std::fs::read(file).unwrap()).unwrap(),
        })
        .collect();
    assert!(cases.len() >= 9);
    let typical = cases.iter().find(|case| case.name == "typical").unwrap().run.clone();
    cases.push(Case { name: "large".to_owned(), run: repeated(&typical, 500) });
    cases
}

/// The findings of a run over and over at other places.
pub(crate) fn repeated(run: &Run, count: usize) -> Run {
    let mut large = run.clone();
    large.counts = securescan::finding::Counts { risk_score: 100.0, ..Default::default() };
    large.suppressed.clear();
    large.findings = (0..count)
        .map(|at| {
            let mut finding: Finding = run.findings[at * run.findings.len() / count].clone();
            finding.fingerprint = format!("{at:064x}");
            finding.id = format!("f-{at:016x}");
            if finding.path.is_some() {
                finding.path = Some(format!("src/part_{}/file_{at}.py", at / 50));
                finding.line = Some(at as u32 + 1);
                finding.end_line = finding.line;
            }
            large.counts.add(finding.severity);
            finding
        })
        .collect();
    large
}

/// The bytes of a format, as text.
pub(crate) fn rendered(format: &Format, run: &Run, options: &Options) -> String {
    let mut out = Vec::new();
    (format.render)(run, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

pub(crate) fn all_shown() -> Options {
    let forge = securescan::report::Forge {
        repository: Some("acme/shop".to_owned()),
        ..securescan::report::Forge::default()
    };
    Options {
        show_suppressed: true,
        show_skipped: true,
        include_unchanged: true,
        forge,
        ..Options::default()
    }
}

fn assert_snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/formats"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // The page's own style and script are the same in every page and are read where they stand.
    if text.starts_with("<!doctype html>") {
        settings.add_filter("(?s)<style>.*?</style>", "<style></style>");
        settings.add_filter("(?s)<script>.*?</script>", "<script></script>");
        settings.add_filter("sha256-[A-Za-z0-9+/=]+", "sha256-[digest]");
    }
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), text));
}

#[test]
fn every_format_of_every_run_is_as_recorded() {
    for case in cases() {
        for format in FORMATS {
            // 500 findings in every format would be megabytes nobody reads: the text report's ends will do.
            let text = rendered(format, &case.run, &Options::default());
            let name = format!("{}-{}", case.name, format.name);
            if case.name != "large" {
                assert_snapshot(&name, &text);
            } else if format.name == "text" {
                let lines: Vec<&str> = text.lines().collect();
                let (start, end) = (&lines[..40], &lines[lines.len() - 40..]);
                assert_snapshot(&name, &[start, &["[...]"], end].concat().join("\n"));
            }
        }
    }
}

#[test]
fn suppressed_findings_are_labelled_when_asked_for() {
    for case in cases().iter().filter(|case| ["typical", "diff"].contains(&case.name.as_str())) {
        for format in FORMATS {
            let text = rendered(format, &case.run, &all_shown());
            assert_snapshot(&format!("{}-{}-all-shown", case.name, format.name), &text);
        }
    }
}

#[test]
fn the_text_report_adapts_to_its_reader() {
    for case in cases().iter().filter(|case| ["typical", "diff"].contains(&case.name.as_str())) {
        for (name, options) in [
            ("terminal", Options { terminal: true, ..Options::default() }),
            ("narrow", Options { terminal: true, width: 60, ..Options::default() }),
            ("quiet", Options { quiet: true, ..Options::default() }),
        ] {
            let text = rendered(&FORMATS[0], &case.run, &options);
            assert_snapshot(&format!("{}-text-{name}", case.name), &text);
        }
        let colour = Options { terminal: true, colour: true, ..Options::default() };
        let painted = rendered(&FORMATS[0], &case.run, &colour);
        assert_snapshot(&format!("{}-text-colour", case.name), &painted.replace('\u{1b}', "ESC"));
    }
}

#[test]
fn the_same_run_gives_the_same_bytes() {
    for case in cases() {
        for format in FORMATS {
            for options in [Options::default(), all_shown()] {
                let first = rendered(format, &case.run, &options);
                assert_eq!(first, rendered(format, &case.run, &options), "{}", format.name);
                assert!(first.ends_with('\n'), "{} {}", case.name, format.name);
            }
        }
    }
}

#[test]
fn no_output_holds_what_a_reader_cannot_see() {
    for case in cases() {
        for format in FORMATS {
            let text = rendered(format, &case.run, &all_shown());
            // The one character that stops a mention or bare link in Markdown is one that nobody sees.
            let kept =
                if format.media_type.starts_with("text/markdown") { "\n\u{200b}" } else { "\n\t" };
            let hidden = |c: char| securescan::text::escape::is_hidden(c) && !kept.contains(c);
            if let Some(at) = text.find(hidden) {
                let from = text.floor_char_boundary(at.saturating_sub(60));
                panic!("{} {}: {:?}", case.name, format.name, &text[from..=at]);
            }
        }
    }
}

#[test]
fn no_printed_line_is_a_command_to_a_build_server() {
    for case in cases() {
        for format in FORMATS {
            for line in rendered(format, &case.run, &all_shown()).lines() {
                let line = line.trim_start();
                let commands = ["##vso[", "##[", "##teamcity["];
                let ours = ["::error ", "::warning ", "::notice "];
                let own = format.name == "github-annotations"
                    && ours.iter().any(|command| line.starts_with(command));
                let caught =
                    (line.starts_with("::") && !own) || commands.iter().any(|c| line.contains(c));
                assert!(!caught, "{} {}: {line}", case.name, format.name);
            }
        }
    }
}
