//! A pull request review as the body of `POST /repos/{owner}/{repo}/pulls/{number}/reviews`: a comment on the line of each
//! new finding that stands in a hunk, and the rest in the review's own body, so that nothing is dropped. Suppressed findings
//! get no comment. Keys are sorted.

mod body;
mod comment;

use super::{Options, json};
use crate::finding::{Finding, Run};
use comment::Comment;
use serde::Serialize;
use std::io::{self, Write};

/// GitHub refuses bodies over 65,536 characters whole.
const MOST_BYTES: usize = 60_000;

#[derive(Serialize)]
struct Review {
    body: String,
    comments: Vec<Comment>,
    commit_id: Option<String>,
    event: &'static str,
}

/// Renders the run. Without a comparison no line is known to be part of a change, and everything stands in the body.
pub fn render(run: &Run, options: &Options, out: &mut dyn Write) -> io::Result<()> {
    let mut comments: Vec<Comment> = Vec::new();
    let mut rest: Vec<&Finding> = Vec::new();
    for finding in &run.findings {
        match comment::on(run, finding, options) {
            Some(comment) => comments.push(comment),
            None => rest.push(finding),
        }
    }
    comments.sort_by(|a, b| a.order().cmp(&b.order()));
    let head = run.change.as_ref().and_then(|change| change.head.commit.clone());
    let commit_id = options.forge.sha.clone().or(head);
    let review = Review {
        body: body::body(run, options, comments.len(), &rest, commit_id.as_deref()),
        comments,
        commit_id,
        event: event(run, options),
    };
    json::write_document(&review, out)
}

/// What the review asks for. Changes are never requested when nothing is new, whatever was configured.
fn event(run: &Run, options: &Options) -> &'static str {
    match options.forge.review_event.as_str() {
        "APPROVE" => "APPROVE",
        "REQUEST_CHANGES" if !run.findings.is_empty() => "REQUEST_CHANGES",
        _ => "COMMENT",
    }
}
