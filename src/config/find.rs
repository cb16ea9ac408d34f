//! Where configuration files are, and opening them safely: a file in a strange repository may be a link to a device, a
//! pipe that never ends, or huge.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Names of the repository's file, in the order they are looked for in each folder.
pub const NAMES: [&str; 3] = [".securescan.yml", ".securescan.yaml", "securescan.yml"];
/// Name of the user's own file in its folder.
pub const USER_NAME: &str = "config.yml";
/// How many folders are looked at, the first included.
const MAX_LEVELS: usize = 25;
/// Longest file that is read, bytes.
pub const MAX_BYTES: u64 = 1024 * 1024;

/// What looking upwards from a target found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Walk {
    /// The repository's file.
    pub file: Option<PathBuf>,
    /// The nearest folder with a `.git`.
    pub root: Option<PathBuf>,
}

/// Looks for the repository's file from `target` (a folder, or a file in it) upwards; a folder with a `.git` is the last
/// one looked at.
pub fn walk(target: &Path) -> Walk {
    let mut found = Walk::default();
    for folder in folder_of(target).ancestors().take(MAX_LEVELS) {
        if found.file.is_none() {
            found.file = in_folder(folder);
        }
        if exists(&folder.join(".git")) {
            found.root = Some(folder.to_owned());
            break;
        }
    }
    found
}

/// The first of [`NAMES`] in a folder; a dangling link counts, so that it is refused and not passed over.
pub fn in_folder(folder: &Path) -> Option<PathBuf> {
    NAMES.iter().map(|name| folder.join(name)).find(|path| exists(path))
}

/// The folder itself, or the one a file is in, with links resolved where it exists.
pub fn folder_of(target: &Path) -> PathBuf {
    let real = fs::canonicalize(target)
        .or_else(|_| std::path::absolute(target))
        .unwrap_or_else(|_| target.to_owned());
    match real.parent() {
        Some(parent) if real.is_file() => parent.to_owned(),
        _ => real,
    }
}

fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// There is none.
    #[error("no such file")]
    Missing,
    /// A link where none is followed.
    #[error("it is a symbolic link, which is not followed")]
    Link,
    /// A folder, device, pipe or socket.
    #[error("it is not a regular file")]
    Special,
    /// Over this many bytes.
    #[error("it is larger than {0} bytes")]
    TooLarge(u64),
    /// Anything else.
    #[error("it cannot be read: {0}")]
    Io(#[from] io::Error),
}

/// Whether a link in the last part of a path is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// For the user's own files: people link them from elsewhere.
    Follow,
    /// For a repository's files.
    Refuse,
}

/// Reads a regular file of at most [`MAX_BYTES`]; never blocks on a pipe or device.
pub fn read(path: &Path, links: Links) -> Result<Vec<u8>, Unreadable> {
    read_up_to(path, links, MAX_BYTES)
}

/// As [`read`], with another limit.
pub fn read_up_to(path: &Path, links: Links, max: u64) -> Result<Vec<u8>, Unreadable> {
    let missing = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Unreadable::Missing,
        _ => Unreadable::Io(error),
    };
    let named = fs::symlink_metadata(path).map_err(missing)?;
    if named.is_symlink() && links == Links::Refuse {
        return Err(Unreadable::Link);
    }
    // Asked before opening as well: a device may act on being opened.
    if !fs::metadata(path).map_err(missing)?.is_file() {
        return Err(Unreadable::Special);
    }
    let file = open(path, links).map_err(missing)?;
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(Unreadable::Special);
    }
    let mut bytes = Vec::new();
    file.take(max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > max {
        return Err(Unreadable::TooLarge(max));
    }
    Ok(bytes)
}

#[cfg(unix)]
fn open(path: &Path, links: Links) -> io::Result<File> {
    use rustix::fs::{CWD, Mode, OFlags, openat};
    let mut flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NONBLOCK | OFlags::NOCTTY;
    if links == Links::Refuse {
        flags |= OFlags::NOFOLLOW;
    }
    Ok(File::from(openat(CWD, path, flags, Mode::empty())?))
}

#[cfg(not(unix))]
fn open(path: &Path, _: Links) -> io::Result<File> {
    File::open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn touch(path: &Path) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }

    #[test]
    fn the_nearest_file_wins_and_names_have_an_order() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        touch(&root.join("securescan.yml"));
        touch(&root.join("a/.securescan.yaml"));
        touch(&root.join("a/securescan.yml"));
        touch(&root.join("a/b/file.txt"));
        fs::create_dir(root.join(".git")).unwrap();
        let expected =
            Walk { file: Some(root.join("a/.securescan.yaml")), root: Some(root.clone()) };
        assert_eq!(walk(&root.join("a/b")), expected);
        assert_eq!(walk(&root.join("a/b/file.txt")), expected, "a file stands for its folder");
        assert_eq!(walk(&root).file, Some(root.join("securescan.yml")));
    }

    #[test]
    fn a_repository_is_not_left() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        touch(&root.join(".securescan.yml"));
        touch(&root.join("inner/.git"));
        fs::create_dir(root.join("inner/src")).unwrap();
        let found = walk(&root.join("inner/src"));
        assert_eq!(found, Walk { file: None, root: Some(root.join("inner")) });
    }

    #[test]
    fn looking_stops_after_25_folders() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        touch(&root.join("securescan.yml"));
        let at = |levels: usize| root.join(vec!["d"; levels].join("/"));
        fs::create_dir_all(at(25)).unwrap();
        assert!(walk(&at(24)).file.is_some());
        assert!(walk(&at(25)).file.is_none());
    }

    #[cfg(unix)]
    #[test]
    fn links_devices_pipes_folders_and_giants_are_refused_at_once() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        symlink("/dev/zero", path("zero")).unwrap();
        symlink("nowhere", path("dangling")).unwrap();
        fs::write(path("giant"), vec![b' '; 1024 * 1024 + 1]).unwrap();
        fs::write(path("plain"), "ai: false").unwrap();
        symlink("plain", path("link")).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, path("pipe"), rustix::fs::Mode::from_raw_mode(0o600))
            .unwrap();
        let start = std::time::Instant::now();
        for (name, links, expected) in [
            ("zero", Links::Refuse, "it is a symbolic link, which is not followed"),
            ("zero", Links::Follow, "it is not a regular file"),
            ("dangling", Links::Refuse, "it is a symbolic link, which is not followed"),
            ("dangling", Links::Follow, "no such file"),
            ("pipe", Links::Refuse, "it is not a regular file"),
            (".", Links::Refuse, "it is not a regular file"),
            ("giant", Links::Refuse, "it is larger than 1048576 bytes"),
            ("none", Links::Refuse, "no such file"),
            ("link", Links::Refuse, "it is a symbolic link, which is not followed"),
        ] {
            assert_eq!(read(&path(name), links).unwrap_err().to_string(), expected, "{name}");
        }
        assert!(start.elapsed().as_secs() < 1);
        assert_eq!(read(&path("link"), Links::Follow).unwrap(), b"ai: false");
        assert!(in_folder(folder.path()).is_none());
        symlink("nowhere", path(".securescan.yml")).unwrap();
        assert_eq!(in_folder(folder.path()), Some(path(".securescan.yml")));
    }
}
