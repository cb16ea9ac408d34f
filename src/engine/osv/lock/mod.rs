//! Readers of lockfiles, manifests and installed trees: bytes of one file to a [`Listing`]. A reader never opens a file
//! itself; what stands beside its own it asks for through [`Around`].

pub mod address;
mod cargo;
mod conan;
pub mod gather;
mod go;
mod hex;
mod maven;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod mutations;
mod npm;
mod nuget;
mod php;
pub mod place;
mod pub_dart;
mod python;
mod ruby;
mod swift;
pub mod toml_text;
pub mod yaml_text;

use super::component::{Ecosystem, Listing};
use std::fmt;
use std::sync::Arc;

/// Packages a reader lists of one file; the rest is said to be lost.
pub const MAX_COMPONENTS: usize = 200_000;

/// Longest name or version that is believed, bytes. Longer ones are lost, not cut.
pub const MAX_WORD: usize = 1024;

/// One file to be read.
#[derive(Clone, Copy)]
pub struct File<'a> {
    /// Repository-relative path with `/`.
    pub path: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// What stands beside it.
    pub around: &'a dyn Around,
}

impl fmt::Debug for File<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("path", &self.path)
            .field("bytes", &self.bytes.len())
            .finish_non_exhaustive()
    }
}

impl<'a> File<'a> {
    /// Its text without a byte-order mark.
    pub fn text(&self) -> Result<&'a str, Broken> {
        let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.bytes);
        std::str::from_utf8(bytes).map_err(|error| {
            let line = memchr::memchr_iter(b'\n', &bytes[..error.valid_up_to()]).count() as u32 + 1;
            Broken { line: Some(line), message: "not UTF-8 text".to_owned() }
        })
    }

    /// The folder it stands in, without a slash at the end; empty for the root.
    pub fn folder(&self) -> &'a str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// Its name without folders.
    pub fn name(&self) -> &'a str {
        self.path.rsplit('/').next().unwrap_or(self.path)
    }

    /// The path of a name beside it; `..` and `.` are resolved, and what leaves the repository is `None`.
    pub fn beside(&self, relative: &str) -> Option<String> {
        join(self.folder(), relative)
    }

    /// The bytes of a file beside it.
    pub fn read_beside(&self, relative: &str) -> Option<Arc<[u8]>> {
        self.around.read(&self.beside(relative)?)
    }
}

/// Other files of the target, by repository-relative path. Reading is bounded by the size limit of the scan.
pub trait Around: Sync {
    /// Bytes of a file; `None` where there is none or it cannot be read.
    fn read(&self, path: &str) -> Option<Arc<[u8]>>;
    /// Paths of the files below a folder (without slash at the end; empty for the root), sorted; not those that are left
    /// out of scans.
    fn below(&self, folder: &str) -> Vec<String>;
}

/// `relative` below `folder`, both with `/`, with `.` and `..` resolved; `None` when it is absolute or leaves the root.
pub fn join(folder: &str, relative: &str) -> Option<String> {
    if relative.starts_with('/') || relative.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in relative.split(['/', '\\']) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Why a file lists nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{message}", line.map(|line| format!("line {line}: ")).unwrap_or_default())]
pub struct Broken {
    /// Line, when there is one.
    pub line: Option<u32>,
    /// What is wrong, in lower case, without a full stop and without repeating content of the file.
    pub message: String,
}

impl Broken {
    /// Something wrong with the file as a whole.
    pub fn whole(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into() }
    }

    /// Something wrong at a line.
    pub fn at(line: u32, message: impl Into<String>) -> Self {
        Self { line: Some(line), message: message.into() }
    }
}

/// What kind of statement a file makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Every package with its version.
    Lockfile,
    /// What the project asks for; left aside where a lockfile of its own stands beside it.
    Manifest,
    /// One installed package, or a list of installed ones.
    Installed,
}

/// One row: a kind of file.
pub struct Format {
    /// Its name in documents and messages: `package-lock.json`.
    pub name: &'static str,
    /// Whose packages.
    pub ecosystem: Ecosystem,
    /// What it states.
    pub role: Role,
    /// File names in the form of globs without `/`, matched against the last part of the path; with `/`, against its end.
    pub files: &'static [&'static str],
    /// What is read of it and what is not, a phrase for the documentation.
    pub reads: &'static str,
    /// For manifests: names of lockfiles that speak for it when they stand in its folder or in one above it.
    pub locked_by: &'static [&'static str],
    /// Reads it.
    pub read: fn(&File<'_>) -> Result<Listing, Broken>,
}

impl fmt::Debug for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Format({})", self.name)
    }
}

/// Every row, in the order of the documentation.
pub fn formats() -> impl Iterator<Item = &'static Format> {
    [
        npm::FORMATS,
        python::FORMATS,
        cargo::FORMATS,
        go::FORMATS,
        ruby::FORMATS,
        php::FORMATS,
        maven::FORMATS,
        nuget::FORMATS,
        hex::FORMATS,
        pub_dart::FORMATS,
        swift::FORMATS,
        conan::FORMATS,
    ]
    .into_iter()
    .flatten()
}

/// The row of a name.
pub fn by_name(name: &str) -> Option<&'static Format> {
    formats().find(|format| format.name == name)
}
