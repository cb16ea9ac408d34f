//! Secrets to what may be shown of them. Callers hand in a whole secret and get a text that tells its owner which one it
//! is and tells nobody else anything.

use super::hex;
use sha2::{Digest as _, Sha256};
use std::ops::Range;

/// What stands in reports for a secret: its first four characters when it is long enough for these to be the public
/// prefix of a token, then eight asterisks, whatever its length.
pub fn mask(secret: &[u8]) -> String {
    const SHOWN: usize = 4;
    let head = secret.get(..SHOWN).filter(|head| {
        secret.len() >= 20 && head.iter().all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(b))
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
        assert_eq!(mask(b"p\xc3\xa4ssword that is long enough"), "********");
    }

    #[test]
    fn every_secret_of_a_line_is_replaced_even_when_they_overlap() {
        let line = b"a=SECRET1 b=SECRET2";
        let out = replace(line, &[12..19, 2..9, 2..5], mask);
        assert_eq!(out, b"a=******** b=********");
    }

    #[test]
    fn a_tag_differs_between_secrets_and_is_short() {
        assert_eq!(tag(b"one").len(), 6);
        assert_ne!(tag(b"one"), tag(b"two"));
    }
}
