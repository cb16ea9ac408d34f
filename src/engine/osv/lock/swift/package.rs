//! `Package.resolved`: pins of the Swift package manager. It does not tell direct from transitive packages, and the
//! manifest that would is a program.

use super::super::address::{is_commit, without_credentials};
use super::super::gather::Gather;
use super::super::place::{self, Located, Text};
use super::super::{Broken, File};
use crate::engine::osv::component::{Component, Ecosystem, Listing, Note, Origin};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The newest version of the format.
const NEWEST: u64 = 3;

#[derive(Deserialize)]
struct Resolved<'a> {
    #[serde(default)]
    version: Option<u64>,
    #[serde(borrow, default)]
    pins: Option<Vec<&'a RawValue>>,
    /// The first version has one level more.
    #[serde(borrow, default)]
    object: Option<Object<'a>>,
}

#[derive(Deserialize)]
struct Object<'a> {
    #[serde(borrow)]
    pins: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct Pin<'a> {
    #[serde(borrow, default)]
    identity: Option<Text<'a>>,
    #[serde(borrow, default)]
    kind: Option<Text<'a>>,
    #[serde(borrow, default, alias = "repositoryURL")]
    location: Option<&'a RawValue>,
    #[serde(borrow)]
    state: State<'a>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct State<'a> {
    #[serde(borrow, default)]
    revision: Option<Text<'a>>,
    #[serde(borrow, default)]
    version: Option<Text<'a>>,
}

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let located = Located::new(file.text()?);
    let resolved: Resolved<'_> = place::json(located.text())?;
    let mut gather = Gather::new(file, "Package.resolved");
    if let Some(version) = resolved.version.filter(|version| *version > NEWEST) {
        let message = format!("version {version} of the format is not known, read as {NEWEST}");
        gather.note(Note::Lost { line: None, message });
    }
    let pins = resolved.pins.or_else(|| resolved.object.map(|object| object.pins));
    let pins = pins.ok_or_else(|| Broken::whole("holds no pins"))?;
    for raw in pins {
        let found = serde_json::from_str::<Pin<'_>>(raw.get()).ok();
        match found.and_then(|pin| component(&pin, raw, &located)) {
            Some(component) => drop(gather.add(component)),
            None => gather.lost(located.line_of(raw.get()), "the pin is not understood"),
        }
    }
    Ok(gather.finish())
}

fn component(pin: &Pin<'_>, raw: &RawValue, located: &Located<'_>) -> Option<Component> {
    let location = pin.location.unwrap_or(raw);
    let line = located.line_of(location.get());
    let address: String =
        pin.location.and_then(|l| serde_json::from_str(l.get()).ok()).unwrap_or_default();
    let identity = pin.identity.as_deref().unwrap_or_default();
    let version = pin.state.version.as_deref().unwrap_or_default();
    let revision = pin.state.revision.as_deref().unwrap_or_default();
    let mut one = Component::new(Ecosystem::SwiftUrl, "", version, line);
    one.pinned = is_commit(revision);
    match pin.kind.as_deref() {
        Some("registry") => identity.clone_into(&mut one.name),
        Some("localSourceControl" | "fileSystem") => {
            identity.clone_into(&mut one.name);
            one.origin = Origin::Path(without_credentials(&address));
        }
        _ => {
            one.name = name_of(&address)?;
            if version.is_empty() {
                // A branch or commit: the revision is all there is to say.
                revision.clone_into(&mut one.version);
                one.origin = Origin::Git(format!("{}#{revision}", without_credentials(&address)));
            }
        }
    }
    (!one.name.is_empty() && !one.version.is_empty()).then_some(one)
}

/// The name of a repository: its address in lower case, without scheme, user, port and `.git`.
fn name_of(address: &str) -> Option<String> {
    let address = without_credentials(address).to_lowercase();
    let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let rest = rest.strip_prefix("git@").unwrap_or(rest);
    // `host:path` of secure shell, and `host:port/path`.
    let (host, path) = rest.split_once(['/', ':'])?;
    let path = match path.split_once('/') {
        Some((port, path)) if rest.get(host.len()..=host.len()) == Some(":") => {
            if port.bytes().all(|b| b.is_ascii_digit()) { path } else { &rest[host.len() + 1..] }
        }
        _ => path,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let path = path.trim_matches('/');
    let path = path.strip_suffix(".git").unwrap_or(path);
    (!host.is_empty() && !path.is_empty()).then(|| format!("{host}/{path}"))
}

#[cfg(test)]
mod tests {
    use super::super::super::memory::{Memory, named, words};
    use super::super::FORMATS;
    use super::*;

    #[test]
    fn every_version_lists_its_pins() {
        let commit = "0123456789abcdef0123456789abcdef01234567";
        let first = format!(
            "{{\"object\": {{\"pins\": [\n{{\"package\": \"NIO\", \"repositoryURL\": \"https://github.com/Apple/Swift-NIO.git\",\n\
             \"state\": {{\"branch\": null, \"revision\": \"{commit}\", \"version\": \"2.1.0\"}}}}]}}, \"version\": 1}}"
        );
        let third = format!(
            "{{\"originHash\": \"x\", \"pins\": [\n\
             {{\"identity\": \"swift-nio\", \"kind\": \"remoteSourceControl\",\n \"location\": \"git@github.com:Apple/Swift-NIO.git\",\n\
             \"state\": {{\"revision\": \"{commit}\", \"version\": \"2.1.0\"}}}},\n\
             {{\"identity\": \"b\", \"kind\": \"remoteSourceControl\", \"location\": \"https://t:example-token@host.example:8443/b\",\n\
             \"state\": {{\"branch\": \"main\", \"revision\": \"{commit}\"}}}},\n\
             {{\"identity\": \"mona.List\", \"kind\": \"registry\", \"location\": \"\", \"state\": {{\"version\": \"1.0.0\"}}}},\n\
             {{\"identity\": \"near\", \"kind\": \"localSourceControl\", \"location\": \"/near\", \"state\": {{\"revision\": \"{commit}\"}}}}],\n\
             \"version\": 4}}"
        );
        let tree = Memory::new(&[("a/Package.resolved", &first), ("b/Package.resolved", &third)]);
        let listing = tree.read_as(FORMATS, "Package.resolved", "a/Package.resolved").unwrap();
        assert_eq!(words(&listing), ["github.com/apple/swift-nio@2.1.0:2"]);
        assert!(listing.components[0].pinned && listing.components[0].is_from_registry());
        let listing = tree.read_as(FORMATS, "Package.resolved", "b/Package.resolved").unwrap();
        assert_eq!(
            words(&listing),
            [
                "github.com/apple/swift-nio@2.1.0:3".to_owned(),
                format!("host.example/b@{commit}:5"),
                "mona.List@1.0.0:7".to_owned(),
            ]
        );
        let b = named(&listing, "host.example/b");
        assert_eq!(b.origin, Origin::Git(format!("https://host.example:8443/b#{commit}")));
        let messages = format!("{:?}", listing.notes);
        assert!(messages.contains("version 4 of the format"), "{messages}");
        assert!(messages.contains("the pin is not understood"), "{messages}");
    }

    #[test]
    fn names_are_addresses_without_what_varies() {
        for (address, name) in [
            ("https://github.com/A/B.git", Some("github.com/a/b")),
            ("ssh://git@host.example:22/a/b.git", Some("host.example/a/b")),
            ("git@host.example:a/b", Some("host.example/a/b")),
            ("git@host.example:b.git", Some("host.example/b")),
            ("https://host.example", None),
            ("", None),
        ] {
            assert_eq!(name_of(address).as_deref(), name, "{address}");
        }
    }
}
