//! Root file systems that stand in the target: where they are, and their files as a system sees them.

use crate::target::Source;
use crate::target::host::{FileSystem, Stat, Unread};
use std::collections::BTreeSet;

/// Root file systems that are looked at in one target.
const MAX_SYSTEMS: usize = 100;

/// Files that only a root file system has, below its root. One that ends in `/` means anything below.
const MARKS: &[&str] = &[
    "etc/passwd",
    "etc/shadow",
    "etc/group",
    "etc/gshadow",
    "etc/sudoers",
    "etc/sudoers.d/",
    "etc/ssh/",
    "etc/login.defs",
    "etc/os-release",
    "etc/sysctl.conf",
    "etc/sysctl.d/",
    "etc/crontab",
    "etc/cron.d/",
    "etc/pam.d/",
    "etc/fstab",
    "etc/exports",
    "etc/hosts.equiv",
    "etc/inetd.conf",
    "etc/xinetd.d/",
    "etc/ld.so.preload",
    "etc/docker/daemon.json",
    "etc/apt/",
    "etc/yum.conf",
    "etc/yum.repos.d/",
    "etc/snmp/snmpd.conf",
    "etc/vsftpd.conf",
    "etc/systemd/",
    "usr/lib/os-release",
];

/// The files of a target.
#[derive(Debug, Clone, Copy)]
pub(super) struct TreeView<'a> {
    source: &'a dyn Source,
    has_modes: bool,
}

impl<'a> TreeView<'a> {
    /// `has_modes` is false for a work tree of git: its modes are those of the one who cloned it.
    pub(super) fn new(source: &'a dyn Source, has_modes: bool) -> Self {
        Self { source, has_modes }
    }

    /// Folders that hold a root file system, each empty or with a final `/`, and how many more there are.
    pub(super) fn systems(&self) -> (Vec<String>, usize) {
        let mut found = BTreeSet::new();
        for entry in self.source.entries() {
            if let Some(prefix) = system_of(&entry.path) {
                found.insert(prefix);
            }
        }
        let more = found.len().saturating_sub(MAX_SYSTEMS);
        (found.into_iter().take(MAX_SYSTEMS).map(str::to_owned).collect(), more)
    }

    /// The system in a folder.
    pub(super) fn below(self, prefix: &'a str) -> Below<'a> {
        Below { view: self, prefix }
    }
}

fn system_of(path: &str) -> Option<&str> {
    let starts = [("etc/", path.rfind("/etc/")), ("usr/lib/", path.rfind("/usr/lib/"))];
    starts.into_iter().find_map(|(head, at)| {
        let start = match at {
            Some(at) => at + 1,
            None if path.starts_with(head) => 0,
            None => return None,
        };
        let inner = path.get(start..)?;
        let is_mark = MARKS
            .iter()
            .any(|mark| if mark.ends_with('/') { inner.starts_with(mark) } else { inner == *mark });
        if is_mark { path.get(..start) } else { None }
    })
}

/// One root file system of the target.
#[derive(Debug)]
pub(super) struct Below<'a> {
    view: TreeView<'a>,
    prefix: &'a str,
}

impl Below<'_> {
    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }
}

impl FileSystem for Below<'_> {
    fn read(&self, path: &str) -> Result<Vec<u8>, Unread> {
        let path = self.at(path);
        let source = self.view.source;
        let entries = source.entries();
        let Ok(at) = entries.binary_search_by(|entry| entry.path.as_str().cmp(path.as_str()))
        else {
            return Err(Unread::Missing);
        };
        let mut bytes = Vec::new();
        match source.read(&entries[at], &mut bytes) {
            Ok(()) => Ok(bytes),
            Err(refused) => {
                Err(Unread::Refused(format!("{} {}", refused.reason.phrase(), refused.detail)))
            }
        }
    }

    fn stat(&self, path: &str) -> Option<Stat> {
        let path = self.at(path);
        let entries = self.view.source.entries();
        let at = entries.partition_point(|entry| entry.path < path);
        let entry = entries.get(at)?;
        if entry.path == path {
            let mode = entry.mode.filter(|_| self.view.has_modes);
            return Some(Stat { mode, is_folder: false, is_link: false });
        }
        // `etc-old/x` stands before `etc/x`.
        let below = format!("{path}/");
        let at = entries.partition_point(|entry| entry.path < below);
        let is_folder = entries.get(at).is_some_and(|entry| entry.path.starts_with(&below));
        is_folder.then_some(Stat { mode: None, is_folder: true, is_link: false })
    }

    fn list(&self, folder: &str) -> Result<Vec<String>, Unread> {
        let below = self.at(&format!("{folder}/"));
        let entries = self.view.source.entries();
        let start = entries.partition_point(|entry| entry.path < below);
        let files = entries[start..].iter().map(|entry| entry.path.as_str());
        let files = files.take_while(|path| path.starts_with(&below));
        // Links are listed among what was not read.
        let skipped = self.view.source.skipped();
        let start = skipped.partition_point(|skipped| skipped.path < below);
        let links = skipped[start..].iter().map(|skipped| skipped.path.as_str());
        let links = links.take_while(|path| path.starts_with(&below));
        let names: BTreeSet<String> = files
            .chain(links)
            .filter_map(|path| path.strip_prefix(&below)?.split('/').next())
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect();
        if names.is_empty() { Err(Unread::Missing) } else { Ok(names.into_iter().collect()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_where_its_own_files_are() {
        for (path, expected) in [
            ("etc/passwd", Some("")),
            ("image/rootfs/etc/ssh/sshd_config", Some("image/rootfs/")),
            ("files/etc/sysctl.d/90-x.conf", Some("files/")),
            ("usr/lib/os-release", Some("")),
            ("a/etc/b/etc/crontab", Some("a/etc/b/")),
            ("etc/nginx/nginx.conf", None),
            ("src/etc/passwd.rs", None),
            ("fetc/passwd", None),
            ("passwd", None),
        ] {
            assert_eq!(system_of(path), expected, "{path}");
        }
    }
}
