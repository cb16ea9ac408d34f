//! What a `Cargo.toml` says of its package, its workspace and its dependencies. Does not resolve anything and does not look
//! at features.

use super::super::address::{host, without_credentials};
use super::super::place::Located;
use super::super::{Broken, toml_text};
use crate::engine::osv::component::{Declared, Ecosystem, Origin, Scope};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// One `Cargo.toml`.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    /// `package.name`.
    pub name: Option<String>,
    /// `package.version`, as far as it stands here.
    pub version: Option<String>,
    /// Requirements of all dependency tables, in the order of the text.
    pub requirements: Vec<Requirement>,
    /// The `workspace` table.
    pub workspace: Option<Workspace>,
    /// `package.workspace`: where the root is, if not above.
    pub root: Option<String>,
}

/// The `workspace` table.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    /// Globs of folders.
    pub members: Vec<String>,
    /// Folders that are no members.
    pub exclude: Vec<String>,
    /// `workspace.dependencies`, by key.
    pub dependencies: BTreeMap<String, Requirement>,
    /// `workspace.package.version`.
    pub version: Option<String>,
}

/// One entry of a dependency table.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Requirement {
    /// The key: the name in the source code.
    pub key: String,
    /// The name in the registry.
    pub name: String,
    /// `version`; empty for none.
    pub version: String,
    pub scope: Scope,
    pub origin: Origin,
    /// `path`, as written.
    pub path: Option<String>,
    /// `workspace = true`.
    pub inherited: bool,
    pub line: u32,
}

impl Requirement {
    /// With what the workspace says, where it is to be taken from there.
    pub fn resolved(&self, workspace: Option<&Workspace>) -> Self {
        let shared = workspace.and_then(|workspace| workspace.dependencies.get(&self.key));
        match shared.filter(|_| self.inherited) {
            Some(shared) => Self {
                name: shared.name.clone(),
                version: shared.version.clone(),
                origin: shared.origin.clone(),
                // Relative to the root, so of no use to a member.
                path: None,
                ..self.clone()
            },
            None => self.clone(),
        }
    }

    /// As a statement of the manifest `file`.
    pub fn declared(&self, file: Option<&str>) -> Declared {
        Declared {
            ecosystem: Ecosystem::CratesIo,
            name: self.name.clone(),
            requirement: self.version.clone(),
            scope: self.scope,
            origin: self.origin.clone(),
            line: self.line,
            file: file.map(str::to_owned),
        }
    }

    /// Whether `version` fulfils it; a requirement or version that is none fulfils nothing.
    pub fn admits(&self, version: &str) -> bool {
        let (Ok(requirement), Ok(version)) =
            (semver::VersionReq::parse(&self.version), semver::Version::parse(version))
        else {
            return false;
        };
        requirement.matches(&version)
    }
}

/// The dependency tables and what their entries are needed for.
const TABLES: &[(&str, Scope)] = &[
    ("dependencies", Scope::Runtime),
    ("dev-dependencies", Scope::Dev),
    ("dev_dependencies", Scope::Dev),
    ("build-dependencies", Scope::Build),
    ("build_dependencies", Scope::Build),
];

/// Reads a manifest.
pub(super) fn read(text: &str) -> Result<Manifest, Broken> {
    let located = Located::new(text);
    let root = toml_text::read(&located)?;
    let mut manifest = Manifest::default();
    if let Some(package) =
        toml_text::table(&root, "package").or_else(|| toml_text::table(&root, "project"))
    {
        manifest.name = toml_text::text(package, "name").map(str::to_owned);
        manifest.version = toml_text::text(package, "version").map(str::to_owned);
        manifest.root = toml_text::text(package, "workspace").map(str::to_owned);
    }
    let mut requirements = Vec::new();
    tables(&root, &located, &mut requirements);
    if let Some(targets) = toml_text::table(&root, "target") {
        for target in targets.values().filter_map(|value| value.get_ref().as_table()) {
            tables(target, &located, &mut requirements);
        }
    }
    requirements.sort_by_key(|requirement| requirement.line);
    manifest.requirements = requirements;
    manifest.workspace = toml_text::table(&root, "workspace").map(|table| {
        let texts = |key| {
            let items = toml_text::items(table, key);
            items.filter_map(|item| item.get_ref().as_str().map(str::to_owned)).collect()
        };
        let mut shared = Vec::new();
        if let Some(table) = toml_text::table(table, "dependencies") {
            entries(table, Scope::Runtime, &located, &mut shared);
        }
        Workspace {
            members: texts("members"),
            exclude: texts("exclude"),
            dependencies: shared.into_iter().map(|one| (one.key.clone(), one)).collect(),
            version: toml_text::table(table, "package")
                .and_then(|package| toml_text::text(package, "version"))
                .map(str::to_owned),
        }
    });
    Ok(manifest)
}

fn tables(parent: &DeTable<'_>, located: &Located<'_>, out: &mut Vec<Requirement>) {
    for (name, scope) in TABLES {
        if let Some(table) = toml_text::table(parent, name) {
            entries(table, *scope, located, out);
        }
    }
}

fn entries(table: &DeTable<'_>, scope: Scope, located: &Located<'_>, out: &mut Vec<Requirement>) {
    for (key, value) in table {
        out.push(entry(key, value, scope, located));
    }
}

fn entry(
    key: &Spanned<std::borrow::Cow<'_, str>>,
    value: &Spanned<DeValue<'_>>,
    scope: Scope,
    located: &Located<'_>,
) -> Requirement {
    let mut one = Requirement {
        key: key.get_ref().to_string(),
        name: key.get_ref().to_string(),
        version: String::new(),
        scope,
        origin: Origin::Registry,
        path: None,
        inherited: false,
        line: located.line_at(key.span().start),
    };
    if let Some(version) = value.get_ref().as_str() {
        version.trim().clone_into(&mut one.version);
    }
    let Some(table) = value.get_ref().as_table() else {
        return one;
    };
    let flag = |key| table.get(key).and_then(|v| v.get_ref().as_bool()) == Some(true);
    let text = |key| toml_text::text(table, key);
    if let Some(name) = text("package") {
        name.clone_into(&mut one.name);
    }
    if let Some(version) = text("version") {
        version.trim().clone_into(&mut one.version);
    }
    one.inherited = flag("workspace");
    if flag("optional") && scope == Scope::Runtime {
        one.scope = Scope::Optional;
    }
    if let Some(path) = text("path") {
        one.path = Some(path.to_owned());
        one.origin = Origin::Path(without_credentials(path));
    } else if let Some(git) = text("git") {
        let mut address = without_credentials(git);
        if let Some(revision) = ["rev", "tag", "branch"].iter().find_map(|key| text(key)) {
            address.push('#');
            address.push_str(revision);
        }
        one.origin = Origin::Git(address);
    } else if let Some(index) = text("registry-index").or_else(|| text("registry")) {
        one.origin = registry(index);
    }
    one
}

/// The origin of what comes from a registry, by name or by the address of its index, with or without `registry+`.
pub(super) fn registry(index: &str) -> Origin {
    let address = index.strip_prefix("registry+").unwrap_or(index);
    let plain = address.strip_prefix("sparse+").unwrap_or(address);
    let path = plain.trim_end_matches('/').trim_end_matches(".git");
    let is_official = match host(plain).as_str() {
        "github.com" => path.ends_with("/rust-lang/crates.io-index"),
        host => matches!(host, "index.crates.io" | "crates-io"),
    };
    if is_official { Origin::Registry } else { Origin::OtherRegistry(without_credentials(plain)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
[package]
name = "app"
version.workspace = true

[dependencies]
serde = "1.0"
json = { package = "serde_json", version = "1.0.5", optional = true }
near = { path = "../near", version = "0.1" }
far = { git = "https://user:example-password@host.example/far", rev = "abc" }
shared.workspace = true
inner = { version = "2", registry = "company" }

[dev-dependencies.insta]
version = "1"

[target.'cfg(unix)'.build-dependencies]
cc = "1"

[workspace]
members = ["crates/*"]
exclude = ["crates/old"]

[workspace.package]
version = "3.1.0"

[workspace.dependencies]
shared = { package = "really-shared", version = "4" }
"#;

    #[test]
    fn every_table_is_read_and_every_name_is_the_real_one() {
        let manifest = read(TEXT).unwrap();
        let workspace = manifest.workspace.as_ref().unwrap();
        let found: Vec<_> = manifest
            .requirements
            .iter()
            .map(|one| one.resolved(Some(workspace)))
            .map(|one| (one.line, one.name, one.version, one.scope))
            .collect();
        let expected = [
            (7, "serde", "1.0", Scope::Runtime),
            (8, "serde_json", "1.0.5", Scope::Optional),
            (9, "near", "0.1", Scope::Runtime),
            (10, "far", "", Scope::Runtime),
            (11, "really-shared", "4", Scope::Runtime),
            (12, "inner", "2", Scope::Runtime),
            (14, "insta", "1", Scope::Dev),
            (18, "cc", "1", Scope::Build),
        ];
        let expected: Vec<_> =
            expected.map(|(l, n, v, s)| (l, n.to_owned(), v.to_owned(), s)).into();
        assert_eq!(found, expected);
        assert_eq!(workspace.version.as_deref(), Some("3.1.0"));
        let origin = |name: &str| {
            let one = manifest.requirements.iter().find(|one| one.name == name).unwrap();
            one.origin.clone()
        };
        assert_eq!(origin("far"), Origin::Git("https://host.example/far#abc".into()));
        assert_eq!(origin("near"), Origin::Path("../near".into()));
        assert_eq!(origin("inner"), Origin::OtherRegistry("company".into()));
    }

    #[test]
    fn only_the_index_of_crates_io_is_the_registry() {
        for (index, official) in [
            ("registry+https://github.com/rust-lang/crates.io-index", true),
            ("registry+https://github.com/rust-lang/crates.io-index.git", true),
            ("sparse+https://index.crates.io/", true),
            ("registry+sparse+https://index.crates.io/", true),
            ("crates-io", true),
            ("registry+https://github.com/someone/crates.io-index", false),
            ("sparse+https://u:example-password@registry.example/index/", false),
        ] {
            assert_eq!(registry(index) == Origin::Registry, official, "{index}");
        }
        let other = registry("sparse+https://u:example-password@registry.example/index/");
        assert_eq!(other, Origin::OtherRegistry("https://registry.example/index/".into()));
    }
}
