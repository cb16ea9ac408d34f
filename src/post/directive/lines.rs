//! From "the next line" to a line number.

use super::{Cover, Directive, Place, Raw, comment};
use crate::engine::dockerfile::line;
use crate::target::Kind;
use crate::text::lines::Lines;
use std::collections::BTreeMap;

/// Lines looked at for the instruction a directive stands above, and for the end of that instruction.
const REACH: u32 = 200;

/// Bytes that are looked at for the end of that instruction.
const WINDOW: usize = 256 << 10;

/// Bytes at the start of a file in which it says how its lines go on.
const HEAD: usize = 4096;

/// Gives each directive the lines it speaks of.
pub(super) fn resolve(raw: Vec<Raw>, path: &str, text: &[u8], index: &Lines) -> Vec<Directive> {
    let below = below(&raw);
    let dockerfile = Kind::of(path) == Kind::Dockerfile;
    let head = &text[..text.len().min(HEAD)];
    let escape = line::escape(&String::from_utf8_lossy(head));
    let mut known: Option<(u32, Cover)> = None;
    raw.into_iter()
        .map(|Raw { line, whole_line, place, directive }| {
            let next = below.get(&line).copied().unwrap_or(line + 1);
            // checkov reads its comments for a Dockerfile as a whole, trivy for the next instruction with all its lines.
            let place = match place {
                Place::Around if dockerfile => Place::File,
                Place::OwnOrNext if dockerfile && whole_line && is_trivy(&directive) => {
                    Place::Instruction
                }
                place => place,
            };
            let cover = match place {
                Place::Own => Cover::Line(line),
                Place::Next => Cover::Line(next),
                Place::OwnOrNext if whole_line => Cover::Either(line, next),
                Place::OwnOrNext => Cover::Line(line),
                Place::Around => Cover::Around(line),
                Place::Instruction => {
                    // Directives stacked above one instruction look for it once.
                    let (_, cover) = match known {
                        Some((reached, cover)) if line < reached => (reached, cover),
                        _ => *known.insert(instruction(path, text, index, line, escape)),
                    };
                    cover
                }
                Place::Document => document(text, index, line),
                Place::File => Cover::File,
            };
            Directive { cover, ..directive }
        })
        .collect()
}

/// The document of a stream of YAML that a line stands in.
fn document(text: &[u8], index: &Lines, line: u32) -> Cover {
    let is_mark = |number: u32| text[index.range(text, number)].starts_with(b"---");
    let first = (1..=line).rev().find(|number| is_mark(*number)).unwrap_or(1);
    let last = (line + 1..=index.count()).find(|number| is_mark(*number));
    Cover::Span(first, last.map_or(index.count(), |mark| mark - 1))
}

fn is_trivy(directive: &Directive) -> bool {
    matches!(directive.marker.as_ref(), "trivy:ignore:" | "tfsec:ignore:")
}

/// The line each directive's line stands above, skipping lines that hold nothing but directives themselves, so that
/// several can be stacked.
fn below(raw: &[Raw]) -> BTreeMap<u32, u32> {
    let mut below: BTreeMap<u32, u32> = BTreeMap::new();
    let mut only_directives: BTreeMap<u32, bool> = BTreeMap::new();
    for one in raw {
        only_directives.insert(one.line, one.whole_line);
    }
    for line in only_directives.keys().rev() {
        let next = line + 1;
        let skipped = only_directives.get(&next).copied().unwrap_or(false);
        let target = if skipped { below.get(&next).copied() } else { None };
        below.insert(*line, target.unwrap_or(next));
    }
    below
}

/// The next instruction of a Dockerfile with its continuation lines and here-documents, and the line up to which that answer holds for
/// directives further down; comments and empty lines stand between.
fn instruction(path: &str, text: &[u8], index: &Lines, line: u32, escape: char) -> (u32, Cover) {
    let signs = comment::signs(path);
    let content = |number: u32| String::from_utf8_lossy(&text[index.range(text, number)]);
    let last = index.count().min(line.saturating_add(REACH));
    let is_between = |number: u32| {
        let line = content(number);
        line.trim().is_empty() || comment::is_whole_line(signs, &line)
    };
    let Some(first) = (line + 1..=last).find(|number| !is_between(*number)) else {
        return (last, Cover::Line(last + 1));
    };
    let last = index.count().min(first.saturating_add(REACH));
    let start = index.range(text, first).start;
    let stop = index.range(text, last).end.min(start.saturating_add(WINDOW)).max(start);
    let part = String::from_utf8_lossy(&text[start..stop]);
    let end = line::first(&part, escape).map_or(0, |range| range.end.saturating_sub(1));
    let further = memchr::memchr_iter(b'\n', &part.as_bytes()[..end.min(part.len())]).count();
    let end = first.saturating_add(u32::try_from(further).unwrap_or(REACH));
    (first, Cover::Span(first, end.min(last)))
}
