//! yarn.lock of yarn 1, read line by line; what yarn 2 and later write goes to its own reader. The file does not say
//! what is direct or for development: the manifests beside it do.

use super::draft::{Draft, Scopes};
use super::manifest::{self, Manifest};
use super::{berry, requirement, source};
use crate::engine::osv::component::{Algorithm, Component, Digest, Listing, Origin};
use crate::engine::osv::lock::{Broken, File};
use std::borrow::Cow;
use std::collections::HashMap;

/// Reads either kind.
pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let is_berry = text.starts_with("__metadata:") || text.contains("\n__metadata:");
    if is_berry { berry::read(file, text) } else { classic(file, text) }
}

/// One entry of the file.
#[derive(Debug, Default)]
struct Entry<'a> {
    line: u32,
    descriptors: Vec<Cow<'a, str>>,
    version: Cow<'a, str>,
    resolved: Cow<'a, str>,
    integrity: Cow<'a, str>,
    /// Name, range, and whether it is optional.
    needs: Vec<(Cow<'a, str>, Cow<'a, str>, bool)>,
}

fn classic(file: &File<'_>, text: &str) -> Result<Listing, Broken> {
    let mut draft = Draft::new(file, "yarn.lock");
    let entries = entries(text, &mut draft)?;
    // What each descriptor is resolved to.
    let mut places: HashMap<&str, u32> = HashMap::new();
    let mut owners: Vec<(u32, &Entry<'_>)> = Vec::with_capacity(entries.len());
    for entry in &entries {
        // Descriptors of one entry are of one package, except where folders or archives have got several names.
        let mut names: HashMap<&str, u32> = HashMap::new();
        for descriptor in &entry.descriptors {
            let Some((alias, range)) = requirement::split(descriptor) else {
                draft.lose(Some(entry.line), "an entry is not of the form name@range");
                continue;
            };
            let name = requirement::parse(alias, range).name;
            let known = names.get(name).copied();
            let Some(place) = known.or_else(|| draft.add(component(name, range, entry))) else {
                continue;
            };
            if known.is_none() {
                names.insert(name, place);
                owners.push((place, entry));
            }
            places.insert(descriptor, place);
        }
    }
    let mut key = String::new();
    for (from, entry) in owners {
        for (name, range, optional) in &entry.needs {
            if let Some(to) = find(&places, &mut key, name, range) {
                draft.edge(from, to, *optional);
            }
        }
    }
    ask_manifests(file, &mut draft, |name, range| find(&places, &mut key, name, range));
    Ok(draft.finish(Scopes::Spread))
}

fn find(places: &HashMap<&str, u32>, key: &mut String, name: &str, range: &str) -> Option<u32> {
    key.clear();
    key.push_str(name);
    key.push('@');
    key.push_str(range);
    places.get(key.as_str()).copied()
}

/// Takes what is direct from the manifests of the project and of the members of its workspace.
fn ask_manifests(
    file: &File<'_>,
    draft: &mut Draft,
    mut find: impl FnMut(&str, &str) -> Option<u32>,
) {
    let manifests: Vec<(String, Manifest)> = manifest::with_members(file);
    let mut wants_some = false;
    for (folder, manifest) in &manifests {
        draft.roots_are_known();
        draft.manifest(folder, manifest);
        for wanted in manifest.wanted.iter().filter(|wanted| !wanted.peer) {
            let is_path = matches!(wanted.declared.origin, Origin::Path(_));
            let member = manifests.iter().any(|(_, other)| other.name == wanted.alias);
            wants_some |= !is_path && !member;
            if let Some(to) = find(&wanted.alias, &wanted.written) {
                draft.root(to, wanted.declared.scope);
            }
        }
    }
    if wants_some && draft.is_silent() {
        draft.lose(None, "it lists no package although package.json asks for some");
    }
}

fn component(name: &str, range: &str, entry: &Entry<'_>) -> Component {
    let mut component = Draft::component(name, &entry.version, entry.line);
    let resolved = &*entry.resolved;
    // Without `resolved` stand folders, whose range is the path.
    let address = if resolved.is_empty() { address_of(name, range) } else { resolved };
    component.origin = source::origin(address, name, &entry.version);
    component.digests = source::digests(&entry.integrity);
    // The SHA-1 of the archive is the fragment of its address; of a repository the commit is.
    let fragment = resolved.split_once('#').map_or("", |(_, fragment)| fragment);
    if !matches!(component.origin, Origin::Git(_)) {
        component.digests.extend(Digest::from_hex(Algorithm::Sha1, fragment));
        component.digests.sort();
        component.digests.dedup();
    }
    component.pinned = !component.digests.is_empty() || source::has_commit(resolved);
    component
}

/// The range when it is an address of any kind.
fn address_of<'a>(name: &str, range: &'a str) -> &'a str {
    match requirement::parse(name, range).origin {
        Origin::Registry => "",
        _ => range,
    }
}

/// Groups of lines within an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    None,
    Needs { optional: bool },
}

fn entries<'a>(text: &'a str, draft: &mut Draft) -> Result<Vec<Entry<'a>>, Broken> {
    let mut entries: Vec<Entry<'a>> = Vec::new();
    let mut group = Group::None;
    for (number, line) in (1_u32..).zip(text.split('\n')) {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let body = line.trim_start_matches(' ');
        let indent = line.len() - body.len();
        if body.is_empty() || body.starts_with('#') {
            continue;
        }
        if indent == 0 {
            if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"]
                .iter()
                .any(|mark| body.starts_with(mark))
            {
                return Err(Broken::at(number, "a merge conflict stands in it"));
            }
            let Some(descriptors) = descriptors(body) else {
                return Err(Broken::at(number, "not the beginning of an entry"));
            };
            entries.push(Entry { line: number, descriptors, ..Entry::default() });
            group = Group::None;
            continue;
        }
        let Some(entry) = entries.last_mut() else {
            return Err(Broken::at(number, "a value outside of any entry"));
        };
        if indent == 2 {
            group = match body {
                "dependencies:" => Group::Needs { optional: false },
                "optionalDependencies:" => Group::Needs { optional: true },
                _ => Group::None,
            };
        }
        let Some((key, rest)) = token(body) else {
            draft.lose(Some(number), "a line is not of the form name value");
            continue;
        };
        let value = token(rest.trim_start()).map(|(value, _)| value);
        match (indent, group, value) {
            (2, Group::None, Some(value)) => match &*key {
                "version" => entry.version = value,
                "resolved" => entry.resolved = value,
                "integrity" => {
                    // Not quoted although it may hold several digests.
                    entry.integrity = Cow::Borrowed(rest.trim().trim_matches('"'));
                }
                _ => {}
            },
            (4, Group::Needs { optional }, Some(value)) => entry.needs.push((key, value, optional)),
            _ => {}
        }
    }
    for entry in &entries {
        if entry.version.is_empty() {
            draft.lose(Some(entry.line), "an entry has no version");
        }
    }
    Ok(entries)
}

/// The descriptors in `a@^1, "b c@2":`.
fn descriptors(body: &str) -> Option<Vec<Cow<'_, str>>> {
    let mut rest = body.trim_end();
    let mut found = Vec::new();
    loop {
        let (descriptor, behind) = token(rest)?;
        found.push(descriptor);
        let behind = behind.trim_start();
        if behind == ":" {
            return Some(found);
        }
        rest = behind.strip_prefix(',')?.trim_start();
    }
}

/// The word or string a text begins with, and what stands behind it.
fn token(text: &str) -> Option<(Cow<'_, str>, &str)> {
    if !text.starts_with('"') {
        // A colon at the end is no part of a word; within one it is (`npm:real@1`).
        let end = text.find([' ', ',']).unwrap_or(text.len());
        let (word, rest) = text.split_at(end);
        return match word.strip_suffix(':') {
            Some(word) if rest.is_empty() => {
                (!word.is_empty()).then(|| (Cow::Borrowed(word), &text[end - 1..]))
            }
            _ => (!word.is_empty()).then_some((Cow::Borrowed(word), rest)),
        };
    }
    let bytes = text.as_bytes();
    let mut at = 1;
    let mut escaped = false;
    loop {
        match bytes.get(at)? {
            b'\\' => {
                escaped = true;
                at += 2;
            }
            b'"' => break,
            _ => at += 1,
        }
    }
    let (quoted, rest) = text.split_at_checked(at + 1)?;
    let inner = quoted.get(1..at)?;
    if escaped {
        return Some((Cow::Owned(serde_json::from_str(quoted).ok()?), rest));
    }
    Some((Cow::Borrowed(inner), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::osv::component::Note;
    use crate::engine::osv::lock::npm::tests::{Files, NOTHING, file, lines};

    const TEXT: &str = r#"# yarn lockfile v1


"@s/a@^1.0.0", "@s/a@~1.2":
  version "1.2.3"
  resolved "https://registry.yarnpkg.com/@s/a/-/a-1.2.3.tgz#0123456789abcdef0123456789abcdef01234567"
  integrity sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0= sha512-x
  dependencies:
    b "1 || 2"
    "@s/c" ">= 3"
  optionalDependencies:
    d "*"

b@^1, "b@1 || 2", other@npm:b@^1:
  version "1.0.0"
  resolved "https://user:example@npm.example/b/-/b-1.0.0.tgz"

"@s/c@>= 3":
  version "3.0.0"
  resolved "git+ssh://git@h.example/o/r.git#0123456789abcdef0123456789abcdef01234567"

d@*, "e@file:./e":
  version "4.0.0"
"#;

    #[test]
    fn entries_are_listed_under_their_real_names_with_what_they_need() {
        let files = Files(&[
            (
                "package.json",
                r#"{"name": "shop", "workspaces": ["m"], "devDependencies": {"@s/a": "^1.0.0"}}"#,
            ),
            ("m/package.json", r#"{"name": "m", "dependencies": {"other": "npm:b@^1"}}"#),
        ]);
        let listing = read(&file("yarn.lock", TEXT.as_bytes(), &files)).unwrap();
        assert_eq!(
            lines(&listing),
            [
                "@s/a 1.2.3 dev direct 4 [1, 2, 3]",
                "b 1.0.0 runtime direct 14 []",
                "@s/c 3.0.0 dev - 18 []",
                "d 4.0.0 dev - 22 []",
                "e 4.0.0 runtime - 22 []",
            ]
        );
        let [a, b, c, _, e] = &listing.components[..] else { panic!() };
        assert_eq!(a.digests.len(), 2, "{:?}", a.digests);
        assert_eq!(b.origin, Origin::OtherRegistry("https://npm.example".into()));
        assert!(matches!(&c.origin, Origin::Git(_)) && c.pinned && c.digests.is_empty());
        assert_eq!(e.origin, Origin::Path("./e".into()));
        assert_eq!(listing.declared.len(), 2);
        assert_eq!(listing.notes, []);
    }

    #[test]
    fn without_manifests_nobody_says_what_is_direct() {
        let listing =
            read(&file("yarn.lock", TEXT.replace('\n', "\r\n").as_bytes(), &NOTHING)).unwrap();
        assert!(listing.components.iter().all(|c| c.direct.is_none()));
        assert_eq!(listing.components.len(), 5);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        for (text, line) in [
            ("a@1:\n  version \"1\"\n<<<<<<< HEAD\n", 3),
            ("  version \"1\"\n", 1),
            ("a@1\n", 1),
            ("\"a@1:\n", 1),
            ("a@1,:\n", 1),
        ] {
            let broken = read(&file("yarn.lock", text.as_bytes(), &NOTHING)).unwrap_err();
            assert_eq!(broken.line, Some(line), "{text}");
        }
        let files = Files(&[("package.json", r#"{"dependencies": {"a": "1"}}"#)]);
        for text in ["# yarn lockfile v1\n", "a:\n  version \"1\"\n", "a@1:\n  resolved \"x\"\n"] {
            let notes = read(&file("yarn.lock", text.as_bytes(), &files)).unwrap().notes;
            assert!(matches!(&notes[..], [Note::Lost { .. }]), "{text}: {notes:?}");
        }
    }
}
