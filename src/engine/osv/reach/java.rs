//! Imports of Java, Kotlin and Scala, static and wildcard ones too. Does not know names that are written out in full in
//! the code, classes of the same package, reflection and annotations' processors.

use super::Import;
use super::code::{JAVA, KOTLIN, Kind, Token, tokens};

/// Braces of Scala may stand this deep in one another.
const MAX_DEPTH: usize = 8;

pub(super) fn imports(text: &str, kotlin: bool) -> Vec<Import> {
    let tokens = tokens(text, if kotlin { KOTLIN } else { JAVA });
    let mut out = Vec::new();
    let mut at = 0;
    let mut begins = true;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Newline | Kind::Symbol(b';' | b'{' | b'}') => begins = true,
            Kind::Word("import") if begins => {
                begins = false;
                at += 1;
                // `import static a.B.c;`, `import type a.B`; `static` is no package.
                if tokens.get(at).is_some_and(|token| token.is_word("static")) {
                    at += 1;
                }
                loop {
                    at = path(&tokens, at, "", token.line, 0, &mut out);
                    // Scala lists several.
                    if !tokens.get(at).is_some_and(|token| token.is(b',')) {
                        break;
                    }
                    at += 1;
                }
                continue;
            }
            _ => begins = false,
        }
        at += 1;
    }
    out
}

/// One path with what is picked from it; gives the place behind it.
fn path(
    tokens: &[Token<'_>],
    mut at: usize,
    prefix: &str,
    line: u32,
    depth: usize,
    out: &mut Vec<Import>,
) -> usize {
    let mut module = prefix.to_owned();
    let mut names = Vec::new();
    let mut dot = true;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Symbol(b'.') => dot = true,
            Kind::Symbol(b'*') if dot => {
                names.push("*".to_owned());
                at += 1;
                break;
            }
            Kind::Word("_" | "given") if dot => {
                names.push("*".to_owned());
                at += 1;
                break;
            }
            Kind::Word(word) if dot => {
                if !module.is_empty() {
                    module.push('.');
                }
                module.push_str(word);
                dot = false;
            }
            // Kotlin and Scala 3.
            Kind::Word("as") => {
                if let Some(local) = tokens.get(at + 1).and_then(Token::word) {
                    names.push(format!("* as {local}"));
                    at += 1;
                }
                at += 1;
                break;
            }
            Kind::Symbol(b'{') if dot && depth < MAX_DEPTH => {
                at += 1;
                while let Some(token) = tokens.get(at) {
                    match token.kind {
                        Kind::Symbol(b'}') => break,
                        Kind::Symbol(b';') => return at,
                        Kind::Symbol(b',') | Kind::Newline => at += 1,
                        // `D => E` gives another name, `D => _` takes away.
                        Kind::Symbol(b'=' | b'>') => at += 1 + usize::from(token.is(b'>')),
                        _ => {
                            let next = path(tokens, at, &module, line, depth + 1, out);
                            at = next.max(at + 1);
                        }
                    }
                }
                return at + 1;
            }
            _ => break,
        }
        at += 1;
    }
    if !module.is_empty() {
        out.push(Import { module, line, names });
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn imports_of_three_languages_are_read() {
        for (kotlin, text, expected) in [
            (
                false,
                "package p;\nimport a.b.C; /* import no.No; */\nimport static a.D.e;\nimport f.g.*;\n\
                 class X { String s = \"import h.H;\"; }",
                &["2 a.b.C ", "3 a.D.e ", "4 f.g *"][..],
            ),
            (true, "import a.b.C as D\nimport e.f.*\n", &["1 a.b.C * as D", "2 e.f *"]),
            (
                false,
                "import a.b.{C, D => E, f._}\nimport g._, h.I\nobject X { import j.K }\n",
                &["1 a.b.C ", "1 a.b.D ", "1 a.b.f *", "2 g *", "2 h.I ", "3 j.K "],
            ),
        ] {
            let found: Vec<String> = imports(text, kotlin)
                .iter()
                .map(|one| format!("{} {} {}", one.line, one.module, one.names.join(",")))
                .collect();
            assert_eq!(found, expected);
        }
    }
}
