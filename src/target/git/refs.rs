//! Names of commits as people and CI give them, read by a grammar of our own: a name, `~` and `^`, nothing that searches,
//! depends on the reflog, or could be taken for an option.

use super::objects::{Id, Objects};
use super::{Error, said};
use crate::text::escape;
use std::path::Path;

/// A commit that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commit {
    /// The commit.
    pub id: Id,
    /// Its tree.
    pub tree: Id,
    /// When it was made, seconds since 1970.
    pub seconds: i64,
}

/// Why a name leads to no commit, or two commits to no common one.
#[derive(Debug, thiserror::Error)]
pub enum RefError {
    /// Not a name of the grammar.
    #[error("\"{name}\" is not a ref or commit this program reads: {why}")]
    Syntax {
        /// As given.
        name: String,
        /// Which rule it breaks.
        why: &'static str,
    },
    /// No such ref and no such commit here.
    #[error("unknown ref \"{name}\"")]
    Unknown {
        /// As given.
        name: String,
        /// Whether the history was cut off when it was fetched.
        shallow: bool,
        /// A ref of that name on a remote.
        remote: Option<String>,
    },
    /// A short id that several objects share.
    #[error("\"{name}\" is the beginning of several ids")]
    Ambiguous {
        /// As given.
        name: String,
    },
    /// It leads to something else, or beyond the first commit.
    #[error("\"{name}\" does not lead to a commit: {message}")]
    NotACommit {
        /// As given.
        name: String,
        /// What libgit2 said.
        message: String,
        /// Whether the history was cut off when it was fetched.
        shallow: bool,
    },
    /// Nothing in common, as far as this clone knows.
    #[error("{one} and {other} have no common ancestor{}", if *shallow { " in this shallow clone" } else { "" })]
    NoMergeBase {
        /// One name.
        one: String,
        /// The other.
        other: String,
        /// Whether the history was cut off when it was fetched.
        shallow: bool,
    },
    /// The repository cannot be read.
    #[error(transparent)]
    Repository(#[from] Error),
}

impl RefError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        const FETCH: &str = "this clone is shallow; fetch the history first: git fetch --unshallow (in GitHub Actions: \
                             actions/checkout with fetch-depth: 0)";
        match self {
            Self::Unknown { remote: Some(remote), .. } => Some(format!("did you mean {remote}?")),
            Self::Unknown { name, .. } if name == "HEAD" || name == "@" => {
                Some("there is no commit yet".to_owned())
            }
            Self::Unknown { name, shallow, .. } => {
                let cut_off = if *shallow { "--unshallow " } else { "" };
                let fetch = format!("fetch it first: git fetch {cut_off}origin");
                let in_ci = "in GitHub Actions: actions/checkout with fetch-depth: 0";
                Some(if name.bytes().all(|b| b.is_ascii_hexdigit()) {
                    format!("{fetch} ({in_ci})")
                } else {
                    let branch = name.strip_prefix("origin/").unwrap_or(name);
                    format!(
                        "{fetch} {branch}:refs/remotes/origin/{branch} ({in_ci}), then name origin/{branch}"
                    )
                })
            }
            Self::NoMergeBase { shallow: true, .. } | Self::NotACommit { shallow: true, .. } => {
                Some(FETCH.to_owned())
            }
            Self::NoMergeBase { .. } => {
                Some("--two-dot compares the two commits themselves".to_owned())
            }
            Self::Syntax { .. } => {
                Some("a branch, a tag, a commit id, HEAD, or one of them with ~N or ^N".to_owned())
            }
            Self::Ambiguous { .. } => Some("give more digits".to_owned()),
            Self::NotACommit { .. } | Self::Repository(_) => None,
        }
    }
}

/// One step up from a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// So many first parents up.
    Up(u32),
    /// The parent of that number.
    Parent(u32),
}

impl Objects {
    /// The commit of a name: a branch, a tag, a full ref, a commit id of 4 to 40 digits, `HEAD` or `@`, each with `~N` and
    /// `^N` behind it.
    pub fn commit(&self, name: &str) -> Result<Commit, RefError> {
        let (base, steps) = parse(name)?;
        self.refuse_special_ref(base)?;
        self.with(|git| {
            let object = object(git, name, base)?;
            let fail = |e: &git2::Error| RefError::NotACommit {
                name: name.to_owned(),
                message: said(e),
                shallow: git.is_shallow(),
            };
            let mut commit = object.peel_to_commit().map_err(|e| fail(&e))?;
            for step in steps {
                let (count, parent) = match step {
                    Step::Up(count) => (count, 0),
                    Step::Parent(0) => continue,
                    Step::Parent(number) => (1, number as usize - 1),
                };
                for _ in 0..count {
                    commit = commit.parent(parent).map_err(|e| fail(&e))?;
                }
            }
            let (id, tree) = (Id(commit.id()), Id(commit.tree_id()));
            Ok(Commit { id, tree, seconds: commit.time().seconds() })
        })?
    }

    /// The commit from which two have gone their own ways. Of several, the one libgit2 finds first, as `git diff A...B`
    /// takes it.
    pub fn merge_base(&self, one: (&str, Id), other: (&str, Id)) -> Result<Commit, RefError> {
        self.with(|git| {
            let none = || RefError::NoMergeBase {
                one: one.0.to_owned(),
                other: other.0.to_owned(),
                shallow: git.is_shallow(),
            };
            let id = git.merge_base(one.1.0, other.1.0).map_err(|_| none())?;
            let commit = git.find_commit(id).map_err(|_| none())?;
            let tree = Id(commit.tree_id());
            Ok(Commit { id: Id(id), tree, seconds: commit.time().seconds() })
        })?
    }

    /// Opening a FIFO in the place of a ref would block for ever.
    fn refuse_special_ref(&self, base: &str) -> Result<(), RefError> {
        let folders = self.with(|git| [git.path().to_owned(), git.commondir().to_owned()])?;
        let short = if base == "@" { "HEAD" } else { base };
        for folder in folders {
            for place in ["", "refs", "refs/tags", "refs/heads", "refs/remotes"] {
                for file in [short.to_owned(), format!("{short}/HEAD")] {
                    let file = Path::new(place).join(file);
                    let special =
                        folder.join(&file).metadata().is_ok_and(|m| !m.is_file() && !m.is_dir());
                    if special {
                        let path = self.root().display().to_string();
                        let file = file.display().to_string();
                        return Err(Error::Special { path, file }.into());
                    }
                }
            }
        }
        Ok(())
    }
}

/// What a name without steps stands for.
fn object<'g>(
    git: &'g git2::Repository,
    name: &str,
    base: &str,
) -> Result<git2::Object<'g>, RefError> {
    let hex = base.len() >= 4 && base.bytes().all(|b| b.is_ascii_hexdigit());
    // As git does it: a whole id is one, then come refs, then beginnings of ids.
    if hex && base.len() == 40 {
        let found = git2::Oid::from_str(base).and_then(|id| git.find_object(id, None));
        if let Ok(object) = found {
            return Ok(object);
        }
    }
    let short = if base == "@" { "HEAD" } else { base };
    if let Ok(reference) = git.resolve_reference_from_short_name(short) {
        return reference.peel(git2::ObjectType::Any).map_err(|e| RefError::NotACommit {
            name: name.to_owned(),
            message: said(&e),
            shallow: false,
        });
    }
    if hex && base.len() < 40 {
        match git.find_object_by_prefix(base, None) {
            Ok(object) => return Ok(object),
            Err(e) if e.code() == git2::ErrorCode::Ambiguous => {
                return Err(RefError::Ambiguous { name: name.to_owned() });
            }
            Err(_) => {}
        }
    }
    let remote = format!("origin/{base}");
    let remote = git.find_reference(&format!("refs/remotes/{remote}")).is_ok().then_some(remote);
    Err(RefError::Unknown { name: name.to_owned(), shallow: git.is_shallow(), remote })
}

/// The name in front of the steps, if it is one; what is looked up and nothing else.
pub fn base_of(name: &str) -> Result<&str, RefError> {
    parse(name).map(|(base, _)| base)
}

/// Git makes such a file while it writes a ref.
fn is_lock(part: &str) -> bool {
    part.rsplit_once('.').is_some_and(|(_, end)| end == "lock")
}

/// More first parents than any history has.
const MOST_STEPS: u32 = 1_000_000;

/// A name and the steps behind it. The name follows `git check-ref-format`.
fn parse(name: &str) -> Result<(&str, Vec<Step>), RefError> {
    // It may hold anything, and the message is one line.
    let bad = |why| Err(RefError::Syntax { name: escape::terminal(name), why });
    let end = name.find(['~', '^']).unwrap_or(name.len());
    let (base, mut rest) = name.split_at(end);
    let forbidden = |c: char| c.is_control() || c == ' ' || ":?*[\\".contains(c);
    match base {
        "" => return bad("it is empty"),
        _ if base.starts_with('-') => return bad("it begins with a dash"),
        _ if base.contains("..") => return bad("it names a range"),
        _ if base.contains("@{") => return bad("the reflog is not read"),
        _ if base.contains(forbidden) => return bad("no ref holds such characters"),
        _ if base.starts_with('/') || base.ends_with(['/', '.']) || base.contains("//") => {
            return bad("no ref begins or ends so");
        }
        _ if base.split('/').any(|part| part.starts_with('.') || is_lock(part)) => {
            return bad("no ref has such a part");
        }
        _ => {}
    }
    let mut steps = Vec::new();
    while let Some(sign) = rest.chars().next() {
        if !matches!(sign, '~' | '^') {
            return bad("only ~N and ^N may follow a name");
        }
        let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
        let number = match &rest[1..=digits] {
            "" => 1,
            digits => match digits.parse() {
                Ok(number) if number <= MOST_STEPS => number,
                _ => return bad("the number is too large"),
            },
        };
        steps.push(if sign == '~' { Step::Up(number) } else { Step::Parent(number) });
        rest = &rest[1 + digits..];
    }
    Ok((base, steps))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_steps_are_told_apart() {
        for (name, base, steps) in [
            ("main", "main", vec![]),
            ("origin/feature/x", "origin/feature/x", vec![]),
            ("@", "@", vec![]),
            ("HEAD~2^", "HEAD", vec![Step::Up(2), Step::Parent(1)]),
            ("v1.0^2~", "v1.0", vec![Step::Parent(2), Step::Up(1)]),
        ] {
            assert_eq!(parse(name).unwrap(), (base, steps), "{name}");
        }
    }

    #[test]
    fn what_could_be_an_option_a_search_or_a_path_is_no_name() {
        for name in [
            "",
            "--upload-pack=touch x",
            "-oProxyCommand=x",
            "a..b",
            "a...b",
            "@{-1}",
            "main@{1}",
            ":/fix",
            "a b",
            "a\nb",
            "a\0b",
            "HEAD^{/fix}",
            "HEAD:file",
            "/etc/passwd",
            "../x",
            "a/../b",
            "x.lock",
            "a//b",
            "refs/",
            "HEAD~99999999999",
            "a*",
            "a?",
            "[a]",
            "a\\b",
            ".git",
            "HEAD~é",
        ] {
            let error = parse(name).unwrap_err();
            assert!(matches!(error, RefError::Syntax { .. }), "{name}: {error}");
            assert!(error.hint().is_some());
        }
    }
}
