//! Documents of other tools, small ones of each kind.

use super::*;
use crate::engine::osv::component::{Ecosystem, Origin};
use serde_json::json;

fn listing(text: &str) -> Listing {
    read(text.as_bytes(), "bom").unwrap()
}

fn names(listing: &Listing) -> Vec<(&str, &str, Option<bool>)> {
    listing
        .components
        .iter()
        .map(|one| (one.name.as_str(), one.version.as_str(), one.direct))
        .collect()
}

fn lost(listing: &Listing) -> Vec<String> {
    listing
        .notes
        .iter()
        .map(|note| match note {
            Note::Lost { message, .. } | Note::Unresolved { message, .. } => message.clone(),
        })
        .collect()
}

const CYCLONEDX: &str = r#"{
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "metadata": { "component": { "bom-ref": "app", "type": "application", "name": "shop", "version": "2" } },
  "components": [
    { "type": "application", "bom-ref": "lock", "name": "package-lock.json" },
    { "type": "library", "bom-ref": "a", "name": "a", "version": "1.0.0", "purl": "pkg:npm/a@1.0.0",
      "licenses": [ { "license": { "id": "MIT" } }, { "license": { "name": "X OR Y" } } ],
      "hashes": [ { "alg": "SHA-1", "content": "abababababababababababababababababababab" },
                  { "alg": "SHA-1", "content": "no digest" } ],
      "components": [
        { "type": "library", "bom-ref": "b", "name": "b", "version": "2.0.0", "purl": "pkg:npm/b@2.0.0",
          "scope": "optional" }
      ] },
    { "type": "library", "bom-ref": "d", "name": "libc6", "purl": "pkg:deb/debian/libc6@2.31" },
    { "type": "library", "name": "nameless" },
    { "type": "library", "name": "odd", "version": 5 },
    { "type": "library", "name": "range", "purl": "pkg:npm/c" }
  ],
  "dependencies": [
    { "ref": "app", "dependsOn": [ "lock" ] },
    { "ref": "lock", "dependsOn": [ "a" ] },
    { "ref": "a", "dependsOn": [ "b", "b", "a", "nobody" ] }
  ]
}"#;

#[test]
fn a_cyclonedx_document_gives_packages_with_their_lines_and_graph() {
    let listing = listing(CYCLONEDX);
    assert_eq!(listing.project, Some(("shop".to_owned(), "2".to_owned())));
    assert_eq!(
        names(&listing),
        [("a", "1.0.0", Some(true)), ("b", "2.0.0", Some(false)), ("c", "", None)]
    );
    let lines: Vec<u32> = listing.components.iter().map(|one| one.line).collect();
    assert_eq!(lines, [7, 12, 18]);
    let a = &listing.components[0];
    assert_eq!(a.license.as_deref(), Some("MIT AND (X OR Y)"));
    assert_eq!(a.digests.len(), 1);
    assert_eq!(a.dependencies, [1]);
    assert_eq!(listing.components[1].scope, Scope::Optional);
    assert_eq!(
        lost(&listing),
        [
            "1 packages of other kinds than are looked at (1 deb)",
            "1 packages have no package URL",
            "1 entries or package URLs could not be read",
            "1 packages have no version",
        ]
    );
    assert!(matches!(listing.notes[0], Note::Lost { line: Some(15), .. }));
}

#[test]
fn cyclonedx_xml_says_the_same_as_json() {
    let text = r#"<?xml version="1.0"?>
<bom xmlns="http://cyclonedx.org/schema/bom/1.5" version="1">
  <metadata>
    <tools><components><component type="application"><name>tool</name><purl>pkg:npm/tool@1</purl></component></components></tools>
    <component type="application" bom-ref="app"><name>shop</name><version>2</version></component>
  </metadata>
  <components>
    <component type="library" bom-ref="a">
      <name>a</name><version>1.0.0</version>
      <hashes><hash alg="SHA-1">abababababababababababababababababababab</hash></hashes>
      <licenses><license><id>MIT</id></license><license><name>X OR Y</name></license></licenses>
      <purl>pkg:npm/a@1.0.0?x=1&amp;y=2</purl>
      <properties><property name="cdx:npm:package:development">true</property></properties>
      <components>
        <component type="library" bom-ref="b"><name>b</name><version>2.0.0</version><purl>pkg:npm/b@2.0.0</purl></component>
      </components>
    </component>
    <component type="library"><name>nameless</name></component>
  </components>
  <dependencies>
    <dependency ref="app"><dependency ref="a"/></dependency>
    <dependency ref="a"><dependency ref="b"/></dependency>
  </dependencies>
</bom>"#;
    let listing = listing(text);
    assert_eq!(listing.project, Some(("shop".to_owned(), "2".to_owned())));
    let mut found = names(&listing);
    found.sort_unstable();
    assert_eq!(found, [("a", "1.0.0", Some(true)), ("b", "2.0.0", Some(false))]);
    let a = listing.components.iter().find(|one| one.name == "a").unwrap();
    assert_eq!((a.line, a.scope, a.digests.len()), (8, Scope::Dev, 1));
    assert_eq!(a.license.as_deref(), Some("MIT AND (X OR Y)"));
    assert_eq!(lost(&listing), ["1 packages have no package URL"]);
}

#[test]
fn an_spdx_document_is_read_in_json_and_in_tags() {
    let text = json!({
        "spdxVersion": "SPDX-2.3",
        "documentDescribes": ["SPDXRef-root"],
        "packages": [
            { "SPDXID": "SPDXRef-root", "name": "shop", "versionInfo": "2" },
            { "SPDXID": "SPDXRef-lock", "name": "lock", "primaryPackagePurpose": "APPLICATION" },
            { "SPDXID": "SPDXRef-a", "name": "a", "versionInfo": "1.0.0", "licenseDeclared": "NOASSERTION",
              "licenseConcluded": "MIT", "externalRefs": [
                { "referenceCategory": "SECURITY", "referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:a" },
                { "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/a@1.0.0" } ] },
            { "SPDXID": "SPDXRef-b", "name": "b", "externalRefs": [
                { "referenceCategory": "PACKAGE_MANAGER", "referenceType": "http://spdx.org/rdf/references/purl",
                  "referenceLocator": "pkg:npm/b@2.0.0" } ] },
            { "SPDXID": "SPDXRef-c", "name": "c", "externalRefs": [
                { "referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": "pkg:npm/c@3.0.0" } ] }
        ],
        "relationships": [
            { "spdxElementId": "SPDXRef-root", "relationshipType": "CONTAINS", "relatedSpdxElement": "SPDXRef-lock" },
            { "spdxElementId": "SPDXRef-lock", "relationshipType": "DEPENDS_ON", "relatedSpdxElement": "SPDXRef-a" },
            { "spdxElementId": "SPDXRef-b", "relationshipType": "DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-a" },
            { "spdxElementId": "SPDXRef-c", "relationshipType": "DEV_DEPENDENCY_OF", "relatedSpdxElement": "SPDXRef-lock" }
        ]
    });
    let tags = "SPDXVersion: SPDX-2.2
# a remark
DocumentName: shop
PackageName: shop
SPDXID: SPDXRef-root
PackageVersion: 2
PackageComment: <text>two
PackageName: not one
</text>
PackageName: lock
SPDXID: SPDXRef-lock
PrimaryPackagePurpose: APPLICATION
PackageName: a
SPDXID: SPDXRef-a
PackageVersion: 1.0.0
PackageLicenseConcluded: MIT
PackageLicenseDeclared: NOASSERTION
ExternalRef: SECURITY cpe23Type cpe:2.3:a
ExternalRef: PACKAGE-MANAGER purl pkg:npm/a@1.0.0
PackageName: b
SPDXID: SPDXRef-b
ExternalRef: PACKAGE-MANAGER purl pkg:npm/b@2.0.0
PackageName: c
SPDXID: SPDXRef-c
ExternalRef: PACKAGE-MANAGER purl pkg:npm/c@3.0.0
FileName: ./x
SPDXID: SPDXRef-file
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-root
Relationship: SPDXRef-root CONTAINS SPDXRef-lock
Relationship: SPDXRef-lock DEPENDS_ON SPDXRef-a
Relationship: SPDXRef-b DEPENDENCY_OF SPDXRef-a
Relationship: SPDXRef-c DEV_DEPENDENCY_OF SPDXRef-lock
";
    for (text, line) in [(text.to_string(), 1), (tags.to_owned(), 13)] {
        let listing = listing(&text);
        assert_eq!(listing.project, Some(("shop".to_owned(), "2".to_owned())));
        assert_eq!(
            names(&listing),
            [("a", "1.0.0", Some(true)), ("b", "2.0.0", Some(false)), ("c", "3.0.0", Some(true))]
        );
        assert_eq!(listing.components[0].license.as_deref(), Some("MIT"));
        assert_eq!(listing.components[0].line, line);
        assert_eq!(listing.components[2].scope, Scope::Dev);
        assert_eq!(lost(&listing), Vec::<String>::new());
    }
}

#[test]
fn being_contained_makes_nothing_a_direct_dependency() {
    let text = json!({
        "spdxVersion": "SPDX-2.3",
        "documentDescribes": ["r"],
        "packages": [
            { "SPDXID": "r", "name": "image" },
            { "SPDXID": "a", "name": "a", "externalRefs": [
                { "referenceType": "purl", "referenceLocator": "pkg:npm/a@1" } ] }
        ],
        "relationships": [{ "spdxElementId": "r", "relationshipType": "CONTAINS", "relatedSpdxElement": "a" }]
    });
    assert_eq!(names(&listing(&text.to_string())), [("a", "1", None)]);
}

#[test]
fn an_export_wrapped_by_a_code_host_is_read_with_its_lines() {
    let text = "{\"sbom\": {\n\"spdxVersion\": \"SPDX-2.3\",\n\"packages\": [\n{\"SPDXID\": \"a\", \"name\": \"a\", \
        \"externalRefs\": [{\"referenceType\": \"purl\", \"referenceLocator\": \"pkg:npm/a@1\"}]}]}}";
    let listing = listing(text);
    assert_eq!(listing.components[0].line, 4);
}

#[test]
fn spdx_3_packages_are_found_in_the_graph() {
    let text = json!({
        "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
        "@graph": [
            { "type": "SpdxDocument", "spdxId": "doc", "rootElement": ["sbom"] },
            { "type": "software_Sbom", "spdxId": "sbom", "rootElement": ["root"] },
            { "type": "software_Package", "spdxId": "root", "name": "shop", "software_packageVersion": "2" },
            { "type": "software_Package", "spdxId": "a", "name": "a", "software_packageUrl": "pkg:npm/a@1" },
            { "type": "software_Package", "spdxId": "b", "name": "b", "externalIdentifier": [
                { "type": "ExternalIdentifier", "externalIdentifierType": "packageUrl", "identifier": "pkg:npm/b@2" } ] },
            { "type": "LifecycleScopedRelationship", "spdxId": "r1", "from": "root", "to": ["a"],
              "relationshipType": "dependsOn", "scope": "development" },
            { "type": "Relationship", "spdxId": "r2", "from": "a", "to": ["b"], "relationshipType": "dependsOn" }
        ]
    });
    let listing = listing(&text.to_string());
    assert_eq!(listing.project, Some(("shop".to_owned(), "2".to_owned())));
    assert_eq!(names(&listing), [("a", "1", Some(true)), ("b", "2", Some(false))]);
    assert_eq!(listing.components[0].scope, Scope::Dev);
}

#[test]
fn an_spdx_3_document_that_leaves_the_reader_no_graph_is_broken() {
    let text = "{\"@context\": \"https://spdx.org/rdf/3.0.1/spdx-context.jsonld\"}";
    assert!(read(text.as_bytes(), "x").is_err());
}

#[test]
fn syft_artifacts_are_listed_with_what_depends_on_what() {
    let text = json!({
        "artifacts": [
            { "id": "1", "name": "a", "version": "1", "purl": "pkg:npm/a@1",
              "licenses": [{ "value": "MIT", "spdxExpression": "MIT" }] },
            { "id": "2", "name": "b", "version": "2", "purl": "pkg:npm/b@2", "licenses": ["ISC"] },
            { "id": "3", "name": "x", "version": "2", "purl": "" }
        ],
        "artifactRelationships": [
            { "parent": "2", "child": "1", "type": "dependency-of" },
            { "parent": "s", "child": "1", "type": "contains" }
        ],
        "source": { "name": "/app", "version": "1" },
        "descriptor": { "name": "syft" }
    });
    let listing = listing(&text.to_string());
    assert_eq!(names(&listing), [("a", "1", None), ("b", "2", None)]);
    assert_eq!(listing.components[0].dependencies, [1]);
    assert_eq!(listing.components[1].license.as_deref(), Some("ISC"));
    assert_eq!(lost(&listing), ["1 packages have no package URL"]);
}

#[test]
fn the_origin_of_a_package_is_that_of_its_package_url() {
    let text = CYCLONEDX.replace(
        "pkg:npm/a@1.0.0",
        "pkg:npm/a@1.0.0?repository_url=https://u:example@npm.example.com",
    );
    let origin = &listing(&text).components[0].origin;
    assert_eq!(*origin, Origin::OtherRegistry("https://npm.example.com".to_owned()));
    assert_eq!(listing(&text).components[0].ecosystem, Ecosystem::Npm);
}

#[test]
fn what_is_not_known_is_refused_by_name() {
    for (text, expected) in [
        (CYCLONEDX.replace("1.5", "9.9"), "version 9.9 of CycloneDX is not known"),
        (CYCLONEDX.replace("\"1.5\"", "null"), "CycloneDX document without a version"),
        ("{\"spdxVersion\":\"SPDX-9.1\"}".to_owned(), "version 9.1 of SPDX is not known"),
        ("SPDXVersion: SPDX-1.0\n".to_owned(), "version 1.0 of SPDX is not known"),
        ("{}".to_owned(), "no known list of packages (CycloneDX, SPDX, syft)"),
        ("hello".to_owned(), "no known list of packages (CycloneDX, SPDX, syft)"),
        (String::new(), "no known list of packages (CycloneDX, SPDX, syft)"),
        ("<html></html>".to_owned(), "no known list of packages (CycloneDX, SPDX, syft)"),
        (
            "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\"><a>".to_owned(),
            "the XML text ends too early",
        ),
        ("<bom/>".to_owned(), "CycloneDX document without a version"),
        (CYCLONEDX[..300].to_owned(), "line 7: the JSON text ends too early"),
    ] {
        let broken = read(text.as_bytes(), "x").unwrap_err().to_string();
        assert_eq!(broken, expected);
    }
    let secret = CYCLONEDX.replace("1.5", "example-secret-version");
    let broken = read(secret.as_bytes(), "x").unwrap_err().to_string();
    assert!(!broken.contains("example"), "{broken}");
}

#[test]
fn hostile_nesting_and_size_are_bounded() {
    let start = std::time::Instant::now();
    let head = "{\"bomFormat\":\"CycloneDX\",\"specVersion\":\"1.5\",\"components\":[";
    let deep = format!("{head}{}{}]}}", "{\"components\":[".repeat(200_000), "]}".repeat(200_000));
    let read_deep = read(deep.as_bytes(), "x");
    assert!(read_deep.map_or(true, |listing| !listing.notes.is_empty()));
    let xml = format!(
        "<bom xmlns=\"http://cyclonedx.org/schema/bom/1.5\">{}",
        "<component>".repeat(200_000)
    );
    assert!(read(xml.as_bytes(), "x").is_err());
    let wide = format!(
        "{head}{}null]}}",
        "{\"type\":\"library\",\"purl\":\"pkg:npm/a@1\"},".repeat(MAX_COMPONENTS + 5)
    );
    let wide = read(wide.as_bytes(), "x").unwrap();
    assert_eq!(wide.components.len(), MAX_COMPONENTS);
    assert_eq!(wide.notes.len(), 2);
    // Thousands of entries with one id, and edges between them.
    let same = "{\"bom-ref\":\"a\",\"purl\":\"pkg:npm/a@1\"},".repeat(50_000);
    let edges = "{\"ref\":\"a\",\"dependsOn\":[\"a\",\"b\"]},".repeat(50_000);
    let text = format!("{head}{same}null],\"dependencies\":[{edges}{{}}]}}");
    assert!(read(text.as_bytes(), "x").is_ok());
    assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
}

proptest::proptest! {
    #[test]
    fn damaged_documents_are_read_or_refused_without_harm(at in 0..1000_usize, byte: u8) {
        let mut bytes = CYCLONEDX.as_bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] = byte;
        _ = read(&bytes, "x");
        _ = read(&bytes[..at], "x");
        _ = super::super::read_vex(&bytes);
    }
}
