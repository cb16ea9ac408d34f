//! Claims about directives, one table per grammar.

use super::*;
use crate::finding::Severity;
use crate::post::sample::finding;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

fn shown(path: &str, text: &str) -> Vec<String> {
    parse(path, text.as_bytes())
        .iter()
        .map(|d| {
            let rules: Vec<&str> = d.rules.iter().map(Pattern::as_str).collect();
            let mut shown = format!("{:?} {}", d.cover, rules.join(","));
            if let Some(reason) = &d.reason {
                write!(shown, " ({reason})").unwrap();
            }
            shown
        })
        .collect()
}

/// Every row of the table in section 5.3 of the specification.
#[test]
fn the_documented_forms_work_and_the_known_faults_are_mended() {
    for (path, text, expected) in [
        ("a.py", "# securescan: ignore RULE-A", vec!["Either(1, 2) RULE-A"]),
        ("a.py", "#securescan: ignore RULE-A", vec!["Either(1, 2) RULE-A"]),
        ("a.py", "#securescan:ignore RULE-A", vec!["Either(1, 2) RULE-A"]),
        ("a.py", "x = 1  # securescan: ignore A, B", vec!["Line(1) A,B"]),
        ("a.py", "x  # securescan: ignore A B", vec!["Line(1) A,B"]),
        ("a.sql", "x -- securescan: ignore *  (why)", vec!["Line(1) * (why)"]),
        ("a.py", "x  # securescan: ignore B106 # reason", vec!["Line(1) B106 (reason)"]),
        (
            "a.py",
            "x  # securescan: ignore B106 because legal ok",
            vec!["Line(1) B106 (because legal ok)"],
        ),
        ("a.html", "<b> <!-- securescan: ignore X -->", vec!["Line(1) X"]),
        ("a.js", "f() /* securescan: ignore X */", vec!["Line(1) X"]),
        ("a.js", "/* securescan: ignore X */ f() // y", vec!["Line(1) X"]),
        ("a.py", "x # securescan: ignore A securescan: ignore B", vec!["Line(1) A", "Line(1) B"]),
        ("a.py", "x # securescan: ignore A # securescan: ignore B", vec!["Line(1) A", "Line(1) B"]),
        ("a.py", "x # SecureScan: IGNORE-THIS-LINE a:b@c", vec!["Line(1) a:b@c"]),
        ("a.py", "# securescan: ignore-next-line A\nx", vec!["Line(2) A"]),
        ("a.tf", "x = 1 # securescan: ignore CKV_AWS_1", vec!["Line(1) CKV_AWS_1"]),
        ("a.bat", "REM securescan: ignore X", vec!["Either(1, 2) X"]),
        ("a.vb", "x = 1 ' securescan: ignore X", vec!["Line(1) X"]),
        ("a.ini", "; securescan: ignore X", vec!["Either(1, 2) X"]),
        ("a.tex", "% securescan: ignore X", vec!["Either(1, 2) X"]),
        ("t.j2", "{# securescan: ignore X #}", vec!["Either(1, 2) X"]),
        ("a.c", "/*\n * securescan: ignore X\n */", vec!["Either(2, 3) X"]),
        ("a.zzz", "x // securescan: ignore X", vec!["Line(1) X"]),
        ("a.py", "# securescan: ignore", vec!["Either(1, 2) "]),
        ("a.py", "x = 7 // securescan: ignore X", vec![]),
        ("a.md", "write securescan: ignore X there", vec![]),
        ("a.py", "# mysecurescan: ignore X", vec![]),
        ("a.py", "# securescan: ignored X", vec![]),
        ("a.py", "# securescan: ignore-file X", vec![]),
        ("a.py", "# secure\u{212a}scan: ignore X", vec![]),
    ] {
        assert_eq!(shown(path, text), expected, "{text}");
    }
}

#[test]
fn lines_are_counted_as_everywhere_else() {
    for end in ["\n", "\r\n", "\r"] {
        let text = format!("a{end}\u{c}b{end}# securescan: ignore-next-line X{end}c");
        assert_eq!(shown("a.py", &text), ["Line(4) X"], "{end:?}");
    }
}

#[test]
fn directives_stacked_on_lines_of_their_own_all_reach_the_code_below() {
    let text = "# securescan: ignore A\n# securescan: ignore-next-line B\n# nosemgrep: c.d\nx\n# securescan: ignore E\n\nx";
    assert_eq!(
        shown("a.py", text),
        ["Either(1, 4) A", "Line(4) B", "Either(3, 4) c.d", "Either(5, 6) E"]
    );
}

#[test]
fn foreign_directives_keep_their_own_place_and_trade() {
    for (path, text, cover, scope) in [
        ("a.json", "\"k\": \"v\", // gitleaks:allow", Cover::Line(1), Scope::Secrets),
        ("a.txt", "key gitleaks:allow", Cover::Line(1), Scope::Secrets),
        ("a.py", "k = 1 # betterleaks:allow", Cover::Line(1), Scope::Secrets),
        ("a.py", "k = 1 # trufflehog:ignore", Cover::Line(1), Scope::Secrets),
        ("a.py", "k = 1 # pragma: allowlist secret", Cover::Line(1), Scope::Secrets),
        ("a.py", "# pragma: allowlist nextline secret\nk", Cover::Line(2), Scope::Secrets),
        ("a.js", "k = 1 // secretlint-disable-line", Cover::Line(1), Scope::Secrets),
        ("a.py", "k = 1  # nosec", Cover::Line(1), Scope::Sast),
        ("a.py", "k = 1  # nosec B101", Cover::Line(1), Scope::Any),
        ("a.go", "k() // #nosec G104 -- why", Cover::Line(1), Scope::Any),
        ("a.py", "k()  # noqa: S602, E501", Cover::Line(1), Scope::Any),
        ("a.js", "k() // nosemgrep", Cover::Line(1), Scope::Sast),
        ("a.js", "// nosemgrep: x.y", Cover::Either(1, 2), Scope::Any),
        ("a.tf", "#trivy:ignore:AVD-AWS-0001", Cover::Either(1, 2), Scope::Any),
        ("a.tf", "  #checkov:skip=CKV_AWS_20:public", Cover::Around(1), Scope::Any),
        ("a.yml", "# kics-scan ignore-line", Cover::Line(2), Scope::Iac),
        ("Dockerfile", "# hadolint global ignore=DL3006", Cover::File, Scope::Any),
        (
            "Dockerfile",
            "# hadolint ignore=DL3006\n# c\n\nRUN a \\\n  b\nRUN c",
            Cover::Span(4, 5),
            Scope::Any,
        ),
        (
            "Dockerfile",
            "# hadolint ignore=DL3006\nRUN <<A cat <<-B\na\nA\nb\n\tB\nRUN c",
            Cover::Span(2, 6),
            Scope::Any,
        ),
        (
            "Dockerfile",
            "# escape=`\n# hadolint ignore=DL3006\nRUN a `\n  b\nRUN c\\\nRUN d",
            Cover::Span(3, 4),
            Scope::Any,
        ),
    ] {
        let found = parse(path, text.as_bytes());
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!((found[0].cover, found[0].scope), (cover, scope), "{text}");
    }
    for text in
        ["the word nosec in a sentence", "# how to nosec", "x = 'allowlist'", "gitleaks:allowed"]
    {
        assert_eq!(parse("a.py", text.as_bytes()), [], "{text}");
    }
}

#[test]
fn a_finding_is_reached_by_its_first_or_last_line() {
    let mut one = finding("sast", "R", "a.py", 3);
    one.end_line = Some(5);
    for (line, expected) in [(2, false), (3, true), (4, false), (5, true)] {
        let text = format!("{}# securescan: ignore-this-line R", "\n".repeat(line - 1));
        let found = parse("a.py", text.as_bytes());
        assert_eq!(found[0].matching(&one).count() == 1, expected, "line {line}");
    }
    one.line = None;
    assert!(!parse("a.py", b"x # securescan: ignore *")[0].covers(&one));
}

#[test]
fn a_bare_nosec_leaves_secrets_alone() {
    let nosec = &parse("a.py", b"x # nosec")[0];
    assert_eq!(nosec.matching(&finding("bandit", "B105", "a.py", 1)).count(), 1);
    assert_eq!(nosec.matching(&finding("secrets", "secrets/x", "a.py", 1)).count(), 0);
    let mut iac = finding("checkov", "CKV_1", "a.py", 1);
    iac.scan_type = ScanType::Iac;
    assert_eq!(nosec.matching(&iac).count(), 0);
    iac.severity = Severity::Low;
    let named = &parse("a.py", b"x # nosec secrets/x")[0];
    assert_eq!(named.matching(&finding("secrets", "secrets/x", "a.py", 1)).count(), 1);
}

#[test]
fn every_marker_passes_the_prefilter() {
    for grammar in foreign::GRAMMARS {
        let text = format!("# {}X-1", grammar.marker.trim_end_matches(['=', ':']));
        let text = text.replace(
            "X-1",
            if grammar.marker.ends_with(['=', ':']) {
                &grammar.marker[grammar.marker.len() - 1..]
            } else {
                ""
            },
        );
        assert!(PIECES.as_ref().unwrap().is_match(&format!("{text}X-1")), "{}", grammar.marker);
        assert!(HEADS.as_ref().unwrap().is_match(grammar.marker), "{}", grammar.marker);
    }
}

/// A gigabyte a second is the aim in a release build; the bound here only catches a loss of the single pass.
#[test]
fn hostile_text_takes_no_longer_than_other_text() {
    let started = Instant::now();
    for piece in [
        "securescan: ignore A ",
        "# securescan: ignore ",
        "resc",
        "# nosec ",
        "resc\n",
        "# hadolint ignore=D\n",
        "# securescan: ignore a\n",
        "a,",
        "((((",
        "/*",
    ] {
        let text = format!("# securescan: ignore {}", piece.repeat(300_000 / piece.len()));
        assert!(parse("a.zzz", text.as_bytes()).len() <= MAX_PER_FILE);
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        words in prop::collection::vec(prop::sample::select(vec![
            "securescan:", "ignore", "-next-line", " ", ",", "#", "//", "/*", "*/", "B101", "(", ")", "--", "\n", "\r",
            "nosec", "trivy:ignore:", ":exp:", "hadolint ignore=", "checkov:skip=", "until ", "2026-01-01", "é", "\u{0}",
        ]), 0..40),
        path in prop::sample::select(vec!["a.py", "a.js", "Dockerfile", "x", "a.bat", "a.html"]),
    ) {
        parse(path, &bytes);
        let mut text = words.concat().into_bytes();
        let found = parse(path, &text);
        for one in &found {
            prop_assert!(one.line as usize <= text.len() + 1);
        }
        text.extend(bytes);
        parse(path, &text);
    }

    #[test]
    fn lines_inserted_above_move_a_directive_and_change_nothing_else(above in 0u32..40) {
        let text = format!("{}x # securescan: ignore A -- why", "y\n".repeat(above as usize));
        let found = parse("a.py", text.as_bytes());
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].cover, Cover::Line(above + 1));
        prop_assert_eq!(found[0].reason.as_deref(), Some("why"));
    }
}
