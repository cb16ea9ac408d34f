//! Packs to rules: the built-in one out of the program, others out of files that a user named.

use super::{Matching, Pack, Prose, Rule};
use crate::target::open::read_named;
use crate::yaml::{self, Limits};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const MATCHING: &str = include_str!(concat!(env!("OUT_DIR"), "/secrets.matching.json"));
const PROSE: &str = include_str!(concat!(env!("OUT_DIR"), "/secrets.prose.json"));

/// What matching needs of the built-in secrets pack. Read once.
pub fn secrets() -> &'static [Matching] {
    static RULES: OnceLock<Vec<Matching>> = OnceLock::new();
    RULES.get_or_init(|| {
        serde_json::from_str(MATCHING).unwrap_or_else(|error| panic!("built-in rule pack: {error}"))
    })
}

/// What people read about the rule at an index of [`secrets`]. Read once, at the first call.
pub fn secrets_prose(index: usize) -> &'static Prose {
    static RULES: OnceLock<Vec<Prose>> = OnceLock::new();
    let rules: &Vec<Prose> = RULES.get_or_init(|| {
        serde_json::from_str(PROSE).unwrap_or_else(|error| panic!("built-in rule pack: {error}"))
    });
    &rules[index]
}

/// Both halves of every built-in rule.
pub fn secrets_whole() -> Vec<Rule> {
    secrets()
        .iter()
        .enumerate()
        .map(|(index, matching)| Rule {
            matching: matching.clone(),
            prose: secrets_prose(index).clone(),
            unknown: BTreeMap::new(),
        })
        .collect()
}

/// Eight hex digits that change with the built-in pack.
pub const fn secrets_digest() -> &'static str {
    env!("SECRETS_PACK_DIGEST")
}

/// A rule pack that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file or folder cannot be read.
    #[error("cannot read the rule pack {path}")]
    Read {
        /// As it was given.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The folder holds no pack.
    #[error("no .yml file in {path}")]
    Empty {
        /// As it was given.
        path: String,
    },
    /// The file is not a rule pack.
    #[error("{path}:{message}")]
    Malformed {
        /// As it was given.
        path: String,
        /// Line, column and what is wrong.
        message: String,
    },
}

/// Largest pack file, bytes.
pub const MAX_PACK: u64 = 8 << 20;

/// A pack file: what messages call it, and its text.
pub type File = (String, Vec<u8>);

/// Files, and the `.yml` and `.yaml` files directly in folders, in name order.
pub fn files(paths: &[PathBuf]) -> Result<Vec<File>, Error> {
    let mut all = Vec::new();
    for path in paths {
        let fail = |source| Error::Read { path: path.display().to_string(), source };
        let mut files = vec![path.clone()];
        if path.is_dir() {
            let listing = std::fs::read_dir(path).map_err(fail)?;
            files = listing
                .map(|entry| entry.map(|entry| entry.path()))
                .collect::<Result<_, _>>()
                .map_err(fail)?;
            files.retain(|file| is_pack(file));
            files.sort();
            if files.is_empty() {
                return Err(Error::Empty { path: path.display().to_string() });
            }
        }
        for file in files {
            let shown = file.display().to_string();
            let bytes = read_named(&file, MAX_PACK)
                .map_err(|source| Error::Read { path: shown.clone(), source })?;
            all.push((shown, bytes));
        }
    }
    Ok(all)
}

/// Folders that are entered, one below the other.
const DEEPEST: usize = 20;
/// Files that are taken from folders.
const MOST_FILES: usize = 20_000;

/// Files, and the `.yml` and `.yaml` files anywhere in folders but hidden ones, in name order. Links in folders are not followed; what is named
/// `.test.yml` or `.fixed.yml` is an example of a rule, no pack.
pub fn below(paths: &[PathBuf]) -> Result<Vec<File>, Error> {
    let mut all = Vec::new();
    for path in paths {
        let mut found = Vec::new();
        if path.is_dir() {
            enter(path, 0, &mut found)?;
            found.sort();
            if found.is_empty() {
                return Err(Error::Empty { path: path.display().to_string() });
            }
        } else {
            found.push(path.clone());
        }
        all.extend(files(&found)?);
    }
    Ok(all)
}

fn enter(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let fail = |source| Error::Read { path: folder.display().to_string(), source };
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let (path, kind) = (entry.path(), entry.file_type().map_err(fail)?);
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || found.len() >= MOST_FILES {
            continue;
        }
        if kind.is_dir() && depth < DEEPEST {
            enter(&path, depth + 1, found)?;
        } else if kind.is_file()
            && is_pack(&path)
            && !name.contains(".test.")
            && !name.contains(".fixed.")
        {
            found.push(path);
        }
    }
    Ok(())
}

/// Rules of packs.
pub fn from_files(files: &[File]) -> Result<Vec<Rule>, Error> {
    let mut rules = Vec::new();
    for (path, bytes) in files {
        rules.extend(from_text(path, bytes)?);
    }
    Ok(rules)
}

/// Whether a file is YAML by its name, as packs are.
pub fn is_pack(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "yml" || extension == "yaml")
}

/// Rules of one pack whose text somebody has read; `path` is for messages only.
pub fn from_text(path: &str, bytes: &[u8]) -> Result<Vec<Rule>, Error> {
    from_bytes(path, bytes, &Limits { bytes: MAX_PACK as usize, ..Limits::default() })
}

/// Rules of one pack; `path` is for messages only.
pub fn from_bytes(path: &str, bytes: &[u8], limits: &Limits) -> Result<Vec<Rule>, Error> {
    let malformed = |error: yaml::Error| Error::Malformed {
        path: path.to_owned(),
        message: error.to_string().replace("unknown variant", "unknown value"),
    };
    let mut pack: Pack = yaml::parse(bytes, limits).map_err(malformed)?;
    let text = String::from_utf8_lossy(bytes);
    for rule in &mut pack.rules {
        let (line, column) = place_of(&text, &rule.matching.id).unwrap_or((1, 1));
        rule.matching.origin = format!("{path}:{line}:{column}");
    }
    Ok(pack.rules)
}

/// Line and column of a rule's id, for messages about what an engine finds wrong with the rule.
pub fn place_of(text: &str, id: &str) -> Option<(usize, usize)> {
    text.lines().enumerate().find_map(|(index, line)| {
        let value = line.trim_start().trim_start_matches("- ").trim_start().strip_prefix("id:")?;
        let value = value.trim_start().trim_start_matches(['"', '\'']);
        let begins = value.strip_prefix(id).is_some_and(|rest| {
            !rest.starts_with(|c: char| c.is_alphanumeric() || "-_./".contains(c))
        });
        begins.then(|| (index + 1, line[..line.len() - value.len()].chars().count() + 1))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from_paths(paths: &[PathBuf]) -> Result<Vec<Rule>, Error> {
        from_files(&files(paths)?)
    }

    #[test]
    fn a_broken_pack_is_an_error_with_its_place() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("mine.yml");
        for (text, expected) in [
            ("rules:\n  - id: [x\n", "mine.yml:"),
            ("rules:\n  - id: secrets/x\n    colour: red\n", "missing field `title`"),
            ("- x\n", "expected `rules:` and a list of rules"),
            ("rulez: []\n", "unknown field `rulez`"),
        ] {
            std::fs::write(&file, text).unwrap();
            let error = from_paths(std::slice::from_ref(&file)).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
        let error = from_paths(&[dir.path().join("none.yml")]).unwrap_err().to_string();
        assert!(error.ends_with("none.yml"), "the cause is told once: {error}");
        let empty = tempfile::tempdir().unwrap();
        let error = from_paths(&[empty.path().to_owned()]).unwrap_err().to_string();
        assert!(error.starts_with("no .yml file in "), "{error}");
    }

    #[test]
    fn both_halves_of_the_built_in_pack_belong_together() {
        let rules = secrets_whole();
        assert_eq!(rules.len(), secrets().len());
        assert!(rules.len() > 400, "{}", rules.len());
    }
}
