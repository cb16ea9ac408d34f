//! Changing a file of a hostile tree: only a regular file below the root that still holds what was read, never through a link, and whole or
//! not at all. The only place that writes below a target.

use super::open::Root;
use std::io::{Error, Read as _, Result, Write as _};
use std::path::Path;

impl Root {
    /// Puts bytes in the place of a file below the root that holds `expected`; the file keeps its mode. `location` is relative.
    pub fn replace(&self, location: &Path, expected: &[u8], bytes: &[u8]) -> Result<()> {
        let name = location.file_name().ok_or_else(|| Error::other("it is no file"))?;
        let folder = location.parent().unwrap_or(Path::new(""));
        #[cfg(target_os = "linux")]
        if let Some(folder) = self.folder(folder)? {
            return linux::replace(&folder, name, expected, bytes);
        }
        self.replace_by_path(&folder.join(name), expected, bytes)
    }

    /// The same where folders cannot be held on to: what lies between the root and the file is looked at once.
    fn replace_by_path(&self, location: &Path, expected: &[u8], bytes: &[u8]) -> Result<()> {
        let mut path = self.path().to_owned();
        for part in location.components() {
            path.push(part);
            if std::fs::symlink_metadata(&path)?.file_type().is_symlink() {
                return Err(Error::other("it is a symbolic link"));
            }
        }
        let file = super::open::open_plain(&path)?;
        let metadata = still(file, expected)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut temporary = tempfile::Builder::new().prefix(".securescan-").tempfile_in(folder)?;
        temporary.write_all(bytes)?;
        temporary.as_file().set_permissions(metadata.permissions())?;
        temporary.as_file().sync_all()?;
        temporary.persist(&path)?;
        Ok(())
    }
}

/// Makes sure that a file may be written and holds what it held.
fn still(file: std::fs::File, expected: &[u8]) -> Result<std::fs::Metadata> {
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(Error::other("it is no regular file"));
    }
    if metadata.permissions().readonly() {
        return Err(Error::other("it is read-only"));
    }
    let mut found = Vec::with_capacity(expected.len() + 1);
    file.take(expected.len() as u64 + 1).read_to_end(&mut found)?;
    if found != expected {
        return Err(Error::other("it has changed meanwhile"));
    }
    Ok(metadata)
}

#[cfg(target_os = "linux")]
mod linux {
    use rustix::fs::{AtFlags, Gid, Mode, OFlags, Uid};
    use std::ffi::OsStr;
    use std::fs::File;
    use std::io::{Error, Result, Write as _};
    use std::os::fd::OwnedFd;
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};

    /// Names that are tried for the new file.
    const TRIES: u32 = 100;

    pub(super) fn replace(
        folder: &OwnedFd,
        name: &OsStr,
        expected: &[u8],
        bytes: &[u8],
    ) -> Result<()> {
        let flags =
            OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        let old = File::from(rustix::fs::openat(folder, name, flags, Mode::empty())?);
        let metadata = super::still(old, expected)?;
        let (new, new_name) = create(folder)?;
        let written = fill(&new, &metadata, bytes)
            .and_then(|()| Ok(rustix::fs::renameat(folder, new_name.as_str(), folder, name)?));
        if written.is_err() {
            // What is left over is hidden and harmless; what went wrong before is told.
            let _ = rustix::fs::unlinkat(folder, new_name.as_str(), AtFlags::empty());
        }
        written
    }

    /// A new file in a folder, that its owner alone can read.
    fn create(folder: &OwnedFd) -> Result<(File, String)> {
        let flags =
            OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        for number in 0..TRIES {
            let name = format!(".securescan-{}-{number}", std::process::id());
            match rustix::fs::openat(folder, name.as_str(), flags, Mode::from_raw_mode(0o600)) {
                Ok(fd) => return Ok((File::from(fd), name)),
                Err(rustix::io::Errno::EXIST) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::other("no name is free for a new file"))
    }

    fn fill(mut new: &File, old: &std::fs::Metadata, bytes: &[u8]) -> Result<()> {
        new.write_all(bytes)?;
        let own = new.metadata()?;
        if (own.uid(), own.gid()) != (old.uid(), old.gid()) {
            // Only some may give a file away; for others the new file is theirs.
            let (uid, gid) = (Uid::from_raw(old.uid()), Gid::from_raw(old.gid()));
            let _ = rustix::fs::fchown(new, Some(uid), Some(gid));
        }
        new.set_permissions(std::fs::Permissions::from_mode(old.mode() & 0o7777))?;
        new.sync_all()
    }
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    /// Both ways to write.
    fn both(folder: &Path, location: &str, expected: &[u8], bytes: &[u8]) -> [Option<String>; 2] {
        let root = Root::open(folder).unwrap();
        let location = Path::new(location);
        let told = |result: Result<()>| result.err().map(|error| error.to_string());
        [
            told(root.replace(location, expected, bytes)),
            told(root.replace_by_path(location, expected, bytes)),
        ]
    }

    #[test]
    fn a_file_is_replaced_and_keeps_its_mode() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/run.sh");
        std::fs::create_dir(folder.path().join("deep")).unwrap();
        std::fs::write(&path, "old").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o754)).unwrap();
        let root = Root::open(folder.path()).unwrap();
        root.replace(Path::new("deep/run.sh"), b"old", b"newer").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"newer");
        root.replace_by_path(Path::new("deep/run.sh"), b"newer", b"newest").unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), b"newest");
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o7777, 0o754);
        assert_eq!(std::fs::read_dir(folder.path().join("deep")).unwrap().count(), 1);
    }

    #[test]
    fn links_read_only_files_and_files_that_changed_stay_as_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let inside = folder.path().join("tree");
        std::fs::create_dir(&inside).unwrap();
        for path in [outside.path().join("a"), inside.join("a"), inside.join("locked")] {
            std::fs::write(path, "old").unwrap();
        }
        std::os::unix::fs::symlink("a", inside.join("link")).unwrap();
        std::os::unix::fs::symlink(outside.path(), inside.join("out")).unwrap();
        let locked = std::fs::Permissions::from_mode(0o444);
        std::fs::set_permissions(inside.join("locked"), locked).unwrap();
        for location in ["link", "out/a", "locked", "gone", "../x", ".", ""] {
            let told = both(&inside, location, b"old", b"new");
            assert!(told.iter().all(Option::is_some), "{location}: {told:?}");
        }
        for expected in ["ol", "older", ""] {
            let told = both(&inside, "a", expected.as_bytes(), b"new");
            assert_eq!(told.map(Option::unwrap), ["it has changed meanwhile"; 2]);
        }
        for path in [outside.path().join("a"), inside.join("a"), inside.join("locked")] {
            assert_eq!(std::fs::read(path).unwrap(), b"old");
        }
        assert_eq!(std::fs::read_dir(&inside).unwrap().count(), 4);
    }
}
