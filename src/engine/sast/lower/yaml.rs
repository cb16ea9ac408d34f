//! YAML, from the documents that [`crate::yaml::stream`] reads: mappings become dictionaries, sequences lists, and scalars strings, numbers
//! and constants, however they are quoted.

use super::own;
use crate::engine::sast::pattern::hold::{self, ELLIPSIS};
use crate::engine::sast::tree::{Kind, MAX_DEPTH, Text, Tree};
use crate::yaml::{Content, Limits, Style, Tagged, stream};

/// Reads a file.
pub fn file(source: &str) -> Tree<'_> {
    Reader { tree: Tree::new(source), in_pattern: false }.run()
}

/// Reads a pattern. A mapping of one entry means the entry, a sequence of one element the element.
pub fn pattern(text: &str) -> Tree<'static> {
    let text = hold(text);
    let read = Reader { tree: Tree::new(&text), in_pattern: true }.run();
    let top: Vec<u32> = read.children(0).collect();
    let mut tree = Tree::new("");
    tree.open(Kind::Module, 0, 0, Text::None);
    for id in top {
        let single = read.node(id).count == 1 && matches!(read.kind(id), Kind::Dict | Kind::List);
        let restored = |text: &str| text.replace(ESCAPE, "\\");
        own::copy(&read, if single { id + 1 } else { id }, &restored, &mut tree);
    }
    tree.close();
    tree.errors.clone_from(&read.errors);
    tree
}

struct Reader<'s> {
    tree: Tree<'s>,
    in_pattern: bool,
}

impl<'s> Reader<'s> {
    fn run(mut self) -> Tree<'s> {
        let source = self.tree.source;
        let limits = Limits { bytes: source.len().max(1), ..Limits::default() };
        let read = stream(source.as_bytes(), &limits);
        self.tree.open(Kind::Module, 0, source.len(), Text::None);
        for document in &read.documents {
            self.value(document);
        }
        self.tree.close();
        if read.error.is_some() {
            self.tree.errors.push(0..source.len() as u32);
        }
        self.tree
    }

    fn value(&mut self, value: &Tagged) {
        let range = value.range.clone();
        if self.tree.depth() >= MAX_DEPTH {
            self.tree.cut = true;
            self.tree.push(Kind::Other, range.start, range.end, Text::At(range));
            return;
        }
        match &value.content {
            // Nothing is the same as an empty text.
            Content::Null if range.is_empty() => {
                self.tree.push(Kind::Str, range.start, range.end, Text::At(range));
            }
            Content::Null => {
                self.tree.push(Kind::Null, range.start, range.end, Text::Word("null"));
            }
            Content::Bool(yes) => {
                let word = if *yes { "true" } else { "false" };
                self.tree.push(Kind::Bool, range.start, range.end, Text::Word(word));
            }
            Content::Int(_) | Content::Float(_) => {
                self.tree.push(Kind::Number, range.start, range.end, Text::At(range));
            }
            Content::Text { style, text } => self.text(range, *style, text),
            Content::Sequence(items) => {
                self.tree.open(Kind::List, range.start, range.end, Text::None);
                for item in items {
                    self.value(item);
                }
                self.tree.close();
            }
            Content::Mapping(pairs) => {
                self.tree.open(Kind::Dict, range.start, range.end, Text::None);
                for (key, value) in pairs {
                    let end = value.range.end.max(key.range.end);
                    self.tree.open(Kind::Pair, key.range.start, end, Text::None);
                    match key.content {
                        Content::Mapping(_) | Content::Sequence(_) => self.value(key),
                        Content::Text { style, ref text } => {
                            self.text(key.range.clone(), style, text);
                        }
                        _ => self.text(key.range.clone(), Style::Plain, ""),
                    }
                    self.value(value);
                    self.tree.close();
                }
                self.tree.close();
            }
        }
    }

    fn text(&mut self, range: std::ops::Range<usize>, style: Style, value: &str) {
        let written = self.tree.source.get(range.clone()).unwrap_or("");
        if self.in_pattern
            && style != Style::Quoted
            && let Some(name) = hold::name_of(written.trim())
        {
            self.tree.push(Kind::Name, range.start, range.end, Text::Word(&name));
            return;
        }
        let quoted = style == Style::Quoted && written.len() >= 2;
        let inside = if quoted { range.start + 1..range.end - 1 } else { range.clone() };
        let as_written = !(quoted || style == Style::Folded)
            || self.tree.source.get(inside.clone()) == Some(value);
        let text = if as_written { Text::At(inside) } else { Text::Word(value) };
        self.tree.push(Kind::Str, range.start, range.end, text);
    }
}

/// A line that is nothing but `...` ends a document in YAML; in a pattern it is one more entry or element, whichever its neighbours are.
fn hold(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let mut out = String::with_capacity(text.len() * 2);
    for (at, line) in lines.iter().enumerate() {
        if line.trim() == "..." {
            let blank = &line[..line.len() - line.trim_start().len()];
            out.push_str(blank);
            out.push_str(match neighbour(&lines, at) {
                Some(Neighbour::Element) => "- ...",
                Some(Neighbour::Entry) => "__ell__: ...",
                None => ELLIPSIS,
            });
        } else if let Some(dashes) = line.trim_end().strip_suffix("...").filter(|dashes| {
            // `- ...` and more entries behind it.
            let next = lines[at + 1..].iter().find(|next| !next.trim().is_empty());
            dashes.ends_with("- ")
                && dashes.trim_matches([' ', '-']).is_empty()
                && next.is_some_and(|next| next.len() - next.trim_start().len() >= dashes.len())
        }) {
            out.push_str(dashes);
            out.push_str("__ell__: ...");
        } else {
            out.push_str(line);
        }
        out.push('\n');
    }
    escaped(&out)
}

/// Backslashes that YAML does not know the meaning of are there for a regular expression.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let next = rest[at + 1..].chars().next().unwrap_or(' ');
        let known = "0abtnvfre \"/\\N_LPxuU\n".contains(next);
        out.push_str(&rest[..at]);
        out.push(if known { '\\' } else { ESCAPE });
        let mut behind = at + 1;
        if known {
            out.push(next);
            behind += next.len_utf8().min(rest.len() - behind);
        }
        rest = &rest[behind..];
    }
    out.push_str(rest);
    out
}

/// Stands for a backslash while a pattern is read.
const ESCAPE: char = '\u{e05c}';

enum Neighbour {
    Element,
    Entry,
}

fn neighbour(lines: &[&str], at: usize) -> Option<Neighbour> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let wanted = indent(lines[at]);
    let counts = |line: &&&str| {
        let text = line.trim();
        !text.is_empty() && text != "..." && !text.starts_with('#')
    };
    let is_element = |text: &str| text == "-" || text.starts_with("- ");
    let one = |line: &str| -> Option<Option<Neighbour>> {
        let text = line.trim_start();
        let mut column = indent(line);
        if column == wanted {
            return Some(Some(if is_element(text) {
                Neighbour::Element
            } else {
                Neighbour::Entry
            }));
        }
        // `- a: b` begins a mapping further in.
        let mut rest = text;
        while column < wanted && is_element(rest) {
            let inside = rest[1..].trim_start();
            column += rest.len() - inside.len();
            rest = inside;
        }
        match column.cmp(&wanted) {
            std::cmp::Ordering::Less => Some(None),
            std::cmp::Ordering::Equal if !rest.is_empty() => {
                Some(Some(if is_element(rest) { Neighbour::Element } else { Neighbour::Entry }))
            }
            _ => None,
        }
    };
    let after =
        lines[at + 1..].iter().filter(counts).find_map(|line| match indent(line).cmp(&wanted) {
            std::cmp::Ordering::Equal => one(line),
            std::cmp::Ordering::Less => Some(None),
            std::cmp::Ordering::Greater => None,
        });
    let before = lines[..at].iter().rev().filter(counts).find_map(|line| one(line));
    after.flatten().or(before.flatten())
}

#[cfg(test)]
mod tests {
    use super::super::javascript::tests::outline;
    use super::{hold, pattern};
    use crate::engine::sast::tree::Kind;

    #[test]
    fn quotes_make_no_difference_and_types_do() {
        for (text, expected) in [
            ("a: b\n", "Dict(Pair(Str a, Str b))"),
            ("'a': \"b\"\n", "Dict(Pair(Str a, Str b))"),
            ("a: [1, true, ~]\n", "Dict(Pair(Str a, List(Number 1, Bool true, Null null)))"),
            ("- {a: \"1\"}\n", "List(Dict(Pair(Str a, Str 1)))"),
            ("on:\n", "Dict(Pair(Str on, Str))"),
        ] {
            assert_eq!(outline("yaml", text), expected, "{text}");
        }
    }

    #[test]
    fn an_ellipsis_is_what_its_neighbours_are() {
        assert_eq!(hold("a:\n  ...\n  b: 1\n...\n"), "a:\n  __ell__: ...\n  b: 1\n__ell__: ...\n");
        assert_eq!(hold("a:\n  - b\n  ...\n"), "a:\n  - b\n  - ...\n");
        assert_eq!(hold("- a: 1\n  ...\n"), "- a: 1\n  __ell__: ...\n");
        assert_eq!(hold("- ...\n  a: 1\n"), "- __ell__: ...\n  a: 1\n");
        assert_eq!(hold("a:\n  ...\n"), "a:\n  __ell__\n");
    }

    #[test]
    fn one_entry_and_one_element_stand_for_themselves() {
        assert_eq!(pattern("a: $X").kind(1), Kind::Pair);
        assert_eq!(pattern("- a: $X\n  b: 1").kind(1), Kind::Dict);
        assert_eq!(pattern("a: 1\nb: 2").kind(1), Kind::Dict);
    }

    #[test]
    fn nothing_that_is_cut_off_breaks_it() {
        let text = "a: {b: [1, 'é', \"\\n\"], c: |\n   x\n  d: *e\n- f: >-\n ...\n";
        for (at, _) in text.char_indices() {
            let _ = super::file(&text[..at]);
            let _ = pattern(&text[at..]);
        }
    }
}
