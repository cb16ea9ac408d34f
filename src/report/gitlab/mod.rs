//! The two reports GitLab reads: Code Quality for the widget of a merge request, SAST for the security dashboard.

pub mod code_quality;
pub mod sast;

use crate::text::escape;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;

/// The file of findings and notes about the repository as a whole; both formats ask for one.
const REPOSITORY: &str = ".securescan.yml";

/// 64 hex digits of any text.
fn digest(text: &str) -> String {
    let mut digits = String::with_capacity(64);
    for byte in Sha256::digest(text.as_bytes()) {
        digits.push_str(&format!("{byte:02x}"));
    }
    digits
}

/// What `shape` makes of a fingerprint; when that is none or was given before, of one made from it. GitLab merges entries
/// that share one.
fn unique(fingerprint: &str, given: &mut BTreeSet<String>, shape: fn(&str) -> String) -> String {
    let sound = fingerprint.len() == 64 && fingerprint.bytes().all(|b| b.is_ascii_hexdigit());
    let mut print = if sound { fingerprint.to_ascii_lowercase() } else { digest(fingerprint) };
    loop {
        let shaped = shape(&print);
        if given.insert(shaped.clone()) {
            return shaped;
        }
        print = digest(&print);
    }
}

/// One line of text with everything in it to be seen.
fn line(text: &str) -> String {
    escape::plain(&text.split_whitespace().collect::<Vec<_>>().join(" ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_never_share_a_fingerprint() {
        let mut given = BTreeSet::new();
        let print = "A".repeat(64);
        assert_eq!(unique(&print, &mut given, str::to_owned), "a".repeat(64));
        let mut all: Vec<String> = [&print, "", "", "x"]
            .iter()
            .map(|print| unique(print, &mut given, str::to_owned))
            .collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 4);
        assert!(all.iter().all(|print| print.len() == 64));
    }
}
