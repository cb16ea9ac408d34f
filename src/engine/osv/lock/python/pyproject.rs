//! `pyproject.toml`: what a project asks for, by PEP 621, PEP 735 and PEP 518, with the tables of Poetry, PDM and uv.
//! Readers of lockfiles ask it for what stands beside their file.

use super::super::gather::Gather;
use super::super::place::Located;
use super::super::toml_text::{self, items, table, text};
use super::super::{Broken, File};
use super::origin;
use super::pyproject_tables::{self as tables, Indexes, in_order};
use super::requirement::{Requirement, requirement};
use super::scope_of_group;
use crate::engine::osv::component::{Component, Declared, Ecosystem, Listing, Note, Origin, Scope};
use std::collections::BTreeMap;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) const NAME: &str = "pyproject.toml";

/// One requirement of a manifest.
#[derive(Debug, Clone, Default)]
pub(super) struct Want {
    pub name: String,
    pub extras: Vec<String>,
    /// As written.
    pub requirement: String,
    /// The one version it allows.
    pub exact: Option<String>,
    pub scope: Scope,
    pub origin: Origin,
    /// Byte offset in the text.
    pub offset: usize,
    /// From 1.
    pub line: u32,
}

impl Want {
    /// From a requirement in the form of PEP 508.
    pub(super) fn of(read: &Requirement<'_>, scope: Scope, usual: &Origin) -> Self {
        let mut component = Component::new(Ecosystem::PyPi, "", "", 0);
        component.origin.clone_from(usual);
        if let Some(address) = read.url {
            origin::by_address(&mut component, address);
        }
        let conditional = scope == Scope::Runtime && read.is_conditional();
        Self {
            name: read.name.to_owned(),
            extras: read.extras.iter().map(|extra| (*extra).to_owned()).collect(),
            requirement: read.specifier.to_owned(),
            exact: read.exact().map(str::to_owned),
            scope: if conditional { Scope::Optional } else { scope },
            origin: component.origin,
            ..Self::default()
        }
    }
}

/// What a manifest states.
#[derive(Debug, Default)]
pub(super) struct Manifest {
    pub project: Option<(String, String)>,
    pub wants: Vec<Want>,
    /// Scopes of extras and groups by name.
    pub groups: BTreeMap<String, Scope>,
    /// Byte offset and reason.
    lost: Vec<(usize, &'static str)>,
    /// Byte offset of a word that leaves the requirements to a program.
    computed: Option<usize>,
}

impl Manifest {
    /// Reads `pyproject.toml`.
    fn read(located: &Located<'_>) -> Result<Self, Broken> {
        let root = toml_text::read(located)?;
        let mut manifest = Self::default();
        let empty = DeTable::new();
        let tool = table(&root, "tool").unwrap_or(&empty);
        let indexes = Indexes::of(tool);
        if let Some(project) = table(&root, "project") {
            manifest.standard(project, &indexes);
        }
        for (name, group) in table(&root, "dependency-groups").map(in_order).unwrap_or_default() {
            let scope = scope_of_group(name.get_ref());
            manifest.groups.insert(name.get_ref().to_string(), scope);
            for item in group.as_array().into_iter().flat_map(|array| array.iter()) {
                // `{include-group = "other"}`: that one is listed anyway.
                if !item.get_ref().is_table() {
                    manifest.item(item, scope, &indexes);
                }
            }
        }
        if let Some(build) = table(&root, "build-system") {
            for item in items(build, "requires") {
                manifest.item(item, Scope::Build, &Indexes::default());
            }
        }
        if let Some(poetry) = table(tool, "poetry") {
            tables::poetry(&mut manifest, poetry, &indexes);
        }
        if let Some(pdm) = table(tool, "pdm") {
            tables::pdm(&mut manifest, pdm, &indexes);
        }
        if let Some(uv) = table(tool, "uv") {
            tables::uv(&mut manifest, uv, &indexes);
        }
        for want in &mut manifest.wants {
            want.line = located.line_at(want.offset);
        }
        Ok(manifest)
    }

    /// `[project]`.
    fn standard(&mut self, project: &DeTable<'_>, indexes: &Indexes) {
        if let Some(name) = text(project, "name") {
            let version = text(project, "version").unwrap_or_default();
            self.project = Some((name.to_owned(), version.to_owned()));
        }
        for item in items(project, "dependencies") {
            self.item(item, Scope::Runtime, indexes);
        }
        for (name, extra) in
            table(project, "optional-dependencies").map(in_order).unwrap_or_default()
        {
            self.groups.insert(name.get_ref().to_string(), Scope::Optional);
            for item in extra.as_array().into_iter().flat_map(|array| array.iter()) {
                self.item(item, Scope::Optional, indexes);
            }
        }
        self.computed = items(project, "dynamic")
            .find(|item| item.get_ref().as_str() == Some("dependencies"))
            .map(|item| item.span().start);
    }

    /// One item of a list of requirements.
    pub(super) fn item(&mut self, item: &Spanned<DeValue<'_>>, scope: Scope, indexes: &Indexes) {
        let offset = item.span().start;
        match item.get_ref().as_str().and_then(requirement) {
            Some(read) => {
                let want = Want { offset, ..Want::of(&read, scope, &indexes.usual) };
                self.want(want);
            }
            None => self.lose(offset, "not a requirement"),
        }
    }

    /// Takes a requirement, but not that of a project for its own extras.
    pub(super) fn want(&mut self, want: Want) {
        let normalise = |name: &str| Ecosystem::PyPi.normalise(name);
        let own = self.project.as_ref().map(|(name, _)| normalise(name));
        if own.is_none_or(|own| own != normalise(&want.name)) {
            self.wants.push(want);
        }
    }

    /// Something could not be understood.
    pub(super) fn lose(&mut self, offset: usize, why: &'static str) {
        self.lost.push((offset, why));
    }

    /// Requirements that a lockfile answers: not those of the build.
    pub(super) fn locked(&self) -> impl Iterator<Item = &Want> {
        self.wants.iter().filter(|want| want.scope != Scope::Build)
    }

    /// Tells a listing what it states; `path` where that is another file than the listing's.
    pub(super) fn declare(&self, gather: &mut Gather, path: Option<&str>) {
        if let Some((name, version)) = &self.project {
            gather.project(name, version);
        }
        for want in &self.wants {
            gather.declare(Declared {
                ecosystem: Ecosystem::PyPi,
                name: want.name.clone(),
                requirement: want.requirement.clone(),
                scope: want.scope,
                origin: want.origin.clone(),
                line: want.line,
                file: path.map(str::to_owned),
            });
        }
    }

    /// Tells a listing what could not be understood.
    pub(super) fn say_lost(&self, gather: &mut Gather, located: &Located<'_>) {
        for (offset, why) in &self.lost {
            gather.lost(located.line_at(*offset), *why);
        }
    }

    /// Lists exact versions as packages and says how many requirements name none.
    pub(super) fn list(&self, gather: &mut Gather) {
        let mut open = Vec::new();
        for want in &self.wants {
            let registry = matches!(want.origin, Origin::Registry | Origin::OtherRegistry(_));
            match &want.exact {
                Some(version) => {
                    let mut component =
                        Component::new(Ecosystem::PyPi, &want.name, version, want.line);
                    component.scope = want.scope;
                    component.origin = want.origin.clone();
                    component.direct = Some(true);
                    gather.add(component);
                }
                None if registry => open.push(want.line),
                None => {}
            }
        }
        gather.unresolved(&open, self.wants.len());
    }
}

/// The `pyproject.toml` beside a lockfile; its requirements and the project's name go into the listing.
pub(super) fn beside(file: &File<'_>, gather: &mut Gather) -> Option<Manifest> {
    let bytes = file.read_beside(NAME)?;
    let path = file.beside(NAME)?;
    let beside = File { path: &path, bytes: &bytes, around: file.around };
    let manifest = beside.text().and_then(|text| Manifest::read(&Located::new(text)));
    if let Ok(manifest) = manifest {
        manifest.declare(gather, Some(&path));
        return Some(manifest);
    }
    let message = "pyproject.toml beside it could not be read".to_owned();
    gather.note(Note::Lost { line: None, message });
    None
}

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let located = Located::new(file.text()?);
    let manifest = Manifest::read(&located)?;
    let mut gather = Gather::new(file, NAME);
    manifest.declare(&mut gather, None);
    manifest.list(&mut gather);
    manifest.say_lost(&mut gather, &located);
    let elsewhere = ["setup.py", "setup.cfg"].iter().any(|name| file.read_beside(name).is_some());
    if let Some(offset) = manifest.computed.filter(|_| !elsewhere) {
        let message = "the dependencies are left to the build tool (dynamic)".to_owned();
        gather.note(Note::Unresolved { line: located.line_at(offset), message });
    }
    Ok(gather.finish())
}
