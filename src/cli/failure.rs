//! A command that could not do its work: what failed, caused by what, and what to do about it. The only place that turns
//! errors into text and exit codes.

use std::fmt::Write as _;
use std::io::Write;

/// Exit codes, the same for every command.
pub mod code {
    /// Clean.
    pub const OK: u8 = 0;
    /// A gate tripped.
    pub const GATE: u8 = 1;
    /// Usage, configuration or input is wrong; nothing was written.
    pub const INPUT: u8 = 2;
    /// The scan is incomplete.
    pub const INCOMPLETE: u8 = 3;
    /// The user stopped it.
    pub const INTERRUPTED: u8 = 130;
}

/// What went wrong.
#[derive(Debug)]
pub struct Failure {
    /// Exit code.
    pub code: u8,
    /// The error with its causes.
    pub source: anyhow::Error,
    /// What to do.
    pub hint: Option<String>,
}

impl Failure {
    /// Usage, configuration or input is wrong.
    pub fn input(source: impl Into<anyhow::Error>) -> Self {
        Self { code: code::INPUT, source: source.into(), hint: None }
    }

    /// The user stopped it.
    pub fn interrupted() -> Self {
        Self {
            code: code::INTERRUPTED,
            source: anyhow::anyhow!("interrupted; nothing was written"),
            hint: None,
        }
    }

    /// Adds what to do.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// True when the reader of our output went away, which is no failure.
    pub fn is_broken_pipe(&self) -> bool {
        self.source.chain().any(|cause| {
            let of_json = cause.downcast_ref().and_then(serde_json::Error::io_error_kind);
            let kind = cause.downcast_ref().map(std::io::Error::kind).or(of_json);
            kind == Some(std::io::ErrorKind::BrokenPipe)
        })
    }

    /// Prints it to `err`; a failing standard error leaves nobody to tell.
    pub fn print(&self, err: &mut dyn Write) {
        let mut text = String::new();
        let _ = writeln!(text, "error: {}", self.source);
        for cause in self.source.chain().skip(1) {
            let _ = writeln!(text, "  caused by: {cause}");
        }
        if let Some(hint) = &self.hint {
            let _ = writeln!(text, "  hint: {hint}");
        }
        // Paths and contents of hostile files may stand in it.
        let safe: Vec<String> = text.lines().map(crate::text::escape::terminal).collect();
        let _ = writeln!(err, "{}", safe.join("\n"));
    }
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::input(error)
    }
}
