//! `securescan post comment|review`: brings a result onto a pull request. Reads the file, learns from flags and environment
//! where it goes, and hands it to [`crate::forge`]. A post that fails is shown elsewhere and never fails the job.

mod document;
mod fallback;

use super::failure::Failure;
use super::{Io, failure};
use crate::clock::Clock;
use crate::config::find::{self, Links};
use crate::forge::client::{Base, Client, Token};
use crate::forge::draft::Event as ReviewEvent;
use crate::forge::github::GitHub;
use crate::forge::place::{Commit, Place, Repository};
use crate::forge::retry::Budget;
use crate::forge::{Done, Error, comment, review};
use crate::http::Route;
use crate::report::{Forge, Options};
use crate::text::escape;
use anyhow::anyhow;
use clap::Subcommand;
use document::{Document, Letter};
use std::path::PathBuf;
use std::time::Duration;

/// Variables a token is taken from, in this order. There is no flag for it: other users of a machine see arguments.
const TOKENS: [&str; 3] = ["SECURESCAN_GITHUB_TOKEN", "GITHUB_TOKEN", "GH_TOKEN"];
/// Longest event file, bytes; GitHub sends at most 25 MB.
const MAX_EVENT: u64 = 32 * 1024 * 1024;
const PUBLIC_API: &str = "https://api.github.com";

/// Arguments of `post`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "The token is read from SECURESCAN_GITHUB_TOKEN, GITHUB_TOKEN or GH_TOKEN; it needs pull-requests: write.\n\
        Exit codes: 0 posted, or not posted and every finding shown in the log instead; 2 usage or input error."
)]
pub struct Args {
    /// What to post.
    #[command(subcommand)]
    pub command: PostCommand,
}

/// What to post.
#[derive(Debug, Subcommand)]
pub enum PostCommand {
    /// Create or update the one summary comment.
    Comment(Where),
    /// Bring the review up to date: one comment per finding, on its line.
    Review(ReviewArgs),
}

/// Where to, and what.
#[derive(Debug, clap::Args)]
pub struct Where {
    /// A JSON result of scan, diff or compare, or a ready Markdown or review file.
    #[arg(long, value_name = "FILE")]
    pub format_file: PathBuf,
    /// Repository; GITHUB_REPOSITORY when not given.
    #[arg(long, value_name = "OWNER/NAME")]
    pub repo: Option<Repository>,
    /// Number of the pull request; that of the event at GITHUB_EVENT_PATH when not given.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub pr: Option<u64>,
    /// Address of the API; GITHUB_API_URL, then that of github.com when not given.
    #[arg(long, value_name = "URL")]
    pub api_url: Option<Base>,
    /// Post only while the pull request stands at this commit.
    #[arg(long, value_name = "COMMIT")]
    pub expect_head: Option<Commit>,
    /// Login that our comments carry, where the host does not tell.
    #[arg(long, value_name = "LOGIN")]
    pub author: Option<String>,
    /// Longest time for everything, waiting included.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub time_budget: u64,
}

/// Arguments of `post review`.
#[derive(Debug, clap::Args)]
pub struct ReviewArgs {
    #[command(flatten)]
    place: Where,
    /// COMMENT, REQUEST_CHANGES or APPROVE; what a ready file says, or COMMENT, when not given.
    #[arg(long, value_name = "EVENT", value_parser = event)]
    pub review_event: Option<ReviewEvent>,
    /// Offer no suggestions that silence a finding; a ready file keeps those it has.
    #[arg(long)]
    pub no_suggestions: bool,
}

fn event(word: &str) -> Result<ReviewEvent, String> {
    ReviewEvent::by_name(word).ok_or_else(|| {
        let words: Vec<&str> = ReviewEvent::ALL.into_iter().map(ReviewEvent::as_str).collect();
        format!("expected one of: {}", words.join(", "))
    })
}

/// A comment or a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Comment,
    Review,
}

/// Runs it.
pub fn run(args: &Args, io: &mut Io<'_>) -> Result<u8, Failure> {
    let (what, place, event, suggestions) = match &args.command {
        PostCommand::Comment(place) => (What::Comment, place, None, true),
        PostCommand::Review(args) => {
            (What::Review, &args.place, args.review_event, !args.no_suggestions)
        }
    };
    let budget = Budget::new(Duration::from_secs(place.time_budget));
    let base = base(place, io)?;
    let repository = repository(place, io)?;
    let document = document::read(&place.format_file)?;
    document.expect(what)?;
    let clock = io.env.clock()?;
    let options = Options {
        moment: clock.now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        forge: Forge {
            server: server(io),
            repository: repository.as_ref().map(ToString::to_string),
            sha: commit(place, io).map(|commit| commit.as_str().to_owned()),
            review_event: event.unwrap_or_default().as_str().to_owned(),
            suggestions,
        },
        ..Options::default()
    };
    let given = TOKENS.iter().find_map(|name| io.env.text(name));
    let Some(token) = given.as_deref().and_then(Token::new) else {
        let reason = match given {
            Some(_) => "what stands in the environment is no token",
            None => "there is no token",
        };
        let way_out = "set GITHUB_TOKEN in the environment of this step; a pull request from a fork has no token \
                       that may write";
        return not_posted(reason, way_out, &document, &options, io);
    };
    let to = Place {
        repository: repository.ok_or_else(|| {
            Failure::input(anyhow!("no repository to post to"))
                .hint("give --repo OWNER/NAME or set GITHUB_REPOSITORY")
        })?,
        number: number(place, io)?,
    };
    let mut letter = document.letter(what, &options)?;
    if let (Letter::Review(draft), Some(event)) = (&mut letter, event) {
        draft.event = event;
    }
    match deliver(&letter, to, base, token, place, budget, clock, io) {
        Ok(done) => {
            for line in &done.lines {
                writeln!(io.err, "{}", escape::terminal(line))?;
            }
            fallback::show_texts(&done.left_over, io)?;
            Ok(failure::code::OK)
        }
        Err(error) => not_posted(&error.to_string(), error.way_out(), &document, &options, io),
    }
}

#[expect(clippy::too_many_arguments, reason = "each is decided in its own place above")]
fn deliver(
    letter: &Letter,
    to: Place,
    base: Base,
    token: Token,
    place: &Where,
    budget: Budget,
    clock: Clock,
    io: &Io<'_>,
) -> Result<Done, Error> {
    let client = Client::new(base, token, &route(io), budget, clock)?;
    let mut host = GitHub::new(client, to, place.author.clone());
    if let Some(expected) = &place.expect_head {
        budget.repeat(|| host.expect_head(expected))?;
    }
    match letter {
        Letter::Comment(lane, text) => comment::post(&mut host, *lane, text),
        Letter::Review(draft) => review::post(&mut host, draft),
    }
}

/// Says why, and shows every finding elsewhere. The job goes on: its verdict belongs to the command that made the result.
fn not_posted(
    reason: &str,
    way_out: &str,
    document: &Document,
    options: &Options,
    io: &mut Io<'_>,
) -> Result<u8, Failure> {
    let reason = escape::terminal(reason);
    writeln!(io.err, "warning: nothing more was posted: {reason}\n  hint: {way_out}")?;
    fallback::show(document, options, io)?;
    Ok(failure::code::OK)
}

fn base(place: &Where, io: &Io<'_>) -> Result<Base, Failure> {
    if let Some(base) = &place.api_url {
        return Ok(base.clone());
    }
    let text = io.env.text("GITHUB_API_URL").unwrap_or_else(|| PUBLIC_API.to_owned());
    text.parse().map_err(|error| {
        Failure::input(anyhow::Error::new(error).context("GITHUB_API_URL cannot be used"))
            .hint("give --api-url, such as https://ghe.example.com/api/v3")
    })
}

fn repository(place: &Where, io: &Io<'_>) -> Result<Option<Repository>, Failure> {
    if let Some(repository) = &place.repo {
        return Ok(Some(repository.clone()));
    }
    let Some(text) = io.env.text("GITHUB_REPOSITORY") else { return Ok(None) };
    let parsed = text.parse().map_err(|error| {
        Failure::input(anyhow::Error::new(error).context("GITHUB_REPOSITORY cannot be used"))
            .hint("give --repo OWNER/NAME")
    });
    parsed.map(Some)
}

/// The web address of the host, for links.
fn server(io: &Io<'_>) -> String {
    let given = io.env.text("GITHUB_SERVER_URL").filter(|url| url.starts_with("https://"));
    given.map_or_else(|| Forge::default().server, |url| url.trim_end_matches('/').to_owned())
}

/// How hosts are reached, by the usual variables.
pub(super) fn route(io: &Io<'_>) -> Route {
    let either = |lower: &str, upper: &str| io.env.text(lower).or_else(|| io.env.text(upper));
    Route {
        proxy: either("https_proxy", "HTTPS_PROXY"),
        no_proxy: either("no_proxy", "NO_PROXY"),
        roots: io.env.path("SSL_CERT_FILE"),
    }
}

fn number(place: &Where, io: &Io<'_>) -> Result<u64, Failure> {
    let from_event = match place.pr {
        Some(_) => None,
        None => Event::read(io)?.and_then(|event| event.number),
    };
    let number = place.pr.or(from_event).filter(|&number| number > 0);
    number.ok_or_else(|| {
        Failure::input(anyhow!("no pull request to post to"))
            .hint("give --pr N, or run it in a workflow on pull_request")
    })
}

/// The commit that links and lines refer to: the one that is expected, else the one the event names. The commit of the
/// work tree will not do: a workflow on `pull_request` checks out a merge that is nobody's commit.
fn commit(place: &Where, io: &Io<'_>) -> Option<Commit> {
    place.expect_head.clone().or_else(|| {
        // Only a help: an event that does not read is reported where its number is needed.
        let event = Event::read(io).ok().flatten()?;
        let is_this = place.pr.is_none_or(|number| event.number == Some(number));
        event.head.filter(|_| is_this)
    })
}

/// What the event that began the workflow says of a pull request. A stranger may have written most of it.
struct Event {
    number: Option<u64>,
    head: Option<Commit>,
}

impl Event {
    fn read(io: &Io<'_>) -> Result<Option<Self>, Failure> {
        let Some(path) = io.env.path("GITHUB_EVENT_PATH") else { return Ok(None) };
        let wrong = |why: anyhow::Error| {
            Failure::input(why.context(format!("cannot read the event {}", path.display())))
                .hint("give --pr N")
        };
        let bytes =
            find::read_up_to(&path, Links::Follow, MAX_EVENT).map_err(|why| wrong(why.into()))?;
        let event: serde_json::Value =
            serde_json::from_slice(&bytes).map_err(|why| wrong(why.into()))?;
        let pull = &event["pull_request"];
        Ok(Some(Self {
            number: pull["number"].as_u64().or_else(|| event["number"].as_u64()),
            head: pull["head"]["sha"].as_str().and_then(|sha| sha.parse().ok()),
        }))
    }
}
