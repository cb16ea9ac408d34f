//! The REST interface of GitHub and GitHub Enterprise Server, as far as posting needs it: who we are, comments, review
//! comments, reviews. Reads every page of every list, and decides nothing.

use super::Error;
use super::client::{Answer, Client};
use super::place::{Commit, Place};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// Entries of a page; the most the host gives.
const PAGE: usize = 100;
/// Pages of a list that are read; a pull request has far fewer, and a host that never ends has to.
const MAX_PAGES: usize = 1000;
/// Who a workflow's own token writes as. Such a token may not ask.
const ACTIONS: &str = "github-actions[bot]";
/// How often a thing that was just listed may be gone before that stops looking like a race.
const MAX_VANISHED: u32 = 3;

/// An account.
#[derive(Debug, Clone, Deserialize)]
pub struct User {
    /// Its name.
    pub login: String,
}

/// A comment on the conversation, a comment on a line, or a review: the host gives all three these fields.
#[derive(Debug, Clone, Deserialize)]
pub struct Entry {
    /// Rises with time.
    pub id: u64,
    /// Who wrote it; nobody when the account is gone.
    #[serde(default)]
    pub user: Option<User>,
    /// Markdown.
    #[serde(default)]
    pub body: Option<String>,
    /// Where to read it.
    #[serde(default)]
    pub html_url: Option<String>,
    /// Comments on a line: the comment this one answers.
    #[serde(default)]
    pub in_reply_to_id: Option<u64>,
    /// Comments on a line: the review they came with.
    #[serde(default)]
    pub pull_request_review_id: Option<u64>,
}

impl Entry {
    /// The text, empty when there is none.
    pub fn text(&self) -> &str {
        self.body.as_deref().unwrap_or_default()
    }

    /// True when `login` wrote it. The host does not tell upper from lower case.
    pub fn is_by(&self, login: &str) -> bool {
        self.user.as_ref().is_some_and(|user| user.login.eq_ignore_ascii_case(login))
    }
}

#[derive(Deserialize)]
struct Pull {
    head: Head,
}

#[derive(Deserialize)]
struct Head {
    sha: String,
}

/// A pull request on a host, as one account sees it.
#[derive(Debug)]
pub struct GitHub {
    client: Client,
    place: Place,
    me: Option<String>,
    vanished: u32,
}

impl GitHub {
    /// `author` says who we are where the host cannot be asked.
    pub const fn new(client: Client, place: Place, author: Option<String>) -> Self {
        Self { client, place, me: author, vanished: 0 }
    }

    /// The client.
    pub const fn client(&self) -> &Client {
        &self.client
    }

    /// Our login.
    pub fn me(&mut self) -> Result<String, Error> {
        if let Some(me) = &self.me {
            return Ok(me.clone());
        }
        let me = match self.client.send("GET", "/user", None) {
            Ok(answer) => parsed::<User>(&answer.bytes, "/user")?.login,
            Err(Error::Denied { status: 403, .. } | Error::Missing { .. }) => ACTIONS.to_owned(),
            Err(error) => return Err(error),
        };
        self.me = Some(me.clone());
        Ok(me)
    }

    /// Learns from an entry that was just made who we really are; true when that is news.
    pub fn learn(&mut self, made: &Entry) -> bool {
        let Some(user) = &made.user else { return false };
        let news = self.me.as_ref().is_some_and(|me| !made.is_by(me));
        self.me = Some(user.login.clone());
        news
    }

    /// The commit the pull request stands at.
    pub fn head(&self) -> Result<Commit, Error> {
        let path = format!("{}/pulls/{}", self.place.path(), self.place.number);
        let answer = self.client.send("GET", &path, None)?;
        let pull: Pull = parsed(&answer.bytes, &path)?;
        pull.head.sha.parse().map_err(|error| Error::Odd(format!("{path}: {error}")))
    }

    /// Fails when the pull request stands at another commit.
    pub fn expect_head(&self, expected: &Commit) -> Result<(), Error> {
        let found = self.head()?;
        if found == *expected {
            return Ok(());
        }
        Err(Error::HeadMoved {
            expected: expected.short().to_owned(),
            found: found.short().to_owned(),
        })
    }

    /// Comments on the conversation, oldest first.
    pub fn comments(&self) -> Result<Vec<Entry>, Error> {
        self.list(&format!("{}/issues/{}/comments", self.place.path(), self.place.number))
    }

    /// Comments on lines, oldest first.
    pub fn review_comments(&self) -> Result<Vec<Entry>, Error> {
        self.list(&format!("{}/pulls/{}/comments", self.place.path(), self.place.number))
    }

    /// Reviews, oldest first.
    pub fn reviews(&self) -> Result<Vec<Entry>, Error> {
        self.list(&format!("{}/pulls/{}/reviews", self.place.path(), self.place.number))
    }

    /// Writes a comment.
    pub fn create_comment(&self, text: &str) -> Result<Entry, Error> {
        let path = format!("{}/issues/{}/comments", self.place.path(), self.place.number);
        self.write("POST", &path, &json!({ "body": text }))
    }

    /// Gives a comment another text.
    pub fn edit_comment(&mut self, id: u64, text: &str) -> Result<Entry, Error> {
        let path = format!("{}/issues/comments/{id}", self.place.path());
        let edited = self.write("PATCH", &path, &json!({ "body": text }));
        self.listed(edited)
    }

    /// Removes a comment; one that is gone already is as good.
    pub fn delete_comment(&self, id: u64) -> Result<(), Error> {
        self.delete(&format!("{}/issues/comments/{id}", self.place.path()))
    }

    /// Gives a comment on a line another text.
    pub fn edit_review_comment(&mut self, id: u64, text: &str) -> Result<Entry, Error> {
        let path = format!("{}/pulls/comments/{id}", self.place.path());
        let edited = self.write("PATCH", &path, &json!({ "body": text }));
        self.listed(edited)
    }

    /// Removes a comment on a line; one that is gone already is as good.
    pub fn delete_review_comment(&self, id: u64) -> Result<(), Error> {
        self.delete(&format!("{}/pulls/comments/{id}", self.place.path()))
    }

    /// Posts a review with its comments, all or none.
    pub fn create_review(&self, review: &Value) -> Result<Entry, Error> {
        let path = format!("{}/pulls/{}/reviews", self.place.path(), self.place.number);
        self.write("POST", &path, review)
    }

    /// Gives a review another body.
    pub fn edit_review(&mut self, id: u64, text: &str) -> Result<Entry, Error> {
        let path = format!("{}/pulls/{}/reviews/{id}", self.place.path(), self.place.number);
        let edited = self.write("PUT", &path, &json!({ "body": text }));
        self.listed(edited)
    }

    /// Something that was listed a moment ago and is gone was removed in between: the pass begins again.
    fn listed<T>(&mut self, result: Result<T, Error>) -> Result<T, Error> {
        match result {
            Err(Error::Missing { what }) if self.vanished < MAX_VANISHED => {
                self.vanished += 1;
                Err(Error::Busy { reason: format!("{what} is gone"), wait: None })
            }
            other => other,
        }
    }

    fn write(&self, method: &str, path: &str, body: &Value) -> Result<Entry, Error> {
        let answer = self.client.send(method, path, Some(body.to_string().into_bytes()))?;
        parsed(&answer.bytes, path)
    }

    fn delete(&self, path: &str) -> Result<(), Error> {
        match self.client.send("DELETE", path, None) {
            Ok(_) | Err(Error::Missing { .. }) => Ok(()),
            Err(error) => Err(error),
        }
    }

    fn list(&self, path: &str) -> Result<Vec<Entry>, Error> {
        let mut all: Vec<Entry> = Vec::new();
        for page in 1..=MAX_PAGES {
            let path = format!("{path}?per_page={PAGE}&page={page}");
            let Answer { bytes, next_page } = self.client.send("GET", &path, None)?;
            let entries: Vec<Entry> = parsed(&bytes, &path)?;
            let full = entries.len() >= PAGE;
            let empty = entries.is_empty();
            all.extend(entries);
            if empty || !next_page.unwrap_or(full) {
                // A comment that was removed while we read moves the others over a page's edge.
                all.sort_by_key(|entry| entry.id);
                all.dedup_by_key(|entry| entry.id);
                return Ok(all);
            }
        }
        Err(Error::Odd(format!("{path} has more than {MAX_PAGES} pages")))
    }
}

fn parsed<T: DeserializeOwned>(bytes: &[u8], path: &str) -> Result<T, Error> {
    serde_json::from_slice(bytes)
        .map_err(|error| Error::Odd(format!("the answer to {path} is not as documented: {error}")))
}
