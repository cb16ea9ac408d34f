//! What stands between libgit2 and a hostile repository or an odd machine: process-wide settings made once, and a look
//! at the files git reads, because opening a FIFO in their place would block for ever.

use super::{Error, small_file};
use std::path::{Path, PathBuf};
use std::sync::Once;

static SETTLED: Once = Once::new();

/// Makes libgit2 independent of the machine. Cheap after the first call.
pub(super) fn settle() {
    SETTLED.call_once(set_options);
}

#[expect(
    unsafe_code,
    reason = "libgit2 keeps these settings in global variables; git2 marks the setters unsafe for that reason alone"
)]
fn set_options() {
    use git2::ConfigLevel::{Global, ProgramData, System, XDG};
    // SAFETY: the setters write process globals without a lock. They run once, under `SETTLED`, before the first call into
    // libgit2: `Repository::discover` is the only way to make a repository and calls `settle` first, and `Once` makes
    // every other thread wait for the end of it.
    unsafe {
        // No configuration and no ignore file of the machine or the user: two machines must give one result.
        for level in [ProgramData, System, XDG, Global] {
            drop(git2::opts::set_search_path(level, ""));
        }
        // The check protects from running what another user's repository configures. Nothing is ever run here, and CI
        // containers scan repositories of another user every day.
        drop(git2::opts::set_verify_owner_validation(false));
        // Blobs are checked where they are read; see `objects`.
        git2::opts::strict_hash_verification(false);
        // A partial clone lacks objects; the index is whole, and a missing object is answered with `None`.
        drop(git2::opts::set_extensions(&["partialclone"]));
    }
}

/// Whether a directory has what git asks of a repository: HEAD, objects and refs (or a pointer to a common directory).
pub(super) fn is_git_dir(directory: &Path) -> bool {
    let head = directory.join("HEAD").symlink_metadata().is_ok();
    let whole = directory.join("objects").is_dir() && directory.join("refs").is_dir();
    head && (whole || directory.join("commondir").is_file())
}

/// An error when a file git reads unasked is neither absent nor regular.
pub(super) fn refuse_special_files(directory: &Path, bare: bool) -> Result<(), Error> {
    let refused = |file: &Path| Error::Special {
        path: directory.display().to_string(),
        file: file.strip_prefix(directory).unwrap_or(file).display().to_string(),
    };
    let mut git_dirs = Vec::new();
    if bare {
        git_dirs.push(directory.to_owned());
    } else {
        let dot_git = directory.join(".git");
        if dot_git.is_dir() {
            git_dirs.push(dot_git);
        } else if dot_git.is_file() {
            git_dirs.extend(pointed_to(&dot_git, "gitdir:"));
        } else {
            return Err(refused(&dot_git));
        }
    }
    if let Some(common) = git_dirs.first().and_then(|d| pointed_to(&d.join("commondir"), "")) {
        git_dirs.push(common);
    }
    for git_dir in &git_dirs {
        for name in [
            "HEAD",
            "config",
            "config.worktree",
            "index",
            "commondir",
            "gitdir",
            "packed-refs",
            "info/exclude",
            "info/attributes",
            "objects/info/alternates",
            "shallow",
        ] {
            let file = git_dir.join(name);
            if is_special(&file) {
                return Err(refused(&file));
            }
        }
        for name in ["config", "config.worktree"] {
            if let Some(file) = special_include(&git_dir.join(name), 0) {
                return Err(refused(&file));
            }
        }
    }
    Ok(())
}

fn is_special(file: &Path) -> bool {
    file.metadata().is_ok_and(|m| !m.is_file() && !m.is_dir())
}

/// The directory a one-line pointer file names.
fn pointed_to(file: &Path, prefix: &str) -> Option<PathBuf> {
    let metadata = file.metadata().ok()?;
    if !metadata.is_file() {
        return None;
    }
    let text = String::from_utf8(small_file(file)).ok()?;
    let target = text.strip_prefix(prefix)?.trim();
    (!target.is_empty()).then(|| file.parent().unwrap_or(file).join(target))
}

/// The first file an `[include]` or `[includeIf]` leads to that is not regular. Conditions are taken as true.
fn special_include(config: &Path, depth: u8) -> Option<PathBuf> {
    // libgit2 gives up at the same depth.
    const MAX_DEPTH: u8 = 10;
    if depth >= MAX_DEPTH {
        return None;
    }
    let text = small_file(config);
    let text = String::from_utf8_lossy(&text);
    let mut inside = false;
    for line in text.lines().map(str::trim) {
        if let Some(section) = line.strip_prefix('[') {
            inside = section.trim_start().to_ascii_lowercase().starts_with("include");
        }
        if !inside {
            continue;
        }
        let assignment = line.rsplit_once(']').map_or(line, |(_, after)| after);
        let Some((key, value)) = assignment.split_once('=') else {
            continue;
        };
        if key.trim().eq_ignore_ascii_case("path") {
            let value = value.trim().trim_matches('"');
            let file = config.parent().unwrap_or(config).join(value);
            if is_special(&file) {
                return Some(file);
            }
            if let Some(found) = special_include(&file, depth + 1) {
                return Some(found);
            }
        }
    }
    None
}

/// An error when the object store holds something libgit2 would open and wait on for ever. `git_dir` is the common
/// directory; stores it borrows from are looked at too.
pub(super) fn refuse_special_objects(git_dir: &Path, shown: &Path) -> Result<(), Error> {
    /// Git itself follows alternates five deep.
    const MAX_DEPTH: u8 = 5;
    let mut open = vec![(git_dir.join("objects"), 0)];
    while let Some((store, depth)) = open.pop() {
        for folder in listed(&store) {
            if !folder.1.is_dir() {
                continue;
            }
            let special = listed(&folder.0).into_iter().find(|(path, kind)| {
                !kind.is_file() && !kind.is_dir() && (!kind.is_symlink() || is_special(path))
            });
            if let Some((file, _)) = special {
                let file = file.strip_prefix(git_dir).unwrap_or(&file).display().to_string();
                return Err(Error::Special { path: shown.display().to_string(), file });
            }
        }
        if depth < MAX_DEPTH {
            let text = small_file(&store.join("info/alternates"));
            let text = String::from_utf8_lossy(&text).into_owned();
            let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
            open.extend(lines.map(|line| (store.join(line), depth + 1)));
        }
    }
    Ok(())
}

fn listed(folder: &Path) -> Vec<(PathBuf, std::fs::FileType)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((entry.path(), entry.file_type().ok()?))).collect()
}
