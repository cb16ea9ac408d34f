//! What is written about the program is true: help, the generated pages, the commands and the transcript of the README.

use crate::project::{Project, checkout};
use clap::Command;
use securescan::engine::misconfig::{check::Checks, resource::Format};
use securescan::engine::{ENGINES, RuleInfo, all_rules};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Every command with the words that call it.
fn commands() -> Vec<(Vec<String>, Command)> {
    fn add(words: &[String], command: &Command, found: &mut Vec<(Vec<String>, Command)>) {
        found.push((words.to_vec(), command.clone()));
        for sub in command.get_subcommands().filter(|sub| sub.get_name() != "help") {
            let words: Vec<String> =
                words.iter().cloned().chain([sub.get_name().to_owned()]).collect();
            add(&words, sub, found);
        }
    }
    let mut found = Vec::new();
    add(&[], &securescan::cli::command(), &mut found);
    found
}

fn help(words: &[String]) -> String {
    let project = Project::new(&[]);
    let args: Vec<String> = words.iter().cloned().chain(["--help".to_owned()]).collect();
    let run = project.call(&args).env("COLUMNS", "100").run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    // Blanks at the end of a line say nothing and trouble editors.
    run.stdout.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

#[test]
fn help_of_every_command_is_as_it_was_fits_100_columns_and_says_what_a_user_needs() {
    for (words, _) in commands() {
        let text = help(&words);
        let long: Vec<&str> = text.lines().filter(|line| line.chars().count() > 100).collect();
        assert!(long.is_empty(), "{words:?}: {long:#?}");
        let name = if words.is_empty() { "securescan".to_owned() } else { words.join("-") };
        match name.as_str() {
            "securescan" | "scan" | "config-validate" => {
                assert!(text.contains("Exit codes:"), "{name}");
            }
            "rules-test" => assert!(text.contains("exit 1"), "{name}"),
            _ => {}
        }
        if name == "scan" {
            assert!(text.contains("Examples:"));
        }
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(checkout().join("snapshots/help"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
}

/// Whether generated text is to be written instead of compared.
fn updates() -> bool {
    #[expect(clippy::disallowed_methods, reason = "asked by the person who runs the tests")]
    std::env::var_os("UPDATE_DOCS").is_some_and(|value| value == "1")
}

/// Compares a generated page with the committed one; rewrites it when `UPDATE_DOCS=1`.
fn is_current(path: &str, text: &str) {
    let file = checkout().join(path);
    if updates() {
        std::fs::write(&file, text).unwrap();
    }
    let found = std::fs::read_to_string(&file).unwrap_or_default();
    let differs = found.lines().zip(text.lines()).find(|(one, other)| one != other);
    assert!(
        found == text,
        "{path} is out of date: run `UPDATE_DOCS=1 cargo test --test cli docs`; first {differs:?}"
    );
}

#[test]
fn the_page_of_the_command_line_is_current() {
    let mut page =
        "# Command line\n\nGenerated from the program: `UPDATE_DOCS=1 cargo test --test \
                    cli docs`. Exit codes are explained in [exit codes and gates](exit-codes.md).\n"
            .to_owned();
    for (words, _) in commands() {
        let name = std::iter::once("securescan".to_owned()).chain(words.clone());
        let title = name.collect::<Vec<_>>().join(" ");
        write!(page, "\n## {title}\n\n```text\n{}\n```\n", help(&words).trim_end()).unwrap();
    }
    is_current("docs/cli.md", &page);
}

/// A page of rules: its name, its title, the page of its scanner, its rows.
struct Family {
    page: String,
    title: String,
    scanner: &'static str,
    rules: Vec<RuleInfo>,
}

/// A family for each scanner; that of `misconfig` is one for each format, that of `sast` one for each language.
fn families() -> Vec<Family> {
    let formats: BTreeMap<String, Format> = {
        let checks = Checks::default();
        let one = |index| (checks.get(index).id.clone(), checks.get(index).format);
        (0..checks.count()).map(one).collect()
    };
    let mut families: Vec<Family> = Vec::new();
    let mut rules = all_rules();
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    for engine in ENGINES {
        let scanner = engine.meta.id.as_str();
        let own = rules.iter().filter(|rule| rule.scanner == scanner);
        if scanner == "sast" {
            let mut by_language: BTreeMap<&str, Vec<RuleInfo>> = BTreeMap::new();
            for rule in own {
                let language = rule.id.split('.').next().unwrap();
                by_language.entry(language).or_default().push(rule.clone());
            }
            families.extend(by_language.into_iter().map(|(language, rules)| Family {
                page: format!("sast-{language}"),
                title: format!("sast: {language}"),
                scanner,
                rules,
            }));
            continue;
        }
        let mut by_format: BTreeMap<Option<Format>, Vec<RuleInfo>> = BTreeMap::new();
        for rule in own {
            by_format.entry(formats.get(&rule.id).copied()).or_default().push(rule.clone());
        }
        families.extend(by_format.into_iter().map(|(format, rules)| {
            let words = |between: &str| match format {
                Some(format) => format!("{scanner}{between}{format}"),
                None => scanner.to_owned(),
            };
            Family { page: words("-"), title: words(": "), scanner, rules }
        }));
    }
    families
}

#[test]
fn the_pages_of_rules_are_current() {
    let mut index = "# Rules\n\nGenerated from the program: `UPDATE_DOCS=1 cargo test --test cli docs`. `securescan explain RULE` tells why a \
                     rule exists and what to do.\n\n| Rules | Number | Scanner |\n|---|---|---|\n"
        .to_owned();
    let summary = page("docs/SUMMARY.md");
    let families = families();
    for Family { page, title, scanner, rules } in &families {
        let count = rules.len();
        let row = format!("[{title}](rules/{page}.md)");
        writeln!(index, "| {row} | {count} | [{scanner}](scanners/{scanner}.md) |").unwrap();
        assert!(summary.contains(&row), "docs/SUMMARY.md lacks {row}");
        let mut text = format!(
            "# Rules of {title}\n\nGenerated from the program: `UPDATE_DOCS=1 cargo test --test cli docs`. {count} rules; see \
             [{scanner}](../scanners/{scanner}.md).\n\n| Rule | Severity | Confidence | CWE | What it reports | Also known as |\n\
             |---|---|---|---|---|---|\n"
        );
        for rule in rules {
            let title = rule.title.replace('|', "\\|");
            let (severity, confidence) = (rule.severity, rule.confidence);
            let cwe = rule.cwe.as_deref().unwrap_or("");
            let names: Vec<String> = rule.aliases.iter().map(|name| format!("`{name}`")).collect();
            let names = names.join(", ");
            writeln!(
                text,
                "| `{}` | {severity} | {confidence} | {cwe} | {title} | {names} |",
                rule.id
            )
            .unwrap();
        }
        is_current(&format!("docs/rules/{page}.md"), &text);
    }
    is_current("docs/rules.md", &index);
    let files = std::fs::read_dir(checkout().join("docs/rules")).unwrap();
    assert_eq!(files.count(), families.len(), "docs/rules holds a page of no family");
}

#[test]
fn the_table_of_rule_syntax_is_current() {
    use securescan::engine::sast::language::LANGUAGES;
    use securescan::engine::sast::rule::syntax::{Group, Support, TABLE};
    let mut text = "# Rule syntax\n\nGenerated from the list that the program judges rules by: `UPDATE_DOCS=1 cargo test --test cli docs`. What \
                    each does is told in [writing rules](writing-rules.md). \"Passed over\" is read and changes nothing; a rule with what is \
                    \"refused\" does not run, and that is said. Keys that are in no table are refused where they say what to look for; \
                    elsewhere `securescan rules lint` names them.\n"
        .to_owned();
    let groups = [
        (Group::Pattern, "In patterns"),
        (Group::Operator, "Operators"),
        (Group::Condition, "Conditions"),
        (Group::Taint, "Sources, sinks, sanitizers, propagators"),
        (Group::Match, "match"),
        (Group::Rule, "Keys of a rule"),
        (Group::Option, "options"),
    ];
    for (group, title) in groups {
        write!(text, "\n## {title}\n\n| Syntax | Support | What it is |\n|---|---|---|\n").unwrap();
        for entry in TABLE.iter().filter(|entry| entry.group == group) {
            let support = match entry.support {
                Support::Full => "yes",
                Support::PassedOver => "passed over",
                Support::Refused => "refused",
            };
            writeln!(text, "| `{}` | {support} | {} |", entry.name, entry.what).unwrap();
        }
    }
    text.push_str("\n## Languages\n\n| Language | Also called | Files |\n|---|---|---|\n");
    for language in &LANGUAGES {
        let names: Vec<String> = language.aliases.iter().map(|name| format!("`{name}`")).collect();
        let files: Vec<String> =
            language.extensions.iter().map(|name| format!("`.{name}`")).collect();
        writeln!(text, "| `{}` | {} | {} |", language.name, names.join(", "), files.join(", "))
            .unwrap();
    }
    text.push_str("\n`generic` and `regex` look at the text of any file.\n");
    is_current("docs/rule-syntax.md", &text);
}

/// Tools people come from: a name, what its ids look like, and what to say of it.
const OTHERS: &[(&str, &str, &str)] = &[
    (
        "bandit",
        r"^B\d{3}$",
        "Comments `# nosec` and `# nosec B602` are read, and ids of bandit stand for our rules in directives and settings. These are not read:

| Not read | In its place |
|---|---|
| `skips` and `tests` of `.bandit`, `pyproject.toml`, `-s`, `-t` | `ignored_rules: [B101, B404]` in `.securescan.yml` |
| `exclude_dirs`, `-x` | `paths.ignore` |
| `--severity-level`, `-l` | `fail_on_severity` |
| `--confidence-level`, `-i` | `--min-confidence`; rules of low confidence are not asked unless it says `low` |
| a baseline of bandit, `-b` | [a baseline](baseline.md): `securescan baseline` |",
    ),
    (
        "ruff",
        r"^(S\d{3}|PLE\d{4})$",
        "The rules of flake8-bandit, `S...`. Comments `# noqa: S602` are read. Settings of ruff are not:

| Not read | In its place |
|---|---|
| `ignore`, `extend-ignore` | `ignored_rules: [S101]` in `.securescan.yml` |
| `per-file-ignores` | entries of `ignored_rules` with `rule` and `paths` |
| `flake8-bandit.hardcoded-tmp-directory` and the like | nothing stands for them |",
    ),
    (
        "gosec",
        r"^G\d{3}$",
        "Comments `// #nosec G204` are read; ids of gosec stand for our rules. Its configuration file is not read.",
    ),
    (
        "eslint-plugin-security, eslint-plugin-no-unsanitized",
        r"^(detect-|no-unsanitized)",
        "Ids of these plugins stand for our rules in directives of securescan. `eslint-disable` comments are not read.",
    ),
    (
        "brakeman",
        r"^Check[A-Z]",
        "Names of brakeman's checks stand for our rules. `config/brakeman.ignore` is not read: use `ignored_rules` or [a baseline](baseline.md).",
    ),
    (
        "find-sec-bugs",
        r"^[A-Z]{3,}[A-Z0-9]*(_[A-Z0-9]+)+$",
        "Names of bug patterns stand for our rules. `@SuppressFBWarnings` is not read.",
    ),
    (
        "analyzers of .NET",
        r"^(CA\d{4}|SCS\d{4}|SYSLIB\d{4})$",
        "Ids of the .NET analyzers and of Security Code Scan stand for our rules. `#pragma warning disable` is not read.",
    ),
    (
        "checkov",
        r"^CKV2?_",
        "Comments `# checkov:skip=ID: reason` and annotations `checkov.io/skip1: ID=reason` are read; [which lines they \
         reach](suppression.md#comments-and-resources). These are not:

| Not read | In its place |
|---|---|
| `skip-check` of `.checkov.yaml`, `--skip-check` | `ignored_rules: [CKV_AWS_18, CKV_K8S_*]` in `.securescan.yml` |
| `check` of `.checkov.yaml`, `--check` | nothing stands for it: ignore the others |
| `Metadata: {checkov: {skip: [...]}}` of CloudFormation | a comment in the resource; for JSON an entry of `ignored_rules` with `rule` and `paths` |
| `skip-path` | `paths.ignore` |
| `soft-fail-on`, `hard-fail-on` | `severity_overrides` and `fail_on_severity` |
| `.checkov.baseline` | [a baseline](baseline.md): `securescan baseline` |
| `external-checks-dir` | [checks of your own](scanners/misconfig.md#your-own-checks) |",
    ),
    (
        "hadolint",
        r"^(DL|SC)\d+$",
        "Comments `# hadolint ignore=ID` and `# hadolint global ignore=ID` are read. The file is not, nor are flags and variables:

| Not read | In its place |
|---|---|
| `ignored` of `.hadolint.yaml`, `--ignore` | `ignored_rules: [DL3008]` in `.securescan.yml` |
| `override` | `severity_overrides: {DL3008: medium}` |
| `failure-threshold` | `fail_on_severity`; the words differ, see [external tools](tools.md#what-is-kept-of-a-result) |
| `trustedRegistries` | `dockerfile.trusted_registries` |
| `label-schema` | nothing stands for it |",
    ),
    (
        "trivy",
        r"^(AVD-)?(AWS|AZU|GCP|KSV|DS|GIT|DIG|OPNSTK)-?\d+$",
        "Comments `# trivy:ignore:ID` are read, with `:exp:2026-12-31` if you like; [which lines they reach](suppression.md#comments-and-resources). \
         Both spellings of an id are known, with and without `AVD-`. These are not read:

| Not read | In its place |
|---|---|
| `.trivyignore` | `ignored_rules: [AVD-AWS-0089, CVE-2021-23337]` in `.securescan.yml` |
| `.trivyignore.yaml` | entries of `ignored_rules` with `rule`, `paths`, `expires` and `reason` |
| conditions in brackets, `trivy:ignore:ID[name=logs]` | a comment without them in the one resource |
| `skip-dirs`, `skip-files` of `trivy.yaml` | `paths.ignore` |
| `severity`, `exit-code` of `trivy.yaml` | `fail_on_severity` |
| policies in Rego | [checks of your own](scanners/misconfig.md#your-own-checks) |",
    ),
    (
        "zizmor",
        r"^zizmor/",
        "Comments `# zizmor: ignore[ID]` on the line of the finding are read. The file is not:

| Not read | In its place |
|---|---|
| `rules.ID.ignore` of `zizmor.yml` | a comment on the line, or an entry of `ignored_rules` with `rule` and `paths` |
| `rules.ID.disable` | `ignored_rules: [artipacked]` in `.securescan.yml` |
| `rules.ID.config`, such as policies of `unpinned-uses` | nothing stands for it |
| `--min-severity`, `--min-confidence` | `fail_on_severity`; there is no limit of confidence |

Ids are known with and without `zizmor/` before them.",
    ),
];

#[test]
fn the_page_for_people_who_come_from_other_tools_is_current() {
    let rules = all_rules();
    let mut page = "# Coming from another tool\n\nGenerated from the aliases of the rules: `UPDATE_DOCS=1 cargo test --test cli \
                    docs`. `securescan explain ID` knows every id on this page. An id that is not here has no rule of its own.\n"
        .to_owned();
    for (tool, shape, words) in OTHERS {
        let shape = regex::Regex::new(shape).unwrap();
        let mut rows: Vec<(Vec<u64>, &str, &str, &str)> = Vec::new();
        for rule in &rules {
            for alias in rule.aliases.iter().filter(|alias| shape.is_match(alias)) {
                let numbers = alias.split(|c: char| !c.is_ascii_digit());
                let numbers = numbers.filter_map(|part| part.parse().ok()).collect();
                rows.push((numbers, alias, &rule.id, &rule.title));
            }
        }
        let letters = |alias: &str| alias.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
        rows.sort_by(|a, b| (letters(a.1), &a.0, a.1, a.2).cmp(&(letters(b.1), &b.0, b.1, b.2)));
        write!(
            page,
            "\n## {tool}\n\n{words}\n\n| {tool} | Rule | What it reports |\n|---|---|---|\n"
        )
        .unwrap();
        for (_, alias, id, title) in rows {
            let (alias, title) = (alias.trim_start_matches("zizmor/"), title.replace('|', "\\|"));
            writeln!(page, "| `{alias}` | `{id}` | {title} |").unwrap();
        }
    }
    is_current("docs/coming-from.md", &page);
}

#[test]
fn the_table_of_files_with_packages_is_current() {
    let mut table = "<!-- generated: formats -->\n\n| Files | Ecosystem | Kind | What is read |\n|---|---|---|---|\n".to_owned();
    for format in securescan::engine::osv::lock::formats() {
        let files: Vec<String> = format.files.iter().map(|name| format!("`{name}`")).collect();
        let kind = format!("{:?}", format.role).to_lowercase();
        let (ecosystem, reads) = (format.ecosystem, format.reads.replace('|', "\\|"));
        writeln!(table, "| {} | {ecosystem} | {kind} | {reads} |", files.join(", ")).unwrap();
    }
    let before = page("docs/dependencies.md");
    let (start, rest) = before.split_once("<!-- generated: formats -->").unwrap();
    let (_, end) = rest.split_once("<!-- end -->").unwrap();
    is_current("docs/dependencies.md", &format!("{start}{table}\n<!-- end -->{end}"));
}

fn page(path: &str) -> String {
    std::fs::read_to_string(checkout().join(path)).unwrap()
}

/// Code blocks of a page in one of the languages.
fn blocks<'a>(text: &'a str, language: &str) -> Vec<&'a str> {
    let fence = format!("```{language}\n");
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(&fence) {
        rest = &rest[start + fence.len()..];
        let end = rest.find("\n```").unwrap();
        found.push(&rest[..=end]);
        rest = &rest[end..];
    }
    found
}

#[test]
fn the_transcript_of_the_readme_is_what_the_command_prints() {
    let readme = page("README.md");
    let command = "$ securescan scan examples/leaky-shop\n";
    let shown = blocks(&readme, "console")
        .into_iter()
        .find_map(|block| block.strip_prefix(command))
        .expect("the README shows the example");
    let project = Project::new(&[]);
    // The example as a clone has it: in a repository, committed, whatever the state of this work tree.
    copy(&checkout().join("examples/leaky-shop"), &project.path("examples/leaky-shop"));
    project.write(".gitignore", page(".gitignore"));
    project.commit("", &[]);
    let run = project.run(&["scan", "examples/leaky-shop"]);
    assert_eq!((run.code, &*run.stderr), (0, ""));
    let real = format!("{command}{}\n", run.stdout.trim_end());
    is_current("README.md", &readme.replace(&format!("{command}{shown}"), &real));
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// `securescan ...` commands of all `console` and `sh` blocks: page and words. A command behind a pipe, with a
/// redirection or in a loop is not taken apart here; its flags are, by the words up to there.
fn written() -> Vec<(String, Vec<String>)> {
    let mut pages = vec!["README.md".to_owned()];
    for folder in ["docs", "docs/scanners"] {
        for entry in std::fs::read_dir(checkout().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            if path.extension().is_some_and(|extension| extension == "md") && name != "cli.md" {
                pages.push(format!("{folder}/{name}"));
            }
        }
    }
    pages.sort();
    let mut found = Vec::new();
    for path in pages {
        let text = page(&path);
        for block in blocks(&text, "console") {
            for line in block.lines().filter_map(|line| line.strip_prefix("$ ")) {
                let line = line.split(" # ").next().unwrap();
                for part in line.split(['|', ';']) {
                    if let Some(rest) = part.trim().strip_prefix("securescan ") {
                        let words = rest.split_whitespace().take_while(|word| !word.contains('>'));
                        found.push((path.clone(), words.map(str::to_owned).collect()));
                    }
                }
            }
        }
    }
    found
}

#[test]
fn every_command_that_a_page_shows_is_one_the_program_takes() {
    let all = written();
    assert!(all.len() > 20, "{}", all.len());
    let mut wrong = Vec::new();
    for (path, words) in all {
        let argv = std::iter::once("securescan".to_owned()).chain(words.clone());
        if let Err(error) = securescan::cli::command().try_get_matches_from(argv)
            && error.use_stderr()
        {
            wrong.push(format!("{path}: securescan {}: {}", words.join(" "), error.kind()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_commands_of_the_readme_run() {
    let project = Project::new(&[
        ("src/a.py", "x = 1\n"),
        ("deploy/values.yaml", "a: 1\n"),
        (".gitignore", "*.sarif\n"),
    ]);
    project.commit("", &[]);
    let mut count = 0;
    for (path, words) in written() {
        if path != "README.md" || words.iter().any(|word| word.starts_with("examples/")) {
            continue;
        }
        let run = project.call(&words).input("A=1\n").run();
        assert!(matches!(run.code, 0 | 1), "{words:?}: {}", run.stderr);
        count += 1;
    }
    assert!(count >= 6, "{count}");
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut wrong = Vec::new();
    for folder in ["", "docs", "docs/scanners"] {
        for entry in std::fs::read_dir(checkout().join(folder)).unwrap() {
            let file = entry.unwrap().path();
            if file.extension().is_none_or(|extension| extension != "md") {
                continue;
            }
            let text = std::fs::read_to_string(&file).unwrap();
            for link in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
                let target = link.split('#').next().unwrap();
                let there = file.parent().unwrap().join(target);
                if !target.is_empty() && !target.contains(':') && !there.exists() {
                    wrong.push(format!("{}: {link}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
