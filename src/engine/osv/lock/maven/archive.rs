//! Reads what Java archives say of themselves: `META-INF/maven/*/*/pom.properties` (several, where packages were merged
//! into one archive), else the manifest together with the name of the file; and the same of archives in them, two deep
//! (an `ear` holds a `war` that holds its libraries). Knows no class and no digest of a published archive.

use super::super::super::component::{Component, Digest, Ecosystem, Listing, Note};
use super::super::{Broken, File, MAX_COMPONENTS};
use super::zip::{Archive, Entry, Failure};
use super::{Wanted, is_id, wanted};
use sha1::{Digest as _, Sha1};
use std::collections::BTreeSet;

/// Bytes of one text that are unpacked.
const MAX_TEXT: usize = 256 << 10;
/// Bytes of one archive in the archive that are unpacked.
const MAX_INNER: usize = 32 << 20;
/// Bytes that are unpacked for one file.
const MAX_UNPACKED: usize = 64 << 20;
/// Archives in archives.
const MAX_DEPTH: usize = 2;

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let archive = Archive::open(file.bytes)?;
    let mut out = Reading {
        listing: Listing { path: file.path.to_owned(), format: "jar", ..Listing::default() },
        seen: BTreeSet::new(),
        left: MAX_UNPACKED,
        stored: file.bytes.len().saturating_mul(2).saturating_add(MAX_UNPACKED),
        unread: 0,
        large: 0,
        nameless: 0,
        guessed: 0,
        left_out: 0,
    };
    out.archive(file.path, file.bytes, &archive, 0);
    Ok(out.end())
}

struct Reading {
    listing: Listing,
    seen: BTreeSet<(String, String)>,
    /// Bytes that may still be unpacked.
    left: usize,
    /// Bytes of entries that are stored as they are that may still be looked at. Honest ones come to no more than the
    /// file twice; broken ones share their bytes.
    stored: usize,
    unread: usize,
    large: usize,
    nameless: usize,
    guessed: usize,
    left_out: usize,
}

/// Group, artifact and version.
type Coordinates = (String, String, String);

impl Reading {
    fn archive(&mut self, path: &str, bytes: &[u8], archive: &Archive<'_>, depth: usize) {
        let mut found = Vec::new();
        let mut manifest = None;
        for entry in &archive.entries {
            if is_properties(entry.name) {
                let text = self.unpack(archive, entry, MAX_TEXT);
                let text = text.filter(|text| text.len() <= MAX_TEXT);
                match text.as_deref().and_then(properties) {
                    Some(coordinates) => found.push(coordinates),
                    // One that cannot be unpacked is counted already.
                    None => self.unread += usize::from(text.is_some()),
                }
            } else if entry.name.eq_ignore_ascii_case("META-INF/MANIFEST.MF") && manifest.is_none()
            {
                manifest = self.unpack(archive, entry, MAX_TEXT);
                manifest = manifest.filter(|text| text.len() <= MAX_TEXT);
            }
        }
        if archive.cut {
            self.large += 1;
        }
        let stem = stem(path);
        let own = found.iter().position(|(_, artifact, version)| {
            stem == *artifact || stem == format!("{artifact}-{version}")
        });
        // Alone it is the archive's own, whatever the file is called.
        let own = own.or_else(|| (found.len() == 1).then_some(0));
        if found.is_empty() {
            let known = repository(path);
            let sure = known.is_some();
            let manifest = manifest.as_deref().unwrap_or_default();
            match known.or_else(|| guess(&stem, &Manifest::parse(manifest))) {
                Some(coordinates) => {
                    self.guessed += usize::from(!sure);
                    self.put(coordinates, Some(bytes));
                }
                // Of what holds other archives the name is that of the project.
                None => self.nameless += usize::from(!archive.entries.iter().any(is_archive)),
            }
        }
        for (index, coordinates) in found.into_iter().enumerate() {
            let whole = own == Some(index);
            if whole && depth == 0 {
                let (group, artifact, version) = &coordinates;
                self.listing.project = Some((format!("{group}:{artifact}"), version.clone()));
            }
            self.put(coordinates, whole.then_some(bytes));
        }
        for entry in archive.entries.iter().filter(|entry| is_archive(entry)) {
            if depth >= MAX_DEPTH {
                self.large += 1;
                continue;
            }
            let Some(inner) = self.unpack(archive, entry, MAX_INNER) else { continue };
            match Archive::open(&inner) {
                Ok(archive) => self.archive(entry.name, &inner, &archive, depth + 1),
                Err(_) => self.unread += 1,
            }
        }
    }

    fn unpack<'a>(
        &mut self,
        archive: &Archive<'a>,
        entry: &Entry<'_>,
        limit: usize,
    ) -> Option<std::borrow::Cow<'a, [u8]>> {
        match archive.read(entry, limit.min(self.left)) {
            Ok(std::borrow::Cow::Owned(content)) => {
                self.left = self.left.saturating_sub(content.len());
                Some(content.into())
            }
            Ok(std::borrow::Cow::Borrowed(content)) => {
                let Some(stored) = self.stored.checked_sub(content.len()) else {
                    self.large += 1;
                    return None;
                };
                self.stored = stored;
                Some(content.into())
            }
            Err(Failure::TooLarge) => {
                self.large += 1;
                // What it cost to find out counts as well.
                self.left = self.left.saturating_sub(limit);
                None
            }
            Err(Failure::Broken) => {
                self.unread += 1;
                None
            }
        }
    }

    fn put(&mut self, (group, artifact, version): Coordinates, archive: Option<&[u8]>) {
        let name = format!("{group}:{artifact}");
        if self.listing.components.len() >= MAX_COMPONENTS {
            self.left_out += 1;
            return;
        }
        if !self.seen.insert((name.clone(), version.clone())) {
            return;
        }
        let mut component = Component::new(Ecosystem::Maven, name, version, 1);
        component.digests = archive.into_iter().filter_map(digest).collect();
        self.listing.components.push(component);
    }

    fn end(mut self) -> Listing {
        let notes = &mut self.listing.notes;
        let mut lost = |count: usize, what: &str| {
            if count > 0 {
                notes.push(Note::Lost { line: None, message: format!("{count} {what}") });
            }
        };
        lost(self.unread, "of the archive's entries cannot be read");
        lost(self.large, "of the archive's entries are beyond the limits of size, number or depth");
        lost(self.left_out, "packages beyond the limit");
        if self.nameless > 0 {
            let message = format!("{} archives do not say which package they are", self.nameless);
            notes.push(Note::Unresolved { line: 1, message });
        }
        if self.guessed > 0 {
            let message = format!(
                "{} archives have their group and name only from manifest and file name",
                self.guessed
            );
            notes.push(Note::Unresolved { line: 1, message });
        }
        self.listing
    }
}

/// SHA-1 is what Maven repositories publish beside every archive.
fn digest(archive: &[u8]) -> Option<Digest> {
    let hex = crate::text::hex(&Sha1::digest(archive));
    Digest::from_hex(super::super::super::component::Algorithm::Sha1, &hex)
}

fn is_properties(name: &str) -> bool {
    name.strip_prefix("META-INF/maven/").is_some_and(|rest| {
        rest.strip_suffix("/pom.properties")
            .is_some_and(|folders| folders.matches('/').count() == 1)
    })
}

fn is_archive(entry: &Entry<'_>) -> bool {
    let end = entry.name.rsplit('.').next().unwrap_or_default();
    entry.name.len() > end.len() && ["jar", "war"].iter().any(|one| end.eq_ignore_ascii_case(one))
}

/// Coordinates of a `pom.properties`.
fn properties(bytes: &[u8]) -> Option<Coordinates> {
    let text = std::str::from_utf8(bytes).ok()?;
    let value = |key: &str| {
        text.lines().find_map(|line| {
            let (name, value) = line.split_once(['=', ':'])?;
            (name.trim() == key).then(|| value.trim().to_owned())
        })
    };
    let (group, artifact) = (value("groupId")?, value("artifactId")?);
    let Wanted::Exact(version) = wanted(&value("version")?) else { return None };
    (is_id(&group) && is_id(&artifact)).then_some((group, artifact, version))
}

/// Name of an archive's file without its folder and ending.
fn stem(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

/// Coordinates from the place in a repository: Maven's `org/group/artifact/1.0/artifact-1.0.jar`, from where the group
/// begins with a usual first part, or Gradle's `files-2.1/org.group/artifact/1.0/<digest>/artifact-1.0.jar`.
fn repository(path: &str) -> Option<Coordinates> {
    /// First parts of group names (top-level domains and the groups that have one part followed by their name).
    const FIRST: &[&str] = &[
        "com", "org", "net", "io", "edu", "gov", "de", "fr", "uk", "eu", "ch", "at", "nl", "dev",
        "me", "co", "cn", "jp", "ru", "us", "tech", "app", "info", "javax", "jakarta",
    ];
    let parts: Vec<&str> = path.split('/').collect();
    let stem = stem(path);
    let named = |artifact: &str, version: &str| {
        stem.strip_prefix(artifact)
            .and_then(|rest| rest.strip_prefix('-'))
            .and_then(|rest| rest.strip_prefix(version))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    if let [.., "files-2.1", group, artifact, version, _, _] = parts[..] {
        let fits = named(artifact, version) && is_id(group) && is_id(artifact);
        return fits.then(|| (group.to_owned(), artifact.to_owned(), version.to_owned()));
    }
    let [before @ .., artifact, version, _] = &parts[..] else { return None };
    if !named(artifact, version) {
        return None;
    }
    let tail = &before[before.len().saturating_sub(8)..];
    let start = tail.iter().position(|part| FIRST.contains(part))?;
    let group = tail[start..].join(".");
    (is_id(&group) && is_id(artifact))
        .then(|| (group, (*artifact).to_owned(), (*version).to_owned()))
}

/// What of a manifest's main section tells a name.
#[derive(Debug, Default, PartialEq, Eq)]
struct Manifest {
    vendor_id: String,
    symbolic_name: String,
    title: String,
    version: String,
    bundle_version: String,
}

impl Manifest {
    fn parse(bytes: &[u8]) -> Self {
        const KEYS: &[&str] = &[
            "Implementation-Vendor-Id",
            "Bundle-SymbolicName",
            "Implementation-Title",
            "Implementation-Version",
            "Bundle-Version",
        ];
        let text = String::from_utf8_lossy(bytes);
        let mut manifest = Self::default();
        let mut last: Option<&'static str> = None;
        for line in text.lines() {
            if line.is_empty() {
                break;
            }
            // A line that begins with a space goes on with the one before.
            let value = if let Some(more) = line.strip_prefix(' ') {
                more
            } else {
                let (key, value) = line.split_once(": ").unwrap_or((line, ""));
                last = KEYS.iter().copied().find(|known| known.eq_ignore_ascii_case(key));
                value
            };
            let place = match last {
                Some("Implementation-Vendor-Id") => &mut manifest.vendor_id,
                Some("Bundle-SymbolicName") => &mut manifest.symbolic_name,
                Some("Implementation-Title") => &mut manifest.title,
                Some("Implementation-Version") => &mut manifest.version,
                Some("Bundle-Version") => &mut manifest.bundle_version,
                _ => continue,
            };
            if place.len() + value.len() <= super::MAX_WORD {
                place.push_str(value.trim_end());
            }
        }
        manifest
    }
}

/// Coordinates from manifest and file name. The group is the vendor's id, or what the symbolic name has before the end
/// that it shares with the artifact (`org.apache.commons.lang3` of `commons-lang3`).
fn guess(stem: &str, manifest: &Manifest) -> Option<Coordinates> {
    let split = stem
        .match_indices('-')
        .find(|(at, _)| stem[at + 1..].starts_with(|c: char| c.is_ascii_digit()))
        .map(|(at, _)| (&stem[..at], &stem[at + 1..]));
    let (named, stated) = split.unwrap_or((stem, ""));
    let version =
        [stated, &manifest.version, &manifest.bundle_version].into_iter().find_map(|text| {
            match wanted(text) {
                Wanted::Exact(version) if version.starts_with(|c: char| c.is_ascii_digit()) => {
                    Some(version)
                }
                _ => None,
            }
        })?;
    let artifact = if is_id(&manifest.title) && manifest.title.contains('-') && split.is_none() {
        &manifest.title
    } else {
        named
    };
    let symbolic = manifest.symbolic_name.split(';').next().unwrap_or_default().trim();
    let group = if manifest.vendor_id.contains('.') {
        manifest.vendor_id.as_str()
    } else {
        match symbolic.rsplit_once('.') {
            Some((group, end)) if artifact.ends_with(end) => group,
            _ => symbolic,
        }
    };
    (is_id(group) && is_id(artifact)).then(|| (group.to_owned(), artifact.to_owned(), version))
}

#[cfg(test)]
mod tests {
    use super::super::tests::Files;
    use super::super::zip::tests::pack;
    use super::*;

    fn listing(path: &str, bytes: &[u8]) -> Result<Listing, Broken> {
        read(&File { path, bytes, around: &Files::default() })
    }

    fn names(listing: &Listing) -> Vec<String> {
        listing.components.iter().map(|c| format!("{}:{}", c.name, c.version)).collect()
    }

    fn properties_of(name: &str) -> String {
        format!("#Created\r\ngroupId=g\r\nartifactId={name}\r\nversion=1.0\r\n")
    }

    #[test]
    fn an_archive_and_those_in_it_name_themselves() {
        let path = "META-INF/maven/g/x/pom.properties";
        let lib = pack(&[(path, properties_of("lib").as_bytes(), true)]);
        let war = pack(&[
            (path, properties_of("web").as_bytes(), true),
            ("WEB-INF/lib/lib-1.0.jar", &lib, false),
        ]);
        let ear = pack(&[("web.war", &war, true)]);
        let found = listing("app.ear", &ear).unwrap();
        assert_eq!(names(&found), ["g:web:1.0", "g:lib:1.0"]);
        assert!(found.notes.is_empty(), "{:?}", found.notes);
        assert_eq!(found.components[1].digests.len(), 1);
        let too_deep = pack(&[("a.jar", &pack(&[("b.jar", &ear, true)]), true)]);
        let found = listing("x.jar", &too_deep).unwrap();
        assert!(matches!(&*found.notes, [Note::Lost { .. }]));
    }

    #[test]
    fn merged_packages_are_all_listed_and_only_the_own_has_the_digest() {
        let zip = pack(&[
            ("META-INF/maven/g/a/pom.properties", properties_of("a").as_bytes(), false),
            ("META-INF/maven/g/b/pom.properties", properties_of("b").as_bytes(), true),
        ]);
        let found = listing("lib/b-1.0.jar", &zip).unwrap();
        let digests: Vec<_> =
            found.components.iter().map(|c| (&*c.name, c.digests.len())).collect();
        assert_eq!(digests, [("g:a", 0), ("g:b", 1)]);
    }

    #[test]
    fn without_properties_place_or_manifest_tell_the_name() {
        let manifest = "Manifest-Version: 1.0\r\nBundle-SymbolicName: org.apache.comm\r\n ons.lang3;x=y\r\n\
                        Implementation-Version: 3.1\r\n\r\nName: x\r\nImplementation-Vendor-Id: no.t\r\n";
        let zip = pack(&[("META-INF/MANIFEST.MF", manifest.as_bytes(), true)]);
        let bare = pack(&[("x.class", b"", false)]);
        for (path, bytes, expected, notes) in [
            ("lib/commons-lang3.jar", &zip, vec!["org.apache.commons:commons-lang3:3.1"], 1),
            ("lib/commons-lang3-3.2.jar", &zip, vec!["org.apache.commons:commons-lang3:3.2"], 1),
            ("repo/org/x/y/1.0/y-1.0.jar", &bare, vec!["org.x:y:1.0"], 0),
            ("c/files-2.1/org.x/y/1.0/abc/y-1.0.jar", &bare, vec!["org.x:y:1.0"], 0),
            ("gradle/wrapper/gradle-wrapper.jar", &bare, vec![], 1),
        ] {
            let found = listing(path, bytes).unwrap();
            assert_eq!(names(&found), expected, "{path}");
            assert_eq!(found.notes.len(), notes, "{path}");
        }
    }

    #[test]
    fn bombs_are_left_packed() {
        let bomb = vec![0; MAX_INNER + 1];
        let zip = pack(&[("a.jar", &bomb, true), ("META-INF/MANIFEST.MF", &bomb, true)]);
        let found = listing("x.jar", &zip).unwrap();
        assert_eq!(found.components.len(), 0);
        assert!(matches!(&*found.notes, [Note::Lost { message, .. }] if message.starts_with("2 ")));
        assert!(listing("x.jar", b"not a zip").is_err());
    }
}
