//! C and C++: `conan.lock` of Conan 1 (a graph) and of Conan 2 (lists of references). Recipes are programs and are not
//! read.

use super::gather::{Gather, spread_scopes};
use super::place::{self, Located, Ordered, Text};
use super::{Broken, File, Format, Role};
use crate::engine::osv::component::{Component, Ecosystem, Listing, Note, Origin, Scope};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::{BTreeSet, HashMap};

/// Formats of this ecosystem.
pub static FORMATS: &[Format] = &[Format {
    name: "conan.lock",
    ecosystem: Ecosystem::Conan,
    role: Role::Lockfile,
    files: &["conan.lock"],
    reads: "versions 0.4 (graph) and 0.5 (lists); recipe revisions as pins",
    locked_by: &[],
    read,
}];

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct Lock<'a> {
    #[serde(borrow, default)]
    version: Option<Text<'a>>,
    #[serde(borrow, default, rename = "graph_lock")]
    graph: Option<Graph<'a>>,
    #[serde(borrow, default)]
    requires: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    build_requires: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    python_requires: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    config_requires: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct Graph<'a> {
    #[serde(borrow)]
    nodes: Ordered<'a, &'a RawValue>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct Unit<'a> {
    #[serde(rename = "ref", borrow, default)]
    reference: Option<&'a RawValue>,
    #[serde(borrow, default)]
    path: Option<Text<'a>>,
    #[serde(borrow, default)]
    context: Option<Text<'a>>,
    #[serde(borrow, default)]
    requires: Vec<Text<'a>>,
    #[serde(borrow, default)]
    build_requires: Vec<Text<'a>>,
}

fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let located = Located::new(file.text()?);
    let lock: Lock<'_> = place::json(located.text())?;
    let mut gather = Gather::new(file, "conan.lock");
    let known = match (&lock.graph, lock.version.as_deref()) {
        (Some(_), Some(version)) => matches!(version, "0.1" | "0.2" | "0.3" | "0.4"),
        (None, Some(version)) => version == "0.5",
        (_, None) => false,
    };
    if !known {
        let message = "the version of the format is not known".to_owned();
        gather.note(Note::Lost { line: None, message });
    }
    if let Some(graph) = &lock.graph {
        nodes(graph, &located, &mut gather);
        return Ok(gather.finish());
    }
    let lists = [
        (lock.requires, Scope::Runtime),
        (lock.build_requires, Scope::Build),
        (lock.python_requires, Scope::Build),
        (lock.config_requires, Scope::Build),
    ];
    if lists.iter().all(|(list, _)| list.is_none()) {
        return Err(Broken::whole("holds neither a graph nor lists of packages"));
    }
    for (list, scope) in lists {
        for raw in list.into_iter().flatten() {
            let line = located.line_of(raw.get());
            let Some(mut component) = component(raw, line) else {
                gather.lost(line, "the reference is not understood");
                continue;
            };
            component.scope = scope;
            gather.add(component);
        }
    }
    Ok(gather.finish())
}

/// `name/version@user/channel#revision:package#revision%time`; all after the version may be absent.
fn component(raw: &RawValue, line: u32) -> Option<Component> {
    let reference: String = serde_json::from_str(raw.get()).ok()?;
    let (name, rest) = reference.split_once('/')?;
    let end = rest.find(['@', '#', ':', '%']).unwrap_or(rest.len());
    let (version, rest) = rest.split_at(end);
    if name.is_empty() || version.is_empty() {
        return None;
    }
    let mut one = Component::new(Ecosystem::Conan, name, version, line);
    if let Some(owner) = rest.strip_prefix('@') {
        let owner = owner.split(['#', ':', '%']).next().unwrap_or_default();
        // `_/_` stands for none; the central server has packages of nobody only.
        if !matches!(owner, "" | "_/_") {
            one.origin = Origin::OtherRegistry(owner.to_owned());
        }
    }
    // The revision of a recipe is a digest (MD5 or SHA-1) of its sources; `0` means none.
    let revision = rest.split_once('#').map_or("", |(_, revision)| revision);
    let revision = revision.split(['%', ':']).next().unwrap_or_default();
    one.pinned = revision.len() >= 32 && revision.bytes().all(|b| b.is_ascii_hexdigit());
    Some(one)
}

fn nodes(graph: &Graph<'_>, located: &Located<'_>, gather: &mut Gather) {
    let mut places: HashMap<&str, u32> = HashMap::new();
    let mut units: Vec<(&str, Unit<'_>)> = Vec::new();
    for (id, raw) in &graph.nodes.0 {
        let line = located.line_of(raw.get());
        let Ok(unit) = serde_json::from_str::<Unit<'_>>(raw.get()) else {
            gather.lost(line, "the node is not understood");
            continue;
        };
        if let Some(reference) = unit.reference.filter(|raw| raw.get() != "null") {
            let line = located.line_of(reference.get());
            match component(reference, line) {
                // The project itself stands in a folder.
                Some(component) if unit.path.is_some() => {
                    gather.project(component.name.as_str(), component.version.as_str());
                }
                Some(mut component) => {
                    component.direct = Some(false);
                    let is_build = unit.context.as_deref() == Some("build");
                    component.scope = if is_build { Scope::Build } else { Scope::Runtime };
                    if let Some(place) = gather.add(component) {
                        places.insert(id, place);
                    }
                }
                // `conanfile.txt` has no name.
                None if unit.path.is_some() => {}
                None => gather.lost(line, "the reference is not understood"),
            }
        }
        units.push((id, unit));
    }
    let mut roots: Vec<(u32, Scope)> = Vec::new();
    for (id, unit) in &units {
        let mut found = Vec::new();
        for (ids, scope) in [(&unit.requires, Scope::Runtime), (&unit.build_requires, Scope::Build)]
        {
            let known = ids.iter().filter_map(|id| places.get(&**id));
            found.extend(known.map(|place| (*place, scope)));
        }
        match places.get(*id).and_then(|place| gather.get_mut(*place)) {
            Some(component) => {
                component.dependencies = found.into_iter().map(|(place, _)| place).collect();
            }
            // What the project asks for; it is no package itself.
            None => roots.extend(found),
        }
    }
    for (root, _) in &roots {
        if let Some(component) = gather.get_mut(*root) {
            component.direct = Some(true);
        }
    }
    if roots.is_empty() {
        for component in gather.components_mut() {
            component.direct = None;
        }
    }
    spread_scopes(gather.components_mut(), &roots, &BTreeSet::new());
}

#[cfg(test)]
mod tests {
    use super::super::memory::{Memory, named, words};
    use super::*;

    #[test]
    fn lists_of_references_are_read() {
        let text = "{\"version\": \"0.5\",\n\"requires\": [\n\"zlib/1.2.13#97d5730b529b4224045fe7090592d4c1%1692672717.68\",\n\
                    \"mine/1.0@me/stable#0\"\n],\n\"build_requires\": [\n\"cmake/3.27.1\", 7],\n\"python_requires\": []}";
        let tree = Memory::new(&[("conan.lock", text)]);
        let listing = tree.read_as(FORMATS, "conan.lock", "conan.lock").unwrap();
        assert_eq!(words(&listing), ["zlib@1.2.13:3", "mine@1.0:4", "cmake@3.27.1:7 build"]);
        assert!(named(&listing, "zlib").pinned && !named(&listing, "mine").pinned);
        assert_eq!(named(&listing, "mine").origin, Origin::OtherRegistry("me/stable".into()));
        let message = "the reference is not understood".to_owned();
        assert_eq!(listing.notes, [Note::Lost { line: Some(7), message }]);
    }

    #[test]
    fn a_graph_tells_what_is_direct_and_for_what() {
        let text = "{\"graph_lock\": {\"nodes\": {\n\
                    \"0\": {\"ref\": \"app/0.1\", \"path\": \"../conanfile.py\", \"requires\": [\"1\"], \"build_requires\": [\"3\"]},\n\
                    \"1\": {\"ref\": \"a/1.0@_/_#97d5730b529b4224045fe7090592d4c1\", \"requires\": [\"2\"], \"context\": \"host\"},\n\
                    \"2\": {\"ref\": \"b/2.0\", \"context\": \"host\"},\n\
                    \"3\": {\"ref\": \"c/3.0\", \"requires\": [\"2\", \"4\"], \"context\": \"build\"},\n\
                    \"4\": {\"ref\": \"d/4.0\"},\n\"5\": {\"ref\": \"nothing\"}\n},\n\
                    \"revisions_enabled\": true}, \"version\": \"0.4\", \"profile_host\": \"x\"}";
        let tree = Memory::new(&[("conan.lock", text)]);
        let listing = tree.read_as(FORMATS, "conan.lock", "conan.lock").unwrap();
        assert_eq!(
            words(&listing),
            [
                "a@1.0:3 direct",
                "b@2.0:4 transitive",
                "c@3.0:5 direct build",
                "d@4.0:6 transitive build"
            ]
        );
        assert_eq!(named(&listing, "a").origin, Origin::Registry);
        assert_eq!(listing.project, Some(("app".into(), "0.1".into())));
        let message = "the reference is not understood".to_owned();
        assert_eq!(listing.notes, [Note::Lost { line: Some(7), message }]);
    }

    #[test]
    fn unknown_versions_are_said_and_other_structures_are_broken() {
        let tree = Memory::new(&[("conan.lock", "{\"version\": \"0.9\", \"requires\": []}")]);
        let listing = tree.read_as(FORMATS, "conan.lock", "conan.lock").unwrap();
        assert!(format!("{:?}", listing.notes).contains("not known"));
        let tree = Memory::new(&[("conan.lock", "{\"version\": \"0.5\"}")]);
        assert!(tree.read_as(FORMATS, "conan.lock", "conan.lock").is_err());
    }
}
