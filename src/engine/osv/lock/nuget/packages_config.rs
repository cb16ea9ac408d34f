//! Reads `packages.config`: every package with its version, those that others brought in too.

use super::super::super::component::{
    Component, Declared, Ecosystem, Listing, Note, Origin, Scope,
};
use super::super::maven::xml::{self, Tree};
use super::super::{Broken, File, MAX_COMPONENTS};
use super::{exact, is_id};
use std::collections::BTreeMap;

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = xml::text(file)?;
    let tree = Tree::parse(&text)?;
    let root = tree.root();
    if root.name() != "packages" {
        return Err(Broken::at(root.line(), "no list of packages"));
    }
    let mut listing =
        Listing { path: file.path.to_owned(), format: "packages.config", ..Listing::default() };
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    let (mut bad, mut first) = (0, None);
    for element in root.all("package") {
        let line = element.line();
        let id = element.attribute("id").unwrap_or_default();
        let version = element.attribute("version").unwrap_or_default();
        if !is_id(id) || listing.components.len() >= MAX_COMPONENTS {
            bad += 1;
            first = first.or(Some(line));
            continue;
        }
        let development = element
            .attribute("developmentDependency")
            .is_some_and(|v| v.eq_ignore_ascii_case("true"));
        let scope = if development { Scope::Dev } else { Scope::Runtime };
        let Some(version) = exact(version) else {
            listing.notes.push(Note::Unresolved {
                line,
                message: "an entry without one exact version".to_owned(),
            });
            listing.declared.push(Declared {
                ecosystem: Ecosystem::NuGet,
                name: id.to_owned(),
                requirement: version.to_owned(),
                scope,
                origin: Origin::Registry,
                line,
                file: None,
            });
            continue;
        };
        let key = (id.to_lowercase(), version.to_owned());
        if let Some(place) = places.get(&key) {
            let before = &mut listing.components[*place];
            before.scope = before.scope.min(scope);
            continue;
        }
        places.insert(key, listing.components.len());
        let mut component = Component::new(Ecosystem::NuGet, id, version, line);
        component.scope = scope;
        listing.components.push(component);
    }
    if bad > 0 {
        let message = format!("{bad} entries not understood or beyond the limit");
        listing.notes.push(Note::Lost { line: first, message });
    }
    Ok(listing)
}

#[cfg(test)]
mod tests {
    use super::super::super::maven::tests::Files;
    use super::*;

    #[test]
    fn every_package_is_listed_once_with_its_scope() {
        let text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<packages>\n<package id=\"A.B\" version=\"1.0.0\" />\n\
                    <package id=\"T\" version=\"2\" developmentDependency=\"true\"/>\n\
                    <package id=\"a.b\" version=\"1.0.0\" targetFramework=\"net45\"/>\n<package version=\"1\"/></packages>";
        let listing =
            Files::new(&[("packages.config", text)]).listing(read, "packages.config").unwrap();
        let all: Vec<_> =
            listing.components.iter().map(|c| (&*c.name, &*c.version, c.scope, c.line)).collect();
        assert_eq!(all, [("A.B", "1.0.0", Scope::Runtime, 3), ("T", "2", Scope::Dev, 4)]);
        assert!(matches!(listing.notes[..], [Note::Lost { line: Some(6), .. }]));
    }
}
