//! `Podfile.lock` of CocoaPods. Subspecs (`A/B`) are parts of one pod and listed as it.

use super::super::address::{is_commit, without_credentials};
use super::super::gather::Gather;
use super::super::yaml_text::{self, Tree, get, items, pairs};
use super::super::{Broken, File};
use crate::engine::osv::component::{Component, Ecosystem, Listing, Origin};
use crate::yaml::{Node, Value};
use std::collections::HashMap;

/// Pods whose name several versions share; no `Podfile.lock` of CocoaPods has them.
type Places = HashMap<String, u32>;

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let tree = yaml_text::read(file.text()?)?;
    let mut gather = Gather::new(file, "Podfile.lock");
    for line in &tree.twice {
        gather.lost(*line, "the key occurs twice");
    }
    let Some(root) = &tree.root else {
        return Ok(gather.finish());
    };
    let pods = match get(root, "PODS") {
        Some(pods) => items(pods),
        // Without pods there is no such part.
        None if get(root, "PODFILE CHECKSUM").is_some() => &[],
        None => return Err(Broken::whole("holds no pods")),
    };
    let mut places = Places::new();
    let mut needs: Vec<(u32, &[Node])> = Vec::new();
    for pod in pods {
        let line = pod.place.line as u32;
        let (head, dependencies) = match &pod.value {
            Value::Mapping(pairs) => match pairs.as_slice() {
                [(key, dependencies)] => (key.text.as_str(), items(dependencies)),
                _ => ("", &[][..]),
            },
            Value::Text(head) => (head.as_str(), &[][..]),
            _ => ("", &[][..]),
        };
        let Some((name, version)) = head.strip_suffix(')').and_then(|head| head.split_once(" ("))
        else {
            gather.lost(line, "the pod has no version");
            continue;
        };
        let name = pod_of(name);
        let place = match places.get(name) {
            Some(place) => Some(*place),
            None => gather.add(Component::new(Ecosystem::CocoaPods, name, version, line)),
        };
        if let Some(place) = place {
            places.insert(name.to_owned(), place);
            needs.push((place, dependencies));
        }
    }
    for (place, dependencies) in needs {
        let names = dependencies.iter().filter_map(|one| tree.word(one));
        let found: Vec<u32> = names
            .filter_map(|name| places.get(pod_of(without_requirement(&name))).copied())
            .filter(|found| *found != place)
            .collect();
        if let Some(component) = gather.get_mut(place) {
            component.dependencies.extend(found);
        }
    }
    direct(root, &tree, &places, &mut gather);
    origins(root, &tree, &places, &mut gather);
    Ok(gather.finish())
}

/// The pod a subspec belongs to.
fn pod_of(name: &str) -> &str {
    name.split('/').next().unwrap_or(name)
}

/// `Name (~> 1.0)` and ``Name (from `../x`)`` without what stands in brackets.
fn without_requirement(text: &str) -> &str {
    text.split(" (").next().unwrap_or(text)
}

fn direct(root: &Node, tree: &Tree<'_>, places: &Places, gather: &mut Gather) {
    let Some(wanted) = get(root, "DEPENDENCIES") else { return };
    for component in gather.components_mut() {
        component.direct = Some(false);
    }
    for name in items(wanted).iter().filter_map(|one| tree.word(one)) {
        let place = places.get(pod_of(without_requirement(&name)));
        if let Some(component) = place.and_then(|place| gather.get_mut(*place)) {
            component.direct = Some(true);
        }
    }
}

fn origins(root: &Node, tree: &Tree<'_>, places: &Places, gather: &mut Gather) {
    // Which repository of specifications each pod comes from.
    for (repository, pods) in get(root, "SPEC REPOS").map(pairs).unwrap_or_default() {
        let origin = specs(&repository.text);
        for name in items(pods).iter().filter_map(|one| tree.word(one)) {
            if let Some(component) = places.get(&*name).and_then(|place| gather.get_mut(*place)) {
                component.origin = origin.clone();
            }
        }
    }
    for (name, _) in get(root, "SPEC CHECKSUMS").map(pairs).unwrap_or_default() {
        if let Some(component) = places.get(&name.text).and_then(|place| gather.get_mut(*place)) {
            component.pinned = true;
        }
    }
    for part in ["EXTERNAL SOURCES", "CHECKOUT OPTIONS"] {
        for (name, source) in get(root, part).map(pairs).unwrap_or_default() {
            let place = places.get(pod_of(&name.text));
            let Some(component) = place.and_then(|place| gather.get_mut(*place)) else { continue };
            let text = |key: &str| tree.text(source, key);
            if let Some(git) = text(":git") {
                let mut address = without_credentials(&git);
                let commit = text(":commit");
                let revision = commit.clone().or_else(|| text(":tag")).or_else(|| text(":branch"));
                if let Some(revision) = revision {
                    address.push('#');
                    address.push_str(&revision);
                }
                component.pinned = commit.is_some_and(|commit| is_commit(&commit));
                component.origin = Origin::Git(address);
            } else if let Some(path) = text(":path") {
                component.pinned = false;
                component.origin = Origin::Path(without_credentials(&path));
            } else if let Some(url) = text(":podspec").or_else(|| text(":http")) {
                component.origin = Origin::Url(without_credentials(&url));
            }
        }
    }
}

/// The origin behind a repository of specifications, by name or address.
fn specs(repository: &str) -> Origin {
    let address = without_credentials(repository);
    let path = address.to_lowercase();
    let official = matches!(path.as_str(), "trunk" | "master")
        || path
            .trim_end_matches('/')
            .trim_end_matches(".git")
            .ends_with("github.com/cocoapods/specs")
        || path.starts_with("https://cdn.cocoapods.org");
    if official { Origin::Registry } else { Origin::OtherRegistry(address) }
}

#[cfg(test)]
mod tests {
    use super::super::super::memory::{Memory, named, words};
    use super::super::FORMATS;
    use super::*;

    const LOCK: &str = "PODS:\n  - A (4.0.1):\n    - A/Net (= 4.0.1)\n    - B\n  - A/Net (4.0.1):\n    - C/Core (~> 1.0)\n\
                        \x20 - B (1.10)\n  - C/Core (2.0.0-beta.1)\n  - \"D+E (0.1)\"\n  - F (1.0)\n  - G\n\n\
                        DEPENDENCIES:\n  - A/Net (~> 4.0)\n  - \"D+E (from `../d`)\"\n  - F (from `https://x`, tag `v1`)\n\n\
                        SPEC REPOS:\n  https://github.com/CocoaPods/Specs.git:\n    - A\n  trunk:\n    - B\n\
                        \x20 https://t:example-token@host.example/specs.git:\n    - C\n\n\
                        EXTERNAL SOURCES:\n  \"D+E\":\n    :path: \"../d\"\n  F:\n    :git: https://u:example-password@host.example/f.git\n    :tag: v1\n\n\
                        CHECKOUT OPTIONS:\n  F:\n    :commit: 0123456789abcdef0123456789abcdef01234567\n    :git: https://host.example/f.git\n\n\
                        SPEC CHECKSUMS:\n  A: 3fa0a1\n  \"D+E\": 12\n\nPODFILE CHECKSUM: 00\n\nCOCOAPODS: 1.12.1\n";

    #[test]
    fn subspecs_are_their_pod_and_sources_are_known() {
        let tree = Memory::new(&[("ios/Podfile.lock", LOCK)]);
        let listing = tree.read_as(FORMATS, "Podfile.lock", "ios/Podfile.lock").unwrap();
        assert_eq!(
            words(&listing),
            [
                "A@4.0.1:2 direct",
                "B@1.10:7 transitive",
                "C@2.0.0-beta.1:8 transitive",
                "D+E@0.1:9 direct",
                "F@1.0:10 direct",
            ]
        );
        assert_eq!(named(&listing, "A").dependencies, [1, 2]);
        assert!(named(&listing, "A").pinned && !named(&listing, "D+E").pinned);
        assert_eq!(named(&listing, "A").origin, Origin::Registry);
        assert_eq!(named(&listing, "B").origin, Origin::Registry);
        let other = Origin::OtherRegistry("https://host.example/specs.git".into());
        assert_eq!(named(&listing, "C").origin, other);
        assert_eq!(named(&listing, "D+E").origin, Origin::Path("../d".into()));
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let git = Origin::Git(format!("https://host.example/f.git#{commit}"));
        assert_eq!((&named(&listing, "F").origin, named(&listing, "F").pinned), (&git, true));
        assert!(format!("{:?}", listing.notes).contains("the pod has no version"));
    }

    #[test]
    fn another_structure_is_broken() {
        for (text, broken) in
            [("a: b\n", true), ("PODFILE CHECKSUM: x\n", false), ("PODS: [\n", true)]
        {
            let tree = Memory::new(&[("Podfile.lock", text)]);
            let found = tree.read_as(FORMATS, "Podfile.lock", "Podfile.lock");
            assert_eq!(found.is_err(), broken, "{text}");
        }
    }
}
