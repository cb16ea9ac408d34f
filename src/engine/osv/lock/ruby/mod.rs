//! Ruby: `Gemfile.lock` with the groups of the `Gemfile` beside it, and `Gemfile` by itself. Gemspecs are programs and are
//! not read.

mod gemfile;

use super::address::{is_commit, without_credentials};
use super::gather::{Gather, spread_scopes};
use super::{Broken, File, Format, Role};
use crate::engine::osv::component::{
    Algorithm, Component, Digest, Ecosystem, Listing, Note, Origin, Scope,
};
use gemfile::Gemfile;
use std::collections::{BTreeSet, HashMap};

/// Formats of this ecosystem.
pub static FORMATS: &[Format] = &[
    Format {
        name: "Gemfile.lock",
        ecosystem: Ecosystem::RubyGems,
        role: Role::Lockfile,
        files: &["Gemfile.lock", "gems.locked"],
        reads: "all sources, checksums and platforms; groups from the Gemfile",
        locked_by: &[],
        read: read_lock,
    },
    Format {
        name: "Gemfile",
        ecosystem: Ecosystem::RubyGems,
        role: Role::Manifest,
        files: &["Gemfile", "gems.rb"],
        reads: "gem statements with groups and sources, as text; what code makes is not seen",
        locked_by: &["Gemfile.lock", "gems.locked"],
        read: read_gemfile,
    },
];

/// Versions of one gem among which a mention without version finds its own.
const MAX_VERSIONS: usize = 64;

/// Which part of the file a line belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Section {
    /// `GEM`, `GIT`, `PATH` or `PLUGIN SOURCE`.
    Source(Kind),
    Dependencies,
    Checksums,
    /// `PLATFORMS`, `RUBY VERSION`, `BUNDLED WITH`, and what Bundler may add.
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Gem,
    Git,
    Path,
    Plugin,
}

/// The head of a source section.
#[derive(Default)]
struct Head<'a> {
    remotes: Vec<&'a str>,
    revision: Option<&'a str>,
}

impl Head<'_> {
    fn origin(&self, kind: Kind) -> Origin {
        let first = self.remotes.first().copied().unwrap_or_default();
        match kind {
            Kind::Gem => {
                // Old files name several servers without saying which gem is whose.
                let origins = self.remotes.iter().map(|remote| gemfile::source(remote));
                origins.min().unwrap_or_default()
            }
            Kind::Git => {
                let mut address = without_credentials(first);
                if let Some(revision) = self.revision {
                    address.push('#');
                    address.push_str(revision);
                }
                Origin::Git(address)
            }
            Kind::Path => Origin::Path(without_credentials(first)),
            Kind::Plugin => Origin::OtherRegistry(without_credentials(first)),
        }
    }
}

/// A lockfile while it is read.
#[derive(Default)]
struct Reading<'a> {
    head: Head<'a>,
    /// Places by name and version.
    places: HashMap<(&'a str, &'a str), u32>,
    /// Places by name.
    by_name: HashMap<&'a str, Vec<u32>>,
    /// The gem that dependencies are read for.
    current: Option<u32>,
    /// Dependencies by name.
    edges: Vec<(u32, &'a str)>,
    /// Names in `DEPENDENCIES`.
    wanted: Vec<&'a str>,
    /// Checksums by name, version and value.
    checksums: Vec<(&'a str, &'a str, &'a str)>,
    /// The gems of the folder the file stands in.
    own: Vec<u32>,
    named: bool,
}

fn read_lock(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let mut gather = Gather::new(file, "Gemfile.lock");
    let mut reading = Reading::default();
    let mut section = Section::Other;
    for (line, number) in text.lines().zip(1u32..) {
        let line = line.trim_end();
        if line.starts_with("<<<<<<<") || line.starts_with(">>>>>>>") || line == "=======" {
            return Err(Broken::at(number, "holds marks of a merge conflict"));
        }
        if line.is_empty() {
            continue;
        }
        let body = line.trim_start_matches(' ');
        match (line.len() - body.len(), section) {
            (0, _) => {
                section = section_of(body);
                reading.named = true;
                reading.head = Head::default();
                reading.current = None;
            }
            (2, Section::Source(_)) => match body.split_once(": ") {
                Some(("remote", remote)) => reading.head.remotes.push(remote),
                Some(("revision", revision)) => reading.head.revision = Some(revision),
                _ => {}
            },
            (4, Section::Source(kind)) => reading.gem(body, kind, number, &mut gather),
            (6, Section::Source(_)) => {
                let name = body.split(' ').next().unwrap_or_default();
                let name = name.strip_suffix('!').unwrap_or(name);
                reading.edges.extend(reading.current.map(|current| (current, name)));
            }
            (2, Section::Dependencies) => {
                let name = body.split(' ').next().unwrap_or_default();
                reading.wanted.push(name.strip_suffix('!').unwrap_or(name));
            }
            (2, Section::Checksums) => {
                if let Some((name, version, rest)) = name_and_version(body) {
                    let values = rest.trim().split(',');
                    reading.checksums.extend(values.map(|value| (name, version, value)));
                }
            }
            (_, Section::Other) => {}
            _ => gather.lost(number, "the line is not understood"),
        }
    }
    if !reading.named && !text.trim().is_empty() {
        return Err(Broken::whole("not a Gemfile.lock"));
    }
    reading.finish(file, &mut gather);
    Ok(gather.finish())
}

fn section_of(head: &str) -> Section {
    match head {
        "GEM" => Section::Source(Kind::Gem),
        "GIT" => Section::Source(Kind::Git),
        "PATH" => Section::Source(Kind::Path),
        "PLUGIN SOURCE" => Section::Source(Kind::Plugin),
        "DEPENDENCIES" => Section::Dependencies,
        "CHECKSUMS" => Section::Checksums,
        _ => Section::Other,
    }
}

/// `name (version-platform) rest`; the version without platform. Versions of gems hold no `-`.
fn name_and_version(text: &str) -> Option<(&str, &str, &str)> {
    let (name, rest) = text.split_once(" (")?;
    let (version, rest) = rest.split_once(')')?;
    let version = version.split('-').next().unwrap_or_default();
    (!name.is_empty() && !version.is_empty()).then_some((name, version, rest))
}

impl<'a> Reading<'a> {
    fn gem(&mut self, body: &'a str, kind: Kind, line: u32, gather: &mut Gather) {
        self.current = None;
        let Some((name, version, _)) = name_and_version(body) else {
            gather.lost(line, "the gem has no version");
            return;
        };
        if let Some(place) = self.places.get(&(name, version)) {
            // The same for another platform.
            self.current = Some(*place);
            return;
        }
        let mut component = Component::new(Ecosystem::RubyGems, name, version, line);
        component.origin = self.head.origin(kind);
        component.pinned = kind == Kind::Git && self.head.revision.is_some_and(is_commit);
        let Some(place) = gather.add(component) else {
            return;
        };
        self.current = Some(place);
        self.places.insert((name, version), place);
        let same = self.by_name.entry(name).or_default();
        if same.len() < MAX_VERSIONS {
            same.push(place);
        }
        if kind == Kind::Path && self.head.remotes.first() == Some(&".") {
            self.own.push(place);
        }
    }

    fn finish(mut self, file: &File<'_>, gather: &mut Gather) {
        for (from, name) in std::mem::take(&mut self.edges) {
            // Gems that the file does not list: Bundler itself, and what other platforms need.
            if let (Some(places), Some(component)) = (self.by_name.get(name), gather.get_mut(from))
            {
                component.dependencies.extend(places);
            }
        }
        for (name, version, value) in std::mem::take(&mut self.checksums) {
            let Some(component) =
                self.places.get(&(name, version)).and_then(|place| gather.get_mut(*place))
            else {
                continue;
            };
            let Some((algorithm, hex)) = value.split_once('=') else { continue };
            let algorithm = Algorithm::from_name(algorithm);
            if let Some(digest) = algorithm.and_then(|algorithm| Digest::from_hex(algorithm, hex)) {
                component.pinned = true;
                // One for each platform; more than a few are no help to anybody.
                if component.digests.len() < MAX_VERSIONS && !component.digests.contains(&digest) {
                    component.digests.push(digest);
                }
            }
        }
        let gemfile = gemfile_of(file);
        for component in gather.components_mut() {
            component.direct = Some(false);
        }
        let mut roots = Vec::new();
        let declared: HashMap<&str, Scope> = gemfile
            .iter()
            .flat_map(|g| &g.gems)
            .map(|gem| (gem.name.as_str(), gem.scope))
            .collect();
        // A gemspec's own development dependencies are named here and nowhere else.
        let from_gemspec = gemfile.as_ref().is_some_and(|g| g.gemspec && !g.dynamic);
        for name in &self.wanted {
            for place in self.by_name.get(name).into_iter().flatten() {
                let Some(component) = gather.get_mut(*place) else { continue };
                component.direct = Some(true);
                let scope = match declared.get(name) {
                    Some(scope) => *scope,
                    None if from_gemspec && !self.own.contains(place) => Scope::Dev,
                    None => Scope::Runtime,
                };
                roots.push((*place, scope));
            }
        }
        // What the project's own gems need, the project needs.
        for place in &self.own {
            let dependencies =
                gather.get_mut(*place).map(|own| own.dependencies.clone()).unwrap_or_default();
            for dependency in dependencies {
                if let Some(component) = gather.get_mut(dependency) {
                    component.direct = Some(true);
                }
                roots.push((dependency, Scope::Runtime));
            }
        }
        spread_scopes(gather.components_mut(), &roots, &BTreeSet::new());
        if let [own] = self.own.as_slice() {
            let own = gather.get_mut(*own).map(|own| (own.name.clone(), own.version.clone()));
            if let Some((name, version)) = own {
                gather.project(name, version);
            }
        }
        let path = file.beside(manifest_of(file));
        for mut gem in gemfile.into_iter().flat_map(|gemfile| gemfile.gems) {
            gem.file.clone_from(&path);
            gather.declare(gem);
        }
    }
}

fn gemfile_of(file: &File<'_>) -> Option<Gemfile> {
    let bytes = file.read_beside(manifest_of(file))?;
    std::str::from_utf8(&bytes).ok().map(gemfile::read)
}

/// The manifest that a lockfile belongs to.
fn manifest_of(file: &File<'_>) -> &'static str {
    if file.name() == "gems.locked" { "gems.rb" } else { "Gemfile" }
}

fn read_gemfile(file: &File<'_>) -> Result<Listing, Broken> {
    let found = gemfile::read(file.text()?);
    let mut gather = Gather::new(file, "Gemfile");
    if let Some(line) = found.lost {
        gather.lost(line, "too many open blocks");
    }
    let (mut open, mut all) = (Vec::new(), 0);
    for gem in found.gems {
        if !matches!(gem.origin, Origin::Path(_)) {
            all += 1;
            match exact(&gem.requirement) {
                Some(version) => {
                    let mut component =
                        Component::new(Ecosystem::RubyGems, gem.name.as_str(), version, gem.line);
                    component.direct = Some(true);
                    component.scope = gem.scope;
                    component.origin = gem.origin.clone();
                    gather.add(component);
                }
                None => open.push(gem.line),
            }
        }
        gather.declare(gem);
    }
    gather.unresolved(&open, all);
    if found.dynamic || found.gemspec {
        let message = "takes further gems from code or a gemspec".to_owned();
        gather.note(Note::Unresolved { line: 1, message });
    }
    Ok(gather.finish())
}

/// The version of a requirement that admits only one: `1.2.3` or `= 1.2.3`.
fn exact(requirement: &str) -> Option<&str> {
    let version = requirement.strip_prefix('=').unwrap_or(requirement).trim();
    let fits = version.starts_with(|c: char| c.is_ascii_digit())
        && version.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
    fits.then_some(version)
}

#[cfg(test)]
mod tests {
    use super::super::memory::{Memory, named, words};
    use super::*;

    const LOCK: &str = "GIT\n  remote: https://u:example-password@host.example/g.git\n\
                        \x20 revision: 0123456789abcdef0123456789abcdef01234567\n  branch: main\n  specs:\n\
                        \x20   g (0.5.0)\n      b (>= 1)\n\n\
                        PATH\n  remote: .\n  specs:\n    own (0.1.0)\n      c (~> 1.0)\n\n\
                        GEM\n  remote: https://rubygems.org/\n  specs:\n\
                        \x20   b (1.0.0.pre.1)\n    c (1.0.0-java)\n      b\n    c (1.0.0-x86_64-linux)\n\
                        \x20     e (>= 1, < 3)\n    e (2.0)\n    f (1.0)\n    t (3.0)\n      f\n\n\
                        PLATFORMS\n  x86_64-linux\n\nDEPENDENCIES\n  g!\n  own!\n  s\n  t (= 3.0)\n\n\
                        CHECKSUMS\n  b (1.0.0.pre.1)\n  c (1.0.0-java) sha256=AAAA\n\
                        \x20 e (2.0) sha256=eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee\n\n\
                        RUBY VERSION\n   ruby 3.2.2p53\n\nBUNDLED WITH\n   2.4.1\n";

    #[test]
    fn platforms_are_one_gem_and_groups_come_from_the_gemfile() {
        let tree = Memory::new(&[
            ("x/Gemfile.lock", LOCK),
            ("x/Gemfile", "gemspec\ngem \"g\", git: \"x\"\ngroup :test do\n  gem \"s\"\nend\n"),
        ]);
        let listing = tree.read_as(FORMATS, "Gemfile.lock", "x/Gemfile.lock").unwrap();
        assert_eq!(
            words(&listing),
            [
                "g@0.5.0:6 direct",
                "own@0.1.0:12 direct",
                "b@1.0.0.pre.1:18 transitive",
                "c@1.0.0:19 direct",
                "e@2.0:23 transitive",
                "f@1.0:24 transitive dev",
                "t@3.0:25 direct dev",
            ]
        );
        assert_eq!(listing.notes, []);
        assert_eq!(named(&listing, "c").dependencies, [2, 4]);
        let address = "https://host.example/g.git#0123456789abcdef0123456789abcdef01234567";
        assert_eq!(named(&listing, "g").origin, Origin::Git(address.into()));
        assert!(named(&listing, "g").pinned && named(&listing, "e").pinned);
        assert_eq!(named(&listing, "e").digests.len(), 1);
        assert!(!named(&listing, "c").pinned, "a checksum of another length is none");
        assert_eq!(listing.project, Some(("own".into(), "0.1.0".into())));
        assert_eq!(listing.declared[1].file.as_deref(), Some("x/Gemfile"));
    }

    #[test]
    fn a_gem_server_counts_as_the_registry_if_one_of_several_is() {
        for (remotes, expected) in [
            (
                "  remote: https://rubygems.org/\n  remote: https://gems.example/\n",
                Origin::Registry,
            ),
            (
                "  remote: https://t:example-token@gems.example/\n",
                Origin::OtherRegistry("https://gems.example/".into()),
            ),
            ("", Origin::Registry),
        ] {
            let text = format!("GEM\n{remotes}  specs:\n    a (1)\n");
            let tree = Memory::new(&[("gems.locked", text.as_str())]);
            let listing = tree.read_as(FORMATS, "Gemfile.lock", "gems.locked").unwrap();
            assert_eq!(listing.components[0].origin, expected);
        }
    }

    #[test]
    fn conflicts_and_strange_lines_are_not_passed_over() {
        for text in ["<<<<<<< HEAD\nGEM\n", "GEM\n  specs:\n=======\n", "  just text\n"] {
            let tree = Memory::new(&[("Gemfile.lock", text)]);
            assert!(tree.read_as(FORMATS, "Gemfile.lock", "Gemfile.lock").is_err(), "{text}");
        }
        let tree = Memory::new(&[("Gemfile.lock", "GEM\n  specs:\n    a\n     b (1)\n")]);
        let listing = tree.read_as(FORMATS, "Gemfile.lock", "Gemfile.lock").unwrap();
        assert_eq!((listing.components.len(), listing.notes.len()), (0, 2));
    }

    #[test]
    fn a_gemfile_alone_lists_exact_gems() {
        let tree = Memory::new(&[(
            "Gemfile",
            "gem 'a', '1.2.3'\ngem 'b', '= 2.0'\ngem 'c', '~> 1'\ngem 'd', path: 'x'\n",
        )]);
        let listing = tree.read_as(FORMATS, "Gemfile", "Gemfile").unwrap();
        assert_eq!(words(&listing), ["a@1.2.3:1 direct", "b@2.0:2 direct"]);
        let message = "1 of 3 requirements name no exact version".to_owned();
        assert_eq!(listing.notes, [Note::Unresolved { line: 3, message }]);
    }
}
