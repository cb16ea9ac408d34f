//! Secrets to what may be shown of them. Callers hand in a whole secret and get a text that tells its owner which one it
//! is and tells nobody else anything.

use super::hex;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use std::ops::Range;

/// What stands in reports for a secret: its first four characters when it is long enough for these to be the public
/// prefix of a token, then eight asterisks, whatever its length.
pub fn mask(secret: &[u8]) -> String {
    const SHOWN: usize = 4;
    let head = secret.get(..SHOWN).filter(|head| {
        secret.len() >= 20
            && head[0].is_ascii_alphanumeric()
            && head.iter().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b))
    });
    let mut masked = String::with_capacity(12);
    masked.extend(head.unwrap_or_default().iter().map(|b| char::from(*b)));
    masked.push_str("********");
    masked
}

/// What stands for a secret in the text a fingerprint is taken over: 16 bits of its digest. Enough to tell a changed
/// secret from the old one, too little to confirm a guess.
pub fn tag(secret: &[u8]) -> String {
    format!("<{}>", hex(&Sha256::digest(secret)[..2]))
}

/// `text` with every range replaced by `stand_in` of its bytes; overlapping ranges are merged first.
pub fn replace(text: &[u8], secrets: &[Range<usize>], stand_in: fn(&[u8]) -> String) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    for range in merged(secrets) {
        let (start, end) = (range.start.min(text.len()), range.end.min(text.len()));
        if end <= at {
            continue;
        }
        let start = start.max(at);
        out.extend_from_slice(&text[at..start]);
        out.extend_from_slice(stand_in(&text[start..end]).as_bytes());
        at = end;
    }
    out.extend_from_slice(&text[at..]);
    out
}

/// The `window` of `text` as it may be shown: every secret masked, also one of which the window holds a part.
pub fn shown(text: &[u8], window: &Range<usize>, secrets: &[Range<usize>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(window.len());
    let mut at = window.start;
    for range in merged(secrets) {
        if range.end <= at || range.start >= window.end {
            continue;
        }
        out.extend_from_slice(&text[at..range.start.max(at)]);
        // What is left of a secret whose beginning lies outside begins with no public prefix.
        let head = if range.start < window.start { &[][..] } else { &text[range.clone()] };
        out.extend_from_slice(mask(head).as_bytes());
        at = range.end.min(window.end);
    }
    out.extend_from_slice(&text[at..window.end]);
    out
}

/// Secrets of a text, to be found again where no rule took them for one: a second copy in a comment or without a border
/// around it.
#[derive(Debug)]
pub struct Copies {
    secrets: Option<AhoCorasick>,
}

impl Copies {
    /// Secrets shorter than this stand in other words by chance.
    const SHORTEST: usize = 8;
    /// Longer ones are keys of many lines. Also how far beyond its frame [`Self::around`] looks.
    const LONGEST: usize = 512;

    /// Of the secrets at these ranges.
    pub fn new(text: &[u8], secrets: &[Range<usize>]) -> Self {
        let distinct: BTreeSet<&[u8]> = secrets
            .iter()
            .filter(|range| (Self::SHORTEST..=Self::LONGEST).contains(&range.len()))
            .map(|range| &text[range.clone()])
            .collect();
        // Built for every file with a finding and asked for a few hundred bytes at a time: what counts is the building.
        let build = || {
            AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::NoncontiguousNFA))
                .prefilter(false)
                .build(distinct.iter())
                .ok()
        };
        Self { secrets: if distinct.is_empty() { None } else { build() } }
    }

    /// Every copy that touches a frame.
    pub fn around(&self, text: &[u8], frame: &Range<usize>) -> Vec<Range<usize>> {
        let from = frame.start.saturating_sub(Self::LONGEST);
        let to = text.len().min(frame.end + Self::LONGEST);
        let found = self.secrets.iter().flat_map(|all| all.find_overlapping_iter(&text[from..to]));
        found.map(|copy| from + copy.start()..from + copy.end()).collect()
    }
}

/// Ranges sorted, overlapping or touching ones joined.
pub fn merged(ranges: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut sorted: Vec<Range<usize>> = ranges.iter().filter(|r| !r.is_empty()).cloned().collect();
    sorted.sort_by_key(|r| (r.start, r.end));
    let mut out: Vec<Range<usize>> = Vec::with_capacity(sorted.len());
    for range in sorted {
        match out.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_secrets_show_nothing_and_long_ones_their_prefix() {
        assert_eq!(mask(b"hunter2hunter2"), "********");
        assert_eq!(mask(b"ghp_0123456789abcdefghij"), "ghp_********");
        assert_eq!(mask(b"-----BEGIN PRIVATE KEY-----"), "********");
        assert_eq!(mask(b"p\xc3\xa4ssword that is long enough"), "********");
    }

    #[test]
    fn every_secret_of_a_line_is_replaced_even_when_they_overlap() {
        let line = b"a=SECRET1 b=SECRET2";
        let out = replace(line, &[12..19, 2..9, 2..5], mask);
        assert_eq!(out, b"a=******** b=********");
    }

    #[test]
    fn a_window_shows_no_part_of_a_secret_that_begins_before_it() {
        let text = b"key=abcdefghijklmnopqrstuvwxyz0123456789;";
        let secrets = std::slice::from_ref(&(4..40));
        assert_eq!(shown(text, &(10..41), secrets), b"********;");
        assert_eq!(shown(text, &(0..10), secrets), b"key=abcd********");
        assert_eq!(shown(text, &(0..4), secrets), b"key=");
    }

    #[test]
    fn copies_are_found_where_nobody_looked() {
        let text = b"a=SECRET-1 # SECRET-1SECRET-1 pin=123 123";
        let copies = Copies::new(text, &[2..10, 34..37]);
        assert_eq!(copies.around(text, &(9..20)), [2..10, 13..21, 21..29]);
        let short = Copies::new(text, std::slice::from_ref(&(34..37)));
        assert!(short.around(text, &(0..41)).is_empty());
    }

    #[test]
    fn a_tag_differs_between_secrets_and_is_short() {
        assert_eq!(tag(b"one").len(), 6);
        assert_ne!(tag(b"one"), tag(b"two"));
    }
}
