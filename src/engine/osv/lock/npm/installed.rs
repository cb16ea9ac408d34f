//! `package.json` of an installed package, in a folder right below a `node_modules`: which package that is, under which
//! licence, and whether its installation ran a program. What it needs stands in folders of their own.

use super::draft::{Draft, Scopes};
use super::soft::{self, Word};
use super::source;
use crate::engine::osv::component::Listing;
use crate::engine::osv::lock::place::{Located, Ordered, json};
use crate::engine::osv::lock::{Broken, File};
use serde_json::value::RawValue;

/// Scripts that npm runs when it installs a package from a registry.
const SCRIPTS: [&str; 3] = ["preinstall", "install", "postinstall"];

/// The name that the folder of an installed package gives it: the part behind the last `node_modules`, when nothing but
/// the package's folder stands there.
fn folder_name(path: &str) -> Option<&str> {
    let folder = path.strip_suffix("/package.json")?;
    let at = folder.rfind("node_modules/")?;
    if at > 0 && folder.as_bytes().get(at - 1) != Some(&b'/') {
        return None;
    }
    let name = folder.get(at + "node_modules/".len()..)?;
    let fits = match name.split_once('/') {
        Some((scope, rest)) => scope.starts_with('@') && !rest.is_empty() && !rest.contains('/'),
        None => !name.starts_with('@'),
    };
    // Tools keep folders of their own there: `.bin`, `.cache`, `.pnpm`.
    (fits && !name.is_empty() && !name.starts_with('.')).then_some(name)
}

/// Reads one.
pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let mut draft = Draft::new(file, "node_modules");
    let Some(folder) = folder_name(file.path) else { return Ok(draft.finish(Scopes::Given)) };
    let text = file.text()?;
    let located = Located::new(text);
    let top: Ordered<'_, &RawValue> = json(text)?;
    let get = |key: &str| top.last(key).copied();
    let word = |key: &str| soft::word(get(key));
    let (name, version) = (word("name"), word("version"));
    let name = name.some().unwrap_or(folder);
    let line = get("version").or_else(|| get("name")).map_or(1, |raw| located.line_of(raw.get()));
    let mut component = Draft::component(name, version.as_str().trim(), line);
    // npm up to 6 wrote down where a package came from.
    let resolved = word("_resolved");
    component.origin = source::origin(resolved.as_str(), name, version.as_str());
    component.digests = source::digests(word("_integrity").as_str());
    component.pinned = !component.digests.is_empty();
    component.license =
        get("license").and_then(soft::license).or_else(|| get("licenses").and_then(soft::license));
    component.install_script = runs_script(file, get("scripts"), get("gypfile"));
    draft.add(component);
    Ok(draft.finish(Scopes::Given))
}

/// A script of the manifest, or what npm runs without one for a package that holds a `binding.gyp`
/// (<https://docs.npmjs.com/cli/v11/using-npm/scripts>).
fn runs_script(file: &File<'_>, scripts: Option<&RawValue>, gypfile: Option<&RawValue>) -> bool {
    let scripts: Ordered<'_, Word<'_>> =
        scripts.and_then(|raw| serde_json::from_str(raw.get()).ok()).unwrap_or_default();
    let named =
        scripts.0.iter().any(|(name, run)| SCRIPTS.contains(&&**name) && run.some().is_some());
    let refuses = gypfile.is_some_and(|raw| raw.get() == "false");
    named || soft::is_true(gypfile) || (!refuses && file.read_beside("binding.gyp").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::osv::component::Origin;
    use crate::engine::osv::lock::npm::tests::{Files, NOTHING, file};

    #[test]
    fn only_the_folder_of_a_package_counts() {
        for (path, expected) in [
            ("node_modules/a/package.json", Some("a")),
            ("x/node_modules/@s/a/package.json", Some("@s/a")),
            ("node_modules/.pnpm/a@1/node_modules/a/package.json", Some("a")),
            ("node_modules/a/lib/package.json", None),
            ("node_modules/@s/package.json", None),
            ("node_modules/@s/a/lib/package.json", None),
            ("node_modules/.cache/package.json", None),
            ("my_node_modules/a/package.json", None),
            ("package.json", None),
        ] {
            assert_eq!(folder_name(path), expected, "{path}");
        }
    }

    #[test]
    fn an_installed_package_tells_its_licence_and_script() {
        let text = "{\n\"name\": \"real\",\n\
            \"version\": \"1.0.0\", \"licenses\": [{\"type\": \"MIT\"}],\n\
            \"scripts\": {\"test\": \"x\", \"postinstall\": \"node x\"},\n\
            \"_resolved\": \"https://u:example@npm.example/real/-/real-1.0.0.tgz\"}";
        let listing =
            read(&file("node_modules/alias/package.json", text.as_bytes(), &NOTHING)).unwrap();
        let one = &listing.components[0];
        assert_eq!((one.name.as_str(), one.version.as_str(), one.line), ("real", "1.0.0", 3));
        assert_eq!(one.license.as_deref(), Some("MIT"));
        assert_eq!(one.origin, Origin::OtherRegistry("https://npm.example".into()));
        assert!(one.install_script);
    }

    #[test]
    fn a_package_to_be_compiled_runs_a_script_unless_it_says_otherwise() {
        let files = Files(&[("node_modules/a/binding.gyp", "{}")]);
        for (text, expected) in [("{}", true), (r#"{"gypfile": false}"#, false)] {
            let listing =
                read(&file("node_modules/a/package.json", text.as_bytes(), &files)).unwrap();
            assert_eq!(listing.components[0].install_script, expected, "{text}");
            assert_eq!(listing.components[0].name, "a");
        }
    }
}
