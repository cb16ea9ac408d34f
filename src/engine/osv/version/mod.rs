//! Versions of all ecosystems: reading, order, requirements. What each ecosystem's own tool says is right; a version it
//! would refuse is read only where its meaning is beyond doubt (`v1.2`). Knows no advisory and no file.

mod bound;
mod composer;
mod composer_constraint;
mod conan;
mod dart;
mod go;
mod hex;
mod maven;
mod npm;
mod nuget;
mod number;
mod pep440;
mod python;
mod rubygems;
mod semver;
mod tags;

use self::semver::Style;
use super::component::Ecosystem;
use rubygems::Tool;
use std::cmp::Ordering;
use std::fmt;

/// Longest version that is read, bytes.
pub const MAX_VERSION: usize = 1024;
/// Longest requirement that is read, bytes.
pub const MAX_REQUIREMENT: usize = 4096;
/// Bytes of a version that messages repeat.
const SHOWN: usize = 80;

/// A text that is no version in its ecosystem.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} is no version of {ecosystem}", shown(text))]
pub struct Unreadable {
    /// Whose version it was to be.
    pub ecosystem: Ecosystem,
    /// The text; empty when it is longer than [`MAX_VERSION`].
    pub text: String,
}

/// A version in quotes, cut to a bearable length and without control characters.
fn shown(text: &str) -> String {
    if text.is_empty() {
        return "an empty or overlong text".to_owned();
    }
    let mut out = String::from("`");
    for c in text.chars() {
        if out.len() > SHOWN {
            out.push('…');
            break;
        }
        out.push(if c.is_control() { '\u{fffd}' } else { c });
    }
    out.push('`');
    out
}

/// A version that was read. Versions of one ecosystem stand in its order, in which different texts can be equal (`1.0` and
/// `1.0.0`); versions of ecosystems with different orders stand apart, in an order without meaning.
#[derive(Clone)]
pub struct Version {
    text: Box<str>,
    key: Key,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Python(pep440::Key),
    SemVer(semver::Key),
    Pub(semver::Key),
    Gem(rubygems::Key),
    Pod(rubygems::Key),
    Composer(composer::Key),
    Maven(maven::Key),
    NuGet(nuget::Key),
    Conan(conan::Key),
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Version {}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Version({})", self.text)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl Version {
    /// The text it was read from.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is a branch (`dev-main` of Composer), which stands for no release: comparing it tells nothing.
    pub fn is_branch(&self) -> bool {
        matches!(&self.key, Key::Composer(key) if key.is_branch())
    }
}

/// Reads a version.
pub fn parse(ecosystem: Ecosystem, text: &str) -> Result<Version, Unreadable> {
    let key = (text.len() <= MAX_VERSION).then(|| key(ecosystem, text)).flatten();
    with_key(ecosystem, text, key)
}

/// Reads a version as SemVer, whatever the ecosystem's own order: advisories may state ranges so.
pub fn parse_semver(ecosystem: Ecosystem, text: &str) -> Result<Version, Unreadable> {
    let short = text.len() <= MAX_VERSION;
    let key = short.then(|| semver::read(text, Style::Plain)).flatten().map(Key::SemVer);
    with_key(ecosystem, text, key)
}

fn with_key(ecosystem: Ecosystem, text: &str, key: Option<Key>) -> Result<Version, Unreadable> {
    key.map(|key| Version { text: text.into(), key }).ok_or_else(|| Unreadable {
        ecosystem,
        text: if text.len() <= MAX_VERSION { text.to_owned() } else { String::new() },
    })
}

fn key(ecosystem: Ecosystem, text: &str) -> Option<Key> {
    Some(match ecosystem {
        Ecosystem::PyPi => Key::Python(pep440::read(text)?),
        Ecosystem::Npm => Key::SemVer(semver::read(text, Style::Loose)?),
        Ecosystem::CratesIo | Ecosystem::Hex => Key::SemVer(semver::read(text, Style::Plain)?),
        Ecosystem::Go => Key::SemVer(go::read(text)?),
        Ecosystem::SwiftUrl | Ecosystem::GitHubActions => {
            Key::SemVer(semver::read(text, Style::Tag)?)
        }
        Ecosystem::Pub => Key::Pub(semver::read(text, Style::Build)?),
        Ecosystem::RubyGems => Key::Gem(rubygems::read(text, Tool::RubyGems)?),
        Ecosystem::CocoaPods => Key::Pod(rubygems::read(text, Tool::CocoaPods)?),
        Ecosystem::Packagist => Key::Composer(composer::read(text)?),
        Ecosystem::Maven => Key::Maven(maven::read(text)?),
        Ecosystem::NuGet => Key::NuGet(nuget::read(text)?),
        Ecosystem::Conan => Key::Conan(conan::read(text)?),
    })
}

/// How two versions of an ecosystem stand to each other.
pub fn compare(ecosystem: Ecosystem, a: &str, b: &str) -> Result<Ordering, Unreadable> {
    Ok(parse(ecosystem, a)?.cmp(&parse(ecosystem, b)?))
}

/// Whether a version comes before the release it belongs to.
pub fn is_prerelease(version: &Version) -> bool {
    match &version.key {
        Key::Python(key) => key.is_prerelease(),
        Key::SemVer(key) | Key::Pub(key) => key.is_prerelease(),
        Key::Gem(key) | Key::Pod(key) => key.is_prerelease(),
        Key::Composer(key) => key.is_prerelease(),
        Key::Maven(key) => key.is_prerelease(),
        Key::NuGet(key) => key.is_prerelease(),
        Key::Conan(key) => key.is_prerelease(),
    }
}

/// Whether a requirement as manifests of the ecosystem state it lets a version in; `None` where the requirement or the
/// version cannot be understood.
pub fn allows(ecosystem: Ecosystem, requirement: &str, version: &str) -> Option<bool> {
    if requirement.len() > MAX_REQUIREMENT || version.len() > MAX_VERSION {
        return None;
    }
    match ecosystem {
        Ecosystem::PyPi => python::allows(requirement, version, &pep440::read(version)?),
        Ecosystem::Npm => npm::allows(requirement, version),
        Ecosystem::CratesIo => {
            let requirement = ::semver::VersionReq::parse(requirement).ok()?;
            Some(requirement.matches(&::semver::Version::parse(version.trim()).ok()?))
        }
        Ecosystem::Go => go::allows(requirement, &go::read(version)?),
        Ecosystem::RubyGems => rubygems::allows(requirement, version, Tool::RubyGems),
        Ecosystem::CocoaPods => rubygems::allows(requirement, version, Tool::CocoaPods),
        Ecosystem::Packagist => composer_constraint::allows(requirement, version),
        Ecosystem::Maven => maven::allows(requirement, &maven::read(version)?),
        Ecosystem::NuGet => nuget::allows(requirement, version),
        Ecosystem::Hex => hex::allows(requirement, &semver::read(version, Style::Plain)?),
        Ecosystem::Pub => dart::allows(requirement, &semver::read(version, Style::Build)?),
        Ecosystem::SwiftUrl => tags::allows_swift(requirement, &semver::read(version, Style::Tag)?),
        Ecosystem::Conan => conan::allows(requirement, version),
        Ecosystem::GitHubActions => {
            tags::allows_action(requirement, &semver::read(version, Style::Tag)?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_ecosystem_reads_and_orders_plain_versions() {
        for &ecosystem in Ecosystem::ALL {
            for (a, b) in [("1.2.3", "1.2.4"), ("1.9.0", "1.10.0"), ("1.0.0-rc1", "1.0.0")] {
                assert_eq!(compare(ecosystem, a, b), Ok(Ordering::Less), "{ecosystem} {a} {b}");
            }
            let release = parse(ecosystem, "1.2.3").unwrap();
            assert!(!is_prerelease(&release), "{ecosystem}");
            assert!(is_prerelease(&parse(ecosystem, "1.0.0-rc1").unwrap()), "{ecosystem}");
            assert_eq!(release.to_string(), "1.2.3");
        }
    }

    #[test]
    fn overlong_texts_are_refused_without_being_repeated() {
        let long = "1".repeat(10 << 20);
        for &ecosystem in Ecosystem::ALL {
            let error = parse(ecosystem, &long).unwrap_err();
            assert!(error.to_string().len() < 80 && error.to_string().contains(ecosystem.as_str()));
            assert_eq!(allows(ecosystem, &long, "1.0"), None);
            assert_eq!(allows(ecosystem, "1.0", &long), None);
            let odd = "\u{1b}[31m".to_owned() + &"§".repeat(200);
            if let Err(error) = parse(ecosystem, &odd) {
                assert!(error.to_string().len() < 160);
                assert!(!error.to_string().contains('\u{1b}'));
            }
        }
    }

    #[test]
    fn numbers_of_any_length_compare() {
        let (small, large) = (format!("1.{}", "9".repeat(800)), format!("1.1{}", "0".repeat(800)));
        for &ecosystem in Ecosystem::ALL {
            assert_eq!(compare(ecosystem, &small, &large), Ok(Ordering::Less), "{ecosystem}");
        }
    }

    #[test]
    fn versions_of_different_schemes_have_some_order() {
        let versions: Vec<Version> =
            Ecosystem::ALL.iter().map(|ecosystem| parse(*ecosystem, "1.2.3").unwrap()).collect();
        for a in &versions {
            for b in &versions {
                assert_eq!(a.cmp(b), b.cmp(a).reverse());
                assert_eq!(a == b, a.cmp(b).is_eq());
            }
        }
    }

    #[test]
    fn a_branch_is_known_as_one() {
        assert!(parse(Ecosystem::Packagist, "dev-main").unwrap().is_branch());
        assert!(!parse(Ecosystem::Packagist, "1.x-dev").unwrap().is_branch());
    }

    #[test]
    fn crates_and_modules_know_their_requirements() {
        for (ecosystem, requirement, version, expected) in [
            (Ecosystem::CratesIo, "1.2", "1.9.0", Some(true)),
            (Ecosystem::CratesIo, "=1.2.3", "1.2.4", Some(false)),
            (Ecosystem::CratesIo, "latest", "1.2.4", None),
            (Ecosystem::Go, "v1.2.3", "v1.3.0", Some(true)),
            (Ecosystem::Go, "v1.2.3", "v1.2.2", Some(false)),
            (Ecosystem::Maven, "[1,2)", "1.5", Some(true)),
            (Ecosystem::CocoaPods, "~> 1.2", "1.9", Some(true)),
        ] {
            assert_eq!(allows(ecosystem, requirement, version), expected, "{requirement}");
        }
    }
}
