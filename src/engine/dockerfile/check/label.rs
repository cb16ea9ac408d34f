//! Names and values of labels: how Docker wants names, and what the annotations of the Open Container Initiative are to
//! hold. Knows no labels of anybody's own.

use super::Look;
use crate::engine::dockerfile::model::Keyword;
use crate::engine::dockerfile::rule::label as rule;
use crate::engine::licenses::expression::{self, Certainty};

/// Beginnings of names that Docker keeps for itself.
const RESERVED: &[&str] = &["com.docker.", "io.docker.", "org.dockerproject."];

/// Whether a value has the form.
type Form = fn(&str) -> bool;

/// Annotations whose values have a form.
const FORMS: &[(&str, Form)] = &[
    ("org.opencontainers.image.created", is_time),
    ("org.opencontainers.image.documentation", is_address),
    ("org.opencontainers.image.licenses", is_license),
    ("org.opencontainers.image.source", is_address),
    ("org.opencontainers.image.url", is_address),
];

pub(super) fn check(look: &mut Look<'_>) {
    for (at, one) in look.of(Keyword::Label) {
        for pair in &one.pairs {
            let has_variable = pair.name.contains('$');
            if !has_variable && !is_name(&pair.name) {
                look.name(&rule::LABEL_NAME, at, pair.range.clone(), &pair.name);
            }
            let form = FORMS.iter().find(|(name, _)| *name == pair.name);
            if let (Some((_, fits)), Some(value)) = (form, &pair.known)
                && !fits(value)
            {
                look.name(&rule::LABEL_VALUE, at, pair.range.clone(), &pair.name);
            }
        }
    }
}

/// Lower case letters, digits and single separators, from a letter to a letter or digit.
fn is_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    bytes.first().is_some_and(u8::is_ascii_lowercase)
        && bytes.last().is_some_and(|last| is_plain(*last))
        && bytes.iter().all(|b| is_plain(*b) || b".-_/".contains(b))
        && !bytes.windows(2).any(|pair| matches!(pair, b".." | b"--"))
        && !RESERVED.iter().any(|reserved| name.starts_with(reserved))
}

/// RFC 3339.
fn is_time(value: &str) -> bool {
    value.parse::<jiff::Timestamp>().is_ok()
}

fn is_address(value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once("://") else { return false };
    let is_word = scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    !scheme.is_empty() && is_word && !rest.is_empty() && !value.contains(char::is_whitespace)
}

fn is_license(value: &str) -> bool {
    expression::parse(value).is_some_and(|(_, certainty)| certainty == Certainty::Exact)
}
