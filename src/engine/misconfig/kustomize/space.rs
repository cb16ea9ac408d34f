//! The files that kustomizations of a tree are made of, each read once. Values of all of them stand in one space: a place in it is a place
//! in one of the files, so that an object put together from several still knows where each of its values is written.

use super::super::kubernetes::documents::Documents;
use super::super::tree;
use super::super::value::{Data, Entry as Named, Value};
use super::inline;
use super::kustomization::{Kustomization, NAMES, generated, listed};
use super::object::{Object, objects};
use crate::target::{Entry, Source};
use crate::yaml::stream;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Largest file that is read, and all of them, bytes.
const MAX_FILE: u64 = 4 << 20;
const MAX_TREE: u64 = 64 << 20;

/// Kustomizations of one tree.
const MAX_KUSTOMIZATIONS: usize = 20_000;

/// What files are read for.
#[derive(Debug, Clone, Copy, Default)]
struct Roles {
    resource: bool,
    patch: bool,
    lines: bool,
}

/// A file.
#[derive(Debug, Default)]
pub struct Piece {
    /// Its path.
    pub path: String,
    /// Where it begins in the space, and how long it is.
    pub start: usize,
    /// Its bytes.
    pub size: usize,
    /// Objects in it.
    pub objects: Vec<Object>,
    /// Documents in it, as patches.
    pub patches: Vec<Value>,
    /// Lines `name=value` in it.
    pub lines: Vec<Named>,
    /// Bytes of its documents in the space, in order.
    documents: Vec<Range<usize>>,
}

/// All files.
#[derive(Debug, Default)]
pub struct Space {
    pieces: Vec<Piece>,
    by_path: BTreeMap<String, usize>,
    /// Kustomizations, in the order of their paths.
    pub kustomizations: Vec<Kustomization>,
    /// Kustomizations that could not be read, and why.
    pub unread: Vec<(String, String)>,
    by_folder: BTreeMap<String, usize>,
}

impl Space {
    /// Reads what the kustomizations of a tree refer to.
    pub fn of(source: &dyn Source) -> Self {
        let mut chosen: BTreeMap<&str, &Entry> = BTreeMap::new();
        for name in NAMES {
            for entry in source.entries() {
                let Some(folder) = entry.path.strip_suffix(name) else { continue };
                if folder.is_empty() || folder.ends_with('/') {
                    chosen.entry(folder).or_insert(entry);
                }
            }
        }
        let chosen: Vec<&Entry> = chosen.into_values().collect();
        let read: Vec<Result<Option<(Kustomization, usize)>, String>> =
            chosen.par_iter().take(MAX_KUSTOMIZATIONS).map(|entry| read(source, entry)).collect();
        let mut space = Self::default();
        for entry in chosen.iter().skip(MAX_KUSTOMIZATIONS) {
            let why = format!("not put together: it is one of more than {MAX_KUSTOMIZATIONS}");
            space.unread.push((entry.path.clone(), why));
        }
        let mut known = Vec::new();
        for (entry, read) in chosen.iter().zip(read) {
            match read {
                Ok(one) => known.extend(one),
                Err(why) => space.unread.push((entry.path.clone(), why)),
            }
        }
        let roles = roles(&known);
        let mut total = 0;
        let entries = roles.into_iter().filter_map(|(path, roles)| {
            let entry = find(source, &path)?;
            total += entry.size;
            (entry.size <= MAX_FILE && total <= MAX_TREE).then_some((entry, roles))
        });
        let entries: Vec<(&Entry, Roles)> = entries.collect();
        let pieces: Vec<Piece> =
            entries.par_iter().filter_map(|(entry, roles)| piece(source, entry, *roles)).collect();
        for (kustomization, size) in known {
            let path = kustomization.path.clone();
            let start = space.add(Piece { path, size, ..Piece::default() });
            let at = space.kustomizations.len();
            space.by_folder.insert(kustomization.folder.clone(), at);
            space.kustomizations.push(kustomization.moved(start));
        }
        for piece in pieces {
            space.add(piece);
        }
        space
    }

    /// Takes up a file behind all others.
    fn add(&mut self, mut piece: Piece) -> usize {
        piece.start = self.pieces.last().map_or(0, |last| last.start + last.size + 1);
        let start = piece.start;
        piece.objects.iter_mut().for_each(|object| object.value.shift(start));
        piece.patches.iter_mut().for_each(|patch| patch.shift(start));
        for line in &mut piece.lines {
            line.key_range = line.key_range.start + start..line.key_range.end + start;
            line.value.shift(start);
        }
        let objects = piece.objects.iter().map(|object| object.value.range.clone());
        piece.documents =
            objects.chain(piece.patches.iter().map(|one| one.range.clone())).collect();
        piece.documents.sort_by_key(|range| (range.start, range.end));
        // A kustomization that is a resource of another is read twice; its own place is the first.
        self.by_path.entry(piece.path.clone()).or_insert(self.pieces.len());
        self.pieces.push(piece);
        start
    }

    /// The file at a path, and its index.
    pub fn at(&self, path: &str) -> Option<(usize, &Piece)> {
        let at = *self.by_path.get(path)?;
        Some((at, &self.pieces[at]))
    }

    /// A file.
    pub fn piece(&self, at: usize) -> &Piece {
        &self.pieces[at]
    }

    /// The kustomization of a folder.
    pub fn in_folder(&self, folder: &str) -> Option<usize> {
        self.by_folder.get(folder).copied()
    }

    /// The file that a place is in, and the place there.
    pub fn place(&self, range: &Range<usize>) -> Option<(usize, Range<usize>)> {
        let at = self.pieces.partition_point(|piece| piece.start <= range.start).checked_sub(1)?;
        let piece = &self.pieces[at];
        let end = range.end.min(piece.start + piece.size).max(range.start);
        Some((at, range.start - piece.start..end - piece.start))
    }

    /// The document around a place, in its file; the place itself where there is none.
    pub fn around(&self, range: &Range<usize>) -> Range<usize> {
        let Some((at, inner)) = self.place(range) else { return 0..0 };
        let piece = &self.pieces[at];
        let last = piece.documents.partition_point(|one| one.start <= range.start).checked_sub(1);
        match last.map(|last| &piece.documents[last]).filter(|one| range.start < one.end) {
            Some(around) => around.start - piece.start..around.end - piece.start,
            None => inner,
        }
    }
}

impl Kustomization {
    /// The same with its places in the space.
    fn moved(mut self, by: usize) -> Self {
        self.body.shift(by);
        for patch in self.patches.iter_mut().chain(&mut self.late_patches) {
            if let super::kustomization::Content::Inline(documents) = &mut patch.content {
                for document in documents {
                    document.shift(by);
                }
            }
        }
        self
    }
}

fn find<'a>(source: &'a dyn Source, path: &str) -> Option<&'a Entry> {
    let entries = source.entries();
    let at = entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
    entries.get(at)
}

/// A kustomization and its size; none when the file is something else.
fn read(source: &dyn Source, entry: &Entry) -> Result<Option<(Kustomization, usize)>, String> {
    if entry.size > MAX_FILE {
        return Err(format!("{} bytes are more than is read", entry.size));
    }
    // What cannot be seen is told by the other half.
    let Ok(text) = tree::text(source, entry) else { return Ok(None) };
    let read = stream(&text, &inline::LIMITS);
    if let Some(error) = read.error {
        return Err(error.to_string());
    }
    let document = read.documents.first().map(Value::plain);
    let one = document.and_then(|document| Kustomization::new(&entry.path, document, &text));
    Ok(one.map(|one| (one, text.len())))
}

/// What each file is read for.
fn roles(kustomizations: &[(Kustomization, usize)]) -> BTreeMap<String, Roles> {
    use super::kustomization::Reference;
    let own: BTreeSet<&str> = kustomizations.iter().map(|(one, _)| one.path.as_str()).collect();
    let mut roles: BTreeMap<String, Roles> = BTreeMap::new();
    for (one, _) in kustomizations {
        for reference in &one.resources {
            if let Reference::Local(path) = reference
                && !own.contains(path.as_str())
            {
                roles.entry(path.clone()).or_default().resource = true;
            }
        }
        for path in one.patch_files() {
            roles.entry(path.to_owned()).or_default().patch = true;
        }
        for key in ["configMapGenerator", "secretGenerator"] {
            for generator in listed(&one.body, key) {
                for path in generated(&one.folder, generator).envs {
                    roles.entry(path).or_default().lines = true;
                }
            }
        }
    }
    roles
}

fn piece(source: &dyn Source, entry: &Entry, roles: Roles) -> Option<Piece> {
    let text = tree::text(source, entry).ok()?;
    let mut piece = Piece { path: entry.path.clone(), size: text.len(), ..Piece::default() };
    if roles.resource {
        piece.objects = Documents::of(&text).flat_map(|one| objects(&one)).collect();
    }
    if roles.patch {
        piece.patches = stream(&text, &inline::LIMITS).documents.iter().map(Value::plain).collect();
    }
    if roles.lines {
        piece.lines = lines(&text);
    }
    Some(piece)
}

/// Lines `name=value` of a text; what stands behind a `#` at the start of a line is none.
fn lines(text: &[u8]) -> Vec<Named> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split(|byte| *byte == b'\n') {
        let own = std::str::from_utf8(line).unwrap_or_default();
        let before = own.len() - own.trim_start().len();
        if let Some((key, value)) = own.trim().split_once('=')
            && !key.starts_with('#')
        {
            let at = start + before;
            let from = at + key.len() + 1;
            let range = from..from + value.len();
            found.push(Named {
                key: key.to_owned(),
                key_range: at..at + key.len(),
                value: Value::new(range, Data::Text(value.to_owned())),
            });
        }
        start += line.len() + 1;
    }
    found
}
