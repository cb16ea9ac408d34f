//! Made-up findings and runs: from small vocabularies, so that they often agree, and with text that attacks its reader.

use proptest::prelude::*;
use securescan::finding::change::{
    AddedIgnore, Anchor, Audit, Change, ChangeKind, Gate, Moved, PolicyFile, PolicyFrom, Scope,
    SettingChange, Side, Suggestion,
};
use securescan::finding::{
    Confidence, Counts, FailedFile, Files, Finding, RuleId, Run, ScanType, ScannerId,
    ScannerOutcome, ScannerStatus, Severity, SkipReason, SkippedFile, UnusedDirective,
};

/// Findings that often agree in most fields.
pub fn alike() -> impl Strategy<Value = Finding> {
    let place = (prop::option::of(0..2_usize), prop::option::of(1..4_u32), 1..4_u32, 0..3_u32);
    let rule = (0..4_usize, 0..4_usize, prop::option::of(0..3_usize), prop::option::of(0..3_usize));
    let rank = (0..5_usize, 0..3_usize, 0..2_usize);
    (place, rule, rank, "[a-c]?").prop_map(|(place, rule, rank, context)| {
        let scanner = ["secrets", "semgrep", "bandit", "gitleaks"][rule.0];
        let mut one = Finding::new(
            ScannerId::new(scanner),
            ScanType::Code,
            Severity::ALL[rank.0],
            RuleId::new(["R1", "R2", "R3", "R4"][rule.1]),
            ["t1", "t2"][rank.2],
        );
        let (path, line, column, width) = place;
        one.path = path.map(|at| ["a.py", "b.py"][at].to_owned());
        one.line = line;
        one.end_line = line;
        one.column = line.map(|_| column);
        one.end_column = line.map(|_| column + width);
        one.cwe = rule.2.map(|at| ["CWE-79", "89", "CWE-798: Hard-coded"][at].to_owned());
        one.confidence = Confidence::ALL[rank.1];
        one.context = context;
        if let Some(at) = rule.3 {
            let aliases = serde_json::json!([(["R1", "R9", "R3"][at])]);
            one.metadata.insert("aliases".to_owned(), aliases);
        }
        one
    })
}

/// What means something in Markdown or HTML, in any combination.
fn markup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "https://evil.example",
        "www.evil.example",
        "a@evil.example",
        "[x](http://t)",
        "![](http://t)",
        "</details>",
        "</code></summary>",
        "<!-- securescan:diff -->",
        "<img src=x>",
        "```",
        "````suggestion",
        "~~~",
        "\n",
        "\n\n",
        "\\",
        "`",
        "|",
        "|---|---|",
        "@org/team",
        "#12",
        "GH-1",
        "$",
        "[^1]",
        "&#64;u",
        "*",
        "_",
        "- [ ] ",
        "> ",
        "# ",
        "1. ",
        "a",
        " ",
    ]);
    prop::collection::vec(piece, 1..6).prop_map(|pieces| pieces.concat())
}

/// Text that no reader should obey. Boxed, as findings are: a comparison is made of hundreds of these, and unboxed ones fill
/// the stack of a test.
pub fn hostile() -> BoxedStrategy<String> {
    prop_oneof![
        any::<String>(),
        markup(),
        "[\\x00-\\x1f\\x7f-\\x9f\u{200b}-\u{202e}\u{feff}\u{e0041}a ]{0,20}",
        "[@#:=+|`<>&!\\[\\]()a-z0-9 \n\r\t.%'\"\\\\/-]{0,40}",
        prop::sample::select(vec![
            "::error::x",
            "##vso[task.complete]",
            "\u{1b}]0;title\u{7}",
            "</script><script>x</script>",
            "]]>",
            "=cmd()",
            "",
        ])
        .prop_map(str::to_owned),
    ]
    .boxed()
}

/// A path as findings show it: relative, without empty parts.
fn path() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c]{1,3}(/[a-c .#%&<]{1,4}){0,2}", hostile()]
}

fn finding() -> BoxedStrategy<Finding> {
    let texts = (hostile(), hostile(), hostile(), prop::option::of(hostile()));
    let place = (prop::option::of(path()), prop::option::of((1..9_u32, 1..9_u32, 0..3_u32)));
    let lists = (
        prop::collection::vec(hostile(), 0..3),
        prop::collection::vec("[A-Z]{2}-[0-9]", 0..3),
        prop::collection::btree_map("[a-z_]{1,8}", value(), 0..3),
    );
    let rank = (0..5_usize, 0..3_usize, any::<u64>(), prop::option::of(0..3_usize));
    let snippet = prop::option::of(hostile());
    (alike(), texts, place, lists, rank, snippet)
        .prop_map(|(mut one, texts, place, lists, rank, snippet)| {
            (one.title, one.description) = (texts.0, texts.1);
            one.rule_id = RuleId::new(texts.2);
            one.remediation = texts.3;
            one.path = place.0;
            let lines = place.1;
            one.line = lines.map(|(line, ..)| line);
            one.column = lines.map(|(_, column, _)| column);
            one.end_line = lines.map(|(line, _, more)| line + more);
            one.end_column = lines.map(|(_, column, more)| column + more + 1);
            (one.references, one.compliance_tags, one.metadata) = lists;
            one.severity = Severity::ALL[rank.0];
            one.confidence = Confidence::ALL[rank.1];
            one.fingerprint = format!("{:064x}", rank.2);
            one.id = format!("f-{}", &one.fingerprint[..16]);
            one.cwe = rank.3.map(|at| ["CWE-79", "CWE-89", "CWE-798"][at].to_owned());
            one.context = String::new();
            if let Some(snippet) = snippet {
                one.set_meta("line_snippet", snippet);
            }
            one
        })
        .boxed()
}

fn value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        hostile().prop_map(serde_json::Value::from),
        any::<i64>().prop_map(serde_json::Value::from),
        any::<bool>().prop_map(serde_json::Value::from),
        Just(serde_json::Value::Null),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| prop::collection::vec(inner, 0..3).prop_map(Into::into))
}

fn outcome() -> impl Strategy<Value = ScannerOutcome> {
    let status = prop_oneof![
        (0..9_u64, hostile())
            .prop_map(|(findings, version)| ScannerStatus::Ran { findings, version }),
        (hostile(), prop::option::of(hostile()))
            .prop_map(|(reason, hint)| ScannerStatus::Skipped { reason, hint }),
        hostile().prop_map(|message| ScannerStatus::Failed { message }),
        (0..99_u64).prop_map(|after_seconds| ScannerStatus::TimedOut { after_seconds }),
    ];
    let failed = (path(), hostile()).prop_map(|(path, message)| FailedFile { path, message });
    (status, prop::collection::vec(failed, 0..2), "[a-z-]{1,8}").prop_map(
        |(status, failed_files, scanner)| ScannerOutcome {
            scanner: ScannerId::from(scanner),
            scan_type: ScanType::Code,
            status,
            failed_files,
            millis: 0,
        },
    )
}

fn skipped() -> impl Strategy<Value = SkippedFile> {
    (path(), prop::sample::select(SkipReason::ALL), hostile())
        .prop_map(|(path, reason, detail)| SkippedFile { path, reason, detail })
}

fn side() -> impl Strategy<Value = Side> {
    (hostile(), prop::option::of(prop_oneof!["[0-9a-f]{40}", hostile()]))
        .prop_map(|(name, commit)| Side { name, commit, moment: None })
}

fn audit() -> impl Strategy<Value = Audit> {
    let ignore = (path(), 1..9_u32, hostile(), prop::collection::vec(hostile(), 0..3));
    let more = (prop::option::of(hostile()), prop::option::of(hostile()), 0..3_u64);
    let ignore = (ignore, more).prop_map(|(ignore, more)| AddedIgnore {
        path: ignore.0,
        line: ignore.1,
        marker: ignore.2,
        rules: ignore.3,
        until: more.0,
        reason: more.1,
        silences: more.2,
    });
    let value = || prop::option::of(hostile());
    let setting = (hostile(), value(), value()).prop_map(|(key, before, after)| SettingChange {
        key,
        before,
        after,
    });
    let file = (path(), hostile(), hostile()).prop_map(|(path, role, action)| PolicyFile {
        path,
        role,
        action,
    });
    (
        prop::collection::vec(ignore, 0..2),
        prop::collection::vec(setting, 0..2),
        prop::collection::vec(file, 0..2),
        prop::collection::vec(finding(), 0..2),
    )
        .prop_map(|(ignores, settings, files, silenced)| Audit {
            ignores,
            settings,
            files,
            silenced,
        })
}

fn anchor() -> impl Strategy<Value = Anchor> {
    let number = || prop::option::of(1..9_u32);
    let suggestion = (1..9_u32, 1..9_u32, prop::collection::vec(hostile(), 0..3))
        .prop_map(|(line, position, lines)| Suggestion { line, position, lines });
    (number(), number(), number(), prop::option::of(suggestion)).prop_map(
        |(line, start_line, position, suggestion)| Anchor {
            line,
            start_line,
            position,
            suggestion,
        },
    )
}

/// A comparison whose anchors belong to these findings.
fn change(findings: Vec<Finding>) -> impl Strategy<Value = Change> {
    let kind = prop::sample::select(vec![ChangeKind::Diff, ChangeKind::Compare]);
    let policy = prop::sample::select(vec![None, Some(PolicyFrom::Base), Some(PolicyFrom::Head)]);
    let scope = prop::sample::select(vec![Scope::All, Scope::ChangedFiles]);
    let moved = (path(), finding()).prop_map(|(from, finding)| Moved { from, finding });
    let gate = (prop::option::of(0..5_usize), prop::option::of(0..9_u64), 0..4_u8, hostile())
        .prop_map(|(severity, count, exit_code, reason)| Gate {
            fail_on_severity: severity.map(|at| Severity::ALL[at]),
            fail_on_count: count,
            exit_code,
            reasons: if exit_code == 0 { Vec::new() } else { vec![reason] },
        });
    let anchors = prop::collection::vec(anchor(), findings.len());
    (
        (kind, side(), side(), policy, scope),
        prop::collection::vec(finding(), 0..3),
        prop::collection::vec(moved, 0..2),
        prop::collection::vec(finding(), 0..2),
        prop::collection::vec(outcome(), 0..2),
        (audit(), anchors, gate),
    )
        .prop_map(move |(head, fixed, moved, unchanged, base_gaps, rest)| Change {
            kind: head.0,
            base: head.1,
            head: head.2,
            policy_from: head.3,
            scope: head.4,
            fixed,
            unchanged_count: (unchanged.len() + moved.len()) as u64,
            moved,
            unchanged,
            base_gaps,
            audit: rest.0,
            anchors: findings.iter().map(|f| f.fingerprint.clone()).zip(rest.1).collect(),
            gate: rest.2,
        })
}

/// Runs that could not be worse, half of them comparisons.
pub fn run() -> impl Strategy<Value = Run> {
    plain_run().prop_flat_map(|run| {
        prop::option::of(change(run.findings.clone()))
            .prop_map(move |change| Run { change: change.map(Box::new), ..run.clone() })
    })
}

fn plain_run() -> impl Strategy<Value = Run> {
    let unused = (path(), 1..9_u32, prop::collection::vec(hostile(), 0..3)).prop_map(
        |(path, line, rules)| UnusedDirective {
            path,
            line,
            rules: rules.into_iter().map(RuleId::new).collect(),
        },
    );
    (
        (hostile(), hostile(), 0..=1000_u32),
        prop::collection::vec(outcome(), 0..3),
        prop::collection::vec(skipped(), 0..3),
        prop::collection::vec(finding(), 0..4),
        prop::collection::vec(finding(), 0..3),
        prop::collection::vec(unused, 0..2),
        prop::collection::vec(hostile(), 0..2),
    )
        .prop_map(|(head, outcomes, skipped, findings, mut suppressed, unused, notices)| {
            let mut counts = Counts { risk_score: f64::from(head.2) / 10.0, ..Counts::default() };
            for finding in &findings {
                counts.add(finding.severity);
            }
            for finding in &mut suppressed {
                finding.set_meta("suppressed_by", "inline");
                counts.suppressed_inline += 1;
            }
            Run {
                version: head.0,
                target: head.1,
                scan_types: ScanType::ALL.to_vec(),
                outcomes,
                files: Files { scanned: 7, bytes: 99, skipped, none_wanted: false },
                findings,
                suppressed,
                unused_directives: unused,
                notices,
                counts,
                database: None,
                change: None,
            }
        })
}
