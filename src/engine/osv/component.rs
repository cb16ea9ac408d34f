//! Packages as lockfiles, manifests and installed trees list them: what every reader gives and what matching, licences,
//! SBOMs and supply-chain checks take. Knows no file format and no advisory.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! ecosystems {
    ($($(#[$doc:meta])* $variant:ident => $osv:literal, $purl:literal;)+) => {
        /// Where a package comes from: the name space its name and version mean something in.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Ecosystem { $($(#[$doc])* #[serde(rename = $osv)] $variant),+ }

        impl Ecosystem {
            /// Every ecosystem, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The name in the OSV schema (<https://ossf.github.io/osv-schema/>, `defined ecosystems`).
            pub const fn as_str(self) -> &'static str { match self { $(Self::$variant => $osv),+ } }
            /// The type in a package URL (<https://github.com/package-url/purl-spec>).
            pub const fn purl_type(self) -> &'static str { match self { $(Self::$variant => $purl),+ } }
        }
    };
}

ecosystems! {
    /// Python.
    PyPi => "PyPI", "pypi";
    /// JavaScript.
    Npm => "npm", "npm";
    /// Rust.
    CratesIo => "crates.io", "cargo";
    /// Go modules; the standard library is the module `stdlib`.
    Go => "Go", "golang";
    /// Ruby.
    RubyGems => "RubyGems", "gem";
    /// PHP.
    Packagist => "Packagist", "composer";
    /// Java and its kin; names are `group:artifact`.
    Maven => "Maven", "maven";
    /// .NET.
    NuGet => "NuGet", "nuget";
    /// Erlang and Elixir.
    Hex => "Hex", "hex";
    /// Dart.
    Pub => "Pub", "pub";
    /// Swift packages; names are the repository without scheme and `.git`: `github.com/apple/swift-nio`.
    SwiftUrl => "SwiftURL", "swift";
    /// Objective-C and Swift pods. OSV has no such ecosystem; the name is ours.
    CocoaPods => "CocoaPods", "cocoapods";
    /// C and C++.
    Conan => "ConanCenter", "conan";
    /// Actions of GitHub workflows.
    GitHubActions => "GitHub Actions", "github";
}

impl Ecosystem {
    /// The ecosystem of an OSV name; a suffix after `:` (`Maven:https://…`, `Debian:12`) is left out of the comparison.
    pub fn from_osv(name: &str) -> Option<Self> {
        let base = name.split(':').next().unwrap_or(name);
        Self::ALL.iter().copied().find(|one| one.as_str() == base)
    }

    /// The ecosystem of a package URL's type.
    pub fn from_purl_type(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.purl_type().eq_ignore_ascii_case(name))
    }

    /// The form of a name under which packages are the same: PyPI by PEP 503, NuGet, Packagist, Hex, Pub, SwiftURL and
    /// actions in lower case, all others as they are.
    pub fn normalise(self, name: &str) -> String {
        match self {
            Self::PyPi => {
                let mut out = String::with_capacity(name.len());
                let mut gap = false;
                for c in name.trim().chars() {
                    if matches!(c, '-' | '_' | '.') {
                        gap = true;
                        continue;
                    }
                    if std::mem::take(&mut gap) {
                        out.push('-');
                    }
                    out.extend(c.to_lowercase());
                }
                if gap {
                    out.push('-');
                }
                out
            }
            Self::NuGet
            | Self::Packagist
            | Self::Hex
            | Self::Pub
            | Self::SwiftUrl
            | Self::GitHubActions => name.to_lowercase(),
            _ => name.to_owned(),
        }
    }
}

impl fmt::Display for Ecosystem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What a package is needed for.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// The program itself.
    #[default]
    Runtime,
    /// The program, where somebody asks for it: extras, features, optional and peer dependencies.
    Optional,
    /// Building it.
    Build,
    /// Its tests.
    Test,
    /// Work on it.
    Dev,
}

impl Scope {
    /// The word in metadata and documents.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Runtime => "runtime",
            Self::Optional => "optional",
            Self::Build => "build",
            Self::Test => "test",
            Self::Dev => "dev",
        }
    }
}

/// Where the content of a package comes from. Advisories speak of registries; a package from elsewhere may share no more
/// than its name with the one they mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// The registry that the ecosystem's own tool uses when nobody says otherwise; also where the file does not say.
    #[default]
    Registry,
    /// Another registry, by its address.
    OtherRegistry(String),
    /// A version-control repository, by its address with revision as the file has it.
    Git(String),
    /// A single archive, by its address.
    Url(String),
    /// A folder or file beside the project; the project itself and its workspace members too.
    Path(String),
}

/// An algorithm of digests that lockfiles use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// MD5.
    Md5,
    /// SHA-1.
    Sha1,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
}

impl Algorithm {
    /// The name in CycloneDX (`SHA-256`).
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
        }
    }

    /// Length of its digests, bytes.
    pub const fn length(self) -> usize {
        match self {
            Self::Md5 => 16,
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// By the name lockfiles use: `sha256`, `sha-512`, `SHA1`.
    pub fn from_name(name: &str) -> Option<Self> {
        let plain: String =
            name.chars().filter(|c| *c != '-').map(|c| c.to_ascii_lowercase()).collect();
        Some(match plain.as_str() {
            "md5" => Self::Md5,
            "sha1" => Self::Sha1,
            "sha256" => Self::Sha256,
            "sha384" => Self::Sha384,
            "sha512" => Self::Sha512,
            _ => return None,
        })
    }
}

/// The digest of a package's archive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Digest {
    /// How it was made.
    pub algorithm: Algorithm,
    /// Lower-case hexadecimal, of the algorithm's length.
    pub hex: String,
}

impl Digest {
    /// A hexadecimal digest; `None` when it has another length or other characters.
    pub fn from_hex(algorithm: Algorithm, hex: &str) -> Option<Self> {
        let fits =
            hex.len() == algorithm.length() * 2 && hex.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| Self { algorithm, hex: hex.to_ascii_lowercase() })
    }

    /// A subresource-integrity entry, `sha512-<base64>`.
    pub fn from_sri(entry: &str) -> Option<Self> {
        use base64::Engine as _;
        let (name, rest) = entry.trim().split_once('-')?;
        let algorithm = Algorithm::from_name(name)?;
        let rest = rest.split('?').next()?;
        let bytes = base64::engine::general_purpose::STANDARD.decode(rest).ok()?;
        (bytes.len() == algorithm.length())
            .then(|| Self { algorithm, hex: crate::text::hex(&bytes) })
    }
}

/// One package in one version, as one entry of a file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Component {
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// Its name as the registry knows it: `@scope/name`, `group:artifact`, `github.com/owner/module`. Never an alias that
    /// the file gives it.
    pub name: String,
    /// Its version as the file writes it (`v1.2.3` stays so); empty where the entry has none.
    pub version: String,
    /// Where its content comes from.
    pub origin: Origin,
    /// The most important thing it is needed for.
    pub scope: Scope,
    /// Whether the project itself asks for it; `None` where the file does not tell.
    pub direct: Option<bool>,
    /// Line of the entry in the file, from 1.
    pub line: u32,
    /// The file with the entry, where it is another than that of the listing (an included requirements file).
    pub file: Option<String>,
    /// Digests of its archive.
    pub digests: Vec<Digest>,
    /// Whether the file pins its content: by a digest of any kind (also ones that are none of an archive, as in go.sum), or
    /// by a full commit id.
    pub pinned: bool,
    /// Its licence as the file declares it, untouched.
    pub license: Option<String>,
    /// Its package manager will run a program of it at installation, as the file says.
    pub install_script: bool,
    /// What it needs: places in [`Listing::components`], ascending, each once.
    pub dependencies: Vec<u32>,
}

impl Component {
    /// A component with its name and version; everything else is empty or usual.
    pub fn new(
        ecosystem: Ecosystem,
        name: impl Into<String>,
        version: impl Into<String>,
        line: u32,
    ) -> Self {
        Self {
            ecosystem,
            name: name.into(),
            version: version.into(),
            origin: Origin::Registry,
            scope: Scope::Runtime,
            direct: None,
            line,
            file: None,
            digests: Vec::new(),
            pinned: false,
            license: None,
            install_script: false,
            dependencies: Vec::new(),
        }
    }

    /// Whether advisories of its ecosystem can speak of it: it has a version and comes from a registry.
    pub fn is_from_registry(&self) -> bool {
        !self.version.is_empty()
            && matches!(self.origin, Origin::Registry | Origin::OtherRegistry(_))
    }
}

/// A requirement that a manifest states: not yet a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declared {
    /// Its ecosystem.
    pub ecosystem: Ecosystem,
    /// Its name as the registry knows it.
    pub name: String,
    /// The requirement as written, `^1.2`, `>=2,<3`, `*`; empty for none.
    pub requirement: String,
    /// What it is needed for.
    pub scope: Scope,
    /// Where it is to come from.
    pub origin: Origin,
    /// Line of the statement, from 1.
    pub line: u32,
    /// The manifest, where it is another file than that of the listing.
    pub file: Option<String>,
}

/// Something about a file that its readers must hear.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Note {
    /// The file names packages without saying which versions (a manifest that stands alone, an unpinned requirement). Ends
    /// up as one finding of severity info.
    Unresolved {
        /// First line concerned, from 1.
        line: u32,
        /// A sentence fragment: `12 of 14 requirements name no exact version`.
        message: String,
    },
    /// A part could not be read; the scan is incomplete.
    Lost {
        /// Line, when there is one.
        line: Option<u32>,
        /// What and why.
        message: String,
    },
}

/// What one file lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Listing {
    /// Repository-relative path of the file.
    pub path: String,
    /// Name of its row in [`super::lock::formats`].
    pub format: &'static str,
    /// Name and version of the project the file belongs to.
    pub project: Option<(String, String)>,
    /// Packages, in the order of the file.
    pub components: Vec<Component>,
    /// Requirements of the manifest that belongs to the file, or that it is.
    pub declared: Vec<Declared>,
    /// What was not resolved or lost.
    pub notes: Vec<Note>,
}

impl Listing {
    /// The shortest chain of packages from one the project asks for itself to `index`, both included, by name and version;
    /// of several the first in the order of the file. Empty where the file does not tell.
    pub fn path_to(&self, index: u32, parents: &Parents) -> Vec<u32> {
        let mut chain = vec![index];
        let mut at = index;
        while let Some(parent) = parents.0.get(at as usize).copied().flatten() {
            chain.push(parent);
            at = parent;
            if chain.len() > self.components.len() {
                return Vec::new();
            }
        }
        chain.reverse();
        let reached = self.components.get(at as usize).is_some_and(|c| c.direct == Some(true));
        if reached { chain } else { Vec::new() }
    }

    /// The nearest parent of every component, for [`Self::path_to`].
    pub fn parents(&self) -> Parents {
        let mut parents = vec![None; self.components.len()];
        let mut seen = vec![false; self.components.len()];
        let mut queue: std::collections::VecDeque<u32> = std::collections::VecDeque::new();
        for (index, component) in self.components.iter().enumerate() {
            if component.direct == Some(true) {
                seen[index] = true;
                queue.push_back(index as u32);
            }
        }
        while let Some(at) = queue.pop_front() {
            for &next in &self.components[at as usize].dependencies {
                if let Some(seen) = seen.get_mut(next as usize).filter(|seen| !**seen) {
                    *seen = true;
                    parents[next as usize] = Some(at);
                    queue.push_back(next);
                }
            }
        }
        Parents(parents)
    }
}

/// For every component of a listing the one that brings it in; `None` for roots and what no root reaches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parents(Vec<Option<u32>>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_mean_one_package_are_equal() {
        for (ecosystem, name, expected) in [
            (Ecosystem::PyPi, "Flask_SQL..Alchemy", "flask-sql-alchemy"),
            (Ecosystem::NuGet, "Newtonsoft.Json", "newtonsoft.json"),
            (Ecosystem::Npm, "@Scope/Name", "@Scope/Name"),
        ] {
            assert_eq!(ecosystem.normalise(name), expected);
        }
    }

    #[test]
    fn the_chain_to_a_package_is_the_shortest_and_ends_in_cycles() {
        let mut listing = Listing::default();
        for (name, direct, needs) in [
            ("a", true, vec![1]),
            ("b", false, vec![2]),
            ("c", false, vec![1]),
            ("d", true, vec![2]),
        ] {
            let mut component = Component::new(Ecosystem::Npm, name, "1.0.0", 1);
            component.direct = Some(direct);
            component.dependencies = needs;
            listing.components.push(component);
        }
        let parents = listing.parents();
        assert_eq!(listing.path_to(2, &parents), [3, 2]);
        assert_eq!(listing.path_to(1, &parents), [0, 1]);
        assert_eq!(listing.path_to(0, &parents), [0]);
    }

    #[test]
    fn a_digest_has_the_length_of_its_algorithm() {
        assert!(Digest::from_hex(Algorithm::Sha256, "00").is_none());
        let sri = "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=";
        assert_eq!(Digest::from_sri(sri).unwrap().hex, "da39a3ee5e6b4b0d3255bfef95601890afd80709");
    }
}
