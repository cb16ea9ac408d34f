//! The charts of a tree: which folders are charts, what is in them, and the values their templates are rendered with.

use super::collection::merge;
use super::heap::{Item, Native, Why};
use super::render::{Output, Renderer};
use super::version::satisfies;
use crate::target::{Entry, Source};
use crate::text::decode::{Decoded, decode};
use crate::yaml::{Limits, stream};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Charts in charts are looked at this deep.
const MAX_DEPTH: usize = 4;

/// Files of one chart that are read.
const MAX_FILES: usize = 2000;

/// Bytes of one chart that are read.
const MAX_BYTES: usize = 16 << 20;

/// Name under which a chart is rendered, as `helm template` names it.
const RELEASE: &str = "release-name";

/// Version of Kubernetes that charts are rendered for.
const KUBERNETES: (&str, &str) = ("1", "31");

const LIMITS: Limits = Limits { bytes: 2 << 20, depth: 64, copied: 4 << 20 };

/// What came of a chart.
#[derive(Debug, Default)]
pub struct Rendering {
    /// Outputs by the paths of their templates.
    pub outputs: BTreeMap<String, Output>,
    /// Templates that could not be rendered, and why.
    pub failed: BTreeMap<String, Why>,
}

/// Folders of charts that are not part of another, each with a `/` at its end; the root of the tree is empty.
pub fn roots(source: &dyn Source) -> Vec<String> {
    let paths = source.entries().iter().map(|entry| entry.path.as_str());
    let folders = paths.filter_map(|path| {
        let folder = path.strip_suffix("Chart.yaml")?;
        (folder.is_empty() || folder.ends_with('/')).then(|| folder.to_owned())
    });
    let mut roots: Vec<String> = Vec::new();
    for folder in folders {
        // A chart in `charts/` belongs to the one around it, if there is one.
        let around = folder.rfind("/charts/").map(|at| &folder[..=at]);
        let around = around.or_else(|| folder.starts_with("charts/").then_some(""));
        let belongs = around.is_some_and(|around| {
            let manifest = format!("{around}Chart.yaml");
            find(source, &manifest).is_some()
        });
        if !belongs {
            roots.push(folder);
        }
    }
    roots
}

fn find<'a>(source: &'a dyn Source, path: &str) -> Option<&'a Entry> {
    let entries = source.entries();
    let at = entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
    entries.get(at)
}

/// Entries below a folder.
fn below<'a>(source: &'a dyn Source, folder: &str) -> &'a [Entry] {
    let entries = source.entries();
    let start = entries.partition_point(|entry| entry.path.as_str() < folder);
    let length = entries[start..].partition_point(|entry| entry.path.starts_with(folder));
    &entries[start..start + length]
}

fn read(source: &dyn Source, entry: &Entry) -> Option<String> {
    let mut buffer = Vec::new();
    source.read(entry, &mut buffer).ok()?;
    match decode(&buffer) {
        Decoded::Text(text) => String::from_utf8(text.into_owned()).ok(),
        Decoded::Binary => None,
    }
}

/// A template that is to be rendered.
struct Job {
    name: String,
    path: String,
    dot: Item,
}

struct Loader<'a> {
    source: &'a dyn Source,
    renderer: Renderer,
    jobs: Vec<Job>,
    failed: BTreeMap<String, Why>,
    files: usize,
    bytes: usize,
}

/// Renders a chart and those in it with their default values.
pub fn render(source: &dyn Source, root: &str) -> Rendering {
    let (renderer, jobs, failed) = (Renderer::default(), Vec::new(), BTreeMap::new());
    let mut loader = Loader { source, renderer, jobs, failed, files: 0, bytes: 0 };
    if let Err(why) = loader.chart(root, None, "", 0) {
        loader.failed.insert(format!("{root}Chart.yaml"), why);
    }
    let mut rendering = Rendering { failed: loader.failed, ..Rendering::default() };
    for job in loader.jobs {
        match loader.renderer.render(&job.name, &job.dot) {
            Ok(output) => {
                rendering.outputs.insert(job.path, output);
            }
            Err(why) => {
                rendering.failed.insert(job.path, why);
            }
        }
    }
    rendering
}

impl Loader<'_> {
    fn text(&mut self, path: &str) -> Option<String> {
        let text = read(self.source, find(self.source, path)?)?;
        self.files += 1;
        self.bytes += text.len();
        Some(text)
    }

    fn yaml(&mut self, path: &str) -> Result<Item, Why> {
        let Some(text) = self.text(path) else { return self.renderer.heap.map(BTreeMap::new()) };
        let read = stream(text.as_bytes(), &LIMITS);
        if let Some(error) = read.error {
            return Err(format!("{} {error}", path.rsplit('/').next().unwrap_or(path)));
        }
        match read.documents.first() {
            Some(document) => {
                let value = self.renderer.heap.of_yaml(document)?;
                if value == Item::Nil { self.renderer.heap.map(BTreeMap::new()) } else { Ok(value) }
            }
            None => self.renderer.heap.map(BTreeMap::new()),
        }
    }

    /// Takes up a chart; `given` is what the chart around it says for it, `prefix` the name of that.
    fn chart(
        &mut self,
        folder: &str,
        given: Option<&Item>,
        prefix: &str,
        depth: usize,
    ) -> Result<(), Why> {
        let manifest = self.yaml(&format!("{folder}Chart.yaml"))?;
        let values = self.yaml(&format!("{folder}values.yaml"))?;
        if let Some(given) = given {
            merge(&mut self.renderer.heap, &values, given, true, 0)?;
        }
        let name = self.printed(&manifest, "name").unwrap_or_else(|| "chart".to_owned());
        let full = format!("{prefix}{name}");
        let is_library = self.printed(&manifest, "type").as_deref() == Some("library");
        let dot = self.dot(&manifest, &values)?;
        let templates = format!("{folder}templates/");
        let source = self.source;
        for entry in below(source, &templates) {
            self.files += 1;
            self.bytes += usize::try_from(entry.size).unwrap_or(usize::MAX / 2);
            if self.files > MAX_FILES || self.bytes > MAX_BYTES {
                return Err("the chart is too large".to_owned());
            }
            let inner = &entry.path[folder.len()..];
            let file = inner.rsplit('/').next().unwrap_or(inner);
            let ending = file.rsplit_once('.').map_or("", |(_, ending)| ending);
            let is_manifest = matches!(ending, "yaml" | "yml" | "json");
            if !is_manifest && !matches!(ending, "tpl" | "txt") {
                continue;
            }
            let Some(text) = read(source, entry) else { continue };
            let known = format!("{full}/{inner}");
            match self.renderer.add(&known, &text) {
                // Tests of a chart are run by hand and are gone afterwards; manifests without templates are read as files.
                Ok(())
                    if is_manifest
                        && !is_library
                        && !file.starts_with('_')
                        && text.contains("{{") =>
                {
                    let dot = self.with_template(&dot, &known, &full)?;
                    self.jobs.push(Job { name: known, path: entry.path.clone(), dot });
                }
                Ok(()) => {}
                Err(why) if is_manifest => {
                    self.failed.insert(entry.path.clone(), why);
                }
                Err(_) => {}
            }
        }
        if depth < MAX_DEPTH {
            self.inner(folder, &manifest, &values, &full, depth)?;
        }
        Ok(())
    }

    /// Takes up the charts in `charts/` that are folders and not switched off.
    fn inner(
        &mut self,
        folder: &str,
        manifest: &Item,
        values: &Item,
        full: &str,
        depth: usize,
    ) -> Result<(), Why> {
        let charts = format!("{folder}charts/");
        let source = self.source;
        let folders: Vec<String> = below(source, &charts)
            .iter()
            .filter_map(|entry| {
                let rest = entry.path.strip_prefix(charts.as_str())?;
                let (name, file) = rest.split_once('/')?;
                (file == "Chart.yaml").then(|| name.to_owned())
            })
            .collect();
        let listed = self.renderer.heap.get(manifest, "dependencies").cloned().unwrap_or(Item::Nil);
        let listed = self.renderer.heap.items(&listed).to_vec();
        let mut inner: Vec<String> =
            folders.iter().map(|name| format!("{charts}{name}/")).collect();
        for entry in &listed {
            inner.extend(self.neighbour(folder, entry).filter(|path| !inner.contains(path)));
        }
        for inner in inner {
            let own = self.yaml(&format!("{inner}Chart.yaml"))?;
            let Some(name) = self.printed(&own, "name") else { continue };
            let mut entries: Vec<Option<&Item>> = listed
                .iter()
                .filter(|entry| self.printed(entry, "name").as_deref() == Some(name.as_str()))
                .map(Some)
                .collect();
            if entries.is_empty() {
                entries.push(None);
            }
            for entry in entries {
                let alias = entry.and_then(|entry| self.printed(entry, "alias"));
                let condition = entry.and_then(|entry| self.printed(entry, "condition"));
                if condition.is_some_and(|path| self.is_off(values, &path)) {
                    continue;
                }
                let given = self.given(values, alias.as_deref().unwrap_or(&name))?;
                self.chart(&inner, Some(&given), &format!("{full}/charts/"), depth + 1)?;
            }
        }
        Ok(())
    }

    /// A chart of the tree that another one names: by its folder, or as one that lies beside it, has the name and a version that fits.
    fn neighbour(&mut self, folder: &str, entry: &Item) -> Option<String> {
        let name = self.printed(entry, "name")?;
        let repository = self.printed(entry, "repository").unwrap_or_default();
        let by_folder = repository.strip_prefix("file://");
        let relative = by_folder.map_or_else(|| format!("../{name}"), str::to_owned);
        let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in relative.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        let inner = parts.iter().fold(String::new(), |path, part| path + part + "/");
        if inner == folder || find(self.source, &format!("{inner}Chart.yaml")).is_none() {
            return None;
        }
        if by_folder.is_none() {
            let own = self.yaml(&format!("{inner}Chart.yaml")).ok()?;
            let version = self.printed(&own, "version")?;
            let asked = self.printed(entry, "version").unwrap_or_else(|| "*".to_owned());
            let fits = asked == "*" || satisfies(&version, &asked) == Some(true);
            if !fits || self.printed(&own, "name")? != name {
                return None;
            }
        }
        Some(inner)
    }

    /// What a chart says for one in it: what stands under its name, and what is global.
    fn given(&mut self, values: &Item, name: &str) -> Result<Item, Why> {
        let heap = &mut self.renderer.heap;
        let given = heap.map(BTreeMap::new())?;
        if let Some(own) = heap.get(values, name).cloned() {
            merge(heap, &given, &own, true, 0)?;
        }
        if let Some(global) = heap.get(values, "global").cloned() {
            let wrapped = heap.map(BTreeMap::from([(Rc::from("global"), global)]))?;
            merge(heap, &given, &wrapped, true, 0)?;
        }
        Ok(given)
    }

    /// Whether the first of several paths that leads to a truth value leads to `false`.
    fn is_off(&self, values: &Item, paths: &str) -> bool {
        let found = paths.split(',').find_map(|path| {
            let mut value = values;
            for key in path.trim().split('.') {
                value = self.renderer.heap.get(value, key)?;
            }
            matches!(value, Item::Bool(_)).then_some(value)
        });
        found == Some(&Item::Bool(false))
    }

    fn printed(&self, map: &Item, key: &str) -> Option<String> {
        let value = self.renderer.heap.get(map, key)?;
        self.renderer.heap.printed(value).ok().filter(|text| !text.is_empty())
    }

    fn map(&mut self, entries: &[(&str, Item)]) -> Result<Item, Why> {
        let entries = entries.iter().map(|(key, value)| (Rc::from(*key), value.clone()));
        self.renderer.heap.map(entries.collect())
    }

    /// What templates see as `.`.
    fn dot(&mut self, manifest: &Item, values: &Item) -> Result<Item, Why> {
        let chart = self.map(&[])?;
        let entries = self.renderer.heap.entries(manifest).cloned().unwrap_or_default();
        for (key, value) in entries {
            // `appVersion` is `.Chart.AppVersion`; versions are text however they are written.
            let mut letters = key.chars();
            let first = letters.next().map(|c| c.to_ascii_uppercase());
            let name: String = first.into_iter().chain(letters).collect();
            let value = match &value {
                Item::Int(_) | Item::Float(_) => {
                    let text = self.renderer.heap.printed(&value)?;
                    self.renderer.heap.text(text)?
                }
                other => other.clone(),
            };
            self.renderer.heap.set(&chart, &name, value)?;
        }
        let heap = &mut self.renderer.heap;
        let (release, namespace, service) =
            (heap.text(RELEASE)?, heap.text("default")?, heap.text("Helm")?);
        let version = heap.text(format!("v{}.{}.0", KUBERNETES.0, KUBERNETES.1))?;
        let (major, minor) = (heap.text(KUBERNETES.0)?, heap.text(KUBERNETES.1)?);
        let helm = heap.text("v3.16.0")?;
        let release = self.map(&[
            ("Name", release),
            ("Namespace", namespace),
            ("Service", service),
            ("IsInstall", Item::Bool(true)),
            ("IsUpgrade", Item::Bool(false)),
            ("Revision", Item::Int(1)),
        ])?;
        let cluster = self.map(&[
            ("Version", version.clone()),
            ("GitVersion", version),
            ("Major", major),
            ("Minor", minor),
        ])?;
        let helm = self.map(&[("Version", helm)])?;
        let capabilities = self.map(&[
            ("KubeVersion", cluster),
            ("APIVersions", Item::Native(Native::Versions)),
            ("HelmVersion", helm),
        ])?;
        self.map(&[
            ("Values", values.clone()),
            ("Chart", chart),
            ("Release", release),
            ("Capabilities", capabilities),
            ("Files", Item::Native(Native::Files)),
            ("Subcharts", Item::Unknown),
        ])
    }

    fn with_template(&mut self, dot: &Item, name: &str, full: &str) -> Result<Item, Why> {
        let name = self.renderer.heap.text(name)?;
        let base = self.renderer.heap.text(format!("{full}/templates"))?;
        let template = self.map(&[("Name", name), ("BasePath", base)])?;
        let mut entries = self.renderer.heap.entries(dot).cloned().unwrap_or_default();
        entries.insert(Rc::from("Template"), template);
        self.renderer.heap.map(entries)
    }
}
