//! Archives of the ZIP kind: their list of entries, and single entries up to a size. Refuses encryption, methods other
//! than stored and deflated, and archives in several parts
//! (<https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT>).

use super::super::Broken;
use std::borrow::Cow;

/// Entries of one archive that are looked at.
const MAX_ENTRIES: usize = 200_000;
/// Bytes at the end of a file that can hold the end record: the record and the longest comment.
const END: usize = 22 + 65_535;

/// One entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry<'a> {
    /// Its path as far as it is text; empty where it is not.
    pub(super) name: &'a str,
    encrypted: bool,
    method: u16,
    packed: u64,
    header: u64,
}

/// Why an entry cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// It is larger than asked for.
    TooLarge,
    /// It is broken, encrypted or packed in another way.
    Broken,
}

/// An archive.
#[derive(Debug)]
pub(super) struct Archive<'a> {
    bytes: &'a [u8],
    /// What stands before the archive proper: a start script, as executable jars have it.
    shift: u64,
    /// Its entries in the order of the central directory.
    pub(super) entries: Vec<Entry<'a>>,
    /// Whether there are more entries than are looked at.
    pub(super) cut: bool,
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

/// Size and place of the central directory, and how far everything is shifted.
fn directory(bytes: &[u8]) -> Option<(u64, u64, u64)> {
    let tail = bytes.len().saturating_sub(END);
    let end = tail + memchr::memmem::rfind(bytes.get(tail..)?, b"PK\x05\x06")?;
    let (mut size, mut offset) =
        (u64::from(u32_at(bytes, end + 12)?), u64::from(u32_at(bytes, end + 16)?));
    let mut behind = end as u64;
    if size == u64::from(u32::MAX)
        || offset == u64::from(u32::MAX)
        || u16_at(bytes, end + 10)? == 0xFFFF
    {
        let locator = end.checked_sub(20)?;
        if bytes.get(locator..locator + 4)? == b"PK\x06\x07" {
            let record = usize::try_from(u64_at(bytes, locator + 8)?).ok()?;
            if bytes.get(record..record.checked_add(4)?)? == b"PK\x06\x06" {
                size = u64_at(bytes, record + 40)?;
                offset = u64_at(bytes, record + 48)?;
                behind = record as u64;
            }
        }
    }
    let start = behind.checked_sub(size)?;
    Some((size, start, start.checked_sub(offset)?))
}

impl<'a> Archive<'a> {
    /// Reads the list of entries.
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, Broken> {
        let broken = || Broken::whole("not a readable archive");
        let (size, start, shift) = directory(bytes).ok_or_else(broken)?;
        let start = usize::try_from(start).map_err(|_| broken())?;
        let size = usize::try_from(size).map_err(|_| broken())?;
        let list =
            start.checked_add(size).and_then(|end| bytes.get(start..end)).ok_or_else(broken)?;
        let mut archive = Self { bytes, shift, entries: Vec::new(), cut: false };
        let mut at = 0;
        while at < list.len() {
            if archive.entries.len() >= MAX_ENTRIES {
                archive.cut = true;
                break;
            }
            let (entry, next) = entry(list, at).ok_or_else(broken)?;
            archive.entries.push(entry);
            at = next;
        }
        Ok(archive)
    }

    /// The content of an entry of at most `limit` bytes; borrowed, and of any size, where it is stored as it is.
    pub(super) fn read(&self, entry: &Entry<'_>, limit: usize) -> Result<Cow<'a, [u8]>, Failure> {
        use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
        let packed = self.packed(entry).ok_or(Failure::Broken)?;
        match entry.method {
            0 => Ok(Cow::Borrowed(packed)),
            8 => decompress_to_vec_with_limit(packed, limit).map(Cow::Owned).map_err(|error| {
                if error.status == TINFLStatus::HasMoreOutput {
                    Failure::TooLarge
                } else {
                    Failure::Broken
                }
            }),
            _ => Err(Failure::Broken),
        }
    }

    fn packed(&self, entry: &Entry<'_>) -> Option<&'a [u8]> {
        if entry.encrypted {
            return None;
        }
        let header = usize::try_from(entry.header.checked_add(self.shift)?).ok()?;
        if self.bytes.get(header..header.checked_add(4)?)? != b"PK\x03\x04" {
            return None;
        }
        let name = usize::from(u16_at(self.bytes, header.checked_add(26)?)?);
        let extra = usize::from(u16_at(self.bytes, header.checked_add(28)?)?);
        let start = header.checked_add(30 + name + extra)?;
        let end = start.checked_add(usize::try_from(entry.packed).ok()?)?;
        self.bytes.get(start..end)
    }
}

/// The entry of the central directory at a place, and where the next one is.
fn entry(list: &[u8], at: usize) -> Option<(Entry<'_>, usize)> {
    if list.get(at..at.checked_add(4)?)? != b"PK\x01\x02" {
        return None;
    }
    let flags = u16_at(list, at + 8)?;
    let method = u16_at(list, at + 10)?;
    let mut packed = u64::from(u32_at(list, at + 20)?);
    let full = u32_at(list, at + 24)?;
    let [name, extra, comment] =
        [28, 30, 32].map(|place| u16_at(list, at + place).map(usize::from));
    let (name, extra, comment) = (name?, extra?, comment?);
    let mut header = u64::from(u32_at(list, at + 42)?);
    let text = list.get(at + 46..at + 46 + name)?;
    let more = list.get(at + 46 + name..at + 46 + name + extra)?;
    // Sizes that do not fit stand in an extra field, only those that do not fit, in this order.
    let mut field = 0;
    while let (Some(id), Some(length)) = (u16_at(more, field), u16_at(more, field + 2)) {
        if id == 1 {
            let mut place = field + 4;
            if full == u32::MAX {
                place += 8;
            }
            if packed == u64::from(u32::MAX) {
                packed = u64_at(more, place)?;
                place += 8;
            }
            if header == u64::from(u32::MAX) {
                header = u64_at(more, place)?;
            }
            break;
        }
        field += 4 + usize::from(length);
    }
    let name_text = std::str::from_utf8(text).unwrap_or_default();
    let entry = Entry { name: name_text, encrypted: flags & 1 != 0, method, packed, header };
    Some((entry, at + 46 + name + extra + comment))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// An archive with these entries, each deflated where that is asked for.
    pub(in super::super) fn pack(files: &[(&str, &[u8], bool)]) -> Vec<u8> {
        let (mut out, mut list) = (Vec::new(), Vec::new());
        for (name, content, deflated) in files {
            let data = if *deflated {
                miniz_oxide::deflate::compress_to_vec(content, 6)
            } else {
                content.to_vec()
            };
            let header = out.len() as u32;
            let method = u16::from(*deflated) * 8;
            let mut fixed = Vec::new();
            for half in [20, 0, method, 0, 0] {
                fixed.extend(u16::to_le_bytes(half));
            }
            for word in [0, data.len() as u32, content.len() as u32] {
                fixed.extend(u32::to_le_bytes(word));
            }
            fixed.extend(u16::to_le_bytes(name.len() as u16));
            fixed.extend(u16::to_le_bytes(0));
            out.extend(b"PK\x03\x04");
            out.extend(&fixed);
            out.extend(name.as_bytes());
            out.extend(&data);
            list.extend(b"PK\x01\x02\x14\0");
            list.extend(&fixed);
            list.extend([0; 10]);
            list.extend(header.to_le_bytes());
            list.extend(name.as_bytes());
        }
        let start = out.len() as u32;
        out.extend(&list);
        out.extend(b"PK\x05\x06\0\0\0\0");
        out.extend(u16::to_le_bytes(files.len() as u16).repeat(2));
        out.extend(u32::to_le_bytes(list.len() as u32));
        out.extend(start.to_le_bytes());
        out.extend([0; 2]);
        out
    }

    #[test]
    fn entries_are_read_stored_and_deflated_and_behind_a_start_script() {
        let zip = pack(&[("a", b"one", false), ("b/c", b"two two two two two two", true)]);
        for bytes in [zip.clone(), [b"#!/bin/sh\n".as_slice(), &zip].concat()] {
            let archive = Archive::open(&bytes).unwrap();
            let texts: Vec<_> =
                archive.entries.iter().map(|entry| archive.read(entry, 100).unwrap()).collect();
            assert_eq!(texts, [b"one".as_slice(), b"two two two two two two"]);
        }
    }

    #[test]
    fn an_entry_larger_than_asked_for_is_not_unpacked() {
        let zip = pack(&[("bomb", &vec![0; 1 << 20], true)]);
        let archive = Archive::open(&zip).unwrap();
        assert_eq!(archive.read(&archive.entries[0], (1 << 20) - 1), Err(Failure::TooLarge));
        assert_eq!(archive.read(&archive.entries[0], 1 << 20).unwrap().len(), 1 << 20);
    }

    #[test]
    fn a_broken_archive_never_panics() {
        let zip = pack(&[("a", b"one", false), ("b", b"two two two two", true)]);
        for cut in 0..zip.len() {
            _ = Archive::open(&zip[..cut]).map(|archive| {
                archive.entries.iter().map(|entry| archive.read(entry, 100)).collect::<Vec<_>>()
            });
            for value in [0, 1, 0x7f, 0xff] {
                let mut bytes = zip.clone();
                bytes[cut] = value;
                if let Ok(archive) = Archive::open(&bytes) {
                    for entry in &archive.entries {
                        _ = archive.read(entry, 100);
                    }
                }
            }
        }
        assert!(Archive::open(b"PK").is_err());
    }
}
