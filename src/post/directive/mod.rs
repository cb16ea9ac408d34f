//! Inline directives: the comments by which people silence a finding where it stands. Own ones (`securescan: ignore ...`)
//! and those of other tools are read from a file's text into one shape; nothing here knows which findings exist.

mod comment;
mod foreign;
mod ids;
mod lines;

use crate::finding::{Finding, Pattern, ScanType};
use crate::text::lines::Lines;
use aho_corasick::{AhoCorasick, MatchKind};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::cell::LazyCell;
use std::sync::LazyLock;

/// Directives read from one file; a file with more is made to be a burden.
const MAX_PER_FILE: usize = 10_000;

/// The marker of securescan's own directives.
pub const OWN: &str = "securescan";

/// One directive.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Directive {
    /// Line it stands on.
    pub line: u32,
    /// [`OWN`], or the marker of another tool's grammar (`nosec`).
    pub marker: Cow<'static, str>,
    /// Lines it speaks of.
    pub cover: Cover,
    /// Findings it may silence.
    pub scope: Scope,
    /// Rules it names. Empty: a directive that forgot them; it silences nothing.
    pub rules: Vec<Pattern>,
    /// Last day on which it holds.
    pub until: Option<Date>,
    /// Why, in its author's words.
    pub reason: Option<String>,
}

/// Lines a directive speaks of. A finding is reached by its first or its last line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cover {
    /// One line.
    Line(u32),
    /// Two lines: the directive's own and the one below.
    Either(u32, u32),
    /// All lines from the first to the last.
    Span(u32, u32),
    /// Findings whose lines, or those of their resource, contain this one or begin on the next.
    Around(u32),
    /// The whole file, findings without a line included.
    File,
}

/// Findings a directive may silence. A directive of another tool that names rules may silence these whoever reports
/// them; one that names none stays within its tool's trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Scope {
    /// All.
    Any,
    /// Those of secret scanners.
    Secrets,
    /// Static analysis of code: scan type `code` without secret scanners and git hygiene.
    Sast,
    /// Infrastructure as code.
    Iac,
}

/// Where a directive points, before lines are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Own,
    Next,
    OwnOrNext,
    Around,
    Instruction,
    Document,
    File,
}

/// A directive whose target is not yet known.
#[derive(Debug)]
struct Raw {
    line: u32,
    whole_line: bool,
    place: Place,
    directive: Directive,
}

impl Scope {
    fn admits(self, finding: &Finding) -> bool {
        let scanner = finding.scanner.as_str();
        let secrets = matches!(
            scanner,
            "secrets" | "gitleaks" | "betterleaks" | "trufflehog" | "detect-secrets" | "secretlint"
        );
        match self {
            Self::Any => true,
            Self::Secrets => secrets,
            Self::Sast => {
                finding.scan_type == ScanType::Code && !secrets && scanner != "git-hygiene"
            }
            Self::Iac => finding.scan_type == ScanType::Iac,
        }
    }
}

impl Directive {
    /// Whether the directive speaks of the place of a finding in its file.
    pub fn covers(&self, finding: &Finding) -> bool {
        if self.cover == Cover::File {
            return true;
        }
        let Some(first) = finding.line else {
            return false;
        };
        let last = finding.end_line.unwrap_or(first).max(first);
        let ends_on = |line: u32| line == first || line == last;
        let (from, to) = finding.resource_lines().unwrap_or((first, last));
        match self.cover {
            Cover::Line(line) => ends_on(line),
            // Above a resource it speaks of all of it.
            Cover::Either(own, below) => {
                ends_on(own) || ends_on(below) || own == from || below == from
            }
            Cover::Span(start, end) => {
                (start..=end).contains(&first) || (start..=end).contains(&last)
            }
            Cover::Around(line) => {
                let is_inside = (first..=last).contains(&line) || (from..=to).contains(&line);
                is_inside || first == line + 1 || from == line + 1
            }
            Cover::File => true,
        }
    }

    /// Indexes of the rules by which the directive silences a finding; none when it does not.
    pub fn matching<'a>(&'a self, finding: &'a Finding) -> impl Iterator<Item = usize> + 'a {
        let reached = self.covers(finding) && self.scope.admits(finding);
        self.rules
            .iter()
            .enumerate()
            .filter(move |(_, rule)| reached && rule.matches_finding(finding))
            .map(|(index, _)| index)
    }

    /// Whether the directive holds on a day.
    pub fn holds_on(&self, today: Date) -> bool {
        self.until.is_none_or(|last| today <= last)
    }
}

/// Pieces of every marker that are rare in other text, so that one pass of SIMD over a file settles that it holds none.
/// The own marker counts in any case, hence all spellings of four of its letters.
static PIECES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let mut pieces: Vec<String> = (0..16_u8)
        .map(|mask| {
            let flip = |(bit, c): (usize, char)| {
                if mask >> bit & 1 == 1 { c.to_ascii_uppercase() } else { c }
            };
            "resc".chars().enumerate().map(flip).collect()
        })
        .collect();
    pieces.extend(
        [
            "nosec",
            "NOSEC",
            "nosem",
            "NOSEM",
            "noqa:",
            "NOQA:",
            "leaks:allow",
            "hog:ignore",
            "trivy:ignore:",
            "tfsec:ignore:",
            "checkov:skip=",
            "checkov.io/",
            "adolint",
            "kics-scan",
            "zizmor:",
            "allowlist",
            "secretlint-dis",
        ]
        .map(str::to_owned),
    );
    AhoCorasick::builder().match_kind(MatchKind::LeftmostFirst).build(pieces).ok()
});

/// First words of every marker.
static HEADS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let heads = [
        OWN,
        "gitleaks:",
        "betterleaks:",
        "trufflehog:",
        "pragma:",
        "secretlint-",
        "nosec",
        "nosem",
        "noqa:",
        "trivy:",
        "tfsec:",
        "checkov:",
        "checkov.io/",
        "hadolint",
        "kics-scan",
        "zizmor:",
    ];
    AhoCorasick::builder().ascii_case_insensitive(true).build(heads).ok()
});

/// Reads every directive of a file, in the order of their lines. `text` is the decoded text; lines are counted as
/// [`crate::text::lines`] does.
pub fn parse(path: &str, text: &[u8]) -> Vec<Directive> {
    let (Some(pieces), Some(heads)) = (PIECES.as_ref(), HEADS.as_ref()) else {
        return Vec::new();
    };
    let mut raw = Vec::new();
    let mut index: Option<Lines> = None;
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| pieces.find(rest)) {
        let hit = at + found.start();
        let start = memchr::memrchr2(b'\n', b'\r', &text[..hit]).map_or(0, |end| end + 1);
        let end = memchr::memchr2(b'\n', b'\r', &text[hit..]).map_or(text.len(), |n| hit + n);
        let line = String::from_utf8_lossy(&text[start..end]);
        let markers = markers(path, &line, heads);
        if !markers.is_empty() {
            let number = index.get_or_insert_with(|| Lines::new(text)).line_of(start);
            let whole_line = comment::is_whole_line(comment::signs(path), &line);
            raw.extend(markers.into_iter().map(|(place, directive)| Raw {
                line: number,
                whole_line,
                place,
                directive: Directive { line: number, ..directive },
            }));
            if raw.len() >= MAX_PER_FILE {
                raw.truncate(MAX_PER_FILE);
                break;
            }
        }
        at = end + 1;
    }
    index.map_or_else(Vec::new, |index| lines::resolve(raw, path, text, &index))
}

/// Every marker of one line with what stands behind it, up to the next one.
fn markers(path: &str, line: &str, heads: &AhoCorasick) -> Vec<(Place, Directive)> {
    // Most lines that pass the prefilter hold no marker: what only markers need is worked out late.
    let in_comment = LazyCell::new(|| comment::start(comment::signs(path), line, line.len()));
    let in_any_comment = LazyCell::new(|| comment::start(comment::signs(""), line, line.len()));
    let mut found: Vec<(usize, usize, Option<&foreign::Grammar>, Place)> = Vec::new();
    for head in heads.find_iter(line) {
        let (start, rest) = (head.start(), &line[head.start()..]);
        if line[..start].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        if let Some((length, place)) = own(rest) {
            if in_comment.is_some_and(|sign| sign < start) {
                found.push((start, start + length, None, place));
            }
            continue;
        }
        let grammar = foreign::GRAMMARS.iter().find_map(|g| g.length(rest).map(|n| (g, n)));
        let Some((grammar, length)) = grammar else {
            continue;
        };
        let stands = match grammar.stands {
            foreign::Stands::Anywhere => true,
            foreign::Stands::InComment => in_any_comment.is_some_and(|sign| sign < start),
            foreign::Stands::BehindSign => {
                line[..start].trim_end().ends_with(['#', '/', '*', '-', ';', '%', '!'])
            }
        };
        if stands {
            found.push((start, start + length, Some(grammar), grammar.place));
        }
    }
    let ends: Vec<usize> =
        found.iter().skip(1).map(|next| next.0).chain(std::iter::once(line.len())).collect();
    let read = |((_, tail, grammar, place), end): (_, usize)| {
        let directive = directive(grammar, &line[tail..end])?;
        Some((place, directive))
    };
    found.into_iter().zip(ends).filter_map(read).collect()
}

/// Length of an own marker at the start of a text, with the place it speaks of.
fn own(text: &str) -> Option<(usize, Place)> {
    let (_, rest) = text.split_at_checked(OWN.len())?;
    if !text.as_bytes()[..OWN.len()].eq_ignore_ascii_case(OWN.as_bytes()) {
        return None;
    }
    let rest = rest.trim_start_matches([' ', '\t']).strip_prefix(':')?;
    let rest = rest.trim_start_matches([' ', '\t']);
    let words = [
        ("ignore-next-line", Place::Next),
        ("ignore-this-line", Place::Own),
        ("ignore", Place::OwnOrNext),
    ];
    for (word, place) in words {
        let Some((head, behind)) = rest.split_at_checked(word.len()) else {
            continue;
        };
        if head.eq_ignore_ascii_case(word)
            && !behind.starts_with(|c: char| c.is_alphanumeric() || c == '-' || c == '_')
        {
            let behind = behind.trim_start_matches([':', '=']);
            return Some((text.len() - behind.len(), place));
        }
    }
    None
}

fn directive(grammar: Option<&foreign::Grammar>, text: &str) -> Option<Directive> {
    let (marker, scope, tail) = match grammar {
        None => (OWN, Scope::Any, ids::read(text)),
        Some(grammar) => {
            let mut tail = grammar.tail(text)?;
            let named = !tail.rules.is_empty();
            if !named {
                tail.rules.push(Pattern::new("*"));
            }
            (grammar.marker, if named { Scope::Any } else { grammar.scope }, tail)
        }
    };
    Some(Directive {
        line: 0,
        marker: Cow::Borrowed(marker),
        cover: Cover::Line(0),
        scope,
        rules: tail.rules,
        until: tail.until,
        reason: tail.reason,
    })
}

#[cfg(test)]
mod tests;
