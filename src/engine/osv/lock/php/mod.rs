//! PHP: `composer.lock` with the `composer.json` beside it, `composer.json` by itself, and Composer's list of what is
//! installed. Platform packages (`php`, `ext-*`) are none.

use super::address::{host, is_commit, without_credentials};
use super::gather::Gather;
use super::place::{self, Located, Ordered, Text};
use super::{Broken, File, Format, Role};
use crate::engine::osv::component::{
    Algorithm, Component, Declared, Digest, Ecosystem, Listing, Origin, Scope,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::{BTreeSet, HashMap};

/// Formats of this ecosystem.
pub static FORMATS: &[Format] = &[
    Format {
        name: "composer.lock",
        ecosystem: Ecosystem::Packagist,
        role: Role::Lockfile,
        files: &["composer.lock"],
        reads: "packages and packages-dev with licences; direct ones from composer.json",
        locked_by: &[],
        read: read_lock,
    },
    Format {
        name: "composer.json",
        ecosystem: Ecosystem::Packagist,
        role: Role::Manifest,
        files: &["composer.json"],
        reads: "require and require-dev without platform packages",
        locked_by: &["composer.lock"],
        read: read_manifest,
    },
    Format {
        name: "vendor/composer/installed.json",
        ecosystem: Ecosystem::Packagist,
        role: Role::Installed,
        files: &["vendor/composer/installed.json"],
        reads: "both forms: the list of Composer 1 and the object of Composer 2",
        locked_by: &[],
        read: read_installed,
    },
];

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct Lock<'a> {
    #[serde(borrow)]
    packages: Vec<&'a RawValue>,
    #[serde(borrow, default, rename = "packages-dev")]
    development: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct Installed<'a> {
    #[serde(borrow)]
    packages: Vec<&'a RawValue>,
    #[serde(borrow, default, rename = "dev-package-names")]
    development: Vec<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct Package<'a> {
    #[serde(borrow)]
    name: &'a RawValue,
    #[serde(borrow, default)]
    version: Text<'a>,
    #[serde(borrow, default, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow, default)]
    source: Option<Place<'a>>,
    #[serde(borrow, default)]
    dist: Option<Place<'a>>,
    #[serde(borrow, default, rename = "notification-url")]
    notification: Option<Text<'a>>,
    #[serde(borrow, default)]
    require: Option<&'a RawValue>,
    #[serde(borrow, default)]
    replace: Option<&'a RawValue>,
    #[serde(borrow, default)]
    provide: Option<&'a RawValue>,
    #[serde(borrow, default)]
    license: Option<&'a RawValue>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct Place<'a> {
    #[serde(borrow, default, rename = "type")]
    kind: Option<Text<'a>>,
    #[serde(borrow, default)]
    url: Option<Text<'a>>,
    #[serde(borrow, default)]
    reference: Option<Text<'a>>,
    #[serde(borrow, default)]
    shasum: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(bound(deserialize = "'a: 'de"))]
struct Manifest<'a> {
    #[serde(borrow, default)]
    name: Option<Text<'a>>,
    #[serde(borrow, default)]
    version: Option<Text<'a>>,
    #[serde(borrow, default)]
    require: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "require-dev")]
    development: Option<&'a RawValue>,
}

/// Names that packages ask for, by place; and who stands in for a name.
#[derive(Default)]
struct Links<'a> {
    requires: Vec<(u32, Vec<Text<'a>>)>,
    by_name: HashMap<String, u32>,
    stand_ins: HashMap<String, u32>,
}

fn read_lock(file: &File<'_>) -> Result<Listing, Broken> {
    let located = Located::new(file.text()?);
    let lock: Lock<'_> = place::json(located.text())?;
    let mut gather = Gather::new(file, "composer.lock");
    let mut links = Links::default();
    for raw in &lock.packages {
        take(raw, Scope::Runtime, &located, &mut links, &mut gather);
    }
    for raw in lock.development.iter().flatten() {
        take(raw, Scope::Dev, &located, &mut links, &mut gather);
    }
    links.connect(&mut gather);
    let path = file.beside("composer.json");
    let bytes = path.as_deref().and_then(|path| file.around.read(path));
    if let Some(text) = bytes.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok()) {
        manifest(text.trim_start_matches('\u{feff}'), path.as_deref(), &mut gather);
    }
    Ok(gather.finish())
}

/// Takes what a manifest states: project, requirements, and which components are direct.
fn manifest(text: &str, path: Option<&str>, gather: &mut Gather) {
    let located = Located::new(text);
    let Ok(manifest) = place::json::<Manifest<'_>>(text) else {
        return;
    };
    if let Some(name) = &manifest.name {
        gather.project(&**name, manifest.version.as_deref().unwrap_or_default());
    }
    let mut wanted = BTreeSet::new();
    for declared in declared(&manifest, &located) {
        wanted.insert(declared.name.to_lowercase());
        gather.declare(Declared { file: path.map(str::to_owned), ..declared });
    }
    for component in gather.components_mut() {
        component.direct = Some(wanted.contains(&component.name.to_lowercase()));
    }
}

fn declared(manifest: &Manifest<'_>, located: &Located<'_>) -> Vec<Declared> {
    let mut out = Vec::new();
    for (raw, scope) in [(manifest.require, Scope::Runtime), (manifest.development, Scope::Dev)] {
        for (name, requirement) in raw.map(pairs).unwrap_or_default() {
            if !name.contains('/') {
                continue;
            }
            let line = match &name.0 {
                std::borrow::Cow::Borrowed(name) => located.line_of(name),
                // A name with an escape: its requirement stands on the same line.
                std::borrow::Cow::Owned(_) => located.line_of(requirement.get()),
            };
            let requirement: String = serde_json::from_str(requirement.get()).unwrap_or_default();
            out.push(Declared {
                ecosystem: Ecosystem::Packagist,
                name: name.to_string(),
                requirement,
                scope,
                origin: Origin::Registry,
                line,
                file: None,
            });
        }
    }
    out
}

/// Pairs of an object. What PHP writes for an empty one is `[]`.
fn pairs(raw: &RawValue) -> Vec<(Text<'_>, &RawValue)> {
    serde_json::from_str::<Ordered<'_, &RawValue>>(raw.get()).map(|o| o.0).unwrap_or_default()
}

fn take<'a>(
    raw: &'a RawValue,
    scope: Scope,
    located: &Located<'a>,
    links: &mut Links<'a>,
    gather: &mut Gather,
) {
    let line = located.line_of(raw.get());
    let Ok(package) = serde_json::from_str::<Package<'a>>(raw.get()) else {
        gather.lost(line, "the package is not understood");
        return;
    };
    let line = located.line_of(package.name.get());
    let Ok(name) = serde_json::from_str::<String>(package.name.get()) else {
        gather.lost(line, "the name is no text");
        return;
    };
    let key = name.to_lowercase();
    let mut component = Component::new(Ecosystem::Packagist, name, &*package.version, line);
    component.scope = scope;
    component.origin = origin(&package);
    component.license = package.license.and_then(license);
    component.install_script = package.kind.as_deref().is_some_and(|kind| {
        // Composer runs their code when it installs or updates.
        matches!(kind, "composer-plugin" | "composer-installer")
    });
    let shasum = package.dist.as_ref().and_then(|dist| dist.shasum.as_deref());
    component.digests.extend(shasum.and_then(|hex| Digest::from_hex(Algorithm::Sha1, hex)));
    let places = [&package.source, &package.dist];
    let mut references = places.into_iter().flatten().filter_map(|one| one.reference.as_deref());
    component.pinned = !component.digests.is_empty()
        || (references.any(is_commit) && !matches!(component.origin, Origin::Path(_)));
    let Some(place) = gather.add(component) else {
        return;
    };
    links.by_name.entry(key).or_insert(place);
    for raw in [package.replace, package.provide].into_iter().flatten() {
        for (name, _) in pairs(raw) {
            links.stand_ins.entry(name.to_lowercase()).or_insert(place);
        }
    }
    let names = package.require.map(pairs).unwrap_or_default();
    links.requires.push((place, names.into_iter().map(|(name, _)| name).collect()));
}

impl Links<'_> {
    fn connect(&self, gather: &mut Gather) {
        for (place, names) in &self.requires {
            let found = names.iter().filter_map(|name| {
                let name = name.to_lowercase();
                let found = self.by_name.get(&name).or_else(|| self.stand_ins.get(&name));
                found.copied().filter(|found| found != place)
            });
            if let Some(component) = gather.get_mut(*place) {
                component.dependencies = found.collect();
            }
        }
    }
}

/// Packagist gives every package of its own an address for download counts; repositories that are no registry give none.
fn origin(package: &Package<'_>) -> Origin {
    let of = |one: &Option<Place<'_>>| {
        let one = one.as_ref()?;
        let url = without_credentials(one.url.as_deref()?);
        let kind = one.kind.as_deref().unwrap_or_default().to_owned();
        Some((kind, url, one.reference.as_deref().unwrap_or_default().to_owned()))
    };
    let (source, dist) = (of(&package.source), of(&package.dist));
    if let Some((_, url, _)) = dist.as_ref().filter(|(kind, ..)| kind == "path") {
        return Origin::Path(url.clone());
    }
    if let Some(address) = package.notification.as_deref() {
        let host = host(address);
        let official = host == "packagist.org" || host.ends_with(".packagist.org");
        return if official {
            Origin::Registry
        } else {
            Origin::OtherRegistry(without_credentials(address))
        };
    }
    match (source, dist) {
        (Some((_, url, reference)), _) if reference.is_empty() => Origin::Git(url),
        (Some((_, url, reference)), _) => Origin::Git(format!("{url}#{reference}")),
        (None, Some((_, url, _))) => Origin::Url(url),
        (None, None) => Origin::Registry,
    }
}

/// A licence, or several of which any may be chosen.
fn license(raw: &RawValue) -> Option<String> {
    let all: Vec<String> = match serde_json::from_str::<Vec<String>>(raw.get()) {
        Ok(all) => all,
        Err(_) => vec![serde_json::from_str(raw.get()).ok()?],
    };
    let in_brackets = |one: &String| {
        let bare = all.len() > 1 && one.contains(' ') && !one.starts_with('(');
        if bare { format!("({one})") } else { one.clone() }
    };
    let joined = all.iter().map(in_brackets).collect::<Vec<_>>().join(" OR ");
    (!joined.is_empty() && joined.len() <= super::MAX_WORD).then_some(joined)
}

fn read_manifest(file: &File<'_>) -> Result<Listing, Broken> {
    let located = Located::new(file.text()?);
    let manifest: Manifest<'_> = place::json(located.text())?;
    let mut gather = Gather::new(file, "composer.json");
    if let Some(name) = &manifest.name {
        gather.project(&**name, manifest.version.as_deref().unwrap_or_default());
    }
    let declared = declared(&manifest, &located);
    let all = declared.len();
    let mut open = Vec::new();
    for one in declared {
        match exact(&one.requirement) {
            Some(version) => {
                let mut component =
                    Component::new(Ecosystem::Packagist, one.name.as_str(), version, one.line);
                component.direct = Some(true);
                component.scope = one.scope;
                gather.add(component);
            }
            None => open.push(one.line),
        }
        gather.declare(one);
    }
    gather.unresolved(&open, all);
    Ok(gather.finish())
}

/// The version of a requirement that admits only one: `1.2.3`, `=1.2.3`, `v1.2.3`, `1.2.3-beta1`.
fn exact(requirement: &str) -> Option<&str> {
    let version = requirement.trim().trim_start_matches('=').trim();
    let digits = version.strip_prefix('v').unwrap_or(version);
    let fits = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_'))
        && !digits.split('.').any(|part| matches!(part, "x" | "X"))
        && !digits.contains("-dev");
    fits.then_some(version)
}

fn read_installed(file: &File<'_>) -> Result<Listing, Broken> {
    let located = Located::new(file.text()?);
    let text = located.text();
    let (packages, development) = if text.trim_start().starts_with('[') {
        (place::json::<Vec<&RawValue>>(text)?, BTreeSet::new())
    } else {
        let installed: Installed<'_> = place::json(text)?;
        let names = installed.development.iter().map(|name| name.to_lowercase());
        (installed.packages, names.collect())
    };
    let mut gather = Gather::new(file, "vendor/composer/installed.json");
    let mut links = Links::default();
    for raw in packages {
        take(raw, Scope::Runtime, &located, &mut links, &mut gather);
    }
    links.connect(&mut gather);
    let path = file.beside("../../composer.json");
    let bytes = path.as_deref().and_then(|path| file.around.read(path));
    if let Some(text) = bytes.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok()) {
        manifest(text.trim_start_matches('\u{feff}'), path.as_deref(), &mut gather);
    }
    for component in gather.components_mut() {
        if development.contains(&component.name.to_lowercase()) {
            component.scope = Scope::Dev;
        }
    }
    Ok(gather.finish())
}

#[cfg(test)]
mod tests {
    use super::super::memory::{Memory, named, words};
    use super::*;
    use crate::engine::osv::component::Note;

    const LOCK: &str = r#"{
    "packages": [
        {
            "name": "a/One",
            "version": "v1.2.3",
            "source": {"type": "git", "url": "https://github.com/a/one.git", "reference": "x"},
            "dist": {"type": "zip", "url": "https://u:example-password@host.example/one.zip",
                "shasum": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},
            "require": {"php": ">=8", "A\/Two": "^1", "virtual/thing": "*"},
            "type": "composer-plugin",
            "license": ["MIT", "GPL-2.0-only WITH x"],
            "notification-url": "https://packagist.org/downloads/"
        },
        {
            "name": "a\/two",
            "version": "dev-main",
            "source": {"type": "git", "url": "https://t:example-token@host.example/two.git",
                "reference": "0123456789abcdef0123456789abcdef01234567"},
            "require": [],
            "license": "MIT"
        },
        {"name": "a/no-origin", "version": "1.0.0", "provide": {"virtual/thing": "1"}},
        {"version": "1.0.0"}
    ],
    "packages-dev": [
        {"name": "a/near", "version": "1.0.0", "dist": {"type": "path", "url": "../near"}},
        {"name": "a/private", "version": "2.0.0",
            "notification-url": "https://repo.packagist.com/x/downloads/"}
    ]
}"#;

    #[test]
    fn packages_have_origin_scope_licence_and_links() {
        let manifest = r#"{"name": "me/app", "require": {"php": "8.1", "A/one": "^1.2"},
            "require-dev": {"ext-x": "*", "a/near": "*"}}"#;
        let tree = Memory::new(&[("x/composer.lock", LOCK), ("x/composer.json", manifest)]);
        let listing = tree.read_as(FORMATS, "composer.lock", "x/composer.lock").unwrap();
        assert_eq!(
            words(&listing),
            [
                "a/One@v1.2.3:4 direct",
                "a/two@dev-main:15 transitive",
                "a/no-origin@1.0.0:22 transitive",
                "a/near@1.0.0:26 direct dev",
                "a/private@2.0.0:27 transitive dev",
            ]
        );
        let one = named(&listing, "a/One");
        assert_eq!(one.dependencies, [1, 2]);
        assert!(one.install_script && one.pinned && one.origin == Origin::Registry);
        assert_eq!(one.license.as_deref(), Some("MIT OR (GPL-2.0-only WITH x)"));
        let two = named(&listing, "a/two");
        let address = "https://host.example/two.git#0123456789abcdef0123456789abcdef01234567";
        assert_eq!((&two.origin, two.pinned), (&Origin::Git(address.into()), true));
        assert_eq!(two.license.as_deref(), Some("MIT"));
        assert_eq!(named(&listing, "a/near").origin, Origin::Path("../near".into()));
        assert!(matches!(named(&listing, "a/private").origin, Origin::OtherRegistry(_)));
        let message = "the package is not understood".to_owned();
        assert_eq!(listing.notes, [Note::Lost { line: Some(23), message }]);
        assert_eq!(listing.declared.len(), 2);
        assert_eq!(listing.declared[1].file.as_deref(), Some("x/composer.json"));
        assert_eq!(listing.project, Some(("me/app".into(), String::new())));
    }

    #[test]
    fn both_forms_of_installed_packages_are_read() {
        let path = "vendor/composer/installed.json";
        for (text, second) in [
            (r#"[{"name": "a/b", "version": "1"}, {"name": "c/d", "version": "2"}]"#, "c/d@2:1"),
            (
                r#"{"packages": [{"name": "a/b", "version": "1"}, {"name": "c/d", "version": "2"}],
                "dev": true, "dev-package-names": ["c/d"]}"#,
                "c/d@2:1 dev",
            ),
        ] {
            let tree = Memory::new(&[(path, text)]);
            let listing = tree.read_as(FORMATS, path, path).unwrap();
            assert_eq!(words(&listing), ["a/b@1:1", second]);
        }
    }

    #[test]
    fn a_manifest_alone_lists_exact_requirements() {
        let text = "{\"require\": {\"php\": \"8.1\",\n\"a/b\": \"1.2.3\",\n\"c/d\": \"1.2.*\",\n\
                    \"e/f\": \"v2.0.0-beta1\", \"g/h\": \"1.x\", \"i/j\": \"1.0|2.0\", \"k/l\": \"1.x-dev\"}}";
        let tree = Memory::new(&[("composer.json", text)]);
        let listing = tree.read_as(FORMATS, "composer.json", "composer.json").unwrap();
        assert_eq!(words(&listing), ["a/b@1.2.3:2 direct", "e/f@v2.0.0-beta1:4 direct"]);
        let message = "4 of 6 requirements name no exact version".to_owned();
        assert_eq!(listing.notes, [Note::Unresolved { line: 3, message }]);
    }

    #[test]
    fn another_structure_is_broken() {
        for text in ["{\"packages\": 1}", "[]", "{", "{\"packages\": [], \"packages\": []}"] {
            let tree = Memory::new(&[("composer.lock", text)]);
            let found = tree.read_as(FORMATS, "composer.lock", "composer.lock");
            assert!(found.is_err(), "{text}: {found:?}");
        }
    }
}
