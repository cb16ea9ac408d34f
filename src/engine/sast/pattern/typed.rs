//! Typed metavariables of patterns, `($X : T)` and `(T $X)`: told from parameters, casts and conditions by what stands around them.

use super::hold::{Style, TYPED, Typed, meta_len};

/// Replaces `($X : T)` and `(T $X)` by placeholders.
pub(super) fn typed(pattern: &str, style: &Style, found: &mut Vec<Typed>) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut at = 0;
    while let Some(c) = pattern[at..].chars().next() {
        if c == '(' {
            let before = out.trim_end();
            let word = before
                .rsplit(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                .next()
                .unwrap_or("");
            let is_callee = !word.is_empty()
                && !matches!(word, "return" | "in" | "throw" | "await" | "new" | "case" | "else")
                || before.ends_with([')', ']']);
            let line = out.rsplit('\n').next().unwrap_or("");
            if is_callee
                && style.typed_arguments
                && !line.contains("def ")
                && let Some((one, len)) = one_typed(&pattern[at..], style)
            {
                out.push_str(&format!("({TYPED}{})", found.len()));
                found.push(one);
                at += len;
                continue;
            }
            if !is_callee && let Some((one, len)) = one_typed(&pattern[at..], style) {
                out.push_str(&format!("{TYPED}{}", found.len()));
                found.push(one);
                at += len;
                continue;
            }
        }
        out.push(c);
        at += c.len_utf8();
    }
    out
}

fn one_typed(text: &str, style: &Style) -> Option<(Typed, usize)> {
    let mut depth = 0;
    let close = text.char_indices().find_map(|(at, c)| {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        (depth == 0).then_some(at)
    })?;
    let behind = text[close + 1..].trim_start();
    if behind.starts_with("=>") || behind.starts_with("->") || behind.starts_with('{') {
        return None;
    }
    let inside = text[1..close].trim();
    let (name, of) = if style.type_first {
        let (of, name) = inside.split_at(inside.rfind('$')?);
        // `f$X` is one word, `*$X` an operator before a name.
        if !of.starts_with(|c: char| c.is_alphabetic() || "_$".contains(c))
            || of.ends_with(|c: char| c.is_alphanumeric() || c == '_')
        {
            return None;
        }
        (name, of)
    } else {
        inside.split_once(':')?
    };
    let (name, of) = (name.trim(), of.trim());
    let is_meta =
        name.strip_prefix('$').is_some_and(|rest| !rest.is_empty() && meta_len(rest) == rest.len());
    let is_type = !of.is_empty()
        && of.chars().all(|c| c.is_alphanumeric() || "_.$<>[]*&?, :|(){}".contains(c))
        && !of.ends_with(',');
    let words =
        matches!(of, "return" | "throw" | "new" | "await" | "in" | "not" | "typeof" | "delete");
    if !is_meta || !is_type || words {
        return None;
    }
    let of = of.chars().filter(|c| !c.is_whitespace()).collect();
    Some((Typed { name: name.to_owned(), of }, close + 1))
}
