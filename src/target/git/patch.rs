//! What a change did to one file: the hunks a code host shows of it, and which files are old ones under a new name. Only
//! contents are compared; no attribute, filter or driver of the repository has a say.

use super::objects::{Id, Objects};
use super::said;
use super::tree::File;
use std::collections::BTreeMap;

/// Lines of context around a change, as code hosts show them.
const CONTEXT: u32 = 3;

/// One hunk, by the lines of the new file that it shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hunk {
    /// Line of the new file -> lines down from the first hunk header of the file, from 1. Removed lines have none.
    lines: BTreeMap<u32, u32>,
}

impl Hunk {
    /// Position of a line of the new file, if the hunk shows it.
    pub fn position(&self, line: u32) -> Option<u32> {
        self.lines.get(&line).copied()
    }

    /// First and last line of the new file that it shows.
    pub fn range(&self) -> Option<(u32, u32)> {
        Some((*self.lines.keys().next()?, *self.lines.keys().next_back()?))
    }
}

/// The hunks between two contents; every line of a file that is new or binary to git counts as text.
pub fn hunks(old: &[u8], new: &[u8]) -> Vec<Hunk> {
    let mut options = git2::DiffOptions::new();
    options.context_lines(CONTEXT).interhunk_lines(0).indent_heuristic(true).force_text(true);
    let none: Option<&std::path::Path> = None;
    let Ok(patch) = git2::Patch::from_buffers(old, none, new, none, Some(&mut options)) else {
        return Vec::new();
    };
    let mut hunks = Vec::new();
    let mut position = 0;
    for index in 0..patch.num_hunks() {
        // The header of every hunk but the first counts as a line.
        position += u32::from(index > 0);
        let mut hunk = Hunk::default();
        for at in 0..patch.num_lines_in_hunk(index).unwrap_or(0) {
            let Ok(line) = patch.line_in_hunk(index, at) else { continue };
            if !matches!(line.origin(), ' ' | '+' | '-') {
                continue;
            }
            position += 1;
            if let (' ' | '+', Some(number)) = (line.origin(), line.new_lineno()) {
                hunk.lines.insert(number, position);
            }
        }
        hunks.push(hunk);
    }
    hunks
}

impl Objects {
    /// New path -> old path of files that were renamed between two trees, by git's own measure of likeness (half of the
    /// lines or more). Only the given files are compared with each other.
    pub fn renames(
        &self,
        (before, after): (Id, Id),
        removed: &[&File],
        added: &[&File],
    ) -> Result<BTreeMap<String, String>, String> {
        /// More candidates than this are compared by their ids alone; the work grows with the square.
        const MOST: usize = 1000;
        if removed.is_empty() || added.is_empty() {
            return Ok(BTreeMap::new());
        }
        let spelling: BTreeMap<&[u8], &str> =
            removed.iter().chain(added).map(|file| (file.raw(), file.path.as_str())).collect();
        let found = self.with(|git| -> Result<_, git2::Error> {
            let (before, after) = (git.find_tree(before.0)?, git.find_tree(after.0)?);
            let mut options = git2::DiffOptions::new();
            options.disable_pathspec_match(true).force_text(true).context_lines(0);
            for path in spelling.keys() {
                options.pathspec(*path);
            }
            let mut diff =
                git.diff_tree_to_tree(Some(&before), Some(&after), Some(&mut options))?;
            let mut find = git2::DiffFindOptions::new();
            find.renames(true).copies(false).rewrites(false).rename_limit(MOST);
            find.exact_match_only(removed.len().max(added.len()) > MOST);
            diff.find_similar(Some(&mut find))?;
            let mut renames = BTreeMap::new();
            for delta in diff.deltas().filter(|delta| delta.status() == git2::Delta::Renamed) {
                let path = |file: git2::DiffFile<'_>| {
                    spelling.get(file.path_bytes()?).map(|path| (*path).to_owned())
                };
                if let (Some(old), Some(new)) = (path(delta.old_file()), path(delta.new_file())) {
                    renames.insert(new, old);
                }
            }
            Ok(renames)
        });
        found.map_err(|error| error.to_string())?.map_err(|error| said(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(old: &str, new: &str) -> Vec<Vec<(u32, u32)>> {
        let hunks = hunks(old.as_bytes(), new.as_bytes());
        hunks.into_iter().map(|hunk| hunk.lines.into_iter().collect()).collect()
    }

    /// Appendix B of the specification.
    #[test]
    fn the_published_vector_holds() {
        assert_eq!(shown("a\nb\nc\n", "a\nc\nd\n"), [[(1, 1), (2, 3), (3, 4)]]);
    }

    #[test]
    fn lines_that_look_like_headers_count_and_the_end_of_file_mark_does_not() {
        let old = "x\n-- old\n++ y\nz";
        let new = "x\n++ y\n-- new\nz\nend";
        let lines = shown(old, new);
        assert_eq!(lines.len(), 1);
        assert_eq!(lines[0].iter().map(|(line, _)| *line).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
        let positions: Vec<u32> = lines[0].iter().map(|(_, position)| *position).collect();
        assert!(positions.windows(2).all(|pair| pair[0] < pair[1]), "{positions:?}");
        assert!(*positions.last().unwrap() <= 7);
    }

    #[test]
    fn a_second_hunk_counts_its_header() {
        let numbers: Vec<String> = (1..=30).map(|n| n.to_string()).collect();
        let old = format!("{}\n", numbers.join("\n"));
        let new = old.replace("\n3\n", "\nthree\n").replace("\n27\n", "\ntwentyseven\n");
        let lines = shown(&old, &new);
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0].first(), Some(&(1, 1)));
        // Six lines and one removed make 7 positions; the second header is the 8th.
        assert_eq!(lines[0].last(), Some(&(6, 7)));
        assert_eq!(lines[1].first(), Some(&(24, 9)));
    }

    #[test]
    fn a_new_file_is_one_hunk_and_nul_bytes_make_none_binary() {
        assert_eq!(shown("", "a\nb\n"), [[(1, 1), (2, 2)]]);
        assert_eq!(shown("", "a\0\nb\n"), [[(1, 1), (2, 2)]]);
        assert_eq!(shown("a\n", "a\n"), Vec::<Vec<(u32, u32)>>::new());
    }
}
