//! Imports of Python: `import`, `from … import`, `importlib.import_module("…")` and `__import__("…")`. Does not know
//! names put together at run time, entry points, and Django's lists of applications.

use super::Import;
use super::code::{Kind, PYTHON, Token, tokens};

pub(super) fn imports(text: &str) -> Vec<Import> {
    let tokens = tokens(text, PYTHON);
    let mut out = Vec::new();
    let mut at = 0;
    let mut depth = 0usize;
    // Whether a statement can begin here.
    let mut begins = true;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Newline => begins |= depth == 0,
            Kind::Symbol(b'(' | b'[' | b'{') => {
                depth += 1;
                begins = false;
            }
            Kind::Symbol(b')' | b']' | b'}') => {
                depth = depth.saturating_sub(1);
                begins = false;
            }
            Kind::Symbol(b';' | b':') => begins = depth == 0,
            Kind::Word("import") if begins => {
                at = import(&tokens, at + 1, token.line, &mut out);
                begins = false;
                continue;
            }
            Kind::Word("from") if begins => {
                at = from(&tokens, at + 1, token.line, &mut out);
                begins = false;
                continue;
            }
            // A bracket that is never closed must not hide what follows it.
            Kind::Word("def" | "class") if at > 0 && tokens[at - 1].kind == Kind::Newline => {
                depth = 0;
                begins = false;
            }
            Kind::Word("import_module" | "__import__") => {
                let mut behind =
                    tokens[at + 1..].iter().take(8).filter(|token| token.kind != Kind::Newline);
                if behind.next().is_some_and(|token| token.is(b'('))
                    && let Some(Kind::Text(module)) = behind.next().map(|token| token.kind)
                    && behind.next().is_some_and(|token| token.is(b')') || token.is(b','))
                    && !module.is_empty()
                {
                    let module = module.to_owned();
                    out.push(Import { module, line: token.line, names: Vec::new() });
                }
                begins = false;
            }
            _ => begins = false,
        }
        at += 1;
    }
    out
}

/// A dotted name, with leading dots; and the place behind it.
fn dotted(tokens: &[Token<'_>], mut at: usize) -> (String, usize) {
    let mut name = String::new();
    let mut word = false;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Symbol(b'.') => {
                name.push('.');
                word = false;
            }
            Kind::Word(part) if !word && part != "import" => {
                name.push_str(part);
                word = true;
            }
            _ => break,
        }
        at += 1;
    }
    (name, at)
}

fn import(tokens: &[Token<'_>], mut at: usize, line: u32, out: &mut Vec<Import>) -> usize {
    loop {
        let (module, next) = dotted(tokens, at);
        at = next;
        let mut names = Vec::new();
        if let [word, local, ..] = &tokens[at.min(tokens.len())..]
            && word.is_word("as")
            && let Some(local) = local.word()
        {
            names.push(format!("* as {local}"));
            at += 2;
        }
        if !module.is_empty() {
            out.push(Import { module, line, names });
        }
        if !tokens.get(at).is_some_and(|token| token.is(b',')) {
            return at;
        }
        at += 1;
    }
}

fn from(tokens: &[Token<'_>], at: usize, line: u32, out: &mut Vec<Import>) -> usize {
    let (module, mut at) = dotted(tokens, at);
    if module.is_empty() || !tokens.get(at).is_some_and(|token| token.is_word("import")) {
        return at;
    }
    at += 1;
    let bracket = tokens.get(at).is_some_and(|token| token.is(b'('));
    at += usize::from(bracket);
    let mut names: Vec<String> = Vec::new();
    let mut alias = false;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Newline if !bracket => break,
            Kind::Symbol(b';') if !bracket => break,
            Kind::Symbol(b')') => {
                at += 1;
                break;
            }
            Kind::Symbol(b'*') => names.push("*".to_owned()),
            Kind::Word("as") => alias = true,
            Kind::Word(word) if std::mem::take(&mut alias) => {
                if let Some(last) = names.last_mut() {
                    last.push_str(" as ");
                    last.push_str(word);
                }
            }
            Kind::Word(word) => names.push(word.to_owned()),
            _ => {}
        }
        at += 1;
    }
    out.push(Import { module, line, names });
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_import_is_found() {
        let text = "import a, b.c as d; import e\nfrom . import f\nfrom ..g.h import (\n  i, # x\n  j as k,\n)\n\
                    try: import l\nexcept: raise m from n\nif x:\n    from o import *\n'import p'\n# import q\n\
                    r = importlib.import_module(\n's.t')\nimport_module('no.' + x)\n__import__(\"u\")\nv.import_ = lambda: w\n\
                    yield from y\nfrom z import (a,\n";
        let found: Vec<String> = imports(text)
            .iter()
            .map(|one| format!("{} {} {}", one.line, one.module, one.names.join(",")))
            .collect();
        assert_eq!(
            found,
            [
                "1 a ",
                "1 b.c * as d",
                "1 e ",
                "2 . f",
                "3 ..g.h i,j as k",
                "7 l ",
                "10 o *",
                "13 s.t ",
                "16 u ",
                "19 z a",
            ]
        );
    }
}
