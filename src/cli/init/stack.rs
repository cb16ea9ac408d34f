//! What a repository is made of, by the names of its files: which languages, containers and infrastructure, and which
//! scan types look at them. No file is opened.

use crate::finding::ScanType;
use std::collections::{BTreeSet, VecDeque};
use std::path::Path;

/// Folders this far below the root are still looked into: `services/shop/api/package.json`.
const MAX_DEPTH: usize = 3;

/// More entries than this are not looked at; what a repository is made of shows earlier.
const MAX_ENTRIES: usize = 50_000;

/// Folders with other people's files or with what a build made.
const FOREIGN: &[&str] =
    &["node_modules", "vendor", "target", "dist", "build", "venv", "third_party", "site-packages"];

/// Languages with a package manager are looked at for their code and their dependencies.
const LANGUAGE: &[ScanType] = &[ScanType::Code, ScanType::Dependency];
const INFRASTRUCTURE: &[ScanType] = &[ScanType::Iac];

/// A member of a stack and how it is told.
struct Stack {
    name: &'static str,
    types: &'static [ScanType],
    /// Names of files; `*` at one end stands for anything.
    marks: &'static [&'static str],
    /// Folders one of which must stand above the file; empty for any place.
    below: &'static [&'static str],
}

const fn language(name: &'static str, marks: &'static [&'static str]) -> Stack {
    Stack { name, types: LANGUAGE, marks, below: &[] }
}

const fn infrastructure(name: &'static str, marks: &'static [&'static str]) -> Stack {
    Stack { name, types: INFRASTRUCTURE, marks, below: &[] }
}

static STACKS: &[Stack] = &[
    language(
        "C and C++",
        &["CMakeLists.txt", "conan.lock", "conanfile.py", "conanfile.txt", "vcpkg.json"],
    ),
    language("Clojure", &["deps.edn", "project.clj"]),
    language("Dart", &["pubspec.lock", "pubspec.yaml"]),
    language(
        ".NET",
        &[
            "*.csproj",
            "*.fsproj",
            "*.sln",
            "*.vbproj",
            "Directory.Packages.props",
            "packages.config",
            "packages.lock.json",
        ],
    ),
    language("Elixir", &["mix.exs", "mix.lock"]),
    language("Erlang", &["rebar.config", "rebar.lock"]),
    language("Go", &["go.mod", "go.sum", "go.work"]),
    language("Haskell", &["*.cabal", "cabal.project.freeze", "stack.yaml", "stack.yaml.lock"]),
    language(
        "Java and Kotlin",
        &["build.gradle", "build.gradle.kts", "gradle.lockfile", "pom.xml", "settings.gradle*"],
    ),
    language(
        "JavaScript and TypeScript",
        &[
            "bun.lock",
            "bun.lockb",
            "deno.json",
            "deno.lock",
            "npm-shrinkwrap.json",
            "package-lock.json",
            "package.json",
            "pnpm-lock.yaml",
            "yarn.lock",
        ],
    ),
    language("Julia", &["Manifest.toml", "Project.toml"]),
    language("Nix", &["flake.lock", "flake.nix"]),
    language("Perl", &["cpanfile", "cpanfile.snapshot"]),
    language("PHP", &["composer.json", "composer.lock"]),
    language(
        "Python",
        &[
            "Pipfile",
            "Pipfile.lock",
            "pdm.lock",
            "poetry.lock",
            "pylock.toml",
            "pyproject.toml",
            "requirements*",
            "setup.cfg",
            "setup.py",
            "uv.lock",
        ],
    ),
    language("R", &["renv.lock"]),
    language("Ruby", &["*.gemspec", "Gemfile", "Gemfile.lock", "gems.rb"]),
    language("Rust", &["Cargo.lock", "Cargo.toml"]),
    language("Scala", &["build.sbt"]),
    language(
        "Swift",
        &["Cartfile.resolved", "Package.resolved", "Package.swift", "Podfile", "Podfile.lock"],
    ),
    infrastructure(
        "containers",
        &[
            "*.Dockerfile",
            "Containerfile",
            "Dockerfile",
            "Dockerfile.*",
            "compose.y*",
            "docker-compose*",
        ],
    ),
    infrastructure("Terraform", &["*.tf", "*.tofu", ".terraform.lock.hcl"]),
    infrastructure("Helm", &["Chart.yaml"]),
    infrastructure("Kustomize", &["kustomization.y*"]),
    infrastructure("Ansible", &["ansible.cfg"]),
    Stack {
        name: "Kubernetes",
        types: INFRASTRUCTURE,
        marks: &["*.yaml", "*.yml"],
        below: &["k8s", "kubernetes", "manifests"],
    },
    Stack {
        name: "GitHub Actions",
        types: INFRASTRUCTURE,
        marks: &["*.yaml", "*.yml"],
        below: &["workflows"],
    },
];

/// What was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// Names, in the order of the table.
    pub(super) names: Vec<&'static str>,
    /// Scan types that look at it; `code` and `baseline` look at every repository.
    pub(super) types: BTreeSet<ScanType>,
}

/// Looks at the names below `root`, without following links.
pub(super) fn detect(root: &Path) -> Found {
    let mut seen = vec![false; STACKS.len()];
    let mut left = MAX_ENTRIES;
    let mut folders = VecDeque::from([(root.to_owned(), Vec::<String>::new())]);
    while let Some((folder, above)) = folders.pop_front() {
        // A folder that does not open tells nothing; the scan will say that it could not be read.
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            if left == 0 {
                return found(&seen);
            }
            left -= 1;
            let Ok(kind) = entry.file_type() else { continue };
            let name = entry.file_name().to_string_lossy().into_owned();
            if kind.is_dir() {
                if above.len() < MAX_DEPTH && is_own(&name) {
                    let above = above.iter().cloned().chain([name]).collect();
                    folders.push_back((entry.path(), above));
                }
            } else if kind.is_file() {
                for (stack, seen) in STACKS.iter().zip(&mut seen) {
                    *seen |= stack.fits(&above, &name);
                }
            }
        }
    }
    found(&seen)
}

fn is_own(name: &str) -> bool {
    name == ".github" || !(name.starts_with('.') || FOREIGN.contains(&name))
}

fn found(seen: &[bool]) -> Found {
    let mut found = Found { names: Vec::new(), types: [ScanType::Code, ScanType::Baseline].into() };
    for (stack, _) in STACKS.iter().zip(seen).filter(|(_, seen)| **seen) {
        found.names.push(stack.name);
        found.types.extend(stack.types);
    }
    found
}

impl Stack {
    fn fits(&self, above: &[String], name: &str) -> bool {
        let is_below = self.below.is_empty()
            || above.iter().any(|folder| self.below.contains(&folder.as_str()));
        is_below
            && self.marks.iter().any(|mark| {
                match (mark.strip_prefix('*'), mark.strip_suffix('*')) {
                    (Some(end), _) => name.ends_with(end),
                    (_, Some(start)) => name.starts_with(start),
                    (None, None) => name == *mark,
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(files: &[&str]) -> Found {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "").unwrap();
        }
        detect(folder.path())
    }

    #[test]
    fn every_stack_is_told_by_each_of_its_marks_and_asks_for_its_types() {
        for stack in STACKS {
            for mark in stack.marks {
                let name = mark.replace('*', "x");
                let path = match stack.below {
                    [] => name,
                    below => format!("{}/{name}", below[0]),
                };
                let found = detected(&[&path]);
                assert_eq!(found.names, [stack.name], "{path}");
                assert!(stack.types.iter().all(|wanted| found.types.contains(wanted)), "{path}");
            }
        }
    }

    #[test]
    fn a_repository_of_nothing_known_is_looked_at_for_code_all_the_same() {
        let found = detected(&["README.md", "deploy/values.yaml", "k8s.yaml"]);
        assert_eq!(found.names, [""; 0]);
        assert_eq!(found.types, [ScanType::Code, ScanType::Baseline].into());
    }

    #[test]
    fn members_of_a_monorepo_count_and_other_peoples_folders_do_not() {
        let found = detected(&[
            "services/shop/api/package.json",
            "one/two/three/four/go.mod",
            "node_modules/a/Gemfile",
            ".venv/lib/setup.py",
            ".github/workflows/ci.yml",
        ]);
        assert_eq!(found.names, ["JavaScript and TypeScript", "GitHub Actions"]);
    }

    #[test]
    fn links_are_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("real"), "").unwrap();
        std::os::unix::fs::symlink("real", folder.path().join("Cargo.toml")).unwrap();
        std::os::unix::fs::symlink("/", folder.path().join("root")).unwrap();
        assert_eq!(detect(folder.path()).names, [""; 0]);
    }
}
