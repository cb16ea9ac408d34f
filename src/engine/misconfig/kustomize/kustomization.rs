//! What a kustomization says: what it builds on and what it changes. Resolves paths inside of the tree; fetches nothing.

use super::super::value::{Data, Value};
use super::inline;
use super::object::Selector;
use std::collections::BTreeSet;

/// Names of the file, the one that counts first.
pub const NAMES: &[&str] = &["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// Hosts that need no scheme before them.
const HOSTS: &[&str] = &["bitbucket.org", "github.com", "gitlab.com"];

/// Things of one sort that a kustomization lists.
const MAX_LISTED: usize = 10_000;

/// What does something that is not carried out here, and what people call it.
const FOREIGN: &[(&str, &str)] = &[
    ("helmCharts", "charts of Helm"),
    ("helmChartInflationGenerator", "charts of Helm"),
    ("generators", "generators that are plugins"),
    ("transformers", "transformers that are plugins"),
    ("configurations", "settings of transformers"),
    ("replacements", "replacements; what they fill in is not known"),
    ("vars", "variables; what they fill in is not known"),
];

/// A file or folder that something refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reference {
    /// A path in the tree, without a `/` at its end.
    Local(String),
    /// A path that leads out of the tree.
    Outside,
    /// Something on another machine.
    Remote,
}

/// Content of a patch.
#[derive(Debug, Clone)]
pub enum Content {
    /// In a file.
    File(Reference),
    /// Where it is named.
    Inline(Vec<Value>),
}

/// A patch, as it is named.
#[derive(Debug, Clone)]
pub struct Patch {
    /// What it says.
    pub content: Content,
    /// What it changes, where it is not that which it names.
    pub target: Option<Selector>,
    /// It may change the name.
    pub renames: bool,
    /// It may change the kind.
    pub changes_kind: bool,
}

/// A kustomization.
#[derive(Debug)]
pub struct Kustomization {
    /// Its folder; the root of the tree is empty.
    pub folder: String,
    /// Its file.
    pub path: String,
    /// What it says; places are those of its file.
    pub body: Value,
    /// It changes what others build.
    pub is_component: bool,
    /// Manifests and other kustomizations.
    pub resources: Vec<Reference>,
    /// Kustomizations that change what was built so far.
    pub components: Vec<Reference>,
    /// Patches that come before everything else, and those that come late.
    pub patches: Vec<Patch>,
    /// Patches that come after names and labels have changed.
    pub late_patches: Vec<Patch>,
    /// Sentences about what is not carried out.
    pub notes: BTreeSet<String>,
}

impl Kustomization {
    /// What a document says; none when it is no kustomization.
    pub fn new(path: &str, body: Value, source: &[u8]) -> Option<Self> {
        let text = |key: &str| body.get(key).and_then(Value::text);
        let group = text("apiVersion").and_then(|version| version.split_once('/'));
        let is_other = group.is_some_and(|(group, _)| group != "kustomize.config.k8s.io");
        let kind = text("kind").unwrap_or("Kustomization");
        if is_other || !matches!(kind, "Kustomization" | "Component") || body.entries().is_empty() {
            return None;
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let is_component = kind == "Component";
        let mut reader = Reader { folder: &folder, source, notes: BTreeSet::new() };
        let mut resources = reader.references(&body, "resources");
        resources.extend(reader.references(&body, "bases"));
        let components = reader.references(&body, "components");
        let mut patches = reader.merge_patches(&body);
        patches.extend(reader.patches(&body, "patches"));
        let late_patches = reader.patches(&body, "patchesJson6902");
        let mut notes = reader.notes;
        for (key, words) in FOREIGN {
            if body.get(key).is_some_and(|value| !value.is_null()) {
                notes.insert(format!("not applied: {words}"));
            }
        }
        if body.entries().iter().any(|entry| entry.value.items().len() > MAX_LISTED) {
            notes.insert(format!("not looked at: what stands behind {MAX_LISTED} items of a list"));
        }
        let path = path.to_owned();
        Some(Self {
            folder,
            path,
            body,
            is_component,
            resources,
            components,
            patches,
            late_patches,
            notes,
        })
    }

    /// Files of patches.
    pub fn patch_files(&self) -> impl Iterator<Item = &str> {
        self.patches.iter().chain(&self.late_patches).filter_map(|patch| match &patch.content {
            Content::File(Reference::Local(path)) => Some(path.as_str()),
            _ => None,
        })
    }
}

/// Items of a list that is named, as far as they are looked at.
pub fn listed<'a>(body: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    body.get(key).map(Value::items).unwrap_or_default().iter().take(MAX_LISTED)
}

struct Reader<'a> {
    folder: &'a str,
    source: &'a [u8],
    notes: BTreeSet<String>,
}

impl Reader<'_> {
    fn references(&mut self, body: &Value, key: &str) -> Vec<Reference> {
        let named = listed(body, key).filter_map(Value::text);
        let all: Vec<Reference> = named.map(|text| refer(self.folder, text)).collect();
        let remote = all.iter().filter(|one| **one == Reference::Remote).count();
        let outside = all.iter().filter(|one| **one == Reference::Outside).count();
        if remote > 0 {
            self.notes.insert(format!("not looked at: {remote} of `{key}` on other machines"));
        }
        if outside > 0 {
            self.notes.insert(format!("not looked at: {outside} of `{key}` outside of the tree"));
        }
        all
    }

    fn merge_patches(&mut self, body: &Value) -> Vec<Patch> {
        let texts = listed(body, "patchesStrategicMerge").filter(|item| item.text().is_some());
        texts.map(|text| self.named_or_written(text)).collect()
    }

    /// The name of a file, or a patch itself: that has a `:` with a blank or an end of line behind it.
    fn named_or_written(&mut self, value: &Value) -> Patch {
        let text = value.text().unwrap_or_default();
        let is_written = text.contains('\n') || text.contains(": ");
        let content =
            if is_written { self.inline(value) } else { Content::File(refer(self.folder, text)) };
        Patch { content, target: None, renames: false, changes_kind: false }
    }

    fn inline(&mut self, value: &Value) -> Content {
        let (documents, broken) = inline::documents(value, self.source);
        if let Some(why) = broken {
            self.notes.insert(format!("not applied: a patch that is not understood ({why})"));
        }
        Content::Inline(documents)
    }

    fn patches(&mut self, body: &Value, key: &str) -> Vec<Patch> {
        let mut patches = Vec::new();
        for item in listed(body, key) {
            if item.text().is_some() {
                patches.push(self.named_or_written(item));
                continue;
            }
            let target = item.get("target").filter(|target| !target.is_null());
            let target = match target.map(Selector::new).transpose() {
                Ok(target) => target,
                Err(why) => {
                    self.notes.insert(format!("not applied: a patch, since {why}"));
                    continue;
                }
            };
            let path = item.get("path").and_then(Value::text).filter(|path| !path.is_empty());
            let content = match (path, item.get("patch")) {
                (Some(path), _) => Content::File(refer(self.folder, path)),
                (None, Some(written)) if written.text().is_some() => self.inline(written),
                _ => continue,
            };
            let may =
                |key: &str| item.at(&["options", key]).and_then(Value::truth).unwrap_or_default();
            let (renames, changes_kind) = (may("allowNameChange"), may("allowKindChange"));
            patches.push(Patch { content, target, renames, changes_kind });
        }
        patches
    }
}

/// What a path of a kustomization leads to.
pub fn refer(folder: &str, path: &str) -> Reference {
    let first = path.split('/').next().unwrap_or_default();
    let is_remote = path.contains("://")
        || path.contains("?ref=")
        || path.contains("//") && !path.starts_with('.')
        || path.starts_with("git@")
        || path.starts_with("git::")
        || HOSTS.contains(&first);
    if is_remote {
        return Reference::Remote;
    }
    if path.starts_with('/') {
        return Reference::Outside;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Reference::Outside;
                }
            }
            part => parts.push(part),
        }
    }
    Reference::Local(parts.join("/"))
}

/// Names and values of a generator: where they are written, and files they come from.
#[derive(Debug, Default)]
pub struct Generated {
    /// Texts `name=value`.
    pub literals: Vec<Value>,
    /// Files of lines `name=value`.
    pub envs: Vec<String>,
    /// Names that whole files go under.
    pub files: Vec<Value>,
}

/// What a generator is told.
pub fn generated(folder: &str, generator: &Value) -> Generated {
    let mut told = Generated::default();
    told.literals.extend(listed(generator, "literals").cloned());
    let single = generator.get("env").into_iter();
    let envs = listed(generator, "envs").chain(single).filter_map(Value::text);
    told.envs.extend(envs.filter_map(|path| match refer(folder, path) {
        Reference::Local(path) => Some(path),
        _ => None,
    }));
    told.files.extend(listed(generator, "files").filter_map(|item| {
        let text = item.text()?;
        let key = text
            .split_once('=')
            .map_or_else(|| text.rsplit('/').next().unwrap_or(text), |(key, _)| key);
        Some(Value::new(item.range.clone(), Data::Text(key.to_owned())))
    }));
    told
}
