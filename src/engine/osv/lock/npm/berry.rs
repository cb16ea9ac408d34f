//! yarn.lock of yarn 2 and later: one entry for each resolution, those of the workspace among them. Patches are no
//! packages of their own: whoever needs one needs what it is applied to, which the file lists too.

use super::block_yaml::{self, Pair, Value};
use super::draft::{Draft, Scopes};
use super::manifest::{self, Manifest};
use super::{requirement, source};
use crate::engine::osv::component::{Component, Listing, Origin, Scope};
use crate::engine::osv::lock::{Broken, File};
use std::collections::{BTreeMap, HashMap};

/// Versions of the format that are known: yarn 2.0 began with 4, yarn 4 writes 8, and later ones changed checksums
/// only.
const KNOWN: std::ops::RangeInclusive<u32> = 4..=10;

/// Reads one.
pub(super) fn read(file: &File<'_>, text: &str) -> Result<Listing, Broken> {
    let documents = block_yaml::documents(text)?;
    let pairs: &[Pair<'_>] = match &documents[..] {
        [pairs] => pairs,
        _ => return Err(Broken::whole("not exactly one YAML document")),
    };
    let mut draft = Draft::new(file, "yarn.lock");
    let mut reader = Reader {
        draft: &mut draft,
        places: HashMap::new(),
        names: HashMap::new(),
        resolved: HashMap::new(),
    };
    let (mut packages, mut members, mut patches) = (Vec::new(), Vec::new(), Vec::new());
    for pair in pairs {
        if pair.key == "__metadata" {
            reader.check_version(pair);
            continue;
        }
        let Some((name, reference)) = requirement::split(pair.value.word("resolution")) else {
            reader.draft.lose(Some(pair.line), "an entry has no resolution");
            continue;
        };
        if let Some(path) = reference.strip_prefix("workspace:") {
            let place = if path == "." {
                None
            } else {
                let mut component = Draft::component(name, "", pair.line);
                component.origin = Origin::Path(path.to_owned());
                reader.add(pair, component)
            };
            members.push(Member { pair, name, path, place });
        } else if reference.starts_with("patch:") {
            patches.push((pair, name));
        } else if let Some(place) = reader.add(pair, component(pair, name, reference)) {
            packages.push((pair, place));
        }
    }
    for (pair, name) in patches {
        reader.patch(pair, name, &mut packages);
    }
    for (pair, from) in packages {
        reader.edges(pair, from);
    }
    let wanted = members.iter().map(|member| reader.member(file, member)).sum::<usize>();
    if wanted > 0 && draft.components().iter().all(|one| matches!(one.origin, Origin::Path(_))) {
        draft.lose(None, "it lists no package although the project asks for some");
    }
    Ok(draft.finish(Scopes::Spread))
}

/// The project or a member of its workspace.
struct Member<'p, 'a> {
    pair: &'p Pair<'a>,
    name: &'p str,
    path: &'p str,
    place: Option<u32>,
}

struct Reader<'d, 'p> {
    draft: &'d mut Draft,
    /// Places by descriptor.
    places: HashMap<&'p str, u32>,
    /// Places by name, `None` where several have it: where a resolution of the project replaced a range, the only
    /// package of the name is meant.
    names: HashMap<&'p str, Option<u32>>,
    /// Places by resolution.
    resolved: HashMap<&'p str, u32>,
}

impl<'p> Reader<'_, 'p> {
    fn check_version(&mut self, pair: &Pair<'_>) {
        let version = pair.value.word("version");
        if !version.parse::<u32>().is_ok_and(|version| KNOWN.contains(&version)) {
            self.draft.lose(Some(pair.line), "the version of the lockfile is unknown");
        }
    }

    fn add(&mut self, pair: &'p Pair<'_>, component: Component) -> Option<u32> {
        let place = self.draft.add(component)?;
        self.resolved.insert(pair.value.word("resolution"), place);
        self.enter(pair, place);
        Some(place)
    }

    fn enter(&mut self, pair: &'p Pair<'_>, place: u32) {
        for descriptor in pair.key.split(", ") {
            self.places.insert(descriptor, place);
            if let Some((name, _)) = requirement::split(descriptor) {
                let only = self.names.entry(name).or_insert(Some(place));
                *only = only.filter(|only| *only == place);
            }
        }
    }

    /// A patch leads to the package it is applied to; should the file not list that, it is one itself.
    fn patch(&mut self, pair: &'p Pair<'_>, name: &str, packages: &mut Vec<(&'p Pair<'p>, u32)>) {
        let version = pair.value.word("version");
        if let Some(base) = self.resolved.get(format!("{name}@npm:{version}").as_str()).copied() {
            self.enter(pair, base);
            return;
        }
        let mut component = Draft::component(name, version, pair.line);
        component.pinned = !pair.value.word("checksum").is_empty();
        if let Some(place) = self.add(pair, component) {
            packages.push((pair, place));
        }
    }

    fn find(&self, name: &str, range: &str) -> Option<u32> {
        let plain = format!("{name}@{range}");
        self.places
            .get(plain.as_str())
            // Yarn 2 and 3 left the protocol of the registry out in requirements and wrote it in keys.
            .or_else(|| self.places.get(format!("{name}@npm:{range}").as_str()))
            .copied()
            .or_else(|| self.names.get(name).copied().flatten())
    }

    fn edges(&mut self, pair: &Pair<'_>, from: u32) {
        let meta = pair.value.get("dependenciesMeta");
        for wanted in pair.value.get("dependencies").map_or(&[][..], Value::pairs) {
            let optional = is_optional(meta, &wanted.key);
            if let Some(to) = self.find(&wanted.key, wanted.value.as_str()) {
                self.draft.edge(from, to, optional);
            }
        }
    }

    /// What a member asks for; how many that is. Which of it is for development only its manifest says.
    fn member(&mut self, file: &File<'_>, member: &Member<'_, '_>) -> usize {
        let folder = member.path.trim_start_matches("./").trim_matches('.');
        let manifest = manifest::beside(file, folder).unwrap_or_default();
        self.draft.manifest(folder, &manifest);
        if member.place.is_none() {
            self.draft.project(member.name, &manifest.version);
        }
        if let Some(component) = member.place.and_then(|place| self.draft.get_mut(place)) {
            component.version.clone_from(&manifest.version);
        }
        self.draft.roots_are_known();
        let scopes = scopes(&manifest);
        let entry = &member.pair.value;
        let meta = entry.get("dependenciesMeta");
        let mut count = 0;
        for wanted in entry.get("dependencies").map_or(&[][..], Value::pairs) {
            let optional = is_optional(meta, &wanted.key);
            let scope = scopes.get(&*wanted.key).copied().unwrap_or_default();
            let scope = if optional { scope.max(Scope::Optional) } else { scope };
            count += usize::from(!wanted.value.as_str().starts_with("workspace:"));
            match self.find(&wanted.key, wanted.value.as_str()) {
                Some(to) => {
                    self.draft.root(to, scope);
                    if let Some(from) = member.place {
                        self.draft.edge(from, to, optional);
                    }
                }
                None => self.draft.lose(Some(wanted.line), "a dependency has no entry"),
            }
        }
        count
    }
}

/// The most important group that each name stands in.
fn scopes(manifest: &Manifest) -> BTreeMap<&str, Scope> {
    let mut scopes = BTreeMap::new();
    for wanted in manifest.wanted.iter().filter(|wanted| !wanted.peer) {
        let scope = scopes.entry(wanted.alias.as_str()).or_insert(wanted.declared.scope);
        *scope = (*scope).min(wanted.declared.scope);
    }
    scopes
}

fn is_optional(meta: Option<&Value<'_>>, name: &str) -> bool {
    meta.and_then(|meta| meta.get(name)).is_some_and(|one| one.is_true("optional"))
}

fn component(pair: &Pair<'_>, name: &str, reference: &str) -> Component {
    let version = pair.value.word("version");
    let mut component = Draft::component(name, version, pair.line);
    component.origin = match reference.strip_prefix("npm:") {
        // `1.2.3::__archiveUrl=<encoded address>`: from a registry with addresses of its own.
        Some(rest) => match rest.split_once("__archiveUrl=") {
            Some((_, address)) => {
                let address = address.split('&').next().unwrap_or_default();
                source::origin(&decode(address), name, version)
            }
            None => Origin::Registry,
        },
        None => source::origin(reference.split("::").next().unwrap_or(reference), name, version),
    };
    // The checksum is one of the archive that yarn makes of the package, not of the registry's.
    component.pinned = !pair.value.word("checksum").is_empty() || source::has_commit(reference);
    component
}

/// Percent-decoding; what is not valid stays.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let hex = (first == b'%').then(|| behind.split_at_checked(2)).flatten();
        let byte =
            hex.and_then(|(hex, _)| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        if let (Some(byte), Some((_, after))) = (byte, hex) {
            bytes.push(byte);
            rest = after;
        } else {
            bytes.push(first);
            rest = behind;
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::osv::component::Note;
    use crate::engine::osv::lock::npm::tests::{Files, NOTHING, file, lines};

    const TEXT: &str = r#"# This file is generated by running "yarn install" inside your project.

__metadata:
  version: 8
  cacheKey: 10c0

"@s/a@npm:^1.0.0, @s/a@npm:~1.2":
  version: 1.2.3
  resolution: "@s/a@npm:1.2.3::__archiveUrl=https%3A%2F%2Fuser%3Aexample%40npm.example%2F%40s%2Fa%2F-%2Fa-1.2.3.tgz"
  dependencies:
    b: "npm:^2"
    c: ^3
  dependenciesMeta:
    c:
      optional: true
  checksum: 10c0/0123
  languageName: node
  linkType: hard

"b@npm:^2":
  version: 2.0.0
  resolution: "b@npm:2.0.0"
  checksum: 10c0/0123
  linkType: hard

"b@patch:b@npm%3A^2#~/.yarn/patches/b.patch":
  version: 2.0.0
  resolution: "b@patch:b@npm%3A2.0.0#~/.yarn/patches/b.patch::version=2.0.0&hash=0123"
  linkType: hard

"c@npm:^3":
  version: 3.0.0
  resolution: "c@npm:3.0.0"
  linkType: hard

"m@workspace:packages/m":
  version: 0.0.0-use.local
  resolution: "m@workspace:packages/m"
  dependencies:
    alias: "npm:@s/a@~1.2"
    b: "patch:b@npm%3A^2#~/.yarn/patches/b.patch"
  languageName: unknown
  linkType: soft

"alias@npm:@s/a@~1.2":
  version: 1.2.3
  resolution: "@s/a@npm:1.2.3"
  linkType: hard

"shop@workspace:.":
  version: 0.0.0-use.local
  resolution: "shop@workspace:."
  dependencies:
    m: "workspace:*"
    r: "https://h.example/o/r.git#main"
  linkType: soft

"m@workspace:*":
  version: 0.0.0-use.local
  resolution: "m@workspace:packages/m2"
  linkType: soft

"r@https://h.example/o/r.git#main":
  version: 4.0.0
  resolution: "r@https://h.example/o/r.git#commit=0123456789abcdef0123456789abcdef01234567"
  linkType: hard
"#;

    #[test]
    fn resolutions_give_names_versions_and_origins() {
        let files = Files(&[
            (
                "package.json",
                r#"{"name": "shop", "version": "9.0.0", "devDependencies": {"r": "x"}}"#,
            ),
            (
                "packages/m/package.json",
                r#"{"name": "m", "version": "0.1.0", "dependencies": {"alias": "npm:@s/a@~1.2"}, "devDependencies": {"b": "patch:x"}}"#,
            ),
        ]);
        let listing = read(&file("yarn.lock", TEXT.as_bytes(), &files), TEXT).unwrap();
        assert_eq!(
            lines(&listing),
            [
                "@s/a 1.2.3 runtime - 7 [1, 2]",
                "b 2.0.0 dev direct 20 []",
                "c 3.0.0 runtime - 31 []",
                "m 0.1.0 runtime - 36 [1, 4]",
                "@s/a 1.2.3 runtime direct 45 []",
                "m  runtime direct 58 []",
                "r 4.0.0 dev direct 63 []",
            ]
        );
        let origins: Vec<_> = listing.components.iter().map(|c| c.origin.clone()).collect();
        assert_eq!(origins[0], Origin::OtherRegistry("https://npm.example".into()));
        assert_eq!(origins[3], Origin::Path("packages/m".into()));
        let commit = "https://h.example/o/r.git#commit=0123456789abcdef0123456789abcdef01234567";
        assert_eq!(origins[6], Origin::Git(commit.into()));
        assert_eq!(listing.project, Some(("shop".into(), "9.0.0".into())));
        assert_eq!(listing.notes, []);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for text in [
            "__metadata:\n  version: 99\n",
            "__metadata:\n  version: 8\n\n\"a@npm:1\":\n  version: 1.0.0\n",
            "__metadata:\n  version: 8\n\n\"p@workspace:.\":\n\
                \x20 resolution: \"p@workspace:.\"\n  dependencies:\n    a: \"npm:1\"\n",
        ] {
            let notes = read(&file("yarn.lock", b"", &NOTHING), text).unwrap().notes;
            assert!(matches!(&notes[..], [Note::Lost { .. }, ..]), "{text}");
        }
        assert!(read(&file("yarn.lock", b"", &NOTHING), "__metadata:\n  a\n b: c: d\n").is_err());
    }
}
