//! What posts to a code host: one summary comment, and one review comment per finding, kept up to date push after push.
//! Knows nothing of findings or reports; it is handed finished texts. Everything here is one idempotent pass - list, decide,
//! act - that is repeated from the listing after an answer that may pass, so nothing is ever posted twice.

mod batch;
pub mod body;
pub mod client;
pub mod comment;
pub mod draft;
pub mod github;
pub mod marker;
pub mod place;
pub mod retry;
pub mod review;

use std::time::Duration;

/// Longest body that is sent, bytes. GitHub refuses over 65,536 characters.
pub const MAX_BODY: usize = 60_000;

/// Why something was not posted. Texts of the host stand in it as they came: whoever prints it escapes it.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The token is unknown, or may not do this.
    #[error("the code host refused access (HTTP {status}: {message})")]
    Denied {
        /// 401 or 403.
        status: u16,
        /// What the host says.
        message: String,
    },
    /// The repository, the pull request or the thing in it is not there, or the token may not see it.
    #[error("the code host finds nothing at {what} (HTTP 404)")]
    Missing {
        /// Path that was asked for.
        what: String,
    },
    /// The host understood and will not take it.
    #[error("the code host did not take it (HTTP {status}: {message})")]
    Refused {
        /// Another status of the 400s.
        status: u16,
        /// What the host says.
        message: String,
    },
    /// May pass: a rate limit, a fault of the host, a connection that broke.
    #[error("{reason}")]
    Busy {
        /// What happened.
        reason: String,
        /// How long the host asks to wait.
        wait: Option<Duration>,
    },
    /// Not what the host's documentation promises, or a host that cannot be spoken to.
    #[error("{0}")]
    Odd(String),
    /// The time budget is spent.
    #[error("the time budget is spent; last: {0}")]
    OutOfTime(String),
    /// The pull request has moved on.
    #[error("the head of the pull request is {found}, expected {expected}")]
    HeadMoved {
        /// Commit the caller looked at.
        expected: String,
        /// Commit the pull request has.
        found: String,
    },
}

impl Error {
    /// What a person can do about it.
    pub const fn way_out(&self) -> &'static str {
        match self {
            Self::Denied { status: 401, .. } => "the token is not valid for this host",
            Self::Denied { .. } => {
                "the token needs \"pull-requests: write\"; a pull request from a fork never has it"
            }
            Self::Missing { .. } => {
                "check the repository and the number; the token needs \"pull-requests: write\" there"
            }
            Self::Refused { .. } => "the text above is the host's; the findings stand below",
            Self::Busy { .. } | Self::OutOfTime(_) => {
                "run the job again, or allow more time with --time-budget"
            }
            Self::Odd(_) => {
                "check --api-url, SSL_CERT_FILE and what stands between this machine and the host"
            }
            Self::HeadMoved { .. } => "the run for the newer commit posts its own result",
        }
    }
}

/// What was done, one line each, for a log.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Done {
    /// What happened on the host.
    pub lines: Vec<String>,
    /// Findings for which neither a line nor the body of the review had room; the caller shows them elsewhere.
    pub left_over: Vec<String>,
}
