//! The text of a `go.mod` (<https://go.dev/ref/mod#go-mod-file-grammar>): directives with their lines. Does not apply
//! replacements and knows no versions.

use std::borrow::Cow;

/// One `require`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Require<'a> {
    pub path: Cow<'a, str>,
    pub version: Cow<'a, str>,
    /// `// indirect`.
    pub indirect: bool,
    pub line: u32,
}

/// One `replace`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Replace<'a> {
    pub old: Cow<'a, str>,
    /// The only version concerned.
    pub old_version: Option<Cow<'a, str>>,
    pub new: Cow<'a, str>,
    /// Absent for folders.
    pub new_version: Option<Cow<'a, str>>,
    pub line: u32,
}

/// A `go.mod` as written.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Mod<'a> {
    pub module: Option<Cow<'a, str>>,
    /// `go` directive and its line.
    pub go: Option<(Cow<'a, str>, u32)>,
    /// `toolchain` directive and its line.
    pub toolchain: Option<(Cow<'a, str>, u32)>,
    pub requires: Vec<Require<'a>>,
    pub replaces: Vec<Replace<'a>>,
    /// Paths and versions of `exclude`.
    pub excludes: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    /// Lines that are not understood.
    pub lost: Vec<u32>,
}

/// Reads it; never fails, what is not understood is in [`Mod::lost`].
pub(super) fn read(text: &str) -> Mod<'_> {
    let mut out = Mod::default();
    // The directive of an open block.
    let mut block: Option<&str> = None;
    let mut number = 0u32;
    for line in text.lines() {
        number = number.saturating_add(1);
        let Some((words, comment)) = words(line) else {
            out.lost.push(number);
            continue;
        };
        let bare: Vec<&str> = words.iter().map(|word| &**word).collect();
        match (block, bare.as_slice()) {
            (_, []) => {}
            (Some(_), [")"]) => block = None,
            (Some(verb), _) => {
                if !out.directive(verb, &words, comment, number) {
                    out.lost.push(number);
                }
            }
            (None, [verb, "("]) => block = VERBS.iter().copied().find(|known| known == verb),
            (None, [_, "(", ")"]) => {}
            (None, [verb, ..]) => {
                if !out.directive(verb, &words[1..], comment, number) {
                    out.lost.push(number);
                }
            }
        }
        if block.is_none() && bare.last() == Some(&"(") {
            // An unknown block: its lines are lost one by one.
            out.lost.push(number);
            block = Some("");
        }
    }
    if block.is_some() {
        out.lost.push(number);
    }
    out
}

/// All directives.
const VERBS: &[&str] = &[
    "module",
    "go",
    "toolchain",
    "require",
    "replace",
    "exclude",
    "retract",
    "godebug",
    "tool",
    "ignore",
];

impl<'a> Mod<'a> {
    /// Takes one directive; `false` when it is not understood.
    fn directive(&mut self, verb: &str, words: &[Cow<'a, str>], comment: &str, line: u32) -> bool {
        match (verb, words) {
            ("module", [path]) => self.module = Some(path.clone()),
            ("go", [version]) => self.go = Some((version.clone(), line)),
            ("toolchain", [name]) => self.toolchain = Some((name.clone(), line)),
            ("require", [path, version]) => self.requires.push(Require {
                path: path.clone(),
                version: version.clone(),
                indirect: is_indirect(comment),
                line,
            }),
            ("exclude", [path, version]) => self.excludes.push((path.clone(), version.clone())),
            ("replace", _) => {
                let Some(arrow) = words.iter().position(|word| word == "=>") else {
                    return false;
                };
                let (old, new) = (&words[..arrow], &words[arrow + 1..]);
                let ([old, old_version @ ..], [new, new_version @ ..]) = (old, new) else {
                    return false;
                };
                if old_version.len() > 1 || new_version.len() > 1 {
                    return false;
                }
                self.replaces.push(Replace {
                    old: old.clone(),
                    old_version: old_version.first().cloned(),
                    new: new.clone(),
                    new_version: new_version.first().cloned(),
                    line,
                });
            }
            // They name no module that is used and is not required as well.
            ("retract" | "godebug" | "tool" | "ignore", _) => {}
            _ => return false,
        }
        true
    }
}

/// The rule of the `go` command: the comment is `indirect`, or begins with `indirect;`.
fn is_indirect(comment: &str) -> bool {
    let mut words = comment.split_whitespace();
    matches!((words.next(), words.next()), (Some("indirect"), None) | (Some("indirect;"), _))
}

/// Words of a line and its comment; `None` for a string without end.
fn words(line: &str) -> Option<(Vec<Cow<'_, str>>, &str)> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("//") {
            return Some((words, comment));
        }
        match first {
            '(' | ')' | ',' | '[' | ']' => {
                let (word, after) = rest.split_at(1);
                words.push(Cow::Borrowed(word));
                rest = after;
            }
            '`' => {
                let (inner, after) = rest.strip_prefix('`')?.split_once('`')?;
                words.push(Cow::Borrowed(inner));
                rest = after;
            }
            '"' => {
                let (word, after) = quoted(rest.strip_prefix('"')?)?;
                words.push(word);
                rest = after;
            }
            _ => {
                let end = rest
                    .char_indices()
                    .find(|(at, c)| {
                        c.is_whitespace()
                            || matches!(c, '(' | ')' | ',' | '[' | ']')
                            || rest.get(*at..).is_some_and(|rest| rest.starts_with("//"))
                    })
                    .map_or(rest.len(), |(at, _)| at);
                let (word, after) = rest.split_at(end);
                words.push(Cow::Borrowed(word));
                rest = after;
            }
        }
        rest = rest.trim_start();
    }
    Some((words, ""))
}

/// The content of an interpreted string and what follows it; escapes besides `\\` and `\"` name nothing a path can hold.
fn quoted(text: &str) -> Option<(Cow<'_, str>, &str)> {
    let end = text.find(['"', '\\'])?;
    if text[end..].starts_with('"') {
        return Some((Cow::Borrowed(&text[..end]), &text[end + 1..]));
    }
    let mut out = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return Some((Cow::Owned(out), &text[at + 1..])),
            '\\' => match chars.next()?.1 {
                c @ ('\\' | '"') => out.push(c),
                _ => return None,
            },
            c => out.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_directive_is_read() {
        let text = "module \"example.com/m\" // the module\n\ngo 1.21\ntoolchain go1.21.5\n\
                    require example.com/a v1.0.0\nrequire (\n\texample.com/b v2.0.0 // indirect\n\
                    \t`example.com/c` v3.0.0+incompatible // indirect; why\n\n\t// indirect\n\
                    \texample.com/d v1.0.0 // not indirect\n)\n\
                    replace example.com/a v1.0.0 => ../a\nreplace (\n\texample.com/b => x.example/b v2.1.0\n)\n\
                    exclude example.com/z v0.1.0\nretract [v1.0.0, v1.1.0] // bad\nretract (\n v0.1.0\n)\n\
                    tool example.com/b/cmd\ngodebug default=go1.21\n";
        let found = read(text);
        let requires: Vec<_> =
            found.requires.iter().map(|r| (&*r.path, &*r.version, r.indirect, r.line)).collect();
        assert_eq!(
            requires,
            [
                ("example.com/a", "v1.0.0", false, 5),
                ("example.com/b", "v2.0.0", true, 7),
                ("example.com/c", "v3.0.0+incompatible", true, 8),
                ("example.com/d", "v1.0.0", false, 11),
            ]
        );
        assert_eq!(found.module.as_deref(), Some("example.com/m"));
        assert_eq!(found.go, Some(("1.21".into(), 3)));
        assert_eq!(found.toolchain, Some(("go1.21.5".into(), 4)));
        assert_eq!(found.replaces.len(), 2);
        assert_eq!(found.replaces[1].new_version.as_deref(), Some("v2.1.0"));
        assert_eq!(found.excludes, [("example.com/z".into(), "v0.1.0".into())]);
        assert_eq!(found.lost, [0u32; 0]);
    }

    #[test]
    fn lines_that_are_not_understood_are_named() {
        let text =
            "module m\nrequire example.com/a\nfoo bar\nrequire \"open\nbaz (\n x\n)\nrequire (\n";
        assert_eq!(read(text).lost, [2, 3, 4, 5, 6, 8]);
    }
}
