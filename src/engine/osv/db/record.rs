//! Rows and details as bytes and back.

use super::super::advisory::{Advisory, Affected, Event, Kind, Range, RangeKind, Symbol};
use super::super::component::Ecosystem;
use super::wire::{Wire, put, put_id, put_signed, put_str, put_vector, take_id, take_vector};
use super::{Package, Row};

/// Seconds of a day: dates are kept to the day.
const DAY: i64 = 86_400;
/// Mark of a row without score; others are tenths.
const NO_SCORE: u8 = 255;

const KINDS: [Kind; 5] =
    [Kind::Vulnerability, Kind::Unmaintained, Kind::Unsound, Kind::Notice, Kind::Malware];
const RANGE_KINDS: [RangeKind; 3] = [RangeKind::SemVer, RangeKind::Ecosystem, RangeKind::Git];

/// Ranges with at most this many events say so in their first byte.
const FEW: usize = 80;

fn place<T: PartialEq>(all: &[T], one: &T) -> u8 {
    all.iter().position(|other| other == one).unwrap_or(0) as u8
}

/// A score from 0 to 10 in tenths.
#[expect(clippy::cast_sign_loss, reason = "the number is clamped")]
fn tenths(score: f32) -> u8 {
    (score * 10.0).round().clamp(0.0, 100.0) as u8
}

/// Appends the rows of a package.
pub(super) fn put_rows(out: &mut Vec<u8>, rows: &[Row]) {
    put(out, rows.len() as u64);
    let mut before = 0;
    for row in rows {
        put_signed(out, i64::from(row.advisory) - before);
        before = i64::from(row.advisory) + 1;
        put_signed(out, i64::from(row.advisory) - i64::from(row.group));
        out.push(place(&KINDS, &row.kind));
        out.push(row.score.map_or(NO_SCORE, tenths));
        put(out, row.affected.ranges.len() as u64);
        for range in &row.affected.ranges {
            put_range(out, range);
        }
        put(out, row.affected.versions.len() as u64);
        for version in &row.affected.versions {
            put_str(out, version);
        }
    }
}

fn put_range(out: &mut Vec<u8>, range: &Range) {
    let count = range.events.len();
    let kinds = RANGE_KINDS.len();
    out.push((count.min(FEW) * kinds) as u8 + place(&RANGE_KINDS, &range.kind));
    if count >= FEW {
        put(out, count as u64);
    }
    for event in &range.events {
        let (tag, version) = match event {
            Event::Introduced(version) if version == "0" => {
                out.push(0);
                continue;
            }
            Event::Introduced(version) => (1, version),
            Event::Fixed(version) => (2, version),
            Event::LastAffected(version) => (3, version),
            Event::Limit(version) => (4, version),
        };
        out.push(tag);
        put_str(out, version);
    }
}

/// Reads the rows of a package; nothing may be left over.
pub(super) fn take_package(bytes: &[u8], ecosystem: Ecosystem, name: &str) -> Option<Package> {
    let mut wire = Wire(bytes);
    let count = wire.count()?;
    let mut rows = Vec::new();
    let mut before: i64 = 0;
    for _ in 0..count {
        let advisory = u32::try_from(before.checked_add(wire.signed()?)?).ok()?;
        before = i64::from(advisory) + 1;
        let group = u32::try_from(i64::from(advisory).checked_sub(wire.signed()?)?).ok()?;
        let kind = *KINDS.get(usize::from(wire.byte()?))?;
        let score = match wire.byte()? {
            NO_SCORE => None,
            tenths @ 0..=100 => Some(f32::from(tenths) / 10.0),
            _ => return None,
        };
        let mut ranges = Vec::new();
        for _ in 0..wire.count()? {
            ranges.push(take_range(&mut wire)?);
        }
        let mut versions = Vec::new();
        for _ in 0..wire.count()? {
            versions.push(wire.string()?);
        }
        let affected =
            Affected { ecosystem, name: name.to_owned(), ranges, versions, symbols: Vec::new() };
        rows.push(Row { advisory, group, kind, score, affected });
    }
    wire.is_empty().then_some(Package { rows })
}

fn take_range(wire: &mut Wire<'_>) -> Option<Range> {
    let first = usize::from(wire.byte()?);
    let kind = *RANGE_KINDS.get(first % RANGE_KINDS.len())?;
    let mut count = first / RANGE_KINDS.len();
    if count >= FEW {
        count = wire.count()?;
    }
    let mut events = Vec::new();
    for _ in 0..count {
        events.push(match wire.byte()? {
            0 => Event::Introduced("0".to_owned()),
            1 => Event::Introduced(wire.string()?),
            2 => Event::Fixed(wire.string()?),
            3 => Event::LastAffected(wire.string()?),
            4 => Event::Limit(wire.string()?),
            _ => return None,
        });
    }
    Some(Range { kind, events })
}

/// Beginnings that references share; the place in the list stands for one.
const BASES: &[&str] = &["", "https://github.com/", "https://www.", "https://"];

/// The parts that details are written in; the same part of many advisories packs better than whole ones.
pub(super) const COLUMNS: usize = 4;
/// Ids, numbers and words; summaries; references; symbols.
pub(super) type Columns = [Vec<u8>; COLUMNS];

/// The details of an advisory. `ecosystems` gives the number that stands for one.
pub(super) fn put_details(advisory: &Advisory, ecosystems: &dyn Fn(Ecosystem) -> u8) -> Columns {
    let mut columns = Columns::default();
    let [out, summary, references, symbols] = &mut columns;
    put_id(out, &advisory.id);
    put(out, advisory.aliases.len() as u64);
    for alias in &advisory.aliases {
        put_id(out, alias);
    }
    out.push(place(&KINDS, &advisory.kind));
    put(out, advisory.vectors.len() as u64);
    for vector in &advisory.vectors {
        put_vector(out, vector);
    }
    put_str(out, &advisory.word);
    put(out, advisory.cwes.len() as u64);
    for cwe in &advisory.cwes {
        put(out, cwe.strip_prefix("CWE-").and_then(|n| n.parse().ok()).unwrap_or(0));
    }
    let published = advisory.published.max(0) / DAY;
    put(out, published.cast_unsigned());
    put_signed(out, advisory.modified.max(0) / DAY - published);
    summary.extend_from_slice(advisory.summary.as_bytes());
    for reference in &advisory.references {
        // The longest of the beginnings; the empty one always fits.
        let (at, base) = BASES
            .iter()
            .enumerate()
            .filter(|(_, base)| reference.starts_with(*base))
            .max_by_key(|(_, base)| base.len())
            .unwrap_or((0, &""));
        references.push(at as u8);
        put_str(references, reference.get(base.len()..).unwrap_or_default());
    }
    for one in advisory.affected.iter().filter(|one| !one.symbols.is_empty()) {
        put_symbols(symbols, one, ecosystems(one.ecosystem));
    }
    columns
}

fn put_symbols(out: &mut Vec<u8>, one: &Affected, ecosystem: u8) {
    out.push(ecosystem);
    put_str(out, &one.name);
    put(out, one.symbols.len() as u64);
    for symbol in &one.symbols {
        // As a rule the path begins with the package.
        let rest = symbol.path.strip_prefix(&one.name);
        out.push(u8::from(rest.is_some()));
        put_str(out, rest.unwrap_or(&symbol.path));
        put(out, symbol.names.len() as u64);
        for name in &symbol.names {
            put_str(out, name);
        }
    }
}

/// Reads the details of an advisory; nothing may be left over. Packages are there with their symbols only.
pub(super) fn take_details(
    columns: [&[u8]; COLUMNS],
    ecosystems: &dyn Fn(u8) -> Option<Ecosystem>,
) -> Option<Advisory> {
    let [mut wire, summary, mut references, mut symbols] = columns.map(Wire);
    let mut advisory = Advisory { id: take_id(&mut wire)?, ..Advisory::default() };
    for _ in 0..wire.count()? {
        advisory.aliases.push(take_id(&mut wire)?);
    }
    advisory.kind = *KINDS.get(usize::from(wire.byte()?))?;
    for _ in 0..wire.count()? {
        advisory.vectors.push(take_vector(&mut wire)?);
    }
    advisory.word = wire.string()?;
    for _ in 0..wire.count()? {
        advisory.cwes.push(format!("CWE-{}", wire.number()?));
    }
    let published = i64::from(wire.small()?);
    advisory.published = published * DAY;
    advisory.modified = published.checked_add(wire.signed()?)?.checked_mul(DAY)?;
    std::str::from_utf8(summary.0).ok()?.clone_into(&mut advisory.summary);
    while !references.is_empty() {
        let base = BASES.get(usize::from(references.byte()?))?;
        advisory.references.push(format!("{base}{}", references.str()?));
    }
    while !symbols.is_empty() {
        let ecosystem = symbols.byte()?;
        let (name, list) = take_symbols(&mut symbols)?;
        // `None` is an ecosystem that a later version of the program knows.
        if let Some(ecosystem) = ecosystems(ecosystem) {
            let (ranges, versions) = (Vec::new(), Vec::new());
            advisory.affected.push(Affected { ecosystem, name, ranges, versions, symbols: list });
        }
    }
    wire.is_empty().then_some(advisory)
}

fn take_symbols(wire: &mut Wire<'_>) -> Option<(String, Vec<Symbol>)> {
    let name = wire.string()?;
    let mut symbols = Vec::new();
    for _ in 0..wire.count()? {
        let path = match wire.byte()? {
            0 => wire.string()?,
            1 => format!("{name}{}", wire.str()?),
            _ => return None,
        };
        let mut names = Vec::new();
        for _ in 0..wire.count()? {
            names.push(wire.string()?);
        }
        symbols.push(Symbol { path, names });
    }
    Some((name, symbols))
}
