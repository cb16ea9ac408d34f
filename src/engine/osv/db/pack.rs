//! Writes the file: cuts rows, details and the index into frames and packs them.

use super::super::advisory::Advisory;
use super::super::component::Ecosystem;
use super::super::import::scores::{Cve, Epss, Kev};
use super::record::Columns;
use super::wire::{put, put_str};
use super::{
    BuildError, FIXED, HEAD_DIGEST, Header, MAGIC, MAX_FRAME, MAX_FRAMES, MAX_HEAD, MAX_TABLE,
    Rows, VERSION, record,
};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// Unpacked bytes at which a frame is full. Larger frames pack better and cost more to look into.
const INDEX_FRAME: usize = 32 << 10;
const ROWS_FRAME: usize = 128 << 10;
const DETAILS_FRAME: usize = 512 << 10;
/// Building is rare and reading is not.
const LEVEL: i32 = 19;

/// What is known of attacks on the weaknesses that occur.
pub(super) struct Scores<'a> {
    /// CVE ids that occur.
    pub(super) ids: BTreeSet<&'a str>,
    pub(super) epss: Option<&'a Epss>,
    pub(super) kev: Option<&'a Kev>,
}

/// The file, and the packed bytes of the index, the rows and the details.
pub(super) fn pack(
    header: &Header,
    rows: &Rows,
    advisories: &[Advisory],
    scores: &Scores<'_>,
) -> Result<(Vec<u8>, [usize; 3]), BuildError> {
    let code = |name: &str| {
        header.ecosystems.iter().position(|one| one.name == name).unwrap_or_default() as u8
    };
    let (row_frames, places) = row_frames(rows);
    let (index_frames, first_keys) = index_frames(rows, &places, &code);
    let (detail_frames, firsts) =
        detail_frames(advisories, &|ecosystem: Ecosystem| code(ecosystem.as_str()));
    let score_frames = [epss(scores), kev(scores)];
    let all: Vec<&Vec<u8>> =
        index_frames.iter().chain(&row_frames).chain(&detail_frames).chain(&score_frames).collect();
    if all.iter().any(|frame| frame.len() > MAX_FRAME) {
        return Err(BuildError::TooLarge("one package or advisory is larger than a frame"));
    }
    if all.len() > MAX_FRAMES {
        return Err(BuildError::TooLarge("too many frames"));
    }
    let packed: Result<Vec<Vec<u8>>, BuildError> =
        all.par_iter().map(|frame| compress(frame)).collect();
    let packed = packed?;

    let mut table = Vec::new();
    for count in [index_frames.len(), row_frames.len(), detail_frames.len()] {
        put(&mut table, count as u64);
    }
    for (raw, packed) in all.iter().zip(&packed) {
        put(&mut table, packed.len() as u64);
        put(&mut table, raw.len() as u64);
    }
    for (ecosystem, name) in &first_keys {
        table.push(*ecosystem);
        put_str(&mut table, name);
    }
    for first in &firsts {
        put(&mut table, u64::from(*first));
    }
    if table.len() > MAX_TABLE {
        return Err(BuildError::TooLarge("too many frames"));
    }
    let frames: usize = packed.iter().map(Vec::len).sum();
    let bytes = assemble(header, &table, frames, &packed)?;
    let count = [index_frames.len(), row_frames.len(), detail_frames.len()];
    let mut at = 0;
    let sizes = count.map(|count| {
        let size = packed.iter().skip(at).take(count).map(Vec::len).sum();
        at += count;
        size
    });
    Ok((bytes, sizes))
}

fn assemble(
    header: &Header,
    table: &[u8],
    frames: usize,
    packed: &[Vec<u8>],
) -> Result<Vec<u8>, BuildError> {
    let json = serde_json::to_vec(header).map_err(|_| BuildError::TooLarge("the header"))?;
    let packed_table = compress(table)?;
    if json.len() > MAX_HEAD || packed_table.len() > MAX_HEAD {
        return Err(BuildError::TooLarge("the header"));
    }
    let head = FIXED + json.len() + packed_table.len() + HEAD_DIGEST;
    let length = head + frames + super::TRAILER;
    let mut out = Vec::with_capacity(length);
    out.extend_from_slice(MAGIC);
    out.extend_from_slice(&VERSION.to_le_bytes());
    out.extend_from_slice(&0_u16.to_le_bytes());
    for part in [json.len(), packed_table.len(), table.len()] {
        out.extend_from_slice(&(part as u32).to_le_bytes());
    }
    out.extend_from_slice(&(length as u64).to_le_bytes());
    out.extend_from_slice(&json);
    out.extend_from_slice(&packed_table);
    let digest = Sha256::digest(&out);
    out.extend_from_slice(&digest[..HEAD_DIGEST]);
    for frame in packed {
        out.extend_from_slice(frame);
    }
    let digest = Sha256::digest(&out);
    out.extend_from_slice(&digest);
    Ok(out)
}

/// One zstd frame with its checksum, for each frame by itself, so that threads change nothing.
fn compress(raw: &[u8]) -> Result<Vec<u8>, BuildError> {
    let failed = |_| BuildError::TooLarge("a frame cannot be packed");
    let mut packer = zstd::bulk::Compressor::new(LEVEL).map_err(failed)?;
    packer.include_checksum(true).map_err(failed)?;
    packer.include_dictid(false).map_err(failed)?;
    packer.compress(raw).map_err(failed)
}

/// Frame and length of every package's rows, in the order of packages.
type Places = Vec<(usize, usize)>;

fn row_frames(rows: &Rows) -> (Vec<Vec<u8>>, Places) {
    let mut frames: Vec<Vec<u8>> = vec![Vec::new()];
    let mut places = Places::new();
    for rows in rows.values() {
        let mut record = Vec::new();
        record::put_rows(&mut record, rows);
        push(&mut frames, &record, ROWS_FRAME);
        places.push((frames.len() - 1, record.len()));
    }
    (frames, places)
}

/// Appends a record to the last frame, or to a new one when that is full.
fn push(frames: &mut Vec<Vec<u8>>, record: &[u8], full: usize) {
    match frames.last_mut() {
        Some(last) if last.is_empty() || last.len() + record.len() <= full => {
            last.extend_from_slice(record);
        }
        _ => frames.push(record.to_vec()),
    }
}

type Keys<'a> = Vec<(u8, &'a str)>;

/// Keys with the place of their rows. A frame begins with the row frame and the place in it that its first key's
/// rows have.
fn index_frames<'a>(
    rows: &'a Rows,
    places: &Places,
    code: &dyn Fn(&str) -> u8,
) -> (Vec<Vec<u8>>, Keys<'a>) {
    let mut frames: Vec<Vec<u8>> = Vec::new();
    let mut keys = Keys::new();
    let (mut row_frame, mut offset) = (0, 0);
    let mut before = "";
    for ((ecosystem, name), (frame, length)) in rows.keys().zip(places) {
        if *frame != row_frame {
            (row_frame, offset) = (*frame, 0);
        }
        let is_full = frames.last().is_none_or(|last| last.len() + name.len() > INDEX_FRAME);
        if is_full {
            let mut start = Vec::new();
            put(&mut start, row_frame as u64);
            put(&mut start, offset as u64);
            frames.push(start);
            keys.push((code(ecosystem), name));
            before = "";
        }
        let shared = name.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
        let shared = (0..=shared).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
        if let Some(last) = frames.last_mut() {
            last.push(code(ecosystem));
            put(last, shared as u64);
            put_str(last, name.get(shared..).unwrap_or_default());
            put(last, *frame as u64);
            put(last, *length as u64);
        }
        before = name;
        offset += length;
    }
    (frames, keys)
}

/// Details by columns, and the first advisory of every frame. A frame is the number of advisories, the lengths of
/// their parts column by column, and the parts in the same order.
fn detail_frames(
    advisories: &[Advisory],
    ecosystems: &(dyn Fn(Ecosystem) -> u8 + Sync),
) -> (Vec<Vec<u8>>, Vec<u32>) {
    let all: Vec<Columns> =
        advisories.par_iter().map(|one| record::put_details(one, ecosystems)).collect();
    let (mut frames, mut firsts) = (Vec::new(), Vec::new());
    let mut from = 0;
    while from < all.len() {
        let mut to = from;
        let mut size = 0;
        while let Some(columns) = all.get(to) {
            size += columns.iter().map(|part| part.len() + 3).sum::<usize>();
            if to > from && size > DETAILS_FRAME {
                break;
            }
            to += 1;
        }
        let part = all.get(from..to).unwrap_or_default();
        let mut frame = Vec::with_capacity(size);
        put(&mut frame, part.len() as u64);
        for column in 0..record::COLUMNS {
            for one in part {
                put(&mut frame, one[column].len() as u64);
            }
        }
        for column in 0..record::COLUMNS {
            for one in part {
                frame.extend_from_slice(&one[column]);
            }
        }
        frames.push(frame);
        firsts.push(from as u32);
        from = to;
    }
    (frames, firsts)
}

/// CVE ids with their probability in units of 1/100,000, the precision they are published in.
#[expect(clippy::cast_sign_loss, reason = "a probability is not negative")]
fn epss(scores: &Scores<'_>) -> Vec<u8> {
    pairs(scores, |id, out| {
        let found = scores.epss?.get(id)?;
        // From 0 to 1, as its reader checked.
        let share = (f64::from(found.score) * 100_000.0).round() as u32;
        put(out, u64::from(share));
        Some(())
    })
}

/// CVE ids with the day they were listed.
fn kev(scores: &Scores<'_>) -> Vec<u8> {
    pairs(scores, |id, out| {
        put_str(out, &scores.kev?.get(id)?.added);
        Some(())
    })
}

/// Year and number of CVE ids in ascending order, each with what `value` appends.
fn pairs(scores: &Scores<'_>, value: impl Fn(&str, &mut Vec<u8>) -> Option<()>) -> Vec<u8> {
    let ids: BTreeMap<Cve, &str> =
        scores.ids.iter().filter_map(|id| Some((Cve::parse(id)?, *id))).collect();
    let mut out = Vec::new();
    for (Cve(year, number), id) in ids {
        let mut record = Vec::new();
        put(&mut record, u64::from(year));
        put(&mut record, u64::from(number));
        if value(id, &mut record).is_some() {
            out.append(&mut record);
        }
    }
    out
}
