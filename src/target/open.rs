//! Opening a file of a hostile tree: never through a link, never blocking on a FIFO, never more than the limit. The only
//! place that opens files below a target.

use super::source::Refused;
use crate::finding::SkipReason;
use std::fs::File;
use std::io::Read as _;
use std::path::Path;

/// A directory that files are opened below.
#[derive(Debug)]
pub struct Root {
    #[cfg(target_os = "linux")]
    fd: std::os::fd::OwnedFd,
    path: std::path::PathBuf,
}

impl Root {
    /// Opens the directory itself; the caller named it, so a link is followed here and only here.
    pub fn open(path: &Path) -> std::io::Result<Self> {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{Mode, OFlags};
            let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let fd = rustix::fs::open(path, flags, Mode::empty())?;
            Ok(Self { fd, path: path.to_owned() })
        }
        #[cfg(not(target_os = "linux"))]
        Ok(Self { path: path.to_owned() })
    }

    /// Path of the directory as it was opened.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A regular file below the root; `location` is relative.
    fn file(&self, location: &Path) -> std::io::Result<File> {
        #[cfg(target_os = "linux")]
        {
            use rustix::fs::{Mode, OFlags, ResolveFlags};
            let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
            let resolve =
                ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
            match rustix::fs::openat2(&self.fd, location, flags, Mode::empty(), resolve) {
                Ok(fd) => return Ok(File::from(fd)),
                // Kernels before 5.6 and some container filters know no openat2; the last component is then guarded.
                Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => {}
                Err(error) => return Err(error.into()),
            }
        }
        open_plain(&self.path.join(location))
    }

    /// A folder below the root, held open; `None` where the system cannot say that no link leads there.
    #[cfg(target_os = "linux")]
    pub(super) fn folder(&self, location: &Path) -> std::io::Result<Option<std::os::fd::OwnedFd>> {
        use rustix::fs::{Mode, OFlags, ResolveFlags};
        let location = if location.as_os_str().is_empty() { Path::new(".") } else { location };
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let resolve =
            ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        match rustix::fs::openat2(&self.fd, location, flags, Mode::empty(), resolve) {
            Ok(fd) => Ok(Some(fd)),
            Err(rustix::io::Errno::NOSYS | rustix::io::Errno::PERM) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Reads a file below the root into `buffer` (cleared first).
    pub fn read(&self, location: &Path, limit: u64, buffer: &mut Vec<u8>) -> Result<(), Refused> {
        buffer.clear();
        let file = self.file(location).map_err(|error| refused(&error))?;
        read_regular(file, limit, buffer)
    }
}

/// Permission bits of a file, on systems that keep them.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems keep none")]
pub(super) fn mode(metadata: &std::fs::Metadata) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(metadata.permissions().mode() & 0o7777)
}

/// Permission bits of a file, on systems that keep them.
#[cfg(not(unix))]
pub(super) fn mode(_: &std::fs::Metadata) -> Option<u32> {
    None
}

#[cfg(unix)]
pub(super) fn open_plain(path: &Path) -> std::io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags =
        OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
    Ok(File::from(rustix::fs::open(path, flags, Mode::empty())?))
}

#[cfg(not(unix))]
pub(super) fn open_plain(path: &Path) -> std::io::Result<File> {
    if std::fs::symlink_metadata(path)?.file_type().is_symlink() {
        return Err(std::io::Error::other("is a symbolic link"));
    }
    File::open(path)
}

/// Reads one file a person named (a configuration, a baseline, a rule pack): same guards, but links are theirs to use.
pub fn read_named(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    // Opening through the canonical path follows the user's links and still refuses FIFOs and devices.
    let path = std::fs::canonicalize(path)?;
    let mut buffer = Vec::new();
    read_regular(open_plain(&path)?, limit, &mut buffer).map_err(|refused| {
        std::io::Error::other(match refused.reason {
            SkipReason::TooLarge => format!("too large ({})", refused.detail),
            SkipReason::Special => "not a regular file".to_owned(),
            _ => refused.detail,
        })
    })?;
    Ok(buffer)
}

pub(super) fn read_regular(file: File, limit: u64, buffer: &mut Vec<u8>) -> Result<(), Refused> {
    let metadata = file.metadata().map_err(|error| refused(&error))?;
    if !metadata.is_file() {
        return Err(Refused { reason: SkipReason::Special, detail: String::new() });
    }
    if metadata.len() > limit {
        return Err(Refused { reason: SkipReason::TooLarge, detail: size(metadata.len()) });
    }
    buffer.reserve(metadata.len() as usize + 1);
    // The file may grow while it is read: one byte over the limit is enough to know.
    file.take(limit + 1).read_to_end(buffer).map_err(|error| refused(&error))?;
    if buffer.len() as u64 > limit {
        return Err(Refused {
            reason: SkipReason::TooLarge,
            detail: format!("over {}", size(limit)),
        });
    }
    Ok(())
}

pub(super) fn refused(error: &std::io::Error) -> Refused {
    #[cfg(unix)]
    {
        let link =
            [rustix::io::Errno::LOOP, rustix::io::Errno::XDEV].map(rustix::io::Errno::raw_os_error);
        if error.raw_os_error().is_some_and(|code| link.contains(&code)) {
            return Refused { reason: SkipReason::Symlink, detail: String::new() };
        }
        // Opening a socket fails with ENXIO.
        if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) {
            return Refused { reason: SkipReason::Special, detail: String::new() };
        }
    }
    // The system's own text depends on platform and language; the kind does not.
    Refused { reason: SkipReason::Unreadable, detail: error.kind().to_string() }
}

/// A number of bytes for people: `512 B`, `12.3 MiB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64 / 1024.0;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_like_people_write_them() {
        for (bytes, text) in
            [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (10 << 20, "10.0 MiB")]
        {
            assert_eq!(size(bytes), text);
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_and_fifos_are_refused_without_blocking() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("real"), b"x").unwrap();
        std::os::unix::fs::symlink("real", dir.path().join("link")).unwrap();
        std::os::unix::fs::symlink("..", dir.path().join("up")).unwrap();
        rustix::fs::mknodat(
            rustix::fs::CWD,
            dir.path().join("fifo"),
            rustix::fs::FileType::Fifo,
            rustix::fs::Mode::from_raw_mode(0o600),
            0,
        )
        .unwrap();
        let root = Root::open(dir.path()).unwrap();
        let mut buffer = Vec::new();
        let mut reason = |name: &str| {
            root.read(Path::new(name), 10, &mut buffer).map_err(|refused| refused.reason)
        };
        assert_eq!(reason("real"), Ok(()));
        assert_eq!(reason("link"), Err(SkipReason::Symlink));
        assert_eq!(reason("up/x"), Err(SkipReason::Symlink));
        assert_eq!(reason("fifo"), Err(SkipReason::Special));
        assert_eq!(reason("gone"), Err(SkipReason::Unreadable));
        std::fs::write(dir.path().join("big"), [b'x'; 11]).unwrap();
        assert_eq!(reason("big"), Err(SkipReason::TooLarge));
    }
}
