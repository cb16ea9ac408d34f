//! Laws over findings, runs and files.

use crate::invariants::examine;
use crate::made::{alike, run};
use crate::oracle;
use proptest::prelude::*;
use securescan::finding::{Confidence, Finding, Run, Severity};
use securescan::post::baseline::{Baseline, Envelope, write};
use securescan::post::ignores::{IgnoreRule, Ignores};
use securescan::post::severity::Overrides;
use securescan::post::{self, Outcome, Policy, directive};
use securescan::report::{FORMATS, Forge, Options, by_name, json};
use securescan::rules::{load, template};
use securescan::text::escape::is_hidden;
use std::sync::LazyLock;

/// A policy that touches some of the findings in every way.
fn applied(findings: Vec<Finding>) -> Outcome {
    // One override for all: an alias gained by a merge may bring another override on a second run.
    let overrides = Overrides::new(&[("R*".to_owned(), Severity::High)].into());
    let directives = directive::parse("a.py", b"x # nosec R2\ny # securescan: ignore R1\n");
    let policy = Policy {
        overrides: &overrides,
        ignores: &Ignores::new(vec![IgnoreRule::new("R4")], &[]).unwrap(),
        baseline: None,
        vex: &[],
        directives: &[("a.py".to_owned(), directives)].into(),
        no_suppress: false,
        today: jiff::civil::date(2026, 6, 1),
        native: |scanner| scanner.as_str() == "secrets",
    };
    post::apply(findings, &policy)
}

/// A token of each rule that knows its provider's shape and looks at every file, on a line of its own.
static TOKENS: LazyLock<Vec<(String, String)>> = LazyLock::new(|| {
    let mut tokens: Vec<(String, String)> = Vec::new();
    for rule in load::secrets_whole() {
        let matching = &rule.matching;
        if matching.confidence == Confidence::High
            && matching.files.is_empty()
            && matching.matcher.is_none()
        {
            let hit = template::expand(&rule.prose.examples.hit[0]).unwrap();
            tokens.push((matching.id.clone(), hit));
        }
    }
    assert!(tokens.len() > 100);
    tokens
});

/// What a finding is, apart from where its file has it.
fn places(findings: &[Finding], below: u32) -> Vec<(String, Option<u32>, Option<u32>, Severity)> {
    let mut places: Vec<_> = findings
        .iter()
        .map(|f| (f.rule_id.to_string(), f.line.map(|line| line + below), f.column, f.severity))
        .collect();
    places.sort();
    places
}

fn prints(path: &str, text: &str) -> Vec<String> {
    let outcome = applied(examine(path, text.as_bytes()));
    outcome.findings.into_iter().map(|finding| finding.fingerprint).collect()
}

fn rendered(run: &Run, format: &securescan::report::Format, options: &Options) -> String {
    let mut out = Vec::new();
    (format.render)(run, options, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn post_is_idempotent_and_does_not_depend_on_the_order(
        (findings, shuffled) in prop::collection::vec(alike(), 0..14)
            .prop_flat_map(|findings| (Just(findings.clone()), Just(findings).prop_shuffle())),
    ) {
        let once = applied(findings);
        prop_assert_eq!(&applied(shuffled), &once);
        let all = [once.findings.clone(), once.suppressed.clone()].concat();
        prop_assert_eq!(applied(all), once);
    }

    #[test]
    fn a_baseline_accepts_what_it_was_written_from(
        findings in prop::collection::vec(alike(), 0..10),
    ) {
        let outcome = applied(findings);
        let envelope = Envelope { generated_by: "x", scan_types: &[], target_path: "." };
        let text = write(&outcome.findings, &envelope, None);
        let baseline = Baseline::read("b", text.as_bytes()).unwrap();
        let open = vec![true; outcome.findings.len()];
        let today = jiff::civil::date(2026, 6, 1);
        let accepted = baseline.accepted(&outcome.findings, &open, today);
        prop_assert_eq!(accepted.len(), outcome.findings.len());
    }

    #[test]
    fn json_reads_back_what_it_wrote(run in run()) {
        let options =
            Options { show_suppressed: true, include_unchanged: true, ..Options::default() };
        let format = by_name("json").unwrap();
        let read = json::parse(rendered(&run, format, &options).as_bytes()).unwrap();
        prop_assert_eq!(read, run);
    }

    #[test]
    fn no_format_lets_a_hidden_character_through(run in run(), terminal in any::<bool>()) {
        for format in FORMATS {
            let options = Options {
                show_suppressed: true,
                show_skipped: true,
                include_unchanged: true,
                terminal,
                label: run.target.clone(),
                ..Options::default()
            };
            let text = rendered(&run, format, &options);
            // The character that stops a mention in Markdown cannot be seen; it is ours.
            let kept = if format.extension == "md" { "\n\u{200b}" } else { "\n\t" };
            let hidden = text.find(|c| is_hidden(c) && !kept.contains(c));
            if let Some(at) = hidden {
                let line = text[..at].rfind('\n').map_or(0, |end| end + 1);
                prop_assert!(false, "{}: {:?}", format.name, &text[line..]);
            }
            let own = ["::error ", "::warning ", "::notice "];
            let is_own = |line: &str| {
                format.name == "github-annotations" && own.iter().any(|own| line.starts_with(own))
            };
            let commands = text
                .lines()
                .any(|line| line.trim_start().starts_with("::") && !is_own(line));
            prop_assert!(!commands && !text.contains("##vso["), "{}: {text}", format.name);
        }
    }

    #[test]
    fn nothing_that_was_scanned_is_markup_in_markdown(run in run(), shown in any::<bool>()) {
        let forge = Forge { repository: Some("acme/shop".to_owned()), ..Forge::default() };
        let options = Options {
            show_suppressed: shown,
            include_unchanged: shown,
            forge,
            ..Options::default()
        };
        for name in ["github-pr-comment", "job-summary"] {
            oracle::judge(&rendered(&run, by_name(name).unwrap(), &options));
        }
        let review = rendered(&run, by_name("github-review").unwrap(), &options);
        let review: serde_json::Value = serde_json::from_str(&review).unwrap();
        oracle::judge(review["body"].as_str().unwrap());
        for comment in review["comments"].as_array().unwrap() {
            oracle::judge(comment["body"].as_str().unwrap());
        }
    }

    #[test]
    fn an_annotation_is_one_line_that_reads_back(run in run()) {
        let format = by_name("github-annotations").unwrap();
        let text = rendered(&run, format, &Options::default());
        for line in text.lines().filter(|line| line.starts_with("::")) {
            let (head, message) = line[2..].split_once("::").unwrap();
            prop_assert!(!message.is_empty());
            let properties = head.split_once(' ').unwrap().1.split(',');
            for property in properties {
                let (name, value) = property.split_once('=').unwrap();
                let known = ["file", "line", "endLine", "col", "endColumn", "title"];
                prop_assert!(known.contains(&name) && !value.contains(':'), "{line}");
            }
        }
    }

    #[test]
    fn a_fingerprint_survives_lines_above_and_not_another_secret(
        above in prop::collection::vec("[a-z ]{0,30}", 0..5),
        at in any::<prop::sample::Index>(),
        other in "[A-Z]{3}",
    ) {
        let (_, line) = at.get(&TOKENS);
        let alone = prints("a.py", &format!("{line}\n"));
        let below = prints("a.py", &format!("{}\n\n{line}\n", above.join("\n")));
        prop_assert_eq!(&alone, &below);
        // The templates are seeded by their whole line, so another line is another secret of the same shape.
        let rule = load::secrets_whole().into_iter().find(|rule| {
            template::expand(&rule.prose.examples.hit[0]).unwrap() == *line
        });
        let template = rule.unwrap().prose.examples.hit[0].clone();
        // The recipe cuts a line at what begins a comment in some language, a secret behind it included.
        prop_assume!(template.contains("{{") && !["#", "//", "--"].iter().any(|cut| line.contains(cut)));
        let changed = template::expand(&format!("{template} {other}")).unwrap();
        let changed = changed.strip_suffix(&format!(" {other}")).unwrap();
        prop_assume!(changed != line);
        let changed = prints("a.py", &format!("{changed}\n"));
        prop_assert!(changed.iter().all(|print| !alone.contains(print)), "{line}");
    }

    #[test]
    fn the_findings_of_two_texts_are_those_of_each(
        first in any::<prop::sample::Index>(),
        second in any::<prop::sample::Index>(),
    ) {
        let (first, second) = (&first.get(&TOKENS).1, &second.get(&TOKENS).1);
        // Farther apart than any rule looks.
        let between = "\n".repeat(40 << 10);
        let joined = format!("{first}\n{between}{second}\n");
        let lines = u32::try_from(first.matches('\n').count()).unwrap() + 1 + (40 << 10);
        let mut expected = places(&examine("a.py", format!("{first}\n").as_bytes()), 0);
        expected.extend(places(&examine("a.py", format!("{second}\n").as_bytes()), lines));
        expected.sort();
        prop_assert_eq!(places(&examine("a.py", joined.as_bytes()), 0), expected);
    }

    #[test]
    fn what_a_file_holds_does_not_depend_on_the_file_before(
        first in any::<prop::sample::Index>(),
        second in any::<prop::sample::Index>(),
    ) {
        let (first, second) = (&first.get(&TOKENS).1, &second.get(&TOKENS).1);
        let before = examine("a.py", first.as_bytes());
        examine("b/package-lock.json", second.as_bytes());
        examine(".env", [second.as_bytes(), b"\xff\r\n", first.as_bytes()].concat().as_slice());
        prop_assert_eq!(examine("a.py", first.as_bytes()), before);
    }
}
