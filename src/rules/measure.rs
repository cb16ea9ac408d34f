//! What can be told from a pattern without running it: how long a match can be, and how long a run of token bytes its
//! secret must hold. Shared with the build script, so that the built-in pack is measured once, when it is built.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Measures of one pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// No match is longer than this; `None` when the pattern has no bound.
    pub longest: Option<usize>,
    /// Every match holds a run of at least so many token bytes ([`is_token_byte`]); 0 when nothing can be said.
    pub run: usize,
}

/// Bytes that tokens are made of.
pub const fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+' | b'/' | b'=' | b'.' | b'~')
}

/// Measures a pattern; the error is what is wrong with it.
pub fn measure(pattern: &str) -> Result<Measure, String> {
    let hir = parse(pattern)?;
    let run = secret(&hir).filter(|group| only_token_bytes(group));
    let run = run.and_then(|group| group.properties().minimum_len()).unwrap_or(0);
    Ok(Measure { longest: hir.properties().maximum_len(), run })
}

/// Reads a pattern the way the engine does: over bytes, without Unicode classes.
pub fn parse(pattern: &str) -> Result<Hir, String> {
    let parser =
        regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern);
    let hir = parser.map_err(|error| told(&error))?;
    match hir.properties().minimum_len() {
        None | Some(0) => Err("the pattern matches the empty text".to_owned()),
        Some(_) => Ok(hir),
    }
}

/// A regex error on one line.
fn told(error: &regex_syntax::Error) -> String {
    match error {
        regex_syntax::Error::Parse(error) => {
            format!("{} at column {}", error.kind(), error.span().start.column)
        }
        regex_syntax::Error::Translate(error) => {
            format!("{} at column {}", error.kind(), error.span().start.column)
        }
        other => other.to_string(),
    }
}

/// The one group named `secret`; `None` when there are several, as in alternatives.
fn secret(hir: &Hir) -> Option<&Hir> {
    let mut groups = Vec::new();
    collect(hir, &mut groups);
    match groups[..] {
        [group] => Some(group),
        _ => None,
    }
}

fn collect<'a>(hir: &'a Hir, groups: &mut Vec<&'a Hir>) {
    match hir.kind() {
        HirKind::Capture(capture) if capture.name.as_deref() == Some("secret") => {
            groups.push(&capture.sub);
        }
        HirKind::Capture(capture) => collect(&capture.sub, groups),
        HirKind::Repetition(repetition) => collect(&repetition.sub, groups),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            for part in parts {
                collect(part, groups);
            }
        }
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => {}
    }
}

fn only_token_bytes(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => true,
        HirKind::Literal(literal) => literal.0.iter().all(|byte| is_token_byte(*byte)),
        HirKind::Class(Class::Bytes(class)) => {
            class.ranges().iter().all(|range| (range.start()..=range.end()).all(is_token_byte))
        }
        HirKind::Class(Class::Unicode(class)) => class.ranges().iter().all(|range| {
            (range.start()..=range.end()).all(|c| c.is_ascii() && is_token_byte(c as u8))
        }),
        HirKind::Capture(capture) => only_token_bytes(&capture.sub),
        HirKind::Repetition(repetition) => only_token_bytes(&repetition.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().all(only_token_bytes),
    }
}
