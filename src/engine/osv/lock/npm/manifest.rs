//! `package.json` of a project: what it asks for, and which folders are members of its workspace. Exact requirements
//! count as packages; all others are only said to be unresolved.

use super::draft::{Draft, Scopes};
use super::requirement;
use super::soft::{self, Word};
use super::source;
use crate::engine::osv::component::{Declared, Ecosystem, Listing, Note, Origin, Scope};
use crate::engine::osv::lock::place::{Located, Ordered, json};
use crate::engine::osv::lock::{Broken, File, MAX_COMPONENTS, MAX_WORD, join};
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde_json::value::RawValue;
use std::collections::BTreeSet;

/// Members of a workspace whose manifests are read.
pub(super) const MAX_MEMBERS: usize = 2_000;
/// Patterns for members that are tried.
const MAX_PATTERNS: usize = 256;

/// Groups of requirements and what theirs are needed for.
const GROUPS: [(&str, Scope); 4] = [
    ("dependencies", Scope::Runtime),
    ("devDependencies", Scope::Dev),
    ("optionalDependencies", Scope::Optional),
    ("peerDependencies", Scope::Optional),
];

/// One requirement under the name the project uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Wanted {
    /// The name that the project imports it by, which may be an alias.
    pub(super) alias: String,
    /// The requirement as written, with its alias.
    pub(super) written: String,
    /// It belongs to `peerDependencies`: whoever uses the project brings it.
    pub(super) peer: bool,
    /// Everything else.
    pub(super) declared: Declared,
}

/// What is used of a manifest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Manifest {
    /// Name and version; empty for none.
    pub(super) name: String,
    /// Its version.
    pub(super) version: String,
    /// What it asks for, in the order of the file.
    pub(super) wanted: Vec<Wanted>,
    /// Patterns of folders that are members of its workspace.
    pub(super) workspaces: Vec<String>,
    /// Parts that were not understood: line and what.
    pub(super) lost: Vec<(u32, String)>,
}

/// Reads the text of a manifest. `path` goes into [`Declared::file`].
pub(super) fn parse(text: &str, path: Option<&str>) -> Result<Manifest, Broken> {
    let located = Located::new(text);
    let top: Ordered<'_, &RawValue> = json(text)?;
    let mut manifest = Manifest::default();
    let get = |key: &str| top.last(key).copied();
    let word = |key: &str| soft::word(get(key)).some().map(str::to_owned);
    manifest.name = word("name").unwrap_or_default();
    manifest.version = word("version").unwrap_or_default();
    for (group, scope) in GROUPS {
        let Some(raw) = get(group) else { continue };
        let Ok(wanted) = serde_json::from_str::<Ordered<'_, &RawValue>>(raw.get()) else {
            // Empty lists and texts stand there in very old manifests and mean nothing.
            if !matches!(raw.get(), "[]" | "\"\"" | "false") {
                let lost = format!("\"{group}\" is not an object of requirements");
                manifest.lost.push((located.line_of(raw.get()), lost));
            }
            continue;
        };
        for (alias, raw) in wanted.0 {
            let line = located.line_of(raw.get());
            let Some(written) = serde_json::from_str::<String>(raw.get()).ok() else {
                manifest.lost.push((line, format!("a requirement in \"{group}\" is not text")));
                continue;
            };
            if alias.is_empty() || alias.len().max(written.len()) > MAX_WORD {
                manifest.lost.push((line, format!("a requirement in \"{group}\" is too long")));
                continue;
            }
            let one = requirement::parse(&alias, &written);
            let requirement = match one.origin {
                Origin::Registry => one.range.to_owned(),
                _ => source::without_credentials(one.range),
            };
            let declared = Declared {
                ecosystem: Ecosystem::Npm,
                name: one.name.to_owned(),
                requirement,
                scope,
                origin: one.origin,
                line,
                file: path.map(str::to_owned),
            };
            let peer = group == "peerDependencies";
            let alias = alias.to_string();
            manifest.wanted.push(Wanted { alias, written, peer, declared });
        }
    }
    manifest.wanted.sort_by_key(|wanted| wanted.declared.line);
    manifest.workspaces = get("workspaces").map(patterns).unwrap_or_default();
    Ok(manifest)
}

/// `["packages/*"]` or `{"packages": ["packages/*"]}`.
pub(super) fn patterns(raw: &RawValue) -> Vec<String> {
    let list = |raw: &RawValue| {
        serde_json::from_str::<Vec<Word<'_>>>(raw.get()).ok().map(|list| {
            list.iter()
                .filter_map(|word| word.some().map(str::to_owned))
                .take(MAX_PATTERNS)
                .collect()
        })
    };
    list(raw)
        .or_else(|| {
            let map: Ordered<'_, &RawValue> = serde_json::from_str(raw.get()).ok()?;
            let (_, raw) = map.0.iter().find(|(key, _)| &**key == "packages")?;
            list(raw)
        })
        .unwrap_or_default()
}

/// The manifest in a folder below that of a file; `None` when there is none or it is broken, which its own reading
/// tells.
pub(super) fn beside(file: &File<'_>, folder: &str) -> Option<Manifest> {
    let folder = folder.trim_end_matches('/');
    let name = if folder.is_empty() { String::new() } else { format!("{folder}/") };
    let path = file.beside(&(name + "package.json"))?;
    let bytes = file.around.read(&path)?;
    let manifest = File { path: &path, bytes: &bytes, around: file.around };
    parse(manifest.text().ok()?, Some(&path)).ok()
}

/// The manifest beside a file and those of the members of its workspace, with their folders relative to it.
pub(super) fn with_members(file: &File<'_>) -> Vec<(String, Manifest)> {
    let Some(root) = beside(file, "") else { return Vec::new() };
    let members = if root.workspaces.is_empty() { Vec::new() } else { members(file, &root) };
    let mut all = vec![(String::new(), root)];
    all.extend(members.into_iter().filter_map(|folder| {
        let manifest = beside(file, &folder)?;
        Some((folder, manifest))
    }));
    all
}

/// Folders of members, sorted, relative to the folder of the file.
fn members(file: &File<'_>, root: &Manifest) -> Vec<String> {
    let patterns = Members::new(&root.workspaces);
    let here = file.folder();
    let mut found = BTreeSet::new();
    for path in file.around.below(here) {
        let Some(relative) = path.strip_prefix(here).map(|rest| rest.trim_start_matches('/'))
        else {
            continue;
        };
        let Some(folder) = relative.strip_suffix("/package.json") else { continue };
        if folder.split('/').any(|part| part == "node_modules") {
            continue;
        }
        if patterns.contains(folder) {
            found.insert(folder.to_owned());
            if found.len() >= MAX_MEMBERS {
                break;
            }
        }
    }
    found.into_iter().collect()
}

/// Patterns for the folders of members, taken together.
#[derive(Debug)]
pub(super) struct Members {
    yes: GlobSet,
    no: GlobSet,
}

impl Members {
    /// From patterns as a manifest has them; those that are none match nothing.
    pub(super) fn new(patterns: &[String]) -> Self {
        let (mut yes, mut no) = (Vec::new(), Vec::new());
        for pattern in patterns {
            match pattern.strip_prefix('!') {
                Some(pattern) => no.push(pattern),
                None => yes.push(pattern.as_str()),
            }
        }
        let set = |patterns: &[&str]| globs(patterns).unwrap_or_else(GlobSet::empty);
        Self { yes: set(&yes), no: set(&no) }
    }

    /// Whether a folder, relative to the manifest's, is a member.
    pub(super) fn contains(&self, folder: &str) -> bool {
        self.yes.is_match(folder) && !self.no.is_match(folder)
    }
}

fn globs(patterns: &[&str]) -> Option<GlobSet> {
    let mut set = GlobSetBuilder::new();
    for pattern in patterns.iter().filter(|pattern| pattern.len() <= MAX_WORD) {
        let plain = join("", pattern).unwrap_or_default();
        if let Ok(glob) = GlobBuilder::new(&plain).literal_separator(true).build() {
            set.add(glob);
        }
    }
    set.build().ok()
}

impl Draft {
    /// Takes over what a manifest says: the project's name when it is the one beside the lockfile, and its
    /// requirements.
    pub(super) fn manifest(&mut self, folder: &str, manifest: &Manifest) {
        if folder.is_empty() {
            self.project(&manifest.name, &manifest.version);
        }
        self.declare(manifest.wanted.iter().map(|wanted| wanted.declared.clone()));
    }
}

/// Reads a `package.json` that stands for itself.
pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let mut draft = Draft::new(file, "package.json");
    // Below `node_modules` stand manifests of others; the installed packages among them have their own row.
    if file.path.split('/').any(|part| part == "node_modules") {
        return Ok(draft.finish(Scopes::Given));
    }
    let manifest = parse(file.text()?, None)?;
    draft.project(&manifest.name, &manifest.version);
    let mut seen = BTreeSet::new();
    let (mut open, mut all, mut first) = (0_u32, 0_u32, 0_u32);
    for Wanted { declared, .. } in &manifest.wanted {
        if matches!(declared.origin, Origin::Path(_)) {
            continue;
        }
        all += 1;
        let exact = requirement::exact(&declared.requirement)
            .filter(|_| matches!(declared.origin, Origin::Registry));
        let Some(version) = exact else {
            open += 1;
            first = if open == 1 { declared.line } else { first };
            continue;
        };
        if seen.len() < MAX_COMPONENTS && seen.insert((declared.name.as_str(), version)) {
            let mut component = Draft::component(&declared.name, version, declared.line);
            component.scope = declared.scope;
            if let Some(index) = draft.add(component) {
                draft.root(index, declared.scope);
            }
        }
    }
    if open > 0 {
        let plural = if all == 1 { "requirement names" } else { "requirements name" };
        let message = format!("{open} of {all} {plural} no exact version");
        draft.note(Note::Unresolved { line: first, message });
    }
    for (line, message) in &manifest.lost {
        draft.lose(Some(*line), message.as_str());
    }
    draft.declare(manifest.wanted.into_iter().map(|wanted| wanted.declared));
    Ok(draft.finish(Scopes::Given))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::osv::lock::npm::tests::{Files, NOTHING, file};

    const TEXT: &str = r#"{
  "name": "shop", "version": "1.0.0",
  "dependencies": {
    "exact": "1.2.3",
    "open": "^1.2",
    "other": "npm:real@2.0.0",
    "member": "workspace:*",
    "repo": "git+https://user:example@h.example/o/r.git"
  },
  "peerDependencies": {"peer": ">=1"},
  "devDependencies": {"exact": "1.2.3", "\u0074ool": "=3.0.0", "bad": 1}
}"#;

    #[test]
    fn exact_requirements_are_packages_and_all_others_are_counted() {
        let listing = read(&file("package.json", TEXT.as_bytes(), &NOTHING)).unwrap();
        let got: Vec<_> = listing
            .components
            .iter()
            .map(|c| (c.name.as_str(), c.version.as_str(), c.scope.as_str(), c.direct, c.line))
            .collect();
        let direct = Some(true);
        assert_eq!(
            got,
            [
                ("exact", "1.2.3", "runtime", direct, 4),
                ("real", "2.0.0", "runtime", direct, 6),
                ("tool", "3.0.0", "dev", direct, 11),
            ]
        );
        assert_eq!(listing.project, Some(("shop".into(), "1.0.0".into())));
        assert_eq!(
            listing.notes,
            [
                Note::Unresolved {
                    line: 5,
                    message: "3 of 7 requirements name no exact version".into()
                },
                Note::Lost {
                    line: Some(11),
                    message: "a requirement in \"devDependencies\" is not text".into()
                },
            ]
        );
        assert_eq!(listing.declared.len(), 8);
        let text = format!("{:?}", listing.declared);
        assert!(!text.contains("user:example"), "{text}");
    }

    #[test]
    fn members_are_found_by_the_patterns_of_the_workspace() {
        let files = Files(&[
            (
                "w/package.json",
                r#"{"workspaces": {"packages": ["./packages/*", "!packages/out"]}}"#,
            ),
            ("w/packages/a/package.json", r#"{"name": "a", "dependencies": {"x": "1"}}"#),
            ("w/packages/a/node_modules/b/package.json", "{}"),
            ("w/packages/a/deep/package.json", "{}"),
            ("w/packages/out/package.json", "{}"),
        ]);
        let all = with_members(&file("w/yarn.lock", b"", &files));
        let folders: Vec<_> = all.iter().map(|(folder, _)| folder.as_str()).collect();
        assert_eq!(folders, ["", "packages/a"]);
        let declared = &all[1].1.wanted[0].declared;
        assert_eq!(declared.file.as_deref(), Some("w/packages/a/package.json"));
    }

    #[test]
    fn a_manifest_below_node_modules_is_not_the_projects() {
        let listing = read(&file("node_modules/x/lib/package.json", b"{", &NOTHING)).unwrap();
        assert!(listing.components.is_empty() && listing.notes.is_empty());
    }

    #[test]
    fn what_is_no_object_is_broken() {
        for text in ["", "[]", "{\"name\": ", "\"x\""] {
            assert!(read(&file("package.json", text.as_bytes(), &NOTHING)).is_err(), "{text}");
        }
    }
}
