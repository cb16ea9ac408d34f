//! The review: one comment per finding on its line, known again by fingerprint. Still there: brought up to date. Gone:
//! struck through. Back: restored. New: posted together in one review. Comments of other people are never touched.

use super::batch::{self, State};
use super::github::{Entry, GitHub};
use super::marker::{self, Lane};
use super::place::Commit;
use super::{Done, Error, MAX_BODY, body};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Stands below a comment that was too long.
const CUT: &str = "_Cut here: the rest does not fit a comment._";
/// Rounds of looking again after something was created.
const MAX_ROUNDS: usize = 4;

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

    fn text(&self) -> String {
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

/// Brings the review of our lane up to date.
pub fn post(host: &mut GitHub, draft: &Draft) -> Result<Done, Error> {
    let mut state = State::new(draft);
    let mut tally = Tally::default();
    host.client().budget().repeat(|| {
        for _ in 0..MAX_ROUNDS {
            if !pass(host, draft, &mut state, &mut tally)? {
                break;
            }
        }
        Ok(())
    })?;
    Ok(tally.done(state))
}

#[derive(Debug, Default)]
struct Tally {
    updated: usize,
    resolved: usize,
    removed: usize,
}

impl Tally {
    fn done(&self, state: State) -> Done {
        let mut lines = state.lines;
        for (count, what) in [
            (self.updated, "updated"),
            (self.resolved, "resolved"),
            (self.removed, "removed, because another speaks of the same finding"),
        ] {
            if count > 0 {
                lines.push(format!("review comments {what}: {count}"));
            }
        }
        if lines.is_empty() {
            lines.push("the review is up to date".to_owned());
        }
        Done { lines, left_over: state.left_over }
    }
}

/// One look and what follows from it; true when something was created, so that another look is due.
fn pass(
    host: &mut GitHub,
    draft: &Draft,
    state: &mut State,
    tally: &mut Tally,
) -> Result<bool, Error> {
    let me = host.me()?;
    let comments = host.review_comments()?;
    let reviews = host.reviews()?;
    let answered: BTreeSet<u64> =
        comments.iter().filter_map(|entry| entry.in_reply_to_id).collect();
    let own = own_by_fingerprint(&me, draft.lane, &comments, &reviews);

    let mut new = Vec::new();
    for remark in &draft.remarks {
        let Some((oldest, younger)) =
            own.get(&remark.fingerprint).and_then(|entries| entries.split_first())
        else {
            new.push(remark);
            continue;
        };
        let text = remark.text();
        if marker::normal(oldest.text()) != text {
            host.edit_review_comment(oldest.id, &text)?;
            tally.updated += 1;
        }
        for entry in younger.iter().filter(|entry| !answered.contains(&entry.id)) {
            host.delete_review_comment(entry.id)?;
            tally.removed += 1;
        }
    }
    let there: BTreeSet<&str> = draft
        .remarks
        .iter()
        .map(|remark| &remark.fingerprint)
        .chain(&draft.present)
        .map(String::as_str)
        .collect();
    for (fingerprint, entries) in own.iter().filter(|(key, _)| !there.contains(key.as_str())) {
        for entry in entries.iter().filter(|entry| !marker::is_resolved(entry.text())) {
            let commit = state.commit(host)?;
            let text = body::resolved(entry.text(), fingerprint, commit.short());
            // Only the tildes make it longer than it was; the note and the markers say what matters.
            let text = if text.len() > MAX_BODY {
                body::resolved("", fingerprint, commit.short())
            } else {
                text
            };
            host.edit_review_comment(entry.id, &text)?;
            tally.resolved += 1;
        }
    }
    let standing = reviews
        .iter()
        .rfind(|entry| entry.is_by(&me) && Lane::of_review(entry.text()) == Some(draft.lane));
    batch::place(host, draft, new, standing, state)
}

/// Our comments of a lane by fingerprint, oldest first. A comment belongs to the lane of the review it came with; one whose
/// review bears no marker belongs to any.
fn own_by_fingerprint<'a>(
    me: &str,
    lane: Lane,
    comments: &'a [Entry],
    reviews: &[Entry],
) -> BTreeMap<String, Vec<&'a Entry>> {
    let others: BTreeSet<u64> = reviews
        .iter()
        .filter(|review| Lane::of_any_review(review.text()).is_some_and(|other| other != lane))
        .map(|review| review.id)
        .collect();
    let mut own: BTreeMap<String, Vec<&Entry>> = BTreeMap::new();
    for entry in comments {
        let foreign = entry.pull_request_review_id.is_some_and(|id| others.contains(&id));
        if !entry.is_by(me) || entry.in_reply_to_id.is_some() || foreign {
            continue;
        }
        if let Some(fingerprint) = marker::fingerprint(entry.text()) {
            own.entry(fingerprint).or_default().push(entry);
        }
    }
    own
}
