//! One pom as it is written: coordinates, properties and dependencies with nothing resolved. Knows no other file.

use super::super::Broken;
use super::xml::{Element, Tree};
use std::collections::BTreeMap;

/// Group of a plugin that names none.
const PLUGINS: &str = "org.apache.maven.plugins";

/// Dependencies, managed ones and plugins of one pom that are kept.
const MAX_ENTRIES: usize = 100_000;

/// A dependency, a managed one, a plugin or an extension. Texts may hold `${…}`; empty ones are absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: String,
    pub(super) scope: String,
    /// `<type>`, `jar` when absent.
    pub(super) kind: String,
    pub(super) classifier: String,
    pub(super) optional: String,
    pub(super) system_path: String,
    /// Line of its artifact, from 1.
    pub(super) line: u32,
}

/// The part of a pom that a profile can have as well.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Body {
    pub(super) properties: BTreeMap<String, String>,
    pub(super) dependencies: Vec<Entry>,
    pub(super) managed: Vec<Entry>,
    /// Plugins and extensions of the build, and what plugins depend on.
    pub(super) plugins: Vec<Entry>,
    pub(super) managed_plugins: Vec<Entry>,
}

/// What a pom says of its parent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Parent {
    pub(super) group: String,
    pub(super) artifact: String,
    pub(super) version: String,
    /// `None` where the pom does not say; empty where it says there is none.
    pub(super) relative_path: Option<String>,
    pub(super) line: u32,
}

/// A profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Profile {
    pub(super) active_by_default: bool,
    pub(super) body: Body,
}

/// One pom.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Pom {
    pub(super) path: String,
    /// Its own group, or else that of its parent.
    pub(super) group: String,
    pub(super) artifact: String,
    /// Its own version, or else that of its parent.
    pub(super) version: String,
    pub(super) packaging: String,
    pub(super) parent: Option<Parent>,
    pub(super) body: Body,
    pub(super) profiles: Vec<Profile>,
    /// Entries beyond [`MAX_ENTRIES`].
    pub(super) left_out: usize,
}

impl Pom {
    /// Reads the text of one.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, Broken> {
        let tree = Tree::parse(text)?;
        let root = tree.root();
        if root.name() != "project" {
            return Err(Broken::at(root.line(), "not a Maven project"));
        }
        let own = |name: &str| root.value(name).unwrap_or_default().to_owned();
        let parent = root.child("parent").map(|parent| {
            let own = |name: &str| parent.value(name).unwrap_or_default().to_owned();
            Parent {
                group: own("groupId"),
                artifact: own("artifactId"),
                version: own("version"),
                relative_path: parent.child("relativePath").map(|path| path.text().to_owned()),
                line: parent.line(),
            }
        });
        let or_parent = |value: String, of: fn(&Parent) -> &String| {
            if value.is_empty() {
                parent.as_ref().map(of).cloned().unwrap_or_default()
            } else {
                value
            }
        };
        let mut budget = Budget { left: MAX_ENTRIES, left_out: 0 };
        let body = body(root, &mut budget);
        let profiles = root
            .child("profiles")
            .into_iter()
            .flat_map(|profiles| profiles.all("profile"))
            .map(|profile| Profile {
                active_by_default: profile
                    .at(&["activation", "activeByDefault"])
                    .is_some_and(|flag| flag.text() == "true"),
                body: self::body(profile, &mut budget),
            })
            .collect();
        Ok(Self {
            path: path.to_owned(),
            group: or_parent(own("groupId"), |parent| &parent.group),
            version: or_parent(own("version"), |parent| &parent.version),
            artifact: own("artifactId"),
            packaging: own("packaging"),
            parent,
            body,
            profiles,
            left_out: budget.left_out,
        })
    }
}

struct Budget {
    left: usize,
    left_out: usize,
}

fn body(element: Element<'_>, budget: &mut Budget) -> Body {
    let mut body = Body::default();
    if let Some(properties) = element.child("properties") {
        for property in properties.children().take(MAX_ENTRIES) {
            body.properties.insert(property.name().to_owned(), property.text().to_owned());
        }
    }
    entries(element.child("dependencies"), "dependency", "", &mut body.dependencies, budget);
    let managed = element.at(&["dependencyManagement", "dependencies"]);
    entries(managed, "dependency", "", &mut body.managed, budget);
    if let Some(build) = element.child("build") {
        plugins(build.child("plugins"), &mut body.plugins, budget);
        let managed = build.at(&["pluginManagement", "plugins"]);
        entries(managed, "plugin", PLUGINS, &mut body.managed_plugins, budget);
        entries(build.child("extensions"), "extension", "", &mut body.plugins, budget);
    }
    plugins(element.at(&["reporting", "plugins"]), &mut body.plugins, budget);
    body
}

fn plugins(list: Option<Element<'_>>, out: &mut Vec<Entry>, budget: &mut Budget) {
    entries(list, "plugin", PLUGINS, out, budget);
    for plugin in list.into_iter().flat_map(|list| list.all("plugin")) {
        entries(plugin.child("dependencies"), "dependency", "", out, budget);
    }
}

fn entries<'t>(
    list: Option<Element<'t>>,
    name: &'t str,
    group: &str,
    out: &mut Vec<Entry>,
    budget: &mut Budget,
) {
    for element in list.into_iter().flat_map(|list| list.all(name)) {
        if budget.left == 0 {
            budget.left_out += 1;
            continue;
        }
        budget.left -= 1;
        let mut entry = Entry {
            group: group.to_owned(),
            line: element.line(),
            kind: "jar".to_owned(),
            ..Entry::default()
        };
        for child in element.children() {
            let place = match child.name() {
                "groupId" => &mut entry.group,
                "artifactId" => {
                    entry.line = child.line();
                    &mut entry.artifact
                }
                "version" => &mut entry.version,
                "scope" => &mut entry.scope,
                "type" => &mut entry.kind,
                "classifier" => &mut entry.classifier,
                "optional" => &mut entry.optional,
                "systemPath" => &mut entry.system_path,
                _ => continue,
            };
            if !child.text().is_empty() {
                child.text().clone_into(place);
            }
        }
        out.push(entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_come_from_the_parent_where_the_pom_has_none() {
        let text = "<project>\n<parent><groupId>g</groupId><artifactId>p</artifactId>\
                    <version>1</version><relativePath/></parent>\n<artifactId>a</artifactId></project>";
        let pom = Pom::parse("pom.xml", text).unwrap();
        assert_eq!((&*pom.group, &*pom.artifact, &*pom.version), ("g", "a", "1"));
        assert_eq!(pom.parent.unwrap().relative_path.as_deref(), Some(""));
    }

    #[test]
    fn entries_know_the_line_of_their_artifact() {
        let text = "<project><dependencies><dependency>\n<groupId>g</groupId>\n<exclusions>\
                    <exclusion><artifactId>not</artifactId></exclusion></exclusions>\n\
                    <artifactId>a</artifactId></dependency></dependencies></project>";
        let pom = Pom::parse("pom.xml", text).unwrap();
        let entry = &pom.body.dependencies[0];
        assert_eq!((&*entry.group, &*entry.artifact, entry.line), ("g", "a", 4));
    }

    #[test]
    fn another_root_is_no_pom() {
        assert!(Pom::parse("pom.xml", "<settings/>").is_err());
    }
}
