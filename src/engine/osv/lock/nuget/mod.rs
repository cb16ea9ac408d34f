//! Packages of .NET: lockfiles, project files with central versions, `packages.config`, and what restores and builds
//! leave behind. Knows no version order.

mod build;
mod installed;
mod lockfile;
mod packages_config;

use super::super::component::Ecosystem;
use super::{Format, MAX_WORD, Role};

const LOCKS: &[&str] = &["packages.lock.json"];

/// Rows of this folder.
pub static FORMATS: &[Format] = &[
    Format {
        name: "packages.lock.json",
        ecosystem: Ecosystem::NuGet,
        role: Role::Lockfile,
        files: &["packages.lock.json", "packages.*.lock.json"],
        reads: "all entries of all target frameworks with what they need and their digests",
        locked_by: &[],
        read: lockfile::read,
    },
    Format {
        name: "packages.config",
        ecosystem: Ecosystem::NuGet,
        role: Role::Lockfile,
        files: &["packages.config", "packages.*.config"],
        reads: "all entries; they do not tell what is direct",
        locked_by: &[],
        read: packages_config::read,
    },
    Format {
        name: "*.csproj",
        ecosystem: Ecosystem::NuGet,
        role: Role::Manifest,
        files: &[
            "*.csproj",
            "*.fsproj",
            "*.vbproj",
            "Directory.Build.props",
            "Directory.Build.targets",
            "Directory.Packages.props",
        ],
        reads: "package references with versions from properties, imported files and central versions; conditions are \
                taken to hold; no transitive dependencies",
        locked_by: LOCKS,
        read: build::read,
    },
    Format {
        name: "project.assets.json",
        ecosystem: Ecosystem::NuGet,
        role: Role::Installed,
        files: &["project.assets.json"],
        reads: "all libraries of all targets with what they need and their digests",
        locked_by: &[],
        read: installed::assets,
    },
    Format {
        name: "*.deps.json",
        ecosystem: Ecosystem::NuGet,
        role: Role::Installed,
        files: &["*.deps.json"],
        reads: "all libraries of all targets with what they need and their digests",
        locked_by: &[],
        read: installed::deps,
    },
];

/// Whether a text can be a package id: letters, digits, `.`, `-` and `_`
/// (<https://learn.microsoft.com/nuget/reference/nuspec#id>).
fn is_id(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= MAX_WORD
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// Whether a text is one version.
fn is_version(text: &str) -> bool {
    text.len() <= MAX_WORD
        && text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+'))
}

/// The version a reference comes down to: `1.2` (which means at least 1.2, and NuGet takes the lowest that is at least
/// that) and `[1.2]` are one; ranges and `1.*` are none
/// (<https://learn.microsoft.com/nuget/concepts/package-versioning>).
fn exact(requirement: &str) -> Option<&str> {
    let inner = requirement.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let text = inner.unwrap_or(requirement).trim();
    is_version(text).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_version_is_exact() {
        for (text, expected) in [
            ("1.2.3", Some("1.2.3")),
            ("[1.2]", Some("1.2")),
            ("1.0.0-rc.1+x", Some("1.0.0-rc.1+x")),
            ("[1.2,2)", None),
            ("(1.2,)", None),
            ("1.*", None),
            ("*", None),
            ("$(X)", None),
            ("", None),
        ] {
            assert_eq!(exact(text), expected, "{text}");
        }
    }
}
