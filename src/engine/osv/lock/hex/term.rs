//! Elixir terms as text: what `mix.lock` is made of. Reads maps, lists, tuples, strings and atoms, each with its line; runs
//! nothing and knows no packages.

use std::borrow::Cow;

/// Deepest nesting; Mix writes three levels.
const MAX_DEPTH: usize = 32;

/// A term and its line, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term<'a> {
    pub line: u32,
    pub value: Value<'a>,
}

/// What a term is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// `"x"`.
    Text(Cow<'a, str>),
    /// `:x`, `:"x"`; also `true`, `nil` and numbers as written.
    Atom(Cow<'a, str>),
    Tuple(Vec<Term<'a>>),
    List(Vec<Term<'a>>),
    /// `%{…}`, and pairs `key: value` and `"key": value`, which Elixir also allows at the end of lists.
    Map(Vec<(Term<'a>, Term<'a>)>),
}

impl<'a> Term<'a> {
    /// The text of a string or atom.
    pub fn word(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) | Value::Atom(text) => Some(text),
            _ => None,
        }
    }

    /// The elements of a tuple.
    pub fn tuple(&self) -> Option<&[Self]> {
        match &self.value {
            Value::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The elements of a list; none of anything else.
    pub fn list(&self) -> &[Self] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The pairs of a map, or of a list of pairs.
    pub fn pairs(&self) -> &[(Self, Self)] {
        match &self.value {
            Value::Map(pairs) => pairs,
            Value::List(items) => match items.as_slice() {
                [Term { value: Value::Map(pairs), .. }] => pairs,
                _ => &[],
            },
            _ => &[],
        }
    }

    /// The word under a key of a list of pairs.
    pub fn option(&self, key: &str) -> Option<&str> {
        let pairs: &'_ [(Term<'a>, Term<'a>)] = match &self.value {
            Value::List(items) => match items.last().map(|last| &last.value) {
                Some(Value::Map(pairs)) => pairs,
                _ => &[],
            },
            _ => self.pairs(),
        };
        pairs.iter().find(|(k, _)| k.word() == Some(key)).and_then(|(_, value)| value.word())
    }
}

/// Reads one term that begins at the start of `text`; the line on which it fails otherwise.
pub(super) fn read(text: &str) -> Result<Term<'_>, u32> {
    let mut reader = Reader { text, at: 0, line: 1, counted: 0 };
    let term = reader.term(0).ok_or(());
    let term = term.map_err(|()| reader.line())?;
    reader.space();
    if reader.at < text.len() { Err(reader.line()) } else { Ok(term) }
}

/// The term at the start of `text` and the bytes it takes; `line` is that of its first byte.
pub(super) fn read_first(text: &str, line: u32) -> Option<(Term<'_>, usize)> {
    let mut reader = Reader { text, at: 0, line, counted: 0 };
    let term = reader.term(0)?;
    Some((term, reader.at))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    /// Line of the byte at `counted`.
    line: u32,
    counted: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn line(&mut self) -> u32 {
        let passed = self.text.as_bytes().get(self.counted..self.at).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count() as u32;
        self.counted = self.at;
        self.line
    }

    /// Passes white space and comments.
    fn space(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with('#') {
                return;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
    }

    fn takes(&mut self, mark: &str) -> bool {
        let found = self.rest().starts_with(mark);
        if found {
            self.at += mark.len();
        }
        found
    }

    fn term(&mut self, depth: usize) -> Option<Term<'a>> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.space();
        let line = self.line();
        let value = if self.takes("%{") {
            Value::Map(self.items('}', depth)?.into_iter().try_fold(
                Vec::new(),
                |mut all, item| {
                    match item.value {
                        Value::Map(pairs) => all.extend(pairs),
                        _ => return None,
                    }
                    Some(all)
                },
            )?)
        } else if self.takes("{") {
            Value::Tuple(self.items('}', depth)?)
        } else if self.takes("[") {
            Value::List(self.items(']', depth)?)
        } else if self.takes("\"") {
            Value::Text(self.string()?)
        } else if self.takes(":\"") {
            Value::Atom(self.string()?)
        } else {
            self.takes(":");
            Value::Atom(Cow::Borrowed(self.bare()?))
        };
        Some(Term { line, value })
    }

    /// Elements up to a bracket; pairs that follow each other become one map.
    fn items(&mut self, close: char, depth: usize) -> Option<Vec<Term<'a>>> {
        let mut items: Vec<Term<'a>> = Vec::new();
        loop {
            self.space();
            if self.rest().starts_with(close) {
                self.at += 1;
                return Some(items);
            }
            let key = self.term(depth + 1)?;
            let is_word = key.word().is_some();
            let is_pair = if is_word && self.takes(": ") {
                true
            } else {
                self.space();
                self.takes("=>")
            };
            if is_pair {
                let value = self.term(depth + 1)?;
                if let Some(Term { value: Value::Map(pairs), .. }) = items.last_mut() {
                    pairs.push((key, value));
                } else {
                    let line = key.line;
                    items.push(Term { line, value: Value::Map(vec![(key, value)]) });
                }
            } else {
                items.push(key);
            }
            self.space();
            if !self.takes(",") && !self.rest().starts_with(close) {
                return None;
            }
        }
    }

    /// What follows a quote, up to the next.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        let rest = self.rest();
        let end = memchr::memchr2(b'"', b'\\', rest.as_bytes())?;
        if rest.as_bytes().get(end) == Some(&b'"') {
            self.at += end + 1;
            return rest.get(..end).map(Cow::Borrowed);
        }
        let mut out = String::new();
        let mut chars = rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at += at + 1;
                    return Some(Cow::Owned(out));
                }
                '\\' => match chars.next()?.1 {
                    'n' => out.push('\n'),
                    't' => out.push('\t'),
                    c => out.push(c),
                },
                c => out.push(c),
            }
        }
        None
    }

    fn bare(&mut self) -> Option<&'a str> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '?' | '!' | '@' | '.' | '-'))
            .unwrap_or(rest.len());
        self.at += end;
        rest.get(..end).filter(|word| !word.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_know_their_kind_and_line() {
        let text = "%{\n  \"a\": {:hex, :\"a-b\", \"1.0\", [:mix], [{:c, \"~> 1\", [hex: :c, optional: false]}]},\n\
                    \x20 # note\n  \"b\" => {:git, \"x\\\"y\", []},\n}\n";
        let term = read(text).unwrap();
        let pairs = term.pairs();
        assert_eq!((pairs[0].0.word(), pairs[0].0.line), (Some("a"), 2));
        assert_eq!((pairs[1].0.word(), pairs[1].0.line), (Some("b"), 4));
        let first = pairs[0].1.tuple().unwrap();
        assert_eq!(first[1].word(), Some("a-b"));
        let dependency = first[4].list()[0].tuple().unwrap();
        assert_eq!(dependency[2].option("hex"), Some("c"));
        assert_eq!(pairs[1].1.tuple().unwrap()[1].word(), Some("x\"y"));
    }

    #[test]
    fn what_is_no_term_says_its_line() {
        for (text, line) in [
            ("", 1),
            ("%{\n\"a\" 1}", 2),
            ("%{\n\"a\": {\n", 3),
            ("%{}\n\nx", 3),
            (&"[".repeat(100_000), 1),
            ("\"open", 1),
            ("%{1}", 1),
        ] {
            assert_eq!(read(text), Err(line), "{}", text.get(..20).unwrap_or(text));
        }
    }
}
