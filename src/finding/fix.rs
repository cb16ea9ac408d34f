//! A change of its file that takes a finding away: the change itself, which stays in the process, and what reports tell of it.

use super::{Finding, key};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A change of the file of a finding. Its text may hold a secret, so no report has it as it is; see [`Offer`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Bytes of the decoded text that go.
    pub range: Range<usize>,
    /// What comes in their place.
    pub text: String,
    /// Bytes of the decoded text that parts of `text` were copied from.
    pub copied: Vec<Range<usize>>,
    /// Digest of the whole decoded text; what has another is not changed.
    pub digest: [u8; 32],
}

/// What reports tell of a fix. Lines and columns count as those of findings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// First line of what goes.
    pub line: u32,
    /// Its first column.
    pub column: u32,
    /// Its last line.
    pub end_line: u32,
    /// One past its last column.
    pub end_column: u32,
    /// What comes in its place; absent where it would show a secret.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<String>,
}

/// What became of a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// It can be applied.
    Offered,
    /// It was applied.
    Applied,
    /// It was asked for and not applied, and why.
    Left(String),
}

impl Finding {
    /// What is told of its fix.
    pub fn offer(&self) -> Option<Offer> {
        serde_json::from_value(self.metadata.get(key::FIX)?.clone()).ok()
    }

    /// Sets what is told of its fix.
    pub fn set_offer(&mut self, offer: &Offer) {
        if let Ok(offer) = serde_json::to_value(offer) {
            self.metadata.insert(key::FIX.to_owned(), offer);
        }
    }

    /// What became of its fix; `None` when it has none.
    pub fn fix_state(&self) -> Option<State> {
        self.metadata.get(key::FIX)?;
        if self.metadata.get(key::FIXED).and_then(serde_json::Value::as_bool) == Some(true) {
            return Some(State::Applied);
        }
        let left = self.meta(key::FIX_LEFT);
        Some(left.map_or(State::Offered, |why| State::Left(why.to_owned())))
    }
}
