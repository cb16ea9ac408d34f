//! `setup.py`: lists of plain texts that stand behind `install_requires=` and its kin. The program is not run; what it
//! computes is said to be not resolved.

use super::super::gather::Gather;
use super::super::{Broken, File};
use super::pyproject::{Manifest, Want};
use super::requirement::requirement;
use crate::engine::osv::component::{Listing, Note, Origin, Scope};

pub(super) const NAME: &str = "setup.py";

/// A piece of Python, as far as literals need it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Word(&'a str),
    /// Content of a text literal without escapes or placeholders.
    Text(&'a str),
    /// A text literal that means something else than it says.
    Computed,
    Mark(u8),
}

/// Splits a program into tokens with their lines; white space and comments are left out.
struct Tokens<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Tokens<'a> {
    /// Reads the literal whose quotes begin at the current place.
    fn literal(&mut self, prefix: &str) -> Token<'a> {
        let bytes = self.text.as_bytes();
        let quote = bytes[self.at];
        let triple = bytes.get(self.at..self.at + 3) == Some(&[quote; 3]);
        let width = if triple { 3 } else { 1 };
        let start = self.at + width;
        let mut plain = prefix.is_empty() || prefix.eq_ignore_ascii_case("u");
        self.at = start;
        loop {
            match bytes.get(self.at) {
                None => return Token::Computed,
                Some(b'\\') => {
                    plain = false;
                    self.line += u32::from(bytes.get(self.at + 1) == Some(&b'\n'));
                    self.at = (self.at + 2).min(bytes.len());
                    continue;
                }
                Some(b'\n') => {
                    if !triple {
                        return Token::Computed;
                    }
                    self.line += 1;
                }
                Some(byte) if *byte == quote => {
                    if !triple || bytes.get(self.at..self.at + 3) == Some(&[quote; 3]) {
                        let inside = self.text.get(start..self.at);
                        self.at += width;
                        return inside.filter(|_| plain).map_or(Token::Computed, Token::Text);
                    }
                }
                Some(_) => {}
            }
            self.at += 1;
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (u32, Token<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.text.as_bytes();
        loop {
            let byte = *bytes.get(self.at)?;
            let line = self.line;
            match byte {
                b'\n' => self.line += 1,
                b'#' => {
                    let rest = &bytes[self.at..];
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                    continue;
                }
                b'"' | b'\'' => return Some((line, self.literal(""))),
                byte if byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80 => {
                    let rest = &bytes[self.at..];
                    let is_word = |b: &u8| b.is_ascii_alphanumeric() || *b == b'_' || *b >= 0x80;
                    let length = rest.iter().position(|b| !is_word(b)).unwrap_or(rest.len());
                    let word = self.text.get(self.at..self.at + length).unwrap_or("");
                    self.at += length;
                    if length <= 2 && matches!(bytes.get(self.at), Some(b'"' | b'\'')) {
                        return Some((line, self.literal(word)));
                    }
                    return Some((line, Token::Word(word)));
                }
                byte if byte.is_ascii_whitespace() || byte == b'\\' => {}
                byte => {
                    self.at += 1;
                    return Some((line, Token::Mark(byte)));
                }
            }
            self.at += 1;
        }
    }
}

/// A list of texts from `at`, where its bracket stands: items with their lines and the place behind it; `None` when
/// anything else stands in it.
fn list(tokens: &[(u32, Token<'_>)], at: usize) -> Option<(Vec<(u32, String)>, usize)> {
    let close = match tokens.get(at)?.1 {
        Token::Mark(b'[') => b']',
        Token::Mark(b'(') => b')',
        _ => return None,
    };
    let mut items: Vec<(u32, String)> = Vec::new();
    let mut fresh = true;
    for (place, (line, token)) in tokens.iter().enumerate().skip(at + 1) {
        match token {
            // Literals that stand side by side are one.
            Token::Text(text) if !fresh => items.last_mut()?.1.push_str(text),
            Token::Text(text) => {
                items.push((*line, (*text).to_owned()));
                fresh = false;
            }
            Token::Mark(b',') => fresh = true,
            Token::Mark(mark) if *mark == close => return Some((items, place + 1)),
            _ => return None,
        }
    }
    None
}

/// Lists behind the keys of a dictionary that begins at `at`.
fn dictionary(tokens: &[(u32, Token<'_>)], at: usize) -> Option<Vec<(u32, String)>> {
    let mut items = Vec::new();
    if tokens.get(at)?.1 != Token::Mark(b'{') {
        return None;
    }
    let mut at = at + 1;
    loop {
        match tokens.get(at)?.1 {
            Token::Mark(b'}') => return Some(items),
            Token::Mark(b',') => at += 1,
            Token::Text(_) if tokens.get(at + 1)?.1 == Token::Mark(b':') => {
                let (found, behind) = list(tokens, at + 2)?;
                items.extend(found);
                at = behind;
            }
            _ => return None,
        }
    }
}

/// What stands behind a keyword ends there: at a comma or the closing bracket.
fn is_whole(tokens: &[(u32, Token<'_>)], behind: usize) -> bool {
    matches!(tokens.get(behind), None | Some((_, Token::Mark(b',' | b')'))))
}

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let tokens: Vec<(u32, Token<'_>)> = Tokens { text, at: 0, line: 1 }.collect();
    let mut gather = Gather::new(file, NAME);
    let mut manifest = Manifest::default();
    let mut computed = None;
    for (at, pair) in tokens.windows(2).enumerate() {
        let [(line, Token::Word(word)), (_, Token::Mark(b'='))] = pair else { continue };
        let scope = match *word {
            "install_requires" => Scope::Runtime,
            "extras_require" => Scope::Optional,
            "setup_requires" => Scope::Build,
            "tests_require" => Scope::Test,
            _ => continue,
        };
        let found = if scope == Scope::Optional {
            dictionary(&tokens, at + 2)
        } else {
            list(&tokens, at + 2)
                .filter(|(_, behind)| is_whole(&tokens, *behind))
                .map(|(items, _)| items)
        };
        let Some(found) = found else {
            computed = computed.or(Some(*line));
            continue;
        };
        for (line, item) in found {
            match requirement(&item) {
                Some(read) => {
                    manifest.want(Want { line, ..Want::of(&read, scope, &Origin::Registry) });
                }
                None => gather.lost(line, "not a requirement"),
            }
        }
    }
    manifest.declare(&mut gather, None);
    manifest.list(&mut gather);
    if let Some(line) = computed {
        let message = "requirements are computed by the program, which is not run".to_owned();
        gather.note(Note::Unresolved { line, message });
    }
    Ok(gather.finish())
}
