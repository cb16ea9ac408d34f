//! The tree of files: walking it, ignore files, git's index.

use securescan::target::Source as _;
use securescan::target::git::index;
use securescan::target::ignore_file::{GITIGNORE, Rules, SECURESCANIGNORE, Verdict};
use securescan::target::source::{display_bytes, display_path};
use securescan::target::walk::{Error, Options, WorkTree};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// Directories of version control, which are not the user's source.
const VCS: &[&str] = &[".git", ".hg", ".svn", ".jj", ".bzr", "CVS", ".pijul", "_darcs"];

/// Any text as an ignore file of either name: git's never fails, ours names the line, and answers do not change.
pub fn ignore_file(data: &[u8]) {
    let dir = Path::new("/securescan-fuzz");
    let git = Rules::new(dir, "", &[(GITIGNORE, data.to_vec())], None).unwrap();
    let both = [(GITIGNORE, b"*.log\n!a/\n".to_vec()), (SECURESCANIGNORE, data.to_vec())];
    let own = match Rules::new(dir, "sub", &both, None) {
        Ok(rules) => rules,
        Err(error) => {
            let lines = data.split(|byte| *byte == b'\n').count();
            assert!(1 <= error.line && error.line <= lines, "{error}");
            assert_eq!(error.path, "sub/.securescanignore");
            return;
        }
    };
    for path in ["a", "a.log", "a/b/c.py", ".env", "build/x", "a b", "ä", "[x]", "\\", "**"] {
        for is_dir in [false, true] {
            let path = dir.join(path);
            assert_eq!(git.verdict(&path, is_dir), git.verdict(&path, is_dir));
            if git.verdict(&path, is_dir) != Verdict::None {
                assert_eq!(
                    own.verdict(&path, is_dir),
                    git.verdict(&path, is_dir),
                    "{}",
                    path.display()
                );
            }
        }
    }
}

/// Any bytes as git's index: what is read are paths inside the tree.
pub fn git_index(data: &[u8]) {
    let Some(tracked) = index::parse(data) else {
        return;
    };
    assert!(tracked.len() <= data.len() / 62);
    for path in tracked.keys() {
        let parts: Vec<&str> = path.split('/').collect();
        assert!(parts.iter().all(|part| !part.is_empty() && *part != "." && *part != ".."));
    }
}

/// A small tree, made as any bytes say, and walked: every file is listed or accounted for, nothing outside is touched.
///
/// The first byte holds switches; then one line an item: `F` file, `D` directory, `L` link, the path, `=`, and the
/// content (`;` is a line end) or the target.
pub fn walk(data: &[u8]) {
    let Some((switches, lines)) = data.split_first() else {
        return;
    };
    let outer = tempfile::tempdir().unwrap();
    let root = outer.path().canonicalize().unwrap().join("tree");
    std::fs::create_dir(&root).unwrap();
    std::fs::write(outer.path().join("outside"), "outside").unwrap();
    for line in lines.split(|byte| *byte == b'\n').take(24) {
        make(&root, line);
    }
    let mut leaves = Vec::new();
    list(&root, &PathBuf::new(), &mut leaves);
    let tracked: BTreeMap<String, bool> = leaves
        .iter()
        .filter(|leaf| switches & 1 != 0 && leaf.as_os_str().len() % 3 == 0)
        .map(|leaf| (display_bytes(leaf.as_os_str().as_encoded_bytes()), true))
        .collect();
    let options = Options {
        no_ignore: switches & 2 != 0,
        hidden: switches & 4 != 0,
        max_file_size: if switches & 8 != 0 { 16 } else { 10 << 20 },
        ..Options::default()
    };
    let open =
        |target: &Path| WorkTree::open(&root, &[target.to_owned()], &options, Some(&tracked));
    let tree = match open(&root) {
        Ok(tree) => tree,
        Err(Error::Ignore(bad)) => return assert!(bad.line >= 1, "{bad}"),
        Err(error) => panic!("{error}"),
    };
    let paths = accounted(&tree, &root, &leaves);
    for leaf in &leaves {
        let shown = display_path(leaf);
        let size = root.join(leaf).symlink_metadata().unwrap();
        if tracked.contains_key(&shown) && size.is_file() && size.len() <= options.max_file_size {
            let in_git = leaf.components().any(|part| part.as_os_str() == ".git");
            assert!(in_git || paths.contains(shown.as_str()), "{shown} is tracked and not listed");
        }
    }
    let again = open(&root).unwrap();
    assert_eq!((tree.entries(), tree.skipped()), (again.entries(), again.skipped()));
    // A part of the tree holds what the whole holds of it.
    if let Some(first) =
        leaves.iter().filter_map(|leaf| leaf.parent()).find(|dir| *dir != Path::new(""))
        && let Ok(part) = open(&root.join(first))
    {
        let part: BTreeSet<&str> = part.entries().iter().map(|entry| entry.path.as_str()).collect();
        let below = format!("{}/", display_path(first));
        for path in paths.iter().filter(|path| path.starts_with(&below)) {
            assert!(part.contains(path), "{path} is missing when its folder is the target");
        }
    }
}

/// Checks every entry of a walk and that nothing is missing; gives the paths listed.
fn accounted<'a>(tree: &'a WorkTree, root: &Path, leaves: &[PathBuf]) -> BTreeSet<&'a str> {
    let paths: BTreeSet<&str> = tree.entries().iter().map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths.len(), tree.entries().len(), "each path stands once");
    assert!(tree.entries().is_sorted() && tree.skipped().is_sorted());
    let mut buffer = Vec::new();
    for entry in tree.entries() {
        let real = root.join(&entry.location);
        assert_eq!(real.canonicalize().unwrap(), real, "no link on the way");
        tree.read(entry, &mut buffer).unwrap();
        assert_eq!(buffer, std::fs::read(&real).unwrap());
        assert_eq!(
            (buffer.len() as u64, entry.path.as_str()),
            (entry.size, display_path(&entry.location).as_str())
        );
    }
    let skipped: BTreeSet<&str> = tree.skipped().iter().map(|s| s.path.as_str()).collect();
    for leaf in leaves {
        let mut parts = leaf.components().map(std::path::Component::as_os_str);
        if parts.any(|part| VCS.iter().any(|name| part == *name)) {
            continue;
        }
        let shown = display_path(leaf);
        let above = leaf.ancestors().skip(1).map(|dir| format!("{}/", display_path(dir)));
        let is_skipped = skipped.contains(shown.as_str())
            || above.into_iter().any(|d| skipped.contains(d.as_str()));
        assert!(
            paths.contains(shown.as_str()) != is_skipped,
            "{shown}: listed {}, skipped {is_skipped}",
            paths.contains(shown.as_str())
        );
    }
    paths
}

/// One item of a tree; what the system refuses is not made.
fn make(root: &Path, line: &[u8]) {
    let Some((kind, rest)) = line.split_first() else {
        return;
    };
    let equals = rest.iter().position(|byte| *byte == b'=').unwrap_or(rest.len());
    let content = rest.get(equals + 1..).unwrap_or_default();
    let mut path = root.to_owned();
    for part in rest[..equals].split(|byte| *byte == b'/').take(5) {
        let part = &part[..part.len().min(40)];
        if !part.is_empty() && part != b"." && part != b".." && !part.contains(&0) {
            path.push(system(part));
        }
    }
    // A link made earlier must not lead this one out of the tree.
    let folder = if *kind == b'D' { path.as_path() } else { path.parent().unwrap_or(root) };
    let linked = folder.ancestors().take_while(|dir| *dir != root).any(Path::is_symlink);
    if path == root || linked || std::fs::create_dir_all(folder).is_err() || path.is_symlink() {
        return;
    }
    let text: Vec<u8> = content.iter().map(|b| if *b == b';' { b'\n' } else { *b }).collect();
    let _ = match kind {
        b'F' => std::fs::write(&path, text),
        b'L' => link(content, &path),
        _ => Ok(()),
    };
}

#[cfg(unix)]
fn system(bytes: &[u8]) -> OsString {
    use std::os::unix::ffi::OsStringExt as _;
    OsString::from_vec(bytes.to_vec())
}

#[cfg(not(unix))]
fn system(bytes: &[u8]) -> OsString {
    String::from_utf8_lossy(bytes).into_owned().into()
}

#[cfg(unix)]
fn link(target: &[u8], path: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(system(target), path)
}

#[cfg(not(unix))]
fn link(_: &[u8], _: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Everything that is no directory, relative to the root, by other means than the walk's.
fn list(root: &Path, dir: &Path, leaves: &mut Vec<PathBuf>) {
    for child in std::fs::read_dir(root.join(dir)).unwrap() {
        let path = dir.join(child.unwrap().file_name());
        if root.join(&path).symlink_metadata().unwrap().is_dir() {
            list(root, &path, leaves);
        } else {
            leaves.push(path);
        }
    }
}
