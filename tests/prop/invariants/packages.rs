//! Lockfiles, advisories, the database, versions, documents and licences: any bytes are read or refused, quickly, and what is
//! read is sound.

use super::file;
use securescan::engine::licenses;
use securescan::engine::osv::component::{Component, Ecosystem, Listing, Origin};
use securescan::engine::osv::db::Database;
use securescan::engine::osv::lock::{self, Around, File};
use securescan::engine::osv::{import, inventory, purl, reach, version};
use securescan::sbom::{self, Document, Inventory, vex};
use std::sync::Arc;

/// Nothing stands beside the file.
struct Alone;

impl Around for Alone {
    fn read(&self, _: &str) -> Option<Arc<[u8]>> {
        None
    }

    fn below(&self, _: &str) -> Vec<String> {
        Vec::new()
    }
}

/// The first line is the path, which says what kind of file it is.
pub fn lockfile(data: &[u8]) {
    let (path, bytes) = file(data);
    let around = Alone;
    if let Some(format) = inventory::format_of(&path) {
        let file = File { path: &path, bytes, around: &around };
        match (format.read)(&file) {
            Ok(listing) => sound(&listing, bytes),
            Err(broken) => assert!(!broken.message.contains(['\n', '\u{1b}']), "{broken}"),
        }
    }
}

/// What a listing promises, whatever it was read from.
fn sound(listing: &Listing, bytes: &[u8]) {
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() as u32 + 1;
    let count = listing.components.len() as u32;
    for component in &listing.components {
        assert!(!component.name.is_empty(), "{component:?}");
        assert!(component.name.len() <= lock::MAX_WORD, "{component:?}");
        assert!(component.version.len() <= lock::MAX_WORD, "{component:?}");
        assert!((1..=lines).contains(&component.line) || component.file.is_some(), "{component:?}");
        assert!(component.dependencies.is_sorted_by(|a, b| a < b), "{component:?}");
        assert!(component.dependencies.iter().all(|index| *index < count), "{component:?}");
        no_credentials(&component.origin);
        if let Some(text) = purl::of(component) {
            let parsed = purl::parse(&text);
            assert!(parsed.is_some(), "{text} does not read");
        }
    }
    for declared in &listing.declared {
        no_credentials(&declared.origin);
    }
    let parents = listing.parents();
    for index in (0..count).take(50) {
        assert!(listing.path_to(index, &parents).len() <= count as usize);
    }
}

/// A user name may stand in an address only as that of secure shell.
fn no_credentials(origin: &Origin) {
    let (Origin::OtherRegistry(address) | Origin::Git(address) | Origin::Url(address)) = origin
    else {
        return;
    };
    let Some((_, rest)) = address.split_once("://") else { return };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map(|(user, _)| user);
    assert!(user.is_none_or(|user| user == "git"), "{address}");
}

fn order(ecosystem: Ecosystem, a: &str, b: &str) -> Option<std::cmp::Ordering> {
    version::compare(ecosystem, a, b).ok()
}

/// The first line is the path of an advisory file.
pub fn advisory(data: &[u8]) {
    let (path, bytes) = file(data);
    match import::import(&path, bytes, &order) {
        Ok(import::Imported::Advisory(advisory)) => {
            assert!(!advisory.id.is_empty() && !advisory.affected.is_empty(), "{advisory:?}");
            assert!(!advisory.summary.contains(['\n', '\u{1b}']), "{advisory:?}");
            assert!(advisory.references.iter().all(|page| page.starts_with("https://")));
            for affected in &advisory.affected {
                assert_eq!(affected.name, affected.ecosystem.normalise(&affected.name));
            }
        }
        Ok(_) => {}
        Err(why) => assert!(!why.contains(['\n', '\u{1b}']), "{why}"),
    }
    _ = import::scores::Epss::read(bytes);
    _ = import::scores::Kev::read(bytes);
    if let Ok(entries) = import::zip::entries(bytes) {
        for entry in entries.iter().take(20) {
            _ = entry.read(1 << 16);
        }
    }
}

/// A database opens and answers, or says what is wrong with it.
pub fn database(data: &[u8]) {
    let Ok(database) = Database::of_vec(data.to_vec()) else { return };
    _ = database.verify();
    for ecosystem in [Ecosystem::Npm, Ecosystem::PyPi, Ecosystem::Go] {
        for name in ["leftish", "a", "golang.org/x/net"] {
            let Ok(Some(package)) = database.package(ecosystem, name) else { continue };
            for row in &package.rows {
                _ = database.details(row.advisory);
            }
        }
    }
}

/// Two lines are two versions, the third a requirement.
pub fn versions(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.lines();
    let (a, b) = (lines.next().unwrap_or_default(), lines.next().unwrap_or_default());
    let requirement = lines.next().unwrap_or_default();
    for ecosystem in Ecosystem::ALL {
        if let (Ok(a), Ok(b)) = (version::parse(*ecosystem, a), version::parse(*ecosystem, b)) {
            assert_eq!(a.cmp(&b), b.cmp(&a).reverse(), "{ecosystem} {a} {b}");
            assert!(a.cmp(&a).is_eq(), "{ecosystem} {a}");
        }
        _ = version::allows(*ecosystem, requirement, a);
    }
}

/// A document of somebody else reads or is refused; what is read can be written in every format.
pub fn sbom(data: &[u8]) {
    _ = vex::read_vex(data);
    let Ok(listing) = sbom::read(data, "bom.json") else { return };
    sound(&listing, data);
    let listings = [listing];
    let inventory = Inventory {
        name: "x",
        version: None,
        listings: &listings,
        licenses: &|component: &Component| {
            component.license.clone().map(|declared| sbom::License { declared, expression: None })
        },
        tool_version: "0",
        timestamp: None,
        vulnerabilities: &[],
    };
    for document in [Document::CycloneDx15, Document::CycloneDx16, Document::Spdx23] {
        let mut out = Vec::new();
        sbom::write(document, &inventory, &mut out).unwrap();
        let _: serde_json::Value = serde_json::from_slice(&out).unwrap();
    }
}

/// The licence a package claims, and the text of a licence file.
pub fn license(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    _ = licenses::expression::parse(&text);
    _ = licenses::detect::recognise(data);
}

/// The first line is the path of a source file.
pub fn imports(data: &[u8]) {
    let (path, bytes) = file(data);
    let text = String::from_utf8_lossy(bytes);
    let lines = text.matches(['\n', '\r']).count() as u32 + 1;
    for import in reach::imports(&path, &text) {
        assert!((1..=lines).contains(&import.line), "{import:?}");
        assert!(!import.module.is_empty(), "{import:?}");
    }
}
