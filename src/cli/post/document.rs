//! The file that is posted: a JSON result of securescan, which is rendered here so that nobody else's Markdown is posted, or a
//! ready comment or review.

use super::What;
use crate::cli::failure::Failure;
use crate::config::find::{self, Links};
use crate::finding::{Finding, Run};
use crate::forge::draft::{Anchor, Draft, Event, Remark, Side};
use crate::forge::marker::{self, Lane};
use crate::forge::place::Commit;
use crate::report::{self, Options};
use crate::text::escape;
use anyhow::{Context as _, anyhow};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Longest file, bytes. A result with 100,000 findings has about 60 MB.
const MAX_BYTES: u64 = 128 * 1024 * 1024;
const EXPECTED: &str = "expected a JSON result of securescan diff, compare or scan, a Markdown file that begins with a line \
                        such as <!-- securescan:diff -->, or a review as JSON with \"body\" and \"comments\"";

/// What stands in the file.
#[derive(Debug)]
pub(super) enum Document {
    /// A result.
    Run(Box<Run>),
    /// A comment, ready.
    Comment(Lane, String),
    /// A review, ready.
    Review(Box<Draft>),
}

/// Reads it; whatever is wrong with it names the file.
pub(super) fn read(file: &Path) -> Result<Document, Failure> {
    let shown = file.display();
    let bytes = find::read_up_to(file, Links::Follow, MAX_BYTES)
        .map_err(|why| Failure::input(anyhow!("cannot read {shown}: {why}")))?;
    parsed(&bytes).map_err(|error| {
        Failure::input(error.context(format!("cannot post {shown}"))).hint(EXPECTED)
    })
}

fn parsed(bytes: &[u8]) -> anyhow::Result<Document> {
    #[derive(Deserialize)]
    struct Head {
        schema: Option<String>,
    }
    let text = std::str::from_utf8(bytes).context("it is not valid UTF-8")?;
    let text = text.trim_start_matches('\u{feff}');
    if !text.trim_start().starts_with('{') {
        let lane =
            Lane::of_comment(text).context("its first line is not a marker of securescan")?;
        return Ok(Document::Comment(lane, text.to_owned()));
    }
    let head: Head = serde_json::from_str(text)?;
    match head.schema {
        Some(_) => Ok(Document::Run(Box::new(report::json::parse(text.as_bytes())?))),
        None => Ok(Document::Review(Box::new(review(text)?))),
    }
}

#[derive(Deserialize)]
struct ReadyReview {
    body: String,
    #[serde(default)]
    comments: Vec<ReadyRemark>,
    #[serde(default)]
    commit_id: Option<String>,
    #[serde(default)]
    event: Option<String>,
}

#[derive(Deserialize)]
struct ReadyRemark {
    path: String,
    body: String,
    line: Option<u32>,
    side: Option<String>,
    start_line: Option<u32>,
    start_side: Option<String>,
    position: Option<u32>,
}

/// Reads a review as the format `github-review` writes it.
pub(super) fn review(text: &str) -> anyhow::Result<Draft> {
    let ready: ReadyReview = serde_json::from_str(text)?;
    let lane = Lane::of_review(&ready.body)
        .context("\"body\" does not begin with a marker such as <!-- securescan:diff-review -->")?;
    let event = match ready.event.as_deref() {
        None | Some("") => Event::Comment,
        Some(word) => Event::by_name(word).with_context(|| format!("unknown event \"{word}\""))?,
    };
    let commit = match ready.commit_id.as_deref() {
        None | Some("") => None,
        Some(id) => Some(id.parse::<Commit>().context("\"commit_id\" is wrong")?),
    };
    let mut remarks: Vec<Remark> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (index, ready) in ready.comments.into_iter().enumerate() {
        let remark = remark(ready).with_context(|| format!("comments[{index}] is wrong"))?;
        let known = places.get(&remark.fingerprint).and_then(|&at| remarks.get_mut(at));
        if let Some(first) = known {
            // One comment speaks of both: a comment is known again by its fingerprint alone.
            join(first, &remark);
        } else {
            places.insert(remark.fingerprint.clone(), remarks.len());
            remarks.push(remark);
        }
    }
    let present: BTreeSet<String> = marker::fingerprints(&ready.body).into_iter().collect();
    let body_speaks =
        !present.is_empty() || ready.body.to_ascii_lowercase().contains("without inline anchor");
    Ok(Draft { lane, body: ready.body, remarks, present, commit, event, body_speaks })
}

fn remark(ready: ReadyRemark) -> anyhow::Result<Remark> {
    let fingerprint = marker::fingerprint(&ready.body)
        .context("\"body\" has no line such as <!-- securescan:fp:0123456789ab -->")?;
    let side = |word: Option<&str>| match word {
        None | Some("RIGHT") => Ok(Side::Right),
        Some("LEFT") => Ok(Side::Left),
        Some(word) => Err(anyhow!("unknown side \"{word}\"")),
    };
    let last = side(ready.side.as_deref())?;
    let first = side(ready.start_side.as_deref().or(ready.side.as_deref()))?;
    let anchor = match (ready.line, ready.position) {
        (Some(line), _) => Some(Anchor::Line {
            line,
            side: last,
            // The host refuses a range that does not go forward.
            start: ready.start_line.filter(|&start| start < line).map(|start| (start, first)),
        }),
        (None, Some(position)) => Some(Anchor::Position(position)),
        (None, None) => None,
    };
    Ok(Remark { fingerprint, path: ready.path, anchor, body: ready.body })
}

fn join(first: &mut Remark, second: &Remark) {
    let line = marker::fingerprint_line(&first.fingerprint);
    let place = escape::markdown_code(&second.place(), false);
    let kept = marker::normal(&first.body);
    let kept = kept.strip_suffix(&line).unwrap_or(&kept).trim_end();
    first.body = format!("{kept}\n\nAlso at {place}:\n\n{}", marker::normal(&second.body));
}

impl Document {
    /// Fails when a ready file is of the other kind.
    pub(super) fn expect(&self, what: What) -> Result<(), Failure> {
        match (self, what) {
            (Self::Review(_), What::Comment) => {
                Err(Failure::input(anyhow!("the file holds a review, not a comment"))
                    .hint("post it with `securescan post review`"))
            }
            (Self::Comment(..), What::Review) => {
                Err(Failure::input(anyhow!("the file holds a comment, not a review"))
                    .hint("post it with `securescan post comment`"))
            }
            _ => Ok(()),
        }
    }

    /// What is to be posted, rendered where it has to be.
    pub(super) fn letter(&self, what: What, options: &Options) -> Result<Letter, Failure> {
        Ok(match (self, what) {
            (Self::Comment(lane, text), _) => Letter::Comment(*lane, text.clone()),
            (Self::Review(draft), _) => Letter::Review(draft.clone()),
            (Self::Run(run), What::Comment) => {
                let text = rendered(run, "github-pr-comment", options)?;
                let lane = Lane::of_comment(&text).context("the comment has no marker")?;
                Letter::Comment(lane, text)
            }
            (Self::Run(run), What::Review) => {
                let text = rendered(run, "github-review", options)?;
                let mut draft = review(&text).context("the review does not read back")?;
                let short = |finding: &Finding| finding.fingerprint.get(..12).map(str::to_owned);
                draft.present.extend(run.findings.iter().filter_map(short));
                draft.body_speaks = run.findings.len() > draft.remarks.len();
                Letter::Review(Box::new(draft))
            }
        })
    }
}

/// What is posted.
#[derive(Debug)]
pub(super) enum Letter {
    /// A summary comment.
    Comment(Lane, String),
    /// A review.
    Review(Box<Draft>),
}

/// A result in a format that may be missing from a build.
pub(super) fn rendered(run: &Run, format: &str, options: &Options) -> Result<String, Failure> {
    let format = report::by_name(format).ok_or_else(|| {
        Failure::input(anyhow!("this build of securescan has no format {format}"))
            .hint("post a ready Markdown or review file")
    })?;
    let mut bytes = Vec::new();
    (format.render)(run, options, &mut bytes)?;
    Ok(String::from_utf8(bytes)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "x\\n<!-- securescan:fp:0123456789ab -->";

    fn wrong(json: &str) -> String {
        format!("{:#}", parsed(json.as_bytes()).unwrap_err())
    }

    fn of(comments: &str) -> Draft {
        let json = format!(
            "{{\"body\":\"<!-- securescan:diff-review -->\\n\",\"comments\":[{comments}]}}"
        );
        review(&json).unwrap()
    }

    #[test]
    fn what_is_none_of_the_three_is_refused_with_its_place() {
        for (text, part) in [
            ("", "first line"),
            ("hello", "first line"),
            ("<!-- securescan:diff-review -->\n", "first line"),
            ("{\"schema\":\"securescan/run/v9\"}", "securescan/run/v9"),
            ("{\"body\":\"x\"}", "marker"),
            ("{", "EOF"),
            (r#"{"body":"<!-- securescan:diff-review -->","event":"MERGE"}"#, "MERGE"),
            (r#"{"body":"<!-- securescan:diff-review -->","commit_id":"main"}"#, "commit_id"),
            (
                r#"{"body":"<!-- securescan:diff-review -->","comments":[{"path":"a","body":"b","line":1}]}"#,
                "comments[0]",
            ),
        ] {
            assert!(wrong(text).contains(part), "{text}: {}", wrong(text));
        }
        assert!(parsed(&[0xff, 0xfe]).is_err());
        assert!(parsed("[".repeat(100_000).as_bytes()).is_err());
        assert!(parsed(format!("{{\"a\":{}", "[".repeat(100_000)).as_bytes()).is_err());
    }

    #[test]
    fn a_line_wins_over_a_position_and_a_range_goes_forward() {
        let anchor = |fields: &str| {
            of(&format!("{{\"path\":\"a\",\"body\":\"{BODY}\"{fields}}}")).remarks[0].anchor.clone()
        };
        let line = |start| Some(Anchor::Line { line: 3, side: Side::Right, start });
        assert_eq!(anchor(",\"line\":3,\"position\":9"), line(None));
        assert_eq!(anchor(",\"line\":3,\"start_line\":2"), line(Some((2, Side::Right))));
        assert_eq!(anchor(",\"line\":3,\"start_line\":3"), line(None));
        assert_eq!(anchor(",\"position\":9"), Some(Anchor::Position(9)));
        assert_eq!(anchor(""), None);
    }

    #[test]
    fn two_comments_on_one_fingerprint_become_one() {
        let one = format!("{{\"path\":\"a\",\"line\":1,\"body\":\"{BODY}\"}}");
        let draft = of(&format!("{one},{}", one.replace("\"a\"", "\"b\"")));
        assert_eq!(draft.remarks.len(), 1);
        assert_eq!(
            draft.remarks[0].body,
            "x\n\nAlso at `b:1`:\n\nx\n<!-- securescan:fp:0123456789ab -->"
        );
    }
}
