//! bun.lock: JSON with comments and trailing commas, one array for each package. Name and version stand in the array's
//! first element; the key says where in `node_modules` the package goes. The binary bun.lockb is refused.

use super::draft::{Draft, Scopes};
use super::soft::Word;
use super::tree::{MAX_DEPTH, Node, ROOT, Tree};
use super::{manifest, requirement, source};
use crate::engine::osv::component::{Component, Listing, Origin, Scope};
use crate::engine::osv::lock::place::{Located, Ordered, json};
use crate::engine::osv::lock::{Broken, File};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::HashMap;

/// Groups of a workspace and what theirs are needed for.
const GROUPS: [(&str, Scope); 4] = [
    ("dependencies", Scope::Runtime),
    ("optionalDependencies", Scope::Optional),
    ("peerDependencies", Scope::Optional),
    ("devDependencies", Scope::Dev),
];

/// Says that the binary form is not read.
pub(super) fn refuse_binary(_: &File<'_>) -> Result<Listing, Broken> {
    Err(Broken::whole(
        "the binary form of bun's lockfile is not supported; `bun install --save-text-lockfile` \
         writes bun.lock instead",
    ))
}

type Object<'a> = Ordered<'a, &'a RawValue>;

/// What a package needs, from the third element of its array.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Needs<'a> {
    #[serde(borrow)]
    dependencies: Option<&'a RawValue>,
    #[serde(borrow)]
    optional_dependencies: Option<&'a RawValue>,
    #[serde(borrow)]
    peer_dependencies: Option<&'a RawValue>,
}

/// Reads one.
pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = plain_json(file.text()?);
    let located = Located::new(&text);
    let top: Object<'_> = json(&text)?;
    let get = |key: &str| top.last(key).copied();
    let object =
        |key: &str| get(key).and_then(|raw| serde_json::from_str::<Object<'_>>(raw.get()).ok());
    let mut draft = Draft::new(file, "bun.lock");
    match get("lockfileVersion") {
        None => return Err(Broken::whole("no lockfileVersion stands in it")),
        Some(raw) if !matches!(raw.get(), "0" | "1" | "2") => {
            draft.lose(Some(located.line_of(raw.get())), "the lockfileVersion is not 0, 1 or 2");
        }
        Some(_) => {}
    }
    let workspaces = object("workspaces").unwrap_or_default();
    let packages = match get("packages") {
        Some(raw) => serde_json::from_str::<Object<'_>>(raw.get())
            .map_err(|_| Broken::at(located.line_of(raw.get()), "\"packages\" is no object"))?,
        None => Object::default(),
    };
    let versions = workspace_versions(&workspaces);
    let mut tree = Tree::new();
    let mut needs = Vec::new();
    for (key, raw) in &packages.0 {
        let line = match &key.0 {
            Cow::Borrowed(key) => located.line_of(key),
            Cow::Owned(_) => located.line_of(raw.get()),
        };
        let parts: Vec<&RawValue> = serde_json::from_str(raw.get()).unwrap_or_default();
        let first: Word<'_> =
            parts.first().and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        let Some((name, version)) = requirement::split(first.as_str()) else {
            draft.lose(Some(line), "a package has another structure than expected");
            continue;
        };
        if version.starts_with("root:") {
            // The project itself, where one of its members needs it.
            continue;
        }
        let Some(node) = place(&mut tree, key) else {
            draft.lose(Some(line), "packages are nested too deeply");
            continue;
        };
        let component = component(name, version, line, &parts, &versions);
        let Some(index) = draft.add(component) else { continue };
        tree.put(node, index);
        let own = parts.iter().skip(1).find(|raw| raw.get().starts_with('{'));
        if let Some(own) = own.and_then(|raw| serde_json::from_str::<Needs<'_>>(raw.get()).ok()) {
            needs.push((node, index, own));
        }
    }
    for (node, from, needs) in &needs {
        let groups = [
            (needs.dependencies, false),
            (needs.optional_dependencies, true),
            (needs.peer_dependencies, true),
        ];
        for (group, optional) in groups {
            for name in names(group) {
                if let Some(to) = tree.find(*node, &name) {
                    draft.edge(*from, to, optional);
                }
            }
        }
    }
    let wanted = ask_workspaces(file, &mut draft, &workspaces, &tree);
    if wanted && draft.is_silent() {
        draft.lose(None, "it lists no package although the project asks for some");
    }
    Ok(draft.finish(Scopes::Spread))
}

/// Versions of members by folder.
fn workspace_versions<'a>(workspaces: &Object<'a>) -> HashMap<String, Word<'a>> {
    let version = |raw: &'a RawValue| {
        let object: Object<'a> = serde_json::from_str(raw.get()).ok()?;
        let (_, raw) = object.0.into_iter().find(|(key, _)| &**key == "version")?;
        serde_json::from_str::<Word<'a>>(raw.get()).ok()
    };
    workspaces
        .0
        .iter()
        .filter_map(|(folder, raw)| Some((folder.to_string(), version(raw)?)))
        .collect()
}

/// Takes what is direct from the workspaces that the file lists; whether they ask for anything but each other.
fn ask_workspaces(
    file: &File<'_>,
    draft: &mut Draft,
    workspaces: &Object<'_>,
    tree: &Tree<'_>,
) -> bool {
    let mut wanted = false;
    for (number, (folder, raw)) in workspaces.0.iter().enumerate() {
        draft.roots_are_known();
        let object: Object<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
        let get = |key: &str| object.0.iter().find(|(name, _)| &**name == key).map(|(_, raw)| *raw);
        let name: Word<'_> =
            get("name").and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
        if number < manifest::MAX_MEMBERS
            && let Some(manifest) = manifest::beside(file, folder)
        {
            draft.manifest(folder, &manifest);
        }
        if folder.is_empty() {
            draft.project(name.as_str(), "");
        }
        // Members are packages under their own names; what is nested in one is its own.
        let node = if folder.is_empty() { Some(ROOT) } else { tree.below(ROOT, name.as_str()) };
        let own = node.filter(|node| *node != ROOT).and_then(|node| tree.get(node));
        for (group, scope) in GROUPS {
            for alias in names(get(group)) {
                let found = tree.find(node.unwrap_or(ROOT), &alias);
                wanted |= scope != Scope::Optional;
                let Some(to) = found else { continue };
                draft.root(to, scope);
                if let Some(from) = own {
                    draft.edge(from, to, scope != Scope::Runtime);
                }
            }
        }
    }
    wanted
}

fn names(raw: Option<&RawValue>) -> Vec<crate::engine::osv::lock::place::Text<'_>> {
    let raw = raw.map_or("null", RawValue::get);
    let names: Ordered<'_, &RawValue> = serde_json::from_str(raw).unwrap_or_default();
    names.0.into_iter().map(|(name, _)| name).collect()
}

/// The place of a key: `a/@s/b` is `@s/b` within `a`. `None` when it is too deep.
fn place<'a>(tree: &mut Tree<'a>, key: &'a str) -> Option<Node> {
    let mut node = ROOT;
    let mut rest = key;
    for _ in 0..MAX_DEPTH {
        let slash = match rest.strip_prefix('@').and_then(|_| rest.find('/')) {
            Some(scope) => rest[scope + 1..].find('/').map(|at| scope + 1 + at),
            None => rest.find('/'),
        };
        let Some(slash) = slash else { return Some(tree.child(node, rest)) };
        node = tree.child(node, &rest[..slash]);
        rest = &rest[slash + 1..];
    }
    None
}

fn component(
    name: &str,
    written: &str,
    line: u32,
    parts: &[&RawValue],
    versions: &HashMap<String, Word<'_>>,
) -> Component {
    let texts: Vec<Word<'_>> = parts
        .iter()
        .skip(1)
        .filter(|raw| raw.get().starts_with('"'))
        .filter_map(|raw| serde_json::from_str(raw.get()).ok())
        .collect();
    if let Some(folder) = written.strip_prefix("workspace:") {
        let version = versions.get(folder).map_or("", Word::as_str);
        let mut component = Draft::component(name, version, line);
        component.origin = Origin::Path(folder.to_owned());
        return component;
    }
    let from_registry = requirement::is_version(written);
    let version = if from_registry { written } else { source::version_in(written, name) };
    let mut component = Draft::component(name, version, line);
    component.origin = if from_registry {
        // The second element is the address of the archive, or of another registry, or empty for the default one.
        match texts.first().map_or("", Word::as_str) {
            address if source::is_archive(address) => source::origin(address, name, written),
            address => source::registry_at(address),
        }
    } else {
        source::origin(written, name, "")
    };
    component.digests = texts.last().map(|word| source::digests(word.as_str())).unwrap_or_default();
    component.pinned = !component.digests.is_empty() || source::has_commit(written);
    component
}

/// The text with spaces in place of comments and of commas that no value follows; offsets and lines stay.
fn plain_json(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut blanks: Vec<std::ops::Range<usize>> = Vec::new();
    let mut comma: Option<usize> = None;
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                comma = None;
                at += 1;
                while let Some(stop) =
                    bytes.get(at..).and_then(|rest| memchr::memchr2(b'"', b'\\', rest))
                {
                    at += stop;
                    if bytes.get(at) == Some(&b'"') {
                        break;
                    }
                    at += 2;
                }
                if at >= bytes.len() {
                    break;
                }
                at += 1;
            }
            b'/' if matches!(bytes.get(at + 1), Some(b'/' | b'*')) => {
                let rest = bytes.get(at + 2..).unwrap_or_default();
                let length = if bytes.get(at + 1) == Some(&b'/') {
                    memchr::memchr(b'\n', rest)
                } else {
                    memchr::memmem::find(rest, b"*/").map(|stop| stop + 2)
                };
                let end = length.map_or(bytes.len(), |length| at + 2 + length);
                blanks.push(at..end);
                at = end;
            }
            b',' => {
                comma = Some(at);
                at += 1;
            }
            b'}' | b']' => {
                blanks.extend(comma.take().map(|comma| comma..comma + 1));
                at += 1;
            }
            byte => {
                if !byte.is_ascii_whitespace() {
                    comma = None;
                }
                at += 1;
            }
        }
    }
    if blanks.is_empty() {
        return Cow::Borrowed(text);
    }
    blanks.sort_by_key(|range| range.start);
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for range in blanks {
        out.push_str(text.get(from..range.start).unwrap_or_default());
        let blank = text.get(range.clone()).unwrap_or_default();
        out.extend(blank.bytes().map(|b| if b == b'\n' { '\n' } else { ' ' }));
        from = range.end;
    }
    out.push_str(text.get(from..).unwrap_or_default());
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::osv::component::Note;
    use crate::engine::osv::lock::npm::tests::{NOTHING, file, lines};

    const TEXT: &str = r#"{
  // written by bun
  "lockfileVersion": 1,
  "workspaces": {
    "": {
      "name": "shop",
      "dependencies": { "a": "^1", "other": "npm:b@^1", },
      "devDependencies": { "r": "o/r" },
    },
    "packages/m": {
      "name": "@w/m",
      "version": "0.1.0",
      "dependencies": { "b": "^2" },
    },
  },
  "packages": {
    "@w/m": ["@w/m@workspace:packages/m"],

    "a": ["a@1.0.0", "", { "dependencies": { "b": "1" }, "optionalPeers": ["x"] }, "sha1-qZk+NkcGgWq6PiVxeFDCbJzQ2J0="],

    "b": ["b@2.0.0", "https://npm.example/", {}, "sha512-x"],

    "r": ["r@github:o/r#0123456", { "dependencies": { "b": "2" } }, "o-r-0123456"],

    "other": ["b@1.0.0", "", {}, ""],

    "a/b": ["b@1.5.0", "", { "optionalDependencies": { "@s/c": "*" } }, ""],

    "a/b/@s/c": ["@s/c@3.0.0", "", { "peerDependencies": { "b": "*" } }, ""],

    "@w/m/b": ["b@2.5.0", "", { }, ""], /* , } */
  },
}
"#;

    #[test]
    fn names_and_versions_come_from_the_array_and_dependencies_from_the_keys() {
        let listing = read(&file("bun.lock", TEXT.as_bytes(), &NOTHING)).unwrap();
        assert_eq!(
            lines(&listing),
            [
                "@w/m 0.1.0 runtime - 17 [7]",
                "a 1.0.0 runtime direct 19 [5]",
                "b 2.0.0 dev - 21 []",
                "r  dev direct 23 [2]",
                "b 1.0.0 runtime direct 25 []",
                "b 1.5.0 runtime - 27 [6]",
                "@s/c 3.0.0 optional - 29 [5]",
                "b 2.5.0 runtime direct 31 []",
            ]
        );
        let origins: Vec<_> = listing.components.iter().map(|c| c.origin.clone()).collect();
        assert_eq!(origins[0], Origin::Path("packages/m".into()));
        assert_eq!(origins[2], Origin::OtherRegistry("https://npm.example".into()));
        assert_eq!(origins[3], Origin::Git("github:o/r#0123456".into()));
        assert!(listing.components[1].pinned && !listing.components[4].pinned);
        assert_eq!(listing.project, Some(("shop".into(), String::new())));
        assert_eq!(listing.notes, []);
    }

    #[test]
    fn what_is_not_understood_is_said() {
        let notes =
            |text: &str| read(&file("bun.lock", text.as_bytes(), &NOTHING)).map(|l| l.notes);
        for text in [
            r#"{"lockfileVersion": 7, "packages": {}}"#,
            r#"{"lockfileVersion": 1, "packages": {"a": []}}"#,
            r#"{"lockfileVersion": 1, "packages": {"a": ["a"]}}"#,
            r#"{"lockfileVersion": 1, "workspaces": {"": {"dependencies": {"a": "1"}}}}"#,
        ] {
            assert!(matches!(&notes(text).unwrap()[..], [Note::Lost { .. }]), "{text}");
        }
        for text in ["", "{}", "[]", "{\"lockfileVersion\": 1, \"packages\": []}", "{,}", "{\"a\\"]
        {
            assert!(notes(text).is_err(), "{text}");
        }
        assert!(refuse_binary(&file("bun.lockb", b"", &NOTHING)).is_err());
    }

    #[test]
    fn only_commas_before_a_closing_bracket_and_comments_go() {
        for (text, expected) in [
            ("[1, 2, ]", "[1, 2  ]"),
            ("{\"a,}\": 1,// x,\n}", "{\"a,}\": 1      \n}"),
            ("[\"\\\",]\", /* ö */ ]", "[\"\\\",]\"             ]"),
            ("[1]", "[1]"),
            ("/* ", "   "),
        ] {
            let plain = plain_json(text);
            assert_eq!(plain.replace(' ', ""), expected.replace(' ', ""), "{text}");
            assert_eq!(plain.len(), text.len(), "{text}");
        }
    }
}
