//! The tables of `pyproject.toml` in which Poetry, PDM and uv keep what the standard has no place for, and the forms in
//! which Poetry and Pipenv state a requirement. Knows nothing of lockfiles.

use super::super::toml_text::{items, table, text};
use super::origin;
use super::pyproject::{Manifest, Want};
use super::requirement::{exact, is_specifier, names_extra};
use super::scope_of_group;
use crate::engine::osv::component::{Origin, Scope};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Indexes that have a name, and the one that is used where none is named.
#[derive(Debug, Default)]
pub(super) struct Indexes {
    pub named: BTreeMap<String, Origin>,
    pub usual: Origin,
}

impl Indexes {
    /// Of `[[tool.uv.index]]` and `[[tool.poetry.source]]`.
    pub(super) fn of(tool: &DeTable<'_>) -> Self {
        let mut indexes = Self::default();
        let uv = table(tool, "uv").into_iter().flat_map(|uv| items(uv, "index"));
        let poetry = table(tool, "poetry").into_iter().flat_map(|poetry| items(poetry, "source"));
        for index in uv.chain(poetry).filter_map(|index| index.get_ref().as_table()) {
            let Some(address) = text(index, "url") else { continue };
            let usual = flag(index, "default")
                || matches!(text(index, "priority"), Some("default" | "primary"));
            if usual {
                indexes.usual = origin::of_index(address);
            }
            if let Some(name) = text(index, "name") {
                indexes.named.insert(name.to_owned(), origin::of_index(address));
            }
        }
        indexes
    }

    /// Origin of what a table says: `git`, `url`, `path`, `workspace`, or the name of an index under `key`.
    pub(super) fn origin(&self, from: &DeTable<'_>, key: &str) -> Origin {
        for kind in ["git", "hg", "svn"] {
            if let Some(address) = text(from, kind) {
                let revision = ["rev", "tag", "branch", "ref"].iter().find_map(|r| text(from, r));
                return origin::of_repository(kind, address, revision.unwrap_or_default()).0;
            }
        }
        if let Some(address) = text(from, "url").or_else(|| text(from, "file")) {
            let mut component = crate::engine::osv::component::Component::new(
                crate::engine::osv::component::Ecosystem::PyPi,
                "",
                "",
                0,
            );
            origin::by_address(&mut component, address);
            return component.origin;
        }
        if let Some(path) = text(from, "path") {
            return origin::of_path(path);
        }
        if flag(from, "workspace") {
            return Origin::Path(String::new());
        }
        let named = text(from, key).and_then(|name| self.named.get(name));
        named.unwrap_or(&self.usual).clone()
    }
}

/// Whether a key is there and true.
pub(super) fn flag(table: &DeTable<'_>, key: &str) -> bool {
    table.get(key).and_then(|value| value.get_ref().as_bool()) == Some(true)
}

/// The pairs of a table in the order of the text.
pub(super) fn in_order<'v, 'a>(
    table: &'v DeTable<'a>,
) -> Vec<(&'v Spanned<std::borrow::Cow<'a, str>>, &'v DeValue<'a>)> {
    let mut pairs: Vec<_> = table.iter().map(|(key, value)| (key, value.get_ref())).collect();
    pairs.sort_by_key(|(key, _)| key.span().start);
    pairs
}

/// The version that Poetry's constraint pins: a bare version means that one.
fn poetry_exact(constraint: &str) -> Option<&str> {
    let constraint = constraint.trim();
    let bare = constraint.starts_with(|c: char| c.is_ascii_digit())
        && !constraint.contains(['*', ' ', ',', '|']);
    if bare { Some(constraint) } else { exact(constraint).filter(|_| is_specifier(constraint)) }
}

/// What `[tool.poetry]` states.
pub(super) fn poetry(manifest: &mut Manifest, poetry: &DeTable<'_>, indexes: &Indexes) {
    if manifest.project.is_none()
        && let Some(name) = text(poetry, "name")
    {
        let version = text(poetry, "version").unwrap_or_default();
        manifest.project = Some((name.to_owned(), version.to_owned()));
    }
    if let Some(needs) = table(poetry, "dependencies") {
        poetry_group(manifest, needs, Scope::Runtime, indexes);
    }
    if let Some(needs) = table(poetry, "dev-dependencies") {
        poetry_group(manifest, needs, Scope::Dev, indexes);
    }
    for (name, group) in table(poetry, "group").map(in_order).unwrap_or_default() {
        let needs = group.as_table().and_then(|group| table(group, "dependencies"));
        if let Some(needs) = needs {
            let scope = if name.get_ref() == "main" {
                Scope::Runtime
            } else {
                scope_of_group(name.get_ref())
            };
            poetry_group(manifest, needs, scope, indexes);
        }
    }
}

fn poetry_group(manifest: &mut Manifest, needs: &DeTable<'_>, scope: Scope, indexes: &Indexes) {
    for (name, value) in in_order(needs) {
        // The interpreter is no package.
        if name.get_ref() == "python" {
            continue;
        }
        let one = [value];
        let several: Vec<&DeValue<'_>>;
        let forms = if let Some(array) = value.as_array() {
            several = array.iter().map(Spanned::get_ref).collect();
            several.as_slice()
        } else {
            &one
        };
        for form in forms {
            let offset = name.span().start;
            let Some(mut want) = stated(form, indexes, "source", poetry_exact) else {
                manifest.lose(offset, "a requirement has another form than expected");
                continue;
            };
            want.name = name.get_ref().to_string();
            want.offset = offset;
            if scope != Scope::Runtime || want.scope != Scope::Optional {
                want.scope = scope;
            }
            manifest.want(want);
        }
    }
}

/// What a text or table says of a requirement whose name stands elsewhere, as with Poetry and Pipenv; `None` for other
/// values.
pub(super) fn stated(
    form: &DeValue<'_>,
    indexes: &Indexes,
    key: &str,
    exact: fn(&str) -> Option<&str>,
) -> Option<Want> {
    let mut want = Want::default();
    let constraint;
    if let Some(text) = form.as_str() {
        constraint = text;
        want.origin = indexes.usual.clone();
    } else {
        let from = form.as_table()?;
        constraint = text(from, "version").unwrap_or_default();
        want.origin = indexes.origin(from, key);
        want.extras = words(from, "extras");
        let conditional = text(from, "markers").is_some_and(names_extra);
        if flag(from, "optional") || conditional {
            want.scope = Scope::Optional;
        }
    }
    want.exact = exact(constraint).map(str::to_owned);
    constraint.clone_into(&mut want.requirement);
    Some(want)
}

/// The texts of an array.
pub(super) fn words(table: &DeTable<'_>, key: &str) -> Vec<String> {
    items(table, key).filter_map(|item| item.get_ref().as_str()).map(str::to_owned).collect()
}

/// What `[tool.pdm]` states.
pub(super) fn pdm(manifest: &mut Manifest, pdm: &DeTable<'_>, indexes: &Indexes) {
    for (name, group) in table(pdm, "dev-dependencies").map(in_order).unwrap_or_default() {
        let scope = scope_of_group(name.get_ref());
        manifest.groups.insert(name.get_ref().to_string(), scope);
        for item in group.as_array().into_iter().flat_map(|array| array.iter()) {
            // `-e file:///…#egg=name` is allowed here.
            let editable = item.get_ref().as_str().and_then(|text| text.strip_prefix("-e "));
            match editable {
                Some(address) => {
                    let egg = address.split_once("#egg=").map(|(_, name)| name);
                    let Some(name) = egg else { continue };
                    manifest.want(Want {
                        name: name.split('&').next().unwrap_or(name).to_owned(),
                        scope,
                        origin: Origin::Path(String::new()),
                        offset: item.span().start,
                        ..Want::default()
                    });
                }
                None => manifest.item(item, scope, indexes),
            }
        }
    }
}

/// What `[tool.uv]` states, and where it wants packages from.
pub(super) fn uv(manifest: &mut Manifest, uv: &DeTable<'_>, indexes: &Indexes) {
    for item in items(uv, "dev-dependencies") {
        manifest.item(item, Scope::Dev, indexes);
    }
    let Some(sources) = table(uv, "sources") else { return };
    let sources: BTreeMap<String, Origin> = sources
        .iter()
        .filter_map(|(name, value)| {
            let first = value.get_ref().as_array().and_then(|a| a.first()).map(Spanned::get_ref);
            let from = first.unwrap_or(value.get_ref()).as_table()?;
            let name = crate::engine::osv::component::Ecosystem::PyPi.normalise(name.get_ref());
            Some((name, indexes.origin(from, "index")))
        })
        .collect();
    for want in &mut manifest.wants {
        let name = crate::engine::osv::component::Ecosystem::PyPi.normalise(&want.name);
        if let Some(origin) = sources.get(&name).filter(|_| want.scope != Scope::Build) {
            want.origin = origin.clone();
        }
    }
}
