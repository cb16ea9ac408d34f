//! Run to bytes. One table of formats; each renderer is a pure function over `&Run` that knows no clock, environment,
//! terminal or file, so the same run gives the same bytes everywhere.

pub mod annotations;
pub mod change;
pub mod csv;
pub mod gap;
pub mod gitlab;
pub mod html;
pub mod job_summary;
pub mod json;
pub mod jsonl;
pub mod junit;
mod mark;
mod markdown;
pub mod phrase;
pub mod pr_comment;
pub mod review;
pub mod sarif;
pub mod snapshot;
pub mod text;

pub use crate::post::silence as directive;

use crate::finding::Run;
use std::io::{self, Write};

/// How a report is to look. Everything a renderer would otherwise have to ask the machine for.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own on the command line"
)]
pub struct Options {
    /// Show suppressed findings, labelled.
    pub show_suppressed: bool,
    /// List every skipped path instead of counts.
    pub show_skipped: bool,
    /// ANSI colour (text only).
    pub colour: bool,
    /// The reader is a person at a terminal: tables with borders, `comfy-table`. Otherwise plain lines.
    pub terminal: bool,
    /// Columns to wrap to (text only).
    pub width: u16,
    /// Only a summary (text only).
    pub quiet: bool,
    /// Title of the target in a page or suite name, e.g. the directory's name; empty when unknown.
    pub label: String,
    /// List findings that a comparison found unchanged, where the format has a place for them.
    pub include_unchanged: bool,
    /// The moment a report says it was made at, RFC 3339 in UTC without a fraction (`2026-04-29T20:00:00Z`); only formats
    /// that cannot do without one show it.
    pub moment: String,
    /// What formats for a code host need to know of it.
    pub forge: Forge,
}

/// A repository on a code host, and how a review is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forge {
    /// Web address of the host, without a slash at the end.
    pub server: String,
    /// `owner/name`; without it nothing is linked.
    pub repository: Option<String>,
    /// The commit that links and reviews refer to; without it, the head of the comparison.
    pub sha: Option<String>,
    /// `COMMENT`, `REQUEST_CHANGES` or `APPROVE`.
    pub review_event: String,
    /// Offer replacements that silence a finding.
    pub suggestions: bool,
}

impl Default for Forge {
    fn default() -> Self {
        Self {
            server: "https://github.com".to_owned(),
            repository: None,
            sha: None,
            review_event: "COMMENT".to_owned(),
            suggestions: true,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        Self {
            show_suppressed: false,
            show_skipped: false,
            colour: false,
            terminal: false,
            width: 100,
            quiet: false,
            label: String::new(),
            include_unchanged: false,
            moment: "1970-01-01T00:00:00Z".to_owned(),
            forge: Forge::default(),
        }
    }
}

/// A renderer.
pub type Render = fn(&Run, &Options, &mut dyn Write) -> io::Result<()>;

/// One output format.
#[derive(Debug)]
pub struct Format {
    /// Name on the command line.
    pub name: &'static str,
    /// Other names it answers to.
    pub aliases: &'static [&'static str],
    /// One line for `--help` and the docs.
    pub summary: &'static str,
    /// Media type, for the server.
    pub media_type: &'static str,
    /// Usual file name ending, without the dot.
    pub extension: &'static str,
    /// Shows what a language model said of findings, which is other words every time.
    pub shows_ai: bool,
    /// Writes it.
    pub render: Render,
}

const MARKDOWN: &str = "text/markdown; charset=utf-8";

/// Every format, in the order of the documentation.
pub const FORMATS: &[Format] = &[
    Format {
        name: "text",
        aliases: &["table"],
        summary: "for people: every finding with its line, why it matters and what to do",
        media_type: "text/plain; charset=utf-8",
        extension: "txt",
        shows_ai: true,
        render: text::render,
    },
    Format {
        name: "json",
        aliases: &[],
        summary: "the whole run as one document",
        media_type: "application/json",
        extension: "json",
        shows_ai: false,
        render: json::render,
    },
    Format {
        name: "jsonl",
        aliases: &["ndjson"],
        summary: "one finding a line, then one line with the summary",
        media_type: "application/x-ndjson",
        extension: "jsonl",
        shows_ai: false,
        render: jsonl::render,
    },
    Format {
        name: "sarif",
        aliases: &[],
        summary: "SARIF 2.1.0 for code-scanning services and editors",
        media_type: "application/sarif+json",
        extension: "sarif",
        shows_ai: false,
        render: sarif::render,
    },
    Format {
        name: "csv",
        aliases: &[],
        summary: "one finding a row for spreadsheets",
        media_type: "text/csv; charset=utf-8",
        extension: "csv",
        shows_ai: false,
        render: csv::render,
    },
    Format {
        name: "junit",
        aliases: &[],
        summary: "JUnit XML for test-result tabs",
        media_type: "application/xml",
        extension: "xml",
        shows_ai: false,
        render: junit::render,
    },
    Format {
        name: "html",
        aliases: &["report-html"],
        summary: "one self-contained page with charts and filters",
        media_type: "text/html; charset=utf-8",
        extension: "html",
        shows_ai: true,
        render: html::render,
    },
    Format {
        name: "github-pr-comment",
        aliases: &[],
        summary: "Markdown for a comment on a pull request, worst first, below the size limit",
        media_type: MARKDOWN,
        extension: "md",
        shows_ai: false,
        render: pr_comment::render,
    },
    Format {
        name: "github-review",
        aliases: &[],
        summary: "JSON of a pull request review: a comment on the line of each new finding",
        media_type: "application/json",
        extension: "json",
        shows_ai: false,
        render: review::render,
    },
    Format {
        name: "github-annotations",
        aliases: &[],
        summary: "workflow commands that GitHub shows beside the code",
        media_type: "text/plain; charset=utf-8",
        extension: "txt",
        shows_ai: false,
        render: annotations::render,
    },
    Format {
        name: "job-summary",
        aliases: &["markdown"],
        summary: "Markdown for the summary page of a CI job, with all findings",
        media_type: MARKDOWN,
        extension: "md",
        shows_ai: false,
        render: job_summary::render,
    },
    Format {
        name: "gitlab-codequality",
        aliases: &[],
        summary: "Code Quality report for the widget of a GitLab merge request",
        media_type: "application/json",
        extension: "json",
        shows_ai: false,
        render: gitlab::code_quality::render,
    },
    Format {
        name: "gitlab-sast",
        aliases: &[],
        summary: "SAST report for the security dashboard of GitLab",
        media_type: "application/json",
        extension: "json",
        shows_ai: false,
        render: gitlab::sast::render,
    },
];

/// The format of a name or alias.
pub fn by_name(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|f| f.name == name || f.aliases.contains(&name))
}
