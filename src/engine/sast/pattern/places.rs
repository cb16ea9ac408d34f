//! Where something stands in a pattern, as its text tells.

use super::hold::meta_len;

/// The name of the metavariable that is all of the string a text begins with.
pub(super) fn only_meta(text: &str) -> Option<&str> {
    let name = text.strip_prefix("\"$")?;
    let len = meta_len(name);
    (len > 0 && name[len..].starts_with('"')).then_some(&name[..len])
}

/// Whether what is written so far ends in the head of a statement that takes another: `if (x)`, `else`.
pub(super) fn is_lone_body(out: &str) -> bool {
    let out = out.trim_end();
    let word_before = |text: &str| {
        let text = text.trim_end();
        let head = text.trim_end_matches(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
        text[head.len()..].to_owned()
    };
    if !out.ends_with(')') {
        return word_before(out) == "else";
    }
    let mut depth = 0_usize;
    let opened = out.char_indices().rev().find_map(|(at, c)| {
        match c {
            ')' => depth += 1,
            '(' => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then_some(at)
    });
    opened.is_some_and(|at| {
        matches!(word_before(&out[..at]).as_str(), "if" | "while" | "for" | "foreach")
    })
}
