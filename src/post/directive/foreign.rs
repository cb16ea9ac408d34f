//! Directives of other tools, as far as people have them in their files already. Each keeps its own tool's meaning: the
//! place it speaks of and the kind of finding it may silence.

use super::ids::{self, Tail};
use super::{Place, Scope};
use crate::finding::Pattern;
use jiff::civil::Date;

/// How a foreign directive names rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ids {
    /// It cannot: it silences all within its scope.
    None,
    /// Perhaps words behind it, perhaps after a colon (`nosec B101,B102 - why`).
    Optional,
    /// Only after a colon (`nosemgrep: a, b`).
    AfterColon,
    /// One id, perhaps `:exp:<date>` or `:ws:<name>` behind it (`trivy:ignore:ID`).
    Parts,
    /// A comma-separated list, then `:` and the reason (`checkov:skip=ID:reason`).
    ListThenReason,
    /// A comma-separated list (`hadolint ignore=ID,ID`).
    List,
    /// The value of a numbered key (`checkov.io/skip1: ID=reason`).
    Annotation,
    /// A list in brackets (`zizmor: ignore[ID,ID] reason`).
    Brackets,
}

/// One foreign directive.
#[derive(Debug)]
pub(super) struct Grammar {
    /// What it looks like, lower case (`nosec`, `noqa` and `nosemgrep` may be upper case too); one blank stands for any number
    /// of blanks, none included.
    pub(super) marker: &'static str,
    pub(super) place: Place,
    pub(super) scope: Scope,
    pub(super) stands: Stands,
    ids: Ids,
}

/// Where in its line a marker has to stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stands {
    /// Anywhere; its tool looks at the raw line.
    Anywhere,
    /// In a comment.
    InComment,
    /// Directly behind a comment sign: the word is too short to be looked for in sentences.
    BehindSign,
}

const fn row(
    marker: &'static str,
    place: Place,
    scope: Scope,
    stands: Stands,
    ids: Ids,
) -> Grammar {
    Grammar { marker, place, scope, stands, ids }
}

use Stands::{Anywhere, BehindSign, InComment};

/// Every foreign directive; one that is a prefix of another stands behind it.
pub(super) const GRAMMARS: &[Grammar] = &[
    row("gitleaks:allow", Place::Own, Scope::Secrets, Anywhere, Ids::None),
    row("betterleaks:allow", Place::Own, Scope::Secrets, Anywhere, Ids::None),
    row("trufflehog:ignore", Place::Own, Scope::Secrets, Anywhere, Ids::None),
    row("pragma: allowlist nextline secret", Place::Next, Scope::Secrets, InComment, Ids::None),
    row("pragma: allowlist secret", Place::Own, Scope::Secrets, InComment, Ids::None),
    row("secretlint-disable-next-line", Place::Next, Scope::Secrets, InComment, Ids::None),
    row("secretlint-disable-line", Place::Own, Scope::Secrets, InComment, Ids::None),
    row("nosemgrep", Place::OwnOrNext, Scope::Sast, InComment, Ids::AfterColon),
    row("nosem", Place::OwnOrNext, Scope::Sast, InComment, Ids::AfterColon),
    row("nosec", Place::Own, Scope::Sast, BehindSign, Ids::Optional),
    row("noqa:", Place::Own, Scope::Any, InComment, Ids::List),
    row("trivy:ignore:", Place::OwnOrNext, Scope::Any, InComment, Ids::Parts),
    row("tfsec:ignore:", Place::OwnOrNext, Scope::Any, InComment, Ids::Parts),
    row("checkov:skip=", Place::Around, Scope::Any, InComment, Ids::ListThenReason),
    row("checkov.io/", Place::Document, Scope::Any, Anywhere, Ids::Annotation),
    row("hadolint global ignore =", Place::File, Scope::Any, InComment, Ids::List),
    row("hadolint ignore =", Place::Instruction, Scope::Any, InComment, Ids::List),
    row("zizmor: ignore[", Place::Own, Scope::Any, InComment, Ids::Brackets),
    row("kics-scan ignore-line", Place::Next, Scope::Iac, InComment, Ids::None),
];

impl Grammar {
    /// Length of the marker at the start of a text; `None` when another text stands there.
    pub(super) fn length(&self, text: &str) -> Option<usize> {
        let bytes = text.as_bytes();
        let upper = self.marker.starts_with("no") && text.starts_with('N');
        let mut at = 0;
        for wanted in self.marker.bytes() {
            if wanted == b' ' {
                while bytes.get(at).is_some_and(|b| matches!(b, b' ' | b'\t')) {
                    at += 1;
                }
            } else if bytes
                .get(at)
                .is_some_and(|b| *b == if upper { wanted.to_ascii_uppercase() } else { wanted })
            {
                at += 1;
            } else {
                return None;
            }
        }
        let ends_in_word = self.marker.ends_with(|c: char| c.is_ascii_alphanumeric());
        let word_goes_on =
            bytes.get(at).is_some_and(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'));
        (!(ends_in_word && word_goes_on)).then_some(at)
    }

    /// Reads what stands behind the marker. No rules means all within the scope; `None` when ids are needed and missing.
    pub(super) fn tail(&self, text: &str) -> Option<Tail> {
        let colon = text.trim_start().strip_prefix(':');
        let tail = match self.ids {
            Ids::None => Tail { reason: ids::reason(text), ..Tail::default() },
            Ids::Optional => ids::read_optional(colon.unwrap_or(text)),
            Ids::AfterColon => match colon {
                Some(list) => ids::read(list),
                None => Tail { reason: ids::reason(text), ..Tail::default() },
            },
            Ids::Parts => parts(text),
            Ids::ListThenReason | Ids::List => list(text),
            Ids::Annotation => annotation(text)?,
            Ids::Brackets => {
                let (inside, behind) = text.split_once(']')?;
                Tail { reason: ids::reason(behind), ..list(inside) }
            }
        };
        let needed = !matches!(self.ids, Ids::None | Ids::Optional | Ids::AfterColon);
        (!(needed && tail.rules.is_empty())).then_some(tail)
    }
}

/// `ID[:exp:<date>][:ws:<name>] reason`.
fn parts(text: &str) -> Tail {
    let end = text
        .find(|c: char| c.is_whitespace() || "*/,;".contains(c) && c != '*')
        .unwrap_or(text.len());
    let (head, rest) = text.split_at(end);
    let mut words = head.split(':');
    let id = words.next().unwrap_or_default().trim_end_matches("-->");
    let words: Vec<&str> = words.collect();
    let until = words
        .iter()
        .position(|word| *word == "exp")
        .and_then(|at| words.get(at + 1)?.parse::<Date>().ok());
    let rules = if id.is_empty() { Vec::new() } else { vec![Pattern::new(id)] };
    Tail { rules, until, reason: ids::reason(rest) }
}

/// `skip<n>: ID[=reason]`, either side perhaps in quotes.
fn annotation(text: &str) -> Option<Tail> {
    let rest = text.strip_prefix("skip")?.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?;
    let value = rest.trim().trim_end_matches(',').trim_matches(['"', '\'']);
    let (id, reason) = value.split_once('=').unwrap_or((value, ""));
    let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let rules =
        if id.chars().all(is_id) && !id.is_empty() { vec![Pattern::new(id)] } else { vec![] };
    Some(Tail { rules, until: None, reason: ids::reason(reason) })
}

/// `ID,ID[:reason| reason]`; blanks may follow the commas.
fn list(text: &str) -> Tail {
    let mut rules = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t']);
        let class = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '*');
        let end = rest.find(|c: char| !class(c)).unwrap_or(rest.len());
        let id = rest[..end].trim_end_matches(['-', '*']);
        let id = if rest.starts_with('*') && id.is_empty() { "*" } else { id };
        if !id.is_empty() {
            rules.push(Pattern::new(id));
        }
        rest = &rest[end..];
        match rest.trim_start_matches([' ', '\t']).strip_prefix(',') {
            Some(behind) => rest = behind,
            None => break,
        }
    }
    Tail { rules, until: None, reason: ids::reason(rest) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(&'static str, Tail)> {
        GRAMMARS.iter().find_map(|grammar| {
            let length = grammar.length(text)?;
            Some((grammar.marker, grammar.tail(&text[length..])?))
        })
    }

    #[test]
    fn each_grammar_reads_its_ids_and_its_reason() {
        for (text, marker, rules, reason) in [
            ("gitleaks:allow", "gitleaks:allow", vec![], None),
            ("pragma:allowlist  secret", "pragma: allowlist secret", vec![], None),
            ("nosec", "nosec", vec![], None),
            ("nosec B101,B102", "nosec", vec!["B101", "B102"], None),
            ("nosec B101 B102", "nosec", vec!["B101", "B102"], None),
            ("nosec: B101", "nosec", vec!["B101"], None),
            ("nosec G101 -- test key", "nosec", vec!["G101"], Some("test key")),
            ("nosec because legal ok", "nosec", vec![], Some("because legal ok")),
            ("NOSEMGREP", "nosemgrep", vec![], None),
            ("nosemgrep: a.b, c", "nosemgrep", vec!["a.b", "c"], None),
            ("trivy:ignore:AVD-AWS-0089", "trivy:ignore:", vec!["AVD-AWS-0089"], None),
            (
                "checkov:skip=CKV_AWS_20:public on purpose",
                "checkov:skip=",
                vec!["CKV_AWS_20"],
                Some("public on purpose"),
            ),
            ("checkov:skip=CKV_A,CKV_B", "checkov:skip=", vec!["CKV_A", "CKV_B"], None),
            ("hadolint ignore=DL3006,DL3008", "hadolint ignore =", vec!["DL3006", "DL3008"], None),
            (
                "zizmor: ignore[artipacked, unpinned-uses] needed to push",
                "zizmor: ignore[",
                vec!["artipacked", "unpinned-uses"],
                Some("needed to push"),
            ),
            (
                "checkov.io/skip1: CKV_K8S_16=needs the host",
                "checkov.io/",
                vec!["CKV_K8S_16"],
                Some("needs the host"),
            ),
            ("checkov.io/skip23\": \"CKV_K8S_8\",", "checkov.io/", vec!["CKV_K8S_8"], None),
            ("hadolint  global ignore = DL3006", "hadolint global ignore =", vec!["DL3006"], None),
        ] {
            let (found, tail) = read(text).unwrap_or_else(|| panic!("{text}"));
            let ids: Vec<&str> = tail.rules.iter().map(Pattern::as_str).collect();
            assert_eq!((found, ids, tail.reason.as_deref()), (marker, rules, reason), "{text}");
        }
    }

    #[test]
    fn words_that_only_begin_like_a_marker_are_none() {
        for text in [
            "nosecurity",
            "nosec_x",
            "gitleaks:allowed",
            "trivy:ignore:",
            "checkov:skip=",
            "checkov.io/skip1:",
            "checkov.io/strict: CKV_K8S_8",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn trivy_dates_are_kept() {
        let (_, tail) = read("trivy:ignore:AVD-1:exp:2026-05-01").unwrap();
        assert_eq!(tail.until, Some(jiff::civil::date(2026, 5, 1)));
    }
}
