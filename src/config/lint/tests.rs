//! One row per mistake.

use super::*;
use crate::config::LicensesSection;

const SCANNERS: &[&str] = &["secrets", "git-hygiene"];
const RULES: &[&str] =
    &["secrets/stripe-secret-key", "secrets/aws-access-key", "git-hygiene/env-file"];

fn judged(section: &LicensesSection) -> Vec<(String, String)> {
    let entries = section.deny.iter().flatten().enumerate();
    let bad = entries.filter(|(_, entry)| *entry == "netwerk");
    bad.map(|(index, _)| (format!("licenses.deny[{index}]"), "means nothing".to_owned())).collect()
}

fn lint(text: &str) -> Vec<String> {
    let context = Context {
        origin: "f.yml",
        base: Path::new("/nowhere"),
        trust: Trust::Repository("/nowhere".into()),
        known: Known { scanners: SCANNERS, rules: RULES, licenses: Some(judged), packs: None },
        today: jiff::civil::date(2026, 6, 1),
        on_disk: true,
    };
    check(text.as_bytes(), &context).issues.iter().map(ToString::to_string).collect()
}

#[test]
fn every_mistake_is_named_with_its_place_and_a_way_out() {
    for (text, expected) in [
        ("", "f.yml: info: the file sets nothing"),
        ("{}", "f.yml: info: the file sets nothing"),
        ("- a", "f.yml:1:1: error: the file must be a mapping of keys to values, found a list"),
        ("a: b: c", "f.yml:1:5: error: mapping values are not allowed in this context"),
        ("ai: false\nai: false", "f.yml:2:1: error: duplicate key \"ai\" (first at line 1)"),
        ("1: x", "f.yml:1:1: error: the key \"1\" is not text\n  hint: write it in quotes: '1'"),
        (
            "scan_type: []",
            "f.yml:1:1: error: unknown key \"scan_type\"\n  hint: did you mean \"scan_types\"?",
        ),
        (
            "max_file_size: 1",
            "f.yml:1:1: error: unknown key \"max_file_size\"\n  hint: did you mean \"limits.max_file_size\"?",
        ),
        (
            "exclude: [a]",
            "f.yml:1:1: error: unknown key \"exclude\"\n  hint: files are left out with \"paths.ignore\"",
        ),
        (
            "paths:\n  ingore: [a]",
            "f.yml:2:3: error: unknown key \"paths.ingore\"\n  hint: did you mean \"ignore\"?",
        ),
        (
            "git_hygiene: {}",
            "f.yml:1:1: error: unknown key \"git_hygiene\"\n  hint: did you mean \"git-hygiene\"?",
        ),
        (
            "scan_types: code",
            "f.yml:1:13: error: scan_types must be a list, found text\n  hint: write it as a list: [code]",
        ),
        (
            "scan_types: [cod]",
            "f.yml:1:14: error: \"cod\" is not a scan type\n  hint: did you mean \"code\"?",
        ),
        ("licenses:\n  deny: [MIT, netwerk]", "f.yml:2:15: error: licenses.deny[1]: means nothing"),
        (
            "fail_on_severity: fatal",
            "f.yml:1:19: error: \"fatal\" is not a severity\n  hint: expected one of: info, low, medium, high, critical",
        ),
        (
            "severity_overrides: {a: 3}",
            "f.yml:1:25: error: severity_overrides.a must be text, found a whole number\n  hint: write it in quotes",
        ),
        ("severity_overrides: {a: }", "f.yml:1:22: error: \"a\" has no value"),
        (
            "ignored_rules: [106]",
            "f.yml:1:17: error: ignored_rules[0] must be text, found a whole number\n  hint: write it in quotes",
        ),
        ("ignored_rules: [{reason: x}]", "f.yml:1:17: error: ignored_rules[0] has no \"rule\""),
        (
            "ignored_rules: [{rule: x, expires: 2026-13-01}]",
            "f.yml:1:36: error: \"2026-13-01\" is not a date\n  hint: write it as 2026-12-31",
        ),
        (
            "ignored_rules: ['a[']",
            "f.yml:1:17: error: \"a[\" is not a glob: unclosed character class; missing ']'",
        ),
        (
            "ignored_rules: ['*']",
            "f.yml:1:17: warning: \"*\" silences every rule\n  hint: name the rules",
        ),
        (
            "ignored_rules: [secrets/stripe-secret-kye]",
            "f.yml:1:17: warning: unknown rule \"secrets/stripe-secret-kye\"\n  hint: did you mean \"secrets/stripe-secret-key\"?",
        ),
        (
            "ignored_rules: [secrets/nothing-like-it]",
            "f.yml:1:17: warning: unknown rule \"secrets/nothing-like-it\"",
        ),
        (
            "ignored_rules: ['secrets/zzz*']",
            "f.yml:1:17: warning: \"secrets/zzz*\" matches no known rule",
        ),
        (
            "ignored_rules: [' a']",
            "f.yml:1:17: warning: \" a\" has blanks around it and matches no rule",
        ),
        ("ignored_rules: [B106, B106]", "f.yml:1:23: warning: \"B106\" is listed twice"),
        (
            "scanners: {enable: [secret]}",
            "f.yml:1:21: error: unknown scanner \"secret\"\n  hint: did you mean \"secrets\"?",
        ),
        (
            "scanners: {enable: [zap]}",
            "f.yml:1:21: error: unknown scanner \"zap\"\n  hint: known scanners: secrets, git-hygiene",
        ),
        (
            "scanners: {enable: [secrets], disable: [secrets]}",
            "f.yml:1:41: warning: \"secrets\" is enabled and disabled; it does not run",
        ),
        (
            "paths: {ignore: ['{a']}",
            "f.yml:1:18: error: \"{a\" is not a glob: unclosed alternate group; missing '}' (maybe escape '{' with '[{]'?)",
        ),
        (
            "semgrep_rules: [rules.yml]",
            "f.yml:1:17: error: \"rules.yml\" does not exist\n  hint: paths are relative to the file that names them",
        ),
        (
            "secrets: {rules: [../x]}",
            "f.yml:1:19: warning: \"../x\" leads out of the repository; ignored\n  hint: set it in your own file, the environment or with a flag",
        ),
        (
            "secrets: {allow: ['(a']}",
            "f.yml:1:19: error: this is not a regular expression: unclosed group",
        ),
        ("secrets: {allow: ['a*']}", "f.yml:1:19: warning: this matches every secret"),
        (
            "baseline: b.json",
            "f.yml:1:11: warning: \"b.json\" does not exist\n  hint: `securescan baseline` writes it",
        ),
        (
            "ai: true",
            "f.yml:1:5: warning: a repository's file cannot turn AI on; ignored\n  hint: set it in your own file, the environment or with a flag",
        ),
        (
            "limits: {max_file_size: 10XB}",
            "f.yml:1:25: error: limits.max_file_size must be a size, found \"10XB\"\n  hint: write bytes, or a number with a unit such as 10MiB",
        ),
        (
            "limits: {threads: 0}",
            "f.yml:1:19: error: limits.threads must be from 1 to 1024, found 0",
        ),
        (
            "limits: {timeout_per_file: 0}",
            "f.yml:1:28: error: limits.timeout_per_file must be from 1 to 600, found 0",
        ),
        ("fail_on_count: -1", "f.yml:1:16: error: fail_on_count must be at least 0, found -1"),
        ("\"a\\e[2J\": 1", "f.yml:1:1: error: unknown key \"a\\u{1b}[2J\""),
    ] {
        let issues = lint(text);
        assert_eq!(issues.len(), 1, "{text}: {issues:#?}");
        assert!(issues[0].starts_with(expected), "{text}:\n{}\nis not\n{expected}", issues[0]);
    }
}

#[test]
fn an_overridden_rule_that_is_ignored_is_pointed_out() {
    let text = "severity_overrides: {x.a: low, y: low, z: low}\n\
                    ignored_rules: ['x.*', y, {rule: z, paths: [t/**]}]";
    let issues = lint(text);
    assert_eq!(issues.len(), 2, "{issues:#?}");
    assert!(issues[0].starts_with("f.yml:1:22: warning: \"x.a\" is ignored by \"x.*\" as well"));
}

#[test]
fn all_mistakes_come_at_once_errors_first() {
    let issues = lint("ignored_rules: ['*']\nai: 3\nfoo: 1\nlimits: {threads: x, sice: 2}\n");
    let levels: Vec<_> = issues.iter().map(|i| i.contains("error")).collect();
    assert_eq!(levels, [true, true, true, true, false], "{issues:#?}");
}

#[test]
fn the_example_with_every_key_is_clean() {
    let example = include_str!("../../../tests/fixtures/config/every-key.yml");
    let issues = lint(&example.replace("secrets/generic-*", "secrets/aws-*"));
    assert_eq!(issues.len(), 1, "{issues:#?}");
    assert!(issues[0].contains("baseline.json\" does not exist"), "{issues:#?}");
    let named = example.lines().filter(|line| !line.starts_with('#')).collect::<String>();
    for key in crate::config::layer::KEYS {
        assert!(named.contains(key.name.rsplit('.').next().unwrap()), "{}", key.name);
    }
}
