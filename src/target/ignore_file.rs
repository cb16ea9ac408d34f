//! `.gitignore` and `.securescanignore`, read safely and applied from the root of the walk down. Only files inside the
//! target count: a user's global ignore file or `.git/info/exclude` would make the result depend on the machine.

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use std::path::Path;
use std::sync::Arc;

/// Names of the files that are honoured, later ones first: `.securescanignore` overrides `.gitignore`.
pub const GITIGNORE: &str = ".gitignore";
/// Our own ignore file.
pub const SECURESCANIGNORE: &str = ".securescanignore";

/// An ignore file larger than this is refused; git's own largest are a few KiB.
pub const MAX_BYTES: u64 = 1024 * 1024;

/// A line of a `.securescanignore` that is not a pattern. (In a `.gitignore`, git passes over such lines, and so do we.)
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}:{line}: {message}")]
pub struct BadPattern {
    /// Repository-relative path of the file.
    pub path: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

/// The ignore files of one directory and of those above it.
#[derive(Debug)]
pub struct Rules {
    here: Gitignore,
    above: Option<Arc<Self>>,
}

/// What the rules say of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// No rule speaks of it.
    None,
    /// It is ignored.
    Ignored,
    /// A `!` pattern brings it back.
    Included,
}

impl Rules {
    /// Rules of the files found in `dir` (absolute), given as name and text, on top of those above.
    ///
    /// `display` is the directory as messages name it.
    pub fn new(
        dir: &Path,
        display: &str,
        files: &[(&str, Vec<u8>)],
        above: Option<Arc<Self>>,
    ) -> Result<Self, BadPattern> {
        let mut builder = GitignoreBuilder::new(dir);
        for (name, bytes) in files {
            let text = String::from_utf8_lossy(bytes);
            let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);
            for (index, line) in text.lines().enumerate() {
                if let Err(error) = builder.add_line(None, line)
                    && *name == SECURESCANIGNORE
                {
                    return Err(BadPattern {
                        path: if display.is_empty() {
                            (*name).to_owned()
                        } else {
                            format!("{display}/{name}")
                        },
                        line: index + 1,
                        message: format!("not a pattern: {}", plain(&error)),
                    });
                }
            }
        }
        // Every line was checked on its own; what is left to fail is the size of the whole, and then nothing is ignored.
        let here = builder.build().unwrap_or_else(|_| Gitignore::empty());
        Ok(Self { here, above })
    }

    /// The verdict on a path: the deepest file that speaks of it wins, and in it the last line.
    pub fn verdict(&self, path: &Path, is_dir: bool) -> Verdict {
        let mut level = Some(self);
        while let Some(rules) = level {
            match rules.here.matched(path, is_dir) {
                Match::Ignore(_) => return Verdict::Ignored,
                Match::Whitelist(_) => return Verdict::Included,
                Match::None => level = rules.above.as_deref(),
            }
        }
        Verdict::None
    }
}

fn plain(error: &ignore::Error) -> String {
    match error {
        ignore::Error::Glob { err, glob } => match glob {
            Some(glob) => format!("\"{glob}\": {err}"),
            None => err.clone(),
        },
        ignore::Error::WithLineNumber { err, .. }
        | ignore::Error::WithPath { err, .. }
        | ignore::Error::WithDepth { err, .. } => plain(err),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Rules {
        Rules::new(Path::new("/r"), "", &[(GITIGNORE, text.as_bytes().to_vec())], None).unwrap()
    }

    #[test]
    fn patterns_mean_what_they_mean_to_git() {
        let rules = rules("*.log\n!keep.log\n/build/\ndoc/**/*.tmp\n# note\n");
        for (path, is_dir, verdict) in [
            ("a.log", false, Verdict::Ignored),
            ("x/y/a.log", false, Verdict::Ignored),
            ("keep.log", false, Verdict::Included),
            ("build", true, Verdict::Ignored),
            ("build", false, Verdict::None),
            ("x/build", true, Verdict::None),
            ("doc/a/b/c.tmp", false, Verdict::Ignored),
        ] {
            let found = rules.verdict(&Path::new("/r").join(path), is_dir);
            assert_eq!(found, verdict, "{path}");
        }
    }

    #[test]
    fn a_bad_line_in_our_own_file_is_an_error_with_its_place_and_in_gitignore_it_is_not() {
        let text = b"ok\na{b\n".to_vec();
        let error = Rules::new(Path::new("/r"), "sub", &[(SECURESCANIGNORE, text.clone())], None)
            .unwrap_err();
        assert_eq!((error.path.as_str(), error.line), ("sub/.securescanignore", 2));
        assert!(Rules::new(Path::new("/r"), "", &[(GITIGNORE, text)], None).is_ok());
    }
}
