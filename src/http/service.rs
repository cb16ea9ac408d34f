//! Asks a service one question: bounded in size and time, redirects not followed. Which service may be asked is for the
//! callers to say.

use super::{Host, Route};
use std::io::Read as _;
use std::time::Duration;
use ureq::RequestExt as _;
use ureq::http::{Request, Uri};

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The address is none.
    #[error("the address is not http://host or https://host")]
    Address,
    /// Nobody answers, or not in time.
    #[error("it does not answer")]
    Silent,
    /// The answer is larger than the limit.
    #[error("its answer is larger than {0} bytes")]
    TooLarge(u64),
}

/// What is asked, and how much patience there is.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    /// Address with its query.
    pub url: &'a str,
    /// Further headers.
    pub headers: &'a [(&'a str, &'a str)],
    /// Largest answer, bytes.
    pub limit: u64,
    /// Longest time for all of it.
    pub time: Duration,
}

/// Status and body of the answer to a GET.
pub fn get(question: &Question<'_>, route: &Route) -> Result<(u16, Vec<u8>), Error> {
    let uri: Uri = question.url.parse().map_err(|_| Error::Address)?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(Error::Address);
    }
    let host = Host::new(uri.host().ok_or(Error::Address)?);
    let agent = route.agent(&host).map_err(|_| Error::Address)?;
    let mut request = Request::builder().method("GET").uri(uri);
    for (name, value) in question.headers {
        request = request.header(*name, *value);
    }
    let request = request.body(()).map_err(|_| Error::Address)?;
    let mut answer = request
        .with_agent(&agent)
        .configure()
        .timeout_global(Some(question.time))
        .timeout_connect(Some(question.time.min(Duration::from_secs(10))))
        .run()
        .map_err(|_| Error::Silent)?;
    let mut bytes = Vec::new();
    let body = answer.body_mut().as_reader();
    body.take(question.limit + 1).read_to_end(&mut bytes).map_err(|_| Error::Silent)?;
    if bytes.len() as u64 > question.limit {
        return Err(Error::TooLarge(question.limit));
    }
    Ok((answer.status().as_u16(), bytes))
}
