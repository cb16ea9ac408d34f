//! Opens a database and answers questions: what is said of a package, what an advisory says, what is known of
//! attacks. Reads the head when it is opened and frames when they are needed; any number of threads may ask.

use super::super::advisory::Advisory;
use super::super::component::Ecosystem;
use super::super::import::scores::Cve;
use super::cache::Cache;
use super::record::COLUMNS;
use super::source::ReadAt;
use super::wire::Wire;
use super::{
    Damaged, FIXED, HEAD_DIGEST, Header, MAGIC, MAX_FRAME, MAX_FRAMES, MAX_HEAD, MAX_TABLE,
    Package, TRAILER, VERSION, record,
};
use crate::text::hex;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::Cursor;
use std::ops::Range;
use std::sync::Arc;

/// An open database.
pub struct Database {
    source: Box<dyn ReadAt>,
    header: Header,
    digest: String,
    frames: Vec<Place>,
    /// Numbers of the frames of each kind.
    index: Range<usize>,
    rows: Range<usize>,
    details: Range<usize>,
    /// First key of every index frame.
    keys: Vec<(u8, String)>,
    /// First advisory of every detail frame.
    firsts: Vec<u32>,
    /// For every ecosystem of the header the one it is.
    ecosystems: Vec<Option<Ecosystem>>,
    cache: Cache<Frame>,
    epss: Vec<(Cve, f32)>,
    kev: Vec<(Cve, String)>,
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").field("digest", &self.digest).finish_non_exhaustive()
    }
}

/// Where a frame is, and its length packed and unpacked.
#[derive(Debug, Clone, Copy)]
struct Place {
    offset: u64,
    packed: usize,
    raw: usize,
}

/// An unpacked frame.
#[derive(Debug)]
enum Frame {
    Index(Vec<Key>),
    Rows(Vec<u8>),
    /// Bytes, and where the parts of each advisory are in them.
    Details(Vec<u8>, Vec<Parts>),
}

/// Places of an advisory's columns in a frame.
type Parts = [Range<usize>; COLUMNS];

/// A key and the place of its rows.
#[derive(Debug)]
struct Key {
    ecosystem: u8,
    name: Box<str>,
    frame: u32,
    from: u32,
    to: u32,
}

const fn broken(what: &'static str) -> Damaged {
    Damaged::Broken(what)
}

impl Database {
    /// Opens a file.
    pub fn of_file(file: File) -> Result<Self, Damaged> {
        Self::open(Box::new(file))
    }

    /// Opens a database in memory.
    pub fn of_bytes(bytes: &'static [u8]) -> Result<Self, Damaged> {
        Self::open(Box::new(Cursor::new(bytes)))
    }

    /// Opens a database that was read whole.
    pub fn of_vec(bytes: Vec<u8>) -> Result<Self, Damaged> {
        Self::open(Box::new(Cursor::new(bytes)))
    }

    /// Opens a database; reads and checks its head only.
    pub fn open(source: Box<dyn ReadAt>) -> Result<Self, Damaged> {
        let total = source.length().map_err(unreadable)?;
        let mut fixed = [0; FIXED];
        if total < FIXED as u64 {
            return Err(Damaged::NotOne);
        }
        source.read_exact_at(&mut fixed, 0).map_err(unreadable)?;
        if !fixed.starts_with(MAGIC) {
            return Err(Damaged::NotOne);
        }
        let u16_at = |at: usize| u16::from_le_bytes([fixed[at], fixed[at + 1]]);
        let u32_at = |at: usize| u32::from(u16_at(at)) | (u32::from(u16_at(at + 2)) << 16);
        let u64_at = |at: usize| u64::from(u32_at(at)) | (u64::from(u32_at(at + 4)) << 32);
        if u16_at(8) != VERSION || u16_at(10) != 0 {
            return Err(Damaged::Newer(u16_at(8).max(VERSION)));
        }
        let [json, packed, raw] = [12, 16, 20].map(|at| u32_at(at) as usize);
        if json > MAX_HEAD || packed > MAX_HEAD || raw > MAX_TABLE {
            return Err(broken("its head is too long"));
        }
        if u64_at(24) != total {
            return Err(broken("its length is not what it says"));
        }
        let end = FIXED + json + packed;
        let first_frame = (end + HEAD_DIGEST) as u64;
        let last_frame = total.checked_sub(TRAILER as u64).filter(|last| *last >= first_frame);
        let last_frame = last_frame.ok_or(broken("it is too short"))?;
        let mut head = vec![0; end + HEAD_DIGEST];
        source.read_exact_at(&mut head, 0).map_err(unreadable)?;
        let mut trailer = [0; TRAILER];
        source.read_exact_at(&mut trailer, last_frame).map_err(unreadable)?;
        let (head, digest) = head.split_at(end);
        if Sha256::digest(head)[..HEAD_DIGEST] != *digest {
            return Err(broken("its head is not as it was written"));
        }
        let (json, table) = head[FIXED..].split_at(json);
        let header: Header =
            serde_json::from_slice(json).map_err(|_| broken("its header cannot be read"))?;
        let table = unpack(table, raw)?;
        let table = Table::read(&table, first_frame, last_frame)
            .ok_or(broken("its table cannot be read"))?;
        let names = header.ecosystems.iter();
        let ecosystems = names.map(|one| Ecosystem::from_osv(&one.name)).collect();
        let mut database = Self {
            source,
            header,
            digest: hex(&trailer),
            frames: table.frames,
            index: table.index,
            rows: table.rows,
            details: table.details,
            keys: table.keys,
            firsts: table.firsts,
            ecosystems,
            cache: Cache::new(),
            epss: Vec::new(),
            kev: Vec::new(),
        };
        database.epss = database.pairs(0, |wire| Some(wire.small()? as f32 / 100_000.0))?;
        database.kev = database.pairs(1, |wire| Some(wire.str()?.to_owned()))?;
        Ok(database)
    }

    /// Length of the file, bytes.
    pub fn size(&self) -> u64 {
        self.source.length().unwrap_or_default()
    }

    /// What the file says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// SHA-256 of the file without its last 32 bytes, hexadecimal, as these say; [`Self::verify`] checks it.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The day of the newest advisory, or of the newest revision of a source where that is later.
    pub fn newest_day(&self) -> Option<jiff::civil::Date> {
        let dates = self.header.sources.iter().flat_map(|source| [source.newest, source.date]);
        let newest = dates.filter(|date| *date <= self.header.built).max()?;
        let time = jiff::Timestamp::from_second(newest).ok().filter(|_| newest > 0)?;
        Some(time.to_zoned(jiff::tz::TimeZone::UTC).date())
    }

    /// A short name for people: [`Self::newest_day`], and the beginning of the digest.
    pub fn label(&self) -> String {
        let digest = self.digest.get(..12).unwrap_or_default();
        match self.newest_day() {
            Some(day) => format!("{day} ({digest})"),
            None => digest.to_owned(),
        }
    }

    /// Whether there is anything about an ecosystem.
    pub fn covers(&self, ecosystem: Ecosystem) -> bool {
        self.code(ecosystem).is_some()
    }

    fn code(&self, ecosystem: Ecosystem) -> Option<u8> {
        let at = self.ecosystems.iter().position(|one| *one == Some(ecosystem))?;
        u8::try_from(at).ok()
    }

    /// What is said of a package; `name` is normalised ([`Ecosystem::normalise`]).
    pub fn package(
        &self,
        ecosystem: Ecosystem,
        name: &str,
    ) -> Result<Option<Arc<Package>>, Damaged> {
        let Some(code) = self.code(ecosystem) else { return Ok(None) };
        let after = self.keys.partition_point(|(c, n)| (*c, n.as_str()) <= (code, name));
        let Some(at) = after.checked_sub(1) else { return Ok(None) };
        let frame = self.frame(self.index.start + at)?;
        let Frame::Index(keys) = &*frame else { return Err(broken("its index")) };
        let found = keys.binary_search_by(|key| (key.ecosystem, &*key.name).cmp(&(code, name)));
        let Some(key) = found.ok().and_then(|at| keys.get(at)) else { return Ok(None) };
        let number = self.rows.start + key.frame as usize;
        if !self.rows.contains(&number) {
            return Err(broken("its index"));
        }
        let frame = self.frame(number)?;
        let Frame::Rows(bytes) = &*frame else { return Err(broken("its rows")) };
        let bytes = bytes.get(key.from as usize..key.to as usize).ok_or(broken("its index"))?;
        let package = record::take_package(bytes, ecosystem, name).ok_or(broken("its rows"))?;
        let known = |row: &super::Row| row.advisory.max(row.group) < self.header.advisories;
        if !package.rows.iter().all(known) {
            return Err(broken("its rows"));
        }
        Ok(Some(Arc::new(package)))
    }

    /// What an advisory says. Its aliases are all ids of its group; its packages are listed with their symbols only,
    /// and those without symbols are not.
    pub fn details(&self, advisory: u32) -> Result<Arc<Advisory>, Damaged> {
        let after = self.firsts.partition_point(|first| *first <= advisory);
        let at = after.checked_sub(1).ok_or(broken("its details"))?;
        let frame = self.frame(self.details.start + at)?;
        let Frame::Details(bytes, places) = &*frame else { return Err(broken("its details")) };
        let place = (advisory - self.firsts[at]) as usize;
        let parts = places.get(place).ok_or(broken("its details"))?;
        let parts = parts.clone().map(|part| bytes.get(part).unwrap_or_default());
        let ecosystems = |code: u8| self.ecosystems.get(usize::from(code)).copied().flatten();
        let details = record::take_details(parts, &ecosystems);
        details.map(Arc::new).ok_or(broken("its details"))
    }

    /// The probability from 0 to 1 that a weakness is used within thirty days, as EPSS has it.
    pub fn epss(&self, cve: &str) -> Option<f32> {
        find(&self.epss, cve).copied()
    }

    /// The day (`YYYY-MM-DD`) on which a weakness was listed as known to be used.
    pub fn known_exploited(&self, cve: &str) -> Option<&str> {
        find(&self.kev, cve).map(String::as_str)
    }

    /// A frame of CVE ids with something said of each.
    fn pairs<T>(
        &self,
        which: usize,
        value: impl Fn(&mut Wire<'_>) -> Option<T>,
    ) -> Result<Vec<(Cve, T)>, Damaged> {
        const BROKEN: Damaged = broken("its scores");
        let bytes = self.unpacked(*self.frames.get(self.details.end + which).ok_or(BROKEN)?)?;
        let mut wire = Wire(&bytes);
        let mut all: Vec<(Cve, T)> = Vec::new();
        while !wire.is_empty() {
            let year = wire.number().and_then(|year| year.try_into().ok()).ok_or(BROKEN)?;
            let cve = Cve(year, wire.small().ok_or(BROKEN)?);
            if all.last().is_some_and(|(last, _)| *last >= cve) {
                return Err(BROKEN);
            }
            all.push((cve, value(&mut wire).ok_or(BROKEN)?));
        }
        Ok(all)
    }

    /// Reads all of it, and checks that it is as it was written.
    pub fn verify(&self) -> Result<(), Damaged> {
        let mut left = self.source.length().map_err(unreadable)?;
        left = left.checked_sub(TRAILER as u64).ok_or(broken("it is too short"))?;
        let mut digest = Sha256::new();
        let mut buffer = vec![0; 1 << 20];
        let mut offset = 0;
        while left > 0 {
            let length = usize::try_from(left).unwrap_or(usize::MAX).min(buffer.len());
            self.source.read_exact_at(&mut buffer[..length], offset).map_err(unreadable)?;
            digest.update(&buffer[..length]);
            offset += length as u64;
            left -= length as u64;
        }
        if hex(&digest.finalize()) != self.digest {
            return Err(broken("it is not as it was written"));
        }
        for number in 0..self.details.end {
            self.frame(number)?;
        }
        Ok(())
    }

    fn frame(&self, number: usize) -> Result<Arc<Frame>, Damaged> {
        self.cache.get(number, || {
            let place = *self.frames.get(number).ok_or(broken("its table"))?;
            let raw = self.unpacked(place)?;
            Ok(if self.index.contains(&number) {
                let keys = keys(&raw).ok_or(broken("its index"))?;
                let bytes = raw.len() * 2 + keys.len() * size_of::<Key>();
                (Frame::Index(keys), bytes)
            } else if self.rows.contains(&number) {
                let bytes = raw.len();
                (Frame::Rows(raw), bytes)
            } else {
                let places = places(&raw).ok_or(broken("its details"))?;
                let bytes = raw.len() + places.len() * size_of::<Parts>();
                (Frame::Details(raw, places), bytes)
            })
        })
    }

    fn unpacked(&self, place: Place) -> Result<Vec<u8>, Damaged> {
        let mut packed = vec![0; place.packed];
        self.source.read_exact_at(&mut packed, place.offset).map_err(unreadable)?;
        unpack(&packed, place.raw)
    }
}

fn find<'a, T>(all: &'a [(Cve, T)], cve: &str) -> Option<&'a T> {
    let cve = Cve::parse(cve)?;
    let at = all.binary_search_by_key(&cve, |(one, _)| *one).ok()?;
    all.get(at).map(|(_, found)| found)
}

#[expect(clippy::needless_pass_by_value, reason = "it is handed to map_err")]
fn unreadable(error: std::io::Error) -> Damaged {
    Damaged::Unreadable(error.to_string())
}

/// `raw` was held against a bound before.
fn unpack(packed: &[u8], raw: usize) -> Result<Vec<u8>, Damaged> {
    let bytes =
        zstd::bulk::decompress(packed, raw).map_err(|_| broken("a frame does not unpack"))?;
    if bytes.len() == raw { Ok(bytes) } else { Err(broken("a frame has another length")) }
}

struct Table {
    frames: Vec<Place>,
    index: Range<usize>,
    rows: Range<usize>,
    details: Range<usize>,
    keys: Vec<(u8, String)>,
    firsts: Vec<u32>,
}

impl Table {
    /// Frames fill the space from `offset` to `end`.
    fn read(bytes: &[u8], mut offset: u64, end: u64) -> Option<Self> {
        let mut wire = Wire(bytes);
        let index = 0..wire.count()?;
        let rows = index.end..index.end.checked_add(wire.count()?)?;
        let details = rows.end..rows.end.checked_add(wire.count()?)?;
        let count = details.end.checked_add(2).filter(|count| *count <= MAX_FRAMES)?;
        let mut frames = Vec::new();
        for _ in 0..count {
            let (packed, raw) = (wire.small()? as usize, wire.small()? as usize);
            let place = Place { offset, packed, raw };
            offset = offset.checked_add(packed as u64).filter(|to| *to <= end)?;
            // zstd adds little to what it cannot pack.
            (raw <= MAX_FRAME && packed <= MAX_FRAME + (MAX_FRAME >> 4)).then_some(())?;
            frames.push(place);
        }
        let mut keys: Vec<(u8, String)> = Vec::new();
        for _ in index.clone() {
            keys.push((wire.byte()?, wire.string()?));
        }
        let mut firsts: Vec<u32> = Vec::new();
        for _ in details.clone() {
            firsts.push(wire.small()?);
        }
        let sorted = keys.is_sorted_by(|a, b| a < b) && firsts.is_sorted_by(|a, b| a < b);
        let whole = offset == end && wire.is_empty();
        (sorted && whole).then_some(Self { frames, index, rows, details, keys, firsts })
    }
}

/// Keys of an index frame, in order.
fn keys(bytes: &[u8]) -> Option<Vec<Key>> {
    let mut wire = Wire(bytes);
    let (mut frame, mut from) = (wire.small()?, wire.small()?);
    let mut keys: Vec<Key> = Vec::new();
    let mut name = String::new();
    let mut total = 0;
    while !wire.is_empty() {
        let ecosystem = wire.byte()?;
        let shared = wire.small()? as usize;
        name.get(..shared)?;
        name.truncate(shared);
        name.push_str(wire.str()?);
        let (next, length) = (wire.small()?, wire.small()?);
        if next != frame {
            (frame, from) = (next, 0);
        }
        let to = from.checked_add(length)?;
        let key = Key { ecosystem, name: name.as_str().into(), frame, from, to };
        from = to;
        let is_next = keys
            .last()
            .is_none_or(|last| (last.ecosystem, &last.name) < (key.ecosystem, &key.name));
        is_next.then_some(())?;
        keys.push(key);
        // Names that share their beginning are longer than what stands for them.
        total += name.len();
        (total <= MAX_FRAME).then_some(())?;
    }
    Some(keys)
}

/// Places of the parts of every advisory of a detail frame.
fn places(bytes: &[u8]) -> Option<Vec<Parts>> {
    let mut wire = Wire(bytes);
    let count = wire.count()?;
    let mut lengths: [Vec<usize>; COLUMNS] = Default::default();
    for column in &mut lengths {
        for _ in 0..count {
            column.push(wire.small()? as usize);
        }
    }
    let mut places = vec![Parts::default(); count];
    let mut from = bytes.len() - wire.0.len();
    for (column, lengths) in lengths.iter().enumerate() {
        for (place, length) in places.iter_mut().zip(lengths) {
            let to = from.checked_add(*length).filter(|to| *to <= bytes.len())?;
            place[column] = from..to;
            from = to;
        }
    }
    (from == bytes.len()).then_some(places)
}
