//! Whether the ignore rules fit the project: is there a `.gitignore`, and does it know the tools that work here. Git's own
//! matcher answers, about paths these tools are sure to make.

use super::names::is_env_template;
use super::rule::Rule;
use super::view::View;
use crate::engine::Sink;
use crate::finding::{Confidence, Severity};
use crate::target::Context;
use crate::target::git::Tracking;
use std::collections::BTreeSet;

pub(super) static NO_GITIGNORE: Rule = Rule {
    name: "no-gitignore",
    title: "No .gitignore at the root of the project",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-538"),
    why: "Without ignore rules `git add -A` commits whatever tools and people leave behind: dependencies, caches, local \
          settings with credentials.",
    fix: "Create a .gitignore at the root.",
    references: &["https://git-scm.com/docs/gitignore", "https://github.com/github/gitignore"],
    aliases: &[],
};

pub(super) static MISSING_RULES: Rule = Rule {
    name: "missing-ignore-rules",
    title: "Ignore rules are missing for the tools of this project",
    severity: Severity::Info,
    confidence: Confidence::Medium,
    cwe: Some("CWE-538"),
    why: "The project's own tools write files that no ignore rule matches, so that the next `git add -A` commits them.",
    fix: "Add the missing lines to .gitignore.",
    references: &["https://git-scm.com/docs/gitignore", "https://github.com/github/gitignore"],
    aliases: &[],
};

/// A path a tool makes, and the line that ignores it.
struct Want {
    /// Relative to the directory of the manifest; its first part is what the tool makes.
    probe: &'static str,
    line: &'static str,
    /// What would be committed holds credentials.
    serious: bool,
}

struct Stack {
    name: &'static str,
    /// Names, or `*` and an end, that mark a project.
    manifests: &'static [&'static str],
    /// The same for files that are enough to want a `.gitignore`, but say too little to want particular rules.
    sources: &'static [&'static str],
    wants: &'static [Want],
}

const fn want(probe: &'static str, line: &'static str) -> Want {
    Want { probe, line, serious: false }
}

const STACKS: &[Stack] = &[
    Stack {
        name: "Python",
        manifests: &["pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "Pipfile"],
        sources: &["*.py"],
        wants: &[want("__pycache__/module.cpython-313.pyc", "__pycache__/")],
    },
    Stack {
        name: "Node.js",
        manifests: &["package.json"],
        sources: &[],
        wants: &[want("node_modules/package/index.js", "node_modules/")],
    },
    Stack {
        name: "Rust",
        manifests: &["Cargo.toml"],
        sources: &[],
        wants: &[want("target/debug/program", "target/")],
    },
    Stack {
        name: "Maven",
        manifests: &["pom.xml"],
        sources: &[],
        wants: &[want("target/classes/Main.class", "target/")],
    },
    Stack {
        name: "Gradle",
        manifests: &["build.gradle", "build.gradle.kts", "settings.gradle", "settings.gradle.kts"],
        sources: &[],
        wants: &[
            want(".gradle/8.0/checksums.lock", ".gradle/"),
            want("build/classes/Main.class", "build/"),
        ],
    },
    Stack {
        name: "Terraform",
        manifests: &["*.tf"],
        sources: &[],
        wants: &[
            want(".terraform/providers/provider", ".terraform/"),
            Want { probe: "terraform.tfstate", line: "*.tfstate", serious: true },
            Want { probe: "terraform.tfstate.backup", line: "*.tfstate.*", serious: true },
        ],
    },
    Stack {
        name: "Bundler",
        manifests: &["Gemfile"],
        sources: &[],
        wants: &[want(".bundle/config", ".bundle/")],
    },
    Stack {
        name: "Composer",
        manifests: &["composer.json"],
        sources: &[],
        wants: &[want("vendor/autoload.php", "/vendor/")],
    },
    Stack {
        name: ".NET",
        manifests: &["*.csproj", "*.fsproj", "*.vbproj"],
        sources: &[],
        wants: &[want("bin/Debug/program.dll", "bin/"), want("obj/project.assets.json", "obj/")],
    },
    Stack {
        name: "dotenv",
        // Handled apart: any template of an environment file.
        manifests: &[],
        sources: &[],
        wants: &[Want { probe: ".env", line: ".env", serious: true }],
    },
];

/// Deeper manifests are examples and fixtures more often than projects.
const MAX_DEPTH: usize = 3;
/// Directories asked about per stack.
const MAX_DIRECTORIES: usize = 50;

impl Stack {
    fn marked_by(&self, name: &str, sources: bool) -> bool {
        let names = if sources { self.sources } else { self.manifests };
        let dotenv =
            self.name == "dotenv" && !sources && is_env_template(&name.to_ascii_lowercase());
        dotenv
            || names
                .iter()
                .any(|n| n.strip_prefix('*').map_or(*n == name, |end| name.ends_with(end)))
    }

    /// Outermost directories with a mark of the stack; the root is the empty path.
    fn directories<'a>(&self, files: &[(&'a str, &'a str)], sources: bool) -> Vec<&'a str> {
        let all: BTreeSet<&str> = files
            .iter()
            .filter(|(_, name)| self.marked_by(name, sources))
            .map(|(directory, _)| *directory)
            .filter(|directory| Context::of(&format!("{directory}/x")) == Context::Source)
            .collect();
        let mut outermost: Vec<&str> = Vec::new();
        for directory in all {
            if !outermost.iter().any(|o| {
                o.is_empty() || directory.strip_prefix(o).is_some_and(|r| r.starts_with('/'))
            }) {
                outermost.push(directory);
            }
        }
        outermost.truncate(MAX_DIRECTORIES);
        outermost
    }
}

pub(super) fn scan(view: &View<'_>, sink: &mut Sink) {
    if !view.covers_root() {
        return;
    }
    let files: Vec<(&str, &str)> = view
        .entries()
        .iter()
        .filter(|e| e.path.bytes().filter(|b| *b == b'/').count() <= MAX_DEPTH)
        .map(|e| e.path.rsplit_once('/').unwrap_or(("", &e.path)))
        .collect();
    let present: Vec<(&Stack, Vec<&str>)> = STACKS
        .iter()
        .map(|stack| (stack, stack.directories(&files, false)))
        .filter(|(_, directories)| !directories.is_empty())
        .collect();
    if view.has_root_gitignore() {
        if let Some(repository) = view.repository() {
            missing_rules(repository, &present, sink);
        }
        return;
    }
    let mut wanted: Vec<&Stack> = present.iter().map(|(stack, _)| *stack).collect();
    for stack in STACKS.iter().filter(|s| !s.sources.is_empty()) {
        let seen = wanted.iter().any(|w| w.name == stack.name);
        if !seen && !stack.directories(&files, true).is_empty() {
            wanted.push(stack);
        }
    }
    // Ignore files further down, or `.git/info/exclude`, may do the work.
    let unmet = |stack: &Stack| {
        view.repository().is_none_or(|r| stack.wants.iter().any(|w| !r.is_ignored(w.probe, false)))
    };
    wanted.retain(|stack| unmet(stack));
    if wanted.is_empty() {
        return;
    }
    let mut finding = NO_GITIGNORE.finding(".gitignore");
    if view.repository().is_none() {
        finding.confidence = Confidence::Low;
        finding
            .description
            .push_str(" There is no repository here yet; this is what it would start without.");
    }
    let lines: BTreeSet<&str> = wanted.iter().flat_map(|s| s.wants).map(|w| w.line).collect();
    finding.remediation =
        Some(format!("Create a .gitignore at the root that begins with: {}", listed(&lines)));
    sink.push(finding);
}

fn missing_rules(repository: &dyn Tracking, present: &[(&Stack, Vec<&str>)], sink: &mut Sink) {
    let mut lines = BTreeSet::new();
    let mut stacks = Vec::new();
    let mut serious = false;
    for (stack, directories) in present {
        let before = lines.len();
        for want in stack.wants {
            let missing = directories.iter().any(|directory| {
                let path = if directory.is_empty() {
                    want.probe.to_owned()
                } else {
                    format!("{directory}/{}", want.probe)
                };
                !repository.is_ignored(&path, false)
                    && !is_tracked_on_purpose(repository, directory, want.probe)
            });
            if missing {
                lines.insert(want.line);
                serious |= want.serious;
            }
        }
        if lines.len() > before {
            stacks.push(stack.name);
        }
    }
    if lines.is_empty() {
        return;
    }
    let mut finding = MISSING_RULES.finding(".gitignore");
    finding.title = format!("Ignore rules are missing for {}", stacks.join(", "));
    if serious {
        finding.severity = Severity::Low;
        finding.description.push_str(" Some of these files hold credentials.");
    }
    finding.remediation = Some(format!("Add to .gitignore: {}", listed(&lines)));
    sink.push(finding);
}

/// The directory a tool would make (or the file itself) is tracked: a decision somebody made, reported elsewhere.
fn is_tracked_on_purpose(repository: &dyn Tracking, directory: &str, probe: &str) -> bool {
    let made = probe.split_once('/').map_or(probe.to_owned(), |(first, _)| format!("{first}/"));
    let made = if directory.is_empty() { made } else { format!("{directory}/{made}") };
    let mut from = repository.tracked().range(made.clone()..);
    from.next().is_some_and(|(path, _)| path.starts_with(&made))
}

fn listed(lines: &BTreeSet<&str>) -> String {
    lines.iter().map(|line| format!("`{line}`")).collect::<Vec<_>>().join(", ")
}
