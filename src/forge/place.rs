//! Which pull request: names and numbers that were checked before they become part of an address.

use crate::text::escape;
use std::fmt;
use std::str::FromStr;

/// A repository on the host, `owner/name`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Repository {
    owner: String,
    name: String,
}

/// Not a repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a repository (expected owner/name)")]
pub struct BadRepository(String);

impl FromStr for Repository {
    type Err = BadRepository;

    fn from_str(text: &str) -> Result<Self, BadRepository> {
        let sound = |part: &str| {
            !part.is_empty()
                && part.len() <= 100
                && part != "."
                && !part.contains("..")
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b))
        };
        match text.split_once('/') {
            Some((owner, name)) if sound(owner) && sound(name) => {
                Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
            }
            _ => Err(BadRepository(text.to_owned())),
        }
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

/// A pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Where it is.
    pub repository: Repository,
    /// Its number.
    pub number: u64,
}

impl Place {
    /// The path of the repository in the API.
    pub fn path(&self) -> String {
        let Repository { owner, name } = &self.repository;
        format!("/repos/{}/{}", escape::url_segment(owner), escape::url_segment(name))
    }
}

/// A commit in full, 40 or 64 hex digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit(String);

/// Not a commit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{0}\" is not a commit (expected all 40 hex digits)")]
pub struct BadCommit(String);

impl FromStr for Commit {
    type Err = BadCommit;

    fn from_str(text: &str) -> Result<Self, BadCommit> {
        let sound = matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit());
        if sound { Ok(Self(text.to_ascii_lowercase())) } else { Err(BadCommit(text.to_owned())) }
    }
}

impl Commit {
    /// All digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first seven.
    pub fn short(&self) -> &str {
        &self.0[..7]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_repositories() {
        for text in ["a/b", "Org-1/my.repo_2", "a/.github"] {
            assert_eq!(text.parse::<Repository>().unwrap().to_string(), text);
        }
        for text in [
            "", "a", "/", "a/", "/b", "a/b/c", "a/..", "../b", "a/b..c", "a/b?x", "a b/c", "a/b#",
            "ä/b", "./b",
        ] {
            assert!(text.parse::<Repository>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_commit_is_all_of_its_digits() {
        let commit: Commit = "ABCDEF0123456789ABCDEF0123456789ABCDEF01".parse().unwrap();
        assert_eq!((commit.short(), commit.as_str().len()), ("abcdef0", 40));
        for text in ["abc1234", "", "main", "zbcdef0123456789abcdef0123456789abcdef01"] {
            assert!(text.parse::<Commit>().is_err(), "{text}");
        }
    }
}
