//! The review: one comment per finding on its line, known again by fingerprint. Still there: brought up to date. Gone:
//! struck through. Back: restored. New: posted together in one review. Comments of other people are never touched.

use super::batch::{self, State};
use super::draft::Draft;
use super::github::{Entry, GitHub};
use super::marker::{self, Lane};
use super::{Done, Error, MAX_BODY, body};
use std::collections::{BTreeMap, BTreeSet};

/// Rounds of looking again after something was created.
const MAX_ROUNDS: usize = 4;

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
