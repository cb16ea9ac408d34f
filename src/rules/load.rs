//! Packs to rules: the built-in one out of the program, others out of files that a user named.

use super::{Matching, Prose, Rule};
use crate::text::hex;
use sha2::{Digest as _, Sha256};
use std::sync::OnceLock;

const MATCHING: &str = include_str!(concat!(env!("OUT_DIR"), "/secrets.matching.json"));
const PROSE: &str = include_str!(concat!(env!("OUT_DIR"), "/secrets.prose.json"));

/// What matching needs of the built-in secrets pack. Read once.
pub fn secrets() -> &'static [Matching] {
    static RULES: OnceLock<Vec<Matching>> = OnceLock::new();
    RULES.get_or_init(|| {
        serde_json::from_str(MATCHING).unwrap_or_else(|error| panic!("built-in rule pack: {error}"))
    })
}

/// What people read about the rule at an index of [`secrets`]. Read once, at the first call.
pub fn secrets_prose(index: usize) -> &'static Prose {
    static RULES: OnceLock<Vec<Prose>> = OnceLock::new();
    let rules: &Vec<Prose> = RULES.get_or_init(|| {
        serde_json::from_str(PROSE).unwrap_or_else(|error| panic!("built-in rule pack: {error}"))
    });
    &rules[index]
}

/// Both halves of every built-in rule.
pub fn secrets_whole() -> Vec<Rule> {
    secrets()
        .iter()
        .enumerate()
        .map(|(index, matching)| Rule {
            matching: matching.clone(),
            prose: secrets_prose(index).clone(),
        })
        .collect()
}

/// Eight hex digits that change with the built-in pack.
pub fn secrets_digest() -> String {
    hex(&Sha256::digest(MATCHING.as_bytes())[..4])
}
