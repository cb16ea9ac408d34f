//! One installed package: `METADATA` of a wheel, `PKG-INFO` of an egg
//! (<https://packaging.python.org/en/latest/specifications/core-metadata/>), with what stands beside it.

use super::super::gather::Gather;
use super::super::{Broken, File, MAX_WORD};
use super::origin;
use super::requirement::requirement;
use crate::engine::osv::component::{Component, Declared, Ecosystem, Listing, Origin, Scope};
use serde::Deserialize;

pub(super) const NAME: &str = "site-packages";

/// Longest text of a licence field that is taken for its name, bytes; longer ones are the licence itself.
const MAX_LICENSE: usize = 100;
/// Lines of headers that are read.
const MAX_LINES: usize = 20_000;

/// `direct_url.json` (<https://packaging.python.org/en/latest/specifications/direct-url-data-structure/>).
#[derive(Deserialize)]
struct DirectUrl {
    url: String,
    vcs_info: Option<Vcs>,
    archive_info: Option<Archive>,
    dir_info: Option<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Vcs {
    vcs: String,
    #[serde(default)]
    commit_id: String,
}

#[derive(Deserialize)]
struct Archive {
    hash: Option<String>,
    #[serde(default)]
    hashes: std::collections::BTreeMap<String, String>,
}

impl DirectUrl {
    fn locate(&self, component: &mut Component) {
        if let Some(vcs) = &self.vcs_info {
            (component.origin, component.pinned) =
                origin::of_repository(&vcs.vcs, &self.url, &vcs.commit_id);
            return;
        }
        origin::by_address(component, &self.url);
        if self.dir_info.is_some()
            && let Origin::Url(address) = &component.origin
        {
            component.origin = Origin::Path(address.clone());
        }
        if let Some(archive) = &self.archive_info {
            if let Some(hash) = &archive.hash {
                origin::add_hash(component, hash);
            }
            for (algorithm, hex) in &archive.hashes {
                origin::add_digest(component, algorithm, hex);
            }
        }
        origin::settle_digests(component);
    }
}

/// The fields of the header that are of use, with their lines.
#[derive(Default)]
struct Header<'a> {
    name: Option<(u32, &'a str)>,
    version: &'a str,
    license: Vec<&'a str>,
    expression: &'a str,
    classifiers: Vec<&'a str>,
    requires: Vec<(u32, &'a str)>,
}

impl<'a> Header<'a> {
    fn of(text: &'a str) -> Self {
        let mut header = Self::default();
        let mut in_license = false;
        for (number, line) in (1..).zip(text.lines().take(MAX_LINES)) {
            if line.trim().is_empty() {
                break;
            }
            // A continued field.
            if line.starts_with([' ', '\t', '|']) {
                if in_license {
                    header.license.push(line.trim());
                }
                continue;
            }
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim();
            in_license = key.eq_ignore_ascii_case("license");
            match key.to_ascii_lowercase().as_str() {
                "name" if header.name.is_none() => header.name = Some((number, value)),
                "version" if header.version.is_empty() => header.version = value,
                "license" if header.license.is_empty() => header.license.push(value),
                "license-expression" => header.expression = value,
                "classifier" if value.starts_with("License ::") => header.classifiers.push(value),
                "requires-dist" => header.requires.push((number, value)),
                _ => {}
            }
        }
        header
    }

    /// The licence as declared: the expression, a short text, or classifiers joined by ` AND `.
    fn declared_license(&self) -> Option<String> {
        if !self.expression.is_empty() && self.expression.len() <= MAX_WORD {
            return Some(self.expression.to_owned());
        }
        if let [license] = self.license.as_slice()
            && !license.is_empty()
            && license.len() < MAX_LICENSE
            && !license.eq_ignore_ascii_case("unknown")
        {
            return Some((*license).to_owned());
        }
        let mut classifiers = self.classifiers.clone();
        // It only heads a list, and says nothing beside one of its items.
        if classifiers.len() > 1 {
            classifiers.retain(|classifier| *classifier != "License :: OSI Approved");
        }
        let joined = classifiers.join(" AND ");
        (!joined.is_empty() && joined.len() <= MAX_WORD).then_some(joined)
    }
}

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    // Old ones hold names of people in old encodings.
    let bytes = file.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file.bytes);
    let text = String::from_utf8_lossy(bytes);
    let header = Header::of(&text);
    let mut gather = Gather::new(file, NAME);
    let Some((line, name)) = header.name.filter(|(_, name)| !name.is_empty()) else {
        return Err(Broken::whole("no Name: not the metadata of a package"));
    };
    if header.version.is_empty() {
        return Err(Broken::at(line, "no Version: not the metadata of a package"));
    }
    let mut component = Component::new(Ecosystem::PyPi, name, header.version, line);
    component.license = header.declared_license();
    let in_folder = file.name() == "METADATA" || file.name() == "PKG-INFO";
    if in_folder {
        if let Some(direct) = file.read_beside("direct_url.json") {
            match serde_json::from_slice::<DirectUrl>(&direct) {
                Ok(direct) => direct.locate(&mut component),
                Err(_) => gather.lost(line, "direct_url.json beside it could not be read"),
            }
        }
        // pip and uv leave an empty file where somebody named the package to them.
        let has = |name: &str| file.read_beside(name);
        component.direct = if has("REQUESTED").is_some() {
            Some(true)
        } else {
            has("INSTALLER")
                .filter(|tool| matches!(tool.trim_ascii(), b"pip" | b"uv"))
                .map(|_| false)
        };
    }
    gather.add(component);
    for (line, text) in &header.requires {
        match requirement(text) {
            Some(read) => gather.declare(Declared {
                ecosystem: Ecosystem::PyPi,
                name: read.name.to_owned(),
                requirement: read.specifier.to_owned(),
                scope: if read.is_conditional() { Scope::Optional } else { Scope::Runtime },
                origin: Origin::Registry,
                line: *line,
                file: None,
            }),
            None => gather.lost(*line, "a field Requires-Dist that is not a requirement"),
        }
    }
    Ok(gather.finish())
}
