//! Reads zip archives such as OSV's `all.zip`, and gzip files, within bounds: stored and deflated entries, ZIP64.
//! Trusts the central directory and checks every place and length in it; writes nothing and follows no path.

use crate::text::crc32;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// Most entries of an archive; OSV's largest has some 250,000.
const MOST: u64 = 2_000_000;

/// A file in an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry<'a> {
    /// Its path, `/` between the parts; bytes that are no UTF-8 are replaced.
    pub path: String,
    packed: &'a [u8],
    deflated: bool,
    size: usize,
    crc: u32,
}

impl Entry<'_> {
    /// Length of its content, bytes, as the archive says.
    pub fn size(&self) -> usize {
        self.size
    }

    /// Its content; `limit` bounds it, bytes.
    pub fn read(&self, limit: usize) -> Result<Vec<u8>, String> {
        if self.size > limit {
            return Err(format!("the entry has {} bytes, more than {limit}", self.size));
        }
        let bytes = if self.deflated {
            decompress_to_vec_with_limit(self.packed, self.size)
                .map_err(|_| "the entry is damaged or longer than it says")?
        } else {
            self.packed.to_vec()
        };
        if bytes.len() != self.size || crc32(&bytes) != self.crc {
            return Err("the entry is damaged".into());
        }
        Ok(bytes)
    }
}

/// Files of an archive, in the order of its directory. Folders are left out.
pub fn entries(archive: &[u8]) -> Result<Vec<Entry<'_>>, String> {
    let (count, size, start) = end_of_directory(archive)?;
    if count > MOST {
        return Err(format!("the archive has {count} entries"));
    }
    let end = start.checked_add(size).ok_or(DAMAGED)?;
    let mut rest = slice(archive, start, end).ok_or(DAMAGED)?;
    let mut out = Vec::new();
    // Entries that share their bytes would unpack a small file to terabytes.
    let mut left = archive.len() as u64;
    for _ in 0..count {
        let head = rest.get(..46).filter(|head| head.starts_with(b"PK\x01\x02")).ok_or(DAMAGED)?;
        let (name, extra, comment) =
            (u16_at(head, 28)?, u16_at(head, 30)?, usize::from(u16_at(head, 32)?));
        let name_end = 46 + usize::from(name);
        let extra_end = name_end + usize::from(extra);
        let path = String::from_utf8_lossy(rest.get(46..name_end).ok_or(DAMAGED)?).into_owned();
        let fields = rest.get(name_end..extra_end).ok_or(DAMAGED)?;
        let (flags, method) = (u16_at(head, 8)?, u16_at(head, 10)?);
        let mut sizes = [
            u64::from(u32_at(head, 24)?),
            u64::from(u32_at(head, 20)?),
            u64::from(u32_at(head, 42)?),
        ];
        widen(fields, &mut sizes)?;
        let crc = u32_at(head, 16)?;
        rest = rest.get(extra_end + comment..).ok_or(DAMAGED)?;
        if path.ends_with('/') {
            continue;
        }
        if flags & 1 != 0 {
            return Err("the archive is encrypted".into());
        }
        let deflated = match method {
            0 => false,
            8 => true,
            other => return Err(format!("the compression method {other} is not supported")),
        };
        let [size, packed, at] = sizes;
        let local = slice(archive, at, at.checked_add(30).ok_or(DAMAGED)?).ok_or(DAMAGED)?;
        if !local.starts_with(b"PK\x03\x04") {
            return Err(DAMAGED.into());
        }
        let skip = 30 + u64::from(u16_at(local, 26)?) + u64::from(u16_at(local, 28)?);
        left = left.checked_sub(packed).ok_or("entries of the archive overlap")?;
        let from = at.checked_add(skip).ok_or(DAMAGED)?;
        let to = from.checked_add(packed).ok_or(DAMAGED)?;
        let packed = slice(archive, from, to).ok_or(DAMAGED)?;
        let size = usize::try_from(size).map_err(|_| DAMAGED)?;
        out.push(Entry { path, packed, deflated, size, crc });
    }
    Ok(out)
}

const DAMAGED: &str = "the archive is damaged";

/// Entries, bytes and place of the central directory.
fn end_of_directory(archive: &[u8]) -> Result<(u64, u64, u64), String> {
    // The end record is followed by a comment of at most 65,535 bytes.
    let from = archive.len().saturating_sub(22 + 65_535);
    let tail = archive.get(from..).unwrap_or_default();
    let at = memchr::memmem::rfind(tail, b"PK\x05\x06").ok_or("the file is no zip archive")? + from;
    let record = archive.get(at..at + 22).ok_or(DAMAGED)?;
    let short = (u16_at(record, 10)?, u32_at(record, 12)?, u32_at(record, 16)?);
    let is_wide = short.0 == u16::MAX || short.1 == u32::MAX || short.2 == u32::MAX;
    let locator = at.checked_sub(20).and_then(|from| archive.get(from..at));
    let Some(locator) = locator.filter(|l| is_wide && l.starts_with(b"PK\x06\x07")) else {
        return Ok((short.0.into(), short.1.into(), short.2.into()));
    };
    let at = u64_at(locator, 8)?;
    let record = slice(archive, at, at.checked_add(56).ok_or(DAMAGED)?)
        .filter(|record| record.starts_with(b"PK\x06\x06"))
        .ok_or(DAMAGED)?;
    Ok((u64_at(record, 32)?, u64_at(record, 40)?, u64_at(record, 48)?))
}

/// Takes sizes that do not fit 32 bits from the ZIP64 field, in the order size, packed size, place.
fn widen(mut fields: &[u8], sizes: &mut [u64; 3]) -> Result<(), String> {
    while fields.len() >= 4 {
        let (tag, length) = (u16_at(fields, 0)?, usize::from(u16_at(fields, 2)?));
        let Some(body) = fields.get(4..4 + length) else { return Ok(()) };
        if tag == 1 {
            let mut at = 0;
            for size in sizes.iter_mut().filter(|size| **size == u64::from(u32::MAX)) {
                *size = u64_at(body, at)?;
                at += 8;
            }
        }
        fields = fields.get(4 + length..).unwrap_or_default();
    }
    Ok(())
}

fn slice(bytes: &[u8], from: u64, to: u64) -> Option<&[u8]> {
    bytes.get(usize::try_from(from).ok()?..usize::try_from(to).ok()?)
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], String> {
    let end = at.checked_add(N).ok_or(DAMAGED)?;
    bytes.get(at..end).and_then(|part| part.try_into().ok()).ok_or_else(|| DAMAGED.to_owned())
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, String> {
    array(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Result<u32, String> {
    array(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Result<u64, String> {
    array(bytes, at).map(u64::from_le_bytes)
}

/// The content of a gzip file (RFC 1952) with one member; `limit` bounds it, bytes.
pub fn gunzip(bytes: &[u8], limit: usize) -> Result<Vec<u8>, String> {
    const BAD: &str = "the gzip file is damaged";
    let head = bytes.get(..10).filter(|head| head.starts_with(b"\x1F\x8B\x08")).ok_or(BAD)?;
    let flags = head.get(3).copied().unwrap_or_default();
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + usize::from(u16_at(bytes, at)?);
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            let rest = bytes.get(at..).ok_or(BAD)?;
            at += memchr::memchr(0, rest).ok_or(BAD)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    let end = bytes.len().checked_sub(8).filter(|end| *end >= at).ok_or(BAD)?;
    let packed = bytes.get(at..end).ok_or(BAD)?;
    let out = decompress_to_vec_with_limit(packed, limit)
        .map_err(|_| "the gzip file is damaged or unpacks to too much")?;
    if crc32(&out) != u32_at(bytes, end)? || out.len() as u32 != u32_at(bytes, end + 4)? {
        return Err(BAD.into());
    }
    Ok(out)
}
