//! Dart: `pubspec.lock` with the `pubspec.yaml` beside it, and `pubspec.yaml` by itself. The lockfile states no links
//! between packages, so that what a transitive one is needed for is not known.

use super::address::{host, is_commit, without_credentials};
use super::gather::Gather;
use super::yaml_text::{self, Tree, get, line, pairs};
use super::{Broken, File, Format, Role};
use crate::engine::osv::component::{
    Algorithm, Component, Declared, Digest, Ecosystem, Listing, Origin, Scope,
};
use crate::yaml::{Key, Node};

/// Formats of this ecosystem.
pub static FORMATS: &[Format] = &[
    Format {
        name: "pubspec.lock",
        ecosystem: Ecosystem::Pub,
        role: Role::Lockfile,
        files: &["pubspec.lock"],
        reads: "hosted, git, path and SDK packages",
        locked_by: &[],
        read: read_lock,
    },
    Format {
        name: "pubspec.yaml",
        ecosystem: Ecosystem::Pub,
        role: Role::Manifest,
        files: &["pubspec.yaml"],
        reads: "dependencies, dev_dependencies and dependency_overrides",
        locked_by: &["pubspec.lock"],
        read: read_manifest,
    },
];

fn read_lock(file: &File<'_>) -> Result<Listing, Broken> {
    let tree = yaml_text::read(file.text()?)?;
    let mut gather = Gather::new(file, "pubspec.lock");
    for line in &tree.twice {
        gather.lost(*line, "the key occurs twice");
    }
    if let Some(root) = &tree.root {
        let Some(packages) = get(root, "packages") else {
            return Err(Broken::whole("holds no packages"));
        };
        for (key, package) in pairs(packages) {
            match component(key, package, &tree) {
                Some(component) => drop(gather.add(component)),
                None => gather.lost(line(key), "the package is not understood"),
            }
        }
    }
    let path = file.beside("pubspec.yaml");
    let bytes = path.as_deref().and_then(|path| file.around.read(path));
    if let Some(text) = bytes.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok())
        && let Ok(tree) = yaml_text::read(text.trim_start_matches('\u{feff}'))
    {
        project(&tree, &mut gather);
        for declared in declared(&tree) {
            gather.declare(Declared { file: path.clone(), ..declared });
        }
    }
    Ok(gather.finish())
}

fn component(key: &Key, package: &Node, tree: &Tree<'_>) -> Option<Component> {
    let version = tree.text(package, "version")?;
    let described = get(package, "description")?;
    let text = |key: &str| tree.text(described, key);
    // `description` is a mapping, for SDKs a name.
    let name = text("name").unwrap_or_else(|| key.text.as_str().into());
    let mut one = Component::new(Ecosystem::Pub, &*name, &*version, line(key));
    match &*tree.text(package, "source")? {
        "hosted" => {
            one.origin = text("url").map_or(Origin::Registry, |url| hosted(&url));
            let digest = text("sha256");
            one.digests.extend(digest.and_then(|hex| Digest::from_hex(Algorithm::Sha256, &hex)));
            one.pinned = !one.digests.is_empty();
        }
        "git" => {
            let commit = text("resolved-ref").unwrap_or_default();
            let url = without_credentials(&text("url")?);
            one.origin = Origin::Git(format!("{url}#{commit}"));
            one.pinned = is_commit(&commit);
        }
        "path" => one.origin = Origin::Path(without_credentials(&text("path")?)),
        // Comes with the toolchain.
        "sdk" => {
            one.name.clone_from(&key.text);
            one.origin = Origin::Path(tree.word(described).unwrap_or_default().into_owned());
        }
        _ => return None,
    }
    let (direct, scope) = match &*tree.text(package, "dependency")? {
        "direct main" | "direct" | "direct overridden" => (true, Scope::Runtime),
        "direct dev" => (true, Scope::Dev),
        "transitive" => (false, Scope::Runtime),
        _ => return None,
    };
    (one.direct, one.scope) = (Some(direct), scope);
    Some(one)
}

fn hosted(url: &str) -> Origin {
    match host(url).as_str() {
        "pub.dev" | "pub.dartlang.org" | "pub.dartlang.com" => Origin::Registry,
        _ => Origin::OtherRegistry(without_credentials(url)),
    }
}

fn project(tree: &Tree<'_>, gather: &mut Gather) {
    let Some(root) = &tree.root else { return };
    if let Some(name) = tree.text(root, "name") {
        gather.project(&*name, tree.text(root, "version").unwrap_or_default());
    }
}

fn declared(tree: &Tree<'_>) -> Vec<Declared> {
    let Some(root) = &tree.root else {
        return Vec::new();
    };
    let mut out = Vec::new();
    for (table, scope) in [
        ("dependencies", Scope::Runtime),
        ("dev_dependencies", Scope::Dev),
        ("dependency_overrides", Scope::Runtime),
    ] {
        for (key, value) in get(root, table).map(pairs).unwrap_or_default() {
            let text = |key: &str| tree.text(value, key);
            let mut name = key.text.clone();
            let mut origin = Origin::Registry;
            if let Some(server) = get(value, "hosted") {
                if let Some(real) = tree.text(server, "name") {
                    name = real.into_owned();
                }
                let url = tree.word(server).or_else(|| tree.text(server, "url"));
                origin = url.map_or(Origin::Registry, |url| hosted(&url));
            } else if let Some(git) = get(value, "git") {
                let url = tree.word(git).or_else(|| tree.text(git, "url")).unwrap_or_default();
                let url = without_credentials(&url);
                origin = Origin::Git(match tree.text(git, "ref") {
                    Some(revision) => format!("{url}#{revision}"),
                    None => url,
                });
            } else if let Some(path) = text("path") {
                origin = Origin::Path(without_credentials(&path));
            } else if let Some(sdk) = text("sdk") {
                origin = Origin::Path(sdk.into_owned());
            }
            let requirement = tree.word(value).or_else(|| text("version")).unwrap_or_default();
            out.push(Declared {
                ecosystem: Ecosystem::Pub,
                name,
                requirement: requirement.into_owned(),
                scope,
                origin,
                line: line(key),
                file: None,
            });
        }
    }
    out
}

fn read_manifest(file: &File<'_>) -> Result<Listing, Broken> {
    let tree = yaml_text::read(file.text()?)?;
    let mut gather = Gather::new(file, "pubspec.yaml");
    project(&tree, &mut gather);
    let (mut open, mut all) = (Vec::new(), 0);
    for one in declared(&tree) {
        if !matches!(one.origin, Origin::Path(_)) {
            all += 1;
            if semver::Version::parse(&one.requirement).is_ok() {
                let mut component = Component::new(
                    Ecosystem::Pub,
                    one.name.as_str(),
                    one.requirement.as_str(),
                    one.line,
                );
                component.direct = Some(true);
                component.scope = one.scope;
                component.origin = one.origin.clone();
                gather.add(component);
            } else {
                open.push(one.line);
            }
        }
        gather.declare(one);
    }
    gather.unresolved(&open, all);
    Ok(gather.finish())
}

#[cfg(test)]
mod tests {
    use super::super::memory::{Memory, named, words};
    use super::*;
    use crate::engine::osv::component::Note;

    const LOCK: &str = r#"# Generated by pub
packages:
  async:
    dependency: transitive
    description:
      name: async
      sha256: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      url: "https://pub.dev"
    source: hosted
    version: "2.11.0"
  flutter:
    dependency: "direct main"
    description: flutter
    source: sdk
    version: "0.0.0"
  forked:
    dependency: "direct dev"
    description:
      path: "."
      ref: main
      resolved-ref: "0123456789abcdef0123456789abcdef01234567"
      url: "https://t:example-token@host.example/f.git"
    source: git
    version: "1.0.0"
  near:
    dependency: "direct overridden"
    description: {path: "../near", relative: true}
    source: path
    version: "0.0.1"
  private:
    dependency: "direct main"
    description:
      name: private
      url: "https://pub.example"
    source: hosted
    version: 1.10
  strange:
    dependency: transitive
    source: hosted
sdks:
  dart: ">=3.0.0 <4.0.0"
"#;

    #[test]
    fn packages_of_every_source_are_listed() {
        let manifest = "name: app\nversion: 1.0.0+1\ndependencies:\n  private: ^1.1\n  flutter:\n    sdk: flutter\n\
                        dev_dependencies:\n  forked:\n    git: https://host.example/f.git\n";
        let tree = Memory::new(&[("a/pubspec.lock", LOCK), ("a/pubspec.yaml", manifest)]);
        let listing = tree.read_as(FORMATS, "pubspec.lock", "a/pubspec.lock").unwrap();
        assert_eq!(
            words(&listing),
            [
                "async@2.11.0:3 transitive",
                "flutter@0.0.0:11 direct",
                "forked@1.0.0:16 direct dev",
                "near@0.0.1:25 direct",
                "private@1.10:30 direct",
            ]
        );
        let message = "the package is not understood".to_owned();
        assert_eq!(listing.notes, [Note::Lost { line: Some(37), message }]);
        assert!(named(&listing, "async").pinned && named(&listing, "forked").pinned);
        let address = "https://host.example/f.git#0123456789abcdef0123456789abcdef01234567";
        assert_eq!(named(&listing, "forked").origin, Origin::Git(address.into()));
        assert_eq!(named(&listing, "flutter").origin, Origin::Path("flutter".into()));
        let other = Origin::OtherRegistry("https://pub.example".into());
        assert_eq!(named(&listing, "private").origin, other);
        assert_eq!(listing.project, Some(("app".into(), "1.0.0+1".into())));
        let declared: Vec<_> = listing
            .declared
            .iter()
            .map(|d| (d.name.as_str(), d.requirement.as_str(), d.scope, d.line))
            .collect();
        assert_eq!(
            declared,
            [
                ("private", "^1.1", Scope::Runtime, 4),
                ("flutter", "", Scope::Runtime, 5),
                ("forked", "", Scope::Dev, 8),
            ]
        );
    }

    #[test]
    fn a_manifest_alone_lists_exact_requirements() {
        let text =
            "name: a\ndependencies:\n  b: 1.2.3\n  c: ^1.0.0\n  d: any\n  e:\n  f: {path: x}\n";
        let tree = Memory::new(&[("pubspec.yaml", text)]);
        let listing = tree.read_as(FORMATS, "pubspec.yaml", "pubspec.yaml").unwrap();
        assert_eq!(words(&listing), ["b@1.2.3:3 direct"]);
        let message = "3 of 4 requirements name no exact version".to_owned();
        assert_eq!(listing.notes, [Note::Unresolved { line: 4, message }]);
    }

    #[test]
    fn another_structure_is_broken() {
        for text in ["a: b\n", "[1]\n", "packages: [\n"] {
            let tree = Memory::new(&[("pubspec.lock", text)]);
            assert!(tree.read_as(FORMATS, "pubspec.lock", "pubspec.lock").is_err(), "{text}");
        }
    }
}
