//! Flow collections, `{a: b, c: [d]}`, over one or several lines.

use super::{Outcome, Pair, Unusual, Value, quoted_end, unquoted};
use std::borrow::Cow;

/// Deepest nesting.
const MAX_DEPTH: usize = 16;

/// Reads the collection that begins at `start`, on line `line`; gives it with the offset behind it.
pub(super) fn read(text: &str, start: usize, line: u32) -> Outcome<(Value<'_>, usize)> {
    let mut flow = Flow { text, at: start, line };
    let value = flow.value(0)?;
    Ok((value, flow.at))
}

struct Flow<'a> {
    text: &'a str,
    at: usize,
    line: u32,
}

impl<'a> Flow<'a> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(b) = self.peek().filter(u8::is_ascii_whitespace) {
            self.line += u32::from(b == b'\n');
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Outcome<Value<'a>> {
        if depth > MAX_DEPTH {
            return Err(Unusual);
        }
        self.skip_space();
        if self.take(b'{') {
            return self.map(depth);
        }
        if self.take(b'[') {
            return self.list(depth);
        }
        Ok(match self.scalar()? {
            text if text.is_empty() => Value::Null,
            text => Value::Text(text),
        })
    }

    fn map(&mut self, depth: usize) -> Outcome<Value<'a>> {
        let mut pairs = Vec::new();
        loop {
            self.skip_space();
            if self.take(b'}') {
                return Ok(Value::Map(pairs));
            }
            let line = self.line;
            let key = self.scalar()?;
            self.skip_space();
            let value = if self.take(b':') { self.value(depth + 1)? } else { Value::Null };
            pairs.push(Pair { key, line, value });
            self.separator(b'}')?;
        }
    }

    fn list(&mut self, depth: usize) -> Outcome<Value<'a>> {
        let mut items = Vec::new();
        loop {
            self.skip_space();
            if self.take(b']') {
                return Ok(Value::List(items));
            }
            items.push(self.value(depth + 1)?);
            self.separator(b']')?;
        }
    }

    fn separator(&mut self, end: u8) -> Outcome<()> {
        self.skip_space();
        if self.take(b',') || self.peek() == Some(end) { Ok(()) } else { Err(Unusual) }
    }

    fn scalar(&mut self) -> Outcome<Cow<'a, str>> {
        let rest = self.text.get(self.at..).ok_or(Unusual)?;
        if rest.starts_with(['"', '\'']) {
            let end = quoted_end(rest).ok_or(Unusual)?;
            let text = rest.get(..end).filter(|text| !text.contains('\n')).ok_or(Unusual)?;
            self.at += end;
            return unquoted(text);
        }
        let bytes = rest.as_bytes();
        let ends = |at: usize, b: u8| match b {
            b',' | b'{' | b'}' | b'[' | b']' | b'\n' | b'\r' => true,
            b':' => {
                matches!(bytes.get(at + 1), None | Some(b' ' | b',' | b'}' | b']' | b'\n' | b'\r'))
            }
            _ => false,
        };
        let end = bytes
            .iter()
            .enumerate()
            .find(|(at, b)| ends(*at, **b))
            .map_or(bytes.len(), |(at, _)| at);
        let text = rest.get(..end).ok_or(Unusual)?;
        if text.starts_with(['&', '*', '!', '%', '@', '`', '#', '|', '>', '?'])
            || text.contains(" #")
        {
            return Err(Unusual);
        }
        self.at += end;
        Ok(Cow::Borrowed(text.trim_end()))
    }
}
