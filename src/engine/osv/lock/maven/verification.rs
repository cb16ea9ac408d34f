//! Reads Gradle's `verification-metadata.xml`: digests of everything a build has ever loaded. Components of which there
//! is only the metadata file lost against another version and were never loaded themselves; they are left out.

use super::super::super::component::{Algorithm, Component, Digest, Ecosystem, Listing, Note};
use super::super::{Broken, File, MAX_COMPONENTS};
use super::xml::{self, Element, Tree};
use super::{Counted, Wanted, is_id, several, wanted};

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = xml::text(file)?;
    let tree = Tree::parse(&text)?;
    let root = tree.root();
    if root.name() != "verification-metadata" {
        return Err(Broken::at(root.line(), "no Gradle verification metadata"));
    }
    let mut listing = Listing {
        path: file.path.to_owned(),
        format: "verification-metadata.xml",
        ..Listing::default()
    };
    let (mut bad, mut left_out) = (Counted::default(), 0);
    for element in root.child("components").into_iter().flat_map(|list| list.all("component")) {
        let part = |name| element.attribute(name).unwrap_or_default();
        let (group, artifact) = (part("group"), part("name"));
        let Wanted::Exact(version) = wanted(part("version")) else {
            bad.add(element.line());
            continue;
        };
        if !is_id(group) || !is_id(artifact) {
            bad.add(element.line());
            continue;
        }
        let archives = || element.all("artifact").filter(|one| !is_metadata(*one));
        let main = format!("{artifact}-{version}.jar");
        let Some(archive) = archives()
            .find(|one| one.attribute("name") == Some(&*main))
            .or_else(|| archives().next())
        else {
            continue;
        };
        if listing.components.len() >= MAX_COMPONENTS {
            left_out += 1;
            continue;
        }
        let name = format!("{group}:{artifact}");
        let mut component = Component::new(Ecosystem::Maven, name, version, element.line());
        component.digests = digests(archive);
        component.pinned = !component.digests.is_empty();
        listing.components.push(component);
    }
    if bad.count > 0 {
        let message = format!("{} not understood", several(bad.count, "component"));
        listing.notes.push(Note::Lost { line: Some(bad.first), message });
    }
    if left_out > 0 {
        let message = format!("{} beyond the limit", several(left_out, "package"));
        listing.notes.push(Note::Lost { line: None, message });
    }
    Ok(listing)
}

fn is_metadata(artifact: Element<'_>) -> bool {
    let name = artifact.attribute("name").unwrap_or_default();
    [".pom", ".module", ".xml"].iter().any(|end| name.ends_with(end))
}

fn digests(artifact: Element<'_>) -> Vec<Digest> {
    let mut out: Vec<Digest> = artifact
        .children()
        .filter_map(|one| {
            Digest::from_hex(Algorithm::from_name(one.name())?, one.attribute("value")?)
        })
        .collect();
    out.sort();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::super::tests::Files;
    use super::*;

    #[test]
    fn components_have_the_digest_of_their_archive() {
        let hex = "ab".repeat(32);
        let text = format!(
            "<verification-metadata><components>\n<component group='g' name='a' version='1'>\
             <artifact name='a-1.pom'><sha256 value='{}'/></artifact>\
             <artifact name='a-1.jar'><sha256 value='{hex}' origin='x'/></artifact></component>\n\
             <component group='g' name='lost' version='2'><artifact name='lost-2.pom'>\
             <sha256 value='{hex}'/></artifact></component></components></verification-metadata>",
            "cd".repeat(32)
        );
        let path = "gradle/verification-metadata.xml";
        let listing = Files::new(&[(path, &text)]).listing(read, path).unwrap();
        let [one] = &*listing.components else { panic!("{:?}", listing.components) };
        assert_eq!((&*one.name, &*one.version, one.line, one.pinned), ("g:a", "1", 2, true));
        assert_eq!(one.digests[0].hex, hex);
    }
}
