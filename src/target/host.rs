//! A machine's own file system below one root folder, for the host audit: reads, looks at modes and lists, and resolves
//! links as the machine would if the root were `/`. Runs no program and knows nothing of what the files mean.

use super::open;
use crate::finding::SkipReason;
use std::fmt;
use std::path::{Component, Path, PathBuf};

/// Largest file that is read, bytes.
const MAX_BYTES: u64 = 4 << 20;
/// Links on the way to one file.
const MAX_LINKS: usize = 40;
/// Names that one listing gives.
const MAX_NAMES: usize = 20_000;

/// What is known of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// Permission bits, where they mean something.
    pub mode: Option<u32>,
    /// A folder.
    pub is_folder: bool,
    /// A link to what the rest is said of.
    pub is_link: bool,
}

/// Why there are no bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    /// There is no such file.
    Missing,
    /// There is one, and it cannot be read; why.
    Refused(String),
}

/// Files of a system by their paths from its root, without a leading `/`.
pub trait FileSystem: fmt::Debug {
    /// Bytes of a regular file.
    fn read(&self, path: &str) -> Result<Vec<u8>, Unread>;
    /// What is known of a file or folder; `None` where there is none.
    fn stat(&self, path: &str) -> Option<Stat>;
    /// Names in a folder, sorted; links are among them.
    fn list(&self, folder: &str) -> Result<Vec<String>, Unread>;
}

/// A machine, or an image of one that is mounted somewhere.
#[derive(Debug)]
pub struct Host {
    root: PathBuf,
    /// Names of environment variables that seem to hold secrets. Never their values.
    pub environment: Vec<String>,
}

impl Host {
    /// Below an existing folder.
    pub fn new(root: &Path, environment: Vec<String>) -> std::io::Result<Self> {
        let root = std::fs::canonicalize(root)?;
        // Listing it now tells a file or a forbidden folder before anything is audited.
        std::fs::read_dir(&root)?;
        Ok(Self { root, environment })
    }

    /// The path on this machine, with every link followed inside the root.
    fn resolve(&self, path: &str) -> std::io::Result<PathBuf> {
        let mut found = PathBuf::new();
        let mut links = 0;
        let mut left: Vec<String> = segments(Path::new(path));
        left.reverse();
        while let Some(name) = left.pop() {
            if name == ".." {
                found.pop();
                continue;
            }
            let next = self.root.join(&found).join(&name);
            let Ok(target) = std::fs::read_link(&next) else {
                found.push(name);
                continue;
            };
            links += 1;
            if links > MAX_LINKS {
                return Err(std::io::Error::other("too many links"));
            }
            if target.is_absolute() {
                found = PathBuf::new();
            }
            left.extend(segments(&target).into_iter().rev());
        }
        Ok(self.root.join(found))
    }
}

fn segments(path: &Path) -> Vec<String> {
    path.components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(name.to_string_lossy().into_owned()),
            Component::ParentDir => Some("..".to_owned()),
            _ => None,
        })
        .collect()
}

fn unread(error: &std::io::Error) -> Unread {
    match error.kind() {
        std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory => Unread::Missing,
        kind => Unread::Refused(kind.to_string()),
    }
}

impl FileSystem for Host {
    fn read(&self, path: &str) -> Result<Vec<u8>, Unread> {
        let real = self.resolve(path).map_err(|error| unread(&error))?;
        let file = open::open_plain(&real).map_err(|error| unread(&error))?;
        let mut bytes = Vec::new();
        open::read_regular(file, MAX_BYTES, &mut bytes).map_err(|refused| {
            Unread::Refused(match refused.reason {
                SkipReason::Unreadable => refused.detail,
                reason => format!("{} {}", reason.phrase(), refused.detail).trim().to_owned(),
            })
        })?;
        Ok(bytes)
    }

    fn stat(&self, path: &str) -> Option<Stat> {
        let metadata = std::fs::symlink_metadata(self.resolve(path).ok()?).ok()?;
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let itself = std::fs::symlink_metadata(self.resolve(folder).ok()?.join(name)).ok()?;
        let is_link = itself.is_symlink();
        Some(Stat { mode: open::mode(&metadata), is_folder: metadata.is_dir(), is_link })
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, Unread> {
        let real = self.resolve(folder).map_err(|error| unread(&error))?;
        let listing = std::fs::read_dir(real).map_err(|error| unread(&error))?;
        let names = listing.filter_map(Result::ok).map(|one| one.file_name());
        let mut names: Vec<String> =
            names.filter_map(|name| name.into_string().ok()).take(MAX_NAMES + 1).collect();
        if names.len() > MAX_NAMES {
            return Err(Unread::Refused(format!("more than {MAX_NAMES} names")));
        }
        names.sort();
        Ok(names)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_are_followed_inside_the_root_and_never_out_of_it() {
        let outside = tempfile::tempdir().unwrap();
        std::fs::write(outside.path().join("secret"), "outside").unwrap();
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        std::fs::create_dir_all(at("usr/lib")).unwrap();
        std::fs::create_dir_all(at("etc")).unwrap();
        std::fs::write(at("usr/lib/os-release"), "ID=x").unwrap();
        std::fs::write(at("secret"), "inside").unwrap();
        symlink("../usr/lib/os-release", at("etc/os-release")).unwrap();
        symlink("/usr/lib/os-release", at("etc/absolute")).unwrap();
        symlink("../../../../../../secret", at("etc/up")).unwrap();
        symlink(outside.path(), at("etc/out")).unwrap();
        symlink("loop", at("etc/loop")).unwrap();
        let host = Host::new(dir.path(), Vec::new()).unwrap();
        assert_eq!(host.read("etc/os-release").unwrap(), b"ID=x");
        assert_eq!(host.read("etc/absolute").unwrap(), b"ID=x");
        assert_eq!(host.read("etc/up").unwrap(), b"inside");
        assert_eq!(host.read("etc/out/secret"), Err(Unread::Missing));
        assert!(matches!(host.read("etc/loop"), Err(Unread::Refused(_))));
        assert_eq!(host.read("etc/gone"), Err(Unread::Missing));
        assert!(matches!(host.read("etc"), Err(Unread::Refused(_))));
        assert_eq!(host.list("usr").unwrap(), ["lib"]);
        assert!(host.stat("etc").unwrap().is_folder && host.stat("etc/gone").is_none());
    }
}
