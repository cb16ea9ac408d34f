//! Posting new review comments. The host takes a review whole or not at all and does not say which comment it dislikes, so a
//! refused batch is halved until the offender stands alone; that one moves into the body of the review.

use super::draft::{Draft, Event, Remark};
use super::github::{Entry, GitHub};
use super::marker;
use super::place::Commit;
use super::{Error, MAX_BODY, body};
use crate::text::escape;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Refused batches in a row without one that was taken: then the reason is not a comment, and halving finds nothing.
const MAX_FRUITLESS: u32 = 3;
/// Requests spent on halving; each takes a second or more, and the host counts them.
const MAX_REQUESTS: u32 = 64;
/// Kept free for the line that counts what did not fit.
const MORE_BYTES: usize = 100;
const CUT: &str = "_Cut here: the rest does not fit the body of a review._";

/// What is learned from one pass to the next.
#[derive(Debug)]
pub struct State {
    /// Fingerprints that the host takes on no line.
    unplaced: BTreeSet<String>,
    event: Event,
    /// The commit this push is about, for people.
    commit: Option<Commit>,
    /// The commit the lines belong to, for the host.
    lines_of: Option<Commit>,
    /// Whether the host was asked where the pull request stands.
    asked_head: bool,
    /// Fingerprints that were posted on a line; a host with several copies of its data may not list them yet.
    placed: BTreeSet<String>,
    /// The review in which the body of this push stands.
    review: Option<u64>,
    fruitless: u32,
    requests: u32,
    /// What happened, for the log.
    pub lines: Vec<String>,
    /// Texts for which the body had no room.
    pub left_over: Vec<String>,
}

impl State {
    /// Before the first pass.
    pub fn new(draft: &Draft) -> Self {
        let anchorless = draft.remarks.iter().filter(|remark| remark.anchor.is_none());
        // A review asks for changes only when it has something to change.
        let silent = draft.remarks.is_empty() && !draft.body_speaks;
        Self {
            unplaced: anchorless.map(|remark| remark.fingerprint.clone()).collect(),
            event: if silent && draft.event == Event::RequestChanges {
                Event::Comment
            } else {
                draft.event
            },
            commit: draft.commit.clone(),
            lines_of: draft.commit.clone(),
            asked_head: false,
            placed: BTreeSet::new(),
            review: None,
            fruitless: 0,
            requests: 0,
            lines: Vec::new(),
            left_over: Vec::new(),
        }
    }

    /// The commit this push is about, asked for once.
    pub fn commit(&mut self, host: &GitHub) -> Result<Commit, Error> {
        if self.commit.is_none() {
            self.commit = Some(host.head()?);
        }
        self.commit.clone().ok_or_else(|| Error::Odd("no commit".to_owned()))
    }

    /// After a refusal, once: a workflow on `pull_request` checks out a merge that is no commit of the pull request, and the
    /// host refuses every review of it. Without a commit the host takes the head. True when that changes what is sent.
    fn drop_foreign_commit(&mut self, host: &GitHub) -> Result<bool, Error> {
        if std::mem::replace(&mut self.asked_head, true) || self.lines_of.is_none() {
            return Ok(false);
        }
        let head = host.head()?;
        if self.lines_of.as_ref() == Some(&head) {
            return Ok(false);
        }
        self.lines_of = None;
        self.commit = Some(head);
        Ok(true)
    }
}

/// Posts what is new and brings the body up to date; `standing` is our latest review. True when something was created.
pub fn place(
    host: &mut GitHub,
    draft: &Draft,
    mut new: Vec<&Remark>,
    standing: Option<&Entry>,
    state: &mut State,
) -> Result<bool, Error> {
    let mut unplaced: Vec<&Remark> = Vec::new();
    let mut created = false;
    new.retain(|remark| !state.placed.contains(&remark.fingerprint));
    loop {
        let (aside, rest): (Vec<_>, Vec<_>) =
            new.into_iter().partition(|remark| state.unplaced.contains(&remark.fingerprint));
        unplaced.extend(aside);
        new = rest;
        if new.is_empty() {
            break;
        }
        let text = body_of(draft, &unplaced, state);
        match send(host, &text, &new, state) {
            Ok(made) => {
                state.review = Some(made.id);
                said(host, &made, &new, state)?;
                return Ok(true);
            }
            Err(Error::Refused { .. }) => {}
            Err(error) => return Err(error),
        }
        if state.drop_foreign_commit(host)? {
            continue;
        }
        if state.fruitless >= MAX_FRUITLESS || state.requests >= MAX_REQUESTS {
            state.unplaced.extend(new.iter().map(|remark| remark.fingerprint.clone()));
            continue;
        }
        created |= halve(host, draft, &mut new, state)?;
    }
    let text = body_of(draft, &unplaced, state);
    match standing {
        Some(entry) if marker::normal(entry.text()) == text => Ok(created),
        _ if state.review.is_some_and(|id| standing.is_none_or(|entry| entry.id < id)) => {
            Ok(created)
        }
        Some(entry) if state.placed.is_empty() || state.review.is_some() => {
            host.edit_review(entry.id, &text)?;
            state.lines.push("the body of the review was updated".to_owned());
            Ok(created)
        }
        None if !draft.body_speaks && unplaced.is_empty() && state.placed.is_empty() => Ok(created),
        _ => {
            let made = loop {
                match send(host, &text, &[], state) {
                    Err(Error::Refused { .. }) if state.drop_foreign_commit(host)? => {}
                    Err(Error::Refused { .. }) if state.event != Event::Comment => {
                        state.event = Event::Comment;
                    }
                    other => break other?,
                }
            };
            state.review = Some(made.id);
            said(host, &made, &[], state)?;
            Ok(true)
        }
    }
}

/// Finds one comment the host refuses in a batch that holds one, and sets it aside. What lies in a half that is taken is
/// posted; the rest goes back to `pile`, the offender with it. True when something was posted.
fn halve(
    host: &mut GitHub,
    draft: &Draft,
    pile: &mut Vec<&Remark>,
    state: &mut State,
) -> Result<bool, Error> {
    let mut created = false;
    let mut set = std::mem::take(pile);
    let part = format!("{}\n_Part of the review of this push._", draft.lane.part());
    while set.len() > 1 {
        let right = set.split_off(set.len().div_ceil(2));
        state.requests += 1;
        let asked = state.event;
        state.event = Event::Comment;
        let sent = send(host, &part, &set, state);
        state.event = asked;
        match sent {
            Ok(made) => {
                created = true;
                said(host, &made, &set, state)?;
                // The batch holds an offender, and the left half does not.
                set = right;
            }
            Err(Error::Refused { .. }) => pile.extend(right),
            Err(error) => return Err(error),
        }
    }
    state.fruitless = if created { 0 } else { state.fruitless + 1 };
    for remark in &set {
        state.lines.push(format!("{}: the host takes no comment there", remark.place()));
        state.unplaced.insert(remark.fingerprint.clone());
    }
    pile.extend(set);
    Ok(created)
}

fn said(
    host: &mut GitHub,
    made: &Entry,
    remarks: &[&Remark],
    state: &mut State,
) -> Result<(), Error> {
    state.placed.extend(remarks.iter().map(|remark| remark.fingerprint.clone()));
    let comments = remarks.len();
    let at = made.html_url.as_deref().map(|url| format!(": {url}")).unwrap_or_default();
    state.lines.push(format!("review posted, new comments: {comments}{at}"));
    if host.learn(made) {
        state.lines.push(format!("the token writes as {}", host.me()?));
    }
    Ok(())
}

/// Sends a review; the author of a pull request may only comment on it, so that is tried when the host says so.
fn send(host: &GitHub, text: &str, remarks: &[&Remark], state: &mut State) -> Result<Entry, Error> {
    let mut review = json!({ "body": text, "event": state.event.as_str() });
    if let Some(commit) = &state.lines_of {
        review["commit_id"] = commit.as_str().into();
    }
    if !remarks.is_empty() {
        review["comments"] = remarks.iter().map(|remark| remark.to_json()).collect::<Value>();
    }
    match host.create_review(&review) {
        Err(Error::Refused { message, .. })
            if state.event != Event::Comment && message.contains("own pull request") =>
        {
            state.event = Event::Comment;
            review["event"] = state.event.as_str().into();
            host.create_review(&review)
        }
        other => other,
    }
}

/// The body, with what could not be placed on a line below it.
fn body_of(draft: &Draft, unplaced: &[&Remark], state: &mut State) -> String {
    let mut text = marker::normal(&draft.body);
    state.left_over.clear();
    if !unplaced.is_empty() {
        text = body::cut(&text, MAX_BODY / 2, CUT, "");
        text.push_str(&format!("\n\n### Could not be placed on a line ({})\n", unplaced.len()));
        for remark in unplaced {
            let entry = entry_of(remark);
            if text.len() + entry.len() > MAX_BODY - MORE_BYTES {
                state.left_over.push(format!("{}\n{}", remark.place(), remark.body));
            } else {
                text.push_str(&entry);
            }
        }
        if !state.left_over.is_empty() {
            let count = state.left_over.len();
            text.push_str(&format!("\n_{count} more did not fit; the log of the job has them._"));
        }
    }
    marker::normal(&body::cut(&text, MAX_BODY, CUT, ""))
}

/// A list entry: the place, and the comment below it.
fn entry_of(remark: &Remark) -> String {
    let mut entry = format!("\n- {}\n\n", escape::markdown_code(&remark.place(), false));
    for line in body::without_suggestions(&remark.body).lines() {
        if !line.is_empty() {
            entry.push_str("  ");
            entry.push_str(line);
        }
        entry.push('\n');
    }
    entry
}
