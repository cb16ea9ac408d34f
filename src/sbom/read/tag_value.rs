//! SPDX 2.0 to 2.3 as tags and values, one a line.

use super::spdx::{self, Found};
use super::{Broken, Listing, spdx_version};

/// Whether a text is such a document: its first lines name the version.
pub(super) fn is_one(text: &str) -> bool {
    text.lines().take(200).any(|line| line.trim_start().starts_with("SPDXVersion:"))
}

/// What the tags at hand belong to.
enum Section {
    Document,
    Package,
    Other,
}

/// Reads the document.
pub(super) fn read(text: &str) -> Result<Listing, Broken> {
    let mut packages: Vec<Found> = Vec::new();
    let mut related = Vec::new();
    let mut broken = Vec::new();
    let mut section = Section::Document;
    let (mut declared, mut concluded) = (String::new(), String::new());
    let mut open = None;
    let close = |packages: &mut Vec<Found>, declared: &mut String, concluded: &mut String| {
        if let Some(package) = packages.last_mut() {
            let license = spdx::license(std::mem::take(declared), std::mem::take(concluded));
            package.license = package.license.take().or(license);
        }
    };
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if open.is_some() {
            if line.contains("</text>") {
                open = None;
            }
            continue;
        }
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((tag, value)) = line.split_once(':') else {
            broken.push(number);
            continue;
        };
        let value = value.trim();
        if value.starts_with("<text>") && !value.contains("</text>") {
            open = Some(number);
            continue;
        }
        match (tag, &section) {
            ("SPDXVersion", _) => spdx_version(value)?,
            ("PackageName", _) => {
                close(&mut packages, &mut declared, &mut concluded);
                section = Section::Package;
                packages.push(Found { name: value.to_owned(), line: number, ..Found::default() });
            }
            ("FileName" | "SnippetSPDXID" | "LicenseID", _) => section = Section::Other,
            ("Relationship", _) => {
                let words: Vec<&str> = value.split_whitespace().collect();
                match words[..] {
                    [from, kind, to] => {
                        related.push((from.to_owned(), kind.to_owned(), to.to_owned()));
                    }
                    _ => broken.push(number),
                }
            }
            (tag, Section::Package) => {
                let Some(package) = packages.last_mut() else { continue };
                match tag {
                    "SPDXID" => value.clone_into(&mut package.id),
                    "PackageVersion" => value.clone_into(&mut package.version),
                    "PrimaryPackagePurpose" => value.clone_into(&mut package.purpose),
                    "PackageLicenseDeclared" => value.clone_into(&mut declared),
                    "PackageLicenseConcluded" => value.clone_into(&mut concluded),
                    "PackageChecksum" => match value.split_once(':') {
                        Some((algorithm, hex)) => {
                            let pair = (algorithm.trim().to_owned(), hex.trim().to_owned());
                            package.digests.push(pair);
                        }
                        None => broken.push(number),
                    },
                    "ExternalRef" => {
                        let mut words = value.split_whitespace().skip(1);
                        if words.next().is_some_and(spdx::is_purl) && package.purl.is_empty() {
                            words.next().unwrap_or_default().clone_into(&mut package.purl);
                        }
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    close(&mut packages, &mut declared, &mut concluded);
    if let Some(line) = open {
        return Err(Broken::at(line, "a text that does not end"));
    }
    Ok(spdx::build(packages, &related, &broken))
}
