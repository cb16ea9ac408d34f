//! Documents as they are written, on small listings.

use super::*;
use crate::engine::osv::component::{Algorithm, Digest, Ecosystem, Note, Origin, Scope};
use serde_json::Value;

fn component(ecosystem: Ecosystem, name: &str, version: &str, line: u32) -> Component {
    Component::new(ecosystem, name, version, line)
}

/// A lockfile with one direct package that needs another, a development tool, one from a repository and one from a
/// folder.
fn npm() -> Listing {
    let mut direct = component(Ecosystem::Npm, "@app/web", "1.0.0", 3);
    direct.direct = Some(true);
    direct.dependencies = vec![1];
    direct.license = Some("MIT".to_owned());
    let mut inner = component(Ecosystem::Npm, "left-pad", "1.3.0", 9);
    inner.direct = Some(false);
    inner.digests = Digest::from_hex(Algorithm::Sha1, &"ab".repeat(20)).into_iter().collect();
    let mut tool = component(Ecosystem::Npm, "tap", "18.0.0", 12);
    tool.direct = Some(true);
    tool.scope = Scope::Dev;
    tool.license = Some("Some licence\nof ours".to_owned());
    let mut forked = component(Ecosystem::Npm, "forked", "2.0.0", 15);
    forked.direct = Some(true);
    forked.license = Some("MIT OR Apache-2.0".to_owned());
    forked.origin = Origin::Git("https://user:example@git.example.com/forked#0a1b2c3".to_owned());
    let mut member = component(Ecosystem::Npm, "member", "", 18);
    member.direct = Some(true);
    member.origin = Origin::Path("packages/member".to_owned());
    Listing {
        path: "web/package-lock.json".to_owned(),
        format: "package-lock.json",
        project: Some(("web".to_owned(), "0.1.0".to_owned())),
        components: vec![direct, inner, tool, forked, member],
        ..Listing::default()
    }
}

/// A second lockfile that lists one package of the first, as optional and with another digest.
fn other() -> Listing {
    let mut pad = component(Ecosystem::Npm, "left-pad", "1.3.0", 4);
    pad.scope = Scope::Optional;
    pad.digests = Digest::from_hex(Algorithm::Sha256, &"cd".repeat(32)).into_iter().collect();
    Listing {
        path: "api/package-lock.json".to_owned(),
        format: "package-lock.json",
        components: vec![pad, component(Ecosystem::PyPi, "Zope.Interface", "6.0", 7)],
        notes: vec![Note::Lost { line: None, message: "half".to_owned() }],
        ..Listing::default()
    }
}

fn license(component: &Component) -> Option<License> {
    let declared = component.license.clone()?;
    let expression = (!declared.starts_with("Some")).then(|| declared.clone());
    Some(License { declared, expression })
}

fn written(document: Document, listings: &[Listing], vulnerabilities: &[Vulnerability]) -> String {
    let inventory = Inventory {
        name: "demo",
        version: Some("2.0"),
        listings,
        licenses: &license,
        tool_version: "0.3.0",
        timestamp: jiff::Timestamp::from_second(1_700_000_000).ok(),
        vulnerabilities,
    };
    let mut out = Vec::new();
    write(document, &inventory, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn json(document: Document, listings: &[Listing]) -> Value {
    serde_json::from_str(&written(document, listings, &[])).unwrap()
}

fn by<'a>(list: &'a Value, key: &str, value: &str) -> &'a Value {
    let found = list.as_array().unwrap().iter().find(|one| one[key] == value);
    found.unwrap_or_else(|| panic!("nothing has {key} {value} in {list:#}"))
}

#[test]
fn a_package_of_two_lockfiles_is_one_component_with_all_its_places_and_digests() {
    let bom = json(Document::CycloneDx16, &[npm(), other()]);
    let pad = by(&bom["components"], "bom-ref", "pkg:npm/left-pad@1.3.0");
    assert_eq!(pad["scope"], "required");
    assert_eq!(pad["hashes"].as_array().unwrap().len(), 2);
    let places = &pad["evidence"]["occurrences"];
    assert_eq!(places[0]["location"], "api/package-lock.json");
    assert_eq!(places[0]["line"], 4);
    assert_eq!(places[1]["location"], "web/package-lock.json");
}

#[test]
fn the_parts_of_a_component_stand_where_the_format_wants_them() {
    let bom = json(Document::CycloneDx16, &[npm()]);
    let components = &bom["components"];
    let web = by(components, "bom-ref", "pkg:npm/%40app/web@1.0.0");
    assert_eq!((&web["group"], &web["name"]), (&"@app".into(), &"web".into()));
    assert_eq!(web["licenses"][0]["license"]["id"], "MIT");
    assert_eq!(web["licenses"][0]["license"]["acknowledgement"], "declared");
    let tap = by(components, "name", "tap");
    assert_eq!(tap["scope"], "excluded");
    assert_eq!(tap["licenses"][0]["license"]["name"], "Some licence");
    let forked = by(components, "name", "forked");
    assert_eq!(forked["licenses"][0]["expression"], "MIT OR Apache-2.0");
    assert_eq!(forked["externalReferences"][0]["url"], "https://git.example.com/forked#0a1b2c3");
    let member = by(components, "name", "member");
    assert_eq!(member.get("purl"), None);
    assert_eq!(member.get("version"), None);
    let old = json(Document::CycloneDx15, &[npm()]);
    let web = by(&old["components"], "name", "web");
    assert_eq!(web["evidence"]["occurrences"][0]["location"], "web/package-lock.json#L3");
    assert_eq!(web["licenses"][0]["license"].get("acknowledgement"), None);
}

#[test]
fn the_root_leads_to_direct_packages_and_they_to_others() {
    let bom = json(Document::CycloneDx15, &[npm()]);
    let needs = |reference: &str| by(&bom["dependencies"], "ref", reference)["dependsOn"].clone();
    assert_eq!(
        needs("root:demo"),
        serde_json::json!([
            "local:npm/member#packages/member",
            "pkg:npm/%40app/web@1.0.0",
            "pkg:npm/forked@2.0.0?vcs_url=git%2Bhttps:%2F%2Fgit.example.com%2Fforked%400a1b2c3",
            "pkg:npm/tap@18.0.0"
        ])
    );
    assert_eq!(needs("pkg:npm/%40app/web@1.0.0"), serde_json::json!(["pkg:npm/left-pad@1.3.0"]));
    assert_eq!(bom.get("compositions"), None);
}

#[test]
fn several_lockfiles_stand_between_the_root_and_their_packages() {
    let bom = json(Document::CycloneDx15, &[npm(), other()]);
    let root = by(&bom["dependencies"], "ref", "root:demo");
    assert_eq!(
        root["dependsOn"],
        serde_json::json!(["file:api/package-lock.json", "file:web/package-lock.json"])
    );
    let web = by(&bom["components"], "bom-ref", "file:web/package-lock.json");
    assert_eq!((&web["name"], &web["type"]), (&"web".into(), &"application".into()));
    // What was not read whole is said to be so.
    assert_eq!(bom["compositions"][0]["aggregate"], "incomplete");
    assert_eq!(
        bom["compositions"][0]["dependencies"],
        serde_json::json!(["file:api/package-lock.json"])
    );
}

#[test]
fn packages_that_nothing_leads_to_make_the_graph_incomplete_and_are_not_called_direct() {
    let mut listing = npm();
    listing.components[0].dependencies.clear();
    let bom = json(Document::CycloneDx15, &[listing]);
    assert_eq!(bom["compositions"][0]["dependencies"], serde_json::json!(["root:demo"]));
    let root = by(&bom["dependencies"], "ref", "root:demo");
    assert!(!root["dependsOn"].as_array().unwrap().contains(&"pkg:npm/left-pad@1.3.0".into()));
}

#[test]
fn the_same_inventory_gives_the_same_bytes_in_any_order_and_its_time_is_no_part_of_its_number() {
    for document in [Document::CycloneDx15, Document::CycloneDx16, Document::Spdx23] {
        let text = written(document, &[npm(), other()], &[]);
        assert_eq!(text, written(document, &[other(), npm()], &[]));
        assert_ne!(text, written(document, &[other()], &[]));
        assert!(text.ends_with("}\n"));
        assert!(!text.contains("example@git"), "a password left the program");
        let other = npm();
        let inventory = Inventory {
            name: "demo",
            version: None,
            listings: std::slice::from_ref(&other),
            licenses: &license,
            tool_version: "0.3.0",
            timestamp: None,
            vulnerabilities: &[],
        };
        let later = Inventory { timestamp: jiff::Timestamp::from_second(9).ok(), ..inventory };
        let number = |inventory: &Inventory<'_>| {
            let mut out = Vec::new();
            write(document, inventory, &mut out).unwrap();
            let value: Value = serde_json::from_slice(&out).unwrap();
            let number = value.get("serialNumber").or_else(|| value.get("documentNamespace"));
            number.unwrap().as_str().unwrap().to_owned()
        };
        assert_eq!(number(&inventory), number(&later));
    }
}

#[test]
fn spdx_has_the_packages_their_licences_and_what_they_are_needed_for() {
    let document = json(Document::Spdx23, &[npm()]);
    let packages = &document["packages"];
    let forked = by(packages, "name", "forked");
    assert_eq!(forked["licenseDeclared"], "MIT OR Apache-2.0");
    assert_eq!(forked["downloadLocation"], "git+https://git.example.com/forked@0a1b2c3");
    assert_eq!(forked["sourceInfo"], "listed in web/package-lock.json:15");
    let tap = by(packages, "name", "tap");
    assert_eq!(tap["licenseDeclared"], "NOASSERTION");
    assert_eq!(tap["licenseComments"], "declared as: Some licence");
    assert_eq!(tap["externalRefs"][0]["referenceLocator"], "pkg:npm/tap@18.0.0");
    let pad = by(packages, "name", "left-pad");
    assert_eq!(pad["checksums"][0]["algorithm"], "SHA1");
    let root = by(packages, "name", "demo");
    let related = &document["relationships"];
    let dev = by(related, "relationshipType", "DEV_DEPENDENCY_OF");
    assert_eq!(
        (&dev["spdxElementId"], &dev["relatedSpdxElement"]),
        (&tap["SPDXID"], &root["SPDXID"])
    );
    assert_eq!(
        by(related, "relatedSpdxElement", pad["SPDXID"].as_str().unwrap())["relationshipType"],
        "DEPENDS_ON"
    );
    assert_eq!(document["creationInfo"]["created"], "2023-11-14T22:13:20Z");
}

#[test]
fn own_licence_ids_are_explained_in_spdx() {
    let mut listing = npm();
    listing.components[0].license = Some("LicenseRef-ours AND MIT".to_owned());
    let document = json(Document::Spdx23, &[listing]);
    assert_eq!(document["hasExtractedLicensingInfos"][0]["licenseId"], "LicenseRef-ours");
}

#[test]
fn a_vulnerability_of_two_packages_is_one_entry_that_names_both() {
    let one = Vulnerability {
        id: "GHSA-1".to_owned(),
        aliases: vec!["CVE-2024-1".to_owned(), "GHSA-1".to_owned()],
        purl: "pkg:npm/left-pad@1.3.0".to_owned(),
        severity: Some(Severity::High),
        score: Some(75),
        vector: Some("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N".to_owned()),
        cwes: vec!["CWE-79".to_owned(), "CWE-x".to_owned()],
        ..Vulnerability::default()
    };
    let two = Vulnerability { purl: "pkg:npm/tap@18.0.0".to_owned(), ..one.clone() };
    let text = written(Document::CycloneDx16, &[npm()], &[two, one]);
    let bom: Value = serde_json::from_str(&text).unwrap();
    let entries = bom["vulnerabilities"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["affects"].as_array().unwrap().len(), 2);
    assert_eq!(entries[0]["ratings"][0]["method"], "CVSSv31");
    assert_eq!(entries[0]["ratings"][0]["score"], 7.5);
    assert_eq!(entries[0]["cwes"], serde_json::json!([79]));
    assert_eq!(entries[0]["references"][0]["id"], "CVE-2024-1");
    assert_eq!(entries[0]["references"].as_array().unwrap().len(), 1);
}

#[test]
fn the_project_of_a_lockfile_is_not_listed_as_its_own_dependency() {
    let mut own = component(Ecosystem::CratesIo, "web", "0.1.0", 2);
    own.origin = Origin::Path(String::new());
    own.dependencies = vec![1];
    let mut listing = npm();
    let mut needed = component(Ecosystem::CratesIo, "libc", "0.2.0", 5);
    needed.direct = None;
    listing.components = vec![own, needed];
    let bom = json(Document::CycloneDx15, &[listing]);
    assert_eq!(bom["components"].as_array().unwrap().len(), 1);
    let root = by(&bom["dependencies"], "ref", "root:demo");
    assert_eq!(root["dependsOn"], serde_json::json!(["pkg:cargo/libc@0.2.0"]));
}

#[test]
fn what_is_written_is_read_back() {
    for document in [Document::CycloneDx15, Document::CycloneDx16, Document::Spdx23] {
        let text = written(document, &[npm()], &[]);
        let listing = read(text.as_bytes(), "bom.json").unwrap();
        assert_eq!(listing.project, Some(("demo".to_owned(), "2.0".to_owned())), "{document:?}");
        let found: Vec<_> = listing
            .components
            .iter()
            .map(|c| (c.name.as_str(), c.version.as_str(), c.scope, c.direct))
            .collect();
        let mut expected = vec![
            ("@app/web", "1.0.0", Scope::Runtime, Some(true)),
            ("forked", "2.0.0", Scope::Runtime, Some(true)),
            ("left-pad", "1.3.0", Scope::Runtime, Some(false)),
            ("tap", "18.0.0", Scope::Dev, Some(true)),
        ];
        let mut found = found;
        found.sort_unstable();
        expected.sort_unstable();
        assert_eq!(found, expected, "{document:?}");
        let forked = listing.components.iter().find(|c| c.name == "forked").unwrap();
        assert!(matches!(&forked.origin, Origin::Git(url) if url.ends_with("@0a1b2c3")));
        // The folder beside the project has no package URL.
        let lost = |note: &Note| matches!(note, Note::Lost { message, .. } if message.contains("no package URL"));
        assert!(listing.notes.iter().any(lost), "{document:?}: {:?}", listing.notes);
    }
}

#[test]
fn an_empty_inventory_is_a_valid_document() {
    let bom = json(Document::CycloneDx15, &[]);
    assert_eq!(bom["components"], serde_json::json!([]));
    assert_eq!(bom["dependencies"][0]["ref"], "root:demo");
    let spdx = json(Document::Spdx23, &[]);
    assert_eq!(spdx["packages"].as_array().unwrap().len(), 1);
}
