//! Copies of the files that a tool is to see, in a folder of their own. A tool so sees what every scanner sees and nothing
//! else: no ignored file, no link, and above all none of its own configuration that the scanned tree may bring along, which
//! could mute it or have it run code.

use super::Broken;
use crate::finding::FailedFile;
use crate::target::Source;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// Bytes that are copied for one tool.
const MOST: u64 = 4 << 30;

/// The folder, removed when this is dropped.
#[derive(Debug)]
pub(super) struct Stage {
    _folder: TempDir,
    /// Where the copies are.
    pub(super) tree: PathBuf,
    /// An empty folder beside them.
    pub(super) scratch: PathBuf,
    /// Paths of the copies, sorted.
    pub(super) files: Vec<String>,
    /// Files that could not be copied.
    pub(super) failed: Vec<FailedFile>,
}

impl Stage {
    /// A stage without files.
    pub(super) fn new() -> Result<Self, Broken> {
        let trouble = |error: std::io::Error| {
            Broken::Failed(format!("no temporary folder can be made: {}", error.kind()))
        };
        let folder = tempfile::Builder::new().prefix("securescan-").tempdir().map_err(trouble)?;
        // Tools answer with the real path; macOS keeps its temporary folders behind a link.
        let base = fs::canonicalize(folder.path()).map_err(trouble)?;
        let (tree, scratch) = (base.join("tree"), base.join("scratch"));
        fs::create_dir(&tree).map_err(trouble)?;
        fs::create_dir(&scratch).map_err(trouble)?;
        Ok(Self { _folder: folder, tree, scratch, files: Vec::new(), failed: Vec::new() })
    }

    /// Copies the files that are wanted.
    pub(super) fn fill(
        &mut self,
        source: &dyn Source,
        wants: fn(&str) -> bool,
        cancelled: &dyn Fn() -> bool,
    ) -> Result<(), Broken> {
        let mut buffer = Vec::new();
        let mut total = 0_u64;
        for entry in source.entries().iter().filter(|entry| wants(&entry.path)) {
            if cancelled() {
                return Err(Broken::Cancelled);
            }
            // What cannot be read or is too large is told by the scan itself.
            if source.read(entry, &mut buffer).is_err() {
                continue;
            }
            total += buffer.len() as u64;
            if total > MOST {
                let most = crate::target::open::size(MOST);
                return Err(Broken::Failed(format!("the files for it are larger than {most}")));
            }
            match write(&self.tree, &entry.path, &buffer) {
                Ok(()) => self.files.push(entry.path.clone()),
                Err(error) if error.kind() == std::io::ErrorKind::StorageFull => {
                    return Err(Broken::Failed("the temporary folder is full".to_owned()));
                }
                Err(error) => self.failed.push(FailedFile {
                    path: entry.path.clone(),
                    message: format!("it could not be copied for the tool: {}", error.kind()),
                }),
            }
        }
        self.files.sort();
        Ok(())
    }
}

fn write(tree: &Path, path: &str, bytes: &[u8]) -> std::io::Result<()> {
    let safe = path.split('/').all(|part| !matches!(part, "" | "." | ".."));
    if !safe {
        return Err(std::io::ErrorKind::InvalidInput.into());
    }
    let target = tree.join(path);
    if let Some(folder) = target.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(target, bytes)
}

/// The last part of a path.
pub(super) fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The folder of a path; empty for the root.
pub(super) fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a path ends in one of the extensions, which have their dot and are lower case.
pub(super) fn ends_in(path: &str, extensions: &[&str]) -> bool {
    let path = path.to_ascii_lowercase();
    extensions.iter().any(|extension| path.ends_with(extension))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::source::Memory;

    #[test]
    fn only_what_is_wanted_is_copied_and_it_is_gone_afterwards() {
        let mut stage = Stage::new().unwrap();
        let tree = stage.tree.clone();
        stage
            .fill(&Memory::new("a/b.py", b"x".to_vec()), |path| ends_in(path, &[".py"]), &|| false)
            .unwrap();
        stage
            .fill(&Memory::new("a/c.rb", b"x".to_vec()), |path| ends_in(path, &[".py"]), &|| false)
            .unwrap();
        assert_eq!(stage.files, ["a/b.py"]);
        assert_eq!(fs::read(tree.join("a/b.py")).unwrap(), b"x");
        assert!(!tree.join("a/c.rb").exists());
        drop(stage);
        assert!(!tree.exists());
    }

    #[test]
    fn a_path_that_leads_out_is_not_written() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["../x", "a/../../x", "/x", "a//x", ""] {
            assert!(write(folder.path(), path, b"x").is_err(), "{path}");
        }
    }
}
