//! Lists of packages as documents (`CycloneDX`, SPDX, VEX), out and in. Takes listings and gives bytes, or the other
//! way round; knows no advisory database, no file system and no clock.

mod cyclonedx;
mod license;
mod merge;
pub mod read;
mod spdx;
pub mod vex;

pub use read::read;
pub use vex::{Justification, Statement, Status, read_vex};

use crate::engine::osv::component::{Component, Listing};
use crate::finding::Severity;
use sha2::{Digest as _, Sha256};
use std::io;

/// A kind of document that can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Document {
    /// `CycloneDX` 1.5, JSON.
    CycloneDx15,
    /// `CycloneDX` 1.6, JSON.
    CycloneDx16,
    /// SPDX 2.3, JSON.
    Spdx23,
}

/// What a document is about.
#[derive(Clone, Copy)]
pub struct Inventory<'a> {
    /// Name of what was looked at: the repository, the folder.
    pub name: &'a str,
    /// Its version, if anybody knows.
    pub version: Option<&'a str>,
    /// What its files list.
    pub listings: &'a [Listing],
    /// The licence of a component.
    pub licenses: &'a dyn Fn(&Component) -> Option<License>,
    /// Version of this program.
    pub tool_version: &'a str,
    /// When the document is made. SPDX demands a time: without one it says 1970.
    pub timestamp: Option<jiff::Timestamp>,
    /// What is known against the packages. SPDX documents leave it out.
    pub vulnerabilities: &'a [Vulnerability],
}

impl std::fmt::Debug for Inventory<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inventory")
            .field("name", &self.name)
            .field("version", &self.version)
            .field("listings", &self.listings.len())
            .field("vulnerabilities", &self.vulnerabilities.len())
            .finish_non_exhaustive()
    }
}

/// A licence as found, and what it means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct License {
    /// The words of whoever made the package.
    pub declared: String,
    /// The same as a valid SPDX expression, where it can be said in one.
    pub expression: Option<String>,
}

/// One advisory that concerns one package of the inventory.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Vulnerability {
    /// Id in the database it comes from.
    pub id: String,
    /// Its other ids.
    pub aliases: Vec<String>,
    /// The package, as [`crate::engine::osv::purl::of`] writes it.
    pub purl: String,
    /// How severe it is; `None` for unknown.
    pub severity: Option<Severity>,
    /// CVSS base score in tenths, 98 for 9.8.
    pub score: Option<u16>,
    /// CVSS vector.
    pub vector: Option<String>,
    /// `CWE-n`.
    pub cwes: Vec<String>,
    /// One line or more.
    pub description: String,
    /// What to do.
    pub recommendation: String,
    /// What somebody made of it.
    pub analysis: Option<Analysis>,
}

/// A verdict about one vulnerability in one package.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Analysis {
    /// The verdict.
    pub status: Status,
    /// Why it does not concern the project.
    pub justification: Option<Justification>,
    /// The same in words.
    pub detail: String,
}

/// Writes a document. The same inventory gives the same bytes.
pub fn write(
    format: Document,
    inventory: &Inventory<'_>,
    out: &mut dyn io::Write,
) -> io::Result<()> {
    let merged = merge::merge(inventory);
    match format {
        Document::CycloneDx15 => {
            put(&cyclonedx::bom(cyclonedx::Version::V15, inventory, &merged)?, out)
        }
        Document::CycloneDx16 => {
            put(&cyclonedx::bom(cyclonedx::Version::V16, inventory, &merged)?, out)
        }
        Document::Spdx23 => put(&spdx::document(inventory, &merged)?, out),
    }
}

/// Pretty JSON with a line break at its end, safe to print.
fn put(document: &impl serde::Serialize, out: &mut dyn io::Write) -> io::Result<()> {
    let text = serde_json::to_string_pretty(document)?;
    out.write_all(crate::text::escape::json(&text).as_bytes())?;
    out.write_all(b"\n")
}

/// A UUID made from what is serialised: version 8 of RFC 9562, a SHA-256 with version and variant set.
fn uuid(content: &impl serde::Serialize) -> io::Result<String> {
    let digest = digest(content)?;
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = crate::text::hex(&bytes);
    let parts = [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]];
    Ok(parts.join("-"))
}

fn digest(content: &impl serde::Serialize) -> io::Result<[u8; 32]> {
    struct Feed(Sha256);
    impl io::Write for Feed {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.update(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut feed = Feed(Sha256::new());
    serde_json::to_writer(&mut feed, content)?;
    Ok(feed.0.finalize().into())
}

/// A moment as both formats want it: UTC, whole seconds.
fn time(moment: jiff::Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

#[cfg(test)]
mod tests;
