//! Imports of JavaScript and TypeScript, also in the scripts of Vue and Svelte: `import`, `export … from`,
//! `require("…")`, `require.resolve("…")` and `import("…")`. Imports of types alone are none. Does not know names put
//! together at run time and what bundlers are configured to put in.

use super::Import;
use super::code::{Kind, Scanner, Token, is_name};

/// Brackets and template texts may stand this deep in one another; deeper ones are read as flat.
const MAX_DEPTH: usize = 10_000;

/// Tokens of the scripts of a page, on the lines they have there.
pub(super) fn page_imports(text: &str) -> Vec<Import> {
    let bytes = text.as_bytes();
    let newlines = |part: &[u8]| memchr::memchr_iter(b'\n', part).count() as u32;
    let mut out = Vec::new();
    let mut at = 0;
    let mut line = 1u32;
    while let Some(start) = memchr::memmem::find(&bytes[at..], b"<script") {
        let Some(open) = memchr::memchr(b'>', &bytes[at + start..]) else { break };
        let open = at + start + open + 1;
        let end = memchr::memmem::find(&bytes[open..], b"</script");
        let end = end.map_or(text.len(), |end| open + end);
        line += newlines(&bytes[at..open]);
        for mut import in imports(&text[open..end]) {
            import.line += line - 1;
            out.push(import);
        }
        line += newlines(&bytes[open..end]);
        at = end;
    }
    out
}

/// What an open bracket is, for what a `/` behind its end means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    /// `(` behind a word that takes a condition: a pattern can follow its end.
    Condition,
    /// Another `(` or `[`, or `{` of an object: a division can.
    Value,
    /// `{` of a block: a pattern can.
    Block,
    /// `${` in a template text.
    Template,
}

/// Words behind which a value begins, so that a `/` begins a pattern.
const BEFORE_VALUE: &[&str] = &[
    "return",
    "typeof",
    "case",
    "in",
    "of",
    "delete",
    "void",
    "throw",
    "new",
    "else",
    "do",
    "yield",
    "await",
    "instanceof",
    "default",
    "extends",
];

/// The tokens of a script.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut s = Scanner::new(text);
    let mut open: Vec<Open> = Vec::new();
    // Whether a value can begin here, and so a pattern.
    let mut value = true;
    // Bytes that may be looked through for ends of patterns that are none, so that it stays linear.
    let mut budget = text.len().saturating_mul(4).saturating_add(1 << 16);
    if s.bytes.starts_with(b"#!") {
        s.skip_line();
    }
    while let Some(&byte) = s.bytes.get(s.at) {
        let rest = s.rest();
        match byte {
            b'\n' => {
                s.push(Kind::Newline);
                s.to(s.at + 1);
            }
            b' ' | b'\t' | b'\r' => s.at += 1,
            b'/' if rest.starts_with(b"//") => s.skip_line(),
            b'/' if rest.starts_with(b"/*") => s.skip_past(b"*/", 2),
            b'/' if value && pattern(&mut s, &mut budget) => value = false,
            b'"' | b'\'' => {
                s.quoted(&[byte], true, false);
                value = false;
            }
            b'`' => {
                s.at += 1;
                value = template(&mut s, &mut open);
            }
            b'}' if open.last() == Some(&Open::Template) => {
                open.pop();
                s.at += 1;
                value = template(&mut s, &mut open);
            }
            _ if is_name(byte) || byte == b'$' => {
                let length =
                    rest.iter().take_while(|byte| is_name(**byte) || **byte == b'$').count();
                let word = text.get(s.at..s.at + length).unwrap_or_default();
                let member = s.out.last().is_some_and(|token| token.is(b'.'));
                s.push(Kind::Word(word));
                s.at += length;
                value = !member && BEFORE_VALUE.contains(&word);
            }
            _ => {
                let kind = match byte {
                    b'(' => Some(if condition(&s.out) { Open::Condition } else { Open::Value }),
                    b'[' => Some(Open::Value),
                    b'{' if value && !opens_block(&s.out) => Some(Open::Value),
                    b'{' => Some(Open::Block),
                    _ => None,
                };
                value = true;
                if let Some(kind) = kind {
                    if open.len() < MAX_DEPTH {
                        open.push(kind);
                    }
                } else if matches!(byte, b')' | b']' | b'}') {
                    value = matches!(open.pop(), Some(Open::Condition | Open::Block));
                } else if matches!(byte, b'+' | b'-')
                    && s.out.last().is_some_and(|token| token.is(byte))
                {
                    // `a++ / b`
                    value = false;
                }
                s.push(Kind::Symbol(byte));
                s.at += 1;
            }
        }
    }
    s.out
}

fn condition(out: &[Token<'_>]) -> bool {
    let word = out.last().and_then(Token::word);
    let member = out.len() > 1 && out[out.len() - 2].is(b'.');
    !member && matches!(word, Some("if" | "while" | "for" | "with"))
}

/// Whether a `{` where a value could begin opens a block all the same: at the begin of a statement, behind `)`, `=>` or
/// a label.
fn opens_block(out: &[Token<'_>]) -> bool {
    let mut before = out.iter().rev().filter(|token| token.kind != Kind::Newline);
    match before.next().map(|token| token.kind) {
        None | Some(Kind::Symbol(b';' | b'{' | b'}' | b')')) => true,
        Some(Kind::Symbol(b'>')) => before.next().is_some_and(|token| token.is(b'=')),
        Some(Kind::Word("else" | "do")) => true,
        _ => false,
    }
}

/// A pattern from its `/` on; false when no end is on the line.
fn pattern(s: &mut Scanner<'_>, budget: &mut usize) -> bool {
    let mut class = false;
    let mut at = s.at + 1;
    while let Some(&byte) = s.bytes.get(at).filter(|byte| **byte != b'\n') {
        if at - s.at > *budget {
            return false;
        }
        match byte {
            b'\\' => at += 1,
            b'[' => class = true,
            b']' => class = false,
            b'/' if !class => {
                let flags = s.bytes[at + 1..].iter().take_while(|byte| is_name(**byte)).count();
                s.push(Kind::Text(""));
                s.to(at + 1 + flags);
                return true;
            }
            _ => {}
        }
        at += 1;
    }
    *budget = budget.saturating_sub(at - s.at);
    false
}

/// A template text from behind its quote, or behind a `}` in it, up to its end or the next `${`. Gives whether a value
/// can follow.
fn template(s: &mut Scanner<'_>, open: &mut Vec<Open>) -> bool {
    let start = s.at;
    let mut at = start;
    while let Some(next) = memchr::memchr3(b'`', b'\\', b'$', s.bytes.get(at..).unwrap_or_default())
    {
        at += next;
        match s.bytes[at] {
            b'\\' => at += 2,
            b'`' => {
                s.push(Kind::Text(s.text.get(start..at).unwrap_or_default()));
                s.to(at + 1);
                return false;
            }
            _ if s.bytes.get(at + 1) == Some(&b'{') => {
                // Symbols around what is put in keep it from being taken for a whole text.
                s.push(Kind::Symbol(b'$'));
                s.to(at + 2);
                if open.len() < MAX_DEPTH {
                    open.push(Open::Template);
                }
                return true;
            }
            _ => at += 1,
        }
    }
    s.to(s.bytes.len());
    false
}

pub(super) fn imports(text: &str) -> Vec<Import> {
    let tokens: Vec<Token<'_>> =
        tokens(text).into_iter().filter(|token| token.kind != Kind::Newline).collect();
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let member = at > 0 && tokens[at - 1].is(b'.') && !(at > 1 && tokens[at - 2].is(b'.'));
        at = match token.kind {
            Kind::Word("import") if !member => import(&tokens, at, &mut out),
            Kind::Word("export") if !member => export(&tokens, at, &mut out),
            Kind::Word("require") if !member || after_module(&tokens, at) => {
                require(&tokens, at, &mut out)
            }
            _ => at + 1,
        };
    }
    out
}

fn after_module(tokens: &[Token<'_>], at: usize) -> bool {
    at > 1 && tokens[at - 2].is_word("module")
}

/// The text that alone stands in the brackets that open at a place.
fn only_text<'a>(tokens: &[Token<'a>], at: usize) -> Option<&'a str> {
    let [open, text, close, ..] = tokens.get(at..)? else { return None };
    match text.kind {
        Kind::Text(module)
            if open.is(b'(') && (close.is(b')') || close.is(b',')) && !module.is_empty() =>
        {
            Some(module)
        }
        _ => None,
    }
}

fn require(tokens: &[Token<'_>], at: usize, out: &mut Vec<Import>) -> usize {
    let resolve =
        matches!(tokens.get(at + 1..at + 3), Some([a, b]) if a.is(b'.') && b.is_word("resolve"));
    let open = at + if resolve { 3 } else { 1 };
    let Some(module) = only_text(tokens, open) else { return at + 1 };
    // `x = require("m")`, `{ a, b: c } = require("m")`, `require("m").a`
    let mut names = Vec::new();
    let equals = at.checked_sub(1).filter(|before| tokens[*before].is(b'='));
    if let Some(target) = equals.and_then(|equals| equals.checked_sub(1)) {
        match tokens[target].kind {
            Kind::Word(local) => names.push(format!("* as {local}")),
            Kind::Symbol(b'}') => names = destructured(&tokens[..target]),
            _ => {}
        }
    }
    if let Some([dot, member]) = tokens.get(open + 3..open + 5)
        && dot.is(b'.')
        && let Some(member) = member.word()
    {
        // What is taken of it has the name, not the module.
        names = match names.first().and_then(|name| name.strip_prefix("* as ")) {
            Some(local) => vec![format!("{member} as {local}")],
            None => vec![member.to_owned()],
        };
    }
    out.push(Import { module: module.to_owned(), line: tokens[at].line, names });
    open + 2
}

/// Names of `{ a, b: c` before its `}`.
fn destructured(tokens: &[Token<'_>]) -> Vec<String> {
    const MAX: usize = 400;
    let start = tokens.iter().rev().take(MAX).position(|token| token.is(b'{'));
    let Some(start) = start.map(|back| tokens.len() - back) else { return Vec::new() };
    let mut names: Vec<String> = Vec::new();
    let mut local = false;
    for token in &tokens[start..] {
        match token.kind {
            Kind::Word(word) if std::mem::take(&mut local) => {
                if let Some(last) = names.last_mut() {
                    last.push_str(" as ");
                    last.push_str(word);
                }
            }
            Kind::Word(word) => names.push(word.to_owned()),
            Kind::Symbol(b':') => local = true,
            _ => {}
        }
    }
    names
}

/// Names of `{ a, b as c, type d }` from behind the bracket; with whether all are types, and the place behind.
fn braces(tokens: &[Token<'_>], mut at: usize, names: &mut Vec<String>) -> (bool, usize) {
    let mut values = 0usize;
    let mut types = 0usize;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Symbol(b'}') => {
                at += 1;
                break;
            }
            Kind::Symbol(b',') => at += 1,
            Kind::Word(_) | Kind::Text(_) => {
                let mut parts = Vec::new();
                while let Some(Kind::Word(word) | Kind::Text(word)) =
                    tokens.get(at).map(|token| token.kind)
                {
                    parts.push(word);
                    at += 1;
                }
                match parts[..] {
                    // `type`, `type as x` and `type as as x` are values of that name.
                    ["type", name] | ["type", name, "as", _] if name != "as" => types += 1,
                    [name, "as", local] => {
                        values += 1;
                        names.push(format!("{name} as {local}"));
                    }
                    [name, ..] => {
                        values += 1;
                        names.push(name.to_owned());
                    }
                    [] => {}
                }
            }
            _ => return (false, at),
        }
    }
    (types > 0 && values == 0, at)
}

fn import(tokens: &[Token<'_>], at: usize, out: &mut Vec<Import>) -> usize {
    let line = tokens[at].line;
    let mut next = at + 1;
    match tokens.get(next).map(|token| token.kind) {
        Some(Kind::Symbol(b'(')) => {
            if let Some(module) = only_text(tokens, next) {
                out.push(Import { module: module.to_owned(), line, names: Vec::new() });
            }
            return next + 1;
        }
        // `import.meta`, and `import.defer("m")`
        Some(Kind::Symbol(b'.')) => {
            if let Some(module) = only_text(tokens, next + 2) {
                out.push(Import { module: module.to_owned(), line, names: Vec::new() });
            }
            return next + 1;
        }
        // A key of an object, a name of a method.
        Some(Kind::Symbol(b':' | b',' | b'=' | b'}')) | None => return next,
        Some(Kind::Text(module)) => {
            if !module.is_empty() {
                out.push(Import { module: module.to_owned(), line, names: Vec::new() });
            }
            return next + 1;
        }
        _ => {}
    }
    let mut names = Vec::new();
    let mut only_types = false;
    let word = |at: usize| tokens.get(at).and_then(Token::word);
    if word(next) == Some("type") {
        // `import type, {…} from`, `import type from "m"` and `import type = …` have a value called `type`.
        let types = match tokens.get(next + 1).map(|token| token.kind) {
            Some(Kind::Word("from")) => word(next + 2) == Some("from"),
            Some(Kind::Word(_) | Kind::Symbol(b'{' | b'*')) => true,
            _ => false,
        };
        if types {
            only_types = true;
            next += 1;
        }
    }
    while let Some(token) = tokens.get(next) {
        match token.kind {
            Kind::Symbol(b'{') => {
                let (types, behind) = braces(tokens, next + 1, &mut names);
                only_types |= types && names.is_empty();
                next = behind;
            }
            Kind::Symbol(b'*') => {
                if word(next + 1) == Some("as")
                    && let Some(local) = word(next + 2)
                {
                    names.push(format!("* as {local}"));
                    next += 2;
                }
                next += 1;
            }
            Kind::Symbol(b',') => next += 1,
            // `import x = require("m")` is found with its `require`.
            Kind::Symbol(b'=') => return next,
            Kind::Word("from")
                if matches!(tokens.get(next + 1), Some(Token { kind: Kind::Text(_), .. })) =>
            {
                if let Some(Kind::Text(module)) = tokens.get(next + 1).map(|token| token.kind)
                    && !only_types
                    && !module.is_empty()
                {
                    out.push(Import { module: module.to_owned(), line, names });
                }
                return next + 2;
            }
            // `import defer * as x`, `import source x`
            Kind::Word("defer" | "source")
                if tokens
                    .get(next + 1)
                    .is_some_and(|t| t.is(b'*') || t.word().is_some_and(|w| w != "from")) =>
            {
                next += 1;
            }
            Kind::Word(local) => {
                names.push(format!("default as {local}"));
                next += 1;
            }
            _ => return next,
        }
    }
    next
}

fn export(tokens: &[Token<'_>], at: usize, out: &mut Vec<Import>) -> usize {
    let line = tokens[at].line;
    let mut next = at + 1;
    let types = tokens.get(next).is_some_and(|token| token.is_word("type"));
    next += usize::from(types);
    let mut names = Vec::new();
    let mut only_types = types;
    match tokens.get(next).map(|token| token.kind) {
        Some(Kind::Symbol(b'{')) => {
            let (all, behind) = braces(tokens, next + 1, &mut names);
            only_types |= all;
            next = behind;
        }
        Some(Kind::Symbol(b'*')) => {
            next += 1;
            if tokens.get(next).is_some_and(|token| token.is_word("as")) {
                next += 2;
            }
            names.push("*".to_owned());
        }
        _ => return next,
    }
    if let Some([from, text]) = tokens.get(next..next + 2)
        && from.is_word("from")
        && let Kind::Text(module) = text.kind
    {
        if !only_types && !module.is_empty() {
            out.push(Import { module: module.to_owned(), line, names });
        }
        return next + 2;
    }
    next
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        imports(text)
            .iter()
            .map(|one| format!("{} {} {}", one.line, one.module, one.names.join(",")))
            .collect()
    }

    #[test]
    fn every_form_of_import_is_found() {
        let text = "import a, {b as c, type d} from 'm1'\nimport * as e from \"m2\";import 'm3'\nimport type f from 'no'\n\
                    import {type g} from 'no'\nimport type from 'm4'\nexport {h} from 'm5'; export * as i from 'm6'\n\
                    export type {j} from 'no'\nconst {k, l: m} = require('m7'), n = require(`m8`)\n\
                    o.require('no'); require.resolve('m9'); x = () => import('m10')\nimport p = require('m11')\n\
                    export const q = 1, from = 'no'\nimport.meta.url; ({import: 'no'})\nrequire(`no${r}`)\n\
                    require('m12').s()\n";
        assert_eq!(
            found(text),
            [
                "1 m1 default as a,b as c",
                "2 m2 * as e",
                "2 m3 ",
                "5 m4 default as type",
                "6 m5 h",
                "6 m6 *",
                "8 m7 k,l as m",
                "8 m8 * as n",
                "9 m9 ",
                "9 m10 ",
                "10 m11 * as p",
                "14 m12 s",
            ]
        );
    }

    #[test]
    fn patterns_divisions_and_templates_are_told_apart() {
        let text = "if (a) /'/.test(b); c = d / e; f = g['h'] / 2 /* ' */; i = /[/'\"]/g\n\
                    j = `k ${l({m: `n ${'o'}`})} require('no')`; p = q++ / r\nrequire('m1') // require('no')\n\
                    function s() { return /`/ }\n/require('no')/.x\nt = {} / 2; require('m2')\n";
        assert_eq!(found(text), ["3 m1 ", "6 m2 "]);
    }

    #[test]
    fn scripts_of_pages_keep_their_lines() {
        let text = "<template>\n<p>Don't import 'x'</p></template>\n<script setup lang=\"ts\">\nimport a from 'b'\n</script>\n\
                    <script>import 'c'</script>";
        let lines: Vec<_> =
            page_imports(text).into_iter().map(|one| (one.line, one.module)).collect();
        assert_eq!(lines, [(4, "b".to_owned()), (6, "c".to_owned())]);
    }

    #[test]
    fn nothing_that_is_cut_off_panics() {
        let text = "import {a as b} from 'c'; x = require(\"d\").e; `f ${g(`h`)} é` /i/ export * from 'j'; <k>'é</k>";
        for (cut, _) in text.char_indices() {
            imports(&text[cut..]);
            imports(&text[..cut]);
        }
    }
}
