//! The rules over their examples, and files that are hard to read.

use super::*;
use std::collections::{BTreeMap, BTreeSet};

/// Examples of every rule: `== <rule> hit|miss|unknown`, then a Dockerfile up to the next such line.
const EXAMPLES: &str = include_str!("examples.txt");

fn examples() -> Vec<(String, String, String)> {
    let mut found: Vec<(String, String, String)> = Vec::new();
    for line in EXAMPLES.lines().skip_while(|line| !line.starts_with("== ")) {
        if let Some(head) = line.strip_prefix("== ") {
            let (rule, kind) = head.split_once(' ').unwrap();
            assert!(["hit", "miss", "unknown"].contains(&kind), "{head}");
            found.push((format!("dockerfile/{rule}"), kind.to_owned(), String::new()));
        } else if let Some((.., text)) = found.last_mut() {
            text.push_str(line);
            text.push('\n');
        }
    }
    found
}

/// Registries that the examples of `untrusted-registry` may use.
const TRUSTED: &[&str] = &["docker.io/library", "ghcr.io/acme", "*.example.com"];

fn told(text: &str) -> Vec<String> {
    told_with(text, &[])
}

fn told_with(text: &str, trusted: &[&str]) -> Vec<String> {
    let trusted: Vec<String> = trusted.iter().map(|one| (*one).to_owned()).collect();
    let (problems, _) = check::check(&parse(text), &trusted);
    problems.into_iter().map(|one| one.rule.id.to_owned()).collect()
}

#[test]
fn every_rule_finds_its_hits_and_nothing_in_its_misses() {
    let mut kinds: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (rule, kind, text) in examples() {
        let trusted = if rule.ends_with("/untrusted-registry") { TRUSTED } else { &[] };
        let found = told_with(&text, trusted).contains(&rule);
        if found != (kind == "hit") {
            wrong.push(format!("{rule} {kind}:\n{text}"));
        }
        kinds.entry(rule).or_default().insert(kind);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    for rule in rule::all() {
        let kinds = kinds.remove(rule.id).unwrap_or_default();
        assert!(kinds.contains("hit") && kinds.contains("miss"), "{} has only {kinds:?}", rule.id);
    }
    assert!(kinds.is_empty(), "examples of no rule: {kinds:?}");
}

#[test]
fn every_rule_says_all_there_is_to_say() {
    let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
    for one in rule::all() {
        assert!(
            one.id.starts_with("dockerfile/") && seen.insert(one.id, one.id).is_none(),
            "{}",
            one.id
        );
        assert!(!one.title.ends_with('.') && one.title.len() <= 70, "{}", one.id);
        assert!(one.description.ends_with('.') && one.remediation.ends_with('.'), "{}", one.id);
        assert!(one.references.iter().all(|page| page.starts_with("https://")), "{}", one.id);
        assert!(one.cwe.is_some_and(|cwe| cwe.starts_with("CWE-")), "{}", one.id);
    }
    assert!(seen.len() >= 60, "{}", seen.len());
}

#[test]
fn the_rules_of_the_first_securescan_keep_their_ids() {
    let all: BTreeSet<String> = rule::all().flat_map(rule::aliases).collect();
    for number in 1..=10 {
        let id = format!("DL{number:03}");
        assert!(all.contains(&id) && all.contains(&format!("dockerfile/{id}")), "{id}");
    }
    assert!(all.contains("DS-0002") && all.contains("AVD-DS-0002") && all.contains("DS002"));
}

#[test]
fn names_of_dockerfiles_are_known_in_any_case() {
    for (path, expected) in [
        ("Dockerfile", true),
        ("a/dockerfile", true),
        ("Dockerfile.dev", true),
        ("web.Dockerfile", true),
        ("Containerfile", true),
        ("CONTAINERFILE.ci", true),
        ("x.containerfile", true),
        ("Dockerfile.dockerignore", false),
        ("dockerfile_lint.py", false),
        ("a/dockerfile.go", false),
        ("Dockerfile.go", true),
        ("dockerfile.dev", true),
        (".dockerfile", false),
        ("Dockerfiles", false),
    ] {
        assert_eq!(is_dockerfile(path), expected, "{path}");
    }
}

#[test]
fn places_hold_through_comments_between_continued_lines() {
    let text = "FROM a:1\nRUN set -e; \\\n  # why\n\n  chmod \\\n  777 /x\nUSER b\n";
    let (problems, _) = check::check(&parse(text), &[]);
    let one = problems.iter().find(|one| one.rule.id == "dockerfile/world-writable").unwrap();
    assert_eq!(&text[one.range.clone()], "777");
}

#[test]
fn a_broken_line_loses_nothing_else() {
    for broken in [
        "FRM x",
        "RUN <<EOF",
        "ENV",
        "\u{7f}\u{1}",
        "ONBUILD",
        "SHELL bash",
        "RUN [\"a\", ",
        "--x",
        "COPY --from",
        "RUN \"$(",
        "HEALTHCHECK",
    ] {
        let text = format!("FROM a:1\n{broken}\nUSER root\n");
        assert!(told(&text).contains(&"dockerfile/root-user".to_owned()), "{broken:?}");
    }
}

#[test]
fn an_escape_directive_changes_what_continues_a_line() {
    let text = "# escape=`\nFROM a:1\nRUN x `\n  chmod 777 c:\\y\\\nUSER root\n";
    let found = told(text);
    assert!(found.contains(&"dockerfile/root-user".to_owned()), "{found:?}");
    let file = parse(text);
    assert_eq!(file.instructions.len(), 3);
}

#[test]
fn here_documents_are_scripts_or_files() {
    let text = "FROM a:1\nRUN <<-\"EOF\" <<B cat\n\tchmod 777 x\n\tEOF\nb\nB\nRUN <<EOF\nchmod 777 y\nEOF\nCOPY <<EOF /z\nUSER nobody\nEOF\nRUN bash <<EOF\nchmod 777 z\nEOF\nRUN <<EOF\n#!/usr/bin/env python3\nchmod = 777\nEOF\nUSER root\n";
    let file = parse(text);
    assert_eq!(file.instructions.len(), 7, "{:#?}", file.instructions);
    let (problems, _) = check::check(&file, &[]);
    let lines: Vec<usize> = problems
        .iter()
        .filter(|one| one.rule.id == "dockerfile/world-writable")
        .map(|one| text[..one.range.start].matches('\n').count() + 1)
        .collect();
    assert_eq!(lines, [8, 14]);
    assert!(told(text).contains(&"dockerfile/root-user".to_owned()));
}

#[test]
fn a_here_document_without_an_end_has_no_place_behind_the_file() {
    for text in [
        "RUN <<A '",
        "RUN <<A",
        "RUN <<A \"b",
        "ONBUILD RUN <<A '",
        "RUN <<A <<B '\nx\nA",
        "COPY <<-A << g '\"B\"",
        "RUN <<A '\r\n",
    ] {
        let file = parse(text);
        let one = &file.instructions[0];
        let words = one.script.commands.iter().flat_map(|command| &command.words);
        for word in one.args().iter().chain(words) {
            assert!(word.range.end <= text.len(), "{text:?}: {:?}", word.range);
        }
        assert!(!file.broken.is_empty(), "{text:?}");
    }
}

#[test]
fn one_instruction_tells_of_many_packages_once() {
    let text = "FROM a:1\nRUN apt-get install -y a b=1 c $D e f g\nUSER x\n";
    let (problems, _) = check::check(&parse(text), &[]);
    let titles: Vec<String> = problems
        .iter()
        .filter(|one| one.rule.id.ends_with("apt-unpinned"))
        .map(Problem::title)
        .collect();
    assert_eq!(titles, ["Packages of apt without a version: a, c, e, f and 1 more"]);
}

#[test]
fn what_a_credential_is_goes_into_no_title() {
    let text =
        "FROM a:1\nRUN pip install git+https://me:example-pw@x.example/y 'b\u{1b}[31m'\nUSER x\n";
    let (problems, secrets) = check::check(&parse(text), &[]);
    assert!(
        problems
            .iter()
            .all(|one| !one.title().contains("example-pw") && !one.title().contains('\u{1b}'))
    );
    assert!(secrets.iter().all(|one| one.end <= text.len()));
}

#[test]
fn hostile_files_are_read_in_linear_time() {
    let start = std::time::Instant::now();
    for unit in [
        "RUN <<A\n",
        "FROM a AS b\n",
        "ENV A=$A$A\n",
        "RUN a \\\n",
        "\\\n",
        "RUN $(",
        "FROM a\nFROM b AS a\n",
        "COPY --from=x a b\n",
        "RUN apt-get install a\n",
        "EXPOSE 1 2 3\n",
        "ENV A=${A:-",
        "RUN curl x -o y; sh y;",
        "ARG A=b\n",
        "#\n",
        "USER a\n",
    ] {
        let text = unit.repeat(300_000 / unit.len());
        let file = parse(&format!("FROM a:1\n{text}"));
        let (problems, _) = check::check(&file, &[]);
        assert!(problems.iter().all(|one| one.range.end <= text.len() + 9), "{unit}");
    }
    assert!(start.elapsed().as_secs() < 40, "{:?}", start.elapsed());
}

#[test]
fn commands_with_odd_words_are_looked_at() {
    let programs = [
        "npm install",
        "npm i",
        "yarn add",
        "pnpm add",
        "pip install",
        "pip3 install",
        "python -m pip install",
        "gem install",
        "go install",
        "cargo install",
        "apt-get install",
        "apt install",
        "apk add",
        "yum install",
        "dnf install",
        "zypper install",
        "microdnf install",
        "tdnf install",
        "curl",
        "wget",
        "git clone",
        "chmod",
        "chown",
        "useradd",
        "passwd",
        "chpasswd",
        "sudo",
        "su",
        "ssh",
        "rm",
        "cd",
        "ln",
        "composer",
        "conda install",
        "mvn",
        "gradle",
        "npx",
        "uv pip install",
        "poetry add",
        "tar",
        "gpg",
        "bash -c",
        "sh -c",
        "env",
        "export",
    ];
    let words = [
        "é",
        "''",
        "@",
        "@é",
        "=",
        "-",
        "--",
        "é=é",
        "@a/é@1",
        "-é",
        "--é=",
        "\u{feff}",
        "$",
        "${é}",
        "https://é",
        "é:é",
    ];
    for program in programs {
        for word in words {
            for shape in [
                "RUN P W",
                "RUN P W W",
                "RUN P -y W && W P",
                "RUN W=W P W",
                "CMD P W",
                "RUN [\"P\", \"W\"]",
            ] {
                let line = shape.replace('P', program).replace('W', word);
                told(&format!(
                    "FROM a:1 AS {word}\n{line}\nENV {word} {word}\nCOPY {word} {word}\nEXPOSE {word}\nUSER {word}\n"
                ));
            }
        }
    }
}

#[test]
fn the_old_form_of_env_takes_names_as_they_are_written() {
    for name in ["A", "A\\\u{fffd}\u{fffd}", "\"A B\"", "\\é", "é\\", "''"] {
        for value in ["", " ", " v", " é\\ w", "\té"] {
            told(&format!("FROM a:1\nENV {name}{value}\nARG {name}{value}\n"));
        }
    }
    let text = "FROM a:1\nENV \"DB_PASSWORD\" not-a-real-one-EXAMPLE\n";
    let file = parse(text);
    let pair = &file.instructions[1].pairs[0];
    assert_eq!(&text[pair.value.as_ref().unwrap().range.clone()], "not-a-real-one-EXAMPLE");
}
