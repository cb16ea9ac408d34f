//! Where a review can speak of a new finding, and the replacement that would silence it: the hunks of the change, the lines
//! around the finding, and which of them hold secrets.

use crate::engine::{Built, Sink};
use crate::finding::Finding;
use crate::finding::change::{Anchor, Suggestion};
use crate::post::silence::{Silence, silence};
use crate::target::Blob;
use crate::target::git::patch::{Hunk, hunks};
use crate::text::decode::{Decoded, decode};
use crate::text::escape;
use std::collections::BTreeSet;

/// One file of the head, as far as a review may show it.
#[derive(Debug)]
pub(super) struct Changed {
    hunks: Vec<Hunk>,
    /// Lines as text; empty where they may not be repeated.
    lines: Vec<String>,
    secret: BTreeSet<u32>,
}

impl Changed {
    /// `old` is what the file was before, under whatever name; empty for a new one.
    pub(super) fn new(path: &str, old: &[u8], new: &[u8], engines: &[Built]) -> Self {
        let mut changed =
            Self { hunks: hunks(old, new), lines: Vec::new(), secret: BTreeSet::new() };
        // A replacement is text; that of a file in another encoding would change its bytes.
        let (Ok(text), Decoded::Text(decoded)) = (std::str::from_utf8(new), decode(new)) else {
            return changed;
        };
        let blob = Blob::new(path, &decoded);
        for engine in engines.iter().filter_map(|built| built.file.as_ref()) {
            let mut sink = Sink::new();
            if !engine.interested(path) {
                continue;
            }
            if crate::engine::guard::guarded(|| engine.scan(&blob, &mut sink)).is_err() {
                // What it did not name cannot be kept back.
                return changed;
            }
            for secret in sink.secrets() {
                let span = blob.span(secret.clone());
                changed.secret.extend(span.line..=span.end_line);
            }
        }
        changed.lines =
            text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect();
        changed
    }

    /// The anchor of a finding in this file.
    pub(super) fn anchor(&self, finding: &Finding) -> Anchor {
        let Some(first) = finding.line else { return Anchor::default() };
        let Some(hunk) = self.hunks.iter().find(|hunk| hunk.position(first).is_some()) else {
            return Anchor::default();
        };
        let last = finding.end_line.unwrap_or(first).max(first);
        let (start_line, line) = match hunk.position(last) {
            Some(_) if last > first => (Some(first), last),
            _ => (None, first),
        };
        Anchor {
            line: Some(line),
            start_line,
            position: hunk.position(line),
            suggestion: if last > first { None } else { self.suggestion(finding, first, hunk) },
        }
    }

    /// The finding's own line below a directive; or, when that line holds a secret, the line above with the directive
    /// behind it.
    fn suggestion(&self, finding: &Finding, line: u32, hunk: &Hunk) -> Option<Suggestion> {
        let Silence::Above(comment) = silence(finding) else { return None };
        let own = self.lines.get(line as usize - 1)?;
        let indent: String = own.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
        let directive = format!("{indent}{comment}");
        // Behind a backslash a comment would be part of the line before it.
        let continued = |line: u32| {
            line > 1 && self.lines.get(line as usize - 2).is_some_and(|above| above.ends_with('\\'))
        };
        if continued(line) {
            return None;
        }
        if let Some(own) = self.shown(line) {
            let position = hunk.position(line)?;
            return Some(Suggestion { line, position, lines: vec![directive, own.to_owned()] });
        }
        let above = line.checked_sub(1).filter(|above| *above > 0)?;
        let position = hunk.position(above)?;
        Some(Suggestion {
            line: above,
            position,
            lines: vec![self.shown(above)?.to_owned(), directive],
        })
    }

    /// A line that may be repeated: without a secret, and without characters nobody sees.
    fn shown(&self, line: u32) -> Option<&str> {
        /// Longer lines are nobody's to edit in a review.
        const LONGEST: usize = 500;
        let text = self.lines.get(line as usize - 1)?;
        let hidden = |c: char| escape::is_hidden(c) && c != '\t';
        let fit = !self.secret.contains(&line) && text.len() <= LONGEST && !text.contains(hidden);
        fit.then_some(text.as_str())
    }
}
