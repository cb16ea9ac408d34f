//! Files held in memory: what the tests of readers read from. Compiled for tests only.

use super::{Around, Broken, File, Format};
use crate::engine::osv::component::{Component, Listing};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A tree of files.
#[derive(Debug, Default)]
pub(super) struct Memory(BTreeMap<String, Arc<[u8]>>);

impl Memory {
    /// Files by path.
    pub(super) fn new(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().into()));
        Self(files.collect())
    }

    /// What the format of that name makes of a file.
    pub(super) fn read_as(
        &self,
        formats: &[Format],
        name: &str,
        path: &str,
    ) -> Result<Listing, Broken> {
        let format = formats.iter().find(|format| format.name == name).unwrap();
        let bytes = Arc::clone(&self.0[path]);
        (format.read)(&File { path, bytes: &bytes, around: self })
    }
}

impl Around for Memory {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        self.0.get(path).cloned()
    }
    fn below(&self, folder: &str) -> Vec<String> {
        let inside = |path: &&String| {
            folder.is_empty() || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
        };
        self.0.keys().filter(inside).cloned().collect()
    }
}

/// Components in one word each: `name@version:line`, with ` direct`, ` transitive` and the scope if it is not runtime.
pub(super) fn words(listing: &Listing) -> Vec<String> {
    let word = |c: &Component| {
        let direct = match c.direct {
            Some(true) => " direct",
            Some(false) => " transitive",
            None => "",
        };
        let scope = match c.scope.as_str() {
            "runtime" => String::new(),
            scope => format!(" {scope}"),
        };
        format!("{}@{}:{}{direct}{scope}", c.name, c.version, c.line)
    };
    listing.components.iter().map(word).collect()
}

/// The component of a name.
pub(super) fn named<'l>(listing: &'l Listing, name: &str) -> &'l Component {
    listing.components.iter().find(|c| c.name == name).unwrap()
}
