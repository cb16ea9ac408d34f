//! What the next commit would change: paths of the index that differ from HEAD, with the content that `git add` stored.

use super::objects::{Id, Objects};
use super::tree::{File, ListError, Mode, Trees, changes};
use super::{Repository, Tracked};
use std::collections::BTreeSet;

/// Every file of the index, sorted by path, and the paths among them that HEAD has not or has otherwise. Before the first
/// commit these are all. Removed files are not among them: there is nothing to scan.
pub fn staged(
    repository: &Repository,
    objects: &Objects,
) -> Result<(Vec<File>, BTreeSet<String>), ListError> {
    let index: Vec<File> = repository.tracked().iter().map(|(path, t)| file(path, t)).collect();
    let head = match objects.commit("HEAD") {
        Ok(head) => objects.files(head.tree, &mut Trees::default())?,
        Err(_) => Vec::new(),
    };
    let changes = changes(&head, &index);
    let staged =
        changes.added.iter().copied().chain(changes.edited.iter().map(|(_, after)| *after));
    let staged = staged.map(|file| file.path.clone()).collect();
    Ok((index, staged))
}

fn file(path: &str, tracked: &Tracked) -> File {
    let mode = if tracked.submodule {
        Mode::Submodule
    } else if tracked.symlink {
        Mode::Link
    } else {
        Mode::Regular { executable: tracked.executable }
    };
    File { path: path.to_owned(), raw: None, id: Id(tracked.id), mode }
}
