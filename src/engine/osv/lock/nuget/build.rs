//! Reads package references of .NET project files. Properties and versions come from the file, from files it imports by
//! a literal path, and from the nearest `Directory.Build.props`, `Directory.Build.targets` and
//! `Directory.Packages.props` above it. Conditions are taken to hold: what is referenced for one framework is
//! referenced.

use super::super::super::component::{
    Component, Declared, Ecosystem, Listing, Note, Origin, Scope,
};
use super::super::maven::xml::{self, Element, Tree};
use super::super::{Broken, File, MAX_COMPONENTS, join};
use super::{exact, is_id};
use std::collections::{BTreeMap, BTreeSet};

/// Files that are read for one project.
const MAX_FILES: usize = 32;
/// Folders above a project that are looked at.
const MAX_ABOVE: usize = 64;
/// Bytes of a text after its properties are put in.
const MAX_EXPANDED: usize = 4096;
/// Properties in properties.
const MAX_NESTED: usize = 16;
/// Properties that are put in for one project.
const MAX_STEPS: u32 = 1_000_000;
/// Properties and central versions of one project.
const MAX_SETTINGS: usize = 100_000;

/// A reference as written.
#[derive(Debug, Clone, Default)]
struct Reference {
    include: String,
    version: String,
    scope: Scope,
    line: u32,
}

/// What the files of one project say.
#[derive(Debug, Default)]
struct Project {
    /// By lower-case name; the last one counts, as MSBuild has it.
    properties: BTreeMap<String, String>,
    /// Central versions by lower-case id.
    central: BTreeMap<String, String>,
    /// Versions that `Update` sets, by lower-case id.
    updates: BTreeMap<String, String>,
    /// References of the file itself.
    references: Vec<Reference>,
    files: BTreeSet<String>,
    /// Files that an import names and that are not in the repository or not named literally.
    missing: usize,
}

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = xml::text(file)?;
    let tree = Tree::parse(&text)?;
    if tree.root().name() != "Project" {
        return Err(Broken::at(tree.root().line(), "not an MSBuild project"));
    }
    let mut project = Project::default();
    project.files.insert(file.path.to_owned());
    for name in ["Directory.Build.props", "Directory.Packages.props"] {
        project.nearest(file, file.folder(), name);
    }
    project.take(file, tree.root(), file.folder(), true);
    project.nearest(file, file.folder(), "Directory.Build.targets");
    Ok(listing(file.path, &project))
}

impl Project {
    /// Reads the nearest file of a name in a folder or above it, as MSBuild does: only that one.
    fn nearest(&mut self, file: &File<'_>, folder: &str, name: &str) {
        let mut folder = folder;
        for _ in 0..MAX_ABOVE {
            if let Some(path) = join(folder, name)
                && (self.files.contains(&path) || self.include(file, &path))
            {
                return;
            }
            if folder.is_empty() {
                return;
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// Reads another file; false when there is none.
    fn include(&mut self, file: &File<'_>, path: &str) -> bool {
        if self.files.len() >= MAX_FILES || self.files.contains(path) {
            return self.files.contains(path);
        }
        let Some(bytes) = file.around.read(path) else { return false };
        self.files.insert(path.to_owned());
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
        let text = xml::text_of(&bytes);
        match text.as_ref().map(|text| Tree::parse(text)) {
            Ok(Ok(tree)) => self.take(file, tree.root(), &folder, false),
            _ => self.missing += 1,
        }
        true
    }

    fn take(&mut self, file: &File<'_>, root: Element<'_>, folder: &str, own: bool) {
        for group in root.children() {
            match group.name() {
                "PropertyGroup" => self.properties(group),
                "ItemGroup" => self.items(group, own),
                "Import" => self.import(file, group, folder),
                "ImportGroup" => group.all("Import").for_each(|one| self.import(file, one, folder)),
                "Choose" => {
                    for branch in group.children() {
                        branch.all("PropertyGroup").for_each(|one| self.properties(one));
                        branch.all("ItemGroup").for_each(|one| self.items(one, own));
                    }
                }
                _ => {}
            }
        }
    }

    fn properties(&mut self, group: Element<'_>) {
        for property in group.children() {
            if self.properties.len() >= MAX_SETTINGS {
                return;
            }
            let name = property.name().to_lowercase();
            // `<A>$(A);more</A>` adds to what is there, and says nothing where nothing is.
            let own = format!("$({name})");
            let before = self.properties.get(&name).map_or("", String::as_str);
            let text = property.text();
            let value = match text.to_lowercase().find(&own) {
                Some(at) if text.is_char_boundary(at) && text.is_char_boundary(at + own.len()) => {
                    format!("{}{before}{}", &text[..at], &text[at + own.len()..])
                }
                _ => text.to_owned(),
            };
            if value.len() <= MAX_EXPANDED {
                self.properties.insert(name, value);
            }
        }
    }

    fn items(&mut self, group: Element<'_>, own: bool) {
        for item in group.children() {
            let part = |name: &str| {
                item.attribute(name)
                    .or_else(|| {
                        item.children()
                            .find(|c| c.name().eq_ignore_ascii_case(name))
                            .map(|c| c.text())
                    })
                    .unwrap_or_default()
            };
            let name = item.name();
            let packages = |key| item.attribute(key).unwrap_or_default().split(';').map(str::trim);
            match name {
                "PackageVersion" => {
                    for id in
                        packages("Include").chain(packages("Update")).filter(|id| !id.is_empty())
                    {
                        if self.central.len() < MAX_SETTINGS {
                            self.central.insert(id.to_lowercase(), part("Version").to_owned());
                        }
                    }
                }
                "PackageReference"
                | "GlobalPackageReference"
                | "PackageDownload"
                | "DotNetCliToolReference" => {
                    let version = [part("VersionOverride"), part("Version")]
                        .into_iter()
                        .find(|text| !text.is_empty())
                        .unwrap_or_default();
                    for id in packages("Update").filter(|id| !id.is_empty() && !version.is_empty())
                    {
                        self.updates.insert(id.to_lowercase(), version.to_owned());
                    }
                    if !own {
                        continue;
                    }
                    let private = part("PrivateAssets")
                        .split(';')
                        .any(|one| one.trim().eq_ignore_ascii_case("all"));
                    let build = private || name != "PackageReference";
                    for id in packages("Include").filter(|id| !id.is_empty()) {
                        self.references.push(Reference {
                            include: id.to_owned(),
                            version: version.to_owned(),
                            scope: if build { Scope::Build } else { Scope::Runtime },
                            line: item.line(),
                        });
                    }
                }
                _ => {}
            }
        }
    }

    fn import(&mut self, file: &File<'_>, element: Element<'_>, folder: &str) {
        // An SDK's own files are of the tool.
        if element.attribute("Sdk").is_some() {
            return;
        }
        let text = element.attribute("Project").unwrap_or_default();
        if text.contains("GetPathOfFileAbove") || text.contains("GetDirectoryNameOfFileAbove") {
            let known =
                ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props"];
            let above = folder.rsplit_once('/').map_or("", |(above, _)| above);
            if !folder.is_empty()
                && let Some(name) = known.iter().find(|name| text.contains(**name))
            {
                self.nearest(file, above, name);
            }
            return;
        }
        let text = [
            "$(MSBuildThisFileDirectory)",
            "$(MSBuildProjectDirectory)\\",
            "$(MSBuildProjectDirectory)/",
        ]
        .iter()
        .find_map(|start| text.strip_prefix(start))
        .unwrap_or(text);
        let path = if text.contains("$(") { None } else { join(folder, text) };
        if !path.is_some_and(|path| self.include(file, &path)) {
            self.missing += 1;
        }
    }

    /// A text with its properties put in; `None` when one is not known.
    fn expand(&self, text: &str, depth: usize, steps: &mut u32) -> Option<String> {
        if !text.contains("$(") {
            return Some(text.to_owned());
        }
        *steps = steps.checked_sub(1)?;
        if depth > MAX_NESTED {
            return None;
        }
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, behind)) = rest.split_once("$(") {
            let (name, behind) = behind.split_once(')')?;
            let value = self.properties.get(&name.trim().to_lowercase())?;
            out.push_str(before);
            out.push_str(&self.expand(value, depth + 1, steps)?);
            if out.len() > MAX_EXPANDED {
                return None;
            }
            rest = behind;
        }
        out.push_str(rest);
        Some(out)
    }
}

fn listing(path: &str, project: &Project) -> Listing {
    let mut listing = Listing { path: path.to_owned(), format: "*.csproj", ..Listing::default() };
    let mut places: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut steps = MAX_STEPS;
    let (mut open, mut bad, mut left_out) = (Vec::new(), Vec::new(), 0);
    for reference in &project.references {
        let line = reference.line;
        let name = project.expand(&reference.include, 0, &mut steps).filter(|name| is_id(name));
        let Some(name) = name else {
            bad.push(line);
            continue;
        };
        if listing.components.len() + listing.declared.len() >= MAX_COMPONENTS {
            left_out += 1;
            continue;
        }
        let lower = name.to_lowercase();
        let stated = Some(&reference.version)
            .filter(|text| !text.is_empty())
            .or_else(|| project.updates.get(&lower))
            .or_else(|| project.central.get(&lower))
            .map_or("", String::as_str);
        let version = project.expand(stated, 0, &mut steps).unwrap_or_else(|| stated.to_owned());
        let Some(version) = exact(&version) else {
            open.push(line);
            listing.declared.push(Declared {
                ecosystem: Ecosystem::NuGet,
                name,
                requirement: version.trim().to_owned(),
                scope: reference.scope,
                origin: Origin::Registry,
                line,
                file: None,
            });
            continue;
        };
        let key = (lower, version.to_owned());
        if let Some(place) = places.get(&key) {
            let before = &mut listing.components[*place];
            before.scope = before.scope.min(reference.scope);
            continue;
        }
        places.insert(key, listing.components.len());
        let mut component = Component::new(Ecosystem::NuGet, name, version, line);
        component.scope = reference.scope;
        component.direct = Some(true);
        listing.components.push(component);
    }
    let total = project.references.len();
    if let Some(line) = open.first() {
        let mut message = format!("{} of {total} references name no exact version", open.len());
        if project.missing > 0 {
            message.push_str("; files they may come from are not in the repository");
        }
        listing.notes.push(Note::Unresolved { line: *line, message });
    }
    if let Some(first) = project.references.first() {
        let message = "transitive dependencies are not resolved".to_owned();
        listing.notes.push(Note::Unresolved { line: first.line, message });
    }
    if let Some(line) = bad.first() {
        let message = format!("{} references without a readable name", bad.len());
        listing.notes.push(Note::Lost { line: Some(*line), message });
    }
    if left_out > 0 {
        let message = format!("{left_out} references beyond the limit");
        listing.notes.push(Note::Lost { line: None, message });
    }
    listing
}

#[cfg(test)]
mod tests {
    use super::super::super::maven::tests::Files;
    use super::*;

    fn all(listing: &Listing) -> Vec<String> {
        let text =
            |c: &Component| format!("{} {} {} {}", c.name, c.version, c.scope.as_str(), c.line);
        listing.components.iter().map(text).collect()
    }

    #[test]
    fn versions_come_from_attributes_elements_properties_and_central_files() {
        let project = "<Project Sdk=\"Microsoft.NET.Sdk\">\n<PropertyGroup><V>3.$(Minor)</V></PropertyGroup>\n<ItemGroup>\n\
            <PackageReference Include=\"A\" Version=\"1.0.0\" />\n\
            <PackageReference Include=\"B\"><Version>[2.0.0]</Version><PrivateAssets>all</PrivateAssets></PackageReference>\n\
            <PackageReference Include=\"C\" Version=\"$(v)\" Condition=\"'$(X)'=='y'\" />\n\
            <PackageReference Include=\"D;E\" />\n<PackageReference Include=\"F\" VersionOverride=\"6.0\" />\n\
            <PackageReference Include=\"G\" Version=\"1.*\" />\n<PackageReference Include=\"H\" Version=\"$(None)\" />\n\
            </ItemGroup></Project>";
        let central = "<Project><ItemGroup><PackageVersion Include=\"d\" Version=\"4.0\"/>\
            <PackageVersion Include=\"E\" Version=\"$(EV)\"/><PackageVersion Include=\"F\" Version=\"5.0\"/></ItemGroup>\
            </Project>";
        let files = Files::new(&[
            ("src/app/app.csproj", project),
            ("Directory.Packages.props", central),
            (
                "src/Directory.Build.props",
                "<Project><Import Project=\"..\\more.props\"/></Project>",
            ),
            (
                "more.props",
                "<Project><PropertyGroup><Minor>1</Minor><ev>4.5</ev></PropertyGroup></Project>",
            ),
            (
                "Directory.Build.props",
                "<Project><PropertyGroup><Minor>9</Minor></PropertyGroup></Project>",
            ),
        ]);
        let listing = files.listing(read, "src/app/app.csproj").unwrap();
        assert_eq!(
            all(&listing),
            [
                "A 1.0.0 runtime 4",
                "B 2.0.0 build 5",
                "C 3.1 runtime 6",
                "D 4.0 runtime 7",
                "E 4.5 runtime 7",
                "F 6.0 runtime 8",
            ]
        );
        let open: Vec<_> = listing.declared.iter().map(|d| (&*d.name, &*d.requirement)).collect();
        assert_eq!(open, [("G", "1.*"), ("H", "$(None)")]);
        assert_eq!(listing.notes.len(), 2);
    }

    #[test]
    fn properties_and_imports_that_go_round_come_to_an_end() {
        let text = "<Project><Import Project=\"a.props\"/><PropertyGroup><A>$(B)</A><B>$(A)$(A)</B></PropertyGroup>\
                    <ItemGroup><PackageReference Include=\"X\" Version=\"$(A)\"/></ItemGroup></Project>";
        let files = Files::new(&[
            ("a.csproj", text),
            ("a.props", "<Project><Import Project=\"a.csproj\"/></Project>"),
        ]);
        let listing = files.listing(read, "a.csproj").unwrap();
        assert_eq!(listing.declared.len(), 1);
    }

    #[test]
    fn references_of_a_shared_file_are_listed_with_it() {
        let props = "<Project><ItemGroup><PackageReference Include=\"S\" Version=\"1.0\"/></ItemGroup></Project>";
        let files = Files::new(&[
            ("Directory.Build.props", props),
            ("a/a.csproj", "<Project><ItemGroup/></Project>"),
        ]);
        assert!(files.listing(read, "a/a.csproj").unwrap().components.is_empty());
        assert_eq!(
            all(&files.listing(read, "Directory.Build.props").unwrap()),
            ["S 1.0 runtime 1"]
        );
    }
}
