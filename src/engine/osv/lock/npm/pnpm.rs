//! pnpm-lock.yaml of lockfileVersion 5 to 9: packages once for each name and version, whatever peers their variants
//! have. Several documents in one file (pnpm 10 and later keeps its own tools in the first) are read each for itself.

use super::block_yaml::{self, Pair, Value, find};
use super::draft::{Draft, Scopes};
use super::{manifest, pnpm_key, requirement, source};
use crate::engine::osv::component::{Component, Listing, Origin, Scope};
use crate::engine::osv::lock::{Broken, File};
use std::collections::HashMap;

/// Groups of an importer and what theirs are needed for.
const GROUPS: [(&str, Scope); 5] = [
    ("dependencies", Scope::Runtime),
    ("optionalDependencies", Scope::Optional),
    ("devDependencies", Scope::Dev),
    // What pnpm itself needs for the project, in a document of its own.
    ("configDependencies", Scope::Dev),
    ("packageManagerDependencies", Scope::Dev),
];

/// Reads one.
pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let documents = block_yaml::documents(file.text()?)?;
    let mut draft = Draft::new(file, "pnpm-lock.yaml");
    let mut scopes = Scopes::Spread;
    let mut folders = vec![String::new()];
    if documents.is_empty() {
        return Err(Broken::whole("the file is empty"));
    }
    for document in &documents {
        check_version(&mut draft, document)?;
        Reader::new(&mut draft).document(document, &mut folders);
        // Up to lockfileVersion 8 every package says for itself what it is needed for.
        if packages(document).iter().any(|pair| pair.value.get("dev").is_some()) {
            scopes = Scopes::Given;
        }
    }
    folders.sort();
    folders.dedup();
    for folder in folders.iter().take(manifest::MAX_MEMBERS) {
        if let Some(manifest) = manifest::beside(file, folder) {
            draft.manifest(folder, &manifest);
        }
    }
    Ok(draft.finish(scopes))
}

fn packages<'p, 'a>(document: &'p [Pair<'a>]) -> &'p [Pair<'a>] {
    find(document, "packages").map_or(&[], Value::pairs)
}

fn check_version(draft: &mut Draft, document: &[Pair<'_>]) -> Result<(), Broken> {
    let Some(pair) = document.iter().find(|pair| pair.key == "lockfileVersion") else {
        return Err(Broken::whole("no lockfileVersion stands in it"));
    };
    let version = pair.value.as_str();
    let major = version.split(['.', '-']).next().and_then(|major| major.parse::<u32>().ok());
    if !major.is_some_and(|major| (5..=9).contains(&major)) {
        draft.lose(Some(pair.line), "the lockfileVersion is not one of 5 to 9");
    }
    Ok(())
}

struct Reader<'d, 'a> {
    draft: &'d mut Draft,
    /// Places by whole key and by key without peers.
    places: HashMap<&'a str, u32>,
    key: String,
}

impl<'d, 'a> Reader<'d, 'a> {
    fn new(draft: &'d mut Draft) -> Self {
        Self { draft, places: HashMap::new(), key: String::new() }
    }

    fn document(&mut self, document: &'a [Pair<'a>], folders: &mut Vec<String>) {
        let packages = packages(document);
        let snapshots = find(document, "snapshots").map_or(&[][..], Value::pairs);
        for pair in packages.iter().chain(snapshots) {
            self.package(pair);
        }
        // Lockfiles up to version 8 have the dependencies with the packages.
        for pair in packages.iter().chain(snapshots) {
            let Some(from) = self.places.get(&*pair.key).copied() else { continue };
            for (group, optional) in [("dependencies", false), ("optionalDependencies", true)] {
                for wanted in pair.value.get(group).map_or(&[][..], Value::pairs) {
                    if let Some(to) = self.resolve(&wanted.key, wanted.value.as_str()) {
                        self.draft.edge(from, to, optional);
                    }
                }
            }
        }
        self.draft.roots_are_known();
        let mut wanted = 0;
        match find(document, "importers") {
            Some(importers) => {
                for importer in importers.pairs() {
                    folders
                        .push(importer.key.trim_start_matches("./").trim_matches('.').to_owned());
                    wanted += self.importer(importer.value.pairs());
                }
            }
            None => wanted += self.importer(document),
        }
        if wanted > 0 && packages.is_empty() && snapshots.is_empty() {
            self.draft.lose(None, "it lists no package although the project asks for some");
        }
    }

    fn package(&mut self, pair: &'a Pair<'a>) {
        let base = pnpm_key::base(&pair.key);
        if let Some(place) = self.places.get(base).copied() {
            self.places.insert(&pair.key, place);
            return;
        }
        let component = component(pair);
        if let Some(place) = self.draft.add(component) {
            self.places.insert(base, place);
            self.places.insert(&pair.key, place);
        }
    }

    /// What the project or a member asks for; how many of it are packages.
    fn importer(&mut self, groups: &[Pair<'_>]) -> usize {
        let mut wanted = 0;
        for (group, scope) in GROUPS {
            for pair in find(groups, group).map_or(&[][..], Value::pairs) {
                // A text up to lockfileVersion 5, with its requirement beside it since.
                let to = match &pair.value {
                    Value::Map(_) => pair.value.word("version"),
                    value => value.as_str(),
                };
                if to.starts_with("link:") {
                    continue;
                }
                wanted += 1;
                match self.resolve(&pair.key, to) {
                    Some(to) => self.draft.root(to, scope),
                    None => self.draft.lose(Some(pair.line), "a dependency has no package"),
                }
            }
        }
        wanted
    }

    fn resolve(&mut self, name: &str, to: &str) -> Option<u32> {
        if to.is_empty() || to.starts_with("link:") {
            return None;
        }
        for strip in [false, true] {
            let mut nth = 0;
            while pnpm_key::candidate(nth, name, to, &mut self.key) {
                let key = if strip { pnpm_key::base(&self.key) } else { &self.key };
                if let Some(place) = self.places.get(key) {
                    return Some(*place);
                }
                nth += 1;
            }
        }
        None
    }
}

fn component(pair: &Pair<'_>) -> Component {
    let key = pnpm_key::parse(&pair.key);
    let entry = &pair.value;
    // Packages that are not from a registry have both as fields of their own.
    let name = Some(entry.word("name")).filter(|name| !name.is_empty()).unwrap_or(key.name);
    let from_registry = requirement::is_version(key.version);
    let version = if from_registry { key.version } else { entry.word("version") };
    let name = if name.is_empty() { pnpm_key::base(&pair.key) } else { name };
    let mut component = Draft::component(name, version, pair.line);
    let none = Value::Null;
    let resolution = entry.get("resolution").unwrap_or(&none);
    component.origin = origin(&key, resolution, name, version);
    component.digests = source::digests(resolution.word("integrity"));
    let commit = source::has_commit(resolution.word("commit"))
        || source::has_commit(resolution.word("tarball"));
    component.pinned = !component.digests.is_empty() || commit;
    component.install_script = entry.is_true("requiresBuild");
    component.scope = if entry.is_true("dev") {
        Scope::Dev
    } else if entry.is_true("optional") {
        Scope::Optional
    } else {
        Scope::Runtime
    };
    component
}

fn origin(key: &pnpm_key::Key<'_>, resolution: &Value<'_>, name: &str, version: &str) -> Origin {
    let (repository, commit) = (resolution.word("repo"), resolution.word("commit"));
    if !repository.is_empty() {
        let clean = source::without_credentials(repository);
        return Origin::Git(if commit.is_empty() { clean } else { format!("{clean}#{commit}") });
    }
    let directory = resolution.word("directory");
    if !directory.is_empty() {
        return Origin::Path(directory.to_owned());
    }
    let tarball = resolution.word("tarball");
    if tarball.contains("://") || tarball.starts_with("file:") {
        return source::origin(tarball, name, version);
    }
    if requirement::is_version(key.version) {
        return match key.host {
            "" => Origin::Registry,
            // A port stands behind `+`, for `:` cannot be a part of a folder's name.
            host => source::registry_at(&format!("https://{}", host.replace('+', ":"))),
        };
    }
    source::origin(key.version, name, version)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::osv::component::Note;
    use crate::engine::osv::lock::npm::tests::{Files, NOTHING, file, lines};

    fn read_text(text: &str) -> Listing {
        read(&file("pnpm-lock.yaml", text.as_bytes(), &NOTHING)).unwrap()
    }

    const NINE: &str = "\
lockfileVersion: '9.0'

importers:
  .:
    dependencies:
      alias:
        specifier: npm:real@^1
        version: real@1.0.0(peer@2.0.0)
      member:
        specifier: workspace:*
        version: link:packages/member
    devDependencies:
      '@s/tool':
        specifier: ^3
        version: 3.0.0
  packages/member:
    dependencies:
      repo:
        specifier: o/r
        version: https://codeload.github.com/o/r/tar.gz/0123456789abcdef0123456789abcdef01234567

packages:

  '@s/tool@3.0.0':
    resolution: {integrity: sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0=, tarball: https://u:example@npm.example/x/@s/tool/-/tool-3.0.0.tgz}
  peer@2.0.0:
    resolution: {integrity: sha512-x}
  real@1.0.0:
    resolution: {integrity: sha512-x}
    peerDependencies:
      peer: '*'
  repo@https://codeload.github.com/o/r/tar.gz/0123456789abcdef0123456789abcdef01234567:
    resolution: {tarball: https://codeload.github.com/o/r/tar.gz/0123456789abcdef0123456789abcdef01234567}
    version: 0.1.0

snapshots:

  '@s/tool@3.0.0': {}
  peer@2.0.0: {}
  real@1.0.0(peer@2.0.0):
    dependencies:
      peer: 2.0.0
    optionalDependencies:
      '@s/tool': 3.0.0
  real@1.0.0(peer@3.0.0):
    dependencies:
      repo: https://codeload.github.com/o/r/tar.gz/0123456789abcdef0123456789abcdef01234567
  repo@https://codeload.github.com/o/r/tar.gz/0123456789abcdef0123456789abcdef01234567: {}
";

    #[test]
    fn version_9_lists_each_package_once_with_the_dependencies_of_all_variants() {
        let listing = read_text(NINE);
        assert_eq!(
            lines(&listing),
            [
                "@s/tool 3.0.0 optional direct 24 []",
                "peer 2.0.0 runtime - 26 []",
                "real 1.0.0 runtime direct 28 [0, 1, 3]",
                "repo 0.1.0 runtime direct 32 []",
            ]
        );
        let [tool, _, real, repo] = &listing.components[..] else { panic!() };
        assert_eq!(tool.origin, Origin::OtherRegistry("https://npm.example/x".into()));
        assert_eq!(real.origin, Origin::Registry);
        assert!(matches!(&repo.origin, Origin::Url(_)) && repo.pinned && tool.pinned);
        assert!(!real.pinned, "a digest that is none pins nothing");
        assert_eq!(listing.notes, []);
    }

    #[test]
    fn versions_5_and_6_are_read_with_and_without_importers() {
        for (text, expected) in [
            (
                "lockfileVersion: 5.4\nspecifiers:\n  a: ^1\ndependencies:\n\
                    \x20 a: 1.0.0_b@2.0.0\n  b: 2.0.0\n\
                 packages:\n  /a/1.0.0_b@2.0.0:\n    resolution: {integrity: sha512-x}\n\
                     \x20   dependencies:\n      b: 2.0.0\n    dev: false\n\
                 \x20 /b/2.0.0:\n    resolution: {integrity: sha512-x}\n\
                     \x20   requiresBuild: true\n    dev: true\n    optional: true\n",
                ["a 1.0.0 runtime direct 8 [1]", "b 2.0.0 dev direct 13 []"],
            ),
            (
                "lockfileVersion: 5.3\nimporters:\n  .:\n    dependencies:\n      a: 1.0.0\n\
                    \x20 m:\n    devDependencies:\n      b: npm.example/b/2.0.0\n\
                 packages:\n  /a/1.0.0:\n    dev: false\n  npm.example/b/2.0.0:\n    dev: true\n",
                ["a 1.0.0 runtime direct 10 []", "b 2.0.0 dev direct 12 []"],
            ),
            (
                "lockfileVersion: '6.0'\ndependencies:\n  a:\n    specifier: ^1\n\
                    \x20   version: 1.0.0(b@2.0.0)\n  x:\n    specifier: npm:b@2\n\
                    \x20   version: /b@2.0.0\n\
                 packages:\n  /a@1.0.0(b@2.0.0):\n    dependencies:\n      b: 2.0.0\n\
                     \x20   dev: false\n  /b@2.0.0:\n    optional: true\n    dev: false\n",
                ["a 1.0.0 runtime direct 10 [1]", "b 2.0.0 optional direct 14 []"],
            ),
        ] {
            let listing = read_text(text);
            assert_eq!(lines(&listing), expected, "{text}");
            assert_eq!(listing.notes, [], "{text}");
        }
    }

    #[test]
    fn every_document_of_a_file_is_read() {
        let text = "---\nlockfileVersion: '9.0'\nimporters:\n  .:\n    configDependencies:\n\
            \x20     c:\n        specifier: 1.0.0\n        version: 1.0.0\n\
            packages:\n  c@1.0.0:\n    resolution: {integrity: sha512-x}\nsnapshots:\n\
                \x20 c@1.0.0: {}\n---\nlockfileVersion: '9.0'\n\
            importers:\n  .: {}\npackages:\n  d@1.0.0:\n\
                \x20   resolution: {integrity: sha512-x}\nsnapshots:\n  d@1.0.0: {}\n";
        let listing = read_text(text);
        assert_eq!(lines(&listing), ["c 1.0.0 dev direct 10 []", "d 1.0.0 runtime - 19 []"]);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let lost = |text: &str| {
            let notes = read_text(text).notes;
            matches!(&notes[..], [Note::Lost { .. }, ..])
        };
        assert!(lost("lockfileVersion: '10.0'\nimporters: {}\n"));
        assert!(lost(
            "lockfileVersion: '9.0'\nimporters:\n  .:\n    dependencies:\n      a:\n\
                \x20       version: 1.0.0\n"
        ));
        for text in ["", "a: b\n", "- a\n", "lockfileVersion: '9.0'\n<<<<<<< HEAD\n"] {
            assert!(read(&file("pnpm-lock.yaml", text.as_bytes(), &NOTHING)).is_err(), "{text}");
        }
    }

    #[test]
    fn requirements_come_from_the_manifests_of_all_importers() {
        let files = Files(&[
            ("package.json", r#"{"name": "shop", "dependencies": {"alias": "npm:real@^1"}}"#),
            ("packages/member/package.json", r#"{"dependencies": {"repo": "o/r"}}"#),
        ]);
        let listing = read(&file("pnpm-lock.yaml", NINE.as_bytes(), &files)).unwrap();
        let got: Vec<_> =
            listing.declared.iter().map(|d| (d.name.as_str(), d.requirement.as_str())).collect();
        assert_eq!(got, [("real", "^1"), ("repo", "o/r")]);
        assert_eq!(listing.project.unwrap().0, "shop");
    }
}
