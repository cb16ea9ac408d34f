//! Elixir and Erlang: `mix.lock` with what `mix.exs` beside it says of direct dependencies. Nothing is run; requirements
//! that code makes are not seen.

mod project;
mod term;

use super::address::{is_commit, without_credentials};
use super::gather::{Gather, spread_scopes};
use super::{Broken, File, Format, Role};
use crate::engine::osv::component::{
    Algorithm, Component, Digest, Ecosystem, Listing, Origin, Scope,
};
use project::Project;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use term::Term;

/// Formats of this ecosystem.
pub static FORMATS: &[Format] = &[Format {
    name: "mix.lock",
    ecosystem: Ecosystem::Hex,
    role: Role::Lockfile,
    files: &["mix.lock"],
    reads: "Hex, git and path entries; direct ones and scopes from the tuples in mix.exs",
    locked_by: &[],
    read: read_lock,
}];

/// Applications of an umbrella that are looked at.
const MAX_APPS: usize = 500;

fn read_lock(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let mut gather = Gather::new(file, "mix.lock");
    if text.trim().is_empty() {
        return Ok(gather.finish());
    }
    let root = term::read(text).map_err(|line| Broken::at(line, "not an Elixir term"))?;
    let pairs = root.pairs();
    if pairs.is_empty() && !text.contains("%{}") {
        return Err(Broken::whole("names no package"));
    }
    let mut places: HashMap<&str, u32> = HashMap::new();
    let mut needs: Vec<(u32, &[Term<'_>])> = Vec::new();
    for (key, value) in pairs {
        let Some((component, dependencies)) = entry(key, value) else {
            gather.lost(key.line, "the entry is not understood");
            continue;
        };
        if let Some(place) = gather.add(component) {
            places.insert(key.word().unwrap_or_default(), place);
            needs.push((place, dependencies));
        }
    }
    for (place, dependencies) in needs {
        let names = dependencies.iter().filter_map(|one| one.tuple()?.first()?.word());
        // Optional ones that are not used are not in the file.
        let found = names.filter_map(|name| places.get(name).copied()).collect();
        if let Some(component) = gather.get_mut(place) {
            component.dependencies = found;
        }
    }
    direct(file, &places, &mut gather);
    Ok(gather.finish())
}

/// What an entry says: its component and the list of what it needs.
fn entry<'t>(key: &Term<'_>, value: &'t Term<'_>) -> Option<(Component, &'t [Term<'t>])> {
    let parts = value.tuple()?;
    let word = |index: usize| parts.get(index).and_then(|part| part.word());
    let app = key.word()?;
    match word(0)? {
        // {:hex, name, version, inner checksum, managers, dependencies, repository, outer checksum}
        "hex" => {
            let mut component = Component::new(Ecosystem::Hex, word(1)?, word(2)?, key.line);
            component.origin = match word(6) {
                None | Some("hexpm" | "nil") => Origin::Registry,
                Some(repository) => Origin::OtherRegistry(without_credentials(repository)),
            };
            // The inner checksum is one of the content, the outer one of the archive.
            let digest = |hex: &str| Digest::from_hex(Algorithm::Sha256, hex);
            component.pinned = word(3).and_then(digest).is_some();
            component.digests.extend(word(7).and_then(digest));
            Some((component, parts.get(5).map_or(&[][..], Term::list)))
        }
        // {:git, address, commit, options}
        "git" => {
            let (address, commit) = (word(1)?, word(2)?);
            let mut component = Component::new(Ecosystem::Hex, app, commit, key.line);
            component.origin = Origin::Git(format!("{}#{commit}", without_credentials(address)));
            component.pinned = is_commit(commit);
            Some((component, &[]))
        }
        "path" => {
            let mut component = Component::new(Ecosystem::Hex, app, "", key.line);
            component.origin = Origin::Path(without_credentials(word(1)?));
            Some((component, &[]))
        }
        _ => None,
    }
}

/// Marks what `mix.exs` asks for. Without it, or with code in its list, what nobody else asks for is direct, and of the
/// rest nothing is known.
fn direct(file: &File<'_>, places: &HashMap<&str, u32>, gather: &mut Gather) {
    let mut dependents = vec![false; gather.components().len()];
    for index in gather.components().iter().flat_map(|component| &component.dependencies) {
        if let Some(dependent) = dependents.get_mut(*index as usize) {
            *dependent = true;
        }
    }
    let projects = projects(file);
    let complete = !projects.is_empty() && projects.iter().all(|(_, project)| project.complete);
    let mut roots: BTreeMap<u32, Scope> = BTreeMap::new();
    for (index, component) in gather.components_mut().iter_mut().enumerate() {
        let unasked = !dependents.get(index).copied().unwrap_or_default();
        component.direct = if unasked { Some(true) } else { complete.then_some(false) };
        if unasked {
            roots.insert(index as u32, Scope::Runtime);
        }
    }
    let mut stated: BTreeMap<u32, Scope> = BTreeMap::new();
    for (path, project) in projects {
        if let Some(name) = project.name.filter(|_| file.beside("mix.exs").as_ref() == Some(&path))
        {
            gather.project(name, project.version.unwrap_or_default());
        }
        for wanted in project.wanted {
            if let Some(place) = places.get(wanted.app.as_str()) {
                if let Some(component) = gather.get_mut(*place) {
                    component.direct = Some(true);
                }
                let scope = stated.entry(*place).or_insert(wanted.declared.scope);
                *scope = wanted.declared.scope.min(*scope);
            }
            let mut declared = wanted.declared;
            declared.file = Some(path.clone());
            gather.declare(declared);
        }
    }
    roots.extend(stated);
    let roots: Vec<(u32, Scope)> = roots.into_iter().collect();
    spread_scopes(gather.components_mut(), &roots, &BTreeSet::new());
}

/// The `mix.exs` beside the lockfile and those of the applications of an umbrella, with their paths.
fn projects(file: &File<'_>) -> Vec<(String, Project)> {
    let mut paths: Vec<String> = file.beside("mix.exs").into_iter().collect();
    if let Some(apps) = file.beside("apps") {
        let inside = file.around.below(&apps).into_iter().filter(|path| {
            let rest = path.strip_prefix(apps.as_str()).and_then(|rest| rest.strip_prefix('/'));
            let parts = rest.and_then(|rest| rest.split_once('/'));
            parts.is_some_and(|(_, name)| name == "mix.exs")
        });
        paths.extend(inside.take(MAX_APPS));
    }
    let read = |path: String| {
        let bytes = file.around.read(&path)?;
        let project = project::read(std::str::from_utf8(&bytes).ok()?);
        Some((path, project))
    };
    paths.into_iter().filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::super::memory::{Memory, named, words};
    use super::*;
    use crate::engine::osv::component::Note;

    fn lock() -> String {
        format!(
            "%{{\n  \"app_a\": {{:hex, :pkg_a, \"1.2.3\", \"{0}\", [:mix], [{{:b, \"~> 1.0\", [hex: :b, \
             repo: \"hexpm\", optional: false]}}, {{:gone, \"~> 1\", [hex: :gone, optional: true]}}], \
             \"hexpm\", \"{1}\"}},\n  \"b\": {{:hex, :b, \"1.0.0\", \"{0}\", [:mix], []}},\n  \
             \"c\": {{:git, \"https://u:example-password@host.example/c.git\", \"{2}\", [branch: \"main\"]}},\n  \
             \"d\": {{:hex, :d, \"2.0.0\", \"\", [:mix], [], \"hexpm:org\", \"\"}},\n  \"e\": {{:svn, \"x\"}},\n}}\n",
            "a".repeat(64),
            "b".repeat(64),
            "c".repeat(40)
        )
    }

    #[test]
    fn entries_have_their_real_names_and_links() {
        let exs = "defmodule M do\n  def project do\n    [\n      app: :m,\n      version: \"0.1.0\",\n    ]\n  end\n\n\
                   \x20 defp deps do\n    [\n      {:app_a, \"~> 1.2\", hex: :pkg_a, only: [:dev, :test]},\n\
                   \x20     {:c, git: \"https://host.example/c.git\", branch: \"main\"}\n    ]\n  end\nend\n";
        let tree = Memory::new(&[("x/mix.lock", lock().as_str()), ("x/mix.exs", exs)]);
        let listing = tree.read_as(FORMATS, "mix.lock", "x/mix.lock").unwrap();
        assert_eq!(
            words(&listing),
            [
                "pkg_a@1.2.3:2 direct test".to_owned(),
                "b@1.0.0:3 transitive test".to_owned(),
                format!("c@{}:4 direct", "c".repeat(40)),
                "d@2.0.0:5 direct".to_owned(),
            ]
        );
        let message = "the entry is not understood".to_owned();
        assert_eq!(listing.notes, [Note::Lost { line: Some(6), message }]);
        let a = named(&listing, "pkg_a");
        assert_eq!((&a.dependencies[..], a.digests[0].hex.as_str()), (&[1][..], &*"b".repeat(64)));
        assert!(a.pinned && named(&listing, "b").pinned && !named(&listing, "d").pinned);
        let address = format!("https://host.example/c.git#{}", "c".repeat(40));
        assert_eq!(named(&listing, "c").origin, Origin::Git(address));
        assert_eq!(named(&listing, "d").origin, Origin::OtherRegistry("hexpm:org".into()));
        assert_eq!(listing.project, Some(("m".into(), "0.1.0".into())));
        assert_eq!(listing.declared[0].name, "pkg_a");
    }

    #[test]
    fn without_the_project_only_what_nobody_needs_is_known_to_be_direct() {
        let tree = Memory::new(&[("mix.lock", lock().as_str())]);
        let listing = tree.read_as(FORMATS, "mix.lock", "mix.lock").unwrap();
        let direct: Vec<_> = listing.components.iter().map(|c| c.direct).collect();
        assert_eq!(direct, [Some(true), None, Some(true), Some(true)]);
    }

    #[test]
    fn applications_of_an_umbrella_ask_too() {
        let exs = "defmodule M do\n  defp deps do\n    [{:b, \"~> 1.0\"}]\n  end\nend\n";
        let tree = Memory::new(&[
            ("mix.lock", lock().as_str()),
            ("apps/one/mix.exs", exs),
            ("apps/one/deps/x/mix.exs", "defmodule M do\nend\n"),
        ]);
        let listing = tree.read_as(FORMATS, "mix.lock", "mix.lock").unwrap();
        assert_eq!(named(&listing, "b").direct, Some(true));
        assert_eq!(listing.declared[0].file.as_deref(), Some("apps/one/mix.exs"));
    }

    #[test]
    fn what_is_no_lockfile_is_broken() {
        for (text, broken) in
            [("", false), ("%{}\n", false), ("%{\n", true), ("[1]", true), (":a", true)]
        {
            let tree = Memory::new(&[("mix.lock", text)]);
            let found = tree.read_as(FORMATS, "mix.lock", "mix.lock");
            assert_eq!(found.is_err(), broken, "{text}");
        }
    }
}
