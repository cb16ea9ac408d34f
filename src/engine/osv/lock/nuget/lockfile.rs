//! Reads `packages.lock.json`: for each target framework what was resolved. A package in the same version in several
//! frameworks is listed once, with what it needs in any of them.

use super::super::super::component::{
    Algorithm, Component, Digest, Ecosystem, Listing, Note, Origin,
};
use super::super::place::{Located, Ordered, Text, json};
use super::super::{Broken, File, MAX_COMPONENTS};
use super::{is_id, is_version};
use base64::Engine as _;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Versions of the format that are known
/// (<https://learn.microsoft.com/nuget/consume-packages/package-references-in-project-files#locking-dependencies>).
const KNOWN: [u64; 2] = [1, 2];

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct Lock<'a> {
    version: Option<Value>,
    #[serde(borrow, default)]
    dependencies: Ordered<'a, Ordered<'a, Entry<'a>>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    #[serde(rename = "type", borrow, default)]
    kind: Option<Text<'a>>,
    #[serde(borrow, default)]
    resolved: Option<Text<'a>>,
    #[serde(borrow, default)]
    content_hash: Option<Text<'a>>,
    #[serde(borrow, default)]
    dependencies: Ordered<'a, Value>,
}

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let located = Located::new(text);
    let lock: Lock<'_> = json(text)?;
    let mut listing =
        Listing { path: file.path.to_owned(), format: "packages.lock.json", ..Listing::default() };
    match lock.version.as_ref().and_then(Value::as_u64) {
        Some(version) if KNOWN.contains(&version) => {}
        _ => listing.notes.push(Note::Lost {
            line: None,
            message: "a version of the format that is not known".to_owned(),
        }),
    }
    let mut places: BTreeMap<(String, String), u32> = BTreeMap::new();
    let (mut bad, mut first) = (0, None);
    for (_, packages) in &lock.dependencies.0 {
        let mut here: BTreeMap<String, u32> = BTreeMap::new();
        for (name, entry) in &packages.0 {
            let line = located.line_of(name);
            let kind = entry.kind.as_deref().unwrap_or_default();
            let project = kind == "Project";
            let version = entry.resolved.as_deref().unwrap_or_default();
            if !is_id(name)
                || !(project || is_version(version))
                || listing.components.len() >= MAX_COMPONENTS
            {
                bad += 1;
                first = first.or(Some(line));
                continue;
            }
            let lower = name.to_lowercase();
            let place = *places.entry((lower.clone(), version.to_owned())).or_insert_with(|| {
                let mut one = Component::new(Ecosystem::NuGet, &**name, version, line);
                if project {
                    one.origin = Origin::Path(name.to_string());
                }
                one.digests = entry.content_hash.as_deref().and_then(digest).into_iter().collect();
                one.pinned = !one.digests.is_empty();
                listing.components.push(one);
                listing.components.len() as u32 - 1
            });
            let direct = &mut listing.components[place as usize].direct;
            *direct = Some(*direct == Some(true) || kind == "Direct");
            here.insert(lower, place);
        }
        link(&mut listing, &here, packages);
    }
    // Projects are asked for by the project itself unless another project brings them in.
    let mut needed = vec![false; listing.components.len()];
    for need in listing.components.iter().flat_map(|c| &c.dependencies) {
        needed[*need as usize] = true;
    }
    for (component, needed) in listing.components.iter_mut().zip(needed) {
        if matches!(component.origin, Origin::Path(_)) && !needed {
            component.direct = Some(true);
        }
    }
    if bad > 0 {
        let message = format!("{bad} entries not understood or beyond the limit");
        listing.notes.push(Note::Lost { line: first, message });
    }
    Ok(listing)
}

fn link(listing: &mut Listing, here: &BTreeMap<String, u32>, packages: &Ordered<'_, Entry<'_>>) {
    for (name, entry) in &packages.0 {
        let Some(place) = here.get(&name.to_lowercase()) else { continue };
        let needs = entry.dependencies.0.iter().filter_map(|(n, _)| here.get(&n.to_lowercase()));
        let all = &mut listing.components[*place as usize].dependencies;
        all.extend(needs.filter(|need| *need != place));
        all.sort_unstable();
        all.dedup();
    }
}

/// A digest in Base64; all that NuGet writes are SHA-512.
pub(super) fn digest(text: &str) -> Option<Digest> {
    let bytes = base64::engine::general_purpose::STANDARD.decode(text.trim()).ok()?;
    Digest::from_hex(Algorithm::Sha512, &crate::text::hex(&bytes))
}

#[cfg(test)]
mod tests {
    use super::super::super::maven::tests::Files;
    use super::*;

    #[test]
    fn frameworks_are_merged_and_linked() {
        let hash = base64::engine::general_purpose::STANDARD.encode([7; 64]);
        let text = format!(
            r#"{{
  "version": 2,
  "dependencies": {{
    "net6.0": {{
      "A": {{ "type": "Direct", "requested": "[1.0.0, )", "resolved": "1.0.0", "contentHash": "{hash}",
        "dependencies": {{ "b": "2.0.0" }} }},
      "B": {{ "type": "Transitive", "resolved": "2.0.0" }},
      "my.lib": {{ "type": "Project", "dependencies": {{ "B": "[2.0.0, )" }} }}
    }},
    "net8.0": {{
      "A": {{ "type": "CentralTransitive", "resolved": "1.0.0" }},
      "B": {{ "type": "Direct", "resolved": "2.1.0" }},
      "bad": {{ "type": "Direct" }}
    }}
  }}
}}"#
        );
        let path = "packages.lock.json";
        let listing = Files::new(&[(path, &text)]).listing(read, path).unwrap();
        let all: Vec<_> = listing
            .components
            .iter()
            .map(|c| (&*c.name, &*c.version, c.direct, c.line, &*c.dependencies))
            .collect();
        assert_eq!(
            all,
            [
                ("A", "1.0.0", Some(true), 5, &[1][..]),
                ("B", "2.0.0", Some(false), 7, &[]),
                ("my.lib", "", Some(true), 8, &[1]),
                ("B", "2.1.0", Some(true), 12, &[]),
            ]
        );
        assert_eq!(listing.components[0].digests[0].hex, "07".repeat(64));
        assert!(matches!(listing.notes[..], [Note::Lost { line: Some(13), .. }]));
    }

    #[test]
    fn an_unknown_version_is_said() {
        for text in ["{\"version\":9,\"dependencies\":{}}", "{}"] {
            let path = "packages.lock.json";
            let listing = Files::new(&[(path, text)]).listing(read, path).unwrap();
            assert!(matches!(listing.notes[..], [Note::Lost { .. }]));
        }
    }
}
