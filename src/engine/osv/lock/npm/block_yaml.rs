//! The YAML that pnpm and yarn write: block mappings, one scalar or flow collection to a value, no anchors and no tags.
//! Several times as fast as a full reader, and keeps the line of every key. A document that holds anything else is
//! given to the full reader; knows nothing of what the documents mean.

mod flow;
mod full;

use crate::engine::osv::lock::Broken;
use std::borrow::Cow;

/// Deepest nesting of block collections.
const MAX_DEPTH: usize = 32;

/// A key, its line and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair<'a> {
    /// The key's text.
    pub(super) key: Cow<'a, str>,
    /// Its line, from 1.
    pub(super) line: u32,
    /// The value.
    pub(super) value: Value<'a>,
}

/// A value. Scalars are text, whatever YAML takes them for: `1.10` stays `1.10`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// Nothing.
    Null,
    /// A scalar.
    Text(Cow<'a, str>),
    /// A sequence.
    List(Vec<Self>),
    /// A mapping.
    Map(Vec<Pair<'a>>),
}

impl<'a> Value<'a> {
    /// Text of a scalar; empty for anything else.
    pub(super) fn as_str(&self) -> &str {
        if let Self::Text(text) = self { text } else { "" }
    }

    /// Pairs of a mapping; none for anything else.
    pub(super) fn pairs(&self) -> &[Pair<'a>] {
        if let Self::Map(pairs) = self { pairs } else { &[] }
    }

    /// The value of a key of a mapping.
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        find(self.pairs(), key)
    }

    /// The text of a key of a mapping; empty where there is none.
    pub(super) fn word(&self, key: &str) -> &str {
        self.get(key).map_or("", Self::as_str)
    }

    /// Whether a key of a mapping says `true`.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.word(key) == "true"
    }
}

/// The value of a key.
pub(super) fn find<'p, 'a>(pairs: &'p [Pair<'a>], key: &str) -> Option<&'p Value<'a>> {
    pairs.iter().find(|pair| pair.key == key).map(|pair| &pair.value)
}

/// Reads the documents of a text, all of which are mappings.
pub(super) fn documents(text: &str) -> Result<Vec<Vec<Pair<'_>>>, Broken> {
    Reader::new(text).documents().or_else(|_| full::documents(text))
}

/// A line that these rules do not cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Unusual;

type Outcome<T> = Result<T, Unusual>;

#[derive(Debug, Clone, Copy)]
struct Line<'a> {
    indent: usize,
    /// Without indentation, space at its end and line end.
    body: &'a str,
    number: u32,
}

struct Reader<'a> {
    text: &'a str,
    /// Offset of the line after the present one.
    next: usize,
    /// Number of the line at `next`, from 1.
    number: u32,
    current: Option<Line<'a>>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let mut reader = Self { text, next: 0, number: 1, current: None };
        reader.advance();
        reader
    }

    /// The next line, whatever stands in it.
    fn raw(&mut self) -> Option<(&'a str, u32)> {
        let rest = self.text.get(self.next..).filter(|rest| !rest.is_empty())?;
        let end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let number = self.number;
        self.next += (end + 1).min(rest.len());
        self.number += 1;
        Some((&rest[..end], number))
    }

    /// Goes to the next line that holds more than space and a comment.
    fn advance(&mut self) {
        while let Some((line, number)) = self.raw() {
            let line = line.trim_end();
            let body = line.trim_start_matches(' ');
            if body.is_empty() || body.starts_with('#') {
                continue;
            }
            self.current = Some(Line { indent: line.len() - body.len(), body, number });
            return;
        }
        self.current = None;
    }

    fn documents(&mut self) -> Outcome<Vec<Vec<Pair<'a>>>> {
        let mut documents = Vec::new();
        while let Some(line) = self.current {
            if line.indent == 0 && is_marker(line.body) {
                self.advance();
                continue;
            }
            if line.indent != 0 {
                return Err(Unusual);
            }
            documents.push(self.map(0, 0)?);
        }
        Ok(documents)
    }

    fn map(&mut self, indent: usize, depth: usize) -> Outcome<Vec<Pair<'a>>> {
        if depth > MAX_DEPTH {
            return Err(Unusual);
        }
        let mut pairs = Vec::new();
        while let Some(line) = self.current {
            if line.indent < indent || (indent == 0 && is_marker(line.body)) {
                break;
            }
            if line.indent > indent {
                return Err(Unusual);
            }
            let (key, rest) = match line.body.strip_prefix("? ") {
                Some(key) => self.long_key(key, indent)?,
                None => key(line.body)?,
            };
            // The value may stand on another line than the key; where its text is a new line, that is the present one.
            let value = if rest.is_empty() {
                self.advance();
                self.below(indent, depth)?
            } else if self.current.is_some_and(|now| now.indent > indent) {
                self.nested(depth)?
            } else {
                self.scalar(rest, indent)?
            };
            pairs.push(Pair { key, line: line.number, value });
        }
        Ok(pairs)
    }

    /// `? key`, and `: value` on the next line: how keys of more than 1024 characters are written.
    fn long_key(&mut self, text: &'a str, indent: usize) -> Outcome<(Cow<'a, str>, &'a str)> {
        let key = whole(text)?;
        self.advance();
        let line = self.current.filter(|line| line.indent == indent).ok_or(Unusual)?;
        let rest = line.body.strip_prefix(':').ok_or(Unusual)?;
        let body = rest.trim_start_matches(' ');
        if !body.is_empty() {
            if body.len() == rest.len() {
                return Err(Unusual);
            }
            // A mapping may begin right behind the colon; as if it stood on a line of its own.
            let indent = line.indent + line.body.len() - body.len();
            if key_end(body).is_some() {
                self.current = Some(Line { indent, body, number: line.number });
            }
        }
        Ok((key, body))
    }

    /// What stands on the lines below a key without a value.
    fn below(&mut self, indent: usize, depth: usize) -> Outcome<Value<'a>> {
        match self.current {
            Some(line) if line.indent > indent => self.nested(depth),
            Some(line) if line.indent == indent && is_item(line.body) => {
                self.list(indent, depth + 1)
            }
            _ => Ok(Value::Null),
        }
    }

    fn nested(&mut self, depth: usize) -> Outcome<Value<'a>> {
        let Some(line) = self.current else { return Ok(Value::Null) };
        if is_item(line.body) {
            self.list(line.indent, depth + 1)
        } else if line.body.starts_with(['{', '[']) {
            self.scalar(line.body, line.indent.saturating_sub(1))
        } else {
            Ok(Value::Map(self.map(line.indent, depth + 1)?))
        }
    }

    fn list(&mut self, indent: usize, depth: usize) -> Outcome<Value<'a>> {
        if depth > MAX_DEPTH {
            return Err(Unusual);
        }
        let mut items = Vec::new();
        while let Some(line) =
            self.current.filter(|line| line.indent == indent && is_item(line.body))
        {
            let body = line.body.get(1..).unwrap_or_default().trim_start_matches(' ');
            items.push(if body.is_empty() {
                return Err(Unusual);
            } else if !body.starts_with(['{', '[']) && key_end(body).is_some() {
                let indent = line.indent + line.body.len() - body.len();
                self.current = Some(Line { indent, body, number: line.number });
                Value::Map(self.map(indent, depth + 1)?)
            } else if is_item(body) {
                return Err(Unusual);
            } else {
                self.scalar(body, indent)?
            });
        }
        match self.current {
            Some(line) if line.indent > indent => Err(Unusual),
            _ => Ok(Value::List(items)),
        }
    }

    /// A scalar or flow collection that begins at `rest`, a part of the text; goes on to the line behind it.
    fn scalar(&mut self, rest: &'a str, indent: usize) -> Outcome<Value<'a>> {
        match rest.as_bytes().first() {
            Some(b'{' | b'[') => self.flow(rest),
            Some(b'|' | b'>') => self.block(rest, indent),
            _ => {
                let text = whole(rest)?;
                self.advance();
                self.continued(text, indent)
            }
        }
    }

    /// A plain scalar goes on on lines that are deeper than its key.
    fn continued(&mut self, text: Cow<'a, str>, indent: usize) -> Outcome<Value<'a>> {
        let deeper = |line: &Line<'_>| line.indent > indent;
        if self.current.as_ref().is_none_or(|line| !deeper(line)) {
            return Ok(Value::Text(text));
        }
        let mut text = text.into_owned();
        while let Some(line) = self.current.filter(deeper) {
            text.push(' ');
            text.push_str(plain(line.body)?);
            self.advance();
        }
        Ok(Value::Text(Cow::Owned(text)))
    }

    /// The lines of a block scalar, which is prose wherever it occurs.
    fn block(&mut self, head: &'a str, indent: usize) -> Outcome<Value<'a>> {
        if !head.bytes().skip(1).all(|b| matches!(b, b'-' | b'+' | b'0'..=b'9')) {
            return Err(Unusual);
        }
        let mut text = String::new();
        loop {
            let (at, number) = (self.next, self.number);
            let Some((line, _)) = self.raw() else { break };
            let body = line.trim();
            let deep = line.len() - line.trim_start_matches(' ').len() > indent;
            if !body.is_empty() && !deep {
                (self.next, self.number) = (at, number);
                break;
            }
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(body);
        }
        self.advance();
        Ok(Value::Text(Cow::Owned(text)))
    }

    fn flow(&mut self, rest: &'a str) -> Outcome<Value<'a>> {
        let start = (rest.as_ptr() as usize)
            .checked_sub(self.text.as_ptr() as usize)
            .filter(|start| *start <= self.text.len())
            .ok_or(Unusual)?;
        let line = self.current.map_or(1, |line| line.number);
        let (value, end) = flow::read(self.text, start, line)?;
        let behind = self.text.get(end..).ok_or(Unusual)?;
        let stop = memchr::memchr(b'\n', behind.as_bytes()).unwrap_or(behind.len());
        let tail = behind[..stop].trim();
        if !(tail.is_empty() || tail.starts_with('#')) {
            return Err(Unusual);
        }
        let lines =
            memchr::memchr_iter(b'\n', self.text.as_bytes().get(start..end).unwrap_or_default());
        self.number = line + lines.count() as u32 + 1;
        self.next = (end + stop + 1).min(self.text.len());
        self.advance();
        Ok(value)
    }
}

fn is_marker(body: &str) -> bool {
    body == "---" || body == "..."
}

fn is_item(body: &str) -> bool {
    body == "-" || body.starts_with("- ")
}

/// Where the key of a line ends (with its quotes) and where its value begins.
fn key_end(body: &str) -> Option<(usize, usize)> {
    let bytes = body.as_bytes();
    let end = match bytes.first()? {
        b'\'' | b'"' => quoted_end(body)?,
        b'[' | b']' | b'{' | b'}' | b',' | b'&' | b'*' | b'#' | b'!' | b'|' | b'>' | b'%'
        | b'@' | b'`' => return None,
        _ => memchr::memchr_iter(b':', bytes)
            .find(|at| matches!(bytes.get(at + 1), None | Some(b' ')))?,
    };
    if bytes.get(end) != Some(&b':') || !matches!(bytes.get(end + 1), None | Some(b' ')) {
        return None;
    }
    Some((end, end + 1))
}

fn key(body: &str) -> Outcome<(Cow<'_, str>, &str)> {
    let (end, value) = key_end(body).ok_or(Unusual)?;
    let key = body.get(..end).ok_or(Unusual)?;
    if !key.starts_with(['"', '\''])
        && (key.contains(" #") || is_item(key) || key.starts_with("? "))
    {
        return Err(Unusual);
    }
    let rest = body.get(value..).unwrap_or_default().trim_start_matches(' ');
    let rest = if rest.starts_with('#') { "" } else { rest };
    Ok((unquoted(key.trim_end())?, rest))
}

/// Offset behind the closing quote of the string that a text begins with.
fn quoted_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let quote = *bytes.first()?;
    let mut at = 1;
    loop {
        match *bytes.get(at)? {
            b'\\' if quote == b'"' => at += 2,
            b'\'' if quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            b if b == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// The text of a scalar that is all of `text` but a comment.
fn whole(text: &str) -> Outcome<Cow<'_, str>> {
    if !text.starts_with(['"', '\'']) {
        return plain(text).map(Cow::Borrowed);
    }
    let end = quoted_end(text).ok_or(Unusual)?;
    let tail = text.get(end..).ok_or(Unusual)?.trim_start();
    if !(tail.is_empty() || tail.starts_with('#')) {
        return Err(Unusual);
    }
    unquoted(text.get(..end).ok_or(Unusual)?)
}

fn plain(text: &str) -> Outcome<&str> {
    let unusual = match text.as_bytes().first() {
        Some(
            b'&' | b'*' | b'!' | b'%' | b'@' | b'`' | b'{' | b'[' | b'"' | b'\'' | b'|' | b'>',
        ) => true,
        _ => text.contains(": ") || text.ends_with(':') || is_item(text) || text.starts_with("? "),
    };
    if unusual {
        return Err(Unusual);
    }
    Ok(text.find(" #").and_then(|at| text.get(..at)).unwrap_or(text).trim_end())
}

/// The text within quotes; a plain text as it is.
fn unquoted(text: &str) -> Outcome<Cow<'_, str>> {
    let inner = |quote: char| text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    if let Some(inner) = inner('\'') {
        return Ok(if inner.contains('\'') {
            Cow::Owned(inner.replace("''", "'"))
        } else {
            Cow::Borrowed(inner)
        });
    }
    if let Some(inner) = inner('"') {
        if !inner.contains('\\') {
            return Ok(Cow::Borrowed(inner));
        }
        // Escapes that JSON shares with YAML are all that tools write.
        return serde_json::from_str::<String>(text).map(Cow::Owned).map_err(|_| Unusual);
    }
    Ok(Cow::Borrowed(text))
}

#[cfg(test)]
mod tests;
