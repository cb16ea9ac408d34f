//! Package URLs as ECMA-427 and the type definitions of <https://github.com/package-url/purl-spec> have them: from a
//! component and back. Knows the types of our ecosystems; of all others only the syntax.

use super::component::{Component, Ecosystem, Origin};
use super::lock::MAX_WORD;
use super::lock::address::without_credentials;
use std::collections::BTreeMap;
use std::fmt;

/// Longest package URL that is read, bytes.
pub const MAX_LENGTH: usize = 8 << 10;

/// A package URL taken apart; everything is decoded.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Parsed {
    /// The ecosystem of [`Self::kind`], where it is one of ours.
    pub ecosystem: Option<Ecosystem>,
    /// The type, lower case: `npm`, `deb`.
    pub kind: String,
    /// Scope, group, vendor, host and owner; empty for none.
    pub namespace: String,
    /// Last part of the name.
    pub name: String,
    /// Version; empty for none.
    pub version: String,
    /// Qualifiers by key, none of them empty.
    pub qualifiers: BTreeMap<String, String>,
    /// Part of the package; empty for none.
    pub subpath: String,
}

/// The package URL of a component: `None` where its name has not the form that its ecosystem wants, and for what comes
/// from a folder beside the project, which no reader may take for the registry's package of that name.
pub fn of(component: &Component) -> Option<String> {
    Parsed::of(component).map(|parsed| parsed.to_string())
}

/// Reads a package URL, canonical or not. `None` for what is none.
pub fn parse(text: &str) -> Option<Parsed> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let scheme = text.get(..4)?;
    let rest =
        text.get(4..).filter(|_| scheme.eq_ignore_ascii_case("pkg:"))?.trim_start_matches('/');
    let (rest, subpath) = match rest.split_once('#') {
        Some((rest, subpath)) => (rest, path(subpath, true)?),
        None => (rest, String::new()),
    };
    let (rest, qualifiers) = match rest.rsplit_once('?') {
        Some((rest, pairs)) => (rest, qualifiers(pairs)?),
        None => (rest, BTreeMap::new()),
    };
    let (kind, rest) = rest.split_once('/')?;
    let kind_fits = kind.starts_with(|c: char| c.is_ascii_alphabetic())
        && kind.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    if !kind_fits {
        return None;
    }
    let kind = kind.to_ascii_lowercase();
    let rest = rest.trim_matches('/');
    // A scope is often left undecoded: the `@` of `npm/@scope/name` begins no version.
    let is_scope = |at: usize| {
        (at == 0 || rest[..at].ends_with('/')) && rest[at + 1..].trim_end_matches('/').contains('/')
    };
    let at = rest.rfind('@').filter(|at| !is_scope(*at));
    let (names, version) = match at {
        Some(at) => (&rest[..at], decode(&rest[at + 1..])?),
        None => (rest, String::new()),
    };
    let (namespace, name) = match names.trim_matches('/').rsplit_once('/') {
        Some((namespace, name)) => (path(namespace, false)?, decode(name)?),
        None => (String::new(), decode(names.trim_matches('/'))?),
    };
    let name = name.trim_matches('/').to_owned();
    if name.is_empty() {
        return None;
    }
    let ecosystem = Ecosystem::from_purl_type(&kind);
    let mut parsed = Parsed { ecosystem, kind, namespace, name, version, qualifiers, subpath };
    parsed.normalise();
    Some(parsed)
}

impl Parsed {
    /// The same for a component; see [`of`].
    pub fn of(component: &Component) -> Option<Self> {
        use Ecosystem as E;
        let ecosystem = component.ecosystem;
        let name = component.name.trim();
        if name.is_empty() || name.chars().any(char::is_control) {
            return None;
        }
        let mut parsed = Self {
            ecosystem: Some(ecosystem),
            kind: ecosystem.purl_type().to_owned(),
            version: component.version.trim().to_owned(),
            ..Self::default()
        };
        let (namespace, last) = match ecosystem {
            E::Npm if name.starts_with('@') => name.split_once('/')?,
            E::Maven => name.split_once(':')?,
            E::Go => name.rsplit_once('/').unwrap_or(("", name)),
            E::SwiftUrl | E::Packagist => name.rsplit_once('/')?,
            E::Hex => name.rsplit_once('/').unwrap_or(("", name)),
            E::GitHubActions => {
                let (owner, rest) = name.split_once('/')?;
                let (repository, inner) = rest.split_once('/').unwrap_or((rest, ""));
                inner.clone_into(&mut parsed.subpath);
                (owner, repository)
            }
            E::CocoaPods => {
                let (pod, inner) = name.split_once('/').unwrap_or((name, ""));
                inner.clone_into(&mut parsed.subpath);
                ("", pod)
            }
            _ => ("", name),
        };
        let whole = !last.is_empty()
            && namespace.split('/').all(|part| !part.is_empty() || namespace.is_empty())
            && (!namespace.is_empty()
                || !matches!(ecosystem, E::Maven | E::SwiftUrl | E::Packagist | E::GitHubActions));
        if !whole {
            return None;
        }
        namespace.clone_into(&mut parsed.namespace);
        last.clone_into(&mut parsed.name);
        let (key, address) = match &component.origin {
            Origin::Registry => ("", String::new()),
            Origin::OtherRegistry(address) => ("repository_url", without_credentials(address)),
            Origin::Git(address) => ("vcs_url", vcs_url(&without_credentials(address))),
            Origin::Url(address) => ("download_url", without_credentials(address)),
            Origin::Path(_) => return None,
        };
        if !address.is_empty() {
            parsed.qualifiers.insert(key.to_owned(), address);
        }
        parsed.normalise();
        Some(parsed)
    }

    /// The name as the registry knows it ([`Component::name`]); `None` for types that are none of ours.
    pub fn component_name(&self) -> Option<String> {
        let ecosystem = self.ecosystem?;
        Some(match ecosystem {
            Ecosystem::Maven if !self.namespace.is_empty() => {
                format!("{}:{}", self.namespace, self.name)
            }
            Ecosystem::CocoaPods | Ecosystem::GitHubActions => {
                let parts = [self.namespace.as_str(), &self.name, &self.subpath];
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                parts.join("/")
            }
            // Vendors are no part of the name there.
            Ecosystem::Conan => self.name.clone(),
            _ if self.namespace.is_empty() => self.name.clone(),
            _ => format!("{}/{}", self.namespace, self.name),
        })
    }

    /// Where the package comes from, by its qualifiers. Most programs name the repository of a registry's package as
    /// `vcs_url`, for information; only one with a revision says that the package was taken from there.
    pub fn origin(&self) -> Origin {
        let of = |key: &str| self.qualifiers.get(key).map(|url| without_credentials(url));
        let is_repository = matches!(
            self.ecosystem,
            Some(Ecosystem::Go | Ecosystem::SwiftUrl | Ecosystem::GitHubActions)
        );
        if let Some(url) = of("vcs_url").filter(|url| !is_repository && has_revision(url)) {
            Origin::Git(url)
        } else if let Some(url) = of("download_url").filter(|url| !is_usual(url)) {
            Origin::Url(url)
        } else if let Some(url) = of("repository_url").filter(|url| !is_usual(url)) {
            Origin::OtherRegistry(url)
        } else {
            Origin::Registry
        }
    }

    /// The component it names; `None` for types that are none of ours, without a namespace that the type requires, and
    /// for words longer than [`MAX_WORD`].
    pub fn component(&self, line: u32) -> Option<Component> {
        let name = self.component_name()?;
        let is_part = self.namespace.is_empty()
            && matches!(
                self.ecosystem,
                Some(
                    Ecosystem::Maven
                        | Ecosystem::Packagist
                        | Ecosystem::SwiftUrl
                        | Ecosystem::GitHubActions
                )
            );
        if is_part || name.len() > MAX_WORD || self.version.len() > MAX_WORD {
            return None;
        }
        let mut component = Component::new(self.ecosystem?, name, self.version.clone(), line);
        component.origin = self.origin();
        Some(component)
    }

    /// Canonical form of the parts. Go modules keep their case, against the note in their definition: modules that
    /// differ in case are different modules, and a folded name matches no advisory.
    fn normalise(&mut self) {
        match self.kind.as_str() {
            "pypi" => self.name = self.name.to_lowercase().replace('_', "-"),
            "composer" | "hex" | "github" | "bitbucket" => {
                self.namespace = self.namespace.to_lowercase();
                self.name = self.name.to_lowercase();
            }
            "pub" => {
                let lower = self.name.to_lowercase();
                self.name = lower
                    .chars()
                    .map(|c| if c.is_ascii_lowercase() || c.is_ascii_digit() { c } else { '_' })
                    .collect();
            }
            _ => {}
        }
    }
}

impl fmt::Display for Parsed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "pkg:{}/", self.kind)?;
        for part in self.namespace.split('/').filter(|part| !part.is_empty()) {
            write!(f, "{}/", encode(part))?;
        }
        f.write_str(&encode(&self.name))?;
        if !self.version.is_empty() {
            write!(f, "@{}", encode(&self.version))?;
        }
        for (index, (key, value)) in self.qualifiers.iter().enumerate() {
            write!(f, "{}{key}={}", if index == 0 { '?' } else { '&' }, encode(value))?;
        }
        let parts = self.subpath.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
        for (index, part) in parts.enumerate() {
            write!(f, "{}{}", if index == 0 { '#' } else { '/' }, encode(part))?;
        }
        Ok(())
    }
}

/// A repository in the form of SPDX download locations, `git+https://host/path@revision`.
pub fn vcs_url(address: &str) -> String {
    let (place, fragment) = address.split_once('#').unwrap_or((address, ""));
    let (place, query) = place.split_once('?').unwrap_or((place, ""));
    let asked = query.split('&').filter_map(|pair| pair.split_once('='));
    let asked = asked.filter(|(key, _)| matches!(*key, "rev" | "tag" | "branch" | "ref"));
    let revision = if fragment.is_empty() {
        asked.map(|(_, value)| value).next().unwrap_or_default()
    } else {
        fragment
    };
    let prefix = if place.starts_with("git+") || place.starts_with("git:") || place.contains('+') {
        ""
    } else {
        "git+"
    };
    let at = if revision.is_empty() { "" } else { "@" };
    format!("{prefix}{place}{at}{revision}")
}

/// Whether a repository's address ends in a commit id.
fn has_revision(url: &str) -> bool {
    let rest = url.split('#').next().unwrap_or_default();
    rest.rsplit_once('@').is_some_and(|(_, revision)| {
        revision.len() >= 7 && revision.bytes().all(|b| b.is_ascii_hexdigit())
    })
}

/// Hosts of the registries that the ecosystems' own tools use when nobody says otherwise.
const USUAL: &[&str] = &[
    "api.nuget.org",
    "api.pub.dev",
    "cdn.cocoapods.org",
    "center.conan.io",
    "center2.conan.io",
    "crates.io",
    "files.pythonhosted.org",
    "hex.pm",
    "index.crates.io",
    "packagist.org",
    "proxy.golang.org",
    "pub.dartlang.org",
    "pub.dev",
    "pypi.org",
    "pypi.python.org",
    "registry.npmjs.org",
    "registry.yarnpkg.com",
    "repo.hex.pm",
    "repo.maven.apache.org",
    "repo.packagist.org",
    "repo1.maven.org",
    "rubygems.org",
    "static.crates.io",
    "trunk.cocoapods.org",
    "www.nuget.org",
];

fn is_usual(url: &str) -> bool {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    USUAL.contains(&host.to_ascii_lowercase().as_str())
}

fn qualifiers(text: &str) -> Option<BTreeMap<String, String>> {
    let mut pairs = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=')?;
        let fits = key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b));
        if !fits {
            return None;
        }
        if !value.is_empty() {
            pairs.insert(key.to_ascii_lowercase(), decode(value)?);
        }
    }
    Some(pairs)
}

/// Segments decoded one by one; `dots` says whether `.` and `..` are dropped.
fn path(text: &str, dots: bool) -> Option<String> {
    let mut parts = Vec::new();
    for part in text.split('/').filter(|part| !part.is_empty()) {
        let part = decode(part)?;
        if dots && matches!(part.as_str(), "." | "..") {
            continue;
        }
        parts.push(part);
    }
    Some(parts.join("/"))
}

fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b".-_~:".contains(&byte) {
            out.push(char::from(byte));
        } else {
            const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
            out.push('%');
            out.push(char::from(DIGITS[usize::from(byte >> 4)]));
            out.push(char::from(DIGITS[usize::from(byte & 15)]));
        }
    }
    out
}

/// Percent-decoded text; `None` where that is not UTF-8 or holds control characters. A `%` that begins no triplet
/// stays.
fn decode(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    let digit = |at: usize| char::from(*bytes.get(at)?).to_digit(16);
    while let Some(&byte) = bytes.get(at) {
        if byte == b'%'
            && let (Some(high), Some(low)) = (digit(at + 1), digit(at + 2))
        {
            out.push((high * 16 + low) as u8);
            at += 3;
        } else {
            out.push(byte);
            at += 1;
        }
    }
    String::from_utf8(out).ok().filter(|text| !text.chars().any(char::is_control))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn with_origin(origin: Origin) -> String {
        let mut component = Component::new(Ecosystem::Npm, "left-pad", "1.3.0", 1);
        component.origin = origin;
        of(&component).unwrap()
    }

    #[test]
    fn names_take_the_form_their_type_wants_and_come_back() {
        use Ecosystem as E;
        for (ecosystem, name, version, expected) in [
            (E::PyPi, "Flask_SQLAlchemy", "3.0", "pkg:pypi/flask-sqlalchemy@3.0"),
            (E::PyPi, "zope.interface", "1!2.0+cpu", "pkg:pypi/zope.interface@1%212.0%2Bcpu"),
            (E::Npm, "@babel/core", "7.1.0", "pkg:npm/%40babel/core@7.1.0"),
            (E::Npm, "lodash", "", "pkg:npm/lodash"),
            (E::CratesIo, "serde_json", "1.0.0", "pkg:cargo/serde_json@1.0.0"),
            (
                E::Go,
                "github.com/BurntSushi/toml",
                "v1.3.2+incompatible",
                "pkg:golang/github.com/BurntSushi/toml@v1.3.2%2Bincompatible",
            ),
            (E::Go, "stdlib", "1.21.0", "pkg:golang/stdlib@1.21.0"),
            (E::RubyGems, "nokogiri", "1.15.0", "pkg:gem/nokogiri@1.15.0"),
            (E::Packagist, "Symfony/Console", "v6.0.0", "pkg:composer/symfony/console@v6.0.0"),
            (E::Maven, "org.slf4j:slf4j-api", "2.0", "pkg:maven/org.slf4j/slf4j-api@2.0"),
            (E::NuGet, "Newtonsoft.Json", "13.0.1", "pkg:nuget/Newtonsoft.Json@13.0.1"),
            (E::Hex, "Phoenix", "1.7.0", "pkg:hex/phoenix@1.7.0"),
            (E::Pub, "shared-preferences", "2.0", "pkg:pub/shared_preferences@2.0"),
            (
                E::SwiftUrl,
                "github.com/apple/swift-nio",
                "2.1.0",
                "pkg:swift/github.com/apple/swift-nio@2.1.0",
            ),
            (E::CocoaPods, "Ext/NS+zlib", "7.5", "pkg:cocoapods/Ext@7.5#NS%2Bzlib"),
            (E::Conan, "zlib", "1.2.13", "pkg:conan/zlib@1.2.13"),
            (E::GitHubActions, "Owner/Repo/a/b", "v1", "pkg:github/owner/repo@v1#a/b"),
        ] {
            let component = Component::new(ecosystem, name, version, 1);
            assert_eq!(of(&component).as_deref(), Some(expected));
            let back = parse(expected).unwrap();
            assert_eq!(back.to_string(), expected);
            let back = back.component(1).unwrap();
            let (one, other) = (ecosystem.normalise(&back.name), ecosystem.normalise(name));
            assert_eq!(one.replace('_', "-"), other.replace('_', "-"));
            assert_eq!(back.version, version);
        }
    }

    #[test]
    fn a_name_without_what_its_type_requires_has_no_package_url() {
        use Ecosystem as E;
        for (ecosystem, name) in [
            (E::Maven, "artifact"),
            (E::Maven, ":artifact"),
            (E::Packagist, "vendorless"),
            (E::SwiftUrl, "swift-nio"),
            (E::Npm, "@scope"),
            (E::Go, "a//b"),
            (E::PyPi, ""),
            (E::PyPi, "a\nb"),
        ] {
            assert_eq!(of(&Component::new(ecosystem, name, "1", 1)), None, "{name:?}");
        }
    }

    #[test]
    fn where_it_comes_from_is_told_without_credentials() {
        let url = "https://user:example@npm.example.com/a";
        assert_eq!(
            with_origin(Origin::OtherRegistry(url.to_owned())),
            "pkg:npm/left-pad@1.3.0?repository_url=https:%2F%2Fnpm.example.com%2Fa"
        );
        assert_eq!(
            with_origin(Origin::Git("https://t@git.example.com/a?branch=x#0a1b".to_owned())),
            "pkg:npm/left-pad@1.3.0?vcs_url=git%2Bhttps:%2F%2Fgit.example.com%2Fa%400a1b"
        );
        assert_eq!(
            with_origin(Origin::Url("http://example.com/a.tgz".to_owned())),
            "pkg:npm/left-pad@1.3.0?download_url=http:%2F%2Fexample.com%2Fa.tgz"
        );
        let mut local = Component::new(Ecosystem::Npm, "app", "1.0.0", 1);
        local.origin = Origin::Path("packages/app".to_owned());
        assert_eq!(of(&local), None);
        assert_eq!(without_credentials("git+ssh://git:example@host/a@b"), "git+ssh://git@host/a@b");
    }

    #[test]
    fn a_repository_named_for_information_makes_no_other_origin() {
        let commit = "0a1b2c3d4e5f60718293a4b5c6d7e8f901234567";
        let git = format!("git+https://example.com/a@{commit}");
        for (text, expected) in [
            ("pkg:npm/a@1?vcs_url=git%2Bhttps://example.com/a.git".to_owned(), Origin::Registry),
            (
                format!("pkg:npm/a@1?vcs_url=git%2Bhttps://example.com/a%40{commit}"),
                Origin::Git(git),
            ),
            (format!("pkg:golang/b.c/a@v1?vcs_url=https://b.c/a%40{commit}"), Origin::Registry),
            ("pkg:maven/a/b@1?repository_url=repo1.maven.org/maven2".to_owned(), Origin::Registry),
            (
                "pkg:maven/a/b@1?repository_url=https://maven.example.com".to_owned(),
                Origin::OtherRegistry("https://maven.example.com".to_owned()),
            ),
            (
                "pkg:npm/a@1?download_url=https://registry.npmjs.org/a/-/a-1.tgz".to_owned(),
                Origin::Registry,
            ),
        ] {
            assert_eq!(parse(&text).unwrap().origin(), expected, "{text}");
        }
    }

    #[test]
    fn forms_that_are_not_canonical_are_read_too() {
        for (text, expected) in [
            ("pkg://npm/@angular/core@12.0.0", "pkg:npm/%40angular/core@12.0.0"),
            ("pkg:NPM/@angular/core", "pkg:npm/%40angular/core"),
            ("PKG:PyPI/Foo_Bar@1.0?b=&a=1", "pkg:pypi/foo-bar@1.0?a=1"),
            ("pkg:golang/a.b/c@v1#/x/../y/", "pkg:golang/a.b/c@v1#x/y"),
            ("pkg:deb/debian/curl@7.50?arch=i386", "pkg:deb/debian/curl@7.50?arch=i386"),
            ("pkg:npm/a@1.0+b", "pkg:npm/a@1.0%2Bb"),
        ] {
            assert_eq!(parse(text).map(|p| p.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in [
            "",
            "pkg:",
            "npm/a",
            "pkg:npm",
            "pkg:npm/",
            "pkg:1x/a",
            "pkg:npm/%ff",
            "pkg:a/b?c",
            "é",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_package_url_without_the_namespace_its_type_requires_is_no_component() {
        for text in ["pkg:maven/a@1", "pkg:composer/php@8", "pkg:swift/nio@2", "pkg:github/a@1"] {
            assert_eq!(parse(text).unwrap().component(1), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm_and_its_canonical_form_is_stable(text in "(pkg:)?\\PC{0,60}") {
            if let Some(parsed) = parse(&text) {
                let canonical = parsed.to_string();
                let again = parse(&canonical);
                prop_assert_eq!(again.map(|p| p.to_string()), Some(canonical));
            }
        }

        #[test]
        fn a_component_comes_back_from_its_package_url(
            which in 0..Ecosystem::ALL.len(),
            group in "[a-zA-Z0-9@.+ é%?#&=~-]{1,12}",
            name in "[a-zA-Z0-9@.+ é%?#&=~-]{1,12}",
            version in "[a-zA-Z0-9@.+/ é%?#&=:~-]{0,12}",
        ) {
            let ecosystem = Ecosystem::ALL[which];
            let (group, name, version) = (group.trim(), name.trim(), version.trim());
            prop_assume!(!group.is_empty() && !name.is_empty());
            prop_assume!(![".", ".."].contains(&name));
            let full = match ecosystem {
                Ecosystem::Maven => format!("{group}:{name}"),
                Ecosystem::Npm => format!("@{group}/{name}"),
                Ecosystem::Go | Ecosystem::SwiftUrl | Ecosystem::Packagist
                | Ecosystem::GitHubActions | Ecosystem::CocoaPods => format!("{group}/{name}"),
                _ => name.to_owned(),
            };
            let component = Component::new(ecosystem, full, version, 3);
            let url = of(&component).unwrap();
            let back = parse(&url).unwrap();
            prop_assert_eq!(back.to_string(), url);
            let back = back.component(3).unwrap();
            prop_assert_eq!(&back.version, version);
            if ecosystem != Ecosystem::Pub {
                let same = |name: &str| ecosystem.normalise(name);
                prop_assert_eq!(same(&back.name), same(&component.name));
            }
        }
    }
}
