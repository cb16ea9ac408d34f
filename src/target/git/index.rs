//! The index in its common formats (versions 2 and 3), read straight from its bytes: libgit2 builds look-up tables nobody asks here
//! and takes twenty times as long, which is most of a scan of a large tree. Whatever is out of the ordinary is left to libgit2,
//! for its support or for its error message.
//!
//! Format: <https://git-scm.com/docs/index-format>. As in git itself, the checksum is verified by `git fsck` alone, not at every read.

use super::{Tracked, display_bytes, tracked};
use std::collections::BTreeMap;

/// Bytes of an entry before its path.
const FIXED: usize = 62;
/// SHA-1 of all before it, at the end of the file.
const CHECKSUM: usize = 20;
/// Flag of version 3: two more bytes of flags follow.
const EXTENDED: u16 = 0x4000;

/// Tracked paths of an index; `None` when it is of another version, needs an extension, or is broken.
pub fn parse(bytes: &[u8]) -> Option<BTreeMap<String, Tracked>> {
    let body = bytes.get(..bytes.len().checked_sub(CHECKSUM)?)?;
    let version = number(body, 4)?;
    if !body.starts_with(b"DIRC") || !matches!(version, 2 | 3) {
        return None;
    }
    let count = number(body, 8)? as usize;
    if count > body.len() / FIXED {
        return None;
    }
    let mut entries = Vec::with_capacity(count);
    let mut at = 12;
    for _ in 0..count {
        let fixed = body.get(at..at + FIXED)?;
        let extended = u16::from_be_bytes([fixed[60], fixed[61]]) & EXTENDED != 0;
        if extended && version == 2 {
            return None;
        }
        let start = at + FIXED + if extended { 2 } else { 0 };
        let path = body.get(start..)?;
        let path = &path[..memchr::memchr(0, path)?];
        if !is_inside(path) {
            return None;
        }
        let id = git2::Oid::from_bytes(&fixed[40..60]).ok()?;
        let (mode, size) = (number(fixed, 24)?, number(fixed, 36)?);
        entries.push((display_bytes(path), tracked(mode, u64::from(size), id)));
        // One to eight NUL bytes make the length a multiple of eight.
        at += (start - at + path.len()) / 8 * 8 + 8;
    }
    while at < body.len() {
        let name = body.get(at..at + 4)?;
        // A reader must understand an extension whose name begins with a small letter: split and sparse indexes.
        if !name[0].is_ascii_uppercase() {
            return None;
        }
        at = at.checked_add(8)?.checked_add(number(body, at + 4)? as usize)?;
    }
    (at == body.len()).then(|| entries.into_iter().collect())
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_be_bytes(four.try_into().ok()?))
}

/// A path git would write: relative, without empty parts or ones that lead up.
fn is_inside(path: &[u8]) -> bool {
    !path.is_empty()
        && path.split(|b| *b == b'/').all(|part| {
            !part.is_empty() && part != b"." && part != b".." && !part.eq_ignore_ascii_case(b".git")
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(path: &[u8], mode: u32) -> Vec<u8> {
        let mut bytes = vec![0; 24];
        bytes.extend(mode.to_be_bytes());
        bytes.extend([0; 8]);
        bytes.extend(7_u32.to_be_bytes());
        bytes.extend([0xAB; 20]);
        bytes.extend((path.len() as u16).to_be_bytes());
        bytes.extend(path);
        bytes.resize((bytes.len() / 8 + 1) * 8, 0);
        bytes
    }

    fn index(entries: &[Vec<u8>], tail: &[u8]) -> Vec<u8> {
        let mut bytes = b"DIRC\0\0\0\x02".to_vec();
        bytes.extend((entries.len() as u32).to_be_bytes());
        bytes.extend(entries.concat());
        bytes.extend(tail);
        bytes.extend([0; CHECKSUM]);
        bytes
    }

    #[test]
    fn entries_of_every_length_are_read() {
        let names: Vec<String> = (1..20).map(|n| "a".repeat(n)).collect();
        let entries: Vec<_> = names.iter().map(|n| entry(n.as_bytes(), 0o100_755)).collect();
        let read = parse(&index(&entries, b"TREE\0\0\0\x03abc")).unwrap();
        assert_eq!(read.keys().collect::<Vec<_>>(), names.iter().collect::<Vec<_>>());
        assert!(read["a"].executable && read["a"].size == 7);
    }

    #[test]
    fn the_unusual_and_the_broken_are_left_to_libgit2() {
        let good = index(&[entry(b"a/b", 0o100_644), entry(b"c", 0o120_000)], b"");
        assert!(parse(&good).unwrap()["c"].symlink);
        for cut in 0..good.len() {
            assert!(parse(&good[..cut]).is_none(), "{cut}");
        }
        assert!(parse(&index(&[entry(b"a", 0)], b"link\0\0\0\0")).is_none());
        assert!(parse(&index(&[entry(b"a", 0)], b"TREE\xff\xff\xff\xff")).is_none());
        for path in ["../a", "/a", "a//b", ".git/config", ""] {
            assert!(parse(&index(&[entry(path.as_bytes(), 0)], b"")).is_none(), "{path}");
        }
        let mut version_4 = good;
        version_4[7] = 4;
        assert!(parse(&version_4).is_none());
    }
}
