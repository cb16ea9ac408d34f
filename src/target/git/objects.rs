//! Objects of a repository, read from several threads at once and never through a work tree, an index or HEAD. A missing
//! object is remembered, so that whoever compares two commits cannot take "not here" for "not there".

use super::{Error, guard, locate, open, said};
use crate::target::open::Root;
use sha1::{Digest as _, Sha1};
use std::collections::BTreeSet;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

/// The id of an object; shows as 40 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id(pub(super) git2::Oid);

impl Id {
    /// The bytes of the id.
    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

/// Why an object was not handed over.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// It is not in this clone.
    #[error("object {0} is not in this clone")]
    Missing(Id),
    /// It is here and broken, or not what it was taken for.
    #[error("object {id} cannot be read: {message}")]
    Broken {
        /// Which.
        id: Id,
        /// What libgit2 said.
        message: String,
    },
    /// More bytes than were asked for.
    #[error("object {id} has {size} bytes")]
    TooLarge {
        /// Which.
        id: Id,
        /// Its size.
        size: u64,
    },
}

/// Whether bytes are those of a blob. What is found in a file is remembered by its id, so the two must belong together;
/// libgit2 checks that too, with a SHA-1 of its own that takes ten times as long.
fn is_content_of(bytes: &[u8], id: Id) -> bool {
    let mut digest = Sha1::new();
    digest.update(format!("blob {}\0", bytes.len()));
    digest.update(bytes);
    digest.finalize()[..] == *id.as_bytes()
}

/// The object store of one repository.
pub struct Objects {
    root: PathBuf,
    bare: bool,
    idle: Mutex<Vec<git2::Repository>>,
    missing: Mutex<BTreeSet<Id>>,
    beside: Option<Beside>,
}

/// The work tree as a second place where the bytes of an object may lie, uncompressed. Nothing is believed of it: bytes
/// count only when their digest is the id that was asked for.
struct Beside {
    root: Root,
    hits: AtomicU32,
    misses: AtomicU32,
}

impl Beside {
    /// The bytes, if they lie there. A tree that stands elsewhere is soon left alone.
    fn read(&self, location: &Path, id: Id, limit: u64, buffer: &mut Vec<u8>) -> bool {
        /// Tries that may fail before it is judged.
        const PATIENCE: u32 = 64;
        let (hits, misses) =
            (self.hits.load(Ordering::Relaxed), self.misses.load(Ordering::Relaxed));
        if misses > PATIENCE + hits {
            return false;
        }
        let found = self.root.read(location, limit, buffer).is_ok() && is_content_of(buffer, id);
        let counter = if found { &self.hits } else { &self.misses };
        counter.fetch_add(1, Ordering::Relaxed);
        found
    }
}

impl fmt::Debug for Objects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Objects")
            .field("root", &self.root)
            .field("bare", &self.bare)
            .finish_non_exhaustive()
    }
}

impl Objects {
    /// The store of the repository a path stands in, as [`super::Repository::discover`] finds it; bare ones included.
    pub fn discover(path: &Path) -> Result<Option<Self>, Error> {
        let Some((root, bare)) = locate(path)? else { return Ok(None) };
        let first = open(&root, bare)?;
        guard::refuse_special_objects(first.commondir(), &root)?;
        let beside = if bare { None } else { Root::open(&root).ok() };
        let beside =
            beside.map(|root| Beside { root, hits: AtomicU32::new(0), misses: AtomicU32::new(0) });
        Ok(Some(Self {
            beside,
            root,
            bare,
            idle: Mutex::new(vec![first]),
            missing: Mutex::new(BTreeSet::new()),
        }))
    }

    /// Absolute root of the work tree, links resolved; of the repository itself when it is bare.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// True without a work tree.
    pub fn is_bare(&self) -> bool {
        self.bare
    }

    /// Whether the history was cut off when it was fetched.
    pub fn is_shallow(&self) -> bool {
        self.with(git2::Repository::is_shallow).unwrap_or(false)
    }

    /// Lends one of the open handles, or opens a further one.
    pub(super) fn with<T>(&self, work: impl FnOnce(&git2::Repository) -> T) -> Result<T, Error> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let git = match idle {
            Some(git) => git,
            None => open(&self.root, self.bare)?,
        };
        let result = work(&git);
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(git);
        Ok(result)
    }

    /// Bytes of a blob, as [`Self::read`] gives them; `location` is where a work tree of the commit would have them.
    pub fn read_file(
        &self,
        location: &Path,
        id: Id,
        limit: u64,
        buffer: &mut Vec<u8>,
    ) -> Result<(), Unreadable> {
        if self.beside.as_ref().is_some_and(|tree| tree.read(location, id, limit, buffer)) {
            return Ok(());
        }
        self.read(id, limit, buffer)
    }

    /// Bytes of a blob, into `buffer` (cleared first); never more than `limit`.
    pub fn read(&self, id: Id, limit: u64, buffer: &mut Vec<u8>) -> Result<(), Unreadable> {
        buffer.clear();
        let result = self.with(|git| {
            let odb = git.odb().map_err(|e| self.unreadable(id, &e))?;
            let object = odb.read(id.0).map_err(|e| self.unreadable(id, &e))?;
            if object.kind() != git2::ObjectType::Blob {
                let message = "it is not a file".to_owned();
                return Err(Unreadable::Broken { id, message });
            }
            if object.len() as u64 > limit {
                return Err(Unreadable::TooLarge { id, size: object.len() as u64 });
            }
            if !is_content_of(object.data(), id) {
                let message = "its content is not that of its id".to_owned();
                return Err(Unreadable::Broken { id, message });
            }
            buffer.extend_from_slice(object.data());
            Ok(())
        });
        result.unwrap_or_else(|error| Err(Unreadable::Broken { id, message: error.to_string() }))
    }

    /// Bytes of an object without reading it.
    pub fn size(&self, id: Id) -> Result<u64, Unreadable> {
        let result = self.with(|git| {
            let odb = git.odb().map_err(|e| self.unreadable(id, &e))?;
            let header = odb.read_header(id.0).map_err(|e| self.unreadable(id, &e))?;
            Ok(header.0 as u64)
        });
        result.unwrap_or_else(|error| Err(Unreadable::Broken { id, message: error.to_string() }))
    }

    /// Objects that were asked for and are not in this clone.
    pub fn missing(&self) -> Vec<Id> {
        let missing = self.missing.lock().unwrap_or_else(PoisonError::into_inner);
        missing.iter().copied().collect()
    }

    pub(super) fn unreadable(&self, id: Id, error: &git2::Error) -> Unreadable {
        if error.code() == git2::ErrorCode::NotFound {
            self.missing.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
            Unreadable::Missing(id)
        } else {
            Unreadable::Broken { id, message: said(error) }
        }
    }
}
