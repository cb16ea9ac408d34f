//! Where a program is: on `PATH`, and only there. Neither the working directory nor anything below the target can be it,
//! whatever `PATH` says: both may have been written by whoever is being scanned.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

/// `PATH` without entries that are relative or empty, that are the working directory, or that are inside the target, as
/// written or by their links.
pub fn safe_path(path: Option<&OsStr>, folder: &Path, target: Option<&Path>) -> Vec<PathBuf> {
    let both = |path: &Path| [Some(path.to_owned()), std::fs::canonicalize(path).ok()];
    let folders: Vec<PathBuf> = both(folder).into_iter().flatten().collect();
    let refused: Vec<PathBuf> = target
        .into_iter()
        .flat_map(both)
        .flatten()
        // Everything is below the root; refusing that would refuse all.
        .filter(|folder| folder.parent().is_some())
        .collect();
    let mut found: Vec<PathBuf> = Vec::new();
    for entry in
        path.map(|path| std::env::split_paths(path).collect::<Vec<_>>()).unwrap_or_default()
    {
        if !entry.is_absolute() {
            continue;
        }
        let Ok(real) = std::fs::canonicalize(&entry) else { continue };
        let inside = |one: &Path| {
            refused.iter().any(|folder| one.starts_with(folder))
                || folders.iter().any(|folder| one == folder)
        };
        if !inside(&entry) && !inside(&real) && !found.contains(&entry) {
            found.push(entry);
        }
    }
    found
}

/// The program of a name: the first file on the path that can be executed and that no link takes into the target.
pub fn program(name: &str, path: &[PathBuf], target: Option<&Path>) -> Option<PathBuf> {
    let refused = target.and_then(|folder| std::fs::canonicalize(folder).ok());
    let refused = refused.filter(|folder| folder.parent().is_some());
    path.iter().map(|folder| folder.join(name)).find(|file| {
        let real = std::fs::canonicalize(file);
        is_executable(file)
            && real.is_ok_and(|real| !refused.iter().any(|folder| real.starts_with(folder)))
    })
}

/// The path as a variable.
pub fn joined(path: &[PathBuf]) -> OsString {
    std::env::join_paths(path).unwrap_or_default()
}

#[cfg(unix)]
fn is_executable(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::metadata(file)
        .is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_executable(file: &Path) -> bool {
    file.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    fn tool(folder: &Path, mode: u32) -> PathBuf {
        std::fs::create_dir_all(folder).unwrap();
        let file = folder.join("tool");
        std::fs::write(&file, "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        file
    }

    #[test]
    fn a_program_is_never_taken_from_the_target_or_the_working_directory() {
        let home = tempfile::tempdir().unwrap();
        let (good, target) = (home.path().join("bin"), home.path().join("tree"));
        let wanted = tool(&good, 0o755);
        tool(&target.join("bin"), 0o755);
        tool(&target, 0o755);
        symlink(target.join("bin"), home.path().join("linked")).unwrap();
        let link = home.path().join("links");
        std::fs::create_dir(&link).unwrap();
        symlink(target.join("tool"), link.join("tool")).unwrap();
        for front in ["", ".", "bin", "./tree"] {
            let text = format!(
                "{front}:{}:{}:{}:{}",
                target.join("bin").display(),
                home.path().join("linked").display(),
                link.display(),
                good.display()
            );
            let path = safe_path(Some(OsStr::new(&text)), &target.join("bin"), Some(&target));
            assert_eq!(path, [link.clone(), good.clone()], "{front}");
            assert_eq!(program("tool", &path, Some(&target)).as_ref(), Some(&wanted));
        }
    }

    #[test]
    fn what_cannot_be_executed_is_no_program() {
        let home = tempfile::tempdir().unwrap();
        tool(home.path(), 0o644);
        let here = Path::new("/nowhere");
        let path = safe_path(Some(home.path().as_os_str()), here, None);
        assert_eq!(path, [home.path()]);
        assert_eq!(program("tool", &path, None), None);
        assert_eq!(program("gone", &path, None), None);
        assert!(safe_path(None, here, None).is_empty());
        assert!(safe_path(Some(home.path().as_os_str()), home.path(), None).is_empty());
    }
}
