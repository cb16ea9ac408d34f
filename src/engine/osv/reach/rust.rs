//! Imports of Rust: `use` with its trees, `extern crate`, and paths in code (`a::b::c`), which need no import. Does not
//! know what macros write, and takes a module of the crate for another crate where both have the same name.

use super::Import;
use super::code::{Kind, RUST, Token, tokens};
use std::collections::BTreeSet;

/// Braces of a `use` may stand this deep in one another.
const MAX_DEPTH: usize = 32;

pub(super) fn imports(text: &str) -> Vec<Import> {
    let tokens = tokens(text, RUST);
    let mut out = Vec::new();
    let mut seen = BTreeSet::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let before = at.checked_sub(1).map(|at| tokens[at].kind);
        match token.kind {
            Kind::Word("use") if before != Some(Kind::Symbol(b'.')) => {
                at = tree(&tokens, at + 1, "", token.line, 0, &mut out);
                continue;
            }
            Kind::Word("crate") if before == Some(Kind::Word("extern")) => {
                if let Some(name) = tokens.get(at + 1).and_then(Token::word) {
                    let mut names = Vec::new();
                    if tokens.get(at + 2).is_some_and(|token| token.is_word("as")) {
                        let local = tokens.get(at + 3).and_then(Token::word);
                        names.extend(local.map(|local| format!("* as {local}")));
                    }
                    out.push(Import { module: name.to_owned(), line: token.line, names });
                }
            }
            Kind::Word(head) if is_crate(head) && !goes_on(&tokens, at) => {
                let (path, next) = path(&tokens, at);
                if path.len() > head.len() {
                    if seen.insert(path.clone()) {
                        out.push(Import { module: path, line: token.line, names: Vec::new() });
                    }
                    at = next;
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    out
}

/// Whether a path that begins with this word can be one of another crate.
fn is_crate(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && !matches!(
            word,
            "crate" | "self" | "super" | "as" | "in" | "for" | "where" | "dyn" | "mut"
        )
}

/// Whether the word is the later part of a path: `self::here`, `<T>::here`.
fn goes_on(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(3).and_then(|start| tokens.get(start..at));
    matches!(before, Some([a, b, c])
        if b.is(b':') && c.is(b':') && (a.word().is_some() || a.is(b'>')))
}

fn separator(tokens: &[Token<'_>], at: usize) -> bool {
    matches!(tokens.get(at..at + 2), Some([a, b]) if a.is(b':') && b.is(b':'))
}

/// `a::b::c` from a place on, and the place behind it.
pub(super) fn path(tokens: &[Token<'_>], mut at: usize) -> (String, usize) {
    let mut path = tokens.get(at).and_then(Token::word).unwrap_or_default().to_owned();
    at += 1;
    while separator(tokens, at) {
        let Some(word) = tokens.get(at + 2).and_then(Token::word) else { break };
        path.push_str("::");
        path.push_str(word);
        at += 3;
    }
    (path, at)
}

fn tree(
    tokens: &[Token<'_>],
    mut at: usize,
    prefix: &str,
    line: u32,
    depth: usize,
    out: &mut Vec<Import>,
) -> usize {
    let mut module = prefix.to_owned();
    let mut last: Option<String> = None;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Newline => {}
            Kind::Symbol(b':') => {
                if let Some(word) = last.take() {
                    if !module.is_empty() {
                        module.push_str("::");
                    }
                    module.push_str(&word);
                }
            }
            Kind::Symbol(b'*') => last = Some("*".to_owned()),
            Kind::Word("as") => {
                if let (Some(word), Some(local)) =
                    (&mut last, tokens.get(at + 1).and_then(Token::word))
                {
                    word.push_str(" as ");
                    word.push_str(local);
                }
                at += 1;
            }
            Kind::Word(word) => last = Some(word.to_owned()),
            Kind::Symbol(b'{') if depth < MAX_DEPTH => {
                at += 1;
                while let Some(token) = tokens.get(at) {
                    match token.kind {
                        Kind::Symbol(b'}') => return at + 1,
                        Kind::Symbol(b';') => return at,
                        Kind::Symbol(b',') | Kind::Newline => at += 1,
                        _ => {
                            let next = tree(tokens, at, &module, line, depth + 1, out);
                            at = next.max(at + 1);
                        }
                    }
                }
                return at;
            }
            _ => break,
        }
        at += 1;
    }
    if let Some(name) = last {
        if module.is_empty() {
            let (name, local) = name.split_once(" as ").unwrap_or((&name, ""));
            let names = if local.is_empty() { Vec::new() } else { vec![format!("* as {local}")] };
            if name != "*" {
                out.push(Import { module: name.to_owned(), line, names });
            }
        } else {
            // Names picked from one module stand together.
            match out.last_mut() {
                Some(one) if depth > 0 && one.module == module && one.line == line => {
                    one.names.push(name);
                }
                _ => out.push(Import { module, line, names: vec![name] }),
            }
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_crates_and_paths_are_found() {
        let text = "use a::b::{c, d as e, f::{g, self}};\npub use ::h;\nextern crate i as j;\nuse k as l;\nuse m::*;\n\
                    // use no;\nfn f() { n::o::p(1); n::o::p(2); self::no::x(); \"q::r\"; S::t(); }\n\
                    #[derive(u::V)]\n";
        let found: Vec<String> = imports(text)
            .iter()
            .map(|one| format!("{} {} {}", one.line, one.module, one.names.join(",")))
            .collect();
        assert_eq!(
            found,
            [
                "1 a::b c,d as e",
                "1 a::b::f g,self",
                "2 h ",
                "3 i * as j",
                "4 k * as l",
                "5 m *",
                "7 n::o::p ",
                "8 u::V ",
            ]
        );
    }
}
