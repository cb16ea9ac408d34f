//! One request with a JSON body, one bounded answer.

use super::base::{Base, Token};
use std::time::Duration;
use ureq::RequestExt as _;
use ureq::http::Request;

/// What to send.
#[derive(Debug)]
pub struct Post<'a> {
    /// Whom to.
    pub base: &'a Base,
    /// Begins with a slash.
    pub path: &'a str,
    /// Sent as a bearer token.
    pub token: Option<&'a Token>,
    /// JSON.
    pub body: Vec<u8>,
    /// Largest answer, bytes.
    pub limit: u64,
    /// Longest wait for the whole answer.
    pub time: Duration,
}

/// Sends it; any status is an answer. The error is a phrase without the address and without what was sent.
pub fn post(agent: &ureq::Agent, post: Post<'_>) -> Result<(u16, Vec<u8>), String> {
    let mut request = Request::builder()
        .method("POST")
        .uri(format!("{}{}", post.base.text(), post.path))
        .header("accept", "application/json")
        .header("content-type", "application/json");
    if let Some(token) = post.token {
        request = request.header("authorization", format!("Bearer {}", token.reveal()));
    }
    let request = request.body(post.body).map_err(|_| "the request cannot be made".to_owned())?;
    let sent = request.with_agent(agent).configure().timeout_global(Some(post.time)).run();
    let mut answer = sent.map_err(|error| error.to_string())?;
    let status = answer.status().as_u16();
    let body = answer.body_mut().with_config().limit(post.limit).read_to_vec();
    Ok((status, body.map_err(|error| error.to_string())?))
}
