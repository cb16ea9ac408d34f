//! Entries of a `Cargo.lock` as they are written. A reader of lines takes what Cargo writes; anything else goes to the TOML
//! parser. Does not know what the entries mean.

use super::super::place::Located;
use super::super::{Broken, toml_text};
use std::borrow::Cow;
use std::collections::HashMap;
use toml::de::DeTable;

/// One `[[package]]`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    pub name: Cow<'a, str>,
    pub version: Cow<'a, str>,
    pub source: Option<Cow<'a, str>>,
    pub checksum: Option<Cow<'a, str>>,
    pub replace: Option<Cow<'a, str>>,
    pub dependencies: Vec<Cow<'a, str>>,
    /// Line of its name; of its header if it has none.
    pub line: u32,
}

/// A whole `Cargo.lock`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Entries<'a> {
    /// `version`; absent in the first two versions of the format.
    pub version: Option<u64>,
    /// `[root]` of the first version, then the packages.
    pub packages: Vec<Entry<'a>>,
    /// `[metadata]`: `checksum <name> <version> (<source>)` to the digest.
    pub metadata: HashMap<Cow<'a, str>, Cow<'a, str>>,
}

/// Reads it.
pub(super) fn read(text: &str) -> Result<Entries<'_>, Broken> {
    match by_lines(text) {
        Some(entries) => Ok(entries),
        None => by_toml(text),
    }
}

/// In which table the reader of lines stands.
#[derive(Clone, Copy, PartialEq)]
enum Section {
    Top,
    Package,
    Metadata,
    /// Tables that say nothing of what is used: `[[patch.unused]]`.
    Other,
}

/// What Cargo itself writes, one key a line. `None` for anything that it would not write.
fn by_lines(text: &str) -> Option<Entries<'_>> {
    let mut out = Entries::default();
    let mut section = Section::Top;
    let mut in_dependencies = false;
    let mut number = 0u32;
    for line in text.lines() {
        number = number.saturating_add(1);
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if in_dependencies {
            if line == "]" {
                in_dependencies = false;
                continue;
            }
            let name = quoted(line.strip_suffix(',').unwrap_or(line))?;
            if section == Section::Package {
                out.packages.last_mut()?.dependencies.push(Cow::Borrowed(name));
            }
            continue;
        }
        if line.starts_with('[') {
            section = match line {
                "[[package]]" | "[root]" => Section::Package,
                "[metadata]" => Section::Metadata,
                "[[patch.unused]]" => Section::Other,
                _ => return None,
            };
            if section == Section::Package {
                // Two `[root]`, or a `[root]` between packages, are no valid TOML; the order is Cargo's own.
                if line == "[root]" && !out.packages.is_empty() {
                    return None;
                }
                out.packages.push(Entry { line: number, ..Entry::default() });
            }
            continue;
        }
        let (key, value) = line.split_once(" = ")?;
        match section {
            Section::Top => match key {
                "version" => out.version = Some(value.parse().ok()?),
                _ => return None,
            },
            Section::Metadata => {
                out.metadata.insert(Cow::Borrowed(quoted(key)?), Cow::Borrowed(quoted(value)?));
            }
            Section::Other => in_dependencies = value == "[",
            Section::Package => {
                let entry = out.packages.last_mut()?;
                match key {
                    "name" => {
                        entry.name = Cow::Borrowed(quoted(value)?);
                        entry.line = number;
                    }
                    "version" => entry.version = Cow::Borrowed(quoted(value)?),
                    "source" => entry.source = Some(Cow::Borrowed(quoted(value)?)),
                    "checksum" => entry.checksum = Some(Cow::Borrowed(quoted(value)?)),
                    "replace" => entry.replace = Some(Cow::Borrowed(quoted(value)?)),
                    "dependencies" if value == "[" => in_dependencies = true,
                    "dependencies" if value == "[]" => {}
                    _ => return None,
                }
            }
        }
    }
    let complete = |entry: &Entry<'_>| !entry.name.is_empty() && !entry.version.is_empty();
    (!in_dependencies && out.packages.iter().all(complete)).then_some(out)
}

/// A basic string without escapes and quotes in it.
fn quoted(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    memchr::memchr2(b'"', b'\\', inner.as_bytes()).is_none().then_some(inner)
}

/// Any TOML with the keys of a `Cargo.lock`.
fn by_toml(text: &str) -> Result<Entries<'_>, Broken> {
    let located = Located::new(text);
    let root = toml_text::read(&located)?;
    let mut out = Entries {
        version: root
            .get("version")
            .and_then(|value| value.get_ref().as_integer())
            .and_then(|version| version.as_str().parse().ok()),
        ..Entries::default()
    };
    if let Some(value) = root.get("root")
        && let Some(table) = value.get_ref().as_table()
    {
        out.packages.push(entry(table, located.line_at(value.span().start), &located));
    }
    for item in toml_text::items(&root, "package") {
        let line = located.line_at(item.span().start);
        let empty = DeTable::new();
        out.packages.push(entry(item.get_ref().as_table().unwrap_or(&empty), line, &located));
    }
    if let Some(metadata) = toml_text::table(&root, "metadata") {
        for (key, value) in metadata {
            if let Some(value) = value.get_ref().as_str() {
                let (key, value) = (key.get_ref().to_string(), value.to_owned());
                out.metadata.insert(Cow::Owned(key), Cow::Owned(value));
            }
        }
    }
    Ok(out)
}

fn entry(table: &DeTable<'_>, line: u32, located: &Located<'_>) -> Entry<'static> {
    let text = |key| toml_text::text(table, key).map(|text| Cow::Owned(text.to_owned()));
    let dependencies = toml_text::items(table, "dependencies");
    Entry {
        name: text("name").unwrap_or_default(),
        version: text("version").unwrap_or_default(),
        source: text("source"),
        checksum: text("checksum"),
        replace: text("replace"),
        dependencies: dependencies
            .filter_map(|item| item.get_ref().as_str().map(|text| Cow::Owned(text.to_owned())))
            .collect(),
        line: table.get("name").map_or(line, |name| located.line_at(name.span().start)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_readers_see_the_same() {
        for text in [
            "",
            "# generated\nversion = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\
             source = \"registry+x\"\nchecksum = \"ab\"\ndependencies = [\n \"b\",\n \"c 1.0.0\",\n]\n\n\
             [[package]]\nname = \"b\"\nversion = \"2.0.0\"\n\n\
             [[patch.unused]]\nname = \"p\"\nversion = \"1.0.0\"\ndependencies = [\n \"b\",\n]\n",
            "[root]\nname = \"r\"\nversion = \"0.1.0\"\ndependencies = []\n\n\
             [[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\n\
             [metadata]\n\"checksum a 1.0.0 (registry+x)\" = \"ab\"\n",
        ] {
            assert_eq!(by_lines(text).unwrap(), by_toml(text).unwrap(), "{text}");
            let crlf = text.replace('\n', "\r\n");
            assert_eq!(by_lines(&crlf).unwrap(), by_toml(&crlf).unwrap());
        }
    }

    #[test]
    fn what_cargo_does_not_write_is_left_to_the_toml_parser() {
        for text in [
            "[[package]]\nname='a'\nversion='1.0.0'\ndependencies=['b']\n",
            "[[package]]\nname = \"a\" # x\nversion = \"1.0.0\"\ndependencies = [\"b\"]\n",
            "package = [{name = \"a\", version = \"1.0.0\", dependencies = [\"b\"]}]\n",
            "[[package]]\nname = \"\\u0061\"\nversion = \"\"\"1.0.0\"\"\"\ndependencies = [\"b\"]\n",
        ] {
            assert_eq!(by_lines(text), None, "{text}");
            let entries = read(text).unwrap();
            assert_eq!(entries.packages[0].name, "a");
            assert_eq!(entries.packages[0].version, "1.0.0");
            assert_eq!(entries.packages[0].dependencies, ["b"]);
        }
        assert!(read("[[package]\n").is_err());
    }
}
