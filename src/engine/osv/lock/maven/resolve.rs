//! What a pom means together with its parents and BOMs: properties, managed versions. Looks at poms of the repository
//! only, never at a registry or a local one, and within a budget for each pom read.

use super::super::{Around, join};
use super::model::{Entry, Parent, Pom};
use super::xml;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Poms one above another.
const MAX_CHAIN: usize = 32;
/// BOMs that import one another.
const MAX_IMPORTS: usize = 8;
/// Files that are looked at for one pom, parents and BOMs together.
const MAX_FILES: usize = 512;
/// Files that one search looks at whose folder does not tell that the pom is in it.
const MAX_GUESSES: usize = 64;
/// Bytes of a text after its properties are put in.
const MAX_EXPANDED: usize = 4096;
/// Properties in properties.
const MAX_NESTED: usize = 24;
/// Properties that are put in for one pom.
const MAX_STEPS: u32 = 2_000_000;
/// Managed versions of one view.
const MAX_MANAGED: usize = 200_000;

/// Group, artifact, type and classifier.
pub(super) type Key = (String, String, String, String);

/// What a managed entry gives those that leave it open: not whether they are optional, as Maven has it. Expressions are
/// put in as far as they are known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Managed {
    pub(super) version: String,
    pub(super) scope: String,
}

/// Poms of the repository, each read once.
pub(super) struct Store<'a> {
    around: &'a dyn Around,
    poms: BTreeMap<String, Option<Rc<Pom>>>,
    looked: usize,
    paths: Option<Vec<String>>,
    found: BTreeMap<(String, String, String), Option<Rc<Pom>>>,
    boms: BTreeMap<String, Option<Rc<View>>>,
}

/// A pom with everything above it.
#[derive(Debug)]
pub(super) struct View {
    /// The pom, its parent and so on.
    pub(super) chain: Vec<Rc<Pom>>,
    pub(super) managed: BTreeMap<Key, Managed>,
    pub(super) managed_plugins: BTreeMap<(String, String), String>,
    /// The nearest parent that is no file of the repository.
    pub(super) missing_parent: Option<Parent>,
    /// BOMs that are no files of the repository.
    pub(super) missing_boms: usize,
    steps: Cell<u32>,
}

/// Properties that come before those of the pom: the ones of a profile.
pub(super) type Extra<'e> = Option<&'e BTreeMap<String, String>>;

impl<'a> Store<'a> {
    pub(super) fn new(around: &'a dyn Around) -> Self {
        Self {
            around,
            poms: BTreeMap::new(),
            looked: 0,
            paths: None,
            found: BTreeMap::new(),
            boms: BTreeMap::new(),
        }
    }

    fn load(&mut self, path: &str) -> Option<Rc<Pom>> {
        if let Some(known) = self.poms.get(path) {
            return known.clone();
        }
        let bytes = self.bytes(path)?;
        let pom = xml::text_of(&bytes).ok().and_then(|text| Pom::parse(path, &text).ok());
        let pom = pom.map(Rc::new);
        self.poms.insert(path.to_owned(), pom.clone());
        pom
    }

    fn bytes(&mut self, path: &str) -> Option<std::sync::Arc<[u8]>> {
        self.looked += 1;
        if self.looked > MAX_FILES {
            return None;
        }
        self.around.read(path)
    }

    /// The pom of the repository with these coordinates.
    pub(super) fn find(&mut self, group: &str, artifact: &str, version: &str) -> Option<Rc<Pom>> {
        if artifact.is_empty() || artifact.contains("${") {
            return None;
        }
        let key = (group.to_owned(), artifact.to_owned(), version.to_owned());
        if let Some(known) = self.found.get(&key) {
            return known.clone();
        }
        let found = self.search(group, artifact, version);
        self.found.insert(key, found.clone());
        found
    }

    fn search(&mut self, group: &str, artifact: &str, version: &str) -> Option<Rc<Pom>> {
        let around = self.around;
        let paths = self.paths.get_or_insert_with(|| {
            let is_pom = |path: &String| path == "pom.xml" || path.ends_with("/pom.xml");
            around.below("").into_iter().filter(is_pom).collect()
        });
        let mut ranked: Vec<(usize, usize, String)> = paths
            .iter()
            .map(|path| (rank(path, artifact), path.matches('/').count(), path.clone()))
            .collect();
        ranked.sort();
        let mark = format!("<artifactId>{artifact}</artifactId>");
        let finder = memchr::memmem::Finder::new(mark.as_bytes());
        let mut guesses = 0;
        for (rank, _, path) in ranked {
            if rank == 2 {
                guesses += 1;
                if guesses > MAX_GUESSES {
                    break;
                }
            }
            // A pom that does not hold its own name is not worth being parsed.
            if !self.poms.contains_key(&path) {
                let Some(bytes) = self.bytes(&path) else { continue };
                if finder.find(&bytes).is_none() {
                    continue;
                }
            }
            let fits = self.load(&path).filter(|pom| is_called(pom, group, artifact, version));
            if fits.is_some() {
                return fits;
            }
        }
        None
    }

    fn parent(&mut self, pom: &Pom, parent: &Parent) -> Option<Rc<Pom>> {
        let relative = parent.relative_path.as_deref().unwrap_or("../pom.xml");
        let folder = pom.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        if !relative.is_empty()
            && let Some(path) = join(folder, relative)
        {
            let beside =
                if path.is_empty() { "pom.xml".to_owned() } else { format!("{path}/pom.xml") };
            let is_file = relative.rsplit_once('.').is_some_and(|(_, end)| end == "xml");
            let paths = if is_file { [path, beside] } else { [beside, path] };
            for path in paths {
                let fits = self
                    .load(&path)
                    .filter(|one| is_called(one, &parent.group, &parent.artifact, &parent.version));
                if fits.is_some() {
                    return fits;
                }
            }
        }
        self.find(&parent.group, &parent.artifact, &parent.version)
    }

    /// A pom with everything above it.
    pub(super) fn view(&mut self, pom: Rc<Pom>) -> View {
        self.view_at(pom, 0)
    }

    fn view_at(&mut self, pom: Rc<Pom>, depth: usize) -> View {
        let mut seen = BTreeSet::from([pom.path.clone()]);
        let mut chain = vec![pom];
        let mut missing_parent = None;
        while let Some(last) = chain.last().cloned()
            && let Some(parent) = &last.parent
        {
            let found = if chain.len() < MAX_CHAIN { self.parent(&last, parent) } else { None };
            match found {
                Some(found) if seen.insert(found.path.clone()) => chain.push(found),
                _ => {
                    missing_parent = Some(parent.clone());
                    break;
                }
            }
        }
        let mut view = View {
            chain,
            managed: BTreeMap::new(),
            managed_plugins: BTreeMap::new(),
            missing_parent,
            missing_boms: 0,
            steps: Cell::new(MAX_STEPS),
        };
        let mut boms = Vec::new();
        for pom in view.chain.clone() {
            let bodies = pom.profiles.iter().filter(|profile| profile.active_by_default);
            for body in bodies.map(|profile| &profile.body).chain([&pom.body]) {
                for entry in &body.managed {
                    if view.managed.len() >= MAX_MANAGED {
                        break;
                    }
                    if entry.kind == "pom" && entry.scope == "import" {
                        let part = |text: &str| view.expand(text, None);
                        boms.push((
                            part(&entry.group),
                            part(&entry.artifact),
                            part(&entry.version),
                        ));
                    } else {
                        let (key, managed) = view.managed_entry(entry, None);
                        view.managed.entry(key).or_insert(managed);
                    }
                }
                for entry in &body.managed_plugins {
                    let name =
                        (view.expand(&entry.group, None), view.expand(&entry.artifact, None));
                    let version = view.expand(&entry.version, None);
                    view.managed_plugins.entry(name).or_insert(version);
                }
            }
        }
        for (group, artifact, version) in boms {
            let bom = self.find(&group, &artifact, &version);
            match bom.and_then(|bom| self.bom(bom, depth)) {
                Some(bom) => {
                    view.missing_boms +=
                        bom.missing_boms + usize::from(bom.missing_parent.is_some());
                    for (key, managed) in &bom.managed {
                        if view.managed.len() >= MAX_MANAGED {
                            break;
                        }
                        if !view.managed.contains_key(key) {
                            view.managed.insert(key.clone(), managed.clone());
                        }
                    }
                }
                None => view.missing_boms += 1,
            }
        }
        view
    }

    fn bom(&mut self, pom: Rc<Pom>, depth: usize) -> Option<Rc<View>> {
        if depth >= MAX_IMPORTS {
            return None;
        }
        if let Some(known) = self.boms.get(&pom.path) {
            return known.clone();
        }
        let path = pom.path.clone();
        // While it is read it has no view, so that BOMs that import each other come to an end.
        self.boms.insert(path.clone(), None);
        let view = Some(Rc::new(self.view_at(pom, depth + 1)));
        self.boms.insert(path, view.clone());
        view
    }
}

/// How far the folder of a pom is from telling that the artifact is in it.
fn rank(path: &str, artifact: &str) -> usize {
    let mut parts = path.rsplit('/').skip(1);
    match parts.next() {
        Some(folder) if folder == artifact => 0,
        Some(folder) if folder.len() > 2 && artifact.ends_with(folder) => 1,
        _ => 2,
    }
}

fn is_called(pom: &Pom, group: &str, artifact: &str, version: &str) -> bool {
    let same = |a: &str, b: &str| a == b || a.contains("${") || b.contains("${");
    pom.artifact == artifact && same(&pom.group, group) && same(&pom.version, version)
}

impl View {
    /// A text with its properties put in; what is not known stays as it is.
    pub(super) fn expand(&self, text: &str, extra: Extra<'_>) -> String {
        if !text.contains("${") {
            return text.to_owned();
        }
        let mut out = String::new();
        if self.expand_into(text, extra, &mut out, 0) { out } else { text.to_owned() }
    }

    fn expand_into(&self, text: &str, extra: Extra<'_>, out: &mut String, depth: usize) -> bool {
        let steps = self.steps.get();
        if depth > MAX_NESTED || steps == 0 || out.len() + text.len() > MAX_EXPANDED {
            return false;
        }
        self.steps.set(steps - 1);
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("${") {
            out.push_str(before);
            let Some((name, behind)) = behind.split_once('}') else { return false };
            let Some(value) = self.property(name.trim(), extra) else { return false };
            if !self.expand_into(value, extra, out, depth + 1) {
                return false;
            }
            rest = behind;
        }
        out.push_str(rest);
        out.len() <= MAX_EXPANDED
    }

    fn property<'v>(&'v self, name: &str, extra: Extra<'v>) -> Option<&'v str> {
        let field = name.strip_prefix("project.").or_else(|| name.strip_prefix("pom."));
        if let Some(value) = field.and_then(|field| self.field(field)) {
            return Some(value);
        }
        if let Some(value) = extra.and_then(|extra| extra.get(name)) {
            return Some(value);
        }
        for pom in &self.chain {
            let active = pom.profiles.iter().filter(|profile| profile.active_by_default);
            let mut bodies = active.map(|profile| &profile.body).chain([&pom.body]);
            if let Some(value) = bodies.find_map(|body| body.properties.get(name)) {
                return Some(value);
            }
        }
        // Old poms leave the prefix out.
        self.field(name)
    }

    fn field(&self, name: &str) -> Option<&str> {
        let pom = self.chain.first()?;
        let value = match name {
            "groupId" => &pom.group,
            "artifactId" => &pom.artifact,
            "version" => &pom.version,
            "packaging" => &pom.packaging,
            "parent.groupId" => &pom.parent.as_ref()?.group,
            "parent.artifactId" => &pom.parent.as_ref()?.artifact,
            "parent.version" => &pom.parent.as_ref()?.version,
            _ => return None,
        };
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// An entry of `<dependencyManagement>` by what it is looked up with.
    pub(super) fn managed_entry(&self, entry: &Entry, extra: Extra<'_>) -> (Key, Managed) {
        let managed = Managed {
            version: self.expand(&entry.version, extra),
            scope: self.expand(&entry.scope, extra),
        };
        (self.key(entry, extra), managed)
    }

    /// What an entry is looked up with.
    pub(super) fn key(&self, entry: &Entry, extra: Extra<'_>) -> Key {
        // A test archive is of type `test-jar`, or of type `jar` with the classifier `tests`.
        let part = |text: &str| self.expand(text, extra);
        (part(&entry.group), part(&entry.artifact), part(&entry.kind), part(&entry.classifier))
    }
}
