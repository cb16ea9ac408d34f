//! The system under audit: its files by their paths from its root, each read once, and what could not be read.

use crate::target::host::{FileSystem, Stat, Unread};
use jiff::civil::Date;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What is audited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope<'a> {
    /// This machine, or an image of one that is mounted.
    Host,
    /// A root file system in the target, below this repository-relative folder (empty, or with a final `/`).
    Target(&'a str),
}

type Text = Result<Rc<str>, Unread>;

/// A system.
#[derive(Debug)]
pub(super) struct Root<'a> {
    files: &'a dyn FileSystem,
    pub(super) scope: Scope<'a>,
    /// Names of environment variables that seem to hold secrets.
    pub(super) environment: &'a [String],
    pub(super) today: Date,
    /// A container shares the kernel, the clock and the firewall of its host.
    pub(super) is_container: bool,
    texts: RefCell<BTreeMap<String, Text>>,
    unread: RefCell<BTreeMap<String, String>>,
}

impl<'a> Root<'a> {
    pub(super) fn new(
        files: &'a dyn FileSystem,
        scope: Scope<'a>,
        environment: &'a [String],
        today: Date,
    ) -> Self {
        let marks = [".dockerenv", "run/.containerenv"];
        let is_container = marks.iter().any(|path| files.stat(path).is_some());
        Self {
            files,
            scope,
            environment,
            today,
            is_container,
            texts: RefCell::default(),
            unread: RefCell::default(),
        }
    }

    /// Text of a file.
    pub(super) fn text(&self, path: &str) -> Text {
        if let Some(known) = self.texts.borrow().get(path) {
            return known.clone();
        }
        let text = match self.files.read(path) {
            Ok(bytes) => Ok(Rc::from(String::from_utf8_lossy(&bytes))),
            Err(why) => Err(self.note(path, why)),
        };
        self.texts.borrow_mut().insert(path.to_owned(), text.clone());
        text
    }

    /// What is known of a file or folder.
    pub(super) fn stat(&self, path: &str) -> Option<Stat> {
        self.files.stat(path)
    }

    /// Names in a folder; links are among them.
    pub(super) fn list(&self, folder: &str) -> Result<Vec<String>, Unread> {
        self.files.list(folder).map_err(|why| self.note(folder, why))
    }

    fn note(&self, path: &str, why: Unread) -> Unread {
        if let Unread::Refused(why) = &why {
            self.unread.borrow_mut().insert(path.to_owned(), why.clone());
        }
        why
    }

    /// Files that are there and could not be read, and why.
    pub(super) fn take_unread(&self) -> BTreeMap<String, String> {
        self.unread.take()
    }

    /// A path as reports show it: repository-relative in a target, from `/` on a host.
    pub(super) fn place(&self, path: &str) -> String {
        match self.scope {
            Scope::Host => format!("/{path}"),
            Scope::Target(prefix) => format!("{prefix}{path}"),
        }
    }

    /// The system as notices name it.
    pub(super) fn shown(&self) -> &str {
        match self.scope {
            Scope::Host => "host",
            Scope::Target("") => "the root of the target",
            Scope::Target(prefix) => prefix.trim_end_matches('/'),
        }
    }
}
