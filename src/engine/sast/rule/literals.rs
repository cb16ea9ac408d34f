//! Texts without which a regular expression cannot match.

use super::need::{Need, all, either};
use crate::engine::sast::regular::adapted;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::literal::Extractor;
use regex_syntax::hir::{Hir, HirKind};

/// Shorter texts stand in almost every file.
const SHORTEST: usize = 3;
/// Texts of which one must be there; more are not worth looking for.
const MOST: usize = 64;

/// What a text must hold for a regular expression to match in it. What only a larger engine reads (look-around) needs nothing.
pub fn need(regex: &str) -> Need {
    let parsed = ParserBuilder::new().nest_limit(50).utf8(false).build().parse(&adapted(regex));
    let Ok(hir) = parsed else { return Need::Nothing };
    let begins = beginnings(&hir);
    let holds = within(&hir);
    all([begins, holds].into_iter())
}

/// One of the texts that every match begins with.
fn beginnings(hir: &Hir) -> Need {
    let found = Extractor::new().limit_total(MOST).extract(hir);
    let Some(texts) = found.literals() else { return Need::Nothing };
    either(texts.iter().map(|text| part(text.as_bytes())))
}

/// Texts that stand somewhere in every match.
fn within(hir: &Hir) -> Need {
    match hir.kind() {
        HirKind::Literal(text) => part(&text.0),
        HirKind::Capture(group) => within(&group.sub),
        HirKind::Repetition(what) if what.min > 0 => within(&what.sub),
        HirKind::Concat(parts) => all(parts.iter().map(within)),
        HirKind::Alternation(parts) if parts.len() <= MOST => either(parts.iter().map(within)),
        _ => Need::Nothing,
    }
}

fn part(text: &[u8]) -> Need {
    match std::str::from_utf8(text) {
        Ok(text) if text.len() >= SHORTEST => Need::Part(text.to_owned()),
        _ => Need::Nothing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_match_holds_what_its_regular_expression_writes_out() {
        let cases: &[(&str, &str, &[&str], &[&str])] = &[
            ("alternatives", r"^(/tmp|/var/tmp)/", &["x = '/var/tmp/a'"], &["/tmps", "/var/tm/"]),
            ("a class", "^[wa]", &["", "x"], &[]),
            ("what is optional", "^https?://(a|b)", &["http://a", "https://b"], &["http://c"]),
            ("in the middle", r".*(chown|rsync).*\*", &["x chown *"], &["x chmod *"]),
            ("any case", "(?i)^secret", &["SECRET", "Secret"], &["sicret"]),
            ("look-around", "(?!abc)def", &["", "x"], &[]),
            ("a group that repeats", "(abcd)+", &["abcd"], &["abc"]),
            ("a group that may be absent", "(abcd)*e", &["e"], &[]),
            ("nothing that can be read", "(", &["", "x"], &[]),
        ];
        for (claim, regex, met, unmet) in cases {
            let need = need(regex);
            let holds = |text: &str| need.is_met(&|part, _| text.contains(part));
            for text in *met {
                assert!(holds(text), "{claim}: {text} with {need:?}");
            }
            for text in *unmet {
                assert!(!holds(text), "{claim}: {text} with {need:?}");
            }
        }
    }
}
