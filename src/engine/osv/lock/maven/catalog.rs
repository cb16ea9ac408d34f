//! Reads Gradle's version catalogues: `[versions]`, `[libraries]` and `[plugins]`. Whether a build uses an entry it
//! does not know.

use super::super::super::component::{Listing, Note, Scope};
use super::super::place::Located;
use super::super::{Broken, File, MAX_COMPONENTS};
use super::{Counted, Wanted, is_id, several, state, wanted};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let located = Located::new(text);
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map(|span| located.line_at(span.start.min(text.len())));
        Broken { line, message: "not valid TOML".to_owned() }
    })?;
    let table = table.get_ref();
    let mut out = Reading {
        listing: Listing {
            path: file.path.to_owned(),
            format: "libs.versions.toml",
            ..Listing::default()
        },
        located,
        versions: table.get("versions").and_then(|value| value.get_ref().as_table()),
        open: Counted::default(),
        bad: Counted::default(),
        left_out: 0,
    };
    for (section, scope) in [("libraries", Scope::Runtime), ("plugins", Scope::Build)] {
        let Some(entries) = table.get(section) else { continue };
        let Some(entries) = entries.get_ref().as_table() else {
            out.bad.add(out.located.line_at(entries.span().start));
            continue;
        };
        for (key, value) in entries {
            let line = out.located.line_at(key.span().start);
            match out.entry(value, scope) {
                Some((name, version)) => out.put(name, &version, scope, line),
                None => out.bad.add(line),
            }
        }
    }
    Ok(out.end())
}

struct Reading<'a> {
    listing: Listing,
    located: Located<'a>,
    versions: Option<&'a DeTable<'a>>,
    open: Counted,
    bad: Counted,
    left_out: usize,
}

impl Reading<'_> {
    /// Name and version of an entry.
    fn entry(&self, value: &Spanned<DeValue<'_>>, scope: Scope) -> Option<(String, String)> {
        let plugin = scope == Scope::Build;
        let (name, version) = match value.get_ref() {
            DeValue::String(text) if plugin => {
                let (id, version) = text.split_once(':')?;
                (plugin_name(id)?, version.to_owned())
            }
            DeValue::String(text) => {
                let mut parts = text.splitn(3, ':');
                let (group, artifact) = (parts.next()?, parts.next()?);
                (coordinates(group, artifact)?, parts.next().unwrap_or_default().to_owned())
            }
            DeValue::Table(table) => {
                let part = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str());
                let name = if plugin {
                    plugin_name(part("id")?)?
                } else if let Some(module) = part("module") {
                    let (group, artifact) = module.split_once(':')?;
                    coordinates(group, artifact)?
                } else {
                    coordinates(part("group")?, part("name")?)?
                };
                (name, table.get("version").map_or(Some(String::new()), |v| self.version(v))?)
            }
            _ => return None,
        };
        Some((name, version))
    }

    /// A version: text, a reference to `[versions]`, or a rich one, of which what it comes down to is taken.
    fn version(&self, value: &Spanned<DeValue<'_>>) -> Option<String> {
        let value = match value.get_ref() {
            DeValue::Table(table) => match table.get("ref") {
                Some(name) => self.versions?.get(name.get_ref().as_str()?)?.get_ref(),
                None => value.get_ref(),
            },
            value => value,
        };
        match value {
            DeValue::String(text) => {
                // `1.2!!` is short for `strictly 1.2`, `[1,2[!!1.5` prefers 1.5.
                let (strict, preferred) = text.split_once("!!").unwrap_or((text, ""));
                Some(if preferred.is_empty() { strict } else { preferred }.to_owned())
            }
            DeValue::Table(table) => {
                let part = |key: &str| table.get(key).and_then(|value| value.get_ref().as_str());
                let each = ["strictly", "require", "prefer"].map(part);
                let exact = each.iter().flatten().find(|text| wanted(text) != Wanted::Other);
                Some(
                    exact
                        .or(each.iter().flatten().next())
                        .map_or(String::new(), |t| (*t).to_owned()),
                )
            }
            _ => None,
        }
    }

    fn put(&mut self, name: String, version: &str, scope: Scope, line: u32) {
        if self.listing.components.len() + self.listing.declared.len() >= MAX_COMPONENTS {
            self.left_out += 1;
            return;
        }
        if !state(&mut self.listing, (name, version, version), scope, line) {
            self.open.add(line);
        }
    }

    fn end(mut self) -> Listing {
        let notes = &mut self.listing.notes;
        let entries = self.listing.components.len() + self.listing.declared.len();
        if self.open.count > 0 {
            let message = format!(
                "{} of {} named without one exact version",
                self.open.count,
                several(entries, "entry")
            );
            notes.push(Note::Unresolved { line: self.open.first, message });
        }
        if entries > 0 {
            let message = "transitive dependencies are not resolved".to_owned();
            notes.push(Note::Unresolved { line: 1, message });
        }
        if self.bad.count > 0 {
            let message = format!("{} not understood", several(self.bad.count, "entry"));
            notes.push(Note::Lost { line: Some(self.bad.first), message });
        }
        if self.left_out > 0 {
            let message = format!("{} beyond the limit", several(self.left_out, "entry"));
            notes.push(Note::Lost { line: None, message });
        }
        // TOML tables come sorted by name; the listing is in the order of the file.
        self.listing.components.sort_by_key(|component| component.line);
        self.listing.declared.sort_by_key(|declared| declared.line);
        self.listing
    }
}

fn coordinates(group: &str, artifact: &str) -> Option<String> {
    (is_id(group) && is_id(artifact)).then(|| format!("{group}:{artifact}"))
}

/// The artifact that stands for a plugin id in registries
/// (<https://docs.gradle.org/current/userguide/plugins.html>, plugin markers).
pub(super) fn plugin_name(id: &str) -> Option<String> {
    is_id(id).then(|| format!("{id}:{id}.gradle.plugin"))
}

#[cfg(test)]
mod tests {
    use super::super::tests::Files;
    use super::*;

    #[test]
    fn every_notation_of_a_library_is_read() {
        let text = r#"
[versions]
v = "1.5"
rich = { strictly = "[1.7, 1.8[", prefer = "1.7.25" }
range = "[1,2)"
[libraries]
z = "g:z:3.1"
a = { module = "g:a", version.ref = "v" }
b = { group = "g", name = "b", version.ref = "rich" }
c = { module = "g:c", version.ref = "range" }
d = { module = "g:d" }
e = { module = "g:e", version = { require = "4" } }
bad = { module = "nothing" }
gone = { module = "g:gone", version.ref = "absent" }
[plugins]
p = { id = "org.p", version.ref = "v" }
q = "org.q:2"
[bundles]
all = ["a", "b"]
"#;
        let path = "gradle/libs.versions.toml";
        let listing = Files::new(&[(path, text)]).listing(read, path).unwrap();
        let all: Vec<_> =
            listing.components.iter().map(|c| (&*c.name, &*c.version, c.line)).collect();
        assert_eq!(
            all,
            [
                ("g:z", "3.1", 7),
                ("g:a", "1.5", 8),
                ("g:b", "1.7.25", 9),
                ("g:e", "4", 12),
                ("org.p:org.p.gradle.plugin", "1.5", 16),
                ("org.q:org.q.gradle.plugin", "2", 17),
            ]
        );
        let open: Vec<_> = listing.declared.iter().map(|d| (&*d.name, &*d.requirement)).collect();
        assert_eq!(open, [("g:c", "[1,2)"), ("g:d", "")]);
        assert!(listing.notes.iter().any(
            |note| matches!(note, Note::Lost { line: Some(13), message } if message.starts_with("2 "))
        ));
    }

    #[test]
    fn broken_toml_names_its_line() {
        let broken = Files::new(&[("libs.versions.toml", "[versions]\nv = \n")])
            .listing(read, "libs.versions.toml")
            .unwrap_err();
        assert_eq!(broken.line, Some(2));
    }
}
