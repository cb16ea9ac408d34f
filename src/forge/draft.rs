//! A review before it is posted: what it asks for, its comments and where they want to stand.

use super::marker::{self, Lane};
use super::place::Commit;
use super::{MAX_BODY, body};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Stands below a comment that was too long.
const CUT: &str = "_Cut here: the rest does not fit a comment._";

/// What a review asks for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Event {
    /// Nothing.
    #[default]
    Comment,
    /// Changes before it is merged.
    RequestChanges,
    /// Nothing more.
    Approve,
}

impl Event {
    /// Every event.
    pub const ALL: [Self; 3] = [Self::Comment, Self::RequestChanges, Self::Approve];

    /// The host's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "COMMENT",
            Self::RequestChanges => "REQUEST_CHANGES",
            Self::Approve => "APPROVE",
        }
    }

    /// The event of a word.
    pub fn by_name(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event| event.as_str() == word)
    }
}

/// A comment that wants to stand on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// First 12 hex digits of the finding's fingerprint.
    pub fingerprint: String,
    /// File, relative to the repository.
    pub path: String,
    /// Last line, or the older coordinate; neither when it fits no line.
    pub anchor: Option<Anchor>,
    /// Markdown with the fingerprint's marker.
    pub body: String,
}

/// A place in a diff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// Lines of a side.
    Line {
        /// The only or last line.
        line: u32,
        /// `RIGHT` or `LEFT`.
        side: Side,
        /// First line and its side, when there are several.
        start: Option<(u32, Side)>,
    },
    /// Lines down from the first hunk header; only where nobody said a line.
    Position(u32),
}

/// A side of a diff.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Side {
    /// After.
    #[default]
    Right,
    /// Before.
    Left,
}

impl Side {
    /// The host's word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Right => "RIGHT",
            Self::Left => "LEFT",
        }
    }
}

impl Remark {
    /// As the host wants it. `position` goes only where there is no line: the host prefers it, and calls it deprecated.
    pub(super) fn to_json(&self) -> Value {
        let mut value = json!({ "path": self.path, "body": self.text() });
        match &self.anchor {
            Some(Anchor::Line { line, side, start }) => {
                value["line"] = (*line).into();
                value["side"] = side.as_str().into();
                if let Some((first, side)) = start {
                    value["start_line"] = (*first).into();
                    value["start_side"] = side.as_str().into();
                }
            }
            Some(Anchor::Position(position)) => value["position"] = (*position).into(),
            None => {}
        }
        value
    }

    pub(super) fn text(&self) -> String {
        let tail = marker::fingerprint_line(&self.fingerprint);
        body::cut(&marker::normal(&self.body), MAX_BODY, CUT, &tail)
    }

    /// `path:line`, for people.
    pub fn place(&self) -> String {
        match &self.anchor {
            Some(Anchor::Line { line, .. }) => format!("{}:{line}", self.path),
            _ => self.path.clone(),
        }
    }
}

/// A review to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Whose review it is.
    pub lane: Lane,
    /// Its body; begins with the lane's marker.
    pub body: String,
    /// One per finding.
    pub remarks: Vec<Remark>,
    /// Fingerprints that are there although no remark speaks of them.
    pub present: BTreeSet<String>,
    /// Commit the lines belong to; the head when `None`.
    pub commit: Option<Commit>,
    /// What it asks for.
    pub event: Event,
    /// Whether the body alone is worth posting: it names findings that fit no line.
    pub body_speaks: bool,
}
