//! Tests: what the scanner says about whole trees.

use super::*;
use crate::config::Config;
use crate::engine::{FileEngine as _, all_rules};
use crate::finding::{Confidence, Finding, Severity, SkippedFile};
use crate::target::git::Repository;
use crate::target::source::Refused;
use crate::target::{Blob, Entry, Source};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// Every file below a directory.
#[derive(Debug)]
struct Directory {
    root: std::path::PathBuf,
    entries: Vec<Entry>,
}

impl Directory {
    fn new(root: &Path) -> Self {
        let mut entries = Vec::new();
        let mut open = vec![root.to_owned()];
        while let Some(directory) = open.pop() {
            for item in fs::read_dir(directory).unwrap().map(Result::unwrap) {
                let (path, metadata) = (item.path(), item.metadata().unwrap());
                if metadata.is_dir() && item.file_name() != ".git" {
                    open.push(path);
                } else if metadata.is_file() {
                    let location = path.strip_prefix(root).unwrap().to_owned();
                    let path = location.to_str().unwrap().to_owned();
                    entries.push(Entry {
                        path,
                        location,
                        size: metadata.len(),
                        executable: false,
                        mode: None,
                        id: None,
                    });
                }
            }
        }
        entries.sort();
        Self { root: root.to_owned(), entries }
    }
}

impl Source for Directory {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }
    fn skipped(&self) -> &[SkippedFile] {
        &[]
    }
    fn read(&self, entry: &Entry, buffer: &mut Vec<u8>) -> Result<(), Refused> {
        *buffer = fs::read(self.root.join(&entry.location)).unwrap();
        Ok(())
    }
}

struct Project {
    directory: TempDir,
    git: Option<git2::Repository>,
}

impl Project {
    fn plain() -> Self {
        Self { directory: tempfile::tempdir().unwrap(), git: None }
    }

    fn new() -> Self {
        // Settles the process-wide options before the first use of libgit2.
        let plain = Self::plain();
        assert!(Repository::discover(plain.directory.path()).unwrap().is_none());
        let git = git2::Repository::init(plain.directory.path()).unwrap();
        Self { git: Some(git), ..plain }
    }

    fn write(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let file = self.directory.path().join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, content).unwrap();
        self
    }

    fn track(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let this = self.write(path, content);
        let mut index = this.git.as_ref().unwrap().index().unwrap();
        index.add_path(Path::new(path)).unwrap();
        index.write().unwrap();
        this
    }

    fn scan(&self) -> Vec<Finding> {
        let root = self.directory.path();
        let source = Directory::new(root);
        let repository = Repository::discover(root).unwrap();
        let mut config = Config::default();
        config.git_hygiene.max_binary_size = 1000;
        let built = build(&Setup::of(&config)).unwrap();
        let mut sink = Sink::new();
        let tree = Tree {
            repository: repository.as_ref().map(|r| r as &dyn crate::target::git::Tracking),
            ..Tree::new(&source)
        };
        built.tree.unwrap().scan(&tree, &mut sink).unwrap();
        sink.into_findings()
    }

    /// `rule path severity`, the family left off.
    fn said(&self) -> Vec<String> {
        let short = |f: &Finding| {
            let rule = f.rule_id.as_str().strip_prefix("git-hygiene/").unwrap().to_owned();
            format!("{rule} {} {}", f.path.as_deref().unwrap_or("-"), f.severity)
        };
        self.scan().iter().map(short).collect()
    }
}

/// Values made at run time, so that this file holds no secret.
fn env() -> String {
    format!("DB_PASSWORD={}\n", ["k9Qm", "1TtR", "7vXz"].concat())
}

fn key() -> String {
    format!("-----BEGIN RSA {}-----\n{}\n", ["PRIVATE", "KEY"].join(" "), "MIIE".repeat(60))
}

#[test]
fn a_clean_project_says_nothing() {
    let project = Project::new()
        .track(".gitignore", "node_modules/\n.env\n")
        .track("package.json", "{}")
        .track(".env.example", "DB_PASSWORD=changeme\n")
        .track("index.js", "x")
        .track("certs/ca.pem", "-----BEGIN CERTIFICATE-----\nMIIE\n")
        .write(".env", env());
    assert_eq!(project.said(), Vec::<String>::new());
}

#[test]
fn tracked_credentials_are_reported_and_placeholders_only_whispered() {
    let project = Project::new()
        .track(".gitignore", ".env\n")
        .track(".env", env())
        .track("web/.env", "PORT=3000\n")
        .track("tests/fixtures/.env", env())
        .track("tests/data/dump.rdb", "REDIS0009")
        .track("deploy/id_rsa", key())
        .track("testdata/server.key", key())
        .track("deploy/server.pem.bak", key());
    assert_eq!(
        project.said(),
        [
            "sensitive-file-env .env critical",
            "sensitive-file-id_rsa deploy/id_rsa critical",
            "sensitive-file-private-key deploy/server.pem.bak critical",
            "sensitive-file-private-key testdata/server.key medium",
            "sensitive-file-env tests/fixtures/.env medium",
            "sensitive-file-env web/.env low",
        ]
    );
    let findings = project.scan();
    assert!(findings[0].description.contains("no effect on a file that is tracked"));
    assert!(findings[3].description.contains("Lowered from critical to medium"));
    assert!(findings[0].remediation.as_deref().unwrap().contains("git rm --cached -- .env"));
    let text = format!("{findings:?}");
    assert!(!text.contains("k9Qm") && !text.contains("MIIE"), "no secret in any field");
}

#[test]
fn a_file_without_credentials_has_none_to_replace_and_one_reason_for_its_severity() {
    let project = Project::new()
        .track(".gitignore", ".env\n")
        .track("web/.env", "PORT=3000\n")
        .track("tests/fixtures/.env", "PORT=3000\n");
    let findings = project.scan();
    assert_eq!(findings.len(), 2);
    for finding in findings {
        let fix = finding.remediation.as_deref().unwrap();
        assert!(!fix.contains("Revoke") && fix.contains("git rm --cached"), "{fix}");
        let said = format!("Reported as {}: ", finding.severity);
        assert!(finding.description.contains(&said), "{}", finding.description);
        assert!(!finding.description.contains("Lowered"), "{}", finding.description);
    }
}

#[test]
fn an_untracked_secret_counts_until_git_ignores_it() {
    let project = Project::new().track(".gitignore", "venv/\n").write("conf/.env", env());
    assert_eq!(
        project.said(),
        ["missing-ignore-env conf/.env high"],
        "`venv/` does not cover `.env`"
    );
    let project = project.write("conf/.gitignore", ".env\n");
    assert_eq!(project.said(), Vec::<String>::new());
}

#[test]
fn without_a_repository_confidence_is_lower_and_the_title_says_why() {
    let project = Project::plain().write("a.txt", "x").write(".env", env());
    let findings = project.scan();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].severity, Severity::Critical);
    assert_eq!(findings[0].confidence, Confidence::Medium);
    assert!(findings[0].title.ends_with("(not under version control)"), "{}", findings[0].title);
    let fix = findings[0].remediation.as_deref().unwrap();
    assert!(!fix.contains("history") && !fix.contains("git rm"), "{fix}");
}

#[test]
fn a_missing_gitignore_matters_only_where_tools_leave_files() {
    let bare_text = Project::new().track("README", "x").track("notes.txt", "y");
    assert_eq!(bare_text.said(), Vec::<String>::new());
    let python = Project::new().track("app.py", "x").track("README", "y");
    assert_eq!(python.said(), ["no-gitignore .gitignore medium"]);
    let plain = Project::plain().write("package.json", "{}").write("index.js", "x");
    assert_eq!(plain.scan()[0].confidence, Confidence::Low);
    let one_file = Project::plain().write("package.json", "{}");
    assert_eq!(one_file.said(), Vec::<String>::new());
    let with_baseline = one_file.write(".securescan/baseline.json", "{}");
    assert_eq!(with_baseline.said(), Vec::<String>::new());
    let excluded = Project::new()
        .track("Cargo.toml", "")
        .track("src/lib.rs", "")
        .write(".git/info/exclude", "target/\n");
    assert_eq!(excluded.said(), Vec::<String>::new());
}

#[test]
fn missing_rules_are_asked_of_git_and_listed_in_one_finding() {
    let project = Project::new()
        .track(".gitignore", "*.log\n/web/.gitignore\n")
        .track("infra/main.tf", "")
        .track("web/package.json", "{}")
        .track("web/.gitignore", "/node_modules\n")
        .track("api/package.json", "{}")
        .track("test/fixtures/Cargo.toml", "");
    let findings = project.scan();
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].severity, Severity::Low);
    assert_eq!(
        findings[0].remediation.as_deref(),
        Some("Add to .gitignore: `*.tfstate`, `*.tfstate.*`, `.terraform/`, `node_modules/`")
    );
}

#[test]
fn heavy_things_are_reported_once_per_directory_and_text_is_not_binary() {
    let project = Project::new()
        .track(".gitignore", "dist/\nnode_modules/\n")
        .track("web/node_modules/a/index.js", "x")
        .track("web/node_modules/b/index.js", "x")
        .track("packages/x/test/fixtures/node_modules/c.js", "x")
        .track("dist/a.js", "x")
        .track("data/model.bin", vec![0; 2000])
        .track("data/words.txt", "word\n".repeat(1000));
    assert_eq!(
        project.said(),
        [
            "large-binary data/model.bin low",
            "committed-dependencies web/node_modules low",
            "ignored-but-tracked dist info",
        ]
    );
    assert!(project.scan()[1].description.ends_with("Tracked below it: 2 files."));
}

#[test]
fn a_part_of_a_repository_says_nothing_about_its_root() {
    let project = Project::new()
        .track("a/package.json", "{}")
        .track("a/index.js", "")
        .track("b/x", "")
        .track("c/x", "");
    let repository = Repository::discover(project.directory.path()).unwrap();
    let mut source = Directory::new(project.directory.path());
    source.entries.retain(|e| e.path.starts_with("a/"));
    let mut sink = Sink::new();
    let tree = Tree {
        repository: repository.as_ref().map(|r| r as &dyn crate::target::git::Tracking),
        ..Tree::new(&source)
    };
    build(&Setup::of(&Config::default())).unwrap().tree.unwrap().scan(&tree, &mut sink).unwrap();
    assert!(sink.into_findings().is_empty());
}

#[test]
fn submodule_urls_are_judged_and_their_credentials_redacted() {
    let password = ["hunter", "2hunter2"].concat();
    let text = format!(
        "[submodule \"a\"]\npath = a\nurl = https://bob:{password}@git.acme.test/a.git\n[submodule \"b\"]\nurl = \
         http://git.acme.test/b\n[submodule \"c\"]\nurl = https://git.acme.test/c\n[submodule \"d\"]\nurl = ../d.git\n\
         [submodule \"e\"]\nurl = ssh://git@git.acme.test/e\n"
    );
    let blob = Blob::new(".gitmodules", text.as_bytes());
    let mut sink = Sink::new();
    assert!(
        submodules::Urls.interested(".gitmodules") && !submodules::Urls.interested("a/.gitmodules")
    );
    submodules::Urls.scan(&blob, &mut sink);
    let secrets = sink.secrets().to_vec();
    let findings = sink.place(&blob, &secrets);
    let lines: Vec<_> = findings.iter().map(|f| (f.line, f.severity)).collect();
    assert_eq!(lines, [(Some(3), Severity::High), (Some(5), Severity::Medium)]);
    assert!(!format!("{findings:?}").contains(&password));
}

#[test]
fn rules_are_whole_and_unique() {
    let rules = rules();
    let mut ids: Vec<&str> = rules.iter().map(|r| r.id.as_str()).collect();
    ids.extend(rules.iter().flat_map(|r| r.aliases.iter().map(String::as_str)));
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "ids and aliases are unique");
    for rule in &rules {
        assert!(
            !rule.description.is_empty() && !rule.remediation.contains("{path}"),
            "{}",
            rule.id
        );
        assert!(rule.references.iter().all(|r| r.starts_with("https://")), "{}", rule.id);
    }
    assert!(version().ends_with(" rules") && all_rules().len() >= rules.len());
    let page = fs::read_to_string("docs/scanners/git-hygiene.md").unwrap();
    for rule in &rules {
        assert!(page.contains(&format!("`{}`", rule.id)), "docs do not name {}", rule.id);
    }
}
