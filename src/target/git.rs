//! Read-only facts from git through libgit2, which runs no hook, filter or helper of the repository.

/// A repository around the target.
#[derive(Debug)]
pub struct Repository;
