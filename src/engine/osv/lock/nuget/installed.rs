//! Reads what a restore (`project.assets.json`) and a build (`*.deps.json`) leave behind: libraries by `Name/version`.

use super::super::super::component::{Component, Ecosystem, Listing, Note, Origin};
use super::super::place::{Located, Ordered, Text, json};
use super::super::{Broken, File, MAX_COMPONENTS};
use super::lockfile::digest;
use super::{is_id, is_version};
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
#[serde(rename_all = "camelCase")]
struct Assets<'a> {
    version: Option<Value>,
    #[serde(borrow)]
    libraries: Option<Ordered<'a, Library<'a>>>,
    #[serde(borrow, default)]
    targets: Ordered<'a, Ordered<'a, Target<'a>>>,
    #[serde(borrow, default)]
    project_file_dependency_groups: Ordered<'a, Vec<Text<'a>>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct Library<'a> {
    #[serde(rename = "type", borrow, default)]
    kind: Option<Text<'a>>,
    #[serde(borrow, default)]
    sha512: Option<Text<'a>>,
    #[serde(borrow, default)]
    path: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct Target<'a> {
    #[serde(borrow, default)]
    dependencies: Ordered<'a, Value>,
}

/// `obj/project.assets.json`.
pub(super) fn assets(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let assets: Assets<'_> = json(text)?;
    let mut listing = read(file.path, "project.assets.json", text, &assets)?;
    if !matches!(assets.version.as_ref().and_then(Value::as_u64), Some(2..=4)) {
        let message = "a version of the format that is not known".to_owned();
        listing.notes.push(Note::Lost { line: None, message });
    }
    let direct: BTreeSet<String> = assets
        .project_file_dependency_groups
        .0
        .iter()
        .flat_map(|(_, names)| names)
        .filter_map(|text| text.split_whitespace().next())
        .map(str::to_lowercase)
        .collect();
    for component in &mut listing.components {
        component.direct = Some(direct.contains(&component.name.to_lowercase()));
    }
    Ok(listing)
}

/// `<program>.deps.json`. The project is the library of type `project` that it is named after; what that one needs is
/// direct.
pub(super) fn deps(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let assets: Assets<'_> = json(text)?;
    let mut listing = read(file.path, "*.deps.json", text, &assets)?;
    let own = file.name().strip_suffix(".deps.json").unwrap_or_default();
    let place = listing.components.iter().position(|component| {
        matches!(component.origin, Origin::Path(_)) && component.name.eq_ignore_ascii_case(own)
    });
    let Some(place) = place else { return Ok(listing) };
    let direct: BTreeSet<u32> = listing.components[place].dependencies.iter().copied().collect();
    for (index, component) in listing.components.iter_mut().enumerate() {
        component.direct = Some(index == place || direct.contains(&(index as u32)));
    }
    let own = &listing.components[place];
    listing.project = Some((own.name.clone(), own.version.clone()));
    Ok(listing)
}

fn read(
    path: &str,
    format: &'static str,
    text: &str,
    assets: &Assets<'_>,
) -> Result<Listing, Broken> {
    let located = Located::new(text);
    let libraries = assets.libraries.as_ref();
    let libraries = libraries.ok_or_else(|| Broken::whole("no list of libraries"))?;
    let mut listing = Listing { path: path.to_owned(), format, ..Listing::default() };
    let mut places: BTreeMap<String, u32> = BTreeMap::new();
    let (mut bad, mut first) = (0, None);
    for (key, library) in &libraries.0 {
        let line = located.line_of(key);
        let parts =
            key.split_once('/').filter(|(name, version)| is_id(name) && is_version(version));
        let Some((name, version)) = parts.filter(|_| listing.components.len() < MAX_COMPONENTS)
        else {
            bad += 1;
            first = first.or(Some(line));
            continue;
        };
        let kind = library.kind.as_deref().unwrap_or_default();
        let mut component = Component::new(Ecosystem::NuGet, name, version, line);
        if matches!(kind, "project" | "msbuildproject" | "reference") {
            let path = library.path.as_deref().filter(|_| kind == "project");
            component.origin = Origin::Path(path.unwrap_or(name).to_owned());
        }
        let hash = library.sha512.as_deref().unwrap_or_default();
        component.digests =
            digest(hash.strip_prefix("sha512-").unwrap_or(hash)).into_iter().collect();
        component.pinned = !component.digests.is_empty();
        places.insert(key.to_lowercase(), listing.components.len() as u32);
        listing.components.push(component);
    }
    for (_, target) in &assets.targets.0 {
        // Needs name no version, or the lowest that will do: which one it is the target knows.
        let by_name: BTreeMap<String, u32> = target
            .0
            .iter()
            .filter_map(|(key, _)| {
                let place = places.get(&key.to_lowercase())?;
                Some((key.split('/').next()?.to_lowercase(), *place))
            })
            .collect();
        for (key, entry) in &target.0 {
            let Some(place) = places.get(&key.to_lowercase()) else { continue };
            let names = entry.dependencies.0.iter().map(|(name, _)| name.to_lowercase());
            let needs = names.filter_map(|name| by_name.get(&name)).filter(|need| *need != place);
            let all = &mut listing.components[*place as usize].dependencies;
            all.extend(needs);
            all.sort_unstable();
            all.dedup();
        }
    }
    if bad > 0 {
        let message = format!("{bad} libraries not understood or beyond the limit");
        listing.notes.push(Note::Lost { line: first, message });
    }
    Ok(listing)
}

#[cfg(test)]
mod tests {
    use super::super::super::maven::tests::Files;
    use super::*;

    type Row<'a> = (&'a str, &'a str, Option<bool>, u32, &'a [u32]);

    fn rows(listing: &Listing) -> Vec<Row<'_>> {
        let row = |c| {
            let c: &Component = c;
            (&*c.name, &*c.version, c.direct, c.line, &*c.dependencies)
        };
        listing.components.iter().map(row).collect()
    }

    #[test]
    fn a_restore_tells_what_is_direct() {
        let text = r#"{ "version": 3,
"targets": { "net8.0": {
  "A/1.0.0": { "type": "package", "dependencies": { "B": "1.5.0" } },
  "B/2.0.0": { "type": "package" }, "Lib/1.0.0": { "type": "project" } } },
"libraries": {
  "A/1.0.0": { "type": "package", "path": "a/1.0.0" },
  "B/2.0.0": { "type": "package" },
  "Lib/1.0.0": { "type": "project", "path": "../Lib/Lib.csproj" } },
"projectFileDependencyGroups": { "net8.0": [ "A >= 1.0.0", "Lib >= 1.0.0" ] } }"#;
        let path = "obj/project.assets.json";
        let listing = Files::new(&[(path, text)]).listing(assets, path).unwrap();
        assert_eq!(
            rows(&listing),
            [
                ("A", "1.0.0", Some(true), 6, &[1][..]),
                ("B", "2.0.0", Some(false), 7, &[]),
                ("Lib", "1.0.0", Some(true), 8, &[]),
            ]
        );
        assert_eq!(listing.components[2].origin, Origin::Path("../Lib/Lib.csproj".to_owned()));
    }

    #[test]
    fn a_build_is_named_after_its_project() {
        let text = r#"{ "targets": { ".NETCoreApp,Version=v8.0": {
  "App/1.0.0": { "dependencies": { "A": "1.0.0" } }, "A/1.0.0": {}, "C/1.0.0": {} } },
"libraries": {
  "App/1.0.0": { "type": "project", "sha512": "" },
  "A/1.0.0": { "type": "package", "sha512": "sha512-x" },
  "C/1.0.0": { "type": "package" }, "odd": {} } }"#;
        let listing =
            Files::new(&[("App.deps.json", text)]).listing(deps, "App.deps.json").unwrap();
        assert_eq!(
            rows(&listing),
            [
                ("App", "1.0.0", Some(true), 4, &[1][..]),
                ("A", "1.0.0", Some(true), 5, &[]),
                ("C", "1.0.0", Some(false), 6, &[]),
            ]
        );
        assert!(matches!(listing.notes[..], [Note::Lost { line: Some(6), .. }]));
        assert!(Files::new(&[("x.deps.json", "{}")]).listing(deps, "x.deps.json").is_err());
    }
}
