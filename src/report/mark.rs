//! Which characters of a shown line matched. The line comes redacted and perhaps cut at either end, so its columns are those
//! of the file only as far as nothing before them was replaced.

use crate::finding::Finding;
use std::ops::Range;

/// What stands for a secret (`text::redact`).
const MASK: &str = "********";
/// A mask may be led by this many characters of the secret.
const MASK_PREFIX: usize = 4;

/// The characters to mark: the mask of the secret if that is what matched, else the columns of the finding.
pub(super) fn marked(chars: &[char], finding: &Finding) -> Option<Range<usize>> {
    let column = finding.column? as usize;
    let start = column.checked_sub(1)?;
    let one_line = finding.end_line.is_none() || finding.end_line == finding.line;
    let end = match finding.end_column {
        Some(end) if one_line => (end as usize).saturating_sub(1),
        _ => chars.len(),
    };
    let cut_in_front = chars.first() == Some(&'…');
    let masks = masks(chars);
    // Before the first mask nothing has moved.
    let unmoved = masks.first().is_none_or(|first| end <= first.start);
    if unmoved && !cut_in_front {
        let end = end.min(chars.len());
        return (start < end).then_some(start..end);
    }
    let nearest = masks.into_iter().min_by_key(|mask| mask.start.abs_diff(start))?;
    let prefix = nearest.start.saturating_sub(MASK_PREFIX)..nearest.start;
    let start = if prefix.contains(&start) { start } else { nearest.start };
    Some(start..nearest.end)
}

fn masks(chars: &[char]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at + MASK.len() <= chars.len() {
        if chars[at..at + MASK.len()].iter().all(|c| *c == '*') {
            found.push(at..at + MASK.len());
            at += MASK.len();
        } else {
            at += 1;
        }
    }
    found
}
