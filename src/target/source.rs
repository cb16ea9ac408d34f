//! Where blobs come from, behind one trait: a work tree, standard input, later the tree of a commit or the index.

use crate::finding::{SkipReason, SkippedFile};
use std::fmt;
use std::path::PathBuf;

/// One file that may be read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Entry {
    /// Repository-relative path with `/`, as [`display_path`] gives it.
    pub path: String,
    /// Path to open, relative to the source's root, in the system's own bytes.
    pub location: PathBuf,
    /// Size when it was listed, bytes.
    pub size: u64,
    /// Executable by somebody.
    pub executable: bool,
    /// Permission bits (`0o7777`), where a file system that keeps them was asked.
    pub mode: Option<u32>,
    /// The git id of the content, where it is known without reading: same id, same bytes.
    pub id: Option<[u8; 20]>,
}

/// A file that could not be handed over, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Why.
    pub reason: SkipReason,
    /// Particulars, e.g. the size.
    pub detail: String,
}

/// A set of files.
pub trait Source: Sync + fmt::Debug {
    /// Every file that may be read, sorted by path.
    fn entries(&self) -> &[Entry];

    /// What was left out while listing, sorted.
    fn skipped(&self) -> &[SkippedFile];

    /// Bytes of one entry, read into `buffer` (cleared first); never follows a link, never blocks, never exceeds the
    /// size limit.
    fn read(&self, entry: &Entry, buffer: &mut Vec<u8>) -> Result<(), Refused>;
}

/// Files that are already in memory: standard input under the name it was given, examples of checks.
#[derive(Debug)]
pub struct Memory {
    entries: Vec<Entry>,
    texts: Vec<Vec<u8>>,
}

impl Memory {
    /// One file. `path` is what the text is to be taken for; it decides kind, role and ignore rules.
    pub fn new(path: &str, bytes: Vec<u8>) -> Self {
        Self { entries: vec![in_memory(path, bytes.len())], texts: vec![bytes] }
    }

    /// Several files, no two of one path.
    pub fn of<'a, T: AsRef<[u8]>>(files: impl IntoIterator<Item = (&'a str, T)>) -> Self {
        let mut files: Vec<(&str, T)> = files.into_iter().collect();
        files.sort_unstable_by_key(|(path, _)| *path);
        let entry = |(path, text): &(&str, T)| in_memory(path, text.as_ref().len());
        Self {
            entries: files.iter().map(entry).collect(),
            texts: files.iter().map(|(_, text)| text.as_ref().to_vec()).collect(),
        }
    }
}

fn in_memory(path: &str, size: usize) -> Entry {
    Entry {
        path: path.to_owned(),
        location: PathBuf::from(path),
        size: size as u64,
        executable: false,
        mode: None,
        id: None,
    }
}

impl Source for Memory {
    fn entries(&self) -> &[Entry] {
        &self.entries
    }

    fn skipped(&self) -> &[SkippedFile] {
        &[]
    }

    fn read(&self, entry: &Entry, buffer: &mut Vec<u8>) -> Result<(), Refused> {
        buffer.clear();
        let at = self.entries.binary_search_by(|one| one.path.cmp(&entry.path));
        buffer.extend_from_slice(at.map_or(&[], |at| self.texts[at].as_slice()));
        Ok(())
    }
}

/// No files at all: what is looked at is a page or a host.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl Source for Nothing {
    fn entries(&self) -> &[Entry] {
        &[]
    }

    fn skipped(&self) -> &[SkippedFile] {
        &[]
    }

    fn read(&self, _: &Entry, buffer: &mut Vec<u8>) -> Result<(), Refused> {
        buffer.clear();
        Ok(())
    }
}

/// A path of the system as findings show it: `/` between components, and bytes that are not UTF-8 as `\xNN`. A name that
/// could be mistaken for such an escape has its backslashes doubled, so two different names never become one.
pub fn display_path(path: &std::path::Path) -> String {
    let bytes = path.as_os_str().as_encoded_bytes();
    match std::str::from_utf8(bytes) {
        Ok(text) if cfg!(windows) => text.replace('\\', "/"),
        _ => display_bytes(bytes),
    }
}

/// The same for a path with `/` between its components, as git keeps it. Each component is looked at alone, so a path
/// shows its file in the same way wherever the walk to it began.
pub fn display_bytes(path: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(path)
        && !text.contains("\\x")
    {
        return text.to_owned();
    }
    let mut out = String::with_capacity(path.len() + 8);
    for (index, name) in path.split(|byte| *byte == b'/').enumerate() {
        if index > 0 {
            out.push('/');
        }
        match std::str::from_utf8(name) {
            Ok(text) if !text.contains("\\x") => out.push_str(text),
            _ => {
                for chunk in name.utf8_chunks() {
                    out.push_str(&chunk.valid().replace('\\', "\\\\"));
                    for byte in chunk.invalid() {
                        out.push_str(&format!("\\x{byte:02x}"));
                    }
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_shown_alike_in_every_path() {
        for (bytes, shown) in [
            (&b"a\\b/c\xff"[..], "a\\b/c\\xff"),
            (b"c\xff", "c\\xff"),
            (b"a\\b", "a\\b"),
            (b"a\\xff/b\\c", "a\\\\xff/b\\c"),
        ] {
            assert_eq!(display_bytes(bytes), shown);
        }
    }
}
