//! Known changes of a text: the text after them, what became of places in it, and hunks as a unified diff has them. Nothing is compared,
//! so a text of any shape takes time by its length alone.

use std::ops::Range;

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Bytes that go.
    pub range: Range<usize>,
    /// What comes in their place.
    pub text: String,
}

/// A text with changes made, which are in order and apart. What does not lie in the text is passed over.
pub fn apply(before: &str, edits: &[Edit]) -> String {
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(before.len() + added);
    let mut at = 0;
    for edit in edits {
        let Some(kept) = before.get(at..edit.range.start) else { continue };
        if before.get(edit.range.clone()).is_none() {
            continue;
        }
        out.push_str(kept);
        out.push_str(&edit.text);
        at = edit.range.end;
    }
    out.push_str(before.get(at..).unwrap_or_default());
    out
}

/// Places of the text before that no change touches, as places of the text after.
pub fn moved(places: &[Range<usize>], edits: &[Edit]) -> Vec<Range<usize>> {
    let apart = |place: &Range<usize>, edit: &Edit| {
        edit.range.end <= place.start || place.end <= edit.range.start
    };
    let shift = Shift::new(edits);
    places
        .iter()
        .filter(|place| {
            let first = edits.partition_point(|edit| edit.range.end <= place.start);
            edits.get(first).is_none_or(|edit| apart(place, edit))
        })
        .map(|place| shift.of(place.start, edits)..shift.of(place.start, edits) + place.len())
        .collect()
}

/// Where each change begins in the text after.
pub fn placed(edits: &[Edit]) -> Vec<Range<usize>> {
    let shift = Shift::new(edits);
    let start = |at: usize| edits[at].range.start + shift.grown[at] - shift.shrunk[at];
    (0..edits.len()).map(|at| start(at)..start(at) + edits[at].text.len()).collect()
}

/// How far places move: bytes that came and went before each change, and after the last.
struct Shift {
    grown: Vec<usize>,
    shrunk: Vec<usize>,
}

impl Shift {
    fn new(edits: &[Edit]) -> Self {
        let (mut grown, mut shrunk) = (vec![0], vec![0]);
        let (mut more, mut less) = (0, 0);
        for edit in edits {
            more += edit.text.len();
            less += edit.range.len();
            grown.push(more);
            shrunk.push(less);
        }
        Self { grown, shrunk }
    }

    /// A place that no change holds, in the text after.
    fn of(&self, place: usize, edits: &[Edit]) -> usize {
        let at = edits.partition_point(|edit| edit.range.end <= place);
        place + self.grown[at] - self.shrunk[at]
    }
}

/// A line of a hunk: bytes with the end of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// As before; bytes of the text before.
    Same(Range<usize>),
    /// Gone; bytes of the text before.
    Old(Range<usize>),
    /// New; bytes of the text after.
    New(Range<usize>),
}

/// Changed lines with some around them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hunk {
    /// First line before, from 1, and how many.
    pub old: (usize, usize),
    /// First line after, from 1, and how many.
    pub new: (usize, usize),
    /// The lines.
    pub lines: Vec<Line>,
}

/// Lines around a change.
const AROUND: usize = 3;

/// Lines that change together.
struct Block {
    /// Indexes of lines before.
    old: Range<usize>,
    /// Lines after, as bytes.
    new: Vec<Range<usize>>,
}

/// The hunks of changes, which are in order and apart; `after` is what [`apply`] makes of them.
pub fn hunks(before: &str, after: &str, edits: &[Edit]) -> Vec<Hunk> {
    let lines = lines(before, 0..before.len());
    let line_of = |offset: usize| lines.partition_point(|line| line.end <= offset).min(lines.len());
    let mut blocks: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (number, edit) in edits.iter().enumerate() {
        let first = line_of(edit.range.start);
        let last = line_of(edit.range.end.saturating_sub(1).max(edit.range.start));
        // Lines side by side change together. A line that loses its end goes on with the next one.
        let is_joined = before[edit.range.clone()].ends_with('\n') && !edit.text.ends_with('\n');
        let end = (last + 1 + usize::from(is_joined)).min(lines.len()).max(first);
        match blocks.last_mut() {
            Some((old, of)) if first <= old.end => {
                (old.end, of.end) = (old.end.max(end), number + 1);
            }
            _ => blocks.push((first..end, number..number + 1)),
        }
    }
    let shift = Shift::new(edits);
    let blocks = blocks.into_iter().map(|(old, of)| {
        let at = |line: usize, done: usize| {
            let start = lines.get(line).map_or(before.len(), |line| line.start);
            start + shift.grown[done] - shift.shrunk[done]
        };
        let place = at(old.start, of.start)..at(old.end, of.end);
        trimmed(before, after, &lines, Block { old, new: self::lines(after, place) })
    });
    let blocks: Vec<Block> =
        blocks.filter(|block| !block.old.is_empty() || !block.new.is_empty()).collect();
    let mut hunks: Vec<Hunk> = Vec::new();
    let (mut known, mut grown, mut shrunk) = (0, 0, 0);
    let is_near = |end: usize, next: Option<&Block>| {
        next.is_some_and(|next| next.old.start <= end + 2 * AROUND)
    };
    let mut near = false;
    for (number, block) in blocks.iter().enumerate() {
        let from = if near { known } else { block.old.start.saturating_sub(AROUND) };
        let is_next_near = is_near(block.old.end, blocks.get(number + 1));
        // What lies between two that are near is written with the second.
        let around = if is_next_near { 0 } else { AROUND };
        let to = (block.old.end + around).min(lines.len());
        if !near {
            let first = from + 1;
            hunks.push(Hunk {
                old: (first, 0),
                new: (first + grown - shrunk, 0),
                lines: Vec::new(),
            });
        }
        let Some(hunk) = hunks.last_mut() else { continue };
        let same = |range: Range<usize>| range.map(|line| Line::Same(lines[line].clone()));
        hunk.lines.extend(same(from..block.old.start));
        hunk.lines.extend(block.old.clone().map(|line| Line::Old(lines[line].clone())));
        hunk.lines.extend(block.new.iter().cloned().map(Line::New));
        hunk.lines.extend(same(block.old.end..to));
        grown += block.new.len();
        shrunk += block.old.len();
        known = to;
        near = is_next_near;
    }
    for hunk in &mut hunks {
        let count = |is: fn(&Line) -> bool| hunk.lines.iter().filter(|line| is(line)).count();
        hunk.old.1 = count(|line| !matches!(line, Line::New(_)));
        hunk.new.1 = count(|line| !matches!(line, Line::Old(_)));
        // A side without lines is named by the line before.
        hunk.old.0 -= usize::from(hunk.old.1 == 0);
        hunk.new.0 -= usize::from(hunk.new.1 == 0);
    }
    hunks
}

/// A block without the lines at both ends that are the same before and after.
fn trimmed(before: &str, after: &str, lines: &[Range<usize>], mut block: Block) -> Block {
    let same =
        |old: usize, new: &Range<usize>| before.get(lines[old].clone()) == after.get(new.clone());
    let front = block.old.clone().zip(&block.new).take_while(|(old, new)| same(*old, new)).count();
    block.old.start += front;
    block.new.drain(..front);
    let back = block.old.clone().rev().zip(block.new.iter().rev());
    let back = back.take_while(|(old, new)| same(*old, new)).count();
    block.old.end -= back;
    block.new.truncate(block.new.len() - back);
    block
}

/// Lines of a part of a text, each with its end.
fn lines(text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let bytes = text.get(part.clone()).unwrap_or_default().as_bytes();
    let mut lines = Vec::new();
    let mut start = 0;
    for newline in memchr::memchr_iter(b'\n', bytes) {
        lines.push(part.start + start..part.start + newline + 1);
        start = newline + 1;
    }
    if start < bytes.len() {
        lines.push(part.start + start..part.start + bytes.len());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn edit(range: Range<usize>, text: &str) -> Edit {
        Edit { range, text: text.to_owned() }
    }

    fn shown(before: &str, edits: &[Edit]) -> String {
        let after = apply(before, edits);
        let mut out = String::new();
        for hunk in hunks(before, &after, edits) {
            out += &format!("@{:?}{:?}\n", hunk.old, hunk.new);
            for line in hunk.lines {
                match line {
                    Line::Same(range) => out += &format!(" {}", &before[range]),
                    Line::Old(range) => out += &format!("-{}", &before[range]),
                    Line::New(range) => out += &format!("+{}", &after[range]),
                }
            }
        }
        out
    }

    #[test]
    fn hunks_are_those_of_a_unified_diff() {
        let ten = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";
        for (edits, expected) in [
            (vec![edit(8..9, "five")], "@(2, 7)(2, 7)\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"),
            (vec![edit(0..2, "")], "@(1, 4)(1, 3)\n-1\n 2\n 3\n 4\n"),
            (vec![edit(0..0, "0\n")], "@(1, 3)(1, 4)\n+0\n 1\n 2\n 3\n"),
            (vec![edit(21..21, "11\n")], "@(8, 3)(8, 4)\n 8\n 9\n 10\n+11\n"),
            (vec![edit(1..2, " ")], "@(1, 5)(1, 4)\n-1\n-2\n+1 2\n 3\n 4\n 5\n"),
            (
                vec![edit(0..1, "a"), edit(4..5, "c")],
                "@(1, 6)(1, 6)\n-1\n+a\n 2\n-3\n+c\n 4\n 5\n 6\n",
            ),
            (
                vec![edit(0..1, "a"), edit(18..20, "z\ny")],
                "@(1, 4)(1, 4)\n-1\n+a\n 2\n 3\n 4\n@(7, 4)(7, 5)\n 7\n 8\n 9\n-10\n+z\n+y\n",
            ),
        ] {
            assert_eq!(shown(ten, &edits), expected, "{edits:?}");
        }
        assert_eq!(shown("a\nb", &[edit(2..3, "c")]), "@(1, 2)(1, 2)\n a\n-b+c");
        assert_eq!(shown("", &[edit(0..0, "a\n")]), "@(0, 0)(1, 1)\n+a\n");
    }

    #[test]
    fn places_move_with_what_is_before_them() {
        let edits = [edit(2..4, "xyz"), edit(6..6, "!")];
        assert_eq!(apply("0123456789", &edits), "01xyz45!6789");
        assert_eq!(moved(&[0..2, 1..3, 4..6, 5..7, 7..9], &edits), [0..2, 5..7, 9..11]);
        assert_eq!(placed(&edits), [2..5, 7..8]);
    }

    proptest! {
        /// Reading the hunks on the text before gives the text after.
        #[test]
        fn a_hunk_says_what_an_edit_does(
            text in "[ab\n]{0,60}",
            cuts in proptest::collection::vec((0usize..60, 0usize..9, "[ab\n]{0,4}"), 0..5),
        ) {
            let mut edits: Vec<Edit> = Vec::new();
            let mut cuts = cuts;
            cuts.sort();
            for (start, length, new) in cuts {
                let end = (start + length).min(text.len());
                let apart = edits.last().is_none_or(|last| last.range.end < start);
                if start <= end && apart && text[start..end] != new {
                    edits.push(edit(start..end, &new));
                }
            }
            let after = apply(&text, &edits);
            let (mut made, mut at) = (String::new(), 0);
            let of_lines = lines(&text, 0..text.len());
            for hunk in hunks(&text, &after, &edits) {
                let first = hunk.old.0 - usize::from(hunk.old.1 > 0);
                prop_assert!(first >= at, "hunks overlap");
                made.extend(of_lines[at..first].iter().map(|line| &text[line.clone()]));
                prop_assert_eq!(made.matches('\n').count() + usize::from(hunk.new.1 > 0), hunk.new.0);
                at = first;
                for line in hunk.lines {
                    match line {
                        Line::Same(range) | Line::Old(range) if range != of_lines[at] => {
                            prop_assert!(false, "{range:?} is not line {at}");
                        }
                        Line::Same(range) => {
                            made += &text[range];
                            at += 1;
                        }
                        Line::Old(_) => at += 1,
                        Line::New(range) => made += &after[range],
                    }
                }
            }
            made.extend(of_lines[at..].iter().map(|line| &text[line.clone()]));
            prop_assert_eq!(made, after);
        }
    }
}
