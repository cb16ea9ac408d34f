//! Packages of Java and its kin: Maven's poms, Gradle's lockfiles, catalogues and build scripts, and archives. Names
//! are `group:artifact`. Knows no version order.

mod archive;
mod catalog;
mod gradle;
mod model;
mod pom;
mod resolve;
mod script;
mod verification;
pub(super) mod xml;
mod zip;

use super::super::component::{Component, Declared, Ecosystem, Listing, Origin, Scope};
use super::{Format, MAX_WORD, Role};

/// Rows of this folder.
pub static FORMATS: &[Format] = &[
    Format {
        name: "pom.xml",
        ecosystem: Ecosystem::Maven,
        role: Role::Manifest,
        files: &["pom.xml"],
        reads: "dependencies, plugins and their versions through properties, parents, managed versions and BOMs, as far \
                as those are files of the repository; no transitive dependencies",
        locked_by: &[],
        read: pom::read,
    },
    Format {
        name: "gradle.lockfile",
        ecosystem: Ecosystem::Maven,
        role: Role::Lockfile,
        files: &[
            "gradle.lockfile",
            "buildscript-gradle.lockfile",
            "gradle/dependency-locks/*.lockfile",
        ],
        reads: "all entries and their configurations; lockfiles do not tell what is direct",
        locked_by: &[],
        read: gradle::read,
    },
    Format {
        name: "verification-metadata.xml",
        ecosystem: Ecosystem::Maven,
        // Gradle never takes entries out of it, so that it may list what is no longer used: a lockfile knows better.
        role: Role::Manifest,
        files: &["gradle/verification-metadata.xml"],
        reads: "components that have a digest of more than their metadata",
        locked_by: &["gradle.lockfile"],
        read: verification::read,
    },
    Format {
        name: "libs.versions.toml",
        ecosystem: Ecosystem::Maven,
        role: Role::Manifest,
        files: &["*.versions.toml"],
        reads: "libraries and plugins with one exact version; ranges and rejections stay requirements",
        locked_by: &["gradle.lockfile"],
        read: catalog::read,
    },
    Format {
        name: "build.gradle",
        ecosystem: Ecosystem::Maven,
        role: Role::Manifest,
        files: &["build.gradle", "build.gradle.kts"],
        reads: "dependencies and plugins whose names and versions are literal text",
        locked_by: &["gradle.lockfile"],
        read: script::read,
    },
    Format {
        name: "jar",
        ecosystem: Ecosystem::Maven,
        role: Role::Installed,
        files: &["*.jar", "*.war", "*.ear"],
        reads: "pom.properties and the manifest of the archive and of archives in it",
        locked_by: &[],
        read: archive::read,
    },
];

/// Whether a text can be a group, an artifact or a plugin id: letters, digits, `.`, `-` and `_`.
fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_WORD
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '+'))
}

/// What a version text says.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    /// This version.
    Exact(String),
    /// Anything else.
    Other,
}

/// Reads a version as Maven and Gradle do: `1.2` and `[1.2]` are one version (Maven calls the former soft, and takes it
/// unless a nearer dependency says otherwise); ranges, `1.+`, `LATEST`, `RELEASE`, `latest.release` and what still
/// holds an expression are none.
fn wanted(text: &str) -> Wanted {
    let inner = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .filter(|inner| !inner.contains(','))
        .unwrap_or(text)
        .trim();
    let moving = inner.is_empty()
        || inner.len() > MAX_WORD
        || inner.ends_with('+')
        || inner.contains(['[', ']', '(', ')', ',', '$', '{', '}', '*'])
        || inner.chars().any(|c| c.is_whitespace() || c.is_control())
        || matches!(inner, "LATEST" | "RELEASE")
        || inner.starts_with("latest.");
    if moving { Wanted::Other } else { Wanted::Exact(inner.to_owned()) }
}

/// Takes in what a build file asks for: name, version as written, and that version without marks of the format. One exact
/// version is a package, anything else a requirement; says whether it was a package.
fn state(
    listing: &mut Listing,
    (name, written, version): (String, &str, &str),
    scope: Scope,
    line: u32,
) -> bool {
    if let Wanted::Exact(version) = wanted(version) {
        let mut component = Component::new(Ecosystem::Maven, name, version, line);
        component.scope = scope;
        component.direct = Some(true);
        listing.components.push(component);
        return true;
    }
    listing.declared.push(Declared {
        ecosystem: Ecosystem::Maven,
        name,
        requirement: written.to_owned(),
        scope,
        origin: Origin::Registry,
        line,
        file: None,
    });
    false
}

/// Parts a reader could not use, said in one note each kind.
#[derive(Debug, Default)]
struct Counted {
    count: usize,
    first: u32,
}

impl Counted {
    fn add(&mut self, line: u32) {
        if self.count == 0 {
            self.first = line;
        }
        self.count += 1;
    }
}

/// `1 word` or `n words`.
fn several(count: usize, word: &str) -> String {
    match (count, word.strip_suffix('y')) {
        (1, _) => format!("1 {word}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        _ => format!("{count} {word}s"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use std::sync::Arc;

    /// Files by path.
    #[derive(Debug, Default)]
    pub(in super::super) struct Files(pub(in super::super) BTreeMap<String, Arc<[u8]>>);

    impl Files {
        pub(in super::super) fn new(files: &[(&str, &str)]) -> Self {
            let own = |(path, text): &(&str, &str)| ((*path).to_owned(), text.as_bytes().into());
            Self(files.iter().map(own).collect())
        }

        /// Reads one of them.
        pub(in super::super) fn listing(
            &self,
            read: fn(
                &super::super::File<'_>,
            ) -> Result<super::super::Listing, super::super::Broken>,
            path: &str,
        ) -> Result<super::super::Listing, super::super::Broken> {
            read(&super::super::File { path, bytes: &self.0[path], around: self })
        }
    }

    impl super::super::Around for Files {
        fn read(&self, path: &str) -> Option<Arc<[u8]>> {
            self.0.get(path).cloned()
        }

        fn below(&self, folder: &str) -> Vec<String> {
            let inside = |path: &&String| {
                folder.is_empty()
                    || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
            };
            self.0.keys().filter(inside).cloned().collect()
        }
    }

    #[test]
    fn only_one_version_is_exact() {
        for (text, expected) in [
            ("1.2", Some("1.2")),
            ("[1.2]", Some("1.2")),
            ("[1.2,2)", None),
            ("(,2]", None),
            ("1.+", None),
            ("+", None),
            ("LATEST", None),
            ("latest.release", None),
            ("${x}", None),
            ("1.0-SNAPSHOT", Some("1.0-SNAPSHOT")),
            ("", None),
        ] {
            let expected = expected.map_or(Wanted::Other, |one| Wanted::Exact(one.to_owned()));
            assert_eq!(wanted(text), expected, "{text}");
        }
    }
}
